//! Who may use whom, and what each layer may not know (ARCHITECTURE.md, layers).

use crate::files::{TextFile, report, texts, words};

/// Modules in reading order with what each may use besides itself.
const MAY_USE: [(&str, &[&str]); 15] = [
    ("base", &[]),
    ("random", &["base"]),
    ("kernel", &["base"]),
    ("stats", &["base", "random"]),
    ("table", &["base"]),
    ("domain", &["base", "random", "kernel"]),
    ("spec", &["base"]),
    // Street sizes are draws addressed by the street's code, so compile draws them; designs of
    // experiments become arms here.
    ("compile", &["base", "random", "stats", "spec", "domain"]),
    ("measure", &["base", "stats", "table", "domain"]),
    ("bench", &["base", "random", "kernel", "domain", "measure"]),
    ("study", &["base", "random", "kernel", "stats", "table", "domain", "compile", "measure"]),
    // Queues with known answers: models written, compiled, simulated, compared.
    (
        "theory",
        &[
            "base", "random", "kernel", "stats", "table", "domain", "spec", "compile", "measure",
            "study",
        ],
    ),
    ("present", &["base", "table"]),
    ("store", &["base", "spec", "table", "study", "measure"]),
    ("cli", &[]),
];

/// Layers that know time, chance and samples, and nothing of a city.
const BARE: [&str; 4] = ["base", "random", "kernel", "stats"];

/// Words that only somebody who knows the city would say. Words that plain English needs as well
/// (case, item, unit, issue, dispatch) are not here.
const DOMAIN_WORDS: [&str; 40] = [
    "street",
    "streets",
    "town",
    "towns",
    "grid",
    "grids",
    "district",
    "districts",
    "department",
    "departments",
    "lever",
    "levers",
    "city",
    "cities",
    "hotline",
    "resident",
    "residents",
    "citizen",
    "citizens",
    "squad",
    "squads",
    "officer",
    "officers",
    "patrol",
    "patrols",
    "committee",
    "committees",
    "government",
    "agency",
    "agencies",
    "jinan",
    "stationed",
    "街道",
    "乡镇",
    "区县",
    "网格",
    "工单",
    "呼叫",
    "热线",
    "部门",
];

fn module_of(file: &TextFile) -> &str {
    let below = file.path.trim_start_matches("src/");
    below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
}

/// Code without its line comments: a link in a comment is no dependency.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or(line)
}

/// Modules named after `crate::`, one or several in braces.
fn used(line: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let mut found = Vec::new();
    for rest in code(line).split("crate::").skip(1) {
        let Some(list) = rest.strip_prefix('{') else {
            found.push(name(rest));
            continue;
        };
        found.push(name(list));
        let mut depth = 0;
        for (at, letter) in list.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => found.push(name(&list[at + 1..])),
                _ => {}
            }
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

// Catches a layer that reaches up or sideways: a kernel that draws random numbers, charts that
// read results instead of tables.
#[test]
fn modules_use_only_what_stands_below_them() {
    let order: Vec<&str> = MAY_USE.iter().map(|(module, _)| *module).collect();
    let mut complaints = Vec::new();
    for file in texts("src", &[".rs"]) {
        let module = module_of(&file);
        if matches!(module, "lib" | "main" | "cli") {
            continue;
        }
        let Some(place) = order.iter().position(|known| *known == module) else {
            complaints
                .push(format!("{}: a module that the list of layers does not have", file.path));
            continue;
        };
        for (number, line) in file.lines() {
            for name in used(line) {
                let known = order.iter().position(|known| **known == name);
                // Unit tests may also take what stands earlier in reading order: queues are tested
                // with draws, charts with nothing but tables.
                let by_tests = file.is_test() && known.is_some_and(|known| known < place);
                let allowed = name == module || MAY_USE[place].1.contains(&name.as_str());
                if !(allowed || by_tests) {
                    complaints.push(format!("{}:{number}: {module} uses {name}", file.path));
                }
            }
        }
    }
    report("imports against the layers", &complaints);
}

// Catches a scan that reads nothing out of an import and so allows everything.
#[test]
fn the_scan_sees_imports() {
    assert_eq!(used("use crate::base::{Span, Time};"), ["base"]);
    assert_eq!(
        used("    let x = crate::kernel::run(a, crate::random::unit(1));"),
        ["kernel", "random"]
    );
    assert_eq!(
        used("use crate::{base::Time, domain::{City, Plan}, stats};"),
        ["base", "domain", "stats"]
    );
    assert!(used("/// See [`crate::base`].").is_empty());
}

// Catches an engine that knows what a street is: it could no longer simulate a harbor.
#[test]
fn bare_layers_say_no_word_of_the_city() {
    let mut complaints = Vec::new();
    for module in BARE {
        for file in texts(&format!("src/{module}"), &[".rs"]) {
            for (number, line) in file.lines() {
                for word in words(line) {
                    let said = DOMAIN_WORDS.iter().find(|known| {
                        word == **known || !known.is_ascii() && word.contains(**known)
                    });
                    complaints
                        .extend(said.map(|said| format!("{}:{number}: says `{said}`", file.path)));
                }
            }
        }
    }
    report("words of the city in layers that know none", &complaints);
}

// Catches parsing that spreads: only files and finished results are read back.
#[test]
fn only_files_and_results_are_read_back() {
    let mut complaints = Vec::new();
    for file in texts("src", &[".rs"]) {
        let module = module_of(&file);
        let allowed = matches!(module, "spec" | "compile" | "store" | "cli")
            || ["src/measure/result.rs", "src/measure/scope.rs", "src/measure/kpi.rs"]
                .contains(&file.path.as_str());
        if allowed || file.is_test() {
            continue;
        }
        for (number, line) in file.lines() {
            if code(line).contains("Deserialize") {
                complaints.push(format!("{}:{number}: derives Deserialize", file.path));
            }
        }
    }
    report("reading back outside the file layers", &complaints);
}

// Catches results that depend on the hash order of one process or on the clock of the host.
#[test]
fn no_hash_order_and_no_host_clock() {
    let mut complaints = Vec::new();
    for file in texts("src", &[".rs"]) {
        if matches!(module_of(&file), "cli" | "main") {
            continue;
        }
        for (number, line) in file.lines() {
            for name in ["HashMap", "HashSet", "Instant", "SystemTime", "thread_rng", "RandomState"]
            {
                let said =
                    code(line).split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == name);
                if said {
                    complaints.push(format!("{}:{number}: {name}", file.path));
                }
            }
        }
    }
    report("order of a hash or clock of the host", &complaints);
}

// Catches transcendental functions of the platform, whose last bit differs between machines.
#[test]
fn engine_and_city_compute_with_one_mathematics() {
    let calls = [
        ".exp()",
        ".ln()",
        ".powf(",
        ".powi(",
        ".log10()",
        ".log2()",
        ".sin()",
        ".cos()",
        ".exp_m1()",
        ".ln_1p()",
        ".cbrt()",
        ".hypot(",
    ];
    let mut complaints = Vec::new();
    for module in ["base", "random", "kernel", "domain"] {
        for file in texts(&format!("src/{module}"), &[".rs"]).iter().filter(|file| !file.is_test())
        {
            for (number, line) in file.lines() {
                let found = calls.iter().find(|call| code(line).contains(**call));
                complaints.extend(found.map(|call| format!("{}:{number}: {call}", file.path)));
            }
        }
    }
    report("mathematics of the platform (use libm)", &complaints);
}
