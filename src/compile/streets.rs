//! Table of streets and towns, and how many people live in each.

use super::agencies::repeated;
use super::numbers::{Assumptions, read_number};
use crate::domain::{District, Street, StreetKind};
use crate::random::{Streams, normal};
use crate::spec::{
    CsvTable, Demand, Diagnostic, Diagnostics, Fields, Place, Reader, Source, Words, measured,
    nearest,
};
use std::collections::BTreeMap;

/// Seed of the assumed sizes of streets. They are part of the model, not of a run: the same in
/// every replication and under every seed.
const SIZE_SEED: u64 = 370_100;

/// Largest code of a street or district: nine digits and a little more. Codes are part of the
/// address of random numbers and have 30 bits there.
const LARGEST_CODE: f64 = ((1_u64 << 30) - 1) as f64;

/// Purpose of the draw of a street's size.
const SIZE_PURPOSE: u16 = 1;

/// What `model.toml` says about people.
pub(super) struct People {
    sigma: f64,
    per_household: f64,
    grid_workers: f64,
    fixed: Vec<(String, f64, Place)>,
}

pub(super) fn read_people(
    root: &mut Fields<'_>,
    assumptions: &mut Assumptions,
    log: &mut Diagnostics,
) -> Option<People> {
    let mut fields = root.section("population", log)?;
    let mut one = |key: &str, unit: &str, limits: (f64, f64)| {
        let wanted = (1, unit, limits);
        read_number(&mut fields, key, wanted, assumptions, log).map(|values| values[0])
    };
    let sigma = one("sigma", "1", (0.0, 2.0));
    let per_household = one("persons_per_household", "people", (1.0, 10.0));
    let grid_workers = one("grid_workers", "people", (0.0, 1e6));
    let path = fields.path("fixed");
    let mut fixed = Vec::new();
    if let Some(node) = fields.optional("fixed")
        && let Some(section) = Fields::of(fields.source, &path, node, log)
    {
        for entry in section.entries() {
            let path = section.path(&entry.key);
            let demand = Demand { path: &path, n: 1, unit: "people", limits: (1.0, 1e8) };
            if let Some(read) = measured(fields.source, demand, &entry.node, log) {
                assumptions.keep(&path, &read);
                let place = fields.source.place(entry.span.start);
                fixed.push((entry.key.clone(), read.values[0], place));
            }
        }
    }
    fields.finish(log);
    Some(People {
        sigma: sigma?,
        per_household: per_household?,
        grid_workers: grid_workers?,
        fixed,
    })
}

struct Rows {
    districts: Vec<District>,
    streets: Vec<Street>,
    /// Unit of the census that a street belongs to, and the mean residents of its streets.
    units: Vec<(String, f64)>,
}

/// Districts and streets with their residents.
pub(super) fn read_streets(
    source: &Source,
    people: Option<&People>,
    log: &mut Diagnostics,
) -> Option<(Vec<District>, Vec<Street>)> {
    let wanted = [
        "street_code",
        "street_zh",
        "kind",
        "district_code",
        "district_zh",
        "census_unit_zh",
        "mean_pop_10k",
    ];
    let optional = ["street_en", "district_en"];
    let ignored = ["zone_tag", "unit_pop_10k_2020", "pop_tag", "units_in_census_unit"];
    let table = CsvTable::parse(source, log);
    let reader = table.reader_with(&wanted, &optional, &ignored, log)?;
    let mut rows = read_rows(&reader, log);
    if rows.streets.is_empty() {
        let words = Words::new("表里没有镇街", "the table has no streets");
        log.push(Diagnostic::new("model::no_streets", reader.place(), words));
        return None;
    }
    settle(&mut rows, people?, log)?;
    Some((rows.districts, rows.streets))
}

fn read_rows(reader: &Reader<'_>, log: &mut Diagnostics) -> Rows {
    let mut rows = Rows { districts: Vec::new(), streets: Vec::new(), units: Vec::new() };
    for row in reader.rows() {
        let kind = row.choice("kind", &["街道", "镇"], log);
        let code = row.whole("street_code", (1.0, LARGEST_CODE), log);
        let district_code = row.whole("district_code", (1.0, LARGEST_CODE), log);
        let mean = row.number("mean_pop_10k", (0.0, 1000.0), log);
        let zh = row.name("street_zh", log);
        let (Some(kind), Some(code), Some(district_code), Some(mean), Some(zh)) =
            (kind, code, district_code, mean, zh)
        else {
            continue;
        };
        let (code, district_code) = (code as u64, district_code as u32);
        let district_zh = row.text("district_zh");
        let district_en = row.text_or("district_en", district_zh);
        let place = |d: &District| d.code == district_code || d.zh == district_zh;
        let district = rows.districts.iter().position(place).unwrap_or(rows.districts.len());
        if district == rows.districts.len() {
            let [zh, en] = [district_zh, district_en].map(str::to_owned);
            let district =
                District { code: district_code, zh, en, population: 0.0, streets: Vec::new() };
            rows.districts.push(district);
        }
        let known = &rows.districts[district];
        if known.code != district_code || known.zh != district_zh {
            let expected = Words::same(format!("{} {}", known.code, known.zh));
            log.push(row.wrong("district_zh", expected));
        }
        if known.en != district_en {
            log.push(row.wrong("district_en", Words::same(known.en.clone())));
        }
        if rows.streets.iter().any(|street| street.code == code) {
            log.push(repeated(&row, "street_code"));
        }
        if rows.streets.iter().any(|street| street.zh == zh && street.district == district) {
            log.push(repeated(&row, "street_zh"));
        }
        rows.districts[district].streets.push(rows.streets.len());
        rows.units.push((row.text("census_unit_zh").to_owned(), mean * 10_000.0));
        rows.streets.push(Street {
            code,
            zh: zh.to_owned(),
            en: row.text_or("street_en", zh).to_owned(),
            kind: [StreetKind::Street, StreetKind::Town][kind],
            district,
            population: 0.0,
            households: 0.0,
            grid_workers: 0.0,
            holder: None,
            park: None,
        });
    }
    tell_apart(&mut rows);
    rows
}

/// Streets of one name in several districts are called by district and name, here and in every
/// table of results.
fn tell_apart(rows: &mut Rows) {
    let names: Vec<[String; 2]> =
        rows.streets.iter().map(|street| [street.zh.clone(), street.en.clone()]).collect();
    let shared =
        |at: usize, of: usize| names.iter().filter(|own| own[of] == names[at][of]).count() > 1;
    for (at, street) in rows.streets.iter_mut().enumerate() {
        let district = &rows.districts[street.district];
        if shared(at, 0) {
            street.zh = format!("{}/{}", district.zh, street.zh);
        }
        if shared(at, 1) {
            street.en = format!("{}/{}", district.en, street.en);
        }
    }
}

/// Gives every street its residents: those set by hand first, the rest of each census unit by a
/// lognormal weight keyed by the street's code.
fn settle(rows: &mut Rows, people: &People, log: &mut Diagnostics) -> Option<()> {
    let mut fixed: BTreeMap<usize, f64> = BTreeMap::new();
    for (name, residents, place) in &people.fixed {
        match rows.streets.iter().position(|street| street.zh == *name) {
            Some(street) => drop(fixed.insert(street, *residents)),
            None => {
                let words =
                    Words::new(format!("没有镇街“{name}”"), format!("no street \"{name}\""));
                let mut diagnostic = Diagnostic::new("model::unknown_street", place.clone(), words);
                if let Some(near) = nearest(name, rows.streets.iter().map(|s| s.zh.as_str())) {
                    diagnostic.help = Some(crate::spec::Help::DidYouMean(near.to_owned()));
                }
                log.push(diagnostic);
            }
        }
    }
    let streams = Streams::new(SIZE_SEED, 0);
    let weight = |street: &Street| {
        libm::exp(people.sigma * normal(streams.uniform(SIZE_PURPOSE, street.code, 0)))
    };
    let mut units: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (index, (unit, mean)) in rows.units.iter().enumerate() {
        let (rest, weights) = units.entry(unit).or_default();
        *rest += mean - fixed.get(&index).copied().unwrap_or(0.0);
        *weights += if fixed.contains_key(&index) { 0.0 } else { weight(&rows.streets[index]) };
    }
    let mut enough = true;
    for (unit, (rest, weights)) in &units {
        if *weights > 0.0 && *rest <= 0.0 {
            let words = Words::new(
                format!("“{unit}”设定的镇街人口超过单位总数"),
                format!("streets set by hand leave no residents for the rest of {unit}"),
            );
            let place = people.fixed.first().map(|(_, _, place)| place.clone());
            let place = place.unwrap_or_else(|| Place::whole("model.toml"));
            log.push(Diagnostic::new("model::population", place, words));
            enough = false;
        }
    }
    for (index, street) in rows.streets.iter_mut().enumerate() {
        let (rest, weights) = units[rows.units[index].0.as_str()];
        let residents = fixed.get(&index).copied();
        street.population = residents.unwrap_or_else(|| rest * weight(street) / weights);
        street.households = street.population / people.per_household;
        rows.districts[street.district].population += street.population;
    }
    let households: f64 = rows.streets.iter().map(|street| street.households).sum();
    for street in &mut rows.streets {
        street.grid_workers = people.grid_workers * street.households / households;
    }
    enough.then_some(())
}
