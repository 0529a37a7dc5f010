//! The district's emergency fund: settle small works first, sort out liability later (L65).

use crate::domain::lever::{Kind, Known, Lever};
use crate::domain::mechanism::Mechanism;
use crate::domain::param::{Param, one};

/// Lever L65.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Budget [10,000 CNY/district/year].
    pub budget_10k: f64,
}

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Price of one small work [CNY].
    pub work_cny: f64,
    /// Delay to the start of a funded work [working days].
    pub start_wd: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("fund.work_cny", "CNY", (10.0, 1e6), "单件小修费用", "Price of one small work paid by the fund", |p| one(&mut p.fund.work_cny)),
    Param::new("fund.start_wd", "working days", (0.0, 30.0), "应急小修启动用时", "Delay to the start of a funded work", |p| one(&mut p.fund.start_wd)),
];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L65", key: "emergency.fund", zh: "热线应急经费", en: "District emergency fund (\"先解决再分清责任\")",
        unit: "10k CNY/district/year", kind: Kind::Float { min: 0.0, max: 3000.0 },
        before: Known { value: "800", tag: "SOURCED(2013)" },
        after: Known { value: "1100", tag: "SOURCED(2014)" },
        mechanisms: &[], affects: "skips liability dispute for small works (extension, not in seed)",
        set: |value, settings| settings.fund.budget_10k = value.number(),
    },
];

/// The fund is an extension: the seed text does not name it.
pub const MECHANISMS: &[Mechanism] = &[];

/// What is left of a district's budget [CNY]: it accrues day by day, and what is not spent stays.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Account {
    left_cny: f64,
}

impl Account {
    /// A day's part of the budget comes in.
    pub fn accrue_day(&mut self, settings: &Settings) {
        self.left_cny += settings.budget_10k * 10_000.0 / 365.0;
    }

    /// Pays one small work if there is money for it.
    pub fn pay(&mut self, params: &Params) -> bool {
        let enough = self.left_cny >= params.work_cny;
        if enough {
            self.left_cny -= params.work_cny;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches a fund that spends more than it was given.
    #[test]
    fn never_overspends() {
        let params = Params { work_cny: 3000.0, start_wd: 1.0 };
        let mut account = Account::default();
        account.accrue_day(&Settings { budget_10k: 36.5 });
        assert!(!account.pay(&params));
        for _ in 0..9 {
            account.accrue_day(&Settings { budget_10k: 36.5 });
        }
        let paid = (0..10).filter(|_| account.pay(&params)).count();
        assert_eq!(paid, 3);
    }
}
