//! Streets and towns by time to close: a mark and its interval each, grouped by district.

use super::frame::{self, MARGIN, SMALL, Scale};
use super::{Chart, Draft};
use crate::present::briefing::{Briefing, Level};
use crate::present::canvas::{Align, Canvas, GRID, INK, Mark, Pen, SOFT, STRIPE, WIDTH};
use crate::present::font::text_width;
use crate::present::format::{self, UnitView};
use crate::present::wording::{self, Lang};
use std::collections::BTreeMap;

/// KPIs that streets may be ranked by, the first one with rows is taken.
const RANKED: [&str; 4] =
    ["time_to_close_mean", "on_time_share", "satisfaction_share", "utilisation"];

/// Height of a row \[px\].
const ROW: f64 = 15.5;

/// A street: its value in the arm and in the baseline.
struct Street {
    id: String,
    name: String,
    parent: String,
    now: Level,
    before: f64,
}

/// A line of a column: a district's name or a street.
#[derive(Clone)]
enum Line<'a> {
    District(String),
    Street(&'a Street, bool),
}

/// The ranking of the last arm's streets.
pub(super) fn chart(briefing: &Briefing, lang: Lang) -> Option<Chart> {
    let arms = briefing.arms();
    let (arm, baseline) = (arms.last()?, arms.first()?);
    let (kpi, streets) = RANKED.iter().find_map(|kpi| {
        let streets = read(briefing, kpi, (arm, baseline), lang);
        (streets.len() > 1).then_some((*kpi, streets))
    })?;
    let unit = briefing.unit(kpi, &briefing.raw_unit(kpi), lang);
    let title = |lang: Lang| {
        let (kpi, arm) = (briefing.kpi(kpi, lang), briefing.arm(arm, lang));
        match lang {
            Lang::Zh => format!("各街道（镇）{kpi}：{arm}"),
            Lang::En => format!("{kpi} by street and town: {arm}"),
        }
    };
    let sub = match lang {
        Lang::Zh => format!("单位：{}；区县内由低到高排列，区县按中位数排列", unit.level.trim()),
        Lang::En => format!(
            "Unit: {}; sorted low to high within districts, districts by their median",
            unit.level.trim()
        ),
    };
    let caption = caption(briefing, &streets, (arm, baseline), (&unit, lang));
    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, &title(lang), &sub);
    let top = top + legend(&mut canvas, briefing, (arm, baseline), top, lang);
    let groups = groups(&streets);
    let bottom = body(&mut canvas, briefing, &groups, (top, unit.factor), lang);
    let height = frame::ending(&mut canvas, bottom, &caption);
    let svg = canvas.finish(height);
    Some(
        Draft {
            name: "streets".into(),
            title_zh: title(Lang::Zh),
            title_en: title(Lang::En),
            caption,
        }
        .with(svg),
    )
}

/// Streets with a value, sorted low to high.
fn read(briefing: &Briefing, kpi: &str, (arm, baseline): (&str, &str), lang: Lang) -> Vec<Street> {
    let table = &briefing.summary;
    let mut before = BTreeMap::new();
    for row in table.rows_where(&[("scope", "street"), ("kpi", kpi), ("arm", baseline)]) {
        before.insert(table.text_at("scope_id", row).into_owned(), table.number_at("mean", row));
    }
    let mut streets: Vec<Street> = table
        .rows_where(&[("scope", "street"), ("kpi", kpi), ("arm", arm)])
        .into_iter()
        .map(|row| {
            let id = table.text_at("scope_id", row).into_owned();
            let at = |column| table.number_at(column, row);
            Street {
                name: briefing.scope("street", &id, lang),
                parent: briefing.parent("street", &id),
                now: Level { mean: at("mean"), low: at("low"), high: at("high") },
                before: before.get(&id).copied().unwrap_or(f64::NAN),
                id,
            }
        })
        .filter(|street| street.now.mean.is_finite())
        .collect();
    streets.sort_by(|a, b| a.now.mean.total_cmp(&b.now.mean).then_with(|| a.id.cmp(&b.id)));
    streets
}

/// Streets by district, districts by their median street.
fn groups(streets: &[Street]) -> Vec<(String, Vec<&Street>)> {
    let mut groups: BTreeMap<&str, Vec<&Street>> = BTreeMap::new();
    for street in streets {
        groups.entry(&street.parent).or_default().push(street);
    }
    let mut groups: Vec<(String, Vec<&Street>)> =
        groups.into_iter().map(|(parent, streets)| (parent.to_owned(), streets)).collect();
    let median = |streets: &[&Street]| streets[streets.len() / 2].now.mean;
    groups.sort_by(|a, b| median(&a.1).total_cmp(&median(&b.1)).then_with(|| a.0.cmp(&b.0)));
    groups
}

/// What the ranking rests on, its extremes and the streets pointed out.
fn caption(
    briefing: &Briefing,
    streets: &[Street],
    arms: (&str, &str),
    (unit, lang): (&UnitView, Lang),
) -> String {
    let (low, high) = (&streets[0], &streets[streets.len() - 1]);
    let count = streets.len();
    let value = |street: &Street| {
        let now = street.now;
        unit.level(now.mean, unit.places(now.mean, now.low, now.high))
    };
    let (least, most) = (value(low), value(high));
    let mut sentences = vec![match lang {
        Lang::Zh => format!(
            "共 {count} 个街道（镇）；最低为{}（{least}），最高为{}（{most}）。",
            low.name, high.name
        ),
        Lang::En => {
            format!(
                "{count} streets and towns; lowest {} ({least}), highest {} ({most}).",
                low.name, high.name
            )
        }
    }];
    if briefing.meta.highlight.iter().any(|id| streets.iter().any(|street| street.id == *id)) {
        sentences
            .push(lang.pick("方框标出所选街道。", "Boxes mark the selected streets.").to_owned());
    }
    if arms.0 != arms.1 {
        sentences.push(
            lang.pick("未标区间的小圈为基准。", "Small rings without interval are the baseline.")
                .to_owned(),
        );
    }
    sentences.push(wording::replications(briefing, lang));
    let sizes = briefing.notes_of("streets", lang);
    if sizes.is_empty() {
        sentences.push(
            lang.pick(
                "街道人口规模为假定值（只有区县总数有据）。",
                "Sizes of streets are assumed (only totals of districts are sourced).",
            )
            .to_owned(),
        );
    } else {
        sentences.extend(sizes);
    }
    sentences.push(
        lang.pick(
            "区间重叠的先后大多不能断定：排序不宜用作考核。",
            "Where intervals overlap the order is mostly unclear: not to be used for appraisal.",
        )
        .to_owned(),
    );
    lang.join(&sentences)
}

/// Marks of arm and baseline.
fn legend(canvas: &mut Canvas, briefing: &Briefing, arms: (&str, &str), y: f64, lang: Lang) -> f64 {
    let mut x = MARGIN;
    let all = [(arms.0, 1, 4.2), (arms.1, 0, 3.4)];
    let shown = if arms.0 == arms.1 { 1 } else { 2 };
    for (arm, style, radius) in all.into_iter().take(shown) {
        let style = frame::arm_style(style);
        canvas.mark((x + 7.0, y + 6.0), style.mark, radius, style.pen.color);
        let name = briefing.arm(arm, lang);
        canvas.text(&name, (x + 18.0, y + 6.0), SMALL, INK, Align::Left);
        x += 18.0 + text_width(&name, SMALL) + 24.0;
    }
    20.0
}

/// The columns of the ranking.
fn body(
    canvas: &mut Canvas,
    briefing: &Briefing,
    groups: &[(String, Vec<&Street>)],
    (top, factor): (f64, f64),
    lang: Lang,
) -> f64 {
    let mut lines = Vec::new();
    for (parent, streets) in groups {
        if !parent.is_empty() {
            lines.push(Line::District(briefing.scope("district", parent, lang)));
        }
        let mark = |street: &Street| briefing.meta.highlight.contains(&street.id);
        lines.extend(streets.iter().map(|street| Line::Street(street, mark(street))));
    }
    let count = if lines.len() > 90 { 3 } else { 1 + usize::from(lines.len() > 30) };
    let gap = 18.0;
    let width = (WIDTH - 2.0 * MARGIN - gap * (count as f64 - 1.0)) / count as f64;
    let limit = width * 0.46;
    let names = lines
        .iter()
        .filter_map(|line| match line {
            Line::Street(street, _) => Some(text_width(&street.name, SMALL)),
            Line::District(_) => None,
        })
        .fold(0.0, f64::max)
        .min(limit);
    let domain = domain(groups, factor);
    let mut bottom = top;
    for (column, part) in columns(&lines, count, lang).iter().enumerate() {
        let left = MARGIN + (width + gap) * column as f64;
        let scale = Scale { domain, range: (left + names + 8.0, left + width - 6.0) };
        bottom = draw_column(canvas, part, &scale, (left, top), factor).max(bottom);
    }
    bottom
}

/// Lines in columns of about equal length; a district that goes on in the next column is named
/// there again, and a district's name never ends a column.
fn columns<'a>(lines: &[Line<'a>], count: usize, lang: Lang) -> Vec<Vec<Line<'a>>> {
    let per_column = (lines.len() + count - 1).div_ceil(count);
    let mut columns = vec![Vec::new()];
    let mut district = String::new();
    for line in lines {
        let room = per_column - columns[columns.len() - 1].len().min(per_column);
        let needed = if matches!(line, Line::District(_)) { 2 } else { 1 };
        if room < needed && columns.len() < count {
            columns.push(Vec::new());
            if matches!(line, Line::Street(..)) && !district.is_empty() {
                let again = format!("{district}{}", lang.pick("（续）", " (continued)"));
                columns.last_mut().expect("invariant: just added").push(Line::District(again));
            }
        }
        if let Line::District(name) = line {
            district.clone_from(name);
        }
        columns.last_mut().expect("invariant: never empty").push(line.clone());
    }
    columns
}

/// Range of all values and intervals, with a little room.
fn domain(groups: &[(String, Vec<&Street>)], factor: f64) -> (f64, f64) {
    let values = || {
        groups
            .iter()
            .flat_map(|(_, streets)| streets)
            .flat_map(|street| [street.now.mean, street.now.low, street.now.high, street.before])
            .filter(|value| value.is_finite())
            .map(|value| value * factor)
    };
    let low = values().fold(f64::INFINITY, f64::min);
    let high = values().fold(f64::NEG_INFINITY, f64::max);
    let room = ((high - low) * 0.03).max(1e-6);
    (low - room, high + room)
}

/// One column: stripes, names, marks, an axis above and below.
fn draw_column(
    canvas: &mut Canvas,
    lines: &[Line<'_>],
    scale: &Scale,
    (left, top): (f64, f64),
    factor: f64,
) -> f64 {
    let top = top + 16.0;
    let right = scale.range.1 + 6.0;
    let bottom = top + ROW * lines.len() as f64;
    for (index, line) in lines.iter().enumerate() {
        let y = top + ROW * index as f64;
        if index % 2 == 0 && matches!(line, Line::Street(..)) {
            canvas.rect((left, y), (right, y + ROW), STRIPE);
        }
    }
    let (ticks, step) = scale.ticks(20.0);
    for tick in ticks {
        let x = scale.at(tick);
        canvas.line((x, top), (x, bottom), Pen::new(GRID, 0.8));
        // Every other tick has a number: columns are narrow.
        if (tick / step).round() as i64 % 2 != 0 {
            continue;
        }
        let text = format::fixed(tick, frame::tick_decimals(step));
        canvas.text(&text, (x, top - 8.0), 10.5, SOFT, Align::Center);
        canvas.text(&text, (x, bottom + 9.0), 10.5, SOFT, Align::Center);
    }
    for (index, line) in lines.iter().enumerate() {
        let y = top + ROW * (index as f64 + 0.5);
        match line {
            Line::District(name) => {
                canvas.text(name, (left + 2.0, y + 1.0), SMALL, INK, Align::Left);
                let from = left + 6.0 + text_width(name, SMALL);
                canvas.line((from + 2.0, y + 1.0), (right, y + 1.0), Pen::new(SOFT, 1.0));
            }
            Line::Street(street, marked) => {
                draw_street(canvas, street, scale, (left, y), factor);
                if *marked {
                    let (half, pen) = (ROW / 2.0 - 0.3, Pen::new(INK, 1.3));
                    canvas.frame((left, y - half), (right, y + half), pen);
                }
            }
        }
    }
    bottom + 18.0
}

/// Name, baseline, value with interval.
fn draw_street(
    canvas: &mut Canvas,
    street: &Street,
    scale: &Scale,
    (left, y): (f64, f64),
    factor: f64,
) {
    let width = scale.range.0 - 8.0 - left;
    let full = text_width(&street.name, SMALL);
    let size = if full > width { (SMALL * width / full).max(8.0) } else { SMALL };
    canvas.text(&street.name, (scale.range.0 - 8.0, y), size, INK, Align::Right);
    let (base, now) = (frame::arm_style(0), frame::arm_style(1));
    if street.before.is_finite() {
        canvas.mark((scale.at(street.before * factor), y), Mark::Ring, 2.9, base.pen.color);
    }
    let level = street.now;
    let values = (level.mean * factor, level.low * factor, level.high * factor);
    frame::dot(canvas, scale, y, values, (now.mark, 3.2, now.pen.color));
}
