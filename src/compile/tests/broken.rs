//! Broken inputs, and exactly what is said about them.

use super::*;

// Catches a reader that stops at the first mistake, or points at the wrong line.
#[test]
fn all_mistakes_of_a_model_at_once() {
    let draft = Draft::new();
    draft
        .edit("model.toml", "name_en = \"draft\"\n", "")
        .edit("model.toml", "start = 2018-07-02", "start = \"2018-13-02\"")
        .edit("model.toml", "\"13:30-17:00\"", "\"11:30-17:00\"")
        .edit(
            "model.toml",
            "self_solving = [\"I80\", \"X02\"]",
            "self_solving = [\"I80\", \"X03\"]",
        )
        .edit("model.toml", "in_force = \"five_days\"", "in_force = \"five_day\"")
        .edit("model.toml", "catalog_share = {", "catalogue_share = {")
        .edit("model.toml", "[committee]", "[committee]\nchairs = 3")
        .edit("units.csv", "DJB,党建工作办公室", "DZB,党建工作办公室")
        .edit("items.csv", "市场监管局;公安局,ZFB", "市场监察局;公安局,ZFC")
        .edit("streets.csv", "镇,999001,示例区", "乡,999001,示例区");
    let at = |text: &str| {
        let model = std::fs::read_to_string(draft.dir().join("model.toml")).expect("readable");
        model.lines().position(|line| line.contains(text)).expect("present") + 1
    };
    let expected = [
        "items.csv:7:7: unknown agency \"市场监察局\" (did you mean \"市场监管局\"?)".to_owned(),
        "items.csv:7:8: wrong value for \"street_unit_code\" (expected DZB / DZB / SSB / ZFB / YJB \
         / PAB / CGB / BMC / MSC / ZZC / WHC / JJC; got ZFC; did you mean \"ZFB\"?)"
            .to_owned(),
        "model.toml:1:1: \"name_en\" is missing".to_owned(),
        format!(
            "model.toml:{}:9: wrong value for \"calendar.start\" (expected a date such as \
             2019-07-01; got \"2018-13-02\")",
            at("start = \"2018")
        ),
        format!(
            "model.toml:{}:28: wrong value for \"calendar.office.weekdays\" (expected spans such \
             as \"08:30-12:00\", in order and apart; got \"11:30-17:00\")",
            at("11:30")
        ),
        format!(
            "model.toml:{}:24: unknown item \"X03\" (did you mean \"X01\"?)",
            at("self_solving =")
        ),
        format!(
            "model.toml:{}:12: no rule set \"five_day\" (did you mean \"five_days\"?)",
            at("in_force")
        ),
        format!("model.toml:{}:1: \"demand.catalog_share\" is missing", at("[demand]")),
        format!(
            "model.toml:{}:1: unknown key \"demand.catalogue_share\" (did you mean \
             \"catalog_share\"?)",
            at("catalogue_share")
        ),
        format!("model.toml:{}:1: unknown key \"committee.chairs\"", at("chairs = 3")),
        "streets.csv:4:3: wrong value for \"kind\" (expected 街道 / 镇; got 乡)".to_owned(),
        "units.csv:3:1: \"DZB\" appears more than once".to_owned(),
    ];
    assert_eq!(draft.mistakes(), expected);
}

// Catches numbers out of range, of the wrong form, or with a tag nobody knows.
#[test]
fn wrong_numbers() {
    let draft = Draft::new();
    draft
        .edit("model.toml", "limit_wd = 5", "limit_wd = -5")
        .edit("model.toml", "long_limit_wd = 15", "long_limit_wd = { value = 15, unit = \"days\" }")
        .edit("model.toml", "extension_wd = 10", "extension_wd = { value = 10, range = [12, 20] }")
        .edit("model.toml", "return_wd = 2", "return_wd = { value = 2, source = \"asumed\" }")
        .edit("model.toml", "yellow_wd = 1", "yellow_wd = { range = [1, 1], sorce = \"seed\" }")
        .edit("model.toml", "reset_on_redo = true", "reset_on_redo = \"yes\"")
        .edit("model.toml", "1.15, 1.08, 1.05", "1.15, 1.08, 1.50")
        .edit("model.toml", "0.006, 0.004, 0.003,", "0.010,");
    let places_off = |line: String| {
        let (place, message) = line.split_once(": ").expect("a place");
        format!("{}: {message}", place.split(':').next().expect("a file"))
    };
    let found: Vec<String> = draft.mistakes().into_iter().map(places_off).collect();
    assert_eq!(
        found,
        [
            "model.toml: wrong value for \"profiles.hours\" (expected 24 numbers; got […)",
            "model.toml: wrong value for \"profiles.weekdays\" (expected a sum of 7; got 7.4500)",
            "model.toml: wrong value for \"rules.five_days.limit_wd\" (expected a number from 0 to \
             250; got -5)",
            "model.toml: wrong value for \"rules.five_days.long_limit_wd\" (expected \"working \
             days\"; got \"days\")",
            "model.toml: wrong value for \"rules.five_days.extension_wd.range\" (expected [low, \
             high] around 10; got [12, 20])",
            "model.toml: wrong value for \"rules.five_days.return_wd.source\" (expected seed / \
             sourced / assumed / fitted; got \"asumed\"; did you mean \"assumed\"?)",
            "model.toml: \"rules.five_days.yellow_wd.value\" is missing",
            "model.toml: unknown key \"rules.five_days.yellow_wd.sorce\" (did you mean \
             \"source\"?)",
            "model.toml: wrong value for \"rules.five_days.reset_on_redo\" (expected true / false; \
             got \"yes\")",
        ]
    );
}

// Catches a table without English names that is refused or leaves places without a name, and two
// names for one district.
#[test]
fn english_names_of_places_may_be_missing() {
    let draft = Draft::new();
    draft.edit("streets.csv", "6.0,East Street,Example District,", "6.0,,Example District,");
    let city = draft.load().city;
    let names: Vec<&str> = city.streets.iter().map(|street| street.en.as_str()).collect();
    assert_eq!(names, ["东街街道", "West Street", "Beihe Town"]);
    draft.edit("streets.csv", "West Street,Example District", "West Street,Sample District");
    assert_eq!(
        draft.mistakes(),
        [
            "streets.csv:3:9: wrong value for \"district_en\" (expected Example District; got Sample \
          District)"
        ]
    );
}

// Catches mistakes in one table that hide those in another.
#[test]
fn wrong_tables() {
    let draft = Draft::new();
    draft
        .edit("items.csv", "0.15,0.70,0.12,0.03,0.00,0.0483", "0.15,0.70,0.12,0.13,0.00,0.0483")
        .edit("items.csv", "0.1492,0.0961,FLAT", "0.2492,0.0961,FLOT")
        .edit("agencies.csv", "agency_id,name_zh", "agency_id,名称")
        .edit("seasons.csv", "SPRING,0.7", "SPRING,7.7")
        .edit("holidays.csv", "2016-01-01,holiday", "2016-01-01,hollyday");
    std::fs::remove_file(draft.dir().join("items_other.csv")).expect("removed");
    let found = draft.mistakes();
    let starts = [
        "agencies.csv:1: column \"name_zh\" is missing",
        "agencies.csv:1:2: unknown column \"名称\"",
        "holidays.csv:2:2: wrong value for \"kind\" (expected holiday / workday; got hollyday; did \
         you mean \"holiday\"?)",
        "items.csv:2:14: the five channels do not sum to 1 (expected 1; got 1.1000)",
        "items.csv:3:21: wrong value for \"season_profile\"",
        "model.toml:17:15: cannot read items_other.csv: no such file or folder",
        "seasons.csv:3:2: wrong value for \"m01\" (expected a mean of 1 over the months; got \
         1.5833)",
    ];
    assert_eq!(found.len(), starts.len(), "{found:#?}");
    for (line, start) in found.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}\nshould start with\n{start}");
    }
}

// Catches shares that do not sum, and a sum blamed when the row is what is wrong.
#[test]
fn wrong_shares() {
    let draft = Draft::new();
    draft.edit("items_other.csv", "0.1765,0.1765", "0.2765,0.1765").edit(
        "units.csv",
        "office,0.03,0.223",
        "office,0.03,0.323",
    );
    assert_eq!(
        draft.mistakes(),
        [
            "items_other.csv: shares of column \"arrival_share_urban\" do not sum to 1 (expected \
             1; got 1.1000)",
            "units.csv: shares of column \"case_load_share\" do not sum to 1 (expected 1; \
             got 1.0990)",
        ]
    );
}

// Catches settings by hand that leave a census unit without people, or name nobody.
#[test]
fn wrong_residents() {
    let draft = Draft::new();
    let fixed = "[population.fixed]\n\"东街街道\" = 160000\n\"东大街\" = 1000";
    draft.edit("model.toml", "[population.fixed]", fixed);
    let found = draft.mistakes();
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].ends_with(": streets set by hand leave no residents for the rest of 示例区"));
    assert!(found[1].ends_with(": no street \"东大街\""), "{found:#?}");
}

// Catches files that are no TOML or no UTF-8, and a model that is not there.
#[test]
fn unreadable_files() {
    let draft = Draft::new();
    draft.edit("model.toml", "name_zh = \"draft\"", "name_zh = \"draft");
    let found = draft.mistakes();
    assert!(found[0].starts_with("model.toml:10:"), "{found:#?}");
    assert!(found[0].contains(": not TOML: "), "{found:#?}");
    let draft = Draft::new();
    std::fs::write(draft.dir().join("units.csv"), b"unit_code\n\xb0\xec").expect("written");
    let note =
        "units.csv:2: the file is not UTF-8 (save it as UTF-8 (in a spreadsheet: CSV UTF-8))";
    assert_eq!(draft.mistakes(), [note]);
    let nowhere = load_model(Path::new("no/such/model")).expect_err("nothing there");
    let line = "no/such/model: no model here (expected a folder with a model.toml)";
    assert_eq!(nowhere.render(Language::En), [line]);
}

// Catches levers, scopes, values and dates that are accepted and ignored.
#[test]
fn all_mistakes_of_a_scenario_at_once() {
    let found = Draft::new().scenario_mistakes(
        "scenarios = 1\n[levers]\nstaff.mode = \"dynamc\"\nL24 = 199\ngrid.round = 1.0\n\
         squad_officers = 20\nenforcement.squad_officers = 400\nL14 = 20\n\
         office.units = { default = 12, vilage = 10 }\n\
         office.overlap = { town = 0.1, from = \"2019-02-30\" }\n\
         assessment.metric_mix = [0.5, 0.6, 0.1]\nenforcement.command = \"dua\"\n\
         enforcement.resident_agencies = [\"公安\", \"城官\"]\n\
         tasks.offered = [{ default = 1 }, { default = 2 }]\nemergency.fund = []\n",
    );
    assert_eq!(
        found,
        [
            "scenarios/a.toml:3:1: unknown key \"scenarios\"",
            "scenarios/a.toml:5:14: wrong value for L05 staff.mode (expected fixed / base / dynamic \
             / tilt; got dynamc; did you mean \"dynamic\"?)",
            "scenarios/a.toml:6:7: wrong value for L24 powers.delegated (expected a whole number \
             from 0 to 198; got 199)",
            "scenarios/a.toml:7:6: unknown lever \"grid.round\" (did you mean \"grid.rounds\"?)",
            "scenarios/a.toml:8:1: unknown lever \"squad_officers\" (did you mean \
             \"enforcement.squad_officers\"?)",
            "scenarios/a.toml:9:30: wrong value for L14 enforcement.squad_officers (expected a \
             whole number from 0 to 40; got 400)",
            "scenarios/a.toml:10:1: lever L14 enforcement.squad_officers is set twice",
            "scenarios/a.toml:11:32: unknown scope \"vilage\" (expected default, street, town, or \
             the name of a district or street)",
            "scenarios/a.toml:12:39: wrong value for \"from\" (expected a date such as 2019-07-01; \
             got \"2019-02-30\")",
            "scenarios/a.toml:13:25: wrong value for L37 assessment.metric_mix (expected 3 numbers \
             from 0 to 1, sum 1; got [0.5, 0.6, 0.1])",
            "scenarios/a.toml:14:23: wrong value for L22 enforcement.command (expected dept / dual \
             / street; got dua; did you mean \"dual\"?)",
            "scenarios/a.toml:15:33: wrong value for L16 enforcement.resident_agencies (expected a \
             list of departments, or none; got 城官)",
            "scenarios/a.toml:16:35: tasks.offered is set twice for one scope and date",
            "scenarios/a.toml:17:18: wrong value for L65 emergency.fund (expected a number from 0 \
             to 3000; got [])",
        ]
    );
}

// Catches scenarios that extend nothing or each other.
#[test]
fn scenarios_that_go_nowhere() {
    let draft = Draft::new();
    let text =
        |parent: &str| format!("name_zh = \"甲\"\nname_en = \"A\"\nextends = \"{parent}\"\n");
    draft.write("scenarios/a.toml", &text("b")).write("scenarios/b.toml", &text("a"));
    draft.write("scenarios/c.toml", &text("befor"));
    let model = draft.load();
    let circle = plan(&model, "a", &[]).expect_err("a circle");
    assert_eq!(
        draft.lines(&circle),
        ["scenarios/b.toml:3:11: scenarios extend each other in a circle (got a)"]
    );
    let missing = plan(&model, "c", &[]).expect_err("no parent");
    let line = "scenarios/c.toml:3:11: no scenario \"befor\" (expected the file \
                scenarios/befor.toml; did you mean \"before\"?)";
    assert_eq!(draft.lines(&missing), [line]);
    let unknown = plan(&model, "aftr", &[]).expect_err("no scenario");
    assert!(draft.lines(&unknown)[0].starts_with("--scenario: no scenario \"aftr\""));
}

// Catches settings of the command line that are dropped without a word.
#[test]
fn wrong_settings_of_the_command_line() {
    let model = Draft::new().load();
    let sets =
        [("L14", "many"), ("L99", "1"), ("L46", "ninety"), ("L38", "{ town = "), ("L15", "[1]")];
    let sets = sets.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let log = plan(&model, "before", &sets).expect_err("all wrong");
    let lines = log.render(Language::En);
    assert_eq!(lines.len(), 5, "{lines:#?}");
    let zh = log.render(Language::Zh);
    assert!(lines.iter().any(|line| line.contains("wrong value for L46 social.organisations")));
    assert!(zh.iter().any(|line| line.contains("L46")), "{zh:#?}");
    assert!(lines.iter().any(|line| line.starts_with("--set L38={ town = ")));
}

// Catches experiments with arms, areas or ids that do not exist.
#[test]
fn all_mistakes_of_an_experiment_at_once() {
    let draft = Draft::new();
    draft
        .edit("experiments/reform.toml", "area = [\"city\"]", "area = [\"street:东街\"]")
        .edit("experiments/reform.toml", "replications = 10", "replications = 0")
        .edit("experiments/reform.toml", "confidence = 0.95", "confidence = 95")
        .edit("experiments/reform.toml", "\"resolution_share\"", "\"resolved_share\"")
        .edit("experiments/reform.toml", "seed = 1\n", "seeds = 1\n")
        .edit("experiments/reform.toml", "scenario = \"after\"\n", "scenario = \"aftr\"\n")
        .edit("experiments/reform.toml", "name = \"after_no_new_posts\"", "name = \"before\"");
    let kpis = ["time_to_close_mean", "resolution_share", "satisfaction_share", "utilisation"];
    let known = Known { kpis: &kpis, charts: &[], scopes: &[], monthly: &[] };
    let path = draft.dir().join("experiments/reform.toml");
    let log = load_experiment(&path, &known).expect_err("all wrong");
    let lines: Vec<String> = draft
        .lines(&log)
        .into_iter()
        .map(|line| line.replace("experiments/reform.toml", "e"))
        .collect();
    assert_eq!(
        lines,
        [
            "e:8:9: unknown street \"东街\" (did you mean \"东街街道\"?)",
            "e:11:16: wrong value for \"replications\" (expected a whole number from 1 to 100000; \
             got 0)",
            "e:12:1: unknown key \"seeds\" (did you mean \"seed\"?)",
            "e:13:14: wrong value for \"confidence\" (expected a number from 0.5 to below 1; got \
             95)",
            "e:14:31: unknown id \"resolved_share\" in kpis (did you mean \"resolution_share\"?)",
            "e:20:12: no scenario \"aftr\" (expected the file scenarios/aftr.toml; did you mean \
             \"after\"?)",
            "e:22:1: two arms are called \"before\"",
        ]
    );
}

// Catches names and ids that mean two things and are read as one of them, codes that a run cannot
// address, and numbers of a clock that overflow.
#[test]
fn what_means_two_things() {
    let draft = Draft::new();
    draft
        .edit("items_other.csv", "X02,", "I20,")
        .edit("model.toml", "\"X02\"", "\"I20\"")
        .edit("streets.csv", "999001002,", "370102001000,")
        .edit("streets.csv", "999001101,", "999001101.5,")
        .edit("holidays.csv", "date,", "date,date,")
        .edit("model.toml", "\"13:30-17:00\"", "\"13:30-9999999:00\"");
    let agencies = std::fs::read_to_string(draft.dir().join("agencies.csv")).expect("readable");
    let header: Vec<&str> = agencies.lines().next().expect("a header").split(',').collect();
    let at = header.iter().position(|name| *name == "aliases").expect("a column");
    let mut rows: Vec<String> = agencies.lines().map(str::to_owned).collect();
    for row in &mut rows[1..3] {
        let mut cells: Vec<&str> = row.split(',').collect();
        cells[at] = "某局";
        *row = cells.join(",");
    }
    draft.write("agencies.csv", &rows.join("\n"));
    let found = draft.mistakes();
    for part in [
        "items_other.csv:3:1: \"I20\" appears more than once",
        "streets.csv:3:1: wrong value for \"street_code\" (expected a number from 1 to 1073741823",
        "streets.csv:4:1: wrong value for \"street_code\" (expected a whole number; got 999001101.5",
        "holidays.csv:1:2: column \"date\" stands twice",
        "13:30-9999999:00",
        "agencies.csv:3",
    ] {
        assert!(found.iter().any(|line| line.contains(part)), "{part}\n{found:#?}");
    }
}

// Catches a quote that is never closed and swallows the table.
#[test]
fn an_open_quote() {
    let draft = Draft::new();
    draft.edit("units.csv", "DJB,", "DJB,\"");
    let found = draft.mistakes();
    let told = found.iter().any(|line| line.contains("units.csv") && line.contains("quote"));
    assert!(told && found.iter().all(|line| line.lines().count() == 1), "{found:#?}");
}

// Catches streets of one name that are taken for one place.
#[test]
fn streets_of_one_name() {
    let draft = Draft::new();
    draft.edit("streets.csv", "西街街道,街道,999001,示例区", "东街街道,街道,999002,另一区").edit(
        "streets.csv",
        "West Street,Example District",
        "West Street,Other District",
    );
    let city = draft.load().city;
    let names: Vec<&str> = city.streets.iter().map(|street| street.zh.as_str()).collect();
    assert_eq!(names, ["示例区/东街街道", "另一区/东街街道", "北河镇"]);
    let found = |written: &str| area(&city, written).map(|area| area.streets);
    assert_eq!(found("street:另一区/东街街道").expect("found"), [false, true, false]);
    assert_eq!(found("street:999001001").expect("found"), [true, false, false]);
    let two = found("street:东街街道").expect_err("two streets").render(Language::En).join("\n");
    assert!(two.contains("did you mean \"示例区/东街街道\""), "{two}");
}
