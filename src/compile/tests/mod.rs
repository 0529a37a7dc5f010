//! Models, scenarios and experiments on disk, what is made of them, and what is refused.

mod applications;
mod broken;
mod designs;
mod levers;
mod package;
mod shipped;
mod shocks;
mod told_once;

use super::*;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A model of the repository.
fn jinan() -> LoadedModel {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/jinan");
    load_model(&dir).unwrap_or_else(|log| panic!("models/jinan:\n{log}"))
}

/// The model of `huying new` in a folder of its own, to be spoilt.
struct Draft {
    folder: TempDir,
}

impl Draft {
    fn new() -> Draft {
        let folder = TempDir::new().expect("a temporary folder");
        for (path, text) in new_model("draft").expect("a fit name") {
            let path = folder.path().join("draft").join(path);
            std::fs::create_dir_all(path.parent().expect("below the folder")).expect("created");
            std::fs::write(path, text).expect("written");
        }
        Draft { folder }
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("draft")
    }

    /// Replaces a piece of a file that must be there.
    fn edit(&self, file: &str, from: &str, to: &str) -> &Draft {
        let path = self.dir().join(file);
        let text = std::fs::read_to_string(&path).expect("readable");
        assert!(text.contains(from), "{file} has no {from:?}");
        std::fs::write(path, text.replacen(from, to, 1)).expect("written");
        self
    }

    fn write(&self, file: &str, text: &str) -> &Draft {
        std::fs::write(self.dir().join(file), text).expect("written");
        self
    }

    fn load(&self) -> LoadedModel {
        load_model(&self.dir()).unwrap_or_else(|log| panic!("draft:\n{log}"))
    }

    /// Mistakes as shown, without the folder of the test.
    fn lines(&self, log: &Diagnostics) -> Vec<String> {
        let dir = format!("{}/", self.dir().display());
        log.render(Language::En).into_iter().map(|line| line.replace(&dir, "")).collect()
    }

    /// Mistakes of the model.
    fn mistakes(&self) -> Vec<String> {
        load_model(&self.dir()).map_or_else(|log| self.lines(&log), |_| Vec::new())
    }

    /// Mistakes of a scenario, in the language of the user.
    fn scenario_mistakes(&self, levers: &str) -> Vec<String> {
        let head = "name_zh = \"甲\"\nname_en = \"A\"\n";
        self.write("scenarios/a.toml", &format!("{head}{levers}"));
        let planned = plan(&self.load(), "a", &[]);
        planned.map_or_else(|log| self.lines(&log), |_| Vec::new())
    }
}
