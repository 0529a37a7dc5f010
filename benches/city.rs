//! Speed of the city: a Yaojia day, a district year, a city year. Wall time is reported, never
//! tested; ratios of the engine to a bare loop stand in `engine.rs`.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures wall time and prints it"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use huying::compile;
use huying::domain::{City, Plan, RunSpec, simulate};
use huying::measure::{Accumulator, Selection, Window};

/// One measured stretch.
struct Stretch {
    name: &'static str,
    districts: std::ops::Range<usize>,
    warm_up_days: u32,
    horizon_days: u32,
}

fn measure(city: &Arc<City>, plan: &Plan, stretch: &Stretch) {
    let selection = Selection::all(city);
    let window = Window::new(stretch.warm_up_days, stretch.horizon_days);
    let run = RunSpec {
        seed: 1,
        replication: 1,
        warm_up_days: stretch.warm_up_days,
        horizon_days: stretch.horizon_days,
    };
    let start = Instant::now();
    let (mut events, mut cases) = (0, 0);
    for district in stretch.districts.clone() {
        let mut sink = Accumulator::new(city, &selection, window, district);
        let outcome = simulate(city, plan, district, &run, &mut sink);
        events += outcome.events;
        cases += outcome.cases;
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{:<28} {seconds:8.3} s  {events:>10} events  {cases:>9} cases  {:6.2} M events/s",
        stretch.name,
        events as f64 / seconds / 1e6
    );
}

fn main() {
    let model = compile::load_model(Path::new("models/jinan"))
        .unwrap_or_else(|wrong| panic!("the model compiles: {wrong:?}"));
    let plan = compile::plan(&model, "before", &[])
        .unwrap_or_else(|wrong| panic!("the scenario compiles: {wrong:?}"))
        .plan;
    let n = model.city.districts.len();
    let quick = std::env::args().any(|argument| argument == "--test");
    let mut stretches = vec![Stretch {
        name: "a day of Yaojia's district",
        districts: 0..1,
        warm_up_days: 28,
        horizon_days: 1,
    }];
    if !quick {
        stretches.push(Stretch {
            name: "a district year",
            districts: 0..1,
            warm_up_days: 0,
            horizon_days: 364,
        });
        stretches.push(Stretch {
            name: "a city year, one core",
            districts: 0..n,
            warm_up_days: 0,
            horizon_days: 364,
        });
    }
    for stretch in &stretches {
        measure(&model.city, &plan, stretch);
    }
}
