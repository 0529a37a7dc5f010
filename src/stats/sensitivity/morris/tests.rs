//! Checks against published and enumerated effects, and of the stated error rates.

use super::*;
use crate::stats::check::{close, generator, normal};
use crate::stats::multiple::holm;

fn bootstrap() -> Bootstrap {
    Bootstrap { resamples: 200, confidence: 0.95, seed: 9 }
}

/// Saltelli et al. 2008, exercise 4: six trajectories of two factors on four levels (in thirds),
/// with the outputs of its table.
const EXERCISE: [([[f64; 2]; 3], [f64; 3]); 6] = [
    ([[0.0, 1.0], [0.0, 3.0], [2.0, 3.0]], [0.97, 0.71, 2.39]),
    ([[0.0, 1.0], [2.0, 1.0], [2.0, 3.0]], [0.97, 2.3, 2.39]),
    ([[2.0, 0.0], [2.0, 2.0], [0.0, 2.0]], [1.87, 2.4, 0.87]),
    ([[1.0, 3.0], [3.0, 3.0], [3.0, 1.0]], [2.15, 1.71, 1.54]),
    ([[1.0, 3.0], [1.0, 1.0], [3.0, 1.0]], [2.15, 2.17, 1.54]),
    ([[1.0, 2.0], [1.0, 0.0], [3.0, 0.0]], [2.2, 1.87, 1.0]),
];

/// The g-function of four factors.
fn g(x: &[f64]) -> f64 {
    let a = [0.0, 1.0, 4.5, 9.0];
    x.iter().zip(a).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product()
}

/// Effects of every group over `n` trajectories under `seeds` seeds; `noise` is drawn per run.
fn effects(
    plan: &Screening,
    n: u64,
    seeds: usize,
    mut output: impl FnMut(&[f64]) -> f64,
) -> Vec<Vec<Vec<f64>>> {
    let mut by_group = vec![vec![Vec::new(); n as usize]; plan.n_groups()];
    for number in 0..n {
        let trajectory = plan.trajectory(number);
        for _ in 0..seeds {
            let outputs: Vec<f64> = trajectory.points.iter().map(|x| output(x)).collect();
            for (group, effect) in plan.effects(&trajectory, &outputs).into_iter().enumerate() {
                by_group[group][number as usize].push(effect);
            }
        }
    }
    by_group
}

#[test]
fn steps_stay_on_the_lattice_and_move_each_group_once() {
    // Catches: a point off the cube or the lattice, a group moved twice or never, a wrong step.
    let plan = Screening { groups: vec![0, 1, 1, 2, 0], levels: 4, seed: 1 };
    for number in 0..50 {
        let trajectory = plan.trajectory(number);
        assert_eq!(trajectory.points.len(), 4);
        let mut moved: Vec<usize> = trajectory.order.clone();
        moved.sort_unstable();
        assert_eq!(moved, [0, 1, 2]);
        for (at, pair) in trajectory.points.windows(2).enumerate() {
            for (factor, (from, to)) in pair[0].iter().zip(&pair[1]).enumerate() {
                let steps = plan.groups[factor] == trajectory.order[at];
                let want = if steps { trajectory.steps[factor] } else { 0.0 };
                close(to - from, want, 1e-12);
                close((to * 3.0).round() / 3.0, *to, 0.0);
                assert!((0.0..=1.0).contains(to));
            }
        }
    }
    assert_eq!(plan.trajectory(7), plan.trajectory(7));
    assert_ne!(plan.trajectory(7), plan.trajectory(8));
}

#[test]
fn worked_example_is_reproduced() {
    // Catches: a step taken without its sign or size, sigma with divisor n. Rows
    // morris.saltelli_ex4.*.
    let plan = Screening::of_factors(2, 4, 0);
    let mut by_factor = [Vec::new(), Vec::new()];
    for (points, outputs) in EXERCISE {
        let points: Vec<Vec<f64>> =
            points.iter().map(|point| point.map(|level| level / 3.0).to_vec()).collect();
        let mut steps = vec![0.0; 2];
        let mut order = Vec::new();
        for pair in points.windows(2) {
            for factor in 0..2 {
                let step = pair[1][factor] - pair[0][factor];
                if step.abs() > 1e-9 {
                    steps[factor] = step;
                    order.push(factor);
                }
            }
        }
        let trajectory = Trajectory { points, order, steps };
        for (factor, effect) in plan.effects(&trajectory, &outputs).into_iter().enumerate() {
            by_factor[factor].push(vec![effect]);
        }
    }
    let [first, second] = by_factor.map(|effects| screen(&effects, bootstrap()));
    for (got, want) in [(first.mu, 0.65), (first.mu_star, 1.62), (first.sigma, 1.794_107)] {
        close(got, want, 1e-6);
    }
    for (got, want) in [(second.mu, 0.21), (second.mu_star, 0.35), (second.sigma, 0.411_995)] {
        close(got, want, 1e-6);
    }
    assert!(first.p_value.is_nan() && first.noise.is_nan(), "one seed says nothing of noise");
}

#[test]
fn linear_model_is_exact() {
    // Catches: spread where there is none, a null factor with an effect. Row morris.linear.
    let plan = Screening::of_factors(3, 4, 2);
    let effects = effects(&plan, 8, 2, |x| 3.0 * x[0] - 2.0 * x[1]);
    for (effects, want) in effects.iter().zip([3.0, -2.0, 0.0f64]) {
        let got = screen(effects, bootstrap());
        close(got.mu, want, 1e-12);
        close(got.mu_star, want.abs(), 1e-12);
        close(got.sigma, 0.0, 1e-12);
        close(got.root, want.abs(), 1e-12);
    }
    let null = screen(&effects[2], bootstrap());
    close(null.p_value, 1.0, 0.0);
    assert!(screen(&effects[0], bootstrap()).p_value < 1e-6);
}

#[test]
fn g_function_matches_its_population() {
    // Catches: base points that miss part of the lattice, only upward steps. Rows morris.gfun.*:
    // |mu*| and sigma within 3 standard errors at 1000 trajectories.
    let plan = Screening::of_factors(4, 4, 11);
    let effects = effects(&plan, 1000, 1, g);
    let want = [
        (2.557_239_057, 2.682_446_277),
        (1.461_279_461, 1.647_813_649),
        (0.584_511_785, 0.681_067_467),
        (0.329_966_330, 0.386_173_416),
    ];
    for (effects, (mu_star, sigma)) in effects.iter().zip(want) {
        let got = screen(effects, Bootstrap { resamples: 100, ..bootstrap() });
        // The sd of |effect| is at most that of the effect.
        let error = sigma / 1000f64.sqrt();
        close(got.mu, 0.0, 3.0 * error);
        close(got.mu_star, mu_star, 3.0 * error);
        close(got.sigma, sigma, 3.0 * error);
        assert!(got.low < got.mu_star && got.mu_star < got.high);
    }
}

#[test]
fn noise_is_told_from_effect() {
    // Catches: µ* of a null factor read as an effect. Noise of sd 1 per run makes effects of sd
    // sqrt(2) / (2/3), averaged over two seeds 1.5.
    let plan = Screening::of_factors(3, 4, 21);
    let mut rng = generator(21);
    let effects = effects(&plan, 400, 2, |x| 6.0 * x[0] + normal(&mut rng));
    let active = screen(&effects[0], bootstrap());
    let idle = screen(&effects[1], bootstrap());
    close(active.root, 6.0, 0.25);
    close(active.noise, 1.5, 0.1);
    assert!(idle.mu_star > 1.0 && idle.root < 0.6, "{idle:?}");
    assert!(active.p_value < 1e-6 && idle.p_value > 0.01);
}

#[test]
fn ten_of_two_hundred_are_found_and_a_null_study_is_silent() {
    // Catches: a screening that cries wolf or sees nothing. 200 factors, ten of them with effects
    // of 5 to 9.5 noise sds, 20 trajectories under two seeds, Holm at 0.05.
    let plan = Screening::of_factors(200, 4, 31);
    let beta = |factor: usize| {
        if factor % 20 == 7 { 5.0 + 0.5 * (factor / 20) as f64 } else { 0.0 }
    };
    let mut rng = generator(31);
    let mut claims = |scale: f64| -> Vec<usize> {
        let by_group = effects(&plan, 20, 2, |x| {
            let sum: f64 = x.iter().enumerate().map(|(factor, x)| beta(factor) * x).sum();
            scale * sum + normal(&mut rng)
        });
        let few = Bootstrap { resamples: 0, ..bootstrap() };
        let p: Vec<f64> = by_group.iter().map(|effects| screen(effects, few).p_value).collect();
        holm(&p).iter().enumerate().filter(|(_, p)| **p <= 0.05).map(|(at, _)| at).collect()
    };
    let found = claims(1.0);
    let planted: Vec<usize> = (0..200).filter(|factor| factor % 20 == 7).collect();
    assert_eq!(found, planted);
    // The chance of any claim in a null study is at most 0.05: of 20 at most 4 (P = 0.997).
    let loud = (0..20).filter(|_| !claims(0.0).is_empty()).count();
    assert!(loud <= 4, "{loud} of 20 null studies claim something");
}
