//! The life of one case, or of one application, in words.

use super::application::record::{ApplicationRecord, ApplicationStage};
use super::record::{CaseRecord, Stage};
use crate::base::Time;

/// What is followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Followed {
    /// The case with this key.
    Case(u64),
    /// The application with this key.
    Application(u64),
}

/// One thing that happened to it.
#[derive(Clone, PartialEq, Debug)]
pub struct TraceLine {
    /// When.
    pub at: Time,
    /// Id of the stage that it was in until then.
    pub stage: &'static str,
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What was reported of it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Told {
    /// A case.
    Case(CaseRecord),
    /// An application.
    Application(ApplicationRecord),
}

impl Told {
    /// When it came up: the issue arose, the application was made.
    pub fn arisen(&self) -> Time {
        match self {
            Told::Case(record) => record.arisen,
            Told::Application(record) => record.submitted,
        }
    }
}

/// A followed case or application.
#[derive(Clone, PartialEq, Debug)]
pub struct Trace {
    followed: Followed,
    lines: Vec<TraceLine>,
    told: Option<Told>,
}

impl Trace {
    pub(super) fn new(followed: Followed) -> Trace {
        Trace { followed, lines: Vec::new(), told: None }
    }

    /// Is this case followed?
    pub(super) fn is_case(&self, key: u64) -> bool {
        self.followed == Followed::Case(key)
    }

    /// Is this application followed?
    pub(super) fn is_application(&self, key: u64) -> bool {
        self.followed == Followed::Application(key)
    }

    pub(super) fn add(&mut self, at: Time, stage: Stage, text: [String; 2]) {
        self.push(at, stage.id(), text);
    }

    pub(super) fn add_of_application(
        &mut self,
        at: Time,
        stage: ApplicationStage,
        text: [String; 2],
    ) {
        self.push(at, stage.id(), text);
    }

    fn push(&mut self, at: Time, stage: &'static str, [zh, en]: [String; 2]) {
        self.lines.push(TraceLine { at, stage, zh, en });
    }

    pub(super) fn finish(&mut self, record: &CaseRecord) {
        if self.is_case(record.key) {
            self.told = Some(Told::Case(*record));
        }
    }

    pub(super) fn finish_application(&mut self, record: &ApplicationRecord) {
        if self.is_application(record.key) {
            self.told = Some(Told::Application(*record));
        }
    }

    /// What happened, in order.
    pub fn lines(&self) -> &[TraceLine] {
        &self.lines
    }

    /// As reported; none if it never came up in this scenario.
    pub fn told(&self) -> Option<&Told> {
        self.told.as_ref()
    }
}
