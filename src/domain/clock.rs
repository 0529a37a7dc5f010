//! The time-limit clock of a case, an object of its own.
//!
//! It counts working seconds of the office calendar (so make-up workdays count and holidays do
//! not), can be stopped and resumed, extended once, and reset on redo.

use super::city::RuleSet;
use crate::base::nearest;

/// Seconds of one working day (7 h).
pub const WORKING_DAY: i64 = 7 * 3600;

/// Spread of delays between people, units and steps: the logarithm of a geometric standard
/// deviation of 1.6; a shape, not a level.
pub(super) const DELAY_SIGMA: f64 = 0.470_003_629_245_735_6;

/// Spread of signature and dispatch times: the logarithm of 1.5.
pub(super) const DESK_SIGMA: f64 = 0.405_465_108_108_164_4;

/// Whole working seconds of a number of working days.
pub fn working_days(days: f64) -> i64 {
    nearest(days * WORKING_DAY as f64)
}

/// A limit and how much of it is used [working seconds].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LimitClock {
    first_limit: i64,
    limit: i64,
    used: i64,
    /// Reading of the office calendar when it last started to run.
    running_from: Option<i64>,
}

impl LimitClock {
    /// A clock that has not started.
    pub fn new(limit_wd: f64) -> LimitClock {
        let limit = working_days(limit_wd);
        LimitClock { first_limit: limit, limit, used: 0, running_from: None }
    }

    /// Starts or resumes at a reading of the office calendar.
    pub fn run(&mut self, worked: i64) {
        if self.running_from.is_none() {
            self.running_from = Some(worked);
        }
    }

    /// Stops (suspension): nothing is counted until it runs again.
    pub fn stop(&mut self, worked: i64) {
        self.used = self.used(worked);
        self.running_from = None;
    }

    /// Used so far.
    pub fn used(&self, worked: i64) -> i64 {
        self.used + self.running_from.map_or(0, |from| worked - from)
    }

    /// Is it running?
    pub fn is_running(&self) -> bool {
        self.running_from.is_some()
    }

    /// Is a limit beyond the first in force?
    pub fn is_extended(&self) -> bool {
        self.limit != self.first_limit
    }

    /// One extension, as long as the rule set allows; a second is refused.
    pub fn extend(&mut self, rules: &RuleSet) -> bool {
        let granted = !self.is_extended();
        if granted {
            self.limit += working_days(rules.extension_wd);
        }
        granted
    }

    /// Starts anew, as on redo.
    pub fn reset(&mut self, worked: i64) {
        self.used = 0;
        self.limit = self.first_limit;
        self.running_from = self.running_from.map(|_| worked);
    }

    /// Limit in force.
    pub fn limit(&self) -> i64 {
        self.limit
    }

    /// Limit without extension.
    pub fn first_limit(&self) -> i64 {
        self.first_limit
    }

    /// Used over the limit in force [share].
    pub fn share(&self, worked: i64) -> f64 {
        self.used(worked) as f64 / self.limit.max(1) as f64
    }

    /// Working seconds until a share of the limit is used; zero if already past.
    pub fn until(&self, share: f64, worked: i64) -> i64 {
        (libm::ceil(share * self.limit as f64) as i64 - self.used(worked)).max(0)
    }

    /// Red card: over the limit in force.
    pub fn is_red(&self, worked: i64) -> bool {
        self.used(worked) > self.limit
    }

    /// Yellow card: less than the warning time was left.
    pub fn is_yellow(&self, worked: i64, rules: &RuleSet) -> bool {
        self.used(worked) > self.limit - working_days(rules.yellow_wd)
    }

    /// Reading of the office calendar at which the limit expires if the clock runs on.
    pub fn expires_at(&self, worked: i64, limit: i64) -> i64 {
        worked + limit - self.used(worked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::city::ClockStart;

    fn rules() -> RuleSet {
        RuleSet {
            id: "test".to_owned(),
            limit_wd: 5.0,
            long_limit_wd: 15.0,
            extension_wd: 10.0,
            return_wd: 2.0,
            yellow_wd: 1.0,
            start: ClockStart::Acceptance,
            reset_on_redo: true,
        }
    }

    // Catches a constant that is not the logarithm of the spread that it is said to be.
    #[test]
    fn spreads_are_logarithms() {
        assert_eq!(DELAY_SIGMA.to_bits(), libm::log(1.6).to_bits());
        assert_eq!(DESK_SIGMA.to_bits(), libm::log(1.5).to_bits());
    }

    // Catches time counted while suspended, cards a day early or late, and a second extension.
    #[test]
    fn a_life_of_a_clock() {
        let day = WORKING_DAY;
        let mut clock = LimitClock::new(5.0);
        clock.run(0);
        assert!(!clock.is_yellow(4 * day, &rules()) && clock.is_yellow(4 * day + 1, &rules()));
        clock.stop(3 * day);
        assert_eq!(clock.used(100 * day), 3 * day);
        clock.run(100 * day);
        assert!(!clock.is_red(102 * day) && clock.is_red(102 * day + 1));
        assert!(clock.extend(&rules()) && !clock.extend(&rules()));
        assert_eq!(clock.until(1.0, 102 * day), 10 * day);
        assert_eq!(clock.expires_at(102 * day, clock.limit()), 112 * day);
        clock.reset(102 * day);
        assert_eq!((clock.used(103 * day), clock.limit()), (day, 5 * day));
    }
}
