//! State of one district during one replication.

use std::cell::Cell;
use std::ops::Range;

use super::application::Applications;
use super::city::City;
use super::clock::LimitClock;
use super::event::Event;
use super::policy::assessment::Adapting;
use super::policy::fund;
use super::purpose::Purpose;
use super::record::{CaseRecord, Channel, IssueRecord, Sink, Stage};
use super::settings::{Plan, Settings};
use super::slab::Slab;
use super::street::StreetState;
use super::trace::Trace;
use crate::base::{HOUR, Span, Time, nearest};
use crate::kernel::{CalendarId, Context, JobId, PoolId, Pools};
use crate::random::{Intensity, Streams};

/// What the case flow schedules with.
pub(super) type Ctx = Context<Event>;

/// One run of one arm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RunSpec {
    /// Master seed.
    pub seed: u64,
    /// Number of the replication: the address of its luck. Studies count from 1.
    pub replication: u64,
    /// Days before measuring starts.
    pub warm_up_days: u32,
    /// Days measured.
    pub horizon_days: u32,
}

impl RunSpec {
    /// Start of the measured window.
    pub fn window_start(&self) -> Time {
        Time(i64::from(self.warm_up_days) * crate::base::DAY)
    }

    /// End of the run.
    pub fn end(&self) -> Time {
        Time(i64::from(self.warm_up_days + self.horizon_days) * crate::base::DAY)
    }
}

/// What is wrong out there, maybe unseen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Issue {
    /// Address of its random numbers, equal in every scenario.
    pub key: u64,
    /// Local street.
    pub street: u16,
    pub item: u16,
    /// Arises at a hot spot.
    pub hot: bool,
    /// First time noticed, and by whom.
    pub noticed: Option<(Time, Channel)>,
    /// Channel of the detection that is on its way.
    pub next_channel: Channel,
    pub arisen: Time,
    /// It is worse since (severity counts from here).
    pub open_since: Time,
    /// Solves itself then, if nobody does.
    pub vanish_at: Time,
    pub resolved: Option<Time>,
    /// Cases it has had.
    pub visits: u8,
    /// Open cases that point here.
    pub n_cases: u8,
    /// Last end of a case.
    pub last_left: Option<Time>,
    /// Last registration of a case, for repeats.
    pub last_registered: Option<Time>,
}

impl Issue {
    pub(super) fn record(&self, world_street: u16, vanished: Option<Time>) -> IssueRecord {
        IssueRecord {
            street: world_street,
            item: self.item,
            channel: self.noticed.map(|(_, channel)| channel),
            arisen: self.arisen,
            detected: self.noticed.map(|(at, _)| at),
            resolved: self.resolved,
            vanished,
        }
    }
}

/// How a party takes part in a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    Squad,
    /// The town itself, by a penalty handed down to it.
    Power,
    Stationed,
    OnCall,
    Contractor,
    CallUp,
}

/// A body that a case needs besides the street's unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Party {
    pub agency: u8,
    pub mode: Mode,
    pub done: bool,
}

/// Where a case stands. Legal transitions are those of `case/`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// Noticed; being entered and dispatched.
    Registering,
    /// The grid worker settles it.
    AtGrid,
    /// Dispatched to a unit that will return it.
    Misrouted,
    /// The district office decides who owns it.
    Adjudicating,
    /// Waits for a committee meeting.
    AwaitingCommittee,
    /// Reached the right unit; not yet accepted.
    Accepting,
    /// The street's unit works on it, alone or in a joint visit.
    InService,
    /// Hand-off to the next party in turn.
    HandingOff,
    /// On-call specialist on the way or at work.
    OnCall,
    /// A call-up is being registered or was refused.
    Calling,
    /// The department has it: first reaction.
    Reacting,
    /// The department has it: work.
    CalledUp,
    /// Contractor or legal clock; the limit clock is suspended.
    Elapsing,
    /// Handled; the reply is being written.
    Feedback,
    /// Officially closed; call-back pending.
    CallBack,
}

/// Steps of service, in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Step {
    Street,
    Joint,
    Squad,
    Reserve,
    Parties,
    Rest,
    Elapsed,
    Done,
}

/// A call-up or on-call request on its way.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Calling {
    pub agency: u8,
    pub at: Time,
    pub refusals: u8,
    pub needs_presence: bool,
    pub reacted: Option<Time>,
    pub target: Span,
    /// Travel after the start [s], for on-call visits.
    pub travel: Span,
}

/// 工单: what has been registered.
///
/// Fields stand in the order of memory, those that most events need first: an event finds its case
/// outside the cache and waits for each line of it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(super) struct Case {
    /// Raised with every transition; timed events carry it.
    pub turn: u32,
    pub clock_turn: u32,
    pub issue: u32,
    /// Local street.
    pub street: u16,
    /// Visit number of the issue: part of every address.
    pub visit: u16,
    /// Since when the stage runs.
    pub since: Time,
    /// Draw counter of repeated decisions inside the case.
    pub attempt: u16,
    pub state: State,
    /// Stage that runs.
    pub stage: Stage,
    pub step: Step,
    /// Round of service: 0, 1 on redo, 2 under supervision.
    pub round: u8,
    /// Simple: the street alone could finish it. Drawn once; over-calling does not change it.
    pub simple: bool,
    /// Its work has been done once, well or badly; closing on paper does none.
    pub worked_on: bool,
    /// Contractor or legal procedure have had their time.
    pub elapsed: bool,
    pub n_parties: u8,
    pub parties: [Party; 4],
    pub job: Option<JobId>,
    /// Pool that owns the street's part.
    pub unit_pool: PoolId,
    /// A committee decided: hand-offs are shorter.
    pub decided: bool,
    /// Returned once for want of a decision.
    pub disputed: bool,
    /// Paid by the emergency fund.
    pub funded: bool,
    /// A vendor does the street's part.
    pub bought: bool,
    /// Partner units help.
    pub partnered: bool,
    pub record: CaseRecord,
    pub clock: LimitClock,
    /// Street effort left for the joint visit [working seconds].
    pub street_work: Span,
    pub joint_work: Span,
    /// What the street does after a specialist on call has come.
    pub rest_work: Span,
    /// The squad's part [working seconds].
    pub squad_work: Span,
    pub calling: Option<Calling>,
    /// The resident withdraws, or the matter is gone, if the case is still open then.
    pub ends_at: Time,
    /// Counted in the street's open cases since then.
    pub open_from: Option<Time>,
}

/// Days of people that a district's streets share.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct SharedDays {
    /// Of the enforcement reserve.
    pub reserve: f64,
    /// Of departments.
    pub departments: f64,
    /// Of the county hall and the office that settles disputes.
    pub offices: f64,
}

/// Other work: own tasks, economic pieces, campaigns, assigned tasks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Work {
    /// Assigned by a department to this local street.
    Task(u16),
    /// Economic work of this local street.
    Economic(u16),
    /// Everything else that only takes time.
    Other,
    /// Own task of a department (agency), due at an instant.
    Department(u8),
}

/// One piece of other work that is waiting or in service.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Errand {
    pub work: Work,
    pub pool: PoolId,
    pub due: Time,
    pub span: Span,
    pub class: u8,
}

/// A stream of other work: Poisson in the working time of its pool.
#[derive(Clone, Debug)]
pub(super) struct ErrandStream {
    pub work: Work,
    pub pool: PoolId,
    pub class: u8,
    /// Address.
    pub entity: u64,
    /// Pieces per working second of the calendar.
    pub rate: f64,
    pub calendar: CalendarId,
    /// Size [h of pool time], and the logarithm of its geometric standard deviation.
    pub mean_h: f64,
    pub sigma: f64,
    pub due_wd: f64,
    pub visit: u32,
    /// Reading of the calendar at the last arrival.
    pub last: i64,
    /// An arrival is on its way.
    pub scheduled: bool,
}

/// A source of issues: one item at one street.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// Local street.
    pub street: u16,
    pub item: u16,
    /// Issues per year.
    pub yearly: f64,
    /// Cumulative intensity reached [expected issues at rate 1 a year].
    pub reached: f64,
    pub visit: u32,
    pub intensity: usize,
}

/// Counts that must balance at the end.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Balance {
    pub issues_arisen: u64,
    pub issues_ended: u64,
    pub cases_opened: u64,
    pub cases_left: u64,
    /// Open cases now, and their time integral [case-seconds].
    pub open: i64,
    pub open_area: i64,
    pub open_since: i64,
    /// Sum of the times that cases were open [case-seconds].
    pub open_time: i64,
}

impl Balance {
    /// Open cases change at `now`.
    pub(super) fn count(&mut self, now: Time, change: i64) {
        self.open_area += self.open * (now.0 - self.open_since);
        self.open_since = now.0;
        self.open += change;
    }
}

/// One district, one arm, one replication.
pub(super) struct World<'a, S: Sink> {
    pub city: &'a City,
    pub plan: &'a Plan,
    pub run: RunSpec,
    pub district: usize,
    pub streams: Streams,
    /// Blocks drawn, for the limit that speed is compared with.
    pub draws: Cell<u64>,
    pub pools: Pools,
    pub office: CalendarId,
    /// The last instant at which the office calendar was read, and the reading: several questions
    /// of one event are about its own instant.
    pub office_read: Cell<(Time, i64)>,
    pub squad_calendar: CalendarId,
    pub grid_calendar: CalendarId,
    /// Index of the epoch in force.
    pub epoch: usize,
    /// Settings in force, by local street.
    pub in_force: Vec<&'a Settings>,
    pub streets: Vec<StreetState>,
    /// Sections of the department by agency; empty for agencies without staff.
    pub departments: Vec<Vec<PoolId>>,
    /// Pools of all sections: they are added to the district one after another.
    pub sections: Range<PoolId>,
    pub department_staff: Vec<u32>,
    pub on_call: Vec<Option<PoolId>>,
    pub reserve: PoolId,
    pub reserve_officers: u32,
    pub adjudicator: PoolId,
    pub department_share: Adapting,
    pub department_weight: f64,
    pub stationed_share: Vec<Adapting>,
    pub fund: fund::Account,
    pub sources: Vec<Source>,
    pub errand_streams: Vec<ErrandStream>,
    pub intensities: Vec<Intensity>,
    /// When people call: cumulative hours of readiness.
    pub callers: [Intensity; 2],
    pub issues: Slab<Issue>,
    pub cases: Slab<Case>,
    pub errands: Slab<Errand>,
    /// Own tasks of departments whose date falls in the window, and of these late ones, by agency.
    pub own_tasks: Vec<[u32; 2]>,
    /// Of the district's shared people, since measuring started.
    pub shared_days: SharedDays,
    pub applications: Applications,
    pub item_effect: Vec<f64>,
    /// Items that the second pool of a split function serves, in streets and in towns.
    pub second_half: [Vec<bool>; 2],
    pub base_hazards: Vec<[f64; 5]>,
    /// Next weekly look.
    pub week_end: Time,
    pub balance: Balance,
    pub sink: &'a mut S,
    pub trace: Option<Trace>,
}

impl<'a, S: Sink> World<'a, S> {
    /// Settings in force at a local street.
    #[inline]
    pub(super) fn settings(&self, street: u16) -> &'a Settings {
        self.in_force[street as usize]
    }

    /// Settings in force for the district's shared bodies.
    pub(super) fn district_settings(&self) -> &'a Settings {
        &self.plan.epochs[self.epoch].districts[self.district]
    }

    /// A uniform of an issue's key; `visit` tells its cases apart.
    pub(super) fn uniform(&self, purpose: Purpose, key: u64, visit: u16) -> f64 {
        self.block(purpose, key, visit, 0)[0]
    }

    /// Two uniforms of one block.
    pub(super) fn pair(&self, purpose: Purpose, key: u64, visit: u16) -> [f64; 2] {
        self.block(purpose, key, visit, 0)
    }

    /// Two uniforms of a further block of an address.
    #[inline]
    pub(super) fn block(&self, purpose: Purpose, key: u64, visit: u16, block: u32) -> [f64; 2] {
        self.draws.set(self.draws.get() + 1);
        self.streams.block(purpose as u16, key, visit, block)
    }

    /// Reading of the office calendar [working seconds].
    #[inline]
    pub(super) fn worked(&self, now: Time) -> i64 {
        let (at, worked) = self.office_read.get();
        if at == now {
            return worked;
        }
        let worked = self.pools.calendar(self.office).worked(now);
        self.office_read.set((now, worked));
        worked
    }

    /// The instant `wd` working days later.
    pub(super) fn after_working_days(&self, now: Time, wd: f64) -> Time {
        self.after_worked(now, super::clock::working_days(wd))
    }

    /// The instant `minutes` of working time later.
    pub(super) fn after_working_minutes(&self, now: Time, minutes: f64) -> Time {
        self.after_worked(now, nearest(minutes * 60.0))
    }

    /// The instant so many working seconds later, one at least.
    fn after_worked(&self, now: Time, seconds: i64) -> Time {
        self.pools.calendar(self.office).at_worked(self.worked(now) + seconds.max(1))
    }

    /// Office hours from `since` to `started`, and from there to `now`.
    pub(super) fn wait_and_work(&self, since: Time, started: Time, now: Time) -> [Span; 2] {
        let calendar = self.pools.calendar(self.office);
        let at_start = calendar.worked(started);
        let before = if since == started { at_start } else { calendar.worked(since) };
        [Span(at_start - before), Span(self.worked(now) - at_start)]
    }

    /// Effort [person-hours] as working time of one person, routine taken into account; `least`
    /// keeps it from being nothing.
    pub(super) fn occupied(&self, effort_h: f64, least: Span) -> Span {
        let net = 1.0 - self.city.params.posts.routine_share;
        Span(nearest(effort_h / net * HOUR as f64)).max(least)
    }

    /// Is this instant inside the measured window?
    pub(super) fn is_measured(&self, now: Time) -> bool {
        now >= self.run.window_start()
    }

    /// City index of a local street, as records carry it.
    pub(super) fn street_index(&self, street: u16) -> u16 {
        self.streets[street as usize].index as u16
    }

    /// Writes a line into the trace if this case is followed.
    pub(super) fn note(&mut self, case: u32, now: Time, text: impl FnOnce() -> [String; 2]) {
        if let Some(trace) = &mut self.trace {
            let case = self.cases.at(case);
            if trace.is_case(case.record.key) {
                trace.add(now, case.stage, text());
            }
        }
    }
}
