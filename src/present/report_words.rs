//! Fixed and generated text of the report, in Chinese and English.

use super::briefing::Briefing;
use super::rows::Count;
use super::wording::{self, Lang};
use minijinja::{Value, context};

/// Headings and column names.
pub(super) fn labels(briefing: &Briefing, lang: Lang) -> Value {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let interval = format!("{} {}", wording::confidence(briefing), t("区间", "interval"));
    let tables = context! {
        kpi => t("指标", "KPI"),
        difference => t("差", "Difference"),
        interval,
        verdict => t("结论", "Verdict"),
        arm => t("方案", "Arm"),
        pool => t("单位", "Unit"),
        staff => t("人数", "Staff"),
        utilisation => t("忙闲率及区间", "Utilization and interval"),
        share_above => t("高于 90% 的时间", "Time above 90%"),
        wait_p90 => t("等待 90 分位（小时）", "Wait, 90th percentile (h)"),
        mechanism => t("机制", "Mechanism"),
        expected => t("预期", "Expected"),
        found => t("所得", "Found"),
        assumption => t("假定", "Assumption"),
        value => t("取值", "Value"),
        unit => t("量纲", "Unit"),
        range => t("范围", "Range"),
        source => t("来源", "Source"),
    };
    context! {
        question => t("问题", "Question"),
        answer => t("回答", "Answer"),
        answer_note => t(
            "只写区间与校正后的结论都支持的话；回答只对下列假定成立。",
            "Only what interval and corrected verdict both support is said; it holds under the \
             assumptions below.",
        ),
        compare_note => t(
            "差为减去基准所得，按重复配对。“不能断定”并不表示没有差别。“变好”“变差”按指标自身的好坏方向。",
            "Differences are against the baseline, paired by replication. Unclear does not mean \
             that there is \
             no difference. Better and worse follow each KPI's own good direction.",
        ),
        charts => t("图", "Charts"),
        busy => t("忙闲率超过 90% 的单位", "Units busy more than 90% of their time"),
        busy_none => t(
            "全域各单位的平均忙闲率都没有超过 90%。",
            "No unit's mean utilization over the whole area is above 90%.",
        ),
        busy_note => t(
            "忙闲率越接近 100%，等待越长，且增长越来越快；单位内部各街道之间可以相差很大。",
            "The closer to 100%, the longer the waits, and ever faster; streets can differ \
             widely within a unit.",
        ),
        effects => t("机制：预期与所得", "Mechanisms: expected and found"),
        calibration => t("预测与来源对照", "Predictions beside their sources"),
        calibration_note => t(
            "模拟所得与公开来源并列，供读者对照；没有参与拟合的是预测。",
            "Simulated numbers beside public ones, for the reader to compare; those that were not \
             fitted are predictions.",
        ),
        assumptions => t("结果依据的假定", "What the results assume"),
        assumptions_list => t("附：全部取值、范围与来源", "Appendix: all values, with range and source"),
        method => t("方法", "Method"),
        reproduce => t("如何复现", "How to reproduce"),
        limits => t("这项研究的限度", "Limits of the study"),
        ..with_more(lang, tables)
    }
}

/// Adds what the guideline and reproduction need.
fn with_more(lang: Lang, tables: Value) -> Value {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    context! {
        chance => t("随机区间", "Chance"),
        unknown => t("未知区间", "Ignorance"),
        unknown_note => t(
            "“随机”为重复之间的置信区间；“未知”为假定取值在其范围内变动、运气相同时的所得（ignorance.csv），不随重复次数缩小。两者不相加。",
            "Chance: the confidence interval over replications. Ignorance: where the number lies when \
             assumed values move within their ranges under the same luck (ignorance.csv); more \
             replications do not narrow it. The two are not added.",
        ),
        no_question => t("实验文件没有写明问题。", "The experiment states no question."),
        part => t("部分", "Part of the model"),
        values => t("取值个数", "Values"),
        parts_note => t(
            "逐项取值、范围与来源见文末附表和 assumptions.csv。",
            "Every value with its range and source: appendix, and assumptions.csv.",
        ),
        open_list => t("展开", "Open the list"),
        not_claimed => t("没有断言的", "What is not claimed"),
        inputs => t("输入文件及其摘要", "Input files and their digests"),
        file => t("文件", "File"),
        stress => t("STRESS-DES 报告项", "STRESS-DES items"),
        stress_note => t(
            "离散事件模拟报告指南（Monks 等，2019）的 20 项；程序已按清单与模型填写，标明“由人补写”的请补写。",
            "The 20 items of the reporting guideline for discrete-event simulation (Monks et al. \
             2019), filled in from manifest and model; what is marked is for a human to write.",
        ),
        stress_item => t("项目", "Item"),
        stress_text => t("内容", "Text"),
        stress_human => t("由人补写：", "For a human to write: "),
        ..tables
    }
}

/// Area, dates and arms in a line.
pub(super) fn subtitle(briefing: &Briefing, lang: Lang) -> String {
    let meta = &briefing.meta;
    let area = briefing.area(lang);
    let names: Vec<String> = briefing.arms().iter().map(|arm| briefing.arm(arm, lang)).collect();
    let arms = if briefing.has_many_arms() {
        names.len().to_string()
    } else {
        names.join(lang.pick("、", ", "))
    };
    match lang {
        Lang::Zh => format!(
            "范围：{area}；自 {} 起 {} 天；方案：{arms}{}；模拟结果，不是统计数据",
            meta.start_date,
            meta.horizon_days,
            if briefing.has_many_arms() { " 个" } else { "" }
        ),
        Lang::En => format!(
            "Area: {area}; {} days from {}; arms: {arms}; simulated, not official statistics",
            meta.horizon_days, meta.start_date
        ),
    }
}

/// What a reader must know first: replications that failed. Empty when none did.
pub(super) fn warning(briefing: &Briefing, lang: Lang) -> String {
    let runs = &briefing.runs;
    let failed = (0..runs.n_rows()).filter(|row| runs.text_at("status", *row) != "ok").count();
    if runs.column("status").is_none() || failed == 0 {
        return String::new();
    }
    let all = runs.n_rows();
    match lang {
        Lang::Zh => format!("{all} 次运行中有 {failed} 次没有完成，未计入结果，见 failures.csv。"),
        Lang::En => format!(
            "{failed} of {all} runs did not end and are not in the results: see failures.csv."
        ),
    }
}

/// How many street units are above 0.9, in each arm.
pub(super) fn busy_streets(counts: &[Count], lang: Lang) -> String {
    if counts.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = counts
        .iter()
        .map(|count| match lang {
            Lang::Zh => format!("{} {} 个（共 {} 个）", count.arm, count.above, count.all),
            Lang::En => format!("{} {} of {}", count.arm, count.above, count.all),
        })
        .collect();
    match lang {
        Lang::Zh => format!("各街道（镇）的单位中，平均忙闲率超过 90% 的：{}。", parts.join(";")),
        Lang::En => {
            format!("Units of single streets and towns above 90% on average: {}.", parts.join("; "))
        }
    }
}

/// How many of the listed values are assumed.
pub(super) fn assumed_line(briefing: &Briefing, lang: Lang) -> String {
    let table = &briefing.assumptions;
    let assumed =
        (0..table.n_rows()).filter(|row| table.text_at("source", *row) == "assumed").count();
    let all = table.n_rows();
    let moved = briefing.table("ignorance").is_some();
    match lang {
        Lang::Zh if moved => format!(
            "下列 {all} 个取值中有 {assumed} 个是假定的。“随机”的区间只含模拟的随机误差；“未知”的区间是这些假定取值在其范围内变动时的所得，两者分开给出。"
        ),
        Lang::En if moved => format!(
            "Of the {all} values below {assumed} are assumed. Intervals of chance cover the \
             randomness of the simulation only; those of ignorance show what comes out when the \
             assumed values move within their ranges. The two stand apart."
        ),
        Lang::Zh => format!(
            "下列 {all} 个取值中有 {assumed} 个是假定的。上文的区间只含模拟的随机误差，不含这些取值本身的不确定；取值改变，结果可能改变。"
        ),
        Lang::En => format!(
            "Of the {all} values below {assumed} are assumed. The intervals above cover the \
             randomness of the \
             simulation only, not the uncertainty of these values: with other values the \
             results may differ."
        ),
    }
}

/// Where a value comes from.
pub(super) fn source(word: &str, lang: Lang) -> String {
    let known = match word {
        "seed" => lang.pick("改革文本", "reform text"),
        "sourced" => lang.pick("有公开来源", "sourced"),
        "assumed" => lang.pick("假定", "assumed"),
        "fitted" => lang.pick("拟合所得", "fitted"),
        other => other,
    };
    known.to_owned()
}

/// Directions and verdicts of the table of mechanisms.
pub(super) fn direction(word: &str, lang: Lang) -> String {
    let known = match word {
        "up" => lang.pick("升", "up"),
        "down" => lang.pick("降", "down"),
        "none" => lang.pick("无方向", "no direction"),
        "better" => lang.pick("变好", "better"),
        "worse" => lang.pick("变差", "worse"),
        "changed" => lang.pick("有变化", "changed"),
        "unclear" => lang.pick("不能断定", "unclear"),
        other => other,
    };
    known.to_owned()
}

/// How the numbers were made.
pub(super) fn method(briefing: &Briefing, lang: Lang) -> Vec<(&'static str, String)> {
    let meta = &briefing.meta;
    let level = wording::confidence(briefing);
    let (warm, days) = (meta.warm_up_days, meta.horizon_days);
    let n = wording::n_replications(briefing);
    let points =
        ["screening", "sobol", "tornado"].iter().any(|name| briefing.table(name).is_some());
    match lang {
        Lang::Zh => vec![
            ("做法", "离散事件模拟：逐件、逐人、逐时推演，从问题产生到办结、回访。".to_owned()),
            (
                "重复",
                if points {
                    format!("各表的 n 列；种子 {}。", meta.seed)
                } else {
                    format!("每个方案 {n} 次，种子 {}。", meta.seed)
                },
            ),
            ("时段", format!("预热 {warm} 天（不计入结果），之后统计 {days} 天。")),
            (
                "共同随机数",
                "各方案面对同一批问题、同一批居民、同样的运气；差异只来自方案。".to_owned(),
            ),
            ("区间", format!("{level} 置信区间，取自各次重复；差的区间按重复配对。")),
            ("多重比较", "各指标的结论经 Holm 方法校正。".to_owned()),
            ("未办结工单", "时长用 Kaplan–Meier 估计，未办结的工单计入。".to_owned()),
        ],
        Lang::En => vec![
            (
                "Approach",
                "Discrete-event simulation: case by case and person by person, from \
             the issue to closing and call-back."
                    .to_owned(),
            ),
            (
                "Replications",
                if points {
                    format!("Column n of each table; seed {}.", meta.seed)
                } else {
                    format!("{n} per arm, seed {}.", meta.seed)
                },
            ),
            ("Window", format!("{warm} days of warm-up (not counted), then {days} days measured.")),
            (
                "Common random numbers",
                "All arms face the same issues, the same residents and \
             the same luck; differences come from the arms alone."
                    .to_owned(),
            ),
            (
                "Intervals",
                format!(
                    "{level} confidence intervals over replications; those of \
             differences are paired by replication."
                ),
            ),
            (
                "Several comparisons",
                "Verdicts are corrected over the KPIs by Holm's \
             method."
                    .to_owned(),
            ),
            ("Open cases", "Durations are Kaplan–Meier estimates, so open cases count.".to_owned()),
        ],
    }
}

/// What the result was made with: names and values.
pub(super) fn made_with(briefing: &Briefing, lang: Lang) -> Vec<(&'static str, String)> {
    let meta = &briefing.meta;
    let rows = [
        (lang.pick("程序", "Program"), format!("huying {}", meta.version)),
        (lang.pick("Rust 工具链", "Rust toolchain"), meta.toolchain.clone()),
        (lang.pick("Cargo.lock 摘要", "Digest of Cargo.lock"), meta.lock_digest.clone()),
        (lang.pick("模型摘要", "Digest of the model"), meta.model_digest.clone()),
        (lang.pick("实验文件摘要", "Digest of the experiment"), meta.experiment_digest.clone()),
        (lang.pick("种子", "Seed"), meta.seed.to_string()),
    ];
    rows.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

/// What stands below the command.
pub(super) fn reproduce(_: &Briefing, lang: Lang) -> String {
    let text = lang.pick(
        "摘要均为 BLAKE3。同样的输入给出逐字节相同的结果（计时除外）。核对：huying verify 结果目录",
        "Digests are BLAKE3. The same input gives the same bytes (but for timing). To check: \
         huying verify DIR",
    );
    text.to_owned()
}

/// Limits that hold for every study, then those of this one.
pub(super) fn limits(briefing: &Briefing, lang: Lang) -> Vec<String> {
    let mut limits: Vec<String> = [
        (
            "模拟说明的是：若假定成立，会怎样；它不是对实际成效的测量。",
            "A simulation says what would follow if its assumptions held; it does not measure \
             what happened.",
        ),
        (
            "区间只反映重复之间的随机差异，不反映模型结构和假定取值是否正确。",
            "Intervals reflect chance between replications only, not whether structure and \
             values are right.",
        ),
        (
            "“办结”是档案所记，“解决”是模型中的真实状态；现实中后者难以直接观察。",
            "Closed is what the file says, resolved is the true state in the model; the latter \
             is hard to observe.",
        ),
        (
            "“不能断定”只说明证据不足，不能读作两者相同。",
            "Unclear means too little evidence; it must not be read as the same.",
        ),
    ]
    .iter()
    .map(|(zh, en)| lang.pick(zh, en).to_owned())
    .collect();
    limits.extend(briefing.notes_of("limit", lang));
    limits
}
