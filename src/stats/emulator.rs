//! Fitting by history matching: which inputs of a costly simulation cannot be ruled out.
//!
//! A response surface (quadratic least squares) stands in for the simulation. An input is ruled out
//! where the surface is further from what was observed than `cut` standard deviations (Pukelsheim's
//! three-sigma rule). Four things spread, and their variances add up: the observation itself; the
//! luck of the simulated mean, which all points share and no residual shows; what the surface does
//! not bend to; and how well its coefficients are known at that point. Where these are estimated
//! from little, a deviation counts as much as Student's t lets it. Further waves simulate only
//! where nothing was ruled out, so the surface is then a local one. What is left is not a posterior
//! density: it is the set of inputs that the observations do not contradict. After Craig et al.
//! (1997) and Vernon, Goldstein and Bower (2010).

use super::design::latin;
use super::student::{normal_quantile, t_quantile};

/// A surface over the unit cube.
#[derive(Clone, Debug)]
pub struct Surface {
    dims: usize,
    quadratic: bool,
    coefficients: Vec<f64>,
    /// Cholesky factor of the normal equations, rows of its lower half.
    factor: Vec<Vec<f64>>,
    /// Standard deviation of what the surface leaves over.
    pub sd: f64,
    /// Degrees of freedom of that.
    pub df: f64,
}

/// Terms of a surface at a point of the unit cube, the constant first.
fn terms(point: &[f64], quadratic: bool) -> Vec<f64> {
    let at: Vec<f64> = point.iter().map(|u| 2.0 * u - 1.0).collect();
    let mut terms = vec![1.0];
    terms.extend(&at);
    if quadratic {
        for (i, a) in at.iter().enumerate() {
            terms.extend(at[i..].iter().map(|b| a * b));
        }
    }
    terms
}

impl Surface {
    /// Least squares through values at points of the unit cube: quadratic where there are at least
    /// one and a half times as many points as coefficients, else linear. None where there are
    /// fewer than two points more than coefficients, or they lie in a plane.
    pub fn through(points: &[Vec<f64>], values: &[f64]) -> Option<Surface> {
        let dims = points.first()?.len();
        let n_quadratic = 1 + dims + dims * (dims + 1) / 2;
        let quadratic = 2 * points.len() >= 3 * n_quadratic;
        let rows: Vec<Vec<f64>> = points.iter().map(|point| terms(point, quadratic)).collect();
        let n = rows.first()?.len();
        if rows.len() < n + 2 {
            return None;
        }
        let (coefficients, factor) = least_squares(&rows, values)?;
        let left: f64 = rows
            .iter()
            .zip(values)
            .map(|(row, value)| (value - dot(row, &coefficients)).powi(2))
            .sum();
        let df = (rows.len() - n) as f64;
        let sd = libm::sqrt(left / df);
        Some(Surface { dims, quadratic, coefficients, factor, sd, df })
    }

    /// Value at a point of the unit cube.
    ///
    /// # Panics
    /// If the point has another number of inputs.
    pub fn at(&self, point: &[f64]) -> f64 {
        assert_eq!(point.len(), self.dims, "a point of the surface's inputs");
        dot(&terms(point, self.quadratic), &self.coefficients)
    }

    /// Variance of a simulated value around the surface at a point: what the surface leaves over,
    /// and that its coefficients are estimates, `sd² (1 + x' (X'X)⁻¹ x)`.
    fn variance(&self, point: &[f64]) -> f64 {
        let mut solved = terms(point, self.quadratic);
        for (i, row) in self.factor.iter().enumerate() {
            let rest = dot(&row[..i], &solved[..i]);
            solved[i] = (solved[i] - rest) / row[i];
        }
        self.sd * self.sd * (1.0 + dot(&solved, &solved))
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Normal equations by Cholesky: the solution, and the factor; none if they are singular.
fn least_squares(rows: &[Vec<f64>], values: &[f64]) -> Option<(Vec<f64>, Vec<Vec<f64>>)> {
    let n = rows.first()?.len();
    let mut matrix = vec![vec![0.0; n]; n];
    let mut right = vec![0.0; n];
    for (row, value) in rows.iter().zip(values) {
        for i in 0..n {
            right[i] += row[i] * value;
            for j in 0..=i {
                matrix[i][j] += row[i] * row[j];
            }
        }
    }
    let scale = (0..n).map(|i| matrix[i][i]).fold(0.0, f64::max);
    for i in 0..n {
        for j in 0..=i {
            let rest: f64 = (0..j).map(|k| matrix[i][k] * matrix[j][k]).sum();
            let left = matrix[i][j] - rest;
            if i == j {
                if left <= 1e-10 * scale {
                    return None;
                }
                matrix[i][i] = libm::sqrt(left);
            } else {
                matrix[i][j] = left / matrix[j][j];
            }
        }
    }
    for i in 0..n {
        let rest: f64 = (0..i).map(|k| matrix[i][k] * right[k]).sum();
        right[i] = (right[i] - rest) / matrix[i][i];
    }
    for i in (0..n).rev() {
        let rest: f64 = (i + 1..n).map(|k| matrix[k][i] * right[k]).sum();
        right[i] = (right[i] - rest) / matrix[i][i];
    }
    Some((right, matrix))
}

/// One thing that was observed, with the standard deviation of the observation.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Target {
    /// Observed value.
    pub value: f64,
    /// How far it lies from what the truth would give on average; none if that is not known: then
    /// as far as one run of the simulation.
    pub sd: Option<f64>,
}

/// Chance of a simulated value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Chance {
    /// Standard deviation of one run.
    pub sd: f64,
    /// Degrees of freedom from which it is known.
    pub df: f64,
    /// Runs behind each value; all points share their luck.
    pub runs: f64,
}

/// Surfaces of one wave, one for each target; none where the simulation gave too few values.
#[derive(Clone, Debug)]
pub struct Wave {
    surfaces: Vec<Option<Surface>>,
    chance: Vec<Chance>,
    /// For each target, what three standard deviations are worth where they are estimated: above 1.
    widened: Vec<f64>,
    /// Box of the unit cube that the wave looked at: a range for each input.
    pub within: Vec<(f64, f64)>,
}

impl Wave {
    /// Surfaces through `values[target][point]`; NaN is a value that there is not.
    pub fn through(
        points: &[Vec<f64>],
        values: &[Vec<f64>],
        within: &[(f64, f64)],
        targets: &[Target],
        chance: Vec<Chance>,
    ) -> Wave {
        let inside: Vec<Vec<f64>> = points.iter().map(|point| into_box(point, within)).collect();
        let surface = |values: &Vec<f64>| {
            let known = inside.iter().zip(values).filter(|(_, value)| value.is_finite());
            let (points, values): (Vec<Vec<f64>>, Vec<f64>) =
                known.map(|(point, value)| (point.clone(), *value)).unzip();
            Surface::through(&points, &values)
        };
        let surfaces: Vec<Option<Surface>> = values.iter().map(surface).collect();
        let widened = surfaces
            .iter()
            .zip(targets.iter().zip(&chance))
            .map(|(surface, (target, chance))| {
                surface.as_ref().map_or(1.0, |surface| widened(surface, target, chance))
            })
            .collect();
        Wave { surfaces, chance, widened, within: within.to_vec() }
    }

    /// Value of a target at a point of the unit cube, and the spread of its estimate.
    pub fn expected(&self, target: usize, point: &[f64]) -> Option<(f64, f64)> {
        let surface = self.surfaces[target].as_ref()?;
        let point = into_box(point, &self.within);
        let Chance { sd, runs, .. } = self.chance[target];
        Some((surface.at(&point), libm::sqrt(surface.variance(&point) + sd * sd / runs)))
    }

    /// How many standard deviations each target is off at a point; none where there is no surface.
    pub fn off(&self, targets: &[Target], point: &[f64]) -> Vec<Option<f64>> {
        let one = |(index, target): (usize, &Target)| {
            let (value, sd) = self.expected(index, point)?;
            let own = target.sd.unwrap_or(self.chance[index].sd);
            let spread = libm::sqrt(sd * sd + own * own) * self.widened[index];
            Some((value - target.value).abs() / spread.max(1e-300))
        };
        targets.iter().enumerate().map(one).collect()
    }

    /// The implausibility of a point: the largest deviation after one in twenty was set aside.
    pub fn implausibility(&self, targets: &[Target], point: &[f64]) -> f64 {
        let mut off: Vec<f64> = self.off(targets, point).into_iter().flatten().collect();
        off.sort_by(|a, b| b.total_cmp(a));
        off.get(off.len() / 20).copied().unwrap_or(0.0)
    }

    /// Number of targets with a surface.
    pub fn n_surfaces(&self) -> usize {
        self.surfaces.iter().flatten().count()
    }
}

/// By how much further than three standard deviations a value may lie with the chance of three,
/// because the spread is estimated: degrees of freedom of the sum by Satterthwaite.
fn widened(surface: &Surface, target: &Target, chance: &Chance) -> f64 {
    let (left, luck) = (surface.sd * surface.sd, chance.sd * chance.sd);
    // The observation's own chance and that of the mean are known from the same runs.
    let (given, share) = match target.sd {
        Some(sd) => (sd * sd, 1.0 / chance.runs),
        None => (0.0, 1.0 + 1.0 / chance.runs),
    };
    let parts = left * left / surface.df + (luck * share) * (luck * share) / chance.df;
    // Nothing to estimate, or nothing known: then the spread is endless already.
    if parts <= 0.0 || !parts.is_finite() {
        return 1.0;
    }
    let all = left + luck * share + given;
    let tail = 0.001_35;
    t_quantile(tail, all * all / parts) / normal_quantile(tail)
}

/// A point of the unit cube as a point of the box that is blown up to the unit cube.
fn into_box(point: &[f64], within: &[(f64, f64)]) -> Vec<f64> {
    point.iter().zip(within).map(|(u, (low, high))| (u - low) / (high - low).max(1e-12)).collect()
}

fn out_of_box(point: &[f64], within: &[(f64, f64)]) -> Vec<f64> {
    point.iter().zip(within).map(|(u, (low, high))| low + u * (high - low)).collect()
}

/// The whole unit cube.
pub fn whole(dims: usize) -> Vec<(f64, f64)> {
    vec![(0.0, 1.0); dims]
}

/// What no wave has ruled out.
#[derive(Clone, Debug)]
pub struct Left {
    /// Points of the unit cube that are left, each with its implausibility in the last wave, the
    /// least first.
    pub points: Vec<(Vec<f64>, f64)>,
    /// Part of the unit cube that they stand for.
    pub share: f64,
    /// Is anything left at `cut`? If not, the points are the least implausible hundredth.
    pub plausible: bool,
}

/// Looks at `n` points of the last wave's box and keeps those that every wave lets pass.
///
/// # Panics
/// If there is no wave.
pub fn left(waves: &[Wave], targets: &[Target], cut: f64, n: usize, seed: u64) -> Left {
    let last = waves.last().expect("a fit has a wave");
    let dims = last.within.len();
    let looked: Vec<(Vec<f64>, f64, bool)> = latin(n, dims, seed)
        .iter()
        .map(|point| {
            let point = out_of_box(point, &last.within);
            let earlier = &waves[..waves.len() - 1];
            let before = earlier.iter().all(|wave| wave.implausibility(targets, &point) <= cut);
            let off = last.implausibility(targets, &point);
            (point, off, before && off <= cut)
        })
        .collect();
    let size: f64 = last.within.iter().map(|(low, high)| high - low).product();
    let kept: Vec<(Vec<f64>, f64)> =
        looked.iter().filter(|(.., left)| *left).map(|(p, off, _)| (p.clone(), *off)).collect();
    let (plausible, share) = (!kept.is_empty(), size * kept.len() as f64 / n as f64);
    let mut points = if plausible {
        kept
    } else {
        looked.into_iter().map(|(point, off, _)| (point, off)).collect()
    };
    points.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    if !plausible {
        points.truncate((n / 100).max(1));
    }
    Left { points, share, plausible }
}

impl Left {
    /// The smallest box around what is left, a little wider than that.
    pub fn bounds(&self) -> Vec<(f64, f64)> {
        let dims = self.points.first().map_or(0, |(point, _)| point.len());
        let of = |input: usize| {
            let values = self.points.iter().map(|(point, _)| point[input]);
            let low = values.clone().fold(f64::INFINITY, f64::min);
            let high = values.fold(f64::NEG_INFINITY, f64::max);
            let more = ((high - low) * 0.05).max(0.01);
            ((low - more).max(0.0), (high + more).min(1.0))
        };
        (0..dims).map(of).collect()
    }

    /// Quantile of an input over what is left (type 1).
    pub fn quantile(&self, input: usize, p: f64) -> f64 {
        let mut values: Vec<f64> = self.points.iter().map(|(point, _)| point[input]).collect();
        super::quantile::of(&mut values, p).unwrap_or(f64::NAN)
    }
}

/// Points at which the next wave simulates: some of a Latin hypercube of the box around what is
/// left, those first that are left themselves.
pub fn next_points(
    waves: &[Wave],
    targets: &[Target],
    cut: f64,
    within: &[(f64, f64)],
    n: usize,
    seed: u64,
) -> Vec<Vec<f64>> {
    let tried: Vec<Vec<f64>> =
        latin(20 * n, within.len(), seed).iter().map(|point| out_of_box(point, within)).collect();
    let passes =
        |point: &&Vec<f64>| waves.iter().all(|wave| wave.implausibility(targets, point) <= cut);
    let mut points: Vec<Vec<f64>> = tried.iter().filter(passes).take(n).cloned().collect();
    let missing = n - points.len();
    points.extend(tried.iter().filter(|point| !passes(point)).take(missing).cloned());
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::{generator, normal};

    // Catches a least-squares solution that does not go through a surface of its own kind, mixed
    // terms that are lost, or a residual spread that is not that of the noise.
    #[test]
    fn a_quadratic_is_found_exactly() {
        let truth = |p: &[f64]| 3.0 + 2.0 * p[0] - p[1] + 4.0 * p[0] * p[1] + p[2] * p[2];
        let points = latin(40, 3, 7);
        let values: Vec<f64> = points.iter().map(|point| truth(point)).collect();
        let surface = Surface::through(&points, &values).expect("enough points");
        assert!(surface.sd < 1e-9, "{}", surface.sd);
        for point in latin(10, 3, 8) {
            assert!((surface.at(&point) - truth(&point)).abs() < 1e-9);
        }
        assert!(Surface::through(&points[..4], &values[..4]).is_none(), "too few points");
        let flat = vec![vec![0.5, 0.5, 0.5]; 40];
        assert!(Surface::through(&flat, &values).is_none(), "all in one place");
        let few = Surface::through(&points[..8], &values[..8]).expect("linear");
        assert!(!few.quadratic && few.sd > 0.0);
    }

    // Catches inputs that are ruled out though they are the truth, a second wave that is no better
    // than the first, and an input without influence that is narrowed.
    #[test]
    fn planted_inputs_are_left_and_others_are_not() {
        let truth = [0.3, 0.7, 0.5];
        let noise = |k: usize| libm::sin(k as f64 * 12.9898) * 0.02;
        let model = |p: &[f64], k: usize| {
            let a = libm::exp(p[0]) + 0.3 * p[1] + noise(k);
            let b = p[0] * p[1] - p[1] + noise(k + 1);
            [a, b, 2.0 * p[1] + noise(k + 2)]
        };
        let exact = |p: &[f64]| [libm::exp(p[0]) + 0.3 * p[1], p[0] * p[1] - p[1], 2.0 * p[1]];
        let targets: Vec<Target> =
            exact(&truth).into_iter().map(|value| Target { value, sd: Some(0.02) }).collect();
        let chance = || vec![Chance { sd: 0.02, df: 100.0, runs: 2.0 }; 3];
        let mut waves: Vec<Wave> = Vec::new();
        let mut within = whole(3);
        let mut shares = Vec::new();
        for wave in 0..2 {
            let points = next_points(&waves, &targets, 3.0, &within, 40, 11 + wave);
            let runs: Vec<[f64; 3]> =
                points.iter().enumerate().map(|(k, p)| model(p, 3 * k)).collect();
            let values: Vec<Vec<f64>> =
                (0..3).map(|t| runs.iter().map(|run| run[t]).collect()).collect();
            waves.push(Wave::through(&points, &values, &within, &targets, chance()));
            let left = left(&waves, &targets, 3.0, 4000, 5);
            assert!(left.plausible);
            shares.push(left.share);
            within = left.bounds();
            for (input, truth) in truth.iter().take(2).enumerate() {
                let (low, high) = (left.quantile(input, 0.0), left.quantile(input, 1.0));
                assert!(low <= *truth && *truth <= high, "input {input}: {low} {high}");
                assert!(high - low < 0.35, "input {input}: {low} {high}");
            }
            assert!(left.quantile(2, 1.0) - left.quantile(2, 0.0) > 0.9, "no influence");
        }
        assert!(shares[1] <= shares[0] && shares[0] < 0.1, "{shares:?}");
        let impossible: Vec<Target> =
            targets.iter().map(|t| Target { value: t.value + 50.0, sd: t.sd }).collect();
        // A chance that is not known rules out nothing.
        let blind = vec![Chance { sd: f64::INFINITY, df: 1.0, runs: 1.0 }; 3];
        let points = latin(40, 3, 3);
        let values: Vec<Vec<f64>> =
            (0..3).map(|t| points.iter().map(|p| exact(p)[t]).collect()).collect();
        let wave = Wave::through(&points, &values, &whole(3), &impossible, blind);
        assert!(wave.implausibility(&impossible, &truth) <= 0.0);
        let left = left(&waves, &impossible, 3.0, 1000, 5);
        assert!(!left.plausible && left.points.len() == 10 && left.share <= 0.0);
    }

    // Catches a spread without the luck that all points share or without the observation's own
    // chance: the truth would be ruled out, the more surely the more replications there are.
    #[test]
    fn the_truth_is_seldom_ruled_out() {
        const KPIS: usize = 4;
        const MONTHS: usize = 12;
        let mut rng = generator(20_261_126);
        let mut normal = || normal(&mut rng);
        let truth = [0.4, 0.6, 0.5];
        let model = |p: &[f64], kpi: usize| p[0] * (kpi + 1) as f64 - p[1] + p[2] * p[0];
        for runs in [2_usize, 10] {
            let mut lost = 0;
            for repetition in 0..100 {
                let points = latin(40, 3, 1_000 + repetition);
                let (mut values, mut targets, mut chance) = (Vec::new(), Vec::new(), Vec::new());
                for kpi in 0..KPIS {
                    let mut squares = 0.0;
                    for _ in 0..MONTHS {
                        let luck: Vec<f64> = (0..runs).map(|_| normal()).collect();
                        let mean = luck.iter().sum::<f64>() / runs as f64;
                        squares += luck.iter().map(|l| (l - mean) * (l - mean)).sum::<f64>();
                        values.push(points.iter().map(|p| model(p, kpi) + mean).collect());
                        targets.push(Target { value: model(&truth, kpi) + normal(), sd: None });
                    }
                    let df = ((runs - 1) * MONTHS) as f64;
                    let one = Chance { sd: libm::sqrt(squares / df), df, runs: runs as f64 };
                    chance.extend([one; MONTHS]);
                }
                let wave = Wave::through(&points, &values, &whole(3), &targets, chance);
                lost += usize::from(wave.implausibility(&targets, &truth) > 3.0);
            }
            assert!(lost <= 2, "{runs} runs: the truth is ruled out {lost} times of 100");
        }
    }
}
