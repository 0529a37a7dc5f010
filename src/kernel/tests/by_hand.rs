//! Six scenes worked out on paper, second by second, ties included. The kernel and the walking
//! clock of [`peer`](super::peer) must both give what the paper says.
//!
//! Rows: arrives, work, priority, due, withdraws | what becomes of it.

use super::peer::{Customer, Fate, Scene, by_kernel, by_walking};
use Fate::{Refused, Served, Withdrawn};

type Row = (i64, i64, u8, Option<i64>, Option<i64>, Fate);

fn always_open(servers: u32) -> Scene {
    Scene {
        servers,
        open: vec![(0, 86_400)],
        preempt: false,
        limit: None,
        staff: Vec::new(),
        customers: Vec::new(),
        until: 1_000,
    }
}

fn holds(scene: &Scene, rows: &[Row]) {
    let customers = rows.iter().map(|&(arrives, work, priority, due, withdraws, _)| Customer {
        arrives,
        work,
        priority,
        due,
        withdraws,
    });
    let scene = Scene { customers: customers.collect(), ..scene.clone() };
    let paper: Vec<Fate> = rows.iter().map(|row| row.5).collect();
    assert_eq!(by_kernel(&scene), paper, "the kernel");
    assert_eq!(by_walking(&scene), paper, "the walking clock");
}

#[test]
fn three_servers_one_line() {
    // Catches: an arrival that is served before those who wait when a server becomes free in the
    // same second, equals out of order, a server granted twice. Three finish at 50: 5 has waited
    // since 40 and goes first, 6 and 7 come at 50 and find two free, 8 finds none.
    holds(
        &always_open(3),
        &[
            (0, 50, 1, None, None, Served(0, 50)),
            (0, 30, 1, None, None, Served(0, 30)),
            (10, 40, 1, None, None, Served(10, 50)),
            (20, 10, 1, None, None, Served(30, 40)),
            (20, 10, 1, None, None, Served(40, 50)),
            (40, 5, 1, None, None, Served(50, 55)),
            (50, 7, 1, None, None, Served(50, 57)),
            (50, 7, 1, None, None, Served(50, 57)),
            (50, 7, 1, None, None, Served(55, 62)),
        ],
    );
}

#[test]
fn priorities_wait_their_turn() {
    // Catches: work interrupted without leave, urgency that is looked up when somebody comes
    // instead of when a server is free, due dates that beat priority. At 120 row 2 has just begun
    // when row 6 comes with the earliest due of its priority: it is next, not first.
    holds(
        &always_open(1),
        &[
            (0, 100, 1, None, None, Served(0, 100)),
            (10, 10, 2, None, None, Served(150, 160)),
            (20, 10, 1, None, None, Served(120, 130)),
            (20, 10, 1, None, None, Served(140, 150)),
            (30, 10, 0, None, None, Served(100, 110)),
            (100, 10, 0, None, None, Served(110, 120)),
            (120, 10, 1, Some(0), None, Served(130, 140)),
        ],
    );
}

#[test]
fn the_urgent_interrupt() {
    // Catches: work lost or repeated at an interruption, the wrong victim, an interrupted job that
    // comes back before a more urgent one (row 3 at 60), an interruption of priority 1 (row 3 by
    // row 5), one of work that ends in this second (row 1 by row 6).
    // Row 1 works 5-10, 30-50 and 80-155: 5 + 20 + 75 = 100. Row 0 works 0-60 and 70-110.
    holds(
        &Scene { preempt: true, ..always_open(2) },
        &[
            (0, 100, 2, None, None, Served(0, 110)),
            (5, 100, 3, None, None, Served(5, 155)),
            (10, 20, 0, None, None, Served(10, 30)),
            (40, 20, 1, None, None, Served(60, 80)),
            (50, 10, 0, None, None, Served(50, 60)),
            (60, 10, 0, None, None, Served(60, 70)),
            (155, 10, 0, None, None, Served(155, 165)),
        ],
    );
}

#[test]
fn doors_and_shifts() {
    // Catches: work while closed, a start at the closing second, a change of staff before a finish
    // of its second (row 5 starts at 300 with the second server, which then leaves at 310), paused
    // work that loses its server overnight (row 4 holds it, so row 6 waits for it).
    // Row 1 works 130-200 and 250-260; row 4 works 270-350 and the next day 100-120.
    const NEXT: i64 = 86_400;
    holds(
        &Scene {
            open: vec![(100, 200), (250, 350)],
            staff: vec![(250, 2), (300, 1)],
            until: NEXT + 1_000,
            ..always_open(1)
        },
        &[
            (50, 30, 1, None, None, Served(100, 130)),
            (60, 80, 1, None, None, Served(130, 260)),
            (200, 20, 1, None, None, Served(250, 270)),
            (210, 40, 1, None, None, Served(260, 300)),
            (265, 100, 1, None, None, Served(270, NEXT + 120)),
            (280, 10, 1, None, None, Served(300, 310)),
            (305, 10, 1, None, None, Served(NEXT + 120, NEXT + 130)),
        ],
    );
}

#[test]
fn people_give_up() {
    // Catches: a withdrawal that keeps the server (row 4 lets it go at 65), one that comes too late
    // in its second (row 1 starts at 50 and is gone at 50, row 2 has the server at 50), one that
    // beats a finish of its second (row 6 is served).
    holds(
        &always_open(1),
        &[
            (0, 50, 1, None, None, Served(0, 50)),
            (5, 10, 1, None, Some(50), Withdrawn(0)),
            (6, 10, 1, None, None, Served(50, 60)),
            (7, 10, 1, None, Some(40), Withdrawn(0)),
            (8, 10, 1, None, Some(65), Withdrawn(5)),
            (9, 10, 1, None, None, Served(65, 75)),
            (75, 10, 1, None, Some(85), Served(75, 85)),
            (76, 10, 1, None, None, Served(85, 95)),
        ],
    );
}

#[test]
fn places_are_limited() {
    // Catches: a limit that counts only those who wait, or a place that is not free in the second
    // in which somebody leaves.
    holds(
        &Scene { limit: Some(2), ..always_open(1) },
        &[
            (0, 10, 1, None, None, Served(0, 10)),
            (1, 10, 1, None, None, Served(10, 20)),
            (2, 10, 1, None, None, Refused),
            (10, 10, 1, None, None, Served(20, 30)),
            (10, 5, 1, None, None, Refused),
            (20, 1, 1, None, None, Served(30, 31)),
        ],
    );
}
