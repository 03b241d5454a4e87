//! Client ids.

use foldhash::{HashMap, HashMapExt};

use super::EffectiveClient;
use crate::check::decode::ListedClient;
use crate::check::location::Location;
use crate::check::report::{Draft, Report};
use crate::check::{Lint, Severity};
use crate::shown;
use crate::shown::Shown;

static CLIENT_ID: Lint = Lint {
    id: "client-id",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].client_id",
    since: "4.38",
    summary: "a client id consists of at most 100 letters, digits, and `. _ ~ -`",
    explanation: "The id is how an application introduces itself: it sends it with every login. It is part of \
        addresses, so it may contain only characters that need no escaping there: the letters a–z and A–Z, digits, \
        and `.`, `_`, `~`, `-`. It is not a secret.",
    example: "clients:\n  - client_id: 'media manager'  # the space is not allowed",
    fix: "Choose an id of permitted characters, here and in the application's own settings.",
};

static UNIQUE: Lint = Lint {
    id: "client-id-unique",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].client_id",
    since: "4.38",
    summary: "client ids are unique",
    explanation: "Authelia finds a client's registration by its id. If two registrations have the same id, it cannot \
        know which one an application means.",
    example: "clients:\n  - client_id: 'app'\n  - client_id: 'app'",
    fix: "Remove the registration that is no longer needed, or give one of them another id, also in the application's \
        settings.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&CLIENT_ID, &UNIQUE];

/// Checks for ids shared by several clients: one finding per id, at the second client.
pub(in crate::check) fn check_all(clients: &[ListedClient], report: &mut Report<'_>) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let valid = |id: &str| !id.is_empty() && id.len() <= 100 && id.chars().all(is_permitted);
    // A client that is not checked has none here.
    for (index, client) in clients.iter().enumerate().filter(|(_, client)| valid(&client.id)) {
        let count = seen.entry(&client.id).or_default();
        *count += 1;
        if *count == 2 {
            let message = Shown::fixed("another client has this id already");
            report.add(Draft::new(&UNIQUE, Location::client(index).key("client_id"), message));
        }
    }
}

/// Checks one client's id.
pub(in crate::check) fn check(effective: &EffectiveClient<'_>, report: &mut Report<'_>) {
    let id = &effective.client.id;
    let message = if id.is_empty() {
        Shown::fixed("the client has no id")
    } else if id.len() > 100 {
        shown!("the id has {} characters, and at most 100 are allowed", id.len())
    } else if !id.chars().all(is_permitted) {
        Shown::fixed("the id contains a character other than letters, digits and `. _ ~ -`")
    } else {
        return;
    };
    report.add(Draft::new(&CLIENT_ID, effective.at("client_id"), message));
}

fn is_permitted(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._~-".contains(c)
}
