//! Listens to a replication and keeps what the result needs.

use std::sync::Arc;

use super::approvals::Applied;
use super::backlog::Backlog;
use super::burden::Books;
use super::calling;
use super::count::Count;
use super::facts::CaseFacts;
use super::hours::Week;
use super::limit_use::LimitUse;
use super::report;
use super::result::RunResult;
use super::scope::{Selection, Window};
use super::tally::Tally;
use super::timing;
use crate::base::Time;
use crate::domain::{
    ApplicationRecord, CallUpRecord, CaseRecord, Channel, City, DepartmentRecord, HourRecord,
    IssueRecord, OnCallRecord, PoolOwner, PoolRecord, Shock, Sink, StreetRecord, TaskRecord,
};

/// What is kept of one street.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct StreetSum {
    pub(super) tally: Tally,
    pub(super) books: Books,
    /// Largest number of open cases, once the street has said it.
    pub(super) peak: Option<u32>,
    /// Open cases at the end of each day of the window; empty until the first.
    pub(super) daily: Vec<u32>,
    pub(super) week: Week,
    pub(super) applied: Applied,
    /// The first shock of the window that strikes the street: beginning, and length [days].
    pub(super) shock: Option<(Time, u32)>,
    /// Open cases of the items that shocks add to, at the end of each day of the window.
    pub(super) struck: Vec<u32>,
}

/// Counts one replication of one arm. One per district, because districts are simulated apart;
/// [`Accumulator::merge`] joins them.
///
/// City, district and kind are not counted: they are the sums of their streets, and fields those
/// of their items, so a case touches three tallies only and nothing can disagree.
#[derive(Clone, Debug)]
pub struct Accumulator {
    pub(super) city: Arc<City>,
    pub(super) window: Window,
    /// By street of the city; none if not reported, or of a district not merged yet.
    pub(super) streets: Vec<Option<Box<StreetSum>>>,
    pub(super) items: Vec<Tally>,
    pub(super) channels: Vec<Tally>,
    pub(super) agencies: Vec<Tally>,
    /// Of the whole area only: a case touches it once, however many places it counts to.
    pub(super) limit_use: LimitUse,
    /// Applications by the agency whose line they are.
    pub(super) lines: Vec<Applied>,
    pub(super) pools: Vec<PoolRecord>,
    pub(super) departments: Vec<DepartmentRecord>,
    /// Districts with a reported street.
    pub(super) districts: Vec<bool>,
    pub(super) events: u64,
    pub(super) cases: u64,
}

impl Accumulator {
    /// Counts nothing yet; will count the selected streets of one district.
    ///
    /// # Panics
    /// If the selection is not of this city, or the city has no such district.
    pub fn new(
        city: &Arc<City>,
        selection: &Selection,
        window: Window,
        district: usize,
    ) -> Accumulator {
        assert_eq!(selection.streets.len(), city.streets.len(), "selection of another city");
        let mut streets = vec![None; city.streets.len()];
        let mut districts = vec![false; city.districts.len()];
        for &street in &city.districts[district].streets {
            if selection.streets[street] {
                districts[district] = true;
                streets[street] = Some(Box::new(StreetSum {
                    tally: Tally::default(),
                    books: Books::default(),
                    peak: None,
                    daily: Vec::new(),
                    week: Week::default(),
                    applied: Applied::default(),
                    shock: None,
                    struck: Vec::new(),
                }));
            }
        }
        Accumulator {
            city: Arc::clone(city),
            window,
            streets,
            items: vec![Tally::default(); city.items.len()],
            channels: vec![Tally::default(); Channel::ALL.len()],
            agencies: vec![Tally::default(); city.agencies.len()],
            limit_use: LimitUse::default(),
            lines: vec![Applied::default(); city.agencies.len()],
            pools: Vec::new(),
            departments: Vec::new(),
            districts,
            events: 0,
            cases: 0,
        }
    }

    /// Says when and where shocks strike, so that recovery is measured.
    #[must_use]
    pub fn with_shocks(mut self, shocks: &[Shock]) -> Accumulator {
        let window = self.window;
        let inside = |shock: &&Shock| window.contains(shock.from);
        for (index, street) in self.streets.iter_mut().enumerate() {
            if let Some(street) = street {
                let strikes = |shock: &&Shock| shock.streets.get(index) == Some(&true);
                let own = shocks.iter().filter(inside).filter(strikes);
                street.shock = own.map(|shock| (shock.from, shock.days)).min();
            }
        }
        self
    }

    /// Adds what a run says of itself.
    pub fn count_run(&mut self, events: u64, cases: u64) {
        self.events += events;
        self.cases += cases;
    }

    /// Joins the counts of another district, in the order of districts.
    ///
    /// # Panics
    /// If the two are not parts of one replication: another city or window, or a street in both.
    pub fn merge(&mut self, other: Accumulator) {
        assert_eq!(self.window, other.window, "parts of one replication have one window");
        assert_eq!(self.streets.len(), other.streets.len(), "parts of one replication, one city");
        for (mine, theirs) in self.streets.iter_mut().zip(other.streets) {
            if theirs.is_some() {
                assert!(mine.is_none(), "a street belongs to one district");
                *mine = theirs;
            }
        }
        let tallies = [
            (&mut self.items, &other.items),
            (&mut self.channels, &other.channels),
            (&mut self.agencies, &other.agencies),
        ];
        for (mine, theirs) in tallies {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                mine.add(theirs);
            }
        }
        self.limit_use.add(&other.limit_use);
        for (mine, theirs) in self.lines.iter_mut().zip(&other.lines) {
            mine.add(theirs);
        }
        self.pools.extend(other.pools);
        self.departments.extend(other.departments);
        for (mine, theirs) in self.districts.iter_mut().zip(other.districts) {
            *mine |= theirs;
        }
        self.count_run(other.events, other.cases);
    }

    /// The rows. A window without length has none.
    pub fn result(self) -> RunResult {
        report::report(&self)
    }

    /// Open cases of a street as [`Backlog`] counts them.
    pub(super) fn add_backlog(&self, street: &StreetSum, sum: &mut Backlog) {
        sum.add(&street.daily);
        if let Some(peak) = street.peak {
            sum.add_peak(peak);
        }
        if let Some((from, days)) = street.shock
            && let Ok(day) = usize::try_from(from.day() - self.window.start.day())
        {
            sum.add_struck(&street.struck, day, days as usize);
        }
    }

    fn street_mut(&mut self, street: u16) -> Option<&mut StreetSum> {
        self.streets[usize::from(street)].as_deref_mut()
    }
}

impl Sink for Accumulator {
    fn hears_activities(&self) -> bool {
        false
    }

    fn case(&mut self, record: &CaseRecord) {
        let Some(street) = self.streets[usize::from(record.street)].as_deref_mut() else { return };
        let facts = CaseFacts::of(record, &self.window);
        if facts.marks.is_empty() {
            return;
        }
        if record.due.is_some() && facts.marks.has(Count::Closed) {
            self.limit_use.note(record.clock_share, record.resolved);
        }
        street.tally.case(&facts, true);
        self.items[usize::from(record.item)].case(&facts, false);
        self.channels[record.channel as usize].case(&facts, false);
    }

    fn issue(&mut self, record: &IssueRecord) {
        if !self.window.contains(record.arisen) {
            return;
        }
        let latent = timing::latent(record, &self.window);
        let resolving = timing::resolving(record, &self.window);
        let Some(street) = self.street_mut(record.street) else { return };
        street.tally.issue(Some(latent), resolving);
        self.items[usize::from(record.item)].issue(Some(latent), resolving);
        let noticed = self.window.seen(record.detected).and(record.channel);
        if let Some(channel) = noticed {
            self.channels[channel as usize].issue(Some(latent), resolving);
        }
    }

    fn call_up(&mut self, record: &CallUpRecord) {
        let window = self.window;
        let Some(street) = self.street_mut(record.street) else { return };
        calling::note_call_up(record, &window, &mut street.tally);
        calling::note_call_up(record, &window, &mut self.items[usize::from(record.item)]);
        calling::note_call_up(record, &window, &mut self.agencies[usize::from(record.agency)]);
    }

    fn on_call(&mut self, record: &OnCallRecord) {
        let window = self.window;
        let Some(street) = self.street_mut(record.street) else { return };
        calling::note_on_call(record, &window, &mut street.tally.counts);
        let agency = &mut self.agencies[usize::from(record.agency)];
        calling::note_on_call(record, &window, &mut agency.counts);
    }

    fn task(&mut self, record: &TaskRecord) {
        if self.window.contains(record.reached)
            && let Some(street) = self.street_mut(record.street)
        {
            street.tally.counts.one(Count::Tasks);
        }
    }

    fn application(&mut self, record: &ApplicationRecord) {
        let window = self.window;
        let kind = self.city.streets[usize::from(record.street)].kind;
        let Some(street) = self.street_mut(record.street) else { return };
        street.applied.note(record, kind, &window);
        self.lines[usize::from(record.agency)].note(record, kind, &window);
    }

    fn backlog(&mut self, day: i64, street: u16, open: u32) {
        let (window, first) = (self.window, self.window.start.day());
        let Some(street) = self.street_mut(street) else { return };
        let Ok(day) = usize::try_from(day - first) else { return };
        if day < window.days() {
            street.daily.resize(window.days(), 0);
            street.daily[day] = open;
        }
    }

    fn struck(&mut self, day: i64, street: u16, open: u32) {
        let (window, first) = (self.window, self.window.start.day());
        let Some(street) = self.street_mut(street) else { return };
        let Ok(day) = usize::try_from(day - first) else { return };
        if day < window.days() {
            street.struck.resize(window.days(), 0);
            street.struck[day] = open;
        }
    }

    fn hour(&mut self, record: &HourRecord) {
        if let Some(street) = self.street_mut(record.street) {
            street.week.note(record);
        }
    }

    fn pool(&mut self, record: &PoolRecord) {
        let reported = match record.owner {
            PoolOwner::Street(street) => self.streets[usize::from(street)].is_some(),
            PoolOwner::District(district) => self.districts[usize::from(district)],
        };
        if reported {
            self.pools.push(*record);
        }
    }

    fn street(&mut self, record: &StreetRecord) {
        if let Some(street) = self.street_mut(record.street) {
            street.books.add(record);
            street.peak = Some(record.backlog_peak);
        }
    }

    fn department(&mut self, record: &DepartmentRecord) {
        if self.districts[usize::from(record.district)] {
            self.departments.push(*record);
        }
    }
}
