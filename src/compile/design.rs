//! The `[design]` of an experiment: factors and a rule, made into arms.

use super::assumed::{Change, change, find, read_changes, unknown};
use super::factor::{
    Base, Factor, FactorKind, Moves, Setting, Values, default_of_assumption, default_of_lever,
    factor_of_assumption, factor_of_lever,
};
use super::lever_value::{Written, fit};
use super::model::LoadedModel;
use super::plan::LoadedPlan;
use super::scenario::{known_lever, read_lever, read_levers, read_stack, unknown_lever};
use crate::domain::{City, Kind, Lever, Value};
use crate::spec::{
    Diagnostic, Diagnostics, Entry, Fields, Node, Place, Source, Tree, Words, number, text, texts,
    whole, wrong,
};
use crate::stats::design::{
    fractional, fractional_with, full, latin, max_correlation, nearly_orthogonal, one_at_a_time,
    sobol,
};

/// Most arms of one design.
const MOST_ARMS: usize = 20_000;

/// How points are chosen, as written in files.
pub(super) const KINDS: [&str; 8] = [
    "factorial",
    "grid",
    "fractional",
    "one_at_a_time",
    "dose",
    "latin",
    "nearly_orthogonal",
    "sobol",
];

/// A design, made into points.
#[derive(Clone, Debug)]
pub struct LoadedDesign {
    /// How points were chosen.
    pub kind: String,
    /// Its factors.
    pub factors: Vec<Factor>,
    /// A row per arm of the design: the arm's name and its setting of every factor; none where the
    /// factor is left as the scenario has it.
    pub points: Vec<(String, Vec<Option<Setting>>)>,
    /// What is to be known about the design, in both languages.
    pub notes: Vec<Words>,
}

/// What `[design]` says besides its factors.
struct Rule<'a> {
    kind: String,
    n_points: Option<usize>,
    less: usize,
    generators: Vec<&'a str>,
    seed: u64,
}

/// Reads a design and makes its arms. `arms` are those listed beside it; without them the
/// scenario itself comes first, as `base`, unless the first point is just that.
pub(super) fn read_design(
    source: &Source,
    node: &Node,
    model: &LoadedModel,
    arms: Vec<LoadedPlan>,
    log: &mut Diagnostics,
) -> Option<(LoadedDesign, Vec<LoadedPlan>)> {
    let mut fields = Fields::of(source, "design", node, log)?;
    let place = fields.place();
    let scenario = fields.optional("scenario");
    let stack = match scenario {
        None => read_stack(model, "before", Some(place.clone()), log),
        Some(node) => text(source, "design.scenario", node, log).and_then(|scenario| {
            read_stack(model, scenario, Some(source.place(node.span.start)), log)
        }),
    };
    let rule = read_rule(&mut fields, log);
    let factors = fields.required("factors", log).and_then(|n| read_factors(source, n, model, log));
    fields.finish(log);
    let (rule, factors, base) = (rule?, factors?, Base::of(stack?));
    let (points, notes) = settings(&rule, &factors, &place, log)?;
    let mut made = arms;
    let mut rows = Vec::new();
    let listed = made.len();
    for (index, point) in points.into_iter().enumerate() {
        let name = format!("p{:03}", index + 1);
        let set: Vec<(&Factor, &Setting)> = factors
            .iter()
            .zip(&point)
            .filter_map(|(factor, setting)| Some((factor, setting.as_ref()?)))
            .collect();
        if set.is_empty() {
            let name = if listed == 0 && index == 0 { "base" } else { &*name };
            made.push(base.unmoved(model, name));
            rows.push((name.to_owned(), point));
            continue;
        }
        made.push(base.arm(model, &name, &set));
        rows.push((name, point));
    }
    if listed == 0 && !rows.is_empty() {
        let unmoved = base.unmoved(model, "base");
        if made[0].plan != unmoved.plan || made[0].changes != unmoved.changes {
            made.insert(0, unmoved);
        }
    }
    Some((LoadedDesign { kind: rule.kind, factors, points: rows, notes }, made))
}

fn read_rule<'a>(fields: &mut Fields<'a>, log: &mut Diagnostics) -> Option<Rule<'a>> {
    let source = fields.source;
    let kind = fields.required("kind", log).and_then(|node| {
        let kind = text(source, "design.kind", node, log)?;
        if !KINDS.contains(&kind) {
            let expected = Words::same(KINDS.join(" / "));
            log.push(wrong(source, node, "design.kind", expected).nearest(kind, KINDS));
            return None;
        }
        Some(kind.to_owned())
    });
    let mut count = |key: &str, limits: (i64, i64)| {
        let node = fields.optional(key)?;
        Some(whole(source, &fields.path(key), node, limits, log))
    };
    let n_points = count("points", (2, MOST_ARMS as i64));
    let less = count("fraction", (1, 16)).unwrap_or(Some(1));
    let seed = count("seed", (0, i64::MAX)).unwrap_or(Some(1));
    let generators = match fields.optional("generators") {
        Some(node) => texts(source, "design.generators", node, log)
            .map(|list| list.into_iter().map(|(text, _)| text).collect()),
        None => Some(Vec::new()),
    };
    let n_points = match n_points {
        Some(read) => Some(read? as usize),
        None => None,
    };
    let (less, seed) = (less? as usize, seed? as u64);
    Some(Rule { kind: kind?, n_points, less, generators: generators?, seed })
}

/// Settings of every factor, point by point.
type Points = Vec<Vec<Option<Setting>>>;

fn settings(
    rule: &Rule<'_>,
    factors: &[Factor],
    place: &Place,
    log: &mut Diagnostics,
) -> Option<(Points, Vec<Words>)> {
    let levels: Vec<usize> = factors.iter().map(Factor::n_levels).collect();
    let at_levels = |rows: Vec<Vec<usize>>| -> Points {
        let row = |row: Vec<usize>| {
            factors.iter().zip(row).map(|(factor, level)| Some(factor.level(level))).collect()
        };
        rows.into_iter().map(row).collect()
    };
    let at_positions = |rows: Vec<Vec<f64>>| -> Points {
        let row = |row: Vec<f64>| factors.iter().zip(row).map(|(f, u)| Some(f.at(u))).collect();
        rows.into_iter().map(row).collect()
    };
    let mut wrong = |words: Words| {
        log.push(Diagnostic::new("experiment::design", place.clone(), words));
    };
    let n_arms = match &*rule.kind {
        "factorial" | "grid" => levels.iter().try_fold(1usize, |all, n| all.checked_mul(*n)),
        _ => Some(levels.iter().sum()),
    };
    if n_arms.is_none_or(|n| n > MOST_ARMS) {
        wrong(Words::new(
            format!("设计超过 {MOST_ARMS} 个方案"),
            format!("the design has more than {MOST_ARMS} arms"),
        ));
        return None;
    }
    match &*rule.kind {
        "factorial" | "grid" => Some((at_levels(full(&levels)), Vec::new())),
        "one_at_a_time" | "dose" => Some((alone(factors, &levels), Vec::new())),
        "fractional" => {
            if levels.iter().any(|n| *n != 2) {
                wrong(Words::new(
                    "部分因子设计的每个因子须恰有两个水平",
                    "in a fractional design every factor has exactly two levels",
                ));
                return None;
            }
            let made = if rule.generators.is_empty() {
                fractional(levels.len(), rule.less)
            } else {
                fractional_with(levels.len(), &rule.generators)
            };
            match made {
                Ok(fraction) => {
                    let note = about_fraction(&fraction);
                    Some((at_levels(fraction.rows), vec![note]))
                }
                Err(error) => {
                    wrong(Words::new(format!("不成立的部分因子设计：{error}"), error.to_string()));
                    None
                }
            }
        }
        _ => {
            let Some(n) = rule.n_points else {
                wrong(Words::new("缺少 design.points", "\"design.points\" is missing"));
                return None;
            };
            match &*rule.kind {
                "latin" => Some((at_positions(latin(n, levels.len(), rule.seed)), Vec::new())),
                "nearly_orthogonal" => {
                    let rows = nearly_orthogonal(n, levels.len(), rule.seed);
                    let note = about_correlation(max_correlation(&rows));
                    Some((at_positions(rows), vec![note]))
                }
                _ => match sobol(n, levels.len(), Some(rule.seed)) {
                    Ok(rows) => Some((at_positions(rows), Vec::new())),
                    Err(error) => {
                        wrong(Words::new(format!("不成立的 Sobol 点：{error}"), error.to_string()));
                        None
                    }
                },
            }
        }
    }
}

/// The scenario as it is, then each factor alone at each of its levels.
fn alone(factors: &[Factor], levels: &[usize]) -> Points {
    // Level 0 stands for "left as it is", so a factor of n levels has n + 1.
    let more: Vec<usize> = levels.iter().map(|n| n + 1).collect();
    let rows = one_at_a_time(&more, &vec![0; levels.len()]);
    let setting = |(factor, level): (&Factor, usize)| Some(factor.level(level.checked_sub(1)?));
    rows.into_iter().map(|row| factors.iter().zip(row).map(setting).collect()).collect()
}

fn about_fraction(fraction: &crate::stats::design::Fraction) -> Words {
    let resolution = fraction.resolution.map_or_else(|| "-".to_owned(), |r| r.to_string());
    let (runs, made) = (fraction.rows.len(), fraction.generators.join(", "));
    Words::new(
        format!("部分因子设计：{runs} 个方案，分辨度 {resolution}，生成关系 {made}"),
        format!("Fractional design: {runs} arms, resolution {resolution}, generators {made}"),
    )
}

fn about_correlation(worst: f64) -> Words {
    Words::new(
        format!("近正交拉丁超立方：因子间最大相关 {worst:.3}"),
        format!("Nearly orthogonal Latin hypercube: largest correlation of factors {worst:.3}"),
    )
}

fn read_factors(
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
    let [lever, assumption, levels] =
        ["lever", "assumption", "levels"].map(|key| fields.optional(key));
    let values = fields.optional("values");
    let ends = fields.optional("low").zip(fields.optional("high"));
    let [from, to, step] = ["from", "to", "step"].map(|key| fields.optional(key));
    let steps = from.zip(to).zip(step).map(|((from, to), step)| [from, to, step]);
    let given = Given { source, place: place.clone(), path: path.to_owned(), values, ends, steps };
    fields.finish(log);
    let mut factor = match (lever, assumption, levels) {
        (Some(node), None, None) => {
            let key = text(source, &format!("{path}.lever"), node, log)?;
            let at = source.place(node.span.start);
            let Some(lever) = known_lever(key, &at, log) else {
                log.push(unknown_lever(key, at));
                return None;
            };
            lever_factor(&given, lever?, city, log)?
        }
        (None, Some(node), None) => {
            let key = text(source, &format!("{path}.assumption"), node, log)?;
            assumption_factor(&given, key, source.place(node.span.start), city, log)?
        }
        (None, None, Some(node)) => {
            if name.is_none() {
                let words =
                    Words::new(format!("缺少“{path}.name”"), format!("\"{path}.name\" is missing"));
                log.push(Diagnostic::new("file::missing_key", place, words));
            }
            joint_factor(source, &format!("{path}.levels"), node, city, log)?
        }
        _ => {
            let words = Words::new("因子须三选一", "a factor is one of three");
            let expected = Words::same("lever / assumption / levels");
            log.push(Diagnostic::new("experiment::factor", place, words).expected(expected));
            return None;
        }
    };
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
        fit(lever, &Written::Number(value), &city.agencies)
            .map_err(|error| {
                let diagnostic = wrong(source, node, &given.path, error.expected);
                log.push(diagnostic.got(error.got));
            })
            .ok()
    };
    let values = if let Some(node) = given.values {
        let mut levels = Vec::new();
        for node in list_of(source, &given.path, node, log)? {
            levels.push(lever_setting(source, lever, node, city, log)?);
        }
        Values::Levels(levels)
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
    if let Ok(value) = fit(lever, &Written::from_node(node), &city.agencies)
        && lever.key != crate::domain::policy::epoch::KEY
    {
        return Some(Setting::of_lever(lever, value, city));
    }
    let wrong_before = log.len();
    let layers = if lever.key == crate::domain::policy::epoch::KEY {
        super::scenario::read_epoch(source, lever, node, city, log).into_iter().collect()
    } else {
        let statements = read_lever(source, lever, node, city, log);
        vec![super::scenario::Layer { statements }]
    };
    let written = source.text.get(node.span.clone()).unwrap_or_default();
    let text = written.replace('"', "").split_whitespace().collect::<Vec<_>>().join(" ");
    let (zh, en) = (text.clone(), text.clone());
    let setting = Setting { text, zh, en, number: f64::NAN, layers, changes: Vec::new() };
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
    Setting { zh: text.clone(), en: text.clone(), text, number, layers: Vec::new(), changes }
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
        levels.push(Setting { text, zh, en, number: stands_for, layers, changes });
    }
    let [name, zh, en, unit] = std::array::from_fn(|_| String::new());
    Some(Factor { name, zh, en, unit, kind: FactorKind::Joint, values: Values::Levels(levels) })
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
