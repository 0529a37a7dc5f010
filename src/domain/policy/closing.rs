//! Closing, audit, call-back and satisfaction (M40–M42): what the file says and what is true.

use crate::domain::lever::{Kind, Known, Lever};
use crate::domain::mechanism::{Mechanism, falls, rises};
use crate::domain::param::{Param, one};

/// Levers L54–L56.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Each case scores.
    pub per_case_scoring: bool,
    /// Probability that a closure is audited against its log.
    pub audit: f64,
    /// Share of closed cases called back.
    pub call_back: f64,
}

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Nominal closing without pressure [prob].
    pub nominal_base: f64,
    /// Added at full pressure [prob].
    pub nominal_pressure: f64,
    /// Strength of deterrence by call-back x audit.
    pub deterrence: f64,
    /// Pressure starts at this share of the limit.
    pub pressure_from: f64,
    /// Weight of time scoring when cases do not score one by one.
    pub unscored_weight: f64,
    /// Paperwork that logging brings: effort x (1 + share x audit).
    pub paperwork: f64,
    /// A case that will miss its limit asks for an extension [prob].
    pub extension: f64,
    /// Writing the reply [working days], median.
    pub feedback_wd: f64,
    /// Days from closure to call-back, mean.
    pub call_back_days: f64,
    /// The resident answers the call-back [prob].
    pub answer: f64,
    /// Real work resolves the matter, by class T1..T5 [prob].
    pub fix: [f64; 5],
    /// Gain in that probability when resolution and satisfaction are scored [share of the gap].
    pub fix_gain: f64,
    /// Recorded resolution differs from the truth [prob].
    pub misread: f64,
    /// An unsatisfied resident whose matter is resolved makes the unit redo it [prob].
    pub redo_resolved: f64,
    /// Satisfaction: intercept, resolved, slowness, per return, contact [logit].
    pub satisfaction: [f64; 5],
    /// Spread of satisfaction between items [logit].
    pub item_spread: f64,
    /// First contact within a day, by class-independent base and gain with per-case scoring [prob].
    pub contact: [f64; 2],
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("closing.nominal_base", "prob", (0.0, 1.0), "虚假办结基数", "Nominal closing without pressure, p0 (FACTS 2.5)", |p| one(&mut p.closing.nominal_base)),
    Param::new("closing.nominal_pressure", "prob", (0.0, 1.0), "虚假办结压力系数", "Added at full pressure, p1 (FACTS 2.5)", |p| one(&mut p.closing.nominal_pressure)),
    Param::new("closing.deterrence", "1", (0.0, 50.0), "核查威慑系数", "Factor exp(-c x call-back x audit) (FACTS 2.5: 4)", |p| one(&mut p.closing.deterrence)),
    Param::new("closing.pressure_from", "share", (0.0, 0.99), "压力起点", "Pressure starts at this share of the limit (FACTS 2.5: 0.8)", |p| one(&mut p.closing.pressure_from)),
    Param::new("closing.unscored_weight", "share", (0.0, 1.0), "非按件考核时权重", "Weight of time scoring when cases do not score one by one (M40)", |p| one(&mut p.closing.unscored_weight)),
    Param::new("closing.paperwork", "1", (0.0, 5.0), "留痕文书负担", "Effort x (1 + c x audit probability) (M41: 5-15%)", |p| one(&mut p.closing.paperwork)),
    Param::new("closing.extension", "prob", (0.0, 1.0), "申请延期概率", "A case near its limit gets an extension", |p| one(&mut p.closing.extension)),
    Param::new("closing.feedback_wd", "working days", (0.0, 10.0), "反馈用时", "Writing the reply, median", |p| one(&mut p.closing.feedback_wd)),
    Param::new("closing.call_back_days", "days", (0.0, 60.0), "回访间隔", "Days from closure to call-back, mean", |p| one(&mut p.closing.call_back_days)),
    Param::new("closing.answer", "prob", (0.0, 1.0), "回访接通率", "The resident answers the call-back", |p| one(&mut p.closing.answer)),
    Param::new("closing.fix", "prob", (0.0, 1.0), "办理真正解决概率", "Real work resolves the matter, T1..T5", |p| &mut p.closing.fix),
    Param::new("closing.fix_gain", "share", (0.0, 1.0), "结果考核增益", "Share of the gap to 1 closed when resolution and satisfaction make up the whole score (M26, L37)", |p| one(&mut p.closing.fix_gain)),
    Param::new("closing.misread", "prob", (0.0, 0.5), "回访记录偏差", "Recorded resolution differs from the truth", |p| one(&mut p.closing.misread)),
    Param::new("closing.redo_resolved", "prob", (0.0, 1.0), "已解决仍重办概率", "An unsatisfied resident whose matter is resolved makes the unit redo it", |p| one(&mut p.closing.redo_resolved)),
    Param::new("closing.satisfaction", "logit", (-10.0, 10.0), "满意度系数", "Logit of satisfaction: intercept, resolved, ln(elapsed/limit + 0.2), per return, first contact in 24 h (FACTS 2.5)", |p| &mut p.closing.satisfaction),
    Param::new("closing.item_spread", "logit", (0.0, 3.0), "事项满意度离散", "Standard deviation of satisfaction between items (FACTS 2.5, item effect)", |p| one(&mut p.closing.item_spread)),
    Param::new("closing.contact", "prob", (0.0, 1.0), "先行联系概率", "First contact within a day: base, and gain with per-case scoring", |p| &mut p.closing.contact),
];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L54", key: "platform.per_case_scoring", zh: "按件考核", en: "Per-case scoring",
        unit: "bool", kind: Kind::Bool,
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "1", tag: "SEED" },
        mechanisms: &["M40"], affects: "links each case to score",
        set: |value, settings| settings.closing.per_case_scoring = value.flag(),
    },
    Lever {
        id: "L55", key: "platform.audit", zh: "留痕核查率", en: "Trace logging and audit probability",
        unit: "prob", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0.02", tag: "ASSUMED" },
        after: Known { value: "0.15", tag: "ASSUMED" },
        mechanisms: &["M41"], affects: "nominal closure deterrence",
        set: |value, settings| settings.closing.audit = value.number(),
    },
    Lever {
        id: "L56", key: "platform.callback", zh: "回访覆盖率", en: "Call-back coverage",
        unit: "share", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0.60", tag: "ASSUMED" },
        after: Known { value: "0.95", tag: "ASSUMED(outbound/transferred 1.58 SOURCED)" },
        mechanisms: &["M42"], affects: "reopen, satisfaction measure",
        set: |value, settings| settings.closing.call_back = value.number(),
    },
];

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: "M40",
        group: 'H',
        quote: "按件考核",
        en: "Each case scores: faster response, more closing on paper.",
        levers: &["L54", "L36", "L37"],
        expects: &[rises("first_contact_share"), rises("nominal_share"), rises("closing_spike")],
    },
    Mechanism {
        id: "M41",
        group: 'H',
        quote: "留痕记录",
        en: "Raises the chance that false closing is found; costs paperwork.",
        levers: &["L55"],
        expects: &[falls("nominal_share")],
    },
    Mechanism {
        id: "M42",
        group: 'H',
        quote: "办结反馈;解决问题的情况及时反馈到“响应”平台;闭环管理",
        en: "Call-back and redo.",
        levers: &["L56"],
        expects: &[rises("redo_share"), rises("resolution_share")],
    },
];

/// Weight that time scoring puts on closing this case (FACTS 2.5, `w_time`).
pub fn time_weight(settings: &Settings, on_time_share: f64, params: &Params) -> f64 {
    let scored = if settings.per_case_scoring { 1.0 } else { params.unscored_weight };
    on_time_share * scored
}

/// Share of the limit at which a case that still waits is closed on paper; none if it never is.
///
/// `u` is the case's own uniform: pressure rises from `pressure_from` to the limit, and the first
/// instant at which p_nom = p0 + p1 x pressure x w_time x exp(-c x call-back x audit) exceeds `u`
/// is the moment (FACTS 2.5).
pub fn nominal_moment(settings: &Settings, w_time: f64, u: f64, params: &Params) -> Option<f64> {
    let slope = params.nominal_pressure
        * w_time
        * libm::exp(-params.deterrence * settings.call_back * settings.audit);
    if u < params.nominal_base {
        return Some(params.pressure_from);
    }
    let pressure = (u - params.nominal_base) / slope;
    let reached = slope > 0.0 && pressure <= 1.0;
    reached.then_some(params.pressure_from + (1.0 - params.pressure_from) * pressure)
}

/// Probability that real work resolves a matter of this class, given the share of the score that
/// rests on results (resolved + satisfied).
pub fn fix_probability(class: u8, result_share: f64, params: &Params) -> f64 {
    let base = params.fix[class as usize];
    base + (1.0 - base) * params.fix_gain * result_share
}

/// What satisfaction depends on.
#[derive(Clone, Copy, Debug)]
pub struct Experience {
    /// Resolved in truth.
    pub resolved: bool,
    /// Elapsed over limit.
    pub elapsed_share: f64,
    /// Returns.
    pub returns: u8,
    /// First contact within a day.
    pub contacted: bool,
    /// Effect of the item [logit].
    pub item_effect: f64,
}

/// Probability of "satisfied" or "basically satisfied" (FACTS 2.5).
pub fn satisfaction(experience: &Experience, params: &Params) -> f64 {
    let [intercept, resolved, slow, bounce, contact] = params.satisfaction;
    let logit = intercept + if experience.resolved { resolved } else { 0.0 }
        - slow * libm::log(experience.elapsed_share + 0.2)
        - bounce * f64::from(experience.returns)
        + if experience.contacted { contact } else { 0.0 }
        + experience.item_effect;
    1.0 / (1.0 + libm::exp(-logit))
}

/// Factor on effort: logging costs paperwork.
pub fn paperwork_factor(settings: &Settings, params: &Params) -> f64 {
    1.0 + params.paperwork * settings.audit
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches pressure before its start, or deterrence that encourages.
    #[test]
    fn nominal_closing_needs_pressure_and_fears_audit() {
        let params = Params {
            nominal_base: 0.03,
            nominal_pressure: 0.5,
            deterrence: 4.0,
            pressure_from: 0.8,
            ..Params::default()
        };
        let lax = Settings { per_case_scoring: true, audit: 0.0, call_back: 0.95 };
        let strict = Settings { audit: 0.5, ..lax.clone() };
        assert_eq!(nominal_moment(&lax, 0.8, 0.02, &params), Some(0.8));
        assert_eq!(nominal_moment(&lax, 0.8, 0.9, &params), None);
        let moment = nominal_moment(&lax, 0.8, 0.2, &params).expect("under pressure");
        assert!((0.8..=1.0).contains(&moment));
        assert_eq!(nominal_moment(&strict, 0.8, 0.2, &params), None);
        assert_eq!(nominal_moment(&lax, 0.0, 0.2, &params), None);
    }
}
