//! Nothing is lost and nothing leaks between places, in any small city under any settings.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use huying::base::{DAY, Time};
use huying::compile::LoadedModel;
use huying::domain::{Fate, Kind, Lever, Plan, PoolOwner, RunSpec, levers};

use crate::fixture::{
    SPEC, Told, before, changed, digest, fixture, plan_of, run, slow, with_a_second_district,
    with_places,
};

/// Streets and towns of several sizes.
const PLACES: [&str; 6] =
    ["趵突泉街道", "泉城路街道", "龙桑寺镇", "千佛山街道", "姚家街道", "解放路街道"];

/// A text that a lever accepts, from two numbers in 0..1.
fn any_value(lever: &Lever, u: f64, v: f64) -> String {
    match lever.kind {
        Kind::Float { min, max } => (min + u * (max - min)).to_string(),
        Kind::Int { min, max } => (min + (u * (max - min + 1) as f64) as i64).to_string(),
        Kind::Bool => (u < 0.5).to_string(),
        Kind::Choice(words) => words[(u * words.len() as f64) as usize].to_owned(),
        Kind::Agencies => {
            let names = ["公安", "消防", "交通", "市场监管", "司法", "应急", "住建", "自然资源"];
            let from = (u * names.len() as f64) as usize;
            let to = from + (v * (names.len() - from + 1) as f64) as usize;
            if from == to { "none".to_owned() } else { names[from..to].join(";") }
        }
        Kind::Vector { optional, .. } if optional && u < 0.3 => "none".to_owned(),
        Kind::Vector { n: 3, .. } => {
            let first = (u * 100.0).floor() / 100.0;
            let second = ((1.0 - first) * v * 100.0).floor() / 100.0;
            format!("{first};{second};{}", 1.0 - first - second)
        }
        Kind::Vector { min, max, .. } => {
            format!("{};{}", min + u * (max - min), min + v * (max - min))
        }
        Kind::Words(words) => {
            let n = (u * (words.len() + 1) as f64) as usize;
            if n == 0 { "none".to_owned() } else { words[..n].join(";") }
        }
    }
}

/// Settings of every lever: as before, as after, or anything.
pub(crate) fn any_settings() -> impl Strategy<Value = Vec<(String, String)>> {
    let built: Vec<&'static Lever> =
        levers().into_iter().filter(|lever| lever.key != "epoch").collect();
    prop::collection::vec((0..4u8, 0.0..1.0, 0.0..1.0), built.len()).prop_map(move |draws| {
        built
            .iter()
            .zip(draws)
            .map(|(lever, (side, u, v))| {
                let value = match side {
                    0 => lever.before.value.to_owned(),
                    1 => lever.after.value.to_owned(),
                    _ => any_value(lever, u, v),
                };
                (lever.key.to_owned(), value)
            })
            .collect()
    })
}

/// A plan that is one thing first and another from a day on.
fn changing(model: &LoadedModel, first: &[(String, String)], then: &[(String, String)]) -> Plan {
    let texts = |sets: &[(String, String)]| -> Plan {
        let sets: Vec<(&str, &str)> = sets.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        plan_of(model, "before", &sets)
    };
    let mut plan = texts(first);
    let mut later = texts(then).epochs.remove(0);
    later.from = Time(10 * DAY);
    plan.epochs.push(later);
    plan
}

/// What must hold of the records of any run.
pub(crate) fn check(told: &Told, spec: &RunSpec) -> Result<(), TestCaseError> {
    let end = spec.end();
    for case in &told.cases {
        let until = case.left.unwrap_or(end);
        prop_assert_eq!(case.ledger.total(), until - case.arisen, "stages add up: {:?}", case);
        prop_assert!(case.registered < end && case.registered >= case.detected);
        prop_assert_eq!(case.fate == Fate::Open, case.left.is_none());
    }
    let mut keys: Vec<u64> = told.cases.iter().map(|case| case.key).collect();
    keys.sort_unstable();
    keys.dedup();
    prop_assert_eq!(keys.len(), told.cases.len(), "a case is reported once");
    let opened = told.outcome.expect("a run says how much happened").cases;
    prop_assert!(told.cases.len() as u64 <= opened, "no case is invented");
    for pool in &told.pools {
        let load = &pool.load;
        let window = f64::from(spec.horizon_days) * 24.0;
        prop_assert!(
            (load.window_h - window).abs() < 1e-9,
            "measured since the warm-up: {:?}",
            pool
        );
        prop_assert!(load.open_h <= window + 1e-9 && load.queue_area_h >= 0.0);
        prop_assert!(load.busy_h >= 0.0 && load.queue_area_h >= 0.0 && load.wait_sum_h >= 0.0);
        prop_assert!(load.overload_h <= load.open_h + 1e-9, "{:?}", pool);
    }
    let last = told.backlog.iter().filter(|(day, ..)| *day == end.day() - 1);
    let open: u32 = last.map(|(.., open)| open).sum();
    // Cases noticed but not yet entered are in the backlog and not among the records.
    let unclosed = told.cases.iter().filter(|c| c.fate == Fate::Open && c.closed.is_none());
    prop_assert!(unclosed.count() as u32 <= open, "the backlog knows the open cases");
    Ok(())
}

// Catches a case, an issue or an hour of work lost in some corner of the settings, also when they
// change in mid-run. The run's own assertions are the law; a failing input is shrunk and printed.
#[test]
fn nothing_is_lost_in_any_small_city() {
    let cases = if slow() { 400 } else { 24 };
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    // The same inputs in every run of the suite.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let places = prop::sample::subsequence(PLACES.to_vec(), 1..=3);
    let input = (places, any_settings(), any_settings(), 0..1000u64);
    let result = runner.run(&input, |(places, first, then, seed)| {
        let model = with_places(&places);
        let plan = changing(&model, &first, &then);
        let spec = RunSpec { seed, replication: 0, warm_up_days: 7, horizon_days: 14 };
        check(&run(&model, &plan, spec), &spec)
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

// Catches a before or after side that breaks a law the random settings happen to keep.
#[test]
fn the_laws_hold_before_and_after() {
    for told in [before(), crate::fixture::after()] {
        check(told, &SPEC).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// What was said of each street, by its code: cases and issues in the order of their keys.
pub(crate) fn by_code(model: &LoadedModel, told: &Told) -> BTreeMap<u64, String> {
    let mut found = BTreeMap::new();
    for (index, street) in model.city.streets.iter().enumerate() {
        let here = index as u16;
        let mut cases: Vec<_> = told.cases.iter().filter(|c| c.street == here).copied().collect();
        cases.sort_by_key(|case| case.key);
        cases.iter_mut().for_each(|case| case.street = 0);
        let mut issues: Vec<_> = told.issues.iter().filter(|i| i.street == here).copied().collect();
        issues.sort_by_key(|issue| (issue.item, issue.arisen, issue.detected));
        issues.iter_mut().for_each(|issue| issue.street = 0);
        let pools: Vec<_> = told
            .pools
            .iter()
            .filter(|pool| pool.owner == PoolOwner::Street(here))
            .map(|pool| (pool.kind, pool.load))
            .collect();
        let mut books: Vec<_> = told.streets.iter().filter(|s| s.street == here).copied().collect();
        for book in &mut books {
            book.street = 0;
            // The district's population is a sum of fractions in the order of the table, so its
            // last bit moves; money is told to the fen.
            book.staff_cost = (book.staff_cost * 100.0).round();
            book.service_cost = (book.service_cost * 100.0).round();
        }
        found.insert(street.code, digest(&(cases, issues, pools, books)));
    }
    found
}

// Catches results that depend on where a street stands in the table: the same streets in another
// order must have the same lives, pools and books, street by street.
#[test]
fn the_order_of_streets_is_nobodys_fate() {
    let turned = with_places(&["龙桑寺镇", "趵突泉街道", "泉城路街道"]);
    for scenario in ["before", "after"] {
        let here = run(fixture(), &plan_of(fixture(), scenario, &[]), SPEC);
        let there = run(&turned, &plan_of(&turned, scenario, &[]), SPEC);
        assert_eq!(by_code(fixture(), &here), by_code(&turned, &there), "{scenario}");
        assert_eq!(digest(&here.departments), digest(&there.departments), "{scenario}");
    }
}

// Catches a district that feels another one. Posts and officers are city means that are spread by
// population, so a new street shifts them everywhere; with equal posts that stay where they are
// nothing else may change.
#[test]
fn a_street_elsewhere_changes_nothing_here() {
    let equal = changed(fixture(), |city| city.params.posts.size_exponent = 0.0);
    let larger = with_a_second_district(&equal);
    for scenario in ["before", "after"] {
        let stay = [("staff.mode", "fixed")];
        let alone = run(&equal, &plan_of(&equal, scenario, &stay), SPEC);
        let beside = run(&larger, &plan_of(&larger, scenario, &stay), SPEC);
        assert_eq!(digest(&alone), digest(&beside), "{scenario}");
    }
}

/// Counts returns as the event log tells them, and as cases do.
#[derive(Default)]
struct Returns {
    told: std::collections::BTreeMap<u64, u32>,
    cases: Vec<(u64, u32)>,
}

impl huying::domain::Sink for Returns {
    fn case(&mut self, record: &huying::domain::CaseRecord) {
        self.cases.push((record.key, record.returns.into()));
    }
    fn activity(&mut self, record: &huying::domain::ActivityRecord) {
        use huying::domain::Activity;
        if matches!(record.activity, Activity::Return | Activity::Refuse) {
            *self.told.entry(record.case).or_default() += 1;
        }
    }
    fn issue(&mut self, _: &huying::domain::IssueRecord) {}
    fn call_up(&mut self, _: &huying::domain::CallUpRecord) {}
    fn on_call(&mut self, _: &huying::domain::OnCallRecord) {}
    fn application(&mut self, _: &huying::domain::ApplicationRecord) {}
    fn task(&mut self, _: &huying::domain::TaskRecord) {}
    fn backlog(&mut self, _: i64, _: u16, _: u32) {}
    fn hour(&mut self, _: &huying::domain::HourRecord) {}
    fn pool(&mut self, _: &huying::domain::PoolRecord) {}
    fn street(&mut self, _: &huying::domain::StreetRecord) {}
    fn department(&mut self, _: &huying::domain::DepartmentRecord) {}
}

// Catches returns that the cases count and the event log does not tell, or the other way round:
// also of cases that are open, or withdrawn, while a wrong unit still has them.
#[test]
fn returns_are_told_as_often_as_they_are_counted() {
    let mut returns = Returns::default();
    let plan = plan_of(fixture(), "before", &[]);
    huying::domain::simulate(&fixture().city, &plan, 0, &SPEC, &mut returns);
    let told = |key: &u64| returns.told.get(key).copied().unwrap_or(0);
    let wrong: Vec<_> = returns.cases.iter().filter(|(key, n)| told(key) != *n).collect();
    assert!(wrong.is_empty(), "{} of {}", wrong.len(), returns.cases.len());
    assert!(returns.told.len() > 100);
}
