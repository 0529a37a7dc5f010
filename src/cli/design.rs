//! A design as tables: what each arm's factors are set to, and what the settings stand for.

use crate::compile::{Factor, LoadedDesign, Setting};
use crate::table::Table;

/// Tables `design` and `factors` for the arms that are run.
pub(super) fn tables(design: &LoadedDesign, arms: &[&str]) -> [Table; 2] {
    let points: Vec<&(String, Vec<Option<Setting>>)> =
        design.points.iter().filter(|(arm, _)| arms.contains(&arm.as_str())).collect();
    let names = points.iter().map(|(arm, _)| arm.clone()).collect();
    let mut table = Table::new("design").with_text("arm", names);
    for (at, factor) in design.factors.iter().enumerate() {
        let of = |point: &&(String, Vec<Option<Setting>>)| point.1[at].clone();
        let settings: Vec<Option<Setting>> = points.iter().map(of).collect();
        // A column of numbers where every setting is one.
        let number = |setting: &Option<Setting>| match setting {
            Some(setting) => setting.text.parse::<f64>().ok(),
            None => Some(f64::NAN),
        };
        let numbers: Option<Vec<f64>> = settings.iter().map(number).collect();
        table = match numbers {
            Some(numbers) => table.with_number(&*factor.name, numbers),
            None => {
                let text = |setting: Option<Setting>| setting.map(|s| s.text).unwrap_or_default();
                table.with_text(&*factor.name, settings.into_iter().map(text).collect())
            }
        };
    }
    [table, factors(design)]
}

/// Table `factors`: a row per setting of a factor with levels, one row per factor with a range.
fn factors(design: &LoadedDesign) -> Table {
    let mut words: [Vec<String>; 8] = Default::default();
    let mut numbers: [Vec<f64>; 3] = Default::default();
    let mut add = |factor: &Factor, setting: [&str; 3], row: [f64; 3]| {
        let Factor { name, zh, en, unit, kind, .. } = factor;
        let cells = [name, kind.id(), zh, en, unit, setting[0], setting[1], setting[2]];
        for (column, cell) in words.iter_mut().zip(cells) {
            column.push(cell.to_owned());
        }
        for (column, cell) in numbers.iter_mut().zip(row) {
            column.push(cell);
        }
    };
    for factor in &design.factors {
        if let Some((low, high)) = factor.range() {
            add(factor, [""; 3], [f64::NAN, low, high]);
            continue;
        }
        for level in 0..factor.n_levels() {
            let Setting { text, zh, en, number, .. } = factor.level(level);
            add(factor, [&text, &zh, &en], [number, f64::NAN, f64::NAN]);
        }
    }
    let mut table = Table::new("factors");
    let names =
        ["factor", "kind", "name_zh", "name_en", "unit", "setting", "setting_zh", "setting_en"];
    for (name, column) in names.into_iter().zip(words) {
        table = table.with_text(name, column);
    }
    for (name, column) in ["number", "low", "high"].into_iter().zip(numbers) {
        table = table.with_number(name, column);
    }
    table
}
