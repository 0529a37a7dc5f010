use super::fixture::*;
use crate::base::{Span, Time};
use crate::domain::{
    ApplicationRecord, CallUpRecord, Channel, City, DepartmentRecord, HourRecord, IssueRecord,
    OnCallRecord, PoolKind, PoolOwner, Sink, Stage, TaskRecord,
};
use crate::measure::{Accumulator, KPIS, RunResult, Scope, Selection, Window};

/// Something of everything, at one street of a district.
#[allow(clippy::too_many_lines, reason = "one record of each kind")]
fn feed(sum: &mut Accumulator, street: u16, district: u16) {
    for (i, channel) in (0..).zip(Channel::ALL) {
        let item = (i % 3) as u16;
        let mut done = closed_case(i, 30 + 7 * i * (i64::from(street) + 1));
        (done.street, done.item, done.channel) = (street, item, channel);
        (done.class, done.parties, done.clock_share) = (4, 3, 0.95);
        done.due = done.closed.map(|closed| closed + hours(1));
        done.first_due = done.due;
        (done.called_back, done.satisfied, done.called_up) = (true, true, true);
        done.ledger.add(Stage::Limbo, hours(1));
        sum.case(&done);
        let mut waiting = open_case(i + 2);
        (waiting.street, waiting.item, waiting.channel) = (street, item, channel);
        sum.case(&waiting);
        sum.issue(&IssueRecord {
            street,
            item,
            channel: Some(channel),
            arisen: at(i, 1),
            detected: Some(at(i, 9)),
            resolved: Some(at(i, 30)),
            vanished: None,
        });
    }
    for item in 0..3 {
        sum.call_up(&CallUpRecord {
            street,
            item,
            agency: (item % 2) as u8,
            at: at(2, 0),
            reacted: Some(at(2, 5)),
            needs_presence: true,
            arrived: Some(at(2, 9)),
            target: hours(8),
            ended: None,
        });
    }
    for agency in 0..2 {
        let record = ApplicationRecord { street, agency, ..application(2, 24) };
        sum.application(&record);
        let request = OnCallRecord {
            street,
            agency,
            at: at(3, 0),
            arrived: None,
            target: Span(1800),
            ended: None,
        };
        sum.on_call(&request);
        sum.pool(&pool(PoolOwner::Street(street), PoolKind::Stationed(agency), 16.0));
        sum.pool(&pool(PoolOwner::District(district), PoolKind::Department(agency), 30.0));
        sum.pool(&pool(PoolOwner::District(district), PoolKind::OnCall(agency), 31.0));
        sum.department(&DepartmentRecord {
            district,
            agency,
            own_overdue: 3,
            own_open: 5,
            own_due: 8,
            own_late: 2,
        });
    }
    for kind in [PoolKind::Unit(0), PoolKind::Squad, PoolKind::Grid] {
        sum.pool(&pool(PoolOwner::Street(street), kind, 20.0));
    }
    for kind in [PoolKind::Reserve, PoolKind::Adjudicator] {
        sum.pool(&pool(PoolOwner::District(district), kind, 20.0));
    }
    sum.task(&TaskRecord { street, reached: at(1, 1), hours: 5.0 });
    for day in 7..21 {
        sum.backlog(day, street, 20 + u32::from(street));
        sum.struck(day, street, 5);
    }
    sum.hour(&HourRecord { street, hour_of_week: 9, registered: 3, busy: 2, posts: 3 });
    sum.street(&books(street));
}

fn run(city: &std::sync::Arc<City>, selection: &Selection) -> RunResult {
    let parts = (0..city.districts.len()).map(|district| {
        let mut part = Accumulator::new(city, selection, WINDOW, district)
            .with_shocks(&[struck(at(5, 0), &[0, 1, 2])]);
        for &street in &city.districts[district].streets {
            feed(&mut part, street as u16, district as u16);
        }
        part.count_run(100, 10);
        part
    });
    let whole = parts.reduce(|mut whole, part| {
        whole.merge(part);
        whole
    });
    whole.unwrap().result()
}

#[test]
fn merging_halves_gives_the_whole() {
    // Would catch anything lost or counted twice in a merge: the same streets as one district and
    // as two, compared where the districts do not show.
    let (one, two) = (city(true), city(false));
    let [one, two] = [one, two].map(|city| run(&city, &Selection::all(&city)));
    for scope in Scope::ALL.into_iter().filter(|&scope| scope != Scope::District) {
        let of = |result: &RunResult| {
            let rows = result.kpis.iter().filter(|row| row.scope == scope);
            rows.cloned().collect::<Vec<_>>()
        };
        assert_eq!(of(&one), of(&two), "{scope:?}");
    }
    let of = |result: &RunResult| {
        let rows = result.stages.iter().filter(|row| row.scope == Scope::City);
        rows.cloned().collect::<Vec<_>>()
    };
    assert_eq!(of(&one), of(&two));
    assert_eq!((two.events, two.cases), (200, 20));
    assert_eq!((one.events, one.cases), (100, 10));
}

#[test]
fn every_available_kpi_has_exactly_its_scopes() {
    // Would catch a KPI without formula, or one that leaks into a scope it does not have.
    let city = city(false);
    let result = run(&city, &Selection::all(&city));
    for (index, kpi) in KPIS.iter().enumerate() {
        let found: Vec<Scope> = Scope::ALL
            .into_iter()
            .filter(|&scope| {
                let mut rows = result.kpis.iter();
                rows.any(|row| row.kpi.index() == index && row.scope == scope)
            })
            .collect();
        let expected = kpi.scopes.to_vec();
        assert_eq!(found, expected, "{}", kpi.id);
    }
    let pools: Vec<&str> = result
        .kpis
        .iter()
        .filter(|row| row.scope == Scope::Pool && row.kpi.kpi().id == "utilisation")
        .map(|row| row.scope_id.as_str())
        .collect();
    assert_eq!(
        pools,
        [
            "unit:CGB",
            "squad",
            "stationed:housing",
            "stationed:police",
            "grid",
            "department:housing",
            "department:police",
            "on_call:housing",
            "on_call:police",
            "reserve",
            "adjudicator",
        ]
    );
}

#[test]
fn only_selected_streets_are_reported() {
    // Would catch a neighbor's cases in the area, or its departments left out.
    let city = city(false);
    let selection = Selection { streets: vec![false, true, false] };
    assert_eq!(selection.districts(&city), [0]);
    let result = run(&city, &selection);
    expect(&result, 1e-12, &[("cases_registered", 10.0), ("department_backlog", 12.0)]);
    let streets: Vec<&str> = result
        .kpis
        .iter()
        .filter(|row| matches!(row.scope, Scope::Street | Scope::District | Scope::Kind))
        .map(|row| row.scope_id.as_str())
        .collect();
    assert!(streets.iter().all(|&id| ["乙镇", "东区", "town"].contains(&id)), "{streets:?}");
    assert_eq!(value(&result, Scope::District, "东区", "cases_registered"), Some(10.0));
}

#[test]
fn an_empty_window_has_no_rows() {
    // Would catch a zero that stands for nothing, and NaN.
    let city = city(false);
    let instant = Window { start: Time(7), end: Time(7) };
    let mut sum = Accumulator::new(&city, &Selection::all(&city), instant, 0);
    feed(&mut sum, 0, 0);
    assert_eq!(sum.result(), RunResult::default());
}

#[test]
fn a_window_without_records_has_true_zeros_only() {
    // Would catch shares and means of nothing.
    let result = first_district().result();
    for row in &result.kpis {
        assert!(row.kpi.kpi().id.starts_with("cases_"), "{row:?}");
        assert!(row.value.abs() < 1e-12, "{row:?}");
    }
    let rest = (result.pools.len(), result.stages.len(), result.closure.len());
    assert_eq!(rest, (0, 0, 0));
    assert_eq!((result.backlog.len(), result.hours.len()), (0, 0));
}

#[test]
fn results_survive_a_journal() {
    // Would catch a value that JSON cannot hold, such as NaN, and a KPI saved by position.
    let city = city(false);
    let result = run(&city, &Selection::all(&city));
    let text = serde_json::to_string(&result).unwrap();
    assert!(text.contains(r#""kpi":"time_to_close_mean""#) && !text.contains("NaN"));
    assert_eq!(serde_json::from_str::<RunResult>(&text).unwrap(), result);
}
