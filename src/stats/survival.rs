//! Times of things that may still be going on when the watch ends: the Kaplan-Meier curve.
//!
//! A time is *closed* when its end was seen and *open* (right-censored) when it was still running
//! as the watch ended. Leaving the open ones out makes every duration look short, most of all
//! where things are worst; here they count as "at least this long".
//!
//! The Greenwood variances take the times as independent. Times inside one run of a queueing
//! system are not: there, take the curve or a number from it per replication and put an
//! [`super::Estimate`] over the replications. Greenwood is for data from outside.

use super::student::normal_quantile;
use super::{Count, SampleError};

/// Slack in comparing a product of fractions with the share asked for.
const ROUNDING: f64 = 1e-12;

/// How the curve runs from one knot to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Constant, then a fall at the knot.
    Step,
    /// A straight line: events spread evenly over the bin.
    Line,
}

/// The share still open as a function of time since the start, from 1 at time 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Survival {
    shape: Shape,
    knots: Vec<Knot>,
    followed: f64,
}

/// One time at which the curve is known anew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Knot {
    /// Time since the start.
    pub time: f64,
    /// How many were open and watched just before (half numbers in life tables).
    pub at_risk: f64,
    /// How many closed.
    pub events: f64,
    /// Share still open just after.
    pub open: f64,
    /// Greenwood's sum Σ d / (r (r - d)) up to here; infinite once nothing is open.
    pub greenwood: f64,
}

impl Survival {
    /// The product-limit estimate from exact times (Kaplan and Meier 1958): at each time with
    /// events the open share is multiplied by 1 - d/r, r counting everything watched at least
    /// that long. An open time equal to a closed one counts as still watched there.
    ///
    /// # Errors
    /// [`SampleError::Unmatched`] when the slices differ in length, [`SampleError::TooFew`] when
    /// they are empty, [`SampleError::OutOfRange`] at a negative, infinite or NaN time.
    pub fn of_times(times: &[f64], closed: &[bool]) -> Result<Self, SampleError> {
        super::matched(times.len(), closed.len())?;
        if let Some(index) = times.iter().position(|t| !(t.is_finite() && *t >= 0.0)) {
            return Err(SampleError::OutOfRange { index });
        }
        let mut order: Vec<usize> = (0..times.len()).collect();
        order.sort_unstable_by(|&a, &b| times[a].total_cmp(&times[b]));
        let Some(&last) = order.last() else {
            return Err(SampleError::TooFew { needed: 1, got: 0 });
        };
        let mut curve = Self::start(Shape::Step, times[last]);
        let mut at_risk = times.len();
        for group in order.chunk_by(|&a, &b| times[a].total_cmp(&times[b]).is_eq()) {
            let events = group.iter().filter(|&&i| closed[i]).count();
            if events > 0 {
                curve.fall(times[group[0]], at_risk as f64, events as f64);
            }
            at_risk -= group.len();
        }
        Ok(curve)
    }

    /// The product-limit estimate from counts of times in whole units: bin `j` counts the times
    /// in (`edges[j-1]`, `edges[j]`], all taken as `edges[j]`, so the result is that of
    /// [`Survival::of_times`] on times rounded up to their edge. For bins that are one unit of
    /// the clock, or fine compared with the answer; for broad ones see
    /// [`Survival::of_life_table`]. The last edge may be infinite (an overflow bin): what lies in
    /// it is watched up to the edge before.
    ///
    /// # Errors
    /// [`SampleError::Unmatched`] when the slices differ in length, [`SampleError::TooFew`] when
    /// nothing was counted, [`SampleError::OutOfRange`] where an edge is not above the one before.
    pub fn of_counts<C: Count>(
        edges: &[f64],
        events: &[C],
        censored: &[C],
    ) -> Result<Self, SampleError> {
        let mut at_risk = check_bins(edges, events, censored)?;
        let mut curve = Self::start(Shape::Step, 0.0);
        for ((&edge, &events), &censored) in edges.iter().zip(events).zip(censored) {
            if at_risk == 0 || edge.is_infinite() {
                break;
            }
            let (d, c) = (events.into(), censored.into());
            if d > 0 {
                curve.fall(edge, at_risk as f64, d as f64);
            }
            at_risk -= d + c;
            curve.followed = edge;
        }
        Ok(curve)
    }

    /// The actuarial estimate from broad bins (Cutler and Ederer 1958): open times in a bin count
    /// as watched for half of it, and between edges the curve is a straight line, so that medians
    /// and means do not carry half a bin of bias. Bins as in [`Survival::of_counts`].
    ///
    /// # Errors
    /// As [`Survival::of_counts`].
    pub fn of_life_table<C: Count>(
        edges: &[f64],
        events: &[C],
        censored: &[C],
    ) -> Result<Self, SampleError> {
        let mut at_risk = check_bins(edges, events, censored)?;
        let mut curve = Self::start(Shape::Line, 0.0);
        for ((&edge, &events), &censored) in edges.iter().zip(events).zip(censored) {
            if at_risk == 0 || edge.is_infinite() {
                break;
            }
            let (d, c) = (events.into(), censored.into());
            curve.fall(edge, at_risk as f64 - c as f64 / 2.0, d as f64);
            at_risk -= d + c;
            curve.followed = edge;
        }
        Ok(curve)
    }

    fn start(shape: Shape, followed: f64) -> Self {
        Self { shape, knots: Vec::new(), followed }
    }

    /// Adds the knot at which `events` of `at_risk` closed.
    fn fall(&mut self, time: f64, at_risk: f64, events: f64) {
        let (open, greenwood) = self.knots.last().map_or((1.0, 0.0), |k| (k.open, k.greenwood));
        let left = at_risk - events;
        self.knots.push(Knot {
            time,
            at_risk,
            events,
            open: if left > 0.0 { open * (left / at_risk) } else { 0.0 },
            greenwood: greenwood + events / (at_risk * left.max(0.0)),
        });
    }

    /// The knots of the curve by increasing time.
    #[must_use]
    pub fn knots(&self) -> &[Knot] {
        &self.knots
    }

    /// The time up to which anything was watched.
    #[must_use]
    pub const fn followed(&self) -> f64 {
        self.followed
    }

    /// Share still open at the end of the watch: the part of the story the data do not tell.
    #[must_use]
    pub fn open_at_end(&self) -> f64 {
        self.knots.last().map_or(1.0, |k| k.open)
    }

    /// Whether the curve is known at `time`: watched so far, or nothing was open any more.
    fn known(&self, time: f64) -> bool {
        time <= self.followed || self.open_at_end() <= 0.0
    }

    /// The share still open at `time`; `None` after the end of the watch.
    #[must_use]
    pub fn open(&self, time: f64) -> Option<f64> {
        if !self.known(time) {
            return None;
        }
        let next = self.knots.partition_point(|k| k.time <= time);
        let (t0, open) = self.before(next);
        match (self.shape, self.knots.get(next)) {
            (Shape::Line, Some(k)) => {
                Some(open + (k.open - open) * ((time - t0) / (k.time - t0)).clamp(0.0, 1.0))
            }
            _ => Some(open),
        }
    }

    /// The share closed by `time`, 1 - [`Survival::open`].
    #[must_use]
    pub fn closed(&self, time: f64) -> Option<f64> {
        self.open(time).map(|open| 1.0 - open)
    }

    /// Time and open share at knot `index - 1`, or at the start.
    fn before(&self, index: usize) -> (f64, f64) {
        index.checked_sub(1).map_or((0.0, 1.0), |i| (self.knots[i].time, self.knots[i].open))
    }

    /// The time by which a share `p` is closed: the least time with open share at most 1 - p;
    /// `None` when the curve does not fall so far. Without open times this is the type-1 quantile.
    ///
    /// # Panics
    /// If `p` is not in `0..=1`.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<f64> {
        assert!((0.0..=1.0).contains(&p), "share must be in [0, 1], got {p}");
        let target = 1.0 - p;
        let index = self.knots.partition_point(|k| k.open > target + ROUNDING);
        let knot = self.knots.get(index)?;
        let (t0, open) = self.before(index);
        if self.shape == Shape::Step || open <= knot.open {
            return Some(knot.time);
        }
        let part = ((open - target) / (open - knot.open)).clamp(0.0, 1.0);
        Some(t0 + (knot.time - t0) * part)
    }

    /// Mean of min(time, horizon): the area under the curve from 0 to `horizon`; `None` when the
    /// watch ended before it with something open. A mean without a horizon would need the tail
    /// nobody saw.
    #[must_use]
    pub fn restricted_mean(&self, horizon: f64) -> Option<f64> {
        self.known(horizon).then(|| self.area(0.0, horizon))
    }

    /// Variance of [`Survival::restricted_mean`]: Σ A² d / (r (r - d)) over the falls, A being
    /// the area from the fall to the horizon (Klein and Moeschberger 2003, eq. 4.5.3).
    #[must_use]
    pub fn restricted_mean_variance(&self, horizon: f64) -> Option<f64> {
        if !self.known(horizon) {
            return None;
        }
        let inside = self.knots.partition_point(|k| k.time <= horizon);
        let (mut area, mut right, mut total) = (0.0, horizon, 0.0);
        for knot in self.knots[..inside].iter().rev() {
            area += self.area(knot.time, right);
            right = knot.time;
            let left = knot.at_risk - knot.events;
            if left > 0.0 {
                total += area * area * knot.events / (knot.at_risk * left);
            }
        }
        Some(total)
    }

    /// Area under the curve between two times.
    fn area(&self, from: f64, to: f64) -> f64 {
        let mut index = self.knots.partition_point(|k| k.time <= from);
        let (mut at, mut area) = (from, 0.0);
        while at < to {
            let (t0, open) = self.before(index);
            let Some(knot) = self.knots.get(index) else {
                return area + open * (to - at);
            };
            let end = knot.time.min(to);
            area += match self.shape {
                Shape::Step => open * (end - at),
                Shape::Line => {
                    let slope = (knot.open - open) / (knot.time - t0);
                    (open + slope * (f64::midpoint(at, end) - t0)) * (end - at)
                }
            };
            (at, index) = (end, index + 1);
        }
        area
    }

    /// Greenwood's variance of the open share at `time`, S² Σ d / (r (r - d)) (Greenwood 1926);
    /// 0 before the first fall and once nothing is open; `None` after the end of the watch.
    #[must_use]
    pub fn variance(&self, time: f64) -> Option<f64> {
        let open = self.open(time)?;
        let next = self.knots.partition_point(|k| k.time <= time);
        let sum = next.checked_sub(1).map_or(0.0, |i| self.knots[i].greenwood);
        Some(if open > 0.0 { open * open * sum } else { 0.0 })
    }

    /// Bounds of the open share at `time` on the log(-log) scale, which stay inside 0..=1
    /// (Kalbfleisch and Prentice 2002, section 1.4); `None` where the curve is 0, 1 or unknown.
    ///
    /// # Panics
    /// If `confidence` is not strictly between 0 and 1.
    #[must_use]
    pub fn interval(&self, time: f64, confidence: f64) -> Option<(f64, f64)> {
        super::assert_confidence(confidence);
        let (open, variance) = (self.open(time)?, self.variance(time)?);
        if !(open > 0.0 && open < 1.0 && variance > 0.0) {
            return None;
        }
        let z = normal_quantile(1.0 - (1.0 - confidence) / 2.0);
        let reach = (z * variance.sqrt() / (open * -open.ln())).exp();
        Some((open.powf(reach), open.powf(1.0 / reach)))
    }

    /// The Nelson-Aalen cumulative hazard Σ d / r up to `time`; `None` after the end of the watch.
    #[must_use]
    pub fn cumulative_hazard(&self, time: f64) -> Option<f64> {
        let next = self.knots.partition_point(|k| k.time <= time);
        self.known(time).then(|| self.knots[..next].iter().map(|k| k.events / k.at_risk).sum())
    }
}

/// Closings per unit of time watched: the maximum likelihood rate if times were exponential,
/// unbiased by open ones. `None` when nothing was watched for any time.
#[must_use]
pub fn events_per_exposure(times: &[f64], closed: &[bool]) -> Option<f64> {
    let exposure: f64 = times.iter().sum();
    let events = closed.iter().filter(|&&c| c).count();
    (exposure > 0.0).then(|| events as f64 / exposure)
}

/// Checks the bins and returns how many times were counted in all.
fn check_bins<C: Count>(edges: &[f64], events: &[C], censored: &[C]) -> Result<u64, SampleError> {
    super::matched(edges.len(), events.len())?;
    super::matched(edges.len(), censored.len())?;
    let mut below = 0.0;
    for (index, &edge) in edges.iter().enumerate() {
        // The first edge may be 0: a bin for what closed at once.
        if edge.is_nan() || edge < below || (index > 0 && edge <= below) {
            return Err(SampleError::OutOfRange { index });
        }
        below = edge;
    }
    match events.iter().chain(censored).map(|&c| c.into()).sum() {
        0 => Err(SampleError::TooFew { needed: 1, got: 0 }),
        total => Ok(total),
    }
}

#[cfg(test)]
mod tests;
