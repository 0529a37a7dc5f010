//! How many runs a question takes: a number, a precision, or a choice; what came of it in words.

use crate::compile::{Goal, LoadedPrecision, LoadedSelect, PRECISION, SelectMethod};
use crate::measure::{KPIS, KpiId};
use crate::stats::{Good, Target};
use crate::study::{Arm, Control, Method, Note, Of, Reached, Selected, SelectionRule};

use super::failure::Failure;

/// What decides how many runs are made.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Runs {
    /// As many as the question says.
    Fixed,
    /// Until KPIs are precise enough.
    Precise(Control),
    /// Until the best arm is known.
    Choose(SelectionRule),
}

impl Runs {
    /// The rule in stable words, for `manifest.json`; none where the number is fixed. A word per
    /// part, `name=value`, as `docs/reference/outputs.md` says.
    pub(super) fn rule(&self) -> Option<String> {
        match self {
            Runs::Fixed => None,
            Runs::Precise(rule) => {
                let mut words = vec![format!(
                    "precision of={} first={} round={} at_most={} look_ahead={}",
                    rule.of.id(),
                    rule.at_least,
                    rule.round,
                    rule.at_most,
                    rule.look_ahead
                )];
                words.extend(rule.targets.iter().map(|(kpi, target)| {
                    let (kind, bound) = match target {
                        Target::Relative(share) => ("relative", share),
                        Target::Absolute(width) => ("absolute", width),
                    };
                    format!("{}={kind}:{bound}", KPIS[kpi.index()].id)
                }));
                Some(words.join(" "))
            }
            Runs::Choose(rule) => {
                let goal = if rule.larger { "max" } else { "min" };
                let kpi = KPIS[rule.kpi.index()].id;
                let SelectionRule { first_stage, delta, confidence, .. } = rule;
                let sure = format!("delta={delta} confidence={confidence}");
                Some(match rule.method {
                    Method::Kn { round, at_most } => format!(
                        "select method=kn kpi={kpi} goal={goal} {sure} first={first_stage} \
                         round={round} at_most={at_most}"
                    ),
                    Method::Rinott { at_most } => format!(
                        "select method=rinott kpi={kpi} goal={goal} {sure} first={first_stage} \
                         at_most={at_most}"
                    ),
                    Method::Ocba { budget, step } => format!(
                        "select method=ocba kpi={kpi} goal={goal} first={first_stage} \
                         round={step} budget={budget}"
                    ),
                })
            }
        }
    }
}

/// What a choice asks and what it can cost, before any run: the forecast needs variances, which
/// only the first stage shows.
pub(super) fn selection_plan(choice: &SelectionRule, arms: usize) -> Note {
    let kpi = &KPIS[choice.kpi.index()];
    let first = choice.first_stage as usize * arms;
    let (delta, unit, percent) = (choice.delta, kpi.unit, choice.confidence * 100.0);
    let goal = if choice.larger { ("大", "largest") } else { ("小", "smallest") };
    let (zh, en) = match choice.method {
        Method::Kn { at_most, .. } | Method::Rinott { at_most } => {
            let most = at_most as usize * arms;
            (
                format!(
                    "最优与其余之差不小于 {delta} {unit} 时，选对的概率至少 {percent}%。第一阶段 \
                     {first} 次运行，之后给出预计次数；最多 {most} 次"
                ),
                format!(
                    "If the best is better than each other by at least {delta} {unit}, it is \
                     selected with probability at least {percent}%. The first stage takes {first} \
                     runs and is followed by a forecast; {most} runs at most"
                ),
            )
        }
        Method::Ocba { budget, .. } => (
            format!("预算 {budget} 次运行，第一阶段 {first} 次；这种方法不保证选对的概率"),
            format!(
                "Budget {budget} runs, {first} of them in the first stage; this method does not \
                 guarantee a probability of correct selection"
            ),
        ),
    };
    Note {
        zh: format!("从 {arms} 个方案中选{}最{}的。{zh}。", kpi.zh, goal.0),
        en: format!("Choosing the arm of {arms} with the {} {}. {en}.", goal.1, kpi.en),
    }
}

/// KPIs that every briefing begins with.
pub(super) const HEADLINE: [&str; 6] = [
    "on_time_share",
    "time_to_close_mean",
    "time_to_resolve_mean",
    "resolution_share",
    "satisfaction_share",
    "return_share",
];

fn find(id: &str) -> Result<KpiId, Failure> {
    KpiId::find(id).ok_or_else(|| Failure::no_kpi(id))
}

/// The rule of a file's `[precision]`, or of `--precision` alone; `cap` is `--replications` beside
/// it.
pub(super) fn control(
    loaded: Option<&LoadedPrecision>,
    relative: Option<f64>,
    cap: Option<u32>,
    primary: &[String],
) -> Result<Control, Failure> {
    if let Some(share) = relative
        && !(share > 0.0 && share < 1.0)
    {
        return Err(Failure::usage([
            format!("--precision {share}：应为比例，如 0.05"),
            format!("--precision {share}: expected a share such as 0.05"),
        ]));
    }
    let said = loaded.cloned().unwrap_or(PRECISION);
    let relative = relative.or(said.relative);
    let named: Vec<&str> = match (said.kpis.as_slice(), primary) {
        ([], []) => HEADLINE.to_vec(),
        ([], primary) => primary.iter().map(String::as_str).collect(),
        (kpis, _) => kpis.iter().map(String::as_str).collect(),
    };
    let mut targets = Vec::new();
    for (id, width) in &said.absolute {
        targets.push((find(id)?, Target::Absolute(*width)));
    }
    for id in named {
        // A KPI with a width of its own is not asked twice.
        if let Some(share) = relative
            && !said.absolute.iter().any(|(known, _)| known == id)
        {
            targets.push((find(id)?, Target::Relative(share)));
        }
    }
    let at_most = cap.unwrap_or(said.at_most);
    if at_most < 2 {
        return Err(Failure::usage([
            format!("--replications {at_most}：要求精度就要有区间，至少 2 次"),
            format!("--replications {at_most}: a precision needs an interval, so 2 or more"),
        ]));
    }
    Ok(Control {
        targets,
        of: if said.of_difference { Of::Difference } else { Of::Mean },
        at_least: said.at_least.min(at_most),
        round: said.round,
        at_most,
        look_ahead: said.look_ahead,
    })
}

/// What is to be chosen: the options over the file's `[select]`.
pub(super) fn choice(
    file: Option<&LoadedSelect>,
    said: &LoadedSelect,
    primary: &[String],
    n_arms: usize,
) -> Result<SelectionRule, Failure> {
    let none = LoadedSelect::default();
    let file = file.unwrap_or(&none);
    let missing = |what: &str| {
        Failure::usage([
            format!("select 需要 {what}：写在命令行，或写在文件的 [select] 里"),
            format!("select needs {what}: an option, or a key of [select] in the file"),
        ])
    };
    let kpi = said.kpi.as_ref().or(file.kpi.as_ref()).or(primary.first());
    let kpi = find(kpi.ok_or_else(|| missing("--kpi"))?)?;
    let own = KPIS[kpi.index()].good;
    let larger = match (file.goal, own) {
        (Some(goal), _) => goal == Goal::Max,
        (None, Good::Up) => true,
        (None, Good::Down) => false,
        (None, Good::Neither) => {
            let id = KPIS[kpi.index()].id;
            return Err(Failure::usage([
                format!("{id} 没有好坏方向：请在 [select] 里写 goal = \"min\" 或 \"max\""),
                format!("{id} has no good direction: say goal = \"min\" or \"max\" in [select]"),
            ]));
        }
    };
    let method = said.method.or(file.method).unwrap_or(SelectMethod::Kn);
    if said.budget.is_some() && method != SelectMethod::Ocba {
        return Err(Failure::usage([
            "--budget 只用于 --method ocba；其他方法用 --at-most",
            "--budget is for --method ocba only; other methods take --at-most",
        ]));
    }
    let delta = said.delta.or(file.delta);
    let confidence = said.confidence.or(file.confidence).unwrap_or(0.95);
    if !(confidence > 0.0 && confidence < 1.0) {
        return Err(Failure::usage([
            format!("--confidence {confidence}：应为小于 1 的比例"),
            format!("--confidence {confidence}: expected a share below 1"),
        ]));
    }
    if delta.is_some_and(|delta| delta <= 0.0 || !delta.is_finite()) {
        return Err(Failure::usage(["--delta 必须大于 0", "--delta must be above 0"]));
    }
    if n_arms < 2 {
        return Err(Failure::usage(["select 至少需要两个方案", "select needs two arms or more"]));
    }
    let first_stage = said.first_stage.or(file.first_stage).unwrap_or(10);
    let at_most = said.at_most.or(file.at_most).unwrap_or(500).max(first_stage);
    let (method, delta) = match method {
        SelectMethod::Kn => {
            let round = said.round.or(file.round).unwrap_or(10);
            (Method::Kn { round, at_most }, delta.ok_or_else(|| missing("--delta"))?)
        }
        SelectMethod::Rinott => {
            (Method::Rinott { at_most }, delta.ok_or_else(|| missing("--delta"))?)
        }
        SelectMethod::Ocba => {
            let budget = said.budget.or(file.budget).ok_or_else(|| missing("--budget"))?;
            let least = first_stage.saturating_mul(n_arms as u32);
            if budget < least {
                return Err(Failure::usage([
                    format!("--budget {budget}：仅第一阶段就要运行 {least} 次"),
                    format!("--budget {budget}: the first stage alone takes {least} runs"),
                ]));
            }
            let step = said.round.or(file.round).unwrap_or(10);
            (Method::Ocba { budget, step }, delta.unwrap_or(f64::NAN))
        }
    };
    Ok(SelectionRule { kpi, larger, method, delta, confidence, first_stage })
}

/// How many replications were needed and which KPI asked for them; or that it was not reached.
pub(super) fn precision_notes(reached: &[Reached], arms: &[Arm]) -> Vec<Note> {
    let kpi = |r: &Reached| &KPIS[r.kpi.index()];
    let open: Vec<&Reached> = reached.iter().filter(|r| r.needed.is_none()).collect();
    if open.is_empty() {
        let last = reached.iter().max_by_key(|r| r.needed.unwrap_or(0));
        return last
            .map(|r| {
                let (n, arm) = (r.needed.unwrap_or(0), &arms[r.arm]);
                let (zh, en) = (kpi(r).zh, kpi(r).en);
                Note {
                    zh: format!(
                        "精度已达到：需要 {n} 次重复，要求最多的是方案“{}”的{zh}。",
                        arm.zh
                    ),
                    en: format!(
                        "Precision reached: {n} replications were needed; {en} of {} asked for \
                         the most.",
                        arm.en
                    ),
                }
            })
            .into_iter()
            .collect();
    }
    open.into_iter()
        .map(|r| {
            let arm = &arms[r.arm];
            let (unit, factor) = match r.target {
                Target::Relative(_) => ("%", 100.0),
                Target::Absolute(_) => (kpi(r).unit, 1.0),
            };
            let (Target::Relative(asked) | Target::Absolute(asked)) = r.target;
            let (have, want) = (r.half_width * factor, asked * factor);
            let n = r.forecast.map_or_else(|| "?".to_owned(), |n| n.to_string());
            let (zh, en) = (kpi(r).zh, kpi(r).en);
            Note {
                zh: format!(
                    "精度未达到：方案“{}”的{zh}，半宽 {have:.4} {unit}，要求 {want:.4} {unit}；\
                     照此估计约需 {n} 次重复。",
                    arm.zh
                ),
                en: format!(
                    "Precision not reached: {en} of {}, half-width {have:.4} {unit}, asked \
                     {want:.4} {unit}; about {n} replications would do.",
                    arm.en
                ),
            }
        })
        .collect()
}

/// The outcome of a choice in words.
pub(super) fn selection_notes(choice: &SelectionRule, found: &Selected, arms: &[Arm]) -> Vec<Note> {
    let kpi = &KPIS[choice.kpi.index()];
    let (spent, leader) = (found.spent, &arms[found.leader]);
    let (delta, unit) = (choice.delta, kpi.unit);
    let percent = choice.confidence * 100.0;
    let forecast = found.forecast.map_or_else(String::new, |n| format!("{n}"));
    let note = match (found.chosen, found.guaranteed) {
        (Some(_), true) => Note {
            zh: format!(
                "选出“{}”（{}）：只要最优与其余方案之差不小于 {delta} {unit}，选对的概率至少 \
                 {percent}%。共运行 {spent} 次（第一阶段后预计 {forecast} 次）。",
                leader.zh, kpi.zh
            ),
            en: format!(
                "Selected: {}, by {}. If the best is better than each other by at least \
                 {delta} {unit}, it is selected with probability at least {percent}%. {spent} runs \
                 (forecast after the first stage: {forecast}).",
                leader.en, kpi.en
            ),
        },
        (Some(_), false) => Note {
            zh: format!(
                "预算 {spent} 次运行内均值最好的是“{}”（{}）；这种方法不保证选对的概率。",
                leader.zh, kpi.zh
            ),
            en: format!(
                "Best mean within {spent} runs: {}, by {}. This method does not guarantee a \
                 probability of correct selection.",
                leader.en, kpi.en
            ),
        },
        (None, _) => {
            let open = found.candidates.iter().filter(|c| c.dropped_at.is_none()).count();
            Note {
                zh: format!(
                    "未能按约定的概率选出：达到上限时还剩 {open} 个方案，共运行 {spent} 次（预计 \
                     {forecast} 次）。目前均值最好的是“{}”。",
                    leader.zh
                ),
                en: format!(
                    "No selection with the stated probability: {open} arms were left at the cap, \
                     after {spent} runs (forecast {forecast}). Best mean so far: {}.",
                    leader.en
                ),
            }
        }
    };
    vec![note]
}
