//! How a study says how far it is. What is done with it is the caller's business.

use super::notes::Note;
use super::result::StudyResult;

/// Hears how a study proceeds, from any thread and in any order.
pub trait Progress: Sync {
    /// `total` units of work lie ahead; called once, and again when a further round is added.
    fn started(&self, total: u64);
    /// `units` more are done.
    fn advanced(&self, units: u64);
    /// Another run has ended, or broken: this is what there is now. Called while no other run can
    /// end, so be quick.
    fn run_ended(&self, _so_far: &StudyResult) {}
    /// `done` of `total` points of a design have ended; as brief as [`Progress::run_ended`].
    fn points_ended(&self, _done: usize, _total: usize) {}
    /// Something worth a line: a failed replication, a journal that cannot be written.
    fn message(&self, text: &str);
    /// What is to be known now, in the language of whoever hears it.
    fn note(&self, note: &Note) {
        self.message(&note.en);
    }
    /// Nothing more is to come.
    fn finished(&self);
}

/// Says nothing.
pub struct Silent;

impl Progress for Silent {
    fn started(&self, _total: u64) {}
    fn advanced(&self, _units: u64) {}
    fn message(&self, _text: &str) {}
    fn finished(&self) {}
}
