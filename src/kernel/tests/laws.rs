//! Random scripts over random pools: every law after every event, and nothing left over.

use proptest::prelude::*;

use super::{Ask, Script, Step, every_day};
use crate::base::DAY;
use crate::kernel::{Phase, PoolId, PoolSpec};

const N_POOLS: u32 = 5;
/// Any two of them share an hour, else a joint request would wait for ever.
const HOURS: [&[(u32, u32)]; 4] =
    [&[(0, 24)], &[(9, 12), (13, 17)], &[(8, 20)], &[(11, 13), (20, 24)]];

#[derive(Clone, Debug)]
struct PoolPlan {
    servers: u32,
    hours: usize,
    weights: [u8; 4],
    grouped: bool,
    lend: u32,
    preempt: bool,
    limit: Option<u32>,
}

fn pool_plan() -> impl Strategy<Value = PoolPlan> {
    (
        0_u32..4,
        0_usize..HOURS.len(),
        prop::array::uniform4(0_u8..3),
        any::<bool>(),
        0_u32..3,
        any::<bool>(),
        prop_oneof![3 => Just(None), 1 => (1_u32..6).prop_map(Some)],
    )
        .prop_map(|(servers, hours, weights, grouped, lend, preempt, limit)| PoolPlan {
            servers,
            hours,
            weights,
            grouped,
            lend,
            preempt,
            limit,
        })
}

/// What happens, when [s], in which phase; requests take their tag from their place in the list.
fn step() -> impl Strategy<Value = (i64, usize, Step)> {
    let time = prop_oneof![0..2 * DAY, (0_i64..48).prop_map(|h| h * 3600)];
    let pool = || (0..N_POOLS).prop_map(PoolId);
    let work = prop_oneof![Just(0_i64), 1_i64..60, (1_i64..12).prop_map(|h| h * 900)];
    let ask =
        (prop::collection::btree_set(0..N_POOLS, 1..4), any::<bool>(), 0_u8..4, 0_u8..4, work)
            .prop_map(|(pools, joint, class, priority, work)| {
                let mut pools: Vec<PoolId> = pools.into_iter().map(PoolId).collect();
                if !joint {
                    pools.truncate(1);
                }
                Step::Ask(Ask { pools, class, priority, due: None, work, tag: 0 })
            });
    let what = prop_oneof![
        12 => ask,
        4 => (0_u32..150).prop_map(Step::Cancel),
        1 => (pool(), 0_u32..4).prop_map(|(pool, n)| Step::Servers(pool, n)),
        1 => (pool(), 0_u32..4).prop_map(|(pool, n)| Step::ServersAtOnce(pool, n)),
        1 => (pool(), 0_u32..3).prop_map(|(pool, n)| Step::Lend(pool, n)),
        1 => (pool(), prop::array::uniform4(0.0..3.0)).prop_map(|(pool, w)| Step::Weights(pool, w)),
        1 => Just(Step::Measure),
    ];
    (time, 0_usize..4, what)
}

fn play(plans: &[PoolPlan], steps: &[(i64, usize, Step)]) {
    const PHASES: [Phase; 4] = [Phase::Finish, Phase::Change, Phase::Arrive, Phase::Decide];
    let mut script = Script::new();
    let group = script.pools.add_group();
    for plan in plans {
        let calendar = script.pools.add_calendar(every_day(HOURS[plan.hours]));
        script.pools.add_pool(PoolSpec {
            servers: plan.servers,
            calendar,
            weights: plan.weights.map(f64::from),
            group: plan.grouped.then_some(group),
            lend: plan.lend,
            preempt: plan.preempt,
            capacity_limit: plan.limit,
        });
    }
    let mut n_asked = 0;
    for (i, (time, phase, step)) in steps.iter().enumerate() {
        let mut step = step.clone();
        if let Step::Ask(ask) = &mut step {
            ask.tag = i as u32;
            n_asked += 1;
        }
        if let Step::ServersAtOnce(pool, n) = step
            && !plans[pool.0 as usize].preempt
        {
            step = Step::Servers(pool, n);
        }
        script.in_phase(*time, PHASES[*phase], step);
    }
    // Staff for everyone in the end, so that whatever still waits is served.
    for pool in 0..N_POOLS {
        script.in_phase(3 * DAY, Phase::Change, Step::Servers(PoolId(pool), 3));
    }
    script.run(200 * DAY);
    let ended = script.done.len() + script.cancelled.len() + script.refused.len();
    assert_eq!(ended, n_asked, "asked = done + cancelled + refused");
    assert_eq!(script.pools.n_jobs(), 0);
    for pool in (0..N_POOLS).map(PoolId) {
        assert_eq!((script.pools.busy(pool), script.pools.waiting(pool)), (0, 0));
        assert_eq!((script.pools.lent(pool), script.pools.present(pool)), (0, 0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn laws_hold_after_every_event(
        plans in prop::collection::vec(pool_plan(), N_POOLS as usize),
        steps in prop::collection::vec(step(), 1..150),
    ) {
        // Catches: any combination of rules that loses a server, a job or a second, starts nobody
        // beside an idle server, or forgets to wake someone.
        play(&plans, &steps);
    }
}
