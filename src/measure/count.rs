//! Everything that is counted, one name per number.

/// What a case, issue, call-up, request or task counts as. Which ones, is said in the family that
/// counts it. "Cohort" means registered in the window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Count {
    /// Issues that arose in the window.
    Arisen,
    /// The cohort.
    Registered,
    /// Closed in the window.
    Closed,
    /// Registered and not ended at the end of the window.
    OpenAtEnd,
    /// Cohort, closed by the end of the window.
    CohortClosed,
    /// Cohort, withdrawn or self-resolved.
    Withdrawn,
    /// Cohort, noticed before a resident called.
    FoundBefore,
    /// Cohort, noticed by the grid.
    GridFound,
    /// Of these, settled by the grid.
    GridSettled,
    /// Cohort, the same place and item within 30 days.
    Repeat,
    /// Limit with extensions fell in the window.
    Due,
    /// Of these, closed by then.
    OnTime,
    /// First limit fell in the window.
    FirstDue,
    /// Of these, closed by then.
    OnFirstTime,
    /// Closed in the window within the limit.
    WithinLimit,
    /// Of these, in the last tenth of it.
    LastTenth,
    /// Cohort, dispatched by the end of the window.
    Dispatched,
    /// Of these, extended.
    Extended,
    /// Of the dispatched, with a yellow card.
    Yellow,
    /// Of the dispatched, with a red card.
    Red,
    /// Of the dispatched, responded to within the limit of first reaction.
    Responded,
    /// Of the dispatched, contacted before handling.
    Contacted,
    /// Of the dispatched, returned at least once.
    Returned,
    /// Of the dispatched, returned twice or overruled.
    Shirked,
    /// Of the dispatched, closed.
    Finished,
    /// Of the finished, by the first owner.
    FirstOwner,
    /// Of the dispatched, dispatched to a street.
    ToStreet,
    /// Of these, open at the street over 15 working days.
    Stuck,
    /// Of the dispatched to a street, called up.
    CalledUp,
    /// Closed in the window and truly resolved.
    Resolved,
    /// Closed in the window at a street, not settled by the grid.
    Handled,
    /// Answered call-back after a closure in the window.
    Answered,
    /// Of these, recorded as resolved.
    RecordedResolved,
    /// Of these, satisfied or basically satisfied.
    Satisfied,
    /// First closed in the window.
    FirstClosed,
    /// Of these, redone.
    Redone,
    /// Cohort, has left the system.
    Left,
    /// Call-ups that need presence, target reached in the window.
    Presence,
    /// Of these, on site within the target.
    OnSite,
    /// On-call requests, twice the target reached in the window.
    OnCall,
    /// Of these, not met by then.
    Unanswered,
    /// Assigned tasks that reached a street in the window.
    Tasks,
}

/// How many counts there are.
pub(super) const N_COUNTS: usize = Count::Tasks as usize + 1;

/// The set of counts that one record adds to.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Marks(u64);

impl Marks {
    /// Adds a count if the condition holds.
    #[inline]
    pub(super) fn set(&mut self, count: Count, holds: bool) {
        self.0 |= u64::from(holds) << count as u32;
    }

    /// Is there none?
    #[inline]
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Is the count set?
    #[inline]
    pub(super) fn has(self, count: Count) -> bool {
        self.0 >> count as u32 & 1 == 1
    }
}

/// Numbers by [`Count`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Counts([u32; N_COUNTS]);

impl Default for Counts {
    fn default() -> Counts {
        Counts([0; N_COUNTS])
    }
}

impl Counts {
    /// Adds one to every count of a record.
    #[inline]
    pub(super) fn note(&mut self, marks: Marks) {
        let mut rest = marks.0;
        while rest != 0 {
            self.0[rest.trailing_zeros() as usize] += 1;
            rest &= rest - 1;
        }
    }

    /// Adds one to a count.
    #[inline]
    pub(super) fn one(&mut self, count: Count) {
        self.0[count as usize] += 1;
    }

    /// Adds all of another's.
    pub(super) fn add(&mut self, other: &Counts) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine += theirs;
        }
    }

    /// A count.
    pub(super) fn of(&self, count: Count) -> f64 {
        f64::from(self.0[count as usize])
    }
}

/// `part / whole`, none if there is no whole: a share of nothing is not 0.
pub(super) fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}
