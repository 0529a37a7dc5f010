//! How long a queue must be watched: its scale in hours, warm-up, window, copies.

use super::spec::{Queue, Spec, work};
use crate::domain::{Batch, Shape};

/// Seconds of an hour.
const HOUR_S: f64 = 3600.0;

/// Whole seconds must be short beside the shortest mean time between two events [s].
const SHORTEST_S: f64 = 1000.0;

/// Longest mean effort that a model file takes [h], with room to spare.
const LONGEST_H: f64 = 400.0;

/// Issues that one source can have in a run, with room to spare.
const MOST_PER_SOURCE: f64 = 900_000.0;

/// Least length of one replication, all copies together \[relaxation times\].
const LEAST: f64 = 150.0;

/// Cells of a relaxation time.
const CELLS: f64 = 32.0;

/// Most copies of a queue (streets) in one replication.
const MOST_COPIES: f64 = 100.0;

/// Replications of the first round: enough for Student's interval of skewed means and for two
/// controls.
pub(super) const FIRST_ROUND: u32 = 32;

/// Time of a model: what a unit is, and how long one replication runs.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pace {
    /// Hours of the model in one unit of the row.
    pub unit_h: f64,
    /// Days before measuring starts.
    pub warm_up_days: u32,
    /// Days measured.
    pub days: u32,
    /// Copies side by side (streets).
    pub copies: u32,
    /// Time in which a queue hardly changes \[units\]: the cell of controls that follow it.
    pub cell: f64,
}

impl Pace {
    /// Seconds of a unit.
    pub fn unit_s(&self) -> f64 {
        self.unit_h * HOUR_S
    }
}

/// Time in which a queue forgets \[units\]: relaxation of the heavy-traffic limit, some services.
fn relaxation(queue: &Queue) -> f64 {
    let (rate, load) = (queue.rate(), queue.load());
    let mean = work(&queue.classes) / rate;
    let second: f64 = queue
        .classes
        .iter()
        .map(|c| c.rate * c.service.mean * c.service.mean * (1.0 + c.service.scv()))
        .sum::<f64>()
        / rate;
    let scv = second / (mean * mean) - 1.0;
    let arrivals = gap_scv(queue.gaps) + batch_spread(queue.batch);
    let services = 2.0 * mean * (1.0 + scv);
    let patient = queue.patience.map_or(f64::INFINITY, |patience| 3.0 * patience.max(mean));
    let full =
        queue.room.map_or(f64::INFINITY, |room| f64::from(room) * mean / queue.mean_servers());
    let heavy = if load < 0.999 {
        let slack = 1.0 - load.sqrt();
        0.5 * (arrivals + scv) * mean / queue.mean_servers() / (slack * slack)
    } else {
        f64::INFINITY
    };
    let days = queue.wave.map_or(0.0, |wave| wave.period);
    services + heavy.min(patient).min(full) + days
}

fn gap_scv(gaps: Shape) -> f64 {
    match gaps {
        Shape::Deterministic => 0.0,
        Shape::Gamma(shape) => 1.0 / shape,
        Shape::Erlang(stages) => 1.0 / f64::from(stages),
        Shape::Hyperexponential(scv) | Shape::Lognormal(scv) => scv,
        Shape::Usual | Shape::Exponential => 1.0,
    }
}

/// What batches add to the spread of arrivals.
fn batch_spread(batch: Batch) -> f64 {
    match batch {
        Batch::Constant(n) => f64::from(n) - 1.0,
        Batch::Geometric(mean) => 2.0 * (mean - 1.0),
    }
}

/// Customers that a first round should see for a half-width of `target`, by the asymptotic variance
/// of a queue in heavy traffic (Whitt, "Planning queueing simulations", Management Science 35,
/// 1989), times an eighth: controls take most of it away, and later rounds add what is missing.
fn customers(queue: &Queue, target: f64) -> f64 {
    let relaxation = relaxation(queue) * queue.rate();
    // Where nobody waits the number present is Poisson, and varies less the larger it is.
    let work = queue.load() * queue.mean_servers();
    let never_waits = queue.mean_servers() > work + 10.0 * work.sqrt();
    let relative = if never_waits { 2.0 / work } else { 1.1 };
    let spread = relative * relaxation + 15.0;
    0.125 * (1.96 / target) * (1.96 / target) * spread
}

/// Pace of the model of a queue for a relative half-width.
///
/// `last` is the last instant \[units\] at which a run from a given start is looked at.
pub(super) fn of_queue(queue: &Queue, target: f64, last: f64) -> Pace {
    let longest = queue.classes.iter().map(|class| class.service.mean).fold(0.0, f64::max);
    let unit_h = match queue.wave {
        Some(wave) => 24.0 / wave.period,
        None => {
            let events =
                queue.rate() + queue.servers.iter().map(|s| f64::from(s.1)).sum::<f64>() / longest;
            let fine = (SHORTEST_S * events / HOUR_S).ceil().max(1.0);
            fine.min((LONGEST_H / longest).max(1e-3))
        }
    };
    let days_of = |units: f64| (units * unit_h / 24.0).ceil().max(1.0);
    if queue.opening.is_some() {
        let days = days_of(last) as u32 + 1;
        return Pace { unit_h, warm_up_days: 0, days, copies: 60, cell: f64::INFINITY };
    }
    let relaxation = relaxation(queue);
    // Long enough that the mean of one replication is near to normal.
    let least = LEAST * relaxation * queue.rate();
    let wanted = (customers(queue, target) / f64::from(FIRST_ROUND)).max(least);
    let most = MOST_PER_SOURCE / queue.rate() / 1.1;
    let window = (60.0 * relaxation).min(most).min(wanted / queue.rate());
    let copies = (wanted / (window * queue.rate())).ceil().clamp(1.0, MOST_COPIES);
    Pace {
        unit_h,
        warm_up_days: days_of(5.0 * relaxation) as u32,
        days: days_of(window) as u32,
        copies: copies as u32,
        cell: relaxation / CELLS,
    }
}

/// Arrivals from outside that one replication of an engine model should see.
pub(super) fn of_engine(spec: &Spec, target: f64) -> f64 {
    let load = spec.load().min(0.98);
    let slack = 1.0 - load;
    let spread = match spec {
        Spec::Finite { .. } => 20.0,
        // The orbit is watched as well, and is slow.
        Spec::Retrial { .. } => 20.0 / (slack * slack),
        _ => 20.0 + 5.0 / (slack * slack),
    };
    let all = 0.5 * (1.96 / target) * (1.96 / target) * spread;
    (all / f64::from(FIRST_ROUND)).max(2000.0 / slack)
}
