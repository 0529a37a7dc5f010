//! Ratios of totals over replications, such as "days per closed case".

use super::SampleError;
use super::student::t_two_sided;
use super::summary::Summary;

/// A ratio of totals with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// Number of replications.
    pub n: usize,
    /// Sum of the numerators over sum of the denominators.
    pub ratio: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

impl Ratio {
    /// The ratio of totals with its classical (delta method) interval: half-width
    /// t(n-1) · sqrt(Σ(y - r c)² / (n-1)) / (√n · mean c) (Law 2015, section 9.4.2; Cochran
    /// 1977, section 6.4). The mean of per-replication ratios is another quantity, biased when
    /// the denominator varies.
    ///
    /// # Errors
    /// [`SampleError::Unmatched`] when the slices differ in length, [`SampleError::TooFew`] with
    /// fewer than two replications, [`SampleError::OutOfRange`] when the denominators sum to 0.
    ///
    /// # Panics
    /// If `confidence` is not strictly between 0 and 1.
    pub fn of(
        numerator: &[f64],
        denominator: &[f64],
        confidence: f64,
    ) -> Result<Self, SampleError> {
        super::assert_confidence(confidence);
        super::matched(numerator.len(), denominator.len())?;
        let n = numerator.len();
        if n < 2 {
            return Err(SampleError::TooFew { needed: 2, got: n });
        }
        let total: f64 = denominator.iter().sum();
        if total == 0.0 {
            return Err(SampleError::OutOfRange { index: 0 });
        }
        let ratio = numerator.iter().sum::<f64>() / total;
        let mut rest = Summary::new();
        for (y, c) in numerator.iter().zip(denominator) {
            rest.push(y - ratio * c);
        }
        let count = n as f64;
        let half = t_two_sided(confidence, count - 1.0) * rest.sd() * count.sqrt() / total.abs();
        Ok(Self { n, ratio, low: ratio - half, high: ratio + half })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::close;

    #[test]
    fn matches_reference() {
        // Catches: the mean of ratios (0.940) in place of the ratio of means. Row ratio.ci.
        let ratio =
            Ratio::of(&[3.2, 0.0, 7.5, 1.1, 4.6], &[3.0, 1.0, 5.0, 2.0, 4.0], 0.95).unwrap();
        close(ratio.ratio, 1.093_333_333_3, 1e-9);
        close((ratio.high - ratio.low) / 2.0, 0.530_376_293_7, 1e-9);
    }

    #[test]
    fn undefined_ratios_are_refused() {
        // Catches: infinity in a report when no case was counted at all.
        let none = Ratio::of(&[1.0, 2.0], &[0.0, 0.0], 0.95);
        assert_eq!(none, Err(SampleError::OutOfRange { index: 0 }));
        let one = Ratio::of(&[1.0], &[1.0], 0.95);
        assert_eq!(one, Err(SampleError::TooFew { needed: 2, got: 1 }));
    }
}
