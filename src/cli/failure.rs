//! How a verb ends, and the exit codes that scripts rely on.

use std::fmt::Display;
use std::process::ExitCode;

use crate::compile::{Diagnostics, Words};
use crate::spec::nearest;
use crate::store::{OutDirError, StoreError};

use super::options::Lang;
use super::{output, question};

/// A verb that ended as it should.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// All well: 0.
    Done,
    /// Done, but a replication failed or a check disagreed: 1.
    Doubtful,
}

/// A verb that could not do its work.
#[derive(Debug)]
pub(super) enum Failure {
    /// The command line asks for something that cannot be: 2.
    Usage(Box<Words>),
    /// Mistakes in input files: 2.
    Input(Box<Diagnostics>, Lang),
    /// The file system said no: 3.
    Files(Box<Words>),
    /// Nobody reads standard output any more: success.
    PipeClosed,
}

impl Failure {
    /// For `map_err`: mistakes of input files in the language of the call.
    pub(super) fn input(lang: Lang) -> impl Fn(Diagnostics) -> Failure {
        move |diagnostics| Failure::Input(Box::new(diagnostics), lang)
    }

    /// The command line asks for something that cannot be, said in Chinese and in English.
    pub(super) fn usage<T: Into<String>>([zh, en]: [T; 2]) -> Failure {
        Failure::Usage(Box::new(Words::new(zh, en)))
    }

    /// What could not be done, in Chinese and in English, and what the system said.
    pub(super) fn files<T: AsRef<str>>([zh, en]: [T; 2], said: &dyn Display) -> Failure {
        let words =
            Words::new(format!("{}：{said}", zh.as_ref()), format!("{}: {said}", en.as_ref()));
        Failure::Files(Box::new(words))
    }

    /// An option that says nothing to this verb.
    pub(super) fn not_taken(verb: &str, option: &str) -> Failure {
        Failure::usage([format!("{verb} 不接受 {option}"), format!("{verb} takes no {option}")])
    }

    /// There is no such KPI.
    pub(super) fn no_kpi(id: &str) -> Failure {
        let near = meant(id, question::kpi_ids());
        Failure::usage([
            format!("没有指标“{id}”{}；见 `huying kpis`", near.zh),
            format!("no KPI \"{id}\"{}; see `huying kpis`", near.en),
        ])
    }
}

/// The nearest known name as an addition to a message, empty if none is near.
pub(super) fn meant<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Words {
    did_you_mean(nearest(name, known))
}

/// A name that was probably meant as an addition to a message.
pub(super) fn did_you_mean(name: Option<&str>) -> Words {
    name.map_or_else(
        || Words::same(""),
        |name| {
            Words::new(format!("（是否想写“{name}”？）"), format!(" (did you mean \"{name}\"?)"))
        },
    )
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        let zh = match error.operation {
            "read" => "读不了",
            "write" | "write in" => "写不了",
            "make the folder" => "建不了文件夹",
            "remove" => "删不掉",
            "replace" => "换不掉",
            _ => "用不了",
        };
        let path = error.path.display();
        let said = Words::of_system(&error.source);
        Failure::Files(Box::new(Words::new(
            format!("{zh} {path}：{}", said.zh),
            format!("cannot {} {path}: {}", error.operation, said.en),
        )))
    }
}

impl From<OutDirError> for Failure {
    fn from(error: OutDirError) -> Failure {
        let en = error.to_string();
        let zh = match error {
            OutDirError::Store(error) => return error.into(),
            OutDirError::OtherResult(path) => {
                format!("{} 里是另一份输入的结果；请换一个 --out，或把它删掉", path.display())
            }
            OutDirError::OtherReplications { path, have, want } => format!(
                "{} 里是同一项研究，重复 {have} 次；加 --resume 可换成 {want} 次的，或换一个 --out",
                path.display()
            ),
            OutDirError::MoreReplications { path, have, want } => format!(
                "{} 里是同一项研究，重复 {have} 次，多于 {want} 次；请换一个 --out",
                path.display()
            ),
            OutDirError::OtherUnfinished(path) => {
                format!("{} 里是另一份输入未完成的研究；请换一个 --out，或把它删掉", path.display())
            }
            OutDirError::NotOurs { path, file } => {
                format!("{} 里有别的文件，如 {file}；请换一个 --out", path.display())
            }
        };
        Failure::usage([zh, en])
    }
}

/// Tells the user and gives the exit code.
pub(super) fn exit(result: Result<Outcome, Failure>, lang: Lang) -> ExitCode {
    match result {
        Ok(Outcome::Done) | Err(Failure::PipeClosed) => ExitCode::SUCCESS,
        Ok(Outcome::Doubtful) => ExitCode::from(1),
        Err(Failure::Usage(words)) => {
            output::aside(format_args!("huying: {}", words.in_language(lang.of_files())));
            ExitCode::from(2)
        }
        Err(Failure::Input(diagnostics, lang)) => {
            for line in diagnostics.render(lang.of_files()) {
                output::aside(format_args!("{line}"));
            }
            ExitCode::from(2)
        }
        Err(Failure::Files(words)) => {
            output::aside(format_args!("huying: {}", words.in_language(lang.of_files())));
            ExitCode::from(3)
        }
    }
}

/// Exit code of a fault of ours.
pub(super) const FAULT: u8 = 70;

/// Says what happened when the program itself is wrong. Inside a replication a panic is caught
/// and becomes a row of `failures.csv`; there the hook only notes the place.
pub(super) fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        let site = info
            .location()
            .map(|site| format!("{}:{}", site.file(), site.line()))
            .unwrap_or_default();
        if crate::study::in_replication() {
            crate::study::note_panic_site(site);
            return;
        }
        output::aside(format_args!("huying: a fault of the program, not of your input: {info}"));
        output::aside(format_args!("Please report it with the command and the lines above."));
    }));
}
