//! Cases as a table: CSV and Parquet.

use std::io::{self, Write};

use super::CaseFiles;
use crate::store::parquet::{Cell, ParquetFile, Shape};
use crate::study::CaseKind;

impl CaseFiles {
    pub(super) fn write_csv(&self, out: &mut impl Write, runs: &[(usize, u32)]) -> io::Result<()> {
        let mut header = csv::Writer::from_writer(&mut *out);
        header.write_record(self.columns.iter().map(|(name, _)| name))?;
        header.flush()?;
        drop(header);
        for &(arm, replication) in runs {
            for mut part in self.parts(arm, replication) {
                if !self.steps {
                    io::copy(&mut part, out)?;
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
        let shapes: Vec<(&str, Shape)> =
            self.columns.iter().map(|(name, kind)| (name.as_str(), shape(*kind))).collect();
        let mut file = ParquetFile::new(out, "cases", &shapes)?;
        for &(arm, replication) in runs {
            for part in self.parts(arm, replication) {
                CaseFiles::each(part, |case| {
                    for ((_, kind), text) in self.columns.iter().zip(&case.cells) {
                        file.push(cell(*kind, text)?);
                    }
                    file.end_row()
                })?;
            }
        }
        file.finish()
    }
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
