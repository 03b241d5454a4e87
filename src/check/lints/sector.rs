//! Sector identifiers.

use super::EffectiveClient;
use crate::check::go::url::Url;
use crate::check::report::{Draft, Report};
use crate::check::{Lint, Severity};
use crate::shown::Shown;

static SECTOR: Lint = Lint {
    id: "sector-identifier-uri",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].sector_identifier_uri",
    since: "4.38",
    summary: "the sector identifier is an `https` address without user, password, or fragment",
    explanation: "With a sector identifier, this client knows a user by a different id than other clients do, so that \
        applications cannot compare notes. It is the address of a JSON list of the client's redirect URIs, which \
        Authelia fetches at startup: it does not start if that fails or if a redirect URI is not on the list.",
    example: "sector_identifier_uri: 'http://example.com/redirects.json'",
    fix: "Remove the option unless you know that you need it; changing it later changes every user's id.",
};

static RELATIVE: Lint = Lint {
    id: "sector-identifier-relative",
    severity: Severity::Warning,
    option: "identity_providers.oidc.clients[].sector_identifier_uri",
    since: "4.38",
    summary: "the sector identifier has a scheme",
    explanation: "In the past, a host name was enough as a sector identifier. Authelia now warns about that, and will \
        refuse it in a later version: it must be the `https` address of a list of redirect URIs.",
    example: "sector_identifier_uri: 'example.com'",
    fix: "Remove the option, or write the complete address.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&SECTOR, &RELATIVE];

/// Checks the client's sector identifier.
pub(in crate::check) fn check(effective: &EffectiveClient<'_>, report: &mut Report<'_>) {
    let Some(url) = effective.client.sector_identifier_uri.as_ref().filter(|url| **url != Url::default()) else {
        return;
    };
    let mut add = |lint, message| {
        report.add(Draft::new(lint, effective.at("sector_identifier_uri"), Shown::fixed(message)));
    };
    if !url.is_absolute() {
        add(&RELATIVE, "the sector identifier has no scheme");
    } else if url.scheme != "https" {
        add(&SECTOR, "the sector identifier does not use `https`");
    } else if url.host.is_empty() {
        add(&SECTOR, "the sector identifier has no host, so Authelia cannot fetch it");
    }
    if !url.fragment.is_empty() {
        add(&SECTOR, "the sector identifier has a fragment (`#…`)");
    }
    if let Some(user) = url.user.as_ref() {
        if user.has_name {
            add(&SECTOR, "the sector identifier contains a user name");
        }
        if user.has_password {
            add(&SECTOR, "the sector identifier contains a password");
        }
    }
}
