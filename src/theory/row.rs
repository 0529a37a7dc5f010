//! Rows of exact results: the table, its quantities, what each row is about.

use std::path::Path;

use serde_json::Value;

use super::params;
use super::published::exact;
use super::spec::{Spec, work};
use super::tally::{Mark, Quantity};
use crate::domain::Shape;
use crate::spec::{CsvTable, Diagnostic, Diagnostics, Place, Row, Source, Words};

/// The table that comes with the program: 101 rows in 22 families, each with its source and two
/// ways of computing it.
pub const OWN: &str = include_str!("../../models/theory/reference.csv");

/// A value that a row gives.
#[derive(Clone, PartialEq, Debug)]
pub struct Known {
    /// Name of the column, or of the key among the extras.
    pub name: String,
    /// What it is.
    pub quantity: Quantity,
    /// Part of the sample it is about: all, a class or a node.
    pub part: usize,
    /// The value.
    pub value: f64,
    /// Bounds between which it is known to lie.
    pub bounds: (f64, f64),
    /// One of the columns, whose precision is promised, rather than an extra.
    pub is_column: bool,
}

/// One row.
#[derive(Clone, PartialEq, Debug)]
pub struct Reference {
    /// Name of the row.
    pub case: String,
    /// Family.
    pub family: String,
    /// Parameters as written: rows with the same are one model.
    pub params: String,
    /// Model in words.
    pub model: String,
    /// What it is about.
    pub spec: Spec,
    /// Instants at which the number present is read.
    pub marks: Vec<Mark>,
    /// Units of the row at which those marks are.
    pub mark_units: Vec<f64>,
    /// Values, the first one first.
    pub known: Vec<Known>,
}

const COLUMNS: [(&str, Quantity); 17] = [
    ("wq_mean", Quantity::WaitMean),
    ("sojourn_mean", Quantity::SojournMean),
    ("p_wait", Quantity::Waits),
    ("utilisation", Quantity::Utilisation),
    ("lq_mean", Quantity::QueueMean),
    ("l_mean", Quantity::PresentMean),
    ("p_abandon", Quantity::Abandons),
    ("p_block", Quantity::Refused),
    ("wq_p50", Quantity::WaitQuantile(0.5)),
    ("wq_p90", Quantity::WaitQuantile(0.9)),
    ("wq_p95", Quantity::WaitQuantile(0.95)),
    ("wq_p99", Quantity::WaitQuantile(0.99)),
    ("sojourn_p50", Quantity::SojournQuantile(0.5)),
    ("sojourn_p90", Quantity::SojournQuantile(0.9)),
    ("sojourn_p95", Quantity::SojournQuantile(0.95)),
    ("wq_var", Quantity::WaitVariance),
    ("throughput", Quantity::Throughput),
];

/// Reads a table from a file, or the program's own.
///
/// # Errors
/// Every row that cannot be understood, with its place and what was expected.
pub fn read_file(path: Option<&Path>) -> Result<Vec<Reference>, Diagnostics> {
    let mut log = Diagnostics::new();
    let source = match path {
        None => Some(Source::new("reference.csv", OWN)),
        Some(path) => {
            let shown = path.display().to_string();
            match std::fs::read(path) {
                Ok(bytes) => Source::from_bytes(&shown, &bytes, &mut log),
                Err(error) => {
                    log.push(Source::unreadable(path, Place::whole(&*shown), &error));
                    None
                }
            }
        }
    };
    let rows = source.and_then(|source| read(&source, &mut log));
    log.unless_wrong(rows)
}

/// Reads a table.
fn read(source: &Source, log: &mut Diagnostics) -> Option<Vec<Reference>> {
    let table = CsvTable::parse(source, log);
    let names = COLUMNS.map(|(name, _)| name);
    let mut optional = vec!["model", "klass", "extra"];
    optional.extend(names);
    let ignored = [
        "conventions",
        "source",
        "method1",
        "method2",
        "check_quantity",
        "method2_value",
        "rel_diff",
    ];
    let reader = table.reader_with(&["case_id", "family", "params"], &optional, &ignored, log)?;
    let mut rows: Vec<Reference> = Vec::new();
    for row in reader.rows() {
        if let Some(reference) = read_row(&row, log) {
            if rows.iter().any(|other| other.case == reference.case) {
                log.push(row.wrong("case_id", Words::new("不重复的名称", "a name of its own")));
            }
            rows.push(reference);
        }
    }
    if rows.is_empty() && log.is_empty() {
        let words = Words::new("表里没有行", "the table has no rows");
        log.push(Diagnostic::new("theory::no_rows", reader.place(), words));
    }
    Some(rows)
}

fn read_row(row: &Row<'_>, log: &mut Diagnostics) -> Option<Reference> {
    let case = row.name("case_id", log)?;
    let fit = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !case.chars().all(fit) || case.starts_with('.') {
        let expected = Words::new("字母、数字、- _ .", "letters, digits, - _ .");
        log.push(row.wrong("case_id", expected));
        return None;
    }
    let family = params::FAMILIES[row.choice("family", &params::FAMILIES, log)?];
    let (model, text) = (row.text("model"), row.text("params"));
    let spec = match params::read(family, model, text) {
        Ok(spec) => spec,
        Err(wrong) => {
            log.push(row.wrong("params", Words::same(wrong.expected)).got(wrong.got));
            return None;
        }
    };
    let extra = read_extra(row, log)?;
    let part = part_of(row, &spec, log)?;
    let mut known = Vec::new();
    for (name, quantity) in COLUMNS {
        let Some(value) = row.number_or_empty(name, (0.0, 1e12), log) else { continue };
        if !is_defined(quantity, &spec) {
            let expected =
                Words::new("空:此族没有这个量", "nothing: this family has no such quantity");
            log.push(row.wrong(name, expected));
            continue;
        }
        let bounds = bounds_of(&extra, name).unwrap_or((value, value));
        // Servers are not divided between classes.
        let part = if quantity == Quantity::Utilisation { 0 } else { part };
        known.push(Known { name: name.to_owned(), quantity, part, value, bounds, is_column: true });
    }
    let mut marks = Marks::default();
    read_marks(&spec, &extra, &mut marks, &mut known);
    read_more(&spec, &extra, part, &mut known);
    if known.is_empty() {
        let words = Words::new("这一行没有可核对的值", "the row gives no value to check");
        log.push(Diagnostic::new("theory::no_value", row.place("case_id"), words));
        return None;
    }
    Some(Reference {
        case: case.to_owned(),
        family: family.to_owned(),
        params: text.to_owned(),
        model: model.to_owned(),
        spec,
        marks: marks.marks,
        mark_units: marks.units,
        known,
    })
}

fn read_extra(row: &Row<'_>, log: &mut Diagnostics) -> Option<Value> {
    let text = row.text("extra");
    if text.is_empty() {
        return Some(Value::Null);
    }
    match serde_json::from_str(text) {
        Ok(value) => Some(value),
        Err(error) => {
            let expected = Words::new("JSON 对象", "a JSON object");
            log.push(row.wrong("extra", expected).got(error.to_string()));
            None
        }
    }
}

/// All customers, or one class of a queue with several.
fn part_of(row: &Row<'_>, spec: &Spec, log: &mut Diagnostics) -> Option<usize> {
    let text = row.text("klass");
    let n = spec.n_classes();
    match text {
        "" | "all" => Some(0),
        _ => match text.parse::<usize>() {
            Ok(class) if (1..=n).contains(&class) && n > 1 => Some(class),
            _ => {
                let expected = Words::same(format!("all / 1 … {n}"));
                log.push(row.wrong("klass", expected));
                None
            }
        },
    }
}

/// Does the family have the quantity, as it is counted here?
fn is_defined(quantity: Quantity, spec: &Spec) -> bool {
    match spec {
        Spec::Queue(queue) => match quantity {
            Quantity::Abandons => queue.patience.is_some(),
            Quantity::Refused => queue.room.is_some(),
            Quantity::Utilisation => queue.servers.len() == 1,
            _ => queue.opening.is_none(),
        },
        Spec::Network(_) => matches!(
            quantity,
            Quantity::SojournMean
                | Quantity::SojournQuantile(_)
                | Quantity::PresentMean
                | Quantity::Throughput
        ),
        Spec::ForkJoin { .. } => !matches!(
            quantity,
            Quantity::WaitMean
                | Quantity::WaitVariance
                | Quantity::WaitQuantile(_)
                | Quantity::Waits
                | Quantity::QueueMean
                | Quantity::Abandons
                | Quantity::Refused
        ),
        Spec::Classes { .. }
        | Spec::Finite { .. }
        | Spec::Retrial { .. }
        | Spec::Polling { .. } => !matches!(quantity, Quantity::Abandons | Quantity::Refused),
    }
}

/// Bounds of a value that was computed by discretization.
fn bounds_of(extra: &Value, name: &str) -> Option<(f64, f64)> {
    let pair = extra.get(format!("{name}_bounds"))?.as_array()?;
    match pair[..] {
        [ref low, ref high] => Some((low.as_f64()?, high.as_f64()?)),
        _ => None,
    }
}

#[derive(Default)]
struct Marks {
    marks: Vec<Mark>,
    units: Vec<f64>,
}

/// Numbers present at given times: of the day (`EN_at_hour`, `m_t`) or from the start (`EN`).
fn read_marks(spec: &Spec, extra: &Value, marks: &mut Marks, known: &mut Vec<Known>) {
    let Spec::Queue(queue) = spec else { return };
    let key = ["EN_at_hour", "m_t", "EN"].into_iter().find(|key| extra.get(key).is_some());
    let Some((key, map)) = key.and_then(|key| Some((key, extra.get(key)?.as_object()?))) else {
        return;
    };
    let from_start = queue.opening.is_some();
    let wanted = if from_start { key == "EN" } else { queue.wave.is_some() && key != "EN" };
    if !wanted {
        return;
    }
    let numbers = map.iter().filter_map(|(at, value)| Some((at.parse().ok()?, value.as_f64()?)));
    let mut numbers: Vec<(f64, f64)> = numbers.collect();
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (at, value) in numbers {
        let quantity = Quantity::PresentAt(marks.marks.len());
        let name = format!("{key}[{at}]");
        let bounds = (value, value);
        known.push(Known { name, quantity, part: 0, value, bounds, is_column: from_start });
        // In seconds once the scale of the model is known.
        marks.marks.push(Mark { at: 0, every: (!from_start).then_some(0) });
        marks.units.push(at);
    }
}

/// Further values that are defined.
fn read_more(spec: &Spec, extra: &Value, part: usize, known: &mut Vec<Known>) {
    let columns: Vec<(String, f64)> =
        known.iter().map(|known| (known.name.clone(), known.value)).collect();
    let mut push = |name: String, quantity: Quantity, part: usize, value: Option<f64>| {
        if let Some(value) = value {
            known.push(Known {
                name,
                quantity,
                part,
                value,
                bounds: (value, value),
                is_column: false,
            });
        }
    };
    let number = |key: &str| extra.get(key).and_then(Value::as_f64);
    match spec {
        Spec::Queue(queue) => {
            if part == 0 {
                for (figure, column) in exact(queue) {
                    let value = columns.iter().find(|(name, _)| name == column);
                    let value = value.map(|(_, value)| *value).or_else(|| number(column));
                    push(figure.name().to_owned(), Quantity::Published(figure), 0, value);
                }
            }
            push("wq_mean_served".into(), Quantity::WaitOfServed, part, number("wq_mean_served"));
            let abandoned = number("wq_mean_abandoned").filter(|_| queue.patience.is_some());
            push("wq_mean_abandoned".into(), Quantity::WaitOfAbandoned, part, abandoned);
            push("mean_busy_servers".into(), Quantity::Busy, 0, number("mean_busy_servers"));
            // The input is known exactly, and is checked as well.
            if queue.opening.is_none() && part == 0 {
                // Arrivals like clockwork have no spread to compare with.
                let rate = Some(queue.rate()).filter(|_| queue.gaps != Shape::Deterministic);
                push("arrival_rate".into(), Quantity::ArrivalRate, 0, rate);
                if queue.room.is_none() {
                    let mean = work(&queue.classes) / queue.rate();
                    push("service_mean".into(), Quantity::ServiceMean, 0, Some(mean));
                }
            }
        }
        Spec::Network(nodes) => {
            for (at, node) in nodes.iter().enumerate() {
                let of = |key: &str| extra.get(&node.name)?.get(key)?.as_f64();
                let mut more = |key: &str, quantity| {
                    push(format!("{}.{key}", node.name), quantity, at + 1, of(key));
                };
                more("wq", Quantity::WaitMean);
                more("p_wait", Quantity::Waits);
                more("rho", Quantity::Utilisation);
                more("L", Quantity::PresentMean);
                more("lam", Quantity::ArrivalRate);
                more("visits", Quantity::Visits);
                more("sojourn_per_visit", Quantity::SojournMean);
            }
        }
        _ => {}
    }
}
