//! Delegated powers (M20, M21): which, to whom, with what competence, and the park's own seal.

use crate::domain::lever::{Kind, Known, Lever, Value};
use crate::domain::matter::{HOLDERS, PowerSet};
use crate::domain::mechanism::{Mechanism, falls, rises};
use crate::domain::param::{Param, one};

/// Levers L24–L27.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Powers handed down.
    pub delegated: PowerSet,
    /// Kinds of places that hold them, bits over [`HOLDERS`].
    pub holders: u64,
    /// The park decides with its own seal.
    pub park_seal: bool,
    /// Competence on the day a power arrives [share].
    pub initial_competence: f64,
}

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Applications a year of a power in a key town of reference size, by class of volume.
    pub volume: [f64; 4],
    /// Residents of the key town that these volumes are for.
    pub reference_residents: f64,
    /// One visit at the window, by class of procedure [min].
    pub window_minutes: [f64; 9],
    /// Review, all steps but their paperwork, by class of procedure [person-hours].
    pub review_h: [f64; 9],
    /// Publication, hearings, expert opinion: time that no lever shortens, by class [working days].
    pub procedure_wd: [f64; 9],
    /// Share of applicants of a key town who go to the county hall themselves.
    pub county_direct: f64,
    /// The town sends papers to the county, and the answer back, one way, median [working days].
    pub forward_wd: f64,
    /// People of departments at the county hall [people per 100,000 residents].
    pub county_staff: f64,
    /// Utilization of the county hall before; own work (other places' applications) fills it up.
    pub county_load: f64,
    /// Look at the place [person-hours].
    pub site_h: f64,
    /// Wait for that: by the county, by the town or park itself, median [working days].
    pub site_wd: [f64; 2],
    /// Time in which half of the missing competence is learned [months].
    pub half_life_months: f64,
    /// Wrong decisions of an experienced decider [prob].
    pub error_base: f64,
    /// Wrong decisions added per unit of missing competence [prob].
    pub error_slope: f64,
    /// A wrong decision is found and reversed [prob].
    pub reversal: f64,
    /// It takes this long, median [working days].
    pub reversal_wd: f64,
    /// Effort of deciding again, relative.
    pub redo_share: f64,
    /// Load of the park's window with other work of its own [share].
    pub park_load: f64,
    /// Share of the posts that held powers ask for which the town moves from its other units to the
    /// hall.
    pub posts_follow: f64,
    /// Utilization at which those posts are planned.
    pub planned_load: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("powers.volume", "applications/year", (0.0, 100_000.0), "下放权限年办件量", "Applications a year of one power in a key town of reference size, classes H, M, L, VL (powers table)", |p| &mut p.powers.volume),
    Param::new("powers.reference_residents", "people", (1000.0, 1e7), "基准重点镇人口", "Residents of the key town that the classes of volume are for; volumes follow residents", |p| one(&mut p.powers.reference_residents)),
    Param::new("powers.window_minutes", "min", (0.0, 480.0), "下放权限窗口用时", "One visit at the window, by class of procedure: REG, FILE, PERMIT_S, PERMIT_C, CONF, GRANT, INSP, PEN_S, PEN_O", |p| &mut p.powers.window_minutes),
    Param::new("powers.review_h", "person-hours", (0.0, 500.0), "下放权限审查用时", "Review without the paperwork of steps, by class of procedure", |p| &mut p.powers.review_h),
    Param::new("powers.procedure_wd", "working days", (0.0, 250.0), "法定公示等用时", "Publication, hearing, expert opinion, by class of procedure: no lever shortens it", |p| &mut p.powers.procedure_wd),
    Param::new("powers.county_direct", "share", (0.0, 1.0), "直接到区县办理占比", "Applicants of a key town or park who go to the county hall themselves; the others hand in at home and are forwarded (M20)", |p| one(&mut p.powers.county_direct)),
    Param::new("powers.forward_wd", "working days", (0.0, 30.0), "镇报区县单程用时", "Papers from town to county, or the answer back, median (M20)", |p| one(&mut p.powers.forward_wd)),
    Param::new("powers.county_staff", "people per 100,000", (0.0, 1000.0), "区县大厅人员", "People of departments at the county hall", |p| one(&mut p.powers.county_staff)),
    Param::new("powers.county_load", "share", (0.0, 0.99), "区县大厅改革前忙闲率", "Utilization of the county hall before: own work fills up what applications of holders leave", |p| one(&mut p.powers.county_load)),
    Param::new("powers.site_h", "person-hours", (0.0, 80.0), "现场踏勘用时", "Look at the place, travel included", |p| one(&mut p.powers.site_h)),
    Param::new("powers.site_wd", "working days", (0.0, 60.0), "等待踏勘用时", "Wait for the look at the place: by the county, by the town or park itself, median", |p| &mut p.powers.site_wd),
    Param::new("powers.half_life_months", "months", (0.1, 120.0), "承接能力半衰期", "Half of the missing competence is learned in (FACTS 2.5)", |p| one(&mut p.powers.half_life_months)),
    Param::new("powers.error_base", "prob", (0.0, 1.0), "决定差错率基数", "Wrong decisions of an experienced decider", |p| one(&mut p.powers.error_base)),
    Param::new("powers.error_slope", "prob", (0.0, 1.0), "能力不足增加的差错率", "Wrong decisions added per unit of missing competence (M20)", |p| one(&mut p.powers.error_slope)),
    Param::new("powers.reversal", "prob", (0.0, 1.0), "差错被纠正概率", "A wrong decision is found and reversed", |p| one(&mut p.powers.reversal)),
    Param::new("powers.reversal_wd", "working days", (0.0, 250.0), "差错被纠正用时", "Until it is found, median", |p| one(&mut p.powers.reversal_wd)),
    Param::new("powers.redo_share", "share", (0.0, 5.0), "重新决定用时系数", "Effort of deciding again relative to the first review", |p| one(&mut p.powers.redo_share)),
    Param::new("powers.park_load", "share", (0.0, 0.99), "园区窗口自身工作量", "Other work of the park's window, share of its time", |p| one(&mut p.powers.park_load)),
    Param::new("powers.posts_follow", "share", (0.0, 1.0), "人随事转比例", "Share of the posts that held powers ask for which a town moves from its other units to the hall: the total stays", |p| one(&mut p.powers.posts_follow)),
    Param::new("powers.planned_load", "share", (0.1, 1.0), "配岗忙闲率", "Utilization at which those posts are planned", |p| one(&mut p.powers.planned_load)),
];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L24", key: DELEGATED, zh: "下放权限数", en: "Powers delegated to key towns",
        unit: "items", kind: Kind::Int { min: 0, max: 198 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "198", tag: "SEED(near 200)" },
        mechanisms: &["M20"], affects: "what a town can finish itself",
        set: |value, settings| settings.powers.delegated = match value {
            Value::Powers(set) => *set,
            number => PowerSet::first(number.number() as usize),
        },
    },
    Lever {
        id: "L25", key: "powers.holders", zh: "承接主体", en: "Eligible holders",
        unit: "set", kind: Kind::Words(&HOLDERS),
        before: Known { value: "none", tag: "ASSUMED" },
        after: Known { value: "经济发达镇;重点镇;经济开发区", tag: "SEED" },
        mechanisms: &["M20", "M21"], affects: "scope: NOT ordinary streets",
        set: |value, settings| settings.powers.holders = value.words(),
    },
    Lever {
        id: "L26", key: "powers.park_seal", zh: "2号公章", en: "No.2 approval seal in park",
        unit: "bool", kind: Kind::Bool,
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "1", tag: "SEED" },
        mechanisms: &["M21"], affects: "removes town-county transit",
        set: |value, settings| settings.powers.park_seal = value.flag(),
    },
    Lever {
        id: "L27", key: "powers.initial_competence", zh: "承接能力初值", en: "Initial competence on delegated powers",
        unit: "share", kind: Kind::Float { min: 0.3, max: 1.0 },
        before: Known { value: "1.0", tag: "ASSUMED" },
        after: Known { value: "0.65", tag: "ASSUMED" },
        mechanisms: &["M20"], affects: "service time, error rate; half-life 6 months",
        set: |value, settings| settings.powers.initial_competence = value.number(),
    },
];

/// Key of the lever that takes a number, a list of powers or a list of departments.
pub const DELEGATED: &str = "powers.delegated";

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: "M20",
        group: 'E',
        quote: "对经济发达镇和重点镇放权近200项",
        en: "A town finishes what it used to forward: no transfer and no county queue, at the price \
             of competence that must be learned.",
        levers: &["L24", "L25", "L27"],
        expects: &[
            falls("application_time_mean"),
            falls("county_visits_mean"),
            rises("decided_here_share"),
            rises("application_error_share"),
        ],
    },
    Mechanism {
        id: "M21",
        group: 'E',
        quote: "委托镇街辖区内的经济开发区行使;启用“2号公章”",
        en: "The park's window decides and stamps.",
        levers: &["L24", "L25", "L26"],
        expects: &[falls("application_time_mean"), rises("decided_here_share")],
    },
];

/// Bit of [`Settings::holders`] that stands for parks.
pub const PARK: usize = 2;

/// Does a place of this kind hold the power? `for_parks` says whether parks may.
pub fn holds(settings: &Settings, kind: usize, power: usize, for_parks: bool) -> bool {
    let eligible = settings.holders >> kind & 1 == 1;
    eligible && settings.delegated.has(power) && (kind != PARK || for_parks)
}

/// Competence some months after a power arrived: half of what is missing is learned in each
/// half-life (FACTS 2.5, lever L27) [share].
pub fn competence(initial: f64, months: f64, params: &Params) -> f64 {
    1.0 - (1.0 - initial) * libm::exp2(-months / params.half_life_months)
}

/// Probability that a decision is wrong. Fewer steps mean fewer eyes: `steps_factor` is 1 at the
/// reference number of steps.
pub fn error(competence: f64, steps_factor: f64, params: &Params) -> f64 {
    let missing = (1.0 - competence).max(0.0);
    ((params.error_base + params.error_slope * missing) * steps_factor).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params() -> Params {
        Params { half_life_months: 6.0, error_base: 0.01, error_slope: 0.15, ..Params::default() }
    }

    // Catches learning at another speed than a half-life, or errors that competence does not move.
    #[test]
    fn half_of_the_gap_is_learned_in_half_a_year() {
        let p = params();
        let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(close(competence(0.65, 0.0, &p), 0.65));
        assert!(close(competence(0.65, 6.0, &p), 0.825));
        assert!(close(competence(0.65, 12.0, &p), 0.9125));
        assert!(close(competence(1.0, 3.0, &p), 1.0));
        assert!(close(error(1.0, 1.0, &p), 0.01));
        assert!(close(error(0.65, 1.0, &p), 0.0625));
    }

    // Catches ordinary places or parks that hold what nobody gave them.
    #[test]
    fn only_named_kinds_hold() {
        let settings =
            Settings { delegated: PowerSet::first(10), holders: 0b101, ..Settings::default() };
        assert!(holds(&settings, 0, 9, false));
        assert!(!holds(&settings, 0, 10, false), "not delegated");
        assert!(!holds(&settings, 1, 0, false), "this kind holds nothing");
        assert!(holds(&settings, PARK, 3, true));
        assert!(!holds(&settings, PARK, 3, false), "not for parks");
    }
}
