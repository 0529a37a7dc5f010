//! How much of its limit a case had used when it was closed: a histogram of the whole area.

use super::result::LimitUseRow;
use super::scope::Scope;

/// Bins up to the limit; as many follow beyond it, and one for all that is later.
const TO_LIMIT: usize = 20;

/// All bins.
const BINS: usize = 2 * TO_LIMIT + 1;

/// Bounds of a bin \[share of the limit in force\]: the lower one belongs to it, the upper one only
/// where it is the limit itself. The last bin has no upper one.
///
/// # Panics
/// If there is no such bin.
#[must_use]
pub fn limit_use_bounds(bin: u8) -> (f64, Option<f64>) {
    let bin = usize::from(bin);
    assert!(bin < BINS, "no bin {bin}");
    let bound = |bin: usize| bin as f64 / TO_LIMIT as f64;
    (bound(bin), (bin + 1 < BINS).then(|| bound(bin + 1)))
}

/// The bin of a closure. Who closes at the very limit is in time, so it counts to the bin before.
fn bin(share: f64) -> usize {
    let at = (share * TO_LIMIT as f64) as usize;
    at.min(if share <= 1.0 { TO_LIMIT - 1 } else { BINS - 1 })
}

/// Closures of the window by share of the limit used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct LimitUse {
    closed: [u64; BINS],
    unresolved: [u64; BINS],
}

impl Default for LimitUse {
    fn default() -> LimitUse {
        LimitUse { closed: [0; BINS], unresolved: [0; BINS] }
    }
}

impl LimitUse {
    /// Adds a closure.
    pub(super) fn note(&mut self, clock_share: f64, resolved: bool) {
        let bin = bin(clock_share);
        self.closed[bin] += 1;
        self.unresolved[bin] += u64::from(!resolved);
    }

    /// Adds all of another's.
    pub(super) fn add(&mut self, other: &LimitUse) {
        for bin in 0..BINS {
            self.closed[bin] += other.closed[bin];
            self.unresolved[bin] += other.unresolved[bin];
        }
    }

    /// A row per bin, empty ones too, so that means over replications are means of all of them;
    /// none without a closure.
    pub(super) fn rows(&self, scope: Scope, id: &str) -> Vec<LimitUseRow> {
        let total: u64 = self.closed.iter().sum();
        let of_all = |count: u64| count as f64 / total as f64;
        let row = |bin: usize| LimitUseRow {
            scope,
            scope_id: id.to_owned(),
            bin: bin as u8,
            closed: of_all(self.closed[bin]),
            unresolved: of_all(self.unresolved[bin]),
        };
        if total == 0 { Vec::new() } else { (0..BINS).map(row).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_in_time() {
        // Catches: a closure at the limit among the late ones, one just after it among those in
        // time, a last tenth that is not that of `closing_spike`, an index beyond the end.
        let late = 1.0 + f64::EPSILON;
        for (share, want) in
            [(0.0, 0), (0.0499, 0), (0.05, 1), (0.8999, 17), (0.9, 18), (1.0, 19), (late, 20)]
        {
            assert_eq!(bin(share), want, "{share}");
        }
        assert_eq!([bin(1.9999), bin(2.0), bin(1e300), bin(f64::INFINITY)], [39, 40, 40, 40]);
        assert_eq!(limit_use_bounds(19), (0.95, Some(1.0)));
        assert_eq!(limit_use_bounds(40), (2.0, None));
    }
}
