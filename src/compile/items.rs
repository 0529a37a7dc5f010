//! Tables of items: the duty list and the matters outside it.

use super::agencies::{find, names, repeated, wrong_sum};
use crate::domain::{Agency, Field, Item, Params, Season, Street, StreetKind, Unit};
use crate::random::Streams;
use crate::spec::{CsvTable, Diagnostic, Diagnostics, Fields, Row, Source, Words, texts};

/// What the items refer to.
#[derive(Clone, Copy)]
pub(super) struct Vocabulary<'a> {
    pub(super) agencies: &'a [Agency],
    pub(super) units: &'a [Unit],
    pub(super) seasons: &'a [Season],
}

const WANTED: [&str; 24] = [
    "item_id",
    "name_zh",
    "name_en",
    "field_id",
    "field_zh",
    "lead_dept",
    "support_depts",
    "street_unit_code",
    "needs_enforcement",
    "agencies_k",
    "service_class",
    "urgency_class",
    "sla_working_days",
    "ch_grid",
    "ch_12345",
    "ch_patrol",
    "ch_auto",
    "ch_dept",
    "arrival_share_urban",
    "arrival_share_town",
    "season_profile",
    "p_self_handle_grid",
    "p_street_can_pre",
    "p_misroute_pre",
];

/// Columns that are never read: what the reform is expected to bring, and where wording is from.
const IGNORED: [&str; 9] = [
    "field_source",
    "street_unit_zh",
    "delegable",
    "p_street_can_post",
    "name_source",
    "name_basis",
    "name_match",
    "source_ref",
    "params_tag",
];

const CHANNELS: [&str; 5] = ["ch_grid", "ch_12345", "ch_patrol", "ch_auto", "ch_dept"];
const SHARES: [&str; 2] = ["arrival_share_urban", "arrival_share_town"];

/// One table of items as read.
pub(super) struct ItemTable {
    /// Every id of the table, of rows that could not be read too: references are checked by them.
    pub(super) ids: Vec<String>,
    /// The items, unless a row could not be read.
    pub(super) items: Option<Vec<Item>>,
}

/// Reads one table of items and adds its fields to the list of fields.
pub(super) fn read_items(
    source: &Source,
    in_catalog: bool,
    elsewhere: &[String],
    words: Vocabulary<'_>,
    fields: &mut Vec<Field>,
    log: &mut Diagnostics,
) -> Option<ItemTable> {
    let table = CsvTable::parse(source, log);
    let optional = [&super::flow::COLUMNS[..], &["field_en"]].concat();
    let reader = table.reader_with(&WANTED, &optional, &IGNORED, log)?;
    let mut ids: Vec<String> = Vec::new();
    let mut rows: Vec<Option<Item>> = Vec::new();
    for row in reader.rows() {
        let id = row.text("item_id");
        if ids.iter().chain(elsewhere).any(|known| known == id) {
            log.push(repeated(&row, "item_id"));
        }
        ids.push(id.to_owned());
        rows.push(read_item(&row, in_catalog, words, fields, log));
    }
    let Some(mut items) = rows.into_iter().collect::<Option<Vec<Item>>>() else {
        return Some(ItemTable { ids, items: None });
    };
    for (kind, column) in SHARES.into_iter().enumerate() {
        let sum: f64 = items.iter().map(|item| item.share[kind]).sum();
        if (sum - 1.0).abs() > 0.001 {
            log.push(wrong_sum(&reader, column, sum));
        }
        items.iter_mut().for_each(|item| item.share[kind] /= sum);
    }
    Some(ItemTable { ids, items: Some(items) })
}

fn read_item(
    row: &Row<'_>,
    in_catalog: bool,
    words: Vocabulary<'_>,
    fields: &mut Vec<Field>,
    log: &mut Diagnostics,
) -> Option<Item> {
    let lead = agency(row, "lead_dept", row.text("lead_dept"), words.agencies, log);
    let supports: Vec<Option<usize>> = row
        .parts("support_depts")
        .map(|name| agency(row, "support_depts", name, words.agencies, log))
        .collect();
    let codes: Vec<&str> = words.units.iter().map(|unit| unit.code.as_str()).collect();
    let unit = reference(row, "street_unit_code", &codes, log);
    let ids: Vec<&str> = words.seasons.iter().map(|season| season.id.as_str()).collect();
    let season = reference(row, "season_profile", &ids, log);
    let class = row.choice("service_class", &["T1", "T2", "T3", "T4", "T5"], log);
    let urgency = row.choice("urgency_class", &["U0", "U1", "U2", "U3"], log);
    let enforcement = row.choice("needs_enforcement", &["0", "1"], log);
    let agencies_k = row.choice("agencies_k", &["1", "2", "3", "4"], log);
    let sla_wd = row.number("sla_working_days", (0.0, 250.0), log);
    let channels = CHANNELS.map(|column| row.number(column, (0.0, 1.0), log));
    let channels = channel_mix(row, channels, log);
    let share = SHARES.map(|column| row.number(column, (0.0, 1.0), log));
    let p_grid = row.number("p_self_handle_grid", (0.0, 1.0), log);
    let p_simple = row.number("p_street_can_pre", (0.0, 1.0), log);
    let p_misroute = row.number("p_misroute_pre", (0.0, 1.0), log);
    let field = field(row, fields, log);
    let flow = super::flow::read_flow(row, log);
    Some(Item {
        id: row.name("item_id", log)?.to_owned(),
        zh: row.name("name_zh", log)?.to_owned(),
        en: row.text("name_en").to_owned(),
        field: field?,
        lead: lead?,
        supports: supports.into_iter().collect::<Option<_>>()?,
        unit: unit?,
        enforcement: enforcement? == 1,
        agencies_k: agencies_k? as u8 + 1,
        class: class? as u8,
        urgency: urgency? as u8,
        sla_wd: sla_wd?,
        channels: channels?,
        share: [share[0]?, share[1]?],
        season: season?,
        evening: false,
        p_grid: p_grid?,
        p_simple: p_simple?,
        p_misroute: p_misroute?,
        in_catalog,
        list_rank: 0,
        grid_rank: 0,
        self_solving: false,
        bought: false,
        partnered: false,
        flow,
    })
}

pub(super) fn agency(
    row: &Row<'_>,
    column: &str,
    name: &str,
    agencies: &[Agency],
    log: &mut Diagnostics,
) -> Option<usize> {
    let found = find(agencies, name);
    if found.is_none() && !agencies.is_empty() {
        let words = Words::new(format!("没有部门“{name}”"), format!("unknown agency \"{name}\""));
        let diagnostic = Diagnostic::new("model::unknown_agency", row.place(column), words);
        log.push(diagnostic.nearest(name, names(agencies)));
    }
    found
}

/// Index of a name of another table. An empty table has its own mistakes: none are added.
fn reference(row: &Row<'_>, column: &str, known: &[&str], log: &mut Diagnostics) -> Option<usize> {
    if known.is_empty() { None } else { row.choice(column, known, log) }
}

fn field(row: &Row<'_>, fields: &mut Vec<Field>, log: &mut Diagnostics) -> Option<usize> {
    let (id, zh) = (row.name("field_id", log)?, row.name("field_zh", log)?);
    let en = row.text("field_en").trim();
    let Some(index) = fields.iter().position(|known| known.id == id) else {
        let en = if en.is_empty() { id } else { en };
        fields.push(Field { id: id.to_owned(), zh: zh.to_owned(), en: en.to_owned() });
        return Some(fields.len() - 1);
    };
    if fields[index].zh != zh {
        log.push(row.wrong("field_zh", Words::same(fields[index].zh.clone())));
    }
    if !en.is_empty() && fields[index].en != en {
        log.push(row.wrong("field_en", Words::same(fields[index].en.clone())));
    }
    Some(index)
}

fn channel_mix(
    row: &Row<'_>,
    channels: [Option<f64>; 5],
    log: &mut Diagnostics,
) -> Option<[f64; 5]> {
    let [Some(a), Some(b), Some(c), Some(d), Some(e)] = channels else { return None };
    let sum = a + b + c + d + e;
    if (sum - 1.0).abs() > 0.001 {
        let words = Words::new("五个发现渠道之和不为 1", "the five channels do not sum to 1");
        let diagnostic = Diagnostic::new("table::sum", row.place("ch_grid"), words);
        log.push(diagnostic.expected(Words::same("1")).got(format!("{sum:.4}")));
        return None;
    }
    Some([a, b, c, d, e].map(|share| share / sum))
}

/// Item lists of `model.toml`: which matters peak in the evening, which may solve themselves, and
/// which vendors or partner units may take; the last two may be left out.
pub(super) struct Marks<'a> {
    source: &'a Source,
    evening: Vec<(&'a str, u32, u32)>,
    self_solving: Vec<(&'a str, u32, u32)>,
    bought: Vec<(&'a str, u32, u32)>,
    partnered: Vec<(&'a str, u32, u32)>,
}

pub(super) fn read_marks<'a>(root: &mut Fields<'a>, log: &mut Diagnostics) -> Option<Marks<'a>> {
    let mut fields = root.section("items", log)?;
    let source = fields.source;
    let keys = ["evening", "self_solving", "bought", "partnered"];
    let [evening, self_solving, bought, partnered] = keys.map(|key| {
        let path = fields.path(key);
        let node = match key {
            "evening" | "self_solving" => fields.required(key, log)?,
            _ => match fields.optional(key) {
                Some(node) => node,
                None => return Some(Vec::new()),
            },
        };
        let ids = texts(source, &path, node, log)?;
        let placed = ids.into_iter().map(|(id, node)| {
            let place = source.place(node.span.start);
            (id, place.line, place.column)
        });
        Some(placed.collect::<Vec<_>>())
    });
    fields.finish(log);
    Some(Marks {
        source,
        evening: evening?,
        self_solving: self_solving?,
        bought: bought?,
        partnered: partnered?,
    })
}

/// Reports ids of `model.toml` that no table has.
pub(super) fn check_marks(marks: &Marks<'_>, ids: &[&str], log: &mut Diagnostics) {
    let Marks { evening, self_solving, bought, partnered, .. } = marks;
    for (id, line, column) in [evening, self_solving, bought, partnered].into_iter().flatten() {
        if !ids.contains(id) {
            let file = marks.source.file.clone();
            let place = crate::spec::Place { file, line: *line, column: *column };
            let words = Words::new(format!("没有事项“{id}”"), format!("unknown item \"{id}\""));
            let diagnostic = Diagnostic::new("model::unknown_item", place, words);
            log.push(diagnostic.nearest(id, ids.iter().copied()));
        }
    }
}

/// Marks the items that `model.toml` names.
pub(super) fn mark(items: &mut [Item], marks: &Marks<'_>) {
    let named = |list: &[(&str, u32, u32)], item: &Item| list.iter().any(|(id, ..)| *id == item.id);
    for item in items {
        item.evening = named(&marks.evening, item);
        item.self_solving = named(&marks.self_solving, item);
        item.bought = named(&marks.bought, item);
        item.partnered = named(&marks.partnered, item);
    }
}

/// Orders in which items enter the duty list and the duties of the grids.
///
/// The list takes the items of the catalog first, in the order that the model names (arrivals ×
/// ambiguity where it does not say otherwise); the grids cover them in the order of finds by patrol
/// × arrivals. Ties keep the order of the tables.
pub(super) fn rank(items: &mut [Item], streets: &[Street], params: &Params) {
    let catalog_share = params.demand.catalog_share;
    let people = |kind: StreetKind| -> f64 {
        streets.iter().filter(|street| street.kind == kind).map(|street| street.population).sum()
    };
    let weights = [people(StreetKind::Street), people(StreetKind::Town)];
    let arrivals: Vec<f64> = items
        .iter()
        .map(|item| {
            let table = if item.in_catalog { catalog_share } else { 1.0 - catalog_share };
            table * (weights[0] * item.share[0] + weights[1] * item.share[1])
        })
        .collect();
    let order = |key: &dyn Fn(usize) -> (bool, f64)| {
        let mut order: Vec<usize> = (0..items.len()).collect();
        order.sort_by(|a, b| {
            let ((first_a, a_key), (first_b, b_key)) = (key(*a), key(*b));
            first_b.cmp(&first_a).then(b_key.total_cmp(&a_key)).then(a.cmp(b))
        });
        order
    };
    let by_use = |i: usize| (items[i].in_catalog, arrivals[i] * items[i].p_misroute);
    let as_listed = |i: usize| (items[i].in_catalog, 0.0);
    // A random order that is the same in every run and arm: addressed by the item's id.
    let at_random = |i: usize| {
        let hash = items[i]
            .id
            .bytes()
            .fold(0, |hash: u64, byte| hash.wrapping_mul(257).wrapping_add(u64::from(byte)));
        (items[i].in_catalog, Streams::new(1, 1).uniform(0, hash, 0))
    };
    let list = match params.duty_list.order as usize {
        0 => order(&by_use),
        1 => order(&as_listed),
        _ => order(&at_random),
    };
    let grid = order(&|i| (true, arrivals[i] * items[i].channels[0]));
    list.into_iter().enumerate().for_each(|(rank, item)| items[item].list_rank = rank);
    grid.into_iter().enumerate().for_each(|(rank, item)| items[item].grid_rank = rank);
}
