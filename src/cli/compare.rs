//! `huying compare`: several scenarios against the first.

use super::asked::ArmRule;
use super::failure::{Failure, Outcome};
use super::options::OutOptions;
use super::question::Question;
use super::scenarios::Scenarios;

/// Compare scenarios of a model with the first of them
///
/// All scenarios meet the same issues, people and luck, and are compared replication by
/// replication. With one --scenario and --set, the scenario is compared with itself under the
/// settings; with several, the settings hold in all. Without both, `before` and `after`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    asked: Scenarios,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        self.asked.run("compare", ArmRule::Several)
    }

    /// What is asked, and where the answer goes.
    pub(super) fn ask(&self) -> Result<(Question, OutOptions), Failure> {
        self.asked.ask("compare", ArmRule::Several)
    }
}
