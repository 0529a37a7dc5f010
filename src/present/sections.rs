//! Sections for tables of further analyses: whatever table a study brings is shown with its words.
//!
//! Result tables share one vocabulary of columns, so a table needs no code of its own to be shown:
//! ids become names, `low` and `high` become one interval, numbers take the unit of their row. A
//! table that [`TITLES`] knows has a title and says what its intervals are; any other is shown
//! under its own name. Charts named like a table, or with its name and a dash, stand with it.

use super::briefing::{Briefing, HEADLINE};
use super::chart::Chart;
use super::format::{self, UnitView};
use super::report_words as words;
use super::section_titles::TITLES;
use super::wording::{self, Lang};
use crate::table::{Cells, Table};

/// Most rows of a table that are shown; all of them are in its file.
const MOST_ROWS: usize = 24;

/// Words in cells of tables of further analyses.
const CELLS: [(&str, [&str; 2]); 26] = [
    ("add_one_in", ["单独加入", "added alone"]),
    ("leave_one_out", ["单独拿掉", "left out alone"]),
    ("shapley", ["平均贡献（Shapley）", "average share (Shapley)"]),
    ("total", ["合计", "total"]),
    ("all", ["全部", "all"]),
    ("matched", ["同一工单", "matched"]),
    ("level", ["水平", "level"]),
    ("difference", ["差", "difference"]),
    ("cases_both", ["两个方案都有的工单", "cases in both worlds"]),
    ("cases_only_baseline", ["只在基准中的工单", "cases in the baseline only"]),
    ("cases_only_arm", ["只在方案中的工单", "cases in the arm only"]),
    ("closed_both", ["两边都办结", "closed in both"]),
    ("closed_only_baseline", ["只在基准中办结", "closed in the baseline only"]),
    ("closed_only_arm", ["只在方案中办结", "closed in the arm only"]),
    ("faster_share", ["更快的占比", "share that became faster"]),
    ("slower_share", ["更慢的占比", "share that became slower"]),
    ("same_share", ["一样快的占比", "share that stayed the same"]),
    ("difference_mean", ["时长之差：均值", "change of time: mean"]),
    ("difference_p10", ["时长之差：10 分位", "change of time: 10th percentile"]),
    ("difference_p25", ["时长之差：25 分位", "change of time: 25th percentile"]),
    ("difference_p50", ["时长之差：中位数", "change of time: median"]),
    ("difference_p75", ["时长之差：75 分位", "change of time: 75th percentile"]),
    ("difference_p90", ["时长之差：90 分位", "change of time: 90th percentile"]),
    ("low", ["下限", "low end"]),
    ("high", ["上限", "high end"]),
    ("matters", ["重要", "matters"]),
];

/// Words of columns that recur.
const COLUMNS: [(&str, [&str; 2]); 53] = [
    ("arm", ["方案", "Arm"]),
    ("baseline", ["基准", "Baseline"]),
    ("kpi", ["指标", "KPI"]),
    ("unit", ["量纲", "Unit"]),
    ("n", ["n", "n"]),
    ("scope_id", ["对象", "Place"]),
    ("stage", ["环节", "Stage"]),
    ("group", ["机制组", "Group"]),
    ("mechanism", ["机制", "Mechanism"]),
    ("lever", ["手段", "Lever"]),
    ("factor", ["因素", "Factor"]),
    ("input", ["输入", "Input"]),
    ("key", ["键", "Key"]),
    ("name_zh", ["名称", "Name (Chinese)"]),
    ("name_en", ["英文名", "Name"]),
    ("zh", ["名称", "Name (Chinese)"]),
    ("en", ["英文名", "Name"]),
    ("method", ["方法", "Method"]),
    ("quantity", ["量", "Quantity"]),
    ("cases", ["工单", "Cases"]),
    ("value", ["值", "Value"]),
    ("mean", ["均值", "Mean"]),
    ("difference", ["差", "Difference"]),
    ("difference_h", ["差（小时）", "Difference (h)"]),
    ("contribution", ["贡献", "Contribution"]),
    ("effect", ["影响", "Effect"]),
    ("share", ["占比", "Share"]),
    ("rank", ["名次", "Rank"]),
    ("district", ["区县", "District"]),
    ("street", ["街道（镇）", "Street or town"]),
    ("probability", ["概率", "Probability"]),
    ("p_value", ["p 值", "p"]),
    ("p_adjusted", ["校正后 p 值", "Adjusted p"]),
    ("verdict", ["结论", "Verdict"]),
    ("mu_star", ["µ*", "µ*"]),
    ("mu", ["µ", "µ"]),
    ("sigma", ["σ", "σ"]),
    ("first", ["一阶", "First order"]),
    ("total", ["总效应", "Total order"]),
    ("noise", ["噪声", "Noise"]),
    ("chance", ["偶然", "Chance"]),
    ("ignorance", ["无知", "Ignorance"]),
    ("expected", ["预期", "Expected"]),
    ("found", ["所得", "Found"]),
    ("player", ["部分", "Part"]),
    ("of", ["共", "Of"]),
    ("own", ["单独看的名次", "Rank by itself"]),
    ("worst_tenth", ["真在末 10% 的概率", "Chance of the worst tenth"]),
    ("kind", ["种类", "Kind"]),
    ("samples", ["取样数", "Samples"]),
    ("good_share", ["在好的一侧的占比", "Share on the good side"]),
    ("end", ["一端", "End"]),
    ("setting", ["取值", "Setting"]),
];

/// Columns of numbers that are in the unit of their row.
const IN_UNIT: [&str; 12] = [
    "value",
    "mean",
    "difference",
    "contribution",
    "effect",
    "low",
    "high",
    "chance",
    "ignorance",
    "total_effect",
    "from",
    "to",
];

/// A section of the report: words, a table in words, charts.
pub(super) struct Section {
    pub(super) title: String,
    pub(super) note: String,
    /// Name and whether it is a number.
    pub(super) columns: Vec<(String, bool)>,
    pub(super) rows: Vec<Vec<String>>,
    /// What is left out; empty if nothing is.
    pub(super) left_out: String,
    /// Positions of its charts among those given.
    pub(super) charts: Vec<usize>,
}

/// Whether a chart belongs to a table.
fn belongs(chart: &Chart, table: &str) -> bool {
    chart.name == table || chart.name.strip_prefix(table).is_some_and(|rest| rest.starts_with('-'))
}

/// A section for every table of a further analysis: known ones first, then by name.
pub(super) fn sections(briefing: &Briefing, charts: &[Chart], lang: Lang) -> Vec<Section> {
    let mut with_rows: Vec<&Table> =
        briefing.more.iter().filter(|table| !table.is_empty()).collect();
    let place = |table: &Table| TITLES.iter().position(|(name, ..)| *name == table.name());
    with_rows.sort_by_key(|table| place(table).unwrap_or(TITLES.len()));
    with_rows.into_iter().map(|table| section(briefing, table, charts, lang)).collect()
}

fn section(briefing: &Briefing, table: &Table, charts: &[Chart], lang: Lang) -> Section {
    let known = TITLES.iter().find(|(name, ..)| *name == table.name());
    let (title, about) = match known {
        Some((_, title, note)) => (lang.pick(title[0], title[1]), lang.pick(note[0], note[1])),
        None => (table.name(), ""),
    };
    let shown = columns(briefing, table, lang);
    let intervals = shown.iter().any(|column| matches!(column, Shown::Interval { .. }));
    let level = if intervals { wording::scope(briefing, lang) } else { String::new() };
    let rows: Vec<Vec<String>> = chosen(briefing, table)
        .iter()
        .take(MOST_ROWS)
        .map(|&row| shown.iter().map(|column| column.cell(briefing, table, row, lang)).collect())
        .collect();
    let file = format!("{}.csv", table.name());
    let n = table.n_rows();
    let left_out = match lang {
        _ if rows.len() == n => String::new(),
        Lang::Zh => format!("共 {n} 行，此处 {} 行；全部见 {file}。", rows.len()),
        Lang::En => format!("{} of {n} rows; all of them are in {file}.", rows.len()),
    };
    Section {
        title: title.to_owned(),
        note: lang.join(&[about.to_owned(), level]),
        columns: shown.iter().map(|column| column.head(briefing, lang)).collect(),
        rows,
        left_out,
        charts: (0..charts.len()).filter(|&at| belongs(&charts[at], table.name())).collect(),
    }
}

/// Rows of the whole area where there are some, else all.
fn rows_of_area(table: &Table) -> Vec<usize> {
    let city = if table.column("scope").is_some() {
        table.rows_where(&[("scope", "city")])
    } else {
        Vec::new()
    };
    if city.is_empty() { (0..table.n_rows()).collect() } else { city }
}

/// Rows that are shown first: of a long table those of its first KPI in the order of the headline,
/// and of the arms that are compared.
fn chosen(briefing: &Briefing, table: &Table) -> Vec<usize> {
    let mut rows = rows_of_area(table);
    if rows.len() > MOST_ROWS && table.column("kpi").is_some() {
        let order = briefing.meta.primary_kpis.iter().map(String::as_str).chain(HEADLINE);
        let mut order =
            order.filter(|kpi| rows.iter().any(|&row| table.text_at("kpi", row) == *kpi));
        if let Some(kpi) = order.next() {
            rows.retain(|&row| table.text_at("kpi", row) == kpi);
        }
    }
    let baseline = briefing.meta.baseline.as_str();
    if rows.len() > MOST_ROWS && table.column("arm").is_some() && briefing.meta.arms.len() > 1 {
        rows.retain(|&row| table.text_at("arm", row) != baseline);
    }
    rows
}

/// A column of the table as shown.
enum Shown<'a> {
    Plain(&'a str),
    /// Two columns of bounds with the same beginning.
    Interval {
        start: &'a str,
        low: &'a str,
        high: &'a str,
    },
}

/// Columns worth showing: those that only repeat one word, or that are merged, are left out.
fn columns<'a>(briefing: &Briefing, table: &'a Table, lang: Lang) -> Vec<Shown<'a>> {
    let has = |name: &str| table.column(name).is_some();
    let mut shown = Vec::new();
    for column in table.columns() {
        let name = column.name.as_str();
        if let Some(start) = name.strip_suffix("low") {
            let high = format!("{start}high");
            if let Some(high) = table.columns().iter().find(|other| other.name == high) {
                shown.push(Shown::Interval { start, low: name, high: &high.name });
                continue;
            }
        }
        let merged = name.strip_suffix("high").is_some_and(|start| has(&format!("{start}low")));
        let repeated = match name {
            "confidence" | "scope" => true,
            "unit" => has("kpi"),
            "baseline" => true,
            "scope_id" => rows_of_area(table).len() == 1 || only(table, name, "all"),
            "arm" => briefing.meta.arms.len() == 2 && table.distinct("arm").len() == 1,
            _ => false,
        };
        let other_language = match lang {
            Lang::Zh => matches!(name, "name_en" | "en" | "text_en"),
            Lang::En => matches!(name, "name_zh" | "zh" | "text_zh"),
        };
        if !(merged || repeated || other_language) {
            shown.push(Shown::Plain(name));
        }
    }
    shown
}

/// Does a column say nothing but this, in the rows shown?
fn only(table: &Table, column: &str, word: &str) -> bool {
    rows_of_area(table).iter().all(|&row| table.text_at(column, row) == word)
}

/// A column's name in words.
fn word(name: &str, lang: Lang) -> String {
    let found = COLUMNS.iter().find(|(known, _)| *known == name);
    found.map_or_else(|| name.replace('_', " "), |(_, words)| lang.pick(words[0], words[1]).into())
}

impl Shown<'_> {
    /// Heading, and whether the cells are numbers.
    fn head(&self, briefing: &Briefing, lang: Lang) -> (String, bool) {
        match self {
            Shown::Plain(name) => {
                let text = ["arm", "kpi", "stage", "scope_id", "verdict"].contains(name);
                let more = briefing.more.iter().find_map(|table| table.column(name));
                let number = more.is_some_and(|found| !matches!(found.cells, Cells::Text(_)));
                (word(name, lang), number && !text)
            }
            Shown::Interval { start, .. } => {
                let level = wording::confidence(briefing);
                let of = word(start.trim_end_matches('_'), lang);
                let name = match lang {
                    Lang::Zh if of.is_empty() => format!("{level} 区间"),
                    Lang::Zh => format!("{of}：{level} 区间"),
                    Lang::En if of.is_empty() => format!("{level} interval"),
                    Lang::En => format!("{of}: {level} interval"),
                };
                (name, true)
            }
        }
    }

    fn cell(&self, briefing: &Briefing, table: &Table, row: usize, lang: Lang) -> String {
        let unit = unit_of(briefing, table, row, lang);
        match self {
            Shown::Interval { start, low, high } => {
                let (low, high) = (table.number_at(low, row), table.number_at(high, row));
                // Ranks and indices are in no unit.
                let unit =
                    if matches!(*start, "" | "ignorance_" | "chance_") { unit } else { plain() };
                let places = unit.places((low + high) / 2.0, low, high);
                unit.interval(low, high, places, false)
            }
            Shown::Plain(name) => {
                let text = table.text_at(name, row).into_owned();
                match *name {
                    "arm" => briefing.arm(&text, lang),
                    "kpi" => briefing.kpi(&text, lang),
                    "stage" if text == "total" => cell_word(&text, lang),
                    "stage" => briefing.stage(&text, lang),
                    "verdict" | "expected" | "found" if text != "matters" => {
                        words::direction(&text, lang)
                    }
                    "name_zh" | "name_en" | "zh" | "en" | "factor" | "player" => text,
                    "unit" if text == "share" => "%".to_owned(),
                    "unit" => unit.level.trim().to_owned(),
                    "scope_id" => {
                        let scope = table.column("scope").map(|_| table.text_at("scope", row));
                        briefing.scope(&scope.unwrap_or_default(), &text, lang)
                    }
                    _ => number(table, name, row, &unit).unwrap_or_else(|| cell_word(&text, lang)),
                }
            }
        }
    }
}

/// A number in the unit of its row; none for words.
fn number(table: &Table, name: &str, row: usize, unit: &UnitView) -> Option<String> {
    match &table.column(name)?.cells {
        Cells::Text(_) => None,
        Cells::Int(cells) => Some(format::fixed(cells[row] as f64, 0)),
        Cells::Number(cells) => {
            let value = cells[row];
            let has = |name: &str| table.column(name).is_some();
            if name.ends_with("share") || matches!(name, "worst_tenth" | "probability") {
                return Some(percent(value));
            }
            if !IN_UNIT.contains(&name) {
                return Some(format::fixed(value, format::decimals(value, value, value).min(3)));
            }
            let bounds = if has("low") && has("high") {
                [table.number_at("low", row), table.number_at("high", row)]
            } else {
                [f64::NAN; 2]
            };
            Some(unit.difference_or_level(name, value, unit.places(value, bounds[0], bounds[1])))
        }
    }
}

/// No unit.
fn plain() -> UnitView {
    UnitView { factor: 1.0, level: String::new(), difference: String::new() }
}

/// A word of a cell, if it is a known one.
fn cell_word(text: &str, lang: Lang) -> String {
    let found = CELLS.iter().find(|(known, _)| *known == text);
    found.map_or_else(|| text.to_owned(), |(_, words)| lang.pick(words[0], words[1]).into())
}

/// A share as a reader sees it.
fn percent(value: f64) -> String {
    if value.is_finite() { format!("{}%", format::fixed(value * 100.0, 1)) } else { "–".into() }
}

/// The unit of a row: that of its KPI, else that of its column `unit`, else none.
fn unit_of(briefing: &Briefing, table: &Table, row: usize, lang: Lang) -> UnitView {
    let cell = |name: &str| match table.column(name) {
        Some(_) => table.text_at(name, row).into_owned(),
        None => String::new(),
    };
    let (kpi, raw) = (cell("kpi"), cell("unit"));
    if kpi.is_empty() && raw.is_empty() {
        return plain();
    }
    let raw = if raw.is_empty() { briefing.raw_unit(&kpi) } else { raw };
    briefing.unit(&kpi, &raw, lang)
}

/// Charts that belong to no table of a further analysis.
pub(super) fn general(briefing: &Briefing, charts: &[Chart]) -> Vec<usize> {
    let special = |chart: &Chart| {
        briefing.more.iter().any(|table| !table.is_empty() && belongs(chart, table.name()))
    };
    (0..charts.len()).filter(|&at| !special(&charts[at])).collect()
}
