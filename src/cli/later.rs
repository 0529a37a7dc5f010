//! Verbs that are known and not built: refused by name.

use super::failure::{Failure, Outcome};

/// Whatever stands behind such a verb.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Ignored
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    rest: Vec<String>,
}

impl Args {
    pub(super) fn run(&self, verb: &str) -> Result<Outcome, Failure> {
        Err(Failure::not_available(verb))
    }
}
