//! Fair division of a difference among those that made it together (Shapley 1953).
//!
//! `value(S)` is the output when the players of `S` have moved. A player's Shapley value is what it
//! adds, averaged over all orders in which the players may move; the values of all players add up
//! to the whole difference, and a player that never changes anything gets exactly 0. Moving a
//! player first (*add one in*) or last (*leave one out*) are the two ends of that average.
//!
//! Sets are bit masks: player `i` is bit `i`.

use crate::random::Streams;

/// Most players whose values are computed from all subsets.
pub const MOST_EXACT: usize = 20;

/// Shapley values from the outputs of all 2^n subsets, indexed by mask.
///
/// # Panics
/// If there are not 2^n outputs, or n exceeds [`MOST_EXACT`].
#[must_use]
pub fn exact(n: usize, values: &[f64]) -> Vec<f64> {
    assert!(n <= MOST_EXACT, "{n} players have too many subsets");
    assert_eq!(values.len(), 1 << n, "one output per subset");
    // A subset of s others has weight s! (n - 1 - s)! / n! = 1 / (n * C(n - 1, s)).
    let mut choose = 1.0;
    let weights: Vec<f64> = (0..n)
        .map(|size| {
            let weight = 1.0 / (n as f64 * choose);
            choose = choose * (n - 1 - size) as f64 / (size + 1) as f64;
            weight
        })
        .collect();
    (0..n)
        .map(|player| {
            let bit = 1usize << player;
            (0..values.len())
                .filter(|set| set & bit == 0)
                .map(|set| weights[set.count_ones() as usize] * (values[set | bit] - values[set]))
                .sum()
        })
        .collect()
}

/// What each player adds when it moves alone.
///
/// # Panics
/// If there are not 2^n outputs.
#[must_use]
pub fn add_one_in(n: usize, values: &[f64]) -> Vec<f64> {
    assert_eq!(values.len(), 1 << n, "one output per subset");
    (0..n).map(|player| values[1 << player] - values[0]).collect()
}

/// What is lost when each player alone does not move.
///
/// # Panics
/// If there are not 2^n outputs.
#[must_use]
pub fn leave_one_out(n: usize, values: &[f64]) -> Vec<f64> {
    assert_eq!(values.len(), 1 << n, "one output per subset");
    let all = values.len() - 1;
    (0..n).map(|player| values[all] - values[all ^ (1 << player)]).collect()
}

/// A random order of players and the same order backwards: together they put every player as
/// often before as behind every other, which halves the noise or better where effects add up.
#[must_use]
pub fn orders(n: usize, seed: u64, number: u64) -> [Vec<usize>; 2] {
    let forward = super::morris::shuffled(n, &Streams::new(seed, number));
    let backward = forward.iter().rev().copied().collect();
    [forward, backward]
}

/// What each player adds along one order; `outputs` are those of the first 0, 1, … n players.
///
/// # Panics
/// If there is not one output more than players.
#[must_use]
pub fn along(order: &[usize], outputs: &[f64]) -> Vec<f64> {
    assert_eq!(outputs.len(), order.len() + 1, "one output per step and one before");
    let mut added = vec![f64::NAN; order.len()];
    for (at, &player) in order.iter().enumerate() {
        added[player] = outputs[at + 1] - outputs[at];
    }
    added
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::close;

    #[test]
    fn three_players_by_hand() {
        // Catches: wrong weights. A glove market: player 0 owns the left glove, 1 and 2 the right
        // ones; a pair is worth 1. Shapley: 2/3, 1/6, 1/6.
        let value = |set: usize| f64::from(u8::from(set & 1 == 1 && set & 6 != 0));
        let values: Vec<f64> = (0..8).map(value).collect();
        let got = exact(3, &values);
        for (got, want) in got.iter().zip([2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0]) {
            close(*got, want, 1e-15);
        }
        assert_eq!(add_one_in(3, &values), [0.0; 3]);
        assert_eq!(leave_one_out(3, &values), [1.0, 0.0, 0.0]);
    }

    #[test]
    fn values_add_up_and_nobody_gets_nothing_for_nothing() {
        // Catches: weights that do not sum to one; an idle player with a share of rounding.
        let mut rng = crate::stats::check::generator(8);
        let n = 8;
        let mut values: Vec<f64> =
            (0..1 << n).map(|_| 50.0 * crate::stats::check::uniform(&mut rng)).collect();
        for set in 0..values.len() {
            if set & 16 != 0 {
                values[set] = values[set & !16];
            }
        }
        let got = exact(n, &values);
        close(got.iter().sum::<f64>(), values[255] - values[0], 1e-9);
        close(got[4], 0.0, 0.0);
    }

    #[test]
    fn effects_of_variance_match_reference() {
        // Catches: a set function read with the wrong bit order. Rows ishigami.Shapley*: the value
        // of a set is the variance that its factors explain alone.
        let (v1, v2, v13) =
            (0.313_905_191_147_811_46, 0.442_411_144_790_040_9, 0.243_683_664_062_147_73);
        let value = |set: usize| {
            let part = |mask: usize, v: f64| if set & mask == mask { v } else { 0.0 };
            part(1, v1) + part(2, v2) + part(5, v13)
        };
        let got = exact(3, &(0..8).map(value).collect::<Vec<_>>());
        close(got[0], 0.435_747_023_178_885_3, 1e-12);
        close(got[1], 0.442_411_144_790_040_9, 1e-12);
        close(got[2], 0.121_841_832_031_073_86, 1e-12);
        close(got.iter().sum(), 1.0, 1e-9);
    }

    #[test]
    fn g_function_matches_reference() {
        // Catches: weights that only work for three players. Rows gfun.Shapley1 to 3.
        let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0f64];
        let part = |i: usize| 1.0 / (3.0 * (1.0 + a[i]).powi(2));
        let of = |set: usize| -> f64 {
            (0..8).filter(|i| set & (1 << i) != 0).map(|i| 1.0 + part(i)).product::<f64>() - 1.0
        };
        let whole = of(255);
        let got = exact(8, &(0..256).map(|set| of(set) / whole).collect::<Vec<_>>());
        let want = [0.751_518_863_064_373_4, 0.210_477_293_704_114_5, 0.028_880_459_422_741_644];
        for (got, want) in got.iter().zip(want) {
            close(*got, want, 1e-12);
        }
        close(got.iter().sum(), 1.0, 1e-9);
    }

    #[test]
    fn orders_average_to_the_exact_value() {
        // Catches: an order read backwards, a step credited to the wrong player. All six orders of
        // the glove market.
        let value = |set: usize| f64::from(u8::from(set & 1 == 1 && set & 6 != 0));
        let mut sums = [0.0; 3];
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let mut set = 0;
            let mut outputs = vec![value(0)];
            for player in order {
                set |= 1usize << player;
                outputs.push(value(set));
            }
            for (sum, added) in sums.iter_mut().zip(along(&order, &outputs)) {
                *sum += added / 6.0;
            }
        }
        for (got, want) in sums.iter().zip([2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0]) {
            close(*got, want, 1e-15);
        }
    }

    #[test]
    fn orders_are_drawn_evenly_and_twice() {
        // Catches: a shuffle that favors a place, or a backward order that is not one. 6000 draws
        // of 3! orders: each 1000 ± 4.5 sd.
        let mut seen = std::collections::BTreeMap::new();
        for number in 0..6000 {
            let [forward, mut backward] = orders(3, 5, number);
            backward.reverse();
            assert_eq!(forward, backward);
            *seen.entry(forward).or_insert(0) += 1;
        }
        assert_eq!(seen.len(), 6);
        assert!(seen.values().all(|&n| (870..1130).contains(&n)), "{seen:?}");
    }
}
