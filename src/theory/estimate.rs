//! Ratios over replications, sharpened by what is known of the input.

use crate::stats::student::{normal_quantile, t_two_sided, t_upper_tail};

/// A ratio of sums over replications.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Estimate {
    /// Value.
    pub value: f64,
    /// Standard error.
    pub error: f64,
    /// Degrees of freedom.
    pub freedom: f64,
    /// Replications.
    pub n: usize,
}

impl Estimate {
    /// Half-width of the interval of 95%.
    pub fn half_width(&self) -> f64 {
        t_two_sided(0.95, self.freedom) * self.error
    }

    /// Distance from a reference as a normal score: the t statistic with the tail probability it
    /// has under Student's distribution, so that bands mean the same for any number of
    /// replications.
    pub fn score(&self, reference: f64) -> f64 {
        score(self.value - reference, self.error, self.freedom)
    }
}

/// Normal score of a difference.
pub fn score(difference: f64, error: f64, freedom: f64) -> f64 {
    if difference.abs() <= 1e-12 {
        return 0.0;
    }
    let t = difference.abs() / error;
    // Beyond what tail probabilities can say the statistic itself is told.
    let tail = if t.is_finite() { t_upper_tail(t, freedom) } else { 0.0 };
    let z = if tail > 1e-12 { -normal_quantile(tail) } else { t.min(1e6) };
    z.copysign(difference)
}

/// Ratio of the sums of numerators and denominators (delta method), with control variates: the
/// least-squares regression of the residuals on quantities of known mean zero.
///
/// Lavenberg and Welch, "A perspective on the use of control variables to increase the efficiency
/// of Monte Carlo simulations", Management Science 27 (1981). Controls that do not vary are left
/// out; with fewer than eight replications per control none are used.
pub fn ratio(pairs: &[[f64; 2]], controls: &[&[f64]]) -> Estimate {
    let n = pairs.len();
    let count = n as f64;
    let (top, bottom) = pairs.iter().fold((0.0, 0.0), |(a, b), p| (a + p[0], b + p[1]));
    let plain = top / bottom;
    let scale = bottom / count;
    let residuals: Vec<f64> = pairs.iter().map(|p| (p[0] - plain * p[1]) / scale).collect();
    let columns = varying(controls, n);
    let columns = if n >= 8 * columns.len() { columns } else { Vec::new() };
    let Some(fit) = regress(&residuals, &columns) else {
        let squares: f64 = residuals.iter().map(|r| r * r).sum();
        let error = (squares / (count - 1.0) / count).sqrt();
        return Estimate { value: plain, error, freedom: count - 1.0, n };
    };
    let freedom = count - 1.0 - columns.len() as f64;
    let variance = fit.squares / freedom;
    let error = (variance * (1.0 / count + fit.leverage)).sqrt();
    Estimate { value: plain - fit.shift, error, freedom, n }
}

/// A column of controls: its mean and the values around it.
struct Column {
    mean: f64,
    centered: Vec<f64>,
}

fn varying(controls: &[&[f64]], n: usize) -> Vec<Column> {
    let n_controls = controls.first().map_or(0, |first| first.len());
    let columns = (0..n_controls).map(|at| {
        let mean = controls.iter().map(|values| values[at]).sum::<f64>() / n as f64;
        let centered: Vec<f64> = controls.iter().map(|values| values[at] - mean).collect();
        Column { mean, centered }
    });
    let largest = |column: &Column| column.centered.iter().fold(0.0, |a: f64, x| a.max(x.abs()));
    columns.filter(|column| largest(column) > 1e-9 * (1.0 + column.mean.abs())).collect()
}

struct Fit {
    /// What the controls explain of the mean.
    shift: f64,
    /// Sum of squared residuals.
    squares: f64,
    /// Added to 1/n in the variance of the mean.
    leverage: f64,
}

/// Regression of values of mean zero on columns; none when there are none or they are one.
fn regress(values: &[f64], columns: &[Column]) -> Option<Fit> {
    let q = columns.len();
    if q == 0 {
        return None;
    }
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(x, y)| x * y).sum() };
    // Normal equations with two right-hand sides: the values, and the means of the controls.
    let mut rows: Vec<Vec<f64>> = columns
        .iter()
        .map(|a| {
            let mut row: Vec<f64> = columns.iter().map(|b| dot(&a.centered, &b.centered)).collect();
            row.push(dot(&a.centered, values));
            row.push(a.mean);
            row
        })
        .collect();
    let scales: Vec<f64> = (0..q).map(|i| rows[i][i]).collect();
    for i in 0..q {
        if rows[i][i] <= 1e-9 * scales[i] {
            return None;
        }
        for j in 0..q {
            if j != i {
                let factor = rows[j][i] / rows[i][i];
                let pivot = rows[i].clone();
                rows[j].iter_mut().zip(&pivot).for_each(|(x, p)| *x -= factor * p);
            }
        }
    }
    let solved = |column: usize| (0..q).map(|i| rows[i][column] / rows[i][i]).collect::<Vec<_>>();
    let (slopes, weights) = (solved(q), solved(q + 1));
    let shift = slopes.iter().zip(columns).map(|(slope, column)| slope * column.mean).sum();
    let leverage = weights.iter().zip(columns).map(|(w, column)| w * column.mean).sum();
    let squares = (0..values.len())
        .map(|at| {
            let fitted: f64 = slopes.iter().zip(columns).map(|(s, c)| s * c.centered[at]).sum();
            (values[at] - fitted) * (values[at] - fitted)
        })
        .sum();
    Some(Fit { shift, squares, leverage })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Streams, normal};

    // Catches intervals that cover too rarely or too often, with and without a control, and a
    // control that brings nothing or biases: 4,000 samples of 32 with correlation 0.8.
    #[test]
    fn intervals_cover_with_and_without_controls() {
        let n_samples = 4000_u64;
        let mut covered = [0_u32; 2];
        let mut widths = [0.0; 2];
        for sample in 0..n_samples {
            let streams = Streams::new(19_810_300, sample);
            let draw = |i: u64| streams.pair(0, i, 0).map(normal);
            let data: Vec<[f64; 2]> = (0..32).map(draw).collect();
            let pairs: Vec<[f64; 2]> =
                data.iter().map(|[a, b]| [10.0 + 0.8 * a + 0.6 * b, 2.0]).collect();
            let controls: Vec<[f64; 1]> = data.iter().map(|[a, _]| [*a]).collect();
            let controls: Vec<&[f64]> = controls.iter().map(|c| &c[..]).collect();
            for (place, estimate) in
                [ratio(&pairs, &[]), ratio(&pairs, &controls)].iter().enumerate()
            {
                covered[place] += u32::from((estimate.value - 5.0).abs() <= estimate.half_width());
                widths[place] += estimate.half_width();
            }
        }
        for covered in covered {
            // Four standard errors around 0.95.
            let share = f64::from(covered) / n_samples as f64;
            assert!((share - 0.95).abs() < 0.0138, "{covered}");
        }
        assert!((widths[1] / widths[0] - 0.6).abs() < 0.03, "{widths:?}");
    }

    // Catches a t statistic that is read as a normal score: 4.2 with 29 degrees of freedom has the
    // tail of 3.68.
    #[test]
    fn scores_are_normal() {
        assert!((score(4.2, 1.0, 29.0) - 3.685).abs() < 0.01);
        assert!((score(-4.2, 1.0, 1e6) + 4.2).abs() < 0.001);
        assert!(score(1.0, 0.0, 9.0) > 1e5);
    }
}
