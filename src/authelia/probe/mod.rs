//! Asks a running Authelia whether it accepts a client: reads the discovery document (`OpenID` Connect Discovery 1.0),
//! then calls the token endpoint (RFC 6749, 4.1.3 and 5.2) with a code that cannot exist.
//!
//! `invalid_grant` means that id, secret, and method are right, since Authelia verifies them first; `invalid_client`
//! means that one of them is wrong. The secret is sent only to the token endpoint, and only on the issuer's own host.

mod discovery;
mod http;
mod token;
mod trust;

use std::time::Duration;

use url::Url;

use crate::document::Text;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::{Setting, Showable, Shown};

pub use trust::Trust;

/// The parameters of a probe.
pub struct Inquiry<'a> {
    /// The URL of Authelia.
    pub issuer: &'a Url,
    /// Certificate authorities to trust.
    pub trust: Trust,
    /// How long to wait for each response.
    pub timeout: Duration,
    /// The `client_id`.
    pub client: &'a str,
    /// The client's secret; `None` for a public client.
    pub secret: Option<&'a Text>,
    /// The registered method (`client_secret_basic`, `client_secret_post`, or `none`).
    pub method: &'a str,
    /// One of the client's redirect URIs.
    pub redirect_uri: Option<&'a str>,
}

/// The result of a probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeOutcome {
    /// The issuer in the discovery document, or else as given.
    pub issuer: String,
    /// Whether there was an HTTP response at all.
    pub reachable: bool,
    /// The token endpoint, if the discovery document was read.
    pub token_endpoint: Option<String>,
    /// The method that was accepted.
    pub accepted: Option<String>,
    /// Why it was not accepted; `None` if it was.
    pub failure: Option<Failure>,
}

/// Why Authelia did not accept the client, or could not be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its name (`client-secret`, `unreachable`, …).
    pub cause: &'static str,
    /// What happened.
    pub message: Shown,
    /// What to do next.
    pub advice: Shown,
}

impl Failure {
    fn new(cause: &'static str, message: impl Showable, advice: impl Showable) -> Self {
        Self { cause, message: message.into_shown(), advice: advice.into_shown() }
    }

    /// Whether another address may be the remedy: what answered, if anything, was not Authelia as its issuer.
    pub fn is_about_the_address(&self) -> bool {
        !matches!(self.cause, "client-secret" | "auth-method" | "unknown-client" | "rate-limited")
    }
}

/// Parses the URL of the issuer.
///
/// # Errors
/// `usage` if no secret can be sent there: not a URL, with a password or a query, or plain HTTP to another machine.
pub fn issuer(text: &str) -> Result<Url> {
    let wrong =
        |what: &'static str| Error::new(ErrorKind::Usage, what).hint("for example: --issuer https://auth.example.com");
    let url = Url::parse(text.trim()).map_err(|_| wrong("the issuer must be a complete URL"))?;
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
        return Err(wrong("the issuer must start with https://"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("the issuer must be an address alone, without a user, a query or a fragment"));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(wrong("the client's secret is not sent unencrypted: plain http is only allowed on this machine"));
    }
    Ok(url)
}

/// Whether the URL's host is this machine.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// Fails for a method that sends no secret.
///
/// # Errors
/// `unsupported` for a method that signs instead.
pub fn refuse_signing(method: &str) -> Result<()> {
    if ["client_secret_basic", "client_secret_post", "none"].contains(&method) {
        return Ok(());
    }
    let message =
        shown!("the client is registered with `{}`, and `probe` can send secrets but not sign", Setting::shown(method));
    Err(Error::new(ErrorKind::Unsupported, message)
        .hint("log in with the application and give Authelia's log to `agepatch diagnose`"))
}

/// Runs the probe.
pub fn probe(inquiry: &Inquiry<'_>) -> ProbeOutcome {
    let asker = http::Asker::new(inquiry);
    let mut answer = ProbeOutcome {
        issuer: inquiry.issuer.as_str().trim_end_matches('/').to_owned(),
        reachable: false,
        token_endpoint: None,
        accepted: None,
        failure: None,
    };
    let result = discovery::ask(&asker, inquiry.issuer, &mut answer);
    let result = result.and_then(|endpoint| token::ask(&asker, inquiry, &endpoint));
    match result {
        Ok(method) => answer.accepted = Some(method.to_owned()),
        Err(failure) => answer.failure = Some(failure),
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::issuer;

    #[test]
    fn secrets_go_to_https_or_to_this_machine() {
        for fine in [
            "https://auth.example.com",
            "https://auth.example.com/authelia/",
            "http://127.0.0.1:9091",
            "http://[::1]:9091",
            "http://localhost:9091",
        ] {
            assert!(issuer(fine).is_ok(), "{fine}");
        }
        for wrong in [
            "",
            "auth.example.com",
            "ftp://auth.example.com",
            "http://auth.example.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "https://u:p@auth.example.com",
            "https://auth.example.com/?a=b",
            "https://",
        ] {
            assert!(issuer(wrong).is_err(), "{wrong}");
        }
    }
}
