//! Arms ranked by the first KPI of the question that has a good direction: a mark with its
//! interval, and who may be the best.

use super::frame::{self, MARGIN, Scale, TEXT};
use super::layout::kpi_label;
use super::{Chart, Draft};
use crate::present::briefing::{Briefing, Level};
use crate::present::canvas::{Align, Canvas, Mark, STRIPE, WIDTH};
use crate::present::format;
use crate::present::wording::{self, Lang};

/// Height of a row \[px\].
const ROW: f64 = 21.0;

/// Most rows: the best ones are shown.
const MOST: usize = 40;

/// An arm with its level.
struct Row {
    arm: String,
    level: Level,
    candidate: bool,
}

/// The chart, for three arms or more.
pub(super) fn chart(briefing: &Briefing, lang: Lang) -> Option<Chart> {
    // What has no good direction cannot be ranked; if nothing has one, it is sorted all the same.
    let primary = &briefing.meta.primary_kpis;
    let directed = primary.iter().find(|kpi| matches!(&*briefing.good(kpi), "up" | "down"));
    let kpi = directed.or(primary.first())?.clone();
    let unit = briefing.unit(&kpi, &briefing.raw_unit(&kpi), lang);
    let mut rows: Vec<Row> = briefing
        .arms()
        .into_iter()
        .map(|arm| {
            let level = frame::shown(briefing.level(&arm, &kpi), &unit);
            let candidate = is_candidate(briefing, &arm, &kpi);
            Row { arm, level, candidate }
        })
        .filter(|row| row.level.mean.is_finite())
        .collect();
    if rows.len() < 3 {
        return None;
    }
    let up = briefing.good(&kpi) == "up";
    rows.sort_by(|a, b| {
        let order = a.level.mean.total_cmp(&b.level.mean);
        if up { order.reverse() } else { order }
    });
    let all = rows.len();
    rows.truncate(MOST);
    let title = |lang: Lang| {
        let name = briefing.kpi(&kpi, lang);
        match lang {
            Lang::Zh => format!("各方案按{name}排列"),
            Lang::En => format!("Arms by {name}"),
        }
    };
    let sub = kpi_label(briefing, &kpi, lang);
    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, &title(lang), &sub);
    let bottom = body(&mut canvas, briefing, &rows, top, lang);
    let mut sentences = vec![wording::replications(briefing, lang)];
    let confidence = wording::confidence(briefing);
    sentences.push(match lang {
        Lang::Zh => format!("横线为 {confidence} 区间。"),
        Lang::En => format!("Bars are {confidence} intervals."),
    });
    if !briefing.best.is_empty() {
        sentences.push(match lang {
            Lang::Zh => format!(
                "实心的方案可能是最好的：最好的方案在其中的把握为 {confidence}（同一批问题逐次配对比较）。"
            ),
            Lang::En => format!(
                "Filled arms may be the best: the best is among them with {confidence} confidence \
                 (paired by replication)."
            ),
        });
    }
    if all > rows.len() {
        sentences.push(match lang {
            Lang::Zh => format!("共 {all} 个方案，图中为前 {MOST} 个。"),
            Lang::En => format!("{all} arms in all; the best {MOST} are shown."),
        });
    }
    let caption = lang.join(&sentences);
    let height = frame::ending(&mut canvas, bottom, &caption);
    let svg = canvas.finish(height);
    let (title_zh, title_en) = (title(Lang::Zh), title(Lang::En));
    Some(Draft { name: "ranked".into(), title_zh, title_en, caption }.with(svg))
}

fn is_candidate(briefing: &Briefing, arm: &str, kpi: &str) -> bool {
    let row = briefing.best.first_row(&[("arm", arm), ("kpi", kpi)]);
    row.is_some_and(|row| briefing.best.text_at("candidate", row) == "yes")
}

fn body(canvas: &mut Canvas, briefing: &Briefing, rows: &[Row], top: f64, lang: Lang) -> f64 {
    let name = |row: &Row| {
        let name = briefing.arm(&row.arm, lang);
        match row.arm == briefing.meta.baseline {
            true => format!("{name}{}", lang.pick("（基准）", " (baseline)")),
            false => name,
        }
    };
    let names: Vec<String> = rows.iter().map(name).collect();
    let left = MARGIN + frame::widest(names.iter(), TEXT, 330.0) + 14.0;
    let ends = rows.iter().flat_map(|row| [row.level.mean, row.level.low, row.level.high]);
    let known: Vec<f64> = ends.filter(|value| value.is_finite()).collect();
    let low = known.iter().copied().fold(f64::INFINITY, f64::min);
    let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let pad = frame::pad(low, high, 0.05);
    let bottom = top + ROW * rows.len() as f64;
    for index in (1..rows.len()).step_by(2) {
        let y = top + ROW * index as f64;
        canvas.rect((MARGIN, y), (WIDTH - MARGIN, y + ROW), STRIPE);
    }
    let scale = Scale { domain: (low - pad, high + pad), range: (left, WIDTH - MARGIN - 12.0) };
    let label = |value: f64, places: usize| format::fixed(value, places);
    frame::x_axis(canvas, &scale, (top, bottom), 80.0, &label);
    for (index, (row, name)) in rows.iter().zip(&names).enumerate() {
        let y = top + ROW * (index as f64 + 0.5);
        frame::label(canvas, name, (MARGIN + 4.0, y), left - MARGIN - 14.0, Align::Left);
        let mark = if row.candidate { Mark::Disc } else { Mark::Ring };
        let color = frame::arm_style(1).pen.color;
        let level = (row.level.mean, row.level.low, row.level.high);
        frame::dot(canvas, &scale, y, level, (mark, 4.5, color));
    }
    bottom + 24.0
}
