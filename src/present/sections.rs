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
use super::rows;
use super::section_words::{BY_ARM, CELLS, COLUMNS, HIDDEN, IN_UNIT, TITLES, is_left_out};
use super::wording::{self, Claim, Lang};
use crate::table::{Cells, Table};

/// Most rows of a table that are shown; all of them are in its file.
const MOST_ROWS: usize = 24;

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

/// Is a table for readers, and has it rows?
fn is_shown(briefing: &Briefing, table: &Table) -> bool {
    // Of many arms, what single cases do in each tells nobody anything.
    let by_arm = briefing.has_many_arms() && BY_ARM.contains(&table.name());
    !table.is_empty() && !HIDDEN.contains(&table.name()) && !by_arm
}

/// A section for every table of a further analysis: known ones first, then by name.
pub(super) fn sections(briefing: &Briefing, charts: &[Chart], lang: Lang) -> Vec<Section> {
    let mut with_rows: Vec<&Table> =
        briefing.more.iter().filter(|table| is_shown(briefing, table)).collect();
    let place = |table: &Table| TITLES.iter().position(|(name, ..)| *name == table.name());
    with_rows.sort_by_key(|table| place(table).unwrap_or(TITLES.len()));
    with_rows.into_iter().map(|table| section(briefing, table, charts, lang)).collect()
}

/// One table by itself, without charts.
pub(super) fn of_table(briefing: &Briefing, table: &Table, lang: Lang) -> Section {
    section(briefing, table, &[], lang)
}

fn section(briefing: &Briefing, table: &Table, charts: &[Chart], lang: Lang) -> Section {
    if table.name() == "attribution"
        && let Some(section) = super::parts_table::section(briefing, table, lang)
    {
        let own = |at: &usize| belongs(&charts[*at], table.name());
        return Section { charts: (0..charts.len()).filter(own).collect(), ..section };
    }
    let known = TITLES.iter().find(|(name, ..)| *name == table.name());
    let (title, about) = match known {
        Some((_, title, note)) => (lang.pick(title[0], title[1]), lang.pick(note[0], note[1])),
        None => (table.name(), ""),
    };
    let shown = columns(briefing, table, lang);
    let intervals = shown.iter().any(|column| matches!(column, Shown::Interval { .. }));
    let has_n = table.column("n").is_some();
    let level = if intervals { wording::scope(briefing, has_n, lang) } else { String::new() };
    let chosen = chosen(briefing, table);
    let rows: Vec<Vec<String>> = chosen
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
        note: lang.join(&[of_one_kpi(briefing, table, lang), about.to_owned(), level]),
        columns: shown.iter().map(|column| column.head(briefing, table, lang)).collect(),
        rows,
        left_out,
        charts: (0..charts.len()).filter(|&at| belongs(&charts[at], table.name())).collect(),
    }
}

/// The KPI that all rows speak of, in words; empty if there are several.
fn of_one_kpi(briefing: &Briefing, table: &Table, lang: Lang) -> String {
    match one_kpi(briefing, table) {
        None => String::new(),
        Some(kpi) => match lang {
            Lang::Zh => format!("指标：{}。", briefing.kpi(&kpi, lang)),
            Lang::En => format!("KPI: {}.", briefing.kpi(&kpi, lang)),
        },
    }
}

/// The KPI of all rows that are shown, if it is one.
fn one_kpi(briefing: &Briefing, table: &Table) -> Option<String> {
    table.column("kpi")?;
    let rows = chosen(briefing, table);
    let first = table.text_at("kpi", *rows.first()?).into_owned();
    rows.iter().all(|&row| table.text_at("kpi", row) == first).then_some(first)
}

/// Many arms by the KPIs of the question, or the KPIs of a single arm; none where a few arms are
/// compared.
pub(super) fn arms(briefing: &Briefing, lang: Lang) -> Option<Section> {
    let made = if briefing.has_many_arms() {
        by_arm(briefing, lang)
    } else if briefing.meta.arms.len() == 1 && briefing.compare.is_empty() {
        by_kpi(briefing, lang)
    } else {
        return None;
    };
    Some(made).filter(|section| !section.rows.is_empty())
}

/// An arm per row, best first, with its means by the first KPIs of the question.
fn by_arm(briefing: &Briefing, lang: Lang) -> Section {
    /// More columns than this would not fit a page.
    const KPIS: usize = 3;
    let known = |kpi: &String| briefing.summary.first_row(&[("kpi", kpi)]).is_some();
    let compared = !briefing.compare.is_empty();
    let most = if compared { KPIS - 1 } else { KPIS };
    let kpis: Vec<String> = briefing.headline_ids().into_iter().filter(known).take(most).collect();
    let compared = compared && !kpis.is_empty();
    let mut columns = vec![(lang.pick("方案", "Arm").to_owned(), false)];
    columns.extend(kpis.iter().map(|kpi| (briefing.kpi(kpi, lang), true)));
    if compared {
        // How the first KPI differs from the baseline, beside it.
        let from = lang.pick("与基准之差", "From the baseline").to_owned();
        columns.insert(2, (from, true));
        columns.insert(3, (lang.pick("结论", "Verdict").to_owned(), false));
    }
    let mut arms = briefing.arms();
    if let Some(first) = kpis.first() {
        let up = briefing.good(first) == "up";
        let worth = |arm: &String| {
            let mean = briefing.level(arm, first).mean;
            if mean.is_nan() {
                f64::INFINITY
            } else if up {
                -mean
            } else {
                mean
            }
        };
        arms.sort_by(|a, b| worth(a).total_cmp(&worth(b)));
    }
    let row = |arm: &String| -> Vec<String> {
        let cells = kpis.iter().map(|kpi| {
            let unit = briefing.unit(kpi, &briefing.raw_unit(kpi), lang);
            rows::level(briefing.level(arm, kpi), &unit)
        });
        let mut cells: Vec<String> =
            std::iter::once(briefing.arm(arm, lang)).chain(cells).collect();
        if compared {
            let [difference, verdict] = from_baseline(briefing, arm, kpis.first(), lang);
            cells.insert(2, difference);
            cells.insert(3, verdict);
        }
        cells
    };
    let all = arms.len();
    let rows: Vec<Vec<String>> = arms.iter().take(MOST_ROWS).map(row).collect();
    Section {
        title: lang.pick("各方案的主要指标", "Arms by the KPIs of the question").to_owned(),
        note: wording::intervals(briefing, lang),
        columns,
        left_out: match lang {
            _ if rows.len() == all => String::new(),
            Lang::Zh => format!(
                "共 {all} 个方案，按第一项指标列出前 {} 个；全部见 summary.csv。",
                rows.len()
            ),
            Lang::En => format!(
                "The first {} of {all} arms by the first KPI; all of them are in summary.csv.",
                rows.len()
            ),
        },
        rows,
        charts: Vec::new(),
    }
}

/// The difference of an arm's KPI from the baseline with its interval, and the verdict.
fn from_baseline(briefing: &Briefing, arm: &str, kpi: Option<&String>, lang: Lang) -> [String; 2] {
    let nothing = || ["–".to_owned(), String::new()];
    let Some(paired) = kpi.and_then(|kpi| briefing.paired(arm, kpi)) else { return nothing() };
    let unit = briefing.unit(&paired.kpi, &briefing.raw_unit(&paired.kpi), lang);
    let places = unit.places(paired.difference, paired.low, paired.high);
    let interval = unit.interval(paired.low, paired.high, places, true);
    let difference = format!("{} {interval}", unit.difference(paired.difference, places));
    [difference, Claim::of(&paired).short(lang).to_owned()]
}

/// A KPI of the headline per row, of the only arm.
fn by_kpi(briefing: &Briefing, lang: Lang) -> Section {
    let headline: Vec<String> =
        briefing.headline_ids().iter().map(|kpi| briefing.kpi(kpi, lang)).collect();
    let levels: Vec<rows::Levels> = rows::levels(briefing, lang)
        .into_iter()
        .filter(|level| headline.contains(&level.name))
        .collect();
    let unknown = levels.first().is_some_and(|level| level.unknown.is_some());
    let mut columns = vec![(lang.pick("指标", "KPI").to_owned(), false)];
    columns.push((lang.pick("均值与区间", "Mean and interval").to_owned(), true));
    if unknown {
        columns.push((lang.pick("未知区间", "Ignorance").to_owned(), true));
    }
    columns.push(("n".to_owned(), true));
    let row = |level: rows::Levels| -> Vec<String> {
        let mut cells = vec![level.name];
        cells.extend(level.levels);
        cells.extend(level.unknown);
        cells.push(level.n);
        cells
    };
    Section {
        title: lang.pick("主要指标", "Headline KPIs").to_owned(),
        note: wording::intervals(briefing, lang),
        columns,
        rows: levels.into_iter().map(row).collect(),
        left_out: String::new(),
        charts: Vec::new(),
    }
}

/// Rows of the whole area where there are some, else all.
pub(super) fn rows_of_area(table: &Table) -> Vec<usize> {
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
    if table.name() == "screening" {
        let at = |row: usize| table.number_at("mu_star", row);
        rows.sort_by(|a, b| at(*b).total_cmp(&at(*a)));
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
            "kpi" => one_kpi(briefing, table).is_some(),
            "arm" => briefing.meta.arms.len() == 2 && table.distinct("arm").len() == 1,
            _ => false,
        };
        let other_language = match lang {
            Lang::Zh => matches!(name, "name_en" | "en" | "text_en"),
            Lang::En => matches!(name, "name_zh" | "zh" | "text_zh"),
        };
        let narrowed = is_left_out(table.name(), name);
        if !(merged || repeated || other_language || narrowed) {
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
pub(super) fn column_word(name: &str, lang: Lang) -> String {
    let found = COLUMNS.iter().find(|(known, _)| *known == name);
    found.map_or_else(|| name.replace('_', " "), |(_, words)| lang.pick(words[0], words[1]).into())
}

impl Shown<'_> {
    /// Heading, and whether the cells are numbers.
    fn head(&self, briefing: &Briefing, table: &Table, lang: Lang) -> (String, bool) {
        match self {
            Shown::Plain(name) => {
                let text = ["arm", "kpi", "stage", "scope_id", "verdict"].contains(name);
                let own = table.column(name);
                let number = own.is_some_and(|own| !matches!(own.cells, Cells::Text(_)));
                (column_word(name, lang), number && !text)
            }
            Shown::Interval { start, .. } => {
                let level = wording::confidence(briefing);
                let of = column_word(start.trim_end_matches('_'), lang);
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
                    "name_zh" | "name_en" => format!("{text}{}", element(table, row)),
                    "zh" | "en" | "factor" | "player" => text,
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
            if !IN_UNIT.contains(&name) && value.fract() == 0.0 {
                return Some(format::fixed(value, 0));
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

/// Which element of a vector a factor is, as " [2]"; empty for a number of its own.
pub(super) fn element(table: &Table, row: usize) -> String {
    let Some(_) = table.column("factor") else { return String::new() };
    let factor = table.text_at("factor", row);
    factor.find('[').map_or_else(String::new, |at| format!(" {}", &factor[at..]))
}

/// No unit.
fn plain() -> UnitView {
    UnitView { factor: 1.0, level: String::new(), difference: String::new() }
}

/// A word of a cell, if it is a known one.
pub(super) fn cell_word(text: &str, lang: Lang) -> String {
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
        briefing.more.iter().any(|table| is_shown(briefing, table) && belongs(chart, table.name()))
    };
    (0..charts.len()).filter(|&at| !special(&charts[at])).collect()
}
