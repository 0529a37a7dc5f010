//! At the window or online: papers are checked, and brought again until they are complete (M22).

use super::State;
use super::record::{ApplicationFate, ApplicationStage, Contact, Decider};
use crate::base::{MINUTE, Span, nearest};
use crate::domain::errand::{class, tag};
use crate::domain::matter::Matter;
use crate::domain::policy::{posts, service, units};
use crate::domain::purpose::Purpose;
use crate::domain::record::Sink;
use crate::domain::world::{Ctx, World};
use crate::kernel::{PoolId, Request};
use crate::random::{exponential, lognormal, lognormal_mean};

/// Priority of an applicant at the window: before papers, behind supervised cases' own rank.
const AT_WINDOW: u8 = 1;

/// Priority of papers, as that of ordinary cases.
pub(super) const PAPERS: u8 = 3;

impl<S: Sink> World<'_, S> {
    /// A visit at the window, or an online check.
    pub(super) fn check_papers(&mut self, ctx: &mut Ctx, index: u32) {
        let now = ctx.now();
        let application = self.applications.alive.at(index);
        let (round, contact) = (application.round, application.record.contact);
        let (desk, minutes) = (application.desk, application.minutes);
        let [missing, length] = self.application_draw(index, Purpose::ApplyCheck, round);
        let complete = self.is_complete(index, missing);
        let work = self.window_work(index, length, complete);
        if contact != Contact::Online {
            let [travel, _] = self.application_draw(index, Purpose::ApplyTravel, round);
            let there = lognormal(travel, minutes, self.city.params.service.travel_gsd);
            let record = &mut self.applications.alive.at_mut(index).record;
            record.visits = record.visits.saturating_add(1);
            record.county_visits += u8::from(contact == Contact::County);
            record.travel.0 += nearest(2.0 * there * MINUTE as f64);
        }
        let application = self.applications.alive.at_mut(index);
        application.complete = complete;
        application.round = application.round.saturating_add(1);
        let online = contact == Contact::Online;
        let stage = if online { ApplicationStage::DeskWait } else { ApplicationStage::HallWait };
        let priority = if online { PAPERS } else { AT_WINDOW };
        self.enter_application(index, now, State::Checking, stage);
        self.request_for_application(ctx, index, desk, work, priority);
    }

    /// Asks a pool to work for an application.
    pub(super) fn request_for_application(
        &mut self,
        ctx: &mut Ctx,
        index: u32,
        pool: PoolId,
        work: Span,
        priority: u8,
    ) {
        let due = ctx.now().0;
        let street = self.applications.alive.at(index).street;
        let pool = self.standing(street, pool);
        self.call_back_clerk(ctx, street, pool);
        // Departments' own tasks and looks at places share what call-ups leave.
        let class = if self.is_section(pool) { class::OWN } else { class::CASE };
        let tag = tag::of(index, tag::APPLICATION);
        let job =
            self.pools.request(ctx, Request { pools: &[pool], class, priority, due, work, tag });
        assert!(job.is_some(), "invariant: pools of applications refuse nobody");
    }

    /// The clerk of a point that has closed comes back for those who were told to bring papers
    /// there; the weekly look lets them go again.
    fn call_back_clerk(&mut self, ctx: &mut Ctx, street: u16, pool: PoolId) {
        if self.pools.servers(pool) > 0 {
            return;
        }
        let desk = &self.applications.desks[street as usize];
        if desk.points[desk.n_points..].contains(&pool) {
            self.pools.set_servers(ctx, pool, 1);
        }
    }

    /// Are the papers complete at this check? Nobody is sent away for ever: the rounds of one
    /// application are counted in a byte.
    fn is_complete(&self, index: u32, u: f64) -> bool {
        let application = self.applications.alive.at(index);
        let settings = &self.settings(application.street).service;
        u >= service::incomplete(settings) || application.round >= u8::MAX - 1
    }

    /// Work of one check [working time]: longer where checking is complete.
    fn window_work(&self, index: u32, u: f64, complete: bool) -> Span {
        let application = self.applications.alive.at(index);
        let p = &self.city.params;
        let settings = &self.settings(application.street).service;
        let (minutes, review_h) = match application.record.matter {
            Matter::Service(at) => {
                let service = &self.city.services[at as usize];
                let done = service.instant && complete;
                let review_h = if done { service.review_h } else { 0.0 };
                (service.window_minutes, review_h)
            }
            Matter::Power(at) => {
                (p.powers.window_minutes[self.city.powers[at as usize].procedure], 0.0)
            }
        };
        let online = application.record.contact == Contact::Online;
        let share = if online { p.service.online_check } else { 1.0 };
        let hours =
            minutes / 60.0 * share * service::window_factor(settings, &p.service) + review_h;
        let at_street = matches!(application.record.contact, Contact::Hall | Contact::Counter)
            || (online && application.record.decider == Decider::Street);
        let slow = if at_street { self.street_pace(application.street) } else { 1.0 };
        self.occupied(hours * slow * lognormal_mean(u, 1.0, p.service.gsd), Span(MINUTE))
    }

    /// Factor on service times of the street's people: experience, fatigue, generalists.
    pub(super) fn street_pace(&self, street: u16) -> f64 {
        let p = &self.city.params;
        let state = &self.streets[street as usize];
        state.experience.slowdown(&p.posts)
            * posts::fatigue(state.utilisation, &p.posts)
            * units::generalist(&self.settings(street).units, &p.units)
    }

    /// Checked: complete, to be completed, or given up.
    pub(super) fn checked(&mut self, ctx: &mut Ctx, index: u32, waited: Span, work: Span) {
        let now = ctx.now();
        let application = self.applications.alive.at_mut(index);
        let online = application.record.contact == Contact::Online;
        if !online {
            application.record.hall_wait.0 += waited.0;
            application.record.window.0 += work.0;
        }
        let round = application.round - 1;
        let visits = application.record.visits;
        if self.applications.alive.at(index).complete {
            self.accepted(ctx, index);
            return;
        }
        let p = &self.city.params.service;
        let [prepare, give_up] = self.application_draw(index, Purpose::ApplyAgain, round);
        if !online && give_up < service::gives_up(visits, p) {
            self.give_up(index, now);
            return;
        }
        let at = self.after_working_days(now, exponential(prepare, p.prepare_wd));
        self.note_application(index, now, |_| ["材料不全,补正", "papers are missing"]);
        self.enter_application(index, now, State::Preparing, ApplicationStage::Preparing);
        self.application_step_at(ctx, index, at);
    }

    /// With the missing papers: the next check.
    pub(super) fn visit_again(&mut self, ctx: &mut Ctx, index: u32) {
        self.note_application(index, ctx.now(), |_| ["再次提交", "handed in again"]);
        self.check_papers(ctx, index);
    }

    fn give_up(&mut self, index: u32, now: crate::base::Time) {
        self.note_application(index, now, |_| ["多次跑动后放弃", "given up after too many visits"]);
        let record = &mut self.applications.alive.at_mut(index).record;
        record.fate = ApplicationFate::Abandoned;
        record.abandoned = Some(now);
        self.settle_application(index, now);
        self.application_left(index);
    }
}
