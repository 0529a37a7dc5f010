//! Which arms may be the best: comparisons with the best under common random numbers.

use super::result::StudyResult;
use crate::measure::{KPIS, KpiId, Scope};
use crate::stats::selection::with_the_best;
use crate::stats::{Estimate, Good};
use crate::table::Table;

impl StudyResult {
    /// Table `best`: `kpi, unit, good, arm, n, mean, difference, low, high, confidence, candidate`,
    /// for the whole area and those of the KPIs that have a good direction; empty with fewer than
    /// three arms.
    ///
    /// `difference` is to the best of the other arms, positive where larger; bounds hold for all
    /// arms of a KPI together. The truly best arm is among the candidates with the confidence.
    pub fn best_table(&self, kpis: &[&str]) -> Table {
        let mut words: [Vec<String>; 5] = Default::default();
        let mut numbers: [Vec<f64>; 5] = Default::default();
        let mut counts = Vec::new();
        let arms = self.arms().len();
        for kpi in KPIS.iter().filter(|kpi| arms >= 3 && kpis.contains(&kpi.id)) {
            let (sign, good) = match kpi.good {
                Good::Up => (1.0, "up"),
                Good::Down => (-1.0, "down"),
                Good::Neither => continue,
            };
            let Some(id) = KpiId::find(kpi.id) else { continue };
            let of = |arm| self.values(arm, Scope::City, "all", id).unwrap_or_default();
            let plain: Vec<Vec<f64>> = (0..arms).map(of).collect();
            if plain.iter().any(Vec::is_empty) {
                continue;
            }
            let turned: Vec<Vec<f64>> =
                plain.iter().map(|values| values.iter().map(|v| sign * v).collect()).collect();
            let slices: Vec<&[f64]> = turned.iter().map(Vec::as_slice).collect();
            let found = with_the_best(&slices, self.confidence());
            for (arm, best) in found.iter().enumerate() {
                let mean = Estimate::of(&plain[arm], self.confidence()).mean;
                let bounds = [sign * best.low, sign * best.high];
                let [low, high] = if sign > 0.0 { bounds } else { [bounds[1], bounds[0]] };
                let candidate = if best.candidate { "yes" } else { "no" };
                let cells = [kpi.id, kpi.unit, good, &self.arms()[arm], candidate];
                for (column, cell) in words.iter_mut().zip(cells) {
                    column.push(cell.to_owned());
                }
                // No sign of zero: a bound of exactly 0 reads 0.
                let row = [mean, sign * best.difference, low + 0.0, high + 0.0, self.confidence()];
                for (column, cell) in numbers.iter_mut().zip(row) {
                    column.push(cell);
                }
                counts.push(best.n as i64);
            }
        }
        let [kpi, unit, good, arm, candidate] = words;
        let [mean, difference, low, high, confidence] = numbers;
        Table::new("best")
            .with_text("kpi", kpi)
            .with_text("unit", unit)
            .with_text("good", good)
            .with_text("arm", arm)
            .with_int("n", counts)
            .with_number("mean", mean)
            .with_number("difference", difference)
            .with_number("low", low)
            .with_number("high", high)
            .with_number("confidence", confidence)
            .with_text("candidate", candidate)
    }
}
