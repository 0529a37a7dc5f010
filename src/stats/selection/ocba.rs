//! Optimal computing budget allocation: where the next runs tell most about which system is best.

/// Asymptotically best shares of a budget (Chen, Lin, Yücesan and Chick 2000), larger is better:
/// N_i / N_j = ((s_i / d_i) / (s_j / d_j))² for systems other than the best b, d the distance to
/// its mean, and N_b = s_b √(Σ N_i² / s_i²). They add up to 1.
///
/// A system as good as the best is taken to be a millionth of the spread of means away, so that it
/// has nearly all of the budget and not an infinite part of it.
///
/// # Panics
/// If the slices differ in length or are empty.
#[must_use]
pub fn fractions(means: &[f64], sds: &[f64]) -> Vec<f64> {
    assert_eq!(means.len(), sds.len(), "a standard deviation for each mean");
    let best = (0..means.len()).max_by(|&a, &b| means[a].total_cmp(&means[b]).then(b.cmp(&a)));
    let best = best.expect("invariant: at least one system");
    let low = means.iter().copied().fold(f64::INFINITY, f64::min);
    let least = ((means[best] - low) * 1e-6).max(f64::MIN_POSITIVE.sqrt());
    // A system that never varied has a sliver of the widest, not nothing.
    let widest = sds.iter().copied().fold(0.0, f64::max);
    let sd = |i: usize| sds[i].max(widest * 1e-3).max(f64::MIN_POSITIVE.sqrt());
    let mut shares: Vec<f64> = (0..means.len())
        .map(
            |i| if i == best { 0.0 } else { (sd(i) / (means[best] - means[i]).max(least)).powi(2) },
        )
        .collect();
    let squares: f64 = (0..means.len()).map(|i| (shares[i] / sd(i)).powi(2)).sum();
    shares[best] = if means.len() == 1 { 1.0 } else { sd(best) * squares.sqrt() };
    let total: f64 = shares.iter().sum();
    shares.iter().map(|share| share / total).collect()
}

/// How the next `more` runs are to be spread, when each system has had `done` so far: towards the
/// shares of the budget so far and these together, never taking back. They add up to `more`.
///
/// # Panics
/// If the slices differ in length or are empty.
#[must_use]
pub fn allocate(means: &[f64], sds: &[f64], done: &[usize], more: usize) -> Vec<usize> {
    assert_eq!(means.len(), done.len(), "a count for each mean");
    let total = (done.iter().sum::<usize>() + more) as f64;
    let wanted: Vec<f64> = fractions(means, sds).iter().map(|share| share * total).collect();
    let mut next = vec![0; means.len()];
    // One at a time to whoever lacks most: whole numbers that add up, ties to the first.
    for _ in 0..more {
        let lack = |i: usize| wanted[i] - (done[i] + next[i]) as f64;
        let neediest =
            (0..means.len()).max_by(|&a, &b| lack(a).total_cmp(&lack(b)).then(b.cmp(&a)));
        next[neediest.expect("invariant: at least one system")] += 1;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::{close, generator, normal};
    use crate::stats::summary::Summary;

    #[test]
    fn fractions_match_reference() {
        // Catches: variances for standard deviations, the best left out of its own sum. Rows
        // ocba.fractions.*, there the smallest mean is best.
        let means = [-1.0, -2.0, -3.0, -4.0, -5.0];
        let check = |sds: [f64; 5], want: [f64; 5]| {
            fractions(&means, &sds)
                .iter()
                .zip(want)
                .for_each(|(got, want)| close(*got, want, 1e-8));
        };
        check([2.0; 5], [0.421_822_99, 0.406_134_10, 0.101_533_52, 0.045_126_01, 0.025_383_38]);
        check(
            [1.0, 2.0, 3.0, 2.0, 1.0],
            [0.241_251_69, 0.449_166_52, 0.252_656_17, 0.049_907_39, 0.007_018_23],
        );
    }

    #[test]
    fn runs_add_up() {
        // Catches: rounding that loses runs, a budget taken back, a system without variance.
        let next = allocate(&[3.0, 2.9, 1.0], &[1.0, 1.0, 1.0], &[10, 10, 10], 17);
        assert_eq!(next.iter().sum::<usize>(), 17);
        assert!(next[0] > 0 && next[1] > 0 && next[2] == 0, "{next:?}");
        let flat = allocate(&[1.0, 1.0], &[0.0, 0.0], &[5, 5], 4);
        assert_eq!(flat.iter().sum::<usize>(), 4);
        assert_eq!(allocate(&[1.0], &[1.0], &[2], 3), [3]);
    }

    #[test]
    fn beats_equal_allocation() {
        // Catches: runs given to the hopeless. Row exp.ocba: means 0..4, sd 3, 150 runs, n0 10,
        // step 10: 0.957 right, against 0.900 for equal shares.
        let mut rng = generator(91);
        let mut right = 0;
        for _ in 0..2000 {
            let mut values: Vec<Vec<f64>> = (0..5)
                .map(|i| (0..10).map(|_| 3.0 * normal(&mut rng) + f64::from(i)).collect())
                .collect();
            let means = |values: &[Vec<f64>]| -> Vec<f64> {
                values.iter().map(|v| Summary::of(v).mean()).collect()
            };
            for _ in 0..10 {
                let sds: Vec<f64> = values.iter().map(|v| Summary::of(v).sd()).collect();
                let done: Vec<usize> = values.iter().map(Vec::len).collect();
                let next = allocate(&means(&values), &sds, &done, 10);
                for (i, (values, n)) in values.iter_mut().zip(next).enumerate() {
                    values.extend((0..n).map(|_| 3.0 * normal(&mut rng) + i as f64));
                }
            }
            let means = means(&values);
            right += i32::from(means[..4].iter().all(|mean| *mean < means[4]));
        }
        // Four standard errors of 0.957 over 2000 are 0.018.
        assert!((1878..=1950).contains(&right), "{right} of 2000");
    }
}
