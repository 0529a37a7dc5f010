//! A study under way: runs can be added until the answer is good enough.

use std::collections::BTreeSet;

use super::case_rows::CaseLog;
use super::design::Study;
use super::journal::Journal;
use super::progress::Progress;
use super::result::StudyResult;

/// Runs of a study, made in rounds. What a round makes does not depend on threads, so neither does
/// a decision taken between rounds.
pub struct Session<'a> {
    study: &'a Study,
    journal: &'a dyn Journal,
    progress: &'a dyn Progress,
    cases: Option<&'a dyn CaseLog>,
    matched: bool,
    /// Always there but while a round runs.
    result: Option<StudyResult>,
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
        let mut result = StudyResult::new(study.frame());
        result.remarks = study.remarks();
        let (result, done) = (Some(result), BTreeSet::new());
        Session { study, journal, progress, cases, matched: true, result, done }
    }

    /// The same without matching cases with the baseline's, which would run the baseline in every
    /// replication in which an arm is run.
    #[must_use]
    pub fn unmatched(self) -> Session<'a> {
        Session { matched: false, ..self }
    }

    /// Runs these replications of these arms, but for those already run; what the journal holds is
    /// taken from there. On all threads of the current rayon pool, in the order of replications.
    ///
    /// # Panics
    /// If an arm does not exist. A panic inside a replication does not leave it: it is a failure in
    /// the result.
    pub fn run(&mut self, runs: &[(usize, u32)]) {
        let fresh: Vec<(usize, u32)> =
            runs.iter().copied().filter(|run| self.done.insert(*run)).collect();
        let result = self.result.take().expect("invariant: no round is running");
        let Session { study, journal, progress, cases, matched, .. } = *self;
        self.result = Some(study.run_some(&fresh, matched, result, journal, progress, cases));
    }

    /// Runs of an arm that have been made.
    pub fn n_runs(&self, arm: usize) -> usize {
        self.done.iter().filter(|(of, _)| *of == arm).count()
    }

    /// What has been found so far.
    ///
    /// # Panics
    /// Never between rounds.
    pub fn result(&self) -> &StudyResult {
        self.result.as_ref().expect("invariant: no round is running")
    }

    /// What has been found.
    ///
    /// # Panics
    /// Never between rounds.
    pub fn into_result(self) -> StudyResult {
        self.result.expect("invariant: no round is running")
    }
}
