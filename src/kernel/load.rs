//! What a pool has done since measuring began.

use crate::base::{HOUR, Time};

/// Areas under the state of a pool, as whole seconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Areas {
    /// Start of measuring, and working seconds done by then.
    pub from: Time,
    pub worked_from: i64,
    /// Server time on offer until the number of servers last changed, and working seconds done
    /// then.
    pub available: i64,
    pub staffed_from: i64,
    /// Busy servers, those of them whose job was requested at another pool, servers above the
    /// number wanted, each times working time.
    pub busy: i64,
    pub elsewhere: i64,
    pub over: i64,
    /// Working time in which more than nine in ten are busy and someone waits.
    pub overload: i64,
    /// Number waiting times calendar time.
    pub queue: i64,
    /// Ledgers kept job by job, against which the areas are checked: server time of jobs that gave
    /// their servers back, and time in the queue of those that left it.
    pub busy_ledger: i64,
    pub queue_ledger: i64,
    /// Work done here by borrowed servers, jobs that gave them back.
    pub helped_work: i64,
    /// Work requested here.
    pub work_in: i64,
    /// Work requested before the window, and since the first event received and withdrawn: for the
    /// law given = received + withdrawn + in the system.
    pub given_before: i64,
    pub received: i64,
    pub withdrawn: i64,
    pub queue_max: u32,
    pub waits: u64,
    pub wait_sum: i64,
    pub starts: u64,
    pub finished: u64,
}

impl Areas {
    /// Work requested since the first event.
    pub(super) fn given(&self) -> i64 {
        self.given_before + self.work_in
    }

    /// Begins a new window at `now`; totals since the first event are kept.
    pub(super) fn restart(&mut self, now: Time, worked: i64, waiting: u32) {
        *self = Areas {
            from: now,
            worked_from: worked,
            staffed_from: worked,
            given_before: self.given(),
            received: self.received,
            withdrawn: self.withdrawn,
            queue_max: waiting,
            ..Areas::default()
        };
    }
}

/// What a pool has done in the window since measuring began.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct PoolLoad {
    /// Mean number of servers over open time, those included who stay to finish what they began.
    pub servers_mean: f64,
    /// Server time on offer in working time [h], that of servers who stay to finish included.
    pub available_h: f64,
    /// Server time in use in working time [h], lent servers included.
    pub busy_h: f64,
    /// Working time of the calendar [h].
    pub open_h: f64,
    /// Working time in which more than nine in ten servers are busy and someone waits [h].
    pub overload_h: f64,
    /// Number waiting, integrated over calendar time [h].
    pub queue_area_h: f64,
    /// Calendar time of the window [h].
    pub window_h: f64,
    /// Most jobs waiting at a time.
    pub queue_max: u32,
    /// Jobs requested here whose service first began.
    pub waits: u64,
    /// Their waits from request to first start, in calendar time [h].
    pub wait_sum_h: f64,
    /// 90% quantile of those waits [h] (least bin that holds it; relative error at most 2%).
    pub wait_p90_h: f64,
    /// Services begun, those resumed after an interruption included.
    pub starts: u64,
    /// Jobs requested here that were done.
    pub finished: u64,
    /// Work requested here [working h].
    pub work_in_h: f64,
    /// Work done for jobs requested here [working h], by borrowed servers too.
    pub work_done_h: f64,
}

pub(super) fn hours(seconds: i64) -> f64 {
    seconds as f64 / HOUR as f64
}

/// Counts of waits in bins of at most 1/32 relative width: whole seconds below 64, then 32 bins for
/// each doubling. The middle of a bin is within 1/64 of everything in it.
///
/// Bins are hardly ever in the cache when they are wanted, so waits are laid on a tray and counted
/// a trayful at a time.
#[derive(Clone, Debug, Default)]
pub(super) struct Histogram {
    tray: [u16; TRAY],
    on_tray: usize,
    counts: Vec<u32>,
}

const SUB_BITS: u32 = 5;

/// Waits counted together.
const TRAY: usize = 24;

impl Histogram {
    #[inline]
    pub(super) fn add(&mut self, seconds: i64) {
        self.tray[self.on_tray] = bin(seconds) as u16;
        self.on_tray += 1;
        if self.on_tray == TRAY {
            self.clear_tray();
        }
    }

    #[inline(never)]
    fn clear_tray(&mut self) {
        let bins = &self.tray[..self.on_tray];
        let longest = bins.iter().copied().max().map_or(0, usize::from);
        if longest >= self.counts.len() {
            self.counts.resize(longest + 1, 0);
        }
        for &bin in bins {
            self.counts[usize::from(bin)] += 1;
        }
        self.on_tray = 0;
    }

    pub(super) fn clear(&mut self) {
        self.on_tray = 0;
        self.counts.fill(0);
    }

    /// The middle of the bin that holds the ⌈`p`·n⌉-th smallest (Hyndman and Fan's type 1) [s]; 0
    /// for none.
    pub(super) fn quantile(&mut self, p: f64) -> f64 {
        self.clear_tray();
        let n: u64 = self.counts.iter().map(|&count| u64::from(count)).sum();
        let rank = ((p * n as f64).ceil() as u64).max(1);
        let mut below = 0;
        for (bin, &count) in self.counts.iter().enumerate() {
            below += u64::from(count);
            if below >= rank {
                return middle(bin);
            }
        }
        0.0
    }
}

#[inline]
fn bin(seconds: i64) -> usize {
    let value = seconds.max(0) as u64;
    let top = (value | 1).ilog2();
    if top <= SUB_BITS {
        return value as usize;
    }
    let shift = top - SUB_BITS;
    ((shift as usize) << SUB_BITS) + (value >> shift) as usize
}

fn middle(bin: usize) -> f64 {
    let shift = (bin >> SUB_BITS).saturating_sub(1);
    let low = (bin - (shift << SUB_BITS)) << shift;
    low as f64 + ((1_u64 << shift) - 1) as f64 / 2.0
}
