//! What the tests of this module share: comparison to a tolerance and normal draws.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::student::normal_quantile;

/// Panics unless `got` is within `tolerance` of `want`.
#[track_caller]
pub(crate) fn close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance, "got {got}, want {want} within {tolerance}");
}

/// A generator for one test; the seed is written in the test before its result is known.
pub(crate) fn generator(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// A uniform draw strictly inside (0, 1).
pub(crate) fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    ((rng.random::<u64>() >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0
}

/// A standard normal draw.
pub(crate) fn normal(rng: &mut ChaCha8Rng) -> f64 {
    normal_quantile(uniform(rng))
}

/// An exponential draw with the given mean.
pub(crate) fn exponential(rng: &mut ChaCha8Rng, mean: f64) -> f64 {
    -mean * uniform(rng).ln()
}
