//! `huying select`: the best of many arms.

use clap::ValueEnum;

use super::execute::execute;
use super::failure::{Failure, Outcome};
use super::options::{ExperimentOptions, OutOptions};
use super::question::Question;
use crate::compile::{LoadedSelect, SelectMethod};

/// How the best is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum MethodName {
    /// Kim and Nelson: in rounds, common random numbers, stated probability
    Kn,
    /// Rinott: two stages, independent arms, stated probability
    Rinott,
    /// Optimal computing budget allocation: a fixed budget, no stated probability
    Ocba,
}

/// Choose the best arm of an experiment with a stated probability of being right
///
/// The file's [select] says by which KPI, by which method and which difference matters; options
/// replace it. Writes to output/NAME-select unless --out says otherwise. What is
/// promised and the most it can take is told before the first run, a forecast after the first
/// stage. Each round is kept: an interrupted selection goes on where it stopped.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    file: ExperimentOptions,
    /// KPI to choose by
    #[arg(long, value_name = "ID")]
    kpi: Option<String>,
    /// Method
    #[arg(long, value_enum)]
    method: Option<MethodName>,
    /// Smallest difference that matters, in the unit of the KPI
    #[arg(long, value_name = "DIFFERENCE")]
    delta: Option<f64>,
    /// Probability of a correct selection
    #[arg(long, value_name = "SHARE")]
    confidence: Option<f64>,
    /// Replications of every arm in the first stage
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(3..=100_000))]
    first_stage: Option<u32>,
    /// Most replications of one arm
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(3..=100_000))]
    at_most: Option<u32>,
    /// Runs in all, for ocba
    #[arg(long, value_name = "RUNS", value_parser = clap::value_parser!(u32).range(2..=10_000_000))]
    budget: Option<u32>,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let (question, out) = self.ask()?;
        execute(&question, &out, Some(self.file.show.format))
    }

    /// What is asked, and where the answer goes.
    pub(super) fn ask(&self) -> Result<(Question, OutOptions), Failure> {
        let design = &self.file.design;
        let taken = [
            (design.replications.is_some(), "--replications"),
            (design.replication.is_some(), "--replication"),
            (design.precision.is_some(), "--precision"),
        ];
        if let Some((_, option)) = taken.iter().find(|(given, _)| *given) {
            let zh = "select 自己决定重复次数；见 --at-most、--budget";
            let en = "select finds the number of replications itself; see --at-most, --budget";
            return Err(Failure::usage([format!("{option}：{zh}"), format!("{option}: {en}")]));
        }
        design.without_ignorance("select")?;
        let mut question = self.file.question()?;
        question.choose(&self.said(), &self.words())?;
        Ok((question, self.file.out("-select")))
    }

    /// What the options say.
    fn said(&self) -> LoadedSelect {
        LoadedSelect {
            kpi: self.kpi.clone(),
            goal: None,
            method: self.method.map(|method| match method {
                MethodName::Kn => SelectMethod::Kn,
                MethodName::Rinott => SelectMethod::Rinott,
                MethodName::Ocba => SelectMethod::Ocba,
            }),
            delta: self.delta,
            confidence: self.confidence,
            first_stage: self.first_stage,
            round: None,
            at_most: self.at_most,
            budget: self.budget,
        }
    }

    /// The options as words of a command line.
    fn words(&self) -> Vec<String> {
        let method = self.method.and_then(|method| method.to_possible_value());
        let method = method.map(|value| value.get_name().to_owned());
        [
            ("kpi", self.kpi.clone()),
            ("method", method),
            ("delta", self.delta.map(|delta| delta.to_string())),
            ("confidence", self.confidence.map(|share| share.to_string())),
            ("first-stage", self.first_stage.map(|n| n.to_string())),
            ("at-most", self.at_most.map(|n| n.to_string())),
            ("budget", self.budget.map(|n| n.to_string())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some(format!("--{name}={}", value?)))
        .collect()
    }
}
