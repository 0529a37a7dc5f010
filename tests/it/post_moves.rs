//! Posts that follow load: the only thing that couples districts.

use huying::compile::LoadedModel;
use huying::domain::{InTurn, RunSpec, couples, simulate_together};
use huying::measure::{Scope, Selection};
use huying::study::{Arm, NoJournal, Silent, Study, StudyResult};

use huying::domain::PoolKind;

use crate::fixture::{SPEC, Told, changed, digest, fixture, plan_of, run, with_a_second_district};

/// Posts are allocated anew every week, so that a short run sees it.
const DYNAMIC: [(&str, &str); 3] = [("L05", "dynamic"), ("L06", "7"), ("L07", "0.3")];

fn study(model: &LoadedModel, sets: &[(&str, &str)]) -> Study {
    let selection = Selection::all(&model.city);
    let arm = |name: &str, sets: &[(&str, &str)]| Arm {
        name: name.into(),
        zh: name.into(),
        en: name.into(),
        city: model.city.clone(),
        plan: plan_of(model, "before", sets),
        replay: "huying run".into(),
    };
    Study {
        city: model.city.clone(),
        arms: vec![arm("before", &[]), arm("moving", sets)],
        districts: selection.districts(&model.city),
        selection,
        scopes: Scope::ALL.to_vec(),
        seed: 20_181_101,
        replications: 1..=2,
        warm_up_days: 14,
        horizon_days: 28,
        confidence: 0.95,
    }
}

fn text(result: &StudyResult) -> String {
    let lines: Vec<String> = result.kpi_lines().map(|line| format!("{line:?}")).collect();
    format!("{}\n{:?}", lines.join("\n"), result.tables())
}

fn on(threads: usize, study: &Study) -> StudyResult {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| study.run(&NoJournal, &Silent))
}

// Catches an exchange between districts that depends on which thread comes first, and a failure
// that the coupled path hides.
#[test]
fn threads_leave_no_trace_when_posts_move() {
    let model = with_a_second_district(fixture());
    let study = study(&model, &DYNAMIC);
    let spec = RunSpec { horizon_days: 28, ..SPEC };
    assert!(couples(&model.city, &study.arms[1].plan, &study.districts, &spec));
    assert!(!couples(&model.city, &study.arms[0].plan, &study.districts, &spec));
    let one = on(1, &study);
    assert!(one.failures().is_empty(), "{:?}", one.failures());
    for threads in [2, 5] {
        assert!(text(&one) == text(&on(threads, &study)), "{threads} threads");
    }
    assert!(one.notes(&[]).iter().all(|note| !note.en.contains("posts follow load")));
    let part = Study { districts: vec![0], ..study };
    let notes = on(1, &part).notes(&[]);
    assert!(notes.iter().any(|note| note.en.contains("posts follow load")), "{notes:?}");
}

fn together(model: &LoadedModel, sets: &[(&str, &str)]) -> Vec<Told> {
    let plan = plan_of(model, "before", sets);
    let mut sinks = vec![Told::default(), Told::default()];
    simulate_together(&model.city, &plan, &[0, 1], &SPEC, &mut sinks, &InTurn);
    sinks
}

fn posts(told: &[Told]) -> Vec<f64> {
    told.iter().flat_map(|told| &told.streets).map(|street| street.posts_mean).collect()
}

// Catches posts gained or lost by moving, and an exchange that stops at the border of a district.
#[test]
fn moving_posts_keeps_their_number() {
    let model = with_a_second_district(fixture());
    let (fixed, moved) = (posts(&together(&model, &[])), posts(&together(&model, &DYNAMIC)));
    let sum = |posts: &[f64]| posts.iter().sum::<f64>();
    assert!((sum(&fixed) - sum(&moved)).abs() < 1e-9, "{fixed:?} {moved:?}");
    assert!(fixed.iter().zip(&moved).any(|(a, b)| (a - b).abs() > 0.5), "{moved:?}");
    let first = |posts: &[f64]| sum(&posts[..3]);
    assert!((first(&fixed) - first(&moved)).abs() > 0.1, "nothing crosses the border");
}

// Catches a coupled path that differs from the plain one where nothing couples, and a mode that
// acts without a pool.
#[test]
fn without_a_pool_nothing_moves() {
    let model = with_a_second_district(fixture());
    let plan = plan_of(&model, "before", &[("L05", "tilt"), ("L06", "7")]);
    assert!(!couples(&model.city, &plan, &[0, 1], &SPEC));
    let apart = run(&model, &plan, SPEC);
    let plain = run(&model, &plan_of(&model, "before", &[]), SPEC);
    assert_eq!(digest(&apart), digest(&plain));
    let beside = together(&model, &[]);
    assert_eq!(digest(&beside[0].cases), digest(&plain.cases));
}

// Catches a staffing mode that is a name only.
#[test]
fn every_mode_is_another_staffing() {
    let model = fixture();
    let of = |mode: &str| {
        let sets = [("L05", mode), ("L06", "7"), ("L07", "0.3"), ("L08", "0.1")];
        run(model, &plan_of(model, "before", &sets), SPEC)
    };
    let modes = ["fixed", "base", "dynamic", "tilt"].map(of);
    for (index, one) in modes.iter().enumerate() {
        for other in &modes[..index] {
            assert_ne!(digest(&one.streets), digest(&other.streets), "mode {index}");
        }
    }
    let project_h = |told: &Told| told.streets.iter().map(|s| s.project_h).sum::<f64>();
    assert!(project_h(&modes[0]) + project_h(&modes[1]) < 1e-9);
    assert!(project_h(&modes[2]) > 0.0 && project_h(&modes[3]) > 0.0);
}

// Catches a pool of posts, or people at projects, that come from nowhere: own posts, vacant posts,
// or posts of departments (M11, M13, M14).
#[test]
fn moved_posts_come_from_somewhere() {
    let people = |from_outside: f64, zero_sum: f64| {
        let model = changed(fixture(), |city| {
            city.params.reallocation.from_outside = from_outside;
            city.params.reallocation.project_chance = 1.0;
            city.params.posts.zero_sum = zero_sum;
        });
        let sets = [("L05", "dynamic"), ("L07", "0.2"), ("L08", "0.1")];
        let told = run(&model, &plan_of(&model, "before", &sets), SPEC);
        let sum = |of: fn(&PoolKind) -> bool| -> f64 {
            let pools = told.pools.iter().filter(|pool| of(&pool.kind));
            pools.map(|pool| pool.load.servers_mean).sum()
        };
        let units = sum(|kind| matches!(kind, PoolKind::Unit(_)));
        let departments = sum(|kind| matches!(kind, PoolKind::Department(_)));
        let posts: f64 = told.streets.iter().map(|street| street.posts_mean).sum();
        let project: f64 = told.streets.iter().map(|street| street.project_h).sum();
        (units, departments, posts, project)
    };
    let (own, vacant, departments) = (people(0.0, 1.0), people(1.0, 0.0), people(1.0, 1.0));
    // A fifth of the establishment is new, and nobody at a project is missing elsewhere.
    assert!((vacant.2 / own.2 - 1.2).abs() < 0.01, "{} {}", own.2, vacant.2);
    assert!(vacant.0 > own.0 * 1.25, "{} {}", own.0, vacant.0);
    assert!((vacant.1 - own.1).abs() < 1e-9, "vacant posts are missing nowhere");
    assert!(vacant.3 > own.3, "more posts, more of them at projects");
    assert!((departments.0 - vacant.0).abs() < 1e-9);
    let gone = vacant.1 - departments.1;
    let new = vacant.2 - own.2 + 0.1 * vacant.2;
    assert!((gone - new).abs() < 0.1 * new + 3.0, "{gone} of {new}");
}
