//! Progress on standard error: a bar in a terminal, a line for every tenth elsewhere.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::measure::{KPIS, KpiId, Scope};
use crate::study::{Note, Progress, StudyResult};

use super::options::Lang;
use super::output;

/// The host's clock, for progress and `timing.json`; no result depends on it.
#[expect(clippy::disallowed_methods, reason = "only the command line may measure time")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// A bar with the time that is left.
pub(super) struct Bar(ProgressBar, Vec<KpiId>, Lang);

/// Lines for logs.
pub(super) struct Lines(Mutex<Tenths>, Vec<KpiId>, Lang);

struct Tenths {
    started: Instant,
    total: u64,
    done: u64,
    said: u64,
    status: String,
}

/// Runs done and the half-widths there are, of the last arm that has any.
fn status(so_far: &StudyResult, watched: &[KpiId], lang: Lang) -> String {
    /// More KPIs than this would fill the line.
    const SHOWN: usize = 3;
    let arms = so_far.arms().len();
    let ended = so_far.n_ended();
    let shown = watched.iter().filter_map(|&kpi| {
        let estimates = (0..arms).rev().map(|arm| so_far.estimate(arm, Scope::City, "all", kpi));
        let estimate = estimates.flatten().find(|estimate| estimate.n >= 2)?;
        let share = estimate.relative_half_width() * 100.0;
        share.is_finite().then(|| format!("{} ±{share:.1}%", KPIS[kpi.index()].id))
    });
    let widths: Vec<String> = shown.take(SHOWN).collect();
    let widths = widths.join(lang.pick("，", ", "));
    match lang {
        Lang::Zh if widths.is_empty() => format!("已完成 {ended} 次运行"),
        Lang::En if widths.is_empty() => format!("{ended} runs"),
        Lang::Zh => format!("已完成 {ended} 次运行，半宽：{widths}"),
        Lang::En => format!("{ended} runs, half-widths: {widths}"),
    }
}

/// Points done.
fn of_points(done: usize, total: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("已完成 {done}/{total} 次运行"),
        Lang::En => format!("{done} of {total} runs"),
    }
}

/// Messages only.
pub(super) struct Quiet;

/// The way that fits the place to which standard error goes.
pub(super) fn progress(quiet: bool, lang: Lang, watched: Vec<KpiId>) -> Box<dyn Progress> {
    if quiet {
        Box::new(Quiet)
    } else if std::io::stderr().is_terminal() {
        Box::new(Bar(
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()),
            watched,
            lang,
        ))
    } else {
        let status = String::new();
        let tenths = Tenths { started: now(), total: 0, done: 0, said: 0, status };
        Box::new(Lines(Mutex::new(tenths), watched, lang))
    }
}

impl Progress for Bar {
    fn started(&self, total: u64) {
        let style =
            ProgressStyle::with_template("{wide_bar} {percent:>3}%  {elapsed} + {eta}  {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
        self.0.set_style(style);
        self.0.set_length(total);
        self.0.enable_steady_tick(std::time::Duration::from_millis(250));
    }

    fn advanced(&self, units: u64) {
        self.0.inc(units);
    }

    fn run_ended(&self, so_far: &StudyResult) {
        self.0.set_message(status(so_far, &self.1, self.2));
    }

    fn points_ended(&self, done: usize, total: usize) {
        self.0.set_message(of_points(done, total, self.2));
    }

    fn note(&self, note: &Note) {
        self.message(self.2.pick(&note.zh, &note.en));
    }

    fn message(&self, text: &str) {
        self.0.suspend(|| output::aside(format_args!("{text}")));
    }

    fn finished(&self) {
        // A further round may follow: the bar is cleared, not closed.
        self.0.finish_and_clear();
        self.0.reset();
    }
}

impl Progress for Lines {
    fn started(&self, total: u64) {
        let mut tenths = self.0.lock().expect("invariant: counting does not panic");
        let status = String::new();
        *tenths = Tenths { started: now(), total, done: 0, said: 0, status };
    }

    fn advanced(&self, units: u64) {
        let mut tenths = self.0.lock().expect("invariant: counting does not panic");
        tenths.done += units;
        let tenth = (tenths.done * 10).checked_div(tenths.total).unwrap_or(10);
        if tenth > tenths.said {
            tenths.said = tenth;
            let elapsed = tenths.started.elapsed().as_secs_f64();
            let left = elapsed * (tenths.total - tenths.done) as f64 / tenths.done as f64;
            let status = &tenths.status;
            let percent = tenth * 10;
            match self.2 {
                Lang::Zh => {
                    output::aside(format_args!(
                        "{percent:>3}%  {elapsed:.0} 秒，约剩 {left:.0} 秒  {status}"
                    ));
                }
                Lang::En => {
                    output::aside(format_args!(
                        "{percent:>3}%  {elapsed:.0} s, about {left:.0} s left  {status}"
                    ));
                }
            }
        }
    }

    fn run_ended(&self, so_far: &StudyResult) {
        let status = status(so_far, &self.1, self.2);
        let mut tenths = self.0.lock().expect("invariant: counting does not panic");
        tenths.status = status;
    }

    fn points_ended(&self, done: usize, total: usize) {
        let mut tenths = self.0.lock().expect("invariant: counting does not panic");
        tenths.status = of_points(done, total, self.2);
    }

    fn note(&self, note: &Note) {
        self.message(self.2.pick(&note.zh, &note.en));
    }

    fn message(&self, text: &str) {
        output::aside(format_args!("{text}"));
    }

    fn finished(&self) {}
}

impl Progress for Quiet {
    /// Rounds and forecasts are progress, which nobody wants to hear.
    fn note(&self, _note: &Note) {}
    fn started(&self, _total: u64) {}
    fn advanced(&self, _units: u64) {}
    fn message(&self, text: &str) {
        output::aside(format_args!("{text}"));
    }
    fn finished(&self) {}
}
