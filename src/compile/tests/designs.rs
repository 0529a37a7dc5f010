//! Factors and designs: what they move, and what is refused.

use super::*;
use std::sync::Arc;

/// A design on the model of `huying new`, with the tables that its head leaves out.
fn design(draft: &Draft, body: &str) -> Result<LoadedExperiment, Diagnostics> {
    let head = "title_zh = \"甲\"\ntitle_en = \"A\"\nquestion_zh = \"吗\"\nquestion_en = \"?\"\n\
                model = \"..\"\n";
    draft.write("experiments/e.toml", &format!("{head}{body}"));
    let path = draft.dir().join("experiments/e.toml");
    load_experiment(&path, &Known::default())
}

fn loaded(draft: &Draft, body: &str) -> LoadedExperiment {
    design(draft, body).unwrap_or_else(|log| panic!("{log}"))
}

fn mistakes(draft: &Draft, body: &str) -> Vec<String> {
    design(draft, body).map_or_else(|log| draft.lines(&log), |_| Vec::new())
}

fn names(loaded: &LoadedExperiment) -> Vec<&str> {
    loaded.arms.iter().map(|arm| arm.name.as_str()).collect()
}

/// Equal to the last bit.
fn same(got: f64, want: f64) {
    assert_eq!(got.to_bits(), want.to_bits(), "{got} is not {want}");
}

const SQUAD: &str = "[[design.factors]]\nlever = \"enforcement.squad_officers\"\n";

#[test]
fn a_grid_crosses_levers_and_assumptions() {
    // Catches: an assumed number that is not moved, an arm that shares another's city, a level
    // assigned to the wrong factor.
    let draft = Draft::new();
    let body = format!(
        "[design]\nkind = \"grid\"\n{SQUAD}values = [2, 9]\nname = \"squad\"\n\
         [[design.factors]]\nassumption = \"posts.routine_share\"\nvalues = [0.25, 0.35]\n"
    );
    let experiment = loaded(&draft, &body);
    assert_eq!(names(&experiment), ["base", "p001", "p002", "p003", "p004"]);
    let own = &experiment.model.city;
    assert!(Arc::ptr_eq(own, &experiment.arms[0].city));
    for (arm, officers, share) in [(1, 2.0, 0.25), (2, 2.0, 0.35), (3, 9.0, 0.25), (4, 9.0, 0.35)] {
        let plan = &experiment.arms[arm];
        same(plan.city.params.posts.routine_share, share);
        let settings = &plan.plan.epochs[0].streets[0];
        same(settings.enforcement.squad_officers, officers);
        assert!(plan.settings.contains(&format!("posts.routine_share = {share}")));
        let known = plan.city.assumptions.iter().find(|a| a.key == "posts.routine_share");
        same(known.expect("kept").value, share);
    }
    let made = experiment.design.expect("a design");
    assert_eq!(made.factors[0].name, "squad");
    let settings: Vec<&str> =
        made.points[2].1.iter().map(|s| s.as_ref().expect("set").text.as_str()).collect();
    assert_eq!((made.points[2].0.as_str(), settings), ("p003", vec!["9", "0.25"]));
}

#[test]
fn a_number_at_its_own_value_moves_nothing() {
    // Catches: a city of its own, and so another result, for a number set to what it is.
    let draft = Draft::new();
    let model = draft.load();
    let own = model.city.params.posts.routine_share;
    let sets = [("posts.routine_share".to_owned(), own.to_string())];
    let set = plan(&model, "before", &sets).expect("fits");
    assert!(Arc::ptr_eq(&set.city, &model.city) && set.changes.is_empty());
    let sets = [("posts.routine_share".to_owned(), "0.4".to_owned())];
    let moved = plan(&model, "before", &sets).expect("fits");
    same(moved.city.params.posts.routine_share, 0.4);
    same(model.city.params.posts.routine_share, own);
}

#[test]
fn one_at_a_time_leaves_the_others_alone() {
    // Catches: a factor left at its last level, the scenario itself missing.
    let draft = Draft::new();
    let body = format!(
        "[design]\nkind = \"dose\"\nscenario = \"after\"\n{SQUAD}from = 4\nto = 12\nstep = 4\n\
         [[design.factors]]\nlever = \"list.clarity\"\nvalues = [0, 1]\n"
    );
    let experiment = loaded(&draft, &body);
    assert_eq!(names(&experiment), ["base", "p002", "p003", "p004", "p005", "p006"]);
    let after = &experiment.arms[0].plan.epochs[0].streets[0];
    let last = &experiment.arms[5].plan.epochs[0].streets[0];
    assert_eq!(last.enforcement, after.enforcement);
    assert_ne!(last.duty_list, after.duty_list);
    let made = experiment.design.expect("a design");
    assert!(made.points[0].1.iter().all(Option::is_none));
    assert!(made.points[5].1[0].is_none());
}

#[test]
fn sets_switches_words_and_vectors_are_factors() {
    // Catches: a kind of lever that no design can move.
    let draft = Draft::new();
    let body = "[design]\nkind = \"fractional\"\nfraction = 1\n\
         [[design.factors]]\nlever = \"enforcement.resident_agencies\"\n\
         values = [\"none\", \"公安;消防\"]\n\
         [[design.factors]]\nlever = \"platform.per_case_scoring\"\n\
         [[design.factors]]\nlever = \"callup.channel\"\n\
         [[design.factors]]\nlever = \"assessment.metric_mix\"\n\
         [[design.factors]]\nname = \"joint\"\nlevels = [\n\
           { name = \"off\" },\n\
           { name = \"on\", number = 1, levers = { list.items = 81, list.clarity = 0.5 },\n\
             assumptions = { demand.duplicate_days = 5.0 } },\n]\n";
    let experiment = loaded(&draft, body);
    // 2^(5-1) with an added factor that is the product of the others: all low has it high.
    assert_eq!(experiment.arms.len(), 17);
    let made = experiment.design.as_ref().expect("a design");
    assert!(made.notes[0].en.contains("resolution 5"), "{:?}", made.notes);
    let high = experiment.arms.iter().find(|arm| arm.changes == ["demand.duplicate_days = 5"]);
    let high = &high.expect("one of them").plan.epochs[0].streets[0];
    same(high.duty_list.n_items, 81.0);
}

#[test]
fn positions_become_settings_of_ranges() {
    // Catches: ends of a range that are missed, whole numbers with unequal shares, elements of a
    // vector that move apart.
    let city = jinan().city;
    let officers = Factor::of_lever(&city, "L14").expect("a lever");
    assert_eq!(officers.range(), Some((6.0, 20.0)));
    let numbers = [0.0, 0.5, 1.0].map(|u| officers.at(u).number);
    numbers.into_iter().zip([6.0, 13.0, 20.0]).for_each(|(got, want)| same(got, want));
    let clarity = Factor::of_lever(&city, "list.clarity").expect("a lever");
    same(clarity.at(0.0).number, 0.0);
    same(clarity.at(1.0).number, 0.65);
    let agencies = Factor::of_lever(&city, "enforcement.resident_agencies").expect("a lever");
    assert_eq!((agencies.n_levels(), agencies.range()), (2, None));
    let effort = Factor::of_assumption(&city, "effort.street_h").expect("a vector");
    let settings = effort.at(1.0).changes;
    assert_eq!(settings.len(), 5);
    for change in settings {
        assert_eq!(Some(change.value), change.assumed.range.map(|(_, high)| high));
    }
    let one = Factor::of_assumption(&city, "effort.street_h[2]").expect("an element");
    assert_eq!(one.at(0.0).changes.len(), 1);
    let rule = format!("rules.{}.limit_wd", city.rules.id);
    assert!(Factor::of_assumption(&city, &rule).is_ok());
    assert!(Factor::of_assumption(&city, "effort.street").is_err());
    assert!(Factor::of_lever(&city, "list.clearness").is_err());
}

#[test]
fn mistakes_of_a_design_are_told() {
    // Catches: a design that is silently another one than was written.
    let draft = Draft::new();
    let one = |body: &str| {
        let lines = mistakes(&draft, body);
        assert!(!lines.is_empty(), "no mistake in {body}");
        lines.join("\n")
    };
    assert!(one("").contains("\"arms\" or \"design\" is missing"));
    let kind = one(&format!("[design]\nkind = \"gird\"\n{SQUAD}"));
    assert!(kind.contains("did you mean") && kind.contains("grid"), "{kind}");
    let sobol = one(&format!("[design]\nkind = \"sobol\"\npoints = 100\n{SQUAD}"));
    assert!(sobol.contains("powers of two"), "{sobol}");
    let points = one(&format!("[design]\nkind = \"latin\"\n{SQUAD}"));
    assert!(points.contains("design.points"), "{points}");
    let three = format!("[design]\nkind = \"fractional\"\n{SQUAD}values = [1, 2, 3]\n");
    assert!(one(&three).contains("exactly two levels"));
    let high = one(&format!("[design]\nkind = \"grid\"\n{SQUAD}values = [1, 99]\n"));
    assert!(high.contains("a whole number from 0 to 40"), "{high}");
    let number = "[[design.factors]]\nassumption = \"posts.routine_shard\"\n";
    let near = one(&format!("[design]\nkind = \"grid\"\n{number}"));
    assert!(near.contains("posts.routine_share"), "{near}");
    let beyond = "[[design.factors]]\nassumption = \"posts.routine_share\"\nlow = 0.1\nhigh = 7\n";
    assert!(one(&format!("[design]\nkind = \"grid\"\n{beyond}")).contains("from"));
    let twice = one(&format!("[design]\nkind = \"grid\"\n{SQUAD}{SQUAD}"));
    assert!(twice.contains("two factors"), "{twice}");
    let both = format!("[design]\nkind = \"grid\"\n{SQUAD}assumption = \"posts.routine_share\"\n");
    assert!(one(&both).contains("one of four"));
}

#[test]
fn groups_are_factors() {
    // Catches: a group that leaves levers of the scenario below it, all groups on that are not the
    // after side, a scoped value of the after side lost.
    let model = jinan();
    let base = Base::load(&model, "after", &[]).expect("a scenario");
    let factors: Vec<Factor> =
        "ABCDEFGH".chars().map(|g| Factor::of_group(&model, g).expect("a group")).collect();
    let side = |level: usize| {
        let settings: Vec<Setting> = factors.iter().map(|factor| factor.level(level)).collect();
        base.arm(&model, "arm", &factors.iter().zip(&settings).collect::<Vec<_>>())
    };
    for (level, scenario) in [(0, "before"), (1, "after")] {
        let whole = plan(&model, scenario, &[]).expect("a scenario");
        assert!(side(level).plan == whole.plan, "all groups are not {scenario}");
        let files: Vec<&str> = whole.files.iter().map(|(path, _)| path.as_str()).collect();
        assert!(side(level).files.iter().any(|(path, _)| files.contains(&path.as_str())));
    }
    let draft = Draft::new();
    let experiment = loaded(&draft, "[design]\nkind = \"factorial\"\ngroups = [\"D\", \"F\"]\n");
    // The first point is the scenario itself: no arm `base` beside it.
    assert_eq!(names(&experiment), ["p001", "p002", "p003", "p004"]);
    assert!(mistakes(&draft, "[design]\nkind = \"grid\"\ngroups = [\"Z\"]\n").len() == 1);
}

#[test]
fn a_scenario_is_rolled_out_place_by_place() {
    // Catches: a wave that reaches other places or comes early, values of towns lost on the way, a
    // roll-out everywhere at once from the start that is not the scenario itself.
    let draft = Draft::new();
    let arms = "[[arms]]\nscenario = \"before\"\n[[arms]]\nname = \"all\"\nscenario = \"before\"\n\
        rollout = [{ scenario = \"after\", from = 1990-01-01, places = [\"city\"] }]\n\
        [[arms]]\nname = \"late\"\nscenario = \"before\"\n\
        rollout = [{ scenario = \"after\", from = 2030-01-01, places = [\"东街街道\"] }]\n";
    let experiment = loaded(&draft, arms);
    let after = plan(&experiment.model, "after", &[]).expect("a scenario");
    assert!(experiment.arms[1].plan == after.plan);
    let late = &experiment.arms[2].plan;
    assert_eq!(late.epochs.len(), 2);
    assert!(late.epochs[0] == experiment.arms[0].plan.epochs[0]);
    let city = &experiment.model.city;
    for street in 0..city.streets.len() {
        let side = if city.streets[street].zh == "东街街道" { 1 } else { 0 };
        let want = &experiment.arms[side].plan.epochs[0].streets[street];
        assert!(late.epochs[1].streets[street] == *want, "{}", city.streets[street].zh);
    }
    let wrong = arms.replace("东街街道", "东街");
    assert!(mistakes(&draft, &wrong).join("").contains("东街街道"));
}
