//! From counts to rows.

use std::collections::{BTreeMap, BTreeSet};

use super::accumulator::{Accumulator, StreetSum};
use super::burden;
use super::count::Count;
use super::hours::{HOURS, HourSum, weekdays};
use super::kpi::KpiId;
use super::load::{self, PoolSum, pool_id, pool_name};
use super::result::{BacklogRow, ClosureRow, HourRow, KpiRow, PoolRow, RunResult, StageRow};
use super::scope::{Place, Scope};
use super::totals::Totals;
use crate::base::{DAY, HOUR};
use crate::domain::{Channel, N_STAGES, PoolKind, StreetKind};

/// Last age of closure curves [days].
const LAST_DAY: i64 = 60;

/// All rows of a replication.
pub(super) fn report(run: &Accumulator) -> RunResult {
    let mut result = RunResult { events: run.events, cases: run.cases, ..RunResult::default() };
    if run.window.length().0 == 0 {
        return result;
    }
    result.limit_use = run.limit_use.rows(Scope::City, &Place::City.id(&run.city));
    let means = street_means(run);
    for place in places(run) {
        let totals = totals(run, place, &means);
        let id = place.id(&run.city);
        kpi_rows(place.scope(), &id, &totals, &mut result.kpis);
        if matches!(
            place.scope(),
            Scope::City | Scope::District | Scope::Street | Scope::Kind | Scope::Channel
        ) {
            stage_rows(place.scope(), &id, &totals, &mut result.stages);
        }
        if matches!(place.scope(), Scope::City | Scope::District | Scope::Street | Scope::Kind) {
            application_stage_rows(place.scope(), &id, &totals, &mut result.application_stages);
        }
        if matches!(place.scope(), Scope::City | Scope::District | Scope::Kind) {
            closure_rows(place.scope(), &id, &totals, &mut result.closure);
        }
        if matches!(place.scope(), Scope::City | Scope::District | Scope::Street) {
            pool_rows(run, place, &id, &mut result.pools);
        }
        if matches!(place.scope(), Scope::City | Scope::District) {
            for (day, &open) in totals.backlog.daily.iter().enumerate() {
                let (scope, scope_id) = (place.scope(), id.clone());
                result.backlog.push(BacklogRow { scope, scope_id, day: day as u32, open });
            }
            for (day, &open) in totals.backlog.struck.iter().enumerate() {
                let (scope, scope_id) = (place.scope(), id.clone());
                result.struck.push(BacklogRow { scope, scope_id, day: day as u32, open });
            }
            hour_rows(run, place, &id, &mut result.hours);
        }
    }
    result
}

/// The streets that are reported, with their index.
fn streets(run: &Accumulator) -> impl Iterator<Item = (usize, &StreetSum)> {
    run.streets.iter().enumerate().filter_map(|(i, street)| Some((i, street.as_deref()?)))
}

/// Everything that may have rows, in the order of result files.
fn places(run: &Accumulator) -> Vec<Place> {
    let city = &run.city;
    let mut places = vec![Place::City];
    let reported = |&d: &usize| run.districts[d];
    places.extend((0..city.districts.len()).filter(reported).map(Place::District));
    places.extend(streets(run).map(|(i, _)| Place::Street(i)));
    for kind in [StreetKind::Street, StreetKind::Town] {
        if streets(run).any(|(i, _)| city.streets[i].kind == kind) {
            places.push(Place::Kind(kind));
        }
    }
    places.extend((0..city.fields.len()).map(Place::Field));
    places.extend((0..city.items.len()).map(Place::Item));
    places.extend((0..Channel::ALL.len()).map(Place::Channel));
    places.extend((0..city.agencies.len()).map(Place::Department));
    let kinds: BTreeSet<PoolKind> = run.pools.iter().map(|pool| pool.kind).collect();
    places.extend(kinds.into_iter().map(Place::Pool));
    places
}

/// Mean time to close of every street, none where no case was registered.
fn street_means(run: &Accumulator) -> Vec<Option<f64>> {
    let mean = |street: &StreetSum| street.tally.closing.curve(run.window.length());
    let streets = run.streets.iter();
    streets.map(|street| mean(street.as_deref()?).map(|curve| curve.mean)).collect()
}

/// The sums of a place.
fn totals(run: &Accumulator, place: Place, means: &[Option<f64>]) -> Totals {
    let city = &run.city;
    let mut totals = Totals::new(run.window);
    for (i, street) in streets(run).filter(|&(i, _)| place.has_street(city, i)) {
        totals.tally.add(&street.tally);
        totals.applied.add(&street.applied);
        totals.books.add_all(&street.books);
        run.add_backlog(street, &mut totals.backlog);
        totals.street_means.extend(means[i]);
    }
    match place {
        Place::Field(field) => {
            let tallies = city.items.iter().zip(&run.items);
            for (_, tally) in tallies.filter(|(item, _)| item.field == field) {
                totals.tally.add(tally);
            }
        }
        Place::Item(item) => totals.tally.add(&run.items[item]),
        Place::Channel(channel) => totals.tally.add(&run.channels[channel]),
        Place::Department(agency) => {
            totals.tally.add(&run.agencies[agency]);
            totals.applied.add(&run.lines[agency]);
        }
        _ => {}
    }
    for pool in run.pools.iter().filter(|pool| load::counts(city, pool, place)) {
        if load::tells_busy(pool.kind, place) {
            totals.pools.add(&pool.load);
        } else {
            totals.pools.add_line(&pool.load);
        }
        if matches!(pool.kind, PoolKind::Department(_)) {
            totals.department_pools.add(&pool.load);
        }
    }
    totals.own = burden::own_tasks(&run.departments, place);
    totals
}

fn kpi_rows(scope: Scope, id: &str, totals: &Totals, rows: &mut Vec<KpiRow>) {
    for kpi in KpiId::all().filter(|kpi| kpi.kpi().scopes.contains(&scope)) {
        if let Some(value) = (kpi.kpi().value)(totals) {
            assert!(value.is_finite(), "{} of {id} is {value}", kpi.kpi().id);
            rows.push(KpiRow { scope, scope_id: id.to_owned(), kpi, value });
        }
    }
}

fn stage_rows(scope: Scope, id: &str, totals: &Totals, rows: &mut Vec<StageRow>) {
    let tally = &totals.tally;
    let cases = tally.counts.of(Count::Left);
    let total: i64 = tally.stages.iter().sum();
    if cases == 0.0 || total == 0 {
        return;
    }
    for stage in 0..N_STAGES {
        let seconds = tally.stages[stage] as f64;
        rows.push(StageRow {
            scope,
            scope_id: id.to_owned(),
            stage: stage as u8,
            mean_h: seconds / HOUR as f64 / cases,
            share: seconds / total as f64,
        });
    }
}

fn application_stage_rows(scope: Scope, id: &str, totals: &Totals, rows: &mut Vec<StageRow>) {
    let (ended, stages) = totals.applied.ended();
    let total: i64 = stages.iter().sum();
    if ended == 0 || total == 0 {
        return;
    }
    for (stage, seconds) in stages.iter().enumerate() {
        rows.push(StageRow {
            scope,
            scope_id: id.to_owned(),
            stage: stage as u8,
            mean_h: *seconds as f64 / HOUR as f64 / ended as f64,
            share: *seconds as f64 / total as f64,
        });
    }
}

fn closure_rows(scope: Scope, id: &str, totals: &Totals, rows: &mut Vec<ClosureRow>) {
    let quarters = (0..12).map(|quarter| quarter * DAY / 4);
    let longest = totals.window.length().0;
    let ages: Vec<i64> = quarters
        .chain((3..=LAST_DAY).map(|day| day * DAY))
        .take_while(|&age| age <= longest)
        .collect();
    for (age, closed_share) in ages.iter().zip(totals.tally.closing.incidence(&ages)) {
        let day = *age as f64 / DAY as f64;
        rows.push(ClosureRow { scope, scope_id: id.to_owned(), day, closed_share });
    }
}

fn pool_rows(run: &Accumulator, place: Place, id: &str, rows: &mut Vec<PoolRow>) {
    let mut kinds: BTreeMap<PoolKind, PoolSum> = BTreeMap::new();
    for pool in run.pools.iter().filter(|pool| load::belongs(&run.city, pool, place)) {
        kinds.entry(pool.kind).or_default().add(&pool.load);
    }
    for (kind, sum) in kinds {
        rows.push(PoolRow {
            scope: place.scope(),
            scope_id: id.to_owned(),
            pool: pool_id(&run.city, kind),
            unit_zh: pool_name(&run.city, kind).0,
            staff: sum.staff(),
            utilisation: sum.utilisation(),
            share_above_0_9: sum.overload(),
            queue_mean: sum.queue_mean().unwrap_or(0.0),
            queue_max: sum.queue_max(),
            wait_mean_h: sum.wait_mean(),
            wait_p90_h: sum.wait_p90(),
        });
    }
}

fn hour_rows(run: &Accumulator, place: Place, id: &str, rows: &mut Vec<HourRow>) {
    let occurs = weekdays(run.city.start, &run.window);
    for hour in 0..HOURS {
        let mut sum = HourSum::default();
        for (_, street) in streets(run).filter(|&(i, _)| place.has_street(&run.city, i)) {
            sum.add(&street.week, hour);
        }
        if let Some(registered) = sum.registered(occurs[hour / 24]) {
            rows.push(HourRow {
                scope: place.scope(),
                scope_id: id.to_owned(),
                weekday: (hour / 24) as u8,
                hour: (hour % 24) as u8,
                registered,
                busy: sum.busy(),
            });
        }
    }
}
