//! Where finished replications are safe while the study goes on.

use crate::measure::RunResult;

/// A finished replication could not be kept. The study goes on: only a restart would cost more.
#[derive(Debug, thiserror::Error)]
#[error("a finished replication could not be kept: {0}")]
pub struct JournalError(pub String);

/// Keeps finished replications of one study; the same study only, never of another input.
pub trait Journal: Sync {
    /// The result kept for this arm and replication; none if there is none, or it is damaged.
    fn load(&self, arm: usize, replication: u32) -> Option<RunResult>;

    /// Keeps a result, whole at once.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be kept.
    fn save(&self, arm: usize, replication: u32, result: &RunResult) -> Result<(), JournalError>;
}

/// Keeps nothing.
pub struct NoJournal;

impl Journal for NoJournal {
    fn load(&self, _arm: usize, _replication: u32) -> Option<RunResult> {
        None
    }

    fn save(&self, _: usize, _: u32, _: &RunResult) -> Result<(), JournalError> {
        Ok(())
    }
}
