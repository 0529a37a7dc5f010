//! One row per case, or one event per step of a case, in the forms that other programs read.
//!
//! While a study runs, the cases of every run lie in a part of their own. At the end the parts are
//! read once (OCEL: twice) in a fixed order and written on, case by case, so memory does not grow
//! with the study.

mod ocel;
mod parts;
mod table;
mod xes;

use std::io::{self, Write};

use super::journal::{Kept, PartKind};
use crate::study::{CASE_COLUMNS, CaseKind, CaseNames};

/// Form of a file of cases.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CaseForm {
    /// `cases.csv`: one row per case.
    Csv,
    /// `cases.parquet`: the same with typed columns.
    Parquet,
    /// `cases.xes`: an event log, IEEE 1849.
    Xes,
    /// `cases.ocel.json`: an object-centric event log, OCEL 2.0.
    Ocel,
}

impl CaseForm {
    /// Name of the file.
    pub fn file(self) -> &'static str {
        match self {
            CaseForm::Csv => "cases.csv",
            CaseForm::Parquet => "cases.parquet",
            CaseForm::Xes => "cases.xes",
            CaseForm::Ocel => "cases.ocel.json",
        }
    }

    /// Name of the file of applications in this form; event logs have none.
    pub fn applications_file(self) -> &'static str {
        match self {
            CaseForm::Csv => "applications.csv",
            CaseForm::Parquet => "applications.parquet",
            CaseForm::Xes | CaseForm::Ocel => unreachable!("invariant: no logs of applications"),
        }
    }

    /// Whether it tells the steps of a case and not only the case.
    fn has_steps(self) -> bool {
        matches!(self, CaseForm::Xes | CaseForm::Ocel)
    }
}

/// Cases of a study, kept beside its finished replications.
pub struct CaseFiles {
    kept: Kept,
    districts: Vec<usize>,
    columns: Vec<(String, CaseKind)>,
    names: CaseNames,
    cases: bool,
    applications: bool,
    steps: bool,
}

impl CaseFiles {
    /// Cases of these districts in these forms, and their applications if those are wanted;
    /// `stages` are the ids of the stages of cases in order.
    pub fn new(
        kept: &Kept,
        forms: &[CaseForm],
        applications: bool,
        districts: &[usize],
        stages: &[&str],
        names: CaseNames,
    ) -> CaseFiles {
        let steps = forms.iter().any(|form| form.has_steps());
        let stages = stages.iter().map(|stage| (format!("{stage}_h"), CaseKind::Number));
        let columns = CASE_COLUMNS.iter().map(|(name, kind)| ((*name).to_owned(), *kind));
        let cases = (!forms.is_empty()).then_some(Self::part_of_cases(steps));
        let parts: Vec<PartKind> =
            cases.into_iter().chain(applications.then_some(PartKind::Applications)).collect();
        CaseFiles {
            kept: kept.clone().with_parts(districts, &parts),
            cases: cases.is_some(),
            applications,
            districts: districts.to_vec(),
            columns: columns.chain(stages).collect(),
            names,
            steps,
        }
    }

    fn part_of_cases(steps: bool) -> PartKind {
        if steps { PartKind::Steps } else { PartKind::Cases }
    }

    /// What the parts of cases hold.
    fn case_part(&self) -> PartKind {
        CaseFiles::part_of_cases(self.steps)
    }

    /// Writes all applications of the runs that there are, by arm, replication and district.
    ///
    /// # Errors
    /// When a part cannot be read or the whole not written.
    ///
    /// # Panics
    /// If the form is an event log.
    pub fn write_applications(
        &self,
        form: CaseForm,
        out: &mut (impl Write + Send),
        arms: &[String],
        replications: impl Iterator<Item = u32> + Clone,
    ) -> io::Result<()> {
        let runs = runs(arms, replications);
        match form {
            CaseForm::Csv => self.write_applications_csv(out, &runs),
            CaseForm::Parquet => self.write_applications_parquet(out, &runs),
            CaseForm::Xes | CaseForm::Ocel => unreachable!("invariant: no logs of applications"),
        }
    }

    /// The finished replications, those only whose cases are kept as well.
    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Writes all cases of the runs that there are, by arm, replication and district.
    ///
    /// # Errors
    /// When a part cannot be read or the whole not written.
    pub fn write(
        &self,
        form: CaseForm,
        out: &mut (impl Write + Send),
        arms: &[String],
        replications: impl Iterator<Item = u32> + Clone,
    ) -> io::Result<()> {
        let runs = runs(arms, replications);
        match form {
            CaseForm::Csv => self.write_csv(out, &runs),
            CaseForm::Parquet => self.write_parquet(out, &runs),
            CaseForm::Xes => self.write_xes(out, &runs),
            CaseForm::Ocel => self.write_ocel(out, arms, &runs),
        }
    }
}

/// Every run, by arm and replication.
fn runs(arms: &[String], replications: impl Iterator<Item = u32> + Clone) -> Vec<(usize, u32)> {
    (0..arms.len())
        .flat_map(|arm| replications.clone().map(move |replication| (arm, replication)))
        .collect()
}
