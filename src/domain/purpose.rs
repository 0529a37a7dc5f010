//! What random numbers are for. One draw is named by (seed, replication, purpose, entity, visit).

/// The closed list of purposes. Two uses never share one; the discriminant is part of the address,
/// so new purposes go to the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum Purpose {
    /// Gap to the next issue of a street and item.
    Arise = 1,
    /// Time to being noticed, by channel.
    Detect = 2,
    /// Readiness to call; hot spot or not.
    Place = 3,
    /// Time to vanishing by itself.
    Vanish = 4,
    /// Simple or not; settled by the grid.
    Nature = 5,
    /// Registration delay; registered twice by parallel systems.
    Register = 6,
    /// A second report; recognized or not.
    Duplicate = 7,
    /// When it is made.
    DuplicateDelay = 8,
    /// Signatures and dispatch.
    Triage = 9,
    /// Wrong dispatch; delay of the return.
    Misroute = 10,
    /// Acceptance delay; internal overlap.
    Accept = 11,
    /// Internal hand-off; which of two split pools.
    Handoff = 12,
    /// Needs a joint decision; disputes.
    Committee = 13,
    /// First contact.
    Contact = 14,
    /// Effort of the street; over-calling.
    Effort = 15,
    /// Stationed person is there.
    Presence = 16,
    /// On-call travel; site presence needed.
    OnCall = 17,
    /// Call-up registration; refusal.
    CallUp = 18,
    /// Effort of a department; hand-off between parties.
    CallUpEffort = 19,
    /// Contractor and legal time.
    Elapsed = 20,
    /// Real resolution; reply time.
    Handle = 21,
    /// Nominal closing; extension.
    Pressure = 22,
    /// Audit; call-back reached.
    CallBack = 23,
    /// Answer; misread record.
    Answer = 24,
    /// Satisfaction; redo although resolved.
    Satisfy = 25,
    /// Call-back delay; withdrawal.
    Leave = 26,
    /// Repeat call; when.
    Repeat = 27,
    /// Gap and size of a piece of other work.
    Errand = 28,
    /// Gate: pass, leak.
    Gate = 29,
    /// Urgent task; unit of a task.
    TaskUnit = 30,
    /// Whole people from a fractional mean.
    Staffing = 31,
    /// Effect of an item on satisfaction.
    ItemEffect = 32,
    /// Adjudication effort and delay.
    Adjudicate = 33,
    /// Presence on site at a call-up.
    CallUpSite = 34,
    /// Gap to the next application of a place; what is applied for.
    Apply = 40,
    /// Online or not; where it is handed in.
    ApplyWay = 41,
    /// Papers are missing; length of the visit.
    ApplyCheck = 42,
    /// Time to get papers; giving up.
    ApplyAgain = 43,
    /// Travel of a visit; which service point.
    ApplyTravel = 44,
    /// Review effort; waits between steps.
    ApplyReview = 45,
    /// Papers on the way; the applicant carries them.
    ApplyTransfer = 46,
    /// Look at the place: needed; when.
    ApplySite = 47,
    /// Procedure of the law; papers sent on.
    ApplyProcedure = 48,
    /// Wrong decision; found and reversed.
    ApplyError = 49,
    /// Time to the reversal; delivery.
    ApplyReversal = 50,
    /// Whole service points from a fractional mean.
    Points = 51,
    /// A key project runs at a street in a term.
    Project = 60,
    /// Place of a street in the cycle of contracts.
    Contract = 61,
    /// A partner unit keeps its promise of a month.
    Partner = 62,
    /// A dispute is prevented.
    Prevent = 63,
    /// How many matters arise together.
    Batch = 100,
    /// Patience of somebody who waits for the work to begin.
    Patience = 101,
}
