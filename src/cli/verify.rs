//! `huying verify`: a result made again from its manifest, and compared byte for byte.

use std::path::{Path, PathBuf};

use clap::Parser;

use super::execute::execute;
use super::failure::{Failure, Outcome};
use super::options::ShowOptions;
use super::{Cli, Verb, output, report};
use crate::store::{self, Manifest, OutDir};

/// Run a finished result again from its manifest and compare byte for byte
///
/// Call it from the folder from which the result was made: input files are named from there. Every
/// file but timing.json is compared. Exit code 1 if anything differs.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of the result
    #[arg(required_unless_present = "theory")]
    dir: Option<PathBuf>,
    /// Check the engine against queues with known answers (not available yet)
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    theory: Option<Option<PathBuf>>,
    /// Threads; all by default
    #[arg(long, value_name = "N")]
    threads: Option<u16>,
    /// No progress
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    show: ShowOptions,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        if self.theory.is_some() {
            return Err(Failure::not_available("verify --theory"));
        }
        let dir = self.dir.as_deref().unwrap_or(Path::new("."));
        let manifest = report::open(dir)?;
        let mut differences = touched(dir, &manifest);
        differences.extend(changed_inputs(&manifest));
        if differences.is_empty() {
            differences = self.again(&manifest)?;
        }
        self.tell(&manifest, &differences)?;
        Ok(if differences.is_empty() { Outcome::Done } else { Outcome::Doubtful })
    }

    /// Runs the command of the manifest into a folder of its own and compares.
    fn again(&self, manifest: &Manifest) -> Result<Vec<String>, Failure> {
        let folder = tempfile::TempDir::new()
            .map_err(|error| Failure::Files(format!("cannot make a folder: {error}")))?;
        let out = folder.path().join("again");
        let mut words = vec!["huying".to_owned()];
        words.extend(manifest.command.iter().cloned());
        words.push(format!("--out={}", out.display()));
        words.extend(self.threads.map(|threads| format!("--threads={threads}")));
        words.extend(self.quiet.then(|| "--quiet".to_owned()));
        let cli = Cli::try_parse_from(&words)
            .map_err(|error| Failure::Usage(format!("the manifest's command: {error}")))?;
        let (question, out_options) = match cli.verb {
            Verb::Run(args) => args.ask()?,
            Verb::Compare(args) => args.ask()?,
            Verb::Study(args) => args.ask()?,
            Verb::Select(args) => args.ask()?,
            _ => {
                let command = manifest.command.join(" ");
                return Err(Failure::Usage(format!("the manifest's command is `{command}`")));
            }
        };
        execute(&question, &out_options, None)?;
        let again = OutDir::manifest(&out)?;
        let names: std::collections::BTreeSet<&String> =
            manifest.files.keys().chain(again.files.keys()).collect();
        let mut differences: Vec<String> = names
            .into_iter()
            .filter(|name| manifest.files.get(*name) != again.files.get(*name))
            .map(|name| format!("{name} differs"))
            .collect();
        if differences.is_empty() && manifest.to_json() != again.to_json() {
            differences.push("manifest.json differs".to_owned());
        }
        Ok(differences)
    }

    fn tell(&self, manifest: &Manifest, differences: &[String]) -> Result<(), Failure> {
        for line in differences {
            output::say(&format!("{line}\n"))?;
        }
        let lang = self.show.lang;
        if differences.is_empty() {
            let n = manifest.files.len() + 1;
            let text = lang.pick("逐字节一致:文件数", "Equal byte for byte, files");
            return output::say(&format!("{text} {n}\n"));
        }
        if manifest.version != env!("CARGO_PKG_VERSION") {
            eprintln!("The result was made by version {}.", manifest.version);
        }
        Ok(())
    }
}

/// Files of the result that are no longer what they were.
fn touched(dir: &Path, manifest: &Manifest) -> Vec<String> {
    OutDir::digests_now(dir, manifest)
        .into_iter()
        .filter_map(|(name, now)| match now {
            None => Some(format!("{name} is missing")),
            Some(now) if manifest.files.get(&name) != Some(&now) => {
                Some(format!("{name} has been changed since the result was made"))
            }
            Some(_) => None,
        })
        .collect()
}

/// Input files that are no longer what they were.
fn changed_inputs(manifest: &Manifest) -> Vec<String> {
    manifest
        .inputs
        .iter()
        .filter_map(|input| match store::digest_of_file(Path::new(&input.path)) {
            Err(error) => Some(format!("input: {error}")),
            Ok(now) if now != input.digest => {
                Some(format!("input {} has been changed since the result was made", input.path))
            }
            Ok(_) => None,
        })
        .collect()
}
