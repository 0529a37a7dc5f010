//! Open networks of queues, on the engine.

use super::bench::{Bench, Event, Trial};
use super::spec::{Law, Node};
use super::tally::Sample;
use crate::base::Time;
use crate::kernel::{Context, Model, Phase, run};
use crate::random::discrete;

const GAP: u16 = 0;
const SERVICE: u16 = 1;
const ROUTE: u16 = 2;

/// Arrivals at each node per unit, from outside and from other nodes: the traffic equations, solved
/// by iteration, which converges because everybody leaves in the end.
pub(super) fn flows(nodes: &[Node]) -> Vec<f64> {
    let mut flow: Vec<f64> = nodes.iter().map(|node| node.outside).collect();
    for _ in 0..100_000 {
        let next: Vec<f64> = (0..nodes.len())
            .map(|to| {
                let from_others = nodes.iter().zip(&flow).map(|(node, f)| f * node.next[to]);
                nodes[to].outside + from_others.sum::<f64>()
            })
            .collect();
        let moved = next.iter().zip(&flow).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        flow = next;
        if moved < 1e-14 {
            break;
        }
    }
    flow
}

/// A customer on the way.
#[derive(Clone, Copy)]
struct Visitor {
    came: Time,
    node: usize,
    wait: i64,
    waited: bool,
}

struct Network<'a> {
    bench: Bench<'a>,
    nodes: &'a [Node],
    /// Running sums of the routes of each node, the way out last.
    routes: Vec<Vec<f64>>,
    visitors: Vec<Visitor>,
    free: Vec<u32>,
}

impl Network<'_> {
    fn plan(&mut self, ctx: &mut Context<Event>, node: usize) {
        let outside = self.nodes[node].outside;
        if outside > 0.0 {
            let gap = self.bench.span(GAP, Law::exponential(1.0 / outside));
            ctx.schedule_in(gap, Phase::Arrive, Event::Come(node as u32));
        }
    }

    fn visit(&mut self, ctx: &mut Context<Event>, visitor: u32) {
        let node = self.visitors[visitor as usize].node;
        let work = self.bench.span(SERVICE, Law::exponential(self.nodes[node].service));
        self.bench.came(node + 1, ctx.now());
        self.bench.asked(node + 1, ctx.now(), work);
        self.bench.ask(ctx, node, work, visitor);
    }
}

impl Model for Network<'_> {
    type Event = Event;

    fn start(&mut self, ctx: &mut Context<Event>) {
        ctx.schedule_at(Time(self.bench.from), Phase::Finish, Event::Measure);
        (0..self.nodes.len()).for_each(|node| self.plan(ctx, node));
    }

    fn handle(&mut self, ctx: &mut Context<Event>, event: Event) {
        let now = ctx.now();
        match event {
            Event::Measure => self.bench.pools.start_measuring(now),
            Event::Come(node) => {
                let visitor = Visitor { came: now, node: node as usize, wait: 0, waited: false };
                let slot = self.free.pop().unwrap_or(self.visitors.len() as u32);
                if slot as usize == self.visitors.len() {
                    self.visitors.push(visitor);
                } else {
                    self.visitors[slot as usize] = visitor;
                }
                self.bench.came(0, now);
                self.bench.change(now, 1);
                self.visit(ctx, slot);
                self.plan(ctx, node as usize);
            }
            Event::Pool(event) => {
                let Some(done) = self.bench.pools.on_event(ctx, event) else { return };
                let wait = (done.started - done.enqueued).0;
                let visitor = &mut self.visitors[done.tag as usize];
                let node = visitor.node;
                visitor.wait += wait;
                visitor.waited |= wait > 0;
                let sojourn = (now - done.enqueued).0;
                self.bench.left(node + 1, now, (wait, wait > 0), sojourn);
                let to = discrete(self.bench.uniform(ROUTE), &self.routes[node]);
                if to < self.nodes.len() {
                    self.visitors[done.tag as usize].node = to;
                    self.visit(ctx, done.tag);
                } else {
                    let visitor = self.visitors[done.tag as usize];
                    let sojourn = (now - visitor.came).0;
                    self.bench.left(0, now, (visitor.wait, visitor.waited), sojourn);
                    self.bench.change(now, -1);
                    self.free.push(done.tag);
                }
            }
            Event::Timer(_) => unreachable!("a network has no timers"),
        }
    }
}

/// One replication: the whole first, then the nodes.
pub(super) fn simulate(nodes: &[Node], trial: &Trial<'_>) -> Sample {
    let servers: Vec<u32> = nodes.iter().map(|node| node.servers).collect();
    let bench = Bench::new(trial, &servers, nodes.len() + 1);
    let routes = nodes.iter().map(|node| {
        let mut sum = 0.0;
        let mut sums: Vec<f64> = node
            .next
            .iter()
            .map(|p| {
                sum += p;
                sum
            })
            .collect();
        sums.push(sum.max(1.0));
        sums
    });
    let routes = routes.collect();
    let mut network = Network { bench, nodes, routes, visitors: Vec::new(), free: Vec::new() };
    let to = Time(network.bench.to);
    run(&mut network, to);
    let areas: Vec<(usize, usize)> = (0..nodes.len()).map(|node| (node, node + 1)).collect();
    let mut sample = network.bench.finish(&areas, true);
    for (at, node) in nodes.iter().enumerate() {
        if node.outside > 0.0 && nodes.iter().filter(|n| n.outside > 0.0).count() == 1 {
            let all = &sample.parts[0];
            sample.controls.push(all.arrived - node.outside * all.window);
        }
        let part = &sample.parts[at + 1];
        sample.controls.push(part.work - part.arrived * node.service);
    }
    sample
}
