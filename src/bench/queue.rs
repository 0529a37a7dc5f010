//! M/M/1: arrivals at rate 0.9, one server of rate 1.

use std::collections::VecDeque;

use super::{SERVICE, Served};
use crate::base::{Calendar, Span, Time};
use crate::kernel::{
    Context, EventList, Model, N_CLASSES, Phase, PoolEvent, PoolId, PoolSpec, Pools, Request, run,
};
use crate::random::{Streams, exponential};

/// Arrivals per mean service.
const LOAD: f64 = 0.9;

/// What the next customer brings: the gap after it, and its service.
#[inline]
fn customer(streams: Streams, number: u64) -> [Span; 2] {
    let [gap, service] = streams.pair(0, number, 0);
    let gap = Span(exponential(gap, SERVICE / LOAD) as i64);
    [gap, Span(exponential(service, SERVICE) as i64)]
}

#[derive(Clone, Copy)]
enum Event {
    Pool(PoolEvent),
    Arrive,
}

impl From<PoolEvent> for Event {
    fn from(event: PoolEvent) -> Event {
        Event::Pool(event)
    }
}

struct Queue {
    streams: Streams,
    pools: Pools,
    pool: PoolId,
    arrived: u64,
    customers: u64,
    served: Served,
}

impl Model for Queue {
    type Event = Event;

    fn start(&mut self, ctx: &mut Context<Event>) {
        ctx.schedule_at(Time::ZERO, Phase::Arrive, Event::Arrive);
    }

    #[inline]
    fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
        match event {
            Event::Arrive => {
                let [gap, work] = customer(self.streams, self.arrived);
                self.arrived += 1;
                if self.arrived < self.customers {
                    ctx.schedule_in(gap, Phase::Arrive, Event::Arrive);
                }
                let (pools, due) = (&[self.pool], ctx.now().0);
                let request = Request { pools, class: 0, priority: 1, due, work, tag: 0 };
                self.pools.request(ctx, request);
            }
            Event::Pool(event) => {
                if let Some(job) = self.pools.on_event(ctx, event) {
                    self.served.note((ctx.now() - job.enqueued).0 as f64 / SERVICE);
                }
            }
        }
    }
}

/// Serves so many customers through the engine, as a user of the library would write it.
#[must_use]
pub fn engine(customers: u64) -> Served {
    let mut pools = Pools::new();
    let calendar = pools.add_calendar(Calendar::always_open(u32::MAX));
    let pool = pools.add_pool(PoolSpec {
        servers: 1,
        calendar,
        weights: [0.0; N_CLASSES],
        group: None,
        lend: 0,
        preempt: false,
        capacity_limit: None,
    });
    let served = Served::default();
    let mut queue =
        Queue { streams: Streams::new(1, 1), pools, pool, arrived: 0, customers, served };
    run(&mut queue, Time::NEVER);
    queue.served
}

/// The same customers with an event list and nothing else.
#[must_use]
pub fn bare(customers: u64) -> Served {
    let streams = Streams::new(1, 1);
    let mut list: EventList<Option<u64>> = EventList::new();
    let mut line: VecDeque<(Time, Span)> = VecDeque::new();
    let mut served = Served::default();
    list.push(Time::ZERO, Phase::Arrive, Some(0));
    while let Some((now, event)) = list.pop() {
        if let Some(number) = event {
            let [gap, work] = customer(streams, number);
            if number + 1 < customers {
                list.push(now + gap, Phase::Arrive, Some(number + 1));
            }
            if line.is_empty() {
                list.push(now + work, Phase::Finish, None);
            }
            line.push_back((now, work));
        } else if let Some((arrived, _)) = line.pop_front() {
            served.note((now - arrived).0 as f64 / SERVICE);
            if let Some((_, work)) = line.front() {
                list.push(now + *work, Phase::Finish, None);
            }
        }
    }
    served
}
