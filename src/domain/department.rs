//! District departments: their own work beside call-ups (MODEL 5).

use super::param::{Param, one};

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Utilisation before, own work and call-ups together.
    pub load_before: f64,
    /// Smallest own work [share of capacity].
    pub own_floor: f64,
    /// Size of one own task [person-hours], mean.
    pub own_h: f64,
    /// Geometric standard deviation of that size.
    pub own_gsd: f64,
    /// Own tasks are due after [working days].
    pub own_due_wd: f64,
    /// Share of department staff time free for case work and own work.
    pub net_share: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("departments.load_before", "share", (0.0, 0.99), "部门改革前忙闲率", "Own work is set so that own work and call-ups give this utilisation before (MODEL 5)", |p| one(&mut p.departments.load_before)),
    Param::new("departments.own_floor", "share", (0.0, 0.9), "部门自身工作下限", "Smallest own work, share of capacity", |p| one(&mut p.departments.own_floor)),
    Param::new("departments.own_h", "person-hours", (0.5, 200.0), "部门自身任务用时", "Size of one own task, mean", |p| one(&mut p.departments.own_h)),
    Param::new("departments.own_gsd", "1", (1.0, 5.0), "部门自身任务离散度", "Geometric standard deviation of own tasks", |p| one(&mut p.departments.own_gsd)),
    Param::new("departments.own_due_wd", "working days", (0.5, 250.0), "部门自身任务时限", "Own tasks are due after", |p| one(&mut p.departments.own_due_wd)),
    Param::new("departments.net_share", "share", (0.05, 1.0), "部门净工时占比", "Share of department working time left for case work and own work after routine", |p| one(&mut p.departments.net_share)),
];
