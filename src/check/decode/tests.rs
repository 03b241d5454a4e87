//! Which values can be converted, compared with Authelia's decoder.

use super::{DecodedConfig, decode};
use crate::check::go::GoValue;
use crate::document::{Document, Format};

/// Decodes a configuration; lists kind and place of each mistake.
fn decoded(text: &str) -> (DecodedConfig, String) {
    let document = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
    let tree = document.tree().expect("a tree");
    let (config, problems) = decode(&GoValue::read_document(&tree, 0));
    let said =
        problems.iter().map(|problem| format!("{:?} {}", problem.kind, problem.at.path(|index| index.to_string())));
    (config, said.collect::<Vec<_>>().join(", "))
}

fn hold(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(decoded(text).1, *expected, "{text}");
    }
}

#[test]
fn options_of_other_sections_have_their_types_checked() {
    hold(&[
        ("{ server: { disable_healthcheck: true } }", ""),
        ("{ server: { disable_healthcheck: T } }", ""),
        ("{ server: { disable_healthcheck: 'False' } }", ""),
        ("{ server: { disable_healthcheck: 2.5 } }", ""),
        ("{ server: { disable_healthcheck: '' } }", ""),
        ("{ server: { disable_healthcheck: yes } }", "Word server.disable_healthcheck"),
        ("{ server: { disable_healthcheck: [true] } }", "Type server.disable_healthcheck"),
        ("{ server: { buffers: { read: 4096, write: 1.5 } } }", ""),
        ("{ server: { buffers: { read: '0x10', write: '' } } }", ""),
        ("{ server: { buffers: { read: true } } }", ""),
        ("{ server: { buffers: { read: many } } }", "Word server.buffers.read"),
        ("{ server: { buffers: { read: {} } } }", "Type server.buffers.read"),
        ("{ theme: 5 }", ""),
        ("{ theme: [auto] }", "Type theme"),
        ("{ theme: { name: auto } }", "Type theme"),
        ("{ access_control: { rules: [{ domain: [a.example.com, 5] }] } }", ""),
        ("{ access_control: { rules: [{ domain: [a.example.com, [b]] }] } }", "Type access_control.rules[0].domain[1]"),
        ("{ access_control: { rules: [{ domain: [{ a: b }] }] } }", "Type access_control.rules[0].domain[0]"),
    ]);
}

#[test]
fn durations_and_the_words_of_one_of_them() {
    hold(&[
        ("{ session: { expiration: 1h } }", ""),
        ("{ session: { expiration: 1.5, inactivity: 300 } }", ""),
        ("{ session: { expiration: soon } }", "Duration session.expiration"),
        ("{ session: { expiration: {} } }", "Type session.expiration"),
        ("{ session: { expiration: always } }", "Duration session.expiration"),
        ("{ authentication_backend: { refresh_interval: always } }", ""),
        ("{ authentication_backend: { refresh_interval: disable } }", ""),
        ("{ authentication_backend: { refresh_interval: 5m } }", ""),
        ("{ authentication_backend: { refresh_interval: 300 } }", ""),
        ("{ authentication_backend: { refresh_interval: {} } }", ""),
        ("{ authentication_backend: { refresh_interval: 2020-01-01 } }", ""),
        ("{ authentication_backend: { refresh_interval: never } }", "Duration authentication_backend.refresh_interval"),
        ("{ authentication_backend: { refresh_interval: true } }", "Type authentication_backend.refresh_interval"),
        ("{ authentication_backend: { refresh_interval: [5m] } }", "Type authentication_backend.refresh_interval"),
    ]);
}

#[test]
fn maps_and_lists_of_maps() {
    hold(&[
        ("{ session: 5 }", "Type session"),
        ("{ session: true }", "Type session"),
        ("{ session: [] }", "Type session"),
        ("{ session: 2020-01-01 }", ""),
        ("{ session: ~ }", ""),
        ("{ session: { cookies: x } }", "Type session.cookies[0]"),
        ("{ session: { cookies: [x, ~, 2020-01-01, { domain: a }] } }", "Type session.cookies[0]"),
        ("{ session: { cookies: [{ domain: a }, { domain: [b] }] } }", "Type session.cookies[1].domain"),
        ("{ session: { cookies: { domain: [b] } } }", "Type session.cookies[0].domain"),
        // A list of maps is accepted for a map with keys chosen by the user, and for no other.
        ("{ definitions: { user_attributes: [{ a: { expression: x } }, ~] } }", ""),
        ("{ definitions: { user_attributes: [{}, 5] } }", "Type definitions.user_attributes[1]"),
        ("{ server: { endpoints: { authz: [{ ours: { implementation: x } }] } } }", ""),
        ("{ authentication_backend: { ldap: { attributes: { extra: [{}] } } } }", ""),
        ("{ authentication_backend: { file: { extra_attributes: [{}] } } }", ""),
    ]);
}

#[test]
fn notations_of_strings_in_other_sections() {
    hold(&[
        ("{ server: { address: 'tcp://:9091' } }", ""),
        ("{ server: { address: {} } }", ""),
        ("{ server: { address: 2020-01-01 } }", ""),
        ("{ server: { address: 5 } }", "Type server.address"),
        ("{ server: { address: 'tcp://:99999' } }", "Url server.address"),
        ("{ session: { redis: { tls: { minimum_version: TLS1.2 } } } }", ""),
        ("{ session: { redis: { tls: { minimum_version: {} } } } }", ""),
        ("{ session: { redis: { tls: { maximum_version: TLS1.4 } } } }", "Word session.redis.tls.maximum_version"),
        ("{ session: { redis: { tls: { minimum_version: 1.2 } } } }", "Type session.redis.tls.minimum_version"),
        ("{ session: { redis: { tls: { private_key: x } } } }", "Key session.redis.tls.private_key"),
        ("{ session: { redis: { tls: { private_key: 5 } } } }", "Type session.redis.tls.private_key"),
        (
            "{ session: { redis: { tls: { certificate_chain: x } } } }",
            "Certificates session.redis.tls.certificate_chain",
        ),
        ("{ session: { redis: { tls: { certificate_chain: {} } } } }", ""),
        ("{ session: { redis: { tls: { certificate_chain: 2020-01-01 } } } }", ""),
        ("{ session: { redis: { tls: { certificate_chain: '' } } } }", ""),
        ("{ session: { redis: { tls: { certificate_chain: 5 } } } }", "Type session.redis.tls.certificate_chain"),
        ("{ session: { redis: { tls: { server_name: [x] } } } }", "Type session.redis.tls.server_name"),
        ("{ session: { cookies: [{ authelia_url: '' }] } }", ""),
        ("{ session: { cookies: [{ authelia_url: {} }] } }", ""),
        (
            "{ session: { cookies: [{ authelia_url: 'https://a.example.com:x' }] } }",
            "Url session.cookies[0].authelia_url",
        ),
        ("{ session: { cookies: [{ authelia_url: [] }] } }", "Type session.cookies[0].authelia_url"),
        ("{ access_control: { rules: [{ domain_regex: '^a$' }] } }", ""),
        ("{ access_control: { rules: [{ resources: ['^/a$', {}, 2020-01-01] }] } }", ""),
        ("{ access_control: { rules: [{ resources: ['^/a$', ''] }] } }", "Word access_control.rules[0].resources[1]"),
        ("{ access_control: { rules: [{ domain_regex: [5] }] } }", "Type access_control.rules[0].domain_regex[0]"),
    ]);
}

#[test]
fn networks_are_addresses_or_names() {
    const RULE: &str = "access_control.rules[0].networks";
    let said = |definitions: &str, networks: &str| {
        decoded(&format!("{{ {definitions} access_control: {{ rules: [{{ networks: {networks} }}] }} }}")).1
    };
    for (definitions, networks, is_known) in [
        ("", "10.0.0.0/8", true),
        ("", "[10.0.0.1, '::1']", true),
        ("", "[]", true),
        ("", "{}", true),
        ("", "{ a: b }", true),
        ("", "2020-01-01", true),
        ("", "home", false),
        ("", "[10.0.0.1, home]", false),
        ("", "[10]", false),
        ("", "[{}]", false),
        ("definitions: { network: { home: [10.0.0.0/8] } },", "home", true),
        ("definitions: { network: { home: [10.0.0.0/8] } },", "[home, work]", false),
        // A name can look like anything, since values are converted to strings.
        ("definitions: { network: { 5: [10.0.0.0/8] } },", "[5]", true),
        ("definitions: { network: { 1.50: [10.0.0.0/8] } },", "[1.5]", true),
        ("definitions: { network: { true: [10.0.0.0/8] } },", "[True]", true),
        ("definitions: { network: { ~: [10.0.0.0/8] } },", "[null]", true),
        ("definitions: { network: { 5: [10.0.0.0/8] } },", "[6, true]", false),
    ] {
        let expected = if is_known { String::new() } else { format!("Network {RULE}") };
        assert_eq!(said(definitions, networks), expected, "{definitions} {networks}");
    }
    let listed =
        "{ access_control: { networks: [{ name: home, networks: [10.0.0.0/8] }], rules: [{ networks: home }] } }";
    assert_eq!(decoded(listed).1, "");
    hold(&[("{ definitions: { network: { home: [x] } } }", "Network definitions.network.home")]);
}

#[test]
fn the_user_database_and_definitions_give_attributes() {
    const LDAP: &str = "authentication_backend: { ldap: ";
    for (text, name, is_there) in [
        ("{}".to_owned(), "username", true),
        ("{}".to_owned(), "given_name", true),
        ("{}".to_owned(), "shoe_size", false),
        ("{ definitions: { user_attributes: { shoe_size: {} } } }".to_owned(), "shoe_size", true),
        ("{ authentication_backend: { file: { extra_attributes: { shoe_size: {} } } } }".to_owned(), "shoe_size", true),
        ("{ authentication_backend: { ldap: ~, file: {} } }".to_owned(), "given_name", true),
        (format!("{{ {LDAP} {{}} }} }}"), "given_name", false),
        (format!("{{ {LDAP} {{}} }} }}"), "email", true),
        (format!("{{ {LDAP} {{ attributes: {{ given_name: gn }} }} }} }}"), "given_name", true),
        (format!("{{ {LDAP} {{ attributes: {{ given_name: '' }} }} }} }}"), "given_name", false),
        (format!("{{ {LDAP} {{ attributes: {{ given_name: gn }} }} }} }}"), "family_name", false),
        (format!("{{ {LDAP} {{ implementation: activedirectory }} }} }}"), "postal_code", true),
        (format!("{{ {LDAP} {{ implementation: activedirectory }} }} }}"), "nickname", false),
        (format!("{{ {LDAP} {{ implementation: freeipa }} }} }}"), "given_name", true),
        (format!("{{ {LDAP} {{ implementation: freeipa }} }} }}"), "postal_code", false),
        (format!("{{ {LDAP} {{ implementation: custom }} }} }}"), "given_name", false),
        (format!("{{ {LDAP} {{ attributes: {{ extra: {{ shoe: {{}} }} }} }} }} }}"), "shoe", true),
        (format!("{{ {LDAP} {{ attributes: {{ extra: {{ shoe: {{ name: '' }} }} }} }} }} }}"), "shoe", true),
        (format!("{{ {LDAP} {{ attributes: {{ extra: {{ shoe: {{ name: foot }} }} }} }} }} }}"), "foot", true),
        (format!("{{ {LDAP} {{ attributes: {{ extra: {{ shoe: {{ name: foot }} }} }} }} }} }}"), "shoe", false),
    ] {
        assert_eq!(decoded(&text).0.attributes.contains(name), is_there, "{name} in {text}");
    }
}

#[test]
fn the_provider_is_converted_weakly() {
    hold(&[
        (
            "{ identity_providers: { oidc: { lifespans: { custom: { a: { access_token: x } } } } } }",
            "Duration identity_providers.oidc.lifespans.custom.a.access_token",
        ),
        (
            "{ identity_providers: { oidc: { lifespans: { custom: { a: { grants: { implicit: { id_token: x } } } } } } } }",
            "Duration identity_providers.oidc.lifespans.custom.a.grants.implicit.id_token",
        ),
        (
            "{ identity_providers: { oidc: { lifespans: { custom: { a: 5 } } } } }",
            "Type identity_providers.oidc.lifespans.custom.a",
        ),
        ("{ identity_providers: { oidc: { lifespans: { custom: { a: ~ } } } } }", ""),
        ("{ identity_providers: { oidc: { clients: [~, { client_secret: {} }] } } }", ""),
        ("{ identity_providers: { oidc: { clients: [{ jwks_uri: '' }, { public: '' }] } } }", ""),
        ("{ identity_providers: { oidc: { minimum_parameter_entropy: '' } } }", ""),
    ]);
    let provider = |lines: &str| {
        decoded(&format!("{{ identity_providers: {{ oidc: {lines} }} }}")).0.provider.expect("a provider")
    };
    let given = provider(
        "{ clients: [{ scopes: 'a,b', audience: '', response_modes: {}, public: 0.5 }, { public: 0.0, jwks_uri: '' }, {}], \
         hmac_secret: 5, scopes: { s: ~ }, minimum_parameter_entropy: '12', enforce_pkce: true }",
    );
    let [first, second, third] = &given.clients[..] else { panic!("three clients") };
    assert_eq!(first.scopes, ["a", "b"]);
    assert!(first.audience.is_empty() && first.response_modes.is_empty());
    assert!(first.public && !second.public && !third.public && second.jwks_uri.is_none());
    assert!(given.has_hmac_secret && !provider("{ hmac_secret: '' }").has_hmac_secret);
    assert_eq!((given.minimum_parameter_entropy, given.enforce_pkce.as_str()), (12, "1"));
    assert_eq!(given.scopes, [("s".to_owned(), Vec::new())]);
    assert_eq!(provider("{ minimum_parameter_entropy: true }").minimum_parameter_entropy, 1);
    assert!(provider("{ clients: {} }").clients.is_empty());
    assert_eq!(provider("{ clients: { client_id: a } }").clients.len(), 1);
}
