//! Runs the models of the rows until their intervals are narrow enough, and compares.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::bench::Trial;
use super::compare::{compare, threshold_of};
use super::estimate::{Estimate, ratio};
use super::model::{ModelFile, Title, files};
use super::pace::{self, FIRST_ROUND, Pace};
use super::program::{Program, marks_in_seconds};
use super::row::Reference;
use super::spec::{Queue, Spec};
use super::tally::{Histogram, Mark, Sample, Threshold};
use super::{closed, network, polling, priority};
use crate::study::Progress;

/// Band of every check [normal score] (METHOD V1): one check of a correct program leaves it once in
/// 37,000 times, one of thirty once in a thousand runs, one of 1,500 once in 25.
pub const BAND: f64 = 4.2;

/// Half-width of an interval of 95% that a first quantity may leave \[normal score\].
pub const NARROW: f64 = 1.96;

/// Relative half-width of means; twice as much for high quantiles and above a load of 0.9.
pub const TARGET: f64 = 0.01;

/// Load from which the wider target holds.
const HEAVY: f64 = 0.9;

/// Most replications: a row that needs more is told to be imprecise.
const MOST: usize = 2048;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Rows.
    pub rows: &'a [Reference],
    /// Folder for the models; they are left there.
    pub models: &'a Path,
    /// Master seed.
    pub seed: u64,
    /// Relative half-width of means.
    pub target: f64,
}

/// One comparison.
#[derive(Clone, PartialEq, Debug)]
pub struct Checked {
    /// Name of the row.
    pub case: String,
    /// Family.
    pub family: String,
    /// `program` or `engine`.
    pub path: &'static str,
    /// Name of the quantity.
    pub quantity: String,
    /// The exact value.
    pub reference: f64,
    /// The simulated one.
    pub simulated: f64,
    /// Half-width of its interval of 95%.
    pub half_width: f64,
    /// Replications.
    pub n: usize,
    /// Distance as a normal score.
    pub z: f64,
    /// The narrowest half-width that was asked for, if one was.
    pub wanted: Option<f64>,
    /// The first of its row.
    pub is_first: bool,
}

impl Checked {
    /// `agrees`, `differs`, or `imprecise` where no interval was narrow enough in time.
    pub fn verdict(&self) -> &'static str {
        if self.z.is_nan() || self.z.abs() >= BAND {
            "differs"
        } else if self.wanted.is_some_and(|wanted| self.half_width > wanted) {
            "imprecise"
        } else {
            "agrees"
        }
    }
}

/// All comparisons.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Outcome {
    /// In the order of rows.
    pub checks: Vec<Checked>,
    /// Rows compared.
    pub n_rows: usize,
    /// Relative half-width of means that was asked for.
    pub target: f64,
}

impl Outcome {
    /// First quantities outside their interval of 95%.
    pub fn n_outside(&self) -> usize {
        self.checks.iter().filter(|check| check.is_first && check.z.abs() > NARROW).count()
    }

    /// Most of them that a correct program has, but for once in a thousand times: 13 of 101.
    pub fn most_outside(&self) -> usize {
        // Upper tail of the binomial law with n rows and 0.05.
        let n = self.n_rows as f64;
        let mut term = 0.95_f64.powf(n);
        let (mut k, mut at_most) = (0.0, term);
        while 1.0 - at_most > 1e-3 && k < n {
            term *= (n - k) / (k + 1.0) * (0.05 / 0.95);
            k += 1.0;
            at_most += term;
        }
        k as usize
    }

    /// Does everything agree?
    pub fn agrees(&self) -> bool {
        let all = self.checks.iter().all(|check| check.verdict() == "agrees");
        all && self.n_outside() <= self.most_outside()
    }
}

/// Rows with one model.
struct Group<'a> {
    rows: Vec<&'a Reference>,
    seed: u64,
}

impl Group<'_> {
    /// Customers of a replication, about: what orders groups and measures progress.
    fn replication_cost(&self, target: f64) -> u64 {
        let row = self.rows[0];
        let Spec::Queue(queue) = &row.spec else {
            return pace::of_engine(&row.spec, target_of(&row.spec, target).0) as u64;
        };
        let (pace, _) = pace_of(row, queue, target);
        let days = f64::from(pace.days + pace.warm_up_days);
        (days * 24.0 / pace.unit_h * queue.rate()) as u64 * u64::from(pace.copies)
    }
}

/// Seed of a model: its parameters and the master seed, so that models do not share their luck.
fn seed_of(row: &Reference, seed: u64) -> u64 {
    let text = format!("{seed}\n{}\n{}\n{}", row.family, row.model, row.params);
    let digest = blake3::hash(text.as_bytes());
    // Below 2^53: a seed that any editor of JSON or TOML keeps.
    u64::from_le_bytes(digest.as_bytes()[..8].try_into().expect("invariant: 32 bytes")) >> 11
}

fn groups<'a>(request: &Request<'a>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for row in request.rows {
        let same = |group: &&mut Group<'_>| {
            let first = group.rows[0];
            first.family == row.family && first.params == row.params && first.model == row.model
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group { rows: vec![row], seed: seed_of(row, request.seed) }),
        }
    }
    groups
}

/// Compares every row. The same rows and seed give the same numbers on any number of threads.
///
/// # Errors
/// The folder for models cannot be written.
///
/// # Panics
/// If the generator writes a model that does not compile, or a run breaks an invariant.
pub fn verify(request: &Request<'_>, progress: &dyn Progress) -> std::io::Result<Outcome> {
    let mut groups = groups(request);
    // The longest first, or one of them would be left for the end, with one thread to run it.
    groups.sort_by_key(|group| std::cmp::Reverse(group.replication_cost(request.target)));
    let first_rounds =
        groups.iter().map(|group| group.replication_cost(request.target)).sum::<u64>();
    progress.started(first_rounds * u64::from(FIRST_ROUND));
    type Found = Vec<(String, Vec<Checked>)>;
    let found: Vec<Found> = groups
        .iter()
        .par_bridge()
        .map(|group| {
            let ready = Ready::of(group, request)?;
            let cost = group.replication_cost(request.target);
            let samples = ready.run(group, &|| progress.advanced(cost));
            let compared = |row: &&Reference| (row.case.clone(), compare(row, &ready, &samples));
            Ok(group.rows.iter().map(compared).collect())
        })
        .collect::<std::io::Result<_>>()?;
    progress.finished();
    let mut found: BTreeMap<String, Vec<Checked>> = found.into_iter().flatten().collect();
    let mut checks = Vec::new();
    for row in request.rows {
        checks.extend(found.remove(&row.case).expect("invariant: every row is in a group"));
    }
    Ok(Outcome { checks, n_rows: request.rows.len(), target: request.target })
}

/// How a model is run.
enum Way {
    Program(Box<Program>),
    Engine { spec: Spec, warm_up: f64, window: f64 },
}

/// A group ready to run: what to count, and how well.
pub(super) struct Ready {
    way: Way,
    seed: u64,
    /// Seconds of a unit.
    pub(super) unit_s: f64,
    marks: Vec<Mark>,
    /// Thresholds by row and quantity, in the order of the rows.
    pub(super) thresholds: Vec<Threshold>,
    /// Relative half-width that is asked of means.
    pub(super) target: f64,
    /// Above the heavy load.
    pub(super) heavy: bool,
}

impl Ready {
    fn of(group: &Group<'_>, request: &Request<'_>) -> std::io::Result<Ready> {
        let first = group.rows[0];
        let spec = &first.spec;
        let (target, heavy) = target_of(spec, request.target);
        let (way, unit_s, marks) = match spec {
            Spec::Queue(queue) => {
                let (pace, _) = pace_of(first, queue, request.target);
                let text = files(queue, &pace, title(first, group.seed));
                let dir = write_model(request.models, first, text)?;
                let program = Program::load(&dir, queue, pace, group.seed)
                    .unwrap_or_else(|mistakes| panic!("a generated model: {mistakes}"));
                let marks = marks_in_seconds(&first.marks, &first.mark_units, &pace);
                (Way::Program(Box::new(program)), pace.unit_s(), marks)
            }
            _ => (engine_way(spec, target), super::bench::UNIT_S, Vec::new()),
        };
        let mut thresholds = Vec::new();
        for known in group.rows.iter().flat_map(|row| &row.known) {
            thresholds.extend(threshold_of(known, unit_s));
        }
        let seed = group.seed;
        Ok(Ready { way, seed, unit_s, marks, thresholds, target, heavy })
    }

    fn replicate(&self, replication: u64) -> Sample {
        match &self.way {
            Way::Program(program) => program.run(replication, &self.marks, &self.thresholds),
            Way::Engine { spec, warm_up, window } => {
                let trial = Trial {
                    seed: self.seed,
                    replication,
                    warm_up: *warm_up,
                    window: *window,
                    thresholds: &self.thresholds,
                };
                run_engine(spec, &trial)
            }
        }
    }

    /// Replications in rounds, until every promised half-width is kept or the most is reached. The
    /// number depends on what was found, never on time or threads.
    fn run(&self, group: &Group<'_>, first_done: &(dyn Fn() + Sync)) -> Samples {
        let mut samples = Samples::default();
        let mut wanted = FIRST_ROUND as usize;
        loop {
            let next = samples.list.len() as u64 + 1..=wanted as u64;
            let replicate = |replication| {
                let sample = self.replicate(replication);
                // What later rounds add is not known before, and is not part of the progress.
                if replication <= u64::from(FIRST_ROUND) {
                    first_done();
                }
                sample
            };
            let made: Vec<Sample> = next.into_par_iter().map(replicate).collect();
            made.into_iter().for_each(|sample| samples.push(sample));
            let checks = group.rows.iter().flat_map(|row| compare(row, self, &samples));
            let worst = checks
                .filter_map(|check| check.wanted.map(|wanted| check.half_width / wanted))
                .fold(0.0, f64::max);
            if worst <= 1.0 || samples.list.len() >= MOST {
                return samples;
            }
            // Two thirds of the way that the square of the width asks for: the width is itself an
            // estimate, and what was run too often cannot be taken back.
            let n = samples.list.len() as f64;
            let more = (n * worst * worst - n) * 2.0 / 3.0;
            wanted = (n + more).ceil().clamp(n + 4.0, MOST as f64) as usize;
        }
    }
}

/// Samples, with the histograms of all of them joined.
#[derive(Default)]
pub(super) struct Samples {
    pub(super) list: Vec<Sample>,
    pub(super) waits: Vec<Histogram>,
    pub(super) sojourns: Vec<Histogram>,
}

impl Samples {
    fn push(&mut self, mut sample: Sample) {
        let n = sample.parts.len();
        self.waits.resize(n, Histogram::default());
        self.sojourns.resize(n, Histogram::default());
        for (part, tally) in sample.parts.iter_mut().enumerate() {
            self.waits[part].merge(&std::mem::take(&mut tally.waits));
            self.sojourns[part].merge(&std::mem::take(&mut tally.sojourns));
        }
        self.list.push(sample);
    }

    /// A ratio over the replications, with controls if the quantity takes them.
    pub(super) fn ratio(&self, controlled: bool, pair: impl Fn(&Sample) -> [f64; 2]) -> Estimate {
        let pairs: Vec<[f64; 2]> = self.list.iter().map(pair).collect();
        let controls: Vec<&[f64]> = self.list.iter().map(|sample| &sample.controls[..]).collect();
        ratio(&pairs, if controlled { &controls } else { &[] })
    }
}

/// Files of the model of a row, as [`verify`] runs it under this seed and target; none for a row on
/// the engine.
pub fn files_of(row: &Reference, seed: u64, target: f64) -> Option<Vec<ModelFile>> {
    let Spec::Queue(queue) = &row.spec else { return None };
    let (pace, _) = pace_of(row, queue, target);
    Some(files(queue, &pace, title(row, seed_of(row, seed))))
}

fn title(row: &Reference, seed: u64) -> Title<'_> {
    Title { case: &row.case, words: &row.model, params: &row.params, seed }
}

/// Half-width that is asked of means: twice as wide above a load of 0.9.
fn target_of(spec: &Spec, target: f64) -> (f64, bool) {
    let heavy = spec.load() > HEAVY + 1e-9;
    (target * if heavy { 2.0 } else { 1.0 }, heavy)
}

fn pace_of(row: &Reference, queue: &Queue, target: f64) -> (Pace, f64) {
    let last = row.mark_units.iter().copied().fold(0.0, f64::max);
    let (target, _) = target_of(&row.spec, target);
    (pace::of_queue(queue, target, last), target)
}

fn write_model(models: &Path, row: &Reference, files: Vec<ModelFile>) -> std::io::Result<PathBuf> {
    let dir = models.join(&row.case);
    for (name, text) in files {
        let path = dir.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(&dir))?;
        std::fs::write(&path, text)?;
    }
    Ok(dir)
}

/// Warm-up and window of an engine model: as many arrivals as its precision needs.
fn engine_way(spec: &Spec, target: f64) -> Way {
    let arrivals = pace::of_engine(spec, target);
    let rate = match spec {
        Spec::Network(nodes) => nodes.iter().map(|node| node.outside).sum(),
        Spec::Finite { sources, think, service, .. } => f64::from(*sources) / (think + service),
        Spec::ForkJoin { rate, .. } | Spec::Retrial { rate, .. } => *rate,
        Spec::Polling { queues, rate, .. } => f64::from(*queues) * rate,
        Spec::Classes { classes, .. } => classes.iter().map(|class| class.rate).sum(),
        Spec::Queue(queue) => queue.rate(),
    };
    let window = arrivals / rate;
    Way::Engine { spec: spec.clone(), warm_up: 0.05 * window, window }
}

fn run_engine(spec: &Spec, trial: &Trial<'_>) -> Sample {
    match spec {
        Spec::Network(nodes) => network::simulate(nodes, trial),
        Spec::Finite { sources, servers, think, service } => {
            closed::finite(*sources, *servers, (*think, *service), trial)
        }
        Spec::Classes { servers, classes } => priority::simulate(*servers, classes, trial),
        Spec::ForkJoin { branches, rate, service } => {
            closed::fork_join(*branches, *rate, *service, trial)
        }
        Spec::Retrial { rate, service, retry } => closed::retrial(*rate, *service, *retry, trial),
        Spec::Polling { queues, rate, service, walk, visit } => {
            let (queues, rate, visit) = (*queues, *rate, *visit);
            let round = polling::Round { queues, rate, service: *service, walk: *walk, visit };
            polling::simulate(round, trial)
        }
        Spec::Queue(_) => unreachable!("queues go through the program"),
    }
}
