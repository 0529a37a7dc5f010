//! Groups A–H switched on and off (M43).

use super::*;
use crate::domain::mechanism::{group_of, levers_of_group};
use crate::domain::{GroupSet, groups, levers};

fn set(letters: &str) -> GroupSet {
    letters.chars().fold(GroupSet::NONE, |set, letter| set.with(letter).expect("a group"))
}

fn planned(model: &LoadedModel, scenario: &str, sets: &[(&str, &str)]) -> LoadedPlan {
    let sets: Vec<(String, String)> =
        sets.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    plan(model, scenario, &sets).unwrap_or_else(|log| panic!("{log}"))
}

// Catches a lever that no group moves or that two groups move: shares of the whole would not add
// up.
#[test]
fn groups_share_out_the_levers() {
    let mut seen: Vec<&str> = Vec::new();
    for group in groups() {
        let members = levers_of_group(group.letter);
        assert!(!members.is_empty(), "group {} moves nothing", group.letter);
        seen.extend(members.iter().map(|lever| lever.id));
    }
    seen.sort_unstable();
    let all: Vec<&str> = levers().iter().map(|lever| lever.id).filter(|id| *id != "L68").collect();
    assert_eq!(seen, all);
    assert_eq!(GroupSet::every().count(), 256);
}

// Catches a package that is not the two sides at its ends: then "the whole" would not be the
// reform. Towns keep their share of economic work, so the after side is the scenario's, not the
// registry's.
#[test]
fn no_group_is_before_and_all_groups_are_after() {
    let model = jinan();
    for (groups, side) in [(GroupSet::NONE, "before"), (GroupSet::ALL, "after")] {
        let package = package(&model, groups).unwrap_or_else(|log| panic!("{log}"));
        let whole = planned(&model, side, &[]);
        assert_eq!(package.plan, whole.plan, "{side}");
        assert_eq!(planned(&model, "after", &[("groups", &groups.text())]).plan, whole.plan);
    }
}

// Catches a group that moves another group's lever, or keeps one of its own behind.
#[test]
fn a_group_moves_its_own_levers_only() {
    let model = jinan();
    let lines =
        |plan: &LoadedPlan| -> Vec<String> { plan.settings.lines().map(str::to_owned).collect() };
    let [before, after] = ["before", "after"].map(|side| lines(&planned(&model, side, &[])));
    for letters in ["A", "F", "CG", "BDEH"] {
        let mixed = lines(&package(&model, set(letters)).unwrap_or_else(|log| panic!("{log}")));
        for lever in levers() {
            let of = |lines: &[String]| -> Vec<String> {
                let own = |line: &&String| line.split([' ', '=']).next() == Some(lever.key);
                lines.iter().filter(own).cloned().collect()
            };
            let on = group_of(lever).is_some_and(|letter| letters.contains(letter));
            let side = if on { &after } else { &before };
            if group_of(lever).is_some() {
                assert_eq!(of(&mixed), of(side), "{} in {letters}", lever.key);
            }
        }
    }
}

// Catches `groups` in a file that leaks what the file extends, or that wins over its own levers.
#[test]
fn files_and_options_name_groups() {
    let draft = Draft::new();
    let head = "name_zh = \"甲\"\nname_en = \"A\"\n";
    draft.write(
        "scenarios/mixed.toml",
        &format!("{head}extends = \"after\"\ngroups = [\"D\"]\n[levers]\nL15 = 0.5\n"),
    );
    let model = draft.load();
    let mixed = planned(&model, "mixed", &[]).plan;
    let option = planned(&model, "before", &[("groups", "D"), ("L15", "0.5")]).plan;
    assert_eq!(mixed, option);
    let street = &mixed.epochs[0].streets[0];
    assert!((street.enforcement.sunk_share - 0.5).abs() < 1e-12);
    assert!((street.enforcement.squad_officers - 20.0).abs() < 1e-12);
    assert!((street.duty_list.n_items).abs() < 1e-12, "group H stays at before");
    let mistakes = draft.scenario_mistakes("groups = [\"D\", \"K\"]\n");
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    assert!(mistakes[0].contains("unknown group \"K\""), "{mistakes:?}");
    draft.write("scenarios/after.toml", &format!("{head}groups = [\"D\"]\n"));
    let circle = plan(&draft.load(), "after", &[]);
    assert!(circle.is_err(), "the after side cannot be made of itself");
}
