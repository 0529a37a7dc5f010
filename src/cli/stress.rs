//! `stress.csv`: the items of STRESS-DES (Monks et al. 2019, Journal of Simulation 13(1)), filled
//! in from the manifest and the model as far as a program can know them.
//!
//! Every item says something, or why it does not apply; what only a human can know is marked.

use std::collections::BTreeSet;

use super::briefing::text_table;
use super::question::Question;
use crate::domain::{City, Stage, find_lever};
use crate::measure::KPIS;
use crate::store::Manifest;
use crate::table::Table;

/// Chinese and English.
type Both = [String; 2];

fn both(zh: impl Into<String>, en: impl Into<String>) -> Both {
    [zh.into(), en.into()]
}

/// Number and titles of an item, and what a human has to add; empty if nothing.
struct Item {
    id: &'static str,
    title: [&'static str; 2],
    human: [&'static str; 2],
}

const fn item(id: &'static str, title: [&'static str; 2], human: [&'static str; 2]) -> Item {
    Item { id, title, human }
}

const NOTHING: [&str; 2] = ["", ""];

/// The 20 items; 2.5 has five parts.
const ITEMS: [Item; 24] = [
    item(
        "1.1",
        ["研究目的", "Purpose of the model"],
        [
            "研究背景、委托方、结果用于什么决定。",
            "Background, who asked, which decision the results serve.",
        ],
    ),
    item("1.2", ["模型输出", "Model outputs"], NOTHING),
    item(
        "1.3",
        ["实验目标", "Experimentation aims"],
        ["为什么比较这些方案。", "Why these arms are compared."],
    ),
    item("2.1", ["基础模型图示", "Base model overview diagram"], NOTHING),
    item("2.2", ["基础模型逻辑", "Base model logic"], NOTHING),
    item("2.3", ["方案逻辑", "Scenario logic"], NOTHING),
    item("2.4", ["算法", "Algorithms"], NOTHING),
    item("2.5.1", ["组成：实体", "Components: entities"], NOTHING),
    item("2.5.2", ["组成：活动", "Components: activities"], NOTHING),
    item("2.5.3", ["组成：资源", "Components: resources"], NOTHING),
    item("2.5.4", ["组成：队列", "Components: queues"], NOTHING),
    item("2.5.5", ["组成：进入与离开", "Components: entry and exit points"], NOTHING),
    item(
        "3.1",
        ["数据来源", "Data sources"],
        [
            "各来源的取得方式与权限，若用了自己的数据。",
            "How sources were obtained and by what right, if own data were used.",
        ],
    ),
    item(
        "3.2",
        ["预处理", "Pre-processing"],
        ["对自己的数据做过的清洗。", "Cleaning done to own data before they became tables."],
    ),
    item("3.3", ["输入参数", "Input parameters"], NOTHING),
    item("3.4", ["假定", "Assumptions"], NOTHING),
    item("4.1", ["初始化", "Initialization"], NOTHING),
    item("4.2", ["运行长度", "Run length"], NOTHING),
    item("4.3", ["估计方法", "Estimation approach"], NOTHING),
    item("5.1", ["软件", "Software or programming language"], NOTHING),
    item("5.2", ["随机抽样", "Random sampling"], NOTHING),
    item("5.3", ["模型执行", "Model execution"], NOTHING),
    item(
        "5.4",
        ["系统配置", "System specification"],
        ["机器型号、处理器、内存。", "Machine, processor, memory."],
    ),
    item(
        "6.1",
        ["模型公开声明", "Computer model sharing statement"],
        ["代码与结果公开在何处，引用方式。", "Where code and results are published, how to cite."],
    ),
];

/// The table of items.
pub(super) fn stress(question: &Question, manifest: &Manifest) -> Table {
    let rows = ITEMS
        .iter()
        .map(|item| {
            let [zh, en] = text(item.id, question, manifest);
            let [title_zh, title_en] = item.title.map(str::to_owned);
            let [human_zh, human_en] = item.human.map(str::to_owned);
            [item.id.to_owned(), title_zh, title_en, zh, en, human_zh, human_en]
        })
        .collect();
    let names = ["item", "title_zh", "title_en", "text_zh", "text_en", "human_zh", "human_en"];
    text_table("stress", names, rows)
}

fn text(id: &str, question: &Question, manifest: &Manifest) -> Both {
    let city = &question.model.city;
    match id.as_bytes()[0] {
        b'1' => objectives(id, manifest),
        b'2' if id.starts_with("2.5") => components(id, question, city),
        b'2' => logic(id, manifest),
        b'3' => data(id, city, manifest),
        b'4' => experimentation(id, manifest),
        _ => implementation(id, manifest),
    }
}

fn words(manifest: &Manifest, key: &str) -> Both {
    let of = |lang: &str| manifest.words.get(&format!("{key}_{lang}")).cloned();
    let (zh, en) = (of("zh").unwrap_or_default(), of("en").unwrap_or_default());
    match (zh.is_empty(), en.is_empty()) {
        (true, true) => both("实验文件没有写明问题。", "The experiment states no question."),
        (true, false) => both(en.clone(), en),
        (false, true) => both(zh.clone(), zh),
        (false, false) => both(zh, en),
    }
}

fn objectives(id: &str, manifest: &Manifest) -> Both {
    match id {
        "1.1" => words(manifest, "question"),
        "1.2" => {
            let n = KPIS.len();
            both(
                format!(
                    "{n} 项指标（huying kpis 列出公式与排除口径），以及各单位忙闲、各环节时间、办结曲线、每日在办件数。"
                ),
                format!(
                    "{n} KPIs (formulas and exclusions by `huying kpis`), utilization of pools, \
                     time by stage, closure curves, open cases by day."
                ),
            )
        }
        _ => {
            let names = |pick: fn(&crate::store::ArmEntry) -> &String| {
                manifest.arms.iter().map(|arm| pick(arm).as_str()).collect::<Vec<_>>().join(", ")
            };
            let (zh, en) = (names(|arm| &arm.zh), names(|arm| &arm.en));
            if manifest.arms.len() == 1 {
                return both(
                    format!("描述一个方案：{zh}；不作比较。"),
                    format!("Describe one arm: {en}; nothing is compared."),
                );
            }
            both(
                format!("比较方案（第一个为基准）：{zh}。"),
                format!("Compare arms, the first is the baseline: {en}."),
            )
        }
    }
}

fn logic(id: &str, manifest: &Manifest) -> Both {
    match id {
        "2.1" => both(
            "见程序文档 ARCHITECTURE.md 的数据流图与 docs/explanation/life-of-a-case.md 的工单流程图。",
            "See the flow of data in ARCHITECTURE.md and the life of a case in \
             docs/explanation/life-of-a-case.md.",
        ),
        "2.2" => both(
            "问题产生，经网格、热线、巡查、感知、部门五条渠道之一被发现，登记为工单，派发，可能退单、裁定或上专委会，\
             签收后由街道单位、中队、常驻与随叫随到力量、被呼叫的部门或第三方办理，反馈、办结、回访，不满意则重办。",
            "Issues arise, are noticed by one of five channels, become cases, are dispatched, may \
             be returned, adjudicated or taken to a committee; after acceptance they are handled \
             by the street's unit, the squad, stationed or on-call people, departments called up \
             or contractors; then reply, closure, call-back, and redo if unsatisfied.",
        ),
        "2.3" => scenario_logic(manifest),
        _ => both(
            "派单与退单、责任清单、专委会、考核行为、虚假办结等决策各有一个公式，见 huying mechanisms 与 \
             src/domain/policy；单位按优先级与份额排队服务。",
            "Dispatch and returns, duty list, committees, behavior under assessment, nominal \
             closing: one formula each, see `huying mechanisms` and src/domain/policy; pools \
             serve by priority and share.",
        ),
    }
}

/// Which levers the arms move against the first.
fn scenario_logic(manifest: &Manifest) -> Both {
    let Some((baseline, others)) = manifest.arms.split_first() else {
        return both("没有方案。", "There is no arm.");
    };
    let mut parts = [Vec::new(), Vec::new()];
    for arm in others {
        let differs = |a: &[String], b: &[String]| -> Vec<String> {
            a.iter().filter(|line| !b.contains(line)).cloned().collect()
        };
        let lines = [
            differs(&baseline.settings, &arm.settings),
            differs(&arm.settings, &baseline.settings),
        ]
        .concat();
        let keys = lines.iter().filter_map(|line| line.split(' ').next());
        let ids: BTreeSet<&str> = keys.filter_map(find_lever).map(|lever| lever.id).collect();
        let list = ids.iter().copied().collect::<Vec<_>>().join(", ");
        let n = ids.len();
        parts[0].push(format!("{} 改动 {n} 个手段（{list}）", arm.zh));
        parts[1].push(format!("{} moves {n} levers ({list})", arm.en));
    }
    if others.is_empty() {
        return both("不适用：只有一个方案。", "Not applicable because there is one arm only.");
    }
    both(
        format!("{}；取值见 manifest.json 的 arms。", parts[0].join("；")),
        format!("{}; settings in manifest.json under arms.", parts[1].join("; ")),
    )
}

fn components(id: &str, question: &Question, city: &City) -> Both {
    let study = question.study();
    let streets = study.selection.streets.iter().filter(|selected| **selected).count();
    let districts = study.districts.len();
    let (items, agencies, units) = (city.items.len(), city.agencies.len(), city.units.len());
    match id {
        "2.5.1" => both(
            format!("问题与工单（{items} 种事项）；交办任务、经济工作与部门自身工作。"),
            format!(
                "Issues and cases ({items} items); assigned tasks, economic work and departments' \
                 own work."
            ),
        ),
        "2.5.2" => {
            let names = |of: fn(Stage) -> &'static str| Stage::ALL.map(of).join(", ");
            both(
                format!("工单的 {} 个环节：{}。", Stage::ALL.len(), names(Stage::zh)),
                format!("{} stages of a case: {}.", Stage::ALL.len(), names(Stage::en)),
            )
        }
        "2.5.3" => both(
            format!(
                "统计 {streets} 个街道（镇），模拟 {districts} 个区县；每个街道 {units} 类单位、执法中队、常驻席位与网格，\
                 每个区县 {agencies} 个机构中有人员的部门、随叫随到专人、机动力量与裁定机构；按日历与班次上岗。"
            ),
            format!(
                "{streets} streets and towns reported, {districts} districts simulated; per \
                 street {units} types of units, a squad, stationed desks and grid workers; per \
                 district the staffed ones of {agencies} agencies, on-call specialists, a reserve \
                 and an arbiter; on duty by calendar and shift."
            ),
        ),
        "2.5.4" => both(
            "每个单位一条队列：类别之间按份额，类别之内按紧急程度与到期时间；U0 打断一般工作；联合到场同时占用各方。",
            "One line per pool: shares between classes, urgency and due time within; U0 \
             interrupts ordinary work; a joint visit needs all parties at once.",
        ),
        _ => both(
            "问题按季节、星期与小时的非齐次泊松过程产生；以办结且回访结束、撤单或自行消失离开；期末未结的工单计入在办。",
            "Issues arise as a Poisson process whose rate changes by season, weekday and hour; \
             they leave by closure and call-back, withdrawal, or by solving themselves; what is \
             open at the end counts as open.",
        ),
    }
}

fn data(id: &str, city: &City, manifest: &Manifest) -> Both {
    let count = |source: &str| {
        city.assumptions.iter().filter(|assumption| assumption.source == source).count()
    };
    let (seed, sourced, assumed, fitted) =
        (count("seed"), count("sourced"), count("assumed"), count("fitted"));
    match id {
        "3.1" => both(
            format!(
                "模型文件夹中的 {} 个输入文件（摘要在 manifest.json）；取值来源：改革文本 {seed}、公开来源 {sourced}、\
                 假定 {assumed}、拟合 {fitted}。",
                manifest.inputs.len()
            ),
            format!(
                "{} input files of the model (digests in manifest.json); sources of values: \
                 reform text {seed}, published {sourced}, assumed {assumed}, fitted {fitted}.",
                manifest.inputs.len()
            ),
        ),
        "3.2" => both(
            "程序不改动输入表；缺失的街道规模按街道代码定址抽取，同一模型总是相同。",
            "The program changes no table; missing sizes of streets are draws addressed by the \
             street's code, the same in every run of the model.",
        ),
        "3.3" => both(
            "全部取值、范围与来源见 assumptions.csv；各方案的手段取值见 manifest.json。",
            "All values with range and source: assumptions.csv; lever settings of every arm: \
             manifest.json.",
        ),
        _ => both(
            format!(
                "{assumed} 个取值为假定，各有范围；结构假定见 docs/explanation/assumptions.md。"
            ),
            format!(
                "{assumed} values are assumed, each with a range; structural assumptions in \
                 docs/explanation/assumptions.md."
            ),
        ),
    }
}

fn experimentation(id: &str, manifest: &Manifest) -> Both {
    let (warm, days, n) = (manifest.warm_up_days, manifest.horizon_days, manifest.replications);
    match id {
        "4.1" if manifest.estimand == "steady_state" => both(
            format!("从空系统开始，预热 {warm} 天后开始统计；按长期状态来读，预热是否足够见说明。"),
            format!(
                "Starts empty, {warm} days of warm-up before measuring; read as a steady state, the \
                 notes say whether the warm-up was long enough."
            ),
        ),
        "4.1" => both(
            format!("从空系统开始，预热 {warm} 天后开始统计；有限期模拟，不作稳态声称。"),
            format!(
                "Starts empty, {warm} days of warm-up before measuring; terminating simulation, \
                 no claim of steady state."
            ),
        ),
        "4.2" => both(
            format!("自 {} 起预热 {warm} 天，统计 {days} 天。", manifest.start),
            format!("From {}: {warm} days of warm-up, {days} days measured.", manifest.start),
        ),
        _ => {
            let percent = manifest.confidence * 100.0;
            let [more_zh, more_en] = analysis(manifest);
            both(
                format!(
                    "每个方案 {n} 次独立重复；{percent}% Student t 区间；差按重复配对，p 值经 Holm 校正；\
                     时长用 Kaplan–Meier，未结工单计入。{more_zh}"
                ),
                format!(
                    "{n} independent replications per arm; {percent}% Student t intervals; \
                     differences paired by replication, Holm-adjusted p-values; Kaplan–Meier for \
                     durations, open cases count.{more_en}"
                ),
            )
        }
    }
}

/// How runs were chosen and analyzed beyond that, by the verb of the command and its rule.
fn analysis(manifest: &Manifest) -> Both {
    let verb = manifest.command.first().map_or("", String::as_str);
    let rule = manifest.rule.as_deref().unwrap_or_default();
    match verb {
        "attribute" => both(
            "差别按夏普利值分给各部分（全部组合或抽取的次序），另给单独加入与单独拿掉。",
            " The difference is divided by Shapley values (all sets, or sampled orders); also what \
             each part does alone and what is lost without it.",
        ),
        "sensitivity" => both(
            "Morris 筛查（每条轨迹用两套运气以除去噪声），随后逐个变动与 Sobol 指数（运气作为一个因素，自助区间）；各步的 n 见各表。",
            " Morris screening with two lucks per trajectory to remove noise, then one at a time \
             and Sobol indices with luck as a factor of its own and bootstrap intervals; n of each \
             step is in its table.",
        ),
        _ if rule.is_empty() => both("", ""),
        _ => both(
            format!("重复次数由规则决定：{rule}。"),
            format!(" The number of replications follows from a rule: {rule}."),
        ),
    }
}

fn implementation(id: &str, manifest: &Manifest) -> Both {
    let version = &manifest.version;
    match id {
        "5.1" => both(
            format!(
                "huying {version}，Rust 工具链 {}；依赖由 Cargo.lock 固定。",
                manifest.toolchain
            ),
            format!(
                "huying {version}, Rust toolchain {}; dependencies pinned by Cargo.lock.",
                manifest.toolchain
            ),
        ),
        "5.2" => both(
            format!(
                "按地址抽样（种子 {}、重复、用途、实体、次序），逆变换法；各方案面对同样的随机数（共同随机数）。",
                manifest.seed
            ),
            format!(
                "Draws by address (seed {}, replication, purpose, entity, visit), inverse \
                 transforms; all arms face the same numbers (common random numbers).",
                manifest.seed
            ),
        ),
        "5.3" => both(
            "事件按（时刻、阶段、序号）排序，时间为整秒；任意线程数下结果逐字节相同。",
            "Events in the order (time, phase, sequence), whole seconds; the same bytes on any \
             number of threads.",
        ),
        "5.4" => both(
            "用时、线程数与内存峰值见 timing.json；结果与机器无关。",
            "Wall time, threads and peak memory: timing.json; results do not depend on the \
             machine.",
        ),
        _ => both(
            "源代码按 MIT 或 Apache-2.0 许可；模型、方案与实验文件随源代码提供；复现命令见本报告。",
            "Source under MIT or Apache-2.0; models, scenarios and experiments come with it; the \
             command is in this report.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_that_of_the_guideline() {
        // Catches: an item lost, an item twice, a number out of order.
        let ids: Vec<&str> = ITEMS.iter().map(|item| item.id).collect();
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(ids, sorted);
        let items: BTreeSet<&str> = ids.iter().map(|id| &id[..3]).collect();
        assert_eq!((items.len(), ids.len()), (20, 24));
    }
}
