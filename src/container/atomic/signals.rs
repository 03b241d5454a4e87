//! Signals that ask the program to end, held back while files are replaced, a terminal does not echo, or a copy of a secret is
//! in an editor.

use std::fs::File;
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::flag::{register, register_conditional_default};

/// The signals that are held back.
const HELD: [i32; 4] = [SIGTERM, SIGHUP, SIGINT, SIGQUIT];

/// What the handlers use. They stay until the process ends: without them a signal would be ignored, once there was one.
struct Handlers {
    /// The signals that arrived while they were held back.
    received: [(i32, Arc<AtomicBool>); HELD.len()],
    /// Whether a signal does what it does by default.
    is_free: Arc<AtomicBool>,
}

static HANDLERS: OnceLock<Handlers> = OnceLock::new();

/// Holds SIGINT, SIGQUIT, SIGTERM, and SIGHUP back until it is released or dropped.
pub struct Signals(&'static Handlers);

impl Signals {
    /// Holds them back, except those that this process was started to ignore.
    pub fn hold() -> Self {
        let handlers = HANDLERS.get_or_init(install);
        handlers.is_free.store(false, Ordering::SeqCst);
        Self(handlers)
    }

    pub(in crate::container) fn arrived(&self) -> bool {
        self.0.received.iter().any(|(_, received)| received.load(Ordering::SeqCst))
    }

    /// Whether one has arrived that does not come from the keyboard, from where a program at the terminal gets it too.
    pub fn arrived_from_elsewhere(&self) -> bool {
        let received = self.0.received.iter().filter(|(signal, _)| ![SIGINT, SIGQUIT].contains(signal));
        received.into_iter().any(|(_, received)| received.load(Ordering::SeqCst))
    }

    /// Forgets those of the keyboard: they were for another program.
    pub fn forget_keyboard(&self) {
        for (_, received) in self.0.received.iter().filter(|(signal, _)| [SIGINT, SIGQUIT].contains(signal)) {
            received.store(false, Ordering::SeqCst);
        }
    }

    /// Lets them through again. If one has arrived, the process ends by it.
    pub fn release(self) {
        self.0.is_free.store(true, Ordering::SeqCst);
        for (signal, received) in &self.0.received {
            if received.swap(false, Ordering::SeqCst) {
                // If the process survives this, it goes on as if nothing had arrived.
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
            // Without a handler the signal ends the process at once, and the journal takes care of the rest.
            drop(register_conditional_default(*signal, Arc::clone(&handlers.is_free)));
            drop(register(*signal, Arc::clone(received)));
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
