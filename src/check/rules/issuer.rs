//! The provider's own keys.

use crate::check::decode::{Jwk, Provider};
use crate::check::keys::{Chain, Curve, Key, Public};
use crate::check::place::At;
use crate::check::report::{Draft, Report, any_of, quoted};
use crate::check::{Options, Rule, Severity};
use crate::shown;
use crate::shown::Shown;

static REQUIRED: Rule = Rule {
    id: "issuer-keys",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks",
    since: "4.38",
    summary: "the provider has keys to sign with, under `jwks`",
    explanation: "Authelia signs what it tells applications about a user. For that it needs at least one private key, \
        under `identity_providers.oidc.jwks`. The older `issuer_private_key` still works but cannot stand beside `jwks`.",
    example: "identity_providers:\n  oidc:\n    clients: []  # and no jwks",
    fix: "Make a key with `openssl genrsa 4096` and put it under `jwks` with `key_id`, `algorithm: RS256` and `use: sig`.",
};

static RS256: Rule = Rule {
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

static KEY: Rule = Rule {
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

static KEY_ID: Rule = Rule {
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

static USE: Rule = Rule {
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

static ALGORITHM: Rule = Rule {
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

static CHAIN: Rule = Rule {
    id: "issuer-certificate-chain",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks[].certificate_chain",
    since: "4.38",
    summary: "a key's certificates are for that key, valid, and in order",
    explanation: "Where a key comes with certificates, the first must be for that very key, each must be signed by the \
        next, and all must be valid today. Authelia does not start where that does not hold, so an expired certificate \
        stops it at its next restart.",
    example: "jwks:\n  - key_id: 'main'\n    certificate_chain: |  # expired yesterday",
    fix: "Renew the certificate, or take the option out: signatures do not need it.",
};

static DISCOVERY: Rule = Rule {
    id: "discovery-signed-response",
    severity: Severity::Error,
    option: "identity_providers.oidc.discovery_signed_response_alg",
    since: "4.38",
    summary: "the discovery document is signed with a key that the provider has",
    explanation: "Applications read from the discovery document where Authelia's endpoints are. It can be signed; then \
        the algorithm, or the key that is named, must be among the provider's keys.",
    example: "discovery_signed_response_alg: 'ES256'  # and no such key",
    fix: "Take the option out, or add the key.",
};

pub(in crate::check) static RULES: &[&Rule] = &[&REQUIRED, &RS256, &KEY, &KEY_ID, &USE, &ALGORITHM, &CHAIN, &DISCOVERY];

/// The algorithms that a key can sign with.
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

/// What Authelia makes of the provider's keys.
#[derive(Debug, Default)]
pub(in crate::check) struct Keys {
    /// Id and algorithm of each key, in order.
    listed: Vec<(String, String)>,
    /// The ids of usable signing keys.
    pub(in crate::check) signing_ids: Vec<String>,
    encryption_ids: Vec<String>,
    /// The algorithms that there are signing keys for.
    pub(in crate::check) algorithms: Vec<String>,
    /// Whether the keys stand in a file that is not in view.
    elsewhere: bool,
}

impl Keys {
    /// Algorithm and key of a response for which `alg` and `kid` are registered.
    pub(in crate::check) fn choose(&self, alg: &str, kid: &str, default: &str) -> (String, String) {
        let alg = if alg.is_empty() && kid.is_empty() { default } else { alg };
        if alg.is_empty() && kid.is_empty() {
            return Default::default();
        }
        if kid.is_empty() {
            let key = self.listed.iter().find(|(_, algorithm)| algorithm == alg);
            return (alg.to_owned(), key.map(|(id, _)| id.clone()).unwrap_or_default());
        }
        let alg = if alg.is_empty() { self.algorithm_of(kid).unwrap_or_default() } else { alg.to_owned() };
        (alg, kid.to_owned())
    }

    /// The algorithm of the key of this id.
    pub(in crate::check) fn algorithm_of(&self, kid: &str) -> Option<String> {
        self.listed.iter().find(|(id, _)| id == kid).map(|(_, algorithm)| algorithm.clone())
    }

    /// Adds a finding about a key that is not there; where no keys are in view, it may be elsewhere.
    pub(in crate::check) fn add(&self, draft: Draft, report: &mut Report<'_>) {
        if self.elsewhere { report.add_unless_elsewhere(draft) } else { report.add(draft) }
    }
}

/// The algorithm that fits a key and its use; empty where none does, nothing where the key is of no use at all.
pub(in crate::check) fn algorithm_for(key: &Key, usage: &str) -> Option<&'static str> {
    let encrypts = usage == "enc";
    match key {
        Key::Symmetric(_) if !encrypts => None,
        Key::Symmetric(256) => Some("A256GCMKW"),
        Key::Symmetric(192) => Some("A192GCMKW"),
        Key::Symmetric(128) => Some("A128GCMKW"),
        Key::Symmetric(bytes) => (*bytes <= 32).then_some("dir"),
        Key::Other(_) => None,
        Key::Private(public) | Key::Public(public) => Some(match (public, encrypts) {
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

/// Looks at the provider's keys.
pub(super) fn check(provider: &Provider, options: &Options, report: &mut Report<'_>) -> Keys {
    let mut keys = Keys::default();
    let as_written = |jwk: &Jwk| (jwk.key_id.clone(), jwk.algorithm.clone());
    let old = provider.issuer_private_key.as_ref();
    if !provider.jwks.is_empty()
        && (old.is_some() || provider.issuer_key_is_map || !provider.issuer_certificate_chain.is_empty())
    {
        keys.listed = provider.jwks.iter().map(as_written).collect();
        let message = Shown::fixed("`jwks` cannot stand beside `issuer_private_key` or `issuer_certificate_chain`");
        report.add(Draft::new(&REQUIRED, At::provider().key("jwks"), message));
        return keys;
    }
    if let Some(public) = old {
        let jwk = Jwk {
            usage: "sig".to_owned(),
            algorithm: "RS256".to_owned(),
            key: Some(Key::Private(public.clone())),
            chain: provider.issuer_certificate_chain.clone(),
            ..Jwk::default()
        };
        Reader { keys: &mut keys, options, report }.read(0, &jwk);
    } else if provider.issuer_key_is_map {
        // A key without any of its numbers.
        Reader { keys: &mut keys, options, report }.read(0, &Jwk::default());
    } else if provider.jwks.is_empty() {
        keys.elsewhere = true;
        let message = Shown::fixed("the provider has no keys");
        report.add_unless_elsewhere(Draft::new(&REQUIRED, At::provider().key("jwks"), message));
        return keys;
    }
    for (index, jwk) in provider.jwks.iter().enumerate() {
        Reader { keys: &mut keys, options, report }.read(index, jwk);
    }
    if !keys.algorithms.is_empty() && !keys.algorithms.iter().any(|algorithm| algorithm == "RS256") {
        let message = shown!("there are keys for {} only: one for `RS256` is needed", any_of(&keys.algorithms));
        report.add(Draft::new(&RS256, At::provider().key("jwks"), message));
    }
    check_discovery(provider, &keys, report);
    keys
}

/// Reads one key after the other.
struct Reader<'k, 'r> {
    keys: &'k mut Keys,
    options: &'k Options,
    report: &'k mut Report<'r>,
}

impl Reader<'_, '_> {
    fn add(&mut self, rule: &'static Rule, index: usize, option: &'static str, message: Shown) {
        self.report.add(Draft::new(rule, At::provider().key("jwks").index(index).key(option), message));
    }

    fn read(&mut self, index: usize, jwk: &Jwk) {
        let as_written = (jwk.key_id.clone(), jwk.algorithm.clone());
        let Some(key) = &jwk.key else {
            self.add(&KEY, index, "key", Shown::fixed("the key is missing"));
            return self.keys.listed.push(as_written);
        };
        // Until 4.39 a key was for signing, whatever else its use is said to be.
        let for_signing = self.options.minor < 39;
        let Some(default) = algorithm_for(key, if for_signing { "sig" } else { &jwk.usage }) else {
            self.add(&KEY, index, "key", shown!("this is {}, which cannot be used here", key.kind()));
            return self.keys.listed.push(as_written);
        };
        let id = if jwk.key_id.is_empty() { id_of(key, default, &jwk.algorithm) } else { jwk.key_id.clone() };
        self.check_id(index, &id, if for_signing { "sig" } else { &jwk.usage });
        let usage = match jwk.usage.as_str() {
            "" if matches!(key, Key::Private(Public::Ed25519(_)) | Key::Public(Public::Ed25519(_))) => "",
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
                let message = shown!("{} is no use of a key: use `sig` or `enc`", quoted(usage));
                return self.add(&USE, index, "use", message);
            }
            // One that cannot have a use is told of where the key is.
            "" => &SIGNING,
            _ => {
                self.add(&USE, index, "use", shown!("{} is no use of a key: use `sig`", quoted(usage)));
                &SIGNING
            }
        };
        if !algorithm.is_empty() && !known.contains(&algorithm) {
            self.add(&ALGORITHM, index, "algorithm", shown!("{} is none of {}", quoted(algorithm), any_of(known)));
        }
        let new = !algorithm.is_empty() && !self.keys.algorithms.iter().any(|known| known == algorithm);
        if (usage == "sig" || for_signing) && new {
            self.keys.algorithms.push(algorithm.to_owned());
        }
    }

    fn check_pair(&mut self, index: usize, key: &Key, chain: &Chain) {
        let usable = match key {
            Key::Private(public @ Public::Rsa { .. }) if public.rsa_bits().is_some_and(|bits| bits < 2048) => {
                let bits = public.rsa_bits().unwrap_or(0);
                self.add(&KEY, index, "key", shown!("an RSA key of {} bits is too short: 2048 are needed", bits));
                false
            }
            Key::Private(Public::Rsa { .. } | Public::Ec { .. }) => true,
            _ => {
                let message = shown!("an RSA or ECDSA private key is needed here, and this is {}", key.kind());
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
            self.add(&CHAIN, index, "certificate_chain", shown!("the chain does not hold: {}", refusal));
        }
    }
}

/// The id that Authelia gives to a key that has none.
fn id_of(key: &Key, default: &str, algorithm: &str) -> String {
    let algorithm = if algorithm.is_empty() { default } else { algorithm };
    match (key.public().and_then(Public::thumbprint), algorithm) {
        (None, _) => String::new(),
        (Some(thumbprint), "") => thumbprint,
        (Some(thumbprint), algorithm) => format!("{thumbprint}-{}", algorithm.replace('+', ".").to_lowercase()),
    }
}

fn check_discovery(provider: &Provider, keys: &Keys, report: &mut Report<'_>) {
    let (alg, kid) = keys.choose(&provider.discovery_alg, &provider.discovery_kid, "");
    let mut add = |option, message| report.add(Draft::new(&DISCOVERY, At::provider().key(option), message));
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
