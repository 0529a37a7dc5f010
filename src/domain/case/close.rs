//! The end of a case: handled truly or nominally, feedback, audit, call-back, redo, supervision.

use super::super::activity::{Activity, Completion};
use super::super::clock::DELAY_SIGMA;
use super::super::event::Event;
use super::super::policy::closing;
use super::super::purpose::Purpose;
use super::super::record::{Fate, Sink, Stage};
use super::super::slab::Handle;
use super::super::world::{Ctx, State, Step, World};
use crate::base::{DAY, Fault, Span, Time, nearest, planted};
use crate::kernel::Phase;
use crate::random::{exponential, lognormal_sigma};

/// A case is stuck when it is open at the street for more than this many working days.
const STUCK_WD: f64 = 15.0;

impl<S: Sink> World<'_, S> {
    /// Schedules the point at which the limit clock makes somebody decide: extension or closing on
    /// paper. Called whenever the clock starts, resumes or is extended.
    pub(super) fn plan_clock(&mut self, ctx: &mut Ctx, case: u32) {
        let entry = self.cases.at(case);
        if entry.record.duplicate || !entry.clock.is_running() {
            return;
        }
        let Some(share) = self.next_pressure_point(case) else { return };
        let worked = self.worked(ctx.now());
        let until = self.cases.at(case).clock.until(share, worked);
        let at = self.pools.calendar(self.office).at_worked(worked + until).max(ctx.now());
        let entry = self.cases.at_mut(case);
        entry.clock_turn += 1;
        let turn = entry.clock_turn;
        let handle = self.cases.handle(case);
        ctx.schedule_at(at, Phase::Decide, Event::Clock(handle, turn));
    }

    /// Share of the limit at which something happens next to this case; none if nothing will.
    fn next_pressure_point(&self, case: u32) -> Option<f64> {
        let entry = self.cases.at(case);
        let p = &self.city.params.closing;
        let [nominal, extension] =
            self.pair(Purpose::Pressure, entry.record.key, entry.round.into());
        if !entry.record.extended && extension < p.extension {
            return Some(p.pressure_from);
        }
        let settings = self.settings(entry.street);
        let w_time = closing::time_weight(&settings.closing, settings.assessment.mix[0], p);
        closing::nominal_moment(&settings.closing, w_time, nominal, p)
    }

    /// The clock reached its pressure point.
    pub(in crate::domain) fn on_clock(&mut self, ctx: &mut Ctx, handle: Handle, turn: u32) {
        if !self.cases.is_alive(handle) || self.cases.at(handle.index).clock_turn != turn {
            return;
        }
        let case = handle.index;
        let now = ctx.now();
        let entry = self.cases.at(case);
        if !entry.clock.is_running() || entry.record.closed.is_some() {
            return;
        }
        let [_, extension] = self.pair(Purpose::Pressure, entry.record.key, entry.round.into());
        let wants = !entry.record.extended && extension < self.city.params.closing.extension;
        if wants && self.cases.at_mut(case).clock.extend(&self.city.rules) {
            self.cases.at_mut(case).record.extended = true;
            self.tell(case, now, Activity::Extend);
            self.note(case, now, || ["获准延期".to_owned(), "extension granted".to_owned()]);
            self.project_due(case, now);
            self.plan_clock(ctx, case);
            return;
        }
        let waiting = matches!(
            self.cases.at(case).state,
            State::InService
                | State::HandingOff
                | State::OnCall
                | State::Calling
                | State::Reacting
                | State::CalledUp
        );
        if waiting && self.cases.at(case).round < 2 {
            self.close_on_paper(ctx, case);
        }
    }

    /// Nominal closing: the work ends here and is not done; the issue lives on.
    fn close_on_paper(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        self.note(case, now, || ["未真正解决即办结".to_owned(), "closed on paper only".to_owned()]);
        self.tell_unfinished(case, now, Completion::BrokenOff);
        self.abandon_calling(case, Some(now));
        self.drop_job(ctx, case);
        let entry = self.cases.at_mut(case);
        entry.record.nominal = true;
        entry.step = Step::Done;
        self.enter(case, now, State::Feedback, Stage::Feedback);
        self.close(ctx, case);
    }

    /// Work is done: it resolved the matter, or not. The reply is written.
    pub(super) fn handled(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        let entry = self.cases.at(case);
        let (key, class, round, issue) =
            (entry.record.key, entry.record.class, entry.round, entry.issue);
        let duplicate = entry.record.duplicate;
        let mix = self.settings(entry.street).assessment.mix;
        self.cases.at_mut(case).worked_on = true;
        let [fixed, reply] = self.pair(Purpose::Handle, key, round.into());
        let right = 1.0 - self.penalty_error(case, now);
        let p = &self.city.params.closing;
        let fix = closing::fix_probability(class, mix[1] + mix[2], p);
        let partnered = self.cases.at(case).partnered;
        let gain = if partnered { self.city.params.social.partner_resolution } else { 0.0 };
        let resolved = fixed < (fix + (1.0 - fix) * gain) * right;
        let wd = lognormal_sigma(reply, p.feedback_wd, DELAY_SIGMA);
        if resolved && !duplicate {
            self.issues.at_mut(issue).resolved.get_or_insert(now);
        }
        self.tell(case, now, Activity::Handled);
        self.note(case, now, || {
            if duplicate {
                ["核实为重复登记".to_owned(), "looked into: registered twice".to_owned()]
            } else if resolved {
                ["办理完毕,问题解决".to_owned(), "handled, resolved".to_owned()]
            } else {
                ["办理完毕,问题未真正解决".to_owned(), "handled, not really resolved".to_owned()]
            }
        });
        self.enter(case, now, State::Feedback, Stage::Feedback);
        if self.is_walk_in(case) {
            // Who stands at the counter is told at once.
            self.close(ctx, case);
            return;
        }
        let at = self.after_working_days(now, wd);
        self.step_at(ctx, case, at);
    }

    /// Officially closed (办结): what follows is audit and call-back.
    pub(super) fn close(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        self.settle_clock(case, now);
        let worked = self.worked(now);
        let issue = self.cases.at(case).issue;
        let resolved = self.issues.at(issue).resolved.is_some();
        let entry = self.cases.at_mut(case);
        // The limit ends with the closure; a redo runs the clock again.
        entry.clock.stop(worked);
        entry.record.closed = Some(now);
        entry.record.first_closed.get_or_insert(now);
        entry.record.resolved = resolved;
        let (key, round) = (entry.record.key, u16::from(entry.round));
        let final_closure = entry.round >= 2 || entry.record.duplicate || entry.record.grid_settled;
        let nominal = entry.record.nominal;
        self.count_closed(case, now);
        self.tell(case, now, Activity::Close);
        self.note(case, now, || ["办结".to_owned(), "officially closed".to_owned()]);
        let settings = &self.settings(self.cases.at(case).street).closing;
        let (p_audit, p_called) = (settings.audit, settings.call_back);
        let [audit, called] = self.pair(Purpose::CallBack, key, round);
        if final_closure {
            self.leave(ctx, case, Fate::Closed);
        } else if nominal && audit < p_audit {
            self.tell(case, now, Activity::Audit);
            self.note(case, now, || {
                [
                    "核查发现虚假办结,退回重办".to_owned(),
                    "audit finds it unresolved: redo".to_owned(),
                ]
            });
            self.enter(case, now, State::CallBack, Stage::CallBack);
            self.redo(ctx, case);
        } else if called < p_called {
            let [delay, _] = self.pair(Purpose::Leave, key, 16 + round);
            let days = exponential(delay, self.city.params.closing.call_back_days);
            self.enter(case, now, State::CallBack, Stage::CallBack);
            let at = Time(now.0 + nearest(days * DAY as f64).max(1));
            self.step_at(ctx, case, at);
        } else {
            self.leave(ctx, case, Fate::Closed);
        }
    }

    /// Fixes what the limit clock says at closure (or at the end of the run).
    pub(in crate::domain) fn settle_clock(&mut self, case: u32, now: Time) {
        let worked = self.worked(now);
        self.no_contact_after(case, now);
        let (calendar, record) = (self.pools.calendar(self.office), &self.cases.at(case).record);
        let registered = calendar.worked(record.registered);
        let dispatched = record.dispatched.map(|at| calendar.worked(at));
        let rules = &self.city.rules;
        let entry = self.cases.at_mut(case);
        entry.record.working = Span((worked - registered).max(0));
        if let Some(from) = dispatched {
            entry.record.stuck |= worked - from > super::super::clock::working_days(STUCK_WD);
        }
        if entry.record.accepted.is_some() {
            entry.record.clock_share = entry.clock.share(worked);
            entry.record.yellow |= entry.clock.is_yellow(worked, rules);
            entry.record.red |= entry.clock.is_red(worked);
            if entry.clock.is_running() {
                self.project_due(case, now);
            }
        }
    }

    /// The resident is called back.
    pub(super) fn call_back(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        let entry = self.cases.at(case);
        let (key, round) = (entry.record.key, u16::from(entry.round));
        let p = &self.city.params.closing;
        let [answers, misread] = self.pair(Purpose::Answer, key, round);
        if answers >= p.answer {
            self.leave(ctx, case, Fate::Closed);
            return;
        }
        let shared = planted(Fault::SharedStream);
        let purpose = if shared { Purpose::Answer } else { Purpose::Satisfy };
        let [likes, insists] = self.pair(purpose, key, round);
        let record = &entry.record;
        let vendor = if entry.bought { self.city.params.social.vendor_satisfaction } else { 0.0 };
        let experience = closing::Experience {
            resolved: record.resolved,
            elapsed_share: record.clock_share,
            returns: record.returns,
            contacted: record.contacted.is_some_and(|at| at - record.registered <= Span(DAY)),
            item_effect: self.item_effect[record.item as usize] + vendor,
        };
        let satisfied = likes < closing::satisfaction(&experience, p);
        let recorded = record.resolved != (misread < p.misread);
        let bad = !recorded || (!satisfied && insists < p.redo_resolved);
        let entry = self.cases.at_mut(case);
        entry.record.called_back = true;
        entry.record.recorded_resolved = recorded;
        entry.record.satisfied = satisfied;
        self.tell(case, now, Activity::CallBack);
        self.note(case, now, || {
            let zh = if satisfied { "回访:满意" } else { "回访:不满意" };
            let en = if satisfied { "call-back: satisfied" } else { "call-back: not satisfied" };
            [zh.to_owned(), en.to_owned()]
        });
        if bad {
            self.cases.at_mut(case).record.redone = true;
            self.redo(ctx, case);
        } else {
            self.leave(ctx, case, Fate::Closed);
        }
    }

    /// Reopened: redone once, then under supervision, handled first.
    fn redo(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        let worked = self.worked(now);
        let reset = self.city.rules.reset_on_redo;
        let entry = self.cases.at_mut(case);
        entry.round += 1;
        entry.record.supervised |= entry.round >= 2;
        entry.record.closed = None;
        entry.record.nominal = false;
        if reset {
            entry.clock.reset(worked);
        }
        entry.clock.run(worked);
        entry.step = Step::Street;
        self.count_open(case, now);
        self.tell(case, now, Activity::Redo);
        self.note(case, now, || ["重办".to_owned(), "redone".to_owned()]);
        self.project_due(case, now);
        self.plan_clock(ctx, case);
        self.begin_service(ctx, case);
    }

    /// Settled by the grid worker on the spot: entered, done, closed.
    pub(super) fn settled_by_grid(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        let issue = self.cases.at(case).issue;
        self.issues.at_mut(issue).resolved.get_or_insert(now);
        self.cases.at_mut(case).record.grid_settled = true;
        self.note(case, now, || ["网格自处置".to_owned(), "settled by the grid".to_owned()]);
        self.enter(case, now, State::Feedback, Stage::Feedback);
        self.close(ctx, case);
    }

    /// The resident withdraws, or the matter is gone.
    pub(in crate::domain) fn withdraw(&mut self, ctx: &mut Ctx, handle: Handle) {
        if !self.cases.is_alive(handle) {
            return;
        }
        let case = handle.index;
        let now = ctx.now();
        let entry = self.cases.at(case);
        if entry.record.closed.is_some() || entry.state == State::Feedback || now < entry.since {
            return;
        }
        let vanished = self.issues.at(entry.issue).vanish_at <= now;
        let fate = if vanished { Fate::SelfResolved } else { Fate::Withdrawn };
        self.tell_unfinished(case, now, Completion::BrokenOff);
        self.abandon_calling(case, Some(now));
        self.drop_job(ctx, case);
        self.settle_clock(case, now);
        self.count_closed(case, now);
        self.leave(ctx, case, fate);
    }

    /// The case leaves the system; the issue may live on and call again.
    pub(in crate::domain) fn leave(&mut self, ctx: &mut Ctx, case: u32, fate: Fate) {
        let now = ctx.now();
        let entry = self.cases.at_mut(case);
        entry.record.ledger.add(entry.stage, now - entry.since);
        entry.record.left = Some(now);
        entry.record.fate = fate;
        let life = now - entry.record.arisen;
        assert_eq!(entry.record.ledger.total(), life, "invariant: stages add up to the life");
        if entry.record.registered < self.run.end() {
            self.sink.case(&entry.record);
            if planted(Fault::DoubleClosing) {
                self.sink.case(&entry.record);
            }
        }
        if let Some(trace) = &mut self.trace {
            trace.finish(&entry.record);
        }
        let index = entry.issue;
        self.cases.free(case);
        self.balance.cases_left += 1;
        let issue = self.issues.at_mut(index);
        issue.n_cases -= 1;
        issue.last_left = Some(now);
        if issue.n_cases > 0 {
            return;
        }
        self.after_case(ctx, index, fate);
    }

    /// What the issue does when its last case is gone (FACTS 2.5, repeat call).
    fn after_case(&mut self, ctx: &mut Ctx, issue: u32, fate: Fate) {
        let now = ctx.now();
        let entry = self.issues.at(issue);
        let gone = entry.vanish_at <= now && entry.resolved.is_none();
        let (key, visit, resolved) = (entry.key, u16::from(entry.visits), entry.resolved.is_some());
        if gone {
            self.end_issue(issue, Some(now));
            return;
        }
        let p = &self.city.params.demand;
        let chance = if resolved { p.repeat_resolved } else { p.repeat_unresolved };
        let [again, when] = self.pair(Purpose::Repeat, key, visit);
        let handle = self.issues.handle(issue);
        if again < chance {
            let days = 1.0 + when * (p.repeat_days - 1.0);
            let at = Time(now.0 + nearest(days * DAY as f64));
            ctx.schedule_at(at, Phase::Arrive, Event::CallAgain(handle));
        } else if resolved {
            self.end_issue(issue, None);
        } else if self.city.items[self.issues.at(issue).item as usize].flow.walk_in {
            // Nobody patrols a counter: nothing more can happen to it.
            self.end_issue(issue, None);
        } else if fate == Fate::Closed || fate == Fate::Withdrawn {
            let vanish_at = self.issues.at(issue).vanish_at;
            if vanish_at < self.run.end() {
                ctx.schedule_at(vanish_at, Phase::Arrive, Event::Vanish(handle));
            }
        }
    }
}
