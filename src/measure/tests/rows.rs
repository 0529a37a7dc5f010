use jiff::civil::date;

use super::fixture::*;
use crate::domain::{Channel, HourRecord, N_STAGES, PoolKind, PoolOwner, Sink, Stage};
use crate::measure::hours::weekdays;
use crate::measure::{Accumulator, Scope, Selection, Window};

#[test]
fn stages_add_up_to_the_mean_time() {
    // Would catch a stage left out, or open cases in the mean: two left, 12 h and 22 h after they
    // arose, one is open.
    let mut sum = first_district();
    sum.case(&closed_case(1, 10));
    let mut grid = closed_case(2, 20);
    grid.channel = Channel::Grid;
    sum.case(&grid);
    sum.case(&open_case(3));
    sum.case(&closed_case(-1, 48)); // registered before the window
    let result = sum.result();
    let stages: Vec<_> = result.stages.iter().filter(|row| row.scope == Scope::City).collect();
    assert_eq!(stages.len(), N_STAGES);
    let total: f64 = stages.iter().map(|row| row.mean_h).sum();
    let shares: f64 = stages.iter().map(|row| row.share).sum();
    assert!((total - 17.0).abs() < 1e-9, "{total}");
    assert!((shares - 1.0).abs() < 1e-12, "{shares}");
    let work = stages.iter().find(|row| row.stage() == Stage::Work).unwrap();
    assert!((work.mean_h - 15.0).abs() < 1e-9, "{}", work.mean_h);
    let scopes = |scope| result.stages.iter().filter(|row| row.scope == scope).count();
    assert_eq!(scopes(Scope::Channel), 2 * N_STAGES);
    assert_eq!(scopes(Scope::Street), N_STAGES);
    assert_eq!(scopes(Scope::Item), 0);
}

#[test]
fn closure_rows_follow_the_age() {
    // Would catch a closed-only curve: closed after 20 h and 50 h, open for 96 h: 1/3 by day 1.
    let mut sum = first_district();
    for case in [closed_case(1, 20), closed_case(1, 50), open_case(10)] {
        sum.case(&case);
    }
    let result = sum.result();
    let curve: Vec<_> = result.closure.iter().filter(|row| row.scope == Scope::City).collect();
    assert_eq!(curve.len(), 12 + 12, "quarters to day 3, then days to the end of the window");
    let at = |day: f64| {
        let found = curve.iter().find(|row| (row.day - day).abs() < 1e-9);
        found.map(|row| row.closed_share).unwrap()
    };
    assert!(at(0.0).abs() < 1e-12);
    assert!((at(0.75)).abs() < 1e-12);
    assert!((at(1.0) - 1.0 / 3.0).abs() < 1e-12);
    assert!((at(14.0) - 2.0 / 3.0).abs() < 1e-12);
    assert!(!result.closure.iter().any(|row| row.scope == Scope::Street));
}

#[test]
fn pools_have_a_row_per_place_and_type() {
    // Would catch types mixed up, or a district without its streets' pools.
    let mut sum = first_district();
    sum.pool(&pool(PoolOwner::Street(0), PoolKind::Squad, 20.0));
    let mut second = pool(PoolOwner::Street(1), PoolKind::Squad, 60.0);
    second.load.waits = 0;
    second.load.queue_max = 11;
    sum.pool(&second);
    sum.pool(&pool(PoolOwner::District(0), PoolKind::Reserve, 8.0));
    sum.pool(&pool(PoolOwner::Street(2), PoolKind::Squad, 8.0)); // of the other district
    let result = sum.result();
    let rows: Vec<_> = result
        .pools
        .iter()
        .map(|row| (row.scope, row.scope_id.as_str(), row.pool.as_str()))
        .collect();
    assert_eq!(
        rows,
        [
            (Scope::City, "all", "squad"),
            (Scope::City, "all", "reserve"),
            (Scope::District, "东区", "squad"),
            (Scope::District, "东区", "reserve"),
            (Scope::Street, "甲街道", "squad"),
            (Scope::Street, "乙镇", "squad"),
        ]
    );
    let squad = &result.pools[0];
    assert!((squad.staff - 4.0).abs() < 1e-12);
    assert_eq!(squad.utilisation, Some(0.5));
    assert_eq!(squad.share_above_0_9, Some(0.25));
    assert_eq!(squad.queue_max, 11);
    assert_eq!(squad.wait_mean_h, Some(2.0));
    assert_eq!(result.pools[5].wait_p90_h, None, "no start, no wait");
    assert_eq!(squad.unit_zh, "综合执法中队");
}

#[test]
fn the_use_of_limits_is_a_histogram_of_closures() {
    // Catches: closures of other windows, cases without a limit or still open in the histogram, a
    // district lost in merging, bars that are no shares of all, a last tenth that is not the KPI's.
    let used = |mut case: crate::domain::CaseRecord, clock: f64, resolved: bool| {
        case.due = case.due.or(Some(at(13, 0)));
        (case.clock_share, case.resolved) = (clock, resolved);
        case
    };
    let mut sum = first_district();
    let mut no_limit = closed_case(1, 10);
    no_limit.due = None;
    let of_the_warm_up = used(closed_case(-6, 10), 0.5, true);
    let before = used(closed_case(-1, 48), 1.0, false); // registered before, closed in the window
    for case in [no_limit, of_the_warm_up, before, used(open_case(3), 3.0, false)] {
        sum.case(&case);
    }
    sum.case(&used(closed_case(1, 10), 0.91, true));
    let both = city(false);
    let mut other = Accumulator::new(&both, &Selection::all(&both), WINDOW, 1);
    let mut elsewhere = used(closed_case(1, 10), 0.0, true);
    elsewhere.street = 2;
    other.case(&elsewhere);
    elsewhere.clock_share = 7.0;
    other.case(&elsewhere);
    sum.merge(other);
    let result = sum.result();
    assert_eq!(result.limit_use.len(), 41);
    assert!(result.limit_use.iter().all(|row| row.scope == Scope::City));
    let bars = result.limit_use.iter().filter(|row| row.closed > 0.0);
    let bars: Vec<(u8, f64, f64)> = bars.map(|row| (row.bin, row.closed, row.unresolved)).collect();
    assert_eq!(bars, [(0, 0.25, 0.0), (18, 0.25, 0.0), (19, 0.25, 0.25), (40, 0.25, 0.0)]);
    expect(&result, 1e-12, &[("closing_spike", 2.0 / 3.0)]);
    assert!(first_district().result().limit_use.is_empty(), "no closure, no histogram");
}

#[test]
fn hours_are_means_over_weeks() {
    // Would catch sums over weeks, or streets averaged instead of added: in two weeks 10 cases at
    // one street and 2 at the other are 6 an hour.
    let mut sum = first_district();
    for (street, registered) in [(0, 10), (1, 2)] {
        let record = HourRecord { street, hour_of_week: 33, registered, busy: 3, posts: 4 };
        sum.hour(&record);
    }
    sum.hour(&HourRecord { street: 1, hour_of_week: 0, registered: 0, busy: 0, posts: 0 });
    let result = sum.result();
    let rows: Vec<_> = result.hours.iter().filter(|row| row.scope == Scope::City).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[1].weekday, rows[1].hour), (1, 9));
    assert!((rows[1].registered - 6.0).abs() < 1e-12);
    assert_eq!(rows[1].busy, Some(0.75));
    assert_eq!(rows[0].busy, None, "nobody at work has no busy share");
}

#[test]
fn weekdays_of_an_odd_window_are_counted() {
    // Would catch dividing by length / 7: ten days from a Wednesday hold two of Wednesday, Thursday
    // and Friday, and one of the others.
    let window = Window::new(2, 10);
    assert_eq!(weekdays(date(2018, 7, 2), &window), [1, 1, 2, 2, 2, 1, 1]);
}
