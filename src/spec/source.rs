//! The text of one input file and the places in it.

use super::{Diagnostic, Diagnostics, Place, Words, nearest};
use std::ops::Range;
use std::path::Path;

/// One input file as text.
#[derive(Clone, Debug)]
pub struct Source {
    /// File as the user named it.
    pub file: String,
    /// Text without a byte-order mark.
    pub text: String,
    line_starts: Vec<usize>,
    /// The words of a command line: there is no line to point at.
    is_option: bool,
}

impl Source {
    /// A file from its text; a leading byte-order mark is dropped.
    pub fn new(file: impl Into<String>, text: &str) -> Source {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        let mut line_starts = vec![0];
        line_starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        Source { file: file.into(), text, line_starts, is_option: false }
    }

    /// An option of the command line and what was written for it.
    pub fn option(name: impl Into<String>, text: &str) -> Source {
        Source { is_option: true, ..Source::new(name, text) }
    }

    /// A file from its bytes.
    ///
    /// Reports bytes that are not UTF-8 and returns nothing then.
    pub fn from_bytes(file: &str, bytes: &[u8], log: &mut Diagnostics) -> Option<Source> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Some(Source::new(file, text)),
            Err(error) => {
                let before = &bytes[..error.valid_up_to()];
                let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
                let place = Place { file: file.to_owned(), line: line as u32, column: 0 };
                let note = Words::new(
                    "请另存为 UTF-8（电子表格：CSV UTF-8）",
                    "save it as UTF-8 (in a spreadsheet: CSV UTF-8)",
                );
                let words = Words::new("文件不是 UTF-8 编码", "the file is not UTF-8");
                log.push(Diagnostic::new("file::encoding", place, words).note(note));
                None
            }
        }
    }

    /// A file that could not be read, named at `place`: why, and what may have been meant.
    pub fn unreadable(path: &Path, place: Place, error: &std::io::Error) -> Diagnostic {
        let (shown, why) = (path.display(), Words::of_system(error));
        let words = Words::new(
            format!("读不到文件 {shown}：{}", why.zh),
            format!("cannot read {shown}: {}", why.en),
        );
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let beside = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let entries = std::fs::read_dir(beside.unwrap_or(Path::new(".")));
        let mut names: Vec<String> = entries
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        let meant = nearest(&name, names.iter().map(String::as_str));
        let meant = meant.map(|meant| path.with_file_name(meant).display().to_string());
        Diagnostic::new("file::unreadable", place, words).meant(meant)
    }

    /// Place of a byte offset.
    pub fn place(&self, offset: usize) -> Place {
        if self.is_option {
            return Place::whole(&*self.file);
        }
        let offset = offset.min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start <= offset) - 1;
        let column = self.text[self.line_starts[line]..]
            .char_indices()
            .take_while(|(at, _)| self.line_starts[line] + at < offset)
            .count();
        Place { file: self.file.clone(), line: line as u32 + 1, column: column as u32 + 1 }
    }

    /// The words that stand in a span, shortened to one line.
    pub fn excerpt(&self, span: &Range<usize>) -> String {
        let text = self.text.get(span.clone()).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default().trim();
        let shown: String = line.chars().take(40).collect();
        if shown.len() < text.trim().len() { format!("{shown}…") } else { shown }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches columns counted in bytes: Chinese text would point far to the right.
    #[test]
    fn counts_characters() {
        let source = Source::new("a", "\u{feff}第一行\n区 = 1\n");
        let at = source.text.find('=').expect("present");
        assert_eq!(source.place(at), Place { file: "a".into(), line: 2, column: 3 });
        assert_eq!(source.place(0), Place { file: "a".into(), line: 1, column: 1 });
    }

    // Catches a line and a column of words that stand on the command line.
    #[test]
    fn options_have_no_lines() {
        let source = Source::option("--set L14=200", "200");
        assert_eq!(source.place(2), Place::whole("--set L14=200"));
    }
}
