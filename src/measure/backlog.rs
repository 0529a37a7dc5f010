//! Open cases day by day: the peak, and how long a shock lasts.

use super::kpi::{Good, Kpi, OF_DISTRICTS, OF_STREETS};
use super::totals::Totals;

/// Days before a shock whose mean is the level to return to.
const BEFORE: usize = 28;

/// Open cases at the end of each day of the window, and the largest number seen inside a day.
#[derive(Clone, PartialEq, Default, Debug)]
pub(super) struct Backlog {
    /// Sum over streets, by day of the window; empty if no street reported.
    pub(super) daily: Vec<u64>,
    /// Largest number of any one street, at any instant.
    pub(super) street_peak: Option<u32>,
    /// Cases of the items that shocks add to, over the streets struck in the window.
    pub(super) struck: Vec<u64>,
    /// Days of the window on which the first of these was struck, and on which the last of their
    /// shocks is over.
    pub(super) shock: Option<(usize, usize)>,
}

/// Days after a shock in which its backlog still has to show.
const TO_SHOW: usize = 14;

impl Backlog {
    /// Adds a street's days.
    pub(super) fn add(&mut self, daily: &[u32]) {
        add(&mut self.daily, daily);
    }

    /// Adds the days of a street that was struck on one of them, for so many days.
    pub(super) fn add_struck(&mut self, daily: &[u32], day: usize, days: usize) {
        add(&mut self.struck, daily);
        let (first, last) = self.shock.unwrap_or((day, day + days));
        self.shock = Some((first.min(day), last.max(day + days)));
    }

    /// Adds a street's peak.
    pub(super) fn add_peak(&mut self, peak: u32) {
        self.street_peak = self.street_peak.max(Some(peak));
    }

    fn peak(&self) -> Option<f64> {
        let daily = self.daily.iter().max().copied();
        daily.max(self.street_peak.map(u64::from)).map(|peak| peak as f64)
    }

    fn recovery(&self) -> Option<f64> {
        let daily = &self.struck;
        let (shock, over) = self.shock.filter(|&(day, _)| day > 0 && day < daily.len())?;
        let before = &daily[shock.saturating_sub(BEFORE)..shock];
        let level = before.iter().sum::<u64>() as f64 / before.len() as f64;
        let limit = level + (0.1 * level).max(2.0 * level.sqrt()).max(2.0);
        let above = |day: &usize| daily[*day] as f64 > limit;
        let shows = shock..daily.len().min(over + TO_SHOW);
        let Some(struck) = shows.into_iter().find(above) else { return Some(0.0) };
        let back = (struck..daily.len()).find(|day| !above(day));
        Some((back.unwrap_or(daily.len()) - shock) as f64)
    }
}

fn add(sums: &mut Vec<u64>, daily: &[u32]) {
    if sums.len() < daily.len() {
        sums.resize(daily.len(), 0);
    }
    for (sum, &open) in sums.iter_mut().zip(daily) {
        *sum += u64::from(open);
    }
}

/// Largest backlog.
pub(super) const BACKLOG_PEAK: Kpi = Kpi {
    id: "backlog_peak",
    zh: "积压峰值",
    en: "Backlog peak",
    unit: "cases",
    unit_zh: "件",
    good: Good::Down,
    scopes: OF_STREETS,
    formula: "largest number of open registered cases in the window: of a street at any instant, \
              of several streets together at the ends of days",
    formula_zh: "统计期内在办登记工单的最大数: 单个镇街按任一时刻计, 多个镇街合计时按每日末计",
    value: |t: &Totals| t.backlog.peak(),
};

/// Days to recover from a shock.
pub(super) const RECOVERY_DAYS: Kpi = Kpi {
    id: "recovery_days",
    zh: "恢复天数",
    en: "Days to recover",
    unit: "days",
    unit_zh: "天",
    good: Good::Down,
    scopes: OF_DISTRICTS,
    formula: "days from the first shock of the window until the open cases of the items that it \
              adds to, at the streets it strikes and at the end of a day, are back near their mean \
              over the (up to) 28 days before: within 10% or twice the root of that mean, whatever \
              is more; 0 if they were not above that within 14 days after the shock; the days to \
              the end of the window if they are not back; empty where no shock strikes",
    formula_zh: "从统计期内首次冲击起, 到受冲击镇街中该冲击所涉事项的日末在办工单回落至此前(至多)28天均值附近\
                 (超出不多于10%或均值平方根的两倍, 取大者)所需天数; 冲击结束后14天内从未超出则为0; \
                 期末仍未恢复则取至期末的天数; 未受冲击处为空",
    value: |t: &Totals| t.backlog.recovery(),
};
