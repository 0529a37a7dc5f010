//! What parts of a change do, where the arms do not allow shares that add up: added alone, left out
//! alone, or as a main effect of a fraction.

use super::intervals::{Axis, Dot, FIRST, Line, SECOND, UNCLEAR};
use super::worlds::picture;
use super::{Chart, Draft, chosen_kpis};
use crate::present::briefing::Briefing;
use crate::present::canvas::{Color, Mark};
use crate::present::format;
use crate::present::wording::{self, Lang};
use crate::table::Table;

/// Quantities with their mark and color.
const QUANTITIES: [(&str, Mark, Color, [&str; 2]); 3] = [
    ("main_effect", Mark::Square, FIRST, ["主效应", "main effect"]),
    ("add_one_in", Mark::Disc, FIRST, ["单独加入", "added alone"]),
    ("leave_one_out", Mark::Diamond, SECOND, ["单独拿掉", "left out alone"]),
];

/// A chart for each KPI without Shapley values.
pub(super) fn charts(briefing: &Briefing, lang: Lang) -> Vec<Chart> {
    let Some(table) = briefing.table("attribution") else { return Vec::new() };
    let shared = |kpi: &String| {
        let wanted = [("kpi", kpi.as_str()), ("quantity", "shapley")];
        table.first_row(&wanted).is_some()
    };
    let kpis = chosen_kpis(briefing, table).into_iter().filter(|kpi| !shared(kpi));
    kpis.filter_map(|kpi| of_kpi(briefing, table, &kpi, lang)).collect()
}

fn of_kpi(briefing: &Briefing, table: &Table, kpi: &str, lang: Lang) -> Option<Chart> {
    let unit = briefing.unit(kpi, &briefing.raw_unit(kpi), lang);
    let at = |column: &str, row: usize| table.number_at(column, row);
    let mut lines: Vec<Line> = Vec::new();
    let mut ids: Vec<String> = Vec::new();
    let mut entries = Vec::new();
    for (quantity, mark, color, words) in QUANTITIES {
        let rows = table.rows_where(&[("kpi", kpi), ("quantity", quantity)]);
        if !rows.is_empty() {
            entries.push((mark, color, lang.pick(words[0], words[1])));
        }
        for row in rows {
            let id = table.text_at("player", row).into_owned();
            let sure = table.text_at("verdict", row) != "unclear";
            let of = |column: &str| at(column, row) * unit.factor;
            let color = if sure { color } else { UNCLEAR };
            let dot = Dot::new(of("difference"), of("low"), of("high"), mark, color);
            if let Some(known) = ids.iter().position(|known| *known == id) {
                lines[known].dots.push(dot);
                continue;
            }
            let name = table.text_at(lang.pick("name_zh", "name_en"), row);
            lines.push(Line { name: format!("{id} {name}"), dots: vec![dot], text: String::new() });
            ids.push(id);
        }
    }
    if lines.is_empty() {
        return None;
    }
    let title = |lang: Lang| {
        let kpi = briefing.kpi(kpi, lang);
        match lang {
            Lang::Zh => format!("各部分各自的作用：{kpi}"),
            Lang::En => format!("What each part does: {kpi}"),
        }
    };
    let caption = lang.join(&[
        lang.pick(
            "灰色：不能断定（Holm 校正）。这些作用不必相加等于总变化。",
            "Grey: unclear (Holm-adjusted). These effects need not add up to the whole change.",
        )
        .to_owned(),
        wording::replications(briefing, lang),
    ]);
    let draft = Draft {
        name: format!("attribution-{kpi}"),
        title_zh: title(Lang::Zh),
        title_en: title(Lang::En),
        caption,
    };
    let label = match lang {
        Lang::Zh => format!("变化（{}）", unit.difference.trim()),
        Lang::En => format!("Change ({})", unit.difference.trim()),
    };
    let axis = Axis {
        label: &label,
        reach: (0.0, f64::NAN),
        tick: &|tick, decimals| format::signed(tick, decimals),
        zero: true,
    };
    let sub = lang.pick(
        "每一部分改与不改之差，同样的问题、人和运气",
        "Difference with and without each part, under the same issues, people and luck",
    );
    Some(picture(draft, sub, &lines, &axis, &entries, lang))
}
