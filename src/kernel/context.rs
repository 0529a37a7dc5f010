//! What a model may do with time: read the clock and schedule events.

use crate::base::{Span, Time};

use super::event_list::EventList;

/// Order of events within one instant; equal phases keep their order of scheduling.
///
/// Work ends before calendars change, so a server that finishes at closing time is free before the
/// shift is over; calendars change before new work arrives; decisions see all arrivals of the
/// instant, and observers see everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Something under way ends: a service, a trip, a delay.
    Finish = 0,
    /// A calendar opens, a rule or a number of servers changes.
    Change = 1,
    /// Something new comes.
    Arrive = 2,
    /// A deadline is judged, a choice is made.
    Decide = 3,
    /// A state is read and nothing is changed.
    Observe = 4,
}

/// Clock and pending events of one replication.
#[derive(Clone, Debug)]
pub struct Context<E: Copy> {
    now: Time,
    horizon: Time,
    pub(super) list: EventList<E>,
}

impl<E: Copy> Context<E> {
    /// A clock at zero. Events at or after `horizon` are dropped when scheduled, because no run
    /// goes past it.
    pub fn new(horizon: Time) -> Context<E> {
        let horizon = horizon.min(Time::NEVER);
        Context { now: Time::ZERO, horizon, list: EventList::new() }
    }

    /// The present instant.
    #[inline]
    pub fn now(&self) -> Time {
        self.now
    }

    /// The end of the run: nothing at or after it is handled.
    pub fn horizon(&self) -> Time {
        self.horizon
    }

    /// Schedules an event.
    ///
    /// # Panics
    /// If `t` is in the past.
    #[inline(always)]
    pub fn schedule_at(&mut self, t: Time, phase: Phase, event: E) {
        assert!(t >= self.now, "scheduled in the past: {} s before now", self.now.0 - t.0);
        if t < self.horizon {
            self.list.push(t, phase, event);
        }
    }

    /// Schedules an event `after` from now.
    ///
    /// # Panics
    /// If `after` is negative.
    #[inline]
    pub fn schedule_in(&mut self, after: Span, phase: Phase, event: E) {
        self.schedule_at(self.now + after, phase, event);
    }

    /// Events handled so far.
    pub fn events_handled(&self) -> u64 {
        self.list.pushed() - self.list.len() as u64
    }

    /// Events scheduled and not yet handled; stale ones (cancelled by generation) included.
    pub fn pending(&self) -> usize {
        self.list.len()
    }

    /// Takes the next event before `until` and moves the clock to it.
    #[inline]
    pub(super) fn next_before(&mut self, until: Time) -> Option<E> {
        let (time, event) = self.list.pop_before(until)?;
        debug_assert!(time >= self.now, "the clock runs forward");
        self.now = time;
        Some(event)
    }

    /// The event that so many others come before unless more are scheduled, if it is at hand.
    #[inline]
    pub(super) fn probably_after(&self, others: usize) -> Option<E> {
        self.list.probably_after(others)
    }

    pub(super) fn advance_to(&mut self, t: Time) {
        self.now = self.now.max(t);
    }
}
