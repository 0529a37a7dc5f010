//! Sheets of the workbook, one kind of row each: words, comparison, KPIs, streets, assumptions.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::charts::{self, Series};
use super::page::{Cell, Page, at, half, number_format};
use crate::present::answer;
use crate::present::briefing::{Briefing, HEADLINE, Level, Paired};
use crate::present::report_words as words;
use crate::present::wording::{self, Claim, Lang};
use crate::table::Table;

type Done = Result<(), XlsxError>;

/// Letters in a line of the summary, a Chinese one counted twice.
const TEXT_WIDTH: usize = 100;

pub(super) fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The name of a bound of an interval: which level, and which end.
pub(super) fn bounds(briefing: &Briefing, lang: Lang) -> [String; 2] {
    let level = wording::confidence(briefing);
    match lang {
        Lang::Zh => [format!("{level} 区间下限"), format!("{level} 区间上限")],
        Lang::En => [format!("{level} interval, low"), format!("{level} interval, high")],
    }
}

/// Question, answer, and what a reader must know.
pub(super) fn about(book: &mut Workbook, briefing: &Briefing, lang: Lang) -> Done {
    let meta = &briefing.meta;
    let name = lang.pick("摘要", "Summary");
    let title = lang.pick(&meta.title_zh, &meta.title_en);
    let notes = [words::subtitle(briefing, lang), words::warning(briefing, lang)];
    let mut page = Page::new(book.add_worksheet(), name, title, &notes)?;
    page.widths(&[22.0, TEXT_WIDTH as f64 * 1.1], 2)?;
    let mut put = |label: &str, text: &str| -> Done {
        let wrap = rust_xlsxwriter::Format::new()
            .set_text_wrap()
            .set_align(rust_xlsxwriter::FormatAlign::Top);
        page.sheet.write_string_with_format(page.row, 0, label, &wrap)?;
        page.sheet.write_string_with_format(page.row, 1, text, &wrap)?;
        // Not every program finds the height of wrapped text by itself.
        let width: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
        let lines = width.div_ceil(TEXT_WIDTH) as f64;
        page.sheet.set_row_height(page.row, 15.5 * lines + 3.0)?;
        page.row += 1;
        Ok(())
    };
    put(lang.pick("问题", "Question"), lang.pick(&meta.question_zh, &meta.question_en))?;
    for answer in answer::answers(briefing, lang) {
        put(lang.pick("回答", "Answer"), &lang.join(&[answer.lead, answer.rest]))?;
    }
    for text in answer::not_claimed(briefing, lang) {
        put(lang.pick("没有断言的", "Not claimed"), &text)?;
    }
    for (label, text) in words::method(briefing, lang) {
        put(label, &text)?;
    }
    put(lang.pick("假定", "Assumptions"), &words::assumed_line(briefing, lang))?;
    for limit in words::limits(briefing, lang) {
        put(lang.pick("限度", "Limits"), &limit)?;
    }
    put(lang.pick("复现命令", "Command"), &meta.command)?;
    put(lang.pick("如何复现", "How to reproduce"), &words::reproduce(briefing, lang))
}

/// Rows of the comparison: shares, then times, then the rest, each block in headline order.
fn in_blocks(briefing: &Briefing, arm: &str) -> Vec<(Paired, String)> {
    let mut rows: Vec<(Paired, String)> = briefing
        .headline(arm)
        .into_iter()
        .map(|row| {
            let unit = briefing.raw_unit(&row.kpi);
            (row, unit)
        })
        .collect();
    let block = |unit: &str| match unit {
        "share" => 0,
        "h" => 1,
        _ => 2,
    };
    rows.sort_by_key(|(_, unit)| block(unit));
    rows
}

/// Every arm against the baseline, with a chart of shares and one of times.
pub(super) fn comparison(book: &mut Workbook, briefing: &Briefing, lang: Lang) -> Done {
    let others: Vec<String> = briefing.others().cloned().collect();
    if others.iter().all(|arm| briefing.headline(arm).is_empty()) {
        return Ok(());
    }
    let name = lang.pick("方案比较", "Comparison");
    let notes = [
        wording::intervals(briefing, lang),
        lang.pick(
            "差为方案减基准，按重复配对（t 区间）；p 值经 Holm 方法校正；“不能断定”不表示没有差别。",
            "Differences are arm minus baseline, paired by replication (t intervals); p-values \
             are Holm-adjusted; unclear does not mean that there is no difference.",
        )
        .to_owned(),
    ];
    let title = lang.pick("方案与基准的比较（全域）", "Arms against the baseline, whole area");
    let mut page = Page::new(book.add_worksheet(), name, title, &notes)?;
    let [low, high] = bounds(briefing, lang);
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en).to_owned();
    let mut header =
        vec![t("方案", "Arm"), t("指标", "KPI"), t("量纲", "Unit"), t("基准均值", "Baseline mean")];
    header.extend([low.clone(), high.clone(), t("半宽", "Half-width")]);
    header.push(t("方案均值", "Arm mean"));
    header.extend([low.clone(), high.clone(), t("半宽", "Half-width")]);
    header.extend([t("差", "Difference"), low, high]);
    if briefing.table("ignorance").is_some() {
        header.extend([t("未知区间下限", "Ignorance, low"), t("未知区间上限", "Ignorance, high")]);
    }
    header.push("n".to_owned());
    header.extend([t("校正后 p 值", "Adjusted p"), t("结论", "Verdict")]);
    page.header(&header)?;
    page.widths(&[16.0, 30.0, 14.0], header.len())?;
    let first = page.row;
    let mut spans: Vec<(String, String, [u32; 2])> = Vec::new();
    for arm in &others {
        for (paired, raw) in in_blocks(briefing, arm) {
            compared_row(&mut page, briefing, arm, (&paired, &raw), lang)?;
            let row = page.row - 1;
            match spans.last_mut() {
                Some((known, unit, rows)) if known == arm && *unit == raw => rows[1] = row,
                _ => spans.push((arm.clone(), raw, [row, row])),
            }
        }
    }
    page.sheet.autofilter(first - 1, 0, page.row - 1, at(header.len() - 1))?;
    let mut below = page.row + 2;
    let base = briefing.arm(&briefing.meta.baseline, lang);
    for (arm, unit, rows) in &spans {
        let Some((title, axis)) = chart_words(unit, lang) else { continue };
        let arm = briefing.arm(arm, lang);
        let series = [(&base, 3, 6), (&arm, 7, 10)].map(|(name, values, half)| Series {
            name: name.clone(),
            values: page.range(values, *rows),
            half: Some(page.range(half, *rows)),
        });
        let n = rows[1] - rows[0] + 1;
        let title = lang.join(&[format!("{arm}{}", lang.pick("：", ":")), title.to_owned()]);
        let shown = if unit == "share" { "0%" } else { "#,##0" };
        let chart = charts::bars(&title, [axis, shown], &page.range(1, *rows), &series, n);
        charts::put(&mut page, &chart, below, 1)?;
        below += 9 + n * 2;
    }
    Ok(())
}

/// Title and axis of the chart of a unit; only shares and hours are drawn.
fn chart_words(unit: &str, lang: Lang) -> Option<(&'static str, &'static str)> {
    match unit {
        "share" => Some((lang.pick("比率类指标", "shares"), lang.pick("比率", "Share"))),
        "h" => Some((lang.pick("时长类指标", "times"), lang.pick("小时", "Hours"))),
        _ => None,
    }
}

fn compared_row(
    page: &mut Page<'_>,
    briefing: &Briefing,
    arm: &str,
    (paired, raw): (&Paired, &str),
    lang: Lang,
) -> Done {
    let shown = number_format(raw);
    let number = |value: f64| Cell::Number(value, shown);
    let level =
        |level: Level| [level.mean, level.low, level.high, half(level.low, level.high)].map(number);
    let row = briefing.compare.first_row(&[
        ("kpi", paired.kpi.as_str()),
        ("arm", arm),
        ("scope", "city"),
        ("scope_id", "all"),
    ]);
    let p = row.map_or(f64::NAN, |row| briefing.compare.number_at("p_adjusted", row));
    let mut cells = vec![
        Cell::text(briefing.arm(arm, lang)),
        Cell::text(briefing.kpi(&paired.kpi, lang)),
        Cell::text(unit_words(briefing, &paired.kpi, raw, lang)),
    ];
    cells.extend(level(paired.baseline));
    cells.extend(level(paired.arm));
    cells.extend([paired.difference, paired.low, paired.high].map(number));
    if briefing.table("ignorance").is_some() {
        let own = briefing.unknown(arm, &paired.kpi);
        let bounds = own.map_or([f64::NAN; 2], |own| [own.low, own.high]);
        cells.extend(bounds.map(number));
    }
    cells.push(Cell::count(paired.n));
    cells.push(Cell::Number(p, "0.0000"));
    cells.push(Cell::text(Claim::of(paired).words(lang)));
    page.line(&cells)
}

/// The unit in words; shares are shown as percent by the sheet.
fn unit_words(briefing: &Briefing, kpi: &str, raw: &str, lang: Lang) -> String {
    if raw == "share" {
        return "%".to_owned();
    }
    briefing.unit(kpi, raw, lang).level.trim().to_owned()
}

/// Every KPI of the whole area in every arm.
pub(super) fn levels(book: &mut Workbook, briefing: &Briefing, lang: Lang) -> Done {
    if briefing.summary.is_empty() {
        return Ok(());
    }
    let arms = briefing.arms();
    let name = lang.pick("全部指标", "All KPIs");
    let title = lang.pick("各方案的全部指标（全域）", "All KPIs of every arm, whole area");
    let notes = [wording::intervals(briefing, lang)];
    let mut page = Page::new(book.add_worksheet(), name, title, &notes)?;
    let mut header = owned(&[lang.pick("指标", "KPI"), lang.pick("量纲", "Unit"), "n"]);
    let [low, high] = bounds(briefing, lang);
    for arm in &arms {
        let arm = briefing.arm(arm, lang);
        let mean = lang.pick("均值", "mean");
        header.extend([format!("{arm} {mean}"), format!("{arm} {low}"), format!("{arm} {high}")]);
    }
    page.header(&header)?;
    page.widths(&[34.0, 14.0, 8.0], header.len())?;
    let first = page.row;
    let known = briefing.summary.distinct("kpi");
    let headline = HEADLINE.iter().filter(|kpi| known.iter().any(|k| k == *kpi));
    let rest = known.iter().map(String::as_str).filter(|kpi| !HEADLINE.contains(kpi));
    for kpi in headline.copied().chain(rest) {
        let city = [("kpi", kpi), ("scope", "city"), ("scope_id", "all")];
        let Some(row) = briefing.summary.first_row(&city) else { continue };
        let raw = briefing.raw_unit(kpi);
        let mut cells = vec![
            Cell::text(briefing.kpi(kpi, lang)),
            Cell::text(unit_words(briefing, kpi, &raw, lang)),
            Cell::count(briefing.summary.number_at("n", row)),
        ];
        for arm in &arms {
            let level = briefing.level(arm, kpi);
            let shown = number_format(&raw);
            cells.extend(
                [level.mean, level.low, level.high].map(|value| Cell::Number(value, shown)),
            );
        }
        page.line(&cells)?;
    }
    page.sheet.autofilter(first - 1, 0, page.row - 1, at(header.len() - 1))?;
    Ok(())
}

/// Headline KPIs of every street in every arm against the baseline.
pub(super) fn streets(book: &mut Workbook, briefing: &Briefing, lang: Lang) -> Done {
    let table = &briefing.compare;
    let rows = table.rows_where(&[("scope", "street")]);
    let shown = |row: &usize| HEADLINE.contains(&table.text_at("kpi", *row).as_ref());
    let rows: Vec<usize> = rows.into_iter().filter(shown).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let name = lang.pick("各街道", "Streets");
    let title = lang.pick("各街道（镇）：方案与基准之差", "Streets and towns: arm minus baseline");
    let notes = [
        wording::intervals(briefing, lang),
        lang.pick(
            "每个指标的结论在全部街道（镇）、全部指标之间经 Holm 方法校正。",
            "Verdicts are Holm-adjusted over all streets and KPIs of an arm.",
        )
        .to_owned(),
    ];
    let mut page = Page::new(book.add_worksheet(), name, title, &notes)?;
    let [low, high] = bounds(briefing, lang);
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en).to_owned();
    let mut header =
        vec![t("方案", "Arm"), t("区县", "District"), t("街道（镇）", "Street or town")];
    header.extend([t("指标", "KPI"), t("量纲", "Unit"), t("差", "Difference"), low, high]);
    header.extend(["n".to_owned(), t("结论", "Verdict")]);
    page.header(&header)?;
    page.widths(&[14.0, 14.0, 18.0, 26.0, 12.0], header.len())?;
    let first = page.row;
    for row in rows {
        street_row(&mut page, briefing, table, row, lang)?;
    }
    page.sheet.autofilter(first - 1, 0, page.row - 1, at(header.len() - 1))?;
    Ok(())
}

fn street_row(
    page: &mut Page<'_>,
    briefing: &Briefing,
    table: &Table,
    row: usize,
    lang: Lang,
) -> Done {
    let [arm, kpi, id, raw] =
        ["arm", "kpi", "scope_id", "unit"].map(|column| table.text_at(column, row).into_owned());
    let at = |column: &str| table.number_at(column, row);
    let (low, high) = (at("low"), at("high"));
    let verdict = Claim::of_row(low, high, at("n"), &table.text_at("verdict", row));
    let district = briefing.parent("street", &id);
    let mut cells = vec![
        Cell::text(briefing.arm(&arm, lang)),
        Cell::text(briefing.scope("district", &district, lang)),
        Cell::text(briefing.scope("street", &id, lang)),
        Cell::text(briefing.kpi(&kpi, lang)),
        Cell::text(unit_words(briefing, &kpi, &raw, lang)),
    ];
    let shown = number_format(&raw);
    cells.extend([at("difference"), low, high].map(|value| Cell::Number(value, shown)));
    cells.push(Cell::count(at("n")));
    cells.push(Cell::text(verdict.words(lang)));
    page.line(&cells)
}

/// What the results assume.
pub(super) fn assumptions(book: &mut Workbook, briefing: &Briefing, lang: Lang) -> Done {
    let table = &briefing.assumptions;
    if table.is_empty() {
        return Ok(());
    }
    let name = lang.pick("假定", "Assumptions");
    let title = lang.pick("结果依据的取值", "Values that the results rest on");
    let notes = [words::assumed_line(briefing, lang)];
    let mut page = Page::new(book.add_worksheet(), name, title, &notes)?;
    let header = owned(&[
        lang.pick("名称", "Name"),
        lang.pick("键", "Key"),
        lang.pick("取值", "Value"),
        lang.pick("量纲", "Unit"),
        lang.pick("下限", "Low"),
        lang.pick("上限", "High"),
        lang.pick("来源", "Source"),
    ]);
    page.header(&header)?;
    page.widths(&[40.0, 38.0], header.len())?;
    let first = page.row;
    for row in 0..table.n_rows() {
        let number = |column: &str| Cell::Number(table.number_at(column, row), "General");
        let text = |column: &str| Cell::text(table.text_at(column, row));
        page.line(&[
            text(lang.pick("zh", "en")),
            text("key"),
            number("value"),
            text("unit"),
            number("low"),
            number("high"),
            Cell::text(words::source(&table.text_at("source", row), lang)),
        ])?;
    }
    page.sheet.autofilter(first - 1, 0, page.row - 1, at(header.len() - 1))?;
    Ok(())
}
