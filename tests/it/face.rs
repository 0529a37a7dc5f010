//! Face checks of the fact base, section 8: what anybody who knows the work would expect.

use huying::base::{DAY, Time};
use huying::compile::LoadedModel;
use huying::domain::{CaseRecord, Fate, PoolKind, RunSpec, Stage};

use crate::fixture::{
    SPEC, Told, after, before, changed, digest, end, fixture, kpi, measured, plan_of, run, slow,
};

/// What happened to cases and issues, without the load of pools.
fn lives(told: &Told) -> String {
    digest(&(&told.cases, &told.issues, &told.call_ups))
}

fn run_with(model: &LoadedModel, scenario: &str, sets: &[(&str, &str)]) -> Told {
    run(model, &plan_of(model, scenario, sets), SPEC)
}

// Catches people who change something although nobody ever waited for them.
#[test]
fn more_staff_at_an_idle_pool_changes_no_case() {
    // One matter in twenty: then nobody ever waits for a specialist, of whom three are on shift.
    let quiet = changed(fixture(), |city| city.params.demand.cases_per_resident_year *= 0.05);
    let enough = run_with(&quiet, "after", &[("L21", "10")]);
    let waited: f64 = enough
        .pools
        .iter()
        .filter(|pool| matches!(pool.kind, PoolKind::OnCall(_)))
        .map(|pool| pool.load.overload_h)
        .sum();
    assert!(waited <= 0.0, "specialists are idle enough for this check: {waited}");
    let more = run_with(&quiet, "after", &[("L21", "14")]);
    assert_eq!(lives(&enough), lives(&more));
    assert!(!enough.on_calls.is_empty(), "specialists are called at all");
}

// Catches a platform that does more than carry the call: with no weight on departments, no
// deadline and no difference in registering, it is the old letter regime.
#[test]
fn without_weight_the_platform_is_a_letter() {
    let model = changed(fixture(), |city| {
        city.params.assessment.initial_department_weight = 0.0;
        city.params.assessment.initial_stationed_weight = 0.0;
        city.params.response.letter_wd = 0.0;
        city.params.response.platform_minutes = 0.0;
    });
    let zero = [("L34", "0"), ("L35", "0")];
    let letter = run_with(&model, "before", &zero);
    let [a, b] = zero;
    let platform = run_with(&model, "before", &[a, b, ("L50", "platform")]);
    // A letter takes at least a second of working time, a platform any second.
    let difference = kpi(&measured(&model, &letter, SPEC), "time_to_close_mean")
        - kpi(&measured(&model, &platform, SPEC), "time_to_close_mean");
    assert!(difference.abs() < 24.0, "{difference} h");
    // And nobody adapts to a weight of nothing, however long the period is.
    let [quick, slow] =
        ["7", "365"].map(|days| lives(&run_with(&model, "before", &[a, b, ("L36", days)])));
    assert_eq!(quick, slow);
}

// Catches a list that works without items, and clarity or scenarios that work without a list.
#[test]
fn a_list_of_no_items_is_no_list() {
    let words = [("L47", "0"), ("L48", "0.65"), ("L49", "6")];
    assert_eq!(digest(before()), digest(&run_with(fixture(), "before", &words)));
    let none = run_with(fixture(), "after", &[("L47", "0"), ("L48", "0"), ("L49", "0")]);
    let empty = run_with(fixture(), "after", &[("L47", "0")]);
    let unclear = run_with(fixture(), "after", &[("L48", "0")]);
    assert_eq!(digest(&none), digest(&empty));
    assert_eq!(digest(&none), digest(&unclear));
}

// Catches stationed people who touch cases that the street finishes alone.
#[test]
fn cases_of_one_hand_ignore_stationed_people() {
    // A simple case that is pushed to a department comes back to whoever is there: not this check.
    let simple = changed(fixture(), |city| {
        city.items.iter_mut().for_each(|item| item.p_simple = 1.0);
        city.params.assessment.over_call_base = 0.0;
        city.params.assessment.over_call_slope = 0.0;
    });
    let with = run_with(&simple, "after", &[]);
    let without = run_with(&simple, "after", &[("L16", "none"), ("L17", "0"), ("L18", "0")]);
    assert_eq!(lives(&with), lives(&without));
    assert!(with.cases.iter().all(|case| case.parties == 0));
    // The check means something: where cases need others, stationed people matter.
    let normal = run_with(fixture(), "after", &[("L16", "none"), ("L17", "0"), ("L18", "0")]);
    assert_ne!(lives(after()), lives(&normal));
}

// Catches staff that slows cases down on average. Closing on paper is switched off: under pressure
// it makes bad service look quick, and that is no effect of staff.
#[test]
fn more_staff_never_hurts_on_average() {
    let model = changed(fixture(), |city| {
        city.params.closing.nominal_base = 0.0;
        city.params.closing.nominal_pressure = 0.0;
    });
    let replications = if slow() { 12 } else { 3 };
    let mean = |added: &str, squad: &str| -> f64 {
        let plan = plan_of(&model, "before", &[("L02", added), ("L14", squad)]);
        let sum: f64 = (0..replications)
            .map(|replication| {
                let spec = RunSpec { replication, ..SPEC };
                kpi(&measured(&model, &run(&model, &plan, spec), spec), "time_to_close_mean")
            })
            .sum();
        sum / replications as f64
    };
    let by_posts = ["0", "8", "20"].map(|added| mean(added, "6"));
    println!("time to close with 0, 8, 20 posts more: {by_posts:?} h");
    assert!(by_posts.is_sorted_by(|a, b| a >= b), "{by_posts:?}");
    let by_squad = ["3", "6", "20"].map(|squad| mean("0", squad));
    println!("time to close with squads of 3, 6, 20: {by_squad:?} h");
    assert!(by_squad.is_sorted_by(|a, b| a >= b), "{by_squad:?}");
}

// Catches a life out of order: closed before it was noticed, accepted before it was entered.
#[test]
fn a_case_lives_in_order() {
    for told in [before(), after()] {
        for case in &told.cases {
            let ordered = |a: Time, b: Option<Time>| b.is_none_or(|b| a <= b);
            let fine = case.arisen <= case.detected
                && case.detected <= case.registered
                && ordered(case.registered, case.dispatched)
                && ordered(case.dispatched.unwrap_or(case.registered), case.accepted)
                && ordered(case.accepted.unwrap_or(case.registered), case.first_closed)
                && ordered(case.first_closed.unwrap_or(case.registered), case.closed)
                && ordered(case.closed.unwrap_or(case.registered), case.left)
                && case.left.is_none_or(|left| left <= end());
            assert!(fine, "{case:?}");
            assert_eq!(case.fate == Fate::Open, case.left.is_none(), "{case:?}");
            assert!(case.fate != Fate::Closed || case.closed.is_some(), "{case:?}");
            assert!(case.closed.is_none() || case.accepted.is_some() || case.grid_settled);
        }
    }
}

// Catches returns that come from nowhere: with a perfect first dispatch, no dispute and no refusal,
// nothing is sent back and nothing lies with nobody but for the signature of acceptance.
#[test]
fn perfect_dispatch_returns_nothing() {
    let model = changed(fixture(), |city| {
        city.params.committee.dispute = 0.0;
        city.params.assessment.refusal_base = 0.0;
    });
    let told = run_with(&model, "before", &[("L53", "1")]);
    let returned = told.cases.iter().filter(|case| case.returns > 0).count();
    assert_eq!(returned, 0);
    assert!(before().cases.iter().any(|case| case.returns > 0), "the check means something");
}

// Catches redo that nobody asked for: without call-back and audit no case is opened again.
#[test]
fn nobody_asks_nobody_redoes() {
    let told = run_with(fixture(), "after", &[("L55", "0"), ("L56", "0")]);
    assert!(told.cases.iter().all(|case| !case.redone && !case.called_back));
    assert!(after().cases.iter().any(|case| case.redone), "the check means something");
}

// Catches demand that is not proportional to people: twice the matters, about twice the cases.
#[test]
fn twice_the_matters_twice_the_cases() {
    let twice = changed(fixture(), |city| city.params.demand.cases_per_resident_year *= 2.0);
    let none = changed(fixture(), |city| city.params.demand.cases_per_resident_year = 0.0);
    let issues = before().issues.len() as f64;
    let ratio = run_with(&twice, "before", &[]).issues.len() as f64 / issues;
    assert!((1.9..2.1).contains(&ratio), "{ratio}");
    let quiet = run_with(&none, "before", &[]);
    assert!(quiet.cases.is_empty() && quiet.issues.is_empty());
}

// Catches a limit clock that runs on while a contractor works or the law takes its time: ten times
// the time of others must use up no more of the limit. Closing on paper is switched off.
#[test]
fn the_limit_clock_stands_still_while_others_work() {
    let with = |factor: f64| {
        let model = changed(fixture(), |city| {
            let p = &mut city.params;
            (p.closing.nominal_base, p.closing.nominal_pressure) = (0.0, 0.0);
            p.closing.extension = 0.0;
            p.effort.contractor_wd.iter_mut().for_each(|wd| *wd *= factor);
            p.effort.legal_wd.iter_mut().for_each(|wd| *wd *= factor);
        });
        run_with(&model, "before", &[])
    };
    let (quick, slow) = (with(0.1), with(1.0));
    let waited = |case: &CaseRecord| {
        let spent = |stage: Stage| i64::from(case.ledger.0[stage as usize]);
        spent(Stage::Contractor) + spent(Stage::LegalClock)
    };
    let mut differences = Vec::new();
    for case in slow.cases.iter().filter(|case| case.closed.is_some() && !case.redone) {
        let same = quick.cases.iter().find(|other| other.key == case.key);
        if let Some(other) = same
            && other.closed.is_some()
            && !other.redone
            && waited(case) - waited(other) > 2 * DAY
        {
            differences.push(case.clock_share - other.clock_share);
        }
    }
    let mean = differences.iter().sum::<f64>() / differences.len() as f64;
    println!("{} cases, {mean:.3} of the limit more", differences.len());
    assert!(differences.len() > 100, "the check means something: {}", differences.len());
    assert!(mean.abs() < 0.1, "{mean} of the limit");
}
