//! Help from outside: vendors under contract, social organizations, partner units (M04, M32, M33).

use super::build::{kind, place_entity};
use super::policy::social::{self, Account};
use super::purpose::Purpose;
use super::record::Sink;
use super::staffing::WORKING_YEAR_H;
use super::world::{Ctx, Mode, World};
use crate::base::{Span, Time, nearest};

/// Weeks of a partner unit's month.
const MONTH_WEEKS: i64 = 4;

/// The same as a share of a mean month.
const MONTH_SHARE: f64 = 28.0 / (365.0 / 12.0);

impl<S: Sink> World<'_, S> {
    /// Vendors' people and the aim of organizations under the epoch in force.
    pub(super) fn staff_help(&mut self, ctx: &mut Ctx, local: usize) {
        let settings = &self.settings(local as u16).social;
        let p = &self.city.params.social;
        self.streets[local].growth.aim(ctx.now(), settings.organizations, p);
        let price = self.vendor_price(local, ctx.now());
        let people = social::vendor_staff(settings, price, WORKING_YEAR_H);
        let pool = self.streets[local].vendor;
        // Work under way is finished by somebody.
        let orphan = u32::from(people == 0 && self.pools.present(pool) > 0);
        self.pools.set_servers(ctx, pool, people.max(orphan));
    }

    /// Price of a vendor's hour at a street [CNY].
    fn vendor_price(&self, local: usize, now: Time) -> f64 {
        let p = &self.city.params;
        let organizations = self.streets[local].growth.at(now, &p.social);
        let before = self.city.before.social.organizations;
        p.cost.purchased_hour * social::relative_price(organizations, before, &p.social)
    }

    /// A day of contracts and upkeep.
    pub(super) fn help_day(&mut self, local: usize, now: Time) {
        let settings = &self.settings(local as u16).social;
        let p = &self.city.params.social;
        let street = &self.streets[local];
        let organizations = street.growth.at(now, p);
        let mut paid = organizations * p.organization_cost * 1000.0 / 365.0;
        if social::is_contracted(now.day(), street.contract_phase, p) {
            let pay = social::daily_pay(settings, p);
            paid += pay;
            let price = self.vendor_price(local, now);
            self.streets[local].help.vendor_h += pay / price;
        } else {
            // What was not asked for lapses with the contract.
            self.streets[local].help.vendor_h = 0.0;
        }
        if self.is_measured(now) {
            self.streets[local].purchased_cny += paid;
        }
    }

    /// Every four weeks: what partner units deliver, and the street's people who keep in touch.
    pub(super) fn help_week(&mut self, ctx: &mut Ctx) {
        let week = ctx.now().day() / 7;
        if week % MONTH_WEEKS != 1 {
            return;
        }
        for local in 0..self.streets.len() {
            let settings = &self.settings(local as u16).social;
            let units = settings.partner_units as u64;
            if units == 0 {
                self.streets[local].help.partner_h = 0.0;
                continue;
            }
            let code = self.city.streets[self.streets[local].index].code;
            let month = (week / MONTH_WEEKS) as u16;
            let uniforms = (0..units).map(|unit| {
                let entity = place_entity(code, kind::PARTNER, unit);
                self.uniform(Purpose::Partner, entity, month)
            });
            let p = &self.city.params.social;
            let hours = social::delivered(settings, uniforms, p) * MONTH_SHARE;
            let liaison = p.liaison_h * units as f64 * MONTH_SHARE;
            self.streets[local].help.partner_h = hours;
            if self.is_measured(ctx.now()) {
                self.streets[local].committee_h += liaison;
            }
            self.committee_work(ctx, local as u16, liaison);
        }
    }

    /// Vendors or partner units take over a part of what the street would do alone.
    ///
    /// Called when service begins, with the street's effort settled; books the work that came.
    pub(super) fn get_help(&mut self, case: u32, now: Time) {
        let entry = self.cases.at(case);
        let alone = entry.parties[..entry.n_parties as usize]
            .iter()
            .all(|party| party.mode == Mode::Contractor);
        let item = &self.city.items[entry.record.item as usize];
        let can = alone && !entry.record.duplicate;
        let (buys, asks) = (can && item.bought, can && item.partnered);
        let (local, work) = (entry.street as usize, entry.street_work);
        let rest = entry.joint_work + entry.rest_work;
        self.streets[local].period_work += (work + rest).0;
        (self.cases.at_mut(case).bought, self.cases.at_mut(case).partnered) = (false, false);
        if !buys && !asks {
            return;
        }
        let p = &self.city.params;
        let net = 1.0 - p.posts.routine_share;
        let hours = work.hours() * net;
        let share_of = |share: f64| Span(nearest(work.0 as f64 * share).max(60));
        let vendor_h = hours * p.social.vendor_effort;
        let partner_h = hours * p.social.partner_share;
        let help = &mut self.streets[local].help;
        let taken = if buys && Account::take(&mut help.vendor_h, vendor_h) {
            let entry = self.cases.at_mut(case);
            entry.bought = true;
            entry.street_work = share_of(p.social.oversight_share);
            entry.rest_work = Span::from_hours(vendor_h).max(Span(60));
            vendor_h
        } else if asks && Account::take(&mut help.partner_h, partner_h) {
            let entry = self.cases.at_mut(case);
            entry.partnered = true;
            entry.street_work = share_of(1.0 - p.social.partner_share);
            partner_h
        } else {
            return;
        };
        if self.is_measured(now) {
            self.streets[local].external_h += taken;
        }
        let bought = self.cases.at(case).bought;
        self.note(case, now, || {
            if bought {
                ["由购买服务承接".to_owned(), "a vendor takes it".to_owned()]
            } else {
                ["共建单位出力".to_owned(), "partner units help".to_owned()]
            }
        });
    }

    /// Do the street's organizations prevent this dispute?
    pub(super) fn is_prevented(&self, street: u16, item: u16, key: u64, now: Time) -> bool {
        if !self.city.items[item as usize].self_solving {
            return false;
        }
        let p = &self.city.params.social;
        let organizations = self.streets[street as usize].growth.at(now, p);
        self.uniform(Purpose::Prevent, key, 0) < social::prevented(organizations, p)
    }
}
