//! Sobol points: a sequence that fills the unit cube evenly (Joe and Kuo 2008, direction numbers
//! new-joe-kuo-6), plain or scrambled.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use sobol::Sobol;
use sobol::params::JoeKuoD6;

/// Bits of a coordinate.
const BITS: u32 = 52;

/// Most dimensions.
const MOST_DIMS: usize = 1000;

/// Why there are no such points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SobolError {
    /// The points are only balanced in powers of two.
    #[error("Sobol points come in powers of two, not {0}")]
    NotPowerOfTwo(usize),
    /// More dimensions than there are direction numbers.
    #[error("Sobol points have at most {MOST_DIMS} dimensions, not {0}")]
    TooManyDims(usize),
}

/// The first `points` Sobol points, the zeroth among them: leaving it out would spoil the balance.
///
/// With a seed the points are scrambled by a random linear map of the digits and a random shift
/// (Matousek 1998): each keeps its place among the others, none lies on the border, and the mean of
/// a function over them has no bias.
///
/// # Errors
/// [`SobolError`] when `points` is no power of two or `dims` is above 1000.
pub fn sobol(
    points: usize,
    dims: usize,
    scramble: Option<u64>,
) -> Result<Vec<Vec<f64>>, SobolError> {
    if !points.is_power_of_two() {
        return Err(SobolError::NotPowerOfTwo(points));
    }
    if dims > MOST_DIMS {
        return Err(SobolError::TooManyDims(dims));
    }
    if dims == 0 {
        return Ok(vec![Vec::new(); points]);
    }
    let plain = Sobol::<f64>::new(dims, &JoeKuoD6::standard()).take(points);
    let Some(seed) = scramble else { return Ok(plain.collect()) };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let maps: Vec<Map> = (0..dims).map(|_| Map::random(&mut rng)).collect();
    let scrambled = |point: Vec<f64>| point.iter().zip(&maps).map(|(x, map)| map.of(*x)).collect();
    Ok(plain.map(scrambled).collect())
}

/// A random lower triangular map of the binary digits with ones on its diagonal, and a shift.
struct Map {
    rows: Vec<u64>,
    shift: u64,
}

impl Map {
    fn random(rng: &mut ChaCha8Rng) -> Map {
        let top = 1u64 << (BITS - 1);
        let rows = (0..BITS)
            .map(|digit| {
                let own = top >> digit;
                // Digits before this one, each with probability one half.
                let before = !(own | (own - 1)) & ((top << 1) - 1);
                own | (rng.random::<u64>() & before)
            })
            .collect();
        Map { rows, shift: rng.random::<u64>() & ((top << 1) - 1) }
    }

    fn of(&self, x: f64) -> f64 {
        let scale = (1u64 << BITS) as f64;
        let digits = (x * scale) as u64;
        let top = 1u64 << (BITS - 1);
        let moved = self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| (digits & **row).count_ones() % 2 == 1)
            .fold(0u64, |moved, (digit, _)| moved | top >> digit);
        ((moved ^ self.shift) as f64 + 0.5) / scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::close;

    #[test]
    fn first_points_match_reference() {
        // Catches: other direction numbers, the zeroth point dropped. Rows sobolseq.d5.p*.
        let points = sobol(8, 5, None).unwrap();
        let want = [
            [0.0, 0.0, 0.0, 0.0, 0.0],
            [0.5, 0.5, 0.5, 0.5, 0.5],
            [0.75, 0.25, 0.25, 0.25, 0.75],
            [0.25, 0.75, 0.75, 0.75, 0.25],
            [0.375, 0.375, 0.625, 0.875, 0.375],
            [0.875, 0.875, 0.125, 0.375, 0.875],
            [0.625, 0.125, 0.875, 0.625, 0.625],
            [0.125, 0.625, 0.375, 0.125, 0.125],
        ];
        for (point, want) in points.iter().zip(want) {
            point.iter().zip(want).for_each(|(got, want)| close(*got, want, 0.0));
        }
    }

    #[test]
    fn scrambled_points_keep_the_balance() {
        // Catches: a map that is not one to one, a point on the border, a seed ignored.
        let points = sobol(64, 7, Some(3)).unwrap();
        for dim in 0..7 {
            let mut slices: Vec<usize> =
                points.iter().map(|point| (point[dim] * 64.0) as usize).collect();
            slices.sort_unstable();
            assert!(slices.into_iter().eq(0..64), "dimension {dim}");
        }
        assert!(points.iter().flatten().all(|u| 0.0 < *u && *u < 1.0));
        assert_eq!(points, sobol(64, 7, Some(3)).unwrap());
        assert_ne!(points, sobol(64, 7, Some(4)).unwrap());
        let mean = points.iter().map(|point| point[0] * point[1]).sum::<f64>() / 64.0;
        close(mean, 0.25, 0.01);
    }

    #[test]
    fn other_numbers_are_refused() {
        // Catches: 100 points that are silently unbalanced.
        assert_eq!(sobol(100, 2, None), Err(SobolError::NotPowerOfTwo(100)));
        assert_eq!(sobol(2, 1001, None), Err(SobolError::TooManyDims(1001)));
    }
}
