//! Which arm is the best: ranking and selection on the runs of a study.
//!
//! Kim and Nelson's procedure runs the arms in step under common random numbers; what is screened
//! is every replication in turn, so rounds only say how many are made before looking, and the
//! answer is the same for any round and any number of threads. Rinott and budget allocation assume
//! independent arms, so there each arm has replications of its own.

use super::case_rows::CaseLog;
use super::design::Study;
use super::journal::Journal;
use super::notes::Note;
use super::progress::Progress;
use super::result::StudyResult;
use super::session::Session;
use crate::measure::{KPIS, KpiId, Scope};
use crate::stats::Summary;
use crate::stats::selection::{Kn, Rinott, allocate};
use crate::stats::student::t_two_sided;
use crate::table::Table;

/// How the best is found.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Method {
    /// Kim and Nelson.
    Kn {
        /// Replications made before looking again.
        round: u32,
        /// Most replications of one arm.
        at_most: u32,
    },
    /// Rinott.
    Rinott {
        /// Most replications of one arm.
        at_most: u32,
    },
    /// Optimal computing budget allocation: no guarantee.
    Ocba {
        /// Runs in all.
        budget: u32,
        /// Runs handed out at a time.
        step: u32,
    },
}

/// What is to be chosen.
#[derive(Clone, PartialEq, Debug)]
pub struct SelectionRule {
    /// KPI of the whole area to choose by.
    pub kpi: KpiId,
    /// Is larger better?
    pub larger: bool,
    /// Method.
    pub method: Method,
    /// Smallest difference that matters, in the unit of the KPI.
    pub delta: f64,
    /// Probability of a correct selection that is asked for.
    pub confidence: f64,
    /// Replications of every arm in the first stage.
    pub first_stage: u32,
}

/// What became of one arm.
#[derive(Clone, PartialEq, Debug)]
pub struct Candidate {
    /// Replications used.
    pub n: usize,
    /// Mean; NaN if none.
    pub mean: f64,
    /// Standard deviation; NaN with fewer than two.
    pub sd: f64,
    /// Replications after which it was dropped; none if it never was.
    pub dropped_at: Option<usize>,
    /// Forecast after the first stage: replications it was going to need.
    pub forecast: Option<usize>,
    /// Replications made, those beyond `n` among them: a round is run before it is looked at.
    pub runs: usize,
}

/// The outcome of a selection.
#[derive(Clone, PartialEq, Debug)]
pub struct Selected {
    /// The arm chosen; none if the cap came first.
    pub chosen: Option<usize>,
    /// The arm with the best mean of the sample, chosen or not.
    pub leader: usize,
    /// Is the stated probability of a correct selection kept?
    pub guaranteed: bool,
    /// Every arm.
    pub candidates: Vec<Candidate>,
    /// Runs made in all.
    pub spent: usize,
    /// Runs forecast after the first stage; none where the budget is fixed.
    pub forecast: Option<usize>,
}

/// A selection under way.
struct Race<'a> {
    choice: &'a SelectionRule,
    session: Session<'a>,
    progress: &'a dyn Progress,
    arms: usize,
}

impl Study {
    /// Chooses the best arm; `replications` of the study is not looked at.
    ///
    /// # Panics
    /// If there are fewer than two arms; otherwise as [`Study::run`].
    pub fn select(
        &self,
        choice: &SelectionRule,
        journal: &dyn Journal,
        progress: &dyn Progress,
        cases: Option<&dyn CaseLog>,
    ) -> (StudyResult, Selected) {
        assert!(self.arms.len() >= 2, "a choice needs two arms");
        let session = Session::new(self, journal, progress, cases).unmatched();
        let race = Race { choice, session, progress, arms: self.arms.len() };
        match choice.method {
            Method::Kn { round, at_most } => race.kn(round.max(1), at_most),
            Method::Rinott { at_most } => race.rinott(at_most),
            Method::Ocba { budget, step } => race.ocba(budget as usize, step.max(1) as usize),
        }
    }
}

impl Race<'_> {
    /// Values of every arm, larger is better, by replication; NaN where there is none.
    fn values(&mut self) -> Vec<Vec<f64>> {
        let (kpi, sign) = (self.choice.kpi, if self.choice.larger { 1.0 } else { -1.0 });
        let result = self.session.result();
        (0..self.arms)
            .map(|arm| {
                let values = result.values(arm, Scope::City, "all", kpi).unwrap_or_default();
                values.into_iter().map(|value| sign * value).collect()
            })
            .collect()
    }

    /// The same without the gaps.
    fn own_values(&mut self) -> Vec<Vec<f64>> {
        let known = |values: Vec<f64>| values.into_iter().filter(|value| !value.is_nan()).collect();
        self.values().into_iter().map(known).collect()
    }

    fn kn(mut self, round: u32, at_most: u32) -> (StudyResult, Selected) {
        let first = self.choice.first_stage;
        let SelectionRule { delta, confidence, .. } = *self.choice;
        let kn = Kn { delta, confidence, first_stage: first as usize };
        let mut alive: Vec<usize> = (0..self.arms).collect();
        let mut forecasts = Vec::new();
        let (mut done, mut spent) = (0, 0);
        loop {
            let total = if done == 0 { first.min(at_most) } else { (done + round).min(at_most) };
            let runs = (done + 1..=total).flat_map(|r| alive.iter().map(move |&arm| (arm, r)));
            let runs: Vec<(usize, u32)> = runs.collect();
            spent += runs.len();
            self.session.run(&runs);
            let values = self.values();
            // An arm that is out has no values beyond the round in which it went.
            let made: Vec<&[f64]> = values
                .iter()
                .enumerate()
                .map(
                    |(arm, values)| {
                        if alive.contains(&arm) { &values[..] } else { made_until(values) }
                    },
                )
                .collect();
            if forecasts.is_empty() {
                forecasts = kn.forecast(&made);
                self.tell_forecast(forecasts.iter().sum());
            }
            let state = kn.run(&made);
            alive = state.alive();
            done = total;
            let chosen = state.chosen();
            if chosen.is_some() || done >= at_most {
                let n = |arm: usize| state.dropped[arm].unwrap_or(state.screened);
                let forecast = Some(forecasts.iter().sum());
                let drops = &state.dropped;
                let candidates = (0..self.arms)
                    .map(|arm| {
                        let known = values[arm].iter().copied().filter(|v| !v.is_nan());
                        let used: Vec<f64> = known.take(n(arm)).collect();
                        let runs = self.session.n_runs(arm);
                        self.candidate(&used, drops[arm], forecasts.get(arm).copied(), runs)
                    })
                    .collect();
                return self.end(chosen, chosen.is_some(), candidates, (spent, forecast));
            }
            let left = alive.len();
            self.progress.note(&Note {
                zh: format!("已有 {done} 次重复：还剩 {left} 个方案"),
                en: format!("{done} replications: {left} arms left"),
            });
        }
    }

    fn rinott(mut self, at_most: u32) -> (StudyResult, Selected) {
        let SelectionRule { delta, confidence, first_stage, .. } = *self.choice;
        let first = first_stage.min(at_most);
        let runs: Vec<(usize, u32)> =
            (0..self.arms).flat_map(|arm| self.own(arm, 0..first)).collect();
        self.session.run(&runs);
        let values = self.own_values();
        let slices: Vec<&[f64]> = values.iter().map(Vec::as_slice).collect();
        let rule = Rinott { delta, confidence, first_stage: first as usize };
        let sizes = rule.sizes(&slices);
        self.tell_forecast(sizes.iter().sum());
        let capped: Vec<u32> =
            sizes.iter().map(|&n| u32::try_from(n).unwrap_or(u32::MAX).min(at_most)).collect();
        let more: Vec<(usize, u32)> = capped
            .iter()
            .enumerate()
            .flat_map(|(arm, &n)| self.own(arm, first..n.max(first)))
            .collect();
        self.session.run(&more);
        let spent = runs.len() + more.len();
        let values = self.own_values();
        // Runs may have failed: what counts are the values there are.
        let known = |values: &Vec<f64>| values.iter().filter(|value| !value.is_nan()).count();
        let enough = sizes.iter().zip(&values).all(|(&n, values)| known(values) >= n);
        let candidates: Vec<Candidate> = (0..self.arms)
            .map(|arm| {
                let runs = self.session.n_runs(arm);
                self.candidate(&values[arm], None, Some(sizes[arm]), runs)
            })
            .collect();
        let chosen = if enough { Some(self.leader(&candidates)) } else { None };
        self.end(chosen, enough, candidates, (spent, Some(sizes.iter().sum())))
    }

    fn ocba(mut self, budget: usize, step: usize) -> (StudyResult, Selected) {
        let first = self.choice.first_stage;
        let runs: Vec<(usize, u32)> =
            (0..self.arms).flat_map(|arm| self.own(arm, 0..first)).collect();
        self.session.run(&runs);
        let mut done = vec![first as usize; self.arms];
        loop {
            let spent: usize = done.iter().sum();
            let values = self.own_values();
            if spent >= budget {
                let candidates: Vec<Candidate> = values
                    .iter()
                    .zip(&done)
                    .map(|(values, &runs)| self.candidate(values, None, None, runs))
                    .collect();
                let leader = self.leader(&candidates);
                return self.end(Some(leader), false, candidates, (spent, None));
            }
            let summaries: Vec<Summary> = values.iter().map(|values| Summary::of(values)).collect();
            let means: Vec<f64> = summaries.iter().map(Summary::mean).collect();
            let sds: Vec<f64> = summaries.iter().map(Summary::sd).collect();
            // An arm without a mean has failed throughout: it is no candidate.
            let low = means.iter().copied().filter(|m| m.is_finite()).fold(f64::INFINITY, f64::min);
            let means: Vec<f64> =
                means.iter().map(|m| if m.is_finite() { *m } else { low }).collect();
            let sds: Vec<f64> = sds.iter().map(|s| if s.is_finite() { *s } else { 0.0 }).collect();
            let next = allocate(&means, &sds, &done, step.min(budget - spent));
            let mut more = Vec::new();
            for (arm, n) in next.into_iter().enumerate() {
                let (from, to) = (done[arm] as u32, (done[arm] + n) as u32);
                more.extend(self.own(arm, from..to));
                done[arm] += n;
            }
            self.session.run(&more);
        }
    }

    /// Replications that no other arm has: the numbers j·k + arm + 1.
    fn own(&self, arm: usize, places: std::ops::Range<u32>) -> Vec<(usize, u32)> {
        let (arms, at) = (self.arms as u32, arm as u32);
        places.map(|place| (arm, place * arms + at + 1)).collect()
    }

    fn tell_forecast(&self, runs: usize) {
        let first = self.choice.first_stage as usize * self.arms;
        self.progress.note(&Note {
            zh: format!("第一阶段之后的估计：共约 {runs} 次运行，已完成 {first} 次"),
            en: format!(
                "Forecast after the first stage: about {runs} runs in all, {first} of them done"
            ),
        });
    }

    fn candidate(
        &self,
        values: &[f64],
        dropped_at: Option<usize>,
        forecast: Option<usize>,
        runs: usize,
    ) -> Candidate {
        let summary = Summary::of(values);
        let sign = if self.choice.larger { 1.0 } else { -1.0 };
        let (n, mean, sd) = (summary.n(), sign * summary.mean(), summary.sd());
        Candidate { n, mean, sd, dropped_at, forecast, runs }
    }

    /// The arm with the best mean; the first of several.
    fn leader(&self, candidates: &[Candidate]) -> usize {
        let sign = if self.choice.larger { 1.0 } else { -1.0 };
        let worth = |arm: usize| {
            let mean = sign * candidates[arm].mean;
            if mean.is_nan() { f64::NEG_INFINITY } else { mean }
        };
        let best = (0..self.arms).max_by(|&a, &b| worth(a).total_cmp(&worth(b)).then(b.cmp(&a)));
        best.unwrap_or(0)
    }

    fn end(
        self,
        chosen: Option<usize>,
        guaranteed: bool,
        candidates: Vec<Candidate>,
        (spent, forecast): (usize, Option<usize>),
    ) -> (StudyResult, Selected) {
        let in_race: Vec<Candidate> = candidates
            .iter()
            .map(|c| match c.dropped_at {
                Some(_) if chosen.is_none() => Candidate { mean: f64::NAN, ..c.clone() },
                _ => c.clone(),
            })
            .collect();
        let leader = chosen.unwrap_or_else(|| self.leader(&in_race));
        let selected = Selected { chosen, leader, guaranteed, candidates, spent, forecast };
        (self.session.into_result(), selected)
    }
}

/// Values up to the last one that was made.
fn made_until(values: &[f64]) -> &[f64] {
    let last = values.iter().rposition(|value| !value.is_nan()).map_or(0, |at| at + 1);
    &values[..last]
}

/// Table `selection`: `arm, kpi, unit, method, delta, confidence, n, runs, mean, sd, low, high,
/// dropped_at, forecast, status`; `low` and `high` are Student's interval of the arm's own runs;
/// `status` is `selected`, `dropped`, `lost` (kept to the end and not the best) or `open` (still in
/// when the cap came).
pub fn table(choice: &SelectionRule, selected: &Selected, arms: &[String]) -> Table {
    let n = arms.len();
    let kpi = &KPIS[choice.kpi.index()];
    let method = match choice.method {
        Method::Kn { .. } => "kn",
        Method::Rinott { .. } => "rinott",
        Method::Ocba { .. } => "ocba",
    };
    let status = |arm: usize| {
        let candidate = &selected.candidates[arm];
        match (selected.chosen, candidate.dropped_at) {
            (Some(chosen), _) if chosen == arm => "selected",
            (_, Some(_)) => "dropped",
            (Some(_), None) => "lost",
            (None, None) => "open",
        }
    };
    let confidence =
        if matches!(choice.method, Method::Ocba { .. }) { f64::NAN } else { choice.confidence };
    let delta = if confidence.is_nan() { f64::NAN } else { choice.delta };
    let number = |of: &dyn Fn(&Candidate) -> f64| -> Vec<f64> {
        selected.candidates.iter().map(of).collect()
    };
    let count = |n: Option<usize>| n.map_or(f64::NAN, |n| n as f64);
    let half = |c: &Candidate| match c.n {
        0 | 1 => f64::NAN,
        n => t_two_sided(choice.confidence, n as f64 - 1.0) * c.sd / (n as f64).sqrt(),
    };
    Table::new("selection")
        .with_text("arm", arms.to_vec())
        .with_text("kpi", vec![kpi.id.to_owned(); n])
        .with_text("unit", vec![kpi.unit.to_owned(); n])
        .with_text("method", vec![method.to_owned(); n])
        .with_number("delta", vec![delta; n])
        .with_number("confidence", vec![confidence; n])
        .with_int("n", selected.candidates.iter().map(|c| c.n as i64).collect())
        .with_int("runs", selected.candidates.iter().map(|c| c.runs as i64).collect())
        .with_number("mean", number(&|c| c.mean))
        .with_number("sd", number(&|c| c.sd))
        .with_number("low", number(&|c| c.mean - half(c)))
        .with_number("high", number(&|c| c.mean + half(c)))
        .with_number("dropped_at", number(&|c| count(c.dropped_at)))
        .with_number("forecast", number(&|c| count(c.forecast)))
        .with_text("status", (0..n).map(|arm| status(arm).to_owned()).collect())
}
