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

// Catches streets, unknown places and doubles among the holders of powers.
#[test]
fn only_towns_hold_powers() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/jinan");
    let folder = TempDir::new().expect("a temporary folder");
    for entry in std::fs::read_dir(&source).expect("readable").flatten() {
        if entry.path().is_file() {
            std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("copied");
        }
    }
    let path = folder.path().join("model.toml");
    let text = std::fs::read_to_string(&path).expect("readable");
    let text = text
        .replacen("\"孝直镇\"", "\"姚家街道\"", 1)
        .replacen("\"东阿镇\"", "\"东阿真\", \"仁风镇\"", 1)
        .replacen("place = \"孔村镇\"", "place = \"玉皇庙镇\"", 1);
    std::fs::write(&path, text).expect("written");
    let found = load_model(folder.path()).expect_err("three mistakes and one more");
    let found = found.render(Language::En).join("\n");
    for part in [
        "姚家街道 is a street: only towns hold powers",
        "no street \"东阿真\" (did you mean \"东阿镇\"?)",
        "仁风镇 is named twice",
        "玉皇庙镇 has a park already",
    ] {
        assert!(found.contains(part), "{part}\n is not in\n{found}");
    }
}
