//! Applications of residents and firms: time, visits, where they are handled, what goes wrong.

use super::count::ratio;
use super::histogram::{Durations, Observed, Way};
use super::kpi::{Good, Kpi, OF_STREETS, OF_STREETS_AND_DEPARTMENTS};
use super::scope::Window;
use crate::base::MINUTE;
use crate::domain::{
    ApplicationRecord, Contact, Decider, Matter, N_APPLICATION_STAGES, StreetKind,
};

/// Hours of a working day (MODEL 1.3).
const WORKING_DAY_H: f64 = 7.0;

/// What is kept of the applications of a street or agency. Whole numbers only.
#[derive(Clone, PartialEq, Default, Debug)]
pub(super) struct Applied {
    submitted: u64,
    decided: u64,
    abandoned: u64,
    due: u64,
    on_time: u64,
    /// Of the decided: at most one visit; near home; wrong; later reversed.
    one_visit: u64,
    near_home: u64,
    wrong: u64,
    reversed: u64,
    /// Of the decided: powers that may be handed down, and of these decided in town or park.
    powers: u64,
    decided_here: u64,
    /// Sums over the decided.
    visits: u64,
    county_visits: u64,
    transfers: u64,
    travel_s: i64,
    hall_wait_s: i64,
    window_s: i64,
    /// Submission to decision, working time.
    deciding: Durations,
    /// Of those made in the window that are decided or given up: number, time by stage [s].
    ended: u64,
    stages: [i64; N_APPLICATION_STAGES],
}

impl Applied {
    /// Adds an application of a street or town.
    pub(super) fn note(&mut self, record: &ApplicationRecord, kind: StreetKind, window: &Window) {
        let decided = window.seen(record.decided);
        let abandoned = window.seen(record.abandoned);
        if window.contains(record.submitted) {
            self.submitted += 1;
            let way = match (decided, abandoned) {
                (Some(_), _) => Way::Event,
                (None, Some(_)) => Way::Other,
                (None, None) => Way::Open,
            };
            self.deciding.note(Observed::new(record.working, way));
            if way != Way::Open {
                self.ended += 1;
                for (sum, seconds) in self.stages.iter_mut().zip(record.ledger) {
                    *sum += seconds;
                }
            }
        }
        if record.due.is_some_and(|due| window.contains(due)) {
            self.due += 1;
            self.on_time += u64::from(decided.is_some_and(|at| Some(at) <= record.due));
        }
        self.abandoned += u64::from(abandoned.is_some_and(|at| window.contains(at)));
        if decided.is_some_and(|at| window.contains(at)) {
            self.note_decided(record, kind);
        }
    }

    fn note_decided(&mut self, record: &ApplicationRecord, kind: StreetKind) {
        let here = record.decider != Decider::County;
        let in_town = kind == StreetKind::Town
            && matches!(record.contact, Contact::Hall | Contact::Counter)
            && here;
        let at_park = record.contact == Contact::Park && here;
        let near = record.contact == Contact::Point || in_town || at_park;
        let power = matches!(record.matter, Matter::Power(_));
        self.decided += 1;
        self.one_visit += u64::from(record.visits <= 1);
        self.near_home += u64::from(near);
        self.wrong += u64::from(record.wrong);
        self.reversed += u64::from(record.reversed.is_some());
        self.powers += u64::from(power);
        self.decided_here += u64::from(power && here);
        self.visits += u64::from(record.visits);
        self.county_visits += u64::from(record.county_visits);
        self.transfers += u64::from(record.transfers);
        self.travel_s += record.travel.0;
        self.hall_wait_s += record.hall_wait.0;
        self.window_s += record.window.0;
    }

    /// Adds all of another's.
    pub(super) fn add(&mut self, other: &Applied) {
        let Applied {
            submitted,
            decided,
            abandoned,
            due,
            on_time,
            one_visit,
            near_home,
            wrong,
            reversed,
            powers,
            decided_here,
            visits,
            county_visits,
            transfers,
            travel_s,
            hall_wait_s,
            window_s,
            deciding,
            ended,
            stages,
        } = other;
        for (mine, theirs) in [
            (&mut self.submitted, submitted),
            (&mut self.decided, decided),
            (&mut self.abandoned, abandoned),
            (&mut self.due, due),
            (&mut self.on_time, on_time),
            (&mut self.one_visit, one_visit),
            (&mut self.near_home, near_home),
            (&mut self.wrong, wrong),
            (&mut self.reversed, reversed),
            (&mut self.powers, powers),
            (&mut self.decided_here, decided_here),
            (&mut self.visits, visits),
            (&mut self.county_visits, county_visits),
            (&mut self.ended, ended),
            (&mut self.transfers, transfers),
        ] {
            *mine += theirs;
        }
        self.travel_s += travel_s;
        self.hall_wait_s += hall_wait_s;
        self.window_s += window_s;
        self.deciding.add(deciding);
        for (mine, theirs) in self.stages.iter_mut().zip(stages) {
            *mine += theirs;
        }
    }

    /// Applications made in the window that have ended, and their time by stage [s].
    pub(super) fn ended(&self) -> (u64, &[i64; N_APPLICATION_STAGES]) {
        (self.ended, &self.stages)
    }

    /// A count; none where nobody applied, as in a model without applications.
    fn count(&self, n: u64) -> Option<f64> {
        (self.submitted + self.decided > 0).then_some(n as f64)
    }

    fn per_decided(&self, sum: f64) -> Option<f64> {
        ratio(sum, self.decided as f64)
    }

    fn per_visit(&self, seconds: i64) -> Option<f64> {
        ratio(seconds as f64 / MINUTE as f64, self.visits as f64)
    }
}

/// Mean time of an application.
pub(super) const APPLICATION_TIME_MEAN: Kpi = Kpi {
    id: "application_time_mean",
    zh: "审批办理时长",
    en: "Mean time of an application",
    unit: "working days",
    unit_zh: "工作日",
    good: Good::Down,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "working days of 7 h from first contact to decision, of applications made in the window; Kaplan-Meier mean restricted at the length of the window: those not decided count with the time waited, those given up leave; immediate matters are decided at the window",
    formula_zh: "统计期内提出的申请从首次接触到作出决定的工作日(每日7小时); 采用Kaplan-Meier限制均值: 未决定者按已等待时间计入, 放弃者退出; 即办件在窗口当场办结",
    value: |t| {
        let hours = t.applied.deciding.curve(t.window.length()).map(|c| c.mean);
        hours.map(|hours| hours / WORKING_DAY_H)
    },
};

/// Applications on time.
pub(super) const APPLICATION_ON_TIME_SHARE: Kpi = Kpi {
    id: "application_on_time_share",
    zh: "审批按期率",
    en: "Applications on time",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "decided within the promised working days from acceptance (the promise of the before side in every scenario) / accepted applications whose promised time ended in the window",
    formula_zh: "自受理起在承诺工作日(各情景均用改革前承诺)内作出决定的申请 / 承诺期限落在统计期内的已受理申请",
    value: |t| ratio(t.applied.on_time as f64, t.applied.due as f64),
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
    formula: "visits of the applicant per application decided in the window, online ones included as none; visits that a reversed decision costs are counted",
    formula_zh: "统计期内办结的每件申请的跑动次数, 网办代办计0次; 决定被纠正后再跑的计入",
    value: |t| t.applied.per_decided(t.applied.visits as f64),
};

/// Done in one visit.
pub(super) const ONE_VISIT_SHARE: Kpi = Kpi {
    id: "one_visit_share",
    zh: "一次办成率",
    en: "Done in one visit",
    unit: "share",
    unit_zh: "比例",
    good: Good::Up,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "decided in the window with at most one visit / decided in the window",
    formula_zh: "统计期内至多跑动一次即办成的申请 / 统计期内办结的申请",
    value: |t| t.applied.per_decided(t.applied.one_visit as f64),
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
    formula: "handed in at a service point, or handed in and decided in the town or park / decided in the window; online ones and those at a street's hall are in the denominator only",
    formula_zh: "在便民服务点办理, 或在镇、园区受理并决定的申请 / 统计期内办结的申请; 网办和在街道大厅办理的只计入分母",
    value: |t| t.applied.per_decided(t.applied.near_home as f64),
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
    formula: "travel time there and back of all visits per application decided in the window, online ones included as none",
    formula_zh: "统计期内办结的每件申请全部跑动的往返时间, 网办代办计0",
    value: |t| t.applied.per_decided(t.applied.travel_s as f64 / MINUTE as f64),
};

/// Applications.
pub(super) const APPLICATIONS_SUBMITTED: Kpi = Kpi {
    id: "applications_submitted",
    zh: "申请数",
    en: "Applications",
    unit: "applications",
    unit_zh: "件",
    good: Good::Neither,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "applications made in the window",
    formula_zh: "统计期内提出的申请",
    value: |t| t.applied.count(t.applied.submitted),
};

/// Applications decided.
pub(super) const APPLICATIONS_DECIDED: Kpi = Kpi {
    id: "applications_decided",
    zh: "办结申请数",
    en: "Applications decided",
    unit: "applications",
    unit_zh: "件",
    good: Good::Up,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "applications decided in the window",
    formula_zh: "统计期内作出决定的申请",
    value: |t| t.applied.count(t.applied.decided),
};

/// Applications given up.
pub(super) const APPLICATION_ABANDONED_SHARE: Kpi = Kpi {
    id: "application_abandoned_share",
    zh: "申请放弃率",
    en: "Applications given up",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "given up after too many visits in the window / decided or given up in the window",
    formula_zh: "统计期内因多次跑动而放弃的申请 / 统计期内办结或放弃的申请",
    value: |t| {
        let ended = t.applied.decided + t.applied.abandoned;
        ratio(t.applied.abandoned as f64, ended as f64)
    },
};

/// Wait at the window.
pub(super) const HALL_WAIT_MEAN: Kpi = Kpi {
    id: "hall_wait_mean",
    zh: "窗口等待",
    en: "Wait at the window",
    unit: "min",
    unit_zh: "分钟",
    good: Good::Down,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "working minutes from arrival at a window to service, mean over the visits of applications decided in the window",
    formula_zh: "统计期内办结申请的每次跑动在窗口等待的工作分钟",
    value: |t| t.applied.per_visit(t.applied.hall_wait_s),
};

/// Time at the window.
pub(super) const WINDOW_MINUTES_MEAN: Kpi = Kpi {
    id: "window_minutes_mean",
    zh: "窗口用时",
    en: "Time at the window",
    unit: "min",
    unit_zh: "分钟",
    good: Good::Neither,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "working time of the clerk per visit of applications decided in the window, with its share of routine",
    formula_zh: "统计期内办结申请的每次跑动占用的窗口工时, 含日常事务分摊",
    value: |t| t.applied.per_visit(t.applied.window_s),
};

/// Transfers between units.
pub(super) const APPLICATION_TRANSFERS_MEAN: Kpi = Kpi {
    id: "application_transfers_mean",
    zh: "机构间流转次数",
    en: "Transfers between units",
    unit: "per application",
    unit_zh: "次/件",
    good: Good::Down,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "times a paper goes from one unit of the street to another, per application decided in the window",
    formula_zh: "统计期内办结的每件申请在街道机构之间流转的次数",
    value: |t| t.applied.per_decided(t.applied.transfers as f64),
};

/// Visits to the county hall.
pub(super) const COUNTY_VISITS_MEAN: Kpi = Kpi {
    id: "county_visits_mean",
    zh: "到区县跑动次数",
    en: "Visits to the county hall",
    unit: "visits",
    unit_zh: "次",
    good: Good::Down,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "visits to the county hall per application decided in the window",
    formula_zh: "统计期内办结的每件申请到区县大厅的跑动次数",
    value: |t| t.applied.per_decided(t.applied.county_visits as f64),
};

/// Decided in town or park.
pub(super) const DECIDED_HERE_SHARE: Kpi = Kpi {
    id: "decided_here_share",
    zh: "镇园办结占比",
    en: "Decided in town or park",
    unit: "share",
    unit_zh: "比例",
    good: Good::Neither,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "decided by the town or park / powers applied for in key towns and parks and decided in the window",
    formula_zh: "由镇或园区决定的 / 重点镇和园区申请、统计期内办结的可下放权限事项",
    value: |t| ratio(t.applied.decided_here as f64, t.applied.powers as f64),
};

/// Wrong decisions.
pub(super) const APPLICATION_ERROR_SHARE: Kpi = Kpi {
    id: "application_error_share",
    zh: "决定差错率",
    en: "Wrong decisions",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "wrongly decided, a truth known in the model only / decided in the window",
    formula_zh: "决定有误(真实情况, 仅模型可知)的申请 / 统计期内办结的申请",
    value: |t| t.applied.per_decided(t.applied.wrong as f64),
};

/// Decisions reversed.
pub(super) const APPLICATION_REVERSAL_SHARE: Kpi = Kpi {
    id: "application_reversal_share",
    zh: "决定被纠正率",
    en: "Decisions reversed",
    unit: "share",
    unit_zh: "比例",
    good: Good::Down,
    scopes: OF_STREETS_AND_DEPARTMENTS,
    formula: "decided in the window and reversed before the end of the run / decided in the window",
    formula_zh: "统计期内办结且在运行结束前被纠正的申请 / 统计期内办结的申请",
    value: |t| t.applied.per_decided(t.applied.reversed as f64),
};
