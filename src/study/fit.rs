//! Fitting assumed numbers to KPIs observed month by month (history matching).

use rayon::prelude::*;

use crate::compile::LoadedPlan;
use crate::domain::{
    ApplicationRecord, CallUpRecord, CaseRecord, DepartmentRecord, HourRecord, InTurn, IssueRecord,
    OnCallRecord, PoolRecord, Sink, StreetRecord, TaskRecord, simulate_districts,
};
use crate::measure::{Accumulator, KpiId, Scope, Window};
use crate::stats::Summary;
use crate::stats::emulator::Chance;

use super::design::Study;
use super::failure::guarded;

/// A KPI observed in one month.
#[derive(Clone, PartialEq, Debug)]
pub struct Observed {
    /// `2019-03`.
    pub month: String,
    /// The month as a window of the run.
    pub window: Window,
    /// The KPI, over the whole area.
    pub kpi: KpiId,
    /// Its value.
    pub value: f64,
    /// Standard deviation of the observation; none if it is not known.
    pub sd: Option<f64>,
}

/// Counts what happens in each of several windows. Bookkeeping that a run says once, at its end,
/// belongs to no month: KPIs that need it have no value here.
struct Months(Vec<Accumulator>);

impl Sink for Months {
    fn case(&mut self, record: &CaseRecord) {
        self.0.iter_mut().for_each(|month| month.case(record));
    }
    fn issue(&mut self, record: &IssueRecord) {
        self.0.iter_mut().for_each(|month| month.issue(record));
    }
    fn call_up(&mut self, record: &CallUpRecord) {
        self.0.iter_mut().for_each(|month| month.call_up(record));
    }
    fn on_call(&mut self, record: &OnCallRecord) {
        self.0.iter_mut().for_each(|month| month.on_call(record));
    }
    fn application(&mut self, record: &ApplicationRecord) {
        self.0.iter_mut().for_each(|month| month.application(record));
    }
    fn task(&mut self, _: &TaskRecord) {}
    fn backlog(&mut self, _: i64, _: u16, _: u32) {}
    fn hour(&mut self, _: &HourRecord) {}
    fn pool(&mut self, _: &PoolRecord) {}
    fn street(&mut self, _: &StreetRecord) {}
    fn department(&mut self, _: &DepartmentRecord) {}
}

/// KPIs that can be told by the month: those of cases, issues, call-ups and applications.
pub fn is_monthly(kpi: KpiId) -> bool {
    const NOT: [&str; 24] = [
        "utilisation",
        "overload_share",
        "queue_mean",
        "wait_mean_h",
        "wait_p90_h",
        "cases_per_head",
        "burden_hours_per_head",
        "department_backlog",
        "department_utilisation",
        "department_overdue_share",
        "tasks_per_week",
        "task_hours_per_week",
        "time_gini",
        "time_p90_ratio",
        "cost_per_resolved",
        "cost_per_year",
        "backlog_peak",
        "recovery_days",
        "project_hours_per_week",
        "external_hours_per_week",
        "overtime_hours_per_week",
        // Seen only long after the month, or kept by the run as a whole.
        "application_reversal_share",
        "repeat_share",
        "cases_open_end",
    ];
    !NOT.contains(&kpi.kpi().id)
}

/// What was observed, as it comes out under plans.
#[derive(Clone, Debug)]
pub struct Simulated {
    /// Of each plan and row the mean over the study's replications; NaN where none has a value.
    pub means: Vec<Vec<f64>>,
    /// Chance of each row: that of its KPI, over plans and months.
    pub chance: Vec<Chance>,
    /// Words of the runs that broke.
    pub broken: Vec<String>,
}

/// Values of what was observed, under plans. A run that breaks gives no value.
pub fn simulated(study: &Study, plans: &[LoadedPlan], observed: &[Observed]) -> Simulated {
    let replications: Vec<u32> = study.replications.clone().collect();
    let tasks: Vec<(usize, u32)> = (0..plans.len())
        .flat_map(|plan| replications.iter().map(move |replication| (plan, *replication)))
        .collect();
    let runs: Vec<Result<Vec<f64>, String>> = tasks
        .into_par_iter()
        .map(|(plan, replication)| {
            guarded(|| run(study, &plans[plan], observed, replication))
                .map_err(|what| format!("replication {replication}: {what}"))
        })
        .collect();
    let summary = |runs: &[Result<Vec<f64>, String>], row: usize| {
        let values = runs.iter().flatten().map(|run| run[row]);
        Summary::of(&values.filter(|value| value.is_finite()).collect::<Vec<f64>>())
    };
    let summaries: Vec<Vec<Summary>> = runs
        .chunks(replications.len())
        .map(|runs| (0..observed.len()).map(|row| summary(runs, row)).collect())
        .collect();
    let chance = |row: &Observed| {
        let own = |other: &Observed| other.kpi == row.kpi;
        chance_of(&summaries, &observed.iter().map(own).collect::<Vec<bool>>())
    };
    Simulated {
        means: summaries.iter().map(|rows| rows.iter().map(Summary::mean).collect()).collect(),
        chance: observed.iter().map(chance).collect(),
        broken: runs.into_iter().filter_map(Result::err).collect(),
    }
}

/// Spread of one run around the mean of its plan, over the rows of one KPI. Plans share their luck,
/// so that only months and replications count as knowing it better.
fn chance_of(summaries: &[Vec<Summary>], own: &[bool]) -> Chance {
    let (mut squares, mut free, mut runs, mut n) = (0.0, 0.0, 0.0, 0.0);
    for summary in summaries.iter().flat_map(|rows| rows.iter().zip(own).filter(|(_, own)| **own)) {
        let (count, sd) = (summary.0.n() as f64, summary.0.sd());
        if count >= 2.0 {
            squares += (count - 1.0) * sd * sd;
            free += count - 1.0;
            runs += count;
            n += 1.0;
        }
    }
    if n < 1.0 {
        return Chance { sd: f64::INFINITY, df: 1.0, runs: 1.0 };
    }
    let months = own.iter().filter(|own| **own).count() as f64;
    Chance { sd: libm::sqrt(squares / free), df: free / n * months, runs: runs / n }
}

/// Values of what was asked for under one plan: of each row those of the replications.
///
/// # Panics
/// If a run breaks an invariant.
pub fn replicated(study: &Study, plan: &LoadedPlan, rows: &[Observed]) -> Vec<Vec<f64>> {
    let replications: Vec<u32> = study.replications.clone().collect();
    let runs: Vec<Vec<f64>> = replications
        .into_par_iter()
        .map(|replication| run(study, plan, rows, replication))
        .collect();
    (0..rows.len()).map(|row| runs.iter().map(|run| run[row]).collect()).collect()
}

fn run(study: &Study, plan: &LoadedPlan, observed: &[Observed], replication: u32) -> Vec<f64> {
    let spec = study.spec(replication);
    let mut windows: Vec<Window> = Vec::new();
    for row in observed {
        if !windows.contains(&row.window) {
            windows.push(row.window);
        }
    }
    let (city, set) = (&plan.city, &plan.plan);
    let sink = |&district: &usize| {
        let month = |window: &Window| Accumulator::new(city, &study.selection, *window, district);
        Months(windows.iter().map(month).collect())
    };
    let mut sinks: Vec<Months> = study.districts.iter().map(sink).collect();
    simulate_districts(city, set, &study.districts, &spec, &mut sinks, &InTurn);
    let joined = sinks.into_iter().reduce(|mut all, more| {
        all.0.iter_mut().zip(more.0).for_each(|(mine, theirs)| mine.merge(theirs));
        all
    });
    let months = joined.map_or_else(Vec::new, |months| months.0);
    let results: Vec<_> = months.into_iter().map(Accumulator::result).collect();
    let value = |row: &Observed| {
        let at = windows.iter().position(|window| *window == row.window)?;
        let mut rows = results[at].kpis.iter();
        rows.find(|found| found.scope == Scope::City && found.kpi == row.kpi)
            .map(|found| found.value)
    };
    observed.iter().map(|row| value(row).unwrap_or(f64::NAN)).collect()
}
