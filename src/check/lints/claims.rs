//! Claims policies and custom scopes: which facts about a user clients can request.

use std::collections::{HashMap, HashSet};

use crate::authelia::SCOPES as STANDARD;
use crate::check::decode::{Attributes, ClaimsPolicy, Provider};
use crate::check::location::Location;
use crate::check::report::{Draft, Report, quoted};
use crate::check::{Lint, Severity};
use crate::shown;
use crate::shown::Shown;

static POLICIES: Lint = Lint {
    id: "claims-policies",
    severity: Severity::Error,
    option: "identity_providers.oidc.claims_policies",
    since: "4.39",
    summary: "a claims policy uses claims that exist and are not reserved by the protocol",
    explanation: "A claim is a fact about a user in a token: the name, an address, a group. A claims policy sets \
        which of them a client gets, and can add claims made from attributes of the user database. It must not \
        contain the claims that the protocol itself needs, such as `sub`, `iss`, and `exp`.",
    example: "claims_policies:\n  staff:\n    id_token: ['email', 'sub']  # the protocol reserves sub",
    fix: "Remove the claim, or define it under `custom_claims` with an `attribute` that exists.",
};

static SCOPES: Lint = Lint {
    id: "custom-scopes",
    severity: Severity::Error,
    option: "identity_providers.oidc.scopes",
    since: "4.39",
    summary: "a custom scope has a name of its own and claims that exist",
    explanation: "A custom scope bundles claims under one name that an application can ask for. The name must not be \
        that of a standard scope or begin with `authelia.`, and the claims must be standard ones or be defined in a \
        claims policy.",
    example: "scopes:\n  profile:  # a standard scope\n    claims: ['email']",
    fix: "Give the scope another name, or define the claim in a claims policy.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&POLICIES, &SCOPES];

/// The claims that Authelia defines by default.
pub(in crate::check) const STANDARD_CLAIMS: [&str; 22] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "groups",
    "alt_emails",
    "rat",
    "updated_at",
];

/// Claims reserved for the protocol.
const RESERVED: [&str; 19] = [
    "jti",
    "azp",
    "client_id",
    "scope",
    "scp",
    "iss",
    "sub",
    "aud",
    "sid",
    "s_hash",
    "c_hash",
    "iat",
    "updated_at",
    "nbf",
    "exp",
    "auth_time",
    "amr",
    "acr",
    "nonce",
];

/// Reserved claims that ID tokens always contain.
const RESERVED_IN_ID_TOKENS: [&str; 16] = [
    "jti",
    "azp",
    "scope",
    "iss",
    "sub",
    "aud",
    "sid",
    "s_hash",
    "c_hash",
    "iat",
    "nbf",
    "exp",
    "auth_time",
    "amr",
    "acr",
    "nonce",
];

/// Checks the claims policies and custom scopes.
pub(super) fn check(provider: &Provider, attributes: &Attributes, report: &mut Report<'_>) {
    for (name, policy) in &provider.claims_policies {
        check_policy(&Location::provider().key("claims_policies").key(name.clone()), policy, attributes, report);
    }
    let custom = provider.claims_policies.iter().flat_map(|(_, policy)| &policy.custom_claims);
    let defined: HashSet<&str> = custom.map(|(_, name, _)| name.as_str()).collect();
    for (scope, claims) in &provider.scopes {
        check_scope(scope, claims, &defined, report);
    }
}

fn check_policy(at: &Location, policy: &ClaimsPolicy, attributes: &Attributes, report: &mut Report<'_>) {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for (key, name, attribute) in &policy.custom_claims {
        let place = || at.clone().key("custom_claims");
        if RESERVED.contains(&name.as_str()) {
            let message = shown!("{} is a claim that the protocol reserves", quoted(name));
            report.add(Draft::new(&POLICIES, place(), message));
        }
        if seen.insert(name, key).is_some() {
            let message = shown!("{} is defined twice", quoted(name));
            report.add(Draft::new(&POLICIES, place(), message));
        }
        if !attributes.contains(attribute) {
            let message = shown!("no user has an attribute {}", quoted(attribute));
            report.add_unless_elsewhere(Draft::new(&POLICIES, place(), message));
        }
    }
    let mut check_list = |option: &'static str, claims: &[String], reserved: &[&str]| {
        for claim in claims {
            let message = if reserved.contains(&claim.as_str()) {
                shown!("{} is a claim that the protocol reserves", quoted(claim))
            } else if !seen.contains_key(claim.as_str()) && !STANDARD_CLAIMS.contains(&claim.as_str()) {
                shown!("no claim {} is defined in this policy", quoted(claim))
            } else {
                continue;
            };
            report.add(Draft::new(&POLICIES, at.clone().key(option), message));
        }
    };
    check_list("id_token", &policy.id_token, &RESERVED_IN_ID_TOKENS);
    check_list("access_token", &policy.access_token, &RESERVED);
    if !matches!(policy.id_token_audience_mode.as_str(), "" | "specification" | "experimental-merged") {
        let mode = quoted(&policy.id_token_audience_mode);
        let message = shown!("{} is neither `specification` nor `experimental-merged`", mode);
        report.add(Draft::new(&POLICIES, at.clone().key("id_token_audience_mode"), message));
    }
}

fn check_scope(scope: &str, claims: &[String], defined: &HashSet<&str>, report: &mut Report<'_>) {
    let at = Location::provider().key("scopes").key(scope.to_owned());
    let reserved = if scope == "authelia.pam" {
        None
    } else if STANDARD.contains(&scope) {
        Some("this is the name of a standard scope")
    } else if scope.starts_with("authelia.") {
        Some("names that begin with `authelia.` are reserved")
    } else {
        None
    };
    if let Some(message) = reserved {
        report.add(Draft::new(&SCOPES, at.clone(), Shown::fixed(message)).on_key());
    }
    for claim in claims {
        let message = if RESERVED.contains(&claim.as_str()) {
            shown!("{} is a claim that the protocol reserves", quoted(claim))
        } else if !defined.contains(claim.as_str()) && !STANDARD_CLAIMS.contains(&claim.as_str()) {
            shown!("no claim {} is known", quoted(claim))
        } else {
            continue;
        };
        report.add(Draft::new(&SCOPES, at.clone().key("claims"), message));
    }
}
