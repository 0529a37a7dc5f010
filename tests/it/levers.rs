//! Every lever that is built moves something, and none moves anything at its before value.

use huying::compile::LoadedModel;
use huying::domain::{Kind, Lever, Plan, levers};

use crate::files::report;
use crate::fixture::{SPEC, Told, after, before, changed, digest, fixture, measured, plan_of, run};

/// A value that is not the lever's own: the other side's, or the far end of its range.
fn other_value(lever: &Lever, side: &str) -> String {
    // Three streets do not spend the budget of a whole district: one that lasts for a few works.
    if lever.key == "emergency.fund" {
        return "4".to_owned();
    }
    // The shortest period: others end after the eight weeks of the test.
    if lever.key == "staff.reallocation_days" {
        return "7".to_owned();
    }
    let (mine, theirs) = match side {
        "before" => (lever.before.value, lever.after.value),
        _ => (lever.after.value, lever.before.value),
    };
    if mine != theirs {
        return theirs.to_owned();
    }
    match lever.kind {
        Kind::Float { min, max } => {
            let far = mine.parse::<f64>().is_ok_and(|mine| mine * 2.0 > min + max);
            if far { min.to_string() } else { max.to_string() }
        }
        Kind::Int { min, max } => {
            if mine == max.to_string() {
                min.to_string()
            } else {
                max.to_string()
            }
        }
        other => panic!("{}: no other value of {other:?} is known", lever.id),
    }
}

/// Every KPI of a run, everywhere.
fn kpis(model: &LoadedModel, plan: &Plan) -> String {
    digest(&measured(model, &run(model, plan, SPEC), SPEC).kpis)
}

// Catches a lever that is accepted and ignored: moved alone from before or from after, whichever
// has its partners switched on, it must change a KPI.
#[test]
fn no_lever_is_dead() {
    let of = |told: &Told| digest(&measured(fixture(), told, SPEC).kpis);
    let sides = [("before", of(before())), ("after", of(after()))];
    // Social organizations take months and key projects are rare: here they are quick and common.
    let quick = changed(fixture(), |city| {
        (city.params.social.lag_months, city.params.social.growth_months) = (0.0, 0.5);
        city.params.reallocation.project_chance = 1.0;
    });
    let quick_sides =
        ["before", "after"].map(|side| (side, kpis(&quick, &plan_of(&quick, side, &[]))));
    let mut dead = Vec::new();
    for lever in levers() {
        if lever.key == "epoch" {
            continue;
        }
        let slow = ["social.organisations", "staff.project_tilt_share"].contains(&lever.key);
        let (model, sides) = if slow { (&quick, &quick_sides) } else { (fixture(), &sides) };
        // The pool of posts is handed out anew every quarter: here every week.
        let weekly = lever.key == "staff.dynamic_pool_share";
        let moves = sides.iter().any(|(side, unmoved)| {
            let value = other_value(lever, side);
            if weekly {
                let of = |sets: &[(&str, &str)]| kpis(model, &plan_of(model, side, sets));
                return of(&[("L06", "7"), (lever.id, &value)]) != of(&[("L06", "7")]);
            }
            let plan = plan_of(model, side, &[(lever.id, &value)]);
            kpis(model, &plan) != *unmoved
        });
        if !moves {
            dead.push(format!("{} {}", lever.id, lever.key));
        }
    }
    report("levers that move nothing", &dead);
}

// Catches a lever whose before value is not the world that the tables describe.
#[test]
fn all_levers_at_before_are_the_before_side() {
    let sets: Vec<(&str, &str)> =
        levers().into_iter().map(|lever| (lever.key, lever.before.value)).collect();
    let plan = plan_of(fixture(), "before", &sets);
    assert_eq!(plan, plan_of(fixture(), "before", &[]));
    assert_eq!(digest(before()), digest(&run(fixture(), &plan, SPEC)));
}

// Catches an epoch that is not made of its levers: E1 is before, and E0 has the smaller squads.
#[test]
fn epochs_are_presets() {
    let with = |sets: &[(&str, &str)]| plan_of(fixture(), "before", sets);
    assert_eq!(with(&[("epoch", "E1")]), with(&[]));
    let e0 = [("enforcement.squad_officers", "2"), ("enforcement.sunk_share", "0.2")];
    assert_eq!(with(&[("epoch", "E0")]), with(&e0));
    // What is said about a lever wins over the epoch.
    assert_eq!(with(&[("epoch", "E0"), e0[0], ("L15", "0.45")]), with(&[e0[0]]));
}
