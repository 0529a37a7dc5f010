//! One file per group of mechanisms, each complete in itself: settings, numbers, levers, quotes and
//! expectations, decisions, tests.
//!
//! Decisions are pure functions; the case flow asks them and acts. To add a lever: its row, one
//! field, one call at the decision point.

pub mod assessment;
pub mod closing;
pub mod committee;
pub mod duty_list;
pub mod economy;
pub mod enforcement;
pub mod epoch;
pub mod fund;
pub mod grids;
pub mod posts;
pub mod powers;
pub mod reallocation;
pub mod response;
pub mod service;
pub mod social;
pub mod tasks;
pub mod units;
