//! Broken tables and sections of applications, and what is said about them.

use super::*;

// Catches mistakes in services and holders that are dropped, hidden behind each other, or pointed
// to at the wrong place.
#[test]
fn all_mistakes_of_applications_at_once() {
    let draft = Draft::new();
    draft
        .edit("model.toml", "hall = \"BMC\"", "hall = \"BMX\"")
        .edit("services.csv", "人力资源社会保障局,MSC,8,14,", "人社局,MSC,8,14,")
        .edit("services.csv", "MSC;DZB,10,8,12,15", "MSC;DZX,10,8,12,15")
        .edit("services.csv", "S03,", "S02,")
        .edit("services.csv", "12,0.1,1,0,1,", "12,0.1,2,0,1,")
        .edit(
            "model.toml",
            "# 人口 · people",
            "[holders]\neconomic_towns = [\"无名镇\"]\n\n# 人口 · people",
        );
    let found = draft.mistakes().join("\n");
    for part in [
        "unknown unit \"BMX\" (did you mean \"BMC\"?)",
        "services.csv:2:4: unknown agency \"人社局\"",
        "services.csv:3:5: wrong value for \"unit_path\"",
        "services.csv:4:1: \"S02\" appears more than once",
        "wrong value for \"instant\" (expected 0 / 1; got 2",
        "\"holders.key_towns\" is missing",
    ] {
        assert!(found.contains(part), "{part}\n is not in\n{found}");
    }
}

/// Jinan with texts of its files replaced, and every mistake found in it.
fn mistakes_of_jinan(edits: &[(&str, &str, &str)]) -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/jinan");
    let folder = TempDir::new().expect("a temporary folder");
    for entry in std::fs::read_dir(&source).expect("readable").flatten() {
        if entry.path().is_file() {
            std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("copied");
        }
    }
    for (file, from, to) in edits {
        let path = folder.path().join(file);
        let text = std::fs::read_to_string(&path).expect("readable");
        assert!(text.contains(from), "{file} has no {from}");
        std::fs::write(&path, text.replacen(from, to, 1)).expect("written");
    }
    let found = load_model(folder.path()).expect_err("mistakes");
    found.render(Language::En).join("\n")
}

// Catches streets, unknown places and doubles among the holders of powers, and parks that are no
// parks.
#[test]
fn only_towns_hold_powers() {
    let found = mistakes_of_jinan(&[
        ("model.toml", "\"孝直镇\"", "\"姚家街道\""),
        ("model.toml", "\"东阿镇\"", "\"东阿真\", \"仁风镇\""),
        ("model.toml", "place = \"孔村镇\"", "place = \"玉皇庙镇\""),
    ]);
    for part in [
        "姚家街道 is a street: only towns hold powers",
        "no street \"东阿真\" (did you mean \"东阿镇\"?)",
        "仁风镇 is named twice",
        "玉皇庙镇 has a park already",
    ] {
        assert!(found.contains(part), "{part}\n is not in\n{found}");
    }
}

// Catches mistakes in a table or section that came in later than the others: powers, parks,
// vendors, organizations, partner units, sections of departments, posts set by hand. All are told
// at once, each with its file and line.
#[test]
fn all_mistakes_of_the_later_tables_at_once() {
    let found = mistakes_of_jinan(&[
        ("powers_198.csv", "发展和改革局,备案,FILE,", "发展和革新局,备案,FILL,"),
        ("powers_198.csv", "\nP003,", "\nP001,"),
        ("powers_198.csv", "20,15,7,1,VL,,", "20,15,7,1.5,XL,I999,"),
        ("powers_198.csv", "经济发达镇;重点镇;镇街", "经济发达镇;重点真;镇街"),
        ("model.toml", "volume = { value = 0.7", "volume = { value = -1"),
        ("model.toml", "staff = { value = 5", "stuff = { value = 5"),
        ("model.toml", "bought = [\"I20\"", "bought = [\"I20x\""),
        ("model.toml", "partnered = [\"I23\"", "partnered = [\"I2333\""),
        ("agencies.csv", "住建,22,6,", "住建,22,six,"),
        ("units.csv", "case_load_share,tag", "case_load_share,posts"),
        ("units.csv", "0.1,0.0,shares ASSUMED(±40%)", "0.1,0.0,2@25:00"),
    ]);
    for part in [
        "powers_198.csv:2:4: unknown agency \"发展和革新局\" (did you mean \"发展改革局\"?)",
        "powers_198.csv:2:6: wrong value for \"proc_class\"",
        "got FILL; did you mean \"FILE\"?",
        "powers_198.csv:4:1: \"P001\" appears more than once",
        "powers_198.csv:3:12: wrong value for \"site_visit_prob\" (expected a number from 0 to 1",
        "powers_198.csv:3:13: wrong value for \"volume_class_key_town\"",
        "powers_198.csv:3:14: wrong value for \"linked_items\" (expected ids of items; got I999",
        "wrong value for \"eligible_holder\"",
        "did you mean \"重点镇\"?",
        "expected a number from 0 to 100; got -1",
        "unknown key \"holders.parks.明水经济开发区.stuff\" (did you mean \"staff\"?)",
        "unknown item \"I20x\" (did you mean \"I20\"?)",
        "unknown item \"I2333\"",
        "agencies.csv:2:8: wrong value for \"section_staff\" (expected a number from 0 to 10000; \
         got six)",
        "units.csv:2:7: wrong value for \"posts\"",
    ] {
        assert!(found.contains(part), "{part}\n is not in\n{found}");
    }
    assert!(found.lines().all(|line| line.contains(".csv:") || line.contains(".toml:")), "{found}");
}

// Catches numbers of vendors, organizations and partner units outside what makes sense, and levers
// of theirs that are taken as they come.
#[test]
fn social_numbers_and_levers_are_checked() {
    let found = mistakes_of_jinan(&[
        ("model.toml", "vendor_effort = {", "vendor_effort = { unit = \"h\","),
        ("model.toml", "organization_cost = { value = ", "organization_cost = { value = -"),
    ]);
    for part in ["social.vendor_effort", "social.organization_cost"] {
        assert!(found.contains(part), "{part}\n is not in\n{found}");
    }
    let model = super::jinan();
    let set = |key: &str, value: &str| {
        let sets = [(key.to_owned(), value.to_owned())];
        let refused = plan(&model, "after", &sets).expect_err("a wrong value");
        refused.render(Language::En).join("\n")
    };
    assert!(set("social.budget", "900").contains("900"));
    assert!(set("social.organisations", "a few").contains("a few"));
    assert!(set("party.partners", "30").contains("30"));
    assert!(set("service.points", "-1").contains("-1"));
    assert!(set("powers.holders", "重点真").contains("did you mean \"重点镇\""));
    assert!(set("powers.delegated", "P0001").contains("P0001"));
}
