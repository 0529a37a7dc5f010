//! The program as users and scripts meet it: exit codes, files, streams.

use std::process::Stdio;

use crate::place::{Place, files};

/// A short comparison.
const SHORT: [&str; 7] =
    ["compare", "town", "--days=14", "--warm-up=7", "--seed=5", "--lang=en", "--quiet"];

/// Every form of cases.
const ALL_FORMS: &str = "--cases=csv,parquet,xes,ocel";

fn short<'a>(more: &[&'a str]) -> Vec<&'a str> {
    SHORT.iter().chain(more).copied().collect()
}

#[test]
fn results_are_the_same_bytes_on_any_number_of_threads() {
    // Catches: a clock, a path, a thread order or an option that changes nothing in a result file;
    // a file of the contract that is missing; a result that cannot be made again.
    let place = Place::new();
    place.done(&short(&["--replications=3", "--threads=1", "--out=a", ALL_FORMS]));
    place.done(&short(&["--replications=3", "--threads=3", "--out=deep/b", ALL_FORMS]));
    let (a, b) = (files(&place.path("a")), files(&place.path("deep/b")));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in &a {
        assert!(*bytes == b[name], "{name} differs");
    }
    for name in [
        "manifest.json",
        "runs.csv",
        "kpis.csv",
        "summary.csv",
        "compare.csv",
        "pools.csv",
        "stages.csv",
        "closure.csv",
        "kpis.parquet",
        "cases.csv",
        "cases.parquet",
        "cases.xes",
        "cases.ocel.json",
        "results.xlsx",
        "failures.csv",
        "report.html",
        "charts/closure.svg",
        "charts/closure.png",
    ] {
        assert!(a.contains_key(name), "{name} is missing");
    }
    let manifest = String::from_utf8(a["manifest.json"].clone()).unwrap();
    assert!(!manifest.contains(&*place.path("").to_string_lossy()));
    place.done(&["verify", "a", "--quiet"]);
    place.done(&["report", "a", "--lang=zh"]);
    place.done(&["verify", "a", "--quiet"]);
    std::fs::write(place.path("a/summary.csv"), "arm\n").unwrap();
    let output = place.call(&["verify", "a", "--quiet", "--lang=en"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("summary.csv has been changed"));
}

#[test]
fn a_killed_run_goes_on_and_ends_as_if_never_killed() {
    // Catches: finished replications lost by kill -9, a half-written file taken for a whole one,
    // a resumed result that differs from one in one go, cases lost on the way.
    let place = Place::new();
    let words = ["--replications=12", "--cases=csv,xes"];
    let killed = short(&[&words[..], &["--out=killed", "--threads=1"]].concat());
    let mut child =
        place.command(&killed).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let kept = || {
        let entries = std::fs::read_dir(place.path("killed/.replications"));
        let names = entries.into_iter().flatten().flatten().map(|entry| entry.file_name());
        names.filter(|name| name.to_string_lossy().starts_with(['0', '1'])).count()
    };
    while kept() < 3 {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!place.path("killed/manifest.json").exists());
    let unquiet: Vec<&str> = killed.iter().copied().filter(|word| *word != "--quiet").collect();
    let output = place.call(&unquiet);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("Going on with an interrupted run"), "{said}");
    place.done(&short(&[&words[..], &["--out=whole"]].concat()));
    let (killed, whole) = (files(&place.path("killed")), files(&place.path("whole")));
    assert!(killed == whole, "a killed and resumed run differs");
}

#[test]
fn a_replayed_replication_is_the_one_of_the_study() {
    // Catches: a command of failures.csv that runs something else: its form is that of every arm,
    // `run MODEL --scenario … --replication N`.
    let place = Place::new();
    place.done(&short(&["--replications=2", "--out=a"]));
    let runs = String::from_utf8(files(&place.path("a"))["runs.csv"].clone()).unwrap();
    let row = runs.lines().find(|line| line.starts_with("after,2,")).unwrap();
    let digest = row.rsplit(',').next().unwrap();
    let words = short(&["--replication=2", "--format=json"]);
    let words: Vec<&str> = words
        .iter()
        .map(|word| if *word == "compare" { "run" } else { word })
        .chain(["--scenario=after"])
        .collect();
    let said: serde_json::Value = serde_json::from_str(&place.done(&words)).unwrap();
    assert_eq!(said["runs"][0]["digest"], digest, "{said}");
}

/// A design of six arms that differ in nothing but one lever and one assumed number.
const DESIGN: &str = r#"
title_zh = "甲"
title_en = "A"
question_zh = "吗？"
question_en = "?"
model = "../town"
warm_up_days = 7
horizon_days = 14
replications = 2
seed = 3
kpis = ["time_to_close_mean"]

[design]
kind = "grid"
scenario = "after"

[[design.factors]]
name = "squad"
lever = "enforcement.squad_officers"
values = [1, 6, 20]

[[design.factors]]
assumption = "posts.routine_share"
values = [0.2, 0.6]

[select]
kpi = "time_to_close_mean"
delta = 3.0
first_stage = 5
round = 3
at_most = 14
"#;

#[test]
fn a_choice_is_the_same_on_any_number_of_threads_and_after_a_kill() {
    // Catches: rounds that depend on who ended first, arms dropped on half of the data, a resumed
    // choice that starts again or ends elsewhere, a design that is not written down.
    let place = Place::new();
    place.write("experiments/design.toml", DESIGN);
    let call = |more: &[&'static str]| -> Vec<&'static str> {
        [&["select", "experiments/design.toml", "--lang=en"], more].concat()
    };
    let mut child = place
        .command(&call(&["--out=killed", "--threads=1"]))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let kept = || {
        let entries = std::fs::read_dir(place.path("killed/.replications"));
        entries.into_iter().flatten().flatten().count()
    };
    while kept() < 12 {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!place.path("killed/manifest.json").exists());
    let output = place.call(&call(&["--out=killed", "--threads=2"]));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("Going on with an interrupted run"), "{said}");
    // What is promised and the most it can take is said before, the forecast after the first stage.
    assert!(said.contains("selected with probability at least 95%"), "{said}");
    assert!(said.contains("98 runs at most"), "{said}");
    assert!(said.contains("Forecast after the first stage: about"), "{said}");
    place.done(&call(&["--out=whole", "--threads=3", "--quiet"]));
    let (killed, whole) = (files(&place.path("killed")), files(&place.path("whole")));
    assert!(killed == whole, "a killed and resumed choice differs");
    let text = |name: &str| String::from_utf8(whole[name].clone()).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&whole["manifest.json"]).unwrap();
    let rule = "select method=kn kpi=time_to_close_mean goal=min delta=3 confidence=0.95 first=5 \
                round=3 at_most=14";
    assert_eq!(manifest["rule"], rule);
    assert!(text("design.csv").contains("p002,1,0.6\n"), "{}", text("design.csv"));
    assert_eq!(text("selection.csv").lines().count(), 8);
    assert!(text("selection.csv").contains(",selected\n") || said.contains("No selection"));
    place.done(&["verify", "whole", "--quiet"]);
    let fixed = place.done(&call(&["--method=ocba", "--budget=60", "--out=ocba", "--quiet"]));
    assert!(fixed.contains("not selected"), "{fixed}");
}

#[test]
fn precision_adds_rounds_until_it_is_reached() {
    // Catches: a precision that is ignored, a number of replications that depends on threads, a
    // cap passed in silence, a result that cannot be verified or resumed.
    let place = Place::new();
    place.write("experiments/design.toml", DESIGN);
    let call = |more: &[&'static str]| -> Vec<&'static str> {
        let head = ["study", "experiments/design.toml", "--arm=base", "--arm=p002", "--lang=en"];
        [&head, more].concat()
    };
    place.done(&call(&["--precision=0.2", "--out=a", "--threads=1", "--quiet"]));
    place.done(&call(&["--precision=0.2", "--out=b", "--threads=2", "--quiet"]));
    let (a, b) = (files(&place.path("a")), files(&place.path("b")));
    assert!(a == b, "the rule saw other numbers on two threads");
    let text = String::from_utf8(a["precision.csv"].clone()).unwrap();
    assert!(text.lines().skip(1).all(|line| line.ends_with("reached")), "{text}");
    place.done(&["verify", "a", "--quiet"]);
    let never = place.call(&call(&["--precision=0.0001", "--replications=21", "--out=c"]));
    let said = String::from_utf8_lossy(&never.stderr).into_owned();
    assert!(never.status.success() && said.contains("Precision not reached"), "{said}");
}

#[test]
fn a_finished_result_is_not_overwritten() {
    // Catches: a result of another input lost, a refusal that does not say how to go on.
    let place = Place::new();
    place.done(&short(&["--replications=2", "--out=o"]));
    let before = files(&place.path("o"));
    let said = place
        .refused(2, &short(&["--replications=2", "--out=o", "--scenario=after", "--set=L14=9"]));
    assert!(said.contains("another --out"), "{said}");
    let said = place.refused(2, &short(&["--replications=3", "--out=o"]));
    assert!(said.contains("--resume"), "{said}");
    assert!(files(&place.path("o")) == before);
    place.done(&short(&["--replications=2", "--out=o"]));
    assert!(files(&place.path("o")) == before);
    place.done(&short(&["--replications=3", "--out=o", "--resume"]));
    place.done(&short(&["--replications=3", "--out=straight"]));
    assert!(files(&place.path("o")) == files(&place.path("straight")));
}

#[test]
fn mistakes_are_refused_by_name() {
    // Catches: something accepted and ignored, a wrong exit code, data on standard output.
    let place = Place::new();
    for (words, expected) in [
        (&["sensitivity", "town", "--kpi=nonsense"][..], "no KPI \"nonsense\""),
        (&["sensitivity", "town", "--kpi=on_time_shar"], "did you mean \"on_time_share\""),
        (&["sensitivity", "town", "--factor=efort"], "did you mean \"effort"),
        (&["run", "twon"], "did you mean \"town\""),
        (
            &["study", "town/experiments/refrom.toml"],
            "did you mean \"town/experiments/reform.toml\"",
        ),
        (&["select", "town/experiments/reform.toml", "--replication=2"], "--at-most"),
        (&["run", "town", "--replications=3", "--replication=2"], "cannot be used with"),
        (&["sensitivity", "town", "--factor=nonsense"], "--factor nonsense"),
        (&["attribute", "town", "--scenario=before"], "two --scenario"),
        (&["select", "town/experiments/reform.toml"], "--delta"),
        (&["select", "town/experiments/reform.toml", "--replications=3"], "--at-most"),
        (&["run", "town", "--precision=5"], "0.05"),
        (&["run", "town", "--cases=csv"], "--out"),
        (&["run", "town", "--set=squad_officers"], "KEY=VALUE"),
        (&["run", "town", "--set=enforcement.squad_oficers=9"], "enforcement.squad_officers"),
        (&["run", "town", "--area=district:nowhere"], "nowhere"),
        (&["run", "town", "--scenario=before", "--scenario=after"], "compare"),
        (&["compare", "town", "--scenario=before", "--scenario=before"], "twice"),
        (&["compare", "town", "--scenario=before"], "second --scenario"),
        (&["run", "nowhere"], "nowhere"),
        (&["report", "town"], "manifest.json"),
        (&["kpis", "on_time_shar"], "on_time_share"),
        (&["levers", "squad_oficers"], "enforcement.squad_officers"),
        (&["mechanisms", "M99"], "M99"),
        (&["new", "town"], "there already"),
        (&["new", "a/b"], "a/b"),
    ] {
        let said = place.refused(2, &[words, &["--lang=en"]].concat());
        assert!(said.contains(expected), "{words:?}: {said}");
    }
    // The language of the call holds for a call that cannot be read, too.
    assert!(place.refused(2, &["run", "town", "--kpi=x"]).contains("没有“--kpi”这个参数"));
    assert!(place.refused(2, &["kpis", "nonsense"]).contains("没有指标“nonsense”"));
    assert_eq!(place.call(&["run"]).status.code(), Some(2));
    std::fs::write(place.path("file"), "").unwrap();
    place.refused(3, &short(&["--replications=1", "--out=file/under"]));
}

#[test]
fn lists_and_lives_are_told() {
    // Catches: JSON that is none, a case that cannot be found by its number, help without text.
    let place = Place::new();
    let levers: serde_json::Value =
        serde_json::from_str(&place.done(&["levers", "--format=json"])).unwrap();
    assert!(levers.as_array().unwrap().len() > 60);
    assert!(place.done(&["kpis", "--format=csv"]).starts_with("id,name_zh,name_en,unit"));
    assert!(place.done(&["mechanisms", "m15"]).contains("L14"));
    for of in ["model", "scenario", "experiment"] {
        let schema = place.done(&["schema", of]);
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        assert!(schema["$schema"].is_string());
    }
    assert!(place.done(&["--help", "--lang=en"]).contains("Run one scenario of a model"));
    assert!(place.done(&["--help"]).contains("运行模型的一个情景"));
    let words = ["trace", "town", "--days=14", "--warm-up=7", "--format=json"];
    let both = ["--scenario=before", "--scenario=after"];
    let nth = place.done(&[&words[..], &both, &["--case=3"]].concat());
    let nth: serde_json::Value = serde_json::from_str(&nth).unwrap();
    let key = nth["case"].to_string();
    let by_key = place.done(&[&words[..], &both, &["--case", &key]].concat());
    assert_eq!(serde_json::from_str::<serde_json::Value>(&by_key).unwrap(), nth);
    assert_eq!(nth["arms"].as_array().unwrap().len(), 2);
    place.refused(2, &[&words[..], &["--case=99999999"]].concat());
}

#[test]
fn a_result_is_verified_from_anywhere() {
    // Catches: a check that only works from the folder in which the result was made, or that looks
    // for its inputs in the wrong place in silence.
    let place = Place::new();
    place.done(&short(&["--replications=2", "--out=results/a"]));
    let elsewhere = tempfile::TempDir::new().unwrap();
    let result = place.path("results/a");
    let verify = |words: &[&str]| {
        let mut command = place.command(&["verify", result.to_str().unwrap(), "--lang=en"]);
        command.current_dir(elsewhere.path()).args(words).output().unwrap()
    };
    let found = verify(&[]);
    let said = String::from_utf8_lossy(&found.stderr).into_owned();
    assert_eq!(found.status.code(), Some(0), "{said}");
    assert!(said.contains("Inputs are read from"), "{said}");
    let moved = tempfile::TempDir::new().unwrap();
    std::fs::rename(place.path("results"), moved.path().join("results")).unwrap();
    let mut command = place.command(&["verify", "results/a", "--quiet", "--root"]);
    let named = command.arg(place.path("")).current_dir(moved.path()).output().unwrap();
    assert_eq!(named.status.code(), Some(0), "{}", String::from_utf8_lossy(&named.stderr));
    let mut command = place.command(&["verify", "results/a", "--quiet", "--format=json"]);
    let lost = command.current_dir(moved.path()).output().unwrap();
    assert_eq!(lost.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&lost.stdout).contains("\"input_missing\""));
}

#[test]
fn a_null_experiment_claims_nothing() {
    // Catches: a difference claimed where an arm is compared with itself, by chance, by a wrong
    // pairing or by a sentence of the briefing.
    let place = Place::new();
    place.write(
        "town/experiments/null.toml",
        "title_zh = \"空实验\"\ntitle_en = \"Null\"\nquestion_zh = \"同一方案有差别吗？\"\n\
         question_en = \"Does an arm differ from itself?\"\nmodel = \"..\"\n\
         area = [\"city\"]\nwarm_up_days = 7\nhorizon_days = 28\nreplications = 3\nseed = 3\n\n\
         [[arms]]\nscenario = \"before\"\n\n\
         [[arms]]\nname = \"again\"\nname_zh = \"再来一次\"\nname_en = \"Again\"\n\
         scenario = \"before\"\n",
    );
    for (lang, claims, silence) in [
        ("en", [": better.", ": worse.", ": changed.", "falls from"], "none shows a difference"),
        ("zh", ["），变好", "），变差", "），有变化", "降至"], "没有一项差别可以断定"),
    ] {
        let out = format!("--out=null-{lang}");
        let lang = format!("--lang={lang}");
        place.done(&["study", "town/experiments/null.toml", &lang, &out, "--quiet"]);
        let folder = place.path(out.trim_start_matches("--out="));
        let mut compare = csv::Reader::from_path(folder.join("compare.csv")).unwrap();
        let at = compare.headers().unwrap().iter().position(|name| name == "verdict").unwrap();
        let verdicts: Vec<String> =
            compare.records().map(|row| row.unwrap()[at].to_owned()).collect();
        assert!(verdicts.len() > 50 && verdicts.iter().all(|verdict| verdict == "unclear"));
        let page = std::fs::read_to_string(folder.join("report.html")).unwrap();
        let answer = page.split("class=\"answer\"").nth(1).unwrap();
        assert!(answer.contains(silence), "{lang}");
        for claim in claims {
            assert!(!page.contains(claim), "{lang}: {claim}");
        }
        let body = page.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
        assert_eq!(body.matches("<tr").count(), body.matches("class=\"unclear\"").count());
    }
}

#[test]
fn a_wrong_setting_has_no_line() {
    // Catches: a position in a file that is not there.
    let place = Place::new();
    let said = place.refused(2, &["run", "town", "--set", "L14=200", "--lang=en"]);
    assert!(said.starts_with("--set L14=200: wrong value"), "{said}");
}

#[test]
fn every_item_of_the_guideline_says_something() {
    // Catches: an item of STRESS-DES that is empty, or lost on the way into the briefing.
    let place = Place::new();
    place.done(&[
        "run",
        "town",
        "--days=7",
        "--warm-up=7",
        "--replications=2",
        "--out=out",
        "--quiet",
    ]);
    let mut items = csv::Reader::from_path(place.path("out/stress.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = items.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 24);
    let page = std::fs::read_to_string(place.path("out/report.html")).unwrap();
    for row in &rows {
        assert!((1..5).all(|cell| row[cell].chars().count() > 1), "{row:?}");
        assert!(page.contains(&row[1]), "{row:?}");
    }
}

#[test]
fn a_closed_pipe_is_success() {
    // Catches: `huying levers | head` that ends with a panic or an error.
    let place = Place::new();
    let mut child = place
        .command(&["levers", "--format=json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty());
}

#[test]
fn nobody_who_listens_to_progress_is_no_fault() {
    // Catches: a study that is aborted because the terminal of its progress is gone, or that loses
    // its result with it.
    let place = Place::new();
    let words = ["compare", "town", "--days=7", "--warm-up=7", "--replications=3", "--out=o"];
    let mut child =
        place.command(&words).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(place.path("o/report.html").exists());
    let mut child = place.command(&["run", "nowhere"]).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn applications_are_written_and_followed() {
    // Catches: an option that writes nothing, rows that disagree with the KPIs, a trace of another
    // application, an option that needs a folder and says nothing.
    let place = Place::new();
    let forms = "--applications=csv,parquet";
    place.done(&short(&["--replications=2", "--out=a", forms]));
    let mut reader = csv::Reader::from_path(place.path("a/applications.csv")).unwrap();
    let rows: Vec<std::collections::BTreeMap<String, String>> =
        reader.deserialize().map(Result::unwrap).collect();
    assert!(place.path("a/applications.parquet").is_file() && !place.path("a/cases.csv").exists());
    let kpis = std::fs::read_to_string(place.path("a/kpis.csv")).unwrap();
    for arm in ["before", "after"] {
        let made = rows.iter().filter(|row| row["arm"] == arm && row["replication"] == "2").count();
        let line = format!("{arm},2,city,all,applications_submitted,applications,{made}");
        assert!(made > 10 && kpis.lines().any(|kpi| kpi == line), "{line}");
    }
    let stages = std::fs::read_to_string(place.path("a/application_stages.csv")).unwrap();
    assert!(stages.contains("before,city,all,window,"), "{stages}");
    place.done(&["verify", "a", "--quiet"]);
    let first = rows.iter().find(|row| row["arm"] == "before" && row["replication"] == "1");
    let number = format!("--application={}", first.unwrap()["application"]);
    let words = ["trace", "town", "--days=14", "--warm-up=7", "--seed=5", "--lang=en"];
    let text = place.done(&[&words[..], &[&number, "--scenario=before"]].concat());
    assert!(text.starts_with("Application ") && text.contains("Window"), "{text}");
    let two = [&number, "--scenario=before", "--scenario=after", "--format=json"];
    let json: serde_json::Value =
        serde_json::from_str(&place.done(&[&words[..], &two].concat())).unwrap();
    assert!(json["application"].is_u64() && json["arms"].as_array().unwrap().len() == 2);
    let refused = place.refused(2, &[&words[..], &["--application=99999999"]].concat());
    assert!(refused.contains("no application 99999999"), "{refused}");
    let nowhere = place.refused(2, &short(&["--applications=csv"]));
    assert!(nowhere.contains("--applications needs a folder"), "{nowhere}");
}
