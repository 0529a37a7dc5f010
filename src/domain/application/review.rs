//! From acceptance to the last step: transit, steps in one hall or from unit to unit, the look at
//! the place, the procedure of the law (M20, M21, M23, M24).

use super::record::{ApplicationStage, Contact, Decider};
use super::window::PAPERS;
use super::{MOST_UNITS, State, tell};
use crate::base::{HOUR, MINUTE, Span, Time, nearest};
use crate::domain::clock::DELAY_SIGMA;
use crate::domain::clock::working_days;
use crate::domain::errand::{class, tag};
use crate::domain::matter::Matter;
use crate::domain::policy::{powers, service};
use crate::domain::purpose::Purpose;
use crate::domain::record::Sink;
use crate::domain::world::{Ctx, World};
use crate::kernel::{PoolId, Request};
use crate::random::{lognormal_mean, lognormal_sigma};

/// Mean length of a month [s].
const MONTH: f64 = 30.4375 * 24.0 * HOUR as f64;

/// What the tables and settings ask of a review.
struct Review {
    /// Review with its paperwork [person-hours].
    hours: f64,
    steps: service::Steps,
    n_steps: f64,
}

impl<S: Sink> World<'_, S> {
    /// Papers are complete: the promised time runs.
    pub(super) fn accepted(&mut self, ctx: &mut Ctx, index: u32) {
        let now = ctx.now();
        let application = self.applications.alive.at(index);
        let (matter, contact) = (application.record.matter, application.record.contact);
        let (forwarded, street) = (application.record.forwarded, application.street);
        let decider = application.record.decider;
        let of_park = application.record.of_park;
        let (promised_wd, instant) = match matter {
            Matter::Service(at) => {
                let service = &self.city.services[at as usize];
                (service.promised_wd, service.instant)
            }
            Matter::Power(at) => (self.city.powers[at as usize].promised_wd, false),
        };
        let due = self.after_working_days(now, promised_wd);
        let competence = self.competence(street, decider, of_park, matter, now);
        let application = self.applications.alive.at_mut(index);
        application.record.accepted = Some(now);
        application.record.due = Some(due);
        application.competence = competence;
        self.note_application(index, now, tell::accepted);
        if instant {
            self.decide(ctx, index);
            return;
        }
        let p = &self.city.params;
        let transit_wd = match contact {
            _ if forwarded => p.powers.forward_wd,
            Contact::Point => p.service.point_transit_wd,
            _ => 0.0,
        };
        if transit_wd > 0.0 {
            let [_, u] = self.application_draw(index, Purpose::ApplyProcedure, 0);
            let at = self.after_working_days(now, lognormal_sigma(u, transit_wd, DELAY_SIGMA));
            self.enter_application(index, now, State::InTransit, ApplicationStage::Transit);
            self.application_step_at(ctx, index, at);
        } else {
            self.review_begins(ctx, index);
        }
    }

    /// Competence of who decides on a matter, now.
    fn competence(
        &self,
        street: u16,
        decider: Decider,
        of_park: bool,
        matter: Matter,
        now: Time,
    ) -> f64 {
        let Matter::Power(power) = matter else { return 1.0 };
        if decider == Decider::County {
            return 1.0;
        }
        self.competence_of(street, of_park, power as usize, now)
    }

    /// Competence of a town or its park on a power it holds.
    pub(in crate::domain) fn competence_of(
        &self,
        street: u16,
        of_park: bool,
        power: usize,
        now: Time,
    ) -> f64 {
        let desk = &self.applications.desks[street as usize];
        let since = if of_park { &desk.park_since } else { &desk.town_since };
        if since[power] == Time::NEVER {
            // Taken back while its papers are still here: decided by those who know it.
            return 1.0;
        }
        let initial = self.settings(street).powers.initial_competence;
        let months = (now - since[power].min(now)).0 as f64 / MONTH;
        powers::competence(initial, months, &self.city.params.powers)
    }

    fn review_of(&self, index: u32) -> Review {
        let application = self.applications.alive.at(index);
        let p = &self.city.params;
        let settings = match application.record.decider {
            Decider::County => &self.district_settings().service,
            Decider::Street | Decider::Park => &self.settings(application.street).service,
        };
        let review_h = match application.record.matter {
            Matter::Service(at) => self.city.services[at as usize].review_h,
            Matter::Power(at) => p.powers.review_h[self.city.powers[at as usize].procedure],
        };
        let steps = service::steps(settings, &p.service);
        let n_steps = f64::from(steps.serial + steps.beside);
        Review { hours: review_h + p.service.step_h * n_steps, steps, n_steps }
    }

    /// The papers are where they are decided: the steps begin.
    pub(super) fn review_begins(&mut self, ctx: &mut Ctx, index: u32) {
        let review = self.review_of(index);
        let (path, n_path) = self.settle_path(index, review.steps.serial);
        let application = self.applications.alive.at(index);
        let pace = match application.record.decider {
            Decider::Street => self.street_pace(application.street),
            Decider::Park | Decider::County => 1.0,
        };
        let [effort, _] = self.application_draw(index, Purpose::ApplyReview, 0);
        let hours = review.hours * pace / application.competence
            * lognormal_mean(effort, 1.0, self.city.params.service.gsd);
        let step_h = hours / review.n_steps;
        let share = step_h * f64::from(review.steps.serial) / f64::from(n_path);
        let share = self.occupied(share, Span(MINUTE));
        let beside = self.occupied(step_h * f64::from(review.steps.beside), Span(MINUTE));
        let application = self.applications.alive.at_mut(index);
        (application.path, application.n_path, application.at) = (path, n_path, 0);
        application.share = share;
        application.record.transfers = n_path - 1;
        if review.steps.beside > 0 {
            application.beside = true;
            let tag = tag::of(index, tag::BESIDE);
            let street = self.applications.alive.at(index).street;
            let (pools, due) = ([self.standing(street, path[0])], ctx.now().0);
            let request = Request {
                pools: &pools,
                class: class::CASE,
                priority: PAPERS,
                due,
                work: beside,
                tag,
            };
            let job = self.pools.request(ctx, request);
            assert!(job.is_some(), "invariant: pools of applications refuse nobody");
        }
        self.review_by_unit(ctx, index);
    }

    /// Pools that review in turn: one decision unit, or the units of the path.
    fn settle_path(&self, index: u32, serial: u32) -> ([PoolId; MOST_UNITS], u8) {
        let application = self.applications.alive.at(index);
        let (street, matter) = (application.street, application.record.matter);
        let desk = &self.applications.desks[street as usize];
        let [_, u] = self.application_draw(index, Purpose::ApplyWay, 0);
        match application.record.decider {
            Decider::County => ([self.applications.county; MOST_UNITS], 1),
            Decider::Park => {
                ([desk.park.expect("invariant: a park decides, so there is one"); MOST_UNITS], 1)
            }
            Decider::Street if self.in_hall(street, matter) => {
                ([self.review_pool(street, matter, u); MOST_UNITS], 1)
            }
            Decider::Street => {
                let units = self.unit_path(matter);
                let n = units.len().min(serial as usize).clamp(1, MOST_UNITS);
                let mut path = [self.unit_pool(street, units[0], u); MOST_UNITS];
                for (place, unit) in path.iter_mut().zip(&units[..n]) {
                    *place = self.unit_pool(street, *unit, u);
                }
                (path, n as u8)
            }
        }
    }

    fn review_by_unit(&mut self, ctx: &mut Ctx, index: u32) {
        let application = self.applications.alive.at(index);
        let (pool, work) = (application.path[application.at as usize], application.share);
        self.enter_application(index, ctx.now(), State::Reviewing, ApplicationStage::DeskWait);
        self.request_for_application(ctx, index, pool, work, PAPERS);
    }

    /// A unit is done: to the next one, or the waits between the steps of the last.
    pub(super) fn reviewed(&mut self, ctx: &mut Ctx, index: u32) {
        let now = ctx.now();
        let application = self.applications.alive.at(index);
        let (at, n_path) = (application.at, application.n_path);
        let minutes = application.minutes;
        let online = application.record.contact == Contact::Online;
        self.note_application(index, now, |_| {
            if at + 1 < n_path {
                ["本机构办毕,转下一机构", "this unit is done, on to the next"]
            } else {
                ["审查完毕", "reviewed"]
            }
        });
        let p = &self.city.params.service;
        let wd = if at + 1 < n_path {
            let [time, carries] = self.application_draw(index, Purpose::ApplyTransfer, at);
            if !online && carries < p.transfer_visit {
                let travel = nearest(2.0 * minutes * 60.0);
                let record = &mut self.applications.alive.at_mut(index).record;
                record.visits = record.visits.saturating_add(1);
                record.travel.0 += travel;
            }
            lognormal_sigma(time, p.transfer_wd, DELAY_SIGMA)
        } else {
            // Steps inside one unit lie between desks; those that a transfer separates do not.
            let serial = self.review_of(index).steps.serial;
            let inside = serial.saturating_sub(u32::from(n_path));
            let [_, u] = self.application_draw(index, Purpose::ApplyReview, 0);
            lognormal_sigma(u, p.handover_wd, DELAY_SIGMA) * f64::from(inside)
        };
        if working_days(wd) > 0 {
            let at = self.after_working_days(now, wd);
            self.enter_application(index, now, State::Passing, ApplicationStage::Handover);
            self.application_step_at(ctx, index, at);
        } else {
            self.enter_application(index, now, State::Passing, ApplicationStage::Handover);
            self.passed_on(ctx, index);
        }
    }

    /// At the next unit; or, after the last, to the place.
    pub(super) fn passed_on(&mut self, ctx: &mut Ctx, index: u32) {
        let application = self.applications.alive.at_mut(index);
        if application.at + 1 < application.n_path {
            application.at += 1;
            self.review_by_unit(ctx, index);
            return;
        }
        let now = ctx.now();
        let record = &self.applications.alive.at(index).record;
        let prob = match record.matter {
            Matter::Service(at) => self.city.services[at as usize].site_visit,
            Matter::Power(at) => self.city.powers[at as usize].site_visit,
        };
        let [needed, wait] = self.application_draw(index, Purpose::ApplySite, 0);
        if needed >= prob {
            self.place_seen(ctx, index);
            return;
        }
        let [county_wd, own_wd] = self.city.params.powers.site_wd;
        let wd = if record.decider == Decider::County { county_wd } else { own_wd };
        let at = self.after_working_days(now, lognormal_sigma(wait, wd, DELAY_SIGMA));
        self.enter_application(index, now, State::AwaitingVisit, ApplicationStage::SiteWait);
        self.application_step_at(ctx, index, at);
    }

    /// Somebody goes: of the owner's unit, of the park, or of the department.
    pub(super) fn look_at_place(&mut self, ctx: &mut Ctx, index: u32) {
        let application = self.applications.alive.at(index);
        let (street, matter) = (application.street, application.record.matter);
        let competence = application.competence;
        let pool = match application.record.decider {
            Decider::County => self
                .section(usize::from(application.record.agency), street, of_kind(matter))
                .unwrap_or(self.applications.county),
            Decider::Park => application.path[0],
            Decider::Street => {
                let [half, _] = self.application_draw(index, Purpose::ApplySite, 1);
                self.unit_pool(street, self.unit_path(matter)[0], half)
            }
        };
        let work = self.occupied(self.city.params.powers.site_h / competence, Span(MINUTE));
        self.note_application(index, ctx.now(), |_| ["安排现场踏勘", "the place is to be seen"]);
        self.enter_application(index, ctx.now(), State::Visited, ApplicationStage::SiteWait);
        self.request_for_application(ctx, index, pool, work, PAPERS);
    }

    /// The place was seen, or need not be: the procedure of the law follows, if there is one.
    pub(super) fn place_seen(&mut self, ctx: &mut Ctx, index: u32) {
        let now = ctx.now();
        let wd = match self.applications.alive.at(index).record.matter {
            Matter::Service(_) => 0.0,
            Matter::Power(at) => {
                self.city.params.powers.procedure_wd[self.city.powers[at as usize].procedure]
            }
        };
        if wd > 0.0 {
            let [u, _] = self.application_draw(index, Purpose::ApplyProcedure, 0);
            let at = self.after_working_days(now, lognormal_sigma(u, wd, DELAY_SIGMA));
            self.note_application(index, now, |_| ["进入法定公示等程序", "the procedure runs"]);
            self.enter_application(index, now, State::InProcedure, ApplicationStage::Procedure);
            self.application_step_at(ctx, index, at);
        } else {
            self.procedure_over(ctx, index);
        }
    }

    /// A park without a seal of its own has its decisions stamped at the county (M21).
    pub(super) fn procedure_over(&mut self, ctx: &mut Ctx, index: u32) {
        let now = ctx.now();
        let application = self.applications.alive.at(index);
        let sealed = self.settings(application.street).powers.park_seal;
        let wd = 2.0 * self.city.params.powers.forward_wd;
        if application.record.decider == Decider::Park && !sealed && wd > 0.0 {
            let [u, _] = self.application_draw(index, Purpose::ApplyTransfer, 0);
            let at = self.after_working_days(now, lognormal_sigma(u, wd, DELAY_SIGMA));
            self.note_application(index, now, |_| ["送区县盖章", "to the county for the stamp"]);
            self.enter_application(index, now, State::Stamping, ApplicationStage::Transit);
            self.application_step_at(ctx, index, at);
        } else {
            self.join(ctx, index);
        }
    }

    /// The path is done: decided once the steps beside it are.
    pub(super) fn join(&mut self, ctx: &mut Ctx, index: u32) {
        if self.applications.alive.at(index).beside {
            let now = ctx.now();
            self.enter_application(index, now, State::AwaitingBeside, ApplicationStage::DeskWait);
        } else {
            self.decide(ctx, index);
        }
    }
}

/// Number of a matter among its kind: which of a department's sections it goes to.
fn of_kind(matter: Matter) -> u16 {
    match matter {
        Matter::Service(at) | Matter::Power(at) => at,
    }
}
