//! Tables turned into charts, a briefing, a workbook, and terminal tables, in Chinese and English.
//!
//! Everything here reads a [`Briefing`]: the tables of a finished study and the names to show them
//! with. Nothing here computes a result; deleting the engine would not break a chart.
//!
//! ```
//! use huying::present::{self, Briefing, Lang};
//!
//! let empty = Briefing::default();
//! assert!(present::charts(&empty, Lang::Zh).is_empty());
//! assert_eq!(present::missing_glyphs("趵突泉 泺口"), Vec::<char>::new());
//! ```

mod answer;
mod briefing;
mod canvas;
mod chart;
mod findings;
mod font;
mod format;
mod parts_table;
mod png;
mod report;
mod report_words;
mod rows;
mod section_words;
mod sections;
pub mod terminal;
mod wording;
mod workbook;

pub use briefing::{Briefing, Meta};
pub use chart::{CHARTS, Chart, charts, charts_named};
pub use font::{FAMILIES, FONT, missing_glyphs};
pub use png::outlined;
pub use report::report_html;
pub use wording::Lang;
pub use workbook::workbook;

#[cfg(test)]
mod tests;
