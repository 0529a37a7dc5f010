//! Parquet files with typed columns, written in groups of rows so that memory stays constant.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use crate::study::KpiLine;

/// Rows of a group: what is held in memory before it is written.
const GROUP_ROWS: usize = 16_384;

/// What a column holds. Every cell may be empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// Words.
    Text,
    /// A whole number without sign, of 64 bits.
    Key,
    /// A whole number of 32 bits.
    Int,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// An instant.
    Time,
}

impl Shape {
    /// The column as Parquet declares it.
    fn declared(self, name: &str) -> String {
        match self {
            Shape::Text => format!("OPTIONAL BYTE_ARRAY {name} (UTF8);"),
            Shape::Key => format!("OPTIONAL INT64 {name} (INTEGER(64,false));"),
            Shape::Int => format!("OPTIONAL INT32 {name};"),
            Shape::Number => format!("OPTIONAL DOUBLE {name};"),
            Shape::Flag => format!("OPTIONAL BOOLEAN {name};"),
            Shape::Time => format!("OPTIONAL INT64 {name} (TIMESTAMP(MILLIS,true));"),
        }
    }
}

/// A cell.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'a> {
    Nothing,
    Text(&'a str),
    Key(u64),
    Int(i32),
    Number(f64),
    Flag(bool),
    /// Milliseconds since 1970 in UTC.
    Millis(i64),
}

/// Cells of a column that are not written yet.
#[derive(Debug)]
enum Values {
    Text(Vec<ByteArray>),
    Long(Vec<i64>),
    Int(Vec<i32>),
    Number(Vec<f64>),
    Flag(Vec<bool>),
}

#[derive(Debug)]
struct Waiting {
    values: Values,
    /// 1 where there is a value, 0 where the cell is empty.
    present: Vec<i16>,
}

impl Waiting {
    fn new(shape: Shape) -> Waiting {
        let values = match shape {
            Shape::Text => Values::Text(Vec::new()),
            Shape::Key | Shape::Time => Values::Long(Vec::new()),
            Shape::Int => Values::Int(Vec::new()),
            Shape::Number => Values::Number(Vec::new()),
            Shape::Flag => Values::Flag(Vec::new()),
        };
        Waiting { values, present: Vec::new() }
    }

    fn push(&mut self, cell: Cell<'_>) {
        self.present.push(i16::from(!matches!(cell, Cell::Nothing)));
        match (&mut self.values, cell) {
            (_, Cell::Nothing) => {}
            (Values::Text(cells), Cell::Text(text)) => cells.push(ByteArray::from(text)),
            // The same 64 bits: the declared type says that they have no sign.
            (Values::Long(cells), Cell::Key(key)) => cells.push(key.cast_signed()),
            (Values::Long(cells), Cell::Millis(millis)) => cells.push(millis),
            (Values::Int(cells), Cell::Int(value)) => cells.push(value),
            (Values::Number(cells), Cell::Number(value)) => cells.push(value),
            (Values::Flag(cells), Cell::Flag(value)) => cells.push(value),
            (values, cell) => panic!("invariant: {cell:?} does not belong into {values:?}"),
        }
    }

    fn write(&mut self, group: &mut SerializedRowGroupWriter<'_, impl Write + Send>) -> Written {
        fn column<T: DataType>(
            group: &mut SerializedRowGroupWriter<'_, impl Write + Send>,
            values: &mut Vec<T::T>,
            present: &[i16],
        ) -> Written {
            let mut column = group.next_column()?.expect("invariant: the schema has the column");
            column.typed::<T>().write_batch(values, Some(present), None)?;
            values.clear();
            column.close()
        }
        let present = std::mem::take(&mut self.present);
        match &mut self.values {
            Values::Text(values) => column::<ByteArrayType>(group, values, &present),
            Values::Long(values) => column::<Int64Type>(group, values, &present),
            Values::Int(values) => column::<Int32Type>(group, values, &present),
            Values::Number(values) => column::<DoubleType>(group, values, &present),
            Values::Flag(values) => column::<BoolType>(group, values, &present),
        }
    }
}

type Written = Result<(), parquet::errors::ParquetError>;

/// A file that is being written, cell by cell, row by row.
pub(super) struct ParquetFile<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<Waiting>,
    /// Column of the next cell.
    next: usize,
    rows: usize,
}

impl<W: Write + Send> ParquetFile<W> {
    /// Starts a file with these columns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn new(out: W, name: &str, columns: &[(&str, Shape)]) -> io::Result<ParquetFile<W>> {
        let mut declared = String::new();
        for (column, shape) in columns {
            write!(declared, " {}", shape.declared(column))
                .expect("invariant: a text takes more text");
        }
        let schema = parse_message_type(&format!("message {name} {{{declared} }}"))
            .expect("invariant: our columns make a schema");
        let properties = WriterProperties::builder()
            .set_created_by(format!("huying version {}", env!("CARGO_PKG_VERSION")))
            .set_compression(Compression::SNAPPY)
            .build();
        let writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))
            .map_err(io::Error::other)?;
        let columns = columns.iter().map(|(_, shape)| Waiting::new(*shape)).collect();
        Ok(ParquetFile { writer, columns, next: 0, rows: 0 })
    }

    /// The next cell of the row.
    pub(super) fn push(&mut self, cell: Cell<'_>) {
        self.columns[self.next].push(cell);
        self.next += 1;
    }

    /// The row is complete.
    ///
    /// # Errors
    /// When a full group of rows cannot be written.
    pub(super) fn end_row(&mut self) -> io::Result<()> {
        assert_eq!(self.next, self.columns.len(), "invariant: a row has a cell for every column");
        self.next = 0;
        self.rows += 1;
        if self.rows == GROUP_ROWS { self.write_group() } else { Ok(()) }
    }

    fn write_group(&mut self) -> io::Result<()> {
        let mut group = self.writer.next_row_group().map_err(io::Error::other)?;
        for column in &mut self.columns {
            column.write(&mut group).map_err(io::Error::other)?;
        }
        self.rows = 0;
        group.close().map(|_| ()).map_err(io::Error::other)
    }

    /// Writes what is left and the end of the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn finish(mut self) -> io::Result<()> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.writer.finish().map_err(io::Error::other)?;
        self.writer.inner_mut().flush()
    }
}

/// Writes `kpis.parquet`: the rows of `kpis.csv`.
///
/// # Errors
/// When the writer fails.
pub fn kpis_parquet<'a>(
    out: impl Write + Send,
    lines: impl IntoIterator<Item = KpiLine<'a>>,
) -> io::Result<()> {
    let text = ["scope", "scope_id", "kpi", "unit"].map(|name| (name, Shape::Text));
    let mut columns = vec![("arm", Shape::Text), ("replication", Shape::Int)];
    columns.extend(text);
    columns.push(("value", Shape::Number));
    let mut file = ParquetFile::new(out, "kpis", &columns)?;
    for line in lines {
        file.push(Cell::Text(line.arm));
        let replication = i32::try_from(line.replication).map_err(io::Error::other)?;
        file.push(Cell::Int(replication));
        for text in [line.scope, line.scope_id, line.kpi, line.unit] {
            file.push(Cell::Text(text));
        }
        file.push(if line.value.is_nan() { Cell::Nothing } else { Cell::Number(line.value) });
        file.end_row()?;
    }
    file.finish()
}
