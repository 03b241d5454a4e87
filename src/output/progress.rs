//! A line that reports how far long work has come, for a person who watches.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Output;

/// The least work for which the line is worth drawing.
const WORTH: usize = 40;

/// A bar on stderr: drawn on a terminal only, and gone when it is dropped.
pub struct Progress {
    label: &'static str,
    total: usize,
    done: AtomicUsize,
    drawn: bool,
}

impl Progress {
    /// A bar for so much work.
    pub fn new(label: &'static str, total: usize, out: &Output) -> Self {
        let drawn = total >= WORTH && Output::is_interactive() && !out.is_json() && !out.is_quiet();
        Self { label, total, done: AtomicUsize::new(0), drawn }
    }

    /// One piece of the work is done; may be called by any thread.
    pub fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        // Every hundredth is enough for the eye.
        let shown = |done: usize| done * 100 / self.total.max(1);
        if self.drawn && shown(done) != shown(done - 1) {
            const WIDTH: usize = 24;
            let filled = (done * WIDTH / self.total).min(WIDTH);
            let bar = format!("{}{}", "█".repeat(filled), "░".repeat(WIDTH - filled));
            self.draw(&format!("\r{} {bar} {done}/{}", self.label, self.total));
        }
    }

    fn draw(&self, text: &str) {
        if self.drawn {
            let mut stderr = std::io::stderr().lock();
            // A bar that cannot be drawn is not a reason to stop.
            drop(stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush()));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.draw("\r\u{1b}[K");
    }
}
