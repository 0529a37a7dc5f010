//! One replication of one district: the run itself, and what must hold at its end.

use super::activity::Completion;
use super::build::{self, WEEK};
use super::city::City;
use super::errand::tag;
use super::event::Event;
use super::moving::{boundaries, exchange};
use super::record::{N_STAGES, Sink};
use super::settings::Plan;
use super::world::{Ctx, RunSpec, World};
use crate::base::{DAY, Fault, HOUR, Span, Time, fetch, planted};
use crate::kernel::{Model, Phase, Runner, Soon};

/// How much happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RunOutcome {
    /// Events handled.
    pub events: u64,
    /// Cases registered, warm-up included.
    pub cases: u64,
    /// Blocks of two uniforms drawn.
    pub draws: u64,
}

/// Simulates one district under one plan and tells the sink what happened.
///
/// # Panics
/// If something that must hold does not: a stage ledger that does not add up, an entry without an
/// exit, Little's law broken, work given that nobody received. A wrong number is worse than none.
pub fn simulate(
    city: &City,
    plan: &Plan,
    district: usize,
    run: &RunSpec,
    sink: &mut impl Sink,
) -> RunOutcome {
    let mut world = build::build(city, plan, district, *run, sink);
    let end = world.run.end();
    let steps = boundaries(world.city, world.plan, &[world.district], end);
    let mut runner = Runner::new(&mut world, end);
    for step in steps {
        // Alone, a district moves posts among its own streets.
        runner.run_until(step);
        let (world, ctx) = runner.parts();
        let posts = exchange(&[world.claims(step)]);
        world.take_posts(ctx, &posts[0]);
    }
    let count = runner.run_until(end);
    world.finish(end);
    RunOutcome { events: count.events, cases: world.opened(), draws: world.draws.get() }
}

impl<S: Sink> Model for World<'_, S> {
    type Event = Event;

    fn start(&mut self, ctx: &mut Ctx) {
        self.apply_epoch(ctx, 0);
        for source in 0..self.sources.len() {
            self.open_with(ctx, source as u32);
            self.plan_arrival(ctx, source as u32);
        }
        self.plan_applications(ctx);
        self.plan_unit_shift(ctx);
        self.plan_responses(ctx);
        for (index, epoch) in self.plan.epochs.iter().enumerate().skip(1) {
            ctx.schedule_at(epoch.from, Phase::Change, Event::Epoch(index as u32));
        }
        ctx.schedule_at(Time(7 * HOUR), Phase::Change, Event::Shift);
        ctx.schedule_at(Time(HOUR / 2), Phase::Observe, Event::Hour);
        ctx.schedule_at(Time(DAY - 1), Phase::Observe, Event::Day);
        ctx.schedule_at(Time(WEEK), Phase::Change, Event::Week);
        ctx.schedule_at(self.run.window_start(), Phase::Finish, Event::Measure);
        if self.has_projects() {
            ctx.schedule_at(self.next_term(ctx.now()), Phase::Change, Event::ProjectTerm);
        }
    }

    fn handle(&mut self, ctx: &mut Ctx, event: Event) {
        match event {
            Event::Pool(event) => {
                if let Some(finished) = self.pools.on_event(ctx, event) {
                    let (index, what) = tag::parts(finished.tag);
                    match what {
                        tag::ERRAND => self.on_errand_done(ctx.now(), index, &finished),
                        tag::APPLICATION => self.on_application_job(ctx, index, &finished),
                        tag::BESIDE => self.on_beside_done(ctx, index),
                        _ => self.on_job_done(ctx, index, &finished),
                    }
                }
            }
            Event::Arise(source) => self.arise(ctx, source),
            Event::Detect(issue) => self.detect(ctx, issue),
            Event::Vanish(issue) => self.vanish(issue, ctx.now()),
            Event::CallAgain(issue) => self.call_again(ctx, issue),
            Event::ReportAgain(issue) => self.report_again(ctx, issue),
            Event::Step(case, turn) => self.on_step(ctx, case, turn),
            Event::Clock(case, turn) => self.on_clock(ctx, case, turn),
            Event::Withdraw(case) => self.withdraw(ctx, case),
            Event::Patience(case, turn) => self.lose_patience(ctx, case, turn),
            Event::UnitShift => self.change_unit_shift(ctx),
            Event::Errand(stream) => self.on_errand(ctx, stream),
            Event::Apply(stream) => self.apply(ctx, stream),
            Event::Application(handle, turn) => self.on_application(ctx, handle, turn),
            Event::TaskStarts(errand) => self.on_task_starts(ctx, errand),
            Event::Shift => self.on_shift(ctx),
            Event::Hour => self.on_hour(ctx),
            Event::Day => self.on_day(ctx),
            Event::Week => {
                self.week_end = ctx.now() + Span(WEEK);
                self.weekly(ctx);
                self.plan_withdrawals(ctx);
                ctx.schedule_in(Span(WEEK), Phase::Change, Event::Week);
            }
            Event::ProjectTerm => {
                self.project_term(ctx);
                ctx.schedule_at(self.next_term(ctx.now()), Phase::Change, Event::ProjectTerm);
            }
            Event::Response => self.on_response(ctx),
            Event::Epoch(epoch) => self.apply_epoch(ctx, epoch as usize),
            Event::Measure => self.start_measuring(ctx.now()),
        }
    }

    // The cases and issues of a district do not fit into the cache, and each event is about
    // another one.
    #[inline]
    fn foresee(&self, event: Event, soon: Soon) {
        match event {
            Event::Pool(event) => match self.pools.foresee(event, soon).map(tag::parts) {
                Some((case, tag::CASE)) => self.foresee_case(case),
                Some((errand, tag::ERRAND)) => {
                    if let Some(errand) = self.errands.foresee(errand) {
                        fetch(errand);
                    }
                }
                Some((application, _)) => self.foresee_application(application),
                None => {}
            },
            _ if soon == Soon::Later => {}
            Event::Step(case, _) | Event::Clock(case, _) | Event::Withdraw(case) => {
                self.foresee_case(case.index);
            }
            Event::Application(application, _) => self.foresee_application(application.index),
            Event::Detect(issue) | Event::CallAgain(issue) | Event::ReportAgain(issue) => {
                if let Some(issue) = self.issues.foresee(issue.index) {
                    fetch(issue);
                }
            }
            Event::Arise(source) => fetch(&self.sources[source as usize]),
            Event::Errand(stream) => fetch(&self.errand_streams[stream as usize]),
            _ => {}
        }
    }
}

impl<S: Sink> World<'_, S> {
    /// Asks for each part of a case that most events need.
    #[inline]
    fn foresee_case(&self, index: u32) {
        if let Some(case) = self.cases.foresee(index) {
            fetch(case);
            fetch(&case.record.key);
            fetch(&case.record.registered);
            fetch(&case.record.ledger.0[N_STAGES / 2]);
            fetch(&case.record.accepted);
            fetch(&case.record.clock_share);
            fetch(&case.clock);
            fetch(&case.calling);
        }
    }

    /// Asks for each part of an application that most events need.
    #[inline]
    fn foresee_application(&self, index: u32) {
        if let Some(application) = self.applications.alive.foresee(index) {
            fetch(application);
            fetch(&application.record.key);
            fetch(&application.record.ledger);
            fetch(&application.turn);
            fetch(&application.path);
        }
    }

    /// Squads and specialists on call change at 7:00 and 14:00; desks are manned for the day.
    fn on_shift(&mut self, ctx: &mut Ctx) {
        self.change_shift(ctx);
        let next = if ctx.now().seconds_of_day() < 14 * HOUR { 7 * HOUR } else { 17 * HOUR };
        ctx.schedule_in(Span(next), Phase::Change, Event::Shift);
    }

    /// Samples who is busy, in the middle of each hour.
    fn on_hour(&mut self, ctx: &mut Ctx) {
        let now = ctx.now();
        let calendar = self.pools.calendar(self.office);
        let open = calendar.is_open(now);
        let hour = calendar.weekday(now.day()) * 24 + (now.seconds_of_day() / HOUR) as usize;
        let measured = self.is_measured(now);
        for street in &mut self.streets {
            let pools = &street.case_pools;
            let posts: u32 = pools.iter().map(|pool| self.pools.servers(*pool)).sum();
            let busy: u32 = pools.iter().map(|pool| self.pools.busy(*pool)).sum();
            let busy = if open { busy.min(posts) } else { 0 };
            if open {
                street.sampled_busy += u64::from(busy);
                street.sampled_posts += u64::from(posts);
            }
            if measured {
                street.hour_busy[hour] += busy;
                street.hour_posts[hour] += posts;
            }
        }
        ctx.schedule_in(Span(HOUR), Phase::Observe, Event::Hour);
    }

    /// End of a day: backlog, budgets, wages.
    fn on_day(&mut self, ctx: &mut Ctx) {
        let now = ctx.now();
        let measured = self.is_measured(now);
        let calendar = self.pools.calendar(self.office);
        let worked = calendar.worked(now) - calendar.worked(Time(now.day() * DAY));
        let calendar_hours = Span(worked).hours();
        let settings = &self.district_settings().fund;
        self.fund.accrue_day(settings);
        for local in 0..self.streets.len() {
            let street = &mut self.streets[local];
            self.sink.backlog(now.day(), street.index as u16, street.open);
            if !street.struck.is_empty() {
                self.sink.struck(now.day(), street.index as u16, street.open_struck);
            }
            let day = now.day();
            street.agenda.forget_before(day);
            if measured {
                let desks: u32 = street.desk_staff.iter().sum();
                street.post_days += f64::from(street.n_posts);
                street.officer_days += f64::from(street.squad_officers + desks);
                street.n_days += 1.0;
                street.point_days += self.applications.desks[local].n_points as f64;
                let park = self.applications.desks[local].park;
                street.park_days += park.map_or(0.0, |pool| f64::from(self.pools.servers(pool)));
                street.full_time_days += self.in_force[local].grids.full_time;
                let hours = calendar_hours * f64::from(street.on_project);
                street.project_h += hours;
                self.book_overtime(local, now, calendar_hours);
            }
            self.help_day(local, now);
        }
        if measured {
            let departments: u32 = self.department_staff.iter().sum();
            let county = f64::from(self.pools.servers(self.applications.county));
            self.shared_days.reserve += f64::from(self.reserve_officers);
            self.shared_days.departments += f64::from(departments);
            self.shared_days.offices += county + self.city.params.response.adjudicators.max(1.0);
        }
        ctx.schedule_in(Span(DAY), Phase::Observe, Event::Day);
    }

    /// Warm-up is over: what was counted so far is forgotten, what is on its way stays.
    fn start_measuring(&mut self, now: Time) {
        if planted(Fault::WarmUpCounted) {
            return;
        }
        self.pools.start_measuring(now);
        for street in &mut self.streets {
            street.open_peak = street.open;
            street.merged = 0;
        }
    }

    /// Cases registered so far.
    pub(super) fn opened(&self) -> u64 {
        self.balance.cases_opened
    }

    /// Reports everything that is still open and checks that nothing was lost.
    pub(super) fn finish(&mut self, end: Time) {
        self.report_open_cases(end);
        self.report_open_issues();
        self.report_open_applications(end);
        self.report_pools(end);
        self.report_streets(end);
        self.report_departments(end);
        self.check(end);
    }

    fn report_open_cases(&mut self, end: Time) {
        let open: Vec<u32> = self.cases.indices().collect();
        for case in open {
            let job = self.cases.at(case).job;
            let started = job.and_then(|job| self.pools.started(job));
            if let Some(started) = started {
                self.begun(case, started);
            }
            if self.cases.at(case).open_from.is_some() {
                self.settle_clock(case, end);
            }
            self.tell_unfinished(case, end, Completion::Running);
            self.abandon_calling(case, None);
            let entry = self.cases.at_mut(case);
            if entry.record.registered >= end {
                continue;
            }
            if job.is_some() {
                // What has been waited and worked so far, as if the work ended now.
                self.book_job(case, end, started.unwrap_or(end));
            }
            let entry = self.cases.at_mut(case);
            let (stage, since) = (entry.stage, entry.since);
            entry.record.ledger.add(stage, (end - since).max(Span::ZERO));
            let life = end - entry.record.arisen;
            assert_eq!(entry.record.ledger.total(), life, "stages of an open case add up");
            if let Some(from) = entry.open_from {
                self.balance.open_time += (end - from).0;
            }
            self.sink.case(&entry.record);
            if let Some(trace) = &mut self.trace {
                trace.finish(&entry.record);
            }
        }
        // Cases noticed but not yet entered count as open from their notice on.
        for case in self.cases.indices().collect::<Vec<_>>() {
            let entry = self.cases.at(case);
            if let (true, Some(from)) = (entry.record.registered >= end, entry.open_from) {
                self.balance.open_time += (end - from).0;
            }
        }
        self.balance.count(end, 0);
    }

    fn report_open_issues(&mut self) {
        for index in self.issues.indices().collect::<Vec<_>>() {
            let issue = self.issues.at(index);
            let record = issue.record(self.street_index(issue.street), None);
            self.sink.issue(&record);
        }
    }

    /// Conservation and Little's law, as exact integers.
    fn check(&mut self, end: Time) {
        let balance = self.balance;
        assert_eq!(
            balance.cases_opened,
            balance.cases_left + self.cases.n_alive() as u64,
            "every case that enters leaves or is still open"
        );
        assert_eq!(
            balance.issues_arisen,
            balance.issues_ended + self.issues.n_alive() as u64,
            "every issue that arises ends or is still there"
        );
        assert_eq!(
            balance.open_area, balance.open_time,
            "Little's law: time in the system equals the integral of the number in it"
        );
        let open: u32 = self.streets.iter().map(|street| street.open).sum();
        assert_eq!(balance.open, i64::from(open), "streets' open cases add up to the district's");
        self.check_applications();
        self.check_nobody_is_stranded();
        self.pools.check(end);
    }
}
