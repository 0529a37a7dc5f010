//! Published and independently computed numbers that the statistics, draws and calendars must
//! reproduce: every row of `tests/reference/method.csv`, with its tolerance and source. The rows of
//! queues are those of `huying verify --theory`; what single methods do at their edges is tested
//! beside them in `src/stats` and `src/random`.

use std::f64::consts::TAU;

use jiff::civil::{DateTime, date};

use huying::base::{Calendar, DAY, DayKind, HOUR, Holidays, MINUTE, Span, Time, WeekPattern};
use huying::kernel::{
    Context, Model, N_CLASSES, Phase, PoolEvent, PoolId, PoolLoad, PoolSpec, Pools, Request, run,
};
use huying::random::{Intensity, exponential, gamma, lognormal, normal, unit, weibull};
use huying::stats::batch::BatchMeans;
use huying::stats::dunnett::{Sides, critical_value};
use huying::stats::quantile::{OrderInterval, of_sorted};
use huying::stats::ratio::Ratio;
use huying::stats::student::{normal_quantile, t_quantile, t_two_sided};
use huying::stats::unpaired::Unpaired;
use huying::stats::{
    Paired, Precision, SampleError, Summary, Survival, equivalence, multiple, survival, warmup,
};

use crate::files::root;

/// Numbers in a text, in order, whatever stands between them.
fn numbers(text: &str) -> Vec<f64> {
    let part = |c: char| !(c.is_ascii_digit() || ".-+e".contains(c));
    text.split(part).filter_map(|word| word.parse().ok()).collect()
}

/// The list behind `name=[`.
fn list(inputs: &str, name: &str) -> Vec<f64> {
    let start = inputs.find(&format!("{name}=[")).unwrap_or_else(|| panic!("{name} in {inputs}"));
    numbers(inputs[start..].split(']').next().unwrap())
}

/// The series of the rows on warm-up and batch means: its formula stands in the table.
fn series() -> Vec<f64> {
    let mut x = 12_345_u64;
    (0..500_i64)
        .map(|i| {
            x = (1_103_515_245 * x + 12_345) % (1 << 31);
            (((x >> 16) % 1000) as i64 + (5000 - 50 * i).max(0)) as f64
        })
        .collect()
}

/// Remissions in weeks under 6-MP (Freireich et al. 1963), and whether the end was seen.
fn six_mp() -> (Vec<f64>, Vec<bool>) {
    let weeks = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
    (weeks.map(f64::from).to_vec(), (0..21).map(|i| i < 9).collect())
}

/// A pair of slices of `n` with this mean and standard deviation of the differences.
fn pairs(n: usize, mean: f64, sd: f64) -> Paired {
    let step = sd * ((n - 1) as f64 / n as f64).sqrt();
    let arm: Vec<f64> =
        (0..n).map(|i| if i % 2 == 0 { mean + step } else { mean - step }).collect();
    Paired::of(&vec![0.0; n], &arm, 0.95).expect("equal lengths")
}

/// One server in the order of arrival, one row per hour: who comes when and how long it takes.
struct Trace {
    pools: Pools,
    /// Arrival and service [h].
    customers: Vec<(i64, i64)>,
    n: usize,
}

#[derive(Clone, Copy)]
enum Event {
    Come(usize),
    Pool(PoolEvent),
}

impl From<PoolEvent> for Event {
    fn from(event: PoolEvent) -> Event {
        Event::Pool(event)
    }
}

impl Model for Trace {
    type Event = Event;

    fn start(&mut self, ctx: &mut Context<Event>) {
        for (i, customer) in self.customers.iter().enumerate() {
            ctx.schedule_at(Time(customer.0 * HOUR), Phase::Arrive, Event::Come(i));
        }
    }

    fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
        match event {
            Event::Come(i) => {
                let request = Request {
                    pools: &[PoolId(0)],
                    class: 0,
                    priority: 1,
                    due: ctx.now().0,
                    work: Span(self.customers[i].1 * HOUR),
                    tag: 0,
                };
                self.pools.request(ctx, request).expect("nobody is refused");
                self.n += 1;
            }
            Event::Pool(event) => drop(self.pools.on_event(ctx, event)),
        }
    }
}

/// The pool of the published trace (arrivals 0 1 3 4 9, departures 2 5 6 8 10) up to an hour.
fn traced(hours: i64) -> (PoolLoad, f64) {
    served(1, vec![(0, 2), (1, 3), (3, 1), (4, 2), (9, 1)], hours)
}

/// Area up to an hour under the published step function (0, from 2 on 1, 3: 2, 7: 1, 8: 3, 12: 0,
/// 15: 1), as busy servers [h].
fn stepped(hours: i64) -> f64 {
    let steps = vec![(2, 10), (3, 4), (8, 4), (8, 4), (15, 5)];
    let busy = served(3, steps, hours).0.busy_h;
    // Whoever is there in the second after the hour.
    let there = [(2, 12), (3, 7), (8, 12), (8, 12), (15, 20)];
    let there = there.iter().filter(|(from, to)| (*from..*to).contains(&hours)).count();
    busy - there as f64 / 3600.0
}

fn served(servers: u32, customers: Vec<(i64, i64)>, hours: i64) -> (PoolLoad, f64) {
    let mut pools = Pools::new();
    let calendar = pools.add_calendar(Calendar::always_open(2));
    pools.add_pool(PoolSpec {
        servers,
        calendar,
        weights: [0.0; N_CLASSES],
        group: None,
        lend: 0,
        preempt: false,
        capacity_limit: None,
    });
    let mut trace = Trace { pools, customers, n: 0 };
    // One second later: what ends at the last instant has ended.
    run(&mut trace, Time(hours * HOUR + 1));
    let load = trace.pools.load(PoolId(0), Time(hours * HOUR + 1));
    (load, trace.n as f64)
}

fn office_2026() -> Calendar {
    let hours = vec![(9 * 3600, 12 * 3600), (13 * 3600 + 1800, 17 * 3600 + 1800)];
    let pattern = WeekPattern {
        days: std::array::from_fn(|day| if day < 5 { hours.clone() } else { Vec::new() }),
    };
    let mut holidays = Holidays::new();
    for day in 15..=23 {
        holidays.insert(date(2026, 2, day), DayKind::Holiday);
    }
    for day in [14, 28] {
        holidays.insert(date(2026, 2, day), DayKind::Workday);
    }
    Calendar::new(date(2026, 1, 1), 365, &pattern, &holidays)
}

/// Instant of a civil time on the calendar of 2026 [s].
fn instant(at: DateTime) -> f64 {
    let days = at.date().since(date(2026, 1, 1)).expect("after the new year").get_days();
    let clock = i64::from(at.hour()) * HOUR + i64::from(at.minute()) * MINUTE;
    (i64::from(days) * DAY + clock) as f64
}

/// `add N business minutes to 2026-02-13 16:30:00`.
fn added(quantity: &str) -> f64 {
    let mut words = quantity.split(' ');
    let minutes: i64 = words.nth(1).and_then(|word| word.parse().ok()).expect("minutes");
    let at = quantity.rsplit_once("to ").expect("an instant").1;
    let at: DateTime = at.parse().expect("a civil time");
    office_2026().add(Time(instant(at) as i64), Span(minutes * MINUTE)).0 as f64
}

fn of_samples(id: &str, inputs: &str) -> Option<Vec<f64>> {
    let p = || numbers(inputs.trim_start_matches("p="));
    Some(match id {
        "paired.t" | "crn.vrf" | "cohen.dz" => {
            let paired = Paired::of(&list(inputs, "y"), &list(inputs, "x"), 0.95).ok()?;
            let effect = paired.difference / paired.sd;
            match id {
                "paired.t" => vec![paired.difference, paired.low, paired.high, paired.p_value],
                "crn.vrf" => vec![paired.variance_ratio],
                _ => vec![effect, effect * (1.0 - 3.0 / (4.0 * (paired.n as f64 - 1.0) - 1.0))],
            }
        }
        "welch.t" => {
            let welch = Unpaired::of(&list(inputs, "y"), &list(inputs, "x"), 0.95).ok()?;
            vec![welch.df, welch.low, welch.high, welch.p_value]
        }
        "noninf.t" => {
            let paired = pairs(20, 0.35, 1.2);
            let statistic = (paired.difference - 1.0) / (paired.sd / 20.0_f64.sqrt());
            let p = equivalence::p_not_below(&paired, 1.0);
            vec![statistic, p, equivalence::upper_bound(&paired, 0.95)]
        }
        "tost.p" => vec![equivalence::p_not_equivalent(&pairs(20, 0.35, 1.2), 1.0)],
        "multiplicity.holm" => multiple::holm(&p()),
        "multiplicity.hochberg" => multiple::hochberg(&p()),
        "multiplicity.bh" => multiple::benjamini_hochberg(&p()),
        "ratio.ci" => {
            let ratio = Ratio::of(&list(inputs, "Y"), &list(inputs, "C"), 0.95).ok()?;
            vec![ratio.ratio, ratio.high - ratio.ratio]
        }
        "welford.shift" => vec![Summary::of(&[4.0, 7.0, 13.0, 16.0].map(|x| x + 1e9)).variance()],
        "quantile.def.type1" => {
            let ten: Vec<f64> = (1..=10).map(f64::from).collect();
            vec![of_sorted(&ten, 0.9)?]
        }
        "seq.gamma_adj" => vec![Precision::relative(0.05, 100).bound()],
        "timeavg.mean" => vec![stepped(20) / 20.0],
        "timeavg.window" => vec![(stepped(15) - stepped(5)) / 10.0],
        "nhpp.count.6_18" => {
            // 100 (1 + 0.5 sin(2 pi t / 24)) an hour, as shares of five minutes.
            let up_to = |part: u32| {
                let t = f64::from(part) / 12.0;
                100.0 * t + 1200.0 / TAU * (1.0 - (TAU * t / 24.0).cos())
            };
            let parts: Vec<f64> = (0..288).map(|part| up_to(part + 1) - up_to(part)).collect();
            let day = Intensity::new(Span(300), &parts);
            vec![day.cumulative(Time(18 * HOUR)) - day.cumulative(Time(6 * HOUR))]
        }
        "little.trace" => {
            let (load, n) = traced(10);
            let inside = load.queue_area_h + load.busy_h;
            vec![inside / 10.0, n / 10.0, inside / n]
        }
        "little.trace.censored" => {
            let (load, _) = traced(7);
            // One customer is there in the second after the seventh hour.
            vec![load.queue_area_h + load.busy_h - 1.0 / 3600.0]
        }
        _ => return None,
    })
}

fn of_series(id: &str) -> Option<Vec<f64>> {
    let batches = || BatchMeans::of(&series()[150..], 10, 0.95).expect("ten batches");
    let cut = |size: usize| warmup::mser(&series(), size).expect("the series settles");
    Some(match id {
        "mser5.first5" => series()[..5].to_vec(),
        "mser5.dstar" => vec![cut(5).batches as f64, cut(5).observations as f64],
        "mser5.stat" => vec![cut(5).statistic],
        "mser5.mean" => vec![cut(5).mean],
        "mser1.dstar" => vec![cut(1).batches as f64, cut(1).statistic, cut(1).mean],
        "nbm.ci" => vec![batches().estimate.mean, batches().estimate.half_width()],
        "vonneumann" => vec![batches().von_neumann],
        "lag1" => vec![batches().lag1],
        "exp_mle.6mp" => {
            let (weeks, seen) = six_mp();
            vec![survival::events_per_exposure(&weeks, &seen)?]
        }
        "nelson_aalen.6mp.23" => {
            let (weeks, seen) = six_mp();
            vec![Survival::of_times(&weeks, &seen).ok()?.cumulative_hazard(23.0)?]
        }
        _ => {
            let week: f64 = id.strip_prefix("km.6mp.t")?.parse().ok()?;
            let (weeks, seen) = six_mp();
            let curve = Survival::of_times(&weeks, &seen).ok()?;
            let knot = curve.knots().iter().find(|knot| knot.time.total_cmp(&week).is_eq())?;
            vec![knot.at_risk, knot.events, curve.open(week)?, curve.variance(week)?.sqrt()]
        }
    })
}

fn of_distributions(id: &str) -> Option<Vec<f64>> {
    let tail = |prefix: &str| id.strip_prefix(prefix).and_then(|rest| rest.parse::<f64>().ok());
    if let Some(u) = tail("inv.bits.u") {
        let lognormal = libm::exp(1.0 + 0.8 * normal(u));
        return Some(vec![exponential(u, 1.0), normal(u), lognormal, weibull(u, 1.5, 1.0)]);
    }
    if let Some(df) = tail("t.975.df") {
        return Some(vec![t_quantile(0.975, df)]);
    }
    // The engine's own quantile against seventeen digits, the library's against its peer.
    if let Some(u) = tail("quantile.norm.mp.") {
        return Some(vec![normal(u)]);
    }
    if let Some(u) = tail("quantile.norm.") {
        return Some(vec![normal_quantile(u)]);
    }
    if let Some(u) = tail("quantile.gamma(0.5,1).") {
        return Some(vec![gamma(u, 0.5, 0.5)]);
    }
    if let Some(u) = tail("quantile.gamma(3,2).") {
        return Some(vec![gamma(u, 3.0, 6.0)]);
    }
    if let Some(u) = tail("quantile.weibull(k=1.5,scale=2).") {
        return Some(vec![weibull(u, 1.5, 2.0)]);
    }
    if let Some(u) = tail("quantile.lognormal(1,0.8).") {
        return Some(vec![lognormal(u, std::f64::consts::E, libm::exp(0.8))]);
    }
    match id {
        "rng.u01.min" => Some(vec![unit(0)]),
        "rng.u01.max" => Some(vec![unit(u64::MAX)]),
        _ => None,
    }
}

fn of_families(id: &str, quantity: &str) -> Option<Vec<f64>> {
    if id.starts_with("calendar.add.") {
        return Some(vec![added(quantity)]);
    }
    let parts = numbers(&id.replace(".c", " ").replace(".df", " ").replace(".nu", " "));
    if id.starts_with("bonf.t.c") {
        let (k, df) = (parts[0], parts[1]);
        return Some(vec![t_two_sided(1.0 - 0.05 / k, df)]);
    }
    if id.starts_with("dunnett.") {
        let [k, nu] = [parts[0] as u32, parts[1] as u32];
        return Some([Sides::One, Sides::Two].map(|s| critical_value(k, nu, 0.95, s)).to_vec());
    }
    if let Some(p) = id.strip_prefix("osci.nmin.p") {
        let too_few = OrderInterval::of(2, p.parse().ok()?, 0.95);
        let Err(SampleError::TooFew { needed, .. }) = too_few else { return None };
        return Some(vec![needed as f64]);
    }
    let rest = id.strip_prefix("osci.n")?;
    let (n, rest) = rest.split_once(".p")?;
    let (p, confidence) = rest.split_once(".c")?;
    let interval =
        OrderInterval::of(n.parse().ok()?, p.parse().ok()?, confidence.parse().ok()?).ok()?;
    Some(vec![interval.low as f64, interval.high as f64, interval.coverage])
}

/// The values of a row as numbers; bits are read as such, instants become seconds of 2026.
fn wanted(id: &str, values: &str) -> Vec<f64> {
    if id.starts_with("inv.bits") {
        let bits = values.split(' ').map(|hex| u64::from_str_radix(hex, 16).expect("bits"));
        return bits.map(f64::from_bits).collect();
    }
    if id.starts_with("calendar") {
        return vec![instant(values.parse().expect("a civil time"))];
    }
    values.split(' ').map(|word| word.parse().expect("a number")).collect()
}

fn agrees(got: f64, want: f64, tolerance: &str) -> bool {
    match tolerance {
        "bits" => got.to_bits() == want.to_bits(),
        "exact" => (got - want).abs() <= 1e-12 * want.abs(),
        _ => {
            let (scale, limit) = match tolerance.strip_prefix("rel ") {
                Some(limit) => (want.abs(), limit),
                None => (1.0, tolerance),
            };
            (got - want).abs() <= scale * limit.parse::<f64>().expect("a tolerance")
        }
    }
}

// Catches a method that departs from its published example, and a row that nothing computes.
#[test]
fn published_numbers_are_reproduced() {
    let path = root().join("tests/reference/method.csv");
    let mut table = csv::Reader::from_path(&path).expect("the table of references is there");
    let (mut wrong, mut n) = (Vec::new(), 0);
    for row in table.records() {
        let row = row.expect("the table is a table");
        let (id, quantity, inputs) = (&row[0], &row[1], &row[2]);
        let got = of_samples(id, inputs)
            .or_else(|| of_series(id))
            .or_else(|| of_distributions(id))
            .or_else(|| of_families(id, quantity));
        let want = wanted(id, &row[3]);
        let Some(got) = got else {
            wrong.push(format!("{id}: nothing computes it"));
            continue;
        };
        let fits = |(got, want): (&f64, &f64)| agrees(*got, *want, &row[4]);
        if got.len() != want.len() || !got.iter().zip(&want).all(fits) {
            wrong.push(format!("{id}: {got:?}, published {want:?} +- {}", &row[4]));
        }
        n += 1;
    }
    println!("{n} published numbers");
    crate::files::report("published numbers that are not reproduced", &wrong);
    assert!(n >= 100, "the table has shrunk to {n} rows");
}
