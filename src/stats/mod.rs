//! Statistics of samples: from the numbers of many replications to estimates, comparisons and
//! words one may write about them.
//!
//! Every function takes slices of numbers and knows nothing of what they measure. Three rules
//! hold in all of them:
//!
//! * a value that is NaN is *no observation* (a replication in which the quantity was not
//!   defined); it is left out and `n` counts what was used;
//! * sums run in the order of the slice, so the same slice gives the same bits on any number of
//!   threads;
//! * where the data cannot carry a number there is none: NaN bounds, `None` or [`SampleError`],
//!   never an interval that only looks like one.
//!
//! ```
//! use huying::stats::{Estimate, Paired, Good, Verdict};
//!
//! let before = [12.1, 9.8, 11.4, 13.0, 10.2];
//! let after = [11.2, 9.1, 10.9, 12.1, 9.9];
//! let mean = Estimate::of(&after, 0.95);
//! assert!(mean.low < mean.mean && mean.mean < mean.high);
//! // Replication i of both arms met the same luck, so the differences are compared, not the means.
//! let paired = Paired::of(&before, &after, 0.95).expect("equal lengths");
//! let verdict = Verdict::of(paired.low, paired.high, paired.p_value, 0.05, Good::Down);
//! assert_eq!(verdict, Verdict::Better);
//! ```

pub mod advice;
pub mod batch;
pub mod bootstrap;
pub mod design;
pub mod dunnett;
pub mod emulator;
pub mod equivalence;
pub mod estimate;
pub mod inequality;
pub mod multiple;
pub mod paired;
pub mod quantile;
pub mod ranking;
pub mod ratio;
pub mod replication;
pub mod selection;
pub mod sensitivity;
pub mod student;
pub mod summary;
pub mod survival;
pub mod unpaired;
pub mod verdict;
pub mod warmup;

pub use advice::Advice;
pub use estimate::Estimate;
pub use paired::Paired;
pub use replication::{Decision, Precision, Target};
pub use summary::Summary;
pub use survival::Survival;
pub use verdict::{Good, Verdict};

#[cfg(test)]
pub(crate) mod check;

/// Why a sample cannot give the number asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SampleError {
    /// Fewer observations than the method needs.
    #[error("needs {needed} observations, got {got}")]
    TooFew {
        /// The least number with which the method is defined.
        needed: usize,
        /// The number there was.
        got: usize,
    },
    /// Two slices that should be matched element by element have different lengths.
    #[error("matched slices differ in length: {left} and {right}")]
    Unmatched {
        /// Length of the first slice.
        left: usize,
        /// Length of the second slice.
        right: usize,
    },
    /// A value outside the range in which the quantity is defined.
    #[error("value at index {index} is outside the range of the method")]
    OutOfRange {
        /// Index of the first such value.
        index: usize,
    },
}

/// Something that can count: `u32` and `u64` slices serve without a copy.
pub trait Count: Copy + Into<u64> {}
impl<T: Copy + Into<u64>> Count for T {}

/// Errs unless two matched slices have one length.
fn matched(left: usize, right: usize) -> Result<(), SampleError> {
    if left == right { Ok(()) } else { Err(SampleError::Unmatched { left, right }) }
}

/// Panics unless `confidence` is a probability strictly between 0 and 1.
fn assert_confidence(confidence: f64) {
    assert!(confidence > 0.0 && confidence < 1.0, "confidence must be in (0, 1), got {confidence}");
}
