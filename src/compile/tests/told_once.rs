//! Each mistake is told once, beside all others, and what merely follows from it is not told.

use super::*;

/// Mistakes found below the draft's folder.
fn checked(draft: &Draft) -> Vec<String> {
    let log = check(&[draft.dir()], &Known::default());
    log.map_or_else(|log| draft.lines(&log), |_| Vec::new())
}

// Catches a row that is dropped for a wrong number, so that every row naming it is refused as well:
// one wrong share of an office gave twenty mistakes, and the twenty hid the one.
#[test]
fn a_wrong_number_does_not_undo_its_row() {
    let draft = Draft::new();
    draft.edit("units.csv", "office,0.1,0.0,", "office,1.1,0.0,").edit(
        "agencies.csv",
        "management,department,环卫单位",
        "management,departmnt,环卫单位",
    );
    assert_eq!(
        draft.mistakes(),
        [
            "agencies.csv:4:4: wrong value for \"kind\" (expected department / company / utility / \
             street; got departmnt; did you mean \"department\"?)",
            "units.csv:2:5: wrong value for \"fixed_share\" (expected a number from 0 to 1; got \
             1.1)",
        ]
    );
}

// Catches a list in a cell of which only the first wrong part is told, or the cell as a whole.
#[test]
fn every_wrong_part_of_a_cell_is_named() {
    let draft = Draft::new();
    draft.edit("services.csv", ",MSC;SSB;DZB,8,0.8", ",MSC;SSX;DZY,8,0.8");
    let lines = draft.mistakes();
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines[0].contains("got SSX;"), "{lines:#?}");
    assert!(lines[1].contains("got DZY;"), "{lines:#?}");
}

// Catches a model told twice because its experiments name it by another path, and scenarios that
// are not looked at until their model is whole.
#[test]
fn a_broken_model_is_told_once_and_hides_no_lever() {
    let draft = Draft::new();
    draft
        .edit("model.toml", "in_force = \"five_days\"", "in_force = \"five_day\"")
        .edit("scenarios/after.toml", "squad_officers", "squad_oficers")
        .edit("scenarios/after.toml", "extends = \"before\"", "extend = \"before\"")
        .edit("experiments/reform.toml", "confidence = 0.95", "confidence = 95");
    let lines = checked(&draft);
    let places: Vec<&str> = lines.iter().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(
        places,
        ["experiments/reform.toml", "model.toml", "scenarios/after.toml", "scenarios/after.toml"],
        "{lines:#?}"
    );
    assert!(lines[2].contains("did you mean \"extends\"?"), "{lines:#?}");
    assert!(lines[3].contains("did you mean \"enforcement.squad_officers\"?"), "{lines:#?}");
}

// Catches a wrong date that hides the wrong place and the wrong value beside it, and a second wrong
// area behind the first.
#[test]
fn a_mistake_hides_no_neighbor() {
    let draft = Draft::new();
    let lines = draft.scenario_mistakes(
        "levers.enforcement.squad_officers = { \"东街道\" = 99, town = 77, from = \"2019-13-01\" }\n",
    );
    assert_eq!(lines.len(), 3, "{lines:#?}");
    for words in ["unknown scope \"东街道\"", "got 77", "\"2019-13-01\""] {
        assert!(lines.iter().any(|line| line.contains(words)), "{words} in {lines:#?}");
    }
    std::fs::remove_file(draft.dir().join("scenarios/a.toml")).expect("it is there");
    let areas = "area = [\"street:南街\", \"district:示范区\"]";
    draft.edit("experiments/reform.toml", "area = [\"city\"]", areas);
    let lines = checked(&draft);
    assert_eq!(lines.len(), 2, "{lines:#?}");
}

// Catches a misspelt assumed number that is called a lever, without the name that was meant.
#[test]
fn a_misspelt_number_finds_its_name() {
    let key = "demand.cases_per_resident_yea".to_owned();
    let log = plan(&Draft::new().load(), "before", &[(key, "1".to_owned())]);
    let lines = log.expect_err("no such key").render(Language::En);
    assert!(lines[0].contains("did you mean \"demand.cases_per_resident_year\"?"), "{lines:#?}");
}
