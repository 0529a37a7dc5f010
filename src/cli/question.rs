//! What is asked: model, arms, area and design, put together from files and options.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

use crate::compile::{
    self, Area, Diagnostics, Known, LoadedDesign, LoadedExperiment, LoadedFit, LoadedModel,
    LoadedPlan,
};
use crate::compile::{Estimand, LoadedPrecision, LoadedSelect};
use crate::measure::{KPIS, Scope, Selection};
use crate::present::CHARTS;
use crate::store::{ArmEntry, InputFile, Manifest};
use crate::study::{Arm, Study};

use super::asked::{ArmRule, asked, pairs, scenario_names};
use super::command_words::{design_tail, words_of};
use super::failure::{Failure, meant};
use super::options::{Applications, Cases, DesignOptions, Lang, RowForms, ScenarioOptions};
use super::paths;
use super::plan_of_runs::{self, Runs};
use super::titles::titles;

/// Days, replications and seed where neither file nor option says.
pub(super) const WARM_UP_DAYS: u32 = 182;
pub(super) const HORIZON_DAYS: u32 = 364;
/// Fewer cover too rarely where a KPI is skewed (METHOD 3).
const REPLICATIONS: u32 = 30;
pub(super) const SEED: u64 = 1;
const CONFIDENCE: f64 = 0.95;

/// Everything that decides a result.
#[derive(Debug)]
pub(super) struct Question {
    /// Words of the command line that ask the same again.
    pub(super) command: Vec<String>,
    /// The model.
    pub(super) model: LoadedModel,
    /// Path and digest of the experiment file.
    experiment: Option<(String, String)>,
    /// Arms, the baseline first, each with the command that runs it again.
    arms: Vec<(LoadedPlan, Vec<String>)>,
    /// The design that made most of the arms.
    pub(super) design: Option<LoadedDesign>,
    scopes: Vec<Scope>,
    area: Vec<Area>,
    warm_up_days: u32,
    horizon_days: u32,
    replications: RangeInclusive<u32>,
    seed: u64,
    confidence: f64,
    words: BTreeMap<String, String>,
    /// KPIs the question is about.
    pub(super) primary: Vec<String>,
    charts: Vec<String>,
    /// How many runs are made.
    pub(super) runs: Runs,
    select: Option<LoadedSelect>,
    /// What numbers are fitted to, where the experiment says so.
    pub(super) fit: Option<LoadedFit>,
    /// What the numbers speak of.
    pub(super) estimand: Estimand,
    /// Language of words.
    pub(super) lang: Lang,
    /// Forms of the files of cases and applications.
    pub(super) rows: RowForms,
    /// Draws of the assumed numbers, and replications of each.
    pub(super) ignorance: Option<(u32, u32)>,
}

/// Ids of KPIs that experiments may name.
pub(super) fn kpi_ids() -> Vec<&'static str> {
    KPIS.iter().map(|kpi| kpi.id).collect()
}

/// Ids of scopes that experiments may name.
pub(super) fn scope_ids() -> Vec<&'static str> {
    Scope::ALL.map(Scope::id).into()
}

/// Scopes that are kept: those the file names, else few where a design makes many arms.
fn scopes_of(loaded: &LoadedExperiment) -> Vec<Scope> {
    let named = |ids: &Vec<String>| {
        let all = Scope::ALL.into_iter();
        all.filter(|&scope| scope == Scope::City || ids.iter().any(|id| id == scope.id())).collect()
    };
    match (&loaded.scopes, &loaded.design) {
        (Some(ids), _) => named(ids),
        (None, Some(_)) => vec![Scope::City, Scope::District, Scope::Kind],
        (None, None) => Scope::ALL.to_vec(),
    }
}

impl Question {
    /// A question of the command line alone.
    pub(super) fn of_model(
        verb: &str,
        path: &Path,
        rule: ArmRule,
        scenarios: &ScenarioOptions,
        design: &DesignOptions,
        rows: RowForms,
        lang: Lang,
    ) -> Result<Question, Failure> {
        design.check()?;
        let model = compile::load_model(path).map_err(Failure::input(lang))?;
        let mut log = Diagnostics::new();
        let whole = ["city".to_owned()];
        let named = if design.area.is_empty() { &whole[..] } else { &design.area };
        let area = areas(&model, named, &mut log);
        let sets = scenarios.sets()?;
        let asked = asked(rule, scenarios, &sets)?;
        let replications = replications(design, REPLICATIONS);
        let mut tail = words_of(&[
            ("area", area.iter().map(|area| area.name.clone()).collect()),
            ("days", vec![design.days.unwrap_or(HORIZON_DAYS).to_string()]),
            ("warm-up", vec![design.warm_up.unwrap_or(WARM_UP_DAYS).to_string()]),
            ("seed", vec![design.seed.unwrap_or(SEED).to_string()]),
        ]);
        let mut arms = Vec::new();
        for (scenario, sets, name) in &asked {
            let mut plan = match compile::plan(&model, scenario, sets) {
                Ok(plan) => plan,
                Err(more) => {
                    log.append(more);
                    continue;
                }
            };
            if let Some(name) = name {
                plan.zh = format!("{}({})", plan.zh, pairs(sets).join(" "));
                plan.en = format!("{} ({})", plan.en, pairs(sets).join(" "));
                plan.name.clone_from(name);
            }
            let mut replay = vec!["run".to_owned(), paths::shown(path)];
            replay.push(format!("--scenario={scenario}"));
            replay.extend(pairs(sets).into_iter().map(|pair| format!("--set={pair}")));
            replay.extend(tail.iter().cloned());
            arms.push((plan, replay));
        }
        log.unless_wrong(Some(())).map_err(Failure::input(lang))?;
        let names: Vec<[String; 2]> =
            arms.iter().map(|(plan, _)| [plan.zh.clone(), plan.en.clone()]).collect();
        let mut command = vec![verb.to_owned(), paths::shown(path)];
        command.extend(words_of(&[("scenario", scenario_names(&asked)), ("set", pairs(&sets))]));
        command.append(&mut tail);
        let runs = runs_of(design, None, &[])?;
        let precise = runs != Runs::Fixed;
        command.extend(design_tail(design, &replications, &rows, lang, precise));
        Question {
            command,
            experiment: None,
            arms,
            design: None,
            scopes: Scope::ALL.to_vec(),
            area,
            warm_up_days: design.warm_up.unwrap_or(WARM_UP_DAYS),
            horizon_days: design.days.unwrap_or(HORIZON_DAYS),
            replications,
            seed: design.seed.unwrap_or(SEED),
            confidence: CONFIDENCE,
            words: titles(&model, rule, &names),
            model,
            primary: Vec::new(),
            charts: Vec::new(),
            runs,
            select: None,
            fit: None,
            estimand: Estimand::default(),
            lang,
            rows,
            ignorance: None,
        }
        .with_ignorance(design, None)
    }

    /// A question of an experiment file, with options on top.
    pub(super) fn of_experiment(
        path: &Path,
        only: &[String],
        design: &DesignOptions,
        rows: RowForms,
        lang: Lang,
    ) -> Result<Question, Failure> {
        design.check()?;
        let ids = kpi_ids();
        let scopes = scope_ids();
        let monthly = super::fit::monthly_ids();
        let known = Known { kpis: &ids, charts: &CHARTS, scopes: &scopes, monthly: &monthly };
        let loaded = compile::load_experiment(path, &known).map_err(Failure::input(lang))?;
        let arms = chosen(&loaded, only)?;
        let given = areas_alone(&loaded.model, &design.area, lang)?;
        let mut own = vec!["study".to_owned(), paths::shown(path)];
        own.extend(words_of(&[
            ("area", design.area.clone()),
            ("days", design.days.iter().map(u32::to_string).collect()),
            ("warm-up", design.warm_up.iter().map(u32::to_string).collect()),
            ("seed", design.seed.iter().map(u64::to_string).collect()),
        ]));
        let replications = replications(design, loaded.replications);
        let mut command = own.clone();
        command.extend(words_of(&[("arm", only.to_vec())]));
        let runs = runs_of(design, loaded.precision.as_ref(), &loaded.kpis)?;
        let precise = runs != Runs::Fixed;
        command.extend(design_tail(design, &replications, &rows, lang, precise));
        let arms = arms
            .into_iter()
            .map(|plan| {
                let mut replay = own.clone();
                replay.push(format!("--arm={}", plan.name));
                (plan, replay)
            })
            .collect();
        let scopes = scopes_of(&loaded);
        let ignorance = loaded.ignorance.map(|samples| (samples, loaded.ignorance_replications));
        let words = [
            ("title_zh", &loaded.title_zh),
            ("title_en", &loaded.title_en),
            ("question_zh", &loaded.question_zh),
            ("question_en", &loaded.question_en),
        ];
        Question {
            command,
            experiment: Some((paths::shown(path), loaded.digest)),
            arms,
            scopes,
            design: loaded.design,
            area: if given.is_empty() { loaded.areas } else { given },
            warm_up_days: design.warm_up.unwrap_or(loaded.warm_up_days),
            horizon_days: design.days.unwrap_or(loaded.horizon_days),
            replications,
            seed: design.seed.unwrap_or(loaded.seed),
            confidence: loaded.confidence,
            words: words.map(|(key, text)| (key.to_owned(), text.clone())).into(),
            model: loaded.model,
            primary: loaded.kpis,
            charts: loaded.charts,
            runs,
            select: loaded.select,
            fit: loaded.fit,
            estimand: loaded.estimand,
            lang,
            rows,
            ignorance: None,
        }
        .with_ignorance(design, ignorance)
    }

    /// The same question with draws of the assumed numbers.
    /// Options stand over the file.
    fn with_ignorance(
        mut self,
        said: &DesignOptions,
        file: Option<(u32, u32)>,
    ) -> Result<Question, Failure> {
        let Some(samples) = said.ignorance.or(file.map(|(samples, _)| samples)) else {
            return match said.ignorance_replications {
                None => Ok(self),
                Some(_) => Err(Failure::usage([
                    "没有 --ignorance 时，--ignorance-replications 没有意义",
                    "--ignorance-replications says nothing without --ignorance",
                ])),
            };
        };
        let own = said.ignorance_replications.or(file.map(|(_, each)| each));
        let each = own.unwrap_or(compile::IGNORANCE_REPLICATIONS);
        self.ignorance = Some((samples, each));
        Ok(self.with_options(&[
            ("ignorance", vec![samples.to_string()]),
            ("ignorance-replications", vec![each.to_string()]),
        ]))
    }

    /// Plans of all arms.
    pub(super) fn plans(&self) -> impl Iterator<Item = &LoadedPlan> {
        self.arms.iter().map(|(plan, _)| plan)
    }

    /// Number of arms.
    pub(super) fn n_arms(&self) -> usize {
        self.arms.len()
    }

    /// Plan of an arm.
    pub(super) fn plan(&self, arm: usize) -> &LoadedPlan {
        &self.arms[arm].0
    }

    /// The same question with options of its own: they belong to the command and to the input.
    pub(super) fn with_options(mut self, options: &[(&str, Vec<String>)]) -> Question {
        let words = words_of(options);
        let known = self.words.entry("design".to_owned()).or_default();
        known.push_str(&words.join(" "));
        self.command.extend(words);
        self
    }

    /// A title and a question of its own, Chinese and English; the title stands after the name of
    /// the city.
    pub(super) fn with_title(mut self, title: [&str; 2], asked: [String; 2]) -> Question {
        let city = &self.model.city;
        let [zh, en] = asked;
        self.words.extend(
            [
                ("title_zh", format!("{}{}", city.zh, title[0])),
                ("title_en", format!("{}: {}", city.en, title[1])),
                ("question_zh", zh),
                ("question_en", en),
            ]
            .map(|(key, text)| (key.to_owned(), text)),
        );
        self
    }

    /// Names of the arms, Chinese and English.
    pub(super) fn arm_names(&self) -> Vec<[&str; 2]> {
        self.arms.iter().map(|(plan, _)| [plan.zh.as_str(), plan.en.as_str()]).collect()
    }

    /// Turns the question into a choice: the options over the file's `[select]`. Only the whole
    /// area is kept then.
    pub(super) fn choose(&mut self, said: &LoadedSelect, words: &[String]) -> Result<(), Failure> {
        let arms = self.arms.len();
        let choice = plan_of_runs::choice(self.select.as_ref(), said, &self.primary, arms)?;
        let id = KPIS[choice.kpi.index()].id;
        self.primary.retain(|kpi| kpi != id);
        self.primary.insert(0, id.to_owned());
        self.rows.refused_by("select")?;
        "select".clone_into(&mut self.command[0]);
        self.command.retain(|word| !word.starts_with("--replications="));
        self.command.extend(words.iter().cloned());
        self.scopes = vec![Scope::City];
        // A choice looks at one KPI under one set of assumptions.
        self.ignorance = None;
        self.runs = Runs::Choose(choice);
        Ok(())
    }

    /// What is to be run.
    pub(super) fn study(&self) -> Study {
        let area = Area::union(&self.area);
        let arms = self.arms.iter().map(|(plan, replay)| Arm {
            name: plan.name.clone(),
            zh: plan.zh.clone(),
            en: plan.en.clone(),
            city: plan.city.clone(),
            plan: plan.plan.clone(),
            replay: paths::command_line(replay),
        });
        Study {
            city: self.model.city.clone(),
            arms: arms.collect(),
            selection: Selection { streets: area.streets },
            scopes: self.scopes.clone(),
            districts: area.districts,
            seed: self.seed,
            // Rules begin with one and go on from there.
            replications: match self.runs {
                Runs::Fixed => self.replications.clone(),
                Runs::Precise(_) | Runs::Choose(_) => 1..=1,
            },
            warm_up_days: self.warm_up_days,
            horizon_days: self.horizon_days,
            confidence: self.confidence,
        }
    }

    /// What the result is made from.
    pub(super) fn manifest(&self) -> Manifest {
        let dir = paths::shown(&self.model.dir);
        let files = self.model.files.iter();
        let mut inputs: Vec<InputFile> = files
            .map(|(name, digest)| input(&format!("{dir}/{name}"), digest))
            .chain(self.experiment.iter().map(|(path, digest)| input(path, digest)))
            .collect();
        for (plan, _) in &self.arms {
            let files = plan.files.iter();
            inputs
                .extend(files.map(|(path, digest)| input(&paths::shown(Path::new(path)), digest)));
        }
        inputs.sort_by(|a, b| a.path.cmp(&b.path));
        inputs.dedup();
        let arms = self.arms.iter().map(|(plan, _)| ArmEntry {
            name: plan.name.clone(),
            zh: plan.zh.clone(),
            en: plan.en.clone(),
            settings: plan.settings.lines().map(str::to_owned).collect(),
            plan: paths::plan_digest(plan),
        });
        Manifest {
            program: "huying".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            toolchain: paths::toolchain(),
            lock_digest: paths::digest(include_bytes!("../../Cargo.lock")),
            command: self.command.clone(),
            model: self.model.city.id.clone(),
            model_digest: paths::model_digest(&self.model),
            experiment_digest: self.experiment.as_ref().map(|(_, digest)| digest.clone()),
            inputs,
            arms: arms.collect(),
            scopes: if self.scopes.len() == Scope::ALL.len() {
                Vec::new()
            } else {
                self.scopes.iter().map(|scope| scope.id().to_owned()).collect()
            },
            area: self.area.iter().map(|area| area.name.clone()).collect(),
            seed: self.seed,
            start: self.model.city.start.to_string(),
            warm_up_days: self.warm_up_days,
            horizon_days: self.horizon_days,
            first_replication: *self.replications.start(),
            replications: match self.runs {
                Runs::Fixed => self.replications.clone().count() as u32,
                // Found by the runs themselves.
                Runs::Precise(_) | Runs::Choose(_) => 0,
            },
            rule: self.runs.rule(),
            estimand: self.estimand.id().to_owned(),
            confidence: self.confidence,
            primary_kpis: self.primary.clone(),
            charts: self.charts.clone(),
            words: self.words.clone(),
            cases: Cases::ids(&self.rows.cases),
            applications: Applications::ids(&self.rows.applications),
            lang: self.lang.id().to_owned(),
            published: None,
            files: BTreeMap::new(),
        }
    }
}

/// Arms of an experiment that were asked for, the baseline always among them.
fn chosen(loaded: &LoadedExperiment, only: &[String]) -> Result<Vec<LoadedPlan>, Failure> {
    let known = || loaded.arms.iter().map(|arm| arm.name.as_str());
    for name in only {
        if !known().any(|arm| arm == name) {
            let arms: Vec<&str> = known().collect();
            let near = meant(name, known());
            return Err(Failure::usage([
                format!("没有方案“{name}”；有：{}{}", arms.join("、"), near.zh),
                format!("no arm \"{name}\"; there are: {}{}", arms.join(", "), near.en),
            ]));
        }
    }
    let wanted = |arm: &&LoadedPlan| only.is_empty() || only.contains(&arm.name);
    Ok(loaded.arms.iter().filter(wanted).cloned().collect())
}

/// Areas of the option; those that are none go to the log.
pub(super) fn areas(model: &LoadedModel, written: &[String], log: &mut Diagnostics) -> Vec<Area> {
    let area = |text: &String| compile::area(&model.city, text).map_err(|more| log.append(more));
    written.iter().map(area).filter_map(Result::ok).collect()
}

/// Areas of the option where nothing else is read that could be wrong as well.
pub(super) fn areas_alone(
    model: &LoadedModel,
    written: &[String],
    lang: Lang,
) -> Result<Vec<Area>, Failure> {
    let mut log = Diagnostics::new();
    let areas = areas(model, written, &mut log);
    log.unless_wrong(Some(areas)).map_err(Failure::input(lang))
}

fn replications(design: &DesignOptions, default: u32) -> RangeInclusive<u32> {
    match design.replication {
        Some(one) => one..=one,
        None => 1..=design.replications.unwrap_or(default),
    }
}

/// How many runs are made: a precision of the option, else a number of the option, else what the
/// file says.
fn runs_of(
    design: &DesignOptions,
    loaded: Option<&LoadedPrecision>,
    primary: &[String],
) -> Result<Runs, Failure> {
    let fixed = design.replications.is_some() || design.replication.is_some();
    match (design.precision, loaded) {
        (None, None) => Ok(Runs::Fixed),
        (None, Some(_)) if fixed => Ok(Runs::Fixed),
        (relative, loaded) => {
            let control = plan_of_runs::control(loaded, relative, design.replications, primary)?;
            Ok(Runs::Precise(control))
        }
    }
}

fn input(path: &str, digest: &str) -> InputFile {
    InputFile { path: path.to_owned(), digest: digest.to_owned() }
}
