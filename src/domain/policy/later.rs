//! Levers and mechanisms of flows that are not built yet: approvals and delegated powers.
//! Listed, refused by name, never accepted and ignored.

use crate::domain::lever::{Kind, Known, Lever};
use crate::domain::mechanism::Mechanism;

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L24", key: "powers.delegated", zh: "下放权限数", en: "Powers delegated to key towns",
        unit: "items", kind: Kind::Int { min: 0, max: 198 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "198", tag: "SEED(near 200)" },
        mechanisms: &["M20"], affects: "what a town can finish itself",
        set: None,
    },
    Lever {
        id: "L25", key: "powers.holders", zh: "承接主体", en: "Eligible holders",
        unit: "set", kind: Kind::Words(&["经济发达镇", "重点镇", "经济开发区"]),
        before: Known { value: "none", tag: "ASSUMED" },
        after: Known { value: "经济发达镇;重点镇;经济开发区", tag: "SEED" },
        mechanisms: &["M20", "M21"], affects: "scope: NOT ordinary streets",
        set: None,
    },
    Lever {
        id: "L26", key: "powers.park_seal", zh: "2号公章", en: "No.2 approval seal in park",
        unit: "bool", kind: Kind::Bool,
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "1", tag: "SEED" },
        mechanisms: &["M21"], affects: "removes town-county transit",
        set: None,
    },
    Lever {
        id: "L27", key: "powers.initial_competence", zh: "承接能力初值", en: "Initial competence on delegated powers",
        unit: "share", kind: Kind::Float { min: 0.3, max: 1.0 },
        before: Known { value: "1.0", tag: "ASSUMED" },
        after: Known { value: "0.65", tag: "ASSUMED" },
        mechanisms: &["M20"], affects: "service time, error rate; half-life 6 months",
        set: None,
    },
    Lever {
        id: "L28", key: "service.one_hall_share", zh: "进驻中心比例", en: "Share of approval+service items entering one hall",
        unit: "share", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0.45", tag: "ASSUMED" },
        after: Known { value: "1.00", tag: "SEED(\"全部纳入\")" },
        mechanisms: &["M23"], affects: "visits, transfers",
        set: None,
    },
    Lever {
        id: "L29", key: "service.internal_steps", zh: "内部环节数", en: "Internal steps per application",
        unit: "steps", kind: Kind::Int { min: 1, max: 9 },
        before: Known { value: "5", tag: "ASSUMED" },
        after: Known { value: "3", tag: "ASSUMED" },
        mechanisms: &["M24"], affects: "cycle time",
        set: None,
    },
    Lever {
        id: "L30", key: "service.visits", zh: "跑动次数", en: "Visits per completed application",
        unit: "visits", kind: Kind::Float { min: 0.0, max: 4.0 },
        before: Known { value: "2.3", tag: "ASSUMED" },
        after: Known { value: "1.1", tag: "ASSUMED" },
        mechanisms: &["M22", "M23"], affects: "resident time cost",
        set: None,
    },
    Lever {
        id: "L31", key: "service.points", zh: "便民服务点", en: "Service points per street",
        unit: "points/street", kind: Kind::Float { min: 0.0, max: 20.0 },
        before: Known { value: "1", tag: "ASSUMED" },
        after: Known { value: "7.6", tag: "SOURCED(Lixia 99/13)" },
        mechanisms: &["M25"], affects: "distance, load sharing",
        set: None,
    },
    Lever {
        id: "L32", key: "service.point_items", zh: "可办事项", en: "Items available at a point",
        unit: "items", kind: Kind::Int { min: 0, max: 200 },
        before: Known { value: "30", tag: "ASSUMED" },
        after: Known { value: "110", tag: "SOURCED(Lixia avg 110)" },
        mechanisms: &["M25"], affects: "share handled near home",
        set: None,
    },
    Lever {
        id: "L33", key: "service.online_share", zh: "网办代办率", en: "Online/agent share",
        unit: "share", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0.35", tag: "ASSUMED" },
        after: Known { value: "0.55", tag: "ASSUMED" },
        mechanisms: &["M22", "M25"], affects: "hall load",
        set: None,
    },
];

const fn later(
    id: &'static str,
    group: char,
    quote: &'static str,
    en: &'static str,
    levers: &'static [&'static str],
) -> Mechanism {
    Mechanism { id, group, quote, en, levers, expects: &[] }
}

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    later(
        "M20",
        'E',
        "对经济发达镇和重点镇放权近200项",
        "A town finishes what it used to forward.",
        &["L24", "L25", "L27"],
    ),
    later(
        "M21",
        'E',
        "委托镇街辖区内的经济开发区行使;启用“2号公章”",
        "The park window decides.",
        &["L25", "L26"],
    ),
    later(
        "M22",
        'E',
        "推进“一次办成”改革向基层延伸",
        "Complete checking at first contact.",
        &["L30", "L33"],
    ),
    later(
        "M23",
        'E',
        "实行“一枚印章管审批(服务)”;一站式办理",
        "One counter and one decision unit.",
        &["L28", "L30"],
    ),
    later("M24", 'E', "审批和服务的内部流程精简再造", "Fewer steps.", &["L29"]),
    later(
        "M25",
        'E',
        "合理布局便民服务站;就近能办、多点可办、少跑快办",
        "Service near home; capacity is split.",
        &["L31", "L32", "L33"],
    ),
];
