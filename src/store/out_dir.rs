//! The folder of a result, from the first replication to the manifest.
//!
//! While a study runs, the folder holds `.replications/`, and nothing else of it. At the end every
//! file is written into a folder beside, then each is renamed into place, the manifest last: where
//! there is a manifest, the result is finished.

use std::collections::BTreeMap;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::crate_metadata::{FileFacts, crate_metadata};
use super::error::StoreError;
use super::journal::{Kept, Key};
use super::manifest::Manifest;
use super::points::KeptPoints;
use super::timing::Timing;

/// Folder of finished replications.
const REPLICATIONS: &str = ".replications";
/// What the folder is, for archives.
const DESCRIPTION: &str = "ro-crate-metadata.json";
/// The file that makes a result finished.
const MANIFEST: &str = "manifest.json";
/// The file that may differ between runs of one input.
const TIMING: &str = "timing.json";
/// Begins the name of the folder in which final files are written.
const FINISHING: &str = ".finishing-";
/// The one folder that a result has inside.
const CHARTS: &str = "charts";

/// Why a folder cannot take a result.
#[derive(Debug, thiserror::Error)]
pub enum OutDirError {
    /// It holds a finished result of another input.
    #[error(
        "{} holds a finished result of another input; choose another --out, or remove it",
        .0.display()
    )]
    OtherResult(PathBuf),
    /// It holds the same question with another number of replications.
    #[error(
        "{} holds the same study with {have} replications; add --resume to replace it by one with \
         {want}, or choose another --out",
        path.display()
    )]
    OtherReplications {
        /// The folder.
        path: PathBuf,
        /// Replications of the finished result.
        have: u32,
        /// Replications asked for.
        want: u32,
    },
    /// It holds the same question with more replications.
    #[error(
        "{} holds the same study with {have} replications, more than {want}; choose another --out",
        path.display()
    )]
    MoreReplications {
        /// The folder.
        path: PathBuf,
        /// Replications of the finished result.
        have: u32,
        /// Replications asked for.
        want: u32,
    },
    /// It holds an unfinished study of another input.
    #[error(
        "{} holds an unfinished study of another input; choose another --out, or remove it",
        .0.display()
    )]
    OtherUnfinished(PathBuf),
    /// It holds files that are not of a result of this program.
    #[error(
        "{} holds files of something else, {file} among them; choose another --out",
        path.display()
    )]
    NotOurs {
        /// The folder.
        path: PathBuf,
        /// One of the files.
        file: String,
    },
    /// The file system said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A folder that takes one result.
#[derive(Debug)]
pub struct OutDir {
    path: PathBuf,
    kept: Kept,
    n_kept: usize,
    already: bool,
}

impl OutDir {
    /// Opens a folder for a result; makes it if need be. Finished replications of the same input
    /// and the same program are kept, those of another program are dropped.
    ///
    /// # Errors
    /// [`OutDirError`] when the folder belongs to something else, or cannot be used. Nothing has
    /// been changed then.
    pub fn open(
        path: &Path,
        manifest: &Manifest,
        program: &str,
        resume: bool,
    ) -> Result<OutDir, OutDirError> {
        let finished = OutDir::finished(path, manifest, resume)?;
        let folder = path.join(REPLICATIONS);
        let key = Key { run: manifest.run_digest(), program: program.to_owned() };
        let known = Kept::key(&folder);
        if known.as_ref().is_some_and(|known| known.run != key.run) {
            return Err(OutDirError::OtherUnfinished(path.to_owned()));
        }
        if !finished && !folder.exists() {
            OutDir::refuse_foreign(path)?;
        }
        let arms: Vec<String> = manifest.arms.iter().map(|arm| arm.name.clone()).collect();
        let kept = Kept::new(&folder, &arms);
        if known.as_ref() != Some(&key) {
            kept.start(&key)?;
        }
        let n_kept = kept.n_kept();
        let already =
            OutDir::manifest(path).is_ok_and(|old| old.input_digest() == manifest.input_digest());
        Ok(OutDir { path: path.to_owned(), kept, n_kept, already })
    }

    /// Does the folder already hold the finished result of this very input?
    pub fn is_finished(&self) -> bool {
        self.already
    }

    /// Is there a finished result that may be replaced by this one?
    fn finished(path: &Path, manifest: &Manifest, resume: bool) -> Result<bool, OutDirError> {
        let file = path.join(MANIFEST);
        if !file.exists() {
            return Ok(false);
        }
        let Ok(old) = OutDir::manifest(path) else {
            return Err(OutDirError::OtherResult(path.to_owned()));
        };
        if old.input_digest() == manifest.input_digest() {
            return Ok(true);
        }
        if !old.differs_in_replications_only(manifest) {
            return Err(OutDirError::OtherResult(path.to_owned()));
        }
        let (have, want) = (old.replications, manifest.replications);
        if want < have {
            return Err(OutDirError::MoreReplications { path: path.to_owned(), have, want });
        }
        if resume {
            return Ok(true);
        }
        Err(OutDirError::OtherReplications {
            path: path.to_owned(),
            have: old.replications,
            want: manifest.replications,
        })
    }

    /// A folder that is neither new nor of a result must not lose anything.
    fn refuse_foreign(path: &Path) -> Result<(), OutDirError> {
        let ours = |name: &str| {
            name == CHARTS
                || name == "report.html"
                || [".csv", ".json", ".parquet", ".xes", ".xlsx"]
                    .iter()
                    .any(|ending| name.ends_with(ending))
        };
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        match names.into_iter().find(|name| ours(name)) {
            Some(file) => Err(OutDirError::NotOurs { path: path.to_owned(), file }),
            None => Ok(()),
        }
    }

    /// Reads the manifest of a finished result.
    ///
    /// # Errors
    /// [`StoreError`] when there is none, or it cannot be read.
    pub fn manifest(path: &Path) -> Result<Manifest, StoreError> {
        let file = path.join(MANIFEST);
        let bytes = std::fs::read(&file).map_err(StoreError::on("read", &file))?;
        serde_json::from_slice(&bytes)
            .map_err(std::io::Error::from)
            .map_err(StoreError::on("read", &file))
    }

    /// Files of a finished result but the manifest and `timing.json`, with their digests, as they
    /// are now. Only those that the manifest names: a reader's own notes are none of ours.
    pub fn digests_now(path: &Path, manifest: &Manifest) -> BTreeMap<String, Option<String>> {
        let digest = |name: &String| digest_of_file(&path.join(name)).ok();
        manifest.files.keys().map(|name| (name.clone(), digest(name))).collect()
    }

    /// Files in the folder of a result that are none of its own, in order; hidden ones are left
    /// out.
    pub fn foreign(path: &Path, manifest: &Manifest) -> Vec<String> {
        let own = |name: &String| {
            manifest.files.contains_key(name) || [MANIFEST, TIMING].contains(&name.as_str())
        };
        let mut names: Vec<String> = [path.to_owned(), path.join(CHARTS)]
            .iter()
            .flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten())
            .filter(|entry| entry.path().is_file())
            .filter_map(|entry| Some(entry.path().strip_prefix(path).ok()?.to_owned()))
            .map(|name| name.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
            .filter(|name| !own(name) && !name.rsplit('/').next().unwrap_or(name).starts_with('.'))
            .collect();
        names.sort();
        names
    }

    /// Finished replications kept here.
    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Finished points of a design kept here.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read or added to.
    pub fn points(&self) -> Result<KeptPoints, StoreError> {
        KeptPoints::open(&self.path.join(REPLICATIONS))
    }

    /// How many there were when the folder was opened.
    pub fn n_kept(&self) -> usize {
        self.n_kept
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Starts the final files.
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be written.
    pub fn stage(&self) -> Result<Stage<'_>, StoreError> {
        // What a killed run had begun to write here is of no use to anybody.
        for entry in std::fs::read_dir(&self.path).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(FINISHING) {
                let left = entry.path();
                std::fs::remove_dir_all(&left).map_err(StoreError::on("remove", &left))?;
            }
        }
        let folder = tempfile::Builder::new()
            .prefix(FINISHING)
            .tempdir_in(&self.path)
            .map_err(StoreError::on("write in", &self.path))?;
        Ok(Stage { out: self, folder, files: BTreeMap::new() })
    }
}

/// Final files on their way.
#[derive(Debug)]
pub struct Stage<'a> {
    out: &'a OutDir,
    folder: TempDir,
    files: BTreeMap<String, String>,
}

impl Stage<'_> {
    /// Adds a file; `name` may lie in a folder (`charts/closure.svg`).
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.write_with(name, |out| out.write_all(bytes))
    }

    /// Adds a file that is written piece by piece.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub fn write_with(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut BufWriter<std::fs::File>) -> std::io::Result<()>,
    ) -> Result<(), StoreError> {
        let path = self.place(name)?;
        let file = std::fs::File::create(&path).map_err(StoreError::on("write", &path))?;
        let mut out = BufWriter::new(file);
        fill(&mut out).and_then(|()| out.flush()).map_err(StoreError::on("write", &path))?;
        out.get_ref().sync_all().map_err(StoreError::on("write", &path))?;
        self.note(name)
    }

    /// Where a file that somebody else writes has to be put; call [`Stage::note`] when it is there.
    ///
    /// # Errors
    /// [`StoreError`] when its folder cannot be made.
    pub fn place(&self, name: &str) -> Result<PathBuf, StoreError> {
        let path = self.folder.path().join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(StoreError::on("make the folder", folder))?;
        }
        Ok(path)
    }

    /// Takes a file that has been put into its place.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read back.
    pub fn note(&mut self, name: &str) -> Result<(), StoreError> {
        let digest = digest_of_file(&self.folder.path().join(name))?;
        self.files.insert(name.to_owned(), digest);
        Ok(())
    }

    /// Puts every file into place, the manifest last, and drops the kept replications.
    ///
    /// # Errors
    /// [`StoreError`]; the result is then unfinished and can be run again.
    pub fn finish(self, mut manifest: Manifest, timing: &Timing) -> Result<(), StoreError> {
        let out = &self.out.path;
        let old = out.join(MANIFEST);
        if old.exists() {
            let before = OutDir::manifest(out).map(|manifest| manifest.files).unwrap_or_default();
            // From here to the last rename the folder is unfinished, and must look so.
            std::fs::remove_file(&old).map_err(StoreError::on("replace", &old))?;
            for name in before.keys().filter(|name| !self.files.contains_key(*name)) {
                // A chart of the result that is replaced would pass for one of this.
                let gone = out.join(name);
                if gone.exists() {
                    std::fs::remove_file(&gone).map_err(StoreError::on("remove", &gone))?;
                }
            }
        }
        for name in self.files.keys() {
            let (from, to) = (self.folder.path().join(name), out.join(name));
            if let Some(folder) = to.parent() {
                std::fs::create_dir_all(folder)
                    .map_err(StoreError::on("make the folder", folder))?;
            }
            std::fs::rename(&from, &to).map_err(StoreError::on("write", &to))?;
        }
        let timing =
            serde_json::to_vec_pretty(timing).expect("invariant: plain values can be written");
        super::write_whole(&out.join(TIMING), &[timing, vec![b'\n']].concat())?;
        manifest.files = self.files;
        describe(out, &mut manifest)?;
        super::write_whole(&old, &manifest.to_json())?;
        let kept = out.join(REPLICATIONS);
        std::fs::remove_dir_all(&kept).map_err(StoreError::on("remove", &kept))
    }
}

/// Writes `ro-crate-metadata.json` for the files of the manifest, and takes it into the manifest.
///
/// # Errors
/// [`StoreError`] when a file is missing or the description cannot be written.
pub fn describe(folder: &Path, manifest: &mut Manifest) -> Result<(), StoreError> {
    manifest.files.remove(DESCRIPTION);
    let facts = |(name, digest): (&String, &String)| {
        let path = folder.join(name);
        let size = std::fs::metadata(&path).map_err(StoreError::on("read", &path))?.len();
        Ok((name.clone(), FileFacts { digest: digest.clone(), size }))
    };
    let files = manifest.files.iter().map(facts).collect::<Result<_, StoreError>>()?;
    let bytes = crate_metadata(manifest, &files);
    super::write_whole(&folder.join(DESCRIPTION), &bytes)?;
    let digest = blake3::hash(&bytes).to_hex().to_string();
    manifest.files.insert(DESCRIPTION.to_owned(), digest);
    Ok(())
}

/// BLAKE3 of a file's bytes.
///
/// # Errors
/// [`StoreError`] when it cannot be read.
pub fn digest_of_file(path: &Path) -> Result<String, StoreError> {
    let mut file = std::fs::File::open(path).map_err(StoreError::on("read", path))?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = file.read(&mut buffer).map_err(StoreError::on("read", path))?;
        if n == 0 {
            return Ok(hasher.finalize().to_hex().to_string());
        }
        hasher.update(&buffer[..n]);
    }
}
