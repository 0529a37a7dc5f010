//! A day and a year of a district and a year of the city, with the bare loop of their operations.
//! Wall time is reported, never tested; `huying bench` shows the same beside its limits.

use std::path::Path;
use std::sync::Arc;

use huying::bench::{self, Operations};
use huying::compile;
use huying::domain::{City, Plan};

fn main() {
    divan::main();
}

fn jinan() -> (Arc<City>, Plan) {
    let model = compile::load_model(Path::new("models/jinan"))
        .unwrap_or_else(|wrong| panic!("the model compiles: {wrong:?}"));
    let loaded = compile::plan(&model, "before", &[])
        .unwrap_or_else(|wrong| panic!("the scenario compiles: {wrong:?}"));
    (model.city, loaded.plan)
}

fn simulate(bencher: divan::Bencher<'_, '_>, districts: &[usize], days: u32) {
    let (city, plan) = jinan();
    bencher.bench_local(|| bench::region(&city, &plan, districts, 0, days));
}

#[divan::bench(sample_count = 5)]
fn district_day(bencher: divan::Bencher<'_, '_>) {
    simulate(bencher, &[0], 1);
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn district_year(bencher: divan::Bencher<'_, '_>) {
    simulate(bencher, &[0], 364);
}

/// Operations of a district year: see `huying bench`.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn district_year_bare(bencher: divan::Bencher<'_, '_>) {
    let operations = Operations { events: 2_357_525, cases: 186_138, draws: 8_300_000 };
    bencher.bench_local(|| bench::bare_region(&operations));
}

#[divan::bench(sample_count = 1, sample_size = 1)]
fn city_year(bencher: divan::Bencher<'_, '_>) {
    let n = jinan().0.districts.len();
    simulate(bencher, &(0..n).collect::<Vec<_>>(), 364);
}
