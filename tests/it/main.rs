//! One binary for every integration test.
//!
//! Reading order: [`layers`], [`tidy`] and [`registry`] read the sources and the lists; the rest
//! runs the three-street city of [`fixture`]. `SLOW=1` makes the same tests longer; nothing is
//! left out without it.
#![allow(clippy::print_stdout, reason = "tests print the figures they judge")]
#![allow(clippy::unwrap_used, reason = "helpers of tests that cannot go on fail on the spot")]

mod accounts;
mod analyses;
mod applications;
mod battery;
mod cities;
mod cli;
mod common_numbers;
mod conservation;
mod coverage;
mod determinism;
mod draws;
mod exact;
mod face;
mod files;
mod fit;
mod fixture;
mod formats;
mod golden;
mod guarantees;
mod layers;
mod levers;
mod luck;
mod place;
mod post_moves;
mod program;
mod reference;
mod registry;
mod shocks;
mod social;
mod statistics;
mod study;
mod study_reference;
mod theory;
mod tidy;
