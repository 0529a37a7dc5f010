//! Optional columns of items and units: how work comes, how long it takes, who is there.

use crate::base::DAY;
use crate::domain::{Batch, Flow, Shape};
use crate::spec::{Diagnostics, Row, Words};

/// Optional columns of the tables of items.
pub(super) const COLUMNS: [&str; 6] =
    ["walk_in", "effort_shape", "arrival_gaps", "arrival_batch", "patience_h", "opening_cases"];

/// Words for a shape, for messages.
const SHAPES: &str = "exponential / deterministic / erlang N / gamma SHAPE / lognormal SCV / \
                      hyperexponential SCV (above 1)";

/// What the optional columns of an item say; empty cells are the usual.
pub(super) fn read_flow(row: &Row<'_>, log: &mut Diagnostics) -> Flow {
    let mut flow = Flow::USUAL;
    if !row.text("walk_in").is_empty() {
        flow.walk_in = row.choice("walk_in", &["0", "1"], log) == Some(1);
    }
    if let Some(shape) = read_shape(row, "effort_shape", log) {
        flow.effort = shape;
    }
    if let Some(shape) = read_shape(row, "arrival_gaps", log) {
        flow.gaps = shape;
    }
    let batch = row.text("arrival_batch");
    if !batch.is_empty() {
        match parse_batch(batch) {
            Some(batch) => flow.batch = batch,
            None => log.push(
                row.wrong("arrival_batch", Words::same("N (1-10000) / geometric MEAN (1-10000)")),
            ),
        }
    }
    flow.patience_h = row.number_or_empty("patience_h", (1e-3, 1e6), log);
    if let Some(opening) = row.number_or_empty("opening_cases", (0.0, 1e5), log) {
        flow.opening = opening as u32;
    }
    flow
}

fn read_shape(row: &Row<'_>, column: &str, log: &mut Diagnostics) -> Option<Shape> {
    let written = row.text(column);
    if written.is_empty() {
        return None;
    }
    let shape = parse_shape(written);
    if shape.is_none() {
        let known = ["exponential", "deterministic", "erlang", "gamma", "lognormal"];
        let word = written.split_whitespace().next().unwrap_or_default();
        let known = known.into_iter().chain(["hyperexponential"]);
        log.push(row.wrong(column, Words::same(SHAPES)).nearest(word, known));
    }
    shape
}

fn parse_shape(written: &str) -> Option<Shape> {
    let mut words = written.split_whitespace();
    let name = words.next()?;
    let number = words.next().map(str::parse::<f64>);
    let number = match number {
        None => None,
        Some(Ok(number)) if number.is_finite() && number > 0.0 => Some(number),
        Some(_) => return None,
    };
    if words.next().is_some() {
        return None;
    }
    match (name, number) {
        ("exponential", None) => Some(Shape::Exponential),
        ("deterministic", None) => Some(Shape::Deterministic),
        ("erlang", Some(n)) if n.fract() == 0.0 && n <= 1000.0 => Some(Shape::Erlang(n as u32)),
        ("gamma", Some(shape)) if (0.01..=1000.0).contains(&shape) => Some(Shape::Gamma(shape)),
        ("lognormal", Some(scv)) if scv <= 100.0 => Some(Shape::Lognormal(scv)),
        ("hyperexponential", Some(scv)) if scv > 1.0 && scv <= 1000.0 => {
            Some(Shape::Hyperexponential(scv))
        }
        _ => None,
    }
}

fn parse_batch(written: &str) -> Option<Batch> {
    match written.strip_prefix("geometric ") {
        Some(mean) => {
            let mean: f64 = mean.trim().parse().ok()?;
            (1.0..=1e4).contains(&mean).then_some(Batch::Geometric(mean))
        }
        None => {
            let n: u32 = written.parse().ok()?;
            (1..=10_000).contains(&n).then_some(Batch::Constant(n))
        }
    }
}

/// Posts of a unit set by hand: one number, or numbers by the hour such as `5@00:00;12@08:00`.
pub(super) fn read_posts(row: &Row<'_>, log: &mut Diagnostics) -> Vec<(u32, u32)> {
    let parts: Vec<&str> = row.parts("posts").collect();
    let read: Option<Vec<(u32, u32)>> = parts.iter().map(|part| parse_posts(part)).collect();
    let in_order = |posts: &Vec<(u32, u32)>| {
        posts.first().is_none_or(|first| first.0 == 0)
            && posts.windows(2).all(|pair| pair[0].0 < pair[1].0)
            && posts.iter().all(|(from, _)| i64::from(*from) < DAY)
    };
    match read.filter(in_order) {
        Some(posts) => posts,
        None => {
            let expected = Words::new(
                "岗位数，或按时段如 5@00:00;12@08:00;5@20:00",
                "a number of posts, or by the hour as 5@00:00;12@08:00;5@20:00",
            );
            log.push(row.wrong("posts", expected));
            Vec::new()
        }
    }
}

fn parse_posts(written: &str) -> Option<(u32, u32)> {
    let (posts, from) = match written.split_once('@') {
        Some((posts, from)) => (posts, super::calendar::parse_clock(from)?),
        None => (written, 0),
    };
    let posts: u32 = posts.trim().parse().ok()?;
    (posts <= 1_000_000).then_some((from, posts))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches a word that is taken for another shape, or a number that makes no sense.
    #[test]
    fn shapes_and_batches_are_read() {
        assert_eq!(parse_shape("erlang 4"), Some(Shape::Erlang(4)));
        assert_eq!(parse_shape("gamma 0.25"), Some(Shape::Gamma(0.25)));
        assert_eq!(parse_shape("hyperexponential 4"), Some(Shape::Hyperexponential(4.0)));
        for wrong in ["erlang", "erlang 1.5", "gamma -1", "hyperexponential 0.5", "exponential 2"] {
            assert_eq!(parse_shape(wrong), None, "{wrong}");
        }
        assert_eq!(parse_batch("10"), Some(Batch::Constant(10)));
        assert_eq!(parse_batch("geometric 2"), Some(Batch::Geometric(2.0)));
        assert_eq!((parse_batch("0"), parse_batch("geometric 0.5")), (None, None));
        assert_eq!(parse_posts("12@08:00"), Some((8 * 3600, 12)));
    }
}
