//! Designs of experiments: which points of a space of factors to look at.
//!
//! A design is rows of levels (whole numbers, 0 first) or of positions in the unit cube; what they
//! stand for is the caller's business. The same call gives the same rows: random designs take a
//! seed.

mod factorial;
mod latin;
mod sobol;

pub use factorial::{Fraction, FractionError, fractional, fractional_with, full, one_at_a_time};
pub use latin::{latin, max_correlation, nearly_orthogonal};
pub use sobol::{SobolError, sobol};
