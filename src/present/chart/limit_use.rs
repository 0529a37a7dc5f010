//! How much of its limit a case had used when it was closed: a histogram per arm, what was closed
//! without resolution told apart.

use super::frame::{self, MARGIN, SMALL, Scale, TEXT};
use super::layout::layout;
use super::{Chart, Draft};
use crate::present::briefing::Briefing;
use crate::present::canvas::{Align, Canvas, Color, GRID, INK, Pen, SOFT, WIDTH};
use crate::present::font::text_width;
use crate::present::format;
use crate::present::wording::{self, Lang};

/// Height of a plot \[px\].
const PLOT: f64 = 118.0;

/// Room between plots for ticks \[px\].
const GAP: f64 = 34.0;

/// Panels that fit on a page.
const MOST: usize = 9;

/// Height of a line of small text \[px\].
const LINE: f64 = 14.0;

/// Grounds: closed and resolved, closed without resolution, the last tenth before the limit.
const RESOLVED: Color = (168, 192, 216);
const UNRESOLVED: Color = (150, 70, 15);
const LAST_TENTH: Color = (252, 240, 214);

/// The KPI that is the share of the last tenth.
const SPIKE: &str = "closing_spike";

/// A bin: bounds as shares of the limit, parts of all closures \[%\].
#[derive(Clone, Copy)]
struct Bin {
    from: f64,
    /// Not a number in the last bin.
    to: f64,
    closed: f64,
    unresolved: f64,
}

/// An arm and its bins.
struct Panel {
    arm: String,
    bins: Vec<Bin>,
}

/// The chart.
pub(super) fn chart(briefing: &Briefing, lang: Lang) -> Option<Chart> {
    let (arms, how) = arms(briefing, lang);
    let panels: Vec<Panel> = arms.into_iter().filter_map(|arm| panel(briefing, arm)).collect();
    if panels.is_empty() {
        return None;
    }
    let title = |lang: Lang| lang.pick("办结时用去多少时限", "How much of the limit closures use");
    let sub = lang.pick(
        "横轴：办结时已用时限占比（含批准的延期）；纵轴：占统计期内全部办结的比例（%），每格为时限的 5%；全域",
        "Across: limit used at closure (granted extensions counted); up: share of all closures of \
         the window (%), 5% of the limit a bar; whole area",
    );
    let caption = lang.join(&[
        lang.pick(
            "“未真实解决”只有模型知道。“最后一成”为时限内的办结中用去九成以上时限的占比及其区间；各格区间见 limit_use.csv。无时限的工单除外。",
            "Only the model knows what was not truly resolved. The last tenth is the share, among \
             closures within the limit, of those at nine tenths of it or more, with its interval; \
             intervals of the bars: limit_use.csv. Cases without a limit are left out.",
        )
        .to_owned(),
        wording::replications(briefing, lang),
        how,
    ]);
    let draft = Draft {
        name: "limit_use".into(),
        title_zh: title(Lang::Zh).into(),
        title_en: title(Lang::En).into(),
        caption,
    };
    let base = panels.iter().find(|panel| panel.arm == briefing.meta.baseline);
    Some(draft.drawn(sub, lang, |canvas, top| {
        let top = top + legend(canvas, briefing, base.is_some() && panels.len() > 1, top, lang);
        draw(canvas, briefing, (&panels, base), top, lang)
    }))
}

/// Arms with a panel, and a sentence if not all have one. Of a large design those of its corners
/// are shown: every factor at the first or the last of its settings.
fn arms(briefing: &Briefing, lang: Lang) -> (Vec<String>, String) {
    let mut all = briefing.arms();
    if all.len() <= MOST {
        return (all, String::new());
    }
    let n_all = all.len();
    let design = layout(briefing, lang);
    let corners: Vec<String> = design.map_or_else(Vec::new, |design| {
        let at_end = |(axis, setting): (&super::layout::Axis, &String)| {
            let ends = [axis.levels.first(), axis.levels.last()];
            ends.into_iter().flatten().any(|level| level.is(setting))
        };
        let points = design.points.iter();
        let corners = points.filter(|point| design.axes.iter().zip(&point.settings).all(at_end));
        corners.map(|point| point.arm.clone()).collect()
    });
    let others = corners.iter().filter(|arm| **arm != briefing.meta.baseline);
    let chosen: Vec<String> =
        std::iter::once(&briefing.meta.baseline).chain(others).cloned().collect();
    if (3..=MOST).contains(&chosen.len()) {
        let said = match lang {
            Lang::Zh => {
                format!("共 {n_all} 个方案，图中为基准和各因素均取首末档的方案，其余见数据表。")
            }
            Lang::En => format!(
                "{n_all} arms in all; shown are the baseline and those with every factor at an \
                 end, the rest is in the tables."
            ),
        };
        return (chosen, said);
    }
    all.truncate(MOST);
    (all, frame::left_out(briefing, MOST, lang))
}

/// The histogram of an arm; none without a closure.
fn panel(briefing: &Briefing, arm: String) -> Option<Panel> {
    let table = &briefing.limit_use;
    let bin = |row: usize| {
        let at = |column| table.number_at(column, row);
        Bin {
            from: at("from"),
            to: at("to"),
            closed: at("closed_share") * 100.0,
            unresolved: at("unresolved_share") * 100.0,
        }
    };
    let rows = briefing.city_rows(table, &arm).into_iter();
    let bins: Vec<Bin> = rows.map(bin).filter(|bin| bin.closed.is_finite()).collect();
    bins.iter().any(|bin| bin.closed > 0.0).then_some(Panel { arm, bins })
}

/// What the grounds mean; gives the height used.
fn legend(canvas: &mut Canvas, briefing: &Briefing, base: bool, y: f64, lang: Lang) -> f64 {
    let words = [
        (RESOLVED, lang.pick("办结且真实解决", "closed and truly resolved")),
        (UNRESOLVED, lang.pick("办结而未真实解决", "closed without resolution")),
        (LAST_TENTH, lang.pick("时限前最后一成", "last tenth of the limit")),
    ];
    let mut x = MARGIN;
    for (color, text) in words {
        canvas.rect((x, y + 2.0), (x + 16.0, y + 14.0), color);
        canvas.text(text, (x + 22.0, y + 8.0), TEXT, INK, Align::Left);
        x += 22.0 + text_width(text, TEXT) + 22.0;
    }
    if !base {
        return 28.0;
    }
    let pen = outline();
    let name = briefing.arm(&briefing.meta.baseline, lang);
    let text = match lang {
        Lang::Zh => format!("基准：{name}"),
        Lang::En => format!("baseline: {name}"),
    };
    canvas.line((MARGIN, y + 28.0), (MARGIN + 16.0, y + 28.0), pen);
    let width = WIDTH - 2.0 * MARGIN - 22.0;
    frame::label(canvas, &text, (MARGIN + 22.0, y + 28.0), width, Align::Left);
    48.0
}

/// How the baseline is drawn into the panels of others.
fn outline() -> Pen {
    Pen::new(frame::arm_style(0).pen.color, 1.0)
}

/// All panels from `top` down; gives where they end.
fn draw(
    canvas: &mut Canvas,
    briefing: &Briefing,
    (panels, base): (&[Panel], Option<&Panel>),
    top: f64,
    lang: Lang,
) -> f64 {
    let columns = if panels.len() <= 4 { panels.len().min(2) } else { 3 };
    let (left, between) = (MARGIN + 34.0, 44.0);
    let room = WIDTH - MARGIN - left - between * (columns - 1) as f64;
    let width = room / columns as f64;
    let bins = || panels.iter().flat_map(|panel| &panel.bins);
    let highest = bins().map(|bin| bin.closed).fold(0.0, f64::max);
    let mut y = top;
    for row in panels.chunks(columns) {
        let titles: Vec<Vec<String>> = row
            .iter()
            .map(|panel| frame::wrap(&briefing.arm(&panel.arm, lang), SMALL, width))
            .collect();
        let lines = titles.iter().map(Vec::len).max().unwrap_or(1);
        let plot = y + LINE * (lines as f64 + 1.0) + 6.0;
        for (at, panel) in row.iter().enumerate() {
            let x = left + at as f64 * (width + between);
            let above = lines - titles[at].len();
            for (line, text) in titles[at].iter().enumerate() {
                let down = y + 6.0 + LINE * (above + line) as f64;
                canvas.text(text, (x, down), SMALL, INK, Align::Left);
            }
            let spike = spike(briefing, &panel.arm, lang);
            canvas.text(&spike, (x, y + 6.0 + LINE * lines as f64), SMALL, SOFT, Align::Left);
            let up = Scale { domain: (0.0, highest * 1.05), range: (plot + PLOT, plot) };
            let outline = base.filter(|base| base.arm != panel.arm);
            histogram(canvas, (panel, outline), (x, width), &up);
        }
        y = plot + PLOT + GAP;
    }
    y
}

/// The KPI of the last tenth with its interval; empty where it is not known.
fn spike(briefing: &Briefing, arm: &str, lang: Lang) -> String {
    let level = briefing.level(arm, SPIKE);
    if !level.mean.is_finite() {
        return String::new();
    }
    let unit = briefing.unit(SPIKE, &briefing.raw_unit(SPIKE), lang);
    let places = unit.places(level.mean, level.low, level.high);
    let interval = match level.low.is_finite() {
        true => format!(" {}", unit.interval(level.low, level.high, places, false)),
        false => String::new(),
    };
    let name = lang.pick("最后一成", "last tenth");
    format!("{name} {}{interval}", unit.level(level.mean, places))
}

/// One histogram with its axes; the baseline as an outline.
fn histogram(
    canvas: &mut Canvas,
    (panel, base): (&Panel, Option<&Panel>),
    (left, width): (f64, f64),
    up: &Scale,
) {
    // What is beyond the last bound stands apart, as wide as any other bar.
    let last = panel.bins.iter().map(|bin| bin.from).fold(1.0, f64::max);
    let wide = panel.bins.iter().map(|bin| bin.to - bin.from).find(|wide| wide.is_finite());
    let wide = wide.unwrap_or(last);
    let across = Scale { domain: (0.0, last + 3.0 * wide), range: (left, left + width) };
    let span = |bin: &Bin| {
        let from = if bin.to.is_finite() { bin.from } else { last + 2.0 * wide };
        (across.at(from), across.at(from + wide))
    };
    let (bottom, top) = up.range;
    canvas.rect((across.at(0.9), top), (across.at(1.0), bottom), LAST_TENTH);
    let percent = |tick: f64, places: usize| format!("{}%", format::fixed(tick, places));
    frame::y_axis(canvas, up, across.range, &percent);
    for bin in &panel.bins {
        let (from, to) = span(bin);
        for (value, color) in [(bin.closed, RESOLVED), (bin.unresolved, UNRESOLVED)] {
            if value > 0.0 {
                canvas.rect((from + 0.4, up.at(value)), (to - 0.4, bottom), color);
            }
        }
    }
    if let Some(base) = base {
        let pen = outline();
        let steps = base.bins.iter().filter(|bin| bin.to.is_finite());
        let corners = |bin: &Bin| {
            let ((from, to), height) = (span(bin), up.at(bin.closed));
            [(from, height), (to, height)]
        };
        canvas.path(&steps.flat_map(corners).collect::<Vec<_>>(), pen);
        for bin in base.bins.iter().filter(|bin| !bin.to.is_finite()) {
            canvas.path(&corners(bin), pen);
        }
    }
    canvas.line((across.at(1.0), top), (across.at(1.0), bottom), Pen::new(INK, 1.0));
    canvas.line((left, bottom), (left + width, bottom), Pen::new(INK, 1.0));
    for tick in [0.0, 0.5, 1.0, 1.5].into_iter().filter(|tick| *tick < last) {
        let x = across.at(tick);
        canvas.line((x, bottom), (x, bottom + 4.0), Pen::new(GRID, 1.0));
        let text = format!("{}%", format::fixed(tick * 100.0, 0));
        canvas.text(&text, (x, bottom + 12.0), SMALL, INK, Align::Center);
    }
    let beyond = format!("≥{}%", format::fixed(last * 100.0, 0));
    canvas.text(&beyond, (left + width, bottom + 12.0), SMALL, INK, Align::Right);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;

    #[test]
    fn a_large_design_shows_its_corners() {
        // Catches: the first nine arms of a grid, which all have the first setting of a factor; a
        // baseline left out or shown twice; arms left out in silence.
        let doses = ["1", "2", "5", "8"];
        let settings: Vec<(&str, &str, &str)> = doses
            .iter()
            .flat_map(|a| doses.iter().flat_map(move |b| ["x", "y"].map(|c| (*a, *b, c))))
            .collect();
        let mut briefing = Briefing::default();
        let arms: Vec<String> = (1..=settings.len()).map(|at| format!("p{at}")).collect();
        briefing.meta.arms = [vec!["base".to_owned()], arms.clone()].concat();
        briefing.meta.baseline = "base".into();
        let column = |of: &dyn Fn(&(&str, &str, &str)) -> String| settings.iter().map(of).collect();
        briefing.design = Table::new("design")
            .with_text("arm", arms)
            .with_text("a", column(&|row| row.0.to_owned()))
            .with_text("b", column(&|row| row.1.to_owned()))
            .with_text("c", column(&|row| row.2.to_owned()));
        let (shown, said) = super::arms(&briefing, Lang::En);
        assert_eq!(shown, ["base", "p1", "p2", "p7", "p8", "p25", "p26", "p31", "p32"]);
        assert!(said.contains("33 arms"), "{said}");
        briefing.meta.arms.truncate(MOST);
        assert_eq!(super::arms(&briefing, Lang::En).0.len(), MOST, "few are all shown");
    }
}
