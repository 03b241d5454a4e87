//! Prints findings as JSON.

use crate::check::Finding;
use crate::document::{Edit, to_json};
use crate::patch;
use crate::shown::{Json, KeyName, Shown};

crate::output! {
    #[schemars(title = "Findings")]
    pub struct Findings {
        findings: Vec<FindingOutput>,
    }
}

crate::output! {
    pub struct FindingOutput {
        /// `agepatch explain RULE` tells more
        rule: &'static str,
        #[schemars(extend("enum" = ["error", "warning", "advice"]))]
        severity: &'static str,
        file: Shown,
        /// With clients by id
        path: Shown,
        /// RFC 6901
        #[schemars(regex(pattern = "^(/.*)?$"))]
        pointer: Shown,
        /// Counted from one; null where nothing is there
        #[schemars(range(min = 1))]
        line: Option<usize>,
        /// Counted from one
        #[schemars(range(min = 1))]
        column: Option<usize>,
        message: Shown,
        help: Option<Shown>,
        /// The patch that fixes it, where there is a safe one
        #[schemars(with = "Option<PatchOutput>")]
        fix: Option<Json>,
    }
}

/// A patch as JSON.
pub type PatchOutput = Vec<OperationOutput>;

crate::output! {
    pub struct OperationOutput {
        #[schemars(extend("enum" = ["add", "remove", "replace", "move", "copy", "test", "set", "append", "rename"]))]
        op: &'static str,
        path: Shown,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Shown")]
        from: Option<Shown>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Shown")]
        to: Option<Shown>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Json")]
        value: Option<Json>,
    }
}

/// `{"findings":[…]}`, as in the contract.
pub fn json(findings: &[Finding]) -> Findings {
    Findings { findings: findings.iter().map(one).collect() }
}

fn one(finding: &Finding) -> FindingOutput {
    FindingOutput {
        rule: finding.rule,
        severity: finding.severity.name(),
        file: finding.file.clone(),
        path: finding.path.clone(),
        pointer: KeyName::shown(finding.pointer.to_string()),
        line: finding.line.map(|(line, _)| line),
        column: finding.line.map(|(_, column)| column),
        message: finding.message.clone(),
        help: finding.help.clone(),
        fix: finding.fix.as_deref().map(fix),
    }
}

/// The fix as a patch. The values in fixes are constants of agepatch, or public.
#[expect(clippy::disallowed_methods, reason = "fixes hold public values only")]
fn fix(edits: &[Edit]) -> Json {
    Json::public(to_json(&patch::to_value(edits)))
}
