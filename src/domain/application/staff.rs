//! People for applications: county hall, park windows, service points; what each epoch changes.

use super::{Applications, Census, Desk, arrive};
use crate::base::Time;
use crate::domain::build::{kind, place_entity};
use crate::domain::city::City;
use crate::domain::matter::Matter;
use crate::domain::policy::{powers, service};
use crate::domain::purpose::Purpose;
use crate::domain::record::Sink;
use crate::domain::settings::{Plan, Settings};
use crate::domain::slab::Slab;
use crate::domain::staffing::WORKING_YEAR_H;
use crate::domain::world::{Ctx, Mode, World};
use crate::kernel::{CalendarId, PoolId, PoolSpec, Pools};

/// Most visits that count for the expected work of a window.
const MOST_VISITS: u32 = 20;

/// A pool for applications: they go before the other work of its people.
fn pool(pools: &mut Pools, calendar: CalendarId, own_margin: f64) -> PoolId {
    pools.add_pool(PoolSpec {
        servers: 0,
        calendar,
        weights: [1.0, 0.0, 0.0, own_margin],
        group: None,
        lend: 0,
        preempt: false,
        capacity_limit: None,
    })
}

/// Pools and streams of the second flow of a district.
pub(in crate::domain) fn build(
    city: &City,
    plan: &Plan,
    district: usize,
    office: CalendarId,
    pools: &mut Pools,
) -> Applications {
    let margin = city.params.posts.own_margin;
    let county = pool(pools, office, margin);
    let desks = city.districts[district]
        .streets
        .iter()
        .map(|index| {
            let street = &city.streets[*index];
            let most = plan.epochs.iter().map(|epoch| epoch.streets[*index].service.points);
            let most = libm::ceil(most.fold(0.0, f64::max)) as usize;
            let most = if city.services.is_empty() { 0 } else { most };
            let never =
                |holds: bool| if holds { vec![Time::NEVER; city.powers.len()] } else { Vec::new() };
            Desk {
                points: (0..most).map(|_| pool(pools, office, margin)).collect(),
                n_points: 0,
                point_sizes: service::point_sizes(most, &city.params.service),
                park: street.park.is_some().then(|| pool(pools, office, margin)),
                town_since: never(street.holder.is_some()),
                park_since: never(street.park.is_some()),
            }
        })
        .collect();
    Applications {
        alive: Slab::default(),
        streams: arrive::streams(city, district),
        desks,
        county,
        penalties: penalties(city),
        census: Census::default(),
    }
}

/// Penalties by the item they finish: (agency, power).
fn penalties(city: &City) -> Vec<Vec<(u8, u16)>> {
    let mut by_item = vec![Vec::new(); city.items.len()];
    for (index, power) in city.powers.iter().enumerate().filter(|(_, p)| p.is_penalty()) {
        for item in &power.items {
            by_item[*item].push((power.agency as u8, index as u16));
        }
    }
    by_item
}

impl<S: Sink> World<'_, S> {
    /// Service points of a street under the settings in force, and the posts they take from the
    /// hall.
    pub(in crate::domain) fn staff_points(&mut self, ctx: &mut Ctx, local: usize) -> u32 {
        let mean = self.settings(local as u16).service.points;
        let index = self.streets[local].index;
        let entity =
            place_entity(self.city.streets[index].code, kind::APPLY, super::arrive::POINTS);
        let u = self.uniform(Purpose::Points, entity, 0);
        let whole = libm::floor(mean);
        let wanted = whole as usize + usize::from(u < mean - whole);
        let n = wanted.min(self.applications.desks[local].points.len());
        self.applications.desks[local].n_points = n;
        for point in 0..self.applications.desks[local].points.len() {
            let pool = self.applications.desks[local].points[point];
            // A point that closed keeps its clerk until its work is done.
            let open = point < n || self.pools.present(pool) > 0;
            self.pools.set_servers(ctx, pool, u32::from(open));
        }
        libm::round(n as f64 * self.city.params.service.point_posts) as u32
    }

    /// Closed points lose their clerk when their last visitor is gone.
    pub(in crate::domain) fn retire_points(&mut self, ctx: &mut Ctx) {
        for local in 0..self.applications.desks.len() {
            let desk = &self.applications.desks[local];
            for point in desk.n_points..desk.points.len() {
                let pool = self.applications.desks[local].points[point];
                if self.pools.present(pool) == 0 && self.pools.servers(pool) > 0 {
                    self.pools.set_servers(ctx, pool, 0);
                }
            }
        }
    }

    /// Hands powers down and takes them back: competence counts from the day of arrival.
    pub(in crate::domain) fn hand_down(&mut self, now: Time, local: usize) {
        let settings = &self.settings(local as u16).powers;
        let street = &self.city.streets[self.streets[local].index];
        let desk = &mut self.applications.desks[local];
        let settle = |since: &mut Vec<Time>, kind: usize| {
            for (index, at) in since.iter_mut().enumerate() {
                let for_parks = self.city.powers[index].for_parks;
                if !powers::holds(settings, kind, index, for_parks) {
                    *at = Time::NEVER;
                } else if *at == Time::NEVER {
                    *at = now;
                }
            }
        };
        if let Some(holder) = &street.holder {
            settle(&mut desk.town_since, holder.kind);
        }
        settle(&mut desk.park_since, powers::PARK);
    }

    /// The penalty handed down to a town with which it does an agency's part of an item's case.
    pub(in crate::domain) fn own_penalty(
        &self,
        street: u16,
        item: u16,
        agency: usize,
    ) -> Option<usize> {
        let since = &self.applications.desks[street as usize].town_since;
        if since.is_empty() {
            return None;
        }
        let penalties = self.applications.penalties[item as usize].iter();
        let mut held = penalties.filter(|(of, power)| {
            usize::from(*of) == agency && since[usize::from(*power)] < Time::NEVER
        });
        held.next().map(|(_, power)| usize::from(*power))
    }

    /// Competence of a town on the penalties it uses in a case; 1 where it uses none.
    pub(in crate::domain) fn penalty_competence(&self, case: u32, now: Time) -> f64 {
        let entry = self.cases.at(case);
        let parties = entry.parties[..entry.n_parties as usize].iter();
        let used = parties.filter(|party| party.mode == Mode::Power);
        let penalties = used.filter_map(|party| {
            self.own_penalty(entry.street, entry.record.item, usize::from(party.agency))
        });
        penalties
            .map(|power| self.competence_of(entry.street, false, power, now))
            .fold(1.0, f64::min)
    }

    /// Wrong decisions that missing competence adds to a case in which a town uses its penalties:
    /// such a case is not resolved.
    pub(in crate::domain) fn penalty_error(&self, case: u32, now: Time) -> f64 {
        let p = &self.city.params.powers;
        powers::error(self.penalty_competence(case, now), 1.0, p) - powers::error(1.0, 1.0, p)
    }

    /// People at the county hall and at park windows: no lever moves them.
    pub(in crate::domain) fn staff_halls(&mut self, ctx: &mut Ctx) {
        let district = &self.city.districts[self.district];
        let p = &self.city.params.powers;
        let asked = self.county_hours() > 0.0;
        let people = libm::round(p.county_staff * district.population / 1e5).max(1.0) as u32;
        let staff = if asked { people } else { 0 };
        self.pools.set_servers(ctx, self.applications.county, staff);
        for local in 0..self.streets.len() {
            let street = &self.city.streets[self.streets[local].index];
            if let (Some(park), Some(pool)) = (&street.park, self.applications.desks[local].park) {
                self.pools.set_servers(ctx, pool, park.staff);
            }
        }
    }

    /// Own work of the county hall [share]: what applications of holders leave, before.
    pub(in crate::domain) fn county_own_load(&self) -> f64 {
        let p = &self.city.params;
        let people = f64::from(self.pools.servers(self.applications.county));
        let busy = self.county_hours() / (1.0 - p.posts.routine_share);
        let share = busy / (people * WORKING_YEAR_H).max(1.0);
        (p.powers.county_load - share).max(p.service.own_floor)
    }

    /// Hours a year that holders' applications ask of the county hall on the before side.
    fn county_hours(&self) -> f64 {
        let city = self.city;
        let mut hours = 0.0;
        for street in &self.streets {
            let size = arrive::size(city, street.index);
            let street = &city.streets[street.index];
            let town = street.holder.iter().map(|_| arrive::powers(city, size, |_| true));
            let park = street.park.iter();
            let park = park.map(|park| arrive::powers(city, park.volume, |power| power.for_parks));
            for (matter, yearly) in town.chain(park).flatten() {
                let ask = Ask::of(city, matter, &city.before);
                let at_county = city.before.service.online_share
                    + (1.0 - city.before.service.online_share) * city.params.powers.county_direct;
                hours += yearly * (ask.review_h + at_county * ask.checks_h);
            }
        }
        hours
    }

    /// Own work of a unit that handles no cases [share]: what applications leave of it, before. It
    /// stands for all that is no application: tiny counter services, papers, meetings.
    pub(in crate::domain) fn unit_own_load(&self, local: usize, unit: usize) -> f64 {
        let city = self.city;
        let own = city.params.posts.own_load;
        if city.hall.is_none() {
            return own;
        }
        let index = self.streets[local].index;
        let asked = self.unit_hours(index, unit);
        let posts = self.posts_of_unit_before(index, unit);
        let busy = asked / (1.0 - city.params.posts.routine_share);
        let share = busy / (posts * WORKING_YEAR_H).max(1.0);
        (own - share).max(city.params.service.own_floor).min(own)
    }

    /// Posts that follow the powers a town holds to its hall, under the settings in force.
    pub(in crate::domain) fn posts_for_powers(&self, local: usize) -> f64 {
        let city = self.city;
        let since = &self.applications.desks[local].town_since;
        if since.iter().all(|at| *at == Time::NEVER) {
            return 0.0;
        }
        let settings = self.settings(local as u16);
        let asked = arrive::powers(city, arrive::size(city, self.streets[local].index), |_| true);
        let hours: f64 = asked
            .into_iter()
            .filter_map(|(matter, yearly)| match matter {
                Matter::Power(power) if since[usize::from(power)] < Time::NEVER => {
                    let ask = Ask::of(city, matter, settings);
                    let site =
                        city.powers[usize::from(power)].site_visit * city.params.powers.site_h;
                    Some(yearly * (ask.checks_h + ask.review_h + site))
                }
                _ => None,
            })
            .sum();
        let posts = hours / (1.0 - city.params.posts.routine_share) / WORKING_YEAR_H;
        let p = &city.params.powers;
        posts * p.posts_follow / p.planned_load
    }

    /// Hours a year that applications ask of a unit of a street on the before side.
    fn unit_hours(&self, street: usize, unit: usize) -> f64 {
        let city = self.city;
        let hall = city.hall.as_ref().map(|hall| hall.unit);
        let settings = &city.before.service;
        let mut hours = 0.0;
        for (matter, yearly) in arrive::services(city, street) {
            let Matter::Service(index) = matter else { continue };
            let ask = Ask::of(city, matter, &city.before);
            let of = &city.services[index as usize];
            let in_hall = service::in_hall(settings, of.hall_rank);
            let window = if in_hall { hall } else { of.path.first().copied() };
            let at_point = service::at_points(settings, of.point_items);
            let at_hall = if at_point { 1.0 - service::nearness(1).0 } else { 1.0 };
            let checks = settings.online_share + (1.0 - settings.online_share) * at_hall;
            if window == Some(unit) {
                hours += yearly * checks * ask.checks_h;
            }
            if in_hall {
                hours += if hall == Some(unit) { yearly * ask.review_h } else { 0.0 };
            } else {
                let passes = of.path.iter().filter(|at| **at == unit).count() as f64;
                hours += yearly * ask.review_h * passes / of.path.len() as f64;
            }
        }
        hours
    }

    /// Posts of a unit at a street on the before side, not rounded.
    fn posts_of_unit_before(&self, street: usize, unit: usize) -> f64 {
        let city = self.city;
        let p = &city.params.posts;
        let mean = city.population() / city.streets.len() as f64;
        let size = libm::pow(city.streets[street].population / mean, p.size_exponent);
        let fixed: f64 = city.units.iter().map(|unit| unit.fixed_share).sum();
        let cases: f64 = city.units.iter().map(|unit| unit.case_share).sum();
        let of = &city.units[unit];
        let share = p.unit_mix[0] * of.fixed_share / fixed + p.unit_mix[1] * of.case_share / cases;
        (city.before.posts.total() * size * share).max(1.0)
    }
}

/// What one application asks for, on the mean.
struct Ask {
    /// All checks of one application [person-hours].
    checks_h: f64,
    /// Review with its paperwork and the look at the place by the reviewer [person-hours].
    review_h: f64,
}

impl Ask {
    fn of(city: &City, matter: Matter, settings: &Settings) -> Ask {
        let p = &city.params;
        let (minutes, review_h, instant, site) = match matter {
            Matter::Service(index) => {
                let service = &city.services[index as usize];
                let site = service.site_visit;
                (service.window_minutes, service.review_h, service.instant, site)
            }
            Matter::Power(index) => {
                let power = &city.powers[index as usize];
                let class = power.procedure;
                (p.powers.window_minutes[class], p.powers.review_h[class], false, 0.0)
            }
        };
        let again = service::incomplete(&settings.service);
        let checks: f64 = (0..MOST_VISITS).map(|n| libm::pow(again, f64::from(n))).sum();
        let online = settings.service.online_share;
        let share = online * p.service.online_check + (1.0 - online);
        let factor = service::window_factor(&settings.service, &p.service);
        let steps = if instant { 0.0 } else { settings.service.steps * p.service.step_h };
        let at_window = if instant { review_h } else { 0.0 };
        Ask {
            checks_h: minutes / 60.0 * factor * share * checks + at_window,
            review_h: if instant { 0.0 } else { review_h + steps + site * p.powers.site_h },
        }
    }
}
