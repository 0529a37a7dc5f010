//! `huying report`: charts and briefing of a finished result, made again from its tables.

use std::path::{Path, PathBuf};

use super::briefing;
use super::execute::charts;
use super::failure::{Failure, Outcome};
use super::options::Lang;
use super::output;
use crate::present;
use crate::store::{self, Manifest, OutDir, StoreError};
use crate::table::Table;

/// Make charts, briefing and workbook of a finished result again, from its tables
///
/// Reads nothing but the result's folder. In another language, the result says so in its manifest.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of the result
    dir: PathBuf,
    /// Language of words; by default that of the result
    #[arg(long, value_enum)]
    lang: Option<Lang>,
    /// Day on which the result is published (2026-11-26), for ro-crate-metadata.json: archives ask
    /// for it, and no run can know it
    #[arg(long, value_name = "DATE", value_parser = day)]
    published: Option<String>,
}

/// A day of the calendar.
fn day(text: &str) -> Result<String, String> {
    let day = text.parse::<jiff::civil::Date>();
    day.map(|day| day.to_string()).map_err(|_| "expected a day such as 2026-11-26".to_owned())
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let mut manifest = open(&self.dir)?;
        let lang = match (self.lang, manifest.lang.as_str()) {
            (Some(lang), _) => lang,
            (None, "en") => Lang::En,
            (None, _) => Lang::Zh,
        };
        manifest.published = self.published.clone().or(manifest.published);
        let old = std::mem::replace(&mut manifest.lang, lang.id().to_owned());
        for word in &mut manifest.command {
            if *word == format!("--lang={old}") {
                *word = format!("--lang={}", lang.id());
            }
        }
        let tables: Vec<Table> = briefing::tables_of(&manifest)
            .iter()
            .map(|name| read(&self.dir, name))
            .collect::<Result<_, _>>()?;
        let bundle = briefing::briefing(&manifest, &tables);
        let charts = charts(&bundle, &manifest, lang);
        manifest.files.retain(|name, _| !name.starts_with("charts/"));
        for chart in &charts {
            let name = format!("charts/{}", chart.name);
            write(
                &self.dir,
                &mut manifest,
                &format!("{name}.svg"),
                present::outlined(&chart.svg).as_bytes(),
            )?;
            write(&self.dir, &mut manifest, &format!("{name}.png"), &chart.png)?;
        }
        let book = present::workbook(&bundle, lang.of_report());
        write(&self.dir, &mut manifest, "results.xlsx", &book)?;
        let html = present::report_html(&bundle, &charts, lang.of_report());
        write(&self.dir, &mut manifest, "report.html", html.as_bytes())?;
        store::describe(&self.dir, &mut manifest)?;
        store::write_whole(&self.dir.join("manifest.json"), &manifest.to_json())?;
        output::say(&format!("{}\n", self.dir.join("report.html").display()))?;
        Ok(Outcome::Done)
    }
}

/// Manifest of a finished result.
pub(super) fn open(dir: &Path) -> Result<Manifest, Failure> {
    if !dir.join("manifest.json").is_file() {
        let dir = dir.display();
        return Err(Failure::usage([
            format!("{dir} 不是已完成的结果：没有 manifest.json"),
            format!("{dir} is not a finished result: no manifest.json"),
        ]));
    }
    Ok(OutDir::manifest(dir)?)
}

fn read(dir: &Path, name: &str) -> Result<Table, Failure> {
    let path = dir.join(format!("{name}.csv"));
    let bytes = std::fs::read(&path).map_err(|source| StoreError {
        operation: "read",
        path: path.clone(),
        source,
    })?;
    store::read_csv(name, &bytes)
        .map_err(|words| Failure::usage([0, 1].map(|_| format!("{}: {words}", path.display()))))
}

fn write(dir: &Path, manifest: &mut Manifest, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    store::write_whole(&dir.join(name), bytes)?;
    manifest.files.insert(name.to_owned(), super::paths::digest(bytes));
    Ok(())
}
