//! Tables as tidy CSV: UTF-8 without mark, a header, `\n`, numbers that read back to the same bits.

use std::io::Write;

use crate::study::KpiLine;
use crate::table::{Cells, Column, Table};

/// A table as CSV. NaN and the empty text are empty cells.
pub fn csv(table: &Table) -> Vec<u8> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let names = table.columns().iter().map(|column| column.name.as_str());
    writer.write_record(names).expect("invariant: memory takes a record");
    let mut number = String::new();
    for row in 0..table.n_rows() {
        for column in table.columns() {
            let written = match &column.cells {
                Cells::Text(cells) => writer.write_field(&cells[row]),
                Cells::Int(cells) => writer.write_field(cells[row].to_string()),
                Cells::Number(cells) => writer.write_field(shortest(cells[row], &mut number)),
            };
            written.expect("invariant: memory takes a field");
        }
        writer.write_record(None::<&[u8]>).expect("invariant: memory takes a record");
    }
    writer.into_inner().expect("invariant: memory is flushed")
}

/// Writes `kpis.csv` line by line: a large study has more rows than should stand in memory.
///
/// # Errors
/// When the writer fails.
pub fn kpis_csv<'a, W: Write>(
    out: W,
    lines: impl IntoIterator<Item = KpiLine<'a>>,
) -> std::io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(["arm", "replication", "scope", "scope_id", "kpi", "unit", "value"])?;
    let (mut replication, mut value) = (String::new(), String::new());
    for line in lines {
        replication.clear();
        replication.push_str(&line.replication.to_string());
        writer.write_record([
            line.arm,
            &replication,
            line.scope,
            line.scope_id,
            line.kpi,
            line.unit,
            shortest(line.value, &mut value),
        ])?;
    }
    writer.flush()
}

/// The shortest text that reads back to the same number; nothing for NaN, and no sign of zero.
fn shortest(value: f64, text: &mut String) -> &str {
    use std::fmt::Write;
    text.clear();
    if !value.is_nan() {
        let value = if value == 0.0 { 0.0 } else { value };
        write!(text, "{value}").expect("invariant: a text takes more text");
    }
    text
}

/// Reads a table back. A column of whole numbers comes back as whole numbers, one of numbers and
/// empty cells as numbers, anything else as text.
///
/// # Errors
/// In words, when it is not CSV or its rows are ragged.
pub fn read_csv(name: &str, bytes: &[u8]) -> Result<Table, String> {
    let mut reader = ::csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let mut columns: Vec<Vec<String>> = vec![Vec::new(); header.len()];
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        for (column, cell) in columns.iter_mut().zip(&record) {
            column.push(cell.to_owned());
        }
    }
    let mut table = Table::new(name);
    for (name, cells) in header.iter().zip(columns) {
        if table.column(name).is_some() {
            return Err(format!("column {name} is there twice"));
        }
        table = table.with_column(Column { name: name.to_owned(), cells: typed(cells) });
    }
    Ok(table)
}

/// The plainest kind that fits every cell.
fn typed(cells: Vec<String>) -> Cells {
    let empty = |cell: &String| cell.is_empty();
    if cells.is_empty() || cells.iter().all(empty) {
        return Cells::Text(cells);
    }
    if let Some(whole) = cells.iter().map(|cell| cell.parse().ok()).collect() {
        return Cells::Int(whole);
    }
    let number = |cell: &String| {
        if cell.is_empty() { Some(f64::NAN) } else { cell.parse::<f64>().ok() }
    };
    match cells.iter().map(number).collect() {
        Some(numbers) => Cells::Number(numbers),
        None => Cells::Text(cells),
    }
}
