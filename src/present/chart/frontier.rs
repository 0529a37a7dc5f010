//! Two KPIs against each other, an arm a mark: which arms no other beats in both.

use super::frame::{self, MARGIN, SMALL, Scale, TEXT};
use super::layout::kpi_label;
use super::{Chart, Draft};
use crate::present::briefing::{Briefing, Level};
use crate::present::canvas::{Align, Canvas, INK, Mark, Pen, SOFT, WIDTH};
use crate::present::font::text_width;
use crate::present::format;
use crate::present::wording::{self, Lang};

/// Height of the plot \[px\].
const PLOT: f64 = 420.0;

/// An arm with both levels.
struct Spot {
    arm: String,
    across: Level,
    up: Level,
}

/// The chart of the first two KPIs of the question, for three arms or more.
pub(super) fn chart(briefing: &Briefing, lang: Lang) -> Option<Chart> {
    let [first, second] = briefing.meta.primary_kpis.get(..2)? else { return None };
    let spots: Vec<Spot> = briefing
        .arms()
        .into_iter()
        .map(|arm| Spot {
            across: scaled(briefing, &arm, first, lang),
            up: scaled(briefing, &arm, second, lang),
            arm,
        })
        .filter(|spot| spot.across.mean.is_finite() && spot.up.mean.is_finite())
        .collect();
    if spots.len() < 3 {
        return None;
    }
    let title = |lang: Lang| {
        let (a, b) = (briefing.kpi(first, lang), briefing.kpi(second, lang));
        match lang {
            Lang::Zh => format!("{a}与{b}：各方案"),
            Lang::En => format!("{a} and {b} by arm"),
        }
    };
    let sub = lang.pick("全域；每个点是一个方案", "Whole area; a mark is an arm");
    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, &title(lang), sub);
    let directions = [briefing.good(first), briefing.good(second)];
    let edge = frontier(&spots, &directions);
    let bottom = body(&mut canvas, briefing, (&spots, &edge), (first, second), top, lang);
    let confidence = wording::confidence(briefing);
    let mut sentences = vec![wording::replications(briefing, lang)];
    sentences.push(match lang {
        Lang::Zh => format!("十字为两项指标各自的 {confidence} 区间（方案多于 20 个时只画前沿上的）。"),
        Lang::En => format!("Crosses are {confidence} intervals of each KPI (of more than 20 arms, on the frontier only)."),
    });
    if edge.is_empty() {
        sentences.push(
            lang.pick(
                "至少一项指标没有好坏方向，故不画前沿。",
                "No frontier: a KPI has no good direction.",
            )
            .to_owned(),
        );
    } else {
        sentences.push(
            lang.pick(
                "实心并标名的方案，按均值没有别的方案两项都更好；相邻的差别可能在误差之内。",
                "Filled and named: by their means no other arm is better in both. Neighbors may \
                 differ by noise only.",
            )
            .to_owned(),
        );
    }
    let caption = lang.join(&sentences);
    let height = frame::ending(&mut canvas, bottom, &caption);
    let svg = canvas.finish(height);
    let (title_zh, title_en) = (title(Lang::Zh), title(Lang::En));
    Some(Draft { name: "frontier".into(), title_zh, title_en, caption }.with(svg))
}

fn scaled(briefing: &Briefing, arm: &str, kpi: &str, lang: Lang) -> Level {
    let factor = briefing.unit(kpi, &briefing.raw_unit(kpi), lang).factor;
    let level = briefing.level(arm, kpi);
    Level { mean: level.mean * factor, low: level.low * factor, high: level.high * factor }
}

/// Positions of the arms that no other beats in both; none where a direction is not known.
fn frontier(spots: &[Spot], directions: &[String; 2]) -> Vec<usize> {
    let sign = |direction: &str| match direction {
        "up" => Some(1.0),
        "down" => Some(-1.0),
        _ => None,
    };
    let (Some(a), Some(b)) = (sign(&directions[0]), sign(&directions[1])) else {
        return Vec::new();
    };
    let worth = |spot: &Spot| (a * spot.across.mean, b * spot.up.mean);
    let beaten = |spot: &Spot| {
        let (x, y) = worth(spot);
        spots.iter().any(|other| {
            let (p, q) = worth(other);
            p >= x && q >= y && (p > x || q > y)
        })
    };
    let mut edge: Vec<usize> = (0..spots.len()).filter(|&at| !beaten(&spots[at])).collect();
    edge.sort_by(|&p, &q| spots[p].across.mean.total_cmp(&spots[q].across.mean));
    edge
}

fn body(
    canvas: &mut Canvas,
    briefing: &Briefing,
    (spots, edge): (&[Spot], &[usize]),
    (first, second): (&str, &str),
    top: f64,
    lang: Lang,
) -> f64 {
    let bottom = top + PLOT;
    let scale = |of: &dyn Fn(&Spot) -> Level, range: (f64, f64)| {
        let ends = spots.iter().map(of).flat_map(|l| [l.mean, l.low, l.high]);
        let known: Vec<f64> = ends.filter(|value| value.is_finite()).collect();
        let low = known.iter().copied().fold(f64::INFINITY, f64::min);
        let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let pad = ((high - low) * 0.06).max(1e-9);
        Scale { domain: (low - pad, high + pad), range }
    };
    let across = scale(&|spot| spot.across, (MARGIN + 66.0, WIDTH - MARGIN - 20.0));
    let up = scale(&|spot| spot.up, (bottom, top + 20.0));
    let label = |value: f64, places: usize| format::fixed(value, places);
    let name = kpi_label(briefing, second, lang);
    canvas.text(&name, (MARGIN, top + 4.0), TEXT, INK, Align::Left);
    frame::y_axis(canvas, &up, across.range, &label);
    frame::x_axis(canvas, &across, (top + 20.0, bottom), 80.0, &label);
    let middle = f64::midpoint(across.range.0, across.range.1);
    let name = kpi_label(briefing, first, lang);
    canvas.text(&name, (middle, bottom + 30.0), TEXT, INK, Align::Center);
    // Of many arms only those on the frontier have their crosses: the rest would be black.
    let crossed = (0..spots.len()).filter(|at| spots.len() <= 20 || edge.contains(at));
    for spot in crossed.map(|at| &spots[at]) {
        let (x, y) = (across.at(spot.across.mean), up.at(spot.up.mean));
        let pen = Pen::new(SOFT, 0.8);
        if spot.across.low.is_finite() {
            canvas.line((across.held(spot.across.low), y), (across.held(spot.across.high), y), pen);
        }
        if spot.up.low.is_finite() {
            canvas.line((x, up.held(spot.up.low)), (x, up.held(spot.up.high)), pen);
        }
    }
    let color = frame::arm_style(1).pen.color;
    let at = |spot: &Spot| (across.at(spot.across.mean), up.at(spot.up.mean));
    let path: Vec<(f64, f64)> = edge.iter().map(|&spot| at(&spots[spot])).collect();
    canvas.path(&path, Pen::new(color, 1.2).dashed(&[4.0, 3.0]));
    let mut taken: Vec<[f64; 4]> = Vec::new();
    for (index, spot) in spots.iter().enumerate() {
        let on_edge = edge.contains(&index);
        let is_base = spot.arm == briefing.meta.baseline;
        let mark = if on_edge { Mark::Disc } else { Mark::Ring };
        let shade = if is_base { frame::arm_style(0).pen.color } else { color };
        canvas.mark(at(spot), mark, 4.5, shade);
        if on_edge || is_base || spots.len() <= 8 {
            let (x, y) = at(spot);
            let text = shorter(&briefing.arm(&spot.arm, lang), &spot.arm);
            let right = x > f64::midpoint(across.range.0, across.range.1);
            let (x, align) = if right { (x - 8.0, Align::Right) } else { (x + 8.0, Align::Left) };
            let width = text_width(&text, SMALL);
            let left = if right { x - width } else { x };
            if let Some(y) = free_height(&mut taken, (left, left + width), y) {
                canvas.text(&text, (x, y), SMALL, INK, align);
            }
        }
    }
    bottom + 46.0
}

/// The height near a mark at which a name covers no other; none where there is no room.
fn free_height(taken: &mut Vec<[f64; 4]>, (left, right): (f64, f64), y: f64) -> Option<f64> {
    let free = |&height: &f64| {
        let (top, bottom) = (height - 7.0, height + 7.0);
        taken.iter().all(|[a, b, c, d]| right < *a || left > *b || bottom < *c || top > *d)
    };
    let found = [-9.0, 13.0, -24.0, 28.0].map(|away| y + away).into_iter().find(free)?;
    taken.push([left, right, found - 7.0, found + 7.0]);
    Some(found)
}

/// The name, or the id where the name would fill the chart.
fn shorter(name: &str, id: &str) -> String {
    if text_width(name, SMALL) > 190.0 { id.to_owned() } else { name.to_owned() }
}
