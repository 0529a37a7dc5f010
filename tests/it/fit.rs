//! Fitting assumed numbers to KPIs observed by the month.

use huying::base::{DAY, Time};
use huying::domain::Sink;
use huying::measure::{Accumulator, KPIS, KpiId, Scope, Selection, Window};
use huying::study::fit::is_monthly;

use crate::fixture::{after, fixture};
use crate::place::Place;

// Catches a KPI that is offered by the month though the run books it once for the whole window:
// it would have no value in any month.
#[test]
fn what_is_offered_by_the_month_has_a_value_in_a_month() {
    let selection = Selection::all(&fixture().city);
    let window = Window { start: Time(20 * DAY), end: Time(50 * DAY) };
    let mut sum = Accumulator::new(&fixture().city, &selection, window, 0);
    let told = after();
    told.cases.iter().for_each(|record| sum.case(record));
    told.issues.iter().for_each(|record| sum.issue(record));
    told.call_ups.iter().for_each(|record| sum.call_up(record));
    told.on_calls.iter().for_each(|record| sum.on_call(record));
    told.applications.iter().for_each(|record| sum.application(record));
    let result = sum.result();
    let has = |kpi: KpiId| result.kpis.iter().any(|row| row.kpi == kpi && row.scope == Scope::City);
    let without: Vec<&str> = KpiId::all()
        .filter(|kpi| is_monthly(*kpi) && !has(*kpi))
        .map(|kpi| KPIS[kpi.index()].id)
        .collect();
    assert!(without.is_empty(), "offered and never there: {without:?}");
    assert!(KpiId::all().filter(|kpi| is_monthly(*kpi)).count() > 30);
}

/// An experiment on the small model that fits two numbers to three months.
const EXPERIMENT: &str = "\
title_zh = \"拟合\"
title_en = \"Fit\"
question_zh = \"哪些取值？\"
question_en = \"Which values?\"
model = \"town\"
warm_up_days = 28
horizon_days = 91
replications = 6
seed = 7
kpis = [\"time_to_close_work_mean\", \"nominal_share\", \"return_share\"]
[fit]
waves = 1
points = 24
[design]
kind = \"latin\"
points = 4
scenario = \"before\"
[[design.factors]]
name = \"effort.scale\"
assumption = \"effort.scale\"
low = 0.6
high = 2.4
[[design.factors]]
name = \"response.reference_accuracy\"
assumption = \"response.reference_accuracy\"
low = 0.65
high = 0.90
";

// Catches a fit that loses the truth, one that narrows nothing, months that are shifted, a result
// that cannot be made again, and a table of one's own that is not read.
#[test]
fn planted_numbers_are_found_again() {
    let place = Place::new();
    place.write("fit.toml", EXPERIMENT);
    // The observed world: the same town at other values than its model file has.
    let model = std::fs::read_to_string(place.path("town/model.toml")).unwrap();
    let line = |key: &str| {
        let found = model.lines().find(|line| line.starts_with(key));
        found.unwrap_or_else(|| panic!("no {key}")).to_owned()
    };
    let planted = model
        .replace(
            &line("scale = "),
            "scale = { value = 1.2, range = [0.3, 3.0], source = \"fitted\" }",
        )
        .replace(
            &line("reference_accuracy = "),
            "reference_accuracy = { value = 0.72, range = [0.65, 0.90], source = \"assumed\" }",
        );
    place.write("town/model.toml", &planted);
    place.done(&["fit", "fit.toml", "--template=seen.csv", "--seed=99", "--replications=4"]);
    place.write("town/model.toml", &model);
    let seen = std::fs::read_to_string(place.path("seen.csv")).unwrap();
    assert!(seen.starts_with("month,kpi,unit,value,sd\n") && seen.lines().count() >= 7, "{seen}");
    place.done(&["fit", "fit.toml", "--observed=seen.csv", "--out=f", "--quiet"]);
    let mut reader = csv::Reader::from_path(place.path("f/fit.csv")).unwrap();
    let rows: Vec<std::collections::BTreeMap<String, String>> =
        reader.deserialize().map(Result::unwrap).collect();
    for (parameter, truth) in [("effort.scale", 1.2), ("response.reference_accuracy", 0.72)] {
        let row = rows.iter().find(|row| row["parameter"] == parameter).unwrap();
        let at = |name: &str| row[name].parse::<f64>().unwrap();
        let (low, high) = (at("low"), at("high"));
        let part = (high - low) / (at("prior_high") - at("prior_low"));
        assert!(low <= truth && truth <= high, "{parameter}: {low} to {high}");
        assert!(part < 0.8, "{parameter}: {low} to {high} is {part} of what was given");
    }
    for name in ["fit_months.csv", "fit_settings.csv", "charts/fit.png", "charts/fit_months.svg"] {
        assert!(place.path("f").join(name).is_file(), "{name}");
    }
    let months = std::fs::read_to_string(place.path("f/fit_months.csv")).unwrap();
    assert!(!months.contains("missed"), "{months}");
    place.done(&["verify", "f", "--quiet"]);
}

// Catches mistakes in a table of observations, or of a fit, that are told one by one, without
// their line, or after a long run.
#[test]
fn all_mistakes_of_a_fit_at_once() {
    let place = Place::new();
    place.write("fit.toml", EXPERIMENT);
    place.write(
        "wrong.csv",
        "month,kpi,value,sd\n2019-1,return_share,0.3,\n2019-02,return_shore,0.3,\n\
         2019-02,utilisation,0.9,\n2019-03,return_share,x,-1\n2019-02,nominal_share,0.1,\n\
         2019-02,nominal_share,0.1,\n",
    );
    let fit = |more: &[&str]| {
        let words = [&["fit", "fit.toml", "--lang=en", "--out=f"], more].concat();
        place.refused(2, &words)
    };
    let told = fit(&["--observed=wrong.csv"]);
    for part in [
        "wrong.csv:2:1",
        "a month such as 2019-03",
        "wrong.csv:3:2",
        "did you mean \"return_share\"",
        "wrong.csv:4:2",
        "a KPI that can be told by the month",
        "wrong.csv:5:3",
        "wrong.csv:5:4",
        "wrong.csv:7:2",
        "a KPI is told twice of one month",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!place.path("f").exists(), "nothing is written");
    place.write("far.csv", "month,kpi,value\n2015-02,return_share,0.3\n2030-01,return_share,0.3\n");
    let far = fit(&["--observed=far.csv"]);
    assert!(far.contains("far.csv:2:1") && far.contains("far.csv:3:1"), "{far}");
    assert!(far.contains("a whole month from"), "{far}");
    let none = fit(&[]);
    assert!(none.contains("what was observed?"), "{none}");
    let levels = EXPERIMENT.replace("low = 0.6\nhigh = 2.4", "values = [1.0, 2.0]");
    place.write("fit.toml", &levels.replace("waves = 1", "waves = 9\ncut = 0.1\nwave = 2"));
    let fields = fit(&[]);
    for part in ["from 1 to 6", "from 1 to 10", "unknown key \"fit.wave\"", "factors are ranges"] {
        assert!(fields.contains(part), "{part}: {fields}");
    }
}
