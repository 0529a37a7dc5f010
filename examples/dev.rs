use huying::{compile, domain, measure};
use std::sync::Arc;
use std::time::Instant;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let model = match compile::load_model(std::path::Path::new("models/jinan")) {
        Ok(m) => m,
        Err(d) => {
            eprintln!("{d:?}");
            return;
        }
    };
    let city = model.city.clone();
    let scen = args[1].clone();
    let district: Option<usize> = args.get(2).and_then(|s| s.parse().ok());
    let seeds: u64 = args.get(3).and_then(|s| s.parse().ok()).unwrap_or(1);
    let sets: Vec<(String, String)> = args
        .iter()
        .skip(4)
        .map(|s| {
            let (a, b) = s.split_once('=').unwrap();
            (a.to_string(), b.to_string())
        })
        .collect();
    let plan = match compile::plan(&model, &scen, &sets) {
        Ok(p) => p,
        Err(d) => {
            eprintln!("{d:?}");
            return;
        }
    };
    let (w, h) = (182u32, 364u32);
    let window = measure::Window::new(w, h);
    let sel = measure::Selection::all(&city);
    for rep in 0..seeds {
        let t0 = Instant::now();
        let mut total: Option<measure::Accumulator> = None;
        let (mut ev, mut cs) = (0, 0);
        for d in 0..city.districts.len() {
            if district.is_some_and(|x| x != d) {
                continue;
            }
            let mut acc = measure::Accumulator::new(&city, &sel, window, d);
            let run =
                domain::RunSpec { seed: 7, replication: rep, warm_up_days: w, horizon_days: h };
            let out = domain::simulate(&city, &plan.plan, d, &run, &mut acc);
            acc.count_run(out.events, out.cases);
            ev += out.events;
            cs += out.cases;
            match &mut total {
                None => total = Some(acc),
                Some(t) => t.merge(acc),
            }
        }
        let sim = t0.elapsed();
        let r = total.unwrap().result();
        eprintln!(
            "{scen} rep {rep}: {sim:?} events {ev} cases {cs} {:.2}M ev/s",
            ev as f64 / sim.as_secs_f64() / 1e6
        );
        for k in &r.kpis {
            if k.scope == measure::Scope::City {
                println!("{:28} {:12.4}", k.kpi.kpi().id, k.value);
            }
        }
        for p in r.pools.iter().filter(|p| p.scope == measure::Scope::City) {
            println!("{p:?}");
        }
        for s in r.stages.iter().filter(|s| s.scope == measure::Scope::City) {
            println!("{s:?}");
        }
        for k in &r.kpis {
            if ["cases_registered", "time_to_close_mean", "callup_share"].contains(&k.kpi.kpi().id)
                && (k.scope == measure::Scope::Channel
                    || k.scope == measure::Scope::Kind
                    || k.scope == measure::Scope::District
                    || k.scope == measure::Scope::Field)
            {
                println!("{:?} {} {:28} {:12.4}", k.scope, k.scope_id, k.kpi.kpi().id, k.value);
            }
        }
    }
    let _ = Arc::strong_count(&city);
}
