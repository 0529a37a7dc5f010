//! What a question without a file is called, and what it asks.

use std::collections::BTreeMap;

use crate::compile::LoadedModel;

use super::asked::ArmRule;

/// Title and words of a question that has no file.
pub(super) fn titles(
    model: &LoadedModel,
    rule: ArmRule,
    arms: &[[String; 2]],
) -> BTreeMap<String, String> {
    let city = &model.city;
    let (zh, en) = match rule {
        ArmRule::One => ("模拟结果", "simulated"),
        ArmRule::Several => ("方案比较", "scenarios compared"),
    };
    let others = || arms.iter().skip(1);
    let others_zh: Vec<String> = others().map(|arm| format!("“{}”", arm[0])).collect();
    let others_en: Vec<String> = others().map(|arm| format!("\"{}\"", arm[1])).collect();
    let [first_zh, first_en] = arms.first().cloned().unwrap_or_default();
    let (asked_zh, asked_en) = match rule {
        ArmRule::One => (
            format!("在“{first_zh}”情景下，工单、人员与居民会怎样？"),
            format!("What happens to cases, staff and residents in \"{first_en}\"?"),
        ),
        ArmRule::Several => (
            format!("与“{first_zh}”相比，{}带来什么变化？", others_zh.join("、")),
            format!("What changes from \"{first_en}\" to {}?", others_en.join(", ")),
        ),
    };
    [
        ("title_zh", format!("{}{zh}", city.zh)),
        ("title_en", format!("{}: {en}", city.en)),
        ("question_zh", asked_zh),
        ("question_en", asked_en),
    ]
    .map(|(key, text)| (key.to_owned(), text))
    .into()
}
