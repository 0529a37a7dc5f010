//! The command that makes a result again, as it stands in a manifest.

use std::ops::RangeInclusive;

use super::options::{Applications, Cases, DesignOptions, Lang, RowForms};

/// The end of a command line: replications and presentation.
pub(super) fn design_tail(
    design: &DesignOptions,
    replications: &RangeInclusive<u32>,
    rows: &RowForms,
    lang: Lang,
    precise: bool,
) -> Vec<String> {
    let (first, last) = (*replications.start(), *replications.end());
    let number = match (first == 1, precise) {
        (false, _) => ("replication", vec![first.to_string()]),
        (true, false) => ("replications", vec![last.to_string()]),
        // The rule finds the number; the option is its cap.
        (true, true) => ("replications", design.replications.iter().map(u32::to_string).collect()),
    };
    // A result without such a file has the same command as ever.
    let asked_for = match rows.applications.is_empty() {
        true => Vec::new(),
        false => vec![Applications::ids(&rows.applications)],
    };
    words_of(&[
        ("precision", design.precision.iter().map(f64::to_string).collect()),
        number,
        ("cases", vec![Cases::ids(&rows.cases)]),
        ("applications", asked_for),
        ("lang", vec![lang.id().to_owned()]),
    ])
}

/// Options as words: `--name=value`.
pub(super) fn words_of(options: &[(&str, Vec<String>)]) -> Vec<String> {
    options
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| format!("--{name}={value}")))
        .collect()
}
