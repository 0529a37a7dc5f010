//! Values of levers in all their forms: registry text, scenario files, `--set`.

use crate::domain::policy::powers::DELEGATED;
use crate::domain::{Agency, AgencyKind, City, Kind, Lever, Power, PowerSet, Value};
use crate::spec::{Node, Tree, Words, nearest};

/// Why a value does not fit its lever.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ValueError {
    /// What would fit.
    pub expected: Words,
    /// What stands there.
    pub got: String,
    /// The word that was probably meant.
    pub nearest: Option<String>,
}

/// What sets of levers are made of.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) agencies: &'a [Agency],
    /// In the order of delegation.
    pub(super) powers: &'a [Power],
}

impl<'a> Names<'a> {
    pub(super) fn of(city: &'a City) -> Names<'a> {
        Names { agencies: &city.agencies, powers: &city.powers }
    }
}

/// A value as written, before the lever is known.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Written {
    Word(String),
    Number(f64),
    Flag(bool),
    List(Vec<Written>),
    Other,
}

impl Written {
    /// From a text: `a;b` is a list.
    pub(super) fn from_text(text: &str) -> Written {
        let text = text.trim();
        if text.contains(';') {
            let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
            Written::List(parts.map(Written::from_text).collect())
        } else if let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) {
            Written::Number(number)
        } else {
            match text {
                "true" => Written::Flag(true),
                "false" => Written::Flag(false),
                word => Written::Word(word.to_owned()),
            }
        }
    }

    /// From a TOML value. Text in quotes has the form of the command line.
    pub(super) fn from_node(node: &Node) -> Written {
        match &node.value {
            Tree::Text(text) => Written::from_text(text),
            Tree::Whole(whole) => Written::Number(*whole as f64),
            Tree::Number(number) => Written::Number(*number),
            Tree::Flag(flag) => Written::Flag(*flag),
            Tree::List(nodes) => Written::List(nodes.iter().map(Written::from_node).collect()),
            Tree::Date(_) | Tree::Table(_) => Written::Other,
        }
    }

    fn is_none(&self) -> bool {
        matches!(self, Written::Word(word) if word == "none")
    }

    fn shown(&self) -> String {
        match self {
            Written::Word(word) => word.clone(),
            Written::Number(number) => number.to_string(),
            Written::Flag(flag) => flag.to_string(),
            Written::List(list) => {
                format!("[{}]", list.iter().map(Written::shown).collect::<Vec<_>>().join(", "))
            }
            Written::Other => "{…}".to_owned(),
        }
    }
}

/// Reads a lever's value from its text form: `20`, `0.4;0.3;0.3`, `none`, `true`, `公安;消防`.
///
/// # Errors
/// If the text does not fit the lever; says what would.
pub fn parse_value(lever: &Lever, text: &str, city: &City) -> Result<Value, ValueError> {
    fit(lever, &Written::from_text(text), Names::of(city))
}

/// Fits a written value to a lever.
pub(super) fn fit(lever: &Lever, written: &Written, names: Names<'_>) -> Result<Value, ValueError> {
    let wrong = |expected: Words| ValueError { expected, got: written.shown(), nearest: None };
    match (lever.kind, written) {
        (Kind::Float { min, max }, Written::Number(number)) if within(*number, min, max) => {
            Ok(Value::Number(*number))
        }
        (Kind::Float { min, max }, _) => Err(wrong(Words::new(
            format!("{min} 到 {max} 的数"),
            format!("a number from {min} to {max}"),
        ))),
        (Kind::Int { min, max }, Written::Number(number))
            if within(*number, min as f64, max as f64) && libm::trunc(*number) >= *number =>
        {
            Ok(Value::Number(*number))
        }
        (Kind::Int { .. }, Written::Word(_) | Written::List(_)) if lever.key == DELEGATED => {
            power_set(written, names)
        }
        (Kind::Int { min, max }, _) => Err(wrong(Words::new(
            format!("{min} 到 {max} 的整数"),
            format!("a whole number from {min} to {max}"),
        ))),
        (Kind::Bool, _) => flag(written).ok_or_else(|| wrong(Words::same("true / false"))),
        (Kind::Choice(words), _) => choice(words, written),
        (Kind::Agencies, _) => agency_set(written, names.agencies),
        (Kind::Words(words), _) => word_set(words, written),
        (Kind::Vector { n, min, max, optional, shares }, _) => {
            vector(written, (n, min, max), optional, shares).ok_or_else(|| {
                let sum_zh = if shares { ",和为 1" } else { "" };
                let sum_en = if shares { ", sum 1" } else { "" };
                let none = if optional { " / none" } else { "" };
                wrong(Words::new(
                    format!("{n} 个 {min} 到 {max} 的数{sum_zh}{none}"),
                    format!("{n} numbers from {min} to {max}{sum_en}{none}"),
                ))
            })
        }
    }
}

fn within(number: f64, min: f64, max: f64) -> bool {
    (min..=max).contains(&number)
}

fn flag(written: &Written) -> Option<Value> {
    match written {
        Written::Flag(flag) => Some(Value::Flag(*flag)),
        Written::Number(number) if number.to_bits() == 1.0f64.to_bits() => Some(Value::Flag(true)),
        Written::Number(number) if number.to_bits() == 0.0f64.to_bits() => Some(Value::Flag(false)),
        _ => None,
    }
}

fn choice(words: &[&str], written: &Written) -> Result<Value, ValueError> {
    let word = written.shown();
    match words.iter().position(|known| **known == word) {
        Some(index) => Ok(Value::Choice(index)),
        None => Err(ValueError {
            expected: Words::same(words.join(" / ")),
            nearest: nearest(&word, words.iter().copied()).map(str::to_owned),
            got: word,
        }),
    }
}

/// The parts of a set; a single word is a set of one.
fn parts(written: &Written) -> &[Written] {
    match written {
        Written::List(list) => list.as_slice(),
        none if none.is_none() => &[],
        single => std::slice::from_ref(single),
    }
}

fn word_set(words: &[&str], written: &Written) -> Result<Value, ValueError> {
    let mut set = 0;
    for word in parts(written).iter().map(Written::shown) {
        let Some(index) = words.iter().position(|known| **known == word) else {
            return Err(ValueError {
                expected: Words::new(
                    format!("{} 的列表，或 none", words.join(" / ")),
                    format!("a list of {}, or none", words.join(" / ")),
                ),
                nearest: nearest(&word, words.iter().copied()).map(str::to_owned),
                got: word,
            });
        };
        set |= 1 << index;
    }
    Ok(Value::Words(set))
}

/// Powers by id, or all of a department by its name.
fn power_set(written: &Written, names: Names<'_>) -> Result<Value, ValueError> {
    let mut set = PowerSet::default();
    for name in parts(written).iter().map(Written::shown) {
        let departments = departments_named(names.agencies, &name);
        let mut found = false;
        for (index, power) in names.powers.iter().enumerate() {
            if power.id == name || departments >> power.agency & 1 == 1 {
                set.insert(index);
                found = true;
            }
        }
        if !found {
            let short = names.agencies.iter().filter_map(|agency| agency.seed_name.as_deref());
            let known = names.powers.iter().map(|power| power.id.as_str()).chain(short);
            return Err(ValueError {
                expected: Words::new(
                    "权限数，或权限编号、部门简称的列表，或 none",
                    "how many powers, or a list of powers or departments, or none",
                ),
                nearest: nearest(&name, known).map(str::to_owned),
                got: name,
            });
        }
    }
    Ok(Value::Powers(set))
}

fn agency_set(written: &Written, agencies: &[Agency]) -> Result<Value, ValueError> {
    let mut set = 0;
    for name in parts(written).iter().map(Written::shown) {
        let bits = departments_named(agencies, &name);
        if bits == 0 {
            let known = agencies.iter().filter(|agency| agency.kind == AgencyKind::Department);
            let names = known.flat_map(|agency| {
                agency.seed_name.as_deref().into_iter().chain([agency.zh.as_str(), &agency.id])
            });
            return Err(ValueError {
                expected: Words::new("部门简称的列表，或 none", "a list of departments, or none"),
                nearest: nearest(&name, names).map(str::to_owned),
                got: name,
            });
        }
        set |= bits;
    }
    Ok(Value::Agencies(set))
}

/// The same rule as [`City::agencies_named`], before there is a city.
fn departments_named(agencies: &[Agency], name: &str) -> u64 {
    let mut set = 0;
    for (index, agency) in agencies.iter().enumerate() {
        let named = agency.seed_name.as_deref() == Some(name)
            || agency.id == name
            || agency.zh == name
            || agency.aliases.iter().any(|alias| alias == name);
        if named && agency.kind == AgencyKind::Department {
            set |= 1 << index;
        }
    }
    set
}

fn vector(
    written: &Written,
    (n, min, max): (usize, f64, f64),
    optional: bool,
    shares: bool,
) -> Option<Value> {
    let list = match written {
        Written::List(list) if list.len() == n => list,
        none if none.is_none() && optional => return Some(Value::None),
        _ => return None,
    };
    let numbers: Option<Vec<f64>> = list
        .iter()
        .map(|element| match element {
            Written::Number(number) if within(*number, min, max) => Some(*number),
            _ => None,
        })
        .collect();
    let numbers = numbers?;
    let sum: f64 = numbers.iter().sum();
    (!shares || (sum - 1.0).abs() < 1e-6).then_some(Value::Vector(numbers))
}

/// A value in the text form that [`parse_value`] reads back.
pub fn value_text(lever: &Lever, value: &Value, city: &City) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Choice(index) => match lever.kind {
            Kind::Choice(words) => words[*index].to_owned(),
            _ => index.to_string(),
        },
        Value::Agencies(0) | Value::Words(0) | Value::None => "none".to_owned(),
        Value::Words(set) => match lever.kind {
            Kind::Words(words) => {
                let members = words.iter().enumerate().filter(|(index, _)| set >> index & 1 == 1);
                members.map(|(_, word)| *word).collect::<Vec<_>>().join(";")
            }
            _ => set.to_string(),
        },
        Value::Powers(set) if set.count() == 0 => "none".to_owned(),
        Value::Powers(set) => {
            let members = city.powers.iter().enumerate().filter(|(index, _)| set.has(*index));
            members.map(|(_, power)| power.id.as_str()).collect::<Vec<_>>().join(";")
        }
        Value::Agencies(set) => {
            let mut names: Vec<&str> = Vec::new();
            let members =
                city.agencies.iter().enumerate().filter(|(index, _)| set >> index & 1 == 1);
            for (_, agency) in members {
                let short = agency.seed_name.as_deref();
                // A short name stands for all its agencies; one alone goes by its id.
                let whole = short.filter(|name| city.agencies_named(name) & !set == 0);
                let name = whole.unwrap_or(&agency.id);
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            names.join(";")
        }
        Value::Vector(vector) => vector.iter().map(f64::to_string).collect::<Vec<_>>().join(";"),
    }
}
