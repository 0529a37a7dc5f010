//! Levers: what policy can move. The registry is the only list of them.

use super::matter::PowerSet;
use super::policy;
use super::settings::Settings;

/// What values a lever takes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Kind {
    /// A real number.
    Float {
        /// Smallest.
        min: f64,
        /// Largest.
        max: f64,
    },
    /// A whole number.
    Int {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// On or off (`1`/`0`, `true`/`false`).
    Bool,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// A set of agencies by short name (公安;消防), or `none`.
    Agencies,
    /// A set of words, or `none`.
    Words(&'static [&'static str]),
    /// A vector of numbers.
    Vector {
        /// Number of elements.
        n: usize,
        /// Smallest element.
        min: f64,
        /// Largest element.
        max: f64,
        /// `none` is allowed and means "no rule".
        optional: bool,
        /// Elements must sum to one.
        shares: bool,
    },
}

/// A checked, resolved value.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Float or Int.
    Number(f64),
    /// Bool.
    Flag(bool),
    /// Index into the words of a `Choice`.
    Choice(usize),
    /// Bit set over the city's agencies.
    Agencies(u64),
    /// Bit set over the words of a `Words`.
    Words(u64),
    /// Powers by the order of delegation.
    Powers(PowerSet),
    /// Vector.
    Vector(Vec<f64>),
    /// `none`: no rule.
    None,
}

impl Value {
    /// The number.
    ///
    /// # Panics
    /// If the value is of another kind: compile has checked it.
    pub fn number(&self) -> f64 {
        match self {
            Value::Number(number) => *number,
            other => panic!("invariant: expected a number, got {other:?}"),
        }
    }

    /// The flag.
    ///
    /// # Panics
    /// If the value is of another kind: compile has checked it.
    pub fn flag(&self) -> bool {
        match self {
            Value::Flag(flag) => *flag,
            other => panic!("invariant: expected a flag, got {other:?}"),
        }
    }

    /// The index of the choice.
    ///
    /// # Panics
    /// If the value is of another kind: compile has checked it.
    pub fn choice(&self) -> usize {
        match self {
            Value::Choice(index) => *index,
            other => panic!("invariant: expected a choice, got {other:?}"),
        }
    }

    /// The set of agencies.
    ///
    /// # Panics
    /// If the value is of another kind: compile has checked it.
    pub fn agencies(&self) -> u64 {
        match self {
            Value::Agencies(set) => *set,
            other => panic!("invariant: expected agencies, got {other:?}"),
        }
    }

    /// The set of words.
    ///
    /// # Panics
    /// If the value is of another kind: compile has checked it.
    pub fn words(&self) -> u64 {
        match self {
            Value::Words(set) => *set,
            other => panic!("invariant: expected words, got {other:?}"),
        }
    }

    /// The vector; `none` gives no vector.
    ///
    /// # Panics
    /// If the value is of another kind: compile has checked it.
    pub fn vector(&self) -> Option<&[f64]> {
        match self {
            Value::Vector(vector) => Some(vector),
            Value::None => None,
            other => panic!("invariant: expected a vector, got {other:?}"),
        }
    }
}

/// A value with its source tag, as written in files.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Known {
    /// Text as in a scenario (`a;b` for sets and vectors).
    pub value: &'static str,
    /// `ASSUMED`, `SEED…`, `SOURCED…`.
    pub tag: &'static str,
}

/// Something policy can move.
#[derive(Clone, Copy, Debug)]
pub struct Lever {
    /// `L14`.
    pub id: &'static str,
    /// `enforcement.squad_officers`.
    pub key: &'static str,
    /// 名称.
    pub zh: &'static str,
    /// English name.
    pub en: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Values it takes.
    pub kind: Kind,
    /// Before the reform (E1, 2018).
    pub before: Known,
    /// After the reform (E2, 2021).
    pub after: Known,
    /// Mechanisms it belongs to.
    pub mechanisms: &'static [&'static str],
    /// What it acts on.
    pub affects: &'static str,
    /// Writes a checked value into the settings.
    pub set: fn(&Value, &mut Settings),
}

/// Every lever, in id order.
pub fn levers() -> Vec<&'static Lever> {
    let mut all: Vec<&'static Lever> = [
        policy::posts::LEVERS,
        policy::reallocation::LEVERS,
        policy::social::LEVERS,
        policy::units::LEVERS,
        policy::enforcement::LEVERS,
        policy::assessment::LEVERS,
        policy::economy::LEVERS,
        policy::tasks::LEVERS,
        policy::duty_list::LEVERS,
        policy::response::LEVERS,
        policy::closing::LEVERS,
        policy::grids::LEVERS,
        policy::committee::LEVERS,
        policy::fund::LEVERS,
        policy::powers::LEVERS,
        policy::service::LEVERS,
        policy::epoch::LEVERS,
    ]
    .into_iter()
    .flatten()
    .collect();
    all.sort_by_key(|lever| lever.id);
    all
}

/// Finds a lever by id (`L14`) or key.
pub fn find_lever(name: &str) -> Option<&'static Lever> {
    levers().into_iter().find(|lever| lever.id == name || lever.key == name)
}
