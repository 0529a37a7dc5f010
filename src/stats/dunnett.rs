//! Dunnett's constants: many independent arms against one baseline, all intervals at once.
//!
//! For arms with their *own* random numbers and equal numbers of replications. With common random
//! numbers the differences are correlated otherwise, and Bonferroni or Holm on paired differences
//! is used instead.

use statrs::function::gamma::ln_gamma;

use super::student::normal_cdf;

/// Which differences a simultaneous statement guards against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// Only differences in one given direction.
    One,
    /// Differences in both directions.
    Two,
}

/// Steps of the trapezoid rule over the baseline's normal variable and over the logarithm of the
/// pooled standard deviation. Both integrands vanish smoothly at the ends, where the rule
/// converges faster than any power of the step.
const STEPS: usize = 96;

/// The critical value `h` for `k` arms against a baseline, equal sizes, `nu` degrees of freedom:
/// P(max over arms of T <= h) = confidence, or of |T| when two-sided (Dunnett 1955).
///
/// By conditioning on the baseline's value z and the pooled standard deviation s, the arms become
/// independent: P = ∫∫ [Φ(z + √2 h s)]^k φ(z) f(s) dz ds, and for two sides
/// [Φ(z + √2 h s) - Φ(z - √2 h s)]^k. Solved for h by bisection to 1e-7.
///
/// # Panics
/// If `k` is 0, `nu` is below 2, or `confidence` is not strictly between 0 and 1.
#[must_use]
pub fn critical_value(k: u32, nu: u32, confidence: f64, sides: Sides) -> f64 {
    super::assert_confidence(confidence);
    assert!(k > 0, "Dunnett's constant needs at least one arm");
    assert!(nu >= 2, "Dunnett's constant needs two degrees of freedom, got {nu}");
    let spread = spread_nodes(f64::from(nu));
    let (mut low, mut high) = (-10.0, 10.0);
    while probability(high, k, &spread, sides) < confidence {
        high *= 2.0;
    }
    while high - low > 1e-7 {
        let middle = f64::midpoint(low, high);
        if probability(middle, k, &spread, sides) < confidence {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// Nodes s and normalized weights for the density of s = sqrt(chi2(nu) / nu), even in ln s.
fn spread_nodes(nu: f64) -> Vec<(f64, f64)> {
    // ln s has standard deviation about 1/sqrt(2 nu); its left tail falls like exp(nu ln s).
    let width = 9.0 / (2.0 * nu).sqrt();
    let low = -width - 18.0 / nu;
    let constant = nu / 2.0 * (nu / 2.0).ln() - ln_gamma(nu / 2.0);
    let mut nodes: Vec<(f64, f64)> = (0..=STEPS)
        .map(|i| {
            let x = low + (width - low) * i as f64 / STEPS as f64;
            (x.exp(), (constant + nu * x - nu / 2.0 * (2.0 * x).exp()).exp())
        })
        .collect();
    let total: f64 = nodes.iter().map(|node| node.1).sum();
    for node in &mut nodes {
        node.1 /= total;
    }
    nodes
}

/// P(max T <= h) or P(max |T| <= h) for `k` arms.
fn probability(h: f64, k: u32, spread: &[(f64, f64)], sides: Sides) -> f64 {
    let step = 16.0 / STEPS as f64;
    let mut total = 0.0;
    for &(s, weight) in spread {
        let reach = std::f64::consts::SQRT_2 * h * s;
        let mut inner = 0.0;
        for i in 0..=STEPS {
            let z = -8.0 + step * i as f64;
            let inside = match sides {
                Sides::One => normal_cdf(z + reach),
                Sides::Two => (normal_cdf(z + reach) - normal_cdf(z - reach)).max(0.0),
            };
            inner += (-z * z / 2.0).exp() * inside.powi(k.cast_signed());
        }
        total += weight * inner * step;
    }
    total / (2.0 * std::f64::consts::PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::close;
    use crate::stats::student::{t_quantile, t_two_sided};

    #[test]
    fn constants_match_reference() {
        // Catches: independent instead of equicorrelated differences. Rows dunnett.k*.nu*.
        for (k, nu, one, two) in [
            (2, 20, 2.0273, 2.3787),
            (3, 20, 2.1923, 2.5403),
            (4, 20, 2.3044, 2.6510),
            (4, 60, 2.2066, 2.5084),
            (9, 60, 2.4760, 2.7689),
        ] {
            close(critical_value(k, nu, 0.95, Sides::One), one, 5e-4);
            close(critical_value(k, nu, 0.95, Sides::Two), two, 5e-4);
        }
    }

    #[test]
    fn one_arm_is_students_t() {
        // Catches: a quadrature too coarse for few or many degrees of freedom.
        for nu in [2, 3, 8, 400] {
            let df = f64::from(nu);
            close(critical_value(1, nu, 0.95, Sides::One), t_quantile(0.95, df), 2e-5);
            close(critical_value(1, nu, 0.95, Sides::Two), t_two_sided(0.95, df), 2e-5);
        }
    }
}
