//! Call-ups (呼叫) of departments and requests to on-call specialists (随叫随到).

use super::count::{Count, Counts};
use super::histogram::{Observed, Way};
use super::kpi::{Good, Kpi, OF_CALLS, OF_CASES, OF_STREETS_AND_DEPARTMENTS};
use super::scope::Window;
use super::tally::Tally;
use crate::base::Span;
use crate::domain::{CallUpRecord, OnCallRecord};

/// Adds a call-up to a tally.
pub(super) fn note_call_up(call: &CallUpRecord, window: &Window, tally: &mut Tally) {
    if window.contains(call.at) {
        let seen = match window.seen(call.reacted) {
            Some(reacted) => Observed::new(reacted - call.at, Way::Event),
            // The case ended first, or the run did: seen waiting until then.
            None => {
                let until = window.seen(call.ended).unwrap_or(window.end);
                Observed::new(until - call.at, Way::Open)
            }
        };
        tally.reacting.note(seen);
    }
    // By the date of the target, as limits are: no call is judged before its time.
    let target = call.at + call.target;
    if call.needs_presence && window.contains(target) {
        tally.counts.one(Count::Presence);
        if call.arrived.is_some_and(|arrived| arrived <= target) {
            tally.counts.one(Count::OnSite);
        }
    }
}

/// Adds an on-call request to the counts.
pub(super) fn note_on_call(request: &OnCallRecord, window: &Window, counts: &mut Counts) {
    let late = request.at + Span(2 * request.target.0);
    if window.contains(late) {
        counts.one(Count::OnCall);
        if request.arrived.is_none_or(|arrived| arrived > late) {
            counts.one(Count::Unanswered);
        }
    }
}

/// Called up.
pub(super) const CALLUP_SHARE: Kpi = Kpi {
    id: "callup_share",
    zh: "呼叫率",
    en: "Call-up share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Neither,
    scopes: OF_CASES,
    formula: "cases with at least one call-up / registered in the window and dispatched to a \
              street",
    formula_zh: "至少发起一次呼叫的工单 / 统计期内登记并派发到镇街的工单",
    value: |t| t.share(Count::CalledUp, Count::ToStreet),
};

/// Mean reaction to a call-up.
pub(super) const CALLUP_RESPONSE_MEAN: Kpi = Kpi {
    id: "callup_response_mean",
    zh: "呼叫响应时长",
    en: "Mean reaction to a call-up",
    unit: "h",
    unit_zh: "小时",
    good: Good::Down,
    scopes: OF_CALLS,
    formula: "mean calendar hours from a call-up of the window to the first reaction of the \
              department; Kaplan-Meier mean restricted at the length of the window: calls without \
              a reaction count with the time waited",
    formula_zh: "统计期内的呼叫从发出到部门首次响应的平均日历小时; 采用Kaplan-Meier限制均值, 以统计期长度为限: \
                 尚未响应者按已等待时间计入",
    value: |t| t.tally.reacting.curve(t.window.length()).map(|c| c.mean),
};

/// 90th percentile of the reaction.
pub(super) const CALLUP_RESPONSE_P90: Kpi = Kpi {
    id: "callup_response_p90",
    zh: "呼叫响应时长90分位",
    en: "Reaction to a call-up, 90th percentile",
    unit: "h",
    unit_zh: "小时",
    good: Good::Down,
    scopes: OF_CALLS,
    formula: "wait within which nine in ten call-ups have a reaction, by the Kaplan-Meier curve \
              of callup_response_mean",
    formula_zh: "按呼叫响应时长的Kaplan-Meier曲线, 九成呼叫获得响应所需的日历小时",
    value: |t| t.tally.reacting.curve(t.window.length()).map(|c| c.p90),
};

/// On site in time.
pub(super) const ARRIVAL_ON_TIME_SHARE: Kpi = Kpi {
    id: "arrival_on_time_share",
    zh: "按时到场率",
    en: "On site in time",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_CALLS,
    formula: "on site (or done) within the target / call-ups that need presence and whose target \
              fell in the window",
    formula_zh: "在目标时限内到场(或办妥)的呼叫 / 需要到场且到场时限落在统计期内的呼叫",
    value: |t| t.share(Count::OnSite, Count::Presence),
};

/// On-call requests not met.
pub(super) const UNANSWERED_CALL_SHARE: Kpi = Kpi {
    id: "unanswered_call_share",
    zh: "随叫未到率",
    en: "On-call requests not met",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "not on site within twice the target, or given up / on-call requests for which that \
              instant fell in the window",
    formula_zh: "两倍目标时限内未到场或已放弃的请求 / 该时刻落在统计期内的随叫随到请求",
    value: |t| t.share(Count::Unanswered, Count::OnCall),
};
