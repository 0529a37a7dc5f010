//! A run is a function of city, plan, seed and replication, and of nothing else.

use huying::base::DAY;
use huying::domain::{Plan, RunSpec};

use huying::store::{csv, kpis_csv};
use huying::study::{NoJournal, Silent, StudyResult};

use crate::fixture::{SPEC, after, before, digest, fixture, plan_of, run, with_a_second_district};
use crate::golden::study;

// Catches state that survives a run, order of a hash, an address that is not the case's own.
#[test]
fn the_same_run_twice_says_the_same() {
    for (scenario, first) in [("before", before()), ("after", after())] {
        let again = run(fixture(), &plan_of(fixture(), scenario, &[]), SPEC);
        assert_eq!(digest(first), digest(&again), "{scenario}");
        assert!(first.cases.len() > 1000, "the small city has a life: {}", first.cases.len());
    }
}

// Catches a seed or a replication number that never reaches the draws.
#[test]
fn another_replication_or_seed_is_other_luck() {
    let plan = plan_of(fixture(), "before", &[]);
    let other = run(fixture(), &plan, RunSpec { replication: 1, ..SPEC });
    let seeded = run(fixture(), &plan, RunSpec { seed: SPEC.seed + 1, ..SPEC });
    assert_ne!(digest(&before().issues), digest(&other.issues));
    assert_ne!(digest(&before().issues), digest(&seeded.issues));
    assert_ne!(digest(&other.issues), digest(&seeded.issues));
}

// Catches settings that depend on the order in which they are written.
#[test]
fn the_order_of_settings_does_not_matter() {
    let sets =
        [("L14", "20"), ("list.items", "81"), ("L48", "0.65"), ("callup.channel", "platform")];
    let mut turned = sets;
    turned.reverse();
    assert_eq!(plan_of(fixture(), "before", &sets), plan_of(fixture(), "before", &turned));
    // A key and its id are one lever.
    let by_key = plan_of(fixture(), "before", &[("enforcement.squad_officers", "20")]);
    assert_eq!(by_key, plan_of(fixture(), "before", &[("L14", "20")]));
}

// Catches a change that works before its day: what lies beyond the end must leave no trace, though
// its pools and streams of work are laid out from the start.
#[test]
fn a_change_after_the_end_changes_nothing() {
    let mut plan = plan_of(fixture(), "before", &[]);
    let mut later = plan_of(fixture(), "after", &[]).epochs.remove(0);
    later.from = SPEC.end();
    plan.epochs.push(later);
    assert_eq!(digest(before()), digest(&run(fixture(), &plan, SPEC)));
}

// Catches a change that works backwards: until its day, both plans are one world.
#[test]
fn a_change_in_the_middle_leaves_the_past_alone() {
    let mut plan = plan_of(fixture(), "before", &[]);
    let mut later = plan_of(fixture(), "after", &[]).epochs.remove(0);
    let day = huying::base::Time(28 * DAY);
    later.from = day;
    plan.epochs.push(later);
    let changed = run(fixture(), &plan, SPEC);
    let past = |told: &crate::fixture::Told| {
        let mut cases: Vec<_> = told.cases.clone();
        cases.retain(|case| case.left.is_some_and(|left| left < day));
        digest(&cases)
    };
    assert_eq!(past(before()), past(&changed));
    assert_ne!(digest(before()), digest(&changed));
}

// Catches a past that depends on how long the run goes on.
#[test]
fn a_longer_run_has_the_same_beginning() {
    let plan: Plan = plan_of(fixture(), "before", &[]);
    let longer = run(fixture(), &plan, RunSpec { horizon_days: SPEC.horizon_days + 7, ..SPEC });
    let beginning = |told: &crate::fixture::Told| {
        let mut cases: Vec<_> = told.cases.clone();
        cases.retain(|case| case.left.is_some_and(|left| left < SPEC.end()));
        digest(&cases)
    };
    assert_eq!(beginning(before()), beginning(&longer));
}

/// Every table of a result as the bytes of its file.
fn bytes(result: &StudyResult) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> =
        result.tables().iter().map(|table| (table.name().to_owned(), csv(table))).collect();
    let mut kpis = Vec::new();
    kpis_csv(&mut kpis, result.kpi_lines()).expect("memory takes lines");
    files.push(("kpis".to_owned(), kpis));
    files
}

// Catches results that depend on which thread was first: two districts, two arms and two
// replications give the same bytes on one thread, on two and on five.
#[test]
fn threads_change_no_byte() {
    let study = study(&with_a_second_district(fixture()));
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.expect("threads can be started");
        bytes(&pool.install(|| study.run(&NoJournal, &Silent)))
    };
    let one = on(1);
    assert!(one.iter().all(|(_, bytes)| !bytes.is_empty()) && one.len() > 5);
    for threads in [2, 5] {
        for ((name, a), (_, b)) in one.iter().zip(on(threads)) {
            assert!(*a == b, "{name} differs on {threads} threads");
        }
    }
}

// Catches arms that disturb each other, and replications that depend on the ones before them.
#[test]
fn a_run_does_not_depend_on_its_neighbors() {
    let whole = study(fixture());
    let mut alone = whole.clone();
    alone.arms.remove(0);
    alone.replications = 2..=2;
    let status = |study: &huying::study::Study, arm: usize| {
        study.run(&NoJournal, &Silent).status(arm, 2).clone()
    };
    assert_eq!(status(&whole, 1), status(&alone, 0));
}
