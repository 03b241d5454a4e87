//! Authelia does not start: what it reports is about its configuration, which `check` holds against every rule.

use super::super::super::cause::Side::Registration;
use super::Known;

pub(super) const KNOWN: &[Known] = &[
    Known::new(
        "configuration",
        &["Configuration: "],
        Registration,
        "Authelia reports a problem in its configuration when it starts; with an error it does not start",
        "`agepatch check` reports every such error with its line, and `--fix` applies what is safe",
    ),
    Known::new(
        "configuration",
        &["due to the errors loading the configuration"],
        Registration,
        "Authelia reports a problem in its configuration when it starts; with an error it does not start",
        "`agepatch check` reports every such error with its line, and `--fix` applies what is safe",
    ),
];
