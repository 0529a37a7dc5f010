//! The command line: verbs, options, exit codes.
//!
//! Data goes to standard output, progress and advice to standard error. One file per verb; the
//! doc comment of its `Args` is its help.

mod asked;
mod attribute;
mod bench;
mod briefing;
mod check;
mod command_words;
mod compare;
mod coverage;
mod design;
mod execute;
mod factors;
mod failure;
mod fit;
mod help_zh;
mod ignorance;
mod kpis;
mod levers;
mod mechanisms;
mod new;
mod options;
mod output;
mod parts;
mod paths;
mod plan_of_runs;
mod points;
mod progress;
mod question;
mod reference;
mod registry;
mod report;
mod run;
mod scenarios;
mod schema;
mod select;
mod sensitivity;
mod stress;
mod study;
mod theory;
mod titles;
mod trace;
mod verify;
mod wrong_call;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use failure::{Failure, Outcome};
use options::Lang;

/// Simulate a city's reformed grassroots government (乡呼县应)
///
/// Exit codes: 0 done; 1 done, but a replication failed or a check disagreed; 2 usage or invalid
/// input; 3 file system; 70 a fault of the program.
#[derive(Debug, Parser)]
#[command(name = "huying", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    New(new::Args),
    Check(check::Args),
    Run(run::Args),
    Compare(compare::Args),
    Study(study::Args),
    Select(select::Args),
    Attribute(attribute::Args),
    Sensitivity(sensitivity::Args),
    Fit(fit::Args),
    Coverage(coverage::Args),
    Trace(trace::Args),
    Report(report::Args),
    Verify(verify::Args),
    Bench(bench::Args),
    Levers(levers::Args),
    Kpis(kpis::Args),
    Mechanisms(mechanisms::Args),
    Schema(schema::Args),
    Reference(reference::Args),
}

impl Verb {
    fn run(&self) -> Result<Outcome, Failure> {
        match self {
            Verb::New(args) => args.run(),
            Verb::Check(args) => args.run(),
            Verb::Run(args) => args.run(),
            Verb::Compare(args) => args.run(),
            Verb::Study(args) => args.run(),
            Verb::Select(args) => args.run(),
            Verb::Attribute(args) => args.run(),
            Verb::Sensitivity(args) => args.run(),
            Verb::Fit(args) => args.run(),
            Verb::Coverage(args) => args.run(),
            Verb::Trace(args) => args.run(),
            Verb::Report(args) => args.run(),
            Verb::Verify(args) => args.run(),
            Verb::Bench(args) => args.run(),
            Verb::Levers(args) => args.run(),
            Verb::Kpis(args) => args.run(),
            Verb::Mechanisms(args) => args.run(),
            Verb::Schema(args) => args.run(),
            Verb::Reference(args) => args.run(),
        }
    }
}

/// Options that verbs have from those that several share, and refuse: their help does not name
/// them.
const REFUSED: [(&[&str], &[&str]); 5] = [
    (
        &["select", "attribute", "sensitivity", "fit", "reference"],
        &["precision", "ignorance", "ignorance_replications"],
    ),
    (&["select", "attribute", "sensitivity", "fit"], &["cases", "applications"]),
    (&["select", "sensitivity"], &["replication"]),
    (&["select"], &["replications"]),
    (&["attribute"], &["set"]),
];

/// The command line with its help in a language.
fn command(lang: Lang) -> clap::Command {
    let mut command = Cli::command().mut_subcommands(|verb| {
        let name = verb.get_name().to_owned();
        let refused = REFUSED.iter().filter(|(verbs, _)| verbs.contains(&&*name));
        let options = refused.flat_map(|(_, options)| *options);
        options.fold(verb, |verb, option| verb.mut_arg(option, |arg| arg.hide(true)))
    });
    match lang {
        Lang::En => command,
        Lang::Zh => {
            // Only a command that has been built has its `--help` and `--version`.
            command.build();
            help_zh::translate(command)
        }
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    failure::install_panic_hook();
    let lang = Lang::of_call();
    let read = command(lang).try_get_matches();
    let cli = match read.and_then(|found| Cli::from_arg_matches(&found)) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers; anything else is a wrong call. A closed pipe is fine.
            let code = if error.use_stderr() { 2 } else { 0 };
            match (lang, wrong_call::in_chinese(&error)) {
                (Lang::Zh, Some(words)) => output::aside(format_args!("{words}")),
                _ => drop(error.print()),
            }
            return ExitCode::from(code);
        }
    };
    let verb = std::panic::AssertUnwindSafe(|| cli.verb.run());
    match std::panic::catch_unwind(verb) {
        Ok(result) => failure::exit(result, lang),
        Err(_) => ExitCode::from(failure::FAULT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_do_not_contradict_each_other() {
        // Catches: two options of one name, a default that its own parser refuses.
        Cli::command().debug_assert();
    }

    #[test]
    fn every_verb_says_what_it_does() {
        // Catches: a verb without help, or a first line that ends with a full stop.
        for verb in Cli::command().get_subcommands() {
            let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!about.is_empty() && !about.ends_with('.'), "{}: {about}", verb.get_name());
        }
    }
}
