//! Defers signals that end the program while files are replaced, terminal echo is off, or an editor has a copy of a
//! secret.

use std::fs::File;
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::flag::{register, register_conditional_default};

/// The deferred signals.
const HELD: [i32; 4] = [SIGTERM, SIGHUP, SIGINT, SIGQUIT];

/// The state of the handlers. It is never freed: without handlers, a signal that has arrived once would be ignored.
struct Handlers {
    /// The signals that arrived while deferred.
    received: [(i32, Arc<AtomicBool>); HELD.len()],
    /// Whether signals have their default effect.
    is_free: Arc<AtomicBool>,
}

static HANDLERS: OnceLock<Handlers> = OnceLock::new();

/// Defers SIGINT, SIGQUIT, SIGTERM, and SIGHUP until it is released or dropped.
pub struct Signals(&'static Handlers);

impl Signals {
    /// Defers them, except those that this process was started to ignore.
    pub fn hold() -> Self {
        let handlers = HANDLERS.get_or_init(install);
        handlers.is_free.store(false, Ordering::SeqCst);
        Self(handlers)
    }

    pub(in crate::container) fn arrived(&self) -> bool {
        self.0.received.iter().any(|(_, received)| received.load(Ordering::SeqCst))
    }

    /// Whether a signal has arrived that did not come from the keyboard. The keyboard's reach every program at the
    /// terminal.
    pub fn arrived_from_elsewhere(&self) -> bool {
        let received = self.0.received.iter().filter(|(signal, _)| ![SIGINT, SIGQUIT].contains(signal));
        received.into_iter().any(|(_, received)| received.load(Ordering::SeqCst))
    }

    /// Discards signals from the keyboard, which were meant for another program.
    pub fn forget_keyboard(&self) {
        for (_, received) in self.0.received.iter().filter(|(signal, _)| [SIGINT, SIGQUIT].contains(signal)) {
            received.store(false, Ordering::SeqCst);
        }
    }

    /// Stops deferring them. If one has arrived, it ends the process now.
    pub fn release(self) {
        self.0.is_free.store(true, Ordering::SeqCst);
        for (signal, received) in &self.0.received {
            if received.swap(false, Ordering::SeqCst) {
                // If the process survives, it continues as if nothing had arrived.
                drop(signal_hook::low_level::emulate_default_handler(*signal));
            }
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.0.is_free.store(true, Ordering::SeqCst);
    }
}

fn install() -> Handlers {
    let handlers = Handlers { received: HELD.map(|signal| (signal, Arc::default())), is_free: Arc::default() };
    let ignored = ignored();
    for (signal, received) in &handlers.received {
        if ignored & (1 << (signal - 1)) == 0 {
            // Without a handler a signal ends the process immediately, and the journal covers that.
            drop(register_conditional_default(*signal, Arc::clone(&handlers.is_free)));
            drop(register(*signal, Arc::clone(received)));
        }
    }
    handlers
}

/// The signals that this process ignores, as a bit mask, which `nohup` and shells set.
fn ignored() -> u64 {
    let mut status = [0; 1 << 12];
    let length = File::open("/proc/self/status").and_then(|mut file| file.read(&mut status)).unwrap_or_default();
    let status = String::from_utf8_lossy(&status[..length]);
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}
