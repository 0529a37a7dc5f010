//! How many replications: enough for the precision asked for, no more, and an honest "not
//! reached" at the cap.
//!
//! The rule sees the values in the order of replications and is asked only between rounds of a
//! fixed size, never after each completion, so the number of replications is the same on any
//! number of threads.

use super::estimate::Estimate;
use super::student::t_two_sided;

/// How precise a mean has to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// Half-width at most this share of the true mean, as 0.05.
    Relative(f64),
    /// Half-width at most this much, in the unit of the values; for quantities near 0.
    Absolute(f64),
}

/// The rule for the number of replications.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// How precise.
    pub target: Target,
    /// Confidence level of the interval, in (0, 1).
    pub confidence: f64,
    /// Fewest replications, the first round.
    pub at_least: usize,
    /// Replications added per round.
    pub round: usize,
    /// Most replications.
    pub at_most: usize,
    /// How many further replications the precision must have held for: a half-width that is
    /// small by chance widens again (Hoad, Robinson and Davies 2010 use 5).
    pub look_ahead: usize,
}

/// What to do after a round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decision {
    /// The precision is reached.
    Enough,
    /// Go on until this many replications are done in all.
    Continue {
        /// Total number of replications after the next round.
        total: usize,
    },
    /// The cap came first.
    NotReached {
        /// The precision there is, in the unit of the target; infinite when undefined.
        achieved: f64,
    },
}

impl Precision {
    /// The usual rule: relative precision, 95%, rounds 20 + 10 + 10..., look-ahead 5.
    #[must_use]
    pub const fn relative(gamma: f64, at_most: usize) -> Self {
        Self {
            target: Target::Relative(gamma),
            confidence: 0.95,
            at_least: 20,
            round: 10,
            at_most,
            look_ahead: 5,
        }
    }

    /// The bound the half-width is compared with, over |sample mean| when relative.
    ///
    /// A relative error of gamma against the *true* mean follows from gamma / (1 + gamma) against
    /// the sample mean (Law 2015, section 9.4.1).
    #[must_use]
    pub fn bound(&self) -> f64 {
        match self.target {
            Target::Relative(gamma) => gamma / (1.0 + gamma),
            Target::Absolute(width) => width,
        }
    }

    /// The precision of an estimate, comparable with [`Precision::bound`]; infinite when there
    /// is no interval.
    #[must_use]
    pub fn achieved(&self, estimate: &Estimate) -> f64 {
        let achieved = match self.target {
            Target::Relative(_) => estimate.relative_half_width(),
            Target::Absolute(_) => estimate.half_width(),
        };
        if achieved.is_nan() { f64::INFINITY } else { achieved }
    }

    /// The decision on the values so far, in the order of replications.
    ///
    /// # Panics
    /// If the confidence is not strictly between 0 and 1.
    #[must_use]
    pub fn decide(&self, values: &[f64]) -> Decision {
        self.decide_all(&[values])
    }

    /// The decision on several quantities at once: enough only when every one is.
    ///
    /// # Panics
    /// If the confidence is not strictly between 0 and 1.
    #[must_use]
    pub fn decide_all(&self, quantities: &[&[f64]]) -> Decision {
        let done = quantities.iter().map(|q| q.len()).min().unwrap_or(0);
        if done < self.at_least.min(self.at_most) {
            return Decision::Continue { total: self.at_least.min(self.at_most) };
        }
        let reached = |q: &&[f64]| {
            let first = q.len().saturating_sub(self.look_ahead).max(2);
            // Without two values there is no interval, so nothing is precise.
            q.len() >= 2 && (first..=q.len()).all(|n| self.precision(&q[..n]) <= self.bound())
        };
        if done >= self.at_least && quantities.iter().all(reached) {
            return Decision::Enough;
        }
        if done < self.at_most {
            return Decision::Continue { total: (done + self.round.max(1)).min(self.at_most) };
        }
        let achieved = quantities.iter().map(|q| self.precision(q)).fold(0.0, f64::max);
        Decision::NotReached { achieved }
    }

    fn precision(&self, values: &[f64]) -> f64 {
        self.achieved(&Estimate::of(values, self.confidence))
    }

    /// A forecast from the first round: the least number of replications whose interval, were the
    /// mean and standard deviation to stay, meets the bound. `None` when it would not below
    /// `at_most`, or when there is no standard deviation yet.
    #[must_use]
    pub fn forecast(&self, estimate: &Estimate) -> Option<usize> {
        let allowed = match self.target {
            Target::Relative(_) => self.bound() * estimate.mean.abs(),
            Target::Absolute(_) => self.bound(),
        };
        if estimate.n < 2 {
            return None;
        }
        let half = |n: usize| {
            t_two_sided(self.confidence, (n - 1) as f64) * estimate.sd / (n as f64).sqrt()
        };
        // The half-width falls with n, so the first that fits is found by bisection.
        let (mut low, mut high) = (self.at_least.max(2), self.at_most.max(2));
        if half(high) > allowed {
            return None;
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if half(middle) <= allowed {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Some(high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::{close, exponential, generator, normal};

    /// Runs the rule to its end on draws from `draw`; the values and the last decision.
    fn run(rule: &Precision, mut draw: impl FnMut() -> f64) -> (Vec<f64>, Decision) {
        let mut values = Vec::new();
        loop {
            match rule.decide(&values) {
                Decision::Continue { total } => values.resize_with(total, &mut draw),
                decision => return (values, decision),
            }
        }
    }

    #[test]
    fn bound_matches_reference() {
        // Catches: gamma used as it stands. Row seq.gamma_adj.
        close(Precision::relative(0.05, 100).bound(), 0.047_619_047_619_047_616, 0.0);
        let absolute = Precision { target: Target::Absolute(0.3), ..Precision::relative(0.1, 9) };
        close(absolute.bound(), 0.3, 0.0);
    }

    #[test]
    fn rounds_are_fixed() {
        // Catches: stopping between rounds, or a first round below the least number.
        let rule = Precision::relative(0.001, 55);
        let mut rng = generator(5);
        let wide: Vec<f64> = (0..55).map(|_| 10.0 + normal(&mut rng)).collect();
        assert_eq!(rule.decide(&[]), Decision::Continue { total: 20 });
        assert_eq!(rule.decide(&wide[..20]), Decision::Continue { total: 30 });
        assert_eq!(rule.decide(&wide[..50]), Decision::Continue { total: 55 });
        let Decision::NotReached { achieved } = rule.decide(&wide) else {
            panic!("precision 0.001 cannot be reached with 55 replications");
        };
        assert!(achieved > 0.01 && achieved < 0.1);
    }

    #[test]
    fn one_value_is_never_precise() {
        // Catches: a cap of one replication, where there is no interval and nothing to look at,
        // taken for a precision that was reached.
        for n in [1, 2] {
            let rule = Precision { at_least: 1, ..Precision::relative(0.05, n) };
            assert_eq!(
                rule.decide(&[10.0]) == Decision::NotReached { achieved: f64::INFINITY },
                n == 1
            );
            assert_ne!(rule.decide(&[10.0]), Decision::Enough);
        }
    }

    #[test]
    fn look_ahead_distrusts_a_lucky_moment() {
        // Catches: look-ahead ignored. The last value but one leaves the bound: not enough yet.
        let rule = Precision { look_ahead: 5, ..Precision::relative(0.05, 100) };
        let mut values: Vec<f64> = (0..20).map(|i| 10.0 + f64::from(i % 2)).collect();
        assert_eq!(rule.decide(&values), Decision::Enough);
        let hasty = Precision { look_ahead: 0, ..rule };
        // Prefixes of 15 to 18 values are too wide only through the far value at the start.
        values[0] = 14.5;
        let wide_before = (15..20).any(|n| rule.precision(&values[..n]) > rule.bound());
        assert!(wide_before && hasty.precision(&values) <= hasty.bound());
        assert_eq!(hasty.decide(&values), Decision::Enough);
        assert_eq!(rule.decide(&values), Decision::Continue { total: 30 });
    }

    #[test]
    fn every_quantity_counts() {
        // Catches: a decision on the first quantity only; an undefined one taken as precise.
        let rule = Precision::relative(0.05, 40);
        let tight = [5.0; 20];
        let missing = [f64::NAN; 20];
        assert_eq!(rule.decide_all(&[&tight]), Decision::Enough);
        assert_eq!(rule.decide_all(&[&tight, &missing]), Decision::Continue { total: 30 });
        let never = rule.decide_all(&[&[f64::NAN; 40]]);
        assert_eq!(never, Decision::NotReached { achieved: f64::INFINITY });
    }

    #[test]
    fn a_zero_mean_needs_an_absolute_target() {
        // Catches: endless runs for a quantity that is 0 in every replication, or around 0.
        let rule = Precision::relative(0.05, 200);
        assert_eq!(rule.decide(&[0.0; 20]), Decision::Enough);
        let around: Vec<f64> = (0..20).map(|i| f64::from(i % 2) - 0.5).collect();
        assert_ne!(rule.decide(&around), Decision::Enough);
        let absolute = Precision { target: Target::Absolute(0.3), ..rule };
        assert_eq!(absolute.decide(&around), Decision::Enough);
    }

    #[test]
    fn forecast_is_the_first_that_fits() {
        // Catches: a forecast with z instead of t, or one off by one.
        let rule = Precision { at_least: 2, ..Precision::relative(0.1, 10_000) };
        let estimate = Estimate::of(&[8.0, 12.0, 9.0, 11.0, 14.0, 6.0], 0.95);
        let n = rule.forecast(&estimate).unwrap();
        let half = |n: usize| {
            t_two_sided(0.95, (n - 1) as f64) * estimate.sd / (n as f64).sqrt() / estimate.mean
        };
        assert!(half(n) <= rule.bound() && half(n - 1) > rule.bound());
        assert_eq!(Precision { at_most: n - 1, ..rule }.forecast(&estimate), None);
        assert_eq!(rule.forecast(&Estimate::of(&[1.0], 0.95)), None);
    }

    #[test]
    fn sequential_coverage() {
        // Catches: stopping that leans on luck. Check O6: coverage at least 0.915 over 1000 at
        // gamma 0.1, here on a skewed quantity (sum of three exponentials, mean 3).
        let rule = Precision::relative(0.1, 2_000);
        let mut rng = generator(606);
        let (mut hits, mut near) = (0, 0);
        for _ in 0..1_000 {
            let (values, decision) =
                run(&rule, || (0..3).map(|_| exponential(&mut rng, 1.0)).sum());
            assert_eq!(decision, Decision::Enough);
            let estimate = Estimate::of(&values, 0.95);
            hits += i32::from(estimate.covers(3.0));
            near += i32::from((estimate.mean - 3.0).abs() <= 0.3);
        }
        assert!(hits >= 915, "covered {hits}");
        assert!(near >= 940, "within gamma {near}");
    }
}
