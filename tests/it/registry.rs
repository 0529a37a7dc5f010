//! The lists: levers, mechanisms, numbers of the model. What is published must be what is built.

use std::collections::BTreeSet;

use huying::compile::{parse_value, value_text};
use huying::domain::{Kind, Lever, Params, Settings, Value, levers, mechanisms, params};
use huying::measure::KpiId;

use crate::files::{report, texts};
use crate::fixture::jinan;

/// The published levers: `lever_id,key,type,min,max,before,after`.
const PUBLISHED: &str = include_str!("published_levers.csv");

fn published() -> Vec<Vec<&'static str>> {
    PUBLISHED.lines().skip(1).map(|line| line.split(',').collect()).collect()
}

// Catches a lever renamed, lost, doubled, or moved away from what was published.
#[test]
fn levers_are_the_published_ones() {
    let registry = levers();
    assert_eq!(registry.len(), 68);
    let keys: BTreeSet<&str> = registry.iter().map(|lever| lever.key).collect();
    assert_eq!(keys.len(), 68, "keys are unique");
    let mut complaints = Vec::new();
    for (lever, row) in registry.iter().zip(published()) {
        let [id, key, kind, min, max, before, after] = row[..] else {
            panic!("a row of seven cells: {row:?}");
        };
        if (lever.id, lever.key) != (id, key) {
            complaints.push(format!("{} {} should be {id} {key}", lever.id, lever.key));
        }
        if !same_kind(lever.kind, kind, min, max) {
            complaints.push(format!("{id}: {:?} should be {kind} {min}..{max}", lever.kind));
        }
        let values = [(lever.before, before), (lever.after, after)];
        for (known, text) in values {
            if !same_value(known.value, text) {
                complaints.push(format!("{id}: {} should be {text}", known.value));
            }
            if known.tag.is_empty() {
                complaints.push(format!("{id}: a value without its source"));
            }
        }
        for (name, text) in [("zh", lever.zh), ("en", lever.en), ("affects", lever.affects)] {
            if text.trim().is_empty() {
                complaints.push(format!("{id}: {name} is empty"));
            }
        }
    }
    report("levers that are not the published ones", &complaints);
}

fn same_value(a: &str, b: &str) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.to_bits() == b.to_bits(),
        _ => a == b,
    }
}

fn same_kind(kind: Kind, name: &str, min: &str, max: &str) -> bool {
    match kind {
        Kind::Float { min: low, max: high } => {
            name == "float"
                && same_value(&low.to_string(), min)
                && same_value(&high.to_string(), max)
        }
        Kind::Int { min: low, max: high } => {
            name == "int" && low.to_string() == min && high.to_string() == max
        }
        Kind::Bool => name == "bool",
        Kind::Choice(_) => name == "enum",
        Kind::Agencies | Kind::Words(_) => name == "set",
        Kind::Vector { n, .. } => name == format!("vec{n}"),
    }
}

// Catches a before or after value that its own lever would refuse, or one that comes back from its
// text as something else.
#[test]
fn before_and_after_are_values_of_their_lever() {
    let model = jinan();
    let mut complaints = Vec::new();
    for lever in levers() {
        for known in [lever.before, lever.after] {
            match parse_value(lever, known.value, &model.city) {
                Ok(value) => {
                    let text = value_text(lever, &value, &model.city);
                    if parse_value(lever, &text, &model.city) != Ok(value) {
                        complaints
                            .push(format!("{}: {} comes back as {text}", lever.id, known.value));
                    }
                }
                Err(error) => complaints.push(format!("{}: {error:?}", lever.id)),
            }
        }
    }
    report("values that do not fit their lever", &complaints);
}

/// Two different values of a lever.
fn two_values(lever: &Lever) -> [Value; 2] {
    match lever.kind {
        Kind::Float { min, max } => [Value::Number(min), Value::Number(max)],
        Kind::Int { min, max } => [Value::Number(min as f64), Value::Number(max as f64)],
        Kind::Bool => [Value::Flag(false), Value::Flag(true)],
        Kind::Choice(_) => [Value::Choice(0), Value::Choice(1)],
        Kind::Words(_) => [Value::Words(0), Value::Words(1)],
        Kind::Agencies => [Value::Agencies(0), Value::Agencies(1)],
        Kind::Vector { n, .. } => {
            let last = |at: usize| (0..n).map(|i| f64::from(u8::from(i == at))).collect();
            [Value::Vector(last(0)), Value::Vector(last(n - 1))]
        }
    }
}

// Catches a lever whose value goes nowhere, and two levers that write to one place.
#[test]
fn levers_write_their_own_setting() {
    // All levers at one value, then each in turn at the other: as many different settings as
    // levers. The epoch is a preset that compile applies; it has no setting of its own.
    let all: Vec<&Lever> = levers().into_iter().filter(|lever| lever.key != "epoch").collect();
    let settings_with = |moved: Option<usize>| {
        let mut settings = Settings::default();
        for (index, lever) in all.iter().enumerate() {
            (lever.set)(&two_values(lever)[usize::from(moved == Some(index))], &mut settings);
        }
        settings
    };
    let mut seen = vec![settings_with(None)];
    for (index, lever) in all.iter().enumerate() {
        let moved = settings_with(Some(index));
        assert!(!seen.contains(&moved), "{} writes nowhere, or where another does", lever.id);
        seen.push(moved);
    }
}

// Catches a mechanism of the text that nobody models, and names that lead nowhere.
#[test]
fn mechanisms_are_complete_and_lead_to_levers() {
    let all = mechanisms();
    let ids: Vec<&str> = all.iter().map(|mechanism| mechanism.id).collect();
    let expected: Vec<String> = (1..=44).map(|number| format!("M{number:02}")).collect();
    assert_eq!(ids, expected);
    let registry = levers();
    let mut complaints = Vec::new();
    for mechanism in &all {
        let id = mechanism.id;
        if mechanism.quote.is_empty() || mechanism.en.is_empty() {
            complaints.push(format!("{id}: no quote or no meaning"));
        }
        if !('A'..='H').contains(&mechanism.group) {
            complaints.push(format!("{id}: group {}", mechanism.group));
        }
        // M43 is the package as a whole: its levers are all levers.
        if mechanism.levers.is_empty() && id != "M43" {
            complaints.push(format!("{id}: no lever"));
        }
        for lever in mechanism.levers {
            if !registry.iter().any(|known| known.id == *lever) {
                complaints.push(format!("{id}: lever {lever} does not exist"));
            }
        }
        for expect in mechanism.expects {
            if KpiId::find(expect.kpi).is_none() {
                complaints.push(format!("{id}: no KPI is called {}", expect.kpi));
            }
        }
    }
    for lever in &registry {
        for mechanism in lever.mechanisms {
            if !ids.contains(mechanism) {
                complaints.push(format!("{}: mechanism {mechanism} does not exist", lever.id));
            }
        }
        // The emergency fund is an extension that the text does not name.
        if lever.mechanisms.is_empty() && lever.id != "L65" {
            complaints.push(format!("{}: no mechanism", lever.id));
        }
        let named = all.iter().any(|mechanism| mechanism.levers.contains(&lever.id));
        if !named && lever.id != "L65" {
            complaints.push(format!("{}: no mechanism names it", lever.id));
        }
    }
    report("mechanisms and levers", &complaints);
}

// Catches a number of the model without meaning or limits, and one outside its own limits.
#[test]
fn numbers_have_names_limits_and_meaning() {
    let mut keys = BTreeSet::new();
    let mut complaints = Vec::new();
    let mut values = jinan().city.params.clone();
    for param in params() {
        if !keys.insert(param.key) {
            complaints.push(format!("{}: twice", param.key));
        }
        if [param.zh, param.en, param.unit].iter().any(|text| text.trim().is_empty()) {
            complaints.push(format!("{}: no name, meaning or unit", param.key));
        }
        let (low, high) = param.limits;
        if !(low < high && low.is_finite() && high.is_finite()) {
            complaints.push(format!("{}: limits {low}..{high}", param.key));
        }
        if !param.key.contains('.') {
            complaints.push(format!("{}: no section", param.key));
        }
        for value in (param.field)(&mut values).iter() {
            if !(low..=high).contains(value) {
                complaints.push(format!("{}: {value} outside {low}..{high}", param.key));
            }
        }
    }
    report("numbers of the model", &complaints);
}

// Catches a number that no list reaches (it would stay zero), and two names for one place.
#[test]
fn every_number_is_reached_by_one_name() {
    let mut store = Params::default();
    let mut next = 1.0;
    let mut total = 0;
    for param in params() {
        for place in (param.field)(&mut store) {
            *place = next;
            next += 1.0;
            total += 1;
        }
    }
    let mut expected = 1.0_f64;
    for param in params() {
        for place in (param.field)(&mut store) {
            assert_eq!(place.to_bits(), expected.to_bits(), "{}: written by two names", param.key);
            expected += 1.0;
        }
    }
    // Params is made of numbers only, so its size counts them.
    assert_eq!(size_of::<Params>(), total * size_of::<f64>(), "numbers that no name reaches");
}

// Catches a file whose list of levers, numbers or mechanisms is never joined to the whole.
#[test]
fn every_list_of_a_file_is_joined() {
    let joined = texts("src/domain", &["lever.rs", "param.rs", "mechanism.rs"])
        .iter()
        .map(|file| file.text.clone())
        .collect::<String>();
    let mut complaints = Vec::new();
    for file in texts("src/domain", &[".rs"]) {
        let module = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        for list in ["LEVERS", "PARAMS", "MECHANISMS"] {
            let has = file.text.contains(&format!("pub const {list}:"));
            if has && !joined.contains(&format!("{module}::{list}")) {
                complaints.push(format!("{}: {list}", file.path));
            }
        }
    }
    report("lists that are joined to nothing", &complaints);
}
