//! `[fit]` of an experiment: KPIs observed by the month, and how numbers are fitted to them.

use std::path::Path;

use jiff::civil::Date;

use super::design::LoadedDesign;
use super::folder;
use crate::spec::{
    CsvTable, Diagnostic, Diagnostics, Fields, Node, Place, Row, Source, Words, number, text,
    whole, wrong,
};

/// A KPI observed in one month, as written.
#[derive(Clone, PartialEq, Debug)]
pub struct ObservedRow {
    /// First day of the month.
    pub first: Date,
    /// First day after it.
    pub until: Date,
    /// KPI id.
    pub kpi: String,
    /// Observed value in the KPI's unit.
    pub value: f64,
    /// Standard deviation of the observation; none if the cell is empty.
    pub sd: Option<f64>,
    /// Line of the table.
    pub line: u32,
}

/// `[fit]` as read.
#[derive(Clone, Debug)]
pub struct LoadedFit {
    /// The table, as named from the working directory, and its digest; none if the file names none.
    pub file: Option<(String, String)>,
    /// Its rows.
    pub observed: Vec<ObservedRow>,
    /// Rounds of simulating and ruling out.
    pub waves: u32,
    /// Points of each round; those of the design if the file does not say.
    pub points: u32,
    /// Standard deviations from which on a point is ruled out.
    pub cut: f64,
}

/// Reads a table of observed KPIs: its rows, and its path with its digest. `kpis` are those that
/// can be told by the month.
///
/// # Errors
/// Every mistake found in the table.
pub fn load_observed(
    path: &Path,
    kpis: &[&str],
) -> Result<(Vec<ObservedRow>, (String, String)), Diagnostics> {
    let mut log = Diagnostics::new();
    let read = folder::read(path, None, &mut log).and_then(|(source, digest)| {
        let rows = read_observed(&source, kpis, &mut log)?;
        Some((rows, (path.display().to_string(), digest)))
    });
    log.unless_wrong(read)
}

/// Fewest and most rounds.
pub(super) const WAVES: (u32, u32) = (1, 6);

/// Reads `[fit]` beside the design whose factors it fits.
pub(super) fn read_fit(
    path: &Path,
    source: &Source,
    node: &Node,
    design: Option<&LoadedDesign>,
    kpis: &[&str],
    log: &mut Diagnostics,
) -> Option<LoadedFit> {
    let mut fields = Fields::of(source, "fit", node, log)?;
    let place = fields.place();
    let file = match fields.optional("observed") {
        Some(node) => text(source, "fit.observed", node, log).map(|name| {
            let beside = path.parent().unwrap_or(Path::new("")).join(name);
            Some((beside, source.place(node.span.start)))
        }),
        None => Some(None),
    };
    let mut count = |key: &str, (low, high): (u32, u32), default: u32| match fields.optional(key) {
        Some(node) => {
            let limits = (i64::from(low), i64::from(high));
            whole(source, &fields.path(key), node, limits, log).map(|n| n as u32)
        }
        None => Some(default),
    };
    let waves = count("waves", WAVES, 2);
    let n_points = design.map_or(0, |design| design.points.len() as u32);
    let points = count("points", (4, 20_000), n_points.max(4));
    let cut = match fields.optional("cut") {
        Some(node) => number(source, "fit.cut", node, log).and_then(|cut| {
            if (1.0..=10.0).contains(&cut) {
                return Some(cut);
            }
            let expected = Words::new("1 到 10 的数", "a number from 1 to 10");
            log.push(wrong(source, node, "fit.cut", expected));
            None
        }),
        None => Some(3.0),
    };
    fields.finish(log);
    match design {
        Some(design) if design.factors.iter().all(|factor| factor.range().is_some()) => {}
        _ => {
            let words = Words::new(
                "[fit] 要有 [design]，其因子各有一段范围（latin、sobol 等）",
                "[fit] needs a [design] whose factors are ranges (latin, sobol, …)",
            );
            log.push(Diagnostic::new("experiment::fit", place, words));
            return None;
        }
    }
    let (file, observed) = match file? {
        Some((file, named)) => {
            let (table, digest) = folder::read(&file, Some(named), log)?;
            let observed = read_observed(&table, kpis, log)?;
            (Some((file.display().to_string(), digest)), observed)
        }
        None => (None, Vec::new()),
    };
    Some(LoadedFit { file, observed, waves: waves?, points: points?, cut: cut? })
}

/// `month, kpi, value` and, where it is known, `sd`.
fn read_observed(
    source: &Source,
    kpis: &[&str],
    log: &mut Diagnostics,
) -> Option<Vec<ObservedRow>> {
    let n_before = log.len();
    let table = CsvTable::parse(source, log);
    let reader = table.reader_with(&["month", "kpi", "value"], &["sd"], &["unit"], log)?;
    let mut observed: Vec<ObservedRow> = Vec::new();
    let mut seen: Vec<(String, String)> = Vec::new();
    for row in reader.rows() {
        let key = (row.text("month").to_owned(), row.text("kpi").to_owned());
        if seen.contains(&key) {
            let words =
                Words::new("同一月份、同一指标写了两次", "a KPI is told twice of one month");
            log.push(Diagnostic::new("table::repeated", row.place("kpi"), words).got(&*key.1));
        }
        seen.push(key);
        observed.extend(read_row(&row, kpis, log));
    }
    if observed.is_empty() && log.len() == n_before {
        let words = Words::new("表中没有数据", "the table has no rows");
        log.push(Diagnostic::new("table::empty", Place::whole(&*source.file), words));
    }
    (log.len() == n_before).then_some(observed)
}

fn read_row(row: &Row<'_>, kpis: &[&str], log: &mut Diagnostics) -> Option<ObservedRow> {
    let month = format!("{}-01", row.text("month")).parse::<Date>().ok();
    let month = month.filter(|_| row.text("month").len() == 7);
    if month.is_none() {
        log.push(row.wrong("month", Words::new("2019-03 这样的月份", "a month such as 2019-03")));
    }
    let kpi = row.text("kpi");
    let known = kpis.is_empty() || kpis.contains(&kpi);
    if !known {
        let expected =
            Words::new("可按月计算的指标（见 huying kpis）", "a KPI that can be told by the month");
        log.push(row.wrong("kpi", expected).nearest(kpi, kpis.iter().copied()));
    }
    let value = row.number("value", (-1e12, 1e12), log);
    let sd = match row.text("sd") {
        "" => Some(None),
        _ => row.number("sd", (0.0, 1e12), log).map(Some),
    };
    let first = month?;
    let until = first.checked_add(jiff::Span::new().months(1)).ok()?;
    let (value, sd) = (value?, sd?);
    let line = row.place("kpi").line;
    known.then(|| ObservedRow { first, until, kpi: kpi.to_owned(), value, sd, line })
}
