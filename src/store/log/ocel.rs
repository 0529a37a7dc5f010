//! `cases.ocel.json`: an object-centric event log, OCEL 2.0 as JSON.
//!
//! Every arm and replication is a world of its own, so its objects carry both: a street of one
//! world has nothing to do with the same street of another. Objects: case, issue, street, unit (of
//! a street or a district), department. An event relates to its case and, where they take part, to
//! the issue, the street, the unit and the departments: a call-up relates a case, the unit that
//! calls, and the department that is called.

use std::collections::BTreeSet;
use std::io::{self, Write};

use csv::StringRecord;
use serde::Serialize;
use serde_json::{Value, json};

use super::CaseFiles;
use super::parts::{LoggedCase, step_cell};
use super::xes::case_id;
use crate::study::CaseKind;

/// Instant of attributes that never change, by the convention of the standard.
const ALWAYS: &str = "1970-01-01T00:00:00Z";

/// Columns of a case that say where it belongs and are objects or relations here.
const NOT_ATTRIBUTES: [&str; 3] = ["case", "district", "street"];

/// Bits of a case's key that number its visits; without them it is the key of the issue.
const VISIT_BITS: u64 = 15;

/// Objects that many cases share.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Shared {
    Street(String),
    /// Place and type of pool.
    Unit(String, String),
    /// District and agency.
    Department(String, String),
}

/// The world that a case lives in, as the beginning of an id.
fn world(case: &LoggedCase) -> String {
    format!("{}/{}", case.cell("arm"), case.cell("replication"))
}

fn issue_id(case: &LoggedCase) -> io::Result<(u64, String)> {
    let key: u64 = case.cell("case").parse().map_err(io::Error::other)?;
    let issue = key & !VISIT_BITS;
    Ok((issue, format!("{}/issue/{issue}", world(case))))
}

impl Shared {
    fn id(&self, world: &str) -> String {
        match self {
            Shared::Street(name) => format!("{world}/{name}"),
            Shared::Unit(place, pool) => format!("{world}/{place}/{pool}"),
            Shared::Department(district, agency) => format!("{world}/{district}/{agency}"),
        }
    }
}

impl CaseFiles {
    pub(super) fn write_ocel(
        &self,
        out: &mut impl Write,
        arms: &[String],
        runs: &[(usize, u32)],
    ) -> io::Result<()> {
        out.write_all(b"{\"objectTypes\":")?;
        write_json(out, &self.object_types())?;
        out.write_all(b",\n\"eventTypes\":")?;
        write_json(out, &self.event_types())?;
        out.write_all(b",\n\"objects\":[")?;
        let mut list = List::new(out);
        for &(arm, replication) in runs {
            let mut shared = BTreeSet::new();
            for part in self.parts(arm, replication) {
                let mut issues = BTreeSet::new();
                CaseFiles::each(part, |case| {
                    self.objects_of(&mut list, case, &mut issues, &mut shared)
                })?;
            }
            let world = format!("{}/{replication}", arms[arm]);
            for object in &shared {
                list.push(&self.shared_object(&world, object))?;
            }
        }
        list.end()?;
        out.write_all(b",\n\"events\":[")?;
        let mut list = List::new(out);
        for &(arm, replication) in runs {
            for part in self.parts(arm, replication) {
                CaseFiles::each(part, |case| self.events_of(&mut list, case))?;
            }
        }
        list.end()?;
        out.write_all(b"}\n")
    }

    fn object_types(&self) -> Value {
        let typed = |name: &str, kind: &str| json!({"name": name, "type": kind});
        let case: Vec<Value> = self
            .attributes()
            .map(|(_, name, kind)| {
                let kind = match kind {
                    CaseKind::Text | CaseKind::Key => "string",
                    CaseKind::Int => "integer",
                    CaseKind::Number => "float",
                    CaseKind::Flag => "boolean",
                    CaseKind::Time => "time",
                };
                typed(name, kind)
            })
            .collect();
        let named = |more: &[&str]| -> Vec<Value> {
            ["name_zh", "name_en"].iter().chain(more).map(|name| typed(name, "string")).collect()
        };
        json!([
            {"name": "case", "attributes": case},
            {"name": "issue", "attributes": [typed("key", "string"), typed("item", "string")]},
            {"name": "street", "attributes": named(&[])},
            {"name": "unit", "attributes": named(&["place", "pool"])},
            {"name": "department", "attributes": named(&["district", "agency"])},
        ])
    }

    fn event_types(&self) -> Value {
        let attributes = json!([
            {"name": "name_zh", "type": "string"},
            {"name": "start_time", "type": "time"},
            {"name": "completion", "type": "string"},
            {"name": "resource", "type": "string"},
        ]);
        let types = self.names.activities.keys();
        types.map(|id| json!({"name": id, "attributes": attributes})).collect()
    }

    /// Columns of a case that are attributes of its object, with their positions.
    fn attributes(&self) -> impl Iterator<Item = (usize, &str, CaseKind)> {
        let columns = self.columns.iter().enumerate();
        columns
            .filter(|(_, (name, _))| !NOT_ATTRIBUTES.contains(&name.as_str()))
            .map(|(position, (name, kind))| (position, name.as_str(), *kind))
    }

    fn objects_of(
        &self,
        list: &mut List<'_, impl Write>,
        case: &LoggedCase,
        issues: &mut BTreeSet<u64>,
        shared: &mut BTreeSet<Shared>,
    ) -> io::Result<()> {
        let (issue, issue_id) = issue_id(case)?;
        let street = Shared::Street(case.cell("street").to_owned());
        let mut attributes = Vec::new();
        for (position, name, kind) in self.attributes() {
            let cell = &case.cells[position];
            if !cell.is_empty() {
                attributes.push(attribute(name, value(kind, cell)?));
            }
        }
        let relations = [
            json!({"objectId": issue_id, "qualifier": "about"}),
            json!({"objectId": street.id(&world(case)), "qualifier": "at"}),
        ];
        list.push(&json!({"id": case_id(case), "type": "case", "attributes": attributes,
            "relationships": relations}))?;
        if issues.insert(issue) {
            let attributes = [
                attribute("key", json!(issue.to_string())),
                attribute("item", json!(case.cell("item"))),
            ];
            list.push(&json!({"id": issue_id, "type": "issue", "attributes": attributes,
                "relationships": []}))?;
        }
        shared.insert(street);
        for step in &case.steps {
            shared.extend(taking_part(case, step).into_iter().map(|(object, _)| object));
        }
        Ok(())
    }

    fn shared_object(&self, world: &str, object: &Shared) -> Value {
        let named = |[zh, en]: [String; 2], more: &[(&str, &String)]| -> Vec<Value> {
            let names = [attribute("name_zh", json!(zh)), attribute("name_en", json!(en))];
            let more = more.iter().map(|(name, text)| attribute(name, json!(text)));
            names.into_iter().chain(more).collect()
        };
        let known = |of: &std::collections::BTreeMap<String, [String; 2]>, id: &String| {
            of.get(id).cloned().unwrap_or_else(|| [id.clone(), id.clone()])
        };
        let (kind, attributes) = match object {
            Shared::Street(name) => ("street", named([name.clone(), name.clone()], &[])),
            Shared::Unit(place, pool) => {
                let [zh, en] = known(&self.names.pools, pool);
                let names = [format!("{place} {zh}"), format!("{place} {en}")];
                ("unit", named(names, &[("place", place), ("pool", pool)]))
            }
            Shared::Department(district, agency) => {
                let [zh, en] = known(&self.names.agencies, agency);
                let names = [format!("{district} {zh}"), format!("{district} {en}")];
                ("department", named(names, &[("district", district), ("agency", agency)]))
            }
        };
        json!({"id": object.id(world), "type": kind, "attributes": attributes,
            "relationships": []})
    }

    /// A step is one event, at its end; what is still under way at the end of the run stands at its
    /// beginning.
    fn events_of(&self, list: &mut List<'_, impl Write>, case: &LoggedCase) -> io::Result<()> {
        let world = world(case);
        let (_, issue) = issue_id(case)?;
        for step in &case.steps {
            let [id, start, end, completion] =
                ["activity", "start", "end", "completion"].map(|column| step_cell(step, column));
            let mut attributes = vec![
                json!({"name": "start_time", "value": start}),
                json!({"name": "completion", "value": completion}),
            ];
            if let Some([zh, _]) = self.names.activities.get(id) {
                attributes.push(json!({"name": "name_zh", "value": zh}));
            }
            let resource = self.resource(step);
            if !resource.is_empty() {
                attributes.push(json!({"name": "resource", "value": resource}));
            }
            let mut relations = vec![json!({"objectId": case_id(case), "qualifier": "case"})];
            if matches!(id, "arise" | "notice" | "handled" | "close" | "self_resolve") {
                relations.push(json!({"objectId": issue, "qualifier": "issue"}));
            }
            for (object, role) in taking_part(case, step) {
                relations.push(json!({"objectId": object.id(&world), "qualifier": role}));
            }
            let at = if completion == "running" { start } else { end };
            let number = list.n + 1;
            list.push(&json!({"id": format!("e{number}"), "type": id, "time": at,
                "attributes": attributes, "relationships": relations}))?;
        }
        Ok(())
    }
}

/// Shared objects that take part in a step, with their roles.
fn taking_part(case: &LoggedCase, step: &StringRecord) -> Vec<(Shared, &'static str)> {
    let [id, place, pool, agencies] =
        ["activity", "place", "pool", "agencies"].map(|column| step_cell(step, column));
    let mut objects = Vec::new();
    if matches!(id, "register" | "dispatch" | "call_up" | "request_specialist" | "close") {
        objects.push((Shared::Street(case.cell("street").to_owned()), "street"));
    }
    // The pool of a department is the department itself.
    let is_department = pool.starts_with("department:") || pool.starts_with("on_call:");
    if !pool.is_empty() && !is_department {
        let role = if id == "call_up" || id == "request_specialist" { "caller" } else { "unit" };
        objects.push((Shared::Unit(place.to_owned(), pool.to_owned()), role));
    }
    for agency in agencies.split(';').filter(|agency| !agency.is_empty()) {
        let role = match id {
            "call_up" | "request_specialist" => "called",
            "joint_visit" => "stationed",
            _ => "department",
        };
        let district = case.cell("district").to_owned();
        objects.push((Shared::Department(district, agency.to_owned()), role));
    }
    objects
}

fn attribute(name: &str, value: Value) -> Value {
    json!({"name": name, "time": ALWAYS, "value": value})
}

fn value(kind: CaseKind, cell: &str) -> io::Result<Value> {
    let number = |cell: &str| cell.parse::<f64>().map_err(io::Error::other);
    Ok(match kind {
        CaseKind::Text | CaseKind::Key | CaseKind::Time => json!(cell),
        CaseKind::Int => json!(cell.parse::<i64>().map_err(io::Error::other)?),
        CaseKind::Number => json!(number(cell)?),
        CaseKind::Flag => json!(cell == "1"),
    })
}

fn write_json(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(out, value).map_err(io::Error::from)
}

/// Entries of a JSON array, written as they come.
struct List<'a, W: Write> {
    out: &'a mut W,
    n: u64,
}

impl<'a, W: Write> List<'a, W> {
    fn new(out: &'a mut W) -> List<'a, W> {
        List { out, n: 0 }
    }

    fn push(&mut self, value: &Value) -> io::Result<()> {
        self.out.write_all(if self.n == 0 { b"\n" } else { b",\n" })?;
        self.n += 1;
        write_json(self.out, value)
    }

    fn end(self) -> io::Result<()> {
        self.out.write_all(b"\n]")
    }
}
