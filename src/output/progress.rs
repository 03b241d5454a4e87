//! A progress bar for long work.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Output;

/// The minimum work for which a bar is drawn.
const WORTH: usize = 40;

/// A bar on stderr, drawn only on a terminal, and removed on drop.
pub struct Progress {
    label: &'static str,
    total: AtomicUsize,
    done: AtomicUsize,
    may_draw: bool,
}

impl Progress {
    /// A bar for this amount of work.
    pub fn new(label: &'static str, total: usize, out: &Output) -> Self {
        let may_draw = Output::is_interactive() && !out.is_json() && !out.is_quiet();
        Self { label, total: AtomicUsize::new(total), done: AtomicUsize::new(0), may_draw }
    }

    /// Records that there is one more piece of work.
    pub fn add(&self) {
        self.total.fetch_add(1, Ordering::Relaxed);
    }

    /// Records that one piece of the work is done, from any thread.
    pub fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        // Redraw for every percent.
        let total = self.total.load(Ordering::Relaxed);
        let shown = |done: usize| done * 100 / total.max(1);
        if shown(done) != shown(done - 1) {
            const WIDTH: usize = 24;
            let filled = (done * WIDTH / total.max(1)).min(WIDTH);
            let bar = format!("{}{}", "█".repeat(filled), "░".repeat(WIDTH - filled));
            self.draw(&format!("\r{} {bar} {done}/{total}", self.label));
        }
    }

    fn draw(&self, text: &str) {
        if self.may_draw && self.total.load(Ordering::Relaxed) >= WORTH {
            let mut stderr = std::io::stderr().lock();
            // Continue if the bar cannot be drawn.
            drop(stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush()));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.draw("\r\u{1b}[K");
    }
}
