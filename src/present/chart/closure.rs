//! Closure curves and the open stock over time: lines with bands, one per arm.

use super::frame::{self, MARGIN, SMALL, Scale};
use super::{Chart, Draft};
use crate::present::briefing::Briefing;
use crate::present::canvas::{Align, Canvas, Color, INK, Pen, Point, WIDTH};
use crate::present::format;
use crate::present::wording::{self, Lang};
use crate::table::Table;

/// Height of the plot \[px\].
const PLOT: f64 = 330.0;

/// A curve with its band.
struct Curve {
    arm: String,
    /// Day, value, lower and upper bound.
    points: Vec<[f64; 4]>,
}

/// Curves of all arms from a table with `day`, a value column, `low` and `high`.
fn curves(briefing: &Briefing, table: &Table, value: &str) -> Vec<Curve> {
    let mut curves = Vec::new();
    for arm in frame::shown_arms(briefing) {
        let mut points: Vec<[f64; 4]> = briefing
            .city_rows(table, &arm)
            .into_iter()
            .map(|row| ["day", value, "low", "high"].map(|column| table.number_at(column, row)))
            .filter(|point| point[0].is_finite() && point[1].is_finite())
            .collect();
        points.sort_by(|a, b| a[0].total_cmp(&b[0]));
        if points.len() > 1 {
            curves.push(Curve { arm, points });
        }
    }
    curves
}

/// Largest day and largest value or bound.
fn extent(curves: &[Curve]) -> (f64, f64, f64) {
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let first = points().map(|point| point[0]).fold(f64::INFINITY, f64::min);
    let last = points().map(|point| point[0]).fold(f64::NEG_INFINITY, f64::max);
    let high = points()
        .flat_map(|point| [point[1], point[3]])
        .filter(|value| value.is_finite())
        .fold(0.0, f64::max);
    (first, last, high)
}

/// Draws bands first, then lines, so that no band hides a line.
fn draw(
    canvas: &mut Canvas,
    briefing: &Briefing,
    curves: &[Curve],
    x: &Scale,
    y: &Scale,
    step: bool,
) {
    let arms = frame::shown_arms(briefing);
    let style = |curve: &Curve| {
        frame::arm_style(arms.iter().position(|arm| *arm == curve.arm).unwrap_or(0))
    };
    let trace = |curve: &Curve, column: usize| -> Vec<Point> {
        let mut line: Vec<Point> = Vec::new();
        for point in curve.points.iter().filter(|point| point[column].is_finite()) {
            let place = (x.at(point[0]), y.held(point[column]));
            if let (true, Some(&last)) = (step, line.last()) {
                line.push((place.0, last.1));
            }
            line.push(place);
        }
        line
    };
    for curve in curves {
        let (lower, upper) = (trace(curve, 2), trace(curve, 3));
        if lower.len() > 1 && upper.len() > 1 {
            let pen = style(curve).pen;
            canvas.area(frame::band(&lower, &upper), pen.color, 0.20);
            for edge in [&lower, &upper] {
                canvas.path(edge, Pen { alpha: 0.55, ..Pen::new(pen.color, 0.6) });
            }
        }
    }
    for curve in curves {
        canvas.path(&trace(curve, 1), style(curve).pen);
    }
}

/// Names of the axes.
fn axis_names(
    canvas: &mut Canvas,
    x: &Scale,
    y: &Scale,
    (x_name, y_name): (&str, &str),
    down: f64,
) {
    let middle = ((x.range.0 + x.range.1) / 2.0, y.range.0 + down);
    canvas.text(x_name, middle, SMALL, INK, Align::Center);
    canvas.text_up(y_name, (MARGIN + 6.0, (y.range.0 + y.range.1) / 2.0), SMALL, INK);
}

/// Share of cases closed by days since registration.
pub(super) fn closure(briefing: &Briefing, lang: Lang) -> Option<Chart> {
    let curves = curves(briefing, &briefing.closure, "closed_share");
    if curves.is_empty() {
        return None;
    }
    let title = |lang: Lang| lang.pick("登记之后多久办结", "How soon cases are closed").to_owned();
    let sub = lang.pick(
        "登记后若干天内已办结的工单占比（%），全域；未办结的计入（删失），撤回与自行消失的不算办结",
        "Share of cases closed within so many days of registration (%), whole area; open cases \
         count, withdrawn and vanished ones are never closed",
    );
    let arms = frame::shown_arms(briefing);
    let caption = lang.join(&[
        lang.pick(
            "曲线越靠左上，办结越快；阴影为区间。",
            "Higher and further left is faster; bands are intervals. ",
        )
        .trim_end()
        .to_owned(),
        wording::replications(briefing, lang),
        lang.pick(
            "办结是档案所记，不等于问题真实解决。",
            "Closed is what the file says, which is not the same as truly resolved.",
        )
        .to_owned(),
        frame::left_out(briefing, arms.len(), lang),
    ]);
    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, &title(lang), sub);
    let top = top + frame::arm_legend(&mut canvas, briefing, &arms, top, (lang, true)) + 6.0;
    let (_, last, _) = extent(&curves);
    let x = Scale { domain: (0.0, last), range: (MARGIN + 62.0, WIDTH - MARGIN - 16.0) };
    let y = Scale { domain: (0.0, 100.0), range: (top + PLOT, top) };
    frame::y_axis(&mut canvas, &y, x.range, &|tick, places| {
        format!("{}%", format::fixed(tick, places))
    });
    frame::x_axis(&mut canvas, &x, (top, top + PLOT), 80.0, &format::fixed);
    let percent: Vec<Curve> = curves
        .into_iter()
        .map(|curve| Curve {
            arm: curve.arm,
            points: curve
                .points
                .iter()
                .map(|p| [p[0], p[1] * 100.0, p[2] * 100.0, p[3] * 100.0])
                .collect(),
        })
        .collect();
    draw(&mut canvas, briefing, &percent, &x, &y, true);
    let names = (
        lang.pick("登记后天数（自然日）", "Calendar days since registration"),
        lang.pick("已办结占比（%）", "Closed (%)"),
    );
    axis_names(&mut canvas, &x, &y, names, 32.0);
    let height = frame::ending(&mut canvas, top + PLOT + 40.0, &caption);
    let svg = canvas.finish(height);
    Some(
        Draft {
            name: "closure".into(),
            title_zh: title(Lang::Zh),
            title_en: title(Lang::En),
            caption,
        }
        .with(svg),
    )
}

/// Open cases over time; where shocks strike, also those of the items that they add to.
pub(super) fn backlog(briefing: &Briefing, lang: Lang) -> Vec<Chart> {
    let all = open_cases(
        briefing,
        &briefing.backlog,
        ["backlog", "未办结工单逐日变化", "Open cases from day to day"],
        [
            "当日未办结的登记工单（件），全域",
            "Registered cases that are open on the day (cases), whole area",
        ],
        lang,
    );
    let struck = briefing.table("struck").and_then(|table| {
        open_cases(
            briefing,
            table,
            ["struck", "冲击所涉事项的未办结工单", "Open cases of what the shock adds to"],
            [
                "受冲击镇街中冲击所涉事项的未办结工单（件）",
                "Open cases of the items that the shock adds to, at the streets it strikes",
            ],
            lang,
        )
    });
    all.into_iter().chain(struck).collect()
}

fn open_cases(
    briefing: &Briefing,
    table: &Table,
    [name, title_zh, title_en]: [&str; 3],
    [sub_zh, sub_en]: [&str; 2],
    lang: Lang,
) -> Option<Chart> {
    let mut curves = curves(briefing, table, "open_mean");
    // A day's number is that of its end. Drawn at its beginning, the stock would rise before the
    // shock that fills it.
    for point in curves.iter_mut().flat_map(|curve| &mut curve.points) {
        point[0] += 1.0;
    }
    if curves.is_empty() {
        return None;
    }
    let title = |lang: Lang| lang.pick(title_zh, title_en).to_owned();
    let sub = lang.pick(sub_zh, sub_en);
    let arms = frame::shown_arms(briefing);
    let mut caption = lang.join(&[
        lang.pick(
            "线为各次重复的平均，阴影为区间。",
            "Lines are means over replications, bands are intervals.",
        )
        .to_owned(),
        wording::replications(briefing, lang),
        frame::left_out(briefing, arms.len(), lang),
    ]);
    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, &title(lang), sub);
    let top = top + frame::arm_legend(&mut canvas, briefing, &arms, top, (lang, true)) + 6.0;
    let (first, last, high) = extent(&curves);
    let y = Scale { domain: (0.0, high.max(1e-9) * 1.06), range: (top + PLOT, top) };
    let x = Scale { domain: (first - 1.0, last), range: (MARGIN + 76.0, WIDTH - MARGIN - 16.0) };
    frame::y_axis(&mut canvas, &y, x.range, &format::fixed);
    let x_name = match months(&mut canvas, table, &x, (top, top + PLOT), lang) {
        true => lang.pick("月份", "Month"),
        false => {
            frame::x_axis(&mut canvas, &x, (top, top + PLOT), 80.0, &format::fixed);
            lang.pick("天", "Day")
        }
    };
    let told = shocks(&mut canvas, briefing, &x, (top, top + PLOT), lang);
    draw(&mut canvas, briefing, &curves, &x, &y, false);
    let names = (x_name, lang.pick("未办结（件）", "Open (cases)"));
    axis_names(&mut canvas, &x, &y, names, 44.0);
    caption = lang.join(&[caption, told]);
    let height = frame::ending(&mut canvas, top + PLOT + 50.0, &caption);
    let svg = canvas.finish(height);
    Some(
        Draft { name: name.into(), title_zh: title(Lang::Zh), title_en: title(Lang::En), caption }
            .with(svg),
    )
}

/// Days on which a shock strikes some arm: a ground of its length, its name; gives the sentence
/// for the caption.
fn shocks(
    canvas: &mut Canvas,
    briefing: &Briefing,
    x: &Scale,
    (top, bottom): (f64, f64),
    lang: Lang,
) -> String {
    const GROUND: Color = (250, 226, 200);
    const ANSWER: Color = (150, 196, 160);
    const WORDS: Color = (150, 70, 15);
    let Some(table) = briefing.table("shocks") else { return String::new() };
    let mut seen: Vec<(String, i64)> = Vec::new();
    let mut answered = false;
    for row in 0..table.n_rows() {
        let name = table.text_at(lang.pick("name_zh", "name_en"), row).into_owned();
        let (day, days) = (table.number_at("day", row), table.number_at("days", row));
        let response = table.number_at("response_days", row);
        if response.is_finite() && !answered {
            answered = true;
            canvas.rect((x.held(day), top - 4.0), (x.held(day + response), top), ANSWER);
        }
        let key = (name.clone(), day as i64);
        if seen.contains(&key) || day + days < x.domain.0 || day > x.domain.1 {
            continue;
        }
        let from = x.held(day);
        canvas.rect((from, top), (x.held(day + days).max(from + 2.0), bottom), GROUND);
        canvas.line((from, top), (from, bottom), Pen::new(WORDS, 1.2).dashed(&[4.0, 3.0]));
        let line = top + 10.0 + 14.0 * (seen.len() % 4) as f64;
        let right = from > f64::midpoint(x.range.0, x.range.1);
        let (at, align) =
            if right { (from - 5.0, Align::Right) } else { (from + 5.0, Align::Left) };
        canvas.text(&name, (at, line), SMALL, WORDS, align);
        seen.push(key);
    }
    match (seen.is_empty(), answered) {
        (true, _) => String::new(),
        (false, false) => lang.pick("底色为冲击期间。", "The ground marks the shock.").to_owned(),
        (false, true) => lang
            .pick(
                "底色为冲击期间；顶端绿条为有应对的方案的应对期。",
                "The ground marks the shock, the green bar at the top the response of arms that \
                 have one.",
            )
            .to_owned(),
    }
}

/// Ticks at the first day of each month; false when the table has too few dates for that.
fn months(canvas: &mut Canvas, table: &Table, x: &Scale, plot: (f64, f64), lang: Lang) -> bool {
    let mut firsts: Vec<(f64, String)> = Vec::new();
    for row in 0..table.n_rows() {
        let (day, date) = (table.number_at("day", row), table.text_at("date", row));
        let known = firsts.iter().any(|(_, seen)| *seen == date);
        if date.len() == 10 && date.ends_with("-01") && day.is_finite() && !known {
            firsts.push((day, date.into_owned()));
        }
    }
    firsts.sort_by(|a, b| a.0.total_cmp(&b.0));
    if firsts.len() < 2 {
        return false;
    }
    let gap = (x.at(firsts[firsts.len() - 1].0) - x.at(firsts[0].0)) / (firsts.len() as f64 - 1.0);
    let every = (46.0 / gap.max(1e-9)).ceil().max(1.0) as usize;
    let (top, bottom) = plot;
    let mut year = "";
    for (index, (day, date)) in firsts.iter().enumerate() {
        let place = x.at(*day);
        canvas.line((place, top), (place, bottom), Pen::new(crate::present::canvas::GRID, 1.0));
        if index % every != 0 {
            continue;
        }
        canvas.line((place, bottom), (place, bottom + 4.0), Pen::new(INK, 1.0));
        canvas.text(&month(date, lang), (place, bottom + 13.0), SMALL, INK, Align::Center);
        if date[..4] != *year {
            year = &date[..4];
            canvas.text(year, (place, bottom + 28.0), SMALL, INK, Align::Center);
        }
    }
    canvas.line((x.range.0, bottom), (x.range.1, bottom), Pen::new(INK, 1.0));
    true
}

/// "3月" or "Mar" of a date.
fn month(date: &str, lang: Lang) -> String {
    const ENGLISH: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let number: usize = date[5..7].parse().unwrap_or(0);
    match lang {
        Lang::Zh => format!("{number}月"),
        Lang::En => ENGLISH.get(number.wrapping_sub(1)).copied().unwrap_or("").to_owned(),
    }
}
