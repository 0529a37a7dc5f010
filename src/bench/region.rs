//! Part of a city for some days, and the bare loop of the operations that it takes.

use std::hint::black_box;
use std::sync::Arc;

use crate::base::Time;
use crate::domain::{City, Plan, RunSpec, Street, simulate};
use crate::kernel::{EventList, Phase};
use crate::measure::{Accumulator, Selection, Window};
use crate::random::{Streams, exponential, lognormal};

/// What a run took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    /// Events scheduled and handled.
    pub events: u64,
    /// Cases registered.
    pub cases: u64,
    /// Blocks of two uniforms drawn.
    pub draws: u64,
}

/// The city with one district made ten times as large: each of its streets ten times, for as many
/// residents.
///
/// The copies of a street face the same issues, but each has its own people, lines and cases.
///
/// # Panics
/// If there is no such district.
#[must_use]
pub fn tenfold(city: &City, district: usize) -> City {
    let mut city = city.clone();
    let large = &mut city.districts[district];
    large.streets = large.streets.repeat(10);
    large.population *= 10.0;
    city
}

/// The city ten times: ten times as many districts, streets and residents, with their settings.
///
/// The copies of a district face the same issues, each with its own people, lines and cases.
#[must_use]
pub fn tenfold_city(city: &City, plan: &Plan) -> (City, Plan) {
    let (n_districts, n_streets) = (city.districts.len(), city.streets.len());
    let (mut large, mut plans) = (city.clone(), plan.clone());
    for copy in 1..10 {
        for district in &city.districts {
            let mut district = district.clone();
            district.streets.iter_mut().for_each(|street| *street += copy * n_streets);
            large.districts.push(district);
        }
        for street in &city.streets {
            let district = street.district + copy * n_districts;
            large.streets.push(Street { district, ..street.clone() });
        }
        for (epoch, once) in plans.epochs.iter_mut().zip(&plan.epochs) {
            epoch.districts.extend_from_slice(&once.districts);
            epoch.streets.extend_from_slice(&once.streets);
        }
    }
    (large, plans)
}

/// Simulates districts one after another and measures all KPIs.
#[must_use]
pub fn region(
    city: &Arc<City>,
    plan: &Plan,
    districts: &[usize],
    warm_up_days: u32,
    horizon_days: u32,
) -> Operations {
    let selection = Selection::all(city);
    let window = Window::new(warm_up_days, horizon_days);
    let run = RunSpec { seed: 1, replication: 1, warm_up_days, horizon_days };
    let mut sum = Operations::default();
    for &district in districts {
        let mut sink = Accumulator::new(city, &selection, window, district);
        let outcome = simulate(city, plan, district, &run, &mut sink);
        sum.events += outcome.events;
        sum.cases += outcome.cases;
        sum.draws += outcome.draws;
        black_box(sink);
    }
    sum
}

/// Events pending in the bare loop, about as many as a district has; the list costs the same
/// whatever their number.
const PENDING: u64 = 10_000;

/// So many events through an event list, so many blocks drawn, and a variate made of two in three
/// of them, an exponential and a lognormal in turn (a run makes variates of 0.62 of its blocks,
/// half of each kind, and only compares with the others). No model: no state, no rules, no
/// accounts.
#[must_use]
pub fn bare_region(operations: &Operations) -> Time {
    let streams = Streams::new(1, 1);
    let mut list: EventList<[u32; 3]> = EventList::new();
    let (mut drawn, mut reached) = (0, Time::ZERO);
    let draw = |drawn: u64| -> f64 {
        let [u, other] = streams.pair(0, drawn, 0);
        let variate = match drawn % 3 {
            0 => exponential(u, 1e5),
            1 => lognormal(u, 1e5, 1.6),
            _ => 1e5 * u,
        };
        variate + other
    };
    for number in 0..PENDING {
        list.push(Time(draw(number) as i64), Phase::Finish, [number as u32; 3]);
    }
    for number in 0..operations.events {
        let Some((now, event)) = list.pop() else { break };
        reached = now;
        let mut later = 0.0;
        // Spread evenly: after so many events, so many blocks.
        let due = u128::from(number + 1) * u128::from(operations.draws);
        let due = (due / u128::from(operations.events)) as u64;
        while drawn < due {
            later = draw(drawn);
            drawn += 1;
        }
        list.push(Time(now.0 + later as i64), Phase::Finish, event);
    }
    reached
}
