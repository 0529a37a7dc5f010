//! The keyed generator as it is used: uniform and independent along every field of an address, and
//! in the order in which a run reads it. A published battery reads the same orders
//! (`tests/battery/run.sh`; result in `docs/explanation/trust.md`).
//!
//! A p-value below one in a million or above its complement fails. There are about 90, so a good
//! generator fails one seed in five thousand; the seed was chosen before any result was seen.

use statrs::distribution::{ChiSquared, ContinuousCDF, DiscreteCDF, Normal, Poisson};

use huying::random::Streams;

use crate::fixture::slow;

#[path = "../battery/orders.rs"]
mod orders;

use orders::Order;

const SEED: u64 = 20_190_701;

/// Draws per order.
fn n_draws() -> u64 {
    if slow() { 1 << 23 } else { 1 << 19 }
}

/// Verdicts, all told at the end.
#[derive(Default)]
struct Verdicts(Vec<(String, f64)>);

impl Verdicts {
    fn note(&mut self, what: String, p: f64) {
        self.0.push((what, p));
    }

    fn chi_square(&mut self, what: String, cells: &[u32]) {
        let expected = f64::from(cells.iter().sum::<u32>()) / cells.len() as f64;
        let square = |&n: &u32| (f64::from(n) - expected) * (f64::from(n) - expected);
        let statistic: f64 = cells.iter().map(square).sum::<f64>() / expected;
        let law = ChiSquared::new(cells.len() as f64 - 1.0).expect("degrees of freedom");
        self.note(what, law.sf(statistic));
    }

    fn normal(&mut self, what: String, z: f64) {
        self.note(what, Normal::standard().sf(z));
    }

    fn judge(self) {
        let mut complaints = Vec::new();
        for (what, p) in &self.0 {
            if *p < 1e-6 || *p > 1.0 - 1e-6 {
                complaints.push(format!("{what}: p = {p:e}"));
            }
        }
        let least = self.0.iter().map(|(_, p)| p.min(1.0 - p)).fold(1.0, f64::min);
        println!("{} p-values, the most extreme {least:.2e}", self.0.len());
        crate::files::report("draws that are not as they should be", &complaints);
    }
}

/// Bits `from..from + n` of the 52 of a uniform number, counted from the top.
fn bits(u: f64, from: u32, n: u32) -> usize {
    let word = (u * 4_503_599_627_370_496.0) as u64;
    (word >> (52 - from - n)) as usize & ((1 << n) - 1)
}

fn draws(order: Order, n: u64) -> impl Iterator<Item = f64> {
    (0..n).map(move |i| order.uniform(SEED, i))
}

// Catches draws that favor a value, or follow each other: cells of the upper and of the lower bits,
// pairs and triples of neighbors (Knuth, TAOCP 2, 3.3.2, A and B).
#[test]
fn draws_are_uniform_in_every_order() {
    let mut verdicts = Verdicts::default();
    for order in Order::ALL {
        let numbers: Vec<f64> = draws(order, n_draws()).collect();
        let mut count = |what: &str, bits: u32, cell: &dyn Fn(&[f64]) -> usize, step: usize| {
            let mut cells = vec![0_u32; 1 << bits];
            numbers.chunks_exact(step).for_each(|chunk| cells[cell(chunk)] += 1);
            verdicts.chi_square(format!("{order:?}: {what}"), &cells);
        };
        count("upper bits", 14, &|c| bits(c[0], 0, 14), 1);
        count("middle bits", 14, &|c| bits(c[0], 20, 14), 1);
        count("lower bits", 14, &|c| bits(c[0], 38, 14), 1);
        count("pairs", 14, &|c| bits(c[0], 0, 7) << 7 | bits(c[1], 0, 7), 2);
        count("lower pairs", 14, &|c| bits(c[0], 45, 7) << 7 | bits(c[1], 45, 7), 2);
        let triple = |c: &[f64]| c.iter().fold(0, |cell, u| cell << 4 | bits(*u, 0, 4));
        count("triples", 12, &triple, 3);
        let eight = |c: &[f64]| c.iter().fold(0, |cell, u| cell << 1 | bits(*u, 0, 1));
        count("twelve signs", 12, &eight, 12);
    }
    verdicts.judge();
}

// Catches a lattice: spacings of birthdays that repeat too often (Marsaglia 1985; Knuth 3.3.2 J),
// and balls that fall into the same urns too often or too evenly (Knuth 3.3.2 I).
#[test]
fn birthdays_and_collisions_are_those_of_chance() {
    let rounds = if slow() { 2_000 } else { 200 };
    let mut verdicts = Verdicts::default();
    for order in Order::ALL {
        let (mut repeated, mut collided) = (0_u64, 0_u64);
        // 4096 birthdays in a year of 2^32 days: 4 repeated spacings a round. 2^14 balls in 2^20
        // urns: 127.3 collisions a round.
        let (birthdays, balls) = (1 << 12, 1 << 14);
        let mut hit = vec![0_u32; 1 << 20];
        for round in 0..rounds {
            let from = u64::from(round) * balls;
            let mut days: Vec<usize> =
                (from..from + birthdays).map(|i| bits(order.uniform(SEED, i), 0, 32)).collect();
            days.sort_unstable();
            let mut spacings: Vec<usize> = days.windows(2).map(|pair| pair[1] - pair[0]).collect();
            spacings.sort_unstable();
            repeated += spacings.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64;
            for i in from..from + balls {
                let urn = &mut hit[bits(order.uniform(SEED, i), 8, 20)];
                collided += u64::from(*urn == round + 1);
                *urn = round + 1;
            }
        }
        let rounds = f64::from(rounds);
        let mean = (birthdays as f64).powi(3) / 4.0 / 2_f64.powi(32) * rounds;
        let law = Poisson::new(mean).expect("a mean above 0");
        verdicts.note(format!("{order:?}: birthdays, {repeated} for {mean}"), law.sf(repeated));
        let (balls, urns) = (balls as f64, 2_f64.powi(20));
        let empty = urns * (1.0 - 1.0 / urns).powf(balls);
        let two = urns * (urns - 1.0) * (1.0 - 2.0 / urns).powf(balls);
        let (mean, variance) = (balls - urns + empty, two + empty - empty * empty);
        let z = (collided as f64 - mean * rounds) / (variance * rounds).sqrt();
        verdicts.normal(format!("{order:?}: collisions, {collided} for {}", mean * rounds), z);
    }
    verdicts.judge();
}

// Catches streams that move together: of any two purposes, visits, draws, replications or seeds,
// over the issues of a street.
#[test]
fn streams_are_not_correlated() {
    let n = if slow() { 1 << 16 } else { 1 << 13 };
    let key = |i: u64| 370_102 << 34 | 7 << 24 | i << 4;
    let mut streams: Vec<(String, Vec<f64>)> = Vec::new();
    let mut add = |name: String, draw: &dyn Fn(u64) -> f64| {
        streams.push((name, (0..n).map(|i| draw(key(i)) - 0.5).collect()));
    };
    let one = Streams::new(SEED, 1);
    for purpose in 0..36 {
        add(format!("purpose {purpose}"), &|key| one.uniform(purpose, key, 0));
    }
    for visit in [1, 2, 16, 64, 512] {
        add(format!("visit {visit}"), &|key| one.uniform(1, key, visit));
    }
    for replication in [2, 3, 4, 5, 102] {
        let other = Streams::new(SEED, replication);
        add(format!("replication {replication}"), &|key| other.uniform(1, key, 0));
    }
    for seed in [SEED + 1, SEED + 2, SEED + 256] {
        let other = Streams::new(seed, 1);
        add(format!("seed {seed}"), &|key| other.uniform(1, key, 0));
    }
    for block in [0, 1, 2] {
        add(format!("second of block {block}"), &|key| one.block(1, key, 0, block)[1]);
    }
    for bit in [0, 1, 3, 22, 30, 33, 40, 63] {
        add(format!("entity bit {bit} turned"), &|key| one.uniform(1, key ^ (1 << bit), 0));
    }
    let mut worst = (0.0_f64, String::new());
    let mut squares = 0.0;
    let mut pairs = 0;
    for (i, (a, x)) in streams.iter().enumerate() {
        for (b, y) in &streams[..i] {
            let sum: f64 = x.iter().zip(y).map(|(x, y)| x * y).sum();
            let z = sum * 12.0 / (n as f64).sqrt();
            squares += z * z;
            pairs += 1;
            if z.abs() > worst.0 {
                worst = (z.abs(), format!("{a} with {b}"));
            }
        }
    }
    let mut verdicts = Verdicts::default();
    let mean = f64::from(pairs);
    println!(
        "{pairs} pairs, worst z {:.2} ({}), mean square {:.3}",
        worst.0,
        worst.1,
        squares / mean
    );
    // The largest of all, and their sum of squares, nearly chi-square.
    let each = Normal::standard().sf(worst.0) * 2.0;
    verdicts.note(worst.1, 1.0 - (1.0 - each).powf(mean));
    verdicts.normal("sum of squares".to_owned(), (squares - mean) / (2.0 * mean).sqrt());
    verdicts.judge();
}

// Catches an address bit that does not reach every bit of the draw: turning any one bit of entity,
// purpose, visit, block, replication or seed must turn each bit of the result half of the time.
#[test]
fn every_bit_of_an_address_reaches_every_bit_of_a_draw() {
    let n: u32 = if slow() { 1 << 14 } else { 1 << 11 };
    let word = |u: f64| (u * 4_503_599_627_370_496.0) as u64;
    // The address of the i-th draw, with one bit of one field turned if asked for.
    let draw = |turned: Option<(usize, u32)>, i: u64| {
        let mut address =
            [370_102 << 34 | 7 << 24 | i << 4, 1 + i % 34, i % 3, 0, 1 + i % 50, SEED];
        if let Some((field, bit)) = turned {
            address[field] ^= 1 << bit;
        }
        let [entity, purpose, visit, block, replication, seed] = address;
        let streams = Streams::new(seed, replication);
        word(streams.block(purpose as u16, entity, visit as u16, block as u32)[(i & 1) as usize])
    };
    let fields = [("entity", 64), ("purpose", 16), ("visit", 16), ("block", 32)];
    let fields = fields.iter().chain(&[("replication", 32), ("seed", 64)]);
    let mut verdicts = Verdicts::default();
    for (field, (name, n_bits)) in fields.enumerate() {
        let (mut sum, mut worst, mut cells) = (0.0_f64, 0.0_f64, 0.0_f64);
        for bit in 0..*n_bits {
            let mut turned = [0_u32; 52];
            for i in 0..u64::from(n) {
                let differ = draw(None, i) ^ draw(Some((field, bit)), i);
                for (place, count) in turned.iter_mut().enumerate() {
                    *count += (differ >> place & 1) as u32;
                }
            }
            for count in turned {
                let z = (f64::from(count) - f64::from(n) / 2.0) / (f64::from(n) / 4.0).sqrt();
                sum += z * z;
                worst = worst.max(z.abs());
                cells += 1.0;
            }
        }
        let each = Normal::standard().sf(worst) * 2.0;
        verdicts.note(format!("{name}: worst z {worst:.2}"), 1.0 - (1.0 - each).powf(cells));
        verdicts.normal(format!("{name}: mean square"), (sum - cells) / (2.0 * cells).sqrt());
    }
    verdicts.judge();
}
