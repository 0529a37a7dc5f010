//! The charts of a briefing, each as SVG and as PNG of the same SVG.

mod closure;
mod differences;
mod dose;
mod fit;
mod frame;
mod frontier;
mod heatmap;
mod hours;
mod intervals;
mod layout;
mod limit_use;
mod parts;
mod pools;
mod ranked;
mod sensitivity;
mod stages;
mod streets;
mod waterfall;
mod worlds;

pub(super) use pools::BUSY;

use super::briefing::Briefing;
use super::canvas::Canvas;
use super::png;
use super::wording::Lang;
use crate::table::Table;

/// One chart, ready to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// File name without its ending (`closure`).
    pub name: String,
    /// The picture as SVG text; title and caption are part of it.
    pub svg: String,
    /// The same picture as PNG, two pixels per unit.
    pub png: Vec<u8>,
    /// Title, Chinese.
    pub title_zh: String,
    /// Title, English.
    pub title_en: String,
    /// Caption in the language of the chart: what is shown, n, interval.
    pub caption: String,
}

/// A chart before it is drawn out.
struct Draft {
    name: String,
    title_zh: String,
    title_en: String,
    caption: String,
}

impl Draft {
    /// The chart with heading and caption around what `body` draws from a height down; it gives the
    /// height at which it ended.
    fn drawn(self, sub: &str, lang: Lang, body: impl FnOnce(&mut Canvas, f64) -> f64) -> Chart {
        let mut canvas = Canvas::default();
        let top = frame::heading(&mut canvas, lang.pick(&self.title_zh, &self.title_en), sub);
        let bottom = body(&mut canvas, top);
        let height = frame::ending(&mut canvas, bottom, &self.caption);
        let svg = canvas.finish(height);
        self.with(svg)
    }

    /// The chart with its picture.
    fn with(self, svg: String) -> Chart {
        let Draft { name, title_zh, title_en, caption } = self;
        let png = png::png(&svg);
        Chart { name, svg, png, title_zh, title_en, caption }
    }
}

/// Every chart for which the bundle has rows, in the order of the briefing.
///
/// A table that is empty or lacks its columns leaves its chart out. The same bundle gives the same
/// bytes.
#[must_use]
pub fn charts(briefing: &Briefing, lang: Lang) -> Vec<Chart> {
    charts_named(briefing, lang, &CHARTS)
}

/// Names of charts, in the order of the briefing. One name may stand for several (`dose-w`).
pub const CHARTS: [&str; 16] = [
    "ranked",
    "dose",
    "heatmap",
    "frontier",
    "differences",
    "closure",
    "limit_use",
    "stages",
    "pools",
    "hours",
    "backlog",
    "streets",
    "stage_differences",
    "matched",
    "ranking",
    "ignorance",
];

/// The charts of these names for which the bundle has rows, in the order of the briefing, and those
/// of further analyses. Others are not drawn: a design of a hundred arms would have a hundred.
#[must_use]
pub fn charts_named(briefing: &Briefing, lang: Lang, names: &[&str]) -> Vec<Chart> {
    let one = |chart: Option<Chart>| chart.into_iter().collect::<Vec<Chart>>();
    let draw = |name: &&str| -> Vec<Chart> {
        match *name {
            "ranked" => one(ranked::chart(briefing, lang)),
            "dose" => dose::charts(briefing, lang),
            "heatmap" => one(heatmap::chart(briefing, lang)),
            "frontier" => one(frontier::chart(briefing, lang)),
            "differences" => differences::charts(briefing, lang),
            "closure" => one(closure::closure(briefing, lang)),
            "limit_use" => one(limit_use::chart(briefing, lang)),
            "stages" => one(stages::chart(briefing, lang)),
            "pools" => one(pools::chart(briefing, lang)),
            "hours" => hours::charts(briefing, lang),
            "backlog" => closure::backlog(briefing, lang),
            "streets" => one(streets::chart(briefing, lang)),
            "stage_differences" => waterfall::stages(briefing, lang).into_iter().collect(),
            "matched" => worlds::matched(briefing, lang).into_iter().collect(),
            "ranking" => worlds::ranking(briefing, lang).into_iter().collect(),
            _ => worlds::ignorance(briefing, lang).into_iter().collect(),
        }
    };
    let mut charts: Vec<Chart> =
        CHARTS.iter().filter(|name| names.contains(name)).flat_map(draw).collect();
    // Who asks for an analysis gets its chart.
    charts.extend(waterfall::attribution(briefing, lang));
    charts.extend(parts::charts(briefing, lang));
    charts.extend(sensitivity::charts(briefing, lang));
    charts.extend(fit::charts(briefing, lang));
    charts
}

/// KPIs of a table that a chart each is drawn for: the primary ones it has, at most four; without
/// any, the first of the headline.
fn chosen_kpis(briefing: &Briefing, table: &Table) -> Vec<String> {
    const MOST: usize = 4;
    let has = |kpi: &String| table.first_row(&[("kpi", kpi)]).is_some();
    let primary = briefing.meta.primary_kpis.iter().filter(|kpi| has(kpi));
    let chosen: Vec<String> = primary.take(MOST).cloned().collect();
    if !chosen.is_empty() {
        return chosen;
    }
    briefing.headline_ids().into_iter().filter(has).take(1).collect()
}
