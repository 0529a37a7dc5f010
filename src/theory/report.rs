//! The table of comparisons, and the page of the documentation.

use std::fmt::Write as _;

use super::verify::{BAND, NARROW, Outcome};
use crate::table::Table;

/// `theory.csv`.
pub fn table(outcome: &Outcome) -> Table {
    let checks = &outcome.checks;
    let text = |get: &dyn Fn(&super::Checked) -> String| checks.iter().map(get).collect();
    let number = |get: &dyn Fn(&super::Checked) -> f64| checks.iter().map(get).collect();
    Table::new("theory")
        .with_text("case_id", text(&|check| check.case.clone()))
        .with_text("family", text(&|check| check.family.clone()))
        .with_text("path", text(&|check| check.path.to_owned()))
        .with_text("quantity", text(&|check| check.quantity.clone()))
        .with_number("reference", number(&|check| check.reference))
        .with_number("simulated", number(&|check| check.simulated))
        .with_number("half_width", number(&|check| check.half_width))
        .with_int("n", checks.iter().map(|check| check.n as i64).collect())
        .with_number("z", number(&|check| check.z))
        .with_text("verdict", text(&|check| check.verdict().to_owned()))
}

/// Four figures.
fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let places = (3 - value.abs().log10().floor() as i32).clamp(0, 12) as usize;
    format!("{value:.places$}")
}

/// The page `docs/reference/theory.md`.
pub fn document(outcome: &Outcome) -> String {
    let mut text = String::new();
    let n = outcome.checks.len();
    let by_program = |path: &str| {
        let mut families: Vec<&str> = outcome
            .checks
            .iter()
            .filter(|check| check.path == path)
            .map(|check| check.family.as_str())
            .collect();
        families.dedup();
        families.sort_unstable();
        families.dedup();
        families.len()
    };
    let worst = outcome.checks.iter().map(|check| check.z.abs()).fold(0.0, f64::max);
    let agreeing = outcome.checks.iter().filter(|check| check.verdict() == "agrees").count();
    let _ = write!(
        text,
        "# Queues with known answers\n\n\
         Written by `huying verify --theory`; do not edit by hand. How to read it, and how to bring results of \
         your own: [models/theory](../../models/theory/README.md).\n\n\
         - {} rows in {} families: {} through model files and the whole program, {} on the engine alone.\n\
         - {n} values compared, {agreeing} agree: |z| < {BAND} each, and half-width of the 95% interval at most {}% of \
         the reference for means and shares ({}% for p90 and p95, and above load 0.9). Largest |z|: {worst:.2}.\n\
         - First quantity of each row outside its 95% interval (|z| > {NARROW}): {} of {}; a correct program has at most \
         {} but for about once in a thousand.\n\n",
        outcome.n_rows,
        by_program("program") + by_program("engine"),
        by_program("program"),
        by_program("engine"),
        outcome.target * 100.0,
        outcome.target * 200.0,
        outcome.n_outside(),
        outcome.n_rows,
        outcome.most_outside(),
    );
    let _ = writeln!(
        text,
        "| case | path | quantity | theory | simulated | half-width | n | z | verdict |\n\
         |---|---|---|---:|---:|---:|---:|---:|---|"
    );
    let mut family = "";
    for check in &outcome.checks {
        if check.family != family {
            family = &check.family;
            let _ = writeln!(text, "| **{}** | | | | | | | | |", family.replace('|', "/"));
        }
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {:.2} | {} |",
            check.case,
            check.path,
            check.quantity,
            short(check.reference),
            short(check.simulated),
            short(check.half_width),
            check.n,
            check.z,
            check.verdict(),
        );
    }
    text
}
