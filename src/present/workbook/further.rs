//! A sheet for each table of a further analysis, in the words of the report.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::page::{Cell, Page, at, number_format};
use crate::present::briefing::Briefing;
use crate::present::section_words::{HIDDEN, TITLES};
use crate::present::sections::{cell_word, column_word, rows_of_area};
use crate::present::wording::{self, Lang};
use crate::table::{Cells, Table};

/// Longest name of a sheet that spreadsheets take \[letters\].
const NAME: usize = 31;

/// Names of the sheets of known tables; any other has the name of its file.
const NAMES: [(&str, [&str; 2]); 10] = [
    ("attribution", ["归因", "Attribution"]),
    ("selection", ["选择", "Selection"]),
    ("precision", ["精度", "Precision"]),
    ("stage_differences", ["环节之差", "Stage differences"]),
    ("matched", ["同一工单", "Matched cases"]),
    ("ignorance", ["两种不确定", "Two uncertainties"]),
    ("ranking", ["排名", "Ranking"]),
    ("screening", ["筛查", "Screening"]),
    ("tornado", ["逐个变动", "One at a time"]),
    ("sobol", ["方差份额", "Shares of variance"]),
];

/// Most rows of a sheet; where there are more, those of the whole area, and all in the file.
const MOST_ROWS: usize = 5000;

/// Columns of numbers that are in the unit of their row, and so shown as percent for shares.
const SHARES: [&str; 4] = ["mean", "difference", "low", "high"];

/// The sheets, in the order of the bundle.
pub(super) fn sheets(
    book: &mut Workbook,
    briefing: &Briefing,
    lang: Lang,
) -> Result<(), XlsxError> {
    let shown = |table: &&Table| !table.is_empty() && !HIDDEN.contains(&table.name());
    for table in briefing.more.iter().filter(shown) {
        sheet(book, briefing, table, lang)?;
    }
    Ok(())
}

fn sheet(
    book: &mut Workbook,
    briefing: &Briefing,
    table: &Table,
    lang: Lang,
) -> Result<(), XlsxError> {
    let known = TITLES.iter().find(|(name, ..)| *name == table.name());
    let (title, note) = known.map_or((table.name(), ""), |(_, title, note)| {
        (lang.pick(title[0], title[1]), lang.pick(note[0], note[1]))
    });
    let all = table.n_rows();
    let mut rows: Vec<usize> = (0..all).collect();
    if all > MOST_ROWS {
        rows = rows_of_area(table);
        rows.truncate(MOST_ROWS);
    }
    let less = match lang {
        _ if rows.len() == all => String::new(),
        Lang::Zh => format!("共 {all} 行，此处 {} 行；全部见 {}.csv。", rows.len(), table.name()),
        Lang::En => {
            format!("{} of {all} rows; all of them are in {}.csv.", rows.len(), table.name())
        }
    };
    let own = NAMES.iter().find(|(name, _)| *name == table.name());
    let name = own.map_or(table.name(), |(_, names)| lang.pick(names[0], names[1]));
    let name: String = name.chars().take(NAME).collect();
    let notes = [note.to_owned(), wording::scope(briefing, true, lang), less];
    let mut page = Page::new(book.add_worksheet(), &name, title, &notes)?;
    let columns: Vec<&str> = table.columns().iter().map(|column| column.name.as_str()).collect();
    let header: Vec<String> = columns.iter().map(|name| column_word(name, lang)).collect();
    page.header(&header)?;
    page.widths(&[18.0, 22.0], header.len())?;
    let first = page.row;
    for &row in &rows {
        let cells: Vec<Cell> =
            columns.iter().map(|name| cell(briefing, table, name, row, lang)).collect();
        page.line(&cells)?;
    }
    page.sheet.autofilter(first - 1, 0, page.row - 1, at(header.len() - 1))?;
    Ok(())
}

/// Ids become names, numbers stay numbers.
fn cell(briefing: &Briefing, table: &Table, name: &str, row: usize, lang: Lang) -> Cell {
    let text = table.text_at(name, row).into_owned();
    let is_number =
        table.column(name).is_some_and(|column| !matches!(column.cells, Cells::Text(_)));
    if is_number {
        let raw = if table.column("unit").is_some() {
            table.text_at("unit", row).into_owned()
        } else {
            String::new()
        };
        let shown = match name {
            _ if name.ends_with("share") => "0.0%",
            _ if SHARES.contains(&name) || name.starts_with("ignorance_") => number_format(&raw),
            _ => "General",
        };
        return Cell::Number(table.number_at(name, row), shown);
    }
    Cell::Text(match name {
        "arm" | "baseline" => briefing.arm(&text, lang),
        "kpi" => briefing.kpi(&text, lang),
        "stage" if text != "total" => briefing.stage(&text, lang),
        "scope_id" => briefing.scope(&table.text_at("scope", row), &text, lang),
        _ => cell_word(&text, lang),
    })
}
