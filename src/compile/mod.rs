//! Files compiled into what a run needs: a [`City`](crate::domain::City), plans, experiments.
//!
//! Every mistake of every file is reported at once, with its place and a way out; nothing is
//! returned until there are none. Reading order: [`load_model`], [`plan()`], [`load_experiment`].

mod agencies;
mod applications;
mod assumed;
mod calendar;
mod check;
mod design;
mod experiment;
mod factor;
mod factors;
mod fit;
mod flow;
mod folder;
mod holders;
mod items;
mod lever_value;
mod mixed;
mod model;
mod numbers;
mod package;
mod places;
mod plan;
mod rollout;
mod rules;
mod scenario;
mod schema;
mod shocks;
mod streets;
mod template;

pub use crate::spec::{Diagnostic, Diagnostics, Help, Language, Place, Words};
pub use assumed::{Assumed, assumed};
pub use check::{Checked, check};
pub use design::LoadedDesign;
pub use experiment::{IGNORANCE_REPLICATIONS, Known, LoadedExperiment, load_experiment};
pub use factor::{Base, Factor, FactorKind, Setting, in_other_numbers};
pub use fit::{LoadedFit, ObservedRow, load_observed};
pub use lever_value::{ValueError, parse_value, value_text};
pub use mixed::Mixer;
pub use model::{LoadedModel, before, load_model};
pub use package::package;
pub use places::{Area, area};
pub use plan::{LoadedPlan, plan};
pub use rules::{Estimand, Goal, LoadedPrecision, LoadedSelect, PRECISION, SelectMethod};
pub use schema::{SchemaOf, schema};
pub use template::new_model;

#[cfg(test)]
mod tests;
