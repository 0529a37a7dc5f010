//! The decision, what is wrong with it, and deciding again.

use super::record::{ApplicationFate, ApplicationStage, Contact, Decider};
use super::window::PAPERS;
use super::{State, tell};
use crate::base::{Span, Time, nearest};
use crate::domain::clock::DELAY_SIGMA;
use crate::domain::matter::Matter;
use crate::domain::policy::{powers, service};
use crate::domain::purpose::Purpose;
use crate::domain::record::Sink;
use crate::domain::world::{Ctx, World};
use crate::random::lognormal_sigma;

impl<S: Sink> World<'_, S> {
    /// Decided and sent out. A wrong decision may be found later.
    pub(super) fn decide(&mut self, ctx: &mut Ctx, index: u32) {
        let now = ctx.now();
        let application = self.applications.alive.at(index);
        let street = application.street;
        let forwarded = application.record.forwarded;
        let instant = match application.record.matter {
            Matter::Service(at) => self.city.services[at as usize].instant,
            Matter::Power(_) => false,
        };
        let p = &self.city.params;
        let settings = match application.record.decider {
            Decider::County => &self.district_settings().service,
            Decider::Street | Decider::Park => &self.settings(street).service,
        };
        let steps = if instant { 1.0 } else { service::steps_error(settings, &p.service) };
        let error = powers::error(application.competence, steps, &p.powers);
        let [wrong, found] = self.application_draw(index, Purpose::ApplyError, 0);
        let [when, delivery] = self.application_draw(index, Purpose::ApplyReversal, 0);
        let way_wd = if forwarded { p.powers.forward_wd } else { p.service.delivery_wd };
        let delivered = if instant || way_wd <= 0.0 {
            now
        } else {
            self.after_working_days(now, lognormal_sigma(delivery, way_wd, DELAY_SIGMA))
        };
        let wrong = wrong < error;
        let reversed = wrong && found < p.powers.reversal;
        let wd = lognormal_sigma(when, p.powers.reversal_wd, DELAY_SIGMA);
        let record = &mut self.applications.alive.at_mut(index).record;
        record.fate = ApplicationFate::Decided;
        record.delivered = Some(delivered);
        record.wrong = wrong;
        self.note_application(index, now, tell::decided);
        self.settle_application(index, now);
        self.applications.alive.at_mut(index).record.decided = Some(now);
        if reversed {
            let at = self.after_working_days(now, wd);
            self.enter_application(index, now, State::Undetected, ApplicationStage::Review);
            self.application_step_at(ctx, index, at);
        } else {
            self.application_left(index);
        }
    }

    /// The decision is reversed: another visit, and the review once more.
    pub(super) fn reversed(&mut self, ctx: &mut Ctx, index: u32) {
        let now = ctx.now();
        let application = self.applications.alive.at_mut(index);
        application.record.reversed = Some(now);
        self.note_application(index, now, |_| ["决定被纠正,重新审查", "reversed: decided again"]);
        let application = self.applications.alive.at_mut(index);
        if application.record.contact != Contact::Online {
            application.record.visits = application.record.visits.saturating_add(1);
            application.record.travel.0 += nearest(120.0 * application.minutes);
        }
        let redo = self.city.params.powers.redo_share;
        let work = application.share.0 as f64 * f64::from(application.n_path) * redo;
        let pool = application.path[0];
        self.enter_application(index, now, State::Redeciding, ApplicationStage::Review);
        let work = Span(nearest(work).max(60));
        self.request_for_application(ctx, index, pool, work, PAPERS);
    }

    /// Decided, given up, or the run ends: the ledger is closed.
    pub(super) fn settle_application(&mut self, index: u32, now: Time) {
        let application = self.applications.alive.at(index);
        let submitted = application.record.submitted;
        let working = self.pools.calendar(self.office).between(submitted, now);
        let application = self.applications.alive.at_mut(index);
        let rest = now - application.since;
        application.record.ledger[application.stage as usize] += rest.0;
        application.since = now;
        application.record.working = working;
        let life = now - submitted;
        let booked: i64 = application.record.ledger.iter().sum();
        assert_eq!(booked, life.0, "stages of an application add up to its life");
        self.applications.census.count(now, -1);
        self.applications.census.time += life.0;
    }

    /// Nothing more will happen to it.
    pub(super) fn application_left(&mut self, index: u32) {
        let application = self.applications.alive.remove(index);
        self.applications.census.left += 1;
        self.report_application(&application.record);
    }
}
