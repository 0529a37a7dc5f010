//! A mean with its interval: the shape in which every number leaves a study.

use super::student::t_two_sided;
use super::summary::Summary;

/// The mean of independent replications with Student's two-sided interval.
///
/// The interval is mean ± t(n-1, (1+confidence)/2) · sd / √n (Student 1908). It says how well the
/// replications pin down the mean of *this model with these inputs*; that the inputs are assumed
/// or estimated is not in it. For a skewed quantity it covers too rarely when n is small, which
/// is why the skewness travels with it (see [`crate::stats::Advice::of_estimate`]).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Number of observations used; NaN values are not counted.
    pub n: usize,
    /// Sample mean; NaN when `n` is 0.
    pub mean: f64,
    /// Sample standard deviation (divisor n - 1); NaN when `n` is below 2.
    pub sd: f64,
    /// Confidence level of the interval, in (0, 1).
    pub confidence: f64,
    /// Lower bound; NaN when `n` is below 2.
    pub low: f64,
    /// Upper bound; NaN when `n` is below 2.
    pub high: f64,
    /// Adjusted sample skewness G1; NaN when `n` is below 3 or all values are equal.
    pub skewness: f64,
}

impl Estimate {
    /// The estimate from the values of the replications.
    ///
    /// # Panics
    /// If `confidence` is not strictly between 0 and 1.
    #[must_use]
    pub fn of(values: &[f64], confidence: f64) -> Self {
        Self::of_summary(&Summary::of(values), confidence)
    }

    /// The estimate from running moments, for samples too long to keep.
    ///
    /// # Panics
    /// If `confidence` is not strictly between 0 and 1.
    #[must_use]
    pub fn of_summary(summary: &Summary, confidence: f64) -> Self {
        super::assert_confidence(confidence);
        let (n, mean, sd) = (summary.n(), summary.mean(), summary.sd());
        let half = if n < 2 {
            f64::NAN
        } else {
            t_two_sided(confidence, (n - 1) as f64) * sd / (n as f64).sqrt()
        };
        Self {
            n,
            mean,
            sd,
            confidence,
            low: mean - half,
            high: mean + half,
            skewness: summary.skewness(),
        }
    }

    /// The estimate from no observation at all: `n` is 0, every other number NaN.
    ///
    /// # Panics
    /// If `confidence` is not strictly between 0 and 1.
    #[must_use]
    pub fn empty(confidence: f64) -> Self {
        Self::of(&[], confidence)
    }

    /// Whether there was no observation.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Half the width of the interval, in the unit of the values; NaN when `n` is below 2.
    #[must_use]
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// Half-width over |mean|; 0 when the half-width is 0, infinite when only the mean is 0,
    /// NaN when `n` is below 2.
    #[must_use]
    pub fn relative_half_width(&self) -> f64 {
        let half = self.half_width();
        if half == 0.0 { 0.0 } else { half / self.mean.abs() }
    }

    /// Whether the interval holds `value`; false when there is no interval.
    #[must_use]
    pub fn covers(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::{close, generator, normal};
    use crate::stats::student::normal_quantile;

    #[test]
    fn five_values_by_hand() {
        // Catches: wrong divisor, wrong degrees of freedom, missing root of n.
        // 1..5: mean 3, sd sqrt(2.5), half 2.7764451 * sqrt(2.5/5).
        let estimate = Estimate::of(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.95);
        close(estimate.mean, 3.0, 0.0);
        close(estimate.sd, 2.5f64.sqrt(), 1e-15);
        close(estimate.half_width(), 2.776_445_105_197_793_4 * 0.5f64.sqrt(), 1e-10);
        assert!(estimate.covers(3.0) && !estimate.covers(5.0));
    }

    #[test]
    fn one_or_no_value_has_no_interval() {
        // Catches: a single replication shown with an interval, or an empty one shown as 0.
        let one = Estimate::of(&[7.0], 0.95);
        assert_eq!(one.n, 1);
        close(one.mean, 7.0, 0.0);
        assert!(one.sd.is_nan() && one.low.is_nan() && one.high.is_nan());
        assert!(!one.covers(7.0));
        let none = Estimate::empty(0.95);
        assert!(none.is_empty() && none.mean.is_nan() && none.low.is_nan());
    }

    #[test]
    fn equal_values_give_a_point() {
        // Catches: noise from rounding around a quantity that never varies.
        let estimate = Estimate::of(&[0.3; 12], 0.95);
        close(estimate.low, 0.3, 0.0);
        close(estimate.high, 0.3, 0.0);
        close(estimate.relative_half_width(), 0.0, 0.0);
        close(Estimate::of(&[0.0; 3], 0.9).relative_half_width(), 0.0, 0.0);
    }

    #[test]
    fn coverage_on_normal_data() {
        // Catches: z in place of t (coverage 0.878) and divisor n for n - 1 (0.932). Check O1:
        // n = 5, 20,000 macro-replications, band [0.944, 0.956]; both mutants must fall outside.
        let (n, macros, truth) = (5, 20_000, 10.0);
        let z = normal_quantile(0.975);
        let mut rng = generator(20_240_501);
        let (mut hits, mut z_hits, mut ddof_hits) = (0, 0, 0);
        for _ in 0..macros {
            let values: Vec<f64> = (0..n).map(|_| truth + 2.0 * normal(&mut rng)).collect();
            let e = Estimate::of(&values, 0.95);
            let off = (e.mean - truth).abs();
            hits += usize::from(e.covers(truth));
            z_hits += usize::from(off <= z * e.sd / (n as f64).sqrt());
            ddof_hits += usize::from(off <= e.half_width() * ((n - 1) as f64 / n as f64).sqrt());
        }
        let share = |hits: usize| hits as f64 / f64::from(macros);
        let band = 0.944..=0.956;
        assert!(band.contains(&share(hits)), "coverage {}", share(hits));
        assert!(!band.contains(&share(z_hits)), "z mutant {}", share(z_hits));
        assert!(!band.contains(&share(ddof_hits)), "ddof mutant {}", share(ddof_hits));
    }
}
