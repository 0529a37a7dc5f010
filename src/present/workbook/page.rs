//! A sheet that is filled row by row, with the looks of the workbook.

use rust_xlsxwriter::{
    ChartErrorBars, ChartErrorBarsType, ChartRange, Color, Format, FormatAlign, FormatBorder,
    Worksheet, XlsxError,
};

/// Width of a column of numbers \[characters\].
const NUMBER_WIDTH: f64 = 12.0;

/// A cell.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    /// Words.
    Text(String),
    /// A number and how it is shown; NaN leaves the cell empty.
    Number(f64, &'static str),
}

impl Cell {
    /// Words.
    pub(super) fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// A whole number.
    pub(super) fn count(value: f64) -> Cell {
        Cell::Number(value, "#,##0")
    }
}

/// How numbers of a unit are shown in a spreadsheet.
pub(super) fn number_format(unit: &str) -> &'static str {
    if unit == "share" { "0.0%" } else { "#,##0.00" }
}

/// A sheet and the next free row.
pub(super) struct Page<'a> {
    pub(super) sheet: &'a mut Worksheet,
    pub(super) name: String,
    pub(super) row: u32,
}

impl<'a> Page<'a> {
    /// Starts a sheet with a title and what its numbers are.
    pub(super) fn new(
        sheet: &'a mut Worksheet,
        name: &str,
        title: &str,
        notes: &[String],
    ) -> Result<Page<'a>, XlsxError> {
        sheet.set_name(name)?;
        sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
        let bold = Format::new().set_bold().set_font_size(14);
        sheet.write_string_with_format(0, 0, title, &bold)?;
        let soft = Format::new().set_font_color(Color::RGB(0x5c_5c5c));
        let mut row = 1;
        for note in notes.iter().filter(|note| !note.is_empty()) {
            sheet.write_string_with_format(row, 0, note, &soft)?;
            row += 1;
        }
        Ok(Page { sheet, name: name.to_owned(), row: row + 1 })
    }

    /// Writes the names of columns; rows below them can be filtered, and stay in view.
    pub(super) fn header(&mut self, names: &[String]) -> Result<(), XlsxError> {
        let format = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border_bottom(FormatBorder::Thin)
            .set_background_color(Color::RGB(0xef_f3f7));
        for (column, name) in names.iter().enumerate() {
            self.sheet.write_string_with_format(self.row, at(column), name, &format)?;
        }
        self.row += 1;
        self.sheet.set_freeze_panes(self.row, 1)?;
        Ok(())
    }

    /// Writes a row.
    pub(super) fn line(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        for (column, cell) in cells.iter().enumerate() {
            match cell {
                Cell::Text(text) => {
                    self.sheet.write_string(self.row, at(column), text)?;
                }
                Cell::Number(value, shown) if value.is_finite() => {
                    let format = Format::new().set_num_format(*shown);
                    self.sheet.write_number_with_format(self.row, at(column), *value, &format)?;
                }
                Cell::Number(..) => {}
            }
        }
        self.row += 1;
        Ok(())
    }

    /// Sets widths: the given ones first, then those of numbers up to `columns`.
    pub(super) fn widths(&mut self, first: &[f64], columns: usize) -> Result<(), XlsxError> {
        for column in 0..columns {
            let width = first.get(column).copied().unwrap_or(NUMBER_WIDTH);
            self.sheet.set_column_width(at(column), width)?;
        }
        Ok(())
    }

    /// A part of a column.
    pub(super) fn range(&self, column: usize, rows: [u32; 2]) -> ChartRange {
        ChartRange::new_from_range(&self.name, rows[0], at(column), rows[1], at(column))
    }
}

/// Half of an interval.
pub(super) fn half(low: f64, high: f64) -> f64 {
    (high - low) / 2.0
}

/// Number of a column as the library counts it.
pub(super) fn at(column: usize) -> u16 {
    u16::try_from(column).expect("invariant: a sheet has few columns")
}

/// Bars of half an interval in both directions, from a column of half-widths.
pub(super) fn error_bars(half: &ChartRange) -> ChartErrorBars {
    let mut bars = ChartErrorBars::new();
    bars.set_type(ChartErrorBarsType::Custom(half.clone(), half.clone()));
    bars
}
