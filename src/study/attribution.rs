//! Which part of a change made the difference: add one in, leave one out, and Shapley values.
//!
//! Players are groups of levers, or levers; a player *moves* when its levers take the values of the
//! second scenario. In every replication the luck is the same whoever has moved, so each
//! replication gives every player a value of its own, and the interval of the mean is Student's
//! over replications. With all subsets the values are exact for their replication; with sampled
//! orders each replication has its own orders, and the interval contains that sampling too.

use std::collections::BTreeMap;

use crate::measure::{KPIS, KpiId};
use crate::stats::{Paired, Verdict, multiple, sensitivity::shapley};
use crate::table::Table;

use super::points::{Point, PointTable};

/// Somebody who can move.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Player {
    /// Id: a letter of a group, or the key of a lever.
    pub id: String,
    /// 名称.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Ids of the levers it moves; none for a player that has nothing to move.
    pub levers: Vec<&'static str>,
}

/// How sets of players are chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    /// All 2^n sets.
    All,
    /// Pairs of an order and its reverse, so many of them in each replication.
    Orders {
        /// Pairs in each replication.
        pairs: u32,
        /// Seed of the orders.
        seed: u64,
    },
}

/// Sets of players, and in which replications each is run.
#[derive(Clone, Debug)]
pub struct Attribution {
    /// Everybody.
    pub players: Vec<Player>,
    /// Indices of the players that have levers, which are the bits of a set.
    active: Vec<usize>,
    choice: Choice,
    replications: Vec<u32>,
    /// Position of every set that is needed.
    sets: BTreeMap<u128, usize>,
}

/// Most players with levers: a set is a mask.
pub const MOST_PLAYERS: usize = 128;

impl Attribution {
    /// Plans the sets.
    ///
    /// # Panics
    /// If more players have levers than [`MOST_PLAYERS`], or, with all sets, than
    /// [`shapley::MOST_EXACT`].
    pub fn new(players: Vec<Player>, choice: Choice, replications: Vec<u32>) -> Attribution {
        let active: Vec<usize> =
            (0..players.len()).filter(|&player| !players[player].levers.is_empty()).collect();
        let most = if choice == Choice::All { shapley::MOST_EXACT } else { MOST_PLAYERS };
        assert!(active.len() <= most, "too many players");
        let mut all = Attribution { players, active, choice, replications, sets: BTreeMap::new() };
        let wanted: Vec<u128> =
            all.replications.iter().flat_map(|&replication| all.sets_of(replication)).collect();
        for set in wanted {
            let next = all.sets.len();
            all.sets.entry(set).or_insert(next);
        }
        all
    }

    /// Number of players that have something to move.
    pub fn n_active(&self) -> usize {
        self.active.len()
    }

    fn everybody(&self) -> u128 {
        (0..self.active.len()).fold(0, |set, bit| set | 1 << bit)
    }

    /// Orders of a replication.
    fn orders(&self, replication: u32) -> Vec<Vec<usize>> {
        match self.choice {
            Choice::All => Vec::new(),
            Choice::Orders { pairs, seed } => (0..u64::from(pairs))
                .flat_map(|pair| {
                    let number = u64::from(replication) << 32 | pair;
                    shapley::orders(self.active.len(), seed, number)
                })
                .collect(),
        }
    }

    /// Sets that a replication needs; some are named more than once.
    fn sets_of(&self, replication: u32) -> Vec<u128> {
        let n = self.active.len();
        if self.choice == Choice::All {
            return (0..1u128 << n).collect();
        }
        let mut sets = vec![0, self.everybody()];
        for bit in 0..n {
            sets.extend([1 << bit, self.everybody() ^ (1 << bit)]);
        }
        for order in self.orders(replication) {
            let mut set = 0u128;
            for player in order {
                set |= 1 << player;
                sets.push(set);
            }
        }
        sets
    }

    /// Ids of the levers that have moved in each setting, ascending, by position of the setting.
    pub fn settings(&self) -> Vec<Vec<&'static str>> {
        let mut settings = vec![Vec::new(); self.sets.len()];
        for (set, &at) in &self.sets {
            let moved = (0..self.active.len()).filter(|bit| set >> bit & 1 == 1);
            let mut levers: Vec<&'static str> = moved
                .flat_map(|bit| self.players[self.active[bit]].levers.iter().copied())
                .collect();
            levers.sort_unstable();
            levers.dedup();
            settings[at] = levers;
        }
        settings
    }

    /// Every run.
    pub fn points(&self) -> Vec<Point> {
        let of = |replication: u32| {
            let sets = self.sets_of(replication);
            sets.into_iter().map(move |set| Point { setting: self.sets[&set], replication })
        };
        self.replications.iter().flat_map(|&replication| of(replication)).collect()
    }

    /// Values of the active players in one replication: add one in, leave one out, Shapley; and
    /// the whole difference.
    fn values(&self, table: &PointTable, kpi: KpiId, replication: u32) -> ([Vec<f64>; 3], f64) {
        let n = self.active.len();
        let value = |set: u128| table.value(Point { setting: self.sets[&set], replication }, kpi);
        let all = self.everybody();
        let first = (0..n).map(|bit| value(1 << bit) - value(0)).collect();
        let last = (0..n).map(|bit| value(all) - value(all ^ (1 << bit))).collect();
        let fair = if self.choice == Choice::All {
            let outputs: Vec<f64> = (0..1u128 << n).map(value).collect();
            shapley::exact(n, &outputs)
        } else {
            let orders = self.orders(replication);
            let mut sums = vec![0.0; n];
            for order in &orders {
                let mut set = 0;
                let mut outputs = vec![value(0)];
                for &player in order {
                    set |= 1 << player;
                    outputs.push(value(set));
                }
                for (sum, added) in sums.iter_mut().zip(shapley::along(order, &outputs)) {
                    *sum += added / orders.len() as f64;
                }
            }
            sums
        };
        ([first, last, fair], value(all) - value(0))
    }

    /// Table `attribution`: `kpi, unit, player, name_zh, name_en, quantity, n, difference, low,
    /// high, p_value, p_adjusted, verdict`. Quantities are `add_one_in`, `leave_one_out` and
    /// `shapley`; the player `all` is the whole difference. p-values are adjusted by Holm over the
    /// players of a KPI and quantity.
    pub fn table(&self, points: &PointTable, confidence: f64) -> Table {
        let mut rows = Rows::default();
        for kpi in points.kpis() {
            let by_replication: Vec<([Vec<f64>; 3], f64)> =
                self.replications.iter().map(|&r| self.values(points, kpi, r)).collect();
            let whole: Vec<f64> = by_replication.iter().map(|(_, whole)| *whole).collect();
            for (at, quantity) in ["add_one_in", "leave_one_out", "shapley"].iter().enumerate() {
                let columns: Vec<Vec<f64>> = (0..self.players.len())
                    .map(|player| match self.active.iter().position(|&of| of == player) {
                        Some(bit) => by_replication.iter().map(|(v, _)| v[at][bit]).collect(),
                        // Nothing to move, nothing moved: zero wherever there is a value at all.
                        None => whole.iter().map(|whole| whole * 0.0).collect(),
                    })
                    .collect();
                rows.family(kpi, quantity, &self.players, &columns, confidence);
            }
            rows.whole(kpi, "shapley", &whole, confidence);
        }
        rows.into_table()
    }
}

/// Cells of the table as they grow.
#[derive(Default)]
pub(super) struct Rows {
    words: [Vec<String>; 7],
    n: Vec<i64>,
    numbers: [Vec<f64>; 5],
}

impl Rows {
    /// A quantity of every player, a column of replications each: one family of tests.
    pub(super) fn family(
        &mut self,
        kpi: KpiId,
        quantity: &str,
        players: &[Player],
        columns: &[Vec<f64>],
        confidence: f64,
    ) {
        let tests: Vec<Paired> =
            columns.iter().map(|column| from_zero(column, confidence)).collect();
        let p: Vec<f64> = tests.iter().map(|test| test.p_value).collect();
        for ((player, test), adjusted) in players.iter().zip(&tests).zip(multiple::holm(&p)) {
            let names = [&*player.id, &player.zh, &player.en];
            self.row(kpi, quantity, names, test, adjusted);
        }
    }

    /// The whole difference.
    pub(super) fn whole(&mut self, kpi: KpiId, quantity: &str, values: &[f64], confidence: f64) {
        let test = from_zero(values, confidence);
        self.row(kpi, quantity, ["all", "全部", "All together"], &test, test.p_value);
    }

    fn row(&mut self, kpi: KpiId, quantity: &str, names: [&str; 3], test: &Paired, adjusted: f64) {
        if test.n == 0 {
            return;
        }
        let kpi = &KPIS[kpi.index()];
        let alpha = 1.0 - test.confidence;
        let verdict = Verdict::of(test.low, test.high, adjusted, alpha, kpi.good);
        let [id, zh, en] = names;
        let words = [kpi.id, kpi.unit, id, zh, en, quantity, verdict.word()];
        for (column, word) in self.words.iter_mut().zip(words) {
            column.push(word.to_owned());
        }
        self.n.push(test.n as i64);
        let numbers = [test.difference, test.low, test.high, test.p_value, adjusted];
        for (column, number) in self.numbers.iter_mut().zip(numbers) {
            column.push(number);
        }
    }

    pub(super) fn into_table(self) -> Table {
        let [kpi, unit, player, zh, en, quantity, verdict] = self.words;
        let [difference, low, high, p_value, p_adjusted] = self.numbers;
        Table::new("attribution")
            .with_text("kpi", kpi)
            .with_text("unit", unit)
            .with_text("player", player)
            .with_text("name_zh", zh)
            .with_text("name_en", en)
            .with_text("quantity", quantity)
            .with_int("n", self.n)
            .with_number("difference", difference)
            .with_number("low", low)
            .with_number("high", high)
            .with_number("p_value", p_value)
            .with_number("p_adjusted", p_adjusted)
            .with_text("verdict", verdict)
    }
}

/// The mean of values against zero.
fn from_zero(values: &[f64], confidence: f64) -> Paired {
    Paired::of(&vec![0.0; values.len()], values, confidence).expect("invariant: one zero per value")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::KpiId;

    fn players(n: usize) -> Vec<Player> {
        const LEVERS: [&str; 5] = ["L1", "L2", "L3", "L4", "L5"];
        let player = |at: usize| Player {
            id: format!("p{at}"),
            zh: String::new(),
            en: String::new(),
            levers: if at == 2 { Vec::new() } else { vec![LEVERS[at]] },
        };
        (0..n).map(player).collect()
    }

    /// A world in which L1 and L2 help only together, L4 by itself, L5 not at all.
    fn world(levers: &[&str], replication: u32) -> f64 {
        let has = |lever: &str| f64::from(u8::from(levers.contains(&lever)));
        let luck = f64::from(replication * replication % 7);
        50.0 + luck - (8.0 + luck / 10.0) * has("L1") * has("L2") - 3.0 * has("L4")
    }

    fn run(plan: &Attribution) -> Table {
        let kpi = KpiId::find("time_to_close_mean").unwrap();
        let settings = plan.settings();
        let values = plan.points().into_iter().map(|point| {
            let mut row = vec![f64::NAN; KPIS.len()];
            row[kpi.index()] = world(&settings[point.setting], point.replication);
            (point, row)
        });
        plan.table(&PointTable::of(values.collect()), 0.95)
    }

    fn value(table: &Table, player: &str, quantity: &str) -> [f64; 3] {
        let row = table.first_row(&[("player", player), ("quantity", quantity)]).unwrap();
        ["difference", "low", "high"].map(|column| table.number(column)[row])
    }

    #[test]
    fn all_sets_divide_the_difference_exactly() {
        // Catches: a bit of the wrong player, a set run in the wrong replication, an idle player
        // with a share, parts that do not add up.
        let plan = Attribution::new(players(5), Choice::All, (1..=10).collect());
        assert_eq!((plan.n_active(), plan.settings().len(), plan.points().len()), (4, 16, 160));
        let table = run(&plan);
        for idle in ["p2", "p4"] {
            assert!(value(&table, idle, "shapley").iter().all(|v| v.abs() < 1e-12), "{idle}");
        }
        let [fourth, low, high] = value(&table, "p3", "shapley");
        assert!((fourth + 3.0).abs() < 1e-9 && high - low < 1e-9);
        // What two do together is halved; alone each does nothing.
        assert!(value(&table, "p0", "add_one_in")[0].abs() < 1e-12);
        let half = value(&table, "p0", "shapley");
        assert!((half[0] - value(&table, "p0", "leave_one_out")[0] / 2.0).abs() < 1e-9);
        assert!(half[1] < half[0] && half[0] < half[2]);
        let sum: f64 = (0..5).map(|at| value(&table, &format!("p{at}"), "shapley")[0]).sum();
        assert!((sum - value(&table, "all", "shapley")[0]).abs() < 1e-9);
        let row = table.first_row(&[("player", "p3"), ("quantity", "shapley")]).unwrap();
        assert_eq!(table.text_at("verdict", row), "better");
    }

    #[test]
    fn sampled_orders_agree_with_all_sets() {
        // Catches: a step credited to the wrong player, orders that are the same in every
        // replication. With an order and its reverse two that only help together get a half each,
        // whatever the order.
        let choice = Choice::Orders { pairs: 2, seed: 5 };
        let table = run(&Attribution::new(players(5), choice, (1..=6).collect()));
        let all = run(&Attribution::new(players(5), Choice::All, (1..=6).collect()));
        for player in ["p0", "p1", "p2", "p3", "p4"] {
            for quantity in ["add_one_in", "leave_one_out", "shapley"] {
                let (got, want) = (value(&table, player, quantity), value(&all, player, quantity));
                assert!((got[0] - want[0]).abs() < 1e-9, "{player} {quantity} {got:?} {want:?}");
            }
        }
    }
}
