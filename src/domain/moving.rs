//! Posts that move between streets (M13) and to projects (M14).
//!
//! Moving posts is the only thing that couples districts, and it happens at period boundaries only:
//! every district is run to the boundary, their claims are put together in the order of districts,
//! and each is told its posts before it goes on. So a result depends on the plan and the districts
//! simulated, and on nothing else.

use super::build::{kind, place_entity};
use super::city::City;
use super::policy::posts::posts_by_street;
use super::policy::reallocation::{self, Claim, Mode};
use super::purpose::Purpose;
use super::record::Sink;
use super::settings::{Epoch, Plan};
use super::work::expected_work;
use super::world::{Ctx, World};
use crate::base::{DAY, Span, Time};

/// Posts of every street of the city as an epoch's levers say: the establishment, and what the
/// pool makes of it before anything was seen. Both are for the whole city, so they do not depend
/// on what is simulated, and city sums are kept.
pub(super) fn people_by_street(city: &City, epoch: &Epoch) -> (Vec<u32>, Vec<u32>) {
    let populations: Vec<f64> = city.streets.iter().map(|s| s.population).collect();
    let means: Vec<f64> = epoch.streets.iter().map(|s| s.posts.total()).collect();
    let establishment = posts_by_street(&means, &populations, &city.params.posts);
    let pooled: Vec<usize> =
        (0..city.streets.len()).filter(|s| epoch.streets[*s].reallocation.pooled() > 0.0).collect();
    let mut allotted = establishment.clone();
    let claims: Vec<Claim> = pooled
        .iter()
        .map(|street| {
            let p = &city.params.reallocation;
            let own = f64::from(establishment[*street]);
            let pooled = epoch.streets[*street].reallocation.pooled();
            let added = libm::round(own * pooled * p.from_outside) as u32;
            let kept = own * (1.0 - reallocation::given_up(pooled, p));
            Claim {
                kept,
                posts: establishment[*street] + added,
                load: expected_work(city, *street),
            }
        })
        .collect();
    for (street, posts) in pooled.into_iter().zip(reallocation::allocate(&claims)) {
        allotted[street] = posts;
    }
    (establishment, allotted)
}

/// Instants at which posts are allocated anew in some street of these districts, ascending.
pub(super) fn boundaries(city: &City, plan: &Plan, districts: &[usize], end: Time) -> Vec<Time> {
    let mut instants: Vec<Time> = Vec::new();
    for (index, epoch) in plan.epochs.iter().enumerate() {
        let until = plan.epochs.get(index + 1).map_or(end, |next| next.from.min(end));
        for street in districts.iter().flat_map(|district| &city.districts[*district].streets) {
            let Some(period) = period(epoch, *street) else { continue };
            let mut at = epoch.from + period;
            while at < until {
                instants.push(at);
                at += period;
            }
        }
        // One list of instants for many streets of one period.
        instants.sort_unstable();
        instants.dedup();
    }
    instants
}

fn period(epoch: &Epoch, street: usize) -> Option<Span> {
    // A plan without the street breaks in the run, where it is one replication's failure.
    let settings = &epoch.streets.get(street)?.reallocation;
    let days = (settings.period_days as i64).max(1);
    settings.is_periodic().then_some(Span(days * DAY))
}

impl<S: Sink> World<'_, S> {
    /// Does a key project run at a street at `now`? The same in every scenario.
    fn has_project(&self, local: usize, now: Time) -> bool {
        let p = &self.city.params.reallocation;
        let term = now.day() / (p.project_days as i64).max(1);
        let code = self.city.streets[self.streets[local].index].code;
        let entity = place_entity(code, kind::PROJECT, 0);
        self.uniform(Purpose::Project, entity, term as u16) < p.project_chance
    }

    /// Start of the next project term.
    pub(super) fn next_term(&self, now: Time) -> Time {
        let days = (self.city.params.reallocation.project_days as i64).max(1);
        Time((now.day() / days + 1) * days * DAY)
    }

    /// Does any street of the plan give people to projects?
    pub(super) fn has_projects(&self) -> bool {
        let mut all = self.plan.epochs.iter().flat_map(|epoch| &epoch.streets);
        all.any(|street| street.reallocation.at_project() > 0.0)
    }

    /// A project term begins: people come back, others go.
    pub(super) fn project_term(&mut self, ctx: &mut Ctx) {
        for local in 0..self.streets.len() {
            self.staff_units(ctx, local, self.streets[local].n_posts, false);
        }
        if self.city.params.reallocation.from_outside * self.city.params.posts.zero_sum > 0.0 {
            self.staff_departments(ctx);
        }
        self.set_rates(ctx);
    }

    /// Of the people at a project, those who are not the street's own.
    pub(super) fn not_own(&self, at_project: u32) -> u32 {
        libm::round(f64::from(at_project) * self.city.params.reallocation.from_outside) as u32
    }

    /// Posts of a street that work for its project now.
    pub(super) fn people_at_project(&self, local: usize, n_posts: u32, now: Time) -> u32 {
        let share = self.settings(local as u16).reallocation.at_project();
        if share <= 0.0 || !self.has_project(local, now) {
            return 0;
        }
        libm::round(f64::from(n_posts) * share) as u32
    }

    /// What each street of the district brings into the allocation at `now`; none if it takes no
    /// part.
    pub(super) fn claims(&self, now: Time) -> Vec<Option<Claim>> {
        let epoch = &self.plan.epochs[self.epoch];
        let claim = |local: usize| {
            let street = &self.streets[local];
            let period = period(epoch, street.index)?;
            let settings = &self.settings(local as u16).reallocation;
            let project = settings.mode == Mode::Tilt && self.has_project(local, now);
            let tilt = reallocation::tilt(settings.mode, project, &self.city.params.reallocation);
            ((now - epoch.from).0 % period.0 == 0).then(|| Claim {
                kept: f64::from(street.establishment)
                    * (1.0
                        - reallocation::given_up(
                            settings.pooled(),
                            &self.city.params.reallocation,
                        )),
                posts: street.n_posts,
                load: street.period_work as f64 * tilt,
            })
        };
        (0..self.streets.len()).map(claim).collect()
    }

    /// Takes the posts that the allocation gives to those who took part.
    pub(super) fn take_posts(&mut self, ctx: &mut Ctx, posts: &[Option<u32>]) {
        for (local, posts) in posts.iter().enumerate() {
            if let Some(posts) = posts {
                self.streets[local].period_work = 0;
                if *posts != self.streets[local].n_posts {
                    self.staff_units(ctx, local, *posts, false);
                }
            }
        }
        self.set_rates(ctx);
    }
}

/// Puts the claims of all districts together, in their order, and hands back the posts.
pub(super) fn exchange(claims: &[Vec<Option<Claim>>]) -> Vec<Vec<Option<u32>>> {
    let flat: Vec<Claim> = claims.iter().flatten().flatten().copied().collect();
    let mut posts = reallocation::allocate(&flat).into_iter();
    let given = |claim: &Option<Claim>| {
        claim.as_ref().map(|_| posts.next().expect("invariant: as many posts as claims"))
    };
    let mut given = given;
    claims.iter().map(|district| district.iter().map(&mut given).collect()).collect()
}
