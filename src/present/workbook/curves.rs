//! Sheets of the workbook beside the comparison: closure, stages, pools.

use rust_xlsxwriter::{ChartRange, Workbook, XlsxError};

use super::charts::{self, Series};
use super::page::{Cell, Page, at, half};
use super::sheets::{bounds, owned};
use crate::present::briefing::Briefing;
use crate::present::wording::{self, Lang};

type Done = Result<(), XlsxError>;

/// Share of cases closed by age, with a chart.
pub(super) fn closure(book: &mut Workbook, briefing: &Briefing, lang: Lang) -> Done {
    let table = &briefing.closure;
    if table.is_empty() {
        return Ok(());
    }
    let name = lang.pick("办结曲线", "Closure");
    let title = lang.pick("登记后若干天内办结的比例", "Share of cases closed within so many days");
    let notes = [
        wording::intervals(briefing, lang),
        lang.pick(
            "Kaplan–Meier 估计，未办结的工单计入；撤单的工单在撤单时退出观察。",
            "Kaplan–Meier estimates: open cases count; withdrawn cases leave when withdrawn.",
        )
        .to_owned(),
    ];
    let mut page = Page::new(book.add_worksheet(), name, title, &notes)?;
    let arms = briefing.arms();
    let mut header = owned(&[lang.pick("天", "Day")]);
    let [low, high] = bounds(briefing, lang);
    for arm in &arms {
        let arm = briefing.arm(arm, lang);
        let share = lang.pick("办结比例", "closed");
        header.extend([format!("{arm} {share}"), format!("{arm} {low}"), format!("{arm} {high}")]);
    }
    page.header(&header)?;
    page.widths(&[10.0], header.len())?;
    let first = page.row;
    let rows: Vec<Vec<usize>> = arms.iter().map(|arm| briefing.city_rows(table, arm)).collect();
    let longest = rows.iter().map(Vec::len).max().unwrap_or(0);
    for index in 0..longest {
        let day = rows.iter().find_map(|rows| rows.get(index));
        let day = day.map_or(f64::NAN, |row| table.number_at("day", *row));
        let mut cells = vec![Cell::Number(day, "0.##")];
        for rows in &rows {
            for column in ["closed_share", "low", "high"] {
                let value = rows.get(index).map_or(f64::NAN, |row| table.number_at(column, *row));
                cells.push(Cell::Number(value, "0.0%"));
            }
        }
        page.line(&cells)?;
    }
    let span = [first, (page.row - 1).max(first)];
    let series: Vec<Series> = arms
        .iter()
        .enumerate()
        .map(|(index, arm)| Series {
            name: briefing.arm(arm, lang),
            values: page.range(1 + index * 3, span),
            half: None,
        })
        .collect();
    let axes =
        [lang.pick("登记后天数", "Days since registration"), lang.pick("办结比例", "Share closed")];
    let chart = charts::lines(title, axes, &page.range(0, span), &series);
    charts::put(&mut page, &chart, 2, header.len() + 1)
}

/// Where the time of a case goes: means beside each other, so that they can be stacked.
pub(super) fn stages(book: &mut Workbook, briefing: &Briefing, lang: Lang) -> Done {
    let table = &briefing.stages;
    if table.is_empty() {
        return Ok(());
    }
    let name = lang.pick("时间去向", "Stages");
    let title =
        lang.pick("一件工单的时间花在哪里（小时）", "Where the time of a case goes (hours)");
    let notes = [wording::intervals(briefing, lang)];
    let mut page = Page::new(book.add_worksheet(), name, title, &notes)?;
    let arms = briefing.arms();
    let mut header = owned(&[lang.pick("环节", "Stage")]);
    header.extend(arms.iter().map(|arm| briefing.arm(arm, lang)));
    let [low, high] = bounds(briefing, lang);
    for arm in &arms {
        let arm = briefing.arm(arm, lang);
        let share = lang.pick("占比", "share");
        header.extend([format!("{arm} {low}"), format!("{arm} {high}"), format!("{arm} {share}")]);
    }
    page.header(&header)?;
    page.widths(&[18.0], header.len())?;
    let (head, first) = (page.row - 1, page.row);
    let order = briefing.stage_order();
    for stage in &order {
        let mut cells = vec![Cell::text(briefing.stage(stage, lang))];
        let rows: Vec<Option<usize>> = arms
            .iter()
            .map(|arm| {
                let city = [("arm", arm.as_str()), ("stage", stage.as_str()), ("scope", "city")];
                table.first_row(&city)
            })
            .collect();
        let value = |row: &Option<usize>, column: &str| {
            row.map_or(f64::NAN, |row| table.number_at(column, row))
        };
        cells.extend(rows.iter().map(|row| Cell::Number(value(row, "mean_h"), "#,##0.00")));
        for row in &rows {
            cells
                .extend(["low", "high"].map(|column| Cell::Number(value(row, column), "#,##0.00")));
            cells.push(Cell::Number(value(row, "share"), "0.0%"));
        }
        page.line(&cells)?;
    }
    let last = at(arms.len());
    let across = |row: u32| ChartRange::new_from_range(name, row, 1, row, last);
    let series: Vec<Series> = order
        .iter()
        .zip(first..)
        .map(|(stage, row)| Series {
            name: briefing.stage(stage, lang),
            values: across(row),
            half: None,
        })
        .collect();
    let axis = lang.pick("小时", "Hours");
    let chart = charts::stacked(title, axis, &across(head), &series, arms.len() as u32);
    let row = page.row + 1;
    charts::put(&mut page, &chart, row, 1)
}

/// Units of the whole area, arms beside each other, with a chart of how busy they are.
pub(super) fn pools(book: &mut Workbook, briefing: &Briefing, lang: Lang) -> Done {
    let table = &briefing.pools;
    let all = table.distinct("pool");
    let arms = briefing.arms();
    let find =
        |arm: &str, pool: &str| table.first_row(&[("arm", arm), ("pool", pool), ("scope", "city")]);
    let pools: Vec<&String> =
        all.iter().filter(|pool| arms.iter().any(|arm| find(arm, pool).is_some())).collect();
    if pools.is_empty() {
        return Ok(());
    }
    let name = lang.pick("单位忙闲", "Pools");
    let title = lang.pick("各类单位的忙闲率（全域）", "How busy units are, whole area");
    let notes = [
        wording::intervals(briefing, lang),
        lang.pick(
            "忙闲率为工作时间中有事在办的比例；区间是忙闲率的区间，其余为各次重复的均值。",
            "Utilization is the share of working time with work in hand; the interval is that of \
             utilization, the rest are means over replications.",
        )
        .to_owned(),
    ];
    let mut page = Page::new(book.add_worksheet(), name, title, &notes)?;
    let columns: [(&str, &str, &str, &'static str); 6] = [
        ("staff", "人数", "staff", "#,##0.0"),
        ("share_above_0_9", "高于 90% 的时间", "time above 90%", "0.0%"),
        ("queue_mean", "平均排队件数", "mean queue", "#,##0.00"),
        ("queue_max", "最长排队", "longest queue", "#,##0.0"),
        ("wait_mean_h", "平均等待（小时）", "mean wait (h)", "#,##0.00"),
        ("wait_p90_h", "等待 90 分位（小时）", "wait, 90th percentile (h)", "#,##0.00"),
    ];
    let mut header = owned(&[lang.pick("单位", "Unit")]);
    let [low, high] = bounds(briefing, lang);
    for arm in &arms {
        let arm = briefing.arm(arm, lang);
        let own =
            [lang.pick("忙闲率", "utilization"), &low, &high, lang.pick("半宽", "half-width")];
        header.extend(own.iter().map(|word| format!("{arm} {word}")));
        header.extend(columns.map(|(_, zh, en, _)| format!("{arm} {}", lang.pick(zh, en))));
    }
    page.header(&header)?;
    page.widths(&[26.0], header.len())?;
    let first = page.row;
    for pool in &pools {
        let mut cells = vec![Cell::text(briefing.pool(pool, lang))];
        for arm in &arms {
            let row = find(arm, pool);
            let value = |column: &str| row.map_or(f64::NAN, |row| table.number_at(column, row));
            let (low, high) = (value("low"), value("high"));
            let own = [value("utilisation"), low, high, half(low, high)];
            cells.extend(own.map(|value| Cell::Number(value, "0.0%")));
            cells.extend(columns.map(|(column, _, _, shown)| Cell::Number(value(column), shown)));
        }
        page.line(&cells)?;
    }
    let span = [first, page.row - 1];
    page.sheet.autofilter(first - 1, 0, page.row - 1, at(header.len() - 1))?;
    let per_arm = 4 + columns.len();
    let series: Vec<Series> = arms
        .iter()
        .enumerate()
        .map(|(index, arm)| Series {
            name: briefing.arm(arm, lang),
            values: page.range(1 + index * per_arm, span),
            half: Some(page.range(4 + index * per_arm, span)),
        })
        .collect();
    let axes = [lang.pick("忙闲率", "Utilization"), "0%"];
    let chart = charts::bars(title, axes, &page.range(0, span), &series, pools.len() as u32);
    let row = page.row + 1;
    charts::put(&mut page, &chart, row, 1)
}
