//! Runs a study: simulate every district of every replication, measure, join, keep.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, Condvar, Mutex};

use crate::domain::{
    ActivityRecord, ApplicationRecord, CallUpRecord, CaseRecord, DepartmentRecord, HourRecord,
    IssueRecord, OnCallRecord, PoolRecord, RunOutcome, RunSpec, Sink, StreetRecord, TaskRecord,
    couples, simulate,
};
use crate::measure::{Accumulator, Lives, Matching, Window};

use super::application_rows::ApplicationWriter;
use super::case_rows::{CaseLog, CaseWriter};
use super::design::{Arm, Study};
use super::failure::{RunFailure, guarded, replay_of};
use super::grid::{self, Broken, Made, Task, Work};
use super::journal::Journal;
use super::progress::Progress;
use super::result::StudyResult;
use super::session::Session;
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
        assert!(!self.replications.is_empty(), "a study needs a replication");
        let mut session = Session::new(self, journal, progress, cases);
        session.run(&self.all_runs(self.replications.clone()));
        session.into_result()
    }

    /// Every arm in these replications, replication by replication.
    pub(super) fn all_runs(&self, replications: RangeInclusive<u32>) -> Vec<(usize, u32)> {
        let arms = 0..self.arms.len();
        replications.flat_map(|r| arms.clone().map(move |arm| (arm, r))).collect()
    }

    /// Runs what the journal does not hold of these arms and replications, and adds them to a
    /// result. `matched` says whether cases are matched with those of the baseline.
    pub(super) fn run_some(
        &self,
        runs: &[(usize, u32)],
        matched: bool,
        mut result: StudyResult,
        journal: &dyn Journal,
        progress: &dyn Progress,
        cases: Option<&dyn CaseLog>,
    ) -> StudyResult {
        let n_arms = self.arms.len();
        let matched = matched && self.is_matched();
        let mut batches: Vec<Vec<usize>> = Vec::new();
        let mut asking = BTreeMap::new();
        let mut rows: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for &(arm, replication) in runs {
            rows.entry(replication).or_default().push(arm);
        }
        for (replication, mut arms) in rows {
            arms.sort_unstable();
            let row = (replication - self.replications.start()) as usize;
            let mut missing = Vec::new();
            for arm in arms {
                result.make_room(arm, replication);
                match journal.load(arm, replication) {
                    Some(run) => result.add_kept(arm, replication, &run),
                    None => missing.push(row * n_arms + arm),
                }
            }
            if matched {
                // Without the baseline's cases there is nothing to match those of an arm with.
                if missing.first().is_some_and(|first| first % n_arms != 0) {
                    missing.insert(0, row * n_arms);
                }
                if missing.len() > 1 {
                    asking.insert(row, missing.len() - 1);
                }
                batches.extend(missing.chunks(TOGETHER).map(<[usize]>::to_vec));
            } else {
                batches.extend(missing.into_iter().map(|unit| vec![unit]));
            }
        }
        // The largest districts first: the last tasks to end are then small ones.
        let mut order: Vec<usize> = (0..self.districts.len()).collect();
        order.sort_by_key(|&part| std::cmp::Reverse(self.size(part)));
        let n_units: usize = batches.iter().map(Vec::len).sum();
        progress.started(self.n_streets_simulated() * n_units as u64);
        let baselines = matched.then(|| Baselines { asking, ..Baselines::default() });
        let result = Mutex::new(result);
        let runner = Runner { study: self, journal, progress, cases, baselines, result };
        runner.run(&batches, &order);
        progress.finished();
        runner.result.into_inner().expect("invariant: the result is whole between two rows")
    }

    /// Are the cases of the arms matched with those of the baseline?
    fn is_matched(&self) -> bool {
        self.arms.len() >= 2
    }

    /// Must the districts of this arm be run side by side?
    fn is_coupled(&self, arm: usize) -> bool {
        let Arm { city, plan, .. } = &self.arms[arm];
        couples(city, plan, &self.districts, &self.spec(0))
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
    pub(super) fn size(&self, part: usize) -> u64 {
        self.city.districts[self.districts[part]].streets.len() as u64
    }
}

/// Arms that go through the districts together, the baseline among the first of them: the arms of
/// one lot end at about the same time and are safe then, while the baseline's cases are held for
/// the next.
const TOGETHER: usize = 8;

/// Cases of baselines whose arms are still to be matched, by replication's row and district.
#[derive(Default)]
struct Baselines {
    /// Arms to be matched, by replication's row.
    asking: BTreeMap<usize, usize>,
    known: Mutex<BTreeMap<(usize, usize), Known>>,
    more: Condvar,
}

/// Cases of one baseline, and how many arms have still to ask for them.
struct Known {
    /// None if the baseline broke.
    lives: Option<Arc<Lives>>,
    to_ask: usize,
}

impl Baselines {
    fn tell(&self, at: (usize, usize), lives: Option<Lives>) {
        let to_ask = self.asking.get(&at.0).copied().unwrap_or(0);
        if to_ask > 0 {
            let mut known = self.known.lock().expect("invariant: nothing panics with the lock");
            known.insert(at, Known { lives: lives.map(Arc::new), to_ask });
            self.more.notify_all();
        }
    }

    /// Waits for a baseline. Its task was begun before that of any arm and waits for nothing.
    fn ask(&self, at: (usize, usize)) -> Option<Arc<Lives>> {
        let mut known = self.known.lock().expect("invariant: nothing panics with the lock");
        loop {
            if let Some(found) = known.get_mut(&at) {
                found.to_ask -= 1;
                let (lives, to_ask) = (found.lives.clone(), found.to_ask);
                if to_ask == 0 {
                    known.remove(&at);
                }
                return lives;
            }
            known = self.more.wait(known).expect("invariant: nothing panics with the lock");
        }
    }
}

/// Everything that tasks need.
pub(super) struct Runner<'a> {
    pub(super) study: &'a Study,
    journal: &'a dyn Journal,
    pub(super) progress: &'a dyn Progress,
    cases: Option<&'a dyn CaseLog>,
    /// None where no cases are matched.
    baselines: Option<Baselines>,
    result: Mutex<StudyResult>,
}

impl Runner<'_> {
    /// Runs every unit of every batch.
    fn run(&self, batches: &[Vec<usize>], order: &[usize]) {
        let n_arms = self.study.arms.len();
        let coupled: Vec<bool> = (0..n_arms).map(|arm| self.study.is_coupled(arm)).collect();
        if !coupled.contains(&true) {
            grid::run(batches, order, self);
            return;
        }
        // Until an arm has asked for them, the cases of its baseline are held, and all districts of
        // a coupled run are in memory at once. The districts of such a run share the threads, so
        // few replications at a time keep all of them busy.
        let at_once = (rayon::current_num_threads() / 4).max(1);
        let run = |units: &[usize]| {
            let (together, apart): (Vec<usize>, Vec<usize>) =
                units.iter().partition(|unit| coupled[**unit % n_arms]);
            grid::run(&[apart], order, self);
            for few in together.chunks(at_once) {
                grid::run(&[few.to_vec()], &[0], &Together { runner: self });
            }
        };
        // Baselines first: the arms wait for them. Districts that run side by side wait for the
        // slowest of them again and again; meanwhile threads work on the baselines that come next.
        let chunks: Vec<(Vec<usize>, Vec<usize>)> = batches
            .chunks(at_once)
            .map(|chunk| chunk.concat().into_iter().partition(|unit| unit % n_arms == 0))
            .collect();
        let mut done = 0;
        for (at, (_, others)) in chunks.iter().enumerate() {
            for (baselines, _) in &chunks[done..=at] {
                run(baselines);
            }
            // Not when these are coupled too: that would double what is in memory.
            let next = chunks.get(at + 1).filter(|_| !coupled[0]);
            rayon::join(|| run(others), || next.map(|(baselines, _)| run(baselines)));
            done = at + 1 + usize::from(next.is_some());
        }
    }

    /// Keeps the baseline's cases for the arms, and matches those of an arm with them.
    pub(super) fn matched(&self, task: Task, lives: Option<Lives>) -> Option<Matching> {
        let baselines = self.baselines.as_ref()?;
        let n_arms = self.study.arms.len();
        let (row, arm) = (task.unit / n_arms, task.unit % n_arms);
        let lives = lives.map(|mut lives| {
            lives.sort();
            lives
        });
        if arm == 0 {
            baselines.tell((row, task.part), lives);
            return None;
        }
        let baseline = baselines.ask((row, task.part));
        Some(Matching::of(&self.study.city, &*baseline?, &lives?))
    }

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
        let city = &study.arms[arm].city;
        let inner = Accumulator::new(city, &study.selection, window, district)
            .with_shocks(&study.arms[arm].plan.shocks);
        let cases = self.cases.and_then(|log| {
            let rows = log.open(arm, replication, district)?;
            Some(CaseWriter::new(study, window, arm, replication, rows, log.wants_steps()))
        });
        let applications = self.cases.and_then(|log| {
            let rows = log.open_applications(arm, replication, district)?;
            Some(ApplicationWriter::new(study, window, arm, replication, rows))
        });
        let lives = self.baselines.as_ref().map(|_| Lives::default());
        Watched { inner, day, cases, applications, lives, study, window }
    }

    /// The run of a district has ended: its rows of cases count.
    pub(super) fn end(&self, sink: Watched<'_, Accumulator>) -> (Accumulator, Option<Lives>) {
        let ends = [sink.cases.map(CaseWriter::end), sink.applications.map(ApplicationWriter::end)];
        for error in ends.into_iter().flatten().filter_map(Result::err) {
            self.progress.message(&error.to_string());
        }
        (sink.inner, sink.lives)
    }
}

impl Work for Runner<'_> {
    type Part = (Accumulator, RunOutcome, Option<Matching>);

    fn make(&self, task: Task) -> Made<Self::Part> {
        let study = self.study;
        let (arm, replication) = self.address(task.unit);
        let district = study.districts[task.part];
        let spec = self.spec(replication);
        let mut day = 0;
        let mut made = guarded(|| {
            let Arm { city, plan, .. } = &study.arms[arm];
            let mut sink = self.sink(arm, replication, district, &mut day);
            let outcome = simulate(city, plan, district, &spec, &mut sink);
            let (inner, lives) = self.end(sink);
            (inner, outcome, lives)
        });
        self.progress.advanced(study.size(task.part));
        let lives = made.as_mut().ok().and_then(|(_, _, lives)| lives.take());
        let matching = self.matched(task, lives);
        made.map(|(inner, outcome, _)| (inner, outcome, matching)).map_err(|what| (what, Some(day)))
    }

    fn join(&self, unit: usize, parts: Vec<Self::Part>) {
        let (arm, replication) = self.address(unit);
        let (mut events, mut cases) = (0, 0);
        let mut joined: Option<Accumulator> = None;
        // An arm whose baseline broke in one district is matched nowhere.
        let mut matched: Option<Matching> = None;
        let all_matched = parts.iter().all(|(_, _, matching)| matching.is_some());
        for (part, outcome, matching) in parts {
            if let Some(matching) = matching.filter(|_| all_matched) {
                match &mut matched {
                    None => matched = Some(matching),
                    Some(matched) => matched.merge(&matching),
                }
            }
            events += outcome.events;
            cases += outcome.cases;
            match &mut joined {
                None => joined = Some(part),
                Some(joined) => joined.merge(part),
            }
        }
        let joined = joined.expect("invariant: a study has a district");
        let mut run = joined.result();
        run.matched = matched.map_or_else(Vec::new, |matched| matched.rows());
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
        let (arm, replication) = self.address(unit);
        let district = broken.part.map(|part| {
            let district = self.study.districts[part];
            self.study.city.districts[district].zh.clone()
        });
        let Arm { name, replay, .. } = &self.study.arms[arm];
        let (seed, what) = (self.study.seed, &broken.what);
        self.progress.message(&format!(
            "replication {replication} of {name} failed, seed {seed}: {what}; to repeat it: {}",
            replay_of(replay, replication)
        ));
        let mut result = self.result.lock().expect("invariant: adding rows does not panic");
        result.fail(RunFailure { arm, replication, district, what: broken.what, day: broken.day });
    }
}

/// Passes records on and notes how far the run has come, for the words of a failure.
pub(super) struct Watched<'a, S> {
    inner: S,
    day: &'a mut i64,
    cases: Option<CaseWriter<'a>>,
    applications: Option<ApplicationWriter<'a>>,
    lives: Option<Lives>,
    study: &'a Study,
    window: Window,
}

impl<S: Sink> Sink for Watched<'_, S> {
    fn case(&mut self, record: &CaseRecord) {
        if let Some(cases) = &mut self.cases {
            cases.case(record);
        }
        if let Some(lives) = &mut self.lives {
            lives.note(record, &self.study.selection, &self.window);
        }
        self.inner.case(record);
    }
    fn hears_activities(&self) -> bool {
        self.cases.is_some()
    }
    fn activity(&mut self, record: &ActivityRecord) {
        if let Some(cases) = &mut self.cases {
            cases.activity(record);
        }
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
    fn application(&mut self, record: &ApplicationRecord) {
        if let Some(applications) = &mut self.applications {
            applications.application(record);
        }
        self.inner.application(record);
    }
    fn task(&mut self, record: &TaskRecord) {
        self.inner.task(record);
    }
    fn backlog(&mut self, day: i64, street: u16, open: u32) {
        *self.day = day + 1;
        self.inner.backlog(day, street, open);
    }
    fn struck(&mut self, day: i64, street: u16, open: u32) {
        self.inner.struck(day, street, open);
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
