//! The bundle that charts and report read: tables of a study, and names from the registries.
//!
//! Everything in it is written to the result's folder as well, so that a finished result can be
//! shown again without its model.

use crate::compile::LoadedModel;
use crate::domain::{
    ApplicationStage, Direction, Lever, Mechanism, Response, ShockSize, Stage, find_lever,
    mechanisms, params,
};
use crate::measure::{KPIS, Scope, pool_name};
use crate::present::{Briefing, Meta};
use crate::stats::Good;
use crate::store::{self, Manifest};
use crate::study::Note;
use crate::table::Table;

use super::paths;
use super::question::Question;

/// Tables that have a place of their own in the bundle, or none. All others are further analyses:
/// they are shown under their names.
const OWN_PLACE: [&str; 19] = [
    "design",
    "factors",
    "best",
    "runs",
    "kpis",
    "summary",
    "compare",
    "pools",
    "stages",
    "closure",
    "backlog",
    "hours",
    "limit_use",
    "failures",
    "effects",
    "names",
    "assumptions",
    "notes",
    "stress",
];

/// Names of the tables of a finished result that a briefing is made of: all but those that are too
/// large to be read back, in the order of names.
pub(super) fn tables_of(manifest: &Manifest) -> Vec<String> {
    let names = manifest.files.keys().filter_map(|name| name.strip_suffix(".csv"));
    names
        .filter(|name| !matches!(*name, "kpis" | "cases") && !name.contains('/'))
        .map(str::to_owned)
        .collect()
}

/// The bundle of a manifest and tables by name; tables that are not there stay empty.
pub(super) fn briefing(manifest: &Manifest, tables: &[Table]) -> Briefing {
    let of = |name: &str| {
        let found = tables.iter().find(|table| table.name() == name);
        found.cloned().unwrap_or_else(|| Table::new(name))
    };
    let names = of("names");
    let pools = names.rows_where(&[("scope", Scope::Pool.id())]);
    let column = |name: &str| pools.iter().map(|&row| names.text_at(name, row).into()).collect();
    let pool_names = Table::new("pool_names")
        .with_text("pool", column("scope_id"))
        .with_text("zh", column("name_zh"))
        .with_text("en", column("name_en"));
    Briefing {
        meta: meta(manifest),
        summary: of("summary"),
        compare: of("compare"),
        pools: of("pools"),
        stages: of("stages"),
        closure: of("closure"),
        runs: of("runs"),
        backlog: of("backlog"),
        hours: of("hours"),
        limit_use: of("limit_use"),
        effects: of("effects"),
        design: of("design"),
        factors: of("factors"),
        best: of("best"),
        kpi_names: kpi_names(),
        arm_names: arm_names(manifest),
        scope_names: names,
        stage_names: stage_names(),
        pool_names,
        assumptions: of("assumptions"),
        notes: of("notes"),
        stress: of("stress"),
        more: further(tables),
    }
}

/// Further analyses, in the order of names, with the cells that their files read back to: a column
/// of whole numbers has lost its kind on the way, and a briefing made again must say the same.
fn further(tables: &[Table]) -> Vec<Table> {
    let read_back = |table: &Table| {
        store::read_csv(table.name(), &store::csv(table))
            .expect("invariant: our own CSV reads back")
    };
    let more = tables.iter().filter(|table| !OWN_PLACE.contains(&table.name()));
    let mut more: Vec<Table> = more.map(read_back).collect();
    more.sort_by(|a, b| a.name().cmp(b.name()));
    more
}

fn meta(manifest: &Manifest) -> Meta {
    let word = |key: &str| manifest.words.get(key).cloned().unwrap_or_default();
    let highlight = manifest.area.iter().flat_map(|area| area.split(';'));
    let highlight = highlight.filter_map(|area| area.strip_prefix("street:"));
    let start = manifest.start.parse::<jiff::civil::Date>().ok().and_then(|start| {
        start.checked_add(jiff::Span::new().days(i64::from(manifest.warm_up_days))).ok()
    });
    Meta {
        title_zh: word("title_zh"),
        title_en: word("title_en"),
        question_zh: word("question_zh"),
        question_en: word("question_en"),
        baseline: manifest.arms.first().map(|arm| arm.name.clone()).unwrap_or_default(),
        arms: manifest.arms.iter().map(|arm| arm.name.clone()).collect(),
        area: manifest.area.join(", "),
        start_date: start.map(|date| date.to_string()).unwrap_or_default(),
        warm_up_days: i64::from(manifest.warm_up_days),
        horizon_days: i64::from(manifest.horizon_days),
        replications: i64::from(manifest.replications),
        seed: manifest.seed,
        version: manifest.version.clone(),
        model_digest: manifest.model_digest.clone(),
        experiment_digest: manifest.experiment_digest.clone().unwrap_or_default(),
        toolchain: manifest.toolchain.clone(),
        lock_digest: manifest.lock_digest.clone(),
        inputs: manifest
            .inputs
            .iter()
            .map(|input| (input.path.clone(), input.digest.clone()))
            .collect(),
        command: paths::command_line(&manifest.command),
        confidence: manifest.confidence,
        primary_kpis: manifest.primary_kpis.clone(),
        highlight: highlight.map(str::to_owned).collect(),
    }
}

fn kpi_names() -> Table {
    let column = |of: fn(&crate::measure::Kpi) -> &str| {
        KPIS.iter().map(|kpi| of(kpi).to_owned()).collect::<Vec<_>>()
    };
    Table::new("kpi_names")
        .with_text("kpi", column(|kpi| kpi.id))
        .with_text("name_zh", column(|kpi| kpi.zh))
        .with_text("name_en", column(|kpi| kpi.en))
        .with_text("unit_zh", column(|kpi| kpi.unit_zh))
        .with_text("unit_en", column(|kpi| kpi.unit))
        .with_text("good", column(|kpi| good(kpi.good)))
}

/// The good direction as files write it.
pub(super) fn good(good: Good) -> &'static str {
    match good {
        Good::Up => "up",
        Good::Down => "down",
        Good::Neither => "none",
    }
}

fn arm_names(manifest: &Manifest) -> Table {
    let column = |of: fn(&crate::store::ArmEntry) -> &String| {
        manifest.arms.iter().map(|arm| of(arm).clone()).collect::<Vec<_>>()
    };
    Table::new("arm_names")
        .with_text("arm", column(|arm| &arm.name))
        .with_text("name_zh", column(|arm| &arm.zh))
        .with_text("name_en", column(|arm| &arm.en))
}

fn stage_names() -> Table {
    let cases = Stage::ALL.map(|stage| [stage.id(), stage.zh(), stage.en()]);
    let applications = ApplicationStage::ALL.map(|stage| [stage.id(), stage.zh(), stage.en()]);
    // Some stages have the same name in both flows.
    let own = applications.into_iter().filter(|own| cases.iter().all(|case| case[0] != own[0]));
    let rows: Vec<[&str; 3]> = cases.into_iter().chain(own).collect();
    let column = |at: usize| rows.iter().map(|row| row[at].to_owned()).collect();
    Table::new("stage_names")
        .with_text("stage", column(0))
        .with_text("zh", column(1))
        .with_text("en", column(2))
}

/// `names.csv`: what the ids of scopes are called, and in which district a street lies.
pub(super) fn names(model: &LoadedModel) -> Table {
    let city = &model.city;
    let mut rows: Vec<[String; 5]> = Vec::new();
    let mut add = |scope: Scope, id: &str, zh: &str, en: &str, parent: &str| {
        rows.push([scope.id(), id, zh, en, parent].map(str::to_owned));
    };
    add(Scope::City, "all", "全域", "Whole area", "");
    for district in &city.districts {
        add(Scope::District, &district.zh, &district.zh, &district.en, "");
    }
    for street in &city.streets {
        let parent = &city.districts[street.district].zh;
        add(Scope::Street, &street.zh, &street.zh, &street.en, parent);
    }
    add(Scope::Kind, "street", "街道", "Streets", "");
    add(Scope::Kind, "town", "镇", "Towns", "");
    for field in &city.fields {
        add(Scope::Field, &field.id, &field.zh, &field.en, "");
    }
    for item in &city.items {
        add(Scope::Item, &item.id, &item.zh, &item.en, &city.fields[item.field].id);
    }
    for channel in crate::domain::Channel::ALL {
        add(Scope::Channel, channel.id(), channel.zh(), channel.en(), "");
    }
    for agency in &city.agencies {
        add(Scope::Department, &agency.id, &agency.zh, &agency.en, "");
    }
    for kind in crate::study::pool_kinds(city) {
        let (zh, en) = pool_name(city, kind);
        add(Scope::Pool, &crate::measure::pool_id(city, kind), &zh, &en, "");
    }
    text_table("names", ["scope", "scope_id", "name_zh", "name_en", "parent"], rows)
}

/// `assumptions.csv`: the numbers of the model with range and source.
pub(super) fn assumptions(model: &LoadedModel) -> Table {
    let list = &model.city.assumptions;
    let registry: Vec<_> = params().collect();
    let entry = |key: &str| {
        let whole = key.split('[').next().unwrap_or(key);
        registry.iter().find(|param| param.key == whole)
    };
    let text = |of: &dyn Fn(&crate::domain::Assumption) -> String| -> Vec<String> {
        list.iter().map(of).collect()
    };
    let number = |of: &dyn Fn(&crate::domain::Assumption) -> f64| -> Vec<f64> {
        list.iter().map(of).collect()
    };
    let known = |of: fn(&crate::domain::Param) -> &str| {
        text(&|entry_| entry(&entry_.key).map_or_else(String::new, |param| of(param).to_owned()))
    };
    Table::new("assumptions")
        .with_text("key", text(&|entry| entry.key.clone()))
        .with_number("value", number(&|entry| entry.value))
        .with_text("unit", known(|param| param.unit))
        .with_number("low", number(&|entry| entry.range.map_or(f64::NAN, |range| range.0)))
        .with_number("high", number(&|entry| entry.range.map_or(f64::NAN, |range| range.1)))
        .with_text("source", text(&|entry| entry.source.clone()))
        .with_text("zh", known(|param| param.zh))
        .with_text("en", known(|param| param.en))
}

/// `notes.csv`: doubts about the results.
pub(super) fn notes(notes: &[Note]) -> Table {
    let rows =
        notes.iter().map(|note| ["note".to_owned(), note.zh.clone(), note.en.clone()]).collect();
    text_table("notes", ["kind", "text_zh", "text_en"], rows)
}

/// `shocks.csv`: what happens from outside in each arm; none if nothing does.
pub(super) fn shocks(question: &Question) -> Option<Table> {
    let start = question.model.city.start;
    let mut text: [Vec<String>; 5] = Default::default();
    let (mut numbers, mut days): ([Vec<f64>; 3], [Vec<i64>; 4]) = Default::default();
    let warm_up_days = i64::from(question.study().warm_up_days);
    let arms = (0..question.n_arms()).map(|arm| question.plan(arm));
    for (plan, (index, shock)) in arms
        .flat_map(|plan| plan.plan.shocks.iter().enumerate().map(move |numbered| (plan, numbered)))
    {
        let date = start.checked_add(jiff::Span::new().days(shock.from.day()));
        let strength = match shock.size {
            ShockSize::Times(times) => format!("times {times}"),
            ShockSize::Issues(issues) => format!("issues {issues}"),
        };
        let date = date.map_or_else(|_| String::new(), |date| date.to_string());
        let words = [plan.name.clone(), shock.zh.clone(), shock.en.clone(), date, strength];
        text.iter_mut().zip(words).for_each(|(column, word)| column.push(word));
        let response = shock.response;
        let of = |part: fn(&Response) -> f64| response.as_ref().map_or(f64::NAN, part);
        let parts = [
            of(|response| f64::from(response.days)),
            of(|response| response.overtime_h),
            of(|response| response.helpers),
        ];
        numbers.iter_mut().zip(parts).for_each(|(column, part)| column.push(part));
        let counts = [
            index as i64 + 1,
            shock.from.day() - warm_up_days,
            i64::from(shock.days),
            shock.streets.iter().filter(|struck| **struck).count() as i64,
        ];
        days.iter_mut().zip(counts).for_each(|(column, count)| column.push(count));
    }
    let [arm, zh, en, date, strength] = text;
    let [shock, day, lasts, streets] = days;
    let [response_days, overtime_h, helpers] = numbers;
    let table = Table::new("shocks")
        .with_text("arm", arm)
        .with_int("shock", shock)
        .with_text("name_zh", zh)
        .with_text("name_en", en)
        .with_int("day", day)
        .with_text("date", date)
        .with_int("days", lasts)
        .with_text("strength", strength)
        .with_int("streets", streets)
        .with_number("response_days", response_days)
        .with_number("overtime_h", overtime_h)
        .with_number("helpers", helpers);
    (table.n_rows() > 0).then_some(table)
}

/// `effects.csv`: where an arm moves levers of one mechanism and nothing else, what was expected of
/// that mechanism and what was found for the whole area. Where the levers go back towards their
/// before values, the opposite is expected. An arm that moves more, or some one way and some the
/// other, says nothing about a single mechanism, and has no rows.
pub(super) fn effects(manifest: &Manifest, compare: &Table) -> Table {
    let mut rows: Vec<[String; 6]> = Vec::new();
    let mut numbers: [Vec<f64>; 3] = Default::default();
    let baseline = &manifest.arms[0];
    for arm in &manifest.arms[1..] {
        let moved = moved_levers(&baseline.settings, &arm.settings);
        let Some(on) = switched(&moved, &baseline.settings, &arm.settings) else { continue };
        for mechanism in mechanisms().into_iter().filter(|mechanism| is_alone(mechanism, &moved)) {
            for expect in mechanism.expects {
                let wanted = [("arm", arm.name.as_str()), ("kpi", expect.kpi), ("scope", "city")];
                let Some(row) = compare.first_row(&wanted) else { continue };
                let difference = compare.number("difference")[row];
                let found = match compare.text("verdict")[row].as_str() {
                    "unclear" => "unclear",
                    _ if difference > 0.0 => "up",
                    _ => "down",
                };
                let expected = match (expect.direction, on) {
                    (Direction::Falls, true) | (Direction::Rises, false) => "down",
                    (Direction::Rises, true) | (Direction::Falls, false) => "up",
                };
                rows.push(
                    [&baseline.name, &arm.name, mechanism.id, expect.kpi, expected, found]
                        .map(str::to_owned),
                );
                let bounds = [compare.number("low")[row], compare.number("high")[row]];
                for (column, value) in numbers.iter_mut().zip([difference, bounds[0], bounds[1]]) {
                    column.push(value);
                }
            }
        }
    }
    let [difference, low, high] = numbers;
    let names = ["baseline", "arm", "mechanism", "kpi", "expected", "found"];
    text_table("effects", names, rows)
        .with_number("difference", difference)
        .with_number("low", low)
        .with_number("high", high)
}

/// Whether the moved levers go from the baseline towards their after values (true) or back (false);
/// none where that cannot be said of all alike: for some places or dates only, between other words,
/// or where before and after do not differ.
fn switched(moved: &[&str], baseline: &[String], arm: &[String]) -> Option<bool> {
    let mut ways = moved.iter().map(|id| way_of(find_lever(id)?, baseline, arm));
    let first = ways.next()??;
    ways.all(|way| way == Some(first)).then_some(first)
}

/// The same for one lever.
fn way_of(lever: &Lever, baseline: &[String], arm: &[String]) -> Option<bool> {
    let of_lever = |line: &&String| line.split(' ').next() == Some(lever.key);
    let only_in = |a: &[String], b: &[String]| -> Option<String> {
        let mut lines = a.iter().filter(of_lever).filter(|line| !b.contains(line));
        let line = lines.next()?;
        // `KEY [PLACE] from DATE = VALUE` holds for a place or from a date only.
        let value = line.strip_prefix(lever.key)?.strip_prefix(" = ")?;
        lines.next().is_none().then(|| value.to_owned())
    };
    let (from, to) = (only_in(baseline, arm)?, only_in(arm, baseline)?);
    let (before, after) = (lever.before.value, lever.after.value);
    match [&*from, &*to, before, after].map(as_number) {
        [Some(from), Some(to), Some(before), Some(after)] => {
            let way = (to - from) * (after - before);
            (way != 0.0).then_some(way > 0.0)
        }
        _ if is_same(before, after) => None,
        _ if is_same(&from, before) || is_same(&to, after) => Some(true),
        _ if is_same(&from, after) || is_same(&to, before) => Some(false),
        _ => None,
    }
}

/// A number, or a switch as one.
fn as_number(text: &str) -> Option<f64> {
    match text {
        "true" => Some(1.0),
        "false" => Some(0.0),
        _ => text.parse().ok(),
    }
}

/// Do two texts say the same value? Vectors by number, sets in any order.
fn is_same(a: &str, b: &str) -> bool {
    let parts = |text: &str| -> Vec<String> {
        let part = |part: &str| as_number(part).map_or(part.to_owned(), |n| n.to_string());
        let mut parts: Vec<String> = text.split(';').map(part).collect();
        if parts.iter().any(|part| as_number(part).is_none()) {
            parts.sort_unstable();
        }
        parts
    };
    parts(a) == parts(b)
}

/// Ids of the levers whose settings differ.
fn moved_levers(baseline: &[String], arm: &[String]) -> Vec<&'static str> {
    let differs = |a: &[String], b: &[String]| -> Vec<String> {
        a.iter().filter(|line| !b.contains(line)).cloned().collect()
    };
    let lines = [differs(baseline, arm), differs(arm, baseline)].concat();
    // A setting is written as `KEY [PLACE] from DATE = VALUE`.
    let keys = lines.iter().filter_map(|line| line.split(' ').next());
    let mut moved: Vec<&'static str> = keys.filter_map(find_lever).map(|lever| lever.id).collect();
    moved.sort_unstable();
    moved.dedup();
    moved
}

/// Do all moved levers belong to the mechanism?
fn is_alone(mechanism: &Mechanism, moved: &[&str]) -> bool {
    !moved.is_empty() && moved.iter().all(|lever| mechanism.levers.contains(lever))
}

/// A table of words from its rows.
pub(super) fn text_table<const N: usize>(
    name: &str,
    columns: [&str; N],
    rows: Vec<[String; N]>,
) -> Table {
    let mut cells: [Vec<String>; N] = std::array::from_fn(|_| Vec::with_capacity(rows.len()));
    for row in rows {
        for (column, cell) in cells.iter_mut().zip(row) {
            column.push(cell);
        }
    }
    columns
        .into_iter()
        .zip(cells)
        .fold(Table::new(name), |table, (name, cells)| table.with_text(name, cells))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches an effect called unexpected because the lever was moved back, and a verdict on a
    // mechanism some of whose levers went one way and some the other.
    #[test]
    fn expectations_follow_the_way_levers_are_moved() {
        let settings = |officers: &str, share: &str| {
            let lines =
                [("enforcement.squad_officers", officers), ("enforcement.sunk_share", share)];
            lines.map(|(key, value)| format!("{key} = {value}"))
        };
        let (before, after) = (settings("6", "0.45"), settings("20", "0.9"));
        let way = |from: &[String], to: &[String]| switched(&moved_levers(from, to), from, to);
        assert_eq!(way(&before, &after), Some(true));
        assert_eq!(way(&after, &settings("12", "0.9")), Some(false));
        assert_eq!(way(&before, &settings("12", "0.2")), None);
        assert_eq!(way(&before, &before), None);
    }

    // Catches a way read off a line that did not change, off two values that are the same, and
    // switches, vectors and sets that are written otherwise than in the registry.
    #[test]
    fn ways_are_known_of_values_that_have_one() {
        let way = |from: &[&str], to: &[&str]| {
            let [from, to] = [from, to].map(|lines| -> Vec<String> {
                lines.iter().map(|line| (*line).to_owned()).collect()
            });
            switched(&moved_levers(&from, &to), &from, &to)
        };
        assert_eq!(way(&["platform.unified = false"], &["platform.unified = true"]), Some(true));
        let mix = ["assessment.metric_mix = 0.8;0.1;0.1", "assessment.metric_mix = 0.4;0.3;0.3"];
        assert_eq!(way(&mix[..1], &mix[1..]), Some(true));
        assert_eq!(way(&mix[1..], &mix[..1]), Some(false));
        let base = "assessment.department_weight = 0.05";
        let dated = "assessment.department_weight from 2018-08-01 = 0.3";
        assert_eq!(way(&[base], &[base, dated]), None);
        // Before and after are the same: more is neither.
        assert_eq!(way(&["tasks.offered = 12"], &["tasks.offered = 6"]), None);
    }
}
