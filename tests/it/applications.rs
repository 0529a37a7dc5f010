//! Applications and delegated powers: what anybody who has stood at a counter would expect.

use huying::base::{Span, Time};
use huying::compile::LoadedModel;
use huying::domain::{
    ApplicationFate, ApplicationRecord, Contact, Decider, Followed, Matter, PoolKind, StreetKind,
    Told as TracedRecord, trace,
};

use crate::fixture::{
    SPEC, Told, after, before, digest, end, fixture, kpi, measured, plan_of, run, with_places,
};

fn run_with(model: &LoadedModel, scenario: &str, sets: &[(&str, &str)]) -> Told {
    run(model, &plan_of(model, scenario, sets), SPEC)
}

/// Decided after warm-up.
fn decided(told: &Told) -> impl Iterator<Item = &ApplicationRecord> {
    let start = SPEC.window_start();
    told.applications.iter().filter(move |record| record.decided.is_some_and(|at| at >= start))
}

/// Applications for powers of a key town or park.
fn of_powers(told: &Told) -> impl Iterator<Item = &ApplicationRecord> {
    decided(told).filter(|record| matches!(record.matter, Matter::Power(_)))
}

const NOTHING_DELEGATED: [(&str, &str); 3] = [("L24", "0"), ("L25", "none"), ("L26", "0")];

// Catches powers that reach ordinary streets: where no holder is, nothing may move (M20's control
// group), whatever is delegated and however competent.
#[test]
fn ordinary_streets_do_not_move() {
    let streets = with_places(&["趵突泉街道", "泉城路街道"]);
    let with = run_with(&streets, "after", &[]);
    let without = run_with(&streets, "after", &NOTHING_DELEGATED);
    assert_eq!(digest(&with), digest(&without));
    let learning = run_with(&streets, "after", &[("L27", "0.3")]);
    assert_eq!(digest(&with), digest(&learning));
    assert!(with.applications.iter().all(|record| matches!(record.matter, Matter::Service(_))));
    // The check means something: beside a key town the same levers move records.
    let town = run_with(fixture(), "after", &NOTHING_DELEGATED);
    assert_ne!(digest(after()), digest(&town));
}

// Catches applicants, luck or matters that differ between scenarios: only what follows may.
#[test]
fn the_same_people_apply_for_the_same_things() {
    let who = |told: &Told| {
        let mut all: Vec<_> = told
            .applications
            .iter()
            .map(|record| (record.key, record.street, record.matter, record.submitted))
            .collect();
        all.sort_unstable_by_key(|(key, ..)| *key);
        all
    };
    assert_eq!(who(before()), who(after()));
    assert!(who(before()).len() > 1000);
}

// Catches a life out of order, a ledger that does not add up, visits nobody made.
#[test]
fn an_application_lives_in_order() {
    for told in [before(), after()] {
        for record in &told.applications {
            let fine = record.accepted.is_none_or(|at| record.submitted <= at)
                && record.decided.is_none_or(|at| record.accepted.is_some_and(|from| from <= at))
                && record.delivered.is_none_or(|at| record.decided.is_some_and(|from| from <= at))
                && record.reversed.is_none_or(|at| record.decided.is_some_and(|from| from <= at));
            assert!(fine, "{record:?}");
            let ended = record.decided.or(record.abandoned).unwrap_or(end());
            let booked: i64 = record.ledger.iter().sum();
            assert_eq!(Span(booked), ended - record.submitted, "{record:?}");
            assert_eq!(record.fate == ApplicationFate::Decided, record.decided.is_some());
            assert!(record.contact != Contact::Online || record.visits == 0, "{record:?}");
            assert!(record.contact == Contact::Online || record.visits > 0, "{record:?}");
            assert!(record.county_visits <= record.visits);
        }
    }
}

// Catches delegation that leaves papers on the way to the county, or a park that sends them there.
#[test]
fn holders_decide_themselves() {
    assert!(of_powers(before()).count() > 50);
    assert!(of_powers(before()).all(|record| record.decider == Decider::County));
    assert!(of_powers(before()).any(|record| record.forwarded));
    // What was submitted before the levers moved does not exist: all powers are held from day 0.
    assert!(
        of_powers(after()).all(|record| record.decider != Decider::County && !record.forwarded)
    );
    let visits = |told: &Told| kpi(&measured(fixture(), told, SPEC), "county_visits_mean");
    assert!(visits(before()) > 0.0 && visits(after()) <= 0.0);
    let park = || of_powers(after()).filter(|record| record.of_park);
    assert!(park().count() > 10);
    assert!(park().all(|record| record.decider == Decider::Park));
    // Without its seal the park decides as well, but the paper goes to be stamped.
    let stamped = run_with(fixture(), "after", &[("L26", "0")]);
    let mean = |told: &Told| {
        let times = of_powers(told).filter(|record| record.of_park).map(|record| record.working.0);
        let times: Vec<i64> = times.collect();
        times.iter().sum::<i64>() as f64 / times.len() as f64
    };
    assert!(mean(&stamped) > mean(after()), "{} > {}", mean(&stamped), mean(after()));
}

// Catches a recall that does nothing, or that reaches back before its date, for everybody or for a
// town by its name.
#[test]
fn powers_are_taken_back_on_a_date() {
    // Six of eight weeks after the start, half of the order of delegation is recalled.
    let recalled = run_with(
        fixture(),
        "after",
        &[("powers.delegated", "[{ default = 198 }, { default = 0, from = 2018-10-15 }]")],
    );
    let date = Time(42 * 86_400);
    let (mut here, mut county) = (0, 0);
    for record in recalled.applications.iter().filter(|r| matches!(r.matter, Matter::Power(_))) {
        let held = record.submitted < date;
        assert_eq!(record.decider != Decider::County, held, "{record:?}");
        here += u32::from(held);
        county += u32::from(!held);
    }
    assert!(here > 50 && county > 10, "{here} {county}");
    // Until the date nothing differs; from then on people go to the county again.
    let until = |told: &Told| {
        let early = |record: &&ApplicationRecord| record.decided.is_some_and(|at| at < date);
        let mut early: Vec<_> = decided(told)
            .filter(early)
            .map(|record| (record.key, record.decided, record.decider))
            .collect();
        early.sort_unstable_by_key(|(key, ..)| *key);
        early
    };
    assert_eq!(until(&recalled), until(after()));
    let value = |told: &Told, id: &str| kpi(&measured(fixture(), told, SPEC), id);
    let town = run_with(
        fixture(),
        "after",
        &[("powers.delegated", "{ \"龙桑寺镇\" = 0, from = 2018-10-15 }")],
    );
    for told in [&recalled, &town] {
        assert!(value(told, "county_visits_mean") > value(after(), "county_visits_mean"));
        assert!(value(told, "decided_here_share") < value(after(), "decided_here_share"));
    }
}

// Catches a list or a department that is accepted and ignored (L24 in its three forms).
#[test]
fn powers_are_handed_down_by_rank_list_or_department() {
    let held = |value: &str| {
        let told = run_with(fixture(), "after", &[("L24", value)]);
        let mut ids: Vec<String> = of_powers(&told)
            .filter(|record| record.decider == Decider::Street)
            .map(|record| match record.matter {
                Matter::Power(power) => fixture().city.powers[power as usize].id.clone(),
                Matter::Service(_) => unreachable!("only powers are here"),
            })
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    assert_eq!(held("P013"), ["P013"]);
    let first = &fixture().city.powers[0].id;
    assert_eq!(held("1"), std::slice::from_ref(first));
    let market = held("市场监管局");
    let of_market = |id: &String| {
        let power = fixture().city.powers.iter().find(|power| power.id == *id);
        power.is_some_and(|power| fixture().city.agencies[power.agency].id == "market")
    };
    assert!(market.len() > 2 && market.iter().all(of_market), "{market:?}");
}

// Catches a penalty that stays on paper: with it the town does the department's part of linked
// cases, without it the department is called up.
#[test]
fn a_penalty_lets_a_town_finish_linked_cases() {
    let linked: Vec<u16> = (0..fixture().city.items.len() as u16)
        .filter(|item| {
            let mut powers = fixture().city.powers.iter();
            powers.any(|power| power.is_penalty() && power.items.contains(&usize::from(*item)))
        })
        .collect();
    let town = fixture().city.streets.iter().position(|street| street.kind == StreetKind::Town);
    let town = town.expect("the fixture has a town") as u16;
    let called = |told: &Told, here: bool| {
        let cases = told.cases.iter().filter(|case| {
            (case.street == town) == here && linked.contains(&case.item) && case.parties > 0
        });
        let all: Vec<bool> = cases.map(|case| case.called_up).collect();
        all.iter().filter(|called| **called).count() as f64 / all.len() as f64
    };
    let without = run_with(fixture(), "before", &[]);
    let with = run_with(fixture(), "before", &[("L24", "198"), ("L25", "重点镇")]);
    let (a, b) = (called(&without, true), called(&with, true));
    assert!(b < 0.8 * a, "called up in the town: {a} without, {b} with the penalties");
    let (a, b) = (called(&without, false), called(&with, false));
    assert!((a - b).abs() < 0.05, "called up at the streets: {a}, {b}");
}

// Catches competence that costs nothing, and learning that never happens.
#[test]
fn less_competence_more_wrong_decisions() {
    let errors = |told: &Told| {
        let wrong = of_powers(told).filter(|record| record.wrong).count();
        wrong as f64 / of_powers(told).count() as f64
    };
    let new = run_with(fixture(), "after", &[("L27", "0.3")]);
    let old = run_with(fixture(), "after", &[("L27", "1")]);
    assert!(errors(&new) > errors(&old), "{} > {}", errors(&new), errors(&old));
    // Wrong decisions of one are those of the other and more: the luck is the same.
    assert!(errors(&old) < 0.05);
}

// Catches a hall that still sends people from counter to counter, visits that no lever moves, and
// online applications that make people walk.
#[test]
fn one_hall_complete_checks_and_online() {
    let value = |told: &Told, id: &str| kpi(&measured(fixture(), told, SPEC), id);
    let transfers = |told: &Told| value(told, "application_transfers_mean");
    assert!(transfers(before()) > 0.0);
    let hall = run_with(fixture(), "before", &[("L28", "1")]);
    assert!(transfers(&hall) <= 0.0);
    let complete = run_with(fixture(), "before", &[("L30", "1")]);
    assert!(value(&complete, "one_visit_share") > value(before(), "one_visit_share"));
    assert!(value(&complete, "window_minutes_mean") > value(before(), "window_minutes_mean"));
    assert!(complete.applications.iter().all(|record| record.fate != ApplicationFate::Abandoned));
    assert!(before().applications.iter().any(|record| record.fate == ApplicationFate::Abandoned));
    let online = run_with(fixture(), "before", &[("L33", "1")]);
    assert!(online.applications.iter().all(|record| record.visits == 0));
    let nobody = run_with(fixture(), "before", &[("L30", "0")]);
    assert!(decided(&nobody).all(|record| record.contact == Contact::Online));
}

// Catches points without visitors or visitors without points, and items that are not on offer.
#[test]
fn points_serve_what_they_offer() {
    let at_point = |told: &Told| {
        told.applications.iter().filter(|record| record.contact == Contact::Point).count()
    };
    let pools = |told: &Told| told.pools.iter().filter(|pool| pool.kind == PoolKind::Point).count();
    for no_points in [("L31", "0"), ("L32", "0")] {
        let told = run_with(fixture(), "after", &[no_points]);
        assert_eq!(at_point(&told), 0, "{no_points:?}");
    }
    assert_eq!(pools(&run_with(fixture(), "after", &[("L31", "0")])), 0);
    assert!(at_point(after()) > 100 && pools(after()) > pools(before()));
    for record in after().applications.iter().filter(|record| record.contact == Contact::Point) {
        let Matter::Service(service) = record.matter else { panic!("powers need a hall") };
        assert!(fixture().city.services[service as usize].point_items <= 110.0);
    }
}

// Catches a trace that changes what it follows, tells another application, or leaves out its end.
#[test]
fn an_application_can_be_followed() {
    let model = fixture();
    let plan = plan_of(model, "after", &[]);
    let town = |record: &&ApplicationRecord| {
        record.decided.is_some() && matches!(record.matter, Matter::Power(_))
    };
    let given_up = |record: &&ApplicationRecord| record.abandoned.is_some();
    let decided = after().applications.iter().find(town).expect("a power is decided");
    let left = before().applications.iter().find(given_up);
    let follow = |plan, record: &ApplicationRecord| {
        let followed = Followed::Application(record.key);
        trace(&model.city, plan, &[0], 0, &SPEC, followed, &mut [Told::default()])
    };
    let told = follow(&plan, decided);
    assert_eq!(told.told(), Some(&TracedRecord::Application(*decided)));
    let lines = told.lines();
    assert!(lines.is_sorted_by_key(|line| line.at) && lines[0].at == decided.submitted);
    assert!(lines.iter().any(|line| line.en.starts_with("decided by")), "{lines:#?}");
    assert!(lines.iter().any(|line| line.zh.contains("受理")), "{lines:#?}");
    if let Some(left) = left {
        let told = follow(&plan_of(model, "before", &[]), left);
        let last = told.lines().last().expect("something happened");
        assert!(last.en.contains("given up") && Some(last.at) == left.abandoned);
    }
}

// Catches service points, a park or a county hall that cost nothing.
#[test]
fn points_and_halls_have_a_price() {
    let cost = |told: &Told| told.streets.iter().map(|street| street.service_cost).sum::<f64>();
    let many = run_with(fixture(), "before", &[("L31", "7")]);
    let p = &fixture().city.params.cost;
    let years = f64::from(SPEC.horizon_days) / 365.0;
    let six_more = 6.0 * 3.0 * p.point * 1000.0 * years;
    assert!((cost(&many) - cost(before()) - six_more).abs() < 1e-6 * six_more);
    let city = &fixture().city;
    let hall = city.params.powers.county_staff * city.districts[0].population / 1e5;
    assert!(cost(before()) > 0.8 * hall * p.post * 1000.0 * years, "the hall's people are paid");
}
