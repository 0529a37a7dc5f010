//! Durations that may be unfinished: grouped counts, Kaplan-Meier and Aalen-Johansen curves.

use std::borrow::Cow;

use crate::base::{DAY, HOUR, MINUTE, Span};

/// Bands of equal bins: (start, width, first bin), both in seconds. Every day and quarter of a
/// day up to day 3 is an edge, and every later day, so closure curves need no interpolation.
const BANDS: [(i64, i64, usize); 5] = [
    (0, 5 * MINUTE, 0),
    (DAY, 15 * MINUTE, 288),
    (3 * DAY, HOUR, 480),
    (14 * DAY, 4 * HOUR, 744),
    (60 * DAY, DAY, 1_020),
];

/// The bin of everything at or beyond [`LONGEST`].
const OVERFLOW: usize = 1_360;

/// Longest duration that is told apart: a window longer than this restricts durations here.
pub const LONGEST: Span = Span(400 * DAY);

/// Slack for comparing a survival curve with a level: products of exact fractions such as 9/10 ×
/// 8/9 miss by rounding only.
const ROUNDING: f64 = 1e-9;

/// The bin of a duration; negative ones, which no run makes, fall in the first.
#[inline]
pub(super) fn bin(duration: Span) -> usize {
    let seconds = duration.0.max(0);
    if seconds >= LONGEST.0 {
        return OVERFLOW;
    }
    let band = BANDS.iter().rposition(|&(start, _, _)| seconds >= start);
    let (start, width, first) = BANDS[band.expect("invariant: the first band starts at 0")];
    first + ((seconds - start) / width) as usize
}

/// Lower edges of all bins, and of one beyond the last [s].
static EDGES: [i64; OVERFLOW + 2] = edges();

const fn edges() -> [i64; OVERFLOW + 2] {
    let mut edges = [0; OVERFLOW + 2];
    let (mut bin, mut band) = (0, 0);
    while bin < edges.len() {
        if band + 1 < BANDS.len() && bin >= BANDS[band + 1].2 {
            band += 1;
        }
        let (start, width, first) = BANDS[band];
        edges[bin] = start + (bin - first) as i64 * width;
        bin += 1;
    }
    edges
}

/// Lower edge of a bin [s].
#[inline]
pub(super) fn edge(bin: usize) -> i64 {
    EDGES[bin]
}

/// How an observation ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// The event was seen.
    Event,
    /// Something else happened first (withdrawn, vanished), so the event cannot follow.
    Other,
    /// Still under way when the observation ended.
    Open,
}

/// One observation: which bin, and how it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Observed {
    bin: u16,
    way: Way,
}

impl Observed {
    /// An observation of a length.
    #[inline]
    pub(super) fn new(duration: Span, way: Way) -> Observed {
        Observed { bin: bin(duration) as u16, way }
    }
}

/// Observations that wait to be counted together.
const TRAY: usize = 32;

/// Counts of durations by bin. Bins are kept up to the longest seen, so most are short.
///
/// A run notes durations in hundreds of places, each in one of a thousand bins: hardly ever is the
/// bin in the cache. So an observation is first laid on a tray, which is, and a full tray is
/// counted at once, when the processor waits for many bins together.
#[derive(Clone, Debug)]
pub(super) struct Durations {
    tray: [Observed; TRAY],
    on_tray: usize,
    /// Events, and all the others, by bin.
    ends: Vec<[u32; 2]>,
    /// Those of the others that another fate ended, by bin.
    other: Vec<u32>,
}

impl Default for Durations {
    fn default() -> Durations {
        let nothing = Observed { bin: 0, way: Way::Open };
        Durations { tray: [nothing; TRAY], on_tray: 0, ends: Vec::new(), other: Vec::new() }
    }
}

impl PartialEq for Durations {
    fn eq(&self, other: &Durations) -> bool {
        let (mine, theirs) = (self.counted(), other.counted());
        mine.ends == theirs.ends && mine.other == theirs.other
    }
}

/// Restricted summary of a survival curve [h].
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Curve {
    pub(super) mean: f64,
    pub(super) p50: f64,
    pub(super) p90: f64,
}

impl Durations {
    /// Adds an observation.
    #[inline]
    pub(super) fn note(&mut self, seen: Observed) {
        self.tray[self.on_tray] = seen;
        self.on_tray += 1;
        if self.on_tray == TRAY {
            self.clear_tray();
        }
    }

    #[inline(never)]
    fn clear_tray(&mut self) {
        let seen = &self.tray[..self.on_tray];
        let longest = seen.iter().map(|seen| usize::from(seen.bin)).max().unwrap_or(0);
        if self.ends.len() <= longest {
            self.ends.resize(longest + 1, [0, 0]);
        }
        for seen in seen {
            self.ends[usize::from(seen.bin)][usize::from(seen.way != Way::Event)] += 1;
        }
        for seen in seen.iter().filter(|seen| seen.way == Way::Other) {
            let bin = usize::from(seen.bin);
            if self.other.len() <= bin {
                self.other.resize(bin + 1, 0);
            }
            self.other[bin] += 1;
        }
        self.on_tray = 0;
    }

    /// The same with everything counted.
    fn counted(&self) -> Cow<'_, Durations> {
        if self.on_tray == 0 {
            return Cow::Borrowed(self);
        }
        let mut counted = self.clone();
        counted.clear_tray();
        Cow::Owned(counted)
    }

    /// Adds all of another's counts.
    pub(super) fn add(&mut self, other: &Durations) {
        if self.ends.len() < other.ends.len() {
            self.ends.resize(other.ends.len(), [0, 0]);
        }
        for (mine, theirs) in self.ends.iter_mut().zip(&other.ends) {
            mine[0] += theirs[0];
            mine[1] += theirs[1];
        }
        if self.other.len() < other.other.len() {
            self.other.resize(other.other.len(), 0);
        }
        for (mine, theirs) in self.other.iter_mut().zip(&other.other) {
            *mine += theirs;
        }
        for &seen in &other.tray[..other.on_tray] {
            self.note(seen);
        }
    }

    /// Number of observations.
    pub(super) fn total(&self) -> u64 {
        let counted =
            self.ends.iter().map(|&[events, others]| u64::from(events) + u64::from(others));
        counted.sum::<u64>() + self.on_tray as u64
    }

    /// Mean, median and 90th percentile of `min(duration, horizon)` by Kaplan-Meier; none without
    /// observations.
    ///
    /// Whatever ended otherwise leaves the set at risk at that age. Inside a bin the curve falls
    /// on a straight line. If the longest observation is unfinished, the curve ends there (Efron's
    /// tail): the mean is then a lower bound, and one old open case among three cannot stand for
    /// a third of them waiting until the horizon. A quantile needs events: one that the curve does
    /// not fall to is at the horizon, however old the oldest open case.
    pub(super) fn curve(&self, horizon: Span) -> Option<Curve> {
        let horizon = horizon.min(LONGEST).0 as f64;
        let mut at_risk = self.total() as f64;
        if at_risk == 0.0 {
            return None;
        }
        let (mut survive, mut mean) = (1.0, 0.0);
        let mut quantiles = [(0.5, None), (0.1, None)];
        for (bin, &[events, others]) in self.counted().ends.iter().enumerate() {
            let (start, stop) = (edge(bin) as f64, edge(bin + 1) as f64);
            if start >= horizon {
                break;
            }
            let left = at_risk - f64::from(events) - f64::from(others);
            let fallen = match events {
                0 => survive,
                _ => survive * (1.0 - f64::from(events) / at_risk),
            };
            let next = if left <= 0.0 { 0.0 } else { fallen };
            let reach = if stop <= horizon { 1.0 } else { (horizon - start) / (stop - start) };
            mean += (survive - (survive - next) * reach / 2.0) * reach * (stop - start);
            for (level, found) in &mut quantiles {
                if found.is_none() && fallen <= *level + ROUNDING {
                    let part = ((survive - *level) / (survive - fallen)).clamp(0.0, 1.0);
                    *found = Some(start + part * (stop - start));
                }
            }
            (survive, at_risk) = (next, left);
        }
        let hours = |seconds: f64| seconds.min(horizon) / HOUR as f64;
        let [p50, p90] = quantiles.map(|(_, found)| hours(found.unwrap_or(horizon)));
        Some(Curve { mean: hours(mean), p50, p90 })
    }

    /// Cumulative incidence of the event (Aalen-Johansen) before each of the ages [s], ascending
    /// bin edges; empty without observations. Other fates keep their share: the curve need not
    /// reach 1.
    pub(super) fn incidence(&self, ages: &[i64]) -> Vec<f64> {
        let mut at_risk = self.total() as f64;
        if at_risk == 0.0 {
            return Vec::new();
        }
        let (mut survive, mut reached) = (1.0, 0.0);
        let mut curve = Vec::with_capacity(ages.len());
        let counted = self.counted();
        for (bin, &[events, others]) in counted.ends.iter().enumerate() {
            while curve.len() < ages.len() && ages[curve.len()] <= edge(bin) {
                curve.push(reached);
            }
            if events == 0 && others == 0 {
                continue;
            }
            let other = f64::from(counted.other.get(bin).copied().unwrap_or(0));
            reached += survive * f64::from(events) / at_risk;
            survive *= 1.0 - (f64::from(events) + other) / at_risk;
            at_risk -= f64::from(events) + f64::from(others);
        }
        curve.resize(ages.len(), reached);
        curve
    }
}

#[cfg(test)]
mod tests;
