//! Fits: ranges before and after as strips, and observed against fitted values by the month.

use super::frame::{self, MARGIN, SMALL, Scale, TEXT};
use super::heatmap::places;
use super::{Chart, Draft};
use crate::present::briefing::Briefing;
use crate::present::canvas::{Align, Canvas, Color, GRID, INK, Mark, Pen, SOFT, WIDTH};
use crate::present::format::fixed;
use crate::present::wording::Lang;
use crate::table::Table;

/// Height of a strip with its numbers \[px\].
const STRIP: f64 = 50.0;
/// Height of a panel of months \[px\].
const PANEL: f64 = 150.0;
/// Most KPIs that have a panel.
const MOST_PANELS: usize = 8;

const PRIOR: Color = (214, 222, 230);
const LEFT: Color = (16, 62, 110);
const OBSERVED: Color = (200, 120, 20);

/// Both charts of a fit.
pub(super) fn charts(briefing: &Briefing, lang: Lang) -> Vec<Chart> {
    let strips = briefing.table("fit").and_then(|table| strips(table, lang));
    let months = briefing.table("fit_months").and_then(|table| months(briefing, table, lang));
    strips.into_iter().chain(months).collect()
}

fn strips(table: &Table, lang: Lang) -> Option<Chart> {
    if table.n_rows() == 0 {
        return None;
    }
    let title = |lang: Lang| {
        lang.pick("拟合前后的参数范围", "Ranges of the numbers before and after the fit").to_owned()
    };
    let sub = lang.pick(
        "浅条：给定的范围；深条：未被排除的取值（细 95%，粗 50%，竖线为中位数）；圆圈：模型现值",
        "Light: range given; dark: what is not ruled out (thin 95%, thick 50%, stroke: median); \
         ring: the model's present value",
    );
    let share = 100.0 * table.number_at("left_share", 0);
    let caption = match lang {
        Lang::Zh => format!(
            "历史匹配：给定范围的 {}% 没有被观测排除。这不是概率密度；参数之间可以相互抵偿，单看一条会显得更宽。",
            fixed(share, 2)
        ),
        Lang::En => format!(
            "History matching: {}% of the ranges is not ruled out. This is not a probability \
             density; numbers can make up for each other, so a single strip may look wide.",
            fixed(share, 2)
        ),
    };
    let mut canvas = Canvas::default();
    let mut y = frame::heading(&mut canvas, &title(lang), sub);
    let left = MARGIN + 270.0;
    for row in 0..table.n_rows() {
        let at = |name: &str| table.number_at(name, row);
        let domain = (at("prior_low"), at("prior_high"));
        let x = Scale { domain, range: (left, WIDTH - MARGIN - 10.0) };
        let digits = places((domain.1 - domain.0) / 100.0);
        let number = |value: f64| fixed(value, digits);
        let middle = y + 14.0;
        let (name, unit) =
            (table.text_at(lang.pick("name_zh", "name_en"), row), table.text_at("unit", row));
        let bare = matches!(&*unit, "" | "1");
        let label = if bare { name.into_owned() } else { format!("{name} ({unit})") };
        for (line, text) in
            frame::wrap(&label, SMALL, left - MARGIN - 12.0).iter().take(3).enumerate()
        {
            canvas.text(text, (MARGIN, middle + 14.0 * line as f64), SMALL, INK, Align::Left);
        }
        canvas.rect((x.range.0, middle - 8.0), (x.range.1, middle + 8.0), PRIOR);
        let bar = |canvas: &mut Canvas, from: &str, to: &str, half: f64| {
            let (from, to) = (x.held(at(from)), x.held(at(to)));
            canvas.rect((from, middle - half), (to.max(from + 1.0), middle + half), LEFT);
        };
        bar(&mut canvas, "low", "high", 2.0);
        bar(&mut canvas, "lower_quartile", "upper_quartile", 5.0);
        let median = x.held(at("median"));
        canvas.line((median, middle - 9.0), (median, middle + 9.0), Pen::new(INK, 2.0));
        if at("value").is_finite() {
            canvas.mark((x.held(at("value")), middle), Mark::Ring, 5.0, OBSERVED);
        }
        let under = middle + 19.0;
        canvas.text(&number(domain.0), (x.range.0, under), SMALL, SOFT, Align::Left);
        canvas.text(&number(domain.1), (x.range.1, under), SMALL, SOFT, Align::Right);
        let told =
            format!("{} [{}, {}]", number(at("median")), number(at("low")), number(at("high")));
        let center = f64::midpoint(x.range.0, x.range.1);
        canvas.text(&told, (center, under), SMALL, INK, Align::Center);
        y += STRIP;
    }
    let height = frame::ending(&mut canvas, y, &caption);
    let svg = canvas.finish(height);
    let (title_zh, title_en) = (title(Lang::Zh), title(Lang::En));
    Some(Draft { name: "fit".into(), title_zh, title_en, caption }.with(svg))
}

fn months(briefing: &Briefing, table: &Table, lang: Lang) -> Option<Chart> {
    let mut kpis: Vec<String> = Vec::new();
    for row in 0..table.n_rows() {
        let kpi = table.text_at("kpi", row).into_owned();
        if !kpis.contains(&kpi) {
            kpis.push(kpi);
        }
    }
    let all = kpis.len();
    kpis.truncate(MOST_PANELS);
    if kpis.is_empty() {
        return None;
    }
    let title = |lang: Lang| {
        lang.pick("观测与拟合：逐月", "Observed and fitted, month by month").to_owned()
    };
    let sub = lang.pick(
        "圆圈：观测，竖线为其两个标准差；实线：最接近的取值；阴影：拟合前模拟到的范围",
        "Rings: observed, strokes: two standard deviations of it; line: the least implausible \
         setting; band: what was simulated before the fit",
    );
    let missed = table.rows_where(&[("verdict", "missed")]).len();
    let caption = match lang {
        Lang::Zh => format!("{} 项观测中 {missed} 项未满足；共 {all} 个指标。", table.n_rows()),
        Lang::En => {
            format!("{missed} of {} observations are missed; {all} KPIs in all.", table.n_rows())
        }
    };
    let mut canvas = Canvas::default();
    let mut y = frame::heading(&mut canvas, &title(lang), sub);
    for kpi in &kpis {
        y = panel(&mut canvas, briefing, table, kpi, y, lang);
    }
    let height = frame::ending(&mut canvas, y, &caption);
    let svg = canvas.finish(height);
    let (title_zh, title_en) = (title(Lang::Zh), title(Lang::En));
    Some(Draft { name: "fit_months".into(), title_zh, title_en, caption }.with(svg))
}

/// One KPI; gives where the next begins.
fn panel(
    canvas: &mut Canvas,
    briefing: &Briefing,
    table: &Table,
    kpi: &str,
    y: f64,
    lang: Lang,
) -> f64 {
    let mut rows = table.rows_where(&[("kpi", kpi)]);
    rows.sort_by(|a, b| table.text_at("month", *a).cmp(&table.text_at("month", *b)));
    let unit = briefing.unit(kpi, &table.text_at("unit", rows[0]), lang);
    let at = |name: &str, row: usize| table.number_at(name, row) * unit.factor;
    let columns = ["observed", "prior_low", "prior_high", "fitted"];
    let values = rows.iter().flat_map(|row| columns.map(|name| at(name, *row)));
    let known: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    let low = known.iter().copied().fold(f64::INFINITY, f64::min);
    let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let pad = frame::pad(low, high, 0.08);
    let label = format!("{} ({})", briefing.kpi(kpi, lang), unit.level.trim());
    canvas.text(&label, (MARGIN, y + 8.0), TEXT, INK, Align::Left);
    let (top, bottom) = (y + 22.0, y + PANEL);
    let up = Scale { domain: (low - pad, high + pad), range: (bottom, top) };
    let across = Scale {
        domain: (-0.5, rows.len() as f64 - 0.5),
        range: (MARGIN + 62.0, WIDTH - MARGIN - 10.0),
    };
    frame::y_axis(canvas, &up, across.range, &fixed);
    let point = |name: &str, place: usize| (across.at(place as f64), up.at(at(name, rows[place])));
    let line = |name: &str| -> Vec<(f64, f64)> {
        (0..rows.len()).map(|place| point(name, place)).filter(|(_, y)| y.is_finite()).collect()
    };
    let (lower, upper) = (line("prior_low"), line("prior_high"));
    if lower.len() == upper.len() {
        canvas.area(frame::band(&lower, &upper), PRIOR, 0.8);
    }
    canvas.path(&line("fitted"), Pen::new(LEFT, 1.9));
    for (place, row) in rows.iter().enumerate() {
        let (x, y) = point("observed", place);
        let sd = at("sd", *row);
        if sd > 0.0 {
            let value = at("observed", *row);
            let ends = (up.held(value - 2.0 * sd), up.held(value + 2.0 * sd));
            canvas.line((x, ends.0), (x, ends.1), Pen::new(OBSERVED, 1.0));
        }
        canvas.mark((x, y), Mark::Ring, 4.0, OBSERVED);
        let month = table.text_at("month", *row);
        if rows.len() <= 14 || place % 3 == 0 {
            canvas.text(&month, (x, bottom + 13.0), SMALL - 1.5, INK, Align::Center);
        }
        canvas.line((x, bottom), (x, bottom + 4.0), Pen::new(GRID, 1.0));
    }
    bottom + 30.0
}
