//! What the engine's own models share: time, pools, draws, and counting in a window.

use super::spec::Law;
use super::tally::{Leaving, Sample, Tally, Threshold};
use crate::base::{Calendar, DAY, Span, Time};
use crate::kernel::{Context, N_CLASSES, PoolEvent, PoolId, PoolSpec, Pools, Request};
use crate::random::Streams;

/// A unit of the row \[s\]: so long that whole seconds do not show.
pub(super) const UNIT_S: f64 = 1e6;

/// Purposes of draws, at most: two for each of sixteen classes.
const PURPOSES: usize = 32;

/// Events of the engine's own models.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// Somebody comes from outside, or back, at a place.
    Come(u32),
    /// A timer of a customer.
    Timer(u32),
    /// Measuring starts.
    Measure,
    /// A pool's own event.
    Pool(PoolEvent),
}

impl From<PoolEvent> for Event {
    fn from(event: PoolEvent) -> Event {
        Event::Pool(event)
    }
}

/// One replication of an engine model.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trial<'a> {
    /// Seed of the group.
    pub(super) seed: u64,
    /// Number of the replication.
    pub(super) replication: u64,
    /// Units before measuring.
    pub(super) warm_up: f64,
    /// Units measured.
    pub(super) window: f64,
    /// Bounds to count below.
    pub(super) thresholds: &'a [Threshold],
}

/// Seconds of a number of units.
pub(super) fn seconds(units: f64) -> i64 {
    (units * UNIT_S).round() as i64
}

/// Pools, draws and counts of one replication.
pub(super) struct Bench<'a> {
    pub(super) pools: Pools,
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) parts: Vec<Tally>,
    streams: Streams,
    thresholds: &'a [Threshold],
    /// Number of draws so far, by purpose.
    drawn: [u64; PURPOSES],
    /// Customers present, and until when their integral is counted.
    present: i64,
    present_at: i64,
    present_area: i128,
}

impl<'a> Bench<'a> {
    /// Pools of so many servers each, none busy.
    pub(super) fn new(trial: &Trial<'a>, servers: &[u32], n_parts: usize) -> Bench<'a> {
        let (from, to) = (seconds(trial.warm_up), seconds(trial.warm_up + trial.window));
        let mut pools = Pools::new();
        let days = u32::try_from(to / DAY + 2).expect("invariant: a trial has less than 4e9 days");
        let calendar = pools.add_calendar(Calendar::always_open(days));
        for n in servers {
            pools.add_pool(PoolSpec {
                servers: *n,
                calendar,
                weights: [0.0; N_CLASSES],
                group: None,
                lend: 0,
                preempt: false,
                capacity_limit: None,
            });
        }
        Bench {
            pools,
            from,
            to,
            parts: vec![Tally::default(); n_parts],
            streams: Streams::new(trial.seed, trial.replication),
            thresholds: trial.thresholds,
            drawn: [0; PURPOSES],
            present: 0,
            present_at: 0,
            present_area: 0,
        }
    }

    /// The next uniform of a purpose.
    pub(super) fn uniform(&mut self, purpose: u16) -> f64 {
        let drawn = &mut self.drawn[usize::from(purpose)];
        *drawn += 1;
        self.streams.uniform(purpose, *drawn, 0)
    }

    /// The next length of a law, in whole seconds.
    pub(super) fn span(&mut self, purpose: u16, law: Law) -> Span {
        let u = self.uniform(purpose);
        Span(seconds(law.shape.draw(u, law.mean, 1.0)).max(1))
    }

    /// Asks a pool for service, first come, first served.
    pub(super) fn ask(&mut self, ctx: &mut Context<Event>, pool: usize, work: Span, tag: u32) {
        self.ask_with(ctx, (pool, 0), work, tag);
    }

    /// Asks a pool for service with a priority; lower ones go first.
    pub(super) fn ask_with(
        &mut self,
        ctx: &mut Context<Event>,
        (pool, priority): (usize, u8),
        work: Span,
        tag: u32,
    ) {
        let request = Request {
            pools: &[PoolId(pool as u32)],
            class: 0,
            priority,
            due: ctx.now().0,
            work,
            tag,
        };
        self.pools.request(ctx, request).expect("invariant: pools without a limit refuse nobody");
    }

    /// Is an instant inside the window?
    pub(super) fn inside(&self, at: Time) -> bool {
        (self.from..self.to).contains(&at.0)
    }

    /// Counts an arrival at a part.
    pub(super) fn came(&mut self, part: usize, now: Time) {
        if self.inside(now) {
            self.parts[part].arrived += 1.0;
        }
    }

    /// Counts service asked for.
    pub(super) fn asked(&mut self, part: usize, now: Time, work: Span) {
        if self.inside(now) {
            self.parts[part].work += work.0 as f64 / UNIT_S;
        }
    }

    /// The number of customers present changes.
    pub(super) fn change(&mut self, now: Time, by: i64) {
        let passed = (now.0 - self.present_at.max(self.from)).max(0);
        self.present_area += i128::from(self.present) * i128::from(passed);
        self.present_at = now.0;
        self.present += by;
    }

    /// Counts somebody who leaves a part, served.
    pub(super) fn left(&mut self, part: usize, now: Time, waits: (i64, bool), sojourn: i64) {
        if self.inside(now) {
            let (wait, waited) = waits;
            let who = Leaving { wait, sojourn, waited, served: true };
            self.parts[part].leave(who, UNIT_S, part, self.thresholds);
        }
    }

    /// Load of a pool as a part's areas.
    fn load(&mut self, pool: usize, part: usize) {
        let load = self.pools.load(PoolId(pool as u32), Time(self.to));
        let units = |hours: f64| hours * 3600.0 / UNIT_S;
        let tally = &mut self.parts[part];
        tally.busy += units(load.busy_h);
        tally.servers += units(load.available_h);
        tally.waiting += units(load.queue_area_h);
        tally.present += units(load.queue_area_h + load.busy_h);
    }

    /// Ends a replication: areas of pools go to parts (pool, part), and the integral of the
    /// customers present to the whole, unless pools gave it.
    pub(super) fn finish(mut self, areas: &[(usize, usize)], by_count: bool) -> Sample {
        self.pools.check(Time(self.to));
        for &(pool, part) in areas {
            self.load(pool, part);
        }
        self.change(Time(self.to), 0);
        if by_count {
            self.parts[0].present = self.present_area as f64 / UNIT_S;
        }
        let window = (self.to - self.from) as f64 / UNIT_S;
        self.parts.iter_mut().for_each(|part| part.window = window);
        Sample { parts: self.parts, ..Sample::default() }
    }
}
