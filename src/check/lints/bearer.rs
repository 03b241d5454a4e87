//! The requirements of the scope `authelia.bearer.authz`.

use super::EffectiveClient;
use crate::check::report::{Draft, Report, any_of};
use crate::check::{Lint, Severity};
use crate::shown;
use crate::shown::Shown;

static BEARER: Lint = Lint {
    id: "bearer-authorization",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].scopes",
    since: "4.38",
    summary: "the scope `authelia.bearer.authz` comes with conditions",
    explanation: "A token with this scope opens every application that Authelia protects, as if the user were logged \
        in. So the registration of a client that may ask for it is strict, and every option must be set explicitly: \
        only `offline_access` besides this scope, an `audience`, the grants `authorization_code`, `refresh_token` or \
        `client_credentials`. If a user takes part, also pushed requests, PKCE with `S256`, explicit consent, the \
        response type `code`, and the response mode `form_post`. And the client must authenticate with \
        `client_secret_basic`, `client_secret_jwt` or `private_key_jwt`, or be public with the method `none`.",
    example: "scopes: ['authelia.bearer.authz', 'openid']  # openid may not be listed with it",
    fix: "Set each option that the findings name. If the application only logs users in, it does not need this scope: \
        remove it.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&BEARER];

const SCOPES: [&str; 3] = ["offline_access", "offline", "authelia.bearer.authz"];
const GRANTS: [&str; 3] = ["authorization_code", "refresh_token", "client_credentials"];
const MODES: [&str; 2] = ["form_post", "form_post.jwt"];

/// If the client may request bearer authorization, checks the requirements for it. Returns whether it may.
pub(in crate::check) fn check(effective: &EffectiveClient<'_>, report: &mut Report<'_>) -> bool {
    if !effective.scopes.contains(&"authelia.bearer.authz") {
        return false;
    }
    let mut demand = |option: &'static str, message: Shown| {
        report.add(Draft::new(&BEARER, effective.at(option), message));
    };
    let client = effective.client;
    if effective.scopes.iter().any(|scope| !SCOPES.contains(scope)) {
        demand("scopes", shown!("only {} may be listed beside `authelia.bearer.authz`", any_of(&SCOPES[..2])));
    }
    if effective.grant_types.is_empty() || effective.grant_types.iter().any(|grant| !GRANTS.contains(grant)) {
        demand("grant_types", shown!("the scope `authelia.bearer.authz` requires {}", any_of(&GRANTS)));
    }
    if client.audience.is_empty() {
        demand("audience", Shown::fixed("the scope `authelia.bearer.authz` requires an audience"));
    }
    if !effective.client_credentials {
        check_with_users(effective, &mut demand);
    }
    let method = client.endpoints[0].method.as_str();
    let strong = ["client_secret_basic", "client_secret_jwt", "private_key_jwt"];
    let message = match (client.public, method) {
        (true, "none") => None,
        (true, _) => Some(Shown::fixed("the scope `authelia.bearer.authz` requires `none` for a public client")),
        (false, method) if strong.contains(&method) => None,
        (false, _) => Some(shown!("the scope `authelia.bearer.authz` requires {}", any_of(&strong))),
    };
    if let Some(message) = message {
        demand("token_endpoint_auth_method", message);
    }
    true
}

/// The requirements for a client through which users log in.
fn check_with_users(effective: &EffectiveClient<'_>, demand: &mut impl FnMut(&'static str, Shown)) {
    let client = effective.client;
    if !client.require_par {
        demand(
            "require_pushed_authorization_requests",
            Shown::fixed("the scope `authelia.bearer.authz` requires `true` here"),
        );
    }
    if !client.require_pkce {
        demand("require_pkce", Shown::fixed("the scope `authelia.bearer.authz` requires `true` here"));
    } else if client.pkce_challenge_method != "S256" {
        demand("pkce_challenge_method", Shown::fixed("the scope `authelia.bearer.authz` requires `S256`"));
    }
    if client.consent_mode != "explicit" {
        demand("consent_mode", Shown::fixed("the scope `authelia.bearer.authz` requires `explicit`"));
    }
    if effective.response_types.is_empty() || effective.response_types.iter().any(|kind| *kind != "code") {
        demand("response_types", Shown::fixed("the scope `authelia.bearer.authz` requires an explicit `code`"));
    }
    let modes = &client.response_modes;
    if modes.is_empty() || modes.iter().any(|mode| !MODES.contains(&mode.as_str())) {
        demand("response_modes", shown!("the scope `authelia.bearer.authz` requires an explicit {}", any_of(&MODES)));
    }
}
