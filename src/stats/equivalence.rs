//! "No worse than" and "as good as" by a margin: what a large p-value does not say.

use super::paired::Paired;
use super::student::{t_two_sided, t_upper_tail};

/// One-sided p-value that the true difference lies at or above `margin`; small means the
/// difference is shown to be below it (non-inferiority where lower is better).
///
/// The statistic is (difference - margin) / (sd / √n) on n - 1 degrees of freedom. Without
/// variance the answer is exact: 0 or 1. NaN when there are fewer than two pairs.
#[must_use]
pub fn p_not_below(paired: &Paired, margin: f64) -> f64 {
    if paired.n < 2 {
        return f64::NAN;
    }
    let gap = margin - paired.difference;
    if paired.sd <= 0.0 {
        return if gap > 0.0 { 0.0 } else { 1.0 };
    }
    let error = paired.sd / (paired.n as f64).sqrt();
    t_upper_tail(gap / error, (paired.n - 1) as f64)
}

/// p-value of the two one-sided tests (Schuirmann 1987) that the difference lies outside
/// `-margin..=margin`; small means equivalent by that margin. NaN with fewer than two pairs.
#[must_use]
pub fn p_not_equivalent(paired: &Paired, margin: f64) -> f64 {
    let mirrored = Paired { difference: -paired.difference, ..*paired };
    let (above, below) = (p_not_below(paired, margin), p_not_below(&mirrored, margin));
    if above.is_nan() { f64::NAN } else { above.max(below) }
}

/// The one-sided upper bound of the difference at `confidence`; NaN with fewer than two pairs.
///
/// # Panics
/// If `confidence` is not in (0.5, 1).
#[must_use]
pub fn upper_bound(paired: &Paired, confidence: f64) -> f64 {
    if paired.n < 2 {
        return f64::NAN;
    }
    let t = t_two_sided(2.0 * confidence - 1.0, (paired.n - 1) as f64);
    paired.difference + t * paired.sd / (paired.n as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::close;

    /// Twenty pairs with mean difference 0.35 and standard deviation 1.2.
    fn example() -> Paired {
        let step = 1.2 * (19.0f64 / 20.0).sqrt();
        let arm: Vec<f64> =
            (0..20).map(|i| if i % 2 == 0 { 0.35 + step } else { 0.35 - step }).collect();
        Paired::of(&[0.0; 20], &arm, 0.95).unwrap()
    }

    #[test]
    fn matches_reference() {
        // Catches: a two-sided tail or the wrong side of the margin. Rows noninf.t and tost.p.
        let paired = example();
        close(p_not_below(&paired, 1.0), 1.279_131_04e-2, 1e-8);
        close(p_not_equivalent(&paired, 1.0), 0.012_791_310_387_878_112, 1e-10);
        close(upper_bound(&paired, 0.95), 0.813_975_021_0, 1e-8);
    }

    #[test]
    fn not_significant_is_not_equal() {
        // Catches: reading a wide interval around 0 as equality: here neither p is small.
        let wide = Paired { difference: 0.0, sd: 9.0, ..example() };
        assert!(p_not_equivalent(&wide, 1.0) > 0.3);
        let exact = Paired { difference: 0.2, sd: 0.0, ..example() };
        close(p_not_equivalent(&exact, 1.0), 0.0, 0.0);
        close(p_not_equivalent(&exact, 0.1), 1.0, 0.0);
    }
}
