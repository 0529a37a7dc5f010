//! A command line that cannot be read, said in Chinese.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// What is wrong with the call, what may have been meant, and how it is used; nothing for a kind
/// that has no words of ours.
pub(super) fn in_chinese(error: &clap::Error) -> Option<String> {
    let said = |kind: ContextKind| error.get(kind).map(shown).filter(|text| !text.is_empty());
    let of = |kind: ContextKind| said(kind).unwrap_or_default();
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有“{}”这个参数", of(ContextKind::InvalidArg)),
        ErrorKind::InvalidSubcommand => {
            format!("没有“{}”这个命令", of(ContextKind::InvalidSubcommand))
        }
        ErrorKind::InvalidValue if of(ContextKind::InvalidValue).is_empty() => {
            format!("{} 缺少一个值", of(ContextKind::InvalidArg))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("{} 的值“{}”不对", of(ContextKind::InvalidArg), of(ContextKind::InvalidValue))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少 {}", of(ContextKind::InvalidArg)),
        ErrorKind::ArgumentConflict => {
            format!("{} 不能与 {} 同时使用", of(ContextKind::InvalidArg), of(ContextKind::PriorArg))
        }
        ErrorKind::TooManyValues => format!("多余的“{}”", of(ContextKind::InvalidValue)),
        _ => return None,
    };
    let meant =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let meant = meant.into_iter().find_map(said).map(|name| format!("（是否想写“{name}”？）"));
    let valid = said(ContextKind::ValidValue).map(|values| format!("；可选 {values}"));
    let reason = std::error::Error::source(error).map(|reason| format!("：{reason}"));
    let usage = said(ContextKind::Usage)
        .map(|usage| format!("\n\n{}", usage.replace("Usage: ", "用法：").trim_end()));
    let parts = [Some(what), reason, meant, valid, usage].into_iter().flatten();
    Some(format!("huying: {}\n\n更多说明见 --help。", parts.collect::<String>()))
}

fn shown(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(" | "),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{command, options::Lang};

    // Catches a wrong call that says less in Chinese than in English: the word, what was meant,
    // the values there are.
    #[test]
    fn says_what_is_wrong_and_what_was_meant() {
        let said = |words: &[&str]| {
            let error = command(Lang::Zh).try_get_matches_from(words).unwrap_err();
            in_chinese(&error).unwrap_or_default()
        };
        let cases: [(&[&str], &[&str]); 6] = [
            (&["huying", "stuudy"], &["没有“stuudy”这个命令", "是否想写“study”"]),
            (
                &["huying", "run", "m", "--dayz", "3"],
                &["没有“--dayz”", "是否想写“--days”", "用法："],
            ),
            (&["huying", "run", "m", "--lang", "fr"], &["“fr”不对", "可选 zh | en"]),
            (&["huying", "run", "m", "--days", "x"], &["--days <N> 的值“x”不对：invalid digit"]),
            (&["huying", "run"], &["缺少 <MODEL>"]),
            (
                &["huying", "run", "m", "--replication", "1", "--replications", "2"],
                &["--replication <N> 不能与 --replications <N> 同时使用"],
            ),
        ];
        for (words, expected) in cases {
            let said = said(words);
            for part in expected {
                assert!(said.contains(part), "{words:?}: {said}");
            }
        }
    }
}
