//! Screening by elementary effects (Morris 1991; groups and µ* after Campolongo, Cariboni and
//! Saltelli 2007), with the noise of the simulation kept apart.
//!
//! A trajectory starts at a random point of a lattice and moves one group of factors after another
//! by half the lattice; the change of the output over the step is an elementary effect. µ* is the
//! mean of its absolute value over trajectories, σ its spread: a factor with large σ acts through
//! interactions or bends.
//!
//! With a noisy output µ* is never zero: |noise| has a positive mean. So every trajectory is run
//! under two or more seeds of its own. The product of a factor's effects under two seeds has the
//! square of the true effect as its mean, because the noises are independent; so the mean of these
//! products over trajectories is free of noise, and zero for a factor that does nothing. That is
//! what [`Screened::p_value`] tests.

use crate::random::Streams;
use crate::stats::bootstrap::Bootstrap;
use crate::stats::student::t_upper_tail;
use crate::stats::summary::Summary;

/// Purposes of draws; the entity is the factor or the place in the order.
const START: u16 = 1;
const TURN: u16 = 2;
const SHUFFLE: u16 = 3;

/// A walk through the unit cube that moves every group once.
#[derive(Clone, PartialEq, Debug)]
pub struct Trajectory {
    /// Points, one more than there are groups.
    pub points: Vec<Vec<f64>>,
    /// The group that moves between point `i` and point `i + 1`.
    pub order: Vec<usize>,
    /// Step of every factor, with its sign.
    pub steps: Vec<f64>,
}

/// Which factors move together, and on what lattice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Screening {
    /// Group of every factor; groups are numbered from 0 without gaps.
    pub groups: Vec<usize>,
    /// Lattice levels of each factor, even.
    pub levels: u32,
    /// Seed of the design.
    pub seed: u64,
}

impl Screening {
    /// Every factor by itself.
    #[must_use]
    pub fn of_factors(n: usize, levels: u32, seed: u64) -> Screening {
        Screening { groups: (0..n).collect(), levels, seed }
    }

    /// Number of groups.
    #[must_use]
    pub fn n_groups(&self) -> usize {
        self.groups.iter().max().map_or(0, |last| last + 1)
    }

    /// The trajectory with this number. Each is drawn by itself, so asking for more keeps the
    /// earlier ones.
    ///
    /// # Panics
    /// If the number of levels is odd or below 2.
    #[must_use]
    pub fn trajectory(&self, number: u64) -> Trajectory {
        assert!(self.levels >= 2 && self.levels.is_multiple_of(2), "levels must be even");
        let streams = Streams::new(self.seed, number);
        let cells = f64::from(self.levels - 1);
        let half = self.levels / 2;
        let step = f64::from(half) / cells;
        let mut point = Vec::with_capacity(self.groups.len());
        let mut steps = Vec::with_capacity(self.groups.len());
        for factor in 0..self.groups.len() as u64 {
            // A low level, from which one step up stays on the lattice.
            let level = (streams.uniform(START, factor, 0) * f64::from(half)).floor();
            let low = level / cells;
            let up = streams.uniform(TURN, factor, 0) < 0.5;
            point.push(if up { low } else { (level + f64::from(half)) / cells });
            steps.push(if up { step } else { -step });
        }
        let order = shuffled(self.n_groups(), &streams);
        let mut points = vec![point.clone()];
        for &group in &order {
            for (factor, &of) in self.groups.iter().enumerate() {
                if of == group {
                    // Back on the lattice exactly, whatever the rounding of the sum.
                    point[factor] = ((point[factor] + steps[factor]) * cells).round() / cells;
                }
            }
            points.push(point.clone());
        }
        Trajectory { points, order, steps }
    }

    /// Elementary effects of every group, from the outputs at the points of a trajectory. A group
    /// of one factor has its signed effect over the whole range of the factor; of a larger group
    /// only the size means anything, since its factors move in different directions.
    ///
    /// # Panics
    /// If there is not one output per point.
    #[must_use]
    pub fn effects(&self, trajectory: &Trajectory, outputs: &[f64]) -> Vec<f64> {
        assert_eq!(outputs.len(), trajectory.points.len(), "one output per point");
        let mut effects = vec![f64::NAN; self.n_groups()];
        for (at, &group) in trajectory.order.iter().enumerate() {
            let first = self.groups.iter().position(|&of| of == group);
            let step = trajectory.steps[first.expect("invariant: groups have no gaps")];
            effects[group] = (outputs[at + 1] - outputs[at]) / step;
        }
        effects
    }

    /// Whether the sign of a group's effects means something.
    #[must_use]
    pub fn has_sign(&self, group: usize) -> bool {
        self.groups.iter().filter(|&&of| of == group).count() == 1
    }
}

/// A random order of `n` things (Fisher and Yates).
pub(super) fn shuffled(n: usize, streams: &Streams) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        let draw = streams.uniform(SHUFFLE, last as u64, 0);
        order.swap(last, (draw * (last + 1) as f64) as usize);
    }
    order
}

/// What the trajectories say of one group.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Screened {
    /// Trajectories used.
    pub n: usize,
    /// Mean effect; without meaning for a group of several factors.
    pub mu: f64,
    /// Mean size of the effect. Contains noise: see `root`.
    pub mu_star: f64,
    /// Lower bootstrap bound of `mu_star`, over trajectories.
    pub low: f64,
    /// Upper bootstrap bound.
    pub high: f64,
    /// Spread of the effect over trajectories (divisor n − 1): interaction, bend and noise.
    pub sigma: f64,
    /// Spread that chance alone gives to an effect averaged over its seeds; NaN with one seed.
    pub noise: f64,
    /// Root of the mean squared true effect, free of noise; 0 where the estimate of the square is
    /// not positive, NaN with one seed.
    pub root: f64,
    /// One-sided p-value of "does nothing"; NaN with one seed or one trajectory.
    pub p_value: f64,
}

/// Screens one group. `effects` holds a row per trajectory, with the effect under each of its
/// seeds; NaN is no observation.
///
/// # Panics
/// If the confidence of the bootstrap is not strictly between 0 and 1.
#[must_use]
pub fn screen(effects: &[Vec<f64>], bootstrap: Bootstrap) -> Screened {
    let mut means = Vec::with_capacity(effects.len());
    let (mut squares, mut noise) = (Summary::new(), Summary::new());
    for row in effects {
        let seeds = Summary::of(row);
        if seeds.n() == 0 {
            continue;
        }
        means.push(seeds.mean());
        if seeds.n() > 1 {
            // Mean of the products of effects under two different seeds.
            let n = seeds.n() as f64;
            squares.push(seeds.mean() * seeds.mean() - seeds.variance() / n);
            noise.push(seeds.variance() / n);
        }
    }
    let all = Summary::of(&means);
    let size = |values: &[f64]| values.iter().map(|v| v.abs()).sum::<f64>() / values.len() as f64;
    let bounds = bootstrap.interval(&means, size);
    Screened {
        n: means.len(),
        mu: all.mean(),
        mu_star: if means.is_empty() { f64::NAN } else { size(&means) },
        low: bounds.as_ref().map_or(f64::NAN, |bounds| bounds.low),
        high: bounds.as_ref().map_or(f64::NAN, |bounds| bounds.high),
        sigma: all.sd(),
        noise: noise.mean().sqrt(),
        root: squares.mean().max(0.0).sqrt(),
        p_value: above_zero(&squares),
    }
}

/// One-sided p-value of a mean that is not above zero.
fn above_zero(values: &Summary) -> f64 {
    if values.n() < 2 {
        return f64::NAN;
    }
    if values.mean() <= 0.0 {
        return 1.0;
    }
    let error = values.sd() / (values.n() as f64).sqrt();
    t_upper_tail(values.mean() / error, (values.n() - 1) as f64)
}

#[cfg(test)]
mod tests;
