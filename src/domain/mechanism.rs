//! The mechanisms of the seed text: quote, levers, and the direction each is expected to work.

use super::lever::{Lever, find_lever, levers};
use super::policy;

/// Expected direction of a KPI when the mechanism is switched on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Should fall.
    Falls,
    /// Should rise.
    Rises,
}

/// One expectation of FACTS section 3: a hypothesis, computed and reported, never forced.
#[derive(Clone, Copy, Debug)]
pub struct Expect {
    /// KPI id.
    pub kpi: &'static str,
    /// Direction.
    pub direction: Direction,
}

/// `kpi` should fall.
pub const fn falls(kpi: &'static str) -> Expect {
    Expect { kpi, direction: Direction::Falls }
}

/// `kpi` should rise.
pub const fn rises(kpi: &'static str) -> Expect {
    Expect { kpi, direction: Direction::Rises }
}

/// One mechanism that the seed text names.
#[derive(Clone, Copy, Debug)]
pub struct Mechanism {
    /// `M15`.
    pub id: &'static str,
    /// Group `A`..`H`.
    pub group: char,
    /// The words of the seed.
    pub quote: &'static str,
    /// What it changes.
    pub en: &'static str,
    /// Levers of this mechanism.
    pub levers: &'static [&'static str],
    /// Expectations.
    pub expects: &'static [Expect],
}

/// Every mechanism, M01 to M44.
pub fn mechanisms() -> Vec<&'static Mechanism> {
    let mut all: Vec<&'static Mechanism> = [
        policy::posts::MECHANISMS,
        policy::reallocation::MECHANISMS,
        policy::social::MECHANISMS,
        policy::units::MECHANISMS,
        policy::enforcement::MECHANISMS,
        policy::assessment::MECHANISMS,
        policy::economy::MECHANISMS,
        policy::tasks::MECHANISMS,
        policy::duty_list::MECHANISMS,
        policy::response::MECHANISMS,
        policy::closing::MECHANISMS,
        policy::grids::MECHANISMS,
        policy::committee::MECHANISMS,
        policy::fund::MECHANISMS,
        policy::powers::MECHANISMS,
        policy::service::MECHANISMS,
        policy::epoch::MECHANISMS,
    ]
    .into_iter()
    .flatten()
    .collect();
    all.sort_by_key(|mechanism| mechanism.id);
    all
}

/// A group of mechanisms, as the seed text orders them; the package (M43) is all eight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Group {
    /// `A`..`H`.
    pub letter: char,
    /// 名称.
    pub zh: &'static str,
    /// English name.
    pub en: &'static str,
}

const fn group(letter: char, zh: &'static str, en: &'static str) -> Group {
    Group { letter, zh, en }
}

const GROUPS: [Group; 8] = [
    group('A', "党建引领", "Party leadership"),
    group('B', "机构与网格", "Organization and grids"),
    group('C', "编制与人员", "Staff"),
    group('D', "综合执法", "Enforcement"),
    group('E', "放权与服务", "Powers and service"),
    group('F', "考核", "Assessment"),
    group('G', "职能与减负", "Duties and burden"),
    group('H', "责任与响应", "Responsibility and response"),
];

/// The eight groups in order (FACTS section 3).
pub fn groups() -> &'static [Group] {
    &GROUPS
}

/// The group that a lever is switched with: that of the first mechanism it names, so that every
/// lever is in one group only.
///
/// The hotline's emergency fund (L65) belongs to no mechanism of the text; it goes with H. The
/// epoch (L68) is a preset of all others and in no group.
pub fn group_of(lever: &Lever) -> Option<char> {
    if lever.key == policy::epoch::KEY {
        return None;
    }
    let first = lever.mechanisms.first();
    let mechanism = first.and_then(|id| mechanisms().into_iter().find(|found| found.id == *id));
    Some(mechanism.map_or('H', |found| found.group))
}

/// The levers of a group, in id order.
pub fn levers_of_group(letter: char) -> Vec<&'static Lever> {
    levers().into_iter().filter(|lever| group_of(lever) == Some(letter)).collect()
}

/// Levers that switch a mechanism; of the package (M43) those of every group.
pub fn levers_of(mechanism: &Mechanism) -> Vec<&'static Lever> {
    if mechanism.id == policy::epoch::PACKAGE {
        return levers().into_iter().filter(|lever| group_of(lever).is_some()).collect();
    }
    mechanism.levers.iter().filter_map(|id| find_lever(id)).collect()
}

/// Which groups are switched on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GroupSet(u8);

impl GroupSet {
    /// No group: the before side.
    pub const NONE: GroupSet = GroupSet(0);
    /// Every group: the after side.
    pub const ALL: GroupSet = GroupSet(u8::MAX);

    /// Every one of the 2^8 sets, in the order of the bits (A is the lowest).
    pub fn every() -> impl Iterator<Item = GroupSet> {
        (0..=u8::MAX).map(GroupSet)
    }

    /// Position of a group.
    fn bit(letter: char) -> Option<u8> {
        GROUPS.iter().position(|group| group.letter == letter).map(|at| 1 << at)
    }

    /// Is a group on?
    pub fn contains(self, letter: char) -> bool {
        GroupSet::bit(letter).is_some_and(|bit| self.0 & bit != 0)
    }

    /// This set and one group more; none if there is no such group.
    pub fn with(self, letter: char) -> Option<GroupSet> {
        GroupSet::bit(letter).map(|bit| GroupSet(self.0 | bit))
    }

    /// This set without a group; none if there is no such group.
    pub fn without(self, letter: char) -> Option<GroupSet> {
        GroupSet::bit(letter).map(|bit| GroupSet(self.0 & !bit))
    }

    /// The groups that are on.
    pub fn members(self) -> impl Iterator<Item = &'static Group> {
        GROUPS.iter().filter(move |group| self.contains(group.letter))
    }

    /// Number of groups that are on.
    pub fn n_members(self) -> usize {
        self.0.count_ones() as usize
    }

    /// As written in `--set groups=…`: `A;C`, `none`, `all`.
    pub fn text(self) -> String {
        match self {
            GroupSet::NONE => "none".to_owned(),
            GroupSet::ALL => "all".to_owned(),
            _ => {
                let letters: Vec<String> =
                    self.members().map(|group| group.letter.to_string()).collect();
                letters.join(";")
            }
        }
    }
}
