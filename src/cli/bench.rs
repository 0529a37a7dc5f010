//! `huying bench`: how fast this machine is, each figure beside its own limit.

use std::cell::Cell;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::failure::{Failure, Outcome};
use super::options::{Format, Lang, ShowOptions, on_threads};
use super::{output, progress};
use crate::bench::{self, Hold, Operations};
use crate::compile::{self, LoadedModel};
use crate::domain::{City, Plan};
use crate::table::Table;

/// How many times the plain loop's time the fastest other engine took that was measured beside it,
/// for a customer of M/M/1 and for a visit of the network.
const BEST_PEER: [f64; 2] = [27.7 / 14.7, 14.3 / 6.1];

/// Measure the speed of this machine, each figure beside its own limit
///
/// The limit is a bare loop with the same draws and as many operations on an event list, and no
/// model, timed in turn with the workload; the ratio of the two hardly depends on the machine.
/// Nothing else should run meanwhile. `--quick` leaves out the years.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of the model
    #[arg(default_value = "models/jinan")]
    model: PathBuf,
    /// Small workloads only: seconds instead of minutes
    #[arg(long)]
    quick: bool,
    /// Times each is measured, in turn with its limit; the best counts
    #[arg(long, value_name = "N", default_value_t = 3,
          value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    #[command(flatten)]
    show: ShowOptions,
}

/// One figure.
#[derive(Default)]
struct Figure {
    name: String,
    unit: &'static str,
    value: f64,
    limit: f64,
    limit_is: [&'static str; 2],
    /// Largest ratio to the limit that is aimed at.
    aim: Option<f64>,
    operations: Option<Operations>,
    seconds: f64,
    peak_mib: Option<f64>,
}

/// What limits are, by language.
const SAME_DRAWS: [&str; 2] = ["同样抽样的裸循环", "bare loop, same draws"];
const PLAIN: [&str; 2] = ["最简循环，另一种抽样", "plain loop, other draws"];
const PEER: [&str; 2] = ["其他引擎中最快者，按最简循环折算", "fastest other engine, scaled"];
const FEWEST: [&str; 2] = ["待处理事件最少时", "fewest pending"];
const HALF: [&str; 2] = ["单线程用时的一半", "half of one thread's time"];
const TENTH: [&str; 2] = ["十分之一规模用时的十倍", "ten times a tenth of it"];
const SHORTER: [&str; 2] = ["时长减半", "half as many days"];
const ASKED: [&str; 2] = ["所求", "asked for"];

/// Start-up that is asked of a verb that only lists \[s\].
const STARTUP: f64 = 0.05;

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let model = compile::load_model(&self.model).map_err(Failure::input(self.show.lang))?;
        let plan =
            compile::plan(&model, "before", &[]).map_err(Failure::input(self.show.lang))?.plan;
        let mut figures = self.queues();
        figures.extend(self.holds());
        figures.extend(self.regions(&model, &plan));
        figures.extend(self.tenfold(&model, &plan));
        figures.push(self.threads(&model, &plan)?);
        figures.extend(self.startup());
        let table = table(&figures, self.show.lang);
        match self.show.format {
            Format::Text => output::say(&output::text(&table))?,
            Format::Csv => output::say_csv(&table)?,
            Format::Json => output::say_json(&output::rows(&table))?,
        }
        Ok(Outcome::Done)
    }

    /// One queue and a network, through the engine, bare with the same draws, and plain.
    fn queues(&self) -> Vec<Figure> {
        let n = if self.quick { 100_000 } else { 1_000_000 };
        let keep = |served| _ = black_box(served);
        let mm1 = best(
            self.rounds,
            [&|| keep(bench::mm1(n)), &|| keep(bench::bare_mm1(n)), &|| keep(bench::plain_mm1(n))],
        );
        let network = best(
            self.rounds,
            [&|| keep(bench::network(n)), &|| keep(bench::bare_network(n)), &|| {
                keep(bench::plain_network(n))
            }],
        );
        let names = [("mm1", "ns/customer"), ("network", "ns/visit")];
        let mut figures = Vec::new();
        for (((name, unit), times), peer) in names.into_iter().zip([mm1, network]).zip(BEST_PEER) {
            let [value, bare, plain] = times.map(|seconds| seconds * 1e9 / n as f64);
            let figure = |limit, limit_is, aim| Figure {
                name: name.to_owned(),
                unit,
                value,
                limit,
                limit_is,
                aim,
                ..Figure::default()
            };
            figures.push(figure(bare, SAME_DRAWS, Some(1.5)));
            figures.push(figure(plain, PLAIN, None));
            figures.push(figure(peer * plain, PEER, Some(1.0)));
        }
        figures
    }

    /// The event list with few and with many events pending.
    fn holds(&self) -> Vec<Figure> {
        const HOLDS: u64 = 200_000;
        let sizes = [10, 100, 1_000, 10_000, 100_000, 1_000_000];
        let sizes = if self.quick { &sizes[..5] } else { &sizes };
        let mut few = f64::INFINITY;
        let mut figures = Vec::new();
        for &pending in sizes {
            let mut hold = Hold::new(pending);
            let times = (0..self.rounds.max(2)).map(|_| time(|| _ = black_box(hold.run(HOLDS))));
            let value = times.fold(f64::INFINITY, f64::min) * 1e9 / HOLDS as f64;
            few = few.min(value);
            figures.push(Figure {
                name: format!("hold {pending}"),
                unit: "ns/hold",
                value,
                limit: few,
                limit_is: FEWEST,
                aim: Some(2.0),
                ..Figure::default()
            });
        }
        figures
    }

    /// A district for a day and a year, the whole city for a year.
    fn regions(&self, model: &LoadedModel, plan: &Plan) -> Vec<Figure> {
        let city = &model.city;
        let one = &city.districts[0];
        let all: Vec<usize> = (0..city.districts.len()).collect();
        let name =
            |place: &str, days: u32| format!("{place}, {days}{}", self.show.lang.pick("天", " d"));
        let whole = self.show.lang.pick("全市", "city");
        let mut parts = vec![(name(&one.zh, 1), &all[..1], 1, self.rounds.max(3), None)];
        if !self.quick {
            parts.push((name(&one.zh, 364), &all[..1], 364, self.rounds, Some(2.0)));
            parts.push((name(&one.zh, 728), &all[..1], 728, 1, Some(2.0)));
            parts.push((name(whole, 364), &all[..], 364, self.rounds, Some(2.0)));
        }
        let mut figures = Vec::new();
        for (name, districts, days, rounds, aim) in parts {
            reset_peak();
            let mut operations = Operations::default();
            let (mut value, mut limit) = (f64::INFINITY, f64::INFINITY);
            let mut peak_mib = None;
            for _ in 0..rounds {
                let run = || operations = bench::region(city, plan, districts, 0, days);
                value = value.min(time(run));
                peak_mib = peak_mib.or_else(peak);
                limit = limit.min(time(|| _ = black_box(bench::bare_region(&operations))));
            }
            figures.push(Figure {
                name,
                unit: "s",
                value,
                limit,
                limit_is: SAME_DRAWS,
                aim,
                operations: Some(operations),
                seconds: value,
                peak_mib,
            });
        }
        // Memory must not grow with the days simulated.
        if let [_, year, two_years, ..] = &figures[..]
            && let (Some(year), Some(two_years)) = (year.peak_mib, two_years.peak_mib)
        {
            figures.push(Figure {
                name: self.show.lang.pick("内存峰值，728天", "peak memory, 728 d").to_owned(),
                unit: "MiB",
                value: two_years,
                limit: year,
                limit_is: SHORTER,
                aim: Some(1.1),
                ..Figure::default()
            });
        }
        figures
    }

    /// Ten times as much: a city of ten times as many districts, and, which is more to ask, one
    /// district with ten times as many streets and residents.
    fn tenfold(&self, model: &LoadedModel, plan: &Plan) -> [Figure; 2] {
        let [city_days, district_days] = if self.quick { [2, 7] } else { [28, 28] };
        let (city, plans) = bench::tenfold_city(&model.city, plan);
        let city = Arc::new(city);
        let district = Arc::new(bench::tenfold(&model.city, 0));
        let every = |city: &City| (0..city.districts.len()).collect::<Vec<usize>>();
        let names = [
            self.show.lang.pick("十倍之城", "a city tenfold"),
            self.show.lang.pick("十倍之区", "a district tenfold"),
        ];
        [
            (names[0], &city, &plans, every(&city), every(&model.city), city_days),
            (names[1], &district, plan, vec![0], vec![0], district_days),
        ]
        .map(|(name, large, plans, all, few, days)| {
            let operations = Cell::new(Operations::default());
            let [value, small] = best(
                self.rounds,
                [&|| operations.set(bench::region(large, plans, &all, 0, days)), &|| {
                    _ = black_box(bench::region(&model.city, plan, &few, 0, days));
                }],
            );
            Figure {
                name: name.to_owned(),
                unit: "s",
                value,
                limit: 10.0 * small,
                limit_is: TENTH,
                aim: Some(1.1),
                operations: Some(operations.get()),
                seconds: value,
                ..Figure::default()
            }
        })
    }

    /// How long the program takes to list the levers; none where it does not find itself.
    fn startup(&self) -> Option<Figure> {
        let program = std::env::current_exe().ok()?;
        let mut list = Command::new(program);
        list.arg("levers").stdout(Stdio::null()).stderr(Stdio::null());
        let listed = || time(|| list.status().is_ok_and(|status| status.success()));
        let value = std::iter::repeat_with(listed).take(5).fold(f64::INFINITY, f64::min);
        Some(Figure {
            name: self.show.lang.pick("启动 huying levers", "start of huying levers").to_owned(),
            unit: "s",
            value,
            limit: STARTUP,
            limit_is: ASKED,
            aim: Some(1.0),
            ..Figure::default()
        })
    }

    /// Two replications on two threads against one after the other.
    fn threads(&self, model: &LoadedModel, plan: &Plan) -> Result<Figure, Failure> {
        let days = if self.quick { 14 } else { 182 };
        let run = || _ = black_box(bench::region(&model.city, plan, &[0], 0, days));
        let together = || _ = rayon::join(run, run);
        let (mut value, mut alone) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..self.rounds {
            alone = alone.min(time(|| [run(), run()]));
            value = value.min(on_threads(Some(2), || time(together))?);
        }
        Ok(Figure {
            name: self.show.lang.pick("两个线程", "two threads").to_owned(),
            unit: "s",
            value,
            limit: alone / 2.0,
            limit_is: HALF,
            aim: Some(2.0 / 1.95),
            ..Figure::default()
        })
    }
}

/// Seconds that a piece of work takes.
fn time<T>(work: impl FnOnce() -> T) -> f64 {
    let start = progress::now();
    let _ = work();
    start.elapsed().as_secs_f64()
}

/// Best seconds of several pieces of work, measured in turn: what the machine does meanwhile then
/// hits all alike.
fn best<const N: usize>(rounds: u32, works: [&dyn Fn(); N]) -> [f64; N] {
    let mut least = [f64::INFINITY; N];
    for _ in 0..rounds {
        for (least, work) in least.iter_mut().zip(works) {
            *least = least.min(time(work));
        }
    }
    least
}

/// Forgets the highest memory so far, where the system can (Linux).
fn reset_peak() {
    // A system that cannot tell has no peak to show either.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Highest memory of this process since the last reset \[MiB\]; none where the system does not say.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib / 1024.0)
}

fn table(figures: &[Figure], lang: Lang) -> Table {
    let numbers = |cell: &dyn Fn(&Figure) -> Option<f64>, digits: i32| -> Vec<f64> {
        let scale = 10_f64.powi(digits);
        let rounded = |value: f64| (value * scale).round() / scale;
        figures.iter().map(|figure| cell(figure).map_or(f64::NAN, rounded)).collect()
    };
    let of = |cell: fn(&Operations) -> u64| {
        move |figure: &Figure| figure.operations.as_ref().map(|made| cell(made) as f64)
    };
    let text = |cell: fn(&Figure) -> &str| figures.iter().map(|f| cell(f).to_owned()).collect();
    let said = |figure: &Figure| lang.pick(figure.limit_is[0], figure.limit_is[1]).to_owned();
    let limits = figures.iter().map(said).collect();
    Table::new("bench")
        .with_text("workload", text(|figure| &figure.name))
        .with_number("value", numbers(&|figure| Some(figure.value), 3))
        .with_text("unit", text(|figure| figure.unit))
        .with_number("limit", numbers(&|figure| Some(figure.limit), 3))
        .with_text("limit_is", limits)
        .with_number("ratio", numbers(&|figure| Some(figure.value / figure.limit), 2))
        .with_number("aim", numbers(&|figure| figure.aim, 2))
        .with_number("events", numbers(&of(|made| made.events), 0))
        .with_number("draws", numbers(&of(|made| made.draws), 0))
        .with_number("cases", numbers(&of(|made| made.cases), 0))
        .with_number(
            "cases_per_s",
            numbers(&|figure| Some(figure.operations?.cases as f64 / figure.seconds), 0),
        )
        .with_number("peak_mib", numbers(&|figure| figure.peak_mib, 0))
}
