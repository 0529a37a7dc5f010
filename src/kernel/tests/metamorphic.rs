//! Laws between two runs: what must follow when the input is changed in a known way.

use proptest::prelude::*;

use super::peer::{Customer, Fate, Scene, by_kernel, config, scene};
use super::{Ask, Script, Step};
use crate::kernel::N_CLASSES;

fn doubled(scene: &Scene) -> Scene {
    let customers = scene.customers.iter().map(|customer| Customer {
        arrives: 2 * customer.arrives,
        work: 2 * customer.work,
        priority: customer.priority,
        due: customer.due.map(|due| 2 * due),
        withdraws: customer.withdraws.map(|t| 2 * t),
    });
    Scene {
        open: scene.open.iter().map(|&(from, to)| (2 * from, (2 * to).min(86_400))).collect(),
        staff: scene.staff.iter().map(|&(t, n)| (2 * t, n)).collect(),
        customers: customers.collect(),
        until: 2 * scene.until,
        ..scene.clone()
    }
}

/// The customers of a scene at one server that is always there, in the order of `due`; nobody
/// gives up. Work still to do at the end of each second.
fn unfinished(scene: &Scene, due: impl Fn(usize, &Customer) -> (u8, i64)) -> Vec<i64> {
    let customers: Vec<Customer> = (0..)
        .zip(&scene.customers)
        .map(|(i, customer)| {
            let (priority, due) = due(i, customer);
            Customer { priority, due: Some(due), withdraws: None, ..*customer }
        })
        .collect();
    let total: i64 = customers.iter().map(|customer| customer.work).sum();
    let until = 200 + total + 1;
    let plain = Scene {
        servers: 1,
        open: vec![(0, 86_400)],
        preempt: false,
        limit: None,
        staff: Vec::new(),
        customers,
        until,
    };
    let fates = by_kernel(&plain);
    (0..until)
        .map(|t| {
            let left = |(customer, fate): (&Customer, &Fate)| {
                let Fate::Served(start, _) = *fate else { panic!("everybody is served") };
                let come = if customer.arrives <= t { customer.work } else { 0 };
                come - (t - start).clamp(0, customer.work)
            };
            plain.customers.iter().zip(&fates).map(left).sum()
        })
        .collect()
}

fn starts(fates: &[Fate]) -> Vec<i64> {
    let start = |fate: &Fate| match *fate {
        Fate::Served(start, _) => start,
        _ => i64::MAX,
    };
    fates.iter().map(start).collect()
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn twice_the_time_is_twice_the_time(scene in scene()) {
        // Catches: a constant of time hidden in the engine, or a rounding.
        let twice = |fate: &Fate| match *fate {
            Fate::Served(start, end) => Fate::Served(2 * start, 2 * end),
            Fate::Withdrawn(done) => Fate::Withdrawn(2 * done),
            other => other,
        };
        let expected: Vec<Fate> = by_kernel(&scene).iter().map(twice).collect();
        prop_assert_eq!(by_kernel(&doubled(&scene)), expected);
    }

    #[test]
    fn no_order_of_service_makes_work(scene in scene()) {
        // Catches: work lost, done twice or put off by a discipline. With one server the work left
        // in the system is the same in every second under first come first served, last come
        // first served, and priorities.
        let first = unfinished(&scene, |_, customer| (1, customer.arrives));
        let last = unfinished(&scene, |i, customer| (1, -1_000 * customer.arrives - i as i64));
        let urgent = unfinished(&scene, |_, customer| (customer.priority, customer.arrives));
        prop_assert_eq!(&first, &last);
        prop_assert_eq!(&first, &urgent);
    }

    #[test]
    fn one_more_server_delays_nobody(scene in scene()) {
        // Catches: a server that takes somebody else's work, or a line that skips a free one. True
        // at a single line first come first served, by coupling.
        let customers = scene.customers.iter().map(|customer| Customer {
            priority: 1,
            due: None,
            withdraws: None,
            ..*customer
        });
        let fewer = Scene {
            preempt: false,
            limit: None,
            staff: Vec::new(),
            customers: customers.collect(),
            until: 86_000,
            ..scene
        };
        let more = Scene { servers: fewer.servers + 1, ..fewer.clone() };
        for (few, many) in starts(&by_kernel(&fewer)).iter().zip(starts(&by_kernel(&more))) {
            prop_assert!(many <= *few, "started at {many} instead of {few}");
        }
    }

    #[test]
    fn copies_side_by_side_live_one_life(scene in scene(), turned in any::<bool>()) {
        // Catches: pools that feel each other, an index that decides a tie, a name that matters.
        // Two copies of the pool, and one that nobody uses, in either order.
        let mut script = Script::new();
        let spans: Vec<(u32, u32)> = vec![(0, 24)];
        let pools: Vec<_> = (0..3).map(|_| script.day_pool(scene.servers, &spans)).collect();
        let (one, other) = if turned { (pools[2], pools[0]) } else { (pools[0], pools[2]) };
        let n = scene.customers.len() as u32;
        for (tag, customer) in (0..).zip(&scene.customers) {
            for (copy, pool) in [(0, one), (1, other)] {
                let tag = tag + copy * n;
                let ask = Ask::new(tag, pool, customer.work).priority(customer.priority);
                script.ask(customer.arrives, ask);
                if let Some(t) = customer.withdraws {
                    script.at(t, Step::Cancel(tag));
                }
            }
        }
        script.run(5_000);
        for tag in 0..n {
            prop_assert_eq!(script.done.get(&tag), script.done.get(&(tag + n)));
        }
    }

    #[test]
    fn classes_keep_their_order(
        scene in scene(),
        weights in prop::array::uniform4(0.0..3.0_f64),
    ) {
        // Catches: shares between classes that change the order inside one.
        let mut script = Script::new();
        let pool = script.open_pool(scene.servers);
        script.at(0, Step::Weights(pool, weights));
        let class = |i: usize| (i * 7 % N_CLASSES) as u8;
        let mut arrivals: Vec<(i64, usize)> =
            scene.customers.iter().enumerate().map(|(i, c)| (c.arrives, i)).collect();
        arrivals.sort_unstable();
        for &(t, i) in &arrivals {
            let ask = Ask::new(i as u32, pool, scene.customers[i].work).class(class(i));
            script.ask(t, ask);
        }
        script.run(5_000);
        for of in 0..N_CLASSES as u8 {
            let mine = arrivals.iter().filter(|(_, i)| class(*i) == of);
            let starts: Vec<i64> = mine.map(|(_, i)| script.done[&(*i as u32)].0).collect();
            prop_assert!(starts.is_sorted(), "class {}: {:?}", of, starts);
        }
    }
}
