//! How much of the beginning to leave out: MSER-5 as advice.
//!
//! On one run the rule can make things worse (an empty start with a long memory), so it is meant
//! for the mean over replications and for a person to read, never for silent truncation.

use super::SampleError;

/// Batch size of MSER-5.
const BATCH: usize = 5;

/// Batches always kept. Where only a handful is left their spread can be tiny by chance, and the
/// minimum would fall at the end of a series that needs no truncation at all.
const KEPT: usize = 10;

/// What MSER proposes to leave out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truncation {
    /// Batches left out, d*.
    pub batches: usize,
    /// Batches there were.
    pub of_batches: usize,
    /// Observations left out.
    pub observations: usize,
    /// The statistic at d*: squared standard error of the mean of what is kept.
    pub statistic: f64,
    /// Mean of what is kept.
    pub mean: f64,
}

/// Why no truncation is proposed.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WarmUpError {
    /// The series is too short to judge.
    #[error(transparent)]
    Sample(#[from] SampleError),
    /// The best cut lies in the second half: the series has not settled, and the remedy is a
    /// longer run, not a cut.
    #[error("the series settles only after {batches} of {of_batches} batches")]
    NotSettled {
        /// The cut the statistic would choose.
        batches: usize,
        /// Batches there were.
        of_batches: usize,
    },
}

/// MSER-5 on a series of equally spaced observations, best the mean over replications
/// ([`mean_series`]): batches of five, cut before batch d with the least Σ (b - mean)² / (k - d)²
/// over what is kept, the first such d (White 1997; White and Spratt 2000).
///
/// # Errors
/// [`WarmUpError::Sample`] with fewer than 20 batches, [`WarmUpError::NotSettled`] when d* is
/// more than half of the batches, or leaves none but the ten that are always kept.
pub fn mser5(series: &[f64]) -> Result<Truncation, WarmUpError> {
    mser(series, BATCH)
}

/// MSER with batches of `size` observations; see [`mser5`].
///
/// # Errors
/// As [`mser5`].
///
/// # Panics
/// If `size` is 0.
pub fn mser(series: &[f64], size: usize) -> Result<Truncation, WarmUpError> {
    assert!(size > 0, "batch size must be positive");
    let means: Vec<f64> =
        series.chunks_exact(size).map(|b| b.iter().sum::<f64>() / size as f64).collect();
    let k = means.len();
    if k < 2 * KEPT {
        return Err(SampleError::TooFew { needed: 2 * KEPT * size, got: series.len() }.into());
    }
    // From the back, so that every cut costs one update of mean and squares.
    let (mut mean, mut squares) = (0.0, 0.0);
    let mut best = Truncation {
        batches: 0,
        of_batches: k,
        observations: 0,
        statistic: f64::INFINITY,
        mean: f64::NAN,
    };
    for d in (0..k).rev() {
        let kept = (k - d) as f64;
        let delta = means[d] - mean;
        mean += delta / kept;
        squares += delta * (means[d] - mean);
        let statistic = squares / (kept * kept);
        if k - d >= KEPT && statistic <= best.statistic {
            best = Truncation { batches: d, observations: d * size, statistic, mean, ..best };
        }
    }
    // With few batches those that are always kept stop the cut before it is half.
    if 2 * best.batches > k || best.batches + KEPT == k {
        return Err(WarmUpError::NotSettled { batches: best.batches, of_batches: k });
    }
    Ok(best)
}

/// The mean over replications at each point of time; as long as the shortest replication. NaN
/// values are left out.
#[must_use]
pub fn mean_series(replications: &[&[f64]]) -> Vec<f64> {
    let length = replications.iter().map(|r| r.len()).min().unwrap_or(0);
    (0..length)
        .map(|i| {
            let mut point = super::Summary::new();
            for replication in replications {
                point.push(replication[i]);
            }
            point.mean()
        })
        .collect()
}

/// Welch's moving average for the eye (Welch 1983): mean of up to `half` neighbors on each side,
/// fewer near the start; the last `half` points are left out.
#[must_use]
pub fn moving_average(series: &[f64], half: usize) -> Vec<f64> {
    (0..series.len().saturating_sub(half))
        .map(|i| {
            let reach = half.min(i);
            let window = &series[i - reach..=i + reach];
            window.iter().sum::<f64>() / window.len() as f64
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::stats::check::{close, exponential, generator, normal};

    /// The series of rows mser5.*: y = ((x >> 16) mod 1000) + max(0, 5000 - 50 i), x by
    /// x' = (1103515245 x + 12345) mod 2^31 from 12345, the first used being the first x'.
    pub(crate) fn reference_series() -> Vec<f64> {
        let mut x: u64 = 12_345;
        (0..500)
            .map(|i| {
                x = (1_103_515_245 * x + 12_345) % (1 << 31);
                ((x >> 16) % 1000) as f64 + f64::from(0.max(5000 - 50 * i))
            })
            .collect()
    }

    #[test]
    fn matches_reference() {
        // Catches: divisor (k - d) instead of its square, last minimum for first, observations
        // for batches. Rows mser5.first5, mser5.dstar, mser5.stat, mser5.mean, mser1.dstar.
        let series = reference_series();
        assert_eq!(series[..5], [5468.0, 5938.0, 5017.0, 5348.0, 5727.0]);
        let cut = mser5(&series).unwrap();
        assert_eq!((cut.batches, cut.of_batches, cut.observations), (38, 100, 190));
        close(cut.statistic, 161.078_073_243_597_1, 1e-9);
        close(cut.mean, 479.845_161_290_322_5, 1e-9);
        let single = mser(&series, 1).unwrap();
        assert_eq!(single.batches, 94);
        close(single.statistic, 204.774_334_009, 1e-9);
        close(single.mean, 487.293_103_448, 1e-9);
    }

    #[test]
    fn a_series_that_never_settles_is_refused() {
        // Catches: truncating most of a series with a trend instead of asking for a longer run.
        let trend: Vec<f64> = (0..500).map(f64::from).collect();
        assert!(matches!(mser5(&trend), Err(WarmUpError::NotSettled { of_batches: 100, .. })));
        // All cuts of a constant are equally good: the first one is meant.
        assert_eq!(mser5(&[3.0; 100]).unwrap().batches, 0);
        let short = mser5(&[1.0; 99]);
        let needed = SampleError::TooFew { needed: 100, got: 99 };
        assert_eq!(short, Err(WarmUpError::Sample(needed)));
    }

    #[test]
    fn a_settled_series_is_left_alone() {
        // Catches: refusals by chance where few batches are left. 1000 series of noise, 40
        // batches each: refused in less than 4%, and the mean is not moved.
        let mut rng = generator(515);
        let (mut refused, mut total) = (0, 0.0);
        for _ in 0..1_000 {
            let series: Vec<f64> = (0..200).map(|_| normal(&mut rng)).collect();
            match mser5(&series) {
                Ok(cut) => total += cut.mean,
                Err(_) => refused += 1,
            }
        }
        assert!(refused < 40, "refused {refused}");
        close(total / 1_000.0, 0.0, 0.01);
    }

    #[test]
    fn a_starting_backlog_is_removed() {
        // Catches: a cut that leaves the backlog in. Row exp.mser.backlog and check O3: M/M/1,
        // load 0.8, 100 units of work at the start, 2000 customers, mean of 20 replications:
        // bias 10.3 untouched, below 0.2 when cut. True mean wait 0.8 / 0.2 = 4.
        let mut rng = generator(2_000);
        let macros = 60;
        let (mut raw, mut cut, mut cuts) = (0.0, 0.0, 0);
        for _ in 0..macros {
            let runs: Vec<Vec<f64>> = (0..20)
                .map(|_| {
                    let mut wait: f64 = 100.0;
                    (0..2_000)
                        .map(|_| {
                            let now = wait;
                            let service = exponential(&mut rng, 1.0);
                            let gap = exponential(&mut rng, 1.25);
                            wait = (wait + service - gap).max(0.0);
                            now
                        })
                        .collect()
                })
                .collect();
            let rows: Vec<&[f64]> = runs.iter().map(Vec::as_slice).collect();
            let mean = mean_series(&rows);
            raw += mean.iter().sum::<f64>() / 2_000.0 - 4.0;
            if let Ok(found) = mser5(&mean) {
                cut += found.mean - 4.0;
                cuts += 1;
            }
        }
        close(raw / f64::from(macros), 10.33, 0.3);
        close(cut / f64::from(cuts), 0.0, 0.2);
        assert!(4 * cuts > 3 * macros, "refused too often: {cuts} cuts");
    }

    #[test]
    fn series_helpers_by_hand() {
        // Catches: windows off by one at the ends; a NaN or a longer run shifting the mean.
        assert_eq!(moving_average(&[1.0, 2.0, 6.0, 4.0, 5.0], 1), [1.0, 3.0, 4.0, 5.0]);
        assert!(moving_average(&[1.0], 3).is_empty());
        let mean = mean_series(&[&[1.0, 2.0, 9.0], &[3.0, f64::NAN]]);
        assert_eq!(mean, [2.0, 2.0]);
        assert!(mean_series(&[]).is_empty());
    }
}
