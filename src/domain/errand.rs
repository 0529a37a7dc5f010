//! Other work that competes with cases: own and economic work, campaigns, assigned tasks.
//!
//! Every stream is a Poisson process in the working time of its pool, so load does not depend on
//! holidays, and pieces are addressed by stream and ordinal, so scenarios share them.

use super::event::Event;
use super::policy::tasks::{self, Gate};
use super::purpose::Purpose;
use super::record::{Sink, TaskRecord};
use super::slab::Handle;
use super::world::{Ctx, Errand, Work, World};
use crate::base::{HOUR, MINUTE, Span, Time, nearest};
use crate::kernel::{Finished, Phase, PoolId, Request};
use crate::random::{exponential, lognormal, lognormal_mean_sigma};

/// Classes of a pool: who shares its capacity.
pub(super) mod class {
    /// Cases, and call-ups at departments.
    pub(in crate::domain) const CASE: u8 = 0;
    /// Assigned tasks.
    pub(in crate::domain) const TASK: u8 = 1;
    /// Economic work.
    pub(in crate::domain) const ECONOMIC: u8 = 2;
    /// Own work, campaigns, line work.
    pub(in crate::domain) const OWN: u8 = 3;
}

/// Names of jobs: a slot, and what it is a slot of.
pub(super) mod tag {
    /// A case.
    pub(in crate::domain) const CASE: u32 = 0;
    /// A piece of other work.
    pub(in crate::domain) const ERRAND: u32 = 1;
    /// An application.
    pub(in crate::domain) const APPLICATION: u32 = 2;
    /// A step of an application that runs beside its path.
    pub(in crate::domain) const BESIDE: u32 = 3;

    /// The name.
    pub(in crate::domain) fn of(index: u32, what: u32) -> u32 {
        index << 2 | what
    }

    /// Slot, and what it is a slot of.
    pub(in crate::domain) fn parts(tag: u32) -> (u32, u32) {
        (tag >> 2, tag & 3)
    }
}

impl<S: Sink> World<'_, S> {
    fn piece_address(&self, stream: u32) -> (u64, u16) {
        let stream = &self.errand_streams[stream as usize];
        (stream.entity + u64::from(stream.visit >> 16), (stream.visit & 0xffff) as u16)
    }

    /// Schedules the next piece of a stream, if it flows.
    pub(super) fn plan_errand(&mut self, ctx: &mut Ctx, stream: u32) {
        let (entity, visit) = self.piece_address(stream);
        let [gap, _] = self.pair(Purpose::Errand, entity, visit);
        let flow = &mut self.errand_streams[stream as usize];
        flow.scheduled = flow.rate > 0.0;
        if !flow.scheduled {
            return;
        }
        flow.last += nearest(exponential(gap, 1.0 / flow.rate)).max(1);
        let at = self.pools.calendar(flow.calendar).at_worked(flow.last);
        ctx.schedule_at(at.max(ctx.now()), Phase::Arrive, Event::Errand(stream));
    }

    /// A piece arrives.
    pub(super) fn on_errand(&mut self, ctx: &mut Ctx, stream: u32) {
        if self.errand_streams[stream as usize].rate > 0.0 {
            match self.errand_streams[stream as usize].work {
                Work::Task(street) => self.offer_task(ctx, stream, street),
                Work::Economic(_) | Work::Other | Work::Department(_) => {
                    self.start_piece(ctx, stream);
                }
            }
        }
        self.errand_streams[stream as usize].visit += 1;
        self.plan_errand(ctx, stream);
    }

    fn start_piece(&mut self, ctx: &mut Ctx, stream: u32) {
        let (entity, visit) = self.piece_address(stream);
        let [_, size] = self.pair(Purpose::Errand, entity, visit);
        let flow = &self.errand_streams[stream as usize];
        let hours = lognormal_mean_sigma(size, flow.mean_h, flow.sigma);
        let due = if flow.due_wd > 0.0 {
            self.after_working_days(ctx.now(), flow.due_wd)
        } else {
            Time::NEVER
        };
        let span = Span(nearest(hours * HOUR as f64).max(60));
        let (work, pool, class) = (flow.work, flow.pool, flow.class);
        self.start_errand(ctx, Errand { work, pool, due, span, class });
    }

    fn start_errand(&mut self, ctx: &mut Ctx, mut errand: Errand) {
        if let Work::Task(street) = errand.work {
            // While it was looked at by the gate, its office may have been dissolved.
            errand.pool = self.standing(street, errand.pool);
        }
        let tag = tag::of(self.errands.insert(errand).index, tag::ERRAND);
        let job = self.pools.request(
            ctx,
            Request {
                pools: &[errand.pool],
                class: errand.class,
                priority: 3,
                due: ctx.now().0,
                work: errand.span,
                tag,
            },
        );
        assert!(job.is_some(), "invariant: pools of other work refuse nobody");
    }

    /// A task is offered to a street: the gate decides (M30, M31).
    fn offer_task(&mut self, ctx: &mut Ctx, stream: u32, street: u16) {
        let (entity, visit) = self.piece_address(stream);
        let [pass, leak] = self.pair(Purpose::Gate, entity, visit);
        let [urgent, unit] = self.pair(Purpose::TaskUnit, entity, visit);
        let [_, size] = self.pair(Purpose::Errand, entity, visit);
        let p = &self.city.params;
        let settings = &self.settings(street).tasks;
        let gate = tasks::gate(settings, pass, leak);
        let effort_h = lognormal(size, p.tasks.effort_h, p.tasks.effort_gsd);
        let hours = tasks::street_effort(settings, gate, effort_h, &p.tasks);
        if gate == Gate::Admitted && self.is_measured(ctx.now()) {
            // What comes with a task is paid for, at the price of a purchased hour.
            let attached = tasks::attached_hours(settings, effort_h, hours, &p.tasks);
            let price = p.cost.purchased_hour;
            self.streets[street as usize].purchased_cny += attached * price;
        }
        if gate == Gate::Refused {
            self.task_stays(ctx, unit, effort_h);
            return;
        }
        // A task that comes with all it needs asks nothing of the street.
        if hours <= 0.0 {
            return;
        }
        let p = &self.city.params;
        let pool = self.pick_task_pool(street, unit);
        let span = self.occupied(hours, Span(MINUTE));
        let errand =
            Errand { work: Work::Task(street), pool, due: Time::NEVER, span, class: class::TASK };
        let waits = gate == Gate::Admitted
            && settings.admission_delay_wd > 0.0
            && urgent >= p.tasks.bypass_share;
        if waits {
            let handle = self.errands.insert(errand);
            let at = self.after_working_days(ctx.now(), settings.admission_delay_wd);
            ctx.schedule_at(at, Phase::Arrive, Event::TaskStarts(handle));
        } else {
            self.task_reaches_street(ctx, errand);
        }
    }

    /// The procedure is over.
    pub(super) fn on_task_starts(&mut self, ctx: &mut Ctx, handle: Handle) {
        let errand = self.errands.remove(handle.index);
        self.task_reaches_street(ctx, errand);
    }

    fn task_reaches_street(&mut self, ctx: &mut Ctx, errand: Errand) {
        let Work::Task(street) = errand.work else {
            panic!("invariant: only tasks pass the gate");
        };
        let net = 1.0 - self.city.params.posts.routine_share;
        let hours = errand.span.hours() * net;
        let street = self.street_index(street);
        self.sink.task(&TaskRecord { street, reached: ctx.now(), hours });
        self.start_errand(ctx, errand);
    }

    /// What the gate keeps from the street, a department does itself (M30): one of the district's,
    /// in proportion to people before any were moved, the same in every scenario.
    fn task_stays(&mut self, ctx: &mut Ctx, u: f64, effort_h: f64) {
        let sections = || {
            let departments = self.departments.iter().enumerate();
            departments.flat_map(|(agency, pools)| pools.iter().map(move |pool| (agency, *pool)))
        };
        let total: f64 = sections().map(|(agency, _)| self.section_people(agency)).sum();
        let mut rest = u * total;
        let mut chosen = None;
        for (agency, pool) in sections() {
            chosen = Some((agency, pool));
            rest -= self.section_people(agency);
            if rest < 0.0 {
                break;
            }
        }
        let Some((agency, pool)) = chosen else { return };
        let span = self.department_time(effort_h);
        let due = self.after_working_days(ctx.now(), self.city.params.departments.own_due_wd);
        let work = Work::Department(agency as u8);
        self.start_errand(ctx, Errand { work, pool, due, span, class: class::OWN });
    }

    /// Unit that gets a task: in proportion to people.
    fn pick_task_pool(&self, street: u16, u: f64) -> PoolId {
        let units = &self.streets[street as usize].units;
        let total: u32 = units.iter().map(|pool| self.pools.servers(*pool)).sum();
        let mut rest = (u * f64::from(total)) as u32;
        for pool in units {
            let servers = self.pools.servers(*pool);
            if rest < servers {
                return *pool;
            }
            rest -= servers;
        }
        units[0]
    }

    /// People sit in a committee instead of handling cases.
    pub(super) fn committee_work(&mut self, ctx: &mut Ctx, street: u16, hours: f64) {
        if hours > 0.0 {
            let pool = self.streets[street as usize].units[0];
            let span = self.occupied(hours, Span(MINUTE));
            self.start_errand(
                ctx,
                Errand { work: Work::Other, pool, due: Time::NEVER, span, class: class::OWN },
            );
        }
    }

    /// A piece is done.
    pub(super) fn on_errand_done(&mut self, now: Time, index: u32, finished: &Finished) {
        let errand = self.errands.remove(index);
        if let Work::Department(agency) = errand.work {
            self.count_own_task(agency, errand.due, errand.due < now);
        }
        if !self.is_measured(now) {
            return;
        }
        let net = 1.0 - self.city.params.posts.routine_share;
        let hours = finished.work.hours();
        match errand.work {
            Work::Task(street) => self.streets[street as usize].task_h += hours * net,
            Work::Economic(street) => self.streets[street as usize].economic_h += hours,
            Work::Other | Work::Department(_) => {}
        }
    }

    /// Counts a department's own task if its date falls in the window.
    pub(super) fn count_own_task(&mut self, agency: u8, due: Time, late: bool) {
        if due >= self.run.window_start() && due < self.run.end() {
            let [due, lates] = &mut self.own_tasks[usize::from(agency)];
            *due += 1;
            *lates += u32::from(late);
        }
    }
}
