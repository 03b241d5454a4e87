//! The provider's own keys.

mod issuer_keys;
mod jwk;
mod lints;

use crate::check::decode::{Jwk, Provider};
use crate::check::key_material::KeyMaterial;
use crate::check::location::Location;
use crate::check::report::{Draft, Report, any_of, quoted};
use crate::check::{Lint, Options};
use crate::shown;
use crate::shown::Shown;
use jwk::JwkLinter;
use lints::{ALGORITHM, CHAIN, DISCOVERY, KEY, KEY_ID, REQUIRED, RS256, USE};

pub(in crate::check) use issuer_keys::IssuerKeys;
pub(in crate::check) use jwk::{SIGNING, algorithm_for};

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
