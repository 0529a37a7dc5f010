//! Posts that follow load (M13) and projects (M14): base, dynamic and tilted posts.
//!
//! The establishment of a street (L01–L04) is divided by population. In every mode but `fixed` a
//! share of all posts (L07) forms a pool. `base` gives the pool out once, by the load that the
//! tables of demand imply: 基础保障. `dynamic` starts from there and gives it out anew every L06
//! days, by the work that came to each street since the last time: 动态调整. `tilt` does the same,
//! and streets with a running key project weigh more: 重点项目倾斜. In the last two modes a
//! project also takes the share L08 of its own street's posts away from ordinary work (M14: a
//! cost that the text does not mention). Nobody is gained or lost by moving.

use crate::domain::lever::{Kind, Known, Lever};
use crate::domain::mechanism::{Mechanism, falls, rises};
use crate::domain::param::{Param, one};
use crate::domain::policy::posts::round_keeping_sum;

/// How posts are managed (L05), in the order of the lever's words.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Mode {
    /// The establishment stands.
    #[default]
    Fixed,
    /// The pool is given out once.
    Base,
    /// The pool is given out every period.
    Dynamic,
    /// The same, with more weight on streets with projects.
    Tilt,
}

impl Mode {
    /// Words of the lever.
    pub const WORDS: &'static [&'static str] = &["fixed", "base", "dynamic", "tilt"];

    fn of(choice: usize) -> Mode {
        [Mode::Fixed, Mode::Base, Mode::Dynamic, Mode::Tilt][choice]
    }
}

/// Levers L05–L08.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Settings {
    /// Staffing mode.
    pub mode: Mode,
    /// Re-allocation period [days].
    pub period_days: f64,
    /// Share of posts in the dynamic pool.
    pub pool_share: f64,
    /// Share of a street's posts that a key project takes.
    pub project_share: f64,
}

impl Settings {
    /// Part of the establishment that can move.
    pub fn pooled(&self) -> f64 {
        if self.mode == Mode::Fixed { 0.0 } else { self.pool_share }
    }

    /// Is the pool given out every period?
    pub fn is_periodic(&self) -> bool {
        matches!(self.mode, Mode::Dynamic | Mode::Tilt) && self.pool_share > 0.0
    }

    /// Part of a street's posts that works for a project while one runs there.
    pub fn at_project(&self) -> f64 {
        if matches!(self.mode, Mode::Dynamic | Mode::Tilt) { self.project_share } else { 0.0 }
    }
}

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// A street has a key project running in a project term [prob].
    pub project_chance: f64,
    /// Length of a project term [days].
    pub project_days: f64,
    /// Weight of a street with a project, relative, in tilted allocation.
    pub tilt_weight: f64,
    /// Share of the pool, and of people at projects, that is not the streets' own: vacant posts, or
    /// with `posts.zero_sum` posts of departments.
    pub from_outside: f64,
}

/// Part of a street's establishment that goes into the pool, when the pool's share is `pooled`.
pub fn given_up(pooled: f64, params: &Params) -> f64 {
    pooled * (1.0 - params.from_outside)
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("reallocation.project_chance", "prob", (0.0, 1.0), "重点项目概率", "A street has a key project running in a project term (M14)", |p| one(&mut p.reallocation.project_chance)),
    Param::new("reallocation.project_days", "days", (7.0, 3650.0), "项目周期", "Length of a project term", |p| one(&mut p.reallocation.project_days)),
    Param::new("reallocation.tilt_weight", "1", (1.0, 20.0), "项目倾斜权重", "Claim of a street with a project on the pool of posts, relative to its load (M13, mode tilt)", |p| one(&mut p.reallocation.tilt_weight)),
    Param::new("reallocation.from_outside", "share", (0.0, 1.0), "动态池外来编制占比", "Share of the dynamic pool, and of people at projects, that is not taken from the streets' own posts: vacant posts, or with posts.zero_sum posts of departments (M11, M13, M14)", |p| one(&mut p.reallocation.from_outside)),
];

/// Registry rows.
#[rustfmt::skip]
pub const LEVERS: &[Lever] = &[
    Lever {
        id: "L05", key: "staff.mode", zh: "编制管理方式", en: "Staffing mode",
        unit: "enum fixed/base/dynamic/tilt", kind: Kind::Choice(Mode::WORDS),
        before: Known { value: "fixed", tag: "ASSUMED" },
        after: Known { value: "dynamic", tag: "SEED" },
        mechanisms: &["M13"], affects: "capacity allocation",
        set: |value, settings| settings.reallocation.mode = Mode::of(value.choice()),
    },
    Lever {
        id: "L06", key: "staff.reallocation_days", zh: "编制调整周期", en: "Re-allocation period",
        unit: "days", kind: Kind::Int { min: 7, max: 1095 },
        before: Known { value: "1095", tag: "ASSUMED" },
        after: Known { value: "90", tag: "ASSUMED" },
        mechanisms: &["M13"], affects: "capacity allocation",
        set: |value, settings| settings.reallocation.period_days = value.number(),
    },
    Lever {
        id: "L07", key: "staff.dynamic_pool_share", zh: "动态调整池占比", en: "Share of posts in dynamic pool",
        unit: "share", kind: Kind::Float { min: 0.0, max: 0.3 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "0.10", tag: "ASSUMED" },
        mechanisms: &["M13"], affects: "capacity allocation",
        set: |value, settings| settings.reallocation.pool_share = value.number(),
    },
    Lever {
        id: "L08", key: "staff.project_tilt_share", zh: "重点项目倾斜占比", en: "Share tilted to key projects",
        unit: "share", kind: Kind::Float { min: 0.0, max: 0.3 },
        before: Known { value: "0", tag: "ASSUMED" },
        after: Known { value: "0.05", tag: "ASSUMED" },
        mechanisms: &["M14"], affects: "capacity allocation",
        set: |value, settings| settings.reallocation.project_share = value.number(),
    },
];

/// Registry rows.
pub const MECHANISMS: &[Mechanism] = &[
    Mechanism {
        id: "M13",
        group: 'C',
        quote: "基础保障、动态调整、重点项目倾斜三种编制管理制度",
        en: "Staff follow load between streets.",
        levers: &["L05", "L06", "L07"],
        expects: &[falls("time_gini"), falls("time_p90_ratio")],
    },
    Mechanism {
        id: "M14",
        group: 'C',
        quote: "根据重点项目建设任务机动调整",
        en: "Staff are pulled to projects; ordinary cases wait longer meanwhile.",
        levers: &["L05", "L08"],
        expects: &[rises("project_hours_per_week"), rises("wait_mean_h")],
    },
];

/// What one street brings into an allocation.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Claim {
    /// Posts that stay whatever happens: the part of the establishment outside the pool.
    pub kept: f64,
    /// Posts that it has now.
    pub posts: u32,
    /// Weight on the pool: work since the last allocation, tilted by a project.
    pub load: f64,
}

/// Whole posts of every street after an allocation: what each keeps, and the pool by load. The sum
/// of posts is kept; without any load nothing moves.
pub fn allocate(claims: &[Claim]) -> Vec<u32> {
    let total: u32 = claims.iter().map(|claim| claim.posts).sum();
    let kept: f64 = claims.iter().map(|claim| claim.kept).sum();
    let load: f64 = claims.iter().map(|claim| claim.load).sum();
    let pool = f64::from(total) - kept;
    if load <= 0.0 || pool <= 0.0 {
        return claims.iter().map(|claim| claim.posts).collect();
    }
    let exact: Vec<f64> =
        claims.iter().map(|claim| claim.kept + pool * claim.load / load).collect();
    let posts = round_keeping_sum(&exact, 1);
    assert_eq!(posts.iter().sum::<u32>(), total, "invariant: moving posts keeps their number");
    posts
}

/// Tilt of a street's claim in a mode, with or without a project there.
pub fn tilt(mode: Mode, project: bool, params: &Params) -> f64 {
    if mode == Mode::Tilt && project { params.tilt_weight } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(posts: u32, load: f64) -> Claim {
        Claim { kept: 0.9 * f64::from(posts), posts, load }
    }

    // Catches posts lost, invented, or taken beyond the pool.
    #[test]
    fn allocation_keeps_posts_and_what_is_guaranteed() {
        let claims = [claim(60, 1.0), claim(70, 9.0), claim(80, 0.0)];
        let posts = allocate(&claims);
        // Pool 21: kept 54, 63, 72; the pool goes 2.1, 18.9, 0.
        assert_eq!(posts, [56, 82, 72]);
        assert_eq!(posts.iter().sum::<u32>(), 210);
    }

    // Catches an allocation that moves people though loads equal posts, or without any load.
    #[test]
    fn equal_loads_move_nobody() {
        let even = [claim(60, 60.0), claim(70, 70.0), claim(80, 80.0)];
        assert_eq!(allocate(&even), [60, 70, 80]);
        let idle = [claim(60, 0.0), claim(70, 0.0)];
        assert_eq!(allocate(&idle), [60, 70]);
    }

    // Catches a project that counts in the wrong mode, and levers that act in `fixed`.
    #[test]
    fn modes_differ() {
        let params = Params { tilt_weight: 2.0, ..Params::default() };
        assert!((tilt(Mode::Tilt, true, &params) - 2.0).abs() < 1e-12);
        assert!((tilt(Mode::Tilt, false, &params) - 1.0).abs() < 1e-12);
        assert!((tilt(Mode::Dynamic, true, &params) - 1.0).abs() < 1e-12);
        let share = |mode| {
            let settings =
                Settings { mode, pool_share: 0.1, project_share: 0.05, ..Settings::default() };
            (settings.pooled() > 0.0, settings.is_periodic(), settings.at_project() > 0.0)
        };
        assert_eq!(share(Mode::Fixed), (false, false, false));
        assert_eq!(share(Mode::Base), (true, false, false));
        assert_eq!(share(Mode::Dynamic), (true, true, true));
        assert_eq!(share(Mode::Tilt), (true, true, true));
    }
}
