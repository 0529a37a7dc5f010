//! Choosing the best of several systems: with a stated probability of being right, or with a fixed
//! budget and none.
//!
//! "Better" is larger here throughout; whoever wants the smallest turns the sign of the values.

mod best;
mod kn;
mod ocba;
mod rinott;

pub use best::{Best, screening_t, with_the_best};
pub use kn::{Kn, KnState};
pub use ocba::{allocate, fractions};
pub use rinott::{Rinott, rinott_h};
