//! `huying mechanisms`: what the text says the reform does, and what it should change.

use super::briefing::text_table;
use super::failure::{Failure, Outcome};
use super::options::ShowOptions;
use super::registry::Registry;
use crate::domain::policy::epoch::PACKAGE;
use crate::domain::{Direction, Mechanism, mechanisms};

/// List the mechanisms of the reform, or explain one
///
/// The words of the text, the levers that switch it on, and the direction in which each KPI is
/// expected to move. Expectations are compared with what is found, never forced.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Id (`M15`)
    id: Option<String>,
    #[command(flatten)]
    show: ShowOptions,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        registry().show(self.id.as_deref(), &self.show)
    }
}

fn registry() -> Registry {
    let columns = ["id", "group", "quote", "meaning", "levers", "expects", "found"];
    Registry {
        table: text_table("mechanisms", columns, mechanisms().into_iter().map(row).collect()),
        shown: [
            &["id", "group", "quote", "levers", "expects"],
            &["id", "group", "meaning", "levers", "expects"],
        ],
        other_names: &["quote"],
        what: ["机制", "mechanism"],
    }
}

fn row(mechanism: &Mechanism) -> [String; 7] {
    let expects = mechanism.expects.iter().map(|expect| {
        let word = match expect.direction {
            Direction::Falls => "falls",
            Direction::Rises => "rises",
        };
        format!("{} {word}", expect.kpi)
    });
    [
        mechanism.id.to_owned(),
        mechanism.group.to_string(),
        mechanism.quote.to_owned(),
        mechanism.en.to_owned(),
        levers(mechanism),
        expects.collect::<Vec<_>>().join("; "),
        found(mechanism.id, PAGE),
    ]
}

/// The page that `huying reference --measure` wrote last.
const PAGE: &str = include_str!("../../docs/reference/mechanisms.md");

/// What that page says was found of a mechanism: each KPI, the side at which it was moved, the
/// difference with its interval, and whether it agrees; empty when it was not measured.
fn found(id: &str, page: &str) -> String {
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [mechanism, moved, kpi, unit, _, difference, interval, word] = cells[..] else {
            return None;
        };
        (mechanism == id).then(|| format!("{kpi} {difference} {interval} {unit}, {moved}: {word}"))
    });
    rows.collect::<Vec<_>>().join("; ")
}

/// Ids of the levers that switch it on.
pub(super) fn levers(mechanism: &Mechanism) -> String {
    if mechanism.id == PACKAGE { "groups".to_owned() } else { mechanism.levers.join(";") }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches a finding told of another mechanism, or a page whose form this file does not read.
    #[test]
    fn findings_come_from_the_page() {
        let page = "| mechanism | moved | KPI | unit | expected | with - without | 95% | found |\n\
                    | M01 | on at before | limbo_mean | h | falls | -2.9 | [-3, -2] | agree |\n\
                    | M02 | off at after | limbo_mean | h | falls | +1 | [-1, +3] | unclear |\n\
                    | M01 | A | words | what | L63 |\n";
        assert_eq!(found("M01", page), "limbo_mean -2.9 [-3, -2] h, on at before: agree");
        assert_eq!(found("M99", page), "");
        assert!(!found("M01", PAGE).is_empty(), "the page of the repository is read");
    }
}
