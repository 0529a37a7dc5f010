//! The design behind the arms, as charts read it: factors with their settings, arms with theirs.

use crate::present::briefing::Briefing;
use crate::present::wording::Lang;

/// A setting of a factor.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Level {
    /// As in `design.csv`.
    pub text: String,
    /// Name.
    pub label: String,
    /// The number it stands for; NaN where there is none.
    pub number: f64,
}

impl Level {
    /// Is this the setting that a cell of `design.csv` holds? A column of numbers reads `1` for
    /// `1.0`.
    pub(super) fn is(&self, setting: &str) -> bool {
        let number = |text: &str| text.parse::<f64>().ok();
        self.text == setting
            || number(&self.text).is_some_and(|own| {
                number(setting).is_some_and(|other| own.to_bits() == other.to_bits())
            })
    }
}

/// A factor.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// Id.
    pub factor: String,
    /// Name.
    pub name: String,
    /// Unit of its settings; empty where they are shares, words or plain numbers.
    pub unit: &'static str,
    /// Settings that occur, in the order of the design.
    pub levels: Vec<Level>,
}

impl Axis {
    /// Name with the unit, for the side of a picture.
    pub(super) fn titled(&self) -> String {
        if self.unit.is_empty() {
            self.name.clone()
        } else {
            format!("{} ({})", self.name, self.unit)
        }
    }

    /// Name and a setting in words.
    pub(super) fn said(&self, setting: &str) -> String {
        let label = self.levels.iter().find(|level| level.is(setting));
        let label = label.map_or(setting, |level| level.label.as_str());
        let bare = label.parse::<f64>().is_ok() && !self.unit.is_empty();
        let unit = if bare { format!(" {}", self.unit) } else { String::new() };
        format!("{} {label}{unit}", self.name)
    }

    /// Is every setting a number, and are there at least `least` of them?
    pub(super) fn is_scale(&self, least: usize) -> bool {
        self.levels.len() >= least && self.levels.iter().all(|level| level.number.is_finite())
    }
}

/// An arm with its setting of every factor; empty where a factor is left alone.
#[derive(Clone, Debug)]
pub(super) struct Point {
    /// Arm.
    pub arm: String,
    /// Settings, in the order of the axes.
    pub settings: Vec<String>,
}

/// A design as charts read it.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Factors.
    pub axes: Vec<Axis>,
    /// Arms.
    pub points: Vec<Point>,
}

/// Reads the design of a bundle; none if there is none.
pub(super) fn layout(briefing: &Briefing, lang: Lang) -> Option<Layout> {
    let (design, factors) = (&briefing.design, &briefing.factors);
    if design.is_empty() {
        return None;
    }
    let names: Vec<String> = design
        .columns()
        .iter()
        .map(|column| column.name.clone())
        .filter(|name| name != "arm")
        .collect();
    let points: Vec<Point> = (0..design.n_rows())
        .map(|row| Point {
            arm: design.text_at("arm", row).into_owned(),
            settings: names.iter().map(|name| design.text_at(name, row).into_owned()).collect(),
        })
        .collect();
    let axis = |(at, factor): (usize, &String)| {
        let rows = factors.rows_where(&[("factor", factor)]);
        let cell = |column: &str, row: usize| factors.text_at(column, row).into_owned();
        let own = lang.pick("name_zh", "name_en");
        let name = rows.first().map_or_else(|| factor.clone(), |&row| cell(own, row));
        let known: Vec<Level> = rows
            .iter()
            .filter(|&&row| !cell("setting", row).is_empty())
            .map(|&row| Level {
                text: cell("setting", row),
                label: cell(lang.pick("setting_zh", "setting_en"), row),
                number: factors.number_at("number", row),
            })
            .collect();
        let mut levels: Vec<Level> = known;
        if levels.is_empty() {
            for point in points.iter().filter(|point| !point.settings[at].is_empty()) {
                let text = point.settings[at].clone();
                if !levels.iter().any(|level| level.text == text) {
                    let number = text.parse().unwrap_or(f64::NAN);
                    levels.push(Level { label: text.clone(), text, number });
                }
            }
            levels.sort_by(|a, b| a.number.total_cmp(&b.number));
        }
        let unit = rows.first().map_or("", |&row| unit(&cell("unit", row), lang));
        Axis { factor: factor.clone(), name, unit, levels }
    };
    Some(Layout { axes: names.iter().enumerate().map(axis).collect(), points })
}

/// Units of levers and numbers that a reader cannot guess; others go without.
const UNITS: [(&str, [&str; 2]); 21] = [
    ("days", ["天", "days"]),
    ("working days", ["工作日", "working days"]),
    ("hours", ["小时", "h"]),
    ("minutes", ["分钟", "min"]),
    ("posts/street", ["名/镇街", "per street"]),
    ("officers/street", ["人/镇街", "per street"]),
    ("persons", ["人", "persons"]),
    ("persons/agency/street", ["人/部门、镇街", "per agency and street"]),
    ("households", ["户", "households"]),
    ("items", ["项", "items"]),
    ("units", ["单位", "units"]),
    ("points/street", ["个/镇街", "per street"]),
    ("orgs/street", ["家/镇街", "per street"]),
    ("tasks/street/week", ["件/镇街、周", "per street and week"]),
    ("rounds/day", ["次/天", "rounds/day"]),
    ("visits", ["次", "visits"]),
    ("1/year", ["次/年", "per year"]),
    ("10k CNY/street/year", ["万元/镇街、年", "10k CNY per street and year"]),
    ("10k CNY/district/year", ["万元/区县、年", "10k CNY per district and year"]),
    ("10k CNY", ["万元", "10k CNY"]),
    ("person-hours", ["人时", "person-hours"]),
];

fn unit(id: &str, lang: Lang) -> &'static str {
    let known = UNITS.iter().find(|(known, _)| *known == id);
    known.map_or("", |(_, words)| lang.pick(words[0], words[1]))
}

/// KPIs that charts of a design show: those of the question, at most four.
pub(super) fn kpis(briefing: &Briefing) -> Vec<String> {
    briefing.meta.primary_kpis.iter().take(4).cloned().collect()
}

/// A KPI with its unit, for an axis.
pub(super) fn kpi_label(briefing: &Briefing, kpi: &str, lang: Lang) -> String {
    let unit = briefing.unit(kpi, &briefing.raw_unit(kpi), lang);
    let unit = unit.level.trim();
    let name = briefing.kpi(kpi, lang);
    if unit.is_empty() { name } else { format!("{name} ({unit})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_said_with_their_unit() {
        // Catches: "period 30" of nobody knows what; a unit behind a word or a share.
        let level = |text: &str, label: &str| Level {
            text: text.into(),
            label: label.into(),
            number: text.parse().unwrap_or(f64::NAN),
        };
        let levels = vec![level("30", "30"), level("90.0", "a quarter")];
        let axis = |id| Axis {
            factor: "f".into(),
            name: "Period".into(),
            unit: unit(id, Lang::En),
            levels: levels.clone(),
        };
        assert_eq!(axis("days").said("30"), "Period 30 days");
        assert_eq!(axis("days").said("90"), "Period a quarter");
        assert_eq!(axis("share").said("30"), "Period 30");
        assert_eq!([axis("days").titled(), axis("share").titled()], ["Period (days)", "Period"]);
        assert_eq!(unit("days", Lang::Zh), "天");
    }
}
