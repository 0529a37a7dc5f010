//! How many cases, by what door they came, how they ended.

use super::count::{Count, Marks};
use super::facts::Ending;
use super::kpi::{Good, Kpi, OF_CASES, OF_ITEMS};
use super::scope::Window;
use crate::domain::{CaseRecord, Channel};

/// What a case counts as here.
#[inline]
pub(super) fn mark(case: &CaseRecord, ending: &Ending, window: &Window, marks: &mut Marks) {
    let cohort = ending.cohort;
    let open = ending.closed.is_none() && ending.withdrawn.is_none();
    marks.set(Count::Closed, ending.closed.is_some_and(|t| window.contains(t)));
    marks.set(Count::OpenAtEnd, open && case.registered < window.end);
    marks.set(Count::Registered, cohort);
    marks.set(Count::CohortClosed, cohort && ending.closed.is_some());
    marks.set(Count::Withdrawn, cohort && ending.withdrawn.is_some());
    marks.set(Count::FoundBefore, cohort && case.channel != Channel::Hotline);
    let grid = cohort && case.channel == Channel::Grid;
    marks.set(Count::GridFound, grid);
    marks.set(Count::GridSettled, grid && case.grid_settled);
    marks.set(Count::Repeat, cohort && case.repeat);
    marks.set(Count::Duplicate, cohort && case.duplicate);
    marks.set(Count::Left, cohort && window.seen(case.left).is_some());
}

/// Issues that arose.
pub(super) const CASES_ARISEN: Kpi = Kpi {
    id: "cases_arisen",
    zh: "产生问题数",
    en: "Issues arisen",
    unit: "issues",
    unit_zh: "个",
    good: Good::Neither,
    scopes: OF_CASES,
    formula: "issues that arose in the window, noticed or not; by channel only the noticed ones, \
              since the others have no channel",
    formula_zh: "统计期内产生的问题, 不论是否被发现; 按渠道统计时只含已被发现的问题(未发现者无渠道)",
    value: |t| t.count(Count::Arisen),
};

/// Cases registered.
pub(super) const CASES_REGISTERED: Kpi = Kpi {
    id: "cases_registered",
    zh: "登记工单数",
    en: "Cases registered",
    unit: "cases",
    unit_zh: "件",
    good: Good::Neither,
    scopes: OF_CASES,
    formula: "cases registered in the window; second registrations count, repeats merged into an \
              open case do not",
    formula_zh: "统计期内登记的工单; 重复登记的工单计入, 已并入在办工单的重复诉求不计",
    value: |t| t.count(Count::Registered),
};

/// Cases closed.
pub(super) const CASES_CLOSED: Kpi = Kpi {
    id: "cases_closed",
    zh: "办结数",
    en: "Cases closed",
    unit: "cases",
    unit_zh: "件",
    good: Good::Up,
    scopes: OF_CASES,
    formula: "cases officially closed in the window, whenever registered (flow by date of \
              closure); a closure voided by a redo does not count",
    formula_zh: "统计期内正式办结的工单, 不论何时登记(按办结日期); 因重办而作废的办结不计",
    value: |t| t.count(Count::Closed),
};

/// Cases open at the end.
pub(super) const CASES_OPEN_END: Kpi = Kpi {
    id: "cases_open_end",
    zh: "期末未办结",
    en: "Cases open at the end",
    unit: "cases",
    unit_zh: "件",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "cases registered before the end of the window, warm-up included, that are neither \
              closed nor withdrawn at its end",
    formula_zh: "统计期末之前登记(含预热期)且期末既未办结也未撤回的工单",
    value: |t| t.count(Count::OpenAtEnd),
};

/// Share of the cohort that is closed.
pub(super) const CLOSURE_SHARE: Kpi = Kpi {
    id: "closure_share",
    zh: "办结率",
    en: "Closure share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_CASES,
    formula: "closed by the end of the window / registered in the window (cohort by date of \
              registration); withdrawn cases stay in the denominator",
    formula_zh: "截至期末已办结数 / 统计期内登记数(按登记日期的同一批工单); 撤回的工单留在分母中",
    value: |t| t.share(Count::CohortClosed, Count::Registered),
};

/// Share of repeats.
pub(super) const REPEAT_SHARE: Kpi = Kpi {
    id: "repeat_share",
    zh: "重复诉求率",
    en: "Repeat share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "cases with the same place and item as a case registered within the 30 days before, \
              second registrations (duplicate_share) among them / registered in the window; merged \
              repeats are in neither",
    formula_zh: "30天内同一地点同一事项已有登记的工单(含重复登记件) / 统计期内登记数; 已并单的重复诉求分子分母均不计",
    value: |t| t.share(Count::Repeat, Count::Registered),
};

/// Share of second registrations.
pub(super) const DUPLICATE_SHARE: Kpi = Kpi {
    id: "duplicate_share",
    zh: "重复登记率",
    en: "Registered twice",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "registered although the same issue has an open case, and not recognized / \
              registered in the window",
    formula_zh: "同一问题已有未结工单、未被识别而再次登记的工单 / 统计期内登记数",
    value: |t| t.share(Count::Duplicate, Count::Registered),
};

/// Share withdrawn or self-resolved.
pub(super) const WITHDRAWN_SHARE: Kpi = Kpi {
    id: "withdrawn_share",
    zh: "撤回率",
    en: "Withdrawn share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "withdrawn or self-resolved before closure / registered in the window",
    formula_zh: "办结前被撤回或自行消失的工单 / 统计期内登记数",
    value: |t| t.share(Count::Withdrawn, Count::Registered),
};

/// Share found before a resident called.
pub(super) const FOUND_BEFORE_CALL_SHARE: Kpi = Kpi {
    id: "found_before_call_share",
    zh: "主动发现率",
    en: "Found before a call",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_ITEMS,
    formula: "cases whose first channel is not the hotline or app / registered in the window",
    formula_zh: "首个发现渠道不是12345热线或居民App的工单 / 统计期内登记数",
    value: |t| t.share(Count::FoundBefore, Count::Registered),
};

/// Share settled by the grid.
pub(super) const GRID_SETTLED_SHARE: Kpi = Kpi {
    id: "grid_settled_share",
    zh: "网格自处置率",
    en: "Settled by the grid",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_ITEMS,
    formula: "settled by the grid worker / cases registered in the window whose first channel is \
              the grid; trivial things settled while walking are not registered and not counted",
    formula_zh: "网格员自行处置的工单 / 统计期内由网格巡查首先发现的工单; 巡查中随手处理、不登记的小事不计",
    value: |t| t.share(Count::GridSettled, Count::GridFound),
};
