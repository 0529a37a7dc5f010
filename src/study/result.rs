//! What a study found: every run's numbers, packed, and the estimates made of them.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use jiff::civil::Date;

use crate::base::digest_of;
use crate::measure::{
    BacklogRow, ClosureRow, HourRow, KpiId, KpiRow, LimitUseRow, PoolRow, RunResult, Scope,
    StageRow,
};
use crate::stats::{Estimate, Paired};

use super::failure::RunFailure;
use super::notes::Note;
use super::series::{KpiKey, Place, Ranks, Series};

/// What tables need of the design.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) arms: Vec<String>,
    pub(super) replays: Vec<String>,
    pub(super) start: Date,
    pub(super) seed: u64,
    pub(super) replications: RangeInclusive<u32>,
    pub(super) warm_up_days: u32,
    pub(super) horizon_days: u32,
    /// Of each arm, days from the first shock of the window to its end; none without one.
    pub(super) days_after_shock: Vec<Option<f64>>,
    pub(super) confidence: f64,
    pub(super) ranks: Ranks,
}

/// An age in whole minutes, so that it can order rows; files say days.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Age(i64);

impl Age {
    /// The age of so many days.
    fn of(days: f64) -> Age {
        Age((days * 1440.0).round() as i64)
    }

    /// The age in days.
    pub(super) fn days(self) -> f64 {
        self.0 as f64 / 1440.0
    }
}

/// How one run ended.
#[derive(Clone, PartialEq, Debug)]
pub enum RunStatus {
    /// Not run.
    Missing,
    /// It ended.
    Done {
        /// Events handled, warm-up included.
        events: u64,
        /// Cases registered, warm-up included.
        cases: u64,
        /// Digest of all its rows.
        digest: String,
    },
    /// It broke.
    Failed(RunFailure),
}

/// Everything a study found. Rows are in a fixed order, whatever the order in which runs ended.
#[derive(Clone, Debug)]
pub struct StudyResult {
    pub(super) frame: Frame,
    /// What a reader has to know of the design.
    pub(super) remarks: Vec<Note>,
    /// Events and cases of runs that an earlier call had finished.
    kept: (u64, u64),
    runs: Vec<RunStatus>,
    pub(super) kpis: Series<KpiKey, 1>,
    pub(super) pools: Series<(Place, Place), 7>,
    pub(super) pool_units: BTreeMap<String, String>,
    pub(super) stages: Series<(Place, u8), 1>,
    pub(super) application_stages: Series<(Place, u8), 1>,
    pub(super) closure: Series<(Place, Age), 1>,
    pub(super) backlog: Series<(Place, u32), 1>,
    pub(super) struck: Series<(Place, u32), 1>,
    pub(super) hours: Series<(Place, u8, u8), 2>,
    pub(super) limit_use: Series<(Place, u8), 2>,
    pub(super) matched: Series<(Place, u8), 1>,
}

/// One line of `kpis.csv`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct KpiLine<'a> {
    /// Arm.
    pub arm: &'a str,
    /// Number of the replication.
    pub replication: u32,
    /// Scope.
    pub scope: &'static str,
    /// Place or group within the scope.
    pub scope_id: &'a str,
    /// KPI.
    pub kpi: &'static str,
    /// Unit of the KPI.
    pub unit: &'static str,
    /// Value.
    pub value: f64,
}

impl StudyResult {
    /// A study of which nothing has been run yet.
    pub(super) fn new(frame: Frame) -> StudyResult {
        let n_runs = frame.arms.len() * frame.replications.clone().count();
        StudyResult {
            frame,
            remarks: Vec::new(),
            kept: (0, 0),
            runs: vec![RunStatus::Missing; n_runs],
            kpis: Series::new(),
            pools: Series::new(),
            pool_units: BTreeMap::new(),
            stages: Series::new(),
            application_stages: Series::new(),
            closure: Series::new(),
            backlog: Series::new(),
            struck: Series::new(),
            hours: Series::new(),
            limit_use: Series::new(),
            matched: Series::new(),
        }
    }

    /// Position of a run: by replication, then by arm.
    fn run(&self, arm: usize, replication: u32) -> usize {
        let row = (replication - self.frame.replications.start()) as usize;
        row * self.frame.arms.len() + arm
    }

    /// Makes room for a run that is to come: a study may be extended as it goes.
    pub(super) fn make_room(&mut self, arm: usize, replication: u32) {
        let last = replication.max(*self.frame.replications.end());
        self.frame.replications = *self.frame.replications.start()..=last;
        let rows = self.frame.replications.clone().count();
        let n_runs = rows * self.frame.arms.len();
        debug_assert!(arm < self.frame.arms.len(), "no arm {arm}");
        if self.runs.len() < n_runs {
            self.runs.resize(n_runs, RunStatus::Missing);
        }
    }

    /// Takes the rows of a finished run.
    pub(super) fn add(&mut self, arm: usize, replication: u32, result: &RunResult) {
        self.make_room(arm, replication);
        let run = self.run(arm, replication);
        self.runs[run] =
            RunStatus::Done { events: result.events, cases: result.cases, digest: digest(result) };
        let ranks = std::mem::take(&mut self.frame.ranks);
        for row in &result.kpis {
            let place = ranks.place(row.scope, &row.scope_id);
            self.kpis.put(run, KpiKey { place, kpi: row.kpi }, [row.value]);
        }
        for row in &result.pools {
            let place = ranks.place(row.scope, &row.scope_id);
            let pool = ranks.place(Scope::Pool, &row.pool);
            self.pool_units.entry(row.pool.clone()).or_insert_with(|| row.unit_zh.clone());
            self.pools.put(run, (place, pool), pool_values(row));
        }
        for row in &result.stages {
            let place = ranks.place(row.scope, &row.scope_id);
            self.stages.put(run, (place, row.stage), [row.mean_h]);
        }
        for row in &result.application_stages {
            let place = ranks.place(row.scope, &row.scope_id);
            self.application_stages.put(run, (place, row.stage), [row.mean_h]);
        }
        for row in &result.closure {
            let place = ranks.place(row.scope, &row.scope_id);
            self.closure.put(run, (place, Age::of(row.day)), [row.closed_share]);
        }
        for row in &result.backlog {
            let place = ranks.place(row.scope, &row.scope_id);
            self.backlog.put(run, (place, row.day), [row.open as f64]);
        }
        for row in &result.struck {
            let place = ranks.place(row.scope, &row.scope_id);
            self.struck.put(run, (place, row.day), [row.open as f64]);
        }
        for row in &result.hours {
            let place = ranks.place(row.scope, &row.scope_id);
            let busy = row.busy.unwrap_or(f64::NAN);
            self.hours.put(run, (place, row.weekday, row.hour), [row.registered, busy]);
        }
        for row in &result.limit_use {
            let place = ranks.place(row.scope, &row.scope_id);
            self.limit_use.put(run, (place, row.bin), [row.closed, row.unresolved]);
        }
        for row in &result.matched {
            let place = ranks.place(row.scope, &row.scope_id);
            self.matched.put(run, (place, row.quantity), [row.value]);
        }
        self.frame.ranks = ranks;
    }

    /// Takes a failure in place of rows.
    pub(super) fn fail(&mut self, failure: RunFailure) {
        self.make_room(failure.arm, failure.replication);
        let run = self.run(failure.arm, failure.replication);
        self.runs[run] = RunStatus::Failed(failure);
    }

    /// Number of runs that ended or broke.
    pub fn n_ended(&self) -> usize {
        self.runs.iter().filter(|run| **run != RunStatus::Missing).count()
    }

    /// Names of the arms, the baseline first.
    pub fn arms(&self) -> &[String] {
        &self.frame.arms
    }

    /// Numbers of the replications.
    pub fn replications(&self) -> RangeInclusive<u32> {
        self.frame.replications.clone()
    }

    /// How a run ended.
    ///
    /// # Panics
    /// If there is no such arm or replication.
    pub fn status(&self, arm: usize, replication: u32) -> &RunStatus {
        &self.runs[self.run(arm, replication)]
    }

    /// Every failure, by arm, then by replication.
    pub fn failures(&self) -> Vec<&RunFailure> {
        let mut failures: Vec<&RunFailure> = self
            .runs
            .iter()
            .filter_map(
                |run| if let RunStatus::Failed(failure) = run { Some(failure) } else { None },
            )
            .collect();
        failures.sort_by_key(|failure| (failure.arm, failure.replication));
        failures
    }

    /// Events and registered cases of all runs of this call, warm-up included: what was kept from
    /// an earlier one took no time.
    pub fn effort(&self) -> (u64, u64) {
        let all = self.runs.iter().fold((0, 0), |(all_events, all_cases), run| match run {
            RunStatus::Done { events, cases, .. } => (all_events + events, all_cases + cases),
            _ => (all_events, all_cases),
        });
        (all.0 - self.kept.0, all.1 - self.kept.1)
    }

    /// Takes over a run that an earlier call had finished.
    pub(super) fn add_kept(&mut self, arm: usize, replication: u32, run: &RunResult) {
        self.kept = (self.kept.0 + run.events, self.kept.1 + run.cases);
        self.add(arm, replication, run);
    }

    /// Values of a KPI by replication, NaN where a replication has none; none if no run of the
    /// study has the row.
    pub fn values(&self, arm: usize, scope: Scope, scope_id: &str, kpi: KpiId) -> Option<Vec<f64>> {
        let place = self.frame.ranks.place(scope, scope_id);
        let position = self.kpis.find(&KpiKey { place, kpi })?;
        Some(self.column(arm, |run| self.kpis.at(run, position)[0]))
    }

    /// Level of every interval.
    pub fn confidence(&self) -> f64 {
        self.frame.confidence
    }

    /// Mean and interval of a KPI.
    pub fn estimate(
        &self,
        arm: usize,
        scope: Scope,
        scope_id: &str,
        kpi: KpiId,
    ) -> Option<Estimate> {
        let values = self.values(arm, scope, scope_id, kpi)?;
        Some(Estimate::of(&values, self.frame.confidence))
    }

    /// Difference of an arm against the baseline in one KPI, paired by replication; not adjusted
    /// for other comparisons (the table `compare` is).
    pub fn paired(&self, arm: usize, scope: Scope, scope_id: &str, kpi: KpiId) -> Option<Paired> {
        let baseline = self.values(0, scope, scope_id, kpi)?;
        let values = self.values(arm, scope, scope_id, kpi)?;
        Paired::of(&baseline, &values, self.frame.confidence).ok()
    }

    /// Positions of an arm's runs that ended.
    pub(super) fn runs_of(&self, arm: usize) -> impl Iterator<Item = usize> {
        let runs =
            self.frame.replications.clone().map(move |replication| self.run(arm, replication));
        runs.filter(|&run| matches!(self.runs[run], RunStatus::Done { .. }))
    }

    /// One number per replication of an arm, in order.
    pub(super) fn column(&self, arm: usize, at: impl Fn(usize) -> f64) -> Vec<f64> {
        self.frame.replications.clone().map(|replication| at(self.run(arm, replication))).collect()
    }

    /// Rows of `kpis.csv`: by arm, replication, scope, place and KPI. Too many for a table in
    /// memory, so they are handed out one by one.
    pub fn kpi_lines(&self) -> impl Iterator<Item = KpiLine<'_>> {
        let runs = (0..self.frame.arms.len())
            .flat_map(|arm| self.frame.replications.clone().map(move |r| (arm, r)));
        runs.flat_map(move |(arm, replication)| {
            let run = self.run(arm, replication);
            self.kpis.keys().filter_map(move |(key, position)| {
                let [value] = self.kpis.at(run, position);
                let kpi = key.kpi();
                (!value.is_nan()).then(|| KpiLine {
                    arm: &self.frame.arms[arm],
                    replication,
                    scope: key.place.scope.id(),
                    scope_id: &key.place.id,
                    kpi: kpi.id,
                    unit: kpi.unit,
                    value,
                })
            })
        })
    }
}

/// The numbers of a pool's row, in the order of the columns of `pools.csv`.
fn pool_values(row: &PoolRow) -> [f64; 7] {
    [
        row.staff,
        row.utilisation.unwrap_or(f64::NAN),
        row.share_above_0_9.unwrap_or(f64::NAN),
        row.queue_mean,
        f64::from(row.queue_max),
        row.wait_mean_h.unwrap_or(f64::NAN),
        row.wait_p90_h.unwrap_or(f64::NAN),
    ]
}

/// Digest of every row of a run: equal digests, equal rows to the last bit. What a run is compared
/// with is not part of it.
fn digest(result: &RunResult) -> String {
    /// A result without its matched cases.
    #[derive(serde::Serialize)]
    struct Rows<'a> {
        kpis: &'a [KpiRow],
        pools: &'a [PoolRow],
        stages: &'a [StageRow],
        #[serde(skip_serializing_if = "<[StageRow]>::is_empty")]
        application_stages: &'a [StageRow],
        closure: &'a [ClosureRow],
        backlog: &'a [BacklogRow],
        #[serde(skip_serializing_if = "<[BacklogRow]>::is_empty")]
        struck: &'a [BacklogRow],
        hours: &'a [HourRow],
        limit_use: &'a [LimitUseRow],
        events: u64,
        cases: u64,
    }
    let RunResult {
        kpis,
        pools,
        stages,
        application_stages,
        closure,
        backlog,
        struck,
        hours,
        limit_use,
        matched: _,
        events,
        cases,
    } = result;
    let (events, cases) = (*events, *cases);
    let rows = Rows {
        kpis,
        pools,
        stages,
        application_stages,
        closure,
        backlog,
        struck,
        hours,
        limit_use,
        events,
        cases,
    };
    digest_of(&rows)
}
