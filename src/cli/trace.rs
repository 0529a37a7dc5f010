//! `huying trace`: one case's life, in words.

use std::path::PathBuf;

use rayon::prelude::*;
use serde_json::{Value, json};

use super::failure::{Failure, Outcome};
use super::options::{Format, Lang, ScenarioOptions, ShowOptions, on_threads};
use super::question::{HORIZON_DAYS, SEED, WARM_UP_DAYS, areas};
use super::{briefing, output};
use crate::base::{HOUR, Time};
use crate::compile::{self, Area, LoadedModel, LoadedPlan};
use crate::domain::{
    ApplicationRecord, CallUpRecord, CaseRecord, DepartmentRecord, HourRecord, IssueRecord,
    OnCallRecord, PoolRecord, RunSpec, Sink, Stage, StreetRecord, TaskRecord, Trace, TraceLine,
    simulate, trace,
};
use crate::measure::Window;
use crate::study::iso_time;

/// Tell the life of one case in words
///
/// With two scenarios, the same case in both, side by side, and where the time went. Cases are
/// those registered in the measured window on the streets of the area, as in cases.csv.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The model: a folder, its model.toml, or a name in models/
    model: PathBuf,
    /// The case: its number in cases.csv, or N for the N-th case of the area by that number
    #[arg(long, value_name = "N")]
    case: u64,
    #[command(flatten)]
    scenarios: ScenarioOptions,
    /// Look for the case in this area: `city`, `district:历下区` or `street:姚家街道`; repeatable
    #[arg(long, value_name = "AREA")]
    area: Vec<String>,
    /// Days that are measured
    #[arg(long, value_name = "N", default_value_t = HORIZON_DAYS)]
    days: u32,
    /// Days that are simulated before
    #[arg(long, value_name = "N", default_value_t = WARM_UP_DAYS)]
    warm_up: u32,
    /// Which replication
    #[arg(long, value_name = "N", default_value_t = 1)]
    replication: u32,
    /// Master seed
    #[arg(long, value_name = "N", default_value_t = SEED)]
    seed: u64,
    /// Threads; all by default
    #[arg(long, value_name = "N")]
    threads: Option<u16>,
    #[command(flatten)]
    show: ShowOptions,
}

/// The case in each scenario.
struct Followed {
    key: u64,
    arms: Vec<Arm>,
}

/// Scenario, what the run said, and its lines from the arising of the issue on.
type Arm = (LoadedPlan, Trace, Vec<TraceLine>);

/// The lines of a trace, after a first one that says when the issue arose.
fn story_of(trace: &Trace) -> Vec<TraceLine> {
    let arisen = trace.record().map(|record| TraceLine {
        at: record.arisen,
        stage: Stage::Latent,
        zh: "问题产生".to_owned(),
        en: "The issue arises".to_owned(),
    });
    arisen.into_iter().chain(trace.lines().iter().cloned()).collect()
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let lang = self.show.lang;
        let model = compile::load_model(&self.model).map_err(Failure::input(lang))?;
        let plans = self.plans(&model)?;
        let written =
            if self.area.is_empty() { vec!["city".to_owned()] } else { self.area.clone() };
        let area = Area::union(&areas(&model, &written, lang)?);
        let followed = on_threads(self.threads, || self.follow(&area, plans))??;
        match self.show.format {
            Format::Text => output::say(&text(&model, &followed, lang)),
            Format::Json => output::say_json(&as_json(&model, &followed)),
            Format::Csv => output::say_csv(&as_table(&model, &followed)),
        }?;
        Ok(Outcome::Done)
    }

    /// One or two scenarios, each with the settings.
    fn plans(&self, model: &LoadedModel) -> Result<Vec<LoadedPlan>, Failure> {
        let before = ["before".to_owned()];
        let scenarios = match self.scenarios.scenario.as_slice() {
            [] => &before[..],
            named if named.len() <= 2 => named,
            _ => return Err(Failure::Usage("trace takes at most two --scenario".to_owned())),
        };
        let sets = self.scenarios.sets()?;
        let plan = |scenario: &String| {
            compile::plan(model, scenario, &sets).map_err(Failure::input(self.show.lang))
        };
        scenarios.iter().map(plan).collect()
    }

    fn spec(&self) -> RunSpec {
        RunSpec {
            seed: self.seed,
            replication: u64::from(self.replication),
            warm_up_days: self.warm_up,
            horizon_days: self.days,
        }
    }

    /// Finds the case and follows it in every scenario.
    fn follow(&self, area: &Area, plans: Vec<LoadedPlan>) -> Result<Followed, Failure> {
        let (key, district) = self.find(area, &plans)?;
        let follow = |plan: LoadedPlan| {
            let mut nothing = Cases::new(area, Window::new(self.warm_up, self.days));
            let trace = trace(&plan.city, &plan.plan, district, &self.spec(), key, &mut nothing);
            let lines = story_of(&trace);
            (plan, trace, lines)
        };
        let arms: Vec<Arm> = plans.into_par_iter().map(follow).collect();
        if arms.iter().all(|(_, trace, _)| trace.record().is_none()) {
            return Err(Failure::Usage(format!("case {key} did not come up in this replication")));
        }
        Ok(Followed { key, arms })
    }

    /// Key and district of the case: the number itself if a case has it, else the N-th by number.
    fn find(&self, area: &Area, plans: &[LoadedPlan]) -> Result<(u64, usize), Failure> {
        let window = Window::new(self.warm_up, self.days);
        let cases_of = |&district: &usize| {
            let mut cases = Cases::new(area, window);
            simulate(&plans[0].city, &plans[0].plan, district, &self.spec(), &mut cases);
            cases.keys.into_iter().map(move |key| (key, district)).collect::<Vec<_>>()
        };
        let parts: Vec<Vec<(u64, usize)>> = area.districts.par_iter().map(cases_of).collect();
        let mut cases = parts.concat();
        cases.sort_unstable();
        if let Some(found) = cases.iter().find(|(key, _)| *key == self.case) {
            return Ok(*found);
        }
        let nth = usize::try_from(self.case).ok().and_then(|n| cases.get(n.checked_sub(1)?));
        nth.copied().ok_or_else(|| {
            let n = cases.len();
            Failure::Usage(format!("no case {}: the area has cases 1 to {n}", self.case))
        })
    }
}

/// Keeps the keys of the cases of an area.
struct Cases<'a> {
    area: &'a Area,
    window: Window,
    keys: Vec<u64>,
}

impl<'a> Cases<'a> {
    fn new(area: &'a Area, window: Window) -> Cases<'a> {
        Cases { area, window, keys: Vec::new() }
    }
}

impl Sink for Cases<'_> {
    fn case(&mut self, record: &CaseRecord) {
        if self.area.streets[usize::from(record.street)] && self.window.contains(record.registered)
        {
            self.keys.push(record.key);
        }
    }
    fn issue(&mut self, _: &IssueRecord) {}
    fn call_up(&mut self, _: &CallUpRecord) {}
    fn on_call(&mut self, _: &OnCallRecord) {}
    fn application(&mut self, _: &ApplicationRecord) {}
    fn task(&mut self, _: &TaskRecord) {}
    fn backlog(&mut self, _: i64, _: u16, _: u32) {}
    fn hour(&mut self, _: &HourRecord) {}
    fn pool(&mut self, _: &PoolRecord) {}
    fn street(&mut self, _: &StreetRecord) {}
    fn department(&mut self, _: &DepartmentRecord) {}
}

fn words(line: &TraceLine, lang: Lang) -> &str {
    lang.pick(&line.zh, &line.en)
}

/// The story, then the time by stage.
fn text(model: &LoadedModel, followed: &Followed, lang: Lang) -> String {
    format!(
        "{}\n{}\n{}",
        heading(model, followed, lang),
        story(model, followed, lang),
        stages(followed, lang)
    )
}

/// Which case it is.
fn heading(model: &LoadedModel, followed: &Followed, lang: Lang) -> String {
    let city = &model.city;
    let record = followed.arms.iter().find_map(|(_, trace, _)| trace.record());
    let record = record.expect("invariant: the case came up in one scenario");
    let street = &city.streets[usize::from(record.street)];
    let item = &city.items[usize::from(record.item)];
    let (case, key) = (lang.pick("工单", "Case"), followed.key);
    let district = &city.districts[street.district].zh;
    let item_name = lang.pick(&item.zh, &item.en);
    let class = record.class + 1;
    format!(
        "{case} {key}  {district} {}  {} {item_name}  T{class} U{}\n",
        street.zh, item.id, record.urgency
    )
}

/// What happened, one column for each scenario, in the order of time.
fn story(model: &LoadedModel, followed: &Followed, lang: Lang) -> String {
    let arms = &followed.arms;
    let mut next = vec![0; arms.len()];
    let mut table = output::plain();
    let mut header = vec![lang.pick("时间", "time").to_owned()];
    header.extend(arms.iter().map(|(plan, ..)| lang.pick(&plan.zh, &plan.en).to_owned()));
    table.set_header(header);
    loop {
        let line = |arm: usize| arms[arm].2.get(next[arm]);
        let Some(first) = (0..arms.len()).filter_map(|arm| Some((line(arm)?.at, arm))).min() else {
            break;
        };
        let said = line(first.1).map(|line| (line.at, words(line, lang).to_owned()));
        // The same thing at the same time stands in one row.
        let takes: Vec<bool> = (0..arms.len())
            .map(|arm| line(arm).map(|line| (line.at, words(line, lang).to_owned())) == said)
            .collect();
        let (at, said) = said.unwrap_or_default();
        let mut row = vec![clock(model, at)];
        row.extend(takes.iter().map(|&takes| if takes { said.clone() } else { String::new() }));
        table.add_row(row);
        for (next, takes) in next.iter_mut().zip(takes) {
            *next += usize::from(takes);
        }
    }
    format!("{}\n", table.trim_fmt())
}

/// Hours in every stage; with two scenarios, also the difference. They add up.
fn stages(followed: &Followed, lang: Lang) -> String {
    let hours: Vec<[f64; Stage::ALL.len()]> = followed.arms.iter().map(stage_hours).collect();
    let mut table = output::plain();
    let mut header = vec![lang.pick("环节", "stage").to_owned()];
    header.extend(
        followed.arms.iter().map(|(plan, ..)| format!("{} [h]", lang.pick(&plan.zh, &plan.en))),
    );
    if hours.len() == 2 {
        header.push(format!("{} [h]", lang.pick("差", "difference")));
    }
    table.set_header(header);
    let mut line = |name: &str, values: Vec<f64>| {
        let mut row = vec![name.to_owned()];
        row.extend(values.iter().map(|value| format!("{value:.2}")));
        if let [a, b] = values[..] {
            row.push(format!("{:+.2}", b - a));
        }
        table.add_row(row);
    };
    for stage in Stage::ALL {
        let values: Vec<f64> = hours.iter().map(|hours| hours[stage as usize]).collect();
        if values.iter().any(|&value| value > 0.0) {
            line(lang.pick(stage.zh(), stage.en()), values);
        }
    }
    line(lang.pick("合计", "total"), hours.iter().map(|hours| hours.iter().sum()).collect());
    format!("{}\n", table.trim_fmt())
}

/// Hours in every stage; zero where the case did not come up.
fn stage_hours((_, trace, _): &Arm) -> [f64; Stage::ALL.len()] {
    let ledger = trace.record().map(|record| record.ledger).unwrap_or_default();
    ledger.0.map(|seconds| seconds as f64 / HOUR as f64)
}

/// `2019-03-04 09:15`.
fn clock(model: &LoadedModel, at: Time) -> String {
    let text = iso_time(model.city.start, at);
    text.get(..16).unwrap_or_default().replace('T', " ")
}

fn as_json(model: &LoadedModel, followed: &Followed) -> Value {
    let arms: Vec<Value> = followed
        .arms
        .iter()
        .map(|arm| {
            let (plan, trace, lines) = arm;
            let line = |line: &TraceLine| {
                json!({
                    "at": iso_time(model.city.start, line.at),
                    "stage": line.stage.id(),
                    "zh": line.zh,
                    "en": line.en,
                })
            };
            let hours = stage_hours(arm);
            let stages: serde_json::Map<String, Value> = Stage::ALL
                .iter()
                .map(|stage| (stage.id().to_owned(), hours[*stage as usize].into()))
                .collect();
            json!({
                "arm": plan.name,
                "came_up": trace.record().is_some(),
                "lines": lines.iter().map(line).collect::<Vec<_>>(),
                "stage_h": stages,
            })
        })
        .collect();
    json!({ "case": followed.key, "arms": arms })
}

fn as_table(model: &LoadedModel, followed: &Followed) -> crate::table::Table {
    let rows = followed.arms.iter().flat_map(|(plan, _, lines)| {
        lines.iter().map(|line| {
            [
                plan.name.clone(),
                iso_time(model.city.start, line.at),
                line.stage.id().to_owned(),
                line.zh.clone(),
                line.en.clone(),
            ]
        })
    });
    briefing::text_table("trace", ["arm", "at", "stage", "text_zh", "text_en"], rows.collect())
}
