//! Factors: what a design moves, and the settings it can take.
//!
//! A factor moves a lever of any kind, an assumed number, or several of both together. It has
//! either a range, of which any position can be taken, or a list of levels.

use super::assumed::{Assumed, Change, city_with, find, unknown};
use super::lever_value::{Names, Written, fit, value_text};
use super::model::LoadedModel;
use super::package::{group_stack, package_stack, split_sets};
use super::places::Scope;
use super::plan::{LoadedPlan, resolve};
use super::scenario::{Layer, Side, Stack, Statement, read_stack, unknown_lever};
use crate::domain::{City, Kind, Lever, Value, find_lever, groups};
use crate::spec::{Diagnostic, Diagnostics, Place, Words};

/// What a factor stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactorKind {
    /// A lever.
    Lever,
    /// An assumed number, or all elements of a vector of them together.
    Assumption,
    /// A group of mechanisms, off and on.
    Group,
    /// Several things that move together.
    Joint,
}

impl FactorKind {
    /// Stable id, as written to files.
    pub fn id(self) -> &'static str {
        match self {
            FactorKind::Lever => "lever",
            FactorKind::Assumption => "assumption",
            FactorKind::Group => "group",
            FactorKind::Joint => "joint",
        }
    }
}

/// The same plan where assumed numbers are as these settings say; levers stay.
pub fn in_other_numbers(plan: &LoadedPlan, settings: &[Setting]) -> LoadedPlan {
    let changes: Vec<Change> =
        settings.iter().flat_map(|setting| setting.changes.iter().cloned()).collect();
    LoadedPlan { city: city_with(&plan.city, &changes), ..plan.clone() }
}

/// Something that a design moves.
#[derive(Clone, Debug)]
pub struct Factor {
    /// Id: the column of `design.csv`.
    pub name: String,
    /// 名称.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Unit of its numbers.
    pub unit: String,
    /// What it stands for.
    pub kind: FactorKind,
    pub(super) values: Values,
}

impl Factor {
    /// A level that the list of levels holds twice, if there is one.
    pub(super) fn level_twice(&self) -> Option<&str> {
        let Values::Levels(levels) = &self.values else { return None };
        let twice = |(at, level): &(usize, &Setting)| {
            levels[..*at].iter().any(|other| other.text == level.text)
        };
        levels.iter().enumerate().find(twice).map(|(_, level)| level.text.as_str())
    }
}

/// The settings that a factor can take.
#[derive(Clone, Debug)]
pub(super) enum Values {
    /// Everything between two numbers.
    Range { low: f64, high: f64, moves: Moves },
    /// A list.
    Levels(Vec<Setting>),
}

/// What a position of a range sets.
#[derive(Clone, Debug)]
pub(super) enum Moves {
    /// A lever, everywhere; in whole numbers or not.
    Lever { lever: &'static Lever, whole: bool },
    /// One number.
    Number(Assumed),
    /// The elements of a vector, each by the same part of its range: the factor's number is that
    /// part.
    Vector(Vec<(Assumed, (f64, f64))>),
}

/// One setting of a factor.
#[derive(Clone, Debug)]
pub struct Setting {
    /// As written to `design.csv`.
    pub text: String,
    /// 名称.
    pub zh: String,
    /// English name.
    pub en: String,
    /// The number it stands for; NaN where it is no number (a set, a vector, a word).
    pub number: f64,
    pub(super) layers: Vec<Layer>,
    pub(super) changes: Vec<Change>,
    /// Files read for it: path and digest.
    pub(super) files: Vec<(String, String)>,
}

impl Setting {
    fn of_number(number: f64, layers: Vec<Layer>, changes: Vec<Change>) -> Setting {
        let text = number.to_string();
        let files = Vec::new();
        Setting { zh: text.clone(), en: text.clone(), text, number, layers, changes, files }
    }

    /// A lever at a value, everywhere.
    pub(super) fn of_lever(lever: &'static Lever, value: Value, city: &City) -> Setting {
        let text = value_text(lever, &value, city);
        let number = match &value {
            Value::Number(number) => *number,
            Value::Flag(flag) => f64::from(u8::from(*flag)),
            _ => f64::NAN,
        };
        let said = Statement { lever, scope: Scope::Everywhere, from: None, value };
        let layers = vec![Layer { statements: vec![said] }];
        let (changes, files) = (Vec::new(), Vec::new());
        Setting { zh: text.clone(), en: text.clone(), text, number, layers, changes, files }
    }
}

impl Factor {
    /// A lever, by key or id, over the values it is known to have had: a number anywhere between
    /// before and after (or over all it may be, where the two are equal), a switch off and on, a
    /// word each of its words, a set or vector before and after.
    ///
    /// # Errors
    /// If there is no such lever.
    pub fn of_lever(city: &City, name: &str) -> Result<Factor, Diagnostics> {
        let mut log = Diagnostics::new();
        let place = Place::whole(name);
        let lever = find_lever(name);
        if lever.is_none() {
            log.push(unknown_lever(name, place));
        }
        let factor = lever.and_then(|lever| default_of_lever(city, lever, &mut log));
        log.unless_wrong(factor)
    }

    /// An assumed number over its range in the model file; a vector named as a whole moves all its
    /// elements by the same part of their ranges.
    ///
    /// # Errors
    /// If there is no such number, or the model gives no range for it.
    pub fn of_assumption(city: &City, key: &str) -> Result<Factor, Diagnostics> {
        let mut log = Diagnostics::new();
        let factor = default_of_assumption(city, key, Place::whole(key), &mut log);
        log.unless_wrong(factor)
    }

    /// A group of mechanisms, off (every lever of the group as before the reform) and on (as
    /// after).
    ///
    /// # Errors
    /// If there is no such group, or the model's scenarios `before` and `after` have mistakes.
    pub fn of_group(model: &LoadedModel, letter: char) -> Result<Factor, Diagnostics> {
        let mut log = Diagnostics::new();
        let factor = group_factor(model, letter, &Place::whole(letter.to_string()), &mut log);
        log.unless_wrong(factor)
    }

    /// Number of levels in a design of levels: two ends of a range, or as many as are listed.
    pub fn n_levels(&self) -> usize {
        match &self.values {
            Values::Range { .. } => 2,
            Values::Levels(levels) => levels.len(),
        }
    }

    /// The setting of a level, 0 first.
    ///
    /// # Panics
    /// If there is no such level.
    pub fn level(&self, level: usize) -> Setting {
        match &self.values {
            Values::Range { .. } => self.at(level as f64),
            Values::Levels(levels) => levels[level].clone(),
        }
    }

    /// The setting at a position from 0 to 1: of a range that part of the way, of levels the one in
    /// whose equal share the position falls.
    pub fn at(&self, position: f64) -> Setting {
        let position = position.clamp(0.0, 1.0);
        match &self.values {
            Values::Levels(levels) => {
                let level = (position * levels.len() as f64) as usize;
                levels[level.min(levels.len() - 1)].clone()
            }
            Values::Range { low, high, moves } => range_at(*low, *high, moves, position),
        }
    }

    /// Lowest and highest number of a range; none of levels.
    pub fn range(&self) -> Option<(f64, f64)> {
        match self.values {
            Values::Range { low, high, .. } => Some((low, high)),
            Values::Levels(_) => None,
        }
    }
}

fn range_at(low: f64, high: f64, moves: &Moves, position: f64) -> Setting {
    // The upper end is met exactly: low + (high - low) may miss it by rounding.
    let between = |low: f64, high: f64, part: f64| {
        if part >= 1.0 { high } else { low + (high - low) * part }
    };
    match moves {
        Moves::Lever { lever, whole } => {
            let number = if *whole {
                // Every whole number has an equal share of the positions.
                (low + ((high - low + 1.0) * position).floor()).min(high)
            } else {
                between(low, high, position)
            };
            let value = Value::Number(number);
            let said = Statement { lever, scope: Scope::Everywhere, from: None, value };
            Setting::of_number(number, vec![Layer { statements: vec![said] }], Vec::new())
        }
        Moves::Number(assumed) => {
            let value = between(low, high, position);
            let change = Change { assumed: assumed.clone(), value };
            Setting::of_number(value, Vec::new(), vec![change])
        }
        Moves::Vector(elements) => {
            let part = between(low, high, position);
            let changes = elements
                .iter()
                .map(|(assumed, (low, high))| Change {
                    assumed: assumed.clone(),
                    value: between(*low, *high, part),
                })
                .collect();
            Setting::of_number(part, Vec::new(), changes)
        }
    }
}

/// A group as a factor of two levels.
pub(super) fn group_factor(
    model: &LoadedModel,
    letter: char,
    place: &Place,
    log: &mut Diagnostics,
) -> Option<Factor> {
    let Some(group) = groups().iter().find(|group| group.letter == letter) else {
        let words = Words::new(format!("没有组“{letter}”"), format!("unknown group \"{letter}\""));
        let known: String = groups().iter().map(|group| group.letter).collect();
        let expected = Words::new(format!("{known} 中的字母"), format!("letters of {known}"));
        let mistake = Diagnostic::new("scenario::unknown_group", place.clone(), words);
        log.push(mistake.expected(expected));
        return None;
    };
    let mut level = |side: Side, [text, zh, en]: [&str; 3], number: f64| {
        let Stack { layers, changes, files, .. } = group_stack(model, letter, side, log)?;
        let [text, zh, en] = [text, zh, en].map(str::to_owned);
        Some(Setting { text, zh, en, number, layers, changes, files })
    };
    let off = level(Side::Before, ["0", "未改", "off"], 0.0)?;
    let on = level(Side::After, ["1", "已改", "on"], 1.0)?;
    Some(Factor {
        name: letter.to_string(),
        zh: format!("{letter} {}", group.zh),
        en: format!("{letter} {}", group.en),
        unit: "bool".to_owned(),
        kind: FactorKind::Group,
        values: Values::Levels(vec![off, on]),
    })
}

/// A factor of a lever with its default values.
pub(super) fn default_of_lever(
    city: &City,
    lever: &'static Lever,
    log: &mut Diagnostics,
) -> Option<Factor> {
    let known = |text: &str| fit(lever, &Written::from_text(text), Names::of(city)).ok();
    let (before, after) = (known(lever.before.value), known(lever.after.value));
    let levels = |values: Vec<Value>| {
        Values::Levels(values.into_iter().map(|v| Setting::of_lever(lever, v, city)).collect())
    };
    let values = match (lever.kind, before, after) {
        (Kind::Float { min, max }, Some(Value::Number(a)), Some(Value::Number(b))) => {
            range_of_lever(lever, (a, b), (min, max), false)
        }
        (Kind::Int { min, max }, Some(Value::Number(a)), Some(Value::Number(b))) => {
            range_of_lever(lever, (a, b), (min as f64, max as f64), true)
        }
        (Kind::Bool, ..) => levels([false, true].map(Value::Flag).into()),
        (Kind::Choice(words), ..) => levels((0..words.len()).map(Value::Choice).collect()),
        (_, Some(before), Some(after)) => levels(vec![before, after]),
        _ => {
            let words = Words::new(
                format!("{} 没有默认取值，请写 values", lever.key),
                format!("{} has no values by default: give `values`", lever.key),
            );
            log.push(Diagnostic::new("experiment::no_values", Place::whole(lever.key), words));
            return None;
        }
    };
    Some(factor_of_lever(lever, values))
}

/// The values between before and after; all that are allowed, where the two are equal.
fn range_of_lever(
    lever: &'static Lever,
    (a, b): (f64, f64),
    all: (f64, f64),
    whole: bool,
) -> Values {
    let (low, high) = if (a - b).abs() > 0.0 { (a.min(b), a.max(b)) } else { all };
    Values::Range { low, high, moves: Moves::Lever { lever, whole } }
}

/// A factor of a lever.
pub(super) fn factor_of_lever(lever: &'static Lever, values: Values) -> Factor {
    Factor {
        name: lever.key.to_owned(),
        zh: lever.zh.to_owned(),
        en: lever.en.to_owned(),
        unit: lever.unit.to_owned(),
        kind: FactorKind::Lever,
        values,
    }
}

/// A factor of an assumed number with its range in the model file.
pub(super) fn default_of_assumption(
    city: &City,
    key: &str,
    place: Place,
    log: &mut Diagnostics,
) -> Option<Factor> {
    let meant = find(city, key);
    if meant.is_empty() {
        log.push(unknown(city, key, place));
        return None;
    }
    let mut ranges = Vec::new();
    for assumed in &meant {
        let Some(range) = assumed.range.filter(|(low, high)| low < high) else { continue };
        ranges.push((assumed.clone(), range));
    }
    if ranges.is_empty() {
        let words = Words::new(
            format!("模型没有给出 {key} 的范围，请写 low 和 high"),
            format!("the model gives no range for {key}: give `low` and `high`"),
        );
        log.push(Diagnostic::new("experiment::no_range", place, words));
        return None;
    }
    let values = if meant.len() == 1 {
        let (assumed, (low, high)) = ranges.remove(0);
        Values::Range { low, high, moves: Moves::Number(assumed) }
    } else {
        Values::Range { low: 0.0, high: 1.0, moves: Moves::Vector(ranges) }
    };
    Some(factor_of_assumption(key, &meant, values))
}

/// A factor of an assumed number, or of all elements of a vector.
pub(super) fn factor_of_assumption(key: &str, meant: &[Assumed], values: Values) -> Factor {
    let first = &meant[0];
    let unit = if meant.len() == 1 { first.unit } else { "part of range" };
    Factor {
        name: key.to_owned(),
        zh: first.zh.to_owned(),
        // The registry adds where the form comes from, in brackets.
        en: first.en.split(" (").next().unwrap_or_default().to_owned(),
        unit: unit.to_owned(),
        kind: FactorKind::Assumption,
        values,
    }
}

/// What the arms of a design have in common: a scenario with settings.
#[derive(Clone, Debug)]
pub struct Base {
    stack: Stack,
}

impl Base {
    /// A scenario (name in the model's folder, or path) with settings of the command line.
    ///
    /// # Errors
    /// Every mistake found in the scenario, in what it extends and in the settings.
    pub fn load(
        model: &LoadedModel,
        scenario: &str,
        sets: &[(String, String)],
    ) -> Result<Base, Diagnostics> {
        let mut log = Diagnostics::new();
        let stack = read_stack(model, scenario, None, &mut log);
        let (groups, sets) = split_sets(sets, &mut log);
        let groups = groups.map(|set| package_stack(model, set, &[], &mut log));
        let (layers, changes) = super::scenario::read_sets(&sets, &model.city, &mut log);
        let base = stack.map(|mut stack| {
            stack.stand_on(groups.flatten());
            stack.layers.extend(layers);
            stack.changes.extend(changes);
            Base { stack }
        });
        log.unless_wrong(base)
    }

    pub(super) fn of(stack: Stack) -> Base {
        Base { stack }
    }

    /// The scenario itself, under a name.
    pub fn unmoved(&self, model: &LoadedModel, name: &str) -> LoadedPlan {
        let mut stack = self.stack.clone();
        stack.name = name.to_owned();
        resolve(&model.city, stack)
    }

    /// The scenario with factors at settings: an arm. Settings are applied in order, so where two
    /// move the same thing the last counts.
    pub fn arm(
        &self,
        model: &LoadedModel,
        name: &str,
        point: &[(&Factor, &Setting)],
    ) -> LoadedPlan {
        let mut stack = self.stack.clone();
        name.clone_into(&mut stack.name);
        for (_, setting) in point {
            stack.layers.extend(setting.layers.iter().cloned());
            stack.changes.extend(setting.changes.iter().cloned());
            stack.files.extend(setting.files.iter().cloned());
        }
        let words = |of: &dyn Fn(&Factor, &Setting) -> String| -> Vec<String> {
            point.iter().map(|(factor, setting)| of(factor, setting)).collect()
        };
        stack.zh = words(&|factor, setting| format!("{} {}", factor.zh, setting.zh)).join("，");
        stack.en = words(&|factor, setting| format!("{} {}", factor.en, setting.en)).join(", ");
        resolve(&model.city, stack)
    }
}
