//! Jobs: what is asked of a pool, the slots it is kept in, and what comes back.

use crate::base::{Span, Time};

use super::pool::PoolId;

/// Most pools one request may need at once.
pub const MAX_POOLS: usize = 6;

/// No joint request.
pub(super) const SINGLE: u32 = u32::MAX;

/// A job alive in the pools: a slot, and which of its successive tenants is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobId {
    pub(super) slot: u32,
    pub(super) generation: u32,
}

/// What is asked of the pools.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// One server of each of these pools, all at once; 1 to [`MAX_POOLS`], no pool twice.
    pub pools: &'a [PoolId],
    /// Class for weighted sharing, below [`super::N_CLASSES`].
    pub class: u8,
    /// Urgency inside the class, 0 first.
    pub priority: u8,
    /// Order inside equal priority, earliest first [s]; the time of the request gives FIFO.
    pub due: i64,
    /// Service, in working time of the pool whose server does it (the first one's for a joint
    /// request).
    pub work: Span,
    /// The owner's name for the job.
    pub tag: u32,
}

/// A job that is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The owner's name for the job.
    pub tag: u32,
    /// Its id, no longer alive.
    pub job: JobId,
    /// The (first) pool it was requested at.
    pub pool: PoolId,
    /// When it was requested.
    pub enqueued: Time,
    /// When its service first began.
    pub started: Time,
    /// The service it asked for [working s].
    pub work: Span,
    /// Its class.
    pub class: u8,
}

/// A job taken back before it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled {
    /// When it was requested.
    pub enqueued: Time,
    /// When its service first began, if it did.
    pub started: Option<Time>,
    /// Service it has had [working s].
    pub work_done: Span,
    /// Service it asked for [working s].
    pub work: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Free,
    Waiting,
    Running,
}

#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(super) struct Job {
    /// Place in the order of its class: priority and due packed, then sequence of request.
    pub urgency: u64,
    pub sequence: u64,
    pub work: i64,
    /// Work done in earlier segments of service, before an interruption.
    pub done: i64,
    pub enqueued: Time,
    /// First start; `NEVER` while it has not begun.
    pub started: Time,
    /// Waiting: when it joined the queue it stands in. Running: when this segment began.
    pub since: Time,
    pub tag: u32,
    pub generation: u32,
    /// Rises with every start and interruption: tells the finish event that counts from stale ones.
    pub stamp: u32,
    /// The first pool it was requested at.
    pub pool: u32,
    /// Waiting: pool in whose queue it stands. Running: pool whose server does it.
    pub at: u32,
    /// Index of the joint request, or `SINGLE`.
    pub joint: u32,
    /// Place among the jobs at work of its pool, where they can be interrupted.
    pub place: u32,
    pub class: u8,
    pub state: State,
}

impl Job {
    /// What stands in a slot that nobody has had yet.
    const NONE: Job = Job {
        urgency: 0,
        sequence: 0,
        work: 0,
        done: 0,
        enqueued: Time::ZERO,
        started: Time::NEVER,
        since: Time::ZERO,
        tag: 0,
        generation: 0,
        stamp: 0,
        pool: 0,
        at: 0,
        joint: SINGLE,
        place: 0,
        class: 0,
        state: State::Free,
    };

    /// Work not done in earlier segments of service.
    #[inline]
    pub(super) fn rest(&self) -> i64 {
        self.work - self.done
    }

    /// Whether it needs one pool only.
    #[inline]
    pub(super) fn is_single(&self) -> bool {
        self.joint == SINGLE
    }

    /// Whether it may interrupt others, where that is allowed.
    #[inline]
    pub(super) fn may_interrupt(&self) -> bool {
        self.priority() == 0 && self.is_single()
    }

    #[inline]
    pub(super) fn priority(&self) -> u8 {
        (self.urgency >> 56) as u8
    }
}

/// The pools of a request for several at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Joint {
    n: u32,
    pools: [u32; MAX_POOLS],
}

impl Joint {
    pub(super) fn pools(&self) -> &[u32] {
        &self.pools[..self.n as usize]
    }
}

/// Slots of all jobs; freed ones are used again, so a steady state allocates nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Jobs {
    slots: Vec<Job>,
    free: Vec<u32>,
    joints: Vec<Joint>,
    free_joints: Vec<u32>,
    sequence: u64,
}

/// Priority in the top byte, due in the rest: dates beyond a billion years are as good as never.
pub(super) fn urgency(priority: u8, due: i64) -> u64 {
    const LIMIT: i64 = 1 << 54;
    u64::from(priority) << 56 | (due.clamp(-LIMIT, LIMIT) + LIMIT) as u64
}

impl Jobs {
    #[inline]
    pub(super) fn get(&self, slot: u32) -> &Job {
        &self.slots[slot as usize]
    }

    #[inline]
    pub(super) fn get_mut(&mut self, slot: u32) -> &mut Job {
        &mut self.slots[slot as usize]
    }

    /// The slot of a job that is alive.
    pub(super) fn alive(&self, job: JobId) -> Option<u32> {
        let slot = self.slots.get(job.slot as usize)?;
        (slot.generation == job.generation && slot.state != State::Free).then_some(job.slot)
    }

    pub(super) fn joint(&self, index: u32) -> Joint {
        self.joints[index as usize]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Job> {
        self.slots.iter().filter(|job| job.state != State::Free)
    }

    /// Number of jobs waiting or in service.
    pub(super) fn n_alive(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// A slot for a request, in state waiting.
    #[inline(always)]
    pub(super) fn insert(&mut self, r: &Request<'_>, now: Time) -> JobId {
        let joint = if r.pools.len() == 1 { SINGLE } else { self.insert_joint(r.pools) };
        self.sequence += 1;
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Job::NONE);
            (self.slots.len() - 1) as u32
        });
        let job = &mut self.slots[slot as usize];
        let (generation, stamp) = (job.generation, job.stamp);
        *job = Job {
            urgency: urgency(r.priority, r.due),
            sequence: self.sequence,
            work: r.work.0,
            done: 0,
            enqueued: now,
            started: Time::NEVER,
            since: now,
            tag: r.tag,
            generation,
            stamp,
            pool: r.pools[0].0,
            at: r.pools[0].0,
            joint,
            place: 0,
            class: r.class,
            state: State::Waiting,
        };
        JobId { slot, generation }
    }

    fn insert_joint(&mut self, pools: &[PoolId]) -> u32 {
        let mut joint = Joint { n: pools.len() as u32, pools: [0; MAX_POOLS] };
        for (place, pool) in joint.pools.iter_mut().zip(pools) {
            *place = pool.0;
        }
        if let Some(index) = self.free_joints.pop() {
            self.joints[index as usize] = joint;
            return index;
        }
        self.joints.push(joint);
        (self.joints.len() - 1) as u32
    }

    /// Frees a slot; its id and its events are stale from here on.
    #[inline]
    pub(super) fn remove(&mut self, slot: u32) {
        let job = &mut self.slots[slot as usize];
        job.state = State::Free;
        job.generation = job.generation.wrapping_add(1);
        job.stamp = job.stamp.wrapping_add(1);
        if job.joint != SINGLE {
            self.free_joints.push(job.joint);
        }
        self.free.push(slot);
    }
}
