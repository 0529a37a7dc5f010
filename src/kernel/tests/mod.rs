//! Tests of the engine and the script they share: requests, cancellations and changes at set times,
//! with every conservation law checked after every event.

mod by_hand;
mod event_list;
mod laws;
mod metamorphic;
mod peer;
mod queues;
mod rules;
mod sharing;

use std::collections::BTreeMap;

use crate::base::{Calendar, DAY, Span, Time, WeekPattern};

use super::{
    Cancelled, Context, JobId, Model, N_CLASSES, Phase, PoolEvent, PoolId, PoolSpec, Pools,
    Request, Runner,
};

/// Hours and minutes of the first day as seconds.
pub(super) const fn at(hour: i64, minute: i64) -> i64 {
    hour * 3600 + minute * 60
}

/// One thing that a script does.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Ask(Ask),
    Cancel(u32),
    Servers(PoolId, u32),
    ServersAtOnce(PoolId, u32),
    Lend(PoolId, u32),
    Weights(PoolId, [f64; N_CLASSES]),
    Measure,
}

/// A request of a script; due is the time of the request unless set.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub pools: Vec<PoolId>,
    pub class: u8,
    pub priority: u8,
    pub due: Option<i64>,
    pub work: i64,
    pub tag: u32,
}

impl Ask {
    pub(super) fn new(tag: u32, pool: PoolId, work: i64) -> Ask {
        Ask { pools: vec![pool], class: 0, priority: 1, due: None, work, tag }
    }

    pub(super) fn priority(self, priority: u8) -> Ask {
        Ask { priority, ..self }
    }

    pub(super) fn class(self, class: u8) -> Ask {
        Ask { class, ..self }
    }

    pub(super) fn due(self, due: i64) -> Ask {
        Ask { due: Some(due), ..self }
    }

    pub(super) fn and(mut self, pool: PoolId) -> Ask {
        self.pools.push(pool);
        self
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    Pool(PoolEvent),
    Step(u32),
}

impl From<PoolEvent> for Event {
    fn from(event: PoolEvent) -> Event {
        Event::Pool(event)
    }
}

/// A model that does what its list of steps says and writes down what became of each job.
#[derive(Default)]
pub(super) struct Script {
    pub pools: Pools,
    steps: Vec<(i64, Phase, Step)>,
    ids: BTreeMap<u32, JobId>,
    /// Tag to first start and end.
    pub done: BTreeMap<u32, (i64, i64)>,
    /// Tags in order of completion.
    pub order: Vec<u32>,
    pub refused: Vec<u32>,
    pub cancelled: BTreeMap<u32, Cancelled>,
    /// Checks the laws at the end only; for long lists.
    unchecked: bool,
}

impl Script {
    pub(super) fn new() -> Script {
        Script::default()
    }

    /// A pool that is always open.
    pub(super) fn open_pool(&mut self, servers: u32) -> PoolId {
        let calendar = self.pools.add_calendar(Calendar::always_open(10_000));
        self.pools.add_pool(spec(servers, calendar))
    }

    /// A pool open every day in these spans of hours.
    pub(super) fn day_pool(&mut self, servers: u32, hours: &[(u32, u32)]) -> PoolId {
        let calendar = self.pools.add_calendar(every_day(hours));
        self.pools.add_pool(spec(servers, calendar))
    }

    pub(super) fn at(&mut self, t: i64, step: Step) -> &mut Script {
        self.steps.push((t, Phase::Arrive, step));
        self
    }

    pub(super) fn in_phase(&mut self, t: i64, phase: Phase, step: Step) -> &mut Script {
        self.steps.push((t, phase, step));
        self
    }

    pub(super) fn ask(&mut self, t: i64, ask: Ask) -> &mut Script {
        self.at(t, Step::Ask(ask))
    }

    /// Runs to `until`, with the laws checked after every event.
    pub(super) fn run(&mut self, until: i64) {
        let mut runner = Runner::new(self, Time(until));
        runner.run_until(Time(until));
        self.pools.check(Time(until));
    }

    pub(super) fn run_unchecked(&mut self, until: i64) {
        self.unchecked = true;
        self.run(until);
    }

    fn step(&mut self, ctx: &mut Context<Event>, step: Step) {
        match step {
            Step::Ask(ask) => {
                let request = Request {
                    pools: &ask.pools,
                    class: ask.class,
                    priority: ask.priority,
                    due: ask.due.unwrap_or(ctx.now().0),
                    work: Span(ask.work),
                    tag: ask.tag,
                };
                match self.pools.request(ctx, request) {
                    Some(job) => drop(self.ids.insert(ask.tag, job)),
                    None => self.refused.push(ask.tag),
                }
            }
            Step::Cancel(tag) => {
                let job = self.ids.get(&tag).copied();
                if let Some(cancelled) = job.and_then(|job| self.pools.cancel(ctx, job)) {
                    self.cancelled.insert(tag, cancelled);
                }
            }
            Step::Servers(pool, n) => self.pools.set_servers(ctx, pool, n),
            Step::ServersAtOnce(pool, n) => self.pools.set_servers_at_once(ctx, pool, n),
            Step::Lend(pool, n) => self.pools.set_lend(ctx, pool, n),
            Step::Weights(pool, weights) => self.pools.set_weights(pool, weights),
            Step::Measure => self.pools.start_measuring(ctx.now()),
        }
    }
}

impl Model for Script {
    type Event = Event;

    fn start(&mut self, ctx: &mut Context<Event>) {
        for (i, &(t, phase, _)) in self.steps.iter().enumerate() {
            ctx.schedule_at(Time(t), phase, Event::Step(i as u32));
        }
    }

    fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
        match event {
            Event::Pool(event) => {
                if let Some(job) = self.pools.on_event(ctx, event) {
                    self.done.insert(job.tag, (job.started.0, ctx.now().0));
                    self.order.push(job.tag);
                    assert!(!self.pools.is_alive(job.job), "a finished job is not alive");
                }
            }
            Event::Step(i) => {
                let step = self.steps[i as usize].2.clone();
                self.step(ctx, step);
            }
        }
        if !self.unchecked {
            self.pools.check(ctx.now());
        }
    }
}

/// A pool without any extra.
pub(super) fn spec(servers: u32, calendar: super::CalendarId) -> PoolSpec {
    PoolSpec {
        servers,
        calendar,
        weights: [0.0; N_CLASSES],
        group: None,
        lend: 0,
        preempt: false,
        capacity_limit: None,
    }
}

/// Open every day of the week in these spans of hours, for 400 days from a Monday.
pub(super) fn every_day(hours: &[(u32, u32)]) -> Calendar {
    let spans: Vec<(u32, u32)> = hours.iter().map(|&(a, b)| (a * 3600, b * 3600)).collect();
    let pattern = WeekPattern { days: std::array::from_fn(|_| spans.clone()) };
    Calendar::without_holidays(jiff::civil::date(2024, 1, 1), 400, &pattern)
}

#[test]
fn runner_in_steps_equals_one_run() {
    // Catches: a step boundary that loses, repeats or reorders events.
    let build = || {
        let mut script = Script::new();
        let pool = script.day_pool(1, &[(9, 12), (13, 17)]);
        for i in 0..40 {
            script.ask(i64::from(i) * 3000, Ask::new(i, pool, 2000 + 700 * i64::from(i % 5)));
        }
        script
    };
    let mut whole = build();
    whole.run(20 * DAY);
    let mut parts = build();
    let mut runner = Runner::new(&mut parts, Time(20 * DAY));
    for quarter in 1..=80 {
        let count = runner.run_until(Time(quarter * DAY / 4));
        assert_eq!(runner.now(), Time(quarter * DAY / 4));
        assert!(count.events > 0);
    }
    assert_eq!(whole.done, parts.done);
    assert_eq!(whole.done.len(), 40);
}

#[test]
#[should_panic(expected = "a loop without time")]
fn a_loop_without_time_is_stopped() {
    // Catches: a model that never advances the clock and would run for ever.
    struct Loop;
    impl Model for Loop {
        type Event = ();
        fn start(&mut self, ctx: &mut Context<()>) {
            ctx.schedule_at(Time(5), Phase::Decide, ());
        }
        fn handle(&mut self, ctx: &mut Context<()>, (): ()) {
            ctx.schedule_in(Span::ZERO, Phase::Decide, ());
        }
    }
    super::run(&mut Loop, Time(10));
}

#[test]
#[should_panic(expected = "scheduled in the past")]
fn the_past_is_an_error() {
    // Catches: a clamp that hides an event scheduled before now.
    struct Back;
    impl Model for Back {
        type Event = ();
        fn start(&mut self, ctx: &mut Context<()>) {
            ctx.schedule_at(Time(5), Phase::Decide, ());
        }
        fn handle(&mut self, ctx: &mut Context<()>, (): ()) {
            ctx.schedule_at(Time(4), Phase::Decide, ());
        }
    }
    super::run(&mut Back, Time(10));
}

#[test]
fn events_beyond_the_horizon_are_dropped() {
    // Catches: a list that fills with events no run will reach.
    let mut ctx: Context<()> = Context::new(Time(100));
    ctx.schedule_at(Time(99), Phase::Arrive, ());
    ctx.schedule_at(Time(100), Phase::Arrive, ());
    ctx.schedule_at(Time::NEVER, Phase::Arrive, ());
    assert_eq!(ctx.pending(), 1);
}
