//! Latent issues: they arise, wait to be noticed, vanish, or come back.

use super::super::demand;
use super::super::event::Event;
use super::super::purpose::Purpose;
use super::super::record::{Channel, Sink};
use super::super::slab::Handle;
use super::super::world::{Ctx, Issue, World};
use crate::base::{DAY, Time, nearest};
use crate::kernel::Phase;
use crate::random::{exponential, lognormal};

/// Address of the k-th issue of an item at a street: code (30 bits), item (10), k (20), visit (4).
pub(in crate::domain) fn issue_key(street_code: u64, item: u16, k: u32) -> u64 {
    assert!(street_code < 1 << 30 && item < 1 << 10 && k < 1 << 20, "address out of range");
    street_code << 34 | u64::from(item) << 24 | u64::from(k) << 4
}

impl<S: Sink> World<'_, S> {
    /// Schedules the next issue of a source by inversion of its cumulative intensity.
    pub(in crate::domain) fn plan_arrival(&mut self, ctx: &mut Ctx, source: u32) {
        let place = &self.sources[source as usize];
        let code = self.city.streets[self.streets[place.street as usize].index].code;
        let key = issue_key(code, place.item, place.visit);
        let u = self.uniform(Purpose::Arise, key, 0);
        let flow = &self.city.items[place.item as usize].flow;
        let gap = flow.gaps.draw(u, 1.0, 1.0) * flow.batch.mean();
        let place = &mut self.sources[source as usize];
        place.reached += gap / place.yearly;
        if let Some(at) = self.intensities[place.intensity].invert(place.reached) {
            ctx.schedule_at(at.max(ctx.now()), Phase::Arrive, Event::Arise(source));
        }
    }

    /// An issue arises, or several at once.
    pub(in crate::domain) fn arise(&mut self, ctx: &mut Ctx, source: u32) {
        let n = self.n_arising(source);
        for _ in 0..n {
            self.arise_one(ctx, source);
        }
        self.plan_arrival(ctx, source);
    }

    /// One issue; its first detection or its vanishing is scheduled, whichever comes first.
    pub(super) fn arise_one(&mut self, ctx: &mut Ctx, source: u32) {
        let now = ctx.now();
        let place = &mut self.sources[source as usize];
        let (street, item, visit) = (place.street, place.item, place.visit);
        place.visit += 1;
        let code = self.city.streets[self.streets[street as usize].index].code;
        let key = issue_key(code, item, visit);
        if self.is_prevented(street, item, key, now) {
            return;
        }
        if self.city.items[item as usize].flow.walk_in {
            self.walk_in(ctx, key, street, item);
            return;
        }
        let [tolerance, spot] = self.pair(Purpose::Place, key, 0);
        let params = &self.city.params;
        let hot = spot < params.grids.hot_spot_share;
        let tolerance = lognormal(tolerance, 1.0, params.demand.tolerance_gsd);
        let mut issue = Issue {
            key,
            street,
            item,
            hot,
            noticed: None,
            next_channel: Channel::Grid,
            arisen: now,
            open_since: now,
            vanish_at: self.vanish_time(key, item, now),
            resolved: None,
            visits: 0,
            n_cases: 0,
            last_left: None,
            last_registered: None,
        };
        let (at, channel) = self.first_detection(&issue, tolerance, now);
        issue.next_channel = channel;
        let vanish_at = issue.vanish_at;
        let handle = self.issues.insert(issue);
        self.balance.issues_arisen += 1;
        if vanish_at < at {
            ctx.schedule_at(vanish_at, Phase::Arrive, Event::Vanish(handle));
        } else {
            ctx.schedule_at(at, Phase::Arrive, Event::Detect(handle));
        }
    }

    /// When the issue solves itself if nobody acts (MODEL 2); T4 and T5 never do.
    fn vanish_time(&self, key: u64, item: u16, now: Time) -> Time {
        let item = &self.city.items[item as usize];
        if !demand::self_solving(item) {
            return Time::NEVER;
        }
        let p = &self.city.params.demand;
        let mean_days = p.self_solve * p.detection_days[item.class as usize];
        let days = exponential(self.uniform(Purpose::Vanish, key, 0), mean_days);
        Time(now.0 + nearest(days * DAY as f64))
    }

    /// Earliest of the five channels, each on the clock of those who notice.
    fn first_detection(&self, issue: &Issue, tolerance: f64, now: Time) -> (Time, Channel) {
        let city = self.city;
        let item = &city.items[issue.item as usize];
        let street = &self.streets[issue.street as usize];
        let settings = self.settings(issue.street);
        let patrol = demand::patrol(
            item,
            city.items.len(),
            street.presence,
            [&city.before.grids, &settings.grids],
            &city.params.grids,
        );
        let base = &self.base_hazards[issue.item as usize];
        let hazards = demand::hazards(base, &patrol, issue.hot, tolerance);
        let mut best = (Time::NEVER, Channel::Hotline);
        for block in 0..3u16 {
            let draws = self.block(Purpose::Detect, issue.key, 0, u32::from(block));
            for (draw, u) in draws.into_iter().enumerate() {
                let index = block as usize * 2 + draw;
                if index >= 5 || hazards[index] <= 0.0 {
                    continue;
                }
                let channel = Channel::ALL[index];
                let days = exponential(u, 1.0 / hazards[index]);
                let at = self.after_days_of(channel, item.evening, now, days);
                if at < best.0 {
                    best = (at, channel);
                }
            }
        }
        best
    }

    /// `days` later on the clock of a channel: callers call by the hour vector, patrols walk and
    /// departments work in their hours, sensors see all the time. A day is a mean day of each.
    fn after_days_of(&self, channel: Channel, evening: bool, now: Time, days: f64) -> Time {
        match channel {
            Channel::Hotline => {
                let clock = &self.callers[usize::from(evening)];
                clock.invert(clock.cumulative(now) + days).unwrap_or(Time::NEVER)
            }
            Channel::Sensor => Time(now.0 + nearest(days * DAY as f64)),
            Channel::Grid => self.open_days(self.grid_calendar, now, days),
            Channel::Patrol => self.open_days(self.squad_calendar, now, days),
            Channel::Department => self.open_days(self.office, now, days),
        }
    }

    /// `days` mean days of a calendar later.
    fn open_days(&self, calendar: crate::kernel::CalendarId, now: Time, days: f64) -> Time {
        let calendar = self.pools.calendar(calendar);
        let target = calendar.worked(now) + nearest(days * calendar.mean_day());
        calendar.at_worked(target).max(now)
    }

    /// A latent issue solves itself unseen.
    pub(in crate::domain) fn vanish(&mut self, handle: Handle, now: Time) {
        if !self.issues.is_alive(handle) {
            return;
        }
        let issue = self.issues.at(handle.index);
        if issue.n_cases == 0 && issue.resolved.is_none() {
            self.end_issue(handle.index, Some(now));
        }
    }

    /// Reports an issue and forgets it.
    pub(in crate::domain) fn end_issue(&mut self, issue: u32, vanished: Option<Time>) {
        let issue = self.issues.remove(issue);
        assert_eq!(issue.n_cases, 0, "invariant: an issue outlives its cases");
        let street = self.street_index(issue.street);
        self.sink.issue(&issue.record(street, vanished));
        self.balance.issues_ended += 1;
    }
}
