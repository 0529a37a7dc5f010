//! Economic work of streets and towns (M28, M29).

use crate::domain::lever::{Kind, Known, Lever};
use crate::domain::mechanism::{Mechanism, falls};
use crate::domain::param::{Param, one};

/// Levers L38, L39.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Staff time on investment promotion [share].
    pub staff_share: f64,
    /// Economic points in the annual assessment.
    pub points: f64,
}

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Size of one piece of economic work [person-hours].
    pub piece_h: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[Param::new("economy.piece_h", "person-hours", (0.5, 80.0), "单项经济工作用时", "Size of one piece of economic work", |p| one(&mut p.economy.piece_h))];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L38", key: "economy.staff_share", zh: "招商引资占用工时", en: "Staff time on investment promotion",
        unit: "share", kind: Kind::Float { min: 0.0, max: 0.3 },
        before: Known { value: "0.12", tag: "ASSUMED" },
        after: Known { value: "0.00", tag: "SEED(Lixia: all cancelled)" },
        mechanisms: &["M28"], affects: "street capacity",
        set: |value, settings| settings.economy.staff_share = value.number(),
    },
    Lever {
        id: "L39", key: "economy.assessment_points", zh: "经济指标分值", en: "Economic points in annual assessment",
        unit: "points", kind: Kind::Int { min: 0, max: 300 },
        before: Known { value: "280", tag: "SOURCED" },
        after: Known { value: "240", tag: "SOURCED" },
        mechanisms: &["M28"], affects: "priority of economic work",
        set: |value, settings| settings.economy.points = value.number(),
    },
];

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: "M28",
        group: 'G',
        quote: "弱化经济职能;全部取消街道招商引资职能及相应考核指标",
        en: "Frees staff hours.",
        levers: &["L38", "L39"],
        expects: &[falls("time_to_close_mean"), falls("burden_hours_per_head")],
    },
    Mechanism {
        id: "M29",
        group: 'G',
        quote: "对镇和街道的经济工作重新做了区分",
        en: "Towns keep economic work; streets lose it.",
        levers: &["L38"],
        expects: &[falls("burden_hours_per_head")],
    },
];

/// Share of contested time that economic work gets over cases: points / 1000 (MODEL 7).
pub fn share_at_the_margin(settings: &Settings) -> f64 {
    (settings.points / 1000.0).clamp(0.0, 0.95)
}
