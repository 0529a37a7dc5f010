//! The charts of a briefing, each as SVG and as PNG of the same SVG.

mod closure;
mod differences;
mod dose;
mod frame;
mod frontier;
mod heatmap;
mod hours;
mod layout;
mod pools;
mod ranked;
mod stages;
mod streets;

pub(super) use pools::BUSY;

use super::briefing::Briefing;
use super::png;
use super::wording::Lang;

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
    charts_named(briefing, lang, &CHARTS)
}

/// Names of charts, in the order of the briefing. One name may stand for several (`dose-w`).
pub const CHARTS: [&str; 11] = [
    "ranked",
    "dose",
    "heatmap",
    "frontier",
    "differences",
    "closure",
    "stages",
    "pools",
    "hours",
    "backlog",
    "streets",
];

/// The charts of these names for which the bundle has rows, in the order of the briefing. Others
/// are not drawn: a design of a hundred arms would have a hundred of them.
#[must_use]
pub fn charts_named(briefing: &Briefing, lang: Lang, names: &[&str]) -> Vec<Chart> {
    let draw = |name: &&str| -> Vec<Chart> {
        match *name {
            "ranked" => ranked::chart(briefing, lang).into_iter().collect(),
            "dose" => dose::charts(briefing, lang),
            "heatmap" => heatmap::chart(briefing, lang).into_iter().collect(),
            "frontier" => frontier::chart(briefing, lang).into_iter().collect(),
            "differences" => differences::charts(briefing, lang),
            "closure" => closure::closure(briefing, lang).into_iter().collect(),
            "stages" => stages::chart(briefing, lang).into_iter().collect(),
            "pools" => pools::chart(briefing, lang).into_iter().collect(),
            "hours" => hours::charts(briefing, lang),
            "backlog" => closure::backlog(briefing, lang).into_iter().collect(),
            _ => streets::chart(briefing, lang).into_iter().collect(),
        }
    };
    CHARTS.iter().filter(|name| names.contains(name)).flat_map(draw).collect()
}
