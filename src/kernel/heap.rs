//! A 4-ary heap of entries by (time, order), with a fast path for pop followed by push.

/// Children of a node: four fit one or two cache lines, and the tree is half as deep as a binary
/// one.
const ARITY: usize = 4;

/// An event with its place in the total order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<E> {
    pub time: i64,
    /// Phase in the top bits, sequence below.
    pub order: u64,
    pub event: E,
}

impl<E: Copy> Entry<E> {
    /// One number to compare: times are never negative here.
    #[inline]
    pub(super) fn key(&self) -> u128 {
        u128::from(self.time as u64) << 64 | u128::from(self.order)
    }
}

#[derive(Clone, Debug)]
pub(super) struct Heap<E: Copy> {
    entries: Vec<Entry<E>>,
    /// The root was taken and not yet replaced: a push then costs one sift instead of two.
    hole: bool,
}

impl<E: Copy> Heap<E> {
    pub(super) fn new() -> Heap<E> {
        Heap { entries: Vec::new(), hole: false }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.entries.len() - usize::from(self.hole)
    }

    #[inline]
    pub(super) fn push(&mut self, entry: Entry<E>) {
        if self.hole {
            self.hole = false;
            self.sift_down(entry);
        } else {
            self.entries.push(entry);
            self.sift_up(entry);
        }
    }

    /// The earliest entry.
    #[inline]
    pub(super) fn first(&mut self) -> Option<&Entry<E>> {
        if self.hole {
            self.fill_hole();
        }
        self.entries.first()
    }

    /// Removes the entry that [`Heap::first`] has just returned.
    #[inline]
    pub(super) fn take_first(&mut self) {
        debug_assert!(!self.hole && !self.entries.is_empty(), "first() goes before");
        self.hole = true;
    }

    /// Moves everything out, in no order.
    pub(super) fn drain_into(&mut self, to: &mut Vec<Entry<E>>) {
        if self.hole {
            self.fill_hole();
        }
        to.append(&mut self.entries);
    }

    fn fill_hole(&mut self) {
        self.hole = false;
        if let Some(last) = self.entries.pop()
            && !self.entries.is_empty()
        {
            self.sift_down(last);
        }
    }

    #[inline]
    fn sift_up(&mut self, entry: Entry<E>) {
        let entries = &mut self.entries[..];
        let mut at = entries.len() - 1;
        let key = entry.key();
        while at > 0 {
            let parent = (at - 1) / ARITY;
            if entries[parent].key() <= key {
                break;
            }
            entries[at] = entries[parent];
            at = parent;
        }
        entries[at] = entry;
    }

    /// Puts `entry` at the root and lets it sink. The least of four children is found by a small
    /// tournament of selections, because branches on random keys are mostly guessed wrong.
    #[inline]
    fn sift_down(&mut self, entry: Entry<E>) {
        let entries = &mut self.entries[..];
        let key = entry.key();
        let mut at = 0;
        loop {
            let first = at * ARITY + 1;
            let (least, least_key) = if let Some(children) = entries.get(first..first + ARITY) {
                let keys =
                    [children[0].key(), children[1].key(), children[2].key(), children[3].key()];
                let left = usize::from(keys[1] < keys[0]);
                let right = 2 + usize::from(keys[3] < keys[2]);
                let least = if keys[right] < keys[left] { right } else { left };
                (first + least, keys[least])
            } else {
                let Some(children) = entries.get(first..) else { break };
                let Some(least) = (0..children.len()).min_by_key(|&i| children[i].key()) else {
                    break;
                };
                (first + least, children[least].key())
            };
            if key <= least_key {
                break;
            }
            entries[at] = entries[least];
            at = least;
        }
        entries[at] = entry;
    }
}
