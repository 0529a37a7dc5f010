//! Two KPIs against each other, an arm a mark: which arms no other beats in both.

use super::frame::{self, MARGIN, SMALL, Scale, TEXT};
use super::layout::kpi_label;
use super::{Chart, Draft};
use crate::present::briefing::{Briefing, Level};
use crate::present::canvas::{Align, Canvas, INK, Mark, PAPER, Pen, Point, SOFT, WIDTH};
use crate::present::font::text_width;
use crate::present::format;
use crate::present::wording::{self, Lang};

/// Height of the plot \[px\].
const PLOT: f64 = 420.0;

/// Arms up to which every one has its cross and its name.
const FEW: usize = 8;

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
        Lang::Zh => format!("十字为两项指标各自的 {confidence} 区间（方案多于 {FEW} 个时只画前沿上的）。"),
        Lang::En => format!("Crosses are {confidence} intervals of each KPI (of more than {FEW} arms, on the frontier only)."),
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
                "实心的方案（放得下时标名），按均值没有别的方案两项都更好；相邻的差别可能在误差之内。",
                "Filled, and named where there is room: by their means no other arm is better in \
                 both. Neighbors may differ by noise only.",
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
    frame::shown(briefing.level(arm, kpi), &briefing.unit(kpi, &briefing.raw_unit(kpi), lang))
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
    // Of many arms only those on the frontier have their crosses: the rest would be black.
    let is_crossed = |at: usize| spots.len() <= FEW || edge.contains(&at);
    let scale = |of: &dyn Fn(&Spot) -> Level, range: (f64, f64)| {
        let ends =
            spots.iter().map(of).enumerate().flat_map(|(at, l)| {
                if is_crossed(at) { [l.mean, l.low, l.high] } else { [l.mean; 3] }
            });
        let known: Vec<f64> = ends.filter(|value| value.is_finite()).collect();
        let low = known.iter().copied().fold(f64::INFINITY, f64::min);
        let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let pad = frame::pad(low, high, 0.06);
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
    for spot in (0..spots.len()).filter(|at| is_crossed(*at)).map(|at| &spots[at]) {
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
    // The baseline, which is first, is drawn last: nothing may cover it.
    for (index, spot) in spots.iter().enumerate().rev() {
        let mark = if edge.contains(&index) { Mark::Disc } else { Mark::Ring };
        let is_base = spot.arm == briefing.meta.baseline;
        let shade = if is_base { frame::arm_style(0).pen.color } else { color };
        canvas.mark(at(spot), mark, 4.5, shade);
    }
    let places: Vec<Point> = spots.iter().map(at).collect();
    let named = |index: &usize| {
        let is_base = spots[*index].arm == briefing.meta.baseline;
        edge.contains(index) || is_base || spots.len() <= FEW
    };
    let named: Vec<usize> = (0..spots.len()).filter(named).collect();
    names(canvas, briefing, spots, (&places, &named), across.range, lang);
    bottom + 46.0
}

/// Names of spots where they cover neither a mark nor each other; the baseline's first.
fn names(
    canvas: &mut Canvas,
    briefing: &Briefing,
    spots: &[Spot],
    (places, named): (&[Point], &[usize]),
    (left, right): (f64, f64),
    lang: Lang,
) {
    let mut taken: Vec<Area> = places
        .iter()
        .map(|(x, y)| Area { left: x - 5.0, right: x + 5.0, top: y - 5.0, bottom: y + 5.0 })
        .collect();
    for &index in named {
        let spot = &spots[index];
        let text = shorter(&briefing.arm(&spot.arm, lang), &spot.arm);
        let width = text_width(&text, SMALL);
        let Some(area) = room(&taken, places[index], width, (left, right)) else { continue };
        // The ground keeps crosses out of the letters.
        let corners = [
            (area.left, area.top),
            (area.right, area.top),
            (area.right, area.bottom),
            (area.left, area.bottom),
        ];
        canvas.area(corners.to_vec(), PAPER, 0.85);
        let at = (area.left + 1.0, f64::midpoint(area.top, area.bottom));
        canvas.text(&text, at, SMALL, INK, Align::Left);
        taken.push(area);
    }
}

/// A box that is in use.
#[derive(Clone, Copy)]
struct Area {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// Where near a mark a name of that width covers nothing; none where there is no room.
fn room(taken: &[Area], (x, y): Point, width: f64, (left, right): (f64, f64)) -> Option<Area> {
    let beside = [x + 7.0, x - 9.0 - width];
    let sides = if x > f64::midpoint(left, right) { [beside[1], beside[0]] } else { beside };
    let heights = [-9.0, 9.0, 0.0, -24.0, 24.0, -39.0, 39.0];
    let mut areas = heights.iter().flat_map(|away| {
        sides.map(|from| Area {
            left: from,
            right: from + width + 2.0,
            top: y + away - 7.0,
            bottom: y + away + 7.0,
        })
    });
    areas.find(|area| {
        let apart = |other: &Area| {
            area.right < other.left
                || area.left > other.right
                || area.bottom < other.top
                || area.top > other.bottom
        };
        area.left >= left && area.right <= right && taken.iter().all(apart)
    })
}

/// The name, or the id where the name would fill the chart.
fn shorter(name: &str, id: &str) -> String {
    if text_width(name, SMALL) > 190.0 { id.to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_covers_no_mark() {
        // Catches: names over marks or other names, or beyond the plot; a name for which there is
        // no room.
        let mark =
            |x: f64, y: f64| Area { left: x - 5.0, right: x + 5.0, top: y - 5.0, bottom: y + 5.0 };
        let plot = (0.0, 300.0);
        let free = room(&[mark(100.0, 100.0)], (100.0, 100.0), 40.0, plot).unwrap();
        assert!(free.left > 105.0 && free.right < 150.0, "beside its mark");
        let neighbors = [mark(100.0, 100.0), mark(120.0, 92.0), mark(120.0, 108.0)];
        let other = room(&neighbors, (100.0, 100.0), 40.0, plot).unwrap();
        assert!(other.right < 95.0, "on the other side");
        assert!(room(&neighbors, (100.0, 100.0), 290.0, plot).is_none(), "no room");
    }
}
