//! The `[design]` of an experiment: factors and a rule, made into arms.

use super::factor::{Base, Factor, Setting};
use super::factors::{read_factors, read_group_factors};
use super::model::LoadedModel;
use super::plan::LoadedPlan;
use super::scenario::read_stack;
use crate::spec::{
    Diagnostic, Diagnostics, Fields, Node, Place, Source, Words, text, texts, whole, wrong,
};
use crate::stats::design::{
    fractional, fractional_with, full, latin, max_correlation, nearly_orthogonal, one_at_a_time,
    sobol,
};

/// Most arms of one design.
const MOST_ARMS: usize = 20_000;

/// How points are chosen, as written in files.
pub(super) const KINDS: [&str; 8] = [
    "factorial",
    "grid",
    "fractional",
    "one_at_a_time",
    "dose",
    "latin",
    "nearly_orthogonal",
    "sobol",
];

/// A design, made into points.
#[derive(Clone, Debug)]
pub struct LoadedDesign {
    /// How points were chosen.
    pub kind: String,
    /// What its arms have in common.
    pub base: Base,
    /// Its factors.
    pub factors: Vec<Factor>,
    /// A row per arm of the design: the arm's name and its setting of every factor; none where the
    /// factor is left as the scenario has it.
    pub points: Vec<(String, Vec<Option<Setting>>)>,
    /// What is to be known about the design, in both languages.
    pub notes: Vec<Words>,
}

/// What `[design]` says besides its factors.
struct Rule<'a> {
    kind: String,
    n_points: Option<usize>,
    less: usize,
    generators: Vec<&'a str>,
    seed: u64,
}

/// Reads a design and makes its arms. `arms` are those listed beside it; without them the
/// scenario itself comes first, as `base`, unless the first point is just that.
pub(super) fn read_design(
    source: &Source,
    node: &Node,
    model: &LoadedModel,
    arms: Vec<LoadedPlan>,
    log: &mut Diagnostics,
) -> Option<(LoadedDesign, Vec<LoadedPlan>)> {
    let mut fields = Fields::of(source, "design", node, log)?;
    let place = fields.place();
    let scenario = fields.optional("scenario");
    let stack = match scenario {
        None => read_stack(model, "before", Some(place.clone()), log),
        Some(node) => text(source, "design.scenario", node, log).and_then(|scenario| {
            read_stack(model, scenario, Some(source.place(node.span.start)), log)
        }),
    };
    let rule = read_rule(&mut fields, log);
    let groups = match fields.optional("groups") {
        Some(node) => read_group_factors(source, node, model, log),
        None => Some(Vec::new()),
    };
    let written = match &groups {
        Some(groups) if groups.is_empty() => fields.required("factors", log),
        _ => fields.optional("factors"),
    };
    let written = match written {
        Some(node) => read_factors(source, node, model, log),
        None => Some(Vec::new()),
    };
    let factors = groups.zip(written).map(|(groups, written)| [groups, written].concat());
    fields.finish(log);
    let (rule, factors, base) = (rule?, factors?, Base::of(stack?));
    let (points, notes) = settings(&rule, &factors, &place, log)?;
    let mut made = arms;
    let mut rows = Vec::new();
    let listed = made.len();
    for (index, point) in points.into_iter().enumerate() {
        let name = format!("p{:03}", index + 1);
        let set: Vec<(&Factor, &Setting)> = factors
            .iter()
            .zip(&point)
            .filter_map(|(factor, setting)| Some((factor, setting.as_ref()?)))
            .collect();
        if set.is_empty() {
            let name = if listed == 0 && index == 0 { "base" } else { &*name };
            made.push(base.unmoved(model, name));
            rows.push((name.to_owned(), point));
            continue;
        }
        made.push(base.arm(model, &name, &set));
        rows.push((name, point));
    }
    if listed == 0 && !rows.is_empty() {
        let unmoved = base.unmoved(model, "base");
        if made[0].plan != unmoved.plan || made[0].changes != unmoved.changes {
            made.insert(0, unmoved);
        }
    }
    Some((LoadedDesign { kind: rule.kind, base, factors, points: rows, notes }, made))
}

fn read_rule<'a>(fields: &mut Fields<'a>, log: &mut Diagnostics) -> Option<Rule<'a>> {
    let source = fields.source;
    let kind = fields.required("kind", log).and_then(|node| {
        let kind = text(source, "design.kind", node, log)?;
        if !KINDS.contains(&kind) {
            let expected = Words::same(KINDS.join(" / "));
            log.push(wrong(source, node, "design.kind", expected).nearest(kind, KINDS));
            return None;
        }
        Some(kind.to_owned())
    });
    let mut count = |key: &str, limits: (i64, i64)| {
        let node = fields.optional(key)?;
        Some(whole(source, &fields.path(key), node, limits, log))
    };
    let n_points = count("points", (2, MOST_ARMS as i64));
    let less = count("fraction", (1, 16)).unwrap_or(Some(1));
    let seed = count("seed", (0, i64::MAX)).unwrap_or(Some(1));
    let generators = match fields.optional("generators") {
        Some(node) => texts(source, "design.generators", node, log)
            .map(|list| list.into_iter().map(|(text, _)| text).collect()),
        None => Some(Vec::new()),
    };
    let n_points = match n_points {
        Some(read) => Some(read? as usize),
        None => None,
    };
    let (less, seed) = (less? as usize, seed? as u64);
    Some(Rule { kind: kind?, n_points, less, generators: generators?, seed })
}

/// Settings of every factor, point by point.
type Points = Vec<Vec<Option<Setting>>>;

fn settings(
    rule: &Rule<'_>,
    factors: &[Factor],
    place: &Place,
    log: &mut Diagnostics,
) -> Option<(Points, Vec<Words>)> {
    let levels: Vec<usize> = factors.iter().map(Factor::n_levels).collect();
    let at_levels = |rows: Vec<Vec<usize>>| -> Points {
        let row = |row: Vec<usize>| {
            factors.iter().zip(row).map(|(factor, level)| Some(factor.level(level))).collect()
        };
        rows.into_iter().map(row).collect()
    };
    let mut wrong = |words: Words| {
        log.push(Diagnostic::new("experiment::design", place.clone(), words));
    };
    let n_arms = match &*rule.kind {
        "factorial" | "grid" => levels.iter().try_fold(1usize, |all, n| all.checked_mul(*n)),
        _ => Some(levels.iter().sum()),
    };
    if n_arms.is_none_or(|n| n > MOST_ARMS) {
        wrong(Words::new(
            format!("设计超过 {MOST_ARMS} 个方案"),
            format!("the design has more than {MOST_ARMS} arms"),
        ));
        return None;
    }
    match &*rule.kind {
        "factorial" | "grid" => Some((at_levels(full(&levels)), Vec::new())),
        "one_at_a_time" | "dose" => Some((alone(factors, &levels), Vec::new())),
        "fractional" => {
            if levels.iter().any(|n| *n != 2) {
                wrong(Words::new(
                    "部分因子设计的每个因子须恰有两个水平",
                    "in a fractional design every factor has exactly two levels",
                ));
                return None;
            }
            let made = if rule.generators.is_empty() {
                fractional(levels.len(), rule.less)
            } else {
                fractional_with(levels.len(), &rule.generators)
            };
            match made {
                Ok(fraction) => {
                    let note = about_fraction(&fraction);
                    Some((at_levels(fraction.rows), vec![note]))
                }
                Err(error) => {
                    wrong(Words::new(format!("不成立的部分因子设计：{error}"), error.to_string()));
                    None
                }
            }
        }
        _ => positions(rule, levels.len(), place, log).map(|(rows, notes)| {
            let row = |row: Vec<f64>| factors.iter().zip(row).map(|(f, u)| Some(f.at(u))).collect();
            (rows.into_iter().map(row).collect(), notes)
        }),
    }
}

/// Points of the unit cube.
fn positions(
    rule: &Rule<'_>,
    dims: usize,
    place: &Place,
    log: &mut Diagnostics,
) -> Option<(Vec<Vec<f64>>, Vec<Words>)> {
    let mut wrong = |words: Words| {
        log.push(Diagnostic::new("experiment::design", place.clone(), words));
    };
    let Some(n) = rule.n_points else {
        wrong(Words::new("缺少 design.points", "\"design.points\" is missing"));
        return None;
    };
    match &*rule.kind {
        "latin" => Some((latin(n, dims, rule.seed), Vec::new())),
        "nearly_orthogonal" => {
            let rows = nearly_orthogonal(n, dims, rule.seed);
            let note = about_correlation(max_correlation(&rows));
            Some((rows, vec![note]))
        }
        _ => match sobol(n, dims, Some(rule.seed)) {
            Ok(rows) => Some((rows, Vec::new())),
            Err(error) => {
                wrong(Words::new(format!("不成立的 Sobol 点：{error}"), error.to_string()));
                None
            }
        },
    }
}

/// The scenario as it is, then each factor alone at each of its levels.
fn alone(factors: &[Factor], levels: &[usize]) -> Points {
    // Level 0 stands for "left as it is", so a factor of n levels has n + 1.
    let more: Vec<usize> = levels.iter().map(|n| n + 1).collect();
    let rows = one_at_a_time(&more, &vec![0; levels.len()]);
    let setting = |(factor, level): (&Factor, usize)| Some(factor.level(level.checked_sub(1)?));
    rows.into_iter().map(|row| factors.iter().zip(row).map(setting).collect()).collect()
}

fn about_fraction(fraction: &crate::stats::design::Fraction) -> Words {
    let resolution = fraction.resolution.map_or_else(|| "-".to_owned(), |r| r.to_string());
    let (runs, made) = (fraction.rows.len(), fraction.generators.join(", "));
    Words::new(
        format!("部分因子设计：{runs} 个方案，分辨度 {resolution}，生成关系 {made}"),
        format!("Fractional design: {runs} arms, resolution {resolution}, generators {made}"),
    )
}

fn about_correlation(worst: f64) -> Words {
    Words::new(
        format!("近正交拉丁超立方：因子间最大相关 {worst:.3}"),
        format!("Nearly orthogonal Latin hypercube: largest correlation of factors {worst:.3}"),
    )
}
