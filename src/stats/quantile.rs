//! Quantiles of a sample (Hyndman-Fan type 1) and their distribution-free interval.
//!
//! Type 1 is the inverse of the empirical distribution: the smallest observed value with at least
//! a share `p` of the sample at or below it. It never invents a value between two observations
//! and needs no assumption on the shape, which is why one definition serves all of the crate.

use statrs::distribution::{Binomial, DiscreteCDF};

use super::{Count, SampleError};

/// The 1-based rank of the type-1 quantile: the least `j` with `j / n >= p`, within `1..=n`.
///
/// `n * p` is compared with a slack of a few rounding errors, so that the decimal fraction meant
/// by `p` counts: 0.55 of 100 is rank 55 although `0.55 * 100.0` exceeds 55 in binary.
///
/// # Panics
/// If `p` is not in `0..=1` or `n` is 0.
#[must_use]
pub fn rank(n: u64, p: f64) -> u64 {
    assert!((0.0..=1.0).contains(&p), "share must be in [0, 1], got {p}");
    assert!(n > 0, "the quantile of no values is not defined");
    let target = n as f64 * p;
    let slack = 4.0 * f64::EPSILON * target;
    ((target - slack).ceil() as u64).clamp(1, n)
}

/// The type-1 `p` quantile of values sorted in increasing order; `None` when there are none.
///
/// # Panics
/// If `p` is not in `0..=1`.
#[must_use]
pub fn of_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    if sorted.is_empty() {
        return None;
    }
    Some(sorted[rank(sorted.len() as u64, p) as usize - 1])
}

/// The type-1 `p` quantile of values in any order, which are reordered in place (linear time).
/// NaN values are no observations; `None` when nothing else is there.
///
/// # Panics
/// If `p` is not in `0..=1`.
#[must_use]
pub fn of(values: &mut [f64], p: f64) -> Option<f64> {
    let mut n = 0;
    for i in 0..values.len() {
        if !values[i].is_nan() {
            values.swap(n, i);
            n += 1;
        }
    }
    if n == 0 {
        return None;
    }
    let index = rank(n as u64, p) as usize - 1;
    let (_, value, _) = values[..n].select_nth_unstable_by(index, f64::total_cmp);
    Some(*value)
}

/// The index of the bin that holds the type-1 `p` quantile of counted values; `None` when every
/// count is 0. Exact when a bin stands for one value, else known to the width of that bin.
///
/// # Panics
/// If `p` is not in `0..=1`.
#[must_use]
pub fn bin_of<C: Count>(counts: &[C], p: f64) -> Option<usize> {
    let total: u64 = counts.iter().map(|&c| c.into()).sum();
    if total == 0 {
        return None;
    }
    let wanted = rank(total, p);
    let mut below = 0;
    counts.iter().position(|&c| {
        below += c.into();
        below >= wanted
    })
}

/// Two order statistics that enclose a quantile with at least the asked probability, whatever
/// the distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OrderInterval {
    /// 1-based rank of the lower bound.
    pub low: usize,
    /// 1-based rank of the upper bound.
    pub high: usize,
    /// Exact coverage for a continuous distribution: P(low <= B < high), B binomial(n, p).
    pub coverage: f64,
}

impl OrderInterval {
    /// The ranks for the `p` quantile of `n` independent values: `low` is the largest `i` with
    /// P(B <= i-1) <= a/2 and `high` the smallest `j` with P(B <= j-1) >= 1 - a/2, where B is
    /// binomial(n, p) and a = 1 - confidence (Conover 1999, section 3.2; equal tails).
    ///
    /// # Errors
    /// [`SampleError::TooFew`] when one of the ranks would lie outside the sample.
    ///
    /// # Panics
    /// If `p` or `confidence` is not strictly between 0 and 1.
    pub fn of(n: usize, p: f64, confidence: f64) -> Result<Self, SampleError> {
        assert!(p > 0.0 && p < 1.0, "share must be in (0, 1), got {p}");
        super::assert_confidence(confidence);
        let needed = least_n(p, confidence);
        if n < needed {
            return Err(SampleError::TooFew { needed, got: n });
        }
        let tail = (1.0 - confidence) / 2.0;
        let binomial = Binomial::new(p, n as u64).expect("invariant: p is a probability");
        let cdf = |k: usize| binomial.cdf(k as u64);
        // The ranks are monotone in their tail, so both are found by bisection over 1..=n.
        let first = |holds: &dyn Fn(usize) -> bool| {
            let (mut below, mut at) = (0, n);
            while at - below > 1 {
                let middle = below + (at - below) / 2;
                if holds(middle) {
                    at = middle;
                } else {
                    below = middle;
                }
            }
            at
        };
        // `first` gives the least rank whose tail exceeds a/2; the bound is the rank before it.
        // At the least `n` rounding may leave no rank before it, hence the floor.
        let low = (first(&|i| cdf(i - 1) > tail) - 1).max(1);
        let high = first(&|j| cdf(j - 1) >= 1.0 - tail);
        Ok(Self { low, high, coverage: cdf(high - 1) - cdf(low - 1) })
    }

    /// The bounds themselves, from values sorted in increasing order.
    ///
    /// # Panics
    /// If `sorted` is shorter than the `n` the ranks were made for.
    #[must_use]
    pub fn bounds(&self, sorted: &[f64]) -> (f64, f64) {
        (sorted[self.low - 1], sorted[self.high - 1])
    }
}

/// The least sample size with a two-sided distribution-free interval for the `p` quantile:
/// both p^n and (1-p)^n must be at most (1 - confidence) / 2.
fn least_n(p: f64, confidence: f64) -> usize {
    let tail = (1.0 - confidence) / 2.0;
    (tail.ln() / p.max(1.0 - p).ln()).ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::{close, exponential, generator};

    #[test]
    fn definition_is_type_one() {
        // Catches: type 7 (9.1) or type 8 (9.633). Row quantile.def.type1.
        let mut values: Vec<f64> = (1..=10).rev().map(f64::from).collect();
        close(of(&mut values, 0.9).unwrap(), 9.0, 0.0);
        values.sort_by(f64::total_cmp);
        close(of_sorted(&values, 0.9).unwrap(), 9.0, 0.0);
        close(of_sorted(&values, 0.0).unwrap(), 1.0, 0.0);
        close(of_sorted(&values, 1.0).unwrap(), 10.0, 0.0);
    }

    #[test]
    fn rank_is_that_of_the_decimal_fraction() {
        // Catches: 0.55 * 100 = 55.000000000000007 taken as rank 56; all whole percents.
        for percent in 1..=100u64 {
            for n in [100u64, 1_000, 1_000_000] {
                assert_eq!(rank(n, percent as f64 / 100.0), n / 100 * percent);
            }
        }
        assert_eq!(rank(7, 0.5), 4);
    }

    #[test]
    fn nothing_and_nan() {
        // Catches: a panic or NaN where a group has no closed observation.
        assert_eq!(of(&mut [], 0.5), None);
        assert_eq!(of(&mut [f64::NAN], 0.5), None);
        assert_eq!(of_sorted(&[], 0.5), None);
        close(of(&mut [f64::NAN, 2.0, f64::NAN, 1.0], 0.5).unwrap(), 1.0, 0.0);
    }

    #[test]
    fn counts_equal_the_expanded_sample() {
        // Catches: cumulative counts off by one bin, for u32 and u64 alike.
        let counts = [0u32, 3, 0, 5, 1, 0];
        let sample = [1.0, 1.0, 1.0, 3.0, 3.0, 3.0, 3.0, 3.0, 4.0];
        for p in [0.0, 0.1, 1.0 / 3.0, 0.34, 0.5, 0.88, 0.89, 1.0] {
            let want = of_sorted(&sample, p).unwrap() as usize;
            assert_eq!(bin_of(&counts, p), Some(want), "p = {p}");
            assert_eq!(bin_of(&counts.map(u64::from), p), Some(want));
        }
        assert_eq!(bin_of(&[0u32; 4], 0.5), None);
    }

    #[test]
    fn order_statistic_ranks_match_reference() {
        // Catches: ranks off by one, unequal tails. Rows osci.n*.p*.c*.
        for (n, p, confidence, low, high, coverage) in [
            (20, 0.5, 0.95, 6, 15, 0.958_611),
            (30, 0.5, 0.95, 10, 21, 0.957_226),
            (50, 0.9, 0.95, 41, 50, 0.970_308),
            (100, 0.5, 0.95, 40, 61, 0.964_800),
            (100, 0.9, 0.95, 84, 96, 0.955_690),
            (100, 0.95, 0.95, 90, 100, 0.982_607),
            (200, 0.9, 0.95, 171, 189, 0.966_884),
            (200, 0.95, 0.95, 184, 197, 0.967_152),
            (500, 0.95, 0.95, 465, 485, 0.960_499),
            (1000, 0.9, 0.95, 881, 919, 0.954_907),
            (1000, 0.99, 0.95, 983, 997, 0.976_095),
            (1000, 0.95, 0.9, 938, 962, 0.918_259),
        ] {
            let interval = OrderInterval::of(n, p, confidence).unwrap();
            assert_eq!((interval.low, interval.high), (low, high), "n {n} p {p}");
            close(interval.coverage, coverage, 5e-7);
        }
    }

    #[test]
    fn least_sample_sizes_match_reference() {
        // Catches: an interval given where the largest value cannot bound it. Rows osci.nmin.*.
        for (p, needed) in [(0.9, 36), (0.95, 72), (0.99, 368)] {
            assert!(OrderInterval::of(needed, p, 0.95).is_ok());
            assert_eq!(
                OrderInterval::of(needed - 1, p, 0.95),
                Err(SampleError::TooFew { needed, got: needed - 1 })
            );
            assert!(OrderInterval::of(needed, 1.0 - p, 0.95).is_ok());
        }
        // A power that meets the tail exactly: (1/2)^3 = 1/8.
        assert_eq!(least_n(0.5, 0.75), 3);
    }

    #[test]
    fn order_statistic_coverage() {
        // Catches: an interval that holds on paper only. Check O4: 20,000 samples of n = 100,
        // p = 0.9, ranks 84 and 96, coverage 0.9557 +- 0.005, on a skewed distribution.
        let interval = OrderInterval::of(100, 0.9, 0.95).unwrap();
        let truth = 10f64.ln();
        let mut rng = generator(4_001);
        let mut hits = 0;
        for _ in 0..20_000 {
            let mut values: Vec<f64> = (0..100).map(|_| exponential(&mut rng, 1.0)).collect();
            values.sort_by(f64::total_cmp);
            let (low, high) = interval.bounds(&values);
            hits += i32::from(low <= truth && truth < high);
        }
        close(f64::from(hits) / 20_000.0, 0.9557, 0.005);
    }
}
