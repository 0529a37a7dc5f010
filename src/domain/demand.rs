//! How issues arise, how they are noticed, how they end by themselves, and who calls again.

use super::param::{Param, one};
use super::policy::grids;
use super::{Channel, Item};

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Registered cases of all channels per resident and year, before.
    pub cases_per_resident_year: f64,
    /// Share of them in the catalog of 81 items.
    pub catalog_share: f64,
    /// Height of the heating shock over its plateau.
    pub heating_peak: f64,
    /// Decay of that shock [days].
    pub heating_decay_days: f64,
    /// Arrivals on statutory holidays, relative.
    pub holiday_factor: f64,
    /// Mean time to detection by class T1..T5 [days].
    pub detection_days: [f64; 5],
    /// Mean time to detection of heating failures [days]: a cold flat is noticed at once.
    pub heating_notice_days: f64,
    /// Spread of a place's readiness to call (geometric standard deviation).
    pub tolerance_gsd: f64,
    /// Largest severity factor on effort.
    pub severity_max: f64,
    /// Age at which it is reached [mean detection times].
    pub severity_age: f64,
    /// Mean time to solving itself [mean detection times] of T1, T2 and neighbor disputes.
    pub self_solve: f64,
    /// Residents withdraw a case at this rate [1/day].
    pub withdraw_per_day: f64,
    /// A resolved matter comes back within the repeat window [prob].
    pub repeat_resolved: f64,
    /// An unresolved matter is called in again within the window [prob].
    pub repeat_unresolved: f64,
    /// Repeat window [days].
    pub repeat_days: f64,
    /// Further reports of an issue that already has an open case [prob].
    pub duplicate_reports: f64,
    /// Mean delay of such a report [days].
    pub duplicate_days: f64,
    /// Share of latent issues that end up registered, before (fitted to the volume).
    pub registered_share: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("demand.cases_per_resident_year", "cases", (0.0, 10.0), "人均年登记工单", "Registered cases of all channels per resident and year, before (MODEL 1.4)", |p| one(&mut p.demand.cases_per_resident_year)),
    Param::new("demand.catalog_share", "share", (0.0, 1.0), "81项事项占比", "Share of cases in the catalog of 81 items (MODEL 1.4)", |p| one(&mut p.demand.catalog_share)),
    Param::new("demand.heating_peak", "1", (0.0, 50.0), "供暖初期峰值", "Heating rate = plateau x (1 + peak x exp(-days / decay)) (FACTS 1.7)", |p| one(&mut p.demand.heating_peak)),
    Param::new("demand.heating_decay_days", "days", (0.1, 100.0), "供暖峰值衰减", "Decay of the heating shock (FACTS 1.7)", |p| one(&mut p.demand.heating_decay_days)),
    Param::new("demand.holiday_factor", "1", (0.0, 2.0), "节假日系数", "Arrivals on statutory holidays, relative (FACTS 1.7: 0.85-0.9)", |p| one(&mut p.demand.holiday_factor)),
    Param::new("demand.detection_days", "days", (0.01, 365.0), "平均发现时间", "Mean time to detection, T1..T5 (FACTS 2.3)", |p| &mut p.demand.detection_days),
    Param::new("demand.heating_notice_days", "days", (0.01, 30.0), "供暖问题发现时间", "Mean time to detection of matters of the heating season, whatever their class (FACTS 8: heating share of the first day)", |p| one(&mut p.demand.heating_notice_days)),
    Param::new("demand.tolerance_gsd", "1", (1.0, 10.0), "容忍度离散", "Spread of readiness to call between places, geometric standard deviation", |p| one(&mut p.demand.tolerance_gsd)),
    Param::new("demand.severity_max", "1", (1.0, 5.0), "最高严重系数", "Severity as factor on effort grows to this value (MODEL 2)", |p| one(&mut p.demand.severity_max)),
    Param::new("demand.severity_age", "detection times", (0.1, 50.0), "恶化年龄", "Age at which full severity is reached (MODEL 2: 3 mean detection times)", |p| one(&mut p.demand.severity_age)),
    Param::new("demand.self_solve", "detection times", (0.1, 1000.0), "自行消失时间", "Mean time to solving itself: T1, T2, neighbor disputes (MODEL 2: 10)", |p| one(&mut p.demand.self_solve)),
    Param::new("demand.withdraw_per_day", "1/day", (0.0, 1.0), "撤回率", "Residents withdraw an open case at this rate", |p| one(&mut p.demand.withdraw_per_day)),
    Param::new("demand.repeat_resolved", "prob", (0.0, 1.0), "已解决再诉", "A resolved matter comes back within the window (FACTS 2.5)", |p| one(&mut p.demand.repeat_resolved)),
    Param::new("demand.repeat_unresolved", "prob", (0.0, 1.0), "未解决再诉", "An unresolved matter is called in again within the window (FACTS 2.5)", |p| one(&mut p.demand.repeat_unresolved)),
    Param::new("demand.repeat_days", "days", (1.0, 365.0), "再诉窗口", "Repeat window (FACTS 7: 30 days)", |p| one(&mut p.demand.repeat_days)),
    Param::new("demand.duplicate_reports", "prob", (0.0, 1.0), "同题再报概率", "A second report while the case is open (FACTS 1.8)", |p| one(&mut p.demand.duplicate_reports)),
    Param::new("demand.duplicate_days", "days", (0.01, 60.0), "再报间隔", "Mean delay of such a report", |p| one(&mut p.demand.duplicate_days)),
    Param::new("demand.registered_share", "share", (0.01, 5.0), "登记倍率", "Registered cases per latent issue on the before side; turns registered volume into arising issues (fitted)", |p| one(&mut p.demand.registered_share)),
];

/// Hazards of being noticed by each channel at the before settings [1/day]: ch_c / L (FACTS 2.3).
pub fn base_hazards(item: &Item, heating: bool, params: &Params) -> [f64; 5] {
    let by_class = params.detection_days[item.class as usize];
    let mean_days = if heating { params.heating_notice_days } else { by_class };
    item.channels.map(|share| share / mean_days)
}

/// Hazards under the settings in force [1/day].
///
/// `before_intensity` and `intensity` are [`grids::patrol_intensity`] at the before settings and
/// now. An item that grids did not cover before takes the hazard its table mix implies there, so
/// coverage raises it in proportion: the mix is the before mix (MODEL 2).
pub fn hazards(base: &[f64; 5], patrol: &Patrol, hot: bool, tolerance: f64) -> [f64; 5] {
    let mut hazards = *base;
    let place = usize::from(hot);
    let covered = if patrol.covered_now { 1.0 } else { patrol.chance_find };
    let covered_before = if patrol.covered_before { 1.0 } else { patrol.chance_find };
    let presence = &patrol.presence;
    let gain = presence.now[place] / presence.before * covered / covered_before;
    hazards[Channel::Grid as usize] *= gain;
    // Patrol never finds faster than half the time between rounds on average.
    let fastest = 2.0 * presence.rounds.max(1e-9);
    hazards[Channel::Grid as usize] = hazards[Channel::Grid as usize].min(fastest);
    hazards[Channel::Hotline as usize] *= tolerance;
    hazards
}

/// Patrol at one street, before and now, whatever the item.
#[derive(Clone, Copy, Debug)]
pub struct Presence {
    /// Intensity at the before settings.
    pub before: f64,
    /// Intensity now, at ordinary places and hot spots.
    pub now: [f64; 2],
    /// Achieved rounds per day now.
    pub rounds: f64,
}

impl Presence {
    /// Under settings of the grids and achieved rounds per day, before and now.
    pub fn new(
        before: (&grids::Settings, f64),
        now: (&grids::Settings, f64),
        params: &grids::Params,
    ) -> Presence {
        let now_at = |hot| grids::patrol_intensity(now.0, now.1, hot, params);
        Presence {
            before: grids::patrol_intensity(before.0, before.1, false, params),
            now: [now_at(false), now_at(true)],
            rounds: now.1,
        }
    }
}

/// Patrol over one item at one street, before and now.
#[derive(Clone, Copy, Debug)]
pub struct Patrol {
    /// Over whatever item.
    pub presence: Presence,
    /// Item covered by grid sub-classes before.
    pub covered_before: bool,
    /// Item covered now.
    pub covered_now: bool,
    /// Chance find of an uncovered item, relative to a covered one.
    pub chance_find: f64,
}

/// Severity as a factor on effort at an age [days] (MODEL 2).
pub fn severity(age_days: f64, class: u8, params: &Params) -> f64 {
    let full = params.severity_age * params.detection_days[class as usize];
    1.0 + (params.severity_max - 1.0) * (age_days / full).min(1.0)
}

/// Does an issue of this item solve itself when nobody acts?
pub fn self_solving(item: &Item) -> bool {
    item.class <= 1 || item.self_solving
}

/// Patrol figures of one street for one item.
pub fn patrol(
    item: &Item,
    n_items: usize,
    presence: Presence,
    [before, now]: [&grids::Settings; 2],
    params: &grids::Params,
) -> Patrol {
    Patrol {
        presence,
        covered_before: grids::covers(before, item.grid_rank, n_items, params),
        covered_now: grids::covers(now, item.grid_rank, n_items, params),
        chance_find: params.chance_find,
    }
}
