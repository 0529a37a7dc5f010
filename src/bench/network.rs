//! 100 stations of three servers of rate 1; after a visit half leave and half go to any station;
//! load 0.8.

use std::collections::VecDeque;

use super::{SERVICE, Served};
use crate::base::{Calendar, Span, Time};
use crate::kernel::{
    Context, EventList, Model, N_CLASSES, Phase, PoolEvent, PoolId, PoolSpec, Pools, Request, run,
};
use crate::random::{Streams, exponential};

/// Number of stations.
pub(super) const STATIONS: u64 = 100;
/// Servers of a station.
pub(super) const SERVERS: u32 = 3;
/// Arrivals from outside per mean service: 0.8 of all servers, of which half come from outside.
pub(super) const ARRIVALS: f64 = 0.8 * 0.5 * 300.0;

/// What the k-th arrival from outside brings: the gap after it, and its station.
#[inline]
fn arrival(streams: Streams, k: u64) -> (Span, u32) {
    let [gap, place] = streams.pair(0, k, 0);
    (Span(exponential(gap, SERVICE / ARRIVALS) as i64), (place * STATIONS as f64) as u32)
}

/// What the k-th visit brings: its service, and the station after it, if there is one.
#[inline]
fn visit(streams: Streams, k: u64) -> (Span, Option<u32>) {
    let [service, next] = streams.pair(1, k, 0);
    let next = (next < 0.5).then_some((next * 2.0 * STATIONS as f64) as u32);
    (Span(exponential(service, SERVICE) as i64), next)
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

struct Network {
    streams: Streams,
    pools: Pools,
    arrived: u64,
    begun: u64,
    visits: u64,
    /// Where the customers under way go next; a tag is an index, freed ones are used again.
    next: Vec<Option<u32>>,
    free: Vec<u32>,
    served: Served,
}

impl Network {
    fn send(&mut self, ctx: &mut Context<Event>, station: u32) {
        if self.begun == self.visits {
            return;
        }
        let (work, next) = visit(self.streams, self.begun);
        self.begun += 1;
        let tag = self.free.pop().unwrap_or(self.next.len() as u32);
        match self.next.get_mut(tag as usize) {
            Some(place) => *place = next,
            None => self.next.push(next),
        }
        let (pools, due) = (&[PoolId(station)], ctx.now().0);
        self.pools.request(ctx, Request { pools, class: 0, priority: 1, due, work, tag });
    }
}

impl Model for Network {
    type Event = Event;

    fn start(&mut self, ctx: &mut Context<Event>) {
        ctx.schedule_at(Time::ZERO, Phase::Arrive, Event::Arrive);
    }

    #[inline]
    fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
        match event {
            Event::Arrive => {
                let (gap, station) = arrival(self.streams, self.arrived);
                self.arrived += 1;
                if self.begun < self.visits {
                    ctx.schedule_in(gap, Phase::Arrive, Event::Arrive);
                }
                self.send(ctx, station);
            }
            Event::Pool(event) => {
                if let Some(job) = self.pools.on_event(ctx, event) {
                    self.served.note((ctx.now() - job.enqueued).0 as f64 / SERVICE);
                    self.free.push(job.tag);
                    if let Some(station) = self.next[job.tag as usize] {
                        self.send(ctx, station);
                    }
                }
            }
        }
    }
}

/// Makes so many visits through the engine.
#[must_use]
pub fn engine(visits: u64) -> Served {
    let mut pools = Pools::new();
    let calendar = pools.add_calendar(Calendar::always_open(u32::MAX));
    for _ in 0..STATIONS {
        pools.add_pool(PoolSpec {
            servers: SERVERS,
            calendar,
            weights: [0.0; N_CLASSES],
            group: None,
            lend: 0,
            preempt: false,
            capacity_limit: None,
        });
    }
    let (next, free, served) = (Vec::new(), Vec::new(), Served::default());
    let streams = Streams::new(1, 1);
    let mut network = Network { streams, pools, arrived: 0, begun: 0, visits, next, free, served };
    run(&mut network, Time::NEVER);
    network.served
}

/// A visit in the bare loop: when it began to wait, its service, where it goes next.
#[derive(Clone, Copy)]
struct Visit {
    from: Time,
    work: Span,
    next: Option<u32>,
}

/// The same visits with an event list, lines and counts of free servers, and nothing else.
struct Bare {
    streams: Streams,
    /// An end of service at a station, or the k-th arrival.
    list: EventList<(u32, Option<Visit>)>,
    lines: Vec<(u32, VecDeque<Visit>)>,
    begun: u64,
    visits: u64,
}

impl Bare {
    fn send(&mut self, now: Time, station: u32) {
        if self.begun == self.visits {
            return;
        }
        let (work, next) = visit(self.streams, self.begun);
        self.begun += 1;
        let visit = Visit { from: now, work, next };
        let (free, line) = &mut self.lines[station as usize];
        if *free > 0 {
            *free -= 1;
            self.list.push(now + work, Phase::Finish, (station, Some(visit)));
        } else {
            line.push_back(visit);
        }
    }
}

/// The same visits with no engine.
#[must_use]
pub fn bare(visits: u64) -> Served {
    let mut bare = Bare {
        streams: Streams::new(1, 1),
        list: EventList::new(),
        lines: (0..STATIONS).map(|_| (SERVERS, VecDeque::new())).collect(),
        begun: 0,
        visits,
    };
    let (mut served, mut arrived) = (Served::default(), 0);
    bare.list.push(Time::ZERO, Phase::Arrive, (0, None));
    while let Some((now, (station, ended))) = bare.list.pop() {
        let Some(ended) = ended else {
            let (gap, station) = arrival(bare.streams, arrived);
            arrived += 1;
            if bare.begun < bare.visits {
                bare.list.push(now + gap, Phase::Arrive, (0, None));
            }
            bare.send(now, station);
            continue;
        };
        served.note((now - ended.from).0 as f64 / SERVICE);
        let (free, line) = &mut bare.lines[station as usize];
        match line.pop_front() {
            None => *free += 1,
            Some(next) => {
                bare.list.push(now + next.work, Phase::Finish, (station, Some(next)));
            }
        }
        if let Some(station) = ended.next {
            bare.send(now, station);
        }
    }
    served
}
