//! The numbers of the model: what each is called, what it means, where it is kept.
//!
//! A model file gives every one of them, with its range and source; none has a value in code.

use super::policy;

/// One number (or short vector) of the model file.
#[derive(Clone, Copy)]
pub struct Param {
    /// `section.name` in `model.toml`.
    pub key: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Chinese meaning.
    pub zh: &'static str,
    /// English meaning, with the source of its form.
    pub en: &'static str,
    /// Smallest and largest value that makes sense at all.
    pub limits: (f64, f64),
    /// Where it lives; the slice's length is the number of elements.
    pub field: fn(&mut Params) -> &mut [f64],
}

impl Param {
    /// A number with its limits.
    pub const fn new(
        key: &'static str,
        unit: &'static str,
        limits: (f64, f64),
        zh: &'static str,
        en: &'static str,
        field: fn(&mut Params) -> &mut [f64],
    ) -> Param {
        Param { key, unit, zh, en, limits, field }
    }
}

/// A single number as a slice of one.
pub(super) fn one(value: &mut f64) -> &mut [f64] {
    std::slice::from_mut(value)
}

/// Every number of the model, by the mechanism it belongs to.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// How issues arise, are noticed, and who calls again.
    pub demand: super::demand::Params,
    /// Effort and elapsed time of cases.
    pub effort: super::effort::Params,
    /// Posts and people.
    pub posts: policy::posts::Params,
    /// Posts that move.
    pub reallocation: policy::reallocation::Params,
    /// Vendors, social organizations, partner units.
    pub social: policy::social::Params,
    /// Units of the street.
    pub units: policy::units::Params,
    /// Grids and patrols.
    pub grids: policy::grids::Params,
    /// Squad, stationed desks, on-call specialists.
    pub enforcement: policy::enforcement::Params,
    /// Reaction to assessment.
    pub assessment: policy::assessment::Params,
    /// Economic work.
    pub economy: policy::economy::Params,
    /// Assigned tasks.
    pub tasks: policy::tasks::Params,
    /// The duty list.
    pub duty_list: policy::duty_list::Params,
    /// Dispatch, returns, call-ups.
    pub response: policy::response::Params,
    /// Closing, call-back, satisfaction.
    pub closing: policy::closing::Params,
    /// Special committees.
    pub committee: policy::committee::Params,
    /// Emergency fund.
    pub fund: policy::fund::Params,
    /// Delegated powers.
    pub powers: policy::powers::Params,
    /// Service of applicants.
    pub service: policy::service::Params,
    /// Departments' own work.
    pub departments: super::department::Params,
    /// Wages and prices.
    pub cost: super::cost::Params,
}

/// Every parameter of the model, in the order of the report.
pub fn params() -> impl Iterator<Item = &'static Param> {
    [
        super::demand::PARAMS,
        super::effort::PARAMS,
        policy::posts::PARAMS,
        policy::reallocation::PARAMS,
        policy::social::PARAMS,
        policy::units::PARAMS,
        policy::grids::PARAMS,
        policy::enforcement::PARAMS,
        policy::assessment::PARAMS,
        policy::economy::PARAMS,
        policy::tasks::PARAMS,
        policy::duty_list::PARAMS,
        policy::response::PARAMS,
        policy::closing::PARAMS,
        policy::committee::PARAMS,
        policy::fund::PARAMS,
        policy::powers::PARAMS,
        policy::service::PARAMS,
        super::department::PARAMS,
        super::cost::PARAMS,
    ]
    .into_iter()
    .flatten()
}
