//! The duty list (M34, M35): who is responsible is written down, so fewer cases go astray.

use crate::domain::lever::{Kind, Known, Lever};
use crate::domain::mechanism::{Mechanism, falls};
use crate::domain::param::{Param, one};

/// Levers L47–L49.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Items on the list.
    pub n_items: f64,
    /// Clarity gained by a listed item.
    pub clarity: f64,
    /// Scenarios written out per item.
    pub scenarios: f64,
}

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Part of the clarity that a list without scenarios brings.
    pub granularity_base: f64,
    /// Scenarios at which 63% of the rest is reached.
    pub granularity_scale: f64,
    /// Order in which items enter the list, see [`ORDERS`].
    pub order: f64,
}

/// Orders in which items may enter the list, those of the catalog before the others: by arrivals
/// times ambiguity (0), as the table has them, field by field (1), at random (2).
pub const ORDERS: usize = 3;

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("duty_list.granularity_base", "share", (0.0, 1.0), "无细化时清晰度", "Part of the clarity that a list without scenarios brings (MODEL 4)", |p| one(&mut p.duty_list.granularity_base)),
    Param::new("duty_list.granularity_scale", "scenarios", (0.1, 50.0), "颗粒度尺度", "g(n) = base + (1 - base)(1 - exp(-n / scale)) (MODEL 4)", |p| one(&mut p.duty_list.granularity_scale)),
    Param::new("duty_list.order", "0/1/2", (0.0, 2.0), "列入清单的次序", "Order in which items enter the list: arrivals x ambiguity (0), fields as in the table (1), random (2); for experiments on the order (M34)", |p| one(&mut p.duty_list.order)),
];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L47", key: "list.items", zh: "清单事项数", en: "Listed territorial items",
        unit: "items", kind: Kind::Int { min: 0, max: 101 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "81", tag: "SEED" },
        mechanisms: &["M34"], affects: "misrouting",
        set: |value, settings| settings.duty_list.n_items = value.number(),
    },
    Lever {
        id: "L48", key: "list.clarity", zh: "清单明晰度", en: "Clarity gain for a listed item",
        unit: "share", kind: Kind::Float { min: 0.0, max: 1.0 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "0.65", tag: "ASSUMED" },
        mechanisms: &["M34"], affects: "misrouting, disputes",
        set: |value, settings| settings.duty_list.clarity = value.number(),
    },
    Lever {
        id: "L49", key: "list.scenarios_per_item", zh: "颗粒度(情形数/事项)", en: "Scenario granularity",
        unit: "scenarios/item", kind: Kind::Int { min: 0, max: 20 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "6", tag: "ASSUMED" },
        mechanisms: &["M35"], affects: "residual ambiguity, training time",
        set: |value, settings| settings.duty_list.scenarios = value.number(),
    },
];

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: "M34",
        group: 'H',
        quote: "纳入自然资源等10个领域,共81项事项;主体责任和配合责任清单",
        en: "Fixes the owner of listed items.",
        levers: &["L47", "L48"],
        expects: &[falls("return_share"), falls("limbo_mean")],
    },
    Mechanism {
        id: "M35",
        group: 'H',
        quote: "颗粒化分解;流程图、说明书;十统一",
        en: "Resolves the ambiguity left inside an item.",
        levers: &["L49"],
        expects: &[falls("return_share")],
    },
];

/// Factor on the probability of a wrong first dispatch (MODEL 4): 1 for an unlisted item.
pub fn ambiguity_left(settings: &Settings, list_rank: usize, params: &Params) -> f64 {
    if list_rank as f64 >= settings.n_items {
        return 1.0;
    }
    let rest = 1.0 - libm::exp(-settings.scenarios / params.granularity_scale);
    let granularity = params.granularity_base + (1.0 - params.granularity_base) * rest;
    1.0 - settings.clarity * granularity
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches a list that also helps unlisted items, or that hurts: 0 items must equal no list.
    #[test]
    fn only_listed_items_gain() {
        let params = Params { granularity_base: 0.6, granularity_scale: 3.0, order: 0.0 };
        let settings = Settings { n_items: 81.0, clarity: 0.65, scenarios: 6.0 };
        assert!((ambiguity_left(&settings, 81, &params) - 1.0).abs() < 1e-15);
        let listed = ambiguity_left(&settings, 80, &params);
        assert!((listed - (1.0 - 0.65 * (0.6 + 0.4 * (1.0 - libm::exp(-2.0))))).abs() < 1e-15);
        let empty = Settings { n_items: 0.0, ..settings };
        assert!((ambiguity_left(&empty, 0, &params) - 1.0).abs() < 1e-15);
    }
}
