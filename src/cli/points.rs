//! Designs that are run point by point: how much there is to do, what is kept, what is written.

use std::path::Path;

use crate::compile::LoadedPlan;
use crate::measure::KPIS;
use crate::present::Briefing;
use crate::store::{KeptPoints, Manifest, OutDir, Timing};
use crate::study::{Bench, NoPoints, Note, Point, PointJournal, PointTable, Study};
use crate::table::Table;

use super::briefing;
use super::execute::{program_digest, write_shown};
use super::failure::Failure;
use super::options::{Lang, OutOptions, on_threads};
use super::question::Question;
use super::{output, paths, progress, stress};

/// KPIs that are looked at where none is named.
const HEADLINE: [&str; 6] = [
    "time_to_close_mean",
    "time_to_resolve_mean",
    "on_time_share",
    "resolution_share",
    "satisfaction_share",
    "return_share",
];

/// KPIs as named on the command line, checked.
pub(super) fn kpis(named: &[String]) -> Result<Vec<String>, Failure> {
    let known = super::question::kpi_ids();
    if let Some(unknown) = named.iter().find(|kpi| !known.contains(&kpi.as_str())) {
        return Err(Failure::no_kpi(unknown));
    }
    let default = || HEADLINE.map(str::to_owned).into();
    Ok(if named.is_empty() { default() } else { named.to_vec() })
}

/// `SETTING:REPLICATION`, as `failures.csv` names a point.
pub(super) fn parse_point(text: &str) -> Result<Point, String> {
    let parts = text.split_once(':').and_then(|(setting, replication)| {
        Some(Point { setting: setting.parse().ok()?, replication: replication.parse().ok()? })
    });
    parts.ok_or_else(|| "expected SETTING:REPLICATION, as in 12:3".to_owned())
}

/// Settings of a design: what each is, in a line, and how its plan is made.
pub(super) struct Settings<'a> {
    pub(super) lines: Vec<String>,
    pub(super) plan: &'a (dyn Fn(usize) -> LoadedPlan + Sync),
}

/// Runs designs of one question.
pub(super) struct Runner<'a> {
    question: &'a Question,
    out: &'a OutOptions,
    study: Study,
    manifest: Manifest,
    folder: Option<OutDir>,
    kept: Option<KeptPoints>,
    started: std::time::Instant,
    threads: usize,
    /// All points so far.
    pub(super) table: PointTable,
}

impl<'a> Runner<'a> {
    /// Opens the folder of the result, if there is one.
    pub(super) fn open(question: &'a Question, out: &'a OutOptions) -> Result<Runner<'a>, Failure> {
        let (study, manifest) = (question.study(), question.manifest());
        let folder = match &out.out {
            Some(path) => Some(OutDir::open(path, &manifest, &program_digest(), out.resume)?),
            None => None,
        };
        let kept = folder.as_ref().map(OutDir::points).transpose()?;
        let started = progress::now();
        let (table, threads) = (PointTable::default(), 1);
        Ok(Runner { question, out, study, manifest, folder, kept, started, threads, table })
    }

    /// Level of intervals.
    pub(super) fn study(&self) -> &Study {
        &self.study
    }

    /// Runs points that have not been run; says how many there are and about how long they take.
    pub(super) fn run(
        &mut self,
        what: &str,
        settings: &Settings<'_>,
        points: &[Point],
    ) -> Result<(), Failure> {
        let mut missing: Vec<Point> =
            points.iter().copied().filter(|point| !self.table.has(*point)).collect();
        missing.sort_unstable_by_key(|point| (point.replication, point.setting));
        missing.dedup();
        let n_settings = {
            let mut settings: Vec<usize> = missing.iter().map(|point| point.setting).collect();
            settings.sort_unstable();
            settings.dedup();
            settings.len()
        };
        let lang = self.question.lang;
        if !self.out.quiet && !missing.is_empty() {
            let n = missing.len();
            let kept = self.kept.as_ref().map_or(0, KeptPoints::len);
            output::aside(format_args!("{}", planned(lang, what, n, n_settings, kept)));
        }
        // One point by itself tells how long the others take.
        if missing.len() > 4 {
            let first = missing.remove(0);
            let (before, n_kept) = (progress::now(), self.table.n_kept);
            self.some(settings, &[first], true)?;
            let seconds = before.elapsed().as_secs_f64();
            let ran = self.table.n_kept == n_kept;
            if ran && !self.out.quiet {
                let left = seconds * missing.len() as f64 / self.threads as f64;
                output::aside(format_args!("{}", estimated(lang, left, self.threads)));
            }
        }
        self.some(settings, &missing, self.out.quiet)
    }

    fn some(
        &mut self,
        settings: &Settings<'_>,
        points: &[Point],
        quiet: bool,
    ) -> Result<(), Failure> {
        let progress = progress::progress(quiet, self.question.lang, Vec::new());
        let journal: &dyn PointJournal =
            self.kept.as_ref().map_or(&NoPoints, |kept| kept as &dyn PointJournal);
        let bench = Bench {
            study: &self.study,
            settings: &settings.lines,
            plan: settings.plan,
            journal,
            progress: progress.as_ref(),
        };
        let work = || (bench.run(points), rayon::current_num_threads());
        let (table, threads) = on_threads(self.out.threads, work)?;
        self.table.extend(table);
        self.threads = threads;
        Ok(())
    }

    /// Runs one point and shows its KPIs; for a line of `failures.csv`.
    pub(super) fn replay(mut self, settings: &Settings<'_>, point: Point) -> Result<bool, Failure> {
        if point.setting >= settings.lines.len() {
            let last = settings.lines.len().max(1) - 1;
            return Err(Failure::usage([
                format!("设置的编号是 0 至 {last}"),
                format!("there are settings 0 to {last}"),
            ]));
        }
        output::aside(format_args!("{}", settings.lines[point.setting]));
        self.kept = None;
        self.some(settings, &[point], true)?;
        let kpis = self.table.kpis();
        let of = |text: fn(&crate::measure::Kpi) -> &str| {
            kpis.iter().map(|kpi| text(&KPIS[kpi.index()]).to_owned()).collect()
        };
        let table = Table::new("point")
            .with_text("kpi", of(|kpi| kpi.id))
            .with_text("unit", of(|kpi| kpi.unit))
            .with_number("value", kpis.iter().map(|&k| self.table.value(point, k)).collect());
        output::say(&output::text(&table))?;
        Ok(self.table.failures.is_empty())
    }

    /// Says that points are missing.
    fn gaps(&self) -> Vec<Note> {
        let (gap, done) = (self.table.failures.len(), self.table.points().count());
        let all = gap + done;
        let note = Note {
            zh: format!("{all} 次运行中有 {gap} 次失败，未计入结果；重现命令见 failures.csv。"),
            en: format!(
                "{gap} of {all} runs failed and are not in the results; failures.csv has the \
                 command that replays each."
            ),
        };
        if gap > 0 { vec![note] } else { Vec::new() }
    }

    /// Rows of `failures.csv`.
    fn failures(&self) -> Table {
        let failures = &self.table.failures;
        let text = |of: &dyn Fn(&crate::study::PointFailure) -> String| -> Vec<String> {
            failures.iter().map(of).collect()
        };
        let seed = self.study.seed.to_string();
        Table::new("failures")
            .with_text("arm", text(&|failure| failure.point.setting.to_string()))
            .with_int(
                "replication",
                failures.iter().map(|f| i64::from(f.point.replication)).collect(),
            )
            .with_text("seed", text(&|_| seed.clone()))
            .with_text("what", text(&|failure| failure.what.clone()))
            .with_text("when", text(&|_| String::new()))
            .with_text(
                "command",
                text(&|failure| {
                    let Point { setting, replication } = failure.point;
                    let mut words = self.question.command.clone();
                    words.push(format!("--point={setting}:{replication}"));
                    paths::command_line(&words)
                }),
            )
    }

    /// Writes tables and charts, and tells where they are. Gives whether all points ended well, and
    /// the bundle of tables with their words.
    pub(super) fn finish(
        self,
        lines: &[String],
        mut tables: Vec<Table>,
        notes: &[Note],
    ) -> Result<(bool, Briefing), Failure> {
        let lang = self.question.lang;
        let numbers = (0..lines.len()).map(|at| at as i64).collect();
        tables.push(
            Table::new("settings").with_int("setting", numbers).with_text("what", lines.to_vec()),
        );
        tables.push(self.table.table());
        tables.push(self.failures());
        tables.push(briefing::names(&self.question.model));
        tables.push(briefing::assumptions(&self.question.model));
        let mut told = self.gaps();
        told.extend(notes.iter().cloned());
        let notes = told;
        tables.push(briefing::notes(&notes));
        tables.push(stress::stress(self.question, &self.manifest));
        let bundle = briefing::briefing(&self.manifest, &tables);
        let seconds = self.started.elapsed().as_secs_f64();
        let timing = Timing::new(seconds, self.table.events, self.table.cases, self.threads);
        let well = self.table.failures.is_empty();
        if !self.out.quiet {
            for note in &notes {
                output::aside(format_args!("{}", lang.pick(&note.zh, &note.en)));
            }
        }
        let Some(folder) = self.folder else { return Ok((well, bundle)) };
        let mut stage = folder.stage()?;
        for table in &tables {
            stage.write(&format!("{}.csv", table.name()), &crate::store::csv(table))?;
        }
        write_shown(&mut stage, &bundle, &self.manifest, lang)?;
        stage.finish(self.manifest, &timing)?;
        if !self.out.quiet {
            let path = self.out.out.as_deref().unwrap_or(Path::new("."));
            let report = path.join("report.html");
            output::aside(format_args!(
                "{}{}",
                lang.pick("简报：", "Briefing: "),
                report.display()
            ));
        }
        Ok((well, bundle))
    }
}

pub(super) fn planned(lang: Lang, what: &str, runs: usize, settings: usize, kept: usize) -> String {
    let more = match (lang, kept) {
        (_, 0) => String::new(),
        (Lang::Zh, kept) => format!(";文件夹中已有 {kept} 次"),
        (Lang::En, kept) => format!("; {kept} are kept in the folder"),
    };
    match lang {
        Lang::Zh => format!("{what}:{settings} 种设置，共 {runs} 次运行{more}。"),
        Lang::En => format!("{what}: {runs} runs of {settings} settings{more}."),
    }
}

fn estimated(lang: Lang, seconds: f64, threads: usize) -> String {
    let (zh, en, value) = if seconds < 100.0 {
        ("秒", "s", seconds)
    } else if seconds < 7200.0 {
        ("分钟", "min", seconds / 60.0)
    } else {
        ("小时", "h", seconds / 3600.0)
    };
    match lang {
        Lang::Zh => format!("按第一次运行估计，{threads} 个线程约需 {value:.0} {zh}。"),
        Lang::En => {
            format!("About {value:.0} {en} on {threads} threads, judging by the first run.")
        }
    }
}
