//! Words that more than one chart or table uses, in Chinese and English.
//!
//! The rule above all: what the interval does not support is not said. "Unclear" is never written
//! as "no difference".

use super::briefing::{Briefing, Paired};
use super::format;

/// Language of charts and reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The text of this language.
    pub(super) fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// Code for HTML's `lang`.
    pub(super) fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    /// Two sentences in a row.
    pub(super) fn join(self, sentences: &[String]) -> String {
        let kept: Vec<&str> =
            sentences.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        kept.join(self.pick("", " "))
    }
}

/// What may be said of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// It changed in the good direction.
    Better,
    /// It changed in the bad direction.
    Worse,
    /// It changed; the KPI has no good direction.
    Changed,
    /// Nothing may be claimed: the interval includes zero.
    IncludesZero,
    /// Nothing may be claimed: not once corrected for several comparisons.
    NotAfterHolm,
    /// Nothing may be claimed: too few replications for an interval.
    NoInterval,
}

impl Claim {
    /// The claim that both the verdict and the interval support.
    pub(super) fn of(paired: &Paired) -> Claim {
        Claim::of_row(paired.low, paired.high, paired.n, &paired.verdict)
    }

    /// The same for a row of a table of comparisons.
    pub(super) fn of_row(low: f64, high: f64, n: f64, verdict: &str) -> Claim {
        if !low.is_finite() || !high.is_finite() || n < 2.0 {
            return Claim::NoInterval;
        }
        if low <= 0.0 && high >= 0.0 {
            return Claim::IncludesZero;
        }
        match verdict {
            "better" => Claim::Better,
            "worse" => Claim::Worse,
            "changed" => Claim::Changed,
            _ => Claim::NotAfterHolm,
        }
    }

    /// Whether a difference may be claimed at all.
    pub(super) fn is_made(self) -> bool {
        matches!(self, Claim::Better | Claim::Worse | Claim::Changed)
    }

    /// The words of a table cell.
    pub(super) fn words(self, lang: Lang) -> &'static str {
        match self {
            Claim::Better => lang.pick("变好", "better"),
            Claim::Worse => lang.pick("变差", "worse"),
            Claim::Changed => lang.pick("有变化（不分好坏）", "changed (neither good nor bad)"),
            Claim::IncludesZero => lang.pick("区间包含零，不能断定", "the interval includes zero"),
            Claim::NotAfterHolm => {
                lang.pick("多重比较校正后不能断定", "unclear after Holm's correction")
            }
            Claim::NoInterval => lang.pick("重复不足，无区间", "too few replications: no interval"),
        }
    }

    /// One word, for narrow columns.
    pub(super) fn short(self, lang: Lang) -> &'static str {
        match self {
            Claim::Better => lang.pick("变好", "better"),
            Claim::Worse => lang.pick("变差", "worse"),
            Claim::Changed => lang.pick("有变化", "changed"),
            _ => lang.pick("不能断定", "unclear"),
        }
    }
}

/// "95%".
pub(super) fn confidence(briefing: &Briefing) -> String {
    let level = briefing.meta.confidence;
    let level = if level.is_finite() && level > 0.0 { level } else { 0.95 };
    let percent = level * 100.0;
    let decimals = usize::from((percent - percent.round()).abs() > 1e-6);
    format!("{}%", format::fixed(percent, decimals))
}

/// How many replications each arm has: one number, or the fewest and the most.
pub(super) fn n_replications(briefing: &Briefing) -> String {
    match briefing.replications() {
        (few, many) if few == many => briefing.meta.replications.to_string(),
        (few, many) => format!("{few}–{many}"),
    }
}

/// Sentence of every caption: how many replications, and level, method and scope of intervals.
pub(super) fn replications(briefing: &Briefing, lang: Lang) -> String {
    let (n, level, area) = (n_replications(briefing), confidence(briefing), briefing.area(lang));
    match lang {
        Lang::Zh => {
            format!("n = {n} 次重复；区间为 {level} 置信区间（Student t）；范围：{area}。")
        }
        Lang::En => format!(
            "n = {n} replications; intervals are {level} confidence intervals (Student t); \
             area: {area}."
        ),
    }
}

/// What every interval of a table is: level, method, n and what it covers.
pub(super) fn intervals(briefing: &Briefing, lang: Lang) -> String {
    let (n, level, area) = (n_replications(briefing), confidence(briefing), briefing.area(lang));
    match lang {
        Lang::Zh => format!(
            "区间：{level} 置信区间，Student t 方法，取自 n = {n} 次重复，范围：{area}；只含模拟的随机误差；± 为区间的半宽。"
        ),
        Lang::En => format!(
            "Intervals: {level} confidence intervals by Student's t over n = {n} replications, \
             area: {area}; randomness of the simulation only. ± is half of an interval."
        ),
    }
}

/// Level and area in a short sentence, for tables that say themselves how intervals are made; and
/// how many replications, unless the table has a column for that.
pub(super) fn scope(briefing: &Briefing, has_n: bool, lang: Lang) -> String {
    let (n, level, area) = (n_replications(briefing), confidence(briefing), briefing.area(lang));
    match lang {
        Lang::Zh if has_n => format!("区间水平 {level}，范围：{area}。"),
        Lang::En if has_n => format!("Level {level}, area: {area}."),
        Lang::Zh => format!("区间水平 {level}，n = {n} 次重复，范围：{area}。"),
        Lang::En => format!("Level {level}, n = {n} replications, area: {area}."),
    }
}

/// Days of the week, Monday first.
pub(super) fn weekdays(lang: Lang) -> [&'static str; 7] {
    match lang {
        Lang::Zh => ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
        Lang::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    }
}
