//! CSV tables with line numbers: columns by name, cells with their place.

use super::{Diagnostic, Diagnostics, Place, Source, Words};

/// A CSV table as text.
#[derive(Clone, Debug)]
pub struct CsvTable {
    /// File as the user named it.
    pub file: String,
    header: Vec<String>,
    rows: Vec<(u32, Vec<String>)>,
}

/// The columns of a table that a reader wants, checked and ready to read.
pub struct Reader<'a> {
    table: &'a CsvTable,
    columns: Vec<(&'static str, usize)>,
}

/// One row of a table.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    reader: &'a Reader<'a>,
    index: usize,
}

impl CsvTable {
    /// Parses a CSV file; reports rows with too many or too few cells.
    pub fn parse(source: &Source, log: &mut Diagnostics) -> CsvTable {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .trim(csv::Trim::All)
            .from_reader(source.text.as_bytes());
        let mut table =
            CsvTable { file: source.file.clone(), header: Vec::new(), rows: Vec::new() };
        for (index, record) in reader.records().enumerate() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let words = Words::new("无法读作 CSV", "not CSV");
                    let diagnostic =
                        Diagnostic::new("table::csv", Place::whole(&*source.file), words);
                    log.push(diagnostic.got(error.to_string()));
                    break;
                }
            };
            let line = record.position().map_or(0, |at| line_of(source, at.byte() as usize));
            let cells: Vec<String> = record.iter().map(str::to_owned).collect();
            if index == 0 {
                table.header = cells;
                table.check_header(log);
            } else if cells.iter().any(|cell| !cell.is_empty()) {
                table.check_width(line, &cells, log);
                table.rows.push((line, cells));
            }
        }
        if source.text.matches('"').count() % 2 == 1 {
            let line = table.rows.last().map_or(1, |(line, _)| *line);
            let place = Place { file: source.file.clone(), line, column: 0 };
            let words =
                Words::new("引号没有成对：从这一行起", "a quote is not closed, from this row on");
            log.push(Diagnostic::new("table::quote", place, words));
            // What stands behind it is no row.
            table.rows.pop();
        }
        table
    }

    /// A column that stands twice would be read from its first copy.
    fn check_header(&self, log: &mut Diagnostics) {
        for (index, cell) in self.header.iter().enumerate() {
            if !cell.is_empty() && self.header[..index].contains(cell) {
                let column = index as u32 + 1;
                let place = Place { file: self.file.clone(), line: 1, column };
                let words = Words::new(
                    format!("列“{cell}”出现两次"),
                    format!("column \"{cell}\" stands twice"),
                );
                log.push(Diagnostic::new("table::repeated_column", place, words));
            }
        }
    }

    fn check_width(&self, line: u32, cells: &[String], log: &mut Diagnostics) {
        let (found, wanted) = (cells.len(), self.header.len());
        if found != wanted {
            let place = Place { file: self.file.clone(), line, column: 0 };
            let words = Words::new("单元格数不对", "wrong number of cells");
            let expected = Words::same(wanted.to_string());
            let diagnostic = Diagnostic::new("table::width", place, words).expected(expected);
            log.push(diagnostic.got(found.to_string()));
        }
    }

    /// Binds the wanted columns. Columns in `ignored` may be there and are never read; any other
    /// column is unknown unless its name begins with `note`. Reports what is missing or unknown.
    pub fn reader(
        &self,
        wanted: &[&'static str],
        ignored: &[&'static str],
        log: &mut Diagnostics,
    ) -> Option<Reader<'_>> {
        self.reader_with(wanted, &[], ignored, log)
    }

    /// The same with columns that may be left out; their cells are empty then.
    pub fn reader_with(
        &self,
        wanted: &[&'static str],
        optional: &[&'static str],
        ignored: &[&'static str],
        log: &mut Diagnostics,
    ) -> Option<Reader<'_>> {
        let mut columns = Vec::new();
        let header = || Place { file: self.file.clone(), line: 1, column: 0 };
        for name in wanted {
            match self.header.iter().position(|cell| cell == name) {
                Some(index) => columns.push((*name, index)),
                None => {
                    let words = Words::new(
                        format!("缺少列“{name}”"),
                        format!("column \"{name}\" is missing"),
                    );
                    log.push(Diagnostic::new("table::missing_column", header(), words));
                }
            }
        }
        let complete = columns.len() == wanted.len();
        for name in optional {
            let place = self.header.iter().position(|cell| cell == name);
            columns.push((*name, place.unwrap_or(usize::MAX)));
        }
        for (index, cell) in self.header.iter().enumerate() {
            let known = [wanted, optional, ignored].iter().any(|list| list.contains(&&**cell));
            if !known && !cell.starts_with("note") {
                let place = Place { column: index as u32 + 1, ..header() };
                let words =
                    Words::new(format!("没有“{cell}”这一列"), format!("unknown column \"{cell}\""));
                let diagnostic = Diagnostic::new("table::unknown_column", place, words);
                log.push(diagnostic.nearest(cell, wanted.iter().chain(optional).copied()));
            }
        }
        complete.then_some(Reader { table: self, columns })
    }
}

/// Line of a record. The parser's own count misses one where lines end in `\r\n`.
fn line_of(source: &Source, byte: usize) -> u32 {
    let rest = source.text.get(byte..).unwrap_or_default();
    let skipped = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
    source.place(byte + skipped).line
}

impl<'a> Reader<'a> {
    /// The rows in file order.
    pub fn rows(&'a self) -> impl Iterator<Item = Row<'a>> {
        (0..self.table.rows.len()).map(|index| Row { reader: self, index })
    }

    /// Place of the table as a whole.
    pub fn place(&self) -> Place {
        Place::whole(&*self.table.file)
    }
}

impl<'a> Row<'a> {
    fn column(&self, name: &str) -> usize {
        let found = self.reader.columns.iter().find(|(column, _)| *column == name);
        found.expect("invariant: only wanted columns are read").1
    }

    /// A cell; empty when the row is too short.
    ///
    /// # Panics
    /// If the column was not asked for when the reader was bound.
    pub fn text(&self, name: &str) -> &'a str {
        let cells = &self.reader.table.rows[self.index].1;
        cells.get(self.column(name)).map_or("", String::as_str)
    }

    /// A cell, or another text where it is empty.
    ///
    /// # Panics
    /// As [`Row::text`].
    pub fn text_or<'b>(&self, name: &str, other: &'b str) -> &'b str
    where
        'a: 'b,
    {
        let text = self.text(name);
        if text.is_empty() { other } else { text }
    }

    /// Place of a cell: line of the file, cell of the row.
    pub fn place(&self, name: &str) -> Place {
        let line = self.reader.table.rows[self.index].0;
        // An optional column that is not there has no cell: the row is meant.
        let column = u32::try_from(self.column(name)).map_or(0, |column| column + 1);
        Place { file: self.reader.table.file.clone(), line, column }
    }

    /// A cell that is not as it should be.
    pub fn wrong(&self, name: &str, expected: Words) -> Diagnostic {
        let words =
            Words::new(format!("列“{name}”的值不对"), format!("wrong value for \"{name}\""));
        let text = self.text(name);
        let got = if text.is_empty() { "\"\"" } else { text };
        Diagnostic::new("table::wrong_value", self.place(name), words).expected(expected).got(got)
    }

    /// A cell that must not be empty.
    pub fn name(&self, name: &str, log: &mut Diagnostics) -> Option<&'a str> {
        let text = self.text(name);
        if text.is_empty() {
            log.push(self.wrong(name, Words::new("文字", "text")));
            return None;
        }
        Some(text)
    }

    /// A number within limits.
    pub fn number(&self, name: &str, limits: (f64, f64), log: &mut Diagnostics) -> Option<f64> {
        let (low, high) = limits;
        let number = self.text(name).parse::<f64>().ok();
        let found = number.filter(|number| (low..=high).contains(number));
        if found.is_none() {
            let expected = Words::new(
                format!("{low} 到 {high} 的数"),
                format!("a number from {low} to {high}"),
            );
            log.push(self.wrong(name, expected));
        }
        found
    }

    /// A whole number within limits.
    pub fn whole(&self, name: &str, limits: (f64, f64), log: &mut Diagnostics) -> Option<f64> {
        let number = self.number(name, limits, log)?;
        if number.fract() != 0.0 {
            log.push(self.wrong(name, Words::new("整数", "a whole number")));
            return None;
        }
        Some(number)
    }

    /// A number within limits, or nothing in an empty cell.
    pub fn number_or_empty(
        &self,
        name: &str,
        limits: (f64, f64),
        log: &mut Diagnostics,
    ) -> Option<f64> {
        if self.text(name).is_empty() { None } else { self.number(name, limits, log) }
    }

    /// One of a few words, as its index.
    pub fn choice(&self, name: &str, words: &[&str], log: &mut Diagnostics) -> Option<usize> {
        let text = self.text(name);
        let found = words.iter().position(|word| *word == text);
        if found.is_none() {
            let expected = Words::same(words.join(" / "));
            log.push(self.wrong(name, expected).nearest(text, words.iter().copied()));
        }
        found
    }

    /// Parts of a cell between semicolons.
    pub fn parts(&self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.text(name).split(';').map(str::trim).filter(|part| !part.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Language;

    fn parse(text: &str) -> (CsvTable, Diagnostics) {
        let mut log = Diagnostics::new();
        let table = CsvTable::parse(&Source::new("t.csv", text), &mut log);
        (table, log)
    }

    // Catches a byte-order mark glued to the first column name (what spreadsheets write).
    #[test]
    fn accepts_a_byte_order_mark() {
        let (table, mut log) = parse("\u{feff}a,b\r\n1,x\r\n");
        let reader = table.reader(&["a", "b"], &[], &mut log).expect("columns are there");
        assert!(log.is_empty());
        assert_eq!(reader.rows().next().map(|row| row.text("a")), Some("1"));
    }

    // Catches line numbers that forget quoted line breaks, and columns that are dropped silently.
    #[test]
    fn reports_lines_and_columns() {
        let (table, mut log) = parse("a,bb,note\r\n\"x\ny\",2,\r\n3\r\n");
        assert!(table.reader(&["a", "b"], &[], &mut log).is_none());
        let reader = table.reader(&["a", "bb"], &[], &mut log).expect("columns are there");
        assert!(reader.rows().all(|row| row.number("a", (0.0, 2.0), &mut log).is_none()));
        assert_eq!(
            log.render(Language::En),
            [
                "t.csv:4: wrong number of cells (expected 3; got 1)",
                "t.csv:1: column \"b\" is missing",
                "t.csv:1:2: unknown column \"bb\" (did you mean \"b\"?)",
                "t.csv:2:1: wrong value for \"a\" (expected a number from 0 to 2; got x…)",
                "t.csv:4:1: wrong value for \"a\" (expected a number from 0 to 2; got 3)",
            ]
        );
    }
}
