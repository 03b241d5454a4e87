//! How a client may obtain tokens.

use super::responses::{gives_code, is_hybrid, is_implicit};
use super::{EffectiveClient, Faults, ProviderContext};
use crate::check::report::{Draft, Fix, Report, any_of};
use crate::check::{Lint, Severity};
use crate::shown;
use crate::shown::Shown;

static GRANTS: Lint = Lint {
    id: "grant-types",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].grant_types",
    since: "4.38",
    summary: "grant types are those that Authelia supports",
    explanation: "A grant is a way of getting tokens. `authorization_code` is the usual one: the user logs in, the \
        application gets a code and exchanges it. `refresh_token` gets new tokens later without the user, `implicit` \
        gets them straight through the browser, `client_credentials` is for an application that logs in as itself, and \
        `urn:ietf:params:oauth:grant-type:device_code` is for devices without a keyboard. Handing the user's password \
        to the application (`password`) is not possible with Authelia.",
    example: "grant_types: ['code']  # 'authorization_code'",
    fix: "Remove the option: the grants that fit the response types are then permitted automatically.",
};

static REPEATED: Lint = Lint {
    id: "grant-types-duplicate",
    severity: Severity::Warning,
    option: "identity_providers.oidc.clients[].grant_types",
    since: "4.38",
    summary: "a client lists each grant type once",
    explanation: "A repeated grant type has no effect. Authelia warns, and will refuse it in a later version.",
    example: "grant_types: ['authorization_code', 'authorization_code']",
    fix: "Remove the repetition; `agepatch check --fix` does that.",
};

static MATCH: Lint = Lint {
    id: "grant-types-match",
    severity: Severity::Warning,
    option: "identity_providers.oidc.clients[].grant_types",
    since: "4.38",
    summary: "grant types and response types match",
    explanation: "A grant needs a response type that leads to it: `authorization_code` one with `code` in it, \
        `implicit` one with `id_token` or `token` in it, `refresh_token` one with `code`. If none is registered, the \
        grant can never be used.",
    example: "grant_types: ['implicit']\nresponse_types: ['code']",
    fix: "Remove the grant, or add the response type. For most applications neither option is needed at all.",
};

static PUBLIC: Lint = Lint {
    id: "grant-types-public",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].grant_types",
    since: "4.38",
    summary: "a public client cannot log in as itself",
    explanation: "With `client_credentials` an application logs in with nothing but its own secret. A public client \
        has no secret, so anyone could log in as the client.",
    example: "public: true\ngrant_types: ['client_credentials']",
    fix: "Give the client a secret and `public: false`, or remove the grant.",
};

static REFRESH: Lint = Lint {
    id: "grant-types-refresh",
    severity: Severity::Warning,
    option: "identity_providers.oidc.clients[].grant_types",
    since: "4.38",
    summary: "the grant `refresh_token` goes with the scope `offline_access`",
    explanation: "An application gets a refresh token only if it asks for the scope `offline_access`. A client that may \
        use the grant `refresh_token` but not ask for that scope never gets one.",
    example: "grant_types: ['authorization_code', 'refresh_token']\nscopes: ['openid']",
    fix: "Add `offline_access` to the scopes, or remove the grant.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&GRANTS, &REPEATED, &MATCH, &PUBLIC, &REFRESH];

const KNOWN: [&str; 5] = [
    "authorization_code",
    "implicit",
    "client_credentials",
    "refresh_token",
    "urn:ietf:params:oauth:grant-type:device_code",
];

/// Checks the client's grant types, and whether they fit its other options.
pub(in crate::check) fn check(context: &ProviderContext<'_>, effective: &EffectiveClient<'_>, report: &mut Report<'_>) {
    let at = || effective.at("grant_types");
    for grant in &effective.grant_types {
        check_grant(effective, grant, report);
    }
    // The device code grant was added in 4.39.
    let known = if context.options.minor < 39 { &KNOWN[..4] } else { &KNOWN[..] };
    let faults = Faults::of(&effective.grant_types, |grant| known.contains(&grant));
    if !faults.unknown.is_empty() {
        let message = shown!("{} is not a grant type: use {}", any_of(&faults.unknown), any_of(known));
        report.add(Draft::new(&GRANTS, at(), message));
    }
    if !faults.repeated.is_empty() {
        let message = shown!("{} is listed more than once", any_of(&faults.repeated));
        report.add(Draft::new(&REPEATED, at(), message).fix(Fix::RemoveItems(at(), faults.positions)));
    }
}

fn check_grant(effective: &EffectiveClient<'_>, grant: &str, report: &mut Report<'_>) {
    let has = |fits: fn(&str) -> bool| effective.response_types.iter().any(|kind| fits(kind));
    let mut add = |lint, message| report.add(Draft::new(lint, effective.at("grant_types"), Shown::fixed(message)));
    match grant {
        "authorization_code" if !has(gives_code) => {
            add(&MATCH, "`authorization_code` needs a response type that contains `code`");
        }
        "implicit" if !has(|kind| is_implicit(kind) || is_hybrid(kind)) => {
            add(&MATCH, "`implicit` needs a response type that contains `id_token` or `token`");
        }
        "client_credentials" if effective.client.public => add(&PUBLIC, "a public client cannot log in by itself"),
        "refresh_token" => {
            if !effective.scopes.iter().any(|scope| matches!(*scope, "offline_access" | "offline")) {
                add(&REFRESH, "`refresh_token` has no effect without the scope `offline_access`");
            }
            if !has(gives_code) {
                add(&MATCH, "`refresh_token` needs a response type that contains `code`");
            }
        }
        _ => {}
    }
}
