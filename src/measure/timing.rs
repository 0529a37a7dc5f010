//! How long things take, those not yet finished included.

use super::facts::Ending;
use super::histogram::{Curve, Durations, Observed, Way};
use super::kpi::{Good, Kpi, OF_CASES, OF_STREETS};
use super::scope::Window;
use super::totals::Totals;
use crate::base::Time;
use crate::domain::{CaseRecord, IssueRecord};

/// Time to close of a cohort case, in calendar and in working time.
#[inline]
pub(super) fn durations(
    case: &CaseRecord,
    ending: &Ending,
    window: &Window,
) -> Option<[Observed; 2]> {
    let calendar = || ending.since(case.registered, window);
    ending.cohort.then(|| [calendar(), ending.lasting(case.working)])
}

/// T4 and T5 with three or more parties besides the street.
pub(super) fn is_large(case: &CaseRecord) -> bool {
    case.class >= 3 && case.parties >= 3
}

/// From arising to `goal`; an issue that vanished first, or is still under way, leaves the set at
/// risk.
fn until(issue: &IssueRecord, goal: Option<Time>, window: &Window) -> Observed {
    match (window.seen(goal), window.seen(issue.vanished)) {
        (Some(goal), _) => Observed::new(goal - issue.arisen, Way::Event),
        (None, Some(gone)) => Observed::new(gone - issue.arisen, Way::Other),
        (None, None) => Observed::new(window.end - issue.arisen, Way::Open),
    }
}

/// How long an issue stayed unnoticed.
pub(super) fn latent(issue: &IssueRecord, window: &Window) -> Observed {
    until(issue, issue.detected, window)
}

/// How long an issue took to be truly resolved.
pub(super) fn resolving(issue: &IssueRecord, window: &Window) -> Observed {
    until(issue, issue.resolved, window)
}

/// The curve of a histogram, restricted at the length of the window.
fn curve(t: &Totals, durations: &Durations) -> Option<Curve> {
    durations.curve(t.window.length())
}

/// Mean time to close of a street or area [h].
pub(super) fn mean_to_close(t: &Totals) -> Option<f64> {
    curve(t, &t.tally.closing).map(|c| c.mean)
}

/// Mean time to close.
pub(super) const TIME_TO_CLOSE_MEAN: Kpi = Kpi {
    id: "time_to_close_mean",
    zh: "平均办结时长",
    en: "Mean time to close",
    unit: "h",
    unit_zh: "小时",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "mean calendar hours from registration to the official closure that stands, cases \
              registered in the window; Kaplan-Meier mean restricted at the length of the window \
              (at most 400 days): open cases count with the time they have been open, withdrawn \
              and self-resolved ones leave the set at risk when they end; if the longest one is \
              still open the curve ends there, so the mean is a lower bound",
    formula_zh: "统计期内登记的工单从登记到正式办结的平均日历小时; 采用Kaplan-Meier限制均值, \
                 以统计期长度(至多400天)为限: 未结工单按已历时间计入, 撤回或自行消失的工单在结束时退出风险集; \
                 若历时最长者仍未结, 曲线止于该处, 均值为下界",
    value: mean_to_close,
};

/// Median time to close.
pub(super) const TIME_TO_CLOSE_P50: Kpi = Kpi {
    id: "time_to_close_p50",
    zh: "办结时长中位数",
    en: "Median time to close",
    unit: "h",
    unit_zh: "小时",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "age by which half would be closed if nobody withdrew, by the Kaplan-Meier curve of \
              time_to_close_mean; the length of the window, as a lower bound, if it does not get \
              there",
    formula_zh: "按平均办结时长的Kaplan-Meier曲线(视同无人撤回), 半数工单办结所需的日历小时; \
                 期内未达到则取统计期长度, 为下界",
    value: |t| curve(t, &t.tally.closing).map(|c| c.p50),
};

/// 90th percentile of time to close.
pub(super) const TIME_TO_CLOSE_P90: Kpi = Kpi {
    id: "time_to_close_p90",
    zh: "办结时长90分位",
    en: "Time to close, 90th percentile",
    unit: "h",
    unit_zh: "小时",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "age by which nine in ten would be closed if nobody withdrew, by the Kaplan-Meier \
              curve of time_to_close_mean; the length of the window, as a lower bound, if it does \
              not get there",
    formula_zh: "按平均办结时长的Kaplan-Meier曲线(视同无人撤回), 九成工单办结所需的日历小时; \
                 期内未达到则取统计期长度, 为下界",
    value: |t| curve(t, &t.tally.closing).map(|c| c.p90),
};

/// Mean time to close in working hours.
pub(super) const TIME_TO_CLOSE_WORK_MEAN: Kpi = Kpi {
    id: "time_to_close_work_mean",
    zh: "平均办结工时",
    en: "Mean time to close in working hours",
    unit: "working h",
    unit_zh: "工作小时",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "time_to_close_mean in working hours of the office calendar; open and withdrawn \
              cases are treated as there",
    formula_zh: "按办公日历的工作小时计算的平均办结时长; 未结与撤回工单的处理相同",
    value: |t| curve(t, &t.tally.closing_work).map(|c| c.mean),
};

/// Mean time to true resolution.
pub(super) const TIME_TO_RESOLVE_MEAN: Kpi = Kpi {
    id: "time_to_resolve_mean",
    zh: "真实解决时长",
    en: "Mean time to true resolution",
    unit: "h",
    unit_zh: "小时",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "mean calendar hours from the arising of an issue to its true resolution, issues \
              that arose in the window; Kaplan-Meier mean restricted at the length of the window: \
              unresolved issues count with their age, those that vanish by themselves leave the \
              set at risk; by channel only noticed issues",
    formula_zh: "统计期内产生的问题从产生到真实解决的平均日历小时; 采用Kaplan-Meier限制均值, 以统计期长度为限: \
                 未解决者按已历时间计入, 自行消失者退出风险集; 按渠道统计时只含已被发现的问题",
    value: |t| curve(t, &t.tally.resolving).map(|c| c.mean),
};

/// Mean time unnoticed.
pub(super) const LATENT_MEAN: Kpi = Kpi {
    id: "latent_mean",
    zh: "潜伏时长",
    en: "Mean time unnoticed",
    unit: "h",
    unit_zh: "小时",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "mean calendar hours from the arising of an issue to its detection, issues that \
              arose in the window; Kaplan-Meier mean restricted at the length of the window: \
              unnoticed issues count with their age, those that vanish first leave the set at \
              risk; by channel only the noticed ones, so it is shorter there",
    formula_zh: "统计期内产生的问题从产生到被发现的平均日历小时; 采用Kaplan-Meier限制均值, 以统计期长度为限: \
                 未被发现者按已历时间计入, 先行消失者退出风险集; 按渠道统计时只含已被发现的问题, 故数值偏短",
    value: |t| curve(t, &t.tally.latent).map(|c| c.mean),
};

/// Mean time to close of large cases.
pub(super) const LARGE_CASE_TIME_MEAN: Kpi = Kpi {
    id: "large_case_time_mean",
    zh: "重大复杂件办结时长",
    en: "Mean time to close of large cases",
    unit: "h",
    unit_zh: "小时",
    good: Good::Down,
    scopes: OF_STREETS,
    formula: "time_to_close_mean of T4 and T5 cases with three or more parties besides the street",
    formula_zh: "除镇街外涉及三方及以上的T4、T5类工单的平均办结时长",
    value: |t| curve(t, &t.tally.closing_large).map(|c| c.mean),
};
