//! `huying study`: an experiment file.

use std::path::{Path, PathBuf};

use super::execute::execute;
use super::failure::{Failure, Outcome};
use super::options::{DesignOptions, OutOptions, ShowOptions};
use super::question::Question;

/// Run an experiment file: tables, charts and briefing
///
/// Writes to output/NAME unless --out says otherwise. An interrupted study goes on where it
/// stopped. Options replace what the file says.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The experiment
    experiment: PathBuf,
    /// Run this arm of the experiment only; repeatable
    #[arg(long, value_name = "NAME")]
    arm: Vec<String>,
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
        let question = Question::of_experiment(
            &self.experiment,
            &self.arm,
            &self.design,
            self.out.row_forms(),
            self.show.lang,
        )?;
        let mut out = self.out.clone();
        // A single replication is looked at, not kept, unless a folder is named.
        if out.out.is_none() && self.design.replication.is_none() {
            let name = self.experiment.file_stem().unwrap_or_default();
            out.out = Some(Path::new("output").join(name));
        }
        Ok((question, out))
    }
}
