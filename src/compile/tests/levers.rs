//! Values, scopes and dates of levers.

use super::*;
use crate::base::{DAY, Time};
use crate::domain::{Epoch, Settings, Value, find_lever, levers};

fn set(key: &str, value: &str) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

fn planned(model: &LoadedModel, sets: &[(String, String)]) -> LoadedPlan {
    plan(model, "before", sets).unwrap_or_else(|log| panic!("{log}"))
}

fn officers(epoch: &Epoch) -> Vec<f64> {
    epoch.streets.iter().map(|settings: &Settings| settings.enforcement.squad_officers).collect()
}

// Catches a wide scope that beats a narrow one, or bodies of a district that miss its value.
#[test]
fn the_narrowest_scope_wins() {
    let model = jinan();
    let value = "{ \"姚家街道\" = 30, town = 12, \"历下区\" = 24, default = 20 }";
    let epoch = &planned(&model, &[set("L14", value)]).plan.epochs[0];
    for (index, street) in model.city.streets.iter().enumerate() {
        let expected = match (street.zh.as_str(), street.kind.id()) {
            ("姚家街道", _) => 30.0,
            _ if model.city.districts[street.district].zh == "历下区" => 24.0,
            (_, "town") => 12.0,
            _ => 20.0,
        };
        let found = epoch.streets[index].enforcement.squad_officers;
        assert!((found - expected).abs() < 1e-12, "{}: {found}", street.zh);
    }
    for (district, settings) in model.city.districts.iter().zip(&epoch.districts) {
        let expected = if district.zh == "历下区" { 24.0 } else { 20.0 };
        assert!((settings.enforcement.squad_officers - expected).abs() < 1e-12);
    }
}

// Catches dates that act too early, too late or not at all; the run starts on 2018-07-02.
#[test]
fn later_dates_override() {
    let model = Draft::new().load();
    let value = "[{ default = 8, from = \"2018-01-01\" }, { default = 20, from = \"2019-07-01\" }, \
                 { town = 12, from = 2019-01-01 }]";
    let epochs = planned(&model, &[set("enforcement.squad_officers", value)]).plan.epochs;
    let seen: Vec<(Time, Vec<f64>)> = epochs.iter().map(|e| (e.from, officers(e))).collect();
    let day = |day: i64| Time(day * DAY);
    assert_eq!(
        seen,
        [
            (day(0), vec![8.0, 8.0, 8.0]),
            (day(183), vec![8.0, 8.0, 12.0]),
            (day(364), vec![20.0, 20.0, 12.0]),
        ]
    );
}

// Catches a date that changes nothing but leaves an epoch behind.
#[test]
fn a_change_to_the_same_leaves_no_trace() {
    let model = Draft::new().load();
    let same = planned(&model, &[set("L14", "{ default = 6, from = \"2019-01-01\" }")]);
    assert_eq!(same.plan, planned(&model, &[]).plan);
}

// Catches layers applied in the wrong order: epoch, then file, then arm or command line.
#[test]
fn later_layers_win() {
    let draft = Draft::new();
    draft.write(
        "scenarios/child.toml",
        "name_zh = \"子\"\nname_en = \"Child\"\nextends = \"after\"\n\
         [levers]\nepoch = \"E0\"\n\"enforcement.sunk_share\" = 0.5\n",
    );
    let model = draft.load();
    let child = plan(&model, "child", &[]).unwrap_or_else(|log| panic!("{log}"));
    let street = &child.plan.epochs[0].streets[2].enforcement;
    // E0 stands over what `after` said, and under what the child itself says.
    assert!((street.squad_officers - 2.0).abs() < 1e-12);
    assert!((street.sunk_share - 0.5).abs() < 1e-12);
    let more = [set("L14", "3"), set("epoch", "E1"), set("L14", "7")];
    let again = plan(&model, "child", &more).unwrap_or_else(|log| panic!("{log}"));
    let street = &again.plan.epochs[0].streets[2].enforcement;
    assert!((street.squad_officers - 7.0).abs() < 1e-12);
    assert!((street.sunk_share - 0.45).abs() < 1e-12);
    // Only the town said nothing narrower: the default of `after` is kept for the others.
    let town = [set("L38", "{ town = 0.1 }")];
    let towns = plan(&model, "after", &town).unwrap_or_else(|log| panic!("{log}"));
    let shares: Vec<f64> =
        towns.plan.epochs[0].streets.iter().map(|s| s.economy.staff_share).collect();
    assert_eq!(shares, [0.0, 0.0, 0.1]);
}

// Catches a text form of the command line that reads as something else.
#[test]
fn text_forms_of_values() {
    let city = jinan().city;
    let read =
        |name: &str, text: &str| parse_value(find_lever(name).expect("a lever"), text, &city);
    assert_eq!(read("L14", "20"), Ok(Value::Number(20.0)));
    assert_eq!(read("L54", "1"), Ok(Value::Flag(true)));
    assert_eq!(read("L54", "false"), Ok(Value::Flag(false)));
    assert_eq!(read("L22", "dual"), Ok(Value::Choice(1)));
    assert_eq!(read("L37", "0.4;0.3;0.3"), Ok(Value::Vector(vec![0.4, 0.3, 0.3])));
    assert_eq!(read("L51", "none"), Ok(Value::None));
    assert_eq!(read("L16", "none"), Ok(Value::Agencies(0)));
    let traffic = city.agencies_named("交通");
    assert_eq!(traffic.count_ones(), 2, "traffic police and transport");
    let police = city.agencies_named("公安");
    assert_eq!(read("L16", "公安;交通"), Ok(Value::Agencies(traffic | police)));
    for (name, text) in [
        ("L14", "20.5"),
        ("L14", "41"),
        ("L14", "none"),
        ("L37", "0.4;0.3;0.2"),
        ("L37", "0.5;0.5"),
        ("L37", "none"),
        ("L22", "streets"),
        ("L16", "公安;消访"),
        ("L15", "nan"),
        ("L54", "2"),
    ] {
        assert!(read(name, text).is_err(), "{name} = {text}");
    }
    assert_eq!(read("L16", "消访").err().and_then(|e| e.nearest), Some("消防".to_owned()));
}

// Catches value texts that do not read back: manifests and `--set` use them.
#[test]
fn value_texts_read_back() {
    let city = jinan().city;
    for lever in levers() {
        for text in [lever.before.value, lever.after.value] {
            let value = parse_value(lever, text, &city).expect("registry values fit");
            let shown = value_text(lever, &value, &city);
            assert_eq!(parse_value(lever, &shown, &city).as_ref(), Ok(&value), "{shown}");
        }
    }
}

// Catches a settings text that hides what counts or shows what does not.
#[test]
fn settings_are_told() {
    let model = Draft::new().load();
    let sets = [set("L14", "{ town = 12, from = \"2019-01-01\" }"), set("L16", "公安;交通")];
    let told = planned(&model, &sets).settings;
    assert_eq!(
        told,
        "enforcement.squad_officers [town] from 2019-01-01 = 12\n\
         enforcement.resident_agencies = 公安;交通\n"
    );
}
