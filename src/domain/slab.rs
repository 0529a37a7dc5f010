//! Compact storage for things that come and go: indices are reused, generations tell old from new.

/// Index and generation of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Handle {
    /// Slot.
    pub(super) index: u32,
    /// Raised each time the slot is taken or freed.
    pub(super) generation: u32,
}

/// A value, or what an earlier tenant left.
///
/// The generation stands before the value, so a look at it brings the first fields of the value
/// into the cache; slots begin on a cache line of their own.
#[derive(Debug)]
#[repr(C, align(64))]
struct Slot<T> {
    /// Odd while the slot is in use.
    generation: u32,
    value: T,
}

impl<T> Slot<T> {
    #[inline]
    fn in_use(&self) -> bool {
        self.generation % 2 == 1
    }
}

/// Slots with a free list; no allocation in steady state.
#[derive(Debug)]
pub(super) struct Slab<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Slab { slots: Vec::new(), free: Vec::new() }
    }
}

impl<T: Copy> Slab<T> {
    /// Stores a value.
    pub(super) fn insert(&mut self, value: T) -> Handle {
        if let Some(index) = self.free.pop() {
            let slot = &mut self.slots[index as usize];
            slot.generation += 1;
            slot.value = value;
            return Handle { index, generation: slot.generation };
        }
        self.slots.push(Slot { generation: 1, value });
        Handle { index: self.slots.len() as u32 - 1, generation: 1 }
    }

    /// The value at a slot.
    ///
    /// # Panics
    /// If the slot is empty.
    #[inline]
    pub(super) fn at(&self, index: u32) -> &T {
        self.get(index).expect("invariant: the slot is in use")
    }

    /// The value at a slot, to change.
    ///
    /// # Panics
    /// If the slot is empty.
    #[inline]
    pub(super) fn at_mut(&mut self, index: u32) -> &mut T {
        let slot = &mut self.slots[index as usize];
        assert!(slot.in_use(), "invariant: the slot is in use");
        &mut slot.value
    }

    /// Is this very entry still stored?
    #[inline]
    pub(super) fn is_alive(&self, handle: Handle) -> bool {
        self.slots[handle.index as usize].generation == handle.generation
    }

    /// Handle of the entry now in a slot.
    #[inline]
    pub(super) fn handle(&self, index: u32) -> Handle {
        Handle { index, generation: self.slots[index as usize].generation }
    }

    /// Frees a slot; its value stays where it is until the slot is taken again.
    ///
    /// # Panics
    /// If the slot is empty.
    pub(super) fn free(&mut self, index: u32) {
        let slot = &mut self.slots[index as usize];
        assert!(slot.in_use(), "invariant: the slot is in use");
        slot.generation += 1;
        self.free.push(index);
    }

    /// Takes a value out and frees its slot.
    ///
    /// # Panics
    /// If the slot is empty.
    pub(super) fn remove(&mut self, index: u32) -> T {
        let value = *self.at(index);
        self.free(index);
        value
    }

    /// The value at a slot, if there is one.
    #[inline]
    pub(super) fn get(&self, index: u32) -> Option<&T> {
        self.slots.get(index as usize).filter(|slot| slot.in_use()).map(|slot| &slot.value)
    }

    /// What lies at a slot, in use or not, to ask for its memory; none if there never was a slot.
    #[inline]
    pub(super) fn foresee(&self, index: u32) -> Option<&T> {
        self.slots.get(index as usize).map(|slot| &slot.value)
    }

    /// Number of values stored.
    pub(super) fn n_alive(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Slots in use, ascending.
    pub(super) fn indices(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.slots).filter(|(_, slot)| slot.in_use()).map(|(index, _)| index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches a stale handle that reaches the slot's next tenant.
    #[test]
    fn generations_tell_old_from_new() {
        let mut slab = Slab::default();
        let first = slab.insert("a");
        assert_eq!(slab.remove(first.index), "a");
        assert!(!slab.is_alive(first) && slab.get(first.index).is_none());
        let second = slab.insert("b");
        assert_eq!(first.index, second.index);
        assert!(!slab.is_alive(first) && slab.is_alive(second));
        assert_eq!((slab.n_alive(), slab.indices().collect::<Vec<_>>()), (1, vec![0]));
    }
}
