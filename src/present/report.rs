//! The briefing as one HTML file that needs nothing else: words, tables and inlined pictures.

use super::answer;
use super::briefing::Briefing;
use super::chart::Chart;
use super::report_words;
use super::rows::{self, Compared};
use super::sections::{self, Section};
use super::wording::{self, Lang};
use minijinja::{Environment, Value, context};

/// Pools above 0.9 that are listed for each arm.
const BUSIEST: usize = 15;

/// The briefing as HTML: question, answer, tables, the given charts inlined, what the results
/// assume, how they were made and how to make them again.
///
/// The same bundle and charts give the same text. Nothing is claimed in it that verdict and
/// interval do not both support.
///
/// # Panics
/// Never for any bundle: the template is part of the program and tested.
#[must_use]
pub fn report_html(briefing: &Briefing, charts: &[Chart], lang: Lang) -> String {
    let mut environment = Environment::new();
    environment
        .add_template("report.html", include_str!("report.html"))
        .expect("invariant: the template is part of the program");
    environment
        .get_template("report.html")
        .and_then(|template| template.render(page(briefing, charts, lang)))
        .expect("invariant: the template is given all it names")
}

/// All the template names.
fn page(briefing: &Briefing, charts: &[Chart], lang: Lang) -> Value {
    let meta = &briefing.meta;
    let own = |zh: &str, en: &str| {
        let (first, second) = if lang == Lang::Zh { (zh, en) } else { (en, zh) };
        if first.is_empty() { second.to_owned() } else { first.to_owned() }
    };
    context! {
        lang => lang.code(),
        font => font_base64(),
        title => own(&meta.title_zh, &meta.title_en),
        subtitle => report_words::subtitle(briefing, lang),
        warning => report_words::warning(briefing, lang),
        question => own(&meta.question_zh, &meta.question_en),
        answers => answers(briefing, lang),
        parts => assumed_parts(briefing),
        sources => SOURCES.map(|word| report_words::source(word, lang)),
        compared => compared(briefing, lang),
        two_intervals => briefing.table("ignorance").is_some(),
        not_claimed => answer::not_claimed(briefing, lang),
        intervals => wording::intervals(briefing, lang),
        charts => pictures(charts, &sections::general(briefing, charts), lang),
        sections => further(briefing, charts, lang),
        stress => stress(briefing, lang),
        made_with => pairs(report_words::made_with(briefing, lang)),
        inputs => inputs(briefing),
        has_pools => !briefing.pools.is_empty(),
        arms => sections::arms(briefing, lang).map(|section| shown(section, charts, lang)),
        busy => busy(briefing, lang),
        busy_streets => report_words::busy_streets(&rows::busy_streets(briefing, lang), lang),
        effects => effects(briefing, lang),
        calibration => briefing.notes_of("calibration", lang),
        assumptions => assumptions(briefing, lang),
        assumed_line => report_words::assumed_line(briefing, lang),
        method => pairs(report_words::method(briefing, lang)),
        notes => other_notes(briefing, lang),
        command => meta.command.as_str(),
        reproduce => report_words::reproduce(briefing, lang),
        limits => report_words::limits(briefing, lang),
        w => report_words::labels(briefing, lang),
    }
}

/// The embedded font as text, so that Chinese shows on a machine without fonts.
fn font_base64() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(super::font::FONT)
}

/// A table of the headline for each arm that is compared.
fn compared(briefing: &Briefing, lang: Lang) -> Vec<Value> {
    let row = |row: Compared| {
        context! {
            name => row.name,
            // Number and width stay together; a long unit may go to the next line.
            before => row.before.replace(" ± ", "\u{a0}±\u{a0}"),
            after => row.after.replace(" ± ", "\u{a0}±\u{a0}"),
            difference => row.difference,
            interval => row.interval,
            n => row.n,
            // Two intervals leave no room for why nothing is claimed; that stands above.
            verdict => if row.unknown.is_some() {
                row.claim.short(lang).to_owned()
            } else {
                row.verdict
            },
            unknown => row.unknown,
            unclear => !row.claim.is_made(),
        }
    };
    let mut parts = Vec::new();
    // A table for each of many arms would tell nobody anything.
    for arm in briefing.others().filter(|_| !briefing.has_many_arms()) {
        let lines: Vec<Value> =
            rows::compared(briefing, arm, lang, false).into_iter().map(row).collect();
        if lines.is_empty() {
            continue;
        }
        let (before, after) =
            (briefing.arm(&briefing.meta.baseline, lang), briefing.arm(arm, lang));
        let title = match lang {
            Lang::Zh => format!("主要指标：{after}与{before}"),
            Lang::En => format!("Headline KPIs: {after} and {before}"),
        };
        parts.push(context! { title, before, after, rows => lines });
    }
    parts
}

/// Is a chart so much higher than wide that it needs a printed page of its own?
fn is_tall(svg: &str) -> bool {
    let number = |name: &str| -> Option<f64> {
        let start = svg.find(&format!(" {name}=\""))? + name.len() + 3;
        svg[start..].split('"').next()?.parse().ok()
    };
    matches!((number("width"), number("height")), (Some(width), Some(height)) if height > width)
}

/// Charts with their SVG as it is.
fn pictures(charts: &[Chart], which: &[usize], lang: Lang) -> Vec<Value> {
    which
        .iter()
        .map(|&at| {
            let chart = &charts[at];
            let title = if lang == Lang::Zh { &chart.title_zh } else { &chart.title_en };
            context! {
                title,
                tall => is_tall(&chart.svg),
                caption => chart.caption.as_str(),
                svg => Value::from_safe_string(chart.svg.clone()),
            }
        })
        .collect()
}

/// Tables and charts of further analyses.
fn further(briefing: &Briefing, charts: &[Chart], lang: Lang) -> Vec<Value> {
    let all = sections::sections(briefing, charts, lang).into_iter();
    all.map(|section| shown(section, charts, lang)).collect()
}

/// A section as the template takes it.
fn shown(section: Section, charts: &[Chart], lang: Lang) -> Value {
    let numbers: Vec<bool> = section.columns.iter().map(|(_, number)| *number).collect();
    let cells = |row: Vec<String>| -> Vec<Value> {
        let cell = |(text, number): (String, &bool)| context! { text, number };
        row.into_iter().zip(&numbers).map(cell).collect()
    };
    let rows: Vec<Vec<Value>> = section.rows.into_iter().map(cells).collect();
    let columns: Vec<Value> =
        section.columns.into_iter().map(|(name, number)| context! { name, number }).collect();
    context! {
        title => section.title,
        note => section.note,
        left_out => section.left_out,
        charts => pictures(charts, &section.charts, lang),
        columns,
        rows,
    }
}

/// Items of the reporting guideline.
fn stress(briefing: &Briefing, lang: Lang) -> Vec<Value> {
    let table = &briefing.stress;
    (0..table.n_rows())
        .map(|row| {
            let own = |zh, en| table.text_at(lang.pick(zh, en), row).into_owned();
            context! {
                item => table.text_at("item", row),
                title => own("title_zh", "title_en"),
                text => own("text_zh", "text_en"),
                human => own("human_zh", "human_en"),
            }
        })
        .collect()
}

/// Input files with their digests.
fn inputs(briefing: &Briefing) -> Vec<Value> {
    let files = briefing.meta.inputs.iter();
    files.map(|(path, digest)| context! { path, digest }).collect()
}

/// Pools above 0.9.
fn busy(briefing: &Briefing, lang: Lang) -> Vec<Value> {
    rows::busy(briefing, lang, BUSIEST)
        .into_iter()
        .map(|row| {
            let sure = if row.sure {
                lang.pick("区间全在 90% 之上", "whole interval above 90%")
            } else {
                lang.pick("区间跨过 90%，不能断定", "interval reaches below 90%: unclear")
            };
            context! {
                arm => row.arm,
                name => row.name,
                staff => row.staff,
                utilisation => row.utilisation,
                share_above => row.share_above,
                wait_p90 => row.wait_p90,
                sure,
            }
        })
        .collect()
}

/// Mechanisms: what was expected and what was found.
fn effects(briefing: &Briefing, lang: Lang) -> Vec<Value> {
    let table = &briefing.effects;
    let id = ["mechanism", "lever", "id"].into_iter().find(|name| table.column(name).is_some());
    let Some(id) = id else { return Vec::new() };
    (0..table.n_rows())
        .map(|row| {
            let kpi = table.text_at("kpi", row);
            let unit = briefing.unit(&kpi, &briefing.raw_unit(&kpi), lang);
            let at = |column| table.number_at(column, row);
            let (value, low, high) = (at("difference"), at("low"), at("high"));
            let places = unit.places(value, low, high);
            context! {
                arm => briefing.arm(&table.text_at("arm", row), lang),
                mechanism => table.text_at(id, row),
                kpi => briefing.kpi(&kpi, lang),
                expected => report_words::direction(&table.text_at("expected", row), lang),
                found => report_words::direction(&table.text_at("found", row), lang),
                difference => unit.difference(value, places),
                interval => unit.interval(low, high, places, true),
            }
        })
        .collect()
}

/// Answers: a sentence, and what else is said.
fn answers(briefing: &Briefing, lang: Lang) -> Vec<Value> {
    let answers = answer::answers(briefing, lang).into_iter();
    answers.map(|answer| context! { lead => answer.lead, rest => answer.rest }).collect()
}

/// Sources of values, in the order of their columns.
const SOURCES: [&str; 4] = ["assumed", "fitted", "sourced", "seed"];

/// How many values of which source each part of the model has: the word before the first dot.
fn assumed_parts(briefing: &Briefing) -> Vec<Value> {
    let table = &briefing.assumptions;
    let part = |row: usize| {
        let key = table.text_at("key", row);
        key.split(['.', '[']).next().unwrap_or_default().to_owned()
    };
    let mut names: Vec<String> = Vec::new();
    for row in 0..table.n_rows() {
        if !names.contains(&part(row)) {
            names.push(part(row));
        }
    }
    let count = |name: &String| {
        let rows: Vec<usize> = (0..table.n_rows()).filter(|&row| part(row) == *name).collect();
        let of = |source: &str| {
            let is = |row: &&usize| table.text_at("source", **row) == source;
            rows.iter().filter(is).count()
        };
        context! { name, n => rows.len(), sources => SOURCES.map(of) }
    };
    names.iter().map(count).collect()
}

/// Assumptions with range and source; the entries of a vector stand in one row.
fn assumptions(briefing: &Briefing, lang: Lang) -> Vec<Value> {
    let table = &briefing.assumptions;
    let whole = |row: usize| {
        let key = table.text_at("key", row);
        key.split('[').next().unwrap_or_default().to_owned()
    };
    let rows: Vec<usize> = (0..table.n_rows()).collect();
    let same = |a: &usize, b: &usize| {
        whole(*a) == whole(*b) && table.text_at("source", *a) == table.text_at("source", *b)
    };
    rows.chunk_by(same)
        .map(|rows| {
            let row = rows[0];
            let own = table.text_at(lang.pick("zh", "en"), row);
            let key = if rows.len() == 1 { table.text_at("key", row).into() } else { whole(row) };
            let (name, key) =
                if own.is_empty() { (key, String::new()) } else { (own.into_owned(), key) };
            let number = |column: &str, row: usize| short(table.number_at(column, row));
            let range = |row: usize| {
                let (low, high) = (number("low", row), number("high", row));
                if low.is_empty() && high.is_empty() {
                    "–".to_owned()
                } else {
                    format!("{low} – {high}")
                }
            };
            let all = |of: &dyn Fn(usize) -> String| -> String {
                rows.iter().map(|&row| of(row)).collect::<Vec<_>>().join("; ")
            };
            context! {
                name,
                key,
                value => all(&|row| number("value", row)),
                unit => table.text_at("unit", row),
                range => all(&range),
                source => report_words::source(&table.text_at("source", row), lang),
            }
        })
        .collect()
}

/// A number as a reader sees it: no digits that only arithmetic has made.
fn short(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let text = format!("{value:.6}");
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if value != 0.0 && matches!(text, "0" | "-0") { format!("{value:e}") } else { text.to_owned() }
}

/// Notes that have no place of their own.
fn other_notes(briefing: &Briefing, lang: Lang) -> Vec<String> {
    let kinds = briefing.notes.distinct("kind");
    kinds
        .iter()
        .filter(|kind| !matches!(kind.as_str(), "calibration" | "limit" | "streets"))
        .flat_map(|kind| briefing.notes_of(kind, lang))
        .collect()
}

/// Named texts for the template.
fn pairs(pairs: Vec<(&'static str, String)>) -> Vec<Value> {
    pairs.into_iter().map(|(name, text)| context! { name, text }).collect()
}
