//! Which arms the scenarios and settings of a command line make.

use super::failure::Failure;
use super::options::ScenarioOptions;

/// Which arms a verb makes of scenarios and settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ArmRule {
    /// One scenario, with the settings.
    One,
    /// Several scenarios, with the settings on each; or one, without and with them.
    Several,
}

/// Scenario, settings and, if it is not the scenario's own, the name of an arm.
pub(super) type Asked = (String, Vec<(String, String)>, Option<String>);

/// The arms that scenarios and settings make.
pub(super) fn asked(
    rule: ArmRule,
    options: &ScenarioOptions,
    sets: &[(String, String)],
) -> Result<Vec<Asked>, Failure> {
    let scenarios = &options.scenario;
    let plain = |name: &String| (name.clone(), sets.to_vec(), None);
    match (rule, scenarios.as_slice()) {
        (ArmRule::One, []) => Ok(vec![plain(&"before".to_owned())]),
        (ArmRule::One, [one]) => Ok(vec![plain(one)]),
        (ArmRule::One, _) => Err(Failure::usage([
            "run 只取一个 --scenario；几个情景请用 compare",
            "run takes one --scenario; use compare for several",
        ])),
        (ArmRule::Several, []) if sets.is_empty() => {
            Ok(["before", "after"].map(|name| plain(&name.to_owned())).into())
        }
        (ArmRule::Several, []) => Ok(with_and_without("before", sets)),
        (ArmRule::Several, [one]) if !sets.is_empty() => Ok(with_and_without(one, sets)),
        (ArmRule::Several, [_]) => Err(Failure::usage([
            "compare 还需要第二个 --scenario，或用 --set 与第一个比较",
            "compare needs a second --scenario, or a --set to compare the first with",
        ])),
        (ArmRule::Several, several) => {
            let mut sorted = several.to_vec();
            sorted.sort();
            if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(Failure::usage([
                    format!("情景“{}”给了两次", twice[0]),
                    format!("scenario \"{}\" is given twice", twice[0]),
                ]));
            }
            Ok(several.iter().map(plain).collect())
        }
    }
}

/// A scenario as it is, and with the settings.
fn with_and_without(scenario: &str, sets: &[(String, String)]) -> Vec<Asked> {
    vec![
        (scenario.to_owned(), Vec::new(), None),
        (scenario.to_owned(), sets.to_vec(), Some("set".to_owned())),
    ]
}

/// Scenarios to be named again on a command line.
pub(super) fn scenario_names(asked: &[Asked]) -> Vec<String> {
    let mut names: Vec<String> = asked.iter().map(|(scenario, ..)| scenario.clone()).collect();
    names.dedup();
    names
}

/// Settings as `KEY=VALUE`.
pub(super) fn pairs(sets: &[(String, String)]) -> Vec<String> {
    sets.iter().map(|(key, value)| format!("{key}={value}")).collect()
}
