//! Counts, sums and histograms of one street, item, channel or agency. Whole numbers only, so any
//! grouping of streets adds up to the same bits in any order.

use super::count::{Count, Counts};
use super::facts::CaseFacts;
use super::histogram::{Durations, Observed};
use crate::domain::N_STAGES;

/// Everything summable that is kept per street, item, channel and agency.
#[derive(Clone, PartialEq, Default, Debug)]
pub(super) struct Tally {
    pub(super) counts: Counts,
    /// Owners beyond the first.
    pub(super) handoffs: i64,
    /// Time in which nobody had accepted a case [s].
    pub(super) limbo: i64,
    /// Time by stage of the cohort's cases that left [s].
    pub(super) stages: [i64; N_STAGES],
    /// Registration to closure, calendar time.
    pub(super) closing: Durations,
    /// Registration to closure, working time.
    pub(super) closing_work: Durations,
    /// Registration to closure of large cases, calendar time; streets only.
    pub(super) closing_large: Durations,
    /// Arising to detection.
    pub(super) latent: Durations,
    /// Arising to true resolution.
    pub(super) resolving: Durations,
    /// Call-up to first reaction.
    pub(super) reacting: Durations,
}

impl Tally {
    /// Adds a case; large cases are told apart if `large` is asked for.
    pub(super) fn case(&mut self, facts: &CaseFacts, large: bool) {
        self.counts.note(facts.marks);
        self.handoffs += facts.handoffs;
        self.limbo += facts.limbo;
        if let Some([calendar, working]) = facts.durations {
            self.closing.note(calendar);
            self.closing_work.note(working);
            if large && facts.large {
                self.closing_large.note(calendar);
            }
        }
        if let Some(ledger) = facts.stages {
            for (sum, seconds) in self.stages.iter_mut().zip(ledger.0) {
                *sum += i64::from(seconds);
            }
        }
    }

    /// Adds an issue that arose in the window.
    pub(super) fn issue(&mut self, latent: Option<Observed>, resolving: Observed) {
        self.counts.one(Count::Arisen);
        if let Some(latent) = latent {
            self.latent.note(latent);
        }
        self.resolving.note(resolving);
    }

    /// Adds all of another's.
    pub(super) fn add(&mut self, other: &Tally) {
        self.counts.add(&other.counts);
        self.handoffs += other.handoffs;
        self.limbo += other.limbo;
        for (mine, theirs) in self.stages.iter_mut().zip(other.stages) {
            *mine += theirs;
        }
        self.closing.add(&other.closing);
        self.closing_work.add(&other.closing_work);
        self.closing_large.add(&other.closing_large);
        self.latent.add(&other.latent);
        self.resolving.add(&other.resolving);
        self.reacting.add(&other.reacting);
    }
}
