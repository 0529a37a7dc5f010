//! The second flow: applications of residents and firms (FACTS 2.2, M20–M25).
//!
//! ```text
//! submitted -> checked at a window or online -> (papers missing: prepare, come again)*
//!   -> accepted -> [on the way to who decides] -> steps, in one hall or from unit to unit
//!   -> [look at the place] -> [procedure] -> decided -> delivered
//!   wrong decision: found after a while, decided again
//! given up after too many visits
//! ```
//!
//! The people are those of the other flows: units of the street serve windows and review beside
//! cases, departments look at places beside call-ups. Every function is one transition, as in
//! `case/`.

mod arrive;
mod decide;
pub(super) mod record;
mod report;
mod review;
mod staff;
mod tell;
mod window;

use super::matter::Matter;
use super::purpose::Purpose;
use super::record::Sink;
use super::slab::{Handle, Slab};
use super::world::{Ctx, World};
use crate::base::{Span, Time};
use crate::domain::event::Event;
use crate::kernel::{Finished, Phase, PoolId};
use record::{ApplicationRecord, ApplicationStage};
pub(super) use staff::build;

/// Kinds of streams of applications: their addresses.
pub(super) mod origin {
    /// Services of residents.
    pub(in crate::domain) const SERVICE: u64 = 0;
    /// Powers applied for in a key town.
    pub(in crate::domain) const TOWN: u64 = 1;
    /// Powers applied for by firms of a park.
    pub(in crate::domain) const PARK: u64 = 2;
}

/// Where an application stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// At a window, or checked online: ends with a job.
    Checking,
    /// The applicant gets missing papers.
    Preparing,
    /// On the way to who decides.
    InTransit,
    /// In a unit's hands: ends with a job.
    Reviewing,
    /// From unit to unit, or between steps.
    Passing,
    /// Waits for the look at the place.
    AwaitingVisit,
    /// Somebody looks at the place: ends with a job.
    Visited,
    /// Publication, hearing, expert opinion.
    InProcedure,
    /// On the way to the stamp and back.
    Stamping,
    /// Waits for a step that runs beside: ends with that step's job.
    AwaitingBeside,
    /// Decided wrongly; not yet found.
    Undetected,
    /// Decided again: ends with a job.
    Redeciding,
}

/// One application on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Application {
    pub record: ApplicationRecord,
    /// Local street.
    pub street: u16,
    /// Stream kind and ordinal: the address of its luck.
    pub origin: u64,
    pub ordinal: u32,
    pub state: State,
    pub stage: ApplicationStage,
    pub since: Time,
    /// Raised with every transition; timed events carry it.
    pub turn: u32,
    /// Window where it is handed in, and how far away that is, one way [min].
    pub desk: PoolId,
    pub minutes: f64,
    /// Checks so far, and whether the last one finds the papers complete.
    pub round: u8,
    pub complete: bool,
    /// Units that review, in order, and which has it now.
    pub path: [PoolId; MOST_UNITS],
    pub n_path: u8,
    pub at: u8,
    /// Competence of who decides, at acceptance.
    pub competence: f64,
    /// Review of one unit [working time].
    pub share: Span,
    /// A step that runs beside is not done yet.
    pub beside: bool,
}

/// Most units that one paper passes.
pub(super) const MOST_UNITS: usize = 4;

/// A stream of applications: Poisson in the working time of offices.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    /// Local street.
    pub street: u16,
    pub origin: u64,
    /// Applications per working second.
    pub rate: f64,
    /// What is applied for, with cumulative shares.
    pub matters: Vec<Matter>,
    pub shares: Vec<f64>,
    pub ordinal: u32,
    /// Reading of the calendar at the last arrival.
    pub last: i64,
}

/// What a street has for applications.
#[derive(Clone, Debug, Default)]
pub(super) struct Desk {
    /// Service points, as many as any epoch has; the first `n_points` are open.
    pub points: Vec<PoolId>,
    pub n_points: usize,
    /// Running sums of their sizes.
    pub point_sizes: Vec<f64>,
    pub park: Option<PoolId>,
    /// Since when the town, and the park, holds each power; never for those it does not hold.
    pub town_since: Vec<Time>,
    pub park_since: Vec<Time>,
}

/// Counts that must balance at the end.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Census {
    pub opened: u64,
    pub left: u64,
    /// Undecided now, and their time integral [s].
    pub open: i64,
    pub area: i64,
    pub since: i64,
    /// Sum of the times that applications were undecided [s].
    pub time: i64,
}

impl Census {
    /// The number of undecided applications changes at `now`.
    pub(super) fn count(&mut self, now: Time, change: i64) {
        self.area += self.open * (now.0 - self.since);
        self.since = now.0;
        self.open += change;
    }
}

/// The second flow of a district.
#[derive(Debug)]
pub(super) struct Applications {
    pub alive: Slab<Application>,
    pub streams: Vec<Stream>,
    pub desks: Vec<Desk>,
    /// People of departments at the county hall.
    pub county: PoolId,
    /// Penalties that let a holder finish an item: (agency, power), by item.
    pub penalties: Vec<Vec<(u8, u16)>>,
    pub census: Census,
}

impl<S: Sink> World<'_, S> {
    /// Books the running stage up to `now` and starts the next. Time after the decision is not
    /// booked: the ledger ends there.
    fn enter_application(&mut self, index: u32, now: Time, state: State, stage: ApplicationStage) {
        let application = self.applications.alive.at_mut(index);
        if application.record.decided.is_none() {
            application.record.ledger[application.stage as usize] += (now - application.since).0;
        }
        application.since = now;
        application.stage = stage;
        application.state = state;
        application.turn += 1;
    }

    /// Schedules the timed step that ends the state just entered.
    fn application_step_at(&mut self, ctx: &mut Ctx, index: u32, at: Time) {
        let turn = self.applications.alive.at(index).turn;
        let handle = self.applications.alive.handle(index);
        ctx.schedule_at(at, Phase::Decide, Event::Application(handle, turn));
    }

    /// A timed step: what happens depends on the state it ends.
    pub(super) fn on_application(&mut self, ctx: &mut Ctx, handle: Handle, turn: u32) {
        let alive = &self.applications.alive;
        if !alive.is_alive(handle) || alive.at(handle.index).turn != turn {
            return;
        }
        let index = handle.index;
        match alive.at(index).state {
            State::Preparing => self.visit_again(ctx, index),
            State::InTransit => self.review_begins(ctx, index),
            State::Passing => self.passed_on(ctx, index),
            State::AwaitingVisit => self.look_at_place(ctx, index),
            State::InProcedure => self.procedure_over(ctx, index),
            State::Stamping => self.join(ctx, index),
            State::Undetected => self.reversed(ctx, index),
            state @ (State::Checking
            | State::Reviewing
            | State::Visited
            | State::AwaitingBeside
            | State::Redeciding) => {
                panic!("invariant: {state:?} ends with a job, not with a step")
            }
        }
    }

    /// A job of an application is finished.
    pub(super) fn on_application_job(&mut self, ctx: &mut Ctx, index: u32, finished: &Finished) {
        let now = ctx.now();
        let waited = self.book_application_job(index, now, finished.started);
        match self.applications.alive.at(index).state {
            State::Checking => self.checked(ctx, index, waited, finished.work),
            State::Reviewing => self.reviewed(ctx, index),
            State::Visited => self.place_seen(ctx, index),
            State::Redeciding => self.application_left(index),
            state => panic!("invariant: no job of an application can finish in {state:?}"),
        }
    }

    /// A step that ran beside the path is done.
    pub(super) fn on_beside_done(&mut self, ctx: &mut Ctx, index: u32) {
        let application = self.applications.alive.at_mut(index);
        application.beside = false;
        if application.state == State::AwaitingBeside {
            let now = ctx.now();
            self.book_application_job(index, now, now);
            self.decide(ctx, index);
        }
    }

    /// Splits the time of a job that ended at `now` into wait, work and off hours; returns the
    /// wait in working time.
    fn book_application_job(&mut self, index: u32, now: Time, started: Time) -> Span {
        let application = self.applications.alive.at(index);
        let started = started.max(application.since);
        let [waited, worked] = self.wait_and_work(application.since, started, now);
        let total = now - application.since;
        let application = self.applications.alive.at_mut(index);
        application.since = now;
        if application.record.decided.is_none() {
            let work = match application.state {
                State::Checking => ApplicationStage::Window,
                _ => ApplicationStage::Review,
            };
            let ledger = &mut application.record.ledger;
            ledger[application.stage as usize] += waited.0;
            ledger[work as usize] += worked.0;
            ledger[ApplicationStage::OffHours as usize] += total.0 - waited.0 - worked.0;
        }
        waited
    }

    /// Two uniforms of an application; `round` tells repeated draws apart.
    fn application_draw(&self, index: u32, purpose: Purpose, round: u8) -> [f64; 2] {
        let application = self.applications.alive.at(index);
        let code = self.city.streets[self.streets[application.street as usize].index].code;
        self.draws.set(self.draws.get() + 1);
        arrive::draw(&self.streams, purpose, code, application.origin, application.ordinal, round)
    }
}
