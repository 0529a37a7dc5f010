//! Where and when a number holds: window, selected streets, scopes.

use serde::{Deserialize, Serialize};

use crate::base::{DAY, Span, Time};
use crate::domain::{City, StreetKind};

/// The measured part of a run, `[start, end)`. The run ends where the window ends; whatever is
/// dated later has not happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// First instant that counts.
    pub start: Time,
    /// First instant that no longer counts.
    pub end: Time,
}

impl Window {
    /// The window after `warm_up_days` of warm-up, `horizon_days` long.
    pub fn new(warm_up_days: u32, horizon_days: u32) -> Window {
        let start = Time(i64::from(warm_up_days) * DAY);
        Window { start, end: start + Span(i64::from(horizon_days) * DAY) }
    }

    /// Does the instant fall in the window?
    #[inline]
    pub fn contains(&self, t: Time) -> bool {
        self.start <= t && t < self.end
    }

    /// The instant, if it has been reached when the window ends.
    #[inline]
    pub(super) fn seen(&self, t: Option<Time>) -> Option<Time> {
        t.filter(|&t| t < self.end)
    }

    /// Length.
    pub fn length(&self) -> Span {
        (self.end - self.start).max(Span::ZERO)
    }

    /// Length [days], whole days only.
    pub fn days(&self) -> usize {
        usize::try_from(self.length().0 / DAY).expect("invariant: a length is not negative")
    }

    /// Length [weeks].
    pub fn weeks(&self) -> f64 {
        self.length().0 as f64 / (7 * DAY) as f64
    }
}

/// Which streets are reported. Their districts are simulated whole; records of the other streets
/// are not counted. Pools and departments of a district count if one of its streets is selected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selection {
    /// One flag per street of the city, in its order.
    pub streets: Vec<bool>,
}

impl Selection {
    /// Every street.
    pub fn all(city: &City) -> Selection {
        Selection { streets: vec![true; city.streets.len()] }
    }

    /// Indices of the districts that hold a selected street, ascending.
    pub fn districts(&self, city: &City) -> Vec<usize> {
        (0..city.districts.len())
            .filter(|&d| {
                let mut streets = city.districts[d].streets.iter();
                streets.any(|&street| self.streets[street])
            })
            .collect()
    }
}

/// What a row speaks of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The whole selected area, id `all`.
    City,
    /// A district (区县), id its name.
    District,
    /// A street or town (镇街), id its name.
    Street,
    /// Streets or towns, id `street` or `town`.
    Kind,
    /// A field of the duty list, id `F01`….
    Field,
    /// An item, id `I01`….
    Item,
    /// First channel, id as [`crate::domain::Channel::id`].
    Channel,
    /// An agency, id as in the vocabulary of agencies.
    Department,
    /// A type of pool over the whole selected area, id as [`super::pool_id`].
    Pool,
}

impl Scope {
    /// All scopes in the order of result files.
    pub const ALL: [Scope; 9] = [
        Scope::City,
        Scope::District,
        Scope::Street,
        Scope::Kind,
        Scope::Field,
        Scope::Item,
        Scope::Channel,
        Scope::Department,
        Scope::Pool,
    ];

    /// Stable id, as written to files.
    pub fn id(self) -> &'static str {
        ["city", "district", "street", "kind", "field", "item", "channel", "department", "pool"]
            [self as usize]
    }

    /// Chinese name.
    pub fn zh(self) -> &'static str {
        ["全域", "区县", "镇街", "类型", "领域", "事项", "渠道", "部门", "力量"][self as usize]
    }

    /// English name.
    pub fn en(self) -> &'static str {
        [
            "Whole area",
            "District",
            "Street or town",
            "Kind",
            "Field",
            "Item",
            "Channel",
            "Department",
            "Pool",
        ][self as usize]
    }
}

/// One row owner: a scope and which of its members.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    City,
    District(usize),
    Street(usize),
    Kind(StreetKind),
    Field(usize),
    Item(usize),
    Channel(usize),
    Department(usize),
    Pool(crate::domain::PoolKind),
}

impl Place {
    /// The scope it belongs to.
    pub(super) fn scope(self) -> Scope {
        match self {
            Place::City => Scope::City,
            Place::District(_) => Scope::District,
            Place::Street(_) => Scope::Street,
            Place::Kind(_) => Scope::Kind,
            Place::Field(_) => Scope::Field,
            Place::Item(_) => Scope::Item,
            Place::Channel(_) => Scope::Channel,
            Place::Department(_) => Scope::Department,
            Place::Pool(_) => Scope::Pool,
        }
    }

    /// The id of the member, as written to files.
    pub(super) fn id(self, city: &City) -> String {
        match self {
            Place::City => "all".to_owned(),
            Place::District(d) => city.districts[d].zh.clone(),
            Place::Street(s) => city.streets[s].zh.clone(),
            Place::Kind(kind) => kind.id().to_owned(),
            Place::Field(f) => city.fields[f].id.clone(),
            Place::Item(i) => city.items[i].id.clone(),
            Place::Channel(c) => crate::domain::Channel::ALL[c].id().to_owned(),
            Place::Department(a) => city.agencies[a].id.clone(),
            Place::Pool(kind) => super::pool_id(city, kind),
        }
    }

    /// Is the street part of the place? Only places made of streets have any.
    pub(super) fn has_street(self, city: &City, street: usize) -> bool {
        match self {
            Place::City => true,
            Place::District(d) => city.streets[street].district == d,
            Place::Street(s) => s == street,
            Place::Kind(kind) => city.streets[street].kind == kind,
            _ => false,
        }
    }
}
