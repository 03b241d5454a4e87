//! A client's own keys.

use super::issuer::algorithm_for;
use super::{EffectiveClient, ProviderContext};
use crate::check::decode::Jwk;
use crate::check::go::url::Url;
use crate::check::key_material::{KeyMaterial, Public};
use crate::check::lints::issuer::SIGNING;
use crate::check::location::Location;
use crate::check::report::{Draft, Report, any_of, quoted};
use crate::check::{Lint, Severity};
use crate::shown;
use crate::shown::Shown;

static KEYS: Lint = Lint {
    id: "client-jwks",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].jwks",
    since: "4.38",
    summary: "a client's keys are public keys with an id",
    explanation: "A client can authenticate by signing with a private key that only the application has. Authelia \
        then needs the matching public key, with the id that the application uses for it. It must be an RSA key of at \
        least 2048 bits or an ECDSA key, and never the private key itself.",
    example: "jwks:\n  - key_id: 'app'\n    key: |\n      -----BEGIN PRIVATE KEY-----  # the public one is wanted",
    fix: "Export the public key (`openssl pkey -in key.pem -pubout`) and put it there with a `key_id`.",
};

static CHAIN: Lint = Lint {
    id: "client-jwks-certificate",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].jwks[].certificate_chain",
    since: "4.38",
    summary: "a client key's certificates are for that key, valid, and in order",
    explanation: "If a key has certificates, the first must be for that key, each must be signed by the next, and all \
        must be valid today.",
    example: "jwks:\n  - key_id: 'app'\n    certificate_chain: |  # of another key",
    fix: "Use the certificates of this key, or remove the option: it is not needed.",
};

static URI: Lint = Lint {
    id: "client-jwks-uri",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].jwks_uri",
    since: "4.38",
    summary: "a client's keys are fetched by `https` or are in the configuration, not both",
    explanation: "Authelia finds a client's public keys either under `jwks` or at the address `jwks_uri`. If both are \
        set, it cannot know which are right, and keys fetched without `https` could be anyone's.",
    example: "jwks_uri: 'http://app.example.com/jwks.json'",
    fix: "Keep one of the two, and use `https`.",
};

static REQUEST_OBJECT: Lint = Lint {
    id: "request-object-signing-alg",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].request_object_signing_alg",
    since: "4.38",
    summary: "request objects are signed with an algorithm that one of the client's keys is for",
    explanation: "A client can sign its requests. If its keys are under `jwks`, one of them must be for this \
        algorithm, or the signature could never be verified.",
    example: "request_object_signing_alg: 'ES256'\njwks:\n  - key_id: 'app'\n    algorithm: 'RS256'",
    fix: "Name the algorithm of one of the keys, or remove the option.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&KEYS, &CHAIN, &URI, &REQUEST_OBJECT];

/// Checks the client's keys and the URL that they are fetched from.
pub(in crate::check) fn check(
    context: &ProviderContext<'_>,
    effective: &mut EffectiveClient<'_>,
    report: &mut Report<'_>,
) {
    let client = effective.client;
    match &client.jwks_uri {
        Some(_) if !client.jwks.is_empty() => {
            let message = Shown::fixed("the keys are under `jwks` already: only one of the two may be set");
            report.add(Draft::new(&URI, effective.at("jwks_uri"), message));
        }
        Some(url) => check_uri(effective, url, report),
        None if !client.jwks.is_empty() => check_list(context, effective, report),
        None => {}
    }
}

fn check_uri(effective: &EffectiveClient<'_>, url: &Url, report: &mut Report<'_>) {
    if url.scheme != "https" {
        let message = Shown::fixed("keys must be fetched by `https`");
        report.add(Draft::new(&URI, effective.at("jwks_uri"), message));
    }
}

fn check_list(context: &ProviderContext<'_>, effective: &mut EffectiveClient<'_>, report: &mut Report<'_>) {
    let client = effective.client;
    for (index, jwk) in client.jwks.iter().enumerate() {
        let at = effective.at("jwks").index(index);
        if let Some(algorithm) = check_key(context, jwk, &at, report)
            && !effective.key_algorithms.contains(&algorithm)
        {
            effective.key_algorithms.push(algorithm);
        }
    }
    let wanted = &client.request_object_signing_alg;
    if !wanted.is_empty() && !effective.key_algorithms.contains(wanted) {
        let message = shown!("none of the client's keys is for {}", quoted(wanted));
        let help = shown!("they are for {}", any_of(&effective.key_algorithms));
        report.add(Draft::new(&REQUEST_OBJECT, effective.at("request_object_signing_alg"), message).help(help));
    }
}

/// Checks one key, and returns its algorithm.
fn check_key(context: &ProviderContext<'_>, jwk: &Jwk, at: &Location, report: &mut Report<'_>) -> Option<String> {
    let mut add = |option: &'static str, message: Shown| {
        report.add(Draft::new(&KEYS, at.clone().key(option), message));
    };
    if jwk.key_id.is_empty() {
        add("key_id", Shown::fixed("the key has no id"));
    }
    let Some(key) = &jwk.key else {
        add("key", Shown::fixed("the key is missing"));
        return None;
    };
    let Some(default) = algorithm_for(key, &jwk.usage) else {
        add("key", shown!("this is {}, which cannot be used here", key.kind()));
        return None;
    };
    let uses: &[&str] = if context.options.minor < 39 { &["sig"] } else { &["sig", "enc"] };
    if !jwk.usage.is_empty() && !uses.contains(&jwk.usage.as_str()) {
        add("use", shown!("{} is not a use of a key: use {}", quoted(&jwk.usage), any_of(uses)));
    }
    let algorithm = if jwk.algorithm.is_empty() { default.to_owned() } else { jwk.algorithm.clone() };
    if !jwk.algorithm.is_empty() && !SIGNING.contains(&jwk.algorithm.as_str()) {
        add("algorithm", shown!("{} is not one of {}", quoted(&jwk.algorithm), any_of(&SIGNING)));
    }
    let usable = match key {
        KeyMaterial::Public(public @ Public::Rsa { .. }) if public.rsa_bits().is_some_and(|bits| bits < 2048) => {
            add("key", shown!("an RSA key of {} bits is too short: 2048 are needed", public.rsa_bits().unwrap_or(0)));
            false
        }
        KeyMaterial::Public(Public::Rsa { .. } | Public::Ec { .. }) => true,
        _ => {
            add("key", shown!("expected an RSA or ECDSA public key, found {}", key.kind()));
            false
        }
    };
    let mut add = |message| report.add(Draft::new(&CHAIN, at.clone().key("certificate_chain"), message));
    if !jwk.chain.is_empty() {
        if usable && !jwk.chain.is_for(key) {
            add(Shown::fixed("the first certificate is for another key"));
        }
        if let Err(refusal) = jwk.chain.validate(context.options.now) {
            add(shown!("the certificate chain is invalid: {}", refusal));
        }
    }
    (!algorithm.is_empty()).then_some(algorithm)
}
