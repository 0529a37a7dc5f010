//! A closed population, work in parallel branches, and repeated tries, on the engine.

use super::bench::{Bench, Event, Trial};
use super::spec::Law;
use super::tally::Sample;
use crate::base::Time;
use crate::kernel::{Context, Model, Phase, run};

const GAP: u16 = 0;
const SERVICE: u16 = 1;
const RETRY: u16 = 2;

/// Customers of a closed population: think, ask, be served.
struct Finite<'a> {
    bench: Bench<'a>,
    sources: u32,
    think: Law,
    service: Law,
}

impl Finite<'_> {
    fn think(&mut self, ctx: &mut Context<Event>, source: u32) {
        let gap = self.bench.span(GAP, self.think);
        ctx.schedule_in(gap, Phase::Arrive, Event::Come(source));
    }
}

impl Model for Finite<'_> {
    type Event = Event;

    fn start(&mut self, ctx: &mut Context<Event>) {
        ctx.schedule_at(Time(self.bench.from), Phase::Finish, Event::Measure);
        (0..self.sources).for_each(|source| self.think(ctx, source));
    }

    fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
        let now = ctx.now();
        match event {
            Event::Measure => self.bench.pools.start_measuring(now),
            Event::Come(source) => {
                let work = self.bench.span(SERVICE, self.service);
                self.bench.came(0, now);
                self.bench.asked(0, now, work);
                self.bench.ask(ctx, 0, work, source);
            }
            Event::Pool(event) => {
                let Some(done) = self.bench.pools.on_event(ctx, event) else { return };
                let wait = (done.started - done.enqueued).0;
                self.bench.left(0, now, (wait, wait > 0), (now - done.enqueued).0);
                self.think(ctx, done.tag);
            }
            Event::Timer(_) => unreachable!("nobody has a timer here"),
        }
    }
}

/// One replication of a closed population.
pub(super) fn finite(
    sources: u32,
    servers: u32,
    (think, service): (f64, f64),
    trial: &Trial<'_>,
) -> Sample {
    let bench = Bench::new(trial, &[servers], 1);
    let (think, law) = (Law::exponential(think), Law::exponential(service));
    let mut model = Finite { bench, sources, think, service: law };
    let to = Time(model.bench.to);
    run(&mut model, to);
    let mut sample = model.bench.finish(&[(0, 0)], false);
    let all = &sample.parts[0];
    sample.controls.push(all.work - all.arrived * service);
    sample
}

/// Each customer is split, and whole again when all parts are done.
struct ForkJoin<'a> {
    bench: Bench<'a>,
    branches: u32,
    gap: Law,
    service: Law,
    /// When each customer came, and parts not yet done.
    customers: Vec<(Time, u32)>,
    free: Vec<u32>,
}

impl Model for ForkJoin<'_> {
    type Event = Event;

    fn start(&mut self, ctx: &mut Context<Event>) {
        ctx.schedule_at(Time(self.bench.from), Phase::Finish, Event::Measure);
        let gap = self.bench.span(GAP, self.gap);
        ctx.schedule_in(gap, Phase::Arrive, Event::Come(0));
    }

    fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
        let now = ctx.now();
        match event {
            Event::Measure => self.bench.pools.start_measuring(now),
            Event::Come(_) => {
                let slot = self.free.pop().unwrap_or(self.customers.len() as u32);
                if slot as usize == self.customers.len() {
                    self.customers.push((now, self.branches));
                } else {
                    self.customers[slot as usize] = (now, self.branches);
                }
                self.bench.came(0, now);
                self.bench.change(now, 1);
                for branch in 0..self.branches as usize {
                    let work = self.bench.span(SERVICE, self.service);
                    self.bench.asked(0, now, work);
                    self.bench.ask(ctx, branch, work, slot);
                }
                let gap = self.bench.span(GAP, self.gap);
                ctx.schedule_in(gap, Phase::Arrive, Event::Come(0));
            }
            Event::Pool(event) => {
                let Some(done) = self.bench.pools.on_event(ctx, event) else { return };
                let (came, missing) = &mut self.customers[done.tag as usize];
                *missing -= 1;
                if *missing == 0 {
                    let sojourn = (now - *came).0;
                    self.bench.left(0, now, (0, false), sojourn);
                    self.bench.change(now, -1);
                    self.free.push(done.tag);
                }
            }
            Event::Timer(_) => unreachable!("nobody has a timer here"),
        }
    }
}

/// One replication of work in parallel branches.
pub(super) fn fork_join(branches: u32, rate: f64, service: f64, trial: &Trial<'_>) -> Sample {
    let bench = Bench::new(trial, &vec![1; branches as usize], 1);
    let mut model = ForkJoin {
        bench,
        branches,
        gap: Law::exponential(1.0 / rate),
        service: Law::exponential(service),
        customers: Vec::new(),
        free: Vec::new(),
    };
    let to = Time(model.bench.to);
    run(&mut model, to);
    let areas: Vec<(usize, usize)> = (0..branches as usize).map(|branch| (branch, 0)).collect();
    let mut sample = model.bench.finish(&areas, true);
    let all = &sample.parts[0];
    let arrivals = all.arrived - rate * all.window;
    let work = all.work - all.arrived * service * f64::from(branches);
    sample.controls.extend([arrivals, work]);
    sample
}

/// No line: who finds the server busy tries again after a while.
struct Retrial<'a> {
    bench: Bench<'a>,
    gap: Law,
    service: Law,
    retry: Law,
    /// When each customer came, and the service asked for.
    customers: Vec<(Time, crate::base::Span)>,
    free: Vec<u32>,
}

impl Retrial<'_> {
    /// Somebody tries: service begins, or the next try is planned.
    fn attempt(&mut self, ctx: &mut Context<Event>, customer: u32) {
        if self.bench.pools.present(crate::kernel::PoolId(0)) == 0 {
            let work = self.customers[customer as usize].1;
            self.bench.ask(ctx, 0, work, customer);
        } else {
            let gap = self.bench.span(RETRY, self.retry);
            ctx.schedule_in(gap, Phase::Arrive, Event::Timer(customer));
        }
    }
}

impl Model for Retrial<'_> {
    type Event = Event;

    fn start(&mut self, ctx: &mut Context<Event>) {
        ctx.schedule_at(Time(self.bench.from), Phase::Finish, Event::Measure);
        let gap = self.bench.span(GAP, self.gap);
        ctx.schedule_in(gap, Phase::Arrive, Event::Come(0));
    }

    fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
        let now = ctx.now();
        match event {
            Event::Measure => self.bench.pools.start_measuring(now),
            Event::Come(_) => {
                let work = self.bench.span(SERVICE, self.service);
                let slot = self.free.pop().unwrap_or(self.customers.len() as u32);
                if slot as usize == self.customers.len() {
                    self.customers.push((now, work));
                } else {
                    self.customers[slot as usize] = (now, work);
                }
                self.bench.came(0, now);
                self.bench.asked(0, now, work);
                self.bench.change(now, 1);
                self.attempt(ctx, slot);
                let gap = self.bench.span(GAP, self.gap);
                ctx.schedule_in(gap, Phase::Arrive, Event::Come(0));
            }
            Event::Timer(customer) => self.attempt(ctx, customer),
            Event::Pool(event) => {
                let Some(done) = self.bench.pools.on_event(ctx, event) else { return };
                let came = self.customers[done.tag as usize].0;
                let wait = (done.started - came).0;
                self.bench.left(0, now, (wait, wait > 0), (now - came).0);
                self.bench.change(now, -1);
                self.free.push(done.tag);
            }
        }
    }
}

/// One replication of repeated tries.
pub(super) fn retrial(rate: f64, service: f64, retry: f64, trial: &Trial<'_>) -> Sample {
    let bench = Bench::new(trial, &[1], 1);
    let mut model = Retrial {
        bench,
        gap: Law::exponential(1.0 / rate),
        service: Law::exponential(service),
        retry: Law::exponential(retry),
        customers: Vec::new(),
        free: Vec::new(),
    };
    let to = Time(model.bench.to);
    run(&mut model, to);
    let mut sample = model.bench.finish(&[(0, 0)], true);
    let all = &mut sample.parts[0];
    // The line of the pool is empty: who waits is in the orbit.
    all.waiting = all.present - all.busy;
    let controls = [all.arrived - rate * all.window, all.work - all.arrived * service];
    sample.controls.extend(controls);
    sample
}
