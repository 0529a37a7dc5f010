//! Scenario files: what they say about levers, layer upon layer.
//!
//! A scenario is a stack of layers: the files it extends, first the farthest; then the file itself;
//! then the settings of an arm or of the command line. What a later layer says about a place wins
//! over what an earlier one says of it; inside a layer the narrowest scope wins, and of one scope
//! the latest date that has come.

use super::assumed::{Change, is_assumed, read_set, unknown};
use super::folder;
use super::lever_value::{Names, ValueError, Written, fit};
use super::model::LoadedModel;
use super::package;
use super::places::{Scope, find_scope, scope_names};
use super::shocks;
use crate::domain::{City, Kind, Lever, Shock, Value, find_lever, levers, policy};
use crate::spec::{
    Diagnostic, Diagnostics, Entry, Fields, Node, Place, Source, Tree, Words, date, parse_toml,
    parse_value_text, text, wrong,
};
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// One thing said about a lever.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) lever: &'static Lever,
    pub(super) scope: Scope,
    pub(super) from: Option<Date>,
    pub(super) value: Value,
}

/// Everything one file, or one command line, says.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    pub(super) statements: Vec<Statement>,
}

/// A scenario as read: its names and its layers, first the one that is applied first.
#[derive(Clone, Debug, Default)]
pub(super) struct Stack {
    pub(super) name: String,
    pub(super) zh: String,
    pub(super) en: String,
    pub(super) layers: Vec<Layer>,
    /// Assumed numbers that are set.
    pub(super) changes: Vec<Change>,
    /// Files read: path and digest, the scenario itself last.
    pub(super) files: Vec<(String, String)>,
    /// What happens from outside.
    pub(super) shocks: Vec<Shock>,
}

impl Stack {
    /// Replaces what has been said of levers so far by a set of groups, if there is one.
    pub(super) fn stand_on(&mut self, groups: Option<Stack>) {
        if let Some(groups) = groups {
            self.layers = groups.layers;
            self.files.extend(groups.files);
        }
    }
}

/// Reads a scenario by name or path, with everything it extends.
pub(super) fn read_stack(
    model: &LoadedModel,
    scenario: &str,
    named: Option<Place>,
    log: &mut Diagnostics,
) -> Option<Stack> {
    let path = find_file(model, &model.dir.join("scenarios"), scenario);
    if !path.is_file() && scenario == "before" {
        // The before side needs no file: it is what the model's tables describe.
        return read_side(model, Side::Before, &[], log);
    }
    let mut stack = read_file(model, &path, named, &mut Vec::new(), log)?;
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stack.name = stem.unwrap_or_else(|| scenario.to_owned());
    Some(stack)
}

/// `scenarios/NAME.toml` of the model, or a path: as given, or beside the file that names it.
fn find_file(model: &LoadedModel, beside: &Path, scenario: &str) -> PathBuf {
    let is_path = scenario.ends_with(".toml") || scenario.contains('/');
    if !is_path {
        return model.dir.join("scenarios").join(format!("{scenario}.toml"));
    }
    let given = PathBuf::from(scenario);
    let near = beside.join(scenario);
    if near.is_file() || !given.is_file() { near } else { given }
}

fn read_file(
    model: &LoadedModel,
    path: &Path,
    named: Option<Place>,
    open: &mut Vec<PathBuf>,
    log: &mut Diagnostics,
) -> Option<Stack> {
    if !path.is_file() {
        log.push(missing(model, path, named));
        return None;
    }
    let (source, digest) = folder::read(path, named, log)?;
    let tree = parse_toml(&source, log);
    let mut fields = Fields::root(&source, &tree);
    let [zh, en] = ["name_zh", "name_en"].map(|key| {
        let node = fields.required(key, log)?;
        text(&source, key, node, log).map(str::to_owned)
    });
    let extended =
        fields.optional("extends").map(|node| (node, text(&source, "extends", node, log)));
    let groups = fields.optional(package::KEY).map(|node| {
        let place = source.place(node.span.start);
        (package::read_groups(&source, node, log), place)
    });
    let own_shocks = fields
        .optional(shocks::KEY)
        .map(|node| shocks::read_shocks(&source, node, &model.city, log))
        .unwrap_or_default();
    let said = fields.optional("levers").map(|node| read_levers(&source, node, &model.city, log));
    fields.finish(log);
    let (mut layers, mut files, mut shocks) = (Vec::new(), Vec::new(), Vec::new());
    if let Some((node, Some(name))) = extended {
        open.push(real(path));
        let parent = find_file(model, path.parent().unwrap_or(&model.dir), name);
        let place = source.place(node.span.start);
        if open.contains(&real(&parent)) {
            let words =
                Words::new("情景互相扩展，成了环", "scenarios extend each other in a circle");
            log.push(Diagnostic::new("scenario::circle", place, words).got(name));
            return None;
        }
        let parent = read_file(model, &parent, Some(place), open, log)?;
        (layers, files, shocks) = (parent.layers, parent.files, parent.shocks);
    }
    if let Some((set, place)) = groups {
        open.push(real(path));
        if is_side(model, path) {
            let words = Words::new(
                "before、after 本身就是各组的两侧，不能再写 groups",
                "before and after are the two sides of the groups: they cannot name groups",
            );
            log.push(Diagnostic::new("scenario::circle", place, words));
            return None;
        }
        let package = package::package_stack(model, set?, open, log)?;
        layers = package.layers;
        files.extend(package.files);
    }
    layers.extend(said.into_iter().flatten());
    files.push((path.display().to_string(), digest));
    shocks.extend(own_shocks);
    Some(Stack { name: String::new(), zh: zh?, en: en?, layers, files, shocks, ..Stack::default() })
}

/// A file by its one name.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// One of the two sides of the reform.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// `before`.
    Before,
    /// `after`.
    After,
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Side::Before => "before",
            Side::After => "after",
        }
    }

    fn path(self, model: &LoadedModel) -> PathBuf {
        model.dir.join("scenarios").join(format!("{}.toml", self.name()))
    }
}

/// Is this file one of the two sides?
fn is_side(model: &LoadedModel, path: &Path) -> bool {
    [Side::Before, Side::After].iter().any(|side| real(&side.path(model)) == real(path))
}

/// A side of the reform as the model's scenario tells it; without a file, as the registry does.
pub(super) fn read_side(
    model: &LoadedModel,
    side: Side,
    open: &[PathBuf],
    log: &mut Diagnostics,
) -> Option<Stack> {
    let path = side.path(model);
    if path.is_file() {
        return read_file(model, &path, None, &mut open.to_vec(), log);
    }
    let place = Place::whole(path.display().to_string());
    let (zh, en, layers) = match side {
        Side::Before => ("改革前", "Before the reform", Vec::new()),
        Side::After => {
            ("改革后", "After the reform", vec![epoch_layer(&model.city, AFTER, place, log)?])
        }
    };
    let (zh, en) = (zh.to_owned(), en.to_owned());
    Some(Stack { name: side.name().to_owned(), zh, en, layers, ..Stack::default() })
}

fn missing(model: &LoadedModel, path: &Path, named: Option<Place>) -> Diagnostic {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let shown = path.display();
    let words = Words::new(format!("没有情景“{stem}”"), format!("no scenario \"{stem}\""));
    let place = named.unwrap_or_else(|| Place::whole("--scenario"));
    let expected = Words::new(format!("文件 {shown}"), format!("the file {shown}"));
    Diagnostic::new("scenario::missing", place, words)
        .expected(expected)
        .nearest(&stem, model.scenarios.iter().map(String::as_str))
}

/// Reads a `[levers]` table. The epoch, if there is one, makes a layer of its own below the rest.
pub(super) fn read_levers(
    source: &Source,
    node: &Node,
    city: &City,
    log: &mut Diagnostics,
) -> Vec<Layer> {
    let Tree::Table(entries) = &node.value else {
        log.push(wrong(source, node, "levers", Words::new("一个表", "a table")));
        return Vec::new();
    };
    let mut found: Vec<(&'static Lever, &Entry)> = Vec::new();
    find_levers(source, "", entries, &mut found, log);
    let mut epoch = None;
    let mut layer = Layer::default();
    for (index, (lever, entry)) in found.iter().enumerate() {
        let place = source.place(entry.span.start);
        if found[..index].iter().any(|(other, _)| other.id == lever.id) {
            let words = Words::new(
                format!("杠杆 {} {} 设了两次", lever.id, lever.key),
                format!("lever {} {} is set twice", lever.id, lever.key),
            );
            log.push(Diagnostic::new("scenario::twice", place, words));
        } else if lever.key == policy::epoch::KEY {
            epoch = read_epoch(source, lever, &entry.node, city, log);
        } else {
            layer.statements.extend(read_lever(source, lever, &entry.node, city, log));
        }
    }
    epoch.into_iter().chain([layer]).filter(|layer| !layer.statements.is_empty()).collect()
}

/// Finds the levers below a table: `enforcement.squad_officers`, written whole, dotted or nested.
pub(super) fn find_levers<'a>(
    source: &Source,
    prefix: &str,
    entries: &'a [Entry],
    found: &mut Vec<(&'static Lever, &'a Entry)>,
    log: &mut Diagnostics,
) {
    for entry in entries {
        let name = format!("{prefix}{}", entry.key);
        let group = format!("{name}.");
        if let Some(lever) = find_lever(&name) {
            found.push((lever, entry));
        } else if levers().iter().any(|lever| lever.key.starts_with(&group))
            && let Some(inner) = entry.node.table()
        {
            find_levers(source, &group, inner, found, log);
        } else {
            log.push(unknown_lever(&name, source.place(entry.span.start)));
        }
    }
}

pub(super) fn unknown_lever(name: &str, place: Place) -> Diagnostic {
    let words = Words::new(format!("没有杠杆“{name}”"), format!("unknown lever \"{name}\""));
    let all = levers();
    let known = all.iter().flat_map(|lever| [lever.key, lever.id]);
    Diagnostic::new("scenario::unknown_lever", place, words).nearest(name, known)
}

/// The same where a key may as well be that of an assumed number.
fn unknown_setting(city: &City, name: &str, place: Place) -> Diagnostic {
    let lever = unknown_lever(name, place.clone());
    if lever.help.is_some() {
        return lever;
    }
    let number = unknown(city, name, place);
    if number.help.is_some() { number } else { lever }
}

/// The statements of a lever: a value, a scoped and dated table, or a list of such tables.
pub(super) fn read_lever(
    source: &Source,
    lever: &'static Lever,
    node: &Node,
    city: &City,
    log: &mut Diagnostics,
) -> Vec<Statement> {
    let tables: Vec<&Node> = match &node.value {
        Tree::Table(_) => vec![node],
        Tree::List(nodes) if nodes.iter().any(|node| node.table().is_some()) => {
            nodes.iter().collect()
        }
        _ => {
            let value = read_one(source, lever, node, city, log);
            let said = |value| Statement { lever, scope: Scope::Everywhere, from: None, value };
            return value.map(said).into_iter().collect();
        }
    };
    let mut statements: Vec<Statement> = Vec::new();
    for table in tables {
        for statement in read_scoped(source, lever, table, city, log) {
            let twice =
                |other: &Statement| other.scope == statement.scope && other.from == statement.from;
            if statements.iter().any(twice) {
                let words = Words::new(
                    format!("{} 对同一范围、同一日期说了两次", lever.key),
                    format!("{} is set twice for one scope and date", lever.key),
                );
                let place = source.place(table.span.start);
                log.push(Diagnostic::new("scenario::twice", place, words));
            }
            statements.push(statement);
        }
    }
    statements
}

fn read_scoped(
    source: &Source,
    lever: &'static Lever,
    node: &Node,
    city: &City,
    log: &mut Diagnostics,
) -> Vec<Statement> {
    let Some(entries) = node.table() else {
        let expected = Words::new(
            "{ default = …, town = …, from = 日期 } 这样的表",
            "a table such as { default = …, town = …, from = … }",
        );
        log.push(wrong(source, node, lever.key, expected));
        return Vec::new();
    };
    // None for a wrong date, which hides no other mistake of the table.
    let from = match entries.iter().find(|entry| entry.key == "from") {
        Some(entry) => date(source, "from", &entry.node, log).map(Some),
        None => Some(None),
    };
    let mut statements = Vec::new();
    for entry in entries.iter().filter(|entry| entry.key != "from") {
        let Some(scope) = find_scope(city, &entry.key) else {
            let name = &entry.key;
            let words =
                Words::new(format!("没有范围“{name}”"), format!("unknown scope \"{name}\""));
            let expected = Words::new(
                "default、street、town、区县名或镇街名",
                "default, street, town, or the name of a district or street",
            );
            let place = source.place(entry.span.start);
            let diagnostic = Diagnostic::new("scenario::unknown_scope", place, words);
            log.push(diagnostic.expected(expected).nearest(name, scope_names(city)));
            continue;
        };
        let value = read_one(source, lever, &entry.node, city, log);
        if let (Some(value), Some(from)) = (value, from) {
            statements.push(Statement { lever, scope, from, value });
        }
    }
    statements
}

fn read_one(
    source: &Source,
    lever: &'static Lever,
    node: &Node,
    city: &City,
    log: &mut Diagnostics,
) -> Option<Value> {
    match fit(lever, &Written::from_node(node), Names::of(city)) {
        Ok(value) => Some(value),
        Err(error) => {
            log.push(misfit(lever, source.place(node.span.start), error));
            None
        }
    }
}

/// Checks a value that needs no model to be understood; others pass.
pub(super) fn check_plain(
    source: &Source,
    lever: &'static Lever,
    node: &Node,
    log: &mut Diagnostics,
) {
    let written = Written::from_node(node);
    let agencies = matches!(lever.kind, Kind::Agencies);
    if written == Written::Other || agencies || lever.key == crate::domain::policy::epoch::KEY {
        return;
    }
    if let Err(error) = fit(lever, &written, Names { agencies: &[], powers: &[] }) {
        log.push(misfit(lever, source.place(node.span.start), error));
    }
}

fn misfit(lever: &Lever, place: Place, error: ValueError) -> Diagnostic {
    let words = Words::new(
        format!("{} {}({})的值不对", lever.id, lever.key, lever.zh),
        format!("wrong value for {} {}", lever.id, lever.key),
    );
    let mut diagnostic = Diagnostic::new("scenario::wrong_value", place, words);
    diagnostic = diagnostic.expected(error.expected).got(error.got);
    diagnostic.help = error.nearest.map(crate::spec::Help::DidYouMean);
    diagnostic
}

/// A whole epoch as a layer: E0 and E1 are the before side, E2 the after side of the registry.
pub(super) fn read_epoch(
    source: &Source,
    lever: &'static Lever,
    node: &Node,
    city: &City,
    log: &mut Diagnostics,
) -> Option<Layer> {
    let epoch = read_one(source, lever, node, city, log)?.choice();
    epoch_layer(city, epoch, source.place(node.span.start), log)
}

/// The epoch that is the after side.
const AFTER: usize = 2;

fn epoch_layer(city: &City, epoch: usize, place: Place, log: &mut Diagnostics) -> Option<Layer> {
    let after = epoch == AFTER;
    let preset = policy::epoch::preset(epoch);
    let own = levers().into_iter().filter(|lever| lever.key != policy::epoch::KEY);
    let statements = own.map(|lever| {
        let own = if after { lever.after.value } else { lever.before.value };
        let written = preset.iter().find(|(key, _)| *key == lever.key).map_or(own, |(_, v)| *v);
        let value = fit(lever, &Written::from_text(written), Names::of(city));
        let said = |value| Statement { lever, scope: Scope::Everywhere, from: None, value };
        value.map(said).map_err(|error| (lever, error))
    });
    match statements.collect::<Result<Vec<_>, _>>() {
        Ok(statements) => Some(Layer { statements }),
        Err((lever, error)) => {
            log.push(misfit(lever, place, error));
            None
        }
    }
}

/// Settings of the command line, `KEY=VALUE`, as layers; the key of an assumed number sets that.
/// Of two for one key the last counts.
///
/// A value has its text form (`20`, `a;b`, `none`) or, beginning with `{` or `[`, its TOML form.
pub(super) fn read_sets(
    sets: &[(String, String)],
    city: &City,
    log: &mut Diagnostics,
) -> (Vec<Layer>, Vec<Change>) {
    let mut epoch = None;
    let mut layer = Layer::default();
    let mut changes = Vec::new();
    for (key, written) in sets {
        let key = key.trim();
        if find_lever(key).is_none() && is_assumed(city, key) {
            changes.extend(read_set(city, key, written, log));
            continue;
        }
        let source = Source::option(format!("--set {key}={written}"), written.trim());
        let place = Place::whole(&*source.file);
        let Some(lever) = find_lever(key) else {
            log.push(unknown_setting(city, key, place));
            continue;
        };
        let toml = source.text.starts_with(['{', '[']);
        let node = if toml {
            match parse_value_text(&source) {
                Ok(node) => node,
                Err(message) => {
                    let words = Words::new("不是 TOML 值", "not a TOML value");
                    log.push(Diagnostic::new("file::toml", place, words).got(message));
                    continue;
                }
            }
        } else {
            Node { span: 0..source.text.len(), value: Tree::Text(source.text.clone()) }
        };
        if lever.key == policy::epoch::KEY {
            epoch = read_epoch(&source, lever, &node, city, log);
        } else {
            layer.statements.retain(|said| said.lever.id != lever.id);
            layer.statements.extend(read_lever(&source, lever, &node, city, log));
        }
    }
    let layers = epoch.into_iter().chain([layer]);
    (layers.filter(|layer| !layer.statements.is_empty()).collect(), changes)
}
