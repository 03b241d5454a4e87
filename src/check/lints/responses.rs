//! What a client gets from the authorization endpoint, and how.

use super::{EffectiveClient, Faults};
use crate::authelia::RESPONSE_MODES;
use crate::check::report::{Draft, Fix, Report, any_of};
use crate::check::{Lint, Severity};
use crate::shown;

static TYPES: Lint = Lint {
    id: "response-types",
    severity: Severity::Warning,
    option: "identity_providers.oidc.clients[].response_types",
    since: "4.38",
    summary: "the response types are `code` and its six combinations, in the right order",
    explanation: "The response type is what the application gets back when a user has logged in. With `code` it gets \
        a code that it exchanges for tokens itself, out of the user's sight: that is what nearly every application \
        wants. `id_token`, `token` and `id_token token` are the implicit flow, in which tokens travel through the \
        browser; `code id_token`, `code token` and `code id_token token` combine both. The words must be in this \
        order.",
    example: "response_types: ['token id_token']  # 'id_token token'",
    fix: "Use `code` unless the application's manual says otherwise.",
};

static TYPES_REPEATED: Lint = Lint {
    id: "response-types-duplicate",
    severity: Severity::Warning,
    option: "identity_providers.oidc.clients[].response_types",
    since: "4.38",
    summary: "a client lists each response type once",
    explanation: "A repeated response type has no effect. Authelia warns, and will refuse it in a later version.",
    example: "response_types: ['code', 'code']",
    fix: "Remove the repetition; `agepatch check --fix` does that.",
};

static MODES: Lint = Lint {
    id: "response-modes",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].response_modes",
    since: "4.38",
    summary: "the response modes are `form_post`, `query`, `fragment`, `jwt` and its three combinations",
    explanation: "The response mode is how the browser carries the response back to the application: in the address \
        after `?` (`query`), after `#` (`fragment`), or as a form (`form_post`). With `jwt`, `query.jwt`, \
        `fragment.jwt` and `form_post.jwt` the response is also signed.",
    example: "response_modes: ['form-post']  # 'form_post'",
    fix: "Remove the option: the modes that fit the response types are then permitted automatically.",
};

static MODES_REPEATED: Lint = Lint {
    id: "response-modes-duplicate",
    severity: Severity::Warning,
    option: "identity_providers.oidc.clients[].response_modes",
    since: "4.38",
    summary: "a client lists each response mode once",
    explanation: "A repeated response mode has no effect. Authelia warns, and will refuse it in a later version.",
    example: "response_modes: ['query', 'query']",
    fix: "Remove the repetition; `agepatch check --fix` does that.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&TYPES, &TYPES_REPEATED, &MODES, &MODES_REPEATED];

const IMPLICIT: [&str; 3] = ["id_token", "token", "id_token token"];
const HYBRID: [&str; 3] = ["code id_token", "code token", "code id_token token"];

/// Whether tokens come only through the browser.
pub(in crate::check) fn is_implicit(kind: &str) -> bool {
    IMPLICIT.contains(&kind)
}

/// Whether both a code and tokens come through the browser.
pub(in crate::check) fn is_hybrid(kind: &str) -> bool {
    HYBRID.contains(&kind)
}

/// Whether the response includes a code.
pub(in crate::check) fn gives_code(kind: &str) -> bool {
    kind == "code" || is_hybrid(kind)
}

/// Checks the client's response types and modes.
pub(in crate::check) fn check(effective: &EffectiveClient<'_>, report: &mut Report<'_>) {
    let known = |kind: &str| gives_code(kind) || is_implicit(kind);
    let faults = Faults::of(&effective.response_types, known);
    let at = || effective.at("response_types");
    if !faults.unknown.is_empty() {
        let message = shown!("{} is not a response type", any_of(&faults.unknown));
        report.add(Draft::new(&TYPES, at(), message));
    }
    if !faults.repeated.is_empty() {
        let message = shown!("{} is listed more than once", any_of(&faults.repeated));
        report.add(Draft::new(&TYPES_REPEATED, at(), message).fix(Fix::RemoveItems(at(), faults.positions)));
    }
    let modes: Vec<&str> = effective.client.response_modes.iter().map(String::as_str).collect();
    let faults = Faults::of(&modes, |mode| RESPONSE_MODES.contains(&mode));
    let at = || effective.at("response_modes");
    if !faults.unknown.is_empty() {
        let message = shown!("{} is not a response mode: use {}", any_of(&faults.unknown), any_of(&RESPONSE_MODES));
        report.add(Draft::new(&MODES, at(), message));
    }
    if !faults.repeated.is_empty() {
        let message = shown!("{} is listed more than once", any_of(&faults.repeated));
        report.add(Draft::new(&MODES_REPEATED, at(), message).fix(Fix::RemoveItems(at(), faults.positions)));
    }
}
