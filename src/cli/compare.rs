//! `huying compare`: several scenarios against the first.

use std::path::PathBuf;

use super::asked::ArmRule;
use super::execute::execute;
use super::failure::{Failure, Outcome};
use super::options::{DesignOptions, OutOptions, ScenarioOptions, ShowOptions};
use super::question::Question;

/// Compare scenarios of a model with the first of them
///
/// All scenarios meet the same issues, people and luck, and are compared replication by
/// replication. With one --scenario and --set, the scenario is compared with itself under the
/// settings; with several, the settings hold in all. Without both, `before` and `after`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The model: a folder, its model.toml, or a name in models/
    model: PathBuf,
    #[command(flatten)]
    scenarios: ScenarioOptions,
    #[command(flatten)]
    design: DesignOptions,
    #[command(flatten)]
    out: OutOptions,
    #[command(flatten)]
    show: ShowOptions,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let (question, out) = self.ask()?;
        execute(&question, &out, Some(self.show.format))
    }

    /// What is asked, and where the answer goes.
    pub(super) fn ask(&self) -> Result<(Question, OutOptions), Failure> {
        let question = Question::of_model(
            "compare",
            &self.model,
            ArmRule::Several,
            &self.scenarios,
            &self.design,
            self.out.row_forms(),
            self.show.lang,
        )?;
        Ok((question, self.out.clone()))
    }
}
