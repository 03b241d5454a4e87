//! Prints findings as annotations of GitHub Actions.

use crate::check::{Finding, Severity};
use crate::shown;
use crate::shown::Shown;

/// One workflow command per line.
pub fn github(findings: &[Finding]) -> Shown {
    let mut out = Shown::default();
    for finding in findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "notice",
        };
        let place = match finding.line {
            Some((line, column)) => shown!("file={},line={},col={}", property(&finding.file), line, column),
            None => shown!("file={}", property(&finding.file)),
        };
        let message = match finding.path.is_empty() {
            true => finding.message.clone(),
            false => shown!("{}: {}", &finding.path, &finding.message),
        };
        out.push_line(&shown!("::{} {},title={}::{}", command, place, finding.rule, data(&message)));
    }
    out
}

/// Escapes the text after `::`.
#[expect(clippy::disallowed_methods, reason = "escapes text that was printable already")]
fn data(text: &Shown) -> Shown {
    Shown::document(text.as_str().replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A"))
}

/// Escapes a property, in which colon and comma are special.
#[expect(clippy::disallowed_methods, reason = "escapes text that was printable already")]
fn property(text: &Shown) -> Shown {
    Shown::document(data(text).as_str().replace(':', "%3A").replace(',', "%2C"))
}
