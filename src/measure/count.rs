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
    /// Cohort, second registrations of an issue that has an open case.
    Duplicate,
    /// Closed in the window, first registrations only.
    ClosedFirst,
    /// Of these, truly resolved.
    ResolvedFirst,
}

/// How many counts there are.
pub(super) const N_COUNTS: usize = Count::ResolvedFirst as usize + 1;

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

/// Bits of the small numbers in which records are counted before they go to the sums.
const PLANES: usize = 6;

/// Numbers by [`Count`].
///
/// A record adds to a dozen counts. So that it need not go through them one by one, records are
/// first counted in small numbers that lie across words: plane `p` holds bit `p` of all of them,
/// and one sum with carry over the planes counts a record everywhere at once.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    planes: [u64; PLANES],
    on_planes: u32,
    sums: [u32; N_COUNTS],
}

impl Default for Counts {
    fn default() -> Counts {
        Counts { planes: [0; PLANES], on_planes: 0, sums: [0; N_COUNTS] }
    }
}

impl PartialEq for Counts {
    fn eq(&self, other: &Counts) -> bool {
        (0..N_COUNTS).all(|count| self.number(count) == other.number(count))
    }
}

impl Counts {
    /// Adds one to every count of a record.
    #[inline]
    pub(super) fn note(&mut self, marks: Marks) {
        let mut carry = marks.0;
        for plane in &mut self.planes {
            (*plane, carry) = (*plane ^ carry, *plane & carry);
        }
        self.on_planes += 1;
        if self.on_planes == (1 << PLANES) - 1 {
            self.clear_planes();
        }
    }

    #[inline(never)]
    fn clear_planes(&mut self) {
        for count in 0..N_COUNTS {
            self.sums[count] = self.number(count);
        }
        self.planes = [0; PLANES];
        self.on_planes = 0;
    }

    fn number(&self, count: usize) -> u32 {
        let bits = self.planes.iter().rev().map(|plane| (plane >> count & 1) as u32);
        self.sums[count] + bits.fold(0, |number, bit| 2 * number + bit)
    }

    /// Adds one to a count.
    #[inline]
    pub(super) fn one(&mut self, count: Count) {
        self.sums[count as usize] += 1;
    }

    /// Adds all of another's.
    pub(super) fn add(&mut self, other: &Counts) {
        for (count, mine) in self.sums.iter_mut().enumerate() {
            *mine += other.number(count);
        }
    }

    /// A count.
    pub(super) fn of(&self, count: Count) -> f64 {
        f64::from(self.number(count as usize))
    }
}

/// `part / whole`, none if there is no whole: a share of nothing is not 0.
pub(super) fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches a carry that is lost, planes that are not cleared or cleared twice, and bits that go
    // to another count: against plain counting, around every fill of the planes.
    #[test]
    fn records_are_counted_one_by_one() {
        let mut plain = [0_u32; N_COUNTS];
        let (mut counts, mut halves) = (Counts::default(), [Counts::default(), Counts::default()]);
        for record in 0..300_u64 {
            let marks = Marks(record.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - N_COUNTS));
            for (count, number) in plain.iter_mut().enumerate() {
                *number += (marks.0 >> count & 1) as u32;
            }
            counts.note(marks);
            halves[(record % 2) as usize].note(marks);
            assert!((0..N_COUNTS).all(|c| counts.number(c) == plain[c]), "record {record}");
        }
        counts.one(Count::Tasks);
        let [mut sum, other] = halves;
        assert!(sum != other, "halves differ");
        sum.add(&other);
        assert!(sum != counts, "one task more");
        sum.one(Count::Tasks);
        assert!(sum == counts, "halves add up to the whole");
    }
}
