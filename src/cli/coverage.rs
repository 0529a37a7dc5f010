//! `huying coverage`: which agencies at the street would cover most cases that need others.

use std::path::PathBuf;

use super::failure::{Failure, Outcome};
use super::options::{Format, Lang, ShowOptions};
use super::output;
use super::question::areas_alone;
use crate::compile::{self, Area};
use crate::domain::City;
use crate::study::coverage::{coverage, table};
use crate::table::Table;

/// Which agencies at the street cover most of the cases that need others
///
/// From the tables alone, without a run: the share of cases that are not simple of which every
/// department needed is stationed or met by the squad. Compares the agencies of a scenario with
/// those chosen one after the other, and with the best of all sets of each size.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The model: a folder, its model.toml, or a name in models/
    model: PathBuf,
    /// Scenario whose stationed agencies (L16) are the set to compare with
    #[arg(long, value_name = "NAME|FILE", default_value = "after")]
    scenario: String,
    /// Largest number of agencies
    #[arg(long, value_name = "N", default_value_t = 5)]
    choose: usize,
    /// Streets that count: `city`, `district:历下区` or `street:姚家街道`; repeatable
    #[arg(long, value_name = "AREA")]
    area: Vec<String>,
    #[command(flatten)]
    show: ShowOptions,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let lang = self.show.lang;
        let model = compile::load_model(&self.model).map_err(Failure::input(lang))?;
        let plan = compile::plan(&model, &self.scenario, &[]).map_err(Failure::input(lang))?;
        let written =
            if self.area.is_empty() { vec!["city".to_owned()] } else { self.area.clone() };
        let area = Area::union(&areas_alone(&model, &written, lang)?);
        let last = plan.plan.epochs.last().expect("invariant: a plan has an epoch");
        let first = area.streets.iter().position(|selected| *selected).unwrap_or_default();
        let named = last.streets[first].enforcement.stationed;
        let rows = table(&coverage(&model.city, &area.streets, named, self.choose));
        match self.show.format {
            Format::Csv => output::say_csv(&rows)?,
            Format::Json => output::say_json(&output::rows(&rows))?,
            Format::Text => {
                output::say(&readable(&rows, &model.city, lang))?;
            }
        }
        Ok(Outcome::Done)
    }
}

/// The table to read: ways and agencies in words.
fn readable(rows: &Table, city: &City, lang: Lang) -> String {
    let mut shown = output::plain();
    shown.set_header(match lang {
        Lang::Zh => ["部门数", "选法", "覆盖", "部门"],
        Lang::En => ["agencies", "chosen", "covered", "which"],
    });
    for row in 0..rows.n_rows() {
        let way = match &*rows.text_at("way", row) {
            "named" => lang.pick("情景所列", "by the scenario"),
            "greedy" => lang.pick("逐个选取", "one by one"),
            _ => lang.pick("全部比较", "best of all"),
        };
        let names = rows.text_at("agencies", row);
        let named = names.split(';').map(|name| in_words(city, name, lang));
        shown.add_row([
            format!("{}", rows.number_at("n", row)),
            way.to_owned(),
            format!("{:.1}%", 100.0 * rows.number_at("share", row)),
            named.collect::<Vec<_>>().join(lang.pick("、", ", ")),
        ]);
    }
    format!("{}\n", shown.trim_fmt())
}

/// What an agency is called; a lever's short name may mean several.
fn in_words(city: &City, name: &str, lang: Lang) -> String {
    let meant = city.agencies.iter().filter(|agency| {
        agency.id == name || agency.seed_name.as_deref().is_some_and(|short| short == name)
    });
    let words: Vec<&str> = meant.map(|agency| lang.pick(&agency.zh, &agency.en)).collect();
    if words.is_empty() { name.to_owned() } else { words.join(" + ") }
}
