//! The scopes that a client may request.

use foldhash::HashSet;

use super::{EffectiveClient, Faults, ProviderContext};
use crate::check::decode::{ClaimsPolicy, Provider};
use crate::check::lints::claims::STANDARD_CLAIMS;
use crate::check::report::{Draft, Fix, Report, any_of, quoted};
use crate::check::{Lint, Severity};
use crate::shown;

static UNKNOWN: Lint = Lint {
    id: "scopes-unknown",
    severity: Severity::Warning,
    option: "identity_providers.oidc.clients[].scopes",
    since: "4.38",
    summary: "a client's scopes are standard ones or defined",
    explanation: "A scope is a bundle of permissions that an application asks for: `openid` to log users in at all, \
        `profile` for their names, `email`, `groups`, `address`, `phone`, and `offline_access` to stay logged in. \
        Others can be defined under `identity_providers.oidc.scopes`. An unknown scope is usually a misspelling, and \
        the application then does not get what it needs; since a few applications insist on their own scopes, \
        Authelia only warns.",
    example: "scopes: ['openid', 'Profile']  # small letters",
    fix: "Correct the spelling, define the scope, or remove it.",
};

static REPEATED: Lint = Lint {
    id: "scopes-duplicate",
    severity: Severity::Warning,
    option: "identity_providers.oidc.clients[].scopes",
    since: "4.38",
    summary: "a client lists each scope once",
    explanation: "A repeated scope has no effect. Authelia warns, and will refuse it in a later version.",
    example: "scopes: ['openid', 'profile', 'openid']",
    fix: "Remove the repetition; `agepatch check --fix` does that.",
};

static CLIENT_CREDENTIALS: Lint = Lint {
    id: "scopes-client-credentials",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].scopes",
    since: "4.38",
    summary: "a client that logs in as itself cannot ask for scopes that need a user",
    explanation: "With the grant `client_credentials`, an application logs in as itself: there is no user. `openid` \
        asks who the user is and `offline_access` asks to act for the user later, so neither makes sense.",
    example: "grant_types: ['client_credentials']\nscopes: ['openid']",
    fix: "Remove `openid`, `offline` and `offline_access` from the scopes, or use another grant.",
};

static CLAIMS: Lint = Lint {
    id: "scopes-claims",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].scopes",
    since: "4.39",
    summary: "the client's claims policy provides what its custom scopes promise",
    explanation: "A custom scope lists claims: facts about the user that come with it. If a client has a claims \
        policy, that decides which claims it can get, so the policy must have every claim that one of the client's \
        custom scopes lists.",
    example: "scopes: ['openid', 'badge']  # badge lists the claim badge_number\nclaims_policy: 'staff'  # has no badge_number",
    fix: "Add the claim to the policy's `custom_claims`, or remove the scope.",
};

static OFFLINE: Lint = Lint {
    id: "scopes-offline",
    severity: Severity::Warning,
    option: "identity_providers.oidc.clients[].scopes",
    since: "4.38",
    summary: "`offline_access` needs a response type with `code`",
    explanation: "The scope `offline_access` asks for a refresh token, with which the application stays logged in. \
        Such a token is only given in exchange for an authorization code, so one of the client's `response_types` \
        must contain `code`; and it must be set explicitly, since Authelia applies the default only afterwards.",
    example: "scopes: ['openid', 'offline_access']  # and no response_types",
    fix: "Add `response_types: ['code']`, or remove the scope.",
};

static CLAIMS_POLICY: Lint = Lint {
    id: "claims-policy",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].claims_policy",
    since: "4.39",
    summary: "a client's claims policy is defined",
    explanation: "A claims policy sets which facts about a user go into the tokens of a client. The client names it \
        here; it must be under `identity_providers.oidc.claims_policies`.",
    example: "claims_policy: 'staff'  # must be under identity_providers.oidc.claims_policies",
    fix: "Define the policy, or remove the option.",
};

pub(in crate::check) static LINTS: &[&Lint] =
    &[&UNKNOWN, &REPEATED, &CLIENT_CREDENTIALS, &CLAIMS, &OFFLINE, &CLAIMS_POLICY];

/// The scopes that Authelia defines.
pub(in crate::check) use crate::authelia::SCOPES as STANDARD;

/// The standard scopes and custom ones. Authelia 4.38 has fewer, and no custom ones.
pub(in crate::check) fn known(provider: &Provider, minor: u8) -> HashSet<&str> {
    if minor < 39 {
        return STANDARD.into_iter().filter(|scope| !matches!(*scope, "address" | "phone")).collect();
    }
    STANDARD.into_iter().chain(provider.scopes.iter().map(|(name, _)| name.as_str())).collect()
}

/// Checks the client's scopes and claims policy.
pub(in crate::check) fn check(context: &ProviderContext<'_>, effective: &EffectiveClient<'_>, report: &mut Report<'_>) {
    let at = || effective.at("scopes");
    let faults = Faults::of(&effective.scopes, |scope| context.scopes.contains(scope));
    if !faults.repeated.is_empty() {
        let message = shown!("{} is listed more than once", any_of(&faults.repeated));
        report.add(Draft::new(&REPEATED, at(), message).fix(Fix::RemoveItems(at(), faults.positions)));
    }
    if effective.client_credentials {
        let of_users: Vec<&str> = effective
            .scopes
            .iter()
            .filter(|scope| matches!(**scope, "openid" | "offline" | "offline_access"))
            .copied()
            .collect();
        if !of_users.is_empty() {
            let message = shown!("a client that logs in by itself cannot have {}", any_of(&of_users));
            report.add(Draft::new(&CLIENT_CREDENTIALS, at(), message));
        }
    } else if !faults.unknown.is_empty() {
        let message = shown!("no scope {} is known", any_of(&faults.unknown));
        report.add_unless_elsewhere(Draft::new(&UNKNOWN, at(), message));
    }
    if let Some(policy) = claims_policy(context, effective, report) {
        check_claims(context, effective, policy, report);
    }
    let offline = effective.scopes.iter().any(|scope| matches!(*scope, "offline_access" | "offline"));
    if offline && !effective.client.response_types.iter().any(|kind| super::responses::gives_code(kind)) {
        let message = shown!("`offline_access` has no effect without a response type that contains {}", quoted("code"));
        report.add(Draft::new(&OFFLINE, at(), message));
    }
}

fn claims_policy<'c>(
    context: &ProviderContext<'c>,
    effective: &EffectiveClient<'_>,
    report: &mut Report<'_>,
) -> Option<&'c ClaimsPolicy> {
    let name = &effective.client.claims_policy;
    if name.is_empty() || context.options.minor < 39 {
        return None;
    }
    let found = context.provider.claims_policies.iter().find(|(defined, _)| defined == name);
    if found.is_none() {
        let message = shown!("no claims policy {} is defined", quoted(name));
        report.add_unless_elsewhere(Draft::new(&CLAIMS_POLICY, effective.at("claims_policy"), message));
    }
    found.map(|(_, policy)| policy)
}

fn check_claims(
    context: &ProviderContext<'_>,
    effective: &EffectiveClient<'_>,
    policy: &ClaimsPolicy,
    report: &mut Report<'_>,
) {
    let provided: HashSet<&str> = policy.custom_claims.iter().map(|(_, name, _)| name.as_str()).collect();
    for scope in effective.scopes.iter().filter(|scope| !STANDARD.contains(scope)) {
        let Some((_, claims)) = context.provider.scopes.iter().find(|(name, _)| name == scope) else { continue };
        for claim in claims {
            if !STANDARD_CLAIMS.contains(&claim.as_str()) && !provided.contains(claim.as_str()) {
                let message = shown!(
                    "the scope {} needs the claim {}, which the client's claims policy does not provide",
                    quoted(scope),
                    quoted(claim)
                );
                report.add(Draft::new(&CLAIMS, effective.at("scopes"), message));
            }
        }
    }
}
