//! Layers of a scenario resolved into the settings of every place at every time.

use super::assumed::{city_with, effective};
use super::lever_value::value_text;
use super::model::LoadedModel;
use super::package::{package_stack, split_sets};
use super::places::Scope;
use super::scenario::{Layer, Stack, Statement, read_sets, read_stack};
use super::shocks::{check_number, shocks_text};
use crate::base::{DAY, Time};
use crate::domain::{City, Epoch, Lever, Plan, Settings, Shock, StreetKind, Value, levers};
use crate::spec::{Diagnostics, Place};
use jiff::civil::Date;
use std::fmt::Write as _;
use std::sync::Arc;

/// A scenario ready to run.
#[derive(Clone, Debug)]
pub struct LoadedPlan {
    /// Name: of the file.
    pub name: String,
    /// 名称.
    pub zh: String,
    /// English name.
    pub en: String,
    /// The city: the model's own, or one in which assumed numbers are set to other values.
    pub city: Arc<City>,
    /// Settings of every place and time.
    pub plan: Plan,
    /// Every setting that the scenario makes and that can count, one line each, in the order of
    /// levers, then every assumed number that differs from the model: for the manifest.
    pub settings: String,
    /// The assumed numbers that differ from the model, as in `settings`: with the plan and the
    /// model they decide what a replication gives.
    pub changes: Vec<String>,
    /// Scenario files read: path and digest, the scenario itself last.
    pub files: Vec<(String, String)>,
}

impl LoadedPlan {
    /// Adds what happens from outside.
    pub(super) fn add_shocks(&mut self, shocks: &[Shock]) {
        self.settings.push_str(&shocks_text(&self.city, shocks));
        self.plan.shocks.extend_from_slice(shocks);
    }
}

/// Compiles a scenario (name in the model's folder, or path) with settings of the command line.
///
/// # Errors
/// Every mistake found in the scenario, in what it extends and in the settings.
pub fn plan(
    model: &LoadedModel,
    scenario: &str,
    sets: &[(String, String)],
) -> Result<LoadedPlan, Diagnostics> {
    let mut log = Diagnostics::new();
    let stack = read_stack(model, scenario, None, &mut log);
    let (groups, sets) = split_sets(sets, &mut log);
    let groups = groups.map(|set| package_stack(model, set, &[], &mut log));
    let (layers, changes) = read_sets(&sets, &model.city, &mut log);
    if let Some(stack) = &stack {
        check_number(stack.shocks.len(), &Place::whole(scenario), &mut log);
    }
    let plan = stack.map(|mut stack| {
        stack.stand_on(groups.flatten());
        stack.layers.extend(layers);
        stack.changes.extend(changes);
        resolve(&model.city, stack)
    });
    log.unless_wrong(plan)
}

/// Resolves a stack of layers.
pub(super) fn resolve(city: &Arc<City>, stack: Stack) -> LoadedPlan {
    let days = days(city, &stack.layers);
    let all = levers();
    let mut epochs: Vec<Epoch> = Vec::new();
    for day in days {
        let at = |place: At| settings(city, &all, &stack.layers, day, place);
        let streets = (0..city.streets.len()).map(|street| at(At::Street(street))).collect();
        let districts = (0..city.districts.len()).map(|d| at(At::District(d))).collect();
        let epoch = Epoch { from: Time(day * DAY), streets, districts };
        let same =
            |last: &Epoch| last.streets == epoch.streets && last.districts == epoch.districts;
        // A date that changes nothing leaves no trace.
        if !epochs.last().is_some_and(same) {
            epochs.push(epoch);
        }
    }
    let mut settings = settings_text(city, &all, &stack.layers);
    let changes: Vec<String> =
        effective(&stack.changes).into_iter().map(super::assumed::Change::line).collect();
    for line in &changes {
        let _ = writeln!(settings, "{line}");
    }
    let city = city_with(city, &stack.changes);
    let Stack { name, zh, en, files, shocks, .. } = stack;
    settings.push_str(&shocks_text(&city, &shocks));
    LoadedPlan { name, zh, en, city, plan: Plan { epochs, shocks }, settings, changes, files }
}

/// Day of the run on which a statement comes into force; 0 for all that is earlier.
fn day_of(city: &City, from: Option<Date>) -> i64 {
    let days = |date: Date| city.start.duration_until(date).as_hours() / 24;
    from.map_or(0, |date| days(date).max(0))
}

fn days(city: &City, layers: &[Layer]) -> Vec<i64> {
    let statements = layers.iter().flat_map(|layer| &layer.statements);
    let mut days: Vec<i64> = statements.map(|said| day_of(city, said.from)).collect();
    days.push(0);
    days.sort_unstable();
    days.dedup();
    days
}

/// A place that has settings of its own.
#[derive(Clone, Copy)]
pub(super) enum At {
    Street(usize),
    District(usize),
}

fn holds(city: &City, scope: Scope, at: At) -> bool {
    match (scope, at) {
        (Scope::Everywhere, _) => true,
        (Scope::Kind(kind), At::Street(street)) => {
            [StreetKind::Street, StreetKind::Town][kind] == city.streets[street].kind
        }
        (Scope::District(district), At::Street(street)) => {
            city.streets[street].district == district
        }
        (Scope::District(district), At::District(own)) => district == own,
        (Scope::Street(named), At::Street(street)) => named == street,
        (Scope::Kind(_) | Scope::Street(_), At::District(_)) => false,
    }
}

fn settings(city: &City, levers: &[&Lever], layers: &[Layer], day: i64, at: At) -> Settings {
    let mut settings = city.before.clone();
    for lever in levers {
        let value = layers.iter().rev().find_map(|layer| said(city, layer, lever, day, at));
        if let Some(value) = value {
            (lever.set)(value, &mut settings);
        }
    }
    settings
}

/// What a layer says of a lever at a place and day: the narrowest scope, then the latest date.
pub(super) fn said<'a>(
    city: &City,
    layer: &'a Layer,
    lever: &Lever,
    day: i64,
    at: At,
) -> Option<&'a Value> {
    let in_force = |said: &&Statement| {
        said.lever.id == lever.id && day_of(city, said.from) <= day && holds(city, said.scope, at)
    };
    let found = layer.statements.iter().filter(in_force);
    found.max_by_key(|said| (said.scope.narrowness(), said.from)).map(|said| &said.value)
}

/// Every statement that can still count, lever by lever.
fn settings_text(city: &City, built: &[&Lever], layers: &[Layer]) -> String {
    let mut text = String::new();
    for lever in built {
        let mut lines: Vec<String> = Vec::new();
        for layer in layers.iter().rev() {
            let of_lever = |said: &&Statement| said.lever.id == lever.id;
            let mut here: Vec<&Statement> = layer.statements.iter().filter(of_lever).collect();
            here.sort_by_key(|said| (said.from, said.scope));
            let covers = |said: &&Statement| said.scope == Scope::Everywhere && said.from.is_none();
            let covered = here.iter().any(covers);
            let written = here.into_iter().map(|said| line(city, said)).collect::<Vec<_>>();
            lines.splice(0..0, written);
            if covered {
                break;
            }
        }
        for line in lines {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

fn line(city: &City, said: &Statement) -> String {
    let mut line = said.lever.key.to_owned();
    if said.scope != Scope::Everywhere {
        let _ = write!(line, " [{}]", said.scope.name(city));
    }
    if let Some(from) = said.from {
        let _ = write!(line, " from {from}");
    }
    let _ = write!(line, " = {}", value_text(said.lever, &said.value, city));
    line
}
