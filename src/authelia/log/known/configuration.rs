//! Errors in the configuration that prevent Authelia from starting; `check` finds them with every rule.

use super::super::super::cause::FaultySide::Registration;
use super::KnownFailure;

pub(super) const KNOWN: &[KnownFailure] = &[
    KnownFailure::new(
        "configuration",
        &["Configuration: "],
        Registration,
        "Authelia reports a problem in its configuration when it starts; with an error it does not start",
        "`agepatch check` reports every such error with its line, and `--fix` applies what is safe",
    ),
    KnownFailure::new(
        "configuration",
        &["due to the errors loading the configuration"],
        Registration,
        "Authelia reports a problem in its configuration when it starts; with an error it does not start",
        "`agepatch check` reports every such error with its line, and `--fix` applies what is safe",
    ),
];
