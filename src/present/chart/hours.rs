//! When in the week work comes and staff are busy: weekday by hour, one panel per arm.

use super::frame::{self, MARGIN, SMALL, TEXT};
use super::{Chart, Draft};
use crate::present::briefing::Briefing;
use crate::present::canvas::{Align, Canvas, Color, GRID, INK, PAPER, Pen, WIDTH};
use crate::present::format;
use crate::present::wording::{self, Lang};

/// Height of a cell \[px\].
const CELL: f64 = 21.0;

/// Panels that fit on a page.
const MOST: usize = 4;

/// What a heat map shows.
struct Theme {
    name: &'static str,
    column: &'static str,
    /// Factor from the table's number to the shown one.
    factor: f64,
    unit: (&'static str, &'static str),
    title: (&'static str, &'static str),
    sub: (&'static str, &'static str),
    /// Value from which a cell gets a dot, in shown units.
    dot_from: Option<f64>,
}

const BUSY: Theme = Theme {
    name: "hours",
    column: "busy_mean",
    factor: 100.0,
    unit: ("%", "%"),
    title: ("一周之中何时最忙", "When in the week staff are busy"),
    sub: (
        "在岗人员中正在办件的比例（%），按星期与钟点；颜色越深越忙",
        "Share of posts at work that are busy (%), by weekday and hour; darker is busier",
    ),
    dot_from: Some(90.0),
};

const REGISTERED: Theme = Theme {
    name: "hours-registered",
    column: "registered_mean",
    factor: 1.0,
    unit: ("件/小时", "cases/h"),
    title: ("一周之中工单何时登记", "When in the week cases are registered"),
    sub: (
        "平均每小时登记的工单（件），按星期与钟点；颜色越深越多",
        "Mean number of cases registered per hour, by weekday and hour; darker is more",
    ),
    dot_from: None,
};

/// One panel: an arm's name and its 7 by 24 values in shown units.
struct Panel {
    name: String,
    cells: Vec<f64>,
}

/// A chart of load and one of arrivals, each if the table has values for it.
pub(super) fn charts(briefing: &Briefing, lang: Lang) -> Vec<Chart> {
    [BUSY, REGISTERED].iter().filter_map(|theme| chart(briefing, theme, lang)).collect()
}

/// Values of each arm.
fn panels(briefing: &Briefing, theme: &Theme, lang: Lang) -> Vec<Panel> {
    let table = &briefing.hours;
    let mut panels = Vec::new();
    for arm in briefing.arms().into_iter().take(MOST) {
        let mut cells = vec![f64::NAN; 7 * 24];
        for row in briefing.city_rows(table, &arm) {
            let (day, hour) = (table.number_at("weekday", row), table.number_at("hour", row));
            if (0.0..7.0).contains(&day) && (0.0..24.0).contains(&hour) {
                cells[day as usize * 24 + hour as usize] =
                    table.number_at(theme.column, row) * theme.factor;
            }
        }
        if cells.iter().any(|cell| *cell > 0.0) {
            panels.push(Panel { name: briefing.arm(&arm, lang), cells });
        }
    }
    panels
}

/// One heat map.
fn chart(briefing: &Briefing, theme: &Theme, lang: Lang) -> Option<Chart> {
    let panels = panels(briefing, theme, lang);
    if panels.is_empty() {
        return None;
    }
    let values = || panels.iter().flat_map(|panel| &panel.cells).copied().filter(|v| v.is_finite());
    let highest = values().fold(0.0, f64::max);
    let step = format::tick_step(highest, 5.0);
    let top_value = (highest / step - 1e-9).ceil() * step;
    let n = wording::n_replications(briefing);
    let dots = theme.dot_from.is_some_and(|from| values().any(|value| value >= from));
    let caption = lang.join(&[
        match lang {
            Lang::Zh => format!("格中为 n = {n} 次重复的平均，全域；逐格区间见 hours.csv。"),
            Lang::En => format!(
                "Cells are means over n = {n} replications, whole area; \
             intervals of each cell: hours.csv."
            ),
        },
        if dots {
            lang.pick(
                "白点：达到或超过 90%。",
                "White dot: 90% or \
         more.",
            )
            .to_owned()
        } else {
            String::new()
        },
        if panels.iter().any(|panel| panel.cells.iter().any(|cell| cell.is_nan())) {
            lang.pick("空白格无人在岗或无数据。", "Empty cells: nobody at work, or no data.")
                .to_owned()
        } else {
            String::new()
        },
        frame::left_out(briefing, MOST, lang),
    ]);
    let title = |lang: Lang| lang.pick(theme.title.0, theme.title.1).to_owned();
    let mut canvas = Canvas::default();
    let mut y = frame::heading(&mut canvas, &title(lang), lang.pick(theme.sub.0, theme.sub.1));
    for panel in &panels {
        y = draw_panel(&mut canvas, panel, (y, top_value), theme.dot_from, lang) + 12.0;
    }
    let y = ramp_scale(&mut canvas, y, top_value, step, lang.pick(theme.unit.0, theme.unit.1));
    let height = frame::ending(&mut canvas, y, &caption);
    let svg = canvas.finish(height);
    let draft = Draft {
        name: theme.name.into(),
        title_zh: title(Lang::Zh),
        title_en: title(Lang::En),
        caption,
    };
    Some(draft.with(svg))
}

/// Light to dark with even steps of lightness, so that a grey print keeps the order.
fn ramp(share: f64) -> Color {
    const STOPS: [(f64, f64, f64); 4] =
        [(250.0, 250.0, 246.0), (188.0, 205.0, 224.0), (92.0, 128.0, 172.0), (12.0, 38.0, 78.0)];
    let place = share.clamp(0.0, 1.0) * 3.0;
    let index = (place.floor() as usize).min(2);
    let t = place - index as f64;
    let (a, b) = (STOPS[index], STOPS[index + 1]);
    let mix = |a: f64, b: f64| (a + t * (b - a)).round() as u8;
    (mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

/// A panel from `top` down: title, cells, hours below.
fn draw_panel(
    canvas: &mut Canvas,
    panel: &Panel,
    (top, highest): (f64, f64),
    dot_from: Option<f64>,
    lang: Lang,
) -> f64 {
    let left = MARGIN + 44.0;
    let width = (WIDTH - MARGIN - left) / 24.0;
    canvas.text(&panel.name, (left, top + 8.0), TEXT, INK, Align::Left);
    let top = top + 22.0;
    for (day, name) in wording::weekdays(lang).iter().enumerate() {
        let y = top + CELL * day as f64;
        canvas.text(name, (left - 8.0, y + CELL / 2.0), SMALL, INK, Align::Right);
        for hour in 0..24 {
            let value = panel.cells[day * 24 + hour];
            if !value.is_finite() {
                continue;
            }
            let x = left + width * hour as f64;
            canvas.rect((x, y), (x + width - 0.8, y + CELL - 0.8), ramp(value / highest));
            if dot_from.is_some_and(|from| value >= from) {
                let center = (x + width / 2.0 - 0.4, y + CELL / 2.0 - 0.4);
                canvas.mark(center, crate::present::canvas::Mark::Disc, 2.6, PAPER);
            }
        }
    }
    let bottom = top + CELL * 7.0;
    canvas.frame((left - 0.5, top - 0.5), (WIDTH - MARGIN, bottom), Pen::new(GRID, 1.0));
    for hour in (0..=24).step_by(3) {
        let x = left + width * f64::from(hour);
        canvas.line((x, bottom), (x, bottom + 4.0), Pen::new(INK, 1.0));
        let align = if hour == 24 { Align::Right } else { Align::Center };
        canvas.text(&format!("{hour}:00"), (x, bottom + 13.0), SMALL, INK, align);
    }
    bottom + 22.0
}

/// The ramp with its numbers.
fn ramp_scale(canvas: &mut Canvas, y: f64, highest: f64, step: f64, unit: &str) -> f64 {
    let (left, right) = (MARGIN + 44.0, MARGIN + 344.0);
    let steps = 60;
    let width = (right - left) / f64::from(steps);
    for index in 0..steps {
        let x = left + width * f64::from(index);
        let color = ramp((f64::from(index) + 0.5) / f64::from(steps));
        canvas.rect((x, y), (x + width + 0.2, y + 12.0), color);
    }
    canvas.frame((left, y), (right, y + 12.0), Pen::new(INK, 0.8));
    for tick in format::ticks(0.0, highest, step) {
        let x = left + (right - left) * tick / highest;
        canvas.line((x, y + 12.0), (x, y + 16.0), Pen::new(INK, 1.0));
        let text = format::fixed(tick, frame::tick_decimals(step));
        canvas.text(&text, (x, y + 25.0), SMALL, INK, Align::Center);
    }
    canvas.text(unit, (right + 16.0, y + 6.0), SMALL, INK, Align::Left);
    y + 32.0
}
