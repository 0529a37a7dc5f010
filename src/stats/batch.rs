//! One long run cut into batches, and whether the batches are long enough to be independent.

use super::SampleError;
use super::estimate::Estimate;
use super::quantile;
use super::student::{normal_cdf, t_two_sided};
use super::summary::Summary;

/// Means of non-overlapping batches of one run, with what they say together.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchMeans {
    /// Mean of each batch, in order.
    pub means: Vec<f64>,
    /// Observations per batch.
    pub size: usize,
    /// Observations left out at the start so that the batches are equal.
    pub dropped: usize,
    /// Estimate over the batch means. Honest only if these are nearly independent: batches should
    /// be whole periods (weeks) and long against the memory of the system.
    pub estimate: Estimate,
    /// Von Neumann's ratio Σ (difference of neighbors)² / Σ (deviation)²: near 2 for independent
    /// batches, small when neighbors resemble each other; NaN when the means do not vary.
    pub von_neumann: f64,
    /// Lag-1 autocorrelation of the means; NaN when they do not vary.
    pub lag1: f64,
}

impl BatchMeans {
    /// Cuts `series` into `n_batches` equal batches (non-overlapping batch means: Conway 1963;
    /// ratio: von Neumann 1941). The remainder is left out at the start, where the run is closest
    /// to its initial state.
    ///
    /// # Errors
    /// [`SampleError::TooFew`] with fewer than three batches or observations than batches.
    ///
    /// # Panics
    /// If `confidence` is not strictly between 0 and 1.
    pub fn of(series: &[f64], n_batches: usize, confidence: f64) -> Result<Self, SampleError> {
        if n_batches < 3 {
            return Err(SampleError::TooFew { needed: 3, got: n_batches });
        }
        if series.len() < n_batches {
            return Err(SampleError::TooFew { needed: n_batches, got: series.len() });
        }
        let size = series.len() / n_batches;
        let dropped = series.len() - size * n_batches;
        let means: Vec<f64> =
            series[dropped..].chunks_exact(size).map(|b| Summary::of(b).mean()).collect();
        let summary = Summary::of(&means);
        let (center, squares) = (summary.mean(), summary.squares());
        let (mut steps, mut products) = (0.0, 0.0);
        for pair in means.windows(2) {
            steps += (pair[1] - pair[0]) * (pair[1] - pair[0]);
            products += (pair[0] - center) * (pair[1] - center);
        }
        Ok(Self {
            estimate: Estimate::of_summary(&summary, confidence),
            von_neumann: steps / squares,
            lag1: products / squares,
            means,
            size,
            dropped,
        })
    }

    /// One-sided p-value of "the batches are independent" against neighbors that resemble each
    /// other, by the normal limit: the ratio has mean 2 and variance 4 (b - 2) / (b² - 1) over
    /// `b` batches. Small means: take longer batches.
    #[must_use]
    pub fn independence_p_value(&self) -> f64 {
        let b = self.means.len() as f64;
        normal_cdf((self.von_neumann - 2.0) / (4.0 * (b - 2.0) / (b * b - 1.0)).sqrt())
    }
}

/// A quantile inside one run, from the quantiles of its batches.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchQuantiles {
    /// Type-1 quantile of each batch, in order.
    pub quantiles: Vec<f64>,
    /// Observations per batch.
    pub size: usize,
    /// Observations left out at the start so that the batches are equal.
    pub dropped: usize,
    /// Batching: the mean of the batch quantiles with Student's interval. A quantile of few values
    /// is biased, and so is their mean.
    pub batching: Estimate,
    /// Sectioning: the quantile of all batches together, which has next to no bias, with the spread
    /// of the batch quantiles around it.
    pub sectioning: Estimate,
}

impl BatchQuantiles {
    /// Cuts `series` as [`BatchMeans::of`] does and takes the `p` quantile of each batch and of all
    /// (Asmussen and Glynn 2007, Stochastic Simulation, section III.4 and IV.5).
    ///
    /// # Errors
    /// [`SampleError::TooFew`] with fewer than three batches or observations than batches.
    ///
    /// # Panics
    /// If `confidence` is not strictly between 0 and 1, or `p` not in `0..=1`.
    pub fn of(
        series: &[f64],
        n_batches: usize,
        p: f64,
        confidence: f64,
    ) -> Result<Self, SampleError> {
        if n_batches < 3 {
            return Err(SampleError::TooFew { needed: 3, got: n_batches });
        }
        if series.len() < n_batches {
            return Err(SampleError::TooFew { needed: n_batches, got: series.len() });
        }
        let size = series.len() / n_batches;
        let dropped = series.len() - size * n_batches;
        let mut values = series[dropped..].to_vec();
        let quantile_of = |values: &mut [f64]| quantile::of(values, p).unwrap_or(f64::NAN);
        let quantiles: Vec<f64> = values.chunks_exact_mut(size).map(quantile_of).collect();
        let whole = quantile_of(&mut values);
        let batching = Estimate::of(&quantiles, confidence);
        let around: f64 = quantiles.iter().map(|q| (q - whole) * (q - whole)).sum();
        let sd = (around / (n_batches - 1) as f64).sqrt();
        let half = t_two_sided(confidence, (n_batches - 1) as f64) * sd / (n_batches as f64).sqrt();
        let (low, high) = (whole - half, whole + half);
        let sectioning = Estimate { mean: whole, sd, low, high, ..batching };
        Ok(Self { quantiles, size, dropped, batching, sectioning })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::{close, generator, normal};
    use crate::stats::warmup::tests::reference_series;

    #[test]
    fn matches_reference() {
        // Catches: batches over the wrong stretch, ratio with the wrong divisor.
        // Rows nbm.ci, vonneumann, lag1: observations 150..500, ten batches of 35.
        let batch = BatchMeans::of(&reference_series()[150..], 10, 0.95).unwrap();
        assert_eq!((batch.size, batch.dropped), (35, 0));
        close(batch.estimate.mean, 485.717_142_857_1, 1e-8);
        close(batch.estimate.half_width(), 20.978_390_138_0, 1e-8);
        close(batch.von_neumann, 1.444_701_052_740_888_1, 1e-9);
        close(batch.lag1, 0.197_376_093_245_263_26, 1e-9);
    }

    #[test]
    fn remainder_is_left_out_at_the_start() {
        // Catches: a remainder dropped at the end, next to today's state, or a short last batch.
        let batch = BatchMeans::of(&[100.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0], 3, 0.95).unwrap();
        assert_eq!(batch.means, [1.0, 2.0, 3.0]);
        assert_eq!(batch.dropped, 1);
        assert!(BatchMeans::of(&[1.0; 5], 2, 0.95).is_err());
        assert!(BatchMeans::of(&[1.0; 5], 6, 0.95).is_err());
        assert!(BatchMeans::of(&[1.0; 9], 3, 0.95).unwrap().von_neumann.is_nan());
    }

    #[test]
    fn quantiles_of_batches_by_hand() {
        // Catches: sections around their own mean, a quantile of another type, a short batch.
        // Batches 1 2 3 4 | 5 6 7 8 | 9 10 11 30, medians of type 1: 2, 6, 10, of all 6; the 0.75
        // quantiles 3, 7, 11, of all 9: batching 7 with spread 4, sectioning around 9 with
        // sqrt((36 + 4 + 4) / 2).
        let series = [99.0, 4.0, 2.0, 3.0, 1.0, 5.0, 6.0, 7.0, 8.0, 30.0, 11.0, 10.0, 9.0];
        let half = BatchQuantiles::of(&series, 3, 0.5, 0.95).unwrap();
        assert_eq!((half.quantiles.as_slice(), half.dropped), ([2.0, 6.0, 10.0].as_slice(), 1));
        close(half.sectioning.mean, 6.0, 1e-12);
        let upper = BatchQuantiles::of(&series, 3, 0.75, 0.95).unwrap();
        close(upper.batching.mean, 7.0, 1e-12);
        close(upper.batching.sd, 4.0, 1e-12);
        close(upper.sectioning.mean, 9.0, 1e-12);
        close(upper.sectioning.sd, 22.0_f64.sqrt(), 1e-12);
        // Student's 4.3027 with two degrees of freedom.
        close(upper.sectioning.half_width(), 4.302_652_729_7 * (22.0_f64 / 3.0).sqrt(), 1e-8);
        assert!(BatchQuantiles::of(&series, 2, 0.5, 0.95).is_err());
        assert!(BatchQuantiles::of(&series, 14, 0.5, 0.95).is_err());
    }

    #[test]
    fn independence_test_holds_its_level_and_has_power() {
        // Catches: a test that never warns, or warns of everything. 2000 series of 20 means.
        let mut rng = generator(9_090);
        let mut warned = |phi: f64| {
            let mut hits = 0;
            for _ in 0..2_000 {
                let mut x = normal(&mut rng) / (1.0 - phi * phi).sqrt();
                let series: Vec<f64> = (0..20)
                    .map(|_| {
                        x = phi * x + normal(&mut rng);
                        x
                    })
                    .collect();
                let batch = BatchMeans::of(&series, 20, 0.95).unwrap();
                hits += i32::from(batch.independence_p_value() <= 0.05);
            }
            f64::from(hits) / 2_000.0
        };
        close(warned(0.0), 0.05, 0.02);
        assert!(warned(0.7) > 0.7);
    }
}
