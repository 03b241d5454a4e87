//! The `OpenID` Connect provider, which is Authelia's part towards its clients.

use crate::memory::Zeroizing;

use super::jwk::Jwk;
use super::{Decoder, ListedClient, Mistake};
use crate::check::go::url::Url;
use crate::check::go::{GoData, GoValue};
use crate::check::key_material::{self, Chain, KeyMaterial, Public};
use crate::check::location::{LocationStep, lookup};
use crate::shown;

#[derive(Debug, Default)]
pub(in crate::check) struct Provider {
    /// Whether there is a secret for signing opaque tokens.
    pub(in crate::check) has_hmac_secret: bool,
    pub(in crate::check) jwks: Vec<Jwk>,
    /// Its only key, in the old notation.
    pub(in crate::check) issuer_private_key: Option<Public>,
    /// Whether that option is a map, which produces a key without any numbers.
    pub(in crate::check) issuer_key_is_map: bool,
    /// The certificates of that key.
    pub(in crate::check) issuer_certificate_chain: Chain,
    pub(in crate::check) enforce_pkce: String,
    pub(in crate::check) enable_pkce_plain_challenge: bool,
    /// The minimum length of `state` and `nonce`.
    pub(in crate::check) minimum_parameter_entropy: i64,
    /// How the discovery document is signed.
    pub(in crate::check) discovery_alg: String,
    pub(in crate::check) discovery_kid: String,
    /// Which origins may call it.
    pub(in crate::check) cors: Cors,
    pub(in crate::check) clients: Vec<ListedClient>,
    pub(in crate::check) authorization_policies: Vec<(String, AuthorizationPolicy)>,
    pub(in crate::check) lifespans: Vec<String>,
    pub(in crate::check) claims_policies: Vec<(String, ClaimsPolicy)>,
    /// Custom scopes and their claims.
    pub(in crate::check) scopes: Vec<(String, Vec<String>)>,
}

#[derive(Debug, Default)]
pub(in crate::check) struct Cors {
    /// The endpoints that may be called.
    pub(in crate::check) endpoints: Vec<String>,
    pub(in crate::check) allowed_origins: Vec<Url>,
    /// Whether an origin is empty or null.
    pub(in crate::check) has_empty_origin: bool,
    /// Whether the origins of the redirect URIs are allowed.
    pub(in crate::check) from_redirect_uris: bool,
}

#[derive(Debug, Default)]
pub(in crate::check) struct AuthorizationPolicy {
    /// The policy if no rule matches.
    pub(in crate::check) default_policy: String,
    pub(in crate::check) rules: Vec<PolicyRule>,
}

/// A rule of an authorization policy.
#[derive(Debug, Default)]
pub(in crate::check) struct PolicyRule {
    /// The policy if it matches.
    pub(in crate::check) policy: String,
    pub(in crate::check) subjects: Vec<Vec<String>>,
    /// Whether it matches by network.
    pub(in crate::check) has_networks: bool,
}

#[derive(Debug, Default)]
pub(in crate::check) struct ClaimsPolicy {
    pub(in crate::check) id_token: Vec<String>,
    pub(in crate::check) access_token: Vec<String>,
    /// How the audience of ID tokens is chosen.
    pub(in crate::check) id_token_audience_mode: String,
    /// Claims beyond the standard ones: name in the policy, name of the claim, attribute.
    pub(in crate::check) custom_claims: Vec<(String, String, String)>,
}

impl Decoder {
    /// The provider, if the configuration has one.
    pub(super) fn provider_of(&mut self, root: &GoValue<'_>) -> Option<Provider> {
        let section = |value: &GoValue<'_>| !value.is_null();
        let (_, providers) = lookup(root.map()?, "identity_providers").filter(|(_, entry)| section(&entry.value))?;
        self.within(LocationStep::Key("identity_providers".into()), |decoder| {
            let map = decoder.structure(&providers.value)?;
            let (_, oidc) = lookup(map, "oidc").filter(|(_, entry)| section(&entry.value))?;
            decoder.within(LocationStep::Key("oidc".into()), |decoder| decoder.provider(&oidc.value))
        })
    }

    fn provider(&mut self, value: &GoValue<'_>) -> Option<Provider> {
        let map = self.structure(value)?;
        for flag in [
            "enable_client_debug_messages",
            "enable_jwt_access_token_stateless_introspection",
            "require_pushed_authorization_requests",
        ] {
            self.option(map, flag, Self::boolean);
        }
        Some(Provider {
            has_hmac_secret: !Zeroizing::new(self.option(map, "hmac_secret", Self::string)).is_empty(),
            jwks: self.option(map, "jwks", |d, value| d.list(value, Self::jwk)),
            issuer_private_key: self.option(map, "issuer_private_key", Self::issuer_key),
            issuer_key_is_map: lookup(map, "issuer_private_key").is_some_and(|(_, entry)| is_map_of_key(&entry.value)),
            issuer_certificate_chain: self.option(map, "issuer_certificate_chain", Self::chain),
            enforce_pkce: self.option(map, "enforce_pkce", Self::string),
            enable_pkce_plain_challenge: self.option(map, "enable_pkce_plain_challenge", Self::boolean),
            minimum_parameter_entropy: self.option(map, "minimum_parameter_entropy", Self::integer),
            discovery_alg: self.option(map, "discovery_signed_response_alg", Self::string),
            discovery_kid: self.option(map, "discovery_signed_response_key_id", Self::string),
            cors: self.option(map, "cors", Self::cors),
            clients: self.option(map, "clients", |d, value| d.list(value, |d, value| d.client(value).into())),
            authorization_policies: self
                .option(map, "authorization_policies", |d, value| d.named(value, Self::authorization_policy)),
            lifespans: self.option(map, "lifespans", Self::lifespans),
            claims_policies: self.option(map, "claims_policies", |d, value| d.named(value, Self::claims_policy)),
            scopes: self.option(map, "scopes", |d, value| d.named(value, Self::scope_claims)),
        })
    }

    fn issuer_key(&mut self, value: &GoValue<'_>) -> Option<Public> {
        if is_map_of_key(value) {
            return None;
        }
        let GoData::Text(text) = &value.data else { return self.wrong_type("an RSA private key in PEM", value) };
        if text.is_empty() {
            return None;
        }
        match key_material::parse_pem(text) {
            Ok(KeyMaterial::Private(public @ Public::Rsa { .. })) => return Some(public),
            Ok(other) => {
                self.problem(Mistake::Key, shown!("expected an RSA private key, found {}", other.kind()));
            }
            Err(refusal) => self.problem(Mistake::Key, shown!("this is not a key that Authelia can read: {}", refusal)),
        }
        None
    }

    fn cors(&mut self, value: &GoValue<'_>) -> Cors {
        let Some(map) = self.structure(value) else { return Cors::default() };
        let origins = self.option(map, "allowed_origins", |d, value| d.list(value, Self::url));
        Cors {
            endpoints: self.option(map, "endpoints", Self::strings),
            has_empty_origin: origins.contains(&None),
            allowed_origins: origins.into_iter().flatten().collect(),
            from_redirect_uris: self.option(map, "allowed_origins_from_client_redirect_uris", Self::boolean),
        }
    }

    fn authorization_policy(&mut self, value: &GoValue<'_>) -> AuthorizationPolicy {
        let Some(map) = self.structure(value) else { return AuthorizationPolicy::default() };
        AuthorizationPolicy {
            default_policy: self.option(map, "default_policy", Self::string),
            rules: self.option(map, "rules", |d, value| d.list(value, Self::policy_rule)),
        }
    }

    fn policy_rule(&mut self, value: &GoValue<'_>) -> PolicyRule {
        let Some(map) = self.structure(value) else { return PolicyRule::default() };
        PolicyRule {
            policy: self.option(map, "policy", Self::string),
            subjects: self.option(map, "subject", |d, value| d.list(value, Self::strings)),
            has_networks: self.option(map, "networks", Self::has_networks),
        }
    }

    fn lifespans(&mut self, value: &GoValue<'_>) -> Vec<String> {
        let Some(map) = self.structure(value) else { return Vec::new() };
        self.token_lifespans(value);
        self.option(map, "jwt_secured_authorization", Self::duration);
        let custom = self.option(map, "custom", |d, value| d.named(value, Self::custom_lifespan));
        custom.into_iter().map(|(name, ())| name).collect()
    }

    fn custom_lifespan(&mut self, value: &GoValue<'_>) {
        const GRANTS: [&str; 6] =
            ["authorize_code", "device_code", "implicit", "client_credentials", "refresh_token", "jwt_bearer"];
        let Some(map) = self.structure(value) else { return };
        self.token_lifespans(value);
        self.option(map, "grants", |decoder, grants| {
            let Some(map) = decoder.structure(grants) else { return };
            for grant in GRANTS {
                decoder.option(map, grant, |decoder, grant| {
                    decoder.structure(grant);
                    decoder.token_lifespans(grant);
                });
            }
        });
    }

    fn token_lifespans(&mut self, value: &GoValue<'_>) {
        let Some(map) = value.map() else { return };
        for token in ["access_token", "refresh_token", "id_token", "authorize_code", "device_code"] {
            self.option(map, token, Self::duration);
        }
    }

    fn claims_policy(&mut self, value: &GoValue<'_>) -> ClaimsPolicy {
        let Some(map) = self.structure(value) else { return ClaimsPolicy::default() };
        let custom = self.option(map, "custom_claims", |d, value| d.named(value, Self::custom_claim));
        let or_key = |text: String, key: &String| if text.is_empty() { key.clone() } else { text };
        ClaimsPolicy {
            id_token: self.option(map, "id_token", Self::strings),
            access_token: self.option(map, "access_token", Self::strings),
            id_token_audience_mode: self.option(map, "id_token_audience_mode", Self::string),
            custom_claims: custom
                .into_iter()
                .map(|(key, (name, attribute))| {
                    let (name, attribute) = (or_key(name, &key), or_key(attribute, &key));
                    (key, name, attribute)
                })
                .collect(),
        }
    }

    fn custom_claim(&mut self, value: &GoValue<'_>) -> (String, String) {
        let Some(map) = self.structure(value) else { return Default::default() };
        (self.option(map, "name", Self::string), self.option(map, "attribute", Self::string))
    }

    fn scope_claims(&mut self, value: &GoValue<'_>) -> Vec<String> {
        let Some(map) = self.structure(value) else { return Vec::new() };
        self.option(map, "claims", Self::strings)
    }
}

/// Whether the value is decoded as the parts of a key, as which a date passes, too.
fn is_map_of_key(value: &GoValue<'_>) -> bool {
    matches!(value.data, GoData::Map(_) | GoData::Time)
}
