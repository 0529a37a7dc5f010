//! Parameters of a row: the JSON object of its `params` cell, read into a [`Spec`].

use std::cell::RefCell;

use serde_json::{Map, Value};

use super::laws::{law, tokens};
use super::spec::{Class, Law, Node, Order, Queue, Spec, Visit, Wave};
use crate::domain::{Batch, Shape};

/// What is wrong with the parameters: what was expected, and what stands there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Wrong {
    pub(super) expected: String,
    pub(super) got: String,
}

pub(super) fn wrong<T>(expected: impl Into<String>, got: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong { expected: expected.into(), got: got.into() })
}

/// An object whose keys are asked for one by one; what nobody asked for is a mistake.
struct Params<'a> {
    map: &'a Map<String, Value>,
    asked: RefCell<Vec<&'static str>>,
}

impl Params<'_> {
    fn find(&self, key: &'static str) -> Option<&Value> {
        self.asked.borrow_mut().push(key);
        self.map.get(key)
    }

    fn get(&self, key: &'static str) -> Result<&Value, Wrong> {
        match self.find(key) {
            Some(value) => Ok(value),
            None => {
                let keys: Vec<&str> = self.map.keys().map(String::as_str).collect();
                wrong(format!("\"{key}\" among the parameters"), keys.join(", "))
            }
        }
    }

    fn optional(&self, key: &'static str) -> Result<Option<f64>, Wrong> {
        self.find(key).map(|value| number(key, value)).transpose()
    }

    fn number(&self, key: &'static str) -> Result<f64, Wrong> {
        number(key, self.get(key)?)
    }

    fn positive(&self, key: &'static str) -> Result<f64, Wrong> {
        let value = self.number(key)?;
        if value > 0.0 { Ok(value) } else { wrong(format!("\"{key}\" above 0"), value.to_string()) }
    }

    fn whole(&self, key: &'static str) -> Result<u32, Wrong> {
        whole(key, self.get(key)?)
    }

    fn numbers(&self, key: &'static str) -> Result<Vec<f64>, Wrong> {
        list(key, self.get(key)?)?.iter().map(|value| number(key, value)).collect()
    }

    fn text(&self, key: &'static str) -> Result<&str, Wrong> {
        let value = self.get(key)?;
        value.as_str().map_or_else(|| wrong(format!("\"{key}\" as text"), value.to_string()), Ok)
    }

    /// Reports keys that nobody asked for.
    fn finish(&self) -> Result<(), Wrong> {
        let mut asked = self.asked.borrow().clone();
        asked.sort_unstable();
        match self.map.keys().find(|key| !asked.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => wrong(format!("only {}", asked.join(", ")), format!("\"{key}\"")),
        }
    }
}

fn number(key: &str, value: &Value) -> Result<f64, Wrong> {
    match value.as_f64().filter(|number| number.is_finite() && *number >= 0.0) {
        Some(number) => Ok(number),
        None => wrong(format!("\"{key}\": numbers, not negative"), value.to_string()),
    }
}

fn whole(key: &str, value: &Value) -> Result<u32, Wrong> {
    match value.as_f64().filter(|x| x.fract() == 0.0 && (0.0..=100_000.0).contains(x)) {
        Some(number) => Ok(number as u32),
        None => wrong(format!("\"{key}\": whole numbers from 0 to 100000"), value.to_string()),
    }
}

fn list<'a>(key: &str, value: &'a Value) -> Result<&'a Vec<Value>, Wrong> {
    value.as_array().map_or_else(|| wrong(format!("\"{key}\" as a list"), value.to_string()), Ok)
}

/// Families, as the tables write them.
pub(super) const FAMILIES: [&str; 22] = [
    "M/M/1",
    "M/M/c",
    "M/M/c/K",
    "Erlang loss M/M/c/c",
    "M/D/1",
    "M/D/c",
    "M/G/1",
    "M/PH/c",
    "GI/M/1",
    "M/M/c+M (Erlang-A)",
    "batch arrival M[X]/M/1",
    "M/G/1 priority non-preemptive",
    "M/G/1 priority preemptive-resume",
    "M/M/c priority non-preemptive",
    "Mt/G/inf sinusoidal",
    "Mt/M/c(t) periodic, calendars",
    "transient M/M/c",
    "Jackson open network",
    "finite source M/M/c//N",
    "fork-join",
    "retrial M/M/1",
    "symmetric polling",
];

/// Reads the parameters of a family.
pub(super) fn read(family: &str, model: &str, text: &str) -> Result<Spec, Wrong> {
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return wrong("a JSON object", error.to_string()),
    };
    let Some(map) = value.as_object() else { return wrong("a JSON object", text) };
    let params = Params { map, asked: RefCell::new(Vec::new()) };
    let spec = match family {
        "Jackson open network" => network(&params)?,
        "finite source M/M/c//N" => Spec::Finite {
            sources: params.whole("N")?,
            servers: params.whole("c")?,
            think: 1.0 / params.positive("lam_per_source")?,
            service: 1.0 / params.positive("mu")?,
        },
        "fork-join" => Spec::ForkJoin {
            branches: params.whole("branches")?,
            rate: params.positive("lam")?,
            service: 1.0 / params.positive("mu")?,
        },
        "retrial M/M/1" => Spec::Retrial {
            rate: params.positive("lam")?,
            service: 1.0 / params.positive("mu")?,
            retry: 1.0 / params.positive("retrial_rate")?,
        },
        "symmetric polling" => polling(&params, model)?,
        "M/G/1 priority non-preemptive" | "M/M/c priority non-preemptive" => {
            classes(&params, Order::Priority)?
        }
        "M/G/1 priority preemptive-resume" => classes(&params, Order::Preemption)?,
        _ => Spec::Queue(queue(family, &params)?),
    };
    params.finish()?;
    sane(&spec)?;
    Ok(spec)
}

/// Most classes with priorities.
const MOST_CLASSES: usize = 16;

/// Limits of what can be built and simulated to the end.
fn sane(spec: &Spec) -> Result<(), Wrong> {
    let bounded = match spec {
        Spec::Queue(queue) => {
            let none = queue.servers.iter().all(|(_, n)| *n == 0);
            if none || queue.classes.iter().any(|c| c.rate <= 0.0 || c.service.mean <= 0.0) {
                return wrong("servers, rates and services above 0", "0");
            }
            queue.room.is_some() || queue.patience.is_some() || queue.opening.is_some()
        }
        Spec::Finite { sources, servers, .. } => {
            if *sources == 0 || *servers == 0 {
                return wrong("sources and servers above 0", "0");
            }
            true
        }
        Spec::ForkJoin { branches, .. } if *branches == 0 || *branches > 64 => {
            return wrong("1 to 64 branches", branches.to_string());
        }
        Spec::Classes { servers, classes } => {
            if *servers == 0 || classes.iter().any(|c| c.rate <= 0.0 || c.service.mean <= 0.0) {
                return wrong("servers, rates and services above 0", "0");
            }
            false
        }
        Spec::Polling { queues, .. } if *queues == 0 => return wrong("queues above 0", "0"),
        _ => false,
    };
    let load = spec.load();
    if !bounded && (load >= 0.995 || load.is_nan()) {
        return wrong("a load below 0.995: above it no run is long enough", format!("{load:.4}"));
    }
    Ok(())
}

fn queue(family: &str, p: &Params<'_>) -> Result<Queue, Wrong> {
    let mm = |p: &Params<'_>| -> Result<Queue, Wrong> {
        let class = Class { rate: p.positive("lam")?, service: exponential(p)? };
        Ok(Queue::plain(p.whole("c")?, class))
    };
    match family {
        "M/M/1" => Ok(Queue { through_desk: true, ..mm(p)? }),
        "M/M/c" => mm(p),
        "M/M/c/K" | "Erlang loss M/M/c/c" => {
            let room = p.whole("K")?;
            let queue = mm(p)?;
            if room < queue.servers[0].1 {
                return wrong("\"K\" not below \"c\"", room.to_string());
            }
            Ok(Queue { room: Some(room), ..queue })
        }
        "M/D/1" | "M/D/c" | "M/G/1" | "M/PH/c" => general(p),
        "GI/M/1" => Ok(Queue { gaps: gaps(p.text("interarrival")?)?, ..mm(p)? }),
        "M/M/c+M (Erlang-A)" => {
            let theta = p.positive("theta")?;
            Ok(Queue { patience: Some(1.0 / theta), ..mm(p)? })
        }
        "batch arrival M[X]/M/1" => batch(p),
        "Mt/G/inf sinusoidal" => infinite(p),
        "Mt/M/c(t) periodic, calendars" => periodic(p),
        "transient M/M/c" => Ok(Queue { opening: Some(p.whole("n0")?), ..mm(p)? }),
        other => wrong(FAMILIES.join(" / "), other),
    }
}

fn exponential(p: &Params<'_>) -> Result<Law, Wrong> {
    Ok(Law::exponential(1.0 / p.positive("mu")?))
}

fn general(p: &Params<'_>) -> Result<Queue, Wrong> {
    let written = p.text("service")?;
    let (mean, scv) = (p.optional("service_mean")?, p.optional("service_scv")?);
    let service = law(written, mean, scv)?;
    let class = Class { rate: p.positive("lam")?, service };
    Ok(Queue::plain(p.whole("c")?, class))
}

fn gaps(text: &str) -> Result<Shape, Wrong> {
    let expected = "\"interarrival\": D, M, Ek (Erlang) or ('gamma', K)";
    match tokens(text).iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["d" | "det" | "deterministic"] => Ok(Shape::Deterministic),
        ["m" | "exp" | "exponential"] => Ok(Shape::Exponential),
        ["e" | "erl" | "erlang", k] | ["gamma", k] => match k.parse::<f64>() {
            Ok(k) if k > 0.0 => Ok(Shape::Gamma(k)),
            _ => wrong(expected, text),
        },
        _ => wrong(expected, text),
    }
}

fn batch(p: &Params<'_>) -> Result<Queue, Wrong> {
    let (kind, mean) = (p.text("batch")?, p.positive("batch_mean")?);
    let batch = match kind {
        "geo" | "geometric" if mean >= 1.0 => Batch::Geometric(mean),
        "const" | "constant" if mean >= 1.0 && mean.fract() == 0.0 => Batch::Constant(mean as u32),
        _ => return wrong("\"batch\": geo, or const with a whole mean", format!("{kind} {mean}")),
    };
    let class = Class { rate: p.positive("batch_rate")? * mean, service: exponential(p)? };
    Ok(Queue { batch, ..Queue::plain(p.whole("c")?, class) })
}

/// Two classes are a counter of the model; more of them are served on the engine, where only the
/// first could interrupt.
fn classes(p: &Params<'_>, order: Order) -> Result<Spec, Wrong> {
    let rates = p.numbers("lams")?;
    let (means, squares) = (p.numbers("service_mean")?, p.numbers("service_m2")?);
    let n = rates.len();
    let most = if order == Order::Preemption { 2 } else { MOST_CLASSES };
    if n < 2 || n > most || means.len() != n || squares.len() != n {
        let expected = format!(
            "2 to {most} classes, and as many numbers in lams, service_mean and service_m2"
        );
        return wrong(expected, format!("{n}, {} and {}", means.len(), squares.len()));
    }
    let names: Vec<Option<&str>> = match p.find("dists") {
        None => vec![None; n],
        Some(value) => list("dists", value)?.iter().map(Value::as_str).collect(),
    };
    let mut classes = Vec::new();
    for (at, rate) in rates.iter().enumerate() {
        let scv = squares[at] / (means[at] * means[at]) - 1.0;
        let service = match names.get(at).copied().flatten() {
            Some(name) => law(name, Some(means[at]), Some(scv.max(0.0)))?,
            None => Law::of_moments(means[at], scv),
        };
        classes.push(Class { rate: *rate, service });
    }
    let servers = match p.find("c") {
        Some(value) => whole("c", value)?,
        None => 1,
    };
    let first = classes[0];
    Ok(if n == 2 {
        Spec::Queue(Queue { classes, order, ..Queue::plain(servers, first) })
    } else {
        Spec::Classes { servers, classes }
    })
}

/// Enough servers that nobody ever waits: twenty standard deviations above the highest mean.
fn infinite(p: &Params<'_>) -> Result<Queue, Wrong> {
    let (mean, amplitude) = (p.positive("lam_mean")?, p.number("amp")?);
    let service = law(p.text("service")?, None, None)?;
    let highest = (mean + amplitude) * service.mean;
    let servers = highest + 20.0 * highest.sqrt() + 20.0;
    let wave = wave(p, mean, amplitude, 0.0)?;
    let class = Class { rate: mean, service };
    Ok(Queue { wave: Some(wave), ..Queue::plain(servers as u32, class) })
}

fn wave(p: &Params<'_>, mean: f64, amplitude: f64, phase: f64) -> Result<Wave, Wrong> {
    if amplitude > mean {
        return wrong("\"amp\" not above \"lam_mean\"", amplitude.to_string());
    }
    let period = p.optional("period_h")?.unwrap_or(24.0);
    if period <= 0.0 {
        return wrong("\"period_h\" above 0", period.to_string());
    }
    Ok(Wave { amplitude: amplitude / mean, phase, period })
}

fn periodic(p: &Params<'_>) -> Result<Queue, Wrong> {
    let (mean, amplitude) = (p.positive("lam_mean")?, p.number("amp")?);
    // The rate in words repeats the numbers.
    let _ = p.find("lam");
    let wave = wave(p, mean, amplitude, p.number("phase_h")?)?;
    let expected = "\"schedule\": [[from, to, servers], ...] from 0 to the end of the period";
    let mut servers = Vec::new();
    let mut reached = 0.0;
    for part in list("schedule", p.get("schedule")?)? {
        let part: Vec<f64> = list("schedule", part)?
            .iter()
            .map(|value| number("schedule", value))
            .collect::<Result<_, _>>()?;
        let [from, to, n] = part[..] else { return wrong(expected, format!("{part:?}")) };
        let minutes = from * 60.0 * 24.0 / wave.period;
        let joins = (from - reached).abs() < 1e-9 && to > from;
        if !joins || n.fract() > 0.0 || minutes.fract() > 0.0 {
            return wrong(expected, format!("{part:?}"));
        }
        reached = to;
        servers.push((from, n as u32));
    }
    if (reached - wave.period).abs() > 1e-9 {
        return wrong(expected, format!("an end at {reached}"));
    }
    let theta = p.optional("theta_per_h")?.unwrap_or(0.0);
    let service = Law::exponential(1.0 / p.positive("mu_per_h")?);
    let class = Class { rate: mean, service };
    let patience = (theta > 0.0).then(|| 1.0 / theta);
    Ok(Queue { servers, wave: Some(wave), patience, ..Queue::plain(1, class) })
}

fn network(p: &Params<'_>) -> Result<Spec, Wrong> {
    let servers: Vec<u32> =
        list("c", p.get("c")?)?.iter().map(|value| whole("c", value)).collect::<Result<_, _>>()?;
    let rates = p.numbers("mu")?;
    let n = servers.len();
    let names: Vec<String> = match p.find("nodes") {
        Some(value) => {
            let names = list("nodes", value)?.iter();
            names.map(|name| name.as_str().unwrap_or_default().to_owned()).collect()
        }
        None => (1..=n).map(|node| node.to_string()).collect(),
    };
    let (outside, next) = match p.find("P") {
        Some(rows) => {
            let rows: Vec<Vec<f64>> = list("P", rows)?
                .iter()
                .map(|row| list("P", row)?.iter().map(|x| number("P", x)).collect())
                .collect::<Result<_, _>>()?;
            (p.numbers("gamma")?, rows)
        }
        // A tandem: all come at the first node and pass them in order.
        None => {
            let rate = p.positive("lam")?;
            let row = |from: usize| (0..n).map(|to| f64::from(u8::from(to == from + 1))).collect();
            let first = |node: usize| if node == 0 { rate } else { 0.0 };
            ((0..n).map(first).collect(), (0..n).map(row).collect())
        }
    };
    let fits =
        n > 0 && [rates.len(), names.len(), outside.len(), next.len()].iter().all(|x| *x == n);
    let stochastic = |row: &Vec<f64>| row.len() == n && row.iter().sum::<f64>() <= 1.0 + 1e-9;
    if !fits || !next.iter().all(stochastic) || rates.contains(&0.0) || servers.contains(&0) {
        return wrong(
            "as many c, mu, gamma, nodes and rows of P (sums up to 1)",
            format!("{n} in c"),
        );
    }
    let node = |at: usize| Node {
        name: names[at].clone(),
        servers: servers[at],
        service: 1.0 / rates[at],
        outside: outside[at],
        next: next[at].clone(),
    };
    Ok(Spec::Network((0..n).map(node).collect()))
}

fn polling(p: &Params<'_>, model: &str) -> Result<Spec, Wrong> {
    let visit = match (model.contains("exhaustive"), model.contains("gated")) {
        (true, false) => Visit::Exhaustive,
        (false, true) => Visit::Gated,
        _ => return wrong("\"exhaustive\" or \"gated\" in the column model", model),
    };
    let mean = p.positive("service_mean")?;
    let service = Law::of_moments(mean, p.positive("service_m2")? / (mean * mean) - 1.0);
    let switch = p.positive("switch_mean")?;
    let walk = Law::of_moments(switch, p.number("switch_var")? / (switch * switch));
    let (queues, rate) = (p.whole("N")?, p.positive("lam_per_queue")?);
    Ok(Spec::Polling { queues, rate, service, walk, visit })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches a parameter that is accepted and ignored, one that is missed, and a queue without an
    // end.
    #[test]
    fn parameters_are_all_read_or_refused() {
        let read = |text: &str| read("M/M/c", "", text);
        assert!(read(r#"{"c": 2, "lam": 1.5, "mu": 1.0}"#).is_ok());
        let setup = read(r#"{"c": 2, "lam": 1.5, "mu": 1.0, "setup": 3}"#).unwrap_err();
        assert!(setup.got.contains("setup"), "{setup:?}");
        let missing = read(r#"{"c": 2, "lam": 1.5}"#).unwrap_err();
        assert!(missing.expected.contains("mu"), "{missing:?}");
        let full = read(r#"{"c": 2, "lam": 2.5, "mu": 1.0}"#).unwrap_err();
        assert!(full.expected.contains("load"), "{full:?}");
    }
}
