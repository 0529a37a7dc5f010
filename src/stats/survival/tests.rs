use super::*;
use crate::stats::check::{close, exponential, generator, uniform};
use crate::stats::quantile;

/// The 6-MP arm of Freireich et al. 1963: weeks of remission; `true` = relapse seen.
const WEEKS: [(u32, bool); 21] = [
    (6, true),
    (6, true),
    (6, true),
    (6, false),
    (7, true),
    (9, false),
    (10, true),
    (10, false),
    (11, false),
    (13, true),
    (16, true),
    (17, false),
    (19, false),
    (20, false),
    (22, true),
    (23, true),
    (25, false),
    (32, false),
    (32, false),
    (34, false),
    (35, false),
];

fn freireich() -> (Vec<f64>, Vec<bool>) {
    // Reversed: the estimate must not rely on sorted input.
    WEEKS.iter().rev().map(|&(t, closed)| (f64::from(t), closed)).unzip()
}

/// Week counts of the same data: bin `w` for week `w + 1`.
fn freireich_counts() -> (Vec<f64>, Vec<u32>, Vec<u32>) {
    let edges = (1..=35).map(f64::from).collect();
    let (mut events, mut censored) = (vec![0; 35], vec![0; 35]);
    for (t, closed) in WEEKS {
        let counts = if closed { &mut events } else { &mut censored };
        counts[t as usize - 1] += 1;
    }
    (edges, events, censored)
}

#[test]
fn freireich_curve_matches_reference() {
    // Catches: open times dropped, ties in the wrong order, Greenwood without the square of S.
    // Rows km.6mp.t*, from exact times and from counts.
    let (times, closed) = freireich();
    let (edges, events, censored) = freireich_counts();
    let exact = Survival::of_times(&times, &closed).unwrap();
    let counted = Survival::of_counts(&edges, &events, &censored).unwrap();
    let want = [
        (6.0, 21.0, 3.0, 0.857_143, 0.076_360),
        (7.0, 17.0, 1.0, 0.806_723, 0.086_935),
        (10.0, 15.0, 1.0, 0.752_941, 0.096_350),
        (13.0, 12.0, 1.0, 0.690_196, 0.106_815),
        (16.0, 11.0, 1.0, 0.627_451, 0.114_054),
        (22.0, 7.0, 1.0, 0.537_815, 0.128_234),
        (23.0, 6.0, 1.0, 0.448_179, 0.134_591),
    ];
    for curve in [&exact, &counted] {
        assert_eq!(curve.knots().len(), want.len());
        for (knot, (time, at_risk, events, open, error)) in curve.knots().iter().zip(want) {
            close(knot.time, time, 0.0);
            close(knot.at_risk, at_risk, 0.0);
            close(knot.events, events, 0.0);
            close(curve.open(time).unwrap(), open, 1e-6);
            close(curve.variance(time).unwrap().sqrt(), error, 1e-6);
        }
        close(curve.open(5.9).unwrap(), 1.0, 0.0);
        close(curve.closed(12.0).unwrap(), 1.0 - 0.752_941, 1e-6);
        close(curve.followed(), 35.0, 0.0);
    }
    assert_eq!(exact, counted);
}

#[test]
fn freireich_hazards_match_reference() {
    // Catches: exposure of closed times only. Rows nelson_aalen.6mp.23 and exp.mle.6mp.
    let (times, closed) = freireich();
    let curve = Survival::of_times(&times, &closed).unwrap();
    close(curve.cumulative_hazard(23.0).unwrap(), 0.752_113_572_701_807_9, 1e-9);
    close(events_per_exposure(&times, &closed).unwrap(), 0.025_069_637_883_008_356, 1e-12);
    assert_eq!(events_per_exposure(&[], &[]), None);
}

#[test]
fn quantiles_that_are_not_reached_are_none() {
    // Catches: the last time watched passed off as a quantile. The median of the 6-MP arm is 23;
    // the curve ends at 0.448, so nothing can be said of the 0.6 quantile.
    let (times, closed) = freireich();
    let curve = Survival::of_times(&times, &closed).unwrap();
    close(curve.quantile(0.5).unwrap(), 23.0, 0.0);
    close(curve.quantile(0.1).unwrap(), 6.0, 0.0);
    assert_eq!(curve.quantile(0.6), None);
    assert_eq!(curve.open(35.5), None);
    assert_eq!(curve.restricted_mean(36.0), None);
}

#[test]
fn restricted_mean_by_hand() {
    // Catches: area taken to the last event instead of the horizon, variance terms of falls
    // after it. Times 1, 2+, 3, 4: S = 3/4 on [1,3), 3/8 on [3,4), 0 after.
    let curve = Survival::of_times(&[1.0, 2.0, 3.0, 4.0], &[true, false, true, true]).unwrap();
    close(curve.restricted_mean(3.0).unwrap(), 1.0 + 1.5, 1e-15);
    close(curve.restricted_mean(3.5).unwrap(), 2.5 + 0.1875, 1e-15);
    close(curve.restricted_mean(99.0).unwrap(), 2.875, 1e-15);
    close(curve.restricted_mean(0.5).unwrap(), 0.5, 0.0);
    // Greenwood at horizon 4: A(1) = 1.875, d/(r(r-d)) = 1/12; A(3) = 0.375, 1/2.
    let want = 1.875 * 1.875 / 12.0 + 0.375 * 0.375 / 2.0;
    close(curve.restricted_mean_variance(4.0).unwrap(), want, 1e-15);
    close(curve.restricted_mean_variance(0.5).unwrap(), 0.0, 0.0);
}

#[test]
fn without_open_times_it_is_the_sample() {
    // Catches: any departure from the empirical distribution: quantiles of type 1, plain mean.
    let mut rng = generator(61);
    let mut times: Vec<f64> = (0..200).map(|_| (uniform(&mut rng) * 40.0).ceil()).collect();
    let curve = Survival::of_times(&times, &[true; 200]).unwrap();
    close(curve.restricted_mean(1e9).unwrap(), times.iter().sum::<f64>() / 200.0, 1e-9);
    for percent in 1..=100 {
        let p = f64::from(percent) / 100.0;
        assert_eq!(curve.quantile(p), quantile::of(&mut times, p), "p = {p}");
    }
    close(curve.open_at_end(), 0.0, 0.0);
    // A product of fractions misses j/n by rounding; the quantile must not move on for that.
    for n in 2..=60u32 {
        let times: Vec<f64> = (1..=n).map(f64::from).collect();
        let curve = Survival::of_times(&times, &vec![true; times.len()]).unwrap();
        for j in 1..=n {
            assert_eq!(curve.quantile(f64::from(j) / f64::from(n)), Some(f64::from(j)), "{j}/{n}");
        }
    }
}

#[test]
fn counts_equal_rounded_times() {
    // Catches: grouped and exact paths drifting apart, u32 or u64, with an overflow bin.
    let mut rng = generator(62);
    let width = 0.5;
    let mut edges: Vec<f64> = (1..=40).map(|i| width * f64::from(i)).collect();
    edges.push(f64::INFINITY);
    let (mut events, mut censored) = (vec![0u64; 41], vec![0u64; 41]);
    let (mut times, mut closed) = (Vec::new(), Vec::new());
    for _ in 0..3_000 {
        let (end, watch) = (exponential(&mut rng, 6.0), 30.0 * uniform(&mut rng));
        let (time, seen) = (end.min(watch), end <= watch);
        let bin = edges.partition_point(|&e| e < time);
        if seen {
            events[bin] += 1
        } else {
            censored[bin] += 1
        }
        // What lies beyond the last finite edge is only known to have been open there.
        times.push(edges[bin].min(20.0));
        closed.push(seen && bin < 40);
    }
    let counted = Survival::of_counts(&edges, &events, &censored).unwrap();
    assert_eq!(counted, Survival::of_times(&times, &closed).unwrap());
}

#[test]
fn life_table_has_no_bias_of_half_a_bin() {
    // Catches: events put at the upper edge of broad bins, which adds half a bin to the mean.
    // Exact counts of an exponential with mean 10 in bins of 5: area to 30 = 10 (1 - e^-3).
    let mut edges: Vec<f64> = (1..=12).map(|i| 5.0 * f64::from(i)).collect();
    let share = |t: f64| (-t / 10.0).exp();
    let mut events: Vec<u64> =
        edges.iter().map(|&e| (1e9 * (share(e - 5.0) - share(e))).round() as u64).collect();
    let left = 1_000_000_000 - events.iter().sum::<u64>();
    edges.push(f64::INFINITY);
    events.push(left);
    let table = Survival::of_life_table(&edges, &events, &[0; 13]).unwrap();
    close(table.open(30.0).unwrap(), share(30.0), 1e-8);
    close(table.open(2.5).unwrap(), f64::midpoint(1.0, share(5.0)), 1e-8);
    // A straight line over a convex curve lies h^2/12 (f'(30) - f'(0)) above it: 0.198.
    let truth = 10.0 * (1.0 - (-3.0f64).exp());
    close(table.restricted_mean(30.0).unwrap(), truth + 0.198, 0.003);
    let steps = Survival::of_counts(&edges, &events, &[0; 13]).unwrap();
    assert!(steps.restricted_mean(30.0).unwrap() > truth + 2.3);
    // By the line from (5, e^-0.5) to (10, e^-1).
    let median = 5.0 + 5.0 * (share(5.0) - 0.5) / (share(5.0) - share(10.0));
    close(table.quantile(0.5).unwrap(), median, 1e-7);
    close(steps.quantile(0.5).unwrap(), 10.0, 0.0);
}

#[test]
fn life_table_watches_open_times_for_half_their_bin() {
    // Catches: open times of a bin counted as watched for all or none of it. 100 at risk, 20 open
    // and 9 closed in the bin: 9 / 90.
    let table = Survival::of_life_table(&[1.0, 2.0], &[9u32, 0], &[20, 71]).unwrap();
    close(table.open(1.0).unwrap(), 0.9, 1e-15);
    close(table.knots()[0].at_risk, 90.0, 0.0);
    close(table.restricted_mean(2.0).unwrap(), 0.95 + 0.9, 1e-15);
}

#[test]
fn open_times_remove_the_bias_of_closed_only() {
    // Catches: statistics over closed times only. Rows censor.*: starts uniform over 30 days,
    // exponential times with mean 10; closed only: mean 6.093 and 0.796 within 10 days.
    let n = 40_000;
    let mut rng = generator(1_030);
    let (mut times, mut closed) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for _ in 0..n {
        let (watch, end) = (30.0 * uniform(&mut rng), exponential(&mut rng, 10.0));
        times.push(end.min(watch));
        closed.push(end <= watch);
    }
    let seen: Vec<f64> = times.iter().zip(&closed).filter(|(_, c)| **c).map(|(t, _)| *t).collect();
    let count = seen.len() as f64;
    close(seen.iter().sum::<f64>() / count, 6.093_000_395_566_844, 0.12);
    let within = seen.iter().filter(|t| **t <= 10.0).count() as f64 / count;
    close(within, 0.796_239_078_774_747_5, 0.01);
    close(1.0 - count / n as f64, 0.316_737_643_877_378_7, 0.01);
    let curve = Survival::of_times(&times, &closed).unwrap();
    // Four Greenwood standard errors.
    let error = curve.variance(10.0).unwrap().sqrt();
    close(curve.closed(10.0).unwrap(), 1.0 - (-1.0f64).exp(), 4.0 * error);
    let (mean, variance) = (curve.restricted_mean(25.0), curve.restricted_mean_variance(25.0));
    close(mean.unwrap(), 10.0 * (1.0 - (-2.5f64).exp()), 4.0 * variance.unwrap().sqrt());
    close(1.0 / events_per_exposure(&times, &closed).unwrap(), 10.0, 0.25);
}

#[test]
fn greenwood_interval_covers() {
    // Catches: a variance too small by a missing term. 2000 samples of 60 with open times:
    // coverage of the open share and of the restricted mean near 0.95.
    let mut rng = generator(1_040);
    let truth = ((-0.8f64).exp(), 10.0 * (1.0 - (-0.8f64).exp()));
    let (mut share_hits, mut mean_hits) = (0, 0);
    for _ in 0..2_000 {
        let (times, closed): (Vec<f64>, Vec<bool>) = (0..60)
            .map(|_| (exponential(&mut rng, 10.0), 8.0 + 20.0 * uniform(&mut rng)))
            .map(|(end, watch)| (end.min(watch), end <= watch))
            .unzip();
        let curve = Survival::of_times(&times, &closed).unwrap();
        let (low, high) = curve.interval(8.0, 0.95).unwrap();
        share_hits += i32::from(low <= truth.0 && truth.0 <= high);
        let half = 1.96 * curve.restricted_mean_variance(8.0).unwrap().sqrt();
        mean_hits += i32::from((curve.restricted_mean(8.0).unwrap() - truth.1).abs() <= half);
    }
    for hits in [share_hits, mean_hits] {
        let share = f64::from(hits) / 2_000.0;
        assert!((0.925..=0.97).contains(&share), "coverage {share}");
    }
}

#[test]
fn nothing_closed_and_bad_input() {
    // Catches: a panic or a made-up curve for an empty or wholly open group.
    let open = Survival::of_times(&[3.0, 5.0], &[false, false]).unwrap();
    assert_eq!(open.quantile(0.5), None);
    close(open.restricted_mean(5.0).unwrap(), 5.0, 0.0);
    assert_eq!(open.interval(4.0, 0.95), None);
    let empty = SampleError::TooFew { needed: 1, got: 0 };
    assert_eq!(Survival::of_times(&[], &[]), Err(empty));
    assert_eq!(Survival::of_counts(&[1.0, 2.0], &[0u32; 2], &[0u32; 2]), Err(empty));
    let bad = Survival::of_times(&[1.0, -2.0], &[true, true]);
    assert_eq!(bad, Err(SampleError::OutOfRange { index: 1 }));
    let edges = Survival::of_counts(&[1.0, 1.0], &[1u32, 0], &[0, 0]);
    assert_eq!(edges, Err(SampleError::OutOfRange { index: 1 }));
    let lengths = Survival::of_counts(&[1.0], &[1u32, 0], &[0, 0]);
    assert_eq!(lengths, Err(SampleError::Unmatched { left: 1, right: 2 }));
}
