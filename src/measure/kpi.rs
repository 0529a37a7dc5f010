//! The list of KPIs: ids, names, units, scopes, formulas. The formulas stand with their families.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use super::scope::Scope;
use super::totals::Totals;
use super::{
    approvals, backlog, burden, calling, fairness, flow, limits, load, quality, routing, timing,
};
pub use crate::stats::Good;

/// A KPI: what it is called, what it means, how it is computed.
#[derive(Clone, Copy)]
pub struct Kpi {
    /// Stable id, as written to files.
    pub id: &'static str,
    /// Chinese name.
    pub zh: &'static str,
    /// English name.
    pub en: &'static str,
    /// Unit, as written to files.
    pub unit: &'static str,
    /// Unit in Chinese.
    pub unit_zh: &'static str,
    /// Good direction.
    pub good: Good,
    /// The scopes in which it is reported, and no others.
    pub scopes: &'static [Scope],
    /// Formula, denominators and exclusions.
    pub formula: &'static str,
    /// The same in Chinese.
    pub formula_zh: &'static str,
    /// The formula itself; none where its denominator is empty.
    pub(super) value: fn(&Totals) -> Option<f64>,
}

impl fmt::Debug for Kpi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kpi({})", self.id)
    }
}

/// Position of a KPI in [`KPIS`]; written to files as its id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct KpiId(u16);

impl KpiId {
    /// Every KPI in order.
    pub fn all() -> impl Iterator<Item = KpiId> {
        (0..KPIS.len()).map(|i| KpiId(i as u16))
    }

    /// Finds a KPI by its id.
    pub fn find(id: &str) -> Option<KpiId> {
        KpiId::all().find(|kpi| kpi.kpi().id == id)
    }

    /// Position in [`KPIS`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The KPI itself.
    pub fn kpi(self) -> &'static Kpi {
        &KPIS[self.index()]
    }
}

impl Serialize for KpiId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.kpi().id)
    }
}

impl<'de> Deserialize<'de> for KpiId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<KpiId, D::Error> {
        let id = String::deserialize(deserializer)?;
        KpiId::find(&id).ok_or_else(|| D::Error::custom(format!("no KPI is called `{id}`")))
    }
}

/// Scopes of what happens to cases.
pub(super) const OF_CASES: &[Scope] = &[
    Scope::City,
    Scope::District,
    Scope::Street,
    Scope::Kind,
    Scope::Field,
    Scope::Item,
    Scope::Channel,
];

/// The same without the channel.
pub(super) const OF_ITEMS: &[Scope] =
    &[Scope::City, Scope::District, Scope::Street, Scope::Kind, Scope::Field, Scope::Item];

/// Scopes of call-ups.
pub(super) const OF_CALLS: &[Scope] = &[
    Scope::City,
    Scope::District,
    Scope::Street,
    Scope::Kind,
    Scope::Field,
    Scope::Item,
    Scope::Department,
];

/// Scopes of pools.
pub(super) const OF_POOLS: &[Scope] =
    &[Scope::City, Scope::District, Scope::Street, Scope::Kind, Scope::Department, Scope::Pool];

/// Scopes of what streets keep books of.
pub(super) const OF_STREETS: &[Scope] = &[Scope::City, Scope::District, Scope::Street, Scope::Kind];

/// The same, with departments.
pub(super) const OF_STREETS_AND_DEPARTMENTS: &[Scope] =
    &[Scope::City, Scope::District, Scope::Street, Scope::Kind, Scope::Department];

/// Scopes of departments' own affairs.
pub(super) const OF_DEPARTMENTS: &[Scope] = &[Scope::City, Scope::District, Scope::Department];

/// Scopes of comparisons between streets.
pub(super) const OF_DISTRICTS: &[Scope] = &[Scope::City, Scope::District];

/// Every KPI, in the order of result files.
pub const KPIS: &[Kpi] = &[
    flow::CASES_ARISEN,
    flow::CASES_REGISTERED,
    flow::CASES_CLOSED,
    flow::CASES_OPEN_END,
    flow::CLOSURE_SHARE,
    limits::ON_TIME_SHARE,
    limits::ON_TIME_NO_EXTENSION_SHARE,
    limits::OVERDUE_SHARE,
    limits::EXTENSION_SHARE,
    timing::TIME_TO_CLOSE_MEAN,
    timing::TIME_TO_CLOSE_P50,
    timing::TIME_TO_CLOSE_P90,
    timing::TIME_TO_CLOSE_WORK_MEAN,
    timing::TIME_TO_RESOLVE_MEAN,
    timing::LATENT_MEAN,
    quality::RESOLUTION_SHARE,
    quality::RESOLUTION_RECORDED_SHARE,
    quality::SATISFACTION_SHARE,
    quality::NOMINAL_SHARE,
    limits::CLOSING_SPIKE,
    quality::RESPONSE_SHARE,
    quality::FIRST_CONTACT_SHARE,
    flow::REPEAT_SHARE,
    quality::REDO_SHARE,
    routing::RETURN_SHARE,
    routing::SHIRKING_SHARE,
    routing::FIRST_DISPATCH_ACCURACY,
    routing::HANDOFFS_MEAN,
    routing::LIMBO_MEAN,
    flow::WITHDRAWN_SHARE,
    calling::CALLUP_SHARE,
    calling::CALLUP_RESPONSE_MEAN,
    calling::CALLUP_RESPONSE_P90,
    calling::ARRIVAL_ON_TIME_SHARE,
    flow::FOUND_BEFORE_CALL_SHARE,
    flow::GRID_SETTLED_SHARE,
    load::UTILISATION,
    load::OVERLOAD_SHARE,
    load::QUEUE_MEAN,
    load::WAIT_MEAN_H,
    load::WAIT_P90_H,
    burden::CASES_PER_HEAD,
    burden::BURDEN_HOURS_PER_HEAD,
    burden::DEPARTMENT_BACKLOG,
    load::DEPARTMENT_UTILISATION,
    burden::TASKS_PER_WEEK,
    burden::TASK_HOURS_PER_WEEK,
    approvals::APPLICATION_TIME_MEAN,
    approvals::APPLICATION_ON_TIME_SHARE,
    approvals::VISITS_MEAN,
    approvals::ONE_VISIT_SHARE,
    approvals::NEAR_HOME_SHARE,
    approvals::TRAVEL_MINUTES_MEAN,
    fairness::TIME_GINI,
    fairness::TIME_P90_RATIO,
    burden::COST_PER_RESOLVED,
    limits::YELLOW_CARD_SHARE,
    limits::RED_CARD_SHARE,
    timing::LARGE_CASE_TIME_MEAN,
    calling::UNANSWERED_CALL_SHARE,
    backlog::BACKLOG_PEAK,
    backlog::RECOVERY_DAYS,
    limits::STUCK_SHARE,
    burden::PROJECT_HOURS_PER_WEEK,
    burden::EXTERNAL_HOURS_PER_WEEK,
    approvals::APPLICATIONS_SUBMITTED,
    approvals::APPLICATIONS_DECIDED,
    approvals::APPLICATION_ABANDONED_SHARE,
    approvals::HALL_WAIT_MEAN,
    approvals::WINDOW_MINUTES_MEAN,
    approvals::APPLICATION_TRANSFERS_MEAN,
    approvals::COUNTY_VISITS_MEAN,
    approvals::DECIDED_HERE_SHARE,
    approvals::APPLICATION_ERROR_SHARE,
    approvals::APPLICATION_REVERSAL_SHARE,
    burden::COST_PER_YEAR,
    burden::DEPARTMENT_OVERDUE_SHARE,
    burden::OVERTIME_HOURS_PER_WEEK,
    flow::DUPLICATE_SHARE,
    quality::FIRST_RESOLUTION_SHARE,
];
