//! Checks of files: whole or not at all, exact, never over another result.

use std::collections::BTreeMap;
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::measure::{KpiId, KpiRow, PoolRow, RunResult, Scope};
use crate::study::{Journal, KpiLine};
use crate::table::Table;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn manifest(seed: u64, replications: u32) -> Manifest {
    let arm = |name: &str, plan: &str| ArmEntry {
        name: name.into(),
        zh: String::new(),
        en: String::new(),
        settings: Vec::new(),
        plan: plan.into(),
    };
    Manifest {
        scopes: Vec::new(),
        rule: None,
        estimand: "terminating".into(),
        program: "huying".into(),
        version: "0.1.0".into(),
        toolchain: "1.0.0".into(),
        lock_digest: "l".into(),
        command: vec!["compare".into(), format!("--replications={replications}")],
        model: "small".into(),
        model_digest: "m".into(),
        experiment_digest: None,
        inputs: Vec::new(),
        arms: vec![arm("改革前", "p0"), arm("a/b", "p1")],
        area: vec!["city".into()],
        seed,
        start: "2019-01-01".into(),
        warm_up_days: 30,
        horizon_days: 60,
        first_replication: 1,
        replications,
        confidence: 0.95,
        primary_kpis: Vec::new(),
        charts: Vec::new(),
        words: BTreeMap::new(),
        cases: "none".into(),
        applications: "none".into(),
        lang: "zh".into(),
        published: None,
        files: BTreeMap::new(),
    }
}

fn result(value: f64) -> RunResult {
    let kpi = KpiId::find("time_to_close_mean").unwrap();
    let pool = PoolRow {
        scope: Scope::City,
        scope_id: "all".into(),
        pool: "squad".into(),
        unit_zh: "中队".into(),
        staff: 0.1 + 0.2,
        utilisation: None,
        share_above_0_9: Some(1.0 / 3.0),
        queue_mean: 1e-300,
        queue_max: 4,
        wait_mean_h: None,
        wait_p90_h: Some(f64::MAX),
    };
    RunResult {
        kpis: vec![KpiRow { scope: Scope::Street, scope_id: "姚家街道".into(), kpi, value }],
        pools: vec![pool],
        events: u64::MAX,
        ..RunResult::default()
    }
}

#[test]
fn a_file_is_whole_or_not_there() {
    // Catches: half a file under the final name, a temporary file left behind, an old file lost
    // when the new one cannot be put in its place.
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("deep/down/a.csv");
    write_whole(&path, b"one").unwrap();
    write_whole(&path, b"two").unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"two");
    assert_eq!(names(path.parent().unwrap()), ["a.csv"]);
    let occupied = folder.path().join("deep");
    let error = write_whole(&occupied, b"x").unwrap_err();
    assert!(error.to_string().contains("deep"), "{error}");
    assert_eq!(names(folder.path()), ["deep"]);
}

#[test]
fn tables_are_written_exactly() {
    // Catches: rounded numbers, NaN spelled out, a minus before zero, unquoted commas, a mark at
    // the start of the file, other line ends.
    let table = Table::new("t")
        .with_text("arm", vec!["改革前".into(), "a,\"b\"".into(), String::new()])
        .with_int("n", vec![1, -2, 3])
        .with_number("x", vec![0.1 + 0.2, f64::NAN, -0.0]);
    let bytes = csv(&table);
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert_eq!(
        text,
        "arm,n,x\n改革前,1,0.30000000000000004\n\"a,\"\"b\"\"\",-2,\n\"\",3,0\n"
            .replace("\"\",3", ",3")
    );
    let back = read_csv("t", &bytes).unwrap();
    assert_eq!(back.text("arm"), table.text("arm"));
    assert_eq!(back.int("n"), table.int("n"));
    assert_eq!(back.number("x")[0].to_bits(), (0.1f64 + 0.2).to_bits());
    assert!(back.number("x")[1].is_nan());
    assert!(read_csv("t", b"a,a\n1,2\n").is_err());
    assert!(read_csv("t", b"a,b\n1\n").is_err());
}

#[test]
fn lines_of_kpis_have_the_columns_of_the_contract() {
    // Catches: a column lost or moved in the one file that is not written from a table.
    let line = KpiLine {
        arm: "before",
        replication: 3,
        scope: "city",
        scope_id: "all",
        kpi: "on_time_share",
        unit: "share",
        value: 0.8125,
    };
    let mut out = Vec::new();
    kpis_csv(&mut out, [line]).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "arm,replication,scope,scope_id,kpi,unit,value\nbefore,3,city,all,on_time_share,share,0.8125\n"
    );
}

#[test]
fn a_kept_replication_comes_back_to_the_last_bit() {
    // Catches: numbers changed on the way through the file, so that a resumed study differs from
    // one in one go; replications of two arms in one file; a damaged file taken for a result.
    let folder = TempDir::new().unwrap();
    let out = OutDir::open(folder.path(), &manifest(1, 2), "build", false).unwrap();
    for value in [0.1 + 0.2, 1.0 / 3.0, 5e-324, f64::MIN_POSITIVE, 123_456_789.123_456_78] {
        out.kept().save(1, 7, &result(value)).unwrap();
        assert_eq!(out.kept().load(1, 7), Some(result(value)));
    }
    assert_eq!(out.kept().load(0, 7), None);
    assert_eq!(out.kept().load(1, 8), None);
    assert_eq!(out.kept().n_kept(), 1);
    let file = folder.path().join(".replications/1-a_b-0007.json");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("\"queue_max\":4", "\"queue_max\":5")).unwrap();
    assert_eq!(out.kept().load(1, 7), None, "a damaged file is done again");
    std::fs::write(&file, &text.as_bytes()[..text.len() / 2]).unwrap();
    assert_eq!(out.kept().load(1, 7), None, "half a file is done again");
}

#[test]
fn kept_replications_serve_the_same_input_only() {
    // Catches: replications of another seed or another build in the means; replications lost by a
    // restart; more replications than before starting from nothing.
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    OutDir::open(path, &manifest(1, 2), "build", false)
        .unwrap()
        .kept()
        .save(0, 1, &result(1.0))
        .unwrap();
    let again = OutDir::open(path, &manifest(1, 2), "build", false).unwrap();
    assert_eq!((again.n_kept(), again.kept().load(0, 1)), (1, Some(result(1.0))));
    let more = OutDir::open(path, &manifest(1, 9), "build", true).unwrap();
    assert_eq!(more.n_kept(), 1);
    let other = OutDir::open(path, &manifest(2, 2), "build", true).unwrap_err();
    assert!(matches!(other, OutDirError::OtherUnfinished(_)), "{other}");
    let rebuilt = OutDir::open(path, &manifest(1, 2), "later build", false).unwrap();
    assert_eq!(rebuilt.n_kept(), 0);
}

fn finish(path: &Path, manifest: Manifest, resume: bool) -> Result<(), OutDirError> {
    let out = OutDir::open(path, &manifest, "build", resume)?;
    let mut stage = out.stage()?;
    stage.write("runs.csv", b"arm\n")?;
    stage.write("charts/closure.svg", b"<svg/>")?;
    stage.finish(manifest, &Timing::new(1.0, 10, 2, 2))?;
    Ok(())
}

#[test]
fn a_finished_result_is_never_overwritten_by_another() {
    // Catches: a lost result, a result that looks finished while it is not, leftovers in the
    // folder, a manifest that depends on the clock.
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("out");
    finish(&path, manifest(1, 2), false).unwrap();
    assert_eq!(
        names(&path),
        ["charts", "manifest.json", "ro-crate-metadata.json", "runs.csv", "timing.json"]
    );
    let first = std::fs::read(path.join("manifest.json")).unwrap();
    let written = OutDir::manifest(&path).unwrap();
    let digests = OutDir::digests_now(&path, &written);
    assert_eq!(
        digests.keys().collect::<Vec<_>>(),
        ["charts/closure.svg", "ro-crate-metadata.json", "runs.csv"]
    );
    let about = std::fs::read(path.join("ro-crate-metadata.json")).unwrap();
    let about: serde_json::Value = serde_json::from_slice(&about).unwrap();
    let graph = about["@graph"].as_array().unwrap();
    let runs: Vec<_> = graph.iter().filter(|one| one["@type"] == "CreateAction").collect();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0]["instrument"]["@id"], "#huying");
    let results = runs[0]["result"].as_array().unwrap();
    assert_eq!(results.len(), 2, "every file but those that describe it");
    let file = graph.iter().find(|one| one["@id"] == "runs.csv").unwrap();
    assert_eq!(file["contentSize"], "4");
    assert_eq!(file["identifier"], format!("blake3:{}", written.files["runs.csv"]));
    assert!(digests.iter().all(|(name, now)| now.as_ref() == written.files.get(name)));

    finish(&path, manifest(1, 2), false).unwrap();
    assert_eq!(std::fs::read(path.join("manifest.json")).unwrap(), first);
    let error = finish(&path, manifest(2, 2), true).unwrap_err();
    assert!(matches!(error, OutDirError::OtherResult(_)), "{error}");
    let error = finish(&path, manifest(1, 3), false).unwrap_err();
    assert!(error.to_string().contains("2 replications"), "{error}");
    assert_eq!(std::fs::read(path.join("manifest.json")).unwrap(), first);
    finish(&path, manifest(1, 3), true).unwrap();
    assert_eq!(OutDir::manifest(&path).unwrap().replications, 3);
}

#[test]
fn what_is_not_of_the_result_is_told_or_gone() {
    // Catches: a chart of the result that was replaced, taken for one of the new; a stray table
    // that nobody mentions; a reader's notes lost; the half-written files of a killed run kept.
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("out");
    finish(&path, manifest(1, 2), false).unwrap();
    for name in ["notes.txt", "charts/mine.png", ".hidden"] {
        std::fs::write(path.join(name), "mine").unwrap();
    }
    std::fs::create_dir(path.join(".finishing-killed")).unwrap();
    let foreign = OutDir::foreign(&path, &OutDir::manifest(&path).unwrap());
    assert_eq!(foreign, ["charts/mine.png", "notes.txt"]);
    let again = manifest(1, 3);
    let out = OutDir::open(&path, &again, "build", true).unwrap();
    let mut stage = out.stage().unwrap();
    stage.write("runs.csv", b"arm\n").unwrap();
    stage.finish(again, &Timing::new(1.0, 10, 2, 2)).unwrap();
    assert_eq!(names(&path.join("charts")), ["mine.png"]);
    assert!(!path.join(".finishing-killed").exists());
    assert_eq!(OutDir::foreign(&path, &OutDir::manifest(&path).unwrap()), foreign);
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    // Catches: a user's own tables overwritten because the folder has no manifest.
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("kpis.csv"), "mine").unwrap();
    let error = OutDir::open(folder.path(), &manifest(1, 1), "build", false).unwrap_err();
    assert!(matches!(error, OutDirError::NotOurs { .. }), "{error}");
    assert_eq!(names(folder.path()), ["kpis.csv"]);
}

#[test]
fn digests_tell_input_from_presentation() {
    // Catches: replications thrown away because the report is to be in English, or kept although
    // an arm's settings changed.
    let base = manifest(1, 2);
    let english = Manifest { lang: "en".into(), ..base.clone() };
    assert_eq!(base.run_digest(), english.run_digest());
    assert_ne!(base.input_digest(), english.input_digest());
    let mut moved = base.clone();
    moved.arms[1].plan = "p2".into();
    assert_ne!(base.run_digest(), moved.run_digest());
    assert!(base.differs_in_replications_only(&manifest(1, 5)));
    assert!(!base.differs_in_replications_only(&manifest(2, 5)));
    // A selection finds its number of replications: asked again, it is the same input.
    let asked = Manifest { rule: Some("kn".into()), replications: 0, ..base.clone() };
    let found = Manifest { replications: 7, ..asked.clone() };
    assert_eq!(asked.input_digest(), found.input_digest());
    assert_ne!(base.input_digest(), manifest(1, 5).input_digest());
}
