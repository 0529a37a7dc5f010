//! Paths and command lines as they may stand in a result: never a path of this machine.

use std::path::{Component, Path, PathBuf};

use crate::compile::{LoadedModel, LoadedPlan};

/// A path as the user named it, made relative to the working directory if it was not.
pub(super) fn shown(path: &Path) -> String {
    let relative = if path.is_absolute() {
        std::env::current_dir().map_or_else(|_| path.to_owned(), |here| between(&here, path))
    } else {
        path.components().filter(|part| *part != Component::CurDir).collect()
    };
    let text = relative.to_string_lossy().replace('\\', "/");
    if text.is_empty() { ".".to_owned() } else { text }
}

/// The way from one absolute folder to a path.
fn between(from: &Path, to: &Path) -> PathBuf {
    let here: Vec<Component<'_>> = from.components().collect();
    let there: Vec<Component<'_>> = to.components().collect();
    let shared = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
    let up = here[shared..].iter().map(|_| Component::ParentDir);
    up.chain(there[shared..].iter().copied()).collect()
}

/// A command line that a shell reads as these words.
pub(super) fn command_line(words: &[String]) -> String {
    let quoted = words.iter().map(|word| quoted(word));
    std::iter::once("huying".to_owned()).chain(quoted).collect::<Vec<_>>().join(" ")
}

/// A word in single quotes, if a shell would read it as something else.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=./:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Rust toolchain that the source asks for.
pub(super) fn toolchain() -> String {
    let lines = include_str!("../../rust-toolchain.toml").lines();
    let channel = lines.filter_map(|line| line.strip_prefix("channel = ")).next();
    channel.unwrap_or_default().trim_matches('"').to_owned()
}

/// BLAKE3 of bytes, hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Digest of all settings, and of the assumed numbers that differ from the model.
pub(super) fn plan_digest(plan: &LoadedPlan) -> String {
    let mut text = format!("{:?}", plan.plan);
    plan.changes.iter().for_each(|line| text.push_str(line));
    digest(text.as_bytes())
}

/// Digest over names and digests of all files of a model.
pub(super) fn model_digest(model: &LoadedModel) -> String {
    let lines: Vec<String> =
        model.files.iter().map(|(name, digest)| format!("{digest} {name}\n")).collect();
    digest(lines.concat().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_of_the_machine_is_shown() {
        // Catches: a home folder in a manifest, which differs from machine to machine.
        assert_eq!(between(Path::new("/a/b"), Path::new("/a/b/models/x")), Path::new("models/x"));
        assert_eq!(between(Path::new("/a/b"), Path::new("/a/c")), Path::new("../c"));
        let here = std::env::current_dir().unwrap();
        assert_eq!(shown(&here.join("models/jinan")), "models/jinan");
        assert_eq!(shown(Path::new("./models//jinan/")), "models/jinan");
        assert_eq!(shown(&here), ".");
    }

    #[test]
    fn commands_can_be_pasted() {
        // Catches: a list `a;b` that ends the command at the semicolon.
        let words = ["run", "models/jinan", "--set=x=公安；消防", "it's"].map(str::to_owned);
        assert_eq!(command_line(&words), r"huying run models/jinan '--set=x=公安；消防' 'it'\''s'");
    }
}
