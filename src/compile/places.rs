//! Names of places: scopes of levers and areas of a study.

use crate::domain::{City, Street, StreetKind};
use crate::spec::{Diagnostic, Diagnostics, Place, Words};

/// Where a lever's value holds. The order is from wide to narrow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Scope {
    /// Everywhere.
    Everywhere,
    /// In all streets, or in all towns (0 streets, 1 towns).
    Kind(usize),
    /// In one district, index.
    District(usize),
    /// In one street or town, index.
    Street(usize),
}

impl Scope {
    /// As written in files.
    pub(super) fn name(self, city: &City) -> String {
        match self {
            Scope::Everywhere => "default".to_owned(),
            Scope::Kind(0) => StreetKind::Street.id().to_owned(),
            Scope::Kind(_) => StreetKind::Town.id().to_owned(),
            Scope::District(district) => city.districts[district].zh.clone(),
            Scope::Street(street) => city.streets[street].zh.clone(),
        }
    }

    /// Width first: 0 everywhere … 3 one street.
    pub(super) fn narrowness(self) -> u8 {
        match self {
            Scope::Everywhere => 0,
            Scope::Kind(_) => 1,
            Scope::District(_) => 2,
            Scope::Street(_) => 3,
        }
    }
}

/// Finds a scope by its name in a file.
pub(super) fn find_scope(city: &City, name: &str) -> Option<Scope> {
    match name {
        "default" => Some(Scope::Everywhere),
        "street" => Some(Scope::Kind(0)),
        "town" => Some(Scope::Kind(1)),
        _ => find_district(city, name)
            .map(Scope::District)
            .or_else(|| find_street(city, name).map(Scope::Street)),
    }
}

/// Finds a district by name in either language or code.
pub(super) fn find_district(city: &City, name: &str) -> Option<usize> {
    let named = |zh: &str, en: &str| zh == name || en.eq_ignore_ascii_case(name);
    city.districts.iter().position(|d| named(&d.zh, &d.en) || d.code.to_string() == name)
}

/// Finds a street by name in either language, `district/name` or code. Streets that share a name
/// are called `district/name`, so that the name alone finds neither.
pub(super) fn find_street(city: &City, name: &str) -> Option<usize> {
    let named =
        |street: &Street, own: &str| street.zh == own || street.en.eq_ignore_ascii_case(own);
    let whole = |street: &Street| named(street, name) || street.code.to_string() == name;
    city.streets.iter().position(whole).or_else(|| {
        let (district, own) = name.split_once('/')?;
        let district = find_district(city, district)?;
        city.streets.iter().position(|street| street.district == district && named(street, own))
    })
}

/// Every name that a scope may have.
pub(super) fn scope_names(city: &City) -> impl Iterator<Item = &str> {
    let wide = ["default", "street", "town", "from"].into_iter();
    wide.chain(district_names(city)).chain(street_names(city))
}

/// Names of districts in both languages.
fn district_names(city: &City) -> impl Iterator<Item = &str> {
    city.districts.iter().flat_map(|district| [district.zh.as_str(), district.en.as_str()])
}

/// Names of streets and towns in both languages.
fn street_names(city: &City) -> impl Iterator<Item = &str> {
    city.streets.iter().flat_map(|street| [street.zh.as_str(), street.en.as_str()])
}

/// What is simulated and reported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Area {
    /// As given: `city`, `district:历下区`, `street:姚家街道`.
    pub name: String,
    /// Reported streets, by street index.
    pub streets: Vec<bool>,
    /// Districts to simulate, ascending.
    pub districts: Vec<usize>,
}

impl Area {
    /// Several areas as one: streets of any of them, districts of all of them.
    ///
    /// # Panics
    /// If there is no area, or areas of different cities are mixed.
    pub fn union(areas: &[Area]) -> Area {
        let (first, rest) = areas.split_first().expect("invariant: at least one area is given");
        let mut union = first.clone();
        for area in rest {
            union.name = format!("{};{}", union.name, area.name);
            assert_eq!(union.streets.len(), area.streets.len(), "areas of one city");
            for (mine, theirs) in union.streets.iter_mut().zip(&area.streets) {
                *mine |= theirs;
            }
            union.districts.extend(&area.districts);
        }
        union.districts.sort_unstable();
        union.districts.dedup();
        union
    }
}

/// Reads an area: `city`, `district:NAME` or `street:NAME` (also for towns).
///
/// # Errors
/// If the form or the name is unknown.
pub fn area(city: &City, written: &str) -> Result<Area, Diagnostics> {
    let mut log = Diagnostics::new();
    let area = read_area(city, written, &Place::whole("--area"), &mut log);
    log.unless_wrong(area)
}

/// The same at a place of a file.
pub(super) fn read_area(
    city: &City,
    written: &str,
    place: &Place,
    log: &mut Diagnostics,
) -> Option<Area> {
    let mut area = Area {
        name: written.to_owned(),
        streets: vec![false; city.streets.len()],
        districts: Vec::new(),
    };
    let unknown = |zh: &str, en: &str, name: &str| {
        let words = Words::new(format!("没有{zh}“{name}”"), format!("unknown {en} \"{name}\""));
        Diagnostic::new("area::unknown", place.clone(), words)
    };
    match written.split_once(':') {
        None if written == "city" => {
            area.streets.fill(true);
            area.districts = (0..city.districts.len()).collect();
        }
        Some(("district", name)) => {
            let Some(district) = find_district(city, name) else {
                log.push(unknown("区县", "district", name).nearest(name, district_names(city)));
                return None;
            };
            city.districts[district].streets.iter().for_each(|street| area.streets[*street] = true);
            area.districts.push(district);
        }
        Some(("street" | "town", name)) => {
            let Some(street) = find_street(city, name) else {
                log.push(unknown("镇街", "street", name).nearest(name, street_names(city)));
                return None;
            };
            area.streets[street] = true;
            area.districts.push(city.streets[street].district);
        }
        _ => {
            let expected = Words::same("city / district:NAME / street:NAME");
            // The kind may have been left out or misspelt.
            let name = written.split_once(':').map_or(written, |(_, name)| name);
            let district = find_district(city, name).map(|_| format!("district:{name}"));
            let meant =
                district.or_else(|| find_street(city, name).map(|_| format!("street:{name}")));
            log.push(unknown("范围", "area", written).expected(expected).meant(meant));
            return None;
        }
    }
    Some(area)
}
