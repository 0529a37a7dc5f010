//! Rows of one kind over all runs, packed: keys once, values as plain numbers.
//!
//! A study of ninety arms has thousands of runs of ten thousand rows each; kept as rows they
//! would fill the memory with names.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::{City, PoolKind, StreetKind};
use crate::measure::{KPIS, KpiId, Scope, pool_id};

/// A place or group that rows speak of, in the order of result files: by scope, then as the city
/// lists it, then by name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Place {
    pub(super) scope: Scope,
    rank: u32,
    pub(super) id: Arc<str>,
}

/// The order in which the ids of a scope stand in files.
#[derive(Clone, Default, Debug)]
pub(super) struct Ranks {
    scopes: [BTreeMap<Arc<str>, u32>; Scope::ALL.len()],
}

impl Ranks {
    /// Ids in the order of the city's own lists.
    pub(super) fn of(city: &City) -> Ranks {
        let mut ranks = Ranks::default();
        ranks.add(Scope::City, ["all"]);
        ranks.add(Scope::District, city.districts.iter().map(|district| district.zh.as_str()));
        ranks.add(Scope::Street, city.streets.iter().map(|street| street.zh.as_str()));
        ranks.add(Scope::Kind, [StreetKind::Street.id(), StreetKind::Town.id()]);
        ranks.add(Scope::Field, city.fields.iter().map(|field| field.id.as_str()));
        ranks.add(Scope::Item, city.items.iter().map(|item| item.id.as_str()));
        ranks.add(Scope::Channel, crate::domain::Channel::ALL.map(crate::domain::Channel::id));
        ranks.add(Scope::Department, city.agencies.iter().map(|agency| agency.id.as_str()));
        let pools: Vec<String> = pool_kinds(city).map(|kind| pool_id(city, kind)).collect();
        ranks.add(Scope::Pool, pools.iter().map(String::as_str));
        ranks
    }

    fn add<'a>(&mut self, scope: Scope, ids: impl IntoIterator<Item = &'a str>) {
        let scope = &mut self.scopes[scope as usize];
        for id in ids {
            let rank = u32::try_from(scope.len()).expect("invariant: fewer than 2^32 places");
            scope.entry(Arc::from(id)).or_insert(rank);
        }
    }

    /// Rank and shared name of an id; an id that the city does not list comes last.
    fn find(&self, scope: Scope, id: &str) -> (u32, Arc<str>) {
        match self.scopes[scope as usize].get_key_value(id) {
            Some((id, rank)) => (*rank, Arc::clone(id)),
            None => (u32::MAX, Arc::from(id)),
        }
    }

    /// The place of a row.
    pub(super) fn place(&self, scope: Scope, id: &str) -> Place {
        let (rank, id) = self.find(scope, id);
        Place { scope, rank, id }
    }
}

/// Every kind of pool of a city, in the order of files.
pub fn pool_kinds(city: &City) -> impl Iterator<Item = PoolKind> {
    let units = (0..city.units.len()).map(|unit| PoolKind::Unit(unit as u8));
    let agencies = 0..city.agencies.len() as u8;
    units
        .chain([PoolKind::Squad])
        .chain(agencies.clone().map(PoolKind::Stationed))
        .chain([PoolKind::Grid, PoolKind::Vendor])
        .chain(agencies.clone().map(PoolKind::Department))
        .chain(agencies.map(PoolKind::OnCall))
        .chain([PoolKind::Reserve, PoolKind::Adjudicator])
        .chain([PoolKind::Point, PoolKind::Park, PoolKind::CountyHall])
}

/// Values of `N` columns by key and run; NaN where a run has no such row.
#[derive(Clone, Debug)]
pub(super) struct Series<K, const N: usize> {
    index: BTreeMap<K, usize>,
    runs: Vec<Vec<[f64; N]>>,
}

impl<K: Ord, const N: usize> Series<K, N> {
    /// No row yet.
    pub(super) fn new() -> Self {
        Series { index: BTreeMap::new(), runs: Vec::new() }
    }

    /// Puts a row of a run.
    pub(super) fn put(&mut self, run: usize, key: K, values: [f64; N]) {
        let next = self.index.len();
        let at = *self.index.entry(key).or_insert(next);
        if self.runs.len() <= run {
            self.runs.resize_with(run + 1, Vec::new);
        }
        let row = &mut self.runs[run];
        if row.len() <= at {
            row.resize(at + 1, [f64::NAN; N]);
        }
        row[at] = values;
    }

    /// Keys in order, each with its position for [`Series::at`].
    pub(super) fn keys(&self) -> impl Iterator<Item = (&K, usize)> {
        self.index.iter().map(|(key, &at)| (key, at))
    }

    /// Position of a key.
    pub(super) fn find(&self, key: &K) -> Option<usize> {
        self.index.get(key).copied()
    }

    /// The row of a run; NaN if it has none.
    pub(super) fn at(&self, run: usize, position: usize) -> [f64; N] {
        self.runs.get(run).and_then(|row| row.get(position)).copied().unwrap_or([f64::NAN; N])
    }
}

/// Key of a KPI's row.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct KpiKey {
    pub(super) place: Place,
    pub(super) kpi: KpiId,
}

impl KpiKey {
    /// The KPI's entry in the registry.
    pub(super) fn kpi(&self) -> &'static crate::measure::Kpi {
        &KPIS[self.kpi.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_run_whatever_the_order_of_arrival() {
        // Catches: keys numbered by arrival leaking into the order of files, values in a wrong run.
        let mut forward: Series<&str, 1> = Series::new();
        forward.put(0, "a", [1.0]);
        forward.put(0, "b", [2.0]);
        forward.put(1, "b", [3.0]);
        let mut backward: Series<&str, 1> = Series::new();
        backward.put(1, "b", [3.0]);
        backward.put(0, "b", [2.0]);
        backward.put(0, "a", [1.0]);
        for series in [&forward, &backward] {
            let keys: Vec<&str> = series.keys().map(|(key, _)| *key).collect();
            assert_eq!(keys, ["a", "b"]);
            let b = series.find(&"b").unwrap();
            assert_eq!([series.at(0, b), series.at(1, b)], [[2.0], [3.0]]);
            let a = series.find(&"a").unwrap();
            assert!(series.at(1, a)[0].is_nan() && series.at(9, a)[0].is_nan());
        }
    }

    #[test]
    fn places_stand_as_the_city_lists_them() {
        // Catches: rows in the order of Chinese code points instead of the city's table.
        let mut ranks = Ranks::default();
        ranks.add(Scope::Street, ["姚家街道", "仲宫街道"]);
        let first = ranks.place(Scope::Street, "姚家街道");
        let second = ranks.place(Scope::Street, "仲宫街道");
        let unknown = ranks.place(Scope::Street, "丁家街道");
        assert!(first < second && second < unknown);
        assert!(ranks.place(Scope::City, "all") < first);
    }
}
