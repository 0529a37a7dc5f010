use crate::measure::{KPIS, KpiId, kpi::Good};

/// The published list: id, Chinese name, unit, good direction, scopes.
const PUBLISHED: &str = "\
cases_arisen|产生问题数|issues|none|city;district;street;kind;field;item;channel
cases_registered|登记工单数|cases|none|city;district;street;kind;field;item;channel
cases_closed|办结数|cases|up|city;district;street;kind;field;item;channel
cases_open_end|期末未办结|cases|down|city;district;street;kind;field;item;channel
closure_share|办结率|share|up|city;district;street;kind;field;item;channel
on_time_share|按期办结率|share|up|city;district;street;kind;field;item;channel
on_time_no_extension_share|按期办结率(不含延期)|share|up|city;district;street;kind;field;item;channel
overdue_share|超期率|share|down|city;district;street;kind;field;item;channel
extension_share|延期率|share|down|city;district;street;kind;field;item;channel
time_to_close_mean|平均办结时长|h|down|city;district;street;kind;field;item;channel
time_to_close_p50|办结时长中位数|h|down|city;district;street;kind;field;item;channel
time_to_close_p90|办结时长90分位|h|down|city;district;street;kind;field;item;channel
time_to_close_work_mean|平均办结工时|working h|down|city;district;street;kind;field;item;channel
time_to_resolve_mean|真实解决时长|h|down|city;district;street;kind;field;item;channel
latent_mean|潜伏时长|h|down|city;district;street;kind;field;item;channel
resolution_share|解决率(真实)|share|up|city;district;street;kind;field;item;channel
resolution_recorded_share|解决率(回访)|share|up|city;district;street;kind;field;item;channel
satisfaction_share|满意率|share|up|city;district;street;kind;field;item;channel
nominal_share|虚假办结率|share|down|city;district;street;kind;field;item;channel
closing_spike|临限办结集中度|share|down|city;district;street;kind;field;item;channel
response_share|响应率|share|up|city;district;street;kind;field;item;channel
first_contact_share|先行联系率|share|up|city;district;street;kind;field;item;channel
repeat_share|重复诉求率|share|down|city;district;street;kind;field;item;channel
redo_share|重办率|share|down|city;district;street;kind;field;item;channel
return_share|退单率|share|down|city;district;street;kind;field;item;channel
shirking_share|推诿率|share|down|city;district;street;kind;field;item;channel
first_dispatch_accuracy|首派准确率|share|up|city;district;street;kind;field;item;channel
handoffs_mean|平均流转次数|per case|down|city;district;street;kind;field;item;channel
limbo_mean|无人受理时长|h|down|city;district;street;kind;field;item;channel
withdrawn_share|撤回率|share|down|city;district;street;kind;field;item;channel
callup_share|呼叫率|share|none|city;district;street;kind;field;item;channel
callup_response_mean|呼叫响应时长|h|down|city;district;street;kind;field;item;department
callup_response_p90|呼叫响应时长90分位|h|down|city;district;street;kind;field;item;department
arrival_on_time_share|按时到场率|share|up|city;district;street;kind;field;item;department
found_before_call_share|主动发现率|share|up|city;district;street;kind;field;item
grid_settled_share|网格自处置率|share|up|city;district;street;kind;field;item
utilisation|忙闲率|share|none|city;district;street;kind;department;pool
overload_share|超负荷时间占比|share|down|city;district;street;kind;department;pool
queue_mean|平均排队量|cases|down|city;district;street;kind;department;pool
wait_mean_h|平均等待|h|down|city;district;street;kind;department;pool
wait_p90_h|等待90分位|h|down|city;district;street;kind;department;pool
cases_per_head|人均工单|cases/person/month|none|city;district;street;kind
burden_hours_per_head|非办件负担|h/person/week|down|city;district;street;kind
department_backlog|部门自身积压|tasks|down|city;district;department
department_utilisation|部门忙闲率|share|none|city;district;department
tasks_per_week|交办事项量|tasks/street/week|down|city;district;street;kind
task_hours_per_week|交办事项工时|h/street/week|down|city;district;street;kind
application_time_mean|审批办理时长|working days|down|city;district;street;kind;department
application_on_time_share|审批按期率|share|up|city;district;street;kind;department
visits_mean|平均跑动次数|visits|down|city;district;street;kind;department
one_visit_share|一次办成率|share|up|city;district;street;kind;department
near_home_share|就近办理率|share|up|city;district;street;kind;department
travel_minutes_mean|跑动时间|min|down|city;district;street;kind
time_gini|办结时长基尼系数|index|down|city;district
time_p90_ratio|街道差距|ratio|down|city;district
cost_per_resolved|单件解决成本|CNY|down|city;district;street;kind
yellow_card_share|黄牌率|share|down|city;district;street;kind;field;item
red_card_share|红牌率|share|down|city;district;street;kind;field;item
large_case_time_mean|重大复杂件办结时长|h|down|city;district;street;kind
unanswered_call_share|随叫未到率|share|down|city;district;street;kind;department
backlog_peak|积压峰值|cases|down|city;district;street;kind
recovery_days|恢复天数|days|down|city;district
stuck_share|滞留率|share|down|city;district;street;kind;field;item
project_hours_per_week|重点项目支援工时|h/street/week|none|city;district;street;kind
external_hours_per_week|外部力量工时|h/street/week|none|city;district;street;kind
applications_submitted|申请数|applications|none|city;district;street;kind;department
applications_decided|办结申请数|applications|up|city;district;street;kind;department
application_abandoned_share|申请放弃率|share|down|city;district;street;kind;department
hall_wait_mean|窗口等待|min|down|city;district;street;kind;department
window_minutes_mean|窗口用时|min|none|city;district;street;kind;department
application_transfers_mean|机构间流转次数|per application|down|city;district;street;kind;department
county_visits_mean|到区县跑动次数|visits|down|city;district;street;kind;department
decided_here_share|镇园办结占比|share|none|city;district;street;kind;department
application_error_share|决定差错率|share|down|city;district;street;kind;department
application_reversal_share|决定被纠正率|share|down|city;district;street;kind;department
cost_per_year|年度总成本|10k CNY/street/year|down|city;district;street;kind
department_overdue_share|部门自身业务逾期率|share|down|city;district;department
overtime_hours_per_week|加班工时|h/street/week|down|city;district;street;kind
duplicate_share|重复登记率|share|down|city;district;street;kind;field;item;channel
first_resolution_share|首件解决率(真实)|share|up|city;district;street;kind;field;item;channel
";

fn good(good: Good) -> &'static str {
    match good {
        Good::Up => "up",
        Good::Down => "down",
        Good::Neither => "none",
    }
}

#[test]
fn the_registry_is_the_published_list() {
    // Would catch a KPI renamed, dropped, reordered, or with another unit, direction or scope.
    let registered: Vec<String> = KPIS
        .iter()
        .map(|kpi| {
            let scopes: Vec<&str> = kpi.scopes.iter().map(|scope| scope.id()).collect();
            let scopes = scopes.join(";");
            format!("{}|{}|{}|{}|{scopes}", kpi.id, kpi.zh, kpi.unit, good(kpi.good))
        })
        .collect();
    let published: Vec<&str> = PUBLISHED.lines().collect();
    assert_eq!(registered, published);
}

#[test]
fn every_kpi_says_what_it_means_in_both_languages() {
    // Would catch a text forgotten, or Chinese and English swapped.
    let chinese = |text: &str| text.chars().any(|c| ('一'..='鿿').contains(&c));
    for kpi in KPIS {
        assert!(chinese(kpi.zh) && chinese(kpi.formula_zh) && chinese(kpi.unit_zh), "{}", kpi.id);
        assert!(!chinese(kpi.en) && !chinese(kpi.formula) && kpi.formula.len() > 10, "{}", kpi.id);
        assert!(!kpi.formula.contains("  ") && !kpi.formula_zh.contains("  "), "{}", kpi.id);
    }
}

#[test]
fn ids_are_found() {
    // Would catch a lookup that is off by one.
    for (index, kpi) in KPIS.iter().enumerate() {
        assert_eq!(KpiId::find(kpi.id).map(KpiId::index), Some(index));
    }
    assert_eq!(KpiId::find("no_such_kpi"), None);
}
