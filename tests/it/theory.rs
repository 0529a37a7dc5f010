//! A harbor on the engine: nothing of a city is needed to use it, and its queues are as long as the
//! theory of queues says. (All queues with known answers: tests of `kernel`.)

use huying::base::{Calendar, Span, Time};
use huying::kernel::{
    Context, Model, N_CLASSES, Phase, PoolEvent, PoolId, PoolSpec, Pools, Request, run,
};
use huying::random::{Streams, exponential};

use crate::fixture::slow;

/// Mean time at a berth [s]: long, so that rounding to seconds does not show.
const STAY: f64 = 1e6;

#[derive(Clone, Copy, Debug)]
enum Event {
    Ship,
    Pool(PoolEvent),
}

impl From<PoolEvent> for Event {
    fn from(event: PoolEvent) -> Event {
        Event::Pool(event)
    }
}

/// Ships come at random, take a berth (and a tug for all of their stay, if tugs are asked for).
struct Harbor {
    pools: Pools,
    asked: Vec<PoolId>,
    streams: Streams,
    /// Mean time between ships [s].
    gap: f64,
    n_ships: u64,
    n_left: u64,
}

impl Model for Harbor {
    type Event = Event;

    fn start(&mut self, ctx: &mut Context<Event>) {
        ctx.schedule_at(Time::ZERO, Phase::Arrive, Event::Ship);
    }

    fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
        match event {
            Event::Ship => {
                let [gap, stay] = self.streams.pair(0, self.n_ships, 0);
                self.n_ships += 1;
                let request = Request {
                    pools: &self.asked,
                    class: 0,
                    priority: 0,
                    due: ctx.now().0,
                    work: Span((exponential(stay, STAY).round() as i64).max(1)),
                    tag: 0,
                };
                self.pools.request(ctx, request).expect("a harbor refuses nobody");
                let gap = exponential(gap, self.gap).round() as i64;
                ctx.schedule_in(Span(gap), Phase::Arrive, Event::Ship);
            }
            Event::Pool(event) => {
                self.n_left += u64::from(self.pools.on_event(ctx, event).is_some());
            }
        }
    }
}

/// Mean wait for a berth over mean stay, one replication.
fn wait(berths: u32, tugs: Option<u32>, load: f64, replication: u64) -> f64 {
    let end = Time((40_000.0 * STAY) as i64);
    let mut pools = Pools::new();
    let calendar = pools.add_calendar(Calendar::always_open((end.day() + 2) as u32));
    let spec = |servers| PoolSpec {
        servers,
        calendar,
        weights: [0.0; N_CLASSES],
        group: None,
        lend: 0,
        preempt: false,
        capacity_limit: None,
    };
    let asked: Vec<PoolId> =
        [Some(berths), tugs].into_iter().flatten().map(|n| pools.add_pool(spec(n))).collect();
    let berth = asked[0];
    let gap = STAY / (load * f64::from(berths));
    let streams = Streams::new(19_910_407, replication);
    let mut harbor = Harbor { pools, asked, streams, gap, n_ships: 0, n_left: 0 };
    run(&mut harbor, end);
    harbor.pools.check(end);
    let waiting = harbor.pools.busy(berth) as usize + harbor.pools.waiting(berth) as usize;
    assert_eq!(harbor.n_ships, harbor.n_left + waiting as u64, "ships that came, left or are here");
    let load = harbor.pools.load(berth, end);
    load.wait_sum_h / load.waits as f64 * 3600.0 / STAY
}

/// Mean wait over mean service of M/M/c (Erlang C).
fn erlang_c(servers: u32, load: f64) -> f64 {
    let offered = f64::from(servers) * load;
    let mut blocked = 1.0;
    for k in 1..=servers {
        blocked = offered * blocked / (f64::from(k) + offered * blocked);
    }
    let waits = blocked / (1.0 - load * (1.0 - blocked));
    waits / (f64::from(servers) * (1.0 - load))
}

fn agrees(berths: u32, tugs: Option<u32>, load: f64, exact: f64) {
    let n = if slow() { 40 } else { 8 };
    let waits: Vec<f64> = (0..n).map(|replication| wait(berths, tugs, load, replication)).collect();
    let mean = waits.iter().sum::<f64>() / n as f64;
    let squares = waits.iter().map(|wait| (wait - mean) * (wait - mean)).sum::<f64>();
    let error = (squares / (n as f64 * (n as f64 - 1.0))).sqrt();
    let z = (mean - exact) / error;
    println!("{berths} berths, {tugs:?} tugs at {load}: {mean:.4} for {exact:.4}, z = {z:.2}");
    assert!(z.abs() < 4.0, "{berths} berths at {load}: {mean} for {exact}, z = {z}");
}

// Catches an engine that cannot be used without the city, ships lost in the harbor, and queues that
// are not as long as Erlang's.
#[test]
fn a_harbor_waits_as_erlang_says() {
    assert!((erlang_c(1, 0.7) - 0.7 / 0.3).abs() < 1e-12, "the formula itself");
    agrees(1, None, 0.7, erlang_c(1, 0.7));
    agrees(4, None, 0.8, erlang_c(4, 0.8));
    agrees(10, None, 0.9, erlang_c(10, 0.9));
    // With as many tugs as berths the second need changes nothing.
    agrees(4, Some(4), 0.8, erlang_c(4, 0.8));
}
