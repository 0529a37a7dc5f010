//! Huying (呼应): a discrete-event simulator and digital twin of a city's reformed grassroots
//! government.
//!
//! Modules stand in reading order; `ARCHITECTURE.md` says which may use which, and a test holds
//! them to it.

pub mod base;
pub mod random;

pub mod kernel;

pub mod stats;
pub mod table;

pub mod domain;
pub mod spec;

pub mod compile;

pub mod measure;

pub mod bench;
pub mod study;

pub mod theory;

pub mod present;
pub mod store;

pub mod cli;
