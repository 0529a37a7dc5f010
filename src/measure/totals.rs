//! Everything known about one place of the report; KPI formulas read it.

use super::approvals::Applied;
use super::backlog::Backlog;
use super::burden::{Books, OwnTasks};
use super::count::{Count, ratio};
use super::load::PoolSum;
use super::scope::Window;
use super::tally::Tally;

/// The sums of a place. Parts that its scope does not have are empty; the registry says which
/// KPI has which scope.
pub(super) struct Totals {
    pub(super) window: Window,
    pub(super) tally: Tally,
    /// Pools that count for utilisation, queue and waits.
    pub(super) pools: PoolSum,
    /// Pools of departments only.
    pub(super) department_pools: PoolSum,
    /// Departments' own tasks; none if no department reported.
    pub(super) own: Option<OwnTasks>,
    /// Applications.
    pub(super) applied: Applied,
    /// Bookkeeping of the streets in the place.
    pub(super) books: Books,
    /// Open cases day by day.
    pub(super) backlog: Backlog,
    /// Mean time to close of every street in the place [h].
    pub(super) street_means: Vec<f64>,
}

impl Totals {
    /// Nothing yet.
    pub(super) fn new(window: Window) -> Totals {
        Totals {
            window,
            tally: Tally::default(),
            pools: PoolSum::default(),
            department_pools: PoolSum::default(),
            own: None,
            applied: Applied::default(),
            books: Books::default(),
            backlog: Backlog::default(),
            street_means: Vec::new(),
        }
    }

    /// A count as a value: nothing counted in a window that exists is a true 0.
    pub(super) fn count(&self, count: Count) -> Option<f64> {
        Some(self.tally.counts.of(count))
    }

    /// A share of two counts; none if the whole is empty.
    pub(super) fn share(&self, part: Count, whole: Count) -> Option<f64> {
        ratio(self.tally.counts.of(part), self.tally.counts.of(whole))
    }

    /// `1 - share`, in counts.
    pub(super) fn share_not(&self, part: Count, whole: Count) -> Option<f64> {
        let whole = self.tally.counts.of(whole);
        ratio(whole - self.tally.counts.of(part), whole)
    }
}
