//! Attribution, sensitivity and ignorance from the command line, on the small model.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::Mutex;

use huying::compile::plan;
use huying::measure::{KpiId, Scope, Selection};
use huying::study::{Bench, JournalError, NoPoints, Point, PointJournal, Silent, Study};

use crate::fixture::fixture;
use crate::place::{Place, files};

const DESIGN: [&str; 4] = ["--days=14", "--warm-up=7", "--quiet", "--lang=en"];

/// A scenario that moves two groups of mechanisms.
const FASTER: &str = "name_zh = \"更快\"\nname_en = \"Faster\"\nextends = \"before\"\n\
    [levers.dispatch]\nminutes = 10\naccuracy = 0.95\n[levers.office]\nsignoff_levels = 1\n";

/// Two groups, off and on.
const GROUPS: &str = r#"
title_zh = "两组"
title_en = "Two groups"
question_zh = "哪组起作用？"
question_en = "Which of two groups acts?"
model = "../town"
warm_up_days = 7
horizon_days = 14
replications = 3
seed = 3
kpis = ["time_to_close_mean"]

[design]
kind = "grid"
groups = ["B", "H"]
"#;

fn call<'a>(words: &[&'a str]) -> Vec<&'a str> {
    words.iter().chain(&DESIGN).copied().collect()
}

fn csv(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// An analysis has all that the briefing of a study has: question, answer, guideline, workbook.
fn is_a_briefing(found: &BTreeMap<String, Vec<u8>>) {
    let report = String::from_utf8(found["report.html"].clone()).unwrap();
    let question = report.split("<h2>Question</h2>").nth(1).unwrap();
    let question = question.split("<h2>").next().unwrap();
    assert!(question.contains('?'), "{question}");
    let heads = ["<h2>Answer</h2>", "What the results assume", "STRESS-DES", "How to reproduce"];
    for head in heads {
        assert!(report.contains(head), "no {head}");
    }
    assert!(csv(&found["stress.csv"]).len() == 25 && found.contains_key("results.xlsx"));
}

/// Cells of a column in the rows where other columns have these cells.
fn cells(table: &[Vec<String>], wanted: &[(&str, &str)], column: &str) -> Vec<String> {
    let at = |name: &str| table[0].iter().position(|cell| cell == name).unwrap();
    let fits = |row: &&Vec<String>| wanted.iter().all(|(name, cell)| row[at(name)] == *cell);
    table[1..].iter().filter(fits).map(|row| row[at(column)].clone()).collect()
}

// Catches: values that depend on threads, a result that cannot be verified, parts that do not add
// up to the difference, a group without levers that gets a share.
#[test]
fn attribution_adds_up_and_is_reproducible() {
    let place = Place::new();
    place.write("town/scenarios/faster.toml", FASTER);
    let words = ["attribute", "town", "--scenario=before", "--scenario=faster", "--replications=3"];
    let run = |out: &str, threads: &str| {
        place.done(&call(&[&words[..], &[out, threads, "--kpi=time_to_close_mean"]].concat()))
    };
    let said = run("--out=a", "--threads=1");
    assert!(said.contains("Shapley"), "{said}");
    run("--out=b", "--threads=3");
    let found = files(&place.path("a"));
    assert_eq!(found, files(&place.path("b")));
    assert!(found.contains_key("charts/attribution-time_to_close_mean.png"));
    is_a_briefing(&found);
    let table = csv(&found["attribution.csv"]);
    let kpi = ("kpi", "time_to_close_mean");
    let numbers = |wanted: &[(&str, &str)]| -> Vec<f64> {
        cells(&table, wanted, "difference").iter().map(|cell| cell.parse().unwrap()).collect()
    };
    let fair = numbers(&[kpi, ("quantity", "shapley")]);
    let (whole, parts) = fair.split_last().unwrap();
    assert_eq!(parts.len(), 8);
    assert!((parts.iter().sum::<f64>() - whole).abs() < 1e-9, "{fair:?}");
    assert!(whole.abs() > 0.1, "a faster dispatch changes something: {whole}");
    let idle = numbers(&[kpi, ("player", "D")]);
    assert!(idle.iter().all(|value| value.abs() < f64::MIN_POSITIVE), "{idle:?}");
    place.done(&["verify", "a", "--quiet"]);
    place.done(&["report", "a", "--lang=zh"]);
    assert!(files(&place.path("a")).contains_key("charts/attribution-time_to_close_mean.svg"));
    // An archive asks for a day that no run knows: its publisher says it, and it is no result.
    let described = || {
        let bytes = files(&place.path("a")).remove("ro-crate-metadata.json").unwrap();
        String::from_utf8(bytes).unwrap()
    };
    assert!(described().contains("\"creativeWorkStatus\": \"Draft\""));
    place.done(&["report", "a", "--published=2026-11-26"]);
    let told = described();
    assert!(
        told.contains("\"datePublished\": \"2026-11-26\"") && !told.contains("Draft"),
        "{told}"
    );
    place.done(&["verify", "a", "--quiet"]);
    place.refused(2, &["report", "a", "--published=soon"]);
}

// Catches: bytes that depend on threads, a factor that does nothing called one that matters, a
// point that cannot be run by itself.
#[test]
fn sensitivity_is_reproducible_and_silent_about_nothing() {
    let place = Place::new();
    let words = call(&[
        "sensitivity",
        "town",
        "--scenario=before",
        "--factor=cost",
        "--factor=closing.feedback_wd",
        "--kpi=time_to_close_mean",
        "--trajectories=8",
        "--rows=4",
        "--replications=2",
        "--source=assumed",
        "--source=sourced",
        "--source=fitted",
        "--out=a",
    ]);
    place.done(&words);
    let found = files(&place.path("a"));
    let table = csv(&found["screening.csv"]);
    let of = |column: &str| cells(&table, &[], column);
    let planted = [("factor", "closing.feedback_wd")];
    assert_eq!(cells(&table, &planted, "verdict"), ["matters"], "{table:?}");
    let report = String::from_utf8(found["report.html"].clone()).unwrap();
    assert!(report.contains("factors can be said to act on Mean time to close"));
    for ((factor, verdict), effect) in of("factor").iter().zip(of("verdict")).zip(of("mu_star")) {
        if factor.starts_with("cost.") {
            assert_eq!((verdict.as_str(), effect.as_str()), ("unclear", "0"), "{factor}");
        }
    }
    let mut again: Vec<&str> = words.iter().copied().filter(|word| *word != "--out=a").collect();
    again.extend(["--out=b", "--threads=1"]);
    place.done(&again);
    assert_eq!(found, files(&place.path("b")));
    let mut one: Vec<&str> =
        again.iter().copied().filter(|word| !word.starts_with("--out")).collect();
    one.push("--point=0:1");
    let one = place.done(&one);
    assert!(one.contains("time_to_close_mean"), "{one}");
    place.done(&["verify", "a", "--quiet"]);
}

// Catches: a briefing of a screening in which nothing acts that claims something all the same.
#[test]
fn a_screening_of_nothing_claims_nothing() {
    let place = Place::new();
    let words = ["sensitivity", "town", "--scenario=before", "--factor=cost", "--out=a"];
    let more = ["--kpi=time_to_close_mean", "--trajectories=2", "--source=assumed"];
    place.done(&call(&[&words[..], &more].concat()));
    let found = files(&place.path("a"));
    is_a_briefing(&found);
    let report = String::from_utf8(found["report.html"].clone()).unwrap();
    assert!(
        report.contains("factors can be said to act on Mean time to close; that does not mean")
    );
    assert!(!report.contains(">matters<") && !found.contains_key("sobol.csv"));
}

// Catches: an option that is read and ignored, intervals of ignorance without their columns,
// ignorance that changes what is said of chance.
#[test]
fn ignorance_stands_beside_chance() {
    let place = Place::new();
    place.write("town/scenarios/faster.toml", FASTER);
    let words = ["compare", "town", "--scenario=before", "--scenario=faster", "--replications=3"];
    place.done(&call(&[&words[..], &["--out=a", "--ignorance=4"]].concat()));
    place.done(&call(&[&words[..], &["--out=b"]].concat()));
    let (with, without) = (files(&place.path("a")), files(&place.path("b")));
    assert_eq!(with["compare.csv"], without["compare.csv"]);
    assert!(!without.contains_key("ignorance.csv"));
    let table = csv(&with["ignorance.csv"]);
    let row = [("kind", "difference"), ("kpi", "time_to_close_mean")];
    let number = |column: &str| cells(&table, &row, column)[0].parse::<f64>().unwrap();
    assert!(number("low") <= number("mean") && number("mean") <= number("high"));
    assert!(number("ignorance_low") < number("ignorance_high"));
    assert_eq!(cells(&table, &row, "samples"), ["4"]);
    assert!((number("ignorance_share") - 0.6).abs() < 1e-12);
    assert!(with.contains_key("charts/ignorance.png") && with.contains_key("charts/matched.png"));
    assert!(with.contains_key("ranking.csv"));
    let report = |found: &BTreeMap<String, Vec<u8>>| {
        String::from_utf8(found["report.html"].clone()).unwrap()
    };
    assert!(report(&with).contains(">Ignorance</th>") && !report(&without).contains("Ignorance"));
    assert!(report(&with).contains("; with assumed numbers moved ["));
    place.refused(2, &["attribute", "town", "--ignorance=4"]);
    let alone = place.refused(2, &["run", "town", "--ignorance-replications=4"]);
    assert!(alone.contains("--ignorance"), "{alone}");
}

// Catches: points lost by kill -9 at any moment, a half-written line taken for a whole one, a
// resumed analysis that differs from one in one go. The program is killed after waits from 5 to 150
// ms again and again until it gets through.
#[test]
fn analyses_killed_at_any_moment_end_as_if_never_killed() {
    let place = Place::new();
    place.write("town/scenarios/faster.toml", FASTER);
    let ways: [&[&str]; 2] = [
        &["attribute", "town", "--scenario=before", "--scenario=faster", "--replications=12"],
        &[
            "sensitivity",
            "town",
            "--scenario=before",
            "--factor=closing",
            "--method=morris",
            "--kpi=time_to_close_mean",
            "--trajectories=2",
        ],
    ];
    for words in ways {
        let (killed, whole) = (format!("killed-{}", words[0]), format!("whole-{}", words[0]));
        let out = [format!("--out={killed}"), format!("--out={whole}")];
        let mut kills = 0;
        for wait in [30, 5, 150, 70, 10, 110, 45, 90] {
            let call = call(&[words, &[out[0].as_str(), "--threads=1"]].concat());
            let mut child = place.command(&call).stdout(Stdio::null()).spawn().unwrap();
            std::thread::sleep(std::time::Duration::from_millis(wait));
            kills += usize::from(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert!(kills > 0, "{} ended before it could be killed", words[0]);
        place.done(&call(&[words, &[out[0].as_str(), "--threads=2"]].concat()));
        place.done(&call(&[words, &[out[1].as_str()]].concat()));
        let (killed, whole) = (files(&place.path(&killed)), files(&place.path(&whole)));
        assert!(killed == whole, "a killed and resumed {} differs", words[0]);
    }
}

// Catches: a study that switches groups and does not say which made the difference, values that
// differ from those of `attribute`, a result that cannot be verified.
#[test]
fn a_design_of_groups_divides_the_difference_itself() {
    let place = Place::new();
    place.write("experiments/groups.toml", GROUPS);
    place.done(&["study", "experiments/groups.toml", "--out=a", "--quiet", "--lang=en"]);
    let found = files(&place.path("a"));
    let table = csv(&found["attribution.csv"]);
    let kpi = ("kpi", "time_to_close_mean");
    let of = |player: &str, quantity: &str| -> f64 {
        let wanted = [kpi, ("player", player), ("quantity", quantity)];
        cells(&table, &wanted, "difference")[0].parse().unwrap()
    };
    let (b, h) = (of("B", "shapley"), of("H", "shapley"));
    assert!((b + h - of("all", "shapley")).abs() < 1e-9 && b.abs() + h.abs() > 0.1, "{b} {h}");
    // With two parts the Shapley value is the mean of being added alone and being left out.
    let mean = f64::midpoint(of("B", "add_one_in"), of("B", "leave_one_out"));
    assert!((b - mean).abs() < 1e-9, "{b} {mean}");
    let compare = csv(&found["compare.csv"]);
    let row = [kpi, ("arm", "p004"), ("scope", "city")];
    let whole: f64 = cells(&compare, &row, "difference")[0].parse().unwrap();
    assert!((whole - of("all", "shapley")).abs() < 1e-9, "{whole}");
    assert!(found.contains_key("charts/attribution-time_to_close_mean.png"));
    is_a_briefing(&found);
    place.done(&["verify", "a", "--quiet"]);
}

/// Keeps points in memory.
#[derive(Default)]
struct Memory(Mutex<BTreeMap<String, BTreeMap<String, f64>>>);

impl PointJournal for Memory {
    fn load(&self, key: &str) -> Option<BTreeMap<String, f64>> {
        self.0.lock().unwrap().get(key).cloned()
    }

    fn save(&self, key: &str, values: &BTreeMap<String, f64>) -> Result<(), JournalError> {
        self.0.lock().unwrap().insert(key.to_owned(), values.clone());
        Ok(())
    }
}

// Catches: a kept point that is run again or read into another place, values that depend on what
// was kept, on threads or on the order in which points are named, a plan of another setting.
#[test]
fn points_are_run_once_and_come_out_the_same() {
    let model = fixture();
    let selection = Selection::all(&model.city);
    let study = Study {
        city: model.city.clone(),
        arms: Vec::new(),
        districts: selection.districts(&model.city),
        selection,
        scopes: vec![Scope::City],
        seed: 4,
        replications: 1..=1,
        warm_up_days: 0,
        horizon_days: 7,
        confidence: 0.95,
    };
    let settings = ["10".to_owned(), "2000".to_owned()];
    let make = |at: usize| {
        let sets = [("dispatch.minutes".to_owned(), settings[at].clone())];
        plan(model, "before", &sets).unwrap()
    };
    let run = |journal: &dyn PointJournal, points: &[Point]| {
        let (settings, plan) = (&settings[..], &make);
        Bench { study: &study, settings, plan, journal, progress: &Silent }.run(points)
    };
    let point = |setting, replication| Point { setting, replication };
    let all = [point(1, 2), point(0, 1), point(1, 1), point(0, 2), point(0, 1)];
    let kpi = KpiId::find("time_to_close_mean").unwrap();
    let whole = run(&NoPoints, &all);
    assert_eq!(whole.points().count(), 4);
    assert!(whole.value(point(1, 1), kpi) > whole.value(point(0, 1), kpi));
    let memory = Memory::default();
    run(&memory, &all[..2]);
    let rest = run(&memory, &all);
    assert_eq!(rest.n_kept, 2);
    assert!(rest.events < whole.events);
    assert_eq!(format!("{:?}", rest.table()), format!("{:?}", whole.table()));
    assert_eq!(memory.0.lock().unwrap().len(), 4);
}

// Catches a search that misses sets, a greedy choice better than the best, agencies that share a
// name counted apart, and a share that is not that of the tables.
#[test]
fn coverage_of_stationed_agencies() {
    use huying::study::coverage::{Way, coverage};
    let model = crate::fixture::jinan();
    let all = vec![true; model.city.streets.len()];
    let named = |words: &[&str]| {
        let bit = |(index, agency): (usize, &huying::domain::Agency)| {
            let own = agency.seed_name.as_deref().unwrap_or(&agency.id);
            u64::from(words.contains(&own)) << index
        };
        model.city.agencies.iter().enumerate().map(bit).fold(0, |set, bit| set | bit)
    };
    let five = named(&["公安", "消防", "交通", "市场监管", "司法"]);
    let rows = coverage(&model.city, &all, five, 4);
    assert_eq!((rows[0].way, rows[0].agencies.len()), (Way::Named, 5));
    let of = |way: Way| rows.iter().filter(move |row| row.way == way);
    assert_eq!((of(Way::Greedy).count(), of(Way::Full).count()), (4, 4));
    for (greedy, full) in of(Way::Greedy).zip(of(Way::Full)) {
        assert!(greedy.share <= full.share + 1e-12, "{greedy:?} {full:?}");
    }
    assert!(of(Way::Full).map(|row| row.share).is_sorted());
    // The same set, however it was chosen, covers the same; everybody together covers everything.
    let best = of(Way::Full).next_back().expect("four sizes");
    let words: Vec<&str> = best.agencies.iter().map(String::as_str).collect();
    let again = coverage(&model.city, &all, named(&words), 0);
    assert!((again[0].share - best.share).abs() < 1e-12);
    let whole = coverage(&model.city, &all, u64::MAX, 0);
    assert!((whole[0].share - 1.0).abs() < 1e-12);
    assert!(coverage(&model.city, &all, 0, 0)[0].share <= 0.0);
}
