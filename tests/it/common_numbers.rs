//! Two scenarios face the same matters, people and luck.

use std::collections::{BTreeMap, BTreeSet};

use huying::domain::{CaseRecord, RunSpec};

use crate::fixture::{SPEC, Told, after, before, fixture, kpi, measured, plan_of, run, slow};

/// First cases of issues, by key; visits are the last four bits.
fn first_visits(told: &Told) -> BTreeMap<u64, &CaseRecord> {
    told.cases.iter().filter(|case| case.key & 15 == 0).map(|case| (case.key, case)).collect()
}

// Catches a lever that reaches into the world: what arises, where, when and how hard it is must be
// the same before and after; only who notices and what is done may differ.
#[test]
fn the_same_matters_arise_in_every_scenario() {
    let (mine, theirs) = (first_visits(before()), first_visits(after()));
    let mut common = 0;
    let mut same_parties = 0;
    for (key, a) in &mine {
        let Some(b) = theirs.get(key) else { continue };
        common += 1;
        assert_eq!((a.arisen, a.street, a.item), (b.arisen, b.street, b.item), "{key:x}");
        assert_eq!((a.class, a.urgency), (b.class, b.urgency), "{key:x}");
        // Parties are drawn when the case reaches its owner.
        if a.accepted.is_some() && b.accepted.is_some() && !a.grid_settled && !b.grid_settled {
            assert_eq!(a.parties, b.parties, "{key:x}");
            same_parties += 1;
        }
    }
    assert!(common * 10 > mine.len() * 8, "most are noticed in both: {common} of {}", mine.len());
    assert!(same_parties > 1000);
}

// Catches issues that exist in one scenario only: every first case belongs to an issue that the
// other scenario knows too, noticed or not.
#[test]
fn every_matter_exists_in_both() {
    let known = |told: &Told| -> BTreeSet<(u16, u16, i64)> {
        told.issues.iter().map(|issue| (issue.street, issue.item, issue.arisen.0)).collect()
    };
    for (told, other) in [(before(), known(after())), (after(), known(before()))] {
        for case in first_visits(told).values() {
            assert!(other.contains(&(case.street, case.item, case.arisen.0)), "{case:?}");
        }
    }
}

fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>()
        / (values.len() - 1) as f64
}

// Catches pairing that pairs nothing: the difference of two scenarios must vary less between
// replications than two runs with luck of their own would.
#[test]
fn paired_differences_vary_less() {
    let replications = if slow() { 40 } else { 10 };
    let listed = [("L47", "81"), ("L48", "0.65"), ("L49", "6")];
    let arms = [plan_of(fixture(), "before", &[]), plan_of(fixture(), "before", &listed)];
    let ids = ["cases_registered", "time_to_close_mean", "return_share", "closure_share"];
    let results: Vec<[Vec<f64>; 2]> = {
        let mut values: Vec<[Vec<f64>; 2]> = ids.iter().map(|_| Default::default()).collect();
        for replication in 0..replications {
            let spec = RunSpec { replication, ..SPEC };
            for (arm, plan) in arms.iter().enumerate() {
                let result = measured(fixture(), &run(fixture(), plan, spec), spec);
                for (id, values) in ids.iter().zip(&mut values) {
                    values[arm].push(kpi(&result, id));
                }
            }
        }
        values
    };
    for (id, [a, b]) in ids.iter().zip(&results) {
        let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| b - a).collect();
        let independent = variance(a) + variance(b);
        let ratio = independent / variance(&differences);
        println!("{id}: variance of independent over paired differences {ratio:.1}");
        assert!(ratio > 1.0, "{id}: {ratio}");
    }
}
