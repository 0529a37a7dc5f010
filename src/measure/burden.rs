//! What else streets and departments do, per head, and what a resolved case costs.

use super::count::{Count, ratio};
use super::kpi::{Good, Kpi, OF_DEPARTMENTS, OF_STREETS};
use super::scope::{Place, Window};
use crate::base::DAY;
use crate::domain::{DepartmentRecord, StreetRecord};

/// Mean length of a month [days].
const MONTH: f64 = 365.25 / 12.0;

/// Bookkeeping of the streets in a place, summed in the order of streets.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub(super) struct Books {
    streets: u32,
    posts: f64,
    task_h: f64,
    project_h: f64,
    external_h: f64,
    overtime_h: f64,
    burden_h: f64,
    cost: f64,
}

impl Books {
    /// Adds a street's books.
    pub(super) fn add(&mut self, record: &StreetRecord) {
        self.streets += 1;
        self.posts += record.posts_mean;
        self.task_h += record.task_h;
        self.project_h += record.project_h;
        self.external_h += record.external_h;
        self.overtime_h += record.overtime_h;
        self.burden_h += record.task_h
            + record.economic_h
            + record.routine_h
            + record.paperwork_h
            + record.committee_h;
        self.cost += record.staff_cost + record.purchased_cost + record.service_cost;
    }

    /// Adds the books of several streets.
    pub(super) fn add_all(&mut self, other: &Books) {
        self.streets += other.streets;
        self.posts += other.posts;
        self.task_h += other.task_h;
        self.project_h += other.project_h;
        self.external_h += other.external_h;
        self.overtime_h += other.overtime_h;
        self.burden_h += other.burden_h;
        self.cost += other.cost;
    }

    /// Streets × weeks.
    fn street_weeks(&self, window: &Window) -> f64 {
        f64::from(self.streets) * window.weeks()
    }
}

/// Own tasks of departments.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct OwnTasks {
    /// Open and past their date at the end.
    overdue: u64,
    /// With their date in the window, and of these not done by then.
    due: u64,
    late: u64,
}

/// Own tasks of the departments in a place; none if it has no department.
pub(super) fn own_tasks(departments: &[DepartmentRecord], place: Place) -> Option<OwnTasks> {
    let inside = |record: &&DepartmentRecord| match place {
        Place::City => true,
        Place::District(district) => usize::from(record.district) == district,
        Place::Department(agency) => usize::from(record.agency) == agency,
        _ => false,
    };
    departments.iter().filter(inside).fold(None, |sum: Option<OwnTasks>, record| {
        let sum = sum.unwrap_or_default();
        Some(OwnTasks {
            overdue: sum.overdue + u64::from(record.own_overdue),
            due: sum.due + u64::from(record.own_due),
            late: sum.late + u64::from(record.own_late),
        })
    })
}

/// Length of the window in months.
fn months(window: &Window) -> f64 {
    window.length().0 as f64 / DAY as f64 / MONTH
}

/// Cases per head.
pub(super) const CASES_PER_HEAD: Kpi = Kpi {
    id: "cases_per_head",
    zh: "人均工单",
    en: "Cases per head",
    unit: "cases/person/month",
    unit_zh: "件/人/月",
    good: Good::Neither,
    scopes: OF_STREETS,
    formula: "cases closed in the window after handling at a street (not those the grid settled) \
              / mean posts of offices and centers / months of 30.4375 days",
    formula_zh: "统计期内由镇街办理后办结的工单(不含网格自处置) / 办公室与中心平均在岗人数 / 月数(每月30.4375天)",
    value: |t| ratio(t.tally.counts.of(Count::Handled), t.books.posts * months(&t.window)),
};

/// Hours per head on anything but cases.
pub(super) const BURDEN_HOURS_PER_HEAD: Kpi = Kpi {
    id: "burden_hours_per_head",
    zh: "非办件负担",
    en: "Burden per head",
    unit: "h/person/week",
    unit_zh: "小时/人/周",
    good: Good::Down,
    scopes: OF_STREETS,
    formula: "hours on assigned tasks, economic work, meetings and forms, trace logging and \
              committee meetings / mean posts of offices and centers / weeks",
    formula_zh: "用于交办事项、经济工作、会议与表格、留痕以及专委会议的小时 / 办公室与中心平均在岗人数 / 周数",
    value: |t| ratio(t.books.burden_h, t.books.posts * t.window.weeks()),
};

/// Departments' own overdue tasks.
pub(super) const DEPARTMENT_BACKLOG: Kpi = Kpi {
    id: "department_backlog",
    zh: "部门自身积压",
    en: "Departments' own backlog",
    unit: "tasks",
    unit_zh: "项",
    good: Good::Down,
    scopes: OF_DEPARTMENTS,
    formula: "departments' own tasks, those that the gate kept from streets among them, open and \
              past their date at the end of the window, districts of the selected area whole",
    formula_zh: "期末部门自身业务(含准入未通过而留在部门的交办事项)中已过期限仍未完成的事项; 所选区域涉及的区县按全区县计",
    value: |t| t.own.map(|own| own.overdue as f64),
};

/// Assigned tasks.
pub(super) const TASKS_PER_WEEK: Kpi = Kpi {
    id: "tasks_per_week",
    zh: "交办事项量",
    en: "Assigned tasks",
    unit: "tasks/street/week",
    unit_zh: "项/镇街/周",
    good: Good::Down,
    scopes: OF_STREETS,
    formula: "assigned tasks that reached streets in the window, after any screening / streets / \
              weeks",
    formula_zh: "统计期内(经准入把关后)到达镇街的交办事项 / 镇街数 / 周数",
    value: |t| ratio(t.tally.counts.of(Count::Tasks), t.books.street_weeks(&t.window)),
};

/// Hours on assigned tasks.
pub(super) const TASK_HOURS_PER_WEEK: Kpi = Kpi {
    id: "task_hours_per_week",
    zh: "交办事项工时",
    en: "Hours on assigned tasks",
    unit: "h/street/week",
    unit_zh: "小时/镇街/周",
    good: Good::Down,
    scopes: OF_STREETS,
    formula: "hours that streets spent on assigned tasks in the window / streets / weeks",
    formula_zh: "统计期内镇街用于交办事项的小时 / 镇街数 / 周数",
    value: |t| ratio(t.books.task_h, t.books.street_weeks(&t.window)),
};

/// Hours for key projects.
pub(super) const PROJECT_HOURS_PER_WEEK: Kpi = Kpi {
    id: "project_hours_per_week",
    zh: "重点项目支援工时",
    en: "Hours for key projects",
    unit: "h/street/week",
    unit_zh: "小时/镇街/周",
    good: Good::Neither,
    scopes: OF_STREETS,
    formula: "working hours of people of offices and centers who were pulled to key projects in \
              the window / streets / weeks",
    formula_zh: "统计期内办公室与中心人员被抽调支援重点项目的工作小时 / 镇街数 / 周数",
    value: |t| ratio(t.books.project_h, t.books.street_weeks(&t.window)),
};

/// Hours of vendors and partner units.
pub(super) const EXTERNAL_HOURS_PER_WEEK: Kpi = Kpi {
    id: "external_hours_per_week",
    zh: "外部力量工时",
    en: "Hours of vendors and partners",
    unit: "h/street/week",
    unit_zh: "小时/镇街/周",
    good: Good::Neither,
    scopes: OF_STREETS,
    formula: "hours that vendors under contract and partner units took over from the street in \
              the window / streets / weeks",
    formula_zh: "统计期内购买服务单位与共建单位替镇街承担的小时 / 镇街数 / 周数",
    value: |t| ratio(t.books.external_h, t.books.street_weeks(&t.window)),
};

/// Cost per resolved case.
pub(super) const COST_PER_RESOLVED: Kpi = Kpi {
    id: "cost_per_resolved",
    zh: "单件解决成本",
    en: "Cost per resolved case",
    unit: "CNY",
    unit_zh: "元",
    good: Good::Down,
    scopes: OF_STREETS,
    formula: "wages of the staff at the street with its share of shared pools, plus contracts with \
              vendors, upkeep of social organizations, hours attached to assigned tasks, bought \
              works, emergency fund, service points, park window and its share of the county hall, \
              in the window / cases closed in the window and truly resolved",
    formula_zh: "统计期内镇街人员(含分摊的共用力量)工资、购买服务合同、社会组织扶持、随交办事项划转的工时、\
                 外购工程、应急资金、便民服务点、园区窗口与分摊的区县大厅 / 统计期内办结且真实解决的工单",
    value: |t| ratio(t.books.cost, t.tally.counts.of(Count::Resolved)),
};

/// Cost of a street in a year.
pub(super) const COST_PER_YEAR: Kpi = Kpi {
    id: "cost_per_year",
    zh: "年度总成本",
    en: "Cost in a year",
    unit: "10k CNY/street/year",
    unit_zh: "万元/镇街/年",
    good: Good::Down,
    scopes: OF_STREETS,
    formula: "all costs of cost_per_resolved in the window / streets / years of 365 days",
    formula_zh: "单件解决成本所含的全部成本(统计期内) / 镇街数 / 年数(每年365天)",
    value: |t| {
        let years = t.window.length().0 as f64 / DAY as f64 / 365.0;
        ratio(t.books.cost / 10_000.0, f64::from(t.books.streets) * years)
    },
};

/// Departments' own tasks not done by their date.
pub(super) const DEPARTMENT_OVERDUE_SHARE: Kpi = Kpi {
    id: "department_overdue_share",
    zh: "部门自身业务逾期率",
    en: "Departments' own tasks overdue",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_DEPARTMENTS,
    formula: "departments' own tasks not done by their date / departments' own tasks whose date \
              fell in the window, districts of the selected area whole",
    formula_zh: "到期未完成的部门自身业务 / 期限落在统计期内的部门自身业务; 所选区域涉及的区县按全区县计",
    value: |t| t.own.and_then(|own| ratio(own.late as f64, own.due as f64)),
};

/// Overtime.
pub(super) const OVERTIME_HOURS_PER_WEEK: Kpi = Kpi {
    id: "overtime_hours_per_week",
    zh: "加班工时",
    en: "Overtime",
    unit: "h/street/week",
    unit_zh: "小时/镇街/周",
    good: Good::Down,
    scopes: OF_STREETS,
    formula: "hours that people of case units and squads worked longer in response to a shock in \
              the window / streets / weeks",
    formula_zh: "统计期内承办机构与中队人员为应对冲击而加班的小时 / 镇街数 / 周数",
    value: |t| ratio(t.books.overtime_h, t.books.street_weeks(&t.window)),
};
