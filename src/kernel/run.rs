//! The loop: take the next event, hand it to the model.

use crate::base::Time;

use super::context::Context;

/// More events than this in one instant are a loop without time, not a model.
const MAX_EVENTS_PER_INSTANT: u32 = 1_000_000;

/// How soon a foreseen event will probably come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Soon {
    /// After a few others: time enough to bring what it names.
    Later,
    /// After the present one: what it names is here and can be followed.
    Next,
}

/// Events that come before the one that is foreseen early.
const FAR: usize = 2;

/// Something that can be simulated: a closed set of events and what they do.
pub trait Model {
    /// Everything that can happen; `Copy`, because events are stored by value.
    type Event: Copy;

    /// Called once at time zero, before any event.
    fn start(&mut self, ctx: &mut Context<Self::Event>);

    /// Called for each event in the order (time, phase, sequence).
    fn handle(&mut self, ctx: &mut Context<Self::Event>, event: Self::Event);

    /// Called with an event that will probably come soon, before the present one is handled.
    ///
    /// A large model may ask here for the memory that event will need ([`crate::base::fetch`]): it
    /// then comes into the cache while other events are worked on. Nothing can be changed, and
    /// nothing may be concluded: other events may come first, or the foreseen one may be stale by
    /// then.
    #[inline]
    fn foresee(&self, _event: Self::Event, _soon: Soon) {}
}

/// What a run did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct RunCount {
    /// Events handled since the start.
    pub events: u64,
    /// Events still pending, stale ones included.
    pub pending: usize,
}

/// Runs a model from time zero and handles every event before `until`; the clock then stands at
/// `until`.
///
/// # Panics
/// After a million events in one instant, or when the model panics.
pub fn run<M: Model>(model: &mut M, until: Time) -> RunCount {
    Runner::new(model, until).run_until(until)
}

/// A run that can be advanced in steps.
#[derive(Debug)]
pub struct Runner<'m, M: Model> {
    model: &'m mut M,
    ctx: Context<M::Event>,
}

impl<'m, M: Model> Runner<'m, M> {
    /// Starts the model; no step may go past `horizon`.
    pub fn new(model: &'m mut M, horizon: Time) -> Runner<'m, M> {
        let mut ctx = Context::new(horizon);
        model.start(&mut ctx);
        Runner { model, ctx }
    }

    /// Handles every event before `until` and sets the clock to it.
    ///
    /// # Panics
    /// After a million events in one instant, if `until` is past the horizon, or when the model
    /// panics.
    pub fn run_until(&mut self, until: Time) -> RunCount {
        assert!(until <= self.ctx.horizon(), "a step may not go past the horizon");
        let mut instant = self.ctx.now();
        let mut in_instant = 0_u32;
        while let Some(event) = self.ctx.next_before(until) {
            if self.ctx.now() == instant {
                in_instant += 1;
                assert!(
                    in_instant < MAX_EVENTS_PER_INSTANT,
                    "a million events at {} s: a loop without time",
                    instant.0
                );
            } else {
                instant = self.ctx.now();
                in_instant = 1;
            }
            if let Some(later) = self.ctx.probably_after(FAR) {
                self.model.foresee(later, Soon::Later);
            }
            if let Some(next) = self.ctx.probably_after(0) {
                self.model.foresee(next, Soon::Next);
            }
            self.model.handle(&mut self.ctx, event);
        }
        self.ctx.advance_to(until);
        RunCount { events: self.ctx.events_handled(), pending: self.ctx.pending() }
    }

    /// The present instant.
    pub fn now(&self) -> Time {
        self.ctx.now()
    }

    /// The model between two steps.
    pub fn model(&mut self) -> &mut M {
        self.model
    }

    /// Clock and pending events between two steps, for models that are changed from outside.
    pub fn parts(&mut self) -> (&mut M, &mut Context<M::Event>) {
        (self.model, &mut self.ctx)
    }
}
