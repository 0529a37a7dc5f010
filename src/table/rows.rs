//! Rows of a table: finding, keeping and joining them, and reading one cell whatever its kind.

use super::{Cells, Column, Table};
use std::borrow::Cow;
use thiserror::Error;

/// A table lacks columns that its reader needs.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("table {table} lacks: {}", .columns.join(", "))]
pub struct MissingColumns {
    /// Name of the table.
    pub table: String,
    /// Every column that was asked for and is not there.
    pub columns: Vec<String>,
}

impl Table {
    /// Says which of `names` the table lacks; all at once.
    ///
    /// # Errors
    /// [`MissingColumns`] with every missing name.
    pub fn require(&self, names: &[&str]) -> Result<(), MissingColumns> {
        let columns: Vec<String> = names
            .iter()
            .filter(|name| self.column(name).is_none())
            .map(|name| (*name).to_owned())
            .collect();
        if columns.is_empty() {
            Ok(())
        } else {
            Err(MissingColumns { table: self.name().to_owned(), columns })
        }
    }

    /// One cell as a number: whole numbers are widened, text that reads as a number is read,
    /// everything else (no such column, no such row, empty) is NaN.
    ///
    /// For readers of tables that came from files, where a column of round numbers may have been
    /// taken for whole numbers.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    pub fn number_at(&self, name: &str, row: usize) -> f64 {
        match self.column(name).map(|column| &column.cells) {
            Some(Cells::Number(cells)) => cells.get(row).copied().unwrap_or(f64::NAN),
            Some(Cells::Int(cells)) => cells.get(row).map_or(f64::NAN, |&cell| cell as f64),
            Some(Cells::Text(cells)) => {
                cells.get(row).and_then(|cell| cell.trim().parse().ok()).unwrap_or(f64::NAN)
            }
            None => f64::NAN,
        }
    }

    /// One cell as text: numbers by their shortest form that reads back the same, NaN and anything
    /// missing as the empty text.
    #[must_use]
    pub fn text_at(&self, name: &str, row: usize) -> Cow<'_, str> {
        match self.column(name).map(|column| &column.cells) {
            Some(Cells::Text(cells)) => Cow::Borrowed(cells.get(row).map_or("", String::as_str)),
            Some(Cells::Int(cells)) => {
                cells.get(row).map_or(Cow::Borrowed(""), |cell| Cow::Owned(cell.to_string()))
            }
            Some(Cells::Number(cells)) => match cells.get(row) {
                Some(cell) if !cell.is_nan() => Cow::Owned(cell.to_string()),
                _ => Cow::Borrowed(""),
            },
            None => Cow::Borrowed(""),
        }
    }

    /// Rows in which every named column reads as the given text, top to bottom.
    ///
    /// A column that is not there matches nothing.
    #[must_use]
    pub fn rows_where(&self, wanted: &[(&str, &str)]) -> Vec<usize> {
        (0..self.n_rows()).filter(|&row| self.row_matches(row, wanted)).collect()
    }

    /// The first such row.
    #[must_use]
    pub fn first_row(&self, wanted: &[(&str, &str)]) -> Option<usize> {
        (0..self.n_rows()).find(|&row| self.row_matches(row, wanted))
    }

    /// Whether `row` reads as wanted in every named column.
    fn row_matches(&self, row: usize, wanted: &[(&str, &str)]) -> bool {
        wanted.iter().all(|&(name, value)| {
            self.column(name).is_some() && self.text_at(name, row).as_ref() == value
        })
    }

    /// Different texts of a column in order of first appearance.
    #[must_use]
    pub fn distinct(&self, name: &str) -> Vec<String> {
        let mut seen = std::collections::BTreeSet::new();
        let mut ordered = Vec::new();
        if self.column(name).is_none() {
            return ordered;
        }
        for row in 0..self.n_rows() {
            let cell = self.text_at(name, row);
            if !seen.contains(cell.as_ref()) {
                seen.insert(cell.to_string());
                ordered.push(cell.into_owned());
            }
        }
        ordered
    }

    /// A table of the given rows, in the given order.
    ///
    /// # Panics
    /// If a row is beyond the end.
    #[must_use]
    pub fn keep(&self, rows: &[usize]) -> Table {
        let mut kept = Table::new(self.name());
        for Column { name, cells } in self.columns() {
            let cells = match cells {
                Cells::Text(cells) => {
                    Cells::Text(rows.iter().map(|&row| cells[row].clone()).collect())
                }
                Cells::Int(cells) => Cells::Int(rows.iter().map(|&row| cells[row]).collect()),
                Cells::Number(cells) => Cells::Number(rows.iter().map(|&row| cells[row]).collect()),
            };
            kept = kept.with_column(Column { name: name.clone(), cells });
        }
        kept
    }

    /// Puts the rows of `other` below; a table without columns takes the other's columns.
    ///
    /// # Panics
    /// If columns differ in name, order or kind.
    pub fn append(&mut self, other: Table) {
        if self.columns.is_empty() {
            self.columns = other.columns;
            return;
        }
        assert_eq!(self.columns.len(), other.columns.len(), "{}: other columns", self.name);
        for (Column { name, cells }, theirs) in self.columns.iter_mut().zip(other.columns) {
            assert_eq!(*name, theirs.name, "{}: other column", self.name);
            match (cells, theirs.cells) {
                (Cells::Text(mine), Cells::Text(theirs)) => mine.extend(theirs),
                (Cells::Int(mine), Cells::Int(theirs)) => mine.extend(theirs),
                (Cells::Number(mine), Cells::Number(theirs)) => mine.extend(theirs),
                (mine, theirs) => panic!(
                    "table {}: column {name} holds {}, the rows to add {}",
                    self.name,
                    mine.kind(),
                    theirs.kind()
                ),
            }
        }
    }
}
