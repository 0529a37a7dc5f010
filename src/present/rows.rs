//! Rows of the tables that reports and terminals show, already in words.

use super::briefing::{Briefing, Level, Paired};
use super::chart::BUSY;
use super::format::{self, UnitView};
use super::wording::{Claim, Lang};

/// One KPI compared, in words.
pub(super) struct Compared {
    pub name: String,
    pub before: String,
    pub after: String,
    pub difference: String,
    pub interval: String,
    /// Where the difference lies when assumed values move; none if nobody asked.
    pub unknown: Option<String>,
    pub n: String,
    pub verdict: String,
    pub claim: Claim,
}

/// One KPI's level in each arm, in words.
pub(super) struct Levels {
    pub name: String,
    pub levels: Vec<String>,
    /// Where the level of a single arm lies when assumed values move; none if nobody asked.
    pub unknown: Option<String>,
    pub n: String,
}

/// Comparisons of an arm: the headline, or (`all`) every KPI of the table in its order.
pub(super) fn compared(briefing: &Briefing, arm: &str, lang: Lang, all: bool) -> Vec<Compared> {
    let paired: Vec<Paired> = if all {
        let kpis = briefing.compare.distinct("kpi");
        kpis.iter().filter_map(|kpi| briefing.paired(arm, kpi)).collect()
    } else {
        briefing.headline(arm)
    };
    paired.iter().map(|row| words(briefing, arm, row, lang)).collect()
}

/// One comparison in words.
fn words(briefing: &Briefing, arm: &str, row: &Paired, lang: Lang) -> Compared {
    let unit = briefing.unit(&row.kpi, &briefing.raw_unit(&row.kpi), lang);
    // One number of decimals for the row, so that the columns can be subtracted by eye.
    let places = unit.places(row.difference, row.low, row.high);
    let claim = Claim::of(row);
    Compared {
        name: briefing.kpi(&row.kpi, lang),
        before: unit.level_within(row.baseline.mean, half_width(&row.baseline), places),
        after: unit.level_within(row.arm.mean, half_width(&row.arm), places),
        difference: unit.difference(row.difference, places),
        interval: unit.interval(row.low, row.high, places, true),
        unknown: briefing.table("ignorance").map(|_| match briefing.unknown(arm, &row.kpi) {
            Some(unknown) => unit.interval(unknown.low, unknown.high, places, true),
            None => "–".to_owned(),
        }),
        n: format::fixed(row.n, 0),
        verdict: claim.words(lang).to_owned(),
        claim,
    }
}

/// Levels of every KPI of the table of means, for the whole area.
pub(super) fn levels(briefing: &Briefing, lang: Lang) -> Vec<Levels> {
    let arms = briefing.arms();
    let mut rows = Vec::new();
    for kpi in briefing.summary.distinct("kpi") {
        let city = [("kpi", kpi.as_str()), ("scope", "city"), ("scope_id", "all")];
        let Some(row) = briefing.summary.first_row(&city) else { continue };
        let unit = briefing.unit(&kpi, &briefing.raw_unit(&kpi), lang);
        rows.push(Levels {
            name: briefing.kpi(&kpi, lang),
            levels: arms.iter().map(|arm| level(briefing.level(arm, &kpi), &unit)).collect(),
            unknown: briefing.table("ignorance").filter(|_| arms.len() == 1).map(|_| {
                let own = briefing.unknown(&arms[0], &kpi);
                own.map_or_else(
                    || "–".to_owned(),
                    |own| {
                        let places =
                            unit.places(briefing.level(&arms[0], &kpi).mean, own.low, own.high);
                        unit.interval(own.low, own.high, places, false)
                    },
                )
            }),
            n: format::fixed(briefing.summary.number_at("n", row), 0),
        });
    }
    rows
}

/// Half the width of a level's interval; NaN without one.
fn half_width(level: &Level) -> f64 {
    (level.high - level.low) / 2.0
}

/// "63.2 h [62.5, 63.9]".
pub(super) fn level(level: Level, unit: &UnitView) -> String {
    let places = unit.places(level.mean, level.low, level.high);
    let value = unit.level(level.mean, places);
    if level.low.is_finite() && level.high.is_finite() {
        format!("{value} {}", unit.interval(level.low, level.high, places, false))
    } else {
        value
    }
}

/// A pool that is busy more than 0.9 of its time, in words.
pub(super) struct Busy {
    pub arm: String,
    pub name: String,
    pub staff: String,
    pub utilisation: String,
    pub share_above: String,
    pub wait_p90: String,
    /// Whether the whole interval lies above 0.9.
    pub sure: bool,
}

/// How many street units of an arm are above 0.9.
pub(super) struct Count {
    pub arm: String,
    pub above: usize,
    pub all: usize,
}

/// Pools above 0.9 of every arm, busiest first, at most `most` per arm: those of the whole area, or
/// of any place when the table has no others.
pub(super) fn busy(briefing: &Briefing, lang: Lang, most: usize) -> Vec<Busy> {
    let table = &briefing.pools;
    let city = table.first_row(&[("scope", "city")]).is_some();
    let load = |row: usize| table.number_at("utilisation", row);
    let mut rows = Vec::new();
    for arm in looked_at(briefing) {
        let wanted: &[(&str, &str)] = &[("arm", &arm), ("scope", "city")];
        let mut above = table.rows_where(if city { wanted } else { &wanted[..1] });
        above.retain(|row| load(*row) > BUSY);
        above.sort_by(|a, b| load(*b).total_cmp(&load(*a)));
        rows.extend(above.into_iter().take(most).map(|row| busy_row(briefing, &arm, row, lang)));
    }
    rows
}

/// Arms that are told one by one: all, or of many the baseline and the one that was selected.
fn looked_at(briefing: &Briefing) -> Vec<String> {
    let mut arms = briefing.arms();
    if briefing.has_many_arms() {
        let chosen = briefing.table("selection").and_then(|table| {
            let row = table.first_row(&[("status", "selected")])?;
            Some(table.text_at("arm", row).into_owned())
        });
        let baseline = &briefing.meta.baseline;
        arms.retain(|arm| arm == baseline || Some(arm) == chosen.as_ref());
    }
    arms
}

/// One row of the table of pools in words.
fn busy_row(briefing: &Briefing, arm: &str, row: usize, lang: Lang) -> Busy {
    let table = &briefing.pools;
    let at = |column| table.number_at(column, row);
    let percent = UnitView { factor: 100.0, level: "%".into(), difference: String::new() };
    let (scope, id) = (table.text_at("scope", row), table.text_at("scope_id", row));
    let unit = briefing.pool(&table.text_at("pool", row), lang);
    let name = if scope == "city" {
        unit
    } else {
        format!("{} · {unit}", briefing.scope(&scope, &id, lang))
    };
    let staff = at("staff");
    let loads = Level { mean: at("utilisation"), low: at("low"), high: at("high") };
    Busy {
        arm: briefing.arm(arm, lang),
        name,
        staff: format::fixed(staff, usize::from(staff.fract().abs() > 1e-9)),
        utilisation: level(loads, &percent),
        share_above: percent.level(at("share_above_0_9"), 1),
        wait_p90: format::fixed(at("wait_p90_h"), 1),
        sure: loads.low > BUSY,
    }
}

/// Street units above 0.9 of every arm; empty when the table has no streets.
pub(super) fn busy_streets(briefing: &Briefing, lang: Lang) -> Vec<Count> {
    let table = &briefing.pools;
    let mut counts = Vec::new();
    for arm in looked_at(briefing) {
        let rows = table.rows_where(&[("arm", &arm), ("scope", "street")]);
        if rows.is_empty() {
            continue;
        }
        let above = rows.iter().filter(|row| table.number_at("utilisation", **row) > BUSY).count();
        counts.push(Count { arm: briefing.arm(&arm, lang), above, all: rows.len() });
    }
    counts
}
