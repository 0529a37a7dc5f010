//! Shares of an output's variance (Sobol 1993) by the design of Saltelli, Annoni, Azzini,
//! Campolongo, Ratto and Tarantola (2010), with bootstrap intervals.
//!
//! The first-order index of a factor is the share of variance that would vanish, on average, if the
//! factor were known; the total index the share that would remain if only it were unknown. First
//! order: Saltelli 2010, equation (b); total: Jansen 1999, equation (f) there. The two estimates
//! are printed as they come out, below 0 or above 1 when there are too few points.
//!
//! **Chance is a factor.** Where the output has noise, give the seed a column of its own: the rows
//! of the first matrix run under one set of seeds, those of the second under another, and the
//! mixed matrix of a factor keeps the seed of its row. Noise then has its own indices and is not
//! counted in the total index of every factor, as it is when every run has a new seed
//! ((ST + q) / (1 + q) for a noise of q times the variance).

use rand::RngExt;

use crate::stats::bootstrap::{Bootstrap, generator};
use crate::stats::quantile;

/// Two matrices of points and how they are mixed.
#[derive(Clone, Copy, Debug)]
pub struct Design<'a> {
    /// Points of 2 k coordinates: the first k are a row of the first matrix, the rest one of the
    /// second.
    pub base: &'a [Vec<f64>],
    /// Group of every factor; groups are numbered from 0 without gaps. Factors of a group share
    /// their indices.
    pub groups: &'a [usize],
}

/// One matrix of the design.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Matrix {
    /// The first.
    A,
    /// The second.
    B,
    /// The first with the columns of this group from the second.
    Mixed(usize),
}

impl Design<'_> {
    /// The point of a row.
    #[must_use]
    pub fn point(&self, matrix: Matrix, row: usize) -> Vec<f64> {
        let base = &self.base[row];
        let k = self.groups.len();
        (0..k)
            .map(|factor| {
                let second = match matrix {
                    Matrix::A => false,
                    Matrix::B => true,
                    Matrix::Mixed(group) => self.groups[factor] == group,
                };
                base[if second { k + factor } else { factor }]
            })
            .collect()
    }
}

/// Outputs at the points of a design, row by row; NaN is no observation.
#[derive(Clone, Debug, Default)]
pub struct Outputs {
    /// Of the first matrix.
    pub a: Vec<f64>,
    /// Of the second.
    pub b: Vec<f64>,
    /// Of the mixed matrix of every group.
    pub mixed: Vec<Vec<f64>>,
}

/// Indices of one group.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Index {
    /// First-order index.
    pub first: f64,
    /// Lower bound.
    pub first_low: f64,
    /// Upper bound.
    pub first_high: f64,
    /// Total index.
    pub total: f64,
    /// Lower bound.
    pub total_low: f64,
    /// Upper bound.
    pub total_high: f64,
}

/// Indices of all groups, and what they are shares of.
#[derive(Clone, PartialEq, Debug)]
pub struct Indices {
    /// Rows without a gap, which were used.
    pub n: usize,
    /// Mean of the output.
    pub mean: f64,
    /// Variance of the output.
    pub variance: f64,
    /// Indices by group; NaN when the output does not vary.
    pub groups: Vec<Index>,
}

/// First-order and total indices from the outputs of a design.
///
/// # Panics
/// If the columns differ in length, or the confidence is not strictly between 0 and 1.
#[must_use]
pub fn indices(outputs: &Outputs, bootstrap: Bootstrap) -> Indices {
    let columns = outputs.mixed.len() + 2;
    let all = [&outputs.a, &outputs.b].into_iter().chain(&outputs.mixed);
    let all: Vec<&Vec<f64>> = all.collect();
    assert!(all.iter().all(|column| column.len() == outputs.a.len()), "one output per row");
    // Row by row, without those that have a gap: every index then rests on the same rows.
    let rows: Vec<Vec<f64>> = (0..outputs.a.len())
        .map(|row| all.iter().map(|column| column[row]).collect::<Vec<f64>>())
        .filter(|row| !row.iter().any(|value| value.is_nan()))
        .collect();
    let whole: Vec<usize> = (0..rows.len()).collect();
    let (mean, variance) = moments(&rows, &whole);
    let points = estimates(&rows, &whole, columns);
    let bounds = bounds(&rows, columns, bootstrap);
    let groups = points
        .iter()
        .zip(bounds)
        .map(|(&[first, total], [(first_low, first_high), (total_low, total_high)])| Index {
            first,
            first_low,
            first_high,
            total,
            total_low,
            total_high,
        })
        .collect();
    Indices { n: rows.len(), mean, variance, groups }
}

/// Mean and variance over both matrices.
fn moments(rows: &[Vec<f64>], chosen: &[usize]) -> (f64, f64) {
    let n = 2.0 * chosen.len() as f64;
    let mean = chosen.iter().map(|&row| rows[row][0] + rows[row][1]).sum::<f64>() / n;
    let square = |value: f64| (value - mean) * (value - mean);
    let sum: f64 = chosen.iter().map(|&row| square(rows[row][0]) + square(rows[row][1])).sum();
    (mean, sum / n)
}

/// First-order and total index of every group over the chosen rows.
fn estimates(rows: &[Vec<f64>], chosen: &[usize], columns: usize) -> Vec<[f64; 2]> {
    let (mean, variance) = moments(rows, chosen);
    let n = chosen.len() as f64;
    (2..columns)
        .map(|column| {
            let (mut first, mut total) = (0.0, 0.0);
            for &row in chosen {
                let (a, b, mixed) = (rows[row][0], rows[row][1], rows[row][column]);
                // Centering changes nothing in the mean and much in the spread.
                first += (b - mean) * (mixed - a);
                total += (a - mixed) * (a - mixed);
            }
            if variance > 0.0 {
                [first / n / variance, total / (2.0 * n) / variance]
            } else {
                [f64::NAN; 2]
            }
        })
        .collect()
}

/// Percentile bounds over resampled rows, the same resamples for all groups.
fn bounds(rows: &[Vec<f64>], columns: usize, bootstrap: Bootstrap) -> Vec<[(f64, f64); 2]> {
    let groups = columns - 2;
    let mut draws: Vec<[Vec<f64>; 2]> = vec![Default::default(); groups];
    if rows.len() > 1 {
        let mut rng = generator(bootstrap.seed);
        let mut chosen = vec![0; rows.len()];
        for _ in 0..bootstrap.resamples {
            for slot in &mut chosen {
                *slot = rng.random_range(0..rows.len() as u64) as usize;
            }
            for (draws, estimate) in draws.iter_mut().zip(estimates(rows, &chosen, columns)) {
                draws[0].push(estimate[0]);
                draws[1].push(estimate[1]);
            }
        }
    }
    let tail = (1.0 - bootstrap.confidence) / 2.0;
    let ends = |values: &mut Vec<f64>| {
        let low = quantile::of(values, tail).unwrap_or(f64::NAN);
        (low, quantile::of(values, 1.0 - tail).unwrap_or(f64::NAN))
    };
    draws.iter_mut().map(|[first, total]| [ends(first), ends(total)]).collect()
}

#[cfg(test)]
mod tests;
