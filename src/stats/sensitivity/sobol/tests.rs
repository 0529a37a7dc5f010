//! Checks against indices known in closed form.

use super::*;
use crate::stats::check::{close, generator, normal};
use crate::stats::design::sobol;

fn bootstrap() -> Bootstrap {
    Bootstrap { resamples: 200, confidence: 0.95, seed: 4 }
}

fn ishigami(u: &[f64]) -> f64 {
    let x: Vec<f64> = u.iter().map(|u| std::f64::consts::PI * (2.0 * u - 1.0)).collect();
    x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
}

fn g(u: &[f64]) -> f64 {
    let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
    u.iter().zip(a).map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product()
}

/// Outputs of a design, run by run: first matrix, second, mixed ones.
fn run(design: Design<'_>, mut output: impl FnMut(&[f64]) -> f64) -> Outputs {
    let mut of = |matrix| -> Vec<f64> {
        (0..design.base.len()).map(|row| output(&design.point(matrix, row))).collect()
    };
    let n_groups = design.groups.iter().max().map_or(0, |last| last + 1);
    let (a, b) = (of(Matrix::A), of(Matrix::B));
    Outputs { a, b, mixed: (0..n_groups).map(|group| of(Matrix::Mixed(group))).collect() }
}

#[test]
fn ishigami_indices_match_reference() {
    // Catches: the estimator of one index used for the other, columns of the wrong matrix. Check D1
    // at N = 4096: every index within 0.03 (rows ishigami.*).
    let base = sobol(4096, 6, Some(1)).unwrap();
    let got = indices(&run(Design { base: &base, groups: &[0, 1, 2] }, ishigami), bootstrap());
    let want = [(0.313_905, 0.557_589), (0.442_411, 0.442_411), (0.0, 0.243_684)];
    for (index, (first, total)) in got.groups.iter().zip(want) {
        close(index.first, first, 0.03);
        close(index.total, total, 0.03);
        assert!(index.first_low <= index.first && index.first <= index.first_high);
        assert!(index.total_low <= total && total <= index.total_high);
    }
    close(got.mean, 3.5, 0.05);
    // Three standard errors of as many independent points.
    close(got.variance, 13.844_588, 0.72);
    assert_eq!(got.n, 4096);
}

#[test]
fn g_function_indices_match_reference() {
    // Catches: a design that only works for few factors. Rows gfun.S*, gfun.ST*, within 0.03.
    let base = sobol(4096, 16, Some(2)).unwrap();
    let groups: Vec<usize> = (0..8).collect();
    let got = indices(&run(Design { base: &base, groups: &groups }, g), bootstrap());
    let want = [
        (0.716_192, 0.787_144),
        (0.179_048, 0.242_198),
        (0.023_676, 0.034_317),
        (0.007_162, 0.010_460),
        (0.000_072, 0.000_105),
    ];
    for (index, (first, total)) in got.groups.iter().zip(want) {
        close(index.first, first, 0.03);
        close(index.total, total, 0.03);
    }
}

#[test]
fn groups_share_an_index() {
    // Catches: a group of which only one factor moves. Together x1 and x3 explain S1 + S13.
    let base = sobol(4096, 6, Some(3)).unwrap();
    let got = indices(&run(Design { base: &base, groups: &[0, 1, 0] }, ishigami), bootstrap());
    close(got.groups[0].first, 0.557_589, 0.03);
    close(got.groups[0].total, 0.557_589, 0.03);
    close(got.groups[1].total, 0.442_411, 0.03);
}

#[test]
fn noise_of_new_seeds_is_counted_in_every_total() {
    // Catches: an estimator that is not the one whose bias is known. Rows gsa.noise.*: variance of
    // noise 0.25 of that of the function, a new draw in every run.
    let base = sobol(4096, 6, Some(5)).unwrap();
    let sd = (0.25f64 * 13.844_588).sqrt();
    let mut rng = generator(51);
    let noisy = |u: &[f64]| ishigami(u) + sd * normal(&mut rng);
    let got = indices(&run(Design { base: &base, groups: &[0, 1, 2] }, noisy), bootstrap());
    let want = [(0.251_124, 0.646_071), (0.353_929, 0.553_929), (0.0, 0.394_947)];
    for (index, (first, total)) in got.groups.iter().zip(want) {
        close(index.first, first, 0.03);
        close(index.total, total, 0.03);
    }
}

#[test]
fn chance_as_a_factor_has_an_index_of_its_own() {
    // Catches: noise that still leaks into the totals of the factors. The fourth column is the
    // seed: same column, same noise. Its share is 0.25 / 1.25; the others' totals are ST / 1.25.
    let base = sobol(4096, 8, Some(6)).unwrap();
    let sd = (0.25f64 * 13.844_588).sqrt();
    let noise = |u: f64| sd * crate::stats::student::normal_quantile(u);
    let noisy = |u: &[f64]| ishigami(&u[..3]) + noise(u[3]);
    let got = indices(&run(Design { base: &base, groups: &[0, 1, 2, 3] }, noisy), bootstrap());
    let want = [(0.251_124, 0.446_071), (0.353_929, 0.353_929), (0.0, 0.194_947), (0.2, 0.2)];
    for (index, (first, total)) in got.groups.iter().zip(want) {
        close(index.first, first, 0.03);
        close(index.total, total, 0.03);
    }
    // Free of noise again: the share of the variance of the mean.
    let [first, total] = [got.groups[0].first, got.groups[3].total];
    close(first / (1.0 - total), 0.313_905, 0.03);
}

#[test]
fn gaps_drop_their_row_and_constants_have_no_index() {
    // Catches: a failed run read as a number, 0/0 shown as a share.
    let base = sobol(64, 4, Some(7)).unwrap();
    let design = Design { base: &base, groups: &[0, 1] };
    let mut outputs = run(design, |u| u[0] + 2.0 * u[1]);
    outputs.mixed[1][5] = f64::NAN;
    outputs.a[9] = f64::NAN;
    let got = indices(&outputs, bootstrap());
    assert_eq!(got.n, 62);
    close(got.groups[1].first, 0.8, 0.15);
    let flat = indices(&run(design, |_| 3.0), bootstrap());
    assert!(flat.groups.iter().all(|index| index.first.is_nan() && index.total_low.is_nan()));
    let none = indices(&Outputs { mixed: vec![Vec::new()], ..Outputs::default() }, bootstrap());
    assert!(none.groups[0].total.is_nan());
}
