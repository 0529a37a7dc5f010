//! Differences between streets. Every street counts once, whatever its size.

use super::kpi::{Good, Kpi, OF_DISTRICTS};
use super::totals::Totals;

/// The street means in ascending order; none if there are fewer than two to compare.
fn sorted(t: &Totals) -> Option<Vec<f64>> {
    let mut means = t.street_means.clone();
    means.sort_unstable_by(f64::total_cmp);
    (means.len() >= 2).then_some(means)
}

/// Gini index of ascending values: `2 Σ i x_i / (n Σ x) - (n + 1) / n`, `i` from 1.
fn gini(ascending: &[f64]) -> Option<f64> {
    let n = ascending.len() as f64;
    let sum: f64 = ascending.iter().sum();
    let ranked: f64 = ascending.iter().zip(1..).map(|(x, i)| x * f64::from(i)).sum();
    (sum > 0.0).then(|| (2.0 * ranked / (n * sum) - (n + 1.0) / n).max(0.0))
}

/// Quantile by the inverse of the empirical distribution (type 1), `tenths` of ten.
fn at_tenth(ascending: &[f64], tenths: usize) -> f64 {
    let rank = (ascending.len() * tenths).div_ceil(10).max(1);
    ascending[rank - 1]
}

/// Gini index of street means.
pub(super) const TIME_GINI: Kpi = Kpi {
    id: "time_gini",
    zh: "办结时长基尼系数",
    en: "Gini index of time to close",
    unit: "index",
    unit_zh: "指数",
    good: Good::Down,
    scopes: OF_DISTRICTS,
    formula: "Gini index of the streets' mean times to close (time_to_close_mean), every street \
              with equal weight; two streets with cases at least",
    formula_zh: "各镇街平均办结时长的基尼系数, 各镇街等权; 至少两个镇街有工单",
    value: |t| gini(&sorted(t)?),
};

/// Slow streets against fast ones.
pub(super) const TIME_P90_RATIO: Kpi = Kpi {
    id: "time_p90_ratio",
    zh: "街道差距",
    en: "Gap between streets",
    unit: "ratio",
    unit_zh: "倍",
    good: Good::Down,
    scopes: OF_DISTRICTS,
    formula: "90th / 10th percentile of the streets' mean times to close (time_to_close_mean), \
              quantiles of type 1; two streets with cases at least",
    formula_zh: "各镇街平均办结时长的90分位 / 10分位(1型分位数); 至少两个镇街有工单",
    value: |t| {
        let means = sorted(t)?;
        super::count::ratio(at_tenth(&means, 9), at_tenth(&means, 1))
    },
};

#[cfg(test)]
mod tests {
    use super::{at_tenth, gini};

    #[test]
    fn gini_of_known_incomes() {
        // Would catch a wrong rank offset: (1, 2, 3, 4) has the Gini index 1/4 exactly.
        let found = gini(&[1.0, 2.0, 3.0, 4.0]).unwrap();
        assert!((found - 0.25).abs() < 1e-12, "{found}");
        assert!(gini(&[5.0, 5.0, 5.0]).unwrap() < 1e-12);
        assert!(gini(&[0.0, 0.0]).is_none(), "no time at all has no inequality to speak of");
    }

    #[test]
    fn quantiles_are_of_type_1() {
        // Would catch interpolation or a rank off by one: of ten values the 1st and the 9th.
        let values: Vec<f64> = (1..=10).map(f64::from).collect();
        assert!((at_tenth(&values, 1) - 1.0).abs() < 1e-12);
        assert!((at_tenth(&values, 9) - 9.0).abs() < 1e-12);
        assert!((at_tenth(&values[..2], 9) - 2.0).abs() < 1e-12);
    }
}
