//! The help in Chinese: what `--help` says when the language is Chinese.
//!
//! English help stands as doc comments at each verb and option; here is the same by id. A test
//! asks for every one.

use clap::{Arg, Command};

/// Verbs: in short, and what more there is to say.
const VERBS: &[(&str, &str, &str)] = &[
    (
        "new",
        "生成一个带注释的小模型、情景和实验，从这里开始改",
        "建立文件夹 NAME（当前位置有 models/ 时建在其中）。里面的一切都能直接运行，也都可以改。",
    ),
    (
        "check",
        "找出模型、情景和实验文件里的全部错误",
        "所有错误一次列出，各有文件、行号、应为什么和建议；退出码 2。没有错误时，试运行四周，列出每支力量的负荷：\n\
         模型按各表所述，直接写出的情景按该情景，直接写出的实验按其前几个方案。高于 0.9 的，排队会越来越长。",
    ),
    (
        "run",
        "运行模型的一个情景",
        "每个数都带有多次重复的区间。不写 --scenario 时，按各表所述运行：`before`（改革前）。",
    ),
    (
        "compare",
        "把几个情景与第一个情景比较",
        "各情景面对同样的事、同样的人、同样的运气，逐次重复配对比较。只有一个 --scenario 并有 --set 时，\n\
         比较它改与不改；有几个时，设置用于每一个。都不写时，比较 `before` 与 `after`。",
    ),
    (
        "study",
        "运行一个实验文件：表、图和简报",
        "写入 output/NAME，除非用 --out 另行指定。中断的研究会接着做完。选项优先于文件所写。",
    ),
    (
        "select",
        "从实验的各方案中选出最好的，并给出选对的概率",
        "文件的 [select] 写明按哪个指标、用什么方法、多大的差别算差别；选项优先。写入 output/NAME-select,\n\
         除非用 --out 另行指定。第一次运行之前说明所作的保证和最多要运行多少次，第一阶段之后给出预计。\n\
         每一轮都保存：中断后接着做。",
    ),
    (
        "attribute",
        "把两个情景的差别分给各组机制或各个杠杆",
        "每一组（或每个杠杆）取第二个情景的值，做遍所有组合（或抽取若干次序），都面对同样的事、人和运气。\n\
         对每个指标给出：单独加上它的作用、缺了它的损失，以及夏普利值（相加正好等于全部差别）。\n\
         区间来自各次重复。",
    ),
    (
        "sensitivity",
        "找出起作用的杠杆或假设",
        "先对全部因素做筛查（Morris）；再对起作用的因素，逐个取范围两端，并求方差份额（Sobol）。\n\
         看一个情景的指标，或两个情景之差；默认看改革带来的变化。偶然因素始终与各因素分开。",
    ),
    (
        "fit",
        "用按月观测的指标校准假定的数值",
        "实验文件在 [design] 里列出要校准的数，在 [fit] 里写明观测表。每一轮在剩余范围内撒点模拟，\n\
         为每个月的指标拟合一个面，排除离观测太远的设置（历史匹配）。留下的不是概率分布，\n\
         只是观测不否定的范围。写出前后的范围、图，以及每个观测拟合得如何。",
    ),
    (
        "coverage",
        "哪些部门常驻镇街，能覆盖最多的需协同事件",
        "只看各表，不运行：在非简单事件中，所需部门都已常驻或执法队已具备的占多少。\n\
         把情景中的常驻部门，与逐个挑选的和各个数量下最好的组合相比较。",
    ),
    (
        "trace",
        "用文字讲述一个案件或一件申请的经过",
        "有两个情景时，并排讲述同一件在两边的经过，以及时间花在哪里。案件是在统计期内、所选范围的镇街登记的，\n\
         申请是在其间提出的，与 cases.csv、applications.csv 相同。",
    ),
    (
        "report",
        "按已完成结果的各表，重做图、简报和工作簿",
        "只读结果文件夹。换一种语言时，结果的清单会注明。",
    ),
    (
        "verify",
        "重新运行一个结果并逐字节比较，或把程序与精确解比较",
        "比较 timing.json 以外的每个文件；有不同时退出码为 1。不属于该结果的文件会列出，不算不同。\n\
         输入文件先在当前文件夹找，再从结果的上级文件夹逐级找；--root 可另行指定。\n\n\
         用 --theory 时，已知答案的排队表的每一行都变成一个普通的小模型，照常编译、模拟、统计\n\
         （城市里没有对应的，直接用引擎），直到区间足够窄。有一个值不符，退出码为 1。",
    ),
    (
        "bench",
        "测量这台机器的速度，每个数都与它自己的极限并列",
        "极限是没有模型的空循环：同样的抽样、同样次数的事件表操作，与负载轮流计时；两者之比几乎与机器无关。\n\
         测量时不要运行别的程序。`--quick` 不做整年。",
    ),
    ("levers", "列出杠杆，或解释其中一个", "含义、单位、范围、改革前后的值，以及出处。"),
    (
        "kpis",
        "列出指标，或解释其中一个",
        "公式（分母和剔除项）、单位、好的方向，以及按哪些范围报告。",
    ),
    (
        "mechanisms",
        "列出改革的机制，或解释其中一个",
        "原文、对应的杠杆，以及各指标预期的方向。预期只用来与算出的结果对照，从不强加。",
    ),
    ("schema", "输出输入文件的 JSON Schema，供编辑器使用", ""),
    (
        "reference",
        "写出参考页：杠杆、指标、机制、命令行",
        "各页由登记表生成。机制一页写明事实库的每个预期结果如何：用 --measure 时，在改革前和改革后两边\n\
         逐个变动机制，重写该页；不用时，该页保持原样。",
    ),
    ("help", "显示本帮助，或某个子命令的帮助", ""),
];

/// Arguments and options of one verb, where they differ from those that several share.
const OWN: &[(&str, &str, &str)] = &[
    ("new", "name", "模型名称：字母、数字、`-` 和 `_`"),
    ("check", "path", "模型、情景、实验，或装有它们的文件夹"),
    ("check", "no_load", "只看文件，不试运行"),
    ("select", "kpi", "按哪个指标选择"),
    (
        "select",
        "method",
        "方法。kn：Kim 与 Nelson，分轮进行，共同随机数，有概率保证；\n\
         rinott：两阶段，各方案独立，有概率保证；ocba：总次数固定，无概率保证",
    ),
    ("select", "delta", "多大的差别算差别，以指标的单位计"),
    ("select", "confidence", "选对的概率"),
    ("select", "first_stage", "第一阶段每个方案重复几次"),
    ("select", "at_most", "每个方案最多重复几次"),
    ("select", "budget", "总共运行多少次（用于 ocba）"),
    (
        "attribute",
        "by",
        "差别分给谁。groups:A 至 H 各组机制，做遍所有组合；levers：取值不同的杠杆，抽取次序",
    ),
    (
        "attribute",
        "orders",
        "每次重复抽取几对次序（一个及其倒序）；用于 `--by levers`，或为各组机制节省运行",
    ),
    ("attribute", "kpi", "图和终端上显示哪些指标；可多次使用"),
    (
        "sensitivity",
        "over",
        "变动什么。assumptions：模型只是假定的数，在各自范围内；levers：杠杆，在改革前后之间",
    ),
    ("sensitivity", "factor", "只变动这些：假定的数或杠杆的键，或一整节（`effort`）；可多次使用"),
    (
        "sensitivity",
        "source",
        "只变动这种出处的数（`assumed`、`fitted`、`sourced`、`seed`）；可多次使用；默认 `assumed`",
    ),
    ("sensitivity", "grouped", "同一节的数，或同一组机制的杠杆，一起变动"),
    ("sensitivity", "kpi", "看哪些指标；可多次使用。由第一个决定进一步看哪些因素"),
    (
        "sensitivity",
        "method",
        "方法；可多次使用；默认全部。morris：基本效应筛查；tornado：起作用的因素逐个取范围两端；\n\
         sobol：起作用的因素的方差份额",
    ),
    ("sensitivity", "trajectories", "筛查的轨迹条数"),
    ("sensitivity", "seeds", "每条轨迹用几个种子"),
    ("sensitivity", "levels", "筛查时每个因素取几档，偶数"),
    ("sensitivity", "rows", "Sobol 设计的行数，2 的幂"),
    ("sensitivity", "top", "最多进一步看几个因素"),
    ("fit", "observed", "用自己的观测表代替实验所写的：`month, kpi, value`，可加 `sd`"),
    ("fit", "template", "把情景本身按月的结果写入这个文件，作为填写观测值的表；不做校准"),
    ("fit", "waves", "模拟与排除进行几轮"),
    ("fit", "points", "每一轮模拟多少组设置"),
    ("coverage", "scenario", "以哪个情景的常驻部门（L16）作比较"),
    ("coverage", "choose", "最多选几个部门"),
    (
        "coverage",
        "area",
        "计入哪些镇街：`city`、`district:历下区` 或 `street:姚家街道`；可多次使用",
    ),
    ("trace", "case", "案件：cases.csv 里的编号，或 N 表示该范围内按编号排的第 N 件"),
    ("trace", "application", "申请：applications.csv 里的编号，或 N 表示该范围内的第 N 件"),
    ("trace", "area", "在这个范围内找：`city`、`district:历下区` 或 `street:姚家街道`；可多次使用"),
    ("trace", "warm_up", "统计之前先模拟多少天"),
    ("trace", "replication", "第几次重复"),
    ("trace", "threads", "线程数；默认全部"),
    ("report", "dir", "结果的文件夹"),
    ("report", "lang", "文字的语言；默认与结果相同"),
    (
        "report",
        "published",
        "结果发表的日期（如 2026-11-26），写入 ro-crate-metadata.json：存档需要它，而运行时无从知道",
    ),
    ("verify", "dir", "结果的文件夹"),
    ("verify", "theory", "与一张精确解的表比较；默认用程序自带的表（models/theory）"),
    ("verify", "root", "当初在哪个文件夹里运行：输入文件的路径从那里算起"),
    ("verify", "case", "与 --theory 同用：只做这一行；可多次使用"),
    ("verify", "out", "与 --theory 同用：theory.csv 写入哪个文件夹"),
    ("verify", "keep", "与 --theory 同用：把各模型留在 DIR/models，可以自己看、自己运行"),
    ("verify", "page", "与 --theory 同用：把比较写成一页"),
    ("verify", "precision", "与 --theory 同用：均值的半宽与参考值之比"),
    ("verify", "seed", "与 --theory 同用：主种子"),
    ("verify", "threads", "线程数；默认全部"),
    ("verify", "quiet", "不显示进度"),
    ("bench", "model", "模型的文件夹"),
    ("bench", "quick", "只做小负载：几秒钟，而不是几分钟"),
    ("bench", "rounds", "每项与其极限轮流测几次；取最快的"),
    ("levers", "id", "编号（`L14`）或键（`enforcement.squad_officers`）"),
    ("kpis", "id", "编号（`on_time_share`）"),
    ("mechanisms", "id", "编号（`M15`）"),
    ("schema", "of", "哪种文件：model.toml、scenarios/*.toml 或 experiments/*.toml"),
    ("reference", "folder", "各页的文件夹"),
    ("reference", "measure", "在哪个模型上变动各机制"),
    ("reference", "lang", "消息的语言"),
];

/// Arguments and options that several verbs share.
const SHARED: &[(&str, &str)] = &[
    ("help", "显示帮助（`-h` 只显示摘要）"),
    ("version", "显示版本"),
    ("model", "模型：文件夹、其中的 model.toml，或 models/ 里的名称"),
    ("experiment", "实验文件"),
    ("arm", "只看实验的这个方案；可多次使用"),
    ("scenario", "模型的情景，或情景文件；可多次使用"),
    ("set", "在情景之上改一个杠杆（列表写 `a;b`,`none` 表示没有规则）；可多次使用"),
    (
        "area",
        "只报告这个范围：`city`、`district:历下区` 或 `street:姚家街道`；可多次使用。\n区县总是整个模拟",
    ),
    ("days", "统计多少天"),
    ("warm_up", "统计之前先模拟多少天，不计入"),
    ("replications", "重复次数"),
    ("replication", "只运行这一次重复，编号同 `runs.csv` 和 `failures.csv`"),
    ("precision", "分轮重复，直到所问各指标的半宽降到均值的这个比例；这时 --replications 是上限"),
    ("seed", "主种子"),
    (
        "ignorance",
        "除偶然因素外，再显示未知的影响：在假定的数各自的范围内抽取这么多组，各方案重新运行",
    ),
    ("ignorance_replications", "每组重复几次，默认 2 次：即研究本身的头几次"),
    ("out", "把表、图和简报写入这个文件夹；另一份输入的已完成结果绝不会被覆盖"),
    (
        "cases",
        "同时写出每个案件和全部时刻；几种格式用逗号分开。csv：每案一行；parquet：同上，列有类型；\n\
         xes：逐步的事件日志，供 PM4Py、ProM;ocel：按案件、事件、镇街、单位和部门（OCEL 2.0）",
    ),
    ("applications", "同时写出居民和企业的每件申请；几种格式用逗号分开"),
    (
        "resume",
        "以更多次重复的结果替换已完成的结果，全部重新运行。同一输入中断的运行，总会自动接着做",
    ),
    ("threads", "线程数；默认全部。结果与线程数无关"),
    ("quiet", "不显示进度和建议"),
    ("point", "只运行一个点（编号见 `failures.csv`），并显示它的指标"),
    ("lang", "文字的语言：zh 中文，en 英文"),
    ("format", "标准输出的形式：text 供阅读的表，json，csv"),
];

/// Puts the help of a command that has been built into Chinese.
pub(super) fn translate(command: Command) -> Command {
    let whole = command
        .about("模拟一个城市改革后的基层治理（乡呼县应）")
        .long_about(
            "模拟一个城市改革后的基层治理（乡呼县应）\n\n\
             退出码：0 完成；1 完成，但有一次重复失败或有一项核对不符；2 用法或输入有误；\n\
             3 文件系统出错；70 程序本身出错。",
        )
        .after_help("英文帮助（English）：huying --help --lang en")
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令");
    with_headings(whole, "").mut_subcommands(|verb| {
        let name = verb.get_name().to_owned();
        let (short, more) = of_verb(&name).unwrap_or_default();
        let long = if more.is_empty() { short.to_owned() } else { format!("{short}\n\n{more}") };
        with_headings(verb.about(short).long_about(long), &name)
    })
}

/// Headings and arguments of one verb.
fn with_headings(command: Command, verb: &str) -> Command {
    let template = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";
    command.help_template(template).mut_args(|arg| {
        let heading = if arg.is_positional() { "参数" } else { "选项" };
        let text = of_argument(verb, arg.get_id().as_str()).unwrap_or_default();
        let text = format!("{text}{}", choices(&arg));
        arg.help_heading(heading)
            .hide_possible_values(true)
            .hide_default_value(true)
            .help(text.clone())
            .long_help(text)
    })
}

/// What may be said, and what holds if nothing is said.
fn choices(arg: &Arg) -> String {
    let names: Vec<String> = match arg.get_action().takes_values() {
        true => arg.get_possible_values().iter().map(|one| one.get_name().to_owned()).collect(),
        false => Vec::new(),
    };
    let default: Vec<_> =
        arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let choices = (!names.is_empty()).then(|| format!("可选 {}", names.join(" | ")));
    // A switch that is off says nothing.
    let default = (!default.is_empty() && arg.get_action().takes_values())
        .then(|| format!("默认 {}", default.join(" ")));
    let both: Vec<String> = choices.into_iter().chain(default).collect();
    if both.is_empty() { String::new() } else { format!("（{}）", both.join("；")) }
}

fn of_verb(name: &str) -> Option<(&'static str, &'static str)> {
    VERBS.iter().find(|(id, _, _)| *id == name).map(|(_, short, more)| (*short, *more))
}

fn of_argument(verb: &str, id: &str) -> Option<&'static str> {
    let own = OWN.iter().find(|(of, own, _)| *of == verb && *own == id).map(|(_, _, text)| *text);
    own.or_else(|| SHARED.iter().find(|(shared, _)| *shared == id).map(|(_, text)| *text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::options::Lang;

    // Catches a verb or an option that was added without its Chinese help, and a Chinese help of
    // something that is gone.
    #[test]
    fn every_verb_and_option_has_its_chinese_help() {
        let mut command = crate::cli::command(Lang::En);
        command.build();
        let mut met = Vec::new();
        for verb in command.get_subcommands() {
            let name = verb.get_name();
            assert!(of_verb(name).is_some(), "{name} has no Chinese help");
            for arg in verb.get_arguments() {
                let id = arg.get_id().as_str();
                assert!(of_argument(name, id).is_some(), "{name} {id} has no Chinese help");
                met.push((name.to_owned(), id.to_owned()));
            }
        }
        for (verb, id, _) in OWN {
            let there = met.iter().any(|(name, arg)| name == verb && arg == id);
            assert!(there, "{verb} has no {id} any more");
        }
        for (id, _) in SHARED {
            assert!(met.iter().any(|(_, arg)| arg == id), "no verb has {id} any more");
        }
        assert_eq!(VERBS.len(), command.get_subcommands().count());
    }
}
