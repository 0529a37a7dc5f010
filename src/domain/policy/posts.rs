//! Posts and people of a street (M11, M12): how many, how experienced, how tired.

use crate::domain::lever::{Kind, Known, Lever};
use crate::domain::mechanism::{Mechanism, falls};
use crate::domain::param::{Param, one};

/// Levers L01–L04, L09. Posts are city means per street.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Administrative posts moved down [posts/street].
    pub admin_added: f64,
    /// Institutional posts moved down [posts/street].
    pub institutional_added: f64,
    /// Administrative posts [posts/street].
    pub admin_base: f64,
    /// Institutional posts [posts/street].
    pub institutional_base: f64,
    /// Turnover [1/year].
    pub turnover: f64,
}

impl Settings {
    /// Mean posts per street [posts].
    pub fn total(&self) -> f64 {
        self.admin_base + self.institutional_base + self.admin_added + self.institutional_added
    }
}

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Exponent of population in a street's share of posts.
    pub size_exponent: f64,
    /// Share of working time that goes to routine.
    pub routine_share: f64,
    /// Skill missing on a new person's first day [share].
    pub novice_deficit: f64,
    /// Time in which half of the deficit is learned [months].
    pub learning_half_life_months: f64,
    /// Service time added per unit of utilisation above the threshold.
    pub fatigue_slope: f64,
    /// Utilisation from which fatigue sets in [share].
    pub fatigue_from: f64,
    /// Turnover added per unit of utilisation above the threshold [1/year].
    pub overload_turnover: f64,
    /// Split of posts between fixed and case shares of the units.
    pub unit_mix: [f64; 2],
    /// Weight of own work against the other classes of a pool.
    pub own_margin: f64,
    /// Load of own work on units without case items [share of their net time].
    pub own_load: f64,
    /// Posts moved down are taken from departments (1) or were vacant (0).
    pub zero_sum: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("posts.size_exponent", "1", (0.0, 1.5), "编制随人口的弹性", "Exponent of population in a street's share of posts (MODEL 1.2)", |p| one(&mut p.posts.size_exponent)),
    Param::new("posts.routine_share", "share", (0.0, 0.9), "日常事务占用工时", "Share of working time that goes to routine: meetings, forms, duty (MODEL 1.3)", |p| one(&mut p.posts.routine_share)),
    Param::new("posts.novice_deficit", "share", (0.0, 0.9), "新人能力缺口", "Skill missing on a new person's first day (FACTS 2.5, learning)", |p| one(&mut p.posts.novice_deficit)),
    Param::new("posts.learning_half_life_months", "months", (0.1, 60.0), "学习半衰期", "Time in which half of the deficit is learned (FACTS 2.5: 6 months)", |p| one(&mut p.posts.learning_half_life_months)),
    Param::new("posts.fatigue_slope", "1", (0.0, 5.0), "疲劳斜率", "Service time x (1 + slope x (u - threshold)) (FACTS 2.5, fatigue)", |p| one(&mut p.posts.fatigue_slope)),
    Param::new("posts.fatigue_from", "share", (0.0, 1.0), "疲劳起点忙闲率", "Utilisation from which fatigue sets in (FACTS 2.5)", |p| one(&mut p.posts.fatigue_from)),
    Param::new("posts.overload_turnover", "1/year", (0.0, 5.0), "超负荷流失", "Turnover added per unit of utilisation above the threshold (FACTS 2.5)", |p| one(&mut p.posts.overload_turnover)),
    Param::new("posts.unit_mix", "share", (0.0, 1.0), "机构编制分配", "Split of posts: by fixed share, by case share (MODEL 1.2: 0.55, 0.45)", |p| &mut p.posts.unit_mix),
    Param::new("posts.own_margin", "share", (0.01, 1.0), "自身工作争用份额", "Weight of own work against cases, tasks and economic work when they wait together", |p| one(&mut p.posts.own_margin)),
    Param::new("posts.own_load", "share", (0.0, 1.0), "无案件机构自身工作量", "Load of own work on units without case items, share of their net time (MODEL 1.2)", |p| one(&mut p.posts.own_load)),
    Param::new("posts.zero_sum", "0/1", (0.0, 1.0), "编制是否零和", "1: posts moved down are taken from the district's departments; 0: they were vacant (M11, MODEL 5)", |p| one(&mut p.posts.zero_sum)),
];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L01", key: "staff.admin_added", zh: "行政编制调剂", en: "Administrative posts moved to street",
        unit: "posts/street", kind: Kind::Float { min: 0.0, max: 3.0 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "0.29", tag: "SEED(47/161 SOURCED)" },
        mechanisms: &["M11"], affects: "street capacity",
        set: |value, settings| settings.posts.admin_added = value.number(),
    },
    Lever {
        id: "L02", key: "staff.institutional_added", zh: "事业编制调剂", en: "Institutional posts moved to street",
        unit: "posts/street", kind: Kind::Float { min: 0.0, max: 20.0 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "6.69", tag: "SEED(1077/161 SOURCED)" },
        mechanisms: &["M11"], affects: "street capacity",
        set: |value, settings| settings.posts.institutional_added = value.number(),
    },
    Lever {
        id: "L03", key: "staff.admin_base", zh: "行政编制基数", en: "Base administrative posts",
        unit: "posts/street", kind: Kind::Float { min: 20.0, max: 45.0 },
        before: Known { value: "30", tag: "ASSUMED" },
        after: Known { value: "30", tag: "ASSUMED" },
        mechanisms: &["M11"], affects: "street capacity",
        set: |value, settings| settings.posts.admin_base = value.number(),
    },
    Lever {
        id: "L04", key: "staff.institutional_base", zh: "事业编制基数", en: "Base institutional posts",
        unit: "posts/street", kind: Kind::Float { min: 20.0, max: 60.0 },
        before: Known { value: "35", tag: "ASSUMED" },
        after: Known { value: "35", tag: "ASSUMED" },
        mechanisms: &["M11"], affects: "street capacity",
        set: |value, settings| settings.posts.institutional_base = value.number(),
    },
    Lever {
        id: "L09", key: "staff.turnover", zh: "人员流失率", en: "Annual staff turnover",
        unit: "1/year", kind: Kind::Float { min: 0.02, max: 0.3 },
        before: Known { value: "0.14", tag: "ASSUMED" },
        after: Known { value: "0.10", tag: "ASSUMED" },
        mechanisms: &["M12"], affects: "effective capacity, learning",
        set: |value, settings| settings.posts.turnover = value.number(),
    },
];

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: "M11",
        group: 'C',
        quote: "向镇街调剂行政编制47名、事业编制1077名",
        en: "Adds people to streets.",
        levers: &["L01", "L02", "L03", "L04"],
        expects: &[falls("time_to_close_mean"), falls("wait_mean_h")],
    },
    Mechanism {
        id: "M12",
        group: 'C',
        quote: "增加管理岗位和专业技术岗位设置,拓宽了人员成长进步渠道",
        en: "Lowers turnover and keeps skill; works slowly.",
        levers: &["L09"],
        expects: &[falls("time_to_close_mean")],
    },
];

/// Mean experience of a street's people, as it develops.
///
/// `novices` is the share of posts' skill still to be learned, in units of a person's first-day
/// deficit: it decays with the half-life and is refilled by turnover and by posts added.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Experience {
    novices: f64,
}

impl Experience {
    /// Long-run level under constant turnover.
    pub fn steady(turnover: f64, params: &Params) -> Experience {
        let decay = Experience::decay_per_year(params);
        Experience { novices: turnover / (turnover + decay) }
    }

    fn decay_per_year(params: &Params) -> f64 {
        std::f64::consts::LN_2 / (params.learning_half_life_months / 12.0)
    }

    /// New people join: `added` posts beside `present` ones.
    pub fn join(&mut self, present: f64, added: f64) {
        if added > 0.0 {
            self.novices = (self.novices * present + added) / (present + added);
        }
    }

    /// Time passes [years] under a turnover [1/year].
    pub fn pass(&mut self, years: f64, turnover: f64, params: &Params) {
        let rate = turnover + Experience::decay_per_year(params);
        let target = turnover / rate;
        self.novices = target + (self.novices - target) * libm::exp(-rate * years);
    }

    /// Factor on service times, 1 for a fully experienced staff.
    pub fn slowdown(&self, params: &Params) -> f64 {
        1.0 / (1.0 - params.novice_deficit * self.novices)
    }
}

/// Factor on service times of tired people (FACTS 2.5).
pub fn fatigue(utilisation: f64, params: &Params) -> f64 {
    1.0 + params.fatigue_slope * (utilisation - params.fatigue_from).max(0.0)
}

/// Turnover under load [1/year].
pub fn turnover_under_load(settings: &Settings, utilisation: f64, params: &Params) -> f64 {
    settings.turnover + params.overload_turnover * (utilisation - params.fatigue_from).max(0.0)
}

/// Whole posts for every street: mean x (population / mean population)^exponent, rounded by largest
/// remainder so that the sum is kept (MODEL 1.2). `mean` may differ by street (scoped levers).
pub fn posts_by_street(means: &[f64], populations: &[f64], params: &Params) -> Vec<u32> {
    let average = populations.iter().sum::<f64>() / populations.len() as f64;
    let weights: Vec<f64> = populations
        .iter()
        .map(|population| libm::pow(population / average, params.size_exponent))
        .collect();
    let weight_mean = weights.iter().sum::<f64>() / weights.len() as f64;
    let exact: Vec<f64> =
        means.iter().zip(&weights).map(|(mean, weight)| mean * weight / weight_mean).collect();
    round_keeping_sum(&exact, 0)
}

/// Rounds to whole numbers by largest remainder, so that the sum is the rounded sum; each at least
/// `floor`.
pub fn round_keeping_sum(exact: &[f64], floor: u32) -> Vec<u32> {
    let total = libm::round(exact.iter().sum::<f64>()) as i64;
    let mut whole: Vec<i64> =
        exact.iter().map(|x| (libm::floor(*x) as i64).max(i64::from(floor))).collect();
    let mut order: Vec<usize> = (0..exact.len()).collect();
    order.sort_by(|a, b| {
        let rest = |i: usize| exact[i] - libm::floor(exact[i]);
        rest(*b).total_cmp(&rest(*a)).then(a.cmp(b))
    });
    let mut missing = total - whole.iter().sum::<i64>();
    for index in order.iter().cycle().take(exact.len() * 2) {
        if missing > 0 {
            whole[*index] += 1;
            missing -= 1;
        }
    }
    for index in order.iter().rev().cycle().take(exact.len() * 4) {
        if missing < 0 && whole[*index] > i64::from(floor) {
            whole[*index] -= 1;
            missing += 1;
        }
    }
    whole.into_iter().map(|n| n as u32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches posts lost or invented by rounding.
    #[test]
    fn rounding_keeps_the_sum() {
        let exact = [3.4, 0.2, 7.7, 1.7, 0.0];
        assert_eq!(round_keeping_sum(&exact, 0).iter().sum::<u32>(), 13);
        assert_eq!(round_keeping_sum(&exact, 1).iter().sum::<u32>(), 13);
        assert!(round_keeping_sum(&exact, 1).iter().all(|n| *n >= 1));
    }

    // Catches experience that appears at once: the mechanism must work slowly (M12's test).
    #[test]
    fn lower_turnover_helps_slowly() {
        let params =
            Params { novice_deficit: 0.35, learning_half_life_months: 6.0, ..Params::default() };
        let mut experience = Experience::steady(0.14, &params);
        let start = experience.slowdown(&params);
        experience.pass(0.1, 0.10, &params);
        let soon = experience.slowdown(&params);
        experience.pass(5.0, 0.10, &params);
        let late = experience.slowdown(&params);
        assert!(start > soon && soon > late);
        assert!(start - soon < 0.3 * (start - late));
        assert!((late - Experience::steady(0.10, &params).slowdown(&params)).abs() < 1e-4);
    }
}
