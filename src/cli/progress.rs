//! Progress on standard error: a bar in a terminal, a line for every tenth elsewhere.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::study::Progress;

/// The host's clock, for progress and `timing.json`; no result depends on it.
#[expect(clippy::disallowed_methods, reason = "only the command line may measure time")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// A bar with the time that is left.
pub(super) struct Bar(ProgressBar);

/// Lines for logs.
pub(super) struct Lines(Mutex<Tenths>);

struct Tenths {
    started: Instant,
    total: u64,
    done: u64,
    said: u64,
}

/// Messages only.
pub(super) struct Quiet;

/// The way that fits the place to which standard error goes.
pub(super) fn progress(quiet: bool) -> Box<dyn Progress> {
    if quiet {
        Box::new(Quiet)
    } else if std::io::stderr().is_terminal() {
        Box::new(Bar(ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())))
    } else {
        let tenths = Tenths { started: now(), total: 0, done: 0, said: 0 };
        Box::new(Lines(Mutex::new(tenths)))
    }
}

impl Progress for Bar {
    fn started(&self, total: u64) {
        let style = ProgressStyle::with_template("{wide_bar} {percent:>3}%  {elapsed} + {eta}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        self.0.set_style(style);
        self.0.set_length(total);
        self.0.enable_steady_tick(std::time::Duration::from_millis(250));
    }

    fn advanced(&self, units: u64) {
        self.0.inc(units);
    }

    fn message(&self, text: &str) {
        self.0.suspend(|| eprintln!("{text}"));
    }

    fn finished(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Lines {
    fn started(&self, total: u64) {
        let mut tenths = self.0.lock().expect("invariant: counting does not panic");
        *tenths = Tenths { started: now(), total, done: 0, said: 0 };
    }

    fn advanced(&self, units: u64) {
        let mut tenths = self.0.lock().expect("invariant: counting does not panic");
        tenths.done += units;
        let tenth = (tenths.done * 10).checked_div(tenths.total).unwrap_or(10);
        if tenth > tenths.said {
            tenths.said = tenth;
            let elapsed = tenths.started.elapsed().as_secs_f64();
            let left = elapsed * (tenths.total - tenths.done) as f64 / tenths.done as f64;
            eprintln!("{:>3}%  {elapsed:.0} s, about {left:.0} s left", tenth * 10);
        }
    }

    fn message(&self, text: &str) {
        eprintln!("{text}");
    }

    fn finished(&self) {}
}

impl Progress for Quiet {
    fn started(&self, _total: u64) {}
    fn advanced(&self, _units: u64) {}
    fn message(&self, text: &str) {
        eprintln!("{text}");
    }
    fn finished(&self) {}
}
