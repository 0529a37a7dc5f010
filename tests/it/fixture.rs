//! A small city: two streets and a town of Jinan under one district, eight weeks of autumn 2018
//! with a week of holidays and make-up days in it.

use std::sync::{Arc, OnceLock};

use huying::base::Time;
use huying::compile::{LoadedModel, load_model, plan};
use huying::domain::{
    ApplicationRecord, CallUpRecord, CaseRecord, City, DepartmentRecord, HourRecord, IssueRecord,
    OnCallRecord, Plan, PoolRecord, RunOutcome, RunSpec, Sink, StreetRecord, TaskRecord, simulate,
};
use huying::measure::{Accumulator, KpiId, RunResult, Scope, Selection, Window};

use crate::files::root;

/// The whole of Jinan, as its files say.
pub(crate) fn jinan() -> &'static LoadedModel {
    static MODEL: OnceLock<LoadedModel> = OnceLock::new();
    MODEL.get_or_init(|| {
        load_model(&root().join("models/jinan")).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
    })
}

/// The small city, as a model whose scenarios are Jinan's.
pub(crate) fn fixture() -> &'static LoadedModel {
    static MODEL: OnceLock<LoadedModel> = OnceLock::new();
    MODEL.get_or_init(|| with_places(&["趵突泉街道", "泉城路街道", "龙桑寺镇"]))
}

/// A city of these streets, in this order, all in the first district.
pub(crate) fn with_places(names: &[&str]) -> LoadedModel {
    let model = jinan();
    let mut city = City::clone(&model.city);
    city.start = jiff::civil::date(2018, 9, 3);
    city.streets = names
        .iter()
        .map(|name| {
            let street = model.city.streets.iter().find(|street| street.zh == *name);
            let mut street = street.unwrap_or_else(|| panic!("no street {name}")).clone();
            street.district = 0;
            if street.holder.is_some() {
                // A key town with a park: whoever may hold powers is here.
                let park = model.city.streets.iter().find_map(|street| street.park.clone());
                street.park = park;
            }
            street
        })
        .collect();
    city.districts.truncate(1);
    city.districts[0].streets = (0..names.len()).collect();
    city.districts[0].population = city.streets.iter().map(|street| street.population).sum();
    LoadedModel { city: Arc::new(city), ..model.clone() }
}

/// The same model with something changed in its city.
pub(crate) fn changed(model: &LoadedModel, change: impl FnOnce(&mut City)) -> LoadedModel {
    let mut city = City::clone(&model.city);
    change(&mut city);
    LoadedModel { city: Arc::new(city), ..model.clone() }
}

/// A model with one more district of one street.
pub(crate) fn with_a_second_district(model: &LoadedModel) -> LoadedModel {
    changed(model, |city| {
        let far = jinan().city.streets.iter().find(|street| street.zh == "泺源街道");
        let mut far = far.expect("the street is in the table").clone();
        let mut district = jinan().city.districts[far.district].clone();
        district.streets = vec![city.streets.len()];
        district.population = far.population;
        far.district = 1;
        city.districts.push(district);
        city.streets.push(far);
    })
}

/// A scenario of a model with settings on top.
pub(crate) fn plan_of(model: &LoadedModel, scenario: &str, sets: &[(&str, &str)]) -> Plan {
    let sets: Vec<(String, String)> =
        sets.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    plan(model, scenario, &sets).unwrap_or_else(|mistakes| panic!("{mistakes:?}")).plan
}

/// Two weeks of warm-up, six weeks measured. The seed was chosen before any result was seen.
pub(crate) const SPEC: RunSpec =
    RunSpec { seed: 20_180_903, replication: 0, warm_up_days: 14, horizon_days: 42 };

/// Everything a run said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    pub(crate) cases: Vec<CaseRecord>,
    pub(crate) issues: Vec<IssueRecord>,
    pub(crate) call_ups: Vec<CallUpRecord>,
    pub(crate) on_calls: Vec<OnCallRecord>,
    pub(crate) tasks: Vec<TaskRecord>,
    pub(crate) applications: Vec<ApplicationRecord>,
    pub(crate) backlog: Vec<(i64, u16, u32)>,
    pub(crate) struck: Vec<(i64, u16, u32)>,
    pub(crate) hours: Vec<HourRecord>,
    pub(crate) pools: Vec<PoolRecord>,
    pub(crate) streets: Vec<StreetRecord>,
    pub(crate) departments: Vec<DepartmentRecord>,
    pub(crate) outcome: Option<RunOutcome>,
}

impl Sink for Told {
    fn case(&mut self, record: &CaseRecord) {
        self.cases.push(*record);
    }
    fn issue(&mut self, record: &IssueRecord) {
        self.issues.push(*record);
    }
    fn call_up(&mut self, record: &CallUpRecord) {
        self.call_ups.push(*record);
    }
    fn on_call(&mut self, record: &OnCallRecord) {
        self.on_calls.push(*record);
    }
    fn application(&mut self, record: &ApplicationRecord) {
        self.applications.push(*record);
    }
    fn task(&mut self, record: &TaskRecord) {
        self.tasks.push(*record);
    }
    fn backlog(&mut self, day: i64, street: u16, open: u32) {
        self.backlog.push((day, street, open));
    }
    fn struck(&mut self, day: i64, street: u16, open: u32) {
        self.struck.push((day, street, open));
    }
    fn hour(&mut self, record: &HourRecord) {
        self.hours.push(*record);
    }
    fn pool(&mut self, record: &PoolRecord) {
        self.pools.push(*record);
    }
    fn street(&mut self, record: &StreetRecord) {
        self.streets.push(*record);
    }
    fn department(&mut self, record: &DepartmentRecord) {
        self.departments.push(*record);
    }
}

/// Runs the first district of a model.
pub(crate) fn run(model: &LoadedModel, plan: &Plan, spec: RunSpec) -> Told {
    let mut told = Told::default();
    told.outcome = Some(simulate(&model.city, plan, 0, &spec, &mut told));
    told
}

/// Digest of records: equal exactly when every field of every record is.
pub(crate) fn digest(records: &impl std::fmt::Debug) -> String {
    blake3::hash(format!("{records:?}").as_bytes()).to_hex().to_string()
}

/// What the accumulator makes of a run.
pub(crate) fn measured(model: &LoadedModel, told: &Told, spec: RunSpec) -> RunResult {
    let selection = Selection { streets: vec![true; model.city.streets.len()] };
    let window = Window { start: spec.window_start(), end: spec.end() };
    let mut sum = Accumulator::new(&model.city, &selection, window, 0);
    told.cases.iter().for_each(|record| sum.case(record));
    told.issues.iter().for_each(|record| sum.issue(record));
    told.call_ups.iter().for_each(|record| sum.call_up(record));
    told.on_calls.iter().for_each(|record| sum.on_call(record));
    told.tasks.iter().for_each(|record| sum.task(record));
    told.applications.iter().for_each(|record| sum.application(record));
    told.backlog.iter().for_each(|(day, street, open)| sum.backlog(*day, *street, *open));
    told.hours.iter().for_each(|record| sum.hour(record));
    told.pools.iter().for_each(|record| sum.pool(record));
    told.streets.iter().for_each(|record| sum.street(record));
    told.departments.iter().for_each(|record| sum.department(record));
    let outcome = told.outcome.expect("a run says how much happened");
    sum.count_run(outcome.events, outcome.cases);
    sum.result()
}

/// A KPI of the whole city.
pub(crate) fn kpi(result: &RunResult, id: &str) -> f64 {
    let kpi = KpiId::find(id).unwrap_or_else(|| panic!("no KPI is called {id}"));
    let row = result.kpis.iter().find(|row| row.kpi == kpi && row.scope == Scope::City);
    row.unwrap_or_else(|| panic!("no value of {id}")).value
}

/// The before and the after side of the small city, run once for all tests.
pub(crate) fn before() -> &'static Told {
    static TOLD: OnceLock<Told> = OnceLock::new();
    TOLD.get_or_init(|| run(fixture(), &plan_of(fixture(), "before", &[]), SPEC))
}

/// See [`before`].
pub(crate) fn after() -> &'static Told {
    static TOLD: OnceLock<Told> = OnceLock::new();
    TOLD.get_or_init(|| run(fixture(), &plan_of(fixture(), "after", &[]), SPEC))
}

/// End of the run of [`SPEC`].
pub(crate) fn end() -> Time {
    SPEC.end()
}

/// Are the long versions asked for?
pub(crate) fn slow() -> bool {
    std::env::var_os("SLOW").is_some_and(|value| value == "1")
}
