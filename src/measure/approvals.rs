//! Applications and approvals: part of the list of KPIs, not yet produced by the model.

use super::kpi::{Good, Kpi, OF_STREETS, OF_STREETS_AND_DEPARTMENTS};

/// Time from submission to decision.
pub(super) const APPLICATION_TIME_MEAN: Kpi = Kpi {
    id: "application_time_mean",
    zh: "审批办理时长",
    en: "Mean time of an application",
    unit: "working days",
    unit_zh: "工作日",
    good: Good::Down,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "working days from submission to decision (not yet available)",
    formula_zh: "从提交申请到作出决定的工作日(暂不可用)",
    available: false,
    value: |_| None,
};

/// Decided within the promise.
pub(super) const APPLICATION_ON_TIME_SHARE: Kpi = Kpi {
    id: "application_on_time_share",
    zh: "审批按期率",
    en: "Applications on time",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "decided within the promised days / due (not yet available)",
    formula_zh: "承诺期限内办结的申请 / 到期的申请(暂不可用)",
    available: false,
    value: |_| None,
};

/// Visits per application.
pub(super) const VISITS_MEAN: Kpi = Kpi {
    id: "visits_mean",
    zh: "平均跑动次数",
    en: "Visits per application",
    unit: "visits",
    unit_zh: "次",
    good: Good::Down,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "visits per completed application (not yet available)",
    formula_zh: "每件办结申请的跑动次数(暂不可用)",
    available: false,
    value: |_| None,
};

/// Done with one visit.
pub(super) const ONE_VISIT_SHARE: Kpi = Kpi {
    id: "one_visit_share",
    zh: "一次办成率",
    en: "Done in one visit",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "completed with at most one visit / completed applications (not yet available)",
    formula_zh: "至多跑动一次即办成的申请 / 办结的申请(暂不可用)",
    available: false,
    value: |_| None,
};

/// Handled near home.
pub(super) const NEAR_HOME_SHARE: Kpi = Kpi {
    id: "near_home_share",
    zh: "就近办理率",
    en: "Handled near home",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "handled at a service point or in the town or park / completed applications (not yet \
              available)",
    formula_zh: "在便民服务点或镇、园区办理的申请 / 办结的申请(暂不可用)",
    available: false,
    value: |_| None,
};

/// Travel per application.
pub(super) const TRAVEL_MINUTES_MEAN: Kpi = Kpi {
    id: "travel_minutes_mean",
    zh: "跑动时间",
    en: "Travel per application",
    unit: "min",
    unit_zh: "分钟",
    good: Good::Down,
    scopes: OF_STREETS,
    formula: "travel time per completed application (not yet available)",
    formula_zh: "每件办结申请的跑动时间(暂不可用)",
    available: false,
    value: |_| None,
};
