//! `huying sensitivity`: which inputs matter, and how much of the output each explains.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::compile::{self, Base, Factor, LoadedModel};
use crate::domain::{find_lever, levers};
use crate::measure::KpiId;
use crate::present::Briefing;
use crate::study::sensitivity::{self as plans, Group, Screen, Setup, Shares, Tornado};
use crate::study::{Note, Point};
use crate::table::Table;

use super::asked::ArmRule;
use super::factors::{factors_table, grouped};
use super::failure::{Failure, Outcome, meant};
use super::ignorance;
use super::options::{
    DesignOptions, Format, Lang, OutOptions, RowForms, ScenarioOptions, ShowOptions,
};
use super::output;
use super::points::{self, Runner, Settings};
use super::question::Question;

/// What is moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
enum Over {
    /// Numbers that the model only assumes, within their ranges
    #[default]
    Assumptions,
    /// Levers, between before and after
    Levers,
}

/// A method.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Method {
    /// Screening by elementary effects
    Morris,
    /// Each factor that matters at both ends of its range
    Tornado,
    /// Shares of variance of the factors that matter
    Sobol,
}

/// Find the levers or assumptions that matter
///
/// First a screening (Morris) over all factors; then, for those that matter, each alone at both
/// ends of its range, and the shares of variance (Sobol). Looks at KPIs of one scenario, or at
/// their difference between two; by default at what the reform changes. Chance is told apart from
/// the factors in all of them.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The model: a folder, its model.toml, or a name in models/
    model: PathBuf,
    /// What is moved
    #[arg(long, value_enum, default_value_t)]
    over: Over,
    /// Move these only: a key of an assumed number or a lever, or a section (`effort`); repeatable
    #[arg(long, value_name = "KEY")]
    factor: Vec<String>,
    /// Move numbers of this source only (`assumed`, `fitted`, `sourced`, `seed`); repeatable; by
    /// default `assumed`
    #[arg(long, value_name = "TAG")]
    source: Vec<String>,
    /// Move factors of one section, or levers of one group of mechanisms, together
    #[arg(long)]
    grouped: bool,
    /// KPI to look at; repeatable. The first decides which factors are looked at further
    #[arg(long, value_name = "ID")]
    kpi: Vec<String>,
    /// Method; repeatable; all by default
    #[arg(long, value_enum)]
    method: Vec<Method>,
    /// Trajectories of the screening
    #[arg(long, value_name = "N", default_value_t = 10,
          value_parser = clap::value_parser!(u32).range(2..=10_000))]
    trajectories: u32,
    /// Seeds under which each trajectory is run
    #[arg(long, value_name = "N", default_value_t = 2,
          value_parser = clap::value_parser!(u32).range(2..=100))]
    seeds: u32,
    /// Levels of each factor in the screening, an even number
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = even)]
    levels: u32,
    /// Rows of the Sobol design, a power of two
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = power_of_two)]
    rows: u32,
    /// Most factors that are looked at further
    #[arg(long, value_name = "N", default_value_t = 8,
          value_parser = clap::value_parser!(u32).range(1..=200))]
    top: u32,
    /// Run one point only, as `failures.csv` names it, and show its KPIs
    #[arg(long, value_name = "SETTING:REPLICATION", value_parser = points::parse_point)]
    point: Option<Point>,
    #[command(flatten)]
    scenarios: ScenarioOptions,
    #[command(flatten)]
    design: DesignOptions,
    #[command(flatten)]
    out: OutOptions,
    #[command(flatten)]
    show: ShowOptions,
}

fn even(text: &str) -> Result<u32, String> {
    let levels: u32 = text.parse().map_err(|_| "expected a number".to_owned())?;
    let fits = (2..=100).contains(&levels) && levels.is_multiple_of(2);
    if fits { Ok(levels) } else { Err("expected an even number from 2 to 100".to_owned()) }
}

fn power_of_two(text: &str) -> Result<u32, String> {
    let rows: u32 = text.parse().map_err(|_| "expected a number".to_owned())?;
    let fits = (2..=1 << 20).contains(&rows) && rows.is_power_of_two();
    if fits { Ok(rows) } else { Err("expected a power of two (16, 32, 64, …)".to_owned()) }
}

/// Everything that is fixed before a run.
struct Job {
    question: Question,
    bases: Vec<Base>,
    factors: Vec<Factor>,
    groups: Vec<Group>,
    kpis: Vec<KpiId>,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        self.make(Some(self.show.format))
    }

    /// Makes the result; without a format only progress is told.
    pub(super) fn make(&self, format: Option<Format>) -> Result<Outcome, Failure> {
        let job = self.job()?;
        let study = job.question.study();
        let setup =
            Setup { n_arms: job.bases.len(), seed: study.seed, confidence: study.confidence };
        let mut runner = Runner::open(&job.question, &self.out)?;
        let mut tables = vec![factors_table(&job.factors, &job.groups)];
        let mut notes = Vec::new();
        let mut settings = plans::Settings::default();
        let counts = (self.trajectories, self.seeds);
        let screen = Screen::new(setup, job.groups.clone(), counts, self.levels, &mut settings);
        // A point of the screening is known without running it.
        if let Some(point) = self.point.filter(|point| point.setting < settings.list.len()) {
            return replay(&job, runner, &settings, point);
        }
        let mut found = job.groups.clone();
        let lang = self.show.lang;
        if self.uses(Method::Morris) || self.needs_choice(&job) {
            run(&job, &mut runner, &settings, lang.pick("筛查", "Screening"), &screen.points())?;
            tables.push(screen.table(&runner.table, &job.kpis));
            found = screen.matter(&runner.table, job.kpis[0]);
            notes.extend(self.chosen(&job, &mut found));
        }
        let singles: Vec<Group> =
            found.iter().filter(|group| group.factors.len() == 1).cloned().collect();
        if self.uses(Method::Tornado) && !singles.is_empty() {
            let n = study.replications.clone().count() as u32;
            let tornado = Tornado::new(setup, singles, n, &mut settings);
            let what = lang.pick("逐个变动", "One at a time");
            run(&job, &mut runner, &settings, what, &tornado.points())?;
            tables.push(tornado.table(&runner.table, &job.kpis, &job.factors));
        }
        if self.uses(Method::Sobol) && !found.is_empty() {
            let rows = self.rows as usize;
            let shares = Shares::new(setup, found, rows, &mut settings)
                .map_err(|error| Failure::usage([error.to_string(), error.to_string()]))?;
            let what = lang.pick("方差份额", "Shares of variance");
            run(&job, &mut runner, &settings, what, &shares.points())?;
            tables.push(shares.table(&runner.table, &job.kpis));
        }
        if let Some(point) = self.point {
            return replay(&job, runner, &settings, point);
        }
        let shown = tables.clone();
        let (well, bundle) = runner.finish(&lines(&job, &settings), tables, &notes)?;
        self.tell(format, &shown, &bundle)?;
        Ok(if well { Outcome::Done } else { Outcome::Doubtful })
    }

    fn uses(&self, method: Method) -> bool {
        self.method.is_empty() || self.method.contains(&method)
    }

    /// Without a screening all factors would have to be looked at further.
    fn needs_choice(&self, job: &Job) -> bool {
        job.groups.len() > self.top as usize
    }

    /// Cuts what matters to as many as are looked at further; says what was found.
    fn chosen(&self, job: &Job, found: &mut Vec<Group>) -> Option<Note> {
        let (n, all) = (found.len(), job.groups.len());
        found.truncate(self.top as usize);
        let kpi = job.kpis[0].kpi();
        if n == 0 {
            return Some(Note {
                zh: format!("{} 个因素中没有一个能断定对“{}”起作用：不再细看。", all, kpi.zh),
                en: format!(
                    "None of {all} factors can be said to act on \"{}\": nothing is looked at \
                     further.",
                    kpi.en
                ),
            });
        }
        let shown = found.len();
        Some(Note {
            zh: format!("{all} 个因素中有 {n} 个对“{}”起作用；细看其中最大的 {shown} 个。", kpi.zh),
            en: format!(
                "{n} of {all} factors act on \"{}\"; the {shown} largest are looked at further.",
                kpi.en
            ),
        })
    }

    fn job(&self) -> Result<Job, Failure> {
        let lang = self.show.lang;
        self.out.row_forms().refused_by("sensitivity")?;
        self.design.without_ignorance("sensitivity")?;
        if self.design.replication.is_some() {
            return Err(Failure::not_taken("sensitivity", "--replication"));
        }
        let scenarios = &self.scenarios.scenario;
        let rule = match scenarios.len() {
            0 | 2 => ArmRule::Several,
            1 => ArmRule::One,
            _ => {
                return Err(Failure::usage([
                    "sensitivity 看一个 --scenario，或看两个之差",
                    "sensitivity looks at one --scenario, or at the difference of two",
                ]));
            }
        };
        let names: Vec<String> = if scenarios.is_empty() {
            ["before", "after"].map(str::to_owned).into()
        } else {
            scenarios.clone()
        };
        let question = self.question(rule, &names)?;
        let sets = self.scenarios.sets()?;
        let base = |name: &String| Base::load(&question.model, name, &sets);
        let bases: Vec<Base> =
            names.iter().map(base).collect::<Result<_, _>>().map_err(Failure::input(lang))?;
        let factors = self.factors(&question.model, lang)?;
        if factors.is_empty() {
            return Err(Failure::usage(["没有可变动的因素", "nothing is left to move"]));
        }
        let groups = if self.grouped { grouped(&factors) } else { Group::singles(&factors) };
        let kpis = question.primary.iter().filter_map(|kpi| KpiId::find(kpi)).collect();
        Ok(Job { question, bases, factors, groups, kpis })
    }

    fn question(&self, rule: ArmRule, names: &[String]) -> Result<Question, Failure> {
        let scenarios =
            ScenarioOptions { scenario: names.to_vec(), set: self.scenarios.set.clone() };
        let mut question = Question::of_model(
            "sensitivity",
            &self.model,
            rule,
            &scenarios,
            &self.design,
            RowForms::default(),
            self.show.lang,
        )?;
        question.primary = points::kpis(&self.kpi)?;
        let id = |value: &dyn std::fmt::Debug| format!("{value:?}").to_lowercase();
        let mut options = vec![
            ("over", vec![id(&self.over)]),
            ("factor", self.factor.clone()),
            ("source", self.source.clone()),
            ("kpi", self.kpi.clone()),
            ("method", self.method.iter().map(|method| id(method)).collect()),
            ("trajectories", vec![self.trajectories.to_string()]),
            ("seeds", vec![self.seeds.to_string()]),
            ("levels", vec![self.levels.to_string()]),
            ("rows", vec![self.rows.to_string()]),
            ("top", vec![self.top.to_string()]),
        ];
        options.retain(|(_, values)| !values.is_empty());
        let mut question = question.with_options(&options);
        if self.grouped {
            question.command.push("--grouped".to_owned());
        }
        Ok(self.asking(question))
    }

    /// The question in words.
    fn asking(&self, question: Question) -> Question {
        let arms: Vec<[String; 2]> =
            question.arm_names().iter().map(|names| names.map(str::to_owned)).collect();
        let of = match arms.as_slice() {
            [from, to] => [
                format!("“{}”与“{}”之差", to[0], from[0]),
                format!("the difference between \"{}\" and \"{}\"", to[1], from[1]),
            ],
            others => {
                let [zh, en] = others.first().cloned().unwrap_or_default();
                [format!("“{zh}”的结果"), format!("the result of \"{en}\"")]
            }
        };
        let what = match self.over {
            Over::Levers => ["手段", "levers"],
            Over::Assumptions => ["假定的取值", "assumed values"],
        };
        let asked = [
            format!("哪些{}决定{}？", what[0], of[0]),
            format!("Which {} decide {}?", what[1], of[1]),
        ];
        question.with_title(["：哪些因素起作用", "which inputs matter"], asked)
    }

    /// Factors asked for, or all there are.
    fn factors(&self, model: &LoadedModel, lang: Lang) -> Result<Vec<Factor>, Failure> {
        let city = &model.city;
        let named = |key: &str| {
            self.factor.is_empty()
                || self.factor.iter().any(|name| {
                    name == key
                        || key
                            .strip_prefix(name.as_str())
                            .is_some_and(|rest| rest.starts_with('.') || rest.starts_with('['))
                })
        };
        let mut found = Vec::new();
        if self.over == Over::Levers {
            for lever in levers() {
                let id_named = self.factor.iter().any(|name| name == lever.id);
                if lever.key != crate::domain::policy::epoch::KEY
                    && lever.before.value != lever.after.value
                    && (named(lever.key) || id_named)
                {
                    let factor = Factor::of_lever(city, lever.key).map_err(Failure::input(lang))?;
                    found.push(factor);
                }
            }
        } else {
            let wanted = |source: &str| {
                let default = self.source.is_empty() && source == "assumed";
                default || self.source.iter().any(|tag| tag == source)
            };
            let wanted = |source: &str, key: &str| wanted(source) && named(key);
            found = ignorance::factors(model, lang, &wanted)?;
        }
        self.all_known(&found, model, lang)?;
        Ok(found)
    }

    /// Every name of a factor has found something.
    fn all_known(&self, found: &[Factor], model: &LoadedModel, lang: Lang) -> Result<(), Failure> {
        for name in &self.factor {
            let key = find_lever(name).map_or(name.as_str(), |lever| lever.key);
            if !found.iter().any(|factor| factor.name.starts_with(key)) {
                let known: Vec<String> = match self.over {
                    Over::Levers => levers().iter().map(|lever| lever.key.to_owned()).collect(),
                    Over::Assumptions => {
                        let all = ignorance::factors(model, lang, &|_, _| true)?;
                        all.into_iter().map(|factor| factor.name).collect()
                    }
                };
                let sections = known.iter().filter_map(|key| Some(key.split_once('.')?.0));
                let near = meant(key, known.iter().map(String::as_str).chain(sections));
                return Err(Failure::usage([
                    format!(
                        "--factor {name}：没有这个名称的可变动因素{}；`huying check` \
                         列出假设，`huying levers` 列出杠杆，由 --over 和 --source 挑选",
                        near.zh
                    ),
                    format!(
                        "--factor {name}: nothing of that name can be moved{}; `huying check` \
                         lists assumptions, `huying levers` levers, and --over and --source choose \
                         among them",
                        near.en
                    ),
                ]));
            }
        }
        Ok(())
    }

    fn tell(
        &self,
        format: Option<Format>,
        tables: &[Table],
        bundle: &Briefing,
    ) -> Result<(), Failure> {
        match format {
            None => Ok(()),
            Some(Format::Csv) => tables.last().map_or(Ok(()), output::say_csv),
            Some(Format::Json) => {
                let object =
                    tables.iter().map(|table| (table.name().to_owned(), output::rows(table)));
                output::say_json(&serde_json::Value::Object(object.collect()))
            }
            Some(Format::Text) => tables
                .iter()
                .try_for_each(|table| output::say_analysis(bundle, table, self.show.lang)),
        }
    }
}

/// Runs one point and shows its KPIs.
fn replay(
    job: &Job,
    runner: Runner<'_>,
    settings: &plans::Settings,
    point: Point,
) -> Result<Outcome, Failure> {
    let lines = lines(job, settings);
    let plan = |at: usize| plan(job, settings, at);
    let well = runner.replay(&Settings { lines, plan: &plan }, point)?;
    Ok(if well { Outcome::Done } else { Outcome::Doubtful })
}

/// Runs points of the settings there are so far.
fn run(
    job: &Job,
    runner: &mut Runner<'_>,
    settings: &plans::Settings,
    what: &str,
    points: &[Point],
) -> Result<(), Failure> {
    let plan = |at: usize| plan(job, settings, at);
    runner.run(what, &Settings { lines: lines(job, settings), plan: &plan }, points)
}

fn plan(job: &Job, settings: &plans::Settings, at: usize) -> compile::LoadedPlan {
    let moved = &settings.list[at];
    let set: Vec<(&Factor, compile::Setting)> = moved
        .at
        .iter()
        .map(|&(factor, position)| (&job.factors[factor], job.factors[factor].at(position)))
        .collect();
    let set: Vec<(&Factor, &compile::Setting)> =
        set.iter().map(|(factor, setting)| (*factor, setting)).collect();
    job.bases[moved.arm].arm(&job.question.model, "point", &set)
}

/// Settings in words: the arm, then `key=value`.
fn lines(job: &Job, settings: &plans::Settings) -> Vec<String> {
    let manifest = job.question.manifest();
    let line = |moved: &plans::Moved| {
        let set: String = moved
            .at
            .iter()
            .map(|&(factor, position)| {
                let factor = &job.factors[factor];
                format!(" {}={}", factor.name, factor.at(position).text)
            })
            .collect();
        format!("{}{set}", manifest.arms[moved.arm].name)
    };
    settings.list.iter().map(line).collect()
}
