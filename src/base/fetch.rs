//! Memory asked for before it is needed.

use std::slice::from_ref;

/// Asks the processor to bring the cache line in which `what` begins, and does not wait for it.
/// Nothing is read or changed, so no result can depend on it.
#[inline]
pub fn fetch<T>(what: &T) {
    prefetch_index::prefetch_index(from_ref(what), 0);
}
