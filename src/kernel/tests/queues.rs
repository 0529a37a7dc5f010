//! Queues with known answers. Values from the closed forms named beside each; time in units of one
//! mean service, which is a million seconds, so that rounding to seconds does not show.

use super::spec;
use crate::base::{Calendar, DAY, HOUR, Span, Time, WeekPattern};
use crate::kernel::{
    Context, JobId, Model, N_CLASSES, Phase, PoolEvent, PoolId, PoolSpec, Pools, Request, run,
};
use crate::random::{Intensity, Streams, exponential, gamma, lognormal_mean};

const UNIT: f64 = 1e6;
const REPLICATIONS: u64 = 40;

#[derive(Clone, Copy, Debug)]
enum Event {
    Pool(PoolEvent),
    Arrive(u8),
    GiveUp(JobId),
    WarmedUp,
}

impl From<PoolEvent> for Event {
    fn from(event: PoolEvent) -> Event {
        Event::Pool(event)
    }
}

#[derive(Clone, Copy, Debug)]
enum Service {
    Exponential,
    Constant,
    Lognormal(f64),
    Gamma(f64),
}

/// One station: streams of Poisson arrivals, one per priority.
#[derive(Clone, Debug)]
struct Case {
    servers: u32,
    /// Arrival rate and priority number of each stream, per unit of time.
    arrivals: Vec<(f64, u8)>,
    service: Service,
    preempt: bool,
    limit: Option<u32>,
    /// Rate at which those who wait give up, per unit of time.
    patience: Option<f64>,
    /// Length of the measured window, in units of time; a tenth goes before it as warm-up.
    length: f64,
}

impl Case {
    fn new(servers: u32, rate: f64, length: f64) -> Case {
        Case {
            servers,
            arrivals: vec![(rate, 1)],
            service: Service::Exponential,
            preempt: false,
            limit: None,
            patience: None,
            length,
        }
    }
}

/// What one replication saw in its window.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// For each stream: customers served, and their time in the system beyond service.
    served: Vec<f64>,
    waited: Vec<f64>,
    asked: f64,
    refused: f64,
    gave_up: f64,
    p90: f64,
    queue: f64,
}

struct Station {
    case: Case,
    streams: Streams,
    pools: Pools,
    pool: PoolId,
    counts: Vec<u64>,
    measuring: bool,
    seen: Seen,
}

impl Station {
    fn arrive(&mut self, ctx: &mut Context<Event>, stream: u8) {
        let (rate, priority) = self.case.arrivals[usize::from(stream)];
        let n = self.counts[usize::from(stream)];
        self.counts[usize::from(stream)] += 1;
        let purpose = u16::from(stream);
        let [gap, luck] = self.streams.pair(purpose, n, 0);
        let gap = exponential(gap, UNIT / rate).round() as i64;
        ctx.schedule_in(Span(gap), Phase::Arrive, Event::Arrive(stream));
        let service = match self.case.service {
            Service::Exponential => exponential(luck, UNIT),
            Service::Constant => UNIT,
            Service::Lognormal(scv) => {
                lognormal_mean(luck, UNIT, libm::exp(libm::sqrt(libm::log1p(scv))))
            }
            Service::Gamma(shape) => gamma(luck, shape, UNIT),
        };
        let request = Request {
            pools: &[self.pool],
            class: stream,
            priority,
            due: ctx.now().0,
            work: Span((service.round() as i64).max(1)),
            tag: u32::from(stream),
        };
        self.seen.asked += f64::from(u8::from(self.measuring));
        let job = self.pools.request(ctx, request);
        if job.is_none() {
            self.seen.refused += f64::from(u8::from(self.measuring));
        }
        if let (Some(job), Some(rate)) = (job, self.case.patience) {
            let patience = exponential(self.streams.uniform(purpose, n, 1), UNIT / rate);
            ctx.schedule_in(Span(patience.round() as i64), Phase::Decide, Event::GiveUp(job));
        }
    }
}

impl Model for Station {
    type Event = Event;

    fn start(&mut self, ctx: &mut Context<Event>) {
        for stream in 0..self.case.arrivals.len() {
            ctx.schedule_at(Time::ZERO, Phase::Arrive, Event::Arrive(stream as u8));
        }
        let warm_up = Time((self.case.length * UNIT / 10.0) as i64);
        ctx.schedule_at(warm_up, Phase::Change, Event::WarmedUp);
    }

    fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
        match event {
            Event::Arrive(stream) => self.arrive(ctx, stream),
            Event::WarmedUp => {
                self.measuring = true;
                self.pools.start_measuring(ctx.now());
            }
            Event::GiveUp(job) => {
                // Only those who wait give up.
                if self.pools.started(job).is_none() && self.pools.cancel(ctx, job).is_some() {
                    self.seen.gave_up += f64::from(u8::from(self.measuring));
                }
            }
            Event::Pool(event) => {
                if let Some(job) = self.pools.on_event(ctx, event)
                    && self.measuring
                {
                    let beyond = (ctx.now() - job.enqueued).0 - job.work.0;
                    self.seen.served[job.tag as usize] += 1.0;
                    self.seen.waited[job.tag as usize] += beyond as f64 / UNIT;
                }
            }
        }
    }
}

fn replicate(case: &Case, replication: u64) -> Seen {
    let mut pools = Pools::new();
    let end = Time((case.length * 1.1 * UNIT) as i64);
    let calendar = pools.add_calendar(Calendar::always_open((end.day() + 2) as u32));
    let pool = pools.add_pool(PoolSpec {
        preempt: case.preempt,
        capacity_limit: case.limit,
        weights: [0.0; N_CLASSES],
        ..spec(case.servers, calendar)
    });
    let n = case.arrivals.len();
    let mut station = Station {
        case: case.clone(),
        streams: Streams::new(20_240_517, replication),
        pools,
        pool,
        counts: vec![0; n],
        measuring: false,
        seen: Seen { served: vec![0.0; n], waited: vec![0.0; n], ..Seen::default() },
    };
    run(&mut station, end);
    station.pools.check(end);
    let load = station.pools.load(pool, end);
    let mut seen = station.seen;
    seen.p90 = load.wait_p90_h * 3600.0 / UNIT;
    seen.queue = load.queue_area_h / load.window_h;
    seen
}

/// Compares the mean of a statistic over replications with its exact value: |z| < 4.2 and standard
/// error at most 1% of the value.
fn compare(what: &str, values: &[f64], exact: f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0);
    let error = (variance / n).sqrt();
    let z = (mean - exact) / error;
    assert!(z.abs() < 4.2, "{what}: {mean:.5} for {exact:.5}, z = {z:.2}");
    assert!(error <= 0.01 * exact, "{what}: standard error {error:.5} of {exact:.5} is too large");
}

fn all(case: &Case) -> Vec<Seen> {
    (0..REPLICATIONS).map(|r| replicate(case, r)).collect()
}

fn waits(seen: &[Seen], stream: usize) -> Vec<f64> {
    seen.iter().map(|s| s.waited[stream] / s.served[stream]).collect()
}

#[test]
fn mm1() {
    // Catches: any bias of waiting, queue area or quantile in the simplest queue. Wq = rho/(1-rho),
    // 90% quantile of the wait ln(10 rho)/(1-rho).
    let seen = all(&Case::new(1, 0.7, 32_000.0));
    compare("wait", &waits(&seen, 0), 2.333_333_333_333_333_5);
    let queue: Vec<f64> = seen.iter().map(|s| s.queue).collect();
    compare("number waiting", &queue, 1.633_333_333_333_333_3);
    let p90 = seen.iter().map(|s| s.p90).sum::<f64>() / seen.len() as f64;
    assert!((p90 / 6.486_367_163_517_711 - 1.0).abs() < 0.04, "p90 {p90}");
}

#[test]
fn mmc() {
    // Catches: wrong choice among several servers. Erlang C; Gross et al., Fundamentals of Queueing
    // Theory, 4th ed., 2.3.
    compare("c = 2", &waits(&all(&Case::new(2, 1.6, 32_000.0)), 0), 1.777_777_777_777_777_7);
    compare("c = 5", &waits(&all(&Case::new(5, 2.5, 20_000.0)), 0), 0.052_148_518_982_060_91);
    compare("c = 20", &waits(&all(&Case::new(20, 16.0, 14_000.0)), 0), 0.064_019_448_459_764_74);
}

#[test]
fn mmc_with_places() {
    // Catches: a capacity limit that is off by one. M/M/5/20, Gross et al. 2.5.
    let seen = all(&Case { limit: Some(20), ..Case::new(5, 4.5, 50_000.0) });
    compare("wait of the admitted", &waits(&seen, 0), 0.877_847_237_131_192_5);
    let refused: Vec<f64> = seen.iter().map(|s| s.refused / s.asked).collect();
    compare("refused", &refused, 0.018_282_175_907_039_73);
}

#[test]
fn mg1() {
    // Catches: services that are not the ones asked for. Pollaczek-Khinchine: Wq = rho (1 + scv) /
    // 2 / (1 - rho).
    let case = |service, rate, length| Case { service, ..Case::new(1, rate, length) };
    let constant = case(Service::Constant, 0.7, 24_000.0);
    compare("constant", &waits(&all(&constant), 0), 1.166_666_666_666_666_7);
    let lognormal = case(Service::Lognormal(0.5), 0.5, 24_000.0);
    compare("lognormal", &waits(&all(&lognormal), 0), 0.75);
    let gamma = case(Service::Gamma(4.0), 0.8, 36_000.0);
    compare("gamma", &waits(&all(&gamma), 0), 2.5);
}

#[test]
fn priorities_without_interruption() {
    // Catches: urgency that is forgotten in the line. Cobham 1954.
    let arrivals = vec![(0.3, 0), (0.4, 2)];
    let seen = all(&Case { arrivals, ..Case::new(1, 0.0, 40_000.0) });
    compare("first", &waits(&seen, 0), 1.0);
    compare("second", &waits(&seen, 1), 3.333_333_333_333_333_5);
    let arrivals = vec![(1.0, 0), (1.5, 2)];
    let seen = all(&Case { arrivals, ..Case::new(3, 0.0, 45_000.0) });
    compare("first of three servers", &waits(&seen, 0), 0.351_123_595_505_618);
    compare("second of three servers", &waits(&seen, 1), 2.106_741_573_033_708);
}

#[test]
fn priorities_with_interruption() {
    // Catches: work lost or repeated at interruption. Preemptive resume, White and Christie 1958.
    let arrivals = vec![(0.3, 0), (0.4, 2)];
    let seen = all(&Case { arrivals, preempt: true, ..Case::new(1, 0.0, 40_000.0) });
    compare("first", &waits(&seen, 0), 0.428_571_428_571_428_55);
    compare("second", &waits(&seen, 1), 3.761_904_761_904_762);
}

#[test]
fn impatient_customers() {
    // Catches: cancelled jobs that are served or still counted as waiting. Erlang A, lambda 12, mu
    // 1, c 10, theta 1, by its birth-death chain; lq = lambda P(abandon) / theta.
    let seen = all(&Case { patience: Some(1.0), ..Case::new(10, 12.0, 3_000.0) });
    let gave_up: Vec<f64> = seen.iter().map(|s| s.gave_up / s.asked).collect();
    compare("gave up", &gave_up, 0.213_632_352_957_964_1);
    let queue: Vec<f64> = seen.iter().map(|s| s.queue).collect();
    compare("number waiting", &queue, 12.0 * 0.213_632_352_957_964_1);
}

/// Arrivals by the hour at six servers who work from 8 to 18 every day; jobs pause at night.
struct Shift {
    streams: Streams,
    pools: Pools,
    pool: PoolId,
    intensity: Intensity,
    reached: f64,
    n: u64,
    sojourn: f64,
    done: f64,
}

impl Shift {
    fn next(&mut self, ctx: &mut Context<Event>) {
        self.reached += exponential(self.streams.uniform(0, self.n, 0), 1.0);
        if let Some(t) = self.intensity.invert(self.reached) {
            ctx.schedule_at(t, Phase::Arrive, Event::Arrive(0));
        }
    }
}

impl Model for Shift {
    type Event = Event;

    fn start(&mut self, ctx: &mut Context<Event>) {
        self.next(ctx);
    }

    fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
        match event {
            Event::Arrive(_) => {
                let service = exponential(self.streams.uniform(1, self.n, 0), 2.0);
                self.n += 1;
                self.next(ctx);
                let request = Request {
                    pools: &[self.pool],
                    class: 0,
                    priority: 1,
                    due: ctx.now().0,
                    work: Span::from_hours(service),
                    tag: 0,
                };
                self.pools.request(ctx, request);
            }
            Event::Pool(event) => {
                if let Some(job) = self.pools.on_event(ctx, event)
                    && job.enqueued.day() >= 10
                {
                    self.sojourn += (ctx.now() - job.enqueued).hours();
                    self.done += 1.0;
                }
            }
            Event::GiveUp(_) | Event::WarmedUp => {}
        }
    }
}

#[test]
fn arrivals_by_the_hour_and_a_shift() {
    // Catches: calendars, pausing and hourly arrivals that do not fit together. Mt/M/6 with nights
    // off, rate 0.9 + 0.5 sin(2 pi (t - 9) / 24) per hour, service 2 h, preemptive resume at the
    // end of the shift: mean time in system 8.634 455 h by the Kolmogorov forward equations. A pool
    // pauses work with its server instead of sending it back to the line, which is the same for
    // exponential service.
    const DAYS: u32 = 400;
    const STEP: i64 = 300;
    let integral = |t: f64| {
        let w = 2.0 * std::f64::consts::PI / 24.0;
        0.9 * t - 0.5 / w * libm::cos(w * (t - 9.0))
    };
    let per_day = DAY / STEP;
    let hour = |i: i64| (i * STEP) as f64 / HOUR as f64;
    let weights: Vec<f64> = (0..i64::from(DAYS) * per_day)
        .map(|i| integral(hour(i % per_day + 1)) - integral(hour(i % per_day)))
        .collect();
    let pattern = WeekPattern { days: std::array::from_fn(|_| vec![(8 * 3600, 18 * 3600)]) };
    let monday = jiff::civil::date(2024, 1, 1);
    let values: Vec<f64> = (0..REPLICATIONS)
        .map(|replication| {
            let mut pools = Pools::new();
            let calendar = Calendar::without_holidays(monday, DAYS, &pattern);
            let calendar = pools.add_calendar(calendar);
            let pool = pools.add_pool(spec(6, calendar));
            let mut shift = Shift {
                streams: Streams::new(8_634, replication),
                pools,
                pool,
                intensity: Intensity::new(Span(STEP), &weights),
                reached: 0.0,
                n: 0,
                sojourn: 0.0,
                done: 0.0,
            };
            run(&mut shift, Time(i64::from(DAYS) * DAY));
            shift.pools.check(Time(i64::from(DAYS) * DAY));
            shift.sojourn / shift.done
        })
        .collect();
    compare("time in system", &values, 8.634_454_823_708_03);
}
