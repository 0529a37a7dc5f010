//! State of one street during one replication.

use super::demand::Presence;
use super::policy::{committee, posts, social};
use crate::kernel::PoolId;

/// State of one street.
#[derive(Debug)]
pub(super) struct StreetState {
    /// Place in the district by code: the order of the table means nothing.
    pub rank: usize,
    /// Index in the city.
    pub index: usize,
    /// Unit pools; the first ones belong to the city's units in order, later ones are split halves.
    pub units: Vec<PoolId>,
    /// People of each unit pool by the levers in force.
    pub unit_staff: Vec<u32>,
    /// For each unit of the city, the pools that serve it.
    pub grouping: Vec<Vec<usize>>,
    /// For each unit pool, the unit it serves or served last: its own for the first ones, for a
    /// split half the unit it was split from; none for a half that was never used.
    pub unit_of: Vec<Option<usize>>,
    /// Pools whose units own case items.
    pub case_pools: Vec<PoolId>,
    /// Pools that owned case items at any time.
    pub ever_case_pools: Vec<PoolId>,
    pub squad: PoolId,
    pub squad_officers: u32,
    /// Stationed desks by agency.
    pub desks: Vec<Option<PoolId>>,
    pub desk_staff: Vec<u32>,
    pub grid: PoolId,
    /// Vendors' people.
    pub vendor: PoolId,
    /// Posts by the levers, before any has moved.
    pub establishment: u32,
    /// Posts at the street now.
    pub n_posts: u32,
    /// Of these, working for a key project.
    pub on_project: u32,
    /// Street work that came since posts were last allocated [working seconds].
    pub period_work: i64,
    /// Hours that vendors and partner units can still be asked for.
    pub help: social::Account,
    /// Social organizations.
    pub growth: social::Growth,
    /// Place of the street in the cycle of contracts, 0..1.
    pub contract_phase: f64,
    /// Achieved patrol rounds before.
    pub rounds_before: f64,
    /// Patrol before and under the settings in force.
    pub presence: Presence,
    /// Probability that a find by patrol is registered in more than one system.
    pub twice: f64,
    pub experience: posts::Experience,
    pub utilisation: f64,
    pub sampled_busy: u64,
    pub sampled_posts: u64,
    pub open: u32,
    pub open_peak: u32,
    /// Items of which a shock of the plan adds issues here; empty without one. Open cases of these.
    pub struck: Vec<bool>,
    pub open_struck: u32,
    pub merged: u32,
    pub hour_registered: Vec<u32>,
    pub hour_busy: Vec<u32>,
    pub hour_posts: Vec<u32>,
    /// Bookkeeping since measuring started.
    pub task_h: f64,
    pub project_h: f64,
    pub external_h: f64,
    pub overtime_h: f64,
    pub economic_h: f64,
    pub paperwork_h: f64,
    pub committee_h: f64,
    pub post_days: f64,
    pub officer_days: f64,
    pub full_time_days: f64,
    pub park_days: f64,
    pub purchased_cny: f64,
    pub n_days: f64,
    pub point_days: f64,
    /// Cases on the agenda of its committees.
    pub agenda: committee::Agenda,
}

impl StreetState {
    /// A street with its pools and nothing booked yet.
    pub(super) fn new(
        index: usize,
        units: Vec<PoolId>,
        squad: PoolId,
        desks: Vec<Option<PoolId>>,
        [grid, vendor]: [PoolId; 2],
        experience: posts::Experience,
        growth: social::Growth,
    ) -> StreetState {
        StreetState {
            rank: 0,
            index,
            units,
            unit_staff: Vec::new(),
            grouping: Vec::new(),
            unit_of: Vec::new(),
            case_pools: Vec::new(),
            ever_case_pools: Vec::new(),
            squad,
            squad_officers: 0,
            desks,
            desk_staff: Vec::new(),
            grid,
            vendor,
            establishment: 0,
            n_posts: 0,
            on_project: 0,
            period_work: 0,
            help: social::Account::default(),
            growth,
            contract_phase: 0.0,
            rounds_before: 0.0,
            presence: Presence { before: 0.0, now: [0.0; 2], rounds: 0.0 },
            twice: 0.0,
            experience,
            utilisation: 0.0,
            sampled_busy: 0,
            sampled_posts: 0,
            open: 0,
            open_peak: 0,
            struck: Vec::new(),
            open_struck: 0,
            merged: 0,
            hour_registered: vec![0; 168],
            hour_busy: vec![0; 168],
            hour_posts: vec![0; 168],
            task_h: 0.0,
            project_h: 0.0,
            external_h: 0.0,
            overtime_h: 0.0,
            economic_h: 0.0,
            paperwork_h: 0.0,
            committee_h: 0.0,
            post_days: 0.0,
            officer_days: 0.0,
            full_time_days: 0.0,
            park_days: 0.0,
            purchased_cny: 0.0,
            n_days: 0.0,
            point_days: 0.0,
            agenda: committee::Agenda::default(),
        }
    }

    /// Which pools serve which unit from now on.
    pub(super) fn regroup(
        &mut self,
        grouping: Vec<Vec<usize>>,
        owns_items: impl Fn(usize) -> bool,
    ) {
        if self.unit_of.is_empty() {
            let own = (0..self.units.len()).map(|pool| (pool < grouping.len()).then_some(pool));
            self.unit_of = own.collect();
        }
        let mut pools = Vec::new();
        for (unit, served_by) in grouping.iter().enumerate() {
            for &pool in served_by {
                if pool >= grouping.len() {
                    self.unit_of[pool] = Some(unit);
                }
                if owns_items(unit) {
                    pools.push(self.units[pool]);
                }
            }
        }
        pools.sort_unstable();
        pools.dedup();
        self.ever_case_pools.extend(&pools);
        self.ever_case_pools.sort_unstable();
        self.ever_case_pools.dedup();
        self.case_pools = pools;
        self.grouping = grouping;
    }

    /// The pool that does the work of a unit pool that has been dissolved: the first of those that
    /// serve its unit now. Any other pool stands for itself.
    pub(super) fn successor(&self, pool: PoolId) -> PoolId {
        let Some(own) = self.units.iter().position(|unit| *unit == pool) else { return pool };
        if self.grouping.iter().any(|pools| pools.contains(&own)) {
            return pool;
        }
        self.unit_of[own].map_or(pool, |unit| self.units[self.grouping[unit][0]])
    }
}
