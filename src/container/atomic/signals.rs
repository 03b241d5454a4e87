//! Signals that ask the program to end, held back while files are replaced or a terminal does not echo.

use std::fs::File;
use std::io::Read;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag::{register_conditional_default, register_usize};

/// What the handlers use. They stay until the process ends: without them a signal would be ignored, once there was one.
struct Handlers {
    /// The signal that arrived while they were held back.
    received: Arc<AtomicUsize>,
    /// Whether a signal does what it does by default.
    is_free: Arc<AtomicBool>,
}

static HANDLERS: OnceLock<Handlers> = OnceLock::new();

/// Holds SIGINT, SIGTERM, and SIGHUP back until it is released or dropped.
pub(in crate::container) struct Signals(&'static Handlers);

impl Signals {
    /// Holds them back, except those that this process was started to ignore.
    pub(in crate::container) fn hold() -> Self {
        let handlers = HANDLERS.get_or_init(install);
        handlers.is_free.store(false, Ordering::SeqCst);
        Self(handlers)
    }

    /// Whether one has arrived.
    pub(in crate::container) fn arrived(&self) -> bool {
        self.0.received.load(Ordering::SeqCst) != 0
    }

    /// Lets them through again. If one has arrived, the process ends by it.
    pub(in crate::container) fn release(self) {
        self.0.is_free.store(true, Ordering::SeqCst);
        let signal = i32::try_from(self.0.received.swap(0, Ordering::SeqCst)).unwrap_or_default();
        if signal != 0 {
            // If the process survives this, it goes on as if nothing had arrived.
            drop(signal_hook::low_level::emulate_default_handler(signal));
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.0.is_free.store(true, Ordering::SeqCst);
    }
}

fn install() -> Handlers {
    let handlers = Handlers { received: Arc::default(), is_free: Arc::default() };
    let ignored = ignored();
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        if ignored & (1 << (signal - 1)) == 0 {
            let number = signal.unsigned_abs() as usize;
            // Without a handler the signal ends the process at once, and the journal takes care of the rest.
            drop(register_conditional_default(signal, Arc::clone(&handlers.is_free)));
            drop(register_usize(signal, Arc::clone(&handlers.received), number));
        }
    }
    handlers
}

/// The signals that this process ignores, as a bit mask: `nohup` and shells set it.
fn ignored() -> u64 {
    let mut status = [0; 1 << 12];
    let length = File::open("/proc/self/status").and_then(|mut file| file.read(&mut status)).unwrap_or_default();
    let status = String::from_utf8_lossy(&status[..length]);
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}
