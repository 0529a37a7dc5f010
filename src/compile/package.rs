//! The package (M43): groups A–H of mechanisms switched on and off as groups.
//!
//! `groups = ["A", "C"]` in a scenario or an arm, or `--set groups=A;C`, stands for a whole side of
//! the reform: levers of the groups named are as the model's `after` scenario says, all others as
//! its `before` says. It replaces what the scenario stands on; levers written beside it come on
//! top.

use super::lever_value::{Names, Written, fit};
use super::model::LoadedModel;
use super::places::Scope;
use super::plan::{LoadedPlan, resolve};
use super::scenario::{Layer, Side, Stack, Statement, read_side};
use crate::domain::mechanism::{group_of, levers_of_group};
use crate::domain::{GroupSet, groups};
use crate::spec::{
    Diagnostic, Diagnostics, Node, Place, Source, Tree, Words, parse_value_text, texts,
};
use std::path::PathBuf;

/// The key of files and of `--set`.
pub(super) const KEY: &str = "groups";

/// The before side with these groups at their after values, ready to run.
///
/// # Errors
/// Every mistake in the model's scenarios `before` and `after`.
pub fn package(model: &LoadedModel, set: GroupSet) -> Result<LoadedPlan, Diagnostics> {
    let mut log = Diagnostics::new();
    let stack = package_stack(model, set, &[], &mut log);
    let plan = stack.map(|stack| resolve(&model.city, stack));
    log.unless_wrong(plan)
}

/// The layers that a set of groups stands for, with the files read and names of their own.
pub(super) fn package_stack(
    model: &LoadedModel,
    set: GroupSet,
    open: &[PathBuf],
    log: &mut Diagnostics,
) -> Option<Stack> {
    let before = read_side(model, Side::Before, open, log);
    let after = read_side(model, Side::After, open, log);
    let (before, after) = (before?, after?);
    let part = |layers: Vec<Layer>, on: bool| {
        let kept = move |layer: Layer| Layer {
            statements: layer
                .statements
                .into_iter()
                .filter(|said| {
                    group_of(said.lever).is_some_and(|letter| set.contains(letter) == on)
                })
                .collect(),
        };
        layers.into_iter().map(kept).filter(|layer| !layer.statements.is_empty())
    };
    let (letters, list): (Vec<String>, Vec<&str>) =
        set.members().map(|group| (group.letter.to_string(), group.zh)).unzip();
    let (zh, en) = match set {
        GroupSet::NONE => (before.zh, before.en),
        GroupSet::ALL => (after.zh, after.en),
        _ => (format!("只改{}", list.join("、")), format!("Groups {} only", letters.join(", "))),
    };
    let mut files = before.files;
    files.extend(after.files);
    files.sort();
    files.dedup();
    let name = format!("groups_{}", set.text().replace(';', ""));
    let layers = part(before.layers, false).chain(part(after.layers, true)).collect();
    Some(Stack { name, zh, en, layers, files, ..Stack::default() })
}

/// One group alone at one side of the reform, on top of whatever a scenario says of it: every one
/// of its levers at the registry's before value, then as the side's scenario tells it.
pub(super) fn group_stack(
    model: &LoadedModel,
    letter: char,
    side: Side,
    log: &mut Diagnostics,
) -> Option<Stack> {
    let own = levers_of_group(letter).into_iter();
    let plain = own.filter_map(|lever| {
        let value =
            fit(lever, &Written::from_text(lever.before.value), Names::of(&model.city)).ok()?;
        Some(Statement { lever, scope: Scope::Everywhere, from: None, value })
    });
    let plain = Layer { statements: plain.collect() };
    let mut stack = read_side(model, side, &[], log)?;
    for layer in &mut stack.layers {
        layer.statements.retain(|said| group_of(said.lever) == Some(letter));
    }
    stack.layers.insert(0, plain);
    stack.layers.retain(|layer| !layer.statements.is_empty());
    Some(stack)
}

/// Reads a set of groups: a list of letters, or `all` or `none`.
pub(super) fn read_groups(source: &Source, node: &Node, log: &mut Diagnostics) -> Option<GroupSet> {
    let written = texts(source, KEY, node, log)?;
    match written[..] {
        [("all", _)] => return Some(GroupSet::ALL),
        [("none", _)] => return Some(GroupSet::NONE),
        _ => {}
    }
    let mut set = Some(GroupSet::NONE);
    for (text, node) in written {
        let mut letters = text.chars();
        let letter = letters.next().filter(|_| letters.next().is_none());
        let more = letter.and_then(|letter| GroupSet::NONE.with(letter).map(|_| letter));
        let Some(letter) = more else {
            let words = Words::new(format!("没有组“{text}”"), format!("unknown group \"{text}\""));
            let place = source.place(node.span.start);
            let known: String = groups().iter().map(|group| group.letter).collect();
            let expected = Words::new(
                format!("{known} 中的字母，或 all、none"),
                format!("letters of {known}, or all, or none"),
            );
            let mistake = Diagnostic::new("scenario::unknown_group", place, words);
            log.push(mistake.expected(expected).got(text));
            set = None;
            continue;
        };
        set = set.and_then(|set| set.with(letter));
    }
    set
}

/// Takes `groups` out of the settings of a command line; of two the last counts.
pub(super) fn split_sets(
    sets: &[(String, String)],
    log: &mut Diagnostics,
) -> (Option<GroupSet>, Vec<(String, String)>) {
    let (groups, levers): (Vec<_>, Vec<_>) =
        sets.iter().cloned().partition(|(key, _)| key.trim() == KEY);
    let mut set = None;
    for (key, written) in groups {
        let source = Source::option(format!("--set {key}={written}"), written.trim());
        let node = if source.text.starts_with('[') {
            match parse_value_text(&source) {
                Ok(node) => node,
                Err(message) => {
                    let words = Words::new("不是 TOML 值", "not a TOML value");
                    let place = Place::whole(&*source.file);
                    log.push(Diagnostic::new("file::toml", place, words).got(message));
                    continue;
                }
            }
        } else {
            let parts = source.text.split(';').map(|part| Node {
                span: 0..source.text.len(),
                value: Tree::Text(part.trim().to_owned()),
            });
            Node { span: 0..source.text.len(), value: Tree::List(parts.collect()) }
        };
        set = read_groups(&source, &node, log);
    }
    (set, levers)
}
