//! The charts of a briefing, each as SVG and as PNG of the same SVG.

mod closure;
mod differences;
mod frame;
mod hours;
mod intervals;
mod pools;
mod sensitivity;
mod stages;
mod streets;
mod waterfall;
mod worlds;

pub(super) use pools::BUSY;

use super::briefing::Briefing;
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
    let mut charts = differences::charts(briefing, lang);
    charts.extend(closure::closure(briefing, lang));
    charts.extend(stages::chart(briefing, lang));
    charts.extend(pools::chart(briefing, lang));
    charts.extend(hours::charts(briefing, lang));
    charts.extend(closure::backlog(briefing, lang));
    charts.extend(streets::chart(briefing, lang));
    charts.extend(waterfall::attribution(briefing, lang));
    charts.extend(waterfall::stages(briefing, lang));
    charts.extend(worlds::matched(briefing, lang));
    charts.extend(worlds::ranking(briefing, lang));
    charts.extend(worlds::ignorance(briefing, lang));
    charts.extend(sensitivity::charts(briefing, lang));
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
