//! Vendors, social organizations, partner units, and departments with sections.

use huying::domain::{PoolKind, PoolOwner};

use crate::fixture::{SPEC, Told, changed, fixture, plan_of, run};

fn total(told: &Told, of: fn(&huying::domain::StreetRecord) -> f64) -> f64 {
    told.streets.iter().map(of).sum()
}

// Catches help that costs nothing, or money that buys nothing: the budget is paid while a contract
// runs, and hours are bounded by it.
#[test]
fn vendors_are_paid_and_work() {
    let model = changed(fixture(), |city| city.params.social.gap_days = 0.0);
    let with = |budget: &str| run(&model, &plan_of(&model, "before", &[("L45", budget)]), SPEC);
    let (none, some) = (with("0"), with("365"));
    let paid = total(&some, |s| s.purchased_cost) - total(&none, |s| s.purchased_cost);
    let due = 3.0 * 3_650_000.0 / 365.0 * f64::from(SPEC.horizon_days);
    // The emergency fund pays a little more or less in another history.
    assert!((paid / due - 1.0).abs() < 0.1, "paid {paid} of {due}");
    let hours = total(&some, |s| s.external_h);
    assert!(total(&none, |s| s.external_h) < 1e-9 && hours > 10.0, "{hours} h");
    assert!(hours <= due / model.city.params.cost.purchased_hour * 1.5);
    let vendor = |told: &Told| told.pools.iter().any(|pool| pool.kind == PoolKind::Vendor);
    assert!(vendor(&some) && !vendor(&none));
}

// Catches a contract without an end: in the gap nobody takes new work.
#[test]
fn between_contracts_nobody_works() {
    let model = changed(fixture(), |city| {
        city.params.social.contract_days = 365.0;
        city.params.social.gap_days = 365.0;
    });
    let told = run(&model, &plan_of(&model, "before", &[("L45", "365")]), SPEC);
    assert!(total(&told, |s| s.external_h) < 1e-9);
}

// Catches promises of partner units that are all kept, or work of theirs that nobody notices.
#[test]
fn partners_help_as_far_as_they_keep_their_promise() {
    let with = |partners: &str, reliability: f64| {
        let model = changed(fixture(), |city| city.params.social.partner_reliability = reliability);
        let sets = [("L45", "0"), ("L64", partners)];
        total(&run(&model, &plan_of(&model, "before", &sets), SPEC), |s| s.external_h)
    };
    let (none, never, half) = (with("0;0", 0.5), with("30;4", 0.0), with("30;4", 0.5));
    assert!(none < 1e-9 && never < 1e-9 && half > 1.0, "{none} {never} {half}");
    // Three streets, six weeks of the window and the month before it: no more than was promised.
    assert!(half <= 3.0 * 30.0 * 4.0 * 3.0, "{half}");
}

// Catches hours attached to tasks that cost nothing (L44).
#[test]
fn attached_hours_are_paid() {
    let with = |share: &str| {
        let plan = plan_of(fixture(), "before", &[("L44", share), ("L65", "0"), ("L45", "0")]);
        run(fixture(), &plan, SPEC)
    };
    let (none, half) = (with("0"), with("0.5"));
    let paid = total(&half, |s| s.purchased_cost) - total(&none, |s| s.purchased_cost);
    assert!(paid > 10_000.0, "{paid}");
    assert!(total(&half, |s| s.task_h) < total(&none, |s| s.task_h));
}

// Catches organizations that prevent nothing, or more than disputes between neighbors.
#[test]
fn organizations_prevent_disputes_only() {
    let model = changed(fixture(), |city| {
        (city.params.social.lag_months, city.params.social.growth_months) = (0.0, 0.1);
        city.params.social.prevention = 0.2;
    });
    let arisen = |organizations: &str| {
        let told = run(&model, &plan_of(&model, "before", &[("L46", organizations)]), SPEC);
        let disputes: Vec<bool> = model.city.items.iter().map(|item| item.self_solving).collect();
        let of = |dispute: bool| {
            told.issues.iter().filter(|i| disputes[usize::from(i.item)] == dispute).count()
        };
        (of(true), of(false))
    };
    let (few, many) = (arisen("8"), arisen("60"));
    assert!((many.0 as f64) < 0.3 * few.0 as f64, "{few:?} {many:?}");
    // Matters that come back count again, and they differ a little.
    assert!((many.1 as f64 / few.1 as f64 - 1.0).abs() < 0.02, "{few:?} {many:?}");
}

// Catches a department that stays one pool, or sections that add or lose people.
#[test]
fn departments_have_sections() {
    let model = changed(fixture(), |city| city.districts[0].population = 400_000.0);
    let told = run(&model, &plan_of(&model, "before", &[]), SPEC);
    let police = model.city.find_agency("police").unwrap() as u8;
    let sections: Vec<f64> = told
        .pools
        .iter()
        .filter(|pool| pool.kind == PoolKind::Department(police))
        .map(|pool| pool.load.servers_mean)
        .collect();
    // 20 people per 100,000 residents, six in a section.
    assert_eq!(sections.len(), 13, "{sections:?}");
    assert!((sections.iter().sum::<f64>() - 80.0).abs() < 1e-9, "{sections:?}");
}

// Catches people who stay with nothing to do after a lever was set to zero from a date on, or get
// new work then. One person of a pool finishes what was promised, however long the line.
#[test]
fn nobody_is_left_behind_after_a_change_to_zero() {
    let gone = "{ default = 0, from = \"2018-09-10\" }";
    let sets = [("L17", gone), ("L21", gone), ("L45", gone)];
    let told = run(fixture(), &plan_of(fixture(), "after", &sets), SPEC);
    let left: Vec<_> = told
        .pools
        .iter()
        .filter(|pool| {
            matches!(pool.kind, PoolKind::Stationed(_) | PoolKind::OnCall(_) | PoolKind::Vendor)
        })
        .filter(|pool| pool.load.servers_mean > 0.3)
        .filter(|pool| {
            pool.load.servers_mean > 1.0 || pool.load.busy_h < 0.5 * pool.load.available_h
        })
        .map(|pool| (pool.owner, pool.kind, pool.load))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(told.pools.iter().any(|pool| matches!(pool.owner, PoolOwner::Street(_))));
}
