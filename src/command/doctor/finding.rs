//! Findings about a file as a whole.

use crate::check::{Finding, Severity};
use crate::document::Pointer;
use crate::shown::{FileName, Showable, Shown};

/// A finding about a file.
pub(super) fn finding(rule: &'static str, severity: Severity, file: &str, message: impl Showable) -> Finding {
    Finding {
        rule,
        severity,
        file: FileName::shown(file.to_owned()),
        path: Shown::default(),
        pointer: Pointer::root(),
        line: None,
        span: None,
        message: message.into_shown(),
        help: None,
        fix: None,
    }
}
