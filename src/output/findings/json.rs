//! Findings for programs.

use crate::check::Finding;
use crate::document::{Edit, to_json};
use crate::patch;
use crate::shown::{Json, KeyName};

/// `{"findings":[…]}`, as the contract has it.
pub fn json(findings: &[Finding]) -> Json {
    Json::object([("findings", Json::list(findings.iter().map(one)))])
}

fn one(finding: &Finding) -> Json {
    Json::object([
        ("rule", finding.rule.into()),
        ("severity", finding.severity.name().into()),
        ("file", (&finding.file).into()),
        ("path", (&finding.path).into()),
        ("pointer", KeyName::shown(finding.pointer.to_string()).into()),
        ("line", finding.line.map(|(line, _)| line).into()),
        ("column", finding.line.map(|(_, column)| column).into()),
        ("message", (&finding.message).into()),
        ("help", finding.help.as_ref().into()),
        ("fix", finding.fix.as_deref().map(fix).into()),
    ])
}

/// The fix as a patch. The values in fixes are agepatch's own words, or public ones.
#[expect(clippy::disallowed_methods, reason = "fixes hold public values only")]
fn fix(edits: &[Edit]) -> Json {
    Json::public(to_json(&patch::to_value(edits)))
}
