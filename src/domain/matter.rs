//! What people and firms apply for: services of the street, and powers that may be handed down.

/// A citizens' service of the street (公共服务事项): one row stands for a group of guide items.
#[derive(Clone, PartialEq, Debug)]
pub struct Service {
    /// `S01`….
    pub id: String,
    /// 名称.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Agency whose line it is, index into the agencies.
    pub agency: usize,
    /// Units whose counters the paper passes where it is not in one hall, owner first.
    pub path: Vec<usize>,
    /// Items of the public guide it stands for.
    pub guide_items: f64,
    /// Applications a year per 1,000 residents of streets and of towns.
    pub per_1000: [f64; 2],
    /// One visit at the window, at the checking of the before side [min].
    pub window_minutes: f64,
    /// Review by the street, all steps but their paperwork [person-hours].
    pub review_h: f64,
    /// Done at the window while the applicant waits (即办件).
    pub instant: bool,
    /// Somebody must look at the place [prob].
    pub site_visit: f64,
    /// Promised time from acceptance [working days].
    pub promised_wd: f64,
    /// Guide items that come before it in the order of moving into the one hall, as a share of all:
    /// the most asked for first.
    pub hall_rank: f64,
    /// Guide items up to and with it in the order of being offered at service points: the most
    /// asked for and simplest first.
    pub point_items: f64,
}

/// Classes of procedure (`proc_class`): registration, filing, simple and complex permit,
/// confirmation, grant, inspection, and penalties on the spot and by ordinary procedure.
pub const PROCEDURES: [&str; 9] =
    ["REG", "FILE", "PERMIT_S", "PERMIT_C", "CONF", "GRANT", "INSP", "PEN_S", "PEN_O"];

/// The first class of [`PROCEDURES`] that is a penalty.
pub const FIRST_PENALTY: usize = 7;

/// Classes of yearly volume in a key town (`volume_class_key_town`), largest first.
pub const VOLUMES: [&str; 4] = ["H", "M", "L", "VL"];

/// Most powers of a catalog.
pub const MOST_POWERS: usize = 256;

/// A power that may be handed down to key towns and parks (下放权限). [`super::City::powers`] holds
/// them in the order of delegation: volume × simplicity, largest first.
#[derive(Clone, PartialEq, Debug)]
pub struct Power {
    /// `P001`.
    pub id: String,
    /// 名称.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Department that holds it, index into the agencies.
    pub agency: usize,
    /// Index into [`PROCEDURES`].
    pub procedure: usize,
    /// Index into [`VOLUMES`].
    pub volume: usize,
    /// Statutory time limit [days].
    pub statutory_days: f64,
    /// Time promised before the reform [working days].
    pub promised_wd: f64,
    /// Somebody must look at the place [prob].
    pub site_visit: f64,
    /// A park may hold it (No. 2 seal).
    pub for_parks: bool,
    /// Items that a town can finish with it, indices into the items.
    pub items: Vec<usize>,
}

impl Power {
    /// A penalty is not applied for: it lets a town finish cases.
    pub fn is_penalty(&self) -> bool {
        self.procedure >= FIRST_PENALTY
    }
}

/// Kinds of places that may hold powers, as bits of lever L25.
pub const HOLDERS: [&str; 3] = ["经济发达镇", "重点镇", "经济开发区"];

/// A town that may hold powers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Holder {
    /// Index into [`HOLDERS`]: 经济发达镇 or 重点镇.
    pub kind: usize,
}

/// An economic development zone inside a street or town (镇街辖区内的经济开发区).
#[derive(Clone, PartialEq, Debug)]
pub struct Park {
    /// 名称.
    pub zh: String,
    /// Applications of its firms, relative to a key town of the catalog's size.
    pub volume: f64,
    /// People at the park's window [people].
    pub staff: u32,
}

/// Which units of a street handle applications.
#[derive(Clone, PartialEq, Debug)]
pub struct Hall {
    /// The one hall (便民服务中心), index into the units.
    pub unit: usize,
    /// Units that a delegated power passes where it is not in one hall, owner first.
    pub power_path: Vec<usize>,
}

/// What is applied for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Matter {
    /// Index into [`super::City::services`].
    Service(u16),
    /// Index into [`super::City::powers`].
    Power(u16),
}

/// A set of powers by their order in [`super::City::powers`].
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct PowerSet([u64; MOST_POWERS / 64]);

impl PowerSet {
    /// The first `n` in the order of delegation.
    pub fn first(n: usize) -> PowerSet {
        let mut set = PowerSet::default();
        (0..n.min(MOST_POWERS)).for_each(|power| set.insert(power));
        set
    }

    /// Adds a power.
    pub fn insert(&mut self, power: usize) {
        self.0[power / 64] |= 1 << (power % 64);
    }

    /// Is the power in the set?
    pub fn has(&self, power: usize) -> bool {
        self.0[power / 64] >> (power % 64) & 1 == 1
    }

    /// How many powers it holds.
    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches a set that loses powers at the edges of its words.
    #[test]
    fn sets_hold_what_was_put_in() {
        let set = PowerSet::first(65);
        assert_eq!((set.count(), set.has(0), set.has(64), set.has(65)), (65, true, true, false));
        let mut single = PowerSet::default();
        single.insert(197);
        assert_eq!((single.count(), single.has(197)), (1, true));
        assert_eq!(PowerSet::first(0), PowerSet::default());
    }
}
