//! Tables for a terminal, in which Chinese columns align.

use super::briefing::Briefing;
use super::rows;
use super::sections;
use super::wording::{self, Lang};
use crate::table::Table as Data;
use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, presets};

/// The comparison of every arm with the baseline for the whole area: headline KPIs, or all of them.
///
/// `width` is the width of the terminal \[columns\]; without one, lines are as long as they need.
/// Empty when there is nothing to compare.
#[must_use]
pub fn compare(briefing: &Briefing, lang: Lang, width: Option<u16>, all: bool) -> String {
    let mut out = String::new();
    for arm in briefing.others() {
        let lines = rows::compared(briefing, arm, lang, all);
        if lines.is_empty() {
            continue;
        }
        let (before, after) =
            (briefing.arm(&briefing.meta.baseline, lang), briefing.arm(arm, lang));
        let interval =
            format!("{} {}", wording::confidence(briefing), lang.pick("区间", "interval"));
        let mut table = plain(width);
        let unknown = lines[0].unknown.is_some().then(|| lang.pick("未知区间", "ignorance"));
        let mut header = vec![lang.pick("指标", "KPI"), &before, &after];
        header.extend([lang.pick("差", "difference"), &interval]);
        header.extend(unknown);
        header.extend(["n", lang.pick("结论", "verdict")]);
        table.set_header(header);
        for row in lines {
            let mut cells = vec![Cell::new(row.name), right(row.before), right(row.after)];
            cells.extend([right(row.difference), right(row.interval)]);
            cells.extend(row.unknown.map(right));
            cells.extend([right(row.n), Cell::new(row.verdict)]);
            table.add_row(cells);
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&table.trim_fmt());
        out.push('\n');
    }
    out
}

/// Many arms for the whole area: a row each with the KPIs of the question, mean and interval; at
/// most `most` rows. Empty without KPIs of the question.
#[must_use]
pub fn designed(briefing: &Briefing, lang: Lang, width: Option<u16>, most: usize) -> String {
    /// More columns than this would not fit a screen.
    const COLUMNS: usize = 4;
    let kpis: Vec<&String> = briefing.meta.primary_kpis.iter().take(COLUMNS).collect();
    if kpis.is_empty() {
        return String::new();
    }
    let views: Vec<_> =
        kpis.iter().map(|kpi| briefing.unit(kpi, &briefing.raw_unit(kpi), lang)).collect();
    let mut table = plain(width);
    let mut header = vec![lang.pick("方案", "arm").to_owned(), String::new()];
    for (kpi, view) in kpis.iter().zip(&views) {
        header.push(format!("{} ({})", briefing.kpi(kpi, lang), view.level.trim()));
    }
    table.set_header(header);
    let arms = briefing.arms();
    for arm in arms.iter().take(most) {
        let mut row = vec![Cell::new(arm), Cell::new(briefing.arm(arm, lang))];
        for (kpi, view) in kpis.iter().zip(&views) {
            let level = briefing.level(arm, kpi);
            let places = view.places(level.mean, level.low, level.high);
            let number = super::format::fixed(level.mean * view.factor, places);
            let interval = view.interval(level.low, level.high, places, false);
            row.push(right(if level.mean.is_finite() {
                format!("{number} {interval}")
            } else {
                "–".to_owned()
            }));
        }
        table.add_row(row);
    }
    let mut out = format!("{}\n", table.trim_fmt());
    if arms.len() > most {
        let more = arms.len() - most;
        out.push_str(&match lang {
            Lang::Zh => format!("另有 {more} 个方案,见 summary.csv 与 design.csv。\n"),
            Lang::En => format!("{more} more arms: see summary.csv and design.csv.\n"),
        });
    }
    out
}

/// Levels of every KPI for the whole area, one column per arm, each with its interval.
#[must_use]
pub fn summary(briefing: &Briefing, lang: Lang, width: Option<u16>) -> String {
    let arms = briefing.arms();
    let lines = rows::levels(briefing, lang);
    if lines.is_empty() {
        return String::new();
    }
    let mut table = plain(width);
    let mut header = vec![lang.pick("指标", "KPI").to_owned()];
    header.extend(arms.iter().map(|arm| briefing.arm(arm, lang)));
    header.extend(lines[0].unknown.as_ref().map(|_| lang.pick("未知区间", "ignorance").to_owned()));
    header.push("n".to_owned());
    table.set_header(header);
    for row in lines {
        let mut cells = vec![Cell::new(row.name)];
        cells.extend(row.levels.into_iter().map(right));
        cells.extend(row.unknown.map(right));
        cells.push(right(row.n));
        table.add_row(cells);
    }
    let note = wording::replications(briefing, lang);
    format!("{}\n{note}\n", table.trim_fmt())
}

/// A table of a further analysis as the report shows it: one for each KPI of the question that it
/// speaks of, or one if it speaks of none.
#[must_use]
pub fn analysis(briefing: &Briefing, of: &Data, lang: Lang, width: Option<u16>) -> String {
    let parts: Vec<Data> = match of.column("kpi") {
        None => vec![of.clone()],
        Some(_) => {
            let rows = |kpi: &String| of.rows_where(&[("kpi", kpi)]);
            let own = &briefing.meta.primary_kpis;
            let kpis = if own.is_empty() { briefing.headline_ids() } else { own.clone() };
            kpis.iter().map(rows).filter(|rows| !rows.is_empty()).map(|r| of.keep(&r)).collect()
        }
    };
    let shown = parts.iter().map(|part| {
        let section = sections::of_table(briefing, part, lang);
        let mut table = plain(width);
        table.set_header(section.columns.iter().map(|(name, _)| name));
        for row in section.rows {
            let numbers = section.columns.iter().map(|(_, number)| *number);
            table.add_row(
                row.into_iter()
                    .zip(numbers)
                    .map(|(text, number)| if number { right(text) } else { Cell::new(text) }),
            );
        }
        let words = [section.title, section.note, table.trim_fmt(), section.left_out];
        words.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n") + "\n"
    });
    shown.collect::<Vec<_>>().join("\n")
}

/// A table with rules only where they help; it never asks the terminal for its width or color.
fn plain(width: Option<u16>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()));
    table.set_content_arrangement(ContentArrangement::Disabled);
    if let Some(width) = width {
        table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic);
    }
    table
}

/// A cell of figures.
fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}
