//! Instants and spans as whole seconds.
//!
//! Integers make ties real ties and conservation laws exact equalities; `f64` hours appear only
//! where numbers are read or shown.

use std::ops::{Add, AddAssign, Sub};

/// Seconds in a minute [s].
pub const MINUTE: i64 = 60;
/// Seconds in an hour [s].
pub const HOUR: i64 = 3_600;
/// Seconds in a day [s]; civil time is UTC+8 without daylight saving, so every day has as many.
pub const DAY: i64 = 86_400;

/// An instant: seconds since midnight of the first simulated day, warm-up included [s].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Time(pub i64);

/// A length of time [s]; calendar or working time is said where it is used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Span(pub i64);

/// The nearest whole number, halves away from zero: what `libm::round` gives, in a few instructions
/// instead of fifty.
#[inline]
#[must_use]
pub fn nearest(x: f64) -> i64 {
    let whole = x as i64;
    let rest = x - whole as f64;
    whole.saturating_add(i64::from(rest >= 0.5) - i64::from(rest <= -0.5))
}

impl Time {
    /// The start of the run.
    pub const ZERO: Time = Time(0);
    /// Later than anything that happens; far enough from the end of `i64` to add spans safely.
    pub const NEVER: Time = Time(i64::MAX / 4);

    /// Number of the day this instant falls in, 0 for the first.
    #[inline]
    pub fn day(self) -> i64 {
        self.0.div_euclid(DAY)
    }

    /// Seconds since midnight [s], 0 to 86 399.
    #[inline]
    pub fn seconds_of_day(self) -> i64 {
        self.0.rem_euclid(DAY)
    }

    /// Hours since the start of the run [h].
    #[inline]
    pub fn hours(self) -> f64 {
        self.0 as f64 / HOUR as f64
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// The nearest whole number of seconds to `hours` [h]; below zero or not a number gives zero.
    #[inline]
    pub fn from_hours(hours: f64) -> Span {
        Span(nearest(hours * HOUR as f64).max(0))
    }

    /// Length [h].
    #[inline]
    pub fn hours(self) -> f64 {
        self.0 as f64 / HOUR as f64
    }

    /// The longer of two spans.
    #[inline]
    pub fn max(self, other: Span) -> Span {
        Ord::max(self, other)
    }

    /// The shorter of two spans.
    #[inline]
    pub fn min(self, other: Span) -> Span {
        Ord::min(self, other)
    }
}

impl Add<Span> for Time {
    type Output = Time;
    #[inline]
    fn add(self, span: Span) -> Time {
        Time(self.0 + span.0)
    }
}

impl Sub<Span> for Time {
    type Output = Time;
    #[inline]
    fn sub(self, span: Span) -> Time {
        Time(self.0 - span.0)
    }
}

impl Sub for Time {
    type Output = Span;
    #[inline]
    fn sub(self, earlier: Time) -> Span {
        Span(self.0 - earlier.0)
    }
}

impl Add for Span {
    type Output = Span;
    #[inline]
    fn add(self, other: Span) -> Span {
        Span(self.0 + other.0)
    }
}

impl Sub for Span {
    type Output = Span;
    #[inline]
    fn sub(self, other: Span) -> Span {
        Span(self.0 - other.0)
    }
}

impl AddAssign<Span> for Time {
    #[inline]
    fn add_assign(&mut self, span: Span) {
        self.0 += span.0;
    }
}

impl AddAssign for Span {
    #[inline]
    fn add_assign(&mut self, other: Span) {
        self.0 += other.0;
    }
}
