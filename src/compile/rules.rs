//! What an experiment asks of its numbers: how precise they have to be, and which arm is to be
//! chosen.

use crate::spec::{
    Diagnostic, Diagnostics, Fields, Node, Source, Words, number, text, texts, whole, wrong,
};

/// What the numbers of a study speak of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Estimand {
    /// A stretch of time from a given state, such as an appraisal year.
    #[default]
    Terminating,
    /// The long run: nothing of the initial state may be left in the window.
    SteadyState,
}

impl Estimand {
    /// Both, as written in files.
    pub const ALL: [(&'static str, Estimand); 2] =
        [("terminating", Estimand::Terminating), ("steady_state", Estimand::SteadyState)];

    /// As written in files.
    pub fn id(self) -> &'static str {
        Estimand::ALL[self as usize].0
    }
}

/// `[precision]`: replicate until half-widths are small enough.
#[derive(Clone, PartialEq, Debug)]
pub struct LoadedPrecision {
    /// Half-width asked for, as a share of the mean, of each KPI in `kpis`.
    pub relative: Option<f64>,
    /// KPIs of the relative target; empty means those of the experiment.
    pub kpis: Vec<String>,
    /// KPIs with a half-width in their own unit.
    pub absolute: Vec<(String, f64)>,
    /// Look at differences against the first arm instead of means.
    pub of_difference: bool,
    /// Replications of the first round.
    pub at_least: u32,
    /// Replications added per round.
    pub round: u32,
    /// Most replications.
    pub at_most: u32,
    /// Further replications for which the precision must have held.
    pub look_ahead: u32,
}

/// Numbers of a `[precision]` that does not say.
pub const PRECISION: LoadedPrecision = LoadedPrecision {
    relative: None,
    kpis: Vec::new(),
    absolute: Vec::new(),
    of_difference: false,
    at_least: 20,
    round: 10,
    at_most: 200,
    look_ahead: 5,
};

/// How the best arm is chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SelectMethod {
    /// Kim and Nelson, in rounds, under common random numbers.
    Kn,
    /// Rinott, two stages, independent arms.
    Rinott,
    /// Optimal computing budget allocation, a fixed budget and no guarantee.
    Ocba,
}

impl SelectMethod {
    /// All, as written in files.
    pub const ALL: [(&'static str, SelectMethod); 3] =
        [("kn", SelectMethod::Kn), ("rinott", SelectMethod::Rinott), ("ocba", SelectMethod::Ocba)];

    /// As written in files.
    pub fn id(self) -> &'static str {
        SelectMethod::ALL[self as usize].0
    }
}

/// Which way a KPI is better.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Goal {
    /// Larger is better.
    Max,
    /// Smaller is better.
    Min,
}

/// `[select]`: which arm is the best. What is not said is left to the command line.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct LoadedSelect {
    /// KPI to choose by.
    pub kpi: Option<String>,
    /// Which way it is better; none means its own good direction.
    pub goal: Option<Goal>,
    /// Method.
    pub method: Option<SelectMethod>,
    /// Smallest difference that matters, in the unit of the KPI.
    pub delta: Option<f64>,
    /// Probability of a correct selection.
    pub confidence: Option<f64>,
    /// Replications of every arm in the first stage.
    pub first_stage: Option<u32>,
    /// Replications added per round.
    pub round: Option<u32>,
    /// Most replications of one arm.
    pub at_most: Option<u32>,
    /// Runs in all, for a fixed budget.
    pub budget: Option<u32>,
}

/// One of a few words.
fn one_of<T: Copy, const N: usize>(
    source: &Source,
    path: &str,
    node: &Node,
    words: [(&'static str, T); N],
    log: &mut Diagnostics,
) -> Option<T> {
    let word = text(source, path, node, log)?;
    let found = words.iter().find(|(known, _)| *known == word);
    if found.is_none() {
        let known = words.map(|(known, _)| known);
        log.push(wrong(source, node, path, Words::same(known.join(" / "))).nearest(word, known));
    }
    found.map(|(_, value)| *value)
}

/// Reads `estimand`.
pub(super) fn read_estimand(fields: &mut Fields<'_>, log: &mut Diagnostics) -> Option<Estimand> {
    match fields.optional("estimand") {
        Some(node) => one_of(fields.source, "estimand", node, Estimand::ALL, log),
        None => Some(Estimand::default()),
    }
}

fn unknown_kpi(source: &Source, id: &str, node: &Node, known: &[&str], log: &mut Diagnostics) {
    if known.is_empty() || known.contains(&id) {
        return;
    }
    let words = Words::new(format!("没有指标“{id}”"), format!("unknown KPI \"{id}\""));
    let place = source.place(node.span.start);
    log.push(
        Diagnostic::new("experiment::unknown_id", place, words).nearest(id, known.iter().copied()),
    );
}

/// A share or width above 0, below a limit.
fn positive(
    fields: &mut Fields<'_>,
    key: &str,
    below: f64,
    log: &mut Diagnostics,
) -> Option<Option<f64>> {
    let Some(node) = fields.optional(key) else { return Some(None) };
    let path = fields.path(key);
    let value = number(fields.source, &path, node, log)?;
    if value > 0.0 && value < below {
        return Some(Some(value));
    }
    let expected = if below.is_finite() {
        Words::new(format!("0 到 {below} 之间的数"), format!("a number between 0 and {below}"))
    } else {
        Words::new("大于 0 的数", "a number above 0")
    };
    log.push(wrong(fields.source, node, &path, expected));
    None
}

fn count(
    fields: &mut Fields<'_>,
    key: &str,
    least: i64,
    log: &mut Diagnostics,
) -> Option<Option<u32>> {
    let Some(node) = fields.optional(key) else { return Some(None) };
    let read = whole(fields.source, &fields.path(key), node, (least, 100_000), log)?;
    Some(Some(read as u32))
}

/// Reads `[precision]`.
pub(super) fn read_precision(
    source: &Source,
    node: &Node,
    kpis: &[&str],
    log: &mut Diagnostics,
) -> Option<LoadedPrecision> {
    let mut fields = Fields::of(source, "precision", node, log)?;
    let relative = positive(&mut fields, "relative", 1.0, log);
    let mut named = Vec::new();
    if let Some(node) = fields.optional("kpis") {
        for (id, node) in texts(source, "precision.kpis", node, log)? {
            unknown_kpi(source, id, node, kpis, log);
            named.push(id.to_owned());
        }
    }
    let mut absolute = Vec::new();
    if let Some(node) = fields.optional("absolute") {
        let widths = Fields::of(source, "precision.absolute", node, log)?;
        for entry in widths.entries() {
            unknown_kpi(source, &entry.key, &entry.node, kpis, log);
            let width = number(source, &widths.path(&entry.key), &entry.node, log)?;
            if width <= 0.0 {
                let expected = Words::new("大于 0 的数", "a number above 0");
                log.push(wrong(source, &entry.node, &entry.key, expected));
            }
            absolute.push((entry.key.clone(), width));
        }
    }
    let of = match fields.optional("of") {
        Some(node) => {
            one_of(source, "precision.of", node, [("mean", false), ("difference", true)], log)
        }
        None => Some(PRECISION.of_difference),
    };
    let at_least = count(&mut fields, "at_least", 2, log);
    let round = count(&mut fields, "round", 1, log);
    let at_most = count(&mut fields, "at_most", 2, log);
    let look_ahead = count(&mut fields, "look_ahead", 0, log);
    let place = fields.place();
    fields.finish(log);
    let relative = relative?;
    if relative.is_none() && absolute.is_empty() {
        let words = Words::new(
            "缺少 precision.relative 或 precision.absolute",
            "\"precision.relative\" or \"precision.absolute\" is missing",
        );
        log.push(Diagnostic::new("file::missing_key", place, words));
        return None;
    }
    Some(LoadedPrecision {
        relative,
        kpis: named,
        absolute,
        of_difference: of?,
        at_least: at_least?.unwrap_or(PRECISION.at_least),
        round: round?.unwrap_or(PRECISION.round),
        at_most: at_most?.unwrap_or(PRECISION.at_most),
        look_ahead: look_ahead?.unwrap_or(PRECISION.look_ahead),
    })
}

/// Reads `[select]`.
pub(super) fn read_select(
    source: &Source,
    node: &Node,
    kpis: &[&str],
    log: &mut Diagnostics,
) -> Option<LoadedSelect> {
    let mut fields = Fields::of(source, "select", node, log)?;
    let kpi = match fields.optional("kpi") {
        Some(node) => text(source, "select.kpi", node, log).map(|id| {
            unknown_kpi(source, id, node, kpis, log);
            Some(id.to_owned())
        }),
        None => Some(None),
    };
    let goal = match fields.optional("goal") {
        Some(node) => {
            let words = [("max", Goal::Max), ("min", Goal::Min)];
            one_of(source, "select.goal", node, words, log).map(Some)
        }
        None => Some(None),
    };
    let method = match fields.optional("method") {
        Some(node) => one_of(source, "select.method", node, SelectMethod::ALL, log).map(Some),
        None => Some(None),
    };
    let delta = positive(&mut fields, "delta", f64::INFINITY, log);
    let confidence = positive(&mut fields, "confidence", 1.0, log);
    let first_stage = count(&mut fields, "first_stage", 3, log);
    let round = count(&mut fields, "round", 1, log);
    let at_most = count(&mut fields, "at_most", 3, log);
    let budget = count(&mut fields, "budget", 2, log);
    fields.finish(log);
    Some(LoadedSelect {
        kpi: kpi?,
        goal: goal?,
        method: method?,
        delta: delta?,
        confidence: confidence?,
        first_stage: first_stage?,
        round: round?,
        at_most: at_most?,
        budget: budget?,
    })
}
