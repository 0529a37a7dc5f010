//! Files of cases in the forms of other programs: all tell the same story as `cases.csv`.

use std::collections::{BTreeMap, BTreeSet};

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;

use crate::place::Place;

/// A short comparison with every form of cases, written once for all tests of this file.
struct Result {
    place: Place,
    csv: Vec<BTreeMap<String, String>>,
}

impl Result {
    fn new() -> Result {
        let place = Place::new();
        place.done(&[
            "compare",
            "town",
            "--days=14",
            "--warm-up=7",
            "--replications=2",
            "--quiet",
            "--cases=ocel,csv,xes,parquet,csv",
            "--out=out",
        ]);
        let mut reader = csv::Reader::from_path(place.path("out/cases.csv")).unwrap();
        let csv = reader.deserialize().map(std::result::Result::unwrap).collect();
        Result { place, csv }
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.place.path("out").join(name)).unwrap()
    }
}

fn case_id(row: &BTreeMap<String, String>) -> String {
    format!("{}/{}/{}", row["arm"], row["replication"], row["case"])
}

#[test]
fn parquet_has_the_rows_of_csv_with_types() {
    // Catches: rows lost between groups, an instant in the wrong zone, empty cells read as zero,
    // keys with a sign, flags as numbers.
    let result = Result::new();
    let file = std::fs::File::open(result.place.path("out/cases.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let mut n = 0;
    for (row, plain) in reader.get_row_iter(None).unwrap().zip(&result.csv) {
        n += 1;
        for (name, field) in row.unwrap().get_column_iter() {
            let cell = &plain[name];
            match field {
                Field::Null => assert_eq!(cell, "", "{name}"),
                Field::Str(text) => assert_eq!(cell, text, "{name}"),
                Field::ULong(key) => assert_eq!(*cell, key.to_string(), "{name}"),
                Field::Int(value) => assert_eq!(*cell, value.to_string(), "{name}"),
                Field::Double(value) => assert_eq!(cell.parse::<f64>(), Ok(*value), "{name}"),
                Field::Bool(flag) => assert_eq!(cell == "1", *flag, "{name}"),
                Field::TimestampMillis(millis) => {
                    let at: jiff::Timestamp = cell.parse().unwrap();
                    assert_eq!(at.as_millisecond(), *millis, "{name}");
                }
                other => panic!("{name} is {other:?}"),
            }
        }
    }
    assert_eq!(n, result.csv.len());
    assert_eq!(reader.metadata().file_metadata().num_rows(), n as i64);
    let kpis = std::fs::File::open(result.place.path("out/kpis.parquet")).unwrap();
    let kpis = SerializedFileReader::new(kpis).unwrap();
    let lines = result.text("kpis.csv").lines().count() - 1;
    assert_eq!(kpis.metadata().file_metadata().num_rows(), lines as i64);
}

/// Value of the first attribute of that key in a piece of XES.
fn attribute<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let start = text.find(&format!("key=\"{key}\" value=\""))?;
    text[start..].split('"').nth(3)
}

#[test]
fn an_event_log_tells_the_life_of_every_case() {
    // Catches: traces lost, events out of order, naive instants, a step that ends without having
    // begun, instants that contradict cases.csv, a case called up without a call-up.
    let result = Result::new();
    let text = result.text("cases.xes");
    let traces: Vec<&str> = text.split("<trace>").skip(1).collect();
    assert_eq!(traces.len(), result.csv.len());
    let (mut n_steps, mut n_broken) = (0, 0);
    for (trace, row) in traces.iter().zip(&result.csv) {
        let head = trace.split("<event>").next().unwrap();
        assert_eq!(attribute(head, "concept:name"), Some(case_id(row).as_str()));
        let mut last = String::new();
        let mut begun = BTreeSet::new();
        let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for event in trace.split("<event>").skip(1) {
            let of = |key| attribute(event, key).unwrap().to_owned();
            let (at, activity) = (of("time:timestamp"), of("concept:name"));
            assert!(at.ends_with(".000+08:00") && at >= last, "{at} after {last}");
            last.clone_from(&at);
            let instance = of("concept:instance");
            match of("lifecycle:transition").as_str() {
                "start" => assert!(begun.insert(instance)),
                "complete" => {
                    n_steps += usize::from(begun.remove(&instance));
                    seen.entry(activity).or_default().push(at.replace(".000", ""));
                }
                "ate_abort" => {
                    n_broken += 1;
                    assert!(begun.remove(&instance), "{activity} is broken off, not begun");
                }
                other => panic!("{other}"),
            }
        }
        let first = |activity: &str| seen.get(activity).map(|all| all[0].as_str()).unwrap_or("");
        assert_eq!(first("arise"), row["arisen"]);
        assert_eq!(first("notice"), row["detected"]);
        assert_eq!(first("register"), row["registered"]);
        assert_eq!(first("accept"), row["accepted"]);
        assert_eq!(first("close"), row["first_closed"]);
        if row["grid_settled"] == "0" {
            assert_eq!(first("dispatch"), row["dispatched"]);
        }
        assert_eq!(seen.contains_key("call_up"), row["called_up"] == "1");
        assert_eq!(seen.contains_key("redo"), row["redone"] == "1");
        assert_eq!(seen.contains_key("withdraw"), row["fate"] == "withdrawn");
        if row["fate"] != "open" {
            assert!(begun.is_empty(), "a closed case has nothing under way");
        }
    }
    assert!(n_steps > result.csv.len() / 2, "{n_steps} steps with a duration");
    assert!(n_broken > 0, "withdrawn cases break something off");
}

#[test]
fn an_object_log_relates_cases_to_those_who_take_part() {
    // Catches: relations to objects that are not there, an id twice, a call-up without its
    // department, objects shared between two worlds.
    let result = Result::new();
    let log: Value = serde_json::from_str(&result.text("cases.ocel.json")).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut objects: BTreeMap<String, String> = BTreeMap::new();
    for object in log["objects"].as_array().unwrap() {
        let twice = objects.insert(text(&object["id"]), text(&object["type"]));
        assert!(twice.is_none(), "{object}");
    }
    let kinds: BTreeSet<&str> = objects.values().map(String::as_str).collect();
    assert_eq!(kinds, BTreeSet::from(["case", "department", "issue", "street", "unit"]));
    let types = log["eventTypes"].as_array().unwrap();
    let types: BTreeSet<String> = types.iter().map(|one| text(&one["name"])).collect();
    let (mut n_calls, mut ids) = (0, BTreeSet::new());
    for event in log["events"].as_array().unwrap() {
        assert!(types.contains(&text(&event["type"])) && ids.insert(text(&event["id"])));
        let mut worlds = BTreeSet::new();
        let mut related = BTreeSet::new();
        for relation in event["relationships"].as_array().unwrap() {
            let id = text(&relation["objectId"]);
            related.insert(objects.get(&id).unwrap_or_else(|| panic!("no {id}")).as_str());
            worlds.insert(id.split('/').take(2).collect::<Vec<_>>().join("/"));
        }
        assert!(related.contains("case") && worlds.len() == 1, "{event}");
        if event["type"] == "call_up" {
            n_calls += 1;
            assert!(["unit", "department", "street"].iter().all(|kind| related.contains(kind)));
        }
    }
    let called = result.csv.iter().filter(|row| row["called_up"] == "1").count();
    assert!(n_calls >= called && called > 0, "{n_calls} call-ups in {called} cases");
    let cases = objects.values().filter(|kind| *kind == "case").count();
    assert_eq!(cases, result.csv.len());
}
