//! Words of the tables of further analyses: titles, columns, cells, and what is not shown.

/// Tables that are known by name, in the order of their sections: title, and what it says with how
/// its intervals are made.
pub(super) const TITLES: [(&str, [&str; 2], [&str; 2]); 18] = [
    (
        "struck",
        ["冲击所涉事项的未办结工单", "Open cases of what the shock adds to"],
        [
            "逐日; 区间取自各次重复（Student t）。",
            "By the day; intervals over replications (Student t).",
        ],
    ),
    (
        "fit",
        ["拟合：参数范围", "Fit: ranges of the numbers"],
        [
            "历史匹配：low、high 为未被观测排除的取值的 2.5% 和 97.5% 分位，不是概率区间。",
            "History matching: low and high are the 2.5% and 97.5% points of what is not ruled \
             out, not a probability interval.",
        ],
    ),
    (
        "fit_months",
        ["拟合：逐月观测", "Fit: observations by the month"],
        [
            "每项观测与最接近的取值相差几个标准差（off）。",
            "By how many standard deviations the least implausible setting misses each \
             observation (off).",
        ],
    ),
    (
        "fit_settings",
        ["拟合：模拟过的取值", "Fit: settings simulated"],
        ["各轮模拟所在。", "Where each wave simulated."],
    ),
    (
        "shocks",
        ["冲击与应对", "Shocks and what is done about them"],
        [
            "day 为统计期内第几天；应对为空表示一切照常。",
            "day counts from the start of the window; an empty response: everybody works as ever.",
        ],
    ),
    (
        "application_stages",
        ["申请的时间花在哪里", "Where the time of applications goes"],
        [
            "各环节之和等于从提出到决定的平均时间；区间取自各次重复（Student t）。",
            "Stages add up to the mean time from submission to decision; intervals over \
             replications (Student t).",
        ],
    ),
    (
        "attribution",
        ["改革效果来自哪里", "Where the effect of the reform comes from"],
        [
            "单独加入、单独拿掉、对所有次序平均（Shapley，各部分相加等于总变化）、主效应（改与未改各方案均值之差）；区间为 Student t，取自各次重复，结论经 Holm 校正。",
            "Alone, left out, averaged over all orders (Shapley: parts add up to the whole), main \
             effect (mean of the arms with the part less that of those without); Student t \
             intervals over replications, verdicts Holm-adjusted.",
        ],
    ),
    (
        "selection",
        ["选择的经过", "How the choice was made"],
        [
            "各方案在自己的重复上的均值与区间（Student t）；淘汰与选中依所用方法，不依这些区间。",
            "Means and intervals of each arm's own replications (Student t); who is dropped or \
             selected follows from the method, not from these intervals.",
        ],
    ),
    (
        "precision",
        ["精度：需要多少次重复", "Precision: how many replications were needed"],
        [
            "相对半宽为均值的占比；“需要次数”含此后连续保持的几次。",
            "Relative half-widths are shares of the mean; the number needed includes those for \
             which the precision held on.",
        ],
    ),
    (
        "stage_differences",
        ["差别来自哪些环节", "Which stages the difference comes from"],
        [
            "各环节之差相加等于总差；只含已离开的工单，自问题产生算起，与平均办结时长之差（自登记算起、计入未结工单）不同。区间按重复配对（Student t）。",
            "Differences of stages add up to the whole, which is that of cases that have left, from \
             the arising of the matter; the difference in mean time to close begins at registration \
             and counts open cases. Intervals paired by replication (Student t).",
        ],
    ),
    (
        "matched",
        ["同一件工单在两个方案中", "The same case in two worlds"],
        [
            "同一件工单在两个方案中逐件对照；区间取自各次重复（Student t）。",
            "Each case followed in both arms; intervals over replications (Student t).",
        ],
    ),
    (
        "ignorance",
        ["两种不确定：随机与未知", "Two uncertainties: chance and ignorance"],
        [
            "随机：同样取值、不同重复（Student t）；未知：假定取值在其范围内变动。两个区间分开给出，不相加。",
            "Chance: same values, other replications (Student t). Ignorance: assumed values moved \
             within their ranges. The two intervals stand apart and are not added.",
        ],
    ),
    (
        "ranking",
        ["排名有多可靠", "How sure the ranking is"],
        [
            "名次区间对全部街道（镇）同时成立（配对 Student t，Holm 校正）；名次区间不重叠的可以区分先后；仅凭重叠不能断定。",
            "Rank intervals hold for all streets at once (paired Student t, Holm-adjusted); those \
             that do not overlap are told apart, overlap alone decides nothing.",
        ],
    ),
    (
        "screening",
        ["哪些输入重要：筛查", "Which inputs matter: screening"],
        [
            "Morris 方法：µ* 为平均影响，σ 为非线性与交互；µ* 的区间为对轨迹的自助法。",
            "Morris: µ* is the mean effect, σ non-linearity and interaction; bootstrap intervals \
             of µ* over trajectories.",
        ],
    ),
    (
        "tornado",
        ["逐个变动的影响", "One input at a time"],
        [
            "每次只变动一项，到其范围的一端；区间按重复配对（Student t）。",
            "One input at a time, at an end of its range; intervals paired by replication \
             (Student t).",
        ],
    ),
    (
        "sobol",
        ["方差由谁而来", "Shares of variance"],
        [
            "Sobol 一阶与总效应，已分离模拟噪声；区间为自助法。",
            "First and total order Sobol indices, noise of the simulation separated; bootstrap \
             intervals.",
        ],
    ),
    (
        "factors",
        ["设计中的因素", "Factors of the design"],
        ["每个因素及其范围。", "Each factor and its range."],
    ),
    (
        "design",
        ["设计点", "Points of the design"],
        ["每个方案各因素的取值。", "Settings of every factor in each arm."],
    ),
];

/// Words in cells of tables of further analyses.
pub(super) const CELLS: [(&str, [&str; 2]); 35] = [
    ("add_one_in", ["单独加入", "added alone"]),
    ("leave_one_out", ["单独拿掉", "left out alone"]),
    ("shapley", ["平均贡献（Shapley）", "average share (Shapley)"]),
    ("total", ["合计", "total"]),
    ("all", ["全部", "all"]),
    ("matched", ["同一工单", "matched"]),
    ("level", ["水平", "level"]),
    ("difference", ["差", "difference"]),
    ("cases_both", ["两个方案都有的工单", "cases in both worlds"]),
    ("cases_only_baseline", ["只在基准中的工单", "cases in the baseline only"]),
    ("cases_only_arm", ["只在方案中的工单", "cases in the arm only"]),
    ("closed_both", ["两边都办结", "closed in both"]),
    ("closed_only_baseline", ["只在基准中办结", "closed in the baseline only"]),
    ("closed_only_arm", ["只在方案中办结", "closed in the arm only"]),
    ("faster_share", ["更快的占比", "share that became faster"]),
    ("slower_share", ["更慢的占比", "share that became slower"]),
    ("same_share", ["一样快的占比", "share that stayed the same"]),
    ("difference_mean", ["时长之差：均值", "change of time: mean"]),
    ("difference_p10", ["时长之差：10 分位", "change of time: 10th percentile"]),
    ("difference_p25", ["时长之差：25 分位", "change of time: 25th percentile"]),
    ("difference_p50", ["时长之差：中位数", "change of time: median"]),
    ("difference_p75", ["时长之差：75 分位", "change of time: 75th percentile"]),
    ("difference_p90", ["时长之差：90 分位", "change of time: 90th percentile"]),
    ("low", ["下限", "low end"]),
    ("high", ["上限", "high end"]),
    ("matters", ["重要", "matters"]),
    ("main_effect", ["主效应", "main effect"]),
    ("whole", ["总变化", "whole change"]),
    ("selected", ["选中", "selected"]),
    ("dropped", ["已淘汰", "dropped"]),
    ("lost", ["未选中", "not selected"]),
    ("open", ["未定", "open"]),
    ("reached", ["已达到", "reached"]),
    ("not_reached", ["未达到", "not reached"]),
    ("relative", ["相对", "relative"]),
];

/// Words of columns that recur.
pub(super) const COLUMNS: [(&str, [&str; 2]); 63] = [
    ("arm", ["方案", "Arm"]),
    ("baseline", ["基准", "Baseline"]),
    ("kpi", ["指标", "KPI"]),
    ("unit", ["量纲", "Unit"]),
    ("n", ["n", "n"]),
    ("scope_id", ["对象", "Place"]),
    ("stage", ["环节", "Stage"]),
    ("group", ["机制组", "Group"]),
    ("mechanism", ["机制", "Mechanism"]),
    ("lever", ["手段", "Lever"]),
    ("factor", ["因素", "Factor"]),
    ("input", ["输入", "Input"]),
    ("key", ["键", "Key"]),
    ("name_zh", ["名称", "Name (Chinese)"]),
    ("name_en", ["英文名", "Name"]),
    ("zh", ["名称", "Name (Chinese)"]),
    ("en", ["英文名", "Name"]),
    ("method", ["方法", "Method"]),
    ("quantity", ["量", "Quantity"]),
    ("cases", ["工单", "Cases"]),
    ("value", ["值", "Value"]),
    ("mean", ["均值", "Mean"]),
    ("mean_h", ["均值（小时）", "Mean (h)"]),
    ("difference", ["差", "Difference"]),
    ("difference_h", ["差（小时）", "Difference (h)"]),
    ("contribution", ["贡献", "Contribution"]),
    ("effect", ["影响", "Effect"]),
    ("share", ["占比", "Share"]),
    ("rank", ["名次", "Rank"]),
    ("district", ["区县", "District"]),
    ("street", ["街道（镇）", "Street or town"]),
    ("probability", ["概率", "Probability"]),
    ("p_value", ["p 值", "p"]),
    ("p_adjusted", ["校正后 p 值", "Adjusted p"]),
    ("verdict", ["结论", "Verdict"]),
    ("mu_star", ["µ*", "µ*"]),
    ("mu", ["µ", "µ"]),
    ("sigma", ["σ", "σ"]),
    ("first", ["一阶", "First order"]),
    ("total", ["总效应", "Total order"]),
    ("noise", ["噪声", "Noise"]),
    ("chance", ["随机", "Chance"]),
    ("ignorance", ["未知", "Ignorance"]),
    ("expected", ["预期", "Expected"]),
    ("found", ["所得", "Found"]),
    ("player", ["部分", "Part"]),
    ("of", ["共", "Of"]),
    ("own", ["单独看的名次", "Rank by itself"]),
    ("worst_tenth", ["真在末 10% 的概率", "Chance of the worst tenth"]),
    ("kind", ["种类", "Kind"]),
    ("samples", ["取样数", "Samples"]),
    ("good_share", ["在好的一侧的占比", "Share on the good side"]),
    ("end", ["一端", "End"]),
    ("setting", ["取值", "Setting"]),
    ("runs", ["运行次数", "Runs"]),
    ("sd", ["标准差", "SD"]),
    ("dropped_at", ["淘汰于第几次", "Dropped after"]),
    ("forecast", ["预计次数", "Forecast"]),
    ("status", ["结果", "Outcome"]),
    ("asked", ["要求", "Asked"]),
    ("half_width", ["半宽", "Half-width"]),
    ("needed", ["需要次数", "Needed"]),
    ("target", ["口径", "Target"]),
];

/// Columns of numbers that are in the unit of their row.
pub(super) const IN_UNIT: [&str; 12] = [
    "value",
    "mean",
    "difference",
    "contribution",
    "effect",
    "low",
    "high",
    "chance",
    "ignorance",
    "total_effect",
    "from",
    "to",
];

/// Tables that are for programs, not for readers.
pub(super) const HIDDEN: [&str; 2] = ["points", "settings"];

/// Tables that tell of each arm by itself what happens inside.
pub(super) const BY_ARM: [&str; 2] = ["stage_differences", "matched"];

/// Columns of known tables that a page has no room for; they are in the file.
const NARROWED: [(&str, &[&str]); 5] = [
    ("screening", &["factor", "mu", "noise", "p_value"]),
    ("tornado", &["factor", "p_value"]),
    ("sobol", &["factor", "variance"]),
    ("selection", &["method", "delta", "confidence", "sd"]),
    ("precision", &["unit", "of"]),
];

/// Is a column of a table left to its file?
pub(super) fn is_left_out(table: &str, column: &str) -> bool {
    NARROWED.iter().any(|(name, columns)| *name == table && columns.contains(&column))
}
