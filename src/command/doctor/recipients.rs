//! Examines recipients: whether the rules list keys, and whether the file is encrypted for them.

use super::file::Patient;
use super::finding::finding;
use crate::app::access::Access;
use crate::app::{Context, refusal};
use crate::check::{Finding, Severity};
use crate::container::{self, Unusable};
use crate::error::{Error, Result};
use crate::rules::Rule;
use crate::shown;
use crate::shown::{FileName, Shown};
use crate::workspace::Target;

/// The problems of a file's rule.
pub(super) fn findings(name: &str, rule: &Result<Rule>, target: &Target, context: &Context) -> Vec<Finding> {
    let rule = match rule {
        Ok(rule) => rule,
        Err(error) => return vec![broken(name, error, Severity::Error, context)],
    };
    let rules = if rule.sops.is_some() { ".sops.yaml" } else { "secrets.nix" };
    if container::lists_none(rule) {
        let mut one = finding("recipient-key", Severity::Error, name, "the rules list no recipients for this file");
        one.help = Some(shown!("list its keys in {}", rules));
        return vec![one];
    }
    let rule_of_sops = rule.sops.is_some();
    let refusals = container::refusals(&rule.keys);
    let one = |refusal: &container::RefusedRecipient| {
        let rule = if refusal.why == Unusable::Private { "private-key" } else { "recipient-key" };
        let error = match rule_of_sops {
            true => refusal::refused_by_sops(refusal, target),
            false => refusal::refused(refusal, target, context),
        };
        let mut one = finding(rule, Severity::Error, name, placed(&error));
        one.help = error.shown_hint().cloned();
        one
    };
    refusals.iter().map(one).collect()
}

/// The attributes in the rules that are not rules.
pub(super) fn others(context: &Context) -> Vec<Finding> {
    let workspace = &context.workspace;
    let Some((rules, path)) = workspace.rules().ok().zip(workspace.rules_path()) else { return Vec::new() };
    let name = workspace.display(path);
    rules.others.iter().map(|error| broken(&name, error, Severity::Warning, context)).collect()
}

fn broken(name: &str, error: &Error, severity: Severity, context: &Context) -> Finding {
    let file = error.file().map(|file| context.workspace.display(file.as_ref()));
    let error = error.line_column().zip(file).map_or_else(
        || error.shown().clone(),
        |((line, column), file)| shown!("{}, line {}, column {}: {}", FileName::shown(file), line, column, error),
    );
    let mut one = finding("rule", severity, name, error);
    one.help = Some(Shown::fixed("correct it in the rules; the other files are not affected"));
    one
}

/// The message with its place in the rules.
fn placed(error: &Error) -> Shown {
    match error.file().zip(error.line_column()) {
        Some((file, (line, _))) => shown!("{} ({}, line {})", error, FileName::shown(file), line),
        None => error.shown().clone(),
    }
}

/// How the header of a file differs from the rules, and whether the comparison covers each key.
pub(super) fn drift(
    patient: &Patient,
    rule: Option<&Rule>,
    access: &Access<'_>,
    context: &Context,
) -> (Option<Finding>, bool) {
    // Conflict markers are reported by themselves.
    let readers = patient.readers.as_ref().filter(|_| patient.merger.is_none());
    let Some((readers, rule)) = readers.zip(rule) else { return (None, true) };
    let agreement = context.agreement_of(patient.target(), readers, rule, || patient.tried.clone());
    if !agreement.drifted() {
        return (None, agreement.verifiable);
    }
    let mut found = finding("drift", Severity::Error, &patient.name, "");
    found.message = access.difference(&agreement);
    found.help = Some(Shown::fixed("`agepatch recipients` shows it, `agepatch rekey` fixes it"));
    (Some(found), true)
}
