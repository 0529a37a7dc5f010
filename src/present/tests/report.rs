//! Checks of the briefing's parts and of the workbook.

use super::sample;
use crate::present::*;
use crate::table::Table;

const LANGS: [Lang; 2] = [Lang::Zh, Lang::En];

fn html(briefing: &Briefing, lang: Lang) -> String {
    report_html(briefing, &charts(briefing, lang), lang)
}

/// The page without its font and without its pictures.
fn words(briefing: &Briefing, lang: Lang) -> String {
    let page = html(briefing, lang);
    let start = page.find("<body>").unwrap();
    let mut text = String::new();
    for part in page[start..].split("<svg") {
        text.push_str(part.split_once("</svg>").map_or(part, |(_, after)| after));
    }
    text
}

#[test]
fn every_printed_interval_says_what_it_is() {
    // Catches: an interval without level, method, number of replications or scope, in a table, a
    // section or the caption of a chart; a template with a new table of intervals and no words.
    let template = include_str!("../report.html");
    for part in template.split("<h2>").skip(1) {
        if part.contains(".interval") || part.contains("row.utilisation") {
            assert!(part.contains("{{ intervals }}"), "{part}");
        }
        if part.contains("section.rows") {
            assert!(part.contains("{{ section.note }}"), "{part}");
        }
    }
    let briefing = sample::briefing();
    for (lang, area) in LANGS.into_iter().zip(["全市", "the whole city"]) {
        let page = words(&briefing, lang);
        for part in page.split("<h2>").skip(1) {
            let head = part.split("</thead>").next().unwrap_or_default();
            if part.contains("<thead>") && head.contains("95%") {
                let title = part.split("</h2>").next().unwrap_or_default();
                for word in ["95%", "Student t", "n = 20", area] {
                    let notes = part.rsplit("</table>").next().unwrap_or_default();
                    let student = notes.replace("Student&#x27;s t", "Student t");
                    // A column of its own says n row by row.
                    let column = word == "n = 20" && head.contains(">n</th>");
                    assert!(column || student.contains(word), "{title} says no {word}: {notes}");
                }
            }
        }
        for chart in charts(&briefing, lang).iter().filter(|c| !c.name.starts_with("hours")) {
            for word in ["95%", "Student t", "n = 20", area] {
                assert!(chart.caption.contains(word), "{}: {}", chart.name, chart.caption);
            }
        }
    }
}

#[test]
fn a_table_of_a_further_analysis_has_its_section() {
    // Catches: a table that a study brings and the briefing is silent about; ids instead of names;
    // bounds in two columns; a chart that stands away from its table.
    let mut briefing = sample::briefing();
    let page = words(&briefing, Lang::Zh);
    assert!(page.contains("差别来自哪些环节"), "the known title");
    assert!(page.contains("差（小时）") && page.contains("95% 区间"));
    assert!(page.contains("按重复配对（Student t）"));
    assert!(!page.contains("call_up_wait"), "stages by name");
    let many: Vec<String> = (0..40).map(|row| format!("row {row}")).collect();
    let values: Vec<f64> = (0..40).map(f64::from).collect();
    briefing.more.push(
        Table::new("novelty")
            .with_text("thing", many)
            .with_text("kpi", vec!["time_to_close_mean".into(); 40])
            .with_number("mean", values.clone())
            .with_number("low", values.iter().map(|value| value - 1.0).collect())
            .with_number("high", values.iter().map(|value| value + 1.0).collect()),
    );
    let page = words(&briefing, Lang::En);
    let part = page.split("<h2>").find(|part| part.starts_with("novelty")).unwrap();
    assert!(part.contains("24 of 40 rows") && part.contains("novelty.csv"));
    assert!(part.contains("Mean time to close") && part.contains("[−1.0, 1.0]"), "{part}");
    let mut drawn = charts(&briefing, Lang::En);
    drawn[0].name = "novelty-first".into();
    let page = report_html(&briefing, &drawn, Lang::En);
    let part = page.split("<h2>").find(|part| part.starts_with("novelty")).unwrap();
    assert_eq!(part.matches("<figure").count(), 1, "its chart stands with it");
}

#[test]
fn the_briefing_says_how_to_make_it_again() {
    // Catches: a command without the digests and versions that decide what it gives; items of the
    // guideline that are not shown, or not marked where a human must write.
    let briefing = sample::briefing();
    for (lang, human) in LANGS.into_iter().zip(["由人补写", "For a human to write"]) {
        let page = words(&briefing, lang);
        for part in ["1.95.0", "b3:10c4", "b3:77", "b3:6f2a91c07d55e8", "models&#x2f;jinan"] {
            assert!(page.contains(part), "{part}");
        }
        assert!(page.contains("STRESS-DES"));
        assert_eq!(page.matches(human).count(), if lang == Lang::Zh { 2 } else { 1 }, "{human}");
    }
}

#[test]
fn what_is_not_claimed_is_named() {
    // Catches: an unclear KPI that is passed over in silence.
    let briefing = sample::briefing();
    let page = words(&briefing, Lang::En);
    let start = page.find("What is not claimed").unwrap();
    let part = &page[start..start + 400];
    assert!(part.contains("the interval includes zero"), "{part}");
}

#[test]
fn a_workbook_is_the_same_bytes_each_time() {
    // Catches: a clock or a hash order in the workbook; a panic for a study without some tables.
    let briefing = sample::briefing();
    for lang in LANGS {
        let first = workbook(&briefing, lang);
        assert!(first.starts_with(b"PK"));
        assert!(first == workbook(&briefing, lang));
    }
    assert!(workbook(&Briefing::default(), Lang::Zh).starts_with(b"PK"));
}
