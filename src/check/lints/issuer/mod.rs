//! The provider's own keys.

mod issuer_keys;
mod jwk;

use crate::check::decode::{Jwk, Provider};
use crate::check::key_material::KeyMaterial;
use crate::check::location::Location;
use crate::check::report::{Draft, Report, any_of, quoted};
use crate::check::{Lint, Options, Severity};
use crate::shown;
use crate::shown::Shown;
use jwk::JwkLinter;

pub(in crate::check) use issuer_keys::IssuerKeys;
pub(in crate::check) use jwk::{SIGNING, algorithm_for};

static REQUIRED: Lint = Lint {
    id: "issuer-keys",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks",
    since: "4.38",
    summary: "the provider has keys to sign with, under `jwks`",
    explanation: "Authelia signs what it tells applications about a user. For that it needs at least one private key, \
        under `identity_providers.oidc.jwks`. The older `issuer_private_key` still works but cannot be combined with `jwks`.",
    example: "identity_providers:\n  oidc:\n    clients: []  # and no jwks",
    fix: "Make a key with `openssl genrsa 4096` and put it under `jwks` with `key_id`, `algorithm: RS256` and `use: sig`.",
};

static RS256: Lint = Lint {
    id: "issuer-rs256",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks",
    since: "4.38",
    summary: "one of the provider's signing keys is for `RS256`",
    explanation: "Every application must be able to check signatures of the kind `RS256`; that is what the OpenID Connect \
        standard demands. So whatever other keys there are, one must be an RSA key for `RS256`.",
    example: "jwks:\n  - key_id: 'ec'\n    algorithm: 'ES256'  # the only key",
    fix: "Add an RSA key with `algorithm: RS256`.",
};

static KEY: Lint = Lint {
    id: "issuer-key",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks[].key",
    since: "4.38",
    summary: "each of the provider's keys is an RSA or ECDSA private key of sufficient size",
    explanation: "To sign, Authelia needs the private key itself. RSA keys must have at least 2048 bits; shorter ones can \
        be broken. Keys of other kinds (Ed25519, symmetric ones) cannot be used.",
    example: "jwks:\n  - key_id: 'main'\n    key: |\n      -----BEGIN PUBLIC KEY-----  # the private one is wanted",
    fix: "Make a key with `openssl genrsa 4096`.",
};

static KEY_ID: Lint = Lint {
    id: "issuer-key-id",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks[].key_id",
    since: "4.38",
    summary: "key ids are unique, short, and of plain characters",
    explanation: "Applications find the key that something was signed with by its id. So no two keys of the same use may \
        have the same, it may have at most 100 characters, and those must be letters, digits, `.`, `_`, `~` and `-`, with \
        a letter or digit at both ends.",
    example: "jwks:\n  - key_id: 'main-'",
    fix: "Choose another id, or leave it out: Authelia then makes one from the key.",
};

static USE: Lint = Lint {
    id: "issuer-key-use",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks[].use",
    since: "4.38",
    summary: "a key is for signing (`sig`) or for encryption (`enc`)",
    explanation: "Each key serves one purpose: `sig` to sign what Authelia says, `enc` to decrypt what is sent to it. The \
        default is `sig`.",
    example: "jwks:\n  - key_id: 'main'\n    use: 'both'",
    fix: "Write `sig`, or leave the option out.",
};

static ALGORITHM: Lint = Lint {
    id: "issuer-key-algorithm",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks[].algorithm",
    since: "4.38",
    summary: "a key's algorithm is one that Authelia has for its use",
    explanation: "Keys for signing can be for `RS256`, `PS256`, `ES256` and their longer kin (384, 512). Algorithms that \
        sign with a shared secret (`HS256`) are not among them, since applications could then sign as Authelia.",
    example: "jwks:\n  - key_id: 'main'\n    algorithm: 'HS256'",
    fix: "Leave the option out: it then follows from the key.",
};

static CHAIN: Lint = Lint {
    id: "issuer-certificate-chain",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks[].certificate_chain",
    since: "4.38",
    summary: "a key's certificates are for that key, valid, and in order",
    explanation: "Where a key comes with certificates, the first must be for that very key, each must be signed by the \
        next, and all must be valid today. Authelia does not start where that does not hold, so an expired certificate \
        stops it at its next restart.",
    example: "jwks:\n  - key_id: 'main'\n    certificate_chain: |  # expired yesterday",
    fix: "Renew the certificate, or remove the option: signatures do not need it.",
};

static DISCOVERY: Lint = Lint {
    id: "discovery-signed-response",
    severity: Severity::Error,
    option: "identity_providers.oidc.discovery_signed_response_alg",
    since: "4.38",
    summary: "the discovery document is signed with a key that the provider has",
    explanation: "Applications read from the discovery document where Authelia's endpoints are. It can be signed; then \
        the algorithm, or the key that is named, must be among the provider's keys.",
    example: "discovery_signed_response_alg: 'ES256'  # and no such key",
    fix: "Remove the option, or add the key.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&REQUIRED, &RS256, &KEY, &KEY_ID, &USE, &ALGORITHM, &CHAIN, &DISCOVERY];

/// Checks the provider's keys.
pub(super) fn check(provider: &Provider, options: &Options, report: &mut Report<'_>) -> IssuerKeys {
    let mut keys = IssuerKeys::default();
    let as_written = |jwk: &Jwk| (jwk.key_id.clone(), jwk.algorithm.clone());
    let old = provider.issuer_private_key.as_ref();
    if !provider.jwks.is_empty()
        && (old.is_some() || provider.issuer_key_is_map || !provider.issuer_certificate_chain.is_empty())
    {
        keys.listed = provider.jwks.iter().map(as_written).collect();
        let message = Shown::fixed("`jwks` cannot be combined with `issuer_private_key` or `issuer_certificate_chain`");
        report.add(Draft::new(&REQUIRED, Location::provider().key("jwks"), message));
        return keys;
    }
    if let Some(public) = old {
        let jwk = Jwk {
            key: Some(KeyMaterial::Private(public.clone())),
            chain: provider.issuer_certificate_chain.clone(),
            ..Jwk::default()
        };
        JwkLinter { keys: &mut keys, options, report }.read(0, &jwk);
    } else if provider.issuer_key_is_map {
        // A key without any numbers.
        JwkLinter { keys: &mut keys, options, report }.read(0, &Jwk::default());
    } else if provider.jwks.is_empty() {
        keys.elsewhere = true;
        let message = Shown::fixed("the provider has no keys");
        report.add_unless_elsewhere(Draft::new(&REQUIRED, Location::provider().key("jwks"), message));
        return keys;
    }
    for (index, jwk) in provider.jwks.iter().enumerate() {
        JwkLinter { keys: &mut keys, options, report }.read(index, jwk);
    }
    if !keys.algorithms.is_empty() && !keys.algorithms.iter().any(|algorithm| algorithm == "RS256") {
        let message = shown!("there are keys for {} only: one for `RS256` is needed", any_of(&keys.algorithms));
        report.add(Draft::new(&RS256, Location::provider().key("jwks"), message));
    }
    check_discovery(provider, &keys, report);
    keys
}

fn check_discovery(provider: &Provider, keys: &IssuerKeys, report: &mut Report<'_>) {
    let (alg, kid) = keys.choose(&provider.discovery_alg, &provider.discovery_kid, "");
    let mut add = |option, message| report.add(Draft::new(&DISCOVERY, Location::provider().key(option), message));
    if !kid.is_empty() {
        if !keys.signing_ids.contains(&kid) {
            add("discovery_signed_response_key_id", shown!("there is no signing key {}", quoted(&kid)));
        }
    } else if !matches!(alg.as_str(), "" | "none" | "RS256") && !keys.algorithms.contains(&alg) {
        let message =
            shown!("Authelia has no key for {}: there are keys for {}", quoted(&alg), any_of(&keys.algorithms));
        add("discovery_signed_response_alg", message);
    }
}
