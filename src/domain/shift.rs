//! Who is on duty now: shifts of squads and of specialists on call, presence at stationed desks
//! (MODEL 8, levers L14, L18, L21).

use super::build::{kind, place_entity};
use super::policy::enforcement;
use super::purpose::Purpose;
use super::record::Sink;
use super::world::{Ctx, World};
use crate::base::{HOUR, Time};

impl<S: Sink> World<'_, S> {
    /// Officers of the shift that runs now.
    pub(super) fn set_shift(&mut self, ctx: &mut Ctx, local: usize) {
        let now = ctx.now();
        let shift = self.shift(now);
        let street = &self.streets[local];
        let roster = enforcement::shift_roster(street.squad_officers);
        let pool = street.squad;
        // A squad that was dissolved keeps one officer until its work is done.
        let orphan = u32::from(street.squad_officers == 0 && self.pools.present(pool) > 0);
        let on_duty = self.officers_on_duty(local, now, roster[shift]);
        self.pools.set_servers(ctx, pool, on_duty.max(orphan));
    }

    /// Shift change of all squads and on-call specialists; who is at the desks today.
    pub(super) fn change_shift(&mut self, ctx: &mut Ctx) {
        for local in 0..self.streets.len() {
            self.set_shift(ctx, local);
            self.man_desks(ctx, local);
        }
        self.set_on_call_shift(ctx);
    }

    /// Specialists on call of the shift that runs now: five shifts a week each (MODEL 8).
    pub(super) fn set_on_call_shift(&mut self, ctx: &mut Ctx) {
        let settings = &self.district_settings().enforcement;
        let roster = enforcement::shift_roster(settings.on_call_staff as u32);
        let shift = self.shift(ctx.now());
        for agency in 0..self.city.agencies.len() {
            let Some(pool) = self.on_call[agency] else { continue };
            let here = settings.on_call >> agency & 1 == 1;
            let gone = !here || settings.on_call_staff < 1.0;
            let orphan = u32::from(gone && self.pools.present(pool) > 0);
            let on_duty = if gone { 0 } else { roster[shift] };
            self.pools.set_servers(ctx, pool, on_duty.max(orphan));
        }
    }

    /// The shift of the week that runs now: Monday early, Monday late, ….
    fn shift(&self, now: Time) -> usize {
        let weekday = self.pools.calendar(self.office).weekday(now.day());
        weekday * 2 + usize::from(now.seconds_of_day() >= 14 * HOUR)
    }

    /// People who are at their desks today: each stationed person is there for a share of days
    /// (L18), by a draw that every scenario shares.
    pub(super) fn man_desks(&mut self, ctx: &mut Ctx, local: usize) {
        let presence = self.settings(local as u16).enforcement.presence;
        let code = self.city.streets[self.streets[local].index].code;
        let day = ctx.now().day() as u16;
        for agency in 0..self.city.agencies.len() {
            let street = &self.streets[local];
            let Some(pool) = street.desks[agency] else { continue };
            let staff = street.desk_staff[agency];
            let is_there = |person: &u32| {
                let entity =
                    place_entity(code, kind::DESK, (agency as u64) << 3 | u64::from(*person));
                self.uniform(Purpose::Presence, entity, day) < presence
            };
            let there = (0..staff).filter(is_there).count() as u32;
            let orphan = u32::from(staff == 0 && self.pools.present(pool) > 0);
            self.pools.set_servers(ctx, pool, there.max(orphan));
        }
    }
}
