//! Every lever that is built moves something, and none moves anything at its before value.

use huying::compile::LoadedModel;
use huying::domain::{Kind, Lever, Plan, PoolKind, levers};

use crate::files::report;
use crate::fixture::{
    SPEC, Told, after, before, changed, digest, fixture, kpi, measured, plan_of, run,
};

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

/// A side of the reform, a lever with the value it is moved to, and what then costs more.
type Cost = (&'static str, &'static [(&'static str, &'static str)], fn(&Told) -> f64);

/// Cost sides of levers (FACTS section 3): what rises when the lever is moved. A cost that is told
/// as something that falls has its sign turned.
const COSTS: &[(&str, Cost)] = &[
    ("L01, L02: posts are paid", ("before", &[("L02", "10")], wages)),
    ("L08: people at projects", ("after", &[("L08", "0.3")], project)),
    ("L14: officers are paid", ("before", &[("L14", "20")], wages)),
    ("L15: the reserve shrinks", ("before", &[("L15", "0.9")], |told| -staff(told, is_reserve))),
    ("L16, L17: stationed people are paid", ("after", &[("L17", "4")], wages)),
    ("L21: departments lose people", ("after", &[("L21", "14")], |told| -staff(told, is_line))),
    ("L24, L27: wrong decisions", ("after", &[("L27", "0.3")], wrong)),
    ("L29: fewer eyes", ("before", &[("L29", "1")], wrong)),
    (
        "L30: checking takes longer",
        ("before", &[("L30", "1.0")], |told| of(told, "window_minutes_mean")),
    ),
    ("L31: points cost", ("before", &[("L31", "8")], service)),
    ("L31: and take posts of the hall", ("before", &[("L31", "20")], |told| -staff(told, is_hall))),
    ("L33: points stand idle", ("after", &[("L33", "1.0")], idle_points)),
    ("L40: more tasks", ("before", &[("L40", "24")], tasks)),
    ("L43: leakage", ("after", &[("L43", "1.0")], tasks)),
    ("L44: attached hours are paid", ("after", &[("L44", "1.0")], bought)),
    ("L45: contracts are paid", ("before", &[("L45", "240")], bought)),
    ("L55: paperwork", ("after", &[("L55", "0.8")], paperwork)),
    ("L56: more is redone", ("before", &[("L56", "1.0")], |told| of(told, "redo_share"))),
    ("L58: more is recorded", ("before", &[("L58", "300")], |told| of(told, "cases_registered"))),
    ("L59: full-time workers are paid", ("before", &[("L59", "0.6")], wages)),
    ("L63, L66: committees sit", ("before", &[("L66", "5"), ("L63", "7")], committees)),
    ("L64: keeping in touch with partners", ("before", &[("L64", "60;8")], committees)),
    ("L65: works are paid", ("before", &[("L65", "0")], |told| -bought(told))),
];

fn of(told: &Told, id: &str) -> f64 {
    kpi(&measured(fixture(), told, SPEC), id)
}
fn staff(told: &Told, is: fn(&PoolKind) -> bool) -> f64 {
    told.pools.iter().filter(|pool| is(&pool.kind)).map(|pool| pool.load.servers_mean).sum()
}
fn is_reserve(kind: &PoolKind) -> bool {
    *kind == PoolKind::Reserve
}
fn is_line(kind: &PoolKind) -> bool {
    matches!(kind, PoolKind::Department(_))
}
fn is_hall(kind: &PoolKind) -> bool {
    let hall = fixture().city.hall.as_ref().map(|hall| PoolKind::Unit(hall.unit as u8));
    Some(*kind) == hall
}
fn wages(told: &Told) -> f64 {
    told.streets.iter().map(|street| street.staff_cost).sum()
}
fn service(told: &Told) -> f64 {
    told.streets.iter().map(|street| street.service_cost).sum()
}
fn bought(told: &Told) -> f64 {
    told.streets.iter().map(|street| street.purchased_cost).sum()
}
fn project(told: &Told) -> f64 {
    told.streets.iter().map(|street| street.project_h).sum()
}
fn paperwork(told: &Told) -> f64 {
    told.streets.iter().map(|street| street.paperwork_h).sum()
}
fn committees(told: &Told) -> f64 {
    told.streets.iter().map(|street| street.committee_h).sum()
}
/// Idle share of the people at service points.
fn idle_points(told: &Told) -> f64 {
    let points = told.pools.iter().filter(|pool| pool.kind == PoolKind::Point);
    let (busy, all) = points.fold((0.0, 0.0), |(busy, all), pool| {
        (busy + pool.load.busy_h, all + pool.load.available_h)
    });
    1.0 - busy / all
}
fn tasks(told: &Told) -> f64 {
    told.tasks.len() as f64
}
fn wrong(told: &Told) -> f64 {
    told.applications.iter().filter(|record| record.wrong).count() as f64
}

// Catches a weight on departments that is free: where call-ups crowd, the department's own tasks
// have to wait (M26).
#[test]
fn weight_on_departments_is_paid_by_their_own_tasks() {
    // Departments as full as they may be, and no time to spare on their own tasks.
    let tight = changed(fixture(), |city| {
        let p = &mut city.params.departments;
        (p.load_before, p.own_due_wd) = (0.98, 3.0);
    });
    let late = |weight: &str| {
        let sets = [("L34", weight), ("L36", "7")];
        let told = run(&tight, &plan_of(&tight, "before", &sets), SPEC);
        let result = measured(&tight, &told, SPEC);
        (kpi(&result, "department_overdue_share"), kpi(&result, "callup_response_mean"))
    };
    let ((late_light, slow_light), (late_heavy, slow_heavy)) = (late("0"), late("1"));
    assert!(late_heavy > late_light, "{late_light} {late_heavy}");
    assert!(slow_heavy < slow_light, "{slow_light} {slow_heavy}");
}

// Catches a lever that only helps: what FACTS names as its price must be in the books.
#[test]
fn levers_have_their_price() {
    let mut free = Vec::new();
    for (what, (side, sets, cost)) in COSTS {
        let unmoved = if *side == "before" { before() } else { after() };
        let moved = run(fixture(), &plan_of(fixture(), side, sets), SPEC);
        let (then, now) = (cost(unmoved), cost(&moved));
        if now <= then {
            free.push(format!("{what}: {then} -> {now}"));
        }
    }
    report("levers without their price", &free);
    // Social organizations take months: here they are quick.
    let quick = changed(fixture(), |city| {
        (city.params.social.lag_months, city.params.social.growth_months) = (0.0, 0.5);
    });
    let upkeep =
        |sets: &[(&str, &str)]| bought(&run(&quick, &plan_of(&quick, "before", sets), SPEC));
    assert!(upkeep(&[("L46", "60")]) > upkeep(&[]), "organizations are kept up");
}
