//! `huying new`: a small model to start from.

use std::path::{Path, PathBuf};

use super::failure::{Failure, Outcome};
use super::options::Lang;
use super::{output, paths};
use crate::compile;
use crate::store::write_whole;

/// Start a small commented model with scenarios and an experiment
///
/// Makes the folder NAME, in models/ if there is such a folder here. Everything in it runs as it
/// is and is meant to be changed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name of the model: letters, digits, `-` and `_`
    name: String,
    /// Language of words
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let files = compile::new_model(&self.name).map_err(Failure::input(self.lang))?;
        let models = Path::new("models");
        let inside = if models.is_dir() { models } else { Path::new("") };
        let folder = inside.join(&self.name);
        if folder.exists() {
            let folder = folder.display();
            return Err(Failure::usage([
                format!("{folder} 已经存在；什么也没有写"),
                format!("{folder} is there already; nothing was written"),
            ]));
        }
        for (name, text) in &files {
            write_whole(&folder.join(name), text.as_bytes())?;
        }
        output::say(&self.words(&folder, files.len()))?;
        Ok(Outcome::Done)
    }

    /// What was made, and what to do next.
    fn words(&self, folder: &Path, n: usize) -> String {
        let experiment: PathBuf = folder.join("experiments").join("reform.toml");
        let (folder, experiment) = (paths::shown(folder), paths::shown(&experiment));
        let made = match self.lang {
            Lang::Zh => format!("{folder}:{n} 个文件。接着可以："),
            Lang::En => format!("{folder}: {n} files. Next:"),
        };
        format!(
            "{made}\n  huying check {folder}\n  huying compare {folder}\n  huying study {experiment}\n"
        )
    }
}
