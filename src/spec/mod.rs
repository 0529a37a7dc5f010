//! Input files as the user wrote them: text, TOML tree, CSV tables, and mistakes with their place.
//!
//! Reading order: [`Source`] (text and places), [`Diagnostics`] (mistakes), [`Node`] and
//! [`Fields`] (TOML), [`measured`] and its neighbors (values), [`CsvTable`] (tables). Nothing here
//! knows what a lever or a street is: that is `compile`.

mod diagnostic;
mod fields;
mod node;
mod source;
mod table;
mod value;

pub use diagnostic::{Diagnostic, Diagnostics, Help, Language, Place, Words, nearest};
pub use fields::{Fields, wrong};
pub use node::{Entry, Node, Tree, parse_toml, parse_value_text};
pub use source::Source;
pub use table::{CsvTable, Reader, Row};
pub use value::{Demand, Measured, Origin, date, flag, measured, number, text, texts, whole};
