//! Intervals for numbers that have no formula, by drawing from the sample itself.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::SampleError;
use super::quantile;
use super::summary::Summary;

/// How to resample. The generator is a named one keyed by `seed`, apart from every stream of a
/// simulation, so the interval of the same data is the same bytes everywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// Number of resamples; 1000 or more for an interval.
    pub resamples: usize,
    /// Confidence level, in (0, 1).
    pub confidence: f64,
    /// Seed of the resampling.
    pub seed: u64,
}

/// The result of a bootstrap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resampled {
    /// The statistic of the sample itself.
    pub value: f64,
    /// Lower percentile bound.
    pub low: f64,
    /// Upper percentile bound.
    pub high: f64,
    /// Standard deviation of the statistic over the resamples.
    pub standard_error: f64,
}

impl Bootstrap {
    /// The percentile interval of `statistic` (Efron 1979; Efron and Tibshirani 1993, chapter
    /// 13): the statistic of samples of the same size drawn with replacement. Resamples in which
    /// the statistic is NaN are left out.
    ///
    /// # Errors
    /// [`SampleError::TooFew`] with fewer than two values or 100 resamples, or when fewer than
    /// 100 resamples had a number.
    ///
    /// # Panics
    /// If the confidence is not strictly between 0 and 1.
    pub fn interval(
        &self,
        values: &[f64],
        statistic: impl Fn(&[f64]) -> f64,
    ) -> Result<Resampled, SampleError> {
        super::assert_confidence(self.confidence);
        if values.len() < 2 {
            return Err(SampleError::TooFew { needed: 2, got: values.len() });
        }
        let mut rng = generator(self.seed);
        let mut sample = values.to_vec();
        let mut results: Vec<f64> = (0..self.resamples)
            .map(|_| {
                for slot in &mut sample {
                    // u64, not usize: the draw must not depend on the width of a pointer.
                    *slot = values[rng.random_range(0..values.len() as u64) as usize];
                }
                statistic(&sample)
            })
            .collect();
        let spread = Summary::of(&results);
        let tail = (1.0 - self.confidence) / 2.0;
        let bounds = quantile::of(&mut results, tail).zip(quantile::of(&mut results, 1.0 - tail));
        match bounds {
            Some((low, high)) if spread.n() >= LEAST => {
                Ok(Resampled { value: statistic(values), low, high, standard_error: spread.sd() })
            }
            _ => Err(SampleError::TooFew { needed: LEAST, got: spread.n() }),
        }
    }
}

/// Fewest resamples from which an interval is given.
const LEAST: usize = 100;

/// The generator of one bootstrap: seed in the first eight bytes of the key, a name in the rest,
/// so that no other use of the same seed draws the same numbers.
pub(super) fn generator(seed: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..24].copy_from_slice(b"huying.bootstrap");
    ChaCha8Rng::from_seed(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::{close, exponential, normal};

    fn mean(values: &[f64]) -> f64 {
        Summary::of(values).mean()
    }

    #[test]
    fn standard_error_of_the_mean_is_known() {
        // Catches: resampling without replacement (error 0) or of another size. For the mean it
        // is sd sqrt((n-1)/n) / sqrt(n) but for the number of resamples.
        let mut rng = crate::stats::check::generator(31);
        let values: Vec<f64> = (0..80).map(|_| exponential(&mut rng, 5.0)).collect();
        let plan = Bootstrap { resamples: 4_000, confidence: 0.95, seed: 7 };
        let got = plan.interval(&values, mean).unwrap();
        let s = Summary::of(&values);
        close(got.value, s.mean(), 0.0);
        close(got.standard_error / (s.squares() / 80.0 / 80.0).sqrt(), 1.0, 0.05);
        assert!(got.low < got.value && got.value < got.high);
    }

    #[test]
    fn same_seed_same_bits() {
        // Catches: a generator shared between calls or seeded by anything but the seed.
        let values = [1.0, 4.0, 2.0, 8.0, 5.0, 7.0];
        let plan = |seed| Bootstrap { resamples: 200, confidence: 0.9, seed };
        let run = |seed| plan(seed).interval(&values, mean).unwrap().standard_error.to_bits();
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
    }

    #[test]
    fn coverage_is_near_nominal() {
        // Catches: bounds from the wrong tails. 400 samples of 60 normal values: the percentile
        // interval of the mean covers about 0.94 (known to be slightly short).
        let mut rng = crate::stats::check::generator(32);
        let mut hits = 0;
        for seed in 0..400 {
            let values: Vec<f64> = (0..60).map(|_| normal(&mut rng)).collect();
            let plan = Bootstrap { resamples: 400, confidence: 0.95, seed };
            let got = plan.interval(&values, mean).unwrap();
            hits += i32::from(got.low <= 0.0 && 0.0 <= got.high);
        }
        let share = f64::from(hits) / 400.0;
        assert!((0.89..=0.98).contains(&share), "coverage {share}");
    }

    #[test]
    fn too_little_is_refused() {
        // Catches: an interval from one value, or from statistics that are not numbers.
        let plan = Bootstrap { resamples: 500, confidence: 0.95, seed: 1 };
        let one = plan.interval(&[1.0], mean);
        assert_eq!(one, Err(SampleError::TooFew { needed: 2, got: 1 }));
        let none = plan.interval(&[1.0, 2.0], |_| f64::NAN);
        assert_eq!(none, Err(SampleError::TooFew { needed: 100, got: 0 }));
    }
}
