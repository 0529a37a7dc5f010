//! Studies: every arm in every replication, and what their numbers say together.
//!
//! A [`Study`] is a city, arms and a design. Its tasks are (replication, arm, district); threads
//! take them in that order, and what they find is merged by index, so the same study gives the
//! same bytes on any number of threads. A finished replication goes to the [`Journal`] at once. A
//! replication that panics becomes a [`RunFailure`]: the others are kept, and no mean is shown
//! over the gap without its `n` and a note.
//!
//! Replications are numbered from 1; the number is the address of the replication's random
//! streams, so replication 17 is the same luck in every arm and in every study of that seed.

mod application_rows;
mod attribution;
mod best;
mod case_rows;
mod case_steps;
pub mod control;
pub mod coverage;
mod design;
pub mod effects;
mod failure;
pub mod fit;
mod grid;
mod ignorance;
mod journal;
mod notes;
mod points;
mod progress;
mod ranking;
mod result;
mod run;
pub mod select;
pub mod sensitivity;
mod series;
mod session;
mod settling;
mod splits;
mod switched;
mod tables;
mod together;

pub use application_rows::{APPLICATION_COLUMNS, application_stages};
pub use attribution::{Attribution, Choice, MOST_PLAYERS, Player};
pub use case_rows::{CASE_COLUMNS, CaseKind, CaseLog, CaseRows, STEP_COLUMNS, iso_time};
pub use case_steps::CaseNames;
pub use control::{Control, Of, Reached};
pub use design::{Arm, Study};
pub use failure::{RunFailure, in_replication, note_panic_site};
pub use ignorance::Ignorance;
pub use journal::{Journal, JournalError, NoJournal};
pub use notes::Note;
pub use points::{Bench, NoPoints, Point, PointFailure, PointJournal, PointTable, PointValues};
pub use progress::{Progress, Silent};
pub use result::{KpiLine, RunStatus, StudyResult};
pub use select::{Candidate, Method, Selected, SelectionRule};
pub use series::pool_kinds;
pub use session::Session;
pub use switched::Switched;

#[cfg(test)]
mod tests;
