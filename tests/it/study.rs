//! Studies of a small city: threads, interruptions and failures leave no trace in the numbers.

use std::collections::BTreeMap;
use std::sync::Mutex;

use huying::compile::{self, LoadedModel};
use huying::measure::{RunResult, Scope, Selection};
use huying::study::{Arm, Journal, JournalError, NoJournal, RunStatus, Silent, Study, StudyResult};

/// A model of three places, as `huying new` makes it.
fn small() -> LoadedModel {
    let folder = tempfile::TempDir::new().expect("a test's own doing");
    for (name, text) in compile::new_model("small").expect("a test's own doing") {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a test's own doing"))
            .expect("a test's own doing");
        std::fs::write(path, text).expect("a test's own doing");
    }
    compile::load_model(folder.path()).expect("a test's own doing")
}

fn arm(model: &LoadedModel, scenario: &str) -> Arm {
    let sets = [];
    let plan =
        compile::plan(model, scenario, &sets).or_else(|_| compile::plan(model, "before", &sets));
    Arm {
        name: scenario.into(),
        zh: scenario.into(),
        en: scenario.into(),
        city: model.city.clone(),
        plan: plan.expect("a test's own doing").plan,
        replay: format!("huying run small --scenario={scenario}"),
    }
}

fn study(model: &LoadedModel, replications: u32) -> Study {
    let selection = Selection::all(&model.city);
    Study {
        city: model.city.clone(),
        arms: vec![arm(model, "before"), arm(model, "again")],
        districts: selection.districts(&model.city),
        selection,
        scopes: Scope::ALL.to_vec(),
        seed: 11,
        replications: 1..=replications,
        warm_up_days: 7,
        horizon_days: 14,
        confidence: 0.95,
    }
}

/// Everything a result says, as text.
fn all(result: &StudyResult) -> String {
    let lines: Vec<String> = result.kpi_lines().map(|line| format!("{line:?}")).collect();
    format!("{}\n{:?}", lines.join("\n"), result.tables())
}

/// Keeps replications in memory; forgets some on the way in, like a study that was killed.
#[derive(Default)]
struct Memory(Mutex<BTreeMap<(usize, u32), RunResult>>);

impl Journal for Memory {
    fn load(&self, arm: usize, replication: u32) -> Option<RunResult> {
        self.0.lock().expect("a test's own doing").get(&(arm, replication)).cloned()
    }

    fn save(&self, arm: usize, replication: u32, result: &RunResult) -> Result<(), JournalError> {
        self.0.lock().expect("a test's own doing").insert((arm, replication), result.clone());
        Ok(())
    }
}

#[test]
fn threads_and_interruptions_leave_no_trace() {
    // Catches: sums in thread order, results in order of completion, a resumed study that differs
    // from one in one go, replications that depend on how many there are.
    let model = small();
    let on = |threads: usize, work: &(dyn Fn() -> StudyResult + Sync)| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a test's own doing");
        pool.install(work)
    };
    let whole = all(&on(1, &|| study(&model, 4).run(&NoJournal, &Silent)));
    assert!(whole.contains("time_to_close_mean"));
    for threads in [2, 3] {
        assert_eq!(all(&on(threads, &|| study(&model, 4).run(&NoJournal, &Silent))), whole);
    }
    let memory = Memory::default();
    study(&model, 3).run(&memory, &Silent);
    memory.0.lock().expect("a test's own doing").remove(&(1, 2));
    assert_eq!(memory.0.lock().expect("a test's own doing").len(), 5);
    assert_eq!(all(&on(2, &|| study(&model, 4).run(&memory, &Silent))), whole);
    assert_eq!(memory.0.lock().expect("a test's own doing").len(), 8);
}

#[test]
fn equal_arms_do_not_differ_at_all() {
    // Catches: the name or place of an arm reaching its random numbers, so that a lever that does
    // nothing seems to do something.
    let model = small();
    let result = study(&model, 3).run(&NoJournal, &Silent);
    let tables = result.tables();
    let compare =
        tables.iter().find(|table| table.name() == "compare").expect("a test's own doing");
    assert!(compare.n_rows() > 50);
    assert!(
        compare.number("difference").iter().all(|difference| difference.abs() < f64::MIN_POSITIVE)
    );
    assert!(compare.text("verdict").iter().all(|verdict| verdict == "unclear"));
}

#[test]
fn a_panic_is_a_failure_of_its_replication_only() {
    // Catches: one broken run that ends the study, is averaged over in silence, or cannot be found
    // again.
    let model = small();
    let mut study = study(&model, 2);
    study.arms[1].plan.epochs[0].streets.clear();
    let result = study.run(&NoJournal, &Silent);
    assert!(matches!(result.status(0, 2), RunStatus::Done { .. }));
    assert!(matches!(result.status(1, 1), RunStatus::Failed(_)));
    assert_eq!(result.failures().len(), 2);
    let tables = result.tables();
    let of =
        |name: &str| tables.iter().find(|table| table.name() == name).expect("a test's own doing");
    let failures = of("failures");
    assert_eq!(failures.n_rows(), 2);
    assert!(failures.text("what")[0].contains("index out of bounds"), "{failures:?}");
    assert!(failures.text("what").iter().all(|what| !what.contains('\n')), "one line each");
    assert_eq!(failures.text("command")[1], "huying run small --scenario=again --replication 2");
    assert_eq!(of("compare").n_rows(), 0);
    assert!(result.notes(&[])[0].en.starts_with("All 2 replications of again failed"));
}

/// Cells of `column` in the rows of a table where all of `wanted` hold.
fn cells(result: &StudyResult, table: &str, wanted: &[(&str, &str)], column: &str) -> Vec<f64> {
    let tables = result.tables();
    let table = tables.iter().find(|t| t.name() == table).expect("a test's own doing");
    table.rows_where(wanted).into_iter().map(|row| table.number_at(column, row)).collect()
}

#[test]
fn matched_cases_are_all_there_and_their_stages_add_up() {
    // Catches: a case lost or counted twice in matching, stages that do not add up to the
    // difference, worlds swapped.
    let model = small();
    let mut study = study(&model, 3);
    let quick = [("dispatch.minutes".to_owned(), "10".to_owned())];
    study.arms[1].plan = compile::plan(&model, "before", &quick).expect("a test's own doing").plan;
    study.horizon_days = 28;
    let result = study.run(&NoJournal, &Silent);
    let of = |quantity: &str| {
        let wanted = [("scope", "city"), ("quantity", quantity)];
        cells(&result, "matched", &wanted, "mean")[0]
    };
    let registered = |arm: usize| {
        let kpi = huying::measure::KpiId::find("cases_registered").expect("a test's own doing");
        let values = result.values(arm, huying::measure::Scope::City, "all", kpi);
        let values = values.expect("a test's own doing");
        values.iter().sum::<f64>() / values.len() as f64
    };
    assert!((of("cases_both") + of("cases_only_baseline") - registered(0)).abs() < 1e-9);
    assert!((of("cases_both") + of("cases_only_arm") - registered(1)).abs() < 1e-9);
    assert!(of("cases_both") > of("cases_only_baseline"), "the same issues arise in both");
    let shares = ["faster_share", "slower_share", "same_share"].map(of);
    assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert!(shares[0] > 0.1, "nothing is faster");
    for cases in ["all", "matched"] {
        for (scope, id) in [("city", "all"), ("kind", "street"), ("channel", "hotline")] {
            let wanted = [("scope", scope), ("scope_id", id), ("cases", cases)];
            let all = cells(&result, "stage_differences", &wanted, "difference_h");
            let (total, stages) = all.split_last().expect("stages and their sum");
            assert_eq!(stages.len(), 14);
            let sum: f64 = stages.iter().sum();
            assert_eq!(sum.to_bits(), total.to_bits(), "{cases} {scope}");
        }
    }
}

#[test]
fn every_arm_is_matched_however_many_there_are() {
    // Catches: arms of a large study whose cases are compared with nobody's, a baseline that is
    // forgotten before the last arm has asked, an arm that waits for a baseline for ever.
    let model = small();
    let mut study = study(&model, 2);
    study.arms = (0..19).map(|at| arm(&model, &format!("again{at}"))).collect();
    study.scopes = vec![Scope::City];
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| study.run(&NoJournal, &Silent))
    };
    let result = on(1);
    let same = cells(&result, "matched", &[("quantity", "same_share")], "mean");
    assert_eq!(same.len(), 18);
    assert!(same.iter().all(|share| (share - 1.0).abs() < 1e-12), "{same:?}");
    assert_eq!(all(&result), all(&on(3)));
}

#[test]
fn the_same_world_twice_has_no_difference() {
    // Catches: a case matched with another one, a difference out of nothing.
    let result = study(&small(), 2).run(&NoJournal, &Silent);
    let both = [("scope", "city"), ("quantity", "same_share")];
    let near = |got: Vec<f64>, want: f64| got.len() == 1 && (got[0] - want).abs() < 1e-12;
    assert!(near(cells(&result, "matched", &both, "mean"), 1.0));
    for quantity in ["cases_only_baseline", "cases_only_arm", "closed_only_arm"] {
        let wanted = [("scope", "city"), ("quantity", quantity)];
        assert!(near(cells(&result, "matched", &wanted, "mean"), 0.0));
    }
    let all = cells(&result, "stage_differences", &[("cases", "matched")], "difference_h");
    assert!(all.len() > 14 && all.iter().all(|hours| hours.abs() < f64::MIN_POSITIVE));
}
