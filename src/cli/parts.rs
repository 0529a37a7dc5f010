//! Which arms of a study switch groups of mechanisms, so that its difference can be divided.

use std::collections::BTreeMap;

use crate::compile::{FactorKind, LoadedDesign, LoadedPlan, Mixer, Setting};
use crate::domain::groups;
use crate::domain::mechanism::group_of;
use crate::study::{Player, Switched};

use super::question::Question;

/// Groups and the arms that switch them: those of a design of groups, or of a list of arms that
/// are the model's `before` or `after` with single groups moved. None if the arms do not allow it.
pub(super) fn parts(question: &Question) -> Option<Switched> {
    match &question.design {
        Some(design) => of_design(question, design),
        None => of_arms(question),
    }
}

/// Every group as a player with the levers it is given.
fn player(letter: char, levers: Vec<&'static str>) -> Player {
    let known = groups().iter().find(|group| group.letter == letter);
    let (zh, en) = known.map_or(("", ""), |group| (group.zh, group.en));
    Player { id: letter.to_string(), zh: zh.to_owned(), en: en.to_owned(), levers }
}

fn of_design(question: &Question, design: &LoadedDesign) -> Option<Switched> {
    let letters: Option<Vec<char>> = design
        .factors
        .iter()
        .map(|factor| (factor.kind == FactorKind::Group).then(|| factor.name.chars().next())?)
        .collect();
    let letters = letters?;
    let plans: BTreeMap<&str, (usize, &LoadedPlan)> =
        question.plans().enumerate().map(|(arm, plan)| (plan.name.as_str(), (arm, plan))).collect();
    // Where a factor is left as the scenario has it, the scenario is the arm of which it is said
    // of all factors: of the two settings the one that changes nothing there.
    let base = design.points.iter().find(|(_, point)| point.iter().all(Option::is_none));
    let is_on = |setting: &Setting| setting.number > 0.5;
    let as_it_is = |factor: usize| -> Option<bool> {
        let base = plans.get(base?.0.as_str())?.1;
        let same = |(arm, point): &&(String, Vec<Option<Setting>>)| {
            let alone = point.iter().enumerate().all(|(at, own)| own.is_some() == (at == factor));
            alone && plans.get(arm.as_str()).is_some_and(|(_, plan)| plan.plan == base.plan)
        };
        let found = design.points.iter().find(same)?;
        found.1[factor].as_ref().map(is_on)
    };
    let mut arms = Vec::new();
    for (name, point) in &design.points {
        let Some((arm, _)) = plans.get(name.as_str()) else { continue };
        let mut set = 0;
        for (factor, setting) in point.iter().enumerate() {
            let on = match setting {
                Some(setting) => is_on(setting),
                None => as_it_is(factor)?,
            };
            set |= u32::from(on) << factor;
        }
        arms.push((*arm, set));
    }
    Switched::new(letters.into_iter().map(|letter| player(letter, Vec::new())).collect(), arms)
}

/// Arms that are `before` or `after` of the model but for at most one group.
fn of_arms(question: &Question) -> Option<Switched> {
    let plans: Vec<&LoadedPlan> = question.plans().collect();
    if plans.len() < 3 {
        return None;
    }
    let mixer = Mixer::load(&question.model, "before", "after").ok()?;
    let moved = mixer.moved(&question.model);
    let players: Vec<Player> = groups()
        .iter()
        .map(|group| {
            let own = moved.iter().filter(|lever| group_of(lever) == Some(group.letter));
            player(group.letter, own.map(|lever| lever.id).collect())
        })
        .filter(|player| !player.levers.is_empty())
        .collect();
    let n = players.len();
    let full = u32::try_from((1u64 << n) - 1).ok()?;
    let near = (0..n).flat_map(|bit| [1 << bit, full ^ (1 << bit)]);
    let mut arms = Vec::new();
    for set in [0, full].into_iter().chain(near) {
        let on = (0..n).filter(|bit| set >> bit & 1 == 1);
        let levers: Vec<&str> = on.flat_map(|bit| players[bit].levers.iter().copied()).collect();
        let wanted = mixer.plan(&question.model, &levers);
        let is = |plan: &&LoadedPlan| plan.plan == wanted.plan && plan.changes == wanted.changes;
        arms.extend(plans.iter().position(is).map(|arm| (arm, set)));
    }
    Switched::new(players, arms)
}
