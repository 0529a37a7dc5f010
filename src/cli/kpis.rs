//! `huying kpis`: what is measured.

use super::briefing::{good, text_table};
use super::failure::{Failure, Outcome};
use super::options::ShowOptions;
use super::registry::Registry;
use crate::measure::{KPIS, Kpi, Scope};

/// List the KPIs, or explain one
///
/// Formula with its denominator and exclusions, unit, good direction, and the scopes in which it
/// is reported.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Id (`on_time_share`)
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
    let columns =
        ["id", "name_zh", "name_en", "unit", "unit_zh", "good", "scopes", "formula", "formula_zh"];
    Registry {
        table: text_table("kpis", columns, KPIS.iter().map(row).collect()),
        shown: [&["id", "name_zh", "unit_zh", "good"], &["id", "name_en", "unit", "good"]],
        other_names: &["name_zh", "name_en"],
        what: ["指标", "KPI"],
    }
}

fn row(kpi: &Kpi) -> [String; 9] {
    let scopes: Vec<&str> = kpi.scopes.iter().map(|scope: &Scope| scope.id()).collect();
    [
        kpi.id,
        kpi.zh,
        kpi.en,
        kpi.unit,
        kpi.unit_zh,
        good(kpi.good),
        &scopes.join(";"),
        kpi.formula,
        kpi.formula_zh,
    ]
    .map(str::to_owned)
}
