//! Calendars against worked examples and against a walk second by second.

use jiff::civil::{Date, DateTime, date};
use proptest::prelude::*;

use super::*;

/// Year, month, day.
type Day = (i16, i8, i8);

/// Spring Festival notices of the State Council for 2024 to 2026: first and last day off, make-up
/// days worked.
const FESTIVALS: [(Day, Day, [Day; 2]); 3] = [
    ((2024, 2, 10), (2024, 2, 17), [(2024, 2, 4), (2024, 2, 18)]),
    ((2025, 1, 28), (2025, 2, 4), [(2025, 1, 26), (2025, 2, 8)]),
    ((2026, 2, 15), (2026, 2, 23), [(2026, 2, 14), (2026, 2, 28)]),
];

fn day((year, month, day): Day) -> Date {
    date(year, month, day)
}

fn festivals() -> Holidays {
    let mut holidays = Holidays::new();
    for (first, last, worked) in FESTIVALS {
        let mut off = day(first);
        while off <= day(last) {
            holidays.insert(off, DayKind::Holiday);
            off = off.tomorrow().expect("a day of this century");
        }
        for make_up in worked {
            holidays.insert(day(make_up), DayKind::Workday);
        }
    }
    holidays
}

/// 9:00-12:00 and 13:30-17:30, Monday to Friday.
fn office() -> WeekPattern {
    let open = vec![(9 * 3600, 12 * 3600), (13 * 3600 + 1800, 17 * 3600 + 1800)];
    let mut pattern = WeekPattern::default();
    for weekday in 0..5 {
        pattern.days[weekday] = open.clone();
    }
    pattern
}

fn calendar() -> Calendar {
    Calendar::new(date(2024, 1, 1), 1096, &office(), &festivals())
}

fn at(calendar: &Calendar, civil: DateTime) -> Time {
    let days = (civil.date() - calendar.date(0)).get_days();
    let time = civil.time();
    let second = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60;
    Time(i64::from(days) * DAY + second)
}

fn civil(calendar: &Calendar, t: Time) -> DateTime {
    let second = t.seconds_of_day();
    let (hour, minute) = ((second / 3600) as i8, (second / 60 % 60) as i8);
    calendar.date(t.day()).at(hour, minute, (second % 60) as i8, 0)
}

#[test]
fn working_time_over_spring_festival() {
    // Catches: a make-up Saturday that is skipped, a holiday that is worked, a lunch break counted.
    // Worked by hand from the notice for 2026 (off 15-23 February, worked 14 and 28 February).
    let calendar = calendar();
    let examples = [
        (date(2026, 2, 13).at(16, 30, 0, 0), 1440, date(2026, 2, 26).at(11, 0, 0, 0)),
        (date(2026, 2, 14).at(12, 15, 0, 0), 420, date(2026, 2, 24).at(12, 0, 0, 0)),
        (date(2026, 2, 16).at(10, 0, 0, 0), 60, date(2026, 2, 24).at(10, 0, 0, 0)),
        (date(2026, 2, 13).at(17, 30, 0, 0), 1, date(2026, 2, 14).at(9, 1, 0, 0)),
        (date(2026, 2, 27).at(17, 0, 0, 0), 840, date(2026, 3, 2).at(17, 0, 0, 0)),
        // 2024: Friday 9 February is worked, the 10th to 17th are off, Sunday the 18th is worked.
        (date(2024, 2, 9).at(17, 0, 0, 0), 60, date(2024, 2, 18).at(9, 30, 0, 0)),
        (date(2024, 2, 3).at(8, 0, 0, 0), 420, date(2024, 2, 4).at(17, 30, 0, 0)),
        // 2025: Sunday 26 and Monday 27 January are worked, off until 4 February, Saturday 8
        // worked.
        (date(2025, 1, 25).at(12, 0, 0, 0), 840, date(2025, 1, 27).at(17, 30, 0, 0)),
        (date(2025, 1, 27).at(17, 0, 0, 0), 31, date(2025, 2, 5).at(9, 1, 0, 0)),
        (date(2025, 2, 7).at(17, 30, 0, 0), 421, date(2025, 2, 10).at(9, 1, 0, 0)),
    ];
    for (from, minutes, to) in examples {
        let start = at(&calendar, from);
        let end = calendar.add(start, Span(minutes * MINUTE));
        assert_eq!(civil(&calendar, end), to, "{minutes} min from {from}");
        assert_eq!(calendar.between(start, end), Span(minutes * MINUTE));
    }
}

#[test]
fn working_days_by_the_notice() {
    // Catches: a plain Monday-to-Friday rule, and a weekday that is off by one.
    let calendar = calendar();
    let off = |d| !calendar.is_working_day(at(&calendar, day(d).at(0, 0, 0, 0)).day());
    for (first, last, worked) in FESTIVALS {
        assert!(off(first) && off(last) && !off(worked[0]) && !off(worked[1]));
    }
    assert_eq!(calendar.weekday(0), 0, "1 January 2024 is a Monday");
    assert_eq!(calendar.weekday(at(&calendar, date(2026, 2, 14).at(0, 0, 0, 0)).day()), 5);
    assert_eq!(calendar.date(1095), date(2026, 12, 31));
    let n = (0..1096).filter(|&d| calendar.is_working_day(d)).count() as i64;
    assert_eq!(calendar.total(), n * 7 * HOUR);
}

#[test]
fn the_edges_of_open_time() {
    // Catches: an off-by-one at opening, closing and the ends of the table.
    let calendar = calendar();
    let morning = at(&calendar, date(2024, 1, 2).at(9, 0, 0, 0));
    let noon = at(&calendar, date(2024, 1, 2).at(12, 0, 0, 0));
    assert!(calendar.is_open(morning) && !calendar.is_open(morning - Span(1)));
    assert!(!calendar.is_open(noon) && calendar.is_open(noon - Span(1)));
    assert_eq!(calendar.next_open(noon), noon + Span(90 * MINUTE));
    assert_eq!(calendar.next_open(morning), morning);
    assert_eq!(calendar.add(morning, Span(3 * HOUR)), noon);
    assert_eq!(calendar.add(noon, Span::ZERO), noon);
    assert_eq!(calendar.add(noon, Span(1)), noon + Span(90 * MINUTE + 1));
    assert_eq!(calendar.at_worked(0), Time::ZERO);
    assert_eq!(calendar.at_worked(calendar.total() + 1), Time::NEVER);
    assert_eq!(calendar.worked(Time::NEVER), calendar.total());
    assert_eq!(calendar.worked(Time(-5)), 0);
    assert_eq!(calendar.next_open(Time(1096 * DAY)), Time::NEVER);
    assert_eq!(calendar.add(Time(1096 * DAY), Span(1)), Time::NEVER);
    let spell = calendar.spell(noon);
    assert_eq!((spell.open, spell.until), (false, noon + Span(90 * MINUTE)));
    let spell = calendar.spell(morning + Span(60));
    assert_eq!((spell.open, spell.until), (true, noon));
}

#[test]
fn always_open_and_never_open() {
    // Catches: the two patterns without a table behind them.
    let always = Calendar::always_open(10);
    assert_eq!(always.add(Time(5), Span(86_400)), Time(86_405));
    assert_eq!(always.add(Time(5), Span(10 * DAY)), Time::NEVER);
    assert!(always.is_open(Time(10 * DAY - 1)) && !always.is_open(Time(10 * DAY)));
    assert_eq!(always.next_open(Time(10 * DAY)), Time::NEVER);
    assert!(always.is_working_day(9) && !always.is_working_day(10));
    assert_eq!(always.starting(date(2024, 1, 6)).weekday(0), 5);
    let never = Calendar::without_holidays(date(2024, 1, 1), 10, &WeekPattern::default());
    assert_eq!(never.next_open(Time(5)), Time::NEVER);
    assert_eq!(never.add(Time(5), Span(1)), Time::NEVER);
    assert_eq!(never.add(Time(5), Span::ZERO), Time(5));
    let empty = Calendar::without_holidays(date(2024, 1, 1), 0, &office());
    assert_eq!((empty.total(), empty.next_open(Time::ZERO)), (0, Time::NEVER));
}

#[test]
#[should_panic(expected = "must ascend")]
fn overlapping_spans_are_refused() {
    // Catches: a pattern whose open time would be counted twice.
    let mut pattern = office();
    pattern.days[0] = vec![(100, 300), (200, 400)];
    Calendar::without_holidays(date(2024, 1, 1), 10, &pattern);
}

#[test]
fn spans_and_times() {
    // Catches: rounding the wrong way, and arithmetic of negative instants.
    assert_eq!(Span::from_hours(0.5), Span(1800));
    assert_eq!(Span::from_hours(1.0 / 7200.0), Span(1));
    assert_eq!(Span::from_hours(-3.0), Span::ZERO);
    assert_eq!(Span::from_hours(f64::NAN), Span::ZERO);
    assert_eq!((Time(-1).day(), Time(-1).seconds_of_day()), (-1, DAY - 1));
    assert_eq!(Time::NEVER + Span(i64::MAX / 4) - Time::NEVER, Span(i64::MAX / 4));
    assert!((Time(5400).hours() - 1.5).abs() < 1e-15);
    assert_eq!((Span(3).max(Span(5)), Span(3).min(Span(5))), (Span(5), Span(3)));
}

/// Any pattern of a few spans a day, with some days off and some make-up days.
fn any_calendar() -> impl Strategy<Value = Calendar> {
    let cuts = prop::collection::btree_set(0_u32..=1440, 0..7);
    let days = prop::collection::vec(cuts, 7);
    let exceptions = prop::collection::vec((0_i64..60, any::<bool>()), 0..12);
    (days, exceptions, 1_u32..60, 0_i8..7).prop_map(|(days, exceptions, n_days, first)| {
        let mut pattern = WeekPattern::default();
        for (spans, cuts) in pattern.days.iter_mut().zip(days) {
            let cuts: Vec<u32> = cuts.into_iter().map(|minute| minute * 60).collect();
            *spans = cuts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
        }
        let start = date(2025, 1, 20 + first);
        let mut holidays = Holidays::new();
        for (day, works) in exceptions {
            let date = Calendar::always_open(1).starting(start).date(day);
            holidays.insert(date, if works { DayKind::Workday } else { DayKind::Holiday });
        }
        Calendar::new(start, n_days, &pattern, &holidays)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn add_and_between_are_inverse(
        calendar in any_calendar(),
        t in 0_i64..61 * DAY,
        work in 0_i64..20 * DAY,
        more in 0_i64..DAY,
    ) {
        // Catches: seconds lost or gained on the way there or back, over any pattern.
        let (t, work, more) = (Time(t), Span(work), Span(more));
        let end = calendar.add(t, work);
        if end == Time::NEVER {
            prop_assert!(calendar.worked(t) + work.0 > calendar.total());
            return Ok(());
        }
        prop_assert_eq!(calendar.between(t, end), work);
        prop_assert!(end >= t);
        if work > Span::ZERO {
            prop_assert!(calendar.is_open(end - Span(1)), "work ends within open time");
        }
        // Additive and monotone.
        let later = calendar.add(t, work + more);
        prop_assert!(later >= end);
        if work > Span::ZERO {
            prop_assert_eq!(calendar.add(end, more), later);
        }
    }

    #[test]
    fn worked_counts_open_seconds(calendar in any_calendar(), from in 0_i64..60 * DAY) {
        // Catches: an open span that is missing from one of the views of the calendar.
        let mut worked = calendar.worked(Time(from));
        for second in from..from + 3000 {
            let t = Time(second);
            prop_assert_eq!(calendar.worked(t), worked);
            worked += i64::from(calendar.is_open(t));
        }
    }

    #[test]
    fn spells_and_openings(calendar in any_calendar(), t in 0_i64..60 * DAY) {
        // Catches: a pool that sleeps through an opening or works past a closing.
        let t = Time(t);
        let opening = calendar.next_open(t);
        prop_assert!(opening >= t);
        if opening != Time::NEVER {
            prop_assert!(calendar.is_open(opening));
            prop_assert_eq!(calendar.between(t, opening), Span::ZERO);
        } else {
            prop_assert_eq!(calendar.worked(t), calendar.total());
        }
        let spell = calendar.spell(t);
        prop_assert_eq!(spell.worked, calendar.worked(t));
        prop_assert_eq!(spell.open, calendar.is_open(t));
        prop_assert!(spell.until > t);
        if spell.open {
            prop_assert_eq!(calendar.between(t, spell.until), spell.until - t);
        } else if spell.until != Time::NEVER {
            prop_assert_eq!(spell.until, opening);
        }
    }
}

#[test]
fn nearest_is_what_libm_rounds_to() {
    // Catches: halves rounded to even or towards zero, and the last number below a half rounded up.
    let below_half = f64::from_bits(0.5_f64.to_bits() - 1);
    let mut numbers =
        vec![0.0, -0.0, 0.5, -0.5, below_half, -below_half, 1.5, 2.5, -2.5, 1e15 + 0.5];
    numbers.extend((0..100_000).map(|i| f64::from(i - 50_000) * 0.123_456_789));
    numbers.extend([1e18, -1e18, 1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
    for x in numbers {
        assert_eq!(nearest(x), libm::round(x) as i64, "{x}");
    }
}
