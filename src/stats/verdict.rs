//! From numbers to the one word that may be written about a comparison.

use std::fmt;

/// The direction in which a quantity is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Good {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Neither: a change is only a change.
    Neither,
}

/// What the data allow one to say about an arm against its baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The difference is in the good direction.
    Better,
    /// The difference is against the good direction.
    Worse,
    /// There is a difference, and no direction is the good one.
    Changed,
    /// The data do not show a difference. This is not "equal": for that see
    /// [`super::equivalence`].
    Unclear,
}

impl Verdict {
    /// The verdict on an interval `low..=high` of `arm - baseline`.
    ///
    /// A word other than `Unclear` needs both: an interval that leaves out 0 and an adjusted
    /// p-value of at most `alpha`. NaN anywhere is `Unclear`.
    #[must_use]
    pub fn of(low: f64, high: f64, p_adjusted: f64, alpha: f64, good: Good) -> Self {
        let shown = p_adjusted <= alpha;
        match (shown && low > 0.0, shown && high < 0.0) {
            (true, false) => match good {
                Good::Up => Self::Better,
                Good::Down => Self::Worse,
                Good::Neither => Self::Changed,
            },
            (false, true) => match good {
                Good::Up => Self::Worse,
                Good::Down => Self::Better,
                Good::Neither => Self::Changed,
            },
            _ => Self::Unclear,
        }
    }

    /// The word in result files: `better`, `worse`, `changed` or `unclear`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Changed => "changed",
            Self::Unclear => "unclear",
        }
    }

    /// The word in Chinese text.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Better => "变好",
            Self::Worse => "变差",
            Self::Changed => "有变化",
            Self::Unclear => "尚不清楚",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination() {
        // Catches: a sign turned around for quantities where less is better.
        let up = |good| Verdict::of(0.1, 0.3, 0.01, 0.05, good);
        let down = |good| Verdict::of(-0.3, -0.1, 0.01, 0.05, good);
        assert_eq!(up(Good::Up), Verdict::Better);
        assert_eq!(up(Good::Down), Verdict::Worse);
        assert_eq!(up(Good::Neither), Verdict::Changed);
        assert_eq!(down(Good::Up), Verdict::Worse);
        assert_eq!(down(Good::Down), Verdict::Better);
        assert_eq!(down(Good::Neither), Verdict::Changed);
    }

    #[test]
    fn a_claim_needs_interval_and_p() {
        // Catches: a claim from an unadjusted interval alone, from p alone, or from NaN.
        assert_eq!(Verdict::of(0.1, 0.3, 0.06, 0.05, Good::Up), Verdict::Unclear);
        assert_eq!(Verdict::of(-0.1, 0.3, 0.01, 0.05, Good::Up), Verdict::Unclear);
        assert_eq!(Verdict::of(0.0, 0.0, 1.0, 0.05, Good::Up), Verdict::Unclear);
        assert_eq!(Verdict::of(0.1, 0.3, f64::NAN, 0.05, Good::Up), Verdict::Unclear);
        assert_eq!(Verdict::of(f64::NAN, f64::NAN, 0.0, 0.05, Good::Up), Verdict::Unclear);
    }

    #[test]
    fn words_are_those_of_the_files() {
        // Catches: a renamed word that readers of compare.csv filter by.
        let words = [Verdict::Better, Verdict::Worse, Verdict::Changed, Verdict::Unclear]
            .map(|v| v.to_string());
        assert_eq!(words, ["better", "worse", "changed", "unclear"]);
    }
}
