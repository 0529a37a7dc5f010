//! The answer in a sentence: nothing but what verdict and interval both support.

use super::briefing::{Briefing, Paired};
use super::findings;
use super::wording::{self, Claim, Lang};

/// KPIs that the answer speaks of; the table beside it has the others.
const SPOKEN: usize = 3;

/// What is said of an arm: the answer in one sentence, and what else can be said.
pub(super) struct Answer {
    /// The first primary KPI, with its interval.
    pub lead: String,
    /// The next primary KPIs, and how many verdicts of which kind there are.
    pub rest: String,
}

/// What the analyses in the bundle answer, then an answer for each arm that is compared: the first
/// primary KPIs, then the count of verdicts. Of many arms, which of them may be the best.
pub(super) fn answers(briefing: &Briefing, lang: Lang) -> Vec<Answer> {
    let mut answers = findings::answers(briefing, lang);
    if briefing.has_many_arms() {
        answers.extend(findings::many(briefing, lang));
    } else if briefing.meta.arms.len() > 1 {
        answers.extend(of_arms(briefing, lang));
    } else if answers.is_empty() {
        answers.extend(findings::single(briefing, lang));
    }
    answers
}

/// An answer for each arm.
fn of_arms(briefing: &Briefing, lang: Lang) -> Vec<Answer> {
    briefing
        .others()
        .filter_map(|arm| {
            let headline = briefing.headline(arm);
            let first = headline.first()?;
            let chosen = briefing.meta.primary_kpis.len().clamp(1, SPOKEN);
            let more = headline.iter().skip(1).take(chosen - 1);
            let mut rest: Vec<String> =
                more.map(|paired| sentence(briefing, arm, paired, lang, Place::Further)).collect();
            rest.push(tally(briefing, &headline, lang));
            let lead = sentence(briefing, arm, first, lang, Place::Lead);
            Some(Answer { lead, rest: lang.join(&rest) })
        })
        .collect()
}

/// Where a sentence stands: only the first names both arms.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Lead,
    Further,
}

/// One line for each arm: the headline KPIs of which nothing is claimed, and why. None of many
/// arms: their answer names no KPI of a single one.
pub(super) fn not_claimed(briefing: &Briefing, lang: Lang) -> Vec<String> {
    if briefing.has_many_arms() {
        return Vec::new();
    }
    let line = |arm: &String| {
        let headline = briefing.headline(arm);
        let parts: Vec<String> = [Claim::IncludesZero, Claim::NotAfterHolm, Claim::NoInterval]
            .into_iter()
            .filter_map(|why| {
                let silent = headline.iter().filter(|paired| Claim::of(paired) == why);
                let names: Vec<String> =
                    silent.map(|paired| briefing.kpi(&paired.kpi, lang)).collect();
                if names.is_empty() {
                    return None;
                }
                let (names, why) = (names.join(lang.pick("、", ", ")), why.words(lang));
                Some(match lang {
                    Lang::Zh => format!("{names}（{why}）"),
                    Lang::En => format!("{names} ({why})"),
                })
            })
            .collect();
        let name = briefing.arm(arm, lang);
        (!parts.is_empty()).then(|| match lang {
            Lang::Zh => format!("{name}：{}。", parts.join("；")),
            Lang::En => format!("{name}: {}.", parts.join("; ")),
        })
    };
    briefing.others().filter_map(line).collect()
}

/// What may be said of one KPI.
fn sentence(briefing: &Briefing, arm: &str, paired: &Paired, lang: Lang, place: Place) -> String {
    let kpi = briefing.kpi(&paired.kpi, lang);
    let (arm_id, base) = (arm, briefing.arm(&briefing.meta.baseline, lang));
    let arm = briefing.arm(arm_id, lang);
    let unit = briefing.unit(&paired.kpi, &briefing.raw_unit(&paired.kpi), lang);
    let (low, high) = (paired.low, paired.high);
    let places = unit.places(paired.difference, low, high);
    let difference = unit.difference(paired.difference, places);
    let claim = Claim::of(paired);
    if claim == Claim::NoInterval {
        return match lang {
            Lang::Zh => format!("{kpi}：重复不足，给不出区间，不作结论。"),
            Lang::En => {
                format!("{kpi}: too few replications for an interval, so no claim is made.")
            }
        };
    }
    // The arms are named once; the sentences after speak of the same two.
    let subject = match place {
        Place::Lead => format!("与{base}相比，{arm}的"),
        Place::Further => String::new(),
    };
    let level = wording::confidence(briefing);
    let interval = unit.interval(low, high, places, true);
    let n = paired.n;
    let unknown = briefing.unknown(arm_id, &paired.kpi).map(|unknown| {
        let interval = unit.interval(unknown.low, unknown.high, places, true);
        match lang {
            Lang::Zh => format!("；假定的数变动时 {interval}"),
            Lang::En => format!("; with assumed numbers moved {interval}"),
        }
    });
    let unknown = unknown.unwrap_or_default();
    let backing = match lang {
        Lang::Zh => format!("{level} 区间 {interval}，n = {n}{unknown}"),
        Lang::En => format!("{level} interval {interval}, n = {n}{unknown}"),
    };
    if !claim.is_made() {
        let words = claim.words(lang);
        return match lang {
            Lang::Zh => {
                format!("{subject}{kpi}之差为 {difference}（{backing}）：{words}。")
            }
            Lang::En => format!(
                "{kpi}: the difference between {arm} and {base} is {difference} ({backing}); \
                 {words}, \
                 so nothing is claimed."
            ),
        };
    }
    let show = |mean: f64| unit.level(mean, places);
    let (before, after) = (show(paired.baseline.mean), show(paired.arm.mean));
    let verdict = claim.short(lang);
    match lang {
        Lang::Zh => {
            let moved = if paired.difference < 0.0 { "降至" } else { "升至" };
            format!(
                "{subject}{kpi}由 {before} {moved} {after}，差 {difference}（{backing}），\
                 {verdict}。"
            )
        }
        Lang::En => {
            let moved = if paired.difference < 0.0 { "falls" } else { "rises" };
            format!(
                "{kpi} {moved} from {before} ({base}) to {after} ({arm}), a difference of \
                 {difference} \
                 ({backing}): {verdict}."
            )
        }
    }
}

/// So many KPIs of one verdict are named; of more the table beside says which.
const NAMED: usize = 6;

/// Which headline KPIs got which verdict; the few of which something is claimed by name.
fn tally(briefing: &Briefing, headline: &[Paired], lang: Lang) -> String {
    let with = |wanted: Claim| -> Vec<String> {
        let found = headline.iter().filter(|paired| Claim::of(paired) == wanted);
        found.map(|paired| briefing.kpi(&paired.kpi, lang)).collect()
    };
    let unclear = headline.iter().filter(|paired| !Claim::of(paired).is_made()).count();
    let all = headline.len();
    if unclear == all {
        return match lang {
            Lang::Zh => format!("{all} 项主要指标中没有一项差别可以断定；这并不表示两者相同。"),
            Lang::En => format!(
                "Of {all} headline KPIs none shows a difference that can be claimed; that does \
                 not make \
                 the arms the same."
            ),
        };
    }
    let claimed = [Claim::Better, Claim::Worse, Claim::Changed].map(|claim| (with(claim), claim));
    let mut parts: Vec<String> = claimed
        .iter()
        .filter(|(names, _)| !names.is_empty())
        .map(|(names, claim)| {
            let (count, short) = (names.len(), claim.short(lang));
            let few = count <= NAMED;
            match lang {
                Lang::Zh if few => format!("{short} {count} 项（{}）", names.join("、")),
                Lang::En if few => format!("{count} {short} ({})", names.join(", ")),
                Lang::Zh => format!("{short} {count} 项"),
                Lang::En => format!("{count} {short}"),
            }
        })
        .collect();
    if unclear > 0 {
        let short = Claim::IncludesZero.short(lang);
        parts.push(match lang {
            Lang::Zh => format!("{short} {unclear} 项"),
            Lang::En => format!("{unclear} {short}"),
        });
    }
    match lang {
        Lang::Zh => format!("{all} 项主要指标中：{}。", parts.join("；")),
        Lang::En => format!("Of {all} headline KPIs: {}.", parts.join("; ")),
    }
}
