//! Everything that can happen in the city.

use super::slab::Handle;
use crate::kernel::PoolEvent;

/// The closed list of events of a district's run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Event {
    /// A pool's own event: a job is finished, or a pool opens.
    Pool(PoolEvent),
    /// The next issue of a source (street and item) arises.
    Arise(u32),
    /// An issue is noticed for the first time.
    Detect(Handle),
    /// A latent issue solves itself.
    Vanish(Handle),
    /// An unresolved or recurring issue is called in again.
    CallAgain(Handle),
    /// Somebody reports an issue that already has an open case.
    ReportAgain(Handle),
    /// The timed step of a case; `step` tells a step from one that was overtaken.
    Step(Handle, u32),
    /// The case's limit clock reaches the point at which something is decided.
    Clock(Handle, u32),
    /// The resident withdraws, or the matter solves itself while the case is open.
    Withdraw(Handle),
    /// Somebody who waits for the work to begin loses patience.
    Patience(Handle, u32),
    /// Units with posts by the hour change shift.
    UnitShift,
    /// The next piece of other work of a stream.
    Errand(u32),
    /// The next application of a stream is made.
    Apply(u32),
    /// The timed step of an application.
    Application(Handle, u32),
    /// An admitted task starts after its procedure.
    TaskStarts(Handle),
    /// Shift change of squads and specialists on call.
    Shift,
    /// Hourly sample.
    Hour,
    /// End of a day: backlog, accruals.
    Day,
    /// Weekly update of what people have learned and how loaded they are.
    Week,
    /// A term of key projects begins.
    ProjectTerm,
    /// What is done about a shock begins or ends.
    Response,
    /// Another epoch of the plan comes into force.
    Epoch(u32),
    /// Warm-up is over: measuring starts.
    Measure,
}

impl From<PoolEvent> for Event {
    fn from(event: PoolEvent) -> Event {
        Event::Pool(event)
    }
}
