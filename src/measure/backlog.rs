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
    /// The same days over the streets that a shock strikes in the window.
    pub(super) struck: Vec<u64>,
    /// Day of the window on which the first of these was struck.
    pub(super) shock: Option<usize>,
}

impl Backlog {
    /// Adds a street's days.
    pub(super) fn add(&mut self, daily: &[u32]) {
        add(&mut self.daily, daily);
    }

    /// Adds the days of a street that was struck on one of them.
    pub(super) fn add_struck(&mut self, daily: &[u32], day: usize) {
        add(&mut self.struck, daily);
        self.shock = Some(self.shock.map_or(day, |first| first.min(day)));
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
        let shock = self.shock.filter(|&day| day > 0 && day < daily.len())?;
        let before = &daily[shock.saturating_sub(BEFORE)..shock];
        let level = before.iter().sum::<u64>() as f64 / before.len() as f64;
        let above = |day: &usize| daily[*day] as f64 > 1.1 * level;
        let Some(struck) = (shock..daily.len()).find(above) else { return Some(0.0) };
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
    formula: "days from the first shock of the window until the backlog of the streets struck, at \
              the end of a day, is back within 10% of its mean over the (up to) 28 days before; 0 \
              if it never left; the days to the end of the window if it is not back; empty where \
              no shock strikes",
    formula_zh: "从统计期内首次冲击到受冲击镇街日末积压回落至此前(至多)28天均值的110%以内所需天数; \
                 从未超出则为0; 期末仍未恢复则取至期末的天数; 未受冲击处为空",
    value: |t: &Totals| t.backlog.recovery(),
};
