//! Shocks: more issues than usual, at some places, for some time. Data of a scenario, not policy.
//!
//! A shock adds issues with addresses of their own, so the ordinary ones stay as they were, and two
//! arms with the same shock face the same added issues.

use super::City;
use super::policy::social;
use crate::base::{DAY, Span, Time};
use crate::random::Intensity;

/// How much comes on top.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ShockSize {
    /// On each day as many issues more as on this many mean days of the year.
    Times(f64),
    /// This many issues in all, shared between places and items as they usually come.
    Issues(f64),
}

/// What is done about a shock from its beginning on, wherever it strikes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Response {
    /// Length [days].
    pub days: u32,
    /// Hours that people of case units and squads work longer on each of their days.
    pub overtime_h: f64,
    /// People whom the departments of each struck district send to its struck streets.
    pub helpers: f64,
}

/// One shock.
#[derive(Clone, PartialEq, Debug)]
pub struct Shock {
    /// 名称.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Beginning.
    pub from: Time,
    /// Length [days].
    pub days: u32,
    /// It fades by 1/e in this time [days]; none: it stays as strong until it ends.
    pub decay_days: Option<f64>,
    /// Strength.
    pub size: ShockSize,
    /// Items that come more often, ascending.
    pub items: Vec<usize>,
    /// Streets that are struck, by street index.
    pub streets: Vec<bool>,
    /// What is done about it; none: everybody works as ever.
    pub response: Option<Response>,
}

/// Most shocks of a plan: the address has five bits for them.
pub const MAX_SHOCKS: usize = 32;

/// First number of an added issue in the address; ordinary issues stay below.
const FIRST: u32 = 1 << 19;

/// Room for added issues of one shock, street and item.
const ROOM: u32 = 1 << 14;

/// Number of the first issue that a shock adds at a street and item.
pub(super) fn first_visit(shock: usize) -> u32 {
    assert!(shock < MAX_SHOCKS, "invariant: compile refuses more shocks");
    FIRST + shock as u32 * ROOM
}

/// Is this the number of an added issue?
pub(super) fn is_added(visit: u32) -> bool {
    visit >= FIRST
}

/// Issues of an item at a street in a mean year, before prevention.
pub(super) fn yearly_issues(city: &City, street: usize, item: usize) -> f64 {
    let (street, item) = (&city.streets[street], &city.items[item]);
    let p = &city.params.demand;
    let part = if item.in_catalog { p.catalog_share } else { 1.0 - p.catalog_share };
    // The tables describe what is left after prevention on the side before.
    let unprevented = if item.self_solving {
        1.0 - social::prevented(city.before.social.organizations, &city.params.social)
    } else {
        1.0
    };
    let share = item.share[street.kind as usize] * part;
    let cases = street.population * p.cases_per_resident_year * share;
    cases / p.registered_share / unprevented
}

/// Added issues of a street and item: so many, spread as [`intensity`] says.
pub(super) fn added_issues(city: &City, shock: &Shock, street: usize, item: usize) -> f64 {
    let usual = yearly_issues(city, street, item);
    match shock.size {
        ShockSize::Times(times) => usual / 365.0 * times * weight_of_days(shock),
        ShockSize::Issues(issues) => {
            let struck = shock.streets.iter().enumerate().filter(|(_, struck)| **struck);
            let all: f64 = struck
                .flat_map(|(street, _)| shock.items.iter().map(move |item| (street, *item)))
                .map(|(street, item)| yearly_issues(city, street, item))
                .sum();
            if all > 0.0 { issues * usual / all } else { 0.0 }
        }
    }
}

fn fading(shock: &Shock, day: u32) -> f64 {
    shock.decay_days.map_or(1.0, |decay| libm::exp(-f64::from(day) / decay))
}

/// Days of a shock, fading counted.
fn weight_of_days(shock: &Shock) -> f64 {
    (0..shock.days).map(|day| fading(shock, day)).sum()
}

/// When added issues come, as shares of all of them: by the equal parts of the day (hours, or
/// finer) from the beginning on. What falls beyond the run is not redistributed.
pub(super) fn intensity(shock: &Shock, parts: &[f64], run_days: u32) -> Intensity {
    let all = weight_of_days(shock);
    let per_day = parts.len() as i64;
    let step = DAY / per_day;
    let first = shock.from.0.div_euclid(step);
    let weights: Vec<f64> = (0..i64::from(run_days) * per_day)
        .map(|part| {
            let since = part - first;
            let inside = (0..i64::from(shock.days) * per_day).contains(&since);
            let day = (since.max(0) / per_day) as u32;
            let share = parts[part.rem_euclid(per_day) as usize];
            if inside { share * fading(shock, day) / all } else { 0.0 }
        })
        .collect();
    Intensity::new(Span(step), &weights)
}

/// Most issues that a shock may add at one street and item, on average: the address has room.
pub const MAX_ADDED: f64 = 12_000.0;

impl Shock {
    /// Most issues that it adds at any one street and item, on average.
    pub fn most_added(&self, city: &City) -> f64 {
        let struck = self.streets.iter().enumerate().filter(|(_, struck)| **struck);
        struck
            .flat_map(|(street, _)| self.items.iter().map(move |item| (street, *item)))
            .map(|(street, item)| added_issues(city, self, street, item))
            .fold(0.0, f64::max)
    }

    /// End.
    pub fn until(&self) -> Time {
        self.from + Span(i64::from(self.days) * DAY)
    }

    /// The response in force at `now`.
    pub fn response_at(&self, now: Time) -> Option<Response> {
        let until = |response: &Response| self.from + Span(i64::from(response.days) * DAY);
        self.response.filter(|response| self.from <= now && now < until(response))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shock(days: u32, decay_days: Option<f64>) -> Shock {
        Shock {
            zh: String::new(),
            en: String::new(),
            from: Time(2 * DAY),
            days,
            decay_days,
            size: ShockSize::Times(3.0),
            items: vec![0],
            streets: vec![true],
            response: None,
        }
    }

    // Catches issues before the shock or after it, and shares that do not add up to all of them.
    #[test]
    fn added_issues_come_in_their_days() {
        for decay in [None, Some(2.0)] {
            let shock = shock(3, decay);
            let shares = intensity(&shock, &[1.0 / 24.0; 24], 10);
            assert!(shares.cumulative(Time(2 * DAY)).abs() < 1e-12);
            assert!((shares.cumulative(Time(5 * DAY)) - 1.0).abs() < 1e-12);
            assert!((shares.total() - 1.0).abs() < 1e-12);
            let days: Vec<f64> = (2..5)
                .map(|day| {
                    shares.cumulative(Time((day + 1) * DAY)) - shares.cumulative(Time(day * DAY))
                })
                .collect();
            let ratio = days[1] / days[0];
            assert!((ratio - decay.map_or(1.0, |d| libm::exp(-1.0 / d))).abs() < 1e-9);
        }
        // Two of three days fall beyond the run: their issues are lost, not moved.
        let cut = intensity(&shock(3, None), &[1.0 / 24.0; 24], 3);
        assert!((cut.total() - 1.0 / 3.0).abs() < 1e-12);
        assert!(is_added(first_visit(0)) && first_visit(1) - first_visit(0) == ROOM);
    }
}
