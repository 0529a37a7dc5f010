//! Reading the keys of a table: what is missing, what is unknown, what was probably meant.

use super::{Diagnostic, Diagnostics, Entry, Node, Place, Source, Tree, Words};
use std::ops::Range;

/// The keys of one table while they are being read.
pub struct Fields<'a> {
    /// The file.
    pub source: &'a Source,
    path: String,
    span: Range<usize>,
    entries: &'a [Entry],
    asked: Vec<String>,
}

impl<'a> Fields<'a> {
    /// The top of a document.
    pub fn root(source: &'a Source, node: &'a Node) -> Fields<'a> {
        Fields {
            source,
            path: String::new(),
            span: 0..0,
            entries: node.table().unwrap_or_default(),
            asked: Vec::new(),
        }
    }

    /// A table below: a section, or one of a list. Reports a value that is no table.
    pub fn of(
        source: &'a Source,
        path: &str,
        node: &'a Node,
        log: &mut Diagnostics,
    ) -> Option<Fields<'a>> {
        let Tree::Table(entries) = &node.value else {
            log.push(wrong(source, node, path, Words::new("一个表", "a table")));
            return None;
        };
        let (path, span) = (path.to_owned(), node.span.clone());
        Some(Fields { source, path, span, entries, asked: Vec::new() })
    }

    /// Name of a key with its sections, as in `response.merge`.
    pub fn path(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Place of the table.
    pub fn place(&self) -> Place {
        self.source.place(self.span.start)
    }

    /// Every entry, for tables whose keys are names given by the user.
    pub fn entries(&self) -> &'a [Entry] {
        self.entries
    }

    /// The value of a key that may be absent.
    pub fn optional(&mut self, key: &str) -> Option<&'a Node> {
        self.asked.push(key.to_owned());
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// The value of a key that must be there; reports its absence.
    pub fn required(&mut self, key: &str, log: &mut Diagnostics) -> Option<&'a Node> {
        let found = self.optional(key);
        if found.is_none() {
            let path = self.path(key);
            let words = Words::new(format!("缺少“{path}”"), format!("\"{path}\" is missing"));
            log.push(Diagnostic::new("file::missing_key", self.place(), words));
        }
        found
    }

    /// A section that must be there.
    pub fn section(&mut self, key: &str, log: &mut Diagnostics) -> Option<Fields<'a>> {
        let node = self.required(key, log)?;
        Fields::of(self.source, &self.path(key), node, log)
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self, log: &mut Diagnostics) {
        for entry in self.entries.iter().filter(|entry| !self.asked.contains(&entry.key)) {
            let path = self.path(&entry.key);
            let words =
                Words::new(format!("没有“{path}”这个键"), format!("unknown key \"{path}\""));
            let place = self.source.place(entry.span.start);
            let known = self.asked.iter().map(String::as_str);
            log.push(Diagnostic::new("file::unknown_key", place, words).nearest(&entry.key, known));
        }
    }
}

/// A value of the wrong kind.
pub fn wrong(source: &Source, node: &Node, path: &str, expected: Words) -> Diagnostic {
    let place = source.place(node.span.start);
    let words = Words::new(format!("“{path}”的值不对"), format!("wrong value for \"{path}\""));
    Diagnostic::new("file::wrong_value", place, words)
        .expected(expected)
        .got(source.excerpt(&node.span))
}
