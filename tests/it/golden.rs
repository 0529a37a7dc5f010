//! The numbers of one short study, kept in files: whoever moves them must say so.

use std::fs;
use std::sync::Arc;

use huying::compile::LoadedModel;
use huying::measure::{Scope, Selection};
use huying::store::csv;
use huying::study::{Arm, NoJournal, Silent, Study, StudyResult};
use huying::table::Table;

use crate::files::root;
use crate::fixture::{SPEC, fixture, plan_of};

/// Before and after of a model, two replications of two and six weeks.
pub(crate) fn study(model: &LoadedModel) -> Study {
    let arms = ["before", "after"].map(|name| Arm {
        name: name.to_owned(),
        zh: name.to_owned(),
        en: name.to_owned(),
        city: Arc::clone(&model.city),
        plan: plan_of(model, name, &[]),
        replay: format!("huying run --scenario {name}"),
    });
    Study {
        city: Arc::clone(&model.city),
        arms: arms.to_vec(),
        selection: Selection { streets: vec![true; model.city.streets.len()] },
        districts: (0..model.city.districts.len()).collect(),
        scopes: Scope::ALL.to_vec(),
        seed: SPEC.seed,
        replications: 1..=2,
        warm_up_days: SPEC.warm_up_days,
        horizon_days: SPEC.horizon_days,
        confidence: 0.95,
    }
}

/// A table of a result by its name.
pub(crate) fn table(result: &StudyResult, name: &str) -> Table {
    let tables = result.tables();
    let found = tables.into_iter().find(|table| table.name() == name);
    found.unwrap_or_else(|| panic!("a result has a table `{name}`"))
}

/// Rows of the whole city: the rest follows from the digests of the runs.
fn of_the_city(table: Table) -> Table {
    let rows = table.rows_where(&[("scope", Scope::City.id())]);
    table.keep(&rows)
}

// Catches any change of any number, wanted or not: the digests of the runs cover every row, the
// summary says which way the city moved.
#[test]
fn results_are_those_of_the_golden_files() {
    let result = study(fixture()).run(&NoJournal, &Silent);
    assert!(result.failures().is_empty(), "{:?}", result.failures());
    let files = [
        ("runs.csv", table(&result, "runs")),
        ("summary.csv", of_the_city(table(&result, "summary"))),
        ("stages.csv", of_the_city(table(&result, "stages"))),
    ];
    let folder = root().join("tests/golden");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1");
    let mut moved = Vec::new();
    for (name, table) in files {
        let path = folder.join(name);
        let now = String::from_utf8(csv(&table)).expect("tables are text");
        if update {
            fs::create_dir_all(&folder).expect("the folder of golden files can be made");
            fs::write(&path, &now).expect("a golden file can be written");
        }
        let then = fs::read_to_string(&path).unwrap_or_default();
        if then != now {
            moved.push(format!("tests/golden/{name}: {}", first_difference(&then, &now)));
        }
    }
    assert!(
        moved.is_empty(),
        "results have moved:\n  {}\nIf that is meant: run the tests with UPDATE_GOLDEN=1, look at \
         the difference in the files, and add a line **Results change** to CHANGELOG.md that says \
         what moved and why.",
        moved.join("\n  ")
    );
}

fn first_difference(then: &str, now: &str) -> String {
    let changed = then.lines().zip(now.lines()).filter(|(a, b)| a != b).count();
    match then.lines().zip(now.lines()).find(|(a, b)| a != b) {
        Some((a, b)) => format!("{changed} lines differ, first\n    was {a}\n    is  {b}"),
        None => format!("{} lines were, {} are", then.lines().count(), now.lines().count()),
    }
}
