//! Experiment files: a question, its arms, its area and its design.

use super::assumed::read_assumptions;
use super::design::{LoadedDesign, read_design as read_design_of};
use super::fit::{LoadedFit, read_fit};
use super::folder;
use super::model::{LoadedModel, load_model, models_in};
use super::package;
use super::places::{Area, read_area};
use super::plan::{LoadedPlan, resolve};
use super::rollout::read_rollout;
use super::rules::{
    Estimand, LoadedPrecision, LoadedSelect, read_estimand, read_precision, read_select,
};
use super::scenario::{read_levers, read_stack};
use super::shocks::{self, check_number, read_shocks};
use crate::spec::{
    Diagnostic, Diagnostics, Fields, Node, Place, Source, Words, number, parse_toml, text, texts,
    whole, wrong,
};
use std::path::{Path, PathBuf};

/// Ids that experiments may name and that this layer does not know: the caller hands them in.
/// An empty list is not checked.
#[derive(Clone, Copy, Default, Debug)]
pub struct Known<'a> {
    /// KPI ids.
    pub kpis: &'a [&'a str],
    /// Chart names.
    pub charts: &'a [&'a str],
    /// Scopes of rows.
    pub scopes: &'a [&'a str],
    /// KPIs that can be told by the month.
    pub monthly: &'a [&'a str],
}

/// An experiment, checked and compiled.
#[derive(Clone, Debug)]
pub struct LoadedExperiment {
    /// Name of the file.
    pub id: String,
    /// Digest of the file (BLAKE3, hexadecimal).
    pub digest: String,
    /// 标题.
    pub title_zh: String,
    /// Title.
    pub title_en: String,
    /// 问题.
    pub question_zh: String,
    /// Question.
    pub question_en: String,
    /// The model.
    pub model: LoadedModel,
    /// Arms, the first is the baseline.
    pub arms: Vec<LoadedPlan>,
    /// The design that made the arms after those listed, if there is one.
    pub design: Option<LoadedDesign>,
    /// Areas to report; what is simulated is their union.
    pub areas: Vec<Area>,
    /// Warm-up [days].
    pub warm_up_days: u32,
    /// Measured days.
    pub horizon_days: u32,
    /// Replications of each arm.
    pub replications: u32,
    /// Draws of the assumed numbers from their ranges.
    pub ignorance: Option<u32>,
    /// Replications of each draw.
    pub ignorance_replications: u32,
    /// Seed.
    pub seed: u64,
    /// Confidence of intervals.
    pub confidence: f64,
    /// Headline KPIs.
    pub kpis: Vec<String>,
    /// Charts.
    pub charts: Vec<String>,
    /// What the numbers speak of.
    pub estimand: Estimand,
    /// How precise the numbers have to be, if the number of replications is not fixed.
    pub precision: Option<LoadedPrecision>,
    /// Which arm is to be chosen, for `huying select`.
    pub select: Option<LoadedSelect>,
    /// What assumed numbers are fitted to, for `huying fit`.
    pub fit: Option<LoadedFit>,
    /// Scopes whose rows are kept; none if the file does not say.
    pub scopes: Option<Vec<String>>,
}

/// Days, replications and the like of a file that does not say.
pub(super) const DEFAULTS: Design = Design {
    warm_up_days: 182,
    horizon_days: 364,
    replications: 30,
    ignorance: None,
    ignorance_replications: IGNORANCE_REPLICATIONS,
    seed: 1,
    confidence: 0.95,
};

/// Replications of each draw of the assumed numbers: luck is the same in all of them, so few do.
pub const IGNORANCE_REPLICATIONS: u32 = 2;

/// The numbers of a design.
pub(super) struct Design {
    pub(super) warm_up_days: u32,
    pub(super) horizon_days: u32,
    pub(super) replications: u32,
    pub(super) ignorance: Option<u32>,
    pub(super) ignorance_replications: u32,
    pub(super) seed: u64,
    pub(super) confidence: f64,
}

/// Loads an experiment file with its model and all its arms.
///
/// # Errors
/// Every mistake found in the file, its model and its scenarios.
pub fn load_experiment(path: &Path, known: &Known<'_>) -> Result<LoadedExperiment, Diagnostics> {
    let mut log = Diagnostics::new();
    let experiment = read_experiment(path, known, &mut log);
    log.unless_wrong(experiment)
}

fn read_experiment(
    path: &Path,
    known: &Known<'_>,
    log: &mut Diagnostics,
) -> Option<LoadedExperiment> {
    let (source, digest) = folder::read(path, None, log)?;
    let tree = parse_toml(&source, log);
    let mut fields = Fields::root(&source, &tree);
    let [title_zh, title_en, question_zh, question_en] =
        ["title_zh", "title_en", "question_zh", "question_en"].map(|key| {
            let node = fields.required(key, log)?;
            text(&source, key, node, log).map(str::to_owned)
        });
    let model = fields.required("model", log).and_then(|node| model_of(path, &source, node, log));
    let design = read_design(&mut fields, log);
    let kpis = read_ids(&mut fields, "kpis", known.kpis, log);
    let charts = read_ids(&mut fields, "charts", known.charts, log);
    let estimand = read_estimand(&mut fields, log);
    let precision =
        said(fields.optional("precision"), |node| read_precision(&source, node, known.kpis, log));
    let select =
        said(fields.optional("select"), |node| read_select(&source, node, known.kpis, log));
    let scopes = match fields.optional("scopes") {
        Some(_) => read_ids(&mut fields, "scopes", known.scopes, log).map(Some),
        None => Some(None),
    };
    let area = fields.optional("area");
    let areas = model.as_ref().and_then(|model| read_areas(&source, area, model, log));
    let shocks = fields.optional(shocks::KEY);
    let fit = fields.optional("fit");
    let mut arms = read_all_arms(&mut fields, model.as_ref(), log);
    let fit = match (fit, &arms) {
        (Some(node), Some((design, _))) => {
            read_fit(path, &source, node, design.as_ref(), known.monthly, log).map(Some)
        }
        _ => Some(None),
    };
    if let (Some(node), Some(model), Some((_, arms))) = (shocks, &model, &mut arms) {
        let shocks = read_shocks(&source, node, &model.city, log);
        for arm in arms {
            arm.add_shocks(&shocks);
            check_number(arm.plan.shocks.len(), &source.place(node.span.start), log);
        }
    }
    fields.finish(log);
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let design = design?;
    let (made, arms) = arms?;
    Some(LoadedExperiment {
        id: stem.unwrap_or_default(),
        digest,
        title_zh: title_zh?,
        title_en: title_en?,
        question_zh: question_zh?,
        question_en: question_en?,
        model: model?,
        arms,
        design: made,
        areas: areas?,
        warm_up_days: design.warm_up_days,
        horizon_days: design.horizon_days,
        replications: design.replications,
        ignorance: design.ignorance,
        ignorance_replications: design.ignorance_replications,
        seed: design.seed,
        confidence: design.confidence,
        kpis: kpis?,
        charts: charts?,
        estimand: estimand?,
        precision: precision?,
        select: select?,
        fit: fit?,
        scopes: scopes?,
    })
}

/// What a section says, if it is there; none if it is there and wrong.
#[allow(clippy::option_option, reason = "not there is no mistake, wrong is one")]
fn said<T>(node: Option<&Node>, read: impl FnOnce(&Node) -> Option<T>) -> Option<Option<T>> {
    match node {
        Some(node) => read(node).map(Some),
        None => Some(None),
    }
}

/// The model an experiment names: a folder beside the file, `models/NAME` next to the folder of
/// the experiment, or a path from the working directory. Its mistakes are added to the log.
fn model_of(
    path: &Path,
    source: &Source,
    node: &Node,
    log: &mut Diagnostics,
) -> Option<LoadedModel> {
    let name = text(source, "model", node, log)?;
    let here = path.parent().unwrap_or(Path::new(""));
    let up = if here.as_os_str().is_empty() { Path::new("..").to_owned() } else { here.join("..") };
    let tried = [here.join(name), up.join("models").join(name), PathBuf::from(name)];
    let Some(dir) = tried.iter().find(|dir| dir.join("model.toml").is_file()) else {
        let expected = Words::new(
            "models/ 下的模型名，或含 model.toml 的文件夹",
            "the name of a model in models/, or a folder with a model.toml",
        );
        let models = models_in(&[here, &up.join("models"), Path::new(".")]);
        let known = models.iter().map(String::as_str);
        log.push(wrong(source, node, "model", expected).nearest(name, known));
        return None;
    };
    match load_model(&folder::without_detours(dir)) {
        Ok(model) => Some(model),
        Err(more) => {
            log.append(more);
            None
        }
    }
}

fn read_design(fields: &mut Fields<'_>, log: &mut Diagnostics) -> Option<Design> {
    let mut days = |key: &str, default: u32, most: i64| match fields.optional(key) {
        Some(node) => {
            whole(fields.source, key, node, (i64::from(key != "warm_up_days"), most), log)
                .map(|whole| whole as u32)
        }
        None => Some(default),
    };
    let warm_up_days = days("warm_up_days", DEFAULTS.warm_up_days, 3650);
    let horizon_days = days("horizon_days", DEFAULTS.horizon_days, 3650);
    let replications = days("replications", DEFAULTS.replications, 100_000);
    let of_draws = days("ignorance_replications", DEFAULTS.ignorance_replications, 10_000);
    let ignorance = match fields.optional("ignorance") {
        Some(node) => whole(fields.source, "ignorance", node, (2, 10_000), log)
            .map(|whole| Some(whole as u32)),
        None => Some(None),
    };
    let seed = match fields.optional("seed") {
        Some(node) => whole(fields.source, "seed", node, (0, i64::MAX), log).map(|n| n as u64),
        None => Some(DEFAULTS.seed),
    };
    let confidence = match fields.optional("confidence") {
        Some(node) => {
            let level = number(fields.source, "confidence", node, log)?;
            if !(0.5..1.0).contains(&level) {
                let expected = Words::new("0.5 到 1 之间的数", "a number from 0.5 to below 1");
                log.push(wrong(fields.source, node, "confidence", expected));
            }
            Some(level)
        }
        None => Some(DEFAULTS.confidence),
    };
    Some(Design {
        warm_up_days: warm_up_days?,
        horizon_days: horizon_days?,
        replications: replications?,
        ignorance: ignorance?,
        ignorance_replications: of_draws?,
        seed: seed?,
        confidence: confidence?,
    })
}

fn read_ids(
    fields: &mut Fields<'_>,
    key: &str,
    known: &[&str],
    log: &mut Diagnostics,
) -> Option<Vec<String>> {
    let Some(node) = fields.optional(key) else { return Some(Vec::new()) };
    let source = fields.source;
    let ids = texts(source, key, node, log)?;
    for (id, node) in ids.iter().filter(|(id, _)| !known.is_empty() && !known.contains(id)) {
        let words =
            Words::new(format!("{key} 中没有“{id}”"), format!("unknown id \"{id}\" in {key}"));
        let place = source.place(node.span.start);
        let diagnostic = Diagnostic::new("experiment::unknown_id", place, words);
        log.push(diagnostic.nearest(id, known.iter().copied()));
    }
    Some(ids.into_iter().map(|(id, _)| id.to_owned()).collect())
}

fn read_areas(
    source: &Source,
    node: Option<&Node>,
    model: &LoadedModel,
    log: &mut Diagnostics,
) -> Option<Vec<Area>> {
    let Some(node) = node else {
        return read_area(&model.city, "city", &Place::whole(&*source.file), log)
            .map(|area| vec![area]);
    };
    let written = texts(source, "area", node, log)?;
    if written.is_empty() {
        log.push(wrong(source, node, "area", Words::new("至少一个范围", "at least one area")));
        return None;
    }
    // Every area is read before the first wrong one ends the list.
    let areas: Vec<Option<Area>> = written
        .into_iter()
        .map(|(area, node)| read_area(&model.city, area, &source.place(node.span.start), log))
        .collect();
    areas.into_iter().collect()
}

/// Arms that are listed, then those that a design makes.
fn read_all_arms(
    fields: &mut Fields<'_>,
    model: Option<&LoadedModel>,
    log: &mut Diagnostics,
) -> Option<(Option<LoadedDesign>, Vec<LoadedPlan>)> {
    let source = fields.source;
    let (arms, design) = (fields.optional("arms"), fields.optional("design"));
    let model = model?;
    let listed = match (arms, design) {
        (None, Some(_)) => Some(Vec::new()),
        (None, None) => {
            let words = Words::new("缺少“arms”或“design”", "\"arms\" or \"design\" is missing");
            log.push(Diagnostic::new("file::missing_key", fields.place(), words));
            None
        }
        (Some(node), _) => read_arms(source, node, model, log),
    };
    match design {
        None => Some((None, listed?)),
        Some(node) => {
            let read = read_design_of(source, node, model, listed.clone().unwrap_or_default(), log);
            listed?;
            read.map(|(design, arms)| (Some(design), arms))
        }
    }
}

fn read_arms(
    source: &Source,
    node: &Node,
    model: &LoadedModel,
    log: &mut Diagnostics,
) -> Option<Vec<LoadedPlan>> {
    let Some(nodes) = node.list().filter(|nodes| !nodes.is_empty()) else {
        log.push(wrong(source, node, "arms", Words::same("[[arms]]")));
        return None;
    };
    let mut arms: Vec<LoadedPlan> = Vec::new();
    let mut complete = true;
    for (index, node) in nodes.iter().enumerate() {
        let Some(arm) = read_arm(source, &format!("arms[{index}]"), node, model, log) else {
            complete = false;
            continue;
        };
        if arms.iter().any(|other| other.name == arm.name) {
            let name = &arm.name;
            let words = Words::new(
                format!("两个分支都叫“{name}”"),
                format!("two arms are called \"{name}\""),
            );
            let place = source.place(node.span.start);
            log.push(Diagnostic::new("experiment::duplicate_arm", place, words));
        }
        arms.push(arm);
    }
    complete.then_some(arms)
}

fn read_arm(
    source: &Source,
    path: &str,
    node: &Node,
    model: &LoadedModel,
    log: &mut Diagnostics,
) -> Option<LoadedPlan> {
    let mut fields = Fields::of(source, path, node, log)?;
    let [name, zh, en] = ["name", "name_zh", "name_en"].map(|key| {
        let node = fields.optional(key)?;
        text(source, &fields.path(key), node, log).map(str::to_owned)
    });
    let scenario_path = fields.path("scenario");
    let stack = fields.required("scenario", log).and_then(|node| {
        let scenario = text(source, &scenario_path, node, log)?;
        read_stack(model, scenario, Some(source.place(node.span.start)), log)
    });
    let groups = fields.optional(package::KEY).and_then(|node| {
        let set = package::read_groups(source, node, log)?;
        package::package_stack(model, set, &[], log)
    });
    let rollout = fields.optional("rollout").map(|node| {
        read_rollout(source, &fields.path("rollout"), node, model, log).unwrap_or_default()
    });
    let levers = fields.optional("levers").map(|node| read_levers(source, node, &model.city, log));
    let changes =
        fields.optional("assumptions").map(|node| read_assumptions(source, node, &model.city, log));
    let own = fields.optional(shocks::KEY);
    let own = own.map(|node| read_shocks(source, node, &model.city, log)).unwrap_or_default();
    fields.finish(log);
    let mut stack = stack?;
    stack.stand_on(groups);
    let (waves, read) = rollout.unwrap_or_default();
    stack.layers.extend(waves);
    stack.files.extend(read);
    stack.shocks.extend(own);
    check_number(stack.shocks.len(), &source.place(node.span.start), log);
    stack.layers.extend(levers.into_iter().flatten());
    stack.changes.extend(changes.into_iter().flatten());
    stack.name = name.unwrap_or(stack.name);
    stack.zh = zh.unwrap_or(stack.zh);
    stack.en = en.unwrap_or(stack.en);
    Some(resolve(&model.city, stack))
}
