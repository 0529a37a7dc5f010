//! Who holds a case: dispatch, returns, hand-offs, nobody.

use super::count::{Count, Marks, ratio};
use super::facts::Ending;
use super::kpi::{Good, Kpi, OF_CASES};
use crate::base::HOUR;
use crate::domain::{CaseRecord, Stage};

/// What a case counts as here.
#[inline]
pub(super) fn mark(case: &CaseRecord, ending: &Ending, marks: &mut Marks) {
    if !ending.dispatched {
        return;
    }
    marks.set(Count::Dispatched, true);
    marks.set(Count::ToStreet, case.to_street);
    marks.set(Count::CalledUp, case.to_street && case.called_up);
    marks.set(Count::Returned, case.returns >= 1);
    marks.set(Count::Shirked, case.returns >= 2 || case.overruled);
    marks.set(Count::Finished, ending.closed.is_some());
    marks.set(Count::FirstOwner, ending.closed.is_some() && case.first_owner_final);
}

/// Owners beyond the first, and seconds nobody had accepted it, of a dispatched case.
#[inline]
pub(super) fn sums(case: &CaseRecord) -> (i64, i64) {
    (i64::from(case.owners.saturating_sub(1)), case.ledger.0[Stage::Limbo as usize].into())
}

/// Returned at least once.
pub(super) const RETURN_SHARE: Kpi = Kpi {
    id: "return_share",
    zh: "退单率",
    en: "Return share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "cases returned at least once / registered in the window and dispatched",
    formula_zh: "至少被退单一次的工单 / 统计期内登记并已派发的工单",
    value: |t| t.share(Count::Returned, Count::Dispatched),
};

/// Returned twice or overruled.
pub(super) const SHIRKING_SHARE: Kpi = Kpi {
    id: "shirking_share",
    zh: "推诿率",
    en: "Shirking share",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "returned twice or more, or sent on by the arbiter against the unit's will / \
              registered in the window and dispatched",
    formula_zh: "被退单两次及以上或经裁定驳回退单的工单 / 统计期内登记并已派发的工单",
    value: |t| t.share(Count::Shirked, Count::Dispatched),
};

/// First owner is the last.
pub(super) const FIRST_DISPATCH_ACCURACY: Kpi = Kpi {
    id: "first_dispatch_accuracy",
    zh: "首派准确率",
    en: "First-dispatch accuracy",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_CASES,
    formula: "the unit first dispatched to finished it / registered in the window, dispatched and \
              closed; open cases have no final owner yet and are in neither",
    formula_zh: "首派单位即最终办结单位的工单 / 统计期内登记、已派发且已办结的工单; \
                 未结工单尚无最终单位, 分子分母均不计",
    value: |t| t.share(Count::FirstOwner, Count::Finished),
};

/// Hand-offs.
pub(super) const HANDOFFS_MEAN: Kpi = Kpi {
    id: "handoffs_mean",
    zh: "平均流转次数",
    en: "Hand-offs per case",
    unit: "per case",
    unit_zh: "次/件",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "units and departments that held a case, minus one, per case registered in the \
              window and dispatched; open cases with those so far",
    formula_zh: "经手单位数减一, 按统计期内登记并已派发的工单平均; 未结工单按截至期末的次数计",
    value: |t| ratio(t.tally.handoffs as f64, t.tally.counts.of(Count::Dispatched)),
};

/// Time without anybody responsible.
pub(super) const LIMBO_MEAN: Kpi = Kpi {
    id: "limbo_mean",
    zh: "无人受理时长",
    en: "Time with nobody responsible",
    unit: "h",
    unit_zh: "小时",
    good: Good::Down,
    scopes: OF_CASES,
    formula: "calendar hours in which no unit had accepted a dispatched case, per case registered \
              in the window and dispatched; open cases with their time so far",
    formula_zh: "工单派发后无单位受理的日历小时, 按统计期内登记并已派发的工单平均; 未结工单按截至期末的时间计",
    value: |t| ratio(t.tally.limbo as f64 / HOUR as f64, t.tally.counts.of(Count::Dispatched)),
};
