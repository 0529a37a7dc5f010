//! Worked examples of joint requests, lending and shares between classes.

use super::{Ask, Script, Step, at, every_day, spec};
use crate::base::{DAY, Time};
use crate::kernel::{N_CLASSES, Phase, PoolId, PoolSpec};

#[test]
fn a_joint_request_starts_when_all_are_free() {
    // Catches: a server held while another is waited for, or servers released one by one.
    let mut script = Script::new();
    let (a, b) = (script.open_pool(1), script.open_pool(1));
    script.ask(0, Ask::new(1, a, 100)).ask(10, Ask::new(2, b, 20));
    script.ask(15, Ask::new(3, b, 50).and(a));
    script.ask(20, Ask::new(4, b, 40)).ask(65, Ask::new(5, b, 100));
    script.run(1000);
    // 3 waits for a, the first that lacks a server in its order is b until 30, then a until 100;
    // meanwhile b serves 4 (30-70) and 5 (70-170), so at 100 it goes to the line of b until 170.
    assert_eq!(script.done[&4], (30, 70));
    assert_eq!(script.done[&5], (70, 170));
    assert_eq!(script.done[&3], (170, 220));
    let (load_a, load_b) = (script.pools.load(a, Time(1000)), script.pools.load(b, Time(1000)));
    assert!((load_a.busy_h * 3600.0 - 150.0).abs() < 1e-9);
    assert!((load_b.busy_h * 3600.0 - 210.0).abs() < 1e-9);
    // Waits 15-30 and 100-170 in the line of b beside 4 (20-30) and 5 (65-70), 30-100 in that of a.
    assert!((load_a.queue_area_h * 3600.0 - 70.0).abs() < 1e-9);
    assert!((load_b.queue_area_h * 3600.0 - (15.0 + 70.0 + 10.0 + 5.0)).abs() < 1e-9);
    assert_eq!((load_a.finished, load_b.finished), (1, 4));
}

#[test]
fn a_joint_request_keeps_its_place_in_each_line() {
    // Catches: a joint request that goes to the end of the next line instead of its old place.
    let mut script = Script::new();
    let (a, b) = (script.open_pool(1), script.open_pool(1));
    script.ask(0, Ask::new(1, a, 10)).ask(0, Ask::new(2, b, 20));
    script.ask(1, Ask::new(3, a, 5).and(b)).ask(2, Ask::new(4, b, 100));
    script.run(1000);
    assert_eq!(script.done[&3], (20, 25));
    assert_eq!(script.done[&4], (25, 125));
}

#[test]
fn joint_requests_the_other_way_round_do_not_block_each_other() {
    // Catches: the deadlock of two requests that each hold what the other wants.
    let mut script = Script::new();
    let (a, b) = (script.open_pool(1), script.open_pool(1));
    for tag in 0..20 {
        let (first, second) = if tag % 2 == 0 { (a, b) } else { (b, a) };
        script.ask(i64::from(tag), Ask::new(tag, first, 30).and(second));
    }
    script.run(2000);
    assert_eq!(script.order, (0..20).collect::<Vec<_>>());
    assert_eq!(script.done[&19], (19 * 30, 20 * 30));
}

#[test]
fn a_joint_request_waits_for_the_pool_that_opens_last() {
    // Catches: a meeting with someone who is not at work; the first pool's calendar sets its end.
    let mut script = Script::new();
    let a = script.day_pool(1, &[(8, 12)]);
    let b = script.day_pool(1, &[(10, 18)]);
    script.ask(at(7, 0), Ask::new(1, a, at(3, 0)).and(b));
    script.ask(at(11, 0), Ask::new(2, b, at(1, 0)));
    script.run(3 * DAY);
    assert_eq!(script.done[&1], (at(10, 0), DAY + at(9, 0)));
    assert_eq!(script.done[&2], (DAY + at(10, 0), DAY + at(11, 0)));
}

#[test]
fn a_joint_request_at_the_opening_instant_does_not_overtake() {
    // Catches: a joint request that passes the night's line of its second pool.
    let mut script = Script::new();
    let a = script.open_pool(1);
    let b = script.day_pool(1, &[(9, 12)]);
    script.ask(at(8, 0), Ask::new(1, b, 60));
    script.in_phase(at(9, 0), Phase::Finish, Step::Ask(Ask::new(2, a, 60).and(b)));
    script.run(DAY);
    assert_eq!(script.done[&1], (at(9, 0), at(9, 1)));
    assert_eq!(script.done[&2], (at(9, 1), at(9, 2)));
}

#[test]
fn cancelling_a_joint_request_frees_every_server() {
    // Catches: a pool that never gets its server back.
    let mut script = Script::new();
    let (a, b, c) = (script.open_pool(1), script.open_pool(1), script.open_pool(2));
    script.ask(0, Ask::new(1, a, 1000).and(b).and(c));
    script.ask(1, Ask::new(2, a, 10)).ask(1, Ask::new(3, b, 10)).ask(1, Ask::new(4, c, 10));
    script.ask(2, Ask::new(5, b, 10).and(c)).at(50, Step::Cancel(1));
    script.run(2000);
    assert_eq!(script.cancelled[&1].work_done.0, 50);
    assert_eq!(script.done[&2], (50, 60));
    assert_eq!(script.done[&3], (50, 60));
    assert_eq!(script.done[&4], (1, 11));
    assert_eq!(script.done[&5], (60, 70));
}

/// Pools of one group: servers, hours and how many may be lent.
fn group(script: &mut Script, pools: &[(u32, (u32, u32), u32)]) -> Vec<PoolId> {
    let group = Some(script.pools.add_group());
    pools
        .iter()
        .map(|&(servers, hours, lend)| {
            let calendar = script.pools.add_calendar(every_day(&[hours]));
            script.pools.add_pool(PoolSpec { group, lend, ..spec(servers, calendar) })
        })
        .collect()
}

#[test]
fn an_idle_server_is_lent_and_returns_at_completion() {
    // Catches: a lent server that stays away, or more lent than allowed.
    let mut script = Script::new();
    let pools = group(&mut script, &[(1, (0, 24), 0), (3, (0, 24), 1)]);
    let (a, b) = (pools[0], pools[1]);
    for tag in 1..=3 {
        script.ask(0, Ask::new(tag, a, 100));
    }
    script.ask(10, Ask::new(4, b, 50)).ask(10, Ask::new(5, b, 50)).ask(10, Ask::new(6, b, 50));
    script.run(1000);
    assert_eq!(script.done[&1], (0, 100));
    assert_eq!(script.done[&2], (0, 100), "lent");
    assert_eq!(script.done[&6], (60, 110), "b has two of three left");
    assert_eq!(script.done[&3], (100, 200), "only one may be out");
    let (load_a, load_b) = (script.pools.load(a, Time(1000)), script.pools.load(b, Time(1000)));
    assert!((load_a.busy_h * 3600.0 - 200.0).abs() < 1e-9);
    assert!((load_a.work_done_h * 3600.0 - 300.0).abs() < 1e-9);
    assert!((load_b.busy_h * 3600.0 - 250.0).abs() < 1e-9);
    assert!((load_b.work_done_h * 3600.0 - 150.0).abs() < 1e-9);
    assert_eq!((load_a.finished, load_b.finished), (3, 3));
}

#[test]
fn a_window_clips_lent_work() {
    // Catches: work of borrowed servers counted from before measuring began, or left out while it
    // is still under way.
    for (until, expected) in [(90, 30.0), (130, 40.0)] {
        let mut script = Script::new();
        let pools = group(&mut script, &[(0, (0, 24), 0), (1, (0, 24), 1)]);
        script.ask(0, Ask::new(1, pools[0], 100)).at(60, Step::Measure);
        script.run(until);
        let load = script.pools.load(pools[0], Time(until));
        assert!((load.work_done_h * 3600.0 - expected).abs() < 1e-9, "{}", load.work_done_h);
        let load = script.pools.load(pools[1], Time(until));
        assert!((load.busy_h * 3600.0 - expected).abs() < 1e-9 && load.work_done_h.abs() < 1e-12);
    }
}

#[test]
fn a_freed_server_serves_home_first_and_then_the_most_urgent_neighbor() {
    // Catches: lending before the own line is empty, or the wrong neighbor's job.
    let mut script = Script::new();
    let pools = group(&mut script, &[(1, (0, 24), 0), (1, (0, 24), 0), (1, (0, 24), 1)]);
    let (a, b, c) = (pools[0], pools[1], pools[2]);
    script.ask(0, Ask::new(1, a, 500)).ask(0, Ask::new(2, b, 500)).ask(0, Ask::new(3, c, 100));
    script.ask(1, Ask::new(4, a, 10).priority(2)).ask(2, Ask::new(5, b, 10).priority(1));
    script.ask(3, Ask::new(6, a, 10).priority(1)).ask(4, Ask::new(7, c, 10).priority(3));
    script.run(1000);
    assert_eq!(script.done[&7], (100, 110));
    assert_eq!(script.done[&5], (110, 120));
    assert_eq!(script.done[&6], (120, 130));
    assert_eq!(script.done[&4], (130, 140));
}

#[test]
fn a_lender_opens_and_takes_what_waits_next_door() {
    // Catches: a lender that sleeps through its opening while neighbors wait, and a lent server
    // that works outside its own hours.
    let mut script = Script::new();
    let pools = group(&mut script, &[(1, (12, 13), 0), (2, (9, 10), 2)]);
    script.ask(at(8, 0), Ask::new(1, pools[0], at(1, 30)));
    script.ask(at(8, 0), Ask::new(2, pools[0], at(0, 30)));
    script.run(3 * DAY);
    assert_eq!(script.done[&1], (at(9, 0), DAY + at(9, 30)));
    assert_eq!(script.done[&2], (at(9, 0), at(9, 30)));
}

#[test]
fn a_joint_request_borrows_nobody() {
    // Catches: lending to a request for several pools.
    let mut script = Script::new();
    let pools = group(&mut script, &[(1, (0, 24), 0), (1, (0, 24), 1)]);
    let other = script.open_pool(1);
    script.ask(0, Ask::new(1, pools[0], 100));
    script.ask(1, Ask::new(2, pools[0], 10).and(other)).ask(2, Ask::new(3, pools[0], 10));
    script.run(1000);
    assert_eq!(script.done[&3], (2, 12));
    assert_eq!(script.done[&2], (100, 110));
}

#[test]
fn more_lending_takes_effect_at_once() {
    // Catches: a changed rule that waits for the next event.
    let mut script = Script::new();
    let pools = group(&mut script, &[(1, (0, 24), 0), (1, (0, 24), 0)]);
    script.ask(0, Ask::new(1, pools[0], 100)).ask(0, Ask::new(2, pools[0], 100));
    script.at(30, Step::Lend(pools[1], 1));
    script.run(1000);
    assert_eq!(script.done[&2], (30, 130));
}

#[test]
fn work_that_is_put_back_goes_to_an_idle_lender() {
    // Catches: servers cut at once whose work waits beside a server that would take it.
    let mut script = Script::new();
    let group = Some(script.pools.add_group());
    let calendar = script.pools.add_calendar(every_day(&[(0, 24)]));
    let cut = PoolSpec { group, preempt: true, ..spec(1, calendar) };
    let pool = script.pools.add_pool(cut);
    script.pools.add_pool(PoolSpec { group, lend: 1, ..spec(1, calendar) });
    script.ask(0, Ask::new(1, pool, 100)).at(30, Step::ServersAtOnce(pool, 0));
    script.run(1000);
    assert_eq!(script.done[&1], (0, 100));
}

/// Two or more classes with a full line each; work done per class by `until`.
fn shares(servers: u32, weights: [f64; N_CLASSES], work: [i64; N_CLASSES]) -> [f64; N_CLASSES] {
    const UNTIL: i64 = 100_000;
    let mut script = Script::new();
    let calendar = script.pools.add_calendar(every_day(&[(0, 24)]));
    let pool = script.pools.add_pool(PoolSpec { weights, ..spec(servers, calendar) });
    for (class, &work) in work.iter().enumerate() {
        let n = if work > 0 { UNTIL * i64::from(servers) / work } else { 0 };
        for i in 0..n.min(4000) {
            let tag = (class as i64 * 100_000 + i) as u32;
            script.ask(0, Ask::new(tag, pool, work).class(class as u8));
        }
    }
    script.run_unchecked(UNTIL);
    let mut done = [0.0; N_CLASSES];
    for tag in script.done.keys() {
        let class = (tag / 100_000) as usize;
        done[class] += work[class] as f64 / (UNTIL * i64::from(servers)) as f64;
    }
    done
}

#[test]
fn long_run_shares_equal_the_weights() {
    // Catches: shares by number of jobs instead of work, or weights read the wrong way round.
    let done = shares(1, [3.0, 1.0, 0.0, 0.0], [50, 200, 0, 0]);
    assert!((done[0] - 0.75).abs() < 0.01 && (done[1] - 0.25).abs() < 0.01, "{done:?}");
    let done = shares(5, [1.0, 2.0, 5.0, 0.0], [300, 170, 130, 0]);
    assert!((done[0] - 0.125).abs() < 0.02 && (done[2] - 0.625).abs() < 0.02, "{done:?}");
}

#[test]
fn a_class_without_weight_waits_for_the_others() {
    // Catches: a zero weight that divides by zero or gets a share.
    let done = shares(2, [1.0, 1.0, 0.0, 0.0], [100, 100, 100, 0]);
    assert!(done[2].abs() < 1e-12 && (done[0] - 0.5).abs() < 0.01, "{done:?}");
}

#[test]
fn sharing_is_work_conserving_and_nobody_saves_up() {
    // Catches: a server kept idle for an absent class, or credit gathered while away.
    let mut script = Script::new();
    let calendar = script.pools.add_calendar(every_day(&[(0, 24)]));
    let weights = [1.0, 1.0, 0.0, 0.0];
    let pool = script.pools.add_pool(PoolSpec { weights, ..spec(1, calendar) });
    for tag in 0..200 {
        script.ask(0, Ask::new(tag, pool, 10).class(0));
    }
    for tag in 200..220 {
        script.ask(1000, Ask::new(tag, pool, 10).class(1));
    }
    script.run(10_000);
    // Class 0 alone until 1000, then one in two: the 20 of class 1 are done about 400 later.
    assert_eq!(script.done[&99], (990, 1000));
    let last = script.done[&219].1;
    assert!((1390..=1410).contains(&last), "{last}");
    assert_eq!(script.done[&199].1, 2200);
}

#[test]
fn classes_without_any_weight_go_by_urgency() {
    // Catches: a class number that decides where only urgency should.
    let mut script = Script::new();
    let pool = script.open_pool(1);
    script.ask(0, Ask::new(0, pool, 100));
    script.ask(1, Ask::new(1, pool, 10).class(0).priority(2));
    script.ask(2, Ask::new(2, pool, 10).class(3).priority(1));
    script.ask(3, Ask::new(3, pool, 10).class(1).priority(1).due(0));
    script.run(1000);
    assert_eq!(script.order, [0, 3, 2, 1]);
}

#[test]
fn new_weights_forget_the_past() {
    // Catches: a debt under old weights that starves a class after a reform.
    let mut script = Script::new();
    let calendar = script.pools.add_calendar(every_day(&[(0, 24)]));
    let weights = [1.0, 0.001, 0.0, 0.0];
    let pool = script.pools.add_pool(PoolSpec { weights, ..spec(1, calendar) });
    for tag in 0..100 {
        script.ask(0, Ask::new(tag, pool, 10).class((tag % 2) as u8));
    }
    script.at(100, Step::Weights(pool, [1.0, 1.0, 0.0, 0.0]));
    script.run(5000);
    let odd = script.order.iter().filter(|&&tag| tag % 2 == 1);
    let ends: Vec<i64> = odd.map(|tag| script.done[tag].1).collect();
    assert!(ends[20] < 100 + 450, "{}", ends[20]);
}
