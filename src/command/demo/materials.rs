//! The content of the demo's repository: keys and secrets that are generated here and used nowhere else.

use std::path::PathBuf;

use crate::memory::Zeroizing;
use age::secrecy::ExposeSecret;
use age::x25519;

use crate::app::opening::KeyFile;
use crate::container::Plaintext;
use crate::document::Text;
use crate::error::Result;
use crate::patch;
use crate::workspace::Target;

/// The file with Authelia's registrations.
pub(super) const SECRETS_FILE: &str = "authelia-secrets.age";
/// The file with the application's secret.
pub(super) const ENV_FILE: &str = "mediamanager-env.age";

/// agepatch.toml
pub(super) const SETTINGS: &str = r#"[commit]
scope = "cloud"
tasks = "backlog"

[[relying-party]]
client = "mediamanager"
url = "https://media.example.com"
redirect_paths = ["/api/v1/auth/oauth/callback"]
token_endpoint_auth_method = "client_secret_basic"
secret = { file = "mediamanager-env.age", path = "OIDC_CLIENT_SECRET" }
"#;

/// The task, as Backlog.md writes it.
pub(super) const TASK: &str = "---
id: task-118
title: MediaManager answers 500 after login
status: In Progress
---
";

/// A patch with the digest of the application's secret.
pub(super) const DIGEST: &str = "agepatch: 1
files:
  authelia-secrets.age:
    - op: set
      path: identity_providers.oidc.clients[mediamanager].client_secret
      value_from: { digest_of: { file: mediamanager-env.age, path: OIDC_CLIENT_SECRET } }
";

/// Authelia's log line if the application authenticates with another method than the registered one.
pub(super) const LOG_LINE: &str = "time=\"2026-11-24T02:41:45Z\" level=error msg=\"Access Request failed with error: Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method). The request was determined to be using 'token_endpoint_auth_method' method 'client_secret_basic', however the OAuth 2.0 client registration does not allow this method. The registered client with id 'mediamanager' is configured to only support 'token_endpoint_auth_method' method 'client_secret_post'. Either the Authorization Server client registration will need to have the 'token_endpoint_auth_method' updated to 'client_secret_basic' or the Relying Party will need to be configured to use 'client_secret_post'.\" method=POST path=/api/oidc/token remote_ip=127.0.0.1\n";

/// The patch set of the story.
pub(super) const PATCH: &str = "agepatch: 1
task: task-118
files:
  authelia-secrets.age:
    - op: test
      path: identity_providers.oidc.clients[mediamanager].token_endpoint_auth_method
      value: client_secret_post
    - op: replace
      path: identity_providers.oidc.clients[mediamanager].token_endpoint_auth_method
      value: client_secret_basic
    - op: replace
      path: identity_providers.oidc.clients[mediamanager].redirect_uris[0]
      value: https://media.example.com/api/v1/auth/oauth/callback
";

/// The two lines that the story changes, before and after.
pub(super) const CHANGED_LINES: [(&str, &str); 2] = [
    (
        "          - https://media.example.com/api/v1/oauth/callback\n",
        "          - https://media.example.com/api/v1/auth/oauth/callback\n",
    ),
    (
        "        token_endpoint_auth_method: client_secret_post    # as its old guide said\n",
        "        token_endpoint_auth_method: client_secret_basic    # as its old guide said\n",
    ),
];

pub(super) struct Materials {
    person: x25519::Identity,
    hosts: [String; 2],
    secret: Text,
    hmac: Text,
}

impl Materials {
    /// Generates keys for a person and two hosts, and secrets.
    pub(super) fn make() -> Result<Self> {
        let host = || x25519::Identity::generate().to_public().to_string();
        Ok(Self {
            person: x25519::Identity::generate(),
            hosts: [host(), host()],
            secret: patch::generate(patch::DEFAULT_LENGTH)?,
            hmac: patch::generate(64)?,
        })
    }

    /// The person's identity file: the demo's only secret on disk, which is worthless elsewhere.
    pub(super) fn identity(&self) -> String {
        format!("# made by `agepatch demo`, used nowhere else\n{}\n", self.person.to_string().expose_secret())
    }

    /// secrets.nix
    pub(super) fn rules(&self) -> String {
        let [cloud, storage] = &self.hosts;
        format!(
            "let
  ada = \"{}\";
  cloud = \"{cloud}\";
  storage = \"{storage}\";
in
{{
  \"{SECRETS_FILE}\" = {{ publicKeys = [ ada cloud ]; armor = true; }};
  \"{ENV_FILE}\".publicKeys = [ ada storage ];
}}
",
            self.person.to_public()
        )
    }

    /// The application's environment.
    pub(super) fn environment(&self) -> Zeroizing<String> {
        let secret = self.secret.as_str();
        Zeroizing::new(format!(
            "# MediaManager reads these at start.\nOIDC_ENABLED=true\nOIDC_CLIENT_ID=mediamanager\nOIDC_CLIENT_SECRET='{secret}'\n"
        ))
    }

    /// Authelia's OIDC section, with realistic comments.
    pub(super) fn registrations(&self) -> Zeroizing<String> {
        Zeroizing::new(REGISTRATIONS.replace("HMAC", self.hmac.as_str()))
    }

    /// Decrypts a file of the demo.
    pub(super) fn open(sealed: &[u8], identity: PathBuf) -> Result<Plaintext> {
        KeyFile::load(identity)?.keys().view(&Target::unnamed(), sealed)
    }
}

/// The registrations before the story.
const REGISTRATIONS: &str = "# Authelia: OpenID Connect. The rest of the configuration comes from Nix.
identity_providers:
  oidc:
    hmac_secret: 'HMAC'   # rotate yearly
    lifespans:
      access_token: 1h
      refresh_token: 90m

    clients:
      # --- media ---------------------------------------------------------
      - client_id: mediamanager
        client_name: \"MediaManager\"
        client_secret: '$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng'
        authorization_policy: two_factor
        redirect_uris:
          - https://media.example.com/api/v1/oauth/callback
        scopes: [openid, profile, email]
        token_endpoint_auth_method: client_secret_post    # as its old guide said

      # --- photos: the phone's app and the browser ------------------------
      - client_id: album
        client_name: Album
        public: true
        require_pkce: true
        authorization_policy: one_factor
        redirect_uris:
          - https://photos.example.com/auth/login
          - https://photos.example.com/user-settings
          - 'app.album:///oauth-callback'   # the phone
        scopes: [openid, profile, email]
        token_endpoint_auth_method: none

      # The dashboard runs in the browser: no secret.
      - client_id: homepage
        client_name: Homepage
        public: true
        require_pkce: true
        authorization_policy: one_factor
        redirect_uris:
          - https://home.example.com/callback
        scopes: [openid, profile]
        token_endpoint_auth_method: none
";
