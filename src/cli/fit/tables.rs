//! Tables and words of a fit.

use super::{Found, Job};
use crate::study::Note;
use crate::table::Table;

/// `parameter, name_zh, name_en, unit, source, value, prior_low, prior_high, low, lower_quartile,
/// median, upper_quartile, high, best, left_share`: ranges before and after, a row per number.
pub(super) fn parameters(job: &Job, found: &Found) -> Table {
    let factors = job.factors();
    let city = &job.question.model.city;
    let text = |of: &dyn Fn(&crate::compile::Factor) -> String| -> Vec<String> {
        factors.iter().map(of).collect()
    };
    let assumed = |name: &str| city.assumptions.iter().find(|own| own.key == name);
    let number = |of: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..factors.len()).map(of).collect() };
    let quantile = |p: f64| number(&|at| job.number(at, found.left.quantile(at, p)));
    Table::new("fit")
        .with_text("parameter", text(&|factor| factor.name.clone()))
        .with_text("name_zh", text(&|factor| factor.zh.clone()))
        .with_text("name_en", text(&|factor| factor.en.clone()))
        .with_text("unit", text(&|factor| factor.unit.clone()))
        .with_text(
            "source",
            text(&|factor| assumed(&factor.name).map_or(String::new(), |own| own.source.clone())),
        )
        .with_number(
            "value",
            number(&|at| assumed(&factors[at].name).map_or(f64::NAN, |own| own.value)),
        )
        .with_number("prior_low", number(&|at| job.number(at, 0.0)))
        .with_number("prior_high", number(&|at| job.number(at, 1.0)))
        .with_number("low", quantile(0.025))
        .with_number("lower_quartile", quantile(0.25))
        .with_number("median", quantile(0.5))
        .with_number("upper_quartile", quantile(0.75))
        .with_number("high", quantile(0.975))
        .with_number("best", number(&|at| job.number(at, found.best()[at])))
        .with_number("left_share", vec![found.left.share; factors.len()])
}

/// `month, kpi, unit, observed, sd, prior_low, prior_high, fitted, spread, off, verdict`: how every
/// observation is met; the prior is what the first wave simulated.
pub(super) fn months(job: &Job, found: &Found) -> Table {
    let rows = &job.observed;
    let first = found.tried.first().map_or(&[][..], |(_, values)| values);
    let simulated = |row: usize| first.iter().map(move |run| run[row]).filter(|v| v.is_finite());
    let last = found.waves.last();
    let expected = |row: usize| {
        last.and_then(|wave| wave.expected(row, found.best())).unwrap_or((f64::NAN, f64::NAN))
    };
    let off = last.map_or_else(Vec::new, |wave| wave.off(&job.targets, found.best()));
    let off = |row: usize| off.get(row).copied().flatten().unwrap_or(f64::NAN);
    let text = |of: &dyn Fn(usize) -> String| -> Vec<String> { (0..rows.len()).map(of).collect() };
    let number = |of: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..rows.len()).map(of).collect() };
    Table::new("fit_months")
        .with_text("month", text(&|row| rows[row].month.clone()))
        .with_text("kpi", text(&|row| rows[row].kpi.kpi().id.to_owned()))
        .with_text("unit", text(&|row| rows[row].kpi.kpi().unit.to_owned()))
        .with_number("observed", number(&|row| rows[row].value))
        .with_number("sd", number(&|row| rows[row].sd.unwrap_or(f64::NAN)))
        .with_number("prior_low", number(&|row| simulated(row).fold(f64::NAN, f64::min)))
        .with_number("prior_high", number(&|row| simulated(row).fold(f64::NAN, f64::max)))
        .with_number("fitted", number(&|row| expected(row).0))
        .with_number("spread", number(&|row| expected(row).1))
        .with_number("off", number(&off))
        .with_text(
            "verdict",
            text(&|row| {
                let off = off(row);
                let word = if off.is_nan() {
                    "unknown"
                } else if off <= job.fit.cut {
                    "met"
                } else {
                    "missed"
                };
                word.to_owned()
            }),
        )
}

/// `wave, setting, parameter, value`: where each wave simulated.
pub(super) fn settings(job: &Job, found: &Found) -> Table {
    let (mut waves, mut settings, mut names, mut values) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (wave, (points, _)) in found.tried.iter().enumerate() {
        for (at, point) in points.iter().enumerate() {
            for (factor, position) in point.iter().enumerate() {
                waves.push(wave as i64 + 1);
                settings.push(at as i64 + 1);
                names.push(job.factors()[factor].name.clone());
                values.push(job.number(factor, *position));
            }
        }
    }
    Table::new("fit_settings")
        .with_int("wave", waves)
        .with_int("setting", settings)
        .with_text("parameter", names)
        .with_number("value", values)
}

/// What is to be known about the fit.
pub(super) fn notes(job: &Job, found: &Found) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |zh: String, en: String| notes.push(Note { zh, en });
    let cut = job.fit.cut;
    if found.left.plausible {
        let share = 100.0 * found.left.share;
        note(
            format!("给定范围的 {share:.2}% 没有被观测排除(界限 {cut} 个标准差)。这不是概率密度。"),
            format!(
                "{share:.2}% of the ranges is not ruled out by what was observed (at {cut} standard \
                 deviations). This is not a probability density."
            ),
        );
    } else {
        note(
            "范围内没有一种取值能同时满足各项观测；表中是最接近的百分之一。".to_owned(),
            "No setting within the ranges meets all that was observed; the table shows the \
             least implausible hundredth."
                .to_owned(),
        );
    }
    let vague: Vec<&str> = (0..job.factors().len())
        .filter(|at| found.left.quantile(*at, 0.975) - found.left.quantile(*at, 0.025) > 0.8)
        .map(|at| job.factors()[at].name.as_str())
        .collect();
    if !vague.is_empty() {
        let names = vague.join(", ");
        note(
            format!("观测对这些参数几乎没有约束：{names}"),
            format!("What was observed says next to nothing about: {names}"),
        );
    }
    let best: Vec<String> = (0..job.factors().len())
        .map(|at| format!("--set {}={}", job.factors()[at].name, job.number(at, found.best()[at])))
        .collect();
    let best = best.join(" ");
    note(format!("最接近的取值：{best}"), format!("The least implausible setting: {best}"));
    for broken in &found.broken {
        note(format!("运行失败：{broken}"), format!("A run failed: {broken}"));
    }
    notes
}
