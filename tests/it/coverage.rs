//! What a simulation of a queue says about its own precision is true: intervals over replications,
//! batch means inside one run, and the gain by common random numbers, all on the engine, each with
//! the mistake that it must not be mistaken for.
//!
//! Coverage is a share of experiments ("macro-replications"); a band is four standard errors of
//! that share around what the method has, which a right program leaves once in 16,000 runs.

use rayon::prelude::*;

use huying::base::{Calendar, Span, Time};
use huying::kernel::{Context, Model, N_CLASSES, Phase, PoolEvent, PoolSpec, Pools, Request, run};
use huying::random::{Streams, exponential};
use huying::stats::batch::{BatchMeans, BatchQuantiles};
use huying::stats::quantile::OrderInterval;
use huying::stats::student::t_two_sided;
use huying::stats::{Estimate, Paired, Summary};

use crate::fixture::slow;

/// Mean service [s]: long enough that rounding to seconds does not show.
const UNIT: f64 = 1e3;

#[derive(Clone, Copy, Debug)]
enum Event {
    Come,
    Pool(PoolEvent),
}

impl From<PoolEvent> for Event {
    fn from(event: PoolEvent) -> Event {
        Event::Pool(event)
    }
}

/// One server, Poisson arrivals, exponential services (of mean 1 / `speed` units).
#[derive(Clone, Copy, Debug)]
struct Queue {
    rate: f64,
    speed: f64,
    customers: u32,
    /// Begin as if the queue had always been there, else empty.
    stationary: bool,
}

struct Run {
    queue: Queue,
    streams: Streams,
    pools: Pools,
    n: u32,
    waits: Vec<f64>,
}

impl Run {
    fn ask(&mut self, ctx: &mut Context<Event>, work: f64, tag: u32) {
        let request = Request {
            pools: &[huying::kernel::PoolId(0)],
            class: 0,
            priority: 1,
            due: ctx.now().0,
            work: Span((work * UNIT).round() as i64),
            tag,
        };
        self.pools.request(ctx, request).expect("the pool refuses nobody");
    }
}

/// The tag of work that was there before the first customer.
const BEFORE: u32 = u32::MAX;

impl Model for Run {
    type Event = Event;

    fn start(&mut self, ctx: &mut Context<Event>) {
        if self.queue.stationary {
            // Stationary work in the system: none with 1 - rho, else exponential.
            let load = self.queue.rate / self.queue.speed;
            let [busy, work] = self.streams.pair(9, 0, 0);
            if busy < load {
                let mean = 1.0 / (self.queue.speed - self.queue.rate);
                self.ask(ctx, exponential(work, mean), BEFORE);
            }
        }
        ctx.schedule_at(Time::ZERO, Phase::Arrive, Event::Come);
    }

    fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
        match event {
            Event::Come => {
                // Each draw has its address: what it is for, and which customer.
                let gap = self.streams.uniform(0, self.n.into(), 0);
                let service = self.streams.uniform(1, self.n.into(), 0);
                let gap = exponential(gap, UNIT / self.queue.rate).round() as i64;
                self.ask(ctx, exponential(service, 1.0 / self.queue.speed), self.n);
                self.n += 1;
                if self.n < self.queue.customers {
                    ctx.schedule_in(Span(gap), Phase::Arrive, Event::Come);
                }
            }
            Event::Pool(event) => {
                if let Some(done) = self.pools.on_event(ctx, event)
                    && done.tag != BEFORE
                {
                    self.waits.push((done.started - done.enqueued).0 as f64 / UNIT);
                }
            }
        }
    }
}

/// Waits of the customers in the order of their service [mean services].
fn waits(queue: Queue, pools: &Pools, seed: u64, replication: u64) -> Vec<f64> {
    let mut one = Run {
        queue,
        streams: Streams::new(seed, replication),
        pools: pools.clone(),
        n: 0,
        waits: Vec::with_capacity(queue.customers as usize),
    };
    run(&mut one, Time::NEVER);
    assert_eq!(one.waits.len(), queue.customers as usize, "everybody is served");
    one.waits
}

/// A pool of one server that is there for so many days: more than the run needs.
fn one_server(days: u32) -> Pools {
    let mut pools = Pools::new();
    let calendar = pools.add_calendar(Calendar::always_open(days));
    pools.add_pool(PoolSpec {
        servers: 1,
        calendar,
        weights: [0.0; N_CLASSES],
        group: None,
        lend: 0,
        preempt: false,
        capacity_limit: None,
    });
    pools
}

fn mean(values: &[f64]) -> f64 {
    Summary::of(values).mean()
}

/// Share of experiments, and the band of four standard errors around `nominal`.
fn band(what: &str, hits: usize, of: usize, nominal: f64) -> f64 {
    let share = hits as f64 / of as f64;
    let reach = 4.0 * (nominal * (1.0 - nominal) / of as f64).sqrt();
    println!("{what}: {share:.4} of {of}, band {:.4} +- {reach:.4}", nominal);
    assert!((share - nominal).abs() <= reach, "{what}: {share:.4}, expected {nominal} +- {reach}");
    share
}

const BUSY: Queue = Queue { rate: 0.8, speed: 1.0, customers: 5_000, stationary: true };

// Catches intervals that are too short because customers of one run are taken for independent, and
// a normal quantile in place of Student's. M/M/1 at 0.8 from its stationary state, mean wait 4;
// shares as measured elsewhere with 4,000 experiments (method reference, exp.cov.steady.*).
#[test]
fn intervals_over_replications_cover_the_mean_wait() {
    let (experiments, replications) = if slow() { (1_000, 30) } else { (150, 30) };
    let pools = one_server(100);
    let runs: Vec<(f64, bool)> = (0..experiments * replications)
        .into_par_iter()
        .map(|i| {
            let waits = waits(BUSY, &pools, 19_530, i as u64);
            (mean(&waits), Estimate::of(&waits, 0.95).covers(4.0))
        })
        .collect();
    let means: Vec<f64> = runs.iter().map(|(mean, _)| *mean).collect();
    let covered = |n: usize, of: &dyn Fn(&Estimate) -> bool| {
        means.chunks_exact(n).filter(|chunk| of(&Estimate::of(chunk, 0.95))).count()
    };
    let student = |estimate: &Estimate| estimate.covers(4.0);
    band("30 replications", covered(30, &student), experiments, 0.9457);
    band("5 replications", covered(5, &student), experiments * 6, 0.9417);
    // The mistakes: 1.96 for Student's 2.776, and customers for replications.
    let normal = |e: &Estimate| {
        (e.mean - 4.0).abs() <= e.half_width() * 1.96 / t_two_sided(0.95, (e.n - 1) as f64)
    };
    let share = covered(5, &normal) as f64 / (experiments * 6) as f64;
    println!("5 replications, normal quantile: {share:.4}");
    assert!(share < 0.90, "the band would not notice a normal quantile: {share}");
    let inside = runs.iter().filter(|(_, covers)| *covers).count() as f64 / runs.len() as f64;
    println!("customers taken for independent: {inside:.4}");
    assert!(inside < 0.30, "customers of one run are not independent: {inside}");
}

// Catches a beginning that is not counted, or counted twice: the first hundred customers of an
// empty queue at 0.9 wait 4.593538 on average (method reference, mm1.transient.avg100; Kelton and
// Law 1985), and that is the quantity of a study with an end, not the 9 of the long run.
#[test]
fn intervals_cover_the_mean_of_a_run_with_an_end() {
    let (experiments, n) = if slow() { (4_000, 50) } else { (1_000, 50) };
    let queue = Queue { rate: 0.9, customers: 100, stationary: false, ..BUSY };
    let pools = one_server(10);
    let means: Vec<f64> = (0..experiments * n)
        .into_par_iter()
        .map(|i| mean(&waits(queue, &pools, 1_985, i as u64)))
        .collect();
    let covers = |truth: f64| {
        means.chunks_exact(n).filter(|chunk| Estimate::of(chunk, 0.95).covers(truth)).count()
    };
    band("first hundred customers", covers(4.593_538_447_760_673), experiments, 0.9345);
    let all = Estimate::of(&means, 0.9999);
    println!("mean of {} runs: {:.4} in [{:.4}, {:.4}]", all.n, all.mean, all.low, all.high);
    assert!(all.covers(4.593_538_447_760_673));
    assert!(covers(9.0) * 100 < experiments, "the long run is another quantity");
}

// Catches a queue whose early customers wait too long and whose late ones too short while the
// average is right: single customers from an empty start at 0.9, against the embedded chain
// (method reference, mm1.transient.W*; Kelton and Law 1985).
#[test]
fn single_customers_wait_as_the_chain_says() {
    let queue = Queue { rate: 0.9, speed: 1.0, customers: 200, stationary: false };
    let pools = one_server(20);
    let n = if slow() { 40_000 } else { 4_000 };
    let all: Vec<Vec<f64>> = (0..n)
        .into_par_iter()
        .map(|replication| waits(queue, &pools, 1_985, replication))
        .collect();
    for (customer, wait) in [
        (1, 0.0),
        (2, 0.473_684_210_526_315_8),
        (5, 1.329_464_803_674_702_8),
        (10, 2.195_003_437_014_417_4),
        (50, 4.998_451_277_077_196),
        (100, 6.399_233_725_644_378),
        (200, 7.658_407_820_529_884),
    ] {
        let own: Vec<f64> = all.iter().map(|waits| waits[customer - 1]).collect();
        let estimate = Estimate::of(&own, 0.95);
        let error = estimate.sd / (n as f64).sqrt();
        println!("customer {customer}: {:.4}, should be {wait:.4}", estimate.mean);
        assert!(
            (estimate.mean - wait).abs() <= 4.0 * error,
            "customer {customer} waits {} +- {error}, should be {wait}",
            estimate.mean
        );
    }
}

// Catches batches that are taken over the wrong stretch or with the wrong degrees of freedom, and
// a warning that never comes: with 20 batches of 5,000 customers the interval holds (0.9495 in the
// method reference, exp.cov.nbm), with the customers themselves it covers one time in six. The same
// for the 0.9 quantile by batching and sectioning, and its order statistics as the mistake.
#[test]
fn batches_inside_one_run_cover_the_mean_wait_and_its_quantile() {
    let experiments = if slow() { 1_000 } else { 120 };
    let queue = Queue { customers: 100_000, ..BUSY };
    let pools = one_server(1_600);
    // Nine in ten wait no longer: 5 ln(0.8 / 0.1).
    let high = 5.0 * 8.0_f64.ln();
    let runs: Vec<(bool, bool, [bool; 3])> = (0..experiments)
        .into_par_iter()
        .map(|i| {
            let mut waits = waits(queue, &pools, 1_963, i as u64);
            let batches = BatchMeans::of(&waits, 20, 0.95).expect("a long series");
            let of_mean = (batches.estimate.covers(4.0), Estimate::of(&waits, 0.95).covers(4.0));
            let of = BatchQuantiles::of(&waits, 20, 0.9, 0.95).expect("a long series");
            waits.sort_by(f64::total_cmp);
            let ranks = OrderInterval::of(waits.len(), 0.9, 0.95).expect("a long series");
            let (least, most) = ranks.bounds(&waits);
            let naive = (least..=most).contains(&high);
            (of_mean.0, of_mean.1, [of.batching.covers(high), of.sectioning.covers(high), naive])
        })
        .collect();
    // Shares as measured elsewhere (method reference, exp.cov.p90: 0.9465 and 0.949).
    let covered = |which: usize| runs.iter().filter(|run| run.2[which]).count();
    band("0.9 quantile, batching", covered(0), experiments, 0.9465);
    band("0.9 quantile, sectioning", covered(1), experiments, 0.949);
    let naive = covered(2) as f64 / experiments as f64;
    println!("0.9 quantile, customers taken for independent: {naive:.4}");
    assert!(naive < 0.40, "{naive}");
    band("20 batches of 5,000", runs.iter().filter(|run| run.0).count(), experiments, 0.9495);
    let naive = runs.iter().filter(|run| run.1).count() as f64 / experiments as f64;
    println!("100,000 customers taken for independent: {naive:.4}");
    assert!(naive < 0.40, "{naive}");
}

// Catches luck that is not common: a server 5% faster is judged ten times as sharply with addressed
// draws as with luck of its own (method reference, exp.crn.speed: correlation 0.983, ratio 10.3),
// and hardly better when the draws come from one stream in the order of events.
#[test]
fn common_luck_sharpens_a_comparison_tenfold() {
    let replications = if slow() { 4_000 } else { 800 };
    let pools = one_server(100);
    let values = |speed: f64| -> Vec<f64> {
        (0..replications)
            .into_par_iter()
            .map(|i| mean(&waits(Queue { speed, ..BUSY }, &pools, 1_979, i)))
            .collect()
    };
    let [slow, fast] = [values(1.0), values(1.05)];
    let paired = Paired::of(&slow, &fast, 0.9999).expect("equal numbers of replications");
    println!("correlation {:.3}, ratio {:.2}", paired.correlation, paired.variance_ratio);
    assert!(paired.correlation >= 0.97, "{paired:?}");
    assert!((8.0..=13.0).contains(&paired.variance_ratio), "{paired:?}");
    // 4 for the slow server, 0.8 / 1.05 / 0.25 for the fast one.
    let exact = 0.8 / 1.05 / 0.25 - 4.0;
    assert!(paired.low <= exact && exact <= paired.high, "{paired:?}");
    // An arm that changes nothing differs by nothing, in every replication.
    assert!(slow.iter().zip(values(1.0)).all(|(a, b)| a.to_bits() == b.to_bits()));
    let [slow, fast] = [1.0, 1.05].map(|speed| -> Vec<f64> {
        (0..replications).map(|i| mean_wait_out_of_step(speed, 1_979, i)).collect()
    });
    let loose = Paired::of(&slow, &fast, 0.95).expect("equal numbers of replications");
    println!("one stream: {:.3}, ratio {:.2}", loose.correlation, loose.variance_ratio);
    assert!(loose.variance_ratio < 3.0, "{loose:?}");
}

/// The mistake, as a loop of its own: one stream, asked for a gap when somebody comes and for a
/// service when one begins, so a faster server soon gets numbers that were meant for others.
fn mean_wait_out_of_step(speed: f64, seed: u64, replication: u64) -> f64 {
    let streams = Streams::new(seed, replication);
    let mut n_drawn = 0;
    let mut draw = || {
        n_drawn += 1;
        streams.uniform(0, n_drawn, 0)
    };
    let (mut come, mut free) = (0.0, f64::INFINITY);
    let mut line = std::collections::VecDeque::new();
    let mut waits = Vec::new();
    while waits.len() < BUSY.customers as usize {
        let now = free.min(come);
        if free <= come {
            free = f64::INFINITY;
        } else {
            line.push_back(now);
            come = now + exponential(draw(), 1.0 / BUSY.rate);
        }
        if free.is_infinite()
            && let Some(arrived) = line.pop_front()
        {
            waits.push(now - arrived);
            free = now + exponential(draw(), 1.0 / speed);
        }
    }
    mean(&waits)
}
