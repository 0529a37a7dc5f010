//! What is still open at the end, and what must hold then.

use crate::base::Time;
use crate::domain::record::{PoolKind, Sink};
use crate::domain::world::World;
use crate::kernel::PoolId;

impl<S: Sink> World<'_, S> {
    /// Reports applications that are still on their way.
    pub(in crate::domain) fn report_open_applications(&mut self, end: Time) {
        for index in self.applications.alive.indices().collect::<Vec<_>>() {
            if self.applications.alive.at(index).record.decided.is_none() {
                self.settle_application(index, end);
            }
            let record = self.applications.alive.at(index).record;
            self.report_application(&record);
        }
    }

    /// Pools of a street for applications.
    pub(in crate::domain) fn desk_pools(&self, local: usize) -> Vec<(PoolKind, PoolId)> {
        let desk = &self.applications.desks[local];
        let points = desk.points.iter().map(|pool| (PoolKind::Point, *pool));
        points.chain(desk.park.map(|pool| (PoolKind::Park, pool))).collect()
    }

    /// Every application that enters leaves or is still there, and Little's law, as integers.
    pub(in crate::domain) fn check_applications(&self) {
        let census = &self.applications.census;
        assert_eq!(
            census.opened,
            census.left + self.applications.alive.n_alive() as u64,
            "every application that enters leaves or is still there"
        );
        assert_eq!(
            census.area, census.time,
            "Little's law: time undecided equals the integral of the number undecided"
        );
    }
}
