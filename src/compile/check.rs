//! Every mistake of models, scenarios and experiments, without running any of them.

use super::experiment::{Known, load_experiment};
use super::folder::{self, toml_stems};
use super::model::load_model;
use super::plan::plan;
use super::scenario::{check_plain, find_levers};
use super::{package, shocks};
use crate::spec::{Diagnostic, Diagnostics, Fields, Place, Source, Words, parse_toml, text};
use std::path::{Path, PathBuf};

/// What [`check`] looked at.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Checked {
    /// Folders of models.
    pub models: Vec<PathBuf>,
    /// Scenario files.
    pub scenarios: Vec<PathBuf>,
    /// Experiment files.
    pub experiments: Vec<PathBuf>,
}

impl Checked {
    fn n(&self) -> usize {
        self.models.len() + self.scenarios.len() + self.experiments.len()
    }
}

/// Checks every path: a model's folder (with all its scenarios and experiments), a scenario, an
/// experiment, or a folder of such things.
///
/// Some values of a scenario mean something in a model only: places, dates, agencies. Where the
/// model is broken these are left out of what is checked.
///
/// # Errors
/// Every mistake found, each once.
pub fn check(paths: &[PathBuf], known: &Known<'_>) -> Result<Checked, Diagnostics> {
    let mut log = Diagnostics::new();
    let mut checked = Checked::default();
    for path in paths {
        if path.is_dir() {
            let before = checked.n();
            check_folder(path, known, &mut checked, &mut log);
            if checked.n() == before && log.is_empty() {
                log.push(nothing_here(path));
            }
        } else if !path.exists() {
            let gone = std::io::ErrorKind::NotFound.into();
            log.push(Source::unreadable(path, Place::whole(path.display().to_string()), &gone));
        } else {
            check_file(path, known, &mut checked, &mut log);
        }
    }
    log.unless_wrong(Some(checked))
}

fn check_folder(dir: &Path, known: &Known<'_>, checked: &mut Checked, log: &mut Diagnostics) {
    if dir.join("model.toml").is_file() {
        check_model(dir, known, checked, log);
        return;
    }
    for stem in toml_stems(dir) {
        check_file(&dir.join(format!("{stem}.toml")), known, checked, log);
    }
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    for folder in folders {
        check_folder(&folder, known, checked, log);
    }
}

fn check_model(dir: &Path, known: &Known<'_>, checked: &mut Checked, log: &mut Diagnostics) {
    if checked.models.iter().any(|done| done == dir) {
        return;
    }
    checked.models.push(dir.to_owned());
    match load_model(dir) {
        Ok(model) => {
            for name in &model.scenarios {
                checked.scenarios.push(dir.join("scenarios").join(format!("{name}.toml")));
                if let Err(more) = plan(&model, name, &[]) {
                    log.append(more);
                }
            }
        }
        Err(more) => {
            log.append(more);
            for stem in toml_stems(&dir.join("scenarios")) {
                check_names(&dir.join("scenarios").join(format!("{stem}.toml")), log);
            }
        }
    }
    let experiments = dir.join("experiments");
    for stem in toml_stems(&experiments) {
        check_file(&experiments.join(format!("{stem}.toml")), known, checked, log);
    }
}

/// What can be said of a scenario whose model is broken: keys, names of levers, and their values
/// where they name no place and no agency.
fn check_names(path: &Path, log: &mut Diagnostics) {
    let Some((source, _)) = folder::read(path, None, log) else { return };
    let tree = parse_toml(&source, log);
    let mut fields = Fields::root(&source, &tree);
    for key in ["name_zh", "name_en"] {
        let node = fields.required(key, log);
        node.and_then(|node| text(&source, key, node, log));
    }
    for key in ["extends", package::KEY, shocks::KEY] {
        fields.optional(key);
    }
    if let Some(entries) = fields.optional("levers").and_then(|node| node.table()) {
        let mut levers = Vec::new();
        find_levers(&source, "", entries, &mut levers, log);
        levers.iter().for_each(|(lever, entry)| check_plain(&source, lever, &entry.node, log));
    }
    fields.finish(log);
}

fn check_file(path: &Path, known: &Known<'_>, checked: &mut Checked, log: &mut Diagnostics) {
    let parent = path.parent().unwrap_or(Path::new(""));
    let above = parent.parent().unwrap_or(Path::new(""));
    if path.file_name().is_some_and(|name| name == "model.toml") {
        check_model(parent, known, checked, log);
    } else if parent.ends_with("scenarios") && above.join("model.toml").is_file() {
        let loaded = load_model(above).and_then(|model| {
            checked.scenarios.push(path.to_owned());
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            plan(&model, &stem.unwrap_or_default(), &[])
        });
        if let Err(more) = loaded {
            log.append(more);
        }
    } else if path.extension().is_some_and(|ending| ending == "toml") {
        checked.experiments.push(path.to_owned());
        if let Err(more) = load_experiment(path, known) {
            log.append(more);
        }
    } else {
        log.push(nothing_here(path));
    }
}

fn nothing_here(path: &Path) -> Diagnostic {
    let words = Words::new("这里没有可检查的", "nothing to check here");
    let expected = Words::new(
        "模型文件夹、情景或实验的 .toml 文件，或装有它们的文件夹",
        "a model's folder, the .toml file of a scenario or experiment, or a folder of these",
    );
    let place = Place::whole(path.display().to_string());
    Diagnostic::new("check::nothing", place, words).expected(expected)
}
