//! Levers and mechanisms of what is not built yet: dynamic posts, social services. Listed, refused
//! by name, never accepted and ignored.

use crate::domain::lever::{Kind, Known, Lever};
use crate::domain::mechanism::Mechanism;

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L05", key: "staff.mode", zh: "编制管理方式", en: "Staffing mode",
        unit: "enum fixed/base/dynamic/tilt", kind: Kind::Choice(&["fixed", "base", "dynamic", "tilt"]),
        before: Known { value: "fixed", tag: "ASSUMED" },
        after: Known { value: "dynamic", tag: "SEED" },
        mechanisms: &["M13"], affects: "capacity allocation",
        set: None,
    },
    Lever {
        id: "L06", key: "staff.reallocation_days", zh: "编制调整周期", en: "Re-allocation period",
        unit: "days", kind: Kind::Int { min: 7, max: 1095 },
        before: Known { value: "1095", tag: "ASSUMED" },
        after: Known { value: "90", tag: "ASSUMED" },
        mechanisms: &["M13"], affects: "capacity allocation",
        set: None,
    },
    Lever {
        id: "L07", key: "staff.dynamic_pool_share", zh: "动态调整池占比", en: "Share of posts in dynamic pool",
        unit: "share", kind: Kind::Float { min: 0.0, max: 0.3 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "0.10", tag: "ASSUMED" },
        mechanisms: &["M13"], affects: "capacity allocation",
        set: None,
    },
    Lever {
        id: "L08", key: "staff.project_tilt_share", zh: "重点项目倾斜占比", en: "Share tilted to key projects",
        unit: "share", kind: Kind::Float { min: 0.0, max: 0.3 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "0.05", tag: "ASSUMED" },
        mechanisms: &["M14"], affects: "capacity allocation",
        set: None,
    },
    Lever {
        id: "L45", key: "social.budget", zh: "政府购买服务预算", en: "Purchase of social services",
        unit: "10k CNY/street/year", kind: Kind::Float { min: 0.0, max: 500.0 },
        before: Known { value: "30", tag: "ASSUMED" },
        after: Known { value: "120", tag: "ASSUMED" },
        mechanisms: &["M32"], affects: "vendor capacity",
        set: None,
    },
    Lever {
        id: "L46", key: "social.organisations", zh: "社会组织数", en: "Registered/active social organisations",
        unit: "orgs/street", kind: Kind::Int { min: 0, max: 60 },
        before: Known { value: "8", tag: "ASSUMED" },
        after: Known { value: "20", tag: "ASSUMED" },
        mechanisms: &["M33"], affects: "vendor capacity growth, latent-issue prevention",
        set: None,
    },
    Lever {
        id: "L64", key: "party.partners", zh: "共建单位与工时", en: "Partner units and committed hours",
        unit: "units;h/unit/month", kind: Kind::Vector { n: 2, min: 0.0, max: 1000.0, optional: false, shares: false },
        before: Known { value: "0;0", tag: "ASSUMED" },
        after: Known { value: "30;4", tag: "ASSUMED" },
        mechanisms: &["M02", "M04"], affects: "external resources",
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
        "M04",
        'A',
        "吸纳兼职委员;上对部门、中连企业、下接社区(村)",
        "Partner units bring hours and space.",
        &["L64"],
    ),
    later(
        "M13",
        'C',
        "基础保障、动态调整、重点项目倾斜三种编制管理制度",
        "Staff follow load between streets.",
        &["L05", "L06", "L07"],
    ),
    later("M14", 'C', "根据重点项目建设任务机动调整", "Staff are pulled to projects.", &["L08"]),
    later("M32", 'G', "规范政府购买服务", "Vendors take welfare, mediation and care.", &["L45"]),
    later(
        "M33",
        'G',
        "培育和发展社会组织、社会团体",
        "Slow growth of capacity and prevention.",
        &["L46"],
    ),
];
