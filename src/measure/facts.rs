//! One case seen from the window: computed once, then added to its street, item and channel.

use super::count::{Count, Marks};
use super::histogram::{Observed, Way};
use super::scope::Window;
use super::{flow, limits, quality, routing, timing};
use crate::base::{Fault, Span, Time, planted};
use crate::domain::{CaseRecord, Fate, Ledger};

/// When and how a case ended, as far as the window lets one see. A voided closure (redo under
/// way) is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Ending {
    /// Registered in the window.
    pub(super) cohort: bool,
    /// Cohort, first dispatched by the end of the window.
    pub(super) dispatched: bool,
    /// The closure that stands.
    pub(super) closed: Option<Time>,
    /// Withdrawn, self-resolved or turned away before any closure.
    pub(super) withdrawn: Option<Time>,
}

impl Ending {
    fn of(case: &CaseRecord, window: &Window) -> Ending {
        let closed = window.seen(case.closed);
        let fate = matches!(case.fate, Fate::Withdrawn | Fate::SelfResolved | Fate::TurnedAway);
        let withdrawn = if fate && closed.is_none() { window.seen(case.left) } else { None };
        let cohort = window.contains(case.registered);
        let dispatched = cohort && window.seen(case.dispatched).is_some();
        Ending { cohort, dispatched, closed, withdrawn }
    }

    /// How long the case took from `from`, or how long it has been under way.
    pub(super) fn since(&self, from: Time, window: &Window) -> Observed {
        match (self.closed, self.withdrawn) {
            (Some(closed), _) => Observed::new(closed - from, Way::Event),
            (None, Some(withdrawn)) => Observed::new(withdrawn - from, Way::Other),
            (None, None) if planted(Fault::WrongCensoring) => {
                Observed::new(window.end - from, Way::Event)
            }
            (None, None) => Observed::new(window.end - from, Way::Open),
        }
    }

    /// The same, with the length given.
    pub(super) fn lasting(&self, length: Span) -> Observed {
        let way = match (self.closed, self.withdrawn) {
            (Some(_), _) => Way::Event,
            (None, Some(_)) => Way::Other,
            (None, None) => Way::Open,
        };
        Observed::new(length, way)
    }
}

/// What a case adds to a tally.
pub(super) struct CaseFacts<'a> {
    pub(super) marks: Marks,
    /// Time to close, in calendar and in working time; cohort only.
    pub(super) durations: Option<[Observed; 2]>,
    /// The calendar one once more, if the case is large.
    pub(super) large: bool,
    /// Owners beyond the first; dispatched cohort only.
    pub(super) handoffs: i64,
    /// Seconds in which nobody had accepted it; dispatched cohort only.
    pub(super) limbo: i64,
    /// Time by stage, if the cohort's case has left.
    pub(super) stages: Option<&'a Ledger>,
}

impl CaseFacts<'_> {
    /// Looks at a record through the window.
    pub(super) fn of<'a>(case: &'a CaseRecord, window: &Window) -> CaseFacts<'a> {
        let ending = Ending::of(case, window);
        let mut marks = Marks::default();
        flow::mark(case, &ending, window, &mut marks);
        limits::mark(case, &ending, window, &mut marks);
        quality::mark(case, &ending, window, &mut marks);
        routing::mark(case, &ending, &mut marks);
        let stages = marks.has(Count::Left).then_some(&case.ledger);
        let (handoffs, limbo) = if ending.dispatched { routing::sums(case) } else { (0, 0) };
        CaseFacts {
            marks,
            durations: timing::durations(case, &ending, window),
            large: timing::is_large(case),
            handoffs,
            limbo,
            stages,
        }
    }
}
