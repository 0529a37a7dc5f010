//! `huying verify --theory`: queues with known answers.

use std::path::{Path, PathBuf};

use comfy_table::{Cell, CellAlignment};
use serde_json::json;

use super::failure::{Failure, Outcome, meant};
use super::options::{Format, Lang, ShowOptions, on_threads};
use super::{output, progress};
use crate::store;
use crate::table::Table;
use crate::theory::{self, Reference, Request};

/// What `verify` asks of theory.
pub(super) struct Ask<'a> {
    /// Rows; the program's own by default.
    pub(super) rows: Option<&'a Path>,
    /// Only these cases, if any are named.
    pub(super) cases: &'a [String],
    /// Folder of the result.
    pub(super) out: Option<&'a Path>,
    /// Leave the models there.
    pub(super) keep: bool,
    /// Page to write.
    pub(super) page: Option<&'a Path>,
    /// Relative half-width of means.
    pub(super) precision: f64,
    /// Master seed.
    pub(super) seed: u64,
    pub(super) threads: Option<u16>,
    pub(super) quiet: bool,
    pub(super) show: &'a ShowOptions,
}

/// Compares and tells; nothing is written unless all of it is.
pub(super) fn run(ask: &Ask<'_>) -> Result<Outcome, Failure> {
    let lang = ask.show.lang;
    let rows = theory::read_file(ask.rows).map_err(Failure::input(lang))?;
    let rows = chosen(rows, ask.cases)?;
    if let Some(out) = ask.out {
        refuse_others(out, &rows)?;
    }
    let scratch = tempfile::TempDir::new()
        .map_err(|error| Failure::files(["建不了文件夹", "cannot make a folder"], &error))?;
    let kept = ask.out.filter(|_| ask.keep).map(|out| out.join("models"));
    let models = kept.unwrap_or_else(|| scratch.path().join("models"));
    let request = Request { rows: &rows, models: &models, seed: ask.seed, target: ask.precision };
    let bar = progress::progress(ask.quiet, lang, Vec::new());
    let outcome = on_threads(ask.threads, || theory::verify(&request, bar.as_ref()))?
        .map_err(|error| Failure::files(["写不了模型", "cannot write models"], &error))?;
    let table = theory::table(&outcome);
    if let Some(out) = ask.out {
        store::write_whole(&out.join("theory.csv"), &store::csv(&table))?;
    }
    if let Some(page) = ask.page {
        store::write_whole(page, theory::document(&outcome).as_bytes())?;
    }
    tell(ask, &outcome, &table)?;
    Ok(if outcome.agrees() { Outcome::Done } else { Outcome::Doubtful })
}

/// Rows by name; all if none is named.
fn chosen(rows: Vec<Reference>, cases: &[String]) -> Result<Vec<Reference>, Failure> {
    if cases.is_empty() {
        return Ok(rows);
    }
    for case in cases {
        if !rows.iter().any(|row| row.case == *case) {
            let known = rows.iter().map(|row| row.case.as_str());
            let near = meant(case, known);
            return Err(Failure::usage([
                format!("--case：没有“{case}”这一行{}", near.zh),
                format!("--case: no row \"{case}\"{}", near.en),
            ]));
        }
    }
    Ok(rows.into_iter().filter(|row| cases.contains(&row.case)).collect())
}

/// A folder with the comparison of other rows, or with another result, is left alone.
fn refuse_others(out: &Path, rows: &[Reference]) -> Result<(), Failure> {
    let shown = out.display();
    if out.join("manifest.json").exists() {
        return Err(Failure::usage([
            format!("{shown} 里是另一份结果；什么也没有写"),
            format!("{shown} holds another result; nothing was written"),
        ]));
    }
    let path: PathBuf = out.join("theory.csv");
    let Ok(bytes) = std::fs::read(&path) else { return Ok(()) };
    let wanted: Vec<(&str, &str, f64)> = rows
        .iter()
        .flat_map(|row| row.known.iter().map(|k| (row.case.as_str(), k.name.as_str(), k.value)))
        .collect();
    let same = store::read_csv("theory", &bytes).is_ok_and(|there| {
        let has = |name: &str| there.column(name).is_some();
        has("case_id") && has("quantity") && has("reference") && there.n_rows() == wanted.len() && {
            let cells = (0..there.n_rows()).map(|row| {
                (
                    &*there.text("case_id")[row],
                    &*there.text("quantity")[row],
                    there.number("reference")[row],
                )
            });
            cells.eq(wanted.iter().copied())
        }
    });
    if same {
        return Ok(());
    }
    Err(Failure::usage([
        format!("{shown} 里是另一些行的比较；什么也没有写"),
        format!("{shown} holds the comparison of other rows; nothing was written"),
    ]))
}

fn tell(ask: &Ask<'_>, outcome: &theory::Outcome, table: &Table) -> Result<(), Failure> {
    let lang = ask.show.lang;
    match ask.show.format {
        Format::Csv => output::say_csv(table)?,
        Format::Json => output::say_json(&json!({
            "theory": output::rows(table),
            "rows": outcome.n_rows,
            "outside": outcome.n_outside(),
            "most_outside": outcome.most_outside(),
            "agrees": outcome.agrees(),
        }))?,
        Format::Text => output::say(&text(outcome, lang))?,
    }
    if !ask.quiet {
        output::aside(format_args!("{}", summary(outcome, lang)));
    }
    Ok(())
}

/// Five figures.
fn figure(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let places = (4.0 - value.abs().log10().floor()).clamp(0.0, 9.0) as usize;
    format!("{value:.places$}")
}

fn text(outcome: &theory::Outcome, lang: Lang) -> String {
    let header = match lang {
        Lang::Zh => ["算例", "路径", "量", "理论值", "模拟值", "半宽", "n", "z", "结论"],
        Lang::En => {
            ["case", "path", "quantity", "theory", "simulated", "half-width", "n", "z", "verdict"]
        }
    };
    let mut shown = output::plain();
    shown.set_header(header);
    for check in &outcome.checks {
        let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        shown.add_row(vec![
            Cell::new(&check.case),
            Cell::new(check.path),
            Cell::new(&check.quantity),
            right(figure(check.reference)),
            right(figure(check.simulated)),
            right(figure(check.half_width)),
            right(check.n.to_string()),
            right(format!("{:.2}", check.z)),
            Cell::new(check.verdict()),
        ]);
    }
    format!("{}\n", shown.trim_fmt())
}

fn summary(outcome: &theory::Outcome, lang: Lang) -> String {
    let n = outcome.checks.len();
    let of = |verdict: &str| outcome.checks.iter().filter(|c| c.verdict() == verdict).count();
    let (differ, vague) = (of("differs"), of("imprecise"));
    let (outside, most, rows) = (outcome.n_outside(), outcome.most_outside(), outcome.n_rows);
    match lang {
        Lang::Zh => format!(
            "{rows} 行、{n} 个量：{differ} 个不符，{vague} 个区间不够窄；每行首个量落在 95% 区间外 {outside} 个(至多 {most})。"
        ),
        Lang::En => format!(
            "{rows} rows, {n} values: {differ} differ, {vague} imprecise; first values outside their 95% interval: \
             {outside} (at most {most})."
        ),
    }
}
