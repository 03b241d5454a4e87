//! Which web pages may call the provider.

use crate::check::decode::Provider;
use crate::check::go::url::Url;
use crate::check::location::Location;
use crate::check::report::{Draft, Report, any_of};
use crate::check::{Lint, Options, Severity};
use crate::shown;
use crate::shown::Shown;

static ORIGINS: Lint = Lint {
    id: "cors-allowed-origins",
    severity: Severity::Error,
    option: "identity_providers.oidc.cors.allowed_origins",
    since: "4.38",
    summary: "an origin is a scheme, host, and port, or `*` alone",
    explanation: "A page in a browser may call Authelia only if its origin is permitted. An origin is a scheme, host, \
        and port, without a path, not even `/`. `*` permits every page; it must then be the only entry, and \
        `allowed_origins_from_client_redirect_uris` must be off.",
    example: "cors:\n  allowed_origins: ['https://app.example.com/']  # without the slash",
    fix: "Remove everything after the host and port.",
};

static ENDPOINTS: Lint = Lint {
    id: "cors-endpoints",
    severity: Severity::Error,
    option: "identity_providers.oidc.cors.endpoints",
    since: "4.38",
    summary: "endpoints have the names that Authelia uses",
    explanation: "This option lists the provider's endpoints that pages in a browser may call. They have fixed names.",
    example: "cors:\n  endpoints: ['tokens']  # 'token'",
    fix: "Use the names that the finding lists.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&ORIGINS, &ENDPOINTS];

const NAMES: [&str; 7] = [
    "authorization",
    "device-authorization",
    "pushed-authorization-request",
    "token",
    "introspection",
    "revocation",
    "userinfo",
];

/// Checks the options for cross-origin requests.
pub(super) fn check(provider: &Provider, options: &Options, report: &mut Report<'_>) {
    let cors = &provider.cors;
    let mut add = |message| {
        report.add(Draft::new(
            &ORIGINS,
            Location::provider().key("cors").key("allowed_origins"),
            Shown::fixed(message),
        ));
    };
    if cors.has_empty_origin {
        add("an origin is empty, and Authelia crashes on that");
    }
    for origin in &cors.allowed_origins {
        if is_wildcard(origin) {
            if cors.allowed_origins.len() != 1 {
                add("`*` permits every origin, so no other may be listed");
            }
            if cors.from_redirect_uris {
                add("`*` permits every origin, so those of the redirect URIs cannot be added");
            }
            continue;
        }
        if !origin.path.is_empty() {
            add("an origin has a path: it must end after host and port, without a slash");
        }
        if !origin.query.is_empty() {
            add("an origin has a query (`?…`)");
        }
    }
    // The device flow was added in 4.39.
    let names: Vec<&str> =
        NAMES.into_iter().filter(|name| options.minor >= 39 || *name != "device-authorization").collect();
    let unknown: Vec<&str> = cors.endpoints.iter().map(String::as_str).filter(|name| !names.contains(name)).collect();
    if !unknown.is_empty() {
        let message = shown!("{} is not an endpoint: use {}", any_of(&unknown), any_of(&names));
        report.add(Draft::new(&ENDPOINTS, Location::provider().key("cors").key("endpoints"), message));
    }
}

fn is_wildcard(origin: &Url) -> bool {
    *origin == Url { path: "*".to_owned(), ..Url::default() }
}
