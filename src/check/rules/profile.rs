//! Clients whose application Authelia's documentation knows.

use crate::authelia::{Registration, profile};
use crate::check::place::At;
use crate::check::report::{Draft, Report, quoted};
use crate::check::{Rule, Severity};
use crate::document::Value;
use crate::shown;
use crate::shown::{ClientName, Shown};

static PROFILE: Rule = Rule {
    id: "client-profile",
    severity: Severity::Advice,
    option: "identity_providers.oidc.clients[]",
    since: "0.1",
    summary: "a client is registered as Authelia's documentation registers its application",
    explanation: "Authelia's documentation has the registrations of some 140 applications, tried by people who use them. \
        A client that has such an application's id or name is held against it: another auth method, a scope that is \
        missing, another path to be sent back to are the usual reasons why a login fails. The application may have \
        changed since, or may be set otherwise here: then the difference is meant.",
    example: "clients:\n  - client_id: 'immich'\n    token_endpoint_auth_method: 'client_secret_post'  # Immich uses client_secret_basic",
    fix: "Compare with `agepatch client profiles NAME` and the application's settings, then `agepatch client set ID …`.",
};

pub(in crate::check) static RULES: &[&Rule] = &[&PROFILE];

/// Compares each client with its application's documentation.
pub(in crate::check) fn check(document: &Value, report: &mut Report<'_>) {
    for (index, client) in crate::authelia::clients(document).iter().enumerate() {
        let Some((application, differences)) = profile::compare(Registration(client)) else { continue };
        let title = ClientName::shown(application.title.clone());
        for found in differences {
            let registered = match found.registered.as_str() {
                "" => Shown::fixed("nothing"),
                registered => quoted(registered),
            };
            let documented = quoted(&found.documented);
            let message = match found.option {
                "scopes" | "grant_types" | "response_types" | "redirect_uris" => {
                    shown!("the documentation of {} also has {} here", &title, documented)
                }
                _ => shown!("the documentation of {} has {} here, this client {}", &title, documented, registered),
            };
            report.add(Draft::new(&PROFILE, At::client(index).key(found.option), message));
        }
    }
}
