//! What went wrong with which file.

use std::path::{Path, PathBuf};

/// The file system said no.
#[derive(Debug, thiserror::Error)]
#[error("cannot {operation} {}: {source}", path.display())]
pub struct StoreError {
    /// What was tried, as a verb: `write`, `read`.
    pub operation: &'static str,
    /// Which file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: std::io::Error,
}

impl StoreError {
    /// For `map_err`.
    pub(super) fn on(
        operation: &'static str,
        path: &Path,
    ) -> impl FnOnce(std::io::Error) -> StoreError + use<> {
        let path = path.to_owned();
        move |source| StoreError { operation, path, source }
    }
}
