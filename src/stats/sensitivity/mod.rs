//! What an output owes to each of its inputs: screening, shares of variance, fair division.
//!
//! | module | question | runs |
//! |---|---|---|
//! | [`morris`] | which of many factors act at all? | trajectories × (groups + 1) |
//! | [`sobol`] | which share of the variance is each factor's, alone or not? | N × (factors + 2) |
//! | [`shapley`] | how is a difference divided among those that made it? | 2^n, or orders × n |
//! | [`bifurcation`] | the few that act, when all act in a known direction | few |
//!
//! Nothing here runs a model: a design is a list of points in the unit cube, outputs come back as
//! slices in the order of the points. An output with chance in it is not a function of the
//! factors; each module says how it keeps the two apart.

pub mod bifurcation;
pub mod morris;
pub mod shapley;
pub mod sobol;
