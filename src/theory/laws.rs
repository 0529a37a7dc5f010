//! Laws of service as tables of exact results write them.

use super::params::{Wrong, wrong};
use super::spec::Law;
use crate::domain::Shape;

/// Words and numbers of a text, whatever stands between them.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let fit = |c: char| c.is_ascii_alphanumeric() || c == '.';
    let split = |part: &str| -> Vec<String> {
        let digits = part.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(part.len());
        let (word, number) = part.split_at(digits);
        [word, number].iter().filter(|x| !x.is_empty()).map(|x| x.to_lowercase()).collect()
    };
    text.split(|c: char| !fit(c)).filter(|part| !part.is_empty()).flat_map(split).collect()
}

const LAWS: &str = "a law: deterministic M, exponential M, lognormal mean M scv C, gamma shape K \
                    mean M, Ek, H2, or ('exp', M), ('det', M), ('gamma', K, M), ('logn', M, C)";

/// Numbers in the text of a law: named ones, and bare ones in order.
#[derive(Default)]
struct Figures {
    mean: Option<f64>,
    scv: Option<f64>,
    shape: Option<f64>,
    bare: Vec<f64>,
}

fn figures(words: &[String]) -> Option<Figures> {
    let mut figures = Figures::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let named = match word.as_str() {
            "mean" => &mut figures.mean,
            "scv" => &mut figures.scv,
            "shape" => &mut figures.shape,
            _ => {
                figures.bare.push(word.parse().ok()?);
                continue;
            }
        };
        *named = Some(words.next()?.parse().ok()?);
    }
    Some(figures)
}

/// The law of a name; `mean` and `scv` come from other cells.
fn named(name: &str, figures: &Figures, mean: Option<f64>, scv: Option<f64>) -> Option<Law> {
    let (first, second) = (figures.bare.first().copied(), figures.bare.get(1).copied());
    // One bare number is the mean unless something else gives it; then it is the shape.
    let lone = second.is_none() && mean.is_none() && figures.mean.is_none();
    let (one, other) = if lone { (None, first) } else { (first, second) };
    let mean_after = |bare: Option<f64>| figures.mean.or(bare).or(mean);
    let law = match name {
        "deterministic" | "det" | "d" => {
            Law { shape: Shape::Deterministic, mean: mean_after(first)? }
        }
        "exponential" | "exp" | "m" => Law { shape: Shape::Exponential, mean: mean_after(first)? },
        "lognormal" | "logn" => {
            // ('logn', mean, scv), but "logn2" with the mean elsewhere.
            let pair = second.is_some();
            let own = if pair { second } else { one };
            let scv = figures.scv.or(own).or(scv)?;
            Law {
                shape: Shape::Lognormal(scv),
                mean: mean_after(if pair { first } else { other })?,
            }
        }
        "gamma" => {
            let shape = figures.shape.or(one).or(scv.map(|scv| 1.0 / scv))?;
            Law { shape: Shape::Gamma(shape), mean: mean_after(other)? }
        }
        "e" | "erl" | "erlang" => {
            let stages = first.filter(|k| k.fract() == 0.0 && (1.0..=1000.0).contains(k))?;
            Law { shape: Shape::Erlang(stages as u32), mean: mean_after(second)? }
        }
        "h" | "hyper" | "hyperexponential" => {
            let scv = figures.scv.or(scv).filter(|scv| *scv > 1.0)?;
            Law { shape: Shape::Hyperexponential(scv), mean: mean_after(None)? }
        }
        _ => return None,
    };
    (law.mean > 0.0).then_some(law)
}

/// A law as the tables write it: `lognormal mean 1 scv 0.5`, `gamma shape 0.25 mean 1`,
/// `deterministic 1`, `E2`, `H2`, `('gamma', 0.5, 8)`, `logn2`, `erl2`. Numbers of other cells win
/// where the text has none, and must agree where it has.
pub(super) fn law(text: &str, mean: Option<f64>, scv: Option<f64>) -> Result<Law, Wrong> {
    let words = tokens(text);
    let read = words.split_first().and_then(|(name, rest)| {
        let figures = figures(rest)?;
        named(name, &figures, mean, scv)
    });
    let Some(law) = read else { return wrong(LAWS, text) };
    if let Some(scv) = scv
        && (law.scv() - scv).abs() > 1e-6 * (1.0 + scv)
    {
        return wrong(format!("a law of scv {scv}, as another parameter says"), text);
    }
    if let Some(mean) = mean
        && (law.mean - mean).abs() > 1e-9 * mean
    {
        return wrong(format!("a law of mean {mean}, as another parameter says"), text);
    }
    Ok(law)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law_of(text: &str, mean: Option<f64>, scv: Option<f64>) -> Option<(Shape, f64)> {
        law(text, mean, scv).ok().map(|law| (law.shape, law.mean))
    }

    // Catches a law read with the wrong figure in the wrong place.
    #[test]
    fn laws_are_read_in_every_form_of_the_tables() {
        assert_eq!(law_of("deterministic 2", None, None), Some((Shape::Deterministic, 2.0)));
        let written = "lognormal mean 1 scv 0.5";
        assert_eq!(law_of(written, Some(1.0), Some(0.5)), Some((Shape::Lognormal(0.5), 1.0)));
        let written = "gamma shape 0.25 mean 1";
        assert_eq!(law_of(written, Some(1.0), Some(4.0)), Some((Shape::Gamma(0.25), 1.0)));
        assert_eq!(law_of("E2", Some(1.0), Some(0.5)), Some((Shape::Erlang(2), 1.0)));
        assert_eq!(law_of("H2", Some(3.0), Some(4.0)), Some((Shape::Hyperexponential(4.0), 3.0)));
        assert_eq!(law_of("('exp', 2)", None, None), Some((Shape::Exponential, 2.0)));
        assert_eq!(law_of("('gamma', 0.5, 8)", None, None), Some((Shape::Gamma(0.5), 8.0)));
        assert_eq!(law_of("('logn', 24, 2.0)", None, None), Some((Shape::Lognormal(2.0), 24.0)));
        assert_eq!(law_of("logn2", Some(2.0), Some(2.0)), Some((Shape::Lognormal(2.0), 2.0)));
        assert_eq!(law_of("gamma0.5", Some(1.0), Some(2.0)), Some((Shape::Gamma(0.5), 1.0)));
        assert_eq!(law_of("erl2", Some(2.0), Some(0.5)), Some((Shape::Erlang(2), 2.0)));
        assert_eq!(law_of("weibull 2", Some(2.0), None), None);
        assert_eq!(law_of("exp", Some(2.0), Some(3.0)), None);
    }
}
