//! Workloads by which speed is measured, each beside its own limit: a bare loop with the same draws
//! and the same number of operations on an event list, and no model.
//!
//! Nothing here looks at a clock: `huying bench` and `benches/` do.

mod hold;
mod network;
mod plain;
mod queue;
mod region;

pub use hold::Hold;
pub use plain::{mm1 as plain_mm1, network as plain_network};
pub use region::{Operations, bare_region, region, tenfold, tenfold_city};
#[cfg(test)]
mod tests;

pub use network::{bare as bare_network, engine as network};
pub use queue::{bare as bare_mm1, engine as mm1};

/// What a workload of customers did: enough to see that two loops did the same.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Served {
    /// Customers, or visits, that were served.
    pub n: u64,
    /// Their time in the system or at the station, all together \[mean services\].
    pub time: f64,
    /// Its squares.
    pub square: f64,
}

impl Served {
    /// Records one.
    #[inline]
    fn note(&mut self, time: f64) {
        self.n += 1;
        self.time += time;
        self.square += time * time;
    }

    /// Mean time \[mean services\].
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.time / self.n as f64
    }
}

/// Seconds of a mean service: so many that whole seconds are fine enough.
const SERVICE: f64 = 1e5;
