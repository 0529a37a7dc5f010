//! The orders in which the battery reads the keyed generator: as a run does, and along every field
//! of an address. Shared by the tests of the suite (`tests/it/battery.rs`) and by the program that
//! feeds a published battery (`words.rs`).

use huying::random::Streams;

/// Purposes of the model, about so many.
const PURPOSES: u64 = 40;

/// How addresses follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// As cases use them: street by street, item by item, issue by issue, all purposes in turn, two
    /// draws each.
    Cases,
    /// One purpose, issues of one street and item one after the other.
    Issues,
    /// One purpose, one issue number, street codes one after the other.
    Streets,
    /// One issue, visits one after the other, purpose by purpose.
    Visits,
    /// One address, replications one after the other.
    Replications,
    /// One address, seeds one after the other.
    Seeds,
    /// One address, its further draws.
    Blocks,
}

impl Order {
    /// All of them.
    pub(crate) const ALL: [Order; 7] = [
        Order::Cases,
        Order::Issues,
        Order::Streets,
        Order::Visits,
        Order::Replications,
        Order::Seeds,
        Order::Blocks,
    ];

    /// The `i`-th uniform number in this order.
    pub(crate) fn uniform(self, seed: u64, i: u64) -> f64 {
        let streams = Streams::new(seed, 1);
        match self {
            Order::Cases => {
                let (draw, i) = (i % 2, i / 2);
                let (purpose, i) = (i % PURPOSES, i / PURPOSES);
                let (k, i) = (i % 64, i / 64);
                let (item, street) = (i % 100, i / 100);
                streams.pair(1 + purpose as u16, key(street, item, k), 0)[draw as usize]
            }
            Order::Issues => streams.uniform(1, key(370_102, 7, 0) + (i << 4), 0),
            Order::Streets => streams.uniform(10, key(i, 7, 3), 0),
            Order::Visits => {
                let (visit, i) = (i % 16, i / 16);
                let (purpose, i) = (i % PURPOSES, i / PURPOSES);
                streams.uniform(1 + purpose as u16, key(370_102, 7, i), visit as u16)
            }
            Order::Replications => Streams::new(seed, i).uniform(1, key(370_102, 7, 3), 0),
            Order::Seeds => Streams::new(seed + i, 1).uniform(1, key(370_102, 7, 3), 0),
            Order::Blocks => {
                let block = (i / 2) as u32;
                streams.block(1, key(370_102, 7, 3), 0, block)[(i % 2) as usize]
            }
        }
    }
}

/// The address of an issue, as the model forms it: street code, item, number, visit.
fn key(street: u64, item: u64, k: u64) -> u64 {
    street << 34 | item << 24 | k << 4
}
