//! Enforcement at the street: one squad, five stationed agencies, N on call (M15–M19).

use crate::domain::lever::{Kind, Known, Lever};
use crate::domain::mechanism::{Mechanism, falls, rises};
use crate::domain::param::{Param, one};

/// Levers L14–L23.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Officers of the street's squad.
    pub squad_officers: f64,
    /// Share of the district's force that stands at streets.
    pub sunk_share: f64,
    /// Stationed agencies (常驻), bit set.
    pub stationed: u64,
    /// People per stationed agency and street.
    pub stationed_staff: f64,
    /// Share of hours a stationed person is there.
    pub presence: f64,
    /// Agencies on call (随叫随到), bit set.
    pub on_call: u64,
    /// Target for arrival [min].
    pub on_call_minutes: f64,
    /// Named specialists per agency and district.
    pub on_call_staff: f64,
    /// Who commands: 0 department, 1 dual, 2 street.
    pub command: usize,
    /// Street's share in the appraisal of squad leaders.
    pub leaders_share: f64,
}

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Load that district campaigns put on squad and reserve [share of their time].
    pub campaign_load: f64,
    /// Share of contested squad time for street cases, by command mode.
    pub command_share: Vec3,
    /// Added to that share per unit of the leaders' appraisal share.
    pub leaders_gain: f64,
    /// Load that the home agency puts on stationed people [share of their time].
    pub line_load: f64,
    /// Probability that a party must come to the site, by class T1..T5.
    pub presence_by_class: [f64; 5],
    /// Visit of an on-call specialist [person-hours].
    pub visit_h: f64,
    /// Advice by telephone of an on-call specialist [person-hours].
    pub phone_h: f64,
    /// Median of the delay to arrival, as a share of the target.
    pub arrival_median: f64,
    /// Geometric standard deviation of that delay.
    pub arrival_gsd: f64,
    /// Longest time that travel keeps the specialist from other work [min].
    pub travel_busy_min: f64,
    /// A request not started within this multiple of the target becomes an ordinary call-up.
    pub patience: f64,
    /// Cases waiting per stationed person from which the desk is passed over.
    pub desk_line: f64,
    /// Reserve's part in a large case [person-hours].
    pub reserve_h: f64,
}

/// Three numbers.
pub type Vec3 = [f64; 3];

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("enforcement.campaign_load", "share", (0.0, 0.9), "区级专项行动占用", "Load of district campaigns on squad and reserve (M18)", |p| one(&mut p.enforcement.campaign_load)),
    Param::new("enforcement.command_share", "share", (0.01, 0.99), "指挥方式对应镇街份额", "Share of contested squad time for street cases: department, dual, street command (M18)", |p| &mut p.enforcement.command_share),
    Param::new("enforcement.leaders_gain", "share", (0.0, 0.5), "人事话语权加成", "Added to that share per unit of the street's say in appraising leaders (M18, M27)", |p| one(&mut p.enforcement.leaders_gain)),
    Param::new("enforcement.line_load", "share", (0.0, 0.9), "派出部门本职占用", "Load that the home agency puts on stationed people (M27)", |p| one(&mut p.enforcement.line_load)),
    Param::new("enforcement.presence_by_class", "prob", (0.0, 1.0), "需到场概率", "Probability that a party must come to the site, T1..T5", |p| &mut p.enforcement.presence_by_class),
    Param::new("enforcement.visit_h", "person-hours", (0.0, 16.0), "到场处置用时", "Visit of an on-call specialist", |p| one(&mut p.enforcement.visit_h)),
    Param::new("enforcement.phone_h", "person-hours", (0.0, 8.0), "电话指导用时", "Advice by telephone of an on-call specialist", |p| one(&mut p.enforcement.phone_h)),
    Param::new("enforcement.arrival_median", "share", (0.01, 5.0), "到场用时中位数与时限之比", "Median delay to arrival over the target (M17)", |p| one(&mut p.enforcement.arrival_median)),
    Param::new("enforcement.arrival_gsd", "1", (1.0, 5.0), "到场用时离散度", "Geometric standard deviation of the delay to arrival", |p| one(&mut p.enforcement.arrival_gsd)),
    Param::new("enforcement.travel_busy_min", "min", (0.0, 240.0), "在途占用上限", "Longest time that travel keeps the specialist from other work", |p| one(&mut p.enforcement.travel_busy_min)),
    Param::new("enforcement.patience", "1", (0.1, 20.0), "等待随叫人员的耐心", "A request not started within this multiple of the target becomes an ordinary call-up (KPI unanswered_call_share: twice)", |p| one(&mut p.enforcement.patience)),
    Param::new("enforcement.desk_line", "cases/person", (0.1, 1000.0), "常驻排队上限", "A desk with more cases waiting per person is passed over: the department is called up", |p| one(&mut p.enforcement.desk_line)),
    Param::new("enforcement.reserve_h", "person-hours", (0.0, 80.0), "区级机动力量参与用时", "Reserve's part in a large enforcement case (M19)", |p| one(&mut p.enforcement.reserve_h)),
];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L14", key: "enforcement.squad_officers", zh: "镇街执法人员", en: "Squad size at the street",
        unit: "officers/street", kind: Kind::Int { min: 0, max: 40 },
        before: Known { value: "6", tag: "ASSUMED" },
        after: Known { value: "20", tag: "SEED" },
        mechanisms: &["M15", "M19"], affects: "enforcement capacity",
        set: |value, settings| settings.enforcement.squad_officers = value.number(),
    },
    Lever {
        id: "L15", key: "enforcement.sunk_share", zh: "执法力量下沉比例", en: "Share of district force sunk to street level",
        unit: "share", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0.45", tag: "ASSUMED" },
        after: Known { value: "0.90", tag: "SEED" },
        mechanisms: &["M19"], affects: "enforcement capacity, district reserve",
        set: |value, settings| settings.enforcement.sunk_share = value.number(),
    },
    Lever {
        id: "L16", key: "enforcement.resident_agencies", zh: "常驻部门", en: "Resident agencies",
        unit: "set", kind: Kind::Agencies,
        before: Known { value: "none", tag: "ASSUMED" },
        after: Known { value: "公安;消防;交通;市场监管;司法", tag: "SEED" },
        mechanisms: &["M16"], affects: "no travel/hand-off delay",
        set: |value, settings| settings.enforcement.stationed = value.agencies(),
    },
    Lever {
        id: "L17", key: "enforcement.resident_staff", zh: "常驻人数", en: "Resident staff per agency",
        unit: "persons/agency/street", kind: Kind::Float { min: 0.0, max: 4.0 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "1.2", tag: "ASSUMED" },
        mechanisms: &["M16"], affects: "resident capacity",
        set: |value, settings| settings.enforcement.stationed_staff = value.number(),
    },
    Lever {
        id: "L18", key: "enforcement.resident_presence", zh: "在岗率", en: "Resident presence at street",
        unit: "share of hours", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "0.80", tag: "ASSUMED" },
        mechanisms: &["M16", "M18"], affects: "resident capacity",
        set: |value, settings| settings.enforcement.presence = value.number(),
    },
    Lever {
        id: "L19", key: "enforcement.oncall_agencies", zh: "随叫随到部门", en: "On-call agencies",
        unit: "set", kind: Kind::Agencies,
        before: Known { value: "none", tag: "ASSUMED" },
        after: Known { value: "应急;住建;自然资源;园林绿化;文化旅游", tag: "SEED" },
        mechanisms: &["M17"], affects: "reserve with delay",
        set: |value, settings| settings.enforcement.on_call = value.agencies(),
    },
    Lever {
        id: "L20", key: "enforcement.oncall_minutes", zh: "到场时限", en: "On-call arrival target",
        unit: "minutes", kind: Kind::Int { min: 15, max: 2880 },
        before: Known { value: "2880", tag: "ASSUMED" },
        after: Known { value: "60", tag: "ASSUMED(30 in Pinggu SOURCED)" },
        mechanisms: &["M17"], affects: "call-up delay",
        set: |value, settings| settings.enforcement.on_call_minutes = value.number(),
    },
    Lever {
        id: "L21", key: "enforcement.oncall_staff", zh: "专人数量", en: "Named on-call specialists per agency per district",
        unit: "persons", kind: Kind::Int { min: 0, max: 14 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "3", tag: "ASSUMED" },
        mechanisms: &["M17"], affects: "reserve capacity (shared by streets)",
        set: |value, settings| settings.enforcement.on_call_staff = value.number(),
    },
    Lever {
        id: "L22", key: "enforcement.command", zh: "指挥关系", en: "Command mode",
        unit: "enum dept/dual/street", kind: Kind::Choice(&["dept", "dual", "street"]),
        before: Known { value: "dept", tag: "ASSUMED" },
        after: Known { value: "street", tag: "SEED" },
        mechanisms: &["M18"], affects: "who sets priority of squad",
        set: |value, settings| settings.enforcement.command = value.choice(),
    },
    Lever {
        id: "L23", key: "enforcement.street_share_leaders", zh: "人事话语权", en: "Street share in appraisal of squad leaders",
        unit: "share", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0.10", tag: "ASSUMED" },
        after: Known { value: "0.60", tag: "SEED(>=0.60)" },
        mechanisms: &["M18", "M27"], affects: "effort on street tasks",
        set: |value, settings| settings.enforcement.leaders_share = value.number(),
    },
];

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: "M15",
        group: 'D',
        quote: "设置1个综合行政执法中队",
        en: "A general squad at the street.",
        levers: &["L14"],
        expects: &[falls("callup_share"), falls("time_to_close_mean")],
    },
    Mechanism {
        id: "M16",
        group: 'D',
        quote: "公安、消防、交通、市场监管、司法等5个部门派员常驻",
        en: "Cases that need them: no letter, no travel, one joint visit.",
        levers: &["L16", "L17", "L18"],
        expects: &[falls("callup_share"), falls("time_to_close_mean")],
    },
    Mechanism {
        id: "M17",
        group: 'D',
        quote: "应急、住建、自然资源、园林绿化、文化旅游等部门明确专人、随叫随到",
        en: "A reserve shared by the district's streets, with travel delay.",
        levers: &["L19", "L20", "L21"],
        expects: &[falls("callup_share")],
    },
    Mechanism {
        id: "M18",
        group: 'D',
        quote: "区县属、镇街管、镇街用",
        en: "The street sets the priorities of squad and stationed people.",
        levers: &["L18", "L22", "L23"],
        expects: &[falls("time_to_close_mean")],
    },
    Mechanism {
        id: "M19",
        group: 'D',
        quote: "将90%左右执法力量下沉到基层一线;镇街执法人员平均达到20名",
        en: "Force moves down: local queues shorten, the reserve for large cases shrinks.",
        levers: &["L14", "L15"],
        expects: &[falls("time_to_close_mean"), rises("large_case_time_mean")],
    },
];

/// Officers of the district's reserve (MODEL 3): what is not sunk, given the squads' total.
pub fn reserve_officers(squad_total: f64, sunk_share: f64) -> f64 {
    let sunk = sunk_share.max(0.05);
    squad_total * (1.0 - sunk) / sunk
}

/// Share of contested squad time that goes to the street's cases.
pub fn street_share_of_squad(settings: &Settings, params: &Params) -> f64 {
    (params.command_share[settings.command] + params.leaders_gain * settings.leaders_share)
        .clamp(0.01, 0.99)
}

/// Officers on duty in each of the week's 14 shifts (Monday early, Monday late, …): five shifts a
/// week each, spread as evenly as whole people allow.
pub fn shift_roster(officers: u32) -> [u32; 14] {
    let person_shifts = officers * 5;
    let mut roster = [0; 14];
    for (shift, on_duty) in roster.iter_mut().enumerate() {
        let shift = shift as u32;
        *on_duty = person_shifts * (shift + 1) / 14 - person_shifts * shift / 14;
    }
    roster
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches officers who work more or less than five shifts a week.
    #[test]
    fn roster_keeps_five_shifts_each() {
        for officers in 0..45 {
            assert_eq!(shift_roster(officers).iter().sum::<u32>(), officers * 5);
        }
    }

    // Catches a reserve that does not shrink when the force is sunk at a fixed total.
    #[test]
    fn reserve_matches_the_seed() {
        // FACTS 1.9: 161 x 20 = 3,220 sunk at 90% leave a reserve of 358.
        assert!((reserve_officers(3220.0, 0.9) - 357.8).abs() < 0.1);
        assert!(reserve_officers(100.0, 0.0).is_finite());
    }
}
