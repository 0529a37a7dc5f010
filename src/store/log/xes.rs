//! `cases.xes`: one trace per case and run, one event per beginning and end of a step (IEEE 1849).

use std::io::{self, Write};

use csv::StringRecord;

use super::CaseFiles;
use super::parts::{LoggedCase, step_cell};
use crate::study::CaseKind;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<global scope="trace">
<string key="concept:name" value=""/>
</global>
<global scope="event">
<string key="concept:name" value=""/>
<string key="lifecycle:transition" value="complete"/>
<date key="time:timestamp" value="1970-01-01T08:00:00.000+08:00"/>
</global>
<classifier name="Activity" keys="concept:name"/>
<classifier name="Activity and lifecycle" keys="concept:name lifecycle:transition"/>
<classifier name="Resource" keys="org:resource"/>
<classifier name="活动" keys="name_zh"/>
"#;

/// An event of a trace: which step, and its beginning or its end.
struct Event<'a> {
    step: &'a StringRecord,
    /// Number of the step in its trace: tells two rounds of one activity apart.
    instance: usize,
    at: &'a str,
    transition: &'static str,
}

impl CaseFiles {
    pub(super) fn write_xes(&self, out: &mut impl Write, runs: &[(usize, u32)]) -> io::Result<()> {
        out.write_all(HEAD.as_bytes())?;
        for &(arm, replication) in runs {
            for part in self.parts(arm, replication) {
                CaseFiles::each(part, |case| self.trace(out, case))?;
            }
        }
        out.write_all(b"</log>\n")
    }

    fn trace(&self, out: &mut impl Write, case: &LoggedCase) -> io::Result<()> {
        writeln!(out, "<trace>")?;
        attribute(out, "string", "concept:name", &case_id(case))?;
        for ((name, kind), cell) in self.columns.iter().zip(&case.cells) {
            if cell.is_empty() {
                continue;
            }
            match kind {
                CaseKind::Text | CaseKind::Key => attribute(out, "string", name, cell)?,
                CaseKind::Int => attribute(out, "int", name, cell)?,
                CaseKind::Number => attribute(out, "float", name, cell)?,
                CaseKind::Flag => {
                    let cell = if cell == "1" { "true" } else { "false" };
                    attribute(out, "boolean", name, cell)?;
                }
                CaseKind::Time => attribute(out, "date", name, &millis(cell))?,
            }
        }
        for event in events(&case.steps) {
            self.event(out, &event)?;
        }
        writeln!(out, "</trace>")
    }

    fn event(&self, out: &mut impl Write, event: &Event<'_>) -> io::Result<()> {
        let id = step_cell(event.step, "activity");
        writeln!(out, "<event>")?;
        attribute(out, "string", "concept:name", id)?;
        if let Some([zh, _]) = self.names.activities.get(id) {
            attribute(out, "string", "name_zh", zh)?;
        }
        attribute(out, "string", "concept:instance", &event.instance.to_string())?;
        attribute(out, "string", "lifecycle:transition", event.transition)?;
        attribute(out, "date", "time:timestamp", &millis(event.at))?;
        let resource = self.resource(event.step);
        if !resource.is_empty() {
            attribute(out, "string", "org:resource", &resource)?;
        }
        for (key, column) in [("org:group", "pool"), ("agencies", "agencies")] {
            let cell = step_cell(event.step, column);
            if !cell.is_empty() {
                attribute(out, "string", key, cell)?;
            }
        }
        writeln!(out, "</event>")
    }

    /// Who did it, in the city's words: the unit at its place or, without one, the agencies.
    pub(super) fn resource(&self, step: &StringRecord) -> String {
        let pool = step_cell(step, "pool");
        let zh = |of: &std::collections::BTreeMap<String, [String; 2]>, id: &str| {
            of.get(id).map_or_else(|| id.to_owned(), |[zh, _]| zh.clone())
        };
        if pool.is_empty() {
            let agencies = step_cell(step, "agencies").split(';').filter(|id| !id.is_empty());
            return agencies.map(|id| zh(&self.names.agencies, id)).collect::<Vec<_>>().join(";");
        }
        format!("{} {}", step_cell(step, "place"), zh(&self.names.pools, pool))
    }
}

/// Identity of a case among all runs of the study.
pub(super) fn case_id(case: &LoggedCase) -> String {
    format!("{}/{}/{}", case.cell("arm"), case.cell("replication"), case.cell("case"))
}

/// Beginnings and ends of steps in order of time; at one instant in the order of steps.
fn events(steps: &[StringRecord]) -> Vec<Event<'_>> {
    let mut events = Vec::with_capacity(steps.len() * 2);
    for (instance, step) in steps.iter().enumerate() {
        let [start, end, completion] =
            ["start", "end", "completion"].map(|column| step_cell(step, column));
        let mut push = |at, transition| events.push(Event { step, instance, at, transition });
        if start != end || completion == "running" {
            push(start, "start");
        }
        match completion {
            "done" => push(end, "complete"),
            "broken_off" => push(end, "ate_abort"),
            _ => {}
        }
    }
    // All instants are written in the same zone: their texts are ordered as they are.
    events.sort_by(|a, b| a.at.cmp(b.at));
    events
}

/// The same instant with milliseconds, as the schema of XES wants it.
fn millis(at: &str) -> String {
    match at.rfind('+') {
        Some(zone) => format!("{}.000{}", &at[..zone], &at[zone..]),
        None => at.to_owned(),
    }
}

fn attribute(out: &mut impl Write, kind: &str, key: &str, value: &str) -> io::Result<()> {
    write!(out, "<{kind} key=\"{key}\" value=\"")?;
    for letter in value.chars() {
        match letter {
            '&' => out.write_all(b"&amp;")?,
            '<' => out.write_all(b"&lt;")?,
            '>' => out.write_all(b"&gt;")?,
            '"' => out.write_all(b"&quot;")?,
            _ => out.write_all(letter.encode_utf8(&mut [0; 4]).as_bytes())?,
        }
    }
    writeln!(out, "\"/>")
}
