//! The plain bare loops that figures of other engines are scaled by: floating-point time, a 4-ary
//! heap, xoshiro256++ and a ziggurat. No names, no addresses of draws, no calendars.

use std::collections::VecDeque;

use super::Served;
use super::network::{ARRIVALS, SERVERS, STATIONS};

/// Layers of the ziggurat.
const LAYERS: usize = 256;
/// Where the tail of the lowest layer begins, and the area of every layer (Marsaglia and Tsang,
/// "The ziggurat method for generating random variables", 2000).
const TAIL: f64 = 7.697_117_470_131_05;
const AREA: f64 = 0.003_949_659_822_581_557;

/// Blackman and Vigna's xoshiro256++ and the tables of an exponential ziggurat.
struct Draws {
    state: [u64; 4],
    edge: [f64; LAYERS + 1],
    density: [f64; LAYERS + 1],
}

impl Draws {
    fn new() -> Draws {
        let mut edge = [0.0; LAYERS + 1];
        edge[0] = AREA / libm::exp(-TAIL);
        edge[1] = TAIL;
        for layer in 1..LAYERS - 1 {
            let below = libm::exp(-edge[layer]);
            edge[layer + 1] = -libm::log(below + AREA / edge[layer]);
        }
        let density = edge.map(|x| libm::exp(-x));
        let state = [
            0x180e_c6d3_3cfd_0aba,
            0xd5a6_1266_f0c9_392c,
            0xa958_2618_e03f_c9aa,
            0x39ab_dc45_29b1_661c,
        ];
        Draws { state, edge, density }
    }

    #[inline]
    fn word(&mut self) -> u64 {
        let s = &mut self.state;
        let word = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        word
    }

    #[inline]
    fn uniform(&mut self) -> f64 {
        (self.word() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Exponential of mean 1.
    #[inline]
    fn exponential(&mut self) -> f64 {
        loop {
            let word = self.word();
            let layer = (word & 255) as usize;
            let x = (word >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0) * self.edge[layer];
            if x < self.edge[layer + 1] {
                return x;
            }
            if layer == 0 {
                return TAIL - libm::log(1.0 - self.uniform());
            }
            let (low, high) = (self.density[layer], self.density[layer + 1]);
            if low + (high - low) * self.uniform() < libm::exp(-x) {
                return x;
            }
        }
    }
}

/// A 4-ary heap of (time, what).
struct Heap<E> {
    entries: Vec<(f64, E)>,
}

impl<E: Copy> Heap<E> {
    #[inline]
    fn push(&mut self, time: f64, event: E) {
        let mut at = self.entries.len();
        self.entries.push((time, event));
        while at > 0 {
            let parent = (at - 1) / 4;
            if self.entries[parent].0 <= time {
                break;
            }
            self.entries[at] = self.entries[parent];
            at = parent;
        }
        self.entries[at] = (time, event);
    }

    #[inline]
    fn pop(&mut self) -> Option<(f64, E)> {
        let last = self.entries.pop()?;
        let Some(&first) = self.entries.first() else { return Some(last) };
        let mut at = 0;
        loop {
            let child = at * 4 + 1;
            let end = self.entries.len().min(child + 4);
            let Some(mut least) = (child < end).then_some(child) else { break };
            for other in child + 1..end {
                if self.entries[other].0 < self.entries[least].0 {
                    least = other;
                }
            }
            if self.entries[least].0 >= last.0 {
                break;
            }
            self.entries[at] = self.entries[least];
            at = least;
        }
        self.entries[at] = last;
        Some(first)
    }
}

/// M/M/1 at load 0.9: so many customers.
#[must_use]
pub fn mm1(customers: u64) -> Served {
    let mut draws = Draws::new();
    let mut heap = Heap { entries: Vec::new() };
    let mut line: VecDeque<f64> = VecDeque::new();
    let (mut served, mut arrived) = (Served::default(), 0);
    heap.push(0.0, true);
    while let Some((now, is_arrival)) = heap.pop() {
        if is_arrival {
            arrived += 1;
            if arrived < customers {
                heap.push(now + draws.exponential() / 0.9, true);
            }
            line.push_back(now);
            if line.len() == 1 {
                heap.push(now + draws.exponential(), false);
            }
        } else if let Some(from) = line.pop_front() {
            served.note(now - from);
            if !line.is_empty() {
                heap.push(now + draws.exponential(), false);
            }
        }
    }
    served
}

/// The network of 100 stations: so many visits.
#[must_use]
pub fn network(visits: u64) -> Served {
    /// No station: an arrival from outside.
    const OUTSIDE: u32 = u32::MAX;
    let mut draws = Draws::new();
    let mut heap: Heap<(u32, f64)> = Heap { entries: Vec::new() };
    let mut lines: Vec<(u32, VecDeque<f64>)> =
        (0..STATIONS).map(|_| (SERVERS, VecDeque::new())).collect();
    let (mut served, mut begun) = (Served::default(), 0);
    heap.push(0.0, (OUTSIDE, 0.0));
    while let Some((now, (station, from))) = heap.pop() {
        let goes_on = if station == OUTSIDE {
            if begun < visits {
                heap.push(now + draws.exponential() / ARRIVALS, (OUTSIDE, 0.0));
            }
            true
        } else {
            served.note(now - from);
            let (free, line) = &mut lines[station as usize];
            match line.pop_front() {
                None => *free += 1,
                Some(from) => heap.push(now + draws.exponential(), (station, from)),
            }
            draws.word() >> 63 == 0
        };
        if goes_on && begun < visits {
            begun += 1;
            let station = (draws.uniform() * STATIONS as f64) as u32;
            let (free, line) = &mut lines[station as usize];
            if *free > 0 {
                *free -= 1;
                heap.push(now + draws.exponential(), (station, now));
            } else {
                line.push_back(now);
            }
        }
    }
    served
}
