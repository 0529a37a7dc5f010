//! Factors of a sensitivity study: which belong together, and their table.

use crate::compile::Factor;
use crate::domain::mechanism::group_of;
use crate::domain::{find_lever, groups};
use crate::study::sensitivity::Group;
use crate::table::Table;

/// Factors of one section, or levers of one group of mechanisms, together.
pub(super) fn grouped(factors: &[Factor]) -> Vec<Group> {
    let mut made: Vec<Group> = Vec::new();
    for (at, factor) in factors.iter().enumerate() {
        let group = match find_lever(&factor.name).and_then(group_of) {
            Some(letter) => {
                let known = groups().iter().find(|group| group.letter == letter);
                let (zh, en) = known.map_or(("", ""), |group| (group.zh, group.en));
                [letter.to_string(), zh.to_owned(), en.to_owned()]
            }
            None => {
                let section = factor.name.split('.').next().unwrap_or_default();
                [section; 3].map(str::to_owned)
            }
        };
        match made.iter_mut().find(|known| known.id == group[0]) {
            Some(known) => known.factors.push(at),
            None => {
                let [id, zh, en] = group;
                made.push(Group { id, zh, en, factors: vec![at] });
            }
        }
    }
    made
}

/// Table `factors`: what is moved, between which settings, in which group.
pub(super) fn factors_table(factors: &[Factor], groups: &[Group]) -> Table {
    let text = |of: &dyn Fn(usize, &Factor) -> String| -> Vec<String> {
        factors.iter().enumerate().map(|(at, factor)| of(at, factor)).collect()
    };
    let group = |at: usize| {
        let found = groups.iter().find(|group| group.factors.contains(&at));
        found.map_or_else(String::new, |group| group.id.clone())
    };
    Table::new("factors")
        .with_text("factor", text(&|_, factor| factor.name.clone()))
        .with_text("kind", text(&|_, factor| factor.kind.id().to_owned()))
        .with_text("name_zh", text(&|_, factor| factor.zh.clone()))
        .with_text("name_en", text(&|_, factor| factor.en.clone()))
        .with_text("unit", text(&|_, factor| factor.unit.clone()))
        .with_text("group", text(&|at, _| group(at)))
        .with_text("low", text(&|_, factor| factor.at(0.0).text))
        .with_text("high", text(&|_, factor| factor.at(1.0).text))
}
