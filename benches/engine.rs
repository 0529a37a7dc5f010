//! Speed of the engine: the event list beside a binary heap, and one queue and a network beside the
//! bare loops that are their limits (`src/bench/`).
//!
//! `cargo bench --bench engine`. Figures of one machine drift by a fifth within an hour: compare
//! ratios, with the bare loop run beside, or use `huying bench`, which takes turns.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use divan::Bencher;
use divan::counter::ItemsCount;
use huying::bench::{self, Hold, Served};
use huying::random::{Streams, exponential};

fn main() {
    divan::main();
}

/// Hold model: take the earliest, put it back an exponential time later.
mod hold {
    use super::*;

    const SIZES: [u32; 6] = [10, 100, 1_000, 10_000, 100_000, 1_000_000];
    const HOLDS: u64 = 10_000;
    const MEAN: f64 = 1e7;

    #[divan::bench(args = SIZES)]
    fn event_list(bencher: Bencher<'_, '_>, pending: u32) {
        let mut hold = Hold::new(pending);
        bencher.counter(ItemsCount::new(HOLDS)).bench_local(|| hold.run(HOLDS));
    }

    /// The heap of the standard library, with the same draws.
    #[divan::bench(args = SIZES)]
    fn binary_heap(bencher: Bencher<'_, '_>, pending: u32) {
        let mut heap = BinaryHeap::new();
        let (streams, mut drawn) = (Streams::new(1, 1), 0);
        let mut later = || {
            drawn += 1;
            exponential(streams.uniform(0, drawn, 0), MEAN) as i64
        };
        for number in 0..pending {
            heap.push(Reverse((later(), u64::from(number), [number; 3])));
        }
        let mut sequence = u64::from(pending);
        let mut run = |holds: u64| {
            for _ in 0..holds {
                if let Some(Reverse((time, _, event))) = heap.pop() {
                    sequence += 1;
                    heap.push(Reverse((time + later(), sequence, event)));
                }
            }
        };
        run(3 * u64::from(pending));
        bencher.counter(ItemsCount::new(HOLDS)).bench_local(|| run(HOLDS));
    }
}

const CUSTOMERS: u64 = 200_000;

fn serve(bencher: Bencher<'_, '_>, work: fn(u64) -> Served) {
    bencher.counter(ItemsCount::new(CUSTOMERS)).bench_local(|| work(CUSTOMERS));
}

/// One queue; items are customers.
mod mm1 {
    use super::*;

    #[divan::bench(sample_count = 15)]
    fn engine(bencher: Bencher<'_, '_>) {
        serve(bencher, bench::mm1);
    }

    #[divan::bench(sample_count = 15)]
    fn bare_loop(bencher: Bencher<'_, '_>) {
        serve(bencher, bench::bare_mm1);
    }

    #[divan::bench(sample_count = 15)]
    fn plain_loop(bencher: Bencher<'_, '_>) {
        serve(bencher, bench::plain_mm1);
    }
}

/// 100 pools of three servers; items are visits.
mod network {
    use super::*;

    #[divan::bench(sample_count = 15)]
    fn engine(bencher: Bencher<'_, '_>) {
        serve(bencher, bench::network);
    }

    #[divan::bench(sample_count = 15)]
    fn bare_loop(bencher: Bencher<'_, '_>) {
        serve(bencher, bench::bare_network);
    }

    #[divan::bench(sample_count = 15)]
    fn plain_loop(bencher: Bencher<'_, '_>) {
        serve(bencher, bench::plain_network);
    }
}
