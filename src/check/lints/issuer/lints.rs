//! The check rules about the provider's own keys.

use crate::check::{Lint, Severity};

pub(super) static REQUIRED: Lint = Lint {
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

pub(super) static RS256: Lint = Lint {
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

pub(super) static KEY: Lint = Lint {
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

pub(super) static KEY_ID: Lint = Lint {
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

pub(super) static USE: Lint = Lint {
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

pub(super) static ALGORITHM: Lint = Lint {
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

pub(super) static CHAIN: Lint = Lint {
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

pub(super) static DISCOVERY: Lint = Lint {
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
