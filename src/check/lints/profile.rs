//! Clients whose application is covered by Authelia's documentation.

use crate::authelia::{Registration, application, profile};
use crate::check::decode::DecodedConfig;
use crate::check::location::Location;
use crate::check::report::{Draft, Report, quoted};
use crate::check::{Lint, Options, Severity};
use crate::document::Value;
use crate::shown;
use crate::shown::{ClientName, Shown};

static PROFILE: Lint = Lint {
    id: "client-profile",
    severity: Severity::Advice,
    option: "identity_providers.oidc.clients[]",
    since: "0.1",
    summary: "a client is registered as Authelia's documentation registers its application",
    explanation: "Authelia's documentation has registrations for some 140 applications, tested by people who use \
        them. A client with the id or name of such an application is compared with it: another auth method, a missing \
        scope, and another redirect path are the usual reasons why a login fails. If the application has changed \
        since, or is configured differently here, the difference is intended.",
    example: "clients:\n  - client_id: 'immich'\n    token_endpoint_auth_method: 'client_secret_post'  # Immich uses client_secret_basic",
    fix: "Compare with `agepatch client profiles NAME` and the application's settings, then `agepatch client set ID …`.",
};

static ID_TOKEN: Lint = Lint {
    id: "id-token-claims",
    severity: Severity::Advice,
    option: "identity_providers.oidc.clients[].claims_policy",
    since: "0.1",
    summary: "an application that reads claims from the ID token finds them there",
    explanation: "Since 4.39 Authelia puts claims such as `groups` and `email` into the ID token only if a claims \
        policy lists them; otherwise they are only at the userinfo endpoint. Some applications read only the ID \
        token: users can log in, but have no name, no address, or no groups and so no rights.",
    example: "clients:\n  - client_id: 'grafana'\n    scopes: ['openid', 'groups']  # and no claims_policy",
    fix: "Define a policy under `identity_providers.oidc.claims_policies` whose `id_token` lists these claims, and name it in \
        the client's `claims_policy`.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&PROFILE, &ID_TOKEN];

/// Checks that each client's application gets the claims that it reads from the ID token.
fn check_id_token(index: usize, client: Registration<'_>, config: &DecodedConfig, report: &mut Report<'_>) {
    let likely = client.id().and_then(|id| application::likely(id, client.text("client_name")));
    let Some(application) = likely else { return };
    let policies = config.provider.iter().flat_map(|provider| &provider.claims_policies);
    let policy = policies.into_iter().find(|(name, _)| client.text("claims_policy") == Some(name.as_str()));
    let scopes = client.list("scopes");
    let missing = |claim: &&String| {
        let scope = match claim.as_str() {
            "groups" => "groups",
            "email" | "email_verified" | "alt_emails" => "email",
            _ => "profile",
        };
        scopes.contains(&scope) && policy.is_none_or(|(_, policy)| !policy.id_token.contains(claim))
    };
    let missing: Vec<&str> = application.id_token_claims().iter().filter(missing).map(String::as_str).collect();
    if missing.is_empty() {
        return;
    }
    let title = ClientName::shown(application.title.clone());
    let message = shown!(
        "{} reads {} from the ID token, and Authelia puts claims there only by a claims policy",
        title,
        quoted(&missing.join(", "))
    );
    let help = "define a policy under `claims_policies` whose `id_token` lists them, and name it here";
    report.add(Draft::new(&ID_TOKEN, Location::client(index).key("claims_policy"), message).help(Shown::fixed(help)));
}

/// Compares each client with the documentation for its application.
pub(in crate::check) fn check(document: &Value, config: &DecodedConfig, options: &Options, report: &mut Report<'_>) {
    for (index, client) in crate::authelia::clients(document).iter().enumerate() {
        if !report.looks_at(index) {
            continue;
        }
        if options.minor >= 39 {
            check_id_token(index, Registration(client), config, report);
        }
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
            report.add(Draft::new(&PROFILE, Location::client(index).key(found.option), message));
        }
    }
}
