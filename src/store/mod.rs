//! Files out: whole or not at all, the same bytes for the same input, never over another result.
//!
//! Reading order: [`write_whole`] (one file, atomic), [`csv`] (tables), [`Manifest`] (what the
//! result was made from), [`OutDir`] (a result's folder from start to finish), [`Kept`] (finished
//! replications of an unfinished study), [`KeptPoints`] (finished points of a design),
//! [`CaseFiles`] (cases and their steps, on request).

mod atomic;
mod crate_metadata;
mod error;
mod journal;
mod log;
mod manifest;
mod out_dir;
mod parquet;
mod points;
mod tables;
mod timing;

pub use atomic::write_whole;
pub use error::StoreError;
pub use journal::Kept;
pub use log::{CaseFiles, CaseForm};
pub use manifest::{ArmEntry, InputFile, Manifest};
pub use out_dir::{OutDir, OutDirError, Stage, describe, digest_of_file};
pub use parquet::kpis_parquet;
pub use points::KeptPoints;
pub use tables::{csv, kpis_csv, read_csv};
pub use timing::Timing;

#[cfg(test)]
mod tests;
