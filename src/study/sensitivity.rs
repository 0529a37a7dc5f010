//! Which inputs matter: screening, one at a time, shares of variance, and what is not known.
//!
//! All designs move the same factors over one list of settings, and look at one number of each
//! run: a KPI of one arm, or its difference between two arms that face the same luck.

use std::collections::BTreeMap;

use crate::compile::Factor;
use crate::measure::{KPIS, KpiId};
use crate::stats::bootstrap::Bootstrap;
use crate::stats::design::{SobolError, sobol};
use crate::stats::sensitivity::morris::{Screened, Screening, Trajectory, screen};
use crate::stats::sensitivity::sobol::{Design, Indices, Matrix, Outputs, indices};
use crate::stats::{Paired, multiple};
use crate::table::Table;

use super::points::{Point, PointTable};

/// Resamples of every bootstrap.
const RESAMPLES: usize = 1000;

/// An arm with some factors away from where the scenario has them.
#[derive(Clone, PartialEq, Debug)]
pub struct Moved {
    /// Index of the arm.
    pub arm: usize,
    /// Factors that are set, by index, each at a position from 0 to 1.
    pub at: Vec<(usize, f64)>,
}

/// Settings of all designs together, each once.
#[derive(Clone, Default, Debug)]
pub struct Settings {
    /// The settings.
    pub list: Vec<Moved>,
    known: BTreeMap<(usize, Vec<(usize, u64)>), usize>,
}

impl Settings {
    /// Position of a setting.
    pub(super) fn add(&mut self, arm: usize, at: Vec<(usize, f64)>) -> usize {
        let key = at.iter().map(|&(factor, position)| (factor, position.to_bits())).collect();
        let next = self.list.len();
        let position = *self.known.entry((arm, key)).or_insert(next);
        if position == next {
            self.list.push(Moved { arm, at });
        }
        position
    }
}

/// One look at the output: an arm, or the second arm minus the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    first: Point,
    second: Option<Point>,
}

impl Look {
    pub(super) fn new(
        settings: &mut Settings,
        n_arms: usize,
        at: &[(usize, f64)],
        replication: u32,
    ) -> Look {
        let mut point = |arm| Point { setting: settings.add(arm, at.to_vec()), replication };
        let first = point(0);
        Look { first, second: (n_arms > 1).then(|| point(1)) }
    }

    pub(super) fn points(&self) -> impl Iterator<Item = Point> {
        [Some(self.first), self.second].into_iter().flatten()
    }

    pub(super) fn value(&self, table: &PointTable, kpi: KpiId) -> f64 {
        let first = table.value(self.first, kpi);
        self.second.map_or(first, |second| table.value(second, kpi) - first)
    }
}

/// Factors that move together, under one name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Id: that of its factor, or of the group.
    pub id: String,
    /// 名称.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Its factors, by index.
    pub factors: Vec<usize>,
}

impl Group {
    /// Every factor by itself.
    pub fn singles(factors: &[Factor]) -> Vec<Group> {
        let of = |(at, factor): (usize, &Factor)| Group {
            id: factor.name.clone(),
            zh: factor.zh.clone(),
            en: factor.en.clone(),
            factors: vec![at],
        };
        factors.iter().enumerate().map(of).collect()
    }
}

/// What all designs share.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// 1, or 2 for a difference.
    pub n_arms: usize,
    /// Seed of the designs.
    pub seed: u64,
    /// Level of intervals and of claims.
    pub confidence: f64,
}

impl Setup {
    fn bootstrap(&self) -> Bootstrap {
        Bootstrap { resamples: RESAMPLES, confidence: self.confidence, seed: self.seed }
    }
}

/// A Morris screening: trajectories, each under several seeds.
#[derive(Clone, Debug)]
pub struct Screen {
    setup: Setup,
    groups: Vec<Group>,
    plan: Screening,
    trajectories: Vec<Trajectory>,
    /// By trajectory, seed and point.
    looks: Vec<Vec<Vec<Look>>>,
}

impl Screen {
    /// Plans the trajectories. Trajectory t runs in the replications `t seeds + 1 …`: every seed
    /// of every trajectory has luck of its own, the points of a trajectory share it.
    pub fn new(
        setup: Setup,
        groups: Vec<Group>,
        (trajectories, seeds): (u32, u32),
        levels: u32,
        settings: &mut Settings,
    ) -> Screen {
        let members: Vec<(usize, usize)> = groups
            .iter()
            .enumerate()
            .flat_map(|(group, own)| own.factors.iter().map(move |&factor| (factor, group)))
            .collect();
        let plan = Screening {
            groups: members.iter().map(|(_, group)| *group).collect(),
            levels,
            seed: setup.seed,
        };
        let walks: Vec<Trajectory> =
            (0..trajectories).map(|number| plan.trajectory(u64::from(number))).collect();
        let mut looks = Vec::new();
        for (number, walk) in walks.iter().enumerate() {
            let first = number as u32 * seeds + 1;
            let of_seed = |replication: u32, settings: &mut Settings| -> Vec<Look> {
                let points = walk.points.iter();
                points
                    .map(|point| {
                        let named = members.iter().zip(point);
                        let at: Vec<(usize, f64)> =
                            named.map(|((factor, _), position)| (*factor, *position)).collect();
                        Look::new(settings, setup.n_arms, &at, replication)
                    })
                    .collect()
            };
            looks.push((first..first + seeds).map(|seed| of_seed(seed, settings)).collect());
        }
        Screen { setup, groups, plan, trajectories: walks, looks }
    }

    /// Every run.
    pub fn points(&self) -> Vec<Point> {
        self.looks.iter().flatten().flatten().flat_map(Look::points).collect()
    }

    /// What the trajectories say of every group, with p-values adjusted by Holm.
    pub fn of_kpi(&self, table: &PointTable, kpi: KpiId) -> Vec<(Screened, f64)> {
        let mut effects = vec![Vec::new(); self.groups.len()];
        for (trajectory, seeds) in self.trajectories.iter().zip(&self.looks) {
            for group in &mut effects {
                group.push(Vec::new());
            }
            for looks in seeds {
                let outputs: Vec<f64> = looks.iter().map(|look| look.value(table, kpi)).collect();
                let own = self.plan.effects(trajectory, &outputs);
                for (group, effect) in effects.iter_mut().zip(own) {
                    group.last_mut().expect("invariant: pushed above").push(effect);
                }
            }
        }
        let screened: Vec<Screened> =
            effects.iter().map(|rows| screen(rows, self.setup.bootstrap())).collect();
        let p: Vec<f64> = screened.iter().map(|own| own.p_value).collect();
        screened.into_iter().zip(multiple::holm(&p)).collect()
    }

    /// Groups that matter for a KPI, the largest true effect first.
    pub fn matter(&self, table: &PointTable, kpi: KpiId) -> Vec<Group> {
        let screened = self.of_kpi(table, kpi);
        let alpha = 1.0 - self.setup.confidence;
        let mut found: Vec<(f64, &Group)> = screened
            .iter()
            .zip(&self.groups)
            .filter(|((_, adjusted), _)| *adjusted <= alpha)
            .map(|((own, _), group)| (own.root, group))
            .collect();
        found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        found.into_iter().map(|(_, group)| group.clone()).collect()
    }

    /// Table `screening`: `kpi, unit, factor, name_zh, name_en, n, mu, mu_star, low, high, sigma,
    /// noise, effect, p_value, p_adjusted, verdict`; the verdict is `matters` or `unclear`.
    pub fn table(&self, table: &PointTable, kpis: &[KpiId]) -> Table {
        let mut rows = NamedRows::default();
        let (mut n, mut verdicts) = (Vec::new(), Vec::new());
        let mut numbers: [Vec<f64>; 9] = Default::default();
        for &kpi in kpis {
            let screened = self.of_kpi(table, kpi);
            for (at, (own, adjusted)) in screened.iter().enumerate() {
                if own.n == 0 {
                    continue;
                }
                rows.push(kpi, &self.groups[at]);
                n.push(own.n as i64);
                let mu = if self.plan.has_sign(at) { own.mu } else { f64::NAN };
                let row = [mu, own.mu_star, own.low, own.high, own.sigma, own.noise, own.root];
                let [a, b, c, d, e, f, g] = row;
                super::tables::push(&mut numbers, [a, b, c, d, e, f, g, own.p_value, *adjusted]);
                let matters = *adjusted <= 1.0 - self.setup.confidence;
                verdicts.push(if matters { "matters" } else { "unclear" }.to_owned());
            }
        }
        let names = ["mu", "mu_star", "low", "high", "sigma", "noise", "effect", "p_value"];
        let mut made = rows.into_table("screening").with_int("n", n);
        for (name, column) in names.into_iter().chain(["p_adjusted"]).zip(numbers) {
            made = made.with_number(name, column);
        }
        made.with_text("verdict", verdicts)
    }
}

/// Each factor alone at both ends of its range, under common luck.
#[derive(Clone, Debug)]
pub struct Tornado {
    setup: Setup,
    groups: Vec<Group>,
    base: Vec<Look>,
    /// By group and end.
    ends: Vec<[Vec<Look>; 2]>,
}

impl Tornado {
    /// Plans the runs of groups of one factor each.
    pub fn new(
        setup: Setup,
        groups: Vec<Group>,
        replications: u32,
        settings: &mut Settings,
    ) -> Tornado {
        let mut looks = |at: &[(usize, f64)]| -> Vec<Look> {
            (1..=replications).map(|r| Look::new(settings, setup.n_arms, at, r)).collect()
        };
        let base = looks(&[]);
        let ends = groups
            .iter()
            .map(|group| [0.0, 1.0].map(|end| looks(&[(group.factors[0], end)])))
            .collect();
        Tornado { setup, groups, base, ends }
    }

    /// Every run.
    pub fn points(&self) -> Vec<Point> {
        let ends = self.ends.iter().flatten().flatten();
        self.base.iter().chain(ends).flat_map(Look::points).collect()
    }

    /// Table `tornado`: `kpi, unit, factor, name_zh, name_en, end, setting, n, difference, low,
    /// high, p_value, p_adjusted`: the change when one factor alone goes to an end of its range.
    pub fn table(&self, table: &PointTable, kpis: &[KpiId], factors: &[Factor]) -> Table {
        let mut rows = NamedRows::default();
        let (mut ends, mut settings, mut n) = (Vec::new(), Vec::new(), Vec::new());
        let mut numbers: [Vec<f64>; 5] = Default::default();
        for &kpi in kpis {
            let values = |looks: &[Look]| -> Vec<f64> {
                looks.iter().map(|look| look.value(table, kpi)).collect()
            };
            let base = values(&self.base);
            let tests: Vec<Paired> = self
                .ends
                .iter()
                .flatten()
                .map(|end| {
                    Paired::of(&base, &values(end), self.setup.confidence)
                        .expect("invariant: one value per replication")
                })
                .collect();
            let p: Vec<f64> = tests.iter().map(|test| test.p_value).collect();
            for (at, (test, adjusted)) in tests.iter().zip(multiple::holm(&p)).enumerate() {
                if test.n == 0 {
                    continue;
                }
                let (group, end) = (&self.groups[at / 2], at % 2);
                rows.push(kpi, group);
                ends.push(["low", "high"][end].to_owned());
                settings.push(factors[group.factors[0]].at(end as f64).text);
                n.push(test.n as i64);
                let row = [test.difference, test.low, test.high, test.p_value, adjusted];
                super::tables::push(&mut numbers, row);
            }
        }
        let [difference, low, high, p_value, p_adjusted] = numbers;
        rows.into_table("tornado")
            .with_text("end", ends)
            .with_text("setting", settings)
            .with_int("n", n)
            .with_number("difference", difference)
            .with_number("low", low)
            .with_number("high", high)
            .with_number("p_value", p_value)
            .with_number("p_adjusted", p_adjusted)
    }
}

/// A Saltelli design in which chance is one of the factors.
#[derive(Clone, Debug)]
pub struct Shares {
    setup: Setup,
    groups: Vec<Group>,
    a: Vec<Look>,
    b: Vec<Look>,
    /// By group; chance is the last.
    mixed: Vec<Vec<Look>>,
}

impl Shares {
    /// Plans the runs. Row j of the first matrix runs in replication 2 j + 1, of the second in
    /// 2 j + 2; a mixed row keeps the luck of the first, and that of chance takes the second's.
    ///
    /// # Errors
    /// [`SobolError`] if `rows` is no power of two, or there are too many factors.
    pub fn new(
        setup: Setup,
        groups: Vec<Group>,
        rows: usize,
        settings: &mut Settings,
    ) -> Result<Shares, SobolError> {
        let members: Vec<usize> =
            groups.iter().flat_map(|group| group.factors.iter().copied()).collect();
        let of_group: Vec<usize> = groups
            .iter()
            .enumerate()
            .flat_map(|(at, group)| group.factors.iter().map(move |_| at))
            .collect();
        let base = sobol(rows, 2 * members.len(), Some(setup.seed))?;
        let design = Design { base: &base, groups: &of_group };
        let mut looks = |matrix: Matrix, luck: u32| -> Vec<Look> {
            (0..rows)
                .map(|row| {
                    let point = design.point(matrix, row);
                    let at: Vec<(usize, f64)> = members.iter().copied().zip(point).collect();
                    Look::new(settings, setup.n_arms, &at, 2 * row as u32 + luck)
                })
                .collect()
        };
        let (a, b) = (looks(Matrix::A, 1), looks(Matrix::B, 2));
        let mut mixed: Vec<Vec<Look>> =
            (0..groups.len()).map(|group| looks(Matrix::Mixed(group), 1)).collect();
        mixed.push(looks(Matrix::A, 2));
        Ok(Shares { setup, groups, a, b, mixed })
    }

    /// Every run.
    pub fn points(&self) -> Vec<Point> {
        let looks = self.a.iter().chain(&self.b).chain(self.mixed.iter().flatten());
        looks.flat_map(Look::points).collect()
    }

    fn of_kpi(&self, table: &PointTable, kpi: KpiId) -> Indices {
        let values = |looks: &Vec<Look>| -> Vec<f64> {
            looks.iter().map(|look| look.value(table, kpi)).collect()
        };
        let outputs = Outputs {
            a: values(&self.a),
            b: values(&self.b),
            mixed: self.mixed.iter().map(values).collect(),
        };
        indices(&outputs, self.setup.bootstrap())
    }

    /// Table `sobol`: `kpi, unit, factor, name_zh, name_en, n, variance, first, first_low,
    /// first_high, first_of_mean, total, total_low, total_high`. The factor `chance` is the luck of
    /// a replication; `first_of_mean` is the share of what would be left without it.
    pub fn table(&self, table: &PointTable, kpis: &[KpiId]) -> Table {
        let chance = Group {
            id: "chance".to_owned(),
            zh: "随机".to_owned(),
            en: "Chance".to_owned(),
            factors: Vec::new(),
        };
        let mut rows = NamedRows::default();
        let mut n = Vec::new();
        let mut numbers: [Vec<f64>; 8] = Default::default();
        for &kpi in kpis {
            let found = self.of_kpi(table, kpi);
            let luck = found.groups.last().map_or(f64::NAN, |own| own.total);
            for (at, own) in found.groups.iter().enumerate() {
                let group = self.groups.get(at);
                if found.n == 0 || own.first.is_nan() {
                    continue;
                }
                rows.push(kpi, group.unwrap_or(&chance));
                n.push(found.n as i64);
                let of_mean = if group.is_some() { own.first / (1.0 - luck) } else { f64::NAN };
                super::tables::push(
                    &mut numbers,
                    [
                        found.variance,
                        own.first,
                        own.first_low,
                        own.first_high,
                        of_mean,
                        own.total,
                        own.total_low,
                        own.total_high,
                    ],
                );
            }
        }
        let names = [
            "variance",
            "first",
            "first_low",
            "first_high",
            "first_of_mean",
            "total",
            "total_low",
            "total_high",
        ];
        let mut made = rows.into_table("sobol").with_int("n", n);
        for (name, column) in names.into_iter().zip(numbers) {
            made = made.with_number(name, column);
        }
        made
    }
}

/// The columns `kpi, unit, factor, name_zh, name_en`.
#[derive(Default)]
struct NamedRows([Vec<String>; 5]);

impl NamedRows {
    fn push(&mut self, kpi: KpiId, group: &Group) {
        let kpi = &KPIS[kpi.index()];
        let cells = [kpi.id, kpi.unit, &group.id, &group.zh, &group.en];
        for (column, cell) in self.0.iter_mut().zip(cells) {
            column.push(cell.to_owned());
        }
    }

    fn into_table(self, name: &str) -> Table {
        let names = ["kpi", "unit", "factor", "name_zh", "name_en"];
        names
            .into_iter()
            .zip(self.0)
            .fold(Table::new(name), |table, (name, column)| table.with_text(name, column))
    }
}
