//! A run is a function of city, plan, seed and replication, and of nothing else.

use huying::base::DAY;
use huying::domain::{Plan, RunSpec};

use crate::fixture::{SPEC, after, before, digest, fixture, plan_of, run};

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
