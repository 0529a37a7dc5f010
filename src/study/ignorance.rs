//! Two uncertainties kept apart: chance, which replications show, and ignorance, which they cannot.
//!
//! The numbers of a model that are only assumed have ranges. A sample of them is drawn (Latin
//! hypercube over all factors), and the arms are run at every draw **under the same luck**: the
//! first few replications of the study. What then differs between the draws is what the assumed
//! numbers do. Around the mean of the study go two intervals: Student's over replications
//! (chance), and the spread of the draws' means, each taken against the same replications at the
//! model's own numbers (ignorance). The second does not shrink with more replications.

use crate::measure::{KPIS, Kpi, KpiId, Scope};
use crate::stats::Good;
use crate::stats::design::latin;
use crate::table::Table;

use super::points::{Point, PointTable};
use super::result::StudyResult;
use super::sensitivity::Settings;

/// A sample of what is not known.
#[derive(Clone, Debug)]
pub struct Ignorance {
    samples: usize,
    replications: u32,
    /// By arm: the model's own numbers, then each sample.
    settings: Vec<Vec<usize>>,
}

/// Mean and intervals of one number.
#[derive(Clone, Copy, Debug)]
struct Spread {
    low: f64,
    high: f64,
    /// Share of further draws that the interval is expected to hold.
    share: f64,
    /// Shares of draws below and above zero; of use for differences.
    sides: [f64; 2],
}

impl Ignorance {
    /// Plans the samples of `n_factors` factors for every arm.
    pub fn new(
        n_arms: usize,
        n_factors: usize,
        (samples, replications): (u32, u32),
        seed: u64,
        settings: &mut Settings,
    ) -> Ignorance {
        let drawn = latin(samples as usize, n_factors, seed);
        let of_arm = |arm: usize, settings: &mut Settings| {
            let base = settings.add(arm, Vec::new());
            let own = drawn
                .iter()
                .map(|row| settings.add(arm, row.iter().copied().enumerate().collect::<Vec<_>>()));
            std::iter::once(base).chain(own.collect::<Vec<_>>()).collect()
        };
        let settings = (0..n_arms).map(|arm| of_arm(arm, settings)).collect();
        Ignorance { samples: samples as usize, replications, settings }
    }

    /// Every run.
    pub fn points(&self) -> Vec<Point> {
        let settings = self.settings.iter().flatten();
        settings
            .flat_map(|&setting| {
                (1..=self.replications).map(move |replication| Point { setting, replication })
            })
            .collect()
    }

    /// Mean over the replications of an arm at a draw, 0 being the model's own numbers; NaN where
    /// a replication has none.
    fn mean(&self, table: &PointTable, kpi: KpiId, arm: usize, draw: usize) -> f64 {
        let setting = self.settings[arm][draw];
        let values = (1..=self.replications)
            .map(|replication| table.value(Point { setting, replication }, kpi));
        values.sum::<f64>() / f64::from(self.replications)
    }

    /// Where the draws lie, shifted so that the model's own numbers lie at `center`.
    fn spread(&self, center: f64, own: f64, draws: &[f64], confidence: f64) -> Option<Spread> {
        let mut shifted: Vec<f64> =
            draws.iter().filter(|draw| !draw.is_nan()).map(|draw| center + draw - own).collect();
        let n = shifted.len();
        if n < 2 || !center.is_finite() || own.is_nan() {
            return None;
        }
        let tail = (1.0 - confidence) / 2.0;
        // The k-th smallest of n holds k / (n + 1) of the further draws below it, on average.
        // A hair more than the product, whose binary fraction may lie under the whole number meant.
        let rank = ((tail * (n + 1) as f64 + 1e-9).floor() as usize).max(1);
        shifted.sort_by(f64::total_cmp);
        let of = |side: &dyn Fn(f64) -> bool| {
            shifted.iter().filter(|value| side(**value)).count() as f64 / n as f64
        };
        Some(Spread {
            low: shifted[rank - 1],
            high: shifted[n - rank],
            share: 1.0 - 2.0 * rank as f64 / (n + 1) as f64,
            sides: [of(&|value| value < 0.0), of(&|value| value > 0.0)],
        })
    }

    /// Table `ignorance`: `kind, baseline, arm, scope, scope_id, kpi, unit, n, mean, low, high,
    /// samples, ignorance_low, ignorance_high, ignorance_share, good_share`. `kind` is `level` or
    /// `difference`; `low` and `high` are chance, as in `summary` and `compare`. `ignorance_share`
    /// is the share of possible worlds that the second interval is expected to hold; `good_share`
    /// the share of draws in which the difference lies on the good side.
    pub fn table(&self, result: &StudyResult, points: &PointTable) -> Table {
        let mut words: [Vec<String>; 7] = Default::default();
        let mut counts: [Vec<i64>; 2] = Default::default();
        let mut numbers: [Vec<f64>; 7] = Default::default();
        let confidence = result.confidence();
        for difference in [false, true] {
            for (arm, name) in result.arms().iter().enumerate().skip(usize::from(difference)) {
                for kpi in points.kpis() {
                    let entry = &KPIS[kpi.index()];
                    let at = |draw| {
                        let own = self.mean(points, kpi, arm, draw);
                        let base = self.mean(points, kpi, 0, draw);
                        if difference { own - base } else { own }
                    };
                    let draws: Vec<f64> = (1..=self.samples).map(at).collect();
                    let Some(chance) = chance(result, arm, kpi, difference) else { continue };
                    let spread = self.spread(chance.1, at(0), &draws, confidence);
                    let Some(spread) = spread else { continue };
                    let kind = if difference { "difference" } else { "level" };
                    let baseline = if difference { result.arms()[0].as_str() } else { "" };
                    let scope = Scope::City.id();
                    let cells = [kind, baseline, name, scope, "all", entry.id, entry.unit];
                    for (column, cell) in words.iter_mut().zip(cells) {
                        column.push(cell.to_owned());
                    }
                    counts[0].push(chance.0);
                    counts[1].push(draws.iter().filter(|draw| !draw.is_nan()).count() as i64);
                    let good = if difference { good_share(entry, &spread) } else { f64::NAN };
                    let (_, mean, low, high) = chance;
                    let row = [mean, low, high, spread.low, spread.high, spread.share, good];
                    super::tables::push(&mut numbers, row);
                }
            }
        }
        let [kinds, baselines, arms, scopes, ids, kpis, units] = words;
        let [n, samples] = counts;
        let [mean, low, high, ignorance_low, ignorance_high, share, good] = numbers;
        Table::new("ignorance")
            .with_text("kind", kinds)
            .with_text("baseline", baselines)
            .with_text("arm", arms)
            .with_text("scope", scopes)
            .with_text("scope_id", ids)
            .with_text("kpi", kpis)
            .with_text("unit", units)
            .with_int("n", n)
            .with_number("mean", mean)
            .with_number("low", low)
            .with_number("high", high)
            .with_int("samples", samples)
            .with_number("ignorance_low", ignorance_low)
            .with_number("ignorance_high", ignorance_high)
            .with_number("ignorance_share", share)
            .with_number("good_share", good)
    }
}

/// n, mean and interval over the replications of the study.
fn chance(
    result: &StudyResult,
    arm: usize,
    kpi: KpiId,
    difference: bool,
) -> Option<(i64, f64, f64, f64)> {
    if difference {
        let paired = result.paired(arm, Scope::City, "all", kpi)?;
        Some((paired.n as i64, paired.difference, paired.low, paired.high))
    } else {
        let level = result.estimate(arm, Scope::City, "all", kpi)?;
        Some((level.n as i64, level.mean, level.low, level.high))
    }
}

/// Share of draws on the good side; NaN for a KPI that has none.
fn good_share(kpi: &Kpi, spread: &Spread) -> f64 {
    match kpi.good {
        Good::Up => spread.sides[1],
        Good::Down => spread.sides[0],
        Good::Neither => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_is_that_of_the_draws_around_the_study() {
        // Catches: an interval around the few replications of the draws instead of all of the
        // study, a share that promises more than the number of draws can hold.
        let plan = Ignorance::new(1, 2, (39, 2), 1, &mut Settings::default());
        let draws: Vec<f64> = (1..=39).map(f64::from).collect();
        let spread = plan.spread(100.0, 20.0, &draws, 0.95).unwrap();
        assert!((spread.low - 81.0).abs() < 1e-12 && (spread.high - 119.0).abs() < 1e-12);
        assert!((spread.share - 0.95).abs() < 1e-12);
        let few = plan.spread(0.0, 0.0, &[-1.0, 1.0, f64::NAN], 0.95).unwrap();
        assert!((few.share - 1.0 / 3.0).abs() < 1e-12);
        assert!(few.sides.iter().all(|side| (side - 0.5).abs() < 1e-12));
        // A difference of nothing is on no side.
        let none = plan.spread(0.0, 1.0, &[1.0, 1.0], 0.95).unwrap();
        assert!(none.sides.iter().all(|side| side.abs() < 1e-12));
        assert!(plan.spread(0.0, 0.0, &[1.0], 0.95).is_none());
        assert_eq!(plan.points().len(), 80);
    }
}
