//! Tables for a terminal, in which Chinese columns align.

use super::briefing::Briefing;
use super::rows;
use super::wording::{self, Lang};
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
        table.set_header([
            lang.pick("指标", "KPI"),
            &before,
            &after,
            lang.pick("差", "difference"),
            &interval,
            "n",
            lang.pick("结论", "verdict"),
        ]);
        for row in lines {
            table.add_row([
                Cell::new(row.name),
                right(row.before),
                right(row.after),
                right(row.difference),
                right(row.interval),
                right(row.n),
                Cell::new(row.verdict),
            ]);
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&table.trim_fmt());
        out.push('\n');
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
    header.push("n".to_owned());
    table.set_header(header);
    for row in lines {
        let mut cells = vec![Cell::new(row.name)];
        cells.extend(row.levels.into_iter().map(right));
        cells.push(right(row.n));
        table.add_row(cells);
    }
    let note = wording::replications(briefing, lang);
    format!("{}\n{note}\n", table.trim_fmt())
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
