//! Speed of the engine: the event list alone, one queue against a bare loop, a network of pools.
//!
//! `cargo bench --bench engine`. Figures of one machine drift by a fifth within an hour: compare
//! ratios, with the bare loop run beside.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use huying::base::{Calendar, Span, Time, WeekPattern};
use huying::kernel::{
    Context, EventList, Model, N_CLASSES, Phase, PoolEvent, PoolId, PoolSpec, Pools, Request, run,
};

fn main() {
    divan::main();
}

/// A fast sequential generator, so that draws do not hide the engine (SplitMix64).
#[derive(Clone)]
struct Draws(u64);

impl Draws {
    #[inline]
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    #[inline]
    fn exponential(&mut self, mean: f64) -> i64 {
        let u = ((self.word() >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0;
        (-mean * u.ln()) as i64 + 1
    }
}

/// Hold model: take the earliest, put it back an exponential time later; 10 000 holds a sample.
mod hold {
    use super::*;

    const SIZES: [usize; 6] = [10, 100, 1_000, 10_000, 100_000, 1_000_000];
    const HOLDS: usize = 10_000;
    const MEAN: f64 = 1e7;

    #[divan::bench(args = SIZES)]
    fn event_list(bencher: divan::Bencher<'_, '_>, n: usize) {
        let mut draws = Draws(1);
        let mut list: EventList<[u32; 3]> = EventList::new();
        for i in 0..n {
            list.push(Time(draws.exponential(MEAN)), Phase::Finish, [i as u32; 3]);
        }
        for _ in 0..3 * n {
            hold_list(&mut list, &mut draws);
        }
        bencher.counter(divan::counter::ItemsCount::new(HOLDS)).bench_local(|| {
            for _ in 0..HOLDS {
                hold_list(&mut list, &mut draws);
            }
        });
    }

    #[inline]
    fn hold_list(list: &mut EventList<[u32; 3]>, draws: &mut Draws) {
        if let Some((time, event)) = list.pop() {
            list.push(Time(time.0 + draws.exponential(MEAN)), Phase::Finish, event);
        }
    }

    type Entry = Reverse<(i64, u64, [u32; 3])>;

    #[divan::bench(args = SIZES)]
    fn binary_heap(bencher: divan::Bencher<'_, '_>, n: usize) {
        let mut draws = Draws(1);
        let mut sequence = 0;
        let mut heap: BinaryHeap<Entry> = BinaryHeap::new();
        for i in 0..n {
            sequence += 1;
            heap.push(Reverse((draws.exponential(MEAN), sequence, [i as u32; 3])));
        }
        for _ in 0..3 * n {
            hold_heap(&mut heap, &mut draws, &mut sequence);
        }
        bencher.counter(divan::counter::ItemsCount::new(HOLDS)).bench_local(|| {
            for _ in 0..HOLDS {
                hold_heap(&mut heap, &mut draws, &mut sequence);
            }
        });
    }

    #[inline]
    fn hold_heap(heap: &mut BinaryHeap<Entry>, draws: &mut Draws, sequence: &mut u64) {
        if let Some(Reverse((time, _, event))) = heap.pop() {
            *sequence += 1;
            heap.push(Reverse((time + draws.exponential(MEAN), *sequence, event)));
        }
    }
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

const MEAN: f64 = 1e5;

/// M/M/c: arrivals at one pool; the sum of times in the system keeps the work honest.
struct Queue {
    pools: Pools,
    pool: PoolId,
    rate: f64,
    left: u64,
    draws: Draws,
    sojourn: i64,
}

impl Queue {
    fn new(servers: u32, rate: f64, customers: u64, calendar: Calendar) -> Queue {
        let mut pools = Pools::new();
        let calendar = pools.add_calendar(calendar);
        let pool = pools.add_pool(spec(servers, calendar));
        Queue { pools, pool, rate, left: customers, draws: Draws(7), sojourn: 0 }
    }
}

fn spec(servers: u32, calendar: huying::kernel::CalendarId) -> PoolSpec {
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

impl Model for Queue {
    type Event = Event;

    fn start(&mut self, ctx: &mut Context<Event>) {
        ctx.schedule_at(Time::ZERO, Phase::Arrive, Event::Arrive);
    }

    #[inline]
    fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
        match event {
            Event::Arrive => {
                self.left -= 1;
                if self.left > 0 {
                    let gap = Span(self.draws.exponential(MEAN / self.rate));
                    ctx.schedule_in(gap, Phase::Arrive, Event::Arrive);
                }
                let request = Request {
                    pools: &[self.pool],
                    class: 0,
                    priority: 1,
                    due: ctx.now().0,
                    work: Span(self.draws.exponential(MEAN)),
                    tag: 0,
                };
                self.pools.request(ctx, request);
            }
            Event::Pool(event) => {
                if let Some(job) = self.pools.on_event(ctx, event) {
                    self.sojourn += (ctx.now() - job.enqueued).0;
                }
            }
        }
    }
}

/// One queue of `CUSTOMERS` customers; items are customers.
mod queue {
    use super::*;

    const CUSTOMERS: u64 = 200_000;

    fn run_queue(mut queue: Queue) -> i64 {
        run(&mut queue, Time::NEVER);
        queue.sojourn
    }

    #[divan::bench(sample_count = 15)]
    fn mm1_pool(bencher: divan::Bencher<'_, '_>) {
        bencher
            .counter(divan::counter::ItemsCount::new(CUSTOMERS))
            .with_inputs(|| Queue::new(1, 0.9, CUSTOMERS, Calendar::always_open(10_000_000)))
            .bench_local_values(run_queue);
    }

    #[divan::bench(sample_count = 15)]
    fn mm5_pool(bencher: divan::Bencher<'_, '_>) {
        bencher
            .counter(divan::counter::ItemsCount::new(CUSTOMERS))
            .with_inputs(|| Queue::new(5, 4.5, CUSTOMERS, Calendar::always_open(10_000_000)))
            .bench_local_values(run_queue);
    }

    /// Services of a day and more, so that nearly every one asks the tables.
    #[divan::bench(sample_count = 15)]
    fn mm5_pool_office_hours(bencher: divan::Bencher<'_, '_>) {
        let mut pattern = WeekPattern::default();
        for day in 0..5 {
            pattern.days[day] = vec![(9 * 3600, 12 * 3600), (13 * 3600, 17 * 3600)];
        }
        let start = jiff::civil::date(2024, 1, 1);
        let calendar = Calendar::without_holidays(start, 1_000_000, &pattern);
        bencher
            .counter(divan::counter::ItemsCount::new(CUSTOMERS))
            .with_inputs(|| Queue::new(5, 4.5 * 0.2, CUSTOMERS, calendar.clone()))
            .bench_local_values(run_queue);
    }

    /// The practical limit: an event list and nothing else.
    #[divan::bench(sample_count = 15)]
    fn mm1_bare_loop(bencher: divan::Bencher<'_, '_>) {
        bencher.counter(divan::counter::ItemsCount::new(CUSTOMERS)).bench_local(|| {
            let mut draws = Draws(7);
            let mut list: EventList<bool> = EventList::new();
            let mut line: VecDeque<i64> = VecDeque::new();
            let (mut left, mut sojourn) = (CUSTOMERS, 0);
            list.push(Time::ZERO, Phase::Arrive, true);
            while let Some((now, is_arrival)) = list.pop() {
                if is_arrival {
                    left -= 1;
                    if left > 0 {
                        let next = now.0 + draws.exponential(MEAN / 0.9);
                        list.push(Time(next), Phase::Arrive, true);
                    }
                    line.push_back(now.0);
                    if line.len() == 1 {
                        list.push(Time(now.0 + draws.exponential(MEAN)), Phase::Finish, false);
                    }
                } else {
                    sojourn += now.0 - line.pop_front().unwrap_or(0);
                    if !line.is_empty() {
                        list.push(Time(now.0 + draws.exponential(MEAN)), Phase::Finish, false);
                    }
                }
            }
            sojourn
        });
    }
}

/// 100 pools of three servers; after a visit half leave, half go to any pool; load 0.8.
mod network {
    use super::*;

    const VISITS: u64 = 200_000;
    const POOLS: u64 = 100;

    struct Network {
        pools: Pools,
        left: u64,
        draws: Draws,
        sojourn: i64,
    }

    impl Network {
        fn visit(&mut self, ctx: &mut Context<Event>) {
            let pool = PoolId((self.draws.word() % POOLS) as u32);
            let request = Request {
                pools: &[pool],
                class: 0,
                priority: 1,
                due: ctx.now().0,
                work: Span(self.draws.exponential(MEAN)),
                tag: 0,
            };
            self.pools.request(ctx, request);
        }
    }

    impl Model for Network {
        type Event = Event;

        fn start(&mut self, ctx: &mut Context<Event>) {
            ctx.schedule_at(Time::ZERO, Phase::Arrive, Event::Arrive);
        }

        fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
            match event {
                Event::Arrive => {
                    if self.left == 0 {
                        return;
                    }
                    // 0.8 of 300 servers, of which half come from outside.
                    let gap = self.draws.exponential(MEAN / 120.0);
                    ctx.schedule_in(Span(gap), Phase::Arrive, Event::Arrive);
                    self.visit(ctx);
                }
                Event::Pool(event) => {
                    if let Some(job) = self.pools.on_event(ctx, event) {
                        self.sojourn += (ctx.now() - job.enqueued).0;
                        self.left = self.left.saturating_sub(1);
                        if self.draws.word().is_multiple_of(2) {
                            self.visit(ctx);
                        }
                    }
                }
            }
        }
    }

    #[divan::bench(sample_count = 15)]
    fn hundred_pools(bencher: divan::Bencher<'_, '_>) {
        bencher
            .counter(divan::counter::ItemsCount::new(VISITS))
            .with_inputs(|| {
                let mut pools = Pools::new();
                let calendar = pools.add_calendar(Calendar::always_open(10_000_000));
                for _ in 0..POOLS {
                    pools.add_pool(spec(3, calendar));
                }
                Network { pools, left: VISITS, draws: Draws(7), sojourn: 0 }
            })
            .bench_local_values(|mut network| {
                run(&mut network, Time::NEVER);
                network.sojourn
            });
    }
}
