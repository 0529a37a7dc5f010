//! Service of applicants (M22–M25): one hall or many counters, steps, complete checking, service
//! points, online.

use crate::domain::lever::{Kind, Known, Lever};
use crate::domain::mechanism::{Mechanism, falls, rises};
use crate::domain::param::{Param, one};

/// Levers L28–L33.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Share of items that enter the one hall.
    pub one_hall_share: f64,
    /// Internal steps per application.
    pub steps: f64,
    /// Visits that an applicant at the window needs.
    pub visits: f64,
    /// Service points per street, mean.
    pub points: f64,
    /// Guide items offered at a point.
    pub point_items: f64,
    /// Share of applications made online or by an agent.
    pub online_share: f64,
}

/// Most internal steps (lever L29).
pub const MOST_STEPS: usize = 9;

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Scale of the volumes of the table of services.
    pub volume: f64,
    /// Visits at which checking is as thorough as the window times of the tables assume.
    pub reference_visits: f64,
    /// Window time added when incomplete papers never occur [share].
    pub checking: f64,
    /// Time in which the applicant gets missing papers, mean [working days].
    pub prepare_wd: f64,
    /// Visits after which applicants begin to give up.
    pub patience_visits: f64,
    /// Each further failed visit ends it with this probability.
    pub give_up: f64,
    /// Spread of window and review times (geometric standard deviation).
    pub gsd: f64,
    /// Checking an online application, relative to a visit at the window.
    pub online_check: f64,
    /// Steps at which review is as the tables assume.
    pub reference_steps: f64,
    /// For each step in the order of cutting, last first: worked beside the first one (1) or after
    /// the one before (0).
    pub beside: [f64; MOST_STEPS],
    /// Paperwork of one step [person-hours].
    pub step_h: f64,
    /// A paper waits between two steps inside one unit, median [working days].
    pub handover_wd: f64,
    /// A paper goes from one unit to another, median [working days].
    pub transfer_wd: f64,
    /// The applicant has to carry it: a further visit [prob].
    pub transfer_visit: f64,
    /// Wrong decisions relative to the reference, added when all steps beyond the first are cut.
    pub fewer_eyes: f64,
    /// Papers from a service point to the hall, median [working days].
    pub point_transit_wd: f64,
    /// Posts of the hall that one service point takes.
    pub point_posts: f64,
    /// Sizes of points fall as rank to the power of minus this.
    pub point_spread: f64,
    /// One way to the hall of a street and of a town [min].
    pub hall_minutes: [f64; 2],
    /// One way to the county hall from a street and from a town [min].
    pub county_minutes: [f64; 2],
    /// One way from a firm to its park's window [min].
    pub park_minutes: f64,
    /// Spread of travel (geometric standard deviation).
    pub travel_gsd: f64,
    /// The decision reaches the applicant, median [working days].
    pub delivery_wd: f64,
    /// Smallest own work of the hall [share of its time].
    pub own_floor: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("service.volume", "1", (0.0, 100.0), "服务事项办件量系数", "Scale of the yearly volumes of the table of services", |p| one(&mut p.service.volume)),
    Param::new("service.reference_visits", "visits", (1.0, 10.0), "基准跑动次数", "Visits at which checking takes the window times of the tables (levers.csv L30 before)", |p| one(&mut p.service.reference_visits)),
    Param::new("service.checking", "share", (0.0, 5.0), "一次告知增加窗口用时", "Window time added when checking is so complete that no paper is ever missing (M22: checking takes longer)", |p| one(&mut p.service.checking)),
    Param::new("service.prepare_wd", "working days", (0.0, 60.0), "补正材料用时", "The applicant gets missing papers, mean", |p| one(&mut p.service.prepare_wd)),
    Param::new("service.patience_visits", "visits", (1.0, 20.0), "跑动耐心", "Visits after which applicants begin to give up (M22)", |p| one(&mut p.service.patience_visits)),
    Param::new("service.give_up", "prob", (0.0, 1.0), "放弃概率", "Each failed visit from then on ends the application", |p| one(&mut p.service.give_up)),
    Param::new("service.gsd", "1", (1.0, 5.0), "窗口与审查用时离散度", "Geometric standard deviation of window and review times", |p| one(&mut p.service.gsd)),
    Param::new("service.online_check", "share", (0.0, 5.0), "网办审核用时系数", "Checking an online or agent application relative to a visit at the window (M25)", |p| one(&mut p.service.online_check)),
    Param::new("service.reference_steps", "steps", (1.0, 9.0), "基准环节数", "Steps to which review hours and error rate of the tables refer (levers.csv L29 before)", |p| one(&mut p.service.reference_steps)),
    Param::new("service.beside", "0/1", (0.0, 1.0), "并行环节", "Step 1, 2, … 9 in the order of keeping: worked beside the first (1) or after the one before (0); cutting a step that runs beside gains no time (M24)", |p| &mut p.service.beside),
    Param::new("service.step_h", "person-hours", (0.0, 10.0), "每环节文书用时", "Paperwork of one internal step", |p| one(&mut p.service.step_h)),
    Param::new("service.handover_wd", "working days", (0.0, 10.0), "环节间等待", "A paper waits between two steps inside one unit, median (M24)", |p| one(&mut p.service.handover_wd)),
    Param::new("service.transfer_wd", "working days", (0.0, 10.0), "机构间流转用时", "A paper goes from one unit of the street to another, median (M23)", |p| one(&mut p.service.transfer_wd)),
    Param::new("service.transfer_visit", "prob", (0.0, 1.0), "流转加跑概率", "The applicant carries the paper to the next counter: a further visit (M23)", |p| one(&mut p.service.transfer_visit)),
    Param::new("service.fewer_eyes", "share", (0.0, 5.0), "环节减少的差错增幅", "Wrong decisions added, relative, when every step beyond the first is cut (M24)", |p| one(&mut p.service.fewer_eyes)),
    Param::new("service.point_transit_wd", "working days", (0.0, 10.0), "服务点报送用时", "Papers from a service point to the hall, median (M25)", |p| one(&mut p.service.point_transit_wd)),
    Param::new("service.point_posts", "posts", (0.0, 5.0), "每个服务点占用编制", "Posts of the hall that one service point takes; the rest of its people are the community's (M25)", |p| one(&mut p.service.point_posts)),
    Param::new("service.point_spread", "1", (0.0, 3.0), "服务点大小差异", "Visits of the k-th largest point fall as k to the power of minus this", |p| one(&mut p.service.point_spread)),
    Param::new("service.hall_minutes", "min", (0.0, 600.0), "到镇街大厅单程用时", "One way to the hall of a street, of a town", |p| &mut p.service.hall_minutes),
    Param::new("service.county_minutes", "min", (0.0, 600.0), "到区县大厅单程用时", "One way to the county hall from a street, from a town", |p| &mut p.service.county_minutes),
    Param::new("service.park_minutes", "min", (0.0, 600.0), "到园区窗口单程用时", "One way from a firm to its park's window", |p| one(&mut p.service.park_minutes)),
    Param::new("service.travel_gsd", "1", (1.0, 5.0), "路途离散度", "Geometric standard deviation of travel", |p| one(&mut p.service.travel_gsd)),
    Param::new("service.delivery_wd", "working days", (0.0, 10.0), "送达用时", "The decision reaches the applicant, median", |p| one(&mut p.service.delivery_wd)),
    Param::new("service.own_floor", "share", (0.0, 0.9), "大厅自身工作下限", "Smallest own work of the hall: tiny counter services (copies, questions) that are no application", |p| one(&mut p.service.own_floor)),
];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L28", key: "service.one_hall_share", zh: "进驻中心比例", en: "Share of approval+service items entering one hall",
        unit: "share", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0.45", tag: "ASSUMED" },
        after: Known { value: "1.00", tag: "SEED(\"全部纳入\")" },
        mechanisms: &["M23"], affects: "visits, transfers",
        set: |value, settings| settings.service.one_hall_share = value.number(),
    },
    Lever {
        id: "L29", key: "service.internal_steps", zh: "内部环节数", en: "Internal steps per application",
        unit: "steps", kind: Kind::Int { min: 1, max: 9 },
        before: Known { value: "5", tag: "ASSUMED" },
        after: Known { value: "3", tag: "ASSUMED" },
        mechanisms: &["M24"], affects: "cycle time",
        set: |value, settings| settings.service.steps = value.number(),
    },
    Lever {
        id: "L30", key: "service.visits", zh: "跑动次数", en: "Visits per completed application",
        unit: "visits", kind: Kind::Float { min: 0.0, max: 4.0 },
        before: Known { value: "2.3", tag: "ASSUMED" },
        after: Known { value: "1.1", tag: "ASSUMED" },
        mechanisms: &["M22", "M23"], affects: "resident time cost",
        set: |value, settings| settings.service.visits = value.number(),
    },
    Lever {
        id: "L31", key: "service.points", zh: "便民服务点", en: "Service points per street",
        unit: "points/street", kind: Kind::Float { min: 0.0, max: 20.0 },
        before: Known { value: "1", tag: "ASSUMED" },
        after: Known { value: "7.6", tag: "SOURCED(Lixia 99/13)" },
        mechanisms: &["M25"], affects: "distance, load sharing",
        set: |value, settings| settings.service.points = value.number(),
    },
    Lever {
        id: "L32", key: "service.point_items", zh: "可办事项", en: "Items available at a point",
        unit: "items", kind: Kind::Int { min: 0, max: 200 },
        before: Known { value: "30", tag: "ASSUMED" },
        after: Known { value: "110", tag: "SOURCED(Lixia avg 110)" },
        mechanisms: &["M25"], affects: "share handled near home",
        set: |value, settings| settings.service.point_items = value.number(),
    },
    Lever {
        id: "L33", key: "service.online_share", zh: "网办代办率", en: "Online/agent share",
        unit: "share", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0.35", tag: "ASSUMED" },
        after: Known { value: "0.55", tag: "ASSUMED" },
        mechanisms: &["M22", "M25"], affects: "hall load",
        set: |value, settings| settings.service.online_share = value.number(),
    },
];

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: "M22",
        group: 'E',
        quote: "推进“一次办成”改革向基层延伸",
        en: "Complete checking at first contact: fewer visits, each of them longer.",
        levers: &["L30", "L33"],
        expects: &[
            falls("visits_mean"),
            rises("one_visit_share"),
            falls("application_abandoned_share"),
            rises("window_minutes_mean"),
        ],
    },
    Mechanism {
        id: "M23",
        group: 'E',
        quote: "实行“一枚印章管审批(服务)”;一站式办理;全部纳入便民服务中心",
        en: "One counter and one decision unit: no transfers between units.",
        levers: &["L28", "L30"],
        expects: &[
            falls("application_transfers_mean"),
            falls("application_time_mean"),
            falls("visits_mean"),
        ],
    },
    Mechanism {
        id: "M24",
        group: 'E',
        quote: "审批和服务的内部流程精简再造",
        en: "Fewer steps on the critical path.",
        levers: &["L29"],
        expects: &[falls("application_time_mean")],
    },
    Mechanism {
        id: "M25",
        group: 'E',
        quote: "合理布局便民服务站;就近能办、多点可办、少跑快办",
        en: "Service near home; the hall's people are split over points.",
        levers: &["L31", "L32", "L33"],
        expects: &[falls("travel_minutes_mean"), rises("near_home_share")],
    },
];

/// Probability that a check finds papers missing: visits are then geometric with the lever's mean.
pub fn incomplete(settings: &Settings) -> f64 {
    1.0 - 1.0 / settings.visits.max(1.0)
}

/// Share of applicants at the window whose first check is made for them (below one visit).
pub fn without_visit(settings: &Settings) -> f64 {
    (1.0 - settings.visits).max(0.0)
}

/// Factor on window time: checking that leaves fewer papers missing takes longer.
pub fn window_factor(settings: &Settings, params: &Params) -> f64 {
    let reference = 1.0 - 1.0 / params.reference_visits;
    let found = if reference > 0.0 { incomplete(settings) / reference } else { 1.0 };
    (1.0 + params.checking * (1.0 - found)).max(0.2)
}

/// Probability that an applicant gives up after a failed visit, the `visits`-th.
pub fn gives_up(visits: u8, params: &Params) -> f64 {
    if f64::from(visits) >= params.patience_visits { params.give_up } else { 0.0 }
}

/// Is an item of this rank in the one hall?
pub fn in_hall(settings: &Settings, rank: f64) -> bool {
    rank < settings.one_hall_share
}

/// Steps on the critical path, and steps worked beside its first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Steps {
    /// One after the other, at least 1.
    pub serial: u32,
    /// Beside the first of these.
    pub beside: u32,
}

/// How the steps lie (M24): those beside the path take people but no time.
pub fn steps(settings: &Settings, params: &Params) -> Steps {
    let n = (settings.steps as usize).clamp(1, MOST_STEPS);
    let beside = params.beside[..n].iter().skip(1).filter(|flag| **flag > 0.5).count() as u32;
    Steps { serial: n as u32 - beside, beside }
}

/// Factor on wrong decisions: fewer steps, fewer eyes; never below the reference.
pub fn steps_error(settings: &Settings, params: &Params) -> f64 {
    let cut = (params.reference_steps - settings.steps) / (params.reference_steps - 1.0).max(1.0);
    1.0 + params.fewer_eyes * cut.max(0.0)
}

/// Is an item offered at service points? `items` counts guide items up to and with it.
pub fn at_points(settings: &Settings, items: f64) -> bool {
    settings.points > 0.0 && items <= settings.point_items
}

/// Probability that a point is nearer than the hall, and the factor on the way to the nearest of
/// points and hall: distance falls as the root of their number.
pub fn nearness(n_points: usize) -> (f64, f64) {
    let places = n_points as f64 + 1.0;
    (1.0 - 1.0 / places, 1.0 / libm::sqrt(places))
}

/// Running sums of the sizes of `n` service points, for [`crate::random::discrete`]: sizes fall by
/// rank.
pub fn point_sizes(n: usize, params: &Params) -> Vec<f64> {
    let size = |point: usize| libm::pow(point as f64 + 1.0, -params.point_spread);
    let mut sum = 0.0;
    let running = (0..n).map(|point| {
        sum += size(point);
        sum
    });
    running.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::discrete;

    fn params() -> Params {
        Params {
            reference_visits: 2.0,
            checking: 0.5,
            reference_steps: 5.0,
            beside: [0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0],
            fewer_eyes: 0.4,
            patience_visits: 3.0,
            give_up: 0.5,
            point_spread: 0.5,
            ..Params::default()
        }
    }

    // Catches visits that are a constant and not a distribution with the lever's mean, and checking
    // that costs nothing (M22).
    #[test]
    fn visits_are_geometric_and_checking_takes_time() {
        let p = params();
        let with = |visits| Settings { visits, ..Settings::default() };
        let q = incomplete(&with(2.0));
        assert!((q - 0.5).abs() < 1e-12);
        let mean: f64 =
            (1..200).map(|n| f64::from(n) * libm::pow(q, f64::from(n - 1)) * (1.0 - q)).sum();
        assert!((mean - 2.0).abs() < 1e-9);
        assert!((window_factor(&with(2.0), &p) - 1.0).abs() < 1e-12);
        assert!((window_factor(&with(1.0), &p) - 1.5).abs() < 1e-12);
        assert!(window_factor(&with(4.0), &p) < 1.0);
        assert!((without_visit(&with(0.25)) - 0.75).abs() < 1e-12);
        assert!(without_visit(&with(1.1)) <= 0.0);
        assert!(gives_up(2, &p) <= 0.0 && gives_up(3, &p) > 0.4);
    }

    // Catches steps cut off the critical path that save time: from 5 to 4 one serial step goes,
    // from 4 to 3 one that runs beside the first (M24).
    #[test]
    fn only_serial_steps_are_on_the_path() {
        let p = params();
        let at = |steps_wanted: f64| {
            let settings = Settings { steps: steps_wanted, ..Settings::default() };
            steps(&settings, &p)
        };
        assert_eq!(at(5.0), Steps { serial: 4, beside: 1 });
        assert_eq!(at(4.0), Steps { serial: 3, beside: 1 });
        assert_eq!(at(3.0), Steps { serial: 3, beside: 0 });
        assert_eq!(at(1.0), Steps { serial: 1, beside: 0 });
        let error = |n: f64| steps_error(&Settings { steps: n, ..Settings::default() }, &p);
        assert!((error(5.0) - 1.0).abs() < 1e-12 && (error(3.0) - 1.2).abs() < 1e-12);
        assert!((error(9.0) - 1.0).abs() < 1e-12);
    }

    // Catches points that are all alike, or a uniform that leads to none.
    #[test]
    fn points_share_by_size() {
        let p = params();
        let mut counts = [0; 4];
        for k in 0..4000 {
            counts[discrete((f64::from(k) + 0.5) / 4000.0, &point_sizes(4, &p))] += 1;
        }
        assert!(counts.is_sorted_by(|a, b| a > b), "{counts:?}");
        assert_eq!(discrete(0.999, &point_sizes(1, &p)), 0);
        let (none, whole) = nearness(0);
        assert!(none <= 0.0 && (whole - 1.0).abs() < 1e-12);
        assert!((nearness(3).1 - 0.5).abs() < 1e-12);
    }
}
