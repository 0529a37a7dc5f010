//! The governed city: places, items, agencies, units. Immutable during a run, shared by all.

use jiff::civil::Date;

use super::matter::{Hall, Holder, Park, Power, Service};
use super::{Flow, Params, Settings};
use crate::base::{Holidays, WeekPattern};

/// Street or town (街道 or 镇).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StreetKind {
    /// 街道.
    Street,
    /// 镇.
    Town,
}

impl StreetKind {
    /// Stable id, as used in scopes of levers and files.
    pub fn id(self) -> &'static str {
        match self {
            StreetKind::Street => "street",
            StreetKind::Town => "town",
        }
    }
}

/// A county-level unit (区县) as the city's table counts them.
#[derive(Clone, Debug)]
pub struct District {
    /// Statistical code.
    pub code: u32,
    /// 名称.
    pub zh: String,
    /// English name; the Chinese one where the table has none.
    pub en: String,
    /// Residents.
    pub population: f64,
    /// Indices of its streets, ascending.
    pub streets: Vec<usize>,
}

/// A street or town (镇街).
#[derive(Clone, Debug)]
pub struct Street {
    /// Statistical code; keys every random number of the place.
    pub code: u64,
    /// 名称.
    pub zh: String,
    /// English name; the Chinese one where the table has none.
    pub en: String,
    /// Street or town.
    pub kind: StreetKind,
    /// Index of the district.
    pub district: usize,
    /// Residents (assumed: the table gives units only).
    pub population: f64,
    /// Households.
    pub households: f64,
    /// Grid workers, full- and part-time; conserved when grids change size.
    pub grid_workers: f64,
    /// A key town that may hold powers.
    pub holder: Option<Holder>,
    /// Economic development zone inside it.
    pub park: Option<Park>,
}

/// Service class: how hard a matter is.
pub const N_CLASSES: usize = 5;

/// Row of the duty list, or of the matters outside it (事项).
#[derive(Clone, Debug)]
pub struct Item {
    /// `I01`…, `X01`….
    pub id: String,
    /// 名称.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Index into [`City::fields`].
    pub field: usize,
    /// Lead agency.
    pub lead: usize,
    /// Supporting agencies in table order.
    pub supports: Vec<usize>,
    /// Index of the street unit that owns it.
    pub unit: usize,
    /// Needs enforcement.
    pub enforcement: bool,
    /// Parties normally needed, 1–4.
    pub agencies_k: u8,
    /// T1..T5 as 0..=4.
    pub class: u8,
    /// U0..U3 as 0..=3.
    pub urgency: u8,
    /// Response or closing limit of the item [working days].
    pub sla_wd: f64,
    /// First-detection mix at the before settings, by [`super::Channel`], sums to 1.
    pub channels: [f64; 5],
    /// Share of arrivals in streets and towns.
    pub share: [f64; 2],
    /// Index into [`City::seasons`].
    pub season: usize,
    /// Peaks in the evening (night noise, open-air barbecue).
    pub evening: bool,
    /// Settled by the grid worker who finds it [prob].
    pub p_grid: f64,
    /// The street unit alone finishes it, before [prob].
    pub p_simple: f64,
    /// First dispatch wrong, before [prob].
    pub p_misroute: f64,
    /// In the 81-item list (`I…`) rather than outside it (`X…`).
    pub in_catalog: bool,
    /// Order of entry into the duty list, 0 first.
    pub list_rank: usize,
    /// Order of coverage by grid sub-classes, 0 first (rank by `ch_grid` × share).
    pub grid_rank: usize,
    /// A dispute between neighbors or similar that may solve itself; social organizations prevent
    /// some of these.
    pub self_solving: bool,
    /// A soft matter that a vendor may take (M32).
    pub bought: bool,
    /// A matter of parking, care or facilities that partner units help with (M04).
    pub partnered: bool,
    /// How it departs from the usual flow of work, if it does.
    pub flow: Flow,
}

/// A field of work (领域).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// `F01`….
    pub id: String,
    /// 名称.
    pub zh: String,
    /// English name; the id where the table has none.
    pub en: String,
}

/// Most parties a case can need besides the street.
pub const MAX_PARTIES: usize = 4;

impl Item {
    /// Bodies that a case of this item needs besides the street when it is not simple: lead and
    /// supporting agencies up to `agencies_k`, of which the street may be one (MODEL 3).
    pub fn needed<'a>(&'a self, agencies: &'a [Agency]) -> impl Iterator<Item = usize> + 'a {
        std::iter::once(&self.lead)
            .chain(&self.supports)
            .copied()
            .take(usize::from(self.agencies_k).min(MAX_PARTIES))
            .filter(|agency| agencies[*agency].kind != AgencyKind::Street)
    }
}

/// What an agency is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AgencyKind {
    /// District department.
    Department,
    /// Company.
    Company,
    /// Utility.
    Utility,
    /// The street itself.
    Street,
}

/// Most sections of a department in one district: addresses have room for no more.
pub const MAX_SECTIONS: usize = 99;

/// One of the bodies a case may need.
#[derive(Clone, Debug)]
pub struct Agency {
    /// Stable id of the vocabulary.
    pub id: String,
    /// 名称.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Kind.
    pub kind: AgencyKind,
    /// Short name used by levers (公安, 应急, …); several agencies may share one.
    pub seed_name: Option<String>,
    /// Other spellings accepted in tables.
    pub aliases: Vec<String>,
    /// Department staff for case work [people per 100,000 residents].
    pub staff_per_100k: f64,
    /// People of one section (科室、所); 0: the department is one pool.
    pub section_staff: f64,
}

impl Agency {
    /// People of a department in a district, before any is moved; 0 for other agencies.
    pub fn staff_in(&self, district: &District) -> f64 {
        let staffed = self.kind == AgencyKind::Department;
        if staffed { self.staff_per_100k * district.population / 1e5 } else { 0.0 }
    }

    /// Sections of a department in a district.
    pub fn n_sections(&self, district: &District) -> usize {
        if self.section_staff <= 0.0 {
            return 1;
        }
        let sections = libm::round(self.staff_in(district) / self.section_staff);
        (sections as usize).clamp(1, MAX_SECTIONS)
    }

    /// The street's squad stands for this agency (MODEL 3: law enforcement and city management).
    pub fn met_by_squad(&self) -> bool {
        self.kind == AgencyKind::Department
            && matches!(self.id.as_bytes(), b"law_enforcement" | b"city_management")
    }
}

/// Office or center of a street (七办五中心).
#[derive(Clone, Debug)]
pub struct Unit {
    /// Code.
    pub code: String,
    /// 名称.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Share of fixed posts.
    pub fixed_share: f64,
    /// Share of case load.
    pub case_share: f64,
    /// Posts set by hand, whatever the levers say, from a second of the day on \[s\]; ascending,
    /// the first from 0. Empty: posts by shares.
    pub posts: Vec<(u32, u32)>,
    /// Most pieces of work that may wait or be under way; a case that finds as many is turned away.
    pub room: Option<u32>,
}

impl Unit {
    /// Posts set by hand that are on duty at a second of the day.
    pub fn on_duty(&self, second: i64) -> Option<u32> {
        self.posts.iter().rev().find(|(from, _)| i64::from(*from) <= second).map(|(_, n)| *n)
    }
}

/// Monthly factors of arrivals, mean 1.
#[derive(Clone, Debug)]
pub struct Season {
    /// Name in the tables.
    pub id: String,
    /// January … December.
    pub months: [f64; 12],
    /// Uses the heating-season shape instead of the monthly factors.
    pub heating: bool,
}

/// When the limit clock starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClockStart {
    /// At acceptance (签收).
    Acceptance,
    /// At registration.
    Registration,
}

/// One set of time rules (时限规则) as data.
#[derive(Clone, Debug)]
pub struct RuleSet {
    /// Name.
    pub id: String,
    /// Closing limit of ordinary cases [working days].
    pub limit_wd: f64,
    /// Closing limit of T4, T5 and U3 cases [working days].
    pub long_limit_wd: f64,
    /// Longest extension, once [working days].
    pub extension_wd: f64,
    /// A wrongly addressed unit returns within [working days].
    pub return_wd: f64,
    /// Yellow card before expiry [working days].
    pub yellow_wd: f64,
    /// Start of the clock.
    pub start: ClockStart,
    /// The clock starts anew on redo.
    pub reset_on_redo: bool,
}

/// One assumed (or sourced) number of the model, kept for the report.
#[derive(Clone, PartialEq, Debug)]
pub struct Assumption {
    /// Key in the model file.
    pub key: String,
    /// Value; vectors are listed element by element.
    pub value: f64,
    /// Range, if given.
    pub range: Option<(f64, f64)>,
    /// `seed`, `sourced`, `assumed` or `fitted`.
    pub source: String,
}

/// Working patterns [seconds of day], Monday first.
#[derive(Clone, Debug)]
pub struct Patterns {
    /// Offices and departments.
    pub office: WeekPattern,
    /// Squad and on-call, in two shifts a day.
    pub squad: WeekPattern,
    /// Grid patrols.
    pub grid: WeekPattern,
}

/// One city, compiled: no strings to look up, every reference resolved.
#[derive(Clone, Debug)]
pub struct City {
    /// Stable id (folder name of the model).
    pub id: String,
    /// 名称.
    pub zh: String,
    /// English name.
    pub en: String,
    /// First day of a run, warm-up included.
    pub start: Date,
    /// Statutory holidays and make-up workdays.
    pub holidays: Holidays,
    /// Weekly patterns.
    pub patterns: Patterns,
    /// County-level units.
    pub districts: Vec<District>,
    /// Streets and towns, in table order.
    pub streets: Vec<Street>,
    /// Items: the catalog first, then matters outside it.
    pub items: Vec<Item>,
    /// Fields that items belong to, in table order.
    pub fields: Vec<Field>,
    /// Agencies.
    pub agencies: Vec<Agency>,
    /// Units of a street.
    pub units: Vec<Unit>,
    /// Services that residents apply for.
    pub services: Vec<Service>,
    /// Powers that may be handed down, in the order of delegation.
    pub powers: Vec<Power>,
    /// Units that handle applications; none in a model without them.
    pub hall: Option<Hall>,
    /// Season profiles.
    pub seasons: Vec<Season>,
    /// Weights of equal parts of the day (hours, or finer), sum 1.
    pub hours: Vec<f64>,
    /// The same for matters that peak in the evening.
    pub evening_hours: Vec<f64>,
    /// Weekday weights, Monday first, mean 1.
    pub weekdays: [f64; 7],
    /// Time rules in force.
    pub rules: RuleSet,
    /// Numbers of the model.
    pub params: Params,
    /// Every lever at its before value: the world the tables describe.
    pub before: Settings,
    /// The same numbers with range and source, for the report.
    pub assumptions: Vec<Assumption>,
}

impl City {
    /// Finds an agency by its id.
    pub fn find_agency(&self, id: &str) -> Option<usize> {
        self.agencies.iter().position(|agency| agency.id == id)
    }

    /// Agencies that a lever's short name means, as a bit set over agency indices.
    pub fn agencies_named(&self, name: &str) -> u64 {
        let mut set = 0;
        for (index, agency) in self.agencies.iter().enumerate() {
            let named = agency.seed_name.as_deref() == Some(name)
                || agency.id == name
                || agency.zh == name
                || agency.aliases.iter().any(|alias| alias == name);
            if named && agency.kind == AgencyKind::Department {
                set |= 1 << index;
            }
        }
        set
    }

    /// Residents of the whole city.
    pub fn population(&self) -> f64 {
        self.districts.iter().map(|district| district.population).sum()
    }
}
