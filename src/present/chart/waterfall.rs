//! A difference as steps that add up to it: by what moved, or by stage.

use super::frame::{self, MARGIN, SMALL, Scale, TEXT};
use super::intervals::{FIRST, SECOND, UNCLEAR};
use super::{Chart, Draft, chosen_kpis};
use crate::present::briefing::Briefing;
use crate::present::canvas::{Align, Canvas, Color, INK, Pen, STRIPE, WIDTH};
use crate::present::format::UnitView;
use crate::present::wording::{self, Lang};
use crate::table::Table;

/// Height of a row and of a bar \[px\].
const ROW: f64 = 27.0;
const BAR: f64 = 15.0;

/// One step.
struct Step {
    name: String,
    value: f64,
    low: f64,
    high: f64,
    /// The interval supports a claim.
    sure: bool,
    /// The sum of the steps above it.
    total: bool,
}

/// Attribution of a difference, one chart per KPI.
pub(super) fn attribution(briefing: &Briefing, lang: Lang) -> Vec<Chart> {
    let Some(table) = briefing.table("attribution") else { return Vec::new() };
    let kpis = chosen_kpis(briefing, table);
    kpis.iter().filter_map(|kpi| of_kpi(briefing, table, kpi, lang)).collect()
}

fn of_kpi(briefing: &Briefing, table: &Table, kpi: &str, lang: Lang) -> Option<Chart> {
    let rows = table.rows_where(&[("kpi", kpi), ("quantity", "shapley")]);
    let name = lang.pick("name_zh", "name_en");
    let at = |column: &str, row: usize| table.number_at(column, row);
    let mut steps: Vec<Step> = rows
        .iter()
        .map(|&row| {
            let id = table.text_at("player", row);
            let total = id == "all";
            let words = table.text_at(name, row);
            Step {
                name: if total { words.into_owned() } else { format!("{id} {words}") },
                value: at("difference", row),
                low: at("low", row),
                high: at("high", row),
                sure: table.text_at("verdict", row) != "unclear",
                total,
            }
        })
        .collect();
    if steps.len() < 2 {
        return None;
    }
    // Levers are many: the largest are shown, the others summed.
    let more = gather(&mut steps, lang);
    let unit = briefing.unit(kpi, &table.text_at("unit", rows[0]), lang);
    let title = |lang: Lang| {
        let kpi = briefing.kpi(kpi, lang);
        match lang {
            Lang::Zh => format!("“{kpi}”的变化由哪些部分造成"),
            Lang::En => format!("Which part made the change: {kpi}"),
        }
    };
    let sub = lang.pick(
        "夏普利值：每一部分在所有先后次序中带来的平均变化，相加等于总变化；横线为区间",
        "Shapley values: what each part adds, averaged over all orders; they add up to the whole \
         change; the line is the interval",
    );
    let caption = lang.join(&[
        more,
        lang.pick(
            "同一重复中各组合面对同样的问题、人和运气。空心条表示不能断定。",
            "Within a replication all combinations face the same issues, people and luck. A hollow \
             bar is unclear.",
        )
        .to_owned(),
        wording::replications(briefing, lang),
    ]);
    let draft = Draft {
        name: format!("attribution-{kpi}"),
        title_zh: title(Lang::Zh),
        title_en: title(Lang::En),
        caption,
    };
    Some(draft.drawn(sub, lang, |canvas, top| body(canvas, &steps, top, &unit)))
}

/// Keeps the twelve largest steps and sums the others; says so.
fn gather(steps: &mut Vec<Step>, lang: Lang) -> String {
    const SHOWN: usize = 12;
    let parts = steps.iter().filter(|step| !step.total).count();
    if parts <= SHOWN {
        return String::new();
    }
    let mut sizes: Vec<f64> =
        steps.iter().filter(|step| !step.total).map(|step| step.value.abs()).collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    let least = sizes[SHOWN - 1];
    let (kept, rest): (Vec<Step>, Vec<Step>) =
        std::mem::take(steps).into_iter().partition(|step| step.total || step.value.abs() >= least);
    *steps = kept;
    let sum = rest.iter().map(|step| step.value).sum();
    let name = match lang {
        Lang::Zh => format!("其余 {} 项之和", rest.len()),
        Lang::En => format!("The other {}, summed", rest.len()),
    };
    let nan = f64::NAN;
    let other = Step { name, value: sum, low: nan, high: nan, sure: false, total: false };
    steps.insert(steps.len().saturating_sub(1), other);
    match lang {
        Lang::Zh => format!("图中为最大的 {SHOWN} 项，其余见 attribution.csv。"),
        Lang::En => format!("The {SHOWN} largest are shown; attribution.csv has all."),
    }
}

/// Change of the time of a case by stage, for the whole area; one chart per arm.
pub(super) fn stages(briefing: &Briefing, lang: Lang) -> Vec<Chart> {
    let Some(table) = briefing.table("stage_differences") else { return Vec::new() };
    let others: Vec<&String> = briefing.others().collect();
    others.iter().filter_map(|arm| of_arm(briefing, table, arm, others.len() > 1, lang)).collect()
}

fn of_arm(
    briefing: &Briefing,
    table: &Table,
    arm: &str,
    several: bool,
    lang: Lang,
) -> Option<Chart> {
    let wanted = [("arm", arm), ("scope", "city"), ("cases", "matched")];
    let rows = table.rows_where(&wanted);
    let at = |column: &str, row: usize| table.number_at(column, row);
    let steps: Vec<Step> = rows
        .iter()
        .filter(|&&row| at("difference_h", row) != 0.0 || table.text_at("stage", row) == "total")
        .map(|&row| {
            let stage = table.text_at("stage", row);
            let total = stage == "total";
            let (low, high) = (at("low", row), at("high", row));
            let name = if total {
                lang.pick("全程", "Whole life").to_owned()
            } else {
                briefing.stage(&stage, lang)
            };
            let sure = low > 0.0 || high < 0.0;
            Step { name, value: at("difference_h", row), low, high, sure, total }
        })
        .collect();
    if steps.len() < 2 {
        return None;
    }
    let title = |lang: Lang| {
        let arm = briefing.arm(arm, lang);
        match lang {
            Lang::Zh => format!("同一件工单，时间省在哪、多在哪：{arm}"),
            Lang::En => format!("The same case in two worlds, where its time changes: {arm}"),
        }
    };
    let sub = lang.pick(
        "两个情景中都已离开系统的同一批工单，每件各环节平均时长之差（小时，自然时间），相加等于全程之差",
        "Mean change per case by stage (calendar hours), over the cases that left the system in \
         both; the stages add up to the whole",
    );
    let caption = lang.join(&[
        lang.pick("空心条的区间含零。", "The interval of a hollow bar includes zero.").to_owned(),
        wording::replications(briefing, lang),
    ]);
    let name =
        if several { format!("stage_differences-{arm}") } else { "stage_differences".to_owned() };
    let draft = Draft { name, title_zh: title(Lang::Zh), title_en: title(Lang::En), caption };
    let hours = lang.pick(" 小时", " h").to_owned();
    let unit = UnitView { factor: 1.0, level: hours.clone(), difference: hours };
    Some(draft.drawn(sub, lang, |canvas, top| body(canvas, &steps, top, &unit)))
}

fn body(canvas: &mut Canvas, steps: &[Step], top: f64, unit: &UnitView) -> f64 {
    let texts: Vec<String> = steps.iter().map(|step| words(step, unit)).collect();
    let names = frame::widest(steps.iter().map(|step| &step.name), TEXT, 230.0);
    let numbers = frame::widest(texts.iter(), SMALL, 210.0);
    let (left, right) = (MARGIN + names + 18.0, WIDTH - MARGIN - numbers - 20.0);
    let starts: Vec<f64> = steps
        .iter()
        .scan(0.0, |sum, step| {
            let start = if step.total { 0.0 } else { *sum };
            if !step.total {
                *sum += step.value;
            }
            Some(start)
        })
        .collect();
    // Intervals are drawn around the end of their bar.
    let end = |at: usize| starts[at] + steps[at].value;
    let reach = |at: usize| {
        let step = &steps[at];
        [starts[at], end(at), starts[at] + step.low, starts[at] + step.high]
    };
    let all: Vec<f64> = (0..steps.len()).flat_map(reach).filter(|v| v.is_finite()).collect();
    let low = all.iter().copied().fold(0.0, f64::min) * unit.factor;
    let high = all.iter().copied().fold(0.0, f64::max) * unit.factor;
    let room = ((high - low) * 0.05).max(1e-6);
    let scale = Scale { domain: (low - room, high + room), range: (left, right) };
    let x = |value: f64| scale.at(value * unit.factor);
    let bottom = top + ROW * steps.len() as f64;
    for index in (0..steps.len()).step_by(2) {
        let y = top + ROW * index as f64;
        canvas.rect((MARGIN, y), (WIDTH - MARGIN, y + ROW), STRIPE);
    }
    frame::x_axis(canvas, &scale, (top, bottom), 60.0, &|tick, decimals| {
        crate::present::format::signed(tick, decimals)
    });
    canvas.line((x(0.0), top), (x(0.0), bottom), Pen::new(INK, 1.4));
    for (at, step) in steps.iter().enumerate() {
        let y = top + ROW * (at as f64 + 0.5);
        frame::label(canvas, &step.name, (left - 12.0, y), names, Align::Right);
        let (from, to) = (x(starts[at]), x(end(at)));
        let corners = ((from.min(to), y - BAR / 2.0), (from.max(to), y + BAR / 2.0));
        let color = color(step);
        if step.sure {
            canvas.rect(corners.0, corners.1, color);
        } else {
            canvas.frame(corners.0, corners.1, Pen::new(color, 1.4));
        }
        if step.low.is_finite() && step.high.is_finite() {
            let (low, high) = (x(starts[at] + step.low), x(starts[at] + step.high));
            canvas.line((low, y), (high, y), Pen::new(INK, 1.4));
            for end in [low, high] {
                canvas.line((end, y - 4.0), (end, y + 4.0), Pen::new(INK, 1.4));
            }
        }
        if !step.total && at + 1 < steps.len() {
            canvas.line((to, y + BAR / 2.0), (to, y + ROW - BAR / 2.0), Pen::new(UNCLEAR, 1.0));
        }
        canvas.text(&texts[at], (WIDTH - MARGIN - 6.0, y), SMALL, INK, Align::Right);
    }
    bottom + 22.0
}

/// Less is blue, more is amber, the sum is ink.
fn color(step: &Step) -> Color {
    match step.value {
        _ if step.total => INK,
        value if value < 0.0 => FIRST,
        _ => SECOND,
    }
}

/// "−3.2 h [−4.0, −2.4]".
fn words(step: &Step, unit: &UnitView) -> String {
    let places = unit.places(step.value, step.low, step.high);
    let value = unit.difference(step.value, places);
    if !step.low.is_finite() || !step.high.is_finite() {
        return value;
    }
    format!("{value} {}", unit.interval(step.low, step.high, places, true))
}
