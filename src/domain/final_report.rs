//! What a run tells at its end of pools, streets and departments.

use super::city::AgencyKind;
use super::record::{
    DepartmentRecord, HourRecord, PoolKind, PoolOwner, PoolRecord, Sink, StreetRecord,
};
use super::staffing::WORKING_YEAR_H;
use super::world::{Work, World};
use crate::base::{Span, Time};
use crate::kernel::PoolId;

impl<S: Sink> World<'_, S> {
    fn report_pool(
        &mut self,
        end: Time,
        owner: PoolOwner,
        kind: PoolKind,
        pool: PoolId,
        cases: bool,
    ) {
        let load = self.pools.load(pool, end);
        if load.servers_mean > 0.0 || load.waits > 0 {
            self.sink.pool(&PoolRecord { owner, kind, load, handles_cases: cases });
        }
    }

    pub(super) fn report_pools(&mut self, end: Time) {
        for local in 0..self.streets.len() {
            let street = &self.streets[local];
            let owner = PoolOwner::Street(street.index as u16);
            let case_pools = street.ever_case_pools.clone();
            let mut list: Vec<(PoolKind, PoolId)> = Vec::new();
            for (pool, unit) in street.units.iter().zip(&street.unit_of) {
                list.extend(unit.map(|unit| (PoolKind::Unit(unit as u8), *pool)));
            }
            list.push((PoolKind::Squad, street.squad));
            for (agency, desk) in street.desks.iter().enumerate() {
                list.extend(desk.map(|desk| (PoolKind::Stationed(agency as u8), desk)));
            }
            list.push((PoolKind::Grid, street.grid));
            list.push((PoolKind::Vendor, street.vendor));
            list.extend(self.desk_pools(local));
            for (kind, pool) in list {
                self.report_pool(end, owner, kind, pool, case_pools.contains(&pool));
            }
        }
        let owner = PoolOwner::District(self.district as u16);
        let mut list: Vec<(PoolKind, PoolId)> = Vec::new();
        for agency in 0..self.city.agencies.len() {
            let name = agency as u8;
            let sections = self.departments[agency].iter();
            list.extend(sections.map(|pool| (PoolKind::Department(name), *pool)));
            list.extend(self.on_call[agency].map(|pool| (PoolKind::OnCall(name), pool)));
        }
        list.push((PoolKind::Reserve, self.reserve));
        list.push((PoolKind::Adjudicator, self.adjudicator));
        list.push((PoolKind::CountyHall, self.applications.county));
        for (kind, pool) in list {
            self.report_pool(end, owner, kind, pool, false);
        }
    }

    pub(super) fn report_streets(&mut self, end: Time) {
        let calendar = self.pools.calendar(self.office);
        let worked = calendar.worked(end) - calendar.worked(self.run.window_start());
        let working_h = Span(worked).hours();
        let p = &self.city.params;
        let district = &self.city.districts[self.district];
        for local in 0..self.streets.len() {
            let street = &self.streets[local];
            let place = &self.city.streets[street.index];
            let workers = place.grid_workers * p.grids.workers;
            let share = place.population / district.population;
            let shared = self.shared_days;
            let part_time_days = street.n_days - street.full_time_days;
            let staff_days = p.cost.post * (street.post_days + shared.departments * share)
                + p.cost.officer * (street.officer_days + shared.reserve * share)
                + p.cost.grid_worker * workers * street.full_time_days
                + p.cost.part_time * workers * part_time_days;
            let overtime = p.cost.post * p.cost.overtime * street.overtime_h / WORKING_YEAR_H;
            let staff_cost = 1000.0 * (staff_days / 365.0 + overtime);
            let service_days = p.cost.point * street.point_days
                + p.cost.post * (street.park_days + shared.offices * share);
            let service_cost = 1000.0 * service_days / 365.0;
            let posts_mean =
                if street.n_days > 0.0 { street.post_days / street.n_days } else { 0.0 };
            self.sink.street(&StreetRecord {
                street: street.index as u16,
                posts_mean,
                task_h: street.task_h,
                economic_h: street.economic_h,
                project_h: street.project_h,
                external_h: street.external_h,
                overtime_h: street.overtime_h,
                routine_h: posts_mean * working_h * p.posts.routine_share,
                paperwork_h: street.paperwork_h,
                committee_h: street.committee_h,
                staff_cost,
                purchased_cost: street.purchased_cny,
                service_cost,
                backlog_peak: street.open_peak,
                merged: street.merged,
            });
            for hour in 0..168 {
                self.sink.hour(&HourRecord {
                    street: street.index as u16,
                    hour_of_week: hour as u8,
                    registered: street.hour_registered[hour],
                    busy: street.hour_busy[hour],
                    posts: street.hour_posts[hour],
                });
            }
        }
    }

    pub(super) fn report_departments(&mut self, end: Time) {
        let mut overdue = vec![0; self.city.agencies.len()];
        let mut open = vec![0; self.city.agencies.len()];
        for index in self.errands.indices().collect::<Vec<_>>() {
            let errand = *self.errands.at(index);
            if let Work::Department(agency) = errand.work {
                open[agency as usize] += 1;
                overdue[agency as usize] += u32::from(errand.due < end);
                self.count_own_task(agency, errand.due, true);
            }
        }
        for (agency, entry) in self.city.agencies.iter().enumerate() {
            if entry.kind == AgencyKind::Department && !self.departments[agency].is_empty() {
                self.sink.department(&DepartmentRecord {
                    district: self.district as u16,
                    agency: agency as u8,
                    own_overdue: overdue[agency],
                    own_open: open[agency],
                    own_due: self.own_tasks[agency][0],
                    own_late: self.own_tasks[agency][1],
                });
            }
        }
    }
}
