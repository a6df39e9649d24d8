//! Progress of whatever takes longer than two seconds: a bar in a terminal, a line now and then in a log.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// In a log a line every few seconds is enough to see that it goes on, and few enough to read.
const LOG_LINE_EVERY: Duration = Duration::from_secs(5);

/// Progress over a known number of steps, or of something whose length nobody knows.
pub struct Progress {
    bar: ProgressBar,
    what: String,
    logged: Option<Log>,
}

struct Log {
    started: Instant,
    last: Instant,
}

impl Progress {
    /// Progress over `total` steps of `unit`, shown as `what`.
    pub fn over(what: &str, total: u64, unit: &str) -> Self {
        let template =
            format!("{{msg:<28}} {{bar:30}} {{human_pos}}/{{human_len}} {unit} {{per_sec}} {{eta}}");
        let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
        Self::with(ProgressBar::new(total), style, what)
    }

    /// Something that takes a while and cannot say how long.
    pub fn waiting(what: &str) -> Self {
        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let progress = Self::with(ProgressBar::new_spinner(), style, what);
        progress.bar.enable_steady_tick(Duration::from_millis(120));
        progress
    }

    fn with(bar: ProgressBar, style: ProgressStyle, what: &str) -> Self {
        let in_log = !std::io::IsTerminal::is_terminal(&std::io::stderr());
        bar.set_draw_target(if in_log { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() });
        bar.set_style(style);
        bar.set_message(what.to_owned());
        let now = Instant::now();
        let logged = in_log.then_some(Log { started: now, last: now });
        Self { bar, what: what.to_owned(), logged }
    }

    /// `steps` more are done.
    pub fn advance(&mut self, steps: u64) {
        self.bar.inc(steps);
        let Some(log) = &mut self.logged else { return };
        if log.last.elapsed() >= LOG_LINE_EVERY {
            log.last = Instant::now();
            let (done, total) = (self.bar.position(), self.bar.length().unwrap_or(0));
            eprintln!("{}: {done} of {total} after {:.0} s", self.what, log.started.elapsed().as_secs_f64());
        }
    }

    /// Says something beside the bar.
    pub fn say(&self, line: &str) {
        self.bar.suspend(|| eprintln!("{line}"));
    }

    /// Done: the bar makes room for what comes next.
    pub fn finish(self) {
        self.bar.finish_and_clear();
        if let Some(log) = self.logged
            && log.started.elapsed() >= LOG_LINE_EVERY
        {
            eprintln!("{}: done after {:.0} s", self.what, log.started.elapsed().as_secs_f64());
        }
    }
}
