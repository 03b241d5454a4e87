//! How Authelia encrypts its responses to a client.

use super::{EffectiveClient, ProviderContext};
use crate::check::decode::{EncryptedResponse, RESPONSES, ResponseOptions};
use crate::check::lints::secrets;
use crate::check::report::{Draft, Report, any_of, quoted};
use crate::check::{Lint, Severity};
use crate::shown;

static ALGORITHM: Lint = Lint {
    id: "encrypted-response-alg",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].id_token_encrypted_response_alg",
    since: "4.39",
    summary: "responses are encrypted with an algorithm that Authelia supports",
    explanation: "What Authelia sends to an application can be encrypted as well as signed. This option sets how the \
        encryption key is exchanged. Few applications need it.",
    example: "id_token_encrypted_response_alg: 'dir'",
    fix: "Use `RSA-OAEP-256` or what the application's manual says, or remove the option.",
};

static CONTENT: Lint = Lint {
    id: "encrypted-response-enc",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].id_token_encrypted_response_enc",
    since: "4.39",
    summary: "the content of responses is encrypted with an algorithm that Authelia supports",
    explanation: "This option sets how the content itself is encrypted, once the key is exchanged. The default is \
        `A128CBC-HS256`.",
    example: "id_token_encrypted_response_enc: 'AES256'",
    fix: "Remove the option, or use `A256GCM`.",
};

static UNSIGNED: Lint = Lint {
    id: "encrypted-response-unsigned",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].userinfo_encrypted_response_alg",
    since: "4.39",
    summary: "only what is signed can be encrypted",
    explanation: "Anyone can encrypt something for an application, so encryption alone proves nothing. Authelia \
        therefore encrypts only what it signs. Access tokens, user information and introspection are signed only if \
        the option that ends in `_signed_response_alg` is set.",
    example: "userinfo_encrypted_response_alg: 'RSA-OAEP-256'  # and no userinfo_signed_response_alg",
    fix: "Set the matching `_signed_response_alg` to `RS256`, or remove the encryption.",
};

static KEYS: Lint = Lint {
    id: "encrypted-response-keys",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].jwks_uri",
    since: "4.39",
    summary: "to encrypt for a client, Authelia needs the client's public key",
    explanation: "Most algorithms encrypt with the application's public key. Authelia finds it in the client's \
        `jwks`, or fetches it from `jwks_uri`. Without either, it cannot encrypt.",
    example: "id_token_encrypted_response_alg: 'RSA-OAEP-256'  # and neither jwks nor jwks_uri",
    fix: "Set `jwks_uri` to the address at which the application publishes its keys, or put the key under `jwks`.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&ALGORITHM, &CONTENT, &UNSIGNED, &KEYS];

const ALGORITHMS: [&str; 17] = [
    "none",
    "RSA1_5",
    "RSA-OAEP",
    "RSA-OAEP-256",
    "ECDH-ES",
    "ECDH-ES+A128KW",
    "ECDH-ES+A192KW",
    "ECDH-ES+A256KW",
    "A128KW",
    "A192KW",
    "A256KW",
    "A128GCMKW",
    "A192GCMKW",
    "A256GCMKW",
    "PBES2-HS256+A128KW",
    "PBES2-HS384+A192KW",
    "PBES2-HS512+A256KW",
];

const CONTENT_ALGORITHMS: [&str; 6] =
    ["A128GCM", "A192GCM", "A256GCM", "A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512"];

/// Checks the encryption of the five kinds of response.
pub(in crate::check) fn check(context: &ProviderContext<'_>, effective: &EffectiveClient<'_>, report: &mut Report<'_>) {
    if context.options.minor < 39 {
        return;
    }
    for ((options, encrypted), signed) in
        RESPONSES.iter().zip(&effective.client.encrypted).zip(&effective.client.signed)
    {
        if encrypted.kid.is_empty() && matches!(encrypted.alg.as_str(), "" | "none") {
            continue;
        }
        let default = if matches!(options.name, "authorization" | "id_token") { "RS256" } else { "none" };
        let (chosen, kid) = context.issuer.choose(&signed.alg, &signed.kid, default);
        let signed_alg = if context.issuer.signing_ids.contains(&kid) {
            context.issuer.algorithm_of(&kid).unwrap_or(chosen)
        } else {
            chosen
        };
        check_response(effective, options, encrypted, &signed_alg, report);
    }
}

fn check_response(
    effective: &EffectiveClient<'_>,
    options: &ResponseOptions,
    encrypted: &EncryptedResponse,
    signed_alg: &str,
    report: &mut Report<'_>,
) {
    let alg = encrypted.alg.as_str();
    let at = || effective.at(options.encrypted_alg);
    if ALGORITHMS.contains(&alg) {
        if is_symmetric(alg) {
            secrets::must_be_plain(effective, options.encrypted_alg, alg, report);
        } else if effective.client.jwks_uri.is_none() && effective.client.jwks.is_empty() {
            let message = shown!("{} needs the client's public key", quoted(alg));
            report.add(Draft::new(&KEYS, effective.at("jwks_uri"), message));
        }
        if matches!(signed_alg, "" | "none") {
            let message = shown!("this is not signed, so it cannot be encrypted: set `{}`", options.signed_alg);
            report.add(Draft::new(&UNSIGNED, at(), message));
        }
    } else {
        let message = shown!("{} is not an algorithm that Authelia encrypts with", quoted(alg));
        report.add(Draft::new(&ALGORITHM, at(), message));
    }
    let enc = encrypted.enc.as_str();
    if !enc.is_empty() && !CONTENT_ALGORITHMS.contains(&enc) {
        let message = shown!("{} is not one of {}", quoted(enc), any_of(&CONTENT_ALGORITHMS));
        report.add(Draft::new(&CONTENT, effective.at(options.encrypted_enc), message));
    }
}

/// Whether the client's secret is the key.
fn is_symmetric(alg: &str) -> bool {
    alg.starts_with('A') || alg.starts_with("PBES2-")
}
