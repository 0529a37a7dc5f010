//! The numbers of `model.toml`: every parameter of the registry, with range and source.

use crate::domain::{Assumption, Params, params};
use crate::spec::{Demand, Diagnostics, Fields, Measured, measured};

/// Numbers with range and source, in the order of the report.
#[derive(Default)]
pub(super) struct Assumptions(Vec<Assumption>);

impl Assumptions {
    /// Keeps one number, vectors element by element.
    pub(super) fn keep(&mut self, key: &str, measured: &Measured) {
        let keys = elements(key, measured.values.len());
        for ((index, value), key) in measured.values.iter().enumerate().zip(keys) {
            let range = measured.ranges[index];
            let source = measured.origins[index].id().to_owned();
            self.0.push(Assumption { key, value: *value, range, source });
        }
    }

    pub(super) fn push(&mut self, assumption: Assumption) {
        self.0.push(assumption);
    }

    pub(super) fn into_vec(self) -> Vec<Assumption> {
        self.0
    }
}

/// Keys of the elements of a number: its own, or `key[0]`, `key[1]`, … of a vector.
pub(super) fn elements(key: &str, n: usize) -> impl Iterator<Item = String> {
    (0..n).map(move |index| if n == 1 { key.to_owned() } else { format!("{key}[{index}]") })
}

/// One number or vector of a section, kept with its source.
pub(super) fn read_number(
    fields: &mut Fields<'_>,
    key: &str,
    (n, unit, limits): (usize, &str, (f64, f64)),
    assumptions: &mut Assumptions,
    log: &mut Diagnostics,
) -> Option<Vec<f64>> {
    let node = fields.required(key, log)?;
    let path = fields.path(key);
    let read = measured(fields.source, Demand { path: &path, n, unit, limits }, node, log)?;
    assumptions.keep(&path, &read);
    Some(read.values)
}

/// Every parameter of the registry; reports what is missing, unknown or out of range.
pub(super) fn read_params(
    root: &mut Fields<'_>,
    assumptions: &mut Assumptions,
    log: &mut Diagnostics,
) -> Option<Params> {
    let mut values = Params::default();
    let mut complete = true;
    let mut open: Option<(&'static str, Option<Fields<'_>>)> = None;
    for param in params() {
        let (section, name) = param.key.split_once('.').expect("invariant: section.name");
        if open.as_ref().is_none_or(|(at, _)| *at != section) {
            if let Some((_, Some(fields))) = open.take() {
                fields.finish(log);
            }
            open = Some((section, root.section(section, log)));
        }
        let slot = (param.field)(&mut values);
        let wanted = (slot.len(), param.unit, param.limits);
        let read = match &mut open {
            Some((_, Some(fields))) => read_number(fields, name, wanted, assumptions, log),
            _ => None,
        };
        match read {
            Some(read) => slot.copy_from_slice(&read),
            None => complete = false,
        }
    }
    if let Some((_, Some(fields))) = open {
        fields.finish(log);
    }
    complete.then_some(values)
}
