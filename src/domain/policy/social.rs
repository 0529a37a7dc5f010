//! Who else helps a street: bought services (M32), social organizations (M33), partner units (M04).
//!
//! A street buys hours of vendors for soft matters: welfare, mediation, care, property support. The
//! money comes with a contract; between the end of one and the start of the next nobody takes new
//! work. Social organizations grow over months, prevent a share of neighbor disputes and make
//! vendors cheaper. Partner units promise hours each month and keep a part of their promise.

use crate::base::{DAY, Time};
use crate::domain::lever::{Kind, Known, Lever, Value};
use crate::domain::mechanism::{Mechanism, falls, rises};
use crate::domain::param::{Param, one};

/// Levers L45, L46, L64.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Bought services [10,000 CNY/street/year].
    pub budget_10k: f64,
    /// Active social organizations aimed at [organizations/street].
    pub organizations: f64,
    /// Partner units of a street.
    pub partner_units: f64,
    /// Hours that each promises [h/month].
    pub partner_hours: f64,
}

impl Settings {
    fn set_partners(&mut self, value: &Value) {
        let vector = value.vector().expect("invariant: compile refuses partners of none");
        (self.partner_units, self.partner_hours) = (vector[0], vector[1]);
    }
}

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Vendor hours for one hour of the street's own people.
    pub vendor_effort: f64,
    /// Share of the street's effort that stays: placing the order and looking at the result.
    pub oversight_share: f64,
    /// Effect of a vendor on satisfaction [logit].
    pub vendor_satisfaction: f64,
    /// From the start of one contract to the start of the next [days].
    pub contract_days: f64,
    /// Days of it without a contract.
    pub gap_days: f64,
    /// Elasticity of the price with the number of organizations.
    pub price_elasticity: f64,
    /// Months until a new organization does anything.
    pub lag_months: f64,
    /// Months until all of them do.
    pub growth_months: f64,
    /// Disputes prevented per organization: share 1 - exp(-prevention x organizations).
    pub prevention: f64,
    /// Upkeep of one organization [1,000 CNY/year].
    pub organization_cost: f64,
    /// A partner unit keeps its promise of a month [prob].
    pub partner_reliability: f64,
    /// Share of the street's effort that partners take over.
    pub partner_share: f64,
    /// Share of what would stay unresolved that partners resolve.
    pub partner_resolution: f64,
    /// Keeping in touch with one partner unit [person-hours/month].
    pub liaison_h: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("social.vendor_effort", "1", (0.1, 5.0), "购买服务用时系数", "Vendor hours for one hour of the street's own people (M32)", |p| one(&mut p.social.vendor_effort)),
    Param::new("social.oversight_share", "share", (0.0, 1.0), "购买服务监督占比", "Share of the street's effort that stays: order and acceptance (M32)", |p| one(&mut p.social.oversight_share)),
    Param::new("social.vendor_satisfaction", "logit", (-2.0, 2.0), "购买服务满意度效应", "Effect of a vendor on satisfaction with soft matters (M32)", |p| one(&mut p.social.vendor_satisfaction)),
    Param::new("social.contract_days", "days", (30.0, 3650.0), "合同周期", "From the start of one contract to the start of the next (M32)", |p| one(&mut p.social.contract_days)),
    Param::new("social.gap_days", "days", (0.0, 365.0), "合同空档", "Days of that cycle without a contract: new tender (M32)", |p| one(&mut p.social.gap_days)),
    Param::new("social.price_elasticity", "1", (0.0, 2.0), "价格弹性", "Price x (organizations / organizations before)^-elasticity (M33)", |p| one(&mut p.social.price_elasticity)),
    Param::new("social.lag_months", "months", (0.0, 60.0), "社会组织见效滞后", "Months until a new organization does anything (M33: no effect before 6-12 months)", |p| one(&mut p.social.lag_months)),
    Param::new("social.growth_months", "months", (0.1, 120.0), "社会组织培育期", "Months until all new organizations are at work (M33: 24)", |p| one(&mut p.social.growth_months)),
    Param::new("social.prevention", "1", (0.0, 0.5), "纠纷预防强度", "Share of neighbor disputes prevented: 1 - exp(-prevention x organizations) (M33)", |p| one(&mut p.social.prevention)),
    Param::new("social.organization_cost", "1,000 CNY/year", (0.0, 10000.0), "单个社会组织年扶持费用", "Upkeep of one organization (M33)", |p| one(&mut p.social.organization_cost)),
    Param::new("social.partner_reliability", "prob", (0.0, 1.0), "共建单位履约率", "A partner unit keeps its promise of a month (M04: 0.3-0.8)", |p| one(&mut p.social.partner_reliability)),
    Param::new("social.partner_share", "share", (0.0, 1.0), "共建分担占比", "Share of the street's effort that partners take over (M04)", |p| one(&mut p.social.partner_share)),
    Param::new("social.partner_resolution", "share", (0.0, 1.0), "共建解决增益", "Share of what would stay unresolved that partners resolve: space, parking, volunteers (M04)", |p| one(&mut p.social.partner_resolution)),
    Param::new("social.liaison_h", "person-hours/month", (0.0, 40.0), "共建联络用时", "Keeping in touch with one partner unit (M04)", |p| one(&mut p.social.liaison_h)),
];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L45", key: "social.budget", zh: "政府购买服务预算", en: "Purchase of social services",
        unit: "10k CNY/street/year", kind: Kind::Float { min: 0.0, max: 500.0 },
        before: Known { value: "30", tag: "ASSUMED" },
        after: Known { value: "120", tag: "ASSUMED" },
        mechanisms: &["M32"], affects: "vendor capacity",
        set: |value, settings| settings.social.budget_10k = value.number(),
    },
    Lever {
        id: "L46", key: "social.organisations", zh: "社会组织数", en: "Registered/active social organisations",
        unit: "orgs/street", kind: Kind::Int { min: 0, max: 60 },
        before: Known { value: "8", tag: "ASSUMED" },
        after: Known { value: "20", tag: "ASSUMED" },
        mechanisms: &["M33"], affects: "vendor capacity growth, latent-issue prevention",
        set: |value, settings| settings.social.organizations = value.number(),
    },
    Lever {
        id: "L64", key: "party.partners", zh: "共建单位与工时", en: "Partner units and committed hours",
        unit: "units;h/unit/month", kind: Kind::Vector { n: 2, min: 0.0, max: 1000.0, optional: false, shares: false },
        before: Known { value: "0;0", tag: "ASSUMED" },
        after: Known { value: "30;4", tag: "ASSUMED" },
        mechanisms: &["M02", "M04"], affects: "external resources",
        set: |value, settings| settings.social.set_partners(value),
    },
];

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: "M04",
        group: 'A',
        quote: "吸纳兼职委员;上对部门、中连企业、下接社区(村)",
        en: "Partner units bring hours and space, not always as promised.",
        levers: &["L64"],
        expects: &[rises("external_hours_per_week"), rises("resolution_share")],
    },
    Mechanism {
        id: "M32",
        group: 'G',
        quote: "规范政府购买服务",
        en: "Vendors take welfare, mediation and care, while a contract runs.",
        levers: &["L45"],
        expects: &[rises("external_hours_per_week"), falls("wait_mean_h")],
    },
    Mechanism {
        id: "M33",
        group: 'G',
        quote: "培育和发展社会组织、社会团体",
        en: "Organizations grow slowly, prevent disputes and make vendors cheaper.",
        levers: &["L46"],
        expects: &[falls("cases_arisen")],
    },
];

/// Active organizations of a street as they grow.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Growth {
    from: f64,
    target: f64,
    since: Time,
}

/// Days of a mean month.
const MONTH_DAYS: f64 = 365.0 / 12.0;

impl Growth {
    /// As many as there have always been.
    pub fn settled(organizations: f64) -> Growth {
        Growth { from: organizations, target: organizations, since: Time::ZERO }
    }

    /// Organizations at work at `now`: new ones after the lag, all after the months of growth.
    pub fn at(&self, now: Time, params: &Params) -> f64 {
        let months = (now - self.since).0 as f64 / DAY as f64 / MONTH_DAYS;
        let rise = (params.growth_months - params.lag_months).max(0.01);
        let grown = ((months - params.lag_months) / rise).clamp(0.0, 1.0);
        self.from + (self.target - self.from) * grown
    }

    /// A new aim from `now` on; an aim that stays goes on growing.
    pub fn aim(&mut self, now: Time, target: f64, params: &Params) {
        if (target - self.target).abs() > 0.0 {
            *self = Growth { from: self.at(now, params), target, since: now };
        }
    }
}

/// Share of neighbor disputes that this many organizations prevent.
pub fn prevented(organizations: f64, params: &Params) -> f64 {
    1.0 - libm::exp(-params.prevention * organizations)
}

/// Price of a vendor's hour, relative to the side before.
pub fn relative_price(organizations: f64, before: f64, params: &Params) -> f64 {
    libm::pow(organizations.max(1.0) / before.max(1.0), -params.price_elasticity)
}

/// Does a contract run on this day? `phase` in 0..1 is the street's place in the cycle.
pub fn is_contracted(day: i64, phase: f64, params: &Params) -> bool {
    let cycle = params.contract_days;
    let since = libm::fmod(day as f64 + phase * cycle, cycle);
    since < cycle - params.gap_days.min(cycle)
}

/// What a day of a running contract pays [CNY]: a year's budget falls on its contracted days.
pub fn daily_pay(settings: &Settings, params: &Params) -> f64 {
    let contracted = (params.contract_days - params.gap_days).max(1.0);
    settings.budget_10k * 10_000.0 / 365.0 * params.contract_days / contracted
}

/// Vendor staff that a year's hours keep busy [people].
pub fn vendor_staff(settings: &Settings, hour_cny: f64, year_h: f64) -> u32 {
    if hour_cny <= 0.0 {
        0
    } else {
        libm::ceil(settings.budget_10k * 1e4 / hour_cny / year_h) as u32
    }
}

/// Hours of helpers that a street can still ask for.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub struct Account {
    /// Vendors [h].
    pub vendor_h: f64,
    /// Partner units [h].
    pub partner_h: f64,
}

impl Account {
    /// Takes hours if they are there.
    pub fn take(left: &mut f64, hours: f64) -> bool {
        let enough = *left >= hours;
        if enough {
            *left -= hours;
        }
        enough
    }
}

/// Hours that partner units deliver in a month, given one uniform for each unit.
pub fn delivered(settings: &Settings, uniforms: impl Iterator<Item = f64>, params: &Params) -> f64 {
    let kept = uniforms.filter(|u| *u < params.partner_reliability).count();
    kept as f64 * settings.partner_hours
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params() -> Params {
        Params {
            lag_months: 6.0,
            growth_months: 24.0,
            prevention: 0.012,
            contract_days: 365.0,
            gap_days: 30.0,
            price_elasticity: 0.1,
            partner_reliability: 0.5,
            ..Params::default()
        }
    }

    fn months(n: f64) -> Time {
        Time((n * MONTH_DAYS * DAY as f64) as i64)
    }

    // Catches organizations that act at once: M33's own test is that nothing happens for months.
    #[test]
    fn organizations_grow_over_two_years() {
        let mut growth = Growth::settled(8.0);
        growth.aim(Time::ZERO, 20.0, &params());
        assert!((growth.at(months(5.9), &params()) - 8.0).abs() < 1e-9);
        assert!((growth.at(months(15.0), &params()) - 14.0).abs() < 0.01);
        assert!((growth.at(months(24.1), &params()) - 20.0).abs() < 1e-9);
        // The same aim again must not start the wait anew.
        growth.aim(months(15.0), 20.0, &params());
        assert!((growth.at(months(24.1), &params()) - 20.0).abs() < 1e-9);
        assert!(prevented(20.0, &params()) > prevented(8.0, &params()));
        assert!(prevented(0.0, &params()).abs() < 1e-12);
        assert!((relative_price(8.0, 8.0, &params()) - 1.0).abs() < 1e-12);
        assert!(relative_price(20.0, 8.0, &params()) < 1.0);
    }

    // Catches a contract without a gap, and a year that costs more or less than its budget.
    #[test]
    fn a_year_of_contract_costs_its_budget() {
        let settings = Settings { budget_10k: 120.0, ..Settings::default() };
        for phase in [0.0, 0.37, 0.99] {
            let running = (0..365).filter(|day| is_contracted(*day, phase, &params())).count();
            assert_eq!(running, 335, "phase {phase}");
            let paid = running as f64 * daily_pay(&settings, &params());
            assert!((paid - 1.2e6).abs() < 1.0, "{paid}");
        }
        assert_eq!(vendor_staff(&settings, 60.0, 1750.0), 12);
        assert_eq!(vendor_staff(&Settings::default(), 60.0, 1750.0), 0);
    }

    // Catches promises counted as deliveries, and hours taken that are not there.
    #[test]
    fn partners_deliver_what_they_keep() {
        let settings = Settings { partner_units: 4.0, partner_hours: 4.0, ..Settings::default() };
        let hours = delivered(&settings, [0.1, 0.6, 0.49, 0.9].into_iter(), &params());
        assert!((hours - 8.0).abs() < 1e-12);
        let mut left = hours;
        assert!(Account::take(&mut left, 5.0) && !Account::take(&mut left, 5.0));
        assert!((left - 3.0).abs() < 1e-12);
    }
}
