//! Comparisons with the best: which systems may be the best, and how far each is from it.

use crate::stats::paired::Paired;
use crate::stats::student::t_quantile;

/// One system against the best of the others.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Best {
    /// Observations used; those in which a system has none are left out for all.
    pub n: usize,
    /// Mean minus the largest mean of the others: positive for the best of the sample.
    pub difference: f64,
    /// Lower bound of the true difference to the best of the others, at most 0.
    pub low: f64,
    /// Upper bound, at least 0.
    pub high: f64,
    /// May this system be the best? The best is among those of which this is true with the stated
    /// confidence.
    pub candidate: bool,
}

/// Multiple comparisons with the best under common random numbers (after Hsu 1984, with paired
/// differences and Bonferroni instead of one pooled variance): all intervals hold together with at
/// least `confidence`, and so does "the best is among the candidates" (subset selection).
///
/// From the one event that the best's difference to each other is not overstated by more than
/// t S / √n at level (1 - confidence) / (k - 1), the bounds of Edwards and Hsu (1983) follow for
/// all systems at once. Larger is better. With fewer than two complete rows every system is a
/// candidate and no bound is given.
///
/// # Panics
/// If systems differ in length or `confidence` is not strictly between 0 and 1.
#[must_use]
pub fn with_the_best(values: &[&[f64]], confidence: f64) -> Vec<Best> {
    crate::stats::assert_confidence(confidence);
    let k = values.len();
    let rows = values.first().map_or(0, |first| first.len());
    assert!(values.iter().all(|v| v.len() == rows), "systems matched row by row");
    let whole: Vec<usize> =
        (0..rows).filter(|&row| values.iter().all(|v| !v[row].is_nan())).collect();
    let kept: Vec<Vec<f64>> =
        values.iter().map(|v| whole.iter().map(|&row| v[row]).collect()).collect();
    let n = whole.len();
    let pair = |i: usize, l: usize| {
        let paired = Paired::of(&kept[l], &kept[i], confidence)
            .expect("invariant: systems matched row by row");
        let reach = if n < 2 || k < 2 {
            f64::NAN
        } else {
            let level = 1.0 - (1.0 - confidence) / (k - 1) as f64;
            t_quantile(level, (n - 1) as f64) * paired.sd / (n as f64).sqrt()
        };
        (paired.difference, reach)
    };
    let pairs: Vec<Vec<(f64, f64)>> =
        (0..k).map(|i| (0..k).map(|l| pair(i, l)).collect()).collect();
    let others = |i: usize| (0..k).filter(move |&l| l != i);
    let least = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min);
    if n < 2 || k < 2 {
        let difference = |i: usize| match k {
            0 | 1 => f64::NAN,
            _ => least(&mut others(i).map(|l| pairs[i][l].0)),
        };
        let (low, high) = (f64::NAN, f64::NAN);
        let row = |i| Best { n, difference: difference(i), low, high, candidate: true };
        return (0..k).map(row).collect();
    }
    let above: Vec<f64> =
        (0..k).map(|i| least(&mut others(i).map(|l| pairs[i][l].0 + pairs[i][l].1))).collect();
    // Equal to the last bit counts as possible: the difference and its reach are both 0.
    let candidates: Vec<bool> = above.iter().map(|bound| *bound >= 0.0).collect();
    (0..k)
        .map(|i| {
            let rivals = others(i).filter(|&l| candidates[l]);
            let below = least(&mut rivals.map(|l| pairs[i][l].0 - pairs[i][l].1));
            Best {
                n,
                difference: least(&mut others(i).map(|l| pairs[i][l].0)),
                low: below.min(0.0),
                high: above[i].max(0.0),
                candidate: candidates[i],
            }
        })
        .collect()
}

/// The factor of screening for *independent* systems (Nelson, Swann, Goldsman and Song 2001):
/// the (1 - α)^(1 / (k - 1)) quantile of Student's t with n0 - 1 degrees of freedom.
///
/// # Panics
/// If `k` is below 2, `first_stage` below 2, or `confidence` not strictly between 0 and 1.
#[must_use]
pub fn screening_t(k: usize, first_stage: usize, confidence: f64) -> f64 {
    crate::stats::assert_confidence(confidence);
    assert!(k >= 2 && first_stage >= 2, "two systems, two observations");
    t_quantile(confidence.powf(1.0 / (k - 1) as f64), (first_stage - 1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::{close, generator, normal};

    #[test]
    fn screening_constants_match_reference() {
        // Catches: a Bonferroni level where the exact one is meant. Rows subset.t.*.
        for (k, n0, want) in [
            (5, 20, 2.424_278_462_655_832),
            (10, 20, 2.802_319_374_941_719),
            (50, 20, 3.559_512_192_060_950_5),
            (10, 10, 3.169_993_940_139_591_3),
        ] {
            close(screening_t(k, n0, 0.95), want, 1e-8);
        }
    }

    #[test]
    fn a_clear_best_stands_alone() {
        // Catches: an interval of the best that reaches below 0, the sign turned round.
        let noise = [0.1, -0.2, 0.05, 0.3, -0.1, 0.0];
        let of = |mean: f64, part: f64| -> Vec<f64> {
            noise.iter().enumerate().map(|(i, e)| mean + e + part * (i % 2) as f64).collect()
        };
        let (a, b, c) = (of(5.0, 0.0), of(3.0, 0.1), of(4.0, 0.05));
        let found = with_the_best(&[&a, &b, &c], 0.95);
        assert_eq!(found.iter().map(|f| f.candidate).collect::<Vec<_>>(), [true, false, false]);
        assert!(found[0].low >= 0.0 && found[0].high > 0.9);
        assert!(found[1].high <= 0.0 && found[1].low < -1.9 && found[1].difference < -1.9);
    }

    #[test]
    fn two_of_the_same_are_both_candidates() {
        // Catches: NaN from differences without variance, a tie broken by order.
        let a = [1.0, 2.0, 3.0];
        let found = with_the_best(&[&a, &a], 0.95);
        assert!(found.iter().all(|f| f.candidate && f.low >= 0.0 && f.high <= 0.0));
        let lone = with_the_best(&[&a[..1], &a[1..2]], 0.95);
        assert!(lone.iter().all(|f| f.candidate && f.low.is_nan()));
    }

    #[test]
    fn the_best_is_covered() {
        // Catches: bounds that hold for each system alone but not together. Five systems of
        // correlation 0.8, the best by 0.5; 2000 macro-replications; at least 0.95 less three
        // standard errors.
        let truth = [0.0, 0.2, 0.4, 0.5, 1.0];
        let mut rng = generator(61);
        let (mut kept, mut covered) = (0, 0);
        for _ in 0..2000 {
            let mut columns = vec![Vec::new(); 5];
            for _ in 0..10 {
                let common = 0.8f64.sqrt() * normal(&mut rng);
                for (column, mean) in columns.iter_mut().zip(truth) {
                    column.push(mean + common + 0.2f64.sqrt() * normal(&mut rng));
                }
            }
            let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let found = with_the_best(&slices, 0.95);
            kept += i32::from(found[4].candidate);
            covered += i32::from(found.iter().enumerate().all(|(i, f)| {
                let best = truth.iter().enumerate().filter(|(l, _)| *l != i).map(|(_, m)| *m);
                let true_difference = truth[i] - best.fold(f64::NEG_INFINITY, f64::max);
                f.low <= true_difference && true_difference <= f.high
            }));
        }
        assert!(kept >= 1870 && covered >= 1870, "kept {kept}, covered {covered}");
    }
}
