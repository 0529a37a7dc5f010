//! From notice to dispatch desk: registration, duplicates, withdrawal.

use super::super::clock::{DESK_SIGMA, LimitClock};
use super::super::errand::{class::CASE, tag};
use super::super::event::Event;
use super::super::policy::response;
use super::super::purpose::Purpose;
use super::super::record::{CaseRecord, Channel, Ledger, Sink, Stage};
use super::super::slab::Handle;
use super::super::world::{Case, Ctx, Mode, Party, State, Step, World};
use crate::base::{DAY, MINUTE, Span, Time, nearest};
use crate::kernel::{Phase, PoolId, Request};
use crate::random::{exponential, lognormal_sigma};

/// Most visits one issue can have: the address has four bits for them.
const MAX_VISITS: u8 = 15;

impl<S: Sink> World<'_, S> {
    /// Somebody notices the issue for the first time.
    pub(in crate::domain) fn detect(&mut self, ctx: &mut Ctx, handle: Handle) {
        let now = ctx.now();
        let issue = self.issues.at_mut(handle.index);
        let channel = issue.next_channel;
        issue.noticed = Some((now, channel));
        let since = issue.arisen;
        self.open_case(ctx, handle.index, channel, since, false);
        if channel == Channel::Grid {
            self.register_twice(ctx, handle.index);
        }
    }

    /// The matter is called in again: unresolved, or back.
    pub(in crate::domain) fn call_again(&mut self, ctx: &mut Ctx, handle: Handle) {
        if !self.issues.is_alive(handle) {
            return;
        }
        let issue = self.issues.at_mut(handle.index);
        if issue.n_cases > 0 || issue.visits >= MAX_VISITS {
            return;
        }
        if issue.resolved.is_none() && issue.vanish_at <= ctx.now() {
            // It solved itself before anybody called again.
            let vanished = issue.vanish_at;
            self.end_issue(handle.index, Some(vanished));
            return;
        }
        let since = if issue.resolved.is_some() {
            self.come_back(handle.index, ctx.now());
            ctx.now()
        } else {
            issue.last_left.unwrap_or(issue.arisen)
        };
        self.open_case(ctx, handle.index, Channel::Hotline, since, false);
    }

    /// A resolved matter has come back: the first issue is reported, a new one has arisen.
    fn come_back(&mut self, issue: u32, now: Time) {
        let street = self.street_index(self.issues.at(issue).street);
        let entry = self.issues.at_mut(issue);
        let first = entry.record(street, None);
        entry.resolved = None;
        entry.arisen = now;
        entry.open_since = now;
        entry.vanish_at = Time::NEVER;
        entry.noticed = Some((now, Channel::Hotline));
        self.sink.issue(&first);
        self.balance.issues_ended += 1;
        self.balance.issues_arisen += 1;
    }

    /// Someone else reports an issue that has an open case: recognized and merged, or entered
    /// again. Nobody reports what is done.
    pub(in crate::domain) fn report_again(&mut self, ctx: &mut Ctx, handle: Handle) {
        if !self.issues.is_alive(handle) {
            return;
        }
        let issue = self.issues.at(handle.index);
        if issue.n_cases == 0 || issue.resolved.is_some() {
            return;
        }
        let (key, street, visit) = (issue.key, issue.street, u16::from(issue.visits));
        let unified = self.settings(street).response.unified;
        let p_merge = self.city.params.response.merge[usize::from(unified)];
        if self.uniform(Purpose::DuplicateDelay, key, 64 + visit) < p_merge {
            if self.is_measured(ctx.now()) {
                self.streets[street as usize].merged += 1;
            }
        } else if issue.visits < MAX_VISITS {
            self.open_case(ctx, handle.index, Channel::Hotline, ctx.now(), true);
        }
    }

    /// Parallel reporting systems enter the same find again (M09).
    fn register_twice(&mut self, ctx: &mut Ctx, issue: u32) {
        let entry = self.issues.at(issue);
        let (key, street) = (entry.key, entry.street);
        let p = self.streets[street as usize].twice;
        let unified = self.settings(street).response.unified;
        let p_merge = self.city.params.response.merge[usize::from(unified)];
        let [twice, merged] = self.pair(Purpose::Register, key, 32);
        if twice < p && merged >= p_merge {
            self.open_case(ctx, issue, Channel::Grid, ctx.now(), true);
        }
    }

    /// Enters a case and starts it on its way to dispatch.
    pub(super) fn open_case(
        &mut self,
        ctx: &mut Ctx,
        issue: u32,
        channel: Channel,
        since: Time,
        duplicate: bool,
    ) {
        let now = ctx.now();
        let case = self.new_case(issue, channel, since, now, duplicate);
        let (street, key, visit) = (case.street, case.record.key, case.visit);
        let registered = case.record.registered;
        let item = &self.city.items[case.record.item as usize];
        let p_grid = item.p_grid;
        let index = self.cases.insert(case).index;
        self.balance.cases_opened += 1;
        self.count_open(index, now);
        let hour = (registered.day() * 24 + registered.seconds_of_day() / 3600) as usize;
        if self.is_measured(registered) && registered < self.run.end() {
            let weekday = self.pools.calendar(self.office).weekday(registered.day());
            self.streets[street as usize].hour_registered[weekday * 24 + hour % 24] += 1;
        }
        self.note(index, now, || {
            [
                format!("问题由{}发现并登记", channel.zh()),
                format!("noticed by {}, entered as a case", channel.en().to_lowercase()),
            ]
        });
        if self.is_walk_in(index) {
            self.plan_ends(ctx, index, duplicate);
            self.accept_at_counter(ctx, index);
            return;
        }
        let [_, by_grid] = self.pair(Purpose::Nature, key & !15, 0);
        if channel == Channel::Grid && !duplicate && visit == 0 && by_grid < p_grid {
            self.enter(index, registered, State::AtGrid, Stage::Triage);
            self.step_at(ctx, index, registered);
        } else {
            self.enter(index, registered, State::Registering, Stage::Triage);
            let at = self.dispatch_time(index, registered);
            self.step_at(ctx, index, at);
        }
        self.plan_ends(ctx, index, duplicate);
    }

    /// How long it takes to enter a case that does not stand at the counter.
    fn time_to_enter(&self, street: u16, key: u64) -> Span {
        let unified = usize::from(self.settings(street).response.unified);
        let minutes = self.city.params.response.registration_minutes[unified];
        let u = self.uniform(Purpose::Register, key, 0);
        Span(nearest(exponential(u, minutes) * MINUTE as f64))
    }

    fn new_case(
        &mut self,
        issue: u32,
        channel: Channel,
        since: Time,
        now: Time,
        duplicate: bool,
    ) -> Case {
        let entry = self.issues.at_mut(issue);
        let visit = entry.visits;
        entry.visits += 1;
        entry.n_cases += 1;
        let before = entry.last_registered;
        let (street, item_index, key) = (entry.street, entry.item, entry.key | u64::from(visit));
        let item = &self.city.items[item_index as usize];
        let entering = self.time_to_enter(street, key);
        let registered = if item.flow.walk_in { now } else { now + entering };
        let window = Span(self.city.params.demand.repeat_days as i64 * DAY);
        let repeat = before.is_some_and(|before| registered - before <= window);
        self.issues.at_mut(issue).last_registered = before.max(Some(registered));
        let mut ledger = Ledger::default();
        ledger.add(Stage::Latent, now - since);
        ledger.add(Stage::Registration, registered - now);
        let rules = &self.city.rules;
        let long = item.class >= 3 || item.urgency == 3;
        let limit = if long { rules.long_limit_wd } else { rules.limit_wd }.max(item.sla_wd);
        let record = CaseRecord {
            key,
            street: self.street_index(street),
            item: item_index,
            class: item.class,
            urgency: item.urgency,
            channel,
            arisen: since,
            detected: now,
            registered,
            repeat,
            duplicate,
            ledger,
            ..CaseRecord::BLANK
        };
        let nobody = Party { agency: u8::MAX, mode: Mode::CallUp, done: true };
        Case {
            record,
            issue,
            street,
            visit: u16::from(visit),
            state: State::Registering,
            stage: Stage::Triage,
            since: registered,
            turn: 0,
            clock: LimitClock::new(limit),
            clock_turn: 0,
            parties: [nobody; 4],
            n_parties: 0,
            simple: true,
            worked_on: false,
            elapsed: false,
            step: Step::Street,
            job: None,
            unit_pool: PoolId(u32::MAX),
            street_work: Span::ZERO,
            joint_work: Span::ZERO,
            squad_work: Span::ZERO,
            rest_work: Span::ZERO,
            calling: None,
            decided: false,
            round: 0,
            attempt: 0,
            open_from: None,
            ends_at: Time::NEVER,
            disputed: false,
            funded: false,
            bought: false,
            partnered: false,
        }
    }

    /// Adds a case to the street's open cases.
    pub(in crate::domain) fn count_open(&mut self, case: u32, now: Time) {
        let entry = self.cases.at_mut(case);
        assert!(entry.open_from.replace(now).is_none(), "invariant: a case opens once at a time");
        let street = &mut self.streets[entry.street as usize];
        street.open += 1;
        street.open_peak = street.open_peak.max(street.open);
        if street.struck.get(usize::from(entry.record.item)) == Some(&true) {
            street.open_struck += 1;
        }
        self.balance.count(now, 1);
    }

    /// Takes a case from the street's open cases.
    pub(in crate::domain) fn count_closed(&mut self, case: u32, now: Time) {
        let entry = self.cases.at_mut(case);
        let from = entry.open_from.take().expect("invariant: only open cases close");
        let street = &mut self.streets[entry.street as usize];
        street.open = street.open.checked_sub(1).expect("invariant: open >= 0");
        if street.struck.get(usize::from(entry.record.item)) == Some(&true) {
            street.open_struck = street.open_struck.checked_sub(1).expect("invariant: open >= 0");
        }
        self.balance.open_time += (now - from).0;
        self.balance.count(now, -1);
    }

    /// Signatures in office hours, then the dispatch desk (M06, M39).
    fn dispatch_time(&self, case: u32, registered: Time) -> Time {
        let entry = self.cases.at(case);
        let settings = self.settings(entry.street);
        let params = &self.city.params;
        let [sign, desk] = self.pair(Purpose::Triage, entry.record.key, 0);
        let median = params.units.signoff_minutes * settings.units.signoff_levels;
        let signed = if entry.record.urgency == 0 || median <= 0.0 {
            registered
        } else {
            self.after_working_minutes(registered, lognormal_sigma(sign, median, DESK_SIGMA))
        };
        let minutes = response::dispatch_minutes(&settings.response, &params.response);
        signed + Span(nearest(lognormal_sigma(desk, minutes, DESK_SIGMA) * MINUTE as f64))
    }

    /// The worker who found it settles it on the spot.
    pub(super) fn settle_at_grid(&mut self, ctx: &mut Ctx, case: u32) {
        self.enter(case, ctx.now(), State::AtGrid, Stage::Queue);
        let pool = self.streets[self.cases.at(case).street as usize].grid;
        let span = Span::from_hours(self.city.params.grids.settle_h);
        self.request(ctx, case, &[pool], span);
    }

    /// Requests pools for a case's next piece of work.
    pub(in crate::domain) fn request(
        &mut self,
        ctx: &mut Ctx,
        case: u32,
        pools: &[PoolId],
        work: Span,
    ) {
        let entry = self.cases.at(case);
        let supervised = entry.round >= 2;
        // U0 interrupts ordinary work; a supervised case goes first but interrupts nobody.
        let priority = match entry.record.urgency {
            0 => 0,
            _ if supervised => 1,
            urgency => urgency.min(2) + 1,
        };
        let due = entry.record.due.map_or(ctx.now().0, |due| due.0);
        self.call_back_leavers(ctx, entry.street, pools);
        let job = self.pools.request(
            ctx,
            Request { pools, class: CASE, priority, due, work, tag: tag::of(case, tag::CASE) },
        );
        self.cases.at_mut(case).job = Some(job.expect("invariant: case pools refuse nobody"));
    }

    /// Specialists, vendors and the reserve who have left come back for what was promised before
    /// they went; the weekly look lets them go again.
    pub(super) fn call_back_leavers(&mut self, ctx: &mut Ctx, street: u16, pools: &[PoolId]) {
        for pool in pools {
            if self.pools.servers(*pool) > 0 {
                continue;
            }
            let state = &self.streets[street as usize];
            let left = |desk: (&Option<PoolId>, &u32)| *desk.0 == Some(*pool) && *desk.1 == 0;
            let on_call = &self.district_settings().enforcement;
            let gone =
                |agency: usize| on_call.on_call >> agency & 1 == 0 || on_call.on_call_staff < 1.0;
            let leaver = state.vendor == *pool
                || self.reserve == *pool
                || state.desks.iter().zip(&state.desk_staff).any(left)
                || self.on_call.iter().position(|other| *other == Some(*pool)).is_some_and(gone);
            if leaver {
                self.pools.set_servers(ctx, *pool, 1);
            }
        }
    }

    /// Schedules what may end the case from outside, and further reports.
    fn plan_ends(&mut self, ctx: &mut Ctx, case: u32, duplicate: bool) {
        let entry = self.cases.at(case);
        let (key, visit, issue) = (entry.record.key, entry.visit, entry.issue);
        let p = &self.city.params.demand;
        let [_, withdraw] = self.pair(Purpose::Leave, key, 0);
        let mut end = Time::NEVER;
        if p.withdraw_per_day > 0.0 {
            let days = exponential(withdraw, 1.0 / p.withdraw_per_day);
            end = Time(ctx.now().0 + nearest(days * DAY as f64));
        }
        let vanish = self.issues.at(issue).vanish_at;
        if vanish > ctx.now() {
            end = end.min(vanish);
        }
        self.cases.at_mut(case).ends_at = end;
        self.plan_withdrawal(ctx, case);
        let [again, delay] = self.pair(Purpose::Duplicate, key, visit);
        if !duplicate && again < p.duplicate_reports {
            let days = exponential(delay, p.duplicate_days);
            let at = Time(ctx.now().0 + nearest(days * DAY as f64));
            let handle = self.issues.handle(issue);
            ctx.schedule_at(at, Phase::Arrive, Event::ReportAgain(handle));
        }
    }

    /// Schedules the end from outside if it falls before the next weekly look. Most cases are
    /// closed long before, so the event list stays short.
    fn plan_withdrawal(&mut self, ctx: &mut Ctx, case: u32) {
        let end = self.cases.at(case).ends_at;
        if end >= ctx.now() && end < self.week_end {
            let handle = self.cases.handle(case);
            ctx.schedule_at(end, Phase::Arrive, Event::Withdraw(handle));
        }
    }

    /// The weekly look: cases that end from outside in the week that begins.
    pub(in crate::domain) fn plan_withdrawals(&mut self, ctx: &mut Ctx) {
        let cases: Vec<u32> = self.cases.indices().collect();
        for case in cases {
            self.plan_withdrawal(ctx, case);
        }
    }
}
