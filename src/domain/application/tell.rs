//! What is told of an application while it lives. Nothing here changes anything.

use super::record::{ApplicationRecord, Contact, Decider};
use crate::base::Time;
use crate::domain::record::Sink;
use crate::domain::world::World;

impl<S: Sink> World<'_, S> {
    /// Writes a line into the trace if this application is followed.
    pub(super) fn note_application(
        &mut self,
        index: u32,
        now: Time,
        text: impl FnOnce(&ApplicationRecord) -> [&'static str; 2],
    ) {
        if let Some(trace) = &mut self.trace {
            let application = self.applications.alive.at(index);
            if trace.is_application(application.record.key) {
                let text = text(&application.record).map(str::to_owned);
                trace.add_of_application(now, application.stage, text);
            }
        }
    }

    /// It is reported.
    pub(super) fn report_application(&mut self, record: &ApplicationRecord) {
        self.sink.application(record);
        if let Some(trace) = &mut self.trace {
            trace.finish_application(record);
        }
    }
}

/// Where it is handed in.
pub(super) fn handed_in(record: &ApplicationRecord) -> [&'static str; 2] {
    match record.contact {
        Contact::Online => ["网上或代办申请", "applied online or by an agent"],
        Contact::Point => ["到便民服务点申请", "handed in at a service point"],
        Contact::Hall => ["到便民服务中心申请", "handed in at the hall of the street"],
        Contact::Counter => ["到承办机构窗口申请", "handed in at the counter of the unit"],
        Contact::Park => ["到园区窗口申请", "handed in at the park's window"],
        Contact::County => ["到区县大厅申请", "handed in at the county hall"],
    }
}

/// Papers are complete; where they go.
pub(super) fn accepted(record: &ApplicationRecord) -> [&'static str; 2] {
    if record.forwarded {
        return ["受理,报送区县", "accepted, sent on to the county"];
    }
    match record.decider {
        Decider::Street => ["受理", "accepted"],
        Decider::Park => ["园区受理", "accepted by the park"],
        Decider::County => ["区县受理", "accepted by the county"],
    }
}

/// The decision.
pub(super) fn decided(record: &ApplicationRecord) -> [&'static str; 2] {
    match (record.decider, record.wrong) {
        (Decider::Street, false) => ["镇街作出决定", "decided by the street or town"],
        (Decider::Park, false) => ["园区作出决定", "decided by the park"],
        (Decider::County, false) => ["区县作出决定", "decided by the county"],
        (Decider::Street, true) => ["镇街作出决定(有误)", "decided by the street or town, wrongly"],
        (Decider::Park, true) => ["园区作出决定(有误)", "decided by the park, wrongly"],
        (Decider::County, true) => ["区县作出决定(有误)", "decided by the county, wrongly"],
    }
}
