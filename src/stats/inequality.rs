//! How unevenly a quantity is spread over units.

use super::quantile;

/// The Gini coefficient Σ (2i - n - 1) x_(i) / (n Σ x), x sorted and i from 1 (Gini 1912; form
/// of Sen 1973): 0 when all units have the same, (n-1)/n when one has everything. Units whose
/// value is NaN are left out. `None` without units or with a negative value; 0 when every unit
/// has 0.
#[must_use]
pub fn gini(values: &[f64]) -> Option<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    if sorted.is_empty() || sorted.iter().any(|x| *x < 0.0) {
        return None;
    }
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let (mut total, mut ranked) = (0.0, 0.0);
    for (i, x) in sorted.iter().enumerate() {
        total += x;
        ranked += (2.0 * (i + 1) as f64 - n - 1.0) * x;
    }
    // Equal units cancel only up to rounding, which must not show as a negative coefficient.
    Some(if total > 0.0 { (ranked / (n * total)).max(0.0) } else { 0.0 })
}

/// The ratio of the 0.9 to the 0.1 quantile over units (type 1, NaN left out). `None` without
/// units or when the lower quantile is not positive.
#[must_use]
pub fn p90_p10(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    let low = quantile::of(&mut values, 0.1)?;
    let high = quantile::of(&mut values, 0.9)?;
    (low > 0.0).then(|| high / low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::close;

    #[test]
    fn gini_by_hand() {
        // Catches: ranks from 0, division by n - 1. 1..4: (2*30 - 5*10)/(4*10) = 0.25.
        close(gini(&[3.0, 1.0, 4.0, 2.0]).unwrap(), 0.25, 1e-15);
        close(gini(&[0.0, 0.0, 0.0, 8.0]).unwrap(), 0.75, 1e-15);
        close(gini(&[0.7; 9]).unwrap(), 0.0, 1e-15);
    }

    #[test]
    fn gini_is_the_mean_absolute_difference() {
        // Catches: a formula right only for special cases: G = mean |x - y| / (2 mean).
        let x = [0.3f64, 9.0, 2.2, 2.2, 5.1, 0.0, 7.7];
        let n = x.len() as f64;
        let pairs: f64 = x.iter().flat_map(|a| x.iter().map(move |b| (a - b).abs())).sum();
        let mean = x.iter().sum::<f64>() / n;
        close(gini(&x).unwrap(), pairs / (n * n) / (2.0 * mean), 1e-14);
    }

    #[test]
    fn edges() {
        // Catches: NaN where nothing happened anywhere, or a negative value taken in silence.
        assert_eq!(gini(&[0.0, 0.0]), Some(0.0));
        assert_eq!(gini(&[]), None);
        assert_eq!(gini(&[1.0, -1.0]), None);
        close(gini(&[f64::NAN, 2.0, 2.0]).unwrap(), 0.0, 0.0);
        assert_eq!(p90_p10(&[0.0; 10]), None);
        let ten: Vec<f64> = (1..=10).map(f64::from).collect();
        close(p90_p10(&ten).unwrap(), 9.0, 0.0);
    }
}
