//! Options of the provider itself.

use crate::check::decode::Provider;
use crate::check::location::Location;
use crate::check::report::{Draft, Fix, Report, quoted};
use crate::check::{Lint, Severity};
use crate::document::Value;
use crate::shown;
use crate::shown::Shown;

static ENTROPY: Lint = Lint {
    id: "minimum-parameter-entropy",
    severity: Severity::Warning,
    option: "identity_providers.oidc.minimum_parameter_entropy",
    since: "4.38",
    summary: "`state` and `nonce` have at least 8 characters",
    explanation: "With each login an application sends random values, by which it recognises the answer to its own \
        request. Short values can be guessed, and then an attacker can log someone in without their knowledge. This \
        option lowers the length that Authelia requires; `-1` turns the requirement off.",
    example: "minimum_parameter_entropy: -1",
    fix: "Remove the option, and fix the application that needs it.",
};

static ENFORCE_PKCE: Lint = Lint {
    id: "enforce-pkce",
    severity: Severity::Error,
    option: "identity_providers.oidc.enforce_pkce",
    since: "4.38",
    summary: "PKCE is enforced `always`, `never`, or for `public_clients_only`",
    explanation: "PKCE protects a login from someone who intercepts the response to the application. This option sets \
        which clients must use it; the default is `public_clients_only`.",
    example: "enforce_pkce: true  # 'always'",
    fix: "Write `always` or `public_clients_only`.",
};

static CLIENTS: Lint = Lint {
    id: "clients-required",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients",
    since: "4.38",
    summary: "a provider has at least one client",
    explanation: "The provider exists so that applications can log users in. If no application is registered, \
        Authelia considers the section a mistake and does not start.",
    example: "identity_providers:\n  oidc:\n    clients: []",
    fix: "Register a client (`agepatch client add`), or remove the section `oidc`.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&ENTROPY, &ENFORCE_PKCE, &CLIENTS];

const LEAST: i64 = 8;

/// Checks the provider's options.
pub(super) fn check(provider: &Provider, report: &mut Report<'_>) {
    let entropy = provider.minimum_parameter_entropy;
    let message = match entropy {
        -1 => Some(Shown::fixed("random values of any length are accepted: logins can be forged")),
        1.. if entropy < LEAST => Some(shown!("random values of {} characters can be guessed: use {}", entropy, LEAST)),
        _ => None,
    };
    if let Some(message) = message {
        report.add(Draft::new(&ENTROPY, Location::provider().key("minimum_parameter_entropy"), message));
    }
    let enforce = provider.enforce_pkce.as_str();
    if !matches!(enforce, "" | "always" | "never" | "public_clients_only") {
        let at = Location::provider().key("enforce_pkce");
        let message = shown!("{} is not `always`, `never`, or `public_clients_only`", quoted(enforce));
        let mut draft = Draft::new(&ENFORCE_PKCE, at.clone(), message);
        if enforce == "1" {
            draft = draft.fix(Fix::Set(at, Value::string("always")));
        }
        report.add(draft);
    }
    if provider.clients.is_empty() {
        let message = Shown::fixed("no client is registered");
        report.add_unless_elsewhere(Draft::new(&CLIENTS, Location::provider().key("clients"), message));
    }
}
