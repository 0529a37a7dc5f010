//! `huying trace`: the life of one case or application, in words.

use std::path::PathBuf;

use rayon::prelude::*;
use serde_json::{Value, json};

use super::failure::{Failure, Outcome};
use super::options::{Format, Lang, ScenarioOptions, ShowOptions, on_threads};
use super::question::{HORIZON_DAYS, SEED, WARM_UP_DAYS, areas};
use super::{briefing, output};
use crate::base::{HOUR, Time};
use crate::compile::{self, Area, Diagnostics, LoadedModel, LoadedPlan};
use crate::domain::{
    ApplicationFate, ApplicationRecord, ApplicationStage, CallUpRecord, CaseRecord,
    DepartmentRecord, Each, Fate, Followed as Key, HourRecord, IssueRecord, Matter, OnCallRecord,
    PoolRecord, RunSpec, Sink, Stage, StreetRecord, TaskRecord, Told, Trace, TraceLine,
    simulate_districts, trace,
};
use crate::measure::Window;
use crate::study::iso_time;

/// Tell the life of one case or application in words
///
/// With two scenarios, the same in both, side by side, and where the time went. Cases are those
/// registered, applications those made, in the measured window on the streets of the area, as in
/// cases.csv and applications.csv.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["case", "application"]))]
pub(super) struct Args {
    /// The model: a folder, its model.toml, or a name in models/
    model: PathBuf,
    /// The case: its number in cases.csv, or N for the N-th case of the area by that number
    #[arg(long, value_name = "N")]
    case: Option<u64>,
    /// The application: its number in applications.csv, or N for the N-th of the area
    #[arg(long, value_name = "N")]
    application: Option<u64>,
    #[command(flatten)]
    scenarios: ScenarioOptions,
    /// Look for it in this area: `city`, `district:历下区` or `street:姚家街道`; repeatable
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

/// The case or application in each scenario.
struct Followed {
    key: Key,
    arms: Vec<Arm>,
}

impl Followed {
    /// Its number.
    fn number(&self) -> u64 {
        let (Key::Case(number) | Key::Application(number)) = self.key;
        number
    }

    /// Is it an application?
    fn is_application(&self) -> bool {
        matches!(self.key, Key::Application(_))
    }

    /// Ids and names of its stages, in order.
    fn stages(&self) -> Vec<[&'static str; 3]> {
        if self.is_application() {
            ApplicationStage::ALL.map(|stage| [stage.id(), stage.zh(), stage.en()]).to_vec()
        } else {
            Stage::ALL.map(|stage| [stage.id(), stage.zh(), stage.en()]).to_vec()
        }
    }
}

/// Scenario, what the run said, and its lines from the arising of the issue on.
type Arm = (LoadedPlan, Trace, Vec<TraceLine>);

/// The lines of a trace; of a case after a first one that says when the issue arose, and with a
/// last one where the run ended before the story.
fn story_of(trace: &Trace, end: Time) -> Vec<TraceLine> {
    let arisen = trace.told().and_then(|told| match told {
        Told::Case(record) => Some(TraceLine {
            at: record.arisen,
            stage: Stage::Latent.id(),
            zh: "问题产生".to_owned(),
            en: "The issue arises".to_owned(),
        }),
        Told::Application(_) => None,
    });
    let is_open = trace.told().is_some_and(|told| match told {
        Told::Case(record) => record.fate == Fate::Open,
        Told::Application(record) => record.fate == ApplicationFate::Open,
    });
    let open = is_open.then(|| TraceLine {
        at: end,
        stage: trace.lines().last().map_or("", |line| line.stage),
        zh: "模拟结束时仍未办结".to_owned(),
        en: "still open at the end of the run".to_owned(),
    });
    arisen.into_iter().chain(trace.lines().iter().cloned()).chain(open).collect()
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let lang = self.show.lang;
        let model = compile::load_model(&self.model).map_err(Failure::input(lang))?;
        let mut log = Diagnostics::new();
        let plans = self.plans(&model, &mut log)?;
        let written =
            if self.area.is_empty() { vec!["city".to_owned()] } else { self.area.clone() };
        let areas = areas(&model, &written, &mut log);
        let areas = log.unless_wrong(Some(areas)).map_err(Failure::input(lang))?;
        let area = Area::union(&areas);
        let followed = on_threads(self.threads, || self.follow(&area, plans))??;
        match self.show.format {
            Format::Text => output::say(&text(&model, &followed, lang)),
            Format::Json => output::say_json(&as_json(&model, &followed)),
            Format::Csv => output::say_csv(&as_table(&model, &followed)),
        }?;
        Ok(Outcome::Done)
    }

    /// One or two scenarios, each with the settings.
    fn plans(
        &self,
        model: &LoadedModel,
        log: &mut Diagnostics,
    ) -> Result<Vec<LoadedPlan>, Failure> {
        let before = ["before".to_owned()];
        let scenarios = match self.scenarios.scenario.as_slice() {
            [] => &before[..],
            named if named.len() <= 2 => named,
            _ => {
                let words = ["trace 最多比较两个 --scenario", "trace takes at most two --scenario"];
                return Err(Failure::usage(words));
            }
        };
        let sets = self.scenarios.sets()?;
        let plan = |scenario: &String| {
            compile::plan(model, scenario, &sets).map_err(|more| log.append(more))
        };
        Ok(scenarios.iter().map(plan).filter_map(Result::ok).collect())
    }

    fn spec(&self) -> RunSpec {
        RunSpec {
            seed: self.seed,
            replication: u64::from(self.replication),
            warm_up_days: self.warm_up,
            horizon_days: self.days,
        }
    }

    /// Finds it and follows it in every scenario.
    fn follow(&self, area: &Area, plans: Vec<LoadedPlan>) -> Result<Followed, Failure> {
        let (key, district) = self.find(area, &plans)?;
        let follow = |plan: LoadedPlan| {
            let (city, set) = (&plan.city, &plan.plan);
            let mut sinks = self.sinks(area);
            let trace = trace(city, set, &area.districts, district, &self.spec(), key, &mut sinks);
            let lines = story_of(&trace, self.spec().end());
            (plan, trace, lines)
        };
        let arms: Vec<Arm> = plans.into_par_iter().map(follow).collect();
        let followed = Followed { key, arms };
        if followed.arms.iter().all(|(_, trace, _)| trace.told().is_none()) {
            let ([zh, en], number) = (self.what(), followed.number());
            return Err(Failure::usage([
                format!("这次重复中没有{zh} {number}"),
                format!("{en} {number} did not come up in this replication"),
            ]));
        }
        Ok(followed)
    }

    /// A sink for each district of the area.
    fn sinks<'a>(&self, area: &'a Area) -> Vec<Keys<'a>> {
        let window = Window::new(self.warm_up, self.days);
        area.districts.iter().map(|_| Keys::new(area, window)).collect()
    }

    /// What is followed, in a word.
    fn what(&self) -> [&'static str; 2] {
        if self.application.is_some() { ["申请", "application"] } else { ["案件", "case"] }
    }

    /// Key and district: the number itself if a case or application has it, else the N-th.
    fn find(&self, area: &Area, plans: &[LoadedPlan]) -> Result<(Key, usize), Failure> {
        let of_applications = self.application.is_some();
        let (city, set) = (&plans[0].city, &plans[0].plan);
        let mut found = self.sinks(area);
        simulate_districts(city, set, &area.districts, &self.spec(), &mut found, &OnThreads);
        let keys_of = |(found, district): (Keys<'_>, &usize)| {
            let keys = if of_applications { found.applications } else { found.cases };
            let district = *district;
            keys.into_iter().map(move |key| (key, district))
        };
        let mut keys: Vec<(u64, usize)> =
            found.into_iter().zip(&area.districts).flat_map(keys_of).collect();
        keys.sort_unstable();
        let asked = self.application.or(self.case).unwrap_or_default();
        let named = keys.iter().find(|(key, _)| *key == asked);
        let nth = || usize::try_from(asked).ok().and_then(|n| keys.get(n.checked_sub(1)?));
        let (key, district) = *named.or_else(nth).ok_or_else(|| {
            let ([zh, en], n) = (self.what(), keys.len());
            Failure::usage([
                format!("没有{zh} {asked}：这个范围内有 1 至 {n} 号"),
                format!("no {en} {asked}: the area has {en}s 1 to {n}"),
            ])
        })?;
        Ok((if of_applications { Key::Application(key) } else { Key::Case(key) }, district))
    }
}

/// Each district on a thread of its own.
struct OnThreads;

impl Each for OnThreads {
    fn each<T: Send>(&self, items: &mut [T], work: impl Fn(usize, &mut T) + Sync) {
        items.par_iter_mut().enumerate().for_each(|(index, item)| work(index, item));
    }
}

/// Keeps the keys of the cases and applications of an area.
struct Keys<'a> {
    area: &'a Area,
    window: Window,
    cases: Vec<u64>,
    applications: Vec<u64>,
}

impl<'a> Keys<'a> {
    fn new(area: &'a Area, window: Window) -> Keys<'a> {
        Keys { area, window, cases: Vec::new(), applications: Vec::new() }
    }
}

impl Sink for Keys<'_> {
    fn case(&mut self, record: &CaseRecord) {
        if self.area.streets[usize::from(record.street)] && self.window.contains(record.registered)
        {
            self.cases.push(record.key);
        }
    }
    fn issue(&mut self, _: &IssueRecord) {}
    fn call_up(&mut self, _: &CallUpRecord) {}
    fn on_call(&mut self, _: &OnCallRecord) {}
    fn application(&mut self, record: &ApplicationRecord) {
        if self.area.streets[usize::from(record.street)] && self.window.contains(record.submitted) {
            self.applications.push(record.key);
        }
    }
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

/// Which case or application it is.
fn heading(model: &LoadedModel, followed: &Followed, lang: Lang) -> String {
    let city = &model.city;
    let told = followed.arms.iter().find_map(|(_, trace, _)| trace.told());
    let told = told.expect("invariant: it came up in one scenario");
    let place = |street: u16| {
        let street = &city.streets[usize::from(street)];
        let district = &city.districts[street.district];
        format!("{} {}", lang.pick(&district.zh, &district.en), lang.pick(&street.zh, &street.en))
    };
    let number = followed.number();
    match told {
        Told::Case(record) => {
            let item = &city.items[usize::from(record.item)];
            let (case, name) = (lang.pick("工单", "Case"), lang.pick(&item.zh, &item.en));
            let (place, class) = (place(record.street), record.class + 1);
            format!("{case} {number}  {place}  {} {name}  T{class} U{}\n", item.id, record.urgency)
        }
        Told::Application(record) => {
            let (id, zh, en) = match record.matter {
                Matter::Service(at) => {
                    let service = &city.services[usize::from(at)];
                    (&service.id, &service.zh, &service.en)
                }
                Matter::Power(at) => {
                    let power = &city.powers[usize::from(at)];
                    (&power.id, &power.zh, &power.en)
                }
            };
            let application = lang.pick("申请", "Application");
            format!(
                "{application} {number}  {}  {id} {}\n",
                place(record.street),
                lang.pick(zh, en)
            )
        }
    }
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
    let hours: Vec<Vec<f64>> = followed.arms.iter().map(|arm| stage_hours(followed, arm)).collect();
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
    for (stage, [_, zh, en]) in followed.stages().into_iter().enumerate() {
        let values: Vec<f64> = hours.iter().map(|hours| hours[stage]).collect();
        if values.iter().any(|&value| value > 0.0) {
            line(lang.pick(zh, en), values);
        }
    }
    line(lang.pick("合计", "total"), hours.iter().map(|hours| hours.iter().sum()).collect());
    format!("{}\n", table.trim_fmt())
}

/// Hours in every stage; zero where it did not come up.
fn stage_hours(followed: &Followed, (_, trace, _): &Arm) -> Vec<f64> {
    let seconds = match trace.told() {
        Some(Told::Case(record)) => record.ledger.0.map(i64::from).to_vec(),
        Some(Told::Application(record)) => record.ledger.to_vec(),
        None => vec![0; followed.stages().len()],
    };
    seconds.into_iter().map(|seconds| seconds as f64 / HOUR as f64).collect()
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
                    "stage": line.stage,
                    "zh": line.zh,
                    "en": line.en,
                })
            };
            let hours = stage_hours(followed, arm);
            let stages: serde_json::Map<String, Value> = followed
                .stages()
                .into_iter()
                .zip(hours)
                .map(|([id, ..], hours)| (id.to_owned(), hours.into()))
                .collect();
            json!({
                "arm": plan.name,
                "came_up": trace.told().is_some(),
                "lines": lines.iter().map(line).collect::<Vec<_>>(),
                "stage_h": stages,
            })
        })
        .collect();
    let what = if followed.is_application() { "application" } else { "case" };
    json!({ what: followed.number(), "arms": arms })
}

fn as_table(model: &LoadedModel, followed: &Followed) -> crate::table::Table {
    let rows = followed.arms.iter().flat_map(|(plan, _, lines)| {
        lines.iter().map(|line| {
            [
                plan.name.clone(),
                iso_time(model.city.start, line.at),
                line.stage.to_owned(),
                line.zh.clone(),
                line.en.clone(),
            ]
        })
    });
    briefing::text_table("trace", ["arm", "at", "stage", "text_zh", "text_en"], rows.collect())
}
