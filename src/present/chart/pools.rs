//! How busy each unit is: utilisation with its interval, per arm, against the line of 0.9.

use super::frame::{self, MARGIN, SMALL, Scale, TEXT};
use super::{Chart, Draft};
use crate::present::briefing::{Briefing, Level};
use crate::present::canvas::{Align, Canvas, INK, Pen, SOFT, STRIPE, WIDTH};
use crate::present::format;
use crate::present::wording::{self, Lang};

/// Rows that fit on a page.
const MOST: usize = 30;

/// Utilisation above which waits grow fast.
pub(in crate::present) const BUSY: f64 = 0.9;

/// A pool of one place with its utilisation in every arm.
struct Row {
    name: String,
    loads: Vec<Level>,
}

/// Rows of the whole area; when the table has none, the busiest pools of any place.
fn rows(briefing: &Briefing, arms: &[String], lang: Lang) -> (Vec<Row>, usize) {
    let table = &briefing.pools;
    let mut keys: Vec<(String, String, String)> = Vec::new();
    let city = table.first_row(&[("scope", "city")]).is_some();
    let mut seen = std::collections::BTreeSet::new();
    for row in 0..table.n_rows() {
        let key =
            ["scope", "scope_id", "pool"].map(|column| table.text_at(column, row).into_owned());
        let [scope, id, pool] = key;
        if (!city || scope == "city") && seen.insert((scope.clone(), id.clone(), pool.clone())) {
            keys.push((scope, id, pool));
        }
    }
    let mut found = std::collections::BTreeMap::new();
    for row in 0..table.n_rows() {
        let key = ["arm", "scope", "scope_id", "pool"].map(|c| table.text_at(c, row).into_owned());
        let at = |column| table.number_at(column, row);
        found.insert(key, Level { mean: at("utilisation"), low: at("low"), high: at("high") });
    }
    let mut rows: Vec<Row> = keys
        .into_iter()
        .map(|(scope, id, pool)| {
            let unit = briefing.pool(&pool, lang);
            let name = if scope == "city" {
                unit
            } else {
                format!("{} · {unit}", briefing.scope(&scope, &id, lang))
            };
            let none = Level { mean: f64::NAN, low: f64::NAN, high: f64::NAN };
            let load = |arm: &String| {
                let key = [arm.clone(), scope.clone(), id.clone(), pool.clone()];
                found.get(&key).copied().unwrap_or(none)
            };
            Row { name, loads: arms.iter().map(load).collect() }
        })
        .filter(|row| row.loads.iter().any(|load| load.mean.is_finite()))
        .collect();
    let first = |row: &Row| row.loads.iter().map(|load| load.mean).find(|mean| mean.is_finite());
    rows.sort_by(|a, b| first(b).unwrap_or(0.0).total_cmp(&first(a).unwrap_or(0.0)));
    let all = rows.len();
    rows.truncate(MOST);
    (rows, all)
}

/// The chart.
pub(super) fn chart(briefing: &Briefing, lang: Lang) -> Option<Chart> {
    let arms = frame::shown_arms(briefing);
    let (rows, all) = rows(briefing, &arms, lang);
    if rows.is_empty() {
        return None;
    }
    let title = |lang: Lang| lang.pick("各单位有多忙", "How busy each unit is").to_owned();
    let sub = lang.pick(
        "忙闲率：忙的工时占可用工时的比例（%）；按基准由忙到闲排列；虚线为 90%，超过后等待急剧变长",
        "Utilization: busy hours over available hours (%); busiest in the baseline first; \
         beyond the dashed \
         line at 90% waits grow fast",
    );
    let more = match (lang, all > rows.len()) {
        (_, false) => String::new(),
        (Lang::Zh, true) => format!("共 {all} 个，图中为最忙的 {MOST} 个。"),
        (Lang::En, true) => format!("The busiest {MOST} of {all} are shown."),
    };
    let caption = lang.join(&[
        wording::replications(briefing, lang),
        more,
        frame::left_out(briefing, arms.len(), lang),
    ]);
    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, &title(lang), sub);
    let top = top + frame::arm_legend(&mut canvas, briefing, &arms, top, (lang, false));
    let bottom = body(&mut canvas, &rows, (top, &arms), lang);
    let height = frame::ending(&mut canvas, bottom, &caption);
    let svg = canvas.finish(height);
    Some(
        Draft {
            name: "pools".into(),
            title_zh: title(Lang::Zh),
            title_en: title(Lang::En),
            caption,
        }
        .with(svg),
    )
}

/// Rows with one dot per arm, and the values at the right.
fn body(canvas: &mut Canvas, rows: &[Row], (top, arms): (f64, &[String]), lang: Lang) -> f64 {
    let height = (12.0 + 9.0 * arms.len() as f64).max(22.0);
    let names = frame::widest(rows.iter().map(|row| &row.name), TEXT, 220.0);
    let column = if arms.len() > 2 { 44.0 } else { 58.0 };
    let right = WIDTH - MARGIN - column * arms.len() as f64 - 6.0;
    let most = rows
        .iter()
        .flat_map(|row| row.loads.iter().flat_map(|load| [load.mean, load.high]))
        .filter(|value| value.is_finite())
        .fold(1.0, f64::max);
    let scale = Scale { domain: (0.0, most * 100.0), range: (MARGIN + names + 12.0, right) };
    // Numbers of the columns, by the marks of the arms.
    let place = |arm: usize| WIDTH - MARGIN - column * (arms.len() - 1 - arm) as f64;
    for arm in 0..arms.len() {
        let style = frame::arm_style(arm);
        canvas.mark((place(arm) - 12.0, top + 6.0), style.mark, 4.5, style.pen.color);
    }
    let top = top + 16.0;
    let bottom = top + height * rows.len() as f64;
    for index in (0..rows.len()).step_by(2) {
        let y = top + height * index as f64;
        canvas.rect((MARGIN, y), (WIDTH - MARGIN + 4.0, y + height), STRIPE);
    }
    frame::x_axis(canvas, &scale, (top, bottom), 60.0, &|tick, places| {
        format!("{}%", format::fixed(tick, places))
    });
    let busy = scale.at(BUSY * 100.0);
    canvas.line((busy, top - 4.0), (busy, bottom), Pen::new(INK, 1.2).dashed(&[5.0, 3.0]));
    canvas.text("90%", (busy, top - 11.0), SMALL, INK, Align::Center);
    for (index, row) in rows.iter().enumerate() {
        let middle = top + height * (index as f64 + 0.5);
        frame::label(canvas, &row.name, (scale.range.0 - 12.0, middle), names, Align::Right);
        for (arm, load) in row.loads.iter().enumerate() {
            let y = middle + 9.0 * (arm as f64 - (arms.len() as f64 - 1.0) / 2.0);
            let percent = (load.mean * 100.0, load.low * 100.0, load.high * 100.0);
            let style = frame::arm_style(arm);
            frame::dot(canvas, &scale, y, percent, (style.mark, 4.2, style.pen.color));
            let places = format::decimals(percent.0, percent.1, percent.2).min(1);
            let value = format::fixed(percent.0, places);
            let color = if load.mean > BUSY { INK } else { SOFT };
            canvas.text(&value, (place(arm), middle), SMALL, color, Align::Right);
        }
    }
    let axis = lang.pick("忙闲率（%）", "Utilization (%)");
    let middle = (scale.range.0 + scale.range.1) / 2.0;
    canvas.text(axis, (middle, bottom + 30.0), SMALL, INK, Align::Center);
    bottom + 40.0
}
