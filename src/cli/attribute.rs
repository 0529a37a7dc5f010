//! `huying attribute`: which part of a change made the difference.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::compile::Mixer;
use crate::domain::groups;
use crate::domain::mechanism::group_of;
use crate::study::{Attribution, Choice, MOST_PLAYERS, Player, Point};

use super::asked::ArmRule;
use super::failure::{Failure, Outcome};
use super::options::{DesignOptions, Format, OutOptions, RowForms, ScenarioOptions, ShowOptions};
use super::output;
use super::points::{self, Runner, Settings};
use super::question::Question;

/// Who shares the difference.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
enum By {
    /// Groups of mechanisms A to H: all sets of them
    #[default]
    Groups,
    /// Levers that the scenarios set differently: sampled orders
    Levers,
}

/// Divide the difference of two scenarios among groups of mechanisms, or levers
///
/// Each group (or lever) takes its values from the second scenario, in all combinations (or in
/// sampled orders); all meet the same issues, people and luck. For every KPI: what each adds alone,
/// what is lost without it, and its Shapley value, which add up to the whole difference. Intervals
/// come from the replications.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The model: a folder, its model.toml, or a name in models/
    model: PathBuf,
    /// Who shares the difference
    #[arg(long, value_enum, default_value_t)]
    by: By,
    /// Pairs of an order and its reverse in each replication; for `--by levers`, or to spare runs
    /// with groups
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    orders: Option<u32>,
    /// KPI that charts and the terminal show; repeatable
    #[arg(long, value_name = "ID")]
    kpi: Vec<String>,
    /// Run one point only, as `failures.csv` names it, and show its KPIs
    #[arg(long, value_name = "SETTING:REPLICATION", value_parser = points::parse_point)]
    point: Option<Point>,
    #[command(flatten)]
    scenarios: ScenarioOptions,
    #[command(flatten)]
    design: DesignOptions,
    #[command(flatten)]
    out: OutOptions,
    #[command(flatten)]
    show: ShowOptions,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        self.make(Some(self.show.format))
    }

    /// Makes the result; without a format only progress is told.
    pub(super) fn make(&self, format: Option<Format>) -> Result<Outcome, Failure> {
        let lang = self.show.lang;
        self.out.row_forms().refused_by("attribute")?;
        self.design.without_ignorance("attribute")?;
        let [from, to] = self.sides()?;
        let question = self.question()?;
        let mixer = Mixer::load(&question.model, &from, &to).map_err(Failure::input(lang))?;
        let players = self.players(&question, &mixer);
        let study = question.study();
        let choice = match (self.by, self.orders) {
            (By::Groups, None) => Choice::All,
            (By::Groups | By::Levers, pairs) => {
                Choice::Orders { pairs: pairs.unwrap_or(1), seed: study.seed }
            }
        };
        let n = players.iter().filter(|player| !player.levers.is_empty()).count();
        if n == 0 {
            let words = ["两个情景没有不同的杠杆", "the scenarios set no lever differently"];
            return Err(Failure::usage(words));
        }
        if n > MOST_PLAYERS {
            return Err(Failure::usage([
                format!("有 {n} 个杠杆不同；最多 {MOST_PLAYERS} 个"),
                format!("{n} levers differ; {MOST_PLAYERS} at most"),
            ]));
        }
        let plan = Attribution::new(players, choice, study.replications.clone().collect());
        let levers = plan.settings();
        let lines: Vec<String> =
            levers.iter().map(|own| format!("{from} with {} of {to}", own.join(","))).collect();
        let model = &question.model;
        let make = |setting: usize| mixer.plan(model, &levers[setting]);
        let settings = Settings { lines: lines.clone(), plan: &make };
        let mut runner = Runner::open(&question, &self.out)?;
        if let Some(point) = self.point {
            let well = runner.replay(&settings, point)?;
            return Ok(if well { Outcome::Done } else { Outcome::Doubtful });
        }
        runner.run(lang.pick("归因", "Attribution"), &settings, &plan.points())?;
        let table = plan.table(&runner.table, runner.study().confidence);
        let shown = table.clone();
        let (well, bundle) = runner.finish(&lines, vec![table], &[])?;
        match format {
            Some(Format::Csv) => output::say_csv(&shown)?,
            Some(Format::Json) => output::say_json(&output::rows(&shown))?,
            Some(Format::Text) => output::say_analysis(&bundle, &shown, lang)?,
            None => {}
        }
        Ok(if well { Outcome::Done } else { Outcome::Doubtful })
    }

    /// The two scenarios.
    fn sides(&self) -> Result<[String; 2], Failure> {
        if !self.scenarios.set.is_empty() {
            return Err(Failure::usage([
                "attribute 按情景原样比较两个情景：请把设置写进其中一个",
                "attribute compares two scenarios as they are: write settings into one",
            ]));
        }
        match self.scenarios.scenario.as_slice() {
            [] => Ok(["before", "after"].map(str::to_owned)),
            [from, to] => Ok([from.clone(), to.clone()]),
            _ => {
                let words = ["attribute 需要两个 --scenario", "attribute takes two --scenario"];
                Err(Failure::usage(words))
            }
        }
    }

    fn question(&self) -> Result<Question, Failure> {
        let mut question = Question::of_model(
            "attribute",
            &self.model,
            ArmRule::Several,
            &self.scenarios,
            &self.design,
            RowForms::default(),
            self.show.lang,
        )?;
        question.primary = points::kpis(&self.kpi)?;
        let by = if self.by == By::Groups { "groups" } else { "levers" };
        let options = [
            ("by", vec![by.to_owned()]),
            ("orders", self.orders.iter().map(u32::to_string).collect()),
            ("kpi", self.kpi.clone()),
        ];
        let question = question.with_options(&options);
        let [from, to] = [0, 1].map(|at| question.arm_names()[at].map(str::to_owned));
        let what = match self.by {
            By::Groups => ["机制组", "group of mechanisms"],
            By::Levers => ["手段", "lever"],
        };
        let asked = [
            format!("从“{}”到“{}”的变化，各{}各占多少？", from[0], to[0], what[0]),
            format!(
                "How much of the change from \"{}\" to \"{}\" does each {} account for?",
                from[1], to[1], what[1]
            ),
        ];
        let title = ["：差别由哪些部分造成", "which part made the difference"];
        Ok(question.with_title(title, asked))
    }

    fn players(&self, question: &Question, mixer: &Mixer) -> Vec<Player> {
        let moved = mixer.moved(&question.model);
        match self.by {
            By::Groups => groups()
                .iter()
                .map(|group| Player {
                    id: group.letter.to_string(),
                    zh: group.zh.to_owned(),
                    en: group.en.to_owned(),
                    levers: moved
                        .iter()
                        .filter(|lever| group_of(lever) == Some(group.letter))
                        .map(|lever| lever.id)
                        .collect(),
                })
                .collect(),
            By::Levers => moved
                .iter()
                .map(|lever| Player {
                    id: lever.id.to_owned(),
                    zh: lever.zh.to_owned(),
                    en: lever.en.to_owned(),
                    levers: vec![lever.id],
                })
                .collect(),
        }
    }
}
