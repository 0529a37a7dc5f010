//! Does each mechanism work in the direction that the fact base expects? Computed and reported,
//! never forced.
//!
//! Every mechanism with an expectation is moved alone twice: switched on at the before side, and
//! switched off at the after side. The base of the reform (M44) is moved once: taken away from the
//! before side, which is the epoch E0. All differences are read as "with the mechanism minus
//! without", paired by replication.

use crate::compile::{self, Diagnostics, LoadedModel};
use crate::domain::lever::Known;
use crate::domain::mechanism::levers_of;
use crate::domain::policy::epoch::{self, BASE, PACKAGE};
use crate::domain::{Direction, GroupSet, Mechanism, mechanisms};
use crate::measure::{KpiId, Scope};
use crate::stats::Paired;
use crate::table::Table;

use super::{Arm, StudyResult};

/// The side at which a mechanism is moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The before scenario, with the mechanism's levers at their after values.
    OnAtBefore,
    /// The after scenario, with the mechanism's levers at their before values.
    OffAtAfter,
    /// The before scenario without what it stands on.
    OffAtBefore,
}

impl Side {
    /// The sides at which a mechanism is moved.
    fn of(mechanism: &Mechanism) -> &'static [Side] {
        if mechanism.id == BASE {
            &[Side::OffAtBefore]
        } else {
            &[Side::OnAtBefore, Side::OffAtAfter]
        }
    }

    /// Scenario that is patched, and the suffix of the arm's name.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Side::OnAtBefore => ("before", "on_at_before"),
            Side::OffAtAfter => ("after", "off_at_after"),
            Side::OffAtBefore => ("before", "off_at_before"),
        }
    }

    /// Stable id, as written to files.
    pub fn id(self) -> &'static str {
        self.names().1
    }
}

/// What the run says about an expectation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Finding {
    /// The interval lies on the expected side of zero.
    Agrees,
    /// The interval lies on the other side.
    Disagrees,
    /// The interval includes zero, or there is none.
    Unclear,
}

impl Finding {
    /// Stable id, as written to files.
    pub fn id(self) -> &'static str {
        match self {
            Finding::Agrees => "agree",
            Finding::Disagrees => "disagree",
            Finding::Unclear => "unclear",
        }
    }

    /// Judges a difference against a direction.
    pub fn of(low: f64, high: f64, expected: Direction) -> Finding {
        let rises = low > 0.0;
        let falls = high < 0.0;
        match expected {
            Direction::Rises if rises => Finding::Agrees,
            Direction::Falls if falls => Finding::Agrees,
            _ if rises || falls => Finding::Disagrees,
            _ => Finding::Unclear,
        }
    }
}

/// Mechanisms that expect something and have levers that work.
pub fn testable() -> Vec<&'static Mechanism> {
    mechanisms().into_iter().filter(|mechanism| !mechanism.expects.is_empty()).collect()
}

/// Every mechanism with an expectation at each of its sides: the arms after the first two.
fn moves() -> impl Iterator<Item = (&'static Mechanism, Side)> {
    let sides = |mechanism: &'static Mechanism| Side::of(mechanism).iter().copied();
    testable()
        .into_iter()
        .flat_map(move |mechanism| sides(mechanism).map(move |side| (mechanism, side)))
}

/// Arms of the test: before, after, and each mechanism at both sides.
///
/// # Errors
/// If the model has no `before` or `after` scenario, or a lever's registered value does not fit it.
pub fn arms(model: &LoadedModel) -> Result<Vec<Arm>, Diagnostics> {
    let mut arms = Vec::new();
    for scenario in ["before", "after"] {
        arms.push(arm(model, scenario, scenario, &[])?);
    }
    for (mechanism, side) in moves() {
        let (scenario, suffix) = side.names();
        let name = format!("{}_{suffix}", mechanism.id);
        let on = side == Side::OnAtBefore;
        let sets = if mechanism.id == PACKAGE {
            // All groups at once: the values of the other scenario, by kind of place too.
            let set = if on { GroupSet::ALL } else { GroupSet::NONE };
            vec![("groups".to_owned(), set.text())]
        } else if mechanism.id == BASE {
            vec![(epoch::KEY.to_owned(), epoch::EPOCHS[0].to_owned())]
        } else {
            let value = |known: Known| known.value.to_owned();
            let levers = levers_of(mechanism).into_iter();
            let moved = levers.map(|lever| {
                (lever.key.to_owned(), value(if on { lever.after } else { lever.before }))
            });
            moved.collect()
        };
        arms.push(arm(model, scenario, &name, &sets)?);
    }
    Ok(arms)
}

fn arm(
    model: &LoadedModel,
    scenario: &str,
    name: &str,
    sets: &[(String, String)],
) -> Result<Arm, Diagnostics> {
    let plan = compile::plan(model, scenario, sets)?;
    let settings: String =
        sets.iter().map(|(key, value)| format!(" --set \"{key}={value}\"")).collect();
    Ok(Arm {
        name: name.to_owned(),
        zh: name.to_owned(),
        en: name.to_owned(),
        city: plan.city,
        plan: plan.plan,
        replay: format!("huying run {} --scenario {scenario}{settings}", model.city.id),
    })
}

/// Difference of a KPI with the mechanism minus without, over the whole area.
fn difference(result: &StudyResult, arm: usize, side: Side, kpi: KpiId) -> Option<Paired> {
    let values = |arm| result.values(arm, Scope::City, "all", kpi);
    let moved = values(arm)?;
    let confidence = result.confidence();
    match side {
        Side::OnAtBefore => Paired::of(&values(0)?, &moved, confidence).ok(),
        Side::OffAtAfter => Paired::of(&moved, &values(1)?, confidence).ok(),
        Side::OffAtBefore => Paired::of(&moved, &values(0)?, confidence).ok(),
    }
}

/// Table `effects`: `baseline, arm, mechanism, kpi, expected, found, difference, low, high`, a row
/// per mechanism, expectation and side.
pub fn table(result: &StudyResult) -> Table {
    let mut words: [Vec<String>; 6] = Default::default();
    let mut numbers: [Vec<f64>; 3] = Default::default();
    let numbered: Vec<(usize, (&Mechanism, Side))> = (2..).zip(moves()).collect();
    for mechanism in testable() {
        for expect in mechanism.expects {
            let kpi =
                KpiId::find(expect.kpi).expect("invariant: a test holds expectations to KPIs");
            for (arm, (_, side)) in numbered.iter().filter(|(_, (own, _))| own.id == mechanism.id) {
                let paired = difference(result, *arm, *side, kpi);
                let found = paired.as_ref().map_or(Finding::Unclear, |paired| {
                    Finding::of(paired.low, paired.high, expect.direction)
                });
                let expected = match expect.direction {
                    Direction::Falls => "falls",
                    Direction::Rises => "rises",
                };
                let (baseline, suffix) = side.names();
                let cells = [
                    baseline.to_owned(),
                    format!("{}_{suffix}", mechanism.id),
                    mechanism.id.to_owned(),
                    expect.kpi.to_owned(),
                    expected.to_owned(),
                    found.id().to_owned(),
                ];
                for (column, cell) in words.iter_mut().zip(cells) {
                    column.push(cell);
                }
                let cells = paired.map_or([f64::NAN; 3], |p| [p.difference, p.low, p.high]);
                for (column, cell) in numbers.iter_mut().zip(cells) {
                    column.push(cell);
                }
            }
        }
    }
    let names = ["baseline", "arm", "mechanism", "kpi", "expected", "found"];
    let mut table = Table::new("effects");
    for (name, column) in names.into_iter().zip(words) {
        table = table.with_text(name, column);
    }
    for (name, column) in ["difference", "low", "high"].into_iter().zip(numbers) {
        table = table.with_number(name, column);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches a verdict that reads the sign the wrong way round, or claims from an interval with
    // zero in it.
    #[test]
    fn findings_follow_the_interval() {
        assert_eq!(Finding::of(-2.0, -1.0, Direction::Falls), Finding::Agrees);
        assert_eq!(Finding::of(-2.0, -1.0, Direction::Rises), Finding::Disagrees);
        assert_eq!(Finding::of(-2.0, 1.0, Direction::Rises), Finding::Unclear);
        assert_eq!(Finding::of(f64::NAN, f64::NAN, Direction::Rises), Finding::Unclear);
    }
}
