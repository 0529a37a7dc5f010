//! Runs a question, shows the answer, writes the result.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::compile::Estimand;
use crate::domain;
use crate::measure::KpiId;
use crate::present::{self, Briefing, CHARTS, Chart};
use crate::store::{self, CaseFiles, CaseForm, Manifest, OutDir, Stage, Timing};
use crate::study::{
    CaseLog, CaseNames, Journal, NoJournal, Note, Progress, Study, StudyResult, control, select,
};
use crate::table::Table;

use super::briefing;
use super::design;
use super::failure::{Failure, Outcome};
use super::ignorance;
use super::options::{Format, Lang, OutOptions, on_threads};
use super::output;
use super::parts;
use super::plan_of_runs::{self, HEADLINE, Runs};
use super::progress;
use super::question::Question;
use super::stress;

/// Runs a question and tells what came of it; without a format only progress is told.
pub(super) fn execute(
    question: &Question,
    out: &OutOptions,
    format: Option<Format>,
) -> Result<Outcome, Failure> {
    let (mut study, manifest) = (question.study(), question.manifest());
    if !question.rows.is_empty() && out.out.is_none() {
        let option = if question.rows.cases.is_empty() { "--applications" } else { "--cases" };
        return Err(Failure::usage([
            format!("{option} 需要一个文件夹：请加 --out DIR"),
            format!("{option} needs a folder: add --out DIR"),
        ]));
    }
    let folder = match &out.out {
        Some(path) => Some(OutDir::open(path, &manifest, &program_digest(), out.resume)?),
        None => None,
    };
    if let Some(folder) = &folder
        && folder.n_kept() > 0
        && !out.quiet
    {
        output::aside(format_args!("{}", kept(question.lang, folder.n_kept())));
    }
    if let (Runs::Choose(choice), false) = (&question.runs, out.quiet) {
        let plan = plan_of_runs::selection_plan(choice, study.arms.len());
        output::aside(format_args!("{}", question.lang.pick(&plan.zh, &plan.en)));
    }
    let ran = run(&study, folder.as_ref(), question, out)?;
    let mut manifest = manifest;
    manifest.replications = ran.result.replications().count() as u32;
    // What follows looks at as many as the rule has found.
    study.replications = ran.result.replications();
    let mut notes = ran.notes.clone();
    notes.extend(ran.result.notes(&primary(question)));
    notes.extend(ran.result.ranking_note());
    if question.estimand == Estimand::SteadyState {
        notes.extend(ran.result.settling());
    }
    notes.extend(
        question
            .design
            .iter()
            .flat_map(|design| &design.notes)
            .map(|words| Note { zh: words.zh.clone(), en: words.en.clone() }),
    );
    let mut tables = tables(question, &manifest, &ran, &notes);
    let unknown = ignorance::table(question, &study, &ran.result, folder.as_ref(), out)?;
    let well = unknown.as_ref().is_none_or(|(_, well)| *well);
    tables.extend(unknown.map(|(table, _)| table));
    let bundle = briefing::briefing(&manifest, &tables);
    if let Some(folder) = folder {
        write(question, folder, manifest.clone(), &ran, &tables, &bundle)?;
    }
    if let Some(format) = format {
        if !out.quiet {
            advise(question.lang, &notes, &ran, out.out.as_deref());
        }
        show(question.lang, format, &manifest, &tables, &bundle)?;
    }
    let well = well && ran.result.failures().is_empty();
    Ok(if well { Outcome::Done } else { Outcome::Doubtful })
}

/// What a run of the study gives.
struct Ran {
    result: StudyResult,
    /// What the rule for the number of runs found.
    ruled: Option<Table>,
    /// The same in words.
    notes: Vec<Note>,
    timing: Timing,
    cases: Option<CaseFiles>,
}

fn run(
    study: &Study,
    folder: Option<&OutDir>,
    question: &Question,
    out: &OutOptions,
) -> Result<Ran, Failure> {
    let watched = primary(question).into_iter().filter_map(KpiId::find).collect();
    let progress = progress::progress(out.quiet, question.lang, watched);
    let stages = domain::Stage::ALL.map(domain::Stage::id);
    let forms = case_forms(question);
    let applications = !question.rows.applications.is_empty();
    let cases = folder.filter(|_| !question.rows.is_empty()).map(|folder| {
        let names = CaseNames::of(&study.city);
        CaseFiles::new(folder.kept(), &forms, applications, &study.districts, &stages, names)
    });
    let kept = cases.as_ref().map(CaseFiles::kept).or(folder.map(OutDir::kept));
    let journal: &dyn Journal = kept.map_or(&NoJournal, |kept| kept as &dyn Journal);
    let started = progress::now();
    let (result, threads) = on_threads(out.threads, || {
        let log = cases.as_ref().map(|cases| cases as &dyn crate::study::CaseLog);
        let found = run_as_ruled(study, &question.runs, journal, progress.as_ref(), log);
        (found, rayon::current_num_threads())
    })?;
    let ((result, ruled, notes), threads) = (result, threads);
    let (events, cases_registered) = result.effort();
    let seconds = started.elapsed().as_secs_f64();
    let timing = Timing::new(seconds, events, cases_registered, threads);
    Ok(Ran { result, ruled, notes, timing, cases })
}

/// Runs as many as the rule asks for; its table and its outcome in words.
fn run_as_ruled(
    study: &Study,
    runs: &Runs,
    journal: &dyn Journal,
    progress: &dyn Progress,
    log: Option<&dyn CaseLog>,
) -> (StudyResult, Option<Table>, Vec<Note>) {
    match runs {
        Runs::Fixed => (study.run_logging(journal, progress, log), None, Vec::new()),
        Runs::Precise(rule) => {
            let (result, reached) = study.run_until(rule, journal, progress, log);
            let table = control::table(rule, &reached, result.arms());
            let notes = plan_of_runs::precision_notes(&reached, &study.arms);
            (result, Some(table), notes)
        }
        Runs::Choose(choice) => {
            let (result, found) = study.select(choice, journal, progress, log);
            let table = select::table(choice, &found, result.arms());
            let notes = plan_of_runs::selection_notes(choice, &found, &study.arms);
            (result, Some(table), notes)
        }
    }
}

/// Forms of the file of cases that were asked for.
fn case_forms(question: &Question) -> Vec<CaseForm> {
    question.rows.cases.iter().filter_map(|form| form.form()).collect()
}

/// Every table but `kpis`, in the order in which they are written.
fn tables(question: &Question, manifest: &Manifest, ran: &Ran, notes: &[Note]) -> Vec<Table> {
    let mut tables = ran.result.tables();
    let choosing = matches!(question.runs, Runs::Choose(_));
    let tested = |table: &Table| matches!(table.name(), "compare" | "stage_differences");
    for table in tables.iter_mut().filter(|table| choosing && tested(table)) {
        // Arms that were dropped for being bad have fewer runs: no test holds its level then.
        *table = table.keep(&[]);
    }
    if !choosing && manifest.arms.len() >= 3 {
        tables.push(ran.result.best_table(&primary(question)));
    }
    tables.extend(ran.ruled.clone());
    let compare = tables.iter().find(|table| table.name() == "compare");
    let effects = compare.map(|compare| briefing::effects(manifest, compare));
    tables.extend(effects);
    tables.push(ran.result.ranking_table(&primary(question)));
    if let Some(parts) = parts::parts(question).filter(|_| !choosing) {
        tables.push(parts.table(&ran.result));
    }
    if let Some(made) = &question.design {
        let arms: Vec<&str> = manifest.arms.iter().map(|arm| arm.name.as_str()).collect();
        tables.extend(design::tables(made, &arms));
    }
    tables.extend(briefing::shocks(question));
    tables.push(briefing::names(&question.model));
    tables.push(briefing::assumptions(&question.model));
    tables.push(briefing::notes(notes));
    tables.push(stress::stress(question, manifest));
    tables
}

/// Charts that were asked for; without a word, those that fit: of a design and of many arms not
/// one per arm.
pub(super) fn charts(bundle: &Briefing, manifest: &Manifest, lang: Lang) -> Vec<Chart> {
    let designed = !bundle.design.is_empty();
    let fits = |name: &&str| match *name {
        "ranked" | "frontier" => designed,
        // One per arm.
        "differences" | "stage_differences" | "matched" => manifest.arms.len() <= MANY,
        _ => true,
    };
    let names: Vec<&str> = if manifest.charts.is_empty() {
        CHARTS.iter().copied().filter(fits).collect()
    } else {
        manifest.charts.iter().map(String::as_str).collect()
    };
    present::charts_named(bundle, lang.of_report(), &names)
}

fn write(
    question: &Question,
    folder: OutDir,
    manifest: Manifest,
    ran: &Ran,
    tables: &[Table],
    bundle: &Briefing,
) -> Result<(), Failure> {
    let mut stage = folder.stage()?;
    stage.write_with("kpis.csv", |out| store::kpis_csv(out, ran.result.kpi_lines()))?;
    for table in tables {
        stage.write(&format!("{}.csv", table.name()), &store::csv(table))?;
    }
    stage.write_with("kpis.parquet", |out| store::kpis_parquet(out, ran.result.kpi_lines()))?;
    if let Some(cases) = &ran.cases {
        for form in case_forms(question) {
            stage.write_with(form.file(), |out| {
                cases.write(form, out, ran.result.arms(), ran.result.replications())
            })?;
        }
        for form in question.rows.applications.iter().filter_map(|form| form.form()) {
            stage.write_with(form.applications_file(), |out| {
                let (arms, replications) = (ran.result.arms(), ran.result.replications());
                cases.write_applications(form, out, arms, replications)
            })?;
        }
    }
    write_shown(&mut stage, bundle, &manifest, question.lang)?;
    stage.finish(manifest, &ran.timing)?;
    Ok(())
}

/// Writes charts, workbook and briefing.
pub(super) fn write_shown(
    stage: &mut Stage<'_>,
    bundle: &Briefing,
    manifest: &Manifest,
    lang: Lang,
) -> Result<(), Failure> {
    let charts = charts(bundle, manifest, lang);
    for chart in &charts {
        let name = format!("charts/{}", chart.name);
        let svg = present::outlined(&chart.svg);
        stage.write(&format!("{name}.svg"), svg.as_bytes())?;
        stage.write(&format!("{name}.png"), &chart.png)?;
    }
    stage.write("results.xlsx", &present::workbook(bundle, lang.of_report()))?;
    let html = present::report_html(bundle, &charts, lang.of_report());
    stage.write("report.html", html.as_bytes())?;
    Ok(())
}

/// KPIs whose doubts are told: those the question is about, else the headline of every briefing.
fn primary(question: &Question) -> Vec<&str> {
    if question.primary.is_empty() {
        HEADLINE.to_vec()
    } else {
        question.primary.iter().map(String::as_str).collect()
    }
}

/// Advice, failures and where the result is, on standard error.
fn advise(lang: Lang, notes: &[Note], ran: &Ran, out: Option<&Path>) {
    for note in notes {
        output::aside(format_args!("{}", lang.pick(&note.zh, &note.en)));
    }
    let timing = &ran.timing;
    let (seconds, events) = (timing.wall_seconds, timing.events);
    match lang {
        Lang::Zh => output::aside(format_args!("用时 {seconds:.1} 秒，{events} 个事件。")),
        Lang::En => output::aside(format_args!("{seconds:.1} s, {events} events.")),
    }
    if let Some(out) = out {
        let report = out.join("report.html");
        output::aside(format_args!("{}{}", lang.pick("简报：", "Briefing: "), report.display()));
    }
}

fn kept(lang: Lang, n: usize) -> String {
    match lang {
        Lang::Zh => format!("接着上次未完成的运行：已有 {n} 次重复。"),
        Lang::En => format!("Going on with an interrupted run: {n} replications are kept."),
    }
}

/// More arms than this are told in one table.
const MANY: usize = 6;
/// Most arms of that table.
const MOST_ROWS: usize = 60;

/// The answer on standard output.
fn show(
    lang: Lang,
    format: Format,
    manifest: &Manifest,
    tables: &[Table],
    bundle: &Briefing,
) -> Result<(), Failure> {
    let of = |name: &str| tables.iter().find(|table| table.name() == name);
    let several = manifest.arms.len() > 1;
    match format {
        Format::Text => {
            if let Some(selection) = of("selection") {
                return output::say_analysis(bundle, selection, lang);
            }
            let (width, lang) = (output::width(), lang.of_report());
            // A screen of tables, one per arm, tells nobody anything.
            let many = manifest.arms.len() > MANY || !bundle.design.is_empty();
            let designed = if many {
                present::terminal::designed(bundle, lang, width, MOST_ROWS)
            } else {
                String::new()
            };
            let mut text = if !designed.is_empty() {
                designed
            } else if several {
                present::terminal::compare(bundle, lang, width, false)
            } else {
                present::terminal::summary(bundle, lang, width)
            };
            if text.is_empty() {
                text = output::text(&bundle.runs);
            }
            output::say(&text)
        }
        Format::Csv => match of(if of("selection").is_some() {
            "selection"
        } else if several {
            "compare"
        } else {
            "summary"
        }) {
            Some(table) => output::say_csv(table),
            None => Ok(()),
        },
        Format::Json => {
            let rows = |name| of(name).map_or_else(|| json!([]), output::rows);
            let manifest = serde_json::to_value(manifest).map_err(|error| {
                Failure::files(["写不出清单", "cannot write the manifest"], &error)
            })?;
            output::say_json(&json!({
                "manifest": manifest,
                "runs": rows("runs"),
                "summary": rows("summary"),
                "compare": rows("compare"),
                "failures": rows("failures"),
                "precision": rows("precision"),
                "selection": rows("selection"),
                "best": rows("best"),
                "ignorance": rows("ignorance"),
                "attribution": rows("attribution"),
            }))
        }
    }
}

/// Digest of the running program: another build may give other numbers, and must not go on with
/// replications of this one.
pub(super) fn program_digest() -> String {
    let path = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("huying"));
    store::digest_of_file(&path).unwrap_or_else(|_| env!("CARGO_PKG_VERSION").to_owned())
}
