//! Who starts when: the part of [`Pools`] that moves jobs between waiting and service.

use crate::base::{Fault, Span, Time, planted};

use super::context::{Context, Phase};
use super::discipline::Waiter;
use super::job::{Job, State};
use super::pool::{N_CLASSES, NO_GROUP, PoolId};
use super::pools::{Freed, PoolEvent, Pools, is_single};

/// Least priority number that may be interrupted.
const INTERRUPTIBLE: u8 = 2;

impl Pools {
    /// A single request that found no free server, or others waiting.
    pub(super) fn request_blocked<E: Copy + From<PoolEvent>>(
        &mut self,
        ctx: &mut Context<E>,
        slot: u32,
        at: usize,
    ) {
        self.join_line(ctx.now(), slot, at);
        let pool = &self.pools[at];
        if pool.has_free() {
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
    fn lenders_of(&self, at: usize) -> u32 {
        match self.pools[at].group {
            NO_GROUP => 0,
            group => self.groups[group as usize].lenders,
        }
    }

    /// Puts a job into the line of a pool.
    fn join_line(&mut self, now: Time, slot: u32, at: usize) {
        let job = self.jobs.get_mut(slot);
        job.state = State::Waiting;
        job.since = now;
        job.at = at as u32;
        let class = usize::from(job.class);
        let single = is_single(job.joint);
        let waiter = Waiter {
            urgency: job.urgency,
            sequence: job.sequence,
            slot,
            generation: job.generation,
        };
        let line = &mut self.lines[at][class];
        if line.live() == 0 {
            self.shares[at].awake(class);
        }
        line.push(waiter, !single);
        let pool = &mut self.pools[at];
        pool.waiting += 1;
        pool.mask |= 1 << class;
        pool.areas.queue_max = pool.areas.queue_max.max(pool.waiting);
        if single && pool.group != NO_GROUP {
            self.groups[pool.group as usize].waiting += 1;
        }
    }

    /// Takes a waiting job out of the counts of its line; the entry itself is the caller's.
    pub(super) fn leave_line(&mut self, now: Time, slot: u32) {
        let job = *self.jobs.get(slot);
        let at = job.at as usize;
        self.touch(at, now);
        let pool = &mut self.pools[at];
        pool.waiting -= 1;
        pool.areas.queue_ledger += (now - job.since.max(pool.areas.from)).0;
        if is_single(job.joint) && pool.group != NO_GROUP {
            self.groups[pool.group as usize].waiting -= 1;
        }
        let class = usize::from(job.class);
        // The caller takes the entry after this, so one live entry is the last.
        if self.lines[at][class].live() == 1 {
            self.pools[at].mask &= !(1 << class);
        }
    }

    /// Starts whoever can at a pool that has got a free server, a new opening or a new rule.
    pub(super) fn dispatch<E: Copy + From<PoolEvent>>(&mut self, ctx: &mut Context<E>, at: usize) {
        while self.pools[at].has_free() {
            if let Some(class) = self.next_class(at) {
                let Some(waiter) = self.lines[at][class].peek(&self.jobs) else {
                    unreachable!("a class in the mask has a live waiter");
                };
                self.leave_line(ctx.now(), waiter.slot);
                self.lines[at][class].take(waiter);
                if is_single(self.jobs.get(waiter.slot).joint) {
                    let job = self.jobs.get(waiter.slot);
                    self.shares[at].charge(class, job.work - job.done);
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
        let heads = self.lines[at].iter_mut().filter_map(|line| line.peek(jobs));
        heads.map(|w| (w.urgency, w.sequence)).min().unwrap_or((u64::MAX, u64::MAX))
    }

    /// The class to serve next.
    #[inline]
    fn next_class(&mut self, at: usize) -> Option<usize> {
        let mask = self.pools[at].mask;
        if mask == 0 {
            return None;
        }
        if mask.is_power_of_two() {
            return Some(mask.trailing_zeros() as usize);
        }
        let preempt = self.pools[at].preempt;
        // Urgent before weighted before unweighted; inside, the tag of the class, then the waiter.
        let mut best: Option<(u8, f64, Waiter, usize)> = None;
        for class in (0..N_CLASSES).filter(|class| mask & (1 << class) != 0) {
            let Some(head) = self.lines[at][class].peek(&self.jobs) else { continue };
            let shares = &self.shares[at];
            let (rank, tag) = if preempt && head.urgency >> 56 == 0 {
                (0, 0.0)
            } else if shares.weighted(class) {
                (1, shares.tag(class))
            } else {
                (2, 0.0)
            };
            let better = best.is_none_or(|(r, t, h, _)| {
                rank.cmp(&r).then(tag.total_cmp(&t)).then(head.cmp(&h)).is_lt()
            });
            if better {
                best = Some((rank, tag, head, class));
            }
        }
        best.map(|(_, _, _, class)| class)
    }

    /// Begins or resumes a single-pool job with a server of `home`, which is touched and has one.
    #[inline]
    pub(super) fn start_single<E: Copy + From<PoolEvent>>(
        &mut self,
        ctx: &mut Context<E>,
        slot: u32,
        home: usize,
    ) {
        let job = *self.jobs.get(slot);
        let at = job.pool as usize;
        if at == home {
            self.pools[home].active += 1;
        } else {
            self.touch(at, ctx.now());
            self.pools[at].helped += 1;
            self.pools[home].lent += 1;
        }
        self.pools[home].busy += 1;
        if self.pools[home].preempt {
            self.jobs.get_mut(slot).place = self.running[home].len() as u32;
            self.running[home].push(slot);
        }
        self.begin(ctx, slot, home);
    }

    /// The part of a start that all jobs share; `home` gives the calendar.
    #[inline]
    fn begin<E: Copy + From<PoolEvent>>(&mut self, ctx: &mut Context<E>, slot: u32, home: usize) {
        let now = ctx.now();
        let job = self.jobs.get_mut(slot);
        job.state = State::Running;
        job.stamp = job.stamp.wrapping_add(1);
        job.since = now;
        job.at = home as u32;
        let stamp = job.stamp;
        let rest = job.work - job.done;
        let at = job.pool as usize;
        let pool = &mut self.pools[at];
        pool.areas.starts += 1;
        if job.started == Time::NEVER {
            job.started = now;
            let wait = (now - job.enqueued).0;
            pool.areas.waits += 1;
            pool.areas.wait_sum += wait;
            self.waits[at].add(wait);
        }
        let home = &self.pools[home];
        let end = now + Span(rest);
        let end = if end <= home.until || planted(Fault::OffHoursWork) {
            end
        } else {
            self.calendars[home.calendar as usize].at_worked(home.worked + rest)
        };
        let event = PoolEvent::Finish { slot, generation: stamp };
        ctx.schedule_at(end, Phase::Finish, event.into());
    }

    /// Starts a joint request if all its pools can, else lets it wait at the first that cannot.
    pub(super) fn try_joint<E: Copy + From<PoolEvent>>(&mut self, ctx: &mut Context<E>, slot: u32) {
        let now = ctx.now();
        let job = *self.jobs.get(slot);
        let joint = self.jobs.joint(job.joint);
        for &at in joint.pools() {
            self.touch(at as usize, now);
            if !self.pools[at as usize].has_free() {
                self.join_line(now, slot, at as usize);
                self.wake_if_needed(ctx, at as usize);
                return;
            }
        }
        for &at in joint.pools() {
            self.pools[at as usize].busy += 1;
            if self.pools[at as usize].waiting > 0 {
                self.shares[at as usize].awake(usize::from(job.class));
                self.shares[at as usize].charge(usize::from(job.class), job.work);
            }
        }
        self.pools[job.pool as usize].active += 1;
        self.begin(ctx, slot, job.pool as usize);
    }

    /// Ends a segment of service: servers are given back and accounts settled. Returns the work
    /// done in it.
    #[inline]
    pub(super) fn release(&mut self, now: Time, slot: u32, freed: &mut Freed) -> i64 {
        let job = *self.jobs.get(slot);
        let home = job.at as usize;
        self.touch(home, now);
        let part = self.held(home, job.since);
        self.release_after(now, &job, slot, part, freed);
        part
    }

    /// As [`Pools::release`] when the work done in the segment is known to be `part`, because it is
    /// all that was left.
    #[inline]
    pub(super) fn release_after(
        &mut self,
        now: Time,
        job: &Job,
        slot: u32,
        part: i64,
        freed: &mut Freed,
    ) {
        let home = job.at as usize;
        self.give_back(home, now, part);
        freed.push(job.at);
        if is_single(job.joint) {
            if self.pools[home].preempt {
                self.strike(home, slot);
            }
            if home != job.pool as usize {
                self.touch(job.pool as usize, now);
                self.pools[home].lent -= u32::from(!planted(Fault::ServerLeak));
                let counted =
                    part.min(self.pools[home].worked - self.pools[home].areas.worked_from);
                let pool = &mut self.pools[job.pool as usize];
                pool.helped -= 1;
                pool.areas.helped_work += counted;
                pool.areas.received += part;
                return;
            }
        } else {
            let joint = self.jobs.joint(job.joint);
            for &at in &joint.pools()[1..] {
                self.touch(at as usize, now);
                let held = self.held(at as usize, job.since);
                self.give_back(at as usize, now, held);
                freed.push(at);
            }
        }
        let pool = &mut self.pools[home];
        pool.active -= 1;
        pool.areas.received += part;
    }

    /// Takes a job off the list of those at work, whose order does not matter.
    #[inline]
    fn strike(&mut self, home: usize, slot: u32) {
        let place = self.jobs.get(slot).place;
        let struck = self.running[home].swap_remove(place as usize);
        debug_assert_eq!(struck, slot, "a job knows its place");
        if let Some(&moved) = self.running[home].get(place as usize) {
            self.jobs.get_mut(moved).place = place;
        }
    }

    /// Working time of a touched pool since an instant.
    #[inline]
    fn held(&self, at: usize, since: Time) -> i64 {
        let pool = &self.pools[at];
        pool.worked - self.calendars[pool.calendar as usize].worked(since)
    }

    /// Frees one server of a pool that was held for so much working time.
    #[inline]
    fn give_back(&mut self, at: usize, now: Time, held: i64) {
        self.touch(at, now);
        let pool = &mut self.pools[at];
        pool.busy -= 1;
        pool.areas.busy_ledger += held.min(pool.worked - pool.areas.worked_from);
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
                let line = &mut self.lines[other][class];
                if line.live() > 0
                    && let Some(head) = line.peek_single(&self.jobs)
                    && best.is_none_or(|(least, _, _)| head < least)
                {
                    best = Some((head, other, class));
                }
            }
        }
        let Some((waiter, other, class)) = best else { return false };
        self.leave_line(ctx.now(), waiter.slot);
        self.lines[other][class].take(waiter);
        self.start_single(ctx, waiter.slot, home);
        true
    }

    /// Lets idle lenders of the group take what waits, for a request that has just joined a line.
    fn borrow<E: Copy + From<PoolEvent>>(&mut self, ctx: &mut Context<E>, at: usize) {
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
        while self.pools[at].preempt && self.pools[at].open && self.pools[at].waiting > 0 {
            let Some((waiter, class)) = self.urgent(at) else { return };
            let Some(victim) = self.victim(at, ctx.now(), INTERRUPTIBLE) else { return };
            self.stop(ctx.now(), victim);
            self.leave_line(ctx.now(), waiter.slot);
            self.lines[at][class].take(waiter);
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
            if let Some(head) = self.lines[at][class].peek_single(&self.jobs)
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
        self.running[at]
            .iter()
            .copied()
            .filter(|&slot| {
                let job = self.jobs.get(slot);
                job.pool as usize == at
                    && job.priority() >= least
                    && calendar.between(job.since, now).0 < job.work - job.done
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
