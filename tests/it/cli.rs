//! The command as its users and their scripts meet it. Each test works in a folder of its own with
//! a model of three streets.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use huying::domain::levers;

use crate::files::{report, root};
use crate::place::{DESIGN, Place};

const VERBS: [&str; 15] = [
    "new",
    "check",
    "run",
    "compare",
    "study",
    "sensitivity",
    "select",
    "trace",
    "report",
    "verify",
    "levers",
    "kpis",
    "mechanisms",
    "schema",
    "reference",
];

fn help(verb: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_huying"));
    let output = command.args(verb).arg("--help").env_remove("COLUMNS").output();
    let output = output.expect("the program can be started");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("help is text");
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

// Catches documents that teach verbs and options which do not exist.
#[test]
fn documents_teach_what_exists() {
    let mut complaints = Vec::new();
    for file in crate::files::documents() {
        let mut in_block = false;
        for (number, line) in file.lines() {
            if line.trim_start().starts_with("```") {
                in_block = !in_block;
                continue;
            }
            let call = line.trim_start().trim_start_matches("$ ");
            let Some(rest) = call.strip_prefix("huying ").filter(|_| in_block) else { continue };
            let mut words = rest.split_whitespace();
            let Some(verb) = words.next().filter(|verb| VERBS.contains(verb)) else { continue };
            let help = help(&[verb]);
            for word in words.take_while(|word| !["#", "|", ">"].contains(word)) {
                let option = word.split('=').next().unwrap_or(word);
                if option.starts_with("--") && !help.contains(option) {
                    complaints.push(format!("{}:{number}: {verb} has no {option}", file.path));
                }
            }
        }
    }
    report("options that do not exist", &complaints);
}

// Catches wrong input that is accepted, misreported, reported one mistake at a time, or that leaves
// files behind.
#[test]
fn wrong_input_ends_with_2_and_writes_nothing() {
    let place = Place::new();
    place.write("models/broken/model.toml", "name_zh = 3\nnonsense = true\n");
    let before = place.bytes(".");
    let run = |more: &[&str]| {
        let mut args = vec!["run", "small", "--out", "result", "--lang", "en"];
        args.extend(more);
        place.call(&args).ends(2)
    };
    place.call(&["fly"]).ends(2).says(&["fly"]);
    place.call(&["run"]).ends(2).says(&["<MODEL>"]);
    place.call(&["run", "nowhere", "--out", "result", "--lang", "en"]).ends(2).says(&["no model"]);
    run(&["--flags"]).says(&["--flags"]);
    run(&["--days", "0"]).says(&["--days"]);
    run(&["--set", "L14"]).says(&["KEY=VALUE"]);
    // A slip of the finger is understood.
    run(&["--set", "enforcement.squad_oficers=20"]).says(&["enforcement.squad_officers\""]);
    run(&["--scenario", "aftre"]).says(&["after"]);
    run(&["--area", "district:历夏区"]).says(&["历下区"]);
    // Out of range, and not built yet: by name.
    run(&["--set", "L14=200"]).says(&["L14", "40"]);
    run(&["--set", "L24=5"]).says(&["L24", "not available yet"]);
    run(&["--precision", "0.05"]).says(&["not available yet"]);
    run(&["--cases", "xes"]).says(&["not available yet"]);
    place.call(&["sensitivity", "small"]).ends(2).says(&["not available yet"]);
    place.call(&["select", "small.toml"]).ends(2).says(&["not available yet"]);
    // Several mistakes at once, each with its place.
    let said = run(&["--set", "L14=200", "--set", "L34=7"]);
    said.says(&["L14", "L34"]);
    let broken = ["run", "models/broken", "--out", "result", "--lang", "en"];
    let said = place.call(&broken).ends(2).says(&["model.toml:1", "model.toml:2", "nonsense"]);
    assert!(said.out.is_empty(), "data goes to standard output, mistakes do not: {}", said.out);
    place.call(&["check", "models/broken"]).ends(2);
    assert_eq!(before, place.bytes("."), "nothing is written on wrong input");
}

// Catches a full disk or a forbidden folder that is reported as something else.
#[test]
fn trouble_with_files_ends_with_3() {
    let place = Place::new();
    let mut args = vec!["run", "small", "--out", "small.toml/result"];
    args.extend(DESIGN);
    place.call(&args).ends(3).says(&["small.toml/result"]);
}

// Catches lists that are not the registries, and formats that are not what they are called.
#[test]
fn lists_are_complete_in_every_format() {
    let place = Place::new();
    for (verb, rows) in [("levers", 68), ("mechanisms", 44), ("kpis", huying::measure::KPIS.len())]
    {
        let csv = place.call(&[verb, "--format", "csv"]).ends(0).out;
        assert_eq!(csv::Reader::from_reader(csv.as_bytes()).records().count(), rows, "{verb}");
        let json = place.call(&[verb, "--format", "json"]).ends(0).out;
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(json.as_array().map(Vec::len), Some(rows), "{verb}");
        place.call(&[verb]).ends(0);
        place.call(&[verb, "nonesuch"]).ends(2).says(&["nonesuch"]);
    }
    place.call(&["levers", "L14"]).ends(0).says(&["enforcement.squad_officers", "20", "SEED"]);
    place.call(&["levers", "list.items"]).ends(0).says(&["L47"]);
    place.call(&["kpis", "time_to_close_mean"]).ends(0).says(&["time_to_close_mean"]);
    place.call(&["mechanisms", "M15"]).ends(0).says(&["L14"]);
    for schema in ["model", "scenario", "experiment"] {
        let json = place.call(&["schema", schema]).ends(0).out;
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert!(json.get("properties").is_some(), "{schema}");
    }
}

// Catches a closed pipe that looks like a fault: `huying kpis | head -1` is a success.
#[test]
fn a_closed_pipe_is_success() {
    let place = Place::new();
    let mut child = place
        .command(&["schema", "model"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    let mut first = [0; 1];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("one byte");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

/// The public files of a result.
const FILES: [&str; 12] = [
    "manifest.json",
    "timing.json",
    "runs.csv",
    "kpis.csv",
    "summary.csv",
    "compare.csv",
    "pools.csv",
    "stages.csv",
    "closure.csv",
    "failures.csv",
    "report.html",
    "cases.csv",
];

// Catches a verb that does not work from end to end: check, compare, report, verify, trace on the
// files that each other makes.
#[test]
fn a_comparison_from_check_to_verify() {
    let place = Place::new();
    place.call(&["check", "models/small", "small.toml"]).ends(0);
    let mut args = vec!["compare", "small", "--out", "result", "--cases", "csv"];
    args.extend(DESIGN);
    place.call(&args).ends(0);
    let made = place.bytes("result");
    for file in FILES {
        assert!(made.contains_key(file), "{file} of {:?}", made.keys());
    }
    for (name, bytes) in made.iter().filter(|(name, _)| name.ends_with(".csv")) {
        assert!(!bytes.starts_with(b"\xef\xbb\xbf"), "{name} has no mark");
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        assert!(!text.contains("NaN"), "{name}: what does not exist is empty");
    }
    let charts = made.keys().filter(|name| name.starts_with("charts/")).count();
    assert!(charts >= 10 && charts % 2 == 0, "every chart twice: {charts}");
    place.call(&["verify", "result", "--quiet"]).ends(0);
    // The briefing is made of the tables alone.
    place.call(&["report", "result"]).ends(0);
    assert_eq!(made, place.bytes("result"), "the same report from the same tables");
    // The first case of the file, told in both scenarios.
    let cases = std::str::from_utf8(&made["cases.csv"]).expect("UTF-8");
    let row = cases.lines().nth(1).expect("a case");
    let case = row.split(',').nth(2).expect("its number");
    let told = [
        "trace",
        "small",
        "--case",
        case,
        "--scenario",
        "before",
        "--scenario",
        "after",
        "--days",
        "14",
        "--warm-up",
        "7",
        "--lang",
        "en",
    ];
    place.call(&told).ends(0).says(&[case]);
    place.call(&["trace", "small", "--case", "999999999", "--days", "7", "--warm-up", "0"]).ends(2);
    // A result that somebody has touched is found out.
    place.write("result/summary.csv", "arm\n");
    place.call(&["verify", "result", "--quiet"]).ends(1).says(&["summary.csv"]);
}

// Catches output that a script cannot read: one format each, nothing else beside it.
#[test]
fn run_speaks_text_json_and_csv() {
    let place = Place::new();
    let run = |format: &str| {
        let mut args = vec!["run", "small", "--format", format];
        args.extend(DESIGN);
        place.call(&args).ends(0)
    };
    let text = run("text");
    assert!(text.err.is_empty() && !text.out.contains('\u{1b}'), "no color without a terminal");
    let json: serde_json::Value = serde_json::from_str(&run("json").out).expect("JSON");
    assert_eq!(json["manifest"]["replications"], 2);
    let csv = run("csv").out;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().expect("a header").clone();
    assert_eq!(header.get(0), Some("arm"), "{header:?}");
    assert!(reader.records().all(|record| record.is_ok_and(|record| record.len() == header.len())));
    assert!(!place.path("output").exists(), "nothing is written where nobody asked");
}

/// All files but the one that may differ.
fn result(place: &Place, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files = place.bytes(folder);
    files.remove("timing.json");
    files
}

fn same_files(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in a {
        assert!(*bytes == b[name], "{name} differs");
    }
}

// Catches an experiment whose files depend on threads, and a finished result that is overwritten,
// lost or quietly replaced.
#[test]
fn a_study_has_one_result_and_keeps_it() {
    let place = Place::new();
    let study = |more: &[&str]| {
        let mut args = vec!["study", "small.toml", "--quiet"];
        args.extend(more);
        place.call(&args)
    };
    study(&["--threads", "1", "--out", "one"]).ends(0);
    study(&["--threads", "2", "--out", "two"]).ends(0);
    let kept = result(&place, "one");
    same_files(&kept, &result(&place, "two"));
    // The same again is no news; another input is refused; another number of replications needs
    // to be said twice.
    study(&["--out", "one"]).ends(0);
    study(&["--out", "one", "--seed", "8"]).ends(2).says(&["one"]);
    study(&["--out", "one", "--replications", "3"]).ends(2).says(&["--resume"]);
    same_files(&kept, &result(&place, "one"));
    study(&["--out", "one", "--replications", "3", "--resume"]).ends(0);
    study(&["--out", "three", "--replications", "3"]).ends(0);
    same_files(&result(&place, "three"), &result(&place, "one"));
    // A folder of somebody else is left alone.
    place.write("mine/summary.csv", "my own\n");
    study(&["--out", "mine"]).ends(2).says(&["mine"]);
    assert_eq!(place.bytes("mine").len(), 1);
    // Without a folder the result goes to output/NAME.
    study(&[]).ends(0);
    same_files(&result(&place, "two"), &result(&place, "output/small"));
}

fn n_kept(folder: &Path) -> usize {
    let entries = fs::read_dir(folder.join(".replications")).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_name().to_string_lossy().contains("-0")).count()
}

// Catches replications lost or done differently after a crash: a study that is killed and started
// again gives the bytes of one that was left alone.
#[test]
fn a_killed_study_goes_on() {
    let place = Place::new();
    let args = |out: &'static str| {
        ["study", "small.toml", "--quiet", "--replications", "60", "--threads", "1", "--out", out]
    };
    let mut child = place.command(&args("killed")).spawn().expect("the program can be started");
    let mut waited = 0;
    while n_kept(&place.path("killed")) < 3 {
        std::thread::sleep(Duration::from_millis(2));
        waited += 1;
        assert!(child.try_wait().expect("a child").is_none(), "it ended before it was killed");
        assert!(waited < 30_000, "no replication after a minute");
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    let kept = n_kept(&place.path("killed"));
    assert!((3..120).contains(&kept), "killed in the middle: {kept}");
    assert!(!place.path("killed/manifest.json").exists(), "unfinished looks unfinished");
    place.call(&args("killed")).ends(0);
    place.call(&args("whole")).ends(0);
    same_files(&result(&place, "whole"), &result(&place, "killed"));
    assert!(!place.path("killed/.replications").exists());
}

// Catches a lever whose before value is not the before side, through the whole program: every
// table has the same bytes.
#[test]
fn every_lever_said_at_before_gives_the_same_files() {
    let place = Place::new();
    let mut plain = vec!["run", "small", "--out", "plain"];
    plain.extend(DESIGN);
    let sets: Vec<String> = levers()
        .into_iter()
        .filter(|lever| lever.set.is_some())
        .map(|lever| format!("--set={}={}", lever.key, lever.before.value))
        .collect();
    let mut said = vec!["run", "small", "--out", "said"];
    said.extend(DESIGN);
    said.extend(sets.iter().map(String::as_str));
    place.call(&plain).ends(0);
    place.call(&said).ends(0);
    let tables = |folder: &str| {
        let mut files = result(&place, folder);
        files.retain(|name, _| name.ends_with(".csv"));
        files
    };
    same_files(&tables("plain"), &tables("said"));
}
