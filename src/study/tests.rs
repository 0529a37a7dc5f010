//! Checks of tables on small made-up results.

use jiff::civil::date;

use super::result::Frame;
use super::series::Ranks;
use super::*;
use crate::measure::{
    BacklogRow, ClosureRow, HourRow, KpiId, KpiRow, LimitUseRow, PoolRow, RunResult, Scope,
    StageRow,
};
use crate::table::Table;

/// The samples of rows `paired.t` and `cohen.dz` of the method's reference numbers.
const BEFORE: [f64; 10] = [12.1, 9.8, 11.4, 13.0, 10.2, 12.7, 11.1, 9.5, 10.9, 12.3];
const AFTER: [f64; 10] = [11.2, 9.1, 10.9, 12.1, 9.9, 11.5, 10.8, 9.2, 10.1, 11.6];

fn kpi(id: &str) -> KpiId {
    KpiId::find(id).unwrap()
}

fn frame(replications: u32) -> Frame {
    Frame {
        arms: vec!["before".into(), "after".into()],
        replays: vec!["huying run m --scenario before".into(), "huying run m".into()],
        start: date(2019, 1, 1),
        seed: 7,
        replications: 1..=replications,
        warm_up_days: 30,
        horizon_days: 60,
        days_after_shock: vec![None; 2],
        confidence: 0.95,
        ranks: Ranks::default(),
    }
}

fn row(scope: Scope, id: &str, name: &str, value: f64) -> KpiRow {
    KpiRow { scope, scope_id: id.to_owned(), kpi: kpi(name), value }
}

fn run(value: f64) -> RunResult {
    let city = || (Scope::City, "all".to_owned());
    let (scope, scope_id) = city();
    let pool = PoolRow {
        scope,
        scope_id: scope_id.clone(),
        pool: "squad".into(),
        unit_zh: "中队".into(),
        staff: 20.0,
        utilisation: Some(value / 100.0),
        share_above_0_9: None,
        queue_mean: 1.5,
        queue_max: 4,
        wait_mean_h: Some(2.0),
        wait_p90_h: None,
    };
    let stage = |stage, mean_h| StageRow {
        scope,
        scope_id: scope_id.clone(),
        stage,
        mean_h,
        share: f64::NAN,
    };
    let closure =
        |day, closed_share| ClosureRow { scope, scope_id: scope_id.clone(), day, closed_share };
    let used = |bin, closed, unresolved| LimitUseRow {
        scope,
        scope_id: scope_id.clone(),
        bin,
        closed,
        unresolved,
    };
    let hour = HourRow {
        scope,
        scope_id: scope_id.clone(),
        weekday: 0,
        hour: 9,
        registered: 3.0,
        busy: None,
    };
    RunResult {
        kpis: vec![
            row(Scope::City, "all", "time_to_close_mean", value),
            row(Scope::City, "all", "cases_arisen", 100.0),
        ],
        pools: vec![pool],
        stages: vec![stage(0, value), stage(6, 3.0 * value)],
        application_stages: vec![stage(1, value), stage(9, value)],
        closure: vec![closure(0.25, 0.1), closure(7.0, 0.999)],
        backlog: vec![BacklogRow { scope, scope_id: scope_id.clone(), day: 1, open: 5 }],
        struck: Vec::new(),
        hours: vec![hour],
        limit_use: vec![used(19, 0.3, 0.2), used(40, 0.7, 0.0)],
        matched: Vec::new(),
        events: 1000,
        cases: 10,
    }
}

fn study() -> StudyResult {
    let mut result = StudyResult::new(frame(10));
    for (index, (before, after)) in BEFORE.into_iter().zip(AFTER).enumerate() {
        let replication = index as u32 + 1;
        result.add(0, replication, &run(before));
        result.add(1, replication, &run(after));
    }
    result
}

fn table(result: &StudyResult, name: &str) -> Table {
    result.tables().into_iter().find(|table| table.name() == name).unwrap()
}

fn close(got: f64, want: f64) {
    assert!((got - want).abs() < 1e-8, "{got} is not {want}");
}

#[test]
fn compare_is_paired_by_replication() {
    // Catches: an unpaired interval, a wrong sign, a verdict against the good direction. Numbers
    // are those of the rows paired.t and cohen.dz, worked out apart from this program.
    let compare = table(&study(), "compare");
    let at = compare.first_row(&[("kpi", "time_to_close_mean")]).unwrap();
    assert_eq!(compare.text_at("baseline", at), "before");
    assert_eq!(compare.text_at("arm", at), "after");
    assert_eq!(compare.int("n")[at], 10);
    close(compare.number("difference")[at], -0.66);
    close(compare.number("low")[at], -0.879_064_872_3);
    close(compare.number("high")[at], -0.440_935_127_7);
    assert!((compare.number("p_value")[at] - 7.769_133e-5).abs() < 5e-11);
    // Two KPIs in the family: Holm doubles the smaller p, and 1 stays 1.
    close(compare.number("p_adjusted")[at], 2.0 * compare.number("p_value")[at]);
    assert!(compare.number("correlation")[at] > 0.95);
    assert!(compare.number("variance_ratio")[at] > 10.0);
    assert_eq!(compare.text_at("verdict", at), "better");
    let same = compare.first_row(&[("kpi", "cases_arisen")]).unwrap();
    close(compare.number("p_value")[same], 1.0);
    assert_eq!(compare.text_at("verdict", same), "unclear");
}

#[test]
fn families_of_comparisons_are_scopes() {
    // Catches: 160 streets drowning the answer for the whole area, or streets adjusted one by one.
    let mut result = StudyResult::new(frame(10));
    for (index, (before, after)) in BEFORE.into_iter().zip(AFTER).enumerate() {
        for (arm, value) in [before, after].into_iter().enumerate() {
            let mut rows = vec![row(Scope::City, "all", "time_to_close_mean", value)];
            for street in ["甲", "乙", "丙"] {
                rows.push(row(Scope::Street, street, "time_to_close_mean", value));
            }
            let run = RunResult { kpis: rows, ..RunResult::default() };
            result.add(arm, index as u32 + 1, &run);
        }
    }
    let compare = table(&result, "compare");
    let p = compare.number("p_value")[0];
    close(compare.number("p_adjusted")[0], p);
    for at in 1..4 {
        assert_eq!(compare.text("scope")[at], "street");
        close(compare.number("p_adjusted")[at], 3.0 * p);
    }
}

#[test]
fn summary_holds_every_arm_with_its_interval() {
    // Catches: an arm left out, sd with divisor n, the interval of another confidence.
    let summary = table(&study(), "summary");
    assert_eq!(summary.n_rows(), 4);
    let at = summary.first_row(&[("arm", "after"), ("kpi", "time_to_close_mean")]).unwrap();
    close(summary.number("mean")[at], 10.64);
    assert_eq!((summary.int("n")[at], summary.text_at("unit", at).as_ref()), (10, "h"));
    let deviations: f64 = AFTER.iter().map(|value| (value - 10.64).powi(2)).sum();
    close(summary.number("sd")[at], (deviations / 9.0).sqrt());
    let half = 2.262_157_162_7 * (deviations / 90.0).sqrt();
    close(summary.number("high")[at] - summary.number("mean")[at], half);
}

#[test]
fn order_of_arrival_leaves_no_trace() {
    // Catches: rows or means in the order in which threads ended.
    let forward = study();
    let mut backward = StudyResult::new(frame(10));
    for replication in (1..=10u32).rev() {
        let index = replication as usize - 1;
        backward.add(1, replication, &run(AFTER[index]));
        backward.add(0, replication, &run(BEFORE[index]));
    }
    let show = |result: &StudyResult| {
        let lines: Vec<String> = result.kpi_lines().map(|line| format!("{line:?}")).collect();
        format!("{:?} {:?}", result.tables(), lines)
    };
    assert_eq!(show(&forward), show(&backward));
    let lines: Vec<_> = forward.kpi_lines().collect();
    assert_eq!(lines.len(), 40);
    assert_eq!((lines[0].arm, lines[0].replication, lines[0].kpi), ("before", 1, "cases_arisen"));
    assert_eq!((lines[39].arm, lines[39].replication), ("after", 10));
}

#[test]
fn stages_pools_and_curves_have_their_columns() {
    // Catches: shares that do not add up to one, bounds beyond a share's range, ages in minutes,
    // dates counted from the wrong day, missing numbers shown as zero.
    let result = study();
    let applications = table(&result, "application_stages");
    assert_eq!(applications.text_at("stage", 0), "window");
    assert_eq!(applications.text_at("stage", 1), "off_hours");
    assert!((applications.number_at("share", 1) - 0.5).abs() < 1e-12);
    let stages = table(&result, "stages");
    let shares: f64 = stages.number("share")[..2].iter().sum();
    close(shares, 1.0);
    close(stages.number("share")[1], 0.75);
    assert_eq!(stages.text("stage")[..2], ["latent", "work"]);
    let pools = table(&result, "pools");
    close(pools.number("utilisation")[1], 0.1064);
    assert!(pools.number("share_above_0_9")[0].is_nan());
    assert!(pools.number("low")[0] < pools.number("utilisation")[0]);
    assert_eq!(pools.text("unit_zh")[0], "中队");
    let closure = table(&result, "closure");
    assert_eq!(closure.number("day")[..2], [0.25, 7.0]);
    assert!(closure.number("high").iter().all(|&high| high <= 1.0));
    let backlog = table(&result, "backlog");
    assert_eq!(backlog.text("date")[0], "2019-02-01");
    let hours = table(&result, "hours");
    assert!(hours.number("busy_mean")[0].is_nan());
    close(hours.number("registered_mean")[0], 3.0);
    let used = table(&result, "limit_use");
    assert_eq!((used.number("from")[..2].to_vec(), used.number("to")[0]), (vec![0.95, 2.0], 1.0));
    assert!(used.number("to")[1].is_nan(), "the last bin has no end");
    close(used.number("unresolved_share")[0], 0.2);
    assert!(used.number("low")[0] <= used.number("closed_share")[0]);
}

#[test]
fn a_failure_is_a_row_and_a_gap_that_is_named() {
    // Catches: a broken replication averaged over in silence, or one that cannot be replayed.
    let mut result = StudyResult::new(frame(3));
    for replication in [1, 3] {
        result.add(0, replication, &run(10.0 + f64::from(replication)));
        result.add(1, replication, &run(10.0));
    }
    result.add(0, 2, &run(12.0));
    result.fail(RunFailure {
        arm: 1,
        replication: 2,
        district: Some("历下区".into()),
        what: "stages of a case add up".into(),
        day: Some(31),
    });
    let failures = table(&result, "failures");
    assert_eq!(failures.n_rows(), 1);
    assert_eq!(failures.text("what")[0], "历下区: stages of a case add up");
    assert_eq!(failures.text("when")[0], "2019-02-01");
    assert_eq!(failures.text("command")[0], "huying run m --replication 2");
    let runs = table(&result, "runs");
    assert_eq!(runs.text("status"), ["ok", "ok", "ok", "ok", "failed", "ok"]);
    assert!(runs.number("events")[4].is_nan() && runs.text("digest")[4].is_empty());
    let compare = table(&result, "compare");
    assert_eq!(compare.int("n")[0], 2, "only replications that both arms have are compared");
    let notes = result.notes(&[]);
    assert!(notes[0].en.starts_with("1 of 3 replications of after failed"));
}

#[test]
fn equal_rows_have_equal_digests() {
    // Catches: a digest that misses a row, or that changes from run to run.
    let digest = |value: f64| {
        let mut result = StudyResult::new(frame(1));
        result.add(0, 1, &run(value));
        match result.status(0, 1) {
            RunStatus::Done { digest, .. } => digest.clone(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(digest(10.0), digest(10.0));
    assert_ne!(digest(10.0), digest(10.0 + 2e-15));
}

#[test]
fn few_replications_are_said_once() {
    // Catches: one line of advice per KPI, which nobody reads.
    let notes = study().notes(&[]);
    let few = notes.iter().filter(|note| note.en.contains("rests on 10 replications")).count();
    assert_eq!(few, 1, "{notes:?}");
}
