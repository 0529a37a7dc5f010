//! Laws that no run may break, checked against a second account kept job by job.

use crate::base::Time;

use super::job::{Job, State};
use super::pool::{N_CLASSES, NO_GROUP};
use super::pools::Pools;

/// What the jobs alive say about one pool.
#[derive(Clone, Debug, Default)]
struct Recount {
    busy: u32,
    lent: u32,
    helped: u32,
    active: u32,
    present: u32,
    waiting: [u32; N_CLASSES],
    urgent: u32,
    held: i64,
    queued: i64,
    in_system: i64,
    received: i64,
}

impl Pools {
    /// Brings every pool to `now` and compares its state and areas with what the jobs say.
    ///
    /// Laws, exact in whole seconds: counts of busy, lent and waiting; server time in use = sum
    /// over jobs of the working time they held a server in the window; number waiting, integrated =
    /// sum of the waits clipped to the window (Little); work given = received + withdrawn + still
    /// in the system; busy <= offered + above the number; and no open pool has a free server while
    /// someone waits in its line, or in its group if it may lend.
    ///
    /// # Panics
    /// If a law is broken.
    pub fn check(&mut self, now: Time) {
        for at in 0..self.pools.len() {
            self.touch(at, now);
        }
        let mut recounts = vec![Recount::default(); self.pools.len()];
        let mut group_waiting = vec![0; self.groups.len()];
        for job in self.jobs.iter() {
            let home = &mut recounts[job.pool as usize];
            home.present += 1;
            if job.state == State::Waiting {
                home.in_system += job.work - job.done;
                self.recount_waiting(&mut recounts, job, now);
                let group = self.pools[job.at as usize].group;
                if group != NO_GROUP && job.is_single() {
                    group_waiting[group as usize] += 1;
                }
            } else {
                self.recount_running(&mut recounts, job, now);
            }
        }
        for (at, recount) in recounts.iter().enumerate() {
            self.check_pool(at, recount);
        }
        for (group, waiting) in self.groups.iter().zip(group_waiting) {
            assert_eq!(group.waiting, waiting, "single jobs waiting in a group");
        }
    }

    fn recount_waiting(&self, recounts: &mut [Recount], job: &Job, now: Time) {
        let recount = &mut recounts[job.at as usize];
        recount.waiting[usize::from(job.class)] += 1;
        recount.urgent += u32::from(job.may_interrupt());
        recount.queued += (now - job.since.max(self.pools[job.at as usize].areas.from)).0;
    }

    fn recount_running(&self, recounts: &mut [Recount], job: &Job, now: Time) {
        let held = |at: u32, from: Time| {
            self.calendars[self.pools[at as usize].calendar as usize].between(from, now).0
        };
        let clipped = |at: u32| held(at, job.since.max(self.pools[at as usize].areas.from));
        let part = held(job.at, job.since);
        let home = &mut recounts[job.pool as usize];
        home.in_system += job.work - job.done - part;
        home.received += part;
        recounts[job.at as usize].busy += 1;
        recounts[job.at as usize].held += clipped(job.at);
        if job.at == job.pool {
            recounts[job.pool as usize].active += 1;
        } else {
            recounts[job.pool as usize].helped += 1;
            recounts[job.at as usize].lent += 1;
        }
        if !job.is_single() {
            for &at in &self.jobs.joint(job.joint).pools()[1..] {
                recounts[at as usize].busy += 1;
                recounts[at as usize].held += clipped(at);
            }
        }
    }

    fn check_pool(&self, at: usize, recount: &Recount) {
        let pool = &self.pools[at];
        let areas = &pool.areas;
        assert_eq!(pool.busy, recount.busy, "busy servers of pool {at}");
        assert_eq!(pool.lent, recount.lent, "lent servers of pool {at}");
        assert_eq!(pool.helped, recount.helped, "borrowed servers at pool {at}");
        assert_eq!(pool.active, recount.active, "own jobs in service at pool {at}");
        assert_eq!(pool.present, recount.present, "jobs present at pool {at}");
        assert!(pool.present <= pool.capacity_limit, "places of pool {at}");
        for (class, &waiting) in recount.waiting.iter().enumerate() {
            assert_eq!(pool.lines[class].live(), waiting, "class {class} of pool {at}");
            assert_eq!(pool.mask & (1 << class) != 0, waiting > 0, "mask of pool {at}");
        }
        assert_eq!(pool.waiting, recount.waiting.iter().sum::<u32>(), "line of pool {at}");
        assert_eq!(pool.urgent, recount.urgent, "urgent waiters of pool {at}");
        assert_eq!(areas.busy, areas.busy_ledger + recount.held, "server time of pool {at}");
        assert_eq!(areas.queue, areas.queue_ledger + recount.queued, "Little at pool {at}");
        assert_eq!(
            areas.given(),
            areas.received + recount.received + areas.withdrawn + recount.in_system,
            "work given and received at pool {at}"
        );
        assert!(areas.busy <= pool.available() + areas.over, "busy within offered at pool {at}");
        let stuck = pool.has_free() && pool.waiting > 0 && !pool.wake;
        assert!(!stuck, "a free server and a waiting job at pool {at}");
        let group = self.groups.get(pool.group as usize).map_or(0, |g| g.waiting);
        let stuck = pool.has_free() && pool.may_lend() && group > 0 && !pool.wake;
        assert!(!stuck, "a server to lend at pool {at} and a waiting job in its group");
    }
}
