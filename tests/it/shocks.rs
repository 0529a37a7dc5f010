//! Shocks: the same luck in every arm, and nothing else moved.

use std::collections::BTreeMap;

use huying::base::{DAY, Time};
use huying::domain::{Plan, Shock, ShockSize};
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
    let told = run(fixture(), &struck("before"), SPEC);
    let selection = Selection::all(&fixture().city);
    let window = Window { start: SPEC.window_start(), end: SPEC.end() };
    let mut sum =
        Accumulator::new(&fixture().city, &selection, window, 0).with_shock(Time(25 * DAY));
    use huying::domain::Sink;
    told.backlog.iter().for_each(|(day, street, open)| sum.backlog(*day, *street, *open));
    told.streets.iter().for_each(|record| sum.street(record));
    let result = sum.result();
    let kpi = KpiId::find("recovery_days").expect("the KPI exists");
    let row = result.kpis.iter().find(|row| row.kpi == kpi && row.scope == Scope::City);
    let days = row.expect("a shock has a recovery").value;
    assert!(days > 0.0, "four hundred issues in a small city leave a backlog: {days}");
}
