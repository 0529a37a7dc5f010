//! The mechanisms of the seed text: quote, levers, and the direction each is expected to work.

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
        policy::later::MECHANISMS,
    ]
    .into_iter()
    .flatten()
    .collect();
    all.sort_by_key(|mechanism| mechanism.id);
    all
}
