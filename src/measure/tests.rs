//! KPIs of hand-made records, worked out by hand.

mod families;
mod fixture;
mod registry;
mod rows;
mod whole;
