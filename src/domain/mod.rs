//! The governed city: who notices what is wrong, who handles it, who is called up.
//!
//! Reading order: [`city`] (the places and tables), [`lever`], [`param`] and [`policy`] (what can
//! be moved and how it acts), [`demand`] and [`effort`] (where work comes from), then the world and
//! the case flow, and [`record`] (what a run says). Nothing here parses or prints.

pub mod activity;
mod application;
mod build;
mod case;
pub mod city;
pub mod clock;
pub mod cost;
pub mod demand;
pub mod department;
pub mod effort;
mod errand;
mod event;
mod final_report;
pub mod flow;
mod help;
pub mod lever;
pub mod matter;
pub mod mechanism;
mod moving;
pub mod param;
pub mod policy;
pub mod purpose;
pub mod record;
mod response;
mod section;
pub mod settings;
mod shift;
mod shock;
mod simulate;
mod slab;
mod staffing;
mod street;
mod together;
mod trace;
mod work;
mod world;

pub use activity::{Activity, ActivityRecord, Completion};
pub use application::record::{
    ApplicationFate, ApplicationRecord, ApplicationStage, Contact, Decider, N_APPLICATION_STAGES,
};
pub use city::{
    Agency, AgencyKind, Assumption, City, ClockStart, District, Field, Item, Patterns, RuleSet,
    Season, Street, StreetKind, Unit,
};
pub use flow::{Batch, Flow, Shape};
pub use lever::{Kind, Known, Lever, Value, find_lever, levers};
pub use matter::{Hall, Holder, Matter, Park, Power, PowerSet, Service};
pub use mechanism::{Direction, Expect, Group, GroupSet, Mechanism, groups, mechanisms};
pub use param::{Param, Params, params};
pub use record::{
    CallUpRecord, CaseRecord, Channel, DepartmentRecord, Fate, HourRecord, IssueRecord, Ledger,
    N_STAGES, OnCallRecord, PoolKind, PoolOwner, PoolRecord, Sink, Stage, StreetRecord, TaskRecord,
};
pub use settings::{Epoch, Plan, Settings};
pub use shock::{MAX_ADDED, MAX_SHOCKS, Response, Shock, ShockSize};
pub use simulate::{RunOutcome, simulate};
pub use together::{
    Each, InTurn, couples, moves_posts, simulate_districts, simulate_together, trace,
};
pub use trace::{Followed, Told, Trace, TraceLine};
pub use world::RunSpec;

/// Load of a pool, as the engine counts it: part of [`PoolRecord`].
pub use crate::kernel::PoolLoad;
