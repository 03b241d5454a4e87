//! Compares a cause with the registrations, and finds the patch that resolves it.

use super::cause::Cause;
use super::diagnosis::Diagnosis;
use super::fix::Concerned;
use super::registration::{self, Registration, strings};
use crate::document::Value;
use crate::shown;
use crate::shown::{ClientName, Shown};

/// Compares the cause with the registrations in `document` (null if there is none). `party_url` returns the address of
/// a client's relying party, if it is known.
pub fn diagnose<'u>(cause: Cause, document: &Value, party_url: impl Fn(&str) -> Option<&'u str>) -> Diagnosis {
    let candidates = if cause.client.is_none() { candidates(&cause, document) } else { Vec::new() };
    let client = cause.client.clone().or_else(|| match candidates.as_slice() {
        [only] if cause.option.is_some() => Some(only.clone()),
        _ => None,
    });
    let found = client.as_deref().and_then(|id| registration::find(document, id));
    let mut diagnosis = Diagnosis {
        cause,
        client,
        pointer: None,
        registered: None,
        patch: None,
        widens: false,
        instead: None,
        candidates,
        notes: Vec::new(),
    };
    match (&found, diagnosis.cause.option.clone()) {
        (Some((index, registered)), Some(option)) => {
            let pointer = registration::clients_at().child(index.to_string()).child(option.as_str());
            diagnosis.registered = value(*registered, &option);
            let party_url = registered.id().and_then(party_url);
            let concerned = Concerned { option: &option, pointer: &pointer, client: *registered, document, party_url };
            concerned.complete(&mut diagnosis);
            diagnosis.pointer = Some(pointer);
        }
        (Some(_), None) if diagnosis.cause.name == "unknown-client" => {
            diagnosis
                .notes
                .push(Shown::fixed("this file registers it: Authelia runs with another one, so deploy this one"));
        }
        (None, _) => missing(&mut diagnosis, document),
        _ => {}
    }
    diagnosis
}

/// The option as written, or else Authelia's default.
fn value(client: Registration<'_>, option: &str) -> Option<Value> {
    let written = client.0.get(option).filter(|value| **value != Value::Null).cloned();
    written.or_else(|| {
        let list = client.list(option);
        (!list.is_empty()).then(|| strings(&list))
    })
}

/// Adds the advice for a client that is not registered.
fn missing(diagnosis: &mut Diagnosis, document: &Value) {
    let Some(client) = &diagnosis.client else { return };
    let ids: Vec<&str> =
        registration::clients(document).iter().filter_map(|client| Registration(client).id()).collect();
    if ids.is_empty() {
        return;
    }
    let near = ids.iter().map(|id| (strsim::jaro_winkler(client, id), *id)).max_by(|a, b| a.0.total_cmp(&b.0));
    let near = near
        .filter(|(likeness, _)| *likeness > 0.8)
        .map(|(_, id)| shown!(", did you mean `{}`?", ClientName::shown(id)));
    let ids = Shown::join(ids.into_iter().map(ClientName::shown), ", ");
    let what = shown!("this file registers {}{}", ids, near.unwrap_or_default());
    diagnosis.notes.push(what);
}

/// The clients that a line without a client may be about.
fn candidates(cause: &Cause, document: &Value) -> Vec<String> {
    let clients = registration::clients(document).iter().map(Registration);
    let concerned = clients.filter(|client| is_concerned(cause, *client));
    concerned.filter_map(|client| client.id().map(str::to_owned)).collect()
}

fn is_concerned(cause: &Cause, client: Registration<'_>) -> bool {
    let uses = |grant: &str| client.list("grant_types").contains(&grant);
    match (cause.name, cause.option.as_deref(), cause.requested.as_deref()) {
        ("client-secret" | "client-secret-encoding", ..) => client.0.get("client_secret").is_some(),
        // If only one URI is registered, Authelia does not require it in the request.
        ("redirect-uri-missing", ..) => client.written("redirect_uris").len() > 1,
        ("redirect-uri-changed", ..) => {
            uses("authorization_code")
                && cause.clue.as_deref().is_none_or(|uri| client.written("redirect_uris").contains(&uri))
        }
        ("redirect-uri-insecure", ..) => client.written("redirect_uris").iter().any(|uri| uri.starts_with("http://")),
        ("auth-method", Some(option), Some(requested)) => client.auth_method(option) != requested,
        ("configuration", ..) => false,
        ("client-authentication", ..) => true,
        ("grant-type" | "scope" | "response-type" | "response-mode" | "audience", Some(option), Some(requested)) => {
            !client.list(option).contains(&requested)
        }
        (name, ..) if name.starts_with("refresh-token") => uses("refresh_token"),
        (name, ..) if name.starts_with("code-") || name == "pkce-verifier" => uses("authorization_code"),
        ("device-code", ..) => uses("urn:ietf:params:oauth:grant-type:device_code"),
        ("access-token-unknown" | "access-token-expired" | "credentials-malformed" | "credentials-missing", ..) => true,
        // The other causes are about the login request, which comes through the browser.
        _ => !client.written("redirect_uris").is_empty(),
    }
}
