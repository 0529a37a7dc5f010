//! Runs a study: simulate every district of every replication, measure, join, keep.

use std::sync::Mutex;

use crate::domain::{
    CallUpRecord, CaseRecord, DepartmentRecord, HourRecord, IssueRecord, OnCallRecord, PoolRecord,
    RunOutcome, RunSpec, Sink, StreetRecord, TaskRecord, simulate,
};
use crate::measure::{Accumulator, Window};

use super::case_rows::{CaseLog, CaseWriter};
use super::design::{Arm, Study};
use super::failure::{RunFailure, guarded};
use super::grid::{Broken, Made, Task, Work};
use super::journal::Journal;
use super::progress::Progress;
use super::result::StudyResult;
use super::session::Session;

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
        assert!(!self.replications.is_empty(), "a study needs a replication");
        let mut session = Session::new(self, journal, progress, cases);
        let arms = 0..self.arms.len();
        let runs = self.replications.clone().flat_map(|r| arms.clone().map(move |arm| (arm, r)));
        session.run(&runs.collect::<Vec<_>>());
        session.into_result()
    }

    /// Size of a district, as a measure of the work it makes.
    pub(super) fn size(&self, part: usize) -> u64 {
        self.city.districts[self.districts[part]].streets.len() as u64
    }
}

/// Everything that tasks need.
pub(super) struct Runner<'a> {
    pub(super) study: &'a Study,
    pub(super) journal: &'a dyn Journal,
    pub(super) progress: &'a dyn Progress,
    pub(super) cases: Option<&'a dyn CaseLog>,
    /// Arm and replication of each unit.
    pub(super) units: &'a [(usize, u32)],
    pub(super) result: &'a Mutex<StudyResult>,
}

impl Work for Runner<'_> {
    type Part = (Accumulator, RunOutcome);

    fn make(&self, task: Task) -> Made<Self::Part> {
        let study = self.study;
        let (arm, replication) = self.units[task.unit];
        let district = study.districts[task.part];
        let spec = RunSpec {
            seed: study.seed,
            replication: u64::from(replication),
            warm_up_days: study.warm_up_days,
            horizon_days: study.horizon_days,
        };
        let window = Window::new(study.warm_up_days, study.horizon_days);
        let mut day = 0;
        let made = guarded(|| {
            let Arm { city, plan, .. } = &study.arms[arm];
            let inner = Accumulator::new(city, &study.selection, window, district);
            let cases = self.cases.map(|log| {
                let rows = log.open(arm, replication, district);
                CaseWriter::new(study, window, arm, replication, rows)
            });
            let mut sink = Watched { inner, day: &mut day, cases };
            let outcome = simulate(city, plan, district, &spec, &mut sink);
            if let Some(Err(error)) = sink.cases.map(CaseWriter::end) {
                self.progress.message(&error.to_string());
            }
            (sink.inner, outcome)
        });
        self.progress.advanced(study.size(task.part));
        made.map_err(|what| (what, Some(day)))
    }

    fn join(&self, unit: usize, parts: Vec<Self::Part>) {
        let (arm, replication) = self.units[unit];
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
        self.progress.run_ended(&result);
    }

    fn broke(&self, unit: usize, broken: Broken) {
        let (arm, replication) = self.units[unit];
        let district = broken.part.map(|part| {
            let district = self.study.districts[part];
            self.study.city.districts[district].zh.clone()
        });
        let name = &self.study.arms[arm].name;
        let what = &broken.what;
        self.progress.message(&format!("replication {replication} of {name} failed: {what}"));
        let mut result = self.result.lock().expect("invariant: adding rows does not panic");
        result.fail(RunFailure { arm, replication, district, what: broken.what, day: broken.day });
        self.progress.run_ended(&result);
    }
}

/// Passes records on and notes how far the run has come, for the words of a failure.
struct Watched<'a, S> {
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
