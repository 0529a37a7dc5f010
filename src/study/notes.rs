//! What a reader has to know before he trusts a number: gaps, skew, too few replications.

use crate::domain::moves_posts;
use crate::measure::{Kpi, LONGEST, Scope};
use crate::stats::{Advice, Estimate, Paired};

use super::design::{Arm, Study};
use super::result::{RunStatus, StudyResult};

/// One doubt, in both languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Kinds of advice, each said once with the KPIs it concerns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Doubt {
    Skewed,
    Few,
    Missing,
    NotReached,
    NotBack,
    Pairing,
}

/// KPIs that are quantiles of a curve, with their share.
const QUANTILES: [(&str, f64); 3] =
    [("time_to_close_p50", 0.5), ("time_to_close_p90", 0.9), ("callup_response_p90", 0.9)];

/// The KPIs of one doubt, and the gravest case of it: whose figures they are, and of which arm.
struct Concern {
    doubt: Doubt,
    gravest: (Advice, &'static Kpi, String),
    gravity: f64,
    kpis: Vec<&'static Kpi>,
}

impl Study {
    /// What a reader has to know of the design itself.
    pub(super) fn remarks(&self) -> Vec<Note> {
        let mut notes = self.outside();
        notes.extend(self.partial());
        notes.extend(self.beyond_holidays());
        notes
    }

    /// Simulated years of which the table of holidays says nothing: they have only weekends.
    fn beyond_holidays(&self) -> Option<Note> {
        let (first, last) = self.city.holidays.years()?;
        let start = self.city.start;
        let days = jiff::Span::new().days(self.spec(0).end().day() - 1);
        let end = start.checked_add(days).unwrap_or(start);
        let without = |year: &i16| *year < first || *year > last;
        let years: Vec<String> =
            (start.year()..=end.year()).filter(without).map(|year| year.to_string()).collect();
        let years = years.join(", ");
        (!years.is_empty()).then(|| Note {
            zh: format!("节假日表没有 {years} 年：这些年份只有周末，没有法定假日和调休。"),
            en: format!(
                "The table of holidays says nothing of {years}: these years have weekends only, no \
                 public holidays and no make-up days."
            ),
        })
    }

    /// Shocks and settings dated after the last simulated day: nothing of them is in the results.
    fn outside(&self) -> Vec<Note> {
        let end = self.spec(0).end();
        let mut notes = Vec::new();
        for arm in &self.arms {
            let shocks = arm.plan.shocks.iter().filter(|shock| shock.from >= end);
            let named = shocks.map(|shock| [&*shock.zh, &*shock.en]);
            let later = arm.plan.epochs.iter().any(|epoch| epoch.from >= end);
            let dated = later.then_some(["此后才生效的杠杆取值", "settings that begin later"]);
            for [zh, en] in named.chain(dated) {
                let arm = &arm.name;
                notes.push(Note {
                    zh: format!("方案 {arm}：{zh}在模拟期结束之后，结果中没有它的作用。"),
                    en: format!(
                        "{arm}: {en}: after the last simulated day, so the results hold nothing of it."
                    ),
                });
            }
        }
        notes
    }

    /// Posts that would move across the whole city move within a part of it.
    fn partial(&self) -> Vec<Note> {
        let partial = self.districts.len() < self.city.districts.len();
        let moves = |arm: &&Arm| moves_posts(&self.city, &arm.plan, &self.districts, &self.spec(0));
        let moving: Vec<&str> =
            self.arms.iter().filter(moves).map(|arm| arm.name.as_str()).collect();
        if !partial || moving.is_empty() {
            return Vec::new();
        }
        let all = moving.len() > 3 && moving.len() == self.arms.len();
        let arms = if all { String::new() } else { moving.join(", ") };
        let (arms_zh, arms_en) = if all {
            ("各方案".to_owned(), "In every arm".to_owned())
        } else {
            (format!("方案 {arms} "), format!("In {arms}"))
        };
        vec![Note {
            zh: format!(
                "{arms_zh}的编制随工作量在镇街之间调整；此处只模拟了部分区县，编制只在所模拟的\
                 区县之内流动（起始分配仍按全市各镇街的预期工作量），与模拟全市的结果不同。"
            ),
            en: format!(
                "{arms_en} posts follow load between streets. Only a part of the city is \
                 simulated, so posts move within the simulated districts (they start from an \
                 allocation by the whole city's expected load): a run of the whole city gives \
                 other numbers."
            ),
        }]
    }
}

impl StudyResult {
    /// Doubts about the results for the whole area, each said once.
    ///
    /// `primary` are the KPIs the question is about; empty means all. Failed replications always
    /// come first: their numbers are missing from every mean.
    pub fn notes(&self, primary: &[&str]) -> Vec<Note> {
        let mut notes = self.gaps();
        notes.extend(self.remarks.iter().cloned());
        let mut concerns: Vec<Concern> = Vec::new();
        let mut skewest: Option<(&'static Kpi, f64)> = None;
        let followed = (24.0 * f64::from(self.frame.horizon_days)).min(LONGEST.hours());
        for (key, position) in self.kpis.keys() {
            let kpi = key.kpi();
            let asked = primary.is_empty() || primary.contains(&kpi.id);
            if key.place.scope != Scope::City || !asked {
                continue;
            }
            let of = |arm| self.column(arm, |run| self.kpis.at(run, position)[0]);
            let baseline = of(0);
            for (arm, name) in self.arms().iter().enumerate() {
                let values = of(arm);
                let estimate = Estimate::of(&values, self.frame.confidence);
                for advice in Advice::of_estimate(&estimate, self.n_done(arm)) {
                    concern(&mut concerns, kpi, name, advice);
                }
                let quantile = QUANTILES.iter().find(|(id, _)| *id == kpi.id);
                let short = quantile.and_then(|(_, p)| Advice::of_quantile(*p, &values, followed));
                let cut = self.frame.days_after_shock[arm].filter(|_| kpi.id == "recovery_days");
                let cut = cut.and_then(|days| Advice::of_return(&values, days));
                for advice in short.into_iter().chain(cut) {
                    concern(&mut concerns, kpi, name, advice);
                }
                let told = estimate.n >= 10;
                if told
                    && estimate.skewness.abs()
                        > skewest.map_or(0.0, |(_, most): (_, f64)| most.abs())
                {
                    skewest = Some((kpi, estimate.skewness));
                }
                let paired = Paired::of(&baseline, &values, self.frame.confidence).ok();
                let paired = paired.filter(|_| arm > 0);
                if let Some(advice) = paired.and_then(|paired| Advice::of_paired(&paired)) {
                    concern(&mut concerns, kpi, name, advice);
                }
            }
        }
        concerns.sort_by_key(|concern| concern.doubt);
        notes.extend(concerns.iter().map(Concern::note));
        notes.extend(skewest.map(|(kpi, skewness)| Note {
            zh: format!("所问各指标在重复之间的偏度，绝对值最大的是 {skewness:.1}（{}）。", kpi.zh),
            en: format!(
                "Skewness over replications: the largest of the KPIs in question is {skewness:.1} ({}).",
                kpi.en
            ),
        }));
        notes
    }

    /// Replications of an arm that ended.
    fn n_done(&self, arm: usize) -> usize {
        self.replications()
            .filter(|&replication| matches!(self.status(arm, replication), RunStatus::Done { .. }))
            .count()
    }

    /// Which arms lack replications.
    fn gaps(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        for (arm, name) in self.arms().iter().enumerate() {
            let done = self.n_done(arm);
            let gap = self.failures().iter().filter(|failure| failure.arm == arm).count();
            if gap > 0 {
                let of = done + gap;
                if done == 0 {
                    notes.push(Note {
                        zh: format!(
                            "方案“{name}”的 {of} 次重复全部失败，没有任何数值；\
                             失败的重复及重现命令见 failures.csv。"
                        ),
                        en: format!(
                            "All {of} replications of {name} failed: there are no numbers of it. \
                             failures.csv has the command that replays each."
                        ),
                    });
                    continue;
                }
                notes.push(Note {
                    zh: format!(
                        "方案“{name}”的 {of} 次重复中有 {gap} 次失败,所有均值只依据其余 {done} 次;\
                         差值只依据两个方案都完成的重复,不必等于两个均值之差。\
                         失败的重复及重现命令见 failures.csv。"
                    ),
                    en: format!(
                        "{gap} of {of} replications of {name} failed: every mean rests on the \
                         other {done}, and a difference on those that both arms have, so it need \
                         not be the difference of the means. failures.csv has the command that \
                         replays each."
                    ),
                });
            }
        }
        notes
    }
}

/// Files advice under its doubt.
fn concern(concerns: &mut Vec<Concern>, kpi: &'static Kpi, arm: &str, advice: Advice) {
    let (doubt, gravity) = match advice {
        Advice::SkewedSample { needed, .. } => (Doubt::Skewed, needed as f64),
        Advice::FewReplications { n, .. } => (Doubt::Few, -(n as f64)),
        Advice::MissingValues { missing, .. } => (Doubt::Missing, missing as f64),
        Advice::NotReached { n, .. } => (Doubt::NotReached, n as f64),
        Advice::NotBack { n, .. } => (Doubt::NotBack, n as f64),
        Advice::PairingDidNotHelp { variance_ratio, .. } => (Doubt::Pairing, -variance_ratio),
        // The other kinds are not about means over replications.
        _ => return,
    };
    let Some(known) = concerns.iter_mut().find(|concern| concern.doubt == doubt) else {
        let gravest = (advice, kpi, arm.to_owned());
        concerns.push(Concern { doubt, gravest, gravity, kpis: vec![kpi] });
        return;
    };
    if gravity > known.gravity {
        (known.gravest, known.gravity) = ((advice, kpi, arm.to_owned()), gravity);
    }
    if !known.kpis.iter().any(|known| known.id == kpi.id) {
        known.kpis.push(kpi);
    }
}

impl Concern {
    /// The gravest case in words, and which KPIs it concerns.
    fn note(&self) -> Note {
        /// More names than this are only counted.
        const NAMED: usize = 6;
        let named = &self.kpis[..self.kpis.len().min(NAMED)];
        let more = self.kpis.len() - named.len();
        let (more_zh, more_en) = if more == 0 {
            (String::new(), String::new())
        } else {
            (format!("等 {} 项", self.kpis.len()), format!(" and {more} more"))
        };
        let names = |of: fn(&Kpi) -> &'static str| named.iter().map(move |kpi| of(kpi));
        let zh: Vec<&str> = names(|kpi| kpi.zh).collect();
        let en: Vec<&str> = names(|kpi| kpi.en).collect();
        let (advice, kpi, arm) = &self.gravest;
        // The figures are those of one KPI of one arm.
        let (own_zh, own_en) = if self.kpis.len() > 1 {
            (format!("；最甚者“{}”", kpi.zh), format!("; the gravest, {}", kpi.en))
        } else {
            (String::new(), String::new())
        };
        let (zh, en) = (zh.join("、"), en.join(", "));
        Note {
            zh: format!("{zh}{more_zh}{own_zh}（方案“{arm}”）：{}", advice.zh()),
            en: format!("{en}{more_en}{own_en} (arm \"{arm}\"): {}", advice.en()),
        }
    }
}
