//! Offices and centers (M02, M05–M07): how many units, overlap between them, help across them,
//! signatures before dispatch.

use crate::domain::lever::{Kind, Known, Lever};
use crate::domain::mechanism::{Mechanism, falls};
use crate::domain::param::{Param, one};

/// Levers L10–L13.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Internal units.
    pub n_units: f64,
    /// Probability that a case lands in the wrong internal unit.
    pub overlap: f64,
    /// Share of each unit's people who may serve any unit's queue.
    pub pooling: f64,
    /// Signatures before dispatch.
    pub signoff_levels: f64,
}

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Time per signature [min of working time], median.
    pub signoff_minutes: f64,
    /// Delay of one internal hand-off [working days], median.
    pub handoff_wd: f64,
    /// Service time added at full pooling: generalists are slower [share].
    pub generalist_loss: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("units.signoff_minutes", "min", (0.0, 2000.0), "每级审签用时", "Working time per signature before dispatch, median (M06)", |p| one(&mut p.units.signoff_minutes)),
    Param::new("units.handoff_wd", "working days", (0.0, 10.0), "内部移交用时", "Delay of one hand-off between units of the street, median (MODEL 4)", |p| one(&mut p.units.handoff_wd)),
    Param::new("units.generalist_loss", "share", (0.0, 0.5), "统筹带来的专业损失", "Service time added at full pooling: generalists are slower (M05: 0-15%)", |p| one(&mut p.units.generalist_loss)),
];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L10", key: "office.units", zh: "内设机构数", en: "Number of internal units",
        unit: "units", kind: Kind::Int { min: 8, max: 24 },
        before: Known { value: "20", tag: "ASSUMED" },
        after: Known { value: "12", tag: "SEED(7+5)" },
        mechanisms: &["M05"], affects: "hand-offs inside street",
        set: |value, settings| settings.units.n_units = value.number(),
    },
    Lever {
        id: "L11", key: "office.overlap", zh: "职能交叉概率", en: "Probability that a task has overlapping owners",
        unit: "prob", kind: Kind::Float { min: 0.0, max: 0.5 },
        before: Known { value: "0.20", tag: "ASSUMED" },
        after: Known { value: "0.06", tag: "ASSUMED" },
        mechanisms: &["M05"], affects: "internal bounce",
        set: |value, settings| settings.units.overlap = value.number(),
    },
    Lever {
        id: "L12", key: "office.pooling", zh: "跨办统筹程度", en: "Cross-unit pooling degree",
        unit: "share", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0.10", tag: "ASSUMED" },
        after: Known { value: "0.35", tag: "ASSUMED" },
        mechanisms: &["M05", "M07"], affects: "pooling of servers",
        set: |value, settings| settings.units.pooling = value.number(),
    },
    Lever {
        id: "L13", key: "office.signoff_levels", zh: "审签层级", en: "Sign-off levels before dispatch",
        unit: "levels", kind: Kind::Int { min: 1, max: 5 },
        before: Known { value: "3", tag: "ASSUMED" },
        after: Known { value: "2", tag: "ASSUMED" },
        mechanisms: &["M06"], affects: "triage delay",
        set: |value, settings| settings.units.signoff_levels = value.number(),
    },
];

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: "M02",
        group: 'A',
        quote: "组成镇街“大工委”,协调抓总,统筹决策",
        en: "One arbiter sets priorities across units; people help across units.",
        levers: &["L12", "L63"],
        expects: &[falls("wait_mean_h")],
    },
    Mechanism {
        id: "M05",
        group: 'B',
        quote: "一项工作由一个机构承担,减少职能交叉重叠",
        en: "Fewer units and less overlap: fewer internal hand-offs, larger pools.",
        levers: &["L10", "L11", "L12"],
        expects: &[falls("handoffs_mean"), falls("wait_mean_h")],
    },
    Mechanism {
        id: "M06",
        group: 'B',
        quote: "扁平化;打破与政府职能部门对口设置机构的传统思维",
        en: "Fewer signatures before dispatch.",
        levers: &["L13"],
        expects: &[falls("time_to_close_mean")],
    },
    Mechanism {
        id: "M07",
        group: 'B',
        quote: "整合审批、服务、执法等方面的力量和职能",
        en: "People move between the flows.",
        levers: &["L12"],
        expects: &[falls("wait_p90_h")],
    },
];

/// Factor on service times of a staff of generalists.
pub fn generalist(settings: &Settings, params: &Params) -> f64 {
    1.0 + params.generalist_loss * settings.pooling
}

/// How the street's functions are grouped into pools: for each function, the pools that serve it
/// (two for a split one). Twelve functions; above twelve units the busiest are split in two, below
/// twelve the least busy are merged (MODEL 4).
pub fn grouping(case_shares: &[f64], n_units: usize) -> Vec<Vec<usize>> {
    let n = case_shares.len();
    let mut by_load: Vec<usize> = (0..n).collect();
    by_load.sort_by(|a, b| case_shares[*b].total_cmp(&case_shares[*a]).then(a.cmp(b)));
    let mut pools: Vec<Vec<usize>> = (0..n).map(|function| vec![function]).collect();
    for (extra, function) in by_load.iter().enumerate().take(n_units.saturating_sub(n).min(n)) {
        pools[*function].push(n + extra);
    }
    let merged = n.saturating_sub(n_units.max(1));
    for step in 0..merged {
        let from = by_load[n - 1 - step];
        let into = by_load[n - 2 - step];
        let target = pools[into].clone();
        for pool in &mut pools {
            if *pool == vec![from] {
                pool.clone_from(&target);
            }
        }
    }
    pools
}

/// Divides the items of a function that is split: which of them the second pool serves. Whoever
/// divides an office's work evens it out: the largest item first, each to the pool that has less so
/// far. `work` is each item's expected work; half of the posts go with each pool (MODEL 4).
pub fn divide(work: &[f64]) -> Vec<bool> {
    let mut by_work: Vec<usize> = (0..work.len()).collect();
    by_work.sort_by(|a, b| work[*b].total_cmp(&work[*a]).then(a.cmp(b)));
    let mut second = vec![false; work.len()];
    let mut sums = [0.0; 2];
    for item in by_work {
        second[item] = sums[1] < sums[0];
        sums[usize::from(second[item])] += work[item];
    }
    second
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches items divided by their place in the table: one pool had all the work of some offices.
    #[test]
    fn work_is_divided_evenly() {
        let work = [5.0, 1.0, 4.0, 1.0, 3.0];
        let second = divide(&work);
        assert_eq!(second, [false, false, true, false, true]);
        let sum = |half: bool| -> f64 {
            work.iter().zip(&second).filter(|(_, s)| **s == half).map(|(w, _)| w).sum()
        };
        assert_eq!((sum(false), sum(true)), (7.0, 7.0));
        assert_eq!(divide(&[2.0]), [false]);
    }

    // Catches a unit count that changes nothing, or functions without a pool.
    #[test]
    fn grouping_splits_and_merges() {
        let shares = [0.0, 0.1, 0.5, 0.4];
        assert_eq!(grouping(&shares, 4), vec![vec![0], vec![1], vec![2], vec![3]]);
        assert_eq!(grouping(&shares, 6), vec![vec![0], vec![1], vec![2, 4], vec![3, 5]]);
        assert_eq!(grouping(&shares, 3), vec![vec![1], vec![1], vec![2], vec![3]]);
        assert_eq!(grouping(&shares, 2), vec![vec![3], vec![3], vec![2], vec![3]]);
    }
}
