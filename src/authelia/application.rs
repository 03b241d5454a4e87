//! Applications whose registration is given in Authelia's documentation, and how to register them for one's own
//! address.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde::Deserialize;

use crate::document::{Map, MapKey, Pointer, Value};

/// The documented client of an application.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The name of the profile.
    pub slug: String,
    /// The application's name.
    pub title: String,
    /// The `client_id` in the documentation.
    pub client_id: String,
    root_url: Option<String>,
    secret: RegisteredSecret,
    public: Option<bool>,
    pub(super) require_pkce: Option<bool>,
    pkce_challenge_method: Option<String>,
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    scopes: Vec<String>,
    pub(super) response_types: Option<Vec<String>>,
    pub(super) grant_types: Option<Vec<String>>,
    response_modes: Option<Vec<String>>,
    audience: Option<Vec<String>>,
    requested_audience_mode: Option<String>,
    require_pushed_authorization_requests: Option<bool>,
    request_object_signing_alg: Option<String>,
    access_token_signed_response_alg: Option<String>,
    pub(super) userinfo_signed_response_alg: Option<String>,
    token_endpoint_auth_method: Option<String>,
    claims_policy: Option<String>,
    lifespan: Option<String>,
    #[serde(rename = "sector_identifier_uri")]
    _sector_identifier_uri: Option<String>,
    also: Option<serde_json::Value>,
    /// User attributes required by its claims policy, with their expressions.
    #[serde(default)]
    user_attributes: BTreeMap<String, String>,
    /// The custom lifespan of its client.
    lifespans: Option<serde_json::Value>,
    /// Claims that it reads from the ID token, which Authelia 4.39 no longer includes by default.
    #[serde(default)]
    id_token_claims: Vec<String>,
    /// The secret that is built into the application.
    fixed_secret: Option<String>,
}

/// The kind of value in `client_secret`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegisteredSecret {
    Digest,
    /// The secret itself, since the method needs it (`$plaintext$…`).
    Plaintext,
    /// None, since the client is public.
    None,
}

/// Every application, by the name of its profile.
pub fn all() -> &'static [Application] {
    static ALL: OnceLock<Vec<Application>> = OnceLock::new();
    ALL.get_or_init(|| serde_json::from_str(include_str!("../../data/applications.json")).unwrap_or_default())
}

/// The application of this profile.
pub fn find(slug: &str) -> Option<&'static Application> {
    all().iter().find(|application| application.slug == slug)
}

/// The profile that a registered client probably uses, by its id or name.
pub fn likely(client_id: &str, client_name: Option<&str>) -> Option<&'static Application> {
    static NAMED: OnceLock<Named> = OnceLock::new();
    let named = NAMED.get_or_init(Named::new);
    let by_id = named.ids.get(&client_id.to_ascii_lowercase());
    let by_title = client_name.and_then(|name| named.titles.get(&name.to_ascii_lowercase()));
    all().get(*by_id.into_iter().chain(by_title).min()?)
}

/// The positions of the applications, by their names in lower case; of those with the same name, the first one's.
struct Named {
    /// By the names of their profiles, and the ids of their clients.
    ids: HashMap<String, usize>,
    titles: HashMap<String, usize>,
}

impl Named {
    fn new() -> Self {
        let mut named = Self { ids: HashMap::new(), titles: HashMap::new() };
        // Several profiles of one application differ in a number that is not part of any client's id.
        let is_numbered = |slug: &str| slug.rsplit_once('-').is_some_and(|(_, last)| last.parse::<u8>().is_ok());
        for (at, application) in all().iter().enumerate().filter(|(_, application)| !is_numbered(&application.slug)) {
            for id in [&application.slug, &application.client_id] {
                named.ids.entry(id.to_ascii_lowercase()).or_insert(at);
            }
            named.titles.entry(application.title.to_ascii_lowercase()).or_insert(at);
        }
        named
    }
}

/// The profiles closest to a misspelled name.
pub fn nearest(slug: &str) -> Vec<&'static str> {
    let mut rated: Vec<(f64, &str)> =
        all().iter().map(|found| (strsim::jaro_winkler(slug, &found.slug), found.slug.as_str())).collect();
    rated.sort_by(|left, right| right.0.total_cmp(&left.0));
    rated.into_iter().take_while(|(likeness, _)| *likeness > 0.75).take(3).map(|(_, slug)| slug).collect()
}

impl Application {
    /// The kind of value in `client_secret`; `None` only for a public client.
    pub fn registered_secret(&self) -> RegisteredSecret {
        match self.secret {
            RegisteredSecret::None if !self.is_public() => RegisteredSecret::Digest,
            registered_secret if !self.is_public() => registered_secret,
            _ => RegisteredSecret::None,
        }
    }

    /// Whether the client is public.
    pub fn is_public(&self) -> bool {
        self.public.unwrap_or(self.secret == RegisteredSecret::None)
    }

    /// The auth method at the token endpoint; a public client has none, whatever the documentation lists.
    pub fn auth_method(&self) -> Option<&str> {
        let method = self.token_endpoint_auth_method.as_deref();
        if self.is_public() && method.is_some() { Some("none") } else { method }
    }

    /// Whether the application logs in by itself, without a second factor.
    pub fn is_its_own_user(&self) -> bool {
        self.grant_types.as_ref().is_some_and(|grants| grants.iter().any(|grant| grant == "client_credentials"))
    }

    /// The scopes that it requests.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// The redirect URIs with `url`, the application's real address, instead of the documented one. URIs that only the
    /// application knows are left out.
    pub fn redirect_uris(&self, url: &str) -> Vec<String> {
        self.redirect_uris.iter().filter_map(|uri| self.placed(uri, url)).collect()
    }

    /// Whether the application generates some of its redirect URIs.
    pub fn names_its_own_uris(&self) -> bool {
        self.redirect_uris.iter().any(|uri| uri.trim().is_empty() || uri.contains('<'))
    }

    fn placed(&self, uri: &str, url: &str) -> Option<String> {
        let url = url.trim_end_matches('/');
        if uri.trim().is_empty() || uri.starts_with('<') {
            return None;
        }
        if let Some(rest) = self.root_url.as_deref().and_then(|root| uri.strip_prefix(root.trim_end_matches('/'))) {
            return Some(format!("{url}{rest}"));
        }
        // Another host of the documentation than the application's address; a custom scheme has none.
        let Some((scheme, rest)) = uri.split_once("://") else { return Some(uri.to_owned()) };
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        if scheme.starts_with("http") && host.ends_with("example.com") {
            return Some(format!("{url}{}", &rest[host.len()..]));
        }
        Some(uri.to_owned())
    }

    /// The registration of an application at `url`, without its secret and without what needs a definition elsewhere.
    /// `redirect_uris` replaces the documented ones.
    pub fn registration(&self, client_id: &str, url: &str, redirect_uris: &[String], policy: &str) -> Map {
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| drop(map.insert(MapKey::string(key), value));
        let text = |text: &str| Value::string(text);
        let list = |items: &[String]| Value::List(items.iter().map(|item| Value::string(item.as_str())).collect());
        put("client_id", text(client_id));
        put("client_name", text(&self.title));
        if self.is_public() {
            put("public", Value::Bool(true));
        }
        put("authorization_policy", text(policy));
        if self.require_pkce == Some(true) {
            put("require_pkce", Value::Bool(true));
        }
        let mut word = |key: &str, value: &Option<String>| {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                put(key, text(value));
            }
        };
        word("pkce_challenge_method", &self.pkce_challenge_method);
        put("redirect_uris", list(redirect_uris));
        let audience: Option<Vec<String>> =
            self.audience.as_ref().map(|items| items.iter().filter_map(|uri| self.placed(uri, url)).collect());
        let mut words = |key: &str, value: &Option<Vec<String>>| {
            if let Some(value) = value.as_ref().filter(|value| !value.is_empty()) {
                put(key, list(value));
            }
        };
        words("audience", &audience);
        words("scopes", &Some(self.scopes.clone()));
        words("response_types", &self.response_types);
        words("grant_types", &self.grant_types);
        words("response_modes", &self.response_modes);
        if self.require_pushed_authorization_requests == Some(true) {
            put("require_pushed_authorization_requests", Value::Bool(true));
        }
        let mut word = |key: &str, value: &Option<String>| {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                put(key, text(value));
            }
        };
        word("requested_audience_mode", &self.requested_audience_mode);
        word("request_object_signing_alg", &self.request_object_signing_alg);
        word("access_token_signed_response_alg", &self.access_token_signed_response_alg);
        word("userinfo_signed_response_alg", &self.userinfo_signed_response_alg);
        word("token_endpoint_auth_method", &self.auth_method().map(str::to_owned));
        map
    }

    /// The claims policy of its client.
    pub fn claims_policy(&self) -> Option<&str> {
        self.claims_policy.as_deref()
    }

    /// The custom lifespan of its client.
    pub fn lifespan(&self) -> Option<&str> {
        self.lifespan.as_deref()
    }

    /// Claims that it reads from the ID token, which Authelia 4.39 no longer includes by default.
    pub fn id_token_claims(&self) -> &[String] {
        &self.id_token_claims
    }

    /// The publicly known secret that is built into the application.
    pub fn fixed_secret(&self) -> Option<&str> {
        self.fixed_secret.as_deref()
    }

    /// Everything that its client needs elsewhere in the configuration, with the place: claims policies, scopes,
    /// lifespans, and user attributes.
    pub fn definitions(&self) -> Vec<(Pointer, Value)> {
        let entries = |value: &serde_json::Value| value.as_object().cloned().unwrap_or_default();
        let oidc = Pointer::new(["identity_providers", "oidc"]);
        let mut found = Vec::new();
        for (name, expression) in &self.user_attributes {
            let at = Pointer::new(["definitions", "user_attributes", name.as_str(), "expression"]);
            found.push((at, Value::string(expression.as_str())));
        }
        for (table, values) in self.also.as_ref().map(entries).unwrap_or_default() {
            for (name, value) in entries(&values) {
                found.push((oidc.child(table.as_str()).child(name), from_json(&value)));
            }
        }
        for (name, value) in self.lifespans.as_ref().map(entries).unwrap_or_default() {
            found.push((oidc.child("lifespans").child("custom").child(name), from_json(&value)));
        }
        found
    }
}

fn from_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(truth) => Value::Bool(*truth),
        serde_json::Value::Number(number) => Value::Number(crate::document::Number::new(number.to_string())),
        serde_json::Value::String(text) => Value::string(text.as_str()),
        serde_json::Value::Array(items) => Value::List(items.iter().map(from_json).collect()),
        serde_json::Value::Object(map) => {
            Value::Map(map.iter().map(|(key, value)| (MapKey::string(key.as_str()), from_json(value))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_application_is_read() {
        assert!(all().len() > 140);
        let immich = find("immich").expect("Immich");
        let uris = immich.redirect_uris("https://photos.home.arpa/");
        assert_eq!(
            uris,
            [
                "https://photos.home.arpa/auth/login",
                "https://photos.home.arpa/user-settings",
                "app.immich:///oauth-callback"
            ]
        );
        assert_eq!(nearest("imich").first(), Some(&"immich"));
        assert_eq!(likely("photos", Some("immich")).map(|found| found.slug.as_str()), Some("immich"));
    }
}
