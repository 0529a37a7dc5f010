//! Parties that come in turn: on-call specialists, and departments called up (乡呼县应).

use super::super::activity::Activity;
use super::super::clock::DELAY_SIGMA;
use super::super::errand::{class::CASE, tag};
use super::super::policy::assessment;
use super::super::purpose::Purpose;
use super::super::record::{CallUpRecord, OnCallRecord, Sink, Stage};
use super::super::world::{Calling, Ctx, Mode, State, World};
use crate::base::{HOUR, MINUTE, Span, Time, nearest};
use crate::kernel::Request;
use crate::random::{lognormal, lognormal_mean, lognormal_sigma};

/// Part of an address: which agency is called in which round of service. Bits 8 to 10 are free.
fn call(agency: u8, round: u8) -> u16 {
    u16::from(agency) | u16::from(round) << 11
}

/// A department that refused twice is told by the district to take it.
const MAX_REFUSALS: u8 = 2;

impl<S: Sink> World<'_, S> {
    /// Next party that has not had its turn; contractors come with the elapsed time.
    pub(super) fn next_party(&mut self, ctx: &mut Ctx, case: u32) {
        let entry = self.cases.at(case);
        let next = entry.parties[..entry.n_parties as usize]
            .iter()
            .position(|party| !party.done && matches!(party.mode, Mode::OnCall | Mode::CallUp));
        match next {
            None => self.next_step(ctx, case),
            Some(slot) if entry.parties[slot].mode == Mode::OnCall => {
                self.call_specialist(ctx, case, slot);
            }
            Some(slot) => self.call_up(ctx, case, slot),
        }
    }

    /// The party in turn is done; the next one comes after a hand-off.
    fn party_done(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        let entry = self.cases.at_mut(case);
        let calling = entry.calling.take().expect("invariant: a party was called");
        for party in &mut entry.parties[..entry.n_parties as usize] {
            party.done |= party.agency == calling.agency;
        }
        let waiting = entry.parties[..entry.n_parties as usize]
            .iter()
            .any(|party| !party.done && matches!(party.mode, Mode::OnCall | Mode::CallUp));
        if !waiting {
            self.next_step(ctx, case);
            return;
        }
        let (key, decided) = (entry.record.key, entry.decided);
        let visit = u16::from(calling.agency) | u16::from(entry.round) << 9;
        let [_, u] = self.pair(Purpose::CallUpEffort, key, 256 + visit);
        let factor = if decided { self.city.params.committee.handoff_factor } else { 1.0 };
        let wd = lognormal_sigma(u, self.city.params.response.handoff_wd, DELAY_SIGMA) * factor;
        self.enter(case, now, State::HandingOff, Stage::JointWait);
        let at = self.after_working_days(now, wd);
        self.step_at(ctx, case, at);
    }

    // --- on call (随叫随到) ---

    fn call_specialist(&mut self, ctx: &mut Ctx, case: u32, slot: usize) {
        let now = ctx.now();
        let entry = self.cases.at(case);
        let agency = entry.parties[slot].agency;
        let (key, class) = (entry.record.key, entry.record.class as usize);
        let settings = &self.district_settings().enforcement;
        let p = &self.city.params.enforcement;
        let target = Span(nearest(settings.on_call_minutes * MINUTE as f64));
        let [site, travel] = self.pair(Purpose::OnCall, key, call(agency, entry.round));
        let on_site = site < p.presence_by_class[class];
        let delay = lognormal(travel, p.arrival_median, p.arrival_gsd) * target.0 as f64;
        let delay = if on_site { Span(nearest(delay)) } else { Span::ZERO };
        let busy = delay.min(Span(nearest(p.travel_busy_min * MINUTE as f64)));
        self.cases.at_mut(case).calling = Some(Calling {
            agency,
            at: now,
            refusals: 0,
            needs_presence: on_site,
            reacted: None,
            target,
            travel: busy,
        });
        let unit = self.unit_of(case);
        self.tell_by(case, now, Activity::RequestSpecialist, Some(unit), 1 << agency);
        self.note(case, now, || {
            ["呼叫随叫随到专人".to_owned(), "an on-call specialist is called".to_owned()]
        });
        self.enter(case, now, State::OnCall, Stage::JointWait);
        // Travel beyond what keeps the specialist busy is spent on other duties first.
        self.step_at(ctx, case, now + (delay - busy).max(Span(1)));
    }

    /// Free to come now: queue for the specialist. Or patience has run out: call up instead.
    pub(super) fn on_call_step(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        let entry = self.cases.at(case);
        let calling = entry.calling.expect("invariant: a specialist was called");
        if let Some(job) = entry.job {
            if self.pools.started(job).is_none() {
                self.give_up_on_call(ctx, case, &calling);
            }
            return;
        }
        let p = &self.city.params.enforcement;
        let effort_h = if calling.needs_presence { p.visit_h } else { p.phone_h };
        let work = Span(calling.travel.0 + nearest(effort_h * HOUR as f64).max(60));
        let pool = self.on_call[calling.agency as usize].expect("invariant: the agency is on call");
        self.request(ctx, case, &[pool], work);
        let patience = Span(nearest(p.patience * calling.target.0 as f64));
        self.step_at(ctx, case, (calling.at + patience).max(now + Span(1)));
    }

    fn give_up_on_call(&mut self, ctx: &mut Ctx, case: u32, calling: &Calling) {
        self.drop_job(ctx, case);
        self.report_on_call(case, calling, None, Some(ctx.now()));
        let entry = self.cases.at_mut(case);
        entry.calling = None;
        let slot = entry.parties[..entry.n_parties as usize]
            .iter()
            .position(|party| party.agency == calling.agency)
            .expect("invariant: the called agency is a party");
        entry.parties[slot].mode = Mode::CallUp;
        // The department does the work now; the street has coordinated.
        entry.rest_work = Span::ZERO;
        self.call_up(ctx, case, slot);
    }

    pub(super) fn on_call_done(&mut self, ctx: &mut Ctx, case: u32, started: Time) {
        let entry = self.cases.at_mut(case);
        entry.record.owners = entry.record.owners.saturating_add(1);
        let calling = entry.calling.expect("invariant: a specialist was called");
        let arrived = started + calling.travel;
        self.report_on_call(case, &calling, Some(arrived), Some(arrived));
        self.party_done(ctx, case);
    }

    fn report_on_call(
        &mut self,
        case: u32,
        calling: &Calling,
        arrived: Option<Time>,
        ended: Option<Time>,
    ) {
        let street = self.street_index(self.cases.at(case).street);
        self.sink.on_call(&OnCallRecord {
            street,
            agency: calling.agency,
            at: calling.at,
            arrived,
            target: calling.target,
            ended,
        });
    }

    // --- called up ---

    /// The street calls up a department: by letter and telephone, or on the platform (M36).
    fn call_up(&mut self, ctx: &mut Ctx, case: u32, slot: usize) {
        let now = ctx.now();
        let entry = self.cases.at(case);
        let agency = entry.parties[slot].agency;
        let (key, street) = (entry.record.key, entry.street);
        let settings = &self.settings(street).response;
        let p = &self.city.params;
        let visit = call(agency, entry.round);
        let [u, _] = self.pair(Purpose::CallUp, key, visit);
        let at = if settings.platform_channel {
            now + Span(nearest(p.response.platform_minutes * MINUTE as f64))
        } else {
            self.after_working_days(now, lognormal_sigma(u, p.response.letter_wd, DELAY_SIGMA))
        };
        let site = self.uniform(Purpose::CallUpSite, key, visit);
        let needs_presence = site < p.enforcement.presence_by_class[entry.record.class as usize];
        let target = self.call_target(case);
        let entry = self.cases.at_mut(case);
        entry.record.called_up = true;
        entry.record.called = agency;
        entry.record.owners = entry.record.owners.saturating_add(1);
        entry.calling = Some(Calling {
            agency,
            at: now,
            refusals: 0,
            needs_presence,
            reacted: None,
            target,
            travel: Span::ZERO,
        });
        let unit = self.unit_of(case);
        self.tell_by(case, now, Activity::CallUp, Some(unit), 1 << agency);
        let called = &self.city.agencies[agency as usize];
        let (zh, en) = (&called.zh, &called.en);
        self.note(case, now, || [format!("呼叫{zh}"), format!("calls up {en}")]);
        self.enter(case, now, State::Calling, Stage::CallUpWait);
        self.step_at(ctx, case, at.max(now + Span(1)));
    }

    /// Time in which the department should react; without a rule, two working days.
    fn call_target(&self, case: u32) -> Span {
        let entry = self.cases.at(case);
        let urgent = entry.record.urgency <= 1;
        match self.settings(entry.street).response.deadlines_h {
            Some([fast, normal]) => Span::from_hours(if urgent { fast } else { normal }),
            None => Span::from_hours(48.0),
        }
    }

    /// The call reaches the department, which takes it or refuses.
    pub(super) fn call_arrives(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        let w = self.department_weight;
        let entry = self.cases.at(case);
        let mut calling = entry.calling.expect("invariant: a department was called");
        let (key, agency) = (entry.record.key, calling.agency);
        let visit = call(agency, entry.round) | u16::from(calling.refusals) << 8;
        let [wait, u] = self.pair(Purpose::CallUp, key, 1024 + visit);
        if calling.refusals < MAX_REFUSALS
            && u < assessment::refusal(w, &self.city.params.assessment)
        {
            calling.refusals += 1;
            let mean = self.city.params.response.bounce_wd;
            let wd = crate::random::exponential(wait, mean).min(self.city.rules.return_wd);
            let entry = self.cases.at_mut(case);
            entry.calling = Some(calling);
            entry.record.returns = entry.record.returns.saturating_add(1);
            entry.record.overruled |= calling.refusals == MAX_REFUSALS;
            self.tell_by(case, now, Activity::Refuse, None, 1 << agency);
            self.note(case, now, || {
                ["部门退回呼叫".to_owned(), "the department refuses".to_owned()]
            });
            let at = self.after_working_days(now, wd);
            self.step_at(ctx, case, at);
            // The same state goes on: the turn stays, the earlier step is spent.
            return;
        }
        let deadlines = self.settings(self.cases.at(case).street).response.deadlines_h;
        if deadlines.is_some() {
            self.enter(case, now, State::Reacting, Stage::CallUpWait);
            let work = self.department_time(self.city.params.response.reaction_h);
            self.request_department(ctx, case, work, true);
        } else {
            self.work_on_call_up(ctx, case);
        }
    }

    /// Effort of a department as working time of one of its people.
    pub(in crate::domain) fn department_time(&self, effort_h: f64) -> Span {
        let net = self.city.params.departments.net_share;
        Span(nearest(effort_h / net * HOUR as f64).max(60))
    }

    fn request_department(&mut self, ctx: &mut Ctx, case: u32, work: Span, reaction: bool) {
        let entry = self.cases.at(case);
        let calling = entry.calling.expect("invariant: a department was called");
        // A department without people of its own is the enforcement force: where a street has no
        // squad, the district's reserve is called.
        let section = self.section(calling.agency as usize, entry.street, entry.record.item);
        let pool = section.unwrap_or(self.reserve);
        let due = (calling.at + calling.target).0;
        let urgent = entry.record.urgency <= 1;
        let priority = match entry.round {
            // Supervised: first.
            2.. => 1,
            _ => u8::from(!reaction) * 2 + u8::from(!urgent) + 1,
        };
        let street = entry.street;
        self.call_back_leavers(ctx, street, &[pool]);
        let job = self.pools.request(
            ctx,
            Request {
                pools: &[pool],
                class: CASE,
                priority,
                due,
                work,
                tag: tag::of(case, tag::CASE),
            },
        );
        self.cases.at_mut(case).job =
            Some(job.expect("invariant: departments refuse by rule only"));
    }

    /// First reaction under a deadline is given; the work follows.
    pub(super) fn reacted(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        if let Some(calling) = &mut self.cases.at_mut(case).calling {
            calling.reacted = Some(now);
        }
        self.work_on_call_up(ctx, case);
    }

    fn work_on_call_up(&mut self, ctx: &mut Ctx, case: u32) {
        let entry = self.cases.at(case);
        let calling = entry.calling.expect("invariant: a department was called");
        let class = entry.record.class as usize;
        let round = u16::from(entry.round) << 9;
        let [u, _] =
            self.pair(Purpose::CallUpEffort, entry.record.key, round + u16::from(calling.agency));
        let redo = if entry.worked_on { self.city.params.effort.redo_share } else { 1.0 };
        let p = &self.city.params.effort;
        let hours = lognormal_mean(u, p.call_up_h[class], p.gsd) * redo;
        let work = self.department_time(hours);
        self.enter(case, ctx.now(), State::CalledUp, Stage::CallUpWait);
        self.request_department(ctx, case, work, false);
    }

    pub(super) fn call_up_done(&mut self, ctx: &mut Ctx, case: u32, started: Time) {
        let now = ctx.now();
        let entry = self.cases.at_mut(case);
        if let Some(calling) = &mut entry.calling {
            calling.reacted.get_or_insert(started);
        }
        self.note(case, now, || ["部门办理完毕".to_owned(), "the department is done".to_owned()]);
        self.report_call_up(case, Some(started), Some(now));
        self.party_done(ctx, case);
    }

    /// Says what became of the call-up that the case has on its way.
    fn report_call_up(&mut self, case: u32, arrived: Option<Time>, ended: Option<Time>) {
        let entry = self.cases.at(case);
        let Some(calling) = entry.calling else { return };
        let street = self.street_index(entry.street);
        let record = CallUpRecord {
            street,
            item: entry.record.item,
            agency: calling.agency,
            at: calling.at,
            reacted: calling.reacted.or(arrived),
            needs_presence: calling.needs_presence,
            arrived,
            target: calling.target,
            ended,
        };
        self.sink.call_up(&record);
    }

    /// A called-up or on-call request ends because its case does, or is reported because the run
    /// ends (no end then).
    pub(in crate::domain) fn abandon_calling(&mut self, case: u32, ended: Option<Time>) {
        match self.cases.at(case).state {
            State::Calling | State::Reacting | State::CalledUp => {
                let started = self.cases.at(case).job.and_then(|job| self.pools.started(job));
                let reacting = self.cases.at(case).state == State::Reacting;
                self.report_call_up(case, started.filter(|_| !reacting), ended);
            }
            State::OnCall => {
                let calling = self.cases.at(case).calling.expect("invariant: someone was called");
                self.report_on_call(case, &calling, None, ended);
            }
            _ => {}
        }
        self.cases.at_mut(case).calling = None;
    }
}
