//! Models and scenarios on disk, and what is made of them.

use super::*;
use crate::domain::Plan;
use std::path::Path;

fn jinan() -> LoadedModel {
    load_model(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models/jinan"))
        .unwrap_or_else(|log| panic!("models/jinan:\n{log}"))
}

// Catches a shipped model or scenario that does not compile.
#[test]
fn shipped_scenarios_compile() {
    let model = jinan();
    assert_eq!(model.city.streets.len(), 161);
    assert_eq!(model.city.districts.len(), 13);
    assert_eq!(model.city.items.len(), 101);
    assert_eq!(model.powers.len(), 198);
    for scenario in &model.scenarios {
        plan(&model, scenario, &[]).unwrap_or_else(|log| panic!("{scenario}:\n{log}"));
    }
}

// Catches a lever whose explicit before value differs from the world the tables describe.
#[test]
fn every_lever_at_before_is_before() {
    let model = jinan();
    let explicit = plan(&model, "before", &[]).unwrap_or_else(|log| panic!("{log}"));
    assert_eq!(explicit.plan, Plan::uniform(&model.city, &before(&model.city)));
}
