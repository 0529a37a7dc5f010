//! `huying run`: one scenario.

use super::asked::ArmRule;
use super::failure::{Failure, Outcome};
use super::options::OutOptions;
use super::question::Question;
use super::scenarios::Scenarios;

/// Run one scenario of a model
///
/// Every number comes with its interval over replications. Without --scenario the model runs as
/// its tables describe it: `before`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    asked: Scenarios,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        self.asked.run("run", ArmRule::One)
    }

    /// What is asked, and where the answer goes.
    pub(super) fn ask(&self) -> Result<(Question, OutOptions), Failure> {
        self.asked.ask("run", ArmRule::One)
    }
}
