//! Running count, mean, variance and skewness of a sample, in one pass and mergeable.

/// Moments of the numbers pushed so far.
///
/// Updated by the recurrences of Welford (1962), merged by those of Chan, Golub and LeVeque
/// (1983); third moment after Pébay (2008), *Formulas for robust, one-pass parallel computation
/// of covariances and arbitrary-order statistical moments*. NaN is skipped: it is no observation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    n: usize,
    mean: f64,
    squares: f64,
    cubes: f64,
    min: f64,
    max: f64,
}

impl Default for Summary {
    fn default() -> Self {
        Self::new()
    }
}

impl Summary {
    /// The summary of no numbers.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            n: 0,
            mean: 0.0,
            squares: 0.0,
            cubes: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
        }
    }

    /// The summary of a slice, taken in its order.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let mut summary = Self::new();
        for &value in values {
            summary.push(value);
        }
        summary
    }

    /// Takes in one number; NaN changes nothing.
    pub fn push(&mut self, value: f64) {
        if value.is_nan() {
            return;
        }
        let before = self.n as f64;
        self.n += 1;
        let n = self.n as f64;
        let delta = value - self.mean;
        let step = delta / n;
        let term = delta * step * before;
        self.mean += step;
        self.cubes += term * step * (n - 2.0) - 3.0 * step * self.squares;
        self.squares += term;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    /// Takes in another summary, as if its numbers had been pushed after these.
    ///
    /// Equal to pushing but for rounding: merge in a fixed order where bytes are compared.
    pub fn merge(&mut self, other: &Self) {
        if other.n == 0 {
            return;
        }
        if self.n == 0 {
            *self = *other;
            return;
        }
        let (a, b) = (self.n as f64, other.n as f64);
        let n = a + b;
        let delta = other.mean - self.mean;
        self.cubes += other.cubes
            + delta * delta * delta * a * b * (a - b) / (n * n)
            + 3.0 * delta * (a * other.squares - b * self.squares) / n;
        self.squares += other.squares + delta * delta * a * b / n;
        self.mean += delta * b / n;
        self.n += other.n;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// How many numbers were taken in (NaN not counted).
    #[must_use]
    pub const fn n(&self) -> usize {
        self.n
    }

    /// Arithmetic mean; NaN when empty. The mean of equal numbers is that number exactly.
    #[must_use]
    pub fn mean(&self) -> f64 {
        if self.n == 0 { f64::NAN } else { self.mean }
    }

    /// Sample variance with divisor n - 1; NaN for fewer than two numbers.
    #[must_use]
    pub fn variance(&self) -> f64 {
        if self.n < 2 { f64::NAN } else { self.squares / (self.n - 1) as f64 }
    }

    /// Sample standard deviation, the root of [`Summary::variance`].
    #[must_use]
    pub fn sd(&self) -> f64 {
        self.variance().sqrt()
    }

    /// Sum of squared distances from the mean (0 when empty).
    #[must_use]
    pub const fn squares(&self) -> f64 {
        self.squares
    }

    /// Adjusted Fisher-Pearson skewness G1 = sqrt(n (n-1)) / (n-2) * m3 / m2^1.5 (Joanes and
    /// Gill 1998); NaN for fewer than three numbers or when all are equal.
    #[must_use]
    pub fn skewness(&self) -> f64 {
        if self.n < 3 || self.squares <= 0.0 {
            return f64::NAN;
        }
        let n = self.n as f64;
        let m2 = self.squares / n;
        let m3 = self.cubes / n;
        (n * (n - 1.0)).sqrt() / (n - 2.0) * m3 / (m2 * m2.sqrt())
    }

    /// Smallest number; NaN when empty.
    #[must_use]
    pub fn min(&self) -> f64 {
        if self.n == 0 { f64::NAN } else { self.min }
    }

    /// Largest number; NaN when empty.
    #[must_use]
    pub fn max(&self) -> f64 {
        if self.n == 0 { f64::NAN } else { self.max }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::{close, exponential, generator};

    #[test]
    fn large_shift_does_not_cancel() {
        // Catches: variance by sum of squares minus square of sum. Row welford.shift, both ways.
        let shifted = [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0];
        close(Summary::of(&shifted).variance(), 30.0, 0.0);
        let mut left = Summary::of(&shifted[..1]);
        left.merge(&Summary::of(&shifted[1..]));
        close(left.variance(), 30.0, 1e-9);
    }

    #[test]
    fn merging_equals_pushing() {
        // Catches: a wrong cross term in the merge of second or third moments.
        let mut rng = generator(11);
        let values: Vec<f64> = (0..500).map(|_| exponential(&mut rng, 3.0)).collect();
        let whole = Summary::of(&values);
        for cut in [0, 1, 7, 250, 499, 500] {
            let mut left = Summary::of(&values[..cut]);
            left.merge(&Summary::of(&values[cut..]));
            assert_eq!(left.n(), whole.n());
            close(left.mean(), whole.mean(), 1e-12);
            close(left.variance(), whole.variance(), 1e-10);
            close(left.skewness(), whole.skewness(), 1e-10);
            close(left.max(), whole.max(), 0.0);
        }
    }

    #[test]
    fn skewness_by_hand() {
        // Catches: unadjusted g1 for G1, or a population variance inside it. For 0,0,3:
        // m2 = 2, m3 = 2, g1 = 0.70711, G1 = sqrt(6) g1 = 1.73205.
        close(Summary::of(&[0.0, 0.0, 3.0]).skewness(), 3f64.sqrt(), 1e-12);
        close(Summary::of(&[1.0, 2.0, 3.0]).skewness(), 0.0, 1e-12);
    }

    #[test]
    fn equal_numbers_are_exact() {
        // Catches: a mean of equal numbers that is off by rounding and so a variance above 0.
        let summary = Summary::of(&[0.1; 37]);
        close(summary.mean(), 0.1, 0.0);
        close(summary.variance(), 0.0, 0.0);
        assert!(summary.skewness().is_nan());
    }

    #[test]
    fn nan_is_no_observation() {
        // Catches: one undefined replication turning every number of a report into NaN.
        let summary = Summary::of(&[f64::NAN, 1.0, f64::NAN, 3.0]);
        assert_eq!(summary.n(), 2);
        close(summary.mean(), 2.0, 0.0);
        assert!(Summary::of(&[f64::NAN]).mean().is_nan());
    }
}
