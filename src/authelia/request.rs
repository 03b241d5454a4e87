//! Compares an authorization request, from the browser's address bar, with the registrations.

use url::Url;

use super::cause::Cause;
use super::log::named;
use super::registration::{self, Registration};
use crate::document::{Pointer, Value};
use crate::error::{Error, ErrorKind, Result};

/// The default minimum length of `state` and `nonce` (`minimum_parameter_entropy`).
const ENTROPY: usize = 8;

/// An authorization request.
pub struct Request {
    parameters: Vec<(String, String)>,
}

impl Request {
    /// Parses the request from a URL, also from that of a page that carries the request (`rd`, `workflow` pages).
    ///
    /// # Errors
    /// `usage` if it is not a URL or not an authorization request.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |what: &'static str| {
            Error::new(ErrorKind::Usage, what).hint(
                "it begins like https://auth.example.com/api/oidc/authorization?client_id=… and is best given in quotes",
            )
        };
        let url = Url::parse(text.trim()).map_err(|_| wrong("`--url` is not a URL"))?;
        let pairs = |url: &Url| -> Vec<(String, String)> {
            // The content may come from anywhere, so it must not reach a terminal unescaped.
            let harmless = |text: &str| text.chars().filter(|character| !character.is_control()).collect();
            url.query_pairs().map(|(name, value)| (harmless(&name), harmless(&value))).collect()
        };
        let mut parameters = pairs(&url);
        let has = |parameters: &[(String, String)]| {
            parameters.iter().any(|(name, _)| ["client_id", "request_uri"].contains(&name.as_str()))
        };
        // Authelia's login page carries the request in `rd`.
        if !has(&parameters)
            && let Some((_, target)) = parameters.iter().find(|(name, _)| name == "rd")
            && let Ok(target) = Url::parse(target)
        {
            parameters = pairs(&target);
        }
        if has(&parameters) {
            Ok(Self { parameters })
        } else {
            Err(wrong("the URL is not an authorization request: it has no `client_id`"))
        }
    }

    /// The requesting client.
    pub fn client(&self) -> Option<&str> {
        self.get("client_id")
    }

    fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.parameters.iter().find(|(other, _)| other == name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// What Authelia would refuse about it, in its order.
    pub fn causes(&self, document: &Value) -> Vec<Cause> {
        let client = self.client();
        let Some((_, registration)) = client.and_then(|id| registration::find(document, id)) else {
            return self.cause("unknown-client", None).into_iter().collect();
        };
        let mut names = self.redirect(registration);
        names.extend(self.strength(document));
        names.extend(self.response(registration));
        names.extend(self.scopes(registration));
        names.extend(self.pkce(registration, document));
        if registration.is_set("require_pushed_authorization_requests") && self.get("request_uri").is_none() {
            names.push(("pushed-request-required", None));
        }
        names.into_iter().filter_map(|(name, requested)| self.cause(name, requested)).collect()
    }

    fn cause(&self, name: &str, requested: Option<String>) -> Option<Cause> {
        let cause = named(name)?;
        let requested = requested.or_else(|| cause.requested.clone());
        Some(Cause { client: self.client().map(str::to_owned), requested, ..cause })
    }

    fn redirect(&self, client: Registration<'_>) -> Vec<Wrong> {
        // A pushed request is not in the URL.
        if self.get("request_uri").is_some() {
            return Vec::new();
        }
        let registered = client.written("redirect_uris");
        match self.get("redirect_uri") {
            None => vec![("redirect-uri-missing", None)],
            Some(uri) if Url::parse(uri).is_ok_and(|uri| uri.fragment().is_some()) => {
                vec![("redirect-uri-malformed", Some(uri.to_owned()))]
            }
            Some(uri) if registered.iter().any(|known| matches(known, uri)) => Vec::new(),
            Some(uri) => vec![("redirect-uri", Some(uri.to_owned()))],
        }
    }

    fn strength(&self, document: &Value) -> Vec<Wrong> {
        if self.get("request_uri").is_some() {
            return Vec::new();
        }
        let least = least_entropy(document);
        let short = |text: Option<&str>| text.unwrap_or_default().chars().count() < least;
        let state = short(self.get("state")).then_some(("state-too-short", None));
        let nonce = (self.get("nonce").is_some() && short(self.get("nonce"))).then_some(("nonce-too-short", None));
        state.into_iter().chain(nonce).collect()
    }

    fn response(&self, client: Registration<'_>) -> Vec<Wrong> {
        if self.get("request_uri").is_some() {
            return Vec::new();
        }
        let mut wrong = Vec::new();
        let Some(kind) = self.get("response_type") else { return vec![("response-type-missing", None)] };
        let words = |text: &str| {
            let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            words.sort_unstable();
            words
        };
        if !client.list("response_types").iter().any(|known| words(known) == words(kind)) {
            wrong.push(("response-type", Some(kind.to_owned())));
        }
        let tokens = kind.contains("token");
        if tokens && self.get("nonce").is_none() && kind.contains("id_token") {
            wrong.push(("nonce-missing", None));
        }
        match self.get("response_mode") {
            Some(mode) if !registration::RESPONSE_MODES.contains(&mode) => {
                wrong.push(("response-mode-unknown", Some(mode.to_owned())));
            }
            Some("query") if tokens => wrong.push(("response-mode-insecure", Some("query".to_owned()))),
            Some(mode) if !client.list("response_modes").contains(&mode) => {
                wrong.push(("response-mode", Some(mode.to_owned())));
            }
            _ => {}
        }
        wrong
    }

    fn scopes(&self, client: Registration<'_>) -> Vec<Wrong> {
        let registered = client.list("scopes");
        let requested = self.get("scope").unwrap_or_default().split_whitespace();
        requested.filter(|scope| !registered.contains(scope)).map(|scope| ("scope", Some(scope.to_owned()))).collect()
    }

    fn pkce(&self, client: Registration<'_>, document: &Value) -> Vec<Wrong> {
        let gives_code = self.get("response_type").is_some_and(|kind| kind.contains("code"));
        if self.get("request_uri").is_some() || !gives_code {
            return Vec::new();
        }
        let enforced = provider(document, "enforce_pkce").and_then(Value::as_str).unwrap_or("public_clients_only");
        let demanded = client.is_set("require_pkce")
            || client.text("pkce_challenge_method").is_some()
            || enforced == "always"
            || (client.is_public() && enforced == "public_clients_only");
        if self.get("code_challenge").is_none() {
            return demanded.then_some(("pkce-missing", None)).into_iter().collect();
        }
        let method = self.get("code_challenge_method").unwrap_or("plain");
        let plain = provider(document, "enable_pkce_plain_challenge").and_then(Value::as_bool) == Some(true);
        let fits = match client.text("pkce_challenge_method") {
            Some(demanded) => method == demanded,
            None => method == "S256" || (plain && method == "plain"),
        };
        (!fits).then(|| ("pkce-method", Some(method.to_owned()))).into_iter().collect()
    }
}

/// The name of a cause, and the requested value.
type Wrong = (&'static str, Option<String>);

fn provider<'v>(document: &'v Value, option: &str) -> Option<&'v Value> {
    Pointer::new(["identity_providers", "oidc", option]).get(document)
}

/// The required length of `state` and `nonce`: `minimum_parameter_entropy`, with -1 to turn it off.
fn least_entropy(document: &Value) -> usize {
    let set = provider(document, "minimum_parameter_entropy").and_then(Value::scalar_text);
    match set.and_then(|text| text.parse::<i64>().ok()) {
        None | Some(0) => ENTROPY,
        Some(set) => usize::try_from(set).unwrap_or(0),
    }
}

/// Whether Authelia accepts the URI as the registered one: they are equal, or differ only in the port of a loopback
/// address (RFC 8252, 7.3).
fn matches(registered: &str, requested: &str) -> bool {
    if registered == requested {
        return true;
    }
    let (Ok(mut one), Ok(mut other)) = (Url::parse(registered), Url::parse(requested)) else { return false };
    let loopback = |url: &Url| url.scheme() == "http" && matches!(url.host_str(), Some("127.0.0.1" | "[::1]"));
    loopback(&one) && loopback(&other) && {
        let same = one.set_port(None).is_ok() && other.set_port(None).is_ok();
        same && one == other
    }
}

/// The registered URI most similar to the requested one, and how they differ.
pub fn nearest_uri<'r>(requested: &str, registered: &[&'r str]) -> Option<(&'r str, &'static str)> {
    let likeness = |known: &str| strsim::normalized_levenshtein(&requested.to_lowercase(), &known.to_lowercase());
    let (likeness, near) =
        registered.iter().map(|known| (likeness(known), *known)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (likeness > 0.4).then(|| (near, difference(requested, near)))
}

fn difference(requested: &str, registered: &str) -> &'static str {
    let bare = |text: &str| text.trim_end_matches('/').to_owned();
    if bare(requested) == bare(registered) {
        return "they differ in the slash at the end";
    }
    if requested.eq_ignore_ascii_case(registered) {
        return "they differ in capitals";
    }
    let (Ok(one), Ok(other)) = (Url::parse(requested), Url::parse(registered)) else { return "they are not the same" };
    let same = [
        one.scheme() == other.scheme(),
        one.host_str() == other.host_str(),
        one.port() == other.port(),
        one.path() == other.path(),
        one.query() == other.query(),
    ];
    match same {
        [false, true, true, true, true] => "they differ in the scheme (http, https)",
        [true, false, true, true, true] => "they differ in the host",
        [true, true, false, true, true] => "they differ in the port",
        [true, true, true, false, true] => "they differ in the path",
        [true, true, true, true, false] => "they differ in the query",
        _ => "they differ in several parts",
    }
}
