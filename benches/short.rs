//! One short workload, for counts that do not depend on how busy a machine is: `.ci/bench` runs it
//! under valgrind and compares instructions, allocations and peak memory with `limits.csv`.
//!
//! Usage: `short WORKLOAD`; prints `WORKLOAD ALLOCATIONS PEAK_BYTES`.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it has counted")]

use std::hint::black_box;
use std::path::Path;

use huying::bench::{self, Hold};
use huying::compile;

fn work(workload: &str) {
    match workload {
        "mm1" => _ = black_box(bench::mm1(100_000)),
        "network" => _ = black_box(bench::network(100_000)),
        "hold" => _ = black_box(Hold::new(10_000).run(100_000)),
        "region" => {
            let model = compile::load_model(Path::new("models/jinan"))
                .unwrap_or_else(|wrong| panic!("the model compiles: {wrong:?}"));
            let plan = compile::plan(&model, "after", &[])
                .unwrap_or_else(|wrong| panic!("the scenario compiles: {wrong:?}"))
                .plan;
            black_box(bench::region(&model.city, &plan, &[0], 14, 14));
        }
        _ => panic!("no workload {workload}"),
    }
}

fn main() {
    // `cargo test --benches` and `cargo bench` call it without a workload: nothing to count then.
    let Some(workload) = std::env::args().nth(1).filter(|word| !word.starts_with('-')) else {
        return;
    };
    let counted = allocation_counter::measure(|| work(&workload));
    println!("{workload} {} {}", counted.count_total, counted.bytes_max);
}
