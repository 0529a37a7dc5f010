//! Answers of analyses that are more than a comparison of a few arms: a choice, shares of a
//! difference, what matters, many arms, a single arm. As in [`super::answer`], nothing is said that
//! interval and corrected verdict do not both support.

use super::answer::Answer;
use super::briefing::Briefing;
use super::format;
use super::sections::{cell_word, element};
use super::wording::{self, Claim, Lang};
use crate::table::Table;

/// Names in a sentence; there may be more in the table.
const NAMED: usize = 4;

/// The answers of the analyses that the bundle holds, most telling first.
pub(super) fn answers(briefing: &Briefing, lang: Lang) -> Vec<Answer> {
    [selection(briefing, lang), attribution(briefing, lang), screening(briefing, lang)]
        .into_iter()
        .flatten()
        .collect()
}

/// Names, at most [`NAMED`], and how many more there are.
fn listed(mut names: Vec<String>, lang: Lang) -> String {
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let named = names.join(lang.pick("、", ", "));
    match lang {
        _ if more == 0 => named,
        Lang::Zh => format!("{named}等 {} 项", NAMED + more),
        Lang::En => format!("{named} and {more} more"),
    }
}

/// What was chosen, with what probability, at what cost.
fn selection(briefing: &Briefing, lang: Lang) -> Option<Answer> {
    let table = briefing.table("selection")?;
    let text = |column: &str, row: usize| table.text_at(column, row).into_owned();
    let at = |column: &str, row: usize| table.number_at(column, row);
    let rows = 0..table.n_rows();
    let runs: f64 = rows.clone().map(|row| at("runs", row)).sum();
    let spent = format::fixed(runs, 0);
    let kpi = text("kpi", 0);
    let unit = briefing.unit(&kpi, &text("unit", 0), lang);
    let name = briefing.kpi(&kpi, lang);
    let open = table.rows_where(&[("status", "open")]).len();
    let Some(&best) = table.rows_where(&[("status", "selected")]).first() else {
        let rest = match lang {
            Lang::Zh => format!("共运行 {spent} 次；各方案的均值与区间见下。"),
            Lang::En => format!("{spent} runs were made; means and intervals are below."),
        };
        let lead = match lang {
            Lang::Zh => format!("按{name}没有选出方案：达到上限时还剩 {open} 个，不作结论。"),
            Lang::En => format!(
                "No arm is selected by {name}: {open} were left at the cap, so nothing is claimed."
            ),
        };
        return Some(Answer { lead, rest });
    };
    let arm = briefing.arm(&text("arm", best), lang);
    let (mean, low, high) = (at("mean", best), at("low", best), at("high", best));
    let places = unit.places(mean, low, high);
    let (value, interval) = (unit.level(mean, places), unit.interval(low, high, places, false));
    let level = wording::confidence(briefing);
    let n = format::fixed(at("n", best), 0);
    let sure = at("confidence", best);
    if !sure.is_finite() {
        return Some(Answer {
            lead: match lang {
                Lang::Zh => format!(
                    "预算 {spent} 次运行内，按{name}均值最好的是“{arm}”：{value}（{level} 区间 {interval}，n = {n}）。"
                ),
                Lang::En => format!(
                    "Within {spent} runs the best mean by {name} is that of {arm}: {value} \
                     ({level} interval {interval}, n = {n})."
                ),
            },
            rest: lang
                .pick(
                    "这种方法（OCBA）不保证选对的概率。",
                    "This method (OCBA) does not guarantee a probability of correct selection.",
                )
                .to_owned(),
        });
    }
    let percent = format::fixed(sure * 100.0, usize::from((sure * 100.0).fract().abs() > 1e-6));
    let delta = unit.level(at("delta", best), unit.places(at("delta", best), f64::NAN, f64::NAN));
    Some(Answer {
        lead: match lang {
            Lang::Zh => format!(
                "按{name}选出“{arm}”：{value}（{level} 区间 {interval}，n = {n}）；只要最优与其余之差不小于 \
                 {delta}，选对的概率至少 {percent}%。"
            ),
            Lang::En => format!(
                "By {name}, {arm} is selected: {value} ({level} interval {interval}, n = {n}). If \
                 the best is better than each other by at least {delta}, it is selected with \
                 probability at least {percent}%."
            ),
        },
        rest: match lang {
            Lang::Zh => format!("{} 个方案，共运行 {spent} 次。", table.n_rows()),
            Lang::En => format!("{} arms, {spent} runs.", table.n_rows()),
        },
    })
}

/// The first of the KPIs of a table, in the order of the headline.
fn first_kpi(briefing: &Briefing, table: &Table) -> Option<String> {
    let known = |kpi: &String| table.first_row(&[("kpi", kpi)]).is_some();
    let first = briefing.headline_ids().into_iter().find(known);
    first.or_else(|| table.distinct("kpi").into_iter().next())
}

/// Which quantities of an attribution the answer speaks of: shares that add up, else main effects,
/// else what there is.
fn shared(table: &Table) -> Vec<&'static str> {
    let has = |quantity: &str| table.first_row(&[("quantity", quantity)]).is_some();
    for alone in ["shapley", "main_effect"] {
        if has(alone) {
            return vec![alone];
        }
    }
    ["add_one_in", "leave_one_out"].into_iter().filter(|quantity| has(quantity)).collect()
}

/// Which parts make the difference.
fn attribution(briefing: &Briefing, lang: Lang) -> Option<Answer> {
    let table = briefing.table("attribution")?;
    let kpi = first_kpi(briefing, table)?;
    let quantities = shared(table);
    let name = briefing.kpi(&kpi, lang);
    let own = |row: usize| Part::of(briefing, table, row, lang);
    let mut parts: Vec<Part> = quantities
        .iter()
        .flat_map(|quantity| table.rows_where(&[("kpi", kpi.as_str()), ("quantity", quantity)]))
        .map(own)
        .collect();
    parts.retain(|part| part.id != "all");
    let whole = table.rows_where(&[("kpi", &kpi), ("player", "all")]).first().map(|&row| own(row));
    let n = parts.len() / quantities.len().max(1);
    parts.retain(|part| part.claim.is_made());
    parts.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
    let mut acting: Vec<&str> = parts.iter().map(|part| part.id.as_str()).collect();
    acting.sort_unstable();
    acting.dedup();
    let unclear = n - acting.len();
    let words: Vec<String> = parts
        .iter()
        .map(|part| match lang {
            Lang::Zh => {
                format!("{} {}（{}，{}）", part.name, part.words, part.how, part.claim.short(lang))
            }
            Lang::En => {
                format!("{} {} ({}: {})", part.name, part.words, part.how, part.claim.short(lang))
            }
        })
        .collect();
    let hows: Vec<String> = quantities.iter().map(|quantity| cell_word(quantity, lang)).collect();
    let hows = hows.join(lang.pick("、", ", "));
    let level = wording::confidence(briefing);
    let lead = match lang {
        Lang::Zh if words.is_empty() => {
            format!("{n} 个部分中没有一个对{name}的作用可以断定（{hows}；Holm 校正）。")
        }
        Lang::En if words.is_empty() => format!(
            "Of {n} parts none can be said to act on {name} ({hows}; Holm-adjusted): nothing is \
             claimed."
        ),
        Lang::Zh => {
            format!("能断定对{name}起作用的部分（{level} 区间）：{}。", listed(words, lang))
        }
        Lang::En => format!(
            "Parts that can be said to act on {name} ({level} intervals): {}.",
            listed(words, lang)
        ),
    };
    let silent = match lang {
        _ if unclear == 0 || unclear == n => String::new(),
        Lang::Zh => format!("其余 {unclear} 个部分不能断定。"),
        Lang::En => format!("Of the other {unclear} nothing is claimed."),
    };
    let whole = whole.map_or_else(String::new, |whole| whole_change(&whole, &name, &level, lang));
    Some(Answer { lead, rest: lang.join(&[whole, silent]) })
}

/// The whole difference, and whether it may be claimed.
fn whole_change(whole: &Part, name: &str, level: &str, lang: Lang) -> String {
    let (words, why) = (&whole.words, whole.claim.words(lang));
    match lang {
        Lang::Zh if whole.claim.is_made() => format!("{name}的总变化为 {words}（{level} 区间）。"),
        Lang::En if whole.claim.is_made() => {
            format!("The whole change of {name} is {words} ({level} interval).")
        }
        Lang::Zh => format!("{name}的总变化为 {words}：{why}，不作结论。"),
        Lang::En => {
            format!("The whole change of {name} is {words}: {why}, so nothing is claimed.")
        }
    }
}

/// A row of the attribution in words.
struct Part {
    id: String,
    name: String,
    value: f64,
    claim: Claim,
    /// The quantity in words.
    how: String,
    /// "−3.2 h [−4.0, −2.4]".
    words: String,
}

impl Part {
    fn of(briefing: &Briefing, table: &Table, row: usize, lang: Lang) -> Part {
        let text = |column: &str| table.text_at(column, row).into_owned();
        let at = |column: &str| table.number_at(column, row);
        let (value, low, high) = (at("difference"), at("low"), at("high"));
        let unit = briefing.unit(&text("kpi"), &text("unit"), lang);
        let places = unit.places(value, low, high);
        let own = unit.difference(value, places);
        let (id, name) = (text("player"), text(lang.pick("name_zh", "name_en")));
        Part {
            name: if id == "all" || name.is_empty() { name } else { format!("{id} {name}") },
            id,
            value,
            how: cell_word(&text("quantity"), lang),
            claim: Claim::of_row(low, high, at("n"), &text("verdict")),
            words: if low.is_finite() && high.is_finite() {
                format!("{own} {}", unit.interval(low, high, places, true))
            } else {
                own
            },
        }
    }
}

/// Which inputs matter.
fn screening(briefing: &Briefing, lang: Lang) -> Option<Answer> {
    let table = briefing.table("screening")?;
    let kpi = first_kpi(briefing, table)?;
    let name = briefing.kpi(&kpi, lang);
    let all = table.rows_where(&[("kpi", &kpi)]).len();
    let mut rows = table.rows_where(&[("kpi", kpi.as_str()), ("verdict", "matters")]);
    let at = |column: &str, row: usize| table.number_at(column, row);
    rows.sort_by(|a, b| at("effect", *b).total_cmp(&at("effect", *a)));
    if rows.is_empty() {
        let lead = match lang {
            Lang::Zh => {
                format!("{all} 个因素中没有一个能断定对{name}起作用；这并不表示它们没有作用。")
            }
            Lang::En => format!(
                "None of {all} factors can be said to act on {name}; that does not mean that they \
                 do not."
            ),
        };
        return Some(Answer { lead, rest: String::new() });
    }
    let unit = briefing.unit(&kpi, &table.text_at("unit", rows[0]), lang);
    let level = wording::confidence(briefing);
    let words: Vec<String> = rows
        .iter()
        .map(|&row| {
            let own = table.text_at(lang.pick("name_zh", "name_en"), row).into_owned();
            let own = if own.is_empty() {
                table.text_at("factor", row).into_owned()
            } else {
                format!("{own}{}", element(table, row))
            };
            let (value, low, high) = (at("mu_star", row), at("low", row), at("high", row));
            let places = unit.places(value, low, high);
            let shown = unit.interval(low, high, places, false);
            // A size, not a difference: no sign.
            let value = unit.difference(value, places);
            format!("{own} {} {shown}", value.trim_start_matches('+'))
        })
        .collect();
    let n = rows.len();
    let lead = match lang {
        Lang::Zh => format!(
            "{all} 个因素中有 {n} 个能断定对{name}起作用（µ* 与 {level} 自助区间）：{}。",
            listed(words, lang)
        ),
        Lang::En => format!(
            "{n} of {all} factors can be said to act on {name} (µ* with {level} bootstrap \
             interval): {}.",
            listed(words, lang)
        ),
    };
    Some(Answer { lead, rest: of_variance(briefing, &kpi, lang) })
}

/// How much of the variance the largest factor explains.
fn of_variance(briefing: &Briefing, kpi: &str, lang: Lang) -> String {
    let Some(table) = briefing.table("sobol") else { return String::new() };
    let at = |column: &str, row: usize| table.number_at(column, row);
    let mut rows = table.rows_where(&[("kpi", kpi)]);
    rows.retain(|&row| table.text_at("factor", row) != "chance");
    let Some(&first) = rows.iter().max_by(|a, b| at("total", **a).total_cmp(&at("total", **b)))
    else {
        return String::new();
    };
    let own = table.text_at(lang.pick("name_zh", "name_en"), first);
    let own = format!("{own}{}", element(table, first));
    let number = |value: f64| format::fixed(value, 2);
    let (total, low, high) = (at("total", first), at("total_low", first), at("total_high", first));
    let level = wording::confidence(briefing);
    match lang {
        Lang::Zh => format!(
            "方差中份额最大的是{own}：总效应指数 {}（{level} 自助区间 [{}, {}]）。",
            number(total),
            number(low),
            number(high)
        ),
        Lang::En => format!(
            "The largest share of the variance is that of {own}: total index {} ({level} \
             bootstrap interval [{}, {}]).",
            number(total),
            number(low),
            number(high)
        ),
    }
}

/// Many arms: which of them the best may be, all together at the level of the study.
pub(super) fn many(briefing: &Briefing, lang: Lang) -> Vec<Answer> {
    let Some(kpi) = briefing
        .headline_ids()
        .into_iter()
        .find(|kpi| briefing.best.first_row(&[("kpi", kpi)]).is_some())
    else {
        return Vec::new();
    };
    let table = &briefing.best;
    let at = |column: &str, row: usize| table.number_at(column, row);
    let name = briefing.kpi(&kpi, lang);
    let unit = briefing.unit(&kpi, &table.text_at("unit", 0), lang);
    let all = table.rows_where(&[("kpi", &kpi)]).len();
    let mut rows = table.rows_where(&[("kpi", kpi.as_str()), ("candidate", "yes")]);
    let up = briefing.good(&kpi) == "up";
    rows.sort_by(|a, b| {
        let order = at("mean", *a).total_cmp(&at("mean", *b));
        if up { order.reverse() } else { order }
    });
    let level = wording::confidence(briefing);
    let n = rows.len();
    if n == all || n == 0 {
        let lead = match lang {
            Lang::Zh => {
                format!("按{name}，{all} 个方案中哪一个最好不能断定（{level} 同时置信）。")
            }
            Lang::En => format!(
                "By {name} it cannot be said which of {all} arms is the best ({level} for all \
                 together): nothing is claimed."
            ),
        };
        return vec![Answer { lead, rest: String::new() }];
    }
    let names: Vec<String> =
        rows.iter().map(|&row| briefing.arm(&table.text_at("arm", row), lang)).collect();
    let first = rows[0];
    let (difference, low, high) = (at("difference", first), at("low", first), at("high", first));
    let places = unit.places(difference, low, high);
    let lead = match lang {
        Lang::Zh => format!(
            "按{name}，{all} 个方案中真正最好的在这 {n} 个之中（{level} 同时置信）：{}。",
            listed(names.clone(), lang)
        ),
        Lang::En => format!(
            "By {name}, the truly best of {all} arms is among these {n} ({level} for all \
             together): {}.",
            listed(names.clone(), lang)
        ),
    };
    let (own, interval) =
        (unit.difference(difference, places), unit.interval(low, high, places, true));
    let runs = format::fixed(at("n", first), 0);
    let rest = match lang {
        Lang::Zh => format!(
            "均值最好的是“{}”，与其余最好者之差 {own}（区间 {interval}，n = {runs}）。",
            names[0]
        ),
        Lang::En => format!(
            "The best mean is that of {}, {own} from the best of the others (interval \
             {interval}, n = {runs}).",
            names[0]
        ),
    };
    vec![Answer { lead, rest }]
}

/// One arm: its first KPI with its interval.
pub(super) fn single(briefing: &Briefing, lang: Lang) -> Vec<Answer> {
    let arm = &briefing.meta.baseline;
    let known = |kpi: &String| briefing.level(arm, kpi).mean.is_finite();
    let chosen = briefing.meta.primary_kpis.len().clamp(1, 3);
    let kpis: Vec<String> = briefing.headline_ids().into_iter().filter(known).collect();
    let level = wording::confidence(briefing);
    let words = |kpi: &String| {
        let own = briefing.level(arm, kpi);
        let unit = briefing.unit(kpi, &briefing.raw_unit(kpi), lang);
        let places = unit.places(own.mean, own.low, own.high);
        let (name, value) = (briefing.kpi(kpi, lang), unit.level(own.mean, places));
        if own.low.is_finite() && own.high.is_finite() {
            let interval = unit.interval(own.low, own.high, places, false);
            match lang {
                Lang::Zh => format!("{name} {value}（{level} 区间 {interval}）"),
                Lang::En => format!("{name} {value} ({level} interval {interval})"),
            }
        } else {
            match lang {
                Lang::Zh => format!("{name} {value}（重复不足，无区间）"),
                Lang::En => format!("{name} {value} (too few replications: no interval)"),
            }
        }
    };
    let parts: Vec<String> = kpis.iter().take(chosen).map(words).collect();
    if parts.is_empty() {
        return Vec::new();
    }
    let name = briefing.arm(arm, lang);
    let lead = match lang {
        Lang::Zh => format!("{name}：{}。", parts.join("；")),
        Lang::En => format!("{name}: {}.", parts.join("; ")),
    };
    let rest = lang.pick(
        "只有一个方案，没有比较，因此没有关于差别的结论。",
        "There is one arm and no comparison, so nothing is said about a difference.",
    );
    vec![Answer { lead, rest: rest.to_owned() }]
}
