//! A model folder compiled into a [`City`].

use super::agencies::{read_agencies, read_seasons, read_units};
use super::applications::{rank_powers, read_powers, read_services};
use super::calendar::{Profiles, read_calendar, read_holidays, read_profiles, read_rules};
use super::folder::{Folder, toml_stems};
use super::holders::{Holders, Units, read_hall_units, read_holders, settle_hall, settle_holders};
use super::items::{ItemTable, Marks, Vocabulary, check_marks, mark, rank, read_items, read_marks};
use super::lever_value::{Names, Written, fit};
use super::numbers::{Assumptions, read_params};
use super::streets::{People, read_people, read_streets};
use crate::domain::{
    Agency, City, District, Field, Hall, Item, Params, Patterns, Power, RuleSet, Season, Service,
    Settings, Street, Unit, levers,
};
use crate::spec::{Diagnostic, Diagnostics, Fields, Place, Source, Words, parse_toml, text};
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A model, checked and compiled.
#[derive(Clone, Debug)]
pub struct LoadedModel {
    /// Folder of the model.
    pub dir: PathBuf,
    /// The city.
    pub city: Arc<City>,
    /// Files read: name in the folder and BLAKE3 digest, by name.
    pub files: Vec<(String, String)>,
    /// Names of the scenarios in the folder, sorted.
    pub scenarios: Vec<String>,
}

/// Loads a model: a folder, its `model.toml`, or the name of a folder in `models/`.
///
/// # Errors
/// Every mistake found in the model's files.
pub fn load_model(path: &Path) -> Result<LoadedModel, Diagnostics> {
    let mut log = Diagnostics::new();
    let model = folder_of(path, &mut log).and_then(|dir| read_model(&dir, &mut log));
    log.unless_wrong(model)
}

fn folder_of(path: &Path, log: &mut Diagnostics) -> Option<PathBuf> {
    let below = Path::new("models").join(path);
    let folders = [path.to_owned(), below, path.parent().unwrap_or(path).to_owned()];
    let is_file = path.file_name().is_some_and(|name| name == "model.toml");
    let tried = if is_file { &folders[2..] } else { &folders[..2] };
    let found = tried.iter().find(|dir| dir.join("model.toml").is_file());
    if found.is_none() {
        let shown = path.display().to_string();
        let words = Words::new("这里没有模型", "no model here");
        let expected = Words::new("含 model.toml 的文件夹", "a folder with a model.toml");
        let mistake = Diagnostic::new("model::missing", Place::whole(shown), words);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let beside = path.parent().unwrap_or(Path::new(""));
        let models = models_in(&[beside, Path::new("models")]);
        let known = models.iter().map(String::as_str);
        log.push(mistake.expected(expected).nearest(&name, known));
    }
    found.cloned()
}

/// Names of the models in some folders.
pub(super) fn models_in(folders: &[&Path]) -> Vec<String> {
    let here = |folder: &&Path| {
        if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_path_buf() }
    };
    let entries = folders.iter().map(here).filter_map(|folder| std::fs::read_dir(folder).ok());
    let models =
        entries.flatten().flatten().filter(|entry| entry.path().join("model.toml").is_file());
    let mut names: Vec<String> =
        models.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names.dedup();
    names
}

/// What `model.toml` itself says.
struct Head<'a> {
    place: Place,
    names: Option<(String, String)>,
    tables: Option<Tables<'a>>,
    calendar: Option<(Date, Patterns)>,
    people: Option<People>,
    profiles: Option<Profiles>,
    marks: Option<Marks<'a>>,
    rules: Option<RuleSet>,
    holders: Option<Holders<'a>>,
    units: Option<Units<'a>>,
    params: Option<Params>,
}

/// Names of the tables with the places that name them; none for an optional one left out.
struct Tables<'a> {
    names: [Option<(&'a str, Place)>; 9],
}

/// Tables that a model may do without.
const OPTIONAL: [&str; 3] = ["items_other", "powers", "services"];

const TABLES: [&str; 9] = [
    "streets",
    "items",
    "items_other",
    "powers",
    "services",
    "agencies",
    "units",
    "seasons",
    "holidays",
];

fn read_head<'a>(
    mut root: Fields<'a>,
    assumptions: &mut Assumptions,
    log: &mut Diagnostics,
) -> Head<'a> {
    let [zh, en] = ["name_zh", "name_en"].map(|key| {
        let node = root.required(key, log)?;
        text(root.source, key, node, log).map(str::to_owned)
    });
    let head = Head {
        place: Place::whole(&*root.source.file),
        names: zh.zip(en),
        tables: read_tables(&mut root, log),
        calendar: read_calendar(&mut root, log),
        people: read_people(&mut root, assumptions, log),
        profiles: read_profiles(&mut root, assumptions, log),
        marks: read_marks(&mut root, log),
        rules: read_rules(&mut root, assumptions, log),
        holders: read_holders(&mut root, assumptions, log),
        units: read_hall_units(&mut root, log),
        params: read_params(&mut root, assumptions, log),
    };
    root.finish(log);
    head
}

fn read_tables<'a>(root: &mut Fields<'a>, log: &mut Diagnostics) -> Option<Tables<'a>> {
    let mut fields = root.section("tables", log)?;
    let source = fields.source;
    let mut complete = true;
    let names = TABLES.map(|table| {
        let path = fields.path(table);
        let optional = OPTIONAL.contains(&table);
        let node = if optional { fields.optional(table) } else { fields.required(table, log) };
        let name = node.and_then(|node| {
            let name = text(source, &path, node, log)?;
            Some((name, source.place(node.span.start)))
        });
        complete &= name.is_some() || (optional && node.is_none());
        name
    });
    fields.finish(log);
    complete.then_some(Tables { names })
}

/// What the tables say.
#[derive(Default)]
struct Body {
    streets: Option<(Vec<District>, Vec<Street>)>,
    items: Option<Vec<Item>>,
    fields: Vec<Field>,
    powers: Option<Vec<Power>>,
    services: Option<Vec<Service>>,
    agencies: Option<Vec<Agency>>,
    units: Option<Vec<Unit>>,
    seasons: Option<Vec<Season>>,
    holidays: Option<crate::base::Holidays>,
}

fn read_body(
    tables: Tables<'_>,
    head: &Head<'_>,
    folder: &mut Folder,
    log: &mut Diagnostics,
) -> Body {
    let [_, _, without_other, without_powers, without_services, ..] =
        tables.names.each_ref().map(Option::is_none);
    let sources = tables
        .names
        .map(|named| named.and_then(|(name, place)| folder.read(name, Some(place), log)));
    let [streets, items, other, powers, services, agencies, units, seasons, holidays] = &sources;
    let heating = head.profiles.as_ref().and_then(|profiles| profiles.heating_season.as_deref());
    let read = |source: &Option<Source>| source.clone();
    let mut body = Body {
        agencies: read(agencies).and_then(|source| read_agencies(&source, log)),
        units: read(units).and_then(|source| read_units(&source, log)),
        seasons: read(seasons).and_then(|source| read_seasons(&source, heating, log)),
        holidays: read(holidays).and_then(|source| read_holidays(&source, log)),
        streets: read(streets).and_then(|s| read_streets(&s, head.people.as_ref(), log)),
        ..Body::default()
    };
    let words = Vocabulary {
        agencies: body.agencies.as_deref().unwrap_or_default(),
        units: body.units.as_deref().unwrap_or_default(),
        seasons: body.seasons.as_deref().unwrap_or_default(),
    };
    let mut fields = Vec::new();
    let catalog = read(items).and_then(|s| read_items(&s, true, &[], words, &mut fields, log));
    let rest = if without_other {
        check_catalog_only(head, log);
        Some(ItemTable { ids: Vec::new(), items: Some(Vec::new()) })
    } else {
        let known = catalog.as_ref().map_or(&[][..], |table| &table.ids);
        read(other).and_then(|s| read_items(&s, false, known, words, &mut fields, log))
    };
    let both = catalog.as_ref().zip(rest.as_ref());
    let ids: Option<Vec<&str>> =
        both.map(|(a, b)| a.ids.iter().chain(&b.ids).map(String::as_str).collect());
    if let (Some(marks), Some(ids)) = (&head.marks, &ids) {
        check_marks(marks, ids, log);
    }
    body.powers = if without_powers {
        Some(Vec::new())
    } else {
        let ids = ids.as_deref().unwrap_or_default();
        read(powers).and_then(|s| read_powers(&s, words.agencies, ids, log))
    };
    body.services = if without_services {
        Some(Vec::new())
    } else {
        read(services).and_then(|s| read_services(&s, words, log))
    };
    body.fields = fields;
    let both = catalog.zip(rest).and_then(|(a, b)| a.items.zip(b.items));
    body.items = both.map(|(catalog, rest)| catalog.into_iter().chain(rest).collect());
    body
}

fn read_model(dir: &Path, log: &mut Diagnostics) -> Option<LoadedModel> {
    let mut folder = Folder::new(dir);
    let source = folder.read("model.toml", None, log)?;
    let tree = parse_toml(&source, log);
    let mut assumptions = Assumptions::default();
    let mut head = read_head(Fields::root(&source, &tree), &mut assumptions, log);
    let tables = head.tables.take();
    let mut body =
        tables.map(|tables| read_body(tables, &head, &mut folder, log)).unwrap_or_default();
    check_heating(&head, &body, &source, log);
    let hall = read_hall(&head, &body, log);
    let places = body.streets.as_mut().zip(head.holders.as_ref());
    let settled = places.and_then(|((_, streets), said)| settle_holders(said, streets, log));
    let (start, patterns) = head.calendar?;
    let (zh, en) = head.names?;
    let (districts, streets) = body.streets?;
    settled?;
    let (profiles, params) = (head.profiles?, head.params?);
    let mut items = body.items?;
    mark(&mut items, &head.marks?);
    rank(&mut items, &streets, &params);
    let agencies = body.agencies?;
    let mut powers = body.powers?;
    rank_powers(&mut powers, &params.powers);
    let before = before_settings(Names { agencies: &agencies, powers: &powers }, &source, log)?;
    let id = dir.canonicalize().ok();
    let id = id.as_deref().unwrap_or(dir).file_name().map(|name| name.to_string_lossy());
    let city = City {
        id: id.unwrap_or_default().into_owned(),
        zh,
        en,
        start,
        holidays: body.holidays?,
        patterns,
        districts,
        streets,
        items,
        fields: body.fields,
        agencies,
        units: body.units?,
        services: body.services?,
        powers,
        hall,
        seasons: body.seasons?,
        hours: profiles.hours,
        evening_hours: profiles.evening_hours,
        weekdays: profiles.weekdays,
        rules: head.rules?,
        params,
        before,
        assumptions: assumptions.into_vec(),
    };
    let scenarios = toml_stems(&dir.join("scenarios"));
    let files = folder.into_files();
    Some(LoadedModel { dir: dir.to_owned(), city: Arc::new(city), files, scenarios })
}

/// Units that handle applications; needed where there is something to apply for.
fn read_hall(head: &Head<'_>, body: &Body, log: &mut Diagnostics) -> Option<Hall> {
    let powers = body.powers.as_ref().is_some_and(|powers| !powers.is_empty());
    let services = body.services.as_ref().is_some_and(|services| !services.is_empty());
    let units = body.units.as_deref().unwrap_or_default();
    settle_hall(head.units.as_ref(), powers || services, units, &head.place, log)
}

/// Without a table of other matters nothing may be left for them.
fn check_catalog_only(head: &Head<'_>, log: &mut Diagnostics) {
    let share = head.params.as_ref().map_or(1.0, |params| params.demand.catalog_share);
    if share < 1.0 {
        let words = Words::new(
            "没有 items_other 表时，demand.catalog_share 须为 1",
            "without a table items_other, demand.catalog_share must be 1",
        );
        let diagnostic = Diagnostic::new("model::catalog_share", head.place.clone(), words);
        log.push(diagnostic.expected(Words::same("1")).got(share.to_string()));
    }
}

fn check_heating(head: &Head<'_>, body: &Body, source: &Source, log: &mut Diagnostics) {
    let (Some(profiles), Some(seasons)) = (&head.profiles, &body.seasons) else { return };
    let Some(name) = &profiles.heating_season else { return };
    if !seasons.iter().any(|season| season.heating) {
        let words = Words::new(format!("没有季节“{name}”"), format!("unknown season \"{name}\""));
        let at = source.text.find("heating_season").unwrap_or_default();
        let diagnostic = Diagnostic::new("model::unknown_season", source.place(at), words);
        log.push(diagnostic.nearest(name, seasons.iter().map(|season| season.id.as_str())));
    }
}

/// Every lever at its before value.
///
/// A model whose agencies do not have the names that the levers use cannot be run: reported.
fn before_settings(names: Names<'_>, source: &Source, log: &mut Diagnostics) -> Option<Settings> {
    let mut settings = Settings::default();
    for lever in levers() {
        match fit(lever, &Written::from_text(lever.before.value), names) {
            Ok(value) => (lever.set)(&value, &mut settings),
            Err(error) => {
                let words = Words::new(
                    format!("杠杆“{}”改革前的值在此模型中不成立", lever.key),
                    format!("the before value of {} does not hold in this model", lever.key),
                );
                let place = Place::whole(&*source.file);
                let diagnostic = Diagnostic::new("model::before", place, words);
                log.push(diagnostic.expected(error.expected).got(error.got));
                return None;
            }
        }
    }
    Some(settings)
}

/// Every lever that is built, at its before value.
pub fn before(city: &City) -> Settings {
    city.before.clone()
}
