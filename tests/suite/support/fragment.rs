//! A file with one OIDC client, to test the editing commands on.

use serde_json::Value as Json;

use crate::sandbox::Sandbox;

pub(crate) const FILE: &str = "authelia-secrets.age";
pub(crate) const CLIENT: &str = "identity_providers.oidc.clients[mediamanager]";
pub(crate) const METHOD: &str = "identity_providers.oidc.clients[mediamanager].token_endpoint_auth_method";
pub(crate) const DIGEST: &str =
    "$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR";

/// A file with a mistake that has a safe fix.
pub(crate) const MISSPELLED_METHOD: &str = "identity_providers:
  oidc:
    hmac_secret: marker-hmac-0123456789abcdef0123456789 # marker-comment
    clients:
      - client_id: mediamanager
        client_name: MediaManager
        client_secret: '$plaintext$marker-client'
        redirect_uris: ['https://media.example.com/callback']
        token_endpoint_auth_method: basic
";

pub(crate) fn fragment() -> String {
    format!(
        "# Clients of the house, marker-comment
identity_providers:
  oidc:
    hmac_secret: 'marker-hmac-0123456789abcdef0123456789abcdef0123456789abcdef01234567'   # rotate

    clients:
      - client_id: mediamanager
        client_name: \"MediaManager\"
        client_secret: '{DIGEST}' # marker-comment
        redirect_uris: ['https://media.example.com/callback']
        token_endpoint_auth_method: client_secret_post  # as the docs say
"
    )
}

pub(crate) fn sandbox() -> Sandbox {
    Sandbox::with_files(&[(FILE, &fragment())])
}

pub(crate) fn json(output: &std::process::Output) -> Json {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}
