//! Heat maps: KPIs over a grid of two factors, the value in every cell.

use super::frame::{self, MARGIN, SMALL, TEXT};
use super::layout::{Axis, Layout, kpi_label, kpis, layout};
use super::{Chart, Draft};
use crate::present::briefing::{Briefing, Level};
use crate::present::canvas::{Align, Canvas, Color, INK, PAPER, Pen, WIDTH};
use crate::present::font::text_width;
use crate::present::wording::{self, Lang};

/// Height of a cell \[px\].
const CELL: f64 = 26.0;

/// Ends of the color scale: light for small, dark for large.
const LIGHT: Color = (240, 244, 248);
const DARK: Color = (16, 62, 110);

/// One chart with a panel per KPI, for a design of exactly two factors with levels.
pub(super) fn chart(briefing: &Briefing, lang: Lang) -> Option<Chart> {
    let design = layout(briefing, lang)?;
    let [down, across] = design.axes.as_slice() else { return None };
    let small = |axis: &Axis| (2..=12).contains(&axis.levels.len());
    let shown = kpis(briefing);
    if !small(down) || !small(across) || shown.is_empty() {
        return None;
    }
    let title = |lang: Lang| {
        let names = layout(briefing, lang)
            .map(|l| l.axes.iter().map(|axis| axis.name.clone()).collect::<Vec<_>>())
            .unwrap_or_default();
        match lang {
            Lang::Zh => format!("各指标：{}", names.join(" × ")),
            Lang::En => format!("KPIs by {}", names.join(" and ")),
        }
    };
    let sub =
        lang.pick("全域；每格为均值，颜色越深数值越大", "Whole area; means, darker is larger");
    let mut canvas = Canvas::default();
    let mut y = frame::heading(&mut canvas, &title(lang), sub);
    let mut widths = Vec::new();
    for kpi in &shown {
        let (next, width) = panel(&mut canvas, briefing, kpi, (&design, down, across), y, lang);
        y = next;
        widths.extend(width.map(|width| (kpi.clone(), width)));
    }
    let half: Vec<String> = widths
        .iter()
        .map(|(kpi, width)| {
            let unit = briefing.unit(kpi, &briefing.raw_unit(kpi), lang);
            let text = crate::present::format::fixed(*width, places(*width));
            format!("{} ±{text}{}", briefing.kpi(kpi, lang), unit.difference)
        })
        .collect();
    let confidence = wording::confidence(briefing);
    let mut sentences = vec![wording::replications(briefing, lang)];
    sentences.push(match lang {
        Lang::Zh => format!("各格 {confidence} 区间的最大半宽：{}。", half.join("；")),
        Lang::En => {
            format!("Largest half-width of the {confidence} intervals: {}.", half.join("; "))
        }
    });
    let caption = lang.join(&sentences);
    let height = frame::ending(&mut canvas, y, &caption);
    let svg = canvas.finish(height);
    let (title_zh, title_en) = (title(Lang::Zh), title(Lang::En));
    Some(Draft { name: "heatmap".into(), title_zh, title_en, caption }.with(svg))
}

/// Decimals that show a half-width with two digits.
pub(super) fn places(width: f64) -> usize {
    if width <= 0.0 || !width.is_finite() {
        return 0;
    }
    usize::try_from((1.0 - libm::floor(libm::log10(width))) as i64).unwrap_or(0).min(6)
}

/// One KPI; gives where the next begins and the largest half-width.
fn panel(
    canvas: &mut Canvas,
    briefing: &Briefing,
    kpi: &str,
    (design, down, across): (&Layout, &Axis, &Axis),
    y: f64,
    lang: Lang,
) -> (f64, Option<f64>) {
    let unit = briefing.unit(kpi, &briefing.raw_unit(kpi), lang);
    let value = |row: usize, column: usize| -> Option<Level> {
        let wanted = [&down.levels[row], &across.levels[column]];
        let point = design.points.iter().find(|point| {
            point.settings.iter().zip(wanted).all(|(setting, wanted)| wanted.is(setting))
        })?;
        let level = briefing.level(&point.arm, kpi);
        level.mean.is_finite().then_some(Level {
            mean: level.mean * unit.factor,
            low: level.low * unit.factor,
            high: level.high * unit.factor,
        })
    };
    canvas.text(&kpi_label(briefing, kpi, lang), (MARGIN, y + 8.0), TEXT, INK, Align::Left);
    let labels: Vec<&String> = down.levels.iter().map(|level| &level.label).collect();
    let left = MARGIN + 8.0 + frame::widest(labels.into_iter(), SMALL, 190.0).max(40.0);
    let cell = (WIDTH - MARGIN - left) / across.levels.len() as f64;
    let top = y + 38.0;
    let axes = match lang {
        Lang::Zh => format!("行：{}；列：{}", down.titled(), across.titled()),
        Lang::En => format!("rows: {}; columns: {}", down.titled(), across.titled()),
    };
    canvas.text(&axes, (WIDTH - MARGIN, y + 8.0), SMALL, INK, Align::Right);
    for (column, level) in across.levels.iter().enumerate() {
        let at = (left + cell * (column as f64 + 0.5), y + 28.0);
        frame::label(canvas, &level.label, at, cell - 4.0, Align::Center);
    }
    let cells: Vec<(usize, usize, Level)> = (0..down.levels.len())
        .flat_map(|row| (0..across.levels.len()).map(move |column| (row, column)))
        .filter_map(|(row, column)| Some((row, column, value(row, column)?)))
        .collect();
    let low = cells.iter().map(|(_, _, l)| l.mean).fold(f64::INFINITY, f64::min);
    let high = cells.iter().map(|(_, _, l)| l.mean).fold(f64::NEG_INFINITY, f64::max);
    let half = |level: &Level| (level.high - level.low) / 2.0;
    let widest = cells.iter().map(|(_, _, l)| half(l)).filter(|w| w.is_finite());
    let widest = widest.fold(f64::NAN, f64::max);
    let digits = if widest.is_finite() { places(widest) } else { places((high - low) / 10.0) };
    for (row, level) in down.levels.iter().enumerate() {
        let at = (left - 6.0, top + CELL * (row as f64 + 0.5));
        frame::label(canvas, &level.label, at, left - MARGIN - 8.0, Align::Right);
    }
    for (row, column, level) in cells {
        let share = if high > low { (level.mean - low) / (high - low) } else { 0.0 };
        let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share) as u8;
        let color = (mix(LIGHT.0, DARK.0), mix(LIGHT.1, DARK.1), mix(LIGHT.2, DARK.2));
        let from = (left + cell * column as f64, top + CELL * row as f64);
        let to = (from.0 + cell, from.1 + CELL);
        canvas.rect(from, to, color);
        canvas.frame(from, to, Pen::new(PAPER, 1.5));
        let text = crate::present::format::fixed(level.mean, digits);
        let size = if text_width(&text, SMALL) > cell - 4.0 { 9.0 } else { SMALL };
        let ink = if share > 0.55 { PAPER } else { INK };
        let at = (from.0 + cell / 2.0, from.1 + CELL / 2.0);
        canvas.text(&text, at, size, ink, Align::Center);
    }
    let next = top + CELL * down.levels.len() as f64 + 20.0;
    (next, widest.is_finite().then_some(widest))
}
