//! One case's life, in words.

use super::record::{CaseRecord, Stage};
use crate::base::Time;

/// One thing that happened to the case.
#[derive(Clone, PartialEq, Debug)]
pub struct TraceLine {
    /// When.
    pub at: Time,
    /// Stage that the case was in until then.
    pub stage: Stage,
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A followed case.
#[derive(Clone, PartialEq, Debug)]
pub struct Trace {
    pub(super) key: u64,
    lines: Vec<TraceLine>,
    record: Option<CaseRecord>,
}

impl Trace {
    pub(super) fn new(key: u64) -> Trace {
        Trace { key, lines: Vec::new(), record: None }
    }

    pub(super) fn add(&mut self, at: Time, stage: Stage, [zh, en]: [String; 2]) {
        self.lines.push(TraceLine { at, stage, zh, en });
    }

    pub(super) fn finish(&mut self, record: &CaseRecord) {
        if record.key == self.key {
            self.record = Some(*record);
        }
    }

    /// What happened, in order.
    pub fn lines(&self) -> &[TraceLine] {
        &self.lines
    }

    /// The case as reported; none if it never came up in this scenario.
    pub fn record(&self) -> Option<&CaseRecord> {
        self.record.as_ref()
    }
}
