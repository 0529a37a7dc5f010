//! What is doubtful about a number and what to do about it.
//!
//! Each piece of advice says what was seen, in figures, and one thing the reader can do. It never
//! stops anything: a number that cannot be had at all is an error or `None` instead.

use super::batch::BatchMeans;
use super::estimate::Estimate;
use super::paired::Paired;
use super::replication::{Decision, Precision, Target};
use super::warmup::WarmUpError;

/// Fewest replications for a default interval: with ten, intervals of skewed terminating
/// quantities were measured to cover 0.90 instead of 0.95; with thirty about 0.93.
pub const GOOD_REPLICATIONS: usize = 30;

/// Fewest values whose sample skewness says more than chance.
const LEAST_FOR_SKEWNESS: usize = 10;

/// One doubt about a number, with its remedy.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Advice {
    /// The values are so skewed that the interval of their mean covers too rarely.
    SkewedSample {
        /// Number of values.
        n: usize,
        /// Adjusted skewness seen.
        skewness: f64,
        /// Replications from which the interval can be trusted, by Cochran's rule.
        needed: usize,
    },
    /// Too few replications for the interval to be taken at its word.
    FewReplications {
        /// Number of replications.
        n: usize,
        /// Number recommended.
        needed: usize,
    },
    /// Values missing in some replications: the estimate is over the others only.
    MissingValues {
        /// Replications without a value.
        missing: usize,
        /// Replications in all.
        of: usize,
    },
    /// In some replications a curve does not reach this quantile within the time watched, which
    /// stands in for it.
    NotReached {
        /// The share asked for.
        p: f64,
        /// Replications in which it is not reached.
        n: usize,
        /// Replications in all.
        of: usize,
        /// The time watched, in the unit of the times.
        followed: f64,
    },
    /// In some replications what was disturbed had not come back when the watch ended, and the time
    /// until then stands in for it.
    NotBack {
        /// Replications in which it had not come back.
        n: usize,
        /// Replications in all.
        of: usize,
        /// The time watched \[days\].
        followed: f64,
    },
    /// The cap on replications came before the precision asked for.
    PrecisionNotReached {
        /// Half-width reached: a share of the mean when `relative`, else in the unit of the values.
        achieved: f64,
        /// Half-width asked for, likewise.
        wanted: f64,
        /// Whether both are shares of the mean.
        relative: bool,
        /// Replications done.
        n: usize,
    },
    /// Pairing by replication did not make the comparison sharper.
    PairingDidNotHelp {
        /// Correlation of the two arms.
        correlation: f64,
        /// Variance ratio, at most 1.
        variance_ratio: f64,
    },
    /// The series has not settled: cutting its start would take more than half.
    NotSettled {
        /// Batches the rule would cut.
        batches: usize,
        /// Batches there are.
        of_batches: usize,
    },
    /// Batches of one run resemble their neighbors: the interval over them is too narrow.
    CorrelatedBatches {
        /// Von Neumann's ratio, near 2 when independent.
        von_neumann: f64,
        /// Number of batches.
        n: usize,
    },
}

impl Advice {
    /// Doubts about the estimate from `of` replications.
    ///
    /// Skewness by Cochran's rule (Cochran 1977, section 2.15): the normal theory of a mean needs
    /// more than 25 G1² values. A G1 within two standard errors of zero is chance (METHOD 3: ten
    /// normal values would warn one time in three) and says nothing.
    #[must_use]
    pub fn of_estimate(estimate: &Estimate, of: usize) -> Vec<Self> {
        let mut advice = Vec::new();
        let n = estimate.n;
        if n < of {
            advice.push(Self::MissingValues { missing: of - n, of });
        }
        // Where no replication has a value, more of them would have none either.
        if n == 0 && of > 0 {
            return advice;
        }
        if n < 2 {
            advice.push(Self::FewReplications { n, needed: GOOD_REPLICATIONS });
            return advice;
        }
        let skewness = estimate.skewness;
        let needed = (25.0 * skewness * skewness).floor() + 1.0;
        // A comparison with NaN (too few or equal values) is false: nothing to say.
        let seen = skewness.abs() > 2.0 * skewness_error(n);
        if n >= LEAST_FOR_SKEWNESS && seen && needed > n as f64 {
            let needed = (needed as usize).max(GOOD_REPLICATIONS);
            advice.push(Self::SkewedSample { n, skewness, needed });
        } else if n < GOOD_REPLICATIONS && estimate.sd > 0.0 {
            advice.push(Self::FewReplications { n, needed: GOOD_REPLICATIONS });
        }
        advice
    }

    /// Doubt about a quantile over replications, where those that are not reached stand at
    /// `followed`.
    #[must_use]
    pub fn of_quantile(p: f64, values: &[f64], followed: f64) -> Option<Self> {
        let known = values.iter().filter(|value| !value.is_nan());
        let n = known.clone().filter(|value| **value >= followed * (1.0 - 1e-9)).count();
        (n > 0).then(|| Self::NotReached { p, n, of: known.count(), followed })
    }

    /// Doubt about times until something is back, where those that were cut off stand at `followed`
    /// \[days\].
    #[must_use]
    pub fn of_return(values: &[f64], followed: f64) -> Option<Self> {
        let known = values.iter().filter(|value| !value.is_nan());
        let n = known.clone().filter(|value| **value >= followed).count();
        (n > 0).then(|| Self::NotBack { n, of: known.count(), followed })
    }

    /// Doubt about the pairing of a comparison.
    #[must_use]
    pub fn of_paired(paired: &Paired) -> Option<Self> {
        let Paired { correlation, variance_ratio, .. } = *paired;
        (variance_ratio <= 1.0).then_some(Self::PairingDidNotHelp { correlation, variance_ratio })
    }

    /// Doubt about a batch means interval: independence refused at the level 0.05.
    #[must_use]
    pub fn of_batches(batch: &BatchMeans) -> Option<Self> {
        (batch.independence_p_value() <= 0.05).then_some(Self::CorrelatedBatches {
            von_neumann: batch.von_neumann,
            n: batch.means.len(),
        })
    }

    /// Doubt about a warm-up period.
    #[must_use]
    pub const fn of_warm_up(error: &WarmUpError) -> Option<Self> {
        match *error {
            WarmUpError::NotSettled { batches, of_batches } => {
                Some(Self::NotSettled { batches, of_batches })
            }
            WarmUpError::Sample(_) => None,
        }
    }

    /// Doubt about a study that ended at its cap.
    #[must_use]
    pub fn of_decision(rule: &Precision, decision: &Decision, n: usize) -> Option<Self> {
        match *decision {
            Decision::NotReached { achieved } => Some(Self::PrecisionNotReached {
                achieved,
                wanted: rule.bound(),
                relative: matches!(rule.target, Target::Relative(_)),
                n,
            }),
            Decision::Enough | Decision::Continue { .. } => None,
        }
    }

    /// What was seen and what to do, in English.
    #[must_use]
    pub fn en(&self) -> String {
        match *self {
            Self::SkewedSample { n, skewness, needed } => format!(
                "The {n} values are skewed (skewness {skewness:.1}), so the interval covers less \
                 often than it says. Use at least {needed} replications, or report the median."
            ),
            Self::FewReplications { n, needed } if n < 2 => format!(
                "There {} {n} value{}, so there is no interval. Use at least {needed} replications.",
                if n == 1 { "is" } else { "are" },
                if n == 1 { "" } else { "s" },
            ),
            Self::FewReplications { n, needed } => format!(
                "The interval rests on {n} replications and is rough. Use at least {needed}."
            ),
            Self::MissingValues { missing, of } if missing == of => format!(
                "None of {of} replications had a value. Lengthen the horizon or take a larger area."
            ),
            Self::MissingValues { missing, of } => format!(
                "{missing} of {of} replications had no value, and the mean is over the others \
                 only. Lengthen the horizon or take a larger area."
            ),
            Self::NotReached { p, n, of, followed } => format!(
                "In {n} of {of} replications the {:.0}% point is not reached within the \
                 {followed:.0} h watched, which stand in for it: a lower bound, and differences \
                 are too small. Lengthen the horizon, or report the closed share.",
                p * 100.0
            ),
            Self::NotBack { n, of, followed } => format!(
                "In {n} of {of} replications it had not come back when the window ended after \
                 {followed:.0} days, which stand in for it: a lower bound, and differences are too \
                 small. Lengthen the horizon."
            ),
            Self::PrecisionNotReached { achieved, wanted, relative, n } => format!(
                "After {n} replications, the most allowed, the half-width is {}; {} was asked \
                 for. Allow more replications or accept the wider interval.",
                width(achieved, relative),
                width(wanted, relative)
            ),
            Self::PairingDidNotHelp { correlation, variance_ratio } => format!(
                "Pairing did not help (correlation {correlation:.2}, variance ratio \
                 {variance_ratio:.2}). The arms react differently to the same luck; use more \
                 replications."
            ),
            Self::NotSettled { batches, of_batches } => format!(
                "The series settles only after {batches} of {of_batches} batches. Lengthen the \
                 warm-up and the run, or state that the result is for this starting state."
            ),
            Self::CorrelatedBatches { von_neumann, n } => format!(
                "The {n} batches resemble their neighbors (von Neumann ratio {von_neumann:.2}, \
                 independent near 2), so the interval is too narrow. Use longer batches or \
                 replications."
            ),
        }
    }

    /// What was seen and what to do, in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match *self {
            Self::SkewedSample { n, skewness, needed } => format!(
                "{n} 个重复值的分布偏斜(偏度 {skewness:.1}),区间的实际覆盖率低于标称值。\
                 请至少做 {needed} 次重复,或改报中位数。"
            ),
            Self::FewReplications { n, needed } if n < 2 => {
                format!("只有 {n} 个值,无法给出区间。请至少做 {needed} 次重复。")
            }
            Self::FewReplications { n, needed } => {
                format!("区间只依据 {n} 次重复,较粗略。请至少做 {needed} 次重复。")
            }
            Self::MissingValues { missing, of } if missing == of => {
                format!("{of} 次重复都没有取值。请延长观察期，或扩大统计范围。")
            }
            Self::MissingValues { missing, of } => format!(
                "{of} 次重复中有 {missing} 次没有取值,均值只反映其余各次。\
                 请延长观察期,或扩大统计范围。"
            ),
            Self::NotReached { p, n, of, followed } => format!(
                "{of} 次重复中有 {n} 次在观察的 {followed:.0} 小时内未达到 {:.0}% 分位数，\
                 以观察时长代替：数值是下界，差别偏小。请延长观察期，或改报办结比例。",
                p * 100.0
            ),
            Self::NotBack { n, of, followed } => format!(
                "{of} 次重复中有 {n} 次到 {followed:.0} 天后统计期结束时仍未恢复，\
                 以此天数代替：数值是下界，差别偏小。请延长观察期。"
            ),
            Self::PrecisionNotReached { achieved, wanted, relative, n } => format!(
                "重复已达上限 {n} 次,区间半宽为 {},未达到要求的 {}。\
                 请提高重复次数上限,或接受较宽的区间。",
                width(achieved, relative),
                width(wanted, relative)
            ),
            Self::PairingDidNotHelp { correlation, variance_ratio } => format!(
                "配对没有提高精度(相关系数 {correlation:.2},方差比 {variance_ratio:.2}):\
                 两个方案对同样的随机情况反应不同。请增加重复次数。"
            ),
            Self::NotSettled { batches, of_batches } => format!(
                "序列在 {of_batches} 批中的第 {batches} 批之后才趋于平稳。\
                 请加长预热期和运行期,或注明结果只适用于这一初始状态。"
            ),
            Self::CorrelatedBatches { von_neumann, n } => format!(
                "{n} 个批次与相邻批次相似(冯·诺依曼比 {von_neumann:.2},独立时接近 2),\
                 区间偏窄。请加长批次,或改用多次重复。"
            ),
        }
    }
}

/// Standard error of the adjusted skewness of `n` normal values.
fn skewness_error(n: usize) -> f64 {
    let n = n as f64;
    (6.0 * n * (n - 1.0) / ((n - 2.0) * (n + 1.0) * (n + 3.0))).sqrt()
}

/// A half-width as a reader sees it.
fn width(value: f64, relative: bool) -> String {
    if relative { format!("{:.1}%", value * 100.0) } else { format!("{value:.3}") }
}

#[cfg(test)]
mod tests;
