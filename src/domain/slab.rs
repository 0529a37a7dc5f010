//! Compact storage for things that come and go: indices are reused, generations tell old from new.

/// Index and generation of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Handle {
    /// Slot.
    pub(super) index: u32,
    /// Raised each time the slot is freed.
    pub(super) generation: u32,
}

/// Slots with a free list; no allocation in steady state.
#[derive(Debug)]
pub(super) struct Slab<T> {
    slots: Vec<(u32, Option<T>)>,
    free: Vec<u32>,
    n_alive: usize,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Slab { slots: Vec::new(), free: Vec::new(), n_alive: 0 }
    }
}

impl<T> Slab<T> {
    /// Stores a value.
    pub(super) fn insert(&mut self, value: T) -> Handle {
        self.n_alive += 1;
        if let Some(index) = self.free.pop() {
            let slot = &mut self.slots[index as usize];
            slot.1 = Some(value);
            return Handle { index, generation: slot.0 };
        }
        self.slots.push((0, Some(value)));
        Handle { index: self.slots.len() as u32 - 1, generation: 0 }
    }

    /// The value at a slot.
    ///
    /// # Panics
    /// If the slot is empty.
    pub(super) fn at(&self, index: u32) -> &T {
        self.slots[index as usize].1.as_ref().expect("invariant: the slot is in use")
    }

    /// The value at a slot, to change.
    ///
    /// # Panics
    /// If the slot is empty.
    pub(super) fn at_mut(&mut self, index: u32) -> &mut T {
        self.slots[index as usize].1.as_mut().expect("invariant: the slot is in use")
    }

    /// Is this very entry still stored?
    pub(super) fn is_alive(&self, handle: Handle) -> bool {
        let (generation, value) = &self.slots[handle.index as usize];
        *generation == handle.generation && value.is_some()
    }

    /// Handle of the entry now in a slot.
    pub(super) fn handle(&self, index: u32) -> Handle {
        Handle { index, generation: self.slots[index as usize].0 }
    }

    /// Takes a value out and frees its slot.
    ///
    /// # Panics
    /// If the slot is empty.
    pub(super) fn remove(&mut self, index: u32) -> T {
        let slot = &mut self.slots[index as usize];
        slot.0 += 1;
        self.free.push(index);
        self.n_alive -= 1;
        slot.1.take().expect("invariant: the slot is in use")
    }

    /// The value at a slot, if there is one.
    pub(super) fn get(&self, index: u32) -> Option<&T> {
        self.slots.get(index as usize)?.1.as_ref()
    }

    /// Number of values stored.
    pub(super) fn n_alive(&self) -> usize {
        self.n_alive
    }

    /// Slots in use, ascending.
    pub(super) fn indices(&self) -> impl Iterator<Item = u32> + '_ {
        self.slots.iter().enumerate().filter(|(_, slot)| slot.1.is_some()).map(|(i, _)| i as u32)
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
        let second = slab.insert("b");
        assert_eq!(first.index, second.index);
        assert!(!slab.is_alive(first) && slab.is_alive(second));
        assert_eq!((slab.n_alive(), slab.indices().collect::<Vec<_>>()), (1, vec![0]));
    }
}
