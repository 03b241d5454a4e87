//! Redirect URIs and request URIs.

use super::{EffectiveClient, Faults};
use crate::check::go::url;
use crate::check::report::{Draft, Fix, Report, any_of, quoted};
use crate::check::{Lint, Severity};
use crate::shown;

static REDIRECT: Lint = Lint {
    id: "redirect-uris",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].redirect_uris",
    since: "4.38",
    summary: "a redirect URI is a complete address, with its scheme",
    explanation: "After the login Authelia sends the user back to the application, but only to addresses that are \
        registered here; otherwise anyone could have logins sent to their own address. Each must be complete, with \
        its scheme (`https://`; an app on a phone may have its own scheme). `urn:ietf:wg:oauth:2.0:oob`, for programs \
        that show the code instead, is for public clients only.",
    example: "redirect_uris: ['media.example.com/callback']  # https:// is missing",
    fix: "Copy the address exactly from the application's settings or its manual: a slash at the end matters.",
};

static REPEATED: Lint = Lint {
    id: "redirect-uris-duplicate",
    severity: Severity::Warning,
    option: "identity_providers.oidc.clients[].redirect_uris",
    since: "4.38",
    summary: "a client lists each redirect URI once",
    explanation: "A repeated address has no effect. Authelia warns, and will refuse it in a later version.",
    example: "redirect_uris: ['https://a.example.com/cb', 'https://a.example.com/cb']",
    fix: "Remove the repetition; `agepatch check --fix` does that.",
};

static REQUEST: Lint = Lint {
    id: "request-uris",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].request_uris",
    since: "4.38",
    summary: "a request URI is a complete `https` address, listed once",
    explanation: "Instead of sending its request with the login, an application can publish it at an address and send \
        that. Authelia fetches it from there, so the address must use `https`. Few applications do this.",
    example: "request_uris: ['http://app.example.com/request.jwt']",
    fix: "Use `https`, or remove the option if the application does not need it.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&REDIRECT, &REPEATED, &REQUEST];

/// The redirect URI of programs that display the code to the user.
pub(in crate::check) const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// Checks the client's redirect and request URIs.
pub(in crate::check) fn check(effective: &EffectiveClient<'_>, report: &mut Report<'_>) {
    let client = effective.client;
    for (index, uri) in client.redirect_uris.iter().enumerate() {
        let message = match url::parse(uri) {
            _ if uri == OUT_OF_BAND && client.public => continue,
            _ if uri == OUT_OF_BAND => shown!("{} is for public clients only", quoted(uri)),
            Err(refusal) => shown!("{} is not an address: {}", quoted(uri), refusal),
            Ok(url) if !url.is_absolute() => shown!("{} has no scheme, such as `https://`", quoted(uri)),
            Ok(_) => continue,
        };
        let path = report.path_of(&effective.at("redirect_uris"));
        report.add(Draft::new(&REDIRECT, effective.at("redirect_uris").index(index), message).path(path));
    }
    for (index, uri) in client.request_uris.iter().enumerate() {
        let message = match url::parse(uri) {
            Err(refusal) => shown!("{} is not an address: {}", quoted(uri), refusal),
            Ok(url) if !url.is_absolute() => shown!("{} has no scheme, such as `https://`", quoted(uri)),
            Ok(url) if url.scheme != "https" => shown!("{} does not use `https`", quoted(uri)),
            Ok(_) => continue,
        };
        let path = report.path_of(&effective.at("request_uris"));
        report.add(Draft::new(&REQUEST, effective.at("request_uris").index(index), message).path(path));
    }
    repeated(effective, "redirect_uris", &client.redirect_uris, &REPEATED, report);
    repeated(effective, "request_uris", &client.request_uris, &REQUEST, report);
}

fn repeated(
    effective: &EffectiveClient<'_>,
    option: &'static str,
    uris: &[String],
    lint: &'static Lint,
    report: &mut Report<'_>,
) {
    let uris: Vec<&str> = uris.iter().map(String::as_str).collect();
    let faults = Faults::of(&uris, |_| true);
    if !faults.repeated.is_empty() {
        let message = shown!("{} is listed more than once", any_of(&faults.repeated));
        let fix = Fix::RemoveItems(effective.at(option), faults.positions);
        report.add(Draft::new(lint, effective.at(option), message).fix(fix));
    }
}
