//! One server that goes round the queues, on the engine.

use std::collections::VecDeque;

use super::bench::{Bench, Event, Trial};
use super::spec::{Law, Visit};
use super::tally::Sample;
use crate::base::{Span, Time};
use crate::kernel::{Context, Model, Phase, run};

const GAP: u16 = 0;
const SERVICE: u16 = 1;
const WALK: u16 = 2;

/// The tag of the server's walk to the next queue.
const WALKING: u32 = u32::MAX;

/// Everything a round needs.
pub(super) struct Round {
    pub(super) queues: u32,
    pub(super) rate: f64,
    pub(super) service: Law,
    pub(super) walk: Law,
    pub(super) visit: Visit,
}

struct Polling<'a> {
    bench: Bench<'a>,
    round: Round,
    lines: Vec<VecDeque<(Time, Span)>>,
    /// Where the server is, and whom of that line it still takes (gated).
    at: usize,
    gate: usize,
    /// The customer in service: when it came.
    served: (Time, Span),
}

impl Polling<'_> {
    fn plan(&mut self, ctx: &mut Context<Event>, queue: u32) {
        let gap = self.bench.span(GAP, Law::exponential(1.0 / self.round.rate));
        ctx.schedule_in(gap, Phase::Arrive, Event::Come(queue));
    }

    /// The server takes the next one here, or walks on.
    fn go_on(&mut self, ctx: &mut Context<Event>) {
        let more = match self.round.visit {
            Visit::Exhaustive => !self.lines[self.at].is_empty(),
            Visit::Gated => self.gate > 0,
        };
        if more && let Some(next) = self.lines[self.at].pop_front() {
            self.gate = self.gate.saturating_sub(1);
            self.served = next;
            self.bench.ask(ctx, 0, next.1, self.at as u32);
        } else {
            let work = self.bench.span(WALK, self.round.walk);
            self.bench.ask(ctx, 0, work, WALKING);
        }
    }
}

impl Model for Polling<'_> {
    type Event = Event;

    fn start(&mut self, ctx: &mut Context<Event>) {
        ctx.schedule_at(Time(self.bench.from), Phase::Finish, Event::Measure);
        (0..self.round.queues).for_each(|queue| self.plan(ctx, queue));
        self.go_on(ctx);
    }

    fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
        let now = ctx.now();
        match event {
            Event::Measure => self.bench.pools.start_measuring(now),
            Event::Come(queue) => {
                let work = self.bench.span(SERVICE, self.round.service);
                self.bench.came(0, now);
                self.bench.asked(0, now, work);
                self.bench.change(now, 1);
                self.lines[queue as usize].push_back((now, work));
                self.plan(ctx, queue);
            }
            Event::Pool(event) => {
                let Some(done) = self.bench.pools.on_event(ctx, event) else { return };
                if done.tag == WALKING {
                    self.at = (self.at + 1) % self.lines.len();
                    self.gate = self.lines[self.at].len();
                } else {
                    let (came, work) = self.served;
                    let sojourn = (now - came).0;
                    let wait = sojourn - work.0;
                    self.bench.left(0, now, (wait, wait > 0), sojourn);
                    self.bench.change(now, -1);
                }
                self.go_on(ctx);
            }
            Event::Timer(_) => unreachable!("nobody has a timer here"),
        }
    }
}

/// One replication of a server that goes round. Numbers of customers are per queue.
pub(super) fn simulate(round: Round, trial: &Trial<'_>) -> Sample {
    let bench = Bench::new(trial, &[1], 1);
    let lines = vec![VecDeque::new(); round.queues as usize];
    let (queues, rate, service) = (f64::from(round.queues), round.rate, round.service);
    let served = (Time::ZERO, Span::ZERO);
    let mut model = Polling { bench, round, lines, at: 0, gate: 0, served };
    let to = Time(model.bench.to);
    run(&mut model, to);
    let mut sample = model.bench.finish(&[], true);
    let all = &mut sample.parts[0];
    // The pool is busy walking as well: work of those who left is what it served.
    all.busy = all.sojourn - all.wait;
    all.servers = all.window;
    let controls =
        [all.arrived - queues * rate * all.window, all.work - all.arrived * service.mean];
    all.waiting = (all.present - all.busy) / queues;
    all.present /= queues;
    sample.controls.extend(controls);
    sample
}
