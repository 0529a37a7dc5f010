//! Arrival rates that change with the hour: cumulative intensity and its inverse.
//!
//! An arrival is the image of a unit-rate Poisson point under the inverse, so a change of the rate
//! moves every arrival a little instead of drawing others (thinning would).

use crate::base::{Span, Time};

/// An expected number of arrivals per step, constant within each step.
#[derive(Clone, Debug)]
pub struct Intensity {
    step: i64,
    /// Expected arrivals before each step; one more entry than steps.
    cumulative: Vec<f64>,
    /// First step that may hold the targets of each of as many equal cells of `[0, total)`.
    guide: Vec<u32>,
    cells_per_unit: f64,
}

impl Intensity {
    /// Expected arrivals `weights[i]` in the step from `i`·`step` to (`i` + 1)·`step`.
    ///
    /// # Panics
    /// If `step` is not positive or a weight is negative or not finite.
    pub fn new(step: Span, weights: &[f64]) -> Intensity {
        assert!(step > Span::ZERO, "the step must be positive");
        let mut cumulative = Vec::with_capacity(weights.len() + 1);
        let mut sum = 0.0;
        cumulative.push(sum);
        for &weight in weights {
            assert!(weight.is_finite() && weight >= 0.0, "a rate must be finite and not negative");
            sum += weight;
            cumulative.push(sum);
        }
        let n_cells = weights.len().max(1);
        let cells_per_unit = if sum > 0.0 { n_cells as f64 / sum } else { 0.0 };
        let mut guide = Vec::with_capacity(n_cells + 1);
        let mut place = 0;
        for cell in 0..=n_cells {
            let low = cell as f64 / n_cells as f64 * sum;
            while place + 1 < weights.len() && cumulative[place + 1] <= low {
                place += 1;
            }
            guide.push(place as u32);
        }
        Intensity { step: step.0, cumulative, guide, cells_per_unit }
    }

    /// Expected arrivals in all steps.
    pub fn total(&self) -> f64 {
        self.cumulative[self.cumulative.len() - 1]
    }

    /// Expected arrivals in `[0, t)`.
    pub fn cumulative(&self, t: Time) -> f64 {
        let last = self.cumulative.len() - 1;
        let place = t.0.max(0) / self.step;
        if place >= last as i64 {
            return self.cumulative[last];
        }
        let (low, high) = (self.cumulative[place as usize], self.cumulative[place as usize + 1]);
        let share = (t.0.max(0) % self.step) as f64 / self.step as f64;
        low + (high - low) * share
    }

    /// The second in which the expected number of arrivals passes `target`; `None` at or past the
    /// end. Never falls in a step of rate zero.
    #[inline]
    pub fn invert(&self, target: f64) -> Option<Time> {
        if target < 0.0 || target >= self.total() {
            return None;
        }
        let cell = (target * self.cells_per_unit) as usize;
        // One cell back: the rounding of the product must not skip a step.
        let mut place = self.guide[cell.saturating_sub(1).min(self.guide.len() - 1)] as usize;
        while self.cumulative[place + 1] <= target {
            place += 1;
        }
        let (low, high) = (self.cumulative[place], self.cumulative[place + 1]);
        let within = ((target - low) / (high - low) * self.step as f64) as i64;
        Some(Time(place as i64 * self.step + within.clamp(0, self.step - 1)))
    }
}
