//! Staffing: brings an epoch of the plan into force. People, weights, rates of other work.

use super::build::{kind, place_entity};
use super::demand::Presence;
use super::moving;
use super::policy::{assessment, economy, enforcement, grids, posts, units};
use super::purpose::Purpose;
use super::record::Sink;
use super::world::{Ctx, Work, World};
use crate::base::{HOUR, Time};
use crate::kernel::PoolId;

/// Working hours of a year: 250 days of 7 h (MODEL 1.3).
pub(super) const WORKING_YEAR_H: f64 = 1750.0;

impl<S: Sink> World<'_, S> {
    /// Brings an epoch into force. People already there keep their experience, new ones start as
    /// novices; nothing that runs is interrupted.
    pub(super) fn apply_epoch(&mut self, ctx: &mut Ctx, epoch: usize) {
        self.epoch = epoch;
        let settings = &self.plan.epochs[epoch].streets;
        self.in_force = self.streets.iter().map(|street| &settings[street.index]).collect();
        let first = self.errand_streams.is_empty();
        if first {
            self.add_errand_streams();
        }
        let in_force = &self.plan.epochs[self.epoch];
        let (establishment, posts) = moving::people_by_street(self.city, in_force);
        let squads = self.squads_by_street();
        for local in 0..self.streets.len() {
            let index = self.streets[local].index;
            self.streets[local].establishment = establishment[index];
            self.streets[local].agenda.meet_anew();
            self.hand_down(ctx.now(), local);
            self.staff_units(ctx, local, posts[index], first);
            self.staff_help(ctx, local);
            self.staff_squad(ctx, local, squads[index]);
            self.staff_desks(ctx, local);
            self.staff_grid(ctx, local);
            self.aim_stationed(ctx.now(), local);
        }
        self.staff_district(ctx, &squads);
        self.staff_halls(ctx);
        self.aim_departments(ctx.now());
        self.set_rates(ctx);
    }

    /// Whole officers of every street of the city, so that city sums are kept.
    fn squads_by_street(&self) -> Vec<u32> {
        let epoch = &self.plan.epochs[self.epoch];
        let populations: Vec<f64> = self.city.streets.iter().map(|s| s.population).collect();
        let officers: Vec<f64> =
            epoch.streets.iter().map(|s| s.enforcement.squad_officers).collect();
        posts::posts_by_street(&officers, &populations, &self.city.params.posts)
    }

    /// People of a street's units: its posts but for those at a project.
    pub(super) fn staff_units(&mut self, ctx: &mut Ctx, local: usize, n_posts: u32, first: bool) {
        let settings = self.settings(local as u16);
        let city = self.city;
        let shares: Vec<f64> = city.units.iter().map(|unit| unit.case_share).collect();
        let mut grouping = units::grouping(&shares, settings.units.n_units as usize);
        // A counter with posts set by hand is one counter.
        let counters = grouping.iter_mut().zip(&city.units);
        counters
            .filter(|(_, unit)| !unit.posts.is_empty())
            .for_each(|(pools, _)| pools.truncate(1));
        let on_project = self.people_at_project(local, n_posts, ctx.now());
        let gone = on_project - self.not_own(on_project);
        let mut staff = self.unit_staff(ctx.now(), local, n_posts - gone, &grouping);
        let by_hand = city.units.iter().any(|unit| !unit.posts.is_empty());
        let n_posts = if by_hand { staff.iter().sum() } else { n_posts };
        if let Some(hall) = &city.hall {
            take(&mut staff, &grouping[hall.unit], self.staff_points(ctx, local));
        }
        let own = staff.clone();
        if !by_hand {
            let mut pools: Vec<usize> = grouping
                .iter()
                .zip(&city.units)
                .filter(|(_, unit)| unit.case_share > 0.0)
                .flat_map(|(pools, _)| pools.iter().copied())
                .collect();
            pools.sort_unstable();
            pools.dedup();
            self.reinforce(local, ctx.now(), &mut staff, &pools);
        }
        let lend = lenders(&staff, settings.units.pooling);
        let economic = economy::share_at_the_margin(&settings.economy);
        let tasks = city.params.tasks.margin_share * (1.0 - economic);
        let weights = [1.0 - economic - tasks, tasks, economic, city.params.posts.own_margin];
        let street = &mut self.streets[local];
        let before = street.n_posts;
        for (unit, pool) in street.units.iter().enumerate() {
            // A pool that lost its unit keeps one person until its work is done.
            let orphan = u32::from(staff[unit] == 0 && self.pools.present(*pool) > 0);
            self.pools.set_servers(ctx, *pool, staff[unit].max(orphan));
            self.pools.set_lend(ctx, *pool, lend[unit]);
            self.pools.set_weights(*pool, weights);
        }
        street.regroup(grouping, |unit| city.units[unit].case_share > 0.0);
        street.unit_staff = own;
        (street.n_posts, street.on_project) = (n_posts, on_project);
        let base = if first {
            let mean = city.before.posts.total();
            let now = settings.posts.total();
            f64::from(n_posts) * (mean / now.max(1.0)).min(1.0)
        } else {
            f64::from(before)
        };
        street.experience.join(base, f64::from(n_posts) - base);
    }

    /// Posts of each pool: 0.55 of the fixed and 0.45 of the case share of its units, at least one
    /// (MODEL 1.2); a split unit's people are halved. Units with posts set by hand have those, and
    /// the others share what is left.
    fn unit_staff(
        &self,
        now: Time,
        local: usize,
        n_posts: u32,
        grouping: &[Vec<usize>],
    ) -> Vec<u32> {
        let city = self.city;
        let by_hand = |unit: usize| city.units[unit].on_duty(now.seconds_of_day());
        let set: Vec<Option<u32>> = (0..city.units.len()).map(by_hand).collect();
        let n_posts = n_posts.saturating_sub(set.iter().flatten().sum());
        // By hand or not, a unit keeps its share: the shares of the others do not depend on it.
        let fixed: f64 = city.units.iter().map(|unit| unit.fixed_share).sum();
        let cases: f64 = city.units.iter().map(|unit| unit.case_share).sum();
        let mix = &city.params.posts.unit_mix;
        let mut exact = vec![0.0; self.streets[local].units.len()];
        let shared = city.units.iter().zip(grouping).zip(&set).filter(|(_, set)| set.is_none());
        for ((unit, pools), _) in shared {
            let share = mix[0] * unit.fixed_share / fixed + mix[1] * unit.case_share / cases;
            for pool in pools {
                exact[*pool] += f64::from(n_posts) * share / pools.len() as f64;
            }
        }
        if let Some(hall) = city.hall.as_ref().filter(|hall| set[hall.unit].is_none()) {
            move_to(&mut exact, &grouping[hall.unit], self.posts_for_powers(local));
        }
        let used: Vec<usize> = (0..exact.len()).filter(|pool| exact[*pool] > 0.0).collect();
        let rounded =
            posts::round_keeping_sum(&used.iter().map(|pool| exact[*pool]).collect::<Vec<_>>(), 1);
        let mut staff = vec![0; exact.len()];
        for (pool, people) in used.into_iter().zip(rounded) {
            staff[pool] = people;
        }
        for (pools, set) in grouping.iter().zip(&set) {
            if let Some(posts) = set {
                staff[pools[0]] = *posts;
            }
        }
        staff
    }

    fn staff_squad(&mut self, ctx: &mut Ctx, local: usize, officers: u32) {
        let weights = self.squad_weights(local as u16);
        let street = &mut self.streets[local];
        street.squad_officers = officers;
        self.pools.set_weights(street.squad, weights);
        self.set_shift(ctx, local);
    }

    fn staff_desks(&mut self, ctx: &mut Ctx, local: usize) {
        let settings = &self.settings(local as u16).enforcement;
        let code = self.city.streets[self.streets[local].index].code;
        let share = self.stationed_share[local].at(ctx.now());
        for agency in 0..self.city.agencies.len() {
            let Some(pool) = self.streets[local].desks[agency] else { continue };
            let here = settings.stationed >> agency & 1 == 1;
            // Where nobody is ever there, nobody is stationed.
            let here = here && settings.presence > 0.0;
            let staff =
                if here { self.whole_people(code, agency, settings.stationed_staff) } else { 0 };
            self.streets[local].desk_staff[agency] = staff;
            self.pools.set_weights(pool, [share, 0.0, 0.0, 1.0 - share]);
        }
        self.man_desks(ctx, local);
    }

    /// Whole people from a mean: the fraction is a keyed draw, the same in every scenario.
    fn whole_people(&self, code: u64, sub: usize, mean: f64) -> u32 {
        let entity = place_entity(code, kind::STAFF, sub as u64);
        let u = self.uniform(Purpose::Staffing, entity, 0);
        let whole = libm::floor(mean);
        whole as u32 + u32::from(u < mean - whole)
    }

    fn staff_grid(&mut self, ctx: &mut Ctx, local: usize) {
        let place = &self.city.streets[self.streets[local].index];
        let settings = &self.settings(local as u16).grids;
        let p = &self.city.params.grids;
        let workers = place.grid_workers * p.workers;
        let rounds = grids::achieved_rounds(settings, place.households, workers, p);
        let before = (&self.city.before.grids, self.streets[local].rounds_before);
        let street = &mut self.streets[local];
        street.presence = Presence::new(before, (settings, rounds), p);
        street.twice = grids::duplicate_probability(settings, p);
        let free = workers * settings.full_time * p.settle_share;
        let pool = self.streets[local].grid;
        self.pools.set_servers(ctx, pool, (libm::round(free) as u32).max(1));
    }

    fn staff_district(&mut self, ctx: &mut Ctx, squads: &[u32]) {
        let settings = &self.district_settings().enforcement;
        let district = &self.city.districts[self.district];
        let people: u32 = district.streets.iter().map(|index| squads[*index]).sum();
        let reserve = enforcement::reserve_officers(f64::from(people), settings.sunk_share);
        self.reserve_officers = libm::round(reserve) as u32;
        // Somebody answers where a street has no squad, and nobody leaves work behind.
        let asked = district.streets.iter().any(|index| squads[*index] == 0)
            || self.pools.present(self.reserve) > 0;
        self.pools.set_servers(ctx, self.reserve, self.reserve_officers.max(u32::from(asked)));
        self.pools.set_weights(self.reserve, self.reserve_weights());
        self.pools.set_servers(
            ctx,
            self.adjudicator,
            self.city.params.response.adjudicators.max(1.0) as u32,
        );
        self.set_on_call_shift(ctx);
        self.staff_departments(ctx);
    }

    fn aim_stationed(&mut self, now: Time, local: usize) {
        let settings = &self.settings(local as u16).assessment;
        let p = &self.city.params.assessment;
        let target = assessment::effort_share(settings.stationed_weight, p);
        self.stationed_share[local].aim(now, target, settings.period_days);
    }

    fn aim_departments(&mut self, now: Time) {
        let settings = &self.district_settings().assessment;
        let p = &self.city.params.assessment;
        let target = assessment::effort_share(settings.department_weight, p);
        self.department_share.aim(now, target, settings.period_days);
        self.follow_assessment(now);
    }

    /// Weights of shared capacity follow the assessment as it is felt by now; refusal follows the
    /// weight that would give this share.
    pub(super) fn follow_assessment(&mut self, now: Time) {
        let share = self.department_share.at(now);
        for pool in self.departments.iter().flatten() {
            self.pools.set_weights(*pool, [share, 0.0, 0.0, 1.0 - share]);
        }
        self.department_weight = assessment::weight_for_share(share, &self.city.params.assessment);
        for local in 0..self.streets.len() {
            let share = self.stationed_share[local].at(now);
            for desk in self.streets[local].desks.iter().flatten() {
                self.pools.set_weights(*desk, [share, 0.0, 0.0, 1.0 - share]);
            }
        }
    }

    /// Rates of other work under the staffing in force; a stream that starts to flow is planned.
    pub(super) fn set_rates(&mut self, ctx: &mut Ctx) {
        let mean_posts = self.city.before.posts.total();
        let own_loads = self.own_loads();
        for index in 0..self.errand_streams.len() {
            let (load, mean_h, gsd, due_wd) = self.flow_of(index, mean_posts, &own_loads);
            let flow = &self.errand_streams[index];
            let servers = self.people_on_duty(flow.pool);
            let rate = match flow.work {
                Work::Task(_) => load,
                // Own work stays when people are taken away: it is the side that pays.
                Work::Department(agency) => {
                    load * self.section_people(agency as usize) / (mean_h * HOUR as f64)
                }
                _ => load * servers / (mean_h * HOUR as f64),
            };
            let now_worked = self.pools.calendar(flow.calendar).worked(ctx.now());
            let flow = &mut self.errand_streams[index];
            (flow.rate, flow.mean_h, flow.due_wd) = (rate, mean_h, due_wd);
            flow.sigma = libm::log(gsd);
            if !flow.scheduled && flow.rate > 0.0 {
                flow.last = now_worked;
                self.plan_errand(ctx, index as u32);
            }
        }
    }

    /// People of a pool by the levers in force; of a squad the mean on duty, whatever shift it is
    /// now. Somebody who only finishes old work makes no new work.
    fn people_on_duty(&self, pool: PoolId) -> f64 {
        for (local, street) in self.streets.iter().enumerate() {
            if street.squad == pool {
                return f64::from(street.squad_officers) * 5.0 / 14.0;
            }
            if let Some(desk) = street.desks.iter().position(|desk| *desk == Some(pool)) {
                // Who is away does his own agency's work there.
                let presence = self.settings(local as u16).enforcement.presence;
                return f64::from(street.desk_staff[desk]) * presence;
            }
            if let Some(unit) = street.units.iter().position(|unit| *unit == pool) {
                return f64::from(street.unit_staff[unit]);
            }
        }
        f64::from(self.pools.servers(pool))
    }

    /// Load [share of servers; tasks: pieces per working second], size [h], spread, limit [wd].
    fn flow_of(&self, index: usize, mean_posts: f64, own_loads: &[f64]) -> (f64, f64, f64, f64) {
        let p = &self.city.params;
        let flow = &self.errand_streams[index];
        let own = (p.departments.own_h, p.departments.own_gsd);
        match flow.work {
            Work::Economic(street) => {
                (self.settings(street).economy.staff_share, p.economy.piece_h, 1.5, 0.0)
            }
            Work::Task(street) => {
                let state = &self.streets[street as usize];
                let size = f64::from(state.establishment)
                    * (mean_posts / self.settings(street).posts.total().max(1.0))
                    / mean_posts;
                let per_year = self.settings(street).tasks.offered * 365.0 / 7.0 * size;
                (
                    per_year / (WORKING_YEAR_H * HOUR as f64),
                    p.tasks.effort_h,
                    p.tasks.effort_gsd,
                    0.0,
                )
            }
            Work::Department(agency) => {
                (own_loads[agency as usize], own.0, own.1, p.departments.own_due_wd)
            }
            Work::Other => (self.other_load(flow.pool), p.economy.piece_h, 1.5, 0.0),
        }
    }

    /// Own work of a street's pool: units without case items have their own; squads and the reserve
    /// serve campaigns; desks their home agency.
    fn other_load(&self, pool: PoolId) -> f64 {
        let p = &self.city.params;
        if pool == self.reserve {
            return p.enforcement.campaign_load;
        }
        if pool == self.applications.county {
            return self.county_own_load();
        }
        for (local, street) in self.streets.iter().enumerate() {
            if self.applications.desks[local].park == Some(pool) {
                return p.powers.park_load;
            }
            if street.squad == pool {
                return p.enforcement.campaign_load;
            }
            if street.desks.contains(&Some(pool)) {
                return p.enforcement.line_load;
            }
            if let Some(unit) = street.units.iter().position(|unit| *unit == pool) {
                if street.case_pools.contains(&pool) {
                    return 0.0;
                }
                // A split half does the work of the unit it was split from.
                let of = street.grouping.iter().position(|pools| pools.contains(&unit));
                return of.map_or(p.posts.own_load, |of| self.unit_own_load(local, of));
            }
        }
        0.0
    }

    /// Weekly: what people have learned, how loaded they are, pools that lost their unit.
    pub(super) fn weekly(&mut self, ctx: &mut Ctx) {
        let p = &self.city.params.posts;
        for local in 0..self.streets.len() {
            let settings = &self.settings(local as u16).posts;
            let street = &mut self.streets[local];
            if street.sampled_posts > 0 {
                let sample = street.sampled_busy as f64 / street.sampled_posts as f64;
                street.utilisation += UTILISATION_GAIN * (sample - street.utilisation);
            }
            (street.sampled_busy, street.sampled_posts) = (0, 0);
            let turnover = posts::turnover_under_load(settings, street.utilisation, p);
            street.experience.pass(7.0 / 365.0, turnover, p);
        }
        self.follow_assessment(ctx.now());
        self.help_week(ctx);
        self.retire_orphans(ctx);
        self.retire_points(ctx);
    }

    /// Pools that lost their people keep somebody until their last job is done, and no longer.
    fn retire_orphans(&mut self, ctx: &mut Ctx) {
        let settings = &self.district_settings().enforcement;
        for agency in 0..self.city.agencies.len() {
            let here = settings.on_call >> agency & 1 == 1 && settings.on_call_staff >= 1.0;
            if let (Some(pool), false) = (self.on_call[agency], here) {
                self.retire(ctx, pool);
            }
            for local in 0..self.streets.len() {
                let street = &self.streets[local];
                if let (Some(desk), 0) = (street.desks[agency], street.desk_staff[agency]) {
                    self.retire(ctx, desk);
                }
            }
        }
        if self.reserve_officers == 0 && self.streets.iter().all(|street| street.squad_officers > 0)
        {
            self.retire(ctx, self.reserve);
        }
        for local in 0..self.streets.len() {
            let vendor = self.streets[local].vendor;
            if self.settings(local as u16).social.budget_10k <= 0.0 {
                self.retire(ctx, vendor);
            }
            for unit in 0..self.streets[local].units.len() {
                let pool = self.streets[local].units[unit];
                let served = self.streets[local].grouping.iter().any(|p| p.contains(&unit));
                if !served {
                    self.retire(ctx, pool);
                }
            }
        }
    }

    /// Work must not wait where nobody will ever come: pools that have lost their people keep, or
    /// call back, one until it is done.
    ///
    /// # Panics
    /// If a job is stranded.
    pub(super) fn check_nobody_is_stranded(&self) {
        let enforcement = &self.district_settings().enforcement;
        let mut left: Vec<(&str, PoolId)> = vec![("reserve", self.reserve)];
        let on_call = self.on_call.iter().enumerate();
        // Those who are on call or stationed go home and come back.
        left.extend(on_call.filter_map(|(agency, pool)| {
            pool.filter(|_| enforcement.on_call >> agency & 1 == 0).map(|pool| ("on call", pool))
        }));
        for (street, desk) in self.streets.iter().zip(&self.applications.desks) {
            left.push(("vendor", street.vendor));
            let desks = street.desks.iter().zip(&street.desk_staff).filter(|(_, n)| **n == 0);
            left.extend(desks.filter_map(|(desk, _)| desk.map(|desk| ("desk", desk))));
            left.extend(desk.points[desk.n_points..].iter().map(|pool| ("point", *pool)));
            let served = |unit: usize| street.grouping.iter().any(|pools| pools.contains(&unit));
            let units = street.units.iter().enumerate().filter(|(unit, _)| !served(*unit));
            left.extend(units.map(|(_, pool)| ("office", *pool)));
        }
        for (kind, pool) in left {
            let present = self.pools.present(pool);
            let empty = self.pools.servers(pool) == 0;
            assert!(present == 0 || !empty, "{kind}: {present} jobs wait where nobody is");
        }
    }

    /// Takes the last person from a pool that has nothing left to do.
    fn retire(&mut self, ctx: &mut Ctx, pool: PoolId) {
        if self.pools.present(pool) == 0 && self.pools.servers(pool) > 0 {
            self.pools.set_servers(ctx, pool, 0);
        }
    }
}

/// Moves posts from all other pools, in proportion, to these.
fn move_to(exact: &mut [f64], pools: &[usize], posts: f64) {
    let total: f64 = exact.iter().sum();
    let here: f64 = pools.iter().map(|pool| exact[*pool]).sum();
    // However much there is to do, half of the others' posts stay.
    let moved = posts.min((total - here) / 2.0);
    for (pool, share) in exact.iter_mut().enumerate() {
        if !pools.contains(&pool) && moved > 0.0 {
            *share *= 1.0 - moved / (total - here);
        }
    }
    for pool in pools {
        exact[*pool] += moved / pools.len() as f64;
    }
}

/// Takes people from pools, the largest first; each keeps one.
fn take(staff: &mut [u32], pools: &[usize], people: u32) {
    for _ in 0..people {
        let largest = pools.iter().copied().max_by_key(|pool| (staff[*pool], usize::MAX - pool));
        if let Some(pool) = largest.filter(|pool| staff[*pool] > 1) {
            staff[pool] -= 1;
        }
    }
}

/// Weight of a new week in the felt utilisation of a street.
const UTILISATION_GAIN: f64 = 0.25;

/// People of each pool who may help elsewhere: the pooling share of all, by largest remainder.
fn lenders(staff: &[u32], pooling: f64) -> Vec<u32> {
    let exact: Vec<f64> = staff.iter().map(|people| f64::from(*people) * pooling).collect();
    posts::round_keeping_sum(&exact, 0)
        .into_iter()
        .zip(staff)
        .map(|(lend, people)| lend.min(*people))
        .collect()
}
