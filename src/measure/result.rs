//! What one replication comes to, as plain rows.

use serde::{Deserialize, Serialize};

use super::kpi::KpiId;
use super::matched::QUANTITIES;
use super::scope::Scope;
use crate::domain::Stage;

/// One replication of one arm. No cell is NaN: what does not exist has no row, or is `None`.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
pub struct RunResult {
    /// KPI values, by place (scope order, then table order), then in the order of KPIs.
    pub kpis: Vec<KpiRow>,
    /// Load of pools: area, districts, streets; inside each by type of pool.
    pub pools: Vec<PoolRow>,
    /// Where the time went.
    pub stages: Vec<StageRow>,
    /// The same of applications that were made in the window and have ended; the stage is an index
    /// into [`crate::domain::ApplicationStage::ALL`]. Empty in a model without applications.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub application_stages: Vec<StageRow>,
    /// Share closed by age.
    pub closure: Vec<ClosureRow>,
    /// Open cases by day.
    pub backlog: Vec<BacklogRow>,
    /// Open cases by day of the items that shocks add to, at streets struck in the window; empty
    /// without a shock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub struck: Vec<BacklogRow>,
    /// The week by the hour.
    pub hours: Vec<HourRow>,
    /// Closures by the share of the limit used, whole area only.
    #[serde(default)]
    pub limit_use: Vec<LimitUseRow>,
    /// The same cases against the baseline of the study; empty for the baseline itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<MatchRow>,
    /// Events handled, warm-up included.
    pub events: u64,
    /// Cases registered, warm-up included.
    pub cases: u64,
}

impl RunResult {
    /// Drops the rows of every scope that is not among these; those of the whole area stay.
    pub fn keep_scopes(&mut self, scopes: &[Scope]) {
        let keep = |scope: Scope| scope == Scope::City || scopes.contains(&scope);
        self.kpis.retain(|row| keep(row.scope));
        self.pools.retain(|row| keep(row.scope));
        self.stages.retain(|row| keep(row.scope));
        self.application_stages.retain(|row| keep(row.scope));
        self.closure.retain(|row| keep(row.scope));
        self.backlog.retain(|row| keep(row.scope));
        self.struck.retain(|row| keep(row.scope));
        self.hours.retain(|row| keep(row.scope));
        self.limit_use.retain(|row| keep(row.scope));
        self.matched.retain(|row| keep(row.scope));
    }
}

/// A KPI's value.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct KpiRow {
    /// Scope.
    pub scope: Scope,
    /// Which member.
    pub scope_id: String,
    /// Which KPI.
    pub kpi: KpiId,
    /// Value in the KPI's unit.
    pub value: f64,
}

/// Load of one type of pool at a place.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PoolRow {
    /// `city`, `district` or `street`.
    pub scope: Scope,
    /// Which member.
    pub scope_id: String,
    /// Type of pool, as [`super::pool_id`].
    pub pool: String,
    /// Its Chinese name.
    pub unit_zh: String,
    /// People on duty, mean over open time, pools of the type together.
    pub staff: f64,
    /// Busy hours over available hours.
    pub utilisation: Option<f64>,
    /// Share of open time with more than nine in ten busy and somebody waiting.
    pub share_above_0_9: Option<f64>,
    /// Mean number waiting, pools of the type together.
    pub queue_mean: f64,
    /// Longest queue at any one of them.
    pub queue_max: u32,
    /// Mean wait [h].
    pub wait_mean_h: Option<f64>,
    /// 90th percentile of waits [h]; of several pools the mean weighted by starts.
    pub wait_p90_h: Option<f64>,
}

/// Mean time in a stage, per case registered in the window that has left the system.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StageRow {
    /// `city`, `district`, `street`, `kind` or `channel`.
    pub scope: Scope,
    /// Which member.
    pub scope_id: String,
    /// Index into [`Stage::ALL`].
    pub stage: u8,
    /// Hours per case, cases without any included [h]. The stages of a place add up to the mean
    /// time from arising to leaving.
    pub mean_h: f64,
    /// Part of that mean.
    pub share: f64,
}

impl StageRow {
    /// The stage.
    pub fn stage(&self) -> Stage {
        Stage::ALL[usize::from(self.stage)]
    }
}

/// Cumulative incidence of closure (Aalen-Johansen): open cases count, withdrawn ones keep their
/// share.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ClosureRow {
    /// `city`, `district` or `kind`.
    pub scope: Scope,
    /// Which member.
    pub scope_id: String,
    /// Age since registration [days]; by quarters to day 3, then whole.
    pub day: f64,
    /// Share of the cases registered in the window that are closed before that age.
    pub closed_share: f64,
}

/// Open cases at the end of a day.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct BacklogRow {
    /// `city` or `district`.
    pub scope: Scope,
    /// Which member.
    pub scope_id: String,
    /// Day of the window, 0 first.
    pub day: u32,
    /// Open cases.
    pub open: u64,
}

/// An hour of the week.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct HourRow {
    /// `city` or `district`.
    pub scope: Scope,
    /// Which member.
    pub scope_id: String,
    /// 0 = Monday.
    pub weekday: u8,
    /// Hour of day.
    pub hour: u8,
    /// Cases registered in the hour, mean over weeks [cases/h].
    pub registered: f64,
    /// Share of posts busy.
    pub busy: Option<f64>,
}

/// Closures at which the limit clock had run so far.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LimitUseRow {
    /// `city`.
    pub scope: Scope,
    /// Which member.
    pub scope_id: String,
    /// Number of the bin; bounds by [`super::limit_use_bounds`].
    pub bin: u8,
    /// Part of the closures of the window, cases without a limit excluded.
    pub closed: f64,
    /// Part of the same closures that are in the bin and not truly resolved.
    pub unresolved: f64,
}

/// One number about matched cases.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MatchRow {
    /// `city`, `district`, `street`, `kind`, `field`, `item` or `channel`.
    pub scope: Scope,
    /// Which member.
    pub scope_id: String,
    /// Index into [`super::QUANTITIES`]; beyond its end a stage: the mean change of the hours
    /// spent in it, over cases that left the system in both worlds.
    pub quantity: u8,
    /// Value in the unit of the quantity.
    pub value: f64,
}

impl MatchRow {
    /// The stage, if it is about one.
    pub fn stage(&self) -> Option<Stage> {
        usize::from(self.quantity).checked_sub(QUANTITIES.len()).map(|stage| Stage::ALL[stage])
    }
}
