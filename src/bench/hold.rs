//! The hold model: take the earliest event, put it back an exponential time later.

use crate::base::Time;
use crate::kernel::{EventList, Phase};
use crate::random::{Streams, exponential};

/// Mean time an event is held [s].
const MEAN: f64 = 1e7;

/// An event list in its steady state.
pub struct Hold {
    list: EventList<[u32; 3]>,
    streams: Streams,
    drawn: u64,
}

impl Hold {
    /// So many pending events, held three times each before anything is measured.
    #[must_use]
    pub fn new(pending: u32) -> Hold {
        let (list, streams) = (EventList::new(), Streams::new(1, 1));
        let mut hold = Hold { list, streams, drawn: 0 };
        for number in 0..pending {
            let later = hold.later();
            hold.list.push(Time(later), Phase::Finish, [number; 3]);
        }
        hold.run(3 * u64::from(pending));
        hold
    }

    #[inline]
    fn later(&mut self) -> i64 {
        self.drawn += 1;
        exponential(self.streams.uniform(0, self.drawn, 0), MEAN) as i64
    }

    /// Holds so many times; returns the instant reached.
    pub fn run(&mut self, times: u64) -> Time {
        let mut reached = Time::ZERO;
        for _ in 0..times {
            let Some((now, event)) = self.list.pop() else { break };
            reached = now;
            let later = Time(now.0 + self.later());
            self.list.push(later, Phase::Finish, event);
        }
        reached
    }
}
