//! Replications whose districts must be run side by side, because posts move between them.

use std::sync::Mutex;

use rayon::prelude::*;

use crate::domain::{Each, RunOutcome, simulate_together};
use crate::measure::{Accumulator, Matching};

use super::design::Arm;
use super::failure::guarded;
use super::grid::{Broken, Made, Task, Work};
use super::run::Runner;

/// Units of one part: all districts together.
pub(super) struct Together<'a> {
    pub(super) runner: &'a Runner<'a>,
}

impl Work for Together<'_> {
    type Part = Vec<(Accumulator, RunOutcome, Option<Matching>)>;

    fn make(&self, task: Task) -> Made<Self::Part> {
        let runner = self.runner;
        let study = runner.study;
        let (arm, replication) = runner.address(task.unit);
        let spec = runner.spec(replication);
        let mut days = vec![0; study.districts.len()];
        let made = guarded(|| {
            let mut sinks: Vec<_> = study
                .districts
                .iter()
                .zip(&mut days)
                .map(|(district, day)| runner.sink(arm, replication, *district, day))
                .collect();
            let each = Guarded { work: self };
            let Arm { city, plan, .. } = &study.arms[arm];
            let outcomes =
                simulate_together(city, plan, &study.districts, &spec, &mut sinks, &each);
            let parts = sinks.into_iter().map(|sink| runner.end(sink));
            parts.zip(outcomes).collect::<Vec<_>>()
        });
        runner.progress.advanced(study.n_streets_simulated());
        let at = |part| Task { unit: task.unit, part };
        match made {
            Ok(parts) => Ok(parts
                .into_par_iter()
                .enumerate()
                .map(|(part, ((inner, lives), outcome))| {
                    (inner, outcome, runner.matched(at(part), lives))
                })
                .collect()),
            Err(what) => {
                // Nobody waits for the cases of a baseline that broke.
                for part in 0..study.districts.len() {
                    runner.matched(at(part), None);
                }
                Err((what, days.into_iter().max()))
            }
        }
    }

    fn join(&self, unit: usize, parts: Vec<Self::Part>) {
        self.runner.join(unit, parts.into_iter().flatten().collect());
    }

    fn broke(&self, unit: usize, broken: Broken) {
        // The words name the district: there is only one part.
        self.runner.broke(unit, Broken { part: None, ..broken });
    }
}

/// Works on districts; the first in order whose work panics gives its words to the failure.
struct Guarded<'a> {
    work: &'a Together<'a>,
}

impl Each for Guarded<'_> {
    fn each<T: Send>(&self, items: &mut [T], work: impl Fn(usize, &mut T) + Sync) {
        let broken: Mutex<Vec<(usize, String)>> = Mutex::default();
        let one = |(index, item): (usize, &mut T)| {
            if let Err(what) = guarded(|| work(index, item)) {
                let mut broken = broken.lock().expect("invariant: noting words does not panic");
                broken.push((index, what));
            }
        };
        items.par_iter_mut().enumerate().for_each(one);
        let mut broken = broken.into_inner().expect("invariant: noting words does not panic");
        broken.sort();
        if let Some((index, what)) = broken.into_iter().next() {
            let study = self.work.runner.study;
            let district = &study.city.districts[study.districts[index]].zh;
            // Not a new panic: the hook has seen this one.
            std::panic::resume_unwind(Box::new(format!("{district}: {what}")));
        }
    }
}
