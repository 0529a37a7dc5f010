//! More classes of customers than a counter of the model tells apart, on the engine.

use super::bench::{Bench, Event, Trial};
use super::spec::{Class, Law};
use super::tally::Sample;
use crate::base::Time;
use crate::kernel::{Context, Model, Phase, run};

/// Purposes: gaps from here, one for each class, then services.
const GAP: u16 = 0;

struct Line<'a> {
    bench: Bench<'a>,
    classes: Vec<Class>,
}

impl Line<'_> {
    fn plan(&mut self, ctx: &mut Context<Event>, class: usize) {
        let law = Law::exponential(1.0 / self.classes[class].rate);
        let gap = self.bench.span(GAP + class as u16, law);
        ctx.schedule_in(gap, Phase::Arrive, Event::Come(class as u32));
    }
}

impl Model for Line<'_> {
    type Event = Event;

    fn start(&mut self, ctx: &mut Context<Event>) {
        ctx.schedule_at(Time(self.bench.from), Phase::Finish, Event::Measure);
        (0..self.classes.len()).for_each(|class| self.plan(ctx, class));
    }

    fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
        let now = ctx.now();
        match event {
            Event::Measure => self.bench.pools.start_measuring(now),
            Event::Come(tag) => {
                let class = tag as usize;
                let purpose = (self.classes.len() + class) as u16;
                let work = self.bench.span(purpose, self.classes[class].service);
                for part in [0, class + 1] {
                    self.bench.came(part, now);
                    self.bench.asked(part, now, work);
                }
                self.bench.ask_with(ctx, (0, class as u8), work, tag);
                self.plan(ctx, class);
            }
            Event::Pool(event) => {
                let Some(done) = self.bench.pools.on_event(ctx, event) else { return };
                let wait = (done.started - done.enqueued).0;
                for part in [0, done.tag as usize + 1] {
                    self.bench.left(part, now, (wait, wait > 0), (now - done.enqueued).0);
                }
            }
            Event::Timer(_) => unreachable!("nobody has a timer here"),
        }
    }
}

/// One replication.
pub(super) fn simulate(servers: u32, classes: &[Class], trial: &Trial<'_>) -> Sample {
    let bench = Bench::new(trial, &[servers], classes.len() + 1);
    let mut model = Line { bench, classes: classes.to_vec() };
    let to = Time(model.bench.to);
    run(&mut model, to);
    let mut sample = model.bench.finish(&[(0, 0)], false);
    // Numbers of a class are what its customers spent: those that left stand for those there.
    for part in &mut sample.parts[1..] {
        (part.waiting, part.present) = (part.wait, part.sojourn);
    }
    let all = &sample.parts[0];
    let mean: f64 = classes.iter().map(|class| class.rate * class.service.mean).sum();
    let rate: f64 = classes.iter().map(|class| class.rate).sum();
    let controls = [all.arrived - rate * all.window, all.work - mean * all.window];
    sample.controls.extend(controls);
    sample
}
