//! The files of the project as the tests read them.

use std::fs;
use std::path::{Path, PathBuf};

/// One text file: its path below the root, and what stands in it.
pub(crate) struct TextFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl TextFile {
    /// Lines with their numbers, from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Is it read by tests only?
    pub(crate) fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("tests/")
    }
}

/// The folder of the project.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder whose name ends so, sorted by path.
pub(crate) fn texts(folder: &str, endings: &[&str]) -> Vec<TextFile> {
    let mut files = Vec::new();
    collect(&root().join(folder), endings, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The documents: Markdown at the root and in `docs`, and beside models.
pub(crate) fn documents() -> Vec<TextFile> {
    let mut files = Vec::new();
    for entry in fs::read_dir(root()).expect("the project's folder can be read") {
        let path = entry.expect("an entry of the project's folder").path();
        if path.extension().is_some_and(|ending| ending == "md") {
            files.push(read(&path));
        }
    }
    for folder in ["docs", "models", "experiments", "benches", "tests"] {
        files.extend(texts(folder, &[".md"]));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn collect(folder: &Path, endings: &[&str], files: &mut Vec<TextFile>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("an entry of a folder of the project").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, endings, files);
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            files.push(read(&path));
        }
    }
}

fn read(path: &Path) -> TextFile {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let below = path.strip_prefix(root()).expect("the file stands below the root");
    TextFile { path: below.to_string_lossy().replace('\\', "/"), text }
}

/// The words of a text, lower case: split at everything that is no letter and at capitals, so that
/// `street_code` and `StreetKind` both say `street`.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut after_small = false;
    for letter in text.chars() {
        let starts = letter.is_uppercase() && after_small;
        if (!letter.is_alphabetic() || starts) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphabetic() {
            word.extend(letter.to_lowercase());
        }
        after_small = letter.is_lowercase();
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// Fails with every complaint at once.
pub(crate) fn report(what: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "{what}:\n  {}", complaints.join("\n  "));
}
