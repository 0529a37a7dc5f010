//! `huying levers`: what policy can move.

use super::briefing::text_table;
use super::failure::{Failure, Outcome};
use super::options::ShowOptions;
use super::registry::Registry;
use crate::domain::{Kind, Lever, levers};

/// List the levers, or explain one
///
/// Meaning, unit, range, values before and after the reform, and where these come from.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Id (`L14`) or key (`enforcement.squad_officers`)
    id: Option<String>,
    #[command(flatten)]
    show: ShowOptions,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        registry().show(self.id.as_deref(), &self.show)
    }
}

pub(super) fn registry() -> Registry {
    let columns = [
        "id",
        "key",
        "name_zh",
        "name_en",
        "unit",
        "range",
        "before",
        "before_source",
        "after",
        "after_source",
        "mechanisms",
        "affects",
    ];
    let rows = levers().into_iter().map(row).collect();
    Registry {
        table: text_table("levers", columns, rows),
        shown: [
            &["id", "key", "name_zh", "unit", "range", "before", "after"],
            &["id", "key", "name_en", "unit", "range", "before", "after"],
        ],
        other_names: &["key", "name_zh", "name_en"],
        what: ["杠杆", "lever"],
    }
}

fn row(lever: &Lever) -> [String; 12] {
    let text = |text: &str| text.to_owned();
    [
        text(lever.id),
        text(lever.key),
        text(lever.zh),
        text(lever.en),
        text(lever.unit),
        range(&lever.kind),
        text(lever.before.value),
        text(lever.before.tag),
        text(lever.after.value),
        text(lever.after.tag),
        lever.mechanisms.join(";"),
        text(lever.affects),
    ]
}

/// The values a lever takes, in short.
fn range(kind: &Kind) -> String {
    match kind {
        Kind::Float { min, max } => format!("{min}..{max}"),
        Kind::Int { min, max } => format!("{min}..{max}, whole"),
        Kind::Bool => "0 | 1".to_owned(),
        Kind::Choice(words) => words.join(" | "),
        Kind::Agencies => "agencies a;b | none".to_owned(),
        Kind::Words(words) => format!("any of {} | none", words.join(";")),
        Kind::Vector { n, min, max, optional, shares } => {
            let sum = if *shares { ", sum 1" } else { "" };
            let none = if *optional { " | none" } else { "" };
            format!("{n} numbers {min}..{max}{sum}{none}")
        }
    }
}
