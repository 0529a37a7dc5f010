//! One pool: how many servers, what they do now, and the areas under it.

use crate::base::{Calendar, Fault, Span, Time, fetch, planted};

use super::discipline::{Line, Shares, Waiter};
use super::job::{Job, Jobs, State};
use super::load::{Areas, Histogram};

/// Classes that can share a pool.
pub const N_CLASSES: usize = 4;

/// A pool of servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PoolId(pub u32);

/// A calendar that pools work by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CalendarId(pub u32);

/// Pools that lend servers to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub u32);

/// What a pool is.
#[derive(Clone, Debug)]
pub struct PoolSpec {
    /// Number of servers.
    pub servers: u32,
    /// When they work.
    pub calendar: CalendarId,
    /// Shares of capacity between classes of which several wait; a class of weight 0 waits until no
    /// weighted one waits, and classes of weight 0 among themselves go by urgency.
    pub weights: [f64; N_CLASSES],
    /// Pools it lends to and borrows from.
    pub group: Option<GroupId>,
    /// Most servers lent out at a time.
    pub lend: u32,
    /// Whether a request of priority 0 may interrupt one of priority 2 or more, and goes before
    /// the shares of the classes.
    pub preempt: bool,
    /// Most jobs requested here and not yet done; further arrivals are refused.
    pub capacity_limit: Option<u32>,
}

/// A pool: its state, the areas under it, and its lines.
///
/// What concerns one pool alone is done here, on one borrow; [`super::Pools`] does what concerns
/// several.
#[derive(Clone, Debug)]
#[repr(C)]
pub(super) struct Pool {
    /// Instant up to which the areas are counted.
    pub at: Time,
    /// Working seconds done by then.
    pub worked: i64,
    /// Whether the calendar is open at that instant, and until when it does not change.
    pub open: bool,
    pub until: Time,
    /// A wake-up is scheduled.
    pub wake: bool,
    pub preempt: bool,
    pub calendar: u32,
    pub servers: u32,
    /// Own servers at work or paused at work, lent ones included.
    pub busy: u32,
    /// Own servers working for other pools of the group.
    pub lent: u32,
    pub lend: u32,
    pub group: u32,
    pub waiting: u32,
    /// Single requests of priority 0 among them.
    pub urgent: u32,
    /// Classes in which someone waits, one bit each.
    pub mask: u8,
    /// Jobs requested here in service by own servers.
    pub active: u32,
    /// Jobs requested here in service by borrowed servers.
    pub helped: u32,
    /// Jobs requested here and not yet done.
    pub present: u32,
    pub capacity_limit: u32,
    pub areas: Areas,
    /// One line for each class.
    pub lines: [Line; N_CLASSES],
    pub shares: Shares,
    /// Waits to the first start.
    pub waits: Histogram,
    /// Slots in service by own servers, kept only where they can be interrupted.
    pub running: Vec<u32>,
}

pub(super) const NO_GROUP: u32 = u32::MAX;

impl Pool {
    pub(super) fn new(spec: &PoolSpec) -> Pool {
        Pool {
            at: Time::ZERO,
            worked: 0,
            open: false,
            // In the past: the first touch asks the calendar.
            until: Time(-1),
            wake: false,
            preempt: spec.preempt,
            calendar: spec.calendar.0,
            servers: spec.servers,
            busy: 0,
            lent: 0,
            lend: spec.lend,
            group: spec.group.map_or(NO_GROUP, |g| g.0),
            waiting: 0,
            urgent: 0,
            mask: 0,
            active: 0,
            helped: 0,
            present: 0,
            capacity_limit: spec.capacity_limit.unwrap_or(u32::MAX),
            areas: Areas::default(),
            lines: Default::default(),
            shares: Shares::new(spec.weights),
            waits: Histogram::default(),
            running: Vec::new(),
        }
    }

    /// Asks for the memory that the end of a service needs.
    #[inline]
    pub(super) fn fetch(&self) {
        fetch(&self.at);
        fetch(&self.waiting);
        fetch(&self.areas.from);
        fetch(&self.areas.busy);
        fetch(&self.areas.received);
        fetch(&self.lines[0]);
    }

    /// Brings areas and calendar state to `now`. Within a spell of the calendar this is arithmetic
    /// only; the calendar is asked when one ends.
    // This and what follows is in place where it is used: shorter than the calls, and every event
    // of a pool needs it.
    #[inline(always)]
    pub(super) fn touch(&mut self, calendars: &[Calendar], now: Time) {
        if now >= self.until {
            self.turn_spell(&calendars[self.calendar as usize], now);
        } else if now > self.at {
            let passed = (now - self.at).0;
            let worked = if self.open { passed } else { 0 };
            self.accrue(passed, worked);
            self.at = now;
            self.worked += worked;
        }
    }

    /// As [`Pool::touch`] when the calendar may have changed.
    #[inline(never)]
    fn turn_spell(&mut self, calendar: &Calendar, now: Time) {
        let spell = calendar.spell(now);
        self.accrue((now - self.at).0, spell.worked - self.worked);
        self.at = now;
        self.worked = spell.worked;
        self.open = spell.open;
        self.until = if spell.until > now { spell.until } else { Time::NEVER };
    }

    #[inline(always)]
    fn accrue(&mut self, passed: i64, worked: i64) {
        let areas = &mut self.areas;
        if self.waiting > 0 {
            areas.queue += i64::from(self.waiting) * passed;
            if 10 * u64::from(self.busy) > 9 * u64::from(self.servers) {
                areas.overload += worked;
            }
        }
        if self.busy > 0 {
            areas.busy += i64::from(self.busy) * worked;
            if self.busy != self.active {
                areas.elsewhere += i64::from(self.busy - self.active) * worked;
            }
            if self.busy > self.servers {
                areas.over += i64::from(self.busy - self.servers) * worked;
            }
        }
    }

    /// Puts a job into the line of its class at a touched pool.
    #[inline(always)]
    pub(super) fn join(&mut self, job: &mut Job, slot: u32, at: usize, now: Time) {
        job.state = State::Waiting;
        job.since = now;
        job.at = at as u32;
        let class = usize::from(job.class);
        let line = &mut self.lines[class];
        if line.live() == 0 {
            self.shares.awake(class);
        }
        let (urgency, sequence, generation) = (job.urgency, job.sequence, job.generation);
        line.push(Waiter { urgency, sequence, slot, generation }, !job.is_single());
        self.waiting += 1;
        self.urgent += u32::from(job.may_interrupt());
        self.mask |= 1 << class;
        self.areas.queue_max = self.areas.queue_max.max(self.waiting);
    }

    /// Counts a job out of its line at a touched pool, when the line has lost its entry.
    #[inline(always)]
    pub(super) fn leave(&mut self, job: &Job) {
        self.waiting -= 1;
        self.urgent -= u32::from(job.may_interrupt());
        self.areas.queue_ledger += (self.at - job.since.max(self.areas.from)).0;
        let class = usize::from(job.class);
        if self.lines[class].live() == 0 {
            self.mask &= !(1 << class);
        }
    }

    /// The class to serve next; none if nobody waits.
    #[inline]
    pub(super) fn next_class(&mut self, jobs: &Jobs) -> Option<usize> {
        match self.mask {
            0 => None,
            mask if mask.is_power_of_two() => Some(mask.trailing_zeros() as usize),
            _ => self.class_by_share(jobs),
        }
    }

    /// Urgent before weighted before unweighted; inside, the tag of the class, then the waiter.
    fn class_by_share(&mut self, jobs: &Jobs) -> Option<usize> {
        let mut best: Option<(u8, f64, Waiter, usize)> = None;
        for class in (0..N_CLASSES).filter(|class| self.mask & (1 << class) != 0) {
            let Some(head) = self.lines[class].peek(jobs) else { continue };
            let (rank, tag) = if self.preempt && head.urgency >> 56 == 0 {
                (0, 0.0)
            } else if self.shares.weighted(class) {
                (1, self.shares.tag(class))
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

    /// Begins or resumes a job with a server of this pool, which is touched; returns when it ends
    /// if nothing comes between.
    #[inline]
    pub(super) fn begin(&self, job: &mut Job, at: u32, now: Time, calendars: &[Calendar]) -> Time {
        job.state = State::Running;
        job.stamp = job.stamp.wrapping_add(1);
        job.since = now;
        job.at = at;
        let rest = job.rest();
        let end = now + Span(rest);
        if end <= self.until || planted(Fault::OffHoursWork) {
            end
        } else {
            calendars[self.calendar as usize].at_worked(self.worked + rest)
        }
    }

    /// Counts the start of a job that was requested here.
    #[inline(always)]
    pub(super) fn count_start(&mut self, job: &mut Job, now: Time) {
        self.areas.starts += 1;
        if job.started == Time::NEVER {
            job.started = now;
            let wait = (now - job.enqueued).0;
            self.areas.waits += 1;
            self.areas.wait_sum += wait;
            self.waits.add(wait);
        }
    }

    /// Counts a job that was requested here out.
    #[inline]
    pub(super) fn count_finished(&mut self) {
        self.present -= 1;
        self.areas.finished += 1;
    }

    /// Frees one server of a touched pool that was held for so much working time.
    #[inline]
    pub(super) fn give_back(&mut self, held: i64) {
        self.busy -= 1;
        self.areas.busy_ledger += held.min(self.worked - self.areas.worked_from);
    }

    /// Counts the end of a service of an own job by an own server at a touched pool.
    #[inline]
    pub(super) fn end_own(&mut self, part: i64) {
        self.give_back(part);
        self.active -= 1;
        self.areas.received += part;
    }

    /// Server time on offer from the start of measuring to the last touch [s].
    pub(super) fn available(&self) -> i64 {
        self.areas.available + i64::from(self.servers) * (self.worked - self.areas.staffed_from)
    }

    /// Sets the number of servers at a touched pool.
    pub(super) fn set_servers(&mut self, n: u32) {
        self.areas.available = self.available();
        self.areas.staffed_from = self.worked;
        self.servers = n;
    }

    /// A server of its own is at work and free.
    #[inline]
    pub(super) fn has_free(&self) -> bool {
        self.busy < self.servers && self.open
    }

    /// A free server may go to another pool of the group.
    #[inline]
    pub(super) fn may_lend(&self) -> bool {
        self.busy < self.servers && self.lent < self.lend && self.waiting == 0
    }
}
