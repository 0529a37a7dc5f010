//! What is told of a case while it lives: who did what, and when. Nothing here changes anything.

use super::super::activity::{Activity, ActivityRecord, Completion};
use super::super::record::{PoolKind, Sink, Stage};
use super::super::world::{Mode, State, Step, World};
use crate::base::Time;

/// Who does a job of a case: the activity, whose people, and the agencies that take part.
type Doing = (Activity, PoolKind, u64);

impl<S: Sink> World<'_, S> {
    /// Something without duration happens, nobody's people in particular.
    pub(in crate::domain) fn tell(&mut self, case: u32, now: Time, activity: Activity) {
        self.tell_by(case, now, activity, None, 0);
    }

    /// Something without duration happens, by somebody.
    pub(super) fn tell_by(
        &mut self,
        case: u32,
        now: Time,
        activity: Activity,
        pool: Option<PoolKind>,
        agencies: u64,
    ) {
        if !self.sink.hears_activities() {
            return;
        }
        let case = self.cases.at(case).record.key;
        let completion = Completion::Done;
        let record =
            ActivityRecord { case, activity, start: now, end: now, completion, pool, agencies };
        self.sink.activity(&record);
    }

    /// The unit of the street that owns the item.
    pub(super) fn unit_of(&self, case: u32) -> PoolKind {
        let item = &self.city.items[usize::from(self.cases.at(case).record.item)];
        PoolKind::Unit(item.unit as u8)
    }

    /// A job is done that began at `started`.
    pub(super) fn tell_job(&mut self, case: u32, started: Time, now: Time) {
        if self.sink.hears_activities()
            && let Some(doing) = self.doing(case)
        {
            self.tell_work(case, doing, [started, now], Completion::Done);
        }
    }

    /// Work or a procedure that is under way ends with the case, or with the run.
    pub(in crate::domain) fn tell_unfinished(
        &mut self,
        case: u32,
        now: Time,
        completion: Completion,
    ) {
        if !self.sink.hears_activities() {
            return;
        }
        let entry = self.cases.at(case);
        if entry.state == State::Elapsing {
            self.tell_elapsed(case, now, completion);
            return;
        }
        let started = entry.job.and_then(|job| self.pools.started(job));
        if let (Some(started), Some(doing)) = (started, self.doing(case)) {
            self.tell_work(case, doing, [started, now], completion);
        }
    }

    /// The legal procedure, or the contractor's work, that the case is in.
    pub(super) fn tell_elapsed(&mut self, case: u32, now: Time, completion: Completion) {
        if !self.sink.hears_activities() {
            return;
        }
        let entry = self.cases.at(case);
        let legal = entry.stage == Stage::LegalClock;
        let activity = if legal { Activity::LegalProcedure } else { Activity::Contractor };
        let (case, start) = (entry.record.key, entry.since);
        self.sink.activity(&ActivityRecord {
            case,
            activity,
            start,
            end: now,
            completion,
            pool: None,
            agencies: 0,
        });
    }

    fn tell_work(
        &mut self,
        case: u32,
        (activity, pool, agencies): Doing,
        [start, end]: [Time; 2],
        completion: Completion,
    ) {
        let case = self.cases.at(case).record.key;
        let pool = Some(pool);
        let record = ActivityRecord { case, activity, start, end, completion, pool, agencies };
        self.sink.activity(&record);
    }

    /// What the job of a case is; none in states without one.
    fn doing(&self, case: u32) -> Option<Doing> {
        let entry = self.cases.at(case);
        let parties = &entry.parties[..entry.n_parties as usize];
        let with = |mode: Mode| {
            let agencies = parties.iter().filter(|party| party.mode == mode);
            agencies.fold(0, |set, party| set | 1 << party.agency)
        };
        let called = entry.calling.map(|calling| calling.agency);
        match entry.state {
            State::AtGrid => Some((Activity::GridWork, PoolKind::Grid, 0)),
            State::Adjudicating => Some((Activity::Adjudicate, PoolKind::Adjudicator, 0)),
            State::InService => match entry.step {
                Step::Joint => {
                    Some((Activity::JointVisit, self.unit_of(case), with(Mode::Stationed)))
                }
                Step::Squad => Some((Activity::SquadWork, PoolKind::Squad, with(Mode::Squad))),
                Step::Reserve => Some((Activity::ReserveWork, PoolKind::Reserve, 0)),
                Step::Rest if entry.bought => Some((Activity::Contractor, PoolKind::Vendor, 0)),
                _ => Some((Activity::UnitWork, self.unit_of(case), 0)),
            },
            State::OnCall => called
                .map(|agency| (Activity::SpecialistVisit, PoolKind::OnCall(agency), 1 << agency)),
            State::Reacting => {
                called.map(|agency| (Activity::Reaction, self.called_pool(agency), 1 << agency))
            }
            State::CalledUp => called
                .map(|agency| (Activity::DepartmentWork, self.called_pool(agency), 1 << agency)),
            _ => None,
        }
    }

    /// Whose people a call-up of an agency reaches: without people of its own, the district's
    /// enforcement reserve.
    fn called_pool(&self, agency: u8) -> PoolKind {
        if self.departments[usize::from(agency)].is_empty() {
            PoolKind::Reserve
        } else {
            PoolKind::Department(agency)
        }
    }
}
