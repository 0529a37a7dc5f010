//! The reform as a whole: its base (M44), a preset of values (L68), and the package (M43).

use crate::domain::lever::{Kind, Known, Lever};
use crate::domain::mechanism::{Mechanism, falls, rises};

/// Key of the lever that stands for a whole epoch.
pub const KEY: &str = "epoch";

/// The mechanism that is the package as a whole: it has no lever of its own but every group's.
pub const PACKAGE: &str = "M43";

/// The mechanism that the before side stands on: without it the epoch is E0.
pub const BASE: &str = "M44";

/// Names of the epochs: to 2016, 2017–2018, 2019–2021.
pub const EPOCHS: [&str; 3] = ["E0", "E1", "E2"];

/// Registry row.
pub const LEVERS: &[Lever] = &[Lever {
    id: "L68",
    key: KEY,
    zh: "改革阶段",
    en: "Reform epoch",
    unit: "enum E0/E1/E2",
    kind: Kind::Choice(&EPOCHS),
    before: Known { value: "E1", tag: "SEED" },
    after: Known { value: "E2", tag: "SEED" },
    mechanisms: &["M44"],
    affects: "baseline level",
    // A preset: compile applies the lever values below before all others.
    set: |_, _| {},
}];

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: PACKAGE,
        group: 'H',
        quote: "编清单、严准入,促协作、强管理,建机制、优考核;一强三增两减",
        en: "The package: the groups A-H together; `--set groups=A;C` switches some of them.",
        levers: &[],
        // Expected of the reform in total (FACTS section 5).
        expects: &[
            falls("time_to_close_mean"),
            falls("return_share"),
            rises("resolution_share"),
            rises("department_backlog"),
        ],
    },
    Mechanism {
        id: BASE,
        group: 'D',
        quote: "在2017年综合行政执法体制改革按镇街设立派驻执法中队的基础上",
        en: "Sets the base: squads already exist, commanded by the department.",
        levers: &["L68"],
        // From E0 to E1; so a reform counted from E0 is overstated.
        expects: &[falls("time_to_close_mean")],
    },
];

/// Lever values that differ from the before side in an epoch (MODEL 7); E2 is the after side and
/// is built from every lever's own after value.
pub fn preset(epoch: usize) -> &'static [(&'static str, &'static str)] {
    match epoch {
        0 => &[("enforcement.squad_officers", "2"), ("enforcement.sunk_share", "0.2")],
        _ => &[],
    }
}
