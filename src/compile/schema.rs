//! JSON Schemas of the input files, built from the registries, for editors.

use super::design::KINDS;
use super::experiment::DEFAULTS;
use super::fit::WAVES;
use super::rules::{Estimand, SelectMethod};
use crate::domain::{Kind, Lever, Param, Params, levers, params};
use serde_json::{Map, Value, json};

/// Which file a schema is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SchemaOf {
    /// `model.toml`.
    Model,
    /// `scenarios/*.toml`.
    Scenario,
    /// `experiments/*.toml`.
    Experiment,
}

/// JSON Schema (draft 2020-12) of a file. Levers that are not built yet are not in it.
pub fn schema(of: SchemaOf) -> Value {
    let (title, body) = match of {
        SchemaOf::Model => ("huying model", model()),
        SchemaOf::Scenario => ("huying scenario", scenario()),
        SchemaOf::Experiment => ("huying experiment", experiment()),
    };
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
    });
    if let (Some(schema), Value::Object(body)) = (schema.as_object_mut(), body) {
        schema.extend(body);
    }
    schema
}

/// A closed table.
fn table(properties: Map<String, Value>, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn map(entries: Value) -> Map<String, Value> {
    match entries {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Weights of the hours of a day, or of equal shorter parts of it.
fn parts_of_day() -> Value {
    measured_list((24, 1440), "share", (0.0, 1.0))
}

/// A number or vector in its three forms.
fn measured(n: usize, unit: &str, limits: (f64, f64)) -> Value {
    measured_list((n, n), unit, limits)
}

/// The same where a list may have from `least` to `most` elements; a list of one is a number.
fn measured_list((least, most): (usize, usize), unit: &str, limits: (f64, f64)) -> Value {
    let one = most == 1;
    let of = |item: &Value| match one {
        true => item.clone(),
        false => json!({ "type": "array", "items": item, "minItems": least, "maxItems": most }),
    };
    let bare = of(&json!({ "type": "number", "minimum": limits.0, "maximum": limits.1 }));
    let range = of(
        &json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 }),
    );
    let relative = json!({ "type": "string", "pattern": "^±[0-9.]+%$" });
    let source = json!({ "enum": ["seed", "sourced", "assumed", "fitted"] });
    let sources = of(&source);
    let full = table(
        map(json!({
            "value": bare,
            "range": { "anyOf": [range, relative] },
            "source": if one { source } else { json!({ "anyOf": [source, sources] }) },
            "unit": { "const": unit },
            "note": { "type": "string" },
        })),
        &["value"],
    );
    json!({ "anyOf": [bare, full] })
}

fn described(mut schema: Value, zh: &str, en: &str, unit: &str) -> Value {
    schema["description"] = json!(format!("{zh} · {en} [{unit}]"));
    schema
}

fn param(param: &Param) -> Value {
    let n = (param.field)(&mut Params::default()).len();
    described(measured(n, param.unit, param.limits), param.zh, param.en, param.unit)
}

fn model() -> Value {
    let file = json!({ "type": "string" });
    let ids = json!({ "type": "array", "items": { "type": "string" } });
    let hours = json!({ "type": "array", "items": {
        "type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}$" } });
    let days = ["weekdays", "saturday", "sunday"];
    let pattern =
        table(days.map(|day| (day.to_owned(), hours.clone())).into_iter().collect(), &days);
    let needed = ["streets", "items", "agencies", "units", "seasons", "holidays"];
    let all_tables = needed.iter().chain(&["items_other", "powers", "services"]);
    let tables = all_tables.map(|name| ((*name).to_owned(), file.clone())).collect();
    let wd = ["limit_wd", "long_limit_wd", "extension_wd", "return_wd", "yellow_wd"];
    let mut rules: Map<String, Value> = wd
        .map(|key| (key.to_owned(), measured(1, "working days", (0.0, 250.0))))
        .into_iter()
        .collect();
    rules.insert("start".to_owned(), json!({ "enum": ["acceptance", "registration"] }));
    rules.insert("reset_on_redo".to_owned(), json!({ "type": "boolean" }));
    let people = |limits| measured(1, "people", limits);
    let mut properties = map(json!({
        "name_zh": file,
        "name_en": file,
        "tables": table(tables, &needed),
        "calendar": table(map(json!({
            "start": {}, "office": pattern, "squad": pattern, "grid": pattern,
        })), &["start", "office", "squad", "grid"]),
        "population": table(map(json!({
            "sigma": measured(1, "1", (0.0, 2.0)),
            "persons_per_household": people((1.0, 10.0)),
            "grid_workers": people((0.0, 1e6)),
            "fixed": { "type": "object", "additionalProperties": people((1.0, 1e8)) },
        })), &["sigma", "persons_per_household", "grid_workers"]),
        "profiles": table(map(json!({
            "hours": parts_of_day(),
            "evening_hours": parts_of_day(),
            "weekdays": measured(7, "share", (0.0, 7.0)),
            "heating_season": file,
        })), &["hours", "evening_hours", "weekdays"]),
        "items": table(map(json!({
            "evening": ids, "self_solving": ids, "bought": ids, "partnered": ids })),
            &["evening", "self_solving"]),
        "applications": table(map(json!({ "hall": file, "power_path": ids })),
            &["hall", "power_path"]),
        "holders": table(map(json!({
            "economic_towns": ids,
            "key_towns": ids,
            "parks": { "type": "object", "additionalProperties": table(map(json!({
                "place": file,
                "volume": measured(1, "key towns", (0.0, 100.0)),
                "staff": people((1.0, 1000.0)),
            })), &["place", "volume", "staff"]) },
        })), &["economic_towns", "key_towns"]),
        "rules": {
            "type": "object",
            "properties": { "in_force": file },
            "required": ["in_force"],
            "additionalProperties": table(rules, &["limit_wd", "long_limit_wd", "extension_wd",
                "return_wd", "yellow_wd", "start", "reset_on_redo"]),
        },
    }));
    for (section, members) in param_sections() {
        let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
        let inner = members.iter().map(|(name, p)| ((*name).to_owned(), param(p))).collect();
        properties.insert(section.to_owned(), table(inner, &names));
    }
    let optional = ["applications", "holders"];
    let keys = properties.keys().filter(|key| !optional.contains(&key.as_str()));
    let required: Vec<String> = keys.cloned().collect();
    let required: Vec<&str> = required.iter().map(String::as_str).collect();
    table(properties, &required)
}

fn param_sections() -> Vec<(&'static str, Vec<(&'static str, &'static Param)>)> {
    let mut sections: Vec<(&str, Vec<(&str, &Param)>)> = Vec::new();
    for param in params() {
        let (section, name) = param.key.split_once('.').expect("invariant: section.name");
        match sections.last_mut() {
            Some((last, members)) if *last == section => members.push((name, param)),
            _ => sections.push((section, vec![(name, param)])),
        }
    }
    sections
}

/// One value of a lever.
fn lever_value(kind: Kind) -> Value {
    match kind {
        Kind::Float { min, max } => json!({ "type": "number", "minimum": min, "maximum": max }),
        Kind::Int { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Choice(words) => json!({ "enum": words }),
        Kind::Agencies | Kind::Words(_) => json!({ "anyOf": [
            { "type": "array", "items": { "type": "string" } }, { "type": "string" },
        ] }),
        Kind::Vector { n, min, max, optional, .. } => {
            let number = json!({ "type": "number", "minimum": min, "maximum": max });
            let list = json!({ "type": "array", "items": number, "minItems": n, "maxItems": n });
            if optional { json!({ "anyOf": [list, { "const": "none" }] }) } else { list }
        }
    }
}

fn lever(lever: &Lever) -> Value {
    let value = lever_value(lever.kind);
    let scoped = json!({
        "type": "object",
        "properties": { "from": {} },
        "additionalProperties": value,
    });
    let any = json!({ "anyOf": [value, scoped, { "type": "array", "items": scoped }] });
    let en = format!("{} ({} → {})", lever.en, lever.before.value, lever.after.value);
    described(any, &format!("{} {}", lever.id, lever.zh), &en, lever.unit)
}

/// The `[levers]` table: by group, by whole key or by id.
fn levers_table() -> Value {
    let mut properties = Map::new();
    for built in levers() {
        let schema = lever(built);
        properties.insert(built.id.to_owned(), schema.clone());
        if let Some((group, name)) = built.key.split_once('.') {
            let empty = || table(Map::new(), &[]);
            let group = properties.entry(group).or_insert_with(empty);
            group["properties"][name] = schema.clone();
        }
        properties.insert(built.key.to_owned(), schema);
    }
    table(properties, &[])
}

/// What happens from outside.
fn shocks() -> Value {
    let text = json!({ "type": "string" });
    let texts = json!({ "anyOf": [text, { "type": "array", "items": text }] });
    let above = json!({ "type": "number", "exclusiveMinimum": 0 });
    let amount = |most: u32| json!({ "type": "number", "exclusiveMinimum": 0, "maximum": most });
    let response = table(
        map(json!({
            "days": { "type": "integer", "minimum": 1, "maximum": 366 },
            "overtime_h": amount(6), "helpers": amount(10_000),
        })),
        &["days"],
    );
    let shock = table(
        map(json!({
            "name_zh": text, "name_en": text, "start": {},
            "hour": { "type": "integer", "minimum": 0, "maximum": 23 },
            "days": { "type": "integer", "minimum": 1, "maximum": 366 },
            "decay_days": above, "times": above, "issues": above,
            "items": texts, "season": texts, "field": texts, "area": texts,
            "response": response,
        })),
        &["name_zh", "name_en", "start", "days"],
    );
    json!({ "type": "array", "items": shock, "maxItems": crate::domain::MAX_SHOCKS })
}

/// Groups A–H that are switched on.
fn groups() -> Value {
    let letters: Vec<String> =
        crate::domain::groups().iter().map(|group| group.letter.to_string()).collect();
    json!({ "anyOf": [
        { "type": "array", "items": { "enum": letters } },
        { "enum": ["all", "none"] },
    ] })
}

fn scenario() -> Value {
    let text = json!({ "type": "string" });
    let properties = map(json!({
        "name_zh": text, "name_en": text, "extends": text, "groups": groups(),
        "shocks": shocks(),
        "levers": levers_table(),
    }));
    table(properties, &["name_zh", "name_en"])
}

/// Keys of assumed numbers, whole or element by element, to numbers.
fn assumptions_table() -> Value {
    json!({ "type": "object", "description":
        "假定数：键为 model.toml 中的 节.名 · assumed numbers by their key in model.toml" })
}

fn positive() -> Value {
    json!({ "type": "number", "exclusiveMinimum": 0 })
}

fn counted(least: u32) -> Value {
    json!({ "type": "integer", "minimum": least, "maximum": 100_000 })
}

fn precision_table() -> Value {
    let share = json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 });
    let text = json!({ "type": "string" });
    table(
        map(json!({
            "relative": share,
            "kpis": { "anyOf": [text, { "type": "array", "items": text }] },
            "absolute": { "type": "object", "additionalProperties": positive() },
            "of": { "enum": ["mean", "difference"] },
            "at_least": counted(2),
            "round": counted(1),
            "at_most": counted(2),
            "look_ahead": counted(0),
        })),
        &[],
    )
}

fn select_table() -> Value {
    let share = json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 });
    table(
        map(json!({
            "kpi": { "type": "string" },
            "goal": { "enum": ["max", "min"] },
            "method": { "enum": SelectMethod::ALL.map(|(word, _)| word) },
            "delta": positive(),
            "confidence": share,
            "first_stage": counted(3),
            "round": counted(1),
            "at_most": counted(3),
            "budget": counted(2),
        })),
        &[],
    )
}

fn design_table(assumptions: &Value) -> Value {
    let text = json!({ "type": "string" });
    let texts = json!({ "anyOf": [text, { "type": "array", "items": text }] });
    let number = json!({ "type": "number" });
    let level = table(
        map(json!({
            "name": text, "name_zh": text, "name_en": text, "number": number,
            "levers": levers_table(), "assumptions": assumptions,
        })),
        &["name"],
    );
    let factor = table(
        map(json!({
            "name": text, "name_zh": text, "name_en": text, "unit": text,
            "lever": text, "assumption": text, "group": text,
            "levels": { "type": "array", "items": level, "minItems": 2 },
            "values": { "type": "array", "minItems": 2 },
            "low": number, "high": number,
            "from": number, "to": number, "step": number,
        })),
        &[],
    );
    table(
        map(json!({
            "kind": { "enum": KINDS },
            "scenario": text,
            "groups": texts,
            "points": { "type": "integer", "minimum": 2 },
            "fraction": { "type": "integer", "minimum": 1, "maximum": 16 },
            "generators": texts,
            "seed": { "type": "integer", "minimum": 0 },
            "factors": { "type": "array", "items": factor, "minItems": 1 },
        })),
        &["kind"],
    )
}

fn experiment() -> Value {
    let text = json!({ "type": "string" });
    let texts = json!({ "anyOf": [text, { "type": "array", "items": text }] });
    let assumptions = assumptions_table();
    let arm = table(
        map(json!({
            "assumptions": assumptions.clone(),
            "rollout": { "type": "array", "minItems": 1, "items": table(
                map(json!({ "scenario": text, "from": {}, "places": texts })),
                &["scenario", "from", "places"],
            ) },
            "name": text, "name_zh": text, "name_en": text, "scenario": text,
            "groups": groups(), "levers": levers_table(), "shocks": shocks(),
        })),
        &["scenario"],
    );
    let whole = |least: u32, default: u64| {
        let mut schema = json!({ "type": "integer", "minimum": least });
        schema["default"] = json!(default);
        schema
    };
    let properties = map(json!({
        "title_zh": text, "title_en": text, "question_zh": text, "question_en": text,
        "model": text,
        "area": texts,
        "warm_up_days": whole(0, DEFAULTS.warm_up_days.into()),
        "horizon_days": whole(1, DEFAULTS.horizon_days.into()),
        "replications": whole(1, DEFAULTS.replications.into()),
        "ignorance": { "type": "integer", "minimum": 2, "maximum": 10_000 },
        "ignorance_replications": whole(1, DEFAULTS.ignorance_replications.into()),
        "seed": whole(0, DEFAULTS.seed),
        "confidence": { "type": "number", "minimum": 0.5, "exclusiveMaximum": 1,
            "default": DEFAULTS.confidence },
        "kpis": texts,
        "charts": texts,
        "scopes": texts,
        "estimand": { "enum": Estimand::ALL.map(|(word, _)| word) },
        "precision": precision_table(),
        "select": select_table(),
        "fit": table(
            map(json!({
                "observed": text,
                "waves": { "type": "integer", "minimum": WAVES.0, "maximum": WAVES.1 },
                "points": { "type": "integer", "minimum": 4, "maximum": 20_000 },
                "cut": { "type": "number", "minimum": 1, "maximum": 10 },
            })),
            &[],
        ),
        "design": design_table(&assumptions),
        "shocks": shocks(),
        "arms": { "type": "array", "items": arm, "minItems": 1 },
    }));
    let required = ["title_zh", "title_en", "question_zh", "question_en", "model"];
    table(properties, &required)
}
