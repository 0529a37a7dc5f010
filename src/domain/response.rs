//! What is done about a shock: people of struck streets work longer, and departments send helpers.

use super::policy::posts::round_keeping_sum;
use super::record::Sink;
use super::world::{Ctx, World};
use crate::base::{DAY, Span, Time};
use crate::kernel::Phase;

/// Hours of an ordinary working day (MODEL 1.3), to which overtime is added.
const DAY_H: f64 = 7.0;

impl<S: Sink> World<'_, S> {
    /// Schedules the beginning and the end of every response that concerns the district.
    pub(super) fn plan_responses(&self, ctx: &mut Ctx) {
        let end = self.run.end();
        for shock in &self.plan.shocks {
            let Some(response) = shock.response else { continue };
            let until = shock.from + Span(i64::from(response.days) * DAY);
            let here = self.streets.iter().any(|street| shock.streets[street.index]);
            for at in [shock.from, until].into_iter().filter(|at| here && *at < end) {
                ctx.schedule_at(at, Phase::Change, super::event::Event::Response);
            }
        }
    }

    /// A response begins or ends.
    pub(super) fn on_response(&mut self, ctx: &mut Ctx) {
        for local in 0..self.streets.len() {
            self.staff_units(ctx, local, self.streets[local].n_posts, false);
        }
        self.change_shift(ctx);
        self.staff_departments(ctx);
        self.set_rates(ctx);
    }

    /// Hours by which people of a street work longer a day.
    pub(super) fn overtime_h(&self, local: usize, now: Time) -> f64 {
        let index = self.streets[local].index;
        let shocks = self.plan.shocks.iter().filter(|shock| shock.streets[index]);
        shocks
            .filter_map(|shock| shock.response_at(now))
            .fold(0.0, |most, response| most.max(response.overtime_h))
    }

    /// Helpers of departments at each street: shared between struck streets by residents.
    fn helpers(&self, now: Time) -> Vec<u32> {
        let mut helpers = vec![0; self.streets.len()];
        for shock in &self.plan.shocks {
            let Some(response) = shock.response_at(now) else { continue };
            let people = |street: &super::street::StreetState| {
                let struck = shock.streets[street.index];
                if struck { self.city.streets[street.index].population } else { 0.0 }
            };
            let people: Vec<f64> = self.streets.iter().map(people).collect();
            let all: f64 = people.iter().sum();
            if all <= 0.0 {
                continue;
            }
            let exact: Vec<f64> = people.iter().map(|p| response.helpers * p / all).collect();
            for (sum, more) in helpers.iter_mut().zip(round_keeping_sum(&exact, 0)) {
                *sum += more;
            }
        }
        helpers
    }

    /// People whom the district's departments send out.
    pub(super) fn helpers_sent(&self, now: Time) -> u32 {
        self.helpers(now).iter().sum()
    }

    /// Adds overtime and helpers to the people of the pools that handle cases, by their size:
    /// longer days are so many people more.
    pub(super) fn reinforce(&self, local: usize, now: Time, staff: &mut [u32], pools: &[usize]) {
        let helpers = self.helpers(now)[local];
        let longer = self.overtime_h(local, now) / DAY_H;
        let total: u32 = pools.iter().map(|pool| staff[*pool]).sum();
        if total == 0 || (helpers == 0 && longer <= 0.0) {
            return;
        }
        let factor = longer + f64::from(helpers) / f64::from(total);
        let exact: Vec<f64> = pools.iter().map(|pool| f64::from(staff[*pool]) * factor).collect();
        for (pool, more) in pools.iter().zip(round_keeping_sum(&exact, 0)) {
            staff[*pool] += more;
        }
    }

    /// Officers on duty in a shift, overtime counted.
    pub(super) fn officers_on_duty(&self, local: usize, now: Time, roster: u32) -> u32 {
        libm::round(f64::from(roster) * (1.0 + self.overtime_h(local, now) / DAY_H)) as u32
    }

    /// Books a day's overtime of a street \[h\]; `office_h` are the hours that offices were open.
    pub(super) fn book_overtime(&mut self, local: usize, now: Time, office_h: f64) {
        let longer = self.overtime_h(local, now);
        if longer <= 0.0 {
            return;
        }
        let street = &self.streets[local];
        let handle = |pool: &usize| street.case_pools.contains(&street.units[*pool]);
        let pools = (0..street.units.len()).filter(handle);
        let people: u32 = pools.map(|pool| street.unit_staff[pool]).sum();
        let officers = f64::from(street.squad_officers) * 5.0 / 7.0;
        let hours = longer * (f64::from(people) * office_h / DAY_H + officers);
        self.streets[local].overtime_h += hours;
    }
}
