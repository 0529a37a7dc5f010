//! The results as a workbook for offices: tables that can be sorted, and native charts.
//!
//! Everything in it is in the CSV files as well; the workbook adds words, units and charts. The
//! time of its making is fixed, so the same result gives the same bytes.

mod charts;
mod curves;
mod further;
mod page;
mod sheets;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::briefing::Briefing;
use super::wording::Lang;

/// The workbook's bytes.
///
/// # Panics
/// Never for any bundle: sheets are named and filled by the program.
#[must_use]
pub fn workbook(briefing: &Briefing, lang: Lang) -> Vec<u8> {
    write(briefing, lang).expect("invariant: our own sheets make a workbook")
}

fn write(briefing: &Briefing, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let title = match lang {
        Lang::Zh => &briefing.meta.title_zh,
        Lang::En => &briefing.meta.title_en,
    };
    // No clock of the machine: the date is that of the format, and means nothing.
    let properties = DocProperties::new()
        .set_title(title)
        .set_author(format!("huying {}", briefing.meta.version))
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    book.set_properties(&properties);
    sheets::about(&mut book, briefing, lang)?;
    sheets::comparison(&mut book, briefing, lang)?;
    sheets::levels(&mut book, briefing, lang)?;
    curves::closure(&mut book, briefing, lang)?;
    curves::stages(&mut book, briefing, lang)?;
    curves::pools(&mut book, briefing, lang)?;
    sheets::streets(&mut book, briefing, lang)?;
    further::sheets(&mut book, briefing, lang)?;
    sheets::assumptions(&mut book, briefing, lang)?;
    book.save_to_buffer()
}
