//! The whole program against queues with known answers: a short list of every family, rows of
//! other rates, wrong answers that must be found, rows that cannot be understood.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use huying::study::Silent;
use huying::theory::{OWN, Outcome, Reference, Request, files_of, read_file, verify};
use tempfile::TempDir;

use crate::files::root;
use crate::fixture::slow;
use crate::place::Place;

/// The seed of `huying verify --theory`.
const SEED: u64 = 20_260_101;

/// Rows of a table given as text.
fn rows_of(text: &str) -> Result<Vec<Reference>, Vec<String>> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, text).unwrap();
    read_file(Some(&path)).map_err(|mistakes| {
        let lines = mistakes.render(huying::compile::Language::En);
        let folder = format!("{}/", folder.path().display());
        lines.into_iter().map(|line| line.replace(&folder, "")).collect()
    })
}

fn own(cases: &[&str]) -> Vec<Reference> {
    let rows = read_file(None).expect("the program's own table is right");
    let chosen: Vec<Reference> =
        rows.into_iter().filter(|row| cases.contains(&&*row.case)).collect();
    assert_eq!(chosen.len(), cases.len(), "every case is in the table");
    chosen
}

fn compared(rows: &[Reference], target: f64) -> Outcome {
    let folder = TempDir::new().unwrap();
    let request = Request { rows, models: folder.path(), seed: SEED, target };
    verify(&request, &Silent).expect("a scratch folder can be written")
}

fn complaints(outcome: &Outcome) -> Vec<String> {
    let wrong = outcome.checks.iter().filter(|check| check.verdict() != "agrees");
    wrong
        .map(|check| {
            let (case, quantity) = (&check.case, &check.quantity);
            let (theory, found) = (check.reference, check.simulated);
            format!("{case} {quantity}: {theory} for {found}, z = {:.2}", check.z)
        })
        .collect()
}

fn all_agree(rows: &[Reference], target: f64) {
    let outcome = compared(rows, target);
    let (n, outside) = (outcome.checks.len(), outcome.n_outside());
    println!("{} rows, {n} values, first values outside: {outside}", rows.len());
    assert_eq!(complaints(&outcome), Vec::<String>::new());
    assert!(outcome.agrees(), "{outside} of {} first values lie outside", rows.len());
}

/// One row of every family, the quick ones.
const SHORT: [&str; 26] = [
    "MM1-0.3",
    "MMC-5-0.5",
    "MMCK-0.8-1-5",
    "MMCK-10-10-10",
    "MD1-0.5",
    "MDC-5-0.7",
    "MG1-logn0.5-0.5",
    "MG1-gamma2.0-0.5",
    "MPHC-H2-2-0.8",
    "GM1-D-0.8",
    "MMCM-single",
    "MXM1-geo2",
    "NP-A-c1",
    "NP-A-c2",
    "PR-A-c1",
    "PR-A-c2",
    "NPC-c3-c1",
    "MTGINF-exp2h",
    "MTMCT-shift3",
    "MTMCT-slow-mu",
    "TRANS-backlog50",
    "JACK-tandem3",
    "FIN-5-1-0.2",
    "FJ2-0.6",
    "RETR-0.7-1.0",
    "POLL-gated-5",
];

// Catches a program (files, calendar, demand, flow, pools, records) whose queues are not as long
// as theory says, in any of the 22 families. The full table: `huying verify --theory`.
#[test]
fn queues_of_every_family_agree() {
    all_agree(&own(&SHORT), if slow() { 0.01 } else { 0.04 });
}

/// Mean wait of M/M/c (Erlang C) and blocking of M/M/c/c (Erlang B).
fn erlang(servers: u32, rate: f64, mu: f64) -> (f64, f64) {
    let offered = rate / mu;
    let mut blocked = 1.0;
    for k in 1..=servers {
        blocked = offered * blocked / (f64::from(k) + offered * blocked);
    }
    let load = offered / f64::from(servers);
    let waits = blocked / (1.0 - load * (1.0 - blocked));
    (waits / (f64::from(servers) * mu - rate), blocked)
}

// Catches a generator or a reader that knows the rows of its own table only: units of other
// lengths, other numbers of servers, shapes and classes, by closed forms computed here.
#[test]
fn rows_of_other_parameters_agree() {
    let mut text =
        "case_id,family,klass,params,wq_mean,p_block,l_mean,sojourn_mean,utilisation\n".to_owned();
    let mut row = |case: &str, family: &str, klass: &str, params: &str, values: &str| {
        let quoted = params.replace('"', "\"\"");
        let _ = writeln!(text, "{case},{family},{klass},\"{quoted}\",{values}");
    };
    let slow_one = erlang(1, 0.012, 0.02).0;
    let one = r#"{"c": 1, "lam": 0.012, "mu": 0.02}"#;
    row("slow", "M/M/1", "", one, &format!("{slow_one},,,,0.6"));
    let fast = erlang(7, 250.0, 50.0).0;
    let seven = r#"{"c": 7, "lam": 250, "mu": 50.0}"#;
    row("fast", "M/M/c", "", seven, &format!("{fast},,,,"));
    let (_, blocked) = erlang(3, 4.5, 1.5);
    let three = r#"{"K": 3, "c": 3, "lam": 4.5, "mu": 1.5}"#;
    row("loss", "Erlang loss M/M/c/c", "", three, &format!("0,{blocked},,,"));
    // Pollaczek and Khinchine: rho 0.6, mean 0.5, gamma of shape 3.
    let wait = 0.6 / (1.0 - 0.6) * 0.5 * (1.0 + 1.0 / 3.0) / 2.0;
    let gamma = r#"{"c": 1, "lam": 1.2, "service": "gamma shape 3 mean 0.5"}"#;
    row("gamma", "M/G/1", "", gamma, &format!("{wait},,,,"));
    // Cobham, two classes: residual work over (1 - s1)(1 - s2).
    let residual = (0.2 * 2.0 * 4.0 + 0.6 * 2.0 * 0.25) / 2.0;
    let (s1, s2) = (0.4, 0.7);
    let classes = r#"{"lams": [0.2, 0.6], "service_mean": [2.0, 0.5], "service_m2": [8.0, 0.5]}"#;
    let family = "M/G/1 priority non-preemptive";
    row("first", family, "1", classes, &format!("{},,,,", residual / (1.0 - s1)));
    let second = residual / ((1.0 - s1) * (1.0 - s2));
    row("second", family, "2", classes, &format!("{second},,,,"));
    let days = r#"{"amp": 2, "lam_mean": 5, "period_h": 12, "service": "('exp', 1.5)"}"#;
    row("day", "Mt/G/inf sinusoidal", "", days, ",,7.5,,");
    let tandem = r#"{"c": [1, 1], "lam": 3.0, "mu": [6.0, 5.0]}"#;
    row("tandem", "Jackson open network", "", tandem, &format!(",,,{},", 1.0 / 3.0 + 0.5));
    all_agree(&rows_of(&text).unwrap(), 0.03);
}

// Catches the same in every family, against numbers that another program computed (in Python, from
// formulas that also reproduce the program's own table: `tests/theory/other_rows.py`), among them
// three classes and a start from empty.
#[test]
fn rows_computed_elsewhere_agree() {
    let path = root().join("tests/theory/other_rows.csv");
    let rows = read_file(Some(&path)).expect("the table is right");
    let names = |rows: &[Reference]| {
        let families: BTreeSet<String> = rows.iter().map(|row| row.family.clone()).collect();
        families.len()
    };
    assert_eq!((rows.len(), names(&rows)), (53, 22));
    // A quick one of each family; `.ci/run` has all of them.
    let quick = [
        "mm1",
        "mmc",
        "mmck",
        "loss",
        "md1",
        "mdc",
        "gamma",
        "h2",
        "e3m1",
        "erlang-a-12",
        "batch3",
        "np1",
        "np2",
        "np3",
        "three1",
        "three2",
        "three3",
        "three4",
        "npc1",
        "npc3",
        "pr1",
        "pr2",
        "inf-det",
        "day",
        "empty",
        "city3",
        "finite",
        "fork-0.5",
        "retrial",
        "gated",
    ];
    let is_quick = |row: &Reference| quick.iter().any(|end| row.case == format!("other-{end}"));
    let quick: Vec<Reference> = rows.into_iter().filter(is_quick).collect();
    assert_eq!((quick.len(), names(&quick)), (30, 22));
    all_agree(&quick, 0.1);
}

// Catches bands that anything passes: answers that are off by a few percent, those of another
// discipline, and a probability that is off where the mean is right.
#[test]
fn wrong_answers_are_found() {
    let change = |case: &str, quantity: &str, factor: f64| {
        let mut rows = own(&[case]);
        let known = rows[0].known.iter_mut().find(|known| known.name == quantity).unwrap();
        known.value *= factor;
        known.bounds = (known.bounds.0 * factor, known.bounds.1 * factor);
        rows
    };
    for (case, quantity, factor) in [
        ("MM1-0.3", "wq_mean", 1.05),
        ("MMCK-0.8-1-5", "p_block", 0.95),
        ("MD1-0.5", "wq_p90", 1.05),
    ] {
        let outcome = compared(&change(case, quantity, factor), 0.01);
        assert!(!outcome.agrees(), "{case} {quantity} x {factor}");
        let found = complaints(&outcome);
        let named = |line: &String| line.starts_with(&format!("{case} {quantity}:"));
        assert!(found.len() == 1 && found.iter().all(named), "{found:?}");
    }
    // Who is interrupted and who is not: the answers of the two disciplines, exchanged.
    let (polite, rude) = (own(&["NP-A-c1"]), own(&["PR-A-c1"]));
    let mut exchanged = polite.clone();
    exchanged[0].known.clone_from(&rude[0].known);
    assert!(!compared(&exchanged, 0.04).agrees());
}

// Catches a row that is half understood, and mistakes told one at a time.
#[test]
fn rows_that_cannot_be_understood_are_refused() {
    let text = "case_id,family,klass,params,wq_mean,p_block,wqmean\n\
        a,M/M/1,,\"{\"\"c\"\": 1, \"\"lam\"\": 0.5, \"\"mu\"\": 1, \"\"setup\"\": 2}\",1,,\n\
        b,M/M/1,,\"{\"\"c\"\": 1, \"\"lam\"\": 1.5, \"\"mu\"\": 1}\",1,,\n\
        c,M/M/l,,\"{\"\"c\"\": 1, \"\"lam\"\": 0.5, \"\"mu\"\": 1}\",1,,\n\
        d,M/M/1,2,\"{\"\"c\"\": 1, \"\"lam\"\": 0.5, \"\"mu\"\": 1}\",1,,\n\
        e,M/M/1,,\"{\"\"c\"\": 1, \"\"lam\"\": 0.5, \"\"mu\"\": 1}\",1,0.1,\n\
        f,M/M/1,,\"{\"\"c\"\": 1, \"\"lam\"\": 0.5}\",many,,\n";
    // An unknown column hides no other mistake; here it comes first.
    let found = rows_of(text).unwrap_err();
    assert!(found[0].starts_with("rows.csv:1:7: unknown column \"wqmean\""), "{found:?}");
    let wanted = [
        "rows.csv:2:4: wrong value for \"params\" (expected only c, lam, mu; got \"setup\")",
        "rows.csv:3:4: wrong value for \"params\" (expected a load below 0.995",
        "rows.csv:4:2: wrong value for \"family\"",
        "rows.csv:5:3: wrong value for \"klass\" (expected all / 1 … 1; got 2)",
        "rows.csv:6:6: wrong value for \"p_block\" (expected nothing",
        "rows.csv:7:4: wrong value for \"params\" (expected \"mu\" among the parameters",
    ];
    for line in wanted {
        assert!(found.iter().any(|found| found.starts_with(line)), "{line}\n{found:#?}");
    }
}

/// Models that stand in the repository as examples.
const KEPT: [&str; 4] = ["MM1-0.8", "MMC-5-0.5", "MMCM-pat10", "MTMCT-shift3"];

// Catches examples that the generator would write otherwise; after a change of the registry:
// `UPDATE_GOLDEN=1 cargo test exact`.
#[test]
fn kept_models_are_what_the_generator_writes() {
    let folder = root().join("models/theory");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut stale = Vec::new();
    for row in own(&KEPT) {
        let files = files_of(&row, SEED, huying::theory::TARGET).expect("a row of the program");
        for (name, text) in files {
            let path = folder.join(&row.case).join(name);
            if update {
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(&path, text).unwrap();
            } else if std::fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
                stale.push(format!("{}/{name}", row.case));
            }
        }
    }
    assert!(stale.is_empty(), "stale, UPDATE_GOLDEN=1 writes them: {stale:?}");
}

/// Value of a column in the row of a pool.
fn pool_value(pools: &str, pool: &str, column: &str) -> f64 {
    let mut lines = pools.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let at = |name: &str| header.iter().position(|cell| *cell == name).unwrap();
    let row = lines.find(|row| row[at("scope")] == "city" && row[at("pool")] == pool);
    row.unwrap()[at(column)].parse().unwrap()
}

// Catches a kept model that cannot be run by hand, or whose published tables say something else
// than theory does.
#[test]
fn a_kept_model_runs_by_hand() {
    let model = root().join("models/theory/MMC-5-0.5");
    assert!(model.is_dir());
    let place = Place::new();
    let model = model.to_string_lossy().into_owned();
    place.done(&[
        "run",
        &model,
        "--replications=20",
        "--warm-up=20",
        "--days=400",
        "--seed=5",
        "--out=mmc",
        "--quiet",
    ]);
    let pools = std::fs::read_to_string(place.path("mmc/pools.csv")).unwrap();
    let first = pools.lines().find(|line| line.contains("city,")).unwrap();
    let pool = first.split(',').nth(3).unwrap().to_owned();
    let unit_h = unit_hours(Path::new(&model));
    // Erlang C for five servers at load one half.
    let wait = erlang(5, 2.5, 1.0).0 * unit_h;
    let (utilisation, found) =
        (pool_value(&pools, &pool, "utilisation"), pool_value(&pools, &pool, "wait_mean_h"));
    assert!((utilisation - 0.5).abs() < 0.01, "{utilisation}");
    assert!((found / wait - 1.0).abs() < 0.1, "{found} for {wait}");
}

/// Hours of a unit, as the head of a model says.
fn unit_hours(model: &Path) -> f64 {
    let text = std::fs::read_to_string(model.join("model.toml")).unwrap();
    let line = text.lines().find(|line| line.contains("One unit of the row is")).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "h.").unwrap();
    words[at - 1].parse().unwrap()
}

// Catches a row of the program's own table that is lost, and fewer families through the program
// than were promised.
#[test]
fn most_families_go_through_the_program() {
    let rows = read_file(None).unwrap();
    assert_eq!((rows.len(), OWN.lines().count()), (101, 102));
    let families = |path: &str| {
        let mut names: Vec<&str> =
            rows.iter().filter(|row| row.spec.path() == path).map(|row| &*row.family).collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    };
    assert_eq!((families("program"), families("engine")), (17, 5));
}

// Catches a comparison that ends well when a value differs, and a folder that is overwritten.
#[test]
fn the_verb_tells_and_keeps() {
    let place = Place::new();
    let quick =
        ["verify", "--theory", "--case=MM1-0.3", "--precision=0.05", "--lang=en", "--quiet"];
    let with = |more: &[&str]| [&quick[..], more].concat().join(" ");
    let said = place.done(&with(&["--out=kept", "--keep"]).split(' ').collect::<Vec<_>>());
    assert!(said.contains("MM1-0.3") && said.contains("wq_mean"), "{said}");
    let table = std::fs::read_to_string(place.path("kept/theory.csv")).unwrap();
    let header = "case_id,family,path,quantity,reference,simulated,half_width,n,z,verdict";
    assert_eq!(table.lines().next(), Some(header));
    place.done(&["check", "kept/models/MM1-0.3"]);
    let other = ["verify", "--theory", "--case=MMC-5-0.5", "--out=kept", "--quiet", "--lang=en"];
    let said = place.refused(2, &other);
    assert!(said.contains("other rows"), "{said}");
    let wrong = OWN.replace(",0.42857142857142855,1.4285714285714286", ",0.5,1.4285714285714286");
    place.write("wrong.csv", &wrong);
    let words =
        ["verify", "--theory", "wrong.csv", "--case=MM1-0.3", "--precision=0.02", "--quiet"];
    let output = place.call(&words);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("differs"));
}
