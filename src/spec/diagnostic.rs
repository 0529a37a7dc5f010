//! Mistakes in input files: all of them at once, each with its place and a way out.

use std::fmt::Write as _;

/// Language of a rendered message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// 中文.
    Zh,
    /// English.
    En,
}

/// The same words in both languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// Words in both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Words {
        Words { zh: zh.into(), en: en.into() }
    }

    /// Words that need no translation: names, numbers.
    pub fn same(text: impl Into<String>) -> Words {
        let text = text.into();
        Words { zh: text.clone(), en: text }
    }

    /// What the file system said; the common reasons in plain words.
    pub fn of_system(error: &std::io::Error) -> Words {
        use std::io::ErrorKind as Kind;
        match error.kind() {
            Kind::NotFound => Words::new("没有这个文件或文件夹", "no such file or folder"),
            Kind::PermissionDenied => Words::new("没有权限", "permission denied"),
            Kind::IsADirectory => Words::new("这是文件夹", "it is a folder"),
            Kind::NotADirectory => Words::new("路径中有的不是文件夹", "part of it is no folder"),
            Kind::StorageFull => Words::new("磁盘已满", "no space left"),
            Kind::ReadOnlyFilesystem => Words::new("磁盘只读", "the disk is read-only"),
            _ => Words::same(error.to_string()),
        }
    }

    /// The words in one language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// A place in a file as it is shown to the user.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// File as the user named it.
    pub file: String,
    /// Line, 1 first; 0 when the whole file is meant.
    pub line: u32,
    /// Character in the line, or cell of the row in a table, 1 first; 0 when the line is meant.
    pub column: u32,
}

impl Place {
    /// The file as a whole.
    pub fn whole(file: impl Into<String>) -> Place {
        Place { file: file.into(), line: 0, column: 0 }
    }
}

/// The way out of a mistake.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Help {
    /// The name that was probably meant.
    DidYouMean(String),
    /// Advice in words.
    Note(Words),
}

/// One mistake.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Stable code: `model::unknown_key`.
    pub code: &'static str,
    /// File as the user named it.
    pub file: String,
    /// Line, 1 first; 0 when the whole file is meant.
    pub line: u32,
    /// Character in the line, or cell of the row in a table, 1 first; 0 when the line is meant.
    pub column: u32,
    /// What is wrong.
    pub message: Words,
    /// What would be right.
    pub expected: Option<Words>,
    /// What stands there.
    pub got: Option<String>,
    /// The way out.
    pub help: Option<Help>,
}

impl Diagnostic {
    /// A mistake at a place.
    pub fn new(code: &'static str, place: Place, message: Words) -> Diagnostic {
        let Place { file, line, column } = place;
        Diagnostic { code, file, line, column, message, expected: None, got: None, help: None }
    }

    /// Adds what would be right.
    #[must_use]
    pub fn expected(mut self, expected: Words) -> Diagnostic {
        self.expected = Some(expected);
        self
    }

    /// Adds what stands there.
    #[must_use]
    pub fn got(mut self, got: impl Into<String>) -> Diagnostic {
        self.got = Some(got.into());
        self
    }

    /// Adds advice.
    #[must_use]
    pub fn note(mut self, words: Words) -> Diagnostic {
        self.help = Some(Help::Note(words));
        self
    }

    /// Adds the nearest of the known names, if one is near.
    #[must_use]
    pub fn nearest<'a>(self, name: &str, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
        let found = nearest(name, known).map(str::to_owned);
        self.meant(found)
    }

    /// Adds what was probably meant, if anything.
    #[must_use]
    pub fn meant(mut self, name: Option<String>) -> Diagnostic {
        if let Some(name) = name {
            self.help = Some(Help::DidYouMean(name));
        }
        self
    }

    /// One line: `file:line:column: message (expected …; got …; did you mean "…"?)`.
    pub fn render(&self, language: Language) -> String {
        let mut line = self.file.clone();
        for number in [self.line, self.column] {
            if number > 0 {
                let _ = write!(line, ":{number}");
            }
        }
        let _ = write!(line, ": {}", self.message.in_language(language));
        let zh = language == Language::Zh;
        let mut rest = Vec::new();
        if let Some(expected) = &self.expected {
            let word = if zh { "应为" } else { "expected" };
            rest.push(format!("{word} {}", on_one_line(expected.in_language(language))));
        }
        if let Some(got) = &self.got {
            rest.push(format!("{} {}", if zh { "实为" } else { "got" }, on_one_line(got)));
        }
        match &self.help {
            Some(Help::DidYouMean(name)) if zh => rest.push(format!("是否想写“{name}”？")),
            Some(Help::DidYouMean(name)) => rest.push(format!("did you mean \"{name}\"?")),
            Some(Help::Note(words)) => rest.push(words.in_language(language).to_owned()),
            None => {}
        }
        if !rest.is_empty() {
            let _ = match language {
                Language::Zh => write!(line, "（{}）", rest.join("；")),
                Language::En => write!(line, " ({})", rest.join("; ")),
            };
        }
        line
    }
}

/// Every mistake found, in the order of files and lines.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

/// A text of several lines by its first one: a cell may hold the rest of its file.
fn on_one_line(text: &str) -> String {
    match text.trim().split_once(['\n', '\r']) {
        Some((first, _)) => format!("{}…", first.trim_end()),
        None => text.to_owned(),
    }
}

impl Diagnostics {
    /// No mistakes.
    pub fn new() -> Diagnostics {
        Diagnostics::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds all of another list.
    pub fn append(&mut self, other: Diagnostics) {
        self.list.extend(other.list);
    }

    /// Nothing wrong?
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Number of mistakes.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// The mistakes.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// One line of text each.
    pub fn render(&self, language: Language) -> Vec<String> {
        self.list.iter().map(|diagnostic| diagnostic.render(language)).collect()
    }

    /// The value if nothing is wrong, otherwise the mistakes by file, line and column, each once.
    ///
    /// # Errors
    /// The mistakes, if there are any.
    ///
    /// # Panics
    /// If there is neither a value nor a mistake: a reader forgot to say what is wrong.
    pub fn unless_wrong<T>(mut self, value: Option<T>) -> Result<T, Diagnostics> {
        if self.list.is_empty() {
            return Ok(value.expect("invariant: a reader that gives nothing reports why"));
        }
        let key = |d: &Diagnostic| (d.file.clone(), d.line, d.column);
        self.list.sort_by_key(key);
        self.list.dedup();
        Err(self)
    }
}

impl std::fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render(Language::En).join("\n"))
    }
}

impl std::error::Error for Diagnostics {}

/// The known name nearest to a misspelt one, if it is near enough to be meant.
///
/// Names that hold the typed one whole (`enforcement.squad_officers` for `squad_officers`), or most
/// of which it holds, come first; then the smallest edit distance, at most a third of the length.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let own = candidate.chars().count();
        let longest = length.max(own);
        let inside = candidate.contains(name) || (name.contains(candidate) && own * 2 > length);
        let distance = if inside { 0 } else { strsim::damerau_levenshtein(name, candidate) };
        let limit = if longest < 2 { 0 } else { (longest / 3).max(1) };
        let near = length >= 2 && distance <= limit;
        if near && best.is_none_or(|(smallest, _)| distance < smallest) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches a suggestion that is worse than silence, or none where a typo is plain.
    #[test]
    fn suggests_only_what_is_near() {
        let known = ["enforcement.squad_officers", "grid.rounds", "历下区"];
        assert_eq!(nearest("enforcement.squad_oficers", known), Some(known[0]));
        assert_eq!(nearest("squad_officers", known), Some(known[0]));
        assert_eq!(nearest("历夏区", known), Some("历下区"));
        assert_eq!(nearest("weather", known), None);
    }

    // Catches a rendering that loses the place, the expectation or the language.
    #[test]
    fn renders_one_line() {
        let place = Place { file: "a.toml".into(), line: 3, column: 7 };
        let diagnostic = Diagnostic::new("t::t", place, Words::new("没有此键", "unknown key"))
            .expected(Words::new("一个数", "a number"))
            .got("true")
            .nearest("sed", ["seed"]);
        assert_eq!(
            diagnostic.render(Language::En),
            "a.toml:3:7: unknown key (expected a number; got true; did you mean \"seed\"?)"
        );
        assert_eq!(
            diagnostic.render(Language::Zh),
            "a.toml:3:7: 没有此键（应为 一个数；实为 true；是否想写“seed”？）"
        );
    }
}
