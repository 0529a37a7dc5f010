//! How sure a ranking is: rank intervals that hold for all ranked things together, and the chance
//! of truly being among the last.
//!
//! Replications are joint observations: each gives every ranked thing one value, and things that
//! share luck are compared under the same luck. Two questions have two answers.
//!
//! * *Between which ranks does it lie?* All pairs are tested by paired t with Holm's adjustment;
//!   what is surely better than it bounds its rank from above, what is surely worse from below.
//!   With the confidence given, **all** intervals hold at once (Al Mohamad, Goeman and van Zwet
//!   2022, *Simultaneous confidence intervals for ranks with application to ranking institutions*,
//!   Biometrics 78; here with Holm for Tukey, since the pairs share their replications).
//! * *How likely is it among the last tenth?* The means are drawn from their posterior under a
//!   normal model with a flat prior: the sample means plus a random combination of the
//!   replications' deviations, which keeps every correlation, divided by a chi; each margin is
//!   Student's with n − 1 degrees of freedom.

use super::multiple::holm;
use super::paired::Paired;
use super::quantile;
use super::student::{chi2_quantile, normal_quantile};
use super::summary::Summary;
use crate::random::Streams;

/// Purposes of draws; the entity is the replication.
const WEIGHT: u16 = 1;
const SCALE: u16 = 2;

/// How to rank.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Ranking {
    /// Rank 1 is the largest mean rather than the smallest.
    pub largest_first: bool,
    /// Confidence of the intervals, in (0, 1).
    pub confidence: f64,
    /// Share of things that counts as the last ones, in (0, 1].
    pub last_share: f64,
    /// Draws from the posterior.
    pub draws: u32,
    /// Seed of the draws.
    pub seed: u64,
}

/// One ranked thing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Ranked {
    /// Replications used.
    pub n: usize,
    /// Mean value.
    pub mean: f64,
    /// Rank by the mean, 1 first; equal means share the mean of their ranks.
    pub rank: f64,
    /// Best rank that the simultaneous intervals leave.
    pub low: usize,
    /// Worst rank that they leave.
    pub high: usize,
    /// Best rank of the thing's own interval, from the draws.
    pub own_low: f64,
    /// Worst rank of its own interval.
    pub own_high: f64,
    /// Share of draws in which it is among the last.
    pub last: f64,
}

impl Ranking {
    /// Number of things that count as the last ones, at least 1.
    #[must_use]
    pub fn n_last(&self, things: usize) -> usize {
        ((things as f64 * self.last_share).round() as usize).max(1)
    }

    /// Ranks things by the means of their values, a slice of replications each. A replication in
    /// which no thing has a value is left out; a thing that lacks a value in one of the others
    /// cannot be ranked with them and has none.
    ///
    /// # Panics
    /// If the slices differ in length, or the confidence is not strictly between 0 and 1.
    #[must_use]
    pub fn rank(&self, values: &[Vec<f64>]) -> Vec<Option<Ranked>> {
        super::assert_confidence(self.confidence);
        let n = values.first().map_or(0, Vec::len);
        assert!(values.iter().all(|row| row.len() == n), "one value per replication");
        let used: Vec<usize> =
            (0..n).filter(|&at| values.iter().any(|row| !row.is_nan_at(at))).collect();
        let whole: Vec<usize> = (0..values.len())
            .filter(|&thing| used.iter().all(|&at| !values[thing].is_nan_at(at)))
            .collect();
        // From here on small is good.
        let sign = if self.largest_first { -1.0 } else { 1.0 };
        let rows: Vec<Vec<f64>> = whole
            .iter()
            .map(|&thing| used.iter().map(|&at| sign * values[thing][at]).collect())
            .collect();
        let mut ranked = vec![None; values.len()];
        if used.is_empty() {
            return ranked;
        }
        let means: Vec<f64> = rows.iter().map(|row| Summary::of(row).mean()).collect();
        let sure = self.sure(&rows);
        let drawn = self.drawn(&rows, &means);
        for (((&thing, rank), (better, worse)), (own_low, own_high, last)) in
            whole.iter().zip(ranks(&means)).zip(sure).zip(drawn)
        {
            let mean = Summary::of(&values[thing]).mean();
            let (low, high) = (1 + better, rows.len() - worse);
            let n = used.len();
            ranked[thing] = Some(Ranked { n, mean, rank, low, high, own_low, own_high, last });
        }
        ranked
    }

    /// For each thing, how many are surely better and how many surely worse.
    fn sure(&self, rows: &[Vec<f64>]) -> Vec<(usize, usize)> {
        let pairs: Vec<(usize, usize)> =
            (0..rows.len()).flat_map(|a| (0..a).map(move |b| (b, a))).collect();
        let tests: Vec<Paired> = pairs
            .iter()
            .map(|&(a, b)| {
                Paired::of(&rows[a], &rows[b], self.confidence)
                    .expect("invariant: rows have one value per replication")
            })
            .collect();
        let adjusted = holm(&tests.iter().map(|test| test.p_value).collect::<Vec<f64>>());
        let mut counts = vec![(0, 0); rows.len()];
        for ((&(a, b), test), p) in pairs.iter().zip(&tests).zip(adjusted) {
            if p <= 1.0 - self.confidence {
                let (better, worse) = if test.difference > 0.0 { (a, b) } else { (b, a) };
                counts[better].1 += 1;
                counts[worse].0 += 1;
            }
        }
        counts
    }

    /// Own interval of the rank, and share of draws among the last.
    fn drawn(&self, rows: &[Vec<f64>], means: &[f64]) -> Vec<(f64, f64, f64)> {
        let n = rows.first().map_or(0, Vec::len);
        if n < 2 {
            return vec![(f64::NAN, f64::NAN, f64::NAN); rows.len()];
        }
        let first_last = (rows.len() - self.n_last(rows.len())) as f64;
        let mut seen: Vec<Vec<f64>> = vec![Vec::new(); rows.len()];
        let mut last = vec![0u32; rows.len()];
        for draw in 0..self.draws {
            let streams = Streams::new(self.seed, u64::from(draw));
            let weights: Vec<f64> =
                (0..n as u64).map(|at| normal_quantile(streams.uniform(WEIGHT, at, 0))).collect();
            let df = (n - 1) as f64;
            let chi = (chi2_quantile(streams.uniform(SCALE, 0, 0), df) / df).sqrt();
            let scale = 1.0 / ((n as f64 * df).sqrt() * chi);
            let drawn: Vec<f64> = rows
                .iter()
                .zip(means)
                .map(|(row, mean)| {
                    let sum: f64 =
                        row.iter().zip(&weights).map(|(value, w)| w * (value - mean)).sum();
                    mean + scale * sum
                })
                .collect();
            for ((rank, seen), last) in ranks(&drawn).iter().zip(&mut seen).zip(&mut last) {
                seen.push(*rank);
                *last += u32::from(*rank > first_last);
            }
        }
        let tail = (1.0 - self.confidence) / 2.0;
        seen.iter_mut()
            .zip(last)
            .map(|(seen, last)| {
                let low = quantile::of(seen, tail).unwrap_or(f64::NAN);
                let high = quantile::of(seen, 1.0 - tail).unwrap_or(f64::NAN);
                (low, high, f64::from(last) / f64::from(self.draws))
            })
            .collect()
    }
}

/// Whether there is no value at a place.
trait Gap {
    fn is_nan_at(&self, at: usize) -> bool;
}

impl Gap for Vec<f64> {
    fn is_nan_at(&self, at: usize) -> bool {
        self[at].is_nan()
    }
}

/// Ranks from the smallest, 1 first; equal values share the mean of their ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for equal in order.chunk_by(|&a, &b| values[a].total_cmp(&values[b]).is_eq()) {
        let rank = before as f64 + (equal.len() + 1) as f64 / 2.0;
        for &at in equal {
            ranks[at] = rank;
        }
        before += equal.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::{close, generator, normal};

    fn ranking() -> Ranking {
        Ranking { largest_first: false, confidence: 0.95, last_share: 0.1, draws: 400, seed: 3 }
    }

    #[test]
    fn clear_order_has_narrow_intervals() {
        // Catches: ranks from the wrong end, better and worse swapped, the last ones at the top.
        let mut rng = generator(41);
        let values: Vec<Vec<f64>> = (0..20)
            .map(|thing| (0..10).map(|_| f64::from(thing) + 0.01 * normal(&mut rng)).collect())
            .collect();
        let ranked = ranking().rank(&values);
        for (thing, ranked) in ranked.iter().enumerate() {
            let ranked = ranked.unwrap();
            assert_eq!((ranked.low, ranked.high), (thing + 1, thing + 1));
            close(ranked.rank, thing as f64 + 1.0, 0.0);
            close(ranked.last, f64::from(u8::from(thing >= 18)), 0.0);
        }
        let turned = Ranking { largest_first: true, ..ranking() }.rank(&values);
        close(turned[0].unwrap().rank, 20.0, 0.0);
        close(turned[0].unwrap().last, 1.0, 0.0);
    }

    #[test]
    fn equals_are_told_apart_by_nothing() {
        // Catches: a ranking of noise sold as one: equal things must share all ranks.
        let mut rng = generator(42);
        let values: Vec<Vec<f64>> =
            (0..10).map(|_| (0..10).map(|_| normal(&mut rng)).collect()).collect();
        for ranked in ranking().rank(&values) {
            let ranked = ranked.unwrap();
            assert_eq!((ranked.low, ranked.high), (1, 10));
            assert!(ranked.last < 0.9);
        }
    }

    #[test]
    fn intervals_hold_together() {
        // Catches: unadjusted pairs. 200 macro-replications of 12 things half a standard error
        // apart: in at least 0.95 - 3.5 sd = 0.896 of them every true rank is inside.
        let mut rng = generator(43);
        let mut hits = 0;
        for _ in 0..200 {
            let values: Vec<Vec<f64>> = (0..12)
                .map(|thing| (0..10).map(|_| f64::from(thing) * 0.7 + normal(&mut rng)).collect())
                .collect();
            let plan = Ranking { draws: 1, ..ranking() };
            let ranked = plan.rank(&values);
            let inside = |(thing, ranked): (usize, &Option<Ranked>)| {
                let ranked = ranked.unwrap();
                ranked.low <= thing + 1 && thing < ranked.high
            };
            hits += u32::from(ranked.iter().enumerate().all(inside));
        }
        assert!(hits >= 179, "{hits} of 200");
    }

    #[test]
    fn chances_of_being_last_are_calibrated() {
        // Catches: a posterior that is too narrow or ignores what things share. 300 worlds of ten
        // things whose true means are drawn: of the shares said, the mean over the truly last one
        // and over all must be right, and shares above 0.8 must come true about as often.
        let mut rng = generator(44);
        let (mut said, mut true_last, mut n_sure) = (0.0, 0.0, 0.0f64);
        for seed in 0..300 {
            let means: Vec<f64> = (0..10).map(|_| normal(&mut rng)).collect();
            let shared: Vec<f64> = (0..8).map(|_| 3.0 * normal(&mut rng)).collect();
            let values: Vec<Vec<f64>> = means
                .iter()
                .map(|mean| shared.iter().map(|s| mean + s + normal(&mut rng)).collect())
                .collect();
            let worst = (0..10).max_by(|&a, &b| means[a].total_cmp(&means[b])).unwrap();
            let ranked = Ranking { seed, ..ranking() }.rank(&values);
            for (thing, ranked) in ranked.iter().enumerate() {
                let last = ranked.unwrap().last;
                if last > 0.8 {
                    n_sure += 1.0;
                    said += last;
                    true_last += f64::from(u8::from(thing == worst));
                }
            }
        }
        assert!(n_sure > 60.0, "{n_sure}");
        let error = (0.9 * 0.1 / n_sure).sqrt();
        close(true_last / n_sure, said / n_sure, 4.0 * error);
    }

    #[test]
    fn gaps_leave_out_and_ties_share() {
        // Catches: a failed replication that drops everybody, a thing without values that is
        // ranked, ties broken by place in the list.
        let nan = f64::NAN;
        let values = vec![
            vec![1.0, nan, 1.0, 1.0],
            vec![1.0, nan, 1.0, 1.0],
            vec![2.0, nan, nan, 2.0],
            vec![5.0, nan, 6.0, 5.5],
        ];
        let ranked = ranking().rank(&values);
        close(ranked[0].unwrap().rank, 1.5, 0.0);
        close(ranked[1].unwrap().rank, 1.5, 0.0);
        assert!(ranked[2].is_none());
        assert_eq!(ranked[3].unwrap().n, 3);
        assert!(ranking().rank(&[]).is_empty());
        assert!(ranking().rank(&[vec![nan], vec![nan]]).iter().all(Option::is_none));
    }
}
