//! `timing.json`: the only file that may differ between two runs of the same input.

use serde::{Deserialize, Serialize};

/// How long it took, on what.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Timing {
    /// Wall time of the simulation [s].
    pub wall_seconds: f64,
    /// Events handled in this call, warm-up included.
    pub events: u64,
    /// Cases registered in this call, warm-up included.
    pub cases: u64,
    /// Events per second of wall time, all threads together.
    pub events_per_second: f64,
    /// Largest memory in use [MiB]; none where the system does not say.
    pub peak_rss_mib: Option<f64>,
    /// Threads.
    pub threads: usize,
}

impl Timing {
    /// Timing of a study that took so long.
    pub fn new(wall_seconds: f64, events: u64, cases: u64, threads: usize) -> Timing {
        let events_per_second = if wall_seconds > 0.0 { events as f64 / wall_seconds } else { 0.0 };
        let peak_rss_mib = peak_rss_mib();
        Timing { wall_seconds, events, cases, events_per_second, peak_rss_mib, threads }
    }
}

/// High-water mark of resident memory [MiB].
fn peak_rss_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}
