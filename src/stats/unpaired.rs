//! The difference of two independent samples (Welch), for arms that do not share their luck.

use super::SampleError;
use super::student::{t_p_value, t_two_sided};
use super::summary::Summary;

/// Welch's comparison of two independent means with unequal variances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unpaired {
    /// Mean of the second sample minus mean of the first.
    pub difference: f64,
    /// Welch-Satterthwaite degrees of freedom (not whole in general).
    pub df: f64,
    /// Lower bound of the difference.
    pub low: f64,
    /// Upper bound of the difference.
    pub high: f64,
    /// Two-sided p-value of "no difference".
    pub p_value: f64,
}

impl Unpaired {
    /// Compares two independent samples (Welch 1947; Satterthwaite 1946). When neither sample
    /// varies the interval is the difference itself and p is 1 or 0.
    ///
    /// # Errors
    /// [`SampleError::TooFew`] when a sample has fewer than two values.
    ///
    /// # Panics
    /// If `confidence` is not strictly between 0 and 1.
    pub fn of(first: &[f64], second: &[f64], confidence: f64) -> Result<Self, SampleError> {
        super::assert_confidence(confidence);
        let (a, b) = (Summary::of(first), Summary::of(second));
        let got = a.n().min(b.n());
        if got < 2 {
            return Err(SampleError::TooFew { needed: 2, got });
        }
        let difference = b.mean() - a.mean();
        let (va, vb) = (a.variance() / a.n() as f64, b.variance() / b.n() as f64);
        let variance = va + vb;
        if variance <= 0.0 {
            let p_value = f64::from(u8::from(difference == 0.0));
            let df = (a.n() + b.n() - 2) as f64;
            return Ok(Self { difference, df, low: difference, high: difference, p_value });
        }
        let df =
            variance * variance / (va * va / (a.n() - 1) as f64 + vb * vb / (b.n() - 1) as f64);
        let error = variance.sqrt();
        let half = t_two_sided(confidence, df) * error;
        Ok(Self {
            difference,
            df,
            low: difference - half,
            high: difference + half,
            p_value: t_p_value(difference / error, df),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::close;

    #[test]
    fn matches_reference() {
        // Catches: pooled variance, whole degrees of freedom. Row welch.t.
        let x = [12.1, 9.8, 11.4, 13.0, 10.2, 12.7, 11.1, 9.5, 10.9, 12.3];
        let y = [11.2, 9.1, 10.9, 12.1, 9.9, 11.5, 10.8, 9.2, 10.1, 11.6];
        let welch = Unpaired::of(&y, &x, 0.95).unwrap();
        close(welch.df, 17.487_894_99, 1e-8);
        close(welch.low, -0.401_615_087_6, 1e-8);
        close(welch.high, 1.721_615_087_6, 1e-8);
        close(welch.p_value, 0.207_515_2, 1e-7);
    }

    #[test]
    fn no_variance_is_exact() {
        // Catches: 0/0 degrees of freedom.
        let same = Unpaired::of(&[1.0, 1.0], &[1.0, 1.0], 0.95).unwrap();
        close(same.p_value, 1.0, 0.0);
        let apart = Unpaired::of(&[1.0, 1.0], &[2.0, 2.0], 0.95).unwrap();
        close(apart.p_value, 0.0, 0.0);
        close(apart.low, 1.0, 0.0);
        assert_eq!(
            Unpaired::of(&[1.0], &[1.0, 2.0], 0.95),
            Err(SampleError::TooFew { needed: 2, got: 1 })
        );
    }
}
