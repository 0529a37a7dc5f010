//! Which inputs matter: µ* and σ of a screening, one factor at a time, shares of variance.

use super::frame::{self, MARGIN, SMALL, Scale, TEXT};
use super::intervals::{self, Axis, Dot, FIRST, Line, SECOND, UNCLEAR};
use super::{Chart, Draft, chosen_kpis};
use crate::present::briefing::Briefing;
use crate::present::canvas::{Align, Canvas, Color, INK, Mark, Pen, SOFT, STRIPE, WIDTH};
use crate::present::font::text_width;
use crate::present::format::{self, UnitView};
use crate::present::wording::{self, Lang};
use crate::table::Table;

/// Most rows of a chart.
const SHOWN: usize = 24;

/// Every chart of the three tables.
pub(super) fn charts(briefing: &Briefing, lang: Lang) -> Vec<Chart> {
    let mut charts = Vec::new();
    type Of = fn(&Briefing, &Table, &str, Lang) -> Option<Chart>;
    let kinds: [(&str, Of); 3] = [("screening", screening), ("tornado", tornado), ("sobol", sobol)];
    for (name, of) in kinds {
        let Some(table) = briefing.table(name) else { continue };
        let kpis = chosen_kpis(briefing, table);
        charts.extend(kpis.iter().filter_map(|kpi| of(briefing, table, kpi, lang)));
    }
    charts
}

/// Name of a row's factor.
fn factor(table: &Table, row: usize, lang: Lang) -> String {
    let name = table.text_at(lang.pick("name_zh", "name_en"), row);
    if name.is_empty() { table.text_at("factor", row).into_owned() } else { name.into_owned() }
}

/// Title in both languages, name of the file, caption.
fn draft(kind: &str, kpi: &str, titles: [String; 2], caption: String) -> Draft {
    let [title_zh, title_en] = titles;
    Draft { name: format!("{kind}-{kpi}"), title_zh, title_en, caption }
}

fn finish(draft: Draft, mut canvas: Canvas, bottom: f64) -> Chart {
    let height = frame::ending(&mut canvas, bottom, &draft.caption);
    let svg = canvas.finish(height);
    draft.with(svg)
}

fn titles(briefing: &Briefing, kpi: &str, zh: &str, en: &str) -> [String; 2] {
    let name = |lang| briefing.kpi(kpi, lang);
    [format!("{zh}：{}", name(Lang::Zh)), format!("{en}: {}", name(Lang::En))]
}

/// Places of the µ*–σ picture.
struct Place {
    name: String,
    mu_star: f64,
    sigma: f64,
    noise: f64,
    matters: bool,
}

fn screening(briefing: &Briefing, table: &Table, kpi: &str, lang: Lang) -> Option<Chart> {
    let rows = table.rows_where(&[("kpi", kpi)]);
    let first = *rows.first()?;
    let unit = briefing.unit(kpi, &table.text_at("unit", first), lang);
    let at = |column: &str, row: usize| table.number_at(column, row) * unit.factor;
    let mut places: Vec<Place> = rows
        .iter()
        .map(|&row| Place {
            name: factor(table, row, lang),
            mu_star: at("mu_star", row),
            sigma: at("sigma", row),
            noise: at("noise", row),
            matters: table.text_at("verdict", row) == "matters",
        })
        .collect();
    places.sort_by(|a, b| b.mu_star.total_cmp(&a.mu_star));
    let n = table.number_at("n", first);
    let titles = titles(briefing, kpi, "哪些因素起作用（筛查）", "Which factors act (screening)");
    let sub = match lang {
        Lang::Zh => format!(
            "横轴 µ*：因素走过全部范围时的平均影响大小；纵轴 σ：影响因地而异的程度（交互、弯曲与随机）；单位{}",
            unit.difference
        ),
        Lang::En => format!(
            "µ*: mean size of the effect over the whole range; σ: how much it differs from place \
             to place (interaction, bend, chance); unit{}",
            unit.difference
        ),
    };
    let caption = lang.join(&[
        match lang {
            Lang::Zh => format!(
                "{} 条轨迹，每条在多个种子下各走一遍。实心：扣除随机后仍起作用（Holm 校正）；空心：不能断定。\
                 虚线左侧的 µ* 单凭随机也会出现。",
                format::fixed(n, 0)
            ),
            Lang::En => format!(
                "{} trajectories, each under several seeds. Filled: acts even without chance \
                 (Holm's correction); hollow: unclear. A µ* left of the dashed line can come from \
                 chance alone.",
                format::fixed(n, 0)
            ),
        },
        lang.pick("范围为模型所给的假定范围。", "Ranges are those that the model gives.").to_owned(),
    ]);
    let draft = draft("screening", kpi, titles, caption);
    let mut canvas = Canvas::default();
    let title = lang.pick(&draft.title_zh, &draft.title_en).to_owned();
    let top = frame::heading(&mut canvas, &title, &sub);
    let bottom = scatter(&mut canvas, &places, top);
    Some(finish(draft, canvas, bottom))
}

fn scatter(canvas: &mut Canvas, places: &[Place], top: f64) -> f64 {
    let most = |of: &dyn Fn(&Place) -> f64| {
        places.iter().map(of).filter(|v| v.is_finite()).fold(1e-9, f64::max) * 1.12
    };
    let (left, right, bottom) = (MARGIN + 62.0, WIDTH - MARGIN - 10.0, top + 380.0);
    let x = Scale { domain: (0.0, most(&|p| p.mu_star)), range: (left, right) };
    let y = Scale { domain: (0.0, most(&|p| p.sigma)), range: (bottom, top) };
    let tick = |tick: f64, decimals: usize| format::fixed(tick, decimals);
    frame::x_axis(canvas, &x, (top, bottom), 80.0, &tick);
    frame::y_axis(canvas, &y, (left, right), &tick);
    // |noise| of this spread has the mean sqrt(2 / π) of it.
    let noise = most(&|p| p.noise) / 1.12 * (2.0 / std::f64::consts::PI).sqrt();
    if noise > 1e-9 && noise < x.domain.1 {
        let pen = Pen::new(SOFT, 1.2).dashed(&[5.0, 4.0]);
        canvas.line((x.at(noise), top), (x.at(noise), bottom), pen);
    }
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    for place in places.iter().rev() {
        let (color, mark) = if place.matters { (FIRST, Mark::Disc) } else { (UNCLEAR, Mark::Ring) };
        canvas.mark((x.held(place.mu_star), y.held(place.sigma)), mark, 4.5, color);
    }
    for place in places.iter().filter(|place| place.matters).take(SHOWN) {
        let (px, py) = (x.held(place.mu_star), y.held(place.sigma));
        let width = text_width(&place.name, SMALL);
        let start = if px + 8.0 + width > right { px - 8.0 - width } else { px + 8.0 };
        // A name that would lie on another is left out: the table has it.
        let clash = |&(from, to, at): &(f64, f64, f64)| {
            start < to && start + width > from && (py - at).abs() < 12.0
        };
        if taken.iter().any(clash) {
            continue;
        }
        taken.push((start, start + width, py));
        canvas.text(&place.name, (start, py), SMALL, INK, Align::Left);
    }
    canvas.text("µ*", (f64::midpoint(left, right), bottom + 30.0), TEXT, INK, Align::Center);
    canvas.text_up("σ", (MARGIN + 8.0, f64::midpoint(top, bottom)), TEXT, INK);
    bottom + 40.0
}

/// One bar of the tornado: the change at the low and the high end.
struct Bar {
    name: String,
    ends: [(f64, f64, f64, String); 2],
}

fn tornado(briefing: &Briefing, table: &Table, kpi: &str, lang: Lang) -> Option<Chart> {
    let rows = table.rows_where(&[("kpi", kpi)]);
    let unit = briefing.unit(kpi, &table.text_at("unit", *rows.first()?), lang);
    let at = |column: &str, row: usize| table.number_at(column, row) * unit.factor;
    let mut bars: Vec<Bar> = rows
        .chunks_exact(2)
        .map(|pair| Bar {
            name: factor(table, pair[0], lang),
            ends: [pair[0], pair[1]].map(|row| {
                let setting = table.text_at("setting", row).into_owned();
                (at("difference", row), at("low", row), at("high", row), short(&setting))
            }),
        })
        .collect();
    let size = |bar: &Bar| bar.ends[0].0.abs().max(bar.ends[1].0.abs());
    bars.sort_by(|a, b| size(b).total_cmp(&size(a)));
    bars.truncate(SHOWN);
    let titles = titles(briefing, kpi, "单个因素走到范围两端", "One factor at a time to its ends");
    let sub = lang.pick(
        "其余因素不变，某一因素取范围下端（琥珀）或上端（蓝）时的变化；横线为区间；数字为两端的取值",
        "Change when one factor alone is at the low (amber) or high (blue) end of its range; the \
         line is the interval; numbers are the settings",
    );
    let caption = lang.join(&[
        lang.pick("只画筛查中起作用的因素。", "Only factors that act in the screening.").to_owned(),
        wording::replications(briefing, lang),
    ]);
    let draft = draft("tornado", kpi, titles, caption);
    let mut canvas = Canvas::default();
    let title = lang.pick(&draft.title_zh, &draft.title_en).to_owned();
    let top = frame::heading(&mut canvas, &title, sub);
    let bottom = bars_of(&mut canvas, &bars, top, &unit);
    Some(finish(draft, canvas, bottom))
}

/// A setting in few letters.
fn short(setting: &str) -> String {
    let number = setting.parse::<f64>().ok();
    number.map_or_else(
        || setting.chars().take(14).collect(),
        |number| format::fixed(number, format::decimals(number, number, number).min(3)),
    )
}

fn bars_of(canvas: &mut Canvas, bars: &[Bar], top: f64, unit: &UnitView) -> f64 {
    const ROW: f64 = 32.0;
    let names = frame::widest(bars.iter().map(|bar| &bar.name), TEXT, 230.0);
    let (left, right) = (MARGIN + names + 60.0, WIDTH - MARGIN - 52.0);
    let values = bars.iter().flat_map(|bar| &bar.ends).flat_map(|end| [end.0, end.1, end.2]);
    let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    let low = values.iter().copied().fold(0.0, f64::min);
    let high = values.iter().copied().fold(0.0, f64::max);
    let room = ((high - low) * 0.12).max(1e-6);
    let scale = Scale { domain: (low - room, high + room), range: (left, right) };
    let bottom = top + ROW * bars.len() as f64;
    for index in (0..bars.len()).step_by(2) {
        let y = top + ROW * index as f64;
        canvas.rect((MARGIN, y), (WIDTH - MARGIN, y + ROW), STRIPE);
    }
    frame::x_axis(canvas, &scale, (top, bottom), 60.0, &|tick, decimals| {
        format!("{}{}", format::signed(tick, decimals), unit.difference)
    });
    canvas.line((scale.at(0.0), top), (scale.at(0.0), bottom), Pen::new(INK, 1.4));
    for (index, bar) in bars.iter().enumerate() {
        let middle = top + ROW * (index as f64 + 0.5);
        frame::label(canvas, &bar.name, (left - 52.0, middle), names, Align::Right);
        for (end, (value, from, to, setting)) in bar.ends.iter().enumerate() {
            let color: Color = [SECOND, FIRST][end];
            let y = middle + [-6.5, 6.5][end];
            let (a, b) = (scale.at(0.0), scale.at(*value));
            if value.is_finite() {
                canvas.rect((a.min(b), y - 5.0), (a.max(b), y + 5.0), color);
            }
            if from.is_finite() && to.is_finite() {
                canvas.line((scale.at(*from), y), (scale.at(*to), y), Pen::new(INK, 1.2));
            }
            let reach = if *value < 0.0 { from.min(*value) } else { to.max(*value) };
            let reach = if reach.is_finite() { reach } else { *value };
            let (x, align) = if *value < 0.0 {
                (scale.at(reach) - 4.0, Align::Right)
            } else {
                (scale.at(reach) + 4.0, Align::Left)
            };
            canvas.text(setting, (x, y), 10.0, SOFT, align);
        }
    }
    bottom + 22.0
}

fn sobol(briefing: &Briefing, table: &Table, kpi: &str, lang: Lang) -> Option<Chart> {
    let mut rows = table.rows_where(&[("kpi", kpi)]);
    let n = table.number_at("n", *rows.first()?);
    let at = |column: &str, row: usize| table.number_at(column, row);
    rows.sort_by(|a, b| at("total", *b).total_cmp(&at("total", *a)));
    rows.truncate(SHOWN);
    let percent = |value: f64| format!("{}%", format::fixed(100.0 * value, 0));
    let lines: Vec<Line> = rows
        .iter()
        .map(|&row| Line {
            name: factor(table, row, lang),
            dots: vec![
                Dot::new(
                    at("first", row),
                    at("first_low", row),
                    at("first_high", row),
                    Mark::Disc,
                    FIRST,
                ),
                Dot::new(
                    at("total", row),
                    at("total_low", row),
                    at("total_high", row),
                    Mark::Diamond,
                    SECOND,
                ),
            ],
            text: format!("{} / {}", percent(at("first", row)), percent(at("total", row))),
        })
        .collect();
    let titles =
        titles(briefing, kpi, "结果的差异来自哪些因素", "What the output's variance comes from");
    let sub = lang.pick(
        "各因素在其范围内变动时，占结果方差的份额：单独（一阶）与连同交互（总）；“随机”为重复之间的运气",
        "Share of the variance of the output when factors vary within their ranges: alone (first \
         order) and with all interactions (total); chance is the luck of a replication",
    );
    let caption = match lang {
        Lang::Zh => format!(
            "Saltelli 设计，{} 行；区间为对行的自助法区间。份额按估计值原样给出，低于 0 或高于 1 说明行数不足。",
            format::fixed(n, 0)
        ),
        Lang::En => format!(
            "Saltelli design of {} rows; intervals are bootstrap intervals over rows. Estimates are \
             shown as they are: below 0 or above 1 there are too few rows.",
            format::fixed(n, 0)
        ),
    };
    let draft = draft("sobol", kpi, titles, caption);
    let mut canvas = Canvas::default();
    let title = lang.pick(&draft.title_zh, &draft.title_en).to_owned();
    let top = frame::heading(&mut canvas, &title, sub);
    let axis = Axis {
        label: lang.pick("占方差的份额", "Share of the variance"),
        reach: (0.0, f64::NAN),
        tick: &|tick, _| percent(tick),
        zero: true,
    };
    let bottom = intervals::draw(&mut canvas, &lines, top, &axis);
    let entries = [
        (Mark::Disc, FIRST, lang.pick("一阶", "first order")),
        (Mark::Diamond, SECOND, lang.pick("总", "total")),
    ];
    let bottom = intervals::legend(&mut canvas, &entries, bottom);
    Some(finish(draft, canvas, bottom))
}
