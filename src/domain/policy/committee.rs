//! Special committees of the street (M01, M03): a joint decision for matters of three or more
//! parties, at the next meeting instead of bouncing.

use std::collections::BTreeMap;

use crate::domain::lever::{Kind, Known, Lever};
use crate::domain::mechanism::{Mechanism, falls};
use crate::domain::param::{Param, one};

/// Levers L63, L66.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Interval between meetings [days].
    pub meeting_days: f64,
    /// Number of committees.
    pub committees: f64,
}

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Cases one meeting can decide.
    pub cases_per_meeting: f64,
    /// Staff time per decided case [person-hours].
    pub hours_per_case: f64,
    /// Without a decision: further returns of a many-party case [prob].
    pub dispute: f64,
    /// Hand-offs between parties after a decision, relative to without.
    pub handoff_factor: f64,
    /// Share of many-party matters that need a joint decision at all.
    pub contested_share: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("committee.cases_per_meeting", "cases", (1.0, 200.0), "每次例会可议件数", "Cases one meeting can decide", |p| one(&mut p.committee.cases_per_meeting)),
    Param::new("committee.hours_per_case", "person-hours", (0.0, 20.0), "每件议事用时", "Staff time per decided case (M01: committee hours rise)", |p| one(&mut p.committee.hours_per_case)),
    Param::new("committee.dispute", "prob", (0.0, 1.0), "无牵头时推诿概率", "Without a decision a many-party case is returned once more with this probability (M01)", |p| one(&mut p.committee.dispute)),
    Param::new("committee.handoff_factor", "1", (0.0, 1.0), "议定后交接系数", "Hand-offs between parties after a decision, relative to without (M03)", |p| one(&mut p.committee.handoff_factor)),
    Param::new("committee.contested_share", "share", (0.0, 1.0), "需议定占比", "Share of matters of three or more parties that need a joint decision", |p| one(&mut p.committee.contested_share)),
];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L63", key: "party.meeting_days", zh: "专委例会周期", en: "Special-committee meeting interval",
        unit: "days", kind: Kind::Int { min: 1, max: 90 },
        before: Known { value: "90", tag: "ASSUMED" },
        after: Known { value: "14", tag: "ASSUMED" },
        mechanisms: &["M01", "M03"], affects: "joint decision delay for complex items",
        set: |value, settings| settings.committee.meeting_days = value.number(),
    },
    Lever {
        id: "L66", key: "party.committees", zh: "专业委员会数", en: "Special committees",
        unit: "committees", kind: Kind::Int { min: 0, max: 8 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "5", tag: "SEED" },
        mechanisms: &["M03"], affects: "ownership of complex matters",
        set: |value, settings| settings.committee.committees = value.number(),
    },
];

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: "M01",
        group: 'A',
        quote: "建立“工委+专委”工作机制",
        en: "Many-party cases wait for the next meeting instead of bouncing.",
        levers: &["L63", "L66"],
        expects: &[falls("return_share"), falls("large_case_time_mean")],
    },
    Mechanism {
        id: "M03",
        group: 'A',
        quote: "五大专委对口认领镇街“大工委”决策事项",
        en: "Each committee owns the matters of its field.",
        levers: &["L66"],
        expects: &[falls("limbo_mean")],
    },
];

/// Day of the first meeting of a committee on or after `day`. Committees meet at even distances
/// within the interval, one after the other.
pub fn next_meeting_day(settings: &Settings, day: i64, index: i64) -> i64 {
    let interval = (settings.meeting_days as i64).max(1);
    let phase = (day + index * interval / (settings.committees as i64).max(1)).rem_euclid(interval);
    if phase == 0 { day } else { day + interval - phase }
}

/// Cases on the agenda of future meetings at one street.
#[derive(Debug, Default)]
pub struct Agenda {
    /// By day and committee.
    booked: BTreeMap<(i64, i64), u32>,
    /// By committee, the day before which the settings in force leave no meeting with room: where
    /// matters pile up, meetings are full for months, and nobody looks through them twice.
    full_before: BTreeMap<i64, i64>,
}

impl Agenda {
    /// Puts a case on the agenda of the committee's first meeting with room on or after `from`;
    /// gives its day. From one call to the next `from` never falls.
    pub fn book(&mut self, settings: &Settings, room: u32, owner: i64, from: i64) -> i64 {
        let full_before = self.full_before.entry(owner).or_insert(from);
        let mut day = next_meeting_day(settings, from.max(*full_before), owner);
        while self.booked.get(&(day, owner)).is_some_and(|n| *n >= room) {
            day = next_meeting_day(settings, day + 1, owner);
        }
        *full_before = day;
        *self.booked.entry((day, owner)).or_insert(0) += 1;
        day
    }

    /// Other settings come into force: meetings on other days may have room.
    pub fn meet_anew(&mut self) {
        self.full_before.clear();
    }

    /// Forgets the meetings before a day.
    pub fn forget_before(&mut self, day: i64) {
        self.booked.retain(|(meeting, _), _| *meeting >= day);
    }
}

/// Committee that owns the matters of a field.
pub fn owner(settings: &Settings, field: usize) -> Option<i64> {
    let n = settings.committees as i64;
    (n > 0).then(|| field as i64 % n)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches a meeting that is passed over though it has room, or filled beyond it, when searches
    // begin where the last one ended; and one kept in mind after the meeting days have changed:
    // against a search from tomorrow on each time.
    #[test]
    fn the_first_meeting_with_room_is_booked() {
        let every = |meeting_days| Settings { meeting_days, committees: 3.0 };
        let (mut agenda, mut plain) = (Agenda::default(), BTreeMap::new());
        for today in 0..200 {
            let settings = if (60..120).contains(&today) { every(7.0) } else { every(14.0) };
            if today == 60 || today == 120 {
                agenda.meet_anew();
            }
            agenda.forget_before(today);
            // More cases than meetings hold, then none for a time.
            let n_cases = if today % 50 < 30 { 3 } else { 0 };
            for case in 0..n_cases {
                let owner = (today + case) % 3;
                let mut day = next_meeting_day(&settings, today + 1, owner);
                while plain.get(&(day, owner)).is_some_and(|n| *n >= 2) {
                    day = next_meeting_day(&settings, day + 1, owner);
                }
                *plain.entry((day, owner)).or_insert(0_u32) += 1;
                assert_eq!(agenda.book(&settings, 2, owner, today + 1), day, "day {today}");
            }
        }
        assert!(plain.values().all(|n| *n <= 2) && plain.len() > 20, "{plain:?}");
    }

    // Catches meetings that drift, or a wait longer than the interval.
    #[test]
    fn meetings_keep_their_interval() {
        let settings = Settings { meeting_days: 14.0, committees: 5.0 };
        for day in 0..100 {
            for index in 0..5 {
                let meeting = next_meeting_day(&settings, day, index);
                assert!((0..14).contains(&(meeting - day)));
                assert_eq!(next_meeting_day(&settings, meeting + 1, index), meeting + 14);
            }
        }
        assert_eq!(owner(&Settings::default(), 3), None);
    }
}
