//! Service at the street: who takes part, effort, joint visits, the squad, elapsed time.

use super::super::activity::Completion;
use super::super::city::AgencyKind;
use super::super::demand;
use super::super::flow::Shape;
use super::super::policy::{assessment, closing, enforcement, posts, units};
use super::super::purpose::Purpose;
use super::super::record::{Sink, Stage};
use super::super::world::{Ctx, Mode, Party, State, Step, World};
use crate::base::{DAY, Fault, MINUTE, Span, planted};
use crate::kernel::PoolId;
use crate::random::lognormal;

impl<S: Sink> World<'_, S> {
    /// Simple or not, and which parties it needs: drawn once per issue, same in every scenario.
    pub(super) fn settle_nature(&mut self, case: u32) {
        let entry = self.cases.at(case);
        let issue_key = entry.record.key & !15;
        let item = &self.city.items[entry.record.item as usize];
        let [simple, _] = self.pair(Purpose::Nature, issue_key, 0);
        let mut parties = [Party { agency: u8::MAX, mode: Mode::CallUp, done: true }; 4];
        let mut n = 0;
        if simple >= item.p_simple {
            for agency in item.needed(&self.city.agencies) {
                parties[n] = Party { agency: agency as u8, mode: Mode::CallUp, done: false };
                n += 1;
            }
        }
        let entry = self.cases.at_mut(case);
        entry.simple = n == 0;
        entry.n_parties = n as u8;
        entry.record.parties = entry.n_parties;
        entry.parties = parties;
    }

    /// How each party takes part under the settings in force (MODEL 3).
    fn settle_modes(&mut self, case: u32) {
        let entry = self.cases.at(case);
        let (street, n) = (entry.street, entry.n_parties as usize);
        let item = entry.record.item;
        let mut parties = entry.parties;
        for party in &mut parties[..n] {
            party.mode = self.mode_of(street, item, party.agency as usize);
            party.done = false;
        }
        self.cases.at_mut(case).parties = parties;
    }

    fn mode_of(&self, street: u16, item: u16, agency: usize) -> Mode {
        let settings = &self.settings(street).enforcement;
        let state = &self.streets[street as usize];
        match self.city.agencies[agency].kind {
            AgencyKind::Company | AgencyKind::Utility | AgencyKind::Street => Mode::Contractor,
            AgencyKind::Department => {
                if self.city.agencies[agency].met_by_squad() && state.squad_officers > 0 {
                    Mode::Squad
                } else if self.own_penalty(street, item, agency).is_some() {
                    Mode::Power
                } else if settings.stationed >> agency & 1 == 1
                    && self.desk_has_room(street, agency)
                {
                    Mode::Stationed
                } else if self.district_settings().enforcement.on_call >> agency & 1 == 1
                    // Who stays only to finish what was promised takes nothing new.
                    && self.district_settings().enforcement.on_call_staff >= 1.0
                    && self.on_call[agency].is_some()
                {
                    Mode::OnCall
                } else {
                    Mode::CallUp
                }
            }
        }
    }

    /// A desk with too long a line is passed over: the department is called up instead.
    fn desk_has_room(&self, street: u16, agency: usize) -> bool {
        let state = &self.streets[street as usize];
        let Some(desk) = state.desks[agency] else { return false };
        let staff = f64::from(state.desk_staff[agency]);
        let line = f64::from(self.pools.waiting_class(desk, super::super::errand::class::CASE));
        staff > 0.0 && line < self.city.params.enforcement.desk_line * staff
    }

    /// The street pushes away what it could do itself (over-calling).
    fn over_call(&mut self, case: u32) {
        let entry = self.cases.at(case);
        if !entry.simple || entry.record.duplicate || entry.round > 0 {
            return;
        }
        let street = entry.street;
        let w = self.settings(street).assessment.department_weight;
        let utilisation = self.streets[street as usize].utilisation;
        let p = assessment::over_call(w, utilisation, &self.city.params.assessment);
        let [_, u] = self.pair(Purpose::Effort, entry.record.key, 0);
        let lead = self.city.items[entry.record.item as usize].lead;
        let callable = self.city.agencies[lead].kind == AgencyKind::Department
            && !self.departments[lead].is_empty();
        if u < p && callable {
            let entry = self.cases.at_mut(case);
            entry.n_parties = 1;
            entry.parties[0] = Party { agency: lead as u8, mode: Mode::CallUp, done: false };
        }
    }

    /// Service begins (also on redo): who takes part, how much work it is.
    pub(super) fn begin_service(&mut self, ctx: &mut Ctx, case: u32) {
        self.settle_modes(case);
        self.over_call(case);
        self.pick_unit(case);
        if self.cases.at(case).funded {
            self.contact_by(case, ctx.now());
            self.enter(case, ctx.now(), State::InService, Stage::Contractor);
            self.cases.at_mut(case).step = Step::Elapsed;
            self.start_elapsed(ctx, case);
            return;
        }
        if self.finds_no_room(case) {
            self.turn_away(ctx, case);
            return;
        }
        self.settle_effort(case, ctx.now());
        self.get_help(case, ctx.now());
        let work = self.cases.at(case).street_work;
        let pool = self.own_unit(case);
        self.enter(case, ctx.now(), State::InService, Stage::Queue);
        self.request(ctx, case, &[pool], work);
        self.plan_patience(ctx, case);
    }

    /// The pool of the unit that owns the item; the pools of a split unit divide its items.
    fn pick_unit(&mut self, case: u32) {
        let entry = self.cases.at(case);
        let item = &self.city.items[entry.record.item as usize];
        let street = &self.streets[entry.street as usize];
        let pools = &street.grouping[item.unit];
        let kind = self.city.streets[street.index].kind;
        let second = self.second_half[kind as usize][entry.record.item as usize];
        let pick = usize::from(second).min(pools.len() - 1);
        self.cases.at_mut(case).unit_pool = street.units[pools[pick]];
    }

    /// The pool of the case's unit, or the one that took over its work since.
    fn own_unit(&mut self, case: u32) -> PoolId {
        let entry = self.cases.at(case);
        let (street, pool) = (entry.street, entry.unit_pool);
        let pool = self.standing(street, pool);
        self.cases.at_mut(case).unit_pool = pool;
        pool
    }

    /// A unit's pool, or its successor where it was dissolved and nobody is left there.
    pub(in crate::domain) fn standing(&self, street: u16, pool: PoolId) -> PoolId {
        if self.pools.servers(pool) > 0 {
            return pool;
        }
        self.streets[street as usize].successor(pool)
    }

    /// Work of the street's unit, alone and in the joint visit [working time].
    fn settle_effort(&mut self, case: u32, now: crate::base::Time) {
        let entry = self.cases.at(case);
        let city = self.city;
        let p = &city.params;
        let street = &self.streets[entry.street as usize];
        let settings = self.settings(entry.street);
        let class = entry.record.class as usize;
        let called = entry.parties[..entry.n_parties as usize]
            .iter()
            .any(|party| party.mode == Mode::CallUp);
        let [u, _] = self.pair(Purpose::Effort, entry.record.key, entry.round.into());
        let issue = self.issues.at(entry.issue);
        // What is known gets no worse: severity is that of the day it was noticed (MODEL 2).
        let noticed = issue.noticed.map_or(now, |(at, _)| at);
        let age_days = (noticed - issue.open_since).0 as f64 / DAY as f64;
        let severity = demand::severity(age_days, entry.record.class, &p.demand);
        let redo = if entry.worked_on { p.effort.redo_share } else { 1.0 };
        let local_h = p.effort.street_h[class] * severity;
        let with = |mode: Mode| {
            entry.parties[..entry.n_parties as usize].iter().any(|party| party.mode == mode)
        };
        // A specialist on call may not come: until then the street only coordinates.
        let mean_h = if entry.record.duplicate {
            p.effort.duplicate_h
        } else if called || with(Mode::OnCall) {
            p.effort.coordination_h
        } else {
            local_h
        };
        let rest_h = if called { 0.0 } else { (local_h - mean_h).max(0.0) };
        let rest_h = if with(Mode::OnCall) { rest_h } else { 0.0 };
        let logging = closing::paperwork_factor(&settings.closing, &p.closing);
        let slow = p.effort.scale
            * redo
            * street.experience.slowdown(&p.posts)
            * posts::fatigue(street.utilisation, &p.posts)
            * units::generalist(&settings.units, &p.units)
            / self.penalty_competence(case, now);
        let shape = city.items[entry.record.item as usize].flow.effort;
        let base_h = shape.draw(u, 1.0, p.effort.gsd) * slow * logging;
        // What the street's side spends is shared between unit, visit with stationed people and
        // squad; coordination of a call-up is shared the same way.
        let part = |mode: Mode, share: f64| {
            if !entry.record.duplicate && with(mode) { mean_h * share } else { 0.0 }
        };
        let joint_h = part(Mode::Stationed, p.effort.joint_visit_share);
        let squad_h = part(Mode::Squad, p.effort.squad_share);
        let alone_h = (mean_h - joint_h - squad_h).max(0.0);
        let paperwork_h = (alone_h + joint_h + squad_h) * base_h * (1.0 - 1.0 / logging);
        // Usual efforts last a minute at least; a shape that was asked for is kept to the second.
        let least = if shape == Shape::Usual { Span(MINUTE) } else { Span(1) };
        let [street_work, joint_work, squad_work, rest_work] =
            [alone_h, joint_h, squad_h, rest_h].map(|hours| self.occupied(hours * base_h, least));
        let local = entry.street as usize;
        if self.is_measured(now) {
            self.streets[local].paperwork_h += paperwork_h;
        }
        let entry = self.cases.at_mut(case);
        (entry.street_work, entry.joint_work, entry.squad_work) =
            (street_work, joint_work, squad_work);
        entry.rest_work = if rest_h > 0.0 { rest_work } else { Span::ZERO };
    }

    /// The piece of service just done was `step`: on to the next that this case has.
    pub(super) fn next_step(&mut self, ctx: &mut Ctx, case: u32) {
        let entry = self.cases.at(case);
        let step = entry.step;
        if entry.record.duplicate {
            self.handled(ctx, case);
            return;
        }
        let item = &self.city.items[entry.record.item as usize];
        let parties = &entry.parties[..entry.n_parties as usize];
        let with = |mode: Mode| parties.iter().any(|party| party.mode == mode);
        let (joint, squad) = (with(Mode::Stationed), with(Mode::Squad));
        let large = item.enforcement && item.class >= 3 && entry.n_parties >= 3;
        if step < Step::Joint && joint {
            self.cases.at_mut(case).step = Step::Joint;
            self.joint_visit(ctx, case);
        } else if step < Step::Squad && squad {
            self.cases.at_mut(case).step = Step::Squad;
            self.squad_work(ctx, case);
        } else if step < Step::Reserve && large {
            // Where the whole force is sunk, the street's own squad stands in.
            let street = &self.streets[entry.street as usize];
            let own = self.reserve_officers == 0 && street.squad_officers > 0;
            let pool = if own { street.squad } else { self.reserve };
            self.cases.at_mut(case).step = Step::Reserve;
            self.enter(case, ctx.now(), State::InService, Stage::JointWait);
            let work = self.occupied(self.city.params.enforcement.reserve_h, Span(MINUTE));
            self.request(ctx, case, &[pool], work);
        } else if step < Step::Parties {
            self.cases.at_mut(case).step = Step::Parties;
            self.next_party(ctx, case);
        } else if step < Step::Rest && entry.rest_work > Span::ZERO {
            let vendor = self.streets[entry.street as usize].vendor;
            let (bought, work) = (entry.bought, entry.rest_work);
            let pool = if bought { vendor } else { self.own_unit(case) };
            self.cases.at_mut(case).step = Step::Rest;
            self.enter(case, ctx.now(), State::InService, Stage::Queue);
            self.request(ctx, case, &[pool], work);
        } else if step < Step::Elapsed {
            self.cases.at_mut(case).step = Step::Elapsed;
            self.start_elapsed(ctx, case);
        } else {
            self.cases.at_mut(case).step = Step::Done;
            self.handled(ctx, case);
        }
    }

    /// Unit and stationed desks together in one visit: an AND-request.
    fn joint_visit(&mut self, ctx: &mut Ctx, case: u32) {
        self.own_unit(case);
        let entry = self.cases.at(case);
        let street = &self.streets[entry.street as usize];
        let mut pools: [PoolId; 6] = [entry.unit_pool; 6];
        let mut n = 1;
        for party in &entry.parties[..entry.n_parties as usize] {
            let pool = match party.mode {
                Mode::Stationed => {
                    street.desks[party.agency as usize].expect("invariant: the desk has a pool")
                }
                Mode::Squad | Mode::Power | Mode::OnCall | Mode::Contractor | Mode::CallUp => {
                    continue;
                }
            };
            if !pools[..n].contains(&pool) {
                pools[n] = pool;
                n += 1;
            }
        }
        let work = entry.joint_work;
        let now = ctx.now();
        self.note(case, now, || {
            [
                "与常驻力量、中队联合到场".to_owned(),
                "joint visit with squad and stationed people".to_owned(),
            ]
        });
        self.enter(case, now, State::InService, Stage::JointWait);
        self.request(ctx, case, &pools[..n], work);
        let entry = self.cases.at_mut(case);
        for party in &mut entry.parties[..entry.n_parties as usize] {
            party.done |= party.mode == Mode::Stationed;
        }
        entry.record.owners = entry.record.owners.saturating_add(n as u8 - 1);
    }

    /// The squad's part: on site, and its files.
    fn squad_work(&mut self, ctx: &mut Ctx, case: u32) {
        let entry = self.cases.at_mut(case);
        for party in &mut entry.parties[..entry.n_parties as usize] {
            party.done |= party.mode == Mode::Squad;
        }
        entry.record.owners = entry.record.owners.saturating_add(1);
        let work = entry.squad_work;
        let pool = self.streets[entry.street as usize].squad;
        self.enter(case, ctx.now(), State::InService, Stage::Queue);
        self.request(ctx, case, &[pool], work);
    }

    /// Contractor or legal time; the limit clock is suspended (MODEL 6).
    fn start_elapsed(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        let entry = self.cases.at(case);
        let p = &self.city.params.effort;
        let class = entry.record.class as usize;
        let contractor = entry.funded
            || entry.parties[..entry.n_parties as usize]
                .iter()
                .any(|party| party.mode == Mode::Contractor);
        let legal = p.legal_wd[class] > 0.0 && !entry.simple;
        let works = p.contractor_wd[class] > 0.0 && (contractor || !entry.simple);
        // A procedure is not run twice, but a contractor who is all there is comes again.
        if !(legal || works) || (entry.elapsed && !entry.funded) {
            self.cases.at_mut(case).step = Step::Done;
            self.handled(ctx, case);
            return;
        }
        let key = entry.record.key;
        let (stage, median) = if legal {
            (Stage::LegalClock, p.legal_wd[class])
        } else {
            (Stage::Contractor, p.contractor_wd[class])
        };
        let u = self.uniform(Purpose::Elapsed, key, entry.round.into());
        let at = self.after_working_days(now, lognormal(u, median, p.elapsed_gsd));
        self.note(case, now, || {
            let zh = if stage == Stage::LegalClock {
                "进入法定程序"
            } else {
                "交由第三方施工"
            };
            let en = if stage == Stage::LegalClock {
                "the legal procedure runs"
            } else {
                "a contractor works on it"
            };
            [zh.to_owned(), en.to_owned()]
        });
        let worked = self.worked(now);
        let entry = self.cases.at_mut(case);
        if !planted(Fault::ClockRuns) {
            entry.clock.stop(worked);
            // While the clock stands no limit comes nearer; one that has passed has passed.
            entry.record.due = entry.record.due.filter(|&due| due <= now);
            entry.record.first_due = entry.record.first_due.filter(|&due| due <= now);
        }
        entry.clock_turn += 1;
        self.enter(case, now, State::Elapsing, stage);
        self.step_at(ctx, case, at);
    }

    /// The contractor or the law is done: the limit clock runs again.
    pub(super) fn elapsed(&mut self, ctx: &mut Ctx, case: u32) {
        let now = ctx.now();
        self.tell_elapsed(case, now, Completion::Done);
        let worked = self.worked(now);
        let entry = self.cases.at_mut(case);
        entry.clock.run(worked);
        entry.elapsed = true;
        entry.step = Step::Done;
        self.project_due(case, now);
        self.handled(ctx, case);
    }

    /// Weights of the squad's two masters under the command in force (M18).
    pub(in crate::domain) fn squad_weights(&self, street: u16) -> [f64; 4] {
        self.weights_under(&self.settings(street).enforcement)
    }

    /// Weights of the reserve: the district's command with the masters' places exchanged.
    pub(in crate::domain) fn reserve_weights(&self) -> [f64; 4] {
        let [share, _, _, rest] = self.weights_under(&self.district_settings().enforcement);
        [rest, 0.0, 0.0, share]
    }

    fn weights_under(&self, settings: &enforcement::Settings) -> [f64; 4] {
        let share = enforcement::street_share_of_squad(settings, &self.city.params.enforcement);
        [share, 0.0, 0.0, 1.0 - share]
    }
}
