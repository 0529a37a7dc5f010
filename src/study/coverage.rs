//! Which agencies at the street would cover most of the cases that need others (X5).
//!
//! From the tables alone, without a run: a case that is not simple is covered by a set of agencies
//! if every department it needs is in the set or met by the squad. Companies and utilities are not
//! counted, for nobody stations them.

use crate::domain::{AgencyKind, City};
use crate::table::Table;

/// How a set was chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// The set that was named.
    Named,
    /// One agency after the other, each the one that adds most.
    Greedy,
    /// The best of all sets of that size.
    Full,
}

impl Way {
    /// Stable id, as written to files.
    pub fn id(self) -> &'static str {
        match self {
            Way::Named => "named",
            Way::Greedy => "greedy",
            Way::Full => "full",
        }
    }
}

/// A set of agencies and what it covers.
#[derive(Clone, PartialEq, Debug)]
pub struct Covered {
    /// How it was chosen.
    pub way: Way,
    /// Names as levers take them.
    pub agencies: Vec<String>,
    /// Part of the cases that need a department beyond the squad.
    pub share: f64,
}

/// Most sets that are searched in full.
const MOST_SETS: u64 = 5_000_000;

/// What streets of the selection ask for: needed departments as a set of bits, and its weight.
struct Asked {
    sets: Vec<(u64, f64)>,
    total: f64,
}

fn asked(city: &City, streets: &[bool]) -> Asked {
    let p = &city.params.demand;
    let mut sets: std::collections::BTreeMap<u64, f64> = std::collections::BTreeMap::new();
    for (street, _) in city.streets.iter().zip(streets).filter(|(_, selected)| **selected) {
        for item in &city.items {
            let table = if item.in_catalog { p.catalog_share } else { 1.0 - p.catalog_share };
            let cases = street.population * item.share[street.kind as usize] * table;
            let needed = item
                .needed(&city.agencies)
                .filter(|agency| {
                    let agency = &city.agencies[*agency];
                    agency.kind == AgencyKind::Department && !agency.met_by_squad()
                })
                .fold(0, |set, agency| set | 1 << agency);
            if needed != 0 {
                *sets.entry(needed).or_default() += cases * (1.0 - item.p_simple);
            }
        }
    }
    let total = sets.values().sum();
    Asked { sets: sets.into_iter().collect(), total }
}

impl Asked {
    fn share(&self, set: u64) -> f64 {
        let covered = self.sets.iter().filter(|(needed, _)| needed & !set == 0);
        covered.map(|(_, weight)| weight).sum::<f64>() / self.total.max(1e-300)
    }
}

/// Agencies that may be stationed, by the name that levers take: one name may mean several.
fn candidates(city: &City, asked: &Asked) -> Vec<(String, u64)> {
    let mut found: Vec<(String, u64)> = Vec::new();
    let needed = asked.sets.iter().fold(0, |all, (set, _)| all | set);
    for (index, agency) in city.agencies.iter().enumerate() {
        if needed >> index & 1 == 0 {
            continue;
        }
        let name = agency.seed_name.clone().unwrap_or_else(|| agency.id.clone());
        match found.iter_mut().find(|(known, _)| *known == name) {
            Some((_, set)) => *set |= 1 << index,
            None => found.push((name, 1 << index)),
        }
    }
    found
}

/// The set `named`, and for each size up to `most` the greedy choice and, as long as there are not
/// too many sets, the best of all.
pub fn coverage(city: &City, streets: &[bool], named: u64, most: usize) -> Vec<Covered> {
    let asked = asked(city, streets);
    let candidates = candidates(city, &asked);
    let names = |set: u64| -> Vec<String> {
        let inside = candidates.iter().filter(|(_, own)| own & set != 0);
        inside.map(|(name, _)| name.clone()).collect()
    };
    let covered =
        |way: Way, set: u64| Covered { way, agencies: names(set), share: asked.share(set) };
    let mut rows = vec![covered(Way::Named, named)];
    let mut greedy = 0;
    for size in 1..=most.min(candidates.len()) {
        let next = candidates
            .iter()
            .filter(|(_, own)| own & greedy == 0)
            .map(|(_, own)| (asked.share(greedy | own), *own))
            .fold((-1.0, 0), |best, one| if one.0 > best.0 { one } else { best });
        greedy |= next.1;
        rows.push(covered(Way::Greedy, greedy));
        let sets = (0..size as u64)
            .try_fold(1u64, |n, k| Some(n.checked_mul(candidates.len() as u64 - k)? / (k + 1)));
        if sets.is_some_and(|n| n <= MOST_SETS) {
            rows.push(covered(Way::Full, best(&asked, &candidates, size)));
        }
    }
    rows
}

/// The best of all sets of a size; of equals the first in the order of the table.
fn best(asked: &Asked, candidates: &[(String, u64)], size: usize) -> u64 {
    let mut chosen: Vec<usize> = (0..size).collect();
    let mut best = (-1.0, 0);
    loop {
        let set = chosen.iter().fold(0, |set, at| set | candidates[*at].1);
        let share = asked.share(set);
        if share > best.0 {
            best = (share, set);
        }
        let Some(at) = (0..size).rev().find(|at| chosen[*at] < candidates.len() - size + at) else {
            return best.1;
        };
        chosen[at] += 1;
        for next in at + 1..size {
            chosen[next] = chosen[next - 1] + 1;
        }
    }
}

/// Table `coverage`: `n, way, agencies, share`.
pub fn table(rows: &[Covered]) -> Table {
    Table::new("coverage")
        .with_int("n", rows.iter().map(|row| row.agencies.len() as i64).collect())
        .with_text("way", rows.iter().map(|row| row.way.id().to_owned()).collect())
        .with_text("agencies", rows.iter().map(|row| row.agencies.join(";")).collect())
        .with_number("share", rows.iter().map(|row| row.share).collect())
}
