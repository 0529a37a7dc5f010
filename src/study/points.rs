//! Many settings, few numbers of each: runs whose whole-area KPIs are all that is kept.
//!
//! A screening or an attribution runs thousands of settings once or twice. Their plans are made
//! when their turn comes and dropped after it, and of their rows only the KPIs of the whole area
//! stay. A point is kept under what it is (settings and replication), not under its place in a
//! design, so a design that grows finds the points it shares with the smaller one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::compile::LoadedPlan;
use crate::domain::{InTurn, RunOutcome, simulate_districts};
use crate::measure::{Accumulator, KPIS, KpiId, Scope, Window};
use crate::table::Table;

use super::design::Study;
use super::failure::guarded;
use super::grid::{self, Broken, Made, Task, Work};
use super::journal::JournalError;
use super::progress::Progress;

/// One run of a design.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Point {
    /// Index of the setting in the design's list of settings.
    pub setting: usize,
    /// Number of the replication: the luck it meets.
    pub replication: u32,
}

/// Whole-area KPIs of one run, by position in the registry; NaN where there is none.
pub type PointValues = Vec<f64>;

/// Keeps the values of finished points.
pub trait PointJournal: Sync {
    /// The values kept under a name.
    fn load(&self, key: &str) -> Option<BTreeMap<String, f64>>;

    /// Keeps values, whole at once.
    ///
    /// # Errors
    /// [`JournalError`] when they could not be kept.
    fn save(&self, key: &str, values: &BTreeMap<String, f64>) -> Result<(), JournalError>;
}

/// Keeps nothing.
pub struct NoPoints;

impl PointJournal for NoPoints {
    fn load(&self, _key: &str) -> Option<BTreeMap<String, f64>> {
        None
    }

    fn save(&self, _key: &str, _values: &BTreeMap<String, f64>) -> Result<(), JournalError> {
        Ok(())
    }
}

/// A point that broke.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PointFailure {
    /// The point.
    pub point: Point,
    /// Words of the panic and its place in the source.
    pub what: String,
}

/// Values of the points of a design.
#[derive(Clone, Default, Debug)]
pub struct PointTable {
    values: BTreeMap<Point, PointValues>,
    /// Points that broke, in order.
    pub failures: Vec<PointFailure>,
    /// Events handled by the points that were run now.
    pub events: u64,
    /// Cases registered in them.
    pub cases: u64,
    /// Points that were found kept.
    pub n_kept: usize,
}

impl PointTable {
    /// A KPI of a point; NaN where it broke or has none.
    pub fn value(&self, point: Point, kpi: KpiId) -> f64 {
        self.values.get(&point).map_or(f64::NAN, |values| values[kpi.index()])
    }

    /// Has a point ended, well or not?
    pub fn has(&self, point: Point) -> bool {
        self.values.contains_key(&point)
            || self.failures.iter().any(|failure| failure.point == point)
    }

    /// Points that ended well, in order.
    pub fn points(&self) -> impl Iterator<Item = Point> {
        self.values.keys().copied()
    }

    /// Table `points`: `setting, replication` and a column per KPI of the whole area.
    pub fn table(&self) -> Table {
        let points = || self.values.keys();
        let mut table = Table::new("points")
            .with_int("setting", points().map(|point| point.setting as i64).collect())
            .with_int("replication", points().map(|p| i64::from(p.replication)).collect());
        for kpi in self.kpis() {
            let column = points().map(|&point| self.value(point, kpi)).collect();
            table = table.with_number(KPIS[kpi.index()].id, column);
        }
        table
    }

    /// KPIs that some point has.
    pub fn kpis(&self) -> Vec<KpiId> {
        KpiId::all()
            .filter(|kpi| self.values.values().any(|values| !values[kpi.index()].is_nan()))
            .collect()
    }

    /// Takes the points of another run of the same design.
    pub fn extend(&mut self, other: PointTable) {
        self.values.extend(other.values);
        self.failures.extend(other.failures);
        self.failures.sort_by_key(|failure| failure.point);
        self.events += other.events;
        self.cases += other.cases;
        self.n_kept += other.n_kept;
    }

    /// A table of values, for tests.
    #[cfg(test)]
    pub(super) fn of(values: BTreeMap<Point, PointValues>) -> PointTable {
        PointTable { values, ..PointTable::default() }
    }
}

/// A design to be run: the study says area, days and seed; its arms are not run.
pub struct Bench<'a> {
    /// Area, days, seed.
    pub study: &'a Study,
    /// What each setting is, in a line; equal lines, equal settings.
    pub settings: &'a [String],
    /// Makes the plan of a setting.
    pub plan: &'a (dyn Fn(usize) -> LoadedPlan + Sync),
    /// Where finished points are kept.
    pub journal: &'a dyn PointJournal,
    /// Who hears how far it is.
    pub progress: &'a dyn Progress,
}

impl Bench<'_> {
    /// Runs points, each once however often it is named, on all threads of the current pool.
    ///
    /// # Panics
    /// If the study has no district. A panic inside a point does not leave it: it is a failure.
    pub fn run(&self, points: &[Point]) -> PointTable {
        assert!(!self.study.districts.is_empty(), "a study needs a district");
        let mut wanted = points.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let mut values = BTreeMap::new();
        wanted.retain(|point| {
            let kept = self.journal.load(&self.key(*point));
            let missing = kept.is_none();
            values.extend(kept.map(|kept| (*point, by_position(&kept))));
            missing
        });
        let n_kept = values.len();
        let per_point = self.study.n_streets_simulated();
        self.progress.started(per_point * wanted.len() as u64);
        let units: Vec<Vec<usize>> = (0..wanted.len()).map(|unit| vec![unit]).collect();
        let plans = wanted.iter().map(|_| Mutex::new(None)).collect();
        let table = PointTable { values, n_kept, ..PointTable::default() };
        let runner = PointRunner { bench: self, points: &wanted, plans, table: Mutex::new(table) };
        grid::run(&units, &[0], &runner);
        self.progress.finished();
        let mut table = runner.table.into_inner().expect("invariant: whole between two points");
        table.failures.sort_by_key(|failure| failure.point);
        table
    }

    fn key(&self, point: Point) -> String {
        format!("{} @{}", self.settings[point.setting], point.replication)
    }
}

/// Values by position in the registry.
fn by_position(kept: &BTreeMap<String, f64>) -> PointValues {
    KPIS.iter().map(|kpi| kept.get(kpi.id).copied().unwrap_or(f64::NAN)).collect()
}

/// A slot for a plan that several tasks share.
type PlanSlot = Mutex<Option<Arc<LoadedPlan>>>;

/// Everything that tasks need.
struct PointRunner<'a> {
    bench: &'a Bench<'a>,
    points: &'a [Point],
    /// Plans of the points under way.
    plans: Vec<PlanSlot>,
    table: Mutex<PointTable>,
}

impl PointRunner<'_> {
    /// The plan of a point, made by whichever of its tasks comes first.
    fn plan(&self, unit: usize) -> Arc<LoadedPlan> {
        let mut slot = self.plans[unit].lock().expect("invariant: making plans does not panic");
        let make = || Arc::new((self.bench.plan)(self.points[unit].setting));
        Arc::clone(slot.get_or_insert_with(make))
    }

    /// Tells how many points of this call have ended.
    fn ended(&self, table: &PointTable) {
        let done = table.values.len() - table.n_kept + table.failures.len();
        self.bench.progress.points_ended(done, self.points.len());
    }

    fn drop_plan(&self, unit: usize) {
        *self.plans[unit].lock().expect("invariant: making plans does not panic") = None;
    }
}

impl Work for PointRunner<'_> {
    type Part = Vec<(Accumulator, RunOutcome)>;

    fn make(&self, task: Task) -> Made<Self::Part> {
        let study = self.bench.study;
        let spec = study.spec(self.points[task.unit].replication);
        let window = Window::new(study.warm_up_days, study.horizon_days);
        let made = guarded(|| {
            let plan = self.plan(task.unit);
            let sink = |&district: &usize| {
                Accumulator::new(&plan.city, &study.selection, window, district)
                    .with_shocks(&plan.plan.shocks)
            };
            let mut sinks: Vec<Accumulator> = study.districts.iter().map(sink).collect();
            // Where posts move between districts, they are run side by side, as in a study.
            let (city, plan) = (&plan.city, &plan.plan);
            let outcomes =
                simulate_districts(city, plan, &study.districts, &spec, &mut sinks, &InTurn);
            sinks.into_iter().zip(outcomes).collect()
        });
        self.bench.progress.advanced(study.n_streets_simulated());
        made.map_err(|what| (what, None))
    }

    fn join(&self, unit: usize, parts: Vec<Self::Part>) {
        self.drop_plan(unit);
        let (mut events, mut cases) = (0, 0);
        let mut joined: Option<Accumulator> = None;
        for (part, outcome) in parts.into_iter().flatten() {
            events += outcome.events;
            cases += outcome.cases;
            match &mut joined {
                None => joined = Some(part),
                Some(joined) => joined.merge(part),
            }
        }
        let joined = joined.expect("invariant: a study has a district");
        let named: BTreeMap<String, f64> = joined
            .result()
            .kpis
            .iter()
            .filter(|row| row.scope == Scope::City)
            .map(|row| (row.kpi.kpi().id.to_owned(), row.value))
            .collect();
        let point = self.points[unit];
        if let Err(error) = self.bench.journal.save(&self.bench.key(point), &named) {
            self.bench.progress.message(&error.to_string());
        }
        let mut table = self.table.lock().expect("invariant: adding values does not panic");
        table.values.insert(point, by_position(&named));
        table.events += events;
        table.cases += cases;
        self.ended(&table);
    }

    fn broke(&self, unit: usize, broken: Broken) {
        self.drop_plan(unit);
        let point = self.points[unit];
        let (name, replication) = (&self.bench.settings[point.setting], point.replication);
        let what = broken.what;
        self.bench.progress.message(&format!("replication {replication} of {name} failed: {what}"));
        let mut table = self.table.lock().expect("invariant: adding values does not panic");
        table.failures.push(PointFailure { point, what });
        self.ended(&table);
    }
}
