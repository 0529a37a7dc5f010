//! How work comes and how long it takes, where an item departs from the usual: shapes of gaps and
//! efforts, several matters at once. The usual is no word in the table, and then nothing changes.

use crate::random::{erlang, exponential, gamma, geometric, lognormal, lognormal_mean};

/// Shape of a positive quantity; its mean is given where it is used.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Shape {
    /// Lognormal with the geometric standard deviation of the model (`effort.gsd`).
    Usual,
    /// Always the mean.
    Deterministic,
    /// Exponential.
    Exponential,
    /// Sum of so many exponentials.
    Erlang(u32),
    /// Gamma with this shape parameter.
    Gamma(f64),
    /// Lognormal with this squared coefficient of variation.
    Lognormal(f64),
    /// Two exponentials with balanced means and this squared coefficient of variation, above 1.
    Hyperexponential(f64),
}

impl Shape {
    /// A value with the given mean by inversion of one uniform; `gsd` is the spread of
    /// [`Shape::Usual`].
    ///
    /// Balanced means: with p = (1 + sqrt((c - 1) / (c + 1))) / 2 the first branch has rate 2 p and
    /// probability p, the second 2 (1 - p) and 1 - p (Whitt, "Approximating a point process by a
    /// renewal process", Operations Research 30, 1982).
    #[inline]
    pub fn draw(self, u: f64, mean: f64, gsd: f64) -> f64 {
        match self {
            Shape::Usual => lognormal_mean(u, mean, gsd),
            Shape::Deterministic => mean,
            Shape::Exponential => exponential(u, mean),
            Shape::Erlang(stages) => erlang(u, stages, mean),
            Shape::Gamma(shape) => gamma(u, shape, mean),
            Shape::Lognormal(scv) => {
                let sigma = libm::sqrt(libm::log1p(scv));
                lognormal(u, mean * libm::exp(-0.5 * sigma * sigma), libm::exp(sigma))
            }
            Shape::Hyperexponential(scv) => {
                let p = 0.5 * (1.0 + libm::sqrt((scv - 1.0) / (scv + 1.0)));
                if u < p {
                    exponential(u / p, mean / (2.0 * p))
                } else {
                    exponential((u - p) / (1.0 - p), mean / (2.0 * (1.0 - p)))
                }
            }
        }
    }
}

/// How many matters arise at one time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Batch {
    /// Always so many; 1 is the usual.
    Constant(u32),
    /// One or more, geometric with this mean.
    Geometric(f64),
}

impl Batch {
    /// Mean number.
    pub fn mean(self) -> f64 {
        match self {
            Batch::Constant(n) => f64::from(n),
            Batch::Geometric(mean) => mean,
        }
    }

    /// A number by inversion of one uniform.
    pub fn draw(self, u: f64) -> u32 {
        match self {
            Batch::Constant(n) => n,
            Batch::Geometric(mean) => 1 + geometric(u, 1.0 / mean),
        }
    }
}

/// What an item says of its flow beside its rates; see [`Flow::USUAL`].
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Flow {
    /// Brought to the counter of the unit: noticed, entered and accepted as it arises, and closed
    /// when the work is done.
    pub walk_in: bool,
    /// Shape of the effort.
    pub effort: Shape,
    /// Shape of the gaps between arrivals, in expected arrivals; exponential for a Poisson process.
    pub gaps: Shape,
    /// Matters that arise together.
    pub batch: Batch,
    /// Mean time that somebody waits for the work to begin before withdrawing \[h\], exponential;
    /// none for those who do not go for that.
    pub patience_h: Option<f64>,
    /// Matters at each place of the kind that has this item at the first moment of the run.
    pub opening: u32,
}

impl Flow {
    /// Noticed by channels, Poisson, one by one, lognormal effort.
    pub const USUAL: Flow = Flow {
        walk_in: false,
        effort: Shape::Usual,
        gaps: Shape::Exponential,
        batch: Batch::Constant(1),
        patience_h: None,
        opening: 0,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches a shape whose mean or variance is not what its name says: moments by integration over
    // the middle of 2^20 equal cells.
    #[test]
    fn shapes_have_their_moments() {
        let n = 1 << 20;
        let moments = |shape: Shape| {
            let (mut sum, mut squares) = (0.0, 0.0);
            for cell in 0..n {
                let x = shape.draw((f64::from(cell) + 0.5) / f64::from(n), 3.0, 1.8);
                sum += x;
                squares += x * x;
            }
            let mean = sum / f64::from(n);
            (mean, squares / f64::from(n) / (mean * mean) - 1.0)
        };
        for (shape, scv) in [
            (Shape::Deterministic, 0.0),
            (Shape::Exponential, 1.0),
            (Shape::Erlang(4), 0.25),
            (Shape::Gamma(2.0), 0.5),
            (Shape::Lognormal(0.5), 0.5),
            (Shape::Hyperexponential(4.0), 4.0),
        ] {
            let (mean, found) = moments(shape);
            assert!((mean - 3.0).abs() < 2e-3, "{shape:?}: mean {mean}");
            assert!((found - scv).abs() < 3e-3 * (1.0 + scv), "{shape:?}: scv {found}");
        }
    }

    // Catches a batch without anybody in it, or of another mean.
    #[test]
    fn batches_have_their_mean() {
        let batch = Batch::Geometric(2.5);
        let n = 1_000_000;
        let sizes = (0..n).map(|cell| batch.draw((f64::from(cell) + 0.5) / f64::from(n)));
        let total: u64 = sizes.inspect(|size| assert!(*size >= 1)).map(u64::from).sum();
        assert!((total as f64 / f64::from(n) - batch.mean()).abs() < 1e-3);
        assert_eq!(Batch::Constant(10).draw(0.3), 10);
    }
}
