//! Is the warm-up long enough? Advice from the open cases of the window, never silent truncation.

use super::notes::Note;
use super::result::StudyResult;
use crate::measure::Scope;
use crate::stats::Paired;
use crate::stats::warmup::{WarmUpError, mean_series, mser};

/// Days of a batch: the week repeats itself, so only whole weeks can be compared.
const WEEK: usize = 7;

impl StudyResult {
    /// For a study of the long run: what MSER (White 1997) on the mean over replications of the
    /// open cases, in batches of whole weeks, advises to leave out beyond the warm-up.
    pub fn settling(&self) -> Vec<Note> {
        (0..self.arms().len()).filter_map(|arm| self.settling_of(arm)).collect()
    }

    fn settling_of(&self, arm: usize) -> Option<Note> {
        let mut days: Vec<(u32, usize)> = self
            .backlog
            .keys()
            .filter(|((place, _), _)| place.scope == Scope::City)
            .map(|((_, day), position)| (*day, position))
            .collect();
        days.sort_unstable();
        let of = |run: usize| days.iter().map(|&(_, at)| self.backlog.at(run, at)[0]).collect();
        let series: Vec<Vec<f64>> = self.runs_of(arm).map(of).collect();
        let slices: Vec<&[f64]> = series.iter().map(Vec::as_slice).collect();
        let name = &self.arms()[arm];
        let cut = mser(&mean_series(&slices), WEEK);
        // The least of many spreads lies away from zero by chance too.
        let stands_out = match &cut {
            Ok(cut) => differs(&slices, cut.batches),
            Err(WarmUpError::NotSettled { batches, .. }) => differs(&slices, *batches),
            Err(_) => true,
        };
        match cut {
            Err(WarmUpError::Sample(_)) => Some(Note {
                zh: format!("方案“{name}”：观测期太短，无法判断预热期是否足够。"),
                en: format!("{name}: the window is too short to tell whether it has settled."),
            }),
            _ if slices.len() < 2 => Some(Note {
                zh: format!("方案“{name}”：只有一次重复，无法判断预热期是否足够。"),
                en: format!(
                    "{name}: one replication does not tell whether the window has settled."
                ),
            }),
            _ if !stands_out => Some(Note {
                zh: format!(
                    "方案“{name}”：观测期开头的在办件数与其余时间没有可见的差别（MSER，按周），预热期足够。"
                ),
                en: format!(
                    "{name}: open cases at the start of the window do not visibly differ from the \
                     rest (MSER by weeks): the warm-up is long enough."
                ),
            }),
            Ok(cut) => {
                let more = cut.batches * WEEK;
                Some(Note {
                    zh: format!(
                        "方案“{name}”：在办件数在观测期开头仍在变化，MSER（按周）建议把预热期再延长 \
                         {more} 天。季节起伏也会引起这一建议。"
                    ),
                    en: format!(
                        "{name}: open cases still change at the start of the window; MSER by weeks \
                         advises {more} more days of warm-up. A season can cause this advice too."
                    ),
                })
            }
            Err(_) => Some(Note {
                zh: format!("方案“{name}”：在办件数在观测期内没有稳定下来，不能当作长期状态来读。"),
                en: format!(
                    "{name}: open cases do not settle in the window: do not read it as a steady \
                     state."
                ),
            }),
        }
    }
}

/// Do the first weeks differ from the rest, replication by replication, more than chance in one of
/// a hundred? (The cut was chosen for its difference, so that one in twenty would be too easy.)
fn differs(series: &[&[f64]], weeks: usize) -> bool {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (first, rest): (Vec<f64>, Vec<f64>) = series
        .iter()
        .map(|days| days.split_at((weeks * WEEK).min(days.len())))
        .filter(|(first, rest)| !first.is_empty() && !rest.is_empty())
        .map(|(first, rest)| (mean(first), mean(rest)))
        .unzip();
    Paired::of(&rest, &first, 0.95).is_ok_and(|paired| paired.p_value <= 0.01)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::check::{generator, normal};

    // Catches advice that chance gives: open cases that go up and down from week to week (lag-1
    // correlation 0.8) without any trend; and silence about a backlog that is still being worked
    // off.
    #[test]
    fn chance_is_no_reason_for_a_longer_warm_up() {
        let mut rng = generator(52);
        let mut advised = 0;
        for study in 0..200 {
            let falling = study % 2 == 1;
            let series: Vec<Vec<f64>> = (0..10)
                .map(|_| {
                    let mut level = normal(&mut rng);
                    (0..52)
                        .flat_map(|week| {
                            level = 0.8 * level + 0.6 * normal(&mut rng);
                            let start = if falling { 20.0 * 0.7_f64.powi(week) } else { 0.0 };
                            [100.0 + level + start; WEEK]
                        })
                        .collect()
                })
                .collect();
            let slices: Vec<&[f64]> = series.iter().map(Vec::as_slice).collect();
            let weeks = match mser(&mean_series(&slices), WEEK) {
                Ok(cut) => cut.batches,
                Err(WarmUpError::NotSettled { batches, .. }) => batches,
                Err(error) => panic!("{error}"),
            };
            let told = differs(&slices, weeks);
            assert!(told || !falling, "a falling backlog is not seen");
            advised += u32::from(told && !falling);
        }
        assert!(advised <= 12, "{advised} of 100 studies that had settled");
    }
}
