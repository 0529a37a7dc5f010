//! What the three lists have in common: show all, or explain one, or say what was meant.

use serde_json::Value;

use super::failure::{Failure, Outcome, did_you_mean};
use super::options::{Format, Lang, ShowOptions};
use super::output;
use crate::spec::nearest;
use crate::table::{Column, Table};

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
            (Format::Text, Some(_)) => output::say(&explain(&chosen, show.lang)),
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
        let columns = names.iter().filter_map(|name| table.column(name)).map(|column| Column {
            name: label(&column.name, lang).to_owned(),
            cells: column.cells.clone(),
        });
        columns.fold(Table::new(table.name()), Table::with_column)
    }
}

/// What columns are called where people read them; files and JSON have the names themselves.
const LABELS: [(&str, [&str; 2]); 23] = [
    ("id", ["编号", "id"]),
    ("key", ["键", "key"]),
    ("name_zh", ["名称", "name (Chinese)"]),
    ("name_en", ["英文名", "name"]),
    ("unit", ["单位", "unit"]),
    ("unit_zh", ["单位", "unit (Chinese)"]),
    ("range", ["范围", "range"]),
    ("before", ["改革前", "before"]),
    ("before_source", ["改革前的出处", "source of before"]),
    ("after", ["改革后", "after"]),
    ("after_source", ["改革后的出处", "source of after"]),
    ("mechanisms", ["机制", "mechanisms"]),
    ("affects", ["作用于", "affects"]),
    ("group", ["组", "group"]),
    ("quote", ["原文", "quote"]),
    ("meaning", ["含义", "meaning"]),
    ("levers", ["杠杆", "levers"]),
    ("expects", ["预期", "expects"]),
    ("found", ["所得", "found"]),
    ("good", ["好的方向", "good direction"]),
    ("scopes", ["报告范围", "scopes"]),
    ("formula", ["公式", "formula"]),
    ("formula_zh", ["公式", "formula (Chinese)"]),
];

/// A column's name as people read it.
fn label(column: &str, lang: Lang) -> &str {
    let found = LABELS.iter().find(|(known, _)| *known == column);
    found.map_or(column, |(_, words)| lang.pick(words[0], words[1]))
}

/// One thing, a line for each of its columns; what stands in both languages is told in one.
fn explain(one: &Table, lang: Lang) -> String {
    let has = |name: String| one.column(&name).is_some();
    let told = |name: &str| {
        let (stem, own) = match name.strip_suffix("_zh") {
            Some(stem) => (stem, Lang::Zh),
            None => (name, Lang::En),
        };
        // Both names are needed to find a thing again; of texts and units one will do.
        stem == "name"
            || own == lang
            || !has(if own == Lang::Zh { stem.to_owned() } else { format!("{stem}_zh") })
    };
    let lines: Vec<(&str, String)> = one
        .columns()
        .iter()
        .filter(|column| told(&column.name))
        .map(|column| (label(&column.name, lang), one.text_at(&column.name, 0).into_owned()))
        .filter(|(_, cell)| !cell.is_empty())
        .collect();
    let width = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let widest = lines.iter().map(|(label, _)| width(label)).max().unwrap_or_default();
    let line = |(label, cell): &(&str, String)| {
        format!("{label}{}  {cell}\n", " ".repeat(widest - width(label)))
    };
    lines.iter().map(line).collect()
}
