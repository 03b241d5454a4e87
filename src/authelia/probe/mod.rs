//! Asks the running Authelia whether it accepts a client: the discovery document (`OpenID` Connect Discovery 1.0), then
//! the token endpoint (RFC 6749, 4.1.3 and 5.2) with a code that cannot exist.
//!
//! `invalid_grant` means that id, secret and method are right, since Authelia looks at them first; `invalid_client` that
//! one of them is wrong. The secret goes to the token endpoint only, and only on the issuer's own host.

mod discovery;
mod http;
mod token;
mod trust;

use std::time::Duration;

use url::Url;

use crate::document::Text;
use crate::error::{Error, Kind, Result};

pub use trust::Trust;

/// What is asked.
pub struct Inquiry<'a> {
    /// Where Authelia is.
    pub issuer: &'a Url,
    /// Whom to trust beyond the usual certificate authorities.
    pub trust: Trust,
    /// How long to wait for each answer.
    pub timeout: Duration,
    /// The `client_id`.
    pub client: &'a str,
    /// The client's secret; a public client has none.
    pub secret: Option<&'a Text>,
    /// The method that is registered (`client_secret_basic`, `client_secret_post` or `none`).
    pub method: &'a str,
    /// One of the client's redirect URIs.
    pub redirect_uri: Option<&'a str>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The issuer as it calls itself, else as it was asked for.
    pub issuer: String,
    /// Whether an HTTP answer came at all.
    pub reachable: bool,
    /// The token endpoint, where the discovery document told it.
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
    pub message: String,
    /// What to do next.
    pub advice: String,
}

impl Failure {
    fn new(cause: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { cause, message: message.into(), advice: advice.into() }
    }
}

/// Reads the address of the issuer.
///
/// # Errors
/// `usage` if it is no address that a secret could be sent to: no URL, with a password or a query in it, or plain HTTP
/// on another machine.
pub fn issuer(text: &str) -> Result<Url> {
    let wrong =
        |what: &str| Error::new(Kind::Usage, what.to_owned()).hint("for example: --issuer https://auth.example.com");
    let url = Url::parse(text.trim()).map_err(|_| wrong("the issuer must be a whole URL"))?;
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
        return Err(wrong("the issuer must begin with https://"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("the issuer must be an address alone, without a user, a query or a fragment"));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(wrong("the client's secret does not travel unencrypted: plain http is for this machine only"));
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

/// Refuses a method by which no secret is sent.
///
/// # Errors
/// `unsupported`, for a method that signs instead.
pub fn refuse_signing(method: &str) -> Result<()> {
    if ["client_secret_basic", "client_secret_post", "none"].contains(&method) {
        return Ok(());
    }
    let message = format!("the client is registered with `{method}`, and probe sends secrets, it does not sign");
    Err(Error::new(Kind::Unsupported, message)
        .hint("log in with the application and give Authelia's log to `agepatch diagnose`"))
}

/// Asks.
pub fn probe(inquiry: &Inquiry<'_>) -> Answer {
    let asker = http::Asker::new(inquiry);
    let mut answer = Answer {
        issuer: inquiry.issuer.as_str().trim_end_matches('/').to_owned(),
        reachable: false,
        token_endpoint: None,
        accepted: None,
        failure: None,
    };
    let told = discovery::ask(&asker, inquiry.issuer, &mut answer);
    let told = told.and_then(|endpoint| token::ask(&asker, inquiry, &endpoint));
    match told {
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
