//! A made-up briefing that looks like a real one: 161 streets, ten pools, nine stages, a year.

use super::names::{ARMS, KPIS, POOLS, STAGES};
use super::places::DISTRICTS;
use crate::present::{Briefing, Meta};
use crate::table::Table;

/// A wobble in (−1, 1) that is the same every time.
fn wobble(index: usize) -> f64 {
    let x = (index as f64 * 12.9898).sin() * 43758.5453;
    2.0 * (x - x.floor()) - 1.0
}

fn words(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// The whole bundle.
pub(super) fn briefing() -> Briefing {
    let (summary, scope_names) = summary();
    Briefing {
        design: Table::new("design"),
        factors: Table::new("factors"),
        best: Table::new("best"),
        meta: meta(),
        summary,
        compare: compare(),
        pools: pools(),
        stages: stages(),
        closure: closure(),
        runs: runs(),
        backlog: backlog(),
        hours: hours(),
        limit_use: limit_use(),
        effects: effects(),
        kpi_names: kpi_names(),
        arm_names: named("arm_names", "arm", ["name_zh", "name_en"], &ARMS),
        scope_names,
        stage_names: named("stage_names", "stage", ["zh", "en"], &STAGES.map(|s| (s.0, s.1, s.2))),
        pool_names: named("pool_names", "pool", ["zh", "en"], &POOLS.map(|p| (p.0, p.1, p.2))),
        assumptions: assumptions(),
        notes: notes(),
        stress: stress(),
        more: vec![stage_differences()],
    }
}

fn meta() -> Meta {
    Meta {
        title_zh: "济南市镇街体制改革前后对比".into(),
        title_en: "Jinan's street reform, before and after".into(),
        question_zh: "在同样的问题、同样的居民面前，“一强三增两减”能否让工单办得更快、更实？"
            .into(),
        question_en:
            "Faced with the same issues and the same residents, does the reform get cases \
                      closed sooner, and truly resolved?"
                .into(),
        baseline: "before".into(),
        arms: vec!["before".into(), "after".into()],
        area: "city".into(),
        start_date: "2019-01-01".into(),
        warm_up_days: 182,
        horizon_days: 364,
        replications: 20,
        seed: 20190701,
        version: "0.1.0".into(),
        model_digest: "b3:6f2a91c07d55e8".into(),
        experiment_digest: "b3:77".into(),
        toolchain: "1.95.0".into(),
        lock_digest: "b3:10c4".into(),
        inputs: vec![("models/jinan/model.toml".into(), "b3:01".into())],
        command: "huying compare models/jinan --scenario before --scenario after --replications 20"
            .into(),
        confidence: 0.95,
        primary_kpis: vec!["time_to_close_mean".into(), "resolution_share".into()],
        highlight: vec!["姚家街道".into()],
    }
}

/// A table of a further analysis.
fn stage_differences() -> Table {
    let stages: Vec<String> = STAGES.iter().map(|stage| stage.0.to_owned()).collect();
    let n = stages.len();
    let difference: Vec<f64> = (0..n).map(|index| 4.0 * wobble(index)).collect();
    Table::new("stage_differences")
        .with_text("baseline", vec!["before".into(); n])
        .with_text("arm", vec!["after".into(); n])
        .with_text("scope", vec!["city".into(); n])
        .with_text("scope_id", vec!["all".into(); n])
        .with_text("stage", stages)
        .with_int("n", vec![20; n])
        .with_number("difference_h", difference.clone())
        .with_number("low", difference.iter().map(|value| value - 0.5).collect())
        .with_number("high", difference.iter().map(|value| value + 0.5).collect())
}

/// Two items of the guideline, one of them with something left to write.
fn stress() -> Table {
    Table::new("stress")
        .with_text("item", words(&["1.1", "4.3"]))
        .with_text("title_zh", words(&["研究目的", "估计方法"]))
        .with_text("title_en", words(&["Purpose of the model", "Estimation approach"]))
        .with_text("text_zh", words(&["改革前后对比。", "Student t 区间，按重复配对。"]))
        .with_text("text_en", words(&["Before and after.", "Student t, paired."]))
        .with_text("human_zh", words(&["研究背景。", ""]))
        .with_text("human_en", words(&["Background.", ""]))
}

fn named(table: &str, key: &str, columns: [&str; 2], rows: &[(&str, &str, &str)]) -> Table {
    Table::new(table)
        .with_text(key, rows.iter().map(|row| row.0.to_owned()).collect())
        .with_text(columns[0], rows.iter().map(|row| row.1.to_owned()).collect())
        .with_text(columns[1], rows.iter().map(|row| row.2.to_owned()).collect())
}

fn kpi_names() -> Table {
    let column = |index: usize| KPIS.iter().map(|kpi| kpi.1[index].to_owned()).collect();
    Table::new("kpi_names")
        .with_text("kpi", KPIS.iter().map(|kpi| kpi.0.to_owned()).collect())
        .with_text("name_zh", column(0))
        .with_text("name_en", column(1))
        .with_text("unit_zh", column(3))
        .with_text("unit_en", column(4))
        .with_text("good", KPIS.iter().map(|kpi| kpi.2.to_owned()).collect())
}

/// Levels of the city and of every street.
fn summary() -> (Table, Table) {
    let (mut text, mut numbers): (Vec<[String; 5]>, Vec<[f64; 3]>) = (Vec::new(), Vec::new());
    let mut push = |cells: [&str; 5], mean: f64, half: f64| {
        text.push(cells.map(str::to_owned));
        numbers.push([mean, mean - half, mean + half]);
    };
    let mut places: Vec<[String; 5]> = Vec::new();
    for (arm, after) in [("before", false), ("after", true)] {
        for kpi in &KPIS {
            let mean = if after { kpi.4 } else { kpi.3 };
            push([arm, "city", "all", kpi.0, kpi.1[2]], mean, mean * kpi.5 / 100.0);
        }
        let mut index = 0;
        for (order, (district, english, streets)) in DISTRICTS.iter().enumerate() {
            let row = ["district", district, district, english, ""].map(str::to_owned);
            if !after {
                places.push(row);
            }
            for street in streets.split_whitespace() {
                let base = 78.0 + 3.5 * order as f64 + 22.0 * wobble(index);
                let mean = if after { base * (0.66 + 0.08 * wobble(index + 999)) } else { base };
                push(
                    [arm, "street", street, "time_to_close_mean", "h"],
                    mean,
                    1.5 + 2.5 * wobble(index + 7).abs(),
                );
                if !after {
                    places.push(["street", street, street, "", district].map(str::to_owned));
                }
                index += 1;
            }
        }
    }
    let cell = |index: usize| text.iter().map(|row| row[index].clone()).collect::<Vec<_>>();
    let number = |index: usize| numbers.iter().map(|row| row[index]).collect::<Vec<_>>();
    let rows = text.len();
    let summary = Table::new("summary")
        .with_text("arm", cell(0))
        .with_text("scope", cell(1))
        .with_text("scope_id", cell(2))
        .with_text("kpi", cell(3))
        .with_text("unit", cell(4))
        .with_int("n", vec![20; rows])
        .with_number("mean", number(0))
        .with_number("sd", vec![1.0; rows])
        .with_number("low", number(1))
        .with_number("high", number(2))
        .with_number("confidence", vec![0.95; rows]);
    let place = |index: usize| places.iter().map(|row| row[index].clone()).collect::<Vec<_>>();
    let names = Table::new("scope_names")
        .with_text("scope", place(0))
        .with_text("scope_id", place(1))
        .with_text("name_zh", place(2))
        .with_text("name_en", place(3))
        .with_text("parent", place(4));
    (summary, names)
}

/// Paired differences with the verdicts their intervals give.
fn compare() -> Table {
    let n = KPIS.len();
    let difference: Vec<f64> = KPIS.iter().map(|kpi| kpi.4 - kpi.3).collect();
    let half: Vec<f64> = KPIS.iter().map(|kpi| kpi.3.max(kpi.4) * kpi.5 / 100.0).collect();
    let verdict = |index: usize| {
        let (kpi, d, h) = (&KPIS[index], difference[index], half[index]);
        match (d.abs() <= h, kpi.2, d > 0.0) {
            (true, ..) => "unclear",
            (_, "none", _) => "changed",
            (_, "up", true) | (_, "down", false) => "better",
            _ => "worse",
        }
    };
    Table::new("compare")
        .with_text("baseline", vec!["before".into(); n])
        .with_text("arm", vec!["after".into(); n])
        .with_text("scope", vec!["city".into(); n])
        .with_text("scope_id", vec!["all".into(); n])
        .with_text("kpi", KPIS.iter().map(|kpi| kpi.0.to_owned()).collect())
        .with_text("unit", KPIS.iter().map(|kpi| kpi.1[2].to_owned()).collect())
        .with_int("n", vec![20; n])
        .with_number("low", (0..n).map(|i| difference[i] - half[i]).collect())
        .with_number("high", (0..n).map(|i| difference[i] + half[i]).collect())
        .with_number("p_value", vec![0.001; n])
        .with_number("p_adjusted", vec![0.004; n])
        .with_number("correlation", vec![0.7; n])
        .with_number("variance_ratio", vec![3.1; n])
        .with_text("verdict", (0..n).map(|i| verdict(i).to_owned()).collect())
        .with_number("difference", difference)
}

fn arm_city(name: &str, arms: Vec<&str>) -> Table {
    let n = arms.len();
    Table::new(name)
        .with_text("arm", words(&arms))
        .with_text("scope", vec!["city".into(); n])
        .with_text("scope_id", vec!["all".into(); n])
}

fn pools() -> Table {
    let rows: Vec<_> = POOLS
        .iter()
        .flat_map(|pool| [("before", pool, pool.3), ("after", pool, pool.4)])
        .filter(|row| row.2.is_finite())
        .collect();
    let n = rows.len();
    let load =
        |add: f64| rows.iter().map(|row| row.2 + add * (0.006 + 0.03 * (1.0 - row.2))).collect();
    arm_city("pools", rows.iter().map(|row| row.0).collect())
        .with_text("pool", rows.iter().map(|row| row.1.0.to_owned()).collect())
        .with_text("unit_zh", rows.iter().map(|row| row.1.1.to_owned()).collect())
        .with_number("staff", vec![1610.0; n])
        .with_number("utilisation", load(0.0))
        .with_number("low", load(-1.0))
        .with_number("high", load(1.0))
        .with_number("share_above_0_9", rows.iter().map(|row| (row.2 - 0.6).max(0.0)).collect())
        .with_number("queue_mean", vec![41.5; n])
        .with_int("queue_max", vec![220; n])
        .with_number("wait_mean_h", vec![9.3; n])
        .with_number("wait_p90_h", vec![27.25; n])
}

fn stages() -> Table {
    let rows: Vec<_> = STAGES
        .iter()
        .map(|s| ("before", s.0, s.3))
        .chain(STAGES.iter().map(|s| ("after", s.0, s.4)))
        .collect();
    arm_city("stages", rows.iter().map(|row| row.0).collect())
        .with_text("stage", rows.iter().map(|row| row.1.to_owned()).collect())
        .with_number("mean_h", rows.iter().map(|row| row.2).collect())
        .with_number("low", rows.iter().map(|row| row.2 * 0.98).collect())
        .with_number("high", rows.iter().map(|row| row.2 * 1.02).collect())
        .with_number("share", rows.iter().map(|row| row.2 / 100.0).collect())
}

fn closure() -> Table {
    let days: Vec<(&str, i64)> =
        ["before", "after"].iter().flat_map(|arm| (0..=60).map(move |day| (*arm, day))).collect();
    let share = |(arm, day): &(&str, i64)| {
        let rate = if *arm == "before" { 0.19 } else { 0.31 };
        0.985 * (1.0 - (-rate * (*day as f64).powf(0.86)).exp())
    };
    arm_city("closure", days.iter().map(|row| row.0).collect())
        .with_int("day", days.iter().map(|row| row.1).collect())
        .with_number("closed_share", days.iter().map(share).collect())
        .with_number("low", days.iter().map(|row| (share(row) - 0.012).max(0.0)).collect())
        .with_number("high", days.iter().map(|row| (share(row) + 0.012).min(1.0)).collect())
}

fn backlog() -> Table {
    let start = jiff::civil::date(2019, 1, 1);
    let rows: Vec<(&str, i64)> =
        ["before", "after"].iter().flat_map(|arm| (0..364).map(move |day| (*arm, day))).collect();
    let open = |(arm, day): &(&str, i64)| {
        let season = 1.0 + 0.22 * ((*day as f64 - 130.0) / 58.0).sin();
        let week = 1.0 + 0.05 * ((*day % 7) as f64 - 3.0) / 3.0;
        let level = if *arm == "before" { 11800.0 } else { 7300.0 };
        level * season * week * (1.0 + 0.01 * wobble(*day as usize))
    };
    arm_city("backlog", rows.iter().map(|row| row.0).collect())
        .with_int("day", rows.iter().map(|row| row.1).collect())
        .with_text(
            "date",
            rows.iter()
                .map(|row| start.saturating_add(jiff::Span::new().days(row.1)).to_string())
                .collect(),
        )
        .with_number("open_mean", rows.iter().map(open).collect())
        .with_number("low", rows.iter().map(|row| open(row) * 0.965).collect())
        .with_number("high", rows.iter().map(|row| open(row) * 1.035).collect())
}

fn hours() -> Table {
    let mut rows = Vec::new();
    for (arm, level) in [("before", 0.99), ("after", 0.86)] {
        for weekday in 0..7_i64 {
            for hour in 0..24_i64 {
                let clock = hour as f64;
                let office = (8..17).contains(&hour) && hour != 12 && weekday < 5;
                let load = if office {
                    level * (0.86 + 0.14 * ((clock - 8.0) / 9.0 * 3.1).sin())
                        - 0.01 * weekday as f64
                } else {
                    0.25 * level * (-((clock - 14.0) / 6.0).powi(2)).exp()
                };
                let cases = 160.0 * (-((clock - 10.5) / 4.5).powi(2)).exp() + 4.0;
                rows.push((arm, weekday, hour, cases * if weekday > 4 { 0.6 } else { 1.0 }, load));
            }
        }
    }
    let n = rows.len();
    arm_city("hours", rows.iter().map(|row| row.0).collect())
        .with_int("weekday", rows.iter().map(|row| row.1).collect())
        .with_int("hour", rows.iter().map(|row| row.2).collect())
        .with_number("registered_mean", rows.iter().map(|row| row.3).collect())
        .with_number("busy_mean", rows.iter().map(|row| row.4).collect())
        .with_number("low", vec![f64::NAN; n])
        .with_number("high", vec![f64::NAN; n])
}

fn limit_use() -> Table {
    let mut rows = Vec::new();
    for (arm, spike) in [("before", 0.03), ("after", 0.06)] {
        for bin in 0..=40_i64 {
            let from = bin as f64 / 20.0;
            let worked = 0.105 * (-1.9 * from).exp();
            let paper = if (16..20).contains(&bin) { spike * (from - 0.7) } else { 0.002 };
            rows.push((arm, from, worked + paper, paper));
        }
    }
    let share = |add: f64| rows.iter().map(|row| row.2 * (1.0 + add)).collect();
    let to = |from: f64| if from < 2.0 { from + 0.05 } else { f64::NAN };
    arm_city("limit_use", rows.iter().map(|row| row.0).collect())
        .with_number("from", rows.iter().map(|row| row.1).collect())
        .with_number("to", rows.iter().map(|row| to(row.1)).collect())
        .with_number("closed_share", share(0.0))
        .with_number("low", share(-0.02))
        .with_number("high", share(0.02))
        .with_number("unresolved_share", rows.iter().map(|row| row.3).collect())
}

fn runs() -> Table {
    Table::new("runs")
        .with_text("arm", words(&["before", "after"]))
        .with_int("replication", vec![0, 0])
        .with_text("status", words(&["ok", "ok"]))
        .with_int("cases", vec![2_212_000, 2_198_000])
}

fn effects() -> Table {
    Table::new("effects")
        .with_text("baseline", words(&["before", "before"]))
        .with_text("arm", words(&["after", "after"]))
        .with_text("mechanism", words(&["M01", "M11"]))
        .with_text("kpi", words(&["limbo_mean", "overload_share"]))
        .with_text("expected", words(&["down", "up"]))
        .with_text("found", words(&["down", "unclear"]))
        .with_number("difference", vec![-11.8, 0.012])
        .with_number("low", vec![-12.3, -0.004])
        .with_number("high", vec![-11.3, 0.028])
}

fn assumptions() -> Table {
    Table::new("assumptions")
        .with_text("key", words(&["demand.per_resident_year", "work.routine_share"]))
        .with_number("value", vec![0.24, 0.3])
        .with_text("unit", words(&["cases", "share"]))
        .with_number("low", vec![0.15, 0.2])
        .with_number("high", vec![0.35, 0.45])
        .with_text("source", words(&["assumed", "assumed"]))
        .with_text("zh", words(&["每位居民每年登记工单", "日常事务占工时"]))
        .with_text("en", words(&["Cases per resident and year", "Routine share of working time"]))
}

fn notes() -> Table {
    Table::new("notes")
        .with_text("kind", words(&["calibration", "limit"]))
        .with_text(
            "text_zh",
            words(&[
                "改革后满意率：模拟 85.3%，公开报道 85%–95%。",
                "街道人口为假定值，只有区县总数有据。",
            ]),
        )
        .with_text(
            "text_en",
            words(&[
                "Satisfaction after: simulated 85.3%, reported 85–95%.",
                "Populations of streets are assumed; only district totals are sourced.",
            ]),
        )
}
