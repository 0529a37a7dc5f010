//! Reading values: numbers with range and source, text, dates, lists.

use super::{Diagnostic, Diagnostics, Fields, Node, Source, Tree, Words, wrong};
use jiff::civil::Date;

/// Where a number comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The text that the model stands on.
    Seed,
    /// A public source.
    Sourced,
    /// A modelling guess.
    Assumed,
    /// Fitted to the before side.
    Fitted,
}

impl Origin {
    /// Every origin, as written in files.
    pub const ALL: [(&'static str, Origin); 4] = [
        ("seed", Origin::Seed),
        ("sourced", Origin::Sourced),
        ("assumed", Origin::Assumed),
        ("fitted", Origin::Fitted),
    ];

    /// As written in files.
    pub fn id(self) -> &'static str {
        Origin::ALL[self as usize].0
    }
}

/// One number or a short vector with ranges and sources, element by element.
#[derive(Clone, PartialEq, Debug)]
pub struct Measured {
    /// Values.
    pub values: Vec<f64>,
    /// Range of each, if given.
    pub ranges: Vec<Option<(f64, f64)>>,
    /// Origin of each.
    pub origins: Vec<Origin>,
}

/// What a number must be.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'a> {
    /// Name for messages.
    pub path: &'a str,
    /// Number of elements.
    pub n: usize,
    /// Unit that the file may repeat.
    pub unit: &'a str,
    /// Smallest and largest value that makes sense.
    pub limits: (f64, f64),
}

/// Text.
pub fn text<'a>(
    source: &Source,
    path: &str,
    node: &'a Node,
    log: &mut Diagnostics,
) -> Option<&'a str> {
    match &node.value {
        Tree::Text(text) => Some(text),
        _ => {
            log.push(wrong(source, node, path, Words::new("加引号的文字", "text in quotes")));
            None
        }
    }
}

/// A finite number, whole or not.
pub fn number(source: &Source, path: &str, node: &Node, log: &mut Diagnostics) -> Option<f64> {
    match node.value {
        Tree::Whole(whole) => Some(whole as f64),
        Tree::Number(number) if number.is_finite() => Some(number),
        _ => {
            log.push(wrong(source, node, path, Words::new("一个数", "a number")));
            None
        }
    }
}

/// A whole number within limits.
pub fn whole(
    source: &Source,
    path: &str,
    node: &Node,
    limits: (i64, i64),
    log: &mut Diagnostics,
) -> Option<i64> {
    match node.value {
        Tree::Whole(whole) if (limits.0..=limits.1).contains(&whole) => Some(whole),
        _ => {
            let (low, high) = limits;
            let expected = Words::new(
                format!("{low} 到 {high} 的整数"),
                format!("a whole number from {low} to {high}"),
            );
            log.push(wrong(source, node, path, expected));
            None
        }
    }
}

/// `true` or `false`.
pub fn flag(source: &Source, path: &str, node: &Node, log: &mut Diagnostics) -> Option<bool> {
    match node.value {
        Tree::Flag(flag) => Some(flag),
        _ => {
            log.push(wrong(source, node, path, Words::same("true / false")));
            None
        }
    }
}

/// A date, quoted or bare.
pub fn date(source: &Source, path: &str, node: &Node, log: &mut Diagnostics) -> Option<Date> {
    let written = match &node.value {
        Tree::Text(text) | Tree::Date(text) => text.parse::<Date>().ok(),
        _ => None,
    };
    if written.is_none() {
        let expected = Words::new("日期，如 2019-07-01", "a date such as 2019-07-01");
        log.push(wrong(source, node, path, expected));
    }
    written
}

/// A list of texts; one text alone is a list of one.
pub fn texts<'a>(
    source: &Source,
    path: &str,
    node: &'a Node,
    log: &mut Diagnostics,
) -> Option<Vec<(&'a str, &'a Node)>> {
    match &node.value {
        Tree::Text(text) => Some(vec![(text, node)]),
        Tree::List(nodes) => {
            nodes.iter().map(|n| text(source, path, n, log).map(|t| (t, n))).collect()
        }
        _ => {
            log.push(wrong(source, node, path, Words::new("文字列表", "a list of texts")));
            None
        }
    }
}

/// A number or vector in one of its forms: bare, a list, or `{ value, range, source, unit, note }`.
///
/// A bare number is allowed and counts as assumed.
pub fn measured(
    source: &Source,
    demand: Demand<'_>,
    node: &Node,
    log: &mut Diagnostics,
) -> Option<Measured> {
    let wrong_before = log.len();
    let n = demand.n;
    let (value, ranges, origins) = if node.table().is_some() {
        let mut fields = Fields::of(source, demand.path, node, log)?;
        let value = fields.required("value", log);
        let range = fields.optional("range");
        let origin = fields.optional("source");
        if let Some(unit) = fields.optional("unit") {
            check_unit(source, demand, unit, log);
        }
        if let Some(note) = fields.optional("note") {
            text(source, &fields.path("note"), note, log);
        }
        let range_path = fields.path("range");
        let origin_path = fields.path("source");
        fields.finish(log);
        let origins = origin.map_or(Some(vec![Origin::Assumed; n]), |node| {
            origins_of(source, &origin_path, n, node, log)
        });
        (value?, range.map(|node| (range_path, node)), origins)
    } else {
        (node, None, Some(vec![Origin::Assumed; n]))
    };
    let values = values_of(source, demand, value, log)?;
    let ranges = match ranges {
        Some((path, node)) => ranges_of(source, &path, demand, &values, node, log),
        None => Some(vec![None; n]),
    };
    let read = Measured { values, ranges: ranges?, origins: origins? };
    (log.len() == wrong_before).then_some(read)
}

fn check_unit(source: &Source, demand: Demand<'_>, node: &Node, log: &mut Diagnostics) {
    if let Some(unit) = text(source, demand.path, node, log)
        && unit != demand.unit
    {
        log.push(wrong(source, node, demand.path, Words::same(format!("\"{}\"", demand.unit))));
    }
}

fn values_of(
    source: &Source,
    demand: Demand<'_>,
    node: &Node,
    log: &mut Diagnostics,
) -> Option<Vec<f64>> {
    let nodes = node.list().unwrap_or(std::slice::from_ref(node));
    if nodes.len() != demand.n {
        let n = demand.n;
        let expected = Words::new(format!("{n} 个数"), format!("{n} numbers"));
        log.push(wrong(source, node, demand.path, expected));
        return None;
    }
    let mut values = Vec::new();
    for node in nodes {
        let value = number(source, demand.path, node, log)?;
        let (low, high) = demand.limits;
        if !(low..=high).contains(&value) {
            let expected =
                Words::new(format!("{low} 到 {high}"), format!("a number from {low} to {high}"));
            log.push(wrong(source, node, demand.path, expected));
        }
        values.push(value);
    }
    Some(values)
}

fn ranges_of(
    source: &Source,
    path: &str,
    demand: Demand<'_>,
    values: &[f64],
    node: &Node,
    log: &mut Diagnostics,
) -> Option<Vec<Option<(f64, f64)>>> {
    if let Tree::Text(text) = &node.value {
        let Some(part) = relative(text) else {
            log.push(wrong(source, node, path, Words::same("[low, high] / \"±50%\"")));
            return None;
        };
        let (low, high) = demand.limits;
        let around =
            |value: &f64| Some(((value * (1.0 - part)).max(low), (value * (1.0 + part)).min(high)));
        return Some(values.iter().map(around).collect());
    }
    let single = std::slice::from_ref(node);
    let pairs = if demand.n == 1 { single } else { node.list().unwrap_or(single) };
    if pairs.len() != demand.n {
        let n = demand.n;
        let expected = Words::new(format!("{n} 个区间"), format!("{n} ranges"));
        log.push(wrong(source, node, path, expected));
        return None;
    }
    let mut ranges = Vec::new();
    for (pair, value) in pairs.iter().zip(values) {
        let ends = pair.list().map(|ends| {
            ends.iter().filter_map(|end| number(source, path, end, log)).collect::<Vec<_>>()
        });
        match ends.as_deref() {
            Some([low, high]) if low <= value && value <= high => ranges.push(Some((*low, *high))),
            _ => {
                let expected = Words::new(
                    format!("包含 {value} 的 [下限，上限]"),
                    format!("[low, high] around {value}"),
                );
                log.push(wrong(source, pair, path, expected));
                return None;
            }
        }
    }
    Some(ranges)
}

fn relative(text: &str) -> Option<f64> {
    let percent = text.strip_prefix('±')?.strip_suffix('%')?;
    percent.trim().parse().ok().map(|percent: f64| percent / 100.0).filter(|part| *part >= 0.0)
}

fn origins_of(
    source: &Source,
    path: &str,
    n: usize,
    node: &Node,
    log: &mut Diagnostics,
) -> Option<Vec<Origin>> {
    let nodes = node.list().map_or_else(|| vec![node; n], |nodes| nodes.iter().collect());
    if nodes.len() != n {
        let expected = Words::new(format!("{n} 个来源"), format!("{n} sources"));
        log.push(wrong(source, node, path, expected));
        return None;
    }
    nodes.into_iter().map(|node| origin(source, path, node, log)).collect()
}

fn origin(source: &Source, path: &str, node: &Node, log: &mut Diagnostics) -> Option<Origin> {
    let word = text(source, path, node, log)?;
    let found = Origin::ALL.iter().find(|(id, _)| *id == word);
    if found.is_none() {
        let known = Origin::ALL.map(|(id, _)| id);
        let expected = Words::same(known.join(" / "));
        let diagnostic: Diagnostic = wrong(source, node, path, expected);
        log.push(diagnostic.nearest(word, known));
    }
    found.map(|(_, origin)| *origin)
}
