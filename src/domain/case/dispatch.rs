//! Dispatch, returns, adjudication, committee, acceptance.

use super::super::activity::Activity;
use super::super::city::{AgencyKind, ClockStart};
use super::super::clock::{DELAY_SIGMA, working_days};
use super::super::policy::{committee, duty_list, response};
use super::super::purpose::Purpose;
use super::super::record::{Sink, Stage};
use super::super::world::{Ctx, State, Step, World};
use crate::base::{DAY, HOUR, MINUTE, Span, Time, nearest};
use crate::random::{exponential, lognormal_sigma};

/// Committees meet at nine.
const MEETING_HOUR: i64 = 9 * HOUR;

impl<S: Sink> World<'_, S> {
    /// A dispatch reaches a unit: the right one, or one that will return it.
    pub(super) fn dispatch(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        let entry = self.cases.at_mut(case);
        let first = entry.record.dispatched.is_none();
        if first {
            entry.record.dispatched = Some(now);
            entry.record.to_street = true;
            entry.record.owners = 1;
            // Also for a case that never reaches its owner by dispatch: the fund pays it, or the
            // district decides.
            self.settle_nature(case);
        }
        self.tell(case, now, Activity::Dispatch);
        let entry = self.cases.at_mut(case);
        let (key, attempt, duplicate) = (entry.record.key, entry.attempt, entry.record.duplicate);
        entry.attempt += 1;
        let (street, item) = (entry.street, entry.record.item);
        let params = &self.city.params;
        let settings = self.settings(street);
        let item = &self.city.items[item as usize];
        let ambiguity =
            duty_list::ambiguity_left(&settings.duty_list, item.list_rank, &params.duty_list);
        let p =
            response::misroute(&settings.response, item.p_misroute, ambiguity, &params.response);
        let [wrong, delay] = self.pair(Purpose::Misroute, key, attempt);
        if wrong < p && !duplicate {
            self.enter(case, now, State::Misrouted, Stage::Limbo);
            self.bounce(ctx, case, delay);
            self.note(case, now, || {
                ["派至不应承担的单位".to_owned(), "dispatched to the wrong unit".to_owned()]
            });
        } else {
            self.enter(case, now, State::Accepting, Stage::Limbo);
            self.arrive_at_owner(ctx, case);
        }
    }

    /// A unit keeps the case for a while and sends it back within the rule's limit.
    fn bounce(&mut self, ctx: &mut Ctx, case: u32, u: f64) {
        let entry = self.cases.at_mut(case);
        entry.record.owners = entry.record.owners.saturating_add(1);
        entry.record.first_owner_final = false;
        let wd = exponential(u, self.city.params.response.bounce_wd).min(self.city.rules.return_wd);
        let at = self.after_working_days(ctx.now(), wd);
        self.step_at(ctx, case, at);
    }

    /// Returned (退单): dispatched again, paid by the emergency fund, or decided by the district.
    pub(super) fn returned(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        let entry = self.cases.at_mut(case);
        entry.record.returns = entry.record.returns.saturating_add(1);
        self.tell(case, now, Activity::Return);
        self.note(case, now, || {
            ["退单,重新派发".to_owned(), "returned, dispatched again".to_owned()]
        });
        if self.fund_pays(ctx, case) {
            return;
        }
        let entry = self.cases.at(case);
        if f64::from(entry.record.returns) >= self.city.params.response.max_returns {
            self.adjudicate(ctx, case);
            return;
        }
        let (key, attempt, street) = (entry.record.key, entry.attempt, entry.street);
        let settings = self.settings(street);
        let params = &self.city.params.response;
        let minutes = response::dispatch_minutes(&settings.response, params);
        let [_, u] = self.pair(Purpose::Triage, key, attempt);
        let delay = Span(nearest(lognormal_sigma(u, minutes, DELAY_SIGMA) * MINUTE as f64));
        self.enter(case, now, State::Registering, Stage::Limbo);
        self.step_at(ctx, case, now + delay);
    }

    /// Small works whose owner is disputed: settle first, sort out liability later (L65).
    fn fund_pays(&mut self, ctx: &mut Ctx, case: u32) -> bool {
        let entry = self.cases.at(case);
        let item = &self.city.items[entry.record.item as usize];
        let works = item.supports.iter().chain([&item.lead]).any(|agency| {
            matches!(self.city.agencies[*agency].kind, AgencyKind::Company | AgencyKind::Utility)
        });
        let small = item.class <= 1 && works && !entry.record.duplicate;
        if !small || !self.fund.pay(&self.city.params.fund) {
            return false;
        }
        let now = ctx.now();
        let street = entry.street as usize;
        if self.is_measured(now) {
            self.streets[street].purchased_cny += self.city.params.fund.work_cny;
        }
        self.note(case, now, || {
            ["应急经费先行解决".to_owned(), "paid by the emergency fund".to_owned()]
        });
        self.tell(case, now, Activity::Fund);
        self.cases.at_mut(case).funded = true;
        self.enter(case, now, State::Accepting, Stage::Limbo);
        let at = self.after_working_days(now, self.city.params.fund.start_wd);
        self.step_at(ctx, case, at);
        true
    }

    fn adjudicate(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        self.note(case, now, || {
            ["区级裁定承办单位".to_owned(), "the district decides who owns it".to_owned()]
        });
        self.cases.at_mut(case).record.overruled = true;
        self.enter(case, now, State::Adjudicating, Stage::Limbo);
        let work = Span::from_hours(self.city.params.response.adjudication_h);
        let pool = self.adjudicator;
        self.request(ctx, case, &[pool], work);
    }

    /// Decided: the owner must take it.
    pub(super) fn adjudicated(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        self.enter(case, now, State::Accepting, Stage::Limbo);
        let at = self.after_working_days(now, self.city.params.response.adjudication_wd);
        self.step_at(ctx, case, at);
    }

    /// It is at the right place: a joint decision first if many parties contest it, then
    /// acceptance, with an internal hand-off where duties overlap.
    fn arrive_at_owner(&mut self, ctx: &mut Ctx, case: u32) {
        if self.needs_decision(case) && self.take_to_committee(ctx, case) {
            return;
        }
        self.plan_acceptance(ctx, case);
    }

    pub(super) fn plan_acceptance(&mut self, ctx: &mut Ctx, case: u32) {
        let entry = self.cases.at(case);
        let (key, street, round) = (entry.record.key, entry.street, entry.attempt);
        let settings = self.settings(street);
        let params = &self.city.params;
        let [accept, overlap] = self.pair(Purpose::Accept, key, round);
        let mut at = self.after_working_minutes(
            ctx.now(),
            lognormal_sigma(accept, params.response.acceptance_minutes, DELAY_SIGMA),
        );
        if overlap < settings.units.overlap && params.units.handoff_wd > 0.0 {
            let u = self.uniform(Purpose::Handoff, key, round);
            at = self
                .after_working_days(at, lognormal_sigma(u, params.units.handoff_wd, DELAY_SIGMA));
            let entry = self.cases.at_mut(case);
            entry.record.owners = entry.record.owners.saturating_add(1);
            entry.record.first_owner_final = false;
        }
        self.step_at(ctx, case, at);
    }

    fn needs_decision(&self, case: u32) -> bool {
        let entry = self.cases.at(case);
        let [contested, _] = self.pair(Purpose::Committee, entry.record.key & !15, 0);
        !entry.decided
            && !entry.record.duplicate
            && entry.n_parties >= 3
            && contested < self.city.params.committee.contested_share
    }

    /// With committees: waits for the next meeting with room. Without: may bounce once more.
    /// Returns false if it goes on to acceptance at once.
    fn take_to_committee(&mut self, ctx: &mut Ctx, case: u32) -> bool {
        let now = ctx.now();
        let entry = self.cases.at_mut(case);
        entry.decided = true;
        let (key, street, attempt) = (entry.record.key, entry.street, entry.attempt);
        let field = self.city.items[entry.record.item as usize].field;
        let settings = &self.settings(street).committee;
        let params = &self.city.params.committee;
        let Some(owner) = committee::owner(settings, field) else {
            let [_, u] = self.pair(Purpose::Committee, key, 0);
            let entry = self.cases.at_mut(case);
            entry.decided = false;
            let disputed = u < params.dispute && !entry.disputed;
            if disputed {
                entry.disputed = true;
                self.enter(case, now, State::Misrouted, Stage::Limbo);
                let u = self.uniform(Purpose::Misroute, key, 512 + attempt);
                self.bounce(ctx, case, u);
            }
            return disputed;
        };
        let room = params.cases_per_meeting as u32;
        let agenda = &mut self.streets[street as usize].agenda;
        let day = agenda.book(settings, room, owner, now.day() + 1);
        self.enter(case, now, State::AwaitingCommittee, Stage::CommitteeWait);
        // A meeting that falls on a day off is held on the next day of work.
        let at = Time(day * DAY + MEETING_HOUR);
        let spell = self.pools.calendar(self.office).spell(at);
        let opens = |until: Time| Time(until.day() * DAY + MEETING_HOUR);
        self.step_at(ctx, case, if spell.open { at } else { opens(spell.until) });
        true
    }

    pub(super) fn committee_decided(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        self.tell(case, now, Activity::Committee);
        self.note(case, now, || {
            ["专委会议定牵头单位".to_owned(), "the committee names the lead".to_owned()]
        });
        let street = self.cases.at(case).street;
        let hours = self.city.params.committee.hours_per_case;
        if self.is_measured(now) {
            self.streets[street as usize].committee_h += hours;
        }
        self.committee_work(ctx, street, hours);
        self.enter(case, now, State::Accepting, Stage::Limbo);
        self.plan_acceptance(ctx, case);
    }

    /// Accepted: the limit clock starts, the first contact is made, service begins.
    pub(super) fn accept(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        let worked = self.worked(now);
        let settings_scoring = self.settings(self.cases.at(case).street).closing.per_case_scoring;
        let rules = &self.city.rules;
        let key = self.cases.at(case).record.key;
        let [base, gain] = self.city.params.closing.contact;
        let p_contact = base + if settings_scoring { gain } else { 0.0 };
        let [contact, hours] = self.pair(Purpose::Contact, key, 0);
        let registered = self.cases.at(case).record.registered;
        let worked_registered = self.pools.calendar(self.office).worked(registered);
        let entry = self.cases.at_mut(case);
        if entry.record.accepted.is_none() {
            entry.record.accepted = Some(now);
            if contact < p_contact {
                let delay = Span(nearest(hours * 8.0 * HOUR as f64));
                entry.record.contacted = Some(now + delay);
            }
            let item = &self.city.items[entry.record.item as usize];
            let limit = working_days(item.sla_wd.min(1.0));
            entry.record.responded_in_time = worked - worked_registered <= limit;
            let from =
                if rules.start == ClockStart::Registration { worked_registered } else { worked };
            entry.clock.run(from);
        }
        self.tell_by(case, now, Activity::Accept, Some(self.unit_of(case)), 0);
        self.note(case, now, || ["签收".to_owned(), "accepted".to_owned()]);
        self.project_due(case, now);
        self.plan_clock(ctx, case);
        self.cases.at_mut(case).step = Step::Street;
        self.begin_service(ctx, case);
    }

    /// Who contacts the resident does so before the work begins (先行联系).
    pub(super) fn contact_by(&mut self, case: u32, begun: Time) {
        let record = &mut self.cases.at_mut(case).record;
        record.contacted = record.contacted.map(|at| at.min(begun));
    }

    /// The case ends: a contact that was still to come is none.
    pub(super) fn no_contact_after(&mut self, case: u32, now: Time) {
        let record = &mut self.cases.at_mut(case).record;
        record.contacted = record.contacted.filter(|&at| at <= now);
    }

    /// Writes the instants at which the limits expire if the clock runs on.
    pub(super) fn project_due(&mut self, case: u32, now: Time) {
        let worked = self.worked(now);
        let calendar = self.pools.calendar(self.office);
        let clock = self.cases.at(case).clock;
        let expires = |limit: i64| calendar.at_worked(clock.expires_at(worked, limit).max(0));
        let due = expires(clock.limit());
        let first = if clock.is_extended() { expires(clock.first_limit()) } else { due };
        let entry = self.cases.at_mut(case);
        entry.record.due = Some(due);
        entry.record.first_due = Some(first);
    }
}
