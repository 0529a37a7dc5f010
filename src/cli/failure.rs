//! How a verb ends, and the exit codes that scripts rely on.

use std::process::ExitCode;

use crate::compile::Diagnostics;
use crate::store::{OutDirError, StoreError};

use super::options::Lang;
use super::output;

/// A verb that ended as it should.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// All well: 0.
    Done,
    /// Done, but a replication failed or a check disagreed: 1.
    Doubtful,
}

/// A verb that could not do its work.
#[derive(Debug)]
pub(super) enum Failure {
    /// The command line asks for something that cannot be: 2.
    Usage(String),
    /// Mistakes in input files: 2.
    Input(Box<Diagnostics>, Lang),
    /// The file system said no: 3.
    Files(String),
    /// Nobody reads standard output any more: success.
    PipeClosed,
}

impl Failure {
    /// For `map_err`: mistakes of input files in the language of the call.
    pub(super) fn input(lang: Lang) -> impl Fn(Diagnostics) -> Failure {
        move |diagnostics| Failure::Input(Box::new(diagnostics), lang)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::Files(error.to_string())
    }
}

impl From<OutDirError> for Failure {
    fn from(error: OutDirError) -> Failure {
        match error {
            OutDirError::Store(error) => error.into(),
            other => Failure::Usage(other.to_string()),
        }
    }
}

/// Tells the user and gives the exit code.
pub(super) fn exit(result: Result<Outcome, Failure>) -> ExitCode {
    match result {
        Ok(Outcome::Done) | Err(Failure::PipeClosed) => ExitCode::SUCCESS,
        Ok(Outcome::Doubtful) => ExitCode::from(1),
        Err(Failure::Usage(text)) => {
            output::aside(format_args!("huying: {text}"));
            ExitCode::from(2)
        }
        Err(Failure::Input(diagnostics, lang)) => {
            for line in diagnostics.render(lang.of_files()) {
                output::aside(format_args!("{line}"));
            }
            ExitCode::from(2)
        }
        Err(Failure::Files(text)) => {
            output::aside(format_args!("huying: {text}"));
            ExitCode::from(3)
        }
    }
}

/// Exit code of a fault of ours.
pub(super) const FAULT: u8 = 70;

/// Says what happened when the program itself is wrong. Inside a replication a panic is caught
/// and becomes a row of `failures.csv`; there the hook only notes the place.
pub(super) fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        let site = info
            .location()
            .map(|site| format!("{}:{}", site.file(), site.line()))
            .unwrap_or_default();
        if crate::study::in_replication() {
            crate::study::note_panic_site(site);
            return;
        }
        output::aside(format_args!("huying: a fault of the program, not of your input: {info}"));
        output::aside(format_args!("Please report it with the command and the lines above."));
    }));
}
