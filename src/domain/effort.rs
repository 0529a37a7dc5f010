//! Effort and elapsed time of cases by class (FACTS 2.4, MODEL 5).

use super::param::{Param, one};

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Scale of all street effort (fitted to utilisation before).
    pub scale: f64,
    /// Street effort when handled locally, T1..T5 [person-hours], mean.
    pub street_h: [f64; 5],
    /// Coordination when called up [person-hours], mean.
    pub coordination_h: f64,
    /// Department effort on a call-up, T1..T5 [person-hours], mean.
    pub call_up_h: [f64; 5],
    /// Geometric standard deviation of effort.
    pub gsd: f64,
    /// Joint visit with stationed people, relative to local effort.
    pub joint_visit_share: f64,
    /// Looking into a duplicate [person-hours].
    pub duplicate_h: f64,
    /// Effort of a redo, relative.
    pub redo_share: f64,
    /// Contractor time, T1..T5 [working days], median.
    pub contractor_wd: [f64; 5],
    /// Legal clock, T1..T5 [working days], median.
    pub legal_wd: [f64; 5],
    /// Geometric standard deviation of both.
    pub elapsed_gsd: f64,
    /// The squad's share of local effort where it takes part.
    pub squad_share: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("effort.scale", "1", (0.01, 20.0), "街道用时系数", "Scale of all street effort, fitted to utilisation before (MODEL 1.5)", |p| one(&mut p.effort.scale)),
    Param::new("effort.street_h", "person-hours", (0.0, 500.0), "街道自办用时", "Street effort when handled locally, T1..T5, mean (FACTS 2.4)", |p| &mut p.effort.street_h),
    Param::new("effort.coordination_h", "person-hours", (0.0, 50.0), "呼叫协调用时", "Street's coordination when a department is called up, mean (FACTS 2.4)", |p| one(&mut p.effort.coordination_h)),
    Param::new("effort.call_up_h", "person-hours", (0.0, 500.0), "部门办理呼叫用时", "Department effort on a call-up, T1..T5, mean (MODEL 5)", |p| &mut p.effort.call_up_h),
    Param::new("effort.gsd", "1", (1.0, 5.0), "用时离散度", "Geometric standard deviation of effort (FACTS 2.4: 1.8)", |p| one(&mut p.effort.gsd)),
    Param::new("effort.joint_visit_share", "share", (0.0, 1.0), "联合到场占比", "Joint visit with stationed people, relative to local effort", |p| one(&mut p.effort.joint_visit_share)),
    Param::new("effort.duplicate_h", "person-hours", (0.0, 10.0), "重复件核实用时", "Looking into a duplicate registration", |p| one(&mut p.effort.duplicate_h)),
    Param::new("effort.redo_share", "share", (0.0, 2.0), "重办用时系数", "Effort of a redo relative to the first handling", |p| one(&mut p.effort.redo_share)),
    Param::new("effort.contractor_wd", "working days", (0.0, 365.0), "施工用时", "Contractor time, T1..T5, median (FACTS 2.4)", |p| &mut p.effort.contractor_wd),
    Param::new("effort.legal_wd", "working days", (0.0, 365.0), "法定程序用时", "Legal clock, T1..T5, median (FACTS 2.4)", |p| &mut p.effort.legal_wd),
    Param::new("effort.elapsed_gsd", "1", (1.0, 5.0), "周期离散度", "Geometric standard deviation of contractor and legal times", |p| one(&mut p.effort.elapsed_gsd)),
    Param::new("effort.squad_share", "share", (0.0, 0.8), "中队承担占比", "The squad's share of local effort where it takes part", |p| one(&mut p.effort.squad_share)),
];
