//! What all charts share: title, caption, axes, styles of arms, and wrapping of long text.

use crate::present::briefing::{Briefing, Level};
use crate::present::canvas::{Align, Canvas, Color, GRID, INK, Mark, Pen, Point, SOFT, WIDTH};
use crate::present::font::text_width;
use crate::present::format::{self, UnitView};
use crate::present::wording::Lang;

/// Margin left and right \[px\].
pub(super) const MARGIN: f64 = 20.0;
/// Size of ordinary text \[px\].
pub(super) const TEXT: f64 = 12.5;
/// Size of small text \[px\].
pub(super) const SMALL: f64 = 11.5;

/// Style of an arm: the same in every chart.
#[derive(Clone, Copy)]
pub(super) struct ArmStyle {
    /// Line.
    pub pen: Pen,
    /// Mark.
    pub mark: Mark,
}

/// Styles differ in color, in lightness, in dash and in mark; the baseline is the light dashed one.
pub(super) fn arm_style(index: usize) -> ArmStyle {
    const BASE: Color = (200, 120, 20);
    const FIRST: Color = (16, 62, 110);
    const SECOND: Color = (88, 140, 110);
    const THIRD: Color = (120, 70, 130);
    const OTHER: Color = (110, 110, 110);
    let (color, dash, mark): (Color, &'static [f64], Mark) = match index {
        0 => (BASE, &[6.0, 4.0], Mark::Ring),
        1 => (FIRST, &[], Mark::Disc),
        2 => (SECOND, &[2.0, 3.0], Mark::Triangle),
        3 => (THIRD, &[10.0, 3.0, 2.0, 3.0], Mark::Square),
        4 => (OTHER, &[14.0, 4.0], Mark::Diamond),
        _ => (OTHER, &[1.5, 5.0], Mark::Box),
    };
    ArmStyle { pen: Pen::new(color, 1.9).dashed(dash), mark }
}

/// Arms that fit into a chart with one style each.
pub(super) fn shown_arms(briefing: &Briefing) -> Vec<String> {
    let mut arms = briefing.arms();
    arms.truncate(6);
    arms
}

/// Sentence for a caption when some arms are left out of the chart.
pub(super) fn left_out(briefing: &Briefing, shown: usize, lang: Lang) -> String {
    let all = briefing.meta.arms.len();
    if all <= shown {
        return String::new();
    }
    match lang {
        Lang::Zh => format!("共 {all} 个方案，图中为前 {shown} 个，其余见数据表。"),
        Lang::En => {
            format!("{all} arms in all; the first {shown} are shown, the rest is in the tables.")
        }
    }
}

/// Writes the title, and under it what is drawn in what unit; gives the height used.
pub(super) fn heading(canvas: &mut Canvas, title: &str, sub: &str) -> f64 {
    let mut y = 12.0;
    for line in wrap(title, 17.0, WIDTH - 2.0 * MARGIN) {
        canvas.text(&line, (MARGIN, y + 12.0), 17.0, INK, Align::Left);
        y += 24.0;
    }
    for line in wrap(sub, SMALL, WIDTH - 2.0 * MARGIN) {
        canvas.text(&line, (MARGIN, y + 10.0), SMALL, SOFT, Align::Left);
        y += 17.0;
    }
    y + 10.0
}

/// Writes the caption below `y` and gives the height of the page.
pub(super) fn ending(canvas: &mut Canvas, y: f64, caption: &str) -> f64 {
    let mut y = y + 14.0;
    canvas.line((MARGIN, y), (WIDTH - MARGIN, y), Pen::new(GRID, 1.0));
    y += 6.0;
    for line in wrap(caption, SMALL, WIDTH - 2.0 * MARGIN) {
        canvas.text(&line, (MARGIN, y + 9.0), SMALL, SOFT, Align::Left);
        y += 17.0;
    }
    y + 10.0
}

/// A straight map from values to places on the page.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    /// Values at the two ends.
    pub domain: (f64, f64),
    /// Places at the two ends \[px\].
    pub range: (f64, f64),
}

impl Scale {
    /// Place of a value.
    pub(super) fn at(&self, value: f64) -> f64 {
        let (from, to) = self.domain;
        let share = (value - from) / (to - from);
        self.range.0 + share * (self.range.1 - self.range.0)
    }

    /// Place of a value, held inside the axis.
    pub(super) fn held(&self, value: f64) -> f64 {
        self.at(value.clamp(self.domain.0.min(self.domain.1), self.domain.1.max(self.domain.0)))
    }

    /// Ticks about `gap` pixels apart, with their step.
    pub(super) fn ticks(&self, gap: f64) -> (Vec<f64>, f64) {
        let mut wanted = ((self.range.1 - self.range.0).abs() / gap).max(2.0);
        let span = self.domain.1 - self.domain.0;
        loop {
            let step = format::tick_step(span, wanted);
            let ticks = format::ticks(self.domain.0, self.domain.1, step);
            // One number on an axis says nothing of its scale.
            if ticks.len() > 2 || wanted > 9.0 {
                return (ticks, step);
            }
            wanted *= 1.6;
        }
    }
}

/// Decimals that ticks of a step need.
pub(super) fn tick_decimals(step: f64) -> usize {
    if step >= 1.0 { 0 } else { usize::try_from((-libm::log10(step)).ceil() as i64).unwrap_or(0) }
}

/// Upright grid lines about `gap` pixels apart with labels below `bottom`; `label` words a tick at
/// the step's decimals.
pub(super) fn x_axis(
    canvas: &mut Canvas,
    scale: &Scale,
    (top, bottom): (f64, f64),
    gap: f64,
    label: &dyn Fn(f64, usize) -> String,
) {
    let (ticks, step) = scale.ticks(gap);
    for tick in ticks {
        let x = scale.at(tick);
        canvas.line((x, top), (x, bottom), Pen::new(GRID, 1.0));
        let text = label(tick, tick_decimals(step));
        canvas.text(&text, (x, bottom + 12.0), SMALL, INK, Align::Center);
    }
    canvas.line((scale.range.0, bottom), (scale.range.1, bottom), Pen::new(INK, 1.0));
}

/// Level grid lines with labels left of `left`.
pub(super) fn y_axis(
    canvas: &mut Canvas,
    scale: &Scale,
    (left, right): (f64, f64),
    label: &dyn Fn(f64, usize) -> String,
) {
    let (ticks, step) = scale.ticks(55.0);
    for tick in ticks {
        let y = scale.at(tick);
        canvas.line((left, y), (right, y), Pen::new(GRID, 1.0));
        let text = label(tick, tick_decimals(step));
        canvas.text(&text, (left - 7.0, y), SMALL, INK, Align::Right);
    }
    canvas.line((left, scale.range.0), (left, scale.range.1), Pen::new(INK, 1.0));
}

/// A level in shown units. Bounds are cut where there is nothing: no axis goes below 0 or, for a
/// share, to 120%.
pub(super) fn shown(level: Level, unit: &UnitView) -> Level {
    let of = |value: f64| value * unit.factor;
    let is_share = unit.level == "%" && (0.0..=100.0).contains(&of(level.mean));
    // `clamp` keeps NaN: a bound that is not there stays away.
    let least = if level.mean >= 0.0 { 0.0 } else { f64::NEG_INFINITY };
    let most = if is_share { 100.0 } else { f64::INFINITY };
    let bound = |value: f64| of(value).clamp(least, most);
    Level { mean: of(level.mean), low: bound(level.low), high: bound(level.high) }
}

/// Legend entries of arms in rows from `y` down; gives the height used.
pub(super) fn arm_legend(
    canvas: &mut Canvas,
    briefing: &Briefing,
    arms: &[String],
    y: f64,
    (lang, with_line): (Lang, bool),
) -> f64 {
    let sample = if with_line { 34.0 } else { 16.0 };
    let (mut x, mut down) = (MARGIN, 0.0);
    for (index, arm) in arms.iter().enumerate() {
        let style = arm_style(index);
        let mut name = briefing.arm(arm, lang);
        if *arm == briefing.meta.baseline && arms.len() > 1 {
            name.push_str(lang.pick("（基准）", " (baseline)"));
        }
        let width = sample + 6.0 + text_width(&name, TEXT) + 24.0;
        if x + width - 24.0 > WIDTH - MARGIN && x > MARGIN {
            x = MARGIN;
            down += 20.0;
        }
        let line = y + down + 8.0;
        if with_line {
            canvas.line((x, line), (x + sample, line), style.pen);
        } else {
            canvas.mark((x + sample / 2.0, line), style.mark, 5.0, style.pen.color);
        }
        canvas.text(&name, (x + sample + 6.0, line), TEXT, INK, Align::Left);
        x += width;
    }
    down + 24.0
}

/// A dot with its interval, level; bounds that are not numbers leave the dot alone.
pub(super) fn dot(
    canvas: &mut Canvas,
    scale: &Scale,
    y: f64,
    (value, low, high): (f64, f64, f64),
    (mark, radius, color): (Mark, f64, Color),
) {
    if !value.is_finite() {
        return;
    }
    if low.is_finite() && high.is_finite() {
        let (from, to) = (scale.held(low), scale.held(high));
        let pen = Pen::new(color, 1.5);
        canvas.line((from, y), (to, y), pen);
        for x in [from, to] {
            canvas.line((x, y - radius * 0.7), (x, y + radius * 0.7), pen);
        }
    }
    canvas.mark((scale.held(value), y), mark, radius, color);
}

/// A band between two curves: the polygon of its outline.
pub(super) fn band(lower: &[Point], upper: &[Point]) -> Vec<Point> {
    lower.iter().copied().chain(upper.iter().rev().copied()).collect()
}

/// Widest of some texts, at most `limit` \[px\].
pub(super) fn widest<'a>(texts: impl Iterator<Item = &'a String>, size: f64, limit: f64) -> f64 {
    texts.map(|text| text_width(text, size)).fold(0.0, f64::max).min(limit)
}

/// Writes a label into a width: smaller if it must be, down to 9 px, never cut.
pub(super) fn label(canvas: &mut Canvas, text: &str, at: Point, width: f64, align: Align) {
    let full = text_width(text, TEXT);
    let size = if full <= width { TEXT } else { (TEXT * width / full).max(9.0) };
    if text_width(text, size) <= width + 1.0 {
        canvas.text(text, at, size, INK, align);
        return;
    }
    let lines = wrap(text, size, width);
    let top = at.1 - (lines.len() as f64 - 1.0) * size * 0.55;
    for (index, line) in lines.iter().enumerate() {
        canvas.text(line, (at.0, top + index as f64 * size * 1.1), size, INK, align);
    }
}

/// Breaks a text into lines no wider than `width`: between Chinese characters or at spaces, and
/// never before closing punctuation.
pub(super) fn wrap(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let joined = format!("{line}{piece}");
        if !line.is_empty() && text_width(joined.trim_end(), size) > width {
            lines.push(line.trim_end().to_owned());
            piece.trim_start().clone_into(&mut line);
        } else {
            line = joined;
        }
    }
    if !line.trim().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Pieces of a text that must not be broken.
fn pieces(text: &str) -> Vec<String> {
    const CLOSING: &str = "，。；：！？、）》”’」%.,;:)]";
    const OPENING: &str = "（《“‘「([";
    let wide = |c: char| u32::from(c) >= 0x2E80;
    let mut pieces: Vec<String> = Vec::new();
    let (mut last, mut last_word) = (' ', ' ');
    for c in text.chars() {
        // "n = 20" stays together.
        let equals = c == '=' || (last == ' ' && last_word == '=');
        let glue = equals
            || CLOSING.contains(c)
            || c == ' '
            || OPENING.contains(last)
            || (!wide(c) && !wide(last) && last != ' ');
        match pieces.last_mut() {
            Some(piece) if glue => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
        last = c;
        if c != ' ' {
            last_word = c;
        }
    }
    pieces
}

/// Room beyond the ends of a scale: a share of what it spans. Values that are all the same get a
/// scale of their own size, or of one where they are 0.
pub(super) fn pad(low: f64, high: f64, share: f64) -> f64 {
    let span = high - low;
    let size = low.abs().max(high.abs());
    if span > size * 1e-6 {
        span * share
    } else if size > 0.0 {
        size * share
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches an axis that reads `90` and nothing else, and one so full that ticks touch.
    #[test]
    fn an_axis_has_three_ticks_or_more() {
        for domain in [(85.0, 96.0), (0.0, 1.0), (8.0, 12.5), (-3.0, 0.7), (0.101, 0.109)] {
            let (ticks, _) = Scale { domain, range: (168.0, 0.0) }.ticks(55.0);
            assert!((3..=9).contains(&ticks.len()), "{domain:?}: {ticks:?}");
        }
    }

    // Catches a scale of billionths under values that are all 0, and one without any width.
    #[test]
    fn equal_values_have_a_scale_too() {
        for (low, high, share, room) in
            [(0.0, 0.0, 0.05, 1.0), (200.0, 200.0, 0.05, 10.0), (-2.0, 3.0, 0.1, 0.5)]
        {
            assert!((pad(low, high, share) - room).abs() < 1e-12, "{low} to {high}");
        }
    }
}
