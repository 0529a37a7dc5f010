//! Variates by inverse transform: one uniform each, rising with it, the same bits on every machine.
//!
//! Rejection methods are faster but use a varying number of uniforms and are not monotone, so two
//! scenarios that share their luck would drift apart. Exponentials, powers and logarithms come from
//! `libm` because the standard library leaves their last digits open.

use libm::{exp, floor, lgamma, log, log1p, pow, sqrt};

/// Exponential with the given mean (same unit as `mean`).
#[inline]
pub fn exponential(u: f64, mean: f64) -> f64 {
    -mean * log1p(-u)
}

/// Uniform between `low` and `high`.
#[inline]
pub fn uniform_between(u: f64, low: f64, high: f64) -> f64 {
    low + (high - low) * u
}

/// Weibull with the given shape and scale; the mean is `scale`·Γ(1 + 1/`shape`).
#[inline]
pub fn weibull(u: f64, shape: f64, scale: f64) -> f64 {
    scale * pow(-log1p(-u), 1.0 / shape)
}

/// Lognormal by its median and geometric standard deviation (`gsd` >= 1; 1 is the constant median).
#[inline]
pub fn lognormal(u: f64, median: f64, gsd: f64) -> f64 {
    lognormal_sigma(u, median, log(gsd))
}

/// As [`lognormal`], by the logarithm of the geometric standard deviation.
#[inline]
pub fn lognormal_sigma(u: f64, median: f64, sigma: f64) -> f64 {
    median * exp(sigma * normal(u))
}

/// Lognormal by its mean and geometric standard deviation: median = mean·exp(-ln²(gsd)/2).
#[inline]
pub fn lognormal_mean(u: f64, mean: f64, gsd: f64) -> f64 {
    lognormal_mean_sigma(u, mean, log(gsd))
}

/// As [`lognormal_mean`], by the logarithm of the geometric standard deviation.
#[inline]
pub fn lognormal_mean_sigma(u: f64, mean: f64, sigma: f64) -> f64 {
    mean * exp(sigma * normal(u) - 0.5 * sigma * sigma)
}

/// Standard normal: Wichura's AS241 (PPND16), relative error below 1e-15.
///
/// Wichura, "Algorithm AS241: the percentage points of the normal distribution", Applied Statistics
/// 37 (1988) 477-484.
#[inline]
pub fn normal(u: f64) -> f64 {
    let q = u - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * horner(&CENTER_NUM, r) / horner(&CENTER_DEN, r);
    }
    let tail = if q < 0.0 { u } else { 1.0 - u };
    let r = sqrt(-log(tail));
    let z = if r <= 5.0 {
        horner(&MIDDLE_NUM, r - 1.6) / horner(&MIDDLE_DEN, r - 1.6)
    } else {
        horner(&FAR_NUM, r - 5.0) / horner(&FAR_DEN, r - 5.0)
    };
    if q < 0.0 { -z } else { z }
}

/// Coefficients of AS241, highest power first.
const CENTER_NUM: [f64; 8] = [
    2.509_080_928_730_122_7e3,
    3.343_057_558_358_813e4,
    6.726_577_092_700_87e4,
    4.592_195_393_154_987e4,
    1.373_169_376_550_946e4,
    1.971_590_950_306_551_3e3,
    1.331_416_678_917_843_8e2,
    3.387_132_872_796_366_5,
];
const CENTER_DEN: [f64; 8] = [
    5.226_495_278_852_854e3,
    2.872_908_573_572_194_3e4,
    3.930_789_580_009_271e4,
    2.121_379_430_158_659_7e4,
    5.394_196_021_424_751e3,
    6.871_870_074_920_579e2,
    4.231_333_070_160_091e1,
    1.0,
];
const MIDDLE_NUM: [f64; 8] = [
    7.745_450_142_783_414e-4,
    2.272_384_498_926_918_4e-2,
    2.417_807_251_774_506e-1,
    1.270_458_252_452_368_4,
    3.647_848_324_763_204_5,
    5.769_497_221_460_691,
    4.630_337_846_156_546,
    1.423_437_110_749_683_5,
];
const MIDDLE_DEN: [f64; 8] = [
    1.050_750_071_644_416_9e-9,
    5.475_938_084_995_345e-4,
    1.519_866_656_361_645_7e-2,
    1.481_039_764_274_800_8e-1,
    6.897_673_349_851e-1,
    1.676_384_830_183_803_8,
    2.053_191_626_637_759,
    1.0,
];
const FAR_NUM: [f64; 8] = [
    2.010_334_399_292_288_1e-7,
    2.711_555_568_743_487_6e-5,
    1.242_660_947_388_078_4e-3,
    2.653_218_952_657_612_4e-2,
    2.965_605_718_285_048_7e-1,
    1.784_826_539_917_291_3,
    5.463_784_911_164_114,
    6.657_904_643_501_103,
];
const FAR_DEN: [f64; 8] = [
    2.044_263_103_389_939_7e-15,
    1.421_511_758_316_446e-7,
    1.846_318_317_510_054_8e-5,
    7.868_691_311_456_133e-4,
    1.487_536_129_085_061_5e-2,
    1.369_298_809_227_358e-1,
    5.998_322_065_558_88e-1,
    1.0,
];

#[inline]
fn horner(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

/// Number of failures before the first success of probability `p` (0 < `p` <= 1).
#[inline]
pub fn geometric(u: f64, p: f64) -> u32 {
    if p >= 1.0 {
        return 0;
    }
    floor(log1p(-u) / log1p(-p)).min(f64::from(u32::MAX)) as u32
}

/// Poisson with the given mean, by exact inversion of the distribution function: the least `k` with
/// F(k) >= `u`.
///
/// Sums up from 0 while exp(-mean) is well inside the range of `f64`, and from the mode outwards
/// above that, where it takes on the order of sqrt(`mean`) steps.
pub fn poisson(u: f64, mean: f64) -> u32 {
    if mean <= 0.0 {
        return 0;
    }
    if mean > 30.0 {
        return poisson_from_mode(u, mean);
    }
    let mut term = exp(-mean);
    let mut sum = term;
    let mut k = 0_u32;
    while sum < u && term > 0.0 {
        k += 1;
        term *= mean / f64::from(k);
        sum += term;
    }
    k
}

fn poisson_from_mode(u: f64, mean: f64) -> u32 {
    let mode = floor(mean);
    let at_mode = exp(mode * log(mean) - mean - lgamma(mode + 1.0));
    // F(mode) summed downwards, until nothing is added any more.
    let (mut term, mut k, mut below) = (at_mode, mode, 0.0);
    while k > 0.0 && term > at_mode * 1e-18 {
        term *= k / mean;
        k -= 1.0;
        below += term;
    }
    let (mut k, mut term, mut sum) = (mode, at_mode, below + at_mode);
    if u <= sum {
        while k > 0.0 && sum - term >= u {
            sum -= term;
            term *= k / mean;
            k -= 1.0;
        }
    } else {
        while sum < u && term > at_mode * 1e-18 {
            k += 1.0;
            term *= mean / k;
            sum += term;
        }
    }
    k as u32
}

/// Sum of `stages` exponentials with the given total mean: a gamma of whole shape.
#[inline]
pub fn erlang(u: f64, stages: u32, mean: f64) -> f64 {
    gamma(u, f64::from(stages), mean)
}

/// Gamma with the given shape and mean (scale = mean / shape), relative error about 1e-12.
///
/// Start from Wilson and Hilferty's cube (1931) or the leading term of the series near zero, then
/// Halley steps on the regularized incomplete gamma function.
pub fn gamma(u: f64, shape: f64, mean: f64) -> f64 {
    mean / shape * standard_gamma(u, shape)
}

fn standard_gamma(u: f64, a: f64) -> f64 {
    let log_gamma = lgamma(a);
    let mut x = gamma_start(u, a, log_gamma);
    for _ in 0..24 {
        if x <= 0.0 {
            return 0.0;
        }
        let density = exp((a - 1.0) * log(x) - x - log_gamma);
        if density <= 0.0 {
            return x;
        }
        // Work with the smaller tail: the difference then keeps its digits.
        let (lower, upper) = incomplete_gamma(a, x, log_gamma);
        let error = if u < 0.5 { lower - u } else { (1.0 - u) - upper };
        let newton = error / density;
        let bend = newton * ((a - 1.0) / x - 1.0);
        let mut next = x - newton / (1.0 - 0.5 * bend.min(1.0));
        if next <= 0.0 {
            next = 0.5 * x;
        }
        let step = (next - x).abs();
        x = next;
        if step <= 1e-13 * x {
            break;
        }
    }
    x
}

fn gamma_start(u: f64, a: f64, log_gamma: f64) -> f64 {
    let near_zero = exp((log(u) + log_gamma + log(a)) / a);
    if a < 1.0 {
        // Two pieces: the series near zero, an exponential tail beyond.
        let split = 1.0 - a * (0.253 + a * 0.12);
        return if u < split {
            pow(u / split, 1.0 / a)
        } else {
            1.0 - log1p(-(u - split) / (1.0 - split))
        };
    }
    let ninth = 1.0 / (9.0 * a);
    let cube = 1.0 - ninth + normal(u) * sqrt(ninth);
    let start = a * cube * cube * cube;
    if cube <= 0.0 || start < 0.02 * a { near_zero } else { start }
}

/// Regularized lower and upper incomplete gamma functions, by series below `a` + 1 and by Lentz's
/// continued fraction above (Abramowitz and Stegun 6.5.29 and 6.5.31).
fn incomplete_gamma(a: f64, x: f64, log_gamma: f64) -> (f64, f64) {
    let front = exp(a * log(x) - x - log_gamma);
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * 1e-17 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        let lower = front * sum;
        return (lower, 1.0 - lower);
    }
    let tiny = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / tiny;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..10_000 {
        let i = f64::from(i);
        let an = -i * (i - a);
        b += 2.0;
        let shifted = an * d + b;
        d = 1.0 / if shifted.abs() < tiny { tiny } else { shifted };
        let shifted = b + an / c;
        c = if shifted.abs() < tiny { tiny } else { shifted };
        let factor = d * c;
        fraction *= factor;
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    let upper = front * fraction;
    (1.0 - upper, upper)
}

/// Index drawn with the weights whose running sums are `cum` (ascending, not empty, last one
/// positive); an index of weight zero is never drawn.
#[inline]
pub fn discrete(u: f64, cum: &[f64]) -> usize {
    let target = u * cum[cum.len() - 1];
    let place = cum.partition_point(|&c| c <= target);
    place.min(cum.len() - 1)
}
