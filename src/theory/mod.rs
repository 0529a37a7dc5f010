//! Queues with known answers: the whole program against exact results.
//!
//! A row of a table of exact results becomes an ordinary small model (files of a city whose
//! counters are the queue), is compiled, simulated and counted like any other, and compared. What
//! has no place in a city's model (networks with any routes, closed populations, parallel branches,
//! repeated tries, a server that goes round) is built on the engine alone.
//!
//! Reading order: [`row`] (the table), [`spec`] (what a row is about), [`model`] (files), `program`
//! and `bench` (the two ways), [`tally`] (what is counted), [`estimate`], [`verify`].

mod bench;
mod closed;
mod compare;
pub mod estimate;
mod laws;
mod martingale;
pub mod model;
mod network;
pub mod pace;
mod params;
mod polling;
mod priority;
mod program;
mod published;
pub mod report;
pub mod row;
pub mod spec;
pub mod tally;
pub mod verify;

pub use report::{document, table};
pub use row::{OWN, Reference, read_file};
pub use verify::{Checked, Outcome, Request, TARGET, files_of, verify};
