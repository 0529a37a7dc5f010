//! Departments and their sections: people, own work, and which section a street calls (MODEL 5).

use super::record::Sink;
use super::shock;
use super::staffing::WORKING_YEAR_H;
use super::street::StreetState;
use super::world::{Ctx, World};
use crate::kernel::PoolId;

impl<S: Sink> World<'_, S> {
    /// Section of a department that a street calls with an item: each street and kind of matter has
    /// its own; none if the agency has no staff.
    pub(super) fn section(&self, agency: usize, street: u16, item: u16) -> Option<PoolId> {
        let sections = &self.departments[agency];
        if sections.is_empty() {
            return None;
        }
        let n_streets = self.streets.len();
        let kinds = sections.len().div_ceil(n_streets);
        let rank = self.streets[usize::from(street)].rank;
        let place = rank + n_streets * (usize::from(item) % kinds);
        Some(sections[place % sections.len()])
    }

    /// Is the pool a section of a department?
    pub(super) fn is_section(&self, pool: PoolId) -> bool {
        self.sections.contains(&pool)
    }

    /// Departments' people; with the zero-sum switch, posts that are new to the streets are taken
    /// from here in proportion (M11, M13, M14). Helpers in a shock are always taken from here.
    pub(super) fn staff_departments(&mut self, ctx: &mut Ctx) {
        let city = self.city;
        let district = &city.districts[self.district];
        let exact: Vec<f64> =
            city.agencies.iter().map(|agency| agency.staff_in(district)).collect();
        let on_call = &self.district_settings().enforcement;
        let total: f64 = exact.iter().sum();
        let before = city.before.posts.total();
        let new = |street: &StreetState| {
            let now = &self.plan.epochs[self.epoch].streets[street.index];
            let own = f64::from(street.establishment);
            let pool = libm::round(
                own * now.reallocation.pooled() * city.params.reallocation.from_outside,
            );
            own * (1.0 - before / now.posts.total().max(1.0))
                + pool
                + f64::from(self.not_own(street.on_project))
        };
        let moved: f64 = self.streets.iter().map(new).sum();
        let sent = f64::from(self.helpers_sent(ctx.now()));
        let lost = city.params.posts.zero_sum * moved / total;
        let left = 1.0 - lost.clamp(0.0, 0.9);
        let at_work = 1.0 - (lost + sent / total).clamp(0.0, 0.9);
        for (agency, sections) in self.departments.iter().enumerate() {
            if sections.is_empty() {
                continue;
            }
            let whole = (libm::round(exact[agency] * left) as u32).max(1);
            // Named specialists are taken from their own department: they are its lost pooling.
            let named = on_call.on_call >> agency & 1 == 1;
            let named = if named { on_call.on_call_staff as u32 } else { 0 };
            self.department_staff[agency] = whole;
            // A section keeps somebody, whatever is taken away.
            let n = sections.len() as u32;
            let here = (libm::round(exact[agency] * at_work) as u32).max(1);
            let staff = here.saturating_sub(named).max(n);
            for (section, pool) in sections.iter().enumerate() {
                let more = u32::from((section as u32) < staff % n);
                self.pools.set_servers(ctx, *pool, staff / n + more);
            }
        }
    }

    /// People of one section, before any is taken away.
    pub(super) fn section_people(&self, agency: usize) -> f64 {
        let people = self.city.agencies[agency].staff_in(&self.city.districts[self.district]);
        libm::round(people).max(1.0) / self.departments[agency].len() as f64
    }

    /// Own work of all departments, by agency; those without sections have none.
    pub(super) fn own_loads(&self) -> Vec<f64> {
        let staffed = |agency: usize| !self.departments[agency].is_empty();
        let load = |agency| if staffed(agency) { self.own_load(agency) } else { 0.0 };
        (0..self.departments.len()).map(load).collect()
    }

    /// Own work of a department: what is left to the before-side utilisation after the call-ups
    /// that the tables imply there (MODEL 5). The same in every scenario.
    pub(super) fn own_load(&self, agency: usize) -> f64 {
        let p = &self.city.params.departments;
        let staff = self.city.agencies[agency].staff_in(&self.city.districts[self.district]);
        let capacity_h = libm::round(staff).max(1.0) * WORKING_YEAR_H * p.net_share;
        let called = self.expected_call_up_h(agency) / capacity_h;
        (p.load_before - called).max(p.own_floor)
    }

    /// Department hours a year that call-ups ask for on the before side, from the tables alone.
    fn expected_call_up_h(&self, agency: usize) -> f64 {
        let city = self.city;
        if city.agencies[agency].met_by_squad() {
            return 0.0;
        }
        let d = &city.params.demand;
        self.sources
            .iter()
            .filter(|source| !shock::is_added(source.visit))
            .map(|source| {
                let item = &city.items[source.item as usize];
                let named = item.needed(&city.agencies).any(|needed| needed == agency);
                if !named {
                    return 0.0;
                }
                let settled = item.channels[0] * item.p_grid;
                let cases = source.yearly * d.registered_share * (1.0 - settled);
                cases * (1.0 - item.p_simple) * city.params.effort.call_up_h[item.class as usize]
            })
            .sum()
    }
}
