use super::fixture::*;
use crate::base::DAY;
use crate::domain::{
    CallUpRecord, Channel, DepartmentRecord, Fate, IssueRecord, OnCallRecord, PoolKind, PoolOwner,
    Sink, Stage, TaskRecord,
};
use crate::measure::{Scope, Selection, Window};

#[test]
fn flow_counts_by_its_own_dates() {
    // Would catch counting a flow by date of registration or a cohort by date of closure.
    let mut sum = first_district();
    let mut early = closed_case(-3, 5 * 24); // registered in the warm-up, closed in the window
    early.channel = Channel::Sensor;
    let mut settled = closed_case(2, 0);
    settled.channel = Channel::Grid;
    settled.grid_settled = true;
    let mut repeat = open_case(3);
    repeat.repeat = true;
    repeat.channel = Channel::Grid;
    for case in [early, open_case(-5), closed_case(1, 24), settled, repeat, withdrawn_case(4, 24)] {
        sum.case(&case);
    }
    let result = sum.result();
    expect(
        &result,
        1e-12,
        &[
            ("cases_arisen", 0.0),
            ("cases_registered", 4.0),
            ("cases_closed", 3.0),
            ("cases_open_end", 2.0),
            ("closure_share", 0.5),
            ("repeat_share", 0.25),
            ("withdrawn_share", 0.25),
            ("found_before_call_share", 0.5),
            ("grid_settled_share", 0.5),
        ],
    );
}

#[test]
fn limits_count_what_fell_due() {
    // Would catch judging a case before its limit, a late one as on time, or a withdrawn one.
    let mut sum = first_district();
    let due = |mut case: crate::domain::CaseRecord, first: i64, limit: i64, clock: f64| {
        case.first_due = Some(at(0, first));
        case.due = Some(at(0, limit));
        case.extended = limit > first;
        case.yellow = clock > 0.8;
        case.red = clock > 1.0;
        case.clock_share = clock;
        case
    };
    let in_time = due(closed_case(0, 46), 48, 48, 0.95);
    let saved_by_extension = due(closed_case(0, 60), 48, 96, 0.6);
    let late = due(closed_case(0, 72), 48, 48, 1.5);
    let mut open_late = due(open_case(0), 48, 48, 6.0);
    open_late.stuck = true;
    let gone = due(withdrawn_case(0, 24), 48, 48, 0.5);
    let not_yet = due(open_case(13), 40 * 24, 40 * 24, 0.1);
    let no_limit = closed_case(0, 1);
    for case in [in_time, saved_by_extension, late, open_late, gone, not_yet, no_limit] {
        sum.case(&case);
    }
    let result = sum.result();
    expect(
        &result,
        1e-12,
        &[
            ("on_time_share", 0.5),
            ("on_time_no_extension_share", 0.25),
            ("overdue_share", 0.5),
            ("extension_share", 1.0 / 7.0),
            ("closing_spike", 0.5),
            ("yellow_card_share", 3.0 / 7.0),
            ("red_card_share", 2.0 / 7.0),
            ("stuck_share", 1.0 / 7.0),
        ],
    );
}

#[test]
fn second_registrations_are_told_apart() {
    // Would catch second registrations among the first, or counted by another date: of three
    // registered in the window one is a second; of four closed in it two are, and the two first
    // ones are resolved once.
    let mut sum = first_district();
    let mut failed = closed_case(2, 24);
    failed.resolved = false;
    let second = |day: i64| {
        let mut case = closed_case(day, 5 * 24);
        (case.duplicate, case.resolved) = (true, false);
        case
    };
    for case in [closed_case(1, 24), failed, second(3), second(-3)] {
        sum.case(&case);
    }
    let shares = [
        ("duplicate_share", 1.0 / 3.0),
        ("first_resolution_share", 0.5),
        ("resolution_share", 0.25),
        ("nominal_share", 0.75),
    ];
    expect(&sum.result(), 1e-12, &shares);
}

#[test]
fn times_hold_open_cases() {
    // Would catch a mean over closed cases (72 h): of four, closed after 48 h and 96 h, open for
    // 120 h and for 24 h. At risk 4, 3 (one open case left), 2: S = 1, 2/3, 1/3; the oldest ends
    // the curve at 120 h: 48 + 2/3 × 48 + 1/3 × 24 = 88 h. Nine in ten are never seen to close.
    let mut sum = first_district();
    let mut large = closed_case(1, 96);
    (large.class, large.parties) = (3, 3);
    let mut not_large = closed_case(1, 48);
    (not_large.class, not_large.parties) = (4, 2);
    for mut case in [not_large, large, open_case(9), open_case(13)] {
        case.working = match case.closed {
            Some(closed) => closed - case.registered,
            None => WINDOW.end - case.registered,
        };
        sum.case(&case);
    }
    let result = sum.result();
    expect(
        &result,
        1.0, // the width of a bin at that age
        &[
            ("time_to_close_mean", 88.0),
            ("time_to_close_work_mean", 88.0),
            ("time_to_close_p50", 96.0),
            ("time_to_close_p90", WINDOW.length().hours()),
            ("large_case_time_mean", 96.0),
        ],
    );
}

#[test]
fn issues_count_unnoticed_ones() {
    // Would catch dropping unnoticed issues. Noticed after 10 h and 30 h, vanished at 20 h, one
    // unnoticed for 40 h: S = 1, 3/4 at 10 h, 3/8 at 30 h: 10 + 20 × 3/4 + 10 × 3/8 = 28.75 h.
    // Resolved at 15 h only (4 at risk): 15 + 25 × 3/4 = 33.75 h.
    let mut sum = first_district();
    let issue = |detected: Option<i64>, resolved: Option<i64>, vanished: Option<i64>| {
        let from = WINDOW.end - hours(40);
        IssueRecord {
            street: 0,
            item: 0,
            channel: detected.map(|_| Channel::Grid),
            arisen: from,
            detected: detected.map(|h| from + hours(h)),
            resolved: resolved.map(|h| from + hours(h)),
            vanished: vanished.map(|h| from + hours(h)),
        }
    };
    sum.issue(&issue(Some(10), Some(15), None));
    sum.issue(&issue(Some(30), None, None));
    sum.issue(&issue(None, None, Some(20)));
    sum.issue(&issue(None, None, None));
    let mut before = issue(Some(1), Some(2), None);
    before.arisen = at(-1, 0);
    sum.issue(&before);
    let result = sum.result();
    let expected = [("cases_arisen", 4.0), ("latent_mean", 28.75), ("time_to_resolve_mean", 33.75)];
    expect(&result, 0.2, &expected);
    let grid = value(&result, Scope::Channel, "grid", "latent_mean").unwrap();
    assert!((grid - 20.0).abs() < 0.2, "of the noticed two: {grid}");
    assert_eq!(value(&result, Scope::Channel, "hotline", "latent_mean"), None);
}

#[test]
fn quality_counts_closures() {
    // Would catch taking paper for truth, or losing the answer that led to a redo.
    let mut sum = first_district();
    let mut good = closed_case(1, 10);
    (good.called_back, good.recorded_resolved, good.satisfied) = (true, true, true);
    (good.responded_in_time, good.contacted) = (true, Some(at(1, 1)));
    let mut paper = closed_case(2, 10);
    (paper.resolved, paper.nominal, paper.called_back) = (false, true, true);
    paper.recorded_resolved = true;
    let mut redoing = closed_case(3, 10); // bad call-back, redo under way at the end
    (redoing.closed, redoing.left, redoing.fate) = (None, None, Fate::Open);
    (redoing.resolved, redoing.redone, redoing.called_back) = (false, true, true);
    for case in [good, paper, redoing, closed_case(4, 10)] {
        sum.case(&case);
    }
    let result = sum.result();
    expect(
        &result,
        1e-12,
        &[
            ("resolution_share", 2.0 / 3.0),
            ("nominal_share", 1.0 / 3.0),
            ("resolution_recorded_share", 2.0 / 3.0),
            ("satisfaction_share", 1.0 / 3.0),
            ("redo_share", 0.25),
            ("response_share", 0.25),
            ("first_contact_share", 0.25),
        ],
    );
}

#[test]
fn routing_counts_dispatched_cases() {
    // Would catch a denominator of registered cases, or open cases as wrongly dispatched.
    let mut sum = first_district();
    let mut passed_on = closed_case(1, 10);
    (passed_on.returns, passed_on.owners, passed_on.first_owner_final) = (1, 3, false);
    passed_on.ledger.add(Stage::Limbo, hours(9));
    let mut shirked = closed_case(1, 10);
    (shirked.overruled, shirked.called_up) = (true, true);
    let mut twice = open_case(2);
    (twice.returns, twice.owners) = (2, 2);
    let mut not_dispatched = open_case(13);
    not_dispatched.dispatched = None;
    let mut by_grid = closed_case(4, 0);
    by_grid.to_street = false;
    for case in [passed_on, shirked, twice, not_dispatched, by_grid] {
        sum.case(&case);
    }
    let result = sum.result();
    expect(
        &result,
        1e-12,
        &[
            ("return_share", 0.5),
            ("shirking_share", 0.5),
            ("first_dispatch_accuracy", 2.0 / 3.0),
            ("handoffs_mean", 0.75),
            ("limbo_mean", 2.25),
            ("callup_share", 1.0 / 3.0),
        ],
    );
}

#[test]
fn calls_hold_those_still_waiting() {
    // Would catch a mean over answered calls (10 h). Answered after 10 h, waiting for 30 h: S is
    // 1/2 from 10 h on, 10 + 20 / 2 = 20 h. One target falls after the end: not judged.
    let mut sum = first_district();
    let call = |from_end: i64, reacted: Option<i64>, arrived: Option<i64>, target: i64| {
        let at = WINDOW.end - hours(from_end);
        CallUpRecord {
            street: 0,
            item: 2,
            agency: 1,
            at,
            reacted: reacted.map(|h| at + hours(h)),
            needs_presence: true,
            arrived: arrived.map(|h| at + hours(h)),
            target: hours(target),
            ended: None,
        }
    };
    sum.call_up(&call(30, Some(10), Some(12), 24));
    sum.call_up(&call(30, None, None, 24));
    sum.call_up(&CallUpRecord { needs_presence: false, ..call(30, None, None, 24) });
    sum.call_up(&call(30, None, None, 48));
    let result = sum.result();
    expect(&result, 1e-12, &[("arrival_on_time_share", 0.5)]);
    let mean = value(&result, Scope::Department, "police", "callup_response_mean").unwrap();
    assert!((mean - 25.0).abs() < 0.2, "10 + 20 × 3/4 h, not {mean}");
    assert_eq!(value(&result, Scope::Department, "housing", "callup_response_mean"), None);
    assert!(value(&result, Scope::Field, "F00", "callup_response_p90").is_some());
    assert_eq!(value(&result, Scope::Field, "F01", "callup_response_p90"), None);
}

#[test]
fn on_call_requests_have_twice_the_target() {
    // Would catch the single target, or given-up requests left out.
    let mut sum = first_district();
    let request = |arrived: Option<i64>| OnCallRecord {
        street: 1,
        agency: 1,
        at: at(2, 0),
        arrived: arrived.map(|h| at(2, h)),
        target: hours(2),
        ended: None,
    };
    for arrived in [Some(1), Some(4), Some(5), None] {
        sum.on_call(&request(arrived));
    }
    let result = sum.result();
    expect(&result, 1e-12, &[("unanswered_call_share", 0.5)]);
    assert!(value(&result, Scope::Kind, "town", "unanswered_call_share").is_some());
    assert_eq!(value(&result, Scope::Kind, "street", "unanswered_call_share"), None);
}

#[test]
fn pools_add_up_by_their_hours() {
    // Would catch averaging shares: 20 of 80 and 60 of 240 hours (not the mean of two shares).
    let mut sum = first_district();
    sum.pool(&pool(PoolOwner::Street(0), PoolKind::Unit(0), 20.0));
    let mut big = pool(PoolOwner::District(0), PoolKind::Department(1), 180.0);
    big.handles_cases = false; // departments always count
    (big.load.available_h, big.load.overload_h, big.load.waits) = (240.0, 0.0, 15);
    (big.load.wait_sum_h, big.load.wait_p90_h, big.load.queue_max) = (90.0, 12.0, 3);
    sum.pool(&big);
    let mut own_work = pool(PoolOwner::Street(1), PoolKind::Unit(0), 80.0);
    own_work.handles_cases = false; // a unit without case items counts by itself only
    sum.pool(&own_work);
    let mut nobody = pool(PoolOwner::District(0), PoolKind::OnCall(1), 0.0);
    (nobody.load.available_h, nobody.load.overload_h, nobody.load.waits) = (0.0, 0.0, 0);
    sum.pool(&nobody);
    let result = sum.result();
    expect(
        &result,
        1e-12,
        &[
            ("utilisation", 200.0 / 320.0),
            ("overload_share", 10.0 / 80.0),
            ("queue_mean", 6.0),
            ("wait_mean_h", 5.0),
            ("wait_p90_h", 10.0),
            ("department_utilisation", 0.75),
        ],
    );
    let find = |scope, id: &str| value(&result, scope, id, "utilisation");
    assert_eq!(find(Scope::Street, "甲街道"), Some(0.25));
    assert_eq!(find(Scope::Kind, "street"), Some(0.25));
    assert_eq!(find(Scope::Street, "乙镇"), None);
    assert_eq!(find(Scope::Pool, "unit:CGB"), Some(100.0 / 160.0));
    assert_eq!(find(Scope::Pool, "on_call:police"), None);
    assert_eq!(find(Scope::Department, "police"), Some(0.75));
}

#[test]
fn rounds_and_bought_hours_water_down_nothing() {
    // Would catch grid workers or vendors in the busy share of a street, or their lines left out.
    let mut sum = first_district();
    sum.pool(&pool(PoolOwner::Street(0), PoolKind::Unit(0), 20.0));
    let one = sum.clone().result();
    for kind in [PoolKind::Grid, PoolKind::Vendor] {
        sum.pool(&pool(PoolOwner::Street(0), kind, 0.0));
    }
    let all = sum.result();
    let at = |result, id| value(result, Scope::Street, "甲街道", id);
    assert_eq!(at(&all, "utilisation"), Some(0.25));
    assert_eq!(at(&all, "overload_share"), at(&one, "overload_share"));
    assert_eq!(at(&all, "queue_mean"), at(&one, "queue_mean").map(|line| 3.0 * line));
    assert_eq!(value(&all, Scope::Pool, "grid", "utilisation"), Some(0.0));
}

#[test]
fn burden_is_per_post_and_week() {
    // Would catch hours per street, or months of four weeks. Two streets with ten posts each, two
    // weeks, 100 h of burden each.
    let mut sum = first_district();
    sum.street(&books(0));
    sum.street(&books(1));
    for hour in 0..6 {
        sum.task(&TaskRecord { street: 1, reached: at(1, hour), hours: 6.0 });
    }
    sum.task(&TaskRecord { street: 1, reached: at(-1, 0), hours: 6.0 });
    for (agency, own_overdue) in [(0, 4), (1, 0)] {
        sum.department(&DepartmentRecord {
            district: 0,
            agency,
            own_overdue,
            own_open: 9,
            own_due: 20,
            own_late: own_overdue + 1,
        });
    }
    sum.case(&closed_case(1, 10));
    sum.case(&closed_case(1, 10));
    let mut settled = closed_case(1, 0);
    (settled.to_street, settled.grid_settled, settled.resolved) = (false, true, true);
    sum.case(&settled);
    let result = sum.result();
    expect(
        &result,
        1e-9,
        &[
            ("burden_hours_per_head", 5.0),
            ("cases_per_head", 2.0 / 20.0 / (14.0 / 30.4375)),
            ("tasks_per_week", 1.5),
            ("task_hours_per_week", 10.0),
            ("department_backlog", 4.0),
            ("cost_per_resolved", 4400.0),
            ("cost_per_year", 1.32 / 2.0 / (14.0 / 365.0)),
            ("department_overdue_share", 6.0 / 40.0),
            ("overtime_hours_per_week", 3.5),
        ],
    );
    assert_eq!(value(&result, Scope::Street, "甲街道", "tasks_per_week"), Some(0.0));
    assert_eq!(value(&result, Scope::Street, "乙镇", "cost_per_resolved"), None);
    assert_eq!(value(&result, Scope::Department, "police", "department_backlog"), Some(0.0));
}

#[test]
fn peaks_of_several_streets_are_simultaneous() {
    // Would catch adding peaks of different days: 9 and 1, then 2 and 7.
    let mut sum = first_district();
    for (street, open) in [(0, [9, 2]), (1, [1, 7])] {
        for (day, open) in (7..).zip(open) {
            sum.backlog(day, street, open);
        }
        sum.backlog(6, street, 500);
        sum.backlog(21, street, 500);
    }
    sum.street(&books(1));
    let result = sum.result();
    expect(&result, 1e-12, &[("backlog_peak", 10.0)]);
    assert_eq!(value(&result, Scope::Street, "乙镇", "backlog_peak"), Some(9.0));
    assert_eq!(result.backlog.len(), 2 * 14);
    assert_eq!((result.backlog[1].day, result.backlog[1].open), (1, 9));
}

#[test]
fn recovery_needs_a_shock() {
    // Would catch counting from the peak, a number without a shock, or one of all open cases: level
    // 100 before day 4; above 120 (twice the root of 100) from day 5 to day 8: back on day 9, five
    // days after the shock. The street beside it is not struck and has its own rush; the cases of
    // the struck one never move.
    let open = [100, 100, 100, 100, 115, 300, 400, 200, 125, 119, 110, 100, 300, 300];
    let run = |shock: Option<i64>| {
        let mut sum = first_district();
        for (day, open) in (7..).zip(open) {
            sum.backlog(day, 0, 5000);
            sum.struck(day, 0, open);
            sum.backlog(day, 1, if day > 10 { 500 } else { 10 });
            sum.struck(day, 1, if day > 10 { 500 } else { 10 });
        }
        if let Some(day) = shock {
            // One before the window, one elsewhere, one here.
            let elsewhere = struck(at(day, 2), &[2]);
            sum = sum.with_shocks(&[struck(at(-3, 0), &[0]), elsewhere, struck(at(day, 8), &[0])]);
        }
        let result = sum.result();
        let rows = result.struck.iter().filter(|row| row.scope == Scope::District).count();
        assert_eq!(rows, if shock.is_some() { open.len() } else { 0 });
        value(&result, Scope::District, "东区", "recovery_days")
    };
    assert_eq!(run(None), None);
    assert_eq!(run(Some(4)), Some(5.0));
    assert_eq!(run(Some(12)), Some(2.0), "not back before the end");
}

#[test]
fn streets_are_compared_by_their_means() {
    // Would catch weighing streets by cases: means 20 h (three cases) and 60 h (one). Gini of two
    // values is (60 - 20) / (2 × 80) = 1/4, the ratio 3; a district with one street has neither.
    let mut sum = first_district();
    for _ in 0..3 {
        sum.case(&closed_case(1, 20));
    }
    let mut slow = closed_case(1, 60);
    slow.street = 1;
    sum.case(&slow);
    expect(&sum.result(), 0.02, &[("time_gini", 0.25), ("time_p90_ratio", 3.0)]);
    let city = city(false);
    let mut west = crate::measure::Accumulator::new(&city, &Selection::all(&city), WINDOW, 1);
    slow.street = 2;
    west.case(&slow);
    expect_none(&west.result(), &["time_gini", "time_p90_ratio"]);
}

#[test]
fn the_end_of_the_window_is_outside() {
    // Would catch <= for <: an instant belongs to one window only.
    let mut sum = first_district();
    let mut closed_at_end = closed_case(13, 24);
    sum.case(&closed_at_end);
    closed_at_end.registered = WINDOW.end;
    sum.case(&closed_at_end);
    let expected = [("cases_registered", 1.0), ("cases_closed", 0.0), ("cases_open_end", 1.0)];
    expect(&sum.result(), 1e-12, &expected);
    assert!(WINDOW.contains(WINDOW.start) && !WINDOW.contains(WINDOW.end));
    assert_eq!(Window::new(7, 14), WINDOW);
    assert_eq!(WINDOW.length().0, 14 * DAY);
}
