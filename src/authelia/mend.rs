//! A cause, held against the registrations: what is registered, and the patch that mends it.

use super::cause::{Cause, Side};
use crate::document::{Edit, Pointer, Value};

/// A cause with what the registrations say of it.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// The cause.
    pub cause: Cause,
    /// The client concerned.
    pub client: Option<String>,
    /// Where its option stands in the document.
    pub pointer: Option<Pointer>,
    /// The option's value.
    pub registered: Option<Value>,
    /// The edits that mend it on the registration's side.
    pub patch: Option<Vec<Edit>>,
    /// The clients that may be meant, where the line names none.
    pub candidates: Vec<String>,
}

/// Holds the cause against the registrations in `document` (null where there is none at hand).
pub fn diagnose(cause: Cause, document: &Value) -> Diagnosis {
    let list = Pointer::new(["identity_providers", "oidc", "clients"]);
    let clients = list.get(document).and_then(Value::as_list).unwrap_or_default();
    let ids = clients.iter().map(|client| client.get("client_id").and_then(Value::as_str));
    let ids: Vec<Option<&str>> = ids.collect();
    let candidates = if cause.client.is_none() { candidates(&cause, clients) } else { Vec::new() };
    let client = cause.client.clone().or_else(|| match candidates.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    });
    let index = client.as_deref().and_then(|client| ids.iter().position(|id| *id == Some(client)));
    let pointer = index.zip(cause.option.as_ref()).map(|(index, option)| list.child(index.to_string()).child(option));
    let registered = pointer.as_ref().and_then(|pointer| pointer.get(document)).cloned();
    let patch = pointer.as_ref().and_then(|pointer| mend(&cause, pointer, registered.as_ref()));
    Diagnosis { cause, client, pointer, registered, patch, candidates }
}

/// The clients that a line without a name may be about.
fn candidates(cause: &Cause, clients: &[Value]) -> Vec<String> {
    let list = |client: &Value, option: &str| -> Vec<String> {
        let items = client.get(option).and_then(Value::as_list).unwrap_or_default();
        items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let concerned = |client: &&Value| match (cause.name, cause.option.as_deref(), &cause.requested) {
        ("client-secret", ..) => client.get("client_secret").is_some(),
        // With one URI registered Authelia needs none in the request.
        ("redirect-uri-missing", ..) => list(client, "redirect_uris").len() > 1,
        ("grant-type" | "scope" | "response-type", Some(option), Some(requested)) => {
            !list(client, option).contains(requested)
        }
        _ => false,
    };
    let id = |client: &Value| client.get("client_id").and_then(Value::as_str).map(str::to_owned);
    clients.iter().filter(concerned).filter_map(id).collect()
}

/// The edits on the registration's side, where they are safe to propose.
fn mend(cause: &Cause, pointer: &Pointer, registered: Option<&Value>) -> Option<Vec<Edit>> {
    let requested = cause.requested.as_deref().map(Value::string)?;
    let path = pointer.clone();
    if cause.side == Side::Application {
        return None;
    }
    match cause.name {
        // A client with a secret cannot be registered without one, nor the other way round.
        "auth-method" if cause.requested.as_deref() == Some("none") || cause.registered.as_deref() == Some("none") => {
            None
        }
        "auth-method" => {
            let test = registered.map(|value| Edit::Test { path: path.clone(), value: value.clone() });
            Some(test.into_iter().chain([Edit::Set { path, value: requested }]).collect())
        }
        "redirect-uri" | "scope" | "grant-type" | "response-type" | "response-mode" => {
            Some(vec![Edit::Append { path, value: requested }])
        }
        "pkce-method" => Some(vec![Edit::Set { path, value: requested }]),
        _ => None,
    }
}
