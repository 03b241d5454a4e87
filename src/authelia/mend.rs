//! A cause, held against the registrations: what is registered, and the patch that mends it.

use super::cause::{Cause, Side};
use super::registration::{self, GRANTS, RESPONSE_MODES, RESPONSE_TYPES, Registration, SECRET_METHODS};
use super::request::nearest_uri;
use crate::document::{Edit, Pointer, Value};

/// Options that are lists.
const LISTS: [&str; 7] =
    ["redirect_uris", "scopes", "grant_types", "response_types", "response_modes", "audience", "request_uris"];

/// A cause with what the registrations say of it.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// The cause.
    pub cause: Cause,
    /// The client concerned.
    pub client: Option<String>,
    /// Where its option stands in the document.
    pub pointer: Option<Pointer>,
    /// The option's value, or the one that Authelia puts there where the client says nothing.
    pub registered: Option<Value>,
    /// The edits that mend it on the registration's side.
    pub patch: Option<Vec<Edit>>,
    /// The clients that may be meant, where the line names none.
    pub candidates: Vec<String>,
    /// What the registrations tell beyond that.
    pub notes: Vec<String>,
}

impl Diagnosis {
    /// What to do, in words.
    pub fn advice(&self) -> String {
        let registered = self.registered.as_ref().and_then(Value::as_str);
        self.cause.advice(registered)
    }
}

/// Holds the cause against the registrations in `document` (null where there is none at hand).
pub fn diagnose(cause: Cause, document: &Value) -> Diagnosis {
    let candidates = if cause.client.is_none() { candidates(&cause, document) } else { Vec::new() };
    let client = cause.client.clone().or_else(|| match candidates.as_slice() {
        [only] if cause.option.is_some() => Some(only.clone()),
        _ => None,
    });
    let found = client.as_deref().and_then(|id| registration::find(document, id));
    let mut diagnosis =
        Diagnosis { cause, client, pointer: None, registered: None, patch: None, candidates, notes: Vec::new() };
    match (&found, diagnosis.cause.option.clone()) {
        (Some((index, registered)), Some(option)) => {
            let pointer = registration::clients_at().child(index.to_string()).child(option.as_str());
            diagnosis.registered = value(*registered, &option);
            let concerned = Concerned { option: &option, pointer: &pointer, client: *registered, document };
            concerned.complete(&mut diagnosis);
            diagnosis.pointer = Some(pointer);
        }
        (Some(_), None) if diagnosis.cause.name == "unknown-client" => {
            diagnosis
                .notes
                .push("this file registers it: Authelia runs with another one, so deploy this one".to_owned());
        }
        (None, _) => missing(&mut diagnosis, document),
        _ => {}
    }
    diagnosis
}

/// The option as it is written, else as Authelia fills it in.
fn value(client: Registration<'_>, option: &str) -> Option<Value> {
    let written = client.0.get(option).filter(|value| **value != Value::Null).cloned();
    written.or_else(|| {
        let list = client.list(option);
        (!list.is_empty()).then(|| strings(&list))
    })
}

fn strings(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| Value::string(*item)).collect())
}

/// What to say where the client is not among the registrations.
fn missing(diagnosis: &mut Diagnosis, document: &Value) {
    let Some(client) = &diagnosis.client else { return };
    let ids: Vec<&str> =
        registration::clients(document).iter().filter_map(|client| Registration(client).id()).collect();
    if ids.is_empty() {
        return;
    }
    let near = ids.iter().map(|id| (strsim::jaro_winkler(client, id), *id)).max_by(|a, b| a.0.total_cmp(&b.0));
    let near = near.filter(|(likeness, _)| *likeness > 0.8).map(|(_, id)| format!(", did you mean `{id}`?"));
    let what = format!("this file registers {}{}", ids.join(", "), near.unwrap_or_default());
    diagnosis.notes.push(what);
}

/// The clients that a line without a name may be about.
fn candidates(cause: &Cause, document: &Value) -> Vec<String> {
    let clients = registration::clients(document).iter().map(Registration);
    let concerned = clients.filter(|client| is_concerned(cause, *client));
    concerned.filter_map(|client| client.id().map(str::to_owned)).collect()
}

fn is_concerned(cause: &Cause, client: Registration<'_>) -> bool {
    let uses = |grant: &str| client.list("grant_types").contains(&grant);
    match (cause.name, cause.option.as_deref(), cause.requested.as_deref()) {
        ("client-secret" | "client-secret-encoding", ..) => client.0.get("client_secret").is_some(),
        // With one URI registered Authelia needs none in the request.
        ("redirect-uri-missing", ..) => client.written("redirect_uris").len() > 1,
        ("redirect-uri-changed", ..) => {
            uses("authorization_code")
                && cause.clue.as_deref().is_none_or(|uri| client.written("redirect_uris").contains(&uri))
        }
        ("redirect-uri-insecure", ..) => client.written("redirect_uris").iter().any(|uri| uri.starts_with("http://")),
        ("grant-type" | "scope" | "response-type" | "response-mode" | "audience", Some(option), Some(requested)) => {
            !client.list(option).contains(&requested)
        }
        (name, ..) if name.starts_with("refresh-token") => uses("refresh_token"),
        (name, ..) if name.starts_with("code-") || name == "pkce-verifier" => uses("authorization_code"),
        ("device-code", ..) => uses("urn:ietf:params:oauth:grant-type:device_code"),
        ("access-token-unknown" | "access-token-expired" | "credentials-malformed" | "credentials-missing", ..) => true,
        // The rest is about what is asked for at the login, by way of the browser.
        _ => !client.written("redirect_uris").is_empty(),
    }
}

/// The option of the client that a cause is about.
struct Concerned<'d> {
    option: &'d str,
    pointer: &'d Pointer,
    client: Registration<'d>,
    document: &'d Value,
}

impl Concerned<'_> {
    /// Adds the patch, where one is safe to propose, and what else is to be known.
    fn complete(&self, diagnosis: &mut Diagnosis) {
        let Some(requested) = diagnosis.cause.requested.clone() else { return };
        let registered = self.client.text(self.option);
        let is_list = LISTS.contains(&self.option);
        let holds = if is_list {
            self.client.list(self.option).contains(&requested.as_str())
        } else {
            registered == Some(&requested)
        };
        if holds && diagnosis.cause.side != Side::Application {
            diagnosis
                .notes
                .push("this file has it so already: Authelia runs with another one, so deploy this one".to_owned());
            return;
        }
        if diagnosis.cause.name == "redirect-uri"
            && let Some((near, difference)) = nearest_uri(&requested, &self.client.written("redirect_uris"))
        {
            diagnosis.notes.push(format!("the nearest registered one is `{near}`: {difference}"));
        }
        if diagnosis.cause.name == "scope" && !registration::knows_scope(self.document, &requested) {
            diagnosis.notes.push(format!(
                "`{requested}` is no scope of Authelia, unless it is defined under `identity_providers.oidc.scopes`"
            ));
        }
        diagnosis.patch = self.patch(&diagnosis.cause, &requested);
    }

    fn patch(&self, cause: &Cause, requested: &str) -> Option<Vec<Edit>> {
        if cause.side == Side::Application {
            return None;
        }
        let permitted = match cause.name {
            // A client with a secret cannot be registered without one, nor the other way round.
            "auth-method" => {
                let registered = cause.registered.as_deref() != Some("none") && !self.client.is_public();
                return (registered && SECRET_METHODS.contains(&requested)).then(|| self.set(requested));
            }
            // The stricter method is safe.
            "pkce-method" => return (requested == "S256").then(|| self.set(requested)),
            "redirect-uri" => url::Url::parse(requested).is_ok_and(|uri| uri.fragment().is_none()),
            "scope" => registration::knows_scope(self.document, requested),
            "grant-type" => GRANTS.contains(&requested),
            "response-type" => RESPONSE_TYPES.contains(&requested),
            "response-mode" => RESPONSE_MODES.contains(&requested),
            "audience" | "request-uri" => url::Url::parse(requested).is_ok(),
            _ => false,
        };
        permitted.then(|| {
            let more = (cause.name == "response-type").then(|| self.grant_of(requested)).flatten();
            std::iter::once(self.append(requested)).chain(more).collect()
        })
    }

    fn set(&self, requested: &str) -> Vec<Edit> {
        let path = self.pointer.clone();
        let test = self.client.0.get(self.option).map(|value| Edit::Test { path: path.clone(), value: value.clone() });
        test.into_iter().chain([Edit::Set { path, value: Value::string(requested) }]).collect()
    }

    /// Adds to the list; where the client has none, what Authelia puts there must be written out with it.
    fn append(&self, requested: &str) -> Edit {
        let path = self.pointer.clone();
        if !self.client.written(self.option).is_empty() {
            return Edit::Append { path, value: Value::string(requested) };
        }
        let mut items = self.client.list(self.option);
        items.push(requested);
        Edit::Set { path, value: strings(&items) }
    }

    /// The grant that a response type needs, where the client writes its grants out and does not have it.
    fn grant_of(&self, response_type: &str) -> Option<Edit> {
        let grant = if response_type.contains("token") { "implicit" } else { "authorization_code" };
        let written = self.client.written("grant_types");
        let path = self.pointer.parent()?.child("grant_types");
        (!written.is_empty() && !written.contains(&grant)).then(|| Edit::Append { path, value: Value::string(grant) })
    }
}
