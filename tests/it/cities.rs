//! Any small city keeps the laws: cities are made up, not only settings.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use huying::compile::LoadedModel;
use huying::domain::{City, RunSpec};

use crate::conservation::{any_settings, by_code, check};
use crate::fixture::{Told, changed, digest, jinan, plan_of, run, slow, with_places};

/// A street of a made-up city: one of Jinan's by its place in the table, larger or smaller, with
/// more or fewer grid workers.
#[derive(Clone, Copy, Debug)]
struct Place {
    street: usize,
    size: f64,
    grids: f64,
}

/// A city and what is done in it.
#[derive(Clone, Debug)]
struct Made {
    places: Vec<Place>,
    /// Another order of the places: rank of each.
    order: Vec<u64>,
    demand: f64,
    settings: Vec<(String, String)>,
    seed: u64,
    /// Monday on which it starts, weeks after the third of September 2018.
    week: i64,
}

fn made() -> impl Strategy<Value = Made> {
    let n = jinan().city.streets.len();
    let place =
        (0..n, 0.2..2.0, 0.0..2.0).prop_map(|(street, size, grids)| Place { street, size, grids });
    let places = prop::collection::vec(place, 1..4);
    let order = prop::collection::vec(any::<u64>(), 3);
    (places, order, 0.2..2.0, any_settings(), 0..1000_u64, 0..40_i64).prop_map(
        |(mut places, order, demand, settings, seed, week)| {
            // A street stands once in a table.
            places.sort_by_key(|place| place.street);
            places.dedup_by_key(|place| place.street);
            Made { places, order, demand, settings, seed, week }
        },
    )
}

impl Made {
    /// The city with its places in this order.
    fn city(&self, places: &[Place]) -> LoadedModel {
        let streets = &jinan().city.streets;
        let names: Vec<&str> =
            places.iter().map(|place| streets[place.street].zh.as_str()).collect();
        changed(&with_places(&names), |city| {
            for (street, place) in city.streets.iter_mut().zip(places) {
                street.population = (street.population * place.size).round();
                street.grid_workers = (street.grid_workers * place.grids).round();
            }
            self.finish(city);
        })
    }

    fn finish(&self, city: &mut City) {
        city.start = city.start.checked_add(jiff::Span::new().weeks(self.week)).expect("a date");
        city.districts[0].population = city.streets.iter().map(|street| street.population).sum();
        city.params.demand.cases_per_resident_year *= self.demand;
    }

    fn spec(&self) -> RunSpec {
        RunSpec { seed: self.seed, replication: 1, warm_up_days: 7, horizon_days: 7 }
    }

    fn run(&self, model: &LoadedModel) -> Told {
        let sets: Vec<(&str, &str)> =
            self.settings.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        run(model, &plan_of(model, "before", &sets), self.spec())
    }
}

/// Holds a law to cities that are the same in every run of the suite.
fn hold(cases: u32, law: impl Fn(&Made) -> Result<(), TestCaseError>) {
    let cases = if slow() { 20 * cases } else { cases };
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let result = TestRunner::new_with_rng(config, rng).run(&made(), |made| law(&made));
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

// Catches what only an odd city brings out: a street without grid workers, a tiny one, a holiday in
// the first week. Nothing is lost, no clock runs backwards, nobody is busy who is not there, stages
// add up; the run's own assertions hold as well.
#[test]
fn any_city_keeps_the_laws() {
    hold(16, |made| {
        let model = made.city(&made.places);
        let told = made.run(&model);
        check(&told, &made.spec())?;
        for case in &told.cases {
            let instants = [Some(case.arisen), Some(case.detected), Some(case.registered)];
            let later = [case.dispatched, case.accepted, case.first_closed, case.closed, case.left];
            let lived: Vec<_> = instants.into_iter().chain(later).flatten().collect();
            prop_assert!(lived.is_sorted(), "a clock ran backwards: {:?}", case);
        }
        for hour in &told.hours {
            prop_assert!(hour.busy <= hour.posts, "busy who is not there: {:?}", hour);
        }
        Ok(())
    });
}

// Catches results that depend on where a street stands in the table, in any city.
#[test]
fn names_and_order_mean_nothing() {
    hold(6, |made| {
        let mut turned: Vec<(u64, Place)> =
            made.order.iter().copied().zip(made.places.iter().copied()).collect();
        turned.sort_by_key(|(rank, _)| *rank);
        let turned: Vec<Place> = turned.into_iter().map(|(_, place)| place).collect();
        let (here, there) = (made.city(&made.places), made.city(&turned));
        let (told, again) = (by_code(&here, &made.run(&here)), by_code(&there, &made.run(&there)));
        prop_assert_eq!(told, again);
        Ok(())
    });
}

// Catches a street that is felt by others although nobody lives there, in a district of its own.
// (Posts and officers are means of the city spread by population in whole persons, so a new street
// shifts them everywhere: here all streets get the same whole number. In the same district it would
// not be unused: it gets its squad, and its stationed people leave their departments.)
#[test]
fn an_empty_street_changes_nothing_elsewhere() {
    hold(6, |made| {
        let mut made = made.clone();
        for (key, value) in &mut made.settings {
            // Posts that follow load are what couples districts.
            if key == "staff.mode" {
                *value = "fixed".to_owned();
            }
            let count = ["staff.admin", "staff.institutional", "enforcement.squad_officers"];
            if count.iter().any(|start| key.starts_with(start)) {
                *value = value.parse::<f64>().expect("a number of people").round().to_string();
            }
        }
        let equal = changed(&made.city(&made.places), |city| {
            city.params.posts.size_exponent = 0.0;
        });
        let larger = changed(&equal, |city| {
            let mut empty = city.streets[0].clone();
            empty.code += 7;
            empty.zh = "空街道".to_owned();
            (empty.population, empty.grid_workers, empty.district) = (0.0, 0.0, 1);
            let mut district = city.districts[0].clone();
            (district.population, district.streets) = (0.0, vec![city.streets.len()]);
            city.districts.push(district);
            city.streets.push(empty);
        });
        let (alone, beside) = (made.run(&equal), made.run(&larger));
        prop_assert!(!alone.cases.is_empty(), "something happens at all");
        prop_assert_eq!(digest(&alone), digest(&beside));
        Ok(())
    });
}
