//! `huying fit`: assumed numbers fitted to KPIs that were observed month by month.

use std::path::PathBuf;

use jiff::civil::Date;

use crate::base::{DAY, Time};
use crate::compile::{self, LoadedFit, LoadedPlan, ObservedRow};
use crate::measure::{KpiId, Window};
use crate::present::{self, Briefing};
use crate::stats::Summary;
use crate::stats::emulator::{self, Left, Target, Wave};
use crate::store::{self, InputFile, Manifest, OutDir, Timing};
use crate::study::fit::{self, Observed, Simulated};
use crate::study::{Note, Study};
use crate::table::Table;

use super::execute::{charts, program_digest};
use super::failure::{Failure, Outcome};
use super::options::{DesignOptions, Format, Lang, OutOptions, RowForms, ShowOptions, on_threads};
use super::question::Question;
use super::{briefing, output, paths, progress};

mod tables;

/// Settings at which the surfaces are looked at, in each wave.
const CANDIDATES: usize = 10_000;

/// Fit assumed numbers to KPIs observed by the month
///
/// The experiment names the numbers, as factors of its [design], and the table, in [fit]. Each wave
/// simulates settings spread over what is left of the ranges, draws a surface through every
/// monthly KPI, and rules out the settings that are too far from what was observed (history
/// matching). What is left is not a density: the observations do not contradict it. Writes the
/// ranges before and after with a strip chart, and how far every observation is met.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The experiment
    experiment: PathBuf,
    /// Your own table instead of that of the experiment: `month, kpi, value` and optionally `sd`
    #[arg(long, value_name = "FILE.csv")]
    observed: Option<PathBuf>,
    /// Write what the scenario itself gives by the month into this file, a table to put your own
    /// values into; nothing is fitted
    #[arg(long, value_name = "FILE.csv", conflicts_with = "observed")]
    template: Option<PathBuf>,
    /// Rounds of simulating and ruling out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=6))]
    waves: Option<u32>,
    /// Settings simulated in each round
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(4..=20_000))]
    points: Option<u32>,
    #[command(flatten)]
    design: DesignOptions,
    #[command(flatten)]
    out: OutOptions,
    #[command(flatten)]
    show: ShowOptions,
}

/// Numbers, a row for each setting.
type Rows = Vec<Vec<f64>>;

/// What the waves found.
struct Found {
    waves: Vec<Wave>,
    left: Left,
    /// Of each wave: its settings and their simulated values.
    tried: Vec<(Rows, Rows)>,
    broken: Vec<String>,
}

/// The task: what is fitted to what.
struct Job {
    question: Question,
    fit: LoadedFit,
    study: Study,
    observed: Vec<Observed>,
    targets: Vec<Target>,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        self.make(Some(self.show.format))
    }

    /// Makes the result; without a format only progress is told.
    pub(super) fn make(&self, format: Option<Format>) -> Result<Outcome, Failure> {
        let lang = self.show.lang;
        self.out.row_forms().refused_by("fit")?;
        self.design.without_ignorance("fit")?;
        if let Some(path) = &self.template {
            return self.write_template(path);
        }
        let job = self.job()?;
        let manifest = job.manifest();
        let folder = match &self.out.out {
            Some(path) => Some(OutDir::open(path, &manifest, &program_digest(), self.out.resume)?),
            None => None,
        };
        let started = progress::now();
        let (found, threads) = on_threads(self.out.threads, || {
            (job.waves(self.out.quiet, lang), rayon::current_num_threads())
        })?;
        if found.waves.last().is_none_or(|wave| wave.n_surfaces() == 0) {
            let n = job.fit.points;
            return Err(Failure::usage([
                format!("{n} 组设置不够拟合一个响应面，或指标没有数值：请加大 --points"),
                format!(
                    "{n} settings are too few for a surface, or the KPIs have no values: more \
                     --points"
                ),
            ]));
        }
        let notes = tables::notes(&job, &found);
        let made = [
            tables::parameters(&job, &found),
            tables::months(&job, &found),
            tables::settings(&job, &found),
        ];
        let shown = made[0].clone();
        let timing = Timing::new(started.elapsed().as_secs_f64(), 0, 0, threads);
        let bundle = self.write(&job, manifest, folder, made.into(), &notes, &timing)?;
        if !self.out.quiet && format.is_some() {
            notes
                .iter()
                .for_each(|note| output::aside(format_args!("{}", lang.pick(&note.zh, &note.en))));
        }
        match format {
            Some(Format::Csv) => output::say_csv(&shown)?,
            Some(Format::Json) => output::say_json(&output::rows(&shown))?,
            Some(Format::Text) => output::say_analysis(&bundle, &shown, lang)?,
            None => {}
        }
        let well = found.broken.is_empty() && found.left.plausible;
        Ok(if well { Outcome::Done } else { Outcome::Doubtful })
    }

    fn question(&self) -> Result<Question, Failure> {
        let rows = RowForms::default();
        Question::of_experiment(&self.experiment, &[], &self.design, rows, self.show.lang)
    }

    fn job(&self) -> Result<Job, Failure> {
        let lang = self.show.lang;
        let mut question = self.question()?;
        let Some(mut fit) = question.fit.take() else {
            let file = paths::shown(&self.experiment);
            return Err(Failure::usage([
                format!("{file}：里面没有 [fit]"),
                format!("{file}: no [fit] in it"),
            ]));
        };
        if let Some(path) = &self.observed {
            let monthly = monthly_ids();
            let (rows, file) =
                compile::load_observed(path, &monthly).map_err(Failure::input(lang))?;
            (fit.observed, fit.file) = (rows, Some(file));
        }
        if fit.file.is_none() {
            return Err(Failure::usage([
                "观测值在哪里？用 --observed FILE.csv，或 [fit] 里的 `observed`；--template 写出可供填写的\
                 表",
                "what was observed? --observed FILE.csv, or `observed` in [fit]; --template writes \
                 a table to begin with",
            ]));
        }
        fit.waves = self.waves.unwrap_or(fit.waves);
        fit.points = self.points.unwrap_or(fit.points);
        "fit".clone_into(&mut question.command[0]);
        let mut question = question.with_options(&[
            ("observed", self.observed.iter().map(|path| paths::shown(path)).collect()),
            ("waves", self.waves.iter().map(u32::to_string).collect()),
            ("points", self.points.iter().map(u32::to_string).collect()),
        ]);
        question.primary.clear();
        let study = question.study();
        if study.n_replications() < 2 {
            return Err(Failure::usage([
                "一次重复分不出偶然：校准至少需要 2 次重复，4 次以上更好",
                "one replication does not show chance: a fit needs 2, and is better with 4 or more",
            ]));
        }
        let observed = observed(&question, &study, &fit).map_err(Failure::input(lang))?;
        let targets = observed.iter().map(|row| Target { value: row.value, sd: row.sd }).collect();
        Ok(Job { question, fit, study, observed, targets })
    }

    /// Writes the KPIs of the experiment as the scenario itself gives them, by whole months.
    fn write_template(&self, path: &std::path::Path) -> Result<Outcome, Failure> {
        let question = self.question()?;
        let study = question.study();
        let monthly = monthly_ids();
        if let Some(kpi) = question.primary.iter().find(|kpi| !monthly.contains(&kpi.as_str())) {
            return Err(Failure::usage([
                format!("{kpi} 不能按月统计；见 `huying kpis {kpi}`"),
                format!("{kpi} cannot be told by the month; see `huying kpis {kpi}`"),
            ]));
        }
        let design = question.design.as_ref();
        let Some(design) = design.filter(|_| !question.primary.is_empty()) else {
            let words = ["模板需要 `kpis` 和 [design]", "a template needs `kpis` and a [design]"];
            return Err(Failure::usage(words));
        };
        let mut rows = Vec::new();
        for (first, until) in months(&question, &study) {
            let window = window(&question, first, until);
            for kpi in question.primary.iter().filter_map(|kpi| KpiId::find(kpi)) {
                let month = first.strftime("%Y-%m").to_string();
                rows.push(Observed { month, window, kpi, value: 0.0, sd: None });
            }
        }
        let mut plan = design.base.unmoved(&question.model, "template");
        plan.plan.shocks.clone_from(&question.plan(0).plan.shocks);
        let values = on_threads(self.out.threads, || fit::replicated(&study, &plan, &rows))?;
        let means: Vec<Summary> = values.iter().map(|values| Summary::of(values)).collect();
        let table = Table::new("observed")
            .with_text("month", rows.iter().map(|row| row.month.clone()).collect())
            .with_text("kpi", rows.iter().map(|row| row.kpi.kpi().id.to_owned()).collect())
            .with_text("unit", rows.iter().map(|row| row.kpi.kpi().unit.to_owned()).collect())
            .with_number("value", means.iter().map(Summary::mean).collect())
            .with_number("sd", means.iter().map(Summary::sd).collect());
        store::write_whole(path, &store::csv(&table))?;
        Ok(Outcome::Done)
    }

    /// Writes tables and charts; gives the bundle of tables with their words.
    fn write(
        &self,
        job: &Job,
        manifest: Manifest,
        folder: Option<OutDir>,
        mut tables: Vec<Table>,
        notes: &[Note],
        timing: &Timing,
    ) -> Result<Briefing, Failure> {
        let lang = self.show.lang;
        tables.push(briefing::names(&job.question.model));
        tables.push(briefing::assumptions(&job.question.model));
        tables.push(briefing::notes(notes));
        let bundle = briefing::briefing(&manifest, &tables);
        let Some(folder) = folder else { return Ok(bundle) };
        let mut stage = folder.stage()?;
        for table in &tables {
            stage.write(&format!("{}.csv", table.name()), &store::csv(table))?;
        }
        let charts = charts(&bundle, &manifest, lang);
        for chart in &charts {
            let name = format!("charts/{}", chart.name);
            stage.write(&format!("{name}.svg"), present::outlined(&chart.svg).as_bytes())?;
            stage.write(&format!("{name}.png"), &chart.png)?;
        }
        let html = present::report_html(&bundle, &charts, lang.of_report());
        stage.write("report.html", html.as_bytes())?;
        stage.finish(manifest, timing)?;
        if let (false, Some(path)) = (self.out.quiet, &self.out.out) {
            let report = path.join("report.html");
            output::aside(format_args!(
                "{}{}",
                lang.pick("简报：", "Briefing: "),
                report.display()
            ));
        }
        Ok(bundle)
    }
}

/// KPIs that can be observed by the month.
pub(super) fn monthly_ids() -> Vec<&'static str> {
    KpiId::all().filter(|kpi| fit::is_monthly(*kpi)).map(|kpi| kpi.kpi().id).collect()
}

/// Days from one date to another as a window of the run.
fn window(question: &Question, first: Date, until: Date) -> Window {
    let start = question.model.city.start;
    let at = |date: Date| Time(start.duration_until(date).as_hours() / 24 * DAY);
    Window { start: at(first), end: at(until) }
}

/// Whole months of the measured days: first day, and first day after.
fn months(question: &Question, study: &Study) -> Vec<(Date, Date)> {
    let measured = Window::new(study.warm_up_days, study.horizon_days);
    let days = |n: i64| question.model.city.start.checked_add(jiff::Span::new().days(n)).ok();
    let next = |date: Date| date.first_of_month().checked_add(jiff::Span::new().months(1)).ok();
    let mut months = Vec::new();
    let mut first = days(measured.start.day());
    if first.is_some_and(|date| date.day() > 1) {
        first = first.and_then(next);
    }
    while let Some((from, until)) = first.and_then(|date| Some((date, next(date)?))) {
        if window(question, from, until).end > measured.end {
            break;
        }
        months.push((from, until));
        first = Some(until);
    }
    months
}

/// The rows of the table as windows of the run; every month must lie in the measured days.
fn observed(
    question: &Question,
    study: &Study,
    fit: &LoadedFit,
) -> Result<Vec<Observed>, compile::Diagnostics> {
    let start = question.model.city.start;
    let measured = Window::new(study.warm_up_days, study.horizon_days);
    let mut log = compile::Diagnostics::new();
    let mut rows = Vec::new();
    for row in &fit.observed {
        let window = window(question, row.first, row.until);
        if window.start < measured.start || window.end > measured.end {
            log.push(outside(row, fit, (start, measured)));
            continue;
        }
        let kpi = KpiId::find(&row.kpi).expect("invariant: compile knows the KPIs");
        let month = row.first.strftime("%Y-%m").to_string();
        rows.push(Observed { month, window, kpi, value: row.value, sd: row.sd });
    }
    log.unless_wrong(Some(rows))
}

fn outside(
    row: &ObservedRow,
    fit: &LoadedFit,
    (start, measured): (Date, Window),
) -> compile::Diagnostic {
    let date = |time: Time| {
        let days = jiff::Span::new().days(time.day());
        start.checked_add(days).map_or_else(|_| String::new(), |date| date.to_string())
    };
    let (first, end) = (date(measured.start), date(measured.end));
    let words = compile::Words::new("这个月不在统计期内", "a month outside the measured days");
    let file = fit.file.as_ref().map_or_else(String::new, |(path, _)| path.clone());
    let place = compile::Place { file, line: row.line, column: 1 };
    let expected = compile::Words::new(
        format!("整月都在 {first} 至 {end} 之间"),
        format!("a whole month from {first} to {end}"),
    );
    let got = row.first.strftime("%Y-%m").to_string();
    compile::Diagnostic::new("fit::month", place, words).expected(expected).got(got)
}

impl Job {
    fn manifest(&self) -> Manifest {
        let mut manifest = self.question.manifest();
        if let Some((path, digest)) = &self.fit.file {
            let path = paths::shown(std::path::Path::new(path));
            manifest.inputs.push(InputFile { path, digest: digest.clone() });
        }
        manifest.inputs.sort_by(|a, b| a.path.cmp(&b.path));
        manifest
    }

    /// Number of a factor at a position of its range.
    fn number(&self, factor: usize, position: f64) -> f64 {
        self.factors()[factor].at(position).number
    }

    fn factors(&self) -> &[compile::Factor] {
        self.question.design.as_ref().map_or(&[], |design| &design.factors)
    }

    /// The arm at a point of the unit cube.
    fn plan(&self, point: &[f64]) -> LoadedPlan {
        let design = self.question.design.as_ref().expect("invariant: a fit has a design");
        let settings: Vec<compile::Setting> =
            design.factors.iter().zip(point).map(|(factor, u)| factor.at(*u)).collect();
        let set: Vec<(&compile::Factor, &compile::Setting)> =
            design.factors.iter().zip(&settings).collect();
        let mut plan = design.base.arm(&self.question.model, "fit", &set);
        // What happens from outside is that of the experiment's arms.
        plan.plan.shocks.clone_from(&self.question.plan(0).plan.shocks);
        plan
    }

    fn waves(&self, quiet: bool, lang: Lang) -> Found {
        let dims = self.factors().len();
        let (n, cut, seed) = (self.fit.points as usize, self.fit.cut, self.study.seed);
        let mut found: Option<Found> = None;
        for wave in 0..self.fit.waves {
            let earlier = found.as_ref().map_or(&[][..], |found| &found.waves);
            let within =
                found.as_ref().map_or_else(|| emulator::whole(dims), |found| found.left.bounds());
            let seed = seed.wrapping_add(u64::from(wave));
            let points = emulator::next_points(earlier, &self.targets, cut, &within, n, seed);
            let plans: Vec<LoadedPlan> = points.iter().map(|point| self.plan(point)).collect();
            let Simulated { means, chance, broken } =
                fit::simulated(&self.study, &plans, &self.observed);
            let by_target: Vec<Vec<f64>> = (0..self.observed.len())
                .map(|target| means.iter().map(|run| run[target]).collect())
                .collect();
            let mut all = found.take().unwrap_or_else(Found::nothing);
            all.waves.push(Wave::through(&points, &by_target, &within, &self.targets, chance));
            all.left = emulator::left(&all.waves, &self.targets, cut, CANDIDATES, seed);
            all.tried.push((points, means));
            all.broken.extend(broken);
            if !quiet {
                let share = 100.0 * all.left.share;
                let (wave, n) = (wave + 1, n * self.study.n_replications());
                match lang {
                    Lang::Zh => {
                        output::aside(format_args!("第 {wave} 轮：{n} 次运行，余下 {share:.2}%。"))
                    }
                    Lang::En => {
                        output::aside(format_args!("Wave {wave}: {n} runs, {share:.2}% is left."))
                    }
                }
            }
            found = Some(all);
        }
        found.unwrap_or_else(Found::nothing)
    }
}

impl Found {
    fn nothing() -> Found {
        let left = Left { points: Vec::new(), share: 1.0, plausible: false };
        Found { waves: Vec::new(), left, tried: Vec::new(), broken: Vec::new() }
    }

    /// The least implausible setting.
    fn best(&self) -> &[f64] {
        self.left.points.first().map_or(&[], |(point, _)| point)
    }
}
