//! The engine: events in a total order, and pools of servers that work by a calendar.
//!
//! Slots, buckets and lines keep their memory, so a steady state allocates next to nothing.
//! `huying bench` tells what one queue costs beside a bare loop.
//!
//! It knows time and waiting only; what an event means is the business of the model on top.

mod check;
mod context;
mod discipline;
mod dispatch;
mod event_list;
mod heap;
mod job;
mod load;
mod pool;
mod pools;
mod run;
#[cfg(test)]
mod tests;

pub use context::{Context, Phase};
pub use event_list::EventList;
pub use job::{Cancelled, Finished, JobId, MAX_POOLS, Request};
pub use load::PoolLoad;
pub use pool::{CalendarId, GroupId, N_CLASSES, PoolId, PoolSpec};
pub use pools::{PoolEvent, Pools};
pub use run::{Model, RunCount, Runner, Soon, run};
