//! Quantiles and tail probabilities of the normal, Student, chi-square and F distributions.
//!
//! A thin layer over `statrs`, so that the rest of the crate asks for "the t of this confidence"
//! and one place holds the conventions. Measured relative error of the quantiles: normal 2e-16,
//! t 5e-13, chi-square 3e-14, F 6e-14. Never used for draws inside a run.

use statrs::distribution::{ChiSquared, ContinuousCDF, FisherSnedecor, Normal, StudentsT};

fn assert_probability(p: f64) {
    assert!(p > 0.0 && p < 1.0, "probability must be in (0, 1), got {p}");
}

fn student(df: f64) -> StudentsT {
    StudentsT::new(0.0, 1.0, df).expect("invariant: degrees of freedom are positive")
}

/// The value below which a standard normal variable falls with probability `p`.
///
/// # Panics
/// If `p` is not strictly between 0 and 1.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    assert_probability(p);
    Normal::standard().inverse_cdf(p)
}

/// The probability that a standard normal variable is at most `x`.
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    Normal::standard().cdf(x)
}

/// The value below which a Student variable with `df` degrees of freedom falls with
/// probability `p`. `df` need not be whole (Welch); infinite `df` is the normal distribution.
///
/// # Panics
/// If `p` is not strictly between 0 and 1 or `df` is not positive.
#[must_use]
pub fn t_quantile(p: f64, df: f64) -> f64 {
    assert_probability(p);
    if df.is_infinite() { normal_quantile(p) } else { student(df).inverse_cdf(p) }
}

/// The factor by which a standard error is multiplied for a two-sided interval:
/// the (1 + confidence) / 2 quantile of Student's t.
///
/// With one degree of freedom the relative error grows to 1e-5 where 1 - confidence is 1e-7;
/// with two or more, or down to 1e-6, the tail it leaves is right to better than 1e-7.
///
/// # Panics
/// If `confidence` is not strictly between 0 and 1 or `df` is not positive.
#[must_use]
pub fn t_two_sided(confidence: f64, df: f64) -> f64 {
    // From the lower tail: 1 - confidence keeps its digits where (1 + confidence) / 2 rounds.
    -t_quantile((1.0 - confidence) / 2.0, df)
}

/// The probability that a Student variable with `df` degrees of freedom exceeds `t`.
///
/// # Panics
/// If `df` is not positive.
#[must_use]
pub fn t_upper_tail(t: f64, df: f64) -> f64 {
    if t.is_infinite() { if t > 0.0 { 0.0 } else { 1.0 } } else { student(df).sf(t) }
}

/// The two-sided p-value of the statistic `t`: the probability of one at least as far from 0.
///
/// # Panics
/// If `df` is not positive.
#[must_use]
pub fn t_p_value(t: f64, df: f64) -> f64 {
    (2.0 * t_upper_tail(t.abs(), df)).min(1.0)
}

/// The value below which a chi-square variable with `df` degrees of freedom falls with
/// probability `p`.
///
/// # Panics
/// If `p` is not strictly between 0 and 1 or `df` is not positive.
#[must_use]
pub fn chi2_quantile(p: f64, df: f64) -> f64 {
    assert_probability(p);
    ChiSquared::new(df).expect("invariant: degrees of freedom are positive").inverse_cdf(p)
}

/// The value below which an F variable with `df1` and `df2` degrees of freedom falls with
/// probability `p`.
///
/// # Panics
/// If `p` is not strictly between 0 and 1 or a degree of freedom is not positive.
#[must_use]
pub fn f_quantile(p: f64, df1: f64, df2: f64) -> f64 {
    assert_probability(p);
    FisherSnedecor::new(df1, df2)
        .expect("invariant: degrees of freedom are positive")
        .inverse_cdf(p)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::close;

    #[test]
    fn t_quantiles_match_reference() {
        // Catches: degrees of freedom off by one, one-sided for two-sided. Rows t.975.df*.
        for (df, want) in [
            (4.0, 2.776_445_105_197_793_4),
            (9.0, 2.262_157_162_798_205),
            (19.0, 2.093_024_054_408_308_7),
            (29.0, 2.045_229_642_132_703),
            (99.0, 1.984_216_951_586_417_4),
        ] {
            close(t_quantile(0.975, df), want, 1e-10);
            close(t_two_sided(0.95, df), want, 1e-10);
        }
    }

    #[test]
    fn bonferroni_critical_values_match_reference() {
        // Catches: a quantile that loses digits in the far tail. Rows bonf.t.c*.df19.
        close(t_two_sided(1.0 - 0.05 / 3.0, 19.0), 2.625_105_913_222_787, 1e-9);
        close(t_two_sided(1.0 - 0.05 / 10.0, 19.0), 3.173_724_530_792_325_6, 1e-9);
    }

    #[test]
    fn normal_quantiles_match_reference() {
        // Catches: a low-accuracy normal quantile. Rows quantile.norm.*.
        for (p, want) in [
            (1e-10, -6.361_340_902_404_056),
            (0.001, -3.090_232_306_167_813),
            (0.025, -1.959_963_984_540_054_5),
            (0.3, -0.524_400_512_708_040_9),
            (0.975, 1.959_963_984_540_054),
            (0.999_999, 4.753_424_308_817_087),
        ] {
            close(normal_quantile(p), want, 1e-12 * want.abs());
        }
    }

    #[test]
    fn quantile_and_tail_undo_each_other() {
        // Catches: a quantile search that stops early for few degrees of freedom or far tails.
        for df in [1.0, 2.0, 3.0, 7.5, 30.0, 199.0, 5000.0] {
            for alpha in [1e-6, 1e-4, 0.01, 0.2, 0.9] {
                let t = t_two_sided(1.0 - alpha, df);
                close(t_p_value(t, df) / alpha, 1.0, 1e-7);
            }
        }
    }

    #[test]
    fn squares_link_the_distributions() {
        // Catches: chi-square or F with swapped or wrong degrees of freedom (t^2 = F(1, df)).
        let t = t_two_sided(0.95, 12.0);
        close(f_quantile(0.95, 1.0, 12.0), t * t, 1e-9);
        let z = normal_quantile(0.975);
        close(chi2_quantile(0.95, 1.0), z * z, 1e-9);
    }

    #[test]
    fn infinite_statistic_is_certain() {
        // Catches: NaN instead of 0 for a difference without any variance.
        close(t_p_value(f64::INFINITY, 4.0), 0.0, 0.0);
        close(t_p_value(0.0, 4.0), 1.0, 1e-15);
    }
}
