//! Shocks as data of scenarios, arms and experiments.

use super::*;
use crate::base::{DAY, HOUR, Time};
use crate::domain::{Response, ShockSize};

// Catches a shock that starts on another day, strikes other places or items, or is lost between a
// scenario and what it extends.
#[test]
fn scenarios_hold_shocks() {
    let draft = Draft::new();
    let head = "name_zh = \"甲\"\nname_en = \"A\"\n";
    let model = draft.load();
    let street = model.city.streets[1].zh.clone();
    draft.write(
        "scenarios/flood.toml",
        &format!(
            "{head}[[shocks]]\nname_zh = \"汛\"\nname_en = \"Flood\"\nstart = 2018-08-11\n\
             hour = 20\ndays = 3\ntimes = 4\nitems = [\"I31\"]\narea = \"street:{street}\"\n"
        ),
    );
    draft.write(
        "scenarios/both.toml",
        &format!(
            "{head}extends = \"flood\"\ngroups = \"all\"\n[[shocks]]\nname_zh = \"节\"\n\
             name_en = \"Feast\"\nstart = \"2019-02-04\"\ndays = 7\nissues = 50\n\
             decay_days = 2\n[shocks.response]\ndays = 20\novertime_h = 1.5\n"
        ),
    );
    let model = draft.load();
    let plan = plan(&model, "both", &[]).unwrap_or_else(|log| panic!("{log}"));
    let [flood, feast] = &plan.plan.shocks[..] else { panic!("{:?}", plan.plan.shocks) };
    let days = model.city.start.duration_until(jiff::civil::date(2018, 8, 11)).as_hours() / 24;
    assert_eq!(flood.from, Time(days * DAY + 20 * HOUR));
    assert_eq!((flood.days, flood.size), (3, ShockSize::Times(4.0)));
    assert_eq!(flood.streets.iter().filter(|struck| **struck).count(), 1);
    assert_eq!(flood.items.len(), 1);
    assert_eq!((feast.size, feast.decay_days), (ShockSize::Issues(50.0), Some(2.0)));
    assert_eq!(flood.response, None);
    assert_eq!(feast.response, Some(Response { days: 20, overtime_h: 1.5, helpers: 0.0 }));
    assert!(plan.settings.contains("response 20 days, overtime 1.5 h"), "{}", plan.settings);
    assert!(feast.streets.iter().all(|struck| *struck));
    assert_eq!(feast.items.len(), model.city.items.len());
    assert!(plan.settings.contains("shock 汛 / Flood"), "{}", plan.settings);
    assert!(!plan.settings.contains("shock 汛 / Flood: day 0"), "{}", plan.settings);
}

// Catches a mistake in a shock that is reported alone, late, or not at all.
#[test]
fn all_mistakes_of_a_shock_at_once() {
    let draft = Draft::new();
    let found = draft.scenario_mistakes(
        "[[shocks]]\nname_zh = \"汛\"\nstart = 1999-01-01\ndays = 0\ntimes = 2\nissues = 3\n\
         items = [\"I99\"]\narea = \"street:无\"\nstrength = 2\n",
    );
    for part in [
        "\"shocks[0].name_en\" is missing",
        "a date from",
        "a whole number from 1 to 366",
        "one of them",
        "no item is \"I99\"",
        "unknown street",
        "unknown key \"shocks[0].strength\"",
    ] {
        assert!(found.iter().any(|line| line.contains(part)), "{part}: {found:#?}");
    }
    assert_eq!(found.len(), 7, "{found:#?}");
    let response = draft.scenario_mistakes(
        "[[shocks]]\nname_zh = \"汛\"\nname_en = \"F\"\nstart = 2018-12-01\ndays = 1\n\
         issues = 9\n[shocks.response]\ndays = 0\novertime_h = 9\nhelper = 3\n",
    );
    for part in ["from 1 to 366", "up to 6", "unknown key \"shocks[0].response.helper\""] {
        assert!(response.iter().any(|line| line.contains(part)), "{part}: {response:#?}");
    }
    assert!(response.iter().any(|line| line.contains("did you mean \"helpers\"")));
    let empty = draft.scenario_mistakes(
        "[[shocks]]\nname_zh = \"汛\"\nname_en = \"F\"\nstart = 2018-12-01\ndays = 1\n\
         issues = 9\nresponse = { days = 3 }\n",
    );
    assert!(empty.len() == 1 && empty[0].contains("or both"), "{empty:?}");
    let large = draft.scenario_mistakes(
        "[[shocks]]\nname_zh = \"汛\"\nname_en = \"F\"\nstart = 2018-12-01\ndays = 1\n\
         issues = 900000\nitems = [\"I31\"]\n",
    );
    assert!(large.len() == 1 && large[0].contains("too large a shock"), "{large:?}");
}
