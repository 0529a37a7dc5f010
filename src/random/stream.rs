//! Counter-based uniform draws (Philox4x32-10).
//!
//! A draw is a pure function of seed, replication, purpose, entity, visit and number of the draw.
//! Nothing is stored and nothing depends on the order of events or threads; two scenarios give an
//! entity the same luck, which is what makes their difference sharp (common random numbers).
//!
//! Philox: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

/// Round multipliers and key increments of Philox4x32.
const M0: u64 = 0xD251_1F53;
const M1: u64 = 0xCD9E_8D57;
const W0: u32 = 0x9E37_79B9;
const W1: u32 = 0xBB67_AE85;

/// Ten rounds of Philox4x32 on one counter.
#[inline]
pub fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let p0 = M0 * u64::from(counter[0]);
        let p1 = M1 * u64::from(counter[2]);
        counter = [
            (p1 >> 32) as u32 ^ counter[1] ^ key[0],
            p1 as u32,
            (p0 >> 32) as u32 ^ counter[3] ^ key[1],
            p0 as u32,
        ];
        key = [key[0].wrapping_add(W0), key[1].wrapping_add(W1)];
    }
    counter
}

/// A uniform number in the open interval (0, 1): the middle of one of 2^52 equal cells.
///
/// The usual 53-bit form gives exactly 1 for the largest word, and then a logarithm is infinite.
#[inline]
pub fn unit(word: u64) -> f64 {
    ((word >> 12) as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0)
}

/// Vigna's SplitMix64: spreads seeds that differ in few bits over the whole key.
fn splitmix64(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// All draws of one replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    key: [u32; 2],
}

impl Streams {
    /// The draws of a replication under a master seed. A scenario never enters here.
    pub fn new(seed: u64, replication: u64) -> Streams {
        let key = splitmix64(seed ^ splitmix64(replication));
        Streams { key: [key as u32, (key >> 32) as u32] }
    }

    /// Words 2·`block` and 2·`block` + 1 of an address.
    #[inline]
    fn words(&self, purpose: u16, entity: u64, visit: u16, block: u32) -> [u64; 2] {
        let place = u32::from(visit) << 16 | u32::from(purpose);
        let w = philox([block, place, entity as u32, (entity >> 32) as u32], self.key);
        [u64::from(w[1]) << 32 | u64::from(w[0]), u64::from(w[3]) << 32 | u64::from(w[2])]
    }

    /// Draw 0 of an address, in (0, 1).
    #[inline]
    pub fn uniform(&self, purpose: u16, entity: u64, visit: u16) -> f64 {
        unit(self.words(purpose, entity, visit, 0)[0])
    }

    /// Draws 0 and 1 of an address for the price of one.
    #[inline]
    pub fn pair(&self, purpose: u16, entity: u64, visit: u16) -> [f64; 2] {
        self.block(purpose, entity, visit, 0)
    }

    /// Draws 2·`block` and 2·`block` + 1 of an address.
    #[inline]
    pub fn block(&self, purpose: u16, entity: u64, visit: u16, block: u32) -> [f64; 2] {
        self.words(purpose, entity, visit, block).map(unit)
    }
}
