//! `cases.csv`: the rows of every run in a file of its own, joined in a fixed order at the end.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use tempfile::NamedTempFile;

use super::error::StoreError;
use super::journal::Kept;
use crate::study::{CASE_COLUMNS, CaseLog, CaseRows, JournalError};

/// Cases of a study, kept beside its finished replications.
pub struct CaseFiles {
    kept: Kept,
    districts: Vec<usize>,
    stages: Vec<String>,
}

impl CaseFiles {
    /// Cases of these districts; `stages` are the ids of the stages in order.
    pub fn new(kept: &Kept, districts: &[usize], stages: &[&str]) -> CaseFiles {
        let stages = stages.iter().map(|stage| format!("{stage}_h")).collect();
        CaseFiles { kept: kept.clone(), districts: districts.to_vec(), stages }
    }

    /// Writes all rows of the runs that there are, by arm, replication and district.
    ///
    /// # Errors
    /// [`StoreError`] when a part cannot be read or the whole not written.
    pub fn join(
        &self,
        path: &std::path::Path,
        arms: usize,
        replications: impl Iterator<Item = u32> + Clone,
    ) -> Result<(), StoreError> {
        let failed = |path: &std::path::Path| StoreError::on("write", path);
        let file = File::create(path).map_err(failed(path))?;
        let mut out = BufWriter::new(file);
        let mut header = csv::Writer::from_writer(&mut out);
        let names = CASE_COLUMNS.iter().copied().chain(self.stages.iter().map(String::as_str));
        header
            .write_record(names)
            .and_then(|()| Ok(header.flush()?))
            .map_err(std::io::Error::other)
            .map_err(failed(path))?;
        drop(header);
        for arm in 0..arms {
            for replication in replications.clone() {
                for &district in &self.districts {
                    let part = self.kept.case_path(arm, replication, district);
                    // A run that broke has no rows.
                    let Ok(mut rows) = File::open(&part) else { continue };
                    std::io::copy(&mut rows, &mut out).map_err(failed(&part))?;
                }
            }
        }
        std::io::Write::flush(&mut out).map_err(failed(path))
    }
}

impl CaseLog for CaseFiles {
    fn open(&self, arm: usize, replication: u32, district: usize) -> Box<dyn CaseRows> {
        Box::new(Part::open(self.kept.case_path(arm, replication, district)))
    }
}

/// Rows of one run, in a temporary file until they are complete.
struct Part {
    path: PathBuf,
    rows: Result<csv::Writer<NamedTempFile>, String>,
}

impl Part {
    fn open(path: PathBuf) -> Part {
        let folder = path.parent().expect("invariant: parts lie in a folder");
        let rows = std::fs::create_dir_all(folder)
            .and_then(|()| NamedTempFile::new_in(folder))
            .map(|file| csv::WriterBuilder::new().has_headers(false).from_writer(file))
            .map_err(|error| error.to_string());
        Part { path, rows }
    }
}

impl CaseRows for Part {
    fn row(&mut self, cells: &[String]) {
        if let Ok(rows) = &mut self.rows {
            let written = rows.write_record(cells);
            if let Err(error) = written {
                self.rows = Err(error.to_string());
            }
        }
    }

    fn end(self: Box<Self>) -> Result<(), JournalError> {
        let Part { path, rows } = *self;
        let said = |error: &dyn std::fmt::Display| {
            JournalError(format!("cannot write {}: {error}", path.display()))
        };
        let rows = rows.map_err(|error| said(&error))?;
        let file = rows.into_inner().map_err(|error| said(&error))?;
        file.persist(&path).map_err(|error| said(&error.error))?;
        Ok(())
    }
}
