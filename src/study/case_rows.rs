//! One row per case, with every timestamp and the hours of every stage.

use std::fmt::Write;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::base::{HOUR, Time};
use crate::domain::{CaseRecord, Fate, Stage};
use crate::measure::Window;

use super::design::Study;
use super::journal::JournalError;

/// Columns of the file of cases but for the hours of stages, which follow as `STAGE_h`.
pub const CASE_COLUMNS: &[&str] = &[
    "arm",
    "replication",
    "case",
    "district",
    "street",
    "item",
    "class",
    "urgency",
    "parties",
    "channel",
    "arisen",
    "detected",
    "registered",
    "dispatched",
    "accepted",
    "contacted",
    "first_closed",
    "closed",
    "left",
    "first_due",
    "due",
    "fate",
    "resolved",
    "nominal",
    "to_street",
    "responded_in_time",
    "extended",
    "yellow",
    "red",
    "returns",
    "overruled",
    "owners",
    "first_owner_final",
    "called_up",
    "called_back",
    "recorded_resolved",
    "satisfied",
    "redone",
    "supervised",
    "repeat",
    "duplicate",
    "grid_settled",
    "stuck",
    "clock_share",
    "working_h",
];

/// Takes the cases of every run.
pub trait CaseLog: Sync {
    /// Opens the rows of one district's run.
    fn open(&self, arm: usize, replication: u32, district: usize) -> Box<dyn CaseRows>;
}

/// Takes the cases of one run, in the order in which they left the system.
pub trait CaseRows {
    /// One case: the cells of [`CASE_COLUMNS`] and of the stages.
    fn row(&mut self, cells: &[String]);

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
    ) -> CaseWriter<'a> {
        let cells = vec![String::new(); CASE_COLUMNS.len() + Stage::ALL.len()];
        CaseWriter { study, window, arm, replication, rows, cells, filled: 0 }
    }

    pub(super) fn end(self) -> Result<(), JournalError> {
        self.rows.end()
    }

    /// Writes a case of a reported street that was registered in the window.
    pub(super) fn case(&mut self, record: &CaseRecord) {
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
        for seconds in record.ledger.0 {
            self.say(seconds as f64 / HOUR as f64);
        }
        debug_assert_eq!(self.filled, self.cells.len(), "invariant: one cell per column");
        self.rows.row(&self.cells);
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
