//! `--ignorance`: the arms of a question once more, at numbers drawn from their assumed ranges.

use crate::compile::{Factor, LoadedModel, LoadedPlan, Setting, assumed, in_other_numbers};
use crate::store::OutDir;
use crate::study::sensitivity::Settings;
use crate::study::{Bench, Ignorance, NoPoints, PointJournal, Study, StudyResult};
use crate::table::Table;

use super::failure::Failure;
use super::options::{Lang, OutOptions, on_threads};
use super::output;
use super::points::planned;
use super::progress;
use super::question::Question;

/// Every number that the model only assumes and gives a range for.
pub(super) fn factors(
    model: &LoadedModel,
    lang: Lang,
    wanted: &dyn Fn(&str, &str) -> bool,
) -> Result<Vec<Factor>, Failure> {
    let city = &model.city;
    let ranged = |range: Option<(f64, f64)>| range.is_some_and(|(low, high)| low < high);
    assumed(city)
        .into_iter()
        .filter(|number| ranged(number.range) && wanted(&number.source, &number.key))
        .map(|number| Factor::of_assumption(city, &number.key).map_err(Failure::input(lang)))
        .collect()
}

/// Table `ignorance` of a finished study, and whether all its runs ended well.
pub(super) fn table(
    question: &Question,
    study: &Study,
    result: &StudyResult,
    folder: Option<&OutDir>,
    out: &OutOptions,
) -> Result<Option<(Table, bool)>, Failure> {
    let Some((samples, each)) = question.ignorance else { return Ok(None) };
    let factors = factors(&question.model, question.lang, &|source, _| source == "assumed")?;
    let mut settings = Settings::default();
    // The replications of the draws are the first ones of the study.
    let replications = u32::try_from(study.n_replications()).unwrap_or(u32::MAX).min(each);
    let n_arms = study.arms.len();
    let plan =
        Ignorance::new(n_arms, factors.len(), (samples, replications), study.seed, &mut settings);
    let points = plan.points();
    let lines: Vec<String> = settings
        .list
        .iter()
        .enumerate()
        .map(|(at, moved)| format!("{} draw {at} of {samples}", study.arms[moved.arm].name))
        .collect();
    let make = |at: usize| -> LoadedPlan {
        let moved = &settings.list[at];
        let set: Vec<Setting> =
            moved.at.iter().map(|&(factor, position)| factors[factor].at(position)).collect();
        in_other_numbers(question.plan(moved.arm), &set)
    };
    let kept = folder.map(OutDir::points).transpose()?;
    let journal: &dyn PointJournal =
        kept.as_ref().map_or(&NoPoints, |kept| kept as &dyn PointJournal);
    if !out.quiet {
        let what = question.lang.pick("未知（假定的数）", "Ignorance (assumed numbers)");
        let n_kept = kept.as_ref().map_or(0, crate::store::KeptPoints::len);
        output::aside(format_args!(
            "{}",
            planned(question.lang, what, points.len(), lines.len(), n_kept)
        ));
    }
    let progress = progress::progress(out.quiet, question.lang, Vec::new());
    let bench =
        Bench { study, settings: &lines, plan: &make, journal, progress: progress.as_ref() };
    let ran = on_threads(out.threads, || bench.run(&points))?;
    Ok(Some((plan.table(result, &ran), ran.failures.is_empty())))
}
