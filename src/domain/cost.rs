//! Wages and prices (MODEL 8).

use super::param::{Param, one};

/// Numbers of this file.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Street and department post [1,000 CNY/year].
    pub post: f64,
    /// Squad officer and stationed person [1,000 CNY/year].
    pub officer: f64,
    /// Full-time grid worker [1,000 CNY/year].
    pub grid_worker: f64,
    /// Part-time grid worker's allowance [1,000 CNY/year].
    pub part_time: f64,
    /// One purchased hour [CNY].
    pub purchased_hour: f64,
    /// An hour of overtime relative to an ordinary one.
    pub overtime: f64,
    /// One service point, without the posts it takes from the hall [1,000 CNY/year].
    pub point: f64,
}

/// Registry rows.
#[rustfmt::skip]
pub const PARAMS: &[Param] = &[
    Param::new("cost.post", "1,000 CNY/year", (0.0, 1000.0), "街道部门人员年成本", "Street and department post (MODEL 8)", |p| one(&mut p.cost.post)),
    Param::new("cost.officer", "1,000 CNY/year", (0.0, 1000.0), "执法与派驻人员年成本", "Squad officer and stationed person (MODEL 8)", |p| one(&mut p.cost.officer)),
    Param::new("cost.grid_worker", "1,000 CNY/year", (0.0, 1000.0), "专职网格员年成本", "Full-time grid worker (MODEL 8)", |p| one(&mut p.cost.grid_worker)),
    Param::new("cost.part_time", "1,000 CNY/year", (0.0, 1000.0), "兼职网格员年补贴", "Part-time grid worker's allowance", |p| one(&mut p.cost.part_time)),
    Param::new("cost.purchased_hour", "CNY", (1.0, 10000.0), "购买工时单价", "One purchased hour, before (MODEL 8): vendors, and hours that come with assigned tasks", |p| one(&mut p.cost.purchased_hour)),
    Param::new("cost.overtime", "1", (0.0, 10.0), "加班工资倍数", "Pay of an hour of overtime relative to an ordinary one (shocks with a response)", |p| one(&mut p.cost.overtime)),
    Param::new("cost.point", "1,000 CNY/year", (0.0, 10000.0), "便民服务点年成本", "One service point: rooms and the community's part of its people; the posts it takes from the hall are posts (M25)", |p| one(&mut p.cost.point)),
];
