//! The same case in two worlds.
//!
//! Two scenarios of one seed face the same issues, and a case has the same key in both. So one can
//! ask of each case by itself: was it closed faster, slower, only in one of them, and in which
//! stage was the time won or lost. Counted are cases registered in the window; a case whose
//! registration falls into it in one world only is *only in one*. Everything is whole seconds and
//! whole numbers, so the stages of a difference add up to it exactly.

use std::sync::Arc;

use super::histogram::{bin, edge};
use super::result::MatchRow;
use super::scope::{Place, Scope, Selection, Window};
use crate::base::{HOUR, Span};
use crate::domain::{CaseRecord, Channel, City, N_STAGES, StreetKind};

/// What is told of matched cases: id and unit, in the order of files. The hours by stage follow.
pub const QUANTITIES: [(&str, &str); 15] = [
    ("cases_both", "cases"),
    ("cases_only_baseline", "cases"),
    ("cases_only_arm", "cases"),
    ("closed_both", "cases"),
    ("closed_only_baseline", "cases"),
    ("closed_only_arm", "cases"),
    ("faster_share", "share"),
    ("slower_share", "share"),
    ("same_share", "share"),
    ("difference_mean", "h"),
    ("difference_p10", "h"),
    ("difference_p25", "h"),
    ("difference_p50", "h"),
    ("difference_p75", "h"),
    ("difference_p90", "h"),
];

/// Shares of the quantiles in [`QUANTITIES`].
const SHARES: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];

/// What is kept of one case.
#[derive(Clone, Copy, Debug)]
struct Life {
    key: u64,
    /// Registration to closure [s]; negative while not closed.
    closing: i64,
    street: u16,
    item: u16,
    channel: Channel,
    /// Seconds by stage, if it has left.
    stages: Option<[u32; N_STAGES]>,
}

/// Cases of one run of a district that were registered in the window on a reported street.
#[derive(Clone, Debug, Default)]
pub struct Lives(Vec<Life>);

impl Lives {
    /// Takes a case as it leaves, or at the end of the run.
    pub fn note(&mut self, case: &CaseRecord, selection: &Selection, window: &Window) {
        if !selection.streets[usize::from(case.street)] || !window.contains(case.registered) {
            return;
        }
        self.0.push(Life {
            key: case.key,
            closing: window.seen(case.closed).map_or(-1, |closed| (closed - case.registered).0),
            street: case.street,
            item: case.item,
            channel: case.channel,
            stages: window.seen(case.left).map(|_| case.ledger.0),
        });
    }

    /// Puts the cases in the order of their keys; do so before they are matched. They may be kept
    /// for long then: no room is held for more.
    pub fn sort(&mut self) {
        self.0.shrink_to_fit();
        self.0.sort_unstable_by_key(|life| life.key);
    }
}

/// Counts of one place.
#[derive(Clone, Default, Debug)]
struct Sums {
    both: u64,
    only: [u64; 2],
    closed_both: u64,
    closed_only: [u64; 2],
    same: u64,
    /// Sum of differences [s].
    difference: i64,
    /// Cases by size of the difference, faster and slower.
    faster: Vec<u32>,
    slower: Vec<u32>,
    left_both: u64,
    stages: [i64; N_STAGES],
}

impl Sums {
    fn pair(&mut self, baseline: &Life, arm: &Life) {
        self.both += 1;
        match (baseline.closing >= 0, arm.closing >= 0) {
            (true, true) => self.closed(arm.closing - baseline.closing),
            (true, false) => self.closed_only[0] += 1,
            (false, true) => self.closed_only[1] += 1,
            (false, false) => {}
        }
        if let (Some(before), Some(after)) = (&baseline.stages, &arm.stages) {
            self.left_both += 1;
            for ((sum, before), after) in self.stages.iter_mut().zip(before).zip(after) {
                *sum += i64::from(*after) - i64::from(*before);
            }
        }
    }

    fn closed(&mut self, difference: i64) {
        self.closed_both += 1;
        self.difference += difference;
        let side = match difference {
            0 => {
                self.same += 1;
                return;
            }
            ..0 => &mut self.faster,
            _ => &mut self.slower,
        };
        let bin = bin(Span(difference.abs()));
        if side.len() <= bin {
            side.resize(bin + 1, 0);
        }
        side[bin] += 1;
    }

    fn add(&mut self, other: &Sums) {
        self.both += other.both;
        self.closed_both += other.closed_both;
        self.same += other.same;
        self.difference += other.difference;
        self.left_both += other.left_both;
        for world in 0..2 {
            self.only[world] += other.only[world];
            self.closed_only[world] += other.closed_only[world];
        }
        for (mine, theirs) in self.stages.iter_mut().zip(other.stages) {
            *mine += theirs;
        }
        for (mine, theirs) in [(&mut self.faster, &other.faster), (&mut self.slower, &other.slower)]
        {
            if mine.len() < theirs.len() {
                mine.resize(theirs.len(), 0);
            }
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine += theirs;
            }
        }
    }

    /// Type-1 quantile of the differences [h], known to the width of a bin.
    fn quantile(&self, share: f64) -> f64 {
        let wanted = crate::stats::quantile::rank(self.closed_both, share);
        let middle = |bin: usize| (edge(bin) + edge(bin + 1)) as f64 / 2.0 / HOUR as f64;
        let faster = self.faster.iter().enumerate().rev().map(|(bin, &n)| (-middle(bin), n.into()));
        let slower = self.slower.iter().enumerate().map(|(bin, &n)| (middle(bin), n.into()));
        let mut below = 0u64;
        faster
            .chain([(0.0, self.same)])
            .chain(slower)
            .find(|&(_, n)| {
                below += n;
                below >= wanted
            })
            .map_or(f64::NAN, |(value, _)| value)
    }

    fn rows(&self, place: Place, city: &City, rows: &mut Vec<MatchRow>) {
        let (scope, scope_id) = (place.scope(), place.id(city));
        let mut say = |quantity: usize, value: f64| {
            let quantity = u8::try_from(quantity).expect("invariant: few quantities");
            rows.push(MatchRow { scope, scope_id: scope_id.clone(), quantity, value });
        };
        if self.both + self.only[0] + self.only[1] == 0 {
            return;
        }
        let counts = [self.both, self.only[0], self.only[1], self.closed_both];
        for (at, n) in counts.into_iter().chain(self.closed_only).enumerate() {
            say(at, n as f64);
        }
        if self.closed_both > 0 {
            let of = |n: u64| n as f64 / self.closed_both as f64;
            let sum = |side: &[u32]| side.iter().map(|&n| u64::from(n)).sum::<u64>();
            let shares = [of(sum(&self.faster)), of(sum(&self.slower)), of(self.same)];
            let mean = self.difference as f64 / self.closed_both as f64 / HOUR as f64;
            let quantiles = SHARES.map(|share| self.quantile(share));
            for (at, value) in shares.into_iter().chain([mean]).chain(quantiles).enumerate() {
                say(6 + at, value);
            }
        }
        let split = !matches!(scope, Scope::Field | Scope::Item);
        if split && self.left_both > 0 {
            for (stage, seconds) in self.stages.into_iter().enumerate() {
                let mean = seconds as f64 / HOUR as f64 / self.left_both as f64;
                say(QUANTITIES.len() + stage, mean);
            }
        }
    }
}

/// Counts of the matched cases of one replication of an arm against the baseline; one per district,
/// joined like [`super::Accumulator`].
#[derive(Clone, Debug)]
pub struct Matching {
    city: Arc<City>,
    streets: Vec<Option<Box<Sums>>>,
    items: Vec<Sums>,
    channels: Vec<Sums>,
}

impl Matching {
    /// Matches the cases of a district, each side in the order of its keys.
    pub fn of(city: &Arc<City>, baseline: &Lives, arm: &Lives) -> Matching {
        let mut matching = Matching {
            city: Arc::clone(city),
            streets: vec![None; city.streets.len()],
            items: vec![Sums::default(); city.items.len()],
            channels: vec![Sums::default(); Channel::ALL.len()],
        };
        let (mut left, mut right) = (baseline.0.iter().peekable(), arm.0.iter().peekable());
        loop {
            match (left.peek(), right.peek()) {
                (None, None) => break,
                (Some(a), Some(b)) if a.key == b.key => {
                    let (a, b) = (**a, **b);
                    matching.at(&a, |sums| sums.pair(&a, &b));
                    left.next();
                    right.next();
                }
                (Some(a), b) if b.is_none_or(|b| a.key < b.key) => {
                    let a = **a;
                    matching.at(&a, |sums| sums.only[0] += 1);
                    left.next();
                }
                (_, Some(b)) => {
                    let b = **b;
                    matching.at(&b, |sums| sums.only[1] += 1);
                    right.next();
                }
                (Some(_), None) => unreachable!("a left case without a right one came before"),
            }
        }
        matching
    }

    /// Counts a case at its street, item and channel: those of the baseline where it is in both,
    /// since a case may be noticed first by another channel.
    fn at(&mut self, life: &Life, count: impl Fn(&mut Sums)) {
        count(self.streets[usize::from(life.street)].get_or_insert_default());
        count(&mut self.items[usize::from(life.item)]);
        count(&mut self.channels[life.channel as usize]);
    }

    /// Joins the counts of another district.
    pub fn merge(&mut self, other: &Matching) {
        for (mine, theirs) in self.streets.iter_mut().zip(&other.streets) {
            if let Some(theirs) = theirs {
                mine.get_or_insert_default().add(theirs);
            }
        }
        for (mine, theirs) in self.items.iter_mut().zip(&other.items) {
            mine.add(theirs);
        }
        for (mine, theirs) in self.channels.iter_mut().zip(&other.channels) {
            mine.add(theirs);
        }
    }

    /// The rows, by place in the order of result files.
    pub fn rows(&self) -> Vec<MatchRow> {
        let city = &self.city;
        let mut rows = Vec::new();
        let of_streets = |place: Place| {
            let mut sums = Sums::default();
            for (street, own) in self.streets.iter().enumerate() {
                if let Some(own) = own.as_ref().filter(|_| place.has_street(city, street)) {
                    sums.add(own);
                }
            }
            sums
        };
        let mut places = vec![Place::City];
        places.extend((0..city.districts.len()).map(Place::District));
        places.extend((0..city.streets.len()).map(Place::Street));
        places.extend([StreetKind::Street, StreetKind::Town].map(Place::Kind));
        for place in places {
            of_streets(place).rows(place, city, &mut rows);
        }
        for field in 0..city.fields.len() {
            let mut sums = Sums::default();
            let items = city.items.iter().zip(&self.items);
            items.filter(|(item, _)| item.field == field).for_each(|(_, own)| sums.add(own));
            sums.rows(Place::Field(field), city, &mut rows);
        }
        for (item, sums) in self.items.iter().enumerate() {
            sums.rows(Place::Item(item), city, &mut rows);
        }
        for (channel, sums) in self.channels.iter().enumerate() {
            sums.rows(Place::Channel(channel), city, &mut rows);
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(key: u64, closing: i64, stages: Option<[u32; N_STAGES]>) -> Life {
        Life { key, closing, street: 0, item: 0, channel: Channel::Grid, stages }
    }

    fn sums(pairs: &[(i64, i64)]) -> Sums {
        let mut sums = Sums::default();
        for &(before, after) in pairs {
            sums.pair(&life(1, before, None), &life(1, after, None));
        }
        sums
    }

    #[test]
    fn quantiles_run_from_the_fastest_to_the_slowest() {
        // Catches: faster and slower swapped, the order of the faster side not turned round, zero
        // in the wrong place.
        let day = 86_400;
        let sums = sums(&[
            (10 * day, 5 * day),
            (3 * day, 2 * day),
            (day, day),
            (day, 2 * day),
            (day, 8 * day),
            (day, -1),
            (-1, day),
            (-1, -1),
        ]);
        assert_eq!((sums.both, sums.closed_both, sums.closed_only), (8, 5, [1, 1]));
        let near = |got: f64, days: f64| assert!((got / 24.0 - days).abs() < 0.05, "{got}");
        near(sums.quantile(0.1), -5.0);
        near(sums.quantile(0.25), -1.0);
        near(sums.quantile(0.5), 0.0);
        near(sums.quantile(0.75), 1.0);
        near(sums.quantile(0.9), 7.0);
        assert_eq!(sums.difference, (-5 - 1 + 1 + 7) * day);
    }

    #[test]
    fn stages_of_the_difference_add_up_in_whole_seconds() {
        // Catches: a stage left out, a case that has not left in one world counted.
        let mut sums = Sums::default();
        let (mut before, mut after) = ([0u32; N_STAGES], [0u32; N_STAGES]);
        for stage in 0..N_STAGES as u32 {
            before[stage as usize] = 1000 + 7 * stage;
            after[stage as usize] = 900 + 13 * stage;
        }
        sums.pair(&life(1, 5, Some(before)), &life(1, 5, Some(after)));
        sums.pair(&life(2, 5, Some(before)), &life(2, 5, None));
        let total = after.iter().sum::<u32>() as i64 - before.iter().sum::<u32>() as i64;
        assert_eq!(sums.stages.iter().sum::<i64>(), total);
        assert_eq!(sums.left_both, 1);
    }

    #[test]
    fn joining_is_adding() {
        // Catches: a part lost when districts are joined.
        let (first, second) = ([(100, 50), (7, 7)], [(5, 90_000), (-1, 4)]);
        let mut joined = sums(&first);
        joined.add(&sums(&second));
        let whole = sums(&[first, second].concat());
        assert_eq!(format!("{joined:?}"), format!("{whole:?}"));
    }
}
