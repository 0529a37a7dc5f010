//! Grids and patrols (M08–M10, M38): how fast workers find what is wrong.

use crate::domain::lever::{Kind, Known, Lever};
use crate::domain::mechanism::{Mechanism, falls, rises};
use crate::domain::param::{Param, one};

/// Levers L57–L62.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Share of patrol directed to hot spots.
    pub directed: f64,
    /// Households per grid.
    pub households: f64,
    /// Share of grid workers who work full time.
    pub full_time: f64,
    /// Rounds per grid and day.
    pub rounds: f64,
    /// Separate reporting systems.
    pub systems: f64,
    /// Sub-classes of matters a grid worker covers.
    pub subclasses: f64,
}

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Patrol share of a full-time worker's day.
    pub full_time_patrol_share: f64,
    /// Hours a day of a part-time worker.
    pub part_time_h: f64,
    /// Patrol time lost to each further reporting system [share].
    pub system_loss: f64,
    /// Patrol minutes per household.
    pub minutes_per_household: f64,
    /// Patrol minutes per grid and round, whatever its size.
    pub minutes_per_grid: f64,
    /// Exponent of nearness: smaller grids are seen nearer.
    pub nearness: f64,
    /// Grid size at which nearness is 1 [households].
    pub reference_households: f64,
    /// Sub-classes of the full grid duty list.
    pub all_subclasses: f64,
    /// Share of issues that arise at hot spots.
    pub hot_spot_share: f64,
    /// Probability that a further system registers the same find again.
    pub duplicate_per_system: f64,
    /// Chance find of an uncovered matter, relative to a covered one [share].
    pub chance_find: f64,
    /// Settling on the spot [person-hours].
    pub settle_h: f64,
    /// Share of a full-time worker's day for settling and small things.
    pub settle_share: f64,
    /// Grid workers, relative to those of the model.
    pub workers: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("grids.full_time_patrol_share", "share", (0.0, 1.0), "专职网格员巡查工时占比", "Patrol share of a full-time worker's 7 h day (MODEL 2)", |p| one(&mut p.grids.full_time_patrol_share)),
    Param::new("grids.part_time_h", "h/day", (0.0, 7.0), "兼职网格员每日工时", "Patrol hours a day of a part-time worker (MODEL 2)", |p| one(&mut p.grids.part_time_h)),
    Param::new("grids.system_loss", "share", (0.0, 0.1), "每多一套系统损失", "Patrol time lost to each further reporting system (MODEL 2)", |p| one(&mut p.grids.system_loss)),
    Param::new("grids.minutes_per_household", "min", (0.0, 5.0), "每户巡查用时", "Patrol minutes per household and round (MODEL 2)", |p| one(&mut p.grids.minutes_per_household)),
    Param::new("grids.minutes_per_grid", "min", (0.0, 120.0), "每网格固定用时", "Patrol minutes per grid and round, whatever its size (MODEL 2)", |p| one(&mut p.grids.minutes_per_grid)),
    Param::new("grids.nearness", "1", (0.0, 2.0), "近距弹性", "Grid hazard x (reference size / size)^nearness (MODEL 2)", |p| one(&mut p.grids.nearness)),
    Param::new("grids.reference_households", "households", (50.0, 2000.0), "基准网格规模", "Grid size at which nearness is 1 (MODEL 2)", |p| one(&mut p.grids.reference_households)),
    Param::new("grids.all_subclasses", "sub-classes", (1.0, 100.0), "全部事项小类", "Sub-classes of the full grid duty list (FACTS 1.3: 23)", |p| one(&mut p.grids.all_subclasses)),
    Param::new("grids.hot_spot_share", "share", (0.05, 0.95), "热点问题占比", "Share of issues that arise at hot spots (M10)", |p| one(&mut p.grids.hot_spot_share)),
    Param::new("grids.duplicate_per_system", "prob", (0.0, 0.5), "每套系统重复登记概率", "Probability that a further system registers the same find again (M09)", |p| one(&mut p.grids.duplicate_per_system)),
    Param::new("grids.chance_find", "share", (0.0, 1.0), "未覆盖事项偶遇系数", "Chance find of a matter outside the grid duty list, relative to a covered one (M09)", |p| one(&mut p.grids.chance_find)),
    Param::new("grids.settle_h", "person-hours", (0.0, 8.0), "网格自处置用时", "Effort of settling on the spot", |p| one(&mut p.grids.settle_h)),
    Param::new("grids.settle_share", "share", (0.01, 1.0), "网格员自处置工时占比", "Share of a full-time worker's day for settling on the spot", |p| one(&mut p.grids.settle_share)),
    Param::new("grids.workers", "1", (0.0, 10.0), "网格员人数系数", "Grid workers relative to population.grid_workers; for experiments on their number: the before side is described at 1", |p| one(&mut p.grids.workers)),
];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L57", key: "platform.directed_patrol", zh: "实时分析/未诉先办", en: "Hot-spot analytics and proactive missions",
        unit: "share of patrol directed", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "0.20", tag: "ASSUMED" },
        mechanisms: &["M38", "M10"], affects: "detection efficiency, repeat cut",
        set: |value, settings| settings.grids.directed = value.number(),
    },
    Lever {
        id: "L58", key: "grid.households", zh: "网格规模", en: "Households per basic grid",
        unit: "households", kind: Kind::Int { min: 100, max: 800 },
        before: Known { value: "450", tag: "ASSUMED" },
        after: Known { value: "300", tag: "ASSUMED(city mean 150 SOURCED)" },
        mechanisms: &["M08", "M09"], affects: "detection hazard",
        set: |value, settings| settings.grids.households = value.number(),
    },
    Lever {
        id: "L59", key: "grid.full_time_share", zh: "专职网格员占比", en: "Full-time share of grid workers",
        unit: "share", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0.10", tag: "ASSUMED" },
        after: Known { value: "0.35", tag: "ASSUMED" },
        mechanisms: &["M09"], affects: "patrol hours",
        set: |value, settings| settings.grids.full_time = value.number(),
    },
    Lever {
        id: "L60", key: "grid.rounds", zh: "巡查频次", en: "Patrol rounds per grid per day",
        unit: "rounds/day", kind: Kind::Float { min: 0.0, max: 4.0 },
        before: Known { value: "0.6", tag: "ASSUMED" },
        after: Known { value: "1.0", tag: "SOURCED(\"每天巡查走访\")" },
        mechanisms: &["M08", "M10"], affects: "detection hazard",
        set: |value, settings| settings.grids.rounds = value.number(),
    },
    Lever {
        id: "L61", key: "grid.systems", zh: "并行系统数", en: "Separate reporting systems",
        unit: "systems", kind: Kind::Int { min: 1, max: 10 },
        before: Known { value: "6", tag: "ASSUMED" },
        after: Known { value: "1", tag: "SEED(\"多网融合\")" },
        mechanisms: &["M09"], affects: "duplicate reporting, worker time",
        set: |value, settings| settings.grids.systems = value.number(),
    },
    Lever {
        id: "L62", key: "grid.subclasses", zh: "网格事项小类", en: "Issue sub-classes a grid worker covers",
        unit: "sub-classes", kind: Kind::Int { min: 1, max: 60 },
        before: Known { value: "8", tag: "ASSUMED" },
        after: Known { value: "23", tag: "SOURCED(8 classes/23 sub-classes)" },
        mechanisms: &["M09"], affects: "detectable share",
        set: |value, settings| settings.grids.subclasses = value.number(),
    },
];

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: "M08",
        group: 'B',
        quote: "依托网格机构扩大管理服务半径;延伸至楼宇、住户",
        en: "Raises the hazard of being found by patrol.",
        levers: &["L58", "L60"],
        expects: &[rises("found_before_call_share"), falls("latent_mean")],
    },
    Mechanism {
        id: "M09",
        group: 'B',
        quote: "推动多网融合,以党建网格为基础整合司法、公安、应急等力量",
        en: "One report instead of several; a wider duty list.",
        levers: &["L59", "L61", "L62"],
        expects: &[rises("found_before_call_share"), falls("duplicate_share")],
    },
    Mechanism {
        id: "M10",
        group: 'B',
        quote: "主动发现解决问题",
        en: "Patrols go to hot spots first.",
        levers: &["L57"],
        expects: &[rises("found_before_call_share"), falls("repeat_share")],
    },
    Mechanism {
        id: "M38",
        group: 'H',
        quote: "实时分析",
        en: "Clusters and repeats steer patrols.",
        levers: &["L57"],
        expects: &[falls("repeat_share")],
    },
];

/// Rounds per grid and day that the workers really achieve (MODEL 2). Workers are conserved when
/// the grid size changes.
pub fn achieved_rounds(settings: &Settings, households: f64, workers: f64, params: &Params) -> f64 {
    let full_time_h = 7.0 * params.full_time_patrol_share;
    let per_worker =
        settings.full_time * full_time_h + (1.0 - settings.full_time) * params.part_time_h;
    let kept = (1.0 - params.system_loss * (settings.systems - 1.0)).max(0.0);
    let available_min = workers * per_worker * 60.0 * kept;
    let grids = households / settings.households;
    let round_min =
        grids * (params.minutes_per_household * settings.households + params.minutes_per_grid);
    settings.rounds.min(available_min / round_min)
}

/// Is an item covered by the sub-classes a grid worker looks after?
pub fn covers(settings: &Settings, grid_rank: usize, n_items: usize, params: &Params) -> bool {
    let share = (settings.subclasses / params.all_subclasses).min(1.0);
    (grid_rank as f64) < share * n_items as f64
}

/// Grid hazard relative to one round a day in a grid of reference size: rounds x nearness, and
/// directed patrol moves presence from other places to hot spots (the sum is kept).
pub fn patrol_intensity(settings: &Settings, rounds: f64, hot: bool, params: &Params) -> f64 {
    let nearness = libm::pow(params.reference_households / settings.households, params.nearness);
    let moved = if hot {
        1.0 - settings.directed + settings.directed / params.hot_spot_share
    } else {
        1.0 - settings.directed
    };
    rounds * nearness * moved
}

/// Probability that a find by patrol is registered in more than one system.
pub fn duplicate_probability(settings: &Settings, params: &Params) -> f64 {
    1.0 - libm::pow(1.0 - params.duplicate_per_system, settings.systems - 1.0)
}
