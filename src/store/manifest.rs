//! `manifest.json`: what a result was made from, enough to make it again. No clock, no path of the
//! machine: the same input gives the same bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::digest_of;

/// One input file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InputFile {
    /// Path as the user named it, relative.
    pub path: String,
    /// BLAKE3 of its bytes.
    pub digest: String,
}

/// One arm.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ArmEntry {
    /// Id.
    pub name: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Settings as the user or the experiment gave them on top of the scenario, `key=value`.
    pub settings: Vec<String>,
    /// Digest of all settings, resolved.
    pub plan: String,
}

/// What a result was made from.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Always `huying`.
    pub program: String,
    /// Version of the program.
    pub version: String,
    /// Rust toolchain that the source asks for.
    #[serde(default)]
    pub toolchain: String,
    /// Digest of `Cargo.lock`: the versions of everything the program is built from.
    #[serde(default)]
    pub lock_digest: String,
    /// Words of the command line that give this result again, without the program's own name and
    /// without what does not change the result (`--out`, `--threads`, …).
    pub command: Vec<String>,
    /// Id of the model.
    pub model: String,
    /// Digest over all files of the model.
    pub model_digest: String,
    /// Digest of the experiment file, if there is one.
    pub experiment_digest: Option<String>,
    /// Every file that was read.
    pub inputs: Vec<InputFile>,
    /// Arms, the baseline first.
    pub arms: Vec<ArmEntry>,
    /// Scopes whose rows are kept; empty means all.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Areas that are reported.
    pub area: Vec<String>,
    /// Master seed.
    pub seed: u64,
    /// First simulated day.
    pub start: String,
    /// Days simulated and not measured.
    pub warm_up_days: u32,
    /// Days measured.
    pub horizon_days: u32,
    /// Number of the first replication.
    pub first_replication: u32,
    /// Number of replications.
    pub replications: u32,
    /// The rule that found the number of replications, if it was not fixed.
    #[serde(default)]
    pub rule: Option<String>,
    /// `terminating` or `steady_state`.
    #[serde(default)]
    pub estimand: String,
    /// Level of intervals.
    pub confidence: f64,
    /// KPIs the question is about; empty means the usual headline.
    pub primary_kpis: Vec<String>,
    /// Charts asked for; empty means all.
    pub charts: Vec<String>,
    /// Title and question, Chinese and English.
    pub words: BTreeMap<String, String>,
    /// Form of the file of cases, `none` if there is none.
    pub cases: String,
    /// Form of the file of applications, `none` if there is none.
    #[serde(default = "no_form", skip_serializing_if = "is_no_form")]
    pub applications: String,
    /// Language of charts and report.
    pub lang: String,
    /// Day on which the result was published, as its publisher said (`huying report --published`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// Digest of every result file but this one and `timing.json`; filled in when they are written.
    pub files: BTreeMap<String, String>,
}

fn no_form() -> String {
    "none".to_owned()
}

#[allow(clippy::ptr_arg, reason = "serde hands over a reference to the field")]
fn is_no_form(text: &String) -> bool {
    text == "none"
}

impl Manifest {
    /// Digest of everything that decides what a replication of an arm gives, so of everything but
    /// the number of replications and what is only presentation. Finished replications are kept
    /// under this name.
    pub fn run_digest(&self) -> String {
        let arms: Vec<(&str, &str)> =
            self.arms.iter().map(|arm| (arm.name.as_str(), arm.plan.as_str())).collect();
        digest_of(&(
            &self.version,
            &self.model_digest,
            arms,
            (&self.area, &self.scopes),
            self.seed,
            &self.start,
            self.warm_up_days,
            self.horizon_days,
        ))
    }

    /// Digest of the input: two results with the same one are the same result.
    pub fn input_digest(&self) -> String {
        self.digest(Some(self.replications))
    }

    /// Would this be the same input if the other had as many replications?
    pub fn differs_in_replications_only(&self, other: &Manifest) -> bool {
        self.digest(None) == other.digest(None)
    }

    /// With so many replications, or whatever their number.
    fn digest(&self, replications: Option<u32>) -> String {
        let mut bare = self.clone();
        bare.files.clear();
        // What the program was built with, and when a result appeared, is no input of the study.
        bare.published = None;
        bare.toolchain.clear();
        bare.lock_digest.clear();
        // Where a rule finds the number, it is part of the result and not of the input.
        bare.replications = if self.rule.is_some() { 0 } else { replications.unwrap_or(0) };
        if replications.is_none() {
            // The command says the number as well.
            bare.command.clear();
        }
        digest_of(&bare)
    }

    /// The file's bytes.
    pub fn to_json(&self) -> Vec<u8> {
        let mut bytes =
            serde_json::to_vec_pretty(self).expect("invariant: plain values can be written");
        bytes.push(b'\n');
        bytes
    }
}
