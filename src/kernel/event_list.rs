//! Pending events in the total order (time, phase, sequence).

use crate::base::Time;

use super::context::Phase;

/// Children of a node: four fit one or two cache lines, and the tree is half as deep as a binary
/// one.
const ARITY: usize = 4;
/// Bits of the order word below the phase: more insertions than a run can make.
const SEQUENCE_BITS: u32 = 60;

#[derive(Clone, Copy, Debug)]
struct Entry<E> {
    time: i64,
    /// Phase in the top bits, sequence below.
    order: u64,
    event: E,
}

impl<E: Copy> Entry<E> {
    /// One number to compare: times are never negative here.
    #[inline]
    fn key(&self) -> u128 {
        u128::from(self.time as u64) << 64 | u128::from(self.order)
    }
}

/// Pending events; equal times are broken by phase, equal phases by order of insertion.
#[derive(Clone, Debug)]
pub struct EventList<E: Copy> {
    heap: Vec<Entry<E>>,
    /// The root was taken and not yet replaced: a push then costs one sift instead of two.
    hole: bool,
    sequence: u64,
}

impl<E: Copy> Default for EventList<E> {
    fn default() -> Self {
        EventList::new()
    }
}

impl<E: Copy> EventList<E> {
    /// An empty list.
    pub fn new() -> EventList<E> {
        EventList { heap: Vec::new(), hole: false, sequence: 0 }
    }

    /// Number of pending events.
    pub fn len(&self) -> usize {
        self.heap.len() - usize::from(self.hole)
    }

    /// True when nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds an event. Among equal times the lower phase comes first, among equal phases the earlier
    /// push.
    #[inline]
    pub fn push(&mut self, time: Time, phase: Phase, event: E) {
        debug_assert!(time.0 >= 0, "an event list holds no negative times");
        let order = (phase as u64) << SEQUENCE_BITS | self.sequence;
        self.sequence += 1;
        let entry = Entry { time: time.0, order, event };
        if self.hole {
            self.hole = false;
            self.sift_down(entry);
        } else {
            self.heap.push(entry);
            self.sift_up(entry);
        }
    }

    /// Takes the earliest event if it is earlier than `until`.
    #[inline]
    pub fn pop_before(&mut self, until: Time) -> Option<(Time, E)> {
        if self.hole {
            self.fill_hole();
        }
        let first = self.heap.first()?;
        if first.time >= until.0 {
            return None;
        }
        let taken = (Time(first.time), first.event);
        self.hole = true;
        Some(taken)
    }

    /// Takes the earliest event.
    #[inline]
    pub fn pop(&mut self) -> Option<(Time, E)> {
        self.pop_before(Time(i64::MAX))
    }

    fn fill_hole(&mut self) {
        self.hole = false;
        if let Some(last) = self.heap.pop()
            && !self.heap.is_empty()
        {
            self.sift_down(last);
        }
    }

    #[inline]
    fn sift_up(&mut self, entry: Entry<E>) {
        let mut at = self.heap.len() - 1;
        let key = entry.key();
        while at > 0 {
            let parent = (at - 1) / ARITY;
            if self.heap[parent].key() <= key {
                break;
            }
            self.heap[at] = self.heap[parent];
            at = parent;
        }
        self.heap[at] = entry;
    }

    /// Puts `entry` at the root and lets it sink.
    #[inline]
    fn sift_down(&mut self, entry: Entry<E>) {
        let heap = &mut self.heap[..];
        let key = entry.key();
        let mut at = 0;
        loop {
            let first = at * ARITY + 1;
            if first >= heap.len() {
                break;
            }
            let last = (first + ARITY).min(heap.len());
            let mut least = first;
            let mut least_key = heap[first].key();
            for (offset, child) in heap[first + 1..last].iter().enumerate() {
                let child_key = child.key();
                if child_key < least_key {
                    least = first + 1 + offset;
                    least_key = child_key;
                }
            }
            if key <= least_key {
                break;
            }
            heap[at] = heap[least];
            at = least;
        }
        heap[at] = entry;
    }
}
