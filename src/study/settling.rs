//! Is the warm-up long enough? Advice from the open cases of the window, never silent truncation.

use super::notes::Note;
use super::result::StudyResult;
use crate::measure::Scope;
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
        match mser(&mean_series(&slices), WEEK) {
            Ok(cut) if cut.batches == 0 => Some(Note {
                zh: format!("方案“{name}”:观测期内的在办件数已稳定(MSER,按周),预热期足够。"),
                en: format!(
                    "{name}: open cases have settled in the window (MSER by weeks): the warm-up is \
                     long enough."
                ),
            }),
            Ok(cut) => {
                let more = cut.batches * WEEK;
                Some(Note {
                    zh: format!(
                        "方案“{name}”:在办件数在观测期开头仍在变化,MSER(按周)建议把预热期再延长 \
                         {more} 天。季节起伏也会引起这一建议。"
                    ),
                    en: format!(
                        "{name}: open cases still change at the start of the window; MSER by weeks \
                         advises {more} more days of warm-up. A season can cause this advice too."
                    ),
                })
            }
            Err(WarmUpError::Sample(_)) => Some(Note {
                zh: format!("方案“{name}”:观测期太短,无法判断预热期是否足够。"),
                en: format!("{name}: the window is too short to tell whether it has settled."),
            }),
            Err(_) => Some(Note {
                zh: format!("方案“{name}”:在办件数在观测期内没有稳定下来,不能当作长期状态来读。"),
                en: format!(
                    "{name}: open cases do not settle in the window: do not read it as a steady \
                     state."
                ),
            }),
        }
    }
}
