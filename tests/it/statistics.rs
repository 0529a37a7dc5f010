//! Intervals cover what they say: the coverage of the estimators that results are made with.

use huying::random::{Streams, exponential, normal};
use huying::stats::{Estimate, Paired};

use crate::fixture::slow;

/// Experiments per check; the bound below is four standard errors of a share of 0.95.
fn n_experiments() -> u64 {
    if slow() { 40_000 } else { 4_000 }
}

fn check(what: &str, share: f64, low: f64) {
    let error = (0.95 * 0.05 / n_experiments() as f64).sqrt();
    println!("{what}: {share:.4}");
    assert!(share > low - 4.0 * error && share < 0.95 + 4.0 * error, "{what}: {share}");
}

fn share_of(hits: impl Iterator<Item = bool>) -> f64 {
    hits.filter(|hit| *hit).count() as f64 / n_experiments() as f64
}

// Catches a quantile of the wrong distribution, or of the wrong degrees of freedom: ten
// replications are few, and the normal quantile would cover 91 instead of 95 in a hundred.
#[test]
fn intervals_of_means_cover_the_mean() {
    let streams = Streams::new(1_908, 0);
    let sample = |experiment: u64, of: fn(f64) -> f64| -> Vec<f64> {
        (0..10).map(|draw| of(streams.uniform(1, experiment, draw))).collect()
    };
    let covers = |of: fn(f64) -> f64, mean: f64| {
        share_of((0..n_experiments()).map(|experiment| {
            let estimate = Estimate::of(&sample(experiment, of), 0.95);
            estimate.low <= mean && mean <= estimate.high
        }))
    };
    check("mean of normal values", covers(|u| 3.0 + 2.0 * normal(u), 3.0), 0.95);
    // Skewed values cover less: about 90 in a hundred at n = 10; `Advice` says so to the reader.
    check("mean of exponential values", covers(|u| exponential(u, 2.0), 2.0), 0.895);
}

// Catches pairs that are taken for independent samples, and a difference with the wrong sign.
#[test]
fn intervals_of_differences_cover_the_difference() {
    let streams = Streams::new(1_908, 1);
    let share = share_of((0..n_experiments()).map(|experiment| {
        let draw = |purpose: u16, n: u16| normal(streams.uniform(purpose, experiment, n));
        let baseline: Vec<f64> = (0..10).map(|n| 10.0 + 3.0 * draw(1, n)).collect();
        // The arm shares the luck of the baseline and adds half a unit and a little of its own.
        let arm: Vec<f64> =
            (0..10).map(|n| baseline[n as usize] + 0.5 + 0.7 * draw(2, n)).collect();
        let paired = Paired::of(&baseline, &arm, 0.95).expect("ten pairs");
        paired.low <= 0.5 && 0.5 <= paired.high
    }));
    check("paired difference", share, 0.95);
}
