//! The counter of a unit: people who walk in, room for so many, patience, posts by the hour.

use super::super::activity::Activity;
use super::super::event::Event;
use super::super::purpose::Purpose;
use super::super::record::{Channel, Fate, Sink, Stage};
use super::super::shock;
use super::super::slab::Handle;
use super::super::world::{Ctx, Issue, State, World};
use crate::base::{DAY, HOUR, Span, Time};
use crate::kernel::Phase;
use crate::random::exponential;

impl<S: Sink> World<'_, S> {
    /// Does the case belong to an item that is brought to the counter?
    pub(super) fn is_walk_in(&self, case: u32) -> bool {
        self.city.items[self.cases.at(case).record.item as usize].flow.walk_in
    }

    /// Matters that arise together at the next arrival of a source.
    pub(super) fn n_arising(&self, source: u32) -> u32 {
        let place = &self.sources[source as usize];
        let batch = self.city.items[place.item as usize].flow.batch;
        let code = self.city.streets[self.streets[place.street as usize].index].code;
        let key = super::arise::issue_key(code, place.item, place.visit);
        match batch {
            super::super::flow::Batch::Constant(n) => n,
            super::super::flow::Batch::Geometric(_) => {
                batch.draw(self.uniform(Purpose::Batch, key, 0))
            }
        }
    }

    /// What is there at the first moment of the run.
    pub(in crate::domain) fn open_with(&mut self, ctx: &mut Ctx, source: u32) {
        let place = &self.sources[source as usize];
        let item = place.item;
        if shock::is_added(place.visit) {
            return;
        }
        for _ in 0..self.city.items[item as usize].flow.opening {
            self.arise_one(ctx, source);
        }
    }

    /// Somebody brings a matter to the counter: it is known and entered as it arises.
    pub(super) fn walk_in(&mut self, ctx: &mut Ctx, key: u64, street: u16, item: u16) {
        let now = ctx.now();
        let issue = self.issues.insert(Issue {
            key,
            street,
            item,
            hot: false,
            noticed: Some((now, Channel::Hotline)),
            next_channel: Channel::Hotline,
            arisen: now,
            open_since: now,
            vanish_at: Time::NEVER,
            resolved: None,
            visits: 0,
            n_cases: 0,
            last_left: None,
            last_registered: None,
        });
        self.balance.issues_arisen += 1;
        self.open_case(ctx, issue.index, Channel::Hotline, now, false);
    }

    /// Entered, dispatched and accepted in one moment.
    pub(super) fn accept_at_counter(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        let entry = self.cases.at_mut(case);
        entry.record.dispatched = Some(now);
        entry.record.to_street = true;
        entry.record.owners = 1;
        self.tell(case, now, Activity::Dispatch);
        self.settle_nature(case);
        self.enter(case, now, State::Accepting, Stage::Limbo);
        self.accept(ctx, case);
    }

    /// Is the unit full?
    pub(super) fn finds_no_room(&self, case: u32) -> bool {
        let entry = self.cases.at(case);
        let unit = self.city.items[entry.record.item as usize].unit;
        let room = self.city.units[unit].room;
        room.is_some_and(|room| self.pools.present(entry.unit_pool) >= room)
    }

    /// No room: the case ends here, and the matter with whoever brought it.
    pub(super) fn turn_away(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        self.note(case, now, || {
            ["窗口已满,未受理".to_owned(), "turned away: no room at the unit".to_owned()]
        });
        self.settle_clock(case, now);
        self.count_closed(case, now);
        self.leave(ctx, case, Fate::TurnedAway);
    }

    /// Somebody whose work has not begun will not wait forever.
    pub(super) fn plan_patience(&mut self, ctx: &mut Ctx, case: u32) {
        let entry = self.cases.at(case);
        let item = &self.city.items[entry.record.item as usize];
        let (Some(mean_h), Some(job)) = (item.flow.patience_h, entry.job) else { return };
        if self.pools.started(job).is_some() {
            return;
        }
        let u = self.uniform(Purpose::Patience, entry.record.key, entry.round.into());
        let seconds = libm::round(exponential(u, mean_h) * HOUR as f64).max(1.0);
        let (handle, turn) = (self.cases.handle(case), entry.turn);
        let at = ctx.now() + Span(seconds as i64);
        ctx.schedule_at(at, Phase::Arrive, Event::Patience(handle, turn));
    }

    /// Patience is over: whoever still waits for the work to begin goes.
    pub(in crate::domain) fn lose_patience(&mut self, ctx: &mut Ctx, case: Handle, turn: u32) {
        if !self.cases.is_alive(case) {
            return;
        }
        let entry = self.cases.at(case.index);
        let waits =
            entry.turn == turn && entry.job.is_some_and(|job| self.pools.started(job).is_none());
        if waits {
            self.withdraw(ctx, case);
        }
    }

    /// Schedules the next change of posts by the hour, if a unit has such.
    pub(in crate::domain) fn plan_unit_shift(&mut self, ctx: &mut Ctx) {
        let now = ctx.now();
        let changes = self.city.units.iter().flat_map(|unit| unit.posts.iter().skip(1));
        let midnight = self.city.units.iter().any(|unit| unit.posts.len() > 1).then_some(DAY);
        let next = changes
            .map(|(from, _)| i64::from(*from))
            .filter(|from| *from > now.seconds_of_day())
            .min()
            .or(midnight);
        if let Some(next) = next {
            let at = Time(now.day() * DAY + next);
            ctx.schedule_at(at, Phase::Change, Event::UnitShift);
        }
    }

    /// Who goes home hands over what was begun: it goes on first when somebody is free.
    pub(in crate::domain) fn change_unit_shift(&mut self, ctx: &mut Ctx) {
        let second = ctx.now().seconds_of_day();
        for (index, unit) in self.city.units.iter().enumerate() {
            let Some(posts) = unit.on_duty(second).filter(|_| unit.posts.len() > 1) else {
                continue;
            };
            for local in 0..self.streets.len() {
                let street = &self.streets[local];
                let pool = street.units[street.grouping[index][0]];
                self.pools.set_servers_at_once(ctx, pool, posts);
            }
        }
        self.plan_unit_shift(ctx);
    }
}
