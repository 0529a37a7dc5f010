//! One row per case, with every timestamp and the hours of every stage.

use std::fmt::Write;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::base::{HOUR, Time};
use crate::domain::{ActivityRecord, CaseRecord, Fate, Stage};
use crate::measure::Window;

use super::case_steps::{self, CaseSteps};
use super::design::Study;
use super::journal::JournalError;

/// What a column of the file of cases holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CaseKind {
    /// Words.
    Text,
    /// A whole number without sign, of 64 bits.
    Key,
    /// A whole number.
    Int,
    /// A number.
    Number,
    /// Yes (1) or no (0).
    Flag,
    /// An instant as ISO 8601 with offset; empty if it did not come.
    Time,
}

/// Columns of the file of cases but for the hours of stages, which follow as `STAGE_h`.
pub const CASE_COLUMNS: &[(&str, CaseKind)] = &[
    ("arm", CaseKind::Text),
    ("replication", CaseKind::Int),
    ("case", CaseKind::Key),
    ("district", CaseKind::Text),
    ("street", CaseKind::Text),
    ("item", CaseKind::Text),
    ("class", CaseKind::Text),
    ("urgency", CaseKind::Text),
    ("parties", CaseKind::Int),
    ("channel", CaseKind::Text),
    ("arisen", CaseKind::Time),
    ("detected", CaseKind::Time),
    ("registered", CaseKind::Time),
    ("dispatched", CaseKind::Time),
    ("accepted", CaseKind::Time),
    ("contacted", CaseKind::Time),
    ("first_closed", CaseKind::Time),
    ("closed", CaseKind::Time),
    ("left", CaseKind::Time),
    ("first_due", CaseKind::Time),
    ("due", CaseKind::Time),
    ("fate", CaseKind::Text),
    ("resolved", CaseKind::Flag),
    ("nominal", CaseKind::Flag),
    ("to_street", CaseKind::Flag),
    ("responded_in_time", CaseKind::Flag),
    ("extended", CaseKind::Flag),
    ("yellow", CaseKind::Flag),
    ("red", CaseKind::Flag),
    ("returns", CaseKind::Int),
    ("overruled", CaseKind::Flag),
    ("owners", CaseKind::Int),
    ("first_owner_final", CaseKind::Flag),
    ("called_up", CaseKind::Flag),
    ("called_back", CaseKind::Flag),
    ("recorded_resolved", CaseKind::Flag),
    ("satisfied", CaseKind::Flag),
    ("redone", CaseKind::Flag),
    ("supervised", CaseKind::Flag),
    ("repeat", CaseKind::Flag),
    ("duplicate", CaseKind::Flag),
    ("grid_settled", CaseKind::Flag),
    ("stuck", CaseKind::Flag),
    ("clock_share", CaseKind::Number),
    ("working_h", CaseKind::Number),
    ("unit", CaseKind::Text),
    ("department", CaseKind::Text),
];

/// Columns of the steps of a case, for event logs: times as in cases, `completion` is `done`,
/// `broken_off` or `running`, `place` the street or district of the pool, `agencies` ids with `;`.
pub const STEP_COLUMNS: &[&str] =
    &["activity", "start", "end", "completion", "place", "pool", "agencies"];

/// Takes the cases and applications of every run.
pub trait CaseLog: Sync {
    /// Opens the rows of cases of one district's run; none if they are not wanted.
    fn open(&self, arm: usize, replication: u32, district: usize) -> Option<Box<dyn CaseRows>>;

    /// The same for applications: their cells are those of `APPLICATION_COLUMNS` and of their
    /// stages.
    fn open_applications(
        &self,
        arm: usize,
        replication: u32,
        district: usize,
    ) -> Option<Box<dyn CaseRows>>;

    /// Whether the steps of every case are wanted as well.
    fn wants_steps(&self) -> bool;
}

/// Takes the cases of one run, in the order in which they left the system.
pub trait CaseRows: Send {
    /// One case: the cells of [`CASE_COLUMNS`] and of the stages.
    fn row(&mut self, cells: &[String]);

    /// A step of the case whose row came last: the cells of [`STEP_COLUMNS`]. Only called where
    /// steps are wanted.
    fn step(&mut self, cells: &[String]);

    /// The run has ended; only now do its rows count.
    ///
    /// # Errors
    /// [`JournalError`] when they could not be kept.
    fn end(self: Box<Self>) -> Result<(), JournalError>;
}

/// Turns records into cells.
pub(super) struct CaseWriter<'a> {
    study: &'a Study,
    window: Window,
    arm: usize,
    replication: u32,
    rows: Box<dyn CaseRows>,
    steps: Option<CaseSteps>,
    cells: Vec<String>,
    filled: usize,
}

impl<'a> CaseWriter<'a> {
    pub(super) fn new(
        study: &'a Study,
        window: Window,
        arm: usize,
        replication: u32,
        rows: Box<dyn CaseRows>,
        steps: bool,
    ) -> CaseWriter<'a> {
        let steps = steps.then(CaseSteps::new);
        let cells = vec![String::new(); CASE_COLUMNS.len() + Stage::ALL.len()];
        CaseWriter { study, window, arm, replication, rows, steps, cells, filled: 0 }
    }

    pub(super) fn end(self) -> Result<(), JournalError> {
        self.rows.end()
    }

    /// Keeps what happened to a case until the case is told.
    pub(super) fn activity(&mut self, record: &ActivityRecord) {
        if let Some(steps) = &mut self.steps {
            steps.activity(record);
        }
    }

    /// Writes a case of a reported street that was registered in the window, and its steps.
    pub(super) fn case(&mut self, record: &CaseRecord) {
        let steps = self.steps.as_mut().map(|steps| steps.take(record)).unwrap_or_default();
        let street = usize::from(record.street);
        if !self.study.selection.streets[street] || !self.window.contains(record.registered) {
            return;
        }
        self.filled = 0;
        self.identity(record, street);
        self.times(record);
        self.facts(record);
        self.say(record.clock_share);
        self.say(record.working.hours());
        self.owners(record);
        for seconds in record.ledger.0 {
            self.say(f64::from(seconds) / HOUR as f64);
        }
        debug_assert_eq!(self.filled, self.cells.len(), "invariant: one cell per column");
        self.rows.row(&self.cells);
        for step in &steps {
            let city = &self.study.city;
            self.rows.step(&case_steps::cells(city, city.start, street, step));
        }
    }

    /// The unit of the street whose matter it is, if it came to one, and the department that was
    /// called last, if one was.
    fn owners(&mut self, record: &CaseRecord) {
        let city = &*self.study.city;
        let dispatched = record.dispatched.is_some() && record.to_street;
        let unit = &city.units[city.items[usize::from(record.item)].unit];
        self.say(if dispatched { &*unit.code } else { "" });
        let agency = record.called_up.then(|| &city.agencies[usize::from(record.called)].id);
        self.say(agency.map_or("", String::as_str));
    }

    fn identity(&mut self, record: &CaseRecord, street: usize) {
        let study = self.study;
        let place = &study.city.streets[street];
        self.say(&study.arms[self.arm].name);
        self.say(self.replication);
        self.say(record.key);
        self.say(&study.city.districts[place.district].zh);
        self.say(&place.zh);
        self.say(&study.city.items[usize::from(record.item)].id);
        self.say(format_args!("T{}", record.class + 1));
        self.say(format_args!("U{}", record.urgency));
        self.say(record.parties);
        self.say(record.channel.id());
    }

    fn times(&mut self, record: &CaseRecord) {
        let times = [
            Some(record.arisen),
            Some(record.detected),
            Some(record.registered),
            record.dispatched,
            record.accepted,
            record.contacted,
            record.first_closed,
            record.closed,
            record.left,
            record.first_due,
            record.due,
        ];
        for time in times {
            let start = self.study.city.start;
            let cell = self.next();
            // A limit may lie beyond the calendar of the run: then there is no date.
            if let Some(time) = time.filter(|&time| time < Time::NEVER) {
                write_time(cell, start, time);
            }
        }
    }

    fn facts(&mut self, record: &CaseRecord) {
        self.say(match record.fate {
            Fate::Open => "open",
            Fate::Closed => "closed",
            Fate::Withdrawn => "withdrawn",
            Fate::SelfResolved => "self_resolved",
            Fate::TurnedAway => "turned_away",
        });
        for flag in [
            record.resolved,
            record.nominal,
            record.to_street,
            record.responded_in_time,
            record.extended,
            record.yellow,
            record.red,
        ] {
            self.say(u8::from(flag));
        }
        self.say(record.returns);
        self.say(u8::from(record.overruled));
        self.say(record.owners);
        for flag in [
            record.first_owner_final,
            record.called_up,
            record.called_back,
            record.recorded_resolved,
            record.satisfied,
            record.redone,
            record.supervised,
            record.repeat,
            record.duplicate,
            record.grid_settled,
            record.stuck,
        ] {
            self.say(u8::from(flag));
        }
    }

    /// Fills the next cell.
    fn say(&mut self, value: impl std::fmt::Display) {
        write!(self.next(), "{value}").expect("invariant: a text takes more text");
    }

    /// The next cell, empty.
    fn next(&mut self) -> &mut String {
        let cell = &mut self.cells[self.filled];
        self.filled += 1;
        cell.clear();
        cell
    }
}

/// An instant of a run as ISO 8601 in the city's time, UTC+8; empty beyond what calendars know.
pub fn iso_time(start: Date, time: Time) -> String {
    let mut text = String::new();
    write_time(&mut text, start, time);
    text
}

/// The same into a cell.
fn write_time(cell: &mut String, start: Date, time: Time) {
    let Ok(date) = start.checked_add(time.day().days()) else { return };
    let second = time.seconds_of_day();
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    write!(cell, "{date}T{hour:02}:{minute:02}:{second:02}+08:00")
        .expect("invariant: a text takes more text");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_with_their_offset() {
        // Catches: naive times, a wrong day, minutes past sixty.
        let mut cell = String::new();
        write_time(&mut cell, jiff::civil::date(2019, 12, 31), Time(86_400 + 9 * 3600 + 61));
        assert_eq!(cell, "2020-01-01T09:01:01+08:00");
    }
}
