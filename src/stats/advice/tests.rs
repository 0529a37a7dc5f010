use super::*;
use crate::stats::SampleError;
use crate::stats::check::{close, generator, normal};

/// One of each, so that a new kind of advice is not left without text.
const ALL: [Advice; 9] = [
    Advice::SkewedSample { n: 30, skewness: 2.5, needed: 157 },
    Advice::FewReplications { n: 10, needed: 30 },
    Advice::MissingValues { missing: 3, of: 30 },
    Advice::NotReached { p: 0.9, n: 3, of: 20, followed: 672.0 },
    Advice::NotBack { n: 2, of: 20, followed: 24.0 },
    Advice::PrecisionNotReached { achieved: 0.083, wanted: 0.0476, relative: true, n: 200 },
    Advice::PairingDidNotHelp { correlation: -0.2, variance_ratio: 0.8 },
    Advice::NotSettled { batches: 80, of_batches: 100 },
    Advice::CorrelatedBatches { von_neumann: 0.9, n: 20 },
];

#[test]
fn every_advice_says_what_was_seen_and_what_to_do() {
    // Catches: a text without a figure, without a remedy, or untranslated.
    for advice in ALL {
        let (en, zh) = (advice.en(), advice.zh());
        for text in [&en, &zh] {
            assert!(text.chars().any(|c| c.is_ascii_digit()), "no figure in {text}");
            assert!(!text.contains("  ") && !text.contains("NaN"), "{text}");
        }
        let remedies = ["Use", "use", "Allow", "Lengthen"];
        assert!(remedies.iter().any(|r| en.contains(r)) && en.is_ascii(), "{en}");
        assert!(zh.contains('请') && zh.ends_with('。'), "{zh}");
    }
    assert!(Advice::FewReplications { n: 1, needed: 30 }.en().contains("is 1 value,"));
    assert!(Advice::FewReplications { n: 0, needed: 30 }.zh().contains("只有 0 个值"));
    assert!(ALL[3].en().contains("In 3 of 20") && ALL[5].zh().contains("8.3%"));
}

#[test]
fn skewness_asks_for_cochrans_number() {
    // Catches: silence on the case where intervals were measured to fail. One value in twenty
    // far out: G1 is about 4.5, and 25 G1^2 is about 500.
    let mut values = vec![0.0; 19];
    values.push(100.0);
    let estimate = Estimate::of(&values, 0.95);
    let advice = Advice::of_estimate(&estimate, 20);
    let [Advice::SkewedSample { n: 20, skewness, needed }] = advice[..] else {
        panic!("{advice:?}");
    };
    close(skewness, 4.472, 1e-3);
    // 25 G1^2 is 500 but for rounding, and more than that is needed.
    assert!((500..=501).contains(&needed));
}

#[test]
fn a_good_sample_gets_no_advice() {
    // Catches: warnings so frequent that nobody reads them: 1000 normal samples of 30.
    let mut rng = generator(88);
    let mut warned = 0;
    for _ in 0..1_000 {
        let values: Vec<f64> = (0..30).map(|_| normal(&mut rng)).collect();
        warned += usize::from(!Advice::of_estimate(&Estimate::of(&values, 0.95), 30).is_empty());
    }
    assert!(warned < 30, "warned {warned}");
    // Ten normal values are few, and no more than that.
    let skewed = |advice: &Advice| matches!(advice, Advice::SkewedSample { .. });
    let mut warned = 0;
    for _ in 0..1_000 {
        let values: Vec<f64> = (0..10).map(|_| normal(&mut rng)).collect();
        let advice = Advice::of_estimate(&Estimate::of(&values, 0.95), 10);
        warned += usize::from(advice.iter().any(skewed));
    }
    assert!(warned < 80, "warned {warned} times of ten values");
    assert!(Advice::of_estimate(&Estimate::of(&[2.0; 5], 0.95), 5).is_empty());
}

#[test]
fn few_and_missing_values_are_said() {
    // Catches: an estimate over three of thirty replications shown as if over all.
    let estimate = Estimate::of(&[1.0, f64::NAN, 2.0, 2.5], 0.95);
    let want =
        [Advice::MissingValues { missing: 1, of: 4 }, Advice::FewReplications { n: 3, needed: 30 }];
    assert_eq!(Advice::of_estimate(&estimate, 4), want);
    let none = Advice::of_estimate(&Estimate::empty(0.95), 0);
    assert_eq!(none, [Advice::FewReplications { n: 0, needed: 30 }]);
}

#[test]
fn results_turn_into_advice() {
    // Catches: a doubt that a method found and nobody passes on.
    let against = Paired::of(&[1.0, 2.0, 3.0, 5.0], &[4.0, 3.0, 2.0, 0.0], 0.95).unwrap();
    assert!(matches!(Advice::of_paired(&against), Some(Advice::PairingDidNotHelp { .. })));
    let along = Paired::of(&[1.0, 2.0, 3.0, 5.0], &[1.5, 2.4, 3.6, 5.5], 0.95).unwrap();
    assert_eq!(Advice::of_paired(&along), None);
    let trend: Vec<f64> = (0..200).map(f64::from).collect();
    let batch = BatchMeans::of(&trend, 20, 0.95).unwrap();
    assert!(matches!(Advice::of_batches(&batch), Some(Advice::CorrelatedBatches { n: 20, .. })));
    let late = WarmUpError::NotSettled { batches: 9, of_batches: 10 };
    assert!(Advice::of_warm_up(&late).is_some());
    let short = WarmUpError::Sample(SampleError::TooFew { needed: 100, got: 1 });
    assert_eq!(Advice::of_warm_up(&short), None);
    let rule = Precision::relative(0.05, 10);
    let stopped = Decision::NotReached { achieved: 0.2 };
    assert!(matches!(
        Advice::of_decision(&rule, &stopped, 10),
        Some(Advice::PrecisionNotReached { relative: true, n: 10, .. })
    ));
    assert_eq!(Advice::of_decision(&rule, &Decision::Enough, 10), None);
}
