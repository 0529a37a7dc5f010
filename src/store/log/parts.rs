//! The cases of every run in a file of its own, complete or not there, and read back in order.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use csv::StringRecord;
use tempfile::NamedTempFile;

use super::CaseFiles;
use crate::store::journal::PartKind;
use crate::study::{CASE_COLUMNS, CaseLog, CaseRows, JournalError, STEP_COLUMNS};

/// One case as logged: its cells, and those of its steps where steps were wanted.
#[derive(Default)]
pub(super) struct LoggedCase {
    pub(super) cells: StringRecord,
    pub(super) steps: Vec<StringRecord>,
}

impl LoggedCase {
    /// The cell of a column of cases.
    pub(super) fn cell(&self, column: &str) -> &str {
        let position = CASE_COLUMNS.iter().position(|(name, _)| *name == column);
        &self.cells[position.expect("invariant: the column is one of cases")]
    }
}

/// The cell of a column of a step.
pub(super) fn step_cell<'a>(step: &'a StringRecord, column: &str) -> &'a str {
    let position = STEP_COLUMNS.iter().position(|name| *name == column);
    &step[position.expect("invariant: the column is one of steps")]
}

impl CaseFiles {
    /// Parts of cases by arm, replication and district: a run that broke has none, a finished one
    /// has all.
    pub(super) fn parts(
        &self,
        arm: usize,
        replication: u32,
    ) -> impl Iterator<Item = io::Result<File>> {
        self.parts_of(self.case_part(), arm, replication)
    }

    /// The same of any kind.
    pub(super) fn parts_of(
        &self,
        kind: PartKind,
        arm: usize,
        replication: u32,
    ) -> impl Iterator<Item = io::Result<File>> {
        // Districts of a broken run that ended well have left their parts.
        let finished = self.kept.is_kept(arm, replication);
        self.districts
            .iter()
            .filter(move |_| finished)
            .map(move |&district| File::open(self.kept.part_path(kind, arm, replication, district)))
    }

    /// Hands out every case of a part, one at a time.
    pub(super) fn each(
        part: io::Result<File>,
        mut take: impl FnMut(&LoggedCase) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(part?);
        let mut row = StringRecord::new();
        let mut case: Option<LoggedCase> = None;
        while reader.read_record(&mut row).map_err(io::Error::other)? {
            if row.len() == STEP_COLUMNS.len() {
                let case = case.as_mut().ok_or_else(|| io::Error::other("a step without case"))?;
                case.steps.push(row.clone());
                continue;
            }
            if let Some(done) = case.take() {
                take(&done)?;
            }
            case = Some(LoggedCase { cells: row.clone(), steps: Vec::new() });
        }
        case.map_or(Ok(()), |last| take(&last))
    }
}

impl CaseLog for CaseFiles {
    fn open(&self, arm: usize, replication: u32, district: usize) -> Option<Box<dyn CaseRows>> {
        let path = self.kept.part_path(self.case_part(), arm, replication, district);
        self.cases.then(|| Box::new(Part::open(path)) as Box<dyn CaseRows>)
    }

    fn open_applications(
        &self,
        arm: usize,
        replication: u32,
        district: usize,
    ) -> Option<Box<dyn CaseRows>> {
        let path = self.kept.part_path(PartKind::Applications, arm, replication, district);
        self.applications.then(|| Box::new(Part::open(path)) as Box<dyn CaseRows>)
    }

    fn wants_steps(&self) -> bool {
        self.steps
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
        let mut writer = csv::WriterBuilder::new();
        writer.has_headers(false).flexible(true);
        let rows = std::fs::create_dir_all(folder)
            .and_then(|()| NamedTempFile::new_in(folder))
            .map(|file| writer.from_writer(file))
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

    fn step(&mut self, cells: &[String]) {
        self.row(cells);
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
