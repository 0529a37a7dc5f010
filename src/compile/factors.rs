//! The factors of a design as written: levers, assumed numbers, groups, or several things jointly.

use super::assumed::{Change, change, find, read_assumptions, read_changes, unknown};
use super::factor::{
    Factor, FactorKind, Moves, Setting, Values, default_of_assumption, default_of_lever,
    factor_of_assumption, factor_of_lever, group_factor,
};
use super::lever_value::{Names, Written, fit};
use super::model::LoadedModel;
use super::scenario::{read_lever, read_levers, unknown_lever};
use crate::domain::{City, Kind, Lever, Value, find_lever, groups, policy};
use crate::spec::{
    Diagnostic, Diagnostics, Fields, Node, Place, Source, Words, number, text, wrong,
};

/// The factors of a design, in order.
pub(super) fn read_factors(
    source: &Source,
    node: &Node,
    model: &LoadedModel,
    log: &mut Diagnostics,
) -> Option<Vec<Factor>> {
    let Some(nodes) = node.list().filter(|nodes| !nodes.is_empty()) else {
        log.push(wrong(source, node, "design.factors", Words::same("[[design.factors]]")));
        return None;
    };
    let mut factors: Vec<Factor> = Vec::new();
    let mut complete = true;
    for (index, node) in nodes.iter().enumerate() {
        let path = format!("design.factors[{index}]");
        let Some(factor) = read_factor(source, &path, node, model, log) else {
            complete = false;
            continue;
        };
        if factors.iter().any(|other| other.name == factor.name) {
            let name = &factor.name;
            let words = Words::new(
                format!("两个因子都叫“{name}”"),
                format!("two factors are called \"{name}\""),
            );
            let place = source.place(node.span.start);
            log.push(Diagnostic::new("experiment::duplicate_factor", place, words));
        }
        factors.push(factor);
    }
    complete.then_some(factors)
}

/// `groups = ["A", "C"]`, or `"all"`: a factor for each group of mechanisms.
pub(super) fn read_group_factors(
    source: &Source,
    node: &Node,
    model: &LoadedModel,
    log: &mut Diagnostics,
) -> Option<Vec<Factor>> {
    let set = super::package::read_groups(source, node, log)?;
    let place = source.place(node.span.start);
    let members = groups().iter().filter(|group| set.contains(group.letter));
    members.map(|group| group_factor(model, group.letter, &place, log)).collect()
}

/// What a factor says of its values.
struct Given<'a> {
    source: &'a Source,
    place: Place,
    path: String,
    values: Option<&'a Node>,
    ends: Option<(&'a Node, &'a Node)>,
    steps: Option<[&'a Node; 3]>,
}

fn read_factor(
    source: &Source,
    path: &str,
    node: &Node,
    model: &LoadedModel,
    log: &mut Diagnostics,
) -> Option<Factor> {
    let mut fields = Fields::of(source, path, node, log)?;
    let city = &*model.city;
    let place = fields.place();
    let [name, zh, en, unit] = ["name", "name_zh", "name_en", "unit"].map(|key| {
        let node = fields.optional(key)?;
        text(source, &fields.path(key), node, log).map(str::to_owned)
    });
    let [lever, assumption, levels, group] =
        ["lever", "assumption", "levels", "group"].map(|key| fields.optional(key));
    let values = fields.optional("values");
    let ends = fields.optional("low").zip(fields.optional("high"));
    let [from, to, step] = ["from", "to", "step"].map(|key| fields.optional(key));
    let steps = from.zip(to).zip(step).map(|((from, to), step)| [from, to, step]);
    let given = Given { source, place: place.clone(), path: path.to_owned(), values, ends, steps };
    fields.finish(log);
    let mut factor = match (lever, assumption, levels, group) {
        (Some(node), None, None, None) => {
            let key = text(source, &format!("{path}.lever"), node, log)?;
            let at = source.place(node.span.start);
            let Some(lever) = find_lever(key) else {
                log.push(unknown_lever(key, at));
                return None;
            };
            lever_factor(&given, lever, city, log)?
        }
        (None, None, None, Some(node)) => {
            let written = text(source, &format!("{path}.group"), node, log)?;
            let mut letters = written.chars();
            let letter = letters.next().filter(|_| letters.next().is_none()).unwrap_or(' ');
            group_factor(model, letter, &source.place(node.span.start), log)?
        }
        (None, Some(node), None, None) => {
            let key = text(source, &format!("{path}.assumption"), node, log)?;
            assumption_factor(&given, key, source.place(node.span.start), city, log)?
        }
        (None, None, Some(node), None) => {
            if name.is_none() {
                let words =
                    Words::new(format!("缺少“{path}.name”"), format!("\"{path}.name\" is missing"));
                log.push(Diagnostic::new("file::missing_key", place, words));
            }
            joint_factor(source, &format!("{path}.levels"), node, city, log)?
        }
        _ => {
            let words = Words::new("因子须四选一", "a factor is one of four");
            let expected = Words::same("lever / assumption / group / levels");
            log.push(Diagnostic::new("experiment::factor", place, words).expected(expected));
            return None;
        }
    };
    if let Some(twice) = factor.level_twice() {
        let words = Words::new(
            format!("取值“{twice}”出现两次"),
            format!("the level \"{twice}\" stands twice"),
        );
        log.push(Diagnostic::new("experiment::duplicate_level", given.place.clone(), words));
    }
    if let Some(name) = name {
        if factor.kind == FactorKind::Joint {
            (factor.zh, factor.en) = (name.clone(), name.clone());
        }
        factor.name = name;
    }
    factor.zh = zh.unwrap_or(factor.zh);
    factor.en = en.unwrap_or(factor.en);
    factor.unit = unit.unwrap_or(factor.unit);
    Some(factor)
}

fn lever_factor(
    given: &Given<'_>,
    lever: &'static Lever,
    city: &City,
    log: &mut Diagnostics,
) -> Option<Factor> {
    let source = given.source;
    let fitted = |value: f64, node: &Node, log: &mut Diagnostics| {
        fit(lever, &Written::Number(value), Names::of(city))
            .map_err(|error| {
                let diagnostic = wrong(source, node, &given.path, error.expected);
                log.push(diagnostic.got(error.got));
            })
            .ok()
    };
    let values = if let Some(node) = given.values {
        let nodes = list_of(source, &given.path, node, log)?;
        // All of them are read before any mistake ends it.
        let levels: Vec<Option<Setting>> =
            nodes.iter().map(|node| lever_setting(source, lever, node, city, log)).collect();
        Values::Levels(levels.into_iter().collect::<Option<Vec<Setting>>>()?)
    } else if let Some([from, to, step]) = given.steps {
        let numbers = stepped(source, &given.path, [from, to, step], log)?;
        let value = |value: f64| fitted(value, to, log);
        let values: Option<Vec<Value>> = numbers.into_iter().map(value).collect();
        Values::Levels(values?.into_iter().map(|v| Setting::of_lever(lever, v, city)).collect())
    } else if let Some((low, high)) = given.ends {
        let whole = matches!(lever.kind, Kind::Int { .. });
        if !whole && !matches!(lever.kind, Kind::Float { .. }) {
            let expected = Words::new("values，逐一列出", "`values`, one by one");
            log.push(wrong(source, low, &given.path, expected));
            return None;
        }
        let [a, b] = [low, high].map(|node| {
            number(source, &given.path, node, log).and_then(|v| fitted(v, node, log).map(|_| v))
        });
        let (low, high) = ordered(given, (a?, b?), log)?;
        Values::Range { low, high, moves: Moves::Lever { lever, whole } }
    } else {
        return default_of_lever(city, lever, log);
    };
    Some(factor_of_lever(lever, values))
}

/// One value of a lever in any of its forms: plain, scoped, dated, a whole epoch.
fn lever_setting(
    source: &Source,
    lever: &'static Lever,
    node: &Node,
    city: &City,
    log: &mut Diagnostics,
) -> Option<Setting> {
    if let Ok(value) = fit(lever, &Written::from_node(node), Names::of(city))
        && lever.key != policy::epoch::KEY
    {
        return Some(Setting::of_lever(lever, value, city));
    }
    let wrong_before = log.len();
    let layers = if lever.key == policy::epoch::KEY {
        super::scenario::read_epoch(source, lever, node, city, log).into_iter().collect()
    } else {
        let statements = read_lever(source, lever, node, city, log);
        vec![super::scenario::Layer { statements }]
    };
    let written = source.text.get(node.span.clone()).unwrap_or_default();
    let text = written.replace('"', "").split_whitespace().collect::<Vec<_>>().join(" ");
    let (zh, en) = (text.clone(), text.clone());
    let (changes, files) = (Vec::new(), Vec::new());
    let setting = Setting { text, zh, en, number: f64::NAN, layers, changes, files };
    (log.len() == wrong_before).then_some(setting)
}

fn assumption_factor(
    given: &Given<'_>,
    key: &str,
    place: Place,
    city: &City,
    log: &mut Diagnostics,
) -> Option<Factor> {
    let source = given.source;
    let meant = find(city, key);
    if meant.is_empty() {
        log.push(unknown(city, key, place));
        return None;
    }
    if given.values.is_none() && given.steps.is_none() && given.ends.is_none() {
        return default_of_assumption(city, key, place, log);
    }
    if let Some(node) = given.values {
        let mut levels = Vec::new();
        for node in list_of(source, &given.path, node, log)? {
            let changes = read_changes(city, key, place.clone(), (source, node), log);
            if changes.len() != meant.len() {
                return None;
            }
            levels.push(setting_of(changes));
        }
        return Some(factor_of_assumption(key, &meant, Values::Levels(levels)));
    }
    let [assumed] = meant.as_slice() else {
        let expected = Words::new(
            "整个向量只能用 values，或用模型给出的范围",
            "`values` for a whole vector, or its ranges in the model",
        );
        log.push(Diagnostic::new("experiment::factor", place, expected));
        return None;
    };
    let values = if let Some([from, to, step]) = given.steps {
        let numbers = stepped(source, &given.path, [from, to, step], log)?;
        // The ends are checked where they stand; what lies between fits then.
        change(assumed, source, from, log)?;
        change(assumed, source, to, log)?;
        let level = |value| setting_of(vec![Change { assumed: assumed.clone(), value }]);
        Values::Levels(numbers.into_iter().map(level).collect())
    } else {
        let (low, high) = given.ends?;
        let [a, b] = [low, high].map(|node| change(assumed, source, node, log).map(|c| c.value));
        let (low, high) = ordered(given, (a?, b?), log)?;
        Values::Range { low, high, moves: Moves::Number(assumed.clone()) }
    };
    Some(factor_of_assumption(key, &meant, values))
}

fn setting_of(changes: Vec<Change>) -> Setting {
    let text: Vec<String> = changes.iter().map(|change| change.value.to_string()).collect();
    let text = text.join(";");
    let number = if let [one] = changes.as_slice() { one.value } else { f64::NAN };
    let (layers, files) = (Vec::new(), Vec::new());
    Setting { zh: text.clone(), en: text.clone(), text, number, layers, changes, files }
}

/// Levels that set several things: `{ name, name_zh, name_en, number, levers, assumptions }`.
fn joint_factor(
    source: &Source,
    path: &str,
    node: &Node,
    city: &City,
    log: &mut Diagnostics,
) -> Option<Factor> {
    let mut levels = Vec::new();
    for (index, node) in list_of(source, path, node, log)?.iter().enumerate() {
        let path = format!("{path}[{index}]");
        let mut fields = Fields::of(source, &path, node, log)?;
        let name = fields.required("name", log).and_then(|node| text(source, &path, node, log));
        let [zh, en] = ["name_zh", "name_en"].map(|key| {
            let node = fields.optional(key)?;
            text(source, &fields.path(key), node, log).map(str::to_owned)
        });
        let stands_for = match fields.optional("number") {
            Some(node) => number(source, &fields.path("number"), node, log)?,
            None => f64::NAN,
        };
        let levers = fields.optional("levers");
        let layers = levers.map(|node| read_levers(source, node, city, log)).unwrap_or_default();
        let assumptions = fields.optional("assumptions");
        let changes =
            assumptions.map(|node| read_assumptions(source, node, city, log)).unwrap_or_default();
        fields.finish(log);
        let text = name?.to_owned();
        let (zh, en) = (zh.unwrap_or_else(|| text.clone()), en.unwrap_or_else(|| text.clone()));
        let files = Vec::new();
        levels.push(Setting { text, zh, en, number: stands_for, layers, changes, files });
    }
    let [name, zh, en, unit] = std::array::from_fn(|_| String::new());
    Some(Factor { name, zh, en, unit, kind: FactorKind::Joint, values: Values::Levels(levels) })
}

fn list_of<'a>(
    source: &Source,
    path: &str,
    node: &'a Node,
    log: &mut Diagnostics,
) -> Option<&'a [Node]> {
    let list = node.list().filter(|list| list.len() >= 2);
    if list.is_none() {
        let expected = Words::new("至少两个水平的列表", "a list of at least two levels");
        log.push(wrong(source, node, path, expected));
    }
    list
}

/// `from`, `from + step`, … up to `to`, which is met where the steps allow it.
fn stepped(
    source: &Source,
    path: &str,
    nodes: [&Node; 3],
    log: &mut Diagnostics,
) -> Option<Vec<f64>> {
    let [from, to, step] = nodes.map(|node| number(source, path, node, log));
    let (from, to, step) = (from?, to?, step?);
    let n = ((to - from) / step + 1e-9).floor();
    if step <= 0.0 || !(1.0..1000.0).contains(&n) {
        let expected =
            Words::new("从 from 到 to 的正步长", "a positive step that leads from `from` to `to`");
        log.push(wrong(source, nodes[2], path, expected));
        return None;
    }
    // Ten digits: 0.1 + 0.2 shall read 0.3.
    let tidy = |value: f64| (value * 1e10).round() / 1e10;
    Some((0..=n as usize).map(|i| tidy(from + step * i as f64)).collect())
}

fn ordered(
    given: &Given<'_>,
    (low, high): (f64, f64),
    log: &mut Diagnostics,
) -> Option<(f64, f64)> {
    if low < high {
        return Some((low, high));
    }
    let words = Words::new("low 须小于 high", "`low` must be below `high`");
    log.push(Diagnostic::new("experiment::factor", given.place.clone(), words));
    None
}
