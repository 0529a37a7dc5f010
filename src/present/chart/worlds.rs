//! The same case in two worlds, ranks with their intervals, and chance beside ignorance.

use super::frame::{left_out, shown_arms};
use super::intervals::{self, Axis, Dot, FIRST, Line, SECOND, UNCLEAR};
use super::{Chart, Draft, chosen_kpis};
use crate::present::briefing::Briefing;
use crate::present::canvas::Mark;
use crate::present::format;
use crate::present::wording::{self, Lang};
use crate::table::Table;

/// Rows of marks with their meaning below.
pub(super) fn picture(
    draft: Draft,
    sub: &str,
    lines: &[Line],
    axis: &Axis<'_>,
    entries: &[(Mark, crate::present::canvas::Color, &str)],
    lang: Lang,
) -> Chart {
    draft.drawn(sub, lang, |canvas, top| {
        let bottom = intervals::draw(canvas, lines, top, axis);
        intervals::legend(canvas, entries, bottom)
    })
}

/// Change of single cases, one chart per arm.
pub(super) fn matched(briefing: &Briefing, lang: Lang) -> Vec<Chart> {
    let Some(table) = briefing.table("matched") else { return Vec::new() };
    let others: Vec<&String> = briefing.others().collect();
    let several = others.len() > 1;
    others.iter().filter_map(|arm| of_arm(briefing, table, arm, several, lang)).collect()
}

fn of_arm(
    briefing: &Briefing,
    table: &Table,
    arm: &str,
    several: bool,
    lang: Lang,
) -> Option<Chart> {
    let lines = case_lines(briefing, table, arm, lang);
    if lines.is_empty() {
        return None;
    }
    let caption = case_caption(briefing, table, arm, lang);
    let title = |lang: Lang| {
        let arm = briefing.arm(arm, lang);
        match lang {
            Lang::Zh => format!("同一件工单快了还是慢了：{arm}"),
            Lang::En => format!("The same case, faster or slower: {arm}"),
        }
    };
    let sub = lang.pick(
        "两边都办结的同一批工单，登记到办结时长之差（小时，负为更快）：中位数，半数（粗）与八成（细）的范围",
        "Cases closed in both worlds, change of the time from registration to closure (hours, \
         negative is faster): median, the middle half (thick) and the middle 80% (thin)",
    );
    let name = if several { format!("matched-{arm}") } else { "matched".to_owned() };
    let draft = Draft { name, title_zh: title(Lang::Zh), title_en: title(Lang::En), caption };
    let axis = Axis {
        label: lang.pick("时长之差（小时）", "Change of the time to close (h)"),
        reach: (0.0, f64::NAN),
        tick: &|tick, decimals| format::signed(tick, decimals),
        zero: true,
    };
    Some(picture(draft, sub, &lines, &axis, &[], lang))
}

/// A row per place: quantiles of the change, and how many are faster and slower.
fn case_lines(briefing: &Briefing, table: &Table, arm: &str, lang: Lang) -> Vec<Line> {
    let median = [("arm", arm), ("quantity", "difference_p50")];
    let shown = ["city", "district", "kind", "field", "channel"];
    let mut lines = Vec::new();
    for row in table.rows_where(&median) {
        let (scope, id) = (table.text_at("scope", row), table.text_at("scope_id", row));
        if !shown.contains(&&*scope) {
            continue;
        }
        let of = |quantity: &str| {
            let wanted =
                [("arm", arm), ("quantity", quantity), ("scope", &*scope), ("scope_id", &*id)];
            table.first_row(&wanted).map_or(f64::NAN, |row| table.number_at("mean", row))
        };
        let mut dot = Dot::new(
            of("difference_p50"),
            of("difference_p25"),
            of("difference_p75"),
            Mark::Disc,
            FIRST,
        );
        dot.wide = (of("difference_p10"), of("difference_p90"));
        let share = |quantity| format!("{}%", format::fixed(100.0 * of(quantity), 0));
        lines.push(Line {
            name: briefing.scope(&scope, &id, lang),
            dots: vec![dot],
            text: match lang {
                Lang::Zh => format!("快 {} 慢 {}", share("faster_share"), share("slower_share")),
                Lang::En => {
                    format!("faster {}, slower {}", share("faster_share"), share("slower_share"))
                }
            },
        });
    }
    lines
}

/// How many cases there are in both worlds and in one only.
fn case_caption(briefing: &Briefing, table: &Table, arm: &str, lang: Lang) -> String {
    let of = |quantity: &str| {
        let wanted = [("arm", arm), ("quantity", quantity), ("scope", "city")];
        let row = table.first_row(&wanted);
        format::fixed(row.map_or(f64::NAN, |row| table.number_at("mean", row)), 0)
    };
    lang.join(&[
        match lang {
            Lang::Zh => format!(
                "每次重复平均：两边都登记 {} 件，只在基准 {} 件，只在该方案 {} 件；两边都办结 {} 件，只在基准办结 {} 件，只在该方案办结 {} 件。",
                of("cases_both"),
                of("cases_only_baseline"),
                of("cases_only_arm"),
                of("closed_both"),
                of("closed_only_baseline"),
                of("closed_only_arm")
            ),
            Lang::En => format!(
                "Means per replication: registered in both {}, only in the baseline {}, only in \
                 this arm {}; closed in both {}, only in the baseline {}, only in this arm {}.",
                of("cases_both"),
                of("cases_only_baseline"),
                of("cases_only_arm"),
                of("closed_both"),
                of("closed_only_baseline"),
                of("closed_only_arm")
            ),
        },
        lang.pick("区间见 matched.csv。", "Intervals are in matched.csv.").to_owned(),
        wording::replications(briefing, lang),
    ])
}

/// Ranks of streets, the last arm's, by the primary KPIs.
pub(super) fn ranking(briefing: &Briefing, lang: Lang) -> Vec<Chart> {
    let Some(table) = briefing.table("ranking") else { return Vec::new() };
    let kpis = chosen_kpis(briefing, table);
    let arms = shown_arms(briefing);
    let Some(arm) = arms.last() else { return Vec::new() };
    kpis.iter().filter_map(|kpi| ranks(briefing, table, (arm, kpi), lang)).take(2).collect()
}

fn ranks(
    briefing: &Briefing,
    table: &Table,
    (arm, kpi): (&str, &str),
    lang: Lang,
) -> Option<Chart> {
    /// Streets from the worst end.
    const SHOWN: usize = 40;
    let mut rows = table.rows_where(&[("arm", arm), ("kpi", kpi)]);
    let at = |column: &str, row: usize| table.number_at(column, row);
    let all = rows.len();
    if all < 2 {
        return None;
    }
    rows.sort_by(|a, b| at("rank", *b).total_cmp(&at("rank", *a)));
    rows.truncate(SHOWN);
    let last = (all as f64 * 0.1).round().max(1.0);
    let lines: Vec<Line> =
        rows.iter().map(|&row| rank_line(briefing, table, row, last, lang)).collect();
    let title = |lang: Lang| {
        let (kpi, arm) = (briefing.kpi(kpi, lang), briefing.arm(arm, lang));
        match lang {
            Lang::Zh => format!("镇街排名有多可靠：{kpi}（{arm}）"),
            Lang::En => format!("How sure is the ranking of streets: {kpi} ({arm})"),
        }
    };
    let sub = match lang {
        Lang::Zh => format!(
            "名次（1 为最好，共 {all} 个），从最差一端起 {} 个：自身区间（粗）与全体同时成立的区间（细）",
            lines.len()
        ),
        Lang::En => format!(
            "Rank (1 is best, of {all}), the {} from the worst end: own interval (thick) and the \
             one that holds for all at once (thin)",
            lines.len()
        ),
    };
    let caption = lang.join(&[
        lang.pick(
            "区间只含随机误差。镇街人口规模多为假定：这不是对真实镇街的评价。方块：真正处于末十分之一的概率不低于 95%。",
            "Intervals contain chance only. Sizes of streets are mostly assumed: this is no \
             judgment of real streets. Square: truly among the last tenth with a probability of \
             95% or more.",
        )
        .to_owned(),
        wording::replications(briefing, lang),
        left_out(briefing, shown_arms(briefing).len(), lang),
    ]);
    let draft = Draft {
        name: format!("ranking-{kpi}"),
        title_zh: title(Lang::Zh),
        title_en: title(Lang::En),
        caption,
    };
    let axis = Axis {
        label: lang.pick("名次", "Rank"),
        reach: (1.0, all as f64),
        tick: &|tick, _| format::fixed(tick, 0),
        zero: false,
    };
    Some(picture(draft, &sub, &lines, &axis, &[], lang))
}

/// A street with its rank, both intervals and the chance of being among the last.
fn rank_line(briefing: &Briefing, table: &Table, row: usize, last: f64, lang: Lang) -> Line {
    let at = |column: &str, row: usize| table.number_at(column, row);
    let likely = at("worst_tenth", row);
    let color = if likely >= 0.95 { SECOND } else { FIRST };
    let mark = if likely >= 0.95 { Mark::Square } else { Mark::Disc };
    let mut dot = Dot::new(at("rank", row), at("own_low", row), at("own_high", row), mark, color);
    dot.wide = (at("rank_low", row), at("rank_high", row));
    let share = format::fixed(100.0 * likely, 0);
    Line {
        name: briefing.scope("street", &table.text_at("scope_id", row), lang),
        dots: vec![dot],
        text: match lang {
            Lang::Zh => format!("末 {last} 名概率 {share}%"),
            Lang::En => format!("in the last {last}: {share}%"),
        },
    }
}

/// Chance and ignorance of the headline differences; levels where there is one arm.
pub(super) fn ignorance(briefing: &Briefing, lang: Lang) -> Vec<Chart> {
    let Some(table) = briefing.table("ignorance") else { return Vec::new() };
    let arms = shown_arms(briefing);
    let Some(arm) = arms.last() else { return Vec::new() };
    let kind = if arms.len() > 1 { "difference" } else { "level" };
    two_intervals(briefing, table, (arm, kind), lang).into_iter().collect()
}

fn two_intervals(
    briefing: &Briefing,
    table: &Table,
    (arm, kind): (&str, &str),
    lang: Lang,
) -> Option<Chart> {
    let rows = table.rows_where(&[("arm", arm), ("kind", kind)]);
    let first = *rows.first()?;
    let lines = two_lines(briefing, table, &rows, kind, lang);
    if lines.is_empty() {
        return None;
    }
    let title = |lang: Lang| {
        let arm = briefing.arm(arm, lang);
        match lang {
            Lang::Zh => format!("两种不确定：随机与未知（{arm}）"),
            Lang::En => format!("Two uncertainties, chance and ignorance ({arm})"),
        }
    };
    let sub = lang.pick(
        "相对基准的变化（%）；上：随机（重复之间）；下：未知（假定的数在其范围内变动）",
        "Change relative to the baseline (%); above: chance (between replications); below: \
         ignorance (assumed numbers vary within their ranges)",
    );
    let caption = two_caption(briefing, table, first, lang);
    let draft = Draft {
        name: "ignorance".to_owned(),
        title_zh: title(Lang::Zh),
        title_en: title(Lang::En),
        caption,
    };
    let axis = Axis {
        label: lang.pick("变化（%）", "Change (%)"),
        reach: (0.0, f64::NAN),
        tick: &|tick, decimals| format!("{}%", format::signed(tick, decimals)),
        zero: true,
    };
    let entries = [
        (Mark::Disc, FIRST, lang.pick("随机", "chance")),
        (Mark::Diamond, SECOND, lang.pick("未知", "ignorance")),
    ];
    Some(picture(draft, sub, &lines, &axis, &entries, lang))
}

/// A row per KPI of the headline, in percent of the baseline: chance above, ignorance below.
fn two_lines(
    briefing: &Briefing,
    table: &Table,
    rows: &[usize],
    kind: &str,
    lang: Lang,
) -> Vec<Line> {
    let kpis = briefing.headline_ids();
    let mut lines = Vec::new();
    for kpi in &kpis {
        let Some(&row) = rows.iter().find(|&&row| table.text_at("kpi", row) == **kpi) else {
            continue;
        };
        let at = |column: &str| table.number_at(column, row);
        let base = if kind == "difference" {
            briefing.level(&briefing.meta.baseline, kpi).mean.abs()
        } else {
            at("mean").abs()
        };
        if !base.is_finite() || base < 1e-12 {
            continue;
        }
        let percent = |column: &str| 100.0 * at(column) / base;
        let center = if kind == "difference" { 0.0 } else { 100.0 };
        let dot = |low: &str, high: &str, mark, color| {
            Dot::new(
                percent("mean") - center,
                percent(low) - center,
                percent(high) - center,
                mark,
                color,
            )
        };
        let sure = at("ignorance_low") > 0.0 || at("ignorance_high") < 0.0;
        let color = if sure || kind == "level" { SECOND } else { UNCLEAR };
        let good = at("good_share");
        lines.push(Line {
            name: briefing.kpi(kpi, lang),
            dots: vec![
                dot("low", "high", Mark::Disc, FIRST),
                dot("ignorance_low", "ignorance_high", Mark::Diamond, color),
            ],
            text: if good.is_finite() {
                let good = format::fixed(100.0 * good, 0);
                match lang {
                    Lang::Zh => format!("变好 {good}%"),
                    Lang::En => format!("better in {good}%"),
                }
            } else {
                String::new()
            },
        });
    }
    lines
}

/// What the two intervals are.
fn two_caption(briefing: &Briefing, table: &Table, first: usize, lang: Lang) -> String {
    let samples = format::fixed(table.number_at("samples", first), 0);
    let share = format::fixed(100.0 * table.number_at("ignorance_share", first), 0);
    lang.join(&[
        match lang {
            Lang::Zh => format!(
                "未知：{samples} 组从假定范围抽取的数，各方案在同样的运气下重跑；该区间预期包含 {share}% 的可能世界。\
                 它不随重复次数增加而缩小。灰色：区间含零。百分比以模型自身取值下的基准为分母，\
                 抽取的基准更大时，降幅可超过 100%。"
            ),
            Lang::En => format!(
                "Ignorance: {samples} draws of the assumed numbers from their ranges, all arms run \
                 under the same luck; the interval is expected to hold {share}% of the possible \
                 worlds. More replications do not shrink it. Grey: it includes zero. Percent are of the \
                 baseline at the model's own numbers; where a draw's baseline is larger, a fall can \
                 exceed 100%."
            ),
        },
        wording::replications(briefing, lang),
    ])
}
