//! Assessment from below (M26, M27): how departments and stationed people react to being assessed.

use crate::base::Time;
use crate::domain::lever::{Kind, Known, Lever, Value};
use crate::domain::mechanism::{Mechanism, falls, rises};
use crate::domain::param::{Param, one};

/// Levers L34–L37.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Streets' weight in the assessment of departments.
    pub department_weight: f64,
    /// Streets' weight in the assessment of stationed agencies.
    pub stationed_weight: f64,
    /// Assessment period [days].
    pub period_days: f64,
    /// What is scored: on time, resolved, satisfied [shares].
    pub mix: [f64; 3],
}

impl Settings {
    pub(crate) fn set_mix(&mut self, value: &Value) {
        let vector = value.vector().expect("invariant: compile refuses a mix of none");
        self.mix.copy_from_slice(vector);
    }
}

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Share of effort on call-ups without any weight.
    pub share_base: f64,
    /// Largest addition to that share.
    pub share_gain: f64,
    /// Weight at which half of the addition is reached.
    pub share_half: f64,
    /// Steepness.
    pub share_power: f64,
    /// Refusal of call-ups without any weight [prob].
    pub refusal_base: f64,
    /// Decay of refusal with the weight.
    pub refusal_decay: f64,
    /// Calling up what the street could do, without any reason [prob].
    pub over_call_base: f64,
    /// Added per unit of weight and overload.
    pub over_call_slope: f64,
    /// Utilisation from which streets push work away.
    pub over_call_from: f64,
    /// Weight on departments before the run.
    pub initial_department_weight: f64,
    /// Weight on stationed agencies before the run.
    pub initial_stationed_weight: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("assessment.share_base", "share", (0.0, 1.0), "部门响应投入基数", "Share of department effort on call-ups at weight 0 (FACTS 2.5)", |p| one(&mut p.assessment.share_base)),
    Param::new("assessment.share_gain", "share", (0.0, 1.0), "部门响应投入增幅", "Largest addition to that share (FACTS 2.5)", |p| one(&mut p.assessment.share_gain)),
    Param::new("assessment.share_half", "weight", (0.01, 1.0), "半程权重", "Weight at which half of the addition is reached (FACTS 2.5)", |p| one(&mut p.assessment.share_half)),
    Param::new("assessment.share_power", "1", (0.1, 5.0), "响应曲线陡度", "Steepness of that curve (FACTS 2.5)", |p| one(&mut p.assessment.share_power)),
    Param::new("assessment.refusal_base", "prob", (0.0, 1.0), "拒接基数", "Refusal of call-ups at weight 0 (FACTS 2.5)", |p| one(&mut p.assessment.refusal_base)),
    Param::new("assessment.refusal_decay", "1", (0.0, 20.0), "拒接衰减", "Refusal x exp(-decay x weight) (FACTS 2.5)", |p| one(&mut p.assessment.refusal_decay)),
    Param::new("assessment.over_call_base", "prob", (0.0, 1.0), "过度呼叫基数", "Calling up what the street could do itself (FACTS 2.5)", |p| one(&mut p.assessment.over_call_base)),
    Param::new("assessment.over_call_slope", "1", (0.0, 20.0), "过度呼叫斜率", "Added per unit of weight and of overload (FACTS 2.5)", |p| one(&mut p.assessment.over_call_slope)),
    Param::new("assessment.over_call_from", "share", (0.0, 1.0), "过度呼叫起点忙闲率", "Utilisation from which streets push work away (FACTS 2.5)", |p| one(&mut p.assessment.over_call_from)),
    Param::new("assessment.initial_department_weight", "weight", (0.0, 1.0), "起始部门考核权重", "Weight on departments in force before the run starts (levers.csv L34 before)", |p| one(&mut p.assessment.initial_department_weight)),
    Param::new("assessment.initial_stationed_weight", "weight", (0.0, 1.0), "起始派驻考核权重", "Weight on stationed agencies in force before the run starts (levers.csv L35 before)", |p| one(&mut p.assessment.initial_stationed_weight)),
];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L34", key: "assessment.department_weight", zh: "镇街对部门考核权重", en: "Street weight in department assessment",
        unit: "share", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0.05", tag: "ASSUMED" },
        after: Known { value: "0.30", tag: "SEED(>=0.30)" },
        mechanisms: &["M26"], affects: "department effort on call-ups",
        set: |value, settings| settings.assessment.department_weight = value.number(),
    },
    Lever {
        id: "L35", key: "assessment.resident_weight", zh: "镇街对派驻机构考核权重", en: "Street weight in resident-agency assessment",
        unit: "share", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0.10", tag: "ASSUMED" },
        after: Known { value: "0.60", tag: "SEED(>=0.60)" },
        mechanisms: &["M27"], affects: "resident effort",
        set: |value, settings| settings.assessment.stationed_weight = value.number(),
    },
    Lever {
        id: "L36", key: "assessment.period_days", zh: "考核周期", en: "Assessment period",
        unit: "days", kind: Kind::Int { min: 7, max: 365 },
        before: Known { value: "365", tag: "ASSUMED" },
        after: Known { value: "90", tag: "ASSUMED" },
        mechanisms: &["M26", "M40"], affects: "speed of behavioural response",
        set: |value, settings| settings.assessment.period_days = value.number(),
    },
    Lever {
        id: "L37", key: "assessment.metric_mix", zh: "考核指标构成", en: "Metric mix on-time:resolved:satisfied",
        unit: "shares", kind: Kind::Vector { n: 3, min: 0.0, max: 1.0, optional: false, shares: true },
        before: Known { value: "0.80;0.10;0.10", tag: "ASSUMED" },
        after: Known { value: "0.40;0.30;0.30", tag: "ASSUMED" },
        mechanisms: &["M26", "M40"], affects: "gaming vs real effort",
        set: |value, settings| settings.assessment.set_mix(value),
    },
];

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: "M26",
        group: 'F',
        quote: "变自上而下考核为自下而上考核;对部门的综合考核指标权重不低于30%",
        en: "Departments give call-ups more of their effort and refuse fewer; own work pays.",
        levers: &["L34", "L36", "L37"],
        expects: &[
            falls("callup_response_mean"),
            falls("return_share"),
            rises("department_backlog"),
            rises("department_overdue_share"),
        ],
    },
    Mechanism {
        id: "M27",
        group: 'F',
        quote: "对派驻机构的考核权重不低于60%",
        en: "The same for stationed people, stronger.",
        levers: &["L23", "L35"],
        expects: &[falls("time_to_close_mean")],
    },
];

/// Share of contested effort given to street work at weight `w` (FACTS 2.5):
/// base + gain x w^a / (w^a + half^a).
pub fn effort_share(w: f64, params: &Params) -> f64 {
    let power = libm::pow(w.max(0.0), params.share_power);
    let half = libm::pow(params.share_half, params.share_power);
    params.share_base + params.share_gain * power / (power + half)
}

/// The weight that gives an effort share: the inverse of [`effort_share`], zero below its base.
pub fn weight_for_share(share: f64, params: &Params) -> f64 {
    let gained = ((share - params.share_base) / params.share_gain).clamp(0.0, 0.999_999);
    params.share_half * libm::pow(gained / (1.0 - gained), 1.0 / params.share_power)
}

/// Probability that a department refuses a call-up at weight `w` (FACTS 2.5).
pub fn refusal(w: f64, params: &Params) -> f64 {
    (params.refusal_base * libm::exp(-params.refusal_decay * w)).clamp(0.0, 1.0)
}

/// Probability that a street calls up what it could do itself (FACTS 2.5).
pub fn over_call(w: f64, street_utilisation: f64, params: &Params) -> f64 {
    let overload = (street_utilisation - params.over_call_from).max(0.0);
    (params.over_call_base + params.over_call_slope * w * overload).clamp(0.0, 1.0)
}

/// A share that follows its target with time constant period / 2 (FACTS 2.5, adaptation).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Adapting {
    value: f64,
    since: Time,
    target: f64,
    time_constant_days: f64,
}

impl Adapting {
    /// Settled at `value`.
    pub fn settled(value: f64) -> Adapting {
        Adapting { value, since: Time::ZERO, target: value, time_constant_days: 1.0 }
    }

    /// Value at `now`.
    pub fn at(&self, now: Time) -> f64 {
        let days = (now - self.since).hours() / 24.0;
        self.target + (self.value - self.target) * libm::exp(-days / self.time_constant_days)
    }

    /// A new target from `now` on.
    pub fn aim(&mut self, now: Time, target: f64, period_days: f64) {
        self.value = self.at(now);
        self.since = now;
        self.target = target;
        self.time_constant_days = (period_days / 2.0).max(0.5);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Params {
        Params {
            share_base: 0.15,
            share_gain: 0.45,
            share_half: 0.30,
            share_power: 1.5,
            refusal_base: 0.30,
            refusal_decay: 2.5,
            ..Params::default()
        }
    }

    // Catches a mistyped response curve: FACTS 2.5 prints these values.
    #[test]
    fn curve_has_the_printed_values() {
        for (w, share) in [(0.05, 0.18), (0.30, 0.375), (0.60, 0.48)] {
            assert!((effort_share(w, &facts()) - share).abs() < 0.006, "w = {w}");
        }
        for (w, p) in [(0.05, 0.27), (0.30, 0.14), (0.60, 0.07)] {
            assert!((refusal(w, &facts()) - p).abs() < 0.006, "w = {w}");
        }
    }

    // Catches a felt weight that does not come back to the weight in force.
    #[test]
    fn weight_and_share_are_inverse() {
        for w in [0.0, 0.05, 0.3, 0.6, 1.0] {
            assert!((weight_for_share(effort_share(w, &facts()), &facts()) - w).abs() < 1e-9);
        }
    }

    // Catches an adaptation that jumps, or one that never arrives.
    #[test]
    fn adapts_over_half_the_period() {
        let mut share = Adapting::settled(0.2);
        share.aim(Time::ZERO, 0.4, 90.0);
        let day = |d: i64| Time(d * crate::base::DAY);
        assert!((share.at(day(0)) - 0.2).abs() < 1e-12);
        assert!((share.at(day(45)) - (0.4 - 0.2 * libm::exp(-1.0))).abs() < 1e-12);
        assert!((share.at(day(900)) - 0.4).abs() < 1e-6);
    }
}
