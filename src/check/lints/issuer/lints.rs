//! The check rules about the provider's own keys.

use crate::check::{Lint, Severity};

pub(super) static REQUIRED: Lint = Lint {
    id: "issuer-keys",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks",
    since: "4.38",
    summary: "the provider has signing keys under `jwks`",
    explanation: "Authelia signs what it tells applications about a user. For that it needs at least one private key, \
        under `identity_providers.oidc.jwks`. The older `issuer_private_key` still works but cannot be combined with `jwks`.",
    example: "identity_providers:\n  oidc:\n    clients: []  # and no jwks",
    fix: "Create a key with `openssl genrsa 4096` and put it under `jwks` with `key_id`, `algorithm: RS256`, and \
        `use: sig`.",
};

pub(super) static RS256: Lint = Lint {
    id: "issuer-rs256",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks",
    since: "4.38",
    summary: "the provider has a signing key for `RS256`",
    explanation: "The OpenID Connect standard requires that every application can verify `RS256` signatures. So \
        whatever other keys there are, one must be an RSA key for `RS256`.",
    example: "jwks:\n  - key_id: 'ec'\n    algorithm: 'ES256'  # the only key",
    fix: "Add an RSA key with `algorithm: RS256`.",
};

pub(super) static KEY: Lint = Lint {
    id: "issuer-key",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks[].key",
    since: "4.38",
    summary: "the provider's keys are RSA or ECDSA private keys of sufficient size",
    explanation: "To sign, Authelia needs the private key itself. RSA keys must have at least 2048 bits; shorter ones can \
        be broken. Keys of other kinds (Ed25519, symmetric ones) cannot be used.",
    example: "jwks:\n  - key_id: 'main'\n    key: |\n      -----BEGIN PUBLIC KEY-----  # the private one is wanted",
    fix: "Create a key with `openssl genrsa 4096`.",
};

pub(super) static KEY_ID: Lint = Lint {
    id: "issuer-key-id",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks[].key_id",
    since: "4.38",
    summary: "key ids are unique, short, and made of plain characters",
    explanation: "Applications find the key for a signature by its id. So keys for the same use must have different \
        ids. An id has at most 100 characters: letters, digits, `.`, `_`, `~`, and `-`, with a letter or digit at \
        both ends.",
    example: "jwks:\n  - key_id: 'main-'",
    fix: "Choose another id, or leave it out: Authelia then derives one from the key.",
};

pub(super) static USE: Lint = Lint {
    id: "issuer-key-use",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks[].use",
    since: "4.38",
    summary: "a key is for signing (`sig`) or for encryption (`enc`)",
    explanation: "Each key has one purpose: `sig` to sign what Authelia sends, `enc` to decrypt what it receives. The \
        default is `sig`.",
    example: "jwks:\n  - key_id: 'main'\n    use: 'both'",
    fix: "Write `sig`, or leave the option out.",
};

pub(super) static ALGORITHM: Lint = Lint {
    id: "issuer-key-algorithm",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks[].algorithm",
    since: "4.38",
    summary: "a key's algorithm is one that Authelia supports for its use",
    explanation: "Signing keys can be for `RS256`, `PS256`, `ES256`, and their longer variants (384, 512). Algorithms \
        that sign with a shared secret (`HS256`) are not possible, since applications could then sign as Authelia.",
    example: "jwks:\n  - key_id: 'main'\n    algorithm: 'HS256'",
    fix: "Leave the option out: the algorithm then follows from the key.",
};

pub(super) static CHAIN: Lint = Lint {
    id: "issuer-certificate-chain",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks[].certificate_chain",
    since: "4.38",
    summary: "a key's certificates are for that key, valid, and in order",
    explanation: "If a key has certificates, the first must be for that key, each must be signed by the next, and all \
        must be valid today. Otherwise Authelia does not start, so an expired certificate breaks the next restart.",
    example: "jwks:\n  - key_id: 'main'\n    certificate_chain: |  # expired yesterday",
    fix: "Renew the certificate, or remove the option: signatures do not need it.",
};

pub(super) static DISCOVERY: Lint = Lint {
    id: "discovery-signed-response",
    severity: Severity::Error,
    option: "identity_providers.oidc.discovery_signed_response_alg",
    since: "4.38",
    summary: "the discovery document is signed with a key that the provider has",
    explanation: "Applications learn from the discovery document where Authelia's endpoints are. It can be signed; \
        then the provider must have the named key, or one for the named algorithm.",
    example: "discovery_signed_response_alg: 'ES256'  # and no such key",
    fix: "Remove the option, or add the key.",
};
