//! `huying study`: an experiment file.

use super::execute::execute;
use super::failure::{Failure, Outcome};
use super::options::{ExperimentOptions, OutOptions};
use super::question::Question;

/// Run an experiment file: tables, charts and briefing
///
/// Writes to output/NAME unless --out says otherwise. An interrupted study goes on where it
/// stopped. Options replace what the file says.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    file: ExperimentOptions,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let (question, out) = self.ask()?;
        execute(&question, &out, Some(self.file.show.format))
    }

    /// What is asked, and where the answer goes.
    pub(super) fn ask(&self) -> Result<(Question, OutOptions), Failure> {
        Ok((self.file.question()?, self.file.out("")))
    }
}
