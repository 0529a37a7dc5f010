//! Attribution from the arms of a study that switch parts on and off.
//!
//! Which quantities there are depends on the arms: with every set of parts the values are those of
//! `huying attribute`, exact for each replication. With fewer arms: what a part does alone, if the
//! arms with nothing and with one part on are there; what is lost without it, if those with all and
//! all but one are; and in a regular fraction the main effect, the mean of the arms with the part
//! on less that of the arms with it off. A main effect of a fraction contains the interactions it
//! is aliased with, which the design's resolution names.

use std::collections::BTreeMap;

use crate::measure::{KpiId, Scope};
use crate::stats::sensitivity::shapley;
use crate::table::Table;

use super::attribution::{Player, Rows};
use super::result::StudyResult;

/// Most parts whose sets are all looked for.
const MOST_PARTS: usize = 16;

/// Parts, and which of them are on in which arms.
#[derive(Clone, Debug)]
pub struct Switched {
    players: Vec<Player>,
    /// Arm by set of parts; bit i is the i-th part.
    arms: BTreeMap<u32, usize>,
}

/// Which quantities the arms allow.
struct Allowed {
    all: bool,
    alone: bool,
    without: bool,
    main: bool,
}

impl Switched {
    /// Parts and arms; of arms with the same set the first counts. None if there are fewer than two
    /// parts, or if the arms allow no quantity.
    pub fn new(
        players: Vec<Player>,
        arms: impl IntoIterator<Item = (usize, u32)>,
    ) -> Option<Switched> {
        let mut by_set = BTreeMap::new();
        for (arm, set) in arms {
            by_set.entry(set).or_insert(arm);
        }
        let made = Switched { players, arms: by_set };
        if !(2..=MOST_PARTS).contains(&made.players.len()) {
            return None;
        }
        let Allowed { all, alone, without, main } = made.allowed();
        (all || alone || without || main).then_some(made)
    }

    fn everybody(&self) -> u32 {
        (1 << self.players.len()) - 1
    }

    fn allowed(&self) -> Allowed {
        let n = self.players.len();
        let has = |set: u32| self.arms.contains_key(&set);
        let full = self.everybody();
        let all = self.arms.len() == 1 << n;
        Allowed {
            all,
            alone: has(0) && (0..n).all(|bit| has(1 << bit)),
            without: has(full) && (0..n).all(|bit| has(full ^ (1 << bit))),
            main: !all && self.is_balanced(),
        }
    }

    /// Is every pair of parts off-off, off-on, on-off and on-on equally often?
    fn is_balanced(&self) -> bool {
        let n = self.players.len();
        let sets: Vec<u32> = self.arms.keys().copied().collect();
        let count = |mask: u32| sets.iter().filter(|set| **set & mask == mask).count();
        sets.len() > n
            && sets.len().is_multiple_of(4)
            && (0..n).all(|a| {
                count(1 << a) * 2 == sets.len()
                    && (0..a).all(|b| count(1 << a | 1 << b) * 4 == sets.len())
            })
    }

    /// Table `attribution`, with the columns of [`super::Attribution::table`]; quantities besides
    /// `add_one_in`, `leave_one_out` and `shapley` are `main_effect`, and `whole` for the player
    /// `all` where there are no Shapley values.
    pub fn table(&self, result: &StudyResult) -> Table {
        let mut rows = Rows::default();
        let allowed = self.allowed();
        for kpi in KpiId::all() {
            let values: Option<BTreeMap<u32, Vec<f64>>> = self
                .arms
                .iter()
                .map(|(&set, &arm)| Some((set, result.values(arm, Scope::City, "all", kpi)?)))
                .collect();
            if let Some(values) = values {
                self.of_kpi(kpi, &values, &allowed, result.confidence(), &mut rows);
            }
        }
        rows.into_table()
    }

    fn of_kpi(
        &self,
        kpi: KpiId,
        values: &BTreeMap<u32, Vec<f64>>,
        allowed: &Allowed,
        confidence: f64,
        rows: &mut Rows,
    ) {
        let (n, full) = (self.players.len(), self.everybody());
        let runs = values.values().map(Vec::len).min().unwrap_or(0);
        // A column of replications per part.
        let columns = |of: &dyn Fn(usize, usize) -> f64| -> Vec<Vec<f64>> {
            (0..n).map(|part| (0..runs).map(|run| of(part, run)).collect()).collect()
        };
        let less = |to: u32, from: u32, run: usize| values[&to][run] - values[&from][run];
        let mut family = |quantity: &str, columns: &[Vec<f64>]| {
            rows.family(kpi, quantity, &self.players, columns, confidence);
        };
        if allowed.alone {
            family("add_one_in", &columns(&|part, run| less(1 << part, 0, run)));
        }
        if allowed.without {
            family("leave_one_out", &columns(&|part, run| less(full, full ^ (1 << part), run)));
        }
        if allowed.all {
            let shares: Vec<Vec<f64>> = (0..runs)
                .map(|run| {
                    let outputs: Vec<f64> = (0..=full).map(|set| values[&set][run]).collect();
                    shapley::exact(n, &outputs)
                })
                .collect();
            family("shapley", &columns(&|part, run| shares[run][part]));
        }
        if allowed.main {
            let half = values.len() as f64 / 2.0;
            let effect = |part: usize, run: usize| -> f64 {
                let signed = values.iter().map(|(set, column)| {
                    if set >> part & 1 == 1 { column[run] } else { -column[run] }
                });
                signed.sum::<f64>() / half
            };
            family("main_effect", &columns(&effect));
        }
        if values.contains_key(&0) && values.contains_key(&full) {
            let whole: Vec<f64> = (0..runs).map(|run| less(full, 0, run)).collect();
            let quantity = if allowed.all { "shapley" } else { "whole" };
            rows.whole(kpi, quantity, &whole, confidence);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn players(n: usize) -> Vec<Player> {
        let player = |at: usize| Player {
            id: format!("p{at}"),
            zh: String::new(),
            en: String::new(),
            levers: Vec::new(),
        };
        (0..n).map(player).collect()
    }

    /// The table of a world in which p0 and p1 help only together (8), p2 by itself (3).
    fn found(sets: &[u32]) -> Option<Table> {
        let made = Switched::new(players(3), sets.iter().copied().enumerate())?;
        let luck = [1.0, 4.0, 2.0];
        let value = |set: u32, run: usize| {
            let both = f64::from(u8::from(set & 0b11 == 0b11));
            let third = f64::from(u8::from(set & 0b100 != 0));
            50.0 + luck[run] - (8.0 + luck[run]) * both - 3.0 * third
        };
        let values = made
            .arms
            .keys()
            .map(|&set| (set, (0..3).map(|run| value(set, run)).collect()))
            .collect();
        let mut rows = Rows::default();
        let kpi = KpiId::find("time_to_close_mean").unwrap();
        made.of_kpi(kpi, &values, &made.allowed(), 0.95, &mut rows);
        Some(rows.into_table())
    }

    fn value(table: &Table, player: &str, quantity: &str) -> f64 {
        let row = table.first_row(&[("player", player), ("quantity", quantity)]).unwrap();
        table.number("difference")[row]
    }

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() < 1e-9, "{got}, not {want}");
    }

    #[test]
    fn all_sets_give_shapley_values() {
        // Catches: a bit of the wrong part, values that do not add up to the whole.
        let table = found(&[0, 1, 2, 3, 4, 5, 6, 7]).unwrap();
        let mean = 8.0 + 7.0 / 3.0;
        for part in ["p0", "p1"] {
            close(value(&table, part, "shapley"), -mean / 2.0);
            close(value(&table, part, "add_one_in"), 0.0);
            close(value(&table, part, "leave_one_out"), -mean);
        }
        close(value(&table, "p2", "shapley"), -3.0);
        close(value(&table, "all", "shapley"), -mean - 3.0);
        assert!(table.rows_where(&[("quantity", "main_effect")]).is_empty());
    }

    #[test]
    fn fewer_arms_give_what_they_allow() {
        // Catches: a quantity claimed from arms that are not there, a fraction read as a difference
        // of two arms, a part in the wrong half.
        let alone = found(&[0, 1, 2, 4, 7]).unwrap();
        close(value(&alone, "p2", "add_one_in"), -3.0);
        close(value(&alone, "all", "whole"), -11.0 - 7.0 / 3.0);
        for missing in ["leave_one_out", "shapley", "main_effect"] {
            assert!(alone.rows_where(&[("quantity", missing)]).is_empty(), "{missing}");
        }
        // The half with an odd number of parts on: A and BC are aliased.
        let half = found(&[1, 2, 4, 7]).unwrap();
        close(value(&half, "p2", "main_effect"), -3.0 - (8.0 + 7.0 / 3.0) / 2.0);
        assert!(half.rows_where(&[("player", "all")]).is_empty());
        assert!(found(&[0, 7]).is_none() && found(&[0, 1, 3]).is_none());
    }
}
