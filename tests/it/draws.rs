//! Variates follow their laws: Kolmogorov-Smirnov and Anderson-Darling against the exact
//! distribution function, chi-square for counts, and moments, on draws as the model addresses them.
//! The exact functions are those of an independent library. (Rejection samplers of another library
//! are the cross-check in `src/random`.)

use statrs::distribution::{
    ChiSquared, ContinuousCDF, Discrete, DiscreteCDF, Exp, Gamma, Geometric, LogNormal, Normal,
    Poisson, Uniform, Weibull,
};
use statrs::statistics::Distribution;

use huying::random::{
    Streams, discrete, erlang, exponential, gamma, geometric, lognormal, lognormal_mean, normal,
    poisson, uniform_between, weibull,
};

use crate::fixture::slow;

/// A p-value below this fails: with 16 laws and 4 tests each, one good program in 1,500.
const LEAST: f64 = 1e-5;

fn n_draws() -> u64 {
    if slow() { 1_000_000 } else { 40_000 }
}

/// The draws of one law: an address space of its own.
fn sample(purpose: u16, law: &dyn Fn(f64) -> f64) -> Vec<f64> {
    let streams = Streams::new(1_933, 1);
    let key = |i: u64| 370_102 << 34 | i << 4;
    (0..n_draws()).map(|i| law(streams.uniform(purpose, key(i), 0))).collect()
}

/// Survival function of Kolmogorov's statistic for distance `d` of `n` draws (Stephens 1970 for
/// finite n; Smirnov's series).
fn kolmogorov(d: f64, n: f64) -> f64 {
    let x = d * (n.sqrt() + 0.12 + 0.11 / n.sqrt());
    if x < 0.3 {
        return 1.0;
    }
    let term = |k: i32| {
        let sign = if k % 2 == 1 { 1.0 } else { -1.0 };
        sign * (-2.0 * f64::from(k * k) * x * x).exp()
    };
    (2.0 * (1..40).map(term).sum::<f64>()).clamp(0.0, 1.0)
}

/// Survival function of Anderson and Darling's statistic in the limit (Marsaglia and Marsaglia,
/// J. Stat. Software 9 (2004) 2, `adinf`).
fn anderson(z: f64) -> f64 {
    if z < 2.0 {
        let tail = [2.00012, 0.247_105, 0.064_982_1, 0.034_796_2, 0.011_672, 0.001_686_91];
        let sum =
            tail[0] + (tail[1] - (tail[2] - (tail[3] - (tail[4] - tail[5] * z) * z) * z) * z) * z;
        return 1.0 - z.powf(-0.5) * (-1.233_701_4 / z).exp() * sum;
    }
    let tail = [1.0776, 2.30695, 0.43424, 0.082_433, 0.008_056, 0.000_314_6];
    let inner =
        tail[0] - (tail[1] - (tail[2] - (tail[3] - (tail[4] - tail[5] * z) * z) * z) * z) * z;
    1.0 - (-inner.exp()).exp()
}

/// p-values of Kolmogorov-Smirnov and Anderson-Darling.
fn fit(draws: &[f64], cdf: &dyn Fn(f64) -> f64) -> [f64; 2] {
    let mut u: Vec<f64> = draws.iter().map(|x| cdf(*x).clamp(1e-16, 1.0 - 1e-16)).collect();
    u.sort_by(f64::total_cmp);
    let n = u.len() as f64;
    let (mut d, mut a) = (0.0_f64, 0.0);
    for (i, x) in u.iter().enumerate() {
        let below = i as f64 / n;
        d = d.max(x - below).max(below + 1.0 / n - x);
        a -= (2.0 * i as f64 + 1.0) * (x.ln() + (-u[u.len() - 1 - i]).ln_1p());
    }
    [kolmogorov(d, n), anderson(a / n - n)]
}

/// z of mean and variance; the variance of the variance is estimated from the fourth moment.
fn moments(draws: &[f64], mean: f64, variance: f64) -> [f64; 2] {
    let n = draws.len() as f64;
    let central = |power: i32| draws.iter().map(|x| (x - mean).powi(power)).sum::<f64>() / n;
    let (first, second, fourth) = (central(1), central(2), central(4));
    let of_mean = first / (variance / n).sqrt();
    [of_mean, (second - variance) / ((fourth - second * second) / n).sqrt()]
}

/// Both fits and both moments of one law; a complaint if one of them is refused.
fn judge<L>(complaints: &mut Vec<String>, name: &str, draw: &dyn Fn(f64) -> f64, law: &L)
where
    L: ContinuousCDF<f64, f64> + Distribution<f64>,
{
    // Every law its own draws.
    let draws = sample(name.bytes().map(u16::from).sum(), draw);
    let [ks, ad] = fit(&draws, &|x| law.cdf(x));
    let mean = law.mean().expect("the law has a mean");
    let variance = law.variance().expect("the law has a variance");
    let [first, second] = moments(&draws, mean, variance);
    println!("{name}: KS {ks:.4}, AD {ad:.4}, mean z {first:.2}, variance z {second:.2}");
    if ks < LEAST || ad < LEAST || first.abs() > 4.4 || second.abs() > 5.0 {
        complaints.push(format!("{name}: KS {ks:e}, AD {ad:e}, z {first:.2} and {second:.2}"));
    }
}

// Catches a variate that is nearly right: a wrong branch in a tail, a polynomial with a mistyped
// digit, a parameter that means something else.
#[test]
fn continuous_variates_follow_their_laws() {
    let ok = "parameters in range";
    let sigma = 2.2_f64.ln();
    let bad = &mut Vec::new();
    judge(bad, "exponential", &|u| exponential(u, 2.5), &Exp::new(0.4).expect(ok));
    let law = Uniform::new(-1.0, 3.0).expect(ok);
    judge(bad, "uniform", &|u| uniform_between(u, -1.0, 3.0), &law);
    judge(bad, "normal", &normal, &Normal::standard());
    let law = LogNormal::new(3.0_f64.ln(), sigma).expect(ok);
    judge(bad, "lognormal", &|u| lognormal(u, 3.0, 2.2), &law);
    let law = LogNormal::new(3.0_f64.ln() - sigma * sigma / 2.0, sigma).expect(ok);
    judge(bad, "lognormal by mean", &|u| lognormal_mean(u, 3.0, 2.2), &law);
    judge(bad, "weibull", &|u| weibull(u, 1.7, 4.0), &Weibull::new(1.7, 4.0).expect(ok));
    for shape in [0.4, 2.5, 60.0] {
        let law = Gamma::new(shape, shape / 5.0).expect(ok);
        judge(bad, &format!("gamma {shape}"), &|u| gamma(u, shape, 5.0), &law);
    }
    judge(bad, "erlang", &|u| erlang(u, 3, 6.0), &Gamma::new(3.0, 0.5).expect(ok));
    crate::files::report("variates that do not follow their law", bad);
}

/// p-value of chi-square over values with at least 10 expected, the rest joined.
fn counted(draws: &[f64], probability: &dyn Fn(u64) -> f64) -> f64 {
    let n = draws.len() as f64;
    let (mut statistic, mut cells, mut rest) = (0.0, 0, [n, n]);
    let most = draws.iter().fold(0.0_f64, |most, x| most.max(*x)) as usize;
    let mut counts = vec![0.0; most + 2];
    draws.iter().for_each(|x| counts[*x as usize] += 1.0);
    for (value, count) in (0..).zip(&counts) {
        let expected = n * probability(value);
        if expected >= 10.0 {
            statistic += (count - expected) * (count - expected) / expected;
            cells += 1;
            rest = [rest[0] - count, rest[1] - expected];
        }
    }
    if rest[1] >= 5.0 {
        statistic += (rest[0] - rest[1]) * (rest[0] - rest[1]) / rest[1];
        cells += 1;
    }
    ChiSquared::new(f64::from(cells - 1)).expect("cells").sf(statistic)
}

// Catches counts that are off by one, or a large mean that is drawn by another formula and wrongly.
#[test]
fn counts_follow_their_laws() {
    let ok = "parameters in range";
    let poissons = [0.8, 12.0, 55.0, 900.0].map(|mean| (mean, Poisson::new(mean).expect(ok)));
    let mut complaints = Vec::new();
    let mut note = |name: String, p: f64| {
        println!("{name}: chi-square {p:.4}");
        if p < LEAST {
            complaints.push(format!("{name}: p = {p:e}"));
        }
    };
    for (purpose, (mean, law)) in (30..).zip(&poissons) {
        let draws = sample(purpose, &|u| f64::from(poisson(u, *mean)));
        note(format!("poisson {mean}"), counted(&draws, &|k| law.pmf(k)));
    }
    // The library counts trials, ours failures.
    let trials = Geometric::new(0.15).expect(ok);
    let draws = sample(40, &|u| f64::from(geometric(u, 0.15)));
    note("geometric".to_owned(), counted(&draws, &|k| trials.pmf(k + 1)));
    let cum = [1.0, 1.0, 4.0, 4.5, 10.0];
    let share = |k: u64| [0.1, 0.0, 0.3, 0.05, 0.55].get(k as usize).copied().unwrap_or(0.0);
    let draws = sample(41, &|u| discrete(u, &cum) as f64);
    note("discrete".to_owned(), counted(&draws, &share));
    crate::files::report("counts that do not follow their law", &complaints);
    assert!((poissons[1].1.cdf(12) - 0.575_965).abs() < 1e-6, "the library's own law");
}

// Catches tests that cannot see: laws that are wrong by little must be refused.
#[test]
fn wrong_laws_are_refused() {
    let draws = sample(1, &|u| exponential(u, 2.5));
    let wrong = Exp::new(1.0 / 2.6).expect("a rate");
    let [ks, ad] = fit(&draws, &|x| wrong.cdf(x));
    assert!(ks < LEAST && ad < LEAST, "a mean of 2.6 for 2.5: {ks:e} {ad:e}");
    let [mean, _] = moments(&draws, 2.6, 2.6 * 2.6);
    assert!(mean.abs() > 4.4, "{mean}");
    // A tail cut after 97 in a hundred, which Anderson and Darling weigh most.
    let right = Exp::new(0.4).expect("a rate");
    let cut = sample(1, &|u| exponential(u.min(0.97), 2.5));
    let [_, ad] = fit(&cut, &|x| right.cdf(x));
    assert!(ad < LEAST, "a tail that is cut: {ad:e}");
    let law = Poisson::new(12.2).expect("a mean");
    let draws = sample(31, &|u| f64::from(poisson(u, 12.0)));
    assert!(counted(&draws, &|k| law.pmf(k)) < LEAST);
    // Critical values known by heart: 1.358 of Kolmogorov and 2.492 of Anderson-Darling at 5%.
    let five = kolmogorov(1.358 / (1e4 + 0.12), 1e8);
    assert!((five - 0.05).abs() < 2e-4 && (anderson(2.492) - 0.05).abs() < 2e-4, "{five}");
}
