//! Replications that broke an invariant: what, where, when, and how to see it again.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// One replication of one arm that ended in a panic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RunFailure {
    /// Index of the arm.
    pub arm: usize,
    /// Number of the replication.
    pub replication: u32,
    /// District that broke, by name; none when it happened while districts were joined.
    pub district: Option<String>,
    /// Words of the panic and its place in the source.
    pub what: String,
    /// Day of the run in which it happened, 0 for the first; none when not known.
    pub day: Option<i64>,
}

thread_local! {
    /// True while this thread works on a replication.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    /// Place of the last panic of this thread, as the panic hook noted it.
    static SITE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Is this thread inside a replication, where a panic is caught and reported as a failure? For a
/// panic hook, which should then be silent.
pub fn in_replication() -> bool {
    GUARDED.get()
}

/// Notes where a panic happened, for the words of the failure. For a panic hook: the place is
/// known to nobody else.
pub fn note_panic_site(site: String) {
    SITE.with_borrow_mut(|slot| *slot = Some(site));
}

/// Runs a task and turns its panic into words.
pub(super) fn guarded<T>(task: impl FnOnce() -> T) -> Result<T, String> {
    SITE.with_borrow_mut(Option::take);
    let outer = GUARDED.replace(true);
    // Nothing the task has touched is read after a panic, but for counters that are always valid.
    let outcome = catch_unwind(AssertUnwindSafe(task));
    GUARDED.set(outer);
    outcome.map_err(|payload| {
        let words = words(payload.as_ref());
        match SITE.with_borrow_mut(Option::take) {
            Some(site) => format!("{words} ({site})"),
            None => words,
        }
    })
}

/// The command that runs a replication again, alone.
pub(super) fn replay_of(replay: &str, replication: u32) -> String {
    format!("{replay} --replication {replication}")
}

/// The message of a panic, on one line: it becomes a cell of a table and a line of a log.
fn words(payload: &(dyn Any + Send)) -> String {
    let text = said(payload);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn said(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "panicked without words".to_owned()
    }
}
