//! What one replication says of a queue or a part of it, and how quantities are read from it.

use super::published::{Figure, Figures};

/// Buckets of the first octaves, one value each.
const EXACT: u64 = 256;

/// Counts of lengths of time \[s\]: exact below 256 s, then 256 buckets for each factor of two, so
/// that a bucket is never wider than 0.4% of its value.
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Histogram {
    fn place(value: u64) -> usize {
        if value < EXACT {
            return value as usize;
        }
        let octave = u64::from(value.ilog2()) - 8;
        (EXACT * (octave + 1) + (value >> octave) - EXACT) as usize
    }

    /// Smallest value of a bucket and its width.
    fn bucket(place: usize) -> (f64, f64) {
        let place = place as u64;
        if place < EXACT {
            return (place as f64, 1.0);
        }
        let octave = place / EXACT - 1;
        let within = place % EXACT + EXACT;
        ((within << octave) as f64, (1_u64 << octave) as f64)
    }

    /// Counts one length.
    #[inline]
    pub fn add(&mut self, seconds: i64) {
        let place = Histogram::place(seconds.max(0) as u64);
        if place >= self.counts.len() {
            self.counts.resize(place + 1, 0);
        }
        self.counts[place] += 1;
        self.total += 1;
    }

    /// Adds the counts of another.
    pub fn merge(&mut self, other: &Histogram) {
        if other.counts.len() > self.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.total += other.total;
    }

    /// The value below which a share `p` of all lies \[s\]; the zeros are an atom.
    pub fn quantile(&self, p: f64) -> f64 {
        let target = p.clamp(0.0, 1.0) * self.total as f64;
        let mut below = 0.0;
        for (place, count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let count = *count as f64;
            if below + count >= target {
                let (low, width) = Histogram::bucket(place);
                // Whole seconds: a bucket of one is an atom, a wider one is filled evenly.
                let share =
                    if width > 1.0 { ((target - below) / count).clamp(0.0, 1.0) } else { 0.0 };
                return low + share * width;
            }
            below += count;
        }
        f64::NAN
    }
}

/// Sums over one replication, for all customers, one class or one node. Times are in units of the
/// row, and a customer counts when it leaves inside the window: departures are as stationary as
/// arrivals, and nobody's wait is cut off.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Came in the window, whatever became of them.
    pub arrived: f64,
    /// Left in the window, turned away ones excepted.
    pub ended: f64,
    /// Of these, served.
    pub served: f64,
    /// Turned away in the window.
    pub refused: f64,
    /// Of those that left, had to wait.
    pub waited: f64,
    /// Time not in service of those that left.
    pub wait: f64,
    /// Its square.
    pub wait_squared: f64,
    /// The part of those that were served.
    pub wait_served: f64,
    /// Whole time of those that were served.
    pub sojourn: f64,
    /// Integral of the number present.
    pub present: f64,
    /// Integral of the number waiting.
    pub waiting: f64,
    /// Integral of the number in service.
    pub busy: f64,
    /// Integral of the servers there were.
    pub servers: f64,
    /// Length of the window times copies.
    pub window: f64,
    /// Service asked for by those that came in the window.
    pub work: f64,
    /// Of those that left: at most this wait or sojourn, by threshold of [`Tally::thresholds`].
    pub below: Vec<[f64; 2]>,
    /// Waits \[s\].
    pub waits: Histogram,
    /// Sojourns \[s\].
    pub sojourns: Histogram,
}

/// One replication.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// All customers first, then classes or nodes.
    pub parts: Vec<Tally>,
    /// Number present at each mark, summed over its instants and copies; and how many those are.
    pub marks: Vec<[f64; 2]>,
    /// Departures from what is known exactly of the input, mean zero: control variates.
    pub controls: Vec<f64>,
    /// What the published tables say, if this replication made them.
    pub figures: Option<Figures>,
}

/// A bound whose share below it is wanted: `part`, waits or sojourns, from `low` to `high` \[s\].
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Threshold {
    /// Part of the sample.
    pub part: usize,
    /// Of sojourns rather than waits.
    pub of_sojourn: bool,
    /// Below this counts as less.
    pub low: f64,
    /// Up to this counts as at most.
    pub high: f64,
}

/// Reads of the number present: at an instant, or every period from it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Mark {
    /// First instant \[s\].
    pub at: i64,
    /// Again after each \[s\]; none for a single read.
    pub every: Option<i64>,
}

impl Mark {
    /// Instants of the mark in `[from, to)`.
    pub fn instants(&self, from: i64, to: i64) -> i64 {
        match self.every {
            None => i64::from((from..to).contains(&self.at)),
            Some(every) => {
                let up_to = |t: i64| {
                    (t - self.at).div_euclid(every) + i64::from((t - self.at).rem_euclid(every) > 0)
                };
                (up_to(to) - up_to(from)).max(0)
            }
        }
    }
}

/// One customer as it leaves a part.
#[derive(Clone, Copy, Debug)]
pub struct Leaving {
    /// Time not in service \[s\].
    pub wait: i64,
    /// Whole time \[s\].
    pub sojourn: i64,
    /// Had to wait for the first service.
    pub waited: bool,
    /// Was served.
    pub served: bool,
}

impl Tally {
    /// Counts a customer that leaves; `unit` is the unit of the row \[s\].
    #[inline]
    pub fn leave(&mut self, who: Leaving, unit: f64, part: usize, thresholds: &[Threshold]) {
        let wait = who.wait as f64 / unit;
        self.ended += 1.0;
        self.waited += f64::from(u8::from(who.waited));
        self.wait += wait;
        self.wait_squared += wait * wait;
        self.waits.add(who.wait);
        if who.served {
            self.served += 1.0;
            self.wait_served += wait;
            self.sojourn += who.sojourn as f64 / unit;
            self.sojourns.add(who.sojourn);
        }
        self.below.resize(thresholds.len(), [0.0; 2]);
        for (below, threshold) in self.below.iter_mut().zip(thresholds) {
            if threshold.part == part {
                let value = if threshold.of_sojourn { who.sojourn } else { who.wait } as f64;
                below[0] += f64::from(u8::from(value < threshold.low));
                below[1] += f64::from(u8::from(value <= threshold.high));
            }
        }
    }
}

/// A quantity of a row.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Quantity {
    /// Mean wait of all that got in.
    WaitMean,
    /// Mean time of those that were served.
    SojournMean,
    /// Probability of waiting.
    Waits,
    /// Busy servers over servers.
    Utilisation,
    /// Mean number waiting.
    QueueMean,
    /// Mean number present.
    PresentMean,
    /// Share that leaves without service.
    Abandons,
    /// Share that is turned away.
    Refused,
    /// Variance of the wait.
    WaitVariance,
    /// Served per unit.
    Throughput,
    /// Quantile of the wait.
    WaitQuantile(f64),
    /// Quantile of the time of those that were served.
    SojournQuantile(f64),
    /// Mean wait of those that were served.
    WaitOfServed,
    /// Mean wait of those that left without service.
    WaitOfAbandoned,
    /// Mean number in service.
    Busy,
    /// Number present at a mark.
    PresentAt(usize),
    /// Arrivals per unit: the input itself.
    ArrivalRate,
    /// Mean service asked for: the input itself.
    ServiceMean,
    /// Arrivals at the part over arrivals of all.
    Visits,
    /// A figure of the tables that a study publishes.
    Published(Figure),
}

impl Quantity {
    /// Numerator and denominator of one replication; the ratio of their sums is the quantity, but
    /// for a variance, which is reduced by the square of the mean, and quantiles.
    pub fn ratio(self, sample: &Sample, part: usize) -> [f64; 2] {
        let tally = &sample.parts[part];
        match self {
            Quantity::WaitMean => [tally.wait, tally.ended],
            Quantity::SojournMean => [tally.sojourn, tally.served],
            Quantity::Waits => [tally.waited, tally.ended],
            Quantity::Utilisation => [sample.parts[part].busy, tally.servers],
            Quantity::QueueMean => [tally.waiting, tally.window],
            Quantity::PresentMean => [tally.present, tally.window],
            Quantity::Abandons => [tally.ended - tally.served, tally.ended],
            Quantity::Refused => [tally.refused, tally.ended + tally.refused],
            Quantity::WaitVariance => [tally.wait_squared, tally.ended],
            Quantity::Throughput => [tally.served, tally.window],
            Quantity::WaitOfServed => [tally.wait_served, tally.served],
            Quantity::WaitOfAbandoned => {
                [tally.wait - tally.wait_served, tally.ended - tally.served]
            }
            Quantity::Busy => [tally.busy, tally.window],
            Quantity::PresentAt(mark) => sample.marks[mark],
            Quantity::ArrivalRate => [tally.arrived, tally.window],
            Quantity::ServiceMean => [tally.work, tally.arrived],
            Quantity::Visits => [tally.arrived, sample.parts[0].arrived],
            Quantity::WaitQuantile(_) | Quantity::SojournQuantile(_) | Quantity::Published(_) => {
                [f64::NAN; 2]
            }
        }
    }

    /// May what is known of the input sharpen it? Not where the input itself is counted, or a wrong
    /// number of arrivals would be put right before it is seen.
    pub fn takes_controls(self) -> bool {
        matches!(
            self,
            Quantity::WaitMean
                | Quantity::SojournMean
                | Quantity::Waits
                | Quantity::QueueMean
                | Quantity::PresentMean
                | Quantity::WaitVariance
                | Quantity::WaitQuantile(_)
                | Quantity::SojournQuantile(_)
                | Quantity::PresentAt(_)
                | Quantity::Refused
                | Quantity::Abandons
                | Quantity::WaitOfServed
                | Quantity::WaitOfAbandoned
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches buckets that overlap, leave gaps or are wider than promised, and quantiles off by a
    // bucket.
    #[test]
    fn buckets_meet_and_quantiles_are_near() {
        for value in (0_u64..5000).chain([1 << 20, (1 << 20) + 7, 123_456_789]) {
            let (low, width) = Histogram::bucket(Histogram::place(value));
            assert!(low <= value as f64 && (value as f64) < low + width, "{value}");
            assert!(width <= 1.0 || width <= low / 255.0, "{value}: {width}");
        }
        let mut histogram = Histogram::default();
        (1..=100_000_i64).for_each(|value| histogram.add(value));
        for p in [0.001, 0.5, 0.9, 0.99] {
            assert!((histogram.quantile(p) / (p * 1e5) - 1.0).abs() < 0.004, "{p}");
        }
        let mut atom = Histogram::default();
        (0..10).for_each(|i| atom.add(if i < 7 { 0 } else { 1000 }));
        assert!(atom.quantile(0.5).abs() < 1e-12);
    }

    // Catches a periodic mark counted at the wrong end of a stay.
    #[test]
    fn marks_are_counted_half_open() {
        let mark = Mark { at: 10, every: Some(100) };
        let counts = [(0, 10, 0), (0, 11, 1), (10, 110, 1), (11, 110, 0), (10, 111, 2)];
        for (from, to, n) in counts {
            assert_eq!(mark.instants(from, to), n, "{from}..{to}");
        }
        assert_eq!(Mark { at: 5, every: None }.instants(0, 6), 1);
    }
}
