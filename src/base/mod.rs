//! Time and working time, the two things every other module counts in; and digests.

mod calendar;
mod digest;
mod fault;
mod fetch;
mod time;

pub use calendar::{Calendar, DayKind, Holidays, Spell, WeekPattern};
pub use digest::digest_of;
pub use fault::{Fault, planted};
pub use fetch::fetch;
pub use time::{DAY, HOUR, MINUTE, Span, Time, nearest};

#[cfg(test)]
mod tests;
