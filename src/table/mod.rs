//! Tidy tables: what passes between measuring, studying, storing and presenting.
//!
//! A [`Table`] is a name and columns of equal length; one row is one thing. The columns of every
//! table that leaves the program are those of the public contract (`summary`, `compare`, `pools`,
//! `stages`, `closure`, …). Nothing here knows what a column means.
//!
//! Three kinds of cell are enough: text, whole numbers, and numbers. The one way to say "nothing
//! here" is NaN in a column of numbers (an empty cell in a file) or the empty text; whole numbers
//! are never empty.
//!
//! ```
//! use huying::table::Table;
//!
//! let table = Table::new("summary")
//!     .with_text("kpi", vec!["on_time_share".into(), "return_share".into()])
//!     .with_int("n", vec![20, 20])
//!     .with_number("mean", vec![0.81, f64::NAN]);
//! let row = table.first_row(&[("kpi", "on_time_share")]).expect("the row was put in above");
//! assert_eq!(table.n_rows(), 2);
//! assert!((table.number("mean")[row] - 0.81).abs() < 1e-12);
//! ```

mod rows;

pub use rows::MissingColumns;

/// The cells of one column, all of one kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Words; an empty text is an empty cell.
    Text(Vec<String>),
    /// Whole numbers; never empty.
    Int(Vec<i64>),
    /// Numbers; NaN is an empty cell.
    Number(Vec<f64>),
}

impl Cells {
    /// Number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Cells::Text(cells) => cells.len(),
            Cells::Int(cells) => cells.len(),
            Cells::Number(cells) => cells.len(),
        }
    }

    /// Whether there is no cell at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The kind in one word, for messages.
    fn kind(&self) -> &'static str {
        match self {
            Cells::Text(_) => "text",
            Cells::Int(_) => "whole numbers",
            Cells::Number(_) => "numbers",
        }
    }
}

/// A named column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Header of the column, as in the file.
    pub name: String,
    /// Its cells, top to bottom.
    pub cells: Cells,
}

/// A named table of columns of equal length.
///
/// Equality is cell by cell; because an empty number is NaN, two tables with an empty number in
/// them are never equal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    name: String,
    columns: Vec<Column>,
}

impl Table {
    /// An empty table; `name` is the file name without its ending (`summary`).
    #[must_use]
    pub fn new(name: impl Into<String>) -> Table {
        Table { name: name.into(), columns: Vec::new() }
    }

    /// Adds a column of words at the right.
    ///
    /// # Panics
    /// If the name is taken or the length differs from the columns before it.
    #[must_use]
    pub fn with_text(self, name: impl Into<String>, cells: Vec<String>) -> Table {
        self.with_column(Column { name: name.into(), cells: Cells::Text(cells) })
    }

    /// Adds a column of whole numbers at the right.
    ///
    /// # Panics
    /// If the name is taken or the length differs from the columns before it.
    #[must_use]
    pub fn with_int(self, name: impl Into<String>, cells: Vec<i64>) -> Table {
        self.with_column(Column { name: name.into(), cells: Cells::Int(cells) })
    }

    /// Adds a column of numbers at the right; NaN is an empty cell.
    ///
    /// # Panics
    /// If the name is taken or the length differs from the columns before it.
    #[must_use]
    pub fn with_number(self, name: impl Into<String>, cells: Vec<f64>) -> Table {
        self.with_column(Column { name: name.into(), cells: Cells::Number(cells) })
    }

    /// Adds any column at the right.
    ///
    /// # Panics
    /// If the name is taken or the length differs from the columns before it.
    #[must_use]
    pub fn with_column(mut self, column: Column) -> Table {
        assert!(
            self.column(&column.name).is_none(),
            "table {}: column {} is there already",
            self.name,
            column.name
        );
        if let Some(first) = self.columns.first() {
            assert_eq!(
                first.cells.len(),
                column.cells.len(),
                "table {}: column {} is not as long as {}",
                self.name,
                column.name,
                first.name
            );
        }
        self.columns.push(column);
        self
    }

    /// The table's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same table under another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Table {
        self.name = name.into();
        self
    }

    /// Columns, left to right.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Number of rows; zero for a table without columns.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.cells.len())
    }

    /// Whether the table has no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.n_rows() == 0
    }

    /// A column of words.
    ///
    /// # Panics
    /// If there is no such column or it holds another kind of cell.
    #[must_use]
    pub fn text(&self, name: &str) -> &[String] {
        match self.cells(name) {
            Cells::Text(cells) => cells,
            other => self.wrong_kind(name, "text", other),
        }
    }

    /// A column of whole numbers.
    ///
    /// # Panics
    /// If there is no such column or it holds another kind of cell.
    #[must_use]
    pub fn int(&self, name: &str) -> &[i64] {
        match self.cells(name) {
            Cells::Int(cells) => cells,
            other => self.wrong_kind(name, "whole numbers", other),
        }
    }

    /// A column of numbers.
    ///
    /// # Panics
    /// If there is no such column or it holds another kind of cell.
    #[must_use]
    pub fn number(&self, name: &str) -> &[f64] {
        match self.cells(name) {
            Cells::Number(cells) => cells,
            other => self.wrong_kind(name, "numbers", other),
        }
    }

    /// The cells of a column that must be there.
    fn cells(&self, name: &str) -> &Cells {
        match self.column(name) {
            Some(column) => &column.cells,
            None => panic!("table {} has no column {name}", self.name),
        }
    }

    /// Ends the call with what was asked and what was found.
    fn wrong_kind(&self, name: &str, asked: &str, found: &Cells) -> ! {
        panic!("table {}: column {name} holds {}, not {asked}", self.name, found.kind())
    }
}

#[cfg(test)]
mod tests;
