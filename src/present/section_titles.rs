//! Titles of tables of further analyses, and what their intervals are.

/// Tables that are known by name, in the order of their sections: title, and what it says with how
/// its intervals are made.
pub(super) const TITLES: [(&str, [&str; 2], [&str; 2]); 16] = [
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
            "单独加入、单独拿掉、对所有次序平均（Shapley，各部分相加等于总差）；区间为 Student t，取自各次重复。",
            "Alone, left out, and averaged over all orders (Shapley: parts add up to the whole); \
             Student t intervals over replications.",
        ],
    ),
    (
        "stage_differences",
        ["差别来自哪些环节", "Which stages the difference comes from"],
        [
            "各环节之差相加等于总差；区间按重复配对（Student t）。",
            "Differences of stages add up to the whole; intervals paired by replication (Student \
             t).",
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
        ["两种不确定：偶然与无知", "Two uncertainties: chance and ignorance"],
        [
            "偶然：同样取值、不同重复（Student t）；无知：假定取值在其范围内变动。两个区间分开给出，不相加。",
            "Chance: same values, other replications (Student t). Ignorance: assumed values moved \
             within their ranges. The two intervals stand apart and are not added.",
        ],
    ),
    (
        "ranking",
        ["排名有多可靠", "How sure the ranking is"],
        [
            "名次区间对全部街道（镇）同时成立（配对 Student t，Holm 校正）；名次区间重叠的不能区分先后。",
            "Rank intervals hold for all streets at once (paired Student t, Holm-adjusted); those \
             that overlap cannot be told apart.",
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
