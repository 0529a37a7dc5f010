//! How many replications: until the KPIs that matter are known precisely enough, in fixed rounds.

use super::case_rows::CaseLog;
use super::design::Study;
use super::journal::Journal;
use super::notes::Note;
use super::progress::Progress;
use super::result::StudyResult;
use super::session::Session;
use crate::measure::{KPIS, KpiId, Scope};
use crate::stats::{Decision, Estimate, Paired, Precision, Target};
use crate::table::Table;

/// Of what the half-width is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    /// The mean of every arm.
    Mean,
    /// The difference of every arm against the first. A relative target is then a share of the
    /// first arm's mean.
    Difference,
}

impl Of {
    /// Stable id, as written in files.
    pub fn id(self) -> &'static str {
        match self {
            Of::Mean => "mean",
            Of::Difference => "difference",
        }
    }
}

/// The rule for the number of replications of a study.
#[derive(Clone, PartialEq, Debug)]
pub struct Control {
    /// KPIs of the whole area that have to be precise, each with its target.
    pub targets: Vec<(KpiId, Target)>,
    /// Of means or of differences.
    pub of: Of,
    /// Replications of the first round.
    pub at_least: u32,
    /// Replications added per round.
    pub round: u32,
    /// Most replications.
    pub at_most: u32,
    /// Further replications for which the precision must have held.
    pub look_ahead: u32,
}

/// What the rule says of one KPI of one arm.
#[derive(Clone, PartialEq, Debug)]
pub struct Reached {
    /// Arm.
    pub arm: usize,
    /// KPI.
    pub kpi: KpiId,
    /// What was asked.
    pub target: Target,
    /// The half-width there is, a share of the mean or in the unit of the KPI; NaN without one.
    pub half_width: f64,
    /// Replications with a value.
    pub n: usize,
    /// Replications after which this one was precise enough, the look-ahead included; none if not
    /// yet.
    pub needed: Option<usize>,
    /// Where it is not: how many it would take, were mean and spread to stay; none if more than
    /// a million.
    pub forecast: Option<usize>,
}

impl Control {
    fn rule(&self, target: Target, confidence: f64) -> Precision {
        Precision {
            target,
            confidence,
            at_least: self.at_least as usize,
            round: self.round as usize,
            at_most: self.at_most as usize,
            look_ahead: self.look_ahead as usize,
        }
    }

    /// The numbers the rule looks at: one per replication of an arm, and the mean that a relative
    /// target is a share of.
    fn quantity(&self, result: &StudyResult, arm: usize, kpi: KpiId) -> (Vec<f64>, f64) {
        let of = |arm| result.values(arm, Scope::City, "all", kpi).unwrap_or_default();
        let values = of(arm);
        if self.of == Of::Mean {
            return (values, f64::NAN);
        }
        let baseline = of(0);
        let mean = Estimate::of(&baseline, result.confidence()).mean.abs();
        let pairs = baseline.iter().zip(&values);
        // Equal to rounding counts as equal, as in the comparison itself.
        let difference = |(base, value): (&f64, &f64)| {
            let pair = Paired::of(&[*base], &[*value], result.confidence());
            pair.map_or(f64::NAN, |paired| paired.difference)
        };
        (pairs.map(difference).collect(), mean)
    }

    /// Arms the rule looks at.
    fn arms(&self, n_arms: usize) -> std::ops::Range<usize> {
        usize::from(self.of == Of::Difference && n_arms > 1)..n_arms
    }

    /// What the rule says of every KPI of every arm, with the replications there are.
    pub fn reached(&self, result: &StudyResult) -> Vec<Reached> {
        let mut all = Vec::new();
        for arm in self.arms(result.arms().len()) {
            for &(kpi, target) in &self.targets {
                let (values, mean) = self.quantity(result, arm, kpi);
                all.push(self.reached_by(arm, kpi, target, (&values, mean), result.confidence()));
            }
        }
        all
    }

    fn reached_by(
        &self,
        arm: usize,
        kpi: KpiId,
        target: Target,
        (values, mean): (&[f64], f64),
        confidence: f64,
    ) -> Reached {
        // A relative target of a difference is an absolute one: a share of the first arm's mean.
        let (absolute, scale) = match target {
            Target::Relative(share) if mean.is_finite() => (Target::Absolute(share * mean), mean),
            other => (other, f64::NAN),
        };
        let rule = self.rule(absolute, confidence);
        let estimate = Estimate::of(values, confidence);
        let achieved = rule.achieved(&estimate);
        let half_width = if scale.is_finite() { achieved / scale } else { achieved };
        let rounds = (0..).map(|i| self.at_least + i * self.round.max(1));
        let rounds = rounds.map(|n| (n.min(self.at_most)) as usize);
        let until = rounds.take_while(|n| *n <= values.len()).take(100_000);
        let mut sizes: Vec<usize> = until.collect();
        sizes.dedup();
        let enough = |n: &usize| {
            let least = Precision { at_least: rule.at_least.min(*n), ..rule };
            least.decide(&values[..*n]) == Decision::Enough
        };
        // What was narrow enough in an earlier round and is no more is not reached.
        let needed = if enough(&values.len()) { sizes.into_iter().find(enough) } else { None };
        let wide = Precision { at_most: 1_000_000, ..rule };
        let forecast = if needed.is_none() { wide.forecast(&estimate) } else { None };
        let half_width = if half_width.is_finite() { half_width } else { f64::NAN };
        Reached { arm, kpi, target, half_width, n: estimate.n, needed, forecast }
    }

    /// One line about the KPI that is farthest from its target, for progress.
    fn farthest(&self, reached: &[Reached], result: &StudyResult) -> Option<Note> {
        let excess = |r: &Reached| {
            let asked = match r.target {
                Target::Relative(share) | Target::Absolute(share) => share,
            };
            if r.half_width.is_nan() { f64::INFINITY } else { r.half_width / asked }
        };
        let open = reached.iter().filter(|r| r.needed.is_none());
        let worst = open.max_by(|a, b| excess(a).total_cmp(&excess(b)))?;
        let kpi = &KPIS[worst.kpi.index()];
        let arm = &result.arms()[worst.arm];
        let (have, want) = match worst.target {
            Target::Relative(share) => {
                (format!("±{:.1}%", worst.half_width * 100.0), format!("±{:.1}%", share * 100.0))
            }
            Target::Absolute(width) => {
                (format!("±{:.4} {}", worst.half_width, kpi.unit), format!("±{width}"))
            }
        };
        Some(Note {
            zh: format!("方案“{arm}”的{}：{have}，要求 {want}", kpi.zh),
            en: format!("{} of {arm}: {have}, asked {want}", kpi.id),
        })
    }
}

impl Study {
    /// Runs replications in rounds until the rule is content or its cap is met; `replications` of
    /// the study is not looked at.
    ///
    /// # Panics
    /// As [`Study::run`].
    pub fn run_until(
        &self,
        control: &Control,
        journal: &dyn Journal,
        progress: &dyn Progress,
        cases: Option<&dyn CaseLog>,
    ) -> (StudyResult, Vec<Reached>) {
        let mut session = Session::new(self, journal, progress, cases);
        let mut total = control.at_least.min(control.at_most).max(1);
        loop {
            session.run(&self.all_runs(1..=total));
            let reached = control.reached(session.result());
            if reached.iter().all(|r| r.needed.is_some()) || total >= control.at_most {
                return (session.into_result(), reached);
            }
            let next = (total + control.round.max(1)).min(control.at_most);
            if let Some(farthest) = control.farthest(&reached, session.result()) {
                progress.note(&Note {
                    zh: format!("已有 {total} 次重复；离要求最远的：{}", farthest.zh),
                    en: format!("{total} replications; farthest from its target: {}", farthest.en),
                });
            }
            total = next;
        }
    }
}

/// Table `precision`: `arm, kpi, unit, of, target, asked, half_width, n, needed, forecast, status`.
pub fn table(control: &Control, reached: &[Reached], arms: &[String]) -> Table {
    let text =
        |of: &dyn Fn(&Reached) -> String| -> Vec<String> { reached.iter().map(of).collect() };
    let number = |of: &dyn Fn(&Reached) -> f64| -> Vec<f64> { reached.iter().map(of).collect() };
    let (mut kinds, mut asked) = (Vec::new(), Vec::new());
    for row in reached {
        let (kind, bound) = match row.target {
            Target::Relative(share) => ("relative", share),
            Target::Absolute(width) => ("absolute", width),
        };
        kinds.push(kind.to_owned());
        asked.push(bound);
    }
    let count = |n: Option<usize>| n.map_or(f64::NAN, |n| n as f64);
    Table::new("precision")
        .with_text("arm", text(&|r| arms[r.arm].clone()))
        .with_text("kpi", text(&|r| KPIS[r.kpi.index()].id.to_owned()))
        .with_text("unit", text(&|r| KPIS[r.kpi.index()].unit.to_owned()))
        .with_text("of", text(&|_| control.of.id().to_owned()))
        .with_text("target", kinds)
        .with_number("asked", asked)
        .with_number("half_width", number(&|r| r.half_width))
        .with_int("n", reached.iter().map(|r| r.n as i64).collect())
        .with_number("needed", number(&|r| count(r.needed)))
        .with_number("forecast", number(&|r| count(r.forecast)))
        .with_text(
            "status",
            text(&|r| if r.needed.is_some() { "reached" } else { "not_reached" }.to_owned()),
        )
}
