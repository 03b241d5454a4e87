//! Compares the settings of a relying party in agepatch.toml with its registration.

use super::Registration;
use super::request::nearest_uri;
use crate::shown;
use crate::shown::{Address, ClientName, Setting, Shown};

/// The settings of a relying party.
#[derive(Debug, Clone, Default)]
pub struct Contract {
    /// The `client_id`.
    pub client: String,
    /// The URL of the application.
    pub url: Option<String>,
    /// The paths below `url` that Authelia redirects to.
    pub redirect_paths: Vec<String>,
    /// How the application authenticates at the token endpoint.
    pub auth_method: Option<String>,
    pub secret: SecretHalf,
}

/// The application's secret, compared with the digest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SecretHalf {
    /// agepatch.toml does not contain its place.
    #[default]
    Unknown,
    Fits,
    /// It matches, with a remark.
    FitsWith(Shown),
    /// It does not match, with the reason.
    Differs(Shown),
    /// It could not be read or compared, with the reason.
    Unread(Shown),
}

/// A disagreement between the two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The option.
    pub option: &'static str,
    /// The problem.
    pub message: Shown,
    /// What to do.
    pub advice: Shown,
}

impl Contract {
    /// The redirect URIs that the application uses.
    pub fn redirect_uris(&self) -> Vec<String> {
        let Some(url) = self.url.as_deref() else { return Vec::new() };
        let url = url.trim_end_matches('/');
        self.redirect_paths.iter().map(|path| format!("{url}/{}", path.trim_start_matches('/'))).collect()
    }

    /// The disagreements about addresses and methods.
    pub fn disagreements(&self, client: Registration<'_>) -> Vec<Disagreement> {
        let mut found = self.uris(client);
        found.extend(self.method(client));
        found
    }

    fn uris(&self, client: Registration<'_>) -> Vec<Disagreement> {
        let registered = client.written("redirect_uris");
        let missing = |uri: &String| {
            let near = nearest_uri(uri, &registered);
            let near =
                near.map(|(near, difference)| shown!("; the nearest is `{}`: {}", Address::shown(near), difference));
            let (client, near) = (ClientName::shown(&self.client), near.unwrap_or_default());
            let uri = Address::shown(uri);
            Disagreement {
                option: "redirect_uris",
                message: shown!("the application is sent back to `{}`, which is not registered{}", uri, near),
                advice: shown!(
                    "`agepatch client set {} redirect_uris+={}`, or correct `url` and `redirect_paths` in agepatch.toml",
                    client,
                    uri
                ),
            }
        };
        let uris = self.redirect_uris();
        let mut found: Vec<Disagreement> =
            uris.iter().filter(|uri| !registered.contains(&uri.as_str())).map(missing).collect();
        if let Some(url) = self.url.as_deref().filter(|_| uris.is_empty())
            && !registered.iter().any(|uri| is_below(uri, url))
        {
            found.push(Disagreement {
                option: "redirect_uris",
                message: shown!(
                    "the application is at `{}`, and none of the registered addresses is below it",
                    Address::shown(url)
                ),
                advice: Shown::fixed("correct the addresses, or `url` in agepatch.toml"),
            });
        }
        found
    }

    fn method(&self, client: Registration<'_>) -> Option<Disagreement> {
        let registered = client.auth_method("token_endpoint_auth_method");
        let used = self.auth_method.as_deref().filter(|used| *used != registered)?;
        let (used, registered) = (Setting::shown(used), Setting::shown(registered));
        Some(Disagreement {
            option: "token_endpoint_auth_method",
            message: shown!("the application authenticates by `{}`, and `{}` is registered", used, registered),
            advice: shown!(
                "`agepatch client set {} token_endpoint_auth_method={}`, or set the application to `{}`",
                ClientName::shown(&self.client),
                used,
                registered
            ),
        })
    }
}

/// Whether `uri` is `url`, or continues it after a slash or a query.
fn is_below(uri: &str, url: &str) -> bool {
    uri.strip_prefix(url.trim_end_matches('/')).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};

    #[test]
    fn addresses_and_method_are_compared() {
        let text = "redirect_uris: ['https://a.example.com/cb', 'https://a.example.com/base/x']\n";
        let document = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
        let client = Registration(document.value());
        let disagreements = |url: &str, paths: &[&str], method: &str| {
            let contract = Contract {
                client: "a".to_owned(),
                url: (!url.is_empty()).then(|| url.to_owned()),
                redirect_paths: paths.iter().map(|path| (*path).to_owned()).collect(),
                auth_method: Some(method.to_owned()),
                secret: SecretHalf::Unknown,
            };
            contract.disagreements(client).into_iter().map(|one| one.option).collect::<Vec<_>>()
        };
        assert_eq!(disagreements("https://a.example.com/", &["/cb", "base/x"], "client_secret_basic"), [""; 0]);
        assert_eq!(disagreements("https://a.example.com", &["/cb/"], "client_secret_basic"), ["redirect_uris"]);
        assert_eq!(disagreements("https://a.example.com", &[], "client_secret_post"), ["token_endpoint_auth_method"]);
        assert_eq!(disagreements("https://a.example.co", &[], "client_secret_basic"), ["redirect_uris"]);
        assert_eq!(disagreements("", &["/cb"], "client_secret_basic"), [""; 0]);
    }
}
