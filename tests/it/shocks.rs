//! Shocks: the same luck in every arm, and nothing else moved.

use std::collections::BTreeMap;

use huying::base::{DAY, Time};
use huying::domain::{Plan, PoolKind, Response, Shock, ShockSize};
use huying::measure::{Accumulator, KpiId, Scope, Selection, Window};

use crate::fixture::{SPEC, Told, fixture, plan_of, run};

/// Three days in the fourth week, everywhere, of two items.
fn struck(scenario: &str) -> Plan {
    let city = &fixture().city;
    let items = ["I31", "I37"];
    let items = city.items.iter().enumerate().filter(|(_, item)| items.contains(&&*item.id));
    let mut plan = plan_of(fixture(), scenario, &[]);
    plan.shocks.push(Shock {
        zh: "试".into(),
        en: "Trial".into(),
        from: Time(25 * DAY),
        days: 3,
        decay_days: None,
        size: ShockSize::Issues(400.0),
        items: items.map(|(index, _)| index).collect(),
        streets: vec![true; city.streets.len()],
        response: None,
    });
    plan
}

/// Issues by street, item and instant of arising.
fn issues(told: &Told) -> BTreeMap<(u16, u16, Time), u32> {
    let mut issues = BTreeMap::new();
    for issue in &told.issues {
        *issues.entry((issue.street, issue.item, issue.arisen)).or_default() += 1;
    }
    issues
}

// Catches added issues that depend on the arm, or that move the ordinary ones: then arms would not
// be comparable, and a shock could not be told from its absence.
#[test]
fn a_shock_adds_the_same_issues_in_every_arm() {
    let plain = issues(&run(fixture(), &plan_of(fixture(), "before", &[]), SPEC));
    let before = issues(&run(fixture(), &struck("before"), SPEC));
    // Only what arises before anything can come back: matters that return arise anew.
    let early = |issues: &BTreeMap<(u16, u16, Time), u32>| -> Vec<(u16, u16, Time)> {
        let window = Time(25 * DAY)..Time(28 * DAY);
        issues.keys().filter(|key| window.contains(&key.2)).copied().collect()
    };
    let after = issues(&run(fixture(), &struck("after"), SPEC));
    let usual: Vec<_> = early(&plain);
    let items: Vec<u16> = struck("before").shocks[0].items.iter().map(|i| *i as u16).collect();
    let added = |issues: &BTreeMap<(u16, u16, Time), u32>| -> Vec<(u16, u16, Time)> {
        let all = early(issues);
        all.into_iter().filter(|key| items.contains(&key.1) && !usual.contains(key)).collect()
    };
    let (in_before, in_after) = (added(&before), added(&after));
    // A few matters that came back by themselves differ between arms; the shock does not.
    assert!((340..=480).contains(&in_before.len()), "{}", in_before.len());
    let both = in_before.iter().filter(|key| in_after.contains(key)).count();
    assert!(both * 100 >= in_before.len() * 97, "{both} of {}", in_before.len());
    let others = |issues: &BTreeMap<(u16, u16, Time), u32>| {
        early(issues).into_iter().filter(|key| key.2 < Time(26 * DAY)).count()
    };
    assert!(others(&before) > others(&plain));
    let first_days = |issues: &BTreeMap<(u16, u16, Time), u32>| -> Vec<(u16, u16, Time)> {
        issues.keys().filter(|key| key.2 < Time(25 * DAY)).copied().collect()
    };
    assert_eq!(first_days(&plain), first_days(&before), "nothing happens before the shock");
}

// Catches a recovery time that is never measured.
#[test]
fn recovery_is_measured_from_the_shock() {
    let plan = struck("before");
    let told = run(fixture(), &plan, SPEC);
    let selection = Selection::all(&fixture().city);
    let window = Window { start: SPEC.window_start(), end: SPEC.end() };
    let mut sum =
        Accumulator::new(&fixture().city, &selection, window, 0).with_shocks(&plan.shocks);
    use huying::domain::Sink;
    told.struck.iter().for_each(|(day, street, open)| sum.struck(*day, *street, *open));
    told.streets.iter().for_each(|record| sum.street(record));
    let result = sum.result();
    let kpi = KpiId::find("recovery_days").expect("the KPI exists");
    let row = result.kpis.iter().find(|row| row.kpi == kpi && row.scope == Scope::City);
    let days = row.expect("a shock has a recovery").value;
    assert!(days > 0.0, "four hundred issues in a small city leave a backlog: {days}");
}

// Catches overtime or helpers that change nothing, are free of charge, come from nowhere, or stay
// after their time.
#[test]
fn a_response_brings_people_and_has_its_price() {
    let with = |response: Response| {
        let mut plan = struck("before");
        plan.shocks[0].response = Some(response);
        run(fixture(), &plan, SPEC)
    };
    let alone = run(fixture(), &struck("before"), SPEC);
    let longer = with(Response { days: 14, overtime_h: 2.0, helpers: 0.0 });
    let helped = with(Response { days: 14, overtime_h: 0.0, helpers: 12.0 });
    let open = |told: &Told| -> u32 {
        let days = told.backlog.iter().filter(|(day, ..)| (27..42).contains(day));
        days.map(|(_, _, open)| open).sum()
    };
    assert!(open(&longer) < open(&alone) && open(&helped) < open(&alone));
    let overtime = |told: &Told| told.streets.iter().map(|street| street.overtime_h).sum::<f64>();
    let wages = |told: &Told| told.streets.iter().map(|street| street.staff_cost).sum::<f64>();
    assert!(overtime(&longer) > 100.0 && overtime(&helped) <= 0.0 && overtime(&alone) <= 0.0);
    assert!(wages(&longer) > wages(&alone));
    assert!((wages(&helped) - wages(&alone)).abs() < 1e-6 * wages(&alone), "paid as ever");
    let people = |told: &Told, of: fn(&PoolKind) -> bool| -> f64 {
        let pools = told.pools.iter().filter(|pool| of(&pool.kind));
        pools.map(|pool| pool.load.servers_mean).sum()
    };
    let departments = |told: &Told| people(told, |kind| matches!(kind, PoolKind::Department(_)));
    let units = |told: &Told| people(told, |kind| matches!(kind, PoolKind::Unit(_)));
    let (sent, came) = (departments(&alone) - departments(&helped), units(&helped) - units(&alone));
    // Twelve people for 14 of 42 days, by working hours; whole sections round.
    assert!((2.0..6.0).contains(&sent) && (2.0..6.0).contains(&came), "{sent} {came}");
    // As long as nothing has happened nothing is different.
    let early = |told: &Told| -> Vec<(i64, u16, u32)> {
        told.backlog.iter().filter(|(day, ..)| *day < 25).copied().collect()
    };
    assert_eq!(early(&alone), early(&longer));
}
