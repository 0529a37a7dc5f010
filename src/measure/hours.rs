//! The week by the hour: cases registered, people busy.

use jiff::civil::Date;

use super::count::ratio;
use super::scope::Window;
use crate::domain::HourRecord;

/// Hours in a week.
pub(super) const HOURS: usize = 168;

/// One hour of the week of one street, summed over the weeks of the window.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct Cell {
    known: bool,
    registered: u32,
    busy: u32,
    posts: u32,
}

/// The week of one street.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Week(Vec<Cell>);

impl Default for Week {
    fn default() -> Week {
        Week(vec![Cell::default(); HOURS])
    }
}

impl Week {
    /// Adds a sample, or the sum of several.
    pub(super) fn note(&mut self, record: &HourRecord) {
        let cell = &mut self.0[usize::from(record.hour_of_week)];
        cell.known = true;
        cell.registered += record.registered;
        cell.busy += record.busy;
        cell.posts += record.posts;
    }
}

/// How often each weekday occurs in the window, Monday first; every day has every hour once.
pub(super) fn weekdays(first: Date, window: &Window) -> [u32; 7] {
    let monday = i64::from(first.weekday().to_monday_zero_offset());
    let mut occurs = [0; 7];
    for day in (0..window.days() as i64).map(|day| window.start.day() + day) {
        occurs[(monday + day).rem_euclid(7) as usize] += 1;
    }
    occurs
}

/// One hour of the week of several streets together: cases are added up, the busy share is busy
/// people over posts.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct HourSum {
    known: bool,
    registered: u64,
    busy: u64,
    posts: u64,
}

impl HourSum {
    /// Adds an hour of a street's week.
    pub(super) fn add(&mut self, week: &Week, hour: usize) {
        let cell = &week.0[hour];
        self.known |= cell.known;
        self.registered += u64::from(cell.registered);
        self.busy += u64::from(cell.busy);
        self.posts += u64::from(cell.posts);
    }

    /// Cases registered in the hour, mean over the weeks in which it occurs; none without records.
    pub(super) fn registered(&self, occurs: u32) -> Option<f64> {
        ratio(self.registered as f64, f64::from(occurs)).filter(|_| self.known)
    }

    /// Share of posts busy; none if there are no posts.
    pub(super) fn busy(&self) -> Option<f64> {
        ratio(self.busy as f64, self.posts as f64)
    }
}
