//! Cases and applications as tables: CSV and Parquet.

use std::io::{self, Write};

use super::CaseFiles;
use crate::store::journal::PartKind;
use crate::store::parquet::{Cell, ParquetFile, Shape};
use crate::study::{APPLICATION_COLUMNS, CaseKind, application_stages};

impl CaseFiles {
    pub(super) fn write_csv(&self, out: &mut impl Write, runs: &[(usize, u32)]) -> io::Result<()> {
        write_header(out, &self.columns)?;
        for &(arm, replication) in runs {
            for part in self.parts(arm, replication) {
                if !self.steps {
                    io::copy(&mut part?, out)?;
                    continue;
                }
                let mut rows = csv::WriterBuilder::new().has_headers(false).from_writer(&mut *out);
                CaseFiles::each(part, |case| Ok(rows.write_record(&case.cells)?))?;
                rows.flush()?;
            }
        }
        Ok(())
    }

    pub(super) fn write_parquet(
        &self,
        out: &mut (impl Write + Send),
        runs: &[(usize, u32)],
    ) -> io::Result<()> {
        let kind = self.case_part();
        self.write_typed(out, ("cases", &self.columns), kind, runs)
    }

    pub(super) fn write_applications_csv(
        &self,
        out: &mut impl Write,
        runs: &[(usize, u32)],
    ) -> io::Result<()> {
        write_header(out, &application_columns())?;
        for &(arm, replication) in runs {
            for part in self.parts_of(PartKind::Applications, arm, replication) {
                io::copy(&mut part?, out)?;
            }
        }
        Ok(())
    }

    pub(super) fn write_applications_parquet(
        &self,
        out: &mut (impl Write + Send),
        runs: &[(usize, u32)],
    ) -> io::Result<()> {
        let columns = application_columns();
        self.write_typed(out, ("applications", &columns), PartKind::Applications, runs)
    }

    fn write_typed(
        &self,
        out: &mut (impl Write + Send),
        (name, columns): (&str, &[(String, CaseKind)]),
        kind: PartKind,
        runs: &[(usize, u32)],
    ) -> io::Result<()> {
        let shapes: Vec<(&str, Shape)> =
            columns.iter().map(|(name, kind)| (name.as_str(), shape(*kind))).collect();
        let mut file = ParquetFile::new(out, name, &shapes)?;
        for &(arm, replication) in runs {
            for part in self.parts_of(kind, arm, replication) {
                CaseFiles::each(part, |case| {
                    for ((_, kind), text) in columns.iter().zip(&case.cells) {
                        file.push(cell(*kind, text)?);
                    }
                    file.end_row()
                })?;
            }
        }
        file.finish()
    }
}

fn write_header(out: &mut impl Write, columns: &[(String, CaseKind)]) -> io::Result<()> {
    let mut header = csv::Writer::from_writer(out);
    header.write_record(columns.iter().map(|(name, _)| name))?;
    header.flush()
}

/// Columns of the file of applications, stages included.
fn application_columns() -> Vec<(String, CaseKind)> {
    let columns = APPLICATION_COLUMNS.iter().map(|(name, kind)| ((*name).to_owned(), *kind));
    let stages = application_stages().map(|stage| (format!("{stage}_h"), CaseKind::Number));
    columns.chain(stages).collect()
}

fn shape(kind: CaseKind) -> Shape {
    match kind {
        CaseKind::Text => Shape::Text,
        CaseKind::Key => Shape::Key,
        CaseKind::Int => Shape::Int,
        CaseKind::Number => Shape::Number,
        CaseKind::Flag => Shape::Flag,
        CaseKind::Time => Shape::Time,
    }
}

/// A cell as logged, typed again.
fn cell(kind: CaseKind, text: &str) -> io::Result<Cell<'_>> {
    fn read<T: std::str::FromStr>(text: &str) -> io::Result<T> {
        text.parse().map_err(|_| io::Error::other(format!("`{text}` in a part of cases")))
    }
    if text.is_empty() {
        return Ok(Cell::Nothing);
    }
    Ok(match kind {
        CaseKind::Text => Cell::Text(text),
        CaseKind::Key => Cell::Key(read(text)?),
        CaseKind::Int => Cell::Int(read(text)?),
        CaseKind::Number => Cell::Number(read(text)?),
        CaseKind::Flag => Cell::Flag(text == "1"),
        CaseKind::Time => Cell::Millis(read::<jiff::Timestamp>(text)?.as_millisecond()),
    })
}
