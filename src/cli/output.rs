//! Data on standard output: text, JSON or CSV.

use std::io::Write;

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, presets};
use serde_json::{Map, Value};

use crate::present::{self, Briefing};
use crate::store;
use crate::table::{Cells, Table};

use super::failure::Failure;
use super::options::Lang;

/// Writes text. A reader that has gone away ends the verb without complaint.
pub(super) fn say(text: &str) -> Result<(), Failure> {
    write_bytes(text.as_bytes())
}

/// Writes a line of progress or advice to standard error. If nobody reads it any more (a closed
/// terminal, `2>&1 | head`), the work goes on: the result is in its files.
pub(super) fn aside(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Writes bytes.
pub(super) fn write_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(Failure::PipeClosed),
        Err(error) => {
            Err(Failure::files(["写不到标准输出", "cannot write to standard output"], &error))
        }
    }
}

/// Writes a value as JSON.
pub(super) fn say_json(value: &Value) -> Result<(), Failure> {
    say(&format!("{value:#}\n"))
}

/// Writes a table as CSV.
pub(super) fn say_csv(table: &Table) -> Result<(), Failure> {
    write_bytes(&store::csv(table))
}

/// Rows as JSON objects; an empty number is null.
pub(super) fn rows(table: &Table) -> Value {
    let row = |row: usize| {
        let cells = table.columns().iter().map(|column| {
            let value = match &column.cells {
                Cells::Text(cells) => Value::from(cells[row].as_str()),
                Cells::Int(cells) => Value::from(cells[row]),
                // JSON has no NaN and no infinity.
                Cells::Number(cells) => Value::from(cells[row]),
            };
            (column.name.clone(), value)
        });
        Value::Object(cells.collect::<Map<String, Value>>())
    };
    Value::Array((0..table.n_rows()).map(row).collect())
}

/// Width of the terminal, if the shell says so [columns].
pub(super) fn width() -> Option<u16> {
    std::env::var("COLUMNS").ok()?.parse().ok().filter(|&columns| columns >= 40)
}

/// Writes a table of a further analysis in words.
pub(super) fn say_analysis(bundle: &Briefing, table: &Table, lang: Lang) -> Result<(), Failure> {
    say(&present::terminal::analysis(bundle, table, lang.of_report(), width()))
}

/// A table to read, in which Chinese aligns.
pub(super) fn text(table: &Table) -> String {
    let mut shown = plain();
    shown.set_header(table.columns().iter().map(|column| column.name.as_str()));
    for row in 0..table.n_rows() {
        shown.add_row(table.columns().iter().map(|column| {
            let cell = Cell::new(table.text_at(&column.name, row));
            match &column.cells {
                Cells::Text(_) => cell,
                _ => cell.set_alignment(CellAlignment::Right),
            }
        }));
    }
    format!("{}\n", shown.trim_fmt())
}

/// An empty table with the program's looks.
pub(super) fn plain() -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()));
    table.set_content_arrangement(ContentArrangement::Disabled);
    if let Some(width) = width() {
        table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic);
    }
    table
}
