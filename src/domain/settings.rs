//! All levers resolved for one place and one stretch of time, and the plan that holds them.

use super::City;
use super::Shock;
use super::policy;
use crate::base::Time;

/// Every lever's value at one place (a street, or a district's shared bodies).
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Posts and turnover.
    pub posts: policy::posts::Settings,
    /// Posts that move.
    pub reallocation: policy::reallocation::Settings,
    /// Vendors, social organizations, partner units.
    pub social: policy::social::Settings,
    /// Units of the street.
    pub units: policy::units::Settings,
    /// Squad, stationed desks, on-call specialists.
    pub enforcement: policy::enforcement::Settings,
    /// Assessment weights.
    pub assessment: policy::assessment::Settings,
    /// Economic work.
    pub economy: policy::economy::Settings,
    /// Assigned tasks.
    pub tasks: policy::tasks::Settings,
    /// Duty list.
    pub duty_list: policy::duty_list::Settings,
    /// Dispatch and call-ups.
    pub response: policy::response::Settings,
    /// Closing and call-back.
    pub closing: policy::closing::Settings,
    /// Grids and patrols.
    pub grids: policy::grids::Settings,
    /// Special committees.
    pub committee: policy::committee::Settings,
    /// Emergency fund.
    pub fund: policy::fund::Settings,
    /// Delegated powers.
    pub powers: policy::powers::Settings,
    /// Service of applicants.
    pub service: policy::service::Settings,
}

/// Settings in force from an instant on.
#[derive(Clone, PartialEq, Debug)]
pub struct Epoch {
    /// Start of validity (00:00 of a day; the first is [`Time::ZERO`]).
    pub from: Time,
    /// Settings of every street, by street index.
    pub streets: Vec<Settings>,
    /// Settings of every district's shared bodies, by district index.
    pub districts: Vec<Settings>,
}

/// All settings of one arm, resolved before the run.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// Epochs in ascending order; the first starts at [`Time::ZERO`].
    pub epochs: Vec<Epoch>,
    /// What happens from outside.
    pub shocks: Vec<Shock>,
}

impl Plan {
    /// The same settings everywhere, all the time.
    pub fn uniform(city: &City, settings: &Settings) -> Plan {
        Plan {
            epochs: vec![Epoch {
                from: Time::ZERO,
                streets: vec![settings.clone(); city.streets.len()],
                districts: vec![settings.clone(); city.districts.len()],
            }],
            shocks: Vec::new(),
        }
    }
}
