//! What a record says agrees with everything else it says, and who is paid or on duty is who the
//! levers name.

use std::collections::BTreeMap;

use huying::base::{DAY, Span, Time};
use huying::domain::{CaseRecord, Fate, PoolKind, PoolRecord, Stage};

use crate::fixture::{SPEC, Told, after, before, changed, end, fixture, plan_of, run};

fn both() -> [(&'static str, &'static Told); 2] {
    [("before", before()), ("after", after())]
}

fn with(scenario: &str, sets: &[(&str, &str)]) -> Told {
    run(fixture(), &plan_of(fixture(), scenario, sets), SPEC)
}

// Catches a repeat that is counted from another date than registration, or without second
// registrations: place and item are those of the issue, whose key is the case's without the visit.
#[test]
fn a_repeat_follows_a_registration_within_thirty_days() {
    for (side, told) in both() {
        let mut issues: BTreeMap<u64, Vec<&CaseRecord>> = BTreeMap::new();
        for case in &told.cases {
            issues.entry(case.key >> 4).or_default().push(case);
        }
        let mut repeats = 0;
        for cases in issues.values_mut() {
            cases.sort_by_key(|case| case.key);
            let mut last: Option<Time> = None;
            for case in cases {
                let expected = last.is_some_and(|at| case.registered - at <= Span(30 * DAY));
                assert_eq!(case.repeat, expected, "{side}: case {}", case.key);
                last = last.max(Some(case.registered));
                repeats += u32::from(expected);
            }
        }
        assert!(repeats > 50, "{side}: repeats happen: {repeats}");
    }
}

// Catches a case counted as overdue while its limit clock stands still, or a red card that the
// count of overdue cases does not know.
#[test]
fn what_is_overdue_has_used_its_limit() {
    for (side, told) in both() {
        let mut standing = 0;
        for case in told.cases.iter().filter(|case| case.accepted.is_some()) {
            let ended = case.closed.or(case.left).unwrap_or(end());
            if case.due.is_some_and(|due| due < ended) {
                assert!(case.clock_share > 0.999, "{side}: {case:?}");
            }
            standing += u32::from(case.due.is_none());
        }
        assert!(standing > 10, "{side}: legal procedures are under way at the end: {standing}");
    }
}

// Catches a first contact that comes after the work it should precede, or after the end.
#[test]
fn first_contact_comes_before_the_work() {
    for (side, told) in both() {
        let mut contacted = 0;
        for case in &told.cases {
            let Some(at) = case.contacted else { continue };
            assert!(case.begun.is_none_or(|begun| at <= begun), "{side}: {case:?}");
            assert!(case.left.is_none_or(|left| at <= left), "{side}: {case:?}");
            assert!(case.accepted.is_some_and(|accepted| accepted <= at), "{side}: {case:?}");
            contacted += 1;
        }
        assert!(contacted > 100, "{side}: {contacted}");
    }
}

// Catches over-calling that changes what a matter is: what the street alone could finish has no
// legal procedure, whoever was called.
#[test]
fn a_simple_matter_stays_simple() {
    let eager = changed(fixture(), |city| city.params.assessment.over_call_base = 0.5);
    let told = run(&eager, &plan_of(&eager, "after", &[]), SPEC);
    let simple = || told.cases.iter().filter(|case| case.parties == 0);
    let called = simple().filter(|case| case.called_up).count();
    assert!(called > 100, "simple matters are called up: {called}");
    for case in simple() {
        assert_eq!(case.ledger.0[Stage::LegalClock as usize], 0, "{case:?}");
    }
}

// Catches a redo that treats work which was never done as done: closed on paper before contractor
// or legal procedure, found out and redone, they still have to run.
#[test]
fn a_redo_makes_up_for_what_was_closed_on_paper() {
    let paper = changed(fixture(), |city| city.params.closing.nominal_base = 0.6);
    let told = run(&paper, &plan_of(&paper, "after", &[("L55", "1")]), SPEC);
    let elapsed = |case: &CaseRecord| {
        case.ledger.0[Stage::LegalClock as usize] + case.ledger.0[Stage::Contractor as usize]
    };
    let done = told.cases.iter().filter(|case| {
        case.class > 0 && case.parties > 0 && !case.duplicate && case.fate == Fate::Closed
    });
    let done: Vec<_> = done.filter(|case| case.resolved && !case.nominal).collect();
    let redone = done.iter().filter(|case| case.first_closed < case.closed).count();
    assert!(redone > 20, "closed on paper, found out and redone: {redone} of {}", done.len());
    for case in done {
        assert!(elapsed(case) > 0, "{case:?}");
    }
}

fn hours(told: &Told, wanted: impl Fn(&PoolRecord) -> bool) -> f64 {
    let pools = told.pools.iter().filter(|pool| wanted(pool));
    pools.map(|pool| pool.load.available_h).sum()
}

// Catches specialists who are on duty in both shifts of every day, stationed people who work while
// they are away, and a desk that serves although nobody is ever there.
#[test]
fn people_on_duty_are_those_of_the_roster() {
    let weeks = f64::from(SPEC.horizon_days) / 7.0;
    let on_call = |pool: &PoolRecord| matches!(pool.kind, PoolKind::OnCall(_));
    let told = with("after", &[("L21", "3")]);
    let agencies = told.pools.iter().filter(|pool| on_call(pool)).count() as f64;
    let found = hours(&told, on_call);
    let expected = agencies * 3.0 * 5.0 * 7.0 * weeks;
    assert!((found / expected - 1.0).abs() < 1e-6, "{found} h on call, expected {expected}");

    let stationed = |pool: &PoolRecord| matches!(pool.kind, PoolKind::Stationed(_));
    let [always, half, never] =
        ["1", "0.5", "0"].map(|share| with("after", &[("L18", share), ("L17", "2")]));
    let share = hours(&half, stationed) / hours(&always, stationed);
    assert!((share - 0.5).abs() < 0.08, "present for {share} of the time");
    let served = never.pools.iter().filter(|pool| stationed(pool) && pool.load.waits > 0);
    assert_eq!(served.count(), 0, "nobody is served at a desk where nobody is");
}

// Catches large cases whose joint work disappears with the district's last officer (M19).
#[test]
fn large_cases_are_worked_on_without_a_reserve() {
    let worked = |told: &Told, kind: PoolKind| -> f64 {
        let pools = told.pools.iter().filter(|pool| pool.kind == kind);
        pools.map(|pool| pool.load.work_in_h).sum()
    };
    let heavy = changed(fixture(), |city| city.params.enforcement.reserve_h = 50.0);
    let of = |model, share| run(model, &plan_of(model, "after", &[("L15", share)]), SPEC);
    let [light_none, heavy_none] = [fixture(), &heavy].map(|model| of(model, "1"));
    let gain = worked(&heavy_none, PoolKind::Squad) - worked(&light_none, PoolKind::Squad);
    assert!(gain > 100.0, "squads do what the reserve would: {gain} h");
}

// Catches tasks that vanish at the gate instead of staying with the departments (M30).
#[test]
fn what_the_gate_refuses_departments_do() {
    let [open, shut] = ["1", "0"].map(|share| with("before", &[("L41", share), ("L43", share)]));
    let given = |told: &Told| -> f64 {
        let departments = |pool: &&PoolRecord| matches!(pool.kind, PoolKind::Department(_));
        told.pools.iter().filter(departments).map(|pool| pool.load.work_in_h).sum()
    };
    let task_h = |told: &Told| told.tasks.iter().map(|task| task.hours).sum::<f64>();
    assert!(shut.tasks.is_empty() && !open.tasks.is_empty());
    let (spared, more) = (task_h(&open), given(&shut) - given(&open));
    assert!(more > 0.5 * spared * 42.0 / 56.0, "{spared} h spared, {more} h more");
}

// Catches costs that take the settings of the last day for those of the whole window.
#[test]
fn costs_follow_the_days_on_which_settings_were_in_force() {
    let cost = |sets: &[(&str, &str)]| -> f64 {
        with("before", sets).streets.iter().map(|street| street.staff_cost).sum()
    };
    let (base, all) = (cost(&[]), cost(&[("L59", "1")]));
    // The last week of six.
    let late = cost(&[("L59", "{ default = 1.0, from = 2018-10-22 }")]);
    let share = (late - base) / (all - base);
    assert!((share - 1.0 / 6.0).abs() < 1e-6, "{share} of the cost for a sixth of the time");
}

// Catches pools that are left out of the account because they ended before the run did: offices
// that were merged on the last days had their people and their work all the time before. And work
// that is stranded where nobody is any more (the run itself would stop).
#[test]
fn what_ended_before_the_end_is_told() {
    let staff = |told: &Told| -> f64 {
        let unit = |pool: &&PoolRecord| matches!(pool.kind, PoolKind::Unit(_));
        told.pools.iter().filter(unit).map(|pool| pool.load.servers_mean).sum()
    };
    let merged = "[{default=24},{default=8,from=2018-10-24}]";
    let fixed = ("staff.mode", "fixed");
    let constant = with("before", &[("office.units", "24"), fixed]);
    let dated = with("before", &[("office.units", merged), fixed, ("office.pooling", "0")]);
    let (constant, dated) = (staff(&constant), staff(&dated));
    assert!((dated / constant - 1.0).abs() < 0.1, "{dated} people, not {constant}");
    let handles = |told: &Told| {
        let cases =
            |pool: &&PoolRecord| matches!(pool.kind, PoolKind::Unit(_)) && pool.handles_cases;
        told.pools.iter().filter(cases).count()
    };
    let all = handles(&with("before", &[("office.units", "24"), fixed]));
    let then = handles(&with("before", &[("office.units", merged), fixed]));
    assert!(then >= all, "{then} pools handled cases, of {all}");
}

// Catches applicants who are told to come back to a point that has closed since, and wait there.
#[test]
fn who_comes_back_to_a_closed_point_is_served() {
    let closed = "[{default=7.6},{default=0,from=2018-10-01}]";
    let told = with("after", &[("service.points", closed)]);
    assert!(told.applications.len() > 100, "{} applications", told.applications.len());
}

// Catches work under way at the end that is booked as waiting.
#[test]
fn work_under_way_at_the_end_is_work() {
    for (side, told) in both() {
        // The run ends at midnight: what began before four has had an hour of the office.
        let before_four = Time(end().0 - DAY / 3);
        let mut seen = 0;
        for case in told.cases.iter().filter(|case| case.fate == Fate::Open) {
            if case.effort == Span::ZERO && case.begun.is_some_and(|begun| begun < before_four) {
                assert!(case.ledger.0[Stage::Work as usize] > 0, "{side}: {case:?}");
                seen += 1;
            }
        }
        assert!(seen > 0, "{side}: no first piece of work is under way");
    }
}

// Catches a limit clock that runs on while the case is closed: where a redo goes on with the time
// used so far, weeks until the call-back would be counted as used.
#[test]
fn the_limit_stands_while_a_case_is_closed() {
    let late = changed(fixture(), |city| {
        city.rules.reset_on_redo = false;
        city.params.closing.call_back_days = 15.0;
    });
    let told = run(&late, &plan_of(&late, "after", &[]), SPEC);
    let redone = |case: &&CaseRecord| case.redone && case.fate == Fate::Closed;
    let mut shares: Vec<f64> = told.cases.iter().filter(redone).map(|c| c.clock_share).collect();
    shares.sort_by(f64::total_cmp);
    assert!(shares.len() > 20, "{} were redone", shares.len());
    let median = shares[shares.len() / 2];
    assert!(median < 1.0, "half of the redone cases have used {median} of their limit");
}
