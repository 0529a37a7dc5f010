//! What the documents and the contract promise of the program.

use std::collections::BTreeMap;

use huying::domain::levers;

use crate::files::{documents, report, root};
use crate::place::{Place, files};

const DESIGN: [&str; 4] = ["--days=14", "--warm-up=7", "--replications=2", "--quiet"];

/// A call on the small model, with a short design.
fn with_design<'a>(words: &[&'a str]) -> Vec<&'a str> {
    words.iter().chain(&DESIGN).copied().collect()
}

// Catches a verb, an option, a lever or a KPI that changes without the reference pages: they are
// written by the program and must be what it writes now.
#[test]
fn reference_pages_are_what_the_program_writes() {
    let place = Place::new();
    place.done(&["reference", "pages"]);
    let mut old = Vec::new();
    let pages = files(&place.path("pages"));
    assert!(pages.contains_key("cli.md") && pages.contains_key("levers.md"), "{:?}", pages.keys());
    for (name, now) in pages {
        let then = std::fs::read(root().join("docs/reference").join(&name)).unwrap_or_default();
        if then != now {
            old.push(name);
        }
    }
    report(
        "pages of docs/reference to be written again with `huying reference` (and if an option was \
         renamed or removed, a line **Files change** belongs in CHANGELOG.md)",
        &old,
    );
}

/// Lines of code blocks that call the program: file, line number, words after `huying`.
fn calls_in_documents() -> Vec<(String, Vec<String>)> {
    let mut calls = Vec::new();
    for file in documents() {
        let mut in_block = false;
        for (number, line) in file.lines() {
            if line.trim_start().starts_with("```") {
                in_block = !in_block;
                continue;
            }
            let call = line.trim_start().trim_start_matches("$ ");
            let rest = ["huying ", "cargo run --release -- "]
                .iter()
                .find_map(|start| call.strip_prefix(start))
                .filter(|_| in_block);
            let Some(rest) = rest else { continue };
            let words = rest.split_whitespace().take_while(|word| !["#", "|", ">"].contains(word));
            calls.push((format!("{}:{number}", file.path), words.map(str::to_owned).collect()));
        }
    }
    calls
}

// Catches documents that teach verbs and options which do not exist.
#[test]
fn documents_teach_what_exists() {
    let place = Place::new();
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    let mut complaints = Vec::new();
    let general = place.done(&["--help"]);
    for (at, words) in calls_in_documents() {
        let Some(verb) = words.first().filter(|word| word.chars().all(char::is_alphabetic)) else {
            continue;
        };
        let listed =
            general.lines().find(|line| line.trim_start().starts_with(&format!("{verb} ")));
        match listed {
            None => complaints.push(format!("{at}: no verb {verb}")),
            Some(line) if line.contains("not available yet") => {
                complaints.push(format!("{at}: {verb} is not available yet"));
            }
            Some(_) => {}
        }
        let help = pages.entry(verb.clone()).or_insert_with(|| place.done(&[verb, "--help"]));
        for word in &words {
            let option = word.split('=').next().unwrap_or(word);
            if option.starts_with("--") && !help.contains(option) {
                complaints.push(format!("{at}: {verb} has no {option}"));
            }
        }
    }
    report("calls that do not exist", &complaints);
}

// Catches files left behind by a refusal, and mistakes that are told one at a time or without their
// place.
#[test]
fn a_refusal_tells_everything_and_writes_nothing() {
    let place = Place::new();
    place.write("broken/model.toml", "name_zh = 3\nnonsense = true\n");
    let before = files(&place.path(""));
    let run = |more: &[&str]| {
        let words = [&["run", "town", "--out=result", "--lang=en"], more].concat();
        place.refused(2, &words)
    };
    let both = run(&["--set=L14=200", "--set=L34=7"]);
    assert!(both.contains("L14") && both.contains("L34"), "{both}");
    let areas = run(&["--area=district:nowhere", "--area=street:nobody", "--set=L14=200"]);
    for words in ["nowhere", "nobody", "L14"] {
        assert!(areas.contains(words), "{words} in {areas}");
    }
    let alone = run(&["--precision=0.05", "--replications=1"]);
    assert!(alone.contains("--replications 1"), "{alone}");
    assert!(run(&["--set=L24=500"]).contains("wrong value for L24 powers.delegated"));
    assert!(run(&["--scenario=befor"]).contains("\"before\""));
    run(&["--days=0"]);
    run(&["--nonsense"]);
    let said = place.refused(2, &["run", "broken", "--out=result", "--lang=en"]);
    for words in ["broken/model.toml:1", "broken/model.toml:2", "nonsense"] {
        assert!(said.contains(words), "{words} in {said}");
    }
    place.refused(2, &["check", "broken"]);
    assert!(before == files(&place.path("")), "something was written");
}

// Catches output that a script cannot read: one format each, nothing else beside it.
#[test]
fn run_speaks_text_json_and_csv() {
    let place = Place::new();
    let run = |format: &str| place.done(&with_design(&["run", "town", format]));
    let text = run("--format=text");
    assert!(!text.is_empty() && !text.contains('\u{1b}'), "no color without a terminal");
    let json: serde_json::Value = serde_json::from_str(&run("--format=json")).unwrap();
    assert_eq!(json["manifest"]["replications"], 2);
    let csv = run("--format=csv");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let columns = reader.headers().unwrap().len();
    assert!(columns > 3);
    assert!(reader.records().all(|record| record.unwrap().len() == columns));
    assert!(!place.path("output").exists(), "nothing is written where nobody asked");
}

// Catches files of a result that are no tidy CSV: a mark at the start, NaN, ragged rows.
#[test]
fn tables_of_a_result_are_tidy() {
    let place = Place::new();
    place.done(&with_design(&["compare", "town", "--out=o", "--cases=csv"]));
    for (name, bytes) in files(&place.path("o")).iter().filter(|(name, _)| name.ends_with(".csv")) {
        assert!(!bytes.starts_with(b"\xef\xbb\xbf"), "{name} starts with a mark");
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(!text.contains("NaN") && !text.contains('\r'), "{name}");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert!(reader.records().all(|record| record.is_ok()), "{name} is ragged");
    }
    let charts = files(&place.path("o/charts"));
    let svg = charts.keys().filter(|name| name.ends_with(".svg")).count();
    assert!(svg > 4 && charts.len() == 2 * svg, "every chart twice: {:?}", charts.keys());
}

// Catches an experiment file that does less than the verb it stands for, a result in a place nobody
// expects, and a folder of somebody else that loses its files.
#[test]
fn an_experiment_makes_its_result() {
    let place = Place::new();
    let experiment = files(&place.path("town/experiments"));
    let file = experiment.keys().next().expect("a new model brings an experiment");
    let path = format!("town/experiments/{file}");
    place.done(&["check", "town", &path]);
    place.write("mine/summary.csv", "my own\n");
    let said = place.refused(2, &with_design(&["study", &path, "--out=mine"]));
    assert!(said.contains("mine"), "{said}");
    assert_eq!(files(&place.path("mine")).len(), 1);
    place.done(&with_design(&["study", &path]));
    let stem = file.trim_end_matches(".toml");
    let made = files(&place.path(&format!("output/{stem}")));
    assert!(made.contains_key("report.html") && made.contains_key("compare.csv"));
    place.done(&with_design(&["study", &path, "--out=again", "--threads=1"]));
    let again = files(&place.path("again"));
    assert!(made == again, "where a result stands changes nothing of it");
    place.done(&["verify", "again", "--quiet"]);
}

// Catches a lever whose before value is not the before side, through the whole program: every table
// has the same bytes.
#[test]
fn every_lever_said_at_before_gives_the_same_tables() {
    let place = Place::new();
    let sets: Vec<String> = levers()
        .into_iter()
        .map(|lever| format!("--set={}={}", lever.key, lever.before.value))
        .collect();
    let mut said = with_design(&["run", "town", "--out=said"]);
    said.extend(sets.iter().map(String::as_str));
    place.done(&with_design(&["run", "town", "--out=plain"]));
    place.done(&said);
    let tables = |folder: &str| {
        let mut files = files(&place.path(folder));
        files.retain(|name, _| name.ends_with(".csv"));
        files
    };
    let (plain, said) = (tables("plain"), tables("said"));
    assert_eq!(plain.keys().collect::<Vec<_>>(), said.keys().collect::<Vec<_>>());
    for (name, bytes) in &plain {
        assert!(*bytes == said[name], "{name} differs");
    }
}
