//! Errors for recipients that are refused, with their location in the rules.

use super::Context;
use crate::container::{self, RefusedRecipient};
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Rule;
use crate::shown;
use crate::shown::{FileName, RecipientName};
use crate::workspace::Target;

/// Refuses a rule with which the file cannot be encrypted.
///
/// # Errors
/// `no-recipient`, with the recipient, the reason, and where it is written.
pub(crate) fn refuse(rule: &Rule, target: &Target, context: &Context) -> Result<()> {
    if rule.sops.is_none()
        && let Some(refusal) = container::refusals(&rule.keys).first()
    {
        return Err(refused(refusal, target, context));
    }
    container::require_recipients(rule).map_err(|error| error.in_file(target))
}

/// The error for a recipient of `.sops.yaml`.
pub(crate) fn refused_by_sops(refusal: &RefusedRecipient, target: &Target) -> Error {
    let message = shown!("recipient {} of {} in .sops.yaml is {}", refusal.position, target, refusal.why);
    Error::new(ErrorKind::NoRecipient, message).hint(refusal.why.hint())
}

/// The error for a recipient of secrets.nix.
pub(crate) fn refused(refusal: &RefusedRecipient, target: &Target, context: &Context) -> Error {
    let workspace = &context.workspace;
    let named = workspace
        .rules()
        .ok()
        .and_then(|rules| rules.names.of(&refusal.text))
        .map(|name| shown!(" (`{}`)", RecipientName::shown(name)));
    let message =
        shown!("recipient {} of {}{} is {}", refusal.position, target, named.unwrap_or_default(), refusal.why);
    let error = Error::new(ErrorKind::NoRecipient, message).hint(refusal.why.hint());
    match (workspace.written_at(&refusal.text), workspace.rules_path()) {
        (Some((file, line, column)), _) => error.in_file(FileName::shown(workspace.display(&file))).at(line, column),
        (None, Some(rules)) => error.in_file(FileName::shown(workspace.display(rules))),
        (None, None) => error,
    }
}
