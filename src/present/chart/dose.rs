//! Dose curves: KPIs against the settings of one factor, a line for each combination of the others.

use super::frame::{self, MARGIN, SMALL, Scale, TEXT};
use super::layout::{Axis, Layout, kpi_label, kpis, layout};
use super::{Chart, Draft};
use crate::present::briefing::{Briefing, Level};
use crate::present::canvas::{Align, Canvas, INK, Pen, SOFT, WIDTH};
use crate::present::wording::{self, Lang};

/// Height of a panel \[px\].
const PANEL: f64 = 190.0;

/// Most lines of a chart: more could not be told apart.
const MOST_LINES: usize = 6;

/// A line: its name and its points, by dose.
struct Line {
    name: String,
    arms: Vec<(f64, String)>,
}

/// A chart for the longest scale of a crossed design, or for each factor that was moved alone.
pub(super) fn charts(briefing: &Briefing, lang: Lang) -> Vec<Chart> {
    let Some(design) = layout(briefing, lang) else { return Vec::new() };
    let alone = design.axes.len() > 1
        && design
            .points
            .iter()
            .all(|point| point.settings.iter().filter(|setting| !setting.is_empty()).count() <= 1);
    let scales: Vec<usize> =
        (0..design.axes.len()).filter(|&at| design.axes[at].is_scale(3)).collect();
    if alone {
        let name = |at: usize| format!("dose-{}", design.axes[at].factor);
        return scales
            .iter()
            .filter_map(|&at| chart(briefing, &design, at, name(at), lang))
            .collect();
    }
    let longest = scales.into_iter().rev().max_by_key(|&at| design.axes[at].levels.len());
    longest.and_then(|at| chart(briefing, &design, at, "dose".into(), lang)).into_iter().collect()
}

fn chart(
    briefing: &Briefing,
    design: &Layout,
    at: usize,
    name: String,
    lang: Lang,
) -> Option<Chart> {
    let lines = lines(design, at, lang);
    let shown: Vec<String> = kpis(briefing);
    if lines.is_empty() || lines.len() > MOST_LINES || shown.is_empty() {
        return None;
    }
    let axis = &design.axes[at];
    let title = |lang: Lang| {
        let name = layout(briefing, lang).map_or_else(String::new, |l| l.axes[at].name.clone());
        match lang {
            Lang::Zh => format!("各指标随“{name}”的变化"),
            Lang::En => format!("KPIs by {name}"),
        }
    };
    let sub = lang.pick("全域；各指标单位见左上角", "Whole area; the unit stands above each panel");
    let mut canvas = Canvas::default();
    let mut y = frame::heading(&mut canvas, &title(lang), sub);
    if lines.len() > 1 {
        y += legend(&mut canvas, &lines, y);
    }
    for (index, kpi) in shown.iter().enumerate() {
        let last = index + 1 == shown.len();
        y = panel(&mut canvas, briefing, kpi, (axis, &lines), (y, last), lang);
    }
    let mut sentences = vec![wording::replications(briefing, lang)];
    sentences.push(match lang {
        Lang::Zh => format!("竖线为 {} 区间。", wording::confidence(briefing)),
        Lang::En => format!("Bars are {} intervals.", wording::confidence(briefing)),
    });
    if axis.levels.len() >= KNEE_DOSES {
        sentences.push(
            lang.pick(
                "方框为拐点：离首末连线最远、且超出其区间的一档；没有方框即看不出拐点。",
                "A box marks the knee: the dose farthest from the straight line between the ends, \
                 if farther than its interval reaches; without one no knee can be told.",
            )
            .to_owned(),
        );
    }
    if !design.points.iter().any(|point| point.arm == briefing.meta.baseline) {
        let baseline = briefing.arm(&briefing.meta.baseline, lang);
        sentences.push(match lang {
            Lang::Zh => format!("水平虚线为基准“{baseline}”。"),
            Lang::En => format!("The dashed level line is the baseline, {baseline}."),
        });
    }
    let caption = lang.join(&sentences);
    let height = frame::ending(&mut canvas, y, &caption);
    let svg = canvas.finish(height);
    Some(Draft { name, title_zh: title(Lang::Zh), title_en: title(Lang::En), caption }.with(svg))
}

/// Lines of a design along one axis.
fn lines(design: &Layout, at: usize, lang: Lang) -> Vec<Line> {
    let axis = &design.axes[at];
    let mut lines: Vec<Line> = Vec::new();
    for point in &design.points {
        let Some(level) = axis.levels.iter().find(|level| level.is(&point.settings[at])) else {
            continue;
        };
        let others = design.axes.iter().zip(&point.settings).enumerate();
        let others = others.filter(|(other, (_, setting))| *other != at && !setting.is_empty());
        let named = others.map(|(_, (axis, setting))| axis.said(setting));
        let name = named.collect::<Vec<_>>().join(lang.pick("，", ", "));
        match lines.iter_mut().find(|line| line.name == name) {
            Some(line) => line.arms.push((level.number, point.arm.clone())),
            None => lines.push(Line { name, arms: vec![(level.number, point.arm.clone())] }),
        }
    }
    for line in &mut lines {
        line.arms.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    lines
}

/// Names of the lines; gives the height used.
fn legend(canvas: &mut Canvas, lines: &[Line], y: f64) -> f64 {
    for (index, line) in lines.iter().enumerate() {
        let style = frame::arm_style(index);
        let at = y + 8.0 + 18.0 * index as f64;
        canvas.line((MARGIN, at), (MARGIN + 34.0, at), style.pen);
        canvas.mark((MARGIN + 17.0, at), style.mark, 4.0, style.pen.color);
        let width = WIDTH - 2.0 * MARGIN - 42.0;
        frame::label(canvas, &line.name, (MARGIN + 42.0, at), width, Align::Left);
    }
    18.0 * lines.len() as f64 + 10.0
}

/// One KPI; gives where the next begins.
fn panel(
    canvas: &mut Canvas,
    briefing: &Briefing,
    kpi: &str,
    (axis, lines): (&Axis, &[Line]),
    (y, last): (f64, bool),
    lang: Lang,
) -> f64 {
    let unit = briefing.unit(kpi, &briefing.raw_unit(kpi), lang);
    let of = |arm: &str| frame::shown(briefing.level(arm, kpi), &unit);
    let baseline = of(&briefing.meta.baseline);
    let all: Vec<Level> = lines
        .iter()
        .flat_map(|line| &line.arms)
        .map(|(_, arm)| of(arm))
        .chain([baseline])
        .collect();
    let ends = all.iter().flat_map(|level| [level.mean, level.low, level.high]);
    let known: Vec<f64> = ends.filter(|value| value.is_finite()).collect();
    canvas.text(&kpi_label(briefing, kpi, lang), (MARGIN, y + 8.0), TEXT, INK, Align::Left);
    let (top, bottom) = (y + 22.0, y + PANEL);
    if known.is_empty() {
        canvas.text(
            lang.pick("没有数值", "no values"),
            (MARGIN, y + 30.0),
            SMALL,
            SOFT,
            Align::Left,
        );
        return y + 46.0;
    }
    let low = known.iter().copied().fold(f64::INFINITY, f64::min);
    let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let pad = frame::pad(low, high, 0.06);
    let up = Scale { domain: (low - pad, high + pad), range: (bottom, top) };
    let doses = axis.levels.iter().map(|level| level.number);
    let from = doses.clone().fold(f64::INFINITY, f64::min);
    let to = doses.fold(f64::NEG_INFINITY, f64::max);
    let margin = (to - from) * 0.025;
    let along = Scale {
        domain: (from - margin, to + margin),
        range: (MARGIN + 62.0, WIDTH - MARGIN - 10.0),
    };
    let label = |value: f64, places: usize| crate::present::format::fixed(value, places);
    frame::y_axis(canvas, &up, along.range, &label);
    frame::x_axis(canvas, &along, (top, bottom), 70.0, &label);
    if baseline.mean.is_finite() && axis.levels.len() > 1 {
        let at = up.at(baseline.mean);
        let pen = Pen::new(SOFT, 1.0).dashed(&[3.0, 3.0]);
        canvas.line((along.range.0, at), (along.range.1, at), pen);
    }
    for (index, line) in lines.iter().enumerate() {
        // Side by side, so that no interval hides another's.
        let aside = 4.0 * (index as f64 - (lines.len() as f64 - 1.0) / 2.0);
        let points = line.arms.iter().map(|(dose, arm)| (along.at(*dose) + aside, of(arm)));
        let points: Vec<(f64, Level)> = points.filter(|(_, l)| l.mean.is_finite()).collect();
        curve(canvas, &up, &points, frame::arm_style(index));
    }
    let mut next = bottom + 26.0;
    if last {
        let middle = f64::midpoint(along.range.0, along.range.1);
        canvas.text(&axis.titled(), (middle, bottom + 28.0), TEXT, INK, Align::Center);
        next += 16.0;
    }
    next
}

/// Fewest doses of a line that can have a knee.
const KNEE_DOSES: usize = 5;

/// The knee of a curve: the dose that lies farthest from the straight line between the ends, if it
/// is farther from it than its interval reaches and than a tenth of the curve's range.
fn knee(points: &[(f64, Level)]) -> Option<usize> {
    let ((first, start), (last, end)) = (points.first()?, points.last()?);
    if points.len() < KNEE_DOSES {
        return None;
    }
    let means = points.iter().map(|(_, level)| level.mean);
    let low = means.clone().fold(f64::INFINITY, f64::min);
    let high = means.fold(f64::NEG_INFINITY, f64::max);
    let chord = |x: f64| start.mean + (end.mean - start.mean) * (x - first) / (last - first);
    let far = |(x, level): &(f64, Level)| (level.mean - chord(*x)).abs();
    let inner = 1..points.len() - 1;
    let at = inner.max_by(|a, b| far(&points[*a]).total_cmp(&far(&points[*b])))?;
    let level = points[at].1;
    let half = (level.high - level.low) / 2.0;
    let clear = far(&points[at]) > half && far(&points[at]) > 0.1 * (high - low);
    (half.is_finite() && clear).then_some(at)
}

/// One line with its marks and intervals.
fn curve(canvas: &mut Canvas, up: &Scale, points: &[(f64, Level)], style: frame::ArmStyle) {
    let path: Vec<(f64, f64)> = points.iter().map(|(x, l)| (*x, up.at(l.mean))).collect();
    canvas.path(&path, style.pen);
    for (x, level) in points {
        if level.low.is_finite() && level.high.is_finite() {
            let pen = Pen::new(style.pen.color, 1.0);
            canvas.line((*x, up.held(level.low)), (*x, up.held(level.high)), pen);
        }
        canvas.mark((*x, up.at(level.mean)), style.mark, 3.6, style.pen.color);
    }
    if let Some(at) = knee(points) {
        let (x, level) = points[at];
        let y = up.at(level.mean);
        canvas.frame((x - 7.0, y - 7.0), (x + 7.0, y + 7.0), Pen::new(style.pen.color, 1.4));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(means: &[f64], half: f64) -> Vec<(f64, Level)> {
        let level = |mean: f64| Level { mean, low: mean - half, high: mean + half };
        means.iter().enumerate().map(|(x, mean)| (x as f64, level(*mean))).collect()
    }

    // Catches a knee in a straight line, one that chance could have made, one at the wrong dose.
    #[test]
    fn a_knee_is_where_the_curve_bends() {
        assert_eq!(knee(&points(&[10.0, 4.0, 2.0, 1.5, 1.2, 1.0], 0.3)), Some(2));
        assert_eq!(knee(&points(&[10.0, 8.0, 6.0, 4.0, 2.0, 0.0], 0.3)), None, "straight");
        assert_eq!(knee(&points(&[10.0, 4.0, 2.0, 1.5, 1.2, 1.0], 9.0)), None, "unsure");
        assert_eq!(knee(&points(&[10.0, 1.0, 0.5, 0.0], 0.1)), None, "too few doses");
        assert_eq!(knee(&points(&[10.0, 4.0, 2.0, 1.5, 1.2, 1.0], f64::NAN)), None, "no interval");
    }
}
