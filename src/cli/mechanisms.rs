//! `huying mechanisms`: what the text says the reform does, and what it should change.

use super::briefing::text_table;
use super::failure::{Failure, Outcome};
use super::options::ShowOptions;
use super::registry::Registry;
use crate::domain::mechanism::levers_of;
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
    let columns = ["id", "group", "quote", "meaning", "levers", "expects", "available"];
    Registry {
        table: text_table("mechanisms", columns, mechanisms().into_iter().map(row).collect()),
        shown: [&["id", "quote", "levers", "available"], &["id", "meaning", "levers", "available"]],
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
        if is_built(mechanism) { "yes" } else { "not yet" }.to_owned(),
    ]
}

/// Ids of the levers that switch it on.
pub(super) fn levers(mechanism: &Mechanism) -> String {
    if mechanism.id == PACKAGE { "groups".to_owned() } else { mechanism.levers.join(";") }
}

/// A mechanism works once one of its levers is built.
pub(super) fn is_built(mechanism: &Mechanism) -> bool {
    levers_of(mechanism).iter().any(|lever| lever.set.is_some())
}
