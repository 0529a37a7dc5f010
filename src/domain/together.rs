//! Several districts of one replication, run side by side: posts move between them.

use super::build;
use super::city::City;
use super::moving::{boundaries, exchange};
use super::record::Sink;
use super::settings::Plan;
use super::simulate::{RunOutcome, simulate};
use super::trace::{Followed, Trace};
use super::world::{RunSpec, World};
use crate::base::Time;
use crate::kernel::Runner;

/// Does a piece of work on each of several things; a caller with threads may do it in parallel.
pub trait Each {
    /// Works on every item; the index is its place.
    fn each<T: Send>(&self, items: &mut [T], work: impl Fn(usize, &mut T) + Sync);
}

/// One after the other.
pub struct InTurn;

impl Each for InTurn {
    fn each<T: Send>(&self, items: &mut [T], work: impl Fn(usize, &mut T) + Sync) {
        for (index, item) in items.iter_mut().enumerate() {
            work(index, item);
        }
    }
}

/// Must these districts be run together under this plan? They must if posts move between streets
/// while the run goes on.
pub fn couples(city: &City, plan: &Plan, districts: &[usize], run: &RunSpec) -> bool {
    districts.len() > 1 && moves_posts(city, plan, districts, run)
}

/// Do posts move between streets of these districts while a run of the plan goes on?
pub fn moves_posts(city: &City, plan: &Plan, districts: &[usize], run: &RunSpec) -> bool {
    !boundaries(city, plan, districts, run.end()).is_empty()
}

/// Simulates several districts of one replication together, one sink for each.
///
/// Districts meet only where posts are allocated anew; in between they run on their own, so it does
/// not matter in which order or on how many threads.
///
/// # Panics
/// As [`super::simulate()`], and if there are not as many sinks as districts.
pub fn simulate_together<S: Sink + Send>(
    city: &City,
    plan: &Plan,
    districts: &[usize],
    run: &RunSpec,
    sinks: &mut [S],
    each: &impl Each,
) -> Vec<RunOutcome> {
    let mut worlds = worlds(city, plan, districts, run, sinks);
    let steps = boundaries(city, plan, districts, run.end());
    let events = advance(&mut worlds, &steps, run.end(), each);
    each.each(&mut worlds, |_, world| world.finish(run.end()));
    let outcome = |(world, events): (&World<'_, S>, u64)| RunOutcome {
        events,
        cases: world.opened(),
        draws: world.draws.get(),
    };
    worlds.iter().zip(events).map(outcome).collect()
}

/// Simulates districts as a study of them does and follows one case or application of one of them:
/// together where posts move between them, else that district alone. One sink for each district;
/// those of districts that need not be run hear nothing.
///
/// # Panics
/// As [`simulate_together`], and if the district is not among the others.
pub fn trace<S: Sink + Send>(
    city: &City,
    plan: &Plan,
    districts: &[usize],
    district: usize,
    run: &RunSpec,
    followed: Followed,
    sinks: &mut [S],
) -> Trace {
    let at = districts.iter().position(|other| *other == district);
    let at = at.expect("the district is one of those simulated");
    let (districts, sinks, at) = if couples(city, plan, districts, run) {
        (districts, sinks, at)
    } else {
        (&districts[at..=at], &mut sinks[at..=at], 0)
    };
    let mut worlds = worlds(city, plan, districts, run, sinks);
    worlds[at].trace = Some(Trace::new(followed));
    let steps = boundaries(city, plan, districts, run.end());
    advance(&mut worlds, &steps, run.end(), &InTurn);
    worlds[at].finish(run.end());
    worlds[at].trace.take().expect("invariant: the trace stays with the world")
}

/// Simulates districts, one sink for each: together where posts move between them, else each alone.
///
/// # Panics
/// As [`simulate_together`].
pub fn simulate_districts<S: Sink + Send>(
    city: &City,
    plan: &Plan,
    districts: &[usize],
    run: &RunSpec,
    sinks: &mut [S],
    each: &impl Each,
) -> Vec<RunOutcome> {
    if couples(city, plan, districts, run) {
        return simulate_together(city, plan, districts, run, sinks, each);
    }
    let mut tasks: Vec<(usize, &mut S, Option<RunOutcome>)> =
        districts.iter().zip(sinks).map(|(district, sink)| (*district, sink, None)).collect();
    each.each(&mut tasks, |_, (district, sink, outcome)| {
        *outcome = Some(simulate(city, plan, *district, run, *sink));
    });
    let outcomes = tasks.into_iter().map(|(.., outcome)| outcome);
    outcomes.map(|outcome| outcome.expect("invariant: every district was run")).collect()
}

/// A world for each district, at the start of the run.
fn worlds<'a, S: Sink>(
    city: &'a City,
    plan: &'a Plan,
    districts: &[usize],
    run: &RunSpec,
    sinks: &'a mut [S],
) -> Vec<World<'a, S>> {
    assert_eq!(sinks.len(), districts.len(), "a sink for each district");
    let each = districts.iter().zip(sinks);
    each.map(|(district, sink)| build::build(city, plan, *district, *run, sink)).collect()
}

/// Runs worlds to the end, with an allocation of posts at each step; hands back the events handled.
pub(super) fn advance<S: Sink + Send>(
    worlds: &mut [World<'_, S>],
    steps: &[Time],
    end: Time,
    each: &impl Each,
) -> Vec<u64> {
    let mut runners: Vec<_> = worlds.iter_mut().map(|world| Runner::new(world, end)).collect();
    for step in steps {
        each.each(&mut runners, |_, runner| {
            runner.run_until(*step);
        });
        let claims: Vec<_> = runners.iter_mut().map(|r| r.model().claims(*step)).collect();
        for (runner, posts) in runners.iter_mut().zip(exchange(&claims)) {
            let (world, ctx) = runner.parts();
            world.take_posts(ctx, &posts);
        }
    }
    each.each(&mut runners, |_, runner| {
        runner.run_until(end);
    });
    runners.iter_mut().map(|runner| runner.run_until(end).events).collect()
}
