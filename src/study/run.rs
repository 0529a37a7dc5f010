//! Runs a study: simulate every district of every replication, measure, join, keep.

use std::sync::Mutex;

use crate::base::Time;
use crate::domain::{
    CallUpRecord, CaseRecord, DepartmentRecord, HourRecord, IssueRecord, OnCallRecord, PoolRecord,
    RunOutcome, RunSpec, Shock, Sink, StreetRecord, TaskRecord, couples, simulate,
};
use crate::measure::{Accumulator, Window};

use super::case_rows::{CaseLog, CaseWriter};
use super::design::{Arm, Study};
use super::failure::{RunFailure, guarded};
use super::grid::{self, Broken, Made, Task, Work};
use super::journal::Journal;
use super::progress::Progress;
use super::result::StudyResult;
use super::together::Together;

impl Study {
    /// Runs what the journal does not hold, on all threads of the current rayon pool.
    ///
    /// # Panics
    /// If there is no arm, no replication, no district, or `confidence` is not in (0, 1). A panic
    /// inside a replication does not leave it: it is a failure in the result.
    pub fn run(&self, journal: &dyn Journal, progress: &dyn Progress) -> StudyResult {
        self.run_logging(journal, progress, None)
    }

    /// The same, and every case registered in the window on a reported street goes to `cases`.
    ///
    /// # Panics
    /// As [`Study::run`].
    pub fn run_logging(
        &self,
        journal: &dyn Journal,
        progress: &dyn Progress,
        cases: Option<&dyn CaseLog>,
    ) -> StudyResult {
        assert!(!self.arms.is_empty(), "a study needs an arm");
        assert!(!self.districts.is_empty(), "a study needs a district");
        assert!(!self.replications.is_empty(), "a study needs a replication");
        let n_arms = self.arms.len();
        let mut result = StudyResult::new(self.frame());
        result.remarks = self.remarks();
        let mut units = Vec::new();
        for (row, replication) in self.replications.clone().enumerate() {
            for arm in 0..n_arms {
                match journal.load(arm, replication) {
                    Some(run) => result.add(arm, replication, &run),
                    None => units.push(row * n_arms + arm),
                }
            }
        }
        // The largest districts first: the last tasks to end are then small ones.
        let mut order: Vec<usize> = (0..self.districts.len()).collect();
        order.sort_by_key(|&part| std::cmp::Reverse(self.size(part)));
        progress.started(self.n_streets_simulated() * units.len() as u64);
        let result = Mutex::new(result);
        let runner = Runner { study: self, journal, progress, cases, result };
        let coupled = |unit: &usize| self.is_coupled(unit % n_arms);
        let (together, apart): (Vec<usize>, Vec<usize>) = units.into_iter().partition(coupled);
        grid::run(&apart, &order, &runner);
        let parallel = together.len() < rayon::current_num_threads();
        grid::run(&together, &[0], &Together { runner: &runner, parallel });
        progress.finished();
        runner.result.into_inner().expect("invariant: the result is whole between two rows")
    }

    /// Must the districts of this arm be run side by side?
    fn is_coupled(&self, arm: usize) -> bool {
        couples(&self.arms[arm].city, &self.arms[arm].plan, &self.districts, &self.spec(0))
    }

    /// When the first shock of an arm strikes a simulated district inside the window.
    fn first_shock(&self, arm: usize) -> Option<Time> {
        let window = Window::new(self.warm_up_days, self.horizon_days);
        let strikes = |shock: &&Shock| {
            let mut districts = self.districts.iter();
            window.contains(shock.from)
                && districts.any(|district| shock.strikes(&self.city, *district))
        };
        let shocks = self.arms[arm].plan.shocks.iter().filter(strikes);
        shocks.map(|shock| shock.from).min()
    }

    /// How long a run is, and whose luck it has.
    pub(super) fn spec(&self, replication: u32) -> RunSpec {
        RunSpec {
            seed: self.seed,
            replication: u64::from(replication),
            warm_up_days: self.warm_up_days,
            horizon_days: self.horizon_days,
        }
    }

    /// Streets of the simulated districts: the work of one unit.
    pub(super) fn n_streets_simulated(&self) -> u64 {
        (0..self.districts.len()).map(|part| self.size(part)).sum()
    }

    /// Size of a district, as a measure of the work it makes.
    fn size(&self, part: usize) -> u64 {
        self.city.districts[self.districts[part]].streets.len() as u64
    }
}

/// Everything that tasks need.
pub(super) struct Runner<'a> {
    pub(super) study: &'a Study,
    journal: &'a dyn Journal,
    pub(super) progress: &'a dyn Progress,
    cases: Option<&'a dyn CaseLog>,
    result: Mutex<StudyResult>,
}

impl Runner<'_> {
    /// Arm and replication of a unit.
    pub(super) fn address(&self, unit: usize) -> (usize, u32) {
        let n_arms = self.study.arms.len();
        let row = u32::try_from(unit / n_arms).expect("invariant: replications fit in u32");
        (unit % n_arms, self.study.replications.start() + row)
    }

    pub(super) fn spec(&self, replication: u32) -> RunSpec {
        self.study.spec(replication)
    }

    /// What listens to one district; `day` follows the run, for the words of a failure.
    pub(super) fn sink<'d>(
        &'d self,
        arm: usize,
        replication: u32,
        district: usize,
        day: &'d mut i64,
    ) -> Watched<'d, Accumulator> {
        let study = self.study;
        let window = Window::new(study.warm_up_days, study.horizon_days);
        let mut inner = Accumulator::new(&study.arms[arm].city, &study.selection, window, district);
        if let Some(at) = study.first_shock(arm) {
            inner = inner.with_shock(at);
        }
        let cases = self.cases.map(|log| {
            let rows = log.open(arm, replication, district);
            CaseWriter::new(study, window, arm, replication, rows)
        });
        Watched { inner, day, cases }
    }

    /// The run of a district has ended: its rows of cases count.
    pub(super) fn end(&self, sink: Watched<'_, Accumulator>) -> Accumulator {
        if let Some(Err(error)) = sink.cases.map(CaseWriter::end) {
            self.progress.message(&error.to_string());
        }
        sink.inner
    }
}

impl Work for Runner<'_> {
    type Part = (Accumulator, RunOutcome);

    fn make(&self, task: Task) -> Made<Self::Part> {
        let study = self.study;
        let (arm, replication) = self.address(task.unit);
        let district = study.districts[task.part];
        let spec = self.spec(replication);
        let mut day = 0;
        let made = guarded(|| {
            let mut sink = self.sink(arm, replication, district, &mut day);
            let Arm { city, plan, .. } = &study.arms[arm];
            let outcome = simulate(city, plan, district, &spec, &mut sink);
            (self.end(sink), outcome)
        });
        self.progress.advanced(study.size(task.part));
        made.map_err(|what| (what, Some(day)))
    }

    fn join(&self, unit: usize, parts: Vec<Self::Part>) {
        let (arm, replication) = self.address(unit);
        let (mut events, mut cases) = (0, 0);
        let mut joined: Option<Accumulator> = None;
        for (part, outcome) in parts {
            events += outcome.events;
            cases += outcome.cases;
            match &mut joined {
                None => joined = Some(part),
                Some(joined) => joined.merge(part),
            }
        }
        let joined = joined.expect("invariant: a study has a district");
        let mut run = joined.result();
        run.keep_scopes(&self.study.scopes);
        run.events = events;
        run.cases = cases;
        if let Err(error) = self.journal.save(arm, replication, &run) {
            self.progress.message(&error.to_string());
        }
        let mut result = self.result.lock().expect("invariant: adding rows does not panic");
        result.add(arm, replication, &run);
    }

    fn broke(&self, unit: usize, broken: Broken) {
        let (arm, replication) = self.address(unit);
        let district = broken.part.map(|part| {
            let district = self.study.districts[part];
            self.study.city.districts[district].zh.clone()
        });
        let name = &self.study.arms[arm].name;
        let what = &broken.what;
        self.progress.message(&format!("replication {replication} of {name} failed: {what}"));
        let mut result = self.result.lock().expect("invariant: adding rows does not panic");
        result.fail(RunFailure { arm, replication, district, what: broken.what, day: broken.day });
    }
}

/// Passes records on and notes how far the run has come, for the words of a failure.
pub(super) struct Watched<'a, S> {
    inner: S,
    day: &'a mut i64,
    cases: Option<CaseWriter<'a>>,
}

impl<S: Sink> Sink for Watched<'_, S> {
    fn case(&mut self, record: &CaseRecord) {
        if let Some(cases) = &mut self.cases {
            cases.case(record);
        }
        self.inner.case(record);
    }
    fn issue(&mut self, record: &IssueRecord) {
        self.inner.issue(record);
    }
    fn call_up(&mut self, record: &CallUpRecord) {
        self.inner.call_up(record);
    }
    fn on_call(&mut self, record: &OnCallRecord) {
        self.inner.on_call(record);
    }
    fn task(&mut self, record: &TaskRecord) {
        self.inner.task(record);
    }
    fn backlog(&mut self, day: i64, street: u16, open: u32) {
        *self.day = day + 1;
        self.inner.backlog(day, street, open);
    }
    fn hour(&mut self, record: &HourRecord) {
        self.inner.hour(record);
    }
    fn pool(&mut self, record: &PoolRecord) {
        self.inner.pool(record);
    }
    fn street(&mut self, record: &StreetRecord) {
        self.inner.street(record);
    }
    fn department(&mut self, record: &DepartmentRecord) {
        self.inner.department(record);
    }
}
