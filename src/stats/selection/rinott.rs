//! Rinott's two-stage procedure for independent systems.

use statrs::function::gamma::ln_gamma;

use crate::stats::student::normal_cdf;
use crate::stats::summary::Summary;

/// Rinott's procedure (1978): a first stage, then once as many observations as each system's own
/// variance asks for, then the largest mean. For systems with their *own* random numbers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rinott {
    /// Smallest difference that matters, in the unit of the values.
    pub delta: f64,
    /// Probability of a correct selection, in (0, 1).
    pub confidence: f64,
    /// Observations of every system in the first stage.
    pub first_stage: usize,
}

impl Rinott {
    /// Observations that each system needs in all, by its first stage:
    /// max(n0, ceil((h S / delta)²)).
    ///
    /// # Panics
    /// If `delta` is not positive, or as [`rinott_h`].
    #[must_use]
    pub fn sizes(&self, values: &[&[f64]]) -> Vec<usize> {
        assert!(self.delta > 0.0, "the smallest difference that matters is above 0");
        let k = u32::try_from(values.len()).expect("invariant: fewer than 2^32 systems");
        let nu = u32::try_from(self.first_stage - 1).expect("invariant: a first stage of two");
        let h = rinott_h(k, nu, self.confidence);
        let size = |values: &&[f64]| {
            let known: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
            let n = known.len().min(self.first_stage);
            let sd = Summary::of(&known[..n]).sd();
            let needed = (h * sd / self.delta).powi(2).ceil();
            if needed.is_nan() { self.first_stage } else { self.first_stage.max(needed as usize) }
        };
        values.iter().map(size).collect()
    }
}

/// Steps of the trapezoid rule over the logarithm of a chi-square variable.
const STEPS: usize = 160;

/// Rinott's constant h for `k` systems and `nu` = n0 - 1 degrees of freedom:
/// ∫ [∫ Φ(h / √(ν (1/x + 1/y))) f(x) dx]^(k-1) f(y) dy = confidence, f the density of chi-square
/// with ν degrees of freedom. Solved by bisection to 1e-7.
///
/// # Panics
/// If `k` or `nu` is below 2, or `confidence` is not strictly between 0 and 1.
#[must_use]
pub fn rinott_h(k: u32, nu: u32, confidence: f64) -> f64 {
    crate::stats::assert_confidence(confidence);
    assert!(k >= 2 && nu >= 2, "two systems and two degrees of freedom");
    let nodes = chi_square_nodes(f64::from(nu));
    let power = f64::from(k - 1);
    let probability = |h: f64| -> f64 {
        let outer = |(y, weight): &(f64, f64)| {
            let inner: f64 = nodes
                .iter()
                .map(|(x, w)| w * normal_cdf(h / (f64::from(nu) * (1.0 / x + 1.0 / y)).sqrt()))
                .sum();
            weight * inner.min(1.0).powf(power)
        };
        nodes.iter().map(outer).sum()
    };
    let (mut low, mut high) = (0.0, 4.0);
    while probability(high) < confidence {
        high *= 2.0;
    }
    while high - low > 1e-7 {
        let middle = f64::midpoint(low, high);
        if probability(middle) < confidence {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// Nodes and normalized weights for chi-square, even in its logarithm, where the rule converges
/// faster than any power of the step.
fn chi_square_nodes(nu: f64) -> Vec<(f64, f64)> {
    let width = 9.0 * (2.0 / nu).sqrt();
    let (low, high) = (nu.ln() - width - 36.0 / nu, nu.ln() + width);
    let constant = -nu / 2.0 * 2f64.ln() - ln_gamma(nu / 2.0);
    let mut nodes: Vec<(f64, f64)> = (0..=STEPS)
        .map(|i| {
            let log = low + (high - low) * i as f64 / STEPS as f64;
            let x = log.exp();
            (x, (constant + nu / 2.0 * log - x / 2.0).exp())
        })
        .collect();
    let total: f64 = nodes.iter().map(|node| node.1).sum();
    for node in &mut nodes {
        node.1 /= total;
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::{close, generator, normal};

    #[test]
    fn constants_match_reference() {
        // Catches: nu for n0, a quadrature too coarse in the tail of many systems. Check C1 of the
        // method notes, rows rinott.h.*.
        for (k, nu, confidence, want) in [
            (2, 9, 0.90, 1.998_553),
            (5, 9, 0.90, 3.136_668),
            (2, 9, 0.95, 2.614_119),
            (5, 9, 0.95, 3.692_624),
            (10, 9, 0.95, 4.289_547),
            (100, 9, 0.95, 6.009_624),
            (10, 19, 0.95, 3.875_277),
            (100, 19, 0.975, 5.556_422),
            (20, 29, 0.95, 4.165_239),
            (3, 49, 0.975, 3.250_042),
            (100, 49, 0.95, 4.832_605),
            (10, 50, 0.975, 4.045),
            (1000, 50, 0.90, 5.487_938),
            (20_000, 50, 0.95, 6.882_177),
            (1_000_000, 50, 0.975, 8.423_865),
        ] {
            close(rinott_h(k, nu, confidence), want, 5e-4);
        }
    }

    #[test]
    fn selects_correctly_as_often_as_promised() {
        // Catches: a second stage too small. Check C3: measured 0.959 with 616 observations.
        let rule = Rinott { delta: 1.0, confidence: 0.95, first_stage: 10 };
        let mut rng = generator(81);
        let h = rinott_h(5, 9, 0.95);
        let (mut right, mut work) = (0, 0);
        for _ in 0..2000 {
            let mut means = Vec::new();
            for system in 0..5 {
                let draw = |rng: &mut _| 3.0 * normal(rng) + f64::from(u8::from(system == 4));
                let mut values: Vec<f64> = (0..10).map(|_| draw(&mut rng)).collect();
                // As `sizes`, with the constant solved once for all.
                let needed = (h * Summary::of(&values).sd() / rule.delta).powi(2).ceil() as usize;
                values.resize_with(needed.max(10), || draw(&mut rng));
                work += values.len();
                means.push(Summary::of(&values).mean());
            }
            right += usize::from(means[..4].iter().all(|mean| *mean < means[4]));
        }
        assert!(right >= 1869, "{right} of 2000");
        assert!((f64::from(u32::try_from(work).unwrap()) / 2000.0 - 616.0).abs() < 25.0, "{work}");
    }

    #[test]
    fn sizes_follow_the_variance() {
        // Catches: a size below the first stage, NaN counted, the whole sample for the first stage.
        let rule = Rinott { delta: 1.0, confidence: 0.95, first_stage: 5 };
        let flat = [2.0; 9];
        let wide = [0.0, 10.0, 0.0, f64::NAN, 10.0, 0.0, 500.0];
        let sizes = rule.sizes(&[&flat, &wide]);
        let sd = Summary::of(&[0.0, 10.0, 0.0, 10.0, 0.0]).sd();
        let want = (rinott_h(2, 4, 0.95) * sd).powi(2).ceil() as usize;
        assert_eq!(sizes, [5, want]);
    }
}
