//! Where the time of a case goes: hours by stage, stacked in ledger order, one bar per arm.

use super::frame::{self, MARGIN, SMALL, Scale, TEXT};
use super::{Chart, Draft};
use crate::present::briefing::{Briefing, Level};
use crate::present::canvas::{Align, Canvas, Color, GRID, Hatch, INK, PAPER, Pen, SOFT, WIDTH};
use crate::present::font::text_width;
use crate::present::format;
use crate::present::wording::{self, Lang};

/// Height of a bar and of its row \[px\].
const BAR: f64 = 34.0;
const ROW: f64 = 56.0;

/// Ground and hatch of the stages in turn: neighbors differ in lightness and in strokes.
const FILLS: [(Color, Hatch); 12] = [
    ((38, 70, 110), Hatch::None),
    ((206, 222, 238), Hatch::Rising),
    ((120, 158, 196), Hatch::None),
    ((252, 240, 214), Hatch::Upright),
    ((196, 122, 28), Hatch::None),
    ((246, 214, 160), Hatch::Falling),
    ((84, 84, 84), Hatch::None),
    ((236, 236, 236), Hatch::Level),
    ((150, 176, 150), Hatch::None),
    ((214, 230, 214), Hatch::Crossed),
    ((104, 62, 116), Hatch::None),
    ((232, 220, 236), Hatch::Rising),
];

/// Mean hours of each stage (rows) in each arm (columns).
struct Ledger {
    arms: Vec<String>,
    stages: Vec<String>,
    hours: Vec<Vec<Level>>,
}

impl Ledger {
    /// Reads the table for the whole area; arms without rows are left out.
    fn read(briefing: &Briefing) -> Ledger {
        let table = &briefing.stages;
        let stages = briefing.stage_order();
        let mut arms = Vec::new();
        let mut columns = Vec::new();
        for arm in frame::shown_arms(briefing) {
            let rows = briefing.city_rows(table, &arm);
            if rows.is_empty() {
                continue;
            }
            let column: Vec<Level> = stages
                .iter()
                .map(|stage| {
                    let row = rows.iter().find(|row| table.text_at("stage", **row) == *stage);
                    let at = |name| row.map_or(f64::NAN, |row| table.number_at(name, *row));
                    Level { mean: at("mean_h"), low: at("low"), high: at("high") }
                })
                .collect();
            arms.push(arm);
            columns.push(column);
        }
        // A stage without time in any arm is no part of the picture.
        let used = |index: &usize| columns.iter().any(|column| column[*index].mean > 0.0);
        let kept: Vec<usize> = (0..stages.len()).filter(used).collect();
        Ledger {
            arms,
            stages: kept.iter().map(|index| stages[*index].clone()).collect(),
            hours: kept
                .iter()
                .map(|index| columns.iter().map(|column| column[*index]).collect())
                .collect(),
        }
    }

    /// Sum of an arm's stages \[h\].
    fn total(&self, arm: usize) -> f64 {
        self.hours.iter().map(|row| row[arm].mean).filter(|mean| mean.is_finite()).sum()
    }
}

/// The chart.
pub(super) fn chart(briefing: &Briefing, lang: Lang) -> Option<Chart> {
    let ledger = Ledger::read(briefing);
    if ledger.stages.is_empty() {
        return None;
    }
    let title = |lang: Lang| {
        lang.pick("一件工单的时间花在哪里", "Where the time of a case goes").to_owned()
    };
    let sub = lang.pick(
        "每件工单各环节平均时长（小时，自然时间），按流转次序排列，全域；各环节相加等于全程",
        "Mean time per case by stage (calendar hours), in the order of the ledger, whole area; \
         the stages \
         add up to the whole",
    );
    let caption = lang.join(&[
        lang.pick(
            "表中方括号为各环节的区间。",
            "Brackets in the table are intervals of each stage.",
        )
        .to_owned(),
        lang.pick(
            "只含期末前已离开的工单，自问题产生算起；平均办结时长自登记算起并计入未结工单，两者不是同一个数。",
            "Cases that have left by the end, from the arising of the matter; the mean time to close \
             begins at registration and counts open cases, so it is another number.",
        )
        .to_owned(),
        wording::replications(briefing, lang),
        frame::left_out(briefing, frame::shown_arms(briefing).len(), lang),
    ]);
    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, &title(lang), sub);
    let bottom = bars(&mut canvas, briefing, &ledger, top, lang);
    let bottom = legend(&mut canvas, briefing, &ledger, bottom + 12.0, lang);
    let height = frame::ending(&mut canvas, bottom, &caption);
    let svg = canvas.finish(height);
    Some(
        Draft {
            name: "stages".into(),
            title_zh: title(Lang::Zh),
            title_en: title(Lang::En),
            caption,
        }
        .with(svg),
    )
}

/// A box in the style of a stage.
fn fill(canvas: &mut Canvas, from: (f64, f64), to: (f64, f64), stage: usize) {
    let (ground, hatch) = FILLS[stage % FILLS.len()];
    canvas.rect(from, to, ground);
    canvas.hatch(from, to, hatch, Pen::new((70, 70, 70), 0.8), 6.0);
    canvas.frame(from, to, Pen::new(PAPER, 1.0));
}

/// One bar per arm, hours inside where they fit, the sum at the end.
fn bars(canvas: &mut Canvas, briefing: &Briefing, ledger: &Ledger, top: f64, lang: Lang) -> f64 {
    let names: Vec<String> = ledger.arms.iter().map(|arm| briefing.arm(arm, lang)).collect();
    let label = frame::widest(names.iter(), TEXT, 150.0);
    let longest = (0..names.len()).map(|arm| ledger.total(arm)).fold(0.0, f64::max);
    let scale = Scale {
        domain: (0.0, longest * 1.02),
        range: (MARGIN + label + 12.0, WIDTH - MARGIN - 70.0),
    };
    let bottom = top + ROW * names.len() as f64;
    frame::x_axis(canvas, &scale, (top, bottom), 80.0, &format::fixed);
    for (arm, name) in names.iter().enumerate() {
        let middle = top + ROW * (arm as f64 + 0.5);
        let (upper, lower) = (middle - BAR / 2.0, middle + BAR / 2.0);
        frame::label(canvas, name, (scale.range.0 - 10.0, middle), label, Align::Right);
        let mut sum = 0.0;
        for (stage, row) in ledger.hours.iter().enumerate() {
            let hours = row[arm].mean;
            if !hours.is_finite() || hours <= 0.0 {
                continue;
            }
            let (from, to) = (scale.at(sum), scale.at(sum + hours));
            fill(canvas, (from, upper), (to, lower), stage);
            let text = format::fixed(hours, usize::from(hours < 10.0));
            let width = text_width(&text, SMALL);
            if to - from > width + 10.0 {
                let center = (from + to) / 2.0;
                let half = width / 2.0 + 3.0;
                canvas.rect((center - half, middle - 8.0), (center + half, middle + 8.0), PAPER);
                canvas.text(&text, (center, middle), SMALL, INK, Align::Center);
            }
            sum += hours;
        }
        let total =
            format!("{} {}", format::fixed(sum, usize::from(sum < 100.0)), lang.pick("小时", "h"));
        canvas.text(&total, (scale.at(sum) + 7.0, middle), TEXT, INK, Align::Left);
    }
    let axis = lang.pick("小时 / 件", "Hours per case");
    let middle = (scale.range.0 + scale.range.1) / 2.0;
    canvas.text(axis, (middle, bottom + 30.0), SMALL, INK, Align::Center);
    bottom + 40.0
}

/// A table outside the plot: sample, stage, hours with interval per arm.
fn legend(canvas: &mut Canvas, briefing: &Briefing, ledger: &Ledger, top: f64, lang: Lang) -> f64 {
    let shown = ledger.arms.len().min(3);
    let column = if shown > 2 { 140.0 } else { 170.0 };
    let name_width = WIDTH - 2.0 * MARGIN - 34.0 - column * shown as f64;
    let right = |arm: usize| WIDTH - MARGIN - column * (shown - 1 - arm) as f64;
    canvas.text(lang.pick("环节", "Stage"), (MARGIN + 34.0, top + 8.0), SMALL, SOFT, Align::Left);
    for arm in 0..shown {
        let unit = lang.pick("（小时）", " (h)");
        let name = format!("{}{unit}", briefing.arm(&ledger.arms[arm], lang));
        let lines = frame::wrap(&name, SMALL, column - 10.0);
        canvas.text(&lines[0], (right(arm), top + 8.0), SMALL, SOFT, Align::Right);
    }
    let mut y = top + 22.0;
    for (stage, id) in ledger.stages.iter().enumerate() {
        canvas.line((MARGIN, y - 2.0), (WIDTH - MARGIN, y - 2.0), Pen::new(GRID, 0.8));
        fill(canvas, (MARGIN, y + 1.0), (MARGIN + 26.0, y + 17.0), stage);
        let at = (MARGIN + 34.0, y + 9.0);
        frame::label(canvas, &briefing.stage(id, lang), at, name_width, Align::Left);
        for arm in 0..shown {
            let level = ledger.hours[stage][arm];
            canvas.text(&hours(level), (right(arm), y + 9.0), SMALL, INK, Align::Right);
        }
        y += 21.0;
    }
    y
}

/// "12.3 [11.9, 12.7]".
fn hours(level: Level) -> String {
    let places = format::decimals(level.mean, level.low, level.high).min(2);
    let mean = format::fixed(level.mean, places);
    if level.low.is_finite() && level.high.is_finite() {
        format!(
            "{mean}  [{}, {}]",
            format::fixed(level.low, places),
            format::fixed(level.high, places)
        )
    } else {
        mean
    }
}
