//! A folder with a model of three streets, and calls of the program in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::files::texts;

/// A folder with `models/small` and `small.toml`, an experiment.
pub(crate) struct Place {
    dir: TempDir,
}

/// A short design.
pub(crate) const DESIGN: [&str; 7] =
    ["--days", "14", "--warm-up", "7", "--replications", "2", "--quiet"];

impl Place {
    pub(crate) fn new() -> Place {
        let dir = TempDir::new().expect("a folder for the test");
        let place = Place { dir };
        for file in texts("models/jinan", &[".toml", ".csv"]) {
            let below = file.path.trim_start_matches("models/jinan/");
            place.write(&format!("models/small/{below}"), &small(below, &file.text));
        }
        place.write("small.toml", EXPERIMENT);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("folder");
        fs::write(path, text).expect("file");
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_huying"));
        command.current_dir(self.dir.path()).env_remove("COLUMNS").args(args);
        command
    }

    pub(crate) fn call(&self, args: &[&str]) -> Said {
        let output = self.command(args).output().expect("the program can be started");
        Said::of(args, output)
    }

    /// Every file below a folder with its bytes.
    pub(crate) fn bytes(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut open = vec![self.path(folder)];
        while let Some(dir) = open.pop() {
            for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(self.path(folder)).expect("below");
                    let name = name.to_string_lossy().into_owned();
                    found.insert(name, fs::read(&path).expect("file"));
                }
            }
        }
        found
    }
}

/// Files of the model made small: three streets, few people.
fn small(name: &str, text: &str) -> String {
    let keep = ["street_code", "370102003", "370102005", "370102008"];
    let lines = text.lines().filter_map(|line| match name {
        "streets.csv" => keep
            .iter()
            .any(|code| line.starts_with(code))
            .then(|| line.replace(",81.91,", ",12.5,")),
        // Nobody's size is set by hand here.
        "model.toml" if line.starts_with("\"姚家街道\"") => None,
        _ => Some(line.to_owned()),
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

const EXPERIMENT: &str = r#"
title_zh = "小城"
title_en = "A small city"
question_zh = "快了吗?"
question_en = "Is it faster?"
model = "models/small"
warm_up_days = 7
horizon_days = 14
replications = 2
seed = 7

[[arms]]
name = "before"
scenario = "before"

[[arms]]
name = "after"
scenario = "after"
"#;

/// What a call said and how it ended.
pub(crate) struct Said {
    args: String,
    code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    fn of(args: &[&str], output: Output) -> Said {
        Said {
            args: args.join(" "),
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("standard output is text"),
            err: String::from_utf8(output.stderr).expect("standard error is text"),
        }
    }

    pub(crate) fn ends(self, code: i32) -> Said {
        let Said { args, out, err, .. } = &self;
        assert_eq!(self.code, Some(code), "huying {args}\n{out}\n{err}");
        self
    }

    pub(crate) fn says(self, words: &[&str]) -> Said {
        for word in words {
            let Said { args, out, err, .. } = &self;
            assert!(out.contains(word) || err.contains(word), "{args}: `{word}` in\n{out}\n{err}");
        }
        self
    }
}
