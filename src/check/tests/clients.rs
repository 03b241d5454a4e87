//! Rules about clients.

use jiff::Timestamp;

use super::{block, findings, key, options, provider, said};
use crate::check::Options;

/// The findings for one client with these lines, in a provider with these others.
fn of_client(lines: &str, more: &str, rules: &str, options: &Options) -> String {
    let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    said(&provider(&format!("{more}\nclients:\n  - client_id: a\n{lines}")), rules, options)
}

#[test]
fn a_client_is_compared_with_the_options_of_its_version() {
    for (lines, rules, version, expected) in [
        ("grant_types: [client_credentials]", "scopes", "4.39", ""),
        (
            "grant_types: [client_credentials]\nscopes: [openid]",
            "scopes",
            "4.39",
            "scopes-client-credentials clients[a].scopes",
        ),
        ("scopes: [openid, groups]", "scopes", "4.38", ""),
        ("scopes: [address]", "scopes", "4.38", "scopes-unknown clients[a].scopes"),
        ("scopes: [address]", "scopes", "4.39", ""),
        ("claims_policy: x", "claims-policy", "4.38", ""),
        ("claims_policy: x", "claims-policy", "4.39", "claims-policy clients[a].claims_policy"),
        ("id_token_encrypted_response_alg: x", "encrypted", "4.38", ""),
        (
            "id_token_encrypted_response_alg: x",
            "encrypted",
            "4.39",
            "encrypted-response-alg clients[a].id_token_encrypted_response_alg",
        ),
        ("revocation_endpoint_auth_method: x", "revocation", "4.38", ""),
        (
            "revocation_endpoint_auth_method: x",
            "revocation",
            "4.39",
            "revocation-endpoint-auth-method clients[a].revocation_endpoint_auth_method",
        ),
        (
            "id_token_signed_response_alg: HS256",
            "signed",
            "4.38",
            "signed-response-alg clients[a].id_token_signed_response_alg",
        ),
        ("id_token_signed_response_alg: HS256", "signed", "4.39", ""),
        ("authorization_signed_response_alg: none", "signed", "4.38", ""),
        (
            "authorization_signed_response_alg: none",
            "signed",
            "4.39",
            "signed-response-alg clients[a].authorization_signed_response_alg",
        ),
        ("sector_identifier_uri: 'https://a.example.com/x'", "sector", "4.39", ""),
        (
            "sector_identifier_uri: 'http://a.example.com/x'",
            "sector",
            "4.39",
            "sector-identifier-uri clients[a].sector_identifier_uri",
        ),
        ("jwks_uri: 'https://a.example.com/x'", "client-jwks", "4.39", ""),
        ("jwks_uri: 'http://a.example.com/x'", "client-jwks", "4.39", "client-jwks-uri clients[a].jwks_uri"),
        (
            "authorization_policy: deny",
            "authorization-policy",
            "4.39",
            "authorization-policy clients[a].authorization_policy",
        ),
    ] {
        assert_eq!(of_client(lines, "jwks: []", rules, &options(version)), expected, "{lines} with {version}");
    }
}

#[test]
fn a_policy_called_deny_is_not_allowed_for_a_client() {
    let policies = "authorization_policies: { deny: { rules: [{ policy: deny, subject: 'user:a' }] } }";
    let said = of_client("authorization_policy: deny", policies, "authorization-policy", &options("4.39"));
    assert_eq!(said, "authorization-policy clients[a].authorization_policy");
}

#[test]
fn messages_name_the_problem() {
    let message = |lines: &str, rule: &str| {
        let text = provider(&format!("clients:\n  - client_id: a\n    {lines}"));
        let found = findings(&text, &options("4.39"));
        let finding = found.iter().find(|finding| finding.rule == rule).expect("a finding").clone();
        (finding.message.as_str().to_owned(), finding.fix.is_some())
    };
    for (lines, rule, expected, is_fixed) in [
        ("id_token_signed_response_alg: none", "signed-response-alg", "this response cannot be left unsigned", false),
        (
            "request_uris: [a.example.com/x]",
            "request-uris",
            "`a.example.com/x` has no scheme, such as `https://`",
            false,
        ),
        (
            "request_uris: ['http://a.example.com/x']",
            "request-uris",
            "`http://a.example.com/x` does not use `https`",
            false,
        ),
        (
            "token_endpoint_auth_method: NONE",
            "token-endpoint-auth-method",
            "`NONE` is not such a method: use `none`, `client_secret_post`, `client_secret_basic`, `private_key_jwt` or `client_secret_jwt`",
            false,
        ),
        (
            "token_endpoint_auth_method: Client-Secret-Post",
            "token-endpoint-auth-method",
            "`Client-Secret-Post` is not such a method: use `none`, `client_secret_post`, `client_secret_basic`, `private_key_jwt` or `client_secret_jwt`",
            true,
        ),
        ("public: []", "option-type", "expected `true` or `false`, found a list", false),
        ("client_id: {}", "option-type", "expected a string, found a map", false),
    ] {
        let lines = if lines.starts_with("client_id") { format!("x: 1\n  - {lines}") } else { lines.to_owned() };
        assert_eq!(message(&lines, rule), (expected.to_owned(), is_fixed), "{lines}");
    }
}

#[test]
fn a_client_that_the_documentation_knows_is_compared_option_by_option() {
    let found = findings(&provider("clients:\n  - client_id: grafana\n    scopes: [openid]"), &options("4.39"));
    let of_profile = found.iter().filter(|finding| finding.rule == "client-profile");
    let message = |option: &str| {
        let found = of_profile.clone().find(|finding| finding.path.as_str().ends_with(option)).expect("a finding");
        found.message.as_str().to_owned()
    };
    assert_eq!(message(".require_pkce"), "the documentation of Grafana has `true` here, this client `false`");
    assert_eq!(message(".scopes"), "the documentation of Grafana also has `profile, groups, email` here");
}

#[test]
fn invalid_ids_are_not_reported_as_shared() {
    for (id, expected) in [
        ("a".to_owned(), "client-id-unique clients[a].client_id"),
        ("i".repeat(100), "client-id-unique"),
        (String::new(), "client-id clients[#1].client_id, client-id clients[#2].client_id"),
        ("a b".to_owned(), "client-id clients[a b].client_id, client-id clients[a b].client_id"),
        ("i".repeat(101), "client-id"),
    ] {
        let text = provider(&format!("clients: [{{ client_id: '{id}' }}, {{ client_id: '{id}' }}]"));
        let found = said(&text, "client-id", &options("4.39"));
        if id.len() < 100 {
            assert_eq!(found, expected);
        } else {
            let rules: Vec<&str> = found.split(", ").filter_map(|said| said.split(' ').next()).collect();
            assert!(rules.iter().all(|rule| *rule == expected) && rules.len() == if id.len() > 100 { 2 } else { 1 });
        }
    }
}

#[test]
fn a_plain_secret_is_only_needed_for_signing() {
    const ADVICE: &str = "client-secret-in-the-clear clients[a].client_secret";
    let said = |lines: &str| of_client(lines, "", "client-secret-in", &options("4.39"));
    for (lines, expected) in [
        ("client_secret: x", ""),
        ("client_secret: x\nid_token_signed_response_alg: RS256", ""),
        ("client_secret: x\ntoken_endpoint_auth_method: client_secret_jwt", ADVICE),
        ("client_secret: x\nid_token_signed_response_alg: HS256", ADVICE),
        ("client_secret: x\nid_token_signed_response_alg: HS256\nid_token_signed_response_key_id: k", ""),
        ("client_secret: '$6$salt$key'\nid_token_signed_response_alg: HS256", ""),
        ("token_endpoint_auth_method: client_secret_jwt", ""),
    ] {
        assert_eq!(said(lines), expected, "{lines}");
    }
}

#[test]
fn clients_that_share_something_are_named() {
    let text = provider("clients: [{ client_id: first, client_secret: x }, { client_id: second, client_secret: x }]");
    let found = findings(&text, &options("4.39"));
    let shared = found.iter().find(|finding| finding.rule == "client-secret-shared").expect("a finding");
    assert_eq!(shared.message.as_str(), "the client `first` has the same secret");
}

#[test]
fn claims_of_custom_scopes_come_from_the_clients_policy() {
    const SAID: &str = "scopes-claims clients[a].scopes";
    for (scopes, claims, policy, expected) in [
        ("[openid, staff]", "[badge]", "{ custom_claims: { badge: { attribute: groups } } }", ""),
        ("[openid, staff]", "[badge]", "{}", SAID),
        ("[openid]", "[badge]", "{}", ""),
        ("[openid, staff]", "[email]", "{}", ""),
        ("[openid, staff]", "[email, badge, pin]", "{ custom_claims: { badge: { attribute: groups } } }", SAID),
    ] {
        let more = format!(
            "scopes: {{ other: {{ claims: [pin] }}, staff: {{ claims: {claims} }} }}\n\
             claims_policies: {{ mine: {policy}, all: {{ custom_claims: {{ badge: {{ attribute: groups }}, pin: {{ attribute: groups }} }} }} }}"
        );
        let client = format!("claims_policy: mine\nscopes: {scopes}");
        assert_eq!(
            of_client(&client, &more, "scopes-claims", &options("4.39")),
            expected,
            "{scopes} {claims} {policy}"
        );
    }
}

/// A client's key: its options, and the findings about them.
fn of_key(options_of_key: &str, name: &str, version: &str) -> String {
    let lines = format!("jwks:\n  - key_id: k\n    {options_of_key}\n    key: {}", key(name, 6));
    of_client(&lines, "", "client-jwks", &options(version))
}

#[test]
fn a_clients_keys_are_public_and_large_enough() {
    for (more, name, version, expected) in [
        ("use: sig", "rsa2048.public", "4.39", ""),
        ("use: enc", "rsa2048.public", "4.39", ""),
        ("use: enc", "rsa2048.public", "4.38", "client-jwks clients[a].jwks[0].use"),
        ("use: sig", "rsa1024.public", "4.39", "client-jwks clients[a].jwks[0].key"),
        ("use: sig", "rsa2048.pkcs8", "4.39", "client-jwks clients[a].jwks[0].key"),
        ("use: sig", "ed25519.public", "4.39", "client-jwks clients[a].jwks[0].key"),
        ("use: sig", "prime256v1.public", "4.39", ""),
    ] {
        assert_eq!(of_key(more, name, version), expected, "{name} {more} {version}");
    }
}

#[test]
fn a_chain_belongs_to_its_key_and_is_reported_before_it_expires() {
    let pair = rcgen::KeyPair::generate().expect("a key");
    let mut params = rcgen::CertificateParams::new(vec![]).expect("parameters");
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2030, 1, 31);
    let chain = block(&params.self_signed(&pair).expect("a certificate").pem(), 6);
    let said = |key: &str, now: &str, rules: &str| {
        let lines = format!("jwks:\n  - key_id: k\n    key: {key}\n    certificate_chain: {chain}");
        let now: Timestamp = format!("{now}T00:00:00Z").parse().expect("a time");
        of_client(&lines, "", rules, &Options { now, ..options("4.39") })
    };
    let own = block(&pair.public_key_pem(), 6);
    assert_eq!(said(&own, "2025-01-01", "client-jwks"), "");
    let other = "client-jwks-certificate clients[a].jwks[0].certificate_chain";
    assert_eq!(said(&key("prime256v1.public", 6), "2025-01-01", "client-jwks"), other);
    for (now, is_told) in [
        ("2020-01-31", false),
        ("2030-01-01", false),
        ("2030-01-02", true),
        ("2030-01-31", true),
        ("2030-02-01", false),
    ] {
        let expected = if is_told { "certificate-expiry clients[a].jwks[0].certificate_chain" } else { "" };
        assert_eq!(said(&own, now, "certificate-expiry"), expected, "{now}");
    }
}
