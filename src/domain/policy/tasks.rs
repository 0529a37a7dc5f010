//! Tasks that departments assign to streets, and the gate before them (M30, M31).

use crate::domain::lever::{Kind, Known, Lever};
use crate::domain::mechanism::{Mechanism, falls, rises};
use crate::domain::param::{Param, one};

/// Levers L40–L44.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Tasks offered [tasks/street/week].
    pub offered: f64,
    /// Pass probability at the gate.
    pub admitted: f64,
    /// Length of the procedure [working days].
    pub admission_delay_wd: f64,
    /// Share of refused tasks that come anyway.
    pub leakage: f64,
    /// Share of effort that comes with the task.
    pub attached: f64,
}

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Effort of a task [person-hours], median.
    pub effort_h: f64,
    /// Geometric standard deviation of that effort.
    pub effort_gsd: f64,
    /// Truly urgent tasks bypass the procedure [share].
    pub bypass_share: f64,
    /// Share of contested street time that tasks get over cases.
    pub margin_share: f64,
    /// Effort saved when a task comes with its special explanation [share].
    pub clarity_gain: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("tasks.effort_h", "person-hours", (0.1, 200.0), "单项交办用时中位数", "Effort of a task, median (MODEL 1.3)", |p| one(&mut p.tasks.effort_h)),
    Param::new("tasks.effort_gsd", "1", (1.0, 5.0), "交办用时离散度", "Geometric standard deviation of that effort", |p| one(&mut p.tasks.effort_gsd)),
    Param::new("tasks.bypass_share", "share", (0.0, 1.0), "应急绕行占比", "Truly urgent tasks bypass the procedure (M31)", |p| one(&mut p.tasks.bypass_share)),
    Param::new("tasks.margin_share", "share", (0.0, 0.95), "交办争用份额", "Share of contested street time that tasks get over cases", |p| one(&mut p.tasks.margin_share)),
    Param::new("tasks.clarity_gain", "share", (0.0, 0.9), "专项说明节省", "Effort saved when a task comes through the gate with its special explanation (M31: less rework)", |p| one(&mut p.tasks.clarity_gain)),
];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L40", key: "tasks.offered", zh: "部门交办任务量", en: "Department-assigned tasks offered",
        unit: "tasks/street/week", kind: Kind::Float { min: 0.0, max: 40.0 },
        before: Known { value: "12", tag: "ASSUMED" },
        after: Known { value: "12", tag: "ASSUMED" },
        mechanisms: &["M30"], affects: "offload stream",
        set: |value, settings| settings.tasks.offered = value.number(),
    },
    Lever {
        id: "L41", key: "tasks.admitted", zh: "准入通过率", en: "Admission gate pass probability",
        unit: "prob", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "1.0", tag: "ASSUMED" },
        after: Known { value: "0.30", tag: "ASSUMED" },
        mechanisms: &["M30", "M31"], affects: "offload stream",
        set: |value, settings| settings.tasks.admitted = value.number(),
    },
    Lever {
        id: "L42", key: "tasks.admission_delay", zh: "准入审批时长", en: "Admission procedure delay",
        unit: "working days", kind: Kind::Float { min: 0.0, max: 30.0 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "10", tag: "ASSUMED" },
        mechanisms: &["M31"], affects: "start of assigned tasks",
        set: |value, settings| settings.tasks.admission_delay_wd = value.number(),
    },
    Lever {
        id: "L43", key: "tasks.leakage", zh: "绕行率", en: "Leakage around the gate",
        unit: "share", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "1.0", tag: "ASSUMED" },
        after: Known { value: "0.25", tag: "ASSUMED(existence SOURCED Shanghai 2020)" },
        mechanisms: &["M30"], affects: "offload stream",
        set: |value, settings| settings.tasks.leakage = value.number(),
    },
    Lever {
        id: "L44", key: "tasks.resources", zh: "费随事转比例", en: "Resources attached to admitted tasks",
        unit: "share of effort", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0.0", tag: "ASSUMED" },
        after: Known { value: "0.40", tag: "ASSUMED" },
        mechanisms: &["M31"], affects: "street capacity",
        set: |value, settings| settings.tasks.attached = value.number(),
    },
];

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: "M30",
        group: 'G',
        quote: "建立交办事项准入机制",
        en: "Cuts the stream of assigned tasks; some leak around the gate.",
        levers: &["L40", "L41", "L43"],
        expects: &[
            falls("task_hours_per_week"),
            falls("time_to_close_mean"),
            rises("department_utilisation"),
        ],
    },
    Mechanism {
        id: "M31",
        group: 'G',
        quote: "由职能部门作出专项说明,并明确主体责任、配合责任、办事流程、完成时限",
        en: "Admitted tasks start later, but clearer and partly resourced.",
        levers: &["L41", "L42", "L44"],
        expects: &[falls("task_hours_per_week")],
    },
];

/// What happens to an offered task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gate {
    /// Through the procedure: later, clearer, partly resourced.
    Admitted,
    /// Around the gate: at once, as before.
    Leaked,
    /// Stays with the department.
    Refused,
}

/// The gate's decision from two uniforms (pass, leak).
pub fn gate(settings: &Settings, pass: f64, leak: f64) -> Gate {
    if pass < settings.admitted {
        Gate::Admitted
    } else if leak < settings.leakage {
        Gate::Leaked
    } else {
        Gate::Refused
    }
}

/// Effort left to the street [person-hours].
///
/// The gain in clarity needs the procedure: it grows with the length of the written procedure and
/// is full at ten working days, so a gate without procedure changes nothing.
pub fn street_effort(settings: &Settings, gate: Gate, effort_h: f64, params: &Params) -> f64 {
    match gate {
        Gate::Admitted => effort_h * (1.0 - settings.attached) * explained(settings, params),
        Gate::Leaked => effort_h,
        Gate::Refused => 0.0,
    }
}

/// Part of the effort that is left when a task comes explained.
fn explained(settings: &Settings, params: &Params) -> f64 {
    let explained = (settings.admission_delay_wd / 10.0).min(1.0);
    1.0 - params.clarity_gain * explained
}

/// Hours that come with an admitted task [person-hours]: the part of its effort that the street is
/// spared. `street_h` is what is left to the street.
pub fn attached_hours(settings: &Settings, effort_h: f64, street_h: f64, params: &Params) -> f64 {
    let left = 1.0 - settings.attached;
    if left > 0.0 {
        street_h * settings.attached / left
    } else {
        effort_h * explained(settings, params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches a gate whose admitted rate is not offered x (pass + (1 - pass) x leak) (M30).
    #[test]
    fn admitted_rate_matches_the_formula() {
        let settings = Settings { admitted: 0.30, leakage: 0.25, ..Settings::default() };
        let n = 1000;
        let mut through = 0;
        for pass in 0..n {
            for leak in 0..n {
                let u = |k: i32| (f64::from(k) + 0.5) / f64::from(n);
                through += i32::from(gate(&settings, u(pass), u(leak)) != Gate::Refused);
            }
        }
        assert!((f64::from(through) / 1e6 - 0.475).abs() < 1e-9);
    }

    // Catches hours that come with a task and are not paid for, where all of them come (M31).
    #[test]
    fn attached_hours_are_what_the_street_is_spared() {
        let params = Params { clarity_gain: 0.2, ..Params::default() };
        for attached in [0.0, 0.4, 1.0] {
            let settings = Settings { attached, admission_delay_wd: 5.0, ..Settings::default() };
            let street_h = street_effort(&settings, Gate::Admitted, 10.0, &params);
            let came_h = attached_hours(&settings, 10.0, street_h, &params);
            assert!((street_h + came_h - 9.0).abs() < 1e-12, "{attached}: {street_h} {came_h}");
        }
    }
}
