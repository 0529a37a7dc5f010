//! The difference of two arms whose replications met the same luck.
//!
//! With common random numbers replication `i` of both arms faces the same draws, so what they
//! share cancels in the difference and only what the arms do differently is left. The comparison
//! is therefore Student's t on the differences, never on the two means.

use super::SampleError;
use super::student::{t_p_value, t_two_sided};
use super::summary::Summary;

/// Relative size below which two values of one replication count as equal: they can then differ
/// only by the order in which the same terms were summed.
const ROUNDING: f64 = 1e-12;

/// So many equal differences can be told from chance at all.
const TOLD_FROM: usize = 4;

/// So many equal differences are taken as a constant one.
const CERTAIN_FROM: usize = 10;

/// Mean difference `arm - baseline` over matched replications, with its interval and p-value.
///
/// Zero variance is exact: identical slices give difference 0, interval [0, 0] and p-value 1; a
/// difference that is the same in every one of ten replications or more gives that number as both
/// bounds and p 0. Fewer equal differences may be chance, since counts repeat themselves: from four
/// on p is that of the sign test, 2^(1 - n); with two or three bounds and p-value are NaN and
/// nothing can be claimed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paired {
    /// Number of pairs used; pairs with a NaN on either side are not counted.
    pub n: usize,
    /// Mean of `arm - baseline`; NaN when `n` is 0.
    pub difference: f64,
    /// Sample standard deviation of the differences; NaN when `n` is below 2.
    pub sd: f64,
    /// Confidence level of the interval, in (0, 1).
    pub confidence: f64,
    /// Lower bound of the difference; NaN when `n` is below 2.
    pub low: f64,
    /// Upper bound of the difference; NaN when `n` is below 2.
    pub high: f64,
    /// Two-sided p-value of "no difference", not adjusted; NaN when `n` is below 2.
    pub p_value: f64,
    /// Pearson correlation of the two arms over the pairs; NaN when either does not vary.
    pub correlation: f64,
    /// (var(baseline) + var(arm)) / var(difference): how many times as many independent
    /// replications this pairing is worth. Above 1 it helped; infinite when the difference never
    /// varies though an arm does; NaN when nothing varies.
    pub variance_ratio: f64,
    /// Share of pairs in which `arm` is above `baseline`, ties counting one half.
    pub share_above: f64,
}

impl Paired {
    /// Compares two slices matched by replication.
    ///
    /// # Errors
    /// [`SampleError::Unmatched`] when the slices differ in length.
    ///
    /// # Panics
    /// If `confidence` is not strictly between 0 and 1.
    pub fn of(baseline: &[f64], arm: &[f64], confidence: f64) -> Result<Self, SampleError> {
        super::assert_confidence(confidence);
        super::matched(baseline.len(), arm.len())?;
        let pairs = || {
            baseline
                .iter()
                .zip(arm)
                .filter(|(b, a)| !b.is_nan() && !a.is_nan())
                .map(|(b, a)| (*b, *a))
        };
        let (mut base, mut other, mut differences) =
            (Summary::new(), Summary::new(), Summary::new());
        let mut above = 0.0;
        for (b, a) in pairs() {
            let d = difference(b, a);
            base.push(b);
            other.push(a);
            differences.push(d);
            above += if d > 0.0 { 1.0 } else { f64::from(u8::from(d == 0.0)) / 2.0 };
        }
        let product: f64 = pairs().map(|(b, a)| (b - base.mean()) * (a - other.mean())).sum();
        let n = differences.n();
        let (low, high, p_value) = interval(&differences, confidence);
        let spread = (base.squares() * other.squares()).sqrt();
        Ok(Self {
            n,
            difference: differences.mean(),
            sd: differences.sd(),
            confidence,
            low,
            high,
            p_value,
            correlation: if spread > 0.0 { (product / spread).clamp(-1.0, 1.0) } else { f64::NAN },
            variance_ratio: (base.squares() + other.squares()) / differences.squares(),
            share_above: if n == 0 { f64::NAN } else { above / n as f64 },
        })
    }

    /// The interval of the same difference at another confidence level, for simultaneous
    /// intervals (see [`super::multiple::bonferroni_confidence`]).
    ///
    /// # Panics
    /// If `confidence` is not strictly between 0 and 1.
    #[must_use]
    pub fn at_confidence(&self, confidence: f64) -> Self {
        super::assert_confidence(confidence);
        let known = !self.low.is_nan();
        let half = if known { half_width(self.n, self.sd, confidence) } else { f64::NAN };
        Self { confidence, low: self.difference - half, high: self.difference + half, ..*self }
    }

    /// Half the width of the interval, in the unit of the values; NaN when `n` is below 2.
    #[must_use]
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }
}

/// `arm - baseline`, or 0 when the two agree to rounding.
fn difference(baseline: f64, arm: f64) -> f64 {
    let d = arm - baseline;
    if d.abs() <= ROUNDING * baseline.abs().max(arm.abs()) { 0.0 } else { d }
}

fn half_width(n: usize, sd: f64, confidence: f64) -> f64 {
    if n < 2 {
        return f64::NAN;
    }
    t_two_sided(confidence, (n - 1) as f64) * sd / (n as f64).sqrt()
}

/// Bounds and two-sided p-value of the mean of the differences.
fn interval(differences: &Summary, confidence: f64) -> (f64, f64, f64) {
    let (n, mean, sd) = (differences.n(), differences.mean(), differences.sd());
    if n < 2 {
        return (f64::NAN, f64::NAN, f64::NAN);
    }
    if n < TOLD_FROM && mean != 0.0 && sd <= ROUNDING * mean.abs() {
        return (f64::NAN, f64::NAN, f64::NAN);
    }
    let half = half_width(n, sd, confidence);
    let equal = sd <= ROUNDING * mean.abs();
    let p_value = if mean == 0.0 {
        1.0
    } else if equal && n < CERTAIN_FROM {
        libm::exp2(1.0 - n as f64)
    } else {
        // sd = 0 makes this infinite, and the p-value of a constant difference 0.
        t_p_value(mean / (sd / (n as f64).sqrt()), (n - 1) as f64)
    };
    (mean - half, mean + half, p_value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::{close, generator, normal};
    use crate::stats::multiple;

    /// The pair of samples of rows paired.t, welch.t and cohen.dz.
    const X: [f64; 10] = [12.1, 9.8, 11.4, 13.0, 10.2, 12.7, 11.1, 9.5, 10.9, 12.3];
    const Y: [f64; 10] = [11.2, 9.1, 10.9, 12.1, 9.9, 11.5, 10.8, 9.2, 10.1, 11.6];

    #[test]
    fn matches_reference() {
        // Catches: an unpaired interval, one-sided p, wrong sign. Rows paired.t and cohen.dz.
        let paired = Paired::of(&Y, &X, 0.95).unwrap();
        close(paired.difference, 0.66, 1e-9);
        close(paired.low, 0.440_935_127_7, 1e-9);
        close(paired.high, 0.879_064_872_3, 1e-9);
        close(paired.p_value, 7.769_133e-5, 5e-11);
        close(paired.difference / paired.sd, 2.155_231_704, 1e-8);
        close(paired.share_above, 1.0, 0.0);
        let reverse = Paired::of(&X, &Y, 0.95).unwrap();
        close(reverse.difference, -0.66, 1e-9);
        close(reverse.p_value, paired.p_value, 1e-15);
    }

    #[test]
    fn variance_ratio_and_correlation_agree() {
        // Catches: a ratio turned upside down or built on one arm only: the definition gives
        // var(d) = var(a) + var(b) - 2 r sd(a) sd(b).
        let paired = Paired::of(&Y, &X, 0.95).unwrap();
        let (a, b) = (Summary::of(&X), Summary::of(&Y));
        let total = a.variance() + b.variance();
        let left = total - 2.0 * paired.correlation * a.sd() * b.sd();
        close(paired.variance_ratio, total / left, 1e-9);
        assert!(paired.correlation > 0.95 && paired.variance_ratio > 10.0);
    }

    #[test]
    fn identical_arms_are_exactly_equal() {
        // Catches: 0/0 in the statistic of an arm that changes nothing.
        let paired = Paired::of(&X, &X, 0.95).unwrap();
        for got in [paired.difference, paired.low, paired.high] {
            close(got, 0.0, 0.0);
        }
        close(paired.p_value, 1.0, 0.0);
        close(paired.correlation, 1.0, 1e-15);
        assert!(paired.variance_ratio.is_infinite());
        let constant = Paired::of(&[2.0; 4], &[2.0; 4], 0.95).unwrap();
        close(constant.p_value, 1.0, 0.0);
        assert!(constant.correlation.is_nan() && constant.variance_ratio.is_nan());
    }

    #[test]
    fn constant_shift_is_certain() {
        // Catches: an infinite statistic reported as NaN, or a bound that is not the shift.
        // And certainty from four counts that moved by one by chance: that is one time in eight.
        for (n, p_value) in [(4_i32, 0.125), (9, 1.0 / 256.0), (10, 0.0)] {
            let base: Vec<f64> = (0..n).map(|i| f64::from(i * i)).collect();
            let moved: Vec<f64> = base.iter().map(|x| x + 2.0).collect();
            let paired = Paired::of(&base, &moved, 0.95).unwrap();
            close(paired.low, 2.0, 0.0);
            close(paired.high, 2.0, 0.0);
            close(paired.p_value, p_value, 0.0);
        }
    }

    #[test]
    fn two_or_three_equal_differences_claim_nothing() {
        // Catches: "worse, p = 0" from two replications in which one more task was overdue.
        for n in 2..4 {
            let base = &[1.0, 2.0, 5.0][..n];
            let moved: Vec<f64> = base.iter().map(|x| x + 1.0).collect();
            let paired = Paired::of(base, &moved, 0.95).unwrap();
            close(paired.difference, 1.0, 0.0);
            assert!(paired.low.is_nan() && paired.high.is_nan() && paired.p_value.is_nan());
            assert!(paired.at_confidence(0.99).low.is_nan());
            let same = Paired::of(base, base, 0.95).unwrap();
            close(same.p_value, 1.0, 0.0);
        }
    }

    #[test]
    fn rounding_is_not_a_difference() {
        // Catches: "better, p = 0" for two arms that differ by the order of a sum.
        let moved = X.map(|x| x * (1.0 + 2.0 * f64::EPSILON));
        let paired = Paired::of(&X, &moved, 0.95).unwrap();
        close(paired.difference, 0.0, 0.0);
        close(paired.p_value, 1.0, 0.0);
    }

    #[test]
    fn few_or_missing_pairs() {
        // Catches: an interval from one pair, or a NaN dropped on one side only.
        let one = Paired::of(&[1.0, f64::NAN, 3.0], &[2.0, 9.0, f64::NAN], 0.95).unwrap();
        assert_eq!(one.n, 1);
        close(one.difference, 1.0, 0.0);
        assert!(one.low.is_nan() && one.p_value.is_nan());
        let none = Paired::of(&[], &[], 0.95).unwrap();
        assert!(none.n == 0 && none.difference.is_nan() && none.share_above.is_nan());
        let unmatched = Paired::of(&[1.0], &[], 0.95);
        assert_eq!(unmatched, Err(SampleError::Unmatched { left: 1, right: 0 }));
    }

    #[test]
    fn other_confidence_keeps_the_difference() {
        // Catches: a simultaneous interval narrower than the single one.
        let single = Paired::of(&Y, &X, 0.95).unwrap();
        let wide = single.at_confidence(0.995);
        let direct = Paired::of(&Y, &X, 0.995).unwrap();
        close(wide.low, direct.low, 1e-12);
        close(wide.high, direct.high, 1e-12);
        assert!(wide.half_width() > single.half_width());
    }

    #[test]
    fn ten_comparisons_keep_the_family_wise_error() {
        // Catches: p-values too small under no effect, or an adjustment that is not applied.
        // Row exp.fwer: ten arms against one baseline, n = 20: unadjusted 0.307, Bonferroni
        // 0.0403; bands of check C4 (0.061 above, 0.02 below) with 4000 macro-replications.
        let mut rng = generator(777);
        let (mut any, mut adjusted) = (0, 0);
        for _ in 0..4_000 {
            let mut sample = || (0..20).map(|_| normal(&mut rng)).collect::<Vec<f64>>();
            let baseline = sample();
            let p: Vec<f64> =
                (0..10).map(|_| Paired::of(&baseline, &sample(), 0.95).unwrap().p_value).collect();
            any += i32::from(p.iter().any(|&p| p <= 0.05));
            adjusted += i32::from(multiple::holm(&p).iter().any(|&p| p <= 0.05));
        }
        let share = |hits: i32| f64::from(hits) / 4_000.0;
        assert!((0.02..=0.061).contains(&share(adjusted)), "adjusted {}", share(adjusted));
        close(share(any), 0.307, 0.04);
    }
}
