//! A loop that does less than the engine would make a limit that nobody can reach.

use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::compile;

// Catches: a bare loop that serves other customers than the engine, and a workload of another load:
// the mean time in the system is 10 in theory.
#[test]
fn bare_and_engine_serve_the_same_customers() {
    let (engine, bare) = (mm1(20_000), bare_mm1(20_000));
    assert_eq!((engine.n, engine.time.to_bits()), (20_000, bare.time.to_bits()));
    let plain = plain_mm1(200_000);
    assert_eq!(plain.n, 200_000);
    assert!((plain.mean() - 10.0).abs() < 2.0, "{}", plain.mean());
}

// Catches: the same of the network, whose mean time of a visit is 2.0787 in theory.
#[test]
fn bare_and_engine_make_the_same_visits() {
    let (engine, bare) = (network(50_000), bare_network(50_000));
    assert_eq!((engine.n, bare.n), (50_000, 50_000));
    assert!((engine.mean() - bare.mean()).abs() < 0.05, "{} {}", engine.mean(), bare.mean());
    let plain = plain_network(50_000);
    for served in [engine, bare, plain] {
        assert!((served.mean() - 2.0787).abs() < 0.1, "{}", served.mean());
    }
}

// Catches: a limit of the city that draws or schedules less than it is told.
#[test]
fn the_bare_loop_of_a_region_does_what_it_is_told() {
    let few = Operations { events: 20_000, cases: 0, draws: 10_000 };
    let many = Operations { draws: 20_000, ..few };
    // With half as many draws, half the events are put back at once and time stands nearly still.
    assert!(bare_region(&few) < bare_region(&many));
}

// Catches: a tenfold city or district that is not ten times as much, or whose copies are not like
// the first.
#[test]
fn tenfold_is_ten_times_as_much() {
    let model = compile::load_model(Path::new("models/jinan")).unwrap();
    let plan = compile::plan(&model, "before", &[]).unwrap().plan;
    let once = region(&model.city, &plan, &[0], 0, 2);
    let (city, plans) = tenfold_city(&model.city, &plan);
    let n = model.city.districts.len();
    assert_eq!(city.districts.len(), 10 * n);
    let copy = region(&Arc::new(city), &plans, &[9 * n], 0, 2);
    assert_eq!(copy, once, "a copy is like the first");
    let large = region(&Arc::new(tenfold(&model.city, 0)), &plan, &[0], 0, 2);
    let ratio = large.events as f64 / once.events as f64;
    assert!((8.0..12.0).contains(&ratio), "ten times the events, or nearly: {ratio}");
}
