//! One binary for every integration test.

mod cli;
mod study;
