//! Rules about the provider and its keys.

use super::{findings, key, options, provider, said};
use crate::check::key_material::KeyMaterial;
use crate::check::lints::issuer::algorithm_for;

fn jwk(name: &str, more: &str) -> String {
    format!("  - key: {}{more}\n", key(name, 6))
}

/// Issuer keys (file and further lines), then the findings about them and a client with these lines.
fn with_keys(keys: &[(&str, &str)], more: &str, client: &str, rules: &str) -> String {
    let keys: String = keys.iter().map(|(name, more)| jwk(name, more)).collect();
    said(&provider(&format!("{more}\njwks:\n{keys}clients:\n  - client_id: a\n{client}")), rules, &options("4.39"))
}

#[test]
fn the_single_old_key_is_a_key_like_others() {
    let said = |name: &str, more: &str, rules: &str| {
        let text = format!("issuer_private_key: {}\n{more}\nclients: [{{ client_id: a }}]", key(name, 2));
        said(&provider(&text), rules, &options("4.39"))
    };
    assert_eq!(said("rsa2048.pkcs1", "", "issuer"), "");
    assert_eq!(said("rsa2048.pkcs8", "", "issuer"), "");
    assert_eq!(said("rsa2048.pkcs8", "discovery_signed_response_key_id: 'd325f0-rs256'", "discovery"), "");
    let wrong = said("rsa2048.pkcs8", "discovery_signed_response_key_id: x", "discovery");
    assert_eq!(wrong, "discovery-signed-response discovery_signed_response_key_id");
    let chain = format!("issuer_certificate_chain: {}", key("certificate", 2));
    assert_eq!(said("rsa2048.pkcs8", &chain, "issuer"), "issuer-certificate-chain jwks[0].certificate_chain");
    assert_eq!(said("prime256v1.pkcs8", "", "key-format"), "key-format issuer_private_key");
}

#[test]
fn a_key_without_an_id_gets_one_of_its_own() {
    const RSA: (&str, &str) = ("rsa2048.pkcs8", "");
    const EC: (&str, &str) = ("prime256v1.sec1", "");
    assert_eq!(with_keys(&[RSA, EC], "", "", "issuer"), "");
    assert_eq!(with_keys(&[RSA, RSA], "", "", "issuer"), "issuer-key-id jwks[1].key_id");
    let named = |id: &str| with_keys(&[RSA], "", &format!("    id_token_signed_response_key_id: {id}\n"), "signed");
    assert_eq!(named("d325f0-rs256"), "");
    assert_eq!(named("d325f0"), "signed-response-key-id clients[a].id_token_signed_response_key_id");
}

#[test]
fn an_id_has_at_most_a_hundred_characters() {
    for (length, expected) in [(100, ""), (101, "issuer-key-id jwks[0].key_id")] {
        let id = format!("\n    key_id: {}", "i".repeat(length));
        assert_eq!(with_keys(&[("rsa2048.pkcs8", &id)], "", "", "issuer"), expected, "{length}");
    }
}

#[test]
fn a_key_without_its_point_serves_by_its_algorithm() {
    const KEYS: [(&str, &str); 2] = [("rsa2048.pkcs8", ""), ("prime256v1.bare.sec1", "")];
    for (alg, expected) in [("ES256", ""), ("ES384", "signed-response-alg clients[a].id_token_signed_response_alg")] {
        assert_eq!(
            with_keys(&KEYS, "", &format!("    id_token_signed_response_alg: {alg}\n"), "signed"),
            expected,
            "{alg}"
        );
    }
    assert_eq!(with_keys(&KEYS, "discovery_signed_response_alg: ES256", "", "discovery"), "");
}

#[test]
fn encrypted_responses_are_signed_by_the_named_key() {
    const KEYS: [(&str, &str); 2] = [("rsa2048.pkcs8", "\n    key_id: rsa"), ("prime256v1.sec1", "\n    key_id: ec")];
    let client = |signed: &str| {
        let key = key("rsa2048.public", 10);
        format!(
            "    userinfo_encrypted_response_alg: RSA-OAEP\n    jwks:\n      - key_id: k\n        key: {key}\n{signed}"
        )
    };
    let unsigned = "encrypted-response-unsigned clients[a].userinfo_encrypted_response_alg";
    for (signed, expected) in [
        ("", unsigned),
        ("    userinfo_signed_response_alg: RS256\n", ""),
        ("    userinfo_signed_response_key_id: ec\n", ""),
        ("    userinfo_signed_response_key_id: ec\n    userinfo_signed_response_alg: none\n", ""),
        ("    userinfo_signed_response_key_id: other\n", unsigned),
    ] {
        assert_eq!(with_keys(&KEYS, "", &client(signed), "encrypted"), expected, "{signed}");
    }
}

#[test]
fn the_algorithm_follows_from_the_key() {
    for (bytes, usage, expected) in [
        (256, "enc", Some("A256GCMKW")),
        (192, "enc", Some("A192GCMKW")),
        (128, "enc", Some("A128GCMKW")),
        (32, "enc", Some("dir")),
        (16, "enc", Some("dir")),
        (33, "enc", None),
        (256, "sig", None),
        (32, "", None),
    ] {
        assert_eq!(algorithm_for(&KeyMaterial::Symmetric(bytes), usage), expected, "{bytes} {usage}");
    }
}

#[test]
fn options_of_the_provider_itself() {
    for (lines, rules, expected) in [
        ("minimum_parameter_entropy: -1", "minimum", "minimum-parameter-entropy minimum_parameter_entropy"),
        ("minimum_parameter_entropy: 1", "minimum", "minimum-parameter-entropy minimum_parameter_entropy"),
        ("minimum_parameter_entropy: 7", "minimum", "minimum-parameter-entropy minimum_parameter_entropy"),
        ("minimum_parameter_entropy: 8", "minimum", ""),
        ("minimum_parameter_entropy: 0", "minimum", ""),
        ("minimum_parameter_entropy: -2", "minimum", ""),
        (
            "authorization_policies: { p: { rules: [{ policy: deny, networks: {} }] } }",
            "authorization-policies",
            "authorization-policies authorization_policies.p.rules[0].subject",
        ),
        (
            "authorization_policies: { p: { rules: [{ policy: deny, networks: { a: b } }] } }",
            "authorization-policies",
            "",
        ),
    ] {
        assert_eq!(said(&provider(lines), rules, &options("4.39")), expected, "{lines}");
    }
    let fix = |enforce: &str| {
        let found = findings(&provider(&format!("enforce_pkce: {enforce}")), &options("4.39"));
        found.iter().find(|finding| finding.rule == "enforce-pkce").expect("a finding").fix.is_some()
    };
    // A boolean can only mean that all clients must.
    assert!(fix("true") && !fix("false") && !fix("sometimes"));
}

#[test]
fn plain_challenges_are_reported_while_a_client_may_send_them() {
    const ENABLED: &str = "enable_pkce_plain_challenge: true";
    let said = |line: &str, client: &str| {
        let text = format!("{line}\nclients:\n  - {{ client_id: a, pkce_challenge_method: S256 }}\n  - {client}");
        said(&provider(&text), "pkce-plain", &options("4.39"))
    };
    let finding = "pkce-plain-challenge enable_pkce_plain_challenge";
    assert_eq!(said(ENABLED, "{ client_id: b }"), finding);
    assert_eq!(said(ENABLED, "{ client_id: b, pkce_challenge_method: plain }"), finding);
    assert_eq!(said(ENABLED, "{ client_id: b, pkce_challenge_method: S256 }"), "");
    assert_eq!(said("enable_pkce_plain_challenge: false", "{ client_id: b }"), "");
    assert_eq!(said("", "{ client_id: b }"), "");
}
