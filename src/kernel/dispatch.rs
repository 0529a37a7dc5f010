//! Who starts when: the part of [`Pools`] that moves jobs between waiting and service.

use crate::base::{Fault, Time, planted};

use super::context::{Context, Phase};
use super::discipline::Waiter;
use super::job::{Job, State};
use super::pool::{N_CLASSES, NO_GROUP, PoolId};
use super::pools::{Freed, PoolEvent, Pools};

/// Least priority number that may be interrupted.
const INTERRUPTIBLE: u8 = 2;

impl Pools {
    /// A single request that found no free server, or others waiting, at a touched pool.
    #[inline]
    pub(super) fn request_blocked<E: Copy + From<PoolEvent>>(
        &mut self,
        ctx: &mut Context<E>,
        slot: u32,
        at: usize,
    ) {
        self.join_line(ctx.now(), slot, at);
        let pool = &self.pools[at];
        if pool.open && !pool.has_free() && !pool.preempt && pool.group == NO_GROUP {
            // All at work, and nobody to turn to: the usual case.
            return;
        }
        self.turn_elsewhere(ctx, slot, at);
    }

    /// A job that has just joined a line may start here after all, with a borrowed server, or in
    /// place of a less urgent one; or the pool is closed and must wake for it.
    fn turn_elsewhere<E: Copy + From<PoolEvent>>(
        &mut self,
        ctx: &mut Context<E>,
        slot: u32,
        at: usize,
    ) {
        if self.pools[at].has_free() {
            // At the instant of opening, before the wake-up came.
            self.dispatch(ctx, at);
        }
        if self.jobs.get(slot).state == State::Waiting && self.lenders_of(at) > 0 {
            self.borrow(ctx, at);
        }
        if self.jobs.get(slot).state == State::Waiting {
            self.interrupt(ctx, at);
            self.wake_if_needed(ctx, at);
        }
    }

    /// Members of a pool's group that lend at all.
    #[inline]
    pub(super) fn lenders_of(&self, at: usize) -> u32 {
        match self.pools[at].group {
            NO_GROUP => 0,
            group => self.groups[group as usize].lenders,
        }
    }

    /// Puts a job into the line of a touched pool.
    #[inline(always)]
    fn join_line(&mut self, now: Time, slot: u32, at: usize) {
        let (job, pool) = (self.jobs.get_mut(slot), &mut self.pools[at]);
        pool.join(job, slot, at, now);
        if pool.group != NO_GROUP && job.is_single() {
            self.groups[pool.group as usize].waiting += 1;
        }
    }

    /// Counts a job out of the line that it has just been taken from.
    #[inline]
    pub(super) fn leave_line(&mut self, job: &Job, now: Time) {
        let pool = &mut self.pools[job.at as usize];
        pool.touch(&self.calendars, now);
        pool.leave(job);
        if pool.group != NO_GROUP && job.is_single() {
            self.groups[pool.group as usize].waiting -= 1;
        }
    }

    /// Takes a waiter that a peek has just returned out of its line.
    fn call(&mut self, now: Time, waiter: Waiter, at: usize, class: usize) {
        self.pools[at].lines[class].take(waiter);
        let job = *self.jobs.get(waiter.slot);
        self.leave_line(&job, now);
    }

    /// Starts whoever can at a touched pool that has got a free server, a new opening or a new
    /// rule. Often nobody waits, which is seen in place.
    #[inline(always)]
    pub(super) fn dispatch<E: Copy + From<PoolEvent>>(&mut self, ctx: &mut Context<E>, at: usize) {
        let pool = &self.pools[at];
        if pool.waiting > 0 || pool.group != NO_GROUP {
            self.serve_waiting(ctx, at);
        }
    }

    #[inline(never)]
    fn serve_waiting<E: Copy + From<PoolEvent>>(&mut self, ctx: &mut Context<E>, at: usize) {
        loop {
            let pool = &mut self.pools[at];
            if !pool.has_free() {
                break;
            }
            if let Some(class) = pool.next_class(&self.jobs) {
                let Some(waiter) = pool.lines[class].take_first(&self.jobs) else {
                    unreachable!("a class in the mask has a live waiter");
                };
                let job = self.jobs.get(waiter.slot);
                pool.leave(job);
                if job.is_single() {
                    pool.shares.charge(class, job.rest());
                    if pool.group != NO_GROUP {
                        self.groups[pool.group as usize].waiting -= 1;
                    }
                    self.start_single(ctx, waiter.slot, at);
                } else {
                    self.try_joint(ctx, waiter.slot);
                }
            } else if !self.lend_one(ctx, at) {
                break;
            }
        }
        let pool = &self.pools[at];
        if pool.preempt {
            self.interrupt(ctx, at);
        }
        if !self.pools[at].open {
            self.wake_if_needed(ctx, at);
        }
    }

    /// The first of all waiters of a pool, whatever the class; one after all others for none.
    pub(super) fn most_urgent(&mut self, at: usize) -> (u64, u64) {
        let jobs = &self.jobs;
        let lines = self.pools[at].lines.iter_mut();
        let heads = lines.filter_map(|line| line.peek(jobs));
        heads.map(|w| (w.urgency, w.sequence)).min().unwrap_or((u64::MAX, u64::MAX))
    }

    /// Begins or resumes a single-pool job with a server of `home`, which is touched and has one.
    #[inline(always)]
    pub(super) fn start_single<E: Copy + From<PoolEvent>>(
        &mut self,
        ctx: &mut Context<E>,
        slot: u32,
        home: usize,
    ) {
        let now = ctx.now();
        let (job, pool) = (self.jobs.get_mut(slot), &mut self.pools[home]);
        pool.busy += 1;
        if pool.preempt {
            job.place = pool.running.len() as u32;
            pool.running.push(slot);
        }
        let at = job.pool as usize;
        if at == home {
            pool.active += 1;
            pool.count_start(job, now);
        } else {
            pool.lent += 1;
            let pool = &mut self.pools[at];
            pool.touch(&self.calendars, now);
            pool.helped += 1;
            pool.count_start(job, now);
        }
        let end = self.pools[home].begin(job, home as u32, now, &self.calendars);
        let event = PoolEvent::Finish { slot, generation: job.stamp };
        ctx.schedule_at(end, Phase::Finish, event.into());
    }

    /// Starts a joint request if all its pools can, else lets it wait at the first that cannot.
    pub(super) fn try_joint<E: Copy + From<PoolEvent>>(&mut self, ctx: &mut Context<E>, slot: u32) {
        let now = ctx.now();
        let job = *self.jobs.get(slot);
        let joint = self.jobs.joint(job.joint);
        for &at in joint.pools() {
            if !self.touch(at as usize, now).has_free() {
                self.join_line(now, slot, at as usize);
                self.wake_if_needed(ctx, at as usize);
                return;
            }
        }
        for &at in joint.pools() {
            let pool = &mut self.pools[at as usize];
            pool.busy += 1;
            if pool.waiting > 0 {
                pool.shares.awake(usize::from(job.class));
                pool.shares.charge(usize::from(job.class), job.work);
            }
        }
        let (job, pool) = (self.jobs.get_mut(slot), &mut self.pools[job.pool as usize]);
        pool.active += 1;
        pool.count_start(job, now);
        let end = pool.begin(job, job.pool, now, &self.calendars);
        let event = PoolEvent::Finish { slot, generation: job.stamp };
        ctx.schedule_at(end, Phase::Finish, event.into());
    }

    /// Ends a segment of service: servers are given back and accounts settled. Returns the work
    /// done in it.
    pub(super) fn release(&mut self, now: Time, slot: u32, freed: &mut Freed) -> i64 {
        let &Job { at, since, .. } = self.jobs.get(slot);
        self.touch(at as usize, now);
        let part = self.held(at as usize, since);
        self.release_after(now, slot, part, freed);
        part
    }

    /// As [`Pools::release`] when the work done in the segment is known to be `part`, because it is
    /// all that was left.
    pub(super) fn release_after(&mut self, now: Time, slot: u32, part: i64, freed: &mut Freed) {
        let job = *self.jobs.get(slot);
        let (home, at) = (job.at as usize, job.pool as usize);
        self.touch(home, now);
        freed.push(job.at);
        if job.is_single() && self.pools[home].preempt {
            self.strike(home, slot);
        }
        if home == at {
            self.pools[home].end_own(part);
        } else {
            let pool = &mut self.pools[home];
            pool.give_back(part);
            pool.lent -= u32::from(!planted(Fault::ServerLeak));
            let counted = part.min(pool.worked - pool.areas.worked_from);
            let pool = self.touch(at, now);
            pool.helped -= 1;
            pool.areas.helped_work += counted;
            pool.areas.received += part;
        }
        if !job.is_single() {
            let joint = self.jobs.joint(job.joint);
            for &at in &joint.pools()[1..] {
                self.touch(at as usize, now);
                let held = self.held(at as usize, job.since);
                self.pools[at as usize].give_back(held);
                freed.push(at);
            }
        }
    }

    /// Takes a job off the list of those at work, whose order does not matter.
    fn strike(&mut self, home: usize, slot: u32) {
        let place = self.jobs.get(slot).place;
        let running = &mut self.pools[home].running;
        let struck = running.swap_remove(place as usize);
        debug_assert_eq!(struck, slot, "a job knows its place");
        if let Some(&moved) = running.get(place as usize) {
            self.jobs.get_mut(moved).place = place;
        }
    }

    /// Working time of a touched pool since an instant.
    #[inline]
    fn held(&self, at: usize, since: Time) -> i64 {
        let pool = &self.pools[at];
        pool.worked - self.calendars[pool.calendar as usize].worked(since)
    }

    /// Work done up to `now`, in the window, by borrowed servers for a pool's jobs still in
    /// service.
    pub(super) fn help_under_way(&self, at: usize, now: Time) -> i64 {
        self.jobs
            .iter()
            .filter(|job| {
                job.state == State::Running && job.pool as usize == at && job.at != job.pool
            })
            .map(|job| {
                let home = &self.pools[job.at as usize];
                let calendar = &self.calendars[home.calendar as usize];
                let from = job.since.max(home.areas.from);
                calendar.between(from, now).0
            })
            .sum()
    }

    /// Lends one free server of `home` to the most urgent single job waiting in its group.
    fn lend_one<E: Copy + From<PoolEvent>>(&mut self, ctx: &mut Context<E>, home: usize) -> bool {
        let pool = &self.pools[home];
        if pool.group == NO_GROUP || !pool.may_lend() {
            return false;
        }
        let group = pool.group as usize;
        if self.groups[group].waiting == 0 {
            return false;
        }
        let mut best: Option<(Waiter, usize, usize)> = None;
        for i in 0..self.groups[group].members.len() {
            let other = self.groups[group].members[i] as usize;
            if other == home || self.pools[other].waiting == 0 {
                continue;
            }
            for class in 0..N_CLASSES {
                let line = &mut self.pools[other].lines[class];
                if line.live() > 0
                    && let Some(head) = line.peek_single(&self.jobs)
                    && best.is_none_or(|(least, _, _)| head < least)
                {
                    best = Some((head, other, class));
                }
            }
        }
        let Some((waiter, other, class)) = best else { return false };
        self.call(ctx.now(), waiter, other, class);
        self.start_single(ctx, waiter.slot, home);
        true
    }

    /// Lets idle lenders of the group take what waits, for a job that has just joined a line.
    pub(super) fn borrow<E: Copy + From<PoolEvent>>(&mut self, ctx: &mut Context<E>, at: usize) {
        let group = self.pools[at].group as usize;
        for i in 0..self.groups[group].members.len() {
            let home = self.groups[group].members[i] as usize;
            if home == at || !self.pools[home].may_lend() {
                continue;
            }
            self.touch(home, ctx.now());
            while self.pools[home].has_free() && self.lend_one(ctx, home) {}
            if self.groups[group].waiting == 0 {
                return;
            }
            // Closed: it lends when it opens.
            self.wake_if_needed(ctx, home);
        }
    }

    /// Interrupts work for urgent single requests at the front of an open pool without free
    /// servers.
    fn interrupt<E: Copy + From<PoolEvent>>(&mut self, ctx: &mut Context<E>, at: usize) {
        while self.pools[at].preempt && self.pools[at].open && self.pools[at].urgent > 0 {
            let Some((waiter, class)) = self.urgent(at) else { return };
            let Some(victim) = self.victim(at, ctx.now(), INTERRUPTIBLE) else { return };
            self.stop(ctx.now(), victim);
            self.call(ctx.now(), waiter, at, class);
            self.start_single(ctx, waiter.slot, at);
            self.join_line(ctx.now(), victim, at);
        }
    }

    /// Interrupts a job; it keeps what was done. The caller puts it back into a line.
    fn stop(&mut self, now: Time, slot: u32) {
        let part = self.release(now, slot, &mut Freed::default());
        let job = self.jobs.get_mut(slot);
        job.done += part;
        job.stamp = job.stamp.wrapping_add(1);
        if planted(Fault::PriorityInversion) {
            job.urgency &= u64::MAX >> 8;
        }
    }

    /// Interrupts a job and puts it back into the line of its pool.
    pub(super) fn put_back(&mut self, now: Time, slot: u32, at: usize) {
        self.stop(now, slot);
        self.join_line(now, slot, at);
    }

    /// The first single waiter of priority 0.
    fn urgent(&mut self, at: usize) -> Option<(Waiter, usize)> {
        let mut best: Option<(Waiter, usize)> = None;
        let mask = self.pools[at].mask;
        for class in (0..N_CLASSES).filter(|class| mask & (1 << class) != 0) {
            if let Some(head) = self.pools[at].lines[class].peek_single(&self.jobs)
                && head.urgency >> 56 == 0
                && best.is_none_or(|(least, _)| head < least)
            {
                best = Some((head, class));
            }
        }
        best
    }

    /// Who is interrupted: highest priority number, then latest begun, then latest requested. Work
    /// that ends in this very instant is left to end, and so are priorities below `least`.
    pub(super) fn victim(&self, at: usize, now: Time, least: u8) -> Option<u32> {
        let pool = &self.pools[at];
        let calendar = &self.calendars[pool.calendar as usize];
        pool.running
            .iter()
            .copied()
            .filter(|&slot| {
                let job = self.jobs.get(slot);
                job.pool as usize == at
                    && job.priority() >= least
                    && calendar.between(job.since, now).0 < job.rest()
            })
            .max_by_key(|&slot| {
                let job = self.jobs.get(slot);
                (job.priority(), job.since, job.sequence)
            })
    }

    /// Schedules one wake-up at the opening of a closed pool with an idle server and work for it.
    fn wake_if_needed<E: Copy + From<PoolEvent>>(&mut self, ctx: &mut Context<E>, at: usize) {
        let pool = &self.pools[at];
        if pool.open || pool.wake || planted(Fault::LostWakeUp) {
            return;
        }
        let idle = pool.busy < pool.servers;
        let own = pool.waiting > 0 && (idle || pool.preempt);
        let lends = pool.group != NO_GROUP
            && pool.may_lend()
            && self.groups[pool.group as usize].waiting > 0;
        if !(own || lends) {
            return;
        }
        let opening = self.calendars[pool.calendar as usize].next_open(ctx.now());
        self.pools[at].wake = true;
        ctx.schedule_at(opening, Phase::Change, PoolEvent::Open { pool: PoolId(at as u32) }.into());
    }
}
