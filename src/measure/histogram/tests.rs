use super::*;

const LONG: Span = Span(365 * DAY);

fn noted(observations: &[(i64, Way)]) -> Durations {
    let mut durations = Durations::default();
    for &(seconds, way) in observations {
        durations.note(Observed::new(Span(seconds), way));
    }
    durations
}

fn close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found} is not {expected} ± {tolerance}");
}

#[test]
fn bins_are_contiguous_and_hold_what_they_say() {
    // Would catch a band that starts at the wrong bin, and a duration just below an edge.
    for bin_index in 0..OVERFLOW {
        assert_eq!(bin(Span(edge(bin_index))), bin_index);
        assert_eq!(bin(Span(edge(bin_index + 1) - 1)), bin_index);
    }
    assert_eq!(bin(LONGEST), OVERFLOW);
    assert_eq!(bin(Span(LONGEST.0 * 3)), OVERFLOW);
    assert_eq!(bin(Span(-5)), 0);
}

#[test]
fn closure_ages_are_edges() {
    // Would catch an age inside a bin, whose closures would be counted late.
    for quarter in 0..12 {
        assert_eq!(edge(bin(Span(quarter * DAY / 4))), quarter * DAY / 4);
    }
    for day in 3..=60 {
        assert_eq!(edge(bin(Span(day * DAY))), day * DAY);
    }
}

#[test]
fn freireich_6mp() {
    // Would catch any slip in the risk set: the textbook sample (weeks as days), its curve at 6
    // and 23 weeks and its mean restricted at the longest observation.
    let events = [6, 6, 6, 7, 10, 13, 16, 22, 23];
    let open = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
    let mut sample: Vec<(i64, Way)> = events.map(|d| (d * DAY, Way::Event)).to_vec();
    sample.extend(open.map(|d| (d * DAY, Way::Open)));
    let durations = noted(&sample);
    let curve = durations.incidence(&[6 * DAY, 7 * DAY, 24 * DAY, 60 * DAY]);
    close(curve[0], 0.0, 1e-12);
    close(curve[1], 1.0 - 0.857_142_857, 1e-8);
    close(curve[2], 1.0 - 0.448_179_272, 1e-8);
    close(curve[3], 1.0 - 0.448_179_272, 1e-8);
    let summary = durations.curve(LONG).unwrap();
    close(summary.mean / 24.0, 23.287, 0.1);
    close(summary.p50 / 24.0, 23.0, 0.2);
}

#[test]
fn closed_only_would_be_wrong() {
    // Would catch leaving out open cases: arrivals spread over 30 days, durations exponential with
    // mean 10 days, watched for 30 days. Closed cases alone have a mean of 6.093 days; the mean
    // restricted at 30 days is 10 (1 - e^-3) = 9.502.
    let (mut durations, mut closed, mut n_closed) = (Durations::default(), 0.0, 0.0);
    for arrival in 0..300 {
        for quantile in 0..500 {
            let watched = 30.0 - (f64::from(arrival) + 0.5) / 10.0;
            let length = -10.0 * (1.0 - (f64::from(quantile) + 0.5) / 500.0_f64).ln();
            let way = if length < watched { Way::Event } else { Way::Open };
            let seconds = (length.min(watched) * DAY as f64) as i64;
            durations.note(Observed::new(Span(seconds), way));
            if way == Way::Event {
                (closed, n_closed) = (closed + length, n_closed + 1.0);
            }
        }
    }
    close(closed / n_closed, 6.093, 0.02);
    close(durations.curve(Span(30 * DAY)).unwrap().mean / 24.0, 9.502, 0.02);
    close(durations.incidence(&[10 * DAY])[0], 1.0 - (-1.0_f64).exp(), 0.005);
}

#[test]
fn competing_fates_keep_their_share() {
    // Would catch 1 - Kaplan-Meier in place of the cumulative incidence: of four, closed at 1 and
    // 3 days, withdrawn at 2, open at 4. Incidence 1/4, then 1/4 + 1/2 × 1/2; 1 - KM says 5/8.
    let durations = noted(&[
        (DAY, Way::Event),
        (2 * DAY, Way::Other),
        (3 * DAY, Way::Event),
        (4 * DAY, Way::Open),
    ]);
    let found = durations.incidence(&[DAY, 2 * DAY, 4 * DAY, 9 * DAY]);
    for (found, expected) in found.into_iter().zip([0.0, 0.25, 0.5, 0.5]) {
        close(found, expected, 1e-12);
    }
}

#[test]
fn quantiles_without_open_cases() {
    // Would catch a quantile one case off: ten cases of 1 h … 10 h, bins of 5 minutes.
    let hours: Vec<(i64, Way)> = (1..=10).map(|h| (h * HOUR, Way::Event)).collect();
    let curve = noted(&hours).curve(LONG).unwrap();
    close(curve.mean, 5.5, 0.09);
    close(curve.p50, 5.0, 0.09);
    close(curve.p90, 9.0, 0.09);
}

#[test]
fn the_horizon_restricts() {
    // Would catch an unrestricted mean: half close after 2 h, half after 50 h, horizon 10 h.
    let curve = noted(&[(2 * HOUR, Way::Event), (50 * HOUR, Way::Event)]);
    let curve = curve.curve(Span(10 * HOUR)).unwrap();
    close(curve.mean, 6.0, 0.05);
    close(curve.p90, 10.0, 1e-12);
}

#[test]
fn one_open_case_does_not_wait_until_the_horizon() {
    // Would catch a mean held up to the horizon by one young open case among three; a 90th
    // percentile taken from the age of that case, to which nothing has fallen.
    let few = noted(&[(HOUR, Way::Event), (2 * HOUR, Way::Event), (3 * HOUR, Way::Open)]);
    let curve = few.curve(LONG).unwrap();
    close(curve.mean, 2.0, 0.1);
    close(curve.p50, 2.0, 0.1);
    close(curve.p90, LONG.hours(), 1e-9);
}

#[test]
fn adding_equals_noting_together() {
    // Would catch bins lost when the other histogram is longer or shorter.
    let (short, long) = ([(HOUR, Way::Event)], [(90 * DAY, Way::Other), (HOUR, Way::Open)]);
    let whole = noted(&[short[0], long[0], long[1]]);
    let mut sum = noted(&short);
    sum.add(&noted(&long));
    assert_eq!(sum, whole);
    let mut sum = noted(&long);
    sum.add(&noted(&short));
    assert_eq!(sum, whole);
    assert_eq!(whole.total(), 3);
}

#[test]
fn nothing_seen_is_no_curve() {
    // Would catch a mean of 0 h for a place without cases.
    assert!(Durations::default().curve(LONG).is_none());
    assert!(Durations::default().incidence(&[0, DAY]).is_empty());
}
