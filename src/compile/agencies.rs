//! Tables of agencies, street units and seasons.

use crate::domain::{Agency, AgencyKind, Season, Unit};
use crate::spec::{CsvTable, Diagnostic, Diagnostics, Row, Source, Words};

/// Agencies are bits of a 64-bit set.
const MOST_AGENCIES: usize = 64;

/// A value that another row has already taken.
pub(super) fn repeated(row: &Row<'_>, column: &str) -> Diagnostic {
    let value = row.text(column);
    let words =
        Words::new(format!("“{value}”重复出现"), format!("\"{value}\" appears more than once"));
    Diagnostic::new("table::duplicate", row.place(column), words)
}

/// The one vocabulary of agencies.
pub(super) fn read_agencies(source: &Source, log: &mut Diagnostics) -> Option<Vec<Agency>> {
    let wanted =
        ["agency_id", "name_zh", "name_en", "kind", "aliases", "seed_name", "case_staff_per_100k"];
    let table = CsvTable::parse(source, log);
    let reader = table.reader_with(&wanted, &["section_staff"], &["tag"], log)?;
    let mut agencies: Vec<Agency> = Vec::new();
    for row in reader.rows() {
        let kinds = ["department", "company", "utility", "street"];
        let kind = row.choice("kind", &kinds, log);
        let staff = row.number_or_empty("case_staff_per_100k", (0.0, 10_000.0), log);
        let section = row.number_or_empty("section_staff", (0.0, 10_000.0), log);
        let (Some(id), Some(zh)) = (row.name("agency_id", log), row.name("name_zh", log)) else {
            continue;
        };
        // A row of a wrong kind is still the agency that other tables name.
        let kind = kind.unwrap_or(1);
        let agency = Agency {
            id: id.to_owned(),
            zh: zh.to_owned(),
            en: row.text("name_en").to_owned(),
            kind: [
                AgencyKind::Department,
                AgencyKind::Company,
                AgencyKind::Utility,
                AgencyKind::Street,
            ][kind],
            seed_name: Some(row.text("seed_name").to_owned()).filter(|name| !name.is_empty()),
            aliases: row.parts("aliases").map(str::to_owned).collect(),
            staff_per_100k: staff.unwrap_or(0.0),
            section_staff: section.unwrap_or(0.0),
        };
        check_names(&row, &agency, &agencies, log);
        agencies.push(agency);
    }
    if agencies.len() > MOST_AGENCIES {
        let words = Words::new("部门太多", "too many agencies");
        let diagnostic = Diagnostic::new("model::too_many_agencies", reader.place(), words)
            .expected(Words::same(format!("<= {MOST_AGENCIES}")));
        log.push(diagnostic.got(agencies.len().to_string()));
    }
    check_needed(&agencies, &reader, log);
    Some(agencies)
}

fn check_names(row: &Row<'_>, agency: &Agency, before: &[Agency], log: &mut Diagnostics) {
    if find(before, &agency.id).is_some() {
        log.push(repeated(row, "agency_id"));
    }
    if find(before, &agency.zh).is_some() {
        log.push(repeated(row, "name_zh"));
    }
    if agency.aliases.iter().any(|alias| find(before, alias).is_some()) {
        log.push(repeated(row, "aliases"));
    }
    let squad = agency.id == SQUAD;
    let empty = row.text("case_staff_per_100k").is_empty();
    if agency.kind == AgencyKind::Department && !squad && empty {
        let expected = Words::new("部门人员数", "the staff of a department");
        log.push(row.wrong("case_staff_per_100k", expected));
    }
}

/// The agency whose people are the squads: its staff are levers, not a column.
const SQUAD: &str = "law_enforcement";

fn check_needed(agencies: &[Agency], reader: &crate::spec::Reader<'_>, log: &mut Diagnostics) {
    let squad = agencies.iter().any(|agency| agency.id == SQUAD);
    let street = agencies.iter().any(|agency| agency.kind == AgencyKind::Street);
    for (found, needed) in [(squad, SQUAD), (street, "street")] {
        if !found {
            let words = Words::new(
                format!("缺少部门“{needed}”"),
                format!("the agency \"{needed}\" is missing"),
            );
            log.push(Diagnostic::new("model::missing_agency", reader.place(), words));
        }
    }
}

/// Index of the agency that a table means by a name: its name, id or an alias.
pub(super) fn find(agencies: &[Agency], name: &str) -> Option<usize> {
    agencies.iter().position(|agency| {
        agency.zh == name || agency.id == name || agency.aliases.iter().any(|alias| alias == name)
    })
}

/// Every name that [`find`] understands, for suggestions.
pub(super) fn names(agencies: &[Agency]) -> impl Iterator<Item = &str> {
    agencies.iter().flat_map(|agency| {
        let own = [agency.zh.as_str(), agency.id.as_str()];
        own.into_iter().chain(agency.aliases.iter().map(String::as_str))
    })
}

/// Offices and centers of a street. Both kinds of shares are scaled to sum to one.
pub(super) fn read_units(source: &Source, log: &mut Diagnostics) -> Option<Vec<Unit>> {
    let table = CsvTable::parse(source, log);
    let wanted = ["unit_code", "name_zh", "name_en", "fixed_share", "case_load_share"];
    let reader = table.reader_with(&wanted, &["posts", "room"], &["kind", "tag"], log)?;
    let mut units: Vec<Unit> = Vec::new();
    // A row with a wrong number is still the unit that other tables name.
    let mut complete = true;
    for row in reader.rows() {
        let fixed = row.number("fixed_share", (0.0, 1.0), log);
        let case = row.number("case_load_share", (0.0, 1.0), log);
        let code = row.name("unit_code", log);
        let posts = super::flow::read_posts(&row, log);
        let room = row.number_or_empty("room", (1.0, 1e6), log);
        let Some(code) = code else { continue };
        complete &= fixed.is_some() && case.is_some();
        if units.iter().any(|unit| unit.code == code) {
            log.push(repeated(&row, "unit_code"));
        }
        units.push(Unit {
            code: code.to_owned(),
            zh: row.text("name_zh").to_owned(),
            en: row.text("name_en").to_owned(),
            fixed_share: fixed.unwrap_or(0.0),
            case_share: case.unwrap_or(0.0),
            posts,
            room: room.map(|room| room as u32),
        });
    }
    let fixed: f64 = units.iter().map(|unit| unit.fixed_share).sum();
    let case: f64 = units.iter().map(|unit| unit.case_share).sum();
    // Posts with a fixed duty may be fewer than all posts; shares of cases must be all of them.
    let wrong_fixed = !(fixed > 0.0 && fixed <= 1.001);
    let wrong_case = (case - 1.0).abs() > 0.01;
    for (wrong, column, sum) in
        [(wrong_fixed, "fixed_share", fixed), (wrong_case, "case_load_share", case)]
    {
        // A wrong share is one mistake; that the sum is wrong follows from it.
        if wrong && complete {
            log.push(wrong_sum(&reader, column, sum));
        }
    }
    for unit in &mut units {
        unit.fixed_share /= fixed;
        unit.case_share /= case;
    }
    Some(units)
}

/// A column of shares that does not sum to one.
pub(super) fn wrong_sum(reader: &crate::spec::Reader<'_>, column: &str, sum: f64) -> Diagnostic {
    let words = Words::new(
        format!("列“{column}”的份额加起来不对"),
        format!("shares of column \"{column}\" do not sum to 1"),
    );
    let diagnostic = Diagnostic::new("table::sum", reader.place(), words);
    diagnostic.expected(Words::same("1")).got(format!("{sum:.4}"))
}

/// Seasons with monthly factors, scaled to a mean of exactly one.
pub(super) fn read_seasons(
    source: &Source,
    heating: Option<&str>,
    log: &mut Diagnostics,
) -> Option<Vec<Season>> {
    const MONTHS: [&str; 12] =
        ["m01", "m02", "m03", "m04", "m05", "m06", "m07", "m08", "m09", "m10", "m11", "m12"];
    let mut wanted = vec!["profile"];
    wanted.extend(MONTHS);
    let table = CsvTable::parse(source, log);
    let reader = table.reader(&wanted, &["tag"], log)?;
    let mut seasons: Vec<Season> = Vec::new();
    for row in reader.rows() {
        let months = MONTHS.map(|month| row.number(month, (0.0, 12.0), log));
        let id = row.text("profile").to_owned();
        if seasons.iter().any(|season| season.id == id) {
            log.push(repeated(&row, "profile"));
        }
        let months = months.map(Option::unwrap_or_default);
        let sum: f64 = months.iter().sum();
        if (sum - 12.0).abs() > 0.05 {
            let expected = Words::new("十二个月均值为 1", "a mean of 1 over the months");
            log.push(row.wrong("m01", expected).got(format!("{:.4}", sum / 12.0)));
        }
        let months = months.map(|month| month * (12.0 / sum));
        let heating = heating == Some(id.as_str());
        seasons.push(Season { id, months, heating });
    }
    Some(seasons)
}
