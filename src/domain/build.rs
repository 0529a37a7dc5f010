//! Builds the world of one district: calendars, sources of issues, pools, streams of other work.

use std::cell::Cell;

use super::application;
use super::city::{AgencyKind, City, Item, MAX_SECTIONS, StreetKind};
use super::demand;
use super::errand::class;
use super::policy::assessment::{self, Adapting};
use super::policy::{fund, grids, posts, social};
use super::purpose::Purpose;
use super::record::Sink;
use super::settings::Plan;
use super::shock;
use super::slab::Slab;
use super::street::StreetState;
use super::work::second_half;
use super::world::{Balance, ErrandStream, RunSpec, SharedDays, Source, Work, World};
use crate::base::{Calendar, DAY, DayKind, Holidays, Span, Time, WeekPattern};
use crate::kernel::{CalendarId, PoolId, PoolSpec, Pools};
use crate::random::{Intensity, Streams, normal};

/// Days of calendar beyond the run, for due dates and work that would end later.
const DAYS_BEYOND: u32 = 800;

/// Hours of a year, for rates per year.
const YEAR_H: f64 = 8760.0;

/// Address of something that belongs to a place but is no issue: kinds from 900 on are not items.
pub(super) fn place_entity(code: u64, kind: u64, sub: u64) -> u64 {
    assert!(code < 1 << 30 && kind < 124 && sub < 1 << 12, "address out of range");
    code << 34 | (900 + kind) << 24 | sub << 12
}

/// Kinds of place entities.
pub(super) mod kind {
    pub(in crate::domain) const OWN: u64 = 0;
    pub(in crate::domain) const ECONOMIC: u64 = 1;
    pub(in crate::domain) const TASK: u64 = 2;
    pub(in crate::domain) const CAMPAIGN: u64 = 3;
    pub(in crate::domain) const LINE: u64 = 4;
    pub(in crate::domain) const DEPARTMENT: u64 = 5;
    pub(in crate::domain) const RESERVE: u64 = 6;
    pub(in crate::domain) const STAFF: u64 = 7;
    pub(in crate::domain) const ITEM: u64 = 8;
    pub(in crate::domain) const PROJECT: u64 = 20;
    pub(in crate::domain) const CONTRACT: u64 = 21;
    pub(in crate::domain) const PARTNER: u64 = 22;
    pub(in crate::domain) const COUNTY: u64 = 30;
    pub(in crate::domain) const PARK: u64 = 31;
    pub(in crate::domain) const APPLY: u64 = 32;
    pub(in crate::domain) const DESK: u64 = 33;
}

struct Calendars {
    office: CalendarId,
    squad: CalendarId,
    grid: CalendarId,
}

/// A pool of nobody yet; staffing is applied with the first epoch.
fn empty_pool(pools: &mut Pools, calendar: CalendarId, preempt: bool) -> PoolId {
    pools.add_pool(PoolSpec {
        servers: 0,
        calendar,
        weights: [1.0, 0.0, 0.0, 0.0],
        group: None,
        lend: 0,
        preempt,
        capacity_limit: None,
    })
}

/// Builds the world; staffing and rates follow when the first epoch comes into force.
pub(super) fn build<'a, S: Sink>(
    city: &'a City,
    plan: &'a Plan,
    district: usize,
    run: RunSpec,
    sink: &'a mut S,
) -> World<'a, S> {
    let streams = Streams::new(run.seed, run.replication);
    let mut pools = Pools::new();
    let calendars = add_calendars(city, &run, &mut pools);
    let mut streets: Vec<StreetState> = city.districts[district]
        .streets
        .iter()
        .map(|index| build_street(city, plan, *index, &streams, &calendars, &mut pools))
        .collect();
    let first_section = PoolId(pools.n_pools() as u32);
    let departments = add_departments(city, district, &calendars, &mut pools);
    let sections = first_section..PoolId(pools.n_pools() as u32);
    let on_call = add_on_call(city, plan, district, &calendars, &mut pools);
    let reserve = empty_pool(&mut pools, calendars.office, false);
    let adjudicator = empty_pool(&mut pools, calendars.office, false);
    let applications = application::build(city, plan, district, calendars.office, &mut pools);
    let days = run.warm_up_days + run.horizon_days;
    let mut intensities = build_intensities(city, days);
    let mut sources = build_sources(city, district);
    add_shocks(city, plan, district, days, &mut sources, &mut intensities);
    let p = &city.params.assessment;
    let share = |w| Adapting::settled(assessment::effort_share(w, p));
    rank_streets(city, &mut streets);
    let n_streets = streets.len();
    World {
        city,
        plan,
        run,
        district,
        streams,
        draws: Cell::new(0),
        pools,
        office: calendars.office,
        office_read: Cell::new((Time::NEVER, 0)),
        squad_calendar: calendars.squad,
        grid_calendar: calendars.grid,
        epoch: 0,
        in_force: Vec::new(),
        streets,
        department_staff: vec![0; departments.len()],
        departments,
        sections,
        on_call,
        reserve,
        reserve_officers: 0,
        adjudicator,
        department_share: share(p.initial_department_weight),
        department_weight: p.initial_department_weight,
        stationed_share: vec![share(p.initial_stationed_weight); n_streets],
        fund: fund::Account::default(),
        sources,
        errand_streams: Vec::new(),
        intensities,
        callers: [caller_clock(city, days, false), caller_clock(city, days, true)],
        issues: Slab::default(),
        cases: Slab::default(),
        errands: Slab::default(),
        own_tasks: vec![[0; 2]; city.agencies.len()],
        shared_days: SharedDays::default(),
        applications,
        item_effect: item_effects(city, &streams),
        second_half: [StreetKind::Street, StreetKind::Town].map(|kind| second_half(city, kind)),
        base_hazards: city.items.iter().map(|item| hazards(city, item)).collect(),
        week_end: Time(WEEK),
        balance: Balance::default(),
        sink,
        trace: None,
    }
}

/// Specialists on call, by agency: a pool for each that is on call at some time of the plan.
fn add_on_call(
    city: &City,
    plan: &Plan,
    district: usize,
    calendars: &Calendars,
    pools: &mut Pools,
) -> Vec<Option<PoolId>> {
    let ever = |agency: usize| {
        let mut epochs = plan.epochs.iter();
        epochs.any(|epoch| epoch.districts[district].enforcement.on_call >> agency & 1 == 1)
    };
    (0..city.agencies.len())
        .map(|agency| ever(agency).then(|| empty_pool(pools, calendars.squad, false)))
        .collect()
}

fn add_calendars(city: &City, run: &RunSpec, pools: &mut Pools) -> Calendars {
    let days = run.warm_up_days + run.horizon_days + DAYS_BEYOND;
    let none = Holidays::new();
    let mut add = |pattern: &WeekPattern, with_holidays: bool| {
        let holidays = if with_holidays { &city.holidays } else { &none };
        let day_and_night = pattern.days.iter().all(|day| *day == [(0, DAY as u32)]);
        pools.add_calendar(if day_and_night && holidays.iter().next().is_none() {
            Calendar::always_open(days).starting(city.start)
        } else {
            Calendar::new(city.start, days, pattern, holidays)
        })
    };
    Calendars {
        office: add(&city.patterns.office, true),
        squad: add(&city.patterns.squad, false),
        grid: add(&city.patterns.grid, false),
    }
}

fn build_street(
    city: &City,
    plan: &Plan,
    index: usize,
    streams: &Streams,
    calendars: &Calendars,
    pools: &mut Pools,
) -> StreetState {
    let most_units = plan
        .epochs
        .iter()
        .map(|epoch| epoch.streets[index].units.n_units as usize)
        .fold(city.units.len(), usize::max);
    let group = pools.add_group();
    let units = (0..most_units)
        .map(|_| {
            pools.add_pool(PoolSpec {
                servers: 0,
                calendar: calendars.office,
                weights: [1.0, 0.0, 0.0, 0.0],
                group: Some(group),
                lend: 0,
                preempt: true,
                capacity_limit: None,
            })
        })
        .collect();
    let squad = empty_pool(pools, calendars.squad, true);
    let desks = (0..city.agencies.len())
        .map(|agency| {
            let ever = plan
                .epochs
                .iter()
                .any(|epoch| epoch.streets[index].enforcement.stationed >> agency & 1 == 1);
            ever.then(|| empty_pool(pools, calendars.office, false))
        })
        .collect();
    let grid = empty_pool(pools, calendars.grid, false);
    let vendor = empty_pool(pools, calendars.office, false);
    let place = &city.streets[index];
    let rounds_before = grids::achieved_rounds(
        &city.before.grids,
        place.households,
        place.grid_workers,
        &city.params.grids,
    );
    let experience = posts::Experience::steady(city.before.posts.turnover, &city.params.posts);
    StreetState {
        desk_staff: vec![0; city.agencies.len()],
        rounds_before,
        utilisation: city.params.departments.load_before,
        contract_phase: streams.uniform(
            Purpose::Contract as u16,
            place_entity(place.code, kind::CONTRACT, 0),
            0,
        ),
        struck: struck_items(city, plan, index),
        ..StreetState::new(
            index,
            units,
            squad,
            desks,
            [grid, vendor],
            experience,
            social::Growth::settled(city.before.social.organizations),
        )
    }
}

/// Items of which some shock of the plan adds issues at a street; empty if none strikes it.
fn struck_items(city: &City, plan: &Plan, index: usize) -> Vec<bool> {
    let mut items = Vec::new();
    for shock in plan.shocks.iter().filter(|shock| shock.streets[index]) {
        items.resize(city.items.len(), false);
        shock.items.iter().for_each(|item| items[*item] = true);
    }
    items
}

fn add_departments(
    city: &City,
    district: usize,
    calendars: &Calendars,
    pools: &mut Pools,
) -> Vec<Vec<PoolId>> {
    city.agencies
        .iter()
        .map(|agency| {
            let staffed = agency.kind == AgencyKind::Department && agency.staff_per_100k > 0.0;
            let sections = agency.n_sections(&city.districts[district]);
            let sections = if staffed { sections } else { 0 };
            (0..sections).map(|_| empty_pool(pools, calendars.office, false)).collect()
        })
        .collect()
}

/// Relative rate of each hour of the run (or each finer part of a day, if the profile has more) for
/// one season and daily shape [expected issues at one a year].
fn hourly(city: &City, days: u32, season: Option<usize>, evening: bool) -> Vec<f64> {
    let hours = if evening { &city.evening_hours } else { &city.hours };
    let calendar = Calendar::new(city.start, days, &city.patterns.office, &city.holidays);
    let mut weights = Vec::with_capacity(days as usize * hours.len());
    for day in 0..i64::from(days) {
        let date = calendar.date(day);
        let mut factor = city.weekdays[calendar.weekday(day)];
        if city.holidays.get(date) == Some(DayKind::Holiday) {
            factor *= city.params.demand.holiday_factor;
        }
        if let Some(season) = season {
            factor *= season_factor(city, season, date);
        }
        weights.extend(hours.iter().map(|share| factor * share * 24.0 / YEAR_H));
    }
    weights
}

/// Season factor of a date: monthly, or the heating shape of FACTS 1.7 (plateau 1 outside the
/// shock, zero from 16 March to 14 November), scaled to mean 1 over the year.
fn season_factor(city: &City, season: usize, date: jiff::civil::Date) -> f64 {
    let season = &city.seasons[season];
    if !season.heating {
        return season.months[date.month() as usize - 1];
    }
    let p = &city.params.demand;
    let days = heating_day(date);
    let shape = |day: i64| 1.0 + p.heating_peak * libm::exp(-day as f64 / p.heating_decay_days);
    let total: f64 = (0..HEATING_DAYS).map(shape).sum();
    days.map_or(0.0, |day| shape(day) * 365.0 / total)
}

/// Length of the heating season, 15 November to 15 March.
const HEATING_DAYS: i64 = 121;

/// Day of the heating season, from 0; none outside it.
fn heating_day(date: jiff::civil::Date) -> Option<i64> {
    let year = if date.month() >= 7 { date.year() } else { date.year() - 1 };
    let start = jiff::civil::date(year, 11, 15);
    let day = i64::from(start.until(date).ok()?.get_days());
    (0..HEATING_DAYS).contains(&day).then_some(day)
}

fn build_intensities(city: &City, days: u32) -> Vec<Intensity> {
    let mut intensities = Vec::new();
    for season in 0..city.seasons.len() {
        for evening in [false, true] {
            let weights = hourly(city, days, Some(season), evening);
            intensities.push(Intensity::new(part_of_day(city, evening), &weights));
        }
    }
    intensities
}

/// Readiness to call over the run: one unit per mean day.
fn caller_clock(city: &City, days: u32, evening: bool) -> Intensity {
    let weights: Vec<f64> =
        hourly(city, days, None, evening).iter().map(|weight| weight * YEAR_H / 24.0).collect();
    Intensity::new(part_of_day(city, evening), &weights)
}

/// Length of the parts into which a profile divides the day: an hour, or less.
fn part_of_day(city: &City, evening: bool) -> Span {
    let parts = if evening { &city.evening_hours } else { &city.hours };
    Span(DAY / parts.len() as i64)
}

fn build_sources(city: &City, district: usize) -> Vec<Source> {
    let mut sources = Vec::new();
    for (local, index) in city.districts[district].streets.iter().enumerate() {
        for (number, item) in city.items.iter().enumerate() {
            let yearly = shock::yearly_issues(city, *index, number);
            if yearly > 0.0 {
                sources.push(Source {
                    street: local as u16,
                    item: number as u16,
                    yearly,
                    reached: 0.0,
                    visit: 0,
                    intensity: item.season * 2 + usize::from(item.evening),
                });
            }
        }
    }
    sources
}

/// Sources of what shocks add, with their own addresses.
fn add_shocks(
    city: &City,
    plan: &Plan,
    district: usize,
    days: u32,
    sources: &mut Vec<Source>,
    intensities: &mut Vec<Intensity>,
) {
    for (number, shock) in plan.shocks.iter().enumerate() {
        let first = intensities.len();
        for hours in [&city.hours, &city.evening_hours] {
            intensities.push(shock::intensity(shock, hours, days));
        }
        for (local, index) in city.districts[district].streets.iter().enumerate() {
            if !shock.streets[*index] {
                continue;
            }
            for item in &shock.items {
                let yearly = shock::added_issues(city, shock, *index, *item);
                if yearly > 0.0 {
                    sources.push(Source {
                        street: local as u16,
                        item: *item as u16,
                        yearly,
                        reached: 0.0,
                        visit: shock::first_visit(number),
                        intensity: first + usize::from(city.items[*item].evening),
                    });
                }
            }
        }
    }
}

fn hazards(city: &City, item: &Item) -> [f64; 5] {
    demand::base_hazards(item, city.seasons[item.season].heating, &city.params.demand)
}

fn item_effects(city: &City, streams: &Streams) -> Vec<f64> {
    (0..city.items.len())
        .map(|item| {
            let entity = place_entity(0, kind::ITEM, item as u64);
            // The same in every replication would be a fixed truth of the city; it is unknown, so
            // it varies like other luck.
            let u = streams.uniform(Purpose::ItemEffect as u16, entity, 0);
            city.params.closing.item_spread * normal(u)
        })
        .collect()
}

impl<S: Sink> World<'_, S> {
    /// Lays out the streams of other work; rates follow from staffing.
    pub(super) fn add_errand_streams(&mut self) {
        let mut flows = Vec::new();
        for (local, street) in self.streets.iter().enumerate() {
            let code = self.city.streets[street.index].code;
            let local = local as u16;
            for (unit, pool) in street.units.iter().enumerate() {
                let unit = unit as u64;
                flows.push((Work::Other, *pool, class::OWN, place_entity(code, kind::OWN, unit)));
                let entity = place_entity(code, kind::ECONOMIC, unit);
                flows.push((Work::Economic(local), *pool, class::ECONOMIC, entity));
            }
            let entity = place_entity(code, kind::TASK, 0);
            flows.push((Work::Task(local), street.units[0], class::TASK, entity));
            let entity = place_entity(code, kind::CAMPAIGN, 0);
            flows.push((Work::Other, street.squad, class::OWN, entity));
            if let Some(park) = self.applications.desks[usize::from(local)].park {
                flows.push((Work::Other, park, class::OWN, place_entity(code, kind::PARK, 0)));
            }
            for (agency, desk) in street.desks.iter().enumerate() {
                if let Some(desk) = desk {
                    let entity = place_entity(code, kind::LINE, agency as u64);
                    flows.push((Work::Other, *desk, class::OWN, entity));
                }
            }
        }
        let code = u64::from(self.city.districts[self.district].code);
        for (agency, sections) in self.departments.iter().enumerate() {
            for (section, pool) in sections.iter().enumerate() {
                let number = (agency * (MAX_SECTIONS + 1) + section) as u64;
                // Agencies are at most 64 and sections 99, which does not fit one kind.
                let kind = kind::DEPARTMENT + 40 * (number >> 12);
                let entity = place_entity(code, kind, number & 0xfff);
                flows.push((Work::Department(agency as u8), *pool, class::OWN, entity));
            }
        }
        let entity = place_entity(code, kind::COUNTY, 0);
        flows.push((Work::Other, self.applications.county, class::OWN, entity));
        let entity = place_entity(code, kind::RESERVE, 0);
        flows.push((Work::Other, self.reserve, class::OWN, entity));
        self.errand_streams = flows
            .into_iter()
            .map(|(work, pool, class, entity)| ErrandStream {
                work,
                pool,
                class,
                entity,
                rate: 0.0,
                calendar: self.pools.calendar_of(pool),
                mean_h: 0.0,
                sigma: 0.0,
                due_wd: 0.0,
                visit: 0,
                last: 0,
                scheduled: false,
            })
            .collect();
    }
}

/// Seconds of a week.
pub(super) const WEEK: i64 = 7 * DAY;

/// Numbers the streets of a district by their codes.
fn rank_streets(city: &City, streets: &mut [StreetState]) {
    let mut codes: Vec<u64> = streets.iter().map(|at| city.streets[at.index].code).collect();
    codes.sort_unstable();
    for street in streets {
        let code = city.streets[street.index].code;
        street.rank = codes.binary_search(&code).expect("invariant: the code is in the list");
    }
}
