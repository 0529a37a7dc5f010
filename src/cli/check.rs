//! `huying check`: every mistake of input files.

use std::path::PathBuf;

use serde_json::json;

use super::briefing::text_table;
use super::failure::{Failure, Outcome};
use super::options::{Format, Lang, ShowOptions};
use super::output;
use super::question::{SEED, kpi_ids, scope_ids};
use crate::compile::{self, Checked, Known, LoadedModel, LoadedPlan};
use crate::measure::{Scope, Selection};
use crate::present::CHARTS;
use crate::study::{Arm, NoJournal, Silent, Study};
use crate::table::Table;

/// Find every mistake in models, scenarios and experiments
///
/// Mistakes are listed all at once, each with file, line, what was expected and a suggestion; exit
/// code 2. Without a mistake, a pilot of four weeks shows the load of every pool: of each model as
/// its tables describe it, of a scenario that is named itself, and of the first arms of an
/// experiment that is: a pool above 0.9 will have queues that grow.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Models, scenarios, experiments, or folders of them
    #[arg(required = true)]
    path: Vec<PathBuf>,
    /// Look at the files only, without the pilot
    #[arg(long)]
    no_load: bool,
    #[command(flatten)]
    show: ShowOptions,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let lang = self.show.lang;
        let ids = kpi_ids();
        let scopes = scope_ids();
        let monthly = super::fit::monthly_ids();
        let known = Known { kpis: &ids, charts: &CHARTS, scopes: &scopes, monthly: &monthly };
        let checked = compile::check(&self.path, &known).map_err(Failure::input(lang))?;
        let loads = if self.no_load { Vec::new() } else { self.loads(&checked, &known)? };
        match self.show.format {
            Format::Text => {
                output::say(&words(&checked, lang))?;
                for (path, pools) in &loads {
                    output::say(&format!("\n{path}\n{}", load_text(pools, lang)))?;
                }
            }
            Format::Json => {
                let load = loads
                    .iter()
                    .map(|(of, pools)| json!({ "of": of, "pools": output::rows(pools) }));
                output::say_json(&json!({
                    "models": shown(&checked.models),
                    "scenarios": shown(&checked.scenarios),
                    "experiments": shown(&checked.experiments),
                    "load": load.collect::<Vec<_>>(),
                }))?;
            }
            Format::Csv if loads.is_empty() => output::say_csv(&csv(&checked))?,
            Format::Csv => {
                let mut all = Table::new("load");
                for (of, pools) in loads {
                    let named = vec![of; pools.n_rows()];
                    all.append(pools.with_text("of", named));
                }
                output::say_csv(&all)?;
            }
        }
        Ok(Outcome::Done)
    }
}

/// What was looked at, as a table.
fn csv(checked: &Checked) -> Table {
    let rows = [
        ("model", &checked.models),
        ("scenario", &checked.scenarios),
        ("experiment", &checked.experiments),
    ];
    let rows = rows.into_iter().flat_map(|(kind, paths)| {
        shown(paths).into_iter().map(move |path| [kind.to_owned(), path])
    });
    text_table("checked", ["kind", "path"], rows.collect())
}

/// Days of the pilot, measured and before.
const PILOT_DAYS: u32 = 28;

/// Most arms of an experiment that are piloted: the first ones.
const MOST_ARMS: usize = 6;

/// What is piloted: its name, and how busy its pools are.
type Load = (String, Table);

impl Args {
    /// Load of the pools of every model as its tables describe it, of each scenario and of the
    /// first arms of each experiment that is named itself; busiest first.
    fn loads(&self, checked: &Checked, known: &Known<'_>) -> Result<Vec<Load>, Failure> {
        let lang = self.show.lang;
        let mut loads = Vec::new();
        for path in &checked.models {
            let model = compile::load_model(path).map_err(Failure::input(lang))?;
            let before = compile::plan(&model, "before", &[]).map_err(Failure::input(lang))?;
            let all = Selection::all(&model.city);
            loads.push((super::paths::shown(path), load(&model, before, all)?));
        }
        for path in self.path.iter().filter(|path| checked.scenarios.contains(path)) {
            let Some(folder) = path.parent().and_then(std::path::Path::parent) else { continue };
            let model = compile::load_model(folder).map_err(Failure::input(lang))?;
            let written = path.display().to_string();
            let plan = compile::plan(&model, &written, &[]).map_err(Failure::input(lang))?;
            let all = Selection::all(&model.city);
            loads.push((super::paths::shown(path), load(&model, plan, all)?));
        }
        for path in self.path.iter().filter(|path| checked.experiments.contains(path)) {
            let loaded = compile::load_experiment(path, known).map_err(Failure::input(lang))?;
            let area = compile::Area::union(&loaded.areas);
            for arm in loaded.arms.into_iter().take(MOST_ARMS) {
                let name = format!("{} {}", super::paths::shown(path), arm.name);
                let selection = Selection { streets: area.streets.clone() };
                loads.push((name, load(&loaded.model, arm, selection)?));
            }
        }
        Ok(loads)
    }
}

/// Load of the pools of an area under a plan, busiest first.
fn load(model: &LoadedModel, plan: LoadedPlan, selection: Selection) -> Result<Table, Failure> {
    let pilot = Study {
        city: model.city.clone(),
        arms: vec![Arm {
            name: plan.name,
            zh: plan.zh,
            en: plan.en,
            city: plan.city,
            plan: plan.plan,
            replay: String::new(),
        }],
        districts: selection.districts(&model.city),
        selection,
        scopes: Scope::ALL.to_vec(),
        seed: SEED,
        replications: 1..=1,
        warm_up_days: PILOT_DAYS,
        horizon_days: PILOT_DAYS,
        confidence: 0.95,
    };
    let result = pilot.run(&NoJournal, &Silent);
    if let Some(failure) = result.failures().first() {
        return Err(Failure::usage([
            format!("试运行失败：{}", failure.what),
            format!("the pilot failed: {}", failure.what),
        ]));
    }
    let tables = result.tables();
    let pools = tables.iter().find(|table| table.name() == "pools");
    let pools = pools.expect("invariant: a study has a table of pools");
    let mut rows = pools.rows_where(&[("scope", "city")]);
    let busy = pools.number("utilisation");
    rows.sort_by(|&a, &b| busy[b].total_cmp(&busy[a]));
    let names = super::briefing::names(model);
    let kept = pools.keep(&rows);
    let english = |pool: &String| {
        let named = names.first_row(&[("scope", Scope::Pool.id()), ("scope_id", pool)]);
        named.map_or_else(|| pool.clone(), |row| names.text_at("name_en", row).into_owned())
    };
    let en = kept.text("pool").iter().map(english).collect();
    Ok(kept.with_text("unit_en", en))
}

/// The table of pools to read.
fn load_text(pools: &Table, lang: Lang) -> String {
    let [pool, staff, busy, above, longest] = match lang {
        Lang::Zh => ["力量", "人数", "忙闲率", "超九成且有排队", "最长排队"],
        Lang::En => ["pool", "staff", "busy", "above 0.9 with a queue", "longest queue"],
    };
    let mut table = output::plain();
    table.set_header([pool, staff, busy, above, longest]);
    for row in 0..pools.n_rows() {
        let number = |name: &str, decimals: usize| {
            let value = pools.number(name)[row];
            if value.is_nan() { "–".to_owned() } else { format!("{value:.decimals$}") }
        };
        let name = lang.pick("unit_zh", "unit_en");
        table.add_row([
            pools.text(name)[row].clone(),
            number("staff", 1),
            number("utilisation", 2),
            number("share_above_0_9", 2),
            number("queue_max", 0),
        ]);
    }
    format!("{}\n", table.trim_fmt())
}

fn shown(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| super::paths::shown(path)).collect()
}

fn words(checked: &Checked, lang: Lang) -> String {
    let (models, scenarios, experiments) =
        (checked.models.len(), checked.scenarios.len(), checked.experiments.len());
    match lang {
        Lang::Zh => {
            format!("没有错误：{models} 个模型，{scenarios} 个情景，{experiments} 个实验。\n")
        }
        Lang::En => format!(
            "No mistake: {models} models, {scenarios} scenarios, {experiments} experiments.\n"
        ),
    }
}
