//! Calendar, weekly patterns, profiles of the day and week, and time rules of a model.

use super::numbers::{Assumptions, read_number};
use crate::base::{DayKind, Holidays, WeekPattern};
use crate::domain::{ClockStart, Patterns, RuleSet};
use crate::spec::{
    CsvTable, Diagnostic, Diagnostics, Fields, Node, Source, Words, date, flag, text, texts, wrong,
};
use jiff::civil::Date;

/// Start of the run and weekly patterns.
pub(super) fn read_calendar(
    root: &mut Fields<'_>,
    log: &mut Diagnostics,
) -> Option<(Date, Patterns)> {
    let mut fields = root.section("calendar", log)?;
    let path = fields.path("start");
    let start = match fields.required("start", log) {
        Some(node) => date(fields.source, &path, node, log),
        None => None,
    };
    let office = read_pattern(&mut fields, "office", log);
    let squad = read_pattern(&mut fields, "squad", log);
    let grid = read_pattern(&mut fields, "grid", log);
    fields.finish(log);
    Some((start?, Patterns { office: office?, squad: squad?, grid: grid? }))
}

fn read_pattern(parent: &mut Fields<'_>, key: &str, log: &mut Diagnostics) -> Option<WeekPattern> {
    let mut fields = parent.section(key, log)?;
    let [weekdays, saturday, sunday] = ["weekdays", "saturday", "sunday"].map(|day| {
        let path = fields.path(day);
        let node = fields.required(day, log)?;
        read_spans(fields.source, &path, node, log)
    });
    fields.finish(log);
    let (weekdays, saturday, sunday) = (weekdays?, saturday?, sunday?);
    let mut days: [Vec<(u32, u32)>; 7] = std::array::from_fn(|_| weekdays.clone());
    days[5] = saturday;
    days[6] = sunday;
    Some(WeekPattern { days })
}

/// Open spans of a day, `["08:30-12:00", "13:30-17:00"]`, in order and apart.
fn read_spans(
    source: &Source,
    path: &str,
    node: &Node,
    log: &mut Diagnostics,
) -> Option<Vec<(u32, u32)>> {
    let mut spans: Vec<(u32, u32)> = Vec::new();
    let mut sound = true;
    for (written, node) in texts(source, path, node, log)? {
        let after = spans.last().map_or(0, |span| span.1);
        match parse_span(written).filter(|(from, to)| after <= *from && from < to) {
            Some(span) => spans.push(span),
            None => {
                let expected = Words::new(
                    "“08:30-12:00”这样的时段，先后不重叠",
                    "spans such as \"08:30-12:00\", in order and apart",
                );
                log.push(wrong(source, node, path, expected));
                sound = false;
            }
        }
    }
    sound.then_some(spans)
}

fn parse_span(written: &str) -> Option<(u32, u32)> {
    let (from, to) = written.split_once('-')?;
    Some((parse_clock(from)?, parse_clock(to)?))
}

pub(super) fn parse_clock(written: &str) -> Option<u32> {
    let (hour, minute) = written.trim().split_once(':')?;
    let number = |text: &str| -> Option<u32> {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|_| digits)
    };
    let (hour, minute) = (number(hour)?, number(minute).filter(|_| minute.len() == 2)?);
    let seconds = hour * 3600 + minute * 60;
    (minute < 60 && seconds <= 86_400).then_some(seconds)
}

/// Statutory holidays and make-up workdays.
pub(super) fn read_holidays(source: &Source, log: &mut Diagnostics) -> Option<Holidays> {
    let table = CsvTable::parse(source, log);
    let reader = table.reader(&["date", "kind"], &["name_en", "name_zh"], log)?;
    let mut holidays = Holidays::new();
    for row in reader.rows() {
        let kind = row.choice("kind", &["holiday", "workday"], log);
        let Ok(date) = row.text("date").parse::<Date>() else {
            let expected = Words::new("日期，如 2019-10-01", "a date such as 2019-10-01");
            log.push(row.wrong("date", expected));
            continue;
        };
        if holidays.get(date).is_some() {
            log.push(super::agencies::repeated(&row, "date"));
        }
        if let Some(kind) = kind {
            holidays.insert(date, [DayKind::Holiday, DayKind::Workday][kind]);
        }
    }
    Some(holidays)
}

/// Weights of hours and weekdays.
pub(super) struct Profiles {
    pub(super) hours: Vec<f64>,
    pub(super) evening_hours: Vec<f64>,
    pub(super) weekdays: [f64; 7],
    /// Name of the season with the heating shape, if there is one.
    pub(super) heating_season: Option<String>,
}

pub(super) fn read_profiles(
    root: &mut Fields<'_>,
    assumptions: &mut Assumptions,
    log: &mut Diagnostics,
) -> Option<Profiles> {
    let mut fields = root.section("profiles", log)?;
    let [hours, evening_hours] = ["hours", "evening_hours"].map(|key| {
        let n = parts_of_day(&mut fields, key);
        read_shares(&mut fields, key, (n, 1.0), assumptions, log)
    });
    let weekdays = read_shares(&mut fields, "weekdays", (7, 7.0), assumptions, log);
    let weekdays = weekdays.and_then(|days| <[f64; 7]>::try_from(days).ok());
    let path = fields.path("heating_season");
    let heating_season = fields.optional("heating_season");
    let heating_season = heating_season.and_then(|node| text(fields.source, &path, node, log));
    fields.finish(log);
    Some(Profiles {
        hours: hours?,
        evening_hours: evening_hours?,
        weekdays: weekdays?,
        heating_season: heating_season.map(str::to_owned),
    })
}

/// Number of parts of the day that a profile gives: as many as it has numbers if the day divides
/// into so many whole minutes that are no longer than an hour; 24 is the usual.
fn parts_of_day(fields: &mut Fields<'_>, key: &str) -> usize {
    let node = fields.optional(key);
    let list = node.and_then(|node| match node.table() {
        Some(entries) => entries.iter().find(|entry| entry.key == "value").map(|e| &e.node),
        None => Some(node),
    });
    let n = list.and_then(Node::list).map_or(24, <[Node]>::len);
    if n >= 24 && 1440 % n == 0 { n } else { 24 }
}

/// Weights that must have a known sum (to 1%), scaled to have it exactly.
fn read_shares(
    fields: &mut Fields<'_>,
    key: &str,
    (n, sum): (usize, f64),
    assumptions: &mut Assumptions,
    log: &mut Diagnostics,
) -> Option<Vec<f64>> {
    let limits = (n, "share", (0.0, sum));
    let values = read_number(fields, key, limits, assumptions, log)?;
    let found: f64 = values.iter().sum();
    if (found / sum - 1.0).abs() > 0.01 {
        let path = fields.path(key);
        let node = fields.optional(key)?;
        let expected = Words::new(format!("和为 {sum}"), format!("a sum of {sum}"));
        log.push(wrong(fields.source, node, &path, expected).got(format!("{found:.4}")));
        return None;
    }
    Some(values.iter().map(|value| value * (sum / found)).collect())
}

/// The rule set in force; every rule set is read and checked.
pub(super) fn read_rules(
    root: &mut Fields<'_>,
    assumptions: &mut Assumptions,
    log: &mut Diagnostics,
) -> Option<RuleSet> {
    let mut fields = root.section("rules", log)?;
    let path = fields.path("in_force");
    let named = fields.required("in_force", log);
    let chosen = named.and_then(|node| text(fields.source, &path, node, log));
    let names: Vec<&str> = fields.entries().iter().map(|entry| entry.key.as_str()).collect();
    let mut in_force = None;
    let names: Vec<&str> = names.into_iter().filter(|name| *name != "in_force").collect();
    for name in &names {
        let mut kept = Assumptions::default();
        let rules = fields.section(name, log).and_then(|f| read_rule_set(f, name, &mut kept, log));
        if chosen == Some(*name) {
            kept.into_vec().into_iter().for_each(|a| assumptions.push(a));
            in_force = rules;
        }
    }
    if let (Some(chosen), Some(node)) = (chosen, named)
        && !names.contains(&chosen)
    {
        let words =
            Words::new(format!("没有时限规则“{chosen}”"), format!("no rule set \"{chosen}\""));
        let place = fields.source.place(node.span.start);
        let diagnostic = Diagnostic::new("model::unknown_rules", place, words);
        log.push(diagnostic.nearest(chosen, names.iter().copied()));
    }
    in_force
}

fn read_rule_set(
    mut fields: Fields<'_>,
    id: &str,
    assumptions: &mut Assumptions,
    log: &mut Diagnostics,
) -> Option<RuleSet> {
    let keys = ["limit_wd", "long_limit_wd", "extension_wd", "return_wd", "yellow_wd"];
    let [limit, long_limit, extension, return_wd, yellow] = keys.map(|key| {
        let wanted = (1, "working days", (0.0, 250.0));
        read_number(&mut fields, key, wanted, assumptions, log).map(|values| values[0])
    });
    let start_path = fields.path("start");
    let start = fields.required("start", log).and_then(|node| {
        let word = text(fields.source, &start_path, node, log)?;
        match word {
            "acceptance" => Some(ClockStart::Acceptance),
            "registration" => Some(ClockStart::Registration),
            _ => {
                let known = ["acceptance", "registration"];
                let expected = Words::same(known.join(" / "));
                log.push(wrong(fields.source, node, &start_path, expected).nearest(word, known));
                None
            }
        }
    });
    let reset_path = fields.path("reset_on_redo");
    let reset = fields
        .required("reset_on_redo", log)
        .and_then(|node| flag(fields.source, &reset_path, node, log));
    fields.finish(log);
    Some(RuleSet {
        id: id.to_owned(),
        limit_wd: limit?,
        long_limit_wd: long_limit?,
        extension_wd: extension?,
        return_wd: return_wd?,
        yellow_wd: yellow?,
        start: start?,
        reset_on_redo: reset?,
    })
}
