//! A study under way: runs can be added until the answer is good enough.

use std::collections::BTreeSet;
use std::sync::Mutex;

use super::case_rows::CaseLog;
use super::design::Study;
use super::grid;
use super::journal::Journal;
use super::progress::Progress;
use super::result::StudyResult;
use super::run::Runner;

/// Runs of a study, made in rounds. What a round makes does not depend on threads, so neither does
/// a decision taken between rounds.
pub struct Session<'a> {
    study: &'a Study,
    journal: &'a dyn Journal,
    progress: &'a dyn Progress,
    cases: Option<&'a dyn CaseLog>,
    result: Mutex<StudyResult>,
    done: BTreeSet<(usize, u32)>,
}

impl<'a> Session<'a> {
    /// A study of which nothing has been run yet.
    ///
    /// # Panics
    /// If there is no arm, no district, or `confidence` is not in (0, 1).
    pub fn new(
        study: &'a Study,
        journal: &'a dyn Journal,
        progress: &'a dyn Progress,
        cases: Option<&'a dyn CaseLog>,
    ) -> Session<'a> {
        assert!(!study.arms.is_empty(), "a study needs an arm");
        assert!(!study.districts.is_empty(), "a study needs a district");
        let result = Mutex::new(StudyResult::new(study.frame()));
        Session { study, journal, progress, cases, result, done: BTreeSet::new() }
    }

    /// Runs these replications of these arms, but for those already run; what the journal holds is
    /// taken from there. On all threads of the current rayon pool, in the order given.
    ///
    /// # Panics
    /// If an arm does not exist. A panic inside a replication does not leave it: it is a failure in
    /// the result.
    pub fn run(&mut self, runs: &[(usize, u32)]) {
        let mut units = Vec::new();
        for &(arm, replication) in runs {
            assert!(arm < self.study.arms.len(), "no arm {arm}");
            if !self.done.insert((arm, replication)) {
                continue;
            }
            let result = self.result.get_mut().expect("invariant: adding rows does not panic");
            match self.journal.load(arm, replication) {
                Some(run) => result.add(arm, replication, &run),
                None => {
                    result.make_room(arm, replication);
                    units.push((arm, replication));
                }
            }
        }
        // The largest districts first: the last tasks to end are then small ones.
        let study = self.study;
        let mut order: Vec<usize> = (0..study.districts.len()).collect();
        order.sort_by_key(|&part| std::cmp::Reverse(study.size(part)));
        let per_unit: u64 = order.iter().map(|&part| study.size(part)).sum();
        self.progress.started(per_unit * units.len() as u64);
        let runner = Runner {
            study,
            journal: self.journal,
            progress: self.progress,
            cases: self.cases,
            units: &units,
            result: &self.result,
        };
        let places: Vec<usize> = (0..units.len()).collect();
        grid::run(&places, &order, &runner);
        self.progress.finished();
    }

    /// What has been found so far.
    ///
    /// # Panics
    /// Never between rounds.
    pub fn result(&mut self) -> &StudyResult {
        self.result.get_mut().expect("invariant: the result is whole between two rows")
    }

    /// What has been found.
    ///
    /// # Panics
    /// Never between rounds.
    pub fn into_result(self) -> StudyResult {
        self.result.into_inner().expect("invariant: the result is whole between two rows")
    }
}
