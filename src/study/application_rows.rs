//! One row per application, with every timestamp and the hours of every stage.

use std::fmt::{Display, Write};

use crate::base::{HOUR, MINUTE, Time};
use crate::domain::{
    ApplicationFate, ApplicationRecord, ApplicationStage, Contact, Decider, Matter,
    N_APPLICATION_STAGES,
};
use crate::measure::Window;

use super::case_rows::{CaseKind, CaseRows, iso_time};
use super::design::Study;
use super::journal::JournalError;

/// Columns of the file of applications but for the hours of stages, which follow as `STAGE_h`.
pub const APPLICATION_COLUMNS: &[(&str, CaseKind)] = &[
    ("arm", CaseKind::Text),
    ("replication", CaseKind::Int),
    ("application", CaseKind::Key),
    ("district", CaseKind::Text),
    ("street", CaseKind::Text),
    ("flow", CaseKind::Text),
    ("matter", CaseKind::Text),
    ("department", CaseKind::Text),
    ("of_park", CaseKind::Flag),
    ("contact", CaseKind::Text),
    ("decider", CaseKind::Text),
    ("forwarded", CaseKind::Flag),
    ("submitted", CaseKind::Time),
    ("accepted", CaseKind::Time),
    ("due", CaseKind::Time),
    ("decided", CaseKind::Time),
    ("delivered", CaseKind::Time),
    ("abandoned", CaseKind::Time),
    ("reversed", CaseKind::Time),
    ("fate", CaseKind::Text),
    ("wrong", CaseKind::Flag),
    ("visits", CaseKind::Int),
    ("county_visits", CaseKind::Int),
    ("transfers", CaseKind::Int),
    ("travel_min", CaseKind::Number),
    ("hall_wait_min", CaseKind::Number),
    ("window_min", CaseKind::Number),
    ("working_h", CaseKind::Number),
];

/// Number of cells of a row.
const N_CELLS: usize = APPLICATION_COLUMNS.len() + N_APPLICATION_STAGES;

/// Turns records of applications into cells.
pub(super) struct ApplicationWriter<'a> {
    study: &'a Study,
    window: Window,
    arm: usize,
    replication: u32,
    rows: Box<dyn CaseRows>,
    cells: Vec<String>,
}

impl<'a> ApplicationWriter<'a> {
    pub(super) fn new(
        study: &'a Study,
        window: Window,
        arm: usize,
        replication: u32,
        rows: Box<dyn CaseRows>,
    ) -> ApplicationWriter<'a> {
        let cells = Vec::with_capacity(N_CELLS);
        ApplicationWriter { study, window, arm, replication, rows, cells }
    }

    pub(super) fn end(self) -> Result<(), JournalError> {
        self.rows.end()
    }

    /// Writes an application of a reported street that was made in the window.
    pub(super) fn application(&mut self, record: &ApplicationRecord) {
        let street = usize::from(record.street);
        if !self.study.selection.streets[street] || !self.window.contains(record.submitted) {
            return;
        }
        self.cells.clear();
        self.identity(record, street);
        self.times(record);
        self.facts(record);
        for seconds in record.ledger {
            self.say(seconds as f64 / HOUR as f64);
        }
        debug_assert_eq!(self.cells.len(), N_CELLS, "invariant: one cell per column");
        self.rows.row(&self.cells);
    }

    fn identity(&mut self, record: &ApplicationRecord, street: usize) {
        let city = &self.study.city;
        let place = &city.streets[street];
        let (flow, matter) = match record.matter {
            Matter::Service(at) => ("service", &city.services[usize::from(at)].id),
            Matter::Power(at) => ("power", &city.powers[usize::from(at)].id),
        };
        let contact = match record.contact {
            Contact::Online => "online",
            Contact::Point => "point",
            Contact::Hall => "hall",
            Contact::Counter => "counter",
            Contact::Park => "park",
            Contact::County => "county",
        };
        let decider = match record.decider {
            Decider::Street => "street",
            Decider::Park => "park",
            Decider::County => "county",
        };
        self.say(&self.study.arms[self.arm].name);
        self.say(self.replication);
        self.say(record.key);
        self.say(&city.districts[place.district].zh);
        self.say(&place.zh);
        self.say(flow);
        self.say(matter);
        self.say(&city.agencies[usize::from(record.agency)].id);
        self.say(u8::from(record.of_park));
        self.say(contact);
        self.say(decider);
        self.say(u8::from(record.forwarded));
    }

    fn times(&mut self, record: &ApplicationRecord) {
        let times = [
            Some(record.submitted),
            record.accepted,
            record.due,
            record.decided,
            record.delivered,
            record.abandoned,
            record.reversed,
        ];
        for time in times {
            let time = time.filter(|&time| time < Time::NEVER);
            let cell = time.map_or_else(String::new, |at| iso_time(self.study.city.start, at));
            self.cells.push(cell);
        }
    }

    fn facts(&mut self, record: &ApplicationRecord) {
        self.say(match record.fate {
            ApplicationFate::Open => "open",
            ApplicationFate::Decided => "decided",
            ApplicationFate::Abandoned => "abandoned",
        });
        self.say(u8::from(record.wrong));
        self.say(record.visits);
        self.say(record.county_visits);
        self.say(record.transfers);
        for span in [record.travel, record.hall_wait, record.window] {
            self.say(span.0 as f64 / MINUTE as f64);
        }
        self.say(record.working.hours());
    }

    fn say(&mut self, value: impl Display) {
        let mut cell = String::new();
        write!(cell, "{value}").expect("invariant: a text takes more text");
        self.cells.push(cell);
    }
}

/// Ids of the stages in order, for the columns that follow.
pub fn application_stages() -> [&'static str; N_APPLICATION_STAGES] {
    ApplicationStage::ALL.map(ApplicationStage::id)
}
