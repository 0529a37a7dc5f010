//! `[[shocks]]` of scenarios, arms and experiments: more issues than usual, as data.

use super::places::read_area;
use crate::base::{DAY, HOUR, Time};
use crate::domain::{City, MAX_ADDED, MAX_SHOCKS, Response, Shock, ShockSize};
use crate::spec::{
    Diagnostic, Diagnostics, Fields, Node, Place, Source, Words, date, number, text, texts, whole,
    wrong,
};
use std::fmt::Write as _;

/// The key of files.
pub(super) const KEY: &str = "shocks";

/// Reads a list of shocks.
pub(super) fn read_shocks(
    source: &Source,
    node: &Node,
    city: &City,
    log: &mut Diagnostics,
) -> Vec<Shock> {
    let Some(nodes) = node.list() else {
        log.push(wrong(source, node, KEY, Words::same("[[shocks]]")));
        return Vec::new();
    };
    if nodes.len() > MAX_SHOCKS {
        let expected =
            Words::new(format!("至多 {MAX_SHOCKS} 个冲击"), format!("at most {MAX_SHOCKS} shocks"));
        log.push(wrong(source, node, KEY, expected));
        return Vec::new();
    }
    let each = nodes.iter().enumerate();
    each.filter_map(|(index, node)| read_shock(source, index, node, city, log)).collect()
}

fn read_shock(
    source: &Source,
    index: usize,
    node: &Node,
    city: &City,
    log: &mut Diagnostics,
) -> Option<Shock> {
    let mut fields = Fields::of(source, &format!("{KEY}[{index}]"), node, log)?;
    let [zh, en] = ["name_zh", "name_en"].map(|key| {
        let node = fields.required(key, log)?;
        text(source, &fields.path(key), node, log).map(str::to_owned)
    });
    let from = read_start(&mut fields, city, log);
    let days = fields
        .required("days", log)
        .and_then(|node| whole(source, &fields.path("days"), node, (1, 366), log));
    let decay = match fields.optional("decay_days") {
        Some(node) => Some(positive(source, &fields.path("decay_days"), node, 1000.0, log)?),
        None => None,
    };
    let size = read_size(&mut fields, log);
    let items = read_items(&mut fields, city, log);
    let streets = read_streets(&mut fields, city, log);
    let response = read_response(&mut fields, log);
    let place = fields.place();
    fields.finish(log);
    let shock = Shock {
        zh: zh?,
        en: en?,
        from: from?,
        days: days? as u32,
        decay_days: decay,
        size: size?,
        items: items?,
        streets: streets?,
        response: response?,
    };
    let most = shock.most_added(city);
    if most > MAX_ADDED {
        let words = Words::new(
            "冲击太大：单个镇街、单个事项新增的问题过多",
            "too large a shock: too many issues of one item at one street",
        );
        let mistake = Diagnostic::new("shock::too_large", place, words);
        log.push(mistake.expected(Words::same(format!("<= {MAX_ADDED}"))).got(most.to_string()));
        return None;
    }
    Some(shock)
}

/// Reports more shocks than a plan can hold, when several files have added theirs.
pub(super) fn check_number(n: usize, place: &Place, log: &mut Diagnostics) {
    if n > MAX_SHOCKS {
        let words = Words::new("冲击太多", "too many shocks");
        let mistake = Diagnostic::new("shock::too_many", place.clone(), words);
        log.push(mistake.expected(Words::same(format!("<= {MAX_SHOCKS}"))).got(n.to_string()));
    }
}

fn positive(
    source: &Source,
    path: &str,
    node: &Node,
    most: f64,
    log: &mut Diagnostics,
) -> Option<f64> {
    let value = number(source, path, node, log)?;
    if value > 0.0 && value <= most {
        return Some(value);
    }
    let expected = Words::new(
        format!("大于 0、不超过 {most} 的数"),
        format!("a number above 0 and up to {most}"),
    );
    log.push(wrong(source, node, path, expected));
    None
}

/// `[shocks.response]`: what is done about it.
#[allow(clippy::option_option, reason = "no response is not a mistake, a wrong one is")]
fn read_response(fields: &mut Fields<'_>, log: &mut Diagnostics) -> Option<Option<Response>> {
    let Some(node) = fields.optional("response") else { return Some(None) };
    let source = fields.source;
    let mut inner = Fields::of(source, &fields.path("response"), node, log)?;
    let days = inner
        .required("days", log)
        .and_then(|node| whole(source, &inner.path("days"), node, (1, 366), log));
    let mut amount = |key: &str, most: f64| match inner.optional(key) {
        Some(node) => positive(source, &inner.path(key), node, most, log),
        None => Some(0.0),
    };
    let overtime_h = amount("overtime_h", 6.0);
    let helpers = amount("helpers", 10_000.0);
    if (overtime_h, helpers) == (Some(0.0), Some(0.0)) {
        let words = Words::new(
            "应对措施要写 overtime_h（每日加班小时）或 helpers（部门支援人数），或两者都写",
            "a response needs overtime_h (hours a day), helpers (people of departments), or both",
        );
        log.push(Diagnostic::new("shock::response", inner.place(), words));
    }
    inner.finish(log);
    Some(Some(Response { days: days? as u32, overtime_h: overtime_h?, helpers: helpers? }))
}

fn read_start(fields: &mut Fields<'_>, city: &City, log: &mut Diagnostics) -> Option<Time> {
    let source = fields.source;
    let node = fields.required("start", log);
    let hour = fields.optional("hour");
    let hour = match hour {
        Some(node) => whole(source, &fields.path("hour"), node, (0, 23), log)?,
        None => 0,
    };
    let node = node?;
    let day = date(source, &fields.path("start"), node, log)?;
    let days = city.start.duration_until(day).as_hours() / 24;
    if days < 0 {
        let first = city.start;
        let expected =
            Words::new(format!("不早于 {first} 的日期"), format!("a date from {first} on"));
        log.push(wrong(source, node, &fields.path("start"), expected));
        return None;
    }
    Some(Time(days * DAY + hour * HOUR))
}

fn read_size(fields: &mut Fields<'_>, log: &mut Diagnostics) -> Option<ShockSize> {
    let source = fields.source;
    let (times, issues) = (fields.optional("times"), fields.optional("issues"));
    match (times, issues) {
        (Some(node), None) => {
            positive(source, &fields.path("times"), node, 1000.0, log).map(ShockSize::Times)
        }
        (None, Some(node)) => {
            positive(source, &fields.path("issues"), node, 1e6, log).map(ShockSize::Issues)
        }
        _ => {
            let words = Words::new(
                "冲击要写 times（相当于几个平日）或 issues（总件数）之一",
                "a shock needs times (mean days a day) or issues (in all), one of them",
            );
            log.push(Diagnostic::new("shock::size", fields.place(), words));
            None
        }
    }
}

/// Items by id, season or field; without any of them, all.
fn read_items(fields: &mut Fields<'_>, city: &City, log: &mut Diagnostics) -> Option<Vec<usize>> {
    let source = fields.source;
    let mut chosen: Option<Vec<bool>> = None;
    let mut complete = true;
    for key in ["items", "season", "field"] {
        let Some(node) = fields.optional(key) else { continue };
        let path = fields.path(key);
        let chosen = chosen.get_or_insert_with(|| vec![false; city.items.len()]);
        let Some(names) = texts(source, &path, node, log) else {
            complete = false;
            continue;
        };
        for (name, node) in names {
            let mut found = false;
            for (index, item) in city.items.iter().enumerate() {
                let is = match key {
                    "items" => item.id == name,
                    "season" => city.seasons[item.season].id == name,
                    _ => city.fields[item.field].id == name,
                };
                chosen[index] |= is;
                found |= is;
            }
            if !found {
                let words =
                    Words::new(format!("没有事项属于“{name}”"), format!("no item is \"{name}\""));
                let known: Vec<&str> = match key {
                    "items" => city.items.iter().map(|item| item.id.as_str()).collect(),
                    "season" => city.seasons.iter().map(|season| season.id.as_str()).collect(),
                    _ => city.fields.iter().map(|field| field.id.as_str()).collect(),
                };
                let place = source.place(node.span.start);
                let mistake = Diagnostic::new("shock::unknown_item", place, words);
                log.push(mistake.nearest(name, known.iter().copied()));
                complete = false;
            }
        }
    }
    let chosen = chosen.unwrap_or_else(|| vec![true; city.items.len()]);
    let items = (0..chosen.len()).filter(|index| chosen[*index]).collect();
    complete.then_some(items)
}

fn read_streets(fields: &mut Fields<'_>, city: &City, log: &mut Diagnostics) -> Option<Vec<bool>> {
    let source = fields.source;
    let Some(node) = fields.optional("area") else { return Some(vec![true; city.streets.len()]) };
    let mut streets = vec![false; city.streets.len()];
    for (name, node) in texts(source, &fields.path("area"), node, log)? {
        let area = read_area(city, name, &source.place(node.span.start), log)?;
        for (mine, theirs) in streets.iter_mut().zip(&area.streets) {
            *mine |= theirs;
        }
    }
    Some(streets)
}

/// Shocks in words, one line each: for the manifest.
pub(super) fn shocks_text(city: &City, shocks: &[Shock]) -> String {
    let mut text = String::new();
    for shock in shocks {
        let size = match shock.size {
            ShockSize::Times(times) => format!("times {times}"),
            ShockSize::Issues(issues) => format!("issues {issues}"),
        };
        let fading = shock.decay_days.map_or(String::new(), |days| format!(", decay {days} days"));
        let items: Vec<&str> = shock.items.iter().map(|i| city.items[*i].id.as_str()).collect();
        let n_streets = shock.streets.iter().filter(|struck| **struck).count();
        let response = shock.response.map_or(String::new(), |response| {
            let Response { days, overtime_h, helpers } = response;
            format!(", response {days} days, overtime {overtime_h} h, helpers {helpers}")
        });
        let _ = writeln!(
            text,
            "shock {} / {}: day {} hour {}, {} days{fading}, {size}{response}, {n_streets} streets, items {}",
            shock.zh,
            shock.en,
            shock.from.day(),
            shock.from.seconds_of_day() / HOUR,
            shock.days,
            items.join(";"),
        );
    }
    text
}
