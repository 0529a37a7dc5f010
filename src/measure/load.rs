//! Pools: busy, overloaded, queue and waits.

use super::count::ratio;
use super::kpi::{Good, Kpi, OF_DEPARTMENTS, OF_POOLS};
use super::scope::Place;
use crate::domain::{City, PoolKind, PoolLoad, PoolOwner, PoolRecord};

/// Id of a type of pool: `unit:CGB`, `squad`, `stationed:police`, `grid`, `department:housing`,
/// `on_call:fire`, `reserve`, `adjudicator`, `service_point`, `park`, `county_hall`.
///
/// # Panics
/// If the kind names a unit or an agency that the city does not have.
pub fn pool_id(city: &City, kind: PoolKind) -> String {
    let agency = |a: u8| &city.agencies[usize::from(a)].id;
    match kind {
        PoolKind::Unit(u) => format!("unit:{}", city.units[usize::from(u)].code),
        PoolKind::Squad => "squad".to_owned(),
        PoolKind::Stationed(a) => format!("stationed:{}", agency(a)),
        PoolKind::Grid => "grid".to_owned(),
        PoolKind::Vendor => "vendor".to_owned(),
        PoolKind::Department(a) => format!("department:{}", agency(a)),
        PoolKind::OnCall(a) => format!("on_call:{}", agency(a)),
        PoolKind::Reserve => "reserve".to_owned(),
        PoolKind::Adjudicator => "adjudicator".to_owned(),
        PoolKind::Point => "service_point".to_owned(),
        PoolKind::Park => "park".to_owned(),
        PoolKind::CountyHall => "county_hall".to_owned(),
    }
}

/// Name of a type of pool, (zh, en).
///
/// # Panics
/// If the kind names a unit or an agency that the city does not have.
pub fn pool_name(city: &City, kind: PoolKind) -> (String, String) {
    let agency = |a: u8| &city.agencies[usize::from(a)];
    let fixed = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    match kind {
        PoolKind::Unit(u) => {
            let unit = &city.units[usize::from(u)];
            (unit.zh.clone(), unit.en.clone())
        }
        PoolKind::Squad => fixed("综合执法中队", "Enforcement squad"),
        PoolKind::Stationed(a) => {
            (format!("{}(常驻)", agency(a).zh), format!("{} (stationed)", agency(a).en))
        }
        PoolKind::Grid => fixed("网格处置", "Grid settling"),
        PoolKind::Vendor => fixed("购买服务", "Vendors"),
        PoolKind::Department(a) => (agency(a).zh.clone(), agency(a).en.clone()),
        PoolKind::OnCall(a) => {
            (format!("{}(随叫随到)", agency(a).zh), format!("{} (on call)", agency(a).en))
        }
        PoolKind::Reserve => fixed("区县执法机动力量", "District enforcement reserve"),
        PoolKind::Adjudicator => fixed("权责争议裁定", "Arbiter of disputes"),
        PoolKind::Point => fixed("便民服务点", "Service points"),
        PoolKind::Park => fixed("园区窗口", "Park window"),
        PoolKind::CountyHall => fixed("区县政务大厅", "County hall"),
    }
}

/// The agency whose people they are, if any.
fn agency(kind: PoolKind) -> Option<usize> {
    match kind {
        PoolKind::Stationed(a) | PoolKind::Department(a) | PoolKind::OnCall(a) => {
            Some(usize::from(a))
        }
        _ => None,
    }
}

/// Does the pool belong to the place? Its scope `city` is the selected area; the accumulator keeps
/// no other pools.
pub(super) fn belongs(city: &City, pool: &PoolRecord, place: Place) -> bool {
    match (place, pool.owner) {
        (Place::City, _) => true,
        (Place::District(d), PoolOwner::District(owner)) => usize::from(owner) == d,
        (Place::District(_) | Place::Street(_) | Place::Kind(_), PoolOwner::Street(street)) => {
            place.has_street(city, usize::from(street))
        }
        (Place::Department(a), _) => agency(pool.kind) == Some(a),
        (Place::Pool(kind), _) => pool.kind == kind,
        _ => false,
    }
}

/// Does the pool count in a place? Units without case items and windows that serve applications
/// only are seen only by themselves.
pub(super) fn counts(city: &City, pool: &PoolRecord, place: Place) -> bool {
    let idle_unit = matches!(pool.kind, PoolKind::Unit(_)) && !pool.handles_cases;
    let window = matches!(pool.kind, PoolKind::Point | PoolKind::Park | PoolKind::CountyHall);
    belongs(city, pool, place) && (!(idle_unit || window) || matches!(place, Place::Pool(_)))
}

/// Does its busy time say how busy the people of a place are? Grid workers walk their rounds, which
/// are no busy hours here, and hours under contract are bought, not people's: both have many hours
/// at hand, and would water down the share of those who handle cases.
pub(super) fn tells_busy(kind: PoolKind, place: Place) -> bool {
    matches!(place, Place::Pool(_)) || !matches!(kind, PoolKind::Grid | PoolKind::Vendor)
}

/// Load of several pools together.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct PoolSum {
    pools: u32,
    staff: f64,
    available_h: f64,
    busy_h: f64,
    open_h: f64,
    overload_h: f64,
    queue: f64,
    queue_max: u32,
    waits: f64,
    wait_h: f64,
    /// Sum of waits × p90: 90th percentiles do not add up, see [`WAIT_P90_H`].
    wait_p90: f64,
}

impl PoolSum {
    /// Adds a pool.
    pub(super) fn add(&mut self, load: &PoolLoad) {
        self.add_line(load);
        self.staff += load.servers_mean;
        self.available_h += load.available_h;
        self.busy_h += load.busy_h;
        if load.available_h > 0.0 {
            self.open_h += load.open_h;
            self.overload_h += load.overload_h;
        }
    }

    /// Adds who waits at a pool, and not how busy it is.
    pub(super) fn add_line(&mut self, load: &PoolLoad) {
        self.pools += 1;
        if load.window_h > 0.0 {
            self.queue += load.queue_area_h / load.window_h;
        }
        self.queue_max = self.queue_max.max(load.queue_max);
        if load.waits > 0 {
            self.waits += load.waits as f64;
            self.wait_h += load.wait_sum_h;
            self.wait_p90 += load.wait_p90_h * load.waits as f64;
        }
    }

    /// Is no pool in it?
    pub(super) fn is_empty(&self) -> bool {
        self.pools == 0
    }

    /// People on duty, mean over open time.
    pub(super) fn staff(&self) -> f64 {
        self.staff
    }

    /// Busy hours over available hours.
    pub(super) fn utilisation(&self) -> Option<f64> {
        ratio(self.busy_h, self.available_h)
    }

    /// Share of open time above 0.9 with a queue.
    pub(super) fn overload(&self) -> Option<f64> {
        ratio(self.overload_h, self.open_h)
    }

    /// Mean number waiting, all pools together.
    pub(super) fn queue_mean(&self) -> Option<f64> {
        (!self.is_empty()).then_some(self.queue)
    }

    /// Longest queue at any one pool.
    pub(super) fn queue_max(&self) -> u32 {
        self.queue_max
    }

    /// Mean wait [h].
    pub(super) fn wait_mean(&self) -> Option<f64> {
        ratio(self.wait_h, self.waits)
    }

    /// 90th percentile of waits [h].
    pub(super) fn wait_p90(&self) -> Option<f64> {
        ratio(self.wait_p90, self.waits)
    }
}

/// Busy share.
pub(super) const UTILISATION: Kpi = Kpi {
    id: "utilisation",
    zh: "忙闲率",
    en: "Utilization",
    unit: "share",
    unit_zh: "比例",
    good: Good::Neither,
    scopes: OF_POOLS,
    formula: "busy hours / available hours in working time; a street has its own pools without \
              the units that have no case items, grid workers (rounds are no busy hours), \
              vendors, service points and parks, a district and the whole area also those of \
              departments, a department also its stationed and on-call people; by pool every \
              type by itself",
    formula_zh: "工作时间内忙碌小时 / 可用小时; 镇街计其自有力量(不含无办件事项的科室、网格员(巡查不计忙时)、购买服务、服务点和园区窗口), \
                 区县与全域另含部门力量, 部门含其常驻与随叫随到人员; 按力量统计时各类分别计算",
    value: |t| t.pools.utilisation(),
};

/// Share of time overloaded.
pub(super) const OVERLOAD_SHARE: Kpi = Kpi {
    id: "overload_share",
    zh: "超负荷时间占比",
    en: "Share of time overloaded",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_POOLS,
    formula: "open hours in which more than 0.9 of a pool is busy and somebody waits / open \
              hours, pools as in utilisation; every pool weighs by its open time, pools without \
              people are left out",
    formula_zh: "忙碌人数超过九成且有排队的开放小时 / 开放小时, 力量范围同忙闲率; 各力量按开放时间加权, 无人的力量不计",
    value: |t| t.pools.overload(),
};

/// Number waiting.
pub(super) const QUEUE_MEAN: Kpi = Kpi {
    id: "queue_mean",
    zh: "平均排队量",
    en: "Mean number waiting",
    unit: "cases",
    unit_zh: "件",
    good: Good::Down,
    scopes: OF_POOLS,
    formula: "time average over the window of the work waiting at a pool, summed over the pools \
              of the place",
    formula_zh: "统计期内各力量等待办理数的时间平均, 对该范围内各力量求和",
    value: |t| t.pools.queue_mean(),
};

/// Mean wait.
pub(super) const WAIT_MEAN_H: Kpi = Kpi {
    id: "wait_mean_h",
    zh: "平均等待",
    en: "Mean wait",
    unit: "h",
    unit_zh: "小时",
    good: Good::Down,
    scopes: OF_POOLS,
    formula: "calendar hours from request to start of service, mean over all starts of the window",
    formula_zh: "从请求到开始办理的日历小时, 对统计期内全部开始办理的请求取平均",
    value: |t| t.pools.wait_mean(),
};

/// 90th percentile of waits.
pub(super) const WAIT_P90_H: Kpi = Kpi {
    id: "wait_p90_h",
    zh: "等待90分位",
    en: "Wait, 90th percentile",
    unit: "h",
    unit_zh: "小时",
    good: Good::Down,
    scopes: OF_POOLS,
    formula: "90th percentile of the same at a pool; of several pools the mean of their 90th \
              percentiles, weighted by starts",
    formula_zh: "单个力量等待时长的90分位; 多个力量时取各自90分位按开始办理数的加权平均",
    value: |t| t.pools.wait_p90(),
};

/// Busy share of departments.
pub(super) const DEPARTMENT_UTILISATION: Kpi = Kpi {
    id: "department_utilisation",
    zh: "部门忙闲率",
    en: "Utilization of departments",
    unit: "share",
    unit_zh: "比例",
    good: Good::Neither,
    scopes: OF_DEPARTMENTS,
    formula: "busy hours / available hours of the pools inside departments, own work and call-ups \
              together; without stationed and on-call people",
    formula_zh: "部门内部力量的忙碌小时 / 可用小时, 自身业务与呼叫合计; 不含常驻与随叫随到人员",
    value: |t| t.department_pools.utilisation(),
};
