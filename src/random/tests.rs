//! Tests of draws: published answers, exact quantiles, and an independent sampler for each.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::Distribution;
use statrs::distribution::{ContinuousCDF, DiscreteCDF};

use super::*;
use crate::base::{Span, Time};

/// Number of draws of the comparisons by distribution.
const N: u64 = 40_000;

#[test]
fn philox_known_answers() {
    // Catches: a wrong constant, round or order of words. Vectors of Random123, kat_vectors.
    let pi = [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344];
    assert_eq!(philox([0; 2], 0), [0xb41d_a69f_bfef_c666, 0x511e_9ce1_a553_4056]);
    assert_eq!(philox([u64::MAX; 2], u64::MAX), [0xa469_6cc0_4462_015d, 0x7247_82da_e171_69e9]);
    assert_eq!(philox(pi, 0xa409_3822_299f_31d0), [0x98ed_1534_392b_f372, 0x6752_8b15_6888_2fd5]);
}

#[test]
fn addresses_are_pinned() {
    // Catches: any change of the address layout, which would change every result ever published.
    let same = |got: f64, word: u64, value: f64| {
        assert_eq!(got.to_bits(), unit(word).to_bits());
        assert_eq!(got.to_bits(), value.to_bits());
    };
    let streams = Streams::new(42, 0);
    same(streams.uniform(1, 1, 0), 0xe2cf_8a84_fc0f_5ee7, 0.885_979_325_739_808_6);
    let pair = streams.pair(1, 1, 0);
    same(pair[0], 0xe2cf_8a84_fc0f_5ee7, 0.885_979_325_739_808_6);
    same(pair[1], 0x6846_ba5f_c172_1b19, 0.407_329_223_993_152_2);
    same(streams.uniform(2, 1, 0), 0x03ca_91cd_3ee7_556f, 0.014_809_715_851_609_95);
    let other = Streams::new(42, 1).uniform(1, 1, 0);
    same(other, 0xeca3_50df_991d_5e5e, 0.924_367_003_049_26);
    let far = streams.block(3, 8_589_934_599, 2, 2)[1];
    same(far, 0x5da1_e520_07b1_bcaa, 0.365_751_571_960_294_5);
}

#[test]
fn the_interval_is_open() {
    // Catches: a uniform number of exactly 0 or 1, whose logarithm is infinite.
    assert_eq!(unit(0).to_bits(), 1.110_223_024_625_156_5e-16_f64.to_bits());
    assert_eq!(unit(u64::MAX).to_bits(), 0.999_999_999_999_999_9_f64.to_bits());
    for u in [unit(0), unit(u64::MAX)] {
        let all = [
            exponential(u, 1.0),
            normal(u),
            lognormal(u, 1.0, 3.0),
            weibull(u, 0.5, 1.0),
            gamma(u, 0.3, 1.0),
            gamma(u, 30.0, 1.0),
            f64::from(poisson(u, 3.0)),
            f64::from(poisson(u, 3000.0)),
            f64::from(geometric(u, 0.01)),
        ];
        assert!(all.iter().all(|x| x.is_finite()), "{all:?}");
    }
}

#[test]
fn transforms_have_the_same_bits_everywhere() {
    // Catches: another libm, a fused multiply-add, another order of the polynomials. Bits measured
    // equal on gnu, musl, debug, release and native builds.
    let rows: [(f64, [u64; 4]); 7] = [
        (
            1.110_223_024_625_156_5e-16,
            [
                0x3ca0_0000_0000_0000,
                0xc020_6b48_528c_ea51,
                0x3f6f_4a20_7623_1f20,
                0x3db9_65fe_a53d_6e46,
            ],
        ),
        (
            0.001,
            [
                0x3f50_6467_0d97_9b6f,
                0xc008_b8cb_b720_4470,
                0x3fcd_5dbf_68f3_d69c,
                0x3f84_7ca0_eeff_9f6a,
            ],
        ),
        (
            0.1,
            [
                0x3fba_f8e8_210a_415e,
                0xbff4_813c_36e2_6d34,
                0x3fef_33cf_bdab_82a8,
                0x3fcc_8dbd_2393_044b,
            ],
        ),
        (
            0.5,
            [
                0x3fe6_2e42_fefa_39ef,
                0x0000_0000_0000_0000,
                0x4005_bf0a_8b14_576a,
                0x3fe9_1022_e78e_f84c,
            ],
        ),
        (
            0.9,
            [
                0x4002_6bb1_bbb5_5516,
                0x3ff4_813c_36e2_6d34,
                0x401e_4fcf_3867_ec6c,
                0x3ffb_e648_87a3_a6bd,
            ],
        ),
        (
            0.999,
            [
                0x401b_a18a_998f_ff9f,
                0x4008_b8cb_b720_4470,
                0x4040_1a81_1ce0_0734,
                0x400d_0446_24a1_fb39,
            ],
        ),
        (
            0.999_999_999_999_999_9,
            [
                0x4042_5e4f_7b27_37fa,
                0x4020_6b48_528c_ea51,
                0x409e_3a31_05dd_7174,
                0x4026_1a1a_5d58_d838,
            ],
        ),
    ];
    for (u, bits) in rows {
        let lognormal = libm::exp(1.0 + 0.8 * normal(u));
        let got = [exponential(u, 1.0), normal(u), lognormal, weibull(u, 1.5, 1.0)];
        assert_eq!(got.map(f64::to_bits), bits, "u = {u}");
    }
}

#[test]
fn normal_quantiles() {
    // Catches: a mistyped coefficient of AS241. Values by arbitrary precision.
    let rows = [
        (1e-10, -6.361_340_902_404_056),
        (0.001, -3.090_232_306_167_813_5),
        (0.025, -1.959_963_984_540_054_2),
        (0.3, -0.524_400_512_708_040_9),
        (0.975, 1.959_963_984_540_054),
        (0.999_999, 4.753_424_308_817_088),
    ];
    for (u, value) in rows {
        assert!((normal(u) / value - 1.0).abs() < 1e-15, "{u}: {}", normal(u));
    }
}

#[test]
fn quantiles_of_an_independent_library() {
    // Catches: swapped parameters and inaccurate tails. Values computed with scipy's ppf.
    let near = |what: &str, got: f64, value: f64| {
        assert!((got / value - 1.0).abs() < 1e-11, "{what}: {got} for {value}");
    };
    near("gamma", gamma(1e-6, 0.5, 0.5), 7.853_981_633_978_593e-13);
    near("gamma", gamma(0.1, 0.5, 0.5), 0.007_895_387_046_715_61);
    near("gamma", gamma(0.5, 0.5, 0.5), 0.227_468_211_559_786);
    near("gamma", gamma(0.95, 0.5, 0.5), 1.920_729_410_347_062);
    near("gamma", gamma(0.9999, 0.5, 0.5), 7.568_352_613_311_803);
    near("gamma", gamma(1e-6, 3.0, 6.0), 0.036_508_565_926_558_594);
    near("gamma", gamma(0.1, 3.0, 6.0), 2.204_130_656_498_642_7);
    near("gamma", gamma(0.5, 3.0, 6.0), 5.348_120_627_447_118);
    near("gamma", gamma(0.95, 3.0, 6.0), 12.591_587_243_743_977);
    near("gamma", gamma(0.9999, 3.0, 6.0), 27.856_341_236_014_17);
    near("weibull", weibull(0.01, 1.5, 2.0), 0.093_143_033_694_039_37);
    near("weibull", weibull(0.99, 1.5, 2.0), 5.535_970_730_045_049);
    let (median, gsd) = (std::f64::consts::E, libm::exp(0.8));
    near("lognormal", lognormal(0.01, median, gsd), 0.422_706_032_892_150_75);
    near("lognormal", lognormal(0.99, median, gsd), 17.480_365_842_840_7);
    near("by mean", lognormal_mean(0.99, libm::exp(1.32), gsd), 17.480_365_842_840_7);
}

#[test]
fn gamma_quantiles() {
    // Catches: an inverse that stops early, in the tails or for small shapes.
    for shape in [0.05, 0.3, 0.9, 1.0, 1.5, 2.0, 7.0, 40.0, 1000.0, 1e5] {
        let exact = statrs::distribution::Gamma::new(shape, 1.0).expect("a shape above 0");
        for u in [1e-9, 1e-4, 0.01, 0.1, 0.3, 0.499, 0.5, 0.7, 0.9, 0.99, 0.9999, 1.0 - 1e-9] {
            let x = gamma(u, shape, shape);
            let tail = if u < 0.5 { (exact.cdf(x), u) } else { (exact.sf(x), 1.0 - u) };
            let error = (tail.0 / tail.1 - 1.0).abs();
            // The reference loses digits where x itself is near the smallest number.
            assert!(x < 1e-290 || error < 1e-7, "shape {shape}, u {u}: x {x}, error {error}");
        }
    }
    // A shape of one is the exponential, whole shapes are sums of exponentials.
    for u in [1e-6, 0.2, 0.5, 0.95, 0.999_999] {
        assert!((erlang(u, 1, 3.0) / exponential(u, 3.0) - 1.0).abs() < 1e-11);
        assert!((erlang(u, 4, 2.0) - gamma(u, 4.0, 2.0)).abs() < 1e-15);
    }
}

#[test]
fn poisson_inverts_its_distribution_function() {
    // Catches: an inversion that is off by one or loses exactness for large means.
    for mean in [0.01, 0.7, 5.0, 29.9, 30.1, 100.0, 900.0, 30_000.0] {
        let exact = statrs::distribution::Poisson::new(mean).expect("a mean above 0");
        for i in 1..400 {
            let u = f64::from(i) / 400.0;
            let k = u64::from(poisson(u, mean));
            assert!(exact.cdf(k) >= u - 1e-9, "mean {mean}, u {u}: {k} is too small");
            assert!(k == 0 || exact.cdf(k - 1) < u + 1e-9, "mean {mean}, u {u}: {k} is too large");
        }
    }
    assert_eq!(poisson(0.999, 0.0), 0);
}

/// Largest distance between the distribution functions of two samples of `N`, against the value
/// that is passed by chance once in ten thousand (Kolmogorov and Smirnov).
fn same_distribution(what: &str, ours: impl Fn(f64) -> f64, theirs: impl Distribution<f64>) {
    let streams = Streams::new(2024, 7);
    let mut a: Vec<f64> = (0..N).map(|i| ours(streams.uniform(9, i, 0))).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(2024);
    let mut b: Vec<f64> = (0..N).map(|_| theirs.sample(&mut rng)).collect();
    a.sort_by(f64::total_cmp);
    b.sort_by(f64::total_cmp);
    let (mut i, mut j, mut distance) = (0, 0, 0_usize);
    while i < a.len() && j < b.len() {
        let x = a[i].min(b[j]);
        while i < a.len() && a[i] <= x {
            i += 1;
        }
        while j < b.len() && b[j] <= x {
            j += 1;
        }
        distance = distance.max(i.abs_diff(j));
    }
    let d = distance as f64 / N as f64;
    let limit = 2.225 * (2.0 / N as f64).sqrt();
    assert!(d < limit, "{what}: distance {d} above {limit}");
}

#[test]
fn samplers_agree_with_independent_ones() {
    // Catches: a wrong parameter (rate for mean, variance for deviation, shape for scale).
    use rand_distr as rd;
    let ok = "parameters in range";
    same_distribution("exponential", |u| exponential(u, 2.5), rd::Exp::new(0.4).expect(ok));
    same_distribution(
        "uniform",
        |u| uniform_between(u, -1.0, 3.0),
        rd::Uniform::new(-1.0, 3.0).expect(ok),
    );
    same_distribution("normal", normal, rd::StandardNormal);
    let sigma = libm::log(2.2);
    let exact = rd::LogNormal::new(libm::log(3.0), sigma).expect(ok);
    same_distribution("lognormal", |u| lognormal(u, 3.0, 2.2), exact);
    let exact = rd::LogNormal::new(libm::log(3.0) - sigma * sigma / 2.0, sigma).expect(ok);
    same_distribution("lognormal by mean", |u| lognormal_mean(u, 3.0, 2.2), exact);
    same_distribution("weibull", |u| weibull(u, 1.7, 4.0), rd::Weibull::new(4.0, 1.7).expect(ok));
    for shape in [0.4, 2.5, 60.0] {
        let exact = rd::Gamma::new(shape, 5.0 / shape).expect(ok);
        same_distribution("gamma", |u| gamma(u, shape, 5.0), exact);
    }
    same_distribution("erlang", |u| erlang(u, 3, 6.0), rd::Gamma::new(3.0, 2.0).expect(ok));
    for mean in [0.8, 12.0, 55.0, 4000.0] {
        let exact = rd::Poisson::new(mean).expect(ok);
        same_distribution("poisson", |u| f64::from(poisson(u, mean)), exact);
    }
    let exact = rd::Geometric::new(0.15).expect(ok).map(|k| k as f64);
    same_distribution("geometric", |u| f64::from(geometric(u, 0.15)), exact);
}

#[test]
fn variates_rise_with_their_uniform() {
    // Catches: a variate that is not monotone, so that common luck no longer means the same sign.
    let rising = |what: &str, draw: &dyn Fn(f64) -> f64| {
        let mut before = f64::NEG_INFINITY;
        for i in 0..20_000 {
            let x = draw((f64::from(i) + 0.5) / 20_000.0);
            assert!(x >= before - 1e-11 * before.abs(), "{what} falls at {i}");
            before = x;
        }
    };
    rising("normal", &normal);
    rising("exponential", &|u| exponential(u, 1.0));
    rising("lognormal", &|u| lognormal_mean(u, 1.0, 3.0));
    rising("weibull", &|u| weibull(u, 0.7, 1.0));
    rising("gamma 0.2", &|u| gamma(u, 0.2, 1.0));
    rising("gamma 9", &|u| gamma(u, 9.0, 1.0));
    rising("poisson 4", &|u| f64::from(poisson(u, 4.0)));
    rising("poisson 400", &|u| f64::from(poisson(u, 400.0)));
    rising("geometric", &|u| f64::from(geometric(u, 0.2)));
    rising("discrete", &|u| discrete(u, &[0.2, 0.2, 0.7, 1.0]) as f64);
}

#[test]
fn discrete_follows_its_weights() {
    // Catches: an index of weight zero, an index past the end, shares that are shifted by one.
    let cum = [0.0, 3.0, 3.0, 4.0, 4.0];
    let streams = Streams::new(5, 0);
    let mut counts = [0.0_f64; 5];
    for i in 0..N {
        counts[discrete(streams.uniform(1, i, 0), &cum)] += 1.0;
    }
    assert!(counts[0] + counts[2] + counts[4] < 0.5);
    assert!((counts[1] / N as f64 - 0.75).abs() < 4.2 * (0.75 * 0.25 / N as f64).sqrt());
    assert_eq!(discrete(unit(u64::MAX), &cum), 3);
    assert_eq!(discrete(unit(0), &cum), 1);
}

#[test]
fn draws_of_different_addresses_do_not_move_together() {
    // Catches: an address field that is dropped or folded into another.
    let streams = Streams::new(11, 3);
    let base = |i: u64| streams.uniform(1, i, 0);
    let next = |i: u64| streams.uniform(1, i + 1, 0);
    let visit = |i: u64| streams.uniform(1, i, 1);
    let purpose = |i: u64| streams.uniform(2, i, 0);
    let high = |i: u64| streams.uniform(1, i | 1 << 32, 0);
    let second = |i: u64| streams.pair(1, i, 0)[1];
    let block = |i: u64| streams.block(1, i, 0, 1)[0];
    let replication = |i: u64| Streams::new(11, 4).uniform(1, i, 0);
    let seed = |i: u64| Streams::new(12, 3).uniform(1, i, 0);
    let others: [&dyn Fn(u64) -> f64; 8] =
        [&next, &visit, &purpose, &high, &second, &block, &replication, &seed];
    for (k, other) in others.iter().enumerate() {
        let sum: f64 = (0..N).map(|i| (base(i) - 0.5) * (other(i) - 0.5) * 12.0).sum();
        let z = sum / (N as f64).sqrt();
        assert!(z.abs() < 4.2, "address field {k}: z = {z}");
    }
}

#[test]
fn intensity_inverts_its_cumulative() {
    // Catches: an arrival in an hour of rate zero, a target that skips a step, a lost last step.
    let mut weights = vec![0.0; 200];
    for (i, weight) in weights.iter_mut().enumerate() {
        *weight = [0.0, 0.3, 0.0, 5.0, 1e-6, 0.0, 2.5][i % 7];
    }
    let intensity = Intensity::new(Span(900), &weights);
    let total = intensity.total();
    assert!((total - weights.iter().sum::<f64>()).abs() < 1e-9);
    let mut before = Time::ZERO;
    for i in 0..50_000 {
        let target = (f64::from(i) + 0.5) / 50_000.0 * total;
        let t = intensity.invert(target).expect("a target inside");
        assert!(t >= before);
        before = t;
        let (low, high) = (intensity.cumulative(t), intensity.cumulative(t + Span(1)));
        assert!(low <= target + 1e-9 && target <= high + 1e-9, "{target}: {low} to {high}");
        assert!(weights[(t.0 / 900) as usize] > 0.0, "an arrival while the rate is zero");
    }
    assert_eq!(intensity.invert(total), None);
    assert_eq!(intensity.invert(-1e-9), None);
    assert_eq!(intensity.invert(0.0), Some(Time(900)));
    assert!((intensity.cumulative(Time::NEVER) - total).abs() < 1e-12);
    assert_eq!(Intensity::new(Span(60), &[]).invert(0.0), None);
    assert_eq!(Intensity::new(Span(60), &[0.0, 0.0]).invert(0.0), None);
}

#[test]
fn intensity_of_one_rate_is_linear() {
    // Catches: seconds that are lost or doubled at the borders of steps.
    let intensity = Intensity::new(Span(60), &[6.0; 100]);
    for second in 0..6000 {
        let target = (f64::from(second) + 0.5) / 10.0;
        assert_eq!(intensity.invert(target), Some(Time(i64::from(second))));
    }
}
