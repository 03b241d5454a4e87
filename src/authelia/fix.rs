//! The patch that fixes the registration, if it is safe to propose one.
//!
//! Every word of a log line may come from an anonymous request. So a patch is proposed only for values that the owner
//! has already vouched for, and one that makes Authelia accept more is marked, so that it is applied only by name.

use super::address::{self, Address};
use super::cause::{Cause, FaultySide};
use super::diagnosis::Diagnosis;
use super::registration::{self, GRANTS, RESPONSE_MODES, RESPONSE_TYPES, Registration, SECRET_METHODS};
use super::request::nearest_uri;
use crate::document::{Edit, Pointer, Value};
use crate::shown;
use crate::shown::{LogText, Shown};

const LISTS: [&str; 7] =
    ["redirect_uris", "scopes", "grant_types", "response_types", "response_modes", "audience", "request_uris"];

const AUTH_METHODS: [&str; 4] = [
    "token_endpoint_auth_method",
    "revocation_endpoint_auth_method",
    "introspection_endpoint_auth_method",
    "pushed_authorization_request_endpoint_auth_method",
];

/// The option of the client that a cause is about.
pub(super) struct Concerned<'d> {
    pub(super) option: &'d str,
    pub(super) pointer: &'d Pointer,
    pub(super) client: Registration<'d>,
    pub(super) document: &'d Value,
    /// The `url` of the client's relying party.
    pub(super) party_url: Option<&'d str>,
}

impl Concerned<'_> {
    /// Adds the patch, if it is safe to propose one, and remarks.
    pub(super) fn complete(&self, diagnosis: &mut Diagnosis) {
        let Some(requested) = diagnosis.cause.requested.clone() else { return };
        let registered = self.client.text(self.option);
        let is_list = LISTS.contains(&self.option);
        let holds = if is_list {
            self.client.list(self.option).contains(&requested.as_str())
        } else {
            registered == Some(&requested)
        };
        if holds && diagnosis.cause.side != FaultySide::Application {
            diagnosis
                .notes
                .push(Shown::fixed("this file has it so already: Authelia runs with another one, so deploy this one"));
            diagnosis.instead = Some("nothing in this file, since what the line asks for is registered");
            return;
        }
        if ["redirect-uri", "request-uri"].contains(&diagnosis.cause.name) && !self.vouches_for(&requested, diagnosis) {
            return;
        }
        if diagnosis.cause.name == "scope" && !registration::knows_scope(self.document, &requested) {
            diagnosis.notes.push(shown!(
                "Authelia does not know the scope `{}`, unless it is defined under `identity_providers.oidc.scopes`",
                LogText::shown(&requested)
            ));
        }
        diagnosis.patch = self.patch(&diagnosis.cause, &requested);
        diagnosis.widens = is_list && diagnosis.cause.name != "redirect-uri" && diagnosis.patch.is_some();
    }

    /// Whether the owner has already written down an address with this scheme, host, and port; adds a remark if not.
    fn vouches_for(&self, requested: &str, diagnosis: &mut Diagnosis) -> bool {
        match address::of(requested, self.client, self.party_url) {
            Address::Known => {
                if let Some((near, difference)) = nearest_uri(requested, &self.client.written("redirect_uris")) {
                    diagnosis.notes.push(shown!(
                        "the nearest registered one is `{}`: {}",
                        shown::Address::shown(near),
                        difference
                    ));
                }
                return true;
            }
            Address::Downgrade => {
                diagnosis.instead = Some(
                    "configure the application to use `https` (often its own base URL, or what a proxy in front of it reports as the scheme); registering `http` would send logins in plain text",
                );
            }
            Address::Unknown | Address::Malformed => {
                diagnosis.instead = Some(
                    "nothing, if you do not know this address: anyone can open a login with any address, and this may be a probe; if it is your application's, correct its base URL, or set its `url` under [[relying-party]] in agepatch.toml",
                );
                diagnosis.notes.push(Shown::fixed(
                    "the host is unknown: no registered address of this client has this scheme, host, and port, so no patch is offered",
                ));
            }
        }
        false
    }

    fn patch(&self, cause: &Cause, requested: &str) -> Option<Vec<Edit>> {
        if cause.side == FaultySide::Application {
            return None;
        }
        let permitted = match cause.name {
            // Switch only between the methods that send the same secret, since the line may lie about the registered
            // one.
            "auth-method" => {
                let current = self.client.auth_method(self.option);
                let interchangeable = AUTH_METHODS.contains(&self.option)
                    && !self.client.is_public()
                    && [current, requested].iter().all(|method| SECRET_METHODS.contains(method));
                return interchangeable.then(|| self.set(requested));
            }
            // The stricter method is safe.
            "pkce-method" => {
                return (requested == "S256" && self.option == "pkce_challenge_method").then(|| self.set(requested));
            }
            // Its address was compared above.
            "redirect-uri" | "request-uri" => true,
            "scope" => registration::knows_scope(self.document, requested),
            "grant-type" => GRANTS.contains(&requested),
            "response-type" => RESPONSE_TYPES.contains(&requested),
            "response-mode" => RESPONSE_MODES.contains(&requested),
            "audience" => url::Url::parse(requested).is_ok(),
            _ => false,
        };
        (permitted && LISTS.contains(&self.option)).then(|| {
            let more = (cause.name == "response-type").then(|| self.grant_of(requested)).flatten();
            std::iter::once(self.append(requested)).chain(more).collect()
        })
    }

    fn set(&self, requested: &str) -> Vec<Edit> {
        let path = self.pointer.clone();
        let test = self.client.0.get(self.option).map(|value| Edit::Test { path: path.clone(), value: value.clone() });
        test.into_iter().chain([Edit::Set { path, value: Value::string(requested) }]).collect()
    }

    /// Appends to the list; if the client does not set it, Authelia's defaults must be written out as well.
    fn append(&self, requested: &str) -> Edit {
        let path = self.pointer.clone();
        if !self.client.written(self.option).is_empty() {
            return Edit::Append { path, value: Value::string(requested) };
        }
        let mut items = self.client.list(self.option);
        items.push(requested);
        Edit::Set { path, value: registration::strings(&items) }
    }

    /// The grant that a response type needs, if the client sets its grants without it.
    fn grant_of(&self, response_type: &str) -> Option<Edit> {
        let grant = if response_type.contains("token") { "implicit" } else { "authorization_code" };
        let written = self.client.written("grant_types");
        let path = self.pointer.parent()?.child("grant_types");
        (!written.is_empty() && !written.contains(&grant)).then(|| Edit::Append { path, value: Value::string(grant) })
    }
}
