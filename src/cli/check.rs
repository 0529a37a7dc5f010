//! `huying check`: every mistake of input files.

use std::path::PathBuf;

use serde_json::json;

use super::failure::{Failure, Outcome};
use super::options::{Format, Lang, ShowOptions};
use super::output;
use super::question::{CHARTS, kpi_ids};
use crate::compile::{self, Checked, Known};

/// Find every mistake in models, scenarios and experiments
///
/// Nothing is run. Mistakes are listed all at once, each with file, line, what was expected and a
/// suggestion; exit code 2.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Models, scenarios, experiments, or folders of them
    #[arg(required = true)]
    path: Vec<PathBuf>,
    #[command(flatten)]
    show: ShowOptions,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let lang = self.show.lang;
        let ids = kpi_ids();
        let known = Known { kpis: &ids, charts: &CHARTS };
        let checked = compile::check(&self.path, &known).map_err(Failure::input(lang))?;
        match self.show.format {
            Format::Text => output::say(&words(&checked, lang)),
            Format::Json => output::say_json(&json!({
                "models": shown(&checked.models),
                "scenarios": shown(&checked.scenarios),
                "experiments": shown(&checked.experiments),
            })),
            Format::Csv => {
                let rows = [
                    ("model", &checked.models),
                    ("scenario", &checked.scenarios),
                    ("experiment", &checked.experiments),
                ];
                let rows = rows.into_iter().flat_map(|(kind, paths)| {
                    shown(paths).into_iter().map(move |path| [kind.to_owned(), path])
                });
                let table =
                    super::briefing::text_table("checked", ["kind", "path"], rows.collect());
                output::say_csv(&table)
            }
        }?;
        Ok(Outcome::Done)
    }
}

fn shown(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| super::paths::shown(path)).collect()
}

fn words(checked: &Checked, lang: Lang) -> String {
    let (models, scenarios, experiments) =
        (checked.models.len(), checked.scenarios.len(), checked.experiments.len());
    match lang {
        Lang::Zh => {
            format!("没有错误:{models} 个模型,{scenarios} 个情景,{experiments} 个实验。\n")
        }
        Lang::En => format!(
            "No mistake: {models} models, {scenarios} scenarios, {experiments} experiments.\n"
        ),
    }
}
