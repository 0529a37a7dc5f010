//! One generator for the models of all queues: ordinary files of a city, in which a street's
//! counter is the queue.

use std::fmt::Write as _;

use super::pace::{FIRST_ROUND, Pace};
use super::spec::{Order, Queue, Wave};
use crate::domain::{Batch, Param, Params, Shape, params};

/// A file of a model: its name in the folder and its text.
pub type ModelFile = (&'static str, String);

/// What a model is called and where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Title<'a> {
    /// Name of the row.
    pub case: &'a str,
    /// Model in words.
    pub words: &'a str,
    /// Parameters as the row writes them.
    pub params: &'a str,
    /// Seed of its runs.
    pub seed: u64,
}

/// Parts of the day of a profile that is a sine: five minutes each.
const PARTS: u32 = 288;

/// Hours of a year, as rates per year count them.
const YEAR_H: f64 = 8760.0;

/// The files of a model. The queue stands at every street (they are copies that know nothing of
/// each other), and its unit of time is `pace.unit_h` hours.
pub fn files(queue: &Queue, pace: &Pace, title: Title<'_>) -> Vec<ModelFile> {
    vec![
        ("model.toml", model(queue, pace, title)),
        ("streets.csv", streets(queue, pace)),
        ("items.csv", items(queue, pace)),
        ("units.csv", units(queue, pace)),
        ("agencies.csv", AGENCIES.to_owned()),
        ("seasons.csv", SEASONS.to_owned()),
        ("holidays.csv", "date,kind\n".to_owned()),
        ("scenarios/before.toml", SCENARIO.to_owned()),
        ("experiment.toml", experiment(pace, title)),
    ]
}

const AGENCIES: &str = "agency_id,name_zh,name_en,kind,aliases,seed_name,case_staff_per_100k\n\
    law_enforcement,综合行政执法局,Law enforcement,department,,,\n\
    street,街道,The street itself,street,,,\n";

const SEASONS: &str = "profile,m01,m02,m03,m04,m05,m06,m07,m08,m09,m10,m11,m12\n\
    FLAT,1,1,1,1,1,1,1,1,1,1,1,1\n";

/// Every lever that would do something besides the queue, at nothing.
const SCENARIO: &str = "# 除窗口外什么也不发生 · nothing happens but the counter\n\
name_zh = \"窗口\"\n\
name_en = \"The counter\"\n\
\n\
[levers]\n\
staff.turnover = 0.02\n\
office.units = 8\n\
office.overlap = 0\n\
office.pooling = 0\n\
enforcement.squad_officers = 0\n\
economy.staff_share = 0\n\
tasks.offered = 0\n\
dispatch.minutes = 1\n\
platform.audit = 0\n\
platform.callback = 0\n\
grid.systems = 1\n\
emergency.fund = 0\n";

/// Seconds since midnight as hours and minutes.
fn clock(units: f64, pace: &Pace) -> String {
    let minutes = (units * pace.unit_h * 60.0).round() as u32;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Open spans of the day: all of it, but for times without servers.
fn open_spans(queue: &Queue, pace: &Pace) -> String {
    if queue.servers.iter().all(|(_, n)| *n > 0) {
        return "[\"00:00-24:00\"]".to_owned();
    }
    let period = queue.wave.map_or(24.0 / pace.unit_h, |wave| wave.period);
    let ends = queue.servers.iter().skip(1).map(|(from, _)| *from).chain([period]);
    let open = queue.servers.iter().zip(ends).filter(|((_, n), _)| *n > 0);
    let spans: Vec<String> = open
        .map(|((from, _), to)| format!("\"{}-{}\"", clock(*from, pace), clock(to, pace)))
        .collect();
    format!("[{}]", spans.join(", "))
}

/// Posts of the counter, by the hour where they change.
fn posts(queue: &Queue, pace: &Pace) -> String {
    let staffed: Vec<&(f64, u32)> = queue.servers.iter().filter(|(_, n)| *n > 0).collect();
    if let [(_, n)] = staffed[..] {
        return n.to_string();
    }
    let part = |(at, (from, n)): (usize, &&(f64, u32))| {
        let from = if at == 0 { 0.0 } else { *from };
        format!("{n}@{}", clock(from, pace))
    };
    staffed.iter().enumerate().map(part).collect::<Vec<_>>().join(";")
}

fn shape(shape: Shape) -> String {
    match shape {
        Shape::Usual => String::new(),
        Shape::Deterministic => "deterministic".to_owned(),
        Shape::Exponential => "exponential".to_owned(),
        Shape::Erlang(stages) => format!("erlang {stages}"),
        Shape::Gamma(k) => format!("gamma {k}"),
        Shape::Lognormal(scv) => format!("lognormal {scv}"),
        Shape::Hyperexponential(scv) => format!("hyperexponential {scv}"),
    }
}

fn batch(batch: Batch) -> String {
    match batch {
        Batch::Constant(1) => String::new(),
        Batch::Constant(n) => n.to_string(),
        Batch::Geometric(mean) => format!("geometric {mean}"),
    }
}

fn items(queue: &Queue, pace: &Pace) -> String {
    let mut text = "item_id,name_zh,name_en,field_id,field_zh,lead_dept,support_depts,\
        street_unit_code,needs_enforcement,agencies_k,service_class,urgency_class,\
        sla_working_days,ch_grid,ch_12345,ch_patrol,ch_auto,ch_dept,arrival_share_urban,\
        arrival_share_town,season_profile,p_self_handle_grid,p_street_can_pre,p_misroute_pre,\
        walk_in,effort_shape,arrival_gaps,arrival_batch,patience_h,opening_cases\n"
        .to_owned();
    let patience =
        queue.patience.map(|units| (units * pace.unit_h).to_string()).unwrap_or_default();
    for (at, class) in queue.classes.iter().enumerate() {
        let share = class.rate / queue.rate();
        let urgency = match queue.order {
            Order::Preemption => ["U0", "U1"][at],
            Order::Arrival | Order::Priority => ["U1", "U2"][at],
        };
        let (channels, walk_in) =
            if queue.through_desk { ("0,0,0,1,0", 0) } else { ("0,1,0,0,0", 1) };
        let gaps = if queue.gaps == Shape::Exponential { String::new() } else { shape(queue.gaps) };
        let _ = writeln!(
            text,
            "Q{n},第{n}类,Class {n},Q,窗口,街道,,COUNTER,0,1,T{t},{urgency},1,{channels},{share},\
             {share},FLAT,0,1,0,{walk_in},{},{gaps},{},{patience},{}",
            shape(class.service.shape),
            batch(queue.batch),
            queue.opening.filter(|n| *n > 0).map(|n| n.to_string()).unwrap_or_default(),
            n = at + 1,
            t = at + 3,
        );
    }
    text
}

fn units(queue: &Queue, pace: &Pace) -> String {
    let room = queue.room.map(|room| room.to_string()).unwrap_or_default();
    let posts = posts(queue, pace);
    let mut text = "unit_code,name_zh,name_en,fixed_share,case_load_share,posts,room\n".to_owned();
    let _ = writeln!(text, "COUNTER,窗口,Counter,0.125,1,{posts},{room}");
    for unit in 1..8 {
        let _ = writeln!(text, "OFFICE{unit},科室{unit},Office {unit},0.125,0,,");
    }
    text
}

fn streets(queue: &Queue, pace: &Pace) -> String {
    let mut text =
        "street_code,street_zh,kind,district_code,district_zh,census_unit_zh,mean_pop_10k\n"
            .to_owned();
    // One case per resident and year.
    let residents = queue.rate() / pace.unit_h * YEAR_H;
    for copy in 1..=pace.copies {
        let _ = writeln!(
            text,
            "{},第{copy}窗口街道,街道,990001,示例区,示例区,{}",
            990_001_000 + copy,
            residents / 1e4,
        );
    }
    text
}

/// Shares of equal parts of the day under a wave: exact integrals of the sine.
fn wave_shares(wave: &Wave) -> Vec<f64> {
    let integral = |part: u32| {
        let t = f64::from(part) / f64::from(PARTS);
        let angle = std::f64::consts::TAU * (t - wave.phase / wave.period);
        t - wave.amplitude * libm::cos(angle) / std::f64::consts::TAU
    };
    (0..PARTS).map(|part| (integral(part + 1) - integral(part)).max(0.0)).collect()
}

fn list(values: &[f64]) -> String {
    let mut text = "[".to_owned();
    for (at, value) in values.iter().enumerate() {
        let gap = if at == 0 {
            ""
        } else if at % 8 == 0 {
            ",\n  "
        } else {
            ", "
        };
        let _ = write!(text, "{gap}{value}");
    }
    text.push(']');
    text
}

fn model(queue: &Queue, pace: &Pace, title: Title<'_>) -> String {
    let Title { case, words, params: written, .. } = title;
    let hours = queue.wave.map_or(vec![1.0 / 24.0; 24], |wave| wave_shares(&wave));
    let (spans, hours) = (open_spans(queue, pace), list(&hours));
    let even = list(&[1.0 / 24.0; 24]);
    let unit = pace.unit_h;
    let mut text = format!(
        "# {case}:{words}\n\
         # 有精确解的小模型，由 huying verify --theory 生成：每个镇街一个窗口，互不相干\n\
         # A small model with a known answer, written by `huying verify --theory`: one counter in\n\
         # each street, copies that know nothing of each other. One unit of the row is {unit} h.\n\
         # Parameters of the row: {written}\n\
         name_zh = \"{case}\"\n\
         name_en = \"{case}\"\n\n\
         [tables]\n\
         streets = \"streets.csv\"\n\
         items = \"items.csv\"\n\
         agencies = \"agencies.csv\"\n\
         units = \"units.csv\"\n\
         seasons = \"seasons.csv\"\n\
         holidays = \"holidays.csv\"\n\n\
         [calendar]\n\
         start = 2001-01-01\n\n"
    );
    for (calendar, spans) in
        [("office", spans.as_str()), ("squad", "[\"00:00-24:00\"]"), ("grid", "[\"00:00-24:00\"]")]
    {
        let _ = write!(
            text,
            "[calendar.{calendar}]\nweekdays = {spans}\nsaturday = {spans}\nsunday = {spans}\n\n"
        );
    }
    let _ = write!(
        text,
        "[population]\nsigma = 0\npersons_per_household = 1\ngrid_workers = 0\n\n\
         [profiles]\nhours = {hours}\nevening_hours = {even}\n\
         weekdays = [1, 1, 1, 1, 1, 1, 1]\n\n\
         [items]\nevening = []\nself_solving = []\n\n\
         [rules]\nin_force = \"any\"\n\n\
         [rules.any]\nlimit_wd = 1\nlong_limit_wd = 1\nextension_wd = 0\nreturn_wd = 1\n\
         yellow_wd = 0\nstart = \"acceptance\"\nreset_on_redo = true\n\n\
         # 以下各数都取使窗口之外什么也不发生的值\n\
         # Every number below is such that nothing happens but the counter.\n"
    );
    numbers(&mut text, queue, pace);
    text
}

/// The numbers of the registry: those of the queue, and the least that is allowed of all others.
fn numbers(text: &mut String, queue: &Queue, pace: &Pace) {
    let mut section = "";
    for param in params() {
        let (of, name) = param.key.split_once('.').expect("invariant: section.name");
        if of != section {
            section = of;
            let _ = write!(text, "\n[{section}]\n");
        }
        let values = values(param, queue, pace);
        let written = if let [value] = values[..] { value.to_string() } else { list(&values) };
        let _ = writeln!(text, "{name} = {written} # {} [{}]", param.en, param.unit);
    }
}

fn values(param: &Param, queue: &Queue, pace: &Pace) -> Vec<f64> {
    let n = (param.field)(&mut Params::default()).len();
    let hours =
        |class: usize| queue.classes.get(class).map_or(0.0, |c| c.service.mean * pace.unit_h);
    match param.key {
        "demand.cases_per_resident_year"
        | "demand.catalog_share"
        | "demand.registered_share"
        | "effort.scale" => vec![1.0],
        // The shape of the item replaces the spread.
        "effort.street_h" => vec![0.0, 0.0, hours(0), hours(1), 0.0],
        "posts.unit_mix" => vec![1.0, 0.0],
        "closing.fix" => vec![1.0; n],
        _ => vec![param.limits.0; n],
    }
}

fn experiment(pace: &Pace, title: Title<'_>) -> String {
    let Title { case, words, seed, .. } = title;
    format!(
        "# 与 huying verify --theory 同样的运行 · the run of `huying verify --theory`, first round\n\
         title_zh = \"{case}\"\n\
         title_en = \"{case}\"\n\
         question_zh = \"{words}:与精确解一致吗？\"\n\
         question_en = \"{words}: does it agree with the exact result?\"\n\
         model = \".\"\n\
         warm_up_days = {}\n\
         horizon_days = {}\n\
         replications = {FIRST_ROUND}\n\
         seed = {seed}\n\n\
         [[arms]]\n\
         scenario = \"before\"\n",
        pace.warm_up_days, pace.days,
    )
}
