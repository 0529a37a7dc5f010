//! The attribution as one table: a part per row, its quantities side by side.

use super::briefing::Briefing;
use super::section_words::TITLES;
use super::sections::{Section, cell_word};
use super::wording::{self, Claim, Lang};
use crate::table::Table;

/// Quantities in the order of columns; verdicts are those of the first that is there.
const QUANTITIES: [&str; 4] = ["shapley", "main_effect", "add_one_in", "leave_one_out"];

/// Most parts that are shown, the largest first.
const MOST_PARTS: usize = 20;

/// The section, for the first KPI of the question; none for a table without parts.
pub(super) fn section(briefing: &Briefing, table: &Table, lang: Lang) -> Option<Section> {
    let known = |kpi: &String| table.first_row(&[("kpi", kpi)]).is_some();
    let kpi = briefing.headline_ids().into_iter().find(known)?;
    let there: Vec<&str> = QUANTITIES
        .into_iter()
        .filter(|quantity| table.first_row(&[("kpi", &kpi), ("quantity", quantity)]).is_some())
        .collect();
    let first = *there.first()?;
    let mut players = table.rows_where(&[("kpi", kpi.as_str()), ("quantity", first)]);
    players.retain(|&row| table.text_at("player", row) != "all");
    let all = players.len();
    if all > MOST_PARTS {
        let size = |row: usize| table.number_at("difference", row).abs();
        players.sort_by(|a, b| size(*b).total_cmp(&size(*a)));
        players.truncate(MOST_PARTS);
    }
    let shown = |row: Option<usize>| {
        row.map_or_else(|| "–".to_owned(), |row| of_row(briefing, table, row, lang))
    };
    let verdict = |row: usize| {
        let at = |column: &str| table.number_at(column, row);
        let word = table.text_at("verdict", row);
        Claim::of_row(at("low"), at("high"), at("n"), &word).short(lang).to_owned()
    };
    let mut rows: Vec<Vec<String>> = players
        .iter()
        .map(|&row| {
            let id = table.text_at("player", row);
            let name = table.text_at(lang.pick("name_zh", "name_en"), row);
            let mut cells = vec![format!("{id} {name}").trim().to_owned()];
            cells.extend(there.iter().map(|quantity| {
                let wanted = [("kpi", kpi.as_str()), ("quantity", quantity), ("player", &*id)];
                shown(table.first_row(&wanted))
            }));
            cells.push(verdict(row));
            cells
        })
        .collect();
    if let Some(whole) = table.first_row(&[("kpi", kpi.as_str()), ("player", "all")]) {
        let mut cells = vec![lang.pick("总变化", "Whole change").to_owned()];
        cells.push(of_row(briefing, table, whole, lang));
        cells.extend(there.iter().skip(1).map(|_| String::new()));
        cells.push(verdict(whole));
        rows.push(cells);
    }
    let mut columns = vec![(lang.pick("部分", "Part").to_owned(), false)];
    columns.extend(there.iter().map(|quantity| (cell_word(quantity, lang), true)));
    columns.push((lang.pick("结论", "Verdict").to_owned(), false));
    let (_, title, about) = TITLES.iter().find(|(name, ..)| *name == table.name())?;
    let name = briefing.kpi(&kpi, lang);
    let of = match lang {
        Lang::Zh => format!("指标：{name}；其余指标见图与 attribution.csv。结论属于第一列数。"),
        Lang::En => format!(
            "KPI: {name}; others are in the charts and in attribution.csv. Verdicts are those of \
             the first column of numbers."
        ),
    };
    let level = wording::scope(briefing, false, lang);
    Some(Section {
        title: lang.pick(title[0], title[1]).to_owned(),
        note: lang.join(&[of, lang.pick(about[0], about[1]).to_owned(), level]),
        columns,
        left_out: match lang {
            _ if all <= MOST_PARTS => String::new(),
            Lang::Zh => format!("共 {all} 个部分，此处为最大的 {MOST_PARTS} 个。"),
            Lang::En => format!("The {MOST_PARTS} largest of {all} parts."),
        },
        rows,
        charts: Vec::new(),
    })
}

/// "−3.2 h [−4.0, −2.4]".
fn of_row(briefing: &Briefing, table: &Table, row: usize, lang: Lang) -> String {
    let at = |column: &str| table.number_at(column, row);
    let unit = briefing.unit(&table.text_at("kpi", row), &table.text_at("unit", row), lang);
    let (value, low, high) = (at("difference"), at("low"), at("high"));
    let places = unit.places(value, low, high);
    let own = unit.difference(value, places);
    if low.is_finite() && high.is_finite() {
        format!("{own} {}", unit.interval(low, high, places, true))
    } else {
        own
    }
}
