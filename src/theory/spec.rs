//! What a row of exact results is about, in the abstract unit of time of the row.

use crate::domain::{Batch, Shape};

/// A positive quantity: shape and mean \[units\].
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Law {
    /// Shape.
    pub shape: Shape,
    /// Mean \[units\].
    pub mean: f64,
}

impl Law {
    /// Exponential.
    pub fn exponential(mean: f64) -> Law {
        Law { shape: Shape::Exponential, mean }
    }

    /// From two moments: deterministic, gamma, exponential or balanced hyperexponential.
    pub fn of_moments(mean: f64, scv: f64) -> Law {
        let shape = if scv < 1e-9 {
            Shape::Deterministic
        } else if (scv - 1.0).abs() < 1e-9 {
            Shape::Exponential
        } else if scv < 1.0 {
            Shape::Gamma(1.0 / scv)
        } else {
            Shape::Hyperexponential(scv)
        };
        Law { shape, mean }
    }

    /// Squared coefficient of variation.
    pub fn scv(&self) -> f64 {
        match self.shape {
            Shape::Deterministic => 0.0,
            Shape::Usual | Shape::Exponential => 1.0,
            Shape::Erlang(stages) => 1.0 / f64::from(stages),
            Shape::Gamma(shape) => 1.0 / shape,
            Shape::Lognormal(scv) | Shape::Hyperexponential(scv) => scv,
        }
    }
}

/// A class of customers of a queue; earlier ones go first.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Class {
    /// Customers per unit.
    pub rate: f64,
    /// Service.
    pub service: Law,
}

/// Work that classes bring per unit.
pub fn work(classes: &[Class]) -> f64 {
    classes.iter().map(|class| class.rate * class.service.mean).sum()
}

/// How classes share the servers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// First come, first served (also inside a class).
    Arrival,
    /// Head of the line: earlier classes first, nobody is interrupted.
    Priority,
    /// The first class interrupts, work done is kept.
    Preemption,
}

/// The rate over a period: `rate` times 1 + `amplitude` sin(2 pi (t - `phase`) / `period`).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Wave {
    /// Amplitude relative to the mean rate.
    pub amplitude: f64,
    /// Where the sine begins \[units\].
    pub phase: f64,
    /// Period \[units\]; one day of the model.
    pub period: f64,
}

/// One queue in front of servers: what the city's model has at every unit.
#[derive(Clone, PartialEq, Debug)]
pub struct Queue {
    /// Servers from a time of the period on \[units\]; the first from 0.
    pub servers: Vec<(f64, u32)>,
    /// Classes of customers.
    pub classes: Vec<Class>,
    /// How they share the servers.
    pub order: Order,
    /// Shape of the gaps between arrivals.
    pub gaps: Shape,
    /// Customers that come together.
    pub batch: Batch,
    /// Most customers in the system.
    pub room: Option<u32>,
    /// Mean patience of those who wait \[units\].
    pub patience: Option<f64>,
    /// A rate that changes over the day.
    pub wave: Option<Wave>,
    /// Customers at the start, if the run is about the way from there; then it has no warm-up.
    pub opening: Option<u32>,
    /// Through the whole flow of a case (noticed, entered, dispatched, accepted) instead of to the
    /// counter: only where arrivals are Poisson, which random delays do not change.
    pub through_desk: bool,
}

impl Queue {
    /// Exponential gaps and nothing special: `servers` for one class.
    pub fn plain(servers: u32, class: Class) -> Queue {
        Queue {
            servers: vec![(0.0, servers)],
            classes: vec![class],
            order: Order::Arrival,
            gaps: Shape::Exponential,
            batch: Batch::Constant(1),
            room: None,
            patience: None,
            wave: None,
            opening: None,
            through_desk: false,
        }
    }

    /// Customers per unit, all classes.
    pub fn rate(&self) -> f64 {
        self.classes.iter().map(|class| class.rate).sum()
    }

    /// Mean servers over the period.
    pub fn mean_servers(&self) -> f64 {
        let period = self.wave.map_or(1.0, |wave| wave.period);
        let ends = self.servers.iter().skip(1).map(|(from, _)| *from).chain([period]);
        let spans = self.servers.iter().zip(ends);
        spans.map(|((from, n), to)| f64::from(*n) * (to - from)).sum::<f64>() / period
    }

    /// Work offered per server.
    pub fn load(&self) -> f64 {
        work(&self.classes) / self.mean_servers()
    }
}

/// A node of a network.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// Name in the row.
    pub name: String,
    /// Servers.
    pub servers: u32,
    /// Mean service \[units\].
    pub service: f64,
    /// Arrivals from outside per unit.
    pub outside: f64,
    /// Probability of going on to each node; the rest leaves.
    pub next: Vec<f64>,
}

/// How a server that goes round treats a queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Visit {
    /// Until it is empty.
    Exhaustive,
    /// Those found on arrival.
    Gated,
}

/// What a row is about.
#[derive(Clone, PartialEq, Debug)]
pub enum Spec {
    /// A queue: ordinary model files and the whole program.
    Queue(Queue),
    /// An open network of queues.
    Network(Vec<Node>),
    /// Customers of a closed population.
    Finite {
        /// Population.
        sources: u32,
        /// Servers.
        servers: u32,
        /// Mean time from a service to the next request \[units\].
        think: f64,
        /// Mean service \[units\].
        service: f64,
    },
    /// More classes than a counter of the model tells apart; earlier ones go first and interrupt
    /// nobody.
    Classes {
        /// Servers.
        servers: u32,
        /// Classes of customers.
        classes: Vec<Class>,
    },
    /// Each customer needs one service at every branch.
    ForkJoin {
        /// Branches.
        branches: u32,
        /// Arrivals per unit.
        rate: f64,
        /// Mean service \[units\].
        service: f64,
    },
    /// One server, no line: who finds it busy tries again.
    Retrial {
        /// Arrivals per unit.
        rate: f64,
        /// Mean service \[units\].
        service: f64,
        /// Mean time to the next try \[units\].
        retry: f64,
    },
    /// One server that goes round.
    Polling {
        /// Queues.
        queues: u32,
        /// Arrivals per unit at each.
        rate: f64,
        /// Service.
        service: Law,
        /// Time from one queue to the next.
        walk: Law,
        /// What it does at a queue.
        visit: Visit,
    },
}

impl Spec {
    /// `program` (through model files) or `engine`.
    pub fn path(&self) -> &'static str {
        if matches!(self, Spec::Queue(_)) { "program" } else { "engine" }
    }

    /// Classes of customers that a row may be about.
    pub fn n_classes(&self) -> usize {
        match self {
            Spec::Queue(queue) => queue.classes.len(),
            Spec::Classes { classes, .. } => classes.len(),
            _ => 1,
        }
    }

    /// Work offered per server where it is busiest.
    pub fn load(&self) -> f64 {
        match self {
            Spec::Queue(queue) => queue.load(),
            Spec::Classes { servers, classes } => work(classes) / f64::from(*servers),
            Spec::Network(nodes) => {
                let flow = super::network::flows(nodes);
                let loads = nodes.iter().zip(flow);
                loads.map(|(n, f)| f * n.service / f64::from(n.servers)).fold(0.0, f64::max)
            }
            Spec::Finite { sources, servers, think, service } => {
                f64::from(*sources) * service / (think + service) / f64::from(*servers)
            }
            Spec::ForkJoin { rate, service, .. } | Spec::Retrial { rate, service, .. } => {
                rate * service
            }
            Spec::Polling { queues, rate, service, .. } => f64::from(*queues) * rate * service.mean,
        }
    }
}
