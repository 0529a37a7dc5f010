//! Options that several verbs share.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::compile;
use crate::present;
use crate::store::CaseForm;

use super::failure::Failure;
use super::question::Question;

/// Language of words.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub(super) enum Lang {
    /// 中文
    #[default]
    Zh,
    /// English
    En,
}

impl Lang {
    /// The language of this process's command line, also of one that cannot be read.
    pub(super) fn of_call() -> Lang {
        let words: Vec<String> =
            std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
        let said =
            words.iter().enumerate().find_map(|(i, word)| match word.strip_prefix("--lang") {
                Some("") => words.get(i + 1).cloned(),
                Some(rest) => rest.strip_prefix('=').map(str::to_owned),
                None => None,
            });
        said.and_then(|lang| Lang::from_str(&lang, true).ok()).unwrap_or_default()
    }

    /// The text in this language.
    pub(super) fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// For charts, report and terminal tables.
    pub(super) fn of_report(self) -> present::Lang {
        match self {
            Lang::Zh => present::Lang::Zh,
            Lang::En => present::Lang::En,
        }
    }

    /// For mistakes in input files.
    pub(super) fn of_files(self) -> compile::Language {
        match self {
            Lang::Zh => compile::Language::Zh,
            Lang::En => compile::Language::En,
        }
    }

    /// As written on the command line.
    pub(super) fn id(self) -> &'static str {
        self.pick("zh", "en")
    }
}

/// Form of what goes to standard output.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub(super) enum Format {
    /// A table to read
    #[default]
    Text,
    /// JSON
    Json,
    /// CSV
    Csv,
}

/// How results are shown.
#[derive(Clone, Debug, Args)]
pub(super) struct ShowOptions {
    /// Language of words
    #[arg(long, value_enum, default_value_t)]
    pub(super) lang: Lang,
    /// Form of what goes to standard output
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// Which scenarios, with which settings on top.
#[derive(Clone, Debug, Args)]
pub(super) struct ScenarioOptions {
    /// Scenario of the model, or a scenario file; repeatable
    #[arg(long, value_name = "NAME|FILE")]
    pub(super) scenario: Vec<String>,
    /// A lever's setting on top of the scenario (`a;b` for lists, `none` for no rule); repeatable
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
}

impl ScenarioOptions {
    /// The settings as pairs.
    pub(super) fn sets(&self) -> Result<Vec<(String, String)>, Failure> {
        self.set
            .iter()
            .map(|text| match text.split_once('=') {
                Some((key, value)) => Ok((key.trim().to_owned(), value.trim().to_owned())),
                None => Err(Failure::usage([
                    format!("--set {text}：应为 KEY=VALUE"),
                    format!("--set {text}: expected KEY=VALUE"),
                ])),
            })
            .collect()
    }
}

/// Where, how long, how often.
#[derive(Clone, Debug, Args)]
pub(super) struct DesignOptions {
    /// Report this area only: `city`, `district:历下区` or `street:姚家街道`; repeatable. Districts
    /// are simulated whole
    #[arg(long, value_name = "AREA")]
    pub(super) area: Vec<String>,
    /// Days that are measured
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(super) days: Option<u32>,
    /// Days that are simulated before and not measured
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=3650))]
    pub(super) warm_up: Option<u32>,
    /// Number of replications
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(super) replications: Option<u32>,
    /// Run this replication only, as numbered in `runs.csv` and `failures.csv`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000),
          conflicts_with = "replications")]
    pub(super) replication: Option<u32>,
    /// Replicate in rounds until half-widths are this share of the mean, in every KPI of the
    /// question; --replications is then the most
    #[arg(long, value_name = "SHARE")]
    pub(super) precision: Option<f64>,
    /// Master seed
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Show what is not known beside chance: run the arms again at so many draws of the assumed
    /// numbers from their ranges
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=10_000))]
    pub(super) ignorance: Option<u32>,
    /// Replications of each of these draws, 2 by default: the study's own first ones
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(super) ignorance_replications: Option<u32>,
}

/// Form of the file of cases.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, ValueEnum)]
pub(super) enum Cases {
    /// No such file
    #[default]
    None,
    /// cases.csv: one row per case
    Csv,
    /// cases.parquet: the same with typed columns
    Parquet,
    /// cases.xes: an event log of every step, for PM4Py and ProM
    Xes,
    /// cases.ocel.json: the same by case, issue, street, unit and department (OCEL 2.0)
    Ocel,
}

impl Cases {
    /// As written on the command line.
    pub(super) fn id(self) -> &'static str {
        match self {
            Cases::None => "none",
            Cases::Csv => "csv",
            Cases::Parquet => "parquet",
            Cases::Xes => "xes",
            Cases::Ocel => "ocel",
        }
    }

    /// As written on the command line, several with commas.
    pub(super) fn ids(forms: &[Cases]) -> String {
        if forms.is_empty() {
            return Cases::None.id().to_owned();
        }
        forms.iter().map(|form| form.id()).collect::<Vec<_>>().join(",")
    }

    /// The file of this form.
    pub(super) fn form(self) -> Option<CaseForm> {
        match self {
            Cases::None => None,
            Cases::Csv => Some(CaseForm::Csv),
            Cases::Parquet => Some(CaseForm::Parquet),
            Cases::Xes => Some(CaseForm::Xes),
            Cases::Ocel => Some(CaseForm::Ocel),
        }
    }
}

/// An experiment file, and what stands over it.
#[derive(Clone, Debug, Args)]
pub(super) struct ExperimentOptions {
    /// The experiment
    pub(super) experiment: PathBuf,
    /// Look at this arm of the experiment only; repeatable
    #[arg(long, value_name = "NAME")]
    pub(super) arm: Vec<String>,
    #[command(flatten)]
    pub(super) design: DesignOptions,
    #[command(flatten)]
    pub(super) out: OutOptions,
    #[command(flatten)]
    pub(super) show: ShowOptions,
}

impl ExperimentOptions {
    /// What the file asks, with the options over it.
    pub(super) fn question(&self) -> Result<Question, Failure> {
        let forms = self.out.row_forms();
        Question::of_experiment(&self.experiment, &self.arm, &self.design, forms, self.show.lang)
    }

    /// Where the answer goes: output/NAME with an ending, unless a folder is named. A single
    /// replication is looked at, not kept, unless a folder is named.
    pub(super) fn out(&self, ending: &str) -> OutOptions {
        let mut out = self.out.clone();
        if out.out.is_none() && self.design.replication.is_none() {
            let name = self.experiment.file_stem().unwrap_or_default().to_string_lossy();
            out.out = Some(Path::new("output").join(format!("{name}{ending}")));
        }
        out
    }
}

/// Form of the file of applications.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, ValueEnum)]
pub(super) enum Applications {
    /// No such file
    #[default]
    None,
    /// applications.csv: one row per application
    Csv,
    /// applications.parquet: the same with typed columns
    Parquet,
}

impl Applications {
    /// The file of this form.
    pub(super) fn form(self) -> Option<CaseForm> {
        match self {
            Applications::None => None,
            Applications::Csv => Some(CaseForm::Csv),
            Applications::Parquet => Some(CaseForm::Parquet),
        }
    }

    /// As written on the command line, several with commas.
    pub(super) fn ids(forms: &[Applications]) -> String {
        let id = |form: &Applications| match form {
            Applications::None => "none",
            Applications::Csv => "csv",
            Applications::Parquet => "parquet",
        };
        if forms.is_empty() {
            return id(&Applications::None).to_owned();
        }
        forms.iter().map(id).collect::<Vec<_>>().join(",")
    }
}

/// What is written row by row: cases and applications, each form once.
#[derive(Clone, Debug, Default)]
pub(super) struct RowForms {
    pub(super) cases: Vec<Cases>,
    pub(super) applications: Vec<Applications>,
}

impl RowForms {
    /// Is nothing of the kind wanted?
    pub(super) fn is_empty(&self) -> bool {
        self.cases.is_empty() && self.applications.is_empty()
    }

    /// Refuses files of rows for a verb that keeps none.
    pub(super) fn refused_by(&self, verb: &str) -> Result<(), Failure> {
        if self.is_empty() {
            return Ok(());
        }
        Err(Failure::usage([
            format!("{verb} 不保留逐条记录：请去掉 --cases 和 --applications"),
            format!("{verb} keeps no rows: leave --cases and --applications out"),
        ]))
    }
}

/// Where results go, and how the work is done.
#[derive(Clone, Debug, Args)]
pub(super) struct OutOptions {
    /// Write tables, charts and report into this folder; a finished result of another input is
    /// never overwritten
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Write every case as well, with every timestamp; several forms with commas
    #[arg(long, value_enum, value_name = "FORM", value_delimiter = ',', default_value = "none")]
    pub(super) cases: Vec<Cases>,
    /// Write every application of residents and firms as well; several forms with commas
    #[arg(long, value_enum, value_name = "FORM", value_delimiter = ',', default_value = "none")]
    pub(super) applications: Vec<Applications>,
    /// Replace a finished result by one of more replications; all of them are run again. An
    /// interrupted run of the same input always goes on where it stopped
    #[arg(long)]
    pub(super) resume: bool,
    /// Threads; all by default. The results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// No progress and no advice
    #[arg(long)]
    pub(super) quiet: bool,
}

impl DesignOptions {
    /// Refuses an option that says nothing here.
    pub(super) fn without_ignorance(&self, verb: &str) -> Result<(), Failure> {
        match (self.ignorance.or(self.ignorance_replications), self.precision) {
            (Some(_), _) => Err(Failure::not_taken(verb, "--ignorance")),
            (None, Some(_)) => Err(Failure::not_taken(verb, "--precision")),
            (None, None) => Ok(()),
        }
    }

    /// Refuses what contradicts itself.
    pub(super) fn check(&self) -> Result<(), Failure> {
        match (self.precision, self.replication) {
            (Some(_), Some(_)) => Err(Failure::usage([
                "--precision 与 --replication 不能同时使用",
                "--precision and --replication exclude each other",
            ])),
            _ => Ok(()),
        }
    }
}

impl OutOptions {
    /// Forms of the files of cases and applications, each once; none if no such file is wanted.
    pub(super) fn row_forms(&self) -> RowForms {
        fn once<T: Ord + Copy>(forms: &[T], none: T) -> Vec<T> {
            let mut forms = forms.to_vec();
            forms.retain(|form| *form != none);
            forms.sort_unstable();
            forms.dedup();
            forms
        }
        RowForms {
            cases: once(&self.cases, Cases::None),
            applications: once(&self.applications, Applications::None),
        }
    }
}

/// Runs `work` on as many threads as asked for.
pub(super) fn on_threads<T: Send>(
    threads: Option<u16>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, Failure> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.map_or(0, usize::from))
        .build()
        .map_err(|error| Failure::files(["开不了线程", "cannot start threads"], &error))?;
    Ok(pool.install(work))
}
