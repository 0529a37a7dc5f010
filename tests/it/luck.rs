//! Inside a case, draws for different purposes have nothing to do with each other.

use crate::fixture::{SPEC, changed, fixture, plan_of, run};

// Catches two purposes that read one stream: whether somebody picks up the telephone says nothing
// about whether he is content. Everything is resolved and nothing is redone, so everybody who picks
// up is asked once.
#[test]
fn who_answers_is_not_who_is_content() {
    let content = |answer: f64| {
        let model = changed(fixture(), |city| {
            let p = &mut city.params.closing;
            (p.fix, p.misread, p.redo_resolved) = ([1.0; 5], 0.0, 0.0);
            (p.nominal_base, p.nominal_pressure) = (0.0, 0.0);
            p.answer = answer;
        });
        let told = run(&model, &plan_of(&model, "after", &[("L55", "1")]), SPEC);
        let asked: Vec<_> = told.cases.iter().filter(|case| case.called_back).collect();
        let content = asked.iter().filter(|case| case.satisfied).count() as f64;
        (asked.len() as f64, content / asked.len() as f64)
    };
    let ((n, all), (m, half)) = (content(1.0), content(0.5));
    println!("content: {all:.3} of {n} when all answer, {half:.3} of {m} when half do");
    assert!(n > 500.0 && m > 250.0 && m < 0.7 * n, "the check means something");
    let error = (all * (1.0 - all) * (1.0 / n + 1.0 / m)).sqrt();
    assert!((all - half).abs() < 4.0 * error, "{all} and {half}");
}
