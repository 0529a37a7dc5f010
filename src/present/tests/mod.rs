//! Checks of charts, reports and terminal tables on a made-up briefing.

mod names;
mod places;
mod report;
mod sample;

use super::*;
use crate::table::Table;

const LANGS: [(Lang, &str); 2] = [(Lang::Zh, "zh"), (Lang::En, "en")];

/// The bundle with another table of comparisons: every row with these bounds and this verdict.
fn with_comparison(low: f64, high: f64, verdict: &str) -> Briefing {
    let mut briefing = sample::briefing();
    let old = &briefing.compare;
    let n = old.n_rows();
    let mut table = Table::new("compare");
    for column in old.columns() {
        table = match column.name.as_str() {
            "low" => table.with_number("low", vec![low; n]),
            "high" => table.with_number("high", vec![high; n]),
            "difference" => table.with_number("difference", vec![low.midpoint(high); n]),
            "verdict" => table.with_text("verdict", vec![verdict.to_owned(); n]),
            _ => table.with_column(column.clone()),
        };
    }
    briefing.compare = table;
    briefing
}

/// The paragraphs of the answer as the reader sees them.
fn answer(briefing: &Briefing, lang: Lang) -> String {
    let answers = answer::answers(briefing, lang).into_iter();
    answers.map(|answer| lang.join(&[answer.lead, answer.rest])).collect()
}

/// Left and right end \[px\] of every text of an SVG, with the text; upright ones left out.
fn texts(svg: &str) -> Vec<(f64, f64, String)> {
    let attribute = |tag: &str, name: &str| -> String {
        let from = tag.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
        tag[from..].split('"').next().unwrap().to_owned()
    };
    svg.split("<text")
        .skip(1)
        .filter(|part| !part.contains("rotate("))
        .map(|part| {
            let (tag, rest) = part.split_once('>').unwrap();
            let text = rest.split("</text>").next().unwrap().trim().to_owned();
            let plain = text.replace("&apos;", "'").replace("&amp;", "&").replace("&lt;", "<");
            let size: f64 = attribute(tag, "font-size").parse().unwrap();
            let x: f64 = attribute(tag, "x").parse().unwrap();
            let width = font::text_width(&plain, size);
            let from = match attribute(tag, "text-anchor").as_str() {
                "start" => x,
                "middle" => x - width / 2.0,
                _ => x - width,
            };
            (from / 10.0, (from + width) / 10.0, text)
        })
        .collect()
}

#[test]
fn pictures_for_the_eye() {
    // Catches nothing by itself: writes pictures and reports into the folder HUYING_CHART_DIR, so
    // that a person can see what the other checks cannot.
    let Some(folder) = std::env::var_os("HUYING_CHART_DIR") else { return };
    let folder = std::path::Path::new(&folder);
    let briefing = sample::briefing();
    for (lang, code) in LANGS {
        let charts = charts(&briefing, lang);
        for chart in &charts {
            std::fs::write(folder.join(format!("{}-{code}.svg", chart.name)), &chart.svg).unwrap();
            std::fs::write(folder.join(format!("{}-{code}.png", chart.name)), &chart.png).unwrap();
        }
        let report = report_html(&briefing, &charts, lang);
        std::fs::write(folder.join(format!("report-{code}.html")), report).unwrap();
        let tables = terminal::compare(&briefing, lang, None, false)
            + &terminal::summary(&briefing, lang, Some(120));
        std::fs::write(folder.join(format!("terminal-{code}.txt")), tables).unwrap();
    }
}

#[test]
fn every_chart_is_there_with_n_and_interval() {
    // Catches a chart that is left out although its table has rows, or a caption without n.
    for (lang, _) in LANGS {
        let charts = charts(&sample::briefing(), lang);
        let names: Vec<&str> = charts.iter().map(|chart| chart.name.as_str()).collect();
        let expected = [
            "differences",
            "closure",
            "limit_use",
            "stages",
            "pools",
            "hours",
            "hours-registered",
            "backlog",
            "streets",
        ];
        assert_eq!(names, expected);
        for chart in &charts {
            assert!(chart.caption.contains("n = 20"), "{}: {}", chart.name, chart.caption);
            assert!(chart.png.starts_with(b"\x89PNG"), "{}", chart.name);
        }
    }
}

#[test]
fn the_same_bundle_gives_the_same_bytes() {
    // Catches pictures or reports that depend on hash order, fonts of the machine or the clock.
    let briefing = sample::briefing();
    let (first, second) = (charts(&briefing, Lang::Zh), charts(&briefing, Lang::Zh));
    assert!(first == second);
    let report = |charts: &[Chart]| report_html(&briefing, charts, Lang::Zh);
    assert_eq!(report(&first), report(&second));
}

#[test]
fn empty_tables_leave_their_chart_out() {
    // Catches a panic, or an empty picture, for a study that did not collect everything.
    assert!(charts(&Briefing::default(), Lang::En).is_empty());
    let html = report_html(&Briefing::default(), &[], Lang::En);
    assert!(html.contains("</html>"));
    let mut briefing = sample::briefing();
    briefing.closure = Table::new("closure");
    briefing.limit_use = Table::new("limit_use");
    briefing.hours = Table::new("hours").with_text("arm", vec!["before".into()]);
    let names: Vec<String> = charts(&briefing, Lang::Zh).into_iter().map(|c| c.name).collect();
    assert_eq!(names, ["differences", "stages", "pools", "backlog", "streets"]);
}

#[test]
fn no_text_leaves_the_page() {
    // Catches labels cut at the edge, with the ordinary names and with very long ones.
    let mut long = sample::briefing();
    let names = |lang: &str| -> Vec<String> {
        let kpis = long.kpi_names.n_rows();
        (0..kpis)
            .map(|i| format!("{lang} {}{i}", "a rather long name of this indicator ".repeat(2)))
            .collect()
    };
    let (zh, en) = (
        vec![
            "很长很长的指标名称需要换行才放得下的那一种情形".to_owned();
            18
        ],
        names("KPI"),
    );
    long.kpi_names = Table::new("kpi_names")
        .with_text("kpi", long.kpi_names.text("kpi").to_vec())
        .with_text("name_zh", zh)
        .with_text("name_en", en);
    for briefing in [sample::briefing(), long] {
        for (lang, _) in LANGS {
            for chart in charts(&briefing, lang) {
                for (from, to, text) in texts(&chart.svg) {
                    let inside = from >= 0.0 && to <= canvas::WIDTH;
                    assert!(inside, "{} ({lang:?}): {text} from {from} to {to}", chart.name);
                }
            }
        }
    }
}

#[test]
fn seven_arms_are_drawn_or_named_as_left_out() {
    // Catches a panic beyond the styles there are, and arms that vanish without a word.
    let mut briefing = sample::briefing();
    briefing.meta.arms.extend((1..6).map(|index| format!("variant_{index}")));
    let charts = charts(&briefing, Lang::En);
    let closure = charts.iter().find(|chart| chart.name == "closure").unwrap();
    assert!(closure.caption.contains("7 arms in all; the first 6 are shown"));
    assert!(charts.iter().any(|chart| chart.name == "differences-after"));
}

#[test]
fn a_null_result_claims_nothing() {
    // Catches any word of gain or loss, or of sameness, where every interval includes zero; and a
    // verdict that is believed although its interval includes zero.
    for verdict in ["unclear", "better", "worse", "changed"] {
        let briefing = with_comparison(-0.02, 0.03, verdict);
        let (zh, en) = (answer(&briefing, Lang::Zh), answer(&briefing, Lang::En));
        for word in ["变好", "变差", "有变化", "降至", "升至", "显著", "相同,", "相等", "没有影响"]
        {
            assert!(!zh.contains(word), "{word}: {zh}");
        }
        for word in
            ["better", "worse", "changed", "falls", "rises", "significant", "equal", "no effect"]
        {
            assert!(!en.contains(word), "{word}: {en}");
        }
        assert!(zh.contains("不能断定") && zh.contains("区间包含零"), "{zh}");
        assert!(en.contains("the interval includes zero"), "{en}");
        let table = terminal::compare(&briefing, Lang::En, None, true);
        assert!(!table.contains("better") && !table.contains("worse"), "{table}");
    }
}

#[test]
fn a_claim_carries_its_interval_and_n() {
    // Catches an answer that gives a change without interval, level, n or unit.
    let briefing = sample::briefing();
    let (zh, en) = (answer(&briefing, Lang::Zh), answer(&briefing, Lang::En));
    for part in
        ["平均办结时长", "101.4 小时", "63.2 小时", "95% 区间", "n = 20", "变好", "−38.2 小时"]
    {
        assert!(zh.contains(part), "{part}: {zh}");
    }
    for part in ["Mean time to close falls", "101.4 h", "63.2 h", "95% interval", "n = 20"] {
        assert!(en.contains(part), "{part}: {en}");
    }
    // The few are named: a count alone hides the one thing that was found.
    for part in ["Of 17 headline KPIs: 13 better; 2 worse (", "); 2 unclear."] {
        assert!(en.contains(part), "{part}: {en}");
    }
    let worse = en.split("2 worse (").nth(1).and_then(|rest| rest.split(')').next());
    assert_eq!(worse.map(|names| names.split(", ").count()), Some(2), "{en}");
}

#[test]
fn what_holm_takes_away_is_not_claimed() {
    // Catches a verdict made from the interval alone, against the correction.
    let briefing = with_comparison(0.01, 0.03, "unclear");
    let zh = answer(&briefing, Lang::Zh);
    assert!(zh.contains("多重比较校正后不能断定"), "{zh}");
    assert!(!zh.contains("区间包含零"), "{zh}");
    let one = with_comparison(f64::NAN, f64::NAN, "better");
    assert!(answer(&one, Lang::En).contains("too few replications"));
}

#[test]
fn every_name_has_a_glyph() {
    // Catches boxes in place of characters of street names, and a check that misses nothing at all.
    assert_eq!(sample::briefing().missing_glyphs(), Vec::<char>::new());
    let places: String = places::DISTRICTS.iter().map(|district| district.2).collect();
    assert_eq!(missing_glyphs(&places), Vec::<char>::new());
    assert_eq!(
        missing_glyphs("趵突泉 泺口 崮云湖 桑梓店 汶源 推诿 牌匾 ,。;:()“”、《》%−–±·↑↓…"),
        Vec::<char>::new()
    );
    assert_eq!(missing_glyphs("街😀道▲"), ['▲', '😀']);
    for (lang, _) in LANGS {
        for chart in charts(&sample::briefing(), lang) {
            for (_, _, text) in texts(&chart.svg) {
                assert_eq!(missing_glyphs(&text), Vec::<char>::new(), "{text}");
            }
        }
    }
}

#[test]
fn widths_are_those_of_the_font() {
    // Catches a misread font table, which would put labels in the wrong place.
    assert!((font::text_width("济南", 10.0) - 20.0).abs() < 1e-9);
    let (narrow, wide) = (font::text_width("i", 10.0), font::text_width("W", 10.0));
    assert!(0.0 < narrow && narrow < wide && wide < 10.0);
}

#[test]
fn files_of_charts_need_no_font() {
    // Catches a chart whose letters depend on the fonts of the reader's machine.
    let briefing = sample::briefing();
    for chart in charts(&briefing, Lang::Zh) {
        let outlined = crate::present::outlined(&chart.svg);
        assert!(chart.svg.contains("<text"), "{} has words", chart.name);
        assert!(!outlined.contains("<text"), "{} keeps text", chart.name);
    }
}

#[test]
fn the_report_needs_nothing_else_and_escapes_names() {
    // Catches links to other files or sites, and names that break out into markup.
    let mut briefing = sample::briefing();
    briefing.meta.title_en = "Before <script>alert(1)</script> & after".into();
    for (lang, _) in LANGS {
        let html = report_html(&briefing, &charts(&briefing, lang), lang);
        // The one thing it may name is its own font, inside the file.
        let (head, rest) = html.split_once("url(\"data:font/otf;base64,").unwrap();
        let (embedded, tail) = rest.split_once('"').unwrap();
        assert!(embedded.len() > font::FONT.len());
        assert!(!embedded.contains('&'), "the font is escaped and cannot be read");
        let html = format!("{head}{tail}");
        assert!(!html.contains("<script"));
        for link in ["href=", "src=", "url(", "@import", "<link"] {
            assert!(!html.contains(link), "{link}");
        }
        assert_eq!(
            html.matches("http").count(),
            html.matches("http://www.w3.org/2000/svg").count()
        );
        assert_eq!(html.matches("<svg").count(), 9);
    }
}

#[test]
fn the_report_says_all_it_must() {
    // Catches a section that silently disappears.
    let briefing = sample::briefing();
    let html = report_html(&briefing, &[], Lang::En);
    let parts = [
        "Question",
        "Answer",
        "Headline KPIs",
        "Units busy more than 90%",
        "interval reaches below 90%",
        "Mechanisms: expected and found",
        "Predictions beside their sources",
        "simulated 85.3%, reported",
        "Of the 2 values below 2 are assumed",
        "0.15 – 0.35",
        "182 days of warm-up",
        "Holm",
        "huying compare models",
        "b3:6f2a91c07d55e8",
        "Limits of the study",
        "Populations of streets are assumed",
    ];
    for part in parts {
        let found = html.contains(part);
        // City management is at 92.1% with an interval above 90%: no pool of the sample straddles.
        assert_eq!(found, part != "interval reaches below 90%", "{part}");
    }
}

#[test]
fn failed_replications_are_told() {
    // Catches a report that hides runs that did not end.
    let mut briefing = sample::briefing();
    briefing.runs = Table::new("runs").with_text("status", vec!["ok".into(), "failed".into()]);
    let html = report_html(&briefing, &[], Lang::Zh);
    assert!(html.contains("2 次运行中有 1 次没有完成"));
}

#[test]
fn terminal_tables_align() {
    // Catches Chinese columns that do not line up, and missing intervals.
    let table = terminal::compare(&sample::briefing(), Lang::Zh, None, false);
    let width = |line: &str| -> usize {
        line.chars()
            .map(|c| if u32::from(c) >= 0x2E80 && u32::from(c) < 0xFFE0 { 2 } else { 1 })
            .sum()
    };
    let rule = width(table.lines().next().unwrap());
    assert!(table.lines().all(|line| width(line) <= rule), "{table}");
    assert!(table.contains("平均办结时长") && table.contains("95% 区间"));
    assert!(terminal::compare(&Briefing::default(), Lang::Zh, None, true).is_empty());
    let summary = terminal::summary(&sample::briefing(), Lang::En, None);
    assert!(summary.contains("Mean time to close") && summary.contains("n = 20"));
}

#[test]
fn numbers_are_written_for_readers() {
    // Catches hyphens for minus, "−0", lost thousands, and more decimals than an interval carries.
    use format::{decimals, fixed, signed, tick_step, ticks};
    assert_eq!(fixed(-12345.678, 1), "−12,345.7");
    assert_eq!(fixed(-0.001, 2), "0.00");
    assert_eq!(signed(0.0001, 2), "0.00");
    assert_eq!(signed(3.25, 1), "+3.2");
    assert_eq!(fixed(f64::NAN, 2), "–");
    assert_eq!(decimals(38.2, 37.1, 39.3), 1);
    assert_eq!(decimals(1430.0, 1390.0, 1470.0), 0);
    assert_eq!(decimals(0.861, f64::NAN, f64::NAN), 3);
    assert!((tick_step(187.0, 10.0) - 20.0).abs() < 1e-9);
    assert_eq!(ticks(-1.0, 1.0, 0.5).len(), 5);
}
