//! Tables of what is applied for: services of the street, powers that may be handed down.

use super::agencies::repeated;
use super::items::{Vocabulary, agency};
use crate::domain::{Agency, Power, Service, matter};
use crate::spec::{CsvTable, Diagnostic, Diagnostics, Row, Source, Words};

/// Spelling of a park in the column `eligible_holder`.
const PARK: &str = "镇街辖区经济开发区(2号公章)";

/// Reports an id that another row has.
fn check_id<'a>(
    row: &Row<'_>,
    column: &str,
    mut taken: impl Iterator<Item = &'a str>,
    log: &mut Diagnostics,
) {
    if taken.any(|id| id == row.text(column)) {
        log.push(repeated(row, column));
    }
}

/// Services of the street, with their order of entering the hall and the service points.
pub(super) fn read_services(
    source: &Source,
    words: Vocabulary<'_>,
    log: &mut Diagnostics,
) -> Option<Vec<Service>> {
    let wanted = [
        "service_id",
        "name_zh",
        "name_en",
        "dept_zh",
        "unit_path",
        "guide_items",
        "per_1000_street",
        "per_1000_town",
        "window_minutes",
        "review_h",
        "instant",
        "site_visit_prob",
        "promised_days",
    ];
    let table = CsvTable::parse(source, log);
    let reader = table.reader(&wanted, &["name_source", "params_tag"], log)?;
    let mut services: Vec<Service> = Vec::new();
    // Of every row, also of those with other mistakes.
    let mut ids: Vec<String> = Vec::new();
    for row in reader.rows() {
        check_id(&row, "service_id", ids.iter().map(String::as_str), log);
        ids.push(row.text("service_id").to_owned());
        services.extend(read_service(&row, words, log));
    }
    rank_services(&mut services);
    Some(services)
}

fn read_service(row: &Row<'_>, words: Vocabulary<'_>, log: &mut Diagnostics) -> Option<Service> {
    let agency = agency(row, "dept_zh", row.text("dept_zh"), words.agencies, log);
    let path: Vec<Option<usize>> =
        row.parts("unit_path").map(|code| unit(row, code, words, log)).collect();
    let path: Option<Vec<usize>> = path.into_iter().collect();
    if row.text("unit_path").is_empty() {
        log.push(row.wrong("unit_path", Words::new("机构代码", "codes of units")));
    }
    let id = row.name("service_id", log);
    let zh = row.name("name_zh", log);
    let mut number = |column, limits| row.number(column, limits, log);
    let guide_items = number("guide_items", (1.0, 1000.0));
    let per_1000 = ["per_1000_street", "per_1000_town"].map(|name| number(name, (0.0, 10_000.0)));
    let window_minutes = number("window_minutes", (0.0, 480.0));
    let review_h = number("review_h", (0.0, 500.0));
    let site_visit = number("site_visit_prob", (0.0, 1.0));
    let promised_wd = number("promised_days", (0.0, 250.0));
    let instant = row.choice("instant", &["0", "1"], log);
    let path = path.filter(|path| !path.is_empty())?;
    let [street, town] = per_1000;
    Some(Service {
        id: id?.to_owned(),
        zh: zh?.to_owned(),
        en: row.text("name_en").to_owned(),
        agency: agency?,
        path,
        guide_items: guide_items?,
        per_1000: [street?, town?],
        window_minutes: window_minutes?,
        review_h: review_h?,
        instant: instant? == 1,
        site_visit: site_visit?,
        promised_wd: promised_wd?,
        hall_rank: 0.0,
        point_items: 0.0,
    })
}

fn unit(row: &Row<'_>, code: &str, words: Vocabulary<'_>, log: &mut Diagnostics) -> Option<usize> {
    let found = words.units.iter().position(|unit| unit.code == code);
    if found.is_none() && !words.units.is_empty() {
        let known = || words.units.iter().map(|unit| unit.code.as_str());
        let expected = Words::same(known().collect::<Vec<_>>().join(" / "));
        log.push(row.wrong("unit_path", expected).got(code).nearest(code, known()));
    }
    found
}

/// Orders services: into the hall the most asked for first, to the points the most asked for and
/// simplest first. Ties keep the order of the table.
fn rank_services(services: &mut [Service]) {
    let order = |key: &dyn Fn(&Service) -> f64| {
        let mut order: Vec<usize> = (0..services.len()).collect();
        order.sort_by(|a, b| key(&services[*b]).total_cmp(&key(&services[*a])).then(a.cmp(b)));
        order
    };
    let asked = |service: &Service| service.per_1000.iter().sum::<f64>();
    let hall = order(&asked);
    let points = order(&|service: &Service| {
        asked(service) / (service.window_minutes / 60.0 + service.review_h).max(0.01)
    });
    let total: f64 = services.iter().map(|service| service.guide_items).sum();
    let mut before = 0.0;
    for service in hall {
        services[service].hall_rank = before / total;
        before += services[service].guide_items;
    }
    let mut upto = 0.0;
    for service in points {
        upto += services[service].guide_items;
        services[service].point_items = upto;
    }
}

/// Powers linked to items by their ids, in the order of the table. What is promised after the
/// reform is never read.
pub(super) fn read_powers(
    source: &Source,
    agencies: &[Agency],
    ids: &[&str],
    log: &mut Diagnostics,
) -> Option<Vec<Power>> {
    let wanted = [
        "power_id",
        "name_zh",
        "name_en",
        "dept_zh",
        "proc_class",
        "eligible_holder",
        "statutory_days",
        "promised_days_pre",
        "site_visit_prob",
        "volume_class_key_town",
        "linked_items",
    ];
    let ignored = [
        "power_type_zh",
        "delegation_form",
        "promised_days_post",
        "name_source",
        "source_ref",
        "params_tag",
    ];
    let table = CsvTable::parse(source, log);
    let reader = table.reader(&wanted, &ignored, log)?;
    let mut powers: Vec<Power> = Vec::new();
    // Of every row, also of those with other mistakes.
    let mut taken: Vec<String> = Vec::new();
    for row in reader.rows() {
        check_id(&row, "power_id", taken.iter().map(String::as_str), log);
        taken.push(row.text("power_id").to_owned());
        powers.extend(read_power(&row, agencies, ids, log));
    }
    if powers.len() > matter::MOST_POWERS {
        let words = Words::new("权限太多", "too many powers");
        let diagnostic = Diagnostic::new("model::too_many_powers", reader.place(), words)
            .expected(Words::same(format!("<= {}", matter::MOST_POWERS)));
        log.push(diagnostic.got(powers.len().to_string()));
        return None;
    }
    Some(powers)
}

fn read_power(
    row: &Row<'_>,
    agencies: &[Agency],
    ids: &[&str],
    log: &mut Diagnostics,
) -> Option<Power> {
    let agency = agency(row, "dept_zh", row.text("dept_zh"), agencies, log);
    let id = row.name("power_id", log);
    let zh = row.name("name_zh", log);
    let procedure = row.choice("proc_class", &matter::PROCEDURES, log);
    let volume = row.choice("volume_class_key_town", &matter::VOLUMES, log);
    let statutory_days = row.number("statutory_days", (0.0, 1000.0), log);
    let promised_wd = row.number("promised_days_pre", (0.0, 1000.0), log);
    let site_visit = row.number("site_visit_prob", (0.0, 1.0), log);
    let mut for_parks = false;
    for holder in row.parts("eligible_holder") {
        for_parks |= holder == PARK || holder == matter::HOLDERS[2];
        if holder != PARK && !matter::HOLDERS.contains(&holder) {
            let known = matter::HOLDERS.iter().copied().chain([PARK]);
            let expected = Words::same(known.clone().collect::<Vec<_>>().join(" / "));
            log.push(row.wrong("eligible_holder", expected).nearest(holder, known));
        }
    }
    let mut items = Vec::new();
    for id in row.parts("linked_items") {
        match ids.iter().position(|known| *known == id) {
            Some(item) => items.push(item),
            None if ids.is_empty() => {}
            None => {
                let expected = Words::new("事项编号", "ids of items");
                let diagnostic = row.wrong("linked_items", expected);
                log.push(diagnostic.nearest(id, ids.iter().copied()));
            }
        }
    }
    Some(Power {
        id: id?.to_owned(),
        zh: zh?.to_owned(),
        en: row.text("name_en").to_owned(),
        agency: agency?,
        procedure: procedure?,
        volume: volume?,
        statutory_days: statutory_days?,
        promised_wd: promised_wd?,
        site_visit: site_visit?,
        for_parks,
        items,
    })
}

/// The order of delegation: volume × simplicity, largest first; ties keep the order of the table.
/// Simple is what takes few hours of review.
pub(super) fn rank_powers(powers: &mut [Power], params: &crate::domain::policy::powers::Params) {
    let key = |power: &Power| {
        let effort = params.review_h[power.procedure] + power.site_visit * params.site_h;
        params.volume[power.volume] / effort.max(0.01)
    };
    powers.sort_by(|a, b| key(b).total_cmp(&key(a)));
}
