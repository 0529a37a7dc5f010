//! The look of the sources and the completeness of the documents.

use crate::files::{TextFile, documents, report, root, texts};

/// Longest file [lines].
const LONGEST_FILE: usize = 500;

/// Longest line of a comment [columns]; code is rustfmt's business.
const WIDEST: usize = 100;

/// Files that are tables in the form of code: names in two languages, one row after another.
const TABLES: [&str; 1] = ["src/domain/record.rs"];

fn sources() -> Vec<TextFile> {
    let mut files = texts("src", &[".rs"]);
    files.extend(texts("tests", &[".rs"]));
    files.extend(texts("benches", &[".rs"]));
    files
}

// Catches files that grow past what one reads in one go.
#[test]
fn files_are_short() {
    let long = |file: &TextFile| file.text.lines().count() > LONGEST_FILE;
    let complaints: Vec<String> = sources()
        .iter()
        .filter(|file| long(file) && !TABLES.contains(&file.path.as_str()))
        .map(|file| format!("{}: {} lines", file.path, file.text.lines().count()))
        .collect();
    report("files above the limit", &complaints);
}

// Catches blanks that no one sees and every diff shows, tabs, and lines that only comments can make
// too long.
#[test]
fn lines_are_clean() {
    let mut complaints = Vec::new();
    for file in sources() {
        for (number, line) in file.lines() {
            let at = format!("{}:{number}", file.path);
            if line.ends_with([' ', '\t']) {
                complaints.push(format!("{at}: blanks at the end"));
            }
            if line.contains('\t') {
                complaints.push(format!("{at}: a tab"));
            }
            if line.trim_start().starts_with("//") && line.chars().count() > WIDEST {
                complaints.push(format!("{at}: a comment of more than {WIDEST} columns"));
            }
        }
        if !file.text.is_empty() && !file.text.ends_with('\n') {
            complaints.push(format!("{}: no end of the last line", file.path));
        }
    }
    report("untidy lines", &complaints);
}

// Catches work left undone, tests switched off, and exceptions from lints that nobody explained.
#[test]
fn nothing_is_left_undone_or_switched_off() {
    // Written in parts, so that this file does not find itself.
    let forbidden = [
        ["todo", "!("],
        ["unimplemented", "!("],
        ["dbg", "!("],
        ["#[ig", "nore"],
        ["TO", "DO"],
        ["FIX", "ME"],
    ]
    .map(|parts| parts.concat());
    let mut complaints = Vec::new();
    for file in sources() {
        let lines: Vec<&str> = file.text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let at = format!("{}:{}", file.path, index + 1);
            let found = forbidden.iter().find(|word| line.contains(word.as_str()));
            complaints.extend(found.map(|word| format!("{at}: {word}")));
            let attribute = line.trim_start();
            let relaxes = ["#[allow", "#![allow", "#[expect", "#![expect"]
                .iter()
                .any(|start| attribute.starts_with(start));
            let reason = line.contains("//")
                || line.contains("reason =")
                || lines[index + 1..].iter().take(4).any(|next| next.contains("reason ="))
                || index > 0 && lines[index - 1].trim_start().starts_with("//");
            if relaxes && !reason {
                complaints.push(format!("{at}: a lint is relaxed without a reason"));
            }
        }
    }
    report("left undone or switched off", &complaints);
}

// Catches paths of one machine in what everybody gets.
#[test]
fn no_path_of_one_machine() {
    let forbidden = ["work", "root", "home", "Users", "tmp"].map(|dir| format!("/{dir}/"));
    let mut files = sources();
    files.extend(documents());
    files.extend(texts("models", &[".toml", ".csv"]));
    files.extend(texts("experiments", &[".toml"]));
    let mut complaints = Vec::new();
    for file in files {
        for (number, line) in file.lines() {
            for path in &forbidden {
                let starts = line.match_indices(path.as_str()).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    before.is_none_or(|c| c.is_whitespace() || "\"'`(=:".contains(c))
                });
                if starts {
                    complaints.push(format!("{}:{number}: {path}", file.path));
                }
            }
        }
    }
    report("absolute paths", &complaints);
}

// Catches a test of which nobody knows any more what it is for.
#[test]
fn every_test_says_what_it_catches() {
    let mut complaints = Vec::new();
    for file in sources() {
        let lines: Vec<&str> = file.text.lines().map(str::trim_start).collect();
        for (index, line) in lines.iter().enumerate() {
            if *line != "#[test]" {
                continue;
            }
            let said_before = lines[..index]
                .iter()
                .rev()
                .find(|line| !line.starts_with("#["))
                .is_some_and(|line| line.starts_with("//"));
            let body = lines[index..].iter().position(|line| line.ends_with('{'));
            let said_inside = body.is_some_and(|body| {
                lines.get(index + body + 1).is_some_and(|line| line.starts_with("//"))
            });
            if !(said_before || said_inside) {
                complaints.push(format!("{}:{}", file.path, index + 1));
            }
        }
    }
    report("tests that do not say what they would catch", &complaints);
}

/// Targets of Markdown links of a line.
fn links(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("](") {
        let rest = &line[at + 2..];
        found.extend(rest.find(')').map(|end| &rest[..end]));
    }
    found
}

// Catches documents that point at files that have moved.
#[test]
fn links_of_documents_lead_somewhere() {
    let mut complaints = Vec::new();
    for file in documents() {
        let mut in_block = false;
        for (number, line) in file.lines() {
            in_block ^= line.trim_start().starts_with("```");
            if in_block {
                continue;
            }
            for link in links(line) {
                let target = link.split(['#', ' ']).next().unwrap_or_default();
                if target.is_empty() || link.contains("://") || link.starts_with("mailto:") {
                    continue;
                }
                let folder = root().join(&file.path);
                let folder = folder.parent().expect("a file stands in a folder");
                if !folder.join(target).exists() {
                    complaints.push(format!("{}:{number}: {link}", file.path));
                }
            }
        }
    }
    report("links to nothing", &complaints);
}

// Catches documents that promise a test which is not there any more.
#[test]
fn tests_that_documents_name_exist() {
    let tests = texts("tests/it", &[".rs"]);
    let module = |name: &str| {
        let path = format!("tests/it/{name}.rs");
        tests.iter().find(|file| file.path == path)
    };
    let mut complaints = Vec::new();
    for file in documents() {
        for (number, line) in file.lines() {
            for quoted in line.split('`').skip(1).step_by(2) {
                let Some((name, test)) = quoted.split_once("::") else { continue };
                let Some(source) = module(name) else { continue };
                if !source.text.contains(&format!("fn {test}(")) {
                    complaints.push(format!("{}:{number}: {quoted}", file.path));
                }
            }
        }
    }
    report("tests that documents name and that do not exist", &complaints);
}

// Catches a model, scenario, table or experiment that nobody can find in the documents.
#[test]
fn every_model_and_experiment_is_written_about() {
    let mut files = texts("models", &[".toml", ".csv"]);
    files.extend(texts("experiments", &[".toml"]));
    let documents = documents();
    let mut complaints = Vec::new();
    for file in files {
        let mut parts = file.path.rsplit('/');
        let name = parts.next().unwrap_or_default();
        let folder = parts.next().unwrap_or_default();
        // `model.toml` says nothing by itself: the model's folder is what must be named. The rest
        // goes by its full name, or by its stem in backticks.
        let wanted = match (name, name.strip_suffix(".toml")) {
            ("model.toml", _) => vec![folder.to_owned()],
            (_, Some(stem)) => vec![name.to_owned(), format!("`{stem}`")],
            _ => vec![name.to_owned()],
        };
        let named = |text: &str| wanted.iter().any(|name| text.contains(name.as_str()));
        if !documents.iter().any(|document| named(&document.text)) {
            complaints.push(format!("{} (looked for {})", file.path, wanted.join(" or ")));
        }
    }
    report("files that no document names", &complaints);
}

// Catches a font that is given away without its license.
#[test]
fn fonts_come_with_their_license() {
    let license = root().join("assets/fonts/OFL.txt");
    let text = std::fs::read_to_string(license).expect("the license stands beside the fonts");
    assert!(text.contains("SIL OPEN FONT LICENSE"));
}
