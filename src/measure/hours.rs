//! The week by the hour: cases registered, people busy.

use super::count::ratio;
use crate::domain::HourRecord;

/// Hours in a week.
pub(super) const HOURS: usize = 168;

/// One hour of the week of one street, over all weeks sampled.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct Cell {
    samples: u32,
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
    /// Adds a sample.
    pub(super) fn note(&mut self, record: &HourRecord) {
        let cell = &mut self.0[usize::from(record.hour_of_week)];
        cell.samples += 1;
        cell.registered += record.registered;
        cell.busy += record.busy;
        cell.posts += record.posts;
    }
}

/// Several streets together: registered per hour is summed over streets (each by its own number of
/// samples), busy share is busy people over posts.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct HourSum {
    registered: f64,
    busy: u64,
    posts: u64,
    samples: u64,
}

impl HourSum {
    /// Adds an hour of a street's week.
    pub(super) fn add(&mut self, week: &Week, hour: usize) {
        let cell = &week.0[hour];
        self.samples += u64::from(cell.samples);
        self.registered +=
            ratio(f64::from(cell.registered), f64::from(cell.samples)).unwrap_or(0.0);
        self.busy += u64::from(cell.busy);
        self.posts += u64::from(cell.posts);
    }

    /// Cases registered in the hour, mean over weeks; none without a sample.
    pub(super) fn registered(&self) -> Option<f64> {
        (self.samples > 0).then_some(self.registered)
    }

    /// Share of posts busy; none if there are no posts.
    pub(super) fn busy(&self) -> Option<f64> {
        ratio(self.busy as f64, self.posts as f64)
    }
}
