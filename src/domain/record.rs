//! What one replication reports: small facts, said once, at the moment they are final.
//!
//! A case is reported when it leaves the system, or at the end of the run if it is still open. So
//! KPI accumulators are fed while the run goes on and no log is kept.

use super::activity::ActivityRecord;
use super::application::record::ApplicationRecord;
use crate::base::{Span, Time};
use crate::kernel::PoolLoad;

/// How an issue was first noticed (`ch_*` columns of the item tables).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Channel {
    /// 网格巡查: a grid worker on patrol.
    Grid,
    /// 12345 热线与居民 App: residents call or write.
    Hotline,
    /// 路长与执法巡查: patrol by street and enforcement.
    Patrol,
    /// 自动发现: sensors and video.
    Sensor,
    /// 部门转办: departments pass it on.
    Department,
}

impl Channel {
    /// All channels in table order.
    pub const ALL: [Channel; 5] =
        [Channel::Grid, Channel::Hotline, Channel::Patrol, Channel::Sensor, Channel::Department];

    /// Stable id, as written to files.
    pub fn id(self) -> &'static str {
        ["grid", "hotline", "patrol", "sensor", "department"][self as usize]
    }

    /// Chinese name.
    pub fn zh(self) -> &'static str {
        ["网格巡查", "12345热线与App", "路长与执法巡查", "自动感知", "部门转办"][self as usize]
    }

    /// English name.
    pub fn en(self) -> &'static str {
        ["Grid patrol", "Hotline 12345 and app", "Street patrol", "Sensors", "Departments"]
            [self as usize]
    }
}

/// Where a case's time goes. The stages of a case add up to its life exactly.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Stage {
    /// 潜伏: the issue exists, nobody has noticed.
    Latent,
    /// 登记: noticed, not yet entered.
    Registration,
    /// 分派: sign-off and dispatch.
    Triage,
    /// 无人受理: dispatched, but no unit has accepted it.
    Limbo,
    /// 排队(工作时间): waits for a free person in working hours.
    Queue,
    /// 非工作时间: nights, lunch, weekends and holidays.
    OffHours,
    /// 办理: somebody works on it.
    Work,
    /// 法定程序: the legal clock of enforcement.
    LegalClock,
    /// 施工与第三方: contractor, company or utility.
    Contractor,
    /// 呼叫等待: called up, the department has not reacted or is not done.
    CallUpWait,
    /// 联合等待: the parties wait for each other, travel and hand-offs.
    JointWait,
    /// 专委等待: waits for the next committee meeting.
    CommitteeWait,
    /// 反馈: handled, the reply is being written.
    Feedback,
    /// 回访: officially closed, call-back pending.
    CallBack,
}

/// Number of stages.
pub const N_STAGES: usize = 14;

impl Stage {
    /// All stages in the order of a case's life.
    pub const ALL: [Stage; N_STAGES] = [
        Stage::Latent,
        Stage::Registration,
        Stage::Triage,
        Stage::Limbo,
        Stage::Queue,
        Stage::OffHours,
        Stage::Work,
        Stage::LegalClock,
        Stage::Contractor,
        Stage::CallUpWait,
        Stage::JointWait,
        Stage::CommitteeWait,
        Stage::Feedback,
        Stage::CallBack,
    ];

    /// Stable id, as written to files.
    pub fn id(self) -> &'static str {
        [
            "latent",
            "registration",
            "triage",
            "limbo",
            "queue",
            "off_hours",
            "work",
            "legal_clock",
            "contractor",
            "call_up_wait",
            "joint_wait",
            "committee_wait",
            "feedback",
            "call_back",
        ][self as usize]
    }

    /// Chinese name.
    pub fn zh(self) -> &'static str {
        [
            "潜伏",
            "登记",
            "分派",
            "无人受理",
            "排队",
            "非工作时间",
            "办理",
            "法定程序",
            "第三方施工",
            "呼叫等待",
            "联合等待",
            "专委等待",
            "反馈",
            "回访",
        ][self as usize]
    }

    /// English name.
    pub fn en(self) -> &'static str {
        [
            "Latent",
            "Registration",
            "Triage",
            "Limbo",
            "Queue",
            "Off hours",
            "Work",
            "Legal clock",
            "Contractor",
            "Call-up wait",
            "Joint wait",
            "Committee wait",
            "Feedback",
            "Call-back",
        ][self as usize]
    }
}

/// Time of a case by stage [seconds].
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Ledger(pub [u32; N_STAGES]);

impl Ledger {
    /// Adds `span` to a stage.
    ///
    /// # Panics
    /// If the span is negative, or longer than 136 years.
    #[inline]
    pub fn add(&mut self, stage: Stage, span: Span) {
        let seconds = u32::try_from(span.0);
        self.0[stage as usize] += seconds.expect("invariant: a stage never takes negative time");
    }

    /// Sum of all stages.
    pub fn total(&self) -> Span {
        Span(self.0.iter().map(|&seconds| i64::from(seconds)).sum())
    }
}

/// How a case ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// Still open when the run ended.
    Open,
    /// Officially closed.
    Closed,
    /// Withdrawn by the resident before closure.
    Withdrawn,
    /// The issue solved itself before closure.
    SelfResolved,
    /// Turned away: the unit had no room for it.
    TurnedAway,
}

/// The whole life of one case. `closed` (what the file says) and `resolved` (what is true) are
/// separate facts.
///
/// Fields stand in the order of memory: who and what, where the time went, the instants.
#[derive(Clone, Copy, PartialEq, Debug)]
#[repr(C)]
pub struct CaseRecord {
    /// Identity, equal in every scenario for the same issue and visit.
    pub key: u64,
    /// Index of the street in the city.
    pub street: u16,
    /// Index of the item in the city.
    pub item: u16,
    /// Service class T1..T5 as 0..=4.
    pub class: u8,
    /// Urgency U0..U3 as 0..=3.
    pub urgency: u8,
    /// Parties needed besides the street (0 = simple).
    pub parties: u8,
    /// First channel.
    pub channel: Channel,
    /// Was it dispatched to a street (all but grid-settled ones)?
    pub to_street: bool,
    /// First reaction of the first owner: acceptance or contact within the response limit?
    pub responded_in_time: bool,
    /// How it ended.
    pub fate: Fate,
    /// Truly resolved when closed.
    pub resolved: bool,
    /// Closed on paper only.
    pub nominal: bool,
    /// Extension granted.
    pub extended: bool,
    /// Yellow card: one working day before expiry was reached.
    pub yellow: bool,
    /// Red card: the limit expired before closure.
    pub red: bool,
    /// Returns (退单) by wrongly addressed or refusing units.
    pub returns: u8,
    /// Sent on by the arbiter against the unit's will.
    pub overruled: bool,
    /// Units and departments that held it.
    pub owners: u8,
    /// The first unit it was dispatched to is the one that finished it.
    pub first_owner_final: bool,
    /// Called up at least once.
    pub called_up: bool,
    /// Agency that was called last; meaningless if none was.
    pub called: u8,
    /// Call-back reached the resident.
    pub called_back: bool,
    /// Recorded as resolved in the (last) call-back.
    pub recorded_resolved: bool,
    /// Satisfied or basically satisfied in the (last) call-back.
    pub satisfied: bool,
    /// Redone after call-back; a redo that an audit asked for is none.
    pub redone: bool,
    /// Supervised: redone a second time, by a bad call-back or an audit.
    pub supervised: bool,
    /// Same place and item as a case registered within the 30 days before.
    pub repeat: bool,
    /// A second registration of an issue that already has an open case.
    pub duplicate: bool,
    /// Settled by the grid itself.
    pub grid_settled: bool,
    /// Was open at the street for over 15 working days after dispatch.
    pub stuck: bool,
    /// Time limit with granted extensions, as a projected instant (suspensions included).
    pub due: Option<Time>,
    /// Entered as a case.
    pub registered: Time,
    /// Where the time went: from arising to `left`, or to the end of the run.
    pub ledger: Ledger,
    /// First acceptance.
    pub accepted: Option<Time>,
    /// First dispatch; none if it ended before.
    pub dispatched: Option<Time>,
    /// The first work on it began; none if none has.
    pub begun: Option<Time>,
    /// Work that it has had from offices, squads and departments, done pieces only.
    pub effort: Span,
    /// Working time from registration to closure, or to the end of the run.
    pub working: Span,
    /// Working seconds the limit clock had run at closure (or at the end), over the limit in force
    /// [share].
    pub clock_share: f64,
    /// Somebody noticed it.
    pub detected: Time,
    /// The issue arose.
    pub arisen: Time,
    /// First contact with the resident, if there was one before handling.
    pub contacted: Option<Time>,
    /// The official closure that stands (a redo voids the one before it).
    pub closed: Option<Time>,
    /// The first official closure.
    pub first_closed: Option<Time>,
    /// End of the case's life in the system, call-back included; none if still open.
    pub left: Option<Time>,
    /// First time limit, without extensions.
    pub first_due: Option<Time>,
}

impl CaseRecord {
    /// A case of which nothing is known yet; whoever opens one fills in who, where and when.
    pub const BLANK: CaseRecord = CaseRecord {
        street: 0,
        item: 0,
        class: 0,
        urgency: 0,
        parties: 0,
        arisen: Time::ZERO,
        detected: Time::ZERO,
        dispatched: None,
        to_street: false,
        accepted: None,
        begun: None,
        effort: Span::ZERO,
        contacted: None,
        responded_in_time: false,
        closed: None,
        first_closed: None,
        left: None,
        fate: Fate::Open,
        resolved: false,
        nominal: false,
        due: None,
        first_due: None,
        clock_share: 0.0,
        extended: false,
        yellow: false,
        red: false,
        returns: 0,
        overruled: false,
        owners: 0,
        first_owner_final: true,
        called_up: false,
        called: 0,
        called_back: false,
        recorded_resolved: false,
        satisfied: false,
        redone: false,
        supervised: false,
        grid_settled: false,
        stuck: false,
        working: Span::ZERO,
        key: 0,
        channel: Channel::Grid,
        registered: Time::ZERO,
        repeat: false,
        duplicate: false,
        ledger: Ledger([0; N_STAGES]),
    };
}

/// The life of one issue out there.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct IssueRecord {
    /// Index of the street.
    pub street: u16,
    /// Index of the item.
    pub item: u16,
    /// First channel; none if never noticed.
    pub channel: Option<Channel>,
    /// It arose.
    pub arisen: Time,
    /// First noticed.
    pub detected: Option<Time>,
    /// Truly resolved by somebody's work.
    pub resolved: Option<Time>,
    /// Solved itself.
    pub vanished: Option<Time>,
}

/// One call-up (呼叫) of a department by a street.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CallUpRecord {
    /// Calling street.
    pub street: u16,
    /// Item of the case.
    pub item: u16,
    /// Index of the agency called.
    pub agency: u8,
    /// The call.
    pub at: Time,
    /// First reaction; none if still waiting at the end.
    pub reacted: Option<Time>,
    /// Somebody has to come to the site.
    pub needs_presence: bool,
    /// On site or done.
    pub arrived: Option<Time>,
    /// Target for being on site.
    pub target: Span,
    /// When it ended: done, or its case ended before; none if it still runs at the end.
    pub ended: Option<Time>,
}

/// One request to an on-call specialist (随叫随到).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct OnCallRecord {
    /// Calling street.
    pub street: u16,
    /// Index of the agency called.
    pub agency: u8,
    /// The request.
    pub at: Time,
    /// Arrival on site; none if given up (passed to an ordinary call-up).
    pub arrived: Option<Time>,
    /// Target for arrival.
    pub target: Span,
    /// When it ended: arrived, given up, or its case ended before; none if it still runs.
    pub ended: Option<Time>,
}

/// A task that a department assigned to a street (交办).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TaskRecord {
    /// Index of the street.
    pub street: u16,
    /// When it reached the street.
    pub reached: Time,
    /// Effort asked of the street [h].
    pub hours: f64,
}

/// Whose pool it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PoolOwner {
    /// A pool of one street.
    Street(u16),
    /// A pool of one district.
    District(u16),
}

/// What a pool is, across streets and districts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PoolKind {
    /// Office or center (index into the city's units).
    Unit(u8),
    /// Enforcement squad at the street.
    Squad,
    /// Stationed desk of an agency.
    Stationed(u8),
    /// Grid workers' time for settling on the spot.
    Grid,
    /// Vendors' people under contract.
    Vendor,
    /// District department (agency index).
    Department(u8),
    /// Named on-call specialists of an agency.
    OnCall(u8),
    /// District reserve of the enforcement force.
    Reserve,
    /// District office that decides disputes.
    Adjudicator,
    /// Service points of a street.
    Point,
    /// Window of a park.
    Park,
    /// Departments' people at the county hall.
    CountyHall,
}

/// Load of one pool over the measured window.
#[derive(Clone, Copy, Debug)]
pub struct PoolRecord {
    /// Owner.
    pub owner: PoolOwner,
    /// Kind.
    pub kind: PoolKind,
    /// Kernel figures.
    pub load: PoolLoad,
    /// Handles cases (a unit without case items does not).
    pub handles_cases: bool,
}

/// A street's bookkeeping over the measured window.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct StreetRecord {
    /// Index of the street.
    pub street: u16,
    /// Mean posts of offices and centers.
    pub posts_mean: f64,
    /// Hours spent on assigned tasks.
    pub task_h: f64,
    /// Hours spent on economic work.
    pub economic_h: f64,
    /// Hours of people who worked for key projects.
    pub project_h: f64,
    /// Hours that vendors and partner units took over.
    pub external_h: f64,
    /// Hours worked beyond the ordinary day in a shock.
    pub overtime_h: f64,
    /// Hours of routine: meetings and forms.
    pub routine_h: f64,
    /// Hours of trace logging and paperwork that audit brings.
    pub paperwork_h: f64,
    /// Hours of committee meetings.
    pub committee_h: f64,
    /// Wages of all staff at the street and its share of shared pools [CNY].
    pub staff_cost: f64,
    /// Bought works and hours, upkeep of organizations, emergency fund [CNY].
    pub purchased_cost: f64,
    /// Service points, park window, and its share of the county hall and of the arbiter's office
    /// [CNY].
    pub service_cost: f64,
    /// Largest number of open cases in the window.
    pub backlog_peak: u32,
    /// Cases merged as repeats in the window.
    pub merged: u32,
}

/// A department's own work at the end of the window.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct DepartmentRecord {
    /// District.
    pub district: u16,
    /// Agency index.
    pub agency: u8,
    /// Own tasks open at the end and past their date.
    pub own_overdue: u32,
    /// Own tasks open at the end.
    pub own_open: u32,
    /// Own tasks whose date fell in the measured window.
    pub own_due: u32,
    /// Of these, not done by their date.
    pub own_late: u32,
}

/// Hour-of-week sample, summed over a street's case-handling pools.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct HourRecord {
    /// Index of the street.
    pub street: u16,
    /// Monday 0:00 = 0 … 167.
    pub hour_of_week: u8,
    /// Cases registered in the hour.
    pub registered: u32,
    /// People busy when the hour was sampled.
    pub busy: u32,
    /// Posts of the pools sampled.
    pub posts: u32,
}

/// Receives the facts of a replication, in the order in which they become final.
pub trait Sink {
    /// A case left the system, or the run ended.
    fn case(&mut self, record: &CaseRecord);
    /// Does anybody listen to activities? Nothing need be made up for who does not.
    fn hears_activities(&self) -> bool {
        true
    }
    /// Something was done about a case, or happened to it; told when it ends. Who only counts
    /// cases need not listen.
    fn activity(&mut self, _record: &ActivityRecord) {}
    /// An issue ended, or the run ended.
    fn issue(&mut self, record: &IssueRecord);
    /// A call-up ended, or the run ended.
    fn call_up(&mut self, record: &CallUpRecord);
    /// An on-call request ended.
    fn on_call(&mut self, record: &OnCallRecord);
    /// A task reached a street.
    fn task(&mut self, record: &TaskRecord);
    /// An application left, or the run ended.
    fn application(&mut self, record: &ApplicationRecord);
    /// Open cases of a street at the end of a day of the run.
    fn backlog(&mut self, day: i64, street: u16, open: u32);
    /// The same of the items of which shocks add issues, at a street that one strikes. Who does not
    /// look at shocks need not listen.
    fn struck(&mut self, _day: i64, _street: u16, _open: u32) {}
    /// An hourly sample.
    fn hour(&mut self, record: &HourRecord);
    /// A pool's load, once, at the end.
    fn pool(&mut self, record: &PoolRecord);
    /// A street's bookkeeping, once, at the end.
    fn street(&mut self, record: &StreetRecord);
    /// A department's own work, once, at the end.
    fn department(&mut self, record: &DepartmentRecord);
}
