//! Finished replications of an unfinished study, each in a file of its own, whole at once.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic::write_whole;
use super::error::StoreError;
use crate::base::digest_of;
use crate::measure::RunResult;
use crate::study::{Journal, JournalError};

/// Whose replications a folder holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Key {
    /// Digest of the input.
    pub(super) run: String,
    /// Digest of the program that runs: another build may give other numbers.
    pub(super) program: String,
}

/// One finished replication with the digest of its rows, as read.
#[derive(Deserialize)]
struct Entry {
    digest: String,
    result: RunResult,
}

/// The same, as written.
#[derive(Serialize)]
struct EntryRef<'a> {
    digest: String,
    result: &'a RunResult,
}

/// Finished replications kept under a folder.
#[derive(Clone, Debug)]
pub struct Kept {
    folder: PathBuf,
    /// File name of each arm, without replication.
    arms: Vec<String>,
    /// Parts that must be there for a replication to count as kept, and their districts.
    parts: Vec<PartKind>,
    districts: Vec<usize>,
}

/// What a part of a replication holds. Parts without steps are no parts of an event log, and the
/// other way round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PartKind {
    /// Cases.
    Cases,
    /// Cases with their steps.
    Steps,
    /// Applications.
    Applications,
}

impl Kept {
    /// Name of the file that says whose replications these are.
    const KEY: &str = "key.json";

    /// The replications of these arms under `folder`.
    pub(super) fn new(folder: &Path, arms: &[String]) -> Kept {
        let arms = arms.iter().enumerate().map(|(index, arm)| format!("{index}-{}", plain(arm)));
        Kept {
            folder: folder.to_owned(),
            arms: arms.collect(),
            parts: Vec::new(),
            districts: Vec::new(),
        }
    }

    /// The same, where parts of these districts belong to a replication.
    #[must_use]
    pub(super) fn with_parts(mut self, districts: &[usize], parts: &[PartKind]) -> Kept {
        (self.districts, self.parts) = (districts.to_vec(), parts.to_vec());
        self
    }

    /// Reads whose replications a folder holds; none if there is no such folder.
    pub(super) fn key(folder: &Path) -> Option<Key> {
        let bytes = std::fs::read(folder.join(Kept::KEY)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Makes the folder anew for this key.
    pub(super) fn start(&self, key: &Key) -> Result<(), StoreError> {
        if self.folder.exists() {
            std::fs::remove_dir_all(&self.folder)
                .map_err(StoreError::on("remove", &self.folder))?;
        }
        let bytes = serde_json::to_vec(key).expect("invariant: plain values can be written");
        write_whole(&self.folder.join(Kept::KEY), &bytes)
    }

    /// Number of replications kept, over all arms.
    pub fn n_kept(&self) -> usize {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries
            .filter(|entry| {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                name.ends_with(".json") && name != Kept::KEY && !name.starts_with('.')
            })
            .count()
    }

    /// Where a part of a district's replication is kept.
    pub(super) fn part_path(
        &self,
        kind: PartKind,
        arm: usize,
        replication: u32,
        district: usize,
    ) -> PathBuf {
        let kind = match kind {
            PartKind::Cases => "cases",
            PartKind::Steps => "steps",
            PartKind::Applications => "applications",
        };
        let name = format!("{}-{replication:04}-{district:02}.{kind}.csv", self.arms[arm]);
        self.folder.join("cases").join(name)
    }

    /// Is this replication finished and kept?
    pub(super) fn is_kept(&self, arm: usize, replication: u32) -> bool {
        self.path(arm, replication).is_file()
    }

    fn path(&self, arm: usize, replication: u32) -> PathBuf {
        self.folder.join(format!("{}-{replication:04}.json", self.arms[arm]))
    }
}

impl Journal for Kept {
    fn load(&self, arm: usize, replication: u32) -> Option<RunResult> {
        let has = |kind: PartKind, district: usize| {
            self.part_path(kind, arm, replication, district).is_file()
        };
        if !self.parts.iter().all(|kind| self.districts.iter().all(|d| has(*kind, *d))) {
            return None;
        }
        let bytes = std::fs::read(self.path(arm, replication)).ok()?;
        let entry: Entry = serde_json::from_slice(&bytes).ok()?;
        (digest_of(&entry.result) == entry.digest).then_some(entry.result)
    }

    fn save(&self, arm: usize, replication: u32, result: &RunResult) -> Result<(), JournalError> {
        let entry = EntryRef { digest: digest_of(result), result };
        let bytes = serde_json::to_vec(&entry).expect("invariant: plain rows can be written");
        write_whole(&self.path(arm, replication), &bytes)
            .map_err(|error| JournalError(error.to_string()))
    }
}

/// A name that any file system takes.
fn plain(name: &str) -> String {
    let keep = |c: char| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '_' };
    name.chars().take(40).map(keep).collect()
}
