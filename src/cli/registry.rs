//! What the three lists have in common: show all, or explain one, or say what was meant.

use serde_json::Value;

use super::failure::{Failure, Outcome, did_you_mean};
use super::options::{Format, Lang, ShowOptions};
use super::output;
use crate::spec::nearest;
use crate::table::Table;

/// A list of things with ids.
pub(super) struct Registry {
    /// Everything about every one of them; `id` is a column.
    pub(super) table: Table,
    /// Columns of the table to read, by language.
    pub(super) shown: [&'static [&'static str]; 2],
    /// Other columns that name a thing.
    pub(super) other_names: &'static [&'static str],
    /// What one of them is called, in both languages.
    pub(super) what: [&'static str; 2],
}

impl Registry {
    /// Lists all, or explains the one of this name.
    pub(super) fn show(&self, name: Option<&str>, show: &ShowOptions) -> Result<Outcome, Failure> {
        let rows = match name {
            Some(name) => vec![self.find(name)?],
            None => (0..self.table.n_rows()).collect(),
        };
        let chosen = self.table.keep(&rows);
        match (show.format, name) {
            (Format::Csv, _) => output::say_csv(&chosen),
            (Format::Json, None) => output::say_json(&output::rows(&chosen)),
            (Format::Json, Some(_)) => match output::rows(&chosen) {
                Value::Array(mut rows) => output::say_json(&rows.remove(0)),
                other => output::say_json(&other),
            },
            (Format::Text, None) => output::say(&output::text(&self.short(&chosen, show.lang))),
            (Format::Text, Some(_)) => output::say(&explain(&chosen)),
        }?;
        Ok(Outcome::Done)
    }

    /// Row of a thing by id or other name.
    fn find(&self, name: &str) -> Result<usize, Failure> {
        let columns = std::iter::once(&"id").chain(self.other_names);
        let found = columns.clone().find_map(|column| self.table.first_row(&[(column, name)]));
        if let Some(row) = found {
            return Ok(row);
        }
        let upper = name.to_uppercase();
        if let Some(row) = self.table.first_row(&[("id", &upper)]) {
            return Ok(row);
        }
        let known: Vec<&str> =
            columns.flat_map(|column| self.table.text(column)).map(String::as_str).collect();
        let meant = nearest(name, known.iter().copied()).or_else(|| {
            // The last part of a key alone, misspelt.
            let ends = known.iter().filter_map(|known| known.rsplit_once('.'));
            let end = nearest(name, ends.map(|(_, end)| end))?;
            known.iter().copied().find(|known| known.ends_with(&format!(".{end}")))
        });
        let [zh, en] = self.what;
        let near = did_you_mean(meant);
        Err(Failure::usage([
            format!("没有{zh}“{name}”{}", near.zh),
            format!("no {en} \"{name}\"{}", near.en),
        ]))
    }

    /// The columns to read.
    fn short(&self, table: &Table, lang: Lang) -> Table {
        let names = if lang == Lang::Zh { self.shown[0] } else { self.shown[1] };
        let columns = names.iter().filter_map(|name| table.column(name)).cloned();
        columns.fold(Table::new(table.name()), Table::with_column)
    }
}

/// One thing, a line for each of its columns.
fn explain(one: &Table) -> String {
    let width = one.columns().iter().map(|column| column.name.len()).max().unwrap_or_default();
    let lines = one.columns().iter().filter_map(|column| {
        let cell = one.text_at(&column.name, 0);
        (!cell.is_empty()).then(|| format!("{:width$}  {cell}\n", column.name))
    });
    lines.collect()
}
