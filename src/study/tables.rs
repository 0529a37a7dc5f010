//! The tables of a study, column for column as the files say.
//!
//! Every interval is Student's over replications. In `compare`, arms are paired by replication
//! with the first arm, and p-values are adjusted by Holm over one family: all KPIs of all places of
//! one scope, in all arms. So the whole area is one family, all streets another.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::domain::{ApplicationStage, Stage};
use crate::measure::{Scope, limit_use_bounds};
use crate::stats::{Estimate, Paired, Verdict, multiple};
use crate::table::Table;

use super::failure::replay_of;
use super::result::{RunStatus, StudyResult};
use super::series::{KpiKey, Place, Series};

impl StudyResult {
    /// Every table but `kpis` (see [`StudyResult::kpi_lines`]), in the order of the contract. A
    /// table without rows is there with its columns.
    pub fn tables(&self) -> Vec<Table> {
        vec![
            self.runs_table(),
            self.summary_table(),
            self.compare_table(),
            self.pools_table(),
            self.stages_table(),
            self.application_stages_table(),
            self.closure_table(),
            self.backlog_table("backlog", &self.backlog),
            self.backlog_table("struck", &self.struck),
            self.hours_table(),
            self.limit_use_table(),
            self.stage_differences_table(),
            self.matched_table(),
            self.failures_table(),
        ]
    }

    fn runs_table(&self) -> Table {
        let mut arms = Vec::new();
        let mut replications = Vec::new();
        let (mut status, mut digests) = (Vec::new(), Vec::new());
        let (mut events, mut cases) = (Vec::new(), Vec::new());
        for (arm, name) in self.arms().iter().enumerate() {
            for replication in self.replications() {
                // A study that chooses its runs as it goes has not run everything everywhere.
                if *self.status(arm, replication) == RunStatus::Missing {
                    continue;
                }
                arms.push(name.clone());
                replications.push(i64::from(replication));
                let (word, numbers, digest) = match self.status(arm, replication) {
                    RunStatus::Done { events, cases, digest } => {
                        ("ok", [*events as f64, *cases as f64], digest.clone())
                    }
                    RunStatus::Failed(_) => ("failed", [f64::NAN; 2], String::new()),
                    RunStatus::Missing => unreachable!("invariant: left out above"),
                };
                status.push(word.to_owned());
                events.push(numbers[0]);
                cases.push(numbers[1]);
                digests.push(digest);
            }
        }
        let seeds = vec![self.frame.seed.to_string(); arms.len()];
        Table::new("runs")
            .with_text("arm", arms)
            .with_int("replication", replications)
            .with_text("seed", seeds)
            .with_text("status", status)
            .with_number("events", events)
            .with_number("cases", cases)
            .with_text("digest", digests)
    }

    fn summary_table(&self) -> Table {
        let mut rows = KpiColumns::default();
        let mut numbers: [Vec<f64>; 5] = Default::default();
        let mut n = Vec::new();
        for (arm, name) in self.arms().iter().enumerate() {
            for (key, position) in self.kpis.keys() {
                let values = self.column(arm, |run| self.kpis.at(run, position)[0]);
                let estimate = Estimate::of(&values, self.frame.confidence);
                if estimate.is_empty() {
                    continue;
                }
                rows.push(name, key);
                n.push(estimate.n as i64);
                let Estimate { mean, sd, low, high, confidence, .. } = estimate;
                push(&mut numbers, [mean, sd, low, high, confidence]);
            }
        }
        let [mean, sd, low, high, confidence] = numbers;
        rows.into_table(Table::new("summary"))
            .with_int("n", n)
            .with_number("mean", mean)
            .with_number("sd", sd)
            .with_number("low", low)
            .with_number("high", high)
            .with_number("confidence", confidence)
    }

    fn compare_table(&self) -> Table {
        let mut rows = KpiColumns::default();
        let mut numbers: [Vec<f64>; 7] = Default::default();
        let (mut n, mut verdicts) = (Vec::new(), Vec::new());
        let pairs: Vec<Pairs<'_>> =
            (0..self.arms().len()).skip(1).map(|arm| self.pairs(arm)).collect();
        let p_adjusted = adjusted(&pairs);
        for ((name, pairs), adjusted) in self.arms()[1..].iter().zip(&pairs).zip(p_adjusted) {
            for ((key, paired), p_adjusted) in pairs.iter().zip(adjusted) {
                let alpha = 1.0 - self.frame.confidence;
                let Paired { difference, low, high, p_value, .. } = *paired;
                let verdict = Verdict::of(low, high, p_adjusted, alpha, key.kpi().good);
                rows.push(name, key);
                n.push(paired.n as i64);
                verdicts.push(verdict.word().to_owned());
                let sharpness = [paired.correlation, paired.variance_ratio];
                let [correlation, ratio] = sharpness;
                push(
                    &mut numbers,
                    [difference, low, high, p_value, p_adjusted, correlation, ratio],
                );
            }
        }
        let baselines = vec![self.arms()[0].clone(); n.len()];
        let [difference, low, high, p_value, p_adjusted, correlation, variance_ratio] = numbers;
        rows.into_table(Table::new("compare").with_text("baseline", baselines))
            .with_int("n", n)
            .with_number("difference", difference)
            .with_number("low", low)
            .with_number("high", high)
            .with_number("p_value", p_value)
            .with_number("p_adjusted", p_adjusted)
            .with_number("correlation", correlation)
            .with_number("variance_ratio", variance_ratio)
            .with_text("verdict", verdicts)
    }

    /// Comparisons of an arm with the baseline, in the order of rows; only where a replication has
    /// both.
    fn pairs(&self, arm: usize) -> Pairs<'_> {
        self.kpis
            .keys()
            .filter_map(|(key, position)| {
                let of = |arm| self.column(arm, |run| self.kpis.at(run, position)[0]);
                let paired = Paired::of(&of(0), &of(arm), self.frame.confidence)
                    .expect("invariant: one value per replication on both sides");
                (paired.n > 0).then_some((key, paired))
            })
            .collect()
    }

    /// Means over replications; the interval is that of utilisation. `queue_max` is the mean of
    /// the replications' longest queues.
    fn pools_table(&self) -> Table {
        let mut rows = PlaceColumns::default();
        let (mut pools, mut units) = (Vec::new(), Vec::new());
        let mut numbers: [Vec<f64>; 9] = Default::default();
        for (arm, name) in self.arms().iter().enumerate() {
            for ((place, pool), position) in self.pools.keys() {
                let estimates: [Estimate; 7] = std::array::from_fn(|column| {
                    let values = self.column(arm, |run| self.pools.at(run, position)[column]);
                    Estimate::of(&values, self.frame.confidence)
                });
                if estimates[0].is_empty() {
                    continue;
                }
                rows.push(name, place);
                pools.push(pool.id.to_string());
                units.push(self.pool_units.get(&*pool.id).cloned().unwrap_or_default());
                let [staff, busy, above, queue, longest, wait, wait_p90] = estimates;
                let row = [staff.mean, busy.mean, busy.low, busy.high, above.mean, queue.mean];
                let [a, b, c, d, e, f] = row;
                push(&mut numbers, [a, b, c, d, e, f, longest.mean, wait.mean, wait_p90.mean]);
            }
        }
        let mut table = rows
            .into_table(Table::new("pools"))
            .with_text("pool", pools)
            .with_text("unit_zh", units);
        let names = [
            "staff",
            "utilisation",
            "low",
            "high",
            "share_above_0_9",
            "queue_mean",
            "queue_max",
            "wait_mean_h",
            "wait_p90_h",
        ];
        for (name, cells) in names.into_iter().zip(numbers) {
            table = table.with_number(name, cells);
        }
        table
    }

    /// Shares are parts of the mean time, so those of a place add up to one.
    fn stages_table(&self) -> Table {
        self.stage_table("stages", &self.stages, &Stage::ALL.map(Stage::id))
    }

    fn application_stages_table(&self) -> Table {
        let ids = ApplicationStage::ALL.map(ApplicationStage::id);
        self.stage_table("application_stages", &self.application_stages, &ids)
    }

    /// Mean hours by stage; `ids` are the stages in order.
    fn stage_table(&self, name: &str, series: &Series<(Place, u8), 1>, ids: &[&str]) -> Table {
        let mut rows = PlaceColumns::default();
        let mut stages = Vec::new();
        let mut numbers: [Vec<f64>; 4] = Default::default();
        for (arm, arm_name) in self.arms().iter().enumerate() {
            let estimates: Vec<(&Place, u8, Estimate)> = series
                .keys()
                .map(|((place, stage), position)| {
                    let values = self.column(arm, |run| series.at(run, position)[0]);
                    (place, *stage, Estimate::of(&values, self.frame.confidence))
                })
                .filter(|(_, _, estimate)| !estimate.is_empty())
                .collect();
            for of_place in estimates.chunk_by(|(a, ..), (b, ..)| a == b) {
                let total: f64 = of_place.iter().map(|(_, _, estimate)| estimate.mean).sum();
                for (place, stage, estimate) in of_place {
                    rows.push(arm_name, place);
                    stages.push(ids[usize::from(*stage)].to_owned());
                    let share = if total > 0.0 { estimate.mean / total } else { f64::NAN };
                    push(&mut numbers, [estimate.mean, estimate.low, estimate.high, share]);
                }
            }
        }
        let [mean, low, high, share] = numbers;
        rows.into_table(Table::new(name))
            .with_text("stage", stages)
            .with_number("mean_h", mean)
            .with_number("low", low)
            .with_number("high", high)
            .with_number("share", share)
    }

    /// Bounds of a share are cut at 0 and 1.
    fn closure_table(&self) -> Table {
        let mut rows = PlaceColumns::default();
        let mut numbers: [Vec<f64>; 4] = Default::default();
        for (arm, name) in self.arms().iter().enumerate() {
            for ((place, age), position) in self.closure.keys() {
                let values = self.column(arm, |run| self.closure.at(run, position)[0]);
                let share = Estimate::of(&values, self.frame.confidence);
                if share.is_empty() {
                    continue;
                }
                rows.push(name, place);
                // `clamp` keeps NaN: a bound that is not there stays away.
                let bounds = [share.low.clamp(0.0, 1.0), share.high.clamp(0.0, 1.0)];
                push(&mut numbers, [age.days(), share.mean, bounds[0], bounds[1]]);
            }
        }
        let [day, closed_share, low, high] = numbers;
        rows.into_table(Table::new("closure"))
            .with_number("day", day)
            .with_number("closed_share", closed_share)
            .with_number("low", low)
            .with_number("high", high)
    }

    /// `day` counts from the start of the window; `date` is its day in the calendar.
    fn backlog_table(&self, table: &str, series: &Series<(Place, u32), 1>) -> Table {
        let mut rows = PlaceColumns::default();
        let (mut days, mut dates) = (Vec::new(), Vec::new());
        let mut numbers: [Vec<f64>; 3] = Default::default();
        for (arm, name) in self.arms().iter().enumerate() {
            for ((place, day), position) in series.keys() {
                let values = self.column(arm, |run| series.at(run, position)[0]);
                let open = Estimate::of(&values, self.frame.confidence);
                if open.is_empty() {
                    continue;
                }
                rows.push(name, place);
                days.push(i64::from(*day));
                let run_day = i64::from(*day) + i64::from(self.frame.warm_up_days);
                dates.push(date(self.frame.start, run_day));
                push(&mut numbers, [open.mean, open.low.max(0.0), open.high]);
            }
        }
        let [open_mean, low, high] = numbers;
        rows.into_table(Table::new(table))
            .with_int("day", days)
            .with_text("date", dates)
            .with_number("open_mean", open_mean)
            .with_number("low", low)
            .with_number("high", high)
    }

    /// The interval is that of `busy_mean`.
    fn hours_table(&self) -> Table {
        let mut rows = PlaceColumns::default();
        let (mut weekdays, mut hours) = (Vec::new(), Vec::new());
        let mut numbers: [Vec<f64>; 4] = Default::default();
        for (arm, name) in self.arms().iter().enumerate() {
            for ((place, weekday, hour), position) in self.hours.keys() {
                let [registered, busy] = [0, 1].map(|column| {
                    let values = self.column(arm, |run| self.hours.at(run, position)[column]);
                    Estimate::of(&values, self.frame.confidence)
                });
                if registered.is_empty() {
                    continue;
                }
                rows.push(name, place);
                weekdays.push(i64::from(*weekday));
                hours.push(i64::from(*hour));
                push(&mut numbers, [registered.mean, busy.mean, busy.low, busy.high]);
            }
        }
        let [registered, busy, low, high] = numbers;
        rows.into_table(Table::new("hours"))
            .with_int("weekday", weekdays)
            .with_int("hour", hours)
            .with_number("registered_mean", registered)
            .with_number("busy_mean", busy)
            .with_number("low", low)
            .with_number("high", high)
    }

    /// Bounds of a bin as shares of the limit; the interval is that of `closed_share`, cut at 0 and
    /// 1.
    fn limit_use_table(&self) -> Table {
        let mut rows = PlaceColumns::default();
        let mut numbers: [Vec<f64>; 6] = Default::default();
        for (arm, name) in self.arms().iter().enumerate() {
            for ((place, bin), position) in self.limit_use.keys() {
                let [closed, unresolved] = [0, 1].map(|column| {
                    let values = self.column(arm, |run| self.limit_use.at(run, position)[column]);
                    Estimate::of(&values, self.frame.confidence)
                });
                if closed.is_empty() {
                    continue;
                }
                rows.push(name, place);
                let (from, to) = limit_use_bounds(*bin);
                let [low, high] = [closed.low, closed.high].map(|bound| bound.clamp(0.0, 1.0));
                let to = to.unwrap_or(f64::NAN);
                push(&mut numbers, [from, to, closed.mean, low, high, unresolved.mean]);
            }
        }
        let [from, to, closed, low, high, unresolved] = numbers;
        rows.into_table(Table::new("limit_use"))
            .with_number("from", from)
            .with_number("to", to)
            .with_number("closed_share", closed)
            .with_number("low", low)
            .with_number("high", high)
            .with_number("unresolved_share", unresolved)
    }

    /// `when` is the simulated date on which it happened.
    fn failures_table(&self) -> Table {
        let failures = self.failures();
        let each = |text: &dyn Fn(&super::RunFailure) -> String| -> Vec<String> {
            failures.iter().map(|failure| text(failure)).collect()
        };
        let replications = failures.iter().map(|failure| i64::from(failure.replication)).collect();
        Table::new("failures")
            .with_text("arm", each(&|failure| self.arms()[failure.arm].clone()))
            .with_int("replication", replications)
            .with_text("seed", each(&|_| self.frame.seed.to_string()))
            .with_text(
                "what",
                each(&|failure| match &failure.district {
                    Some(district) => format!("{district}: {}", failure.what),
                    None => failure.what.clone(),
                }),
            )
            .with_text(
                "when",
                each(&|failure| {
                    failure.day.map_or_else(String::new, |day| date(self.frame.start, day))
                }),
            )
            .with_text(
                "command",
                each(&|failure| {
                    let replay = &self.frame.replays[failure.arm];
                    replay_of(replay, failure.replication)
                }),
            )
    }
}

/// A day of the run in the calendar; empty beyond the years a calendar knows.
fn date(start: Date, day: i64) -> String {
    start.checked_add(day.days()).map_or_else(|_| String::new(), |date| date.to_string())
}

/// Comparisons of one arm with the baseline.
type Pairs<'a> = Vec<(&'a KpiKey, Paired)>;

/// Holm over each scope, all arms together: whoever looks through ten arms for one that differs has
/// as many chances to be wrong (METHOD C4). For each arm, in the order of its comparisons.
fn adjusted(arms: &[Pairs<'_>]) -> Vec<Vec<f64>> {
    let mut adjusted: Vec<Vec<f64>> = arms.iter().map(|pairs| vec![1.0; pairs.len()]).collect();
    for scope in Scope::ALL {
        let family: Vec<(usize, usize)> = arms
            .iter()
            .enumerate()
            .flat_map(|(arm, pairs)| (0..pairs.len()).map(move |at| (arm, at)))
            .filter(|&(arm, at)| arms[arm][at].0.place.scope == scope)
            .collect();
        let p_values: Vec<f64> = family.iter().map(|&(arm, at)| arms[arm][at].1.p_value).collect();
        for (&(arm, at), p) in family.iter().zip(multiple::holm(&p_values)) {
            adjusted[arm][at] = p;
        }
    }
    adjusted
}

/// Adds one number to each column.
pub(super) fn push<const N: usize>(columns: &mut [Vec<f64>; N], row: [f64; N]) {
    for (column, value) in columns.iter_mut().zip(row) {
        column.push(value);
    }
}

/// The columns `arm, scope, scope_id`.
#[derive(Default)]
pub(super) struct PlaceColumns {
    arms: Vec<String>,
    scopes: Vec<String>,
    ids: Vec<String>,
}

impl PlaceColumns {
    pub(super) fn push(&mut self, arm: &str, place: &Place) {
        self.arms.push(arm.to_owned());
        self.scopes.push(place.scope.id().to_owned());
        self.ids.push(place.id.to_string());
    }

    pub(super) fn into_table(self, table: Table) -> Table {
        table
            .with_text("arm", self.arms)
            .with_text("scope", self.scopes)
            .with_text("scope_id", self.ids)
    }
}

/// The columns `arm, scope, scope_id, kpi, unit`.
#[derive(Default)]
struct KpiColumns {
    places: PlaceColumns,
    kpis: Vec<String>,
    units: Vec<String>,
}

impl KpiColumns {
    fn push(&mut self, arm: &str, key: &KpiKey) {
        self.places.push(arm, &key.place);
        self.kpis.push(key.kpi().id.to_owned());
        self.units.push(key.kpi().unit.to_owned());
    }

    fn into_table(self, table: Table) -> Table {
        self.places.into_table(table).with_text("kpi", self.kpis).with_text("unit", self.units)
    }
}
