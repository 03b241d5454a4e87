//! The application's side of a registration, from `[[relying-party]]` in agepatch.toml.

use crate::authelia::{Contract, Registration, SecretHalf};
use crate::check::location::Location;
use crate::check::report::{Draft, Report, quoted};
use crate::check::{Lint, Severity};
use crate::document::{Value, nearest};
use crate::shown;
use crate::shown::{ClientName, Shown};

static CLIENT: Lint = Lint {
    id: "relying-party-client",
    severity: Severity::Advice,
    option: "identity_providers.oidc.clients[].client_id",
    since: "0.1",
    summary: "every relying party in agepatch.toml is registered",
    explanation: "agepatch.toml names the applications that log in through Authelia, so that both sides can be \
        compared. An application whose client is not registered cannot log in at all: its id was misspelled on one \
        side, or its registration was removed.",
    example: "# agepatch.toml\n[[relying-party]]\nclient = \"mediamanger\"  # registered: mediamanager",
    fix: "Correct `client` in agepatch.toml, or register it: `agepatch client add ID`.",
};

static URI: Lint = Lint {
    id: "relying-party-redirect-uri",
    severity: Severity::Advice,
    option: "identity_providers.oidc.clients[].redirect_uris",
    since: "0.1",
    summary: "an application's redirect URIs are registered",
    explanation: "Authelia compares the redirect URI that the application sends with the registered ones, character \
        by character: a slash at the end, http for https or another path is enough to fail. `url` and \
        `redirect_paths` in agepatch.toml describe what the application sends.",
    example: "# agepatch.toml\n[[relying-party]]\nclient = \"media\"\nurl = \"https://media.example.com\"\nredirect_paths = [\"/api/v1/auth/oauth/callback\"]",
    fix: "Register the address: `agepatch client set ID redirect_uris+=URI`, or correct agepatch.toml.",
};

static METHOD: Lint = Lint {
    id: "relying-party-auth-method",
    severity: Severity::Advice,
    option: "identity_providers.oidc.clients[].token_endpoint_auth_method",
    since: "0.1",
    summary: "an application uses the auth method that is registered for it",
    explanation: "Authelia accepts one method per client at the token endpoint, and few applications document which \
        one they use. If the two differ, the login seems to work until the application asks for its token: then it \
        fails with an error 500, and a line in Authelia's log.",
    example: "# agepatch.toml, while `client_secret_post` is registered\n[[relying-party]]\nclient = \"media\"\ntoken_endpoint_auth_method = \"client_secret_basic\"",
    fix: "`agepatch client set ID token_endpoint_auth_method=METHOD`, or set the application to the other one.",
};

static SECRET: Lint = Lint {
    id: "relying-party-secret",
    severity: Severity::Advice,
    option: "identity_providers.oidc.clients[].client_secret",
    since: "0.1",
    summary: "an application's secret matches the registered digest",
    explanation: "The two halves of a client's secret live in two encrypted files: the digest in Authelia's, the \
        secret in the application's. If one is changed without the other, the application can no longer log in. If \
        agepatch.toml names the place where the application reads its secret, both are decrypted in memory and \
        compared.",
    example: "# agepatch.toml\n[[relying-party]]\nclient = \"media\"\nsecret = { file = \"media-env.age\", path = \"OIDC_CLIENT_SECRET\" }",
    fix: "`agepatch client rotate ID` generates a new secret on both sides.",
};

static UNREAD: Lint = Lint {
    id: "relying-party-secret-unread",
    severity: Severity::Advice,
    option: "identity_providers.oidc.clients[].client_secret",
    since: "0.1",
    summary: "an application's secret can be compared with the digest",
    explanation: "agepatch.toml names the place where the application reads its secret, but it could not be read: no \
        available identity opens the file, the file does not exist, or the path does not. So agepatch does not know \
        whether both halves match.",
    example: "# agepatch.toml\n[[relying-party]]\nclient = \"media\"\nsecret = { file = \"media-env.age\", path = \"OIDC_CLIENT_SECRET\" }",
    fix: "Run the check with an identity that can read the file (`-i`), or correct `secret` in agepatch.toml.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&CLIENT, &URI, &METHOD, &SECRET, &UNREAD];

/// Compares each relying party with its registration in `document`, the file that contains the clients.
pub(in crate::check) fn check(document: &Value, parties: &[Contract], report: &mut Report<'_>) {
    let clients = crate::authelia::clients(document);
    for party in parties {
        let id = |client: &Value| Registration(client).id() == Some(party.client.as_str());
        match clients.iter().position(id) {
            Some(index) => check_party(party, index, Registration(&clients[index]), report),
            None => missing(party, clients, report),
        }
    }
}

fn missing(party: &Contract, clients: &[Value], report: &mut Report<'_>) {
    let ids = clients.iter().filter_map(|client| Registration(client).id());
    let message = shown!("agepatch.toml names the client {}, which is not registered", quoted(&party.client));
    let draft = Draft::new(&CLIENT, Location::provider().key("clients"), message);
    report.add(match nearest::name(ids, &party.client) {
        Some(id) => draft.help(shown!("did you mean {}?", quoted(id))),
        None => {
            draft.help(Shown::fixed("correct `client` in agepatch.toml, or register it with `agepatch client add`"))
        }
    });
}

fn check_party(party: &Contract, index: usize, client: Registration<'_>, report: &mut Report<'_>) {
    for found in party.disagreements(client) {
        let lint = if found.option == "redirect_uris" { &URI } else { &METHOD };
        let at = Location::client(index).key(found.option);
        report.add(Draft::new(lint, at, found.message).help(found.advice));
    }
    let at = Location::client(index).key("client_secret");
    let rotate = || {
        shown!(
            "`agepatch client rotate {}` generates a new secret on both sides",
            ClientName::shown(party.client.clone())
        )
    };
    match &party.secret {
        SecretHalf::Unknown | SecretHalf::Fits => {}
        SecretHalf::FitsWith(note) => report.add(Draft::new(&SECRET, at, note.clone()).help(rotate())),
        SecretHalf::Differs(fault) => {
            report.add(Draft::new(&SECRET, at, fault.clone()).help(rotate()));
        }
        SecretHalf::Unread(why) => {
            let message = shown!("the application's secret was not compared: {}", why);
            report.add(Draft::new(&UNREAD, at, message));
        }
    }
}
