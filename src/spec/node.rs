//! A TOML document as a tree in which everything knows its place.
//!
//! Files are read into this tree and walked, not deserialised into structs: a deserialiser stops
//! at the first mistake, and a user wants to see all of them.

use super::{Diagnostic, Diagnostics, Source, Words};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// The value.
    pub value: Tree,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub span: Range<usize>,
    /// The value.
    pub node: Node,
}

/// The kinds of TOML values.
#[derive(Clone, Debug)]
pub enum Tree {
    /// Quoted text.
    Text(String),
    /// Whole number.
    Whole(i64),
    /// Number with a fraction.
    Number(f64),
    /// `true` or `false`.
    Flag(bool),
    /// Date as written.
    Date(String),
    /// List.
    List(Vec<Node>),
    /// Table, entries in the order of the text.
    Table(Vec<Entry>),
}

impl Node {
    /// Entries of a table.
    pub fn table(&self) -> Option<&[Entry]> {
        match &self.value {
            Tree::Table(entries) => Some(entries),
            _ => None,
        }
    }

    /// Elements of a list.
    pub fn list(&self) -> Option<&[Node]> {
        match &self.value {
            Tree::List(nodes) => Some(nodes),
            _ => None,
        }
    }
}

/// Parses a TOML file; mistakes of form are reported, what could be read is returned.
pub fn parse_toml(source: &Source, log: &mut Diagnostics) -> Node {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    for error in errors {
        let place = source.place(error.span().map_or(0, |span| span.start));
        let message = error.message().lines().next().unwrap_or_default().to_owned();
        let words = Words::new(format!("TOML 语法错误：{message}"), format!("not TOML: {message}"));
        log.push(Diagnostic::new("file::toml", place, words));
    }
    let span = table.span();
    Node { span, value: tree_of_table(table.into_inner()) }
}

fn tree_of_table(table: DeTable<'_>) -> Tree {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, value)| {
            let span = key.span();
            Entry { key: key.into_inner().into_owned(), span, node: node_of(value) }
        })
        .collect();
    entries.sort_by_key(|entry| entry.span.start);
    Tree::Table(entries)
}

fn node_of(spanned: toml::Spanned<DeValue<'_>>) -> Node {
    let span = spanned.span();
    let value = match spanned.into_inner() {
        DeValue::String(text) => Tree::Text(text.into_owned()),
        DeValue::Integer(whole) => match i64::from_str_radix(whole.as_str(), whole.radix()) {
            Ok(whole) => Tree::Whole(whole),
            Err(_) => Tree::Number(f64::NAN),
        },
        DeValue::Float(number) => Tree::Number(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Tree::Flag(flag),
        DeValue::Datetime(date) => Tree::Date(date.to_string()),
        DeValue::Array(nodes) => Tree::List(nodes.into_iter().map(node_of).collect()),
        DeValue::Table(table) => tree_of_table(table),
    };
    Node { span, value }
}

/// Parses one value as it may stand right of `=`, for the command line.
///
/// # Errors
/// The parser's message.
pub fn parse_value_text(source: &Source) -> Result<Node, String> {
    let value = DeValue::parse(&source.text).map_err(|error| error.message().to_owned())?;
    Ok(node_of(value))
}
