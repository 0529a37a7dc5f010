//! All pools of a model, their calendars, groups and jobs.
//!
//! Rules, in the order in which they matter:
//!
//! 1. A server works only in its pool's calendar. Service begun at `t` ends at
//!    `calendar.add(t, work)`: at closing time it pauses and goes on with the same server at
//!    opening. Nothing is lost.
//! 2. Who finds no free server waits. Next is the class with the least share of work so far
//!    (start-time fair queueing over the weights), in it the lowest priority number, then the
//!    earliest due, then the earliest request. A server that nobody waits for costs no share.
//! 3. When a pool is closed, requests wait; one wake-up is scheduled at its opening, where jobs
//!    start in the order of rule 2.
//! 4. A request for several pools (joint) starts only when each is open and has a free server of
//!    its own; all are seized and released together. Until then it waits in the line of one pool
//!    that lacks a server, the first such in the order of the request, with its old place by
//!    priority, due and sequence; when its turn comes there it is tried again, and moves to the
//!    next pool that lacks one. Nothing is held while waiting, so there is no deadlock.
//! 5. A pool lends to its group: a server that becomes free and that nobody waits for at home takes
//!    the most urgent waiting single-pool job of the group's other pools (priority, due, sequence;
//!    open or closed, for it is the lending server that must be at work), while fewer than `lend`
//!    are out; a request that finds no server of its own takes an idle one in the same way. A lent
//!    server works by the calendar of its home and returns at completion. It counts as busy at
//!    home, the job counts where it was requested, and no share is charged for it.
//! 6. Preemption: a single-pool request of priority 0 that finds no free server, none to borrow and
//!    its pool open interrupts the job of its pool, on an own server, with the highest priority
//!    number of at least 2, the latest begun among equals. The interrupted job keeps what was done
//!    and goes back to its old place. In such a pool priority 0 goes before the shares.
//! 7. Fewer servers: work under way ends first, and a server above the number leaves then; where
//!    servers are cut at once, the work begun last goes back to its old place instead.

use crate::base::{Calendar, Span, Time, fetch};

use super::context::Context;
use super::discipline::Shares;
use super::job::{Cancelled, Finished, JobId, Jobs, MAX_POOLS, Request, State};
use super::load::{PoolLoad, hours};
use super::pool::{CalendarId, GroupId, N_CLASSES, Pool, PoolId, PoolSpec};
use super::run::Soon;

/// What can happen to a pool; the model's event type holds it and hands it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolEvent {
    /// The service of a job ends.
    Finish {
        /// Its slot.
        slot: u32,
        /// Which start of it is meant.
        generation: u32,
    },
    /// A pool opens and someone waits.
    Open {
        /// Which pool.
        pool: PoolId,
    },
}

/// Pools that lend to each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub members: Vec<u32>,
    /// Single-pool jobs waiting in any member.
    pub waiting: u32,
    /// Members that lend at all.
    pub lenders: u32,
}

/// Pools, calendars, groups and jobs of one replication; the rules stand at the head of the module.
#[derive(Clone, Debug, Default)]
pub struct Pools {
    pub(super) calendars: Vec<Calendar>,
    pub(super) pools: Vec<Pool>,
    pub(super) groups: Vec<Group>,
    pub(super) jobs: Jobs,
}

impl Pools {
    /// No pools.
    pub fn new() -> Pools {
        Pools::default()
    }

    /// Adds a calendar.
    pub fn add_calendar(&mut self, calendar: Calendar) -> CalendarId {
        self.calendars.push(calendar);
        CalendarId((self.calendars.len() - 1) as u32)
    }

    /// Adds an empty group.
    pub fn add_group(&mut self) -> GroupId {
        self.groups.push(Group::default());
        GroupId((self.groups.len() - 1) as u32)
    }

    /// Adds a pool.
    ///
    /// # Panics
    /// If its calendar or group is not known or a weight is negative or not finite.
    pub fn add_pool(&mut self, spec: PoolSpec) -> PoolId {
        assert!((spec.calendar.0 as usize) < self.calendars.len(), "an unknown calendar");
        let id = self.pools.len() as u32;
        if let Some(group) = spec.group {
            let group = self.groups.get_mut(group.0 as usize).expect("a pool of an unknown group");
            group.members.push(id);
            group.lenders += u32::from(spec.lend > 0);
        }
        self.pools.push(Pool::new(&spec));
        PoolId(id)
    }

    /// A calendar by its id.
    ///
    /// # Panics
    /// If there is no such calendar.
    pub fn calendar(&self, id: CalendarId) -> &Calendar {
        &self.calendars[id.0 as usize]
    }

    /// The calendar a pool works by.
    ///
    /// # Panics
    /// If there is no such pool.
    pub fn calendar_of(&self, pool: PoolId) -> CalendarId {
        CalendarId(self.pools[pool.0 as usize].calendar)
    }

    /// Number of pools.
    pub fn n_pools(&self) -> usize {
        self.pools.len()
    }

    /// Asks for service; it begins in this instant if it can. `None` when the (first) pool's
    /// capacity limit refuses it.
    ///
    /// # Panics
    /// If the request names no pool, more than [`MAX_POOLS`], one twice or an unknown one, a class
    /// out of range or negative work.
    #[inline]
    pub fn request<E: Copy + From<PoolEvent>>(
        &mut self,
        ctx: &mut Context<E>,
        r: Request<'_>,
    ) -> Option<JobId> {
        assert!(usize::from(r.class) < N_CLASSES && r.work >= Span::ZERO, "class or work");
        let now = ctx.now();
        let first = r.pools[0].0 as usize;
        let pool = self.touch(first, now);
        if pool.present >= pool.capacity_limit {
            return None;
        }
        pool.present += 1;
        pool.areas.work_in += r.work.0;
        let served_at_once = pool.has_free() && pool.waiting == 0;
        let job = self.jobs.insert(&r, now);
        if r.pools.len() > 1 {
            self.request_joint(ctx, job.slot, &r);
        } else if served_at_once {
            self.start_single(ctx, job.slot, first);
        } else {
            self.request_blocked(ctx, job.slot, first);
        }
        Some(job)
    }

    fn request_joint<E: Copy + From<PoolEvent>>(
        &mut self,
        ctx: &mut Context<E>,
        slot: u32,
        r: &Request<'_>,
    ) {
        assert!(r.pools.len() <= MAX_POOLS, "too many pools in one request");
        for (i, pool) in r.pools.iter().enumerate() {
            assert!(!r.pools[..i].contains(pool), "a pool is named twice in one request");
            // At the instant of opening, before its wake-up came: who waits there goes first.
            let at = self.touch(pool.0 as usize, ctx.now());
            if at.waiting > 0 && at.has_free() {
                self.dispatch(ctx, pool.0 as usize);
            }
        }
        self.try_joint(ctx, slot);
    }

    /// Takes a job back; its servers go to the next jobs in this instant. `None` if it is not
    /// alive.
    pub fn cancel<E: Copy + From<PoolEvent>>(
        &mut self,
        ctx: &mut Context<E>,
        job: JobId,
    ) -> Option<Cancelled> {
        let slot = self.jobs.alive(job)?;
        let before = *self.jobs.get(slot);
        let mut freed = Freed::default();
        let work_done = if before.state == State::Waiting {
            self.jobs.remove(slot);
            let line = &mut self.pools[before.at as usize].lines[usize::from(before.class)];
            line.note_cancelled(&self.jobs);
            self.leave_line(&before, ctx.now());
            before.done
        } else {
            let part = self.release(ctx.now(), slot, &mut freed);
            self.jobs.remove(slot);
            before.done + part
        };
        let pool = &mut self.pools[before.pool as usize];
        pool.present -= 1;
        pool.areas.withdrawn += before.work - work_done;
        self.dispatch_freed(ctx, freed);
        Some(Cancelled {
            enqueued: before.enqueued,
            started: (before.started != Time::NEVER).then_some(before.started),
            work_done: Span(work_done),
            work: Span(before.work),
        })
    }

    /// Handles a pool event: a job that is done gives its servers to the next ones and is returned;
    /// stale events and openings return `None`.
    #[inline]
    pub fn on_event<E: Copy + From<PoolEvent>>(
        &mut self,
        ctx: &mut Context<E>,
        event: PoolEvent,
    ) -> Option<Finished> {
        match event {
            PoolEvent::Finish { slot, generation } => self.finish(ctx, slot, generation),
            PoolEvent::Open { pool } => {
                let at = pool.0 as usize;
                self.touch(at, ctx.now()).wake = false;
                self.dispatch(ctx, at);
                None
            }
        }
    }

    /// Asks for the memory of an event; for [`super::Model::foresee`]. Returns the owner's name for
    /// the job that the next event is about. The event may be stale, so it may be another job by
    /// now.
    #[inline]
    pub fn foresee(&self, event: PoolEvent, soon: Soon) -> Option<u32> {
        let PoolEvent::Finish { slot, .. } = event else { return None };
        let job = self.jobs.get(slot);
        if soon == Soon::Later {
            fetch(job);
            fetch(&job.state);
            return None;
        }
        self.pools[job.at as usize].fetch();
        Some(job.tag)
    }

    #[inline]
    fn finish<E: Copy + From<PoolEvent>>(
        &mut self,
        ctx: &mut Context<E>,
        slot: u32,
        stamp: u32,
    ) -> Option<Finished> {
        let job = self.jobs.get(slot);
        if job.state != State::Running || job.stamp != stamp {
            return None;
        }
        let finished = Finished {
            tag: job.tag,
            job: JobId { slot, generation: job.generation },
            pool: PoolId(job.pool),
            enqueued: job.enqueued,
            started: job.started,
            work: Span(job.work),
            class: job.class,
        };
        let (at, rest) = (job.pool as usize, job.rest());
        let own = job.at == job.pool && job.is_single();
        let pool = &mut self.pools[at];
        if own && !pool.preempt {
            pool.touch(&self.calendars, ctx.now());
            pool.end_own(rest);
            pool.count_finished();
            self.jobs.remove(slot);
            self.dispatch(ctx, at);
        } else {
            let mut freed = Freed::default();
            self.release_after(ctx.now(), slot, rest, &mut freed);
            self.jobs.remove(slot);
            self.pools[at].count_finished();
            self.dispatch_freed(ctx, freed);
        }
        Some(finished)
    }

    /// Lets pools that got a server back go on; after a joint request, the pool with the most
    /// urgent waiter first, so that the order of its pools favors no line.
    fn dispatch_freed<E: Copy + From<PoolEvent>>(&mut self, ctx: &mut Context<E>, freed: Freed) {
        let mut freed = freed;
        if freed.n > 1 {
            freed.pools[..freed.n].sort_by_key(|&at| self.most_urgent(at as usize));
        }
        for &at in freed.pools() {
            self.dispatch(ctx, at as usize);
        }
    }

    /// When the service of a job first began; `None` while it waits for that or is not alive.
    pub fn started(&self, job: JobId) -> Option<Time> {
        let started = self.jobs.get(self.jobs.alive(job)?).started;
        (started != Time::NEVER).then_some(started)
    }

    /// Whether a job waits or is in service.
    pub fn is_alive(&self, job: JobId) -> bool {
        self.jobs.alive(job).is_some()
    }

    /// Sets the number of servers. Work under way ends first: a server above `n` leaves at its next
    /// completion.
    pub fn set_servers<E: Copy + From<PoolEvent>>(
        &mut self,
        ctx: &mut Context<E>,
        pool: PoolId,
        n: u32,
    ) {
        let at = pool.0 as usize;
        self.touch(at, ctx.now()).set_servers(n);
        self.dispatch(ctx, at);
    }

    /// As [`Pools::set_servers`], but nobody stays: work of own servers above `n` is interrupted,
    /// the latest begun first, keeps what was done and goes back to its old place in the line.
    ///
    /// # Panics
    /// If the pool does not allow interruption ([`PoolSpec::preempt`]): it does not know then who
    /// is at work.
    pub fn set_servers_at_once<E: Copy + From<PoolEvent>>(
        &mut self,
        ctx: &mut Context<E>,
        pool: PoolId,
        n: u32,
    ) {
        let at = pool.0 as usize;
        assert!(self.pools[at].preempt, "only a pool with interruptions can be cut at once");
        self.touch(at, ctx.now()).set_servers(n);
        while self.pools[at].busy > n {
            let Some(victim) = self.victim(at, ctx.now(), 0) else { break };
            self.put_back(ctx.now(), victim, at);
        }
        self.dispatch(ctx, at);
        // What was put back may suit an idle lender of the group.
        if self.pools[at].waiting > 0 && self.lenders_of(at) > 0 {
            self.borrow(ctx, at);
        }
    }

    /// Sets the shares of the classes; what was served before is forgotten.
    ///
    /// # Panics
    /// If a weight is negative or not finite.
    pub fn set_weights(&mut self, pool: PoolId, weights: [f64; N_CLASSES]) {
        self.pools[pool.0 as usize].shares = Shares::new(weights);
    }

    /// Sets how many servers a pool may lend; lent ones above it return at completion.
    pub fn set_lend<E: Copy + From<PoolEvent>>(
        &mut self,
        ctx: &mut Context<E>,
        pool: PoolId,
        lend: u32,
    ) {
        let at = pool.0 as usize;
        let before = std::mem::replace(&mut self.touch(at, ctx.now()).lend, lend);
        if let Some(group) = self.groups.get_mut(self.pools[at].group as usize) {
            group.lenders = group.lenders + u32::from(lend > 0) - u32::from(before > 0);
        }
        self.dispatch(ctx, at);
    }

    /// Number of servers wanted.
    pub fn servers(&self, pool: PoolId) -> u32 {
        self.pools[pool.0 as usize].servers
    }

    /// Servers at work or paused at work, lent ones included.
    pub fn busy(&self, pool: PoolId) -> u32 {
        self.pools[pool.0 as usize].busy
    }

    /// Servers lent out.
    pub fn lent(&self, pool: PoolId) -> u32 {
        self.pools[pool.0 as usize].lent
    }

    /// Jobs in the pool's line.
    pub fn waiting(&self, pool: PoolId) -> u32 {
        self.pools[pool.0 as usize].waiting
    }

    /// Jobs of one class in the pool's line.
    pub fn waiting_class(&self, pool: PoolId, class: u8) -> u32 {
        self.pools[pool.0 as usize].lines[usize::from(class)].live()
    }

    /// Jobs requested at the pool and not yet done.
    pub fn present(&self, pool: PoolId) -> u32 {
        self.pools[pool.0 as usize].present
    }

    /// Jobs alive in all pools.
    pub fn n_jobs(&self) -> usize {
        self.jobs.n_alive()
    }

    /// Begins the window of measuring: areas and counts start again, jobs stay as they are.
    pub fn start_measuring(&mut self, now: Time) {
        for at in 0..self.pools.len() {
            let pool = self.touch(at, now);
            pool.areas.restart(now, pool.worked, pool.waiting);
            pool.waits.clear();
        }
    }

    /// What a pool did from the start of measuring to `now`.
    pub fn load(&mut self, pool: PoolId, now: Time) -> PoolLoad {
        let at = pool.0 as usize;
        self.touch(at, now);
        let helping = if self.pools[at].helped > 0 { self.help_under_way(at, now) } else { 0 };
        let pool = &mut self.pools[at];
        let wait_p90_h = pool.waits.quantile(0.9) / 3600.0;
        let areas = &pool.areas;
        // Who stays above the number of servers to finish what he began is there for so long.
        let available = pool.available() + areas.over;
        let open = pool.worked - areas.worked_from;
        PoolLoad {
            servers_mean: available as f64 / open.max(1) as f64,
            available_h: hours(available),
            busy_h: hours(areas.busy),
            open_h: hours(open),
            overload_h: hours(areas.overload),
            queue_area_h: hours(areas.queue),
            window_h: (now - areas.from).hours(),
            queue_max: areas.queue_max,
            waits: areas.waits,
            wait_sum_h: hours(areas.wait_sum),
            wait_p90_h,
            starts: areas.starts,
            finished: areas.finished,
            work_in_h: hours(areas.work_in),
            work_done_h: hours(areas.busy - areas.elsewhere + areas.helped_work + helping),
        }
    }

    /// A pool, brought to `now`.
    #[inline]
    pub(super) fn touch(&mut self, at: usize, now: Time) -> &mut Pool {
        let pool = &mut self.pools[at];
        pool.touch(&self.calendars, now);
        pool
    }
}

/// Pools that got a server back.
#[derive(Default)]
pub(super) struct Freed {
    n: usize,
    pools: [u32; MAX_POOLS],
}

impl Freed {
    #[inline]
    pub(super) fn push(&mut self, pool: u32) {
        self.pools[self.n] = pool;
        self.n += 1;
    }

    #[inline]
    pub(super) fn pools(&self) -> &[u32] {
        &self.pools[..self.n]
    }
}
