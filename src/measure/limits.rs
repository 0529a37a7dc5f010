//! Limits, extensions and cards.

use super::count::{Count, Marks};
use super::facts::Ending;
use super::kpi::{Good, Kpi, OF_CASES, OF_ITEMS};
use super::scope::Window;
use crate::base::Time;
use crate::domain::CaseRecord;

/// What a case counts as here.
#[inline]
pub(super) fn mark(case: &CaseRecord, ending: &Ending, window: &Window, marks: &mut Marks) {
    // Counted by the date of the limit: its outcome is known when the window ends, so no open
    // case is in doubt.
    let falls_due = |due: Time| {
        window.contains(due) && ending.withdrawn.is_none_or(|withdrawn| withdrawn > due)
    };
    if let Some(due) = case.due.filter(|&due| falls_due(due)) {
        marks.set(Count::Due, true);
        marks.set(Count::OnTime, ending.closed.is_some_and(|closed| closed <= due));
    }
    if let Some(due) = case.first_due.filter(|&due| falls_due(due)) {
        marks.set(Count::FirstDue, true);
        marks.set(Count::OnFirstTime, ending.closed.is_some_and(|closed| closed <= due));
    }
    let closed = ending.closed.is_some_and(|closed| window.contains(closed));
    let within = closed && case.due.is_some() && case.clock_share <= 1.0;
    marks.set(Count::WithinLimit, within);
    marks.set(Count::LastTenth, within && case.clock_share >= 0.9);
    marks.set(Count::Extended, ending.dispatched && case.extended);
    marks.set(Count::Yellow, ending.dispatched && case.yellow);
    marks.set(Count::Red, ending.dispatched && case.red);
    marks.set(Count::Stuck, ending.dispatched && case.to_street && case.stuck);
}

/// Closed by the limit in force.
pub(super) const ON_TIME_SHARE: Kpi = Kpi {
    id: "on_time_share",
    zh: "按期办结率",
    en: "On-time share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_CASES,
    formula: "closed at or before the limit, granted extensions counted / cases whose limit fell \
              in the window; open cases past their limit count as late; excluded: cases without a \
              limit, and those withdrawn before it",
    formula_zh: "在时限(含批准的延期)内办结数 / 时限落在统计期内的工单; 过限未结者计为超期; \
                 无时限及到限前已撤回的工单除外",
    value: |t| t.share(Count::OnTime, Count::Due),
};

/// Closed by the first limit.
pub(super) const ON_TIME_NO_EXTENSION_SHARE: Kpi = Kpi {
    id: "on_time_no_extension_share",
    zh: "按期办结率(不含延期)",
    en: "On-time share without extensions",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_CASES,
    formula: "closed at or before the first limit / cases whose first limit fell in the window; \
              exclusions as in on_time_share",
    formula_zh: "在首次时限内办结数 / 首次时限落在统计期内的工单; 除外情形同按期办结率",
    value: |t| t.share(Count::OnFirstTime, Count::FirstDue),
};

/// Open or closed after the limit.
pub(super) const OVERDUE_SHARE: Kpi = Kpi {
    id: "overdue_share",
    zh: "超期率",
    en: "Overdue share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "still open at the limit, closed later or not / cases whose limit fell in the window \
              (1 - on_time_share)",
    formula_zh: "到限时仍未办结(无论其后是否办结)的工单 / 时限落在统计期内的工单(即1减按期办结率)",
    value: |t| t.share_not(Count::OnTime, Count::Due),
};

/// Extended.
pub(super) const EXTENSION_SHARE: Kpi = Kpi {
    id: "extension_share",
    zh: "延期率",
    en: "Extension share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "extended by the end of the window / registered in the window and dispatched",
    formula_zh: "截至期末已获延期的工单 / 统计期内登记并已派发的工单",
    value: |t| t.share(Count::Extended, Count::Dispatched),
};

/// Closures just before the limit.
pub(super) const CLOSING_SPIKE: Kpi = Kpi {
    id: "closing_spike",
    zh: "临限办结集中度",
    en: "Closures in the last tenth of the limit",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "closures when the limit clock had run 0.9 to 1.0 of the limit in force / closures \
              within the limit; closures of the window, cases without a limit excluded",
    formula_zh: "时限用去九成以上时的办结数 / 时限内办结数; 按办结日期统计, 无时限的工单除外",
    value: |t| t.share(Count::LastTenth, Count::WithinLimit),
};

/// Yellow cards.
pub(super) const YELLOW_CARD_SHARE: Kpi = Kpi {
    id: "yellow_card_share",
    zh: "黄牌率",
    en: "Yellow-card share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_ITEMS,
    formula: "cases that came within a working day of expiry / registered in the window and \
              dispatched",
    formula_zh: "距到限不足一个工作日而亮黄牌的工单 / 统计期内登记并已派发的工单",
    value: |t| t.share(Count::Yellow, Count::Dispatched),
};

/// Red cards.
pub(super) const RED_CARD_SHARE: Kpi = Kpi {
    id: "red_card_share",
    zh: "红牌率",
    en: "Red-card share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_ITEMS,
    formula: "cases whose limit expired before closure / registered in the window and dispatched; \
              overdue_share has the cases that fell due as denominator instead",
    formula_zh: "办结前已到限而亮红牌的工单 / 统计期内登记并已派发的工单; 超期率则以到限工单为分母",
    value: |t| t.share(Count::Red, Count::Dispatched),
};

/// Stuck at the street.
pub(super) const STUCK_SHARE: Kpi = Kpi {
    id: "stuck_share",
    zh: "滞留率",
    en: "Stuck share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_ITEMS,
    formula: "cases that were open at the street for over 15 working days / registered in the \
              window and dispatched to a street; cases of the last 15 working days cannot be stuck \
              yet and stay in the denominator",
    formula_zh: "在镇街滞留超过15个工作日的工单 / 统计期内登记并派发到镇街的工单; \
                 期末前15个工作日内的工单尚不可能滞留, 仍计入分母",
    value: |t| t.share(Count::Stuck, Count::ToStreet),
};
