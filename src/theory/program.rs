//! The way of any other model: files compiled, districts simulated, records counted.

use std::path::Path;
use std::sync::Arc;

use super::martingale::Grid;
use super::pace::Pace;
use super::published::{Both, PUBLISHED, Tables};
use super::spec::Queue;
use super::tally::{Leaving, Mark, Sample, Tally, Threshold};
use crate::base::{DAY, Time};
use crate::compile::{Diagnostics, LoadedModel, load_model, plan};
use crate::domain::{
    ApplicationRecord, CallUpRecord, CaseRecord, City, DepartmentRecord, Fate, HourRecord,
    IssueRecord, OnCallRecord, Plan, PoolKind, PoolRecord, RunSpec, Shape, Sink, Stage,
    StreetRecord, TaskRecord, simulate,
};

/// A model read from its files, ready to run.
pub(super) struct Program {
    city: Arc<City>,
    plan: Plan,
    pace: Pace,
    queue: Queue,
    seed: u64,
}

impl Program {
    /// Loads a model as any verb does.
    ///
    /// # Errors
    /// Mistakes in its files: there are none unless the generator is wrong.
    pub(super) fn load(
        dir: &Path,
        queue: &Queue,
        pace: Pace,
        seed: u64,
    ) -> Result<Program, Diagnostics> {
        let model: LoadedModel = load_model(dir)?;
        let plan = plan(&model, "before", &[])?.plan;
        Ok(Program { city: model.city, plan, pace, queue: queue.clone(), seed })
    }

    /// One replication.
    pub(super) fn run(&self, replication: u64, marks: &[Mark], thresholds: &[Threshold]) -> Sample {
        let spec = RunSpec {
            seed: self.seed,
            replication,
            warm_up_days: self.pace.warm_up_days,
            horizon_days: self.pace.days,
        };
        let n_parts = if self.queue.classes.len() > 1 { self.queue.classes.len() + 1 } else { 1 };
        let (from, to) = (spec.window_start().0, spec.end().0);
        let copies = f64::from(self.pace.copies);
        let window = (to - from) as f64 / self.pace.unit_s() * copies;
        let mut probe = Probe {
            unit: self.pace.unit_s(),
            from,
            to,
            parts: vec![Tally::default(); n_parts],
            marks,
            present_at: vec![0; marks.len()],
            thresholds,
            means: self.queue.classes.iter().map(|c| c.service.mean * self.pace.unit_s()).collect(),
            grid: self.grid(from, to),
        };
        let figures = if replication <= PUBLISHED {
            let mut both = Both { probe, tables: Tables::new(&self.city, &spec) };
            simulate(&self.city, &self.plan, 0, &spec, &mut both);
            probe = both.probe;
            Some(both.tables.figures(window, copies, self.pace.unit_h))
        } else {
            simulate(&self.city, &self.plan, 0, &spec, &mut probe);
            None
        };
        let Probe { mut parts, present_at, grid, .. } = probe;
        let always_open = self.queue.servers.iter().all(|(_, n)| *n > 0);
        let all_present = parts[0].present;
        if !always_open {
            // Work that is paused at night waits, wherever the pool keeps it.
            parts[0].waiting = all_present - parts[0].busy;
        }
        for part in &mut parts {
            part.window = window;
        }
        for part in &mut parts[1..] {
            part.waiting = part.wait;
        }
        let counted = marks
            .iter()
            .zip(present_at)
            .map(|(mark, present)| [present as f64, mark.instants(from, to) as f64 * copies]);
        let marks = counted.collect();
        let controls = self.controls(&parts, grid.as_ref());
        Sample { parts, marks, controls, figures }
    }

    /// A grid for controls that follow the line: where rates and servers do not change.
    fn grid(&self, from: i64, to: i64) -> Option<Grid> {
        let queue = &self.queue;
        if queue.opening.is_some() || queue.wave.is_some() || queue.servers.len() > 1 {
            return None;
        }
        let cell = (self.pace.cell * self.pace.unit_s()).ceil() as i64;
        Grid::new(from, to, cell, self.pace.copies as usize)
    }

    /// What came, less what is expected: arrivals of each class, work for those who came in, and
    /// both weighted with the line that they met.
    fn controls(&self, parts: &[Tally], grid: Option<&Grid>) -> Vec<f64> {
        if self.queue.opening.is_some() {
            return Vec::new();
        }
        let classes = &self.queue.classes;
        let part = |class: usize| if classes.len() > 1 { &parts[class + 1] } else { &parts[0] };
        let mut controls = Vec::new();
        let mut work = parts[0].work;
        for (at, class) in classes.iter().enumerate() {
            let tally = part(at);
            controls.push(tally.arrived - class.rate * tally.window);
            work -= (tally.arrived - tally.refused) * class.service.mean;
        }
        controls.push(work);
        let Some(grid) = grid else { return controls };
        let unit_s = self.pace.unit_s();
        let sums = grid.sums(self.queue.servers[0].1, self.queue.rate() / unit_s);
        let mean = self.queue.load() * self.queue.mean_servers() / self.queue.rate();
        // Gaps that remember are not independent of the line.
        let poisson = self.queue.gaps == Shape::Exponential;
        match (classes.len(), poisson) {
            (1, true) => controls.extend([sums.arrivals * mean, sums.services / unit_s]),
            (_, true) => controls.push(sums.arrivals * mean + sums.services / unit_s),
            (_, false) => controls.push(sums.services / unit_s),
        }
        controls
    }
}

/// Counts the records of a run.
struct Probe<'a> {
    unit: f64,
    from: i64,
    to: i64,
    parts: Vec<Tally>,
    marks: &'a [Mark],
    present_at: Vec<i64>,
    thresholds: &'a [Threshold],
    /// Mean service of each class [s].
    means: Vec<f64>,
    grid: Option<Grid>,
}

impl Probe<'_> {
    /// Counts a case in the grid.
    fn follow(&mut self, record: &CaseRecord, accepted: Time) {
        let Some(grid) = &mut self.grid else { return };
        let (copy, came) = (usize::from(record.street), accepted.0);
        if record.fate == Fate::TurnedAway {
            return grid.turned_away(copy, came);
        }
        let stages = [Stage::Queue, Stage::OffHours, Stage::Work];
        let spent: i64 =
            stages.iter().map(|stage| i64::from(record.ledger.0[*stage as usize])).sum();
        let served = record.effort.0 > 0;
        let end = if served || record.left.is_some() { came + spent } else { self.to };
        let surplus = record.effort.0 as f64 - self.means[usize::from(record.item)];
        grid.count(copy, came, end, served.then_some(surplus));
    }

    /// Counts a case in a part.
    fn count(&mut self, part: usize, record: &CaseRecord, accepted: Time) {
        let stages = [Stage::Queue, Stage::OffHours, Stage::Work];
        let spent: i64 =
            stages.iter().map(|stage| i64::from(record.ledger.0[*stage as usize])).sum();
        let served = record.effort.0 > 0;
        let done = served || record.left.is_some();
        let end = if done { accepted.0 + spent } else { self.to };
        let tally = &mut self.parts[part];
        if (self.from..self.to).contains(&accepted.0) {
            tally.arrived += 1.0;
            tally.refused += f64::from(u8::from(record.fate == Fate::TurnedAway));
        }
        if record.fate == Fate::TurnedAway {
            return;
        }
        let present = (end.min(self.to) - accepted.0.max(self.from)).max(0);
        tally.present += present as f64 / self.unit;
        if done && (self.from..self.to).contains(&end) {
            let wait = spent - record.effort.0;
            let waited = record.begun.is_none_or(|begun| begun > accepted);
            let who = Leaving { wait, sojourn: spent, waited, served };
            tally.leave(who, self.unit, part, self.thresholds);
        }
        if part == 0 {
            for (present, mark) in self.present_at.iter_mut().zip(self.marks) {
                *present += mark.instants(accepted.0.max(self.from), end.min(self.to));
            }
        }
    }
}

impl Sink for Probe<'_> {
    fn case(&mut self, record: &CaseRecord) {
        let Some(accepted) = record.accepted else { return };
        self.count(0, record, accepted);
        self.follow(record, accepted);
        if self.parts.len() > 1 {
            self.count(usize::from(record.item) + 1, record, accepted);
        }
    }

    fn pool(&mut self, record: &PoolRecord) {
        if record.kind == PoolKind::Unit(0) {
            let load = &record.load;
            let units = |hours: f64| hours * 3600.0 / self.unit;
            let all = &mut self.parts[0];
            all.busy += units(load.busy_h);
            all.servers += units(load.available_h);
            all.waiting += units(load.queue_area_h);
            all.work += units(load.work_in_h);
        }
    }

    fn issue(&mut self, _: &IssueRecord) {}
    fn call_up(&mut self, _: &CallUpRecord) {}
    fn on_call(&mut self, _: &OnCallRecord) {}
    fn task(&mut self, _: &TaskRecord) {}
    fn backlog(&mut self, _: i64, _: u16, _: u32) {}
    fn hour(&mut self, _: &HourRecord) {}
    fn street(&mut self, _: &StreetRecord) {}
    fn department(&mut self, _: &DepartmentRecord) {}
    fn application(&mut self, _: &ApplicationRecord) {}
}

/// Marks of a row in seconds of the model.
pub(super) fn marks_in_seconds(marks: &[Mark], units: &[f64], pace: &Pace) -> Vec<Mark> {
    let seconds = units.iter().map(|at| (at * pace.unit_s()).round() as i64);
    marks
        .iter()
        .zip(seconds)
        .map(|(mark, at)| match mark.every {
            Some(_) => Mark { at: at % DAY, every: Some(DAY) },
            None => Mark { at, every: None },
        })
        .collect()
}
