//! `huying schema`: JSON Schema for editors.

use clap::ValueEnum;

use super::failure::{Failure, Outcome};
use super::output;
use crate::compile::{SchemaOf, schema};

/// Which file.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum File {
    /// model.toml
    Model,
    /// scenarios/*.toml
    Scenario,
    /// experiments/*.toml
    Experiment,
}

/// Print the JSON Schema of an input file, for editors
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which file
    #[arg(value_enum, default_value_t = File::Model)]
    of: File,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let of = match self.of {
            File::Model => SchemaOf::Model,
            File::Scenario => SchemaOf::Scenario,
            File::Experiment => SchemaOf::Experiment,
        };
        output::say_json(&schema(of))?;
        Ok(Outcome::Done)
    }
}
