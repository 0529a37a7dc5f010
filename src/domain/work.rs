//! The work of street offices that the tables of demand imply, and how it is divided.

use super::city::{City, Item, StreetKind};
use super::policy::units;

/// Street work a year that the tables of demand imply [person-hours, up to a factor common to all].
pub(super) fn expected_work(city: &City, street: usize) -> f64 {
    let place = &city.streets[street];
    let per_resident: f64 =
        city.items.iter().map(|item| work_per_resident(city, item, place.kind)).sum();
    place.population * per_resident
}

/// The same of one item and resident in streets or towns.
fn work_per_resident(city: &City, item: &Item, kind: StreetKind) -> f64 {
    let p = &city.params;
    let part = p.demand.catalog_share;
    let part = if item.in_catalog { part } else { 1.0 - part };
    let local_h = item.p_simple * p.effort.street_h[item.class as usize];
    let called_h = (1.0 - item.p_simple) * p.effort.coordination_h;
    item.share[kind as usize] * part * (local_h + called_h)
}

/// Items that the second pool of a split function serves.
pub(super) fn second_half(city: &City, kind: StreetKind) -> Vec<bool> {
    let mut second = vec![false; city.items.len()];
    for unit in 0..city.units.len() {
        let own: Vec<usize> =
            (0..city.items.len()).filter(|item| city.items[*item].unit == unit).collect();
        let work: Vec<f64> =
            own.iter().map(|item| work_per_resident(city, &city.items[*item], kind)).collect();
        for (item, half) in own.into_iter().zip(units::divide(&work)) {
            second[item] = half;
        }
    }
    second
}
