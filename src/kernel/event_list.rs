//! Pending events in the total order (time, phase, sequence).

use crate::base::{Fault, Time, planted};

use super::context::Phase;
use super::heap::{Entry, Heap};

/// Bits of the order word below the phase: more insertions than a run can make.
const SEQUENCE_BITS: u32 = 60;
/// Up to so many events in the span in hand the heap alone is fastest.
const SPILL: usize = 192;
/// A bucket with more events gets a rung of its own.
const CROWD: usize = 64;
/// Events per bucket that a new rung aims at.
const PER_BUCKET: usize = 8;
/// Most buckets of a rung: their ends must stay in the cache while events are dealt out.
const MAX_BUCKETS: usize = 1024;
/// Most rungs; a finer split would gain nothing, buckets are sorted whatever their size.
const MAX_RUNGS: usize = 8;

/// Pending events; equal times are broken by phase, equal phases by order of insertion.
///
/// A ladder queue (Tang, Goh and Thng, ACM TOMACS 15 (2005) 175-204): far events lie unsorted at
/// the top, nearer ones in the buckets of a few rungs, each rung a finer division of one bucket of
/// the rung above, and only the bucket in hand is sorted. What is pushed into the span in hand goes
/// to a small heap, which also bears any number of equal times. With few events the heap is all
/// there is.
///
/// Chosen by measurement (`cargo bench --bench engine hold`): nanoseconds to take the earliest
/// event and put it back an exponential time later, the draw of about 10 ns included, fastest of a
/// few runs on one core of a shared x86-64 machine, by number of pending events.
///
/// | event list            | 10 | 100 | 10³ | 10⁴ | 10⁵ | 10⁶ |
/// |-----------------------|----|-----|-----|-----|-----|-----|
/// | `std` `BinaryHeap`    | 36 |  45 |  50 |  75 | 138 | 564 |
/// | 4-ary heap alone      | 26 |  48 |  75 | 105 | 148 | 310 |
/// | ladder (this one)     | 26 |  30 |  30 |  30 |  33 |  38 |
///
/// The price is memory, because most emptied buckets keep theirs for the next use: about 140 bytes
/// an event at a million, four times that of a heap. Crowded ones give it back, or a run would hold
/// as much as all events that ever went through them.
#[derive(Clone, Debug)]
pub struct EventList<E: Copy> {
    /// The bucket in hand, latest first.
    sorted: Vec<Entry<E>>,
    /// Events that came into the span in hand after it was sorted.
    heap: Heap<E>,
    /// Length of the heap at which it is dealt out to a rung.
    spill_at: usize,
    /// Rungs, coarsest first; those beyond `depth` keep their memory for the next use.
    rungs: Vec<Rung<E>>,
    depth: usize,
    /// Events from `top_from` on, in no order.
    top: Vec<Entry<E>>,
    top_from: i64,
    /// Events pushed so far.
    sequence: u64,
}

/// Equal spans of 2^`shift` seconds from `from` on.
#[derive(Clone, Debug)]
struct Rung<E> {
    from: i64,
    shift: u32,
    /// The next bucket to take, and where it begins: earlier events belong further down.
    next: usize,
    floor: i64,
    n_buckets: usize,
    buckets: Vec<Vec<Entry<E>>>,
}

impl<E: Copy> Rung<E> {
    /// Prepares an empty rung over `[from, end)` with about `wanted` buckets; returns its true end.
    fn lay(&mut self, from: i64, end: i64, wanted: usize) -> i64 {
        let span = (end - from).max(1) as u64;
        let wanted = wanted.clamp(2, MAX_BUCKETS) as u64;
        let mut shift = 0;
        while (span - 1) >> shift >= wanted {
            shift += 1;
        }
        self.from = from;
        self.shift = shift;
        self.next = 0;
        self.floor = from;
        self.n_buckets = ((span - 1) >> shift) as usize + 1;
        if self.buckets.len() < self.n_buckets {
            self.buckets.resize_with(self.n_buckets, Vec::new);
        }
        from + ((self.n_buckets as i64) << shift)
    }

    #[inline]
    fn put(&mut self, entry: Entry<E>) {
        self.buckets[((entry.time - self.from) >> self.shift) as usize].push(entry);
    }

    /// Takes the next bucket that is not empty, by exchange for an empty vector, and the span it
    /// covers.
    fn take(&mut self, empty: &mut Vec<Entry<E>>) -> Option<(i64, i64)> {
        while self.next < self.n_buckets {
            let bucket = self.next;
            self.next += 1;
            self.floor = self.from + ((self.next as i64) << self.shift);
            if !self.buckets[bucket].is_empty() {
                std::mem::swap(empty, &mut self.buckets[bucket]);
                return Some((self.from + ((bucket as i64) << self.shift), self.floor));
            }
        }
        None
    }
}

impl<E: Copy> Default for EventList<E> {
    fn default() -> Self {
        EventList::new()
    }
}

impl<E: Copy> EventList<E> {
    /// An empty list.
    pub fn new() -> EventList<E> {
        EventList {
            sorted: Vec::new(),
            heap: Heap::new(),
            spill_at: SPILL,
            rungs: Vec::new(),
            depth: 0,
            top: Vec::new(),
            top_from: i64::MAX,
            sequence: 0,
        }
    }

    /// Events that the memory held now has room for.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        let buckets = self.rungs.iter().flat_map(|rung| &rung.buckets);
        self.sorted.capacity()
            + self.top.capacity()
            + buckets.map(|bucket| bucket.capacity()).sum::<usize>()
    }

    /// Number of pending events. They are counted when asked for, bucket by bucket: most runs ask
    /// once, at their end.
    pub fn len(&self) -> usize {
        let buckets = self.rungs.iter().flat_map(|rung| &rung.buckets).map(Vec::len);
        self.sorted.len() + self.heap.len() + self.top.len() + buckets.sum::<usize>()
    }

    /// True when nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of events pushed so far.
    pub(super) fn pushed(&self) -> u64 {
        self.sequence
    }

    /// Adds an event. Among equal times the lower phase comes first, among equal phases the earlier
    /// push. Times must not be negative.
    // In place: a call would pass the event by memory where its parts were written just before, and
    // reading it back as a whole waits for them.
    #[inline(always)]
    pub fn push(&mut self, time: Time, phase: Phase, event: E) {
        debug_assert!(time.0 >= 0, "an event list holds no negative times");
        let mut order = (phase as u64) << SEQUENCE_BITS | self.sequence;
        if planted(Fault::TieOrder) {
            order ^= (1 << SEQUENCE_BITS) - 1;
        }
        self.sequence += 1;
        let entry = Entry { time: time.0, order, event };
        if time.0 >= self.top_from {
            self.top.push(entry);
            return;
        }
        for rung in &mut self.rungs[..self.depth] {
            if time.0 >= rung.floor {
                rung.put(entry);
                return;
            }
        }
        self.heap.push(entry);
        if self.heap.len() > self.spill_at {
            self.spill();
        }
    }

    /// Takes the earliest event if it is earlier than `until`.
    #[inline]
    pub fn pop_before(&mut self, until: Time) -> Option<(Time, E)> {
        let entry = match (self.sorted.last(), self.heap.first()) {
            (Some(&a), Some(b)) if a.key() < b.key() => self.take_sorted(a, until)?,
            (_, Some(&b)) => {
                if b.time >= until.0 {
                    return None;
                }
                self.heap.take_first();
                b
            }
            (Some(&a), None) => self.take_sorted(a, until)?,
            (None, None) => {
                if !self.refill() {
                    return None;
                }
                let &a = self.sorted.last()?;
                self.take_sorted(a, until)?
            }
        };
        Some((Time(entry.time), entry.event))
    }

    #[inline]
    fn take_sorted(&mut self, entry: Entry<E>, until: Time) -> Option<Entry<E>> {
        if entry.time >= until.0 {
            return None;
        }
        self.sorted.pop();
        Some(entry)
    }

    /// The event of the bucket in hand that so many others come before, if there is one; events
    /// that came into its span since it was sorted may be earlier.
    #[inline]
    pub(super) fn probably_after(&self, others: usize) -> Option<E> {
        self.sorted.iter().nth_back(others).map(|entry| entry.event)
    }

    /// Takes the earliest event.
    #[inline]
    pub fn pop(&mut self) -> Option<(Time, E)> {
        self.pop_before(Time(i64::MAX))
    }

    /// Puts the next events into `sorted`, which is empty like the heap; false if there are none.
    #[cold]
    #[inline(never)]
    fn refill(&mut self) -> bool {
        self.spill_at = SPILL;
        let mut bucket = std::mem::take(&mut self.sorted);
        loop {
            if self.depth == 0 {
                self.top_from = i64::MAX;
                if self.top.is_empty() {
                    self.sorted = bucket;
                    return false;
                }
                std::mem::swap(&mut bucket, &mut self.top);
                if bucket.len() <= CROWD {
                    break;
                }
                self.deal_all(&mut bucket);
                continue;
            }
            let Some((from, end)) = self.rungs[self.depth - 1].take(&mut bucket) else {
                self.depth -= 1;
                continue;
            };
            if bucket.len() <= CROWD || end - from == 1 || self.depth == MAX_RUNGS {
                break;
            }
            self.deal(&mut bucket, from, end);
            // Each bucket of a coarse rung is crowded once, and not again for a long time.
            bucket = Vec::new();
        }
        bucket.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.key()));
        self.sorted = bucket;
        true
    }

    /// Deals out everything there is to a first rung; what comes later lies at the top.
    fn deal_all(&mut self, entries: &mut Vec<Entry<E>>) {
        let (mut from, mut last) = (i64::MAX, 0);
        for entry in entries.iter() {
            from = from.min(entry.time);
            last = last.max(entry.time);
        }
        self.top_from = self.deal(entries, from, last + 1);
    }

    /// Deals out events of `[from, end)` to a new rung below the others; returns the rung's end.
    fn deal(&mut self, entries: &mut Vec<Entry<E>>, from: i64, end: i64) -> i64 {
        if self.rungs.len() == self.depth {
            let empty =
                Rung { from: 0, shift: 0, next: 0, floor: 0, n_buckets: 0, buckets: Vec::new() };
            self.rungs.push(empty);
        }
        let rung = &mut self.rungs[self.depth];
        self.depth += 1;
        let end = rung.lay(from, end, entries.len() / PER_BUCKET);
        for entry in entries.drain(..) {
            rung.put(entry);
        }
        end
    }

    /// The heap has grown large: deals out the span in hand to a rung of its own, unless it is a
    /// single second.
    #[cold]
    #[inline(never)]
    fn spill(&mut self) {
        let end = match self.depth {
            0 => self.top_from,
            depth => self.rungs[depth - 1].floor,
        };
        let mut entries = std::mem::take(&mut self.sorted);
        self.heap.drain_into(&mut entries);
        let from = entries.iter().map(|entry| entry.time).min().unwrap_or(0);
        let last = entries.iter().map(|entry| entry.time).max().unwrap_or(0);
        if from == last || self.depth == MAX_RUNGS {
            // Equal times cannot be split; try again when there are twice as many.
            self.spill_at *= 2;
            for entry in entries.drain(..) {
                self.heap.push(entry);
            }
        } else if end == i64::MAX {
            self.deal_all(&mut entries);
        } else {
            self.deal(&mut entries, from, end);
        }
        self.sorted = entries;
    }
}
