//! Assumed numbers as something to move: by the key they have in the model file.
//!
//! A number that is moved gives a city of its own. A number set to the value it already has moves
//! nothing: the city is then the model's own, byte for byte.

use super::items::rank;
use super::numbers::elements;
use crate::domain::{City, Param, Params, RuleSet, params};
use crate::spec::{
    Diagnostic, Diagnostics, Entry, Node, Place, Source, Tree, Words, number, parse_value_text,
    wrong,
};
use std::sync::Arc;

/// Where a number lives.
#[derive(Clone, Copy)]
enum Home {
    /// A number of the registry, and which element of it.
    Param(&'static Param, usize),
    /// A number of the time rules in force.
    Rule(fn(&mut RuleSet) -> &mut f64),
}

/// Time rules by their key in the rule set.
type Rule = (&'static str, fn(&mut RuleSet) -> &mut f64);

/// Every number of a rule set.
const RULES: [Rule; 5] = [
    ("limit_wd", |rules| &mut rules.limit_wd),
    ("long_limit_wd", |rules| &mut rules.long_limit_wd),
    ("extension_wd", |rules| &mut rules.extension_wd),
    ("return_wd", |rules| &mut rules.return_wd),
    ("yellow_wd", |rules| &mut rules.yellow_wd),
];

/// One number of a model that can be moved.
#[derive(Clone)]
pub struct Assumed {
    /// Key in the model file, vectors element by element: `effort.street_h[2]`.
    pub key: String,
    /// Value in the model file.
    pub value: f64,
    /// Range in the model file, if it gives one.
    pub range: Option<(f64, f64)>,
    /// Smallest and largest value that makes sense at all.
    pub limits: (f64, f64),
    /// Unit.
    pub unit: &'static str,
    /// 含义.
    pub zh: &'static str,
    /// Meaning.
    pub en: &'static str,
    /// `seed`, `sourced`, `assumed` or `fitted`.
    pub source: String,
    home: Home,
}

impl std::fmt::Debug for Assumed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Assumed").field("key", &self.key).field("value", &self.value).finish()
    }
}

/// A number set to a value.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) assumed: Assumed,
    pub(super) value: f64,
}

impl Change {
    /// As written in a manifest.
    pub(super) fn line(&self) -> String {
        format!("{} = {}", self.assumed.key, self.value)
    }
}

/// Every number of the city that can be moved, in the order of the report: the registry's, then
/// the time rules in force.
pub fn assumed(city: &City) -> Vec<Assumed> {
    let mut sizes = Params::default();
    let of_params = params().flat_map(|param| {
        let n = (param.field)(&mut sizes).len();
        elements(param.key, n)
            .enumerate()
            .map(|(element, key)| (key, Home::Param(param, element)))
            .collect::<Vec<_>>()
    });
    let of_rules = RULES
        .iter()
        .map(|(name, field)| (format!("rules.{}.{name}", city.rules.id), Home::Rule(*field)));
    of_params.chain(of_rules).filter_map(|(key, home)| entry(city, key, home)).collect()
}

fn entry(city: &City, key: String, home: Home) -> Option<Assumed> {
    let known = city.assumptions.iter().find(|known| known.key == key)?;
    let (unit, zh, en, mut limits) = match home {
        Home::Param(param, _) => (param.unit, param.zh, param.en, param.limits),
        Home::Rule(_) => ("working days", "时限规则", "Time rule in force", (0.0, 250.0)),
    };
    // Without matters outside the catalog nothing may be left for them.
    if key == "demand.catalog_share" && city.items.iter().all(|item| item.in_catalog) {
        limits = (known.value, known.value);
    }
    let (value, range, source) = (known.value, known.range, known.source.clone());
    Some(Assumed { key, value, range, limits, unit, zh, en, source, home })
}

/// The numbers that a key means: one, or every element of a vector named as a whole.
pub(super) fn find(city: &City, key: &str) -> Vec<Assumed> {
    let whole = |assumed: &Assumed| {
        assumed.key.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
    };
    assumed(city).into_iter().filter(whole).collect()
}

/// Could this be the key of an assumed number? For names that may also be levers.
pub(super) fn is_assumed(city: &City, key: &str) -> bool {
    !find(city, key).is_empty()
}

/// A key that no number has.
pub(super) fn unknown(city: &City, key: &str, place: Place) -> Diagnostic {
    let words = Words::new(
        format!("没有可变动的假定“{key}”"),
        format!("no assumed number \"{key}\" that can be moved"),
    );
    let known: Vec<String> = assumed(city).into_iter().map(|assumed| assumed.key).collect();
    Diagnostic::new("experiment::unknown_assumption", place, words)
        .nearest(key, known.iter().map(String::as_str))
}

/// A value for one number, within what makes sense.
pub(super) fn change(
    assumed: &Assumed,
    source: &Source,
    node: &Node,
    log: &mut Diagnostics,
) -> Option<Change> {
    let value = number(source, &assumed.key, node, log)?;
    let (low, high) = assumed.limits;
    if !(low..=high).contains(&value) {
        let expected =
            Words::new(format!("{low} 到 {high} 的数"), format!("a number from {low} to {high}"));
        log.push(wrong(source, node, &assumed.key, expected));
        return None;
    }
    Some(Change { assumed: assumed.clone(), value })
}

/// Values of the numbers that a key means: a number, or as many as the vector has elements.
pub(super) fn read_changes(
    city: &City,
    key: &str,
    place: Place,
    (source, node): (&Source, &Node),
    log: &mut Diagnostics,
) -> Vec<Change> {
    let meant = find(city, key);
    if meant.is_empty() {
        log.push(unknown(city, key, place));
        return Vec::new();
    }
    let nodes = node.list().unwrap_or(std::slice::from_ref(node));
    if nodes.len() != meant.len() {
        let n = meant.len();
        let expected = Words::new(format!("{n} 个数"), format!("{n} numbers"));
        log.push(wrong(source, node, key, expected));
        return Vec::new();
    }
    let pairs = meant.iter().zip(nodes);
    pairs.filter_map(|(assumed, node)| change(assumed, source, node, log)).collect()
}

/// The same from the command line: `0.3`, or `1;2;3` for a vector.
pub(super) fn read_set(
    city: &City,
    key: &str,
    written: &str,
    log: &mut Diagnostics,
) -> Vec<Change> {
    let text = written.trim();
    let list =
        if text.contains(';') { format!("[{}]", text.replace(';', ",")) } else { text.into() };
    let source = Source::option(format!("--set {key}={text}"), &list);
    let place = Place::whole(&*source.file);
    match parse_value_text(&source) {
        Ok(node) => read_changes(city, key, place, (&source, &node), log),
        Err(_) => {
            let words = Words::new("这里要一个数", "a number is expected");
            log.push(Diagnostic::new("file::wrong_value", place, words).got(text));
            Vec::new()
        }
    }
}

/// The city with some numbers set; the very same where no number moves. Of two values for one
/// number the last counts.
pub(super) fn city_with(city: &Arc<City>, changes: &[Change]) -> Arc<City> {
    let moved = effective(changes);
    if moved.is_empty() {
        return Arc::clone(city);
    }
    let mut own = City::clone(city);
    for change in moved {
        match change.assumed.home {
            Home::Param(param, element) => (param.field)(&mut own.params)[element] = change.value,
            Home::Rule(field) => *field(&mut own.rules) = change.value,
        }
        for known in own.assumptions.iter_mut().filter(|known| known.key == change.assumed.key) {
            known.value = change.value;
        }
    }
    rank(&mut own.items, &own.streets, &own.params);
    Arc::new(own)
}

/// Changes that count, in the order of their last mention: the last of each number, and only where
/// it differs from the model.
pub(super) fn effective(changes: &[Change]) -> Vec<&Change> {
    let last = changes.iter().enumerate().filter(|(at, change)| {
        !changes[at + 1..].iter().any(|later| later.assumed.key == change.assumed.key)
    });
    let differs = |change: &&Change| change.value.to_bits() != change.assumed.value.to_bits();
    last.map(|(_, change)| change).filter(differs).collect()
}

/// Reads an `assumptions` table: keys of numbers, written whole, dotted or nested.
pub(super) fn read_assumptions(
    source: &Source,
    node: &Node,
    city: &City,
    log: &mut Diagnostics,
) -> Vec<Change> {
    let Tree::Table(entries) = &node.value else {
        log.push(wrong(source, node, "assumptions", Words::new("一个表", "a table")));
        return Vec::new();
    };
    let mut changes = Vec::new();
    collect(source, "", entries, city, &mut changes, log);
    changes
}

fn collect(
    source: &Source,
    prefix: &str,
    entries: &[Entry],
    city: &City,
    changes: &mut Vec<Change>,
    log: &mut Diagnostics,
) {
    for entry in entries {
        let key = format!("{prefix}{}", entry.key);
        match entry.node.table() {
            Some(inner) => collect(source, &format!("{key}."), inner, city, changes, log),
            None => {
                let place = source.place(entry.span.start);
                changes.extend(read_changes(city, &key, place, (source, &entry.node), log));
            }
        }
    }
}
