//! Worked examples: exact instants, by hand, of every rule at the head of `pools.rs`.

use super::{Ask, Script, Step, at, every_day, spec};
use crate::base::DAY;
use crate::kernel::{Phase, PoolId, PoolSpec};

#[test]
fn one_server_first_come_first_served() {
    // Catches: a start before the server is free, or a wrong order of equals.
    let mut script = Script::new();
    let pool = script.open_pool(1);
    script
        .ask(0, Ask::new(1, pool, 100))
        .ask(10, Ask::new(2, pool, 5))
        .ask(10, Ask::new(3, pool, 5));
    script.run(1000);
    assert_eq!(script.done[&1], (0, 100));
    assert_eq!(script.done[&2], (100, 105));
    assert_eq!(script.done[&3], (105, 110));
    let load = script.pools.load(pool, crate::base::Time(1000));
    assert!((load.busy_h * 3600.0 - 110.0).abs() < 1e-9);
    assert!((load.queue_area_h * 3600.0 - (90.0 + 95.0)).abs() < 1e-9);
    assert_eq!((load.waits, load.starts, load.finished, load.queue_max), (3, 3, 3, 2));
}

#[test]
fn priority_then_due_then_sequence() {
    // Catches: a discipline that forgets one of its three keys.
    let mut script = Script::new();
    let pool = script.open_pool(1);
    script.ask(0, Ask::new(0, pool, 100));
    script.ask(1, Ask::new(1, pool, 10).priority(2).due(0));
    script.ask(2, Ask::new(2, pool, 10).priority(1).due(900));
    script.ask(3, Ask::new(3, pool, 10).priority(1).due(500));
    script.ask(4, Ask::new(4, pool, 10).priority(1).due(500));
    script.ask(5, Ask::new(5, pool, 10).priority(0).due(i64::MAX));
    script.run(1000);
    assert_eq!(script.order, [0, 5, 3, 4, 2, 1]);
}

#[test]
fn work_pauses_at_closing_and_resumes() {
    // Catches: work done over lunch or at night, a server that changes, a lost remainder.
    let mut script = Script::new();
    let pool = script.day_pool(1, &[(9, 12), (13, 17)]);
    script.ask(at(11, 30), Ask::new(1, pool, at(1, 0)));
    script.ask(at(11, 40), Ask::new(2, pool, at(3, 45)));
    script.run(3 * DAY);
    assert_eq!(script.done[&1], (at(11, 30), at(13, 30)));
    assert_eq!(script.done[&2], (at(13, 30), DAY + at(9, 15)));
    let load = script.pools.load(pool, crate::base::Time(3 * DAY));
    assert!((load.open_h - 21.0).abs() < 1e-9 && (load.busy_h - 4.75).abs() < 1e-9);
    assert!((load.servers_mean - 1.0).abs() < 1e-12);
}

#[test]
fn requests_at_night_start_at_opening_in_order() {
    // Catches: a start while closed, a missing or doubled wake-up, arrival order instead of
    // discipline at opening.
    let mut script = Script::new();
    let pool = script.day_pool(2, &[(9, 12), (13, 17)]);
    script.ask(at(2, 0), Ask::new(1, pool, 600).priority(2));
    script.ask(at(3, 0), Ask::new(2, pool, 600).priority(1));
    script.ask(at(4, 0), Ask::new(3, pool, 600).priority(1));
    script.ask(at(18, 0), Ask::new(4, pool, 60));
    script.run(3 * DAY);
    assert_eq!(script.done[&2], (at(9, 0), at(9, 10)));
    assert_eq!(script.done[&3], (at(9, 0), at(9, 10)));
    assert_eq!(script.done[&1], (at(9, 10), at(9, 20)));
    assert_eq!(script.done[&4], (DAY + at(9, 0), DAY + at(9, 1)));
}

#[test]
fn work_that_ends_at_closing_frees_the_server_for_the_next_opening() {
    // Catches: a job begun at the closing instant, or a line that nobody wakes after it.
    let mut script = Script::new();
    let pool = script.day_pool(1, &[(9, 12), (13, 17)]);
    script.ask(at(11, 0), Ask::new(1, pool, at(1, 0)));
    script.ask(at(11, 30), Ask::new(2, pool, 60));
    script.run(DAY);
    assert_eq!(script.done[&1], (at(11, 0), at(12, 0)));
    assert_eq!(script.done[&2], (at(13, 0), at(13, 1)));
}

#[test]
fn a_request_at_the_opening_instant_does_not_overtake() {
    // Catches: a request in an early phase of the opening instant that passes the night's line.
    let mut script = Script::new();
    let pool = script.day_pool(1, &[(9, 12)]);
    script.ask(at(8, 0), Ask::new(1, pool, 60));
    script.in_phase(at(9, 0), Phase::Finish, Step::Ask(Ask::new(2, pool, 60)));
    script.run(DAY);
    assert_eq!(script.done[&1], (at(9, 0), at(9, 1)));
    assert_eq!(script.done[&2], (at(9, 1), at(9, 2)));
}

#[test]
fn a_finish_and_an_arrival_at_one_instant() {
    // Catches: a tie in which the arrival still finds the server taken, or a server granted twice.
    let mut script = Script::new();
    let pool = script.open_pool(1);
    script
        .ask(0, Ask::new(1, pool, 50))
        .ask(50, Ask::new(2, pool, 10))
        .ask(50, Ask::new(3, pool, 10));
    script.run(1000);
    assert_eq!(script.done[&2], (50, 60));
    assert_eq!(script.done[&3], (60, 70));
}

#[test]
fn capacity_limit_counts_places_with_those_in_service() {
    // Catches: a limit on the line alone, or a place that is not given back.
    let mut script = Script::new();
    let calendar = script.pools.add_calendar(every_day(&[(0, 24)]));
    let pool = script.pools.add_pool(PoolSpec { capacity_limit: Some(2), ..spec(1, calendar) });
    for tag in 0..3 {
        script.ask(i64::from(tag), Ask::new(tag, pool, 100));
    }
    script.ask(100, Ask::new(3, pool, 10)).ask(101, Ask::new(4, pool, 10));
    script.at(102, Step::Cancel(3)).ask(103, Ask::new(5, pool, 10));
    script.run(1000);
    assert_eq!(script.refused, [2, 4]);
    assert_eq!(script.done[&5], (200, 210));
}

#[test]
fn cancel_waiting_and_in_service() {
    // Catches: a cancelled job that is served, a server that is not freed, a stale finish that ends
    // the next tenant of the slot, a wrong count of work done.
    let mut script = Script::new();
    let pool = script.day_pool(1, &[(9, 12), (13, 17)]);
    script.ask(at(9, 0), Ask::new(1, pool, at(5, 0)));
    script.ask(at(9, 1), Ask::new(2, pool, 60)).ask(at(9, 2), Ask::new(3, pool, at(1, 0)));
    script.at(at(10, 0), Step::Cancel(2)).at(at(13, 30), Step::Cancel(1));
    script.at(at(13, 30), Step::Cancel(1)).ask(at(13, 31), Ask::new(4, pool, 120));
    script.run(2 * DAY);
    assert_eq!(script.cancelled[&1].work_done.0, at(3, 30));
    assert_eq!(script.cancelled[&1].started.map(|t| t.0), Some(at(9, 0)));
    assert_eq!(script.cancelled[&2].started, None);
    assert_eq!(script.cancelled[&2].work_done.0, 0);
    assert_eq!(script.done[&3], (at(13, 30), at(14, 30)));
    assert_eq!(script.done[&4], (at(14, 30), at(14, 32)));
    assert_eq!(script.done.len(), 2);
}

#[test]
fn a_thousand_cancellations_leave_no_trace() {
    // Catches: stale entries that pile up behind a waiting job, or one that is taken for a live
    // one.
    let mut script = Script::new();
    let pool = script.open_pool(1);
    script.ask(0, Ask::new(0, pool, 10_000));
    for tag in 1..=1000 {
        let t = i64::from(tag);
        script.ask(t, Ask::new(tag, pool, 7).priority((tag % 3) as u8));
        if tag % 10 != 0 {
            script.at(t + 5, Step::Cancel(tag));
        }
    }
    script.run(100_000);
    assert_eq!(script.done.len(), 101);
    assert_eq!(script.cancelled.len(), 900);
}

#[test]
fn fewer_servers_leave_at_completion_and_more_start_at_once() {
    // Catches: work thrown away when staff is cut, or an idle new server beside a line.
    let mut script = Script::new();
    let pool = script.open_pool(2);
    script.ask(0, Ask::new(1, pool, 100)).ask(0, Ask::new(2, pool, 200));
    script
        .ask(1, Ask::new(3, pool, 50))
        .ask(1, Ask::new(4, pool, 50))
        .ask(1, Ask::new(5, pool, 50));
    script.at(10, Step::Servers(pool, 1)).at(220, Step::Servers(pool, 3));
    script.run(1000);
    assert_eq!(script.done[&1], (0, 100));
    assert_eq!(script.done[&2], (0, 200));
    assert_eq!(script.done[&3], (200, 250));
    assert_eq!(script.done[&4], (220, 270));
    assert_eq!(script.done[&5], (220, 270));
}

#[test]
fn no_server_at_all_waits_for_one() {
    // Catches: a start in an empty pool, or a line that a first server does not wake.
    let mut script = Script::new();
    let pool = script.day_pool(0, &[(9, 12)]);
    script.ask(at(9, 30), Ask::new(1, pool, 60)).at(at(20, 0), Step::Servers(pool, 1));
    script.run(3 * DAY);
    assert_eq!(script.done[&1], (DAY + at(9, 0), DAY + at(9, 1)));
}

/// A pool of one server that may be interrupted.
fn preemptive(script: &mut Script, servers: u32, hours: &[(u32, u32)]) -> PoolId {
    let calendar = script.pools.add_calendar(every_day(hours));
    script.pools.add_pool(PoolSpec { preempt: true, ..spec(servers, calendar) })
}

#[test]
fn preemption_resumes_with_what_is_left() {
    // Catches: interrupted work that is lost or repeated, a stale finish that still counts, an
    // interruption of priority 1.
    let mut script = Script::new();
    let pool = preemptive(&mut script, 1, &[(0, 24)]);
    script.ask(0, Ask::new(1, pool, 100).priority(2));
    script.ask(40, Ask::new(2, pool, 30).priority(0));
    script.ask(50, Ask::new(3, pool, 10).priority(1));
    script.ask(55, Ask::new(4, pool, 10).priority(0));
    script.ask(85, Ask::new(5, pool, 20).priority(0));
    script.run(1000);
    // 1 runs 0-40; 2 40-70; 4 70-80; 3 80-90, not interrupted by 5; 5 90-110; 1 resumes 110-170.
    assert_eq!(script.done[&2], (40, 70));
    assert_eq!(script.done[&4], (70, 80));
    assert_eq!(script.done[&3], (80, 90));
    assert_eq!(script.done[&5], (90, 110));
    assert_eq!(script.done[&1], (0, 170));
    let load = script.pools.load(pool, crate::base::Time(1000));
    assert_eq!((load.starts, load.waits, load.finished), (6, 5, 5));
    assert!((load.work_done_h - load.work_in_h).abs() < 1e-12);
}

#[test]
fn preemption_takes_the_least_urgent_and_latest() {
    // Catches: the wrong victim among several, and a victim that would have ended in this instant.
    let mut script = Script::new();
    let pool = preemptive(&mut script, 4, &[(0, 24)]);
    script.ask(0, Ask::new(1, pool, 100).priority(3));
    script.ask(1, Ask::new(2, pool, 100).priority(3));
    script.ask(2, Ask::new(3, pool, 100).priority(2));
    script.ask(3, Ask::new(4, pool, 47).priority(4));
    script.ask(4, Ask::new(6, pool, 100).priority(1));
    script.in_phase(50, Phase::Finish, Step::Ask(Ask::new(5, pool, 10).priority(0)));
    script.run(1000);
    // The step at 50 stands in the list before the finish of 4 at 50: 4 is left to end and 6
    // follows it; 2 yields and goes on when 5 is done.
    assert_eq!(script.done[&4], (3, 50));
    assert_eq!(script.done[&6], (50, 150));
    assert_eq!(script.done[&5], (50, 60));
    assert_eq!(script.done[&2], (1, 111));
    assert_eq!(script.done[&1], (0, 100));
    assert_eq!(script.done[&3], (2, 102));
}

#[test]
fn an_urgent_request_at_night_interrupts_paused_work_at_opening() {
    // Catches: urgent work that waits behind paused work because the pool was closed when it came.
    let mut script = Script::new();
    let pool = preemptive(&mut script, 1, &[(9, 12)]);
    script.ask(at(11, 0), Ask::new(1, pool, at(2, 0)).priority(2));
    script.ask(at(20, 0), Ask::new(2, pool, 600).priority(0));
    script.run(3 * DAY);
    assert_eq!(script.done[&2], (DAY + at(9, 0), DAY + at(9, 10)));
    assert_eq!(script.done[&1], (at(11, 0), DAY + at(10, 10)));
}

#[test]
fn a_window_clips_what_was_under_way() {
    // Catches: areas that include what happened before measuring began.
    let mut script = Script::new();
    let pool = script.open_pool(1);
    script.ask(0, Ask::new(1, pool, 100)).ask(0, Ask::new(2, pool, 100)).at(60, Step::Measure);
    script.run(150);
    let load = script.pools.load(pool, crate::base::Time(150));
    assert!((load.busy_h * 3600.0 - 90.0).abs() < 1e-9);
    assert!((load.work_done_h * 3600.0 - 90.0).abs() < 1e-9);
    assert!((load.queue_area_h * 3600.0 - 40.0).abs() < 1e-9);
    assert!((load.window_h * 3600.0 - 90.0).abs() < 1e-9);
    assert!(load.work_in_h.abs() < 1e-12 && load.queue_max == 1);
    // The wait is counted when it ends, whole.
    assert!(load.waits == 1 && (load.wait_sum_h * 3600.0 - 100.0).abs() < 1e-9);
    assert!((load.wait_p90_h * 3600.0 - 100.0).abs() <= 2.0);
}

#[test]
fn overload_counts_open_time_with_a_line_and_all_busy() {
    // Catches: overload counted while closed, or while nobody waits.
    let mut script = Script::new();
    let pool = script.day_pool(1, &[(9, 12), (13, 17)]);
    script.ask(at(11, 0), Ask::new(1, pool, at(2, 0))).ask(at(11, 30), Ask::new(2, pool, 60));
    script.run(DAY);
    let load = script.pools.load(pool, crate::base::Time(DAY));
    // 11:30-12:00 and 13:00-14:00.
    assert!((load.overload_h - 1.5).abs() < 1e-9);
}

#[test]
fn servers_cut_at_once_hand_over_what_they_began() {
    // Catches: work that goes on without a server, work done that is forgotten or done twice, a
    // later request that overtakes it, and the wrong one interrupted.
    let mut script = Script::new();
    let calendar = script.pools.add_calendar(crate::base::Calendar::always_open(10));
    let pool = script.pools.add_pool(PoolSpec { preempt: true, ..spec(3, calendar) });
    script
        .ask(0, Ask::new(1, pool, 100))
        .ask(10, Ask::new(2, pool, 100))
        .ask(20, Ask::new(3, pool, 100))
        .ask(30, Ask::new(4, pool, 10));
    script.at(50, Step::ServersAtOnce(pool, 1)).at(120, Step::ServersAtOnce(pool, 2));
    script.run(1000);
    assert_eq!(script.done[&1], (0, 100));
    // 40 of 100 done by 50, the rest from 100 on.
    assert_eq!(script.done[&2], (10, 160));
    // 30 of 100 done by 50, the rest from 120 on.
    assert_eq!(script.done[&3], (20, 190));
    assert_eq!(script.done[&4], (160, 170));
    let load = script.pools.load(pool, crate::base::Time(1000));
    assert!((load.busy_h * 3600.0 - 310.0).abs() < 1e-9);
}
