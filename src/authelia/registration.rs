//! A client's registration as Authelia understands it, with its defaults for missing options.

use crate::document::{Pointer, Value};

/// The common methods by which a client authenticates with a secret.
pub const SECRET_METHODS: [&str; 2] = ["client_secret_basic", "client_secret_post"];

/// The scopes that Authelia defines.
pub const SCOPES: [&str; 9] =
    ["openid", "email", "profile", "address", "phone", "groups", "offline_access", "offline", "authelia.bearer.authz"];

/// The grants and response types that a client may have.
pub(super) const GRANTS: [&str; 3] =
    ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"];
pub(super) const RESPONSE_TYPES: [&str; 7] =
    ["code", "id_token", "token", "id_token token", "code id_token", "code token", "code id_token token"];
pub const RESPONSE_MODES: [&str; 7] =
    ["form_post", "query", "fragment", "jwt", "form_post.jwt", "query.jwt", "fragment.jwt"];

/// The place of the clients.
pub fn clients_at() -> Pointer {
    Pointer::new(["identity_providers", "oidc", "clients"])
}

/// The clients of a document.
pub fn clients(document: &Value) -> &[Value] {
    clients_at().get(document).and_then(Value::as_list).unwrap_or_default()
}

/// The client with this id, and its position; the first if there are several.
pub(super) fn find<'v>(document: &'v Value, id: &str) -> Option<(usize, Registration<'v>)> {
    let all = clients(document).iter().map(Registration).enumerate();
    all.into_iter().find(|(_, client)| client.id() == Some(id))
}

/// Whether Authelia knows the scope: one of its own, or one that the document defines.
pub(super) fn knows_scope(document: &Value, scope: &str) -> bool {
    let defined = Pointer::new(["identity_providers", "oidc", "scopes"]).get(document).and_then(Value::as_map);
    SCOPES.contains(&scope) || defined.is_some_and(|defined| defined.get(scope).is_some())
}

/// A client of the document.
#[derive(Debug, Clone, Copy)]
pub struct Registration<'v>(pub &'v Value);

impl<'v> Registration<'v> {
    /// Its `client_id`.
    pub fn id(self) -> Option<&'v str> {
        self.text("client_id")
    }

    /// An option with one text.
    pub fn text(self, option: &str) -> Option<&'v str> {
        self.0.get(option).and_then(Value::as_str)
    }

    /// Whether it is a public client, without a secret.
    pub fn is_public(self) -> bool {
        self.0.get("public").and_then(Value::as_bool) == Some(true)
    }

    /// Whether a boolean is set to true.
    pub fn is_set(self, option: &str) -> bool {
        self.0.get(option).and_then(Value::as_bool) == Some(true)
    }

    /// How it authenticates at an endpoint (`token_endpoint_auth_method`, …), or else Authelia's default.
    pub fn auth_method(self, option: &str) -> &'v str {
        let default = if self.is_public() { "none" } else { "client_secret_basic" };
        self.text(option).unwrap_or(default)
    }

    /// The items of a list, as written; Authelia also reads a single text as a list.
    pub fn written(self, option: &str) -> Vec<&'v str> {
        match self.0.get(option) {
            Some(Value::List(items)) => items.iter().filter_map(Value::as_str).collect(),
            Some(only) => only.as_str().into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The items of a list, or Authelia's default.
    pub fn list(self, option: &str) -> Vec<&'v str> {
        let written = self.written(option);
        if written.is_empty() { self.default_of(option) } else { written }
    }

    fn default_of(self, option: &str) -> Vec<&'static str> {
        let kinds = || self.list("response_types");
        let through_browser = |kind: &&str| kind.contains("token");
        let has_code = |kind: &&str| kind.contains("code");
        match option {
            "scopes" if !self.written("grant_types").contains(&"client_credentials") => {
                vec!["openid", "groups", "profile", "email"]
            }
            "response_types" => vec!["code"],
            "grant_types" => {
                let code = kinds().iter().any(has_code).then_some("authorization_code");
                code.into_iter().chain(kinds().iter().any(through_browser).then_some("implicit")).collect()
            }
            "response_modes" => {
                let query = kinds().contains(&"code").then_some("query");
                let fragment = kinds().iter().any(through_browser).then_some("fragment");
                ["form_post"].into_iter().chain(query).chain(fragment).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A list of strings.
pub(super) fn strings(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| Value::string(*item)).collect())
}
