//! Compares a registered client with Authelia's documentation of its application.

use super::Registration;
use super::application::{self, Application};

/// An option in which a client differs from the documentation in a way that can break the login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The option.
    pub option: &'static str,
    /// The documented value.
    pub documented: String,
    /// The registered value.
    pub registered: String,
}

/// The application of a client, and their differences. If the documentation has several registrations for it, the
/// closest one is used.
pub fn compare(client: Registration<'_>) -> Option<(&'static Application, Vec<Difference>)> {
    let likely = application::likely(client.id()?, client.text("client_name"))?;
    let variants = application::all().iter().filter(|other| other.title == likely.title);
    variants.map(|variant| (variant, variant.differences(client))).min_by_key(|(_, found)| found.len())
}

impl Application {
    pub fn differences(&self, client: Registration<'_>) -> Vec<Difference> {
        let mut found: Vec<Difference> = self.authentication(client).into_iter().collect();
        found.extend(self.lists(client));
        found.extend(self.redirects(client));
        found.extend(self.pkce(client));
        let alg = client.text("userinfo_signed_response_alg").unwrap_or("none");
        if let Some(documented) = self.userinfo_signed_response_alg.as_deref().filter(|documented| *documented != alg) {
            found.push(difference("userinfo_signed_response_alg", documented, alg));
        }
        if let Some(policy) = self.claims_policy().filter(|_| client.text("claims_policy").is_none()) {
            found.push(difference("claims_policy", policy, "none"));
        }
        found
    }

    fn authentication(&self, client: Registration<'_>) -> Option<Difference> {
        let kind = |public: bool| if public { "true" } else { "false" };
        if self.is_public() != client.is_public() {
            return Some(difference("public", kind(self.is_public()), kind(client.is_public())));
        }
        let registered = client.auth_method("token_endpoint_auth_method");
        let documented = self.auth_method().filter(|documented| *documented != registered)?;
        Some(difference("token_endpoint_auth_method", documented, registered))
    }

    /// Scopes and grants that the application needs but may not use.
    fn lists(&self, client: Registration<'_>) -> impl Iterator<Item = Difference> {
        let none = Vec::new();
        let needed = [
            ("scopes", self.scopes()),
            ("response_types", self.response_types.as_ref().unwrap_or(&none).as_slice()),
            ("grant_types", self.grant_types.as_ref().unwrap_or(&none).as_slice()),
        ];
        let missing = needed.map(|(option, needed)| {
            let registered = client.list(option);
            let missing: Vec<&str> =
                needed.iter().map(String::as_str).filter(|one| !registered.contains(one)).collect();
            (!missing.is_empty()).then(|| difference(option, &missing.join(", "), &registered.join(", ")))
        });
        missing.into_iter().flatten()
    }

    /// The missing redirect URIs, compared by path, since hosts are the user's own.
    fn redirects(&self, client: Registration<'_>) -> Option<Difference> {
        let registered = client.written("redirect_uris");
        // A placeholder for the address that no registered address starts with.
        let expected = self.redirect_uris("");
        let known =
            |expected: &String| expected.contains('<') || registered.iter().any(|uri| uri.ends_with(expected.as_str()));
        let missing: Vec<&str> = expected.iter().filter(|uri| !known(uri)).map(String::as_str).collect();
        (!missing.is_empty()).then(|| difference("redirect_uris", &missing.join(", "), &registered.join(", ")))
    }

    fn pkce(&self, client: Registration<'_>) -> Option<Difference> {
        // Authelia requires it of public clients anyway.
        if client.is_public() {
            return None;
        }
        let demanded = client.is_set("require_pkce") || client.text("pkce_challenge_method").is_some();
        let documented = self.require_pkce.filter(|documented| *documented != demanded)?;
        let text = |pkce: bool| if pkce { "true" } else { "false" };
        Some(difference("require_pkce", text(documented), text(demanded)))
    }
}

fn difference(option: &'static str, documented: &str, registered: &str) -> Difference {
    Difference { option, documented: documented.to_owned(), registered: registered.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};

    #[test]
    fn a_registration_from_a_profile_does_not_differ_from_it() {
        for application in application::all() {
            let url = "https://app.home.arpa";
            let mut entry =
                application.registration(&application.client_id, url, &application.redirect_uris(url), "one_factor");
            if let Some(policy) = application.claims_policy() {
                entry.insert(crate::document::MapKey::string("claims_policy"), crate::document::Value::string(policy));
            }
            let entry = crate::document::Value::Map(entry);
            assert_eq!(application.differences(Registration(&entry)), [], "{}", application.slug);
        }
    }

    #[test]
    fn differences_name_the_option() {
        let text = "client_id: photos
client_name: Immich
redirect_uris: ['https://photos.home.arpa/auth/login', 'app.immich:///oauth-callback']
scopes: [openid, profile]
require_pkce: false
userinfo_signed_response_alg: RS256
token_endpoint_auth_method: client_secret_post
";
        let document = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
        let (application, found) = compare(Registration(document.value())).expect("it is known");
        assert_eq!(application.slug, "immich");
        let differences: Vec<_> = found.iter().map(|one| (one.option, one.documented.as_str())).collect();
        assert_eq!(
            differences,
            [
                ("token_endpoint_auth_method", "client_secret_basic"),
                ("scopes", "email"),
                ("redirect_uris", "/user-settings"),
                ("require_pkce", "true"),
                ("userinfo_signed_response_alg", "none"),
            ]
        );
    }
}
