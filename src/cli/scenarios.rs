//! A question of one model and some of its scenarios: what `run` and `compare` have in common.

use std::path::PathBuf;

use super::asked::ArmRule;
use super::execute::execute;
use super::failure::{Failure, Outcome};
use super::options::{DesignOptions, OutOptions, ScenarioOptions, ShowOptions};
use super::question::Question;

/// Which model and scenarios, how long and how often, and where the answer goes.
#[derive(Debug, clap::Args)]
pub(super) struct Scenarios {
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

impl Scenarios {
    pub(super) fn run(&self, verb: &str, arms: ArmRule) -> Result<Outcome, Failure> {
        let (question, out) = self.ask(verb, arms)?;
        execute(&question, &out, Some(self.show.format))
    }

    /// What is asked, and where the answer goes.
    pub(super) fn ask(&self, verb: &str, arms: ArmRule) -> Result<(Question, OutOptions), Failure> {
        let question = Question::of_model(
            verb,
            &self.model,
            arms,
            &self.scenarios,
            &self.design,
            self.out.row_forms(),
            self.show.lang,
        )?;
        Ok((question, self.out.clone()))
    }
}
