//! What a run says of an application.

use crate::base::{Span, Time};
use crate::domain::matter::Matter;

/// Where the time of an application goes, from submission to decision.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ApplicationStage {
    /// Waits at a window, in working hours.
    HallWait = 0,
    /// Papers are checked, at the window or online.
    Window,
    /// The applicant gets missing papers.
    Preparing,
    /// Papers on the way: from a point, to the county, to the stamp.
    Transit,
    /// Waits for a reviewer, in working hours.
    DeskWait,
    /// Somebody reviews or looks at the place.
    Review,
    /// Lies between two steps or two units.
    Handover,
    /// Waits for the day somebody looks at the place.
    SiteWait,
    /// Publication, hearing, expert opinion.
    Procedure,
    /// Nights, lunch, weekends, holidays during waits and work.
    OffHours,
}

/// How many stages there are.
pub const N_APPLICATION_STAGES: usize = 10;

impl ApplicationStage {
    /// All stages in order.
    pub const ALL: [ApplicationStage; N_APPLICATION_STAGES] = [
        ApplicationStage::HallWait,
        ApplicationStage::Window,
        ApplicationStage::Preparing,
        ApplicationStage::Transit,
        ApplicationStage::DeskWait,
        ApplicationStage::Review,
        ApplicationStage::Handover,
        ApplicationStage::SiteWait,
        ApplicationStage::Procedure,
        ApplicationStage::OffHours,
    ];

    /// Stable id, as written to files.
    pub fn id(self) -> &'static str {
        [
            "hall_wait",
            "window",
            "preparing",
            "transit",
            "desk_wait",
            "review",
            "handover",
            "site_wait",
            "procedure",
            "off_hours",
        ][self as usize]
    }

    /// Chinese name.
    pub fn zh(self) -> &'static str {
        [
            "大厅排队",
            "窗口受理",
            "补正材料",
            "报送在途",
            "待审",
            "审查",
            "环节交接",
            "待踏勘",
            "法定公示等",
            "非工作时间",
        ][self as usize]
    }

    /// English name.
    pub fn en(self) -> &'static str {
        [
            "Hall wait",
            "Window",
            "Preparing",
            "Transit",
            "Desk wait",
            "Review",
            "Handover",
            "Site wait",
            "Procedure",
            "Off hours",
        ][self as usize]
    }
}

/// Where an application was handed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Contact {
    /// Online, by an agent, or at the applicant's home.
    Online,
    /// At a service point (便民服务点).
    Point,
    /// At the one hall of the street (便民服务中心).
    Hall,
    /// At the counter of the unit that owns it.
    Counter,
    /// At a park's window.
    Park,
    /// At the county hall.
    County,
}

/// Who decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decider {
    /// The street or town.
    Street,
    /// The park.
    Park,
    /// The district's departments at the county hall.
    County,
}

/// How an application ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ApplicationFate {
    /// Not decided when the run ended.
    Open,
    /// Decided.
    Decided,
    /// The applicant gave up.
    Abandoned,
}

/// The whole life of one application.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ApplicationRecord {
    /// Identity, equal in every scenario.
    pub key: u64,
    /// Index of the street in the city; of a park, the street it lies in.
    pub street: u16,
    /// What is applied for.
    pub matter: Matter,
    /// Agency whose line it is.
    pub agency: u8,
    /// From a firm of the park.
    pub of_park: bool,
    /// First contact.
    pub submitted: Time,
    /// Papers complete.
    pub accepted: Option<Time>,
    /// The promised time ends.
    pub due: Option<Time>,
    /// Decided; a decision that is reversed later counts from its first date.
    pub decided: Option<Time>,
    /// In the applicant's hands.
    pub delivered: Option<Time>,
    /// How it ended.
    pub fate: ApplicationFate,
    /// The applicant gave up then.
    pub abandoned: Option<Time>,
    /// Where it was handed in.
    pub contact: Contact,
    /// Who decides.
    pub decider: Decider,
    /// Handed in at home and sent on to the county.
    pub forwarded: bool,
    /// Visits of the applicant.
    pub visits: u8,
    /// Of these, to the county hall.
    pub county_visits: u8,
    /// Travel of all visits, there and back.
    pub travel: Span,
    /// Waits at windows, in working time.
    pub hall_wait: Span,
    /// Service at windows, in working time; online checks are not in it.
    pub window: Span,
    /// Passed from unit to unit.
    pub transfers: u8,
    /// Wrong decision, known only in the model.
    pub wrong: bool,
    /// The decision was reversed then.
    pub reversed: Option<Time>,
    /// Working time from submission to decision, to giving up, or to the end of the run.
    pub working: Span,
    /// Where the time went, by [`ApplicationStage`] \[s\]: adds up to the time from submission to
    /// decision, to giving up, or to the end of the run.
    pub ledger: [i64; N_APPLICATION_STAGES],
}
