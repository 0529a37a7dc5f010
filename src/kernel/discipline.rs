//! Who is next: the waiting line of one class, and shares between classes.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::job::{Jobs, State};
use super::pool::N_CLASSES;

/// A job in a waiting line; the derived order is the discipline: priority, due, sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Waiter {
    pub urgency: u64,
    pub sequence: u64,
    pub slot: u32,
    pub generation: u32,
}

impl Waiter {
    /// One number to compare; sequences differ.
    #[inline]
    fn key(&self) -> u128 {
        u128::from(self.urgency) << 64 | u128::from(self.sequence)
    }
}

/// The waiting line of one class at one pool.
///
/// Waiters that come in order (the usual case) stand in a ring; those that overtake go to a small
/// heap; joint requests have a heap of their own, because lending takes single ones only. A
/// cancelled job stays until it is met at the front or until stale entries outnumber live ones.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    ring: VecDeque<Waiter>,
    /// Key of the last waiter that went into the ring, so that the next need not look it up there.
    tail: u128,
    heap: BinaryHeap<Reverse<Waiter>>,
    joint: BinaryHeap<Reverse<Waiter>>,
    /// Waiters that are not stale.
    live: u32,
    /// Whoever stands at a front is known not to be stale; who comes is live, so it stays true
    /// until somebody leaves.
    fronts_live: bool,
}

impl Line {
    pub(super) fn live(&self) -> u32 {
        self.live
    }

    #[inline]
    pub(super) fn push(&mut self, waiter: Waiter, is_joint: bool) {
        self.live += 1;
        if is_joint {
            self.joint.push(Reverse(waiter));
        } else if self.ring.is_empty() || self.tail < waiter.key() {
            self.tail = waiter.key();
            self.ring.push_back(waiter);
        } else {
            self.heap.push(Reverse(waiter));
        }
    }

    /// Takes the first waiter of all.
    #[inline]
    pub(super) fn take_first(&mut self, jobs: &Jobs) -> Option<Waiter> {
        if self.ring.len() == self.live as usize && self.n_entries() == self.ring.len() {
            // Nobody was cancelled and nobody has overtaken.
            let first = self.ring.pop_front()?;
            self.live -= 1;
            self.fronts_live = false;
            return Some(first);
        }
        let first = self.peek(jobs)?;
        self.take(first);
        Some(first)
    }

    /// The first waiter of all.
    pub(super) fn peek(&mut self, jobs: &Jobs) -> Option<Waiter> {
        let single = self.peek_single(jobs);
        match (single, self.joint.peek()) {
            (Some(a), Some(&Reverse(b))) => Some(a.min(b)),
            (None, Some(&Reverse(b))) => Some(b),
            (single, None) => single,
        }
    }

    /// The first waiter that needs this pool alone.
    pub(super) fn peek_single(&mut self, jobs: &Jobs) -> Option<Waiter> {
        if !self.fronts_live && self.n_entries() > self.live as usize {
            self.drop_stale(jobs);
        }
        match (self.ring.front(), self.heap.peek()) {
            (Some(&a), Some(&Reverse(b))) => Some(a.min(b)),
            (Some(&a), None) => Some(a),
            (None, Some(&Reverse(b))) => Some(b),
            (None, None) => None,
        }
    }

    /// Entries, stale ones included.
    fn n_entries(&self) -> usize {
        self.ring.len() + self.heap.len() + self.joint.len()
    }

    /// Drops stale entries from the fronts. Few jobs are cancelled, and their memory is seldom in
    /// the cache, so they are looked up only when a front may have become stale.
    #[cold]
    fn drop_stale(&mut self, jobs: &Jobs) {
        while self.ring.front().is_some_and(|&w| !is_live(jobs, w)) {
            self.ring.pop_front();
        }
        for heap in [&mut self.heap, &mut self.joint] {
            while heap.peek().is_some_and(|&Reverse(w)| !is_live(jobs, w)) {
                heap.pop();
            }
        }
        self.fronts_live = true;
    }

    /// Removes a waiter that a peek has just returned.
    pub(super) fn take(&mut self, waiter: Waiter) {
        self.live -= 1;
        self.fronts_live = false;
        if self.ring.front() == Some(&waiter) {
            self.ring.pop_front();
        } else if self.heap.peek() == Some(&Reverse(waiter)) {
            self.heap.pop();
        } else {
            let first = self.joint.pop();
            debug_assert_eq!(first, Some(Reverse(waiter)), "a peek went before");
        }
    }

    /// Notes that a waiter was cancelled; call it after the job's slot was freed.
    pub(super) fn note_cancelled(&mut self, jobs: &Jobs) {
        self.live -= 1;
        self.fronts_live = false;
        if self.n_entries() > 2 * self.live as usize + 16 {
            self.ring.retain(|&w| is_live(jobs, w));
            self.heap.retain(|&Reverse(w)| is_live(jobs, w));
            self.joint.retain(|&Reverse(w)| is_live(jobs, w));
        }
    }
}

#[inline]
fn is_live(jobs: &Jobs, waiter: Waiter) -> bool {
    let job = jobs.get(waiter.slot);
    job.generation == waiter.generation && job.state == State::Waiting
}

/// Shares of capacity between classes: start-time fair queueing in units of work.
///
/// Each class has a tag, the virtual time at which its next job may begin; serving a job moves the
/// tag on by work / weight, and the class with the least tag is served. A class that was away comes
/// back at the present virtual time, so it cannot save up. The rule never leaves a server idle
/// while someone waits. Goyal, Vin and Cheng, "Start-time fair queueing", SIGCOMM 1996.
#[derive(Clone, Debug)]
pub(super) struct Shares {
    weights: [f64; N_CLASSES],
    tags: [f64; N_CLASSES],
    virtual_time: f64,
    /// With fewer than two weighted classes nothing is shared and no tag is kept.
    active: bool,
}

impl Shares {
    pub(super) fn new(weights: [f64; N_CLASSES]) -> Shares {
        let fits = weights.iter().all(|w| w.is_finite() && *w >= 0.0);
        assert!(fits, "weights must be finite and not negative");
        let active = weights.iter().filter(|w| **w > 0.0).count() > 1;
        Shares { weights, tags: [0.0; N_CLASSES], virtual_time: 0.0, active }
    }

    pub(super) fn weighted(&self, class: usize) -> bool {
        self.weights[class] > 0.0
    }

    /// A class that nobody waited in gets its first waiter, or is served at once.
    #[inline]
    pub(super) fn awake(&mut self, class: usize) {
        if self.active && self.tags[class] < self.virtual_time {
            self.tags[class] = self.virtual_time;
        }
    }

    /// A job of `class` begins with `work` to do.
    #[inline]
    pub(super) fn charge(&mut self, class: usize, work: i64) {
        if self.active && self.weights[class] > 0.0 {
            let tag = self.tags[class];
            self.virtual_time = self.virtual_time.max(tag);
            self.tags[class] = tag + work as f64 / self.weights[class];
        }
    }

    #[inline]
    pub(super) fn tag(&self, class: usize) -> f64 {
        self.tags[class]
    }
}
