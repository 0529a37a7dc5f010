//! What the tables of a study say of the queue: `pools.csv` and `kpis.csv`, made as for any user.

use std::sync::Arc;

use super::spec::{Order, Queue};
use crate::domain::{
    ApplicationRecord, CallUpRecord, CaseRecord, City, DepartmentRecord, HourRecord, IssueRecord,
    OnCallRecord, PoolKind, PoolRecord, RunSpec, Sink, StreetRecord, TaskRecord,
};
use crate::measure::{Accumulator, KpiRow, Scope, Selection, Window, pool_id};

/// Replications that make tables besides being counted: the first ones, enough for an interval.
pub(super) const PUBLISHED: u64 = 16;

/// A figure of the tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Figure {
    /// `utilisation` of the pool.
    Utilisation,
    /// `wait_mean_h` of the pool.
    Wait,
    /// `queue_mean` of the pool.
    Line,
    /// `queue_mean` and busy people, `utilisation` times `staff`.
    Present,
    /// KPI `cases_closed`.
    Closed,
}

impl Figure {
    /// Table and column.
    pub fn name(self) -> &'static str {
        match self {
            Figure::Utilisation => "pools.utilisation",
            Figure::Wait => "pools.wait_mean_h",
            Figure::Line => "pools.queue_mean",
            Figure::Present => "pools.queue_mean+staff*utilisation",
            Figure::Closed => "kpis.cases_closed",
        }
    }
}

/// The figures of one replication in units of the row, per copy of the queue.
#[derive(Clone, PartialEq, Debug)]
pub struct Figures {
    utilisation: f64,
    wait: f64,
    line: f64,
    present: f64,
    closed: f64,
}

impl Figures {
    /// One of them.
    pub fn get(&self, figure: Figure) -> f64 {
        match figure {
            Figure::Utilisation => self.utilisation,
            Figure::Wait => self.wait,
            Figure::Line => self.line,
            Figure::Present => self.present,
            Figure::Closed => self.closed,
        }
    }
}

/// Figures whose exact value follows from a row: by the name of its column. A wait at a pool ends
/// with the first start, so it is that of theory where work once begun is not set aside, and that
/// of the served where people leave.
pub(super) fn exact(queue: &Queue) -> Vec<(Figure, &'static str)> {
    if queue.opening.is_some() {
        return Vec::new();
    }
    let mut all = vec![(Figure::Closed, "throughput")];
    let always_open = queue.servers.iter().all(|(_, n)| *n > 0);
    let fixed = queue.servers.len() == 1;
    if fixed {
        all.push((Figure::Utilisation, "utilisation"));
    }
    if fixed && queue.order != Order::Preemption {
        let of_served = queue.patience.is_some();
        all.push((Figure::Wait, if of_served { "wq_mean_served" } else { "wq_mean" }));
    }
    if always_open {
        all.extend([(Figure::Line, "lq_mean"), (Figure::Present, "l_mean")]);
    }
    all
}

/// Tables in the making.
pub(super) struct Tables {
    run: Accumulator,
    pool: String,
}

impl Tables {
    pub(super) fn new(city: &Arc<City>, spec: &RunSpec) -> Tables {
        let window = Window::new(spec.warm_up_days, spec.horizon_days);
        let run = Accumulator::new(city, &Selection::all(city), window, 0);
        Tables { run, pool: pool_id(city, PoolKind::Unit(0)) }
    }

    /// The rows of the whole area; `window` is in units, all `copies` together.
    pub(super) fn figures(self, window: f64, copies: f64, unit_h: f64) -> Figures {
        let result = self.run.result();
        let row = result.pools.iter().find(|row| row.scope == Scope::City && row.pool == self.pool);
        let row = row.expect("invariant: the model has a counter");
        let of_city =
            |row: &&KpiRow| row.scope == Scope::City && row.kpi.kpi().id == "cases_closed";
        let closed = result.kpis.iter().find(of_city);
        let utilisation = row.utilisation.unwrap_or(f64::NAN);
        let line = row.queue_mean / copies;
        Figures {
            utilisation,
            wait: row.wait_mean_h.unwrap_or(0.0) / unit_h,
            line,
            present: line + row.staff / copies * utilisation,
            closed: closed.map_or(f64::NAN, |row| row.value) / window,
        }
    }
}

/// Counts the same run twice: for theory and for tables.
pub(super) struct Both<P> {
    pub(super) probe: P,
    pub(super) tables: Tables,
}

impl<P: Sink> Sink for Both<P> {
    fn case(&mut self, record: &CaseRecord) {
        self.probe.case(record);
        self.tables.run.case(record);
    }

    fn pool(&mut self, record: &PoolRecord) {
        self.probe.pool(record);
        self.tables.run.pool(record);
    }

    fn issue(&mut self, record: &IssueRecord) {
        self.tables.run.issue(record);
    }

    fn call_up(&mut self, record: &CallUpRecord) {
        self.tables.run.call_up(record);
    }

    fn on_call(&mut self, record: &OnCallRecord) {
        self.tables.run.on_call(record);
    }

    fn task(&mut self, record: &TaskRecord) {
        self.tables.run.task(record);
    }

    fn backlog(&mut self, day: i64, street: u16, open: u32) {
        self.tables.run.backlog(day, street, open);
    }

    fn hour(&mut self, record: &HourRecord) {
        self.tables.run.hour(record);
    }

    fn street(&mut self, record: &StreetRecord) {
        self.tables.run.street(record);
    }

    fn department(&mut self, record: &DepartmentRecord) {
        self.tables.run.department(record);
    }

    fn application(&mut self, record: &ApplicationRecord) {
        self.tables.run.application(record);
    }
}
