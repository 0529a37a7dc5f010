//! True and recorded outcome, response to the resident.

use super::count::{Count, Marks};
use super::facts::Ending;
use super::kpi::{Good, Kpi, OF_CASES};
use super::scope::Window;
use crate::domain::CaseRecord;

/// What a case counts as here. Outcomes are counted by the date of closure: a cohort by date of
/// registration would leave out just the slow ones.
#[inline]
pub(super) fn mark(case: &CaseRecord, ending: &Ending, window: &Window, marks: &mut Marks) {
    let closed = ending.closed.is_some_and(|closed| window.contains(closed));
    marks.set(Count::Resolved, closed && case.resolved);
    marks.set(Count::ClosedFirst, closed && !case.duplicate);
    marks.set(Count::ResolvedFirst, closed && !case.duplicate && case.resolved);
    marks.set(Count::Handled, closed && case.to_street && !case.grid_settled);
    // A closure voided by a bad call-back keeps its answer: without it the worst would drop out.
    let asked = window.seen(case.closed).or(window.seen(case.first_closed));
    let answered = case.called_back && asked.is_some_and(|asked| window.contains(asked));
    marks.set(Count::Answered, answered);
    marks.set(Count::RecordedResolved, answered && case.recorded_resolved);
    marks.set(Count::Satisfied, answered && case.satisfied);
    let first = case.first_closed.is_some_and(|first| window.contains(first));
    marks.set(Count::FirstClosed, first);
    marks.set(Count::Redone, first && case.redone);
    marks.set(Count::Responded, ending.dispatched && case.responded_in_time);
    let contacted = window.seen(case.contacted).is_some();
    marks.set(Count::Contacted, ending.dispatched && contacted);
}

/// Truly resolved.
pub(super) const RESOLUTION_SHARE: Kpi = Kpi {
    id: "resolution_share",
    zh: "解决率(真实)",
    en: "Resolution share (true)",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_CASES,
    formula: "truly resolved / cases closed in the window (by date of closure); known only in \
              the model; a second registration is closed after a look and counts as unresolved \
              while the issue is open: first_resolution_share leaves them out",
    formula_zh: "真实解决数 / 统计期内办结数(按办结日期); 仅模型中可知; 重复登记的工单核实后即办结, \
                 问题未解决前计为未解决, 剔除后见首件解决率",
    value: |t| t.share(Count::Resolved, Count::Closed),
};

/// Truly resolved, of first registrations.
pub(super) const FIRST_RESOLUTION_SHARE: Kpi = Kpi {
    id: "first_resolution_share",
    zh: "首件解决率(真实)",
    en: "Resolution share (true), first registrations",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_CASES,
    formula: "resolution_share without second registrations of an issue that has an open case",
    formula_zh: "剔除重复登记工单后的真实解决率",
    value: |t| t.share(Count::ResolvedFirst, Count::ClosedFirst),
};

/// Recorded as resolved.
pub(super) const RESOLUTION_RECORDED_SHARE: Kpi = Kpi {
    id: "resolution_recorded_share",
    zh: "解决率(回访)",
    en: "Resolution share (call-back)",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_CASES,
    formula: "recorded as resolved in the last call-back / call-backs answered, closures of the \
              window; a redone case counts once, with its last answer",
    formula_zh: "末次回访记录为已解决的工单 / 回访接通的工单, 按办结日期; 重办工单只计一次, 取末次回访",
    value: |t| t.share(Count::RecordedResolved, Count::Answered),
};

/// Satisfied.
pub(super) const SATISFACTION_SHARE: Kpi = Kpi {
    id: "satisfaction_share",
    zh: "满意率",
    en: "Satisfaction share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_CASES,
    formula: "satisfied or basically satisfied in the last call-back / call-backs answered, \
              closures of the window",
    formula_zh: "末次回访为满意或基本满意的工单 / 回访接通的工单, 按办结日期",
    value: |t| t.share(Count::Satisfied, Count::Answered),
};

/// Closed and not resolved.
pub(super) const NOMINAL_SHARE: Kpi = Kpi {
    id: "nominal_share",
    zh: "虚假办结率",
    en: "Closed without resolution",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "closed and not truly resolved, for whatever reason, second registrations of an \
              open issue among them / cases closed in the window (1 - resolution_share)",
    formula_zh: "已办结但未真实解决(不论原因, 含问题未结时的重复登记件)的工单 / 统计期内办结数(即1减真实解决率)",
    value: |t| t.share_not(Count::Resolved, Count::Closed),
};

/// First reaction in time.
pub(super) const RESPONSE_SHARE: Kpi = Kpi {
    id: "response_share",
    zh: "响应率",
    en: "Response share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_CASES,
    formula: "accepted or first contact within the response limit / registered in the window and \
              dispatched",
    formula_zh: "在响应时限内签收或首次联系的工单 / 统计期内登记并已派发的工单",
    value: |t| t.share(Count::Responded, Count::Dispatched),
};

/// Contacted before handling.
pub(super) const FIRST_CONTACT_SHARE: Kpi = Kpi {
    id: "first_contact_share",
    zh: "先行联系率",
    en: "First-contact share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_CASES,
    formula: "resident contacted before handling / registered in the window and dispatched",
    formula_zh: "办理前已先行联系群众的工单 / 统计期内登记并已派发的工单",
    value: |t| t.share(Count::Contacted, Count::Dispatched),
};

/// Redone after call-back.
pub(super) const REDO_SHARE: Kpi = Kpi {
    id: "redo_share",
    zh: "重办率",
    en: "Redo share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "redone after call-back / cases first closed in the window, so that cases being \
              redone at its end are in both",
    formula_zh: "回访后重办的工单 / 统计期内首次办结的工单(期末仍在重办者分子分母均计入)",
    value: |t| t.share(Count::Redone, Count::FirstClosed),
};
