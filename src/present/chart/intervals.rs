//! Rows of marks with intervals over one axis: what several charts share.

use super::frame::{self, MARGIN, SMALL, Scale, TEXT};
use crate::present::canvas::{Align, Canvas, Color, INK, Mark, Pen, STRIPE, WIDTH};
use crate::present::font::text_width;

/// Height of a row with one mark, and of each further mark \[px\].
const ROW: f64 = 25.0;
const MORE: f64 = 12.0;

/// Blue for what is meant first, amber for what stands beside it, grey for what is unclear.
pub(super) const FIRST: Color = (16, 62, 110);
pub(super) const SECOND: Color = (196, 110, 20);
pub(super) const UNCLEAR: Color = (110, 110, 110);

/// One value with its interval; a thin interval may lie behind it.
#[derive(Clone, Copy)]
pub(super) struct Dot {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    /// A wider interval, drawn thin; NaN for none.
    pub wide: (f64, f64),
    pub mark: Mark,
    pub color: Color,
}

impl Dot {
    pub(super) fn new(value: f64, low: f64, high: f64, mark: Mark, color: Color) -> Dot {
        Dot { value, low, high, wide: (f64::NAN, f64::NAN), mark, color }
    }
}

/// A row.
pub(super) struct Line {
    pub name: String,
    pub dots: Vec<Dot>,
    /// Words at the right.
    pub text: String,
}

/// What the axis says.
pub(super) struct Axis<'a> {
    pub label: &'a str,
    /// The axis reaches to these at least; NaN leaves an end open.
    pub reach: (f64, f64),
    /// Words of a tick at so many decimals.
    pub tick: &'a dyn Fn(f64, usize) -> String,
    /// An upright line at zero.
    pub zero: bool,
}

/// Draws rows from `top` down; gives the place below the axis.
pub(super) fn draw(canvas: &mut Canvas, lines: &[Line], top: f64, axis: &Axis<'_>) -> f64 {
    let names = frame::widest(lines.iter().map(|line| &line.name), TEXT, 250.0);
    let words = frame::widest(lines.iter().map(|line| &line.text), SMALL, 200.0);
    let left = MARGIN + names + 18.0;
    let right = WIDTH - MARGIN - words - 20.0;
    let scale = Scale { domain: domain(lines, axis.reach), range: (left, right) };
    let height = |line: &Line| ROW + MORE * line.dots.len().saturating_sub(1) as f64;
    let bottom = top + lines.iter().map(height).sum::<f64>();
    let mut y = top;
    for (index, line) in lines.iter().enumerate() {
        if index % 2 == 0 {
            canvas.rect((MARGIN, y), (WIDTH - MARGIN, y + height(line)), STRIPE);
        }
        y += height(line);
    }
    frame::x_axis(canvas, &scale, (top, bottom), 60.0, axis.tick);
    if axis.zero {
        canvas.line((scale.at(0.0), top), (scale.at(0.0), bottom), Pen::new(INK, 1.4));
    }
    let mut y = top;
    for line in lines {
        let middle = y + height(line) / 2.0;
        frame::label(canvas, &line.name, (left - 12.0, middle), names, Align::Right);
        canvas.text(&line.text, (WIDTH - MARGIN - 6.0, middle), SMALL, INK, Align::Right);
        let first = middle - MORE * line.dots.len().saturating_sub(1) as f64 / 2.0;
        for (at, dot) in line.dots.iter().enumerate() {
            let y = first + MORE * at as f64;
            let (low, high) = dot.wide;
            if low.is_finite() && high.is_finite() {
                let pen = Pen::new(dot.color, 1.0);
                canvas.line((scale.at(low), y), (scale.at(high), y), pen);
                for end in [low, high] {
                    canvas.line((scale.at(end), y - 4.0), (scale.at(end), y + 4.0), pen);
                }
            }
            if dot.low.is_finite() && dot.high.is_finite() && dot.wide.0.is_finite() {
                let pen = Pen::new(dot.color, 4.0);
                canvas.line((scale.at(dot.low), y), (scale.at(dot.high), y), pen);
            }
            let place = (dot.value, dot.low, dot.high);
            frame::dot(canvas, &scale, y, place, (dot.mark, 4.5, dot.color));
        }
        y += height(line);
    }
    let middle = f64::midpoint(left, right);
    canvas.text(axis.label, (middle, bottom + 30.0), SMALL, INK, Align::Center);
    bottom + 40.0
}

/// All that is drawn, and a little room.
fn domain(lines: &[Line], reach: (f64, f64)) -> (f64, f64) {
    let values = lines.iter().flat_map(|line| &line.dots);
    let values = values.flat_map(|dot| [dot.value, dot.low, dot.high, dot.wide.0, dot.wide.1]);
    let values: Vec<f64> =
        values.chain([reach.0, reach.1]).filter(|value| value.is_finite()).collect();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !low.is_finite() || !high.is_finite() {
        return (0.0, 1.0);
    }
    let room = ((high - low) * 0.04).max(1e-9 + low.abs().max(high.abs()) * 1e-6);
    (low - room, high + room)
}

/// Meaning of marks in a row; gives the place below.
pub(super) fn legend(canvas: &mut Canvas, entries: &[(Mark, Color, &str)], y: f64) -> f64 {
    let (mut x, mut y) = (MARGIN, y);
    for (mark, color, words) in entries {
        let width = 19.0 + text_width(words, TEXT) + 26.0;
        if x > MARGIN && x + width > WIDTH - MARGIN {
            (x, y) = (MARGIN, y + 20.0);
        }
        canvas.mark((x + 7.0, y + 12.0), *mark, 5.0, *color);
        canvas.text(words, (x + 19.0, y + 12.0), TEXT, INK, Align::Left);
        x += width;
    }
    y + 22.0
}
