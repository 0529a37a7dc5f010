//! What a run is worth: KPIs, where the time went, closure curves, load of pools.
//!
//! An [`Accumulator`] listens to the records of one replication and keeps counts, sums and
//! histograms, no log. Every duration that may be unfinished is estimated with the open cases in
//! it (Kaplan-Meier on fine bins); every share says which cases are its denominator, and where
//! the denominator is empty there is no row: nothing is ever reported as a zero it is not.
//!
//! One file per family holds its formulas beside its names: [`kpi`] lists them all.
//!
//! | family | what it answers |
//! |---|---|
//! | `flow` | how many cases, by what door, how they end |
//! | `limits` | limits, extensions, cards |
//! | `timing` | how long it takes, open cases included |
//! | `quality` | true and recorded outcome, response |
//! | `routing` | who holds a case: returns, hand-offs, nobody |
//! | `calling` | call-ups and on-call requests |
//! | `load` | pools: busy, overloaded, waiting |
//! | `burden` | what else streets do, and what it costs |
//! | `backlog` | open cases day by day, recovery from a shock |
//! | `fairness` | differences between streets |
//! | `approvals` | applications: time, visits, near home, errors |

mod accumulator;
mod approvals;
mod backlog;
mod burden;
mod calling;
mod count;
mod facts;
mod fairness;
mod flow;
mod histogram;
mod hours;
pub mod kpi;
mod limit_use;
mod limits;
mod load;
mod matched;
mod quality;
mod report;
mod result;
mod routing;
mod scope;
mod tally;
mod timing;
mod totals;

pub use accumulator::Accumulator;
pub use histogram::LONGEST;
pub use kpi::{KPIS, Kpi, KpiId};
pub use limit_use::limit_use_bounds;
pub use load::{pool_id, pool_name};
pub use matched::{Lives, Matching, QUANTITIES};
pub use result::{
    BacklogRow, ClosureRow, HourRow, KpiRow, LimitUseRow, MatchRow, PoolRow, RunResult, StageRow,
};
pub use scope::{Scope, Selection, Window};

#[cfg(test)]
mod tests;
