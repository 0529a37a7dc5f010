//! Who applies for what, when, and where it is handed in.

use super::record::{ApplicationFate, ApplicationRecord, ApplicationStage, Contact, Decider};
use super::{Application, MOST_UNITS, State, Stream, origin, tell};
use crate::base::{HOUR, Span, Time, nearest};
use crate::domain::build::{kind, place_entity};
use crate::domain::city::City;
use crate::domain::event::Event;
use crate::domain::matter::Matter;
use crate::domain::policy::service;
use crate::domain::purpose::Purpose;
use crate::domain::record::Sink;
use crate::domain::staffing::WORKING_YEAR_H;
use crate::domain::world::{Ctx, World};
use crate::kernel::{Phase, PoolId};
use crate::random::{Streams, discrete, exponential};

/// Draws that one application may repeat: room in its address.
const ROUNDS: u64 = 64;

/// Address of a street's number of service points.
pub(super) const POINTS: u64 = 4095;

/// Two uniforms of one application.
pub(super) fn draw(
    streams: &Streams,
    purpose: Purpose,
    code: u64,
    origin: u64,
    ordinal: u32,
    round: u8,
) -> [f64; 2] {
    let sub = origin * ROUNDS + u64::from(round).min(ROUNDS - 1);
    let entity = place_entity(code, kind::APPLY, sub) + u64::from(ordinal >> 16);
    streams.pair(purpose as u16, entity, (ordinal & 0xffff) as u16)
}

/// Applications a year of every matter at a street, by stream.
pub(super) fn streams(city: &City, district: usize) -> Vec<Stream> {
    let mut streams = Vec::new();
    if city.hall.is_none() {
        return streams;
    }
    for (local, index) in city.districts[district].streets.iter().enumerate() {
        let mut add = |origin: u64, yearly: Vec<(Matter, f64)>| {
            let total: f64 = yearly.iter().map(|(_, volume)| volume).sum();
            if total > 0.0 {
                let mut sum = 0.0;
                let shares = yearly.iter().map(|(_, volume)| {
                    sum += volume / total;
                    sum
                });
                streams.push(Stream {
                    street: local as u16,
                    origin,
                    rate: total / (WORKING_YEAR_H * HOUR as f64),
                    shares: shares.collect(),
                    matters: yearly.into_iter().map(|(matter, _)| matter).collect(),
                    ordinal: 0,
                    last: 0,
                });
            }
        };
        add(origin::SERVICE, services(city, *index));
        let street = &city.streets[*index];
        if street.holder.is_some() {
            add(origin::TOWN, powers(city, size(city, *index), |_| true));
        }
        if let Some(park) = &street.park {
            add(origin::PARK, powers(city, park.volume, |power| power.for_parks));
        }
    }
    streams
}

/// Yearly applications for each service at a street.
pub(super) fn services(city: &City, street: usize) -> Vec<(Matter, f64)> {
    let place = &city.streets[street];
    let scale = place.population / 1000.0 * city.params.service.volume;
    let yearly = city.services.iter().enumerate().map(|(index, service)| {
        (Matter::Service(index as u16), service.per_1000[place.kind as usize] * scale)
    });
    yearly.filter(|(_, volume)| *volume > 0.0).collect()
}

/// Residents of a town relative to the key town of the catalog.
pub(super) fn size(city: &City, street: usize) -> f64 {
    city.streets[street].population / city.params.powers.reference_residents
}

/// Yearly applications for the powers of the catalog at a place of some size; penalties are not
/// applied for.
pub(super) fn powers(
    city: &City,
    size: f64,
    wanted: impl Fn(&crate::domain::Power) -> bool,
) -> Vec<(Matter, f64)> {
    let applied =
        city.powers.iter().enumerate().filter(|(_, power)| !power.is_penalty() && wanted(power));
    let yearly = applied.map(|(index, power)| {
        (Matter::Power(index as u16), city.params.powers.volume[power.volume] * size)
    });
    yearly.filter(|(_, volume)| *volume > 0.0).collect()
}

/// Where an application is handed in and who decides it.
struct Way {
    contact: Contact,
    decider: Decider,
    forwarded: bool,
    desk: PoolId,
    minutes: f64,
}

impl<S: Sink> World<'_, S> {
    /// Schedules the first application of every stream.
    pub(in crate::domain) fn plan_applications(&mut self, ctx: &mut Ctx) {
        for stream in 0..self.applications.streams.len() {
            self.plan_application(ctx, stream);
        }
    }

    fn stream_draw(&self, stream: &Stream, purpose: Purpose) -> [f64; 2] {
        let code = self.city.streets[self.streets[stream.street as usize].index].code;
        self.draws.set(self.draws.get() + 1);
        draw(&self.streams, purpose, code, stream.origin, stream.ordinal, 0)
    }

    fn plan_application(&mut self, ctx: &mut Ctx, stream: usize) {
        let flow = &self.applications.streams[stream];
        let [gap, _] = self.stream_draw(flow, Purpose::Apply);
        let wait = nearest(exponential(gap, 1.0 / flow.rate)).max(1);
        let flow = &mut self.applications.streams[stream];
        flow.last += wait;
        let at = self.pools.calendar(self.office).at_worked(flow.last);
        ctx.schedule_at(at.max(ctx.now()), Phase::Arrive, Event::Apply(stream as u32));
    }

    /// An application is made.
    pub(in crate::domain) fn apply(&mut self, ctx: &mut Ctx, stream: u32) {
        let now = ctx.now();
        let flow = &self.applications.streams[stream as usize];
        let (street, from, ordinal) = (flow.street, flow.origin, flow.ordinal);
        let [_, which] = self.stream_draw(flow, Purpose::Apply);
        let matter = flow.matters[discrete(which, &flow.shares)];
        let luck = self.stream_draw(flow, Purpose::ApplyWay);
        let near = self.stream_draw(flow, Purpose::ApplyTravel);
        self.applications.streams[stream as usize].ordinal += 1;
        self.plan_application(ctx, stream as usize);
        let way = self.way(street, from, matter, luck, near[1]);
        let index = self.streets[street as usize].index;
        let agency = match matter {
            Matter::Service(service) => self.city.services[service as usize].agency,
            Matter::Power(power) => self.city.powers[power as usize].agency,
        };
        let record = ApplicationRecord {
            key: self.city.streets[index].code << 34 | from << 32 | u64::from(ordinal),
            street: index as u16,
            matter,
            agency: agency as u8,
            of_park: from == origin::PARK,
            submitted: now,
            accepted: None,
            due: None,
            decided: None,
            delivered: None,
            fate: ApplicationFate::Open,
            abandoned: None,
            contact: way.contact,
            decider: way.decider,
            forwarded: way.forwarded,
            visits: 0,
            county_visits: 0,
            travel: Span::ZERO,
            hall_wait: Span::ZERO,
            window: Span::ZERO,
            transfers: 0,
            wrong: false,
            reversed: None,
            working: Span::ZERO,
            ledger: [0; super::record::N_APPLICATION_STAGES],
        };
        let application = Application {
            record,
            street,
            origin: from,
            ordinal,
            state: State::Checking,
            stage: ApplicationStage::HallWait,
            since: now,
            turn: 0,
            desk: way.desk,
            minutes: way.minutes,
            round: 0,
            complete: false,
            path: [way.desk; MOST_UNITS],
            n_path: 1,
            at: 0,
            competence: 1.0,
            share: Span::ZERO,
            beside: false,
        };
        let index = self.applications.alive.insert(application).index;
        self.applications.census.opened += 1;
        self.applications.census.count(now, 1);
        self.note_application(index, now, tell::handed_in);
        self.check_papers(ctx, index);
    }

    /// Where it is handed in: online, at a point, at the hall or counter, at the park, at the
    /// county; and who will decide.
    fn way(&self, street: u16, from: u64, matter: Matter, luck: [f64; 2], near: f64) -> Way {
        let settings = &self.settings(street).service;
        let p = &self.city.params;
        let [online, place] = luck;
        let at_home = settings.online_share
            + (1.0 - settings.online_share) * service::without_visit(settings);
        let online = online < at_home;
        let decider = self.decider(street, from, matter);
        let index = self.streets[street as usize].index;
        let kind = self.city.streets[index].kind as usize;
        let to_county = |forwarded: bool, contact: Contact, desk: PoolId, minutes: f64| Way {
            contact,
            decider,
            forwarded,
            desk,
            minutes,
        };
        let desk = &self.applications.desks[street as usize];
        let county = (self.applications.county, p.service.county_minutes[kind]);
        if online {
            let desk = match decider {
                Decider::County => county.0,
                Decider::Park => desk.park.expect("invariant: a park decides, so there is one"),
                Decider::Street => self.review_pool(street, matter, place),
            };
            return to_county(false, Contact::Online, desk, 0.0);
        }
        let mut place = place;
        if decider == Decider::County {
            if place < p.powers.county_direct {
                return to_county(false, Contact::County, county.0, county.1);
            }
            place = above(place, p.powers.county_direct);
        }
        let forwarded = decider == Decider::County;
        if from == origin::PARK {
            let window = desk.park.expect("invariant: firms of a park have a window");
            return to_county(forwarded, Contact::Park, window, p.service.park_minutes);
        }
        let minutes = p.service.hall_minutes[kind];
        if let Matter::Service(service) = matter
            && service::at_points(settings, self.city.services[service as usize].point_items)
        {
            let (nearer, factor) = service::nearness(desk.n_points);
            if place < nearer {
                let point = discrete(near, &desk.point_sizes[..desk.n_points]);
                return to_county(false, Contact::Point, desk.points[point], minutes * factor);
            }
            let hall = self.window_pool(street, matter, above(place, nearer));
            return to_county(false, hall.0, hall.1, minutes * factor);
        }
        let hall = self.window_pool(street, matter, place);
        to_county(forwarded, hall.0, hall.1, minutes)
    }

    /// Who decides under the settings in force.
    fn decider(&self, street: u16, from: u64, matter: Matter) -> Decider {
        let Matter::Power(power) = matter else { return Decider::Street };
        let desk = &self.applications.desks[street as usize];
        let held = |since: &[Time]| since[power as usize] < Time::NEVER;
        if from == origin::PARK {
            if held(&desk.park_since) { Decider::Park } else { Decider::County }
        } else if held(&desk.town_since) {
            Decider::Street
        } else {
            Decider::County
        }
    }

    /// Is the matter in the one hall of the street?
    pub(super) fn in_hall(&self, street: u16, matter: Matter) -> bool {
        let rank = match matter {
            Matter::Service(service) => self.city.services[service as usize].hall_rank,
            Matter::Power(power) => f64::from(power) / self.city.powers.len() as f64,
        };
        service::in_hall(&self.settings(street).service, rank)
    }

    /// Pool of a unit; split units share by a uniform.
    pub(super) fn unit_pool(&self, street: u16, unit: usize, u: f64) -> PoolId {
        let street = &self.streets[street as usize];
        let pools = &street.grouping[unit];
        street.units[pools[((u * pools.len() as f64) as usize).min(pools.len() - 1)]]
    }

    /// Units that a matter passes outside the hall, owner first.
    pub(super) fn unit_path(&self, matter: Matter) -> &[usize] {
        match matter {
            Matter::Service(service) => &self.city.services[service as usize].path,
            Matter::Power(_) => {
                &self.city.hall.as_ref().expect("invariant: applications have a hall").power_path
            }
        }
    }

    fn hall_unit(&self) -> usize {
        self.city.hall.as_ref().expect("invariant: applications have a hall").unit
    }

    /// Window at the street: the hall's, or the owner's counter.
    fn window_pool(&self, street: u16, matter: Matter, u: f64) -> (Contact, PoolId) {
        if self.in_hall(street, matter) {
            (Contact::Hall, self.unit_pool(street, self.hall_unit(), u))
        } else {
            (Contact::Counter, self.unit_pool(street, self.unit_path(matter)[0], u))
        }
    }

    /// Who reviews first at the street.
    pub(super) fn review_pool(&self, street: u16, matter: Matter, u: f64) -> PoolId {
        self.window_pool(street, matter, u).1
    }
}

/// A uniform that was at least `floor`, as a uniform again: what it decides next does not depend on
/// what it has decided.
fn above(u: f64, floor: f64) -> f64 {
    (u - floor) / (1.0 - floor)
}
