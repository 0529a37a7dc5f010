//! What the repository ships compiles and says what it should.

use super::*;
use crate::domain::{
    ApplicationRecord, CallUpRecord, CaseRecord, DepartmentRecord, HourRecord, IssueRecord,
    OnCallRecord, Plan, PoolRecord, RunSpec, Sink, StreetKind, StreetRecord, TaskRecord, levers,
    simulate,
};
use std::collections::{BTreeMap, BTreeSet};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

// Catches a shipped model, scenario or experiment that does not compile.
#[test]
fn everything_on_disk_compiles() {
    let paths = [root().join("models"), root().join("experiments")];
    let checked = check(&paths, &Known::default()).unwrap_or_else(|log| panic!("{log}"));
    assert!(checked.models.contains(&root().join("models/jinan")));
    assert!(checked.scenarios.len() >= 5 && !checked.experiments.is_empty());
}

// Catches rows lost between a table and the city.
#[test]
fn jinan_is_complete() {
    let model = jinan();
    let city = &model.city;
    assert_eq!((city.streets.len(), city.districts.len()), (161, 13));
    assert_eq!((city.items.len(), city.powers.len(), city.units.len()), (101, 198, 12));
    let towns = city.streets.iter().filter(|street| street.kind == StreetKind::Town).count();
    assert_eq!(towns, 29);
    assert_eq!(model.files.len(), 10);
    let holders = city.streets.iter().filter(|street| street.holder.is_some()).count();
    let parks = city.streets.iter().filter(|street| street.park.is_some()).count();
    assert_eq!((city.services.len(), holders, parks), (25, 8, 4));
    assert_eq!(city.powers.iter().filter(|power| power.is_penalty()).count(), 78);
    assert_eq!(city.powers.iter().filter(|power| power.for_parks).count(), 72);
    let mut ranks: Vec<usize> = city.items.iter().map(|item| item.list_rank).collect();
    assert!(city.items.iter().all(|item| item.in_catalog == (item.list_rank < 81)));
    ranks.sort_unstable();
    assert!(ranks.iter().enumerate().all(|(rank, found)| rank == *found));
}

// Catches a street of Jinan that English charts cannot tell from another, or name in Chinese.
#[test]
fn places_have_english_names() {
    let city = jinan().city;
    let mut names: Vec<&str> = city.streets.iter().map(|street| street.en.as_str()).collect();
    names.extend(city.districts.iter().map(|district| district.en.as_str()));
    assert!(names.iter().all(|name| name.is_ascii() && !name.is_empty()), "{names:?}");
    let different: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(different.len(), names.len());
    let yaojia = city.streets.iter().find(|street| street.zh == "姚家街道").expect("present");
    assert_eq!((&*yaojia.en, &*city.districts[yaojia.district].en), ("Yaojia", "Lixia District"));
}

// Catches residents lost or invented by the split of census units into streets.
#[test]
fn residents_add_up() {
    let city = jinan().city;
    let street = |zh: &str| city.streets.iter().find(|s| s.zh == zh).expect("present");
    assert!((street("姚家街道").population - 150_000.0).abs() < 1e-6);
    assert!((city.population() - 9_202_500.0).abs() < 200.0, "{}", city.population());
    let lixia = city.districts.iter().find(|d| d.zh == "历下区").expect("present");
    assert!((lixia.population - 819_130.0).abs() < 100.0, "{}", lixia.population);
    let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
    for street in &city.streets {
        *sums.entry(street.district).or_default() += street.population;
        assert!(street.population > 5_000.0, "{} has {}", street.zh, street.population);
    }
    for (district, sum) in sums {
        assert!((city.districts[district].population - sum).abs() < 1e-6);
    }
    let workers: f64 = city.streets.iter().map(|street| street.grid_workers).sum();
    assert!((workers - 43_000.0).abs() < 1e-6);
}

// Catches a lever whose explicit before value differs from the world the tables describe.
#[test]
fn every_lever_at_before_is_before() {
    let model = jinan();
    let uniform = Plan::uniform(&model.city, &before(&model.city));
    let shipped = plan(&model, "before", &[]).unwrap_or_else(|log| panic!("{log}"));
    assert_eq!(shipped.plan, uniform);
    let sets: Vec<(String, String)> = levers()
        .into_iter()
        .map(|lever| (lever.id.to_owned(), lever.before.value.to_owned()))
        .collect();
    let explicit = plan(&model, "before", &sets).unwrap_or_else(|log| panic!("{log}"));
    assert_eq!(explicit.plan, uniform);
}

// Catches a scenario of the after side that forgets a lever or misstates its value.
#[test]
fn after_is_epoch_2_but_for_towns() {
    let model = jinan();
    let after = plan(&model, "after", &[]).unwrap_or_else(|log| panic!("{log}"));
    let sets = [
        ("epoch".to_owned(), "E2".to_owned()),
        ("L38".to_owned(), "{ default = 0, town = 0.08 }".to_owned()),
    ];
    let preset = plan(&model, "before", &sets).unwrap_or_else(|log| panic!("{log}"));
    assert_eq!(after.plan, preset.plan);
    let epoch = &after.plan.epochs[0];
    for (street, settings) in model.city.streets.iter().zip(&epoch.streets) {
        let expected = if street.kind == StreetKind::Town { 0.08 } else { 0.0 };
        assert!((settings.economy.staff_share - expected).abs() < 1e-12, "{}", street.zh);
    }
}

// Catches expectations of the after side leaking into the model: these columns are never read.
#[test]
fn what_the_reform_should_bring_is_never_read() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let source = root().join("models/jinan");
    for entry in std::fs::read_dir(&source).expect("readable").flatten() {
        if entry.path().is_file() {
            std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("copied");
        }
    }
    for (table, column) in [
        ("items_81.csv", "p_street_can_post"),
        ("items_other.csv", "p_street_can_post"),
        ("powers_198.csv", "promised_days_post"),
    ] {
        let path = folder.path().join(table);
        let mut reader = csv::Reader::from_path(&path).expect("readable");
        let header = reader.headers().expect("a header").clone();
        let at = header.iter().position(|name| name == column).expect("the column is there");
        let rows: Vec<csv::StringRecord> =
            reader.records().map(|row| row.expect("a row")).collect();
        let mut writer = csv::Writer::from_path(&path).expect("writable");
        writer.write_record(&header).expect("written");
        for row in rows {
            let spoilt = row.iter().enumerate().map(|(i, cell)| if i == at { "?" } else { cell });
            writer.write_record(spoilt).expect("written");
        }
        writer.flush().expect("written");
    }
    let spoilt = load_model(folder.path()).unwrap_or_else(|log| panic!("{log}"));
    let shipped = jinan();
    assert_eq!(spoilt.city.powers, shipped.city.powers);
    assert_eq!(format!("{:?}", spoilt.city.items), format!("{:?}", shipped.city.items));
}

// Catches a new model that its own first check refuses, or scenarios that are all the same.
#[test]
fn a_new_model_compiles() {
    let draft = Draft::new();
    let checked = check(&[draft.dir()], &Known::default()).unwrap_or_else(|log| panic!("{log}"));
    assert_eq!(checked.scenarios.len(), 2);
    assert_eq!(checked.experiments.len(), 1);
    let path = draft.dir().join("experiments/reform.toml");
    let loaded = load_experiment(&path, &Known::default()).unwrap_or_else(|log| panic!("{log}"));
    let names: Vec<&str> = loaded.arms.iter().map(|arm| arm.name.as_str()).collect();
    assert_eq!(names, ["before", "after", "after_no_new_posts"]);
    assert_ne!(loaded.arms[0].plan, loaded.arms[1].plan);
    assert_ne!(loaded.arms[1].plan, loaded.arms[2].plan);
    assert_eq!(loaded.model.city.id, "draft");
    assert!(new_model("a/b").is_err());
}

/// Counts cases and says nothing else.
#[derive(Default)]
struct Count {
    cases: u64,
}

impl Sink for Count {
    fn case(&mut self, _: &CaseRecord) {
        self.cases += 1;
    }
    fn issue(&mut self, _: &IssueRecord) {}
    fn call_up(&mut self, _: &CallUpRecord) {}
    fn on_call(&mut self, _: &OnCallRecord) {}
    fn application(&mut self, _: &ApplicationRecord) {}
    fn task(&mut self, _: &TaskRecord) {}
    fn backlog(&mut self, _: i64, _: u16, _: u32) {}
    fn hour(&mut self, _: &HourRecord) {}
    fn pool(&mut self, _: &PoolRecord) {}
    fn street(&mut self, _: &StreetRecord) {}
    fn department(&mut self, _: &DepartmentRecord) {}
}

// Catches a new model that compiles and then cannot be run.
#[test]
fn a_new_model_runs() {
    let draft = Draft::new();
    let model = draft.load();
    for scenario in ["before", "after"] {
        let plan = plan(&model, scenario, &[]).unwrap_or_else(|log| panic!("{log}")).plan;
        let run = RunSpec { seed: 1, replication: 1, warm_up_days: 7, horizon_days: 28 };
        let mut count = Count::default();
        simulate(&model.city, &plan, 0, &run, &mut count);
        assert!(count.cases > 100, "{scenario}: {} cases", count.cases);
    }
}

// Catches schemas that miss a parameter or a lever, or offer levers that are refused.
#[test]
fn schemas_follow_the_registries() {
    let model = schema(SchemaOf::Model);
    for param in crate::domain::params() {
        let (section, name) = param.key.split_once('.').expect("section.name");
        let found = &model["properties"][section]["properties"][name];
        assert!(found.is_object(), "{} is not in the schema", param.key);
    }
    let scenario = schema(SchemaOf::Scenario);
    for lever in levers() {
        let found = scenario["properties"]["levers"]["properties"].get(lever.key).is_some();
        assert!(found, "{}", lever.key);
    }
    assert!(schema(SchemaOf::Experiment)["properties"]["arms"].is_object());
}

// Catches areas that report or simulate the wrong places.
#[test]
fn areas_name_places() {
    let city = jinan().city;
    let whole = area(&city, "city").expect("the city");
    assert!(whole.streets.iter().all(|selected| *selected) && whole.districts.len() == 13);
    let yaojia = area(&city, "street:姚家街道").expect("a street");
    let lixia = area(&city, "district:历下区").expect("a district");
    assert_eq!(yaojia.districts, lixia.districts);
    assert_eq!(yaojia.streets.iter().filter(|selected| **selected).count(), 1);
    assert_eq!(lixia.streets.iter().filter(|selected| **selected).count(), 13);
    let both = Area::union(&[yaojia, area(&city, "district:商河县").expect("a district")]);
    assert_eq!(both.districts.len(), 2);
    assert_eq!(both.streets.iter().filter(|selected| **selected).count(), 13);
    let refused = area(&city, "district:历夏区").expect_err("no such district");
    let expected = "--area: unknown district \"历夏区\" (did you mean \"历下区\"?)";
    assert_eq!(refused.render(Language::En), [expected]);
    assert!(area(&city, "历下区").is_err());
}
