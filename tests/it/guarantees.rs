//! What studies promise, on cities: points are runs of a study, and studies without an effect claim
//! nothing at the stated rate.

use huying::compile::{self, LoadedModel, plan};
use huying::measure::{KPIS, KpiId, Scope, Selection};
use huying::stats::{Paired, multiple};
use huying::study::{Arm, Bench, NoJournal, NoPoints, Point, PointTable, Silent, Study};

use crate::fixture::{fixture, jinan, slow};

const SCENARIOS: [&str; 2] = ["before", "after"];

fn arm(model: &LoadedModel, scenario: &str) -> Arm {
    let plan = plan(model, scenario, &[]).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    Arm {
        name: scenario.into(),
        zh: scenario.into(),
        en: scenario.into(),
        city: plan.city,
        plan: plan.plan,
        replay: String::new(),
    }
}

fn points(model: &LoadedModel, study: &Study, wanted: &[Point]) -> PointTable {
    let settings = SCENARIOS.map(str::to_owned);
    let make = |at: usize| plan(model, SCENARIOS[at], &[]).expect("loaded before");
    let (journal, progress) = (&NoPoints, &Silent);
    Bench { study, settings: &settings, plan: &make, journal, progress }.run(wanted)
}

// Catches: points (attribute, sensitivity, ignorance) that simulate something else than a study of
// the same settings: another luck, districts apart where posts move between them, a KPI over one
// district only.
#[test]
fn points_are_runs_of_a_study_over_several_districts() {
    let model = jinan();
    let area = |text: &str| compile::area(&model.city, text).expect("a district of Jinan");
    let area = compile::Area::union(&["district:商河县", "district:莱芜区"].map(area));
    assert_eq!(area.districts.len(), 2);
    let study = Study {
        city: model.city.clone(),
        arms: SCENARIOS.iter().map(|scenario| arm(model, scenario)).collect(),
        selection: Selection { streets: area.streets },
        districts: area.districts,
        scopes: vec![Scope::City],
        seed: 9,
        replications: 1..=2,
        warm_up_days: 3,
        horizon_days: 4,
        confidence: 0.95,
    };
    let result = study.run(&NoJournal, &Silent);
    let wanted: Vec<Point> = (0..2)
        .flat_map(|setting| (1..=2).map(move |replication| Point { setting, replication }))
        .collect();
    let table = points(model, &study, &wanted);
    let mut compared = 0;
    for kpi in KpiId::all() {
        for point in &wanted {
            let of_study = result.values(point.setting, Scope::City, "all", kpi);
            let of_study = of_study.map_or(f64::NAN, |own| own[point.replication as usize - 1]);
            let of_point = table.value(*point, kpi);
            let same = of_study.to_bits() == of_point.to_bits()
                || (of_study.is_nan() && of_point.is_nan());
            assert!(same, "{}: {of_study} and {of_point}", KPIS[kpi.index()].id);
            compared += usize::from(!of_study.is_nan());
        }
    }
    assert!(compared > 200, "{compared} numbers");
}

// Catches: claims where nothing differs. Two arms of the same scenario under independent luck, five
// replications each, every KPI of the whole city in one family: at most 5% of such studies may
// claim anything. Of 24 studies five or more claim with probability 0.006.
#[test]
fn studies_without_an_effect_are_silent_at_the_stated_rate() {
    let model = fixture();
    let selection = Selection::all(&model.city);
    let study = Study {
        city: model.city.clone(),
        arms: Vec::new(),
        districts: selection.districts(&model.city),
        selection,
        scopes: vec![Scope::City],
        seed: 1_962,
        replications: 1..=1,
        warm_up_days: 7,
        horizon_days: 7,
        confidence: 0.95,
    };
    let (studies, each, most) = if slow() { (200, 5, 21) } else { (24, 5, 4) };
    let runs: Vec<Point> =
        (1..=2 * each * studies).map(|replication| Point { setting: 0, replication }).collect();
    let table = points(model, &study, &runs);
    let mut claims = 0;
    for number in 0..studies {
        let of = |half: u32, kpi: KpiId| -> Vec<f64> {
            let first = (2 * number + half) * each;
            let value = |i| table.value(Point { setting: 0, replication: first + i }, kpi);
            (1..=each).map(value).collect()
        };
        let p: Vec<f64> = table
            .kpis()
            .into_iter()
            .filter_map(|kpi| Paired::of(&of(0, kpi), &of(1, kpi), 0.95).ok())
            .map(|paired| paired.p_value)
            .filter(|p| !p.is_nan())
            .collect();
        assert!(p.len() > 30, "a family of {}", p.len());
        claims += usize::from(multiple::holm(&p).iter().any(|p| *p <= 0.05));
    }
    println!("{claims} of {studies} studies without an effect claim something");
    assert!(claims <= most, "{claims} of {studies}");
}
