//! `huying reference`: the pages of `docs/reference/` that the program knows best.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::failure::{Failure, Outcome};
use super::options::{DesignOptions, Lang, on_threads};
use super::{kpis, levers, mechanisms, progress, question};
use crate::compile;
use crate::domain::{Mechanism, mechanisms as all_mechanisms};
use crate::measure::{KpiId, Scope, Selection};
use crate::store::write_whole;
use crate::study::{NoJournal, Study, effects};
use crate::table::Table;

/// Write the reference pages: levers, KPIs, mechanisms, command line
///
/// Pages are made from the registries. The page of mechanisms says which way each expectation of
/// the fact base turned out: with --measure the mechanisms are moved one by one, at the before and
/// at the after side, and the page is written anew; without it that page is left as it is.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of the pages
    #[arg(default_value = "docs/reference")]
    folder: PathBuf,
    /// Model on which the mechanisms are moved
    #[arg(long, value_name = "MODEL")]
    measure: Option<PathBuf>,
    #[command(flatten)]
    design: DesignOptions,
    /// Language of messages
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        self.design.check()?;
        self.design.without_ignorance("reference")?;
        let mut pages = pages();
        if let Some(model) = &self.measure {
            pages.push(("mechanisms.md", self.mechanisms_page(model)?));
        }
        std::fs::create_dir_all(&self.folder)
            .map_err(|error| Failure::files(["建不了文件夹", "cannot make the folder"], &error))?;
        for (name, text) in pages {
            write_whole(&self.folder.join(name), text.as_bytes())?;
        }
        Ok(Outcome::Done)
    }

    /// Moves every mechanism alone and writes what was found.
    fn mechanisms_page(&self, path: &Path) -> Result<String, Failure> {
        let model = compile::load_model(path).map_err(Failure::input(self.lang))?;
        let arms = effects::arms(&model).map_err(Failure::input(self.lang))?;
        let areas = question::areas_alone(&model, &self.design.area, self.lang)?;
        let area = if areas.is_empty() {
            compile::area(&model.city, "city").map_err(Failure::input(self.lang))?
        } else {
            compile::Area::union(&areas)
        };
        let study = Study {
            city: model.city.clone(),
            arms,
            selection: Selection { streets: area.streets },
            districts: area.districts,
            scopes: Scope::ALL.to_vec(),
            seed: self.design.seed.unwrap_or(question::SEED),
            replications: 1..=self.design.replications.unwrap_or(10),
            warm_up_days: self.design.warm_up.unwrap_or(question::WARM_UP_DAYS),
            horizon_days: self.design.days.unwrap_or(question::HORIZON_DAYS),
            confidence: 0.95,
        };
        let (result, _) = on_threads(None, || {
            let progress = progress::progress(false, self.lang, Vec::new());
            (study.run(&NoJournal, progress.as_ref()), ())
        })?;
        let found = effects::table(&result);
        Ok(mechanisms_text(&study, &area.name, &found))
    }
}

/// Pages made from the registries alone: file name and text.
pub(super) fn pages() -> Vec<(&'static str, String)> {
    let levers = page(
        "Levers",
        "What policy can move: `huying levers ID` explains one. Values `before` and `after` with \
         their source.",
        &levers::registry().table,
        &["id", "key", "name_zh", "name_en", "unit", "range", "before", "after"],
    );
    let kpis = page(
        "KPIs",
        "What is measured: `huying kpis ID` explains one, with its Chinese formula.",
        &kpis::registry().table,
        &["id", "name_zh", "name_en", "unit", "good", "scopes", "formula"],
    );
    let [english, chinese] = [Lang::En, Lang::Zh].map(command_line);
    vec![("levers.md", levers), ("kpis.md", kpis), ("cli.md", english), ("cli.zh.md", chinese)]
}

const WRITTEN_BY: &str = "<!-- Written by `huying reference`; do not edit by hand. -->";

fn page(title: &str, lead: &str, table: &Table, columns: &[&str]) -> String {
    let columns: Vec<&str> =
        columns.iter().copied().filter(|name| table.column(name).is_some()).collect();
    let rows: Vec<usize> = (0..table.n_rows()).collect();
    let cells = |row: &usize| {
        columns.iter().map(|name| table.text_at(name, *row).into_owned()).collect::<Vec<_>>()
    };
    let body = markdown(&columns, rows.iter().map(cells));
    format!("# {title}\n\n{WRITTEN_BY}\n\n{lead}\n\n{body}")
}

fn markdown(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}\n", columns.join(" | "), " --- |".repeat(columns.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

/// The whole help of the program.
fn command_line(lang: Lang) -> String {
    // A fixed width: the page must not depend on the terminal that writes it.
    let mut command = super::command(lang).term_width(100);
    command.build();
    let mut text = format!("# {}\n\n{WRITTEN_BY}\n", lang.pick("命令行", "Command line"));
    let mut add = |name: &str, help: String| {
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        let _ = write!(text, "\n## `{name}`\n\n```text\n{}\n```\n", lines.join("\n").trim_end());
    };
    add("huying", command.render_long_help().to_string());
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    for name in names.iter().filter(|name| *name != "help") {
        if let Some(verb) = command.find_subcommand_mut(name) {
            add(&format!("huying {name}"), verb.render_long_help().to_string());
        }
    }
    text
}

fn mechanisms_text(study: &Study, area: &str, found: &Table) -> String {
    let mut text = format!(
        "# Mechanisms\n\n{WRITTEN_BY}\n\nEvery mechanism of the seed text, its levers, and what \
         the fact base expects of it (FACTS section 3). Each one was moved alone twice: switched \
         on at the before side, and switched off at the after side (the base M44 is taken away from \
         the before side); all differences are \"with minus without\", paired by replication, with 95% intervals not adjusted for their number. \
         Directions are computed, not forced: a disagreement is a finding about the model or about \
         the expectation.\n\nArea {area}; {} replications, warm-up {} days, horizon {} days, seed \
         {}.\n",
        study.n_replications(),
        study.warm_up_days,
        study.horizon_days,
        study.seed,
    );
    let count = |word: &str| found.rows_where(&[("found", word)]).len();
    let _ = writeln!(
        text,
        "\n{} comparisons: {} agree, {} disagree, {} unclear (the interval includes zero).\n",
        found.n_rows(),
        count("agree"),
        count("disagree"),
        count("unclear"),
    );
    let columns =
        ["mechanism", "moved", "KPI", "unit", "expected", "with - without", "95%", "found"];
    let rows = (0..found.n_rows()).map(|row| {
        let kpi = found.text_at("kpi", row).into_owned();
        let unit = KpiId::find(&kpi).map_or("", |id| id.kpi().unit);
        let number = |name: &str| short(found.number_at(name, row));
        let arm = found.text_at("arm", row).into_owned();
        let side = arm.split_once('_').map_or("", |(_, side)| side).replace('_', " ");
        vec![
            found.text_at("mechanism", row).into_owned(),
            side,
            kpi,
            unit.to_owned(),
            found.text_at("expected", row).into_owned(),
            number("difference"),
            format!("[{}, {}]", number("low"), number("high")),
            found.text_at("found", row).into_owned(),
        ]
    });
    text.push_str(&markdown(&columns, rows));
    text.push_str("\n## The 44 mechanisms\n\n");
    let rows = all_mechanisms().into_iter().map(mechanism_row);
    text.push_str(&markdown(&["id", "group", "quote", "what it changes", "levers"], rows));
    text
}

fn mechanism_row(mechanism: &Mechanism) -> Vec<String> {
    let levers = mechanisms::levers(mechanism).replace(';', ", ");
    vec![
        mechanism.id.to_owned(),
        mechanism.group.to_string(),
        mechanism.quote.to_owned(),
        mechanism.en.to_owned(),
        levers,
    ]
}

/// Four significant digits, without a sign of precision that is not there.
fn short(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let magnitude = if value.abs() > 0.0 { value.abs().log10().floor() as i32 } else { 0 };
    let decimals = (3 - magnitude).clamp(0, 6) as usize;
    format!("{value:+.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches reference pages that were not written again after a registry or an option changed:
    // run `huying reference`.
    #[test]
    fn pages_in_the_repository_are_up_to_date() {
        for (name, text) in pages() {
            let path = Path::new("docs/reference").join(name);
            let stored = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(stored == text, "{} is stale: run `huying reference`", path.display());
        }
    }
}
