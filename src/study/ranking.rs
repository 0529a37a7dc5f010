//! Streets in order, and how sure the order is.

use crate::measure::{KPIS, Kpi, KpiId, Scope};
use crate::stats::{Good, ranking::Ranking};
use crate::table::Table;

use super::notes::Note;
use super::result::StudyResult;

/// Share of streets that counts as the last ones.
const LAST_SHARE: f64 = 0.1;
/// Draws for the chance of being among them.
const DRAWS: u32 = 2000;

impl StudyResult {
    /// `ranking`: streets by each of these KPIs, the best first, with the ranks between which each
    /// truly lies and the chance that it is truly among the worst tenth. KPIs without a good
    /// direction, or without streets, are not ranked.
    pub fn ranking_table(&self, kpis: &[&str]) -> Table {
        let ranked = kpis.iter().filter_map(|id| KpiId::find(id));
        let ranked: Vec<(KpiId, &Kpi)> = ranked
            .map(|kpi| (kpi, &KPIS[kpi.index()]))
            .filter(|(_, kpi)| kpi.good != Good::Neither)
            .collect();
        let mut words: [Vec<String>; 4] = Default::default();
        let mut whole: [Vec<i64>; 4] = Default::default();
        let mut numbers: [Vec<f64>; 5] = Default::default();
        for (arm, name) in self.arms().iter().enumerate() {
            for (kpi, entry) in &ranked {
                let streets: Vec<&str> = self
                    .kpis
                    .keys()
                    .filter(|(key, _)| key.place.scope == Scope::Street && key.kpi == *kpi)
                    .map(|(key, _)| &*key.place.id)
                    .collect();
                let values: Vec<Vec<f64>> = streets
                    .iter()
                    .filter_map(|street| self.values(arm, Scope::Street, street, *kpi))
                    .collect();
                let ranking = Ranking {
                    largest_first: entry.good == Good::Up,
                    confidence: self.frame.confidence,
                    last_share: LAST_SHARE,
                    draws: DRAWS,
                    seed: self.frame.seed,
                };
                let ranks = ranking.rank(&values);
                let of = ranks.iter().flatten().count();
                for (street, ranked) in streets.iter().zip(ranks) {
                    let Some(ranked) = ranked else { continue };
                    let cells = [name.as_str(), entry.id, entry.unit, street];
                    for (column, cell) in words.iter_mut().zip(cells) {
                        column.push(cell.to_owned());
                    }
                    for (column, cell) in
                        whole.iter_mut().zip([ranked.n, ranked.low, ranked.high, of])
                    {
                        column.push(cell as i64);
                    }
                    let row =
                        [ranked.mean, ranked.rank, ranked.own_low, ranked.own_high, ranked.last];
                    super::tables::push(&mut numbers, row);
                }
            }
        }
        let [arms, ids, units, streets] = words;
        let [n, low, high, of] = whole;
        let [mean, rank, own_low, own_high, last] = numbers;
        let scopes = vec![Scope::Street.id().to_owned(); arms.len()];
        Table::new("ranking")
            .with_text("arm", arms)
            .with_text("kpi", ids)
            .with_text("unit", units)
            .with_text("scope", scopes)
            .with_text("scope_id", streets)
            .with_int("n", n)
            .with_number("mean", mean)
            .with_number("rank", rank)
            .with_int("of", of)
            .with_int("rank_low", low)
            .with_int("rank_high", high)
            .with_number("own_low", own_low)
            .with_number("own_high", own_high)
            .with_number("worst_tenth", last)
    }

    /// What a ranking of streets rests on; none without streets to rank.
    pub fn ranking_note(&self) -> Option<Note> {
        let streets = |(key, _): (&super::series::KpiKey, usize)| {
            (key.place.scope == Scope::Street).then(|| key.place.id.clone())
        };
        let mut places: Vec<_> = self.kpis.keys().filter_map(streets).collect();
        places.dedup();
        (places.len() > 1).then(|| Note {
            zh: "镇街排名的区间只含随机误差；镇街人口规模多为假定，排名也随之假定：不能当作对真实镇街的评价。"
                .to_owned(),
            en: "Intervals of ranks contain chance only. The sizes of streets are mostly assumed, \
                 and so is their order: it is no judgment of real streets."
                .to_owned(),
        })
    }
}
