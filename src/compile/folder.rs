//! Files of a model, read once and fingerprinted.

use crate::spec::{Diagnostics, Place, Source};
use std::path::{Component, Path, PathBuf};

/// A folder whose files are read and remembered with their digests.
pub(super) struct Folder {
    dir: PathBuf,
    files: Vec<(String, String)>,
}

impl Folder {
    pub(super) fn new(dir: &Path) -> Folder {
        Folder { dir: dir.to_owned(), files: Vec::new() }
    }

    /// Reads a file of the folder. `named` is the place that names it, for the message.
    pub(super) fn read(
        &mut self,
        name: &str,
        named: Option<Place>,
        log: &mut Diagnostics,
    ) -> Option<Source> {
        let (source, digest) = read(&self.dir.join(name), named, log)?;
        self.files.push((name.to_owned(), digest));
        Some(source)
    }

    /// Names and digests of every file read, by name.
    pub(super) fn into_files(mut self) -> Vec<(String, String)> {
        self.files.sort();
        self.files.dedup();
        self.files
    }
}

/// Reads one file and its digest (BLAKE3, hexadecimal).
pub(super) fn read(
    path: &Path,
    named: Option<Place>,
    log: &mut Diagnostics,
) -> Option<(Source, String)> {
    let shown = path.display().to_string();
    match std::fs::read(path) {
        Ok(bytes) => {
            let digest = blake3::hash(&bytes).to_hex().to_string();
            Source::from_bytes(&shown, &bytes, log).map(|source| (source, digest))
        }
        Err(error) => {
            let place = named.unwrap_or_else(|| Place::whole(&*shown));
            log.push(Source::unreadable(path, place, &error));
            None
        }
    }
}

/// The same path without detours: `experiments/../models/a` is `models/a`, unless a link makes it
/// another place. What has two names would be reported twice.
pub(super) fn without_detours(path: &Path) -> PathBuf {
    let mut short = PathBuf::new();
    for part in path.components() {
        let named = matches!(short.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::CurDir => {}
            Component::ParentDir if named => drop(short.pop()),
            other => short.push(other),
        }
    }
    if short.as_os_str().is_empty() {
        short.push(".");
    }
    let same = path.canonicalize().ok() == short.canonicalize().ok();
    if same { short } else { path.to_owned() }
}

/// Names of the `.toml` files of a folder without their ending, sorted; none if there is no folder.
pub(super) fn toml_stems(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut stems: Vec<String> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .filter_map(|path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))
        .collect();
    stems.sort();
    stems
}
