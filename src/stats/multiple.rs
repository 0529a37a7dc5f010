//! Adjustment of p-values and confidence levels when many comparisons are read together.
//!
//! A p-value of NaN means that no test was made; it stays NaN and does not count as a member of
//! the family. Results are in the order of the input.

/// Holm's step-down adjustment (Holm 1979): keeps the chance of any false claim at the level,
/// under any dependence, and is never less powerful than Bonferroni.
#[must_use]
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let order = ascending(p_values);
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut running = 0.0f64;
    for (i, &index) in order.iter().enumerate() {
        running = running.max((order.len() - i) as f64 * p_values[index]);
        adjusted[index] = running.min(1.0);
    }
    adjusted
}

/// Bonferroni's adjustment: each p times the number of tests, at most 1.
#[must_use]
pub fn bonferroni(p_values: &[f64]) -> Vec<f64> {
    let m = ascending(p_values).len() as f64;
    p_values.iter().map(|&p| if p.is_nan() { p } else { (m * p).min(1.0) }).collect()
}

/// Hochberg's step-up adjustment (Hochberg 1988); valid for independent or positively dependent
/// tests only.
#[must_use]
pub fn hochberg(p_values: &[f64]) -> Vec<f64> {
    step_up(p_values, |m, i| (m - i) as f64)
}

/// Benjamini and Hochberg's adjustment (1995): bounds the expected share of false claims among
/// the claims, not the chance of any; for screening many quantities.
#[must_use]
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    step_up(p_values, |m, i| m as f64 / (i + 1) as f64)
}

/// The confidence level each of `k` intervals needs so that all hold together with at least
/// `confidence` (Bonferroni): 1 - (1 - confidence) / k. `k` = 0 counts as 1.
///
/// # Panics
/// If `confidence` is not strictly between 0 and 1.
#[must_use]
pub fn bonferroni_confidence(confidence: f64, k: usize) -> f64 {
    super::assert_confidence(confidence);
    1.0 - (1.0 - confidence) / k.max(1) as f64
}

/// Indices of the tests that were made, by increasing p-value.
fn ascending(p_values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p_values.len()).filter(|&i| !p_values[i].is_nan()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    order
}

/// Running minimum from the largest p-value down of `factor(tests, place) * p`.
fn step_up(p_values: &[f64], factor: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let order = ascending(p_values);
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut running = 1.0f64;
    for (i, &index) in order.iter().enumerate().rev() {
        running = running.min(factor(order.len(), i) * p_values[index]);
        adjusted[index] = running;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::close;

    /// The p-values of rows multiplicity.*, out of order on purpose, with one test not made.
    const P: [f64; 7] = [0.041, 0.001, 0.3, f64::NAN, 0.008, 0.06, 0.012];

    fn check(got: &[f64], want: [f64; 7]) {
        for (g, w) in got.iter().zip(want) {
            assert_eq!(g.is_nan(), w.is_nan());
            if !w.is_nan() {
                close(*g, w, 1e-12);
            }
        }
    }

    #[test]
    fn adjusted_p_values_match_reference() {
        // Catches: results in sorted order, a missing running maximum, NaN counted as a test.
        // Rows multiplicity.holm, multiplicity.hochberg, multiplicity.bh.
        check(&holm(&P), [0.123, 0.006, 0.3, f64::NAN, 0.04, 0.123, 0.048]);
        check(&hochberg(&P), [0.12, 0.006, 0.3, f64::NAN, 0.04, 0.12, 0.048]);
        check(&benjamini_hochberg(&P), [0.0615, 0.006, 0.3, f64::NAN, 0.024, 0.072, 0.024]);
        check(&bonferroni(&P), [0.246, 0.006, 1.0, f64::NAN, 0.048, 0.36, 0.072]);
    }

    #[test]
    fn small_families() {
        // Catches: a lone test that is adjusted, or values above 1.
        close(holm(&[0.02])[0], 0.02, 0.0);
        assert!(holm(&[]).is_empty());
        check(&holm(&[0.9, 0.8, 0.7, 1.0, 1.0, 1.0, 0.9]), [1.0; 7]);
        close(bonferroni_confidence(0.95, 10), 0.995, 1e-15);
        close(bonferroni_confidence(0.95, 0), 0.95, 1e-15);
    }
}
