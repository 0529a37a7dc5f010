//! The event list against a sorted list.

use proptest::prelude::*;

use crate::base::Time;
use crate::kernel::{EventList, Phase};

const PHASES: [Phase; 5] =
    [Phase::Finish, Phase::Change, Phase::Arrive, Phase::Decide, Phase::Observe];

/// Whole numbers below 2^31 by Knuth's congruential generator.
fn draws(mut state: u64) -> impl FnMut() -> i64 {
    move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as i64
    }
}

/// Plays pushes and pops on the list and on a vector kept sorted by (time, phase, insertion).
fn play(steps: &[(u8, i64, usize)]) {
    let mut list = EventList::new();
    let mut model: Vec<(i64, usize, u32)> = Vec::new();
    let mut clock = 0;
    for (i, &(kind, after, phase)) in steps.iter().enumerate() {
        if kind == 0 {
            let until = clock + after;
            let expected = model.first().copied().filter(|first| first.0 < until);
            let got = list.pop_before(Time(until));
            assert_eq!(got, expected.map(|(time, _, id)| (Time(time), id)));
            if let Some((time, _, _)) = expected {
                clock = time;
                model.remove(0);
            }
        } else {
            let entry = (clock + after, phase, i as u32);
            list.push(Time(entry.0), PHASES[phase], entry.2);
            let place = model.partition_point(|e| (e.0, e.1) <= (entry.0, entry.1));
            model.insert(place, entry);
        }
        assert_eq!(list.len(), model.len());
    }
    for (time, _, id) in model {
        assert_eq!(list.pop(), Some((Time(time), id)));
    }
    assert!(list.pop().is_none() && list.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn list_equals_a_sorted_vector(
        steps in prop::collection::vec((0_u8..3, 0_i64..12, 0_usize..5), 0..400),
    ) {
        // Catches: any wrong order, above all ties popped out of order, and a hole left unfilled.
        play(&steps);
    }

    #[test]
    fn list_equals_a_sorted_vector_far_apart(
        steps in prop::collection::vec(
            (0_u8..4, prop_oneof![0_i64..5, 0_i64..1_000_000_000], 0_usize..5),
            0..1500,
        ),
    ) {
        // Catches: a structure that loses events when times are very unevenly spread.
        play(&steps);
    }
}

#[test]
fn equal_times_keep_their_order() {
    // Catches: a heap on time alone, which pops equal keys in an order of its own.
    let mut list = EventList::new();
    for i in 0..1000_u32 {
        list.push(Time(9 * 3600), Phase::Arrive, i);
    }
    let order: Vec<u32> = std::iter::from_fn(|| list.pop().map(|(_, i)| i)).collect();
    assert!(order.iter().copied().eq(0..1000));
}

#[test]
fn long_hold_with_many_pending() {
    // Catches: errors that need thousands of pending events (a second rung, a full bucket).
    let mut list = EventList::new();
    let mut draw = draws(12_345);
    for i in 0..50_000_u32 {
        list.push(Time(draw() % 1_000_000), Phase::Finish, i);
    }
    let mut clock = Time::ZERO;
    for _ in 0..200_000 {
        let (time, id) = list.pop().expect("the list holds 50 000");
        assert!(time >= clock);
        clock = time;
        let after = if draw() % 10 == 0 { draw() % 30_000_000 } else { draw() % 1000 };
        list.push(Time(clock.0 + after), Phase::Finish, id);
    }
    assert_eq!(list.len(), 50_000);
}

#[test]
fn memory_does_not_grow_with_what_is_past() {
    // Catches: buckets of a coarse rung that keep the memory of all events that ever went through
    // them, so that a run of two years holds twice as much as one of a year.
    let mut list = EventList::new();
    let mut draw = draws(4_711);
    let end = 30_000_000;
    for i in 0..2_000_u32 {
        list.push(Time(draw() % end), Phase::Arrive, i);
    }
    let (mut half, mut handled) = (0, 0_u64);
    while let Some((time, id)) = list.pop() {
        handled += 1;
        let later = time.0 + 1 + draw() % 100_000;
        if later < end {
            list.push(Time(later), Phase::Arrive, id);
        }
        if half == 0 && time.0 > end / 2 {
            half = list.room();
        }
    }
    assert!(handled > 500_000 && half > 0);
    assert!(list.room() <= half + half / 4, "{} after {half}", list.room());
    assert!(half < 20 * 2_000, "room for {half} events where 2 000 are pending");
}
