//! Signals that the tests ignore, as under `nohup` or in the background of a script: programs that they start ignore
//! them, too.

use std::fs;

/// Whether this process ignores the signal, where the system says so.
pub(crate) fn is_ignored(number: u32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    mask >> (number - 1) & 1 == 1
}
