//! What a study is: a city, arms, and how often and how long to run them.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::domain::{City, Plan};
use crate::measure::{Scope, Selection, Window};

use super::result::Frame;
use super::series::Ranks;

/// One scenario of a study.
#[derive(Clone, Debug)]
pub struct Arm {
    /// Id, as in the `arm` column of files.
    pub name: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// The city it plays in: of one layout with the study's, but assumed numbers may differ.
    pub city: Arc<City>,
    /// Every setting, resolved.
    pub plan: Plan,
    /// Command that runs this arm again, without `--replication N`; for `failures.csv`.
    pub replay: String,
}

/// Arms to be run side by side: the first is the baseline of every comparison.
#[derive(Clone, Debug)]
pub struct Study {
    /// The city whose places, items and agencies the files name.
    pub city: Arc<City>,
    /// Arms, the baseline first.
    pub arms: Vec<Arm>,
    /// Streets that are reported.
    pub selection: Selection,
    /// Scopes whose rows are kept; the whole area always is. A study of many arms keeps few.
    pub scopes: Vec<Scope>,
    /// Districts that are simulated, ascending; those of the selected streets.
    pub districts: Vec<usize>,
    /// Master seed.
    pub seed: u64,
    /// Numbers of the replications, from 1 in an ordinary study.
    pub replications: RangeInclusive<u32>,
    /// Days that are simulated and not measured.
    pub warm_up_days: u32,
    /// Days that are measured.
    pub horizon_days: u32,
    /// Level of every interval, strictly between 0 and 1.
    pub confidence: f64,
}

impl Study {
    /// Number of replications.
    pub fn n_replications(&self) -> usize {
        self.replications.clone().count()
    }

    /// Days from the first shock of an arm that falls into the window to the end of the window.
    fn days_after_shock(&self, arm: &Arm) -> Option<f64> {
        let window = Window::new(self.warm_up_days, self.horizon_days);
        let struck = arm.plan.shocks.iter().map(|shock| shock.from);
        let first = struck.filter(|from| window.contains(*from)).min()?;
        Some((window.end.day() - first.day()) as f64)
    }

    /// What the result keeps of the design.
    pub(super) fn frame(&self) -> Frame {
        Frame {
            arms: self.arms.iter().map(|arm| arm.name.clone()).collect(),
            replays: self.arms.iter().map(|arm| arm.replay.clone()).collect(),
            start: self.city.start,
            seed: self.seed,
            replications: self.replications.clone(),
            warm_up_days: self.warm_up_days,
            horizon_days: self.horizon_days,
            days_after_shock: self.arms.iter().map(|arm| self.days_after_shock(arm)).collect(),
            confidence: self.confidence,
            ranks: Ranks::of(&self.city),
        }
    }
}
