//! What happens to a case and who does it, step by step: the lines of an event log.

use super::record::PoolKind;
use crate::base::Time;

/// Something that happens to a case, or that somebody does about it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Activity {
    /// 问题产生: the issue arises, or is worse again.
    Arise,
    /// 发现: somebody notices it.
    Notice,
    /// 登记: it is entered as a case.
    Register,
    /// 派发: sent to a unit.
    Dispatch,
    /// 退单: the unit sends it back.
    Return,
    /// 区级裁定: the district decides who owns it.
    Adjudicate,
    /// 专委会议定: a committee names the lead.
    Committee,
    /// 应急经费先行: the emergency fund pays, liability is sorted out later.
    Fund,
    /// 签收: a unit accepts it.
    Accept,
    /// 首次联系: first contact with the resident.
    Contact,
    /// 网格处置: the grid worker settles it on the spot.
    GridWork,
    /// 街道单位办理: the street's unit works on it.
    UnitWork,
    /// 联合到场: unit and stationed desks in one visit.
    JointVisit,
    /// 中队执法: the squad's part.
    SquadWork,
    /// 机动力量支援: the district's enforcement reserve.
    ReserveWork,
    /// 呼叫随叫随到专人: an on-call specialist is asked to come.
    RequestSpecialist,
    /// 专人到场: the on-call specialist works on it.
    SpecialistVisit,
    /// 呼叫部门: the street calls up a department.
    CallUp,
    /// 部门退回呼叫: the department refuses.
    Refuse,
    /// 部门响应: first reaction under a deadline.
    Reaction,
    /// 部门办理: the department works on it.
    DepartmentWork,
    /// 法定程序: the legal clock runs.
    LegalProcedure,
    /// 第三方施工: a contractor, company or utility works on it.
    Contractor,
    /// 延期: an extension is granted.
    Extend,
    /// 办理完毕: the work is done, the reply is written next.
    Handled,
    /// 办结: officially closed.
    Close,
    /// 核查退回: audit finds a nominal closing.
    Audit,
    /// 回访: the resident is called back.
    CallBack,
    /// 重办: redone.
    Redo,
    /// 撤单: the resident withdraws.
    Withdraw,
    /// 自行消失: the matter is gone by itself.
    SelfResolve,
    /// 窗口已满: no room at the unit, nothing is done.
    TurnAway,
}

/// Id, Chinese and English name of every activity, in the order of the enum.
const NAMES: [(&str, &str, &str); 32] = [
    ("arise", "问题产生", "Issue arises"),
    ("notice", "发现", "Issue noticed"),
    ("register", "登记", "Case registered"),
    ("dispatch", "派发", "Dispatched"),
    ("return", "退单", "Returned by a unit"),
    ("adjudicate", "区级裁定", "District decides the owner"),
    ("committee", "专委会议定", "Committee names the lead"),
    ("fund", "应急经费先行", "Paid by the emergency fund"),
    ("accept", "签收", "Accepted"),
    ("contact", "首次联系", "First contact"),
    ("grid_work", "网格处置", "Settling by the grid"),
    ("unit_work", "街道单位办理", "Work of the street's unit"),
    ("joint_visit", "联合到场", "Joint visit"),
    ("squad_work", "中队执法", "Work of the squad"),
    ("reserve_work", "机动力量支援", "Support by the district reserve"),
    ("request_specialist", "呼叫随叫随到专人", "On-call specialist requested"),
    ("specialist_visit", "专人到场", "Visit of the on-call specialist"),
    ("call_up", "呼叫部门", "Department called up"),
    ("refuse", "部门退回呼叫", "Call-up refused"),
    ("reaction", "部门响应", "First reaction of the department"),
    ("department_work", "部门办理", "Work of the department"),
    ("legal_procedure", "法定程序", "Legal procedure"),
    ("contractor", "第三方施工", "Contractor at work"),
    ("extend", "延期", "Extension granted"),
    ("handled", "办理完毕", "Handled"),
    ("close", "办结", "Closed"),
    ("audit", "核查退回", "Sent back by audit"),
    ("call_back", "回访", "Call-back"),
    ("redo", "重办", "Redone"),
    ("withdraw", "撤单", "Withdrawn"),
    ("self_resolve", "自行消失", "Resolved by itself"),
    ("turn_away", "窗口已满", "Turned away"),
];

impl Activity {
    /// All activities, in the order in which a case usually meets them.
    pub const ALL: [Activity; 32] = [
        Activity::Arise,
        Activity::Notice,
        Activity::Register,
        Activity::Dispatch,
        Activity::Return,
        Activity::Adjudicate,
        Activity::Committee,
        Activity::Fund,
        Activity::Accept,
        Activity::Contact,
        Activity::GridWork,
        Activity::UnitWork,
        Activity::JointVisit,
        Activity::SquadWork,
        Activity::ReserveWork,
        Activity::RequestSpecialist,
        Activity::SpecialistVisit,
        Activity::CallUp,
        Activity::Refuse,
        Activity::Reaction,
        Activity::DepartmentWork,
        Activity::LegalProcedure,
        Activity::Contractor,
        Activity::Extend,
        Activity::Handled,
        Activity::Close,
        Activity::Audit,
        Activity::CallBack,
        Activity::Redo,
        Activity::Withdraw,
        Activity::SelfResolve,
        Activity::TurnAway,
    ];

    /// Stable id, as written to files.
    pub fn id(self) -> &'static str {
        NAMES[self as usize].0
    }

    /// Chinese name.
    pub fn zh(self) -> &'static str {
        NAMES[self as usize].1
    }

    /// English name.
    pub fn en(self) -> &'static str {
        NAMES[self as usize].2
    }
}

/// How far an activity came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Completion {
    /// Done, or without duration.
    Done,
    /// Begun and broken off because the case ended, or was closed on paper.
    BrokenOff,
    /// Still under way when the run ended.
    Running,
}

/// One activity of one case.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ActivityRecord {
    /// Key of the case.
    pub case: u64,
    /// What.
    pub activity: Activity,
    /// When it began.
    pub start: Time,
    /// When it ended or was broken off; equal to `start` if it has no duration, the end of the run
    /// if it is still under way.
    pub end: Time,
    /// How far it came.
    pub completion: Completion,
    /// Whose people did it; none if nobody's in particular.
    pub pool: Option<PoolKind>,
    /// Agencies that take part, as a set of bits by index.
    pub agencies: u64,
}
