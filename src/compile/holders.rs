//! Who may hold powers, and which units handle applications: `[holders]` and `[applications]`.

use super::numbers::{Assumptions, read_number};
use crate::domain::{Hall, Holder, Park, Street, StreetKind, Unit};
use crate::spec::{Diagnostic, Diagnostics, Fields, Node, Place, Source, Words, text, texts};

/// A name with its place in `model.toml`.
type Named<'a> = (&'a str, Place);

/// `[holders]` as written.
#[derive(Default)]
pub(super) struct Holders<'a> {
    /// Names of 经济发达镇 and of 重点镇.
    towns: [Vec<Named<'a>>; 2],
    parks: Vec<(Named<'a>, Park)>,
}

/// `[applications]` as written.
pub(super) struct Units<'a> {
    hall: Named<'a>,
    power_path: Vec<Named<'a>>,
}

fn named<'a>(source: &'a Source, (name, node): (&'a str, &Node)) -> Named<'a> {
    (name, source.place(node.span.start))
}

/// Reads `[holders]`; a model may do without.
pub(super) fn read_holders<'a>(
    root: &mut Fields<'a>,
    assumptions: &mut Assumptions,
    log: &mut Diagnostics,
) -> Option<Holders<'a>> {
    let Some(node) = root.optional("holders") else { return Some(Holders::default()) };
    let mut fields = Fields::of(root.source, "holders", node, log)?;
    let source = fields.source;
    let towns = ["economic_towns", "key_towns"].map(|key| {
        let path = fields.path(key);
        let node = fields.required(key, log)?;
        let names = texts(source, &path, node, log)?;
        Some(names.into_iter().map(|found| named(source, found)).collect::<Vec<_>>())
    });
    let mut parks = Vec::new();
    if let Some(node) = fields.optional("parks")
        && let Some(section) = Fields::of(source, "holders.parks", node, log)
    {
        for entry in section.entries() {
            let path = section.path(&entry.key);
            let read = Fields::of(source, &path, &entry.node, log)
                .and_then(|fields| read_park(fields, &entry.key, assumptions, log));
            parks.extend(read);
        }
    }
    fields.finish(log);
    let [economic, key] = towns;
    Some(Holders { towns: [economic?, key?], parks })
}

fn read_park<'a>(
    mut fields: Fields<'a>,
    zh: &str,
    assumptions: &mut Assumptions,
    log: &mut Diagnostics,
) -> Option<(Named<'a>, Park)> {
    let source = fields.source;
    let path = fields.path("place");
    let place = fields.required("place", log).and_then(|node| {
        let name = text(source, &path, node, log)?;
        Some(named(source, (name, node)))
    });
    let mut one = |key: &str, unit: &str, limits: (f64, f64)| {
        read_number(&mut fields, key, (1, unit, limits), assumptions, log).map(|read| read[0])
    };
    let volume = one("volume", "key towns", (0.0, 100.0));
    let staff = one("staff", "people", (1.0, 1000.0));
    fields.finish(log);
    Some((place?, Park { zh: zh.to_owned(), volume: volume?, staff: staff? as u32 }))
}

/// Reads `[applications]`: needed where a table of services or powers is named.
pub(super) fn read_hall_units<'a>(
    root: &mut Fields<'a>,
    log: &mut Diagnostics,
) -> Option<Units<'a>> {
    let node = root.optional("applications")?;
    let mut fields = Fields::of(root.source, "applications", node, log)?;
    let source = fields.source;
    let paths = ["hall", "power_path"].map(|key| fields.path(key));
    let hall = fields.required("hall", log).and_then(|node| {
        let name = text(source, &paths[0], node, log)?;
        Some(named(source, (name, node)))
    });
    let path = fields.required("power_path", log).and_then(|node| {
        let codes = texts(source, &paths[1], node, log)?;
        Some(codes.into_iter().map(|found| named(source, found)).collect::<Vec<_>>())
    });
    fields.finish(log);
    Some(Units { hall: hall?, power_path: path? })
}

/// Units of the street that `[applications]` names.
pub(super) fn settle_hall(
    written: Option<&Units<'_>>,
    needed: bool,
    units: &[Unit],
    place: &Place,
    log: &mut Diagnostics,
) -> Option<Hall> {
    let Some(written) = written else {
        if needed {
            let words = Words::new(
                "有 services 或 powers 表，但缺少 [applications]",
                "tables of services or powers need a section [applications]",
            );
            let expected = Words::same("hall = \"BMC\", power_path = [\"BMC\"]");
            log.push(Diagnostic::new("model::hall", place.clone(), words).expected(expected));
        }
        return None;
    };
    let mut unit = |(code, place): &Named<'_>| {
        let found = units.iter().position(|unit| unit.code == *code);
        if found.is_none() && !units.is_empty() {
            let words = Words::new(format!("没有机构“{code}”"), format!("unknown unit \"{code}\""));
            let known = units.iter().map(|unit| unit.code.as_str());
            let diagnostic = Diagnostic::new("model::unknown_unit", place.clone(), words);
            log.push(diagnostic.nearest(code, known));
        }
        found
    };
    let hall = unit(&written.hall);
    let path: Vec<Option<usize>> = written.power_path.iter().map(&mut unit).collect();
    let path: Option<Vec<usize>> = path.into_iter().collect();
    let path = path?;
    if path.is_empty() {
        let words =
            Words::new("applications.power_path 不能为空", "applications.power_path names no unit");
        log.push(Diagnostic::new("model::hall", written.hall.1.clone(), words));
        return None;
    }
    Some(Hall { unit: hall?, power_path: path })
}

/// Marks the places that may hold powers. A key town must be a town; a park may lie anywhere.
pub(super) fn settle_holders(
    written: &Holders<'_>,
    streets: &mut [Street],
    log: &mut Diagnostics,
) -> Option<()> {
    let mut right = true;
    for (kind, towns) in written.towns.iter().enumerate() {
        for town in towns {
            let found = find(streets, town, log);
            let Some(index) = found else {
                right = false;
                continue;
            };
            let street = &mut streets[index];
            let wrong = if street.kind != StreetKind::Town {
                Some(Words::new(
                    format!("“{}”是街道，不能作重点镇", town.0),
                    format!("{} is a street: only towns hold powers", town.0),
                ))
            } else if street.holder.is_some() {
                Some(Words::new(
                    format!("“{}”写了两次", town.0),
                    format!("{} is named twice", town.0),
                ))
            } else {
                None
            };
            if let Some(words) = wrong {
                log.push(Diagnostic::new("model::holder", town.1.clone(), words));
                right = false;
            }
            street.holder = Some(Holder { kind });
        }
    }
    for (place, park) in &written.parks {
        match find(streets, place, log) {
            Some(index) if streets[index].park.is_some() => {
                let words = Words::new(
                    format!("“{}”已有园区", place.0),
                    format!("{} has a park already", place.0),
                );
                log.push(Diagnostic::new("model::holder", place.1.clone(), words));
                right = false;
            }
            Some(index) => streets[index].park = Some(park.clone()),
            None => right = false,
        }
    }
    right.then_some(())
}

fn find(streets: &[Street], (name, place): &Named<'_>, log: &mut Diagnostics) -> Option<usize> {
    let mut found = streets
        .iter()
        .enumerate()
        .filter(|(_, street)| street.zh == *name || street.code.to_string() == *name);
    let first = found.next();
    if let (Some((index, _)), None) = (first, found.next()) {
        return Some(index);
    }
    let words = if first.is_some() {
        Words::new(
            format!("“{name}”有多个，请写代码"),
            format!("several places are called {name}: give the code"),
        )
    } else {
        Words::new(format!("没有镇街“{name}”"), format!("no street \"{name}\""))
    };
    let known = streets.iter().map(|street| street.zh.as_str());
    let diagnostic = Diagnostic::new("model::unknown_street", place.clone(), words);
    log.push(if first.is_some() { diagnostic } else { diagnostic.nearest(name, known) });
    None
}
