//! Factorial designs: all combinations of levels, a fraction of them, or one factor at a time.

/// Every combination of levels, `levels[f]` of factor `f`; the last factor changes fastest.
#[must_use]
pub fn full(levels: &[usize]) -> Vec<Vec<usize>> {
    let mut rows = vec![Vec::new()];
    for &n in levels {
        rows = rows
            .into_iter()
            .flat_map(|row: Vec<usize>| {
                (0..n).map(move |level| {
                    let mut longer = row.clone();
                    longer.push(level);
                    longer
                })
            })
            .collect();
    }
    rows
}

/// The base row, then each factor alone at each of its other levels, factor by factor.
///
/// # Panics
/// If there are not as many base levels as factors.
#[must_use]
pub fn one_at_a_time(levels: &[usize], base: &[usize]) -> Vec<Vec<usize>> {
    assert_eq!(levels.len(), base.len(), "a base level for every factor");
    let mut rows = vec![base.to_vec()];
    for (factor, &n) in levels.iter().enumerate() {
        for level in (0..n).filter(|&level| level != base[factor]) {
            let mut row = base.to_vec();
            row[factor] = level;
            rows.push(row);
        }
    }
    rows
}

/// A regular two-level fraction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fraction {
    /// Levels 0 and 1, a row per run; in the standard order of the base factors, the first of them
    /// fastest (Box, Hunter and Hunter 2005).
    pub rows: Vec<Vec<usize>>,
    /// Length of the shortest word of the defining relation; none for a full design. A resolution
    /// of III confounds main effects with interactions of two, IV interactions of two with each
    /// other, V neither.
    pub resolution: Option<u32>,
    /// How each added factor is made: `E=ABC` (factors are A, B, C, … in order).
    pub generators: Vec<String>,
    /// For each word length 3, 4, …: how many words the defining relation has.
    pub words: Vec<u32>,
}

/// Why there is no such fraction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FractionError {
    /// More factors taken away than a design can carry.
    #[error("{factors} factors cannot be run in 2^{base} runs")]
    TooSmall {
        /// Factors.
        factors: usize,
        /// Base factors left.
        base: usize,
    },
    /// A generator that cannot be read, or uses factors it may not.
    #[error("generator {0:?} is not like \"E=ABCD\" with a new factor left and base factors right")]
    Generator(String),
}

/// Most factors of a fraction.
const MOST: usize = 20;

/// More sets of generators than this are not all tried: then one generator after another.
const ALL_TRIED: u64 = 200_000;

/// A two-level fraction of `factors` factors in 2^(`factors` - `less`) runs, with the generators
/// that give the fewest short words in the defining relation (minimum aberration, Fries and Hunter
/// 1980); the first found where several are equally good. Beyond 200,000 sets of generators the
/// search adds one at a time and can miss the best.
///
/// # Errors
/// [`FractionError::TooSmall`] when so few runs cannot carry so many factors.
pub fn fractional(factors: usize, less: usize) -> Result<Fraction, FractionError> {
    let base = factors.saturating_sub(less);
    let columns: Vec<u32> = (1u32..1 << base.min(MOST)).filter(|c| c.count_ones() >= 2).collect();
    if factors > MOST || base == 0 || columns.len() < less {
        return Err(FractionError::TooSmall { factors, base });
    }
    let chosen = if choose(columns.len(), less) <= ALL_TRIED {
        exhaustive(base, less, &columns)
    } else {
        greedy(base, less, &columns)
    };
    Ok(build(base, &chosen))
}

/// A two-level fraction with generators of one's own, as `E=ABCD`: left the added factors in
/// order, right base factors.
///
/// # Errors
/// [`FractionError::Generator`] when one cannot be read.
pub fn fractional_with(factors: usize, generators: &[&str]) -> Result<Fraction, FractionError> {
    let less = generators.len();
    let base = factors.saturating_sub(less);
    if factors > MOST || base == 0 {
        return Err(FractionError::TooSmall { factors, base });
    }
    let mut chosen = Vec::new();
    for (index, written) in generators.iter().enumerate() {
        let wrong = || FractionError::Generator((*written).to_owned());
        let (left, right) = written.split_once('=').ok_or_else(wrong)?;
        let mut column = 0u32;
        for letter in right.trim().chars() {
            let factor = letters().position(|known| known == letter).ok_or_else(wrong)?;
            if factor >= base || column >> factor & 1 == 1 {
                return Err(wrong());
            }
            column |= 1 << factor;
        }
        let own = letters().nth(base + index).map(String::from);
        if Some(left.trim().to_owned()) != own || column == 0 {
            return Err(wrong());
        }
        chosen.push(column);
    }
    Ok(build(base, &chosen))
}

/// Names of factors in generators; I is the identity.
fn letters() -> impl Iterator<Item = char> {
    ('A'..='Z').filter(|letter| *letter != 'I')
}

fn choose(n: usize, k: usize) -> u64 {
    (0..k).fold(1u64, |all, i| all.saturating_mul((n - i) as u64) / (i as u64 + 1))
}

/// Words of each length 1, 2, … of the defining relation.
fn pattern(base: usize, chosen: &[u32]) -> Vec<u32> {
    let mut lengths = vec![0; base + chosen.len()];
    for subset in 1u32..1 << chosen.len() {
        let members = (0..chosen.len()).filter(|i| subset >> i & 1 == 1);
        let word = members.fold(0, |word, i| word ^ chosen[i]);
        let length = word.count_ones() + subset.count_ones();
        lengths[length as usize - 1] += 1;
    }
    lengths
}

fn exhaustive(base: usize, less: usize, columns: &[u32]) -> Vec<u32> {
    let mut best: Option<(Vec<u32>, Vec<u32>)> = None;
    let mut places: Vec<usize> = (0..less).collect();
    loop {
        let chosen: Vec<u32> = places.iter().map(|&place| columns[place]).collect();
        let words = pattern(base, &chosen);
        if best.as_ref().is_none_or(|(least, _)| words < *least) {
            best = Some((words, chosen));
        }
        // The next set in lexicographic order.
        let Some(at) = (0..less).rev().find(|&at| places[at] + (less - at) < columns.len()) else {
            break;
        };
        places[at] += 1;
        for later in at + 1..less {
            places[later] = places[later - 1] + 1;
        }
    }
    best.map(|(_, chosen)| chosen).unwrap_or_default()
}

fn greedy(base: usize, less: usize, columns: &[u32]) -> Vec<u32> {
    let mut chosen: Vec<u32> = Vec::new();
    for _ in 0..less {
        let free = columns.iter().filter(|column| !chosen.contains(column));
        let with = |column: u32| chosen.iter().copied().chain([column]).collect::<Vec<u32>>();
        let best = free.copied().min_by_key(|&column| pattern(base, &with(column)));
        chosen.extend(best);
    }
    chosen
}

fn build(base: usize, chosen: &[u32]) -> Fraction {
    let rows = (0u32..1 << base)
        .map(|run| {
            let own = (0..base).map(|factor| (run >> factor & 1) as usize);
            // In signs -1 and 1 the added factor is the product of its word's factors: high where
            // the number of low ones is even.
            let added = chosen.iter().map(|word| ((!run & word).count_ones() % 2 == 0) as usize);
            own.chain(added).collect()
        })
        .collect();
    let lengths = pattern(base, chosen);
    let resolution = lengths.iter().position(|&n| n > 0).map(|at| at as u32 + 1);
    let word = |word: &u32| -> String {
        letters()
            .take(base)
            .enumerate()
            .filter(|(f, _)| word >> f & 1 == 1)
            .map(|(_, l)| l)
            .collect()
    };
    let generators = chosen
        .iter()
        .zip(letters().skip(base))
        .map(|(column, letter)| format!("{letter}={}", word(column)))
        .collect();
    Fraction { rows, resolution, generators, words: lengths.into_iter().skip(2).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_designs_have_every_combination_once() {
        // Catches: a factor forgotten, the order of rows turned round.
        let rows = full(&[2, 3]);
        assert_eq!(rows, [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]);
        assert_eq!(full(&[]), [Vec::<usize>::new()]);
        assert_eq!(full(&[2; 8]).len(), 256);
    }

    #[test]
    fn one_at_a_time_moves_one() {
        // Catches: the base repeated for every factor, a level of the base left in.
        let rows = one_at_a_time(&[2, 3], &[0, 1]);
        assert_eq!(rows, [[0, 1], [1, 1], [0, 0], [0, 2]]);
    }

    #[test]
    fn fractions_have_the_published_resolution() {
        // Catches: a word counted twice, a poorer set of generators. Resolution and number of
        // shortest words as in Box, Hunter and Hunter (2005), table 6.22 and Fries and Hunter.
        for (factors, less, resolution, shortest) in [
            (3, 1, 3, 1),
            (4, 1, 4, 1),
            (5, 1, 5, 1),
            (5, 2, 3, 2),
            (6, 2, 4, 3),
            (7, 3, 4, 7),
            (7, 4, 3, 7),
            (8, 1, 8, 1),
            (8, 2, 5, 2),
            (8, 3, 4, 3),
            (8, 4, 4, 14),
            (9, 4, 4, 6),
        ] {
            let fraction = fractional(factors, less).unwrap();
            assert_eq!(fraction.resolution, Some(resolution), "2^({factors}-{less})");
            let words = fraction.words[resolution as usize - 3];
            assert_eq!(words, shortest, "2^({factors}-{less}) {:?}", fraction.generators);
            assert_eq!(fraction.rows.len(), 1 << (factors - less));
        }
        assert_eq!(fractional(4, 3), Err(FractionError::TooSmall { factors: 4, base: 1 }));
        assert_eq!(fractional(3, 0).unwrap().resolution, None);
        assert!(fractional(16, 11).unwrap().resolution >= Some(3));
    }

    #[test]
    fn columns_are_balanced_and_orthogonal() {
        // Catches: an added factor that is not the product of its word.
        let fraction = fractional(8, 4).unwrap();
        let sign = |row: &Vec<usize>, f: usize| row[f] as i32 * 2 - 1;
        for a in 0..8 {
            assert_eq!(fraction.rows.iter().map(|row| sign(row, a)).sum::<i32>(), 0);
            for b in 0..a {
                let product: i32 =
                    fraction.rows.iter().map(|row| sign(row, a) * sign(row, b)).sum();
                assert_eq!(product, 0, "columns {a} and {b}");
            }
        }
        for row in &fractional_with(4, &["D=ABC"]).unwrap().rows {
            assert_eq!(sign(row, 3), sign(row, 0) * sign(row, 1) * sign(row, 2));
        }
    }

    #[test]
    fn generators_are_read_or_refused() {
        // Catches: a generator that names itself, the identity letter, or a factor twice.
        let given = fractional_with(5, &["D=AB", "E=AC"]).unwrap();
        assert_eq!((given.resolution, given.rows.len()), (Some(3), 8));
        for wrong in ["E=AC", "D", "D=AI", "D=AAB", "D=AD", "D="] {
            assert!(fractional_with(4, &[wrong]).is_err(), "{wrong}");
        }
    }
}
