//! The values of a row against what was found.

use super::estimate::{Estimate, ratio};
use super::published::Figure;
use super::row::{Known, Reference};
use super::tally::{Quantity, Threshold};
use super::verify::{Checked, Ready, Samples};
use crate::stats::student::t_two_sided;

pub(super) fn threshold_of(known: &Known, unit_s: f64) -> Option<Threshold> {
    let of_sojourn = match known.quantity {
        Quantity::WaitQuantile(_) => false,
        Quantity::SojournQuantile(_) => true,
        _ => return None,
    };
    let (low, high) = known.bounds;
    // Half a second each way: times are whole seconds.
    let (low, high) = (low * unit_s - 0.5, high * unit_s + 0.5);
    Some(Threshold { part: known.part, of_sojourn, low, high })
}

/// A figure of the published tables, from the replications that made them: Student's interval of
/// the mean, without controls, as a study has it.
fn figure(figure: Figure, samples: &Samples) -> Estimate {
    let figures: Vec<[f64; 2]> = samples
        .list
        .iter()
        .filter_map(|sample| sample.figures.as_ref())
        .map(|figures| [figures.get(figure), 1.0])
        .collect();
    ratio(&figures, &[])
}

/// Every value of a row against what was found.
pub(super) fn compare(row: &Reference, ready: &Ready, samples: &Samples) -> Vec<Checked> {
    let checked = |(at, known): (usize, &Known)| {
        let mut n = samples.list.len();
        let (simulated, half_width, z) = match known.quantity {
            Quantity::Published(of) => {
                let estimate = figure(of, samples);
                n = estimate.n;
                (estimate.value, estimate.half_width(), estimate.score(known.value))
            }
            Quantity::WaitQuantile(p) | Quantity::SojournQuantile(p) => {
                quantile(known, p, ready, samples)
            }
            quantity => {
                let estimate = mean(quantity, known.part, samples);
                (estimate.value, estimate.half_width(), estimate.score(known.value))
            }
        };
        Checked {
            case: row.case.clone(),
            family: row.family.clone(),
            path: row.spec.path(),
            quantity: known.name.clone(),
            reference: known.value,
            simulated,
            half_width,
            n,
            z,
            wanted: wanted(known, ready),
            is_first: at == 0,
        }
    };
    row.known.iter().enumerate().map(checked).collect()
}

/// Half-width that is promised for a value: means, shares and high quantiles of the columns.
fn wanted(known: &Known, ready: &Ready) -> Option<f64> {
    let wide = match known.quantity {
        Quantity::WaitQuantile(p) | Quantity::SojournQuantile(p) => {
            if !(0.9..=0.95).contains(&p) {
                return None;
            }
            // Above the heavy load the target is doubled already.
            if ready.heavy { 1.0 } else { 2.0 }
        }
        Quantity::WaitVariance => return None,
        _ => 1.0,
    };
    (known.is_column && known.value > 0.0).then_some(known.value * ready.target * wide)
}

fn mean(quantity: Quantity, part: usize, samples: &Samples) -> Estimate {
    let controlled = quantity.takes_controls();
    if quantity != Quantity::WaitVariance {
        return samples.ratio(controlled, |sample| quantity.ratio(sample, part));
    }
    // Var = E w^2 - m^2, linearized at the mean found: its ratio of sums is the variance itself.
    let m = samples.ratio(false, |sample| Quantity::WaitMean.ratio(sample, part)).value;
    samples.ratio(controlled, |sample| {
        let tally = &sample.parts[part];
        [tally.wait_squared - 2.0 * m * tally.wait + m * m * tally.ended, tally.ended]
    })
}

/// A quantile: the value and its interval from all replications together (Woodruff, "Confidence
/// intervals for medians and other position measures", JASA 47, 1952), the score from the shares
/// below the bounds of the reference, which also holds where the law has an atom.
///
/// The share below the reference is sharpened by controls; the value is read from the counts where
/// their share is `p` less the same correction, so that value, interval and score are one
/// estimator (Hsu and Nelson, "Control variates for quantile estimation", Management Science 36,
/// 1990).
fn quantile(known: &Known, p: f64, ready: &Ready, samples: &Samples) -> (f64, f64, f64) {
    let Some(threshold) = threshold_of(known, ready.unit_s) else { return (0.0, 0.0, f64::NAN) };
    let place = ready.thresholds.iter().position(|other| *other == threshold);
    let place = place.expect("invariant: every quantile has its threshold");
    let of_sojourn = threshold.of_sojourn;
    let share = |controlled: bool, bound: usize| {
        samples.ratio(controlled, |sample| {
            let tally = &sample.parts[known.part];
            let total = if of_sojourn { tally.served } else { tally.ended };
            let below = tally.below.get(place).map_or(0.0, |below| below[bound]);
            [below, total]
        })
    };
    let (less, at_most) = (share(true, 0), share(true, 1));
    let z = if less.value > p {
        less.score(p)
    } else if at_most.value < p {
        at_most.score(p)
    } else {
        0.0
    };
    let histograms = if of_sojourn { &samples.sojourns } else { &samples.waits };
    let histogram = &histograms[known.part];
    // A share above p means that the quantile lies below the reference: signs of values.
    let units = |p: f64| histogram.quantile(p) / ready.unit_s;
    let half = t_two_sided(0.95, at_most.freedom) * at_most.error;
    let p = p - (at_most.value - share(false, 1).value);
    let width = (units(p + half) - units(p - half)) / 2.0;
    (units(p), width, -z)
}
