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
    /// Settings that occur, in the order of the design.
    pub levels: Vec<Level>,
}

impl Axis {
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
        Axis { factor: factor.clone(), name, levels }
    };
    Some(Layout { axes: names.iter().enumerate().map(axis).collect(), points })
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
