//! Differences between Authelia 4.38 and 4.39, according to its source code.

use agepatch::check::{self, Options, Source};
use agepatch::document::Format;
use agepatch::shown::Shown;

/// The findings for a provider with these lines and this version, for rules with this prefix.
fn found(lines: &str, version: &str, rules: &str) -> Vec<String> {
    let text = format!("identity_providers:\n  oidc:\n{lines}");
    let options = Options { complete: true, ..Options::for_version(version).expect("a known version") };
    let document = check::parse(text.as_bytes(), Format::Yaml).expect("YAML");
    let found = check::run(&[Source::new(Shown::fixed("auth.yml"), Ok(&document))], &options);
    let ours = found.iter().filter(|finding| finding.rule.starts_with(rules));
    let named = |finding: &check::Finding| {
        format!("{} {}", finding.rule, finding.path.as_str().trim_start_matches("identity_providers.oidc."))
    };
    let mut found: Vec<String> = ours.map(named).collect();
    found.sort();
    found
}

fn keys(algorithm: &'static rcgen::SignatureAlgorithm, more: &str) -> String {
    let pem = rcgen::KeyPair::generate_for(algorithm).expect("a key").serialize_pem();
    let key: String = pem.lines().map(|line| format!("          {line}\n")).collect();
    format!("    jwks:\n      - key_id: main\n{more}        key: |\n{key}")
}

#[test]
fn until_4_39_keys_were_for_signing_only() {
    let encrypting = keys(&rcgen::PKCS_ECDSA_P256_SHA256, "        use: enc\n");
    assert_eq!(found(&encrypting, "4.38", "issuer"), ["issuer-key-use jwks[0].use", "issuer-rs256 jwks"]);
    assert_eq!(found(&encrypting, "4.39", "issuer"), [] as [&str; 0]);
    let algorithm = keys(&rcgen::PKCS_ECDSA_P256_SHA256, "        use: enc\n        algorithm: ECDH-ES\n");
    let expected = ["issuer-key-algorithm jwks[0].algorithm", "issuer-key-use jwks[0].use", "issuer-rs256 jwks"];
    assert_eq!(found(&algorithm, "4.38", "issuer"), expected);
    assert_eq!(found(&algorithm, "4.39", "issuer"), [] as [&str; 0]);
    // Authelia 4.38 did not allow one id for two uses.
    let twice = format!("{encrypting}{}", keys(&rcgen::PKCS_ECDSA_P256_SHA256, "").replace("    jwks:\n", ""));
    assert!(found(&twice, "4.38", "issuer-key-id").contains(&"issuer-key-id jwks[1].key_id".to_owned()));
    assert_eq!(found(&twice, "4.39", "issuer-key-id"), [] as [&str; 0]);
    // A key that cannot sign has no use, which was not a separate error.
    let ed25519 = keys(&rcgen::PKCS_ED25519, "");
    assert_eq!(found(&ed25519, "4.38", "issuer"), ["issuer-key jwks[0].key"]);
}

#[test]
fn until_4_39_the_authorization_response_could_be_unsigned() {
    let client = "    clients:\n      - client_id: a\n        authorization_signed_response_alg: none\n";
    assert_eq!(found(client, "4.38", "signed-response"), [] as [&str; 0]);
    let expected = ["signed-response-alg clients[a].authorization_signed_response_alg"];
    assert_eq!(found(client, "4.39", "signed-response"), expected);
}

#[test]
fn a_map_in_place_of_the_old_key_is_a_key_without_numbers() {
    for version in ["4.38", "4.39"] {
        let map = "    issuer_private_key: {}\n";
        assert_eq!(found(map, version, "issuer"), ["issuer-key jwks[0].key"]);
        assert_eq!(found(map, version, "option-type"), [] as [&str; 0]);
        let both = format!("{map}{}", keys(&rcgen::PKCS_ECDSA_P256_SHA256, ""));
        assert_eq!(found(&both, version, "issuer"), ["issuer-keys jwks"]);
    }
}

#[test]
fn an_empty_sector_identifier_counts_as_absent() {
    let sector = |uri: &str| {
        let client = format!("    clients:\n      - client_id: a\n        sector_identifier_uri: '{uri}'\n");
        found(&client, "4.39", "sector").len()
    };
    assert_eq!(["?", "", "#", "user@example.com"].map(sector), [1, 0, 0, 1]);
}

#[test]
fn options_of_4_39_are_unknown_to_4_38_and_not_checked() {
    let endpoints = "    cors:\n      endpoints: [device-authorization]\n";
    assert_eq!(found(endpoints, "4.38", "cors"), ["cors-endpoints cors.endpoints"]);
    assert_eq!(found(endpoints, "4.39", "cors"), [] as [&str; 0]);
    let networks = "    authorization_policies:\n      p:\n        rules:\n          - policy: one_factor\n            \
                    subject: 'group:x'\n            networks: [nowhere]\n";
    assert_eq!(found(networks, "4.38", "network"), [] as [&str; 0]);
    assert_eq!(found(networks, "4.38", "unknown"), ["unknown-key authorization_policies.p.rules[].networks"]);
    assert_eq!(found(networks, "4.39", "network").len(), 1);
    for (lines, name) in [
        ("    lifespans:\n      device_code: 1 parsec\n", "lifespans.device_code"),
        ("    claims_policies:\n      x:\n        id_token: {a: 1}\n", "claims_policies.x.id_token.a"),
    ] {
        assert_eq!(found(lines, "4.38", "unknown"), [format!("unknown-key {name}")], "{lines}");
        assert_eq!(found(lines, "4.38", "duration"), [] as [&str; 0], "{lines}");
        assert_eq!(found(lines, "4.38", "option-type"), [] as [&str; 0], "{lines}");
    }
}

#[test]
fn an_old_option_that_moves_into_an_empty_map_stops_every_second_start() {
    let old = "    access_token_lifespan: 1h\n";
    assert_eq!(found(&format!("    lifespans: {{}}\n{old}"), "4.39", "unknown"), ["unknown-key lifespans"]);
    for beside in ["    lifespans.access_token: 2h\n", "    lifespans:\n      access_token: 2h\n", ""] {
        let lines = format!("{beside}{old}");
        assert_eq!(found(&lines, "4.39", "unknown"), [] as [&str; 0], "{lines}");
        assert_eq!(found(&lines, "4.39", "deprecated"), ["deprecated-key access_token_lifespan"], "{lines}");
    }
}

#[test]
fn a_value_that_cannot_be_decoded_hides_nothing_but_what_follows_from_it() {
    let client = |secret: &str| {
        format!(
            "    clients:\n      - client_id: a\n        client_secret: {secret}\n        authorization_policy: three_factor\n        \
             redirect_uris: ['https://a.example.com']\n"
        )
    };
    let lines = client("2024-01-01");
    assert_eq!(found(&lines, "4.39", "option-type"), ["option-type clients[a].client_secret"]);
    assert_eq!(found(&lines, "4.39", "authorization-policy"), ["authorization-policy clients[a].authorization_policy"]);
    assert_eq!(found(&lines, "4.39", "client-secret"), [] as [&str; 0]);
    let lines = client("'$plaintext$x'") + "totp:\n  period: [a]\n";
    assert_eq!(found(&lines, "4.39", "authorization-policy"), ["authorization-policy clients[a].authorization_policy"]);
    // Nothing else is known about a client without its type.
    let lines = client("x").replace("client_secret: x", "public: yes");
    assert_eq!(found(&lines, "4.39", "option-type").len(), 1);
    assert_eq!(found(&lines, "4.39", "client").len(), 0);
}

#[test]
fn a_file_that_ends_early_is_read_up_to_there() {
    let text = "  theme: auto\nidentity_providers:\n  oidc: {}\n";
    let options = Options { complete: true, ..Options::for_version("4.39").expect("a known version") };
    let document = check::parse(text.as_bytes(), Format::Yaml).expect("its first part is YAML");
    let found = check::run(&[Source::new(Shown::fixed("auth.yml"), Ok(&document))], &options);
    let early: Vec<_> = found.iter().filter(|finding| finding.rule == "configuration-ends-early").collect();
    assert_eq!(early.len(), 1);
    assert_eq!(early[0].line, Some((2, 1)));
    assert!(found.iter().all(|finding| finding.severity != check::Severity::Error), "Authelia says nothing");
}
