//! What happened to each case, step by step, kept until the case itself is told.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::base::Time;
use crate::domain::{Activity, ActivityRecord, CaseRecord, City, Completion, Fate, PoolKind};
use crate::measure::{pool_id, pool_name};

use super::case_rows::{STEP_COLUMNS, iso_time};

/// Steps of cases that are still open; as many as the backlog, not as the run.
pub(super) struct CaseSteps {
    open: BTreeMap<u64, Vec<ActivityRecord>>,
}

impl CaseSteps {
    pub(super) fn new() -> CaseSteps {
        CaseSteps { open: BTreeMap::new() }
    }

    pub(super) fn activity(&mut self, record: &ActivityRecord) {
        self.open.entry(record.case).or_default().push(*record);
    }

    /// Everything that happened to a case that is told now, in order of its beginning; what began
    /// at one instant stays in the order in which it was told.
    pub(super) fn take(&mut self, record: &CaseRecord) -> Vec<ActivityRecord> {
        let told = self.open.remove(&record.key).unwrap_or_default();
        let instant = |activity: Activity, at: Time| ActivityRecord {
            case: record.key,
            activity,
            start: at,
            end: at,
            completion: Completion::Done,
            pool: None,
            agencies: 0,
        };
        let mut steps = vec![
            instant(Activity::Arise, record.arisen),
            instant(Activity::Notice, record.detected),
            instant(Activity::Register, record.registered),
        ];
        steps.extend(told);
        // A contact that was planned for after the end of the case never came.
        let contact = record.contacted.filter(|&at| record.left.is_none_or(|left| at <= left));
        steps.extend(contact.map(|at| instant(Activity::Contact, at)));
        let end = match record.fate {
            Fate::Withdrawn => Some(Activity::Withdraw),
            Fate::SelfResolved => Some(Activity::SelfResolve),
            Fate::TurnedAway => Some(Activity::TurnAway),
            Fate::Open | Fate::Closed => None,
        };
        if let (Some(end), Some(left)) = (end, record.left) {
            steps.push(instant(end, left));
        }
        steps.sort_by_key(|step| step.start);
        steps
    }
}

/// The cells of a step, one for each of [`STEP_COLUMNS`].
pub(super) fn cells(
    city: &City,
    start: Date,
    street: usize,
    step: &ActivityRecord,
) -> [String; STEP_COLUMNS.len()] {
    let completion = match step.completion {
        Completion::Done => "done",
        Completion::BrokenOff => "broken_off",
        Completion::Running => "running",
    };
    let place = match step.pool {
        None => String::new(),
        Some(
            PoolKind::Department(_)
            | PoolKind::OnCall(_)
            | PoolKind::Reserve
            | PoolKind::Adjudicator,
        ) => city.districts[city.streets[street].district].zh.clone(),
        Some(_) => city.streets[street].zh.clone(),
    };
    let agencies: Vec<&str> = (0..city.agencies.len())
        .filter(|agency| step.agencies >> agency & 1 == 1)
        .map(|agency| city.agencies[agency].id.as_str())
        .collect();
    [
        step.activity.id().to_owned(),
        iso_time(start, step.start),
        iso_time(start, step.end),
        completion.to_owned(),
        place,
        step.pool.map_or_else(String::new, |pool| pool_id(city, pool)),
        agencies.join(";"),
    ]
}

/// What the ids in cases and steps are called: Chinese and English by id.
#[derive(Clone, Debug, Default)]
pub struct CaseNames {
    /// Activities.
    pub activities: BTreeMap<String, [String; 2]>,
    /// Types of pools.
    pub pools: BTreeMap<String, [String; 2]>,
    /// Agencies.
    pub agencies: BTreeMap<String, [String; 2]>,
    /// Items.
    pub items: BTreeMap<String, [String; 2]>,
}

impl CaseNames {
    /// Names of a city.
    pub fn of(city: &City) -> CaseNames {
        let pair = |zh: &str, en: &str| [zh.to_owned(), en.to_owned()];
        let activities = Activity::ALL.into_iter();
        let pools = super::series::pool_kinds(city).map(|kind| {
            let (zh, en) = pool_name(city, kind);
            (pool_id(city, kind), [zh, en])
        });
        CaseNames {
            activities: activities
                .map(|activity| (activity.id().to_owned(), pair(activity.zh(), activity.en())))
                .collect(),
            pools: pools.collect(),
            agencies: city
                .agencies
                .iter()
                .map(|agency| (agency.id.clone(), pair(&agency.zh, &agency.en)))
                .collect(),
            items: city
                .items
                .iter()
                .map(|item| (item.id.clone(), pair(&item.zh, &item.en)))
                .collect(),
        }
    }
}
