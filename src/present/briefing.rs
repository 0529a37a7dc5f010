//! What a briefing is made of: the tables of a finished study and the names to show them with.

use super::format::UnitView;
use super::wording::Lang;
use crate::table::{Cells, Table};

/// What was asked and how it was run, in words for a reader.
#[derive(Clone, Debug, Default)]
pub struct Meta {
    /// Title of the study, Chinese.
    pub title_zh: String,
    /// Title of the study, English.
    pub title_en: String,
    /// The question, Chinese.
    pub question_zh: String,
    /// The question, English.
    pub question_en: String,
    /// Id of the arm that the others are compared with.
    pub baseline: String,
    /// Ids of all arms in order, the baseline among them.
    pub arms: Vec<String>,
    /// Area in the words of the option (`city`, `district:历下区`).
    pub area: String,
    /// First day of the window that is measured or, if unknown, of the run (`2019-01-01`).
    pub start_date: String,
    /// Length of the warm-up before it \[days\].
    pub warm_up_days: i64,
    /// Length of the window that is measured \[days\].
    pub horizon_days: i64,
    /// Replications per arm.
    pub replications: i64,
    /// Seed of the first replication's streams.
    pub seed: u64,
    /// Version of the program.
    pub version: String,
    /// Digest of the model and its tables.
    pub model_digest: String,
    /// Digest of the experiment file; empty without one.
    pub experiment_digest: String,
    /// Rust toolchain that the program's source asks for.
    pub toolchain: String,
    /// Digest of the program's `Cargo.lock`.
    pub lock_digest: String,
    /// Input files with their digests.
    pub inputs: Vec<(String, String)>,
    /// The command that gives the same result again.
    pub command: String,
    /// Level of every interval (0.95).
    pub confidence: f64,
    /// KPIs that answer the question, most important first; empty: the first headline KPI there is.
    pub primary_kpis: Vec<String>,
    /// Scope ids of streets to point out in the ranking (`姚家街道`); may be empty.
    pub highlight: Vec<String>,
}

/// Everything charts and report read. Each table may be empty; what needs it is then left out.
///
/// Columns may be of any kind that reads as needed (see `Table::number_at`), so tables read back
/// from files serve as well as fresh ones. Further columns are ignored.
#[derive(Clone, Debug, Default)]
pub struct Briefing {
    /// Question, arms and design.
    pub meta: Meta,
    /// `arm, scope, scope_id, kpi, unit, n, mean, sd, low, high, confidence`.
    pub summary: Table,
    /// `baseline, arm, scope, scope_id, kpi, unit, n, difference, low, high, p_value, p_adjusted,
    /// correlation, variance_ratio, verdict`.
    pub compare: Table,
    /// `arm, scope, scope_id, pool, unit_zh, staff, utilisation, low, high, share_above_0_9,
    /// queue_mean, queue_max, wait_mean_h, wait_p90_h`.
    pub pools: Table,
    /// `arm, scope, scope_id, stage, mean_h, low, high, share`, stages in ledger order.
    pub stages: Table,
    /// `arm, scope, scope_id, day, closed_share, low, high`.
    pub closure: Table,
    /// `arm, replication, seed, status, events, cases, digest`; `status` is `ok` when it ended.
    pub runs: Table,
    /// `arm, scope, scope_id, day, date, open_mean, low, high`; `date` as `2019-01-31`.
    pub backlog: Table,
    /// `arm, scope, scope_id, weekday (0 = Monday), hour (0–23), registered_mean, busy_mean, low,
    /// high`.
    pub hours: Table,
    /// `arm, scope, scope_id, from, to, closed_share, low, high, unresolved_share`: parts of all
    /// closures by share of the limit used; `to` is empty in the last bin.
    pub limit_use: Table,
    /// `baseline, arm, mechanism, kpi, expected, found, difference, low, high`; the third column
    /// may also be called `lever` or `id`.
    pub effects: Table,
    /// `arm` and a column per factor: what each arm of a design is set to.
    pub design: Table,
    /// `factor, kind, name_zh, name_en, unit, setting, setting_zh, setting_en, number, low, high`.
    pub factors: Table,
    /// `kpi, unit, good, arm, n, mean, difference, low, high, confidence, candidate`.
    pub best: Table,
    /// `kpi, name_zh, name_en, unit_zh, unit_en, good`; `good` is `up`, `down` or `none`.
    pub kpi_names: Table,
    /// `arm, name_zh, name_en`.
    pub arm_names: Table,
    /// `scope, scope_id, name_zh, name_en` and, optional, `parent`: the district of a street, as
    /// its `scope_id`; the ranking is grouped by it.
    pub scope_names: Table,
    /// `stage, zh, en`, in ledger order.
    pub stage_names: Table,
    /// `pool, zh, en`.
    pub pool_names: Table,
    /// `key, value, unit, low, high, source, zh, en`.
    pub assumptions: Table,
    /// `kind, text_zh, text_en`; kind `calibration` is a prediction beside its source, `limit` a
    /// limit of the study, `streets` says what the sizes of streets rest on (without one they are
    /// called assumed), anything else is a plain note.
    pub notes: Table,
    /// `item, title_zh, title_en, text_zh, text_en, human_zh, human_en`: items of STRESS-DES and
    /// what a human has to add.
    pub stress: Table,
    /// Tables of further analyses; each has its section in the report, under its name.
    pub more: Vec<Table>,
}

/// Level and difference of one KPI of one arm against the baseline, for the whole area.
#[derive(Clone, Debug)]
pub(super) struct Paired {
    pub kpi: String,
    pub n: f64,
    pub difference: f64,
    pub low: f64,
    pub high: f64,
    pub verdict: String,
    pub baseline: Level,
    pub arm: Level,
}

/// A mean and its interval.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

/// Where a number lies when assumed values move within their ranges.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unknown {
    pub low: f64,
    pub high: f64,
}

/// More arms than this are told together.
const MANY_ARMS: usize = 6;

/// Rows of the whole area.
const CITY: [(&str, &str); 2] = [("scope", "city"), ("scope_id", "all")];

impl Briefing {
    /// All text of the bundle that a chart or report may show, for a check of the font.
    #[must_use]
    pub fn missing_glyphs(&self) -> Vec<char> {
        let meta = &self.meta;
        let mut text = [&meta.title_zh, &meta.title_en, &meta.question_zh, &meta.question_en]
            .map(String::as_str)
            .concat();
        let names = [
            &self.kpi_names,
            &self.arm_names,
            &self.scope_names,
            &self.stage_names,
            &self.pool_names,
            &self.assumptions,
            &self.notes,
        ];
        for column in names.iter().flat_map(|table| table.columns()) {
            if let Cells::Text(cells) = &column.cells {
                text.extend(cells.iter().map(String::as_str));
            }
        }
        super::font::missing_glyphs(&text)
    }

    /// Arms other than the baseline, in order.
    pub(super) fn others(&self) -> impl Iterator<Item = &String> {
        self.meta.arms.iter().filter(|arm| **arm != self.meta.baseline)
    }

    /// Arms with the baseline first.
    pub(super) fn arms(&self) -> Vec<String> {
        let baseline = &self.meta.baseline;
        let first = self.meta.arms.iter().filter(|arm| *arm == baseline);
        first.chain(self.others()).cloned().collect()
    }

    /// Name of a KPI.
    pub(super) fn kpi(&self, kpi: &str, lang: Lang) -> String {
        name(&self.kpi_names, &[("kpi", kpi)], ["name_zh", "name_en"], lang, kpi)
    }

    /// Whether more of a KPI is good (`up`), less (`down`) or neither (`none`).
    pub(super) fn good(&self, kpi: &str) -> String {
        let row = self.kpi_names.first_row(&[("kpi", kpi)]);
        row.map_or_else(String::new, |row| self.kpi_names.text_at("good", row).into_owned())
    }

    /// How the unit of a KPI is shown; `raw` is the unit column of the table of results.
    pub(super) fn unit(&self, kpi: &str, raw: &str, lang: Lang) -> UnitView {
        if raw == "share" {
            return UnitView {
                factor: 100.0,
                level: "%".into(),
                difference: lang.pick(" 个百分点", " points").into(),
            };
        }
        let columns = ["unit_zh", "unit_en"];
        let unit = name(&self.kpi_names, &[("kpi", kpi)], columns, lang, raw);
        let unit = if unit.is_empty() { unit } else { format!(" {unit}") };
        UnitView { factor: 1.0, level: unit.clone(), difference: unit }
    }

    /// Name of an arm.
    pub(super) fn arm(&self, arm: &str, lang: Lang) -> String {
        name(&self.arm_names, &[("arm", arm)], ["name_zh", "name_en"], lang, arm)
    }

    /// Name of a place or unit.
    pub(super) fn scope(&self, scope: &str, id: &str, lang: Lang) -> String {
        let wanted = [("scope", scope), ("scope_id", id)];
        name(&self.scope_names, &wanted, ["name_zh", "name_en"], lang, id)
    }

    /// The area of the study in words.
    pub(super) fn area(&self, lang: Lang) -> String {
        let one = |area: &str| match area.trim().split_once(':') {
            Some((scope, id)) => self.scope(scope, id, lang),
            None if matches!(area.trim(), "city" | "") => {
                lang.pick("全市", "the whole city").to_owned()
            }
            None => area.trim().to_owned(),
        };
        let parts: Vec<String> = self.meta.area.split([',', ';']).map(one).collect();
        parts.join(lang.pick("、", ", "))
    }

    /// District of a street, as its scope id; empty when it is not known.
    pub(super) fn parent(&self, scope: &str, id: &str) -> String {
        let row = self.scope_names.first_row(&[("scope", scope), ("scope_id", id)]);
        row.map_or_else(String::new, |row| self.scope_names.text_at("parent", row).into_owned())
    }

    /// Name of a stage of a case.
    pub(super) fn stage(&self, stage: &str, lang: Lang) -> String {
        name(&self.stage_names, &[("stage", stage)], ["zh", "en"], lang, stage)
    }

    /// Name of a pool; without one, the unit's name in the table of pools, then the id.
    pub(super) fn pool(&self, pool: &str, lang: Lang) -> String {
        let own = name(&self.pool_names, &[("pool", pool)], ["zh", "en"], lang, "");
        if !own.is_empty() {
            return own;
        }
        let row = self.pools.first_row(&[("pool", pool)]);
        let unit = row.map_or_else(String::new, |row| self.pools.text_at("unit_zh", row).into());
        if unit.is_empty() { pool.to_owned() } else { unit }
    }

    /// Notes of a kind.
    pub(super) fn notes_of(&self, kind: &str, lang: Lang) -> Vec<String> {
        let (own, other) = match lang {
            Lang::Zh => ("text_zh", "text_en"),
            Lang::En => ("text_en", "text_zh"),
        };
        let rows = self.notes.rows_where(&[("kind", kind)]);
        rows.into_iter()
            .map(|row| {
                let text = self.notes.text_at(own, row);
                if text.is_empty() { self.notes.text_at(other, row) } else { text }.into_owned()
            })
            .filter(|text| !text.is_empty())
            .collect()
    }

    /// Stages in ledger order: that of their names, then any others in the order of the table.
    pub(super) fn stage_order(&self) -> Vec<String> {
        let present = self.stages.distinct("stage");
        let named = self.stage_names.distinct("stage");
        let mut ordered: Vec<String> =
            named.iter().filter(|stage| present.contains(stage)).cloned().collect();
        ordered.extend(present.into_iter().filter(|stage| !named.contains(stage)));
        ordered
    }

    /// Rows of a table for one arm and the whole area.
    pub(super) fn city_rows(&self, table: &Table, arm: &str) -> Vec<usize> {
        table.rows_where(&[("arm", arm), CITY[0], CITY[1]])
    }

    /// Mean and interval of a KPI of an arm for the whole area.
    pub(super) fn level(&self, arm: &str, kpi: &str) -> Level {
        let row = self.summary.first_row(&[("kpi", kpi), ("arm", arm), CITY[0], CITY[1]]);
        let at = |column| row.map_or(f64::NAN, |row| self.summary.number_at(column, row));
        Level { mean: at("mean"), low: at("low"), high: at("high") }
    }

    /// Unit of a KPI as the tables of results write it.
    pub(super) fn raw_unit(&self, kpi: &str) -> String {
        for table in [&self.compare, &self.summary] {
            if let Some(row) = table.first_row(&[("kpi", kpi)]) {
                return table.text_at("unit", row).into_owned();
            }
        }
        String::new()
    }

    /// The comparison of one KPI of one arm for the whole area.
    pub(super) fn paired(&self, arm: &str, kpi: &str) -> Option<Paired> {
        let row = self.compare.first_row(&[("kpi", kpi), ("arm", arm), CITY[0], CITY[1]])?;
        let at = |column| self.compare.number_at(column, row);
        Some(Paired {
            kpi: kpi.to_owned(),
            n: at("n"),
            difference: at("difference"),
            low: at("low"),
            high: at("high"),
            verdict: self.compare.text_at("verdict", row).into_owned(),
            baseline: self.level(&self.meta.baseline, kpi),
            arm: self.level(arm, kpi),
        })
    }

    /// Comparisons of an arm in the order of the headline, primary KPIs first.
    pub(super) fn headline(&self, arm: &str) -> Vec<Paired> {
        self.headline_ids().iter().filter_map(|kpi| self.paired(arm, kpi)).collect()
    }

    /// KPIs in the order of the headline, primary ones first.
    pub(super) fn headline_ids(&self) -> Vec<String> {
        let primary = &self.meta.primary_kpis;
        let rest = HEADLINE.iter().filter(|kpi| !primary.iter().any(|p| p == *kpi));
        primary.iter().cloned().chain(rest.map(|kpi| (*kpi).to_owned())).collect()
    }

    /// Are there so many arms that a table or chart for each would tell nobody anything?
    pub(super) fn has_many_arms(&self) -> bool {
        self.meta.arms.len() > MANY_ARMS
    }

    /// What is not known of a KPI beside chance: of the difference of an arm, or of the level of
    /// the baseline where it stands alone. None if nobody asked.
    pub(super) fn unknown(&self, arm: &str, kpi: &str) -> Option<Unknown> {
        let table = self.table("ignorance")?;
        let kind = if arm == self.meta.baseline { "level" } else { "difference" };
        let wanted = [("kind", kind), ("arm", arm), ("kpi", kpi), CITY[0], CITY[1]];
        let row = table.first_row(&wanted)?;
        let at = |column| table.number_at(column, row);
        Some(Unknown { low: at("ignorance_low"), high: at("ignorance_high") })
    }

    /// Fewest and most replications of an arm that ended.
    pub(super) fn replications(&self) -> (i64, i64) {
        let counts: Vec<i64> = self
            .meta
            .arms
            .iter()
            .map(|arm| self.runs.rows_where(&[("arm", arm), ("status", "ok")]).len() as i64)
            .filter(|n| *n > 0)
            .collect();
        let own = self.meta.replications;
        (counts.iter().copied().min().unwrap_or(own), counts.iter().copied().max().unwrap_or(own))
    }

    /// A table of a further analysis, if it has rows.
    pub(super) fn table(&self, name: &str) -> Option<&Table> {
        self.more.iter().find(|table| table.name() == name && table.n_rows() > 0)
    }
}

/// KPIs of the headline, in the order a reader of a briefing meets them.
pub(super) const HEADLINE: [&str; 18] = [
    "on_time_share",
    "time_to_close_mean",
    "time_to_close_p90",
    "time_to_resolve_mean",
    "resolution_share",
    "nominal_share",
    "satisfaction_share",
    "return_share",
    "shirking_share",
    "first_dispatch_accuracy",
    "limbo_mean",
    "callup_response_mean",
    "arrival_on_time_share",
    "repeat_share",
    "overload_share",
    "burden_hours_per_head",
    "application_time_mean",
    "cost_per_resolved",
];

/// A name in one language, else in the other, else the fallback.
fn name(
    table: &Table,
    wanted: &[(&str, &str)],
    columns: [&str; 2],
    lang: Lang,
    or: &str,
) -> String {
    let Some(row) = table.first_row(wanted) else { return or.to_owned() };
    let order = match lang {
        Lang::Zh => columns,
        Lang::En => [columns[1], columns[0]],
    };
    for column in order {
        let cell = table.text_at(column, row);
        if !cell.is_empty() {
            return cell.into_owned();
        }
    }
    or.to_owned()
}
