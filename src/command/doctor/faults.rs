//! Converts the faults of a container to findings.

use super::finding::finding as found_in;
use crate::check::{Finding, Severity};
use crate::container::{Fault, FaultKind};
use crate::shown::{KeyName, Shown};

/// The finding for a fault of the file with this name.
pub(super) fn finding(fault: &Fault, name: &str) -> Finding {
    let (rule, severity, help) = match fault.kind {
        FaultKind::PlaintextValue => (
            "plaintext-value",
            Severity::Error,
            "restore the file, and `agepatch set` the value; if it was committed, it is no longer secret",
        ),
        FaultKind::PlaintextComment => (
            "plaintext-comment",
            Severity::Warning,
            "`agepatch rekey --rotate FILE` encrypts it; if it holds a secret that was committed, change that secret",
        ),
        FaultKind::NoAgeRecipient => (
            "no-age-recipient",
            Severity::Warning,
            "add an age recipient to it in .sops.yaml, then `sops updatekeys FILE`",
        ),
        FaultKind::DataKey => (
            "data-key",
            Severity::Error,
            "anyone who holds the other key cannot read the values: `agepatch rekey --rotate FILE` gives all of them a new one",
        ),
    };
    let mut found = found_in(rule, severity, name, "");
    if let Some(pointer) = &fault.pointer {
        found.pointer = pointer.clone();
        found.path = KeyName::shown(pointer.to_string());
    }
    found.line = fault.line.map(|line| (line, 1));
    let message = fault.message.clone();
    found.message = match (&fault.pointer, fault.line) {
        (Some(_), Some(line)) => crate::shown!("{} (line {}): {}", &found.path, line, message),
        (None, Some(line)) => crate::shown!("line {}: {}", line, message),
        _ => message,
    };
    found.help = Some(Shown::fixed(help));
    found
}
