//! A city of three streets in two districts, and records to feed.

use std::sync::Arc;

use jiff::civil::date;

use crate::base::{DAY, HOUR, Holidays, Span, Time, WeekPattern};
use crate::domain::{
    Agency, AgencyKind, ApplicationFate, ApplicationRecord, CaseRecord, Channel, City, ClockStart,
    Contact, Decider, District, Fate, Field, Item, Ledger, Matter, N_APPLICATION_STAGES, Params,
    Patterns, PoolKind, PoolOwner, PoolRecord, RuleSet, Settings, Stage, Street, StreetKind,
    StreetRecord, Unit,
};
use crate::domain::{Shock, ShockSize};
use crate::kernel::PoolLoad;
use crate::measure::{Accumulator, KpiId, RunResult, Scope, Selection, Window};

/// Two weeks after one week of warm-up.
pub(super) const WINDOW: Window = Window { start: Time(7 * DAY), end: Time(21 * DAY) };

/// An instant by day and hour of the window.
pub(super) fn at(day: i64, hour: i64) -> Time {
    WINDOW.start + Span(day * DAY + hour * HOUR)
}

pub(super) fn hours(h: i64) -> Span {
    Span(h * HOUR)
}

fn street(zh: &str, kind: StreetKind, district: usize) -> Street {
    let (population, households, grid_workers) = (1e5, 4e4, 100.0);
    let [zh, en] = [zh, zh].map(str::to_owned);
    let (holder, park) = (None, None);
    Street { code: 1, zh, en, kind, district, population, households, grid_workers, holder, park }
}

fn item(id: &str, field: usize) -> Item {
    Item {
        id: id.to_owned(),
        zh: String::new(),
        en: String::new(),
        field,
        lead: 0,
        supports: Vec::new(),
        unit: 0,
        enforcement: false,
        agencies_k: 1,
        class: 0,
        urgency: 2,
        sla_wd: 5.0,
        channels: [0.2; 5],
        share: [0.1; 2],
        season: 0,
        evening: false,
        p_grid: 0.1,
        p_simple: 0.5,
        p_misroute: 0.1,
        in_catalog: true,
        list_rank: 0,
        grid_rank: 0,
        self_solving: false,
        bought: false,
        partnered: false,
        flow: crate::domain::Flow::USUAL,
    }
}

fn agency(id: &str) -> Agency {
    Agency {
        id: id.to_owned(),
        zh: id.to_owned(),
        en: id.to_owned(),
        kind: AgencyKind::Department,
        seed_name: None,
        aliases: Vec::new(),
        staff_per_100k: 10.0,
        section_staff: 0.0,
    }
}

/// Streets 甲 and 乙 (a town) in district 0, 丙 in district 1; with `one`, all in one district.
pub(super) fn city(one: bool) -> Arc<City> {
    let second = usize::from(!one);
    let always = || WeekPattern { days: std::array::from_fn(|_| vec![(0, 86_400)]) };
    let district = |zh: &str, streets: Vec<usize>| District {
        code: 1,
        zh: zh.to_owned(),
        en: zh.to_owned(),
        population: 1e5,
        streets,
    };
    let districts = if one {
        vec![district("东区", vec![0, 1, 2])]
    } else {
        vec![district("东区", vec![0, 1]), district("西区", vec![2])]
    };
    Arc::new(City {
        services: Vec::new(),
        powers: Vec::new(),
        hall: None,
        id: "toy".to_owned(),
        zh: String::new(),
        en: String::new(),
        start: date(2018, 7, 2),
        holidays: Holidays::new(),
        patterns: Patterns { office: always(), squad: always(), grid: always() },
        districts,
        streets: vec![
            street("甲街道", StreetKind::Street, 0),
            street("乙镇", StreetKind::Town, 0),
            street("丙街道", StreetKind::Street, second),
        ],
        items: vec![item("I01", 0), item("I02", 0), item("X01", 1)],
        fields: ["F01", "F00"]
            .map(|id| Field { id: id.to_owned(), zh: String::new(), en: id.to_owned() })
            .to_vec(),
        agencies: vec![agency("housing"), agency("police")],
        units: vec![Unit {
            code: "CGB".to_owned(),
            zh: "城市管理办公室".to_owned(),
            en: "City management office".to_owned(),
            fixed_share: 1.0,
            case_share: 1.0,
            posts: Vec::new(),
            room: None,
        }],
        seasons: Vec::new(),
        hours: vec![1.0 / 24.0; 24],
        evening_hours: vec![1.0 / 24.0; 24],
        weekdays: [1.0; 7],
        rules: RuleSet {
            id: String::new(),
            limit_wd: 5.0,
            long_limit_wd: 15.0,
            extension_wd: 10.0,
            return_wd: 1.0,
            yellow_wd: 1.0,
            start: ClockStart::Acceptance,
            reset_on_redo: false,
        },
        params: Params::default(),
        before: Settings::default(),
        assumptions: Vec::new(),
    })
}

/// An accumulator of the first district with everything selected.
pub(super) fn first_district() -> Accumulator {
    let city = city(false);
    Accumulator::new(&city, &Selection::all(&city), WINDOW, 0)
}

/// A case of street 甲 and item `I01` by the hotline, registered on a day of the window, open.
pub(super) fn open_case(day: i64) -> CaseRecord {
    let registered = at(day, 0);
    CaseRecord {
        key: 1,
        street: 0,
        item: 0,
        class: 0,
        urgency: 2,
        parties: 0,
        channel: Channel::Hotline,
        arisen: registered - hours(2),
        detected: registered - hours(1),
        registered,
        dispatched: Some(registered + hours(1)),
        to_street: true,
        accepted: Some(registered + hours(2)),
        begun: None,
        effort: Span::ZERO,
        contacted: None,
        responded_in_time: false,
        closed: None,
        first_closed: None,
        left: None,
        fate: Fate::Open,
        resolved: false,
        nominal: false,
        due: None,
        first_due: None,
        clock_share: 0.0,
        extended: false,
        yellow: false,
        red: false,
        returns: 0,
        overruled: false,
        owners: 1,
        first_owner_final: false,
        called_up: false,
        called: 0,
        called_back: false,
        recorded_resolved: false,
        satisfied: false,
        redone: false,
        supervised: false,
        repeat: false,
        duplicate: false,
        grid_settled: false,
        stuck: false,
        working: WINDOW.end - registered,
        ledger: Ledger::default(),
    }
}

/// The same, closed some hours after registration, and left at once.
pub(super) fn closed_case(day: i64, after: i64) -> CaseRecord {
    let mut case = open_case(day);
    let closed = case.registered + hours(after);
    case.closed = Some(closed);
    case.first_closed = Some(closed);
    case.left = Some(closed);
    case.fate = Fate::Closed;
    case.resolved = true;
    case.first_owner_final = true;
    case.working = hours(after / 4);
    case.ledger.add(Stage::Latent, hours(2));
    case.ledger.add(Stage::Work, hours(after));
    case
}

/// The same, withdrawn.
pub(super) fn withdrawn_case(day: i64, after: i64) -> CaseRecord {
    let mut case = closed_case(day, after);
    (case.closed, case.first_closed, case.resolved) = (None, None, false);
    case.fate = Fate::Withdrawn;
    case
}

/// A pool of two people who worked `busy` of 80 hours on offer; five starts, 10 h of waits.
pub(super) fn pool(owner: PoolOwner, kind: PoolKind, busy: f64) -> PoolRecord {
    let load = PoolLoad {
        servers_mean: 2.0,
        available_h: 80.0,
        busy_h: busy,
        open_h: 40.0,
        overload_h: 10.0,
        queue_area_h: 672.0,
        window_h: 336.0,
        queue_max: 7,
        waits: 5,
        wait_sum_h: 10.0,
        wait_p90_h: 4.0,
        ..PoolLoad::default()
    };
    PoolRecord { owner, kind, load, handles_cases: true }
}

/// A shock that strikes some of the streets.
pub(super) fn struck(from: Time, streets: &[usize]) -> Shock {
    Shock {
        zh: "冲击".into(),
        en: "Shock".into(),
        from,
        days: 1,
        decay_days: None,
        size: ShockSize::Issues(1.0),
        items: vec![0],
        streets: (0..8).map(|street| streets.contains(&street)).collect(),
        response: None,
    }
}

/// Books of a street with ten posts.
pub(super) fn books(street: u16) -> StreetRecord {
    StreetRecord {
        street,
        posts_mean: 10.0,
        task_h: 20.0,
        project_h: 0.0,
        external_h: 0.0,
        overtime_h: 7.0,
        economic_h: 30.0,
        routine_h: 40.0,
        paperwork_h: 8.0,
        committee_h: 2.0,
        staff_cost: 5000.0,
        purchased_cost: 1000.0,
        service_cost: 600.0,
        backlog_peak: 9,
        merged: 3,
    }
}

/// The value of a KPI, none if there is no such row.
pub(super) fn value(result: &RunResult, scope: Scope, id: &str, kpi: &str) -> Option<f64> {
    let kpi = KpiId::find(kpi).unwrap();
    let mut rows = result.kpis.iter();
    let row = rows.find(|row| row.scope == scope && row.scope_id == id && row.kpi == kpi);
    row.map(|row| row.value)
}

/// Asserts KPI values of the whole area, to within `tolerance`.
pub(super) fn expect(result: &RunResult, tolerance: f64, expected: &[(&str, f64)]) {
    for &(kpi, expected) in expected {
        let found = value(result, Scope::City, "all", kpi);
        let found = found.unwrap_or_else(|| panic!("{kpi} has no row"));
        assert!((found - expected).abs() <= tolerance, "{kpi}: {found} is not {expected}");
    }
}

/// Asserts that KPIs have no row for the whole area.
pub(super) fn expect_none(result: &RunResult, kpis: &[&str]) {
    for kpi in kpis {
        assert_eq!(value(result, Scope::City, "all", kpi), None, "{kpi}");
    }
}

/// An application handed in at a service point and decided `after` hours later.
pub(super) fn application(day: i64, after: i64) -> ApplicationRecord {
    let submitted = at(day, 9);
    ApplicationRecord {
        key: 1,
        street: 0,
        matter: Matter::Power(0),
        agency: 0,
        of_park: false,
        submitted,
        accepted: Some(submitted),
        due: Some(submitted + hours(48)),
        decided: Some(submitted + hours(after)),
        delivered: None,
        fate: ApplicationFate::Decided,
        abandoned: None,
        contact: Contact::Point,
        decider: Decider::Street,
        forwarded: false,
        visits: 2,
        county_visits: 1,
        travel: Span(3600),
        hall_wait: Span(600),
        window: Span(1200),
        transfers: 1,
        wrong: true,
        reversed: None,
        working: hours(after / 3),
        ledger: [0; N_APPLICATION_STAGES],
    }
}
