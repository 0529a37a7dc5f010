//! stub
use super::failure::{Failure, Outcome};
/// Start a small model
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    name: String,
}
impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        Err(Failure::not_available(&self.name))
    }
}
