//! Where a difference comes from: by stage, and case by case.

use crate::domain::Stage;
use crate::measure::QUANTITIES;
use crate::stats::Estimate;
use crate::table::Table;

use super::result::StudyResult;
use super::series::Place;
use super::tables::{PlaceColumns, push};

/// The stage of the sum of all.
const TOTAL: &str = "total";

/// Columns of `stage_differences.csv` as they grow.
#[derive(Default)]
struct Splits {
    rows: PlaceColumns,
    cases: Vec<String>,
    stages: Vec<String>,
    n: Vec<i64>,
    numbers: [Vec<f64>; 3],
}

impl Splits {
    /// One place's stages, a column of replications each, and their sum.
    fn add(&mut self, arm: &str, place: &Place, cases: &str, columns: &[Vec<f64>], level: f64) {
        let totals: Vec<f64> = (0..columns[0].len())
            .map(|run| columns.iter().map(|column| column[run]).sum())
            .collect();
        let sum_of = Estimate::of(&totals, level);
        if sum_of.is_empty() {
            return;
        }
        let mut say = |stage: &str, estimate: &Estimate, mean: f64| {
            self.rows.push(arm, place);
            self.cases.push(cases.to_owned());
            self.stages.push(stage.to_owned());
            self.n.push(estimate.n as i64);
            let half = estimate.half_width();
            push(&mut self.numbers, [mean, mean - half, mean + half]);
        };
        // The sum is that of the numbers above it, to the last bit.
        let mut sum = 0.0;
        for (stage, column) in Stage::ALL.iter().zip(columns) {
            let estimate = Estimate::of(column, level);
            sum += estimate.mean;
            say(stage.id(), &estimate, estimate.mean);
        }
        say(TOTAL, &sum_of, sum);
    }
}

impl StudyResult {
    /// `stage_differences`: how the time from arising to leaving changes, stage by stage; the
    /// stages of a place add up to its `total` exactly. `cases` is `all` (means over each arm's own
    /// cases) or `matched` (the same cases in both arms).
    pub(super) fn stage_differences_table(&self) -> Table {
        let mut splits = Splits::default();
        for (arm, name) in self.arms().iter().enumerate().skip(1) {
            let places: Vec<&Place> = {
                let mut places: Vec<&Place> =
                    self.stages.keys().map(|((place, _), _)| place).collect();
                places.dedup();
                places
            };
            for place in places {
                let of = |stage: u8, of: usize| {
                    let position = self.stages.find(&(place.clone(), stage));
                    self.column(of, |run| {
                        position.map_or(f64::NAN, |at| self.stages.at(run, at)[0])
                    })
                };
                let columns: Vec<Vec<f64>> = (0..Stage::ALL.len() as u8)
                    .map(|stage| {
                        let pairs = of(stage, 0).into_iter().zip(of(stage, arm));
                        pairs.map(|(baseline, arm)| arm - baseline).collect()
                    })
                    .collect();
                splits.add(name, place, "all", &columns, self.frame.confidence);
                let columns: Vec<Vec<f64>> = (0..Stage::ALL.len() as u8)
                    .map(|stage| self.matched_column(arm, place, QUANTITIES.len() as u8 + stage))
                    .collect();
                splits.add(name, place, "matched", &columns, self.frame.confidence);
            }
        }
        let baselines = vec![self.arms()[0].clone(); splits.n.len()];
        let [difference, low, high] = splits.numbers;
        splits
            .rows
            .into_table(Table::new("stage_differences").with_text("baseline", baselines))
            .with_text("cases", splits.cases)
            .with_text("stage", splits.stages)
            .with_int("n", splits.n)
            .with_number("difference_h", difference)
            .with_number("low", low)
            .with_number("high", high)
    }

    /// `matched`: the same cases in an arm and in the baseline.
    pub(super) fn matched_table(&self) -> Table {
        let mut rows = PlaceColumns::default();
        let (mut quantities, mut units) = (Vec::new(), Vec::new());
        let mut n = Vec::new();
        let mut numbers: [Vec<f64>; 3] = Default::default();
        for (arm, name) in self.arms().iter().enumerate().skip(1) {
            for ((place, quantity), _) in self.matched.keys() {
                let Some((id, unit)) = QUANTITIES.get(usize::from(*quantity)) else { continue };
                let values = self.matched_column(arm, place, *quantity);
                let estimate = Estimate::of(&values, self.frame.confidence);
                if estimate.is_empty() {
                    continue;
                }
                rows.push(name, place);
                quantities.push((*id).to_owned());
                units.push((*unit).to_owned());
                n.push(estimate.n as i64);
                push(&mut numbers, [estimate.mean, estimate.low, estimate.high]);
            }
        }
        let baselines = vec![self.arms()[0].clone(); n.len()];
        let [mean, low, high] = numbers;
        rows.into_table(Table::new("matched").with_text("baseline", baselines))
            .with_text("quantity", quantities)
            .with_text("unit", units)
            .with_int("n", n)
            .with_number("mean", mean)
            .with_number("low", low)
            .with_number("high", high)
    }

    /// A quantity of matched cases by replication.
    fn matched_column(&self, arm: usize, place: &Place, quantity: u8) -> Vec<f64> {
        let position = self.matched.find(&(place.clone(), quantity));
        self.column(arm, |run| position.map_or(f64::NAN, |at| self.matched.at(run, at)[0]))
    }
}
