//! Asks the token endpoint whether it accepts the client, its secret, and its method.

use crate::memory::Zeroizing;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::http::{Asker, Reply};
use super::{Failure, Inquiry};
use crate::authelia::SECRET_METHODS;
use crate::shown;
use crate::shown::{ClientName, Setting};

/// A code that Authelia never issues.
const NO_CODE: &str = "agepatch-probe-a-code-that-does-not-exist";

/// The endpoint's response to one attempt.
enum Verdict {
    Accepted,
    Rejected,
    Other(Failure),
}

/// The accepted method. If the registered one is rejected, the other one is tried to find the cause.
pub(super) fn ask<'i>(asker: &Asker, inquiry: &Inquiry<'i>, endpoint: &Url) -> Result<&'i str, Failure> {
    match attempt(asker, inquiry, inquiry.method, endpoint)? {
        Verdict::Accepted => return Ok(inquiry.method),
        Verdict::Other(failure) => return Err(failure),
        Verdict::Rejected => {}
    }
    let client = inquiry.client;
    if inquiry.secret.is_none() {
        return Err(Failure::new(
            "unknown-client",
            shown!("Authelia knows no public client `{}`", ClientName::shown(client)),
            "if this file registers it so, Authelia runs with another one: deploy this one",
        ));
    }
    for other in SECRET_METHODS.into_iter().filter(|method| *method != inquiry.method) {
        match attempt(asker, inquiry, other, endpoint)? {
            Verdict::Accepted => {
                return Err(Failure::new(
                    "auth-method",
                    shown!(
                        "Authelia accepts `{}` and its secret by `{}`, and not by `{}`",
                        ClientName::shown(client),
                        other,
                        Setting::shown(inquiry.method)
                    ),
                    shown!(
                        "Authelia runs with another registration than this file has: deploy this one, or `agepatch client set {} token_endpoint_auth_method={}`",
                        ClientName::shown(client),
                        other
                    ),
                ));
            }
            Verdict::Other(failure) => return Err(failure),
            Verdict::Rejected => {}
        }
    }
    Err(Failure::new(
        "client-secret",
        shown!(
            "Authelia accepts `{}` by neither method: it does not know the client, or the secret is not the one that it knows",
            ClientName::shown(client)
        ),
        shown!(
            "`agepatch client verify {}` reports whether both halves agree in the files; if they do, Authelia runs with an older one: deploy this one",
            ClientName::shown(client)
        ),
    ))
}

fn attempt(asker: &Asker, inquiry: &Inquiry<'_>, method: &str, endpoint: &Url) -> Result<Verdict, Failure> {
    let mut form = FormBody::new();
    form.add("grant_type", "authorization_code");
    form.add("code", NO_CODE);
    if let Some(uri) = inquiry.redirect_uri {
        form.add("redirect_uri", uri);
    }
    let mut authorization = None;
    match (method, inquiry.secret) {
        ("client_secret_basic", Some(secret)) => authorization = Some(basic(inquiry.client, secret.as_str())),
        ("client_secret_post", Some(secret)) => {
            form.add("client_id", inquiry.client);
            form.add("client_secret", secret.as_str());
        }
        _ => form.add("client_id", inquiry.client),
    }
    let reply = asker.post(endpoint, &form.0, authorization.as_ref())?;
    Ok(verdict(&reply, endpoint))
}

fn verdict(reply: &Reply, endpoint: &Url) -> Verdict {
    let object = reply.object();
    let error = object.as_ref().and_then(|object| object.get("error")).and_then(serde_json::Value::as_str);
    let status = reply.status.as_u16();
    match (status, error) {
        // The client was accepted; only the code or the grant is wrong.
        (400, Some("invalid_grant" | "unauthorized_client")) => Verdict::Accepted,
        (400 | 401, Some("invalid_client")) => Verdict::Rejected,
        (429, _) => Verdict::Other(Failure::new(
            "rate-limited",
            "too many requests (HTTP 429)",
            "wait a minute, then try again",
        )),
        (300..=399, _) | (403, None) => Verdict::Other(Failure::new(
            "login-page",
            shown!("{} asks for a login instead of answering (HTTP {})", endpoint, status),
            "the proxy protects Authelia's own address: let it pass there without `forward_auth` or `auth_request`",
        )),
        (502..=504, _) => Verdict::Other(Failure::new(
            "unreachable",
            shown!("the proxy answers, but Authelia behind it does not (HTTP {})", status),
            "check whether Authelia is running, and on which port: `journalctl -u authelia`",
        )),
        (_, Some(error)) => Verdict::Other(Failure::new(
            "unexpected-answer",
            match CODES.iter().find(|code| **code == error) {
                Some(code) => shown!("{} answers `{}` (HTTP {})", endpoint, code, status),
                // Anything else may repeat what was sent, including the secret.
                None => {
                    shown!("{} answers with an error code that OAuth 2.0 does not define (HTTP {})", endpoint, status)
                }
            },
            "give Authelia's log to `agepatch diagnose`",
        )),
        (_, None) => Verdict::Other(Failure::new(
            "unexpected-answer",
            shown!("{} answers with HTTP {}, which is not what a token endpoint does", endpoint, status),
            "check the logs of Authelia and of the proxy",
        )),
    }
}

/// The error codes of OAuth 2.0 and of `OpenID` Connect (the IANA registry "OAuth Extensions Errors").
const CODES: [&str; 24] = [
    "access_denied",
    "account_selection_required",
    "authorization_pending",
    "consent_required",
    "expired_token",
    "insufficient_scope",
    "interaction_required",
    "invalid_client",
    "invalid_grant",
    "invalid_redirect_uri",
    "invalid_request",
    "invalid_request_object",
    "invalid_request_uri",
    "invalid_scope",
    "invalid_target",
    "invalid_token",
    "login_required",
    "server_error",
    "slow_down",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    "unsupported_token_type",
];

/// `Authorization: Basic`, with both parts form-encoded first (RFC 6749, 2.3.1).
fn basic(client: &str, secret: &str) -> Zeroizing<String> {
    let mut pair = FormBody::new();
    pair.encode(client);
    pair.0.push(':');
    pair.encode(secret);
    let mut value = Zeroizing::new(String::with_capacity(pair.0.len() * 2 + 16));
    value.push_str("Basic ");
    STANDARD.encode_string(pair.0.as_bytes(), &mut value);
    value
}

/// A form, wiped when it is dropped.
struct FormBody(Zeroizing<String>);

impl FormBody {
    /// Enough capacity that growing leaves no copy of a secret behind.
    fn new() -> Self {
        Self(Zeroizing::new(String::with_capacity(4096)))
    }

    fn add(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(name);
        self.0.push('=');
        self.encode(value);
    }

    fn encode(&mut self, text: &str) {
        byte_serialize(text.as_bytes()).for_each(|part| self.0.push_str(part));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_and_secret_are_encoded_before_they_are_joined() {
        let value = basic("a:b", "s+e c/r%é");
        let decoded = STANDARD.decode(value.strip_prefix("Basic ").expect("the scheme")).expect("base64");
        assert_eq!(String::from_utf8(decoded).expect("ASCII"), "a%3Ab:s%2Be+c%2Fr%25%C3%A9");
        let mut form = FormBody::new();
        form.add("client_id", "a&b");
        form.add("client_secret", "s=1");
        assert_eq!(form.0.as_str(), "client_id=a%26b&client_secret=s%3D1");
    }
}
