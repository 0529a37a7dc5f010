//! Checks of tables.

use super::*;

fn sample() -> Table {
    Table::new("summary")
        .with_text("arm", vec!["before".into(), "after".into(), "before".into()])
        .with_int("n", vec![3, 4, 5])
        .with_number("mean", vec![1.5, f64::NAN, 2.0])
}

#[test]
fn columns_keep_order_and_kind() {
    // Catches columns that are lost, reordered or changed in kind on the way in.
    let table = sample();
    let names: Vec<&str> = table.columns().iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["arm", "n", "mean"]);
    assert_eq!(table.n_rows(), 3);
    assert_eq!(table.text("arm")[1], "after");
    assert_eq!(table.int("n"), [3, 4, 5]);
    assert!(table.number("mean")[1].is_nan());
    assert!(Table::new("nothing").is_empty());
}

#[test]
#[should_panic(expected = "is not as long as")]
fn ragged_columns_are_refused() {
    // Catches a column that is shorter than the table, which would shift rows against each other.
    let _ = sample().with_int("late", vec![1]);
}

#[test]
#[should_panic(expected = "is there already")]
fn a_name_is_given_once() {
    // Catches two columns of one name, of which readers would see only the first.
    let _ = sample().with_int("n", vec![1, 2, 3]);
}

#[test]
#[should_panic(expected = "column n holds whole numbers, not numbers")]
fn a_wrong_kind_is_named() {
    // Catches a message that does not say which column is wrong and how.
    let _ = sample().number("n");
}

#[test]
fn rows_are_found_and_kept() {
    // Catches filters that take a missing column for a match, or lose the order of rows.
    let table = sample();
    assert_eq!(table.rows_where(&[("arm", "before")]), [0, 2]);
    assert_eq!(table.rows_where(&[("arm", "before"), ("n", "5")]), [2]);
    assert_eq!(table.rows_where(&[("nowhere", "")]), Vec::<usize>::new());
    assert_eq!(table.first_row(&[("arm", "after")]), Some(1));
    let kept = table.keep(&[2, 0]);
    assert_eq!(kept.int("n"), [5, 3]);
    assert_eq!(table.distinct("arm"), ["before", "after"]);
}

#[test]
fn cells_read_whatever_their_kind() {
    // Catches a table read from a file, where 2.0 came back as the whole number 2, being unusable.
    let table = sample();
    assert!((table.number_at("n", 0) - 3.0).abs() < f64::EPSILON);
    assert!(table.number_at("arm", 0).is_nan());
    assert!(table.number_at("nowhere", 0).is_nan());
    assert!(table.number_at("n", 99).is_nan());
    assert_eq!(table.text_at("mean", 0), "1.5");
    assert_eq!(table.text_at("mean", 1), "");
    assert_eq!(table.text_at("n", 2), "5");
}

#[test]
fn appending_joins_rows_of_equal_columns() {
    // Catches rows added under the wrong column, or a first batch that is lost.
    let mut all = Table::new("summary");
    all.append(sample());
    all.append(sample());
    assert_eq!(all.n_rows(), 6);
    assert_eq!(all.int("n"), [3, 4, 5, 3, 4, 5]);
}

#[test]
fn every_missing_column_is_named_at_once() {
    // Catches a check that stops at the first missing column.
    let missing = sample().require(&["arm", "low", "high"]).unwrap_err();
    assert_eq!(missing.to_string(), "table summary lacks: low, high");
    assert_eq!(sample().require(&["arm", "n"]), Ok(()));
}
