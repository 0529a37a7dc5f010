//! Working time: a weekly pattern of open spans, corrected by holidays and make-up days (调休).
//!
//! The tables are laid out once per run, so that every query is a few array reads: which day type a
//! day has, how much was worked before it, and, for the way back, a guide table from worked seconds
//! to the day on which they are reached. Nothing searches.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::time::{DAY, Span, Time};

/// Day type of days without any open span; types 0 to 6 are Monday to Sunday.
const CLOSED: u8 = 7;

/// Days over which a mean day is taken: a year of whole weeks.
const MEAN_OVER_DAYS: i64 = 364;

/// Open spans of each weekday, Monday first, as (from, to) in seconds of the day [s]; ascending,
/// not overlapping, `from < to <= 86 400`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeekPattern {
    /// One list of open spans for each weekday, Monday first.
    pub days: [Vec<(u32, u32)>; 7],
}

impl WeekPattern {
    /// True when every day's spans ascend, do not overlap and lie within the day.
    pub fn is_valid(&self) -> bool {
        self.days.iter().all(|spans| {
            spans.iter().all(|&(from, to)| from < to && i64::from(to) <= DAY)
                && spans.windows(2).all(|pair| pair[0].1 <= pair[1].0)
        })
    }
}

/// What a day of the official notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// Off: no open span at all.
    Holiday,
    /// A make-up day (调休): works by the Monday pattern, whatever its weekday.
    Workday,
}

/// The days on which the weekly pattern does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holidays(BTreeMap<Date, DayKind>);

impl Holidays {
    /// No exception at all.
    pub fn new() -> Holidays {
        Holidays::default()
    }

    /// Sets what `date` is; the last word counts.
    pub fn insert(&mut self, date: Date, kind: DayKind) {
        self.0.insert(date, kind);
    }

    /// What `date` is, or `None` for a day by the weekly pattern.
    pub fn get(&self, date: Date) -> Option<DayKind> {
        self.0.get(&date).copied()
    }

    /// First and last year of which there is any exception; none for an empty table.
    pub fn years(&self) -> Option<(i16, i16)> {
        let (first, last) = (self.0.keys().next()?, self.0.keys().next_back()?);
        Some((first.year(), last.year()))
    }

    /// All exceptions by ascending date.
    pub fn iter(&self) -> impl Iterator<Item = (Date, DayKind)> + '_ {
        self.0.iter().map(|(&date, &kind)| (date, kind))
    }
}

/// A stretch in which a calendar does not change, as seen from one instant inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// Working seconds done from the start of the calendar to the instant asked for [s].
    pub worked: i64,
    /// Whether work is done at that instant.
    pub open: bool,
    /// First later instant at which to ask again: nothing changes before it.
    pub until: Time,
}

/// One open span of a day type, with what the day has worked before it and by its end; seconds of
/// a day fit into 32 bits.
#[derive(Clone, Copy, Debug)]
struct OpenSpan {
    from: u32,
    length: u32,
    before: u32,
    after: u32,
}

/// A day: working seconds before it, and its type.
#[derive(Clone, Copy, Debug)]
struct Day {
    before: i64,
    kind: u8,
}

/// A day with work: what was worked before it and by its end.
#[derive(Clone, Copy, Debug)]
struct OpenDay {
    before: i64,
    after: i64,
    day: u32,
    kind: u8,
}

/// Working time over days `0..n_days` from a start date.
#[derive(Clone, Debug)]
pub struct Calendar {
    start: Date,
    first_weekday: usize,
    n_days: i64,
    /// Open without a break: every query is then one addition and no table is kept.
    always: bool,
    /// Open spans of each day type, flat, as many for each: shorter lists end with empty spans at
    /// midnight, so that no query depends on how many there are.
    spans: Vec<OpenSpan>,
    spans_per_kind: usize,
    /// Every day, and one more after the last.
    days: Vec<Day>,
    /// Days with work, ascending.
    open_days: Vec<OpenDay>,
    /// Guide from `w >> guide_shift` to a place in `open_days` at or shortly before the right one.
    guide: Vec<u32>,
    guide_shift: u32,
    total: i64,
    mean_day: f64,
}

impl Calendar {
    /// Lays out the tables for `n_days` days from `start`.
    ///
    /// # Panics
    /// If the pattern is not valid ([`WeekPattern::is_valid`]) or the days leave the civil
    /// calendar.
    pub fn new(start: Date, n_days: u32, pattern: &WeekPattern, holidays: &Holidays) -> Calendar {
        assert!(pattern.is_valid(), "open spans must ascend within the day and not overlap");
        let mut calendar = Calendar::empty(start, n_days);
        calendar.lay_spans(pattern);
        let day_total: Vec<i64> = (0..8)
            .map(|kind| calendar.spans_of(kind).last().map_or(0, |span| span.after.into()))
            .collect();
        let mut date = start;
        let mut total = 0;
        for day in 0..n_days {
            if day > 0 {
                date = date.tomorrow().expect("the simulated days must stay in the civil calendar");
            }
            let weekday = calendar.weekday(i64::from(day)) as u8;
            let kind = match holidays.get(date) {
                Some(DayKind::Holiday) => CLOSED,
                Some(DayKind::Workday) => 0,
                None => weekday,
            };
            calendar.days.push(Day { before: total, kind });
            let worked = day_total[usize::from(kind)];
            if worked > 0 {
                calendar.open_days.push(OpenDay {
                    before: total,
                    after: total + worked,
                    day,
                    kind,
                });
            }
            total += worked;
        }
        calendar.days.push(Day { before: total, kind: CLOSED });
        calendar.total = total;
        calendar.lay_guide();
        calendar.settle_mean_day()
    }

    /// As [`Calendar::new`] with no exception to the weekly pattern.
    ///
    /// # Panics
    /// As [`Calendar::new`].
    pub fn without_holidays(start: Date, n_days: u32, pattern: &WeekPattern) -> Calendar {
        Calendar::new(start, n_days, pattern, &Holidays::new())
    }

    /// Open day and night for `n_days` days; counted from Monday 3 January 2000, see
    /// [`Calendar::starting`].
    pub fn always_open(n_days: u32) -> Calendar {
        let mut calendar = Calendar::empty(Date::constant(2000, 1, 3), n_days);
        calendar.always = true;
        calendar.total = calendar.n_days * DAY;
        calendar.settle_mean_day()
    }

    /// The same calendar with another first date. Meant for [`Calendar::always_open`]: the tables
    /// are not laid out again, so only the names of the days change.
    #[must_use]
    pub fn starting(mut self, start: Date) -> Calendar {
        self.start = start;
        self.first_weekday = monday_first(start);
        self
    }

    fn empty(start: Date, n_days: u32) -> Calendar {
        Calendar {
            start,
            first_weekday: monday_first(start),
            n_days: i64::from(n_days),
            always: false,
            spans: Vec::new(),
            spans_per_kind: 0,
            days: Vec::new(),
            open_days: Vec::new(),
            guide: Vec::new(),
            guide_shift: 0,
            total: 0,
            mean_day: 0.0,
        }
    }

    fn settle_mean_day(mut self) -> Calendar {
        self.mean_day = self.worked(Time(MEAN_OVER_DAYS * DAY)) as f64 / MEAN_OVER_DAYS as f64;
        self
    }

    fn lay_spans(&mut self, pattern: &WeekPattern) {
        self.spans_per_kind = pattern.days.iter().map(Vec::len).max().unwrap_or(0);
        let closed = Vec::new();
        for day in pattern.days.iter().chain([&closed]) {
            let mut before = 0;
            for &(from, to) in day {
                let length = to - from;
                let after = before + length;
                self.spans.push(OpenSpan { from, length, before, after });
                before = after;
            }
            let empty = OpenSpan { from: DAY as u32, length: 0, before, after: before };
            self.spans.extend((day.len()..self.spans_per_kind).map(|_| empty));
        }
    }

    /// The guide has one cell per shortest working day or somewhat less, so a cell spans at most
    /// two open days; a cap on its size keeps a pattern with one very short day from growing it
    /// without need.
    fn lay_guide(&mut self) {
        let shortest = self.open_days.iter().map(|open| open.after - open.before).min();
        let Some(shortest) = shortest else { return };
        let floor = self.total / (16 * self.open_days.len() as i64) + 1;
        self.guide_shift = shortest.max(floor).ilog2();
        let mut place = 0;
        let mut low = 0;
        while low <= self.total {
            while place + 1 < self.open_days.len() && self.open_days[place].after < low {
                place += 1;
            }
            self.guide.push(place as u32);
            low += 1 << self.guide_shift;
        }
    }

    #[inline]
    fn spans_of(&self, kind: u8) -> &[OpenSpan] {
        let first = usize::from(kind) * self.spans_per_kind;
        &self.spans[first..first + self.spans_per_kind]
    }

    /// Working seconds in `[0, t]` [s]; nothing before the first day, all of it after the last.
    #[inline]
    pub fn worked(&self, t: Time) -> i64 {
        if self.always {
            return t.0.clamp(0, self.total);
        }
        if t.0 < 0 {
            return 0;
        }
        let (day, second) = parts(t);
        let Some(&Day { before, kind }) = self.days.get(day) else { return self.total };
        let spans = self.spans_of(kind).iter();
        let sum = |sum, span: &OpenSpan| sum + second.saturating_sub(span.from).min(span.length);
        before + i64::from(spans.fold(0, sum))
    }

    /// Earliest instant by which `w` working seconds are done; [`Time::ZERO`] for `w <= 0`,
    /// [`Time::NEVER`] when the table holds fewer.
    #[inline]
    pub fn at_worked(&self, w: i64) -> Time {
        if w <= 0 {
            return Time::ZERO;
        }
        if w > self.total {
            return Time::NEVER;
        }
        if self.always {
            return Time(w);
        }
        let mut place = self.guide[(w >> self.guide_shift) as usize] as usize;
        // Mostly one step or none, at the toss of a coin: added, not branched on.
        place += usize::from(self.open_days[place].after < w);
        while self.open_days[place].after < w {
            place += 1;
        }
        let open = &self.open_days[place];
        let rest = (w - open.before) as u32;
        let spans = self.spans_of(open.kind);
        let span = &spans[spans.iter().filter(|span| span.after < rest).count()];
        Time(i64::from(open.day) * DAY + i64::from(span.from + rest - span.before))
    }

    /// Working time from `a` to `b`; negative when `b` is earlier.
    #[inline]
    pub fn between(&self, a: Time, b: Time) -> Span {
        Span(self.worked(b) - self.worked(a))
    }

    /// The instant at which `work` begun at `t` is done; `t` itself for no work. Work ends within
    /// open time, at the latest at its closing instant; [`Time::NEVER`] beyond the table.
    #[inline]
    pub fn add(&self, t: Time, work: Span) -> Time {
        if work.0 <= 0 {
            return t;
        }
        self.at_worked(self.worked(t) + work.0)
    }

    /// Whether work is done in the second that begins at `t`.
    #[inline]
    pub fn is_open(&self, t: Time) -> bool {
        if t < Time::ZERO || t.day() >= self.n_days {
            return false;
        }
        let (day, second) = parts(t);
        let open = |span: &OpenSpan| second.checked_sub(span.from).is_some_and(|s| s < span.length);
        self.always || self.spans_of(self.days[day].kind).iter().any(open)
    }

    /// The first open instant at or after `t`; [`Time::NEVER`] beyond the table.
    #[inline]
    pub fn next_open(&self, t: Time) -> Time {
        if self.is_open(t) {
            return t;
        }
        self.opening_after(self.worked(t))
    }

    /// When work goes on once so much is done: the instant by which one second more is done, less
    /// that second.
    #[inline]
    fn opening_after(&self, worked: i64) -> Time {
        match self.at_worked(worked + 1) {
            Time::NEVER => Time::NEVER,
            after_one_second => after_one_second - Span(1),
        }
    }

    /// Work done by `t`, whether `t` is open, and until when that holds: what a pool needs to go
    /// without the calendar until the next change.
    pub fn spell(&self, t: Time) -> Spell {
        let worked = self.worked(t);
        if !self.is_open(t) {
            return Spell { worked, open: false, until: self.opening_after(worked) };
        }
        if self.always {
            return Spell { worked, open: true, until: Time(self.total) };
        }
        let (day, second) = parts(t);
        let spans = self.spans_of(self.days[day].kind).iter();
        let mut ends = spans.map(|span| span.from + span.length);
        let end = ends.find(|end| second < *end).map_or(DAY, i64::from);
        Spell { worked, open: true, until: Time(t.day() * DAY + end) }
    }

    /// Whether the day has any open time; false outside the table.
    pub fn is_working_day(&self, day: i64) -> bool {
        if day < 0 || day >= self.n_days {
            return false;
        }
        self.always || self.days[day as usize + 1].before > self.days[day as usize].before
    }

    /// Weekday of a day, 0 for Monday.
    #[inline]
    pub fn weekday(&self, day: i64) -> usize {
        (day + self.first_weekday as i64).rem_euclid(7) as usize
    }

    /// Civil date of a day.
    ///
    /// # Panics
    /// If the day lies outside the civil calendar (years -9999 to 9999).
    pub fn date(&self, day: i64) -> Date {
        self.start.checked_add(day.days()).expect("the day must lie in the civil calendar")
    }

    /// Number of days the tables cover.
    pub fn n_days(&self) -> i64 {
        self.n_days
    }

    /// Working seconds of a mean day \[s\]; of the first year, so that it does not depend on how
    /// many days the tables cover.
    #[inline]
    pub fn mean_day(&self) -> f64 {
        self.mean_day
    }

    /// Working seconds of all days [s].
    pub fn total(&self) -> i64 {
        self.total
    }
}

/// Number of the day, and second of it, of an instant that is not negative: both halves of one
/// division, and neither needs a sign.
#[inline]
fn parts(t: Time) -> (usize, u32) {
    ((t.0 as u64 / DAY as u64) as usize, (t.0 as u64 % DAY as u64) as u32)
}

fn monday_first(date: Date) -> usize {
    date.weekday().to_monday_zero_offset() as usize
}
