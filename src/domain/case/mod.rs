//! The life of a case, in the order of its states.
//!
//! ```text
//! latent -> noticed -> registered -> dispatched -> (returned -> dispatched)* -> accepted
//!   -> in service (street | joint visit | squad | reserve | on call | called up | elapsed)
//!   -> handled (truly or nominally) -> feedback -> closed -> call-back -> left | redo | supervised
//! withdrawn or self-resolved from any state before closure
//! ```
//!
//! Every function here is one transition: it books the stage that ends, asks the policies, and
//! schedules what comes next.

mod arise;
mod call_up;
mod close;
mod counter;
mod dispatch;
mod register;
mod serve;
mod tell;

use super::event::Event;
use super::record::{Sink, Stage};
use super::slab::Handle;
use super::world::{Ctx, State, World};
use crate::base::Time;
use crate::kernel::{Finished, Phase};

impl<S: Sink> World<'_, S> {
    /// Books the running stage up to `now` and starts the next.
    pub(super) fn enter(&mut self, case: u32, now: Time, state: State, stage: Stage) {
        let case = self.cases.at_mut(case);
        case.record.ledger.add(case.stage, now - case.since);
        case.since = now;
        case.stage = stage;
        case.state = state;
        case.turn += 1;
    }

    /// Schedules the timed step that ends the state just entered.
    pub(super) fn step_at(&mut self, ctx: &mut Ctx, case: u32, at: Time) {
        let turn = self.cases.at(case).turn;
        let handle = self.cases.handle(case);
        ctx.schedule_at(at, Phase::Decide, Event::Step(handle, turn));
    }

    /// A timed step: what happens depends on the state it ends.
    pub(super) fn on_step(&mut self, ctx: &mut Ctx, handle: Handle, turn: u32) {
        if !self.cases.is_alive(handle) || self.cases.at(handle.index).turn != turn {
            return;
        }
        let case = handle.index;
        match self.cases.at(case).state {
            State::Registering => self.dispatch(ctx, case),
            State::AtGrid => self.settle_at_grid(ctx, case),
            State::Misrouted => self.returned(ctx, case),
            State::AwaitingCommittee => self.committee_decided(ctx, case),
            State::Accepting => self.accept(ctx, case),
            State::HandingOff => self.next_party(ctx, case),
            State::Calling => self.call_arrives(ctx, case),
            State::OnCall => self.on_call_step(ctx, case),
            State::Elapsing => self.elapsed(ctx, case),
            State::Feedback => self.close(ctx, case),
            State::CallBack => self.call_back(ctx, case),
            state
            @ (State::Adjudicating | State::InService | State::Reacting | State::CalledUp) => {
                panic!("invariant: {state:?} ends with a job, not with a step")
            }
        }
    }

    /// A job of the case is finished: its time is split into queue, work and off hours.
    pub(super) fn on_job_done(&mut self, ctx: &mut Ctx, case: u32, finished: &Finished) {
        self.tell_job(case, finished.started, ctx.now());
        let entry = self.cases.at_mut(case);
        entry.job = None;
        entry.record.effort += finished.work;
        self.begun(case, finished.started);
        self.book_job(case, ctx.now(), finished.started);
        match self.cases.at(case).state {
            State::AtGrid => self.settled_by_grid(ctx, case),
            State::Adjudicating => self.adjudicated(ctx, case),
            State::InService => self.next_step(ctx, case),
            State::OnCall => self.on_call_done(ctx, case, finished.started),
            State::Reacting => self.reacted(ctx, case),
            State::CalledUp => self.call_up_done(ctx, case, finished.started),
            state => panic!("invariant: no job can finish in {state:?}"),
        }
    }

    /// Somebody has worked on the case from then on. To settle who has to do it is no work on it.
    pub(in crate::domain) fn begun(&mut self, case: u32, started: Time) {
        let entry = self.cases.at_mut(case);
        if entry.state != State::Adjudicating {
            let begun = *entry.record.begun.get_or_insert(started);
            self.contact_by(case, begun);
        }
    }

    /// Books the time of a job that ended at `now`: waiting and work in working hours, the rest off
    /// hours. Waits for others (call-up, joint) keep their own stage as a whole.
    pub(in crate::domain) fn book_job(&mut self, case: u32, now: Time, started: Time) {
        let entry = self.cases.at(case);
        let (since, stage) = (entry.since, entry.stage);
        let started = started.max(since);
        let [waited, work] = self.wait_and_work(since, started, now);
        let entry = self.cases.at_mut(case);
        if stage == Stage::Queue {
            entry.record.ledger.add(Stage::Queue, waited);
            entry.record.ledger.add(Stage::OffHours, (started - since) - waited);
        } else {
            // The wait is for somebody else and belongs to that stage as a whole.
            entry.record.ledger.add(stage, started - since);
        }
        entry.record.ledger.add(Stage::Work, work);
        entry.record.ledger.add(Stage::OffHours, (now - started) - work);
        entry.since = now;
    }

    /// Stops whatever job the case has, booking its time.
    pub(super) fn drop_job(&mut self, ctx: &mut Ctx, case: u32) {
        let Some(job) = self.cases.at_mut(case).job.take() else { return };
        let cancelled = self.pools.cancel(ctx, job).expect("invariant: a held job is alive");
        if let Some(started) = cancelled.started {
            self.begun(case, started);
        }
        let started = cancelled.started.unwrap_or(ctx.now());
        self.book_job(case, ctx.now(), started);
    }
}
