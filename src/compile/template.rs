//! A small commented model to start from, for `huying new`.

use crate::spec::{Diagnostic, Diagnostics, Place, Words};

/// Where the numbers begin in `models/jinan/model.toml`; the new model takes them over.
const NUMBERS: &str = "# ==== 模型参数";

const JINAN: &str = include_str!("../../models/jinan/model.toml");

/// Files of a new model: path in its folder and text. The caller writes them.
///
/// The new model has three places, one scenario of each side and an experiment; it compiles and
/// runs as it is.
///
/// # Errors
/// If the name is not fit for a folder: letters, digits, `-` and `_`.
///
/// # Panics
/// If the embedded model has lost the line where its numbers begin; a test keeps it.
pub fn new_model(name: &str) -> Result<Vec<(String, String)>, Diagnostics> {
    let fit = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(fit) {
        let mut log = Diagnostics::new();
        let words = Words::new("名称不能用作文件夹名", "not a name for a folder");
        let expected = Words::new("字母、数字、- 和 _", "letters, digits, - and _");
        let diagnostic = Diagnostic::new("new::name", Place::whole("huying new"), words);
        log.push(diagnostic.expected(expected).got(name));
        return Err(log);
    }
    let at = JINAN.find(NUMBERS).expect("invariant: the embedded model marks its numbers");
    let head = include_str!("template/head.toml").replace("NAME", name);
    let experiment = include_str!("template/experiment.toml").replace("NAME", name);
    let files = [
        ("model.toml", format!("{head}{}", &JINAN[at..])),
        ("streets.csv", include_str!("template/streets.csv").to_owned()),
        ("items.csv", include_str!("template/items.csv").to_owned()),
        ("items_other.csv", include_str!("template/items_other.csv").to_owned()),
        ("agencies.csv", include_str!("../../models/jinan/agencies.csv").to_owned()),
        ("units.csv", include_str!("../../models/jinan/units.csv").to_owned()),
        ("services.csv", include_str!("../../models/jinan/services.csv").to_owned()),
        ("seasons.csv", include_str!("../../models/jinan/seasons.csv").to_owned()),
        ("holidays.csv", include_str!("../../models/jinan/holidays_2016_2026.csv").to_owned()),
        ("scenarios/before.toml", include_str!("template/before.toml").to_owned()),
        ("scenarios/after.toml", include_str!("template/after.toml").to_owned()),
        ("experiments/reform.toml", experiment),
    ];
    Ok(files.map(|(path, text)| (path.to_owned(), text)).to_vec())
}
