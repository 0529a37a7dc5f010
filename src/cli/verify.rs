//! `huying verify`: a result made again from its manifest, and compared byte for byte; the program
//! compared with queues whose answers are known.

use std::path::{Path, PathBuf};

use clap::Parser;
use serde_json::json;

use super::briefing::text_table;
use super::execute::execute;
use super::failure::{Failure, Outcome};
use super::options::{Format, Lang, ShowOptions};
use super::{Cli, Verb, output, paths, report};
use crate::store::{self, Manifest, OutDir};
use crate::theory;

/// Run a finished result again and compare byte for byte, or compare the program with exact results
///
/// Every file but timing.json is compared. Exit code 1 if anything differs. Files in the folder
/// that are none of the result are named and are no difference. Input files are looked for from the
/// current folder, then from each folder above the result; --root names another.
///
/// With --theory, every row of a table of queues with known answers becomes an ordinary small model
/// that is compiled, simulated and counted like any other (or a model on the engine alone, where a
/// city has no place for it), until its intervals are narrow enough. Exit code 1 if a value
/// differs.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of the result
    #[arg(required_unless_present = "theory", conflicts_with = "theory")]
    dir: Option<PathBuf>,
    /// Compare with the exact results of a table; the program's own (models/theory) by default
    #[arg(long, value_name = "FILE.csv", num_args = 0..=1)]
    theory: Option<Option<PathBuf>>,
    /// Folder from which the result was made: its input files are named from there
    #[arg(long, value_name = "FOLDER")]
    root: Option<PathBuf>,
    /// With --theory: only this row; repeatable
    #[arg(long, value_name = "ID", requires = "theory")]
    case: Vec<String>,
    /// With --theory: folder for theory.csv
    #[arg(long, value_name = "DIR", requires = "theory")]
    out: Option<PathBuf>,
    /// With --theory: leave the models in DIR/models, to be read and run by hand
    #[arg(long, requires = "out")]
    keep: bool,
    /// With --theory: write the comparison as a page
    #[arg(long, value_name = "FILE.md", requires = "theory")]
    page: Option<PathBuf>,
    /// With --theory: half-width of means relative to the reference
    #[arg(long, value_name = "SHARE", default_value_t = theory::TARGET, requires = "theory")]
    precision: f64,
    /// With --theory: master seed
    #[arg(long, value_name = "N", default_value_t = 20_260_101, requires = "theory")]
    seed: u64,
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
        if let Some(rows) = &self.theory {
            return self.compare_with_theory(rows.as_deref());
        }
        let dir = absolute(self.dir.as_deref().unwrap_or(Path::new(".")))?;
        let manifest = report::open(&dir)?;
        let mut differences = touched(&dir, &manifest);
        // The command of the manifest names its files from there.
        let root = self.root(&dir, &manifest)?;
        std::env::set_current_dir(&root).map_err(|error| {
            let root = root.display();
            Failure::files([format!("进不了 {root}"), format!("cannot go to {root}")], &error)
        })?;
        differences.extend(changed_inputs(&manifest));
        if differences.is_empty() {
            differences = self.again(&manifest)?;
        }
        self.tell(&manifest, &differences, &OutDir::foreign(&dir, &manifest))?;
        Ok(if differences.is_empty() { Outcome::Done } else { Outcome::Doubtful })
    }

    /// The folder from which the inputs can be found: the one that was named, else the current
    /// folder, else the nearest above the result.
    fn root(&self, dir: &Path, manifest: &Manifest) -> Result<PathBuf, Failure> {
        if let Some(root) = &self.root {
            return absolute(root);
        }
        let here = absolute(Path::new("."))?;
        let has_all =
            |root: &Path| manifest.inputs.iter().all(|input| root.join(&input.path).is_file());
        let above = dir.ancestors().skip(1).find(|root| has_all(root));
        let found = if has_all(&here) { None } else { above };
        if let (Some(root), false) = (found, self.quiet) {
            let lang = self.show.lang;
            output::aside(format_args!(
                "{}{}",
                lang.pick("输入文件取自 ", "Inputs are read from "),
                root.display()
            ));
        }
        Ok(found.map_or(here, Path::to_owned))
    }

    fn compare_with_theory(&self, rows: Option<&Path>) -> Result<Outcome, Failure> {
        if !(self.precision > 1e-4 && self.precision <= 0.5) {
            let given = self.precision;
            return Err(Failure::usage([
                format!("--precision {given}：应为 0.0001 到 0.5 的比例"),
                format!("--precision {given}: expected a share from 0.0001 to 0.5"),
            ]));
        }
        super::theory::run(&super::theory::Ask {
            rows,
            cases: &self.case,
            out: self.out.as_deref(),
            keep: self.keep,
            page: self.page.as_deref(),
            precision: self.precision,
            seed: self.seed,
            threads: self.threads,
            quiet: self.quiet,
            show: &self.show,
        })
    }

    /// Runs the command of the manifest into a folder of its own and compares.
    fn again(&self, manifest: &Manifest) -> Result<Vec<Difference>, Failure> {
        let folder = tempfile::TempDir::new()
            .map_err(|error| Failure::files(["建不了文件夹", "cannot make a folder"], &error))?;
        let out = folder.path().join("again");
        let mut words = vec!["huying".to_owned()];
        words.extend(manifest.command.iter().cloned());
        words.push(format!("--out={}", out.display()));
        words.extend(self.threads.map(|threads| format!("--threads={threads}")));
        words.extend(self.quiet.then(|| "--quiet".to_owned()));
        let cli = Cli::try_parse_from(&words).map_err(|error| {
            let [zh, en] = ["清单里的命令", "the manifest's command"];
            Failure::usage([format!("{zh}：{error}"), format!("{en}: {error}")])
        })?;
        let ask = match cli.verb {
            Verb::Run(args) => args.ask(),
            Verb::Compare(args) => args.ask(),
            Verb::Study(args) => args.ask(),
            Verb::Select(args) => args.ask(),
            Verb::Attribute(args) => return self.compared(manifest, &out, args.make(None)),
            Verb::Sensitivity(args) => return self.compared(manifest, &out, args.make(None)),
            Verb::Fit(args) => return self.compared(manifest, &out, args.make(None)),
            _ => {
                let command = manifest.command.join(" ");
                return Err(Failure::usage([
                    format!("清单里的命令是 `{command}`，不能重做"),
                    format!("the manifest's command is `{command}`, which makes no result"),
                ]));
            }
        };
        let (question, out_options) = ask?;
        self.compared(manifest, &out, execute(&question, &out_options, None))
    }

    /// What differs between a result and the one just made.
    fn compared(
        &self,
        manifest: &Manifest,
        out: &Path,
        made: Result<Outcome, Failure>,
    ) -> Result<Vec<Difference>, Failure> {
        made?;
        let mut again = OutDir::manifest(out)?;
        if manifest.published.is_some() {
            // The day of publication is no result of the run.
            again.published.clone_from(&manifest.published);
            store::describe(out, &mut again)?;
        }
        let names: std::collections::BTreeSet<&String> =
            manifest.files.keys().chain(again.files.keys()).collect();
        let mut differences: Vec<Difference> = names
            .into_iter()
            .filter(|name| manifest.files.get(*name) != again.files.get(*name))
            .map(|name| What::Differs.of(name))
            .collect();
        if differences.is_empty() && manifest.to_json() != again.to_json() {
            differences.push(What::Differs.of("manifest.json"));
        }
        Ok(differences)
    }

    /// What differs, in the form that was asked for.
    fn tell(
        &self,
        manifest: &Manifest,
        differences: &[Difference],
        foreign: &[String],
    ) -> Result<(), Failure> {
        let n = manifest.files.len() + 1;
        match self.show.format {
            Format::Text => self.tell_in_words(manifest, differences, n)?,
            Format::Json => {
                let rows: Vec<_> = differences.iter().map(Difference::json).collect();
                output::say_json(&json!({
                    "equal": differences.is_empty(),
                    "files": n,
                    "differences": rows,
                    "not_of_this_result": foreign,
                }))?;
            }
            Format::Csv => {
                let rows =
                    differences.iter().map(|one| [one.what.id().to_owned(), one.file.clone()]);
                output::say_csv(&text_table(
                    "differences",
                    ["difference", "file"],
                    rows.collect(),
                ))?;
            }
        }
        self.tell_foreign(foreign);
        Ok(())
    }

    /// A reader's own notes are no difference, but nobody should take them for a result.
    fn tell_foreign(&self, names: &[String]) {
        if !names.is_empty() {
            let lang = self.show.lang;
            let text = lang.pick(
                "文件夹里还有不属于这个结果的文件：",
                "Not of this result, and not compared: ",
            );
            output::aside(format_args!("{text}{}", names.join(lang.pick("、", ", "))));
        }
    }

    fn tell_in_words(
        &self,
        manifest: &Manifest,
        differences: &[Difference],
        n: usize,
    ) -> Result<(), Failure> {
        let lang = self.show.lang;
        for one in differences {
            output::say(&format!("{}\n", one.words(lang)))?;
        }
        if differences.is_empty() {
            let text = lang.pick("逐字节一致，文件数", "Equal byte for byte, files");
            return output::say(&format!("{text} {n}\n"));
        }
        let built = [paths::toolchain(), paths::digest(include_bytes!("../../Cargo.lock"))];
        if [&manifest.toolchain, &manifest.lock_digest] != [&built[0], &built[1]] {
            output::aside(format_args!(
                "{}",
                lang.pick(
                    "结果是用其他依赖编译的程序做出的。",
                    "The result was made by a program built with other dependencies.",
                )
            ));
        }
        if manifest.version != env!("CARGO_PKG_VERSION") {
            output::aside(format_args!(
                "{} {}",
                lang.pick("结果是由这个版本做出的：", "The result was made by version"),
                manifest.version
            ));
        }
        Ok(())
    }
}

/// The path from the root of the file system.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| {
        let path = path.display();
        Failure::files([format!("找不到 {path}"), format!("cannot find {path}")], &error)
    })
}

/// How a file is not what it should be.
#[derive(Clone, Copy)]
enum What {
    Missing,
    Changed,
    NoInput,
    ChangedInput,
    Differs,
}

impl What {
    fn of(self, file: &str) -> Difference {
        Difference { what: self, file: file.to_owned() }
    }

    /// As told to programs.
    fn id(self) -> &'static str {
        ["missing", "changed", "input_missing", "input_changed", "differs"][self as usize]
    }
}

/// One file that is not what it should be.
struct Difference {
    what: What,
    file: String,
}

impl Difference {
    fn json(&self) -> serde_json::Value {
        json!({ "difference": self.what.id(), "file": self.file })
    }

    fn words(&self, lang: Lang) -> String {
        let file = &self.file;
        match (self.what, lang) {
            (What::Missing, Lang::Zh) => format!("缺少 {file}"),
            (What::Missing, Lang::En) => format!("{file} is missing"),
            (What::Changed, Lang::Zh) => format!("{file} 在结果生成之后被改动过"),
            (What::Changed, Lang::En) => {
                format!("{file} has been changed since the result was made")
            }
            (What::NoInput, Lang::Zh) => format!("读不到输入文件 {file}"),
            (What::NoInput, Lang::En) => format!("input {file} cannot be read"),
            (What::ChangedInput, Lang::Zh) => format!("输入文件 {file} 在结果生成之后被改动过"),
            (What::ChangedInput, Lang::En) => {
                format!("input {file} has been changed since the result was made")
            }
            (What::Differs, Lang::Zh) => format!("重新生成的 {file} 与原结果不同"),
            (What::Differs, Lang::En) => format!("{file} differs"),
        }
    }
}

/// Files of the result that are no longer what they were.
fn touched(dir: &Path, manifest: &Manifest) -> Vec<Difference> {
    OutDir::digests_now(dir, manifest)
        .into_iter()
        .filter_map(|(name, now)| match now {
            None => Some(What::Missing.of(&name)),
            Some(now) if manifest.files.get(&name) != Some(&now) => Some(What::Changed.of(&name)),
            Some(_) => None,
        })
        .collect()
}

/// Input files that are no longer what they were.
fn changed_inputs(manifest: &Manifest) -> Vec<Difference> {
    manifest
        .inputs
        .iter()
        .filter_map(|input| match store::digest_of_file(Path::new(&input.path)) {
            Err(_) => Some(What::NoInput.of(&input.path)),
            Ok(now) => (now != input.digest).then(|| What::ChangedInput.of(&input.path)),
        })
        .collect()
}
