//! A client's registration.

use std::ops::Deref;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use super::jwk::Jwk;
use super::{Decoder, Mistake};
use crate::authelia::digest;
use crate::check::go::url::Url;
use crate::check::go::{GoData, GoValue};
use crate::shown;

#[derive(Debug, Default)]
pub(in crate::check) struct Client {
    /// Its id; empty if it has none.
    pub(in crate::check) id: String,
    /// Whether it has a display name.
    pub(in crate::check) has_name: bool,
    pub(in crate::check) secret: Secret,
    /// Whether it is a public client, which cannot keep a secret.
    pub(in crate::check) public: bool,
    pub(in crate::check) redirect_uris: Vec<String>,
    /// URLs that request objects may be fetched from.
    pub(in crate::check) request_uris: Vec<String>,
    /// The audiences that it may request.
    pub(in crate::check) audience: Vec<String>,
    pub(in crate::check) scopes: Vec<String>,
    pub(in crate::check) grant_types: Vec<String>,
    pub(in crate::check) response_types: Vec<String>,
    pub(in crate::check) response_modes: Vec<String>,
    pub(in crate::check) authorization_policy: String,
    pub(in crate::check) lifespan: String,
    pub(in crate::check) claims_policy: String,
    pub(in crate::check) requested_audience_mode: String,
    pub(in crate::check) consent_mode: String,
    /// Whether pushed authorization requests are required.
    pub(in crate::check) require_par: bool,
    pub(in crate::check) require_pkce: bool,
    pub(in crate::check) pkce_challenge_method: String,
    /// Signatures of the five kinds of response, in the order of [`RESPONSES`].
    pub(in crate::check) signed: [SignedResponse; 5],
    /// Encryption of the five kinds of response, in the order of [`RESPONSES`].
    pub(in crate::check) encrypted: [EncryptedResponse; 5],
    /// The algorithm that request objects are signed with.
    pub(in crate::check) request_object_signing_alg: String,
    /// How it authenticates at the four endpoints, in the order of [`ENDPOINTS`].
    pub(in crate::check) endpoints: [Endpoint; 4],
    pub(in crate::check) jwks_uri: Option<Url>,
    pub(in crate::check) jwks: Vec<Jwk>,
    /// The URL that lists its redirect URIs.
    pub(in crate::check) sector_identifier_uri: Option<Url>,
}

macro_rules! response_options {
    ($name:literal) => {
        ResponseOptions {
            name: $name,
            signed_alg: concat!($name, "_signed_response_alg"),
            signed_kid: concat!($name, "_signed_response_key_id"),
            encrypted_alg: concat!($name, "_encrypted_response_alg"),
            encrypted_enc: concat!($name, "_encrypted_response_enc"),
            encrypted_kid: concat!($name, "_encrypted_response_key_id"),
        }
    };
}

/// The kinds of response, with the options for signing and encrypting them.
pub(in crate::check) const RESPONSES: [ResponseOptions; 5] = [
    response_options!("authorization"),
    response_options!("id_token"),
    response_options!("access_token"),
    response_options!("userinfo"),
    response_options!("introspection"),
];

/// The endpoints at which a client authenticates, with the options for method and algorithm.
pub(in crate::check) const ENDPOINTS: [(&str, &str); 4] = [
    ("token_endpoint_auth_method", "token_endpoint_auth_signing_alg"),
    ("revocation_endpoint_auth_method", "revocation_endpoint_auth_signing_alg"),
    ("introspection_endpoint_auth_method", "introspection_endpoint_auth_signing_alg"),
    ("pushed_authorization_request_endpoint_auth_method", "pushed_authorization_request_endpoint_auth_signing_alg"),
];

/// The options of one kind of response.
#[derive(Debug, Clone, Copy)]
pub(in crate::check) struct ResponseOptions {
    /// `id_token`
    pub(in crate::check) name: &'static str,
    /// `id_token_signed_response_alg`
    pub(in crate::check) signed_alg: &'static str,
    /// `id_token_signed_response_key_id`
    pub(in crate::check) signed_kid: &'static str,
    /// `id_token_encrypted_response_alg`
    pub(in crate::check) encrypted_alg: &'static str,
    /// `id_token_encrypted_response_enc`
    pub(in crate::check) encrypted_enc: &'static str,
    /// `id_token_encrypted_response_key_id`
    pub(in crate::check) encrypted_kid: &'static str,
}

/// A client of the list; of one that is not checked, or is nothing, only its position. A client is large, and a file can
/// have thousands of them of which an edit touched one.
#[derive(Debug, Default)]
pub(in crate::check) struct ListedClient(Option<Box<Client>>);

impl From<Client> for ListedClient {
    fn from(client: Client) -> Self {
        Self(Some(Box::new(client)))
    }
}

impl Deref for ListedClient {
    type Target = Client;

    fn deref(&self) -> &Client {
        static NOTHING: OnceLock<Client> = OnceLock::new();
        self.0.as_deref().unwrap_or_else(|| NOTHING.get_or_init(Client::default))
    }
}

#[derive(Debug, Default, Clone)]
pub(in crate::check) struct SignedResponse {
    pub(in crate::check) alg: String,
    pub(in crate::check) kid: String,
}

#[derive(Debug, Default)]
pub(in crate::check) struct EncryptedResponse {
    pub(in crate::check) alg: String,
    pub(in crate::check) enc: String,
    pub(in crate::check) kid: String,
}

/// How a client authenticates at an endpoint.
#[derive(Debug, Default)]
pub(in crate::check) struct Endpoint {
    pub(in crate::check) method: String,
    /// The algorithm of a signed assertion.
    pub(in crate::check) alg: String,
}

/// The kind of a client secret, without the secret.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Secret {
    #[default]
    Missing,
    /// Something that is not a secret (an empty map).
    Nothing,
    /// A secret in plain text, as a hash to find equal ones.
    Plain([u8; 32]),
    /// A digest, as a hash to find equal ones.
    Digest([u8; 32]),
}

impl Secret {
    /// Whether a client's secret can be verified against it.
    pub(in crate::check) fn is_valid(self) -> bool {
        matches!(self, Self::Plain(_) | Self::Digest(_))
    }

    /// Whether it is in plain text.
    pub(in crate::check) fn is_plain(self) -> bool {
        matches!(self, Self::Plain(_))
    }
}

impl Decoder {
    pub(super) fn client(&mut self, value: &GoValue<'_>) -> Client {
        let Some(map) = self.structure(value) else { return Client::default() };
        Client {
            id: self.option(map, "client_id", Self::string),
            has_name: !self.option(map, "client_name", Self::string).is_empty(),
            secret: self.option(map, "client_secret", Self::secret),
            public: self.option(map, "public", Self::boolean),
            redirect_uris: self.option(map, "redirect_uris", |d, value| d.list(value, Self::string)),
            request_uris: self.option(map, "request_uris", |d, value| d.list(value, Self::string)),
            audience: self.option(map, "audience", Self::strings),
            scopes: self.option(map, "scopes", Self::strings),
            grant_types: self.option(map, "grant_types", Self::strings),
            response_types: self.option(map, "response_types", Self::strings),
            response_modes: self.option(map, "response_modes", Self::strings),
            authorization_policy: self.option(map, "authorization_policy", Self::string),
            lifespan: self.option(map, "lifespan", Self::string),
            claims_policy: self.option(map, "claims_policy", Self::string),
            requested_audience_mode: self.option(map, "requested_audience_mode", Self::string),
            consent_mode: self.option(map, "consent_mode", Self::string),
            require_par: self.option(map, "require_pushed_authorization_requests", Self::boolean),
            require_pkce: self.option(map, "require_pkce", Self::boolean),
            pkce_challenge_method: self.option(map, "pkce_challenge_method", Self::string),
            signed: RESPONSES.map(|options| SignedResponse {
                alg: self.option(map, options.signed_alg, Self::string),
                kid: self.option(map, options.signed_kid, Self::string),
            }),
            encrypted: RESPONSES.map(|options| EncryptedResponse {
                alg: self.option(map, options.encrypted_alg, Self::string),
                enc: self.option(map, options.encrypted_enc, Self::string),
                kid: self.option(map, options.encrypted_kid, Self::string),
            }),
            request_object_signing_alg: self.option(map, "request_object_signing_alg", Self::string),
            endpoints: ENDPOINTS.map(|(method, alg)| Endpoint {
                method: self.option(map, method, Self::string),
                alg: self.option(map, alg, Self::string),
            }),
            jwks_uri: self.option(map, "jwks_uri", Self::url),
            jwks: self.option(map, "jwks", |d, value| d.list(value, Self::jwk)),
            sector_identifier_uri: self.option(map, "sector_identifier_uri", Self::url),
        }
        .also_checked(self, map)
    }

    fn secret(&mut self, value: &GoValue<'_>) -> Secret {
        match &value.data {
            GoData::Text(text) if text.is_empty() => Secret::Missing,
            GoData::Text(text) => match digest::is_plain(text) {
                Ok(true) => Secret::Plain(Sha256::digest(text.as_bytes()).into()),
                Ok(false) => Secret::Digest(Sha256::digest(text.as_bytes()).into()),
                Err(refusal) => {
                    self.problem(Mistake::Digest, shown!("a secret that begins with `$` must be a digest that Authelia knows, but this one is not: {}", refusal));
                    Secret::Missing
                }
            },
            GoData::Map(_) => Secret::Nothing,
            _ => self.wrong_type("a string", value),
        }
    }
}

impl Client {
    /// Decodes the options that no rule uses, to check their types.
    fn also_checked(self, decoder: &mut Decoder, map: &crate::check::go::Map<'_>) -> Self {
        decoder.option(map, "allow_multiple_auth_methods", Decoder::boolean);
        decoder.option(map, "pre_configured_consent_duration", Decoder::duration);
        decoder.option(map, "request_object_encryption_alg", Decoder::string);
        decoder.option(map, "request_object_encryption_enc", Decoder::string);
        self
    }
}
