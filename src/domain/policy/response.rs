//! Dispatch, returns and call-ups (M36, M37, M39): the response platform.

use crate::domain::lever::{Kind, Known, Lever, Value};
use crate::domain::mechanism::{Mechanism, falls};
use crate::domain::param::{Param, one};

/// Levers L50–L53, L67.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Call-ups go through the platform rather than by letter and telephone.
    pub platform_channel: bool,
    /// Response deadline of departments, urgent and normal [h].
    pub deadlines_h: Option<[f64; 2]>,
    /// Dispatch time [min].
    pub dispatch_minutes: f64,
    /// First-dispatch accuracy of unlisted items.
    pub accuracy: f64,
    /// Calls from people and from streets on one platform.
    pub unified: bool,
}

impl Settings {
    pub(crate) fn set_deadlines(&mut self, value: &Value) {
        self.deadlines_h = value.vector().map(|v| [v[0], v[1]]);
    }
}

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Accuracy that the catalog's misrouting refers to.
    pub reference_accuracy: f64,
    /// Delay of a return by a wrong unit [working days], mean.
    pub bounce_wd: f64,
    /// Returns after which the district office decides.
    pub max_returns: f64,
    /// Decision of the district office [working days].
    pub adjudication_wd: f64,
    /// Effort of that decision [person-hours].
    pub adjudication_h: f64,
    /// Adjudicators per district.
    pub adjudicators: f64,
    /// Registering a call-up by letter or telephone [working days], median.
    pub letter_wd: f64,
    /// Registering a call-up on the platform [min].
    pub platform_minutes: f64,
    /// First reaction under a deadline [person-hours].
    pub reaction_h: f64,
    /// Hand-off between parties that come in turn [working days], median.
    pub handoff_wd: f64,
    /// A repeat report is recognized: separate platforms, one platform [prob].
    pub merge: [f64; 2],
    /// Registration after a find or a call [min]: separate platforms, one platform.
    pub registration_minutes: [f64; 2],
    /// Acceptance after arrival at the right unit [min of working time], median.
    pub acceptance_minutes: f64,
    /// Extra dispatch time per unit of call volume on one platform [share].
    pub unified_dispatch_load: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("response.reference_accuracy", "prob", (0.5, 0.999), "基准首派准确率", "Accuracy that the catalog's misrouting refers to (MODEL 4: 0.79)", |p| one(&mut p.response.reference_accuracy)),
    Param::new("response.bounce_wd", "working days", (0.01, 10.0), "单次退单用时", "Delay of a return by a wrong unit, mean; capped by the rule set (FACTS 1.8)", |p| one(&mut p.response.bounce_wd)),
    Param::new("response.max_returns", "returns", (1.0, 50.0), "退单上限", "Returns after which the district office decides (FACTS 2.5: 5)", |p| one(&mut p.response.max_returns)),
    Param::new("response.adjudication_wd", "working days", (0.0, 20.0), "裁定用时", "Decision of the district office (FACTS 2.5: 1 wd)", |p| one(&mut p.response.adjudication_wd)),
    Param::new("response.adjudication_h", "person-hours", (0.0, 20.0), "裁定工时", "Effort of that decision", |p| one(&mut p.response.adjudication_h)),
    Param::new("response.adjudicators", "people", (1.0, 50.0), "裁定人员", "Adjudicators per district", |p| one(&mut p.response.adjudicators)),
    Param::new("response.letter_wd", "working days", (0.0, 20.0), "函件电话呼叫用时", "Registering a call-up by letter or telephone, median (M36)", |p| one(&mut p.response.letter_wd)),
    Param::new("response.platform_minutes", "min", (0.0, 1000.0), "平台呼叫用时", "Registering a call-up on the platform (M36)", |p| one(&mut p.response.platform_minutes)),
    Param::new("response.reaction_h", "person-hours", (0.01, 8.0), "先行响应用时", "First reaction of a department under a deadline", |p| one(&mut p.response.reaction_h)),
    Param::new("response.handoff_wd", "working days", (0.0, 20.0), "部门间交接用时", "Hand-off between parties that come in turn, median (M16: 0.5-2 wd)", |p| one(&mut p.response.handoff_wd)),
    Param::new("response.merge", "prob", (0.0, 1.0), "重复诉求识别率", "A repeat report is recognized and merged: separate platforms, one platform (M37)", |p| &mut p.response.merge),
    Param::new("response.registration_minutes", "min", (0.0, 5000.0), "登记用时", "Registration after a find or a call: separate platforms, one platform", |p| &mut p.response.registration_minutes),
    Param::new("response.acceptance_minutes", "min", (0.0, 5000.0), "签收用时", "Acceptance after arrival at the right unit, working time, median", |p| one(&mut p.response.acceptance_minutes)),
    Param::new("response.unified_dispatch_load", "share", (0.0, 5.0), "统一平台派单负荷", "Dispatch time added on one platform: more calls pass the same desk (M37)", |p| one(&mut p.response.unified_dispatch_load)),
];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L50", key: "callup.channel", zh: "呼叫方式", en: "Call-up channel",
        unit: "enum letter-phone/platform", kind: Kind::Choice(&["letter-phone", "platform"]),
        before: Known { value: "letter-phone", tag: "ASSUMED" },
        after: Known { value: "platform", tag: "SEED" },
        mechanisms: &["M36"], affects: "registration delay, traceability",
        set: |value, settings| settings.response.platform_channel = value.choice() == 1,
    },
    Lever {
        id: "L51", key: "callup.deadlines", zh: "部门响应时限", en: "Department response deadline (urgent/normal)",
        unit: "hours", kind: Kind::Vector { n: 2, min: 0.0, max: 720.0, optional: true, shares: false },
        before: Known { value: "none", tag: "ASSUMED" },
        after: Known { value: "2;24", tag: "ASSUMED" },
        mechanisms: &["M36"], affects: "call-up response",
        set: |value, settings| settings.response.set_deadlines(value),
    },
    Lever {
        id: "L52", key: "dispatch.minutes", zh: "派件时长", en: "Dispatch time",
        unit: "minutes", kind: Kind::Float { min: 1.0, max: 2880.0 },
        before: Known { value: "240", tag: "ASSUMED" },
        after: Known { value: "10", tag: "ASSUMED(6 min per ticket Beijing SOURCED)" },
        mechanisms: &["M39"], affects: "triage delay",
        set: |value, settings| settings.response.dispatch_minutes = value.number(),
    },
    Lever {
        id: "L53", key: "dispatch.accuracy", zh: "首派准确率", en: "First-dispatch accuracy (unlisted items)",
        unit: "prob", kind: Kind::Float { min: 0.5, max: 1.0 },
        before: Known { value: "0.79", tag: "ASSUMED" },
        after: Known { value: "0.90", tag: "ASSUMED" },
        mechanisms: &["M39"], affects: "misrouting",
        set: |value, settings| settings.response.accuracy = value.number(),
    },
    Lever {
        id: "L67", key: "platform.unified", zh: "统一响应平台", en: "Calls from people and from streets on one platform",
        unit: "bool", kind: Kind::Bool,
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "1", tag: "SEED" },
        mechanisms: &["M37"], affects: "duplicates, lost cases",
        set: |value, settings| settings.response.unified = value.flag(),
    },
];

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: "M36",
        group: 'H',
        quote: "建立“乡呼县应、上下联动”呼叫机制",
        en: "A registered call, a duty to respond.",
        levers: &["L50", "L51"],
        expects: &[falls("callup_response_mean"), falls("stuck_share")],
    },
    Mechanism {
        id: "M37",
        group: 'H',
        quote: "以12345市民服务热线平台为基础,搭建精准“响应”平台",
        en: "One number space for calls of people and streets: repeats can be merged.",
        levers: &["L67"],
        expects: &[falls("cases_registered"), falls("duplicate_share")],
    },
    Mechanism {
        id: "M39",
        group: 'H',
        quote: "自动派件",
        en: "Faster and more accurate first dispatch.",
        levers: &["L52", "L53"],
        expects: &[falls("return_share"), falls("limbo_mean")],
    },
];

/// Probability that a dispatch goes to the wrong unit (MODEL 4).
pub fn misroute(settings: &Settings, p_before: f64, ambiguity_left: f64, params: &Params) -> f64 {
    let dispatch = (1.0 - settings.accuracy) / (1.0 - params.reference_accuracy);
    (p_before * ambiguity_left * dispatch).clamp(0.0, 1.0)
}

/// Dispatch time on the platform in force [min].
pub fn dispatch_minutes(settings: &Settings, params: &Params) -> f64 {
    let load = if settings.unified { params.unified_dispatch_load } else { 0.0 };
    settings.dispatch_minutes * (1.0 + load)
}
