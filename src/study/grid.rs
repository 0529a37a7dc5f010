//! Many small tasks on a few threads, joined in a fixed order.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::failure::guarded;

/// One task: a part of a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Task {
    /// Unit (a replication of an arm).
    pub(super) unit: usize,
    /// Part of the unit (a district).
    pub(super) part: usize,
}

/// Why a unit has no result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Broken {
    /// Part that broke, the first in order; none when joining did.
    pub(super) part: Option<usize>,
    /// Words of the panic.
    pub(super) what: String,
    /// Day of the run, if the task knew it.
    pub(super) day: Option<i64>,
}

/// Outcome of one task: what it made, or the words of its panic and the day it had reached.
pub(super) type Made<P> = Result<P, (String, Option<i64>)>;

/// What happens to tasks and units.
pub(super) trait Work: Sync {
    /// What a task makes.
    type Part: Send;

    /// Does one task. Panics are the task's own business to catch.
    fn make(&self, task: Task) -> Made<Self::Part>;

    /// Joins the parts of a unit, in order. Called once per unit, by whichever thread ended it;
    /// may panic.
    fn join(&self, unit: usize, parts: Vec<Self::Part>);

    /// A unit broke.
    fn broke(&self, unit: usize, broken: Broken);
}

/// A unit's parts as they come in.
struct Slot<P> {
    missing: usize,
    parts: Vec<Option<Made<P>>>,
}

/// Does every part of every unit, on all threads of the current pool.
///
/// Threads take tasks batch by batch, within a batch in the given order of parts, and of each part
/// unit by unit: batches end early and evenly, so what is finished can be kept, and the same part
/// of a batch's units is done at about the same time. A unit is joined as soon as its last part is
/// done, always in index order of parts; a broken unit does all its parts, so which failure is
/// reported does not depend on threads.
pub(super) fn run<W: Work>(batches: &[Vec<usize>], order: &[usize], work: &W) {
    let units: Vec<usize> = batches.concat();
    let mut tasks: Vec<(usize, usize)> = Vec::with_capacity(units.len() * order.len());
    let mut first = 0;
    for batch in batches {
        let rows = first..first + batch.len();
        tasks.extend(order.iter().flat_map(|&part| rows.clone().map(move |row| (row, part))));
        first += batch.len();
    }
    let slots: Vec<Mutex<Slot<W::Part>>> = units
        .iter()
        .map(|_| {
            let parts = order.iter().map(|_| None).collect();
            Mutex::new(Slot { missing: order.len(), parts })
        })
        .collect();
    let next = AtomicUsize::new(0);
    let turn = || {
        loop {
            let Some(&(row, part)) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) else {
                return;
            };
            let made = work.make(Task { unit: units[row], part });
            let mut slot = slots[row].lock().expect("invariant: no task panics with the lock");
            slot.parts[part] = Some(made);
            slot.missing -= 1;
            if slot.missing == 0 {
                let parts = std::mem::take(&mut slot.parts);
                drop(slot);
                end(work, units[row], parts);
            }
        }
    };
    rayon::scope(|scope| {
        for _ in 0..rayon::current_num_threads() {
            scope.spawn(|_| turn());
        }
    });
}

/// Joins a complete unit, or reports the first part that broke.
fn end<W: Work>(work: &W, unit: usize, parts: Vec<Option<Made<W::Part>>>) {
    let mut made = Vec::with_capacity(parts.len());
    for (index, part) in parts.into_iter().enumerate() {
        match part.expect("invariant: every part of an ended unit is there") {
            Ok(part) => made.push(part),
            Err((what, day)) => {
                work.broke(unit, Broken { part: Some(index), what, day });
                return;
            }
        }
    }
    if let Err(what) = guarded(|| work.join(unit, made)) {
        work.broke(unit, Broken { part: None, what, day: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Joins parts into text; unit 2 breaks in parts 1 and 2, unit 3 while joining.
    #[derive(Default)]
    struct Words {
        joined: Mutex<Vec<(usize, String)>>,
        broken: Mutex<Vec<(usize, Broken)>>,
    }

    impl Work for Words {
        type Part = String;

        fn make(&self, task: Task) -> Made<String> {
            guarded(|| {
                assert!(task.unit != 2 || task.part == 0, "part {} is bad", task.part);
                // Work of uneven length, so that threads end out of order.
                let spin = (0..((task.unit * 7 + task.part * 13) % 5) * 20_000).sum::<usize>();
                format!("{}{}", task.part, if spin == 1 { "!" } else { "" })
            })
            .map_err(|what| (what, Some(4)))
        }

        fn join(&self, unit: usize, parts: Vec<String>) {
            assert_ne!(unit, 3, "cannot join");
            self.joined.lock().unwrap().push((unit, parts.concat()));
        }

        fn broke(&self, unit: usize, broken: Broken) {
            self.broken.lock().unwrap().push((unit, broken));
        }
    }

    type Ended = (Vec<(usize, String)>, Vec<(usize, Broken)>);

    fn on_threads(threads: usize) -> Ended {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let words = Words::default();
        let batches = [vec![0], vec![1, 2, 3], vec![], vec![4, 9]];
        pool.install(|| run(&batches, &[2, 0, 1], &words));
        let mut joined = words.joined.into_inner().unwrap();
        let mut broken = words.broken.into_inner().unwrap();
        joined.sort();
        broken.sort_by_key(|(unit, _)| *unit);
        (joined, broken)
    }

    #[test]
    fn parts_are_joined_in_order_on_any_number_of_threads() {
        // Catches: results in order of completion, a lost unit, a failure that depends on threads.
        let (joined, broken) = on_threads(1);
        let whole: Vec<(usize, String)> =
            [0, 1, 4, 9].iter().map(|&unit| (unit, "012".to_owned())).collect();
        assert_eq!(joined, whole);
        assert_eq!(broken[0].0, 2);
        assert_eq!(broken[0].1.part, Some(1), "the first broken part in order is reported");
        assert!(broken[0].1.what.contains("part 1 is bad"));
        assert_eq!(broken[0].1.day, Some(4));
        assert_eq!((broken[1].0, broken[1].1.part), (3, None));
        for threads in [2, 5] {
            assert_eq!(on_threads(threads), (joined.clone(), broken.clone()));
        }
    }

    #[test]
    fn nothing_to_do_ends() {
        // Catches: a division by zero or a wait for tasks that never come.
        let words = Words::default();
        run(&[], &[0, 1], &words);
        run(&[Vec::new()], &[0, 1], &words);
        assert!(words.joined.into_inner().unwrap().is_empty());
    }
}
