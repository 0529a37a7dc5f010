//! Paired differences of the headline KPIs, relative to the baseline: a mark with its interval.

use super::frame::{self, MARGIN, SMALL, Scale, TEXT};
use super::{Chart, Draft};
use crate::present::briefing::{Briefing, Paired};
use crate::present::canvas::{Align, Canvas, Color, INK, Mark, Pen, STRIPE, WIDTH};
use crate::present::font::text_width;
use crate::present::format;
use crate::present::wording::{self, Claim, Lang};

/// Height of a row \[px\].
const ROW: f64 = 25.0;

/// Differences beyond this are drawn at the edge with an arrow \[%\].
const EDGE: f64 = 150.0;

/// A difference in percent of the baseline.
struct Relative {
    name: String,
    claim: Claim,
    value: f64,
    low: f64,
    high: f64,
    /// Where it lies when assumed values move; NaN if nobody asked.
    unknown: (f64, f64),
}

/// One chart for each arm that is compared.
pub(super) fn charts(briefing: &Briefing, lang: Lang) -> Vec<Chart> {
    let others: Vec<&String> = briefing.others().collect();
    others
        .iter()
        .filter_map(|arm| {
            let name = if others.len() == 1 {
                "differences".to_owned()
            } else {
                format!("differences-{arm}")
            };
            chart(briefing, arm, &name, lang)
        })
        .collect()
}

/// The chart of one arm.
fn chart(briefing: &Briefing, arm: &str, name: &str, lang: Lang) -> Option<Chart> {
    let paired = briefing.headline(arm);
    let (drawn, left): (Vec<&Paired>, Vec<&Paired>) = paired.iter().partition(|row| {
        row.difference.is_finite()
            && row.baseline.mean.is_finite()
            && row.baseline.mean.abs() > 1e-12
    });
    if drawn.is_empty() {
        return None;
    }
    let rows: Vec<Relative> = drawn.iter().map(|row| relative(briefing, arm, row, lang)).collect();
    let left: Vec<String> = left.iter().map(|row| briefing.kpi(&row.kpi, lang)).collect();
    let (after, before) = (briefing.arm(arm, lang), briefing.arm(&briefing.meta.baseline, lang));
    let title = |lang: Lang| {
        let (after, before) =
            (briefing.arm(arm, lang), briefing.arm(&briefing.meta.baseline, lang));
        match lang {
            Lang::Zh => format!("{after}与{before}相比，各指标变化多少"),
            Lang::En => format!("{after} compared with {before}: change by KPI"),
        }
    };
    let sub = match lang {
        Lang::Zh => {
            format!("各指标之差占{before}平均值的百分比（%）；全域；↑ 越高越好，↓ 越低越好")
        }
        Lang::En => format!(
            "Difference in percent of the mean of {before}; whole area; ↑ more is better, ↓ \
             less is better"
        ),
    };
    let caption = caption(briefing, &after, &left, lang);
    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, &title(lang), &sub);
    let bottom = body(&mut canvas, &rows, top, lang);
    let bottom = legend(&mut canvas, &rows, bottom, lang);
    let height = frame::ending(&mut canvas, bottom, &caption);
    let svg = canvas.finish(height);
    Some(
        Draft {
            name: name.to_owned(),
            title_zh: title(Lang::Zh),
            title_en: title(Lang::En),
            caption,
        }
        .with(svg),
    )
}

/// Percent of the baseline, with the name's arrow for the good direction.
fn relative(briefing: &Briefing, arm: &str, row: &Paired, lang: Lang) -> Relative {
    let scale = 100.0 / row.baseline.mean.abs();
    let unknown = briefing.unknown(arm, &row.kpi);
    let arrow = match briefing.good(&row.kpi).as_str() {
        "up" => " ↑",
        "down" => " ↓",
        _ => "",
    };
    Relative {
        name: format!("{}{arrow}", briefing.kpi(&row.kpi, lang)),
        claim: Claim::of(row),
        value: row.difference * scale,
        low: row.low * scale,
        high: row.high * scale,
        unknown: unknown.map_or((f64::NAN, f64::NAN), |own| (own.low * scale, own.high * scale)),
    }
}

/// What the marks rest on.
fn caption(briefing: &Briefing, after: &str, left: &[String], lang: Lang) -> String {
    let mut sentences = vec![match lang {
        Lang::Zh => format!("{after}减基准，按重复配对（同一批问题、同一批人）。"),
        Lang::En => {
            format!("{after} minus baseline, paired by replication (same issues, same people).")
        }
    }];
    sentences.push(wording::replications(briefing, lang));
    sentences.push(
        lang.pick(
            "结论须同时通过区间与 Holm 多重比较校正；空心表示不能断定，并不表示没有差别。",
            "A claim must pass both the interval and Holm's correction; a hollow mark means \
             unclear, \
             which is not the same as no difference.",
        )
        .to_owned(),
    );
    if briefing.table("ignorance").is_some() {
        sentences.push(
            lang.pick(
                "粗线：随机（重复之间）；细线：未知（假定的数在其范围内变动，运气相同）。结论只看随机区间。",
                "Thick: chance, between replications. Thin: ignorance, assumed numbers moved \
                 within their ranges under the same luck. Claims rest on chance alone.",
            )
            .to_owned(),
        );
    }
    if !left.is_empty() {
        let names = left.join(lang.pick("、", ", "));
        sentences.push(match lang {
            Lang::Zh => format!("基准为零或无值、不能算百分比而未画：{names}。"),
            Lang::En => format!("Not drawn, as the baseline is zero or empty: {names}."),
        });
    }
    lang.join(&sentences)
}

/// Mark and color of a claim; the shapes alone tell them apart.
fn mark(claim: Claim) -> (Mark, Color) {
    match claim {
        Claim::Better => (Mark::Disc, (16, 62, 110)),
        Claim::Worse => (Mark::Square, (190, 90, 10)),
        Claim::Changed => (Mark::Diamond, INK),
        _ => (Mark::Ring, (110, 110, 110)),
    }
}

/// Rows, axis and values.
fn body(canvas: &mut Canvas, rows: &[Relative], top: f64, lang: Lang) -> f64 {
    let names = frame::widest(rows.iter().map(|row| &row.name), TEXT, 230.0);
    let values: Vec<String> = rows.iter().map(value_text).collect();
    let numbers = frame::widest(values.iter(), SMALL, 190.0);
    let left = MARGIN + names + 18.0;
    let right = WIDTH - MARGIN - numbers - 20.0;
    let bound = |f: fn(f64, f64) -> f64, start: f64| {
        rows.iter()
            .flat_map(|row| [row.value, row.low, row.high, row.unknown.0, row.unknown.1])
            .filter(|value| value.is_finite())
            .fold(start, f)
            .clamp(-EDGE, EDGE)
    };
    let (low, high) = (bound(f64::min, 0.0), bound(f64::max, 0.0));
    let room = ((high - low) * 0.05).max(0.5);
    let scale = Scale { domain: (low - room, high + room), range: (left, right) };
    let bottom = top + ROW * rows.len() as f64;
    for index in (0..rows.len()).step_by(2) {
        let y = top + ROW * index as f64;
        canvas.rect((MARGIN, y), (WIDTH - MARGIN, y + ROW), STRIPE);
    }
    frame::x_axis(canvas, &scale, (top, bottom), 45.0, &|tick, decimals| {
        format!("{}%", format::signed(tick, decimals))
    });
    canvas.line((scale.at(0.0), top), (scale.at(0.0), bottom), Pen::new(INK, 1.4));
    for (index, row) in rows.iter().enumerate() {
        let y = top + ROW * (index as f64 + 0.5);
        frame::label(canvas, &row.name, (left - 12.0, y), names, Align::Right);
        let (shape, color) = mark(row.claim);
        intervals_of(canvas, &scale, y, row, color);
        frame::dot(canvas, &scale, y, (row.value, row.low, row.high), (shape, 5.0, color));
        arrow(canvas, &scale, y, row, color);
        canvas.text(&values[index], (WIDTH - MARGIN - 6.0, y), SMALL, INK, Align::Right);
    }
    let axis = lang.pick("相对基准的变化（%）", "Change relative to the baseline (%)");
    canvas.text(axis, ((left + right) / 2.0, bottom + 30.0), SMALL, INK, Align::Center);
    bottom + 40.0
}

/// Both intervals, where there are two: chance thick, ignorance thin.
fn intervals_of(canvas: &mut Canvas, scale: &Scale, y: f64, row: &Relative, color: Color) {
    let (low, high) = row.unknown;
    if !low.is_finite() || !high.is_finite() {
        return;
    }
    let (from, to) = scale.domain;
    let x = |value: f64| scale.at(value.clamp(from, to));
    canvas.line((x(low), y), (x(high), y), Pen::new(color, 1.0));
    for end in [low, high].into_iter().filter(|end| (from..=to).contains(end)) {
        canvas.line((x(end), y - 6.0), (x(end), y + 6.0), Pen::new(color, 1.0));
    }
    if row.low.is_finite() && row.high.is_finite() {
        canvas.line((x(row.low), y), (x(row.high), y), Pen::new(color, 4.0));
    }
}

/// Points outward where a value or its interval leaves the axis.
fn arrow(canvas: &mut Canvas, scale: &Scale, y: f64, row: &Relative, color: Color) {
    let (from, to) = scale.domain;
    if row.low.min(row.value).min(row.unknown.0) < from {
        let x = scale.range.0 - 2.0;
        canvas.area(vec![(x - 7.0, y), (x, y - 4.5), (x, y + 4.5)], color, 1.0);
    }
    if row.high.max(row.value).max(row.unknown.1) > to {
        let x = scale.range.1 + 2.0;
        canvas.area(vec![(x + 7.0, y), (x, y - 4.5), (x, y + 4.5)], color, 1.0);
    }
}

/// "−35.2% [−37.1, −33.0]".
fn value_text(row: &Relative) -> String {
    let places = format::decimals(row.value, row.low, row.high).min(1);
    let value = format::signed(row.value, places);
    if !row.low.is_finite() || !row.high.is_finite() {
        return format!("{value}%");
    }
    format!("{value}%  [{}, {}]", format::signed(row.low, places), format::signed(row.high, places))
}

/// Meaning of the marks that occur.
fn legend(canvas: &mut Canvas, rows: &[Relative], y: f64, lang: Lang) -> f64 {
    let entries = [Claim::Better, Claim::Worse, Claim::Changed, Claim::IncludesZero];
    let mut x = MARGIN;
    for entry in entries {
        let unclear = entry == Claim::IncludesZero;
        let occurs = rows.iter().any(|row| row.claim == entry || (unclear && !row.claim.is_made()));
        if !occurs {
            continue;
        }
        let (shape, color) = mark(entry);
        let words = entry.short(lang);
        canvas.mark((x + 7.0, y + 12.0), shape, 5.0, color);
        canvas.text(words, (x + 19.0, y + 12.0), TEXT, INK, Align::Left);
        x += 19.0 + text_width(words, TEXT) + 26.0;
    }
    y + 22.0
}
