//! Reads the provider's keys one by one.

use super::IssuerKeys;
use super::lints::{ALGORITHM, CHAIN, KEY, KEY_ID, USE};
use crate::check::decode::Jwk;
use crate::check::key_material::{Chain, Curve, KeyMaterial, Public};
use crate::check::location::Location;
use crate::check::report::{Draft, Report, any_of, quoted};
use crate::check::{Lint, Options};
use crate::shown;
use crate::shown::Shown;

/// The signing algorithms.
pub(in crate::check) const SIGNING: [&str; 9] =
    ["RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512"];

const ENCRYPTION: [&str; 17] = [
    "RSA1_5",
    "RSA-OAEP",
    "RSA-OAEP-256",
    "A128KW",
    "A192KW",
    "A256KW",
    "dir",
    "ECDH-ES",
    "ECDH-ES+A128KW",
    "ECDH-ES+A192KW",
    "ECDH-ES+A256KW",
    "A128GCMKW",
    "A192GCMKW",
    "A256GCMKW",
    "PBES2-HS256+A128KW",
    "PBES2-HS384+A192KW",
    "PBES2-HS512+A256KW",
];

/// The algorithm for a key and its use; empty if none fits, `None` if the key is unusable.
pub(in crate::check) fn algorithm_for(key: &KeyMaterial, usage: &str) -> Option<&'static str> {
    let encrypts = usage == "enc";
    match key {
        KeyMaterial::Symmetric(_) if !encrypts => None,
        KeyMaterial::Symmetric(256) => Some("A256GCMKW"),
        KeyMaterial::Symmetric(192) => Some("A192GCMKW"),
        KeyMaterial::Symmetric(128) => Some("A128GCMKW"),
        KeyMaterial::Symmetric(bytes) => (*bytes <= 32).then_some("dir"),
        KeyMaterial::Other(_) => None,
        KeyMaterial::Private(public) | KeyMaterial::Public(public) => Some(match (public, encrypts) {
            (Public::Ed25519(_), _) => "",
            (Public::Rsa { .. }, false) => "RS256",
            (Public::Rsa { .. }, true) => "RSA-OAEP-256",
            (Public::Ec { .. }, true) => "ECDH-ES+A256KW",
            (Public::Ec { curve, .. }, false) => match curve {
                Curve::P256 => "ES256",
                Curve::P384 => "ES384",
                Curve::P521 => "ES512",
                Curve::P224 => "",
            },
        }),
    }
}

pub(super) struct JwkLinter<'k, 'r> {
    pub(super) keys: &'k mut IssuerKeys,
    pub(super) options: &'k Options,
    pub(super) report: &'k mut Report<'r>,
}

impl JwkLinter<'_, '_> {
    fn add(&mut self, lint: &'static Lint, index: usize, option: &'static str, message: Shown) {
        self.report.add(Draft::new(lint, Location::provider().key("jwks").index(index).key(option), message));
    }

    pub(super) fn read(&mut self, index: usize, jwk: &Jwk) {
        let as_written = (jwk.key_id.clone(), jwk.algorithm.clone());
        let Some(key) = &jwk.key else {
            self.add(&KEY, index, "key", Shown::fixed("the key is missing"));
            return self.keys.listed.push(as_written);
        };
        // Before 4.39 every key was for signing, whatever its use.
        let for_signing = self.options.minor < 39;
        let Some(default) = algorithm_for(key, if for_signing { "sig" } else { &jwk.usage }) else {
            self.add(&KEY, index, "key", shown!("this is {}, which cannot be used here", key.kind()));
            return self.keys.listed.push(as_written);
        };
        if jwk.key_id.is_empty() && matches!(key.public(), Some(Public::Ec { curve: Curve::P224, .. })) {
            let message =
                Shown::fixed("no `key_id` can be made from a key on this curve: give one, or use another key");
            self.add(&KEY, index, "key", message);
            return self.keys.listed.push(as_written);
        }
        let id = if jwk.key_id.is_empty() { id_of(key, default, &jwk.algorithm) } else { jwk.key_id.clone() };
        self.check_id(index, &id, if for_signing { "sig" } else { &jwk.usage });
        let usage = match jwk.usage.as_str() {
            "" if matches!(key, KeyMaterial::Private(Public::Ed25519(_)) | KeyMaterial::Public(Public::Ed25519(_))) => {
                ""
            }
            "" => "sig",
            usage => usage,
        };
        let algorithm = if jwk.algorithm.is_empty() { default.to_owned() } else { jwk.algorithm.clone() };
        self.check_use(index, usage, &algorithm);
        self.check_pair(index, key, &jwk.chain);
        let algorithm = if for_signing || matches!(usage, "sig" | "enc") { algorithm } else { jwk.algorithm.clone() };
        self.keys.listed.push((id, algorithm));
    }

    fn check_id(&mut self, index: usize, id: &str, usage: &str) {
        if id.len() > 100 {
            self.add(
                &KEY_ID,
                index,
                "key_id",
                shown!("the id has {} characters, and at most 100 are allowed", id.len()),
            );
        }
        let ids = if usage == "enc" { &mut self.keys.encryption_ids } else { &mut self.keys.signing_ids };
        let taken = !id.is_empty() && ids.iter().any(|known| known == id);
        ids.push(id.to_owned());
        if taken {
            self.add(&KEY_ID, index, "key_id", Shown::fixed("another key has this id already"));
        }
        let outer = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
        let permitted = id.chars().all(|c| c.is_ascii_alphanumeric() || "._~-".contains(c));
        if !permitted || !outer(id.chars().next()) || !outer(id.chars().last()) {
            let message =
                Shown::fixed("the id may hold letters, digits and `. _ ~ -`, with a letter or digit at both ends");
            self.add(&KEY_ID, index, "key_id", message);
        }
    }

    fn check_use(&mut self, index: usize, usage: &str, algorithm: &str) {
        let for_signing = self.options.minor < 39;
        let known: &[&str] = match usage {
            "sig" => &SIGNING,
            "enc" if !for_signing => &ENCRYPTION,
            _ if !for_signing => {
                let message = shown!("{} is not a use of a key: use `sig` or `enc`", quoted(usage));
                return self.add(&USE, index, "use", message);
            }
            // A key that cannot have a use is reported elsewhere.
            "" => &SIGNING,
            _ => {
                self.add(&USE, index, "use", shown!("{} is not a use of a key: use `sig`", quoted(usage)));
                &SIGNING
            }
        };
        if !algorithm.is_empty() && !known.contains(&algorithm) {
            self.add(&ALGORITHM, index, "algorithm", shown!("{} is not one of {}", quoted(algorithm), any_of(known)));
        }
        let new = !algorithm.is_empty() && !self.keys.algorithms.iter().any(|known| known == algorithm);
        if (usage == "sig" || for_signing) && new {
            self.keys.algorithms.push(algorithm.to_owned());
        }
    }

    fn check_pair(&mut self, index: usize, key: &KeyMaterial, chain: &Chain) {
        let usable = match key {
            KeyMaterial::Private(public @ Public::Rsa { .. }) if public.rsa_bits().is_some_and(|bits| bits < 2048) => {
                let bits = public.rsa_bits().unwrap_or(0);
                self.add(&KEY, index, "key", shown!("an RSA key of {} bits is too short: 2048 are needed", bits));
                false
            }
            KeyMaterial::Private(Public::Rsa { .. } | Public::Ec { .. }) => true,
            _ => {
                let message = shown!("expected an RSA or ECDSA private key, found {}", key.kind());
                self.add(&KEY, index, "key", message);
                false
            }
        };
        if chain.is_empty() {
            return;
        }
        if usable && !chain.is_for(key) {
            self.add(&CHAIN, index, "certificate_chain", Shown::fixed("the first certificate is for another key"));
        }
        if let Err(refusal) = chain.validate(self.options.now) {
            self.add(&CHAIN, index, "certificate_chain", shown!("the certificate chain is invalid: {}", refusal));
        }
    }
}

/// The id that Authelia assigns to a key without one.
fn id_of(key: &KeyMaterial, default: &str, algorithm: &str) -> String {
    let algorithm = if algorithm.is_empty() { default } else { algorithm };
    match (key.public().and_then(Public::thumbprint), algorithm) {
        (None, _) => String::new(),
        (Some(thumbprint), "") => thumbprint,
        (Some(thumbprint), algorithm) => format!("{thumbprint}-{}", algorithm.replace('+', ".").to_lowercase()),
    }
}
